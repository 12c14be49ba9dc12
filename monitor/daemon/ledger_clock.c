/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorded time in the ledger role: reads the clocks for stamp.h, and records what came of it: a
 * CLOCK for every step, and a GAP where recorded time went on to the wall clock at once, or where
 * the role stood still: no TICK came, and nobody else could say so.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/log.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/ledger_role.h"

/* What the kernel says of the wall clock costs a system call, so only where it is looked at. */
static struct stamp_clocks
clocks_now(bool quality)
{
	return (struct stamp_clocks){ .wall_ms = clock_wall_ms(),
	    .monotonic_ns = clock_monotonic_ns(),
	    .synchronised = quality && clock_quality().synchronised };
}

int64_t
recorded_now(struct ledger_role *l)
{
	struct stamp look = l->stamp;
	struct stamp_clocks clocks = clocks_now(look.open);
	int64_t recorded_ms, step_ms;

	stamp_turn(&look, &clocks, &recorded_ms, &step_ms);
	return recorded_ms;
}

static void
clock_record(struct ledger_role *l, int64_t step_ms, const char *cause)
{
	struct clock_quality quality = clock_quality();
	struct record record = { .kind = RECORD_CLOCK };

	record.clock = (struct record_clock){ .wall = clock_wall_ms(), .step_ms = step_ms,
	    .synchronised = quality.synchronised, .clock_offset_us = quality.offset_us,
	    .clock_error_us = quality.max_error_us, .cause = bytes_of_text(cause) };
	batch_record(l, &record);
	log_line(LOG_LEVEL_WARNING, "the wall clock is %+" PRId64 " ms from recorded time: %s",
	    step_ms, cause);
}

/* A jump is two records: how far it was, and that both clocks are together from here on. */
static void
clock_taken(struct ledger_role *l, int64_t step_ms, const char *cause)
{
	clock_record(l, step_ms, cause);
	clock_record(l, 0, "taken");
}

static void
clock_held(struct ledger_role *l, int64_t step_ms)
{
	char apart[TIME_TEXT];

	duration_text(step_ms < 0 ? -step_ms : step_ms, apart);
	clock_record(l, step_ms, "held");
	log_line(LOG_LEVEL_ERROR, "the wall clock is %s %s the newest record and the kernel calls "
	    "it not synchronised, so it is not believed: set it, or start its time source; until "
	    "then recorded time goes on from the newest record", apart,
	    step_ms < 0 ? "behind" : "ahead of");
}

void
clock_begin(struct ledger_role *l, int64_t last_ms)
{
	struct stamp_clocks clocks = clocks_now(true);

	l->begun_event = stamp_start(&l->stamp, last_ms, &clocks, &l->begun_step_ms);
}

void
clock_begun(struct ledger_role *l)
{
	if (l->begun_event == STAMP_TAKEN)
		clock_taken(l, l->begun_step_ms, "restart");
	else if (l->begun_event == STAMP_HELD)
		clock_held(l, l->begun_step_ms);
	else if (l->begun_event == STAMP_STEPPED)
		clock_record(l, l->begun_step_ms, "restart");
}

/* From the newest record until now, before whatever waits. */
static void
own_gap(struct ledger_role *l, int64_t recorded_ms, const char *reason)
{
	struct record record = { .kind = RECORD_GAP };

	record.gap = (struct record_gap){ .role = ROLE_LEDGER, .from = l->committed_ms,
	    .to = recorded_ms, .reason = bytes_of_text(reason) };
	batch_gap_first(l, &record);
	life_self(l);
	l->again_due = true;
	log_line(LOG_LEVEL_WARNING, "%s", reason);
}

/* While commits fail there is a gap already, and it reaches until now. */
static void
gap_look(struct ledger_role *l, bool jumped, int64_t recorded_ms)
{
	int64_t silent_ms = recorded_ms - l->committed_ms;
	char reason[WHY_TEXT_MAX], silent[TIME_TEXT];

	if (!l->started || l->held_ns != 0)
		return;
	duration_text(silent_ms, silent);
	snprintf(reason, sizeof(reason), "the ledger role stood still for %s: it was stopped, the "
	    "machine was suspended, or its disk was slow", silent);
	if (jumped)
		own_gap(l, recorded_ms, "recorded time went on to the wall clock, which was not to "
		    "be believed when the monitor started");
	else if (silent_ms > STANDSTILL_MS)
		own_gap(l, recorded_ms, reason);
}

int64_t
clock_turn(struct ledger_role *l)
{
	struct stamp_clocks clocks = clocks_now(l->stamp.open);
	int64_t recorded_ms, step_ms;
	enum stamp_event event = stamp_turn(&l->stamp, &clocks, &recorded_ms, &step_ms);

	switch (event) {
	case STAMP_TAKEN:
		clock_taken(l, step_ms, "believed");
		l->again_due = true;
		break;
	case STAMP_STEPPED:
		clock_record(l, step_ms, "stepped");
		/* Periods of COVERAGE follow the wall clock that was wrong since the start. */
		l->again_due |= l->stamp.settled;
		break;
	case STAMP_SLEWED:
		clock_record(l, step_ms, "slewed");
		break;
	case STAMP_STEADY:
	case STAMP_HELD:
		break;
	}
	gap_look(l, event == STAMP_TAKEN, recorded_ms);
	return recorded_ms;
}
