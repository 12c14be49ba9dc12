/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal.  ncursesw sets it up, knows it and reads its keys and mouse; what is drawn is the
 * difference between two grids, written in one go, because that costs a fraction of a refresh of
 * scattered cells.
 */
#ifndef TUI_SCREEN_H
#define TUI_SCREEN_H

#include "tui/grid.h"
#include "tui/keys.h"

struct screen;

/* ERR_UNSUPPORTED: the terminal is not known or cannot move its cursor; the sentence says so. */
MUST_USE enum err screen_open(struct screen **, struct why *);
void screen_close(struct screen *);		/* gives the terminal back as it was */
void screen_size(const struct screen *, unsigned *rows, unsigned *columns);
/* After SIGWINCH: asks for the size again; everything is drawn anew next time. */
void screen_resized(struct screen *);
/* Everything is drawn anew next time, whatever is on the terminal now. */
void screen_forget(struct screen *);
/* Gives the terminal to the shell and takes it back (SIGTSTP, SIGCONT). */
void screen_leave(struct screen *);
void screen_return(struct screen *);
/* colour false (NO_COLOR): no colour is ever sent, whatever the palette. */
void screen_palette(struct screen *, enum palette, bool colour);
/* Shows the grid; cursor_row < 0: no cursor. */
void screen_flush(struct screen *, const struct grid *, int cursor_row, int cursor_column);
/* The next key or mouse event; false if none is waiting. */
bool screen_input(struct screen *, struct input *);

#endif
