/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When reports are due: days of JST, months, fiscal years, the edition of the day, and the moments
 * a caller is woken for.
 */
#include <stdio.h>

#include "monitor/state/duty_day.h"
#include "tests/unit/duty_world.h"

static const struct duty_clock thirty_days = { .origin = DUTY_ORIGIN_OCCURRED, .days = 30 };
static const struct duty_clock thirty_from = { .origin = DUTY_ORIGIN_OCCURRED, .days = 30,
	.first_day_counted = true };
static const struct duty_clock three_months = { .origin = DUTY_ORIGIN_OCCURRED, .months = 3 };
static const struct duty_clock months_from = { .origin = DUTY_ORIGIN_OCCURRED, .months = 3,
	.first_day_counted = true };
static const struct duty_clock after_year = { .origin = DUTY_ORIGIN_YEAR, .months = 2 };
static const struct duty_clock after_half = { .origin = DUTY_ORIGIN_HALF_YEAR, .months = 3 };
static const struct duty_clock after_quarter = { .origin = DUTY_ORIGIN_QUARTER, .months = 2 };
static const struct duty_clock extended = { .origin = DUTY_ORIGIN_OCCURRED, .days = 30,
	.extends = true };

/* until: the day after the last, at 00:00. */
static const struct { const struct duty_clock *clock; const char *from, *until; } periods[] = {
	{ &thirty_days, "2026-11-28 09:00", "2026-12-29 00:00" },
	{ &thirty_days, "2026-11-28 00:00", "2026-12-29 00:00" },
	{ &thirty_days, "2026-11-28 23:59:59.999", "2026-12-29 00:00" },
	{ &thirty_days, "2026-11-29 00:00", "2026-12-30 00:00" },
	{ &thirty_days, "2026-11-27 23:59:59.999", "2026-12-28 00:00" },
	{ &thirty_days, "2026-12-31 23:59:59.999", "2027-01-31 00:00" },
	{ &thirty_days, "2027-01-01 00:00", "2027-02-01 00:00" },
	{ &thirty_days, "2028-01-30 12:00", "2028-03-01 00:00" },	/* 29 February */
	{ &thirty_days, "2027-01-30 12:00", "2027-03-02 00:00" },
	{ &thirty_days, "2028-02-29 12:00", "2028-03-31 00:00" },
	{ &thirty_days, "2100-02-28 12:00", "2100-03-31 00:00" },	/* no leap year */
	{ &thirty_from, "2026-11-28 09:00", "2026-12-28 00:00" },
	{ &thirty_from, "2026-12-31 23:59:59.999", "2027-01-30 00:00" },
	{ &three_months, "2026-08-15 10:00", "2026-11-16 00:00" },
	{ &three_months, "2026-11-30 10:00", "2027-03-01 00:00" },	/* 28 February */
	{ &three_months, "2027-11-30 10:00", "2028-03-01 00:00" },	/* 29 February */
	{ &three_months, "2026-11-29 10:00", "2027-03-01 00:00" },	/* no 30 February */
	{ &three_months, "2026-01-30 10:00", "2026-05-01 00:00" },	/* no 31 April */
	{ &three_months, "2026-10-31 10:00", "2027-02-01 00:00" },
	{ &three_months, "2026-12-31 10:00", "2027-04-01 00:00" },
	{ &months_from, "2026-08-15 10:00", "2026-11-15 00:00" },
	{ &after_year, "2026-03-31 23:59:59.999", "2026-06-01 00:00" },
	{ &after_year, "2026-04-01 00:00", "2027-06-01 00:00" },
	{ &after_year, "2027-03-31 23:59:59.999", "2027-06-01 00:00" },
	{ &after_year, "2026-12-31 23:59:59.999", "2027-06-01 00:00" },
	{ &after_year, "2027-01-01 00:00", "2027-06-01 00:00" },
	{ &after_half, "2026-04-01 00:00", "2027-01-01 00:00" },
	{ &after_half, "2026-09-30 23:59:59.999", "2027-01-01 00:00" },
	{ &after_half, "2026-10-01 00:00", "2027-07-01 00:00" },
	{ &after_half, "2027-03-31 23:59:59.999", "2027-07-01 00:00" },
	{ &after_quarter, "2024-12-31 23:59:59.999", "2025-03-01 00:00" },
	{ &after_quarter, "2025-01-01 00:00", "2025-06-01 00:00" },
	{ &after_quarter, "2023-12-31 12:00", "2024-03-01 00:00" },	/* 29 February */
	{ &after_quarter, "2024-06-30 12:00", "2024-09-01 00:00" },
	{ &after_quarter, "2024-07-01 12:00", "2024-12-01 00:00" },
	{ &extended, "2026-11-25 09:00", "2026-12-26 00:00" },	/* a Friday */
	{ &extended, "2026-11-26 09:00", "2026-12-29 00:00" },	/* a Saturday: to Monday */
	{ &extended, "2026-11-27 09:00", "2026-12-29 00:00" },	/* a Sunday */
	{ &extended, "2026-11-29 09:00", "2027-01-05 00:00" },	/* offices closed */
};

static void
each_period(void **unused)
{
	int64_t closed[] = { 0, 0, 0, 0, 0, 0 };
	struct duty_rules with = { .closed = closed, .closed_days = COUNT(closed) };

	(void)unused;
	for (size_t i = 0; i < COUNT(closed); i++)
		closed[i] = day_of_ms(at("2026-12-29 00:00")) + (int64_t)i;
	for (size_t i = 0; i < COUNT(periods); i++)
		expect_time(duty_clock_end(&with, periods[i].clock, at(periods[i].from)),
		    at(periods[i].until), periods[i].from);
}

static void
days(void **unused)
{
	(void)unused;
	assert_int_equal(day_of_ms(at("1970-01-01 00:00")), 0);
	assert_int_equal(day_of_ms(at("1970-01-01 23:59:59.999")), 0);
	assert_int_equal(day_of_ms(at("1970-01-02 00:00")), 1);
	assert_int_equal(day_of_ms(-INT64_C(32400001)), -1);
	assert_int_equal(ms_of_day(0), -INT64_C(32400000));
	for (int64_t day = -800; day < 40000; day += 13) {
		assert_int_equal(day_of_ms(ms_of_day(day)), day);
		assert_int_equal(day_of_ms(ms_of_day(day) - 1), day - 1);
		assert_true(half_year_first(day) <= day);
		assert_true(period_end(DUTY_ORIGIN_HALF_YEAR, day) >= day);
		assert_int_equal(period_end(DUTY_ORIGIN_HALF_YEAR, half_year_first(day)),
		    period_end(DUTY_ORIGIN_HALF_YEAR, day));
		assert_int_equal(half_year_first(period_end(DUTY_ORIGIN_HALF_YEAR, day) + 1),
		    period_end(DUTY_ORIGIN_HALF_YEAR, day) + 1);
	}
}

/* A whole incident: which day counts for which report. */
static const struct {
	const char *occurred, *known, *f4, *f5;		/* last days */
} incidents[] = {
	{ "2026-11-28 23:30", "2026-11-29 00:30", "2026-12-28", "2026-12-29" },
	{ "2026-12-31 23:59:59.999", "2027-01-01 00:00", "2027-01-30", "2027-01-31" },
	{ "2028-02-28 23:59", "2028-02-29 00:00", "2028-03-29", "2028-03-30" },
	{ "2026-03-31 23:59", "2026-04-01 00:01", "2026-04-30", "2026-05-01" },
};

static void
expect_day(const struct duty *duty, const char *day, const char *what)
{
	expect_standing(duty, DUTY_REACHED, what);
	expect_time(duty->due_ms, at(day) + DAY, what);
}

static void
days_of_incidents(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COUNT(incidents); i++) {
		char day[TIME_TEXT];
		struct world world;

		world_start(&world, incidents[i].occurred);
		world.in.known_ms = at(incidents[i].known);
		world.in.secrecy.answer = DUTY_SAYS_YES;
		world_service(&world, DUTY_CLASS_VOICE_EMERGENCY);
		world_step(&world, 0, 50000);
		world_duty(&world, 2 * HOUR, "F4");
		snprintf(day, sizeof(day), "%s 00:00", incidents[i].f4);
		expect_day(duty_find(&world.out, "F4"), day, incidents[i].occurred);
		snprintf(day, sizeof(day), "%s 00:00", incidents[i].f5);
		expect_day(duty_find(&world.out, "F5"), day, incidents[i].occurred);
	}
}

/* --- editions ----------------------------------------------------------------------------- */

/* The edition is that of the day it occurred, however long it lasts. */
static void
across_the_amendment(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	world_start(&world, "2026-03-31 23:59:59.999");
	world_service(&world, DUTY_CLASS_INTERNET_ACCESS);
	world_step(&world, 0, 100000);
	duty = world_duty(&world, HOUR, "F3");
	expect_standing(duty, DUTY_RUNNING, "the old table: not within the hour");
	expect_time(duty->reach_at_ms, world.in.occurred_ms + 2 * HOUR, "two hours");
	expect_standing(world_duty(&world, 2 * HOUR, "F3"), DUTY_REACHED, "two hours");
	assert_int_equal(world.out.accident->from_day, INT64_MIN);
	world_start(&world, "2026-04-01 00:00");
	world_service(&world, DUTY_CLASS_INTERNET_ACCESS);
	world_step(&world, 0, 100000);
	expect_standing(world_duty(&world, HOUR, "F3"), DUTY_REACHED, "the new table");
	assert_int_equal(world.out.accident->from_day, day_of_ms(at("2026-04-01 00:00")));
	/* Corrected over midnight it changes its edition. */
	world.in.occurred_ms--;
	world.service[0].from_occurred = true;
	world_judge(&world, at("2026-04-01 01:00"));
	expect_standing(duty_find(&world.out, "F3"), DUTY_RUNNING, "corrected");
}

static void
rules_in_force(void **unused)
{
	static const struct { const char *day, *id; bool force; } cases[] = {
		{ "2025-03-31 23:59:59.999", "F9", false }, { "2025-04-01 00:00", "F9", true },
		{ "2025-03-31 23:59:59.999", "F9Q", true }, { "2025-04-01 00:00", "F9Q", false },
		{ "2023-06-15 12:00", "F8", false }, { "2023-06-16 00:00", "F8", true },
		{ "2026-09-30 23:59:59.999", "F14", false }, { "2026-10-01 00:00", "F14", true },
		{ "2023-03-31 12:00", "NOTICE", false }, { "2023-04-01 12:00", "NOTICE", true },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct duty *duty;
		struct world world;

		world_start(&world, cases[i].day);
		world_service(&world, DUTY_CLASS_INTERNET_ACCESS);
		world_step(&world, 0, 29999);
		duty = world_duty(&world, 3 * HOUR, cases[i].id);
		if ((duty->why != DUTY_WHY_NOT_IN_FORCE) != cases[i].force)
			fail_msg("%s on %s", cases[i].id, cases[i].day);
		if (strncmp(cases[i].id, "F9", 2) == 0 && cases[i].force)
			expect_standing(duty, DUTY_REACHED, cases[i].day);
	}
}

/* The list of the quarter, as it was; of the year, as it is. */
static void
lists(void **unused)
{
	static const struct { const char *occurred, *id, *until; } cases[] = {
		{ "2025-03-31 20:00", "F9Q", "2025-06-01 00:00" },
		{ "2025-04-01 00:00", "F9", "2026-06-01 00:00" },
		{ "2026-03-31 23:59:59.999", "F9", "2026-06-01 00:00" },
		{ "2026-04-01 00:00", "F9", "2027-06-01 00:00" },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct duty *duty;
		struct world world;

		world_start(&world, cases[i].occurred);
		world_service(&world, DUTY_CLASS_OTHER);
		world_step(&world, 0, 1);
		duty = world_duty(&world, 2 * HOUR, cases[i].id);
		expect_standing(duty, DUTY_REACHED, cases[i].occurred);
		expect_time(duty->due_ms, at(cases[i].until), cases[i].occurred);
	}
}

/* --- alarms and moments ------------------------------------------------------------------- */

static void
alarms(void **unused)
{
	const struct duty *duty;
	struct world world;
	int64_t start;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	start = world.in.occurred_ms;
	world_service(&world, DUTY_CLASS_VOICE_EMERGENCY);
	world_step(&world, 0, 30000);
	duty = world_duty(&world, HOUR - 1, "F3");
	assert_int_equal(duty->draft_ms, 0);
	assert_int_equal(duty->due_ms, 0);
	duty = world_duty(&world, 50 * HOUR, "F3");
	expect_time(duty->draft_ms, start + 90 * MINUTE, "draft");
	expect_time(duty->escalate_ms, start + 120 * MINUTE, "escalate");
	assert_int_equal(duty->due_ms, 0);
	duty = duty_find(&world.out, "F4");
	assert_int_equal(duty->draft_ms, 0);
	expect_time(duty->due_ms, at("2026-12-29 00:00"), "detailed report");
	expect_standing(duty, DUTY_REACHED, "F4");
	expect_time(duty->reached_ms, start + HOUR, "F4");
}

/* Every moment at which something changes, in order, and no other. */
static void
moments(void **unused)
{
	static const int64_t wanted[] = { 30, 45, 60, 90, 120 };	/* minutes */
	struct world world;
	int64_t start, now;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	now = start = world.in.occurred_ms;
	world_service(&world, DUTY_CLASS_VOICE_EMERGENCY);
	world_step(&world, 0, 30000);
	for (size_t i = 0; i < COUNT(wanted); i++) {
		world_judge(&world, now);
		expect_time(world.out.next_ms, start + wanted[i] * MINUTE, "next");
		now = world.out.next_ms;
	}
	world_judge(&world, now);
	expect_time(world.out.next_ms, at("2026-12-29 00:00"), "the end of F4");
	world_judge(&world, world.out.next_ms);
	assert_true(world.out.next_ms == DUTY_NEVER);
	/* A reader in the past is told of what the case says of later. */
	world.in.restored_ms = start + 10 * MINUTE;
	world_step(&world, 5 * MINUTE, 10);
	world_judge(&world, start);
	expect_time(world.out.next_ms, start + 5 * MINUTE, "a step");
	world_judge(&world, start + 5 * MINUTE);
	expect_time(world.out.next_ms, start + 10 * MINUTE, "restored");
	world_judge(&world, start - 1);
	expect_time(world.out.next_ms, start, "it has not occurred");
	assert_int_equal(duty_find(&world.out, "F3")->why, DUTY_WHY_LATER);
	assert_int_equal(world.out.rows, 0);
}

/* What is only advisory is shown when no duty runs, however soon it comes. */
static void
advice_comes_last(void **unused)
{
	const struct duty *duty;
	struct world world;
	int64_t at_ms;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	world.in.carrier.public_corporation = DUTY_SAYS_YES;
	world_service(&world, DUTY_CLASS_VOICE_EMERGENCY);
	world_step(&world, 0, 20000);
	world_judge(&world, world.in.occurred_ms + MINUTE);
	duty = duty_nearest(&world.out, &at_ms);
	assert_string_equal(duty->rule->id, "F9");
	expect_time(at_ms, world.in.occurred_ms + 2 * HOUR, "the list");
	expect_time(world.out.next_ms, world.in.occurred_ms + 30 * MINUTE, "the caller is woken");
	world.in.restored_ms = world.in.occurred_ms + 45 * MINUTE;
	world_judge(&world, world.in.occurred_ms + 45 * MINUTE);
	duty = duty_nearest(&world.out, &at_ms);
	assert_string_equal(duty->rule->id, "PRE");
	assert_true(duty->rule->advisory);
}

static void
public_notices(void **unused)
{
	const struct duty *duty;
	struct world world;
	int64_t start;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	start = world.in.occurred_ms + 5 * MINUTE;
	world_service(&world, DUTY_CLASS_OTHER);
	world_step(&world, 5 * MINUTE, 10);
	expect_standing(world_duty(&world, HOUR, "NOTICE"), DUTY_UNKNOWN, "nobody said");
	world.in.carrier.public_corporation = DUTY_SAYS_NO;
	expect_standing(world_duty(&world, HOUR, "NOTICE"), DUTY_NOT_APPLICABLE, "no");
	world.in.carrier.public_corporation = DUTY_SAYS_YES;
	duty = world_duty(&world, 4 * MINUTE, "NOTICE");
	expect_standing(duty, DUTY_NOT_REACHED, "nobody is hit yet");
	duty = world_duty(&world, 6 * MINUTE, "NOTICE");
	expect_standing(duty, DUTY_REACHED, "hit");
	expect_time(duty->notice_first_ms, start + 30 * MINUTE, "first");
	expect_time(duty->notice_next_ms, start + 30 * MINUTE, "first");
	duty = world_duty(&world, 35 * MINUTE, "NOTICE");
	expect_time(duty->notice_next_ms, start + 90 * MINUTE, "at the first");
	duty = world_duty(&world, 95 * MINUTE - 1, "NOTICE");
	expect_time(duty->notice_next_ms, start + 90 * MINUTE, "before the second");
	world.in.restored_ms = start + 60 * MINUTE;
	duty = world_duty(&world, 95 * MINUTE, "NOTICE");
	expect_standing(duty, DUTY_REACHED, "restored");
	assert_int_equal(duty->notice_next_ms, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_period),
		cmocka_unit_test(days),
		cmocka_unit_test(days_of_incidents),
		cmocka_unit_test(across_the_amendment),
		cmocka_unit_test(rules_in_force),
		cmocka_unit_test(lists),
		cmocka_unit_test(alarms),
		cmocka_unit_test(moments),
		cmocka_unit_test(advice_comes_last),
		cmocka_unit_test(public_notices),
	};

	return cmocka_run_group_tests(tests, rules_open, rules_close);
}
