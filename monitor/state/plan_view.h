/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fold looks up in the plan in force: who is where, which targets look at one endpoint
 * from several vantages, who runs which site, and who needs whom (graph.h).  Made once for a plan
 * and shared by the copies of a state; never changes.
 */
#ifndef MONITOR_STATE_PLAN_VIEW_H
#define MONITOR_STATE_PLAN_VIEW_H

#include "monitor/state/graph.h"

/* What a subject text names. */
enum ref_kind { REF_NONE, REF_TARGET, REF_NODE };

struct subject_ref {
	enum ref_kind kind;
	uint32_t      target;		/* TARGET: index */
	uint32_t      node;		/* NODE: of the graph */
};

struct index_range { uint32_t at, count; };	/* in a list beside it */

struct plan_view {
	uint32_t      owners;
	struct plan  *plan;		/* held */
	struct graph *graph;
	uint32_t     *site_instance;	/* instances by site */
	struct index_range *of_site;	/* per site */
	uint32_t     *instance_target;	/* targets by instance, then endpoint, then index */
	struct index_range *of_instance;	/* per instance */
	struct index_range *endpoint;	/* per target: in instance_target, all of its endpoint */
	bool         *several;		/* per target: its endpoint has several vantages */
	uint32_t     *provider;		/* per site: node of who runs it, or GRAPH_NONE */
	uint32_t     *vantage;		/* per target: 0 the monitor's own, else index + 1 */
	uint32_t     *by_name;		/* targets ascending by name */
};

struct plan_view *plan_view_new(struct plan *);
struct plan_view *plan_view_hold(struct plan_view *);
void              plan_view_free(struct plan_view *);		/* NULL is fine */

/* "instance:amf-1", "target:x", ...; REF_NONE if the plan has no such thing. */
struct subject_ref plan_view_find(const struct plan_view *, const char *subject);
/* True if the inner one lies within the outer: a target in its instance, a site in its provider. */
bool subject_within(const struct plan_view *, struct subject_ref inner, struct subject_ref outer);
/* The node of the set an instance (by index) is in, or GRAPH_NONE. */
uint32_t plan_view_set(const struct plan_view *, uint32_t instance);
struct subject_ref ref_of_target(uint32_t target);
struct subject_ref ref_of_node(uint32_t node);

#endif
