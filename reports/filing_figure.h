/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of a filing about the network, in every format: drawn where the format can, named with
 * what they hold where it cannot.  A filing of an incident has its own (reports/accident_paper.h).
 */
#ifndef REPORTS_FILING_FIGURE_H
#define REPORTS_FILING_FIGURE_H

#include "reports/diagram.h"
#include "reports/filing.h"
#include "reports/paper.h"

/* It is about a network with something in it. */
bool filing_has_figures(const struct filing *);
/* In the language in use; the caller frees.  ERR_LIMIT or ERR_INVALID and NULL: see
 * drawing_check(). */
MUST_USE enum err filing_figure(const struct filing *, enum diagram_kind, struct drawing **,
    struct why *);
/* One sentence: what they are drawn from and which moment they show.  Appended. */
void filing_figures_basis(const struct filing *, struct buffer *out);

/* The section; nothing where there are no figures, but for the text, which has no heading. */
void filing_figures_paper(const struct filing *, struct paper *);
void filing_figures_html(const struct filing *, struct buffer *out);
void filing_figures_text(const struct filing *, struct buffer *out);

#endif
