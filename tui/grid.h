/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page of cells.  Views draw on it, the screen shows what changed on it, tests compare it as
 * plain text.  Text is untrusted: it is escaped, measured and cut by columns on its way in, so
 * nothing a peer sent can move the cursor or push a column out of line.
 */
#ifndef TUI_GRID_H
#define TUI_GRID_H

#include "monitor/base/bytes.h"
#include "tui/palette.h"

struct cell {
	uint32_t code;		/* 0 in the second column of a wide character */
	uint32_t mark;		/* a combining mark on it, or 0 */
	uint8_t  width;		/* 1 or 2; 0 in the second column of a wide character */
	uint8_t  style;
	bool     selected;	/* shown in reverse video */
};

struct grid {
	struct cell *cell;	/* rows * columns, owned */
	unsigned     rows, columns;
};

/* One line of a grid, filled from left to right, or a part of it. */
struct strip {
	struct grid *grid;
	unsigned     row, column;	/* where the next text goes */
	unsigned     end;		/* the first column that is not ours */
};

enum align { ALIGN_LEFT, ALIGN_RIGHT };

void grid_resize(struct grid *, unsigned rows, unsigned columns);	/* blank afterwards */
void grid_clear(struct grid *);
void grid_free(struct grid *);
/* Puts the cells of a row into reverse video. */
void grid_select(struct grid *, unsigned row);
/* The page as text, one line per row without blanks at its end. */
void grid_text(const struct grid *, struct buffer *out);

struct strip strip_of(struct grid *, unsigned row);
/* All of these clip at the end of the strip; text that does not fit ends in "~". */
void strip_text(struct strip *, enum style, const char *text);
void strip_bytes(struct strip *, enum style, struct bytes);
void strip_print(struct strip *, enum style, const char *fmt, ...) PRINTF(3, 4);
/* Text in a field of that many columns, padded with blanks on the other side. */
void strip_field(struct strip *, unsigned width, enum align, enum style, const char *text);
/* Text that ends at the strip's end; nothing if it would not fit. */
void strip_right(struct strip *, enum style, const char *text);
void strip_to(struct strip *, unsigned column);		/* moves on to a column, never back */
void strip_fill(struct strip *, enum style, uint32_t code);	/* to the end, with one character */

#endif
