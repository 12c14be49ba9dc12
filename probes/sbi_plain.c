/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plaintext test: does the same address also take HTTP/2 without TLS?  It is a negative test:
 * made only where the configuration names the port, in the first round of an endpoint and then
 * rarely; between two tests the last finding is repeated.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/option.h"
#include "probes/sbi.h"

enum {
	PLAIN_NS     = 1000000000,	/* for a word on the port; then nothing is known */
	PLAIN_MIN_NS = 100000000	/* with less left of the round it is not tried */
};

static uint16_t
plain_port(const struct round *round)
{
	int64_t port = 0;

	if (integer_read(round_option(round, "plaintext_port"), &port) != ERR_OK)
		return 0;
	return (uint16_t)port;
}

/* The finding of the last test still stands. */
static bool
stands(struct round *round)
{
	const struct sbi_kept *kept = round_kept(round);
	struct why why = { .err = ERR_OK };
	int64_t interval_ms = 0;

	if (!kept->plain_tried || kept->plain_port != plain_port(round) ||
	    duration_read(round_option(round, "plaintext_interval"), &interval_ms, &why) != ERR_OK)
		return false;
	return round_now_ns(round) - kept->plain_ns < interval_ms * 1000000;
}

bool
sbi_plain_due(struct round *round, const struct sbi *sbi)
{
	return plain_port(round) != 0 && sbi->channel.connected && !sbi->last &&
	    round_left_ns(round) >= PLAIN_MIN_NS && !stands(round);
}

void
sbi_plain_fact(struct round *round)
{
	const struct sbi_kept *kept = round_kept(round);

	if (plain_port(round) != 0 && kept->plain_known && stands(round))
		fact_set_flag(round_facts(round), FACT_SBI_PLAINTEXT, kept->plain_accepted);
}

void
sbi_plain_begin(struct round *round, struct sbi *sbi)
{
	struct sbi_kept *kept = round_kept(round);
	int64_t left = round_left_ns(round) / 2;

	sbi->phase = SBI_PLAIN;
	kept->plain_port = plain_port(round);
	kept->plain_ns = round_now_ns(round);
	kept->plain_tried = true;
	kept->plain_known = false;
	round_connect_port(round, kept->plain_port);
	round_wait(round, left < PLAIN_NS ? left : PLAIN_NS);
}

static bool
found(struct round *round, bool accepted)
{
	struct sbi_kept *kept = round_kept(round);

	kept->plain_known = true;
	kept->plain_accepted = accepted;
	if (accepted) {
		round_send(round, sbi_plain_goodbye());
		round_shutdown(round);
	}
	return true;
}

static bool
on_octets(struct round *round, struct sbi *sbi, struct bytes data)
{
	size_t room = sizeof(sbi->plain) - sbi->plain_len;
	size_t take = data.len < room ? data.len : room;
	enum sbi_plain said;

	memcpy(sbi->plain + sbi->plain_len, data.at, take);
	sbi->plain_len += take;
	said = sbi_plain_judge(bytes_of(sbi->plain, sbi->plain_len));
	if (said == SBI_PLAIN_MORE)
		return false;
	return said == SBI_PLAIN_OTHER ? true : found(round, said == SBI_PLAIN_ACCEPTED);
}

bool
sbi_plain_event(struct round *round, struct sbi *sbi, const struct event *event)
{
	switch (event->kind) {
	case EVENT_CONNECTED:
		round_send(round, sbi_plain_question());
		return false;
	case EVENT_DATA:
		return on_octets(round, sbi, event->data);
	case EVENT_CLOSED:
		/* Refused, or ended without a word of an answer. */
		if (event->err == ERR_REFUSED || (event->err == ERR_CLOSED && sbi->plain_len == 0))
			return found(round, false);
		return true;
	default:
		return true;	/* TIMER, DEADLINE: silence says nothing */
	}
}
