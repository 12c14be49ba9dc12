/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times, durations and sizes to text and back.  Calendar arithmetic is on integers, so that the
 * same number gives the same text on every machine; nothing reads a clock or the environment.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/timetext.h"

enum { MINUTE_MS = 60000, HOUR_MS = 3600000, DAY_MS = 86400000, JST_MS = 9 * HOUR_MS };

struct moment {
	int64_t  year;
	unsigned month, day, hour, minute, second, milli;
};

/* Years are counted from March, so that the leap day is the last day of a year. */
int64_t
days_of_date(int64_t year, unsigned month, unsigned day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t from_march = month > 2 ? month - 3 : month + 9;
	int64_t day_of_year = (153 * from_march + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	    day_of_year - 719468;
}

static void
date_of_days(int64_t days, struct moment *out)
{
	int64_t shifted = days + 719468;
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t day_of_era = shifted - era * 146097;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
	    day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - 365 * year_of_era - year_of_era / 4 + year_of_era / 100;
	int64_t month = (5 * day_of_year + 2) / 153;

	out->day = (unsigned)(day_of_year - (153 * month + 2) / 5 + 1);
	out->month = (unsigned)(month < 10 ? month + 3 : month - 9);
	out->year = year_of_era + era * 400 + (out->month <= 2);
}

void
civil_of_days(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
	struct moment out;

	date_of_days(days, &out);
	*year = out.year;
	*month = out.month;
	*day = out.day;
}

static struct moment
moment_of(int64_t ms, int64_t zone_ms)
{
	int64_t days = ms / DAY_MS, rest = ms % DAY_MS;
	struct moment out;

	if (rest < 0) {
		rest += DAY_MS;
		days--;
	}
	rest += zone_ms;
	days += rest / DAY_MS;
	rest %= DAY_MS;
	date_of_days(days, &out);
	out.hour = (unsigned)(rest / HOUR_MS);
	out.minute = (unsigned)(rest / MINUTE_MS % 60);
	out.second = (unsigned)(rest / 1000 % 60);
	out.milli = (unsigned)(rest % 1000);
	return out;
}

void
time_jst(int64_t ms, char out[TIME_TEXT])
{
	struct moment m = moment_of(ms, JST_MS);

	snprintf(out, TIME_TEXT, "%04" PRId64 "-%02u-%02u %02u:%02u:%02u.%03u JST", m.year, m.month,
	    m.day, m.hour, m.minute, m.second, m.milli);
}

void
time_jst_s(int64_t ms, char out[TIME_TEXT])
{
	struct moment m = moment_of(ms, JST_MS);

	snprintf(out, TIME_TEXT, "%04" PRId64 "-%02u-%02u %02u:%02u:%02u JST", m.year, m.month,
	    m.day, m.hour, m.minute, m.second);
}

void
time_jst_clock(int64_t ms, char out[TIME_TEXT])
{
	struct moment m = moment_of(ms, JST_MS);

	snprintf(out, TIME_TEXT, "%02u:%02u:%02u", m.hour, m.minute, m.second);
}

/* Exactly so many digits. */
static char *
number_put(char *out, unsigned count, unsigned value)
{
	for (char *at = out + count; at > out; value /= 10)
		*--at = (char)('0' + value % 10);
	return out + count;
}

/* Without printf: it stands in much that is judged again in each round. */
void
time_utc(int64_t ms, char out[TIME_TEXT])
{
	struct moment m = moment_of(ms, 0);
	const unsigned part[] = { m.month, m.day, m.hour, m.minute, m.second };
	char *at = out;

	if (m.year < 0 || m.year > 9999) {
		snprintf(out, TIME_TEXT, "%04" PRId64 "-%02u-%02uT%02u:%02u:%02u.%03uZ", m.year,
		    m.month, m.day, m.hour, m.minute, m.second, m.milli);
		return;
	}
	at = number_put(at, 4, (unsigned)m.year);
	for (unsigned i = 0; i < 5; i++) {
		*at++ = "--T::"[i];
		at = number_put(at, 2, part[i]);
	}
	*at++ = '.';
	at = number_put(at, 3, m.milli);
	memcpy(at, "Z", 2);
}

/* Exactly this many digits; the text moves on.  False leaves it anywhere. */
static bool
digits(const char **text, unsigned count, unsigned *value)
{
	*value = 0;
	for (unsigned i = 0; i < count; i++, (*text)++) {
		if (!isdigit((unsigned char)**text))
			return false;
		*value = *value * 10 + (unsigned)(**text - '0');
	}
	return true;
}

static bool
symbol(const char **text, char wanted)
{
	if (**text != wanted)
		return false;
	(*text)++;
	return true;
}

static unsigned
month_days(unsigned year, unsigned month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static bool
read_date(const char **text, int64_t *ms)
{
	unsigned year, month, day;

	if (!digits(text, 4, &year) || !symbol(text, '-') || !digits(text, 2, &month) ||
	    !symbol(text, '-') || !digits(text, 2, &day) || month < 1 || month > 12 || day < 1 ||
	    day > month_days(year, month))
		return false;
	*ms = days_of_date(year, month, day) * DAY_MS;
	return true;
}

/* HH:MM[:SS[.fraction]]; a fraction is cut to milliseconds. */
static bool
read_clock(const char **text, int64_t *ms)
{
	unsigned hour, minute, second = 0, milli = 0, digit;

	if (!digits(text, 2, &hour) || !symbol(text, ':') || !digits(text, 2, &minute) ||
	    hour > 23 || minute > 59)
		return false;
	/* RFC 3339 5.7: 60 is a leap second; it counts as the first of the next minute. */
	if (symbol(text, ':') && (!digits(text, 2, &second) || second > 60))
		return false;
	if (symbol(text, '.')) {
		if (!isdigit((unsigned char)**text))
			return false;
		for (unsigned weight = 100; digits(text, 1, &digit); weight /= 10)
			milli += digit * weight;
	}
	*ms = (int64_t)hour * HOUR_MS + (int64_t)minute * MINUTE_MS + (int64_t)second * 1000 +
	    milli;
	return true;
}

static bool
read_zone(const char **text, int64_t *ms)
{
	bool west = **text == '-';
	unsigned hour, minute;

	if (**text == '\0') {
		*ms = JST_MS;
		return true;
	}
	if (symbol(text, 'Z') || symbol(text, 'z')) {
		*ms = 0;
		return true;
	}
	if (symbol(text, '+') || symbol(text, '-')) {
		if (!digits(text, 2, &hour) || !symbol(text, ':') || !digits(text, 2, &minute) ||
		    hour > 23 || minute > 59)
			return false;
		*ms = ((int64_t)hour * HOUR_MS + (int64_t)minute * MINUTE_MS) * (west ? -1 : 1);
		return true;
	}
	symbol(text, ' ');
	if (strcmp(*text, "JST") != 0 && strcmp(*text, "UTC") != 0)
		return false;
	*ms = **text == 'J' ? JST_MS : 0;
	*text += 3;
	return true;
}

static bool
read_civil(const char *text, int64_t *ms)
{
	int64_t date, clock, zone;

	if (!read_date(&text, &date))
		return false;
	if (!symbol(&text, 'T') && !symbol(&text, 't') && !symbol(&text, ' '))
		return false;
	if (!read_clock(&text, &clock) || !read_zone(&text, &zone) || *text != '\0')
		return false;
	*ms = date + clock - zone;
	return true;
}

static bool
read_seconds(const char *text, int64_t *ms)
{
	int64_t value = 0;

	if (*text == '\0' || strlen(text) > 15)
		return false;
	for (; *text != '\0'; text++) {
		if (!isdigit((unsigned char)*text))
			return false;
		value = value * 10 + (*text - '0');
	}
	*ms = value * 1000;
	return true;
}

enum err
time_read(const char *text, int64_t now_ms, int64_t *ms, struct why *why)
{
	int64_t ago;

	if (text[0] == '@' && read_seconds(text + 1, ms))
		return ERR_OK;
	if (text[0] == '-' && text[1] != '\0' && duration_read(text + 1, &ago, NULL) == ERR_OK &&
	    !__builtin_sub_overflow(now_ms, ago, ms))
		return ERR_OK;
	if (read_civil(text, ms))
		return ERR_OK;
	return why_set(why, ERR_INVALID, "\"%.60s\" is not a time; write \"2026-11-20 09:15\" (JST)"
	    ", \"2026-11-20T00:15:30Z\", \"@1795133730\" or \"-2h\"", text);
}

enum err
date_read(const char *text, int64_t *ms, struct why *why)
{
	const char *rest = text;

	if (read_date(&rest, ms) && *rest == '\0')
		*ms -= JST_MS;
	else if (!read_civil(text, ms))
		*ms = -1;
	if (*ms >= 0)
		return ERR_OK;
	*ms = 0;
	return why_set(why, ERR_INVALID, "\"%.60s\" is not a date since 1970; write "
	    "\"2026-11-20\", \"2026-11-20 09:15\" (JST) or \"2026-11-20T00:15:30Z\"", text);
}

static const struct { const char *name; int64_t ms; } units[] = {
	{ "d", DAY_MS }, { "h", HOUR_MS }, { "ms", 1 }, { "m", MINUTE_MS }, { "s", 1000 },
};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

/* The unit the text starts with, in milliseconds; 0 if none.  "ms" is looked for before "m". */
static int64_t
read_unit(const char **text)
{
	for (size_t i = 0; i < UNITS; i++) {
		size_t len = strlen(units[i].name);

		if (strncmp(*text, units[i].name, len) == 0) {
			*text += len;
			return units[i].ms;
		}
	}
	return 0;
}

/* A decimal number without sign; false if there is none or it does not fit. */
static bool
read_number(const char **text, int64_t *value)
{
	*value = 0;
	if (!isdigit((unsigned char)**text))
		return false;
	for (; isdigit((unsigned char)**text); (*text)++)
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, **text - '0', value))
			return false;
	return true;
}

enum err
duration_read(const char *text, int64_t *ms, struct why *why)
{
	int64_t total = 0, number, unit, before = INT64_MAX;
	const char *at = text;

	/* Zero needs no unit. */
	if (strcmp(text, "0") == 0) {
		*ms = 0;
		return ERR_OK;
	}
	do {
		if (!read_number(&at, &number) || (unit = read_unit(&at)) == 0 || unit >= before ||
		    __builtin_mul_overflow(number, unit, &number) ||
		    __builtin_add_overflow(total, number, &total))
			return why_set(why, ERR_INVALID, "\"%.60s\" is not a duration; write a "
			    "number and its unit (ms, s, m, h, d), largest first, such as \"30s\" "
			    "or \"1h30m\"", text);
		before = unit;
	} while (*at != '\0');
	*ms = total;
	return ERR_OK;
}

void
duration_text(int64_t ms, char out[TIME_TEXT])
{
	static const struct { const char *name; uint64_t ms; } parts[] = {
		{ "d", DAY_MS }, { "h", HOUR_MS }, { "m", MINUTE_MS }, { "s", 1000 }, { "ms", 1 },
	};
	uint64_t left = ms < 0 ? -(uint64_t)ms : (uint64_t)ms;
	size_t at = 0;

	if (left == 0) {
		snprintf(out, TIME_TEXT, "0s");
		return;
	}
	if (ms < 0)
		out[at++] = '-';
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (left / parts[i].ms > 0)
			at += (size_t)snprintf(out + at, TIME_TEXT - at, "%" PRIu64 "%s",
			    left / parts[i].ms, parts[i].name);
		left %= parts[i].ms;
	}
}

enum err
size_read(const char *text, uint64_t *octets, struct why *why)
{
	static const char *const names[] = { "", "KiB", "MiB", "GiB", "TiB" };
	const char *at = text;
	int64_t value;

	if (read_number(&at, &value))
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (strcmp(at, names[i]) == 0 && value <= INT64_MAX >> (10 * i)) {
				*octets = (uint64_t)value << (10 * i);
				return ERR_OK;
			}
	return why_set(why, ERR_INVALID, "\"%.60s\" is not a size; write octets, such as \"512\", "
	    "or \"16KiB\", \"4MiB\", \"1GiB\"", text);
}

void
size_text(uint64_t octets, char out[TIME_TEXT])
{
	static const char *const names[] = { "", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	unsigned unit = 0;

	while (unit < 6 && octets >> (10 * (unit + 1)) > 0)
		unit++;
	/* Exact where it can be, so that it reads back; else one decimal, cut. */
	if ((octets & (((uint64_t)1 << (10 * unit)) - 1)) == 0)
		snprintf(out, TIME_TEXT, "%" PRIu64 "%s", octets >> (10 * unit), names[unit]);
	else
		snprintf(out, TIME_TEXT, "%" PRIu64 ".%u%s", octets >> (10 * unit),
		    (unsigned)((octets >> (10 * (unit - 1)) & 1023) * 10 / 1024), names[unit]);
}
