/* SPDX-License-Identifier: Apache-2.0 */
/* The graph as it is asked: its memory, its nodes and edges, and who depends on whom. */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/graph_private.h"

struct graph *
graph_new(struct plan *plan)
{
	struct graph *graph = memory_new(1, sizeof(*graph));

	graph->plan = plan_hold(plan);
	graph->owners = 1;
	graph_build(graph);
	graph_layer(graph);
	return graph;
}

struct graph *
graph_hold(struct graph *graph)
{
	graph->owners++;
	return graph;
}

void
graph_free(struct graph *graph)
{
	if (graph == NULL || --graph->owners > 0)
		return;
	for (uint32_t i = 0; i < graph->count; i++)
		free(graph->subject[i]);
	for (uint32_t i = 0; i < graph->components; i++)
		free(graph->upstream[i]);
	free(graph->subject);
	free(graph->node);
	free(graph->slot);
	free(graph->set_of);
	free(graph->down.at);
	free(graph->down.first);
	free(graph->up.at);
	free(graph->up.first);
	free(graph->component);
	free(graph->member);
	free(graph->member_first);
	free(graph->upstream);
	free(graph->upstream_count);
	free(graph->cycle);
	free(graph->cycle_of);
	plan_free(graph->plan);
	free(graph);
}

const struct plan *
graph_plan(const struct graph *graph)
{
	return graph->plan;
}

uint32_t
graph_count(const struct graph *graph)
{
	return graph->count;
}

const struct graph_node *
graph_node(const struct graph *graph, uint32_t node)
{
	return &graph->node[node];
}

const char *
graph_subject(const struct graph *graph, uint32_t node)
{
	return graph->subject[node];
}

uint32_t
graph_find(const struct graph *graph, const char *subject)
{
	const char *colon = strchr(subject, ':');

	if (colon == NULL)
		return GRAPH_NONE;
	return graph_lookup(graph, subject, (size_t)(colon - subject), colon + 1);
}

uint32_t
graph_of(const struct graph *graph, enum graph_kind kind, uint32_t index)
{
	const struct plan *plan = graph->plan;
	const uint32_t counts[GRAPH_KINDS] = {
		[GRAPH_SERVICE] = plan->services, [GRAPH_SET] = plan->sets,
		[GRAPH_INSTANCE] = plan->instances, [GRAPH_SITE] = plan->sites,
		[GRAPH_PROVIDER] = plan->providers,
	};

	return index < counts[kind] ? graph->base[kind] + index : GRAPH_NONE;
}

uint32_t
graph_set_of(const struct graph *graph, uint32_t instance)
{
	return graph->set_of[instance];
}

static const struct graph_edge *
side_of(const struct graph_side *side, uint32_t node, uint32_t *count)
{
	*count = side->first[node + 1] - side->first[node];
	return &side->at[side->first[node]];
}

const struct graph_edge *
graph_down(const struct graph *graph, uint32_t node, uint32_t *count)
{
	return side_of(&graph->down, node, count);
}

const struct graph_edge *
graph_up(const struct graph *graph, uint32_t node, uint32_t *count)
{
	return side_of(&graph->up, node, count);
}

/* Where no list was kept: everything below a is walked once at most. */
static bool
walk_needs(const struct graph *graph, uint32_t a, uint32_t b)
{
	bool *seen = memory_new(graph->count, sizeof(*seen)), found = false;
	uint32_t *stack = memory_new((size_t)graph->count + 1, sizeof(*stack)), depth = 0;

	stack[depth++] = a;
	while (depth > 0 && !found) {
		uint32_t node = stack[--depth];

		for (uint32_t e = graph->down.first[node]; e < graph->down.first[node + 1]; e++) {
			uint32_t to = graph->down.at[e].to;

			found = found || to == b;
			if (!seen[to])
				stack[depth++] = to;
			seen[to] = true;
		}
	}
	free(seen);
	free(stack);
	return found;
}

bool
graph_needs(const struct graph *graph, uint32_t a, uint32_t b)
{
	uint32_t component = graph->component[a];
	uint32_t low = 0, high = graph->upstream_count[component];
	const uint32_t *list = graph->upstream[component];

	if (high == GRAPH_NONE)
		return walk_needs(graph, a, b);
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (list[middle] == b)
			return true;
		if (list[middle] < b)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

const uint32_t *
graph_upstream(const struct graph *graph, uint32_t node, uint32_t *count)
{
	static const uint32_t none;
	uint32_t component = graph->component[node];

	*count = graph->upstream_count[component];
	if (*count == 0)
		return &none;
	if (*count == GRAPH_NONE)
		*count = 0;
	return graph->upstream[component];
}

uint32_t
graph_cycles(const struct graph *graph)
{
	return graph->cycles;
}

const uint32_t *
graph_cycle(const struct graph *graph, uint32_t cycle, uint32_t *count)
{
	uint32_t component = graph->cycle[cycle];

	*count = graph->member_first[component + 1] - graph->member_first[component];
	return &graph->member[graph->member_first[component]];
}

uint32_t
graph_cycle_of(const struct graph *graph, uint32_t node)
{
	return graph->cycle_of[graph->component[node]];
}
