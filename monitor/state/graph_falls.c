/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What falls when something falls: layer by layer from there upwards, until nothing more falls.
 * A node falls once; a service may stop in further areas later, which is told upwards again.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/graph_private.h"

void
graph_walk_new(const struct graph *graph, struct graph_walk *walk)
{
	size_t count = (size_t)graph->count + 1;

	*walk = (struct graph_walk){
		.entry = memory_new(count, sizeof(*walk->entry)),
		.lost = memory_new(count, sizeof(*walk->lost)),
		.touched = memory_new(count, sizeof(*walk->touched)),
		.now = memory_new(count, sizeof(*walk->now)),
		.next = memory_new(count, sizeof(*walk->next)),
		.waits = memory_new(count, sizeof(*walk->waits)),
		.at = memory_new(count, sizeof(*walk->at)),
	};
}

void
graph_walk_free(struct graph_walk *walk)
{
	free(walk->entry);
	free(walk->lost);
	free(walk->touched);
	free(walk->now);
	free(walk->next);
	free(walk->waits);
	free(walk->at);
}

static uint64_t
all_areas(const struct plan_service *service)
{
	return service->areas == 0 ? 1 : UINT64_MAX >> (64 - service->areas);
}

static const struct plan_service *
service_of(const struct graph *graph, uint32_t node)
{
	const struct graph_node *at = &graph->node[node];

	if (at->kind != GRAPH_SERVICE || at->index == GRAPH_NONE)
		return NULL;
	return &graph->plan->service[at->index];
}

static uint64_t
users_in(const struct plan_service *service, uint64_t areas)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < service->areas; i++)
		if ((areas >> i & 1) != 0 &&
		    __builtin_add_overflow(sum, service->area[i].users, &sum))
			return UINT64_MAX;
	return sum;
}

/* The node is gone (of a service: in these areas); it is looked at in the next layer. */
static void
fall(const struct graph *graph, struct graph_walk *walk, uint32_t node, uint64_t areas,
    uint32_t distance, uint32_t because)
{
	const struct plan_service *service = service_of(graph, node);
	struct graph_fallen *fallen;

	if (service != NULL && areas == 0)
		return;
	if (walk->entry[node] == 0) {
		walk->at[walk->count] = (struct graph_fallen){ .node = node,
			.distance = distance, .because = because, .whole = service == NULL };
		walk->entry[node] = ++walk->count;
	} else if (service == NULL || (areas & ~walk->at[walk->entry[node] - 1].areas) == 0) {
		return;
	}
	fallen = &walk->at[walk->entry[node] - 1];
	if (service != NULL) {
		fallen->areas |= areas;
		fallen->whole = fallen->areas == all_areas(service);
		fallen->users = users_in(service, fallen->areas);
	}
	if (!walk->waits[node])
		walk->next[walk->nexts++] = node;
	walk->waits[node] = true;
}

/* One service needs another: it stops in the areas both name; where they share none, as a whole. */
static uint64_t
areas_across(const struct plan_service *service, const struct plan_service *gone,
    const struct graph_fallen *fallen)
{
	uint64_t bits = 0;
	bool shared = false;

	for (uint32_t i = 0; i < service->areas; i++)
		for (uint32_t k = 0; k < gone->areas; k++) {
			if (strcmp(service->area[i].area, gone->area[k].area) != 0)
				continue;
			shared = true;
			if ((fallen->areas >> k & 1) != 0)
				bits |= UINT64_C(1) << i;
		}
	if (shared)
		return bits;
	return fallen->whole ? all_areas(service) : 0;
}

static bool
set_breaks(const struct graph *graph, struct graph_walk *walk, uint32_t set)
{
	const struct graph_node *node = &graph->node[set];

	if (walk->lost[set]++ == 0)
		walk->touched[walk->touches++] = set;
	return node->members - walk->lost[set] < node->needed;
}

/* What becomes of the one that needs it. */
static void
spread(const struct graph *graph, struct graph_walk *walk, const struct graph_edge *edge,
    const struct graph_fallen *fallen)
{
	uint32_t distance = fallen->distance + 1;
	const struct plan_service *service = service_of(graph, edge->from);
	const struct plan_service *gone = service_of(graph, edge->to);

	if (edge->kind == GRAPH_MEMBER && !set_breaks(graph, walk, edge->from))
		return;
	if (service == NULL && !fallen->whole)
		return;
	if (edge->kind == GRAPH_SERVES)
		fall(graph, walk, edge->from, edge->areas, distance, edge->to);
	else if (service != NULL && gone != NULL)
		fall(graph, walk, edge->from, areas_across(service, gone, fallen), distance,
		    edge->to);
	else
		fall(graph, walk, edge->from, service != NULL ? all_areas(service) : 0, distance,
		    edge->to);
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void
walk_layer(const struct graph *graph, struct graph_walk *walk)
{
	uint32_t count = walk->nexts, *swap = walk->now;

	walk->now = walk->next;
	walk->next = swap;
	walk->nexts = 0;
	qsort(walk->now, count, sizeof(*walk->now), by_number);
	for (uint32_t i = 0; i < count; i++)
		walk->waits[walk->now[i]] = false;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t node = walk->now[i];
		struct graph_fallen fallen = walk->at[walk->entry[node] - 1];

		for (uint32_t e = graph->up.first[node]; e < graph->up.first[node + 1]; e++)
			spread(graph, walk, &graph->up.at[e], &fallen);
	}
}

static int
by_distance(const void *a, const void *b)
{
	const struct graph_fallen *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

void
graph_walk_from(const struct graph *graph, struct graph_walk *walk, const uint32_t *nodes,
    uint32_t count)
{
	walk->count = walk->touches = walk->nexts = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct plan_service *service = service_of(graph, nodes[i]);

		fall(graph, walk, nodes[i], service != NULL ? all_areas(service) : 0, 0,
		    GRAPH_NONE);
	}
	while (walk->nexts > 0)
		walk_layer(graph, walk);
	qsort(walk->at, walk->count, sizeof(*walk->at), by_distance);
	for (uint32_t i = 0; i < walk->count; i++)
		walk->entry[walk->at[i].node] = 0;
	for (uint32_t i = 0; i < walk->touches; i++)
		walk->lost[walk->touched[i]] = 0;
}

void
graph_falls(const struct graph *graph, const uint32_t *nodes, uint32_t count,
    struct graph_falls *out)
{
	struct graph_walk walk;

	graph_walk_new(graph, &walk);
	graph_walk_from(graph, &walk, nodes, count);
	out->count = walk.count;
	out->at = memory_resize(walk.at, walk.count > 0 ? walk.count : 1, sizeof(*walk.at));
	walk.at = NULL;
	graph_walk_free(&walk);
}

void
graph_falls_free(struct graph_falls *falls)
{
	free(falls->at);
	*falls = (struct graph_falls){ 0 };
}

const struct graph_fallen *
graph_fallen_find(const struct graph_falls *falls, uint32_t node)
{
	for (uint32_t i = 0; i < falls->count; i++)
		if (falls->at[i].node == node)
			return &falls->at[i];
	return NULL;
}
