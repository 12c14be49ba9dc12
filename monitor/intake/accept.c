/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is let in.  There is room for so many connections and so many of one address; when all room
 * is taken, one that never brought anything makes way.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/intake/http.h"
#include "monitor/intake/stream.h"

enum { ACCEPTS = 64, KEEP_IDLE_S = 60, KEEP_EACH_S = 15, KEEP_TIMES = 4 };

/* The oldest without a message; NULL if each brought one. */
static struct connection *
least_useful(struct intake *intake)
{
	struct connection *found = NULL;

	for (struct connection *c = intake->connections; c != NULL; c = c->next)
		if (c->messages == 0)
			found = c;
	return found;
}

static bool
room_for(struct listener *listener, const char *sender)
{
	struct intake *intake = listener->intake;
	struct connection *oldest;
	unsigned of_sender = 0;

	for (struct connection *c = intake->connections; c != NULL; c = c->next)
		of_sender += strcmp(c->sender, sender) == 0;
	if (of_sender >= INTAKE_CONNECTIONS_SENDER)
		return false;
	if (intake->connection_count < INTAKE_CONNECTIONS)
		return true;
	oldest = least_useful(intake);
	if (oldest == NULL)
		return false;
	intake_lost(oldest->listener, LOSS_CONNECTIONS, 1, oldest->sender);
	connection_drop(oldest);
	return true;
}

/* A peer that vanished without a word is found out by the kernel. */
static void
keep_alive(int fd)
{
	int one = 1, idle = KEEP_IDLE_S, each = KEEP_EACH_S, times = KEEP_TIMES;

	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &each, sizeof(each));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof(times));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

/* NULL: it was refused, and fd closed. */
static struct connection *
connection_new(struct listener *listener, int fd, const char *sender)
{
	struct intake *intake = listener->intake;
	struct connection *c = memory_new(1, sizeof(*c));

	*c = (struct connection){ .listener = listener, .fd = fd, .next = intake->connections,
	    .begun_ms = intake_now_ms(intake), .open = listener->transport != TRANSPORT_TLS };
	c->heard_ms = c->begun_ms;
	snprintf(c->sender, sizeof(c->sender), "%s", sender);
	if (listener->transport == TRANSPORT_TLS)
		c->tls = tls_peer_open(listener->tls);
	if ((listener->transport == TRANSPORT_TLS && c->tls == NULL) ||
	    uv_poll_init(&intake->loop, &c->poll, fd) != 0) {
		tls_peer_close(c->tls);
		close(fd);
		free(c);
		return NULL;
	}
	if (listener->kind == LISTENER_WEBHOOK)
		c->http = http_new();
	c->poll.data = c;
	if (c->next != NULL)
		c->next->before = c;
	intake->connections = c;
	intake->connection_count++;
	return c;
}

static void
on_accept(uv_poll_t *poll, int status, int events)
{
	struct listener *listener = poll->data;

	(void)status, (void)events;
	for (unsigned i = 0; i < ACCEPTS; i++) {
		struct sockaddr_storage from;
		socklen_t len = sizeof(from);
		char sender[INCOMING_SENDER];
		int fd = accept4(listener->fd, (struct sockaddr *)&from, &len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct connection *c;

		if (fd < 0 && errno == ECONNABORTED)
			continue;
		if (fd < 0)
			return;
		sender_text((struct sockaddr *)&from, sender);
		if (!room_for(listener, sender)) {
			intake_lost(listener, LOSS_CONNECTIONS, 1, sender);
			close(fd);
			continue;
		}
		keep_alive(fd);
		c = connection_new(listener, fd, sender);
		if (c != NULL)
			connection_begin(c);
	}
}

void
stream_start(struct listener *listener)
{
	listener_watch(listener, on_accept);
}
