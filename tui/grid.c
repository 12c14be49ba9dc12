/* SPDX-License-Identifier: Apache-2.0 */
/* Cells and the only ways to write them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/cell.h"
#include "tui/grid.h"

enum { PRINT_MAX = 1024, GRID_ROWS_MAX = 1000, GRID_COLUMNS_MAX = 2000 };

void
grid_clear(struct grid *grid)
{
	for (size_t i = 0; i < (size_t)grid->rows * grid->columns; i++)
		grid->cell[i] = (struct cell){ .code = ' ', .width = 1 };
}

void
grid_resize(struct grid *grid, unsigned rows, unsigned columns)
{
	grid->rows = rows < GRID_ROWS_MAX ? rows : GRID_ROWS_MAX;
	grid->columns = columns < GRID_COLUMNS_MAX ? columns : GRID_COLUMNS_MAX;
	grid->cell = memory_resize(grid->cell, (size_t)grid->rows * grid->columns + 1,
	    sizeof(*grid->cell));
	grid_clear(grid);
}

void
grid_free(struct grid *grid)
{
	free(grid->cell);
	*grid = (struct grid){ 0 };
}

void
grid_select(struct grid *grid, unsigned row)
{
	for (unsigned column = 0; row < grid->rows && column < grid->columns; column++)
		grid->cell[row * grid->columns + column].selected = true;
}

void
grid_text(const struct grid *grid, struct buffer *out)
{
	for (unsigned row = 0; row < grid->rows; row++) {
		const struct cell *line = &grid->cell[row * grid->columns];
		unsigned end = grid->columns;
		char octets[4];

		while (end > 0 && line[end - 1].code == ' ' && line[end - 1].mark == 0)
			end--;
		for (unsigned column = 0; column < end; column++) {
			if (line[column].width == 0)
				continue;
			buffer_put(out, octets, utf8_put(line[column].code, octets));
			if (line[column].mark != 0)
				buffer_put(out, octets, utf8_put(line[column].mark, octets));
		}
		buffer_put_u8(out, '\n');
	}
}

struct strip
strip_of(struct grid *grid, unsigned row)
{
	return (struct strip){ grid, row, 0, row < grid->rows ? grid->columns : 0 };
}

/* The caller made sure that it fits. */
static void
strip_cell(struct strip *strip, enum style style, uint32_t code, unsigned width)
{
	struct cell *cell = &strip->grid->cell[strip->row * strip->grid->columns + strip->column];

	if (width == 0) {
		if (strip->column > 0)
			cell[cell[-1].width == 0 && strip->column > 1 ? -2 : -1].mark = code;
		return;
	}
	*cell = (struct cell){ .code = code, .width = (uint8_t)width, .style = (uint8_t)style };
	if (width == 2)
		cell[1] = (struct cell){ .style = (uint8_t)style };
	strip->column += width;
}

/* Draws as much as fits before the end; says whether all of it did. */
static bool
strip_draw(struct strip *strip, enum style style, struct bytes text)
{
	char escape[CELL_ESCAPE];
	uint32_t code;

	while (text_next(&text, &code, escape)) {
		unsigned width = escape[0] != '\0' ? (unsigned)strlen(escape) :
		    (unsigned)cell_width(code);

		if (strip->column + width > strip->end)
			return false;
		if (escape[0] == '\0')
			strip_cell(strip, style, code, width);
		for (const char *at = escape; *at != '\0'; at++)
			strip_cell(strip, style, (uint8_t)*at, 1);
	}
	return true;
}

void
strip_bytes(struct strip *strip, enum style style, struct bytes text)
{
	struct strip whole = *strip;

	if (strip->column >= strip->end)
		return;
	if (strip_draw(strip, style, text))
		return;
	*strip = whole;
	strip->end--;
	strip_draw(strip, style, text);
	strip->end++;
	strip_cell(strip, style, '~', 1);
	while (strip->column < strip->end)
		strip_cell(strip, style, ' ', 1);
}

void
strip_text(struct strip *strip, enum style style, const char *text)
{
	strip_bytes(strip, style, bytes_of_text(text));
}

void
strip_print(struct strip *strip, enum style style, const char *fmt, ...)
{
	char text[PRINT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	strip_text(strip, style, text);
}

void
strip_field(struct strip *strip, unsigned width, enum align align, enum style style,
    const char *text)
{
	struct strip field = *strip;
	unsigned need = text_width(bytes_of_text(text));

	if (field.column + width < field.end)
		field.end = field.column + width;
	if (align == ALIGN_RIGHT && need < field.end - field.column)
		field.column = field.end - need;
	strip_text(&field, style, text);
	strip_to(strip, field.end);
}

void
strip_right(struct strip *strip, enum style style, const char *text)
{
	unsigned need = text_width(bytes_of_text(text));

	if (strip->column + need > strip->end)
		return;
	strip->column = strip->end - need;
	strip_text(strip, style, text);
}

void
strip_to(struct strip *strip, unsigned column)
{
	if (column > strip->end)
		column = strip->end;
	if (column > strip->column)
		strip->column = column;
}

void
strip_fill(struct strip *strip, enum style style, uint32_t code)
{
	while (strip->column < strip->end)
		strip_cell(strip, style, code, 1);
}
