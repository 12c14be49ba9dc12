/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times in syslog messages.  RFC 5424 6.2.3 is a profile of RFC 3339; older senders leave out year
 * and zone, and some mark a clock that was never set.  What is guessed is told to be so.
 */
#include <string.h>

#include "monitor/base/timetext.h"
#include "probes/wire/syslog.h"

enum { DAY_MS = 86400000, JST_MS = 9 * 3600000, NEAR_MS = 300000 };

#define HALF_YEAR_MS (INT64_C(184) * DAY_MS)

/* Exactly that many digits at a place; -1 if there is anything else. */
static int
digits(struct bytes in, size_t at, size_t count)
{
	int value = 0;

	if (at + count > in.len)
		return -1;
	for (size_t i = at; i < at + count; i++) {
		if (in.at[i] < '0' || in.at[i] > '9')
			return -1;
		value = 10 * value + (in.at[i] - '0');
	}
	return value;
}

static bool
octet_is(struct bytes in, size_t at, char octet)
{
	return at < in.len && in.at[at] == (uint8_t)octet;
}

static bool
day_exists(int year, int month, int day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month >= 1 && month <= 12 && day >= 1 &&
	    day <= days[month - 1] + (month == 2 && leap);
}

/* ".123456" to milliseconds: how long it is, 0 if there is none. */
static size_t
fraction(struct bytes in, size_t at, int *ms)
{
	size_t len = 0;
	int scale = 100;

	*ms = 0;
	if (!octet_is(in, at, '.'))
		return 0;
	for (int digit; (digit = digits(in, at + 1 + len, 1)) >= 0; len++, scale /= 10)
		*ms += digit * scale;
	return len > 0 ? len + 1 : 0;
}

/* hh:mm:ss with a leap second taken as the one before; -1 if it is none. */
static int64_t
clock_ms(struct bytes in, size_t at)
{
	int hour = digits(in, at, 2), minute = digits(in, at + 3, 2);
	int second = digits(in, at + 6, 2);

	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 ||
	    !octet_is(in, at + 2, ':') || !octet_is(in, at + 5, ':'))
		return -1;
	return ((int64_t)hour * 3600 + minute * 60 + (second == 60 ? 59 : second)) * 1000;
}

/* "Z" or "+09:00": its length, 0 if there is none. */
static size_t
zone(struct bytes in, size_t at, int64_t *offset_ms)
{
	int hour = digits(in, at + 1, 2), minute = digits(in, at + 4, 2);

	*offset_ms = 0;
	if (octet_is(in, at, 'Z') || octet_is(in, at, 'z'))
		return 1;
	if ((!octet_is(in, at, '+') && !octet_is(in, at, '-')) || hour < 0 || hour > 23 ||
	    !octet_is(in, at + 3, ':') || minute < 0 || minute > 59)
		return 0;
	*offset_ms = (hour * 60 + minute) * INT64_C(60000) * (in.at[at] == '-' ? -1 : 1);
	return 6;
}

size_t
syslog_time_whole(struct bytes in, int64_t *ms)
{
	int year = digits(in, 0, 4), month = digits(in, 5, 2), day = digits(in, 8, 2), part;
	int64_t clock = clock_ms(in, 11), offset;
	size_t at = 19, len;

	if (year < 1970 || !octet_is(in, 4, '-') || !octet_is(in, 7, '-') ||
	    !day_exists(year, month, day) || clock < 0 ||
	    !(octet_is(in, 10, 'T') || octet_is(in, 10, 't')))
		return 0;
	at += fraction(in, at, &part);
	len = zone(in, at, &offset);
	if (len == 0)
		return 0;
	*ms = days_of_date(year, (unsigned)month, (unsigned)day) * DAY_MS + clock + part - offset;
	return at + len;
}

static int
month_of(struct bytes in, size_t at)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12 && at + 3 <= in.len; i++)
		if (memcmp(in.at + at, names + (size_t)(3 * i), 3) == 0)
			return i + 1;
	return 0;
}

static int64_t
distance(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

/* The year that brings the date nearest to the arrival; 0 if the day exists in none of them. */
static int
year_nearest(int month, int day, int64_t clock, int64_t arrived_ms)
{
	int about = (int)(1970 + arrived_ms / DAY_MS * 400 / 146097), best = 0;
	int64_t least = HALF_YEAR_MS;

	for (int year = about - 1; year <= about + 1; year++) {
		int64_t ms = days_of_date(year, (unsigned)month, (unsigned)day) * DAY_MS + clock;

		if (day_exists(year, month, day) && distance(ms, arrived_ms) < least) {
			least = distance(ms, arrived_ms);
			best = year;
		}
	}
	return best;
}

/* A name of a zone behind the time: " UTC", " JST" are taken for what they say. */
static size_t
zone_name(struct bytes in, size_t at, bool *known, int64_t *offset_ms)
{
	struct bytes name = bytes_slice(in, at, 4);

	*known = true;
	*offset_ms = bytes_equal(name, bytes_of_text(" JST")) ? JST_MS : 0;
	if (*offset_ms != 0 || bytes_equal(name, bytes_of_text(" UTC")) ||
	    bytes_equal(name, bytes_of_text(" GMT")))
		return 4;
	*known = false;
	return 0;
}

/* "Nov 29", "Nov  9", "Nov 9": octets to the end of the day, with the month and day. */
static size_t
month_and_day(struct bytes in, size_t at, int *month, int *day)
{
	*month = month_of(in, at);
	if (*month == 0 || !octet_is(in, at + 3, ' '))
		return 0;
	at += octet_is(in, at + 4, ' ') ? 5 : 4;
	*day = digits(in, at, 2) >= 0 ? digits(in, at, 2) : digits(in, at, 1);
	if (*day <= 0)
		return 0;
	return at + (digits(in, at, 2) >= 0 ? 2 : 1);
}

size_t
syslog_time_part(struct bytes in, int64_t arrived_ms, enum syslog_time *time, int64_t *ms)
{
	bool doubted = octet_is(in, 0, '*') || octet_is(in, 0, '.'), known;
	int month, day, year = 0, part;
	size_t at = month_and_day(in, doubted, &month, &day);
	int64_t clock, offset;

	if (at == 0 || !octet_is(in, at, ' '))
		return 0;
	at++;
	if (digits(in, at, 4) >= 1970 && octet_is(in, at + 4, ' ')) {
		year = digits(in, at, 4);
		at += 5;
	}
	clock = clock_ms(in, at);
	if (clock < 0)
		return 0;
	doubted = doubted || year == 0;
	if (year == 0)
		year = year_nearest(month, day, clock, arrived_ms);
	if (year == 0 || !day_exists(year, month, day))
		return 0;
	at += 8;
	at += fraction(in, at, &part);
	at += zone_name(in, at, &known, &offset);
	*ms = days_of_date(year, (unsigned)month, (unsigned)day) * DAY_MS + clock + part - offset;
	if (!known && distance(*ms, arrived_ms) > NEAR_MS)
		*ms -= JST_MS;
	*time = known && !doubted ? SYSLOG_TIME_WHOLE : SYSLOG_TIME_PART;
	return at;
}
