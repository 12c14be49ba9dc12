/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small ledger's content, made for tests: records, blobs, values and signed checkpoints of a
 * monitor with two workers, in memory, and the same written into a real ledger.  Nothing in it
 * reads a clock.
 */
#ifndef TESTS_UNIT_WORLD_H
#define TESTS_UNIT_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/timestamp.h"
#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"
#include "monitor/ledger/ledger_private.h"
#include "monitor/ledger/facts.h"
#include "monitor/ledger/key.h"
#include "monitor/ledger/ledger.h"
#include "monitor/state/plan.h"
#include "tests/unit/authority.h"

enum { WORLD_RECORDS = 2000, WORLD_BLOBS = 256, WORLD_CHECKPOINTS = 400, WORLD_TARGETS = 6 };
#define WORLD_BEGIN INT64_C(1795000000000)
#define WORLD_ORIGIN "example.org/monitor"

struct world_value { uint8_t salt[32]; char text[64]; uint64_t before; };

struct world {
	struct buffer record[WORLD_RECORDS];
	uint64_t      size;
	struct buffer old[32];		/* what was replaced */
	size_t        olds;
	struct buffer blob[WORLD_BLOBS];
	size_t        blobs;
	struct world_value value[WORLD_BLOBS];
	size_t        values;
	struct buffer note[WORLD_CHECKPOINTS];	/* signed ... */
	uint64_t      note_size[WORLD_CHECKPOINTS];	/* ... of this size */
	size_t        notes;
	int64_t       now_ms;
	struct signing_key *key;
	struct note_verifier verifier;
	uint32_t      workers;		/* of the next plan */
	uint64_t      targets[3];		/* of each worker */
	struct hash   plan;
	int64_t       covered_ms[3];
};

static inline void
world_must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "world: %s\n", what);
		abort();
	}
}

static inline struct hash
world_blob(struct world *world, struct bytes octets)
{
	world_must(world->blobs < WORLD_BLOBS, "too many blobs");
	buffer_put(&world->blob[world->blobs], octets.at, octets.len);
	world->blobs++;
	return hash_of(octets);
}

/* Stamps and appends. */
static inline uint64_t
world_put(struct world *world, struct record *record)
{
	world_must(world->size < WORLD_RECORDS, "too many records");
	record->recorded_ms = world->now_ms;
	if (record->observed_ms == 0)
		record->observed_ms = world->now_ms - 20;
	if (record->role == 0)
		record->role = ROLE_LEDGER;
	record_encode(&world->record[world->size], record);
	return world->size++;
}

static inline struct hash
world_root(const struct world *world, uint64_t size)
{
	struct merkle tree = { 0 };

	for (uint64_t i = 0; i < size; i++)
		merkle_push(&tree, merkle_leaf(bytes_of_buffer(&world->record[i])));
	return merkle_root(&tree);
}

static inline void
world_sign_note(const struct signing_key *key, const struct note_verifier *verifier,
    const struct checkpoint *checkpoint, struct buffer *note)
{
	uint8_t signature[64];
	struct why why;

	checkpoint_text(note, checkpoint);
	world_must(signing_key_sign(key, bytes_of_buffer(note), signature, &why) == ERR_OK, why.text);
	buffer_put_text(note, "\n");
	note_put_signature(note, verifier, bytes_of(signature, sizeof(signature)));
}

static inline void
world_checkpoint(struct world *world)
{
	struct checkpoint checkpoint = { .size = world->size, .root = world_root(world, world->size) };

	world_must(world->notes < WORLD_CHECKPOINTS, "too many checkpoints");
	snprintf(checkpoint.origin, sizeof(checkpoint.origin), "%s", world->verifier.name);
	world_sign_note(world->key, &world->verifier, &checkpoint, &world->note[world->notes]);
	world->note_size[world->notes++] = world->size;
}

/* Checkpoints of the same sizes over the records as they are now. */
static inline void
world_sign_again(struct world *world)
{
	for (size_t i = 0; i < world->notes; i++) {
		uint64_t size = world->note_size[i] < world->size ? world->note_size[i] : world->size;
		struct checkpoint checkpoint = { .size = size, .root = world_root(world, size) };

		snprintf(checkpoint.origin, sizeof(checkpoint.origin), "%s", world->verifier.name);
		buffer_reset(&world->note[i]);
		world_sign_note(world->key, &world->verifier, &checkpoint, &world->note[i]);
		world->note_size[i] = size;
	}
}

/* KEY: the first, or a rotation to a fresh key. */
static inline void
world_key(struct world *world)
{
	struct signing_key *old = world->key;
	struct note_verifier before = world->verifier;
	struct buffer previous = { 0 }, verifier = { 0 }, statement = { 0 };
	struct record record = { .kind = RECORD_KEY };
	uint8_t public[32], by_new[64], by_old[64];
	struct why why;

	world_must(signing_key_make(&world->key, &why) == ERR_OK, why.text);
	signing_key_public(world->key, public);
	note_verifier_make(WORLD_ORIGIN, public, &world->verifier);
	note_verifier_text(&world->verifier, &verifier);
	if (old != NULL)
		note_verifier_text(&before, &previous);
	key_statement(&statement, bytes_of_text(WORLD_ORIGIN), bytes_of_buffer(&previous),
	    bytes_of_buffer(&verifier));
	world_must(signing_key_sign(world->key, bytes_of_buffer(&statement), by_new, &why) == ERR_OK,
	    why.text);
	if (old != NULL)
		world_must(signing_key_sign(old, bytes_of_buffer(&statement), by_old, &why) == ERR_OK,
		    why.text);
	record.key = (struct record_key){ .origin = bytes_of_text(WORLD_ORIGIN),
	    .verifier = bytes_of_buffer(&verifier), .previous = bytes_of_buffer(&previous),
	    .signature = bytes_of(by_new, 64),
	    .previous_signature = bytes_of(by_old, old != NULL ? 64 : 0),
	    .author = bytes_of_text("test") };
	world_put(world, &record);
	signing_key_free(old);
	buffer_free(&previous);
	buffer_free(&verifier);
	buffer_free(&statement);
}

static inline void
world_plan(struct world *world, struct buffer *out)
{
	struct plan *plan = plan_new();

	plan->name = plan_text(plan, bytes_of_text("test"));
	plan->name_ja = plan->vantage = plan->user = plan->newest_note = plan_text(plan, bytes_of_text(""));
	plan->workers = world->workers;
	plan->group_wait_ms = plan->anchor_ms = plan->belief_ms = 60000;
	plan->site = plan_array(plan, 1, sizeof(*plan->site));
	plan->sites = 1;
	plan->site[0] = (struct plan_site){ .name = "tokyo", .title = "Tokyo", .title_ja = "",
	    .provider = "example", .jurisdiction = "JP" };
	plan->instance = plan_array(plan, WORLD_TARGETS, sizeof(*plan->instance));
	plan->target = plan_array(plan, WORLD_TARGETS, sizeof(*plan->target));
	plan->instances = plan->targets = WORLD_TARGETS;
	for (uint32_t i = 0; i < WORLD_TARGETS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "amf-%u", i);
		plan->instance[i] = (struct plan_instance){ .name = plan_text(plan, bytes_of_text(name)),
		    .title = "", .title_ja = "", .function = FUNCTION_CONTROL };
		plan->target[i] = (struct plan_target){ .id = i + 1, .instance = i,
		    .name = plan->instance[i].name, .probe = "tcp", .address = "192.0.2.1", .port = 443,
		    .interval_ms = 10000, .deadline_ms = 3000, .stale_ms = 30000, .fail_count = 1,
		    .window = 1, .recover_count = 1 };
	}
	plan_encode(out, plan);
	for (uint32_t i = 0; i < WORLD_TARGETS; i++)
		world->targets[plan_worker_of(plan, i + 1)]++;
	plan_free(plan);
}

static inline void
world_config_as(struct world *world, const char *cause)
{
	struct buffer plan = { 0 };
	struct record record = { .kind = RECORD_CONFIG };

	world->targets[0] = world->targets[1] = 0;
	world_plan(world, &plan);
	world->plan = world_blob(world, bytes_of_buffer(&plan));
	record.config = (struct record_config){ .plan = world->plan,
	    .source = world_blob(world, bytes_of_text("monitor = { name = \"test\"; };\n")),
	    .cause = bytes_of_text(cause), .targets = WORLD_TARGETS };
	world_put(world, &record);
	buffer_free(&plan);
}

static inline void
world_config(struct world *world)
{
	world_config_as(world, "start");
}

static inline void
world_self(struct world *world, enum role role, uint64_t index)
{
	struct record record = { .kind = RECORD_SELF, .role = role, .index = index };

	record.self = (struct record_self){ .version = bytes_of_text("test"), .plan = world->plan,
	    .process = 100 + index, .sandbox = bytes_of_text("none") };
	record.observed_ms = world->now_ms - 20;
	if (role == ROLE_WORKER)
		world->covered_ms[index] = record.observed_ms;
	world_put(world, &record);
}

static inline void
world_observe(struct world *world, uint64_t target, const char *address)
{
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER, .index = target % 2 };
	struct world_value *value = &world->value[world->values];
	struct fact_set facts = { .count = 0 };
	struct buffer map = { 0 }, list = { 0 };
	struct hash evidence;
	char text[64];

	world_must(world->values < WORLD_BLOBS, "too many values");
	memset(value->salt, (int)target + 7, sizeof(value->salt));
	snprintf(value->text, sizeof(value->text), "%s:%u", address, (unsigned)(400 + world->values));
	value->before = world->size;
	snprintf(text, sizeof(text), "certificate chain of target %u", (unsigned)target);
	evidence = world_blob(world, bytes_of_text(text));
	fact_set_flag(&facts, FACT_TCP_OPEN, true);
	fact_set_write(&facts, FACTS_ALL, &map);
	record.observation = (struct record_observation){ .target = target, .replicas = 1,
	    .outcome = OUTCOME_UP, .latency_us = 1200, .facts = bytes_of_buffer(&map),
	    .evidence = record_hashes(&list, &evidence, 1),
	    .address = secret_commit(bytes_of(value->salt, 32), bytes_of_text(value->text)) };
	world->values++;
	world_put(world, &record);
	fact_set_free(&facts);
	buffer_free(&map);
	buffer_free(&list);
}

static inline void
world_coverage(struct world *world, uint64_t worker)
{
	struct record record = { .kind = RECORD_COVERAGE, .role = ROLE_WORKER, .index = worker };
	int64_t to = world->now_ms - 10;

	record.coverage = (struct record_coverage){ .from = world->covered_ms[worker], .to = to,
	    .targets = world->targets[worker], .rounds = 6 * world->targets[worker] };
	world->covered_ms[worker] = to;
	world_put(world, &record);
}

static inline void
world_gap(struct world *world, enum role role, uint64_t index, int64_t from_ms, const char *reason)
{
	struct record record = { .kind = RECORD_GAP };

	record.gap = (struct record_gap){ .role = role, .index = index, .from = from_ms,
	    .to = world->now_ms, .reason = bytes_of_text(reason) };
	world_put(world, &record);
}

/* Ten seconds at a time, with a TICK, and a checkpoint each; COVERAGE by those who run. */
static inline void
world_minute(struct world *world, bool first, bool second)
{
	for (unsigned i = 0; i < 6; i++) {
		struct record tick = { .kind = RECORD_TICK };

		world->now_ms += 10000;
		world_put(world, &tick);
		if (i == 5 && first)
			world_coverage(world, 0);
		if (i == 5 && second)
			world_coverage(world, 1);
		world_checkpoint(world);
	}
}

/* Has the newest checkpoint stamped. */
static inline void
world_anchor(struct world *world, struct authority *authority, const char *name)
{
	struct buffer request = { 0 }, token = { 0 };
	struct bytes note = bytes_of_buffer(&world->note[world->notes - 1]);
	static const uint8_t nonce[8] = { 1, 2, 3, 4 };
	struct record record = { .kind = RECORD_ANCHOR };
	struct timestamp at;
	struct why why;

	authority->at_s = world->now_ms / 1000 + 1;
	world_must(timestamp_request(&request, note, nonce, &why) == ERR_OK, why.text);
	authority_answer(authority, bytes_of_buffer(&request), &token);
	world_must(timestamp_check(bytes_of_buffer(&token), note, nonce, bytes_of(NULL, 0), &at, &why) ==
	    ERR_UNSUPPORTED, why.text);
	record.anchor = (struct record_anchor){ .size = world->note_size[world->notes - 1],
	    .root = world_root(world, world->note_size[world->notes - 1]),
	    .note = world_blob(world, note), .token = world_blob(world, bytes_of_buffer(&token)),
	    .authority = bytes_of_text(name), .stamped = at.at_ms };
	world_put(world, &record);
	buffer_free(&request);
	buffer_free(&token);
}

/* The start: key, ledger, plan, workers and a first look at every target. */
static inline struct world *
world_new(void)
{
	struct world *world = memory_new(1, sizeof(*world));

	world->now_ms = WORLD_BEGIN;
	world->workers = 2;
	world_key(world);
	world_self(world, ROLE_LEDGER, 0);
	world_config(world);
	world->now_ms += 300;
	world_self(world, ROLE_WORKER, 0);
	world_self(world, ROLE_WORKER, 1);
	for (uint64_t target = 1; target <= WORLD_TARGETS; target++)
		world_observe(world, target, "192.0.2.1");
	world_checkpoint(world);
	return world;
}

static inline void
world_free(struct world *world)
{
	for (size_t i = 0; i < WORLD_RECORDS; i++)
		buffer_free(&world->record[i]);
	for (size_t i = 0; i < world->olds; i++)
		buffer_free(&world->old[i]);
	for (size_t i = 0; i < WORLD_BLOBS; i++)
		buffer_free(&world->blob[i]);
	for (size_t i = 0; i < WORLD_CHECKPOINTS; i++)
		buffer_free(&world->note[i]);
	signing_key_free(world->key);
	free(world);
}

/* Takes record "at" out, or puts a copy of another record in its place or before it. */
static inline void
world_remove(struct world *world, uint64_t at)
{
	buffer_free(&world->record[at]);
	memmove(&world->record[at], &world->record[at + 1],
	    (WORLD_RECORDS - at - 1) * sizeof(world->record[0]));
	world->record[WORLD_RECORDS - 1] = (struct buffer){ 0 };
	world->size--;
}

static inline void
world_replace(struct world *world, uint64_t at, const struct record *record)
{
	struct buffer octets = { 0 };

	record_encode(&octets, record);
	/* A decoded record may still point into the old octets: they live as long as the world. */
	world_must(world->olds < sizeof(world->old) / sizeof(world->old[0]), "too many changes");
	world->old[world->olds++] = world->record[at];
	world->record[at] = octets;
}

/* The n-th record of a kind (and, where given, of a worker), from 0. */
static inline uint64_t
world_find(const struct world *world, enum record_kind kind, int worker, unsigned nth)
{
	for (uint64_t i = 0; i < world->size; i++) {
		struct record record;

		if (record_decode(bytes_of_buffer(&world->record[i]), &record, NULL) == ERR_OK &&
		    record.kind == kind && (worker < 0 || (record.role == ROLE_WORKER &&
		    record.index == (uint64_t)worker)) && nth-- == 0)
			return i;
	}
	world_must(false, "there is no such record");
	return 0;
}

static inline enum err
world_get_blob(const struct world *world, struct hash hash, struct buffer *out)
{
	for (size_t i = 0; i < world->blobs; i++)
		if (hash_equal(hash_of(bytes_of_buffer(&world->blob[i])), hash)) {
			buffer_reset(out);
			buffer_put(out, world->blob[i].at, world->blob[i].len);
			return ERR_OK;
		}
	return ERR_NOT_FOUND;
}

/* The same in a real ledger, through its own front door. */
static inline void
world_write(const struct world *world, const char *path)
{
	struct ledger *ledger;
	struct why why = { .text = "" };
	size_t note = 0, value = 0;

	world_must(ledger_create(path, &why) == ERR_OK, why.text);
	world_must(ledger_open(&ledger, path, LEDGER_WRITE, &why) == ERR_OK, why.text);
	for (size_t i = 0; i < world->blobs; i++) {
		struct hash hash;

		world_must(ledger_add_blob(ledger, bytes_of_buffer(&world->blob[i]), &hash, &why) == ERR_OK,
		    why.text);
	}
	for (uint64_t i = 0; i < world->size; i++) {
		struct record record;

		world_must(record_decode(bytes_of_buffer(&world->record[i]), &record, &why) == ERR_OK,
		    why.text);
		for (; value < world->values && world->value[value].before == i; value++)
			world_must(ledger_add_value(ledger, bytes_of(world->value[value].salt, 32),
			    bytes_of_text(world->value[value].text), &why) == ERR_OK, why.text);
		/* An honest writer refuses what mixes exercises and the real: an owner who lies
		 * has changed it. */
		if (i > 0 && ledger->batch->open)
			ledger->batch->drill = record.drill;
		ledger->drill = record.drill;
		world_must(ledger_add(ledger, &record, &why) == ERR_OK, why.text);
		world_must(record.seq == i, "another number");
		if (note < world->notes && world->note_size[note] == i + 1) {
			world_must(ledger_commit(ledger, &why) == ERR_OK, why.text);
			world_must(ledger_add_checkpoint(ledger, i + 1, bytes_of_buffer(&world->note[note++]),
			    &why) == ERR_OK, why.text);
		}
	}
	world_must(ledger_commit(ledger, &why) == ERR_OK, why.text);
	ledger_close(ledger);
}

#endif
