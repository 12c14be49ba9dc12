/* SPDX-License-Identifier: Apache-2.0 */
/* Everything with lines around it: tables, the fields of a form, the facts of the head. */
#include <stdlib.h>

#include "monitor/base/limits.h"
#include "reports/paper_part.h"
#include "reports/paper_text.h"
#include "reports/paper_widths.h"
#include "reports/press/press.h"

#define PAD_X 4.0
#define PAD_Y 2.5
#define SHADE_HEAD 0.88
#define SHADE_ROW_HEAD 0.95

static struct press_row *
row_of_group(struct press *press, uint32_t cells, uint32_t group, double before)
{
	struct press_row *row = press_row(press, cells, before);

	row->pad = PAD_Y;
	row->bordered = true;
	row->tag = "TR";
	row->group_tag = "Table";
	row->group = group;
	return row;
}

static void
cell_text(struct press *press, struct press_row *row, uint32_t i, double x, double width,
    enum press_face face, struct press_text *text, PangoAlignment align, bool head)
{
	press_cell(press, row, i, x, width, press_layout_text(press, face, text, width - 2 * PAD_X,
	    align));
	row->cell[i].tag = head ? "TH" : "TD";
	row->cell[i].shade = head ? SHADE_ROW_HEAD : 0;
}

/* --- tables ------------------------------------------------------------------------------- */

static void
widen(void *arg, struct bytes line, bool first)
{
	uint32_t *most = arg;
	char *text = memory_text(line);
	uint32_t width = (uint32_t)drawing_text_width(text, 85);

	(void)first;
	*most = width > *most ? width : *most;
	free(text);
}

/* In tenths of a point, by the estimate of drawing_text_width(): no line is set for it. */
static void
natural_widths(const struct paper_table *table, uint32_t *natural)
{
	for (uint32_t c = 0; c < table->columns; c++) {
		natural[c] = (uint32_t)drawing_text_width(table->column[c].head, 90);
		for (uint32_t r = 0; r < table->rows; r++) {
			const struct paper_cell *cell = paper_cell_at(table, r, c);
			uint32_t most = 0;

			paper_lines(cell->text, widen, &most);
			most += cell->tone == PAPER_BAD ? 130 : 0;
			natural[c] = most > natural[c] ? most : natural[c];
		}
		natural[c] += (uint32_t)(20 * PAD_X) + 10;
	}
}

static PangoAlignment
align_of(const struct paper_column *column)
{
	return column->align == PAPER_RIGHT ? PANGO_ALIGN_RIGHT :
	    column->align == PAPER_CENTER ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT;
}

static struct press_row *
head_of(struct press *press, const struct paper_table *table, const double *width, uint32_t group)
{
	struct press_row *row = row_of_group(press, table->columns, group, 0);
	double x = 0;

	for (uint32_t c = 0; c < table->columns; c++) {
		struct press_text text = { .attributes = NULL };

		press->column = c + 1;
		press_text_add(press, &text, FACE_CELL_STRONG, table->column[c].head);
		cell_text(press, row, c, x, width[c], FACE_CELL, &text, PANGO_ALIGN_CENTER, true);
		row->cell[c].shade = SHADE_HEAD;
		x += width[c];
	}
	row->keep_next = true;
	return row;
}

static void
put_row(struct press *press, const struct paper_table *table, const double *width, uint32_t r,
    uint32_t group, const struct press_row *head)
{
	struct press_row *row = row_of_group(press, table->columns, group, 0);
	double x = 0;

	press->row = r + 1;
	for (uint32_t c = 0; c < table->columns; c++) {
		const struct paper_column *column = &table->column[c];
		const struct paper_cell *cell = paper_cell_at(table, r, c);
		struct press_text text = { .attributes = NULL };

		press->column = c + 1;
		press_text_tone(press, &text, cell->tone, column->code ? FACE_CODE : FACE_CELL,
		    cell->text);
		cell_text(press, row, c, x, width[c], FACE_CELL, &text, align_of(column),
		    column->row_head);
		x += width[c];
	}
	row->repeat = head;
	press_put(press, row);
}

static void
put_name(struct press *press, const char *name)
{
	struct press_row *row;

	if (name[0] == '\0')
		return;
	row = press_row(press, 1, 9);
	press_cell(press, row, 0, 0, TEXT_WIDTH, press_layout(press, FACE_CELL_STRONG, name,
	    TEXT_WIDTH, PANGO_ALIGN_LEFT));
	row->pad = 1.5;
	row->tag = "P";
	row->keep_next = true;
	press_put(press, row);
}

static void
put_nothing(struct press *press, const double *width, uint32_t columns, uint32_t group)
{
	struct press_row *row = row_of_group(press, 1, group, 0);
	struct press_text text = { .attributes = NULL };
	double all = 0;

	for (uint32_t c = 0; c < columns; c++)
		all += width[c];
	press_text_add(press, &text, FACE_CELL, press->paper->word[PAPER_WORD_NOTHING]);
	cell_text(press, row, 0, 0, all, FACE_CELL, &text, PANGO_ALIGN_LEFT, false);
	press_put(press, row);
}

void
press_table(struct press *press, const struct paper_table *table)
{
	uint32_t natural[PAPER_COLUMNS_MAX], tenths[PAPER_COLUMNS_MAX], group = ++press->groups;
	double width[PAPER_COLUMNS_MAX];
	struct press_row *head;

	put_name(press, table->name);
	natural_widths(table, natural);
	paper_widths(table, natural, (uint32_t)(TEXT_WIDTH * 10), true, tenths);
	for (uint32_t c = 0; c < table->columns; c++)
		width[c] = tenths[c] / 10.0;
	head = head_of(press, table, width, group);
	head->before = table->name[0] == '\0' ? 6 : 0;
	press_put(press, head);
	for (uint32_t r = 0; r < table->rows && press->err == ERR_OK; r++)
		put_row(press, table, width, r, group, head);
	if (table->rows == 0)
		put_nothing(press, width, table->columns, group);
	press->row = 0;
}

/* --- fields ------------------------------------------------------------------------------- */

static void
add_entry(struct press *press, const struct paper_entry *entry, struct press_text *text)
{
	struct buffer beside = { .max = 0 };

	press_text_add(press, text, FACE_CELL, "\n");
	if (entry->basis[0] != '\0') {
		press_text_tone(press, text, entry->tone == PAPER_BAD ? PAPER_BAD : PAPER_STRONG,
		    FACE_CELL, entry->basis);
		press_text_add(press, text, FACE_CELL, "  ");
	}
	if (entry->label[0] != '\0') {
		press_text_add(press, text, FACE_CELL, entry->label);
		press_text_add(press, text, FACE_CELL, ": ");
	}
	press_text_tone(press, text, entry->basis[0] != '\0' && entry->tone == PAPER_BAD ?
	    PAPER_STRONG : entry->tone, FACE_CELL, entry->text);
	buffer_put_text(&beside, entry->beside);
	if (entry->beside[0] != '\0' && entry->cites > 0)
		buffer_put_text(&beside, "; ");
	paper_cites_text(press->paper, entry, &beside);
	if (beside.len > 0) {
		press_text_add(press, text, FACE_SMALL, "  ");
		press_text_tone(press, text, PAPER_FAINT, FACE_SMALL, buffer_text(&beside));
	}
	buffer_free(&beside);
}

static void
add_answer(struct press *press, const struct paper_field *field, struct press_text *text)
{
	press_text_add(press, text, FACE_SMALL_STRONG, paper_standing_letter(field->standing));
	press_text_add(press, text, FACE_SMALL_STRONG, ": ");
	press_text_add(press, text, FACE_SMALL_STRONG, field->state);
	if (field->duty[0] != '\0') {
		press_text_add(press, text, FACE_CELL_STRONG, "\n");
		press_text_add(press, text, FACE_CELL_STRONG, field->duty);
	}
	for (uint32_t i = 0; i < field->entries; i++)
		add_entry(press, &field->entry[i], text);
}

static void
put_field(struct press *press, const struct paper_field *field, uint32_t group, double before)
{
	static const double width[3] = { 34, 128, TEXT_WIDTH - 34 - 128 };
	struct press_row *row = row_of_group(press, 3, group, before);
	struct press_text number = { .attributes = NULL }, label = { .attributes = NULL };
	struct press_text answer = { .attributes = NULL };

	press_text_add(press, &number, FACE_CELL, field->number);
	press_text_add(press, &label, FACE_CELL_STRONG, field->label);
	if (field->key[0] != '\0') {
		press_text_add(press, &label, FACE_SMALL, "\n");
		press_text_tone(press, &label, PAPER_FAINT, FACE_SMALL, field->key);
	}
	add_answer(press, field, &answer);
	cell_text(press, row, 0, 0, width[0], FACE_CELL, &number, PANGO_ALIGN_CENTER, false);
	cell_text(press, row, 1, width[0], width[1], FACE_CELL, &label, PANGO_ALIGN_LEFT, true);
	cell_text(press, row, 2, width[0] + width[1], width[2], FACE_CELL, &answer,
	    PANGO_ALIGN_LEFT, false);
	row->cell[2].blank = field->standing == PAPER_TO_ENTER ? 42 : 0;
	press_put(press, row);
}

void
press_fields(struct press *press, uint32_t first, uint32_t end)
{
	uint32_t group = ++press->groups;

	for (uint32_t i = first; i < end && press->err == ERR_OK; i++) {
		press->block = i;
		put_field(press, &press->paper->block[i].field, group, i == first ? 6 : 0);
	}
}

/* --- facts -------------------------------------------------------------------------------- */

void
press_facts(struct press *press)
{
	static const double width[2] = { 110, TEXT_WIDTH - 110 };
	const struct paper *paper = press->paper;
	uint32_t group = ++press->groups;

	if (paper->facts > 0)
		put_name(press, paper->word[PAPER_WORD_SPEAKS]);
	for (uint32_t i = 0; i < paper->facts && press->err == ERR_OK; i++) {
		struct press_row *row = row_of_group(press, 2, group, 0);
		struct press_text label = { .attributes = NULL }, text = { .attributes = NULL };

		press_text_add(press, &label, FACE_CELL, paper->fact[i].label);
		press_text_add(press, &text, FACE_CELL, paper->fact[i].text);
		cell_text(press, row, 0, 0, width[0], FACE_CELL, &label, PANGO_ALIGN_LEFT, true);
		cell_text(press, row, 1, width[0], width[1], FACE_CELL, &text, PANGO_ALIGN_LEFT,
		    false);
		press_put(press, row);
	}
}
