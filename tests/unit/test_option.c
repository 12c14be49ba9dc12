/* SPDX-License-Identifier: Apache-2.0 */
/* Every type of row: what it takes, what it refuses, and that a secret is never repeated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/base/option.h"

static const struct option_row rows[] = {
	{ .name = "text", .type = OPTION_TEXT, .minimum = 2, .maximum = 5 },
	{ .name = "any", .type = OPTION_TEXT },
	{ .name = "word", .type = OPTION_WORD, .words = "up  down sideways" },
	{ .name = "integer", .type = OPTION_INTEGER, .minimum = -5, .maximum = 70000 },
	{ .name = "free", .type = OPTION_INTEGER },
	{ .name = "flag", .type = OPTION_FLAG },
	{ .name = "duration", .type = OPTION_DURATION, .minimum = 1000, .maximum = 60000 },
	{ .name = "size", .type = OPTION_SIZE, .minimum = 1, .maximum = 65536 },
	{ .name = "file", .type = OPTION_FILE },
	{ .name = "secret", .type = OPTION_SECRET },
	{ .name = "fixed", .type = OPTION_FIXED, .minimum = -90000000, .maximum = 90000000 },
	{ .name = "date", .type = OPTION_DATE, .maximum = INT64_C(3155760000000) },
	{ .name = NULL }
};

static void
takes(void **unused)
{
	static const struct { const char *row, *value; } good[] = {
		{ "text", "ab" }, { "text", "abcde" }, { "text", "\xe9\x96\xa2" }, { "any", "" },
		{ "word", "up" }, { "word", "sideways" }, { "integer", "-5" }, { "integer", "70000" },
		{ "free", "-9223372036854775808" }, { "free", "9223372036854775807" },
		{ "flag", "true" }, { "flag", "false" }, { "duration", "1s" }, { "duration", "1m" },
		{ "size", "64KiB" }, { "file", "ca.pem" }, { "file", "/etc/ssl/ca.pem" },
		{ "secret", "/etc/key" }, { "secret", "./key" }, { "fixed", "35.681236" },
		{ "fixed", "-90" }, { "fixed", "0.5" }, { "fixed", "90.000000" },
		{ "date", "2026-04-01" }, { "date", "2026-04-01 09:00" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct why why = { .err = ERR_OK };

		if (option_check(option_find(rows, good[i].row), good[i].value, &why) != ERR_OK)
			fail_msg("%s", why.text);
	}
}

static void
refuses(void **unused)
{
	static const struct { const char *row, *value; } bad[] = {
		{ "text", "a" }, { "text", "abcdef" }, { "text", "a\nb" }, { "text", "a\x7f" },
		{ "text", "\xff\xfe" }, { "word", "" }, { "word", "u" }, { "word", "up " },
		{ "word", "up  down" }, { "integer", "-6" }, { "integer", "70001" }, { "integer", "" },
		{ "integer", "-" }, { "integer", "5 " }, { "integer", "0x5" }, { "integer", "5.0" },
		{ "free", "9223372036854775808" }, { "flag", "yes" }, { "flag", "" },
		{ "duration", "999ms" }, { "duration", "61s" }, { "duration", "30" }, { "size", "0" },
		{ "size", "65KiB" }, { "size", "1KB" }, { "file", "" }, { "file", "a\nb" },
		{ "secret", "hunter2" }, { "secret", "" }, { "secret", "key.pem" },
		{ "secret", "../key" }, { "secret", "/-----BEGIN PRIVATE KEY-----" },
		{ "secret", "/a\nb" }, { "fixed", "90.000001" }, { "fixed", "1.2345678" },
		{ "fixed", "." }, { "fixed", "1." }, { "fixed", "" }, { "fixed", "1e3" },
		{ "fixed", "99999999999999999999" }, { "date", "" }, { "date", "1.4.2026" },
		{ "date", "2026-04-31" }, { "date", "2071-01-01" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct why why = { .err = ERR_OK };

		if (option_check(option_find(rows, bad[i].row), bad[i].value, &why) != ERR_INVALID)
			fail_msg("%s took \"%s\"", bad[i].row, bad[i].value);
		if (strstr(why.text, bad[i].row) == NULL)
			fail_msg("the sentence does not name %s: %s", bad[i].row, why.text);
	}
}

static void
secret_is_not_repeated(void **unused)
{
	struct why why = { .err = ERR_OK };

	(void)unused;
	assert_int_equal(option_check(option_find(rows, "secret"), "hunter2-hunter2", &why), ERR_INVALID);
	assert_null(strstr(why.text, "hunter2"));
}

static void
long_paths(void **unused)
{
	char path[PATH_TEXT_MAX + 1];

	(void)unused;
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[PATH_TEXT_MAX - 1] = '\0';
	assert_int_equal(option_check(option_find(rows, "file"), path, NULL), ERR_OK);
	path[PATH_TEXT_MAX - 1] = 'a';
	path[PATH_TEXT_MAX] = '\0';
	assert_int_equal(option_check(option_find(rows, "file"), path, NULL), ERR_INVALID);
	assert_int_equal(option_check(option_find(rows, "secret"), path, NULL), ERR_INVALID);
}

static void
finds(void **unused)
{
	(void)unused;
	assert_ptr_equal(option_find(rows, "fixed"), &rows[10]);
	assert_null(option_find(rows, "fixe"));
	assert_null(option_find(NULL, "fixed"));
}

static void
fixed_round(void **unused)
{
	static const struct { int64_t value; const char *text; } cases[] = {
		{ 0, "0" }, { 1, "0.000001" }, { -500000, "-0.5" }, { 35681236, "35.681236" },
		{ 100000000, "100" }, { -139767125, "-139.767125" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[TIME_TEXT];
		int64_t again = 7;

		fixed_text(cases[i].value, text);
		assert_string_equal(text, cases[i].text);
		assert_int_equal(fixed_read(text, &again), ERR_OK);
		assert_true(again == cases[i].value);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes), cmocka_unit_test(refuses),
		cmocka_unit_test(secret_is_not_repeated), cmocka_unit_test(long_paths),
		cmocka_unit_test(finds), cmocka_unit_test(fixed_round),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
