/* SPDX-License-Identifier: Apache-2.0 */
/* Plain text in lines of so many columns, wide characters counted as two. */
#ifndef REPORTS_FILING_PAGE_H
#define REPORTS_FILING_PAGE_H

#include "monitor/base/bytes.h"

enum { PAGE_COLUMNS = 80 };

/* Appends clean text, broken between words and between wide characters; lines after the first
 * begin at column "indent".  column: where out stands now.  Ends with a line end. */
void page_wrap(struct buffer *out, unsigned column, unsigned indent, const char *text);
/* The same within another width: what cannot be broken and is wider than it stands out. */
void page_wrap_within(struct buffer *out, unsigned width, unsigned column, unsigned indent,
    struct bytes text);
/* page_wrap() behind "indent" blanks and a mark ("- "); lines after the first stand under the
 * text. */
void page_item(struct buffer *out, unsigned indent, const char *mark, const char *text);
/* A line of one character. */
void page_rule(struct buffer *out, char c);

#endif
