/* SPDX-License-Identifier: Apache-2.0 */
/* Days, months and fiscal periods; integers only. */
#include "monitor/base/timetext.h"
#include "monitor/state/duty_day.h"

#define DAY_MS INT64_C(86400000)
#define JST_MS INT64_C(32400000)

int64_t
day_of_ms(int64_t ms)
{
	int64_t day = ms / DAY_MS, rest = ms % DAY_MS;

	if (rest < 0) {
		rest += DAY_MS;
		day--;
	}
	return day + (rest + JST_MS >= DAY_MS);
}

int64_t
ms_of_day(int64_t day)
{
	return day * DAY_MS - JST_MS;
}

/* The first day of the month so many months away. */
static int64_t
month_first(int64_t year, unsigned month, unsigned ahead)
{
	unsigned from_january = month - 1 + ahead;

	return days_of_date(year + from_january / 12, from_january % 12 + 1, 1);
}

int64_t
period_end(enum duty_origin origin, int64_t day)
{
	unsigned months = origin == DUTY_ORIGIN_QUARTER ? 3 :
	    origin == DUTY_ORIGIN_HALF_YEAR ? 6 : 12;
	unsigned month, number;
	int64_t year;

	civil_of_days(day, &year, &month, &number);
	/* April is the first month: 0. */
	return month_first(year, month, months - (month + 8) % 12 % months) - 1;
}

int64_t
half_year_first(int64_t day)
{
	unsigned month, number;
	int64_t year;

	civil_of_days(day, &year, &month, &number);
	if (month >= 4 && month <= 9)
		return days_of_date(year, 4, 1);
	return days_of_date(month >= 10 ? year : year - 1, 10, 1);
}

int64_t
months_last(int64_t first, uint32_t months)
{
	unsigned month, number;
	int64_t year, start, next;

	civil_of_days(first, &year, &month, &number);
	start = month_first(year, month, months);
	next = month_first(year, month, months + 1);
	return start + number - 1 < next ? start + number - 2 : next - 1;
}

/* 1970-01-01 was a Thursday. */
static bool
is_closed(const struct duty_rules *rules, int64_t day)
{
	int64_t weekday = ((day + 4) % 7 + 7) % 7;

	if (weekday == 0 || weekday == 6)
		return true;
	for (uint32_t i = 0; i < rules->closed_days; i++)
		if (rules->closed[i] == day)
			return true;
	return false;
}

int64_t
duty_clock_end(const struct duty_rules *rules, const struct duty_clock *clock, int64_t origin_ms)
{
	int64_t first = day_of_ms(origin_ms), last;

	if (clock->origin >= DUTY_ORIGIN_QUARTER)
		first = period_end(clock->origin, first) + 1;
	else if (!clock->first_day_counted)
		first++;
	last = clock->months > 0 ? months_last(first, clock->months) : first + clock->days - 1;
	while (clock->extends && is_closed(rules, last))
		last++;
	return ms_of_day(last + 1);
}
