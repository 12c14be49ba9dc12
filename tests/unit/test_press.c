/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The press on real papers, Japanese and English, looked at with other people's tools: tagged,
 * fonts embedded, text there, every page marked, the same octets twice; and what it refuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/base/limits.h"
#include "reports/press_run.h"
#include "tests/unit/paper_sample.h"

static char program[PATH_TEXT_MAX + 32], folder[] = "/tmp/press-XXXXXX";

static int
begin(void **state)
{
	char path[PATH_TEXT_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	(void)state;
	if (len <= 0 || mkdtemp(folder) == NULL)
		return -1;
	path[len] = '\0';
	*strrchr(path, '/') = '\0';
	snprintf(program, sizeof(program), "%s/../../sekimori-press", path);
	return 0;
}

/* What a shell command says, and its exit code. */
static int
ran(struct buffer *said, const char *fmt, ...)
{
	char command[3 * PATH_TEXT_MAX], octets[4096];
	va_list args;
	FILE *pipe;
	size_t got;
	int status;

	va_start(args, fmt);
	vsnprintf(command, sizeof(command), fmt, args);
	va_end(args);
	buffer_reset(said);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while ((got = fread(octets, 1, sizeof(octets), pipe)) > 0)
		buffer_put(said, octets, got);
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
end(void **state)
{
	struct buffer said = { .max = 0 };

	(void)state;
	ran(&said, "rm -r %s", folder);
	buffer_free(&said);
	return 0;
}

static void
needs(const char *tool)
{
	struct buffer said = { .max = 0 };
	int code = ran(&said, "command -v %s", tool);

	buffer_free(&said);
	if (code != 0)
		skip();
}

static bool
has(struct buffer *in, const char *what)
{
	return strstr(buffer_text(in), what) != NULL;
}

static struct buffer
pressed(const struct paper *paper, const char *format)
{
	struct buffer out = { .max = 0 };
	struct why why = { .text = "" };

	if (press_run_by(program, paper, format, &out, &why) != ERR_OK)
		fail_msg("%s", why.text);
	return out;
}

/* The paper as a file of that name in the folder. */
static void
save(struct paper *paper, const char *format, const char *name)
{
	struct buffer out = pressed(paper, format);
	char path[PATH_TEXT_MAX];
	struct why why;

	assert_true(file_path(path, sizeof(path), folder, name));
	assert_int_equal(file_write(path, bytes_of_buffer(&out), 0600, &why), ERR_OK);
	buffer_free(&out);
	paper_free(paper);
}

/* --- PDF ---------------------------------------------------------------------------------- */

static void
test_same_octets_twice(void **state)
{
	static const char *const formats[] = { "pdf", "xlsx" };
	struct paper *paper = sample_paper("ja", PAPER_DRILL, 40);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buffer one = pressed(paper, formats[i]), two;

		/* Whatever has a clock in seconds would differ. */
		sleep(1);
		two = pressed(paper, formats[i]);
		assert_true(one.len > 4096);
		assert_true(bytes_equal(bytes_of_buffer(&one), bytes_of_buffer(&two)));
		buffer_free(&one);
		buffer_free(&two);
	}
	paper_free(paper);
}

static void
test_pdf_is_tagged(void **state)
{
	struct buffer said = { .max = 0 };

	(void)state;
	needs("pdfinfo");
	save(sample_paper("ja", PAPER_DRAFT, 20), "pdf", "tagged.pdf");
	assert_int_equal(ran(&said, "pdfinfo -isodates %s/tagged.pdf", folder), 0);
	assert_true(has(&said, "重大な事故の報告（詳報）"));
	assert_true(has(&said, "Tagged:          yes"));
	assert_true(has(&said, "2026-11-18T11:06:40Z"));
	assert_true(has(&said, "(A4)"));
	assert_int_equal(ran(&said, "pdfinfo -struct-text %s/tagged.pdf", folder), 0);
	assert_true(has(&said, "H1"));
	assert_true(has(&said, "H2 (block)"));
	assert_true(has(&said, "/Scope /Column"));
	assert_true(has(&said, "/Scope /Row"));
	assert_true(has(&said, "LBody"));
	buffer_free(&said);
}

static void
test_pdf_says_its_language(void **state)
{
	struct buffer said = { .max = 0 };

	(void)state;
	needs("qpdf");
	save(sample_paper("en", 0, 2), "pdf", "language.pdf");
	assert_int_equal(ran(&said, "qpdf --check %s/language.pdf 2>&1", folder), 0);
	assert_int_equal(ran(&said, "qpdf --json=2 --json-key=qpdf %s/language.pdf", folder), 0);
	assert_true(has(&said, "\"/Lang\": \"u:en\""));
	assert_true(has(&said, "自社網から事業者 A"));	/* what the figure shows */
	assert_true(has(&said, "\"/DisplayDocTitle\": true"));
	assert_true(has(&said, "\"/Outlines\""));
	buffer_free(&said);
}

static void
test_fonts_are_embedded(void **state)
{
	struct buffer said = { .max = 0 }, hash = { .max = 0 };
	char *line;

	(void)state;
	needs("pdffonts");
	save(sample_paper("ja", PAPER_DRILL, 20), "pdf", "fonts.pdf");
	assert_int_equal(ran(&said, "pdffonts %s/fonts.pdf | tail -n +3", folder), 0);
	assert_true(has(&said, "BIZUDPGothic-Bold"));
	/* A hash that is broken over two lines is whole when it is copied. */
	assert_int_equal(ran(&hash, "pdftotext -raw %s/fonts.pdf - | tr -d '\\n'", folder), 0);
	assert_true(has(&hash,
	    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
	buffer_free(&hash);
	line = (char *)(uintptr_t)buffer_text(&said);
	for (char *one = strtok(line, "\n"); one != NULL; one = strtok(NULL, "\n"))
		if (strstr(one, "yes yes yes") == NULL)
			fail_msg("not embedded: %s", one);
	buffer_free(&said);
}

static void
test_every_page_is_marked_and_numbered(void **state)
{
	struct buffer said = { .max = 0 };
	unsigned page = 0, pages;
	char *rest, *next, number[32], close_by[32];

	(void)state;
	needs("pdftotext");
	save(sample_paper("ja", PAPER_DRILL, 60), "pdf", "pages.pdf");
	assert_int_equal(ran(&said, "pdftotext -layout %s/pages.pdf -", folder), 0);
	assert_true(has(&said, "電気通信事業法第 28 条及び同法施行規則"));
	assert_true(has(&said, "接続構成図"));
	assert_true(has(&said, "<b>&\"'\\x1b[31m\\u{202e}gnp"));
	rest = (char *)(uintptr_t)buffer_text(&said);
	pages = 0;
	for (char *at = rest; (at = strchr(at, '\f')) != NULL; at++)
		pages++;
	assert_true(pages > 4);
	for (; (next = strchr(rest, '\f')) != NULL; rest = next + 1) {
		*next = '\0';
		snprintf(number, sizeof(number), "%u / %u", ++page, pages);
		snprintf(close_by, sizeof(close_by), "%u/%u", page, pages);
		if (strstr(rest, "DRILL") == NULL ||
		    (strstr(rest, number) == NULL && strstr(rest, close_by) == NULL))
			fail_msg("page %u lacks its mark or number: %.200s", page, rest);
		/* The head of the table on every page it goes on. */
		if (strstr(rest, "target:amf-1-tls") != NULL && strstr(rest, "根拠") == NULL)
			fail_msg("page %u lacks the heads of the table", page);
	}
	buffer_free(&said);
}

static void
test_long_texts_break_over_pages(void **state)
{
	static const struct paper_column two[] = { { .head = "短" }, { .head = "長" } };
	struct paper *paper = paper_new("ja", "長い文章");
	struct buffer said = { .max = 0 }, text = { .max = 0 };
	size_t found = 0;

	(void)state;
	needs("pdftotext");
	for (int i = 0; i < 900; i++)
		buffer_print(&text, "第%d項は、利用者の通信の秘密を侵さない。", i);
	paper_paragraph(paper, buffer_text(&text));
	paper_table(paper, "表", two, 2);
	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, "一");
	paper_cell(paper, PAPER_BAD, buffer_text(&text));
	save(paper, "pdf", "long.pdf");
	assert_int_equal(ran(&said, "pdftotext -raw %s/long.pdf - | tr -d '\\n'", folder), 0);
	/* Nothing is lost at a break: each clause is there twice. */
	for (int i = 100; i < 900; i += 7) {
		char clause[32];

		snprintf(clause, sizeof(clause), "第%d項", i);
		for (const char *at = buffer_text(&said); (at = strstr(at, clause)) != NULL; at++)
			found++;
	}
	/* A break of a line within the number itself is not seen by this. */
	assert_true(found >= 2 * 115 - 6 && found <= 2 * 115);
	buffer_free(&said);
	buffer_free(&text);
}

/* --- what is refused ---------------------------------------------------------------------- */

static void
test_missing_glyph_is_named(void **state)
{
	struct paper *paper = sample_paper("ja", 0, 1);
	static const struct paper_column two[] = { { .head = "a" }, { .head = "b" } };
	struct buffer out = { .max = 0 };
	struct why why = { .text = "" };

	(void)state;
	paper_heading(paper, 2, "外字の表");
	paper_table(paper, "t", two, 2);
	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, "x");
	paper_cell(paper, PAPER_PLAIN, "氏名 \xf4\x8f\xbc\x81");	/* U+10FF01: for private use */
	assert_int_equal(press_run_by(program, paper, "pdf", &out, &why), ERR_REFUSED);
	if (strstr(why.text, "U+10FF01") == NULL || strstr(why.text, "外字の表") == NULL ||
	    strstr(why.text, "row 1, column 2") == NULL)
		fail_msg("%s", why.text);
	assert_int_equal(out.len, 0);
	paper_free(paper);
}

static void
test_missing_glyph_in_a_figure(void **state)
{
	struct paper *paper = paper_new("ja", "図");
	struct drawing *drawing = drawing_new(100, 100, "d", "");
	struct buffer out = { .max = 0 };
	struct why why = { .text = "" };

	(void)state;
	drawing_text(drawing, (struct drawing_point){ 1, 20 }, ANCHOR_START, 9, 0,
	    "\xf4\x8f\xbc\x81");
	paper_figure(paper, drawing, "");
	assert_int_equal(press_run_by(program, paper, "pdf", &out, &why), ERR_REFUSED);
	assert_non_null(strstr(why.text, "U+10FF01"));
	paper_free(paper);
}

static void
test_not_installed(void **state)
{
	struct paper *paper = paper_new("en", "t");
	struct buffer out = { .max = 0 };
	struct why why = { .text = "" };

	(void)state;
	assert_int_equal(press_run_by("/nonexistent/sekimori-press", paper, "pdf", &out, &why),
	    ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "--format html"));
	assert_int_equal(press_run_by("/bin/false", paper, "pdf", &out, &why), ERR_REFUSED);
	paper_free(paper);
}

static void
test_wrong_input_is_told(void **state)
{
	static const struct { const char *input, *format, *says; int code; } wrong[] = {
		{ "", "pdf", "no document", 1 },
		{ "{\"paper\":1", "xlsx", "line 1", 1 },
		{ "{\"paper\":9}", "pdf", "version", 1 },
		{ "{}", "gif", "usage", 2 },
	};
	struct buffer said = { .max = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_int_equal(ran(&said, "printf '%s' | %s %s 2>&1", wrong[i].input, program,
		    wrong[i].format), wrong[i].code);
		if (!has(&said, wrong[i].says))
			fail_msg("%zu: %s", i, buffer_text(&said));
	}
	buffer_free(&said);
}

/* Before it reads a single octet. */
static void
test_it_is_confined(void **state)
{
	struct buffer said = { .max = 0 };

	(void)state;
	assert_int_equal(ran(&said, "cd %s && mkfifo wait && { %s pdf < wait 2>/dev/null & pid=$!; "
	    "exec 3> wait; for i in 1 2 3 4 5 6 7 8 9; do sleep 0.3; grep -q 'Seccomp:.2' "
	    "/proc/$pid/status && break; done; grep -E 'Seccomp:|NoNewPrivs:' /proc/$pid/status; "
	    "exec 3>&-; wait $pid; echo code $?; }", folder, program), 0);
	assert_true(has(&said, "NoNewPrivs:\t1"));
	assert_true(has(&said, "Seccomp:\t2"));
	assert_true(has(&said, "code 1"));
	buffer_free(&said);
}

/* --- XLSX --------------------------------------------------------------------------------- */

static void
test_xlsx_has_texts_and_no_formulas(void **state)
{
	static const struct paper_column three[] = { { .head = "=1+1" }, { .head = "n" },
		{ .head = "+cmd|' /C calc'!A0" } };
	struct paper *paper = sample_paper("ja", PAPER_DRILL, 5);
	struct buffer said = { .max = 0 };

	(void)state;
	needs("unzip");
	paper_table(paper, "管理策の判定", three, 3);	/* a name that is taken */
	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, "=HYPERLINK(\"http://x\")");
	paper_cell_number(paper, INT64_C(9007199254740993));
	paper_cell(paper, PAPER_PLAIN, "_x0041_");
	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, "@SUM(1)");
	paper_cell_number(paper, -42);
	save(paper, "xlsx", "book.xlsx");
	assert_int_equal(ran(&said, "unzip -p %s/book.xlsx 'xl/worksheets/*.xml'", folder), 0);
	assert_false(has(&said, "<f>"));
	assert_false(has(&said, "hyperlink"));
	assert_true(has(&said, "<v>-42</v>"));
	assert_false(has(&said, "900719925474099<"));
	assert_true(has(&said, "DRILL"));	/* on every printed page */
	assert_int_equal(ran(&said, "unzip -p %s/book.xlsx xl/sharedStrings.xml", folder), 0);
	assert_true(has(&said, "=HYPERLINK(\"http://x\")"));
	assert_true(has(&said, "9007199254740993"));
	assert_true(has(&said, "_x005F_x0041_"));
	assert_int_equal(ran(&said, "unzip -p %s/book.xlsx xl/workbook.xml", folder), 0);
	assert_true(has(&said, "name=\"管理策の判定\""));
	assert_true(has(&said, "name=\"管理策の判定 (2)\""));
	buffer_free(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_octets_twice),
		cmocka_unit_test(test_pdf_is_tagged),
		cmocka_unit_test(test_pdf_says_its_language),
		cmocka_unit_test(test_fonts_are_embedded),
		cmocka_unit_test(test_every_page_is_marked_and_numbered),
		cmocka_unit_test(test_long_texts_break_over_pages),
		cmocka_unit_test(test_missing_glyph_is_named),
		cmocka_unit_test(test_missing_glyph_in_a_figure),
		cmocka_unit_test(test_not_installed),
		cmocka_unit_test(test_wrong_input_is_told),
		cmocka_unit_test(test_it_is_confined),
		cmocka_unit_test(test_xlsx_has_texts_and_no_formulas),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, begin, end);
}
