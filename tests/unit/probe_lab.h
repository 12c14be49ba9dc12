/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the probe tests share: a network namespace of their own with lo up, hostile servers in
 * child processes, and one round run to its end with everything it saw kept.
 */
#ifndef TESTS_UNIT_PROBE_LAB_H
#define TESTS_UNIT_PROBE_LAB_H

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "probes/net.h"

enum { LAB_BLOBS = 4, LAB_AWAITED_MS = 60000 };

struct lab_seen {
	unsigned      times;		/* the callback was called */
	enum outcome  outcome;
	enum err      err;
	int64_t       latency_us;
	char          detail[512];
	struct buffer facts;
	struct buffer blob[LAB_BLOBS];
	struct hash   blob_hash[LAB_BLOBS];
	size_t        blobs;
};

static inline void
lab_enter(void)
{
	struct ifreq request = { .ifr_flags = IFF_UP | IFF_RUNNING };
	struct rlimit files;
	int fd;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (unshare(geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET) != 0) {
		perror("unshare: these tests need a network namespace of their own");
		exit(1);
	}
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	snprintf(request.ifr_name, sizeof(request.ifr_name), "lo");
	if (ioctl(fd, SIOCSIFFLAGS, &request) != 0) {
		perror("lo");
		exit(1);
	}
	close(fd);
	signal(SIGPIPE, SIG_IGN);
}

/*
 * How many times as long every round has: tests/unit.sh asks for more where a loaded machine did not
 * let the peers of a test answer in time.
 */
static inline int64_t
lab_patience(void)
{
	const char *text = getenv("LAB_PATIENCE");
	long times = text != NULL ? strtol(text, NULL, 10) : 1;

	return times >= 1 && times <= 100 ? times : 1;
}

/* Until somebody in this namespace holds that UDP port of IPv4: a server that was just started. */
static inline void
lab_await_udp(const char *ip, uint16_t port)
{
	int64_t until_ms = clock_monotonic_ns() / 1000000 + LAB_AWAITED_MS;
	char wanted[16], line[256];

	snprintf(wanted, sizeof(wanted), "%08X:%04X ", inet_addr(ip), port);
	for (;;) {
		FILE *file = fopen("/proc/self/net/udp", "r");
		bool found = false;

		while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL)
			found = strstr(line, wanted) != NULL;
		if (file != NULL)
			fclose(file);
		if (found)
			return;
		if (clock_monotonic_ns() / 1000000 > until_ms) {
			fprintf(stderr, "nobody took UDP port %u of %s\n", port, ip);
			exit(1);
		}
		usleep(10000);
	}
}

static inline int
lab_listen(uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 64) != 0) {
		perror("listen");
		exit(1);
	}
	return fd;
}

/* A child that hands every connection to serve; it ends with this process. */
static inline pid_t
lab_serve(uint16_t port, void (*serve)(int fd, void *arg), void *arg)
{
	int listener = lab_listen(port);
	pid_t pid = fork();

	if (pid != 0) {
		close(listener);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(1);
		serve(fd, arg);
		close(fd);
	}
}

static inline void
lab_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static inline void
lab_take(void *arg, const struct round_result *result)
{
	struct lab_seen *seen = arg;

	seen->times++;
	seen->outcome = result->outcome;
	seen->err = result->err;
	seen->latency_us = result->latency_us;
	snprintf(seen->detail, sizeof(seen->detail), "%s", result->detail);
	buffer_reset(&seen->facts);
	fact_set_write(result->facts, FACTS_ALL, &seen->facts);
	seen->blobs = 0;
	for (size_t i = 0; i < result->evidences && i < LAB_BLOBS; i++) {
		buffer_reset(&seen->blob[i]);
		buffer_put(&seen->blob[i], result->evidence[i].raw.at, result->evidence[i].raw.len);
		seen->blob_hash[i] = result->evidence[i].hash;
		seen->blobs++;
	}
}

static inline void
lab_seen_free(struct lab_seen *seen)
{
	buffer_free(&seen->facts);
	for (size_t i = 0; i < LAB_BLOBS; i++)
		buffer_free(&seen->blob[i]);
}

static inline void
lab_address(struct sockaddr_storage *out, const char *ip, uint16_t port)
{
	struct sockaddr_in *four = (struct sockaddr_in *)out;

	memset(out, 0, sizeof(*out));
	four->sin_family = AF_INET;
	four->sin_port = htons(port);
	inet_pton(AF_INET, ip, &four->sin_addr);
}

/* Starts a round without turning the loop. */
static inline enum err
lab_start(struct machine *machine, struct endpoint *endpoint, const char *ip, uint16_t port,
    int64_t deadline_ms, struct lab_seen *seen)
{
	struct sockaddr_storage address;

	lab_address(&address, ip, port);
	return machine_start(machine, &(struct round_request){ .endpoint = endpoint,
	    .address = (struct sockaddr *)&address, .address_len = sizeof(struct sockaddr_in),
	    .deadline_ms = deadline_ms * lab_patience(), .done = lab_take, .arg = seen });
}

/* One round to its end. */
static inline void
lab_round(struct machine *machine, uv_loop_t *loop, struct endpoint *endpoint, uint16_t port,
    int64_t deadline_ms, struct lab_seen *seen)
{
	unsigned before = seen->times;

	if (lab_start(machine, endpoint, "127.0.0.1", port, deadline_ms, seen) != ERR_OK)
		return;
	while (seen->times == before)
		uv_run(loop, UV_RUN_ONCE);
}

#endif
