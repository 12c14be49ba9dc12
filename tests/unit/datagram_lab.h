/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A peer of datagrams for probe tests, in a child: each request it gets is given to a function that
 * answers as it likes, from the port that was asked or from another.
 */
#ifndef TESTS_UNIT_DATAGRAM_LAB_H
#define TESTS_UNIT_DATAGRAM_LAB_H

#include "tests/unit/probe_lab.h"

struct datagram_peer {
	int                fd, other;	/* the port that was asked, and a stranger's */
	struct sockaddr_in peer;
	unsigned           came;	/* requests so far */
};

typedef void (*datagram_answer)(const struct datagram_peer *, const uint8_t *request, size_t len,
    int script);

static inline void
datagram_say(const struct datagram_peer *peer, const void *octets, size_t len)
{
	sendto(peer->fd, octets, len, 0, (const struct sockaddr *)&peer->peer, sizeof(peer->peer));
}

static inline void
datagram_say_other(const struct datagram_peer *peer, const void *octets, size_t len)
{
	sendto(peer->other, octets, len, 0, (const struct sockaddr *)&peer->peer,
	    sizeof(peer->peer));
}

static inline pid_t
datagram_serve(uint16_t port, datagram_answer answer, int script)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct datagram_peer peer = { .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
	    .other = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) };
	pid_t pid;

	if (bind(peer.fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		perror("bind");
		exit(1);
	}
	pid = fork();
	if (pid != 0) {
		close(peer.fd), close(peer.other);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		socklen_t len = sizeof(peer.peer);
		uint8_t request[2048];
		ssize_t got = recvfrom(peer.fd, request, sizeof(request), 0,
		    (struct sockaddr *)&peer.peer, &len);

		if (got < 0)
			_exit(1);
		peer.came++;
		answer(&peer, request, (size_t)got, script);
	}
}

/* What a probe test holds: one machine, one endpoint of one probe. */
struct datagram_lab {
	uv_loop_t        loop;
	struct machine  *machine;
	struct endpoint *endpoint;
	struct lab_seen  seen;
};

static inline void
datagram_begin(struct datagram_lab *lab, const struct probe_ops *ops,
    const struct round_option *option, size_t options)
{
	memset(lab, 0, sizeof(*lab));
	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	lab->endpoint = endpoint_new(lab->machine, ops, "127.0.0.1", option, options);
}

static inline void
datagram_round(struct datagram_lab *lab, uint16_t port, int64_t deadline_ms)
{
	lab_round(lab->machine, &lab->loop, lab->endpoint, port, deadline_ms, &lab->seen);
}

static inline struct bytes
datagram_facts(const struct datagram_lab *lab)
{
	return bytes_of(lab->seen.facts.at, lab->seen.facts.len);
}

static inline void
datagram_end(struct datagram_lab *lab)
{
	endpoint_free(lab->endpoint);
	machine_free(lab->machine);
	uv_loop_close(&lab->loop);
	lab_seen_free(&lab->seen);
}

#endif
