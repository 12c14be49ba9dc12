/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP connections of rounds, and descriptors of libraries that rounds watch.  Data is read into
 * one buffer of the machine and never kept.  A close is polite: what we sent is ended by FIN and
 * the peer's own end awaited for a second, so that no peer sees a reset because it talked last.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probes/resolve.h"
#include "probes/round.h"

struct write {
	uv_write_t     request;
	struct stream *stream;
	size_t         len;
	uint8_t        octets[];
};

enum err
stream_err(int status)
{
	switch (status) {
	case UV_EOF:
	case UV_ECONNRESET:
	case UV_EPIPE:
	case UV_ECONNABORTED:
		return ERR_CLOSED;
	case UV_ECONNREFUSED:
		return ERR_REFUSED;
	case UV_ENETUNREACH:
	case UV_EHOSTUNREACH:
	case UV_EADDRNOTAVAIL:
	case UV_EAFNOSUPPORT:
		return ERR_UNREACHABLE;
	case UV_ETIMEDOUT:
		return ERR_TIMEOUT;
	case UV_EACCES:
	case UV_EPERM:
		return ERR_DENIED;
	default:
		return ERR_IO;
	}
}

static void
stream_tell_closed(struct stream *stream, enum err err, const char *text)
{
	struct event event = { .kind = EVENT_CLOSED, .err = err, .text = text };

	if (stream->round != NULL)
		round_deliver(stream->round, event);
}

static void
linger_unlink(struct stream *stream)
{
	struct machine *machine = stream->machine;

	if (!stream->lingering)
		return;
	*(stream->previous != NULL ? &stream->previous->next : &machine->linger_first) =
	    stream->next;
	*(stream->next != NULL ? &stream->next->previous : &machine->linger_last) =
	    stream->previous;
	stream->next = stream->previous = NULL;
	stream->lingering = false;
	machine->lingering--;
}

static void
on_closed(uv_handle_t *handle)
{
	struct stream *stream = handle->data;
	struct machine *machine = stream->machine;

	machine->open_handles--;
	stream->next = machine->free_stream;
	machine->free_stream = stream;
}

/* Ends it now: the kernel sends FIN, or RST where the peer's octets were not read. */
static void
stream_drop(struct stream *stream)
{
	linger_unlink(stream);
	if (stream->round != NULL)
		stream->round->stream = NULL;
	stream->round = NULL;
	if (!uv_is_closing((uv_handle_t *)&stream->tcp))
		uv_close((uv_handle_t *)&stream->tcp, on_closed);
}

static void
on_linger_timer(uv_timer_t *timer)
{
	struct machine *machine = timer->data;
	int64_t now = (int64_t)uv_now(machine->loop);

	while (machine->linger_first != NULL && machine->linger_first->linger_until_ms <= now)
		stream_drop(machine->linger_first);
	if (machine->linger_first != NULL)
		uv_timer_start(timer, on_linger_timer,
		    (uint64_t)(machine->linger_first->linger_until_ms - now), 0);
}

static void
stream_linger(struct stream *stream)
{
	struct machine *machine = stream->machine;

	if (machine->lingering >= LINGER_MAX)
		stream_drop(machine->linger_first);
	stream->lingering = true;
	stream->received = 0;
	stream->linger_until_ms = (int64_t)uv_now(machine->loop) + LINGER_MS;
	stream->next = NULL;
	stream->previous = machine->linger_last;
	*(machine->linger_last != NULL ? &machine->linger_last->next : &machine->linger_first) =
	    stream;
	machine->linger_last = stream;
	machine->lingering++;
	if (!uv_is_active((uv_handle_t *)&machine->linger_timer))
		uv_timer_start(&machine->linger_timer, on_linger_timer, LINGER_MS, 0);
}

void
stream_linger_end(struct machine *machine)
{
	while (machine->linger_first != NULL)
		stream_drop(machine->linger_first);
	uv_timer_stop(&machine->linger_timer);
}

static void
on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct stream *stream = handle->data;

	(void)suggested;
	*buf = uv_buf_init((char *)stream->machine->receive, RECEIVE_MAX);
}

static void
on_read(uv_stream_t *tcp, ssize_t got, const uv_buf_t *buf)
{
	struct stream *stream = tcp->data;
	struct event event = { .kind = EVENT_DATA };

	if (got == 0)
		return;
	if (stream->round == NULL) {
		stream->received += got > 0 ? (size_t)got : 0;
		if (got < 0 || stream->received > LINGER_OCTETS)
			stream_drop(stream);
		return;
	}
	if (got < 0) {
		uv_read_stop(tcp);
		stream->ended = true;
		stream_tell_closed(stream, stream_err((int)got), got == UV_EOF ?
		    "the peer closed the connection" : uv_strerror((int)got));
		return;
	}
	stream->received += (size_t)got;
	if (stream->received > (stream->round->ops->answer_max > 0 ?
	    stream->round->ops->answer_max : ANSWER_MAX)) {
		uv_read_stop(tcp);
		stream->ended = true;
		stream_tell_closed(stream, ERR_LIMIT,
		    "the peer sent more than is accepted in one round");
		return;
	}
	event.data = bytes_of(buf->base, (size_t)got);
	round_deliver(stream->round, event);
}

static void
on_connect(uv_connect_t *request, int status)
{
	struct stream *stream = request->data;
	struct event event = { .kind = EVENT_CONNECTED };

	if (stream->round == NULL)
		return;
	if (status == 0)
		status = uv_read_start((uv_stream_t *)&stream->tcp, on_alloc, on_read);
	if (status != 0) {
		/* libuv tells here that an address is in use that was bound before. */
		if ((status == UV_EADDRNOTAVAIL || status == UV_EADDRINUSE) &&
		    source_blamed(stream->round->endpoint, status))
			stream->round->source_status = status;
		stream_tell_closed(stream, stream_err(status), uv_strerror(status));
		return;
	}
	stream->connected = true;
	round_deliver(stream->round, event);
}

static struct stream *
stream_new(struct machine *machine)
{
	struct stream *stream = machine->free_stream;

	if (stream != NULL)
		machine->free_stream = stream->next;
	else
		stream = memory_new(1, sizeof(*stream));
	memset(stream, 0, sizeof(*stream));
	stream->machine = machine;
	return stream;
}

void
stream_open(struct round *round, uint16_t port)
{
	struct stream *stream = stream_new(round->machine);
	struct sockaddr_storage address = round->address;
	const struct sockaddr *source = round_source(round);
	int status = uv_tcp_init_ex(round->machine->loop, &stream->tcp,
	    source != NULL ? source->sa_family : AF_UNSPEC);

	if (status != 0) {
		stream->next = round->machine->free_stream;
		round->machine->free_stream = stream;
		round_pend_closed(round, ERR_IO, uv_strerror(status));
		return;
	}
	round->machine->open_handles++;
	stream->tcp.data = stream;
	stream->connect.data = stream;
	stream->round = round;
	round->stream = stream;
	if (port != 0)
		address_set_port((struct sockaddr *)&address, port);
	if (source != NULL)
		status = source_bind(round->endpoint, &stream->tcp);
	if (status == 0)
		status = uv_tcp_connect(&stream->connect, &stream->tcp,
		    (const struct sockaddr *)&address, on_connect);
	if (status != 0) {
		if (source_blamed(round->endpoint, status))
			round->source_status = status;
		stream_drop(stream);
		round_pend_closed(round, stream_err(status), uv_strerror(status));
	}
}

static void
stream_send_end(struct stream *stream)
{
	uv_os_fd_t fd;

	if (uv_fileno((uv_handle_t *)&stream->tcp, &fd) == 0)
		shutdown(fd, SHUT_WR);
}

/* The peer is gone, but what it said before may still wait to be read, the alert that tells why
 * among it: the reading side tells the end. */
static bool
stream_deaf(struct stream *stream, int status)
{
	if (status != UV_EPIPE && status != UV_ECONNRESET)
		return false;
	stream->shut = true;
	return true;
}

static void
on_written(uv_write_t *request, int status)
{
	struct write *write = request->data;
	struct stream *stream = write->stream;

	stream->sending -= write->len;
	free(write);
	if (status == 0 && stream->shut && stream->sending == 0)
		stream_send_end(stream);
	if (status != 0 && status != UV_ECANCELED && !stream_deaf(stream, status))
		stream_tell_closed(stream, stream_err(status), uv_strerror(status));
}

static void
stream_fail_send(struct stream *stream, enum err err, const char *text)
{
	struct round *round = stream->round;

	stream_drop(stream);
	if (round != NULL)
		round_pend_closed(round, err, text);
}

/* What the kernel does not take at once is copied and waits. */
static void
stream_queue(struct stream *stream, struct bytes octets)
{
	struct write *write;
	uv_buf_t buf;
	int status;

	if (octets.len > SEND_MAX - stream->sending) {
		stream_fail_send(stream, ERR_LIMIT, "the peer does not read what is sent");
		return;
	}
	write = memory_new(1, sizeof(*write) + octets.len);
	write->stream = stream;
	write->request.data = write;
	write->len = octets.len;
	memcpy(write->octets, octets.at, octets.len);
	buf = uv_buf_init((char *)write->octets, (unsigned)octets.len);
	status = uv_write(&write->request, (uv_stream_t *)&stream->tcp, &buf, 1, on_written);
	if (status != 0) {
		free(write);
		stream_fail_send(stream, stream_err(status), uv_strerror(status));
		return;
	}
	stream->sending += octets.len;
}

void
stream_send(struct stream *stream, struct bytes octets)
{
	uv_buf_t buf;
	int taken;

	if (octets.len == 0 || !stream->connected || stream->shut)
		return;
	stream->sent = true;
	if (octets.len > SEND_MAX) {
		stream_fail_send(stream, ERR_LIMIT, "more was to be sent than one round may");
		return;
	}
	buf = uv_buf_init((char *)(uintptr_t)octets.at, (unsigned)octets.len);
	taken = uv_try_write((uv_stream_t *)&stream->tcp, &buf, 1);
	if (taken < 0 && taken != UV_EAGAIN) {
		if (stream_deaf(stream, taken))
			return;
		stream_fail_send(stream, stream_err(taken), uv_strerror(taken));
		return;
	}
	if (taken < 0)
		taken = 0;
	if ((size_t)taken < octets.len)
		stream_queue(stream,
		    bytes_slice(octets, (size_t)taken, octets.len - (size_t)taken));
}

void
stream_shutdown(struct stream *stream)
{
	if (!stream->connected || stream->shut)
		return;
	stream->shut = true;
	if (stream->sending == 0)
		stream_send_end(stream);
}

bool
stream_local(const struct stream *stream, struct sockaddr_storage *out)
{
	int len = sizeof(*out);

	return stream->connected &&
	    uv_tcp_getsockname(&stream->tcp, (struct sockaddr *)out, &len) == 0;
}

void
stream_close(struct stream *stream)
{
	if (stream->round != NULL)
		stream->round->stream = NULL;
	stream->round = NULL;
	if (!stream->connected || !stream->sent || stream->sending > 0 || stream->ended) {
		stream_drop(stream);
		return;
	}
	stream_shutdown(stream);
	stream_linger(stream);
}

static void
on_watch(uv_poll_t *poll, int status, int events)
{
	struct watch *watch = poll->data;
	struct event event = { .kind = EVENT_READABLE };

	(void)events;
	if (watch->round == NULL)
		return;
	if (watch->datagram >= 0) {
		/* An ICMP error makes libuv stop the poll; the socket itself tells which one. */
		datagram_read(watch);
		if (status < 0 && watch->round != NULL)
			uv_poll_start(poll, UV_READABLE, on_watch);
		return;
	}
	if (status < 0)
		event = (struct event){ .kind = EVENT_CLOSED, .err = stream_err(status),
		    .text = uv_strerror(status) };
	round_deliver(watch->round, event);
}

static void
on_watch_closed(uv_handle_t *handle)
{
	struct watch *watch = handle->data;

	if (watch->datagram >= 0)
		close(watch->datagram);
	watch->machine->open_handles--;
	watch->next = watch->machine->free_watch;
	watch->machine->free_watch = watch;
}

void
watch_open(struct round *round, int fd, int events)
{
	struct machine *machine = round->machine;
	struct watch *watch = machine->free_watch;
	int status;

	if (watch != NULL)
		machine->free_watch = watch->next;
	else
		watch = memory_new(1, sizeof(*watch));
	memset(watch, 0, sizeof(*watch));
	watch->machine = machine;
	watch->datagram = -1;
	status = uv_poll_init(machine->loop, &watch->poll, fd);
	if (status != 0) {
		watch->next = machine->free_watch;
		machine->free_watch = watch;
		round_pend_closed(round, ERR_IO, uv_strerror(status));
		return;
	}
	machine->open_handles++;
	watch->poll.data = watch;
	watch->round = round;
	round->watch = watch;
	uv_poll_start(&watch->poll, events, on_watch);
}

void
watch_close(struct watch *watch)
{
	if (watch->round != NULL)
		watch->round->watch = NULL;
	watch->round = NULL;
	uv_poll_stop(&watch->poll);
	uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
}
