/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One incident as a paper: its times as recorded and as corrected, whom it hit, whose side the
 * evidence points to, which reports are due, and everything that happened in one timeline.  At one
 * moment, or at two beside each other with what differs.
 */
#ifndef REPORTS_STORY_PAPER_H
#define REPORTS_STORY_PAPER_H

#include "reports/report_paper.h"

struct story_asked {
	uint64_t    incident;
	const char *compare;		/* the other moment, as people write it; or NULL */
	bool        as_known;		/* the moment was asked for; else it is the newest */
};

/*
 * As report_paper.make: of where the source stands.  ERR_INVALID: there was no such incident then,
 * or compare is no time.  *code: EXIT_FINDING if two moments differ.
 */
MUST_USE enum err story_paper_make(const struct story_asked *, const struct filing_source *,
    struct paper **, int *code, struct why *);

#endif
