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

struct clocks {
	struct stamp     stamp;
	int64_t          wall_ms, monotonic_ns, recorded_ms, step_ms;
	enum stamp_event event;
};

static void
begin(struct clocks *c, int64_t last_ms, int64_t wall_ms)
{
	*c = (struct clocks){ .wall_ms = wall_ms, .monotonic_ns = 7 * S_NS };
	c->event = stamp_start(&c->stamp, last_ms, wall_ms, c->monotonic_ns, &c->step_ms);
	c->recorded_ms = c->stamp.recorded_us / 1000;
}

/* Both clocks move on by the same, then the wall clock steps. */
static void
turn(struct clocks *c, int64_t elapsed_ms, int64_t step_ms)
{
	int64_t before = c->recorded_ms;

	c->wall_ms += elapsed_ms + step_ms;
	c->monotonic_ns += elapsed_ms * 1000000;
	c->event = stamp_turn(&c->stamp, c->wall_ms, c->monotonic_ns, &c->recorded_ms, &c->step_ms);
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
		assert_int_equal(c.recorded_ms, c.wall_ms);
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
	assert_int_equal(c.recorded_ms, c.wall_ms);
	turn(&c, 100, -900);
	assert_int_equal(c.event, STAMP_STEADY);
	assert_int_equal(c.recorded_ms, c.wall_ms + 900 - 5);
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
	assert_int_equal(c.recorded_ms, c.wall_ms);
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
	assert_int_equal(c.recorded_ms, c.wall_ms);
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

static void
test_lying_clocks(void **state)
{
	static const int64_t walls[] = { INT64_MIN, INT64_MAX, 0, -1, INT64_MAX, 1000000,
		INT64_MIN };
	struct clocks c;

	(void)state;
	begin(&c, INT64_MAX, INT64_MIN);
	begin(&c, INT64_MIN, INT64_MAX);
	begin(&c, 0, 1000000);
	for (unsigned i = 0; i < sizeof(walls) / sizeof(walls[0]); i++) {
		int64_t before = c.recorded_ms;

		stamp_turn(&c.stamp, walls[i], INT64_MAX, &c.recorded_ms, &c.step_ms);
		assert_true(c.recorded_ms >= before);
		before = c.recorded_ms;
		stamp_turn(&c.stamp, walls[i], 0, &c.recorded_ms, &c.step_ms);
		assert_true(c.recorded_ms >= before);
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
		cmocka_unit_test(test_lying_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
