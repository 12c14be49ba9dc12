/* SPDX-License-Identifier: Apache-2.0 */
/* Having sekimori-press print a paper: the program that links Pango, cairo and libxlsxwriter. */
#ifndef REPORTS_PRESS_RUN_H
#define REPORTS_PRESS_RUN_H

#include "reports/paper.h"

/*
 * format is "pdf" or "xlsx"; the document is appended to out.  ERR_NOT_FOUND if the press is not
 * installed, ERR_TIMEOUT after PRESS_MS, ERR_REFUSED with its own sentence if it cannot print the
 * paper (a character without a glyph, too many pages), ERR_LIMIT if the paper exceeds its bounds.
 * Waits for the press; it is ended with this process.
 */
MUST_USE enum err press_run(const struct paper *, const char *format, struct buffer *out,
    struct why *);
/* The same by the program at that path. */
MUST_USE enum err press_run_by(const char *program, const struct paper *, const char *format,
    struct buffer *out, struct why *);

#endif
