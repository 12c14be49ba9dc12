/* SPDX-License-Identifier: Apache-2.0 */
/* Phrases that the formats for people share; they look at the model alone. */
#ifndef REPORTS_FILING_PHRASE_H
#define REPORTS_FILING_PHRASE_H

#include "reports/filing.h"

/* "#12, #15 and 3 more": at most FILING_SUBJECTS_SHOWN of them. */
void phrase_cites(struct buffer *, const uint64_t *cite, uint32_t cites);
/* "target:a, target:b and 3 more", likewise. */
void phrase_subjects(struct buffer *, const char *const *subject, uint32_t subjects);
/* "2026-11-20 09:15:30 JST, 2m before". */
void phrase_age(struct buffer *, const struct filing *, int64_t as_of_ms);
/* What stands beside a value: how it is known, when, of what, by which records. */
void phrase_beside(struct buffer *, const struct filing *, const struct filing_value *);
/* "observed", "observed, CONTRADICTS what is declared", "last observed ...". */
void phrase_basis(struct buffer *, const struct filing_value *);
/* What must happen with a field: "to be confirmed by X", or "". */
void phrase_duty(struct buffer *, const struct filing_answer *);
/* "met 12, not met 1, ..." with what is not 0. */
void phrase_counts(struct buffer *, const uint32_t count[VERDICTS], uint32_t undecided);
/* The head of a filing, line by line: label and text; false behind the last. */
bool phrase_head(const struct filing *, unsigned line, const char **label, struct buffer *text);
const char *phrase_level(enum level);		/* translated */

/* Findings of one control that differ by subject alone stand together: [from, end). */
uint32_t phrase_group(const struct filing_control *, uint32_t from);

#endif
