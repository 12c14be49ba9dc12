/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the view of one incident share, and nobody else includes. */
#ifndef TUI_INCIDENT_PART_H
#define TUI_INCIDENT_PART_H

#include "monitor/state/incident_view.h"
#include "tui/affair.h"
#include "tui/view.h"

/* Rows; those from IMPACT to CORRECTION are incident_affair.c's and incident_signal.c's. */
enum incident_kind { INCIDENT_BLANK, INCIDENT_MEMBERS, INCIDENT_MEMBER, INCIDENT_NOTES,
	INCIDENT_NOTE, INCIDENT_EVENTS, INCIDENT_EVENT, INCIDENT_PARTS, INCIDENT_PART,
	INCIDENT_IMPACT, INCIDENT_HIT, INCIDENT_CHART, INCIDENT_SIDE, INCIDENT_CLUE,
	INCIDENT_DUTIES, INCIDENT_DUTY, INCIDENT_ALARMS, INCIDENT_ALARM, INCIDENT_SAIDS,
	INCIDENT_SAID, INCIDENT_CORRECTIONS, INCIDENT_CORRECTION };

/* Judged once for all rows: view->memory. */
struct incident_judged {
	struct demarcation  side;
	struct duty_verdict verdict;
	bool                rules;	/* verdict is one */
};

/* Users, responsibility, legal clocks. */
void incident_affair_rows(struct view *, const struct scene *, const struct incident *);
/* False: the row is none of theirs. */
bool incident_affair_line(const struct view *, const struct scene *, const struct incident *,
    const struct view_row *, struct strip *);
bool incident_affair_record(const struct view *, const struct scene *, const struct incident *,
    const struct view_row *, uint64_t *seq);

/* Alarms, the provider's words, corrections, what became part of it. */
void incident_signal_rows(struct view *, const struct scene *, const struct incident *);
bool incident_signal_line(const struct scene *, const struct incident *, const struct view_row *,
    struct strip *);
bool incident_signal_record(const struct scene *, const struct incident *,
    const struct view_row *, uint64_t *seq);

/* A heading, with the blank line before it. */
void incident_heading_row(struct view *, enum incident_kind);

#endif
