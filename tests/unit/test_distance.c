/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounds of distance: what they exclude, from coordinates in a configuration over the plan to
 * countries; never one of which a place lies within the bound, for random vantages and places.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/outline_part.h"
#include "monitor/daemon/config.h"
#include "monitor/ledger/facts.h"
#include "monitor/state/distance.h"

static char folder[64];

static int
folder_make(void **unused)
{
	char path[PATH_TEXT_MAX], shapes[PATH_TEXT_MAX];
	struct why why;

	(void)unused;
	snprintf(folder, sizeof(folder), "/tmp/sekimori-distance.XXXXXX");
	if (mkdtemp(folder) == NULL || !file_path(path, sizeof(path), folder, "key") ||
	    file_write(path, bytes_of_text("key"), 0600, &why) != ERR_OK ||
	    realpath("monitor/state/shapes", shapes) == NULL)
		return 1;
	return setenv("SEKIMORI_SHAPES", shapes, 1);
}

static int
folder_remove(void **unused)
{
	char path[PATH_TEXT_MAX];

	(void)unused;
	if (file_path(path, sizeof(path), folder, "key"))
		unlink(path);
	return rmdir(folder);
}

#define HEAD(place) "monitor = { name = \"m\"; state = \"st\"; vantage = \"premises\"; " place " };\n" \
	"ledger = { origin = \"example.org/l\"; key = \"./key\"; };\n"
#define TOKYO   "latitude = \"35.6895\"; longitude = \"139.6917\";"
#define FUKUOKA "latitude = \"33.59\"; longitude = \"130.4\";"

#define TARGET(more) "sites = ( { name = \"t\"; jurisdiction = \"JP\"; } );\n" \
	"instances = ( { name = \"i\"; function = \"oam\"; site = \"t\"; targets = ( { name = \"d\"; " \
	"probe = \"distance\"; address = \"192.0.2.9\"; " more " } ); } );\n" \
	"vantages = ( { name = \"west\"; source = \"192.0.2.1\"; } );\n"

static struct plan *
plan_of(const char *text, const char *fault)
{
	struct config config;
	struct why why = { .err = ERR_OK };
	struct plan *plan;
	enum err err = config_parse(bytes_of_text(text), "t.conf", folder, &config, NULL, &why);

	if ((err == ERR_OK) != (fault == NULL) || (fault != NULL && strstr(why.text, fault) == NULL))
		fail_msg("%s", why.text);
	plan = config.plan != NULL ? plan_hold(config.plan) : NULL;
	config_free(&config);
	return plan;
}

static const char *
excluded(const struct plan *plan, const struct distance_bound *bound, uint32_t bounds, bool left)
{
	static struct buffer out;

	buffer_reset(&out);
	(left ? distance_left : distance_excluded)(plan, bound, bounds, &out);
	return buffer_text(&out);
}

static bool
has(const char *list, const char *code)
{
	return strstr(list, code) != NULL;
}

static void
test_configured(void **unused)
{
	static const char text[] = HEAD(TOKYO) "sites = ( { name = \"t\"; jurisdiction = \"JP\"; } );\n"
	    "instances = ( { name = \"i\"; function = \"oam\"; site = \"t\"; } );\n"
	    "vantages = ( { name = \"west\"; source = \"192.0.2.1\"; " FUKUOKA " },\n"
	    "  { name = \"nowhere\"; source = \"192.0.2.2\"; } );\n";
	struct plan *plan = plan_of(text, NULL), *again = NULL;
	struct distance_bound bound = { "", 100 }, both[2] = { { "", 900 }, { "west", 160 } };
	struct buffer octets = { .max = 0 }, repeated = { .max = 0 };
	struct why why;
	uint32_t count;

	(void)unused;
	assert_int_equal(plan->latitude_udeg, 35689500);
	assert_int_equal(plan->vantages[0].longitude_udeg, 130400000);
	assert_int_equal(plan->reaches, 250);
	assert_int_equal(plan->vantages[1].reaches, 0);
	assert_true(strstr(plan->outlines, "Natural Earth") != NULL);
	assert_int_equal(strlen(plan->outlines_hash), 64);
	plan_encode(&octets, plan);
	assert_int_equal(plan_decode(bytes_of_buffer(&octets), &again, &why), ERR_OK);
	plan_encode(&repeated, again);
	assert_true(bytes_equal(bytes_of_buffer(&octets), bytes_of_buffer(&repeated)));

	assert_string_equal(excluded(again, &bound, 1, true), "JP");
	bound.vantage = "premises";
	assert_string_equal(excluded(again, &bound, 1, true), "JP");
	/* Neither alone excludes Korea and Russia both. */
	assert_false(has(excluded(again, &both[0], 1, false), "KR"));
	assert_true(has(excluded(again, &both[0], 1, false), "RU"));
	assert_true(has(excluded(again, &both[1], 1, false), "KR"));
	assert_true(has(excluded(again, both, 2, false), "KR"));
	assert_true(has(excluded(again, both, 2, false), "RU"));
	assert_string_equal(excluded(again, both, 2, true), "JP");
	/* From a vantage without coordinates nothing follows. */
	bound.vantage = "nowhere";
	assert_string_equal(excluded(again, &bound, 1, false), "");
	assert_string_equal(excluded(again, &bound, 1, true), "");
	assert_false(distance_excludes(again, &bound, "KR"));
	assert_null(distance_reaches(again, "nowhere", &count));
	bound = (struct distance_bound){ "", 20038 };
	assert_string_equal(excluded(again, &bound, 1, false), "");
	bound = (struct distance_bound){ "", 0 };
	assert_false(distance_excludes(again, &bound, "ZZ"));
	assert_false(distance_excludes(again, &bound, "JP"));
	assert_true(distance_excludes(again, &bound, "KR"));
	bound.km = -1;
	assert_false(distance_excludes(again, &bound, "KR"));
	plan_free(plan);
	plan_free(again);
	buffer_free(&octets);
	buffer_free(&repeated);
}

static void
test_faults(void **unused)
{
	(void)unused;
	plan_free(plan_of(HEAD("latitude = \"35\";"), "t.conf:1: latitude and longitude go"));
	plan_free(plan_of(HEAD("latitude = \"91\"; longitude = \"0\";"), "latitude"));
	plan_free(plan_of(HEAD("") TARGET(""), "t.conf:4: the distance of \"d\" is to be measured "
	    "from the vantage \"premises\", which has no coordinates; give latitude and longitude "
	    "in monitor"));
	plan_free(plan_of(HEAD(TOKYO) TARGET("vantages = \"premises, west\";"),
	    "from the vantage \"west\", which has no coordinates; give latitude and longitude in "
	    "vantages"));
	plan_free(plan_of(HEAD(TOKYO) TARGET(""), NULL));
	setenv("SEKIMORI_SHAPES", folder, 1);
	plan_free(plan_of(HEAD(TOKYO), "outlines of countries"));
	folder_make(NULL);
}

static uint64_t seed = 11;

static int64_t
chosen(int64_t from, int64_t to)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return from + (int64_t)((seed >> 20) % (uint64_t)(to - from + 1));
}

/* A random vantage, a random point of a random country's own outline, and the shortest way there
 * can be to it: with that as the bound the country must stay possible. */
static void
test_never_where_it_is(void **unused)
{
	struct buffer octets = { .max = OUTLINE_FILE_MAX };
	struct plan_reach reach[OUTLINE_COUNTRIES_MAX];
	struct plan plan = { .vantage = "", .reach = reach };
	struct outlines *world;
	struct why why;
	uint32_t km[OUTLINE_COUNTRIES_MAX], just = 0;

	(void)unused;
	assert_int_equal(file_read("monitor/state/shapes/countries.outline", OUTLINE_FILE_MAX,
	    &octets, &why), ERR_OK);
	assert_int_equal(outlines_read(bytes_of_buffer(&octets), &world, &why), ERR_OK);
	plan.reaches = (uint32_t)outlines_count(world);
	for (int i = 0; i < 60; i++) {
		struct place from = { chosen(-80000000, 80000000), chosen(-180000000, 180000000) };

		outlines_reach(world, from, km);
		for (uint32_t k = 0; k < plan.reaches; k++)
			reach[k] = (struct plan_reach){ outlines_code(world, k), km[k] };
		for (int n = 0; n < 400; n++) {
			uint32_t at = (uint32_t)chosen(0, plan.reaches - 1);
			const struct outline_country *one = &world->country[at];
			const struct outline_arc *arc;
			const struct outline_point *point;
			struct distance_bound bound = { "", 0 };
			struct place there;

			if (one->arcs == 0)
				continue;
			arc = &world->arc[one->arc[chosen(0, one->arcs - 1)]];
			point = &arc->point[chosen(0, arc->points - 1)];
			there = (struct place){ (int64_t)point->y * OUTLINE_STEP_UDEG,
			    (int64_t)point->x * OUTLINE_STEP_UDEG };
			bound.km = (int64_t)ceil(place_distance_least(from, there));
			if (distance_excludes(&plan, &bound, one->code))
				fail_msg("%s: a place of it is %d km away, and it is excluded",
				    one->code, (int)bound.km);
			bound.km = (int64_t)km[at] - 1;
			just += bound.km >= 0 && distance_excludes(&plan, &bound, one->code);
		}
	}
	assert_true(just > 15000);
	outlines_free(world);
	buffer_free(&octets);
}

static void
test_facts(void **unused)
{
	struct fact_set set = { .count = 0 };
	struct buffer facts = { .max = 0 };
	int64_t km;

	(void)unused;
	fact_set_int(&set, FACT_BOUND_KM, 750);
	fact_set_write(&set, FACTS_ALL, &facts);
	assert_true(distance_fact(bytes_of_buffer(&facts), DISTANCE_FRONT, &km));
	assert_int_equal(km, 750);
	assert_false(distance_fact(bytes_of_buffer(&facts), DISTANCE_KEY, &km));
	fact_set_int(&set, FACT_BOUND_SIGNED_KM, -4);
	buffer_reset(&facts);
	fact_set_write(&set, FACTS_ALL, &facts);
	assert_false(distance_fact(bytes_of_buffer(&facts), DISTANCE_KEY, &km));
	fact_set_free(&set);
	buffer_free(&facts);
}

static void
test_order_is_checked(void **unused)
{
	struct plan *plan = plan_new(), *again = NULL;
	struct buffer octets = { .max = 0 };
	struct why why = { .err = ERR_OK };

	(void)unused;
	plan->vantage = "premises";
	plan->workers = 1;
	plan->reach = plan_array(plan, 2, sizeof(*plan->reach));
	plan->reaches = 2;
	plan->reach[0] = (struct plan_reach){ "KR", 1 };
	plan->reach[1] = (struct plan_reach){ "JP", 1 };
	plan_encode(&octets, plan);
	assert_int_equal(plan_decode(bytes_of_buffer(&octets), &again, &why), ERR_INVALID);
	assert_true(strstr(why.text, "do not ascend at JP") != NULL);
	assert_null(again);
	plan_free(plan);
	buffer_free(&octets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_configured),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_never_where_it_is),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_order_is_checked),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
