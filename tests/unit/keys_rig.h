/* SPDX-License-Identifier: Apache-2.0 */
/* The instances and keys of keys_world.h, folded: what is observed, and time that goes by. */
#ifndef TESTS_UNIT_KEYS_RIG_H
#define TESTS_UNIT_KEYS_RIG_H

#include "monitor/ledger/record.h"
#include "tests/unit/keys_world.h"

enum { BLOBS = 4, SECOND = 1000 };
#define BEGIN INT64_C(1795000000000)

static const char keys_pack[] =
    "pack = { id = \"t\"; edition = \"1\"; standard = \"Test\"; standard_ja = \"T\"; };\n"
    "controls = (\n"
    "  { id = \"T-1\"; clause = \"1\"; title = \"Key\"; title_ja = \"T\"; requirement = \"r\";\n"
    "    level = \"contradiction\"; subject = \"key\"; condition = \"key.bound == \\\"proven\\\"\";\n"
    "    source = \"s\"; confidence = \"verified\"; }\n"
    ");\n";

struct rig {
	struct state *state;
	struct plan  *plan;
	struct buffer blob[BLOBS];
	size_t        blobs;
	struct plan_option wire;
	int64_t       now_ms;
};

static inline enum err
rig_blob(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	struct rig *rig = arg;

	for (size_t i = 0; i < rig->blobs; i++)
		if (hash_equal(hash_of(bytes_of_buffer(&rig->blob[i])), hash)) {
			buffer_reset(out);
			buffer_put(out, rig->blob[i].at, rig->blob[i].len);
			return ERR_OK;
		}
	return why_set(why, ERR_NOT_FOUND, "no such blob");
}

static inline void
rig_put(struct rig *rig, struct record *record)
{
	struct blob_source source = { rig_blob, rig };
	struct why why = { .text = "" };

	record->recorded_ms = record->observed_ms = rig->now_ms;
	keys_must(fold_apply(rig->state, record, ERR_OK, &source, &why) == ERR_OK, why.text);
}

static inline void
tick(struct rig *rig, int64_t ms)
{
	struct record record = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

	rig->now_ms += ms;
	rig_put(rig, &record);
}

/* --- a plan ------------------------------------------------------------------------------- */

static inline struct rig *
rig_new(struct plan *plan)
{
	static char hex[HASH_TEXT];
	struct rig *rig = memory_new(1, sizeof(*rig));

	rig->plan = plan;
	rig->now_ms = BEGIN;
	buffer_put_text(&rig->blob[rig->blobs++], keys_pack);
	hash_text(hash_of(bytes_of_text(keys_pack)), hex);
	plan->packs = 1;
	plan->pack = plan_array(plan, 1, sizeof(plan->pack[0]));
	plan->pack[0] = (struct plan_pack){ .path = "/p/t.pack", .hash = hex };
	return rig;
}

static inline void
rig_start(struct rig *rig)
{
	struct record record = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER };
	struct buffer *octets = &rig->blob[rig->blobs++];

	rig->state = state_new();
	plan_encode(octets, rig->plan);
	record.config.plan = hash_of(bytes_of_buffer(octets));
	record.config.cause = bytes_of_text("start");
	rig_put(rig, &record);
	record = (struct record){ .kind = RECORD_SELF, .role = ROLE_WORKER, .index = 0 };
	rig_put(rig, &record);
}

static inline void
rig_free(struct rig *rig)
{
	for (size_t i = 0; i < rig->blobs; i++)
		buffer_free(&rig->blob[i]);
	state_free(rig->state);
	plan_free(rig->plan);
	free(rig);
}

/* --- observations ------------------------------------------------------------------------- */

static inline void
observe(struct rig *rig, const char *name, enum outcome outcome, const char *facts,
    const char *detail)
{
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER };
	struct buffer map = { .max = 0 };

	keys_facts(facts, BEGIN, &map);
	for (uint32_t i = 0; i < rig->plan->targets; i++)
		if (strcmp(rig->plan->target[i].name, name) == 0)
			record.observation.target = i + 1;
	keys_must(record.observation.target != 0, name);
	record.observation.replicas = 1;
	record.observation.outcome = outcome;
	record.observation.facts = bytes_of_buffer(&map);
	record.observation.detail = bytes_of_text(detail);
	rig_put(rig, &record);
	buffer_free(&map);
}

/* All of keys_seen[]; the plan is the rig's from here on. */
static inline struct rig *
network_of(struct plan *plan)
{
	struct rig *rig = rig_new(plan);

	rig_start(rig);
	for (unsigned i = 0; i < KEYS_SEEN; i++) {
		observe(rig, keys_seen[i].name, keys_seen[i].outcome, keys_seen[i].facts,
		    keys_seen[i].detail);
		if (i == KEYS_STALE)
			tick(rig, 90 * SECOND);
	}
	tick(rig, 40 * SECOND);
	return rig;
}

#endif
