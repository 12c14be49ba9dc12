/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The paper of "sekimori report dependencies": what falls when something falls, single points of
 * failure, shared fate and circles, from the plan alone.
 */
#ifndef REPORTS_DEPENDENCIES_H
#define REPORTS_DEPENDENCIES_H

#include "monitor/state/graph_survey.h"
#include "reports/filing.h"
#include "reports/paper.h"

enum { DEPENDENCIES_ROWS_MAX = 2000 };	/* of one table; what is left out is counted beneath */

struct dependencies {
	const struct graph  *graph;
	struct graph_survey  survey;
	bool                 japanese;		/* titles in Japanese first */
};

/* "site:tokyo" or, where it has a title, "Tokyo region (site:tokyo)"; appended. */
void dependencies_name(const struct dependencies *, uint32_t node, struct buffer *out);
/*
 * The sections of the paper: all of the network, or what falls when that node falls (GRAPH_NONE:
 * all of it).
 */
void dependencies_print(const struct dependencies *, uint32_t node, struct paper *);
/* True if a service has a single point of failure or there is a circle. */
bool dependencies_wrong(const struct dependencies *);
/* True if a service stops, in part at least, when the node falls. */
bool dependencies_stops(const struct dependencies *, uint32_t node);

#endif
