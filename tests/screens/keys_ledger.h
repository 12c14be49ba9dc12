/* SPDX-License-Identifier: Apache-2.0 */
/* The third fixed ledger behind the golden screens: the keys of tests/unit/keys_world.h. */
#ifndef TESTS_SCREENS_KEYS_LEDGER_H
#define TESTS_SCREENS_KEYS_LEDGER_H

#include "tests/screens/network_ledger.h"
#include "tests/unit/keys_world.h"

static inline void
keys_begin(struct story *story)
{
	struct record config = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER, .config = {
	    .cause = story_text("start"), .targets = KEYS_TARGETS } };
	struct plan *plan = story->plan = keys_plan();
	struct buffer blob = { 0 };
	struct why why = { 0 };

	plan->name = "core-keys";
	plan->name_ja = "鍵の網";
	story_key(story);
	story_self(story, ROLE_LEDGER, 0);
	for (uint32_t i = 0; i < plan->targets; i++) {
		buffer_reset(&blob);
		plan_target_key(&blob, plan, &plan->target[i]);
		story_must(ledger_target_id(story->ledger, bytes_of_buffer(&blob),
		    &plan->target[i].id, &why), &why);
	}
	buffer_reset(&blob);
	plan_encode(&blob, plan);
	story_must(ledger_add_blob(story->ledger, bytes_of_buffer(&blob), &config.config.plan,
	    &why), &why);
	story_must(ledger_add_blob(story->ledger, story_text("# configuration\n"),
	    &config.config.source, &why), &why);
	story_add(story, &config);
	story_self(story, ROLE_WORKER, 0);
	buffer_free(&blob);
}

static inline void
keys_see(struct story *story, unsigned i)
{
	struct record record = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER };
	struct buffer facts = { 0 };

	keys_facts(keys_seen[i].facts, story_time(0), &facts);
	record.observation = (struct record_observation){ .replicas = 1,
	    .outcome = keys_seen[i].outcome, .facts = bytes_of_buffer(&facts),
	    .detail = story_text(keys_seen[i].detail) };
	for (uint32_t t = 0; t < story->plan->targets; t++)
		if (strcmp(story->plan->target[t].name, keys_seen[i].name) == 0)
			record.observation.target = story->plan->target[t].id;
	story_add(story, &record);
	buffer_free(&facts);
}

static inline void
keys_tick(struct story *story, int64_t ms)
{
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER };

	story->now_ms += ms;
	story_add(story, &tick);
}

static inline uint64_t
keys_write(const char *path)
{
	struct story story = { .now_ms = story_time(0) };
	struct why why = { 0 };

	story_must(ledger_create(path, &why), &why);
	story_must(ledger_open(&story.ledger, path, LEDGER_WRITE, &why), &why);
	keys_begin(&story);
	for (unsigned i = 0; i < KEYS_SEEN; i++) {
		keys_see(&story, i);
		if (i == KEYS_STALE)
			keys_tick(&story, 90000);
	}
	keys_tick(&story, 40000);
	story_must(ledger_commit(story.ledger, &why), &why);
	story_must(ledger_checkpoint_wal(story.ledger, &why), &why);
	ledger_close(story.ledger);
	story_leave_copy(path);
	signing_key_free(story.key);
	plan_free(story.plan);
	return 0;
}

#endif
