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
apart(int64_t a_us, int64_t b_us)
{
	return a_us - b_us > step_us || b_us - a_us > step_us;
}

enum stamp_event
stamp_start(struct stamp *stamp, int64_t last_ms, int64_t wall_ms, int64_t monotonic_ns,
    int64_t *step_ms)
{
	int64_t last_us = us_of_ms(last_ms), wall_us = us_of_ms(wall_ms);

	*stamp = (struct stamp){ .recorded_us = wall_us > last_us ? wall_us : last_us,
	    .monotonic_us = monotonic_ns / 1000 };
	*step_ms = (wall_us - stamp->recorded_us) / 1000;
	if (!apart(wall_us, stamp->recorded_us))
		return STAMP_STEADY;
	stamp->known_us = wall_us - stamp->recorded_us;
	stamp->stepped = true;
	return STAMP_STEPPED;
}

/* Moves recorded time on; returns wall minus recorded before the slew, *slewed_us is the slew. */
static int64_t
advance(struct stamp *stamp, int64_t wall_us, int64_t monotonic_us, int64_t *slewed_us)
{
	int64_t elapsed = bounded(monotonic_us - stamp->monotonic_us, 0,
	    TIME_BOUND_US - (stamp->recorded_us > 0 ? stamp->recorded_us : 0));
	int64_t offset = wall_us - (stamp->recorded_us + elapsed);

	*slewed_us = bounded(offset, -(elapsed / SLEW_DIVISOR), elapsed / SLEW_DIVISOR);
	stamp->recorded_us = bounded(stamp->recorded_us + elapsed + *slewed_us, stamp->recorded_us,
	    TIME_BOUND_US);
	stamp->monotonic_us = monotonic_us;
	return offset;
}

enum stamp_event
stamp_turn(struct stamp *stamp, int64_t wall_ms, int64_t monotonic_ns, int64_t *recorded_ms,
    int64_t *step_ms)
{
	int64_t slewed, offset = advance(stamp, us_of_ms(wall_ms), monotonic_ns / 1000, &slewed);
	enum stamp_event event = STAMP_STEADY;

	*recorded_ms = stamp->recorded_us / 1000;
	*step_ms = (offset - slewed) / 1000;
	if (apart(offset, stamp->known_us)) {
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
