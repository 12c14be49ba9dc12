/* SPDX-License-Identifier: Apache-2.0 */
/* The blocks of a paper as rows, one after the other. */
#include <stdio.h>
#include <string.h>

#include "reports/paper_part.h"
#include "reports/press/press.h"

#define INDENT 16.0	/* of each level of a list */
#define FIGURE_MOST 640.0	/* height of a figure: it stays on a page with its caption */
#define READABLE 0.7		/* scale below which letters of nine points get hard to read */
#define WORTH_TURNING 1.25

static void
put_heading(struct press *press, const struct paper_block *block, uint32_t number)
{
	static const char *const tags[PAPER_LEVELS + 1] = { "P", "H2", "H3", "H4", "H5" };
	static const double before[PAPER_LEVELS + 1] = { 0, 22, 16, 12, 10 };
	struct press_row *row = press_row(press, 1, before[block->level]);

	press_cell(press, row, 0, 0, TEXT_WIDTH, press_layout(press,
	    (enum press_face)(FACE_HEAD_1 + (int)block->level - 1), block->text, TEXT_WIDTH,
	    PANGO_ALIGN_LEFT));
	row->tag = tags[block->level];
	row->pad = block->level == 1 ? 3 : 1.5;
	row->keep_next = true;
	row->heading = block;
	row->number = number;
	press_put(press, row);
}

static void
put_paragraph(struct press *press, const char *text)
{
	struct press_row *row = press_row(press, 1, 4);

	press_cell(press, row, 0, 0, TEXT_WIDTH, press_layout(press, FACE_BODY, text, TEXT_WIDTH,
	    PANGO_ALIGN_LEFT));
	row->tag = "P";
	press_put(press, row);
}

/* A note stands on grey, a warning in a frame. */
static void
put_said(struct press *press, enum paper_word word, const char *said)
{
	struct press_row *row = press_row(press, 1, 6);
	struct press_text text = { .attributes = NULL };
	bool warning = word == PAPER_WORD_WARNING;

	press_text_add(press, &text, FACE_CELL_STRONG, warning ? "▲ " : "");
	press_text_add(press, &text, FACE_CELL_STRONG, press->paper->word[word]);
	press_text_add(press, &text, FACE_CELL_STRONG, ": ");
	press_text_add(press, &text, FACE_CELL, said);
	press_cell(press, row, 0, 0, TEXT_WIDTH, press_layout_text(press, FACE_CELL, &text,
	    TEXT_WIDTH - 12, PANGO_ALIGN_LEFT));
	row->pad = 4;
	row->tag = "P";
	row->bordered = warning;
	row->cell[0].shade = warning ? 0 : 0.95;
	press_put(press, row);
}

static void
put_list(struct press *press, const struct paper_block *block)
{
	unsigned count[PAPER_LIST_DEPTH] = { 0 };
	uint32_t group = ++press->groups;
	char mark[16];

	for (uint32_t i = 0; i < block->items && press->err == ERR_OK; i++) {
		const struct paper_item *item = &block->item[i];
		struct press_row *row = press_row(press, 2, i > 0 ? 1.5 : 4);
		struct press_text text = { .attributes = NULL };
		double x = INDENT * item->depth;

		for (unsigned deeper = item->depth + 1; deeper < PAPER_LIST_DEPTH; deeper++)
			count[deeper] = 0;
		count[item->depth]++;
		if (block->ordered)
			snprintf(mark, sizeof(mark), "%u.", count[item->depth]);
		else
			snprintf(mark, sizeof(mark), "•");
		press_text_tone(press, &text, item->tone, FACE_BODY, item->text);
		press_cell(press, row, 0, x, INDENT + 8, press_layout(press, FACE_BODY, mark, 0,
		    PANGO_ALIGN_LEFT));
		press_cell(press, row, 1, x + INDENT + 2, TEXT_WIDTH - x - INDENT - 2,
		    press_layout_text(press, FACE_BODY, &text, TEXT_WIDTH - x - INDENT - 2,
		    PANGO_ALIGN_LEFT));
		row->cell[0].tag = "Lbl";
		row->cell[1].tag = "LBody";
		row->tag = "LI";
		row->group_tag = "L";
		row->group = group;
		press_put(press, row);
	}
}

static double
scale_within(const struct drawing *drawing, double width, double height)
{
	double scale = 1;

	if (drawing->width > width)
		scale = width / drawing->width;
	return drawing->height * scale > height ? height / drawing->height : scale;
}

/* A wide drawing is turned where upright it would be too small to read. */
static void
fit(struct press_row *row, const struct drawing *drawing)
{
	double turned = scale_within(drawing, FIGURE_MOST, TEXT_WIDTH);

	row->drawing = drawing;
	row->scale = scale_within(drawing, TEXT_WIDTH, FIGURE_MOST);
	row->turned = row->scale < READABLE && turned > row->scale * WORTH_TURNING;
	if (row->turned)
		row->scale = turned;
}

static void
put_figure(struct press *press, const struct paper_block *block)
{
	const struct drawing *drawing = block->drawing;
	struct press_row *row = press_row(press, 0, 8), *caption = press_row(press, 1, 3);

	fit(row, drawing);
	row->tag = "Figure";
	row->keep_next = true;
	press_put(press, row);
	press_cell(press, caption, 0, 0, TEXT_WIDTH, press_layout(press, FACE_CELL_STRONG,
	    block->text[0] != '\0' ? block->text : drawing->title, TEXT_WIDTH,
	    PANGO_ALIGN_CENTER));
	caption->tag = "Caption";
	press_put(press, caption);
}

static uint32_t
fields_end(const struct paper *paper, uint32_t from)
{
	uint32_t end = from;

	while (end < paper->blocks && paper->block[end].kind == PAPER_FIELD)
		end++;
	return end;
}

static void
put_block(struct press *press, const struct paper_block *block, uint32_t number)
{
	switch (block->kind) {
	case PAPER_HEADING:
		put_heading(press, block, number);
		break;
	case PAPER_PARAGRAPH:
		put_paragraph(press, block->text);
		break;
	case PAPER_NOTE:
		put_said(press, PAPER_WORD_NOTE, block->text);
		break;
	case PAPER_WARNING:
		put_said(press, PAPER_WORD_WARNING, block->text);
		break;
	case PAPER_TABLE:
		press_table(press, &block->table);
		break;
	case PAPER_LIST:
		put_list(press, block);
		break;
	case PAPER_FIGURE:
		put_figure(press, block);
		break;
	default:
		press_break(press);
		break;
	}
}

void
press_blocks(struct press *press)
{
	const struct paper *paper = press->paper;

	for (uint32_t i = 0; i < paper->blocks && press->err == ERR_OK;) {
		press->block = i;
		press->row = 0;
		if (paper->block[i].kind == PAPER_FIELD) {
			uint32_t end = fields_end(paper, i);

			press_fields(press, i, end);
			i = end;
			continue;
		}
		put_block(press, &paper->block[i], i + 1);
		i++;
	}
	press_flow_end(press);
}
