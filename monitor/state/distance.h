/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a measured upper bound of distance excludes: a country of which no place is so near to the
 * vantage (plan_reach).  Whole numbers only; it can exclude and never place, and a bound that
 * excludes nothing says nothing.
 */
#ifndef MONITOR_STATE_DISTANCE_H
#define MONITOR_STATE_DISTANCE_H

#include "monitor/base/bytes.h"
#include "monitor/state/plan.h"


/* "No farther from the vantage than so many kilometres". */
struct distance_bound {
	const char *vantage;		/* of the plan; "" the monitor's own */
	int64_t     km;			/* not negative */
};

/* What of the bound was measured: who ended the connection, or the key that signed. */
enum distance_of { DISTANCE_FRONT, DISTANCE_KEY };

/* Out of the facts of a round of the probe "distance": kilometres by light in vacuum.  False:
 * there is no such bound. */
bool distance_fact(struct bytes facts, enum distance_of, int64_t *km);

/* The table of a vantage, ascending by country; NULL and 0: it has no coordinates. */
const struct plan_reach *distance_reaches(const struct plan *, const char *vantage,
    uint32_t *count);
/* True: it cannot be in that country.  False also where the vantage or the country is not known. */
bool distance_excludes(const struct plan *, const struct distance_bound *, const char *country);
/*
 * Countries that at least one of the bounds excludes, ascending; of one thing, measured from one
 * or several vantages.  out: "CN,KR" is appended, "" if none; returns how many.
 */
uint32_t distance_excluded(const struct plan *, const struct distance_bound *, uint32_t bounds,
    struct buffer *out);
/* Countries that none of them excludes, likewise: it may be there, or it is not known of them. */
uint32_t distance_left(const struct plan *, const struct distance_bound *, uint32_t bounds,
    struct buffer *out);

#endif
