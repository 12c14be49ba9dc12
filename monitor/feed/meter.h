/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which value of a metric is worth a record: cost grows with change.  A fall of a tenth and "it can
 * no longer be had" are written at once, for an outage shows there first; any other move at most
 * once a minute.  Pure: times are monotonic milliseconds of the caller.
 */
#ifndef MONITOR_FEED_METER_H
#define MONITOR_FEED_METER_H

#include <stdbool.h>
#include <stdint.h>

enum { METER_MS = 60000 };

struct meter {
	bool     begun, known;	/* something was recorded; the newest record has a value */
	uint64_t value;		/* the newest that was recorded, kept while it is not known */
	int64_t  recorded_ms;
};

/* True: write it, with *before the value before, 0 if none.  step: the least move that counts. */
bool meter_take(struct meter *, bool known, uint64_t value, uint64_t step, int64_t now_ms,
    uint64_t *before);

#endif
