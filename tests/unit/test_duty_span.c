/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users that change during an incident: each line of the table is one incident of one service,
 * looked at once.  Times are minutes after it occurred.
 */
#include "tests/unit/duty_world.h"

enum { NO = -1 };		/* no such moment */

struct line {
	const char        *name;
	enum duty_class    class;
	struct { int64_t at; uint64_t stopped, degraded, distinct; bool unknown; } step[6];
	uint32_t           steps;
	int64_t            restored, now;		/* 0: not restored */
	const char        *id;
	enum duty_standing standing;
	int64_t            reached, reach_at;
	enum duty_why      why;
};

#define EMERGENCY DUTY_CLASS_VOICE_EMERGENCY	/* 1 h / 30,000 */
#define ACCESS    DUTY_CLASS_INTERNET_ACCESS	/* 2 h / 30,000, 1 h / 100,000 */

static const struct line lines[] = {
	{ "users grow: reached when both are there", EMERGENCY,
	  { { 0, 10000, 0, 0, 0 }, { 90, 30000, 0, 0, 0 } }, 2, 0, 91, "F3", DUTY_REACHED, 90, NO, 0 },
	{ "users grow, a moment before", EMERGENCY,
	  { { 0, 10000, 0, 0, 0 }, { 90, 30000, 0, 0, 0 } }, 2, 0, 89, "F3", DUTY_NOT_REACHED, NO, NO, 0 },
	{ "users grow early: reached with the time", EMERGENCY,
	  { { 0, 100, 0, 0, 0 }, { 10, 30000, 0, 0, 0 } }, 2, 0, 60, "F3", DUTY_REACHED, 60, NO, 0 },
	{ "users grow early: runs to the time from the first user", EMERGENCY,
	  { { 0, 100, 0, 0, 0 }, { 10, 30000, 0, 0, 0 } }, 2, 0, 53, "F3", DUTY_RUNNING, NO, 60, 0 },
	{ "users fall, the distinct stay", EMERGENCY,
	  { { 0, 30000, 0, 0, 0 }, { 10, 1, 0, 0, 0 } }, 2, 0, 60, "F3", DUTY_REACHED, 60, NO, 0 },
	{ "users fall to none before the time", EMERGENCY,
	  { { 0, 30000, 0, 0, 0 }, { 59, 0, 0, 0, 0 } }, 2, 0, 600, "F3", DUTY_NEAR, NO, NO, 0 },
	{ "users fall to none at the time", EMERGENCY,
	  { { 0, 30000, 0, 0, 0 }, { 60, 0, 0, 0, 0 } }, 2, 0, 600, "F3", DUTY_REACHED, 60, NO, 0 },
	{ "a second stroke after the time: the pause counts", EMERGENCY,
	  { { 0, 30000, 0, 0, 0 }, { 20, 0, 0, 0, 0 }, { 70, 10, 0, 0, 0 } }, 3, 0, 71, "F3",
	  DUTY_REACHED, 70, NO, 0 },
	{ "a second stroke before the time: runs again", EMERGENCY,
	  { { 0, 30000, 0, 0, 0 }, { 20, 0, 0, 0, 0 }, { 50, 10, 0, 0, 0 } }, 3, 0, 55, "F3",
	  DUTY_RUNNING, NO, 60, 0 },
	{ "between two strokes nothing runs", EMERGENCY,
	  { { 0, 30000, 0, 0, 0 }, { 40, 0, 0, 0, 0 }, { 70, 10, 0, 0, 0 } }, 3, 0, 65, "F3",
	  DUTY_NEAR, NO, NO, 0 },
	{ "several areas one after another: distinct users add up", EMERGENCY,
	  { { 0, 20000, 0, 20000, 0 }, { 40, 15000, 0, 35000, 0 } }, 2, 0, 61, "F3", DUTY_REACHED,
	  60, NO, 0 },
	{ "several areas, without the distinct number only the most at once", EMERGENCY,
	  { { 0, 20000, 0, 0, 0 }, { 40, 15000, 0, 0, 0 } }, 2, 0, 61, "F3", DUTY_NEAR, NO, NO, 0 },
	{ "stopped and degraded count together", EMERGENCY,
	  { { 0, 10000, 20000, 0, 0 } }, 1, 0, 60, "F3", DUTY_REACHED, 60, NO, 0 },
	{ "stopped and degraded together, one too few", EMERGENCY,
	  { { 0, 10000, 19999, 0, 0 } }, 1, 0, 60, "F3", DUTY_NEAR, NO, NO, 0 },
	{ "the span begins with the first user, not with the incident", EMERGENCY,
	  { { 0, 0, 0, 0, 0 }, { 30, 30000, 0, 0, 0 } }, 2, 0, 60, "F3", DUTY_RUNNING, NO, 90, 0 },
	{ "survived by redundancy: no user", EMERGENCY,
	  { { 0, 0, 0, 0, 0 } }, 1, 0, 600, "F3", DUTY_NOT_REACHED, NO, NO, DUTY_WHY_NO_USERS },
	{ "survived by redundancy: not on the list either", EMERGENCY,
	  { { 0, 0, 0, 0, 0 } }, 1, 0, 600, "F9", DUTY_NOT_REACHED, NO, NO, DUTY_WHY_NO_USERS },
	{ "no step is known yet", EMERGENCY,
	  { { 0, 0, 0, 0, 0 } }, 0, 0, 600, "F3", DUTY_NOT_REACHED, NO, NO, DUTY_WHY_NO_USERS },
	{ "a step after now is not looked at", EMERGENCY,
	  { { 0, 10, 0, 0, 0 }, { 100, 30000, 0, 0, 0 } }, 2, 0, 99, "F3", DUTY_NOT_REACHED, NO, NO,
	  0 },
	{ "restored after now is not looked at", EMERGENCY,
	  { { 0, 30000, 0, 0, 0 } }, 1, 50, 49, "F3", DUTY_RUNNING, NO, 60, 0 },
	{ "a step at the moment of restoration never was", EMERGENCY,
	  { { 0, 10, 0, 0, 0 }, { 100, 30000, 0, 0, 0 } }, 2, 100, 200, "F3", DUTY_NOT_REACHED, NO, NO,
	  0 },
	{ "a step replaced at its own moment never was", EMERGENCY,
	  { { 0, 30000, 0, 0, 0 }, { 0, 10, 0, 0, 0 } }, 2, 0, 100, "F3", DUTY_NOT_REACHED, NO, NO, 0 },
	{ "two pairs: the second by users first", ACCESS,
	  { { 0, 30000, 0, 0, 0 }, { 61, 100000, 0, 0, 0 } }, 2, 0, 62, "F3", DUTY_REACHED, 61, NO, 0 },
	{ "two pairs: the first by time", ACCESS,
	  { { 0, 30000, 0, 0, 0 }, { 121, 100000, 0, 0, 0 } }, 2, 0, 122, "F3", DUTY_REACHED, 120, NO,
	  0 },
	{ "two pairs: the sooner one runs", ACCESS,
	  { { 0, 100000, 0, 0, 0 } }, 1, 0, 1, "F3", DUTY_RUNNING, NO, 60, 0 },
	{ "unknown users before the time: the clock runs, with its doubt", EMERGENCY,
	  { { 0, 0, 0, 0, true } }, 1, 0, 59, "F3", DUTY_RUNNING, NO, 60, DUTY_WHY_USERS_UNKNOWN },
	{ "unknown users after the time: a decision", EMERGENCY,
	  { { 0, 0, 0, 0, true } }, 1, 0, 60, "F3", DUTY_UNKNOWN, NO, NO, DUTY_WHY_USERS_UNKNOWN },
	{ "unknown users, restored before the time: certainly not", EMERGENCY,
	  { { 0, 0, 0, 0, true } }, 1, 59, 600, "F3", DUTY_NOT_REACHED, NO, NO, 0 },
	{ "unknown users, restored at the time: a decision", EMERGENCY,
	  { { 0, 0, 0, 0, true } }, 1, 60, 600, "F3", DUTY_UNKNOWN, NO, NO, DUTY_WHY_USERS_UNKNOWN },
	{ "unknown, but at least enough: certain", EMERGENCY,
	  { { 0, 30000, 0, 0, true } }, 1, 0, 60, "F3", DUTY_REACHED, 60, NO, 0 },
	{ "unknown at first, then counted and too few", EMERGENCY,
	  { { 0, 0, 0, 0, true }, { 70, 100, 0, 200, 0 } }, 2, 0, 80, "F3", DUTY_NOT_REACHED, NO, NO,
	  0 },
	{ "unknown at first, then counted and enough", EMERGENCY,
	  { { 0, 0, 0, 0, true }, { 70, 100, 0, 30000, 0 } }, 2, 0, 80, "F3", DUTY_REACHED, 70, NO, 0 },
	{ "unknown at first, a later number of the moment does not settle it", EMERGENCY,
	  { { 0, 0, 0, 0, true }, { 70, 100, 0, 0, 0 } }, 2, 0, 80, "F3", DUTY_UNKNOWN, NO, NO,
	  DUTY_WHY_USERS_UNKNOWN },
	{ "half way: just before half the time", EMERGENCY,
	  { { 0, 15000, 0, 0, 0 } }, 1, 0, 29, "PRE", DUTY_RUNNING, NO, 30, 0 },
	{ "half way: half the time and half the users", EMERGENCY,
	  { { 0, 15000, 0, 0, 0 } }, 1, 0, 30, "PRE", DUTY_REACHED, 30, NO, 0 },
	{ "half way: one user less than half", EMERGENCY,
	  { { 0, 14999, 0, 0, 0 } }, 1, 0, 300, "PRE", DUTY_NOT_REACHED, NO, NO, 0 },
	{ "half way gives way to the whole", EMERGENCY,
	  { { 0, 30000, 0, 0, 0 } }, 1, 0, 60, "PRE", DUTY_SUPERSEDED, 30, NO,
	  DUTY_WHY_MAJOR_ACCIDENT },
	{ "half way stays after restoration", EMERGENCY,
	  { { 0, 15000, 0, 0, 0 } }, 1, 31, 5000, "PRE", DUTY_REACHED, 30, NO, 0 },
	{ "half way with unknown users: a decision", EMERGENCY,
	  { { 0, 0, 0, 0, true } }, 1, 0, 30, "PRE", DUTY_UNKNOWN, NO, NO, DUTY_WHY_USERS_UNKNOWN },
	{ "list: users alone, at once", ACCESS,
	  { { 0, 30000, 0, 0, 0 } }, 1, 5, 6, "F9", DUTY_REACHED, 0, NO, 0 },
	{ "list: one user too few and too short", ACCESS,
	  { { 0, 29999, 0, 0, 0 } }, 1, 119, 600, "F9", DUTY_NOT_REACHED, NO, NO, 0 },
	{ "list: time alone", ACCESS,
	  { { 0, 1, 0, 0, 0 } }, 1, 120, 600, "F9", DUTY_REACHED, 120, NO, 0 },
	{ "list: the time runs", ACCESS,
	  { { 0, 1, 0, 0, 0 } }, 1, 0, 119, "F9", DUTY_RUNNING, NO, 120, 0 },
	{ "list: users first, then the time changes nothing", ACCESS,
	  { { 0, 1, 0, 0, 0 }, { 20, 30000, 0, 0, 0 } }, 2, 100, 600, "F9", DUTY_REACHED, 20, NO, 0 },
	{ "list: a major accident is not on it", ACCESS,
	  { { 0, 30000, 0, 0, 0 } }, 1, 0, 120, "F9", DUTY_SUPERSEDED, 0, NO,
	  DUTY_WHY_MAJOR_ACCIDENT },
	{ "list: unknown users ask for a decision, the time is certain", ACCESS,
	  { { 0, 0, 0, 0, true } }, 1, 0, 10, "F9", DUTY_UNKNOWN, NO, 120, DUTY_WHY_USERS_UNKNOWN },
	{ "list: unknown users, long enough", ACCESS,
	  { { 0, 0, 0, 0, true } }, 1, 0, 120, "F9", DUTY_REACHED, 120, NO, 0 },
};

static void
world_of(const struct line *line, struct world *world)
{
	world_start(world, "2026-11-28 09:00");
	world_service(world, line->class);
	for (uint32_t i = 0; i < line->steps; i++) {
		struct duty_step *step = world_step(world, line->step[i].at * MINUTE,
		    line->step[i].stopped);

		step->degraded = line->step[i].degraded;
		step->distinct = line->step[i].distinct;
		step->unknown = line->step[i].unknown;
	}
	if (line->restored != 0)
		world->in.restored_ms = world->in.occurred_ms + line->restored * MINUTE;
}

static void
each_line(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < COUNT(lines); i++) {
		const struct line *line = &lines[i];
		const struct duty *duty;
		struct world world;
		int64_t start;

		world_of(line, &world);
		start = world.in.occurred_ms;
		duty = world_duty(&world, line->now * MINUTE, line->id);
		expect_standing(duty, line->standing, line->name);
		expect_time(duty->reached_ms, line->reached == NO ? 0 : start +
		    line->reached * MINUTE, line->name);
		expect_time(duty->reach_at_ms, line->reach_at == NO ? 0 : start +
		    line->reach_at * MINUTE, line->name);
		if (duty->why != line->why)
			fail_msg("%s: because %s", line->name, duty_why_text(duty->why));
	}
}

/* What the screen needs for "30,000 users reached; 1 h in 06:49", and both figures. */
static void
numbers_shown(void **unused)
{
	const struct duty_pair *pair;
	const struct duty_row *row;
	const struct duty *duty;
	struct world world;
	int64_t at_ms;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	world_service(&world, EMERGENCY);
	world_step(&world, 0, 20000)->distinct = 20000;
	world_step(&world, 10 * MINUTE, 25000)->distinct = 40000;
	world_step(&world, 20 * MINUTE, 5000)->distinct = 42000;
	duty = world_duty(&world, 60 * MINUTE - 409 * 1000, "F3");
	expect_standing(duty, DUTY_RUNNING, "numbers");
	pair = &world.out.pair[duty->pair];
	row = &world.out.row[pair->row];
	assert_int_equal(pair->threshold->users, 30000);
	assert_int_equal(pair->threshold->span_ms, HOUR);
	assert_int_equal(duty->reach_at_ms - world.out.now_ms, 409 * 1000);
	assert_int_equal(row->class, EMERGENCY);
	assert_int_equal(row->distinct, 42000);
	assert_int_equal(row->distinct_most, 42000);
	assert_int_equal(row->peak, 25000);
	assert_int_equal(row->users, 5000);
	assert_true(row->hit);
	assert_int_equal(row->span_ms, 60 * MINUTE - 409 * 1000);
	assert_ptr_equal(duty_nearest(&world.out, &at_ms), duty);
	expect_time(at_ms, duty->reach_at_ms, "nearest");
	world.in.restored_ms = world.in.occurred_ms + 30 * MINUTE;
	world_duty(&world, HOUR, "F3");
	row = &world.out.row[0];
	assert_false(row->hit);
	assert_int_equal(row->users, 0);
	assert_int_equal(row->span_ms, 30 * MINUTE);
	assert_int_equal(row->distinct, 42000);
}

/* --- several services --------------------------------------------------------------------- */

static void
classes_apart(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	world_service(&world, ACCESS);
	world_step(&world, 0, 20000);
	world_service(&world, EMERGENCY);
	world_step(&world, 5 * MINUTE, 30000);
	world_service(&world, DUTY_CLASS_FREE_INTERNET);
	world_step(&world, 0, 5000000);
	duty = world_duty(&world, 64 * MINUTE, "F3");
	expect_standing(duty, DUTY_RUNNING, "20,000 and 30,000 of two classes");
	expect_time(duty->reach_at_ms, world.in.occurred_ms + 65 * MINUTE, "its own start");
	duty = world_duty(&world, 65 * MINUTE, "F3");
	expect_standing(duty, DUTY_REACHED, "by emergency calls");
	assert_int_equal(world.out.row[world.out.pair[duty->pair].row].class, EMERGENCY);
	assert_int_equal(world.out.row[world.out.pair[duty->pair].row].service, 1);
	assert_int_equal(world.out.rows, 3);
	world_duty(&world, 100 * HOUR, "F3");
	assert_int_equal(world.out.pairs, 5);
	expect_time(world.out.pair[1].reached_ms, world.in.occurred_ms + 24 * HOUR, "free");
	expect_time(world.out.pair[2].reached_ms, world.in.occurred_ms + 12 * HOUR, "free");
	assert_int_equal(world.out.pair[3].standing, DUTY_NEAR);	/* access, 2 h / 30,000 */
	assert_int_equal(world.out.pair[4].standing, DUTY_NOT_REACHED);
}

/* Two services of one class: at least the larger, at most both; apart, both. */
static void
one_class_twice(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	world_service(&world, EMERGENCY);
	world_step(&world, 0, 20000);
	world_service(&world, EMERGENCY);
	world_step(&world, 0, 15000);
	duty = world_duty(&world, HOUR - 1, "F3");
	expect_standing(duty, DUTY_RUNNING, "may be 35,000");
	assert_int_equal(duty->why, DUTY_WHY_USERS_OVERLAP);
	duty = world_duty(&world, HOUR, "F3");
	expect_standing(duty, DUTY_UNKNOWN, "may be 35,000");
	assert_int_equal(duty->why, DUTY_WHY_USERS_OVERLAP);
	assert_int_equal(world.out.rows, 1);
	assert_int_equal(world.out.row[0].distinct, 20000);
	assert_int_equal(world.out.row[0].distinct_most, 35000);
	world.service[1].apart = true;
	duty = world_duty(&world, HOUR, "F3");
	expect_standing(duty, DUTY_REACHED, "they are 35,000");
	assert_int_equal(world.out.row[0].distinct, 35000);
	assert_int_equal(world.out.row[0].peak, 35000);
	world.service[1].addon = true;
	duty = world_duty(&world, HOUR, "F3");
	expect_standing(duty, DUTY_NEAR, "one is an add-on feature");
	world.service[0].addon = true;
	duty = world_duty(&world, HOUR, "F3");
	expect_standing(duty, DUTY_NOT_APPLICABLE, "both are");
	assert_int_equal(duty->why, DUTY_WHY_ADDON_ONLY);
	world.in.services = 0;
	duty = world_duty(&world, HOUR, "F3");
	expect_standing(duty, DUTY_NOT_APPLICABLE, "none");
	assert_int_equal(duty->why, DUTY_WHY_NO_SERVICE);
}

/* A class that counts as another one shares its row: internet access and others before 2026. */
static void
rows_of_the_old_table(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	world_start(&world, "2026-03-31 09:00");
	world_service(&world, ACCESS);
	world_step(&world, 0, 600000);
	world_service(&world, DUTY_CLASS_OTHER)->apart = true;
	world_step(&world, 0, 400000);
	duty = world_duty(&world, HOUR, "F3");
	expect_standing(duty, DUTY_REACHED, "one row of a million");
	assert_int_equal(world.out.rows, 1);
	assert_int_equal(world.out.row[0].class, DUTY_CLASS_OTHER);
	world.in.occurred_ms = at("2026-04-01 09:00");
	world.step[0][0].at_ms = world.step[1][0].at_ms = world.in.occurred_ms;
	duty = world_duty(&world, HOUR, "F3");
	expect_standing(duty, DUTY_REACHED, "100,000 of internet access");
	assert_int_equal(world.out.rows, 2);
}

/* --- satellites and submarine cables ------------------------------------------------------ */

static void
all_traffic(void **unused)
{
	const struct duty *duty;
	struct world world;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	world_service(&world, DUTY_CLASS_SAT_SUBSEA);
	world_step(&world, 0, 5000000)->all_traffic = DUTY_SAYS_NO;
	duty = world_duty(&world, 10 * HOUR, "F3");
	expect_standing(duty, DUTY_NOT_REACHED, "some traffic passes, whatever the users");
	world_step(&world, 10 * HOUR, 5000000)->all_traffic = DUTY_SAYS_YES;
	duty = world_duty(&world, 12 * HOUR - 1, "F3");
	expect_standing(duty, DUTY_RUNNING, "the time runs from all traffic");
	expect_time(duty->reach_at_ms, world.in.occurred_ms + 12 * HOUR, "cable");
	expect_standing(world_duty(&world, 12 * HOUR, "F3"), DUTY_REACHED, "two hours");
	world.step[0][1].all_traffic = DUTY_SAYS_UNKNOWN;
	duty = world_duty(&world, 12 * HOUR - 1, "F3");
	expect_standing(duty, DUTY_RUNNING, "may be all traffic");
	assert_int_equal(duty->why, DUTY_WHY_TRAFFIC_UNKNOWN);
	duty = world_duty(&world, 12 * HOUR, "F3");
	expect_standing(duty, DUTY_UNKNOWN, "may have been all traffic");
	assert_int_equal(duty->why, DUTY_WHY_TRAFFIC_UNKNOWN);
	world.step[0][1].all_traffic = DUTY_SAYS_NONE;
	duty = world_duty(&world, 12 * HOUR, "F3");
	expect_standing(duty, DUTY_UNKNOWN, "users are hit, and nobody said how far");
	assert_int_equal(duty->why, DUTY_WHY_TRAFFIC_UNKNOWN);
	world.step[0][1].stopped = 0;
	expect_standing(world_duty(&world, 12 * HOUR, "F3"), DUTY_NOT_REACHED, "nobody is hit");
	world_step(&world, 12 * HOUR, 10)->all_traffic = DUTY_SAYS_NO;
	world.step[0][1].all_traffic = DUTY_SAYS_YES;
	expect_standing(world_duty(&world, 50 * HOUR, "F3"), DUTY_REACHED, "exactly two hours");
	world.step[0][2].at_ms--;
	expect_standing(world_duty(&world, 50 * HOUR, "F3"), DUTY_NEAR, "a moment less");
	expect_standing(world_duty(&world, 50 * HOUR, "F9"), DUTY_REACHED, "it is on the list");
}

/* --- corrected times ---------------------------------------------------------------------- */

static void
corrected_times(void **unused)
{
	const struct duty *duty;
	struct world world;
	int64_t start, now;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	start = world.in.occurred_ms;
	now = start + 59 * MINUTE;
	world_service(&world, EMERGENCY)->from_occurred = true;
	world_step(&world, 0, 30000);
	world_judge(&world, now);
	expect_standing(duty_find(&world.out, "F3"), DUTY_RUNNING, "as seen");
	world.in.occurred_ms = start - MINUTE;
	world_judge(&world, now);
	duty = duty_find(&world.out, "F3");
	expect_standing(duty, DUTY_REACHED, "it occurred a minute earlier");
	expect_time(duty->reached_ms, start + 59 * MINUTE, "earlier");
	world.in.occurred_ms = start + MINUTE;
	world_judge(&world, start + HOUR);
	duty = duty_find(&world.out, "F3");
	expect_standing(duty, DUTY_RUNNING, "it occurred a minute later");
	expect_time(duty->reach_at_ms, start + 61 * MINUTE, "later");
	world.service[0].from_occurred = false;
	world.in.occurred_ms = start - HOUR;
	world_judge(&world, now);
	expect_standing(duty_find(&world.out, "F3"), DUTY_RUNNING, "this service began later");
	world.in.occurred_ms = start + MINUTE;
	world_judge(&world, start + HOUR);
	expect_standing(duty_find(&world.out, "F3"), DUTY_RUNNING, "no service before it");
	world.in.occurred_ms = start;
	world.in.restored_ms = start + 2 * HOUR;
	world_judge(&world, start + 3 * HOUR);
	expect_standing(duty_find(&world.out, "F3"), DUTY_REACHED, "restored after two hours");
	world.in.restored_ms = start + HOUR - 1;
	world_judge(&world, start + 3 * HOUR);
	expect_standing(duty_find(&world.out, "F3"), DUTY_NEAR, "restored within the hour");
	world.in.restored_ms = start;
	world_judge(&world, start + 3 * HOUR);
	expect_standing(duty_find(&world.out, "F3"), DUTY_NOT_REACHED, "restored at once");
}

/* --- what is refused ---------------------------------------------------------------------- */

static void
refuse(const struct world *world, int64_t now_ms, enum err err, const char *says)
{
	struct why why = { .err = ERR_OK };
	struct duty_verdict out;

	assert_int_equal(duty_judge(rules, &world->in, now_ms, &out, &why), err);
	if (strstr(why.text, says) == NULL)
		fail_msg("%s", why.text);
	assert_int_equal(out.duties, 0);
	assert_int_equal(out.pairs, 0);
}

static void
refused(void **unused)
{
	static struct duty_step many[DUTY_STEPS_MAX + 1];
	struct duty_service services[DUTY_SERVICES_MAX + 1] = { 0 };
	struct world world;
	int64_t now;

	(void)unused;
	world_start(&world, "2026-11-28 09:00");
	now = world.in.occurred_ms + HOUR;
	world_service(&world, EMERGENCY);
	world_step(&world, MINUTE, 1);
	world_step(&world, 0, 1);
	refuse(&world, now, ERR_INVALID, "step 1 of service service is earlier");
	world.service[0].steps = 1;
	refuse(&world, -1, ERR_INVALID, "now is -1, which is no time");
	refuse(&world, INT64_MAX, ERR_INVALID, "no time");
	world.in.restored_ms = INT64_MIN;
	refuse(&world, now, ERR_INVALID, "restored is");
	world.in.restored_ms = 0;
	world.service[0].class = DUTY_CLASSES;
	refuse(&world, now, ERR_INVALID, "the class of service service is none");
	world.service[0].class = EMERGENCY;
	world.service[0].step = many;
	world.service[0].steps = DUTY_STEPS_MAX + 1;
	refuse(&world, now, ERR_LIMIT, "1025 steps of service service are more than the 1024");
	world.service[0].steps = DUTY_STEPS_MAX;
	world_judge(&world, now);
	world.in.service = services;
	world.in.services = DUTY_SERVICES_MAX + 1;
	refuse(&world, now, ERR_LIMIT, "65 services are more than the 64");
	world.in.services = DUTY_SERVICES_MAX;
	world_judge(&world, now);
	assert_int_equal(world.out.rows, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line),
		cmocka_unit_test(numbers_shown),
		cmocka_unit_test(classes_apart),
		cmocka_unit_test(one_class_twice),
		cmocka_unit_test(rows_of_the_old_table),
		cmocka_unit_test(all_traffic),
		cmocka_unit_test(corrected_times),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, rules_open, rules_close);
}
