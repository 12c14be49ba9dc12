/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times, durations and sizes as people write them.  Inside the program a time is milliseconds
 * since 1970 in UTC (int64_t, _ms); people see Japan Standard Time with its zone, or UTC.  JST
 * is UTC+9 without exception since 1951, so no zone database and no environment is read.
 */
#ifndef MONITOR_BASE_TIMETEXT_H
#define MONITOR_BASE_TIMETEXT_H

#include "monitor/base/bytes.h"

enum { TIME_TEXT = 40 };

void time_jst(int64_t ms, char out[TIME_TEXT]);	/* 2026-11-20 09:15:30.123 JST */
void time_jst_s(int64_t ms, char out[TIME_TEXT]);	/* 2026-11-20 09:15:30 JST */
void time_jst_clock(int64_t ms, char out[TIME_TEXT]);	/* 09:15:30 (the header shows the zone) */
void time_utc(int64_t ms, char out[TIME_TEXT]);	/* 2026-11-20T00:15:30.123Z (RFC 3339) */
/*
 * Reads RFC 3339 ("2026-11-20T09:15:30+09:00", "...Z"), "2026-11-20 09:15[:30[.123]] [JST|UTC]"
 * (JST where no zone is given), "@SECONDS", or "-2h" / "-90s" before now_ms.
 */
MUST_USE enum err time_read(const char *text, int64_t now_ms, int64_t *ms, struct why *);
/*
 * A date of a document: "2026-11-20" (its midnight in JST) or one of the civil times above; years
 * 1970 to 9999.
 */
MUST_USE enum err date_read(const char *text, int64_t *ms, struct why *);

/* "250ms", "30s", "5m", "1h30m", "7d"; a bare number is refused: the unit must be said. */
MUST_USE enum err duration_read(const char *text, int64_t *ms, struct why *);
void duration_text(int64_t ms, char out[TIME_TEXT]);	/* "1h30m", "30s", "250ms" */
/* "512", "16KiB", "4MiB", "1GiB"; octets. */
MUST_USE enum err size_read(const char *text, uint64_t *octets, struct why *);
void size_text(uint64_t octets, char out[TIME_TEXT]);

/* Days since 1970-01-01 of a civil date, proleptic Gregorian. */
int64_t days_of_date(int64_t year, unsigned month, unsigned day);
/* The other way round. */
void civil_of_days(int64_t days, int64_t *year, unsigned *month, unsigned *day);

#endif
