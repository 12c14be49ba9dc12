/* SPDX-License-Identifier: Apache-2.0 */
/* See stream.h: octets between a socket and what understands them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/intake/http.h"
#include "monitor/intake/stream.h"

enum { READ_OCTETS = 16 << 10, READS = 8 };

static void on_connection(uv_poll_t *poll, int status, int events);

static void
on_closed(uv_handle_t *handle)
{
	struct connection *c = handle->data;

	close(c->fd);
	tls_peer_close(c->tls);
	http_free(c->http);
	buffer_free(&c->in);
	buffer_free(&c->out);
	free(c);
}

void
connection_drop(struct connection *c)
{
	struct intake *intake = c->listener->intake;

	if (c->closed)
		return;
	c->closed = true;
	*(c->before != NULL ? &c->before->next : &intake->connections) = c->next;
	if (c->next != NULL)
		c->next->before = c->before;
	intake->connection_count--;
	uv_close((uv_handle_t *)&c->poll, on_closed);
}

/* Who does not read what we say is not read either. */
static bool
readable(const struct connection *c)
{
	return c->ended_ms != 0 || (!c->closed && !c->held && !c->ending && c->answer_ms == 0 &&
	    c->out.len < INTAKE_STREAM_MAX);
}

static void
watch(struct connection *c)
{
	int events = (readable(c) ? UV_READABLE : 0) | (c->out.len > 0 ? UV_WRITABLE : 0);

	if (c->closed)
		return;
	if (events == 0)
		uv_poll_start(&c->poll, UV_DISCONNECT, on_connection);
	else
		uv_poll_start(&c->poll, events, on_connection);
}

/* Sends what the socket takes. */
static void
flush(struct connection *c)
{
	while (c->out.len > 0) {
		ssize_t sent = send(c->fd, c->out.at, c->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (sent <= 0) {
			connection_drop(c);
			return;
		}
		memmove(c->out.at, c->out.at + sent, c->out.len - (size_t)sent);
		c->out.len -= (size_t)sent;
	}
	/* Closed at once, with octets of the peer unread, it would never see our last words. */
	if (c->ending && c->ended_ms == 0) {
		shutdown(c->fd, SHUT_WR);
		c->ended_ms = intake_now_ms(c->listener->intake);
	}
}

/* Passes over what still comes of a peer that was told to end. */
static void
drain(struct connection *c)
{
	static uint8_t octets[READ_OCTETS];
	ssize_t got = 1;

	for (unsigned i = 0; i < READS && got > 0; i++)
		got = recv(c->fd, octets, sizeof(octets), MSG_DONTWAIT);
	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
		connection_drop(c);
}

void
connection_say(struct connection *c, struct bytes data)
{
	if (c->tls == NULL)
		buffer_put(&c->out, data.at, data.len);
	else if (tls_peer_write(c->tls, data, &c->out) != ERR_OK)
		c->ending = true;
}

void
connection_end(struct connection *c)
{
	if (c->tls != NULL && !c->ending)
		tls_peer_end(c->tls, &c->out);
	c->ending = true;
}

/* True: there is more, and it may be taken. */
static bool
syslog_step(struct connection *c)
{
	struct bytes message;
	size_t used;
	bool cut;
	enum syslog_step step = syslog_frame_next(&c->frame, bytes_of_buffer(&c->in), &used,
	    &message, &cut);

	if (step == SYSLOG_STEP_MESSAGE) {
		if (cut)
			intake_lost(c->listener, LOSS_CUT, 1, c->sender);
		c->messages++;
		listener_message(c->listener, message, c->sender);
	}
	if (step == SYSLOG_STEP_BROKEN) {
		intake_lost(c->listener, LOSS_MALFORMED, 1, c->sender);
		connection_end(c);
		return false;
	}
	c->in.len -= used;
	if (used > 0)
		memmove(c->in.at, c->in.at + used, c->in.len);
	return step == SYSLOG_STEP_MESSAGE;
}

/* Takes what is understood; while the ledger is behind a stream waits, and so does its sender. */
static void
plain_take(struct connection *c)
{
	if (c->http != NULL) {
		webhook_take(c);
		return;
	}
	while (!c->ending && !c->held && syslog_step(c))
		c->held = !intake_open(c->listener->intake);
}

/* A last line without its end is a message too (RFC 6587 3.4.2 lets senders do so). */
static void
stream_ended(struct connection *c)
{
	bool line = c->http == NULL && c->in.len > 0 && !c->frame.skip_line &&
	    c->frame.skip == 0 && !(c->in.at[0] >= '1' && c->in.at[0] <= '9');

	if (line)
		listener_message(c->listener, bytes_of_buffer(&c->in), c->sender);
	else if (c->http == NULL && c->in.len > 0)
		intake_lost(c->listener, LOSS_MALFORMED, 1, c->sender);
	connection_drop(c);
}

static bool
tls_take(struct connection *c, struct bytes octets)
{
	struct why why = { .err = ERR_OK };
	enum tls_state state = tls_peer_read(c->tls, octets, &c->out, &c->in, &why);

	if (!c->open && state == TLS_STATE_OPEN) {
		c->open = true;
		c->begun_ms = c->heard_ms;
	}
	if (state == TLS_STATE_FAILED) {
		if (!c->open)
			intake_lost(c->listener, LOSS_HANDSHAKE, 1, c->sender);
		c->ending = true;
	}
	plain_take(c);
	return state == TLS_STATE_ENDED;
}

/* False: nothing more now. */
static bool
read_some(struct connection *c)
{
	static uint8_t octets[READ_OCTETS];
	ssize_t got = recv(c->fd, octets, sizeof(octets), MSG_DONTWAIT);

	if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return false;
	if (got <= 0) {
		stream_ended(c);
		return false;
	}
	c->heard_ms = intake_now_ms(c->listener->intake);
	if (c->tls != NULL) {
		if (tls_take(c, bytes_of(octets, (size_t)got)) && !c->closed)
			stream_ended(c);
	} else {
		buffer_put(&c->in, octets, (size_t)got);
		plain_take(c);
	}
	return readable(c);
}

static void
on_connection(uv_poll_t *poll, int status, int events)
{
	struct connection *c = poll->data;

	if (status < 0 || (events & UV_DISCONNECT)) {
		connection_drop(c);
		return;
	}
	if (c->ended_ms != 0)
		drain(c);
	for (unsigned i = 0; i < READS && (events & UV_READABLE) && readable(c) &&
	     c->ended_ms == 0 && read_some(c); i++)
		;
	if (!c->closed)
		flush(c);
	watch(c);
}

void
connection_begin(struct connection *c)
{
	watch(c);
}

void
streams_turn(struct intake *intake)
{
	int64_t now_ms = intake_now_ms(intake);
	struct connection *next;

	for (struct connection *c = intake->connections; c != NULL; c = next) {
		int64_t silent_ms = now_ms - c->heard_ms, age_ms = now_ms - c->begun_ms;

		next = c->next;
		if (c->held && intake_open(intake)) {
			c->held = false;
			plain_take(c);
		}
		if (c->http != NULL)
			webhook_turn(c, now_ms);
		flush(c);
		if (c->closed)
			continue;
		watch(c);
		if (!c->open && c->ended_ms == 0 && age_ms > INTAKE_HELLO_MS) {
			intake_lost(c->listener, LOSS_HANDSHAKE, 1, c->sender);
			connection_drop(c);
		} else if (c->ended_ms != 0 && now_ms - c->ended_ms > INTAKE_END_MS) {
			connection_drop(c);
		} else if (c->request_ms != 0 && now_ms - c->request_ms > INTAKE_HELLO_MS) {
			intake_lost(c->listener, LOSS_SLOW, 1, c->sender);
			connection_drop(c);
		} else if ((c->ending || c->out.len > 0) && silent_ms > INTAKE_HELLO_MS) {
			connection_drop(c);
		} else if (c->http != NULL && c->answer_ms == 0 &&
		    silent_ms > (c->messages > 0 ? INTAKE_PAUSE_MS : INTAKE_HELLO_MS)) {
			connection_drop(c);
		} else if (!c->held && silent_ms > INTAKE_IDLE_MS) {
			connection_drop(c);
		}
	}
}

void
streams_close(struct intake *intake)
{
	while (intake->connections != NULL)
		connection_drop(intake->connections);
}
