/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that fill papers about incidents share, and nobody else includes. */
#ifndef REPORTS_ACCIDENT_PART_H
#define REPORTS_ACCIDENT_PART_H

#include "reports/accident.h"
#include "reports/filing_part.h"

/* Adds a value: what was folded (observed), is declared, or is derived (0), by a record. */
void accident_add(struct filling *, unsigned basis, const char *name, const char *subject,
    const char *text, uint64_t cite);
/* A value somebody else gives a how of its own. */
void accident_add_how(struct filling *, unsigned basis, const char *name, const char *text,
    const char *how, uint64_t cite);

/* --- accident_users.c: whom it hit --- */
void accident_services(struct filling *);
void accident_areas(struct filling *);
void accident_users(struct filling *);
void accident_measured(struct filling *);	/* accident_measured.c: falls of what they count */
void accident_emergency(struct filling *);
void accident_classes(struct filling *);	/* rows of ORD 58(2) */
/* "voice service that handles emergency calls"; translated */
const char *service_class_title(uint32_t class);
/* "voice" as people call it; the plan's title in the language in use. */
const char *accident_service_title(const struct accident *, const struct hit *);

/* --- accident_equipment.c: what failed, where, on whose side --- */
void accident_place(struct filling *);
void accident_equipment(struct filling *);
void accident_place_class(struct filling *);
void accident_functions(struct filling *);
void accident_cause_class(struct filling *);
void accident_clues(struct filling *);
void accident_providers(struct filling *);

/* --- accident_story.c: what happened and what was done --- */
void accident_outline(struct filling *);
void accident_measures(struct filling *);
void accident_notices(struct filling *);
void accident_restriction(struct filling *);
void accident_rules(struct filling *);
void accident_evidence(struct filling *);
void accident_conditions(struct filling *, bool situations);
void accident_not_major(struct filling *);

/* What a story entry cites is quoted, unless it shall stay out: "(withheld)". */
void accident_said(const struct accident *, struct hash, struct buffer *);

/* What a person entered or confirmed takes its place in the answer; counts what lacks. */
void accident_answer(struct maker *, struct filing_answer *);

/* Dispatches to the above: the part's source. */
void accident_fill(struct filling *);

#endif
