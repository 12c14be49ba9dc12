/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "ntp": asks an NTP server for the time, plain or by NTS, compares it with our clock, and
 * then asks what a server should not answer strangers: one control and one private query.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "probes/channel.h"
#include "probes/ntp_nts.h"
#include "probes/tls_options.h"

#define SECOND_NS INT64_C(1000000000)

enum { TRIES = 2, PORT_NTP = 123 };

/* A server that limits rates would drop a second question sooner, whatever it asks. */
#define PAUSE_NS   (21 * SECOND_NS / 10)
#define CONTROL_NS (7 * SECOND_NS / 10)

enum phase { PHASE_KEYS, PHASE_TIME, PHASE_PAUSE, PHASE_CONTROL };

struct ntp {
	struct channel     channel;	/* key establishment */
	struct nts         nts;
	bool               secured;	/* NTS is asked for */
	enum phase         phase;
	unsigned           tries, ignored;
	uint64_t           nonce;
	int64_t            sent_us, sent_ns;	/* wall, monotonic */
	size_t             asked, told;	/* octets of control queries and answers */
	bool               control, private;
	struct tls_finding finding;
};

static void
finish(struct round *round, struct ntp *ntp)
{
	if (ntp->finding.err == ERR_OK)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	else
		round_finish(round, OUTCOME_DEGRADED, ntp->finding.err, "%s",
		    buffer_text(&ntp->finding.text));
}

/* No time was told. */
static void
finish_failed(struct round *round, struct ntp *ntp, enum outcome outcome, enum err err,
    const char *text)
{
	char ignored[64] = "";

	if (ntp->ignored > 0)
		snprintf(ignored, sizeof(ignored), "; %u other datagrams of it were ignored",
		    ntp->ignored);
	if (ntp->secured && ntp->phase == PHASE_KEYS) {
		channel_look(round, &ntp->channel, &ntp->finding);
		channel_end(round, &ntp->channel);
	}
	round_finish(round, outcome, err, "%s%s", text, ignored);
}

static void
time_ask(struct round *round, struct ntp *ntp)
{
	struct buffer out = { .max = 4096 };

	ntp->tries++;
	random_fill(&ntp->nonce, sizeof(ntp->nonce));
	ntp_request_write(ntp->nonce, &out);
	if (ntp->secured)
		nts_request(&ntp->nts, &out);
	ntp->sent_us = clock_wall_us();
	ntp->sent_ns = clock_monotonic_ns();
	round_send(round, bytes_of_buffer(&out));
	buffer_free(&out);
	/* A cookie is for one request (RFC 8915 5.7): with NTS there is no second one. */
	if (ntp->tries < TRIES && !ntp->secured)
		round_wait(round, round_left_ns(round) / 3);
}

static void
on_start(struct round *round, struct ntp *ntp)
{
	ntp->finding.text.max = DETAIL_MAX;
	ntp->secured = strcmp(round_option(round, "nts"), "true") == 0;
	if (!ntp->secured) {
		ntp->phase = PHASE_TIME;
		round_datagram(round, 0);
		time_ask(round, ntp);
	} else if (channel_start(round, &ntp->channel, true) == CHANNEL_FAILED) {
		round_finish(round, OUTCOME_UNKNOWN, ntp->channel.err, "%s", ntp->channel.text);
	}
}

/* Keys are agreed: the time is asked for at the same address. */
static void
keys_done(struct round *round, struct ntp *ntp, const struct nts_ke *ke)
{
	struct why why = { .err = ERR_OK };

	if (nts_agree(&ntp->nts, ke, &ntp->channel.session, &why) != ERR_OK) {
		finish_failed(round, ntp, why.err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DEGRADED,
		    why.err, why.text);
		return;
	}
	fact_set_int(round_facts(round), FACT_NTP_NTS_COOKIES, (int64_t)ntp->nts.cookies);
	channel_look(round, &ntp->channel, &ntp->finding);
	channel_end(round, &ntp->channel);
	ntp->phase = PHASE_TIME;
	round_datagram(round, ntp->nts.port != 0 ? ntp->nts.port : PORT_NTP);
	time_ask(round, ntp);
}

static void
on_keys(struct round *round, struct ntp *ntp, const struct event *event)
{
	enum channel_step step = channel_event(round, &ntp->channel, event, "ntske/1");
	struct buffer ask = { .max = 64 };
	struct why why = { .err = ERR_OK };
	struct nts_ke ke;

	if (step == CHANNEL_READY) {
		nts_ke_write(&ask);
		channel_send(round, &ntp->channel, bytes_of_buffer(&ask));
		buffer_free(&ask);
	}
	if (step == CHANNEL_FAILED) {
		finish_failed(round, ntp, channel_failed_outcome(&ntp->channel, ntp->channel.err),
		    ntp->channel.err, ntp->channel.text);
		return;
	}
	if (step == CHANNEL_MORE)
		return;
	switch (nts_ke_read(bytes_of_buffer(&ntp->channel.data), &ke, &why)) {
	case NTS_DONE:
		keys_done(round, ntp, &ke);
		break;
	case NTS_BROKEN:
		finish_failed(round, ntp, OUTCOME_DOWN, why.err, why.text);
		break;
	default:
		if (ntp->channel.ended)
			finish_failed(round, ntp, OUTCOME_DOWN, ERR_TRUNCATED,
			    channel_ended_text(&ntp->channel));
		break;
	}
}

static int64_t
option_us(const struct round *round, const char *name)
{
	int64_t ms = 0;

	(void)!duration_read(round_option(round, name), &ms, NULL);
	return ms * 1000;
}

/* RFC 5905 8: the offset is right to half of the delay, whatever the way did. */
static void
offset_look(struct round *round, struct ntp *ntp, const struct ntp_answer *answer, int64_t at_ns)
{
	uint64_t t1 = ntp_time_of_us(ntp->sent_us);
	uint64_t t4 = ntp_time_of_us(ntp->sent_us + (at_ns - ntp->sent_ns) / 1000);
	int64_t there = ntp_apart_us(answer->receive, t1);
	int64_t back = ntp_apart_us(answer->transmit, t4);
	int64_t offset = there / 2 + back / 2, delay = there - back;
	int64_t least = llabs(offset) - (delay > 0 ? delay / 2 : 0);
	bool within = least <= option_us(round, "max_offset");

	fact_set_int(round_facts(round), FACT_NTP_OFFSET_US, offset);
	fact_set_int(round_facts(round), FACT_NTP_DELAY_US, delay > 0 ? delay : 0);
	fact_set_flag(round_facts(round), FACT_NTP_OFFSET_WITHIN, within);
	if (!within)
		tls_finding_add(&ntp->finding, ERR_MISMATCH, "its clock is %.3f s %s ours%s",
		    (double)llabs(offset) / 1e6, offset > 0 ? "ahead of" : "behind",
		    clock_quality().synchronised ? "" :
		    ", and ours is not disciplined by any source: either may be wrong");
}

static void
answer_facts(struct round *round, struct ntp *ntp, const struct ntp_answer *answer)
{
	struct fact_set *facts = round_facts(round);
	bool synchronised = ntp_synchronised(answer);
	int64_t distance = answer->root_delay_us / 2 + answer->root_dispersion_us;
	char reference[NTP_REFERENCE];

	ntp_reference_text(answer, reference);
	fact_set_int(facts, FACT_NTP_STRATUM, answer->stratum);
	fact_set_int(facts, FACT_NTP_LEAP, answer->leap);
	fact_set_text(facts, FACT_NTP_REFERENCE, bytes_of_text(reference));
	fact_set_int(facts, FACT_NTP_ROOT_DELAY_US, answer->root_delay_us);
	fact_set_int(facts, FACT_NTP_ROOT_DISPERSION_US, answer->root_dispersion_us);
	fact_set_flag(facts, FACT_NTP_SYNCHRONISED, synchronised);
	if (!synchronised)
		tls_finding_add(&ntp->finding, ERR_MISMATCH,
		    "the server is not synchronised (leap %u, stratum %u)", answer->leap,
		    answer->stratum);
	else if (distance > option_us(round, "max_distance"))
		tls_finding_add(&ntp->finding, ERR_MISMATCH, "the server is up to %.3f s from its "
		    "own source, by its own word", (double)distance / 1e6);
}

static void
control_pause(struct round *round, struct ntp *ntp)
{
	if (strcmp(round_option(round, "control"), "true") != 0 ||
	    round_left_ns(round) < PAUSE_NS + CONTROL_NS + SECOND_NS / 5) {
		finish(round, ntp);
		return;
	}
	ntp->phase = PHASE_PAUSE;
	round_wait(round, PAUSE_NS);
}

static void
control_ask(struct round *round, struct ntp *ntp)
{
	struct buffer out = { .max = 64 };
	uint16_t sequence;

	ntp->phase = PHASE_CONTROL;
	random_fill(&sequence, sizeof(sequence));
	ntp_control_write(sequence, &out);
	round_send(round, bytes_of_buffer(&out));
	ntp->asked = out.len;
	buffer_reset(&out);
	ntp_private_write(&out);
	round_send(round, bytes_of_buffer(&out));
	ntp->asked += out.len;
	buffer_free(&out);
	round_wait(round, CONTROL_NS);
}

static void
control_done(struct round *round, struct ntp *ntp)
{
	struct fact_set *facts = round_facts(round);

	fact_set_flag(facts, FACT_NTP_CONTROL, ntp->control);
	fact_set_flag(facts, FACT_NTP_PRIVATE, ntp->private);
	fact_set_int(facts, FACT_NTP_AMPLIFICATION, (int64_t)(ntp->told * 100 / ntp->asked));
	if (ntp->control || ntp->private)
		tls_finding_add(&ntp->finding, ERR_MISMATCH, "the server answers %s queries of "
		    "strangers and can be used to flood others with its answers",
		    ntp->control && ntp->private ? "control and private" :
		    ntp->control ? "control" : "private");
	finish(round, ntp);
}

static void
on_time(struct round *round, struct ntp *ntp, struct bytes datagram, int64_t at_ns)
{
	struct why why = { .err = ERR_OK };
	struct ntp_answer answer;
	char kiss[5];

	/* Anybody can send us what is no answer; only what repeats the nonce can be one. */
	if (ntp_read(datagram, &answer, &why) != ERR_OK || !ntp_answers(&answer, ntp->nonce)) {
		ntp->ignored++;
		return;
	}
	if (ntp->secured && nts_check(&ntp->nts, datagram, &answer, &why) != ERR_OK) {
		if (why.err == ERR_UNTRUSTED)
			fact_set_flag(round_facts(round), FACT_NTP_NTS, false);
		round_evidence(round, datagram);
		round_answered(round);
		finish_failed(round, ntp, OUTCOME_DEGRADED, why.err, why.text);
		return;
	}
	round_answered(round);
	round_evidence(round, datagram);
	if (ntp->secured)
		fact_set_flag(round_facts(round), FACT_NTP_NTS, true);
	if (ntp_kiss(&answer, kiss))
		fact_set_text(round_facts(round), FACT_NTP_KISS, bytes_of_text(kiss));
	/* INIT and STEP say that there is no time yet; the others, that there is none for us. */
	if (ntp_kiss(&answer, kiss) && strcmp(kiss, "INIT") != 0 && strcmp(kiss, "STEP") != 0) {
		tls_finding_add(&ntp->finding, ERR_REFUSED, "the server refused to tell the time "
		    "(kiss-o'-death %s)%s", kiss, strcmp(kiss, "RATE") == 0 ?
		    ": it is asked too often from here" : "");
		finish(round, ntp);
		return;
	}
	answer_facts(round, ntp, &answer);
	if (ntp_synchronised(&answer))
		offset_look(round, ntp, &answer, at_ns);
	control_pause(round, ntp);
}

static void
on_control(struct round *round, struct ntp *ntp, struct bytes datagram)
{
	unsigned mode = ntp_control_mode(datagram);

	if (mode == 0)
		return;
	if ((mode == 6 && !ntp->control) || (mode == 7 && !ntp->private))
		round_evidence(round, datagram);
	ntp->told += datagram.len;
	ntp->control = ntp->control || mode == 6;
	ntp->private = ntp->private || mode == 7;
}

/* Nothing more comes: by how far the round had come. */
static void
on_end(struct round *round, struct ntp *ntp, enum err err, const char *text)
{
	if (ntp->phase == PHASE_CONTROL)
		control_done(round, ntp);
	else if (ntp->phase == PHASE_PAUSE)
		finish(round, ntp);
	else
		finish_failed(round, ntp, err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN, err,
		    text);
}

static void
ntp_on(struct round *round, const struct event *event)
{
	struct ntp *ntp = round_scratch(round);

	if (event->kind == EVENT_START)
		on_start(round, ntp);
	else if (ntp->phase == PHASE_KEYS)
		on_keys(round, ntp, event);
	else if (event->kind == EVENT_DATA && ntp->phase == PHASE_TIME)
		on_time(round, ntp, event->data, event->at_ns);
	else if (event->kind == EVENT_DATA && ntp->phase == PHASE_CONTROL)
		on_control(round, ntp, event->data);
	else if (event->kind == EVENT_TIMER && ntp->phase == PHASE_TIME)
		time_ask(round, ntp);
	else if (event->kind == EVENT_TIMER && ntp->phase == PHASE_PAUSE)
		control_ask(round, ntp);
	else if (event->kind == EVENT_TIMER)
		control_done(round, ntp);
	else if (event->kind == EVENT_CLOSED)
		on_end(round, ntp, event->err, event->text);
	else if (event->kind == EVENT_DEADLINE)
		on_end(round, ntp, ERR_TIMEOUT, "the server did not tell the time before the "
		    "deadline");
}

static void
ntp_end(struct round *round)
{
	struct ntp *ntp = round_scratch(round);

	channel_free(&ntp->channel);
	nts_free(&ntp->nts);
	buffer_free(&ntp->finding.text);
}

static const struct option_row ntp_options[] = {
	TLS_OPTIONS,
	{ .name = "nts", .type = OPTION_FLAG, .otherwise = "false",
	  .help = N_("agree on keys first (RFC 8915); the port is then that of key establishment, "
	    "usually 4460") },
	{ .name = "control", .type = OPTION_FLAG, .otherwise = "true",
	  .help = N_("also ask one control and one private query, which should get no answer") },
	{ .name = "max_offset", .type = OPTION_DURATION, .otherwise = "125ms", .minimum = 1,
	  .maximum = 3600000,
	  .help = N_("a clock that is certainly further from ours is a finding") },
	{ .name = "max_distance", .type = OPTION_DURATION, .otherwise = "1s", .minimum = 1,
	  .maximum = 60000,
	  .help = N_("a server that says it is further from its source is a finding") },
	{ .name = NULL }
};

const struct probe_ops probe_ntp = {
	.name         = "ntp",
	.title        = N_("NTP time"),
	.port         = PORT_NTP,
	.options      = ntp_options,
	.fault        = tls_options_fault,
	.file_check   = tls_options_file,
	.scratch_len  = sizeof(struct ntp),
	.on           = ntp_on,
	.end          = ntp_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
