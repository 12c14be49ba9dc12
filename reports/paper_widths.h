/* SPDX-License-Identifier: Apache-2.0 */
/* How wide the columns of a table are, in columns of a terminal or units on paper. */
#ifndef REPORTS_PAPER_WIDTHS_H
#define REPORTS_PAPER_WIDTHS_H

#include "reports/paper.h"

/*
 * natural: what each column would take without breaking a line; room: what there is for all;
 * fill: use all of it.  Every width is at least 1; their sum is at most room if that is at least
 * the number of columns.  Columns that need less than their share leave the rest to others.
 */
void paper_widths(const struct paper_table *, const uint32_t *natural, uint32_t room, bool fill,
    uint32_t *width);

#endif
