/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as a condition, judged in worlds made of a hash: what is decided stays decided when
 * more becomes known, nothing changes before the moment that was told, and what a condition says
 * of itself parses again to the same.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/condition_world.h"

enum { ELEMENTS = 3 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct hashed_world {
	uint64_t seed;
	unsigned known;		/* of 8 values this many */
	int64_t  next_ms;	/* earliest of the elements judged so far */
};

static uint64_t
mixed(uint64_t seed, const char *name, uint32_t index)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ seed;

	for (; *name != '\0'; name++)
		hash = (hash ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	hash = (hash ^ index) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static struct value
value_of(void *arg, const struct subject *subject, const struct condition_name *name)
{
	static const char *const texts[] = { "TLSv1.3", "up", "x", "" };
	static const char *const lists[] = { "\x80", "\x81\x61x", "\x82\x61x\x62up",
		"\x82\x67TLSv1.3\x61y" };
	static const size_t lens[] = { 1, 3, 6, 11 };
	const struct hashed_world *world = arg;
	/* What is above is one for all elements. */
	bool own = name->kind == subject->kind || (name->source == NAME_FACT &&
	    subject->kind == SUBJECT_KEY);
	uint64_t hash = mixed(world->seed, name->name, own ? subject->index : 0);

	return (struct value){ .known = (hash >> 40 & 7) < world->known, .flag = hash & 1,
	    .number = (int64_t)(hash % 7) - 2 + (name->type == FACT_TYPE_time ?
	        (int64_t)(hash >> 8 & 0xffff) * 1000 : 0),
	    .text = name->type == FACT_TYPE_hash ? bytes_of("0123456789abcdef0123456789abcdef"
	        "01", 32 + (hash & 1)) : bytes_of_text(texts[hash % 4]),
	    .list = bytes_of(lists[hash % 4], lens[hash % 4]) };
}

static struct tally
tally_of(void *arg, const struct condition_world *judged, const void *condition, size_t q,
    const struct subject *subject)
{
	struct hashed_world *world = arg;
	struct tally tally = { 0 };

	(void)subject;
	for (uint32_t i = 1; i <= ELEMENTS; i++) {
		struct subject element = { .kind = condition_quantifier_kind(condition, q),
		    .index = i };

		condition_element(condition, q, &element, judged, &tally, &world->next_ms);
	}
	if (tally.out + tally.no + tally.unknown + tally.yes != ELEMENTS)
		abort();
	return tally;
}

static enum truth
judge(const struct condition *condition, struct subject subject, struct hashed_world *hashed,
    int64_t now_ms, int64_t *next_ms)
{
	struct condition_world world = { .arg = hashed, .now_ms = now_ms, .value = value_of,
	    .tally = tally_of };
	struct condition_result result;
	enum truth truth;

	hashed->next_ms = INT64_MAX;
	truth = condition_judge(condition, &subject, &world, &result);
	*next_ms = result.next_ms < hashed->next_ms ? result.next_ms : hashed->next_ms;
	if (truth != result.truth || *next_ms <= now_ms)
		abort();
	return truth;
}

/* From moment to moment: up to each, the truth is what it was at the one before. */
static void
follow(const struct condition *condition, struct subject subject, struct hashed_world *world,
    int64_t now_ms)
{
	int64_t next_ms = now_ms, ignored;

	for (int i = 0; i < 4 && next_ms != INT64_MAX; i++) {
		enum truth truth;

		now_ms = next_ms;
		truth = judge(condition, subject, world, now_ms, &next_ms);
		if (judge(condition, subject, world, next_ms - 1, &ignored) != truth)
			abort();
	}
}

static void
judge_all(const struct condition *condition, enum subject_kind kind, uint64_t seed)
{
	struct bytes text = condition_text(condition);
	bool asks_known = memmem(text.at, text.len, "known", 5) != NULL;
	struct hashed_world world = { .seed = seed };
	struct subject subject = { .kind = kind };
	int64_t next_ms, now_ms = (int64_t)(seed % 40000000);
	enum truth before = TRUTH_UNKNOWN, truth;

	for (world.known = 0; world.known <= 8; world.known += 4) {
		truth = judge(condition, subject, &world, now_ms, &next_ms);
		if (!asks_known && before != TRUTH_UNKNOWN && truth != before)
			abort();
		before = truth;
		follow(condition, subject, &world, now_ms);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum subject_kind kind = size > 0 ? data[0] % SUBJECT_KINDS : SUBJECT_TARGET;
	struct bytes text = bytes_slice(bytes_of(data, size), 1, SIZE_MAX);
	struct condition *condition, *again;
	struct why why = { .err = ERR_OK };
	enum err err = condition_parse(text, kind, &test_vocabulary, &condition, &why);

	if (err != ERR_OK && err != ERR_INVALID && err != ERR_LIMIT)
		abort();
	if ((err == ERR_OK) != (condition != NULL))
		abort();
	if (err != ERR_OK) {
		if (why.text[0] == '\0' || why.offset > text.len ||
		    !utf8_valid(bytes_of_text(why.text)))
			abort();
		return 0;
	}
	if (!bytes_equal(condition_text(condition), text))
		abort();
	if (condition_parse(condition_text(condition), kind, &test_vocabulary, &again, &why) !=
	    ERR_OK || condition_names(again) != condition_names(condition) ||
	    condition_basis(again) != condition_basis(condition))
		abort();
	for (uint64_t seed = 1; seed <= 3; seed++)
		judge_all(again, kind, seed * UINT64_C(0x2545f4914f6cdd1d) + size);
	condition_free(condition);
	condition_free(again);
	return 0;
}
