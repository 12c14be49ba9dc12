/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a network before anything fails: things whose fall alone stops a service, and
 * redundancy that is not one because those that stand in for each other depend on one thing.
 *
 * Looked at are the things that can fail by themselves: instances, sites, providers, whatever else
 * a dependency names, and services and sets with nothing beneath them.  Circles of dependence are
 * in graph.h.
 */
#ifndef MONITOR_STATE_GRAPH_SURVEY_H
#define MONITOR_STATE_GRAPH_SURVEY_H

#include "monitor/state/graph.h"

enum {
	GRAPH_POINTS_MAX = 1 << 20,	/* points listed; the rest is counted */
	GRAPH_FATES_MAX  = 1 << 20	/* members listed over all fates; later fates are counted */
};

/* A single point of failure of a service. */
struct graph_point {
	uint32_t service, node;
	uint32_t distance;		/* steps from the node up to the service */
	uint64_t areas, users;		/* as in graph_fallen */
	bool     whole;
};

/* Members of a set that fall together; or sets of one service whose members are of one function. */
struct graph_fate {
	uint32_t        of;		/* the SET, or the SERVICE */
	uint32_t        node;		/* what they all depend on */
	const uint32_t *member;		/* those that fall with it, ascending; at least two */
	uint32_t        members;
	uint32_t        standing;	/* how many are left */
	bool            breaks;		/* the set is gone; all those sets are gone */
};

struct graph_survey {
	struct graph_point *point;	/* by service, then distance, then node */
	uint32_t            points;
	struct graph_fate  *fate;	/* by what it is of, then node */
	uint32_t            fates;
	uint64_t            points_left, fates_left;	/* not listed, over the bounds */
	uint32_t           *memory;	/* owns the members */
};

/* Whether the fall of the node is looked at. */
bool graph_can_fall(const struct graph *, uint32_t node);
void graph_survey(const struct graph *, struct graph_survey *out);
void graph_survey_free(struct graph_survey *);

#endif
