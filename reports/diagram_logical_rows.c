/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and columns of the logical diagram; see diagram_logical.h. */
#include <stdlib.h>
#include <string.h>

#include "reports/diagram_logical.h"

/* --- rows --------------------------------------------------------------------------------- */

static int
by_row(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order;

	if (x->function != y->function)
		return x->function < y->function ? -1 : 1;
	if (x->set != y->set)
		return x->set < y->set ? -1 : 1;
	order = x->set == GRAPH_NONE ? strcmp(x->nf, y->nf) : 0;
	if (order != 0)
		return order;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* All members of a set stand in the row of its first one. */
static void
find_members(struct logical *l)
{
	const struct plan *plan = l->d->plan;
	const struct graph *graph = l->d->graph;
	uint32_t *function = memory_new((size_t)graph_count(graph) + 1, sizeof(*function));
	bool grouped = plan->sets > DIAGRAM_ROWS_MAX;

	for (uint32_t i = plan->instances; i-- > 0;) {
		uint32_t set = graph_set_of(graph, graph_of(graph, GRAPH_INSTANCE, i));

		if (set != GRAPH_NONE)
			function[set] = plan->instance[i].function;
	}
	for (uint32_t i = 0; i < plan->instances; i++) {
		const struct plan_instance *at = &plan->instance[i];
		uint32_t set = graph_set_of(graph, graph_of(graph, GRAPH_INSTANCE, i));

		l->member[i] = (struct member){ .set = grouped ? GRAPH_NONE : set,
			.function = set != GRAPH_NONE ? function[set] : at->function,
			.column = l->column_of[at->site], .index = i,
			.nf = at->nf != NULL ? at->nf : "" };
	}
	if (plan->instances > 0)
		qsort(l->member, plan->instances, sizeof(*l->member), by_row);
	free(function);
}

static uint64_t
services_of(const struct logical *l, uint32_t set)
{
	uint32_t edges;
	const struct graph_edge *edge = graph_up(l->d->graph, set, &edges);
	uint64_t services = 0;

	for (uint32_t e = 0; e < edges; e++)
		if (edge[e].kind == GRAPH_SERVES)
			services |= UINT64_C(1) << graph_node(l->d->graph, edge[e].from)->index;
	return services;
}

/* Where a set is counted once. */
static uint32_t
first_member(const struct graph *graph, uint32_t set)
{
	uint32_t edges;
	const struct graph_edge *edge = graph_down(graph, set, &edges);

	for (uint32_t e = 0; e < edges; e++)
		if (edge[e].kind == GRAPH_MEMBER)
			return edge[e].to;
	return GRAPH_NONE;
}

static bool
same_row(const struct member *a, const struct member *b)
{
	return a->function == b->function && a->set == b->set &&
	    (a->set != GRAPH_NONE || strcmp(a->nf, b->nf) == 0);
}

static void
find_rows(struct logical *l)
{
	const struct graph *graph = l->d->graph;

	for (uint32_t i = 0; i < l->d->plan->instances; i++) {
		const struct member *at = &l->member[i];
		uint32_t set = graph_set_of(graph, graph_of(graph, GRAPH_INSTANCE, at->index));
		struct row *row;

		l->instance[i] = at->index;
		if (i == 0 || !same_row(&l->member[i - 1], at))
			l->row[l->rows++] = (struct row){ .function = (enum function)at->function,
				.set = at->set, .nf = at->nf, .first = i };
		row = &l->row[l->rows - 1];
		row->count++;
		if (set == GRAPH_NONE)
			continue;
		row->services |= services_of(l, set);
		row->sets += first_member(graph, set) ==
		    graph_of(graph, GRAPH_INSTANCE, at->index);
	}
}

uint32_t
logical_run(const struct logical *l, const struct row *row, uint32_t from)
{
	uint32_t end = row->first + row->count, at = from;

	while (at < end && l->member[at].column == l->member[from].column)
		at++;
	return at - from;
}

static void
measure_rows(struct logical *l, int32_t y)
{
	for (uint32_t i = 0; i < l->rows; i++) {
		struct row *row = &l->row[i];
		uint32_t most = 1;

		for (uint32_t at = row->first; at < row->first + row->count;) {
			uint32_t run = logical_run(l, row, at);

			if (run <= STACK_MAX && run > most)
				most = run;
			at += run;
		}
		if (i == 0 || row->function != l->row[i - 1].function)
			y += BAND;
		row->y = y;
		row->height = (int32_t)most * (CELL_HEIGHT + 6) - 6;
		if (row->height < SET_HEIGHT)
			row->height = SET_HEIGHT;
		y += row->height + DIAGRAM_GAP;
	}
}

/* --- columns ------------------------------------------------------------------------------ */

static void
find_columns(struct logical *l)
{
	const struct plan *plan = l->d->plan;

	for (uint32_t i = 0; i < plan->sites; i++) {
		l->column_of[l->d->site[i]] = i < DIAGRAM_SITES_MAX ? i : DIAGRAM_SITES_MAX;
		l->columns = i < DIAGRAM_SITES_MAX ? i + 1 : DIAGRAM_SITES_MAX + 1;
	}
}

int32_t
logical_column_x(const struct logical *l, uint32_t column)
{
	int32_t x = l->columns_x + (int32_t)column * (CELL_WIDTH + 3 * DIAGRAM_GAP);

	/* A little more between two frames. */
	for (uint32_t i = 1; i < l->d->places && l->d->place[i].first <= column; i++)
		x += DIAGRAM_GAP;
	return x;
}

void
logical_rows(struct logical *l, int32_t y)
{
	find_columns(l);
	find_members(l);
	find_rows(l);
	measure_rows(l, y);
}
