/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the graph share: its memory, and the scratch memory of one walk of a fall. */
#ifndef MONITOR_STATE_GRAPH_PRIVATE_H
#define MONITOR_STATE_GRAPH_PRIVATE_H

#include "monitor/state/graph.h"

/* Edges of every node: those of node n are at[first[n]] to at[first[n + 1] - 1]. */
struct graph_side {
	struct graph_edge *at;
	uint32_t          *first;
};

struct graph {
	struct plan       *plan;
	uint32_t           owners;

	struct graph_node *node;
	char             **subject;	/* "instance:amf-1", of each node */
	uint32_t           count;
	uint32_t           base[GRAPH_KINDS];	/* node of the plan's first of each kind */
	uint32_t          *slot;	/* open addressing: node + 1, or 0 */
	uint32_t           slots;	/* a power of two */
	uint32_t          *set_of;	/* of each node: its set, or GRAPH_NONE */

	uint32_t           edges;
	struct graph_side  down, up;

	/* Components: nodes that need each other; numbered so that what is needed comes first. */
	uint32_t          *component;	/* of each node */
	uint32_t           components;
	uint32_t          *member;	/* nodes by component, ascending in each */
	uint32_t          *member_first;	/* components + 1 */
	uint32_t         **upstream;	/* of each component; NULL if empty or not kept */
	uint32_t          *upstream_count;	/* GRAPH_NONE: not kept */
	uint32_t          *cycle;	/* components that are circles, by their first node */
	uint32_t           cycles;
	uint32_t          *cycle_of;	/* of each component, or GRAPH_NONE */
};

void graph_build(struct graph *);		/* nodes and edges from the plan: graph_build.c */
void graph_layer(struct graph *);		/* components, ranks, upstream: graph_layer.c */
uint32_t graph_lookup(const struct graph *, const char *kind, size_t kind_len, const char *name);

/* Scratch memory of falls: made once, used for many. */
struct graph_walk {
	uint32_t *entry;	/* of each node: its place in out + 1, or 0 */
	uint32_t *lost;		/* of each node: members gone, of a SET */
	uint32_t *touched;	/* SETs that lost members */
	uint32_t  touches;
	uint32_t *now, *next;	/* nodes of this layer and the next */
	uint32_t  nexts;
	bool     *waits;	/* of each node: it is in next */
	struct graph_fallen *at;	/* room for every node */
	uint32_t  count;
};

void graph_walk_new(const struct graph *, struct graph_walk *);
void graph_walk_free(struct graph_walk *);
/* As graph_falls; the result is in walk->at until the next one. */
void graph_walk_from(const struct graph *, struct graph_walk *, const uint32_t *nodes,
    uint32_t count);

#endif
