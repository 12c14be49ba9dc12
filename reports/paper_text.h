/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the text format of a paper share. */
#ifndef REPORTS_PAPER_TEXT_H
#define REPORTS_PAPER_TEXT_H

#include "reports/paper.h"

struct text {
	struct buffer *out;
	unsigned       width;		/* columns of a line */
};

/* A line behind "indent" blanks and a mark; lines after the first stand under it. */
void text_put(const struct text *, unsigned indent, const char *mark, const char *line);
void text_rule(const struct text *, char);
void text_blanks(struct buffer *, unsigned count);
void text_table(const struct paper *, const struct paper_table *, const struct text *);
/* "records #12, #15, ... (+3)", or nothing; for every format for people. */
void paper_cites_text(const struct paper *, const struct paper_entry *, struct buffer *out);

#endif
