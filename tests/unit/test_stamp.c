/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded time under clocks that step, stall, run backwards and lie: it never goes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/limits.h"
#include "monitor/daemon/stamp.h"

#define S_NS INT64_C(1000000000)

#define DAY_MS (86400 * INT64_C(1000))
#define NOW_MS INT64_C(1795212000000)	/* 2026-11-20 */

struct clocks {
	struct stamp        stamp;
	struct stamp_clocks now;
	int64_t             recorded_ms, step_ms;
	enum stamp_event    event;
};

static void
begin_as(struct clocks *c, int64_t last_ms, int64_t wall_ms, bool synchronised)
{
	*c = (struct clocks){ .now = { wall_ms, 7 * S_NS, synchronised } };
	c->event = stamp_start(&c->stamp, last_ms, &c->now, &c->step_ms);
	c->recorded_ms = c->stamp.recorded_us / 1000;
	assert_true(c->recorded_ms >= last_ms);
}

static void
begin(struct clocks *c, int64_t last_ms, int64_t wall_ms)
{
	begin_as(c, last_ms, wall_ms, true);
}

/* Both clocks move on by the same, then the wall clock steps. */
static void
turn(struct clocks *c, int64_t elapsed_ms, int64_t step_ms)
{
	int64_t before = c->recorded_ms;

	c->now.wall_ms += elapsed_ms + step_ms;
	c->now.monotonic_ns += elapsed_ms * 1000000;
	c->event = stamp_turn(&c->stamp, &c->now, &c->recorded_ms, &c->step_ms);
	assert_true(c->recorded_ms >= before);
}

static void
test_steady(void **state)
{
	struct clocks c;

	(void)state;
	begin(&c, 0, 1000000);
	assert_int_equal(c.event, STAMP_STEADY);
	for (unsigned i = 0; i < 1000; i++) {
		turn(&c, 50, 0);
		assert_int_equal(c.event, STAMP_STEADY);
		assert_int_equal(c.recorded_ms, c.now.wall_ms);
	}
}

static void
test_small_offsets_are_slewed_silently(void **state)
{
	struct clocks c;

	(void)state;
	begin(&c, 0, 1000000);
	turn(&c, 100, 900);
	assert_int_equal(c.event, STAMP_STEADY);
	assert_int_equal(c.recorded_ms, 1000000 + 100 + 5);
	for (unsigned i = 0; i < 200; i++) {
		turn(&c, 100, 0);
		assert_int_equal(c.event, STAMP_STEADY);
	}
	assert_int_equal(c.recorded_ms, c.now.wall_ms);
	turn(&c, 100, -900);
	assert_int_equal(c.event, STAMP_STEADY);
	assert_int_equal(c.recorded_ms, c.now.wall_ms + 900 - 5);
}

static void
test_step_forward_is_told_once(void **state)
{
	struct clocks c;
	unsigned slewed = 0;

	(void)state;
	begin(&c, 0, 1000000);
	turn(&c, 50, 3600000);
	assert_int_equal(c.event, STAMP_STEPPED);
	assert_in_range(c.step_ms, 3599900, 3600000);
	for (unsigned i = 0; i < 3600 * 20 + 100; i++) {
		turn(&c, 1000, 0);
		assert_int_not_equal(c.event, STAMP_STEPPED);
		slewed += c.event == STAMP_SLEWED;
	}
	assert_int_equal(slewed, 1);
	assert_int_equal(c.recorded_ms, c.now.wall_ms);
}

static void
test_step_back_and_return(void **state)
{
	struct clocks c;

	(void)state;
	begin(&c, 0, 10000000);
	turn(&c, 50, -3600000);
	assert_int_equal(c.event, STAMP_STEPPED);
	assert_in_range(-c.step_ms, 3599900, 3600000);
	turn(&c, 1000, 0);
	assert_int_equal(c.event, STAMP_STEADY);
	turn(&c, 1000, 3600000);
	assert_int_equal(c.event, STAMP_STEPPED);
	for (unsigned i = 0; i < 100 && c.event != STAMP_SLEWED; i++)
		turn(&c, 100, 0);
	assert_int_equal(c.event, STAMP_SLEWED);
	assert_int_equal(c.recorded_ms, c.now.wall_ms);
	turn(&c, 100, 0);
	assert_int_equal(c.event, STAMP_STEADY);
}

static void
test_second_step_is_told_again(void **state)
{
	struct clocks c;

	(void)state;
	begin(&c, 0, 1000000);
	turn(&c, 50, 5000);
	assert_int_equal(c.event, STAMP_STEPPED);
	turn(&c, 50, 5000);
	assert_int_equal(c.event, STAMP_STEPPED);
	assert_in_range(c.step_ms, 9900, 10000);
	turn(&c, 50, 500);
	assert_int_equal(c.event, STAMP_STEADY);
}

/* A clock that drifts for long, each turn a little, is told as well. */
static void
test_drift_beyond_the_slew(void **state)
{
	struct clocks c;
	unsigned told = 0;

	(void)state;
	begin(&c, 0, 1000000);
	for (unsigned i = 0; i < 1000; i++) {
		turn(&c, 100, 100);
		told += c.event == STAMP_STEPPED;
	}
	assert_in_range(told, 50, 100);
}

static void
test_restart(void **state)
{
	struct clocks c;

	(void)state;
	begin(&c, 1000000, 1500000);
	assert_int_equal(c.event, STAMP_STEADY);
	assert_int_equal(c.recorded_ms, 1500000);
	begin(&c, 1000000, 999500);
	assert_int_equal(c.event, STAMP_STEADY);
	assert_int_equal(c.recorded_ms, 1000000);
	begin(&c, 5000000, 1000000);
	assert_int_equal(c.event, STAMP_STEPPED);
	assert_int_equal(c.step_ms, -4000000);
	assert_int_equal(c.recorded_ms, 5000000);
	turn(&c, 1000, 0);
	assert_int_equal(c.event, STAMP_STEADY);
	assert_int_equal(c.recorded_ms, 5000950);
}

/* Three days of maintenance, and the kernel vouches for the clock: believed, and told. */
static void
test_restart_after_days(void **state)
{
	struct clocks c;

	(void)state;
	begin_as(&c, NOW_MS, NOW_MS + 3 * DAY_MS, true);
	assert_int_equal(c.event, STAMP_TAKEN);
	assert_int_equal(c.step_ms, 3 * DAY_MS);
	assert_int_equal(c.recorded_ms, NOW_MS + 3 * DAY_MS);
	turn(&c, 1000, 0);
	assert_int_equal(c.event, STAMP_STEADY);
	assert_int_equal(c.recorded_ms, c.now.wall_ms);
	/* Nobody vouches, but it is near: believed, told unless it is no step at all. */
	begin_as(&c, NOW_MS, NOW_MS + DAY_MS - 1, false);
	assert_int_equal(c.event, STAMP_TAKEN);
	assert_int_equal(c.recorded_ms, NOW_MS + DAY_MS - 1);
	begin_as(&c, NOW_MS, NOW_MS + 1000, false);
	assert_int_equal(c.event, STAMP_STEADY);
	assert_int_equal(c.recorded_ms, NOW_MS + 1000);
	begin_as(&c, NOW_MS, NOW_MS + DAY_MS, true);
	assert_int_equal(c.event, STAMP_STEADY);
}

/* The daemon starts before the time source does: held, then taken at once, and only once. */
static void
test_restart_before_its_time_source(void **state)
{
	struct clocks c;

	(void)state;
	begin_as(&c, NOW_MS, NOW_MS + 3 * DAY_MS, false);
	assert_int_equal(c.event, STAMP_HELD);
	assert_int_equal(c.recorded_ms, NOW_MS + 1);
	turn(&c, 20000, 0);
	assert_int_equal(c.event, STAMP_STEADY);
	assert_int_equal(c.recorded_ms, NOW_MS + 1 + 20000);
	c.now.synchronised = true;
	turn(&c, 1000, 0);
	assert_int_equal(c.event, STAMP_TAKEN);
	assert_true(c.stamp.settled);
	assert_in_range(c.step_ms, 3 * DAY_MS - 2, 3 * DAY_MS);
	assert_int_equal(c.recorded_ms, c.now.wall_ms);
	turn(&c, 1000, 0);
	assert_int_equal(c.event, STAMP_STEADY);
	turn(&c, 1000, 3 * DAY_MS);
	assert_int_equal(c.event, STAMP_STEPPED);
	assert_in_range(c.recorded_ms, c.now.wall_ms - 3 * DAY_MS, c.now.wall_ms - 2 * DAY_MS);
}

/* A clock kept over the halt by its last value: near, not vouched for, and days behind. */
static void
test_restart_with_a_saved_clock(void **state)
{
	struct clocks c;

	(void)state;
	begin_as(&c, NOW_MS, NOW_MS + 500, false);
	assert_int_equal(c.event, STAMP_STEADY);
	turn(&c, 5000, 0);
	c.now.synchronised = true;
	turn(&c, 1000, 2 * DAY_MS);
	assert_int_equal(c.event, STAMP_TAKEN);
	assert_int_equal(c.recorded_ms, c.now.wall_ms);
	/* A few seconds are no gap: they are slewed. */
	begin_as(&c, NOW_MS, NOW_MS + 500, false);
	c.now.synchronised = true;
	turn(&c, 1000, 8000);
	assert_int_equal(c.event, STAMP_STEPPED);
	assert_false(c.stamp.settled);
	assert_int_equal(c.recorded_ms, NOW_MS + 500 + 1050);
}

static void
test_boot_in_2099(void **state)
{
	struct clocks c;

	(void)state;
	begin_as(&c, NOW_MS, NOW_MS + 26680 * DAY_MS, false);
	assert_int_equal(c.event, STAMP_HELD);
	assert_int_equal(c.step_ms, 26680 * DAY_MS - 1);
	for (unsigned i = 0; i < 1000; i++) {
		turn(&c, 1000, 0);
		assert_int_equal(c.event, STAMP_STEADY);
	}
	assert_int_equal(c.recorded_ms, NOW_MS + 1 + 1000000);
	/* Set by hand to an hour after the last record: near, so it is taken. */
	turn(&c, 1000, NOW_MS + 3600000 - c.now.wall_ms - 1000);
	assert_int_equal(c.event, STAMP_TAKEN);
	assert_int_equal(c.recorded_ms, NOW_MS + 3600000);
	/* And a time source may still say better, once. */
	c.now.synchronised = true;
	turn(&c, 1000, 7200000);
	assert_int_equal(c.event, STAMP_TAKEN);
	turn(&c, 1000, 7200000);
	assert_int_equal(c.event, STAMP_STEPPED);
}

static void
test_boot_in_1970(void **state)
{
	struct clocks c;

	(void)state;
	begin_as(&c, NOW_MS, 5000, false);
	assert_int_equal(c.event, STAMP_HELD);
	assert_int_equal(c.step_ms, 5000 - NOW_MS - 1);
	turn(&c, 20000, 0);
	assert_int_equal(c.event, STAMP_STEADY);
	assert_int_equal(c.recorded_ms, NOW_MS + 1 + 20000);	/* not drawn towards 1970 */
	c.now.synchronised = true;
	turn(&c, 1000, NOW_MS + 2 * DAY_MS - c.now.wall_ms);
	assert_int_equal(c.event, STAMP_TAKEN);
	assert_int_equal(c.recorded_ms, c.now.wall_ms);
}

/* The ledger was led into the future before: a true clock is far behind, and is told. */
static void
test_true_clock_after_a_lie(void **state)
{
	struct clocks c;

	(void)state;
	begin_as(&c, NOW_MS + 26680 * DAY_MS, NOW_MS, true);
	assert_int_equal(c.event, STAMP_STEPPED);
	assert_int_equal(c.step_ms, -26680 * DAY_MS);
	turn(&c, 1000, 0);
	assert_int_equal(c.recorded_ms, NOW_MS + 26680 * DAY_MS + 950);
	begin_as(&c, NOW_MS + 26680 * DAY_MS, NOW_MS, false);
	assert_int_equal(c.event, STAMP_HELD);
	c.now.synchronised = true;
	turn(&c, 1000, 0);
	assert_true(c.stamp.settled);
	assert_in_range(c.recorded_ms, NOW_MS + 26680 * DAY_MS, NOW_MS + 26680 * DAY_MS + 1001);
}

static void
test_lying_clocks(void **state)
{
	static const int64_t walls[] = { INT64_MIN, INT64_MAX, 0, -1, INT64_MAX, 1000000,
		INT64_MIN };
	struct clocks c;

	(void)state;
	for (unsigned sure = 0; sure < 2; sure++) {
		begin_as(&c, INT64_MAX / 2000000, INT64_MIN, sure);
		begin_as(&c, INT64_MIN, INT64_MAX, sure);
	}
	begin_as(&c, 1000000, INT64_MAX, false);
	assert_int_equal(c.event, STAMP_HELD);
	for (unsigned i = 0; i < sizeof(walls) / sizeof(walls[0]); i++) {
		int64_t before = c.recorded_ms;

		for (unsigned kind = 0; kind < 4; kind++) {
			c.now = (struct stamp_clocks){ walls[i], kind & 1 ? 0 : INT64_MAX,
				kind & 2 };
			stamp_turn(&c.stamp, &c.now, &c.recorded_ms, &c.step_ms);
			assert_true(c.recorded_ms >= before);
			before = c.recorded_ms;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steady),
		cmocka_unit_test(test_small_offsets_are_slewed_silently),
		cmocka_unit_test(test_step_forward_is_told_once),
		cmocka_unit_test(test_step_back_and_return),
		cmocka_unit_test(test_second_step_is_told_again),
		cmocka_unit_test(test_drift_beyond_the_slew),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_restart_after_days),
		cmocka_unit_test(test_restart_before_its_time_source),
		cmocka_unit_test(test_restart_with_a_saved_clock),
		cmocka_unit_test(test_boot_in_2099),
		cmocka_unit_test(test_boot_in_1970),
		cmocka_unit_test(test_true_clock_after_a_lie),
		cmocka_unit_test(test_lying_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
