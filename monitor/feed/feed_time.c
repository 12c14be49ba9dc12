/* SPDX-License-Identifier: Apache-2.0 */
/* See feed_time.h.  RFC 5322 section 4.3: military letters say nothing of the zone either. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "monitor/base/timetext.h"
#include "monitor/feed/feed_time.h"

enum { WHEN_TEXT = 64, HOUR_MINUTES = 60 };

static const int64_t latest_ms = INT64_C(253402300800000);	/* the year 10000 */

static bool
text_take(struct bytes text, char out[WHEN_TEXT])
{
	while (text.len > 0 && isspace(text.at[0]))
		text = bytes_slice(text, 1, text.len);
	while (text.len > 0 && isspace(text.at[text.len - 1]))
		text.len--;
	if (text.len == 0 || text.len >= WHEN_TEXT || memchr(text.at, 0, text.len) != NULL)
		return false;
	memcpy(out, text.at, text.len);
	out[text.len] = '\0';
	return true;
}

struct feed_when
feed_time_iso(struct bytes text)
{
	char at[WHEN_TEXT + 1];
	size_t len;
	int64_t ms;

	if (!text_take(text, at) || !isdigit((unsigned char)at[0]))
		return (struct feed_when){ .ms = 0 };
	len = strlen(at);
	/* "+0900", as ISO 8601 has it, for the "+09:00" of RFC 3339. */
	if (len > 5 && len + 1 < WHEN_TEXT && strchr("+-", at[len - 5]) != NULL) {
		memmove(at + len - 1, at + len - 2, 3);
		at[len - 2] = ':';
		len++;
	}
	if (strchr("Zz", at[len - 1]) == NULL && (len < 17 || strchr("+-", at[len - 6]) == NULL))
		return (struct feed_when){ .doubtful = true };
	if (time_read(at, 0, &ms, NULL) != ERR_OK || ms <= 0 || ms >= latest_ms)
		return (struct feed_when){ .ms = 0 };
	return (struct feed_when){ .ms = ms };
}

struct feed_when
feed_time_seconds(int64_t seconds)
{
	/* Beyond the year 5138 it can only be milliseconds. */
	if (seconds >= INT64_C(100000000000))
		return (struct feed_when){ .ms = seconds < latest_ms ? seconds : 0 };
	return (struct feed_when){ .ms = seconds > 0 ? seconds * 1000 : 0 };
}

struct cursor { const char *at; bool failed; };

static unsigned
number(struct cursor *in, unsigned digits_min, unsigned digits_max)
{
	unsigned value = 0, count = 0;

	for (; count < digits_max && isdigit((unsigned char)*in->at); count++)
		value = 10 * value + (unsigned)(*in->at++ - '0');
	if (count < digits_min)
		in->failed = true;
	return value;
}

static void
blanks(struct cursor *in)
{
	while (isspace((unsigned char)*in->at))
		in->at++;
}

static bool
colon(struct cursor *in)
{
	if (*in->at != ':')
		return false;
	in->at++;
	return true;
}

static unsigned
month(struct cursor *in)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (unsigned i = 0; i < 12; i++)
		if (strncasecmp(in->at, names + 3 * i, 3) == 0) {
			in->at += 3;
			while (isalpha((unsigned char)*in->at) || *in->at == '.')
				in->at++;
			return i + 1;
		}
	in->failed = true;
	return 1;
}

static unsigned
month_days(unsigned year, unsigned mon)
{
	return (unsigned)(days_of_date(mon == 12 ? year + 1 : year, mon == 12 ? 1 : mon + 1, 1) -
	    days_of_date(year, mon, 1));
}

/* Minutes east of UTC; false: nobody knows. */
static bool
zone(struct cursor *in, int *minutes)
{
	static const struct { const char *name; int hours; } zones[] = { { "UT", 0 }, { "UTC", 0 },
		{ "GMT", 0 }, { "Z", 0 }, { "EST", -5 }, { "EDT", -4 }, { "CST", -6 },
		{ "CDT", -5 }, { "MST", -7 }, { "MDT", -6 }, { "PST", -8 }, { "PDT", -7 },
		{ "JST", 9 } };
	bool west = *in->at == '-';
	unsigned hour, minute;

	if (west || *in->at == '+') {
		in->at++;
		hour = number(in, 2, 2);
		colon(in);
		minute = number(in, 2, 2);
		*minutes = (int)(hour * HOUR_MINUTES + minute) * (west ? -1 : 1);
		return !in->failed && hour < 24 && minute < 60 && *in->at == '\0' &&
		    !(west && *minutes == 0);	/* RFC 5322 3.3: "-0000" says nothing of the zone */
	}
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (strcasecmp(in->at, zones[i].name) == 0) {
			*minutes = zones[i].hours * HOUR_MINUTES;
			return true;
		}
	return false;
}

/* RFC 822 has two digits of a year; RFC 5322 4.3 says which century. */
static unsigned
year_of(struct cursor *in)
{
	const char *from = in->at;
	unsigned year = number(in, 2, 4);

	if (in->at - from == 2)
		year += year < 50 ? 2000 : 1900;
	return year;
}

struct feed_when
feed_time_mail(struct bytes text)
{
	char at[WHEN_TEXT];
	struct cursor in = { .at = at };
	unsigned day, mon, year, hour, minute, second = 0;
	int east = 0;
	int64_t ms;

	if (!text_take(text, at))
		return (struct feed_when){ .ms = 0 };
	if (strchr(at, ',') != NULL)
		in.at = strchr(at, ',') + 1;
	blanks(&in), day = number(&in, 1, 2);
	blanks(&in), mon = month(&in);
	blanks(&in), year = year_of(&in);
	blanks(&in), hour = number(&in, 1, 2);
	in.failed |= !colon(&in);
	minute = number(&in, 2, 2);
	if (colon(&in))
		second = number(&in, 2, 2);
	blanks(&in);
	if (in.failed || day < 1 || day > month_days(year, mon) || year < 1970 || hour > 23 ||
	    minute > 59 || second > 60)
		return (struct feed_when){ .ms = 0 };
	if (!zone(&in, &east))
		return (struct feed_when){ .doubtful = true };
	ms = ((days_of_date(year, mon, day) * 24 + hour) * 60 + minute - east) * 60000 +
	    (int64_t)second * 1000;
	return (struct feed_when){ .ms = ms > 0 ? ms : 0 };
}
