/* SPDX-License-Identifier: Apache-2.0 */
/* Regions are the same by their letters and digits, in lists or alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/state/region.h"

static void
names(void **unused)
{
	(void)unused;
	assert_true(region_named("ap-northeast-1", "ap-northeast-1"));
	assert_true(region_named("Japan East, Japan West", "japaneast"));
	assert_true(region_named("Japan East, Japan West", "japanwest"));
	assert_true(region_named("asia-northeast1", "asia-northeast1"));
	assert_true(region_named("東日本, 西日本", "西日本"));
	assert_false(region_named("Japan East", "japanwest"));
	assert_false(region_named("Japan East", "japan"));
	assert_false(region_named("Japan", "japaneast"));
	assert_false(region_named("ap-northeast-1", "ap-northeast-11"));
	assert_false(region_named("", "ap-northeast-1"));
	assert_false(region_named("ap-northeast-1, ", ""));
	assert_false(region_named("Japan East,", " -"));
	assert_false(region_named("東日本", "西日本"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(names) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
