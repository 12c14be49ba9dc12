/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory of a filing and of a form: taken piece by piece, given back at once.  Texts are cleaned
 * on their way in, so that no format meets a character that steers, hides or reorders.
 */
#ifndef REPORTS_FILING_MEMORY_H
#define REPORTS_FILING_MEMORY_H

#include "monitor/base/bytes.h"

struct filing_memory;

struct filing_memory *filing_memory_new(void);
void filing_memory_free(struct filing_memory *);		/* NULL is fine */
void *filing_array(struct filing_memory *, size_t count, size_t size);	/* zeroed */
/*
 * Room for one more entry behind count entries of an array that grows by this call alone; the
 * array may move.  NULL is an empty array.
 */
void *filing_grow(struct filing_memory *, void *array, uint32_t count, size_t size);
/* One clean line: see text_clean(). */
const char *filing_text(struct filing_memory *, struct bytes);
const char *filing_print(struct filing_memory *, const char *fmt, ...) PRINTF(2, 3);

/*
 * Appends text as one line of valid UTF-8: line ends and tabs become blanks; octets that are no
 * UTF-8 and controls become \xNN, characters that hide or turn direction (UAX 9) \u{NNNN}.
 */
void text_clean(struct buffer *out, struct bytes text);
/* Columns a terminal takes for clean text: 2 for wide characters, 0 for joining marks. */
unsigned text_columns(struct bytes clean);
/* Takes the next character of clean text: its octets; *columns as above; 0 at the end. */
size_t text_character(struct bytes clean, unsigned *columns);

#endif
