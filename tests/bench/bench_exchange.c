/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands below rounds, to hold their figures against:
 *   bench_exchange echo COUNT      ICMP echoes to 127.1.0.1 and on, sent and taken sixteen at a time with
 *                                  nothing judged: what the kernel alone takes of any program
 *   bench_exchange watchdog COUNT  Diameter watchdogs of our codec over sixteen kept connections to
 *                                  bench_paths; no probe keeps one, a round makes its own
 * Prints CPU-seconds for a thousand.
 */
#include <arpa/inet.h>
#include <linux/icmp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "monitor/base/clock.h"
#include "monitor/base/hash.h"
#include "probes/wire/diameter.h"

enum { BATCH = 16, TARGETS = 1000, ECHO_OCTETS = 24, OCTETS_MAX = 4096, WAIT_MS = 1000 };

static struct sockaddr_in
target(size_t i, uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(0x7f010001 + (uint32_t)(i % TARGETS)) };
}

/* A batch of what was asked for is there; false: some were lost. */
static bool
batch_take(int fd, struct mmsghdr *message, int wanted)
{
	struct pollfd watched = { .fd = fd, .events = POLLIN };

	while (wanted > 0 && poll(&watched, 1, WAIT_MS) > 0) {
		int got = recvmmsg(fd, message, BATCH, MSG_DONTWAIT, NULL);

		wanted -= got > 0 ? got : 0;
	}
	return wanted == 0;
}

static bool
echoes(size_t count)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP), octets = 1 << 20;
	struct icmp_filter replies = { .data = ~(1u << ICMP_ECHOREPLY) };
	static const uint8_t echo[ECHO_OCTETS] = { ICMP_ECHO, 0, 0xf7, 0xff };
	static uint8_t answer[BATCH][OCTETS_MAX];
	struct mmsghdr asked[BATCH], told[BATCH];
	struct iovec part[BATCH], room[BATCH];
	struct sockaddr_in to[BATCH];
	bool fine = fd >= 0;

	setsockopt(fd, SOL_RAW, ICMP_FILTER, &replies, sizeof(replies));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof(octets));
	for (size_t done = 0; fine && done < count; done += BATCH) {
		for (size_t i = 0; i < BATCH; i++) {
			to[i] = target(done + i, 0);
			part[i] = (struct iovec){ (void *)(uintptr_t)echo, sizeof(echo) };
			room[i] = (struct iovec){ answer[i], OCTETS_MAX };
			asked[i].msg_hdr = (struct msghdr){ .msg_name = &to[i], .msg_iov = &part[i],
			    .msg_namelen = sizeof(to[i]), .msg_iovlen = 1 };
			told[i].msg_hdr = (struct msghdr){ .msg_iov = &room[i], .msg_iovlen = 1 };
		}
		fine = sendmmsg(fd, asked, BATCH, 0) == BATCH && batch_take(fd, told, BATCH);
	}
	return fine;
}

static bool
watchdog_answered(int fd, struct diameter_ids ids)
{
	uint8_t octets[OCTETS_MAX];
	ssize_t got = recv(fd, octets, sizeof(octets), 0);
	struct diameter_message message;
	struct diameter_said said;
	struct why why;

	return got > 0 && diameter_frame(bytes_of(octets, (size_t)got), &message, &why) ==
	    DIAMETER_MESSAGE && diameter_answers(&message.header, DIAMETER_WATCHDOG, ids) &&
	    diameter_read(&message, &said, &why) == ERR_OK && said.result == DIAMETER_SUCCESS;
}

static bool
watchdogs(size_t count)
{
	static const struct diameter_self self = { .host = "monitor.bench.lab", .realm = "bench.lab",
	    .product = "sekimori" };
	struct diameter_ids ids[BATCH];
	struct buffer out = { .max = OCTETS_MAX };
	bool fine = true;
	int fd[BATCH];

	for (size_t i = 0; i < BATCH; i++) {
		struct sockaddr_in to = target(i, 3868);

		fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		fine = fine && connect(fd[i], (struct sockaddr *)&to, sizeof(to)) == 0;
	}
	for (size_t done = 0; fine && done < count; done += BATCH) {
		random_fill(ids, sizeof(ids));
		for (size_t i = 0; i < BATCH; i++) {
			buffer_reset(&out);
			diameter_request_write(&self, DIAMETER_WATCHDOG, ids[i], &out);
			fine = send(fd[i], out.at, out.len, MSG_NOSIGNAL) == (ssize_t)out.len && fine;
		}
		for (size_t i = 0; i < BATCH; i++)
			fine = fine && watchdog_answered(fd[i], ids[i]);
	}
	buffer_free(&out);
	return fine;
}

int
main(int argc, char **argv)
{
	size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) / BATCH * BATCH : 0;
	int64_t cpu = clock_cpu_ns();
	bool echo = argc == 3 && strcmp(argv[1], "echo") == 0;

	if (count == 0 || (!echo && strcmp(argv[1], "watchdog") != 0)) {
		fprintf(stderr, "usage: bench_exchange echo|watchdog COUNT\n");
		return 2;
	}
	if (!(echo ? echoes(count) : watchdogs(count))) {
		fprintf(stderr, "bench_exchange: %s: not everything was answered\n", argv[1]);
		return 1;
	}
	cpu = clock_cpu_ns() - cpu;
	printf("kind=%s rounds=%zu bad=0 cpu_per_1000=%.5f\n", argv[1], count,
	    (double)cpu / 1e6 / (double)count);
	return 0;
}
