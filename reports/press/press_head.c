/* SPDX-License-Identifier: Apache-2.0 */
/* The first page: marks, title, what the paper speaks for, and its contents. */
#include <string.h>

#include "reports/press/press.h"

enum {
	CONTENTS_FROM = 5,	/* headings of the first two levels that are worth a list ... */
	CONTENTS_ROWS = 60	/* ... in a paper of several pages */
};

static void
put_centered(struct press *press, enum press_face face, const char *text, const char *tag,
    double before)
{
	struct press_row *row = press_row(press, 1, before);

	press_cell(press, row, 0, 0, TEXT_WIDTH, press_layout(press, face, text, TEXT_WIDTH,
	    PANGO_ALIGN_CENTER));
	row->tag = tag;
	row->keep_next = true;
	press_put(press, row);
}

static void
put_mark(struct press *press, enum paper_word word, enum paper_word meaning)
{
	const struct paper *paper = press->paper;
	struct press_row *row = press_row(press, 1, 4);
	struct press_text text = { .attributes = NULL };

	press_text_add(press, &text, FACE_HEAD_1, paper->word[word]);
	if (word == PAPER_WORD_DRILL)
		press_text_add(press, &text, FACE_HEAD_1,
		    strcmp(paper->language, "ja") == 0 ? " DRILL" : " 演習");
	press_text_add(press, &text, FACE_CELL_STRONG, "\n");
	press_text_add(press, &text, FACE_CELL_STRONG, paper->word[meaning]);
	press_cell(press, row, 0, 0, TEXT_WIDTH, press_layout_text(press, FACE_CELL_STRONG, &text,
	    TEXT_WIDTH - 12, PANGO_ALIGN_CENTER));
	row->pad = 4;
	row->bordered = true;
	row->tag = "P";
	press_put(press, row);
}

static void
put_status(struct press *press)
{
	struct press_row *row = press_row(press, 1, 10);

	press_cell(press, row, 0, 0, TEXT_WIDTH, press_layout(press, FACE_CELL_STRONG,
	    press->paper->status, TEXT_WIDTH - 12, PANGO_ALIGN_CENTER));
	row->pad = 4;
	row->tag = "P";
	row->cell[0].shade = 0.95;
	press_put(press, row);
}

/* --- contents ----------------------------------------------------------------------------- */

static bool
is_listed(const struct paper_block *block)
{
	return block->kind == PAPER_HEADING && block->level <= 2;
}

/* Worth looking something up in: before it is set, rows stand for pages. */
static bool
is_long(const struct paper *paper)
{
	uint64_t rows = 0, lines = 0;

	for (uint32_t i = 0; i < paper->blocks; i++) {
		rows += 1 + paper->block[i].table.rows + paper->block[i].items;
		lines += is_listed(&paper->block[i]);
	}
	return lines >= CONTENTS_FROM && rows >= CONTENTS_ROWS;
}

/* The number of the page is known, and drawn, at the end. */
static void
put_line(struct press *press, const struct paper_block *block, uint32_t number, uint32_t group)
{
	struct press_row *row = press_row(press, 1, block->level == 1 ? 3 : 1);
	double x = 14.0 * (block->level - 1), width = TEXT_WIDTH - x - 36;

	press_cell(press, row, 0, x, width, press_layout(press, block->level == 1 ?
	    FACE_CELL_STRONG : FACE_CELL, block->text, width, PANGO_ALIGN_LEFT));
	row->tag = "TOCI";
	row->group_tag = "TOC";
	row->group = group;
	row->points = true;
	row->number = number;
	press_put(press, row);
}

static void
put_contents(struct press *press)
{
	const struct paper *paper = press->paper;
	struct press_row *row = press_row(press, 1, 18);
	uint32_t group = ++press->groups;

	if (!is_long(paper))
		return;
	press_cell(press, row, 0, 0, TEXT_WIDTH, press_layout(press, FACE_HEAD_2,
	    paper->word[PAPER_WORD_CONTENTS], TEXT_WIDTH, PANGO_ALIGN_LEFT));
	row->tag = "P";
	row->keep_next = true;
	press_put(press, row);
	for (uint32_t i = 0; i < paper->blocks && press->err == ERR_OK; i++)
		if (is_listed(&paper->block[i]))
			put_line(press, &paper->block[i], i + 1, group);
	press_break(press);
}

void
press_head(struct press *press)
{
	const struct paper *paper = press->paper;

	press->block = paper->blocks;
	if (paper->marks & PAPER_DRILL)
		put_mark(press, PAPER_WORD_DRILL, PAPER_WORD_DRILL_MEANING);
	if (paper->marks & PAPER_DRAFT)
		put_mark(press, PAPER_WORD_DRAFT, PAPER_WORD_DRAFT_MEANING);
	put_centered(press, FACE_TITLE, paper->title, "H1", 26);
	if (paper->subtitle[0] != '\0')
		put_centered(press, FACE_SUBTITLE, paper->subtitle, "P", 4);
	if (paper->status[0] != '\0')
		put_status(press);
	press_facts(press);
	put_contents(press);
}
