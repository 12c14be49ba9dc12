/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of a list: least widths, who takes what is left, and what a narrow window leaves out. */
#ifndef TUI_COLUMN_H
#define TUI_COLUMN_H

#include "tui/grid.h"

enum { COLUMNS_MAX = 12 };

struct column {
	const char *title;	/* N_() */
	unsigned    width;	/* least, without the blank behind it */
	unsigned    grow;	/* share of the columns that are left over */
	unsigned    most;	/* widest it grows, 0: any */
	unsigned    from;	/* shown in windows of at least this many columns */
	enum align  align;
};

struct columns {
	const struct column *column;
	unsigned             count, width[COLUMNS_MAX];	/* 0: not shown */
};

/* Fits the columns between column "left" of the window and its last. */
struct columns columns_fit(const struct column *, unsigned count, unsigned left, unsigned window);
void columns_heading(const struct columns *, struct strip *);
/* Draws column number i; call in order. */
void columns_put(const struct columns *, unsigned i, struct strip *, enum style, const char *text);

#endif
