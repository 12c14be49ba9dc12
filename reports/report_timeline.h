/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A timeline for a pipe: transitions, waivers and verdicts as lines for people or as JSON, under a
 * head that says which ledger, which range, and whether its beliefs were reproduced.
 */
#ifndef REPORTS_REPORT_TIMELINE_H
#define REPORTS_REPORT_TIMELINE_H

#include <jansson.h>

#include "reports/report_walk.h"

struct timeline_text {
	struct report_source *source;
	bool                  json, both;	/* both: observed time on every line */
	struct buffer         lines;		/* without json */
	json_t               *list;		/* with json */
};

void timeline_text_begin(struct timeline_text *, struct report_source *, bool json, bool both);
void timeline_text_add(struct timeline_text *, const struct state *, const struct transition *);
void timeline_text_add_judged(struct timeline_text *, const struct judged_change *);
void timeline_text_add_waiver(struct timeline_text *, const struct waiver *, enum waiver_step);
/* Prints head and transitions on standard output. */
void timeline_text_print(const struct timeline_text *, const struct walk *);
void timeline_text_free(struct timeline_text *);

#endif
