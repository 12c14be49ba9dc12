/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets are opened and bound before the role gives up what it may not keep; afterwards none can
 * be opened any more.  One that cannot be had does not stop the others.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/log.h"
#include "monitor/intake/snmp_library.h"
#include "monitor/intake/snmp_listen.h"
#include "monitor/intake/stream.h"

enum { BACKLOG = 128, RECEIVE_OCTETS = 8 << 20 };

static const char *const kind_words[LISTENER_KINDS] = { [LISTENER_SYSLOG] = "syslog",
	[LISTENER_TRAP] = "trap", [LISTENER_WEBHOOK] = "webhook" };
static const char *const transport_words[TRANSPORTS] = { [TRANSPORT_UDP] = "udp",
	[TRANSPORT_TCP] = "tcp", [TRANSPORT_TLS] = "tls" };

static bool
word_find(const char *word, const char *const *words, unsigned count, unsigned *place)
{
	for (*place = 0; *place < count; ++*place)
		if (strcmp(word, words[*place]) == 0)
			return true;
	return false;
}

void
sender_text(const struct sockaddr *address, char out[INCOMING_SENDER])
{
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;
	const void *at = address->sa_family == AF_INET6 ? (const void *)&six->sin6_addr :
	    (const void *)&four->sin_addr;
	int family = address->sa_family;

	if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
		at = &six->sin6_addr.s6_addr[12];
		family = AF_INET;
	}
	if ((family != AF_INET && family != AF_INET6) ||
	    inet_ntop(family, at, out, INCOMING_SENDER) == NULL)
		snprintf(out, INCOMING_SENDER, "?");
}

static bool
address_read(const char *text, uint32_t port, struct sockaddr_storage *out, socklen_t *len)
{
	struct sockaddr_in *four = (void *)out;
	struct sockaddr_in6 *six = (void *)out;

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		*len = sizeof(*four);
		return true;
	}
	if (inet_pton(AF_INET6, text, &six->sin6_addr) != 1)
		return false;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)port);
	*len = sizeof(*six);
	return true;
}

void
listener_options(int fd, bool stream)
{
	int one = 1, room = RECEIVE_OCTETS;

	if (stream) {
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		return;
	}
	/* Room for a burst; beyond net.core.rmem_max only for who may. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) != 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	(void)setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &one, sizeof(one));
}

enum err
listener_bind(struct listener *listener, const struct plan_listener *plan, struct why *why)
{
	bool stream = listener->transport != TRANSPORT_UDP;
	struct sockaddr_storage address;
	socklen_t len;
	int fd;

	if (!address_read(plan->address, plan->port, &address, &len))
		return why_set(why, ERR_INVALID, "%s is no address", plan->address);
	fd = socket(address.ss_family, (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0);
	if (fd < 0)
		return why_set(why, ERR_IO, "no socket: %s", strerror(errno));
	listener_options(fd, stream);
	/* "::" is for IPv4, too, whatever net.ipv6.bindv6only says. */
	if (address.ss_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){ 0 }, sizeof(int));
	if (bind(fd, (struct sockaddr *)&address, len) != 0 ||
	    (stream && listen(fd, BACKLOG) != 0)) {
		why_set(why, ERR_IO, "%s port %u cannot be listened on: %s", plan->address,
		    plan->port, strerror(errno));
		close(fd);
		return ERR_IO;
	}
	listener->fd = fd;
	return ERR_OK;
}

static enum err
tls_open(struct listener *listener, const struct plan_listener *plan, struct why *why)
{
	const struct role_start *start = listener->intake->start;
	struct bytes trust = role_file(start, plan->trust);

	/* A trust file that is not there must not mean that everybody is trusted. */
	if (plan->trust[0] != '\0' && trust.len == 0)
		return why_set(why, ERR_NOT_FOUND, "%s is not there", plan->trust);
	return tls_server_open(role_file(start, plan->certificate), role_file(start, plan->key),
	    trust, &listener->tls, why);
}

static enum err
credentials_open(struct listener *listener, const struct plan_listener *plan, struct why *why)
{
	const struct role_start *start = listener->intake->start;
	enum err err = ERR_OK;

	if (listener->kind == LISTENER_WEBHOOK && plan->users[0] != '\0')
		err = secrets_read(role_file(start, plan->users), 1, &listener->tokens, why);
	if (err != ERR_OK)
		return why_in(why, "%s", plan->users);
	if (listener->kind == LISTENER_TRAP && plan->communities[0] != '\0')
		err = secrets_read(role_file(start, plan->communities), 0,
		    &listener->communities, why);
	if (err != ERR_OK)
		return why_in(why, "%s", plan->communities);
	if (listener->kind == LISTENER_TRAP && plan->users[0] != '\0')
		err = snmp_users_take(role_file(start, plan->users), listener->index, why);
	if (err != ERR_OK)
		return why_in(why, "%s", plan->users);
	return ERR_OK;
}

static enum err
listener_open(struct listener *listener, const struct plan_listener *plan, struct why *why)
{
	unsigned kind, transport;

	if (!word_find(plan->kind, kind_words, LISTENER_KINDS, &kind) ||
	    !word_find(plan->transport, transport_words, TRANSPORTS, &transport))
		return why_set(why, ERR_UNSUPPORTED, "this version has no listener of kind \"%s\" "
		    "over \"%s\"", plan->kind, plan->transport);
	listener->kind = (enum listener_kind)kind;
	listener->transport = (enum listener_transport)transport;
	if ((listener->kind == LISTENER_TRAP && listener->transport != TRANSPORT_UDP) ||
	    (listener->kind == LISTENER_WEBHOOK && listener->transport == TRANSPORT_UDP))
		return why_set(why, ERR_UNSUPPORTED, "%s over %s is not listened for", plan->kind,
		    plan->transport);
	if (listener->transport == TRANSPORT_TLS && tls_open(listener, plan, why) != ERR_OK)
		return why->err;
	if (credentials_open(listener, plan, why) != ERR_OK)
		return why->err;
	if (listener->kind == LISTENER_TRAP)
		return snmp_listen_open(listener, plan, why);
	return listener_bind(listener, plan, why);
}

/* For every monitor and machine its own, and the same at each start. */
static void
snmp_begin(const struct plan *plan)
{
	struct buffer engine = { .max = 0 };
	struct why why;

	if (file_read("/etc/machine-id", 4096, &engine, &why) != ERR_OK)
		log_line(LOG_LEVEL_INFO, "the SNMP engine id is made of the monitor's name alone: "
		    "%s", why.text);
	buffer_put_text(&engine, plan->name);
	/* Seconds since 2020: greater at each start, without a file to keep it in. */
	snmp_library_begin(bytes_of_buffer(&engine),
	    (uint32_t)(clock_wall_ms() / 1000 - 1577836800));
	buffer_free(&engine);
}

void
listeners_open(struct intake *intake)
{
	const struct plan *plan = intake->start->plan;

	intake->listeners = plan->listeners;
	intake->listener = memory_new(plan->listeners + 1, sizeof(*intake->listener));
	for (uint32_t i = 0, traps = 0; i < plan->listeners; i++)
		if (strcmp(plan->listener[i].kind, kind_words[LISTENER_TRAP]) == 0 && traps++ == 0)
			snmp_begin(plan);
	for (uint32_t i = 0; i < plan->listeners; i++) {
		struct listener *listener = &intake->listener[i];
		struct why why = { .err = ERR_OK };

		listener->intake = intake;
		listener->index = i;
		listener->fd = -1;
		if (listener_open(listener, &plan->listener[i], &why) == ERR_OK)
			continue;
		snprintf(listener->failed, sizeof(listener->failed), "%s", why.text);
		log_line(LOG_LEVEL_ERROR, "listener %s does not listen: %s",
		    plan->listener[i].name, why.text);
	}
}

void
listener_watch(struct listener *listener, uv_poll_cb then)
{
	if (uv_poll_init(&listener->intake->loop, &listener->poll, listener->fd) != 0)
		return;
	listener->poll.data = listener;
	listener->polled = true;
	uv_poll_start(&listener->poll, UV_READABLE, then);
}

void
listeners_start(struct intake *intake)
{
	for (uint32_t i = 0; i < intake->listeners; i++) {
		struct listener *listener = &intake->listener[i];

		if (listener->fd < 0)
			continue;
		if (listener->kind == LISTENER_TRAP)
			snmp_listen_start(listener);
		else if (listener->transport == TRANSPORT_UDP)
			udp_start(listener);
		else
			stream_start(listener);
	}
}

static void
on_closed(uv_handle_t *handle)
{
	(void)handle;
}

void
listeners_close(struct intake *intake)
{
	for (uint32_t i = 0; i < intake->listeners; i++) {
		struct listener *listener = &intake->listener[i];

		if (listener->polled)
			uv_close((uv_handle_t *)&listener->poll, on_closed);
		listener->polled = false;
		if (listener->fd >= 0)
			close(listener->fd);
		listener->fd = -1;
	}
}
