/* SPDX-License-Identifier: Apache-2.0 */
/* The desk on a terminal, and the desk on standard output for one screen. */
#ifndef TUI_LOOP_H
#define TUI_LOOP_H

#include "tui/desk.h"

/* Runs until the person leaves or the terminal goes away. */
MUST_USE enum err loop_run(struct desk *, bool colour, struct why *);
/*
 * Feeds the keys (keys_next) and appends the screen that comes of them, as text.  Acts are
 * waited for, long ways are walked to their end.
 */
MUST_USE enum err loop_dump(struct desk *, unsigned rows, unsigned columns, const char *keys,
    struct buffer *out, struct why *);

#endif
