/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets that many rounds share, so that a round costs no socket of its own: one for each family
 * and source, unconnected, what comes told apart by the peer's address and port.  ICMP errors come
 * by its error queue with the address they are about.  Two rounds that ask the same peer at once
 * have two of them.  Echo sockets are shared in the same way; hub_echo.c has what is theirs alone.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <linux/errqueue.h>

#include "probes/resolve.h"
#include "probes/hub.h"

enum {
	HUB_ROUNDS   = 65536,	/* that one serves; then another has another port */
	HUB_TURN     = 16,	/* datagrams of one turn: no peer holds the loop */
	CONTROL      = 256,
	QUEUE_OCTETS = 1 << 20	/* asked for, for answers that come at once */
};

static size_t
slot_of(const struct sockaddr_storage *peer)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)peer;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)peer;
	uint32_t part[4] = { 0 }, hash = 2166136261u;

	if (peer->ss_family == AF_INET6)
		memcpy(part, &six->sin6_addr, sizeof(part));
	else
		part[0] = four->sin_addr.s_addr;
	part[1] ^= four->sin_port;	/* at the same place in both */
	for (size_t i = 0; i < 4; i++)
		hash = (hash ^ part[i]) * 16777619u;
	return (hash ^ hash >> 16 ^ hash >> 8) & (HUB_SLOTS - 1);
}

static bool
address_same(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	const struct sockaddr_in *a4 = (const struct sockaddr_in *)a;
	const struct sockaddr_in *b4 = (const struct sockaddr_in *)b;
	const struct sockaddr_in6 *a6 = (const struct sockaddr_in6 *)a;
	const struct sockaddr_in6 *b6 = (const struct sockaddr_in6 *)b;

	if (a->ss_family != b->ss_family)
		return false;
	if (a->ss_family == AF_INET6)
		return memcmp(&a6->sin6_addr, &b6->sin6_addr, sizeof(a6->sin6_addr)) == 0;
	return a4->sin_addr.s_addr == b4->sin_addr.s_addr;
}

static bool
peer_same(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	return ((const struct sockaddr_in *)a)->sin_port ==
	    ((const struct sockaddr_in *)b)->sin_port && address_same(a, b);
}

static struct round *
round_at(const struct hub *hub, const struct sockaddr_storage *peer)
{
	struct round *round = hub->slot[slot_of(peer)];

	while (round != NULL && !peer_same(&round->peer, peer))
		round = round->hub_next;
	return round;
}

static void
on_hub_closed(uv_handle_t *handle)
{
	struct hub *hub = handle->data;

	close(hub->fd);
	hub->machine->open_handles--;
	free(hub);
}

/* No round is in it, and none will be. */
static void
hub_close(struct hub *hub)
{
	struct hub **at = &hub->machine->hub;

	while (*at != hub)
		at = &(*at)->next;
	*at = hub->next;
	uv_poll_stop(&hub->poll);
	uv_close((uv_handle_t *)&hub->poll, on_hub_closed);
}

void
hub_leave(struct round *round)
{
	struct hub *hub = round->hub;
	struct round **at = &hub->slot[slot_of(&round->peer)];

	while (*at != round)
		at = &(*at)->hub_next;
	*at = round->hub_next;
	round->hub = NULL;
	if (--hub->rounds == 0 && hub->retired && !hub->busy)
		hub_close(hub);
}

/* An error that an ICMP message told, with the peer it is about and who told it. */
static void
error_deliver(struct hub *hub, struct sockaddr_storage *peer, const struct msghdr *message,
    const uint8_t *octets, size_t len)
{
	struct event event = { .kind = EVENT_CLOSED };
	const struct sock_extended_err *said = NULL;
	struct sockaddr_storage offender = { .ss_family = AF_UNSPEC }, own;
	struct round *round;
	int status;

	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL;
	    part = CMSG_NXTHDR((struct msghdr *)message, part))
		if ((part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR) ||
		    (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR))
			said = (const struct sock_extended_err *)CMSG_DATA(part);
	if (said == NULL)
		return;
	if (hub->echo)	/* what came back is our message: its identifier is the round's */
		((struct sockaddr_in *)peer)->sin_port = 0;
	if (hub->echo && hub->raw && len >= HUB_ECHO)
		memcpy(&((struct sockaddr_in *)peer)->sin_port, octets + 4, 2);
	round = round_at(hub, peer);
	if (round == NULL)
		return;
	status = uv_translate_sys_error((int)said->ee_errno);
	event.err = stream_err(status);
	event.text = uv_strerror(status);
	event.icmp = said->ee_origin == SO_EE_ORIGIN_ICMP || said->ee_origin == SO_EE_ORIGIN_ICMP6;
	event.icmp_type = said->ee_type;
	event.icmp_code = said->ee_code;
	memcpy(&offender, SO_EE_OFFENDER(said), hub->family == AF_INET6 ?
	    sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
	if (event.icmp)
		event.teller = address_same(&offender, peer) ? TELLER_PEER :
		    hub_local(round, &own) && address_same(&offender, &own) ? TELLER_SELF :
		    TELLER_ROUTER;
	round_deliver(round, event);
}

static void
errors_read(struct hub *hub)
{
	for (size_t i = 0; i < HUB_TURN; i++) {
		struct sockaddr_storage peer = { .ss_family = AF_UNSPEC };
		uint8_t octets[64];
		union { struct cmsghdr align; uint8_t at[CONTROL]; } control;
		struct iovec part = { .iov_base = octets, .iov_len = sizeof(octets) };
		struct msghdr message = { .msg_name = &peer, .msg_namelen = sizeof(peer),
		    .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
		    .msg_controllen = sizeof(control) };
		ssize_t got = recvmsg(hub->fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);

		if (got < 0)
			return;
		error_deliver(hub, &peer, &message, octets, (size_t)got);
	}
}

static void
datagram_deliver(struct hub *hub, struct sockaddr_storage *peer, struct bytes in, uint8_t hops)
{
	struct round *round;

	if (hub->echo)
		in = hub_echo_reply(hub, peer, in);
	if (hub->echo && in.len == 0)
		return;
	round = round_at(hub, peer);
	if (round == NULL)
		return;		/* late, or somebody else's */
	round->hub_received += in.len;
	if (round->hub_received > (round->ops->answer_max > 0 ? round->ops->answer_max :
	    ANSWER_MAX))
		round_deliver(round, (struct event){ .kind = EVENT_CLOSED, .err = ERR_LIMIT,
		    .text = "the peer sent more than is accepted in one round" });
	else
		round_deliver(round, (struct event){ .kind = EVENT_DATA, .data = in,
		    .hops = hops });
}

static void
datagrams_read(struct hub *hub)
{
	struct sockaddr_storage peer[HUB_TURN];
	union { struct cmsghdr align; uint8_t at[64]; } control[HUB_TURN];
	struct iovec part[HUB_TURN];
	struct mmsghdr message[HUB_TURN];
	int got;

	for (size_t i = 0; i < HUB_TURN; i++) {
		part[i] = (struct iovec){ .iov_base = hub->machine->receive + i * HUB_DATAGRAM,
		    .iov_len = HUB_DATAGRAM };
		message[i].msg_hdr = (struct msghdr){ .msg_name = &peer[i],
		    .msg_namelen = sizeof(peer[i]), .msg_iov = &part[i], .msg_iovlen = 1,
		    .msg_control = hub->echo ? &control[i] : NULL,
		    .msg_controllen = hub->echo ? sizeof(control[i]) : 0 };
	}
	got = recvmmsg(hub->fd, message, HUB_TURN, MSG_DONTWAIT, NULL);
	for (int i = 0; i < got; i++)
		datagram_deliver(hub, &peer[i], bytes_of(part[i].iov_base, message[i].msg_len),
		    hub->echo ? hub_hops(&message[i].msg_hdr) : 0);
}

static void
on_hub(uv_poll_t *poll, int status, int events)
{
	struct hub *hub = poll->data;

	(void)events;
	hub->busy = true;
	datagrams_read(hub);
	if (status < 0)
		errors_read(hub);
	hub->busy = false;
	if (hub->rounds == 0 && hub->retired)
		hub_close(hub);
	else if (status < 0)	/* libuv stops at an error, which the queue has given up now */
		uv_poll_start(poll, UV_READABLE, on_hub);
}

/* What every one of them wants to be told; those that fail are for other families. */
static void
socket_options(int fd, sa_family_t family, bool echo)
{
	int on = 1, octets = QUEUE_OCTETS;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof(octets));
	if (family == AF_INET6) {
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
		if (echo)
			setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof(on));
	} else {
		setsockopt(fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
		if (echo)
			setsockopt(fd, IPPROTO_IP, IP_RECVTTL, &on, sizeof(on));
	}
}

static int
hub_make(const struct round *round, bool echo, struct hub **out)
{
	const struct sockaddr *source = round_source(round);
	struct machine *machine = round->machine;
	sa_family_t family = round->address.ss_family;
	struct hub *hub;
	bool raw = false;
	int status = 0, fd = echo ? hub_echo_open(machine, family, &raw) :
	    socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return uv_translate_sys_error(errno);
	socket_options(fd, family, echo);
	/* One raw socket serves every source: it says with each message which one is meant. */
	if (!raw && source != NULL && bind(fd, source, address_len(source)) != 0)
		status = uv_translate_sys_error(errno);
	hub = memory_new(1, sizeof(*hub));
	if (status == 0)
		status = uv_poll_init(machine->loop, &hub->poll, fd);
	if (status != 0) {
		close(fd);
		free(hub);
		return status;
	}
	hub->fd = fd, hub->echo = echo, hub->raw = raw, hub->family = family;
	hub->machine = machine;
	hub->poll.data = hub;
	if (!raw && source != NULL)
		memcpy(&hub->source, source, address_len(source));
	hub->next = machine->hub;
	machine->hub = hub;
	machine->open_handles++;
	uv_poll_start(&hub->poll, UV_READABLE, on_hub);
	*out = hub;
	return 0;
}

static bool
hub_fits(const struct hub *hub, const struct round *round, bool echo)
{
	const struct sockaddr_storage none = { .ss_family = AF_UNSPEC };
	const struct sockaddr *source = round_source(round);
	const struct sockaddr_storage *wanted = source == NULL ? &none :
	    (const struct sockaddr_storage *)source;

	if (hub->echo != echo || hub->family != round->address.ss_family || hub->retired)
		return false;
	if (hub->raw)
		return true;
	return (wanted->ss_family == AF_UNSPEC && hub->source.ss_family == AF_UNSPEC) ||
	    address_same(wanted, &hub->source);
}

static uint16_t
identifier_draw(struct hub *hub)
{
	if (hub->identifiers == 0) {
		random_fill(hub->identifier, sizeof(hub->identifier));
		hub->identifiers = HUB_IDENTIFIERS;
	}
	return hub->identifier[--hub->identifiers];
}

/* The peer's place in the hub; of a raw one, with an identifier nobody has towards this peer. */
static bool
peer_place(struct hub *hub, struct round *round)
{
	struct sockaddr_in *peer = (struct sockaddr_in *)&round->peer;

	if (hub->echo)
		peer->sin_port = 0;
	if (!hub->raw)
		return round_at(hub, &round->peer) == NULL;
	do
		peer->sin_port = identifier_draw(hub);
	while (round_at(hub, &round->peer) != NULL);
	return true;
}

void
hub_open(struct round *round, bool echo, uint16_t port)
{
	struct hub *hub = round->machine->hub;
	int status = 0;
	size_t slot;

	round->peer = round->address;
	round->hub_received = 0;
	if (port != 0)
		address_set_port((struct sockaddr *)&round->peer, port);
	while (hub != NULL && !(hub_fits(hub, round, echo) && peer_place(hub, round)))
		hub = hub->next;
	if (hub == NULL) {
		status = hub_make(round, echo, &hub);
		if (status == 0)
			(void)peer_place(hub, round);
	}
	if (status != 0) {
		if (source_blamed(round->endpoint, status) && !echo)
			round->source_status = status;
		round_pend_closed(round, stream_err(status), uv_strerror(status));
		return;
	}
	slot = slot_of(&round->peer);
	round->hub = hub;
	round->hub_next = hub->slot[slot];
	hub->slot[slot] = round;
	hub->rounds++;
	hub->retired = ++hub->served >= HUB_ROUNDS && !hub->raw;
}

void
hub_send(struct round *round, struct bytes octets)
{
	struct hub *hub = round->hub;
	struct sockaddr_storage to = round->peer;
	union { struct cmsghdr align; uint8_t at[64]; } control = { .at = { 0 } };
	uint8_t whole[HUB_DATAGRAM];
	struct iovec part = { .iov_base = (void *)(uintptr_t)octets.at, .iov_len = octets.len };
	struct msghdr message = { .msg_name = &to,
	    .msg_namelen = address_len((const struct sockaddr *)&to), .msg_iov = &part,
	    .msg_iovlen = 1 };
	int status, tries = 0;

	if (hub->echo && octets.len >= HUB_ECHO && octets.len <= sizeof(whole)) {
		((struct sockaddr_in *)&to)->sin_port = 0;
		memcpy(whole, octets.at, octets.len);
		part.iov_base = whole;
		if (hub->raw)
			hub_raw_finish(round, whole, octets.len);
	}
	if (hub->raw)
		hub_raw_source(round, &message, &control);
	/* The first failure may be another peer's, told late: asking again clears it. */
	while (sendmsg(hub->fd, &message, MSG_DONTWAIT) < 0) {
		if (errno == EAGAIN || errno == ENOBUFS)
			return;		/* lost on the way out: the probe repeats itself */
		if (++tries < 2)
			continue;
		status = uv_translate_sys_error(errno);
		if (source_blamed(round->endpoint, status))
			round->source_status = status;
		round_pend_closed(round, stream_err(status), uv_strerror(status));
		return;
	}
}

/* An unbound socket has no address: one that is connected to the peer would have it. */
bool
hub_local(const struct round *round, struct sockaddr_storage *out)
{
	struct sockaddr_storage way;
	socklen_t len = sizeof(*out), way_len = sizeof(way);
	bool known = getsockname(round->hub->fd, (struct sockaddr *)out, &len) == 0;
	int fd;

	if (!known || round_source(round) != NULL)
		return known;
	fd = socket(round->hub->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	known = fd >= 0 && connect(fd, (const struct sockaddr *)&round->peer,
	    address_len((const struct sockaddr *)&round->peer)) == 0 &&
	    getsockname(fd, (struct sockaddr *)&way, &way_len) == 0;
	if (known) {
		((struct sockaddr_in *)&way)->sin_port = ((struct sockaddr_in *)out)->sin_port;
		*out = way;
	}
	if (fd >= 0)
		close(fd);
	return known;
}

void
hub_end(struct machine *machine)
{
	while (machine->hub != NULL)
		hub_close(machine->hub);
	for (size_t i = 0; i < 2; i++)
		if (machine->raw[i] >= 0)
			close(machine->raw[i]);
}
