/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Peers for bench_probe, simulated: every address of this host answers PFCP heartbeats and GTP echoes,
 * from the address that was asked.  Ends with its parent.  usage: bench_paths
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/socket.h>

static const uint16_t ports[] = { 8805, 2152, 2123 };
enum { PORTS = sizeof(ports) / sizeof(ports[0]), TURN = 64 };

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

int
main(void)
{
	struct pollfd watched[PORTS];
	int on = 1;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < PORTS; i++) {
		struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(ports[i]) };

		watched[i] = (struct pollfd){ .events = POLLIN,
		    .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) };
		setsockopt(watched[i].fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
		if (bind(watched[i].fd, (struct sockaddr *)&own, sizeof(own)) != 0) {
			perror("bench_paths");
			return 1;
		}
	}
	while (poll(watched, PORTS, -1) > 0)
		for (size_t i = 0; i < PORTS; i++)
			if (watched[i].revents != 0)
				answer(watched[i].fd, ports[i]);
	return 1;
}
