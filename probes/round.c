/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a probe may ask for, and how it is told events.  An action that fails at once is told as
 * EVENT_CLOSED after the probe's function has returned, never inside it.  A round finishes
 * exactly once, at the latest in EVENT_DEADLINE; both are asserted.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "probes/round.h"

static void
round_release(struct round *round)
{
	struct machine *machine = round->machine;

	if (round->ops->end != NULL)
		round->ops->end(round);
	if (round->watch != NULL)
		watch_close(round->watch);
	if (round->hub != NULL)
		hub_leave(round);
	if (round->stream != NULL)
		stream_close(round->stream);
	uv_timer_stop(&round->deadline);
	uv_timer_stop(&round->wait);
	round->endpoint->round = NULL;
	round->ended = true;
	machine->running--;
}

/* Memory that one talkative peer made large is not kept. */
static void
round_put_back(struct round *round)
{
	struct machine *machine = round->machine;

	if (round->raw.cap > RAW_KEEP)
		buffer_free(&round->raw);
	round->next = machine->free_round;
	machine->free_round = round;
}

static void
round_end(struct round *round)
{
	round_done done = round->done;
	void *arg = round->arg;
	struct round_result result = {
		.outcome = round->outcome,
		.err = round->err,
		.latency_us = round->answered_ns == 0 ? 0 :
		    (round->answered_ns - round->started_ns + 999) / 1000,
		.facts = &round->facts,
		.evidence = round->evidence,
		.evidences = round->evidences,
		.connections = round->connections,
		.detail = round->detail,
		.started_wall_ms = round->started_wall_ms,
		.started_ns = round->started_ns,
		.ended_ns = round->now_ns
	};

	round_release(round);
	done(arg, &result);
	round_put_back(round);
}

void
round_cancel(struct round *round)
{
	assert(!round->delivering);
	round->finished = true;
	round_release(round);
	round_put_back(round);
}

void
round_deliver(struct round *round, struct event event)
{
	assert(!round->finished && !round->delivering);
	round->delivering = true;
	for (;;) {
		event.at_ns = round->now_ns = clock_monotonic_ns();
		if (event.kind == EVENT_CONNECTED && !round->elsewhere)
			fact_set_int(&round->facts, FACT_NET_CONNECT_US,
			    (round->now_ns - round->connect_ns) / 1000);
		if (event.kind == EVENT_CLOSED && round->source_status != 0)
			round_unusable(round, round->source_status);
		else
			round->ops->on(round, &event);
		assert(round->finished || event.kind != EVENT_DEADLINE);
		if (round->finished || round->pending.kind != EVENT_CLOSED)
			break;
		event = round->pending;
		round->pending = (struct event){ .kind = EVENT_START };
	}
	round->delivering = false;
	if (round->finished)
		round_end(round);
}

void
round_pend_closed(struct round *round, enum err err, const char *text)
{
	struct event event = { .kind = EVENT_CLOSED, .err = err, .text = text };

	if (round->finished)
		return;
	if (!round->delivering)
		round_deliver(round, event);
	else
		round->pending = event;
}

void *
round_scratch(struct round *round)
{
	return round->scratch;
}

void *
round_shared(struct round *round)
{
	size_t count;
	const struct probe_ops *const *table = probe_table(&count);

	for (size_t i = 0; i < count; i++)
		if (table[i] == round->ops)
			return round->machine->shared[i];
	return NULL;
}

void *
round_kept(struct round *round)
{
	return round->endpoint->kept;
}

const char *
round_host(const struct round *round)
{
	return round->endpoint->host;
}

const struct sockaddr *
round_address(const struct round *round, size_t *len)
{
	*len = round->address_len;
	return (const struct sockaddr *)&round->address;
}

const char *
round_vantage(const struct round *round)
{
	return round->endpoint->vantage != NULL ? round->endpoint->vantage : "";
}

bool
round_local_address(const struct round *round, struct sockaddr_storage *out)
{
	if (round->hub != NULL)
		return hub_local(round, out);
	if (round->watch != NULL && round->watch->datagram >= 0)
		return datagram_local(round, out);
	return round->stream != NULL && stream_local(round->stream, out);
}

static const struct round_option *
option_given(const struct round *round, const char *name)
{
	for (size_t i = 0; i < round->endpoint->options; i++)
		if (strcmp(round->endpoint->option[i].name, name) == 0)
			return &round->endpoint->option[i];
	return NULL;
}

const char *
round_option(const struct round *round, const char *name)
{
	const struct round_option *given = option_given(round, name);
	const struct option_row *row = round->ops->options;

	if (given != NULL)
		return given->value;
	for (; row != NULL && row->name != NULL; row++)
		if (strcmp(row->name, name) == 0 && row->otherwise != NULL)
			return row->otherwise;
	return "";
}

struct bytes
round_file(const struct round *round, const char *option)
{
	const struct round_option *given = option_given(round, option);

	return given != NULL ? given->octets : bytes_of(NULL, 0);
}

uint64_t
round_options_version(const struct round *round)
{
	return round->endpoint->options_version;
}

static void
connect_to(struct round *round, uint16_t port)
{
	if (round->finished)
		return;
	round_close(round);
	/* What was to be told of the connection before is not said of this one. */
	round->pending = (struct event){ .kind = EVENT_START };
	round->source_status = 0;
	round->elsewhere = port != 0;
	round->connect_ns = round->now_ns;
	round->connections++;
	stream_open(round, port);
}

void
round_connect(struct round *round)
{
	connect_to(round, 0);
}

void
round_connect_port(struct round *round, uint16_t port)
{
	assert(port != 0);
	connect_to(round, port);
}

static void
datagram_begin(struct round *round)
{
	round_close(round);
	round_unwatch(round);
	if (round->hub != NULL)
		hub_leave(round);
	round->pending = (struct event){ .kind = EVENT_START };
	round->source_status = 0;
	round->connections++;
}

void
round_datagram(struct round *round, uint16_t port)
{
	if (round->finished)
		return;
	datagram_begin(round);
	if (round->ops->shared_socket)
		hub_open(round, false, port);
	else
		datagram_open(round, port);
}

void
round_echo(struct round *round)
{
	if (round->finished)
		return;
	datagram_begin(round);
	hub_open(round, true, 0);
}

void
round_send(struct round *round, struct bytes octets)
{
	if (round->finished)
		return;
	if (round->hub != NULL)
		hub_send(round, octets);
	else if (round->watch != NULL && round->watch->datagram >= 0)
		datagram_send(round, octets);
	else if (round->stream != NULL)
		stream_send(round->stream, octets);
}

void
round_shutdown(struct round *round)
{
	if (!round->finished && round->stream != NULL)
		stream_shutdown(round->stream);
}

void
round_close(struct round *round)
{
	if (round->stream != NULL)
		stream_close(round->stream);
}

void
round_watch(struct round *round, int fd)
{
	if (round->finished)
		return;
	round_unwatch(round);
	watch_open(round, fd, UV_READABLE);
}

void
round_watch_connect(struct round *round, int fd)
{
	if (round->finished)
		return;
	round_unwatch(round);
	round->connections++;
	watch_open(round, fd, UV_WRITABLE);
}

void
round_unwatch(struct round *round)
{
	if (round->watch != NULL)
		watch_close(round->watch);
}

static void
on_wait(uv_timer_t *timer)
{
	round_deliver(timer->data, (struct event){ .kind = EVENT_TIMER });
}

void
round_wait(struct round *round, int64_t ns)
{
	uint64_t ms = ns <= 0 ? 0 : (uint64_t)(ns + 999999) / 1000000;

	if (!round->finished)
		uv_timer_start(&round->wait, on_wait, ms, 0);
}

int64_t
round_now_ns(const struct round *round)
{
	return round->now_ns;
}

int64_t
round_wall_ms(const struct round *round)
{
	return round->started_wall_ms;
}

int64_t
round_left_ns(const struct round *round)
{
	return round->deadline_ns > round->now_ns ? round->deadline_ns - round->now_ns : 0;
}

struct fact_set *
round_facts(struct round *round)
{
	return &round->facts;
}

struct hash
round_evidence(struct round *round, struct bytes raw)
{
	struct hash hash = hash_of(raw);

	for (size_t i = 0; i < round->evidences; i++)
		if (hash_equal(round->evidence[i].hash, hash))
			return hash;
	if (round->evidences < EVIDENCE_MAX && raw.len <= BLOB_MAX) {
		/* Views are set when the round ends: the buffer moves while it grows. */
		round->evidence[round->evidences++] = (struct round_blob){ .hash = hash,
		    .raw = { .at = NULL, .len = raw.len } };
		buffer_put(&round->raw, raw.at, raw.len);
	}
	return hash;
}

void
round_answered(struct round *round)
{
	if (round->answered_ns == 0)
		round->answered_ns = round->now_ns;
}

static void
evidence_place(struct round *round)
{
	size_t at = 0;

	for (size_t i = 0; i < round->evidences; i++) {
		round->evidence[i].raw = bytes_of(round->raw.at + at, round->evidence[i].raw.len);
		at += round->evidence[i].raw.len;
	}
}

void
round_finish(struct round *round, enum outcome outcome, enum err err, const char *fmt, ...)
{
	va_list args;

	assert(!round->finished);
	assert((err == ERR_OK) == (outcome == OUTCOME_UP));
	round->finished = true;
	round->outcome = outcome;
	round->err = err;
	evidence_place(round);
	va_start(args, fmt);
	vsnprintf(round->detail, sizeof(round->detail), fmt, args);
	va_end(args);
}

void
round_unusable(struct round *round, int status)
{
	round_finish(round, OUTCOME_UNKNOWN, ERR_IO, "the vantage %s cannot be used, which says "
	    "nothing of the peer: nothing can be sent from its address: %s",
	    round->endpoint->vantage, uv_strerror(status));
}
