/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that write the story of an incident share, and nobody else includes. */
#ifndef REPORTS_STORY_PAPER_PART_H
#define REPORTS_STORY_PAPER_PART_H

#include "monitor/state/demarcation.h"
#include "reports/story_paper.h"
#include "reports/story_part.h"

enum { APART_MS = 1000, VIEW_NAME = 160 };

/* An incident as known at one moment. */
struct story_view {
	struct story          *story;
	const struct incident *incident;	/* in the story's state, as the next */
	const struct affair   *affair;		/* or NULL */
	struct duty_verdict   *verdict;		/* at at_ms; NULL: no rules */
	struct demarcation     side;
	int64_t                at_ms;
};

void story_view_name(const struct story_view *, bool newest, char out[VIEW_NAME]);
/* shown: which entries; NULL: all. */
void story_put_entries(struct paper *, const struct filing_source *, const struct story *,
    const char *name, const bool *shown);

/* --- story_facts.c: what is believed of it --- */
void story_moment(int64_t ms, char out[TIME_TEXT]);	/* JST without zone; "" for 0 */
void story_put_times(struct paper *, const struct story_view *);
void story_put_impact(struct paper *, const struct story_view *);
void story_put_side(struct paper *, const struct story_view *);
void story_put_duties(struct paper *, const struct story_view *);

/* --- story_compare.c --- */
/* True if they differ. */
bool story_put_compared(struct paper *, const struct filing_source *, const struct story_view *,
    const struct story_view *, bool newest);

#endif
