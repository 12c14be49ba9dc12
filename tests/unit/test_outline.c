/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Distances to countries: a lower bound against geodesics on the ellipsoid and against every point
 * of the shipped outlines, tight enough to be of use; what is inside; broken files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/base/outline_part.h"

static struct outlines *world;
static uint64_t seed = 7;

static int64_t
chosen(int64_t from, int64_t to)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return from + (int64_t)((seed >> 20) % (uint64_t)(to - from + 1));
}

static struct place
somewhere(void)
{
	return (struct place){ chosen(-89000000, 89000000), chosen(-180000000, 180000000) };
}

static int
world_read(void **unused)
{
	struct buffer octets = { .max = OUTLINE_FILE_MAX };
	struct why why = { .err = ERR_OK };
	enum err err = file_read("monitor/state/shapes/countries.outline", OUTLINE_FILE_MAX,
	    &octets, &why);

	(void)unused;
	if (err == ERR_OK)
		err = outlines_read(bytes_of_buffer(&octets), &world, &why);
	if (err != ERR_OK)
		print_error("%s\n", why.text);
	buffer_free(&octets);
	return err != ERR_OK;
}

static int
world_free(void **unused)
{
	(void)unused;
	outlines_free(world);
	return 0;
}

static size_t
country(const char *code)
{
	for (size_t i = 0; i < outlines_count(world); i++)
		if (strcmp(outlines_code(world, i), code) == 0)
			return i;
	fail_msg("no country %s", code);
	return 0;
}

/* Vincenty's inverse formula: an independent distance on the ellipsoid, or -1 near the antipode. */
static double
geodesic(struct place p, struct place q)
{
	const double a = 6378.137, f = 1 / 298.257223563, b = a * (1 - f);
	double u = atan((1 - f) * tan((double)p.latitude_udeg * M_PI / 180e6));
	double v = atan((1 - f) * tan((double)q.latitude_udeg * M_PI / 180e6));
	double l = (double)(q.longitude_udeg - p.longitude_udeg) * M_PI / 180e6, x = l;

	for (int i = 0; i < 200; i++) {
		double s = hypot(cos(v) * sin(x), cos(u) * sin(v) - sin(u) * cos(v) * cos(x));
		double c = sin(u) * sin(v) + cos(u) * cos(v) * cos(x), sigma = atan2(s, c);
		double alpha = s == 0 ? 0 : cos(u) * cos(v) * sin(x) / s, k = 1 - alpha * alpha;
		double m = k == 0 ? 0 : c - 2 * sin(u) * sin(v) / k;
		double C = f / 16 * k * (4 + f * (4 - 3 * k)), before = x;

		x = l + (1 - C) * f * alpha * (sigma + C * s * (m + C * c * (2 * m * m - 1)));
		if (fabs(x - before) < 1e-12) {
			double w = k * (a * a - b * b) / (b * b);
			double A = 1 + w / 16384 * (4096 + w * (-768 + w * (320 - 175 * w)));
			double B = w / 1024 * (256 + w * (-128 + w * (74 - 47 * w)));

			return b * A * (sigma - B * s * (m + B / 4 * (c * (2 * m * m - 1) -
			    B / 6 * m * (4 * s * s - 3) * (4 * m * m - 3))));
		}
	}
	return -1;
}

static void
test_between_least_and_most(void **unused)
{
	unsigned counted = 0;

	(void)unused;
	for (int i = 0; i < 20000; i++) {
		struct place p = somewhere(), q = i % 2 == 0 ? somewhere() : (struct place){
		    p.latitude_udeg + chosen(-900000, 900000),
		    p.longitude_udeg + chosen(-900000, 900000) };
		double true_km = geodesic(p, q);

		if (true_km < 0)
			continue;
		counted++;
		if (place_distance_least(p, q) > true_km + 1e-6 ||
		    place_distance_most(p, q) < true_km - 1e-6 ||
		    place_distance_least(p, q) < true_km * 0.989 - 1e-6)
			fail_msg("%f <= %f <= %f", place_distance_least(p, q), true_km,
			    place_distance_most(p, q));
	}
	assert_true(counted > 19000);
	/* Tokyo to Seoul, city to city: some 1,160 km. */
	assert_true(fabs(geodesic((struct place){ 35689500, 139691700 },
	    (struct place){ 37566500, 126978000 }) - 1160) < 8);
}

/* The nearest point of a country, looked for among all points of its arcs and eight between two. */
static double
nearest(const struct outline_country *one, struct place from)
{
	double least = 1e9;

	for (uint32_t i = 0; i < one->arcs; i++) {
		const struct outline_arc *arc = &world->arc[one->arc[i]];

		for (uint32_t k = 0; k < arc->points; k++)
			for (int part = 0; part < 8; part++) {
				const struct outline_point *a = &arc->point[k];
				const struct outline_point *b = &arc->point[k + 1 < arc->points ?
				    k + 1 : k];
				struct place at = { ((int64_t)a->y * (8 - part) + (int64_t)b->y *
				    part) * (OUTLINE_STEP_UDEG / 8), ((int64_t)a->x * (8 - part) +
				    (int64_t)b->x * part) * (OUTLINE_STEP_UDEG / 8) };

				least = fmin(least, place_distance_least(from, at));
			}
	}
	return least;
}

/* No point of any outline is nearer than what is said of its country; and that is not idle. */
static void
test_against_every_point(void **unused)
{
	uint32_t km[OUTLINE_COUNTRIES_MAX];
	unsigned tight = 0, asked = 0;

	(void)unused;
	for (int i = 0; i < 40; i++) {
		struct place from = somewhere();

		outlines_reach(world, from, km);
		for (int k = 0; k < 12; k++) {
			size_t at = (size_t)chosen(0, (int64_t)outlines_count(world) - 1);
			double brute, alone = outline_reach(world, at, from);

			if (world->country[at].arcs == 0)
				continue;
			brute = nearest(&world->country[at], from);
			assert_true(km[at] == (alone > 0 ? (uint32_t)alone : 0));
			if (km[at] > brute - OUTLINE_MARGIN_KM + 0.05)
				fail_msg("%s from %ld,%ld: %u, but a point is %f away",
				    outlines_code(world, at), (long)from.latitude_udeg,
				    (long)from.longitude_udeg, km[at], brute);
			asked++;
			tight += km[at] > 0 && km[at] > brute - OUTLINE_MARGIN_KM - 2;
		}
	}
	/* The others are inside, or have a circle that is nearer. */
	assert_true(asked > 300 && tight > asked * 8 / 10);
}

static void
inside(const char *code, double north, double east)
{
	uint32_t km[OUTLINE_COUNTRIES_MAX];

	outlines_reach(world, (struct place){ (int64_t)(north * 1e6), (int64_t)(east * 1e6) }, km);
	if (km[country(code)] != 0)
		fail_msg("%s is %u km from itself", code, km[country(code)]);
}

static uint32_t
from_tokyo(const char *code)
{
	uint32_t km[OUTLINE_COUNTRIES_MAX];

	outlines_reach(world, (struct place){ 35689500, 139691700 }, km);
	return km[country(code)];
}

static void
test_known_places(void **unused)
{
	(void)unused;
	assert_int_equal(outlines_count(world), 250);	/* ISO 3166-1, and Kosovo */
	inside("JP", 36.2, 138.2);
	inside("MN", 46.9, 103.8);	/* far from every border */
	inside("RU", 66.0, 100.0);
	inside("US", 39.0, -98.0);
	inside("BR", -10.0, -55.0);
	inside("LS", -29.5, 28.2);	/* within South Africa, which must not hold it */
	inside("SG", 1.35, 103.82);
	inside("FJ", -16.8, 179.3);	/* beside the meridian where the chart ends */
	inside("RU", 66.5, -172.0);	/* ... and beyond it */
	inside("AQ", -90, 0);
	inside("TW", 23.7, 121.0);
	inside("UA", 45.3, 34.4);
	inside("RU", 45.3, 34.4);
	assert_int_equal(from_tokyo("JP"), 0);
	/* Dokdo is the nearest that Korea claims, the Kurils what Russia holds. */
	assert_true(from_tokyo("KR") > 600 && from_tokyo("KR") < 720);
	assert_true(from_tokyo("CN") > 1000 && from_tokyo("CN") < 1500);
	assert_true(from_tokyo("TW") > 1700 && from_tokyo("TW") < 2100);
	assert_true(from_tokyo("SG") > 5100 && from_tokyo("SG") < 5330);
	assert_true(from_tokyo("US") > 1700 && from_tokyo("US") < 3600);
}

static const char small[] = "# remark\norigin a test # of it\nsizes 2 6 2 1\n"
    "arc 4 0 0 200 0 0 200 -200 0\narc 2 0 200 0 -200\n"
    "country AA 2 0 1\ncountry BB 0\ncircle BB 10.5 -20 100\n";

static enum err
read_text(const char *text, struct outlines **out, struct why *why)
{
	return outlines_read(bytes_of_text(text), out, why);
}

static void
test_small(void **unused)
{
	struct outlines *one;
	struct why why = { .err = ERR_OK };
	uint32_t km[2];

	(void)unused;
	assert_int_equal(read_text(small, &one, &why), ERR_OK);
	assert_string_equal(outlines_origin(one), "a test ");
	outlines_reach(one, (struct place){ 500000, 500000 }, km);
	assert_int_equal(km[0], 0);
	assert_true(outline_reach(one, 0, (struct place){ 500000, 500000 }) ==
	    -OUTLINE_MARGIN_KM);
	/* Two degrees east of it on the equator. */
	outlines_reach(one, (struct place){ 0, 3000000 }, km);
	assert_int_equal(km[0], (uint32_t)(6335.439327 * 2 * M_PI / 180 - OUTLINE_MARGIN_KM));
	outlines_reach(one, (struct place){ 10500000, -20000000 }, km);
	assert_int_equal(km[1], 0);
	outlines_free(one);
}

static void
test_broken(void **unused)
{
	static const struct { const char *text, *says; } wrong[] = {
		{ "", "line 0 " }, { "origin x\n", "line 1 " }, { "arc 1 0 0\n", "\"sizes\" must" },
		{ "origin\n", "\"origin\" is empty" },
		{ "origin x\norigin y\n", "line 2 " },
		{ "origin x\nsizes 0 1 1 0\n", "\"sizes\" is wrong" },
		{ "origin x\nsizes 1 99999999 1 0\n", "\"sizes\" is wrong" },
		{ "origin x\nsizes 1 1 1 0\nsizes 1 1 1 0\n", "line 3 " },
		{ "origin x\nsizes 1 1 1 0\narc 2 0 0 1 1\n", "an arc more" },
		{ "origin x\nsizes 1 1 1 0\narc 1 0\n", "a coordinate" },
		{ "origin x\nsizes 1 1 1 0\narc 1 0 18001\n", "not on the earth" },
		{ "origin x\nsizes 1 1 1 0\narc 1 0 0 0\n", "there is more" },
		{ "origin x\nsizes 1 1 1 0\narc 1 0 0\narc 1 0 0\n", "an arc more" },
		{ "origin x\nsizes 1 1 1 0\narc 1 0 0\n", "the file ends" },
		{ "origin x\nsizes 1 1 2 0\narc 1 0 0\ncountry BB 1 0\ncountry AA 1 0\n", "order" },
		{ "origin x\nsizes 1 1 1 0\narc 1 0 0\ncountry aa 1 0\n", "its code" },
		{ "origin x\nsizes 1 1 1 0\narc 1 0 0\ncountry AA 1 1\n", "is not there" },
		{ "origin x\nsizes 1 1 1 0\narc 1 0 0\ncountry AA 1 0\ncircle AA 1 1 1\n", "a circle" },
		{ "origin x\nsizes 1 1 1 1\narc 1 0 0\ncountry AA 1 0\ncircle AA 91 1 1\n", "a circle" },
		{ "origin x\nsizes 1 1 1 0\nriver 1\n", "unknown word" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct outlines *out;
		struct why why = { .err = ERR_OK };

		assert_int_equal(read_text(wrong[i].text, &out, &why), ERR_INVALID);
		assert_null(out);
		if (strstr(why.text, wrong[i].says) == NULL)
			fail_msg("%zu: %s", i, why.text);
	}
	for (size_t len = 0; len + 1 < sizeof(small) - 1; len++) {
		struct outlines *out;
		struct why why = { .err = ERR_OK };

		/* Cut within its last number it is another, whole file. */
		if (outlines_read(bytes_of(small, len), &out, &why) == ERR_OK)
			assert_true(len >= sizeof(small) - 4);
		outlines_free(out);
	}
}

/* A point of a country and up to four vantages as far from it as they say: it stays possible. */
static void
test_meet_never_where_it_is(void **unused)
{
	bool possible[OUTLINE_COUNTRIES_MAX];
	unsigned left = 0;

	(void)unused;
	for (int i = 0; i < 3; i++) {
		const struct outline_country *one;
		const struct outline_point *point;
		struct disc disc[4];
		struct place at;
		size_t discs = (size_t)chosen(1, 4), country_at;

		do
			country_at = (size_t)chosen(0, (int64_t)outlines_count(world) - 1);
		while (world->country[country_at].arcs == 0);
		one = &world->country[country_at];
		point = world->arc[one->arc[chosen(0, one->arcs - 1)]].point;
		at = (struct place){ (int64_t)point->y * OUTLINE_STEP_UDEG,
		    (int64_t)point->x * OUTLINE_STEP_UDEG };
		for (size_t k = 0; k < discs; k++) {
			disc[k].centre = somewhere();
			if (k % 2 == 0)
				disc[k].centre = (struct place){ at.latitude_udeg * 9 / 10,
				    at.longitude_udeg * 19 / 20 };
			disc[k].km = ceil(place_distance_least(disc[k].centre, at));
		}
		outlines_meet(world, disc, discs, possible);
		if (!possible[country_at])
			fail_msg("%s has a place within all %zu discs", one->code, discs);
		for (size_t k = 0; k < outlines_count(world); k++)
			left += possible[k];
	}
	assert_true(left < 3 * outlines_count(world) * 3 / 4);
}

/* Either disc reaches the country, and no place of the earth is within both. */
static void
test_meet_excludes_more(void **unused)
{
	struct disc disc[2] = { { { 500000, -10000000 }, 6335.4 * 9.75 * M_PI / 180 },
	    { { 500000, 11000000 }, 6335.4 * 9.75 * M_PI / 180 } };
	struct outlines *one;
	struct why why = { .err = ERR_OK };
	bool possible[2];

	(void)unused;
	assert_int_equal(read_text(small, &one, &why), ERR_OK);
	outlines_meet(one, &disc[0], 1, possible);
	assert_true(possible[0] && !possible[1]);
	outlines_meet(one, &disc[1], 1, possible);
	assert_true(possible[0] && !possible[1]);
	outlines_meet(one, disc, 2, possible);
	assert_false(possible[0]);
	disc[1].km += 200;
	outlines_meet(one, disc, 2, possible);
	assert_true(possible[0]);
	outlines_free(one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_between_least_and_most),
		cmocka_unit_test(test_against_every_point),
		cmocka_unit_test(test_known_places),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_meet_never_where_it_is),
		cmocka_unit_test(test_meet_excludes_more),
	};

	return cmocka_run_group_tests(tests, world_read, world_free);
}
