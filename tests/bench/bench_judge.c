/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What judging costs: 10,000 targets under all shipped packs; memory, the first judgement of
 * everything, and the time a changed fact takes beside the facts fold alone.
 */
#include <glob.h>
#include <malloc.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/ledger/facts.h"
#include "monitor/state/judge.h"
#include "tests/property/world.h"

enum { SITES = 50, EACH = 40, PER = 5, WORKERS = 4, CHANGES = 50000 };

static void
must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "bench_judge: %s\n", what);
	exit(1);
}

static void
row(const char *what, double value, const char *unit)
{
	printf("| %-62s | %12.2f %-14s |\n", what, value, unit);
	fflush(stdout);
}

static double
seconds(int64_t since_ns)
{
	return (double)(clock_cpu_ns() - since_ns) / 1e9;
}

static double
megabytes(void)
{
	struct mallinfo2 info = mallinfo2();

	return (double)(info.uordblks + info.hblkhd) / 1e6;
}

/* A healthy TLS endpoint; "turn" changes the key and when it expires. */
static void
facts_of(struct fact_set *facts, struct buffer *out, const struct world *world, uint64_t turn)
{
	fact_set_reset(facts);
	fact_set_text(facts, FACT_TLS_VERSION, bytes_of_text("TLSv1.3"));
	fact_set_text(facts, FACT_TLS_SUITE, bytes_of_text("TLS_AES_256_GCM_SHA384"));
	fact_set_text(facts, FACT_TLS_KEY, bytes_of_text("EC P-256"));
	fact_set_time(facts, FACT_TLS_EXPIRY, world->now_ms + 9000000000 + (int64_t)turn);
	fact_set_hash(facts, FACT_TLS_SPKI, hash_of(bytes_of(&turn, sizeof(turn))));
	fact_set_flag(facts, FACT_TLS_TRUSTED, true);
	fact_set_flag(facts, FACT_TLS_NAME_MATCH, true);
	fact_set_text(facts, FACT_LOC_OBSERVED, bytes_of_text("example/tokyo"));
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

static void
packs_add(struct world *world)
{
	struct plan *plan = world->plan;
	struct why why;
	glob_t found;

	must(glob("monitor/state/packs/*.pack", 0, NULL, &found) == 0, "no packs here");
	plan->pack = plan_array(plan, found.gl_pathc, sizeof(*plan->pack));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct buffer *blob = &world->blob[world->blobs++];
		char hex[HASH_TEXT];

		must(world->blobs < WORLD_BLOBS, "more packs than this bench has room for");
		must(file_read(found.gl_pathv[i], BLOB_MAX, blob, &why) == ERR_OK, why.text);
		hash_text(hash_of(bytes_of_buffer(blob)), hex);
		plan->pack[plan->packs++] = (struct plan_pack){
			.path = plan_text(plan, bytes_of_text(found.gl_pathv[i])),
			.hash = plan_text(plan, bytes_of_text(hex)) };
	}
	globfree(&found);
}

static void
make_tape(struct world *world, bool packs)
{
	struct fact_set *set = memory_new(1, sizeof(*set));
	struct buffer facts = { 0 };

	world_begin(world, 7);
	world->plan = world_plan(SITES, EACH, PER, WORKERS);
	for (uint32_t i = 0; i < world->plan->targets; i++)
		world->plan->target[i].probe = "tls";
	for (uint32_t i = 0; i < world->plan->sites; i++) {
		world->plan->site[i].provider = "example";
		world->plan->site[i].region = "tokyo";
		world->plan->site[i].jurisdiction = "JP";
	}
	if (packs)
		packs_add(world);
	world_config(world);
	for (uint64_t i = 0; i < WORKERS; i++)
		world_simple(world, RECORD_SELF, ROLE_WORKER, i);
	for (uint64_t id = 1; id <= world->plan->targets; id++) {
		facts_of(set, &facts, world, id);
		put_observation(world, id, bytes_of_buffer(&facts));
	}
	for (uint64_t i = 0; i < CHANGES; i++) {
		world->now_ms += 1;
		facts_of(set, &facts, world, 1000000 + i);
		put_observation(world, 1 + world_random(world, world->plan->targets),
		    bytes_of_buffer(&facts));
	}
	buffer_free(&facts);
	fact_set_free(set);
	free(set);
}

struct cost { double all_s, change_us, megabytes; uint32_t controls, decided; size_t octets; };

static struct cost
measure(bool packs)
{
	struct world *world = memory_new(1, sizeof(*world));
	struct cost cost = { .controls = 0 };
	struct state *state = state_new();
	double before;
	int64_t begun;
	size_t setup;

	make_tape(world, packs);
	setup = world->records - CHANGES;
	before = megabytes();
	begun = clock_cpu_ns();
	world_fold(world, state, setup);
	cost.all_s = seconds(begun);
	cost.megabytes = megabytes() - before;
	begun = clock_cpu_ns();
	world_fold(world, state, world->records);
	cost.change_us = seconds(begun) / CHANGES * 1e6;
	if (judgement_of(state) != NULL) {
		const struct judgement *j = judgement_of(state);
		struct buffer octets = { 0 };

		for (uint32_t p = 0; p < judgement_packs(j); p++)
			must(judgement_pack(j, p) != NULL, judgement_pack_fault(j, p));
		cost.controls = judgement_controls(j);
		for (uint32_t c = 0; c < cost.controls; c++)
			cost.decided += judgement_control(j, c)->condition != NULL;
		judgement_encode(&octets, state);
		cost.octets = octets.len;
		buffer_free(&octets);
	}
	state_free(state);
	world_end(world);
	free(world);
	return cost;
}

int
main(void)
{
	struct cost without = measure(false), with = measure(true);

	row("controls in the shipped packs", with.controls, "controls");
	row("of them decided by a condition", with.decided, "controls");
	row("10,000 targets, all seen once: without packs", without.all_s, "CPU-s");
	row("the same, judged", with.all_s, "CPU-s");
	row("state of it: without packs", without.megabytes, "MB");
	row("the same with its judgement", with.megabytes, "MB");
	row("canonical judgement", (double)with.octets / 1e6, "MB");
	row("one observation with a changed fact: fold alone", without.change_us, "us");
	row("the same, judged", with.change_us, "us");
	return 0;
}
