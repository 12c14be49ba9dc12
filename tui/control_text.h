/* SPDX-License-Identifier: Apache-2.0 */
/* What a control asks, when it is met, what a verdict rests on and does not show. */
#ifndef TUI_CONTROL_TEXT_H
#define TUI_CONTROL_TEXT_H

#include "monitor/state/judge.h"
#include "tui/view.h"

/* Adds a row of kind CONTROL_TEXT for each line of it; texts that are empty have none. */
void control_text_rows(struct view *, const struct scene *, const struct pack_control *);
void control_text_line(const struct scene *, const struct pack_control *, uint64_t id,
    struct strip *);

#endif
