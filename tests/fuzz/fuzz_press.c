/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A paper from a stranger, as the press reads it.  Whatever comes, it is refused with a sentence
 * or printed by every format of ours; each printed line keeps its mark, the HTML has no markup of
 * the stranger's, and what is read back from our JSON is printed as the same JSON.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "reports/paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_again(const struct buffer *json)
{
	struct buffer again = { .max = 0 };
	struct why why = { .text = "" };
	struct paper *paper;

	must(paper_read_json(bytes_of_buffer(json), &paper, &why) == ERR_OK);
	paper_print_json(paper, &again);
	must(bytes_equal(bytes_of_buffer(json), bytes_of_buffer(&again)));
	paper_free(paper);
	buffer_free(&again);
}

static void
check_html(struct buffer *html)
{
	const char *text = buffer_text(html);

	must(strlen(text) == html->len);
	must(strstr(text, "<script") == NULL && strstr(text, "<img") == NULL);
}

/* Every line of an exercise begins as the first one does. */
static void
check_lines(const struct paper *paper, struct buffer *text)
{
	const char *line = buffer_text(text);
	size_t mark = strstr(line, " | ") != NULL ? (size_t)(strstr(line, " | ") - line) : 0;

	if (!(paper->marks & PAPER_DRILL))
		return;
	must(mark > 0);
	for (const char *at = line; *at != '\0'; at = strchr(at, '\n') + 1)
		must(strncmp(at, line, mark + 3) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buffer json = { .max = 0 }, text = { .max = 0 }, html = { .max = 0 };
	struct why why = { .text = "" };
	struct paper *paper;

	setlocale(LC_CTYPE, "C.UTF-8");
	if (paper_read_json(bytes_of(data, len), &paper, &why) != ERR_OK) {
		must(paper == NULL && why.text[0] != '\0');
		return 0;
	}
	must(paper_check(paper, &why) == ERR_OK);
	paper_print_json(paper, &json);
	paper_print_text(paper, &text);
	paper_print_html(paper, &html);
	check_again(&json);
	check_html(&html);
	check_lines(paper, &text);
	paper_free(paper);
	buffer_free(&json);
	buffer_free(&text);
	buffer_free(&html);
	return 0;
}
