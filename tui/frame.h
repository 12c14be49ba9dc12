/* SPDX-License-Identifier: Apache-2.0 */
/* What is around the view: header with the time and whether it is now, tabs, the bottom line. */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include "tui/desk.h"

/* Draws the whole window; notes where the tabs are, for the mouse. */
void frame_draw(struct desk *);
/* frame_affair.c: lines that say that this is an exercise, and which legal clock runs. */
void frame_drill(struct desk *, unsigned row);
void frame_clock(struct desk *, unsigned row);
/* Marks a prompt of an exercise; the columns that takes, 0 if this is real.  strip may be NULL. */
unsigned frame_drill_prompt(const struct desk *, struct strip *);
/* The column of the cursor in an open prompt. */
unsigned frame_prompt_column(const struct desk *);

#endif
