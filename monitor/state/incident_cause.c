/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parents before children: what fails because it needs what failed is part of that incident.  It
 * counts when the needed thing's falling brings it down (k of n included), and only for a while
 * (CAUSE_WINDOW_MS).  Which of two in a circle is the cause is decided by which failed first.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/fold_memory.h"

enum {
	NODES_MAX = 256,	/* set-mates looked at; a set of more is judged by these */
	LOOKS_MAX = 1024	/* open incidents looked at, newest first; a storm has more */
};

bool
incident_is_fresh(const struct state *state, const struct incident *incident)
{
	return time_later(incident->grew_ms, CAUSE_WINDOW_MS) >= state->now_ms;
}

/* An incident of a region is about its sites there only. */
static uint32_t
add_sites(const struct state *state, const struct incident *incident, uint32_t provider,
    uint32_t *nodes)
{
	const struct plan_view *view = state->memory->view;
	uint32_t count = 0;

	for (uint32_t i = 0; i < state->plan->sites && count < NODES_MAX; i++)
		if (view->provider[i] == provider &&
		    strcmp(state->plan->site[i].region, incident->region) == 0)
			nodes[count++] = graph_of(view->graph, GRAPH_SITE, i);
	return count;
}

/* What stands in for the failed instance may have failed before it. */
static uint32_t
add_mates(const struct state *state, uint32_t instance, uint32_t *nodes)
{
	const struct graph *graph = state->memory->view->graph;
	uint32_t set = plan_view_set(state->memory->view, instance), count = 0, edges;
	const struct graph_edge *edge;

	if (set == GRAPH_NONE)
		return 0;
	edge = graph_down(graph, set, &edges);
	for (uint32_t i = 0; i < edges && count < NODES_MAX; i++)
		if (edge[i].kind == GRAPH_MEMBER &&
		    graph_node(graph, edge[i].to)->index != instance &&
		    graph_node(graph, edge[i].to)->index != GRAPH_NONE &&
		    census_instance_fails(state, graph_node(graph, edge[i].to)->index))
			nodes[count++] = edge[i].to;
	return count;
}

static uint32_t
cause_nodes(const struct state *state, const struct incident *incident, uint32_t *nodes)
{
	const struct graph *graph = state->memory->view->graph;
	uint32_t node = incident->subject[0] != '\0' ? graph_find(graph, incident->subject) :
	    GRAPH_NONE;

	if (node == GRAPH_NONE || incident->scope == SCOPE_VANTAGE)
		return 0;
	if (incident->scope == SCOPE_PROVIDER && incident->region[0] != '\0')
		return add_sites(state, incident, node, nodes);
	nodes[0] = node;
	if (incident->scope != SCOPE_INSTANCE || incident->instance == NO_INDEX)
		return 1;
	return 1 + add_mates(state, incident->instance, nodes + 1);
}

static bool
needs_any(const struct graph *graph, uint32_t node, const uint32_t *nodes, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (nodes[i] != node && graph_needs(graph, node, nodes[i]))
			return true;
	return false;
}

static struct fall_memory *
fall_find(struct fold_memory *memory, const uint32_t *nodes, uint32_t count)
{
	for (uint32_t i = 0; i < FALLS_KEPT; i++) {
		struct fall_memory *fall = &memory->fall[i];

		if (fall->count == count && memcmp(fall->node, nodes, count * sizeof(*nodes)) == 0)
			return fall;
	}
	return NULL;
}

/* Worked out once for one cause: a flood asks the same again and again. */
static const struct fall_memory *
fall_of(struct fold_memory *memory, const uint32_t *nodes, uint32_t count)
{
	struct fall_memory *fall = fall_find(memory, nodes, count);
	const struct graph *graph = memory->view->graph;
	struct graph_falls falls;

	if (fall != NULL)
		return fall;
	fall = &memory->fall[memory->fall_turn++ % FALLS_KEPT];
	fall_free(fall);
	fall->count = count;
	fall->node = memory_new(count, sizeof(*fall->node));
	memcpy(fall->node, nodes, count * sizeof(*nodes));
	fall->falls = memory_new(graph_count(graph), sizeof(*fall->falls));
	graph_falls(graph, nodes, count, &falls);
	for (uint32_t i = 0; i < falls.count; i++)
		fall->falls[falls.at[i].node] = falls.at[i].distance > 0;
	graph_falls_free(&falls);
	return fall;
}

void
fall_free(struct fall_memory *fall)
{
	free(fall->node);
	free(fall->falls);
	*fall = (struct fall_memory){ .count = 0 };
}

static bool
explains(const struct state *state, const struct incident *incident, uint32_t node)
{
	uint32_t nodes[NODES_MAX + 1], count = cause_nodes(state, incident, nodes);

	return count > 0 && needs_any(state->memory->view->graph, node, nodes, count) &&
	    fall_of(state->memory, nodes, count)->falls[node];
}

/* It fails now; what recovered explains nothing new.  An instance is needed by declaration only. */
static bool
may_explain(const struct state *state, const struct incident *incident)
{
	if (incident->scope == SCOPE_INSTANCE && state->plan->dependencies == 0)
		return false;
	return (incident->failing > 0 || incident->alarms_standing > 0) &&
	    !incident->by_hand && incident_is_fresh(state, incident);
}

struct incident *
incident_explains(struct state *state, uint32_t node)
{
	const struct fold_memory *memory = state->memory;

	if (node == GRAPH_NONE)
		return NULL;
	for (uint32_t i = memory->opens > LOOKS_MAX ? memory->opens - LOOKS_MAX : 0;
	    i < memory->opens; i++) {
		struct incident *incident = state_incident(state, memory->open[i]);

		if (incident != NULL && may_explain(state, incident) &&
		    explains(state, incident, node))
			return incident;
	}
	return NULL;
}

/* All it is about falls with the other one, which was not seen to fail later than an interval. */
static bool
is_child(const struct state *state, const struct incident *parent, const struct incident *child)
{
	const struct graph *graph = state->memory->view->graph;
	int64_t slack = state->plan->group_wait_ms;
	uint32_t node;

	if (child->by_hand || child->id == parent->id || !incident_is_open(child) ||
	    child->subject[0] == '\0' || child->scope == SCOPE_VANTAGE ||
	    time_later(child->opened_ms, CAUSE_WINDOW_MS) < state->now_ms)
		return false;
	for (uint32_t i = 0; i < parent->members; i++) {
		const struct target_state *target = state_target(state, parent->member[i].target);

		if (target != NULL && target->plan->interval_ms > slack)
			slack = target->plan->interval_ms;
	}
	if (parent->occurred_ms > time_later(child->occurred_ms, slack))
		return false;
	node = graph_find(graph, child->subject);
	return node != GRAPH_NONE && explains(state, parent, node);
}

void
incident_gather(struct state *state, struct incident *parent, const struct cause *cause)
{
	const struct fold_memory *memory = state->memory;
	uint32_t last = memory->opens > LOOKS_MAX ? memory->opens - LOOKS_MAX : 0;

	if (parent->scope == SCOPE_INSTANCE && state->plan->dependencies == 0)
		return;
	/* Absorbing takes it off the list. */
	for (uint32_t i = memory->opens; i > last; i--) {
		struct incident *child = i <= memory->opens ?
		    state_incident(state, memory->open[i - 1]) : NULL;

		if (child != NULL && is_child(state, parent, child))
			incident_absorb(state, parent, child, true, cause);
	}
}
