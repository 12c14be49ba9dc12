/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded time.  Pure: both clocks are arguments, so every step, leap and stall can be tested.
 * Microseconds inside, because a slew of 1/20 of a short turn is lost in milliseconds.
 */
#include "monitor/base/limits.h"
#include "monitor/daemon/stamp.h"

/* Half of what int64_t holds: differences of two such times cannot overflow. */
#define TIME_BOUND_US (INT64_MAX / 4)

static const int64_t step_us = (int64_t)CLOCK_STEP_MS * 1000;
static const int64_t jump_us = (int64_t)RESTART_JUMP_MS * 1000;
static const int64_t worth_us = (int64_t)STANDSTILL_MS * 1000;

static int64_t
bounded(int64_t value, int64_t lowest, int64_t highest)
{
	return value < lowest ? lowest : value > highest ? highest : value;
}

/* A clock may hold anything; what is beyond reason is the nearest time within it. */
static int64_t
us_of_ms(int64_t ms)
{
	return bounded(ms, -TIME_BOUND_US / 1000, TIME_BOUND_US / 1000) * 1000;
}

static bool
apart(int64_t a_us, int64_t b_us, int64_t bound_us)
{
	return a_us - b_us > bound_us || b_us - a_us > bound_us;
}

enum stamp_event
stamp_start(struct stamp *stamp, int64_t last_ms, const struct stamp_clocks *clocks,
    int64_t *step_ms)
{
	int64_t last_us = us_of_ms(last_ms), wall_us = us_of_ms(clocks->wall_ms);
	bool known = last_ms != 0, sure = clocks->synchronised, far;

	*stamp = (struct stamp){ .recorded_us = wall_us > last_us ? wall_us : last_us,
	    .monotonic_us = clocks->monotonic_ns / 1000, .open = !sure };
	*step_ms = (wall_us - last_us) / 1000;
	far = known && apart(wall_us, last_us, jump_us);
	if (far && !sure) {
		stamp->recorded_us = bounded(last_us + 1000, last_us, TIME_BOUND_US);
		stamp->held = true;
	} else if (wall_us >= last_us) {
		return known && wall_us - last_us > (sure ? jump_us : step_us) ? STAMP_TAKEN
		                                                               : STAMP_STEADY;
	}
	*step_ms = (wall_us - stamp->recorded_us) / 1000;
	if (!apart(wall_us, stamp->recorded_us, step_us))
		return STAMP_STEADY;
	stamp->known_us = wall_us - stamp->recorded_us;
	stamp->stepped = true;
	return stamp->held ? STAMP_HELD : STAMP_STEPPED;
}

/* Monotonic time since the last turn, as far as recorded time has room for it. */
static int64_t
elapsed_us(const struct stamp *stamp, int64_t monotonic_us)
{
	return bounded(monotonic_us - stamp->monotonic_us, 0,
	    TIME_BOUND_US - (stamp->recorded_us > 0 ? stamp->recorded_us : 0));
}

/* Whether the wall clock, which was not synchronised so far, is believed from here on. */
static bool
settles(struct stamp *stamp, int64_t offset_us, bool synchronised)
{
	if (!stamp->open || (!synchronised && (!stamp->held || apart(offset_us, 0, jump_us))))
		return false;
	stamp->open = !synchronised;
	stamp->held = false;
	return true;
}

enum stamp_event
stamp_turn(struct stamp *stamp, const struct stamp_clocks *clocks, int64_t *recorded_ms,
    int64_t *step_ms)
{
	int64_t wall_us = us_of_ms(clocks->wall_ms), monotonic_us = clocks->monotonic_ns / 1000;
	int64_t elapsed = elapsed_us(stamp, monotonic_us), most = elapsed / SLEW_DIVISOR, slewed;
	int64_t offset = wall_us - (stamp->recorded_us + elapsed);
	enum stamp_event event = STAMP_STEADY;
	bool held = stamp->held, settled = settles(stamp, offset, clocks->synchronised);

	stamp->settled = settled && held;
	/* What is shorter than a stop that would leave a gap is slewed in minutes. */
	if (settled && offset > worth_us)
		event = STAMP_TAKEN;
	slewed = event == STAMP_TAKEN ? offset : stamp->held ? 0 : bounded(offset, -most, most);
	stamp->recorded_us = bounded(stamp->recorded_us + elapsed + slewed, stamp->recorded_us,
	    TIME_BOUND_US);
	stamp->monotonic_us = monotonic_us;
	*recorded_ms = stamp->recorded_us / 1000;
	*step_ms = (event == STAMP_TAKEN ? offset : offset - slewed) / 1000;
	if (event == STAMP_TAKEN) {
		stamp->stepped = false;
	} else if (apart(offset, stamp->known_us, step_us)) {
		stamp->known_us = offset;
		stamp->stepped = true;
		event = STAMP_STEPPED;
	} else if (stamp->stepped && *step_ms == 0) {
		stamp->stepped = false;
		event = STAMP_SLEWED;
	}
	stamp->known_us = stamp->stepped ? stamp->known_us - slewed : 0;
	return event;
}
