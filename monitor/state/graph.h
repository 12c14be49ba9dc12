/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who needs whom: the dependencies of the network as the plan has it, several layers deep, and
 * what falls when something falls.  Pure and read-only once built; the same plan gives the same
 * numbers.  Nothing recurses on the plan; graph_survey.h looks for what is wrong with it.
 *
 * Edges go from what needs to what is needed: service to the sets that carry it, set to its
 * instances (k of n), instance to site, site to provider, and every declared dependency.
 */
#ifndef MONITOR_STATE_GRAPH_H
#define MONITOR_STATE_GRAPH_H

#include "monitor/base/i18n.h"
#include "monitor/state/plan.h"

/*
 * The kinds in the order of node numbers, what the plan has in its own order before what is only
 * named in it; what only dependencies name comes last.  Words as in "kind:name".
 */
#define GRAPH_KIND_LIST(X)                              \
	X(SERVICE,  service,     N_("service"))         \
	X(SET,      replica_set, N_("replica set"))     \
	X(INSTANCE, instance,    N_("instance"))        \
	X(SITE,     site,        N_("site"))            \
	X(PROVIDER, provider,    N_("provider"))        \
	X(OTHER,    other,       N_("something else"))

enum graph_kind {
#define X(NAME, word, text) GRAPH_##NAME,
	GRAPH_KIND_LIST(X)
#undef X
	GRAPH_KINDS
};

enum {
	/* At most what a plan can name: each thing once, and both ends of each dependency. */
	GRAPH_NODE_MAX = PLAN_SERVICE_MAX + PLAN_SET_MAX + 3 * INSTANCE_MAX + 2 * SITE_MAX +
	    PLAN_PROVIDER_MAX + 2 * PLAN_DEPENDENCY_MAX,
	GRAPH_UPSTREAM_MAX = 4 << 20	/* entries of upstream lists; the rest is walked */
};

#define GRAPH_NONE UINT32_MAX	/* no node; no place in the plan */

struct graph_node {
	enum graph_kind kind;
	const char     *name;		/* "amf-1"; of OTHER as it was written, with its kind */
	uint32_t        index;		/* in the array of its kind, or GRAPH_NONE */
	uint32_t        rank;		/* 0: needs nothing; else above what it needs */
	uint32_t        needed;		/* SET: members it needs to stand, 1 to members */
	uint32_t        members;	/* SET: instances in it */
};

enum graph_edge_kind { GRAPH_SERVES, GRAPH_MEMBER, GRAPH_PLACED, GRAPH_RUN_BY, GRAPH_DECLARED };

struct graph_edge {
	uint32_t             from, to;	/* from needs to */
	enum graph_edge_kind kind;
	uint32_t             index;	/* DECLARED: in plan.dependency; SERVES: in set.serve */
	uint64_t             areas;	/* SERVES: bit per index of the service's areas; else 0 */
};

struct graph;

/*
 * The graph of a plan, which it holds (plan_hold) until it is freed.  Never fails: what a plan can
 * say is bounded.  A set, provider or anything else that is only named becomes a node without a
 * place in the plan.  Members of a set without a section of its own all stand in for each other
 * (needed 1); a declared set needs "needed" of them, or all.
 */
struct graph *graph_new(struct plan *);
struct graph *graph_hold(struct graph *);	/* one more owner: needs one more graph_free */
void          graph_free(struct graph *);	/* NULL is fine */
const struct plan *graph_plan(const struct graph *);

uint32_t graph_count(const struct graph *);		/* nodes are 0 to this - 1 */
const struct graph_node *graph_node(const struct graph *, uint32_t node);
/* "replica_set:amf"; the graph owns it. */
const char *graph_subject(const struct graph *, uint32_t node);
/* By subject, and by place in the plan; GRAPH_NONE if there is no such node.  Both O(1). */
uint32_t graph_find(const struct graph *, const char *subject);
uint32_t graph_of(const struct graph *, enum graph_kind, uint32_t index);
/* The set an instance is a member of; both are nodes.  GRAPH_NONE if it has none. */
uint32_t graph_set_of(const struct graph *, uint32_t instance);

/* Edges of one node, ascending by their other end: what it needs, and what needs it. */
const struct graph_edge *graph_down(const struct graph *, uint32_t node, uint32_t *count);
const struct graph_edge *graph_up(const struct graph *, uint32_t node, uint32_t *count);

/*
 * Whether a depends on b at any depth, wholly or through one of several members.  A node needs
 * itself only on a cycle.  Binary search in a list made when the graph was built; where lists
 * together were too long (GRAPH_UPSTREAM_MAX) it walks, with the same answer.
 */
bool graph_needs(const struct graph *, uint32_t a, uint32_t b);
/* All that node depends on, ascending; NULL where the list was not kept: ask graph_needs. */
const uint32_t *graph_upstream(const struct graph *, uint32_t node, uint32_t *count);

/* Circles of dependence: nodes that need each other, or one that needs itself. */
uint32_t graph_cycles(const struct graph *);
/* The nodes of one, ascending; circles are in the order of their first node. */
const uint32_t *graph_cycle(const struct graph *, uint32_t cycle, uint32_t *count);
/* The circle a node is in, or GRAPH_NONE. */
uint32_t graph_cycle_of(const struct graph *, uint32_t node);

struct graph_fallen {
	uint32_t node;
	uint32_t distance;		/* 0: fell by itself; else steps from there */
	uint32_t because;		/* what it needed and is gone; GRAPH_NONE at distance 0 */
	uint64_t areas;			/* SERVICE: bit per index of its areas that stop; 1: all,
					   where none are declared */
	uint64_t users;			/* SERVICE: in these areas */
	bool     whole;			/* SERVICE: everywhere; all other kinds: true */
};

struct graph_falls {
	struct graph_fallen *at;	/* ascending by distance, then node */
	uint32_t             count;
};

/*
 * All that falls when these nodes fall (each listed at distance 0).  A set falls when fewer members
 * than needed stand.  A service stops where a set that carries it is gone, in the areas that set
 * carries; where a service it needs stops, in the areas of the same name; and everywhere if it
 * needs anything else that is gone.  Other things that need a service fall when all of it stops.
 * Caller frees with graph_falls_free.  Work is bounded by the edges of what falls.
 */
void graph_falls(const struct graph *, const uint32_t *nodes, uint32_t count,
    struct graph_falls *out);
void graph_falls_free(struct graph_falls *);
/* The entry of a node, or NULL. */
const struct graph_fallen *graph_fallen_find(const struct graph_falls *, uint32_t node);

const char *graph_kind_word(enum graph_kind);		/* "replica_set" */
const char *graph_kind_name(enum graph_kind);		/* "replica set", N_() */

#endif
