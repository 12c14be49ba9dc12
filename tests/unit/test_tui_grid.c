/* SPDX-License-Identifier: Apache-2.0 */
/* Cells, columns and pages: widths, escapes of hostile text, cutting, fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include "tui/cell.h"
#include "tui/column.h"
#include "tui/grid.h"

static void
expect_page(const struct grid *grid, const char *page)
{
	struct buffer text = { 0 };

	grid_text(grid, &text);
	assert_string_equal(buffer_text(&text), page);
	buffer_free(&text);
}

static void
test_widths(void **state)
{
	(void)state;
	assert_int_equal(cell_width('a'), 1);
	assert_int_equal(cell_width(0x6771), 2);	/* a CJK ideograph */
	assert_int_equal(cell_width(0xff21), 2);	/* fullwidth A */
	assert_int_equal(cell_width(0xff71), 1);	/* halfwidth katakana */
	assert_int_equal(cell_width(0x2500), 1);	/* ambiguous: taken as narrow */
	assert_int_equal(cell_width(0x3099), 0);	/* combining voiced sound mark */
	assert_int_equal(cell_width(0x1b), -1);
	assert_int_equal(cell_width(0x9b), -1);		/* CSI as one C1 control */
	assert_int_equal(cell_width(0x202e), -1);	/* right-to-left override */
	assert_int_equal(cell_width(0x200b), -1);
	assert_int_equal(cell_width(0x110000), -1);
}

static void
test_escapes(void **state)
{
	struct grid grid = { 0 };
	struct strip strip;

	(void)state;
	grid_resize(&grid, 4, 30);
	strip = strip_of(&grid, 0);
	strip_text(&strip, STYLE_NORMAL, "a\033[2Jb\nc\x7f");
	strip = strip_of(&grid, 1);
	strip_text(&strip, STYLE_NORMAL, "\xff\xe6\x9d z\xc0\x80");
	strip = strip_of(&grid, 2);
	strip_text(&strip, STYLE_NORMAL, "x\xe2\x80\xaey \xc2\x9b");
	strip = strip_of(&grid, 3);
	strip_bytes(&strip, STYLE_NORMAL, (struct bytes){ (const uint8_t *)"n\0n", 3 });
	expect_page(&grid, "a\\x1b[2Jb\\x0ac\\x7f\n\\xff\\xe6\\x9d z\\xc0\\x80\n"
	    "x\\u{202e}y \\u{9b}\nn\\x00n\n");
	grid_free(&grid);
}

/* A wide character is never drawn in half, and what is cut says so. */
static void
test_cutting(void **state)
{
	struct grid grid = { 0 };
	struct strip strip;

	(void)state;
	grid_resize(&grid, 5, 7);
	strip = strip_of(&grid, 0);
	strip_text(&strip, STYLE_NORMAL, "abcdefg");
	strip = strip_of(&grid, 1);
	strip_text(&strip, STYLE_NORMAL, "abcdefgh");
	strip = strip_of(&grid, 2);
	strip_text(&strip, STYLE_NORMAL, "東京関守所");
	strip = strip_of(&grid, 3);
	strip_text(&strip, STYLE_NORMAL, "東京関");
	strip_text(&strip, STYLE_NORMAL, "守");
	strip = strip_of(&grid, 4);
	strip_text(&strip, STYLE_NORMAL, "か\xe3\x82\x99g");
	expect_page(&grid, "abcdefg\nabcdef~\n東京関~\n東京関~\nか\xe3\x82\x99g\n");
	assert_int_equal(grid.cell[4 * 7].mark, 0x3099);
	assert_int_equal(grid.cell[4 * 7 + 2].code, 'g');
	grid_free(&grid);
}

static void
test_outside(void **state)
{
	struct grid grid = { 0 };
	struct strip strip;

	(void)state;
	grid_resize(&grid, 1, 1);
	strip = strip_of(&grid, 7);
	strip_text(&strip, STYLE_NORMAL, "never seen");
	strip = strip_of(&grid, 0);
	strip_to(&strip, 99);
	strip_text(&strip, STYLE_NORMAL, "x");
	strip_right(&strip, STYLE_NORMAL, "too long");
	strip = strip_of(&grid, 0);
	strip_text(&strip, STYLE_NORMAL, "\xe3\x82\x99");
	strip_text(&strip, STYLE_NORMAL, "東");
	grid_select(&grid, 9);
	expect_page(&grid, "~\n");
	grid_resize(&grid, 0, 0);
	strip = strip_of(&grid, 0);
	strip_text(&strip, STYLE_NORMAL, "x");
	expect_page(&grid, "");
	grid_free(&grid);
}

static void
test_fields(void **state)
{
	struct grid grid = { 0 };
	struct strip strip;

	(void)state;
	grid_resize(&grid, 3, 20);
	strip = strip_of(&grid, 0);
	strip_field(&strip, 6, ALIGN_LEFT, STYLE_NORMAL, "ab");
	strip_field(&strip, 6, ALIGN_RIGHT, STYLE_NORMAL, "東京");
	strip_text(&strip, STYLE_NORMAL, "|");
	strip = strip_of(&grid, 1);
	strip_field(&strip, 4, ALIGN_RIGHT, STYLE_NORMAL, "東京関");
	strip_text(&strip, STYLE_NORMAL, "|");
	strip_right(&strip, STYLE_NORMAL, "end");
	strip = strip_of(&grid, 2);
	strip_to(&strip, 18);
	strip_field(&strip, 9, ALIGN_RIGHT, STYLE_NORMAL, "clipped");
	expect_page(&grid, "ab      東京|\n東~ |            end\n                  c~\n");
	grid_free(&grid);
}

static void
test_columns(void **state)
{
	static const struct column table[] = {
		{ .title = "A", .width = 4 },
		{ .title = "B", .width = 3, .from = 40 },
		{ .title = "C", .width = 5, .grow = 1, .most = 8 },
		{ .title = "D", .width = 5, .grow = 1 },
	};
	struct columns narrow = columns_fit(table, 4, 1, 20), wide = columns_fit(table, 4, 1, 60);

	(void)state;
	assert_int_equal(narrow.width[1], 0);
	assert_int_equal(1 + narrow.width[0] + 1 + narrow.width[2] + 1 + narrow.width[3], 20);
	assert_int_equal(wide.width[1], 3);
	assert_int_equal(wide.width[2], 8);
	assert_int_equal(1 + 4 + 1 + 3 + 1 + 8 + 1 + wide.width[3], 60);
	assert_true(wide.width[3] > 30);
}

static void
test_palettes(void **state)
{
	enum palette palette;

	(void)state;
	assert_true(palette_by_name("colourblind", &palette));
	assert_int_equal(palette, PALETTE_COLOURBLIND);
	assert_false(palette_by_name("pink", &palette));
	for (unsigned i = 0; i < STYLE_COUNT; i++) {
		assert_int_equal(palette_paint(PALETTE_MONO, (enum style)i, 256).colour, -1);
		assert_int_equal(palette_paint(PALETTE_DEFAULT, (enum style)i, 0).colour, -1);
		assert_true(palette_paint(PALETTE_DEFAULT, (enum style)i, 8).colour < 8);
	}
	/* Not live and silent must not depend on colour. */
	assert_true(palette_paint(PALETTE_MONO, STYLE_REPLAY, 0).attributes & PAINT_REVERSE);
	assert_true(palette_paint(PALETTE_MONO, STYLE_ALARM, 0).attributes & PAINT_REVERSE);
	/* Up and down are told apart by those who do not see red and green. */
	assert_int_not_equal(palette_paint(PALETTE_COLOURBLIND, STYLE_UP, 8).colour, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_widths), cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_cutting), cmocka_unit_test(test_outside),
		cmocka_unit_test(test_fields), cmocka_unit_test(test_columns),
		cmocka_unit_test(test_palettes),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests_name("tui_grid", tests, NULL, NULL);
}
