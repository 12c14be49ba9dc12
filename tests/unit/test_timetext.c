/* SPDX-License-Identifier: Apache-2.0 */
/* Times, durations and sizes: known values, the calendar against the C library, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "monitor/base/timetext.h"

static const int64_t moment = INT64_C(1795133730123);	/* 2026-11-20T00:15:30.123Z */

static void
known_times(void **unused)
{
	char text[TIME_TEXT];

	(void)unused;
	time_utc(moment, text);
	assert_string_equal(text, "2026-11-20T00:15:30.123Z");
	time_jst(moment, text);
	assert_string_equal(text, "2026-11-20 09:15:30.123 JST");
	time_jst_s(moment, text);
	assert_string_equal(text, "2026-11-20 09:15:30 JST");
	time_jst_clock(moment, text);
	assert_string_equal(text, "09:15:30");
	time_utc(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999Z");
	time_jst_s(0, text);
	assert_string_equal(text, "1970-01-01 09:00:00 JST");
	/* Numbers from a hostile record: long, never an overflow. */
	time_jst(INT64_MAX, text);
	assert_non_null(strstr(text, " JST"));
	time_utc(INT64_MIN, text);
	assert_int_equal(text[strlen(text) - 1], 'Z');
}

/* Every day of eight hundred years, leap centuries and the time before 1970 among them. */
static void
calendar(void **unused)
{
	(void)unused;
	for (int64_t day = -150000; day < 150000; day += 7) {
		time_t seconds = (time_t)day * 86400;
		char text[TIME_TEXT], expected[80];
		struct tm parts;

		gmtime_r(&seconds, &parts);
		snprintf(expected, sizeof(expected), "%04d-%02d-%02dT00:00:00.000Z", parts.tm_year + 1900,
		    parts.tm_mon + 1, parts.tm_mday);
		time_utc((int64_t)seconds * 1000, text);
		assert_string_equal(text, expected);
		assert_int_equal(days_of_date(parts.tm_year + 1900, (unsigned)parts.tm_mon + 1,
		    (unsigned)parts.tm_mday), day);
	}
}

static void
times_read(void **unused)
{
	static const struct { const char *text; int64_t ms; } good[] = {
		{ "2026-11-20T00:15:30.123Z", INT64_C(1795133730123) },
		{ "2026-11-20t00:15:30.123456z", INT64_C(1795133730123) },
		{ "2026-11-20T09:15:30+09:00", INT64_C(1795133730000) },
		{ "2026-11-19T16:15:30-08:00", INT64_C(1795133730000) },
		{ "2026-11-20 09:15:30.123 JST", INT64_C(1795133730123) },
		{ "2026-11-20 00:15:30 UTC", INT64_C(1795133730000) },
		{ "2026-11-20 09:15", INT64_C(1795133700000) },
		{ "2026-11-20 09:15 JST", INT64_C(1795133700000) },
		{ "2026-11-20 09:15:30.1", INT64_C(1795133730100) },
		{ "2024-02-29 00:00 UTC", INT64_C(1709164800000) },
		{ "2016-12-31T23:59:60Z", INT64_C(1483228800000) },
		{ "@1795133730", INT64_C(1795133730000) },
		{ "@0", 0 },
		{ "-2h", INT64_C(1795133730123) - 7200000 },
		{ "-90s", INT64_C(1795133730123) - 90000 },
		{ "-1h30m", INT64_C(1795133730123) - 5400000 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct why why = { .err = ERR_OK };
		int64_t ms = 7;

		if (time_read(good[i].text, moment, &ms, &why) != ERR_OK)
			fail_msg("%s: %s", good[i].text, why.text);
		if (ms != good[i].ms)
			fail_msg("%s gave %lld", good[i].text, (long long)ms);
	}
}

static void
times_refused(void **unused)
{
	static const char *const bad[] = { "", " ", "now", "2026", "2026-11-20", "2026-11-20 9:15",
		"2026-13-01 00:00", "2026-00-01 00:00", "2026-02-29 00:00", "1900-02-29 00:00 UTC",
		"2026-11-31 00:00", "2026-11-20 24:00", "2026-11-20 09:60", "2026-11-20 09:15:61",
		"2026-11-20 09:15:30.", "2026-11-20 09:15:30 EST", "2026-11-20 09:15 JSTx",
		"2026-11-20 09:15  UTC", "2026-11-20T09:15:30+9:00", "2026-11-20T09:15:30+24:00",
		"2026-11-20T09:15:30Zulu", "26-11-20 09:15", "@", "@-5", "@12x", "@99999999999999999999",
		"-", "-2", "-h", "--2h", "-99999999999999999999d", "2026-11-20 09:15:30,123" };

	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct why why = { .err = ERR_OK };
		int64_t ms;

		if (time_read(bad[i], moment, &ms, &why) != ERR_INVALID)
			fail_msg("\"%s\" was taken for a time", bad[i]);
		assert_non_null(strstr(why.text, "not a time"));
	}
}

static void
dates(void **unused)
{
	static const struct { const char *text; int64_t ms; } good[] = {
		{ "2026-11-20", INT64_C(1795100400000) }, { "1970-01-02", 54000000 },
		{ "2024-02-29", INT64_C(1709132400000) },
		{ "2026-11-20T00:15:30.123Z", INT64_C(1795133730123) },
		{ "2026-11-20 09:15", INT64_C(1795133700000) },
		{ "2026-11-20 00:15:30 UTC", INT64_C(1795133730000) },
	};
	static const char *const bad[] = { "", "2026", "2026-11", "2026-11-31", "2026-11-20 ",
		"2026-11-20x", "2025-02-29", "1970-01-01", "1969-12-31", "-2h", "@0", "now", "26-11-20",
		"2026/11/20", "2026-11-20 9:15", "1969-12-31T23:59:59Z" };
	struct why why;
	int64_t ms;

	(void)unused;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(date_read(good[i].text, &ms, &why), ERR_OK);
		assert_int_equal(ms, good[i].ms);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (date_read(bad[i], &ms, &why) != ERR_INVALID)
			fail_msg("\"%s\" was taken for a date", bad[i]);
		assert_non_null(strstr(why.text, "not a date"));
		assert_int_equal(ms, 0);
	}
}

static void
durations(void **unused)
{
	static const struct { const char *text; int64_t ms; const char *again; } good[] = {
		{ "250ms", 250, "250ms" }, { "30s", 30000, "30s" }, { "5m", 300000, "5m" },
		{ "1h30m", 5400000, "1h30m" }, { "7d", 604800000, "7d" }, { "90s", 90000, "1m30s" },
		{ "0", 0, "0s" }, { "0s", 0, "0s" }, { "1d2h3m4s5ms", 93784005, "1d2h3m4s5ms" },
		{ "1m1ms", 60001, "1m1ms" }, { "106751991167d", INT64_C(9223372036828800000),
		  "106751991167d" },
	};
	static const char *const bad[] = { "", "5", "1.5h", "-5s", "s", "5 s", "5sec", "1m1h", "1s1s",
		"5s ", " 5s", "5M", "1ms1s", "9999999999999999999s", "9223372036854775807d",
		"106751991167d9999d", "1h30" };
	char text[TIME_TEXT];
	int64_t ms;

	(void)unused;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(duration_read(good[i].text, &ms, NULL), ERR_OK);
		assert_true(ms == good[i].ms);
		duration_text(ms, text);
		assert_string_equal(text, good[i].again);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (duration_read(bad[i], &ms, NULL) != ERR_INVALID)
			fail_msg("\"%s\" was taken for a duration", bad[i]);
	duration_text(-1500, text);
	assert_string_equal(text, "-1s500ms");
	duration_text(INT64_MIN, text);
	assert_int_equal(text[0], '-');
}

/* What is printed reads back as the same number, for every magnitude. */
static void
durations_round(void **unused)
{
	(void)unused;
	for (int64_t ms = 1; ms < INT64_MAX / 3; ms = ms * 3 + ms % 7) {
		char text[TIME_TEXT];
		int64_t again;

		duration_text(ms, text);
		assert_int_equal(duration_read(text, &again, NULL), ERR_OK);
		assert_true(ms == again);
	}
}

static void
sizes(void **unused)
{
	static const struct { const char *text; uint64_t octets; const char *again; } good[] = {
		{ "0", 0, "0" }, { "512", 512, "512" }, { "1024", 1024, "1KiB" },
		{ "16KiB", 16384, "16KiB" }, { "4MiB", 4194304, "4MiB" },
		{ "1GiB", 1073741824, "1GiB" }, { "1536", 1536, "1.5KiB" },
		{ "8388607TiB", UINT64_C(9223370937343148032), "7.9EiB" },
	};
	static const char *const bad[] = { "", "KiB", "-1", "1.5KiB", "1KB", "1kib", "16 KiB",
		"16KiB ", "8388608TiB", "99999999999999999999", "0x10" };
	char text[TIME_TEXT];
	uint64_t octets;

	(void)unused;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(size_read(good[i].text, &octets, NULL), ERR_OK);
		assert_true(octets == good[i].octets);
		size_text(octets, text);
		assert_string_equal(text, good[i].again);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (size_read(bad[i], &octets, NULL) != ERR_INVALID)
			fail_msg("\"%s\" was taken for a size", bad[i]);
	size_text(UINT64_MAX, text);
	assert_string_equal(text, "15.9EiB");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_times), cmocka_unit_test(calendar),
		cmocka_unit_test(times_read), cmocka_unit_test(times_refused), cmocka_unit_test(dates),
		cmocka_unit_test(durations), cmocka_unit_test(durations_round),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
