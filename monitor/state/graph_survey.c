/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets each thing fall alone and notes which services stop and which members fall together.  One
 * scratch memory serves all falls, so the work is that of the falls themselves.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/graph_private.h"
#include "monitor/state/graph_survey.h"

/* Fallen members of one set, or fallen sets of one group, while one fall is looked at. */
struct tally {
	uint32_t of, group;		/* group: of sets of a service; GRAPH_NONE: of members */
	uint32_t member, size;		/* size: how many there are in all */
};

/* Sets of one service whose members are of one function stand in for each other, or may. */
struct group {
	uint32_t service, set;
	const char *nf;
	uint32_t number, size;		/* the same for all of one service and function */
};

struct surveying {
	const struct graph  *graph;
	struct graph_walk    walk;
	struct graph_survey *out;
	uint32_t             point_room, fate_room;
	uint32_t            *memory, used;	/* members, by offset until the end */
	uint32_t             memory_room;
	uint32_t            *offset;		/* of each fate */
	struct tally        *tally;
	uint32_t             tallies, tally_room;
	struct group        *group;		/* by set */
	uint32_t             groups;
};

bool
graph_can_fall(const struct graph *graph, uint32_t node)
{
	enum graph_kind kind = graph->node[node].kind;

	if (kind != GRAPH_SERVICE && kind != GRAPH_SET)
		return true;
	return graph->down.first[node] == graph->down.first[node + 1];
}

/* Room for one more item; doubles. */
static void *
grown(void *at, uint32_t count, uint32_t *room, size_t size)
{
	if (count < *room)
		return at;
	*room = *room == 0 ? 64 : *room * 2;
	return memory_resize(at, *room, size);
}

/* The function all members of the set are of, or NULL. */
static const char *
set_function(const struct graph *graph, uint32_t set)
{
	const char *nf = NULL;

	for (uint32_t e = graph->down.first[set]; e < graph->down.first[set + 1]; e++) {
		const struct graph_edge *edge = &graph->down.at[e];
		const char *own;

		if (edge->kind != GRAPH_MEMBER)
			continue;
		own = graph->plan->instance[graph->node[edge->to].index].nf;
		if (own == NULL || own[0] == '\0' || (nf != NULL && strcmp(own, nf) != 0))
			return NULL;
		nf = own;
	}
	return nf;
}

static int
by_service_and_function(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	int order;

	if (x->service != y->service)
		return x->service < y->service ? -1 : 1;
	order = strcmp(x->nf, y->nf);
	return order != 0 ? order : x->set < y->set ? -1 : x->set > y->set;
}

static int
by_set(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->set != y->set)
		return x->set < y->set ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static void
find_groups(struct surveying *work)
{
	const struct graph *graph = work->graph;
	uint32_t serves = 0, first = 0;

	for (uint32_t e = 0; e < graph->edges; e++)
		serves += graph->down.at[e].kind == GRAPH_SERVES;
	work->group = memory_new((size_t)serves + 1, sizeof(*work->group));
	for (uint32_t e = 0; e < graph->edges; e++) {
		const struct graph_edge *edge = &graph->down.at[e];
		const char *nf = edge->kind == GRAPH_SERVES ? set_function(graph, edge->to) : NULL;
		const struct group *last = &work->group[work->groups > 0 ? work->groups - 1 : 0];

		/* A set may carry a service in two entries, each with areas of its own. */
		if (nf != NULL && (work->groups == 0 || last->service != edge->from ||
		    last->set != edge->to))
			work->group[work->groups++] =
			    (struct group){ .service = edge->from, .set = edge->to, .nf = nf };
	}
	qsort(work->group, work->groups, sizeof(*work->group), by_service_and_function);
	for (uint32_t i = 0; i < work->groups; i++) {
		if (work->group[i].service != work->group[first].service ||
		    strcmp(work->group[i].nf, work->group[first].nf) != 0)
			first = i;
		work->group[i].number = first;
		work->group[first].size = i - first + 1;
	}
	for (uint32_t i = 0; i < work->groups; i++)
		work->group[i].size = work->group[work->group[i].number].size;
	qsort(work->group, work->groups, sizeof(*work->group), by_set);
}

static void
tally_put(struct surveying *work, struct tally tally)
{
	work->tally = grown(work->tally, work->tallies, &work->tally_room, sizeof(*work->tally));
	work->tally[work->tallies++] = tally;
}

static void
tally_groups(struct surveying *work, uint32_t set)
{
	uint32_t low = 0, high = work->groups;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (work->group[middle].set < set)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < work->groups && work->group[low].set == set; low++)
		if (work->group[low].size > 1)
			tally_put(work, (struct tally){ .of = work->group[low].service,
			    .group = work->group[low].number, .member = set,
			    .size = work->group[low].size });
}

/* Sets that need all their members promise no redundancy, so none of it is lost. */
static void
tally_fallen(struct surveying *work, uint32_t node)
{
	const struct graph *graph = work->graph;
	uint32_t set = graph->set_of[node];

	if (set != GRAPH_NONE && graph->node[set].needed < graph->node[set].members)
		tally_put(work, (struct tally){ .of = set, .group = GRAPH_NONE, .member = node,
		    .size = graph->node[set].members });
	if (graph->node[node].kind == GRAPH_SET)
		tally_groups(work, node);
}

static int
by_what(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	if (x->of != y->of)
		return x->of < y->of ? -1 : 1;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x->member < y->member ? -1 : x->member > y->member;
}

static void
fate_put(struct surveying *work, uint32_t node, const struct tally *tally, uint32_t count)
{
	struct graph_survey *out = work->out;
	uint32_t room = work->fate_room;
	const struct graph *graph = work->graph;
	struct graph_fate *fate;

	if (count > GRAPH_FATES_MAX - work->used) {
		out->fates_left++;
		return;
	}
	out->fate = grown(out->fate, out->fates, &work->fate_room, sizeof(*out->fate));
	work->offset = grown(work->offset, out->fates, &room, sizeof(*work->offset));
	work->offset[out->fates] = work->used;
	fate = &out->fate[out->fates++];
	*fate = (struct graph_fate){ .of = tally->of, .node = node, .members = count,
		.standing = tally->size - count };
	fate->breaks = fate->standing <
	    (tally->group == GRAPH_NONE ? graph->node[tally->of].needed : 1);
	for (uint32_t i = 0; i < count; i++) {
		work->memory = grown(work->memory, work->used, &work->memory_room,
		    sizeof(*work->memory));
		work->memory[work->used++] = tally[i].member;
	}
}

static void
note_fates(struct surveying *work, uint32_t node)
{
	uint32_t first = 0;

	if (work->tallies == 0)
		return;
	qsort(work->tally, work->tallies, sizeof(*work->tally), by_what);
	for (uint32_t i = 1; i <= work->tallies; i++) {
		const struct tally *at = &work->tally[first];

		if (i < work->tallies && work->tally[i].of == at->of &&
		    work->tally[i].group == at->group)
			continue;
		if (i - first > 1)
			fate_put(work, node, at, i - first);
		first = i;
	}
}

static void
note_point(struct surveying *work, uint32_t node, const struct graph_fallen *fallen)
{
	struct graph_survey *out = work->out;

	if (out->points == GRAPH_POINTS_MAX) {
		out->points_left++;
		return;
	}
	out->point = grown(out->point, out->points, &work->point_room, sizeof(*out->point));
	out->point[out->points++] = (struct graph_point){ .service = fallen->node, .node = node,
		.distance = fallen->distance, .areas = fallen->areas, .users = fallen->users,
		.whole = fallen->whole };
}

static void
look_at(struct surveying *work, uint32_t node)
{
	graph_walk_from(work->graph, &work->walk, &node, 1);
	work->tallies = 0;
	for (uint32_t i = 0; i < work->walk.count; i++) {
		const struct graph_fallen *fallen = &work->walk.at[i];

		if (fallen->distance > 0 &&
		    work->graph->node[fallen->node].kind == GRAPH_SERVICE)
			note_point(work, node, fallen);
		tally_fallen(work, fallen->node);
	}
	note_fates(work, node);
}

static int
by_service(const void *a, const void *b)
{
	const struct graph_point *x = a, *y = b;

	if (x->service != y->service)
		return x->service < y->service ? -1 : 1;
	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* One node may have two fates of one service: those of two functions. */
static int
by_of(const void *a, const void *b)
{
	const struct graph_fate *x = a, *y = b;

	if (x->of != y->of)
		return x->of < y->of ? -1 : 1;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return x->member[0] < y->member[0] ? -1 : x->member[0] > y->member[0];
}

void
graph_survey(const struct graph *graph, struct graph_survey *out)
{
	struct surveying work = { .graph = graph, .out = out };

	*out = (struct graph_survey){ 0 };
	graph_walk_new(graph, &work.walk);
	find_groups(&work);
	for (uint32_t node = 0; node < graph->count; node++)
		if (graph_can_fall(graph, node))
			look_at(&work, node);
	for (uint32_t i = 0; i < out->fates; i++)
		out->fate[i].member = work.memory + work.offset[i];
	if (out->points > 0)
		qsort(out->point, out->points, sizeof(*out->point), by_service);
	if (out->fates > 0)
		qsort(out->fate, out->fates, sizeof(*out->fate), by_of);
	out->memory = work.memory;
	graph_walk_free(&work.walk);
	free(work.offset);
	free(work.tally);
	free(work.group);
}

void
graph_survey_free(struct graph_survey *survey)
{
	free(survey->point);
	free(survey->fate);
	free(survey->memory);
	*survey = (struct graph_survey){ 0 };
}
