/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the paper model share, and nobody else includes. */
#ifndef REPORTS_PAPER_PART_H
#define REPORTS_PAPER_PART_H

#include "reports/filing_memory.h"
#include "reports/paper.h"

/* A clean line of the paper's own; counted against its bounds. */
const char *paper_keep(struct paper *, const char *text);
/* Counts octets that the paper takes beside; false if it has failed. */
bool paper_count(struct paper *, size_t octets);
/* True if nothing failed yet. */
bool paper_sound(const struct paper *);
void paper_fail(struct paper *, enum err, const char *fmt, ...) PRINTF(3, 4);
/* The last block if it is of that kind; else the paper has failed: "what" came without it. */
struct paper_block *paper_last(struct paper *, enum paper_kind, const char *what);
/* The cell of a row; an empty one where the row was left short. */
const struct paper_cell *paper_cell_at(const struct paper_table *, uint32_t row, uint32_t column);
/* Calls each for every line of a text with '\n' in it. */
void paper_lines(const char *text, void (*each)(void *arg, struct bytes line, bool first),
    void *arg);

#endif
