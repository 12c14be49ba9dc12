/* SPDX-License-Identifier: Apache-2.0 */
/* The paper of dependencies: services, single points of failure, circles; see dependencies.h. */
#include <inttypes.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "reports/dependencies_part.h"

static uint64_t
users_of(const struct plan_service *service)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < service->areas; i++)
		if (__builtin_add_overflow(sum, service->area[i].users, &sum))
			return UINT64_MAX;
	return sum;
}

/* --- sections ----------------------------------------------------------------------------- */

static const char *
class_code(uint32_t class)
{
	static const char *const code[] = {
#define X(number, NAME, word, text) [number] = word,
		SERVICE_CLASS_LIST(X)
#undef X
	};

	return class < sizeof(code) / sizeof(code[0]) ? code[class] : "";
}

static void
print_services(const struct dependencies *d, struct paper *paper)
{
	const struct plan *plan = graph_plan(d->graph);
	const struct paper_column column[] = {
		{ .head = _("service"), .row_head = true, .width = 32 },
		{ .head = _("service class"), .width = 24 },
		{ .head = _("users"), .align = PAPER_RIGHT, .width = 16 },
		{ .head = _("replica sets"), .align = PAPER_RIGHT, .width = 13 },
		{ .head = _("single points of failure"), .align = PAPER_RIGHT, .width = 15 } };

	paper_heading(paper, 1, _("Services"));
	if (plan->services == 0) {
		paper_warning(paper, _("The configuration names no service, so nobody can say "
		    "whom a failure would hit."));
		return;
	}
	paper_table(paper, _("Services and their users"), column, 5);
	for (uint32_t i = 0; i < plan->services; i++) {
		uint32_t node = graph_of(d->graph, GRAPH_SERVICE, i), edges, sets = 0, points = 0;
		const struct graph_edge *edge = graph_down(d->graph, node, &edges);

		for (uint32_t e = 0; e < edges; e++)
			sets += edge[e].kind == GRAPH_SERVES &&
			    (e == 0 || edge[e - 1].to != edge[e].to);
		for (uint32_t p = 0; p < d->survey.points; p++)
			points += d->survey.point[p].service == node;
		paper_row(paper);
		dependencies_cell(d, paper, PAPER_PLAIN, node);
		paper_cell(paper, PAPER_PLAIN, class_code(plan->service[i].class));
		paper_cell_number(paper, dependencies_count(users_of(&plan->service[i])));
		paper_cell_number(paper, sets);
		paper_cell_tone(paper, sets == 0 && edges == 0 ? PAPER_BAD : PAPER_PLAIN);
		paper_cell_number(paper, points);
		paper_cell_tone(paper, points > 0 ? PAPER_BAD : PAPER_PLAIN);
	}
}

static void
print_points(const struct dependencies *d, struct paper *paper)
{
	const struct graph_survey *survey = &d->survey;
	const struct paper_column column[] = {
		{ .head = _("service"), .row_head = true, .width = 30 },
		{ .head = _("falls with"), .width = 30 },
		{ .head = _("users hit"), .align = PAPER_RIGHT, .width = 14 },
		{ .head = _("areas hit"), .width = 18 },
		{ .head = _("steps away"), .align = PAPER_RIGHT, .width = 8 } };

	paper_heading(paper, 1, _("Single points of failure"));
	paper_paragraph(paper, _("The fall of one of these alone stops the service, in all or part "
	    "of its areas."));
	if (survey->points == 0) {
		paper_paragraph(paper, _("There is none."));
		return;
	}
	paper_table(paper, _("Single points of failure"), column, 5);
	for (uint32_t i = 0; i < survey->points && i < DEPENDENCIES_ROWS_MAX; i++) {
		const struct graph_point *point = &survey->point[i];

		paper_row(paper);
		dependencies_cell(d, paper, PAPER_PLAIN, point->service);
		dependencies_cell(d, paper, PAPER_BAD, point->node);
		paper_cell_number(paper, dependencies_count(point->users));
		dependencies_areas(d, paper, point->service, point->areas, point->whole);
		paper_cell_number(paper, point->distance);
	}
	dependencies_rest(paper, survey->points_left + (survey->points > DEPENDENCIES_ROWS_MAX ?
	    survey->points - DEPENDENCIES_ROWS_MAX : 0));
}

/* The shortest way from the first node of a circle back to itself; returns its length. */
static uint32_t
circle_path(const struct graph *graph, uint32_t cycle, uint32_t *path)
{
	uint32_t members, edges, head = 0, tail = 0, length = 0;
	uint32_t first = graph_cycle(graph, cycle, &members)[0];
	uint32_t *queue = memory_new((size_t)graph_count(graph) + 1, sizeof(*queue));
	uint32_t *from = memory_new((size_t)graph_count(graph) + 1, sizeof(*from));
	uint32_t last = GRAPH_NONE;

	queue[tail++] = first;
	while (last == GRAPH_NONE && head < tail) {
		uint32_t node = queue[head++];
		const struct graph_edge *edge = graph_down(graph, node, &edges);

		for (uint32_t e = 0; e < edges && last == GRAPH_NONE; e++) {
			if (edge[e].to == first)
				last = node;
			else if (graph_cycle_of(graph, edge[e].to) == cycle &&
			    from[edge[e].to] == 0) {
				from[edge[e].to] = node + 1;
				queue[tail++] = edge[e].to;
			}
		}
	}
	for (uint32_t node = last; node != first && node != GRAPH_NONE; node = from[node] - 1)
		path[length++] = node;
	path[length++] = first;
	for (uint32_t i = 0; i < length / 2; i++) {
		uint32_t swap = path[i];

		path[i] = path[length - 1 - i];
		path[length - 1 - i] = swap;
	}
	free(queue);
	free(from);
	return length;
}

static void
print_circles(const struct dependencies *d, struct paper *paper)
{
	uint32_t *path = memory_new((size_t)graph_count(d->graph) + 1, sizeof(*path)), members;

	paper_heading(paper, 1, _("Circular dependence"));
	if (graph_cycles(d->graph) == 0)
		paper_paragraph(paper, _("There is none."));
	else
		paper_list(paper, true);
	for (uint32_t c = 0; c < graph_cycles(d->graph) && c < DEPENDENCIES_ROWS_MAX; c++) {
		uint32_t length = circle_path(d->graph, c, path);
		struct buffer text = { .max = 4096 };

		for (uint32_t i = 0; i < length; i++)
			buffer_print(&text, "%s → ", graph_subject(d->graph, path[i]));
		buffer_put_text(&text, graph_subject(d->graph, path[0]));
		graph_cycle(d->graph, c, &members);
		if (members > length)
			buffer_print(&text, _(" (and %" PRIu32 " more that hang together with "
			    "these)"), members - length);
		paper_item(paper, 0, PAPER_BAD, buffer_text(&text));
		buffer_free(&text);
	}
	dependencies_rest(paper, graph_cycles(d->graph) > DEPENDENCIES_ROWS_MAX ?
	    graph_cycles(d->graph) - DEPENDENCIES_ROWS_MAX : 0);
	free(path);
}

bool
dependencies_wrong(const struct dependencies *d)
{
	return d->survey.points > 0 || graph_cycles(d->graph) > 0;
}

void
dependencies_print(const struct dependencies *d, uint32_t node, struct paper *paper)
{
	if (node != GRAPH_NONE) {
		dependencies_print_one(d, node, paper);
		return;
	}
	print_services(d, paper);
	print_points(d, paper);
	print_circles(d, paper);
	dependencies_print_fates(d, paper);
	dependencies_print_falls(d, paper);
}
