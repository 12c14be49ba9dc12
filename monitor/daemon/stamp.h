/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded time, as arithmetic: last recorded + monotonic time elapsed, slewed towards the wall
 * clock by at most 1/SLEW_DIVISOR of what elapsed.  It never goes backwards, whatever either
 * clock does; a wall clock that is further off than CLOCK_STEP_MS is told once per step.
 */
#ifndef MONITOR_DAEMON_STAMP_H
#define MONITOR_DAEMON_STAMP_H

#include "monitor/base/err.h"

enum stamp_event {
	STAMP_STEADY,		/* nothing to say */
	STAMP_STEPPED,		/* the wall clock left recorded time: a CLOCK record, once */
	STAMP_SLEWED		/* recorded time has caught up with it again: another one */
};

struct stamp {
	int64_t recorded_us;	/* last recorded time given out */
	int64_t monotonic_us;	/* when that was */
	int64_t known_us;	/* wall minus recorded as last told, less what was slewed since */
	bool    stepped;	/* told STEPPED, not yet SLEWED */
};

/*
 * last_ms: recorded time of the newest record, 0 for an empty ledger.  Time that passed while
 * nobody ran can only be learnt from the wall clock, so recorded time starts there if that is
 * later.  STAMP_STEPPED: the wall clock is behind by more than CLOCK_STEP_MS, *step_ms by how much.
 */
enum stamp_event stamp_start(struct stamp *, int64_t last_ms, int64_t wall_ms, int64_t monotonic_ns,
    int64_t *step_ms);
/* The recorded time of now; *step_ms is wall minus recorded, for an event that is not STEADY. */
enum stamp_event stamp_turn(struct stamp *, int64_t wall_ms, int64_t monotonic_ns,
    int64_t *recorded_ms, int64_t *step_ms);

#endif
