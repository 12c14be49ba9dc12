/* SPDX-License-Identifier: Apache-2.0 */
/* Observations with facts about protection, and intents, for the world of correlate_world.h. */
#ifndef TESTS_UNIT_PROTECTION_WORLD_H
#define TESTS_UNIT_PROTECTION_WORLD_H

#include "monitor/state/protection.h"
#include "tests/unit/correlate_world.h"

/* A fact as a text of the table below: "true", "3", or a text; lists have commas. */
static UNUSED void
fact_put(struct fact_set *set, enum fact fact, const char *value)
{
	struct bytes part[8];
	size_t parts = 0;

	switch (fact_row(fact)->type) {
	case FACT_TYPE_flag:
		fact_set_flag(set, fact, strcmp(value, "true") == 0);
		return;
	case FACT_TYPE_int:
		fact_set_int(set, fact, strtoll(value, NULL, 10));
		return;
	case FACT_TYPE_texts:
		for (const char *at = value; parts < 8 && *at != '\0'; parts++) {
			size_t len = strcspn(at, ",");

			part[parts] = bytes_of(at, len);
			at += len + (at[len] == ',');
		}
		fact_set_texts(set, fact, part, parts);
		return;
	default:
		fact_set_text(set, fact, bytes_of_text(value));
	}
}

static UNUSED void
show_at(struct fixture *f, uint64_t target, uint64_t replica, uint64_t replicas,
    struct fact_set *set, enum outcome outcome)
{
	struct buffer facts = { .max = RECORD_MAX };

	f->world.now_ms += 1000;
	fact_set_write(set, FACTS_ALL, &facts);
	world_put(&f->world, (struct record){ .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
		.observation = { .target = target, .replica = replica, .replicas = replicas,
			.outcome = outcome, .facts = bytes_of_buffer(&facts) } });
	buffer_free(&facts);
	fact_set_free(set);
	fold(f);
}

/* One round at address replica of replicas that shows one fact; NULL: it shows none. */
static UNUSED void
show(struct fixture *f, uint64_t target, uint64_t replica, uint64_t replicas, enum fact fact,
    const char *value)
{
	struct fact_set set = { .count = 0 };

	if (value != NULL)
		fact_put(&set, fact, value);
	show_at(f, target, replica, replicas, &set, value != NULL ? OUTCOME_UP : OUTCOME_DOWN);
}

static UNUSED const struct protection_level *
level_of(const struct fixture *f, uint64_t target, uint32_t replica, enum aspect aspect)
{
	const struct target_state *state = state_target(f->state, target);

	for (uint32_t k = 0; k < state->replica[replica].levels; k++)
		if (state->replica[replica].level[k].aspect == (uint32_t)aspect)
			return &state->replica[replica].level[k];
	return NULL;
}

static UNUSED uint64_t
intent_put(struct fixture *f, struct record_intent intent, uint64_t uid)
{
	f->world.now_ms += 100;
	intent.uid = uid;
	intent.author = bytes_of_text(uid == 7 ? "akira" : "yoko");
	world_put(&f->world, (struct record){ .kind = RECORD_INTENT, .role = ROLE_ENGINE,
		.intent = intent });
	fold(f);
	return f->state->size - 1;
}

/* From and until count from now. */
static UNUSED uint64_t
announce(struct fixture *f, const char *subject, const char *aspects, int64_t from_ms,
    int64_t until_ms)
{
	return intent_put(f, (struct record_intent){ .subject = bytes_of_text(subject),
		.aspects = bytes_of_text(aspects), .ticket = bytes_of_text("CHG-1"),
		.from = f->world.now_ms + from_ms, .until = f->world.now_ms + until_ms }, 7);
}

static UNUSED uint64_t
accept_fall(struct fixture *f, const char *subject)
{
	return intent_put(f, (struct record_intent){ .kind = INTENT_ACCEPTANCE,
		.subject = bytes_of_text(subject), .aspects = bytes_of_text("any"),
		.ticket = bytes_of_text("CHG-2"), .from = f->world.now_ms,
		.until = f->world.now_ms + 86400000 }, 7);
}

#endif
