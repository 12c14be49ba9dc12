/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of a filing as asked for: to standard output, or as files with their claims. */
#ifndef REPORTS_FILING_WRITE_H
#define REPORTS_FILING_WRITE_H

#include "reports/filing_claims.h"
#include "reports/report_source.h"

enum { FILING_LANGUAGES_MAX = 2, FILING_FORMATS_MAX = 8 };

struct filing_order {
	const char *report;			/* "self-check": its form */
	const char *language[FILING_LANGUAGES_MAX];	/* none: the one in use */
	size_t      languages;
	unsigned    format[FILING_FORMATS_MAX];	/* rows of the table; none: text */
	size_t      formats;
	const char *folder;			/* NULL: standard output */
	bool        force;			/* replace what is there */
};

/* "ja,en" and "text,html": each once.  ERR_INVALID with what there is. */
MUST_USE enum err filing_languages_read(const char *list, struct filing_order *, struct why *);
MUST_USE enum err filing_formats_read(const char *list, struct filing_order *, struct why *);
const char *filing_format_name(size_t i);	/* "text"; NULL behind the last */

/*
 * Makes and writes all documents; *code as filing_code() has it.  In a folder each file is whole
 * or not there, files that are there already are refused (ERR_INVALID) before any is written, and
 * the hash of each is printed.  Changes the language in use.
 */
MUST_USE enum err filing_write(const struct filing_source *, const struct filing_order *, int *code,
    struct why *);

#endif
