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
	STAMP_SLEWED,		/* recorded time has caught up with it again: another one */
	STAMP_TAKEN,		/* recorded time went on to the wall clock at once */
	STAMP_HELD		/* a start: the wall clock is too far off to be believed */
};

struct stamp_clocks {
	int64_t wall_ms, monotonic_ns;
	bool    synchronised;	/* the kernel says a time source disciplines the wall clock */
};

struct stamp {
	int64_t recorded_us;	/* last recorded time given out */
	int64_t monotonic_us;	/* when that was */
	int64_t known_us;	/* wall minus recorded as last told, less what was slewed since */
	bool    stepped;	/* told STEPPED or HELD, not yet SLEWED or TAKEN */
	bool    open;		/* no synchronised wall clock was seen since the start */
	bool    held;		/* the wall clock is not believed: no slew towards it */
	bool    settled;	/* by the last turn: a wall clock that was held is believed now */
};

/*
 * last_ms: recorded time of the newest record, 0 for an empty ledger.  Time that passed while
 * nobody ran can only be learnt from the wall clock.  It is believed if it is synchronised or no
 * further than RESTART_JUMP_MS away, and recorded time starts there if that is later: TAKEN if the
 * jump is larger than that, or larger than CLOCK_STEP_MS and not synchronised.  Else HELD:
 * recorded time goes on from last_ms by the monotonic clock alone.  STEPPED: it is believed, and
 * is behind by more than CLOCK_STEP_MS.  *step_ms is wall minus recorded, for TAKEN before it was
 * taken.
 */
enum stamp_event stamp_start(struct stamp *, int64_t last_ms, const struct stamp_clocks *,
    int64_t *step_ms);
/*
 * The recorded time of now; *step_ms is wall minus recorded, for an event that is not STEADY.
 * After a start without a synchronised wall clock, one jump forward is owed, if it is longer than
 * STANDSTILL_MS: TAKEN, in the turn where it is synchronised, or where one that was held comes to
 * be believed.  synchronised is looked at only while open.
 */
enum stamp_event stamp_turn(struct stamp *, const struct stamp_clocks *, int64_t *recorded_ms,
    int64_t *step_ms);

#endif
