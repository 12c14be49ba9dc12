/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of a fiscal year (F9) as it was ordered: its rows, its paper, and how it is recorded,
 * frozen and bundled.  FILING.report of a list is "yearly-list/2026": the year tells lists apart.
 */
#ifndef REPORTS_YEARLY_H
#define REPORTS_YEARLY_H

#include "monitor/state/incident_view.h"
#include "reports/accident_edition.h"
#include "reports/report_paper.h"

struct yearly {
	struct report_paper paper;
	const char *bundle;
	char        report[40];		/* "yearly-list/2026" */
	int64_t     year, from_ms, to_ms;	/* 1 April, 0:00 JST, to the next */
	bool        withhold, record, freeze, as_known;
	uint64_t    edition;		/* of the list that is made; 0: it is not frozen */
	uint64_t    previous;		/* record of the edition it replaces, or 0 */
	uint32_t    required;		/* fields a frozen one must have and it lacks: set by
					 * making it */
};

/* Whether the incident is one of its rows: RR 7-3(1), and no major accident. */
bool yearly_lists(const struct yearly *, const struct filing_source *, const struct incident *);
/* One row as a filing in the language in use; filing_free(), then accident_close(), in any case. */
MUST_USE enum err yearly_row(const struct yearly *, const struct filing_source *,
    const struct form *, uint64_t incident, struct accident **, struct filing **, struct why *);
/* As report_paper.make; arg is the list. */
MUST_USE enum err yearly_make(void *arg, const struct filing_source *, struct paper **, int *code,
    struct why *);
/* Files, record and bundle, as asked; the exit code. */
int yearly_file(const struct command *, struct yearly *);

#endif
