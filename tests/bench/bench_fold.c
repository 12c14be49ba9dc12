/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast belief is made: records folded a second (decoding included) with 10,000 targets, 5 %
 * of the records changing facts; states encoded a second; and a ledger of a million records to
 * its first state, with and without a snapshot.  RECORDS=N sets the size of that ledger.
 */
#include <dirent.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/ledger/facts.h"
#include "monitor/replay/replay.h"
#include "tests/property/world.h"

enum { SITES = 50, EACH = 40, PER = 5, WORKERS = 4, TAPE = 500000, BATCH = 1024 };

static void
must(enum err err, const struct why *why)
{
	if (err == ERR_OK)
		return;
	fprintf(stderr, "bench_fold: %s\n", why->text);
	exit(1);
}

/* What a TLS probe sees; "turn" makes it differ. */
static void
facts_of(struct fact_set *facts, struct buffer *out, uint64_t turn)
{
	int64_t expiries[3] = { 1790000000000 + (int64_t)turn, 1890000000000, 1990000000000 };

	fact_set_reset(facts);
	fact_set_text(facts, FACT_TLS_VERSION, bytes_of_text("TLS1.3"));
	fact_set_text(facts, FACT_TLS_SUITE, bytes_of_text("TLS_AES_256_GCM_SHA384"));
	fact_set_text(facts, FACT_TLS_GROUP, bytes_of_text("x25519"));
	fact_set_text(facts, FACT_TLS_SUBJECT, bytes_of_text("CN=amf-1.tokyo.core.example"));
	fact_set_text(facts, FACT_TLS_ISSUER, bytes_of_text("CN=Core Issuing CA 3,O=Carrier,C=JP"));
	fact_set_hash(facts, FACT_TLS_CHAIN, hash_of(bytes_of(&turn, sizeof(turn))));
	fact_set_times(facts, FACT_TLS_CHAIN_EXPIRIES, expiries, 3);
	fact_set_flag(facts, FACT_TLS_TRUSTED, true);
	fact_set_int(facts, FACT_NET_CONNECT_US, (int64_t)(turn % 5000));
	buffer_reset(out);
	fact_set_write(facts, FACTS_ALL, out);
}

static void
put_observation(struct world *world, uint64_t target, struct bytes facts)
{
	world_put(world, (struct record){ .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
		.index = plan_worker_of(world->plan, target),
		.observation = { .target = target, .replicas = 1, .outcome = OUTCOME_UP,
			.latency_us = 1800, .facts = facts } });
}

/* 5 % changed observations, 20 % unchanged ones, 1 % coverage, the rest runs. */
static void
put_mixed(struct world *world, struct fact_set *set, struct buffer *facts, uint64_t i)
{
	uint64_t target = 1 + world_random(world, world->plan->targets), kind = i % 100;
	uint64_t missed[] = { target };

	world->now_ms += 1;
	if (kind < 25) {
		facts_of(set, facts, kind < 5 ? i : target);
		put_observation(world, target, bytes_of_buffer(facts));
	} else if (kind == 99) {
		world_cover(world, world_random(world, WORKERS), missed, i % 200 == 99);
	} else {
		world_put(world, (struct record){ .kind = RECORD_RUN, .role = ROLE_WORKER,
			.index = plan_worker_of(world->plan, target), .run = { .target = target,
				.outcome = OUTCOME_UP, .first = world->now_ms - 3600000,
				.last = world->now_ms, .rounds = 60, .latency_min_us = 900,
				.latency_median_us = 1700, .latency_p99_us = 4000,
				.latency_max_us = 9000 } });
	}
}

static void
make_tape(struct world *world, struct fact_set *set, struct buffer *facts)
{
	world_begin(world, 7);
	world->plan = world_plan(SITES, EACH, PER, WORKERS);
	world_config(world);
	for (uint64_t i = 0; i < WORKERS; i++)
		world_simple(world, RECORD_SELF, ROLE_WORKER, i);
	for (uint64_t id = 1; id <= world->plan->targets; id++) {
		facts_of(set, facts, id);
		put_observation(world, id, bytes_of_buffer(facts));
	}
	for (uint64_t i = 0; i < TAPE; i++)
		put_mixed(world, set, facts, i);
}

static double
seconds(int64_t since_ns)
{
	return (double)(clock_cpu_ns() - since_ns) / 1e9;
}

static void
row(const char *what, double value, const char *unit, const char *aim)
{
	printf("| %-58s | %12.2f %-10s | %-12s |\n", what, value, unit, aim);
	fflush(stdout);
}

static void
bench_decode(const struct world *world)
{
	int64_t begun = clock_cpu_ns();
	struct record rec;
	struct why why;

	for (size_t i = 0; i < world->records; i++)
		must(record_decode(world_record(world, i), &rec, &why), &why);
	row("decoding alone, same records", (double)world->records / seconds(begun) / 1e6,
	    "M/s", "-");
}

static void
bench_fold(struct world *world)
{
	struct state *state = state_new();
	size_t setup = world->records - TAPE;
	struct buffer octets = { 0 };
	struct why why = { .err = ERR_OK };
	int64_t begun;
	int count = 0;

	world_fold(world, state, setup);
	begun = clock_cpu_ns();
	world_fold(world, state, world->records);
	row("facts fold with decoding, 10,000 targets, 5 % change facts",
	    TAPE / seconds(begun) / 1e6, "M/s", ">= 1.00");
	bench_decode(world);
	begun = clock_cpu_ns();
	for (; count == 0 || seconds(begun) < 1; count++) {
		buffer_reset(&octets);
		state_encode(&octets, state);
	}
	row("canonical state encoded", count / seconds(begun), "states/s", "-");
	row("canonical state, size", (double)octets.len / 1e6, "MB", "-");
	begun = clock_cpu_ns();
	for (count = 0; count == 0 || seconds(begun) < 1; count++) {
		struct state *again;

		must(state_decode(bytes_of_buffer(&octets), &again, &why), &why);
		state_free(again);
	}
	row("canonical state decoded", count / seconds(begun), "states/s", "-");
	begun = clock_cpu_ns();
	for (count = 0; count == 0 || seconds(begun) < 1; count++)
		state_free(state_copy(state));
	row("state copied for a look ahead", count / seconds(begun), "states/s", "-");
	buffer_free(&octets);
	state_free(state);
}

/* The tape again and again with time going on, then a BELIEF over all of it and its snapshot. */
static void
fill_ledger(struct world *world, struct ledger *ledger, uint64_t records)
{
	struct why why = { .err = ERR_OK };
	int64_t later_ms = 0, last_ms = 0;
	struct hash hash;

	must(ledger_add_blob(ledger, bytes_of_buffer(&world->blob[0]), &hash, &why), &why);
	for (uint64_t i = 0; i < records; i++) {
		size_t at = i < world->records ? (size_t)i :
		    world->records - TAPE + (size_t)((i - world->records) % TAPE);
		struct record rec;

		must(record_decode(world_record(world, at), &rec, &why), &why);
		if (rec.recorded_ms + later_ms < last_ms)
			later_ms = last_ms - rec.recorded_ms;
		rec.recorded_ms += later_ms;
		rec.observed_ms += later_ms;
		if (rec.kind == RECORD_RUN)
			rec.run.last += later_ms;
		if (rec.kind == RECORD_COVERAGE)
			rec.coverage.to += later_ms;
		last_ms = rec.recorded_ms;
		must(ledger_add(ledger, &rec, &why), &why);
		if (i % BATCH == BATCH - 1)
			must(ledger_commit(ledger, &why), &why);
	}
	must(ledger_commit(ledger, &why), &why);
}

static void
believe(struct ledger *ledger, const struct state *state, const char *dir)
{
	struct why why = { .err = ERR_OK };
	struct record rec = { .kind = RECORD_BELIEF, .role = ROLE_ENGINE,
		.recorded_ms = ledger_recorded_ms(ledger),
		.observed_ms = ledger_recorded_ms(ledger),
		.belief = { .size = state->size, .fold_version = FOLD_VERSION,
			.facts = state_hash(state) } };

	must(ledger_add(ledger, &rec, &why), &why);
	must(ledger_commit(ledger, &why), &why);
	must(snapshot_write(dir, state, &why), &why);
}

/* Wall time, as somebody waits for it: opening included. */
static double
first_state(const char *path, const char *cache, const char *dir)
{
	struct why why = { .err = ERR_OK };
	int64_t begun = clock_monotonic_ns();
	struct ledger *ledger;
	struct replay *replay;
	double took;

	must(ledger_open(&ledger, path, LEDGER_READ, &why), &why);
	must(replay_open(&replay, ledger, cache, &why), &why);
	must(replay_to_size(replay, ledger_size(ledger), &why), &why);
	took = (double)(clock_monotonic_ns() - begun) / 1e9;
	replay_close(replay);
	ledger_close(ledger);
	/* Between the two runs: what the second one may begin with. */
	if (dir != NULL) {
		must(ledger_open(&ledger, path, LEDGER_WRITE, &why), &why);
		must(replay_open(&replay, ledger, NULL, &why), &why);
		must(replay_to_size(replay, ledger_size(ledger), &why), &why);
		believe(ledger, replay_state(replay), dir);
		replay_close(replay);
		ledger_close(ledger);
	}
	return took;
}

static void
remove_folder(const char *dir)
{
	DIR *folder = opendir(dir);
	const struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder != NULL)
		closedir(folder);
	rmdir(dir);
}

static void
bench_replay(struct world *world, uint64_t records)
{
	const char *tmp = getenv("TMPDIR");
	char dir[256], path[300], what[80];
	struct why why = { .err = ERR_OK };
	struct ledger *ledger;

	snprintf(dir, sizeof(dir), "%s/sekimori-bench-XXXXXX", tmp != NULL ? tmp : P_tmpdir);
	if (mkdtemp(dir) == NULL || !file_path(path, sizeof(path), dir, "ledger.db")) {
		fprintf(stderr, "bench_fold: cannot make a folder in %s\n", dir);
		exit(1);
	}
	must(ledger_create(path, &why), &why);
	must(ledger_open(&ledger, path, LEDGER_WRITE, &why), &why);
	fill_ledger(world, ledger, records);
	snprintf(what, sizeof(what), "ledger of %" PRIu64 " records, on disk", records);
	row(what, (double)ledger_octets(ledger) / 1e6, "MB", "-");
	ledger_close(ledger);
	row("that ledger to its first state, without snapshot", first_state(path, dir, dir),
	    "s", "< 1.50");
	row("that ledger to its first state, with snapshot", first_state(path, dir, NULL),
	    "s", "< 0.30");
	remove_folder(dir);
}

int
main(void)
{
	const char *records = getenv("RECORDS");
	struct buffer facts = { 0 };
	struct fact_set *set = memory_new(1, sizeof(*set));
	struct world world;

	make_tape(&world, set, &facts);
	printf("| %-58s | %-23s | %-12s |\n|---|---|---|\n", "work", "measured", "aim");
	bench_fold(&world);
	bench_replay(&world, records != NULL ? strtoull(records, NULL, 10) : 1000000);
	world_end(&world);
	fact_set_free(set);
	free(set);
	buffer_free(&facts);
	return 0;
}
