/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When to look again, politely: an interval with jitter, slower while it fails, never before the
 * server asked for (RFC 9110 10.2.3).  Also when "it cannot be read" begins and ends.  Pure: times
 * are monotonic milliseconds of the caller, randomness is an argument.
 */
#ifndef MONITOR_FEED_PACE_H
#define MONITOR_FEED_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	PACE_AGAIN_MS  = 30000,		/* at most, to a second look after a first failure */
	PACE_SLOW_MS   = 900000,	/* longest wait while it fails, or the interval */
	PACE_ASKED_MS  = 3600000,	/* longest wait a server may ask for */
	PACE_TELL_AFTER = 2		/* failures in a row that are told; one may be chance */
};

struct pace {
	int64_t  interval_ms;
	unsigned failures;		/* in a row */
	bool     told;			/* "it cannot be read" was told and has not ended */
};

enum pace_news { PACE_NOTHING, PACE_BEGAN, PACE_ENDED };	/* of "it cannot be read" */

/* The first look after a start or a reload: spread, so that sources do not come all at once. */
int64_t pace_first_ms(const struct pace *, int64_t now_ms, uint32_t random);
/* After a look: fills when the next one is due.  asked_ms: Retry-After, 0 if none. */
enum pace_news pace_take(struct pace *, bool ok, int64_t asked_ms, int64_t now_ms,
    uint32_t random, int64_t *next_ms);

#endif
