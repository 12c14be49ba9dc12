/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps in characters: known dots where a coast and a circle must be, what lies outside is not
 * drawn, marks cover, plain letters where there is no braille, and the real outlines show Japan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/outline.h"
#include "tui/map.h"

static const struct map_point tokyo = { 35681000, 139767000 };

static void
page(const struct map *map, unsigned lines, unsigned columns, struct buffer *out)
{
	struct grid grid = { 0 };

	grid_resize(&grid, lines, columns);
	for (unsigned i = 0; i < lines; i++) {
		struct strip strip = strip_of(&grid, i);

		map_line(map, i, &strip);
	}
	grid_text(&grid, out);
	grid_free(&grid);
}

static void
outlines_of(const char *text, struct outlines **out)
{
	struct why why = { .err = ERR_OK };

	if (outlines_read(bytes_of_text(text), out, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

/* Out along the equator and back a step north of it: the third and second row of dots. */
static void
test_line(void **state)
{
	static const char file[] = "origin a test\nsizes 1 4 1 0\n"
	    "arc 4 -2000 0 4000 0 0 1 -4000 0\ncountry AA 1 0\n";
	struct outlines *outlines;
	struct buffer out = { .max = 0 };
	struct map *map;

	(void)state;
	outlines_of(file, &outlines);
	map = map_make(outlines, (struct map_frame){ 0, 0, 4 }, 3, 10, NULL, 0, NULL, 0);
	page(map, 3, 10, &out);
	/* 4 degrees a line are one a dot: ten degrees to each side are ten dots, five characters. */
	assert_string_equal(buffer_text(&out), "\n⠶⠶⠶⠶⠶⠶⠶⠶⠶⠶\n\n");
	map_free(map);
	buffer_reset(&out);
	map = map_make(outlines, (struct map_frame){ 0, 100, 4 }, 3, 10, NULL, 0, NULL, 0);
	page(map, 3, 10, &out);
	assert_string_equal(buffer_text(&out), "\n\n\n");
	map_free(map);
	outlines_free(outlines);
	buffer_free(&out);
}

/* Dots of the circle are at its distance from the centre, all around it. */
static void
test_circle(void **state)
{
	struct map_circle circle = { { 0, 0 }, 1000 };
	struct map_mark mark = { { 0, 0 }, "東京", STYLE_STRONG };
	struct buffer out = { .max = 0 };
	struct map *map;
	unsigned around = 0;

	(void)state;
	map = map_make(NULL, (struct map_frame){ 0, 0, 4 }, 9, 20, &circle, 1, &mark, 1);
	page(map, 9, 20, &out);
	assert_non_null(strstr(buffer_text(&out), "東京"));
	map_free(map);
	for (const char *at = buffer_text(&out); *at != '\0'; at++)
		around += (uint8_t)*at == 0xe2;
	assert_in_range(around, 12, 40);
	buffer_reset(&out);
	circle.km = 30000;
	map = map_make(NULL, (struct map_frame){ 0, 0, 4 }, 9, 20, &circle, 1, NULL, 0);
	page(map, 9, 20, &out);
	assert_string_equal(buffer_text(&out), "\n\n\n\n\n\n\n\n\n");
	map_free(map);
	buffer_free(&out);
}

/* Over the date line, to the pole, nearer and farther: always a frame on the earth. */
static void
test_move(void **state)
{
	struct map_frame frame = { 35, 137, 2 };

	(void)state;
	for (int i = 0; i < 50; i++)
		frame = map_move(frame, 0, 40, 0);
	assert_true(frame.longitude >= -180 && frame.longitude <= 180);
	for (int i = 0; i < 50; i++)
		frame = map_move(frame, -10, 0, 1);
	assert_true(frame.latitude <= 80 && frame.degrees >= 0.1);
	for (int i = 0; i < 50; i++)
		frame = map_move(frame, 30, 0, -1);
	assert_true(frame.latitude >= -80 && frame.degrees <= 12);
	assert_true(isfinite(frame.longitude));
}

static void
test_japan(void **state)
{
	static const char file[] = "monitor/state/shapes/countries.outline";
	struct buffer octets = { .max = OUTLINE_FILE_MAX }, out = { .max = 0 };
	struct map_circle circle = { tokyo, 500 };
	struct map_mark mark = { tokyo, "Tokyo", STYLE_STRONG };
	struct outlines *outlines;
	struct why why = { .err = ERR_OK };
	struct map *map;

	(void)state;
	assert_int_equal(file_read(file, OUTLINE_FILE_MAX, &octets, &why), ERR_OK);
	assert_int_equal(outlines_read(bytes_of_buffer(&octets), &outlines, &why), ERR_OK);
	map = map_make(outlines, (struct map_frame){ 36, 137, 1.6 }, 14, 78, &circle, 1, &mark, 1);
	page(map, 14, 78, &out);
	if (getenv("MAP_SHOW") != NULL)
		print_message("%s", buffer_text(&out));
	assert_non_null(strstr(buffer_text(&out), "Tokyo"));
	map_free(map);
	setenv("LC_ALL", "C", 1);
	i18n_open("en");
	buffer_reset(&out);
	map = map_make(outlines, (struct map_frame){ 36, 137, 1.6 }, 14, 78, &circle, 1, &mark, 1);
	page(map, 14, 78, &out);
	if (getenv("MAP_SHOW") != NULL)
		print_message("%s", buffer_text(&out));
	for (size_t i = 0; i < out.len; i++)
		assert_true(out.at[i] < 0x80);
	assert_non_null(strchr(buffer_text(&out), 'o'));
	assert_non_null(strchr(buffer_text(&out), '.'));
	map_free(map);
	setenv("LC_ALL", "C.UTF-8", 1);
	i18n_open("en");
	assert_false(map_plain());
	outlines_free(outlines);
	buffer_free(&octets);
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line), cmocka_unit_test(test_circle),
		cmocka_unit_test(test_move), cmocka_unit_test(test_japan),
	};

	setenv("LC_ALL", "C.UTF-8", 1);
	i18n_open("en");
	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
