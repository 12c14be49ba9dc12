/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/exchange.h"

static void
request_send(struct round *round, struct exchange *exchange)
{
	exchange->sent++;
	round_send(round, bytes_of(exchange->request, exchange->len));
	/* What is left, shared by the tries that are left; the last waits for the deadline. */
	if (exchange->sent < exchange->tries)
		round_wait(round, round_left_ns(round) / (exchange->tries - exchange->sent + 1));
}

void
exchange_request(struct exchange *exchange, struct bytes request)
{
	assert(request.len <= sizeof(exchange->request));
	memcpy(exchange->request, request.at, request.len);
	exchange->len = request.len;
}

void
exchange_start(struct round *round, struct exchange *exchange, const struct exchange_facts *facts,
    struct bytes request)
{
	exchange->facts = facts;
	exchange_request(exchange, request);
	exchange->tries = (unsigned)strtoul(round_option(round, "tries"), NULL, 10);
	exchange->ipsec = strcmp(round_option(round, "ipsec"), "true") == 0;
	exchange->silence = exchange->ipsec ||
	    strcmp(round_option(round, "expected"), "silence") == 0;
	round_datagram(round, 0);
	request_send(round, exchange);
}

void
exchange_ignore(struct exchange *exchange, const struct why *why)
{
	exchange->ignored++;
	exchange->last = *why;
}

static void
ignored_fact(struct round *round, const struct exchange *exchange)
{
	fact_set_int(round_facts(round), exchange->facts->ignored, exchange->ignored);
}

/* Where silence is declared neither silence nor a refusal proves it: a dead peer does the same. */
static void
finish_silent(struct round *round, struct exchange *exchange, enum err err, const char *text)
{
	ignored_fact(round, exchange);
	if (exchange->ignored > 0)
		round_finish(round, OUTCOME_UNKNOWN, exchange->last.err, "%u datagrams came that "
		    "are no answer, the last because %s", exchange->ignored, exchange->last.text);
	else
		round_finish(round, OUTCOME_UNKNOWN, err, "no answer, as is declared for this "
		    "vantage (%s); a dead peer is silent too: only a target of the same instance "
		    "that may be answered tells them apart", text);
}

static void
finish_failed(struct round *round, struct exchange *exchange, enum err err, const char *text)
{
	bool ours = err == ERR_IO || err == ERR_DENIED;

	if (exchange->silence && !ours) {
		finish_silent(round, exchange, err, text);
		return;
	}
	ignored_fact(round, exchange);
	if (exchange->ignored > 0 && err != ERR_LIMIT)
		round_finish(round, OUTCOME_DOWN, exchange->last.err, "%u datagrams of the peer "
		    "are no answer, the last because %s", exchange->ignored, exchange->last.text);
	else
		round_finish(round, ours ? OUTCOME_UNKNOWN : OUTCOME_DOWN, err, "%s", text);
}

static void
finish_deadline(struct round *round, struct exchange *exchange)
{
	const char *silent = exchange->facts->silent;
	char text[200];

	snprintf(text, sizeof(text), "nothing answered %u request%s in time%s", exchange->sent,
	    exchange->sent == 1 ? "" : "s", silent != NULL ? silent : "");
	finish_failed(round, exchange, ERR_TIMEOUT, text);
}

bool
exchange_event(struct round *round, struct exchange *exchange, const struct event *event)
{
	switch (event->kind) {
	case EVENT_DATA:
		return true;
	case EVENT_TIMER:
		request_send(round, exchange);
		return false;
	case EVENT_CLOSED:
		finish_failed(round, exchange, event->err, event->text);
		return false;
	case EVENT_DEADLINE:
		finish_deadline(round, exchange);
		return false;
	default:
		return false;
	}
}

void
exchange_finish(struct round *round, struct exchange *exchange, enum err err, const char *finding)
{
	const char *both = finding[0] != '\0' ? "; " : "";

	round_answered(round);
	ignored_fact(round, exchange);
	if (exchange->ipsec) {
		fact_set_flag(round_facts(round), exchange->facts->clear, true);
		round_finish(round, OUTCOME_DEGRADED, ERR_MISMATCH, "the interface is declared to "
		    "be inside IPsec, and the peer answered this vantage outside it%s%s", both,
		    finding);
	} else if (exchange->silence) {
		fact_set_flag(round_facts(round), exchange->facts->stranger, true);
		round_finish(round, OUTCOME_DEGRADED, ERR_MISMATCH, "the peer answered a stranger: "
		    "silence is declared for this vantage%s%s", both, finding);
	} else {
		round_finish(round, err == ERR_OK ? OUTCOME_UP : OUTCOME_DEGRADED, err, "%s",
		    finding);
	}
}

const char *
exchange_fault(const char *(*option)(const void *of, const char *name), const void *of)
{
	if (strcmp(option(of, "ipsec"), "true") == 0 &&
	    strcmp(option(of, "expected"), "answer") == 0)
		return N_("with ipsec = true nothing may answer outside IPsec: leave out expected, "
		    "or set it to silence");
	return NULL;
}
