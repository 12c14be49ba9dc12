/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Days of Japan Standard Time and the periods law counts in them.  A day is a number, days since
 * 1970-01-01 of the civil calendar in JST (UTC+9, no summer time).
 */
#ifndef MONITOR_STATE_DUTY_DAY_H
#define MONITOR_STATE_DUTY_DAY_H

#include "monitor/state/duty_rules.h"

int64_t day_of_ms(int64_t ms);		/* the day a moment (UTC) falls on */
int64_t ms_of_day(int64_t day);		/* its 00:00 JST, which is 24:00 of the day before */

/* The last day of the quarter, half-year or fiscal year (April to March) a day lies in. */
int64_t period_end(enum duty_origin, int64_t day);
int64_t half_year_first(int64_t day);

/*
 * The last day of a period of months that begins at 00:00 of first: the day before the one with
 * the same number, or the end of the month where there is none (Civil Code 143(2)).
 */
int64_t months_last(int64_t first, uint32_t months);

/* When the period that starts at origin_ms ends, as ms UTC: 24:00 JST of its last day. */
int64_t duty_clock_end(const struct duty_rules *, const struct duty_clock *, int64_t origin_ms);

#endif
