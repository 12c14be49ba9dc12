/* SPDX-License-Identifier: Apache-2.0 */
/* The schedule run through simulated time: spread, gaps, backoff, and that every slot is accounted for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "monitor/base/bytes.h"
#include "monitor/daemon/schedule.h"

enum { SIM_MAX = 2048, NOW = 1000000007 };

struct sim {
	struct schedule *schedule;
	struct schedule_target target[SIM_MAX];
	uint64_t started[SIM_MAX], skipped[SIM_MAX], lateness_max;
	int64_t  last_due[SIM_MAX], last_start[SIM_MAX];
	unsigned flags[SIM_MAX];
	int64_t  round_ms;		/* how long a round takes */
	bool     down;
	struct { size_t target; int64_t at; } running[SIM_MAX];
	size_t   runs;
};

static struct sim *
sim_new(size_t count, int64_t interval, size_t instances, int64_t gap)
{
	struct sim *sim = memory_new(1, sizeof(*sim));

	sim->schedule = schedule_new();
	for (size_t i = 0; i < count; i++)
		sim->target[i] = (struct schedule_target){ .id = i + 1, .instance = i % instances,
		    .interval_ms = interval, .window = 3 };
	schedule_load(sim->schedule, sim->target, count, gap, NOW);
	return sim;
}

static void
sim_free(struct sim *sim)
{
	schedule_free(sim->schedule);
	free(sim);
}

/* Everything that is due at this millisecond begins; what is over ends. */
static void
sim_step(struct sim *sim, int64_t now)
{
	struct schedule_due due;

	for (size_t i = 0; i < sim->runs; i++)
		if (sim->running[i].at <= now) {
			schedule_finish(sim->schedule, sim->running[i].target + 1, now, sim->down);
			sim->running[i--] = sim->running[--sim->runs];
		}
	while (schedule_next(sim->schedule, now, &due)) {
		size_t i = due.id - 1;

		assert_true(now >= due.due_ms);
		if ((uint64_t)(now - due.due_ms) > sim->lateness_max)
			sim->lateness_max = (uint64_t)(now - due.due_ms);
		if (sim->started[i] > 0)
			assert_int_equal((due.due_ms - sim->last_due[i]) / sim->target[i].interval_ms - 1,
			    due.skipped);
		sim->started[i]++;
		sim->skipped[i] += due.skipped;
		sim->last_due[i] = due.due_ms;
		sim->last_start[i] = now;
		sim->running[sim->runs].target = i;
		sim->running[sim->runs++].at = now + sim->round_ms;
	}
}

static void
take_flags(void *arg, uint64_t id, unsigned flags)
{
	((struct sim *)arg)->flags[id - 1] |= flags;
}

static void
sim_run(struct sim *sim, int64_t from, int64_t to)
{
	for (int64_t now = from; now < to; now++)
		sim_step(sim, now);
	schedule_account(sim->schedule, to, take_flags, sim);
	schedule_told(sim->schedule);
}

static void
every_slot_once(void **state)
{
	struct sim *sim = sim_new(500, 1000, 500, 10);
	unsigned busiest = 0;
	uint64_t in_100[10] = { 0 };

	(void)state;
	sim->round_ms = 20;
	sim_run(sim, NOW, NOW + 10000);
	for (size_t i = 0; i < 500; i++) {
		assert_int_equal(sim->started[i], 10);
		assert_int_equal(sim->skipped[i], 0);
		assert_int_equal(sim->flags[i], 0);
		in_100[sim->last_due[i] % 1000 / 100]++;
	}
	assert_int_equal(sim->lateness_max, 0);
	for (size_t i = 0; i < 10; i++)
		busiest = in_100[i] > busiest ? (unsigned)in_100[i] : busiest;
	assert_in_range(busiest, 50, 90);	/* spread: 50 in each tenth on average */
	sim_free(sim);
}

/* Twenty targets of one instance: never two rounds nearer than the gap, and all are made. */
static void
instance_gap(void **state)
{
	struct sim *sim = sim_new(20, 2000, 1, 50);
	int64_t last = 0;
	uint64_t begun = 0;

	(void)state;
	for (int64_t now = NOW; now < NOW + 20000; now++) {
		uint64_t before = begun;

		sim_step(sim, now);
		begun = 0;
		for (size_t i = 0; i < 20; i++)
			begun += sim->started[i];
		assert_true(begun - before <= 1);
		if (begun > before) {
			assert_true(last == 0 || now - last >= 50);
			last = now;
		}
	}
	assert_in_range(begun, 190, 200);
	sim_free(sim);
}

/* More rounds than the gap allows: what is not made is named as missed and held. */
static void
instance_too_busy(void **state)
{
	struct sim *sim = sim_new(20, 1000, 1, 100);
	uint64_t begun = 0, skipped = 0, flagged = 0;

	(void)state;
	sim_run(sim, NOW, NOW + 20000);
	for (size_t i = 0; i < 20; i++) {
		begun += sim->started[i];
		skipped += sim->skipped[i];
		if (sim->flags[i] & SCHEDULE_MISSED) {
			assert_true(sim->flags[i] & SCHEDULE_HELD);
			flagged++;
		}
	}
	assert_in_range(begun, 180, 201);
	assert_in_range(begun + skipped, 360, 400);
	assert_int_equal(flagged, 20);
	for (size_t i = 0; i < 20; i++)
		assert_in_range(sim->started[i], 9, 11);	/* and it starves none */
	sim_free(sim);
}

static void
backoff_is_bounded(void **state)
{
	struct sim *sim = sim_new(1, 1000, 1, 0);

	(void)state;
	sim->down = true;
	sim_run(sim, NOW, NOW + 3000);
	assert_int_equal(sim->started[0], 3);	/* the window is asked at full pace */
	assert_int_equal(sim->flags[0], 0);
	sim_run(sim, NOW + 3000, NOW + 43000);
	assert_in_range(sim->started[0], 12, 14);	/* then every fourth slot */
	assert_int_equal(sim->flags[0], SCHEDULE_HELD);
	sim->down = false;
	sim->flags[0] = 0;
	sim_run(sim, NOW + 43000, NOW + 50000);
	sim->started[0] = 0;
	sim->flags[0] = 0;
	sim_run(sim, NOW + 50000, NOW + 60000);
	assert_int_equal(sim->started[0], 10);
	assert_int_equal(sim->flags[0], 0);
	sim_free(sim);
}

/* A round longer than its interval: the slots under it are missed, and it does not pile up. */
static void
long_rounds(void **state)
{
	struct sim *sim = sim_new(1, 100, 1, 0);

	(void)state;
	sim->round_ms = 350;
	sim_run(sim, NOW, NOW + 10000);
	assert_in_range(sim->started[0], 24, 29);
	assert_in_range(sim->started[0] + sim->skipped[0], 95, 101);
	assert_true(sim->flags[0] & SCHEDULE_MISSED);
	assert_false(sim->flags[0] & SCHEDULE_HELD);
	sim_free(sim);
}

/* The worker was stopped for a while: one late round, the rest missed, none made twice. */
static void
stopped_for_a_while(void **state)
{
	struct sim *sim = sim_new(1, 1000, 1, 0);

	(void)state;
	sim_run(sim, NOW, NOW + 5000);
	sim_step(sim, sim->last_due[0] + 3700);
	assert_int_equal(sim->started[0], 6);
	assert_int_equal(sim->skipped[0], 2);
	schedule_account(sim->schedule, sim->last_start[0], take_flags, sim);
	assert_int_equal(sim->flags[0], SCHEDULE_MISSED | SCHEDULE_LATE);
	sim_free(sim);
}

static void
held_by_a_full_link(void **state)
{
	struct sim *sim = sim_new(1, 1000, 1, 0);
	struct schedule_due due;

	(void)state;
	sim_run(sim, NOW, NOW + 2000);
	schedule_hold(sim->schedule, true, NOW + 2000);
	assert_false(schedule_next(sim->schedule, NOW + 9000, &due));
	assert_int_equal(schedule_wake_ms(sim->schedule), INT64_MAX);
	schedule_account(sim->schedule, NOW + 5000, take_flags, sim);
	assert_int_equal(sim->flags[0], SCHEDULE_MISSED | SCHEDULE_HELD);
	schedule_hold(sim->schedule, false, NOW + 9000);
	sim_step(sim, NOW + 9000);
	assert_int_equal(sim->started[0], 3);
	assert_in_range(sim->skipped[0], 5, 6);
	sim_free(sim);
}

/* Targets come and go; one that stays keeps its slots and misses none. */
static void
reload_misses_nothing(void **state)
{
	struct sim *sim = sim_new(100, 500, 10, 1);
	struct schedule_target *other = memory_new(120, sizeof(*other));

	(void)state;
	sim->round_ms = 30;
	for (int64_t now = NOW; now < NOW + 10000; now++) {
		sim_step(sim, now);
		if ((now - NOW) % 97 == 0) {
			size_t count = 0;

			for (size_t i = 0; i < 120; i++)
				if (i < 50 || (now - NOW + (int64_t)i) % 3 == 0)
					other[count++] = (struct schedule_target){ .id = i + 1,
					    .instance = i % 10, .interval_ms = 500, .window = 3 };
			for (size_t i = 0; i < 120; i++)
				sim->target[i].interval_ms = 500;
			for (size_t i = 50; i < 120; i++)
				sim->started[i] = 0;
			schedule_load(sim->schedule, other, count, 1, now);
			assert_int_equal(schedule_count(sim->schedule), count);
		}
	}
	schedule_account(sim->schedule, NOW + 10000, take_flags, sim);
	for (size_t i = 0; i < 50; i++) {
		assert_int_equal(sim->started[i], 20);
		assert_int_equal(sim->skipped[i], 0);
		assert_false(sim->flags[i] & SCHEDULE_MISSED);
	}
	free(other);
	sim_free(sim);
}

static void
several_addresses(void **state)
{
	struct sim *sim = sim_new(2, 1000, 1, 40);
	struct schedule_due due;
	int64_t now = NOW, first;
	unsigned begun = 0;

	(void)state;
	while (!schedule_next(sim->schedule, now, &due))
		now++;
	first = now;
	assert_false(due.more);
	for (int i = 0; i < 3; i++) {
		schedule_again(sim->schedule, due.id, now);
		while (!schedule_next(sim->schedule, now, &due))
			now++;
		begun += due.more;
		if (!due.more)
			i--;
	}
	assert_int_equal(begun, 3);
	assert_true(now - first >= 120);
	schedule_finish(sim->schedule, due.id, now, false);
	schedule_again(sim->schedule, due.id, now);	/* not running: nothing to ask for */
	sim_free(sim);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_slot_once), cmocka_unit_test(instance_gap),
		cmocka_unit_test(instance_too_busy), cmocka_unit_test(backoff_is_bounded),
		cmocka_unit_test(long_rounds), cmocka_unit_test(stopped_for_a_while),
		cmocka_unit_test(held_by_a_full_link), cmocka_unit_test(reload_misses_nothing),
		cmocka_unit_test(several_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
