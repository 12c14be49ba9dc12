/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peers for bench_probe, simulated: every address of this host answers PFCP heartbeats and GTP echoes
 * from the address that was asked, and the base protocol of Diameter over TCP (3868).  Ends with its
 * parent.  usage: bench_paths
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "probes/wire/diameter.h"

static const uint16_t ports[] = { 8805, 2152, 2123 };
enum { PORTS = sizeof(ports) / sizeof(ports[0]), TURN = 64, DIAMETER_PORT = 3868, BACKLOG = 4096 };

/* What epoll tells of a descriptor: one of the ports, the listener, or a connection's number. */
enum { TOLD_LISTENER = PORTS, TOLD_CONNECTION };

/* In place; its octets, 0 if it is no request that is answered. */
static size_t
answer_make(uint16_t port, uint8_t *octets, size_t len)
{
	if (len < 12 || octets[1] != 1)
		return 0;
	octets[1] = 2;
	if (port == 2152 || octets[0] == 0x32) {
		octets[3] = 6;
		octets[12] = 14, octets[13] = 0;
		return 14;
	}
	return len;	/* PFCP and GTPv2 answer with the same element */
}

static void
answer(int fd, uint16_t port)
{
	union { struct cmsghdr align; uint8_t at[64]; } control;
	struct sockaddr_in peer;
	uint8_t octets[256];
	struct iovec part = { .iov_base = octets, .iov_len = sizeof(octets) };
	struct msghdr message = { .msg_name = &peer, .msg_namelen = sizeof(peer), .msg_iov = &part,
	    .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	ssize_t got;

	for (int i = 0; i < TURN; i++) {
		part.iov_len = sizeof(octets);
		message.msg_controllen = sizeof(control);
		got = recvmsg(fd, &message, MSG_DONTWAIT);
		if (got <= 0)
			return;
		part.iov_len = answer_make(port, octets, (size_t)got);
		/* What tells where it was sent to tells where from the answer goes. */
		if (part.iov_len > 0)
			sendmsg(fd, &message, 0);
	}
}

/* The requests of one read, which the bench sends whole. */
static void
diameter_answer(int fd)
{
	static const struct diameter_self self = { .host = "peer.bench.lab", .realm = "bench.lab",
	    .product = "bench" };
	uint8_t octets[4096];
	ssize_t got = recv(fd, octets, sizeof(octets), MSG_DONTWAIT);
	struct buffer out = { .max = sizeof(octets) };
	struct diameter_message message;
	struct bytes in;
	struct why why;

	if (got <= 0) {
		close(fd);
		return;
	}
	for (in = bytes_of(octets, (size_t)got); diameter_frame(in, &message, &why) == DIAMETER_MESSAGE;
	    in = bytes_slice(in, message.header.len, in.len))
		diameter_answer_write(&self, &message.header, DIAMETER_SUCCESS, &out);
	if (send(fd, out.at, out.len, MSG_NOSIGNAL) < 0)
		perror("bench_paths");
	buffer_free(&out);
}

static void
watch(int poll, int fd, unsigned told)
{
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = (uint64_t)told << 32 | (unsigned)fd };

	epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

static bool
listener_open(int poll)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(DIAMETER_PORT) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	watch(poll, fd, TOLD_LISTENER);
	return bind(fd, (struct sockaddr *)&own, sizeof(own)) == 0 && listen(fd, BACKLOG) == 0;
}

static bool
port_open(int poll, unsigned place)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(ports[place]) };
	int on = 1, fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	watch(poll, fd, place);
	return bind(fd, (struct sockaddr *)&own, sizeof(own)) == 0;
}

static void
on_event(int poll, unsigned told, int fd)
{
	int new;

	if (told < PORTS)
		answer(fd, ports[told]);
	else if (told == TOLD_CONNECTION)
		diameter_answer(fd);
	else
		while ((new = accept4(fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
			watch(poll, new, TOLD_CONNECTION);
}

int
main(void)
{
	struct epoll_event event[TURN];
	int poll = epoll_create1(EPOLL_CLOEXEC), count;
	bool fine = listener_open(poll);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned i = 0; i < PORTS; i++)
		fine = port_open(poll, i) && fine;
	if (!fine) {
		perror("bench_paths");
		return 1;
	}
	while ((count = epoll_wait(poll, event, TURN, -1)) > 0)
		for (int i = 0; i < count; i++)
			on_event(poll, (unsigned)(event[i].data.u64 >> 32), (int)(uint32_t)event[i].data.u64);
	return 1;
}
