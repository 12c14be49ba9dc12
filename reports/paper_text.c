/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A paper as plain text of 80 columns.  Every line of an exercise begins with its mark, so that
 * no excerpt of it can be taken for the real thing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "reports/filing_page.h"
#include "reports/paper_part.h"
#include "reports/paper_text.h"

enum { LABEL = 24, LINES_SHOWN = 12 };

/* --- lines -------------------------------------------------------------------------------- */

void
text_put(const struct text *text, unsigned indent, const char *mark, const char *line)
{
	unsigned columns = indent + text_columns(bytes_of_text(mark));

	text_blanks(text->out, indent);
	buffer_put_text(text->out, mark);
	page_wrap_within(text->out, text->width, columns, columns, bytes_of_text(line));
}

void
text_blanks(struct buffer *out, unsigned count)
{
	while (count-- > 0)
		buffer_put_u8(out, ' ');
}

void
text_rule(const struct text *text, char c)
{
	for (unsigned i = 0; i < text->width; i++)
		buffer_put_u8(text->out, (uint8_t)c);
	buffer_put_u8(text->out, '\n');
}

void
paper_cites_text(const struct paper *paper, const struct paper_entry *entry, struct buffer *out)
{
	if (entry->cites == 0)
		return;
	buffer_put_text(out, paper->word[PAPER_WORD_RECORDS]);
	for (uint32_t i = 0; i < entry->cites && i < LINES_SHOWN; i++)
		buffer_print(out, "%s#%" PRIu64, i > 0 ? ", " : " ", entry->cite[i]);
	if (entry->cites > LINES_SHOWN)
		buffer_print(out, ", ... (+%" PRIu32 ")", entry->cites - LINES_SHOWN);
}

/* --- the head ----------------------------------------------------------------------------- */

static void
put_marks(const struct paper *paper, const struct text *text)
{
	static const struct { unsigned mark; enum paper_word word, meaning; } marks[] = {
		{ PAPER_DRILL, PAPER_WORD_DRILL, PAPER_WORD_DRILL_MEANING },
		{ PAPER_DRAFT, PAPER_WORD_DRAFT, PAPER_WORD_DRAFT_MEANING } };
	struct buffer line = { .max = 0 };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (!(paper->marks & marks[i].mark))
			continue;
		buffer_reset(&line);
		buffer_print(&line, "%s ***  %s", paper->word[marks[i].word],
		    paper->word[marks[i].meaning]);
		text_put(text, 0, "*** ", buffer_text(&line));
	}
	buffer_free(&line);
}

static void
put_head(const struct paper *paper, const struct text *text)
{
	struct buffer line = { .max = 0 };

	put_marks(paper, text);
	paper_title_text(paper, &line);
	text_put(text, 0, "", buffer_text(&line));
	if (paper->subtitle[0] != '\0')
		text_put(text, 0, "", paper->subtitle);
	if (paper->status[0] != '\0')
		text_put(text, 0, "*** ", paper->status);
	text_rule(text, '-');
	for (uint32_t i = 0; i < paper->facts; i++) {
		unsigned columns = text_columns(bytes_of_text(paper->fact[i].label));

		buffer_put_text(text->out, paper->fact[i].label);
		text_blanks(text->out, columns < LABEL ? LABEL - columns : 1);
		page_wrap_within(text->out, text->width, columns < LABEL ? LABEL : columns + 1,
		    LABEL, bytes_of_text(paper->fact[i].text));
	}
	buffer_free(&line);
}

/* --- blocks ------------------------------------------------------------------------------- */

static void
put_heading(const struct paper *paper, const struct paper_block *block, const struct text *text)
{
	static const char under[PAPER_LEVELS + 1] = { 0, '=', '-', 0, 0 };

	buffer_put_u8(text->out, '\n');
	if (block->level == 1) {
		put_marks(paper, text);
		text_rule(text, '=');
	}
	text_put(text, 0, "", block->text);
	if (under[block->level] != 0)
		text_rule(text, under[block->level]);
}

static void
put_entry(const struct paper *paper, const struct paper_entry *entry, const struct text *text)
{
	struct buffer line = { .max = 0 };

	if (entry->basis[0] != '\0')
		buffer_print(&line, "[%s] ", entry->basis);
	if (entry->label[0] != '\0')
		buffer_print(&line, "%s: ", entry->label);
	buffer_put_text(&line, entry->text);
	text_put(text, 4, entry->tone == PAPER_BAD ? "! " : "- ", buffer_text(&line));
	buffer_reset(&line);
	buffer_put_text(&line, entry->beside);
	if (entry->beside[0] != '\0' && entry->cites > 0)
		buffer_put_text(&line, "; ");
	paper_cites_text(paper, entry, &line);
	if (line.len > 0)
		text_put(text, 8, "", buffer_text(&line));
	buffer_free(&line);
}

static void
put_field(const struct paper *paper, const struct paper_field *field, const struct text *text)
{
	struct buffer line = { .max = 0 }, mark = { .max = 0 };

	buffer_put_text(&line, field->label);
	if (field->key[0] != '\0')
		buffer_print(&line, " (%s)", field->key);
	buffer_print(&line, " [%s: %s]", paper_standing_letter(field->standing), field->state);
	buffer_print(&mark, "%s  ", field->number);
	buffer_put_u8(text->out, '\n');
	text_put(text, 0, buffer_text(&mark), buffer_text(&line));
	if (field->standing == PAPER_TO_ENTER)
		text_put(text, 4, "", "[____________________________________]");
	if (field->duty[0] != '\0')
		text_put(text, 4, "=> ", field->duty);
	for (uint32_t i = 0; i < field->entries; i++)
		put_entry(paper, &field->entry[i], text);
	buffer_free(&line);
	buffer_free(&mark);
}

static void
put_list(const struct paper_block *block, const struct text *text)
{
	unsigned count[PAPER_LIST_DEPTH] = { 0 };
	char mark[16];

	for (uint32_t i = 0; i < block->items; i++) {
		const struct paper_item *item = &block->item[i];

		for (unsigned deeper = item->depth + 1; deeper < PAPER_LIST_DEPTH; deeper++)
			count[deeper] = 0;
		count[item->depth]++;
		if (block->ordered)
			snprintf(mark, sizeof(mark), "%u. ", count[item->depth]);
		else
			snprintf(mark, sizeof(mark), item->tone == PAPER_BAD ? "! " : "- ");
		text_put(text, 2 * item->depth, mark, item->text);
	}
}

static void
put_figure(const struct paper *paper, const struct paper_block *block, const struct text *text)
{
	struct buffer line = { .max = 0 };

	buffer_print(&line, "[%s: %s]", paper->word[PAPER_WORD_FIGURE], block->text[0] != '\0' ?
	    block->text : block->drawing->title);
	buffer_put_u8(text->out, '\n');
	text_put(text, 0, "", buffer_text(&line));
	text_put(text, 4, "", block->drawing->description);
	buffer_free(&line);
}

static void
put_said(const struct paper *paper, enum paper_word word, const char *said,
    const struct text *text)
{
	struct buffer line = { .max = 0 };

	buffer_print(&line, "%s: %s", paper->word[word], said);
	text_put(text, 0, word == PAPER_WORD_WARNING ? "! " : "* ", buffer_text(&line));
	buffer_free(&line);
}

static void
put_block(const struct paper *paper, const struct paper_block *block, const struct text *text)
{
	switch (block->kind) {
	case PAPER_HEADING:
		put_heading(paper, block, text);
		break;
	case PAPER_PARAGRAPH:
		text_put(text, 0, "", block->text);
		break;
	case PAPER_NOTE:
		put_said(paper, PAPER_WORD_NOTE, block->text, text);
		break;
	case PAPER_WARNING:
		put_said(paper, PAPER_WORD_WARNING, block->text, text);
		break;
	case PAPER_FIELD:
		put_field(paper, &block->field, text);
		break;
	case PAPER_TABLE:
		text_table(paper, &block->table, text);
		break;
	case PAPER_LIST:
		put_list(block, text);
		break;
	case PAPER_FIGURE:
		put_figure(paper, block, text);
		break;
	default:
		buffer_put_u8(text->out, '\n');
		break;
	}
}

/* --- the whole ---------------------------------------------------------------------------- */

static void
put_marked(struct bytes rest, const char *mark, struct buffer *out)
{
	while (rest.len > 0 && !out->failed) {
		const uint8_t *end = memchr(rest.at, '\n', rest.len);
		size_t len = end != NULL ? (size_t)(end - rest.at) + 1 : rest.len;

		buffer_put_text(out, mark);
		buffer_put(out, rest.at, len);
		rest = bytes_slice(rest, len, rest.len);
	}
}

void
paper_print_text(const struct paper *paper, struct buffer *out)
{
	struct buffer whole = { .max = 0 }, mark = { .max = 0 };
	struct text text = { .out = &whole, .width = PAGE_COLUMNS };

	if (paper->marks & PAPER_DRILL) {
		paper_marks_text(paper, &mark);
		buffer_put_text(&mark, " | ");
		text.width -= text_columns(bytes_of_buffer(&mark));
	}
	put_head(paper, &text);
	for (uint32_t i = 0; i < paper->blocks; i++)
		put_block(paper, &paper->block[i], &text);
	if (paper->marks != 0) {
		buffer_put_u8(&whole, '\n');
		put_marks(paper, &text);
	}
	put_marked(bytes_of_buffer(&whole), buffer_text(&mark), out);
	out->failed |= whole.failed;
	buffer_free(&whole);
	buffer_free(&mark);
}
