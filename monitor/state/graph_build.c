/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The graph from the plan: one node for everything that is declared or named, one edge for every
 * need, both sorted so that the same plan always gives the same numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/graph_private.h"

static const struct { const char *word, *name; } kinds[GRAPH_KINDS] = {
#define X(NAME, word, text) { #word, text },
	GRAPH_KIND_LIST(X)
#undef X
};

const char *
graph_kind_word(enum graph_kind kind)
{
	return kinds[kind].word;
}

const char *
graph_kind_name(enum graph_kind kind)
{
	return kinds[kind].name;
}

/* A plan made by hand may leave texts out. */
static const char *
given(const char *text)
{
	return text != NULL ? text : "";
}

/* FNV-1a over "kind:name". */
static uint32_t
subject_number(const char *kind, size_t kind_len, const char *name)
{
	uint32_t number = UINT32_C(0x811c9dc5);

	for (size_t i = 0; i < kind_len; i++)
		number = (number ^ (uint8_t)kind[i]) * UINT32_C(0x01000193);
	number = (number ^ (uint8_t)':') * UINT32_C(0x01000193);
	for (; *name != '\0'; name++)
		number = (number ^ (uint8_t)*name) * UINT32_C(0x01000193);
	return number ^ number >> 16;
}

/* The slot that holds it, or the free one where it belongs. */
static uint32_t
slot_of(const struct graph *graph, const char *kind, size_t kind_len, const char *name)
{
	uint32_t at = subject_number(kind, kind_len, name) & (graph->slots - 1);

	for (; graph->slot[at] != 0; at = (at + 1) & (graph->slots - 1)) {
		const char *subject = graph->subject[graph->slot[at] - 1];

		if (strncmp(subject, kind, kind_len) == 0 && subject[kind_len] == ':' &&
		    strcmp(subject + kind_len + 1, name) == 0)
			break;
	}
	return at;
}

uint32_t
graph_lookup(const struct graph *graph, const char *kind, size_t kind_len, const char *name)
{
	return graph->slot[slot_of(graph, kind, kind_len, name)] - 1;
}

static enum graph_kind
kind_of(const char *word, size_t len)
{
	for (enum graph_kind kind = 0; kind < GRAPH_OTHER; kind++)
		if (strlen(kinds[kind].word) == len && strncmp(kinds[kind].word, word, len) == 0)
			return kind;
	return GRAPH_OTHER;
}

/* The node of that subject, made if there is none. */
static uint32_t
node_for(struct graph *graph, const char *word, size_t word_len, const char *name, uint32_t index)
{
	uint32_t slot = slot_of(graph, word, word_len, name);
	struct buffer subject = { 0 };
	struct graph_node *node;

	/* Two things of one name, in a plan nobody checked: both are nodes, the first is found. */
	if (graph->slot[slot] != 0 && index == GRAPH_NONE)
		return graph->slot[slot] - 1;
	node = &graph->node[graph->count];
	buffer_print(&subject, "%.*s:%s", (int)word_len, word, name);
	graph->subject[graph->count] = memory_text(bytes_of_buffer(&subject));
	buffer_free(&subject);
	node->kind = kind_of(word, word_len);
	node->name = graph->subject[graph->count];
	if (node->kind != GRAPH_OTHER)
		node->name += word_len + 1;
	node->index = index;
	if (graph->slot[slot] == 0)
		graph->slot[slot] = graph->count + 1;
	return graph->count++;
}

static uint32_t
thing(struct graph *graph, enum graph_kind kind, const char *name, uint32_t index)
{
	return node_for(graph, kinds[kind].word, strlen(kinds[kind].word), given(name), index);
}

/* "kind:name" as a dependency has it; without a colon it is a kind without a name. */
static uint32_t
named(struct graph *graph, const char *subject)
{
	const char *colon = strchr(subject, ':');
	size_t len = colon != NULL ? (size_t)(colon - subject) : strlen(subject);

	return node_for(graph, subject, len, colon != NULL ? colon + 1 : "", GRAPH_NONE);
}

static void
build_nodes(struct graph *graph)
{
	const struct plan *plan = graph->plan;

	for (uint32_t i = 0; i < plan->services; i++)
		thing(graph, GRAPH_SERVICE, plan->service[i].name, i);
	graph->base[GRAPH_SET] = graph->count;
	for (uint32_t i = 0; i < plan->sets; i++)
		thing(graph, GRAPH_SET, plan->set[i].name, i);
	for (uint32_t i = 0; i < plan->instances; i++)
		if (given(plan->instance[i].replica_set)[0] != '\0')
			thing(graph, GRAPH_SET, plan->instance[i].replica_set, GRAPH_NONE);
	graph->base[GRAPH_INSTANCE] = graph->count;
	for (uint32_t i = 0; i < plan->instances; i++)
		thing(graph, GRAPH_INSTANCE, plan->instance[i].name, i);
	graph->base[GRAPH_SITE] = graph->count;
	for (uint32_t i = 0; i < plan->sites; i++)
		thing(graph, GRAPH_SITE, plan->site[i].name, i);
	graph->base[GRAPH_PROVIDER] = graph->count;
	for (uint32_t i = 0; i < plan->providers; i++)
		thing(graph, GRAPH_PROVIDER, plan->provider[i].name, i);
	for (uint32_t i = 0; i < plan->sites; i++)
		if (given(plan->site[i].provider)[0] != '\0')
			thing(graph, GRAPH_PROVIDER, plan->site[i].provider, GRAPH_NONE);
	for (uint32_t i = 0; i < plan->dependencies; i++) {
		named(graph, given(plan->dependency[i].from));
		named(graph, given(plan->dependency[i].to));
	}
}

static void
edge_put(struct graph *graph, enum graph_edge_kind kind, uint32_t from, uint32_t to,
    uint32_t index)
{
	graph->down.at[graph->edges++] =
	    (struct graph_edge){ .from = from, .to = to, .kind = kind, .index = index };
}

static bool
list_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list != '\0') {
		size_t blank = strspn(list, ", \t"), part = strcspn(list + blank, ",");
		const char *at = list + blank;

		list = at + part;
		while (part > 0 && (at[part - 1] == ' ' || at[part - 1] == '\t'))
			part--;
		if (part == len && strncmp(at, word, len) == 0)
			return true;
	}
	return false;
}

/* The areas of the service which the set carries, a bit each; all if it names none. */
static uint64_t
served_areas(const struct plan_service *service, const char *areas)
{
	uint64_t all = service->areas == 0 ? 1 : UINT64_MAX >> (64 - service->areas), bits = 0;

	if (given(areas)[0] == '\0' || service->areas == 0)
		return all;
	for (uint32_t i = 0; i < service->areas; i++)
		if (list_has(areas, service->area[i].area))
			bits |= UINT64_C(1) << i;
	return bits;
}

static void
build_serves(struct graph *graph)
{
	const struct plan *plan = graph->plan;

	for (uint32_t i = 0; i < plan->sets; i++)
		for (uint32_t k = 0; k < plan->set[i].serves; k++) {
			const struct plan_serve *serve = &plan->set[i].serve[k];

			edge_put(graph, GRAPH_SERVES, serve->service, graph->base[GRAPH_SET] + i,
			    k);
			graph->down.at[graph->edges - 1].areas =
			    served_areas(&plan->service[serve->service], serve->areas);
		}
}

static void
build_instances(struct graph *graph)
{
	const struct plan *plan = graph->plan;

	for (uint32_t i = 0; i < plan->instances; i++) {
		uint32_t node = graph->base[GRAPH_INSTANCE] + i;

		if (given(plan->instance[i].replica_set)[0] != '\0') {
			uint32_t set = thing(graph, GRAPH_SET, plan->instance[i].replica_set,
			    GRAPH_NONE);

			graph->set_of[node] = set;
			graph->node[set].members++;
			edge_put(graph, GRAPH_MEMBER, set, node, i);
		}
		if (plan->instance[i].site < plan->sites)
			edge_put(graph, GRAPH_PLACED, node,
			    graph->base[GRAPH_SITE] + plan->instance[i].site, 0);
	}
	for (uint32_t i = 0; i < plan->sites; i++)
		if (given(plan->site[i].provider)[0] != '\0')
			edge_put(graph, GRAPH_RUN_BY, graph->base[GRAPH_SITE] + i,
			    thing(graph, GRAPH_PROVIDER, plan->site[i].provider, GRAPH_NONE), 0);
}

/* A target that is named needs the instance it belongs to. */
static void
build_targets(struct graph *graph)
{
	for (uint32_t i = 0; i < graph->plan->targets; i++) {
		const struct plan_target *target = &graph->plan->target[i];
		uint32_t node = graph_lookup(graph, "target", strlen("target"),
		    given(target->name));

		if (node != GRAPH_NONE)
			edge_put(graph, GRAPH_PLACED, node,
			    graph->base[GRAPH_INSTANCE] + target->instance, 0);
	}
}

static void
build_needed(struct graph *graph)
{
	for (uint32_t i = 0; i < graph->count; i++) {
		struct graph_node *node = &graph->node[i];

		if (node->kind != GRAPH_SET || node->members == 0)
			continue;
		node->needed = 1;
		if (node->index != GRAPH_NONE)
			node->needed = graph->plan->set[node->index].needed;
		if (node->needed == 0 || node->needed > node->members)
			node->needed = node->members;
	}
}

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b))

static int
by_from(const void *a, const void *b)
{
	const struct graph_edge *x = a, *y = b;

	if (x->from != y->from)
		return COMPARE(x->from, y->from);
	if (x->to != y->to)
		return COMPARE(x->to, y->to);
	return x->kind != y->kind ? COMPARE(x->kind, y->kind) : COMPARE(x->index, y->index);
}

static int
by_to(const void *a, const void *b)
{
	const struct graph_edge *x = a, *y = b;

	return x->to != y->to ? COMPARE(x->to, y->to) : by_from(a, b);
}

static void
side_index(struct graph *graph, struct graph_side *side, bool down)
{
	side->first = memory_new((size_t)graph->count + 1, sizeof(*side->first));
	for (uint32_t i = 0; i < graph->edges; i++)
		side->first[(down ? side->at[i].from : side->at[i].to) + 1]++;
	for (uint32_t i = 0; i < graph->count; i++)
		side->first[i + 1] += side->first[i];
}

void
graph_build(struct graph *graph)
{
	const struct plan *plan = graph->plan;
	size_t nodes = (size_t)plan->services + plan->sets + 2 * (size_t)plan->instances +
	    2 * (size_t)plan->sites + plan->providers + 2 * (size_t)plan->dependencies;
	size_t edges = 2 * (size_t)plan->instances + plan->sites + plan->dependencies +
	    plan->targets;

	for (uint32_t i = 0; i < plan->sets; i++)
		edges += plan->set[i].serves;
	for (graph->slots = 16; graph->slots < 2 * nodes; graph->slots *= 2)
		;
	graph->slot = memory_new(graph->slots, sizeof(*graph->slot));
	graph->node = memory_new(nodes + 1, sizeof(*graph->node));
	graph->subject = memory_new(nodes + 1, sizeof(*graph->subject));
	build_nodes(graph);
	graph->set_of = memory_new((size_t)graph->count + 1, sizeof(*graph->set_of));
	memset(graph->set_of, 0xff, graph->count * sizeof(*graph->set_of));
	graph->down.at = memory_new(edges + 1, sizeof(*graph->down.at));
	build_serves(graph);
	build_instances(graph);
	build_targets(graph);
	for (uint32_t i = 0; i < plan->dependencies; i++)
		edge_put(graph, GRAPH_DECLARED, named(graph, given(plan->dependency[i].from)),
		    named(graph, given(plan->dependency[i].to)), i);
	build_needed(graph);
	graph->up.at = memory_new(edges + 1, sizeof(*graph->up.at));
	memcpy(graph->up.at, graph->down.at, graph->edges * sizeof(*graph->up.at));
	qsort(graph->down.at, graph->edges, sizeof(*graph->down.at), by_from);
	qsort(graph->up.at, graph->edges, sizeof(*graph->up.at), by_to);
	side_index(graph, &graph->down, true);
	side_index(graph, &graph->up, false);
}
