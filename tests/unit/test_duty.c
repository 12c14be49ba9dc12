/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Major accidents: every pair of both editions of the table on both sides of its time and of its
 * users, as the table stands in the law and not as the rules have it.
 */
#include "tests/unit/duty_world.h"

struct law {			/* ORD 58(2) */
	enum duty_class class;
	int64_t         minutes;
	uint64_t        users;
};

static const struct law before_2026[] = {
	{ DUTY_CLASS_VOICE_EMERGENCY, 60, 30000 },
	{ DUTY_CLASS_VOICE_OTHER, 120, 30000 }, { DUTY_CLASS_VOICE_OTHER, 60, 100000 },
	{ DUTY_CLASS_LPWA, 720, 30000 }, { DUTY_CLASS_LPWA, 120, 1000000 },
	{ DUTY_CLASS_FREE_MAIL_MSG_10M, 1440, 100000 },
	{ DUTY_CLASS_FREE_MAIL_MSG_10M, 720, 1000000 },
	{ DUTY_CLASS_FREE_INTERNET, 1440, 100000 }, { DUTY_CLASS_FREE_INTERNET, 720, 1000000 },
	{ DUTY_CLASS_INTERNET_ACCESS, 120, 30000 }, { DUTY_CLASS_INTERNET_ACCESS, 60, 1000000 },
	{ DUTY_CLASS_OTHER, 120, 30000 }, { DUTY_CLASS_OTHER, 60, 1000000 },
	{ DUTY_CLASS_SAT_SUBSEA, 120, 0 },
};

static const struct law since_2026[] = {
	{ DUTY_CLASS_VOICE_EMERGENCY, 60, 30000 },
	{ DUTY_CLASS_VOICE_OTHER, 120, 30000 }, { DUTY_CLASS_VOICE_OTHER, 60, 100000 },
	{ DUTY_CLASS_LPWA, 720, 30000 }, { DUTY_CLASS_LPWA, 120, 1000000 },
	{ DUTY_CLASS_FREE_MAIL_MSG_10M, 240, 100000 },
	{ DUTY_CLASS_FREE_MAIL_MSG_10M, 120, 1000000 },
	{ DUTY_CLASS_FREE_INTERNET, 1440, 100000 }, { DUTY_CLASS_FREE_INTERNET, 720, 1000000 },
	{ DUTY_CLASS_INTERNET_ACCESS, 120, 30000 }, { DUTY_CLASS_INTERNET_ACCESS, 60, 100000 },
	{ DUTY_CLASS_OTHER, 120, 30000 }, { DUTY_CLASS_OTHER, 60, 1000000 },
	{ DUTY_CLASS_SAT_SUBSEA, 120, 0 },
};

/* The pair of the verdict with these numbers; there is one. */
static const struct duty_pair *
pair_of(const struct world *world, const struct law *law)
{
	const struct duty_pair *found = NULL;

	for (uint32_t i = 0; i < world->out.pairs; i++) {
		const struct duty_threshold *threshold = world->out.pair[i].threshold;

		if (threshold->span_ms == law->minutes * MINUTE && threshold->users == law->users)
			found = &world->out.pair[i];
	}
	assert_non_null(found);
	return found;
}

static void
one_service(struct world *world, const char *occurred, const struct law *law, uint64_t users)
{
	struct duty_step *step;

	world_start(world, occurred);
	world_service(world, law->class);
	step = world_step(world, 0, users);
	if (law->class == DUTY_CLASS_SAT_SUBSEA)
		step->all_traffic = DUTY_SAYS_YES;
}

static void
both_sides(const char *occurred, const struct law *law)
{
	int64_t span_ms = law->minutes * MINUTE;
	const struct duty_pair *pair;
	struct world world;

	one_service(&world, occurred, law, law->users);
	world_duty(&world, span_ms - 1, "F3");
	pair = pair_of(&world, law);
	assert_int_equal(pair->standing, DUTY_RUNNING);
	expect_time(pair->reach_at_ms, world.in.occurred_ms + span_ms, occurred);
	expect_standing(world_duty(&world, span_ms, "F3"), DUTY_REACHED, occurred);
	pair = pair_of(&world, law);
	assert_int_equal(pair->standing, DUTY_REACHED);
	expect_time(pair->reached_ms, world.in.occurred_ms + span_ms, occurred);
	/* Restored a moment before, and at the very moment. */
	world.in.restored_ms = world.in.occurred_ms + span_ms - 1;
	world_duty(&world, 10 * span_ms, "F3");
	assert_int_not_equal(pair_of(&world, law)->standing, DUTY_REACHED);
	world.in.restored_ms++;
	world_duty(&world, 10 * span_ms, "F3");
	assert_int_equal(pair_of(&world, law)->standing, DUTY_REACHED);
	if (law->users == 0)
		return;
	one_service(&world, occurred, law, law->users - 1);
	world_duty(&world, 10 * span_ms, "F3");
	pair = pair_of(&world, law);
	assert_int_equal(pair->standing, DUTY_NEAR);
	assert_int_equal(pair->reached_ms, 0);
	assert_int_equal(pair->reach_at_ms, 0);
}

static void
every_pair_on_both_sides(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COUNT(before_2026); i++)
		both_sides("2026-03-30 01:00", &before_2026[i]);
	for (size_t i = 0; i < COUNT(since_2026); i++)
		both_sides("2026-04-01 00:00", &since_2026[i]);
}

/* No pairs but those of the law. */
static void
no_other_pairs(void **unused)
{
	static const struct { const char *day; const struct law *law; size_t count; } editions[] = {
		{ "2026-03-31 23:59:59.999", before_2026, COUNT(before_2026) },
		{ "2026-04-01 00:00", since_2026, COUNT(since_2026) } };

	(void)unused;
	for (size_t e = 0; e < COUNT(editions); e++)
		for (unsigned class = 0; class < DUTY_CLASSES; class++) {
			struct law law = { .class = (enum duty_class)class };
			struct world world;
			uint32_t pairs = 0;

			for (size_t i = 0; i < editions[e].count; i++)
				pairs += editions[e].law[i].class == class;
			one_service(&world, editions[e].day, &law, 1);
			world_duty(&world, 0, "F3");
			assert_int_equal(world.out.pairs, pairs);
			for (size_t i = 0; i < editions[e].count; i++)
				if (editions[e].law[i].class == class)
					pair_of(&world, &editions[e].law[i]);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_on_both_sides),
		cmocka_unit_test(no_other_pairs),
	};

	return cmocka_run_group_tests(tests, rules_open, rules_close);
}
