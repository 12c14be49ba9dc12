/* SPDX-License-Identifier: Apache-2.0 */
/* A filing as a paper, for formats that print papers alone. */
#ifndef REPORTS_FILING_PAPER_H
#define REPORTS_FILING_PAPER_H

#include "reports/filing.h"
#include "reports/paper.h"

/* A draft while a field is to be confirmed or entered.  The caller frees. */
struct paper *filing_to_paper(const struct filing *);

/* The control table and the waivers. */
void filing_paper_controls(const struct filing *, struct paper *);
void filing_paper_waivers(const struct filing *, struct paper *);

/* One field with its values, and what a person entered. */
void filing_paper_answer(const struct filing *, const struct filing_answer *, struct paper *);

#endif
