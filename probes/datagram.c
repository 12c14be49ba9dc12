/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datagrams of rounds: a UDP socket connected to the peer, so that the kernel passes on what comes
 * from that address and port alone, and tells an ICMP refusal.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "probes/resolve.h"
#include "probes/round.h"

enum { DATAGRAMS_A_TURN = 16 };	/* one talkative peer does not hold the loop */

static void
datagram_closed(struct round *round, int error)
{
	int status = uv_translate_sys_error(error);

	round_deliver(round, (struct event){ .kind = EVENT_CLOSED, .err = stream_err(status),
	    .text = uv_strerror(status) });
}

/* False when the round has taken its last octet. */
static bool
datagram_take(struct watch *watch)
{
	struct round *round = watch->round;
	struct machine *machine = watch->machine;
	ssize_t got = recv(watch->datagram, machine->receive, RECEIVE_MAX, MSG_DONTWAIT);

	if (got < 0) {
		if (errno != EAGAIN && errno != EINTR)
			datagram_closed(round, errno);
		return false;
	}
	watch->received += (size_t)got;
	if (watch->received > (round->ops->answer_max > 0 ? round->ops->answer_max : ANSWER_MAX)) {
		round_deliver(round, (struct event){ .kind = EVENT_CLOSED, .err = ERR_LIMIT,
		    .text = "the peer sent more than is accepted in one round" });
		return false;
	}
	round_deliver(round, (struct event){ .kind = EVENT_DATA,
	    .data = bytes_of(machine->receive, (size_t)got) });
	return watch->round != NULL;
}

void
datagram_read(struct watch *watch)
{
	for (size_t i = 0; i < DATAGRAMS_A_TURN && datagram_take(watch); i++)
		continue;
}

static int
datagram_socket(const struct round *round, const struct sockaddr *address, int *out)
{
	const struct sockaddr *source = round_source(round);
	int fd = socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return uv_translate_sys_error(errno);
	if ((source != NULL && bind(fd, source, address_len(source)) != 0) ||
	    connect(fd, address, address_len(address)) != 0) {
		int status = uv_translate_sys_error(errno);

		close(fd);
		return status;
	}
	*out = fd;
	return 0;
}

void
datagram_open(struct round *round, uint16_t port)
{
	struct sockaddr_storage address = round->address;
	int fd = -1, status;

	if (port != 0)
		address_set_port((struct sockaddr *)&address, port);
	status = datagram_socket(round, (const struct sockaddr *)&address, &fd);
	if (status != 0) {
		if (source_blamed(round->endpoint, status))
			round->source_status = status;
		round_pend_closed(round, stream_err(status), uv_strerror(status));
		return;
	}
	watch_open(round, fd, UV_READABLE);
	if (round->watch == NULL)
		close(fd);
	else
		round->watch->datagram = fd;
}

/* A refusal of an earlier datagram may be told by the send of the next one. */
void
datagram_send(struct round *round, struct bytes octets)
{
	if (send(round->watch->datagram, octets.at, octets.len, MSG_DONTWAIT) < 0 &&
	    errno != EAGAIN && errno != ENOBUFS) {
		int status = uv_translate_sys_error(errno);

		if (source_blamed(round->endpoint, status))
			round->source_status = status;
		round_pend_closed(round, stream_err(status), uv_strerror(status));
	}
}

bool
datagram_local(const struct round *round, struct sockaddr_storage *out)
{
	socklen_t len = sizeof(*out);

	return getsockname(round->watch->datagram, (struct sockaddr *)out, &len) == 0;
}
