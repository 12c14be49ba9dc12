/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A path of known length for the lab, where the kernel has no delay discipline: forwards TCP and
 * holds every octet for a time in each direction, never less.  Two lies a front end can tell are
 * played on request: the predictable first octets of a ServerHello sent before the real ones are
 * there, and a ServerHello let through while the rest is still on its way.
 * usage: delay_forward LISTEN:PORT SERVER:PORT ONE-WAY-MICROSECONDS [early | split MICROSECONDS]
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { HELD = 256, PART = 16384, HELLO = 127, EARLY = 11 };

struct part { int64_t due_ns; size_t len, at; uint8_t octets[PART]; };

/* One direction: a ring of what is held, in the order it came. */
struct way {
	int          from, to;
	int64_t      delay_ns;
	struct part *ring;
	size_t       first, count, passed;
	bool         ended, told;
};

static bool    early;
static int64_t split_ns;

/* What an OpenSSL server's ServerHello begins with. */
static const uint8_t beginning[EARLY] = { 22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3 };

static int64_t
now_ns(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

static void
address_of(const char *text, struct sockaddr_in *out)
{
	const char *colon = strrchr(text, ':');
	char host[64];

	*out = (struct sockaddr_in){ .sin_family = AF_INET };
	if (colon == NULL || (size_t)(colon - text) >= sizeof(host))
		exit(2);
	snprintf(host, sizeof(host), "%.*s", (int)(colon - text), text);
	out->sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (inet_pton(AF_INET, host, &out->sin_addr) != 1)
		exit(2);
}

static void
hold(struct way *way, const uint8_t *octets, size_t len, int64_t due_ns)
{
	struct part *part = &way->ring[(way->first + way->count++) % HELD];

	part->due_ns = due_ns;
	part->len = len;
	part->at = 0;
	memcpy(part->octets, octets, len);
}

/* Reads what is there; the lies are told on the way back only. */
static void
take(struct way *way, bool back)
{
	uint8_t octets[PART];
	ssize_t got = read(way->from, octets, sizeof(octets));
	int64_t due_ns = now_ns() + way->delay_ns;
	size_t at = 0;

	if (got <= 0) {
		way->ended = true;
		return;
	}
	if (back && early && way->passed < EARLY) {
		at = EARLY - way->passed < (size_t)got ? EARLY - way->passed : (size_t)got;
		way->passed += at;
	} else if (back && split_ns > 0 && way->passed < HELLO) {
		at = HELLO - way->passed < (size_t)got ? HELLO - way->passed : (size_t)got;
		hold(way, octets, at, due_ns);
		way->passed += at;
	}
	if (at < (size_t)got)
		hold(way, octets + at, (size_t)got - at, due_ns + (back ? split_ns : 0));
}

static void
give(struct way *way)
{
	while (way->count > 0 && way->ring[way->first].due_ns <= now_ns()) {
		struct part *part = &way->ring[way->first];
		ssize_t put = write(way->to, part->octets + part->at, part->len - part->at);

		if (put < 0)
			_exit(0);
		part->at += (size_t)put;
		if (part->at < part->len)
			return;
		way->first = (way->first + 1) % HELD;
		way->count--;
	}
	if (way->count == 0 && way->ended && !way->told) {
		way->told = true;
		shutdown(way->to, SHUT_WR);
	}
}

static void
serve(int client, const struct sockaddr_in *server, int64_t delay_ns)
{
	int far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
	struct way there = { .from = client, .to = far, .delay_ns = delay_ns };
	struct way back = { .from = far, .to = client, .delay_ns = delay_ns };

	if (connect(far, (const struct sockaddr *)server, sizeof(*server)) != 0)
		_exit(1);
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	there.ring = calloc(HELD, sizeof(*there.ring));
	back.ring = calloc(HELD, sizeof(*back.ring));
	while (there.ring != NULL && back.ring != NULL && !(there.told && back.told)) {
		struct pollfd ready[2] = {
			{ .fd = there.ended || there.count == HELD ? -1 : client, .events = POLLIN },
			{ .fd = back.ended || back.count >= HELD - 1 ? -1 : far, .events = POLLIN } };
		int64_t due = INT64_MAX, wait;
		struct timespec timeout;

		if (there.count > 0)
			due = there.ring[there.first].due_ns;
		if (back.count > 0 && back.ring[back.first].due_ns < due)
			due = back.ring[back.first].due_ns;
		wait = due == INT64_MAX ? 1000000000 : due - now_ns();
		wait = wait > 0 ? wait : 0;
		timeout = (struct timespec){ wait / 1000000000, wait % 1000000000 };
		if (ppoll(ready, 2, &timeout, NULL) < 0 && errno != EINTR)
			break;
		if (ready[0].revents != 0) {
			take(&there, false);
			if (early && there.passed++ == 0 && write(client, beginning, EARLY) < 0)
				break;
		}
		if (ready[1].revents != 0)
			take(&back, true);
		give(&there);
		give(&back);
	}
	_exit(0);
}

int
main(int argc, char **argv)
{
	struct sockaddr_in here, server;
	int listener, on = 1;
	int64_t delay_ns;

	if (argc < 4)
		return 2;
	address_of(argv[1], &here);
	address_of(argv[2], &server);
	delay_ns = strtoll(argv[3], NULL, 10) * 1000;
	early = argc > 4 && strcmp(argv[4], "early") == 0;
	split_ns = argc > 5 && strcmp(argv[4], "split") == 0 ?
	    strtoll(argv[5], NULL, 10) * 1000 : 0;
	prctl(PR_SET_TIMERSLACK, 1);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(listener, (struct sockaddr *)&here, sizeof(here)) != 0 ||
	    listen(listener, 64) != 0) {
		perror("delay_forward");
		return 1;
	}
	for (;;) {
		int client = accept(listener, NULL, NULL);

		if (client < 0)
			continue;
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			prctl(PR_SET_TIMERSLACK, 1);
			close(listener);
			serve(client, &server, delay_ns);
		}
		close(client);
	}
}
