/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table in plain text: columns side by side with their texts wrapped; where they would be too
 * narrow to read, each row as a list of its cells under their heads.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "reports/filing_page.h"
#include "reports/paper_part.h"
#include "reports/paper_text.h"
#include "reports/paper_widths.h"

enum { GAP = 2, COLUMN_LEAST = 8 };

/* --- widths ------------------------------------------------------------------------------- */

static void
widen(void *arg, struct bytes line, bool first)
{
	uint32_t *most = arg, columns = text_columns(line);

	(void)first;
	*most = columns > *most ? columns : *most;
}

static const char *
mark_of(const struct paper_cell *cell)
{
	return cell->tone == PAPER_BAD && cell->text[0] != '\0' ? "! " : "";
}

static void
natural_widths(const struct paper_table *table, uint32_t *natural)
{
	for (uint32_t c = 0; c < table->columns; c++) {
		natural[c] = text_columns(bytes_of_text(table->column[c].head));
		for (uint32_t r = 0; r < table->rows; r++) {
			const struct paper_cell *cell = paper_cell_at(table, r, c);
			uint32_t most = 0;

			paper_lines(cell->text, widen, &most);
			most += (uint32_t)strlen(mark_of(cell));
			natural[c] = most > natural[c] ? most : natural[c];
		}
	}
}

/* --- side by side ------------------------------------------------------------------------- */

struct wrapping { struct buffer *out; const char *mark; uint32_t width; };

static void
wrap_line(void *arg, struct bytes line, bool first)
{
	struct wrapping *w = arg;
	unsigned indent = (unsigned)strlen(w->mark);

	if (first)
		buffer_put_text(w->out, w->mark);
	else
		text_blanks(w->out, indent);
	page_wrap_within(w->out, w->width, indent, indent, line);
}

/* The next line of a wrapped cell. */
static struct bytes
next_line(struct bytes *rest)
{
	const uint8_t *end = rest->len > 0 ? memchr(rest->at, '\n', rest->len) : NULL;
	struct bytes line = *rest;

	if (end != NULL)
		line.len = (size_t)(end - rest->at);
	*rest = bytes_slice(*rest, line.len + (end != NULL), rest->len);
	return line;
}

/* Cells of a row that are already wrapped, line by line. */
static void
put_lines(const struct paper_table *table, const uint32_t *width, struct bytes *cell,
    struct buffer *out)
{
	bool more = true;

	while (more && !out->failed) {
		size_t start = out->len;
		unsigned owed = 0;

		more = false;
		for (uint32_t c = 0; c < table->columns; c++) {
			struct bytes line = next_line(&cell[c]);
			unsigned columns = text_columns(line);
			unsigned pad = columns < width[c] ? width[c] - columns : 0;
			unsigned before = table->column[c].align == PAPER_RIGHT ? pad :
			    table->column[c].align == PAPER_CENTER ? pad / 2 : 0;

			if (line.len > 0) {
				text_blanks(out, owed + before);
				buffer_put(out, line.at, line.len);
				owed = pad - before + GAP;
			} else {
				owed += width[c] + GAP;
			}
			more |= cell[c].len > 0;
		}
		if (out->len > start || !more)
			buffer_put_u8(out, '\n');
	}
}

static void
put_row(const struct paper_table *table, const uint32_t *width, uint32_t row, bool head,
    struct buffer *out)
{
	struct buffer cell[PAPER_COLUMNS_MAX] = { { .max = 0 } };
	struct bytes rest[PAPER_COLUMNS_MAX];

	for (uint32_t c = 0; c < table->columns; c++) {
		const struct paper_cell *at = head ? NULL : paper_cell_at(table, row, c);
		struct wrapping wrapping = { .out = &cell[c], .width = width[c],
			.mark = head ? "" : mark_of(at) };

		paper_lines(head ? table->column[c].head : at->text, wrap_line, &wrapping);
		rest[c] = bytes_of_buffer(&cell[c]);
		out->failed |= cell[c].failed;
	}
	put_lines(table, width, rest, out);
	for (uint32_t c = 0; c < table->columns; c++)
		buffer_free(&cell[c]);
}

static void
put_rule(const struct paper_table *table, const uint32_t *width, struct buffer *out)
{
	for (uint32_t c = 0; c < table->columns; c++) {
		for (uint32_t i = 0; i < width[c]; i++)
			buffer_put_u8(out, '-');
		text_blanks(out, c + 1 < table->columns ? GAP : 0);
	}
	buffer_put_u8(out, '\n');
}

/* --- one under the other ------------------------------------------------------------------ */

struct listing { const struct text *text; const char *head, *mark; };

static void
list_line(void *arg, struct bytes line, bool first)
{
	struct listing *l = arg;
	struct buffer whole = { .max = 0 };

	if (first && l->head[0] != '\0')
		buffer_print(&whole, "%s: ", l->head);
	buffer_put(&whole, line.at, line.len);
	text_put(l->text, first ? 0 : 4, first ? l->mark : "", buffer_text(&whole));
	buffer_free(&whole);
}

static void
put_listed(const struct paper_table *table, const struct text *text)
{
	for (uint32_t r = 0; r < table->rows; r++) {
		for (uint32_t c = 0; c < table->columns; c++) {
			const struct paper_cell *cell = paper_cell_at(table, r, c);
			struct listing listing = { .text = text, .head = table->column[c].head,
				.mark = c == 0 ? "- " : cell->tone == PAPER_BAD ? "  ! " : "    " };

			if (cell->text[0] != '\0')
				paper_lines(cell->text, list_line, &listing);
		}
	}
}

/* A column that is cut into less than a word's width is not read by anybody. */
static bool
is_cramped(const struct paper_table *table, const uint32_t *natural, const uint32_t *width)
{
	for (uint32_t c = 0; c < table->columns; c++)
		if (width[c] < natural[c] && width[c] < COLUMN_LEAST)
			return true;
	return false;
}

void
text_table(const struct paper *paper, const struct paper_table *table, const struct text *text)
{
	uint32_t natural[PAPER_COLUMNS_MAX], width[PAPER_COLUMNS_MAX];
	uint32_t gaps = GAP * (table->columns - 1);

	buffer_put_u8(text->out, '\n');
	if (table->name[0] != '\0')
		text_put(text, 0, "", table->name);
	natural_widths(table, natural);
	paper_widths(table, natural, text->width > gaps ? text->width - gaps : 0, false, width);
	if (table->rows == 0) {
		text_put(text, 0, "", paper->word[PAPER_WORD_NOTHING]);
	} else if (is_cramped(table, natural, width)) {
		put_listed(table, text);
	} else {
		put_row(table, width, 0, true, text->out);
		put_rule(table, width, text->out);
		for (uint32_t r = 0; r < table->rows; r++)
			put_row(table, width, r, false, text->out);
	}
}
