/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of configuration: type, range, default, help.  Each module owns its rows; parsing,
 * checking, the commented default file and the manual come from them.
 */
#ifndef MONITOR_BASE_OPTION_H
#define MONITOR_BASE_OPTION_H

#include "monitor/base/timetext.h"

enum option_type {
	OPTION_TEXT,		/* minimum..maximum octets */
	OPTION_WORD,		/* one of the words in "words", separated by blanks */
	OPTION_INTEGER,		/* minimum..maximum */
	OPTION_FLAG,		/* true or false */
	OPTION_DURATION,	/* "30s"; minimum..maximum milliseconds */
	OPTION_SIZE,		/* "16KiB"; minimum..maximum octets */
	OPTION_FILE,		/* path of a public file (certificates); kept as a blob */
	OPTION_SECRET,		/* path of a file with a secret; never recorded, never literal */
	OPTION_FOLDER,		/* path of a folder whose files a probe reads in its rounds */
	OPTION_FIXED,		/* decimal number with up to six places, in millionths */
	OPTION_DATE		/* "2026-04-01" in JST, or a civil time of timetext.h */
};

struct option_row {
	const char      *name;
	enum option_type type;
	bool             required;
	int64_t          minimum, maximum;	/* both 0: no range */
	const char      *otherwise;	/* default as written in the file, NULL if none */
	const char      *words;		/* OPTION_WORD */
	const char      *help;		/* N_() */
};

/* The value as one text ("30s", "true") against its row; the sentence names the row. */
MUST_USE enum err option_check(const struct option_row *, const char *value, struct why *);
/* NULL if there is none; rows end with a NULL name. */
const struct option_row *option_find(const struct option_row *rows, const char *name);

/* "duration, 1s to 1d, 60s if not given", in the reader's language, for help and manual. */
void option_describe(const struct option_row *, struct buffer *);

/* A whole number of int64_t ("-5"); a decimal number with up to six places, in millionths. */
MUST_USE enum err integer_read(const char *text, int64_t *value);
MUST_USE enum err fixed_read(const char *text, int64_t *millionths);
void fixed_text(int64_t millionths, char out[TIME_TEXT]);	/* "35.681236", "-0.5", "0" */

#endif
