/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small world for tests of the fold: a plan of sites, instances and targets, records made one
 * after another through the real codec, and a seeded generator.  Tests only; no state of its own.
 */
#ifndef TESTS_PROPERTY_WORLD_H
#define TESTS_PROPERTY_WORLD_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/state/fold.h"

#define UNUSED __attribute__((unused))

enum { WORLD_BLOBS = 64 };

struct world {
	struct plan  *plan;		/* the next CONFIG takes it */
	struct buffer blob[WORLD_BLOBS];
	uint32_t      blobs;
	struct buffer tape;		/* encoded records, one after another */
	size_t       *at;		/* where each begins; one more than there are */
	size_t        records, cap;
	int64_t       now_ms;		/* recorded time of the next record */
	uint64_t      random;
};

/* xorshift64*: the same numbers on every machine. */
static UNUSED uint64_t
world_random(struct world *world, uint64_t below)
{
	world->random ^= world->random >> 12;
	world->random ^= world->random << 25;
	world->random ^= world->random >> 27;
	return (world->random * UINT64_C(0x2545f4914f6cdd1d) >> 16) % below;
}

static UNUSED void
world_begin(struct world *world, uint64_t seed)
{
	*world = (struct world){ .now_ms = 1000000, .random = seed * 2 + 1 };
	world->at = memory_new(1, sizeof(*world->at));
}

static UNUSED void
world_end(struct world *world)
{
	plan_free(world->plan);
	for (uint32_t i = 0; i < world->blobs; i++)
		buffer_free(&world->blob[i]);
	buffer_free(&world->tape);
	free(world->at);
}

static UNUSED enum err
world_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct world *world = arg;

	for (uint32_t i = 0; i < world->blobs; i++)
		if (hash_equal(hash_of(bytes_of_buffer(&world->blob[i])), hash)) {
			buffer_reset(out);
			buffer_put(out, world->blob[i].at, world->blob[i].len);
			return ERR_OK;
		}
	return why_set(why, ERR_NOT_FOUND, "there is no such blob");
}

static UNUSED const char *
world_name(struct plan *plan, const char *prefix, uint64_t number)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%" PRIu64, prefix, number);
	return plan_text(plan, bytes_of_text(name));
}

/* Sites of "each" instances of "per" targets; ids from 1; a webhook, a syslog, a heartbeat. */
static UNUSED struct plan *
world_plan(uint32_t sites, uint32_t each, uint32_t per, uint32_t workers)
{
	struct plan *plan = plan_new();
	uint32_t instances = sites * each;

	plan->name = "world";
	plan->workers = workers;
	plan->group_wait_ms = 10000;
	plan->site = plan_array(plan, sites, sizeof(*plan->site));
	plan->instance = plan_array(plan, instances, sizeof(*plan->instance));
	plan->target = plan_array(plan, (size_t)instances * per, sizeof(*plan->target));
	plan->channel = plan_array(plan, 3, sizeof(*plan->channel));
	plan->channel[0] = (struct plan_channel){ .name = "noc", .kind = "webhook" };
	plan->channel[1] = (struct plan_channel){ .name = "log", .kind = "syslog" };
	plan->channel[2] = (struct plan_channel){ .name = "watch", .kind = "heartbeat" };
	plan->channels = 3;
	for (plan->sites = 0; plan->sites < sites; plan->sites++)
		plan->site[plan->sites].name = world_name(plan, "site", plan->sites);
	for (uint32_t i = 0; i < instances; i++)
		plan->instance[i] = (struct plan_instance){
			.name = world_name(plan, "instance", i), .site = i / each,
			.function = i % FUNCTION_COUNT };
	plan->instances = instances;
	for (uint32_t i = 0; i < instances * per; i++)
		plan->target[i] = (struct plan_target){
			.id = i + 1, .name = world_name(plan, "target", i + 1), .instance = i / per,
			.probe = "tcp", .address = "192.0.2.1", .port = 80, .interval_ms = 10000,
			.deadline_ms = 2000, .stale_ms = 150000, .fail_count = 2, .window = 3,
			.recover_count = 2 };
	plan->targets = instances * per;
	return plan;
}

/* Encodes the record onto the tape; recorded is now, observed too unless it was set. */
static UNUSED void
world_put(struct world *world, struct record rec)
{
	rec.recorded_ms = world->now_ms;
	if (rec.observed_ms == 0)
		rec.observed_ms = world->now_ms;
	record_encode(&world->tape, &rec);
	if (world->records + 2 > world->cap) {
		world->cap = 2 * world->cap + 64;
		world->at = memory_resize(world->at, world->cap, sizeof(*world->at));
	}
	world->at[++world->records] = world->tape.len;
}

static UNUSED void
world_config(struct world *world)
{
	struct buffer *blob = &world->blob[world->blobs++];
	struct record rec = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER };

	if (world->blobs > WORLD_BLOBS)
		abort();
	plan_encode(blob, world->plan);
	rec.config.plan = hash_of(bytes_of_buffer(blob));
	rec.config.cause = bytes_of_text("start");
	rec.config.targets = world->plan->targets;
	world_put(world, rec);
}

static UNUSED void
world_see(struct world *world, uint64_t target, enum outcome outcome)
{
	world_put(world, (struct record){ .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
		.index = plan_worker_of(world->plan, target),
		.observation = { .target = target, .replicas = 1, .outcome = outcome,
			.latency_us = outcome == OUTCOME_UP ? 1500 : 0,
			.detail = bytes_of_text(outcome == OUTCOME_UP ? "open" : "no answer") } });
}

/* The scratch of the missed list is on the stack of the caller. */
static UNUSED void
world_cover(struct world *world, uint64_t worker, const uint64_t *missed, size_t count)
{
	struct buffer scratch = { 0 };

	world_put(world, (struct record){ .kind = RECORD_COVERAGE, .role = ROLE_WORKER,
		.index = worker, .coverage = { .from = world->now_ms - 60000, .to = world->now_ms,
			.targets = world->plan->targets,
			.missed = record_ids(&scratch, missed, count) } });
	buffer_free(&scratch);
}

static UNUSED void
world_simple(struct world *world, enum record_kind kind, enum role role, uint64_t index)
{
	world_put(world, (struct record){ .kind = kind, .role = role, .index = index });
}

static UNUSED void
world_gap(struct world *world, enum role role, uint64_t index)
{
	world_put(world, (struct record){ .kind = RECORD_GAP, .role = ROLE_LEDGER,
		.gap = { .role = role, .index = index, .from = world->now_ms - 1000,
			.to = world->now_ms, .reason = bytes_of_text("killed by signal 9") } });
}

static UNUSED struct bytes
world_record(const struct world *world, size_t i)
{
	return bytes_of(world->tape.at + world->at[i], world->at[i + 1] - world->at[i]);
}

/* Applies one record of the tape; ends the test program when the fold refuses it. */
static UNUSED void
world_apply(struct world *world, struct state *state, size_t i)
{
	struct blob_source source = { world_blob, world };
	struct record rec;
	struct why why = { 0 };
	enum err decoded = record_decode(world_record(world, i), &rec, &why);

	rec.seq = i;
	if (fold_apply(state, &rec, decoded, &source, &why) != ERR_OK) {
		fprintf(stderr, "record %zu: %s\n", i, why.text);
		abort();
	}
}

static UNUSED void
world_fold(struct world *world, struct state *state, size_t to)
{
	while (state->size < to)
		world_apply(world, state, (size_t)state->size);
}

#endif
