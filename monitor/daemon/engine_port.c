/* SPDX-License-Identifier: Apache-2.0 */
/* One link polled by libuv, and the ring of what it has not taken yet. */
#include <stdlib.h>
#include <unistd.h>

#include "monitor/base/limits.h"
#include "monitor/base/log.h"
#include "monitor/daemon/engine_port.h"

struct waiting { enum message message; struct buffer body; };

struct port {
	uv_poll_t      poll;
	int            fd;
	bool           closed, hung;	/* by us; by the peer */
	port_message  *on_message;
	port_closed   *on_closed;
	void          *arg;
	struct buffer  in;
	struct waiting outbox[PORT_OUTBOX_MAX];
	size_t         first, count;
};

static void on_event(uv_poll_t *, int status, int events);

static void
watch(struct port *port)
{
	int events = UV_READABLE | (port->count > 0 ? UV_WRITABLE : 0);

	if (!port->closed)
		uv_poll_start(&port->poll, events, on_event);
}

static void
hang_up(struct port *port)
{
	if (port->hung)
		return;
	port->hung = true;
	uv_poll_stop(&port->poll);
	port->on_closed(port->arg);
}

static void
flush(struct port *port)
{
	while (port->count > 0) {
		struct waiting *next = &port->outbox[port->first];
		enum err err = link_send_large(port->fd, next->message,
		    bytes_of_buffer(&next->body));

		if (err == ERR_BUSY)
			break;
		if (err != ERR_OK && err != ERR_CLOSED)
			log_line(LOG_LEVEL_ERROR, "%s was not sent: %s",
			    message_name(next->message),
			    err_text(err));
		buffer_free(&next->body);
		port->first = (port->first + 1) % PORT_OUTBOX_MAX;
		port->count--;
	}
}

static void
read_some(struct port *port)
{
	for (int turn = 0; turn < LINK_TURN_MAX && !port->closed && !port->hung; turn++) {
		enum message message;
		int attached;
		enum err err = link_receive(port->fd, &message, &port->in, &attached);

		if (err == ERR_BUSY)
			return;
		if (err == ERR_CLOSED) {
			hang_up(port);
			return;
		}
		if (err == ERR_OK)
			port->on_message(port->arg, message, bytes_of_buffer(&port->in), attached);
		else
			log_line(LOG_LEVEL_WARNING, "a damaged message on a link was passed over");
		if (err != ERR_OK && attached >= 0)
			close(attached);
	}
}

static void
on_event(uv_poll_t *poll, int status, int events)
{
	struct port *port = poll->data;

	/* A peer that died with our messages unread is an error, though its last words still wait;
	 * reading comes to the end by itself. */
	if (status == 0 && (events & UV_WRITABLE))
		flush(port);
	if (status < 0 || (events & UV_READABLE))
		read_some(port);
	if (!port->hung)
		watch(port);
}

struct port *
port_open(uv_loop_t *loop, int fd, port_message *on_message, port_closed *on_closed, void *arg)
{
	struct port *port = memory_new(1, sizeof(*port));

	port->fd = fd;
	port->on_message = on_message;
	port->on_closed = on_closed;
	port->arg = arg;
	if (uv_poll_init(loop, &port->poll, fd) != 0) {
		free(port);
		return NULL;
	}
	port->poll.data = port;
	watch(port);
	return port;
}

static void
on_close(uv_handle_t *handle)
{
	struct port *port = handle->data;

	for (; port->count > 0; port->count--) {
		buffer_free(&port->outbox[port->first].body);
		port->first = (port->first + 1) % PORT_OUTBOX_MAX;
	}
	buffer_free(&port->in);
	free(port);
}

void
port_close(struct port *port)
{
	if (port == NULL || port->closed)
		return;
	port->closed = true;
	uv_poll_stop(&port->poll);
	uv_close((uv_handle_t *)&port->poll, on_close);
}

bool
port_room(const struct port *port, size_t messages)
{
	return port != NULL && !port->closed && !port->hung &&
	    PORT_OUTBOX_MAX - port->count >= messages;
}

enum err
port_send(struct port *port, enum message message, struct bytes body)
{
	struct waiting *last;

	if (port == NULL || port->closed || port->hung)
		return ERR_CLOSED;
	if (port->count == 0) {
		enum err err = link_send_large(port->fd, message, body);

		if (err != ERR_BUSY)
			return err;
	}
	if (port->count == PORT_OUTBOX_MAX)
		return ERR_BUSY;
	last = &port->outbox[(port->first + port->count++) % PORT_OUTBOX_MAX];
	*last = (struct waiting){ .message = message };
	buffer_put(&last->body, body.at, body.len);
	watch(port);
	return ERR_OK;
}

bool
port_drained(const struct port *port)
{
	return port == NULL || port->hung || port->count == 0;
}
