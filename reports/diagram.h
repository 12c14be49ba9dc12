/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagrams of the network as the plan has it: 設備構成図 (equipment: what stands where),
 * 論理構成図 (logical: services, functions that carry them, instances by site) and
 * 接続構成図 (interconnection: other carriers, providers, what listens).  Equal plans
 * give equal drawings; no box or text overlaps another; where there is too much, alike things
 * are one box with their number.
 */
#ifndef REPORTS_DIAGRAM_H
#define REPORTS_DIAGRAM_H

#include "monitor/state/graph.h"
#include "monitor/state/state.h"
#include "reports/drawing.h"

/* X(NAME, name, title). */
#define DIAGRAM_LIST(X)                                                              \
	X(EQUIPMENT,       equipment,       N_("Equipment diagram"))                 \
	X(LOGICAL,         logical,         N_("Logical diagram"))                   \
	X(INTERCONNECTION, interconnection, N_("Interconnection diagram"))

enum diagram_kind {
#define X(NAME, name, title) DIAGRAM_##NAME,
	DIAGRAM_LIST(X)
#undef X
	DIAGRAMS
};

enum {
	DIAGRAM_SINGLE_MAX = 80,	/* instances drawn one by one; more are grouped */
	DIAGRAM_ROWS_MAX   = 160,	/* sets drawn one by one; more are grouped by function */
	DIAGRAM_SITES_MAX  = 48,	/* columns of the logical diagram; further sites are one */
	DIAGRAM_LINKS_MAX  = 96		/* lines of the interconnection diagram; others counted */
};

/*
 * In the language in use.  state: health is shown by letter and hatch, as it was believed then;
 * NULL: none is shown.  The caller frees the drawing or gives it to a paper.
 */
struct drawing *diagram_draw(enum diagram_kind, const struct graph *, const struct state *);
const char *diagram_name(enum diagram_kind);		/* "equipment" */
const char *diagram_title(enum diagram_kind);		/* N_() */

#endif
