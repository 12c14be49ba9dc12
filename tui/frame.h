/* SPDX-License-Identifier: Apache-2.0 */
/* What is around the view: header with the time and whether it is now, tabs, the bottom line. */
#ifndef TUI_FRAME_H
#define TUI_FRAME_H

#include "tui/desk.h"

/* Draws the whole window; notes where the tabs are, for the mouse. */
void frame_draw(struct desk *);
/* The column of the cursor in an open prompt. */
unsigned frame_prompt_column(const struct desk *);

#endif
