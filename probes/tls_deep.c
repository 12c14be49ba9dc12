/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "tls-deep": everything a TLS server accepts, asked with a ClientHello of our own, one
 * connection after another and no handshake ever finished.  What could not be asked to its end is
 * said; silence is never taken for a refusal.
 */
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "probes/tls_deep.h"

enum { TRIES_MAX = 3 };	/* of a question whose connection fails */

static const int64_t answer_ns = 3000000000;	/* for one answer */
static const int64_t again_ns  = 200000000;	/* before a question is asked again, at least */

struct tls_deep {
	struct deep       deep;
	struct deep_ask   ask;
	struct tls_flight flight;
	unsigned          connections, limit, tries;
	int64_t           pace_ns;
	bool              pausing;	/* the timer runs until the next connection */
	bool              connected;	/* this one */
	bool              reached;	/* any one */
	bool              limited;	/* the limit of connections was reached */
};

static void
finish(struct round *round, struct tls_deep *state, bool late)
{
	struct deep *deep = &state->deep;
	struct tls_finding finding = { .err = ERR_OK, .text.max = DETAIL_MAX };
	const char *missing = deep_missing(deep);
	const char *cut = late ? "the deadline came" : state->limited ?
	    "the limit of connections was reached" : "the peer left questions unanswered";

	deep_facts(round, deep, missing, state->connections);
	deep_find(deep, &finding);
	if (!deep_any(deep) && deep->not_tls)
		round_finish(round, OUTCOME_DOWN, ERR_MALFORMED, "what answers there is not TLS");
	else if (!deep_any(deep) && missing[0] == '\0')
		round_finish(round, OUTCOME_DOWN, ERR_REFUSED,
		    "the peer refuses every version from SSLv3 to TLSv1.3");
	else if (!deep_any(deep))
		round_finish(round, OUTCOME_DOWN, ERR_TIMEOUT,
		    "no answer to a ClientHello: %s", cut);
	else if (finding.err != ERR_OK)
		round_finish(round, OUTCOME_DEGRADED, finding.err, "accepted: %s%s%s",
		    buffer_text(&finding.text), missing[0] != '\0' ?
		    "; not asked to the end: " : "", missing);
	else if (missing[0] != '\0')
		round_finish(round, OUTCOME_UNKNOWN, late ? ERR_TIMEOUT : ERR_LIMIT,
		    "%s; not asked to the end: %s", cut, missing);
	else
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	buffer_free(&finding.text);
}

static void
next_question(struct round *round, struct tls_deep *state)
{
	if (!deep_next(&state->deep, &state->ask)) {
		finish(round, state, false);
		return;
	}
	state->tries = 0;
	state->pausing = true;
	round_wait(round, state->connections > 0 ? state->pace_ns : 0);
}

static void
question_open(struct round *round, struct tls_deep *state)
{
	state->pausing = false;
	if (state->connections >= state->limit) {
		state->limited = true;
		finish(round, state, false);
		return;
	}
	state->connections++;
	state->tries++;
	state->connected = false;
	tls_flight_reset(&state->flight);
	round_wait(round, answer_ns);
	round_connect(round);
}

static void
answer_take(struct round *round, struct tls_deep *state, enum deep_answer answer)
{
	struct buffer out = { .max = 16 };

	if (answer == DEEP_HELLO)
		round_answered(round);
	if (state->connected && answer == DEEP_HELLO) {
		tls_alert_write(state->ask.version, 1, 0, &out);	/* close_notify */
		round_send(round, bytes_of_buffer(&out));
		buffer_free(&out);
	}
	round_close(round);
	deep_take(&state->deep, &state->ask, answer, &state->flight);
	next_question(round, state);
}

/* Nothing came: once more, later; a busy or limiting peer must not look as if it refused. */
static void
answer_missing(struct round *round, struct tls_deep *state, unsigned tries)
{
	int64_t pause_ns = (state->pace_ns > again_ns ? state->pace_ns : again_ns) * state->tries;

	round_close(round);
	if (state->tries >= tries) {
		answer_take(round, state, DEEP_SILENT);
		return;
	}
	state->pausing = true;
	round_wait(round, pause_ns);
}

static void
on_start(struct round *round, struct tls_deep *state)
{
	int64_t pace_ms = 0;

	if (duration_read(round_option(round, "pace"), &pace_ms, NULL) != ERR_OK)
		pace_ms = 0;
	state->pace_ns = pace_ms * 1000000;
	state->limit = (unsigned)strtoul(round_option(round, "limit"), NULL, 10);
	deep_begin(&state->deep);
	next_question(round, state);
}

static void
on_connected(struct round *round, struct tls_deep *state)
{
	const char *name = tls_look_name(round);
	struct buffer out = { .max = ANSWER_MAX };

	state->connected = state->reached = true;
	if (deep_write(&state->ask, tls_look_is_address(name) ? "" : name,
	    round_option(round, "alpn"), &out) == ERR_OK)
		round_send(round, bytes_of_buffer(&out));
	else
		round_finish(round, OUTCOME_UNKNOWN, ERR_INVALID,
		    "alpn is not a list of protocol names with commas");
	buffer_free(&out);
}

static void
on_data(struct round *round, struct tls_deep *state, struct bytes data)
{
	struct why why = { .err = ERR_OK };
	enum tls_flight_step step = tls_flight_read(&state->flight, data, &why);

	if (deep_enough(&state->flight) || (step != TLS_FLIGHT_MORE && state->flight.hello))
		answer_take(round, state, DEEP_HELLO);
	else if (step == TLS_FLIGHT_ALERT)
		answer_take(round, state, DEEP_ALERT);
	else if (step != TLS_FLIGHT_MORE)
		answer_take(round, state, DEEP_BROKEN);
}

static void
on_closed(struct round *round, struct tls_deep *state, const struct event *event)
{
	if (!state->connected && !state->reached)
		round_finish(round, event->err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN,
		    event->err, "the port does not accept connections: %s", event->text);
	else if (!state->connected || event->err == ERR_IO)
		answer_missing(round, state, TRIES_MAX);
	else if (state->flight.hello)
		answer_take(round, state, DEEP_HELLO);
	else if (event->err == ERR_LIMIT)
		answer_take(round, state, DEEP_BROKEN);
	else
		answer_take(round, state, state->flight.alerted ? DEEP_ALERT : DEEP_CLOSED);
}

static void
on_timer(struct round *round, struct tls_deep *state)
{
	if (state->pausing)
		question_open(round, state);
	else if (state->flight.hello)
		answer_take(round, state, DEEP_HELLO);
	else
		answer_missing(round, state, 2);
}

static void
on_deadline(struct round *round, struct tls_deep *state)
{
	if (!state->reached)
		round_finish(round, OUTCOME_DOWN, ERR_TIMEOUT,
		    "the port did not answer before the deadline");
	else
		finish(round, state, true);
}

static void
tls_deep_on(struct round *round, const struct event *event)
{
	struct tls_deep *state = round_scratch(round);

	switch (event->kind) {
	case EVENT_START: on_start(round, state); break;
	case EVENT_CONNECTED: on_connected(round, state); break;
	case EVENT_DATA: on_data(round, state, event->data); break;
	case EVENT_TIMER: on_timer(round, state); break;
	case EVENT_CLOSED: on_closed(round, state, event); break;
	case EVENT_DEADLINE: on_deadline(round, state); break;
	default: break;
	}
}

static void
tls_deep_end(struct round *round)
{
	struct tls_deep *state = round_scratch(round);

	tls_flight_free(&state->flight);
	deep_free(&state->deep);
}

static const struct option_row tls_deep_options[] = {
	{ .name = "server_name", .type = OPTION_TEXT, .minimum = 1, .maximum = 253,
	  .help = N_("name asked for (SNI); default: the address") },
	{ .name = "alpn", .type = OPTION_TEXT, .minimum = 1, .maximum = 250,
	  .help = N_("application protocols to offer, with commas: \"h2,http/1.1\"") },
	{ .name = "pace", .type = OPTION_DURATION, .minimum = 0, .maximum = 10000,
	  .otherwise = "50ms",
	  .help = N_("time between two connections; there is one at a time") },
	{ .name = "limit", .type = OPTION_INTEGER, .minimum = 1, .maximum = 2000,
	  .otherwise = "600", .help = N_("connections at most in one round") },
	{ .name = NULL }
};

const struct probe_ops probe_tls_deep = {
	.name        = "tls-deep",
	.title       = N_("TLS, everything that is accepted"),
	.options     = tls_deep_options,
	.scratch_len = sizeof(struct tls_deep),
	.on          = tls_deep_on,
	.end         = tls_deep_end
};
