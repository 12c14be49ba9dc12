/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of a paper: columns once, then cells row by row. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "reports/paper_part.h"

static const struct paper_cell empty = { .text = "" };

static void
put_column(struct paper *paper, struct paper_table *table, const struct paper_column *wanted)
{
	struct paper_column *column = &table->column[table->columns++];

	*column = *wanted;
	column->head = paper_keep(paper, wanted->head);
	column->align = (unsigned)wanted->align < PAPER_ALIGNS ? wanted->align : PAPER_LEFT;
	column->width = wanted->width < 1000 ? wanted->width : 1000;
}

void
paper_table(struct paper *paper, const char *name, const struct paper_column *column,
    uint32_t columns)
{
	struct paper_block *block;
	struct paper_table *table;

	if (paper_sound(paper) && (columns == 0 || columns > PAPER_COLUMNS_MAX))
		paper_fail(paper, ERR_LIMIT, _("the table \"%.100s\" has %u columns; it can have 1 "
		    "to %d"), name, columns, PAPER_COLUMNS_MAX);
	if (!paper_sound(paper))
		return;
	paper_break(paper);
	block = paper_last(paper, PAPER_BREAK, "a table");
	if (block == NULL)
		return;
	block->kind = PAPER_TABLE;
	table = &block->table;
	table->name = paper_keep(paper, name);
	table->column = filing_array(paper->memory, columns, sizeof(*table->column));
	for (uint32_t i = 0; i < columns; i++)
		put_column(paper, table, &column[i]);
}

void
paper_row(struct paper *paper)
{
	struct paper_block *block = paper_last(paper, PAPER_TABLE, "a row");

	if (block == NULL)
		return;
	while (paper_sound(paper) && block->table.cells < block->table.rows * block->table.columns)
		paper_cell(paper, PAPER_PLAIN, "");
	if (paper->cells + block->table.columns > PAPER_CELLS_MAX)
		paper_fail(paper, ERR_LIMIT, _("the document has more than %d cells and entries"),
		    PAPER_CELLS_MAX);
	if (paper_sound(paper))
		block->table.rows++;
}

static struct paper_cell *
cell_new(struct paper *paper)
{
	struct paper_block *block = paper_last(paper, PAPER_TABLE, "a cell");
	struct paper_table *table;

	if (block == NULL)
		return NULL;
	table = &block->table;
	if (table->cells == table->rows * table->columns) {
		paper_fail(paper, ERR_INVALID, "row %u of the table \"%.100s\" has more cells than "
		    "the table has columns", table->rows, table->name);
		return NULL;
	}
	table->cell = filing_grow(paper->memory, table->cell, table->cells, sizeof(*table->cell));
	paper->cells++;
	table->cell[table->cells] = empty;
	return &table->cell[table->cells++];
}

void
paper_cell(struct paper *paper, enum paper_tone tone, const char *text)
{
	struct paper_cell *cell = cell_new(paper);

	if (cell == NULL)
		return;
	cell->tone = (unsigned)tone < PAPER_TONES ? tone : PAPER_PLAIN;
	cell->text = paper_keep(paper, text);
}

void
paper_cell_number(struct paper *paper, int64_t value)
{
	struct paper_cell *cell = cell_new(paper);
	char text[24];

	if (cell == NULL)
		return;
	snprintf(text, sizeof(text), "%" PRId64, value);
	cell->text = paper_keep(paper, text);
	cell->number = true;
	cell->value = value;
}

void
paper_cell_tone(struct paper *paper, enum paper_tone tone)
{
	struct paper_block *block = paper_last(paper, PAPER_TABLE, "a tone");

	if (block != NULL && block->table.cells > 0)
		block->table.cell[block->table.cells - 1].tone = (unsigned)tone < PAPER_TONES ?
		    tone : PAPER_PLAIN;
}

void
paper_cell_line(struct paper *paper, const char *text)
{
	struct paper_block *block = paper_last(paper, PAPER_TABLE, "a line");
	const char *line = paper_keep(paper, text);
	struct paper_cell *cell;
	size_t before, len = strlen(line);
	char *both;

	if (block == NULL || !paper_sound(paper))
		return;
	if (block->table.cells == 0) {
		paper_cell(paper, PAPER_PLAIN, text);
		return;
	}
	cell = &block->table.cell[block->table.cells - 1];
	before = strlen(cell->text);
	if (before + len >= PAPER_TEXT_MAX) {
		paper_fail(paper, ERR_LIMIT, _("a cell of the table \"%.100s\" has more than %d "
		    "octets"), block->table.name, PAPER_TEXT_MAX);
		return;
	}
	/* The lines before are copied: they count again, so that their number stays bounded. */
	if (!paper_count(paper, before))
		return;
	both = filing_array(paper->memory, before + len + 2, 1);
	memcpy(both, cell->text, before);
	both[before] = '\n';
	memcpy(both + before + 1, line, len);
	cell->text = both;
	cell->number = false;
}

const struct paper_cell *
paper_cell_at(const struct paper_table *table, uint32_t row, uint32_t column)
{
	uint64_t at = (uint64_t)row * table->columns + column;

	return at < table->cells ? &table->cell[at] : &empty;
}

void
paper_lines(const char *text, void (*each)(void *arg, struct bytes line, bool first), void *arg)
{
	bool first = true;

	for (;;) {
		size_t len = strcspn(text, "\n");

		each(arg, bytes_of(text, len), first);
		if (text[len] == '\0')
			return;
		text += len + 1;
		first = false;
	}
}
