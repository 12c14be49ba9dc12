/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPU of rounds through the product's own machine and tracking, after one round of warming up:
 *   bench_probe tls|sbi COUNT FIRST_ADDRESS TARGETS PORT CA_FILE SERVER_NAME
 *   bench_probe tls-anew ...: the same, but each round meets a chain that was not seen before
 *   bench_probe sbi-nrf ...: an NRF, whose list and NRF_PROFILES profiles are read over one connection;
 *   COUNT and figures are of GETs, connection and handshake being part of them
 *   bench_probe snmp COUNT FIRST_ADDRESS TARGETS PORT USER AUTH_SECRET PRIVACY_SECRET
 *   bench_probe tcp|pfcp|gtpu|gtpc|icmp|diameter COUNT FIRST_ADDRESS TARGETS PORT
 * Prints rounds, those that were not up, CPU-seconds for a thousand, rounds a second.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/daemon/track.h"
#include "probes/net.h"
#include "probes/round.h"
#include "probes/tls_shared.h"

#define NRF_PROFILES "1000"

enum { WINDOW = 16, OPTIONS = 8, DEADLINE_MS = 5000, NRF_GETS = 1001 };

struct bench;

struct target {
	struct bench      *bench;
	struct endpoint   *endpoint;
	struct track       track;
	struct track_quota quota;
	struct sockaddr_in address;
};

struct bench {
	uv_loop_t       loop;
	struct machine *machine;
	struct target  *target;
	size_t          targets, next, left, done, bad;
	struct round_option option[OPTIONS];
	size_t          options;
	size_t          gets;		/* of one round */
};

/* What the worker does with a round in which nothing changed. */
static void
on_done(void *arg, const struct round_result *result)
{
	struct target *target = arg;
	struct bench *bench = target->bench;
	struct hash evidence[EVIDENCE_MAX];
	struct track_verdict verdict;
	struct track_round round = { .replicas = 1, .outcome = result->outcome, .err = result->err,
	    .latency_us = result->latency_us, .facts = result->facts, .evidence = evidence,
	    .evidences = result->evidences, .observed_ms = result->started_wall_ms,
	    .now_ms = result->ended_ns / 1000000, .window = 1, .quota = &target->quota };

	for (size_t i = 0; i < result->evidences; i++)
		evidence[i] = result->evidence[i].hash;
	track_take(&target->track, &round, &verdict);
	track_verdict_free(&verdict);
	if (result->outcome != OUTCOME_UP && bench->bad++ == 0)
		fprintf(stderr, "bench_probe: %s\n", result->detail);
	bench->done++;
}

static void
round_begin(struct bench *bench)
{
	struct target *target;

	do	/* more targets than rounds at a time: one is free */
		target = &bench->target[bench->next++ % bench->targets];
	while (target->endpoint->round != NULL);
	bench->left--;
	if (machine_start(bench->machine, &(struct round_request){ .endpoint = target->endpoint,
	    .address = (const struct sockaddr *)&target->address,
	    .address_len = sizeof(target->address), .deadline_ms = DEADLINE_MS, .done = on_done,
	    .arg = target }) != ERR_OK) {
		bench->bad++;
		bench->done++;
	}
}

static void
rounds_run(struct bench *bench, size_t count)
{
	bench->left = count;
	bench->done = 0;
	while (bench->done < count) {
		while (bench->left > 0 && machine_rounds(bench->machine) < WINDOW)
			round_begin(bench);
		uv_run(&bench->loop, UV_RUN_ONCE);
	}
}

static void
option_add(struct bench *bench, const char *name, const char *value, struct bytes octets)
{
	bench->option[bench->options++] = (struct round_option){ .name = name, .value = value,
	    .octets = octets };
}

static bool
options_take(struct bench *bench, const char *kind, int argc, char **argv, struct buffer *ca)
{
	struct why why = { .err = ERR_OK };

	if ((strcmp(kind, "tls") == 0 || strcmp(kind, "sbi") == 0) && argc == 2) {
		if (file_read(argv[0], 1 << 20, ca, &why) != ERR_OK) {
			fprintf(stderr, "bench_probe: %s\n", why.text);
			return false;
		}
		option_add(bench, "trust", argv[0], bytes_of_buffer(ca));
		option_add(bench, "server_name", argv[1], bytes_of(NULL, 0));
		if (bench->gets > 1) {
			option_add(bench, "nf", "nrf", bytes_of(NULL, 0));
			option_add(bench, "profiles_max", NRF_PROFILES, bytes_of(NULL, 0));
		} else if (strcmp(kind, "sbi") == 0) {
			option_add(bench, "path", "/", bytes_of(NULL, 0));
		}
		return true;
	}
	if (strcmp(kind, "snmp") == 0 && argc == 3) {
		option_add(bench, "user", argv[0], bytes_of(NULL, 0));
		option_add(bench, "auth_secret", "a", bytes_of_text(argv[1]));
		option_add(bench, "privacy_secret", "p", bytes_of_text(argv[2]));
		option_add(bench, "interfaces", "false", bytes_of(NULL, 0));
		return true;
	}
	if (strcmp(kind, "diameter") == 0) {
		option_add(bench, "transport", "tcp", bytes_of(NULL, 0));
		option_add(bench, "origin_host", "monitor.bench.lab", bytes_of(NULL, 0));
		option_add(bench, "origin_realm", "bench.lab", bytes_of(NULL, 0));
	}
	if (strcmp(kind, "icmp") == 0)
		option_add(bench, "count", "1", bytes_of(NULL, 0));
	return argc == 0;
}

static bool
targets_make(struct bench *bench, const struct probe_ops *ops, const char *first, size_t count,
    uint16_t port)
{
	struct in_addr base;

	if (inet_pton(AF_INET, first, &base) != 1 || count == 0)
		return false;
	bench->targets = count;
	bench->target = memory_new(count, sizeof(*bench->target));
	for (size_t i = 0; i < count; i++) {
		struct target *target = &bench->target[i];
		char host[INET_ADDRSTRLEN];

		target->bench = bench;
		target->address.sin_family = AF_INET;
		target->address.sin_port = htons(port);
		target->address.sin_addr.s_addr = htonl(ntohl(base.s_addr) + (uint32_t)i);
		inet_ntop(AF_INET, &target->address.sin_addr, host, sizeof(host));
		target->endpoint = endpoint_new(bench->machine, ops, host, bench->option, bench->options);
	}
	return true;
}

static void
measure(struct bench *bench, const char *kind, size_t count)
{
	int64_t cpu, wall;

	count = (count + bench->gets - 1) / bench->gets;
	rounds_run(bench, bench->targets);
	if (bench->bad > 0)
		return;
	cpu = clock_cpu_ns();
	wall = clock_monotonic_ns();
	rounds_run(bench, count);
	cpu = clock_cpu_ns() - cpu;
	wall = clock_monotonic_ns() - wall;
	count *= bench->gets;
	printf("kind=%s rounds=%zu bad=%zu cpu_per_1000=%.5f per_s=%.0f\n", kind, count, bench->bad,
	    (double)cpu / 1e6 / (double)count, (double)count * 1e9 / (double)wall);
}

static size_t
probe_place(const char *kind)
{
	size_t count, place = 0;
	const struct probe_ops *const *table = probe_table(&count);

	while (strcmp(table[place]->name, kind) != 0)
		place++;
	return place;
}

static void
targets_free(struct bench *bench)
{
	for (size_t i = 0; i < bench->targets; i++) {
		endpoint_free(bench->target[i].endpoint);
		track_free(&bench->target[i].track);
	}
	free(bench->target);
	bench->target = NULL;
	machine_free(bench->machine);
}

/*
 * As measure(), but every chain is one that this process has not seen: before each turn through the
 * targets, outside of what is counted, it forgets all chains, with what was read, verified and named
 * of them.  There is no session to resume in any probe.  What stays is what a process has for as
 * long as it runs, as the rival keeps its root pool: endpoints, their options, the decoded anchors.
 * So each counted round connects, shakes hands, reads every certificate, verifies every signature up
 * to the anchor and the one of the handshake, and looks for the name.
 */
static void
measure_anew(struct bench *bench, size_t count)
{
	size_t rounds = 0, place = probe_place("tls");
	int64_t cpu = 0;

	rounds_run(bench, bench->targets);
	while (rounds < count && bench->bad == 0) {
		struct tls_shared *shared = bench->machine->shared[place];
		int64_t from;

		tls_chain_cache_free(shared->chains);
		shared->chains = tls_chain_cache_new();
		from = clock_cpu_ns();
		rounds_run(bench, bench->targets);
		cpu += clock_cpu_ns() - from;
		rounds += bench->targets;
		if (tls_chain_cache_count(shared->chains) != bench->targets) {
			fprintf(stderr, "bench_probe: two targets show one chain\n");
			exit(2);
		}
	}
	if (bench->bad == 0)
		printf("kind=tls-anew rounds=%zu bad=0 cpu_per_1000=%.5f\n", rounds,
		    (double)cpu / 1e6 / (double)rounds);
}

int
main(int argc, char **argv)
{
	struct bench bench = { .gets = 1 };
	struct buffer ca = { .max = 0 };
	struct rlimit files;
	bool fine, anew = argc > 5 && strcmp(argv[1], "tls-anew") == 0;
	bool nrf = argc > 5 && strcmp(argv[1], "sbi-nrf") == 0;
	const char *kind = anew ? "tls" : nrf ? "sbi" : argv[1];

	if (argc < 6 || probe_find(kind) == NULL) {
		fprintf(stderr, "usage: bench_probe tls|snmp|tcp|... COUNT FIRST_ADDRESS TARGETS PORT ...\n");
		return 2;
	}
	bench.gets = nrf ? NRF_GETS : 1;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	uv_loop_init(&bench.loop);
	fine = options_take(&bench, kind, argc - 6, argv + 6, &ca);
	if (fine) {
		bench.machine = machine_new(&bench.loop);
		fine = targets_make(&bench, probe_find(kind), argv[3], strtoul(argv[4], NULL, 10),
		    (uint16_t)strtoul(argv[5], NULL, 10));
		if (fine && anew)
			measure_anew(&bench, strtoul(argv[2], NULL, 10));
		else if (fine)
			measure(&bench, kind, strtoul(argv[2], NULL, 10));
		targets_free(&bench);
	}
	uv_loop_close(&bench.loop);
	buffer_free(&ca);
	return fine && bench.bad == 0 ? 0 : 1;
}
