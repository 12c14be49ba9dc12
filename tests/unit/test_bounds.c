/* SPDX-License-Identifier: Apache-2.0 */
/* Words between commas, and how large a JSON text may become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/comma.h"
#include "monitor/base/json_bounds.h"

static void
words(void **state)
{
	static const char *const expected[] = { "aws/tokyo", "own kobe", "x" };
	const char *list = " aws/tokyo,,  own kobe  ,x , ,";
	struct bytes word;
	size_t count = 0;

	(void)state;
	while (comma_next(&list, &word)) {
		assert_true(count < 3);
		assert_true(bytes_equal(word, bytes_of_text(expected[count++])));
	}
	assert_int_equal(count, 3);
	assert_true(comma_has("JP, US", bytes_of_text("US")));
	assert_false(comma_has("JP, US", bytes_of_text("U")));
	assert_false(comma_has("", bytes_of_text("JP")));
	assert_false(comma_has("JP", bytes_of_text("")));
}

static bool
fits(const char *text, size_t depth, size_t groups, size_t values)
{
	return json_fits(bytes_of_text(text), (struct json_bounds){ depth, groups, values }, NULL);
}

static void
json(void **state)
{
	size_t at = 0;

	(void)state;
	assert_true(fits("[[1],[2]]", 2, 3, 1));
	assert_false(fits("[[1],[2]]", 1, 3, 1));
	assert_false(fits("[[1],[2]]", 2, 2, 1));
	assert_true(fits("[[1],[2]]", 2, 0, 0));
	assert_false(fits("[1,2,3]", 1, 1, 1));
	/* Within a string nothing counts, and what is escaped does not end it. */
	assert_true(fits("[\"[[[,,\\\"[[\"]", 1, 1, 1));
	assert_true(fits("]]]]", 0, 1, 1));
	assert_true(fits("[\"\\", 1, 1, 1));
	assert_false(json_fits(bytes_of_text("{\"a\":[{"), (struct json_bounds){ .depth = 2 }, &at));
	assert_int_equal(at, 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(words), cmocka_unit_test(json) };

	return cmocka_run_group_tests_name("bounds", tests, NULL, NULL);
}
