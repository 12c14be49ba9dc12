/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "icmp": some echoes (RFC 792, RFC 4443 4.1), how many are lost and how long they take.
 * Each carries octets nobody can guess, so that only what saw it can answer.  A host that answers
 * is reachable; nothing is said of its services.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/probe.h"
#include "probes/resolve.h"
#include "probes/wire/icmp.h"

enum { COUNT_MAX = 64, TOKEN_LEN = 16, ANSWER_OCTETS_MAX = 64 << 10, AHEAD = 32 };

struct chance {
	uint8_t  token[TOKEN_LEN];
	uint16_t first;		/* sequence number of the first echo */
};

/* Of all rounds: drawn ahead, because each draw is a system call. */
struct icmp_shared {
	struct chance ahead[AHEAD];
	size_t        left;	/* of these, not given out yet */
};

struct icmp {
	struct chance chance;
	bool     six;
	uint8_t  hops;			/* TTL or hop limit of the newest answer, 0 if not told */
	unsigned count, sent, answered, ignored;
	int64_t  spacing_ns;
	int64_t  sent_ns[COUNT_MAX];	/* 0: answered */
	int64_t  min_ns, max_ns, sum_ns, last_ns, varied_ns;
};

static void
echo_send(struct round *round, struct icmp *icmp)
{
	struct buffer out = { .max = ICMP_HEADER + TOKEN_LEN };

	icmp_echo_write(icmp->six, (uint16_t)(icmp->chance.first + icmp->sent),
	    bytes_of(icmp->chance.token, TOKEN_LEN), &out);
	icmp->sent_ns[icmp->sent++] = round_now_ns(round);
	round_send(round, bytes_of_buffer(&out));
	buffer_free(&out);
	if (icmp->sent < icmp->count)
		round_wait(round, icmp->spacing_ns);
}

static struct chance
chance_draw(struct icmp_shared *shared)
{
	if (shared->left == 0) {
		random_fill(shared->ahead, sizeof(shared->ahead));
		shared->left = AHEAD;
	}
	return shared->ahead[--shared->left];
}

static void
on_start(struct round *round, struct icmp *icmp)
{
	struct why why = { .err = ERR_OK };
	size_t len;

	icmp->six = round_address(round, &len)->sa_family == AF_INET6;
	icmp->count = (unsigned)strtoul(round_option(round, "count"), NULL, 10);
	icmp->spacing_ns = 0;
	if (duration_read(round_option(round, "spacing"), &icmp->spacing_ns, &why) != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, why.err, "%s", why.text);
		return;
	}
	icmp->spacing_ns *= 1000000;
	icmp->chance = chance_draw(round_shared(round));
	round_echo(round);
	echo_send(round, icmp);
}

static void
facts_put(struct round *round, const struct icmp *icmp)
{
	struct fact_set *facts = round_facts(round);

	fact_set_int(facts, FACT_ICMP_LOST, icmp->sent - icmp->answered);
	if (icmp->answered == 0)
		return;
	fact_set_int(facts, FACT_ICMP_RTT_MIN_US, icmp->min_ns / 1000);
	fact_set_int(facts, FACT_ICMP_RTT_AVG_US, icmp->sum_ns / icmp->answered / 1000);
	fact_set_int(facts, FACT_ICMP_RTT_MAX_US, icmp->max_ns / 1000);
	if (icmp->answered > 1)
		fact_set_int(facts, FACT_ICMP_JITTER_US,
		    icmp->varied_ns / (icmp->answered - 1) / 1000);
	if (icmp->hops != 0)
		fact_set_int(facts, FACT_ICMP_TTL, icmp->hops);
}

/* Not every echo was answered: by how many, and what was said instead, or "". */
static void
finish_lossy(struct round *round, struct icmp *icmp, enum err err, const char *said)
{
	unsigned lost = icmp->sent - icmp->answered;
	unsigned allowed = (unsigned)strtoul(round_option(round, "loss"), NULL, 10);

	facts_put(round, icmp);
	if (icmp->answered == 0)
		round_finish(round, OUTCOME_DOWN, err, "none of %u echoes was answered%s%s",
		    icmp->sent, said[0] != '\0' ? ": " : "", said);
	else if (icmp->sent < icmp->count && err == ERR_TIMEOUT)
		round_finish(round, OUTCOME_UNKNOWN, ERR_INVALID, "time was up when %u of %u "
		    "echoes were sent: count and spacing ask for more than the deadline of the "
		    "target gives", icmp->sent, icmp->count);
	else if (lost * 100 > allowed * icmp->sent || icmp->sent < icmp->count)
		round_finish(round, OUTCOME_DEGRADED, err, "%u of %u echoes were lost%s%s", lost,
		    icmp->sent, said[0] != '\0' ? ": " : "", said);
	else
		round_finish(round, OUTCOME_UP, ERR_OK, "%u of %u echoes were lost, which the "
		    "option loss allows", lost, icmp->sent);
}

static void
time_take(struct icmp *icmp, int64_t ns)
{
	if (icmp->answered == 0 || ns < icmp->min_ns)
		icmp->min_ns = ns;
	if (ns > icmp->max_ns)
		icmp->max_ns = ns;
	if (icmp->answered > 0)
		icmp->varied_ns += ns > icmp->last_ns ? ns - icmp->last_ns : icmp->last_ns - ns;
	icmp->sum_ns += ns;
	icmp->last_ns = ns;
	icmp->answered++;
}

/* One that is of another round, was answered before or has other octets is none of ours. */
static void
on_reply(struct round *round, struct icmp *icmp, const struct event *event)
{
	struct why why = { .err = ERR_OK };
	struct icmp_echo echo;
	unsigned at;

	if (icmp_reply_read(event->data, icmp->six, &echo, &why) != ERR_OK)
		return;
	at = (uint16_t)(echo.sequence - icmp->chance.first);
	if (at >= icmp->sent || icmp->sent_ns[at] == 0 ||
	    !bytes_equal(echo.data, bytes_of(icmp->chance.token, TOKEN_LEN)))
		return;
	round_answered(round);
	icmp->hops = event->hops;
	time_take(icmp, event->at_ns - icmp->sent_ns[at]);
	icmp->sent_ns[at] = 0;
	if (icmp->answered < icmp->count)
		return;
	facts_put(round, icmp);
	round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
}

static void
on_closed(struct round *round, struct icmp *icmp, const struct event *event)
{
	static const char *const teller[] = { [TELLER_NONE] = "", [TELLER_PEER] = "the peer",
	    [TELLER_SELF] = "this host itself", [TELLER_ROUTER] = "a router" };
	char said[128];

	if (!event->icmp && (event->err == ERR_DENIED || event->err == ERR_IO)) {
		round_finish(round, OUTCOME_UNKNOWN, event->err, "this monitor may open no ICMP "
		    "socket (%s): put its group into net.ipv4.ping_group_range, or start it with "
		    "CAP_NET_RAW", event->text);
		return;
	}
	if (!event->icmp) {
		finish_lossy(round, icmp, event->err, event->text);
		return;
	}
	snprintf(said, sizeof(said), "%s, says %s",
	    icmp_error_text(icmp->six, event->icmp_type, event->icmp_code), teller[event->teller]);
	fact_set_text(round_facts(round), FACT_ICMP_UNREACHABLE, bytes_of_text(said));
	finish_lossy(round, icmp, event->err, said);
}

static void
icmp_on(struct round *round, const struct event *event)
{
	struct icmp *icmp = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, icmp);
	else if (event->kind == EVENT_DATA)
		on_reply(round, icmp, event);
	else if (event->kind == EVENT_TIMER)
		echo_send(round, icmp);
	else if (event->kind == EVENT_CLOSED)
		on_closed(round, icmp, event);
	else if (event->kind == EVENT_DEADLINE)
		finish_lossy(round, icmp, ERR_TIMEOUT, "");
}

static const struct option_row icmp_options[] = {
	{ .name = "count", .type = OPTION_INTEGER, .minimum = 1, .maximum = COUNT_MAX,
	  .otherwise = "3", .help = N_("echoes of one round") },
	{ .name = "spacing", .type = OPTION_DURATION, .minimum = 10, .maximum = 60000,
	  .otherwise = "200ms", .help = N_("between two echoes of a round") },
	{ .name = "loss", .type = OPTION_INTEGER, .minimum = 0, .maximum = 99, .otherwise = "0",
	  .help = N_("share of a round's echoes, in percent, that may be lost") },
	{ .name = NULL }
};

const struct probe_ops probe_icmp = {
	.name        = "icmp",
	.title       = N_("ICMP echo"),
	.port        = 1,
	.options     = icmp_options,
	.scratch_len = sizeof(struct icmp),
	.answer_max  = ANSWER_OCTETS_MAX,
	.shared_len  = sizeof(struct icmp_shared),
	.on          = icmp_on
};
