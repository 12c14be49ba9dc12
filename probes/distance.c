/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "distance": how far away a TLS endpoint can be at the most, by how long it took to answer a
 * challenge.  Two times of each handshake, because two may answer: until a ServerHello repeats our
 * session id (whoever ends the connection), and until what a key signed over it is whole (that key,
 * which may be far behind).  A long time proves nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "probes/distance_times.h"
#include "probes/stamp.h"
#include "probes/tls_look.h"

enum { FAILURES_MAX = 5, READ_MAX = 16 << 10 };

static const int64_t answer_ns = 5000000000;	/* for one handshake */

struct distance {
	struct tls_session    session;
	struct stamped        socket, last;	/* last: ended, read away when the next begins */
	struct distance_times times;
	struct distance_time  now;
	uint8_t     challenge[DISTANCE_REPEAT], head[DISTANCE_ANSWER];
	size_t      head_len;
	size_t      wanted, begun;		/* samples */
	unsigned    failures;			/* in a row */
	int64_t     pace_ns;
	bool        pausing, connected, reached, opened;
	const char *group;			/* what a server asked for, or NULL */
	enum err    err;			/* of the last failure */
	char        text[DETAIL_MAX];
};

static void
handshake_end(struct round *round, struct distance *state)
{
	round_unwatch(round);
	if (state->opened)
		tls_session_close(&state->session);
	state->opened = false;
	stamp_close(&state->last);
	state->last = state->socket;
	state->socket.open = false;
}

static void
finish(struct round *round, struct distance *state)
{
	struct distance_times *times = &state->times;

	handshake_end(round, state);
	distance_times_facts(times, round);
	if (times->hellos > 0 || times->signatures > 0)
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
	else if (!state->reached)
		round_finish(round, state->err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN,
		    state->err, "the port does not accept connections: %s", state->text);
	else if (times->unsigned_old > 0)
		round_finish(round, OUTCOME_UNKNOWN, ERR_UNSUPPORTED,
		    "the peer finishes handshakes without signing anything of ours, so that no "
		    "time of it says anything: it needs TLS 1.3, or ECDHE in TLS 1.2");
	else
		round_finish(round, state->err == ERR_IO ? OUTCOME_UNKNOWN : OUTCOME_DOWN,
		    state->err, "no handshake was finished: %s", state->text);
}

static void
sample_next(struct round *round, struct distance *state)
{
	if (state->begun >= state->wanted || state->failures >= FAILURES_MAX) {
		finish(round, state);
		return;
	}
	state->pausing = true;
	round_wait(round, state->begun > 0 ? state->pace_ns : 0);
}

static void
sample_failed(struct round *round, struct distance *state, enum err err, const char *text)
{
	state->err = err;
	snprintf(state->text, sizeof(state->text), "%s", text);
	state->failures++;
	state->times.failed++;
	handshake_end(round, state);
	sample_next(round, state);
}

static void
sample_open(struct round *round, struct distance *state)
{
	const char *text = "";
	size_t len;
	const struct sockaddr *to = round_address(round, &len);
	enum err err = stamp_open(&state->socket, to, len, round_source(round), &text);

	state->pausing = state->connected = false;
	state->head_len = 0;
	state->now = (struct distance_time){ .hello_ns = 0 };
	state->begun++;
	if (err != ERR_OK) {
		sample_failed(round, state, err, text);
		return;
	}
	round_wait(round, answer_ns);
	round_watch_connect(round, state->socket.fd);
}

static void
hello_send(struct round *round, struct distance *state)
{
	const char *name = tls_look_name(round), *text = "";
	struct why why = { .err = ERR_OK };
	struct tls_session *session = &state->session;
	enum err err = tls_session_open(session, tls_kept_context(round_kept(round)),
	    tls_look_is_address(name) ? "" : name, round_option(round, "alpn"), &why);

	if (err != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
		return;
	}
	state->opened = true;
	if (state->group != NULL)
		(void)tls_session_group(session, state->group);
	(void)tls_session_step(session, bytes_of(NULL, 0), &why);
	if (!distance_challenge(bytes_of_buffer(&session->out), state->challenge)) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_UNSUPPORTED,
		    "the TLS library of this system sends no session id that could be repeated");
		return;
	}
	err = stamp_begin(&state->socket, bytes_of_buffer(&session->out), &text);
	buffer_reset(&session->out);
	if (err != ERR_OK)
		sample_failed(round, state, err, text);
	else
		round_watch(round, state->socket.fd);
}

/* What the handshake has come to by these octets; the stamp is of the last of them. */
static enum tls_step
octets_take(struct distance *state, struct bytes octets, struct stamp stamp, struct why *why)
{
	struct tls_session *session = &state->session;
	enum tls_step step = tls_session_step(session, octets, why);
	bool tls13 = session->heard.tls13;

	if (step == TLS_STEP_FAILED || state->now.signed_ns != 0)
		return step;
	/* Before TLS 1.3 our next messages tell that ServerKeyExchange, if any, was right. */
	if (tls13 ? step == TLS_STEP_DONE : session->out.len > 0 && session->heard.scheme != 0) {
		state->now.signed_ns = stamp.ns;
		state->now.signed_kernel = stamp.kernel;
	} else if (tls13 && session->out.len > 0 && state->group == NULL) {
		/* HelloRetryRequest: the next ones begin with what the server wants. */
		state->group = tls_group_name(session->heard.group);
	}
	return step;
}

static void
sample_done(struct round *round, struct distance *state)
{
	struct tls_session *session = &state->session;
	struct tls_shared *shared = round_shared(round);

	state->failures = 0;
	round_answered(round);
	distance_times_add(&state->times, &state->now, shared->chains, session);
	tls_session_end(session);
	stamp_send(&state->socket, bytes_of_buffer(&session->out));
	stamp_shutdown(&state->socket);
	handshake_end(round, state);
	sample_next(round, state);
}

/* Up to the end of what must be repeated no octet more is read, so that its stamp is that one's. */
static enum err
part_take(struct distance *state, uint8_t *octets, size_t *len, struct stamp *stamp,
    const char **text)
{
	size_t head = DISTANCE_ANSWER - state->head_len;
	enum err err = stamp_take(&state->socket, octets, head > 0 ? head : READ_MAX, len, stamp,
	    text);

	if (err != ERR_OK || head == 0)
		return err;
	memcpy(state->head + state->head_len, octets, *len);
	state->head_len += *len;
	if (state->head_len == DISTANCE_ANSWER &&
	    distance_repeats(bytes_of(state->head, DISTANCE_ANSWER), state->challenge)) {
		state->now.hello_ns = stamp->ns;
		state->now.hello_kernel = stamp->kernel;
	}
	return ERR_OK;
}

static void
on_octets(struct round *round, struct distance *state)
{
	uint8_t octets[READ_MAX];
	struct why why = { .err = ERR_OK };
	const char *text = "";
	struct stamp stamp;
	size_t len, taken = 0;
	enum err err;

	while ((err = part_take(state, octets, &len, &stamp, &text)) == ERR_OK) {
		enum tls_step step = octets_take(state, bytes_of(octets, len), stamp, &why);

		taken += len;
		if (step == TLS_STEP_DONE) {
			sample_done(round, state);
			return;
		}
		stamp_send(&state->socket, bytes_of_buffer(&state->session.out));
		buffer_reset(&state->session.out);
		if (step == TLS_STEP_FAILED || taken > ANSWER_MAX) {
			sample_failed(round, state, step == TLS_STEP_FAILED ? why.err : ERR_LIMIT,
			    step == TLS_STEP_FAILED ? why.text :
			    "the peer sent more than is accepted in one handshake");
			return;
		}
	}
	if (err != ERR_BUSY)
		sample_failed(round, state, err, text);
}

static void
on_ready(struct round *round, struct distance *state)
{
	const char *text = "";
	enum err err;

	if (state->connected) {
		on_octets(round, state);
		return;
	}
	err = stamp_connected(&state->socket, &text);
	if (err != ERR_OK) {
		sample_failed(round, state, err, text);
		return;
	}
	state->connected = state->reached = true;
	hello_send(round, state);
}

/* The kernel's word on when the hello left comes by the same way as errors do. */
static void
on_error(struct round *round, struct distance *state, const struct event *event)
{
	const char *text = event->text;
	enum err err;

	if (state->connected && stamp_told(&state->socket)) {
		round_watch(round, state->socket.fd);
		return;
	}
	if (state->connected) {
		/* What it said before may still wait to be read. */
		on_octets(round, state);
		return;
	}
	err = stamp_connected(&state->socket, &text);
	sample_failed(round, state, err != ERR_OK ? err : event->err, text);
}

static void
on_start(struct round *round, struct distance *state)
{
	struct why why = { .err = ERR_OK };
	int64_t pace_ms = 0;
	enum err err = tls_kept_prepare(round, &why);

	if (err != ERR_OK) {
		round_finish(round, OUTCOME_UNKNOWN, err, "%s", why.text);
		return;
	}
	if (duration_read(round_option(round, "pace"), &pace_ms, NULL) != ERR_OK)
		pace_ms = 0;
	state->pace_ns = pace_ms * 1000000;
	state->wanted = strtoul(round_option(round, "samples"), NULL, 10);
	state->err = ERR_TIMEOUT;
	snprintf(state->text, sizeof(state->text), "no answer before the deadline");
	sample_next(round, state);
}

static void
distance_on(struct round *round, const struct event *event)
{
	struct distance *state = round_scratch(round);

	switch (event->kind) {
	case EVENT_START:
		on_start(round, state);
		break;
	case EVENT_READABLE:
		on_ready(round, state);
		break;
	case EVENT_CLOSED:
		on_error(round, state, event);
		break;
	case EVENT_TIMER:
		if (state->pausing)
			sample_open(round, state);
		else
			sample_failed(round, state, ERR_TIMEOUT, "a handshake was not finished "
			    "in time");
		break;
	case EVENT_DEADLINE:
		finish(round, state);
		break;
	default:
		break;
	}
}

static void
distance_end(struct round *round)
{
	struct distance *state = round_scratch(round);

	if (state->opened)
		tls_session_close(&state->session);
	stamp_close(&state->socket);
	stamp_close(&state->last);
	buffer_free(&state->times.lines);
}

static const struct option_row distance_options[] = {
	{ .name = "server_name", .type = OPTION_TEXT, .minimum = 1, .maximum = 253,
	  .help = N_("name asked for (SNI); default: the address") },
	{ .name = "alpn", .type = OPTION_TEXT, .minimum = 1, .maximum = 250,
	  .help = N_("application protocols to offer, with commas: \"h2,http/1.1\"") },
	{ .name = "samples", .type = OPTION_INTEGER, .minimum = 20,
	  .maximum = DISTANCE_SAMPLES_MAX, .otherwise = "24",
	  .help = N_("handshakes of one round, each over a connection of its own; the "
	    "shortest time counts") },
	{ .name = "pace", .type = OPTION_DURATION, .minimum = 0, .maximum = 10000,
	  .otherwise = "250ms",
	  .help = N_("time between two connections; there is one at a time") },
	{ .name = "client_certificate", .type = OPTION_FILE, .minimum = 1, .maximum = 4095,
	  .help = N_("PEM chain for mutual TLS, own certificate first") },
	{ .name = "client_key", .type = OPTION_SECRET, .minimum = 1, .maximum = 4095,
	  .help = N_("PEM key that fits client_certificate, without a pass phrase") },
	{ .name = NULL }
};

const struct probe_ops probe_distance = {
	.name         = "distance",
	.title        = N_("how far away it can be, by the time of its answers"),
	.port         = 443,
	.options      = distance_options,
	.scratch_len  = sizeof(struct distance),
	.on           = distance_on,
	.end          = distance_end,
	.shared_len   = sizeof(struct tls_shared),
	.shared_begin = tls_shared_begin,
	.shared_end   = tls_shared_end,
	.kept_len     = sizeof(struct tls_kept),
	.kept_end     = tls_kept_end
};
