/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Deep rounds through simulated time: one at a time and instance, within the rate; rounds after a
 * change, slots at a time of the day, and what is asked once a day is asked soon at first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/bytes.h"
#include "monitor/daemon/schedule.h"

enum { NOW = 1000000007, MINUTE = 60000, HOUR = 3600000, DAY = 86400000, DEEPS = 6 };

static struct schedule_target
deep(uint64_t id, uint64_t instance, uint32_t hourly)
{
	return (struct schedule_target){ .id = id, .instance = instance, .interval_ms = HOUR,
	    .window = SCHEDULE_NO_BACKOFF, .deep = true, .hourly = hourly };
}

/* Begins what is due from time to time; ends each round after round_ms, with its connections. */
struct run {
	struct schedule *s;
	int64_t  round_ms, ends[DEEPS + 1], begun[DEEPS + 1];
	uint64_t rounds[DEEPS + 1], early[DEEPS + 1], connections, opened;
	size_t   running, most;
};

static void
run_step(struct run *run, int64_t now)
{
	struct schedule_due due;

	for (uint64_t id = 1; id <= DEEPS; id++)
		if (run->ends[id] != 0 && run->ends[id] <= now) {
			run->ends[id] = 0;
			run->running--;
			run->opened += run->connections;
			schedule_spend(run->s, id, run->connections, now);
			schedule_finish(run->s, id, now, true);
		}
	while (schedule_next(run->s, now, &due)) {
		run->ends[due.id] = now + run->round_ms;
		run->begun[due.id] = now;
		run->rounds[due.id]++;
		run->early[due.id] += due.early;
		if (++run->running > run->most)
			run->most = run->running;
	}
}

static void
one_at_a_time(void **state)
{
	struct run run = { .s = schedule_new(), .round_ms = 4 * MINUTE, .connections = 100 };
	struct schedule_target targets[DEEPS];

	(void)state;
	for (uint64_t i = 0; i < DEEPS; i++)
		targets[i] = deep(i + 1, i < 4 ? 7 : 8, 0);
	schedule_load(run.s, targets, DEEPS, 200, NOW);
	for (int64_t now = NOW; now < NOW + 10 * HOUR; now += 500) {
		size_t of_seven = 0;

		run_step(&run, now);
		for (uint64_t id = 1; id <= 4; id++)
			of_seven += run.ends[id] != 0;
		assert_true(of_seven <= 1);
	}
	assert_int_equal(run.most, 2);		/* two instances, one each */
	for (uint64_t id = 1; id <= DEEPS; id++)	/* and nobody starves, though all are down */
		assert_in_range(run.rounds[id], 9, 10);
	schedule_free(run.s);
}

static void
within_the_rate(void **state)
{
	struct run run = { .s = schedule_new(), .round_ms = MINUTE, .connections = 300 };
	struct schedule_target targets[DEEPS];

	(void)state;
	for (uint64_t i = 0; i < DEEPS; i++)
		targets[i] = deep(i + 1, 7, 600);
	schedule_load(run.s, targets, DEEPS, 200, NOW);
	for (int64_t now = NOW; now < NOW + 10 * HOUR; now += 1000)
		run_step(&run, now);
	/* 1,800 an hour are asked for; an hour's worth is there at first, then 600 an hour come. */
	assert_in_range(run.opened, 6000, 7200);
	for (uint64_t id = 1; id <= DEEPS; id++)
		assert_in_range(run.rounds[id], 2, 6);
	schedule_free(run.s);
}

/* What one round took beyond the rate is waited for. */
static void
a_debt_is_paid(void **state)
{
	struct schedule *s = schedule_new();
	struct schedule_target target[] = { deep(1, 7, 60), deep(2, 7, 0) };
	struct schedule_due due;
	int64_t now = NOW, ended;
	uint64_t first;

	(void)state;
	schedule_load(s, target, 2, 0, now);
	while (!schedule_next(s, now, &due))
		now += 1000;
	first = due.id;
	schedule_spend(s, first, 180, now);	/* three hours' worth, of which one was there */
	schedule_finish(s, first, now, false);
	schedule_spend(s, 99, 180, now);	/* nobody */
	ended = now;
	while (!schedule_next(s, now, &due))
		now += 1000;
	assert_in_range(now - ended, 2 * HOUR, 2 * HOUR + 2 * MINUTE);
	schedule_free(s);
}

static void
soon_after_a_change(void **state)
{
	struct run run = { .s = schedule_new(), .round_ms = MINUTE };
	struct schedule_target target = deep(1, 7, 0);
	int64_t before;

	(void)state;
	target.interval_ms = DAY;
	schedule_load(run.s, &target, 1, 200, NOW);
	for (int64_t now = NOW; now <= NOW + SCHEDULE_EARLY_MS; now += 1000)
		run_step(&run, now);
	assert_int_equal(run.rounds[1], 1);	/* what is asked once a day is asked soon at first */
	assert_int_equal(run.early[1], 1);
	before = run.begun[1];
	schedule_early(run.s, 1, before + 2 * MINUTE);	/* a change, and again, and again */
	schedule_early(run.s, 1, before + 3 * MINUTE);
	schedule_early(run.s, 5, before + 3 * MINUTE);	/* nobody */
	for (int64_t now = before + 3 * MINUTE; now <= before + HOUR; now += 1000)
		run_step(&run, now);
	assert_int_equal(run.rounds[1], 2);
	assert_in_range(run.begun[1] - before, SCHEDULE_EARLY_MS, SCHEDULE_EARLY_MS + 1000);
	before += 3 * HOUR;
	schedule_early(run.s, 1, before);
	run_step(&run, before);
	assert_true(run.begun[1] == before || run.rounds[1] > 2);
	for (int64_t now = before; now <= before + DAY; now += 1000)
		run_step(&run, now);
	assert_int_equal(run.rounds[1] - run.early[1], 1);	/* its slot, where it always was */
	schedule_free(run.s);
}

/* A change while the round runs asks for another one; while it waits for the gap it does not. */
static void
a_change_while_it_runs(void **state)
{
	struct run run = { .s = schedule_new(), .round_ms = 5 * MINUTE };
	struct schedule_target target = deep(1, 7, 0);
	int64_t now = NOW;

	(void)state;
	schedule_load(run.s, &target, 1, 200, NOW);
	while (run.rounds[1] == 0)
		run_step(&run, now += 1000);
	schedule_early(run.s, 1, now + MINUTE);
	for (int64_t at = now; at < now + 20 * MINUTE; at += 1000)
		run_step(&run, at);
	assert_int_equal(run.rounds[1], 2);
	assert_int_equal(run.early[1], 1);
	schedule_free(run.s);
}

static void
at_a_time_of_the_day(void **state)
{
	struct run run = { .s = schedule_new(), .round_ms = MINUTE };
	struct schedule_target target = deep(1, 7, 0);
	int64_t slot = NOW + 5 * HOUR;

	(void)state;
	target.interval_ms = DAY;
	target.fixed = true;
	target.slot_ms = slot;
	schedule_load(run.s, &target, 1, 0, NOW);
	for (int64_t now = NOW; now < NOW + DAY; now += 1000)
		run_step(&run, now);
	assert_int_equal(run.rounds[1] - run.early[1], 1);
	assert_in_range(run.begun[1] - slot, 0, 999);
	target.slot_ms = slot + DAY + 900;	/* a reload, a wall clock a little off */
	schedule_load(run.s, &target, 1, 0, NOW + DAY);
	for (int64_t now = NOW + DAY; now < NOW + 2 * DAY; now += 1000)
		run_step(&run, now);
	assert_in_range(run.begun[1] - slot - DAY, 0, 999);
	target.slot_ms = slot + HOUR;		/* another time of the day */
	schedule_load(run.s, &target, 1, 0, NOW + 2 * DAY);
	for (int64_t now = NOW + 2 * DAY; now < NOW + 3 * DAY; now += 1000)
		run_step(&run, now);
	assert_in_range(run.begun[1] - slot - 2 * DAY - HOUR, 0, 999);
	schedule_free(run.s);
}

/* The target that ran is gone with a reload: nobody waits for it. */
static void
a_reload_frees_the_instance(void **state)
{
	struct schedule *s = schedule_new();
	struct schedule_target target[] = { deep(1, 7, 0), deep(2, 7, 0) };
	struct schedule_due due = { .id = 0 };
	int64_t now = NOW;

	(void)state;
	schedule_load(s, target, 2, 0, now);
	while (!schedule_next(s, now, &due))
		now += 1000;
	schedule_load(s, &target[due.id == 1], 1, 0, now);
	now += 2 * HOUR;
	assert_true(schedule_next(s, now, &due));
	schedule_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_at_a_time), cmocka_unit_test(within_the_rate),
		cmocka_unit_test(a_debt_is_paid), cmocka_unit_test(soon_after_a_change),
		cmocka_unit_test(a_change_while_it_runs), cmocka_unit_test(at_a_time_of_the_day),
		cmocka_unit_test(a_reload_frees_the_instance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
