/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is due when.  Pure: now is an argument, milliseconds of a clock that never steps.  A
 * target's slots are the times equal to a hash of its id modulo its interval, so rounds are spread
 * and stay where they are across reloads and restarts.  Two rounds against one instance are at
 * least a gap apart; a target that stays down is asked more seldom; every slot that was not used
 * is accounted for.
 *
 * Deep targets open many connections in a round.  Of one instance only one runs at a time, and
 * none begins before what the ones before it opened is within the instance's rate; a round that
 * has begun is let to its end, and the next one waits for what it took.  A target can be asked
 * once more between its slots, at most every SCHEDULE_EARLY_MS.
 */
#ifndef MONITOR_DAEMON_SCHEDULE_H
#define MONITOR_DAEMON_SCHEDULE_H

#include "monitor/base/err.h"

enum {
	SCHEDULE_MISSED = 1,	/* a due round was not made */
	SCHEDULE_LATE   = 2,	/* a round began late by more than half its interval */
	SCHEDULE_HELD   = 4,	/* it, or what it showed, was held back: rate, backoff, full link */
	SCHEDULE_BACKOFF_MAX = 4,	/* intervals between rounds of a target that stays down */
	SCHEDULE_EARLY_MS  = 600000,	/* between two rounds of which one has no slot */
	SCHEDULE_LONG_MS   = 3600000,	/* targets with longer intervals begin with such a round */
	SCHEDULE_SLOT_SLACK_MS = 60000	/* a slot that moved less stays where it is */
};

#define SCHEDULE_NO_BACKOFF UINT32_MAX	/* as window: asked at its interval though it is down */

struct schedule_target {
	uint64_t id;
	uint64_t instance;	/* any number that stays the same for the instance */
	int64_t  interval_ms;
	uint32_t window;	/* rounds it must be down before it is asked more seldom */
	bool     deep;
	bool     fixed;		/* slot_ms is one of its slots; otherwise a hash spreads them */
	int64_t  slot_ms;
	uint32_t hourly;	/* connections of deep rounds an hour and instance; 0: any */
};

struct schedule_due {
	uint64_t id;
	int64_t  due_ms;	/* the slot */
	uint64_t skipped;	/* slots without a round since the last one */
	bool     more;		/* the time asked for by schedule_again() */
	bool     early;		/* asked for by schedule_early(): due_ms is no slot */
};

struct schedule;

struct schedule *schedule_new(void);
void             schedule_free(struct schedule *);
/*
 * The targets from here on, ascending by id.  An unchanged target keeps its slots, what is running
 * and what is accounted; one that is gone is forgotten.
 */
void    schedule_load(struct schedule *, const struct schedule_target *, size_t count,
    int64_t gap_ms, int64_t now_ms);
/* The next round to begin now; false if none is due.  It counts as running until it finishes. */
bool    schedule_next(struct schedule *, int64_t now_ms, struct schedule_due *);
/* When to ask again; INT64_MAX if nothing is waiting. */
int64_t schedule_wake_ms(struct schedule *);
/* A running target wants one more go at its instance: schedule_next() says when, with "more". */
void    schedule_again(struct schedule *, uint64_t id, int64_t now_ms);
void    schedule_finish(struct schedule *, uint64_t id, int64_t now_ms, bool down);
/* One round of it between its slots, soon; nothing if one is about to begin or asked for. */
void    schedule_early(struct schedule *, uint64_t id, int64_t now_ms);
/* A round of a deep target opened so many connections at its instance. */
void    schedule_spend(struct schedule *, uint64_t id, uint64_t connections, int64_t now_ms);
/* While held no target becomes due; what a running one asked for still does. */
void    schedule_hold(struct schedule *, bool held, int64_t now_ms);
size_t  schedule_count(const struct schedule *);
/* Calls each for every target with flags since schedule_told(), ascending by id. */
void    schedule_account(struct schedule *, int64_t now_ms,
    void (*each)(void *arg, uint64_t id, unsigned flags), void *arg);
void    schedule_told(struct schedule *);	/* clears all flags */
/* A flag from outside, for the next schedule_account(). */
void    schedule_flag(struct schedule *, uint64_t id, unsigned flag);

#endif
