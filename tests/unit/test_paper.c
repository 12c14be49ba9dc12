/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The paper model and its printers: hostile texts steer nothing, marks cannot be overlooked,
 * bounds hold, JSON comes back as it went, and what is no paper is refused with where and why.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>

#include "monitor/base/limits.h"
#include "reports/filing_memory.h"
#include "reports/filing_page.h"
#include "reports/paper_widths.h"
#include "tests/unit/html_check.h"
#include "tests/unit/paper_sample.h"

typedef void (*print_fn)(const struct paper *, struct buffer *);

static struct buffer
printed(const struct paper *paper, print_fn print)
{
	struct buffer out = { .max = 0 };

	print(paper, &out);
	assert_false(out.failed);
	return out;
}

static bool
has(struct buffer *in, const char *what)
{
	return strstr(buffer_text(in), what) != NULL;
}

static void
assert_sound(const struct paper *paper)
{
	struct why why = { .text = "" };

	if (paper_check(paper, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

/* --- text --------------------------------------------------------------------------------- */

static void
test_text_keeps_its_columns(void **state)
{
	struct paper *paper = sample_paper("ja", PAPER_DRAFT, 20);
	struct buffer out = printed(paper, paper_print_text);
	struct bytes rest = bytes_of_buffer(&out);

	(void)state;
	assert_sound(paper);
	while (rest.len > 0) {
		const uint8_t *end = memchr(rest.at, '\n', rest.len);
		struct bytes line = bytes_of(rest.at, (size_t)(end - rest.at));

		assert_non_null(end);
		if (text_columns(line) > PAGE_COLUMNS)
			fail_msg("%u columns: %.*s", text_columns(line), (int)line.len, line.at);
		for (size_t i = 0, len; i < line.len; i += len) {
			len = text_safe_character((const char *)line.at + i, line.len - i);
			assert_true(len > 0);
		}
		rest = bytes_slice(rest, line.len + 1, rest.len);
	}
	assert_true(has(&out, "occurred"));
	assert_true(has(&out, "[H: "));
	assert_true(has(&out, "#1, #5"));
	assert_true(has(&out, "(+2)"));
	assert_true(has(&out, "自社網から"));
	buffer_free(&out);
	paper_free(paper);
}

static void
test_every_line_of_an_exercise_says_so(void **state)
{
	struct paper *paper = sample_paper("ja", PAPER_DRILL, 5);
	struct buffer out = printed(paper, paper_print_text);
	const char *line = buffer_text(&out);
	size_t lines = 0;

	(void)state;
	for (; *line != '\0'; line = strchr(line, '\n') + 1, lines++)
		if (strncmp(line, "DRILL DRILL | ", 14) != 0)
			fail_msg("without its mark: %.60s", line);
	assert_true(lines > 50);
	buffer_free(&out);
	paper_free(paper);
}

static void
test_narrow_tables_are_listed(void **state)
{
	struct paper_column column[PAPER_COLUMNS_MAX];
	struct paper *paper = paper_new("en", "wide");
	struct buffer out;

	(void)state;
	for (int i = 0; i < PAPER_COLUMNS_MAX; i++)
		column[i] = (struct paper_column){ .head = "a head of some length" };
	paper_table(paper, "t", column, PAPER_COLUMNS_MAX);
	paper_row(paper);
	paper_cell(paper, PAPER_BAD, "first");
	paper_cell(paper, PAPER_BAD, "second");
	paper_cell_line(paper, "and more");
	out = printed(paper, paper_print_text);
	assert_true(has(&out, "- a head of some length: first"));
	assert_true(has(&out, "! a head of some length: second"));
	buffer_free(&out);
	paper_free(paper);
	/* Eight that would fit only with their words cut. */
	paper = paper_new("en", "wide");
	paper_table(paper, "t", column, 8);
	paper_row(paper);
	for (int i = 0; i < 8; i++)
		paper_cell(paper, PAPER_PLAIN, i < 2 ? "instance:udr-1" : "as long as others are, too");
	out = printed(paper, paper_print_text);
	assert_true(has(&out, "- a head of some length: instance:udr-1"));
	buffer_free(&out);
	paper_free(paper);
}

/* --- HTML --------------------------------------------------------------------------------- */

static void
test_html_is_sound(void **state)
{
	static const unsigned marks[] = { 0, PAPER_DRAFT, PAPER_DRILL, PAPER_DRILL | PAPER_DRAFT };
	struct html_check *check = memory_new(1, sizeof(*check));

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct paper *paper = sample_paper("ja", marks[i], 20);
		struct buffer out = printed(paper, paper_print_html);

		if (!html_check(check, bytes_of_buffer(&out)))
			fail_msg("%s", check->fault);
		assert_int_equal(has(&out, "DRILL DRILL"), (marks[i] & PAPER_DRILL) != 0);
		assert_true(has(&out, "&lt;b&gt;&amp;"));
		assert_false(has(&out, "<b>"));
		assert_true(has(&out, "<svg "));
		buffer_free(&out);
		paper_free(paper);
	}
	free(check);
}

static void
test_lists_nest(void **state)
{
	struct html_check *check = memory_new(1, sizeof(*check));
	struct paper *paper = paper_new("en", "lists");
	struct buffer out;

	(void)state;
	paper_list(paper, false);
	for (unsigned i = 0; i < 40; i++)
		paper_item(paper, i * 7 % 5, PAPER_PLAIN, "item");
	paper_list(paper, true);
	out = printed(paper, paper_print_html);
	if (!html_check(check, bytes_of_buffer(&out)))
		fail_msg("%s", check->fault);
	buffer_free(&out);
	paper_free(paper);
	free(check);
}

static void
test_svg_file(void **state)
{
	struct drawing *drawing = sample_drawing();
	struct buffer one = { .max = 0 }, two = { .max = 0 };
	struct why why;

	(void)state;
	assert_int_equal(drawing_check(drawing, &why), ERR_OK);
	drawing_print_svg_file(drawing, &one);
	drawing_print_svg_file(drawing, &two);
	assert_true(bytes_equal(bytes_of_buffer(&one), bytes_of_buffer(&two)));
	assert_true(has(&one, "<title id=\"drawing-title\">接続構成図 &lt;1&gt;</title>"));
	assert_true(has(&one, "textLength=\"130\""));
	assert_true(has(&one, "font-size=\"6\""));
	assert_true(has(&one, "url(#drawing-bad)"));
	assert_true(has(&one, "marker-end=\"url(#drawing-bad-end)\""));
	buffer_free(&one);
	buffer_free(&two);
	drawing_free(drawing);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void
test_json_comes_back(void **state)
{
	static const print_fn prints[] = { paper_print_json, paper_print_text, paper_print_html };
	struct paper *paper = sample_paper("ja", PAPER_DRAFT | PAPER_DRILL, 20), *back;
	struct buffer json = printed(paper, paper_print_json);
	struct why why = { .text = "" };

	(void)state;
	if (paper_read_json(bytes_of_buffer(&json), &back, &why) != ERR_OK)
		fail_msg("%s", why.text);
	for (size_t i = 0; i < 3; i++) {
		struct buffer a = printed(paper, prints[i]), b = printed(back, prints[i]);

		assert_true(bytes_equal(bytes_of_buffer(&a), bytes_of_buffer(&b)));
		buffer_free(&a);
		buffer_free(&b);
	}
	buffer_free(&json);
	paper_free(paper);
	paper_free(back);
}

static void
test_cut_json_is_refused(void **state)
{
	struct paper *paper = sample_paper("ja", PAPER_DRILL, 1), *back;
	struct buffer json = printed(paper, paper_print_json);

	(void)state;
	for (size_t len = 0; len + 2 < json.len; len += 13) {
		struct why why = { .text = "" };

		assert_int_not_equal(paper_read_json(bytes_of(json.at, len), &back, &why), ERR_OK);
		assert_null(back);
		assert_true(why.text[0] != '\0');
	}
	buffer_free(&json);
	paper_free(paper);
}

#define HEAD "{\"paper\":1,\"marks\":[],\"language\":\"en\",\"title\":\"t\",\"ledger\":{\"origin\":" \
	"\"o\",\"size\":1,\"root\":\"\",\"as_of\":\"2026-11-20T00:00:00.000Z\"},\"facts\":[]," \
	"\"words\":{\"draft\":\"D\",\"drill\":\"D\",\"draft-meaning\":\"\",\"drill-meaning\":\"\"," \
	"\"contents\":\"\",\"speaks\":\"\",\"note\":\"\",\"warning\":\"\",\"records\":\"\"," \
	"\"figure\":\"\",\"table\":\"\",\"nothing\":\"\"},\"blocks\":["

static void
test_wrong_json_is_refused(void **state)
{
	static const struct { const char *json, *says; enum err err; } wrong[] = {
		{ HEAD "]}", "", ERR_OK },
		{ "[]", "object", ERR_MALFORMED },
		{ "{\"paper\":2}", "version", ERR_UNSUPPORTED },
		{ "{\"paper\":1,\"paper\":1}", "line 1", ERR_MALFORMED },
		{ "{\"paper\":1,\"surprise\":1}", "\"surprise\"", ERR_MALFORMED },
		{ "{\"paper\":1,\"title\":\"t\"}", "\"language\" is missing", ERR_MALFORMED },
		{ HEAD "{\"kind\":\"poem\"}]}", "blocks[0]: \"kind\"", ERR_MALFORMED },
		{ HEAD "7]}", "blocks[0]", ERR_MALFORMED },
		{ HEAD "{\"kind\":\"heading\",\"level\":9,\"text\":\"\"}]}", "\"level\"",
		    ERR_MALFORMED },
		{ HEAD "{\"kind\":\"note\",\"text\":\"\",\"x\":1}]}", "\"x\"", ERR_MALFORMED },
		{ HEAD "{\"kind\":\"table\",\"name\":\"\",\"columns\":[],\"rows\":[]}]}", "columns",
		    ERR_LIMIT },
		{ HEAD "{\"kind\":\"table\",\"name\":\"\",\"columns\":[{\"head\":\"\"}],\"rows\":"
		    "[[1],[\"a\",2]]}]}", "blocks[0] rows[1]", ERR_MALFORMED },
		{ HEAD "{\"kind\":\"table\",\"name\":\"\",\"columns\":[{\"head\":\"\"}],\"rows\":"
		    "[[1.5]]}]}", "blocks[0] rows[0]", ERR_MALFORMED },
		{ HEAD "{\"kind\":\"figure\",\"text\":\"\",\"drawing\":{\"width\":1,\"height\":1,"
		    "\"title\":\"\",\"description\":\"\",\"items\":[{\"kind\":\"begin\",\"text\":"
		    "\"\"}]}}]}", "not ended", ERR_INVALID },
		{ HEAD "{\"kind\":\"figure\",\"text\":\"\",\"drawing\":{\"width\":1,\"height\":0,"
		    "\"title\":\"\",\"description\":\"\",\"items\":[]}}]}", "\"height\"",
		    ERR_MALFORMED },
		{ HEAD "{\"kind\":\"figure\",\"text\":\"\",\"drawing\":{\"width\":1,\"height\":1,"
		    "\"title\":\"\",\"description\":\"\",\"items\":[{\"kind\":\"line\",\"role\":"
		    "\"bad\",\"points\":[1,2],\"size\":1,\"arrows\":0}]}}]}", "1 points",
		    ERR_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct why why = { .text = "" };
		struct paper *paper;
		enum err err = paper_read_json(bytes_of_text(wrong[i].json), &paper, &why);

		if (err != wrong[i].err || strstr(why.text, wrong[i].says) == NULL)
			fail_msg("%zu: %s: %s", i, err_name(err), why.text);
		paper_free(paper);
	}
}

static void
test_unknown_marks_are_refused(void **state)
{
	struct paper *paper = sample_paper("ja", PAPER_DRILL, 1), *back;
	struct buffer json = printed(paper, paper_print_json);
	struct why why = { .text = "" };
	char *at = strstr((char *)(uintptr_t)buffer_text(&json), "\"drill\"");

	(void)state;
	memcpy(at, "\"crime\"", 7);
	assert_int_equal(paper_read_json(bytes_of_buffer(&json), &back, &why), ERR_UNSUPPORTED);
	assert_non_null(strstr(why.text, "mark"));
	buffer_free(&json);
	paper_free(paper);
}

/* --- bounds ------------------------------------------------------------------------------- */

static void
test_bounds(void **state)
{
	static const struct paper_column one[] = { { .head = "x" } };
	struct paper *paper = paper_new("en", "bounds");
	char *large = memory_new(PAPER_TEXT_MAX + 2, 1);
	struct why why = { .text = "" };

	(void)state;
	memset(large, 'x', PAPER_TEXT_MAX + 1);
	paper_paragraph(paper, large);
	assert_int_equal(paper_check(paper, &why), ERR_LIMIT);
	paper_free(paper);

	paper = paper_new("en", "bounds");
	for (int i = 0; i <= PAPER_BLOCKS_MAX; i++)
		paper_break(paper);
	assert_int_equal(paper_check(paper, &why), ERR_LIMIT);
	assert_int_equal(paper->blocks, PAPER_BLOCKS_MAX);
	paper_free(paper);

	paper = paper_new("en", "bounds");
	paper_table(paper, "", one, 1);
	paper_row(paper);
	for (int i = 0; i < PAPER_TEXT_MAX; i++)
		paper_cell_line(paper, "");
	assert_int_equal(paper_check(paper, &why), ERR_LIMIT);
	paper_free(paper);

	paper = paper_new("en", "bounds");
	paper_table(paper, "", one, 1);
	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, "a");
	paper_cell(paper, PAPER_PLAIN, "b");
	assert_int_equal(paper_check(paper, &why), ERR_INVALID);
	paper_free(paper);
	free(large);
}

static void
test_drawing_bounds(void **state)
{
	static const struct drawing_point far[] = { { 0, 0 }, { DRAWING_SIDE_MAX + 1, 0 } };
	struct drawing *drawing = drawing_new(10, 10, "d", "");
	struct why why = { .text = "" };

	(void)state;
	drawing_line(drawing, DRAWING_PLAIN, far, 2, 1, ARROW_NONE);
	assert_int_equal(drawing_check(drawing, &why), ERR_LIMIT);
	drawing_free(drawing);
	drawing = drawing_new(DRAWING_SIDE_MAX + 1, 10, "d", "");
	assert_int_equal(drawing_check(drawing, &why), ERR_LIMIT);
	drawing_free(drawing);
	drawing = drawing_new(10, 10, "d", "");
	for (int i = 0; i <= DRAWING_ITEMS_MAX; i++)
		drawing_box(drawing, DRAWING_PLAIN, (struct drawing_point){ 0, 0 }, 1, 1, 0);
	assert_int_equal(drawing_check(drawing, &why), ERR_LIMIT);
	drawing_free(drawing);
	drawing = drawing_new(10, 10, "d", "");
	for (int i = 0; i <= DRAWING_DEPTH_MAX; i++)
		drawing_begin(drawing, "");
	assert_int_equal(drawing_check(drawing, &why), ERR_LIMIT);
	drawing_free(drawing);
}

static void
test_widths(void **state)
{
	struct paper_column column[3] = { { .head = "" }, { .head = "" }, { .head = "" } };
	struct paper_table table = { .column = column, .columns = 3 };
	static const uint32_t natural[] = { 4, 100, 50 };
	uint32_t width[3];

	(void)state;
	paper_widths(&table, natural, 200, false, width);
	assert_int_equal(width[0] + width[1] + width[2], 154);
	paper_widths(&table, natural, 200, true, width);
	assert_int_equal(width[0] + width[1] + width[2], 200);
	paper_widths(&table, natural, 64, false, width);
	assert_true(width[0] >= 1 && width[0] <= 4 && width[1] > width[2]);
	assert_true(width[0] + width[1] + width[2] <= 64);
	column[1].width = 1;
	column[2].width = 3;
	paper_widths(&table, natural, 64, false, width);
	assert_true(width[2] > width[1] && width[0] == 4);
	paper_widths(&table, natural, 3, true, width);
	assert_true(width[0] == 1 && width[1] == 1 && width[2] == 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_keeps_its_columns),
		cmocka_unit_test(test_every_line_of_an_exercise_says_so),
		cmocka_unit_test(test_narrow_tables_are_listed),
		cmocka_unit_test(test_html_is_sound),
		cmocka_unit_test(test_lists_nest),
		cmocka_unit_test(test_svg_file),
		cmocka_unit_test(test_json_comes_back),
		cmocka_unit_test(test_cut_json_is_refused),
		cmocka_unit_test(test_wrong_json_is_refused),
		cmocka_unit_test(test_unknown_marks_are_refused),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_drawing_bounds),
		cmocka_unit_test(test_widths),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
