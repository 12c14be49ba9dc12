/* SPDX-License-Identifier: Apache-2.0 */
/* Contradictions that stand: controls of that level that are not met and not waived. */
#ifndef TUI_CONTRADICTION_H
#define TUI_CONTRADICTION_H

#include "tui/view.h"

/* The newest of them, newest first, as ids for the functions below; says how many there are. */
uint32_t contradictions_newest(const struct scene *, uint64_t *id, uint32_t max);
void     contradiction_line(const struct scene *, uint64_t id, struct strip *);
/* Leads to the control, with the subject unfolded. */
void     contradiction_open(const struct scene *, uint64_t id, struct opening *);

#endif
