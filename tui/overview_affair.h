/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the overview about users, alarms, providers' notices and windows: only what there is. */
#ifndef TUI_OVERVIEW_AFFAIR_H
#define TUI_OVERVIEW_AFFAIR_H

#include "tui/view.h"

enum { OVERVIEW_AFFAIR = 100 };	/* kinds of these rows begin here */

void overview_affair_rows(struct view *, const struct scene *);
void overview_affair_line(const struct scene *, const struct view_row *, struct strip *);
void overview_affair_open(const struct view_row *, struct opening *);

#endif
