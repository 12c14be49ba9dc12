/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The layers of the graph: circles as strongly connected components (Tarjan's algorithm with a
 * stack of its own), ranks, and for each component the sorted list of all it depends on.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/graph_private.h"

/* Tarjan: order is 0 while a node was not seen; low is the oldest node it reaches on the stack. */
struct layering {
	uint32_t *order, *low;
	uint32_t *stack;  uint32_t depth;	/* nodes whose component is not known yet */
	uint32_t *path;   uint32_t length;	/* the walk: nodes ... */
	uint32_t *edge;				/* ... and for each node its next edge */
	bool     *on_stack;
	uint32_t  seen, put;
};

static void
enter(struct graph *graph, struct layering *work, uint32_t node)
{
	work->order[node] = work->low[node] = ++work->seen;
	work->edge[node] = graph->down.first[node];
	work->stack[work->depth++] = node;
	work->on_stack[node] = true;
	work->path[work->length++] = node;
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void
leave(struct graph *graph, struct layering *work, uint32_t node)
{
	uint32_t first = work->put, member;

	work->length--;
	if (work->length > 0) {
		uint32_t before = work->path[work->length - 1];

		if (work->low[node] < work->low[before])
			work->low[before] = work->low[node];
	}
	if (work->low[node] != work->order[node])
		return;
	do {
		member = work->stack[--work->depth];
		work->on_stack[member] = false;
		graph->component[member] = graph->components;
		graph->member[work->put++] = member;
	} while (member != node);
	qsort(&graph->member[first], work->put - first, sizeof(*graph->member), by_number);
	graph->member_first[++graph->components] = work->put;
}

static void
step(struct graph *graph, struct layering *work)
{
	uint32_t node = work->path[work->length - 1], to;

	if (work->edge[node] == graph->down.first[node + 1]) {
		leave(graph, work, node);
		return;
	}
	to = graph->down.at[work->edge[node]++].to;
	if (work->order[to] == 0)
		enter(graph, work, to);
	else if (work->on_stack[to] && work->order[to] < work->low[node])
		work->low[node] = work->order[to];
}

static void
find_components(struct graph *graph)
{
	size_t count = (size_t)graph->count + 1;
	struct layering work = {
		.order = memory_new(count, sizeof(uint32_t)),
		.low = memory_new(count, sizeof(uint32_t)),
		.stack = memory_new(count, sizeof(uint32_t)),
		.path = memory_new(count, sizeof(uint32_t)),
		.edge = memory_new(count, sizeof(uint32_t)),
		.on_stack = memory_new(count, sizeof(bool)),
	};

	graph->component = memory_new(count, sizeof(*graph->component));
	graph->member = memory_new(count, sizeof(*graph->member));
	graph->member_first = memory_new(count, sizeof(*graph->member_first));
	for (uint32_t node = 0; node < graph->count; node++) {
		if (work.order[node] == 0)
			enter(graph, &work, node);
		while (work.length > 0)
			step(graph, &work);
	}
	free(work.order);
	free(work.low);
	free(work.stack);
	free(work.path);
	free(work.edge);
	free(work.on_stack);
}

static bool
is_circle(const struct graph *graph, uint32_t component)
{
	uint32_t first = graph->member_first[component], node = graph->member[first];

	if (graph->member_first[component + 1] - first > 1)
		return true;
	for (uint32_t e = graph->down.first[node]; e < graph->down.first[node + 1]; e++)
		if (graph->down.at[e].to == node)
			return true;
	return false;
}

static void
find_cycles(struct graph *graph)
{
	graph->cycle_of = memory_new((size_t)graph->components + 1, sizeof(*graph->cycle_of));
	graph->cycle = memory_new((size_t)graph->components + 1, sizeof(*graph->cycle));
	memset(graph->cycle_of, 0xff, graph->components * sizeof(*graph->cycle_of));
	for (uint32_t node = 0; node < graph->count; node++) {
		uint32_t component = graph->component[node];

		if (graph->member[graph->member_first[component]] != node ||
		    !is_circle(graph, component))
			continue;
		graph->cycle_of[component] = graph->cycles;
		graph->cycle[graph->cycles++] = component;
	}
}

static void
find_ranks(struct graph *graph)
{
	for (uint32_t c = 0; c < graph->components; c++) {
		uint32_t rank = 0;

		for (uint32_t m = graph->member_first[c]; m < graph->member_first[c + 1]; m++) {
			uint32_t node = graph->member[m];

			for (uint32_t e = graph->down.first[node]; e < graph->down.first[node + 1];
			     e++) {
				uint32_t to = graph->down.at[e].to;

				if (graph->component[to] != c && graph->node[to].rank >= rank)
					rank = graph->node[to].rank + 1;
			}
		}
		for (uint32_t m = graph->member_first[c]; m < graph->member_first[c + 1]; m++)
			graph->node[graph->member[m]].rank = rank;
	}
}

/* The list of one component as it grows: nodes that bear its mark are in it. */
struct gather {
	uint32_t *mark;			/* of each node: the last component + 1 it was put for */
	uint32_t *list;
	uint32_t  count, room;
};

/* False once the list is longer than what may be kept. */
static bool
gather_put(struct gather *gather, uint32_t component, uint32_t node)
{
	if (gather->mark[node] == component + 1)
		return true;
	if (gather->count == gather->room)
		return false;
	gather->mark[node] = component + 1;
	gather->list[gather->count++] = node;
	return true;
}

/* All that is needed there comes before, so its list is known, or was too long. */
static bool
gather_needed(const struct graph *graph, struct gather *gather, uint32_t component, uint32_t to)
{
	uint32_t other = graph->component[to];

	if (!gather_put(gather, component, to))
		return false;
	if (other == component)
		return true;
	if (graph->upstream_count[other] == GRAPH_NONE)
		return false;
	for (uint32_t i = 0; i < graph->upstream_count[other]; i++)
		if (!gather_put(gather, component, graph->upstream[other][i]))
			return false;
	return true;
}

static bool
gather_component(const struct graph *graph, struct gather *gather, uint32_t component)
{
	gather->count = 0;
	for (uint32_t m = graph->member_first[component]; m < graph->member_first[component + 1];
	     m++) {
		uint32_t node = graph->member[m];

		for (uint32_t e = graph->down.first[node]; e < graph->down.first[node + 1]; e++)
			if (!gather_needed(graph, gather, component, graph->down.at[e].to))
				return false;
	}
	return true;
}

static void
find_upstream(struct graph *graph)
{
	uint32_t left = GRAPH_UPSTREAM_MAX;
	struct gather gather = {
		.mark = memory_new((size_t)graph->count + 1, sizeof(uint32_t)),
		.list = memory_new((size_t)graph->count + 1, sizeof(uint32_t)),
	};

	graph->upstream = memory_new((size_t)graph->components + 1, sizeof(*graph->upstream));
	graph->upstream_count = memory_new((size_t)graph->components + 1, sizeof(uint32_t));
	for (uint32_t c = 0; c < graph->components; c++) {
		gather.room = left < graph->count ? left : graph->count;
		if (!gather_component(graph, &gather, c)) {
			graph->upstream_count[c] = GRAPH_NONE;
			continue;
		}
		graph->upstream_count[c] = gather.count;
		if (gather.count == 0)
			continue;
		left -= gather.count;
		graph->upstream[c] = memory_new(gather.count, sizeof(uint32_t));
		qsort(gather.list, gather.count, sizeof(uint32_t), by_number);
		memcpy(graph->upstream[c], gather.list, gather.count * sizeof(uint32_t));
	}
	free(gather.mark);
	free(gather.list);
}

void
graph_layer(struct graph *graph)
{
	find_components(graph);
	find_cycles(graph);
	find_ranks(graph);
	find_upstream(graph);
}
