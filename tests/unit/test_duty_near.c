/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Near-accidents: each condition of ORD 58-2 in both editions, what excludes, and what a major
 * accident does to it.
 */
#include "tests/unit/duty_world.h"

#define C(NAME) DUTY_CONDITION_##NAME
#define YES     DUTY_SAYS_YES
#define NO      DUTY_SAYS_NO
#define OPEN    DUTY_SAYS_UNKNOWN
#define NONE    DUTY_SAYS_NONE

/* All that is needed holds, nobody is hit; what else is said stands in the line. */
struct line {
	const char *name;
	bool        old;		/* before 2026-04-01 */
	struct { enum duty_condition_code code; enum duty_answer answer; } says[4];
	uint32_t    said;
	enum duty_standing        standing;
	enum duty_condition_code  decides;
};

static const struct line lines[] = {
	{ "nothing happened", 0, { { C(CANNOT_STOP), NO } }, 1, DUTY_NOT_REACHED, C(CANNOT_STOP) },
	{ "(1) not stopped", 0, { { C(CANNOT_STOP), YES } }, 1, DUTY_REACHED, C(CANNOT_STOP) },
	{ "(2) not switched", 0, { { C(CANNOT_SWITCH), YES } }, 1, DUTY_REACHED, C(CANNOT_SWITCH) },
	{ "(3) fell", 0, { { C(FALL), YES } }, 1, DUTY_REACHED, C(FALL) },
	{ "(4) fire", 0, { { C(FIRE), YES } }, 1, DUTY_REACHED, C(FIRE) },
	{ "(5) authenticated", 0, { { C(WRONG_AUTH), YES } }, 1, DUTY_REACHED, C(WRONG_AUTH) },
	{ "(6) over capacity", 0, { { C(OVER_CAPACITY), YES } }, 1, DUTY_REACHED, C(OVER_CAPACITY) },
	{ "(7) configuration", 0, { { C(BAD_CONFIG), YES } }, 1, DUTY_REACHED, C(BAD_CONFIG) },
	{ "(ii) cable", 0, { { C(SAT_SUBSEA), YES } }, 1, DUTY_REACHED, C(SAT_SUBSEA) },
	{ "(ii) cable, open", 0, { { C(SAT_SUBSEA), OPEN } }, 1, DUTY_UNKNOWN, C(SAT_SUBSEA) },
	{ "(ii) needs nothing else", 0, { { C(SAT_SUBSEA), YES }, { C(FUNCTION), NO },
	  { C(PLANNED), YES } }, 3, DUTY_REACHED, C(SAT_SUBSEA) },
	{ "an event that is open", 0, { { C(FIRE), OPEN } }, 1, DUTY_UNKNOWN, C(FIRE) },
	{ "one open, one yes", 0, { { C(FIRE), OPEN }, { C(BAD_CONFIG), YES } }, 2, DUTY_REACHED,
	  C(BAD_CONFIG) },
	{ "one open, one no", 0, { { C(FIRE), OPEN }, { C(BAD_CONFIG), NO } }, 2, DUTY_UNKNOWN,
	  C(FIRE) },
	{ "(a) a small carrier", 0, { { C(FIRE), YES }, { C(CARRIER_SIZE), NO } }, 2,
	  DUTY_NOT_REACHED, C(CARRIER_SIZE) },
	{ "(b) one prefecture", 0, { { C(FIRE), YES }, { C(PREFECTURES), NO } }, 2,
	  DUTY_NOT_REACHED, C(PREFECTURES) },
	{ "(c) access line", 0, { { C(FIRE), YES }, { C(NOT_ACCESS), NO } }, 2, DUTY_NOT_REACHED,
	  C(NOT_ACCESS) },
	{ "(d) none of the functions", 0, { { C(FIRE), YES }, { C(FUNCTION), NO } }, 2,
	  DUTY_NOT_REACHED, C(FUNCTION) },
	{ "(d) open", 0, { { C(FIRE), YES }, { C(FUNCTION), OPEN } }, 2, DUTY_UNKNOWN,
	  C(FUNCTION) },
	{ "(d) nobody asked: not known", 0, { { C(FIRE), YES }, { C(FUNCTION), NONE } }, 2,
	  DUTY_UNKNOWN, C(FUNCTION) },
	{ "(d) open, but access line", 0, { { C(FIRE), YES }, { C(FUNCTION), OPEN },
	  { C(NOT_ACCESS), NO } }, 3, DUTY_NOT_REACHED, C(NOT_ACCESS) },
	{ "(f)(1) planned", 0, { { C(CANNOT_SWITCH), YES }, { C(PLANNED), YES } }, 2,
	  DUTY_NOT_REACHED, C(PLANNED) },
	{ "(f)(2) within the design", 0, { { C(OVER_CAPACITY), YES }, { C(WITHIN_DESIGN), YES } }, 2,
	  DUTY_NOT_REACHED, C(WITHIN_DESIGN) },
	{ "(f)(3) natural disaster", 0, { { C(FIRE), YES }, { C(NATURAL_DISASTER), YES } }, 2,
	  DUTY_NOT_REACHED, C(NATURAL_DISASTER) },
	{ "(f)(3) natural disaster, but it fell", 0, { { C(FALL), YES },
	  { C(NATURAL_DISASTER), YES } }, 2, DUTY_REACHED, C(FALL) },
	{ "(f)(3) it fell in a disaster, and it was planned", 0, { { C(FALL), YES },
	  { C(NATURAL_DISASTER), YES }, { C(PLANNED), YES } }, 3, DUTY_NOT_REACHED, C(PLANNED) },
	{ "(f)(3) fire and fall in a disaster", 0, { { C(FIRE), YES }, { C(FALL), YES },
	  { C(NATURAL_DISASTER), YES } }, 3, DUTY_REACHED, C(FALL) },
	{ "(f)(1) open", 0, { { C(FIRE), YES }, { C(PLANNED), OPEN } }, 2, DUTY_UNKNOWN,
	  C(PLANNED) },
	{ "(f)(1) said not to be", 0, { { C(FIRE), YES }, { C(PLANNED), NO } }, 2, DUTY_REACHED,
	  C(FIRE) },
	{ "old (1)", 1, { { C(CANNOT_STOP), YES } }, 1, DUTY_REACHED, C(CANNOT_STOP) },
	{ "old (2) noticed at once", 1, { { C(CANNOT_SWITCH), YES }, { C(NOT_NOTICED), NO } }, 2,
	  DUTY_NOT_REACHED, C(NOT_NOTICED) },
	{ "old (2) not noticed", 1, { { C(CANNOT_SWITCH), YES }, { C(NOT_NOTICED), YES } }, 2,
	  DUTY_REACHED, C(CANNOT_SWITCH) },
	{ "old (2) nobody says whether it was noticed", 1, { { C(CANNOT_SWITCH), YES } }, 1,
	  DUTY_UNKNOWN, C(NOT_NOTICED) },
	{ "new (2) noticed at once", 0, { { C(CANNOT_SWITCH), YES }, { C(NOT_NOTICED), NO } }, 2,
	  DUTY_REACHED, C(CANNOT_SWITCH) },
	{ "old (3) in a disaster", 1, { { C(FALL), YES }, { C(NATURAL_DISASTER), YES } }, 2,
	  DUTY_REACHED, C(FALL) },
	{ "old (4)", 1, { { C(FIRE), YES } }, 1, DUTY_REACHED, C(FIRE) },
	{ "old (5)", 1, { { C(WRONG_AUTH), YES } }, 1, DUTY_REACHED, C(WRONG_AUTH) },
	{ "old list has no (6)", 1, { { C(OVER_CAPACITY), YES } }, 1, DUTY_NOT_APPLICABLE, 0 },
	{ "old list has no (7)", 1, { { C(BAD_CONFIG), YES } }, 1, DUTY_NOT_APPLICABLE, 0 },
	{ "old (ii)", 1, { { C(SAT_SUBSEA), YES } }, 1, DUTY_REACHED, C(SAT_SUBSEA) },
};

static void
needed_hold(struct world *world, bool old)
{
	world_start(world, old ? "2026-03-31 23:59:59.999" : "2026-04-01 00:00");
	world_service(world, DUTY_CLASS_INTERNET_ACCESS);
	world_step(world, 0, 0);	/* survived by redundancy */
	world->in.carrier.users_before = 30000;
	world->in.near[C(NOT_ACCESS)].answer = YES;
	world->in.near[C(FUNCTION)].answer = YES;
}

static void
each_line(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COUNT(lines); i++) {
		const struct line *line = &lines[i];
		const struct duty *duty;
		struct world world;

		needed_hold(&world, line->old);
		for (uint32_t k = 0; k < line->said; k++)
			world.in.near[line->says[k].code].answer = line->says[k].answer;
		duty = world_duty(&world, MINUTE, "F8");
		expect_standing(duty, line->standing, line->name);
		if (line->standing != DUTY_NOT_APPLICABLE && duty->condition != line->decides)
			fail_msg("%s: %s decides", line->name, duty_condition_name(duty->condition));
	}
}

/* The size of the carrier and the prefectures are worked out where nobody says. */
static void
numbers(void **unused)
{
	static const struct { int64_t users; enum duty_standing standing; } sizes[] = {
		{ 29999, DUTY_NOT_REACHED }, { 30000, DUTY_REACHED }, { -1, DUTY_UNKNOWN } };
	static const struct { uint32_t count; enum duty_standing standing; } spread[] = {
		{ 1, DUTY_NOT_REACHED }, { 2, DUTY_REACHED }, { 0, DUTY_UNKNOWN } };
	struct world world;

	(void)unused;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		needed_hold(&world, false);
		world.in.near[C(FIRE)].answer = YES;
		world.in.carrier.users_before = sizes[i].users;
		expect_standing(world_duty(&world, 1, "F8"), sizes[i].standing, "size");
	}
	for (size_t i = 0; i < COUNT(spread); i++) {
		needed_hold(&world, false);
		world.in.near[C(FIRE)].answer = YES;
		world.service[0].prefectures = spread[i].count;
		expect_standing(world_duty(&world, 1, "F8"), spread[i].standing, "prefectures");
	}
	world.service[0].prefectures = 1;
	world_service(&world, DUTY_CLASS_OTHER);
	expect_standing(world_duty(&world, 1, "F8"), DUTY_REACHED, "one service over many");
	assert_int_equal(world.out.condition[C(PREFECTURES)], YES);
	assert_int_equal(world.out.condition[C(CARRIER_SIZE)], YES);
	assert_int_equal(world.out.condition[C(NOT_NOTICED)], NONE);
	world.in.services = 0;
	expect_standing(world_duty(&world, 1, "F8"), DUTY_UNKNOWN, "no service is named");
	world.in.near[C(PREFECTURES)].answer = YES;
	expect_standing(world_duty(&world, 1, "F8"), DUTY_REACHED, "somebody says so");
}

/* The clock runs from the day it was known; before that nothing is due. */
static void
known(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	needed_hold(&world, false);
	world.in.near[C(BAD_CONFIG)].answer = YES;
	world.in.occurred_ms = at("2026-11-28 23:50");
	world.in.near_known_ms = at("2026-11-29 00:10");
	world_judge(&world, world.in.near_known_ms - 1);
	duty = duty_find(&world.out, "F8");
	expect_standing(duty, DUTY_NOT_REACHED, "not known yet");
	assert_int_equal(duty->why, DUTY_WHY_LATER);
	expect_time(world.out.next_ms, world.in.near_known_ms, "next");
	world_judge(&world, world.in.near_known_ms);
	duty = duty_find(&world.out, "F8");
	expect_standing(duty, DUTY_REACHED, "known");
	expect_time(duty->draft_ms, at("2026-11-29 00:40"), "draft");
	expect_time(duty->due_ms, at("2026-12-30 00:00"), "30 days from the 29th");
	world.in.near_known_ms = 0;
	world.in.known_ms = at("2026-11-28 23:55");
	world_judge(&world, at("2026-11-29 01:00"));
	expect_time(duty_find(&world.out, "F8")->due_ms, at("2026-12-29 00:00"), "the 28th");
	world.in.known_ms = 0;
	world_judge(&world, at("2026-11-29 01:00"));
	expect_time(duty_find(&world.out, "F8")->due_ms, at("2026-12-29 00:00"), "occurred");
}

/* What is a major accident is no near-accident. */
static void
major(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	needed_hold(&world, false);
	world.in.near[C(FIRE)].answer = YES;
	world.step[0][0].stopped = 100000;
	expect_standing(world_duty(&world, HOUR - 1, "F8"), DUTY_REACHED, "before the hour");
	duty = world_duty(&world, HOUR, "F8");
	expect_standing(duty, DUTY_SUPERSEDED, "at the hour");
	assert_int_equal(duty->why, DUTY_WHY_MAJOR_ACCIDENT);
	assert_int_equal(duty->due_ms, 0);
	expect_time(duty->reached_ms, world.in.occurred_ms, "since");
	world.step[0][0].unknown = true;
	world.step[0][0].stopped = 0;
	expect_standing(world_duty(&world, HOUR, "F8"), DUTY_REACHED, "it may be a major accident");
	world.in.near[C(FIRE)].answer = NO;
	world.step[0][0].stopped = 100000;
	expect_standing(world_duty(&world, HOUR, "F8"), DUTY_NOT_REACHED, "nothing happened");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line),
		cmocka_unit_test(numbers),
		cmocka_unit_test(known),
		cmocka_unit_test(major),
	};

	return cmocka_run_group_tests(tests, rules_open, rules_close);
}
