/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties that follow from what somebody states: leaks, a stop of business, a restriction, an
 * intrusion; and the half-yearly report of capacity.
 */
#include "tests/unit/duty_world.h"

#define YES  DUTY_SAYS_YES
#define NO   DUTY_SAYS_NO
#define OPEN DUTY_SAYS_UNKNOWN
#define NONE DUTY_SAYS_NONE

static void
expect(struct world *world, int64_t after_ms, const char *id, enum duty_standing standing,
    enum duty_why why, const char *what)
{
	const struct duty *duty = world_duty(world, after_ms, id);

	expect_standing(duty, standing, what);
	if (duty->why != why)
		fail_msg("%s: because %s", what, duty_why_text(duty->why));
	if (standing != DUTY_REACHED && (duty->due_ms != 0 || duty->draft_ms != 0))
		fail_msg("%s: a clock without a duty", what);
}

static void
secrecy(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	world_start(&world, "2026-11-01 09:00");
	expect(&world, DAY, "F5", DUTY_NOT_APPLICABLE, DUTY_WHY_NOT_ASKED, "nobody said");
	world.in.secrecy.answer = NO;
	expect(&world, DAY, "F5", DUTY_NOT_REACHED, DUTY_WHY_SAID_NO, "no");
	world.in.secrecy.answer = OPEN;
	expect(&world, DAY, "F5", DUTY_UNKNOWN, DUTY_WHY_SAID_UNKNOWN, "open");
	world.in.secrecy.answer = YES;
	world.in.secrecy_known_ms = at("2026-11-20 23:59:59.999");
	expect(&world, DAY, "F5", DUTY_NOT_REACHED, DUTY_WHY_LATER, "not known yet");
	expect_time(world.out.next_ms, world.in.secrecy_known_ms, "next");
	world_judge(&world, world.in.secrecy_known_ms);
	duty = duty_find(&world.out, "F5");
	expect_standing(duty, DUTY_REACHED, "known");
	expect_time(duty->reached_ms, world.in.secrecy_known_ms, "known");
	expect_time(duty->due_ms, at("2026-12-21 00:00"), "from the day known, not occurred");
	expect_time(duty->draft_ms, world.in.secrecy_known_ms + 30 * MINUTE, "draft");
	world.in.secrecy_known_ms++;
	world_judge(&world, world.in.secrecy_known_ms);
	expect_time(duty_find(&world.out, "F5")->due_ms, at("2026-12-22 00:00"), "past midnight");
}

static const struct {
	const char        *name;
	enum duty_answer   designated, leaked, foreign;
	int64_t            persons;
	enum duty_standing standing;
	enum duty_why      why;
} leaks[] = {
	{ "nobody said", YES, NONE, NONE, -1, DUTY_NOT_APPLICABLE, DUTY_WHY_NOT_ASKED },
	{ "no leak", YES, NO, NONE, 5000, DUTY_NOT_REACHED, DUTY_WHY_SAID_NO },
	{ "a thousand", YES, YES, NONE, 1000, DUTY_NOT_REACHED, DUTY_WHY_TOO_FEW },
	{ "one over a thousand", YES, YES, NONE, 1001, DUTY_REACHED, DUTY_WHY_NONE },
	{ "how many is not known", YES, YES, NONE, -1, DUTY_UNKNOWN, DUTY_WHY_USERS_UNKNOWN },
	{ "whether is not known", YES, OPEN, NONE, 1001, DUTY_UNKNOWN, DUTY_WHY_SAID_UNKNOWN },
	{ "whether is not known, too few anyway", YES, OPEN, NONE, 10, DUTY_NOT_REACHED,
	  DUTY_WHY_TOO_FEW },
	{ "a foreign government, one person", YES, YES, YES, 1, DUTY_REACHED, DUTY_WHY_NONE },
	{ "a foreign government alone", YES, NONE, YES, 0, DUTY_REACHED, DUTY_WHY_NONE },
	{ "perhaps a foreign government", YES, YES, OPEN, 10, DUTY_UNKNOWN, DUTY_WHY_SAID_UNKNOWN },
	{ "perhaps a foreign government, enough persons", YES, YES, OPEN, 2000, DUTY_REACHED,
	  DUTY_WHY_NONE },
	{ "not designated", NO, YES, NONE, 5000, DUTY_NOT_APPLICABLE, DUTY_WHY_NOT_DESIGNATED },
	{ "designation not known", OPEN, YES, NONE, 5000, DUTY_UNKNOWN,
	  DUTY_WHY_DESIGNATION_UNKNOWN },
	{ "designation not said", NONE, YES, NONE, 5000, DUTY_UNKNOWN,
	  DUTY_WHY_DESIGNATION_UNKNOWN },
	{ "not designated, nothing leaked", NO, NO, NONE, -1, DUTY_NOT_REACHED, DUTY_WHY_SAID_NO },
};

static void
user_data(void **unused)
{
	struct world world;

	(void)unused;
	for (size_t i = 0; i < COUNT(leaks); i++) {
		world_start(&world, "2026-11-01 09:00");
		world.in.carrier.designated_27_5 = leaks[i].designated;
		world.in.user_data.answer = leaks[i].leaked;
		world.in.foreign.answer = leaks[i].foreign;
		world.in.user_data_persons = leaks[i].persons;
		expect(&world, DAY, "F6", leaks[i].standing, leaks[i].why, leaks[i].name);
	}
	world.in.carrier.designated_27_5 = YES;
	world.in.user_data.answer = YES;
	world.in.user_data_persons = 1001;
	world.in.user_data_known_ms = at("2026-11-10 12:00");
	world_judge(&world, at("2026-11-11 00:00"));
	expect_time(duty_find(&world.out, "F6")->due_ms, at("2026-12-11 00:00"), "known");
}

static void
business(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	world_start(&world, "2026-11-01 09:00");
	expect(&world, DAY, "F7", DUTY_NOT_APPLICABLE, DUTY_WHY_NOT_ASKED, "nobody said");
	world.in.stopped.answer = YES;
	world.in.stopped_ms = at("2026-11-02 00:00");
	world_judge(&world, world.in.stopped_ms);
	duty = duty_find(&world.out, "F7");
	expect_standing(duty, DUTY_REACHED, "stopped");
	expect_time(duty->due_ms, at("2026-12-03 00:00"), "from the day stopped");
	world.in.stopped_ms = 0;
	world_judge(&world, at("2026-11-03 00:00"));
	expect_time(duty_find(&world.out, "F7")->due_ms, at("2026-12-02 00:00"), "occurred");
}

static void
restriction(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	world_start(&world, "2026-11-30 22:00");
	world.in.restriction.answer = YES;
	world.in.restricted_ms = world.in.occurred_ms + HOUR;
	world.in.restricted_users = 29999;
	expect(&world, 9 * HOUR, "F12", DUTY_NOT_REACHED, DUTY_WHY_TOO_FEW, "one too few");
	world.in.restricted_users = 30000;
	expect(&world, 3 * HOUR - 1, "F12", DUTY_RUNNING, DUTY_WHY_NONE, "a moment before");
	expect_time(duty_find(&world.out, "F12")->reach_at_ms, world.in.occurred_ms + 3 * HOUR, "");
	duty = world_duty(&world, 3 * HOUR, "F12");
	expect_standing(duty, DUTY_REACHED, "two hours");
	expect_time(duty->reached_ms, world.in.occurred_ms + 3 * HOUR, "two hours");
	/* Three months from the day of the restriction: no 30 February. */
	expect_time(duty->due_ms, at("2027-03-01 00:00"), "F12");
	world.in.unrestricted_ms = world.in.restricted_ms + 2 * HOUR;
	expect_standing(world_duty(&world, 9 * HOUR, "F12"), DUTY_REACHED, "exactly two hours");
	world.in.unrestricted_ms--;
	expect(&world, 9 * HOUR, "F12", DUTY_NOT_REACHED, DUTY_WHY_NONE, "a moment less");
	world.in.restricted_users = -1;
	expect(&world, 9 * HOUR, "F12", DUTY_NOT_REACHED, DUTY_WHY_NONE, "too short for any");
	world.in.unrestricted_ms = 0;
	expect(&world, 2 * HOUR, "F12", DUTY_RUNNING, DUTY_WHY_USERS_UNKNOWN, "runs in doubt");
	expect(&world, 3 * HOUR, "F12", DUTY_UNKNOWN, DUTY_WHY_USERS_UNKNOWN, "a decision");
	world.in.restricted_users = 30000;
	world.in.restriction.answer = OPEN;
	expect(&world, 3 * HOUR, "F12", DUTY_UNKNOWN, DUTY_WHY_SAID_UNKNOWN, "whether at all");
	world.in.restriction.answer = NO;
	expect(&world, 3 * HOUR, "F12", DUTY_NOT_REACHED, DUTY_WHY_SAID_NO, "not");
}

static void
intrusion(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	world_start(&world, "2027-03-01 12:00");
	world.in.intrusion.answer = YES;
	world.in.recognised_ms = at("2027-03-02 08:00");
	expect(&world, 2 * DAY, "F14", DUTY_UNKNOWN, DUTY_WHY_DESIGNATION_UNKNOWN, "not said");
	world.in.carrier.infrastructure = NO;
	expect(&world, 2 * DAY, "F14", DUTY_NOT_APPLICABLE, DUTY_WHY_NOT_DESIGNATED, "no");
	world.in.carrier.infrastructure = YES;
	duty = world_duty(&world, 2 * DAY, "F14");
	expect_standing(duty, DUTY_REACHED, "designated");
	expect_time(duty->due_ms, at("2027-04-02 00:00"), "from the day recognised");
	/* The last exempt day is the one with the number of the designation. */
	world.in.carrier.infrastructure_ms = at("2026-09-01 15:00");
	expect(&world, 2 * DAY, "F14", DUTY_NOT_APPLICABLE, DUTY_WHY_EXEMPT, "last day");
	world.in.carrier.infrastructure_ms = at("2026-08-31 15:00");
	expect(&world, 2 * DAY, "F14", DUTY_REACHED, DUTY_WHY_NONE, "a day after");
	world.in.carrier.infrastructure_ms = at("2027-03-02 00:00");
	expect(&world, 2 * DAY, "F14", DUTY_REACHED, DUTY_WHY_NONE, "designated afterwards");
	world.in.intrusion.answer = NONE;
	expect(&world, 2 * DAY, "F14", DUTY_NOT_APPLICABLE, DUTY_WHY_NOT_ASKED, "nothing");
}

/* --- periods ------------------------------------------------------------------------------ */

static const struct {
	const char        *name, *now;
	int64_t            first, last;
	enum duty_standing standing;
	enum duty_why      why;
} halves[] = {
	{ "before its end", "2026-09-30 23:59:59.999", 30000, 30000, DUTY_RUNNING, DUTY_WHY_NONE },
	{ "at its end", "2026-10-01 00:00", 30000, 30000, DUTY_REACHED, DUTY_WHY_NONE },
	{ "too few on the first day", "2026-10-01 00:00", 29999, 90000, DUTY_NOT_REACHED,
	  DUTY_WHY_TOO_FEW },
	{ "too few on the last day", "2026-10-01 00:00", 90000, 29999, DUTY_NOT_REACHED,
	  DUTY_WHY_TOO_FEW },
	{ "the last day is to come", "2026-06-01 00:00", 30000, -1, DUTY_RUNNING,
	  DUTY_WHY_USERS_UNKNOWN },
	{ "the last day was not counted", "2026-10-01 00:00", 30000, -1, DUTY_UNKNOWN,
	  DUTY_WHY_USERS_UNKNOWN },
	{ "the first day was not counted", "2026-10-01 00:00", -1, 30000, DUTY_UNKNOWN,
	  DUTY_WHY_USERS_UNKNOWN },
	{ "not counted, but too few", "2026-10-01 00:00", -1, 29999, DUTY_NOT_REACHED,
	  DUTY_WHY_TOO_FEW },
};

static void
capacity(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	for (size_t i = 0; i < COUNT(halves); i++) {
		world_start(&world, "2026-04-01 00:00");
		world.in.occurred_ms = 0;
		world.in.carrier.half_year_ms = at("2026-04-01 00:00");
		world.in.carrier.users_first = halves[i].first;
		world.in.carrier.users_last = halves[i].last;
		world_judge(&world, at(halves[i].now));
		duty = duty_find(&world.out, "F10");
		expect_standing(duty, halves[i].standing, halves[i].name);
		assert_int_equal(duty->why, halves[i].why);
		if (duty->standing == DUTY_REACHED)
			expect_time(duty->due_ms, at("2027-01-01 00:00"), halves[i].name);
		expect_standing(duty_find(&world.out, "F3"), DUTY_NOT_APPLICABLE, "no incident");
	}
	world.in.carrier.users_first = world.in.carrier.users_last = 30000;
	world.in.carrier.half_year_ms = at("2026-12-31 12:00");
	world_judge(&world, at("2027-04-01 00:00"));
	duty = duty_find(&world.out, "F10");
	expect_standing(duty, DUTY_REACHED, "October to March");
	expect_time(duty->reached_ms, at("2027-04-01 00:00"), "31 March 24:00");
	expect_time(duty->due_ms, at("2027-07-01 00:00"), "30 June");
	world.in.carrier.half_year_ms = 0;
	world_judge(&world, at("2027-04-01 00:00"));
	expect_standing(duty_find(&world.out, "F10"), DUTY_NOT_APPLICABLE, "not asked");
}

/* One attack may need several reports; each has its own clock. */
static void
side_by_side(void **unused)
{
	struct world world;
	int64_t at_ms;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	world.in.known_ms = at("2026-11-28 10:00");
	world_service(&world, DUTY_CLASS_VOICE_EMERGENCY);
	world_step(&world, 0, 50000);
	world.in.carrier.designated_27_5 = world.in.carrier.infrastructure = YES;
	world.in.secrecy.answer = world.in.user_data.answer = world.in.intrusion.answer = YES;
	world.in.user_data_persons = 50000;
	world.in.secrecy_known_ms = at("2026-11-30 10:00");
	world.in.user_data_known_ms = at("2026-12-01 10:00");
	world.in.recognised_ms = at("2026-12-02 10:00");
	world_judge(&world, at("2026-12-02 10:05"));
	expect_time(duty_find(&world.out, "F4")->due_ms, at("2026-12-29 00:00"), "F4");
	expect_time(duty_find(&world.out, "F5")->due_ms, at("2026-12-31 00:00"), "F5");
	expect_time(duty_find(&world.out, "F6")->due_ms, at("2027-01-01 00:00"), "F6");
	expect_time(duty_find(&world.out, "F14")->due_ms, at("2027-01-02 00:00"), "F14");
	assert_string_equal(duty_nearest(&world.out, &at_ms)->rule->id, "F14");
	expect_time(at_ms, at("2026-12-02 10:30"), "its draft");
	expect_time(world.out.next_ms, at_ms, "next");
	world_judge(&world, at("2026-12-03 10:05"));
	assert_string_equal(duty_nearest(&world.out, &at_ms)->rule->id, "F4");
	world_judge(&world, at("2027-08-01 00:00"));
	assert_null(duty_nearest(&world.out, &at_ms));
	assert_null(duty_find(&world.out, "F99"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrecy),
		cmocka_unit_test(user_data),
		cmocka_unit_test(business),
		cmocka_unit_test(restriction),
		cmocka_unit_test(intrusion),
		cmocka_unit_test(capacity),
		cmocka_unit_test(side_by_side),
	};

	return cmocka_run_group_tests(tests, rules_open, rules_close);
}
