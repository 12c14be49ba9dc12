/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where circles around vantages meet, over the outlines that ship: two that each leave Korea possible
 * exclude it together; none that meet, too few, and other outlines are told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "monitor/base/file.h"
#include "reports/location_meet.h"
#include "tests/unit/small_plan.h"

static struct plan *plan;

static int
setup(void **state)
{
	static struct plan_reach reach[] = { { "JP", 0 }, { "KR", 168 } };
	struct buffer octets = { .max = 64 << 20 };
	char hex[HASH_TEXT], *shapes = realpath("monitor/state/shapes", NULL);

	(void)state;
	assert_non_null(shapes);
	setenv("SEKIMORI_SHAPES", shapes, 1);
	free(shapes);
	assert_int_equal(file_read("monitor/state/shapes/countries.outline", 64 << 20, &octets, NULL),
	    ERR_OK);
	hash_text(hash_of(bytes_of_buffer(&octets)), hex);
	buffer_free(&octets);
	plan = small_plan();
	plan->outlines_hash = plan_text(plan, bytes_of_text(hex));
	plan->latitude_udeg = 35680000;		/* Tokyo */
	plan->longitude_udeg = 139770000;
	plan->reach = reach;
	plan->reaches = 2;
	plan->vantages = plan_array(plan, plan->vantage_count = 2, sizeof(*plan->vantages));
	plan->vantages[0] = (struct plan_vantage){ .name = "fukuoka", .title = "", .title_ja = "",
	    .source = "", .latitude_udeg = 33590000, .longitude_udeg = 130400000, .reach = reach,
	    .reaches = 2 };
	plan->vantages[1] = (struct plan_vantage){ .name = "nowhere", .title = "", .title_ja = "",
	    .source = "" };
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	plan_free(plan);
	return 0;
}

static void
meets(int64_t tokyo, int64_t fukuoka, const char *expected)
{
	struct distance_bound bound[] = { { "", tokyo }, { "", tokyo + 5000 }, { "fukuoka", fukuoka },
		{ "nowhere", 1 } };
	struct buffer countries = { .max = 0 };

	assert_int_equal(location_meet(plan, bound, 4, &countries, NULL), ERR_OK);
	assert_string_equal(buffer_text(&countries), expected);
	buffer_free(&countries);
}

static void
circles_together_exclude_more(void **state)
{
	struct distance_bound one[] = { { "", 700 }, { "fukuoka", 300 } };
	struct buffer left = { .max = 0 };

	(void)state;
	/* Dokdo is within 700 km of Tokyo, Busan within 300 km of Fukuoka; neither is within both. */
	assert_int_equal(distance_left(plan, &one[1], 1, &left), 2);
	buffer_free(&left);
	meets(700, 300, "JP");
	meets(2000, 300, "JP,KR");
	meets(100, 100, "");
}

static void
what_cannot_be_told(void **state)
{
	struct distance_bound bound[] = { { "", 700 }, { "nowhere", 300 }, { "", 800 } };
	struct distance_bound two[] = { { "", 700 }, { "fukuoka", 300 } };
	struct buffer countries = { .max = 0 };
	struct why why;

	(void)state;
	assert_int_equal(location_meet(plan, bound, 3, &countries, &why), ERR_INVALID);
	assert_int_equal(location_meet(plan, bound, 0, &countries, &why), ERR_INVALID);
	plan->outlines_hash = "00";
	assert_int_equal(location_meet(plan, two, 2, &countries, &why), ERR_NOT_FOUND);
	setenv("SEKIMORI_SHAPES", "/nonexistent", 1);
	assert_int_equal(location_meet(plan, two, 2, &countries, &why), ERR_NOT_FOUND);
	assert_int_equal(countries.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(circles_together_exclude_more, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_told, setup, teardown),
	};

	return cmocka_run_group_tests_name("location-meet", tests, NULL, NULL);
}
