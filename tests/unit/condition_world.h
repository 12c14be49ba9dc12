/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small world for conditions: the subject and its elements are tables of name and value, and a
 * tally is counted anew each time.  What the subject has, its elements read too.
 */
#ifndef TESTS_UNIT_CONDITION_WORLD_H
#define TESTS_UNIT_CONDITION_WORLD_H

#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/state/condition.h"

enum { WORLD_VALUES = 12, WORLD_ELEMENTS = 8 };

struct world_value {
	const char  *name;
	struct value value;
};

struct world_subject {
	struct world_value value[WORLD_VALUES];	/* ends with name NULL */
};

/* Element i of the world is the subject with index i + 1. */
struct small_world {
	struct world_subject subject, element[WORLD_ELEMENTS];
	uint32_t             elements;
	int64_t              now_ms;
};

static inline struct value
world_find(const struct world_subject *subject, const char *name)
{
	for (size_t i = 0; i < WORLD_VALUES && subject->value[i].name != NULL; i++)
		if (strcmp(subject->value[i].name, name) == 0)
			return subject->value[i].value;
	return (struct value){ .known = false };
}

static inline struct value
world_value_of(void *arg, const struct subject *subject, const struct condition_name *name)
{
	const struct small_world *world = arg;
	struct value value = { .known = false };

	if (subject->index > 0)
		value = world_find(&world->element[subject->index - 1], name->name);
	return value.known ? value : world_find(&world->subject, name->name);
}

static inline struct tally
world_tally_of(void *arg, const struct condition_world *judged, const void *condition, size_t q,
    const struct subject *subject)
{
	const struct small_world *world = arg;
	struct tally tally = { 0 };
	int64_t next_ms = INT64_MAX;

	(void)subject;
	for (uint32_t i = 0; i < world->elements; i++) {
		struct subject element = { .kind = condition_quantifier_kind(condition, q),
		    .index = i + 1 };

		condition_element(condition, q, &element, judged, &tally, &next_ms);
	}
	return tally;
}

static inline struct condition_world
world_of(struct small_world *world)
{
	return (struct condition_world){ .arg = world, .now_ms = world->now_ms,
	    .value = world_value_of, .tally = world_tally_of };
}

static inline enum truth
world_judge(struct small_world *small, const struct condition *condition, enum subject_kind kind,
    struct condition_result *result)
{
	struct condition_world world = world_of(small);
	struct subject subject = { .kind = kind };

	return condition_judge(condition, &subject, &world, result);
}

/* Documents "plan" and "contract"; declarations of each type: "drill", "staff", "class", "ok". */
static inline bool
test_document(void *arg, struct bytes id, struct condition_name *out)
{
	static const char *const ids[] = { "plan", "contract" };

	(void)arg;
	for (uint32_t i = 0; i < 2; i++)
		if (bytes_equal(id, bytes_of_text(ids[i]))) {
			*out = (struct condition_name){ .source = NAME_DOCUMENT, .number = i,
			    .kind = SUBJECT_CARRIER, .type = FACT_TYPE_time,
			    .basis = BASIS_DECLARED, .name = ids[i] };
			return true;
		}
	return false;
}

static inline bool
test_declaration(void *arg, struct bytes id, struct condition_name *out)
{
	static const struct { const char *id; enum fact_type type; } items[] = {
		{ "drill", FACT_TYPE_time }, { "staff", FACT_TYPE_int },
		{ "class", FACT_TYPE_text }, { "ok", FACT_TYPE_flag },
	};

	(void)arg;
	for (uint32_t i = 0; i < 4; i++)
		if (bytes_equal(id, bytes_of_text(items[i].id))) {
			*out = (struct condition_name){ .source = NAME_DECLARATION, .number = i,
			    .kind = SUBJECT_CARRIER, .type = items[i].type,
			    .basis = BASIS_DECLARED, .name = items[i].id };
			return true;
		}
	return false;
}

static const struct condition_vocabulary test_vocabulary = { .document = test_document,
	.declaration = test_declaration };

#endif
