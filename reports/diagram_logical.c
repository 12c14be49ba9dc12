/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 論理構成図: services on top, each with a line down to the functions that carry it; a row for
 * each replica set with how many of its instances it needs; columns for the sites, where
 * instances stand in their row.  Nothing crosses but lines at right angles; a dot is a connection.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/diagram_logical.h"

/* --- columns ------------------------------------------------------------------------------ */

static void
draw_column(const struct logical *l, uint32_t column, bool own, int32_t top, int32_t bottom)
{
	struct diagram *d = l->d;
	struct buffer line = { .max = 0 };
	const char *title = _("further sites");
	int32_t x = logical_column_x(l, column), width = CELL_WIDTH + 2 * DIAGRAM_GAP;

	if (column < DIAGRAM_SITES_MAX) {
		title = diagram_label(d, graph_of(d->graph, GRAPH_SITE, d->site[column]));
		diagram_site_line(d, d->site[column], &line);
	} else {
		buffer_print(&line, "%" PRIu32, d->plan->sites - DIAGRAM_SITES_MAX);
	}
	drawing_begin(d->drawing, title);
	drawing_box(d->drawing, own ? DRAWING_CARRIER : DRAWING_QUIET,
	    (struct drawing_point){ x, top }, width, bottom - top, 4);
	diagram_text(d, (struct drawing_point){ x + width / 2, top + 16 }, ANCHOR_MIDDLE,
	    DIAGRAM_MEDIUM, width - 8, title);
	drawing_bold(d->drawing);
	diagram_text(d, (struct drawing_point){ x + width / 2, top + 30 }, ANCHOR_MIDDLE,
	    DIAGRAM_SMALL, width - 8, buffer_text(&line));
	drawing_end(d->drawing);
	buffer_free(&line);
}

static void
draw_columns(const struct logical *l, int32_t top, int32_t bottom)
{
	struct diagram *d = l->d;

	for (uint32_t i = 0; i < d->places; i++) {
		const struct diagram_place *place = &d->place[i];
		uint32_t last = place->first + place->sites - 1;
		bool own = place->provider == GRAPH_NONE;
		const char *title = own ? _("Own premises") :
		    diagram_label(d, place->provider);
		int32_t x, width;

		if (place->first > DIAGRAM_SITES_MAX)
			break;
		last = last < DIAGRAM_SITES_MAX ? last : DIAGRAM_SITES_MAX;
		x = logical_column_x(l, place->first) - 4;
		width = logical_column_x(l, last) + CELL_WIDTH + 2 * DIAGRAM_GAP + 4 - x;
		drawing_begin(d->drawing, title);
		drawing_box(d->drawing, own ? DRAWING_FRAME : DRAWING_PROVIDER,
		    (struct drawing_point){ x, top }, width, bottom - top + 6, 6);
		diagram_text(d, (struct drawing_point){ x + width / 2, top + 18 }, ANCHOR_MIDDLE,
		    DIAGRAM_LARGE, width - 8, title);
		drawing_bold(d->drawing);
		for (uint32_t c = place->first; c <= last; c++)
			draw_column(l, c, own, top + 28, bottom);
		drawing_end(d->drawing);
	}
}

/* --- services ----------------------------------------------------------------------------- */

static int32_t
bus_x(uint32_t service)
{
	return DIAGRAM_MARGIN + 8 + (int32_t)service * BUS;
}

static int32_t
service_y(uint32_t service)
{
	return DIAGRAM_MARGIN + (int32_t)service * (SERVICE_HEIGHT + 6);
}

static uint64_t
users_of(const struct plan_service *service)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < service->areas; i++)
		if (__builtin_add_overflow(sum, service->area[i].users, &sum))
			return UINT64_MAX;
	return sum;
}

static void
draw_service(const struct logical *l, uint32_t service)
{
	struct diagram *d = l->d;
	const struct plan_service *at = &d->plan->service[service];
	uint32_t node = graph_of(d->graph, GRAPH_SERVICE, service);
	struct drawing_point line[2] = { { bus_x(service), service_y(service) + SERVICE_HEIGHT },
		{ bus_x(service), 0 } };
	struct drawing_point corner = { bus_x(service) - 8, service_y(service) };
	struct buffer text = { .max = 0 }, users = { .max = 0 };

	for (uint32_t i = 0; i < l->rows; i++)
		if ((l->row[i].services >> service & 1) != 0)
			line[1].y = l->row[i].y + l->row[i].height / 2;
	diagram_number(users_of(at), &users);
	buffer_print(&text, _("%s users"), buffer_text(&users));
	for (uint32_t i = 0; i < at->areas && i < 4; i++)
		buffer_print(&text, "%s%s", i > 0 ? ", " : " · ", at->area[i].area);
	if (at->areas > 4)
		buffer_print(&text, _(" and %" PRIu32 " more"), at->areas - 4);
	if (line[1].y > 0)
		drawing_line(d->drawing, DRAWING_ACCENT, line, 2, 2, ARROW_NONE);
	drawing_begin(d->drawing, diagram_label(d, node));
	drawing_box(d->drawing, DRAWING_ACCENT, corner, SERVICE_WIDTH, SERVICE_HEIGHT, 4);
	diagram_text(d, (struct drawing_point){ corner.x + 10, corner.y + 15 }, ANCHOR_START,
	    DIAGRAM_MEDIUM, SERVICE_WIDTH - 20, diagram_label(d, node));
	drawing_bold(d->drawing);
	diagram_text(d, (struct drawing_point){ corner.x + 10, corner.y + 28 }, ANCHOR_START,
	    DIAGRAM_SMALL, SERVICE_WIDTH - 20, buffer_text(&text));
	drawing_end(d->drawing);
	buffer_free(&text);
	buffer_free(&users);
}

/* From the first service's line to the row, with a dot on the line of each. */
static void
draw_taps(const struct logical *l, const struct row *row)
{
	struct drawing_point line[2] = { { 0, row->y + row->height / 2 },
		{ l->sets_x, row->y + row->height / 2 } };

	if (row->services == 0)
		return;
	line[0].x = bus_x((uint32_t)__builtin_ctzll(row->services));
	drawing_line(l->d->drawing, DRAWING_ACCENT, line, 2, 1, ARROW_NONE);
	for (uint32_t i = 0; i < l->d->plan->services; i++)
		if ((row->services >> i & 1) != 0)
			drawing_box(l->d->drawing, DRAWING_INK, (struct drawing_point){
			    bus_x(i) - 3, line[0].y - 3 }, 6, 6, 3);
}

/* --- rows, drawn -------------------------------------------------------------------------- */

/* "2 of 3 needed, active-active": what the redundancy is. */
static void
put_redundancy(const struct logical *l, const struct row *row, struct buffer *out)
{
	const struct graph_node *set = row->set != GRAPH_NONE ? graph_node(l->d->graph, row->set) :
	    NULL;

	if (set == NULL && row->sets == 0) {
		buffer_put_text(out, _("no redundancy declared"));
	} else if (set == NULL) {
		buffer_print(out, _("%" PRIu32 " replica sets, %" PRIu32 " instances"), row->sets,
		    row->count);
	} else {
		buffer_print(out, _("%" PRIu32 " of %" PRIu32 " needed"), set->needed,
		    set->members);
		if (set->index != GRAPH_NONE && l->d->plan->set[set->index].mode != NULL &&
		    l->d->plan->set[set->index].mode[0] != '\0')
			buffer_print(out, " · %s", l->d->plan->set[set->index].mode);
	}
}

/* Areas it carries its services in where these are not all, and the other sets it needs. */
static void
put_relations(const struct logical *l, const struct row *row, struct buffer *out)
{
	const struct plan *plan = l->d->plan;
	uint32_t index = row->set != GRAPH_NONE ? graph_node(l->d->graph, row->set)->index :
	    GRAPH_NONE, edges;
	const struct graph_edge *edge;

	for (uint32_t i = 0; index != GRAPH_NONE && i < plan->set[index].serves; i++)
		if (plan->set[index].serve[i].areas[0] != '\0') {
			buffer_put_text(out, plan->set[index].serve[i].areas);
			break;
		}
	if (row->set == GRAPH_NONE)
		return;
	edge = graph_down(l->d->graph, row->set, &edges);
	for (uint32_t i = 0, told = 0; i < edges; i++)
		if (edge[i].kind == GRAPH_DECLARED)
			buffer_print(out, "%s%s", told++ > 0 ? ", " :
			    out->len > 0 ? " → " : "→ ",
			    diagram_label(l->d, edge[i].to));
}

static void
draw_set(const struct logical *l, const struct row *row)
{
	struct diagram *d = l->d;
	struct drawing_point corner = { l->sets_x, row->y + (row->height - SET_HEIGHT) / 2 };
	struct buffer head = { .max = 0 }, line = { .max = 0 }, more = { .max = 0 };

	if (row->set != GRAPH_NONE)
		buffer_put_text(&head, diagram_label(d, row->set));
	if (row->set == GRAPH_NONE || (row->nf[0] != '\0' && strcmp(buffer_text(&head), row->nf)))
		buffer_print(&head, "%s%s", head.len > 0 ? " · " : "",
		    row->nf[0] != '\0' ? row->nf : _(function_name(row->function)));
	put_redundancy(l, row, &line);
	put_relations(l, row, &more);
	drawing_begin(d->drawing, buffer_text(&head));
	drawing_box(d->drawing, DRAWING_PLAIN, corner, SET_WIDTH, SET_HEIGHT, 4);
	diagram_text(d, (struct drawing_point){ corner.x + 10, corner.y + 16 }, ANCHOR_START,
	    DIAGRAM_MEDIUM, SET_WIDTH - 20, buffer_text(&head));
	drawing_bold(d->drawing);
	diagram_text(d, (struct drawing_point){ corner.x + 10, corner.y + 30 }, ANCHOR_START,
	    DIAGRAM_SMALL, SET_WIDTH - 20, buffer_text(&line));
	diagram_text(d, (struct drawing_point){ corner.x + 10, corner.y + 43 }, ANCHOR_START,
	    DIAGRAM_SMALL, SET_WIDTH - 20, buffer_text(&more));
	drawing_end(d->drawing);
	buffer_free(&head);
	buffer_free(&line);
	buffer_free(&more);
}

static void
draw_cells(const struct logical *l, const struct row *row)
{
	uint32_t end = row->first + row->count;

	for (uint32_t at = row->first; at < end;) {
		uint32_t run = logical_run(l, row, at), boxes = run <= STACK_MAX ? run : 1;
		int32_t high = (int32_t)boxes * (CELL_HEIGHT + 6) - 6;
		struct diagram_rect box = { logical_column_x(l, l->member[at].column) + DIAGRAM_GAP,
			row->y + (row->height - high) / 2, CELL_WIDTH, CELL_HEIGHT };

		for (uint32_t i = 0; i < boxes; i++) {
			diagram_instances(l->d, box, &l->instance[at + i],
			    boxes == run ? 1 : run);
			box.y += CELL_HEIGHT + 6;
		}
		at += run;
	}
}

static void
draw_row(const struct logical *l, uint32_t i)
{
	const struct row *row = &l->row[i];
	uint32_t last = l->member[row->first + row->count - 1].column;
	int32_t middle = row->y + row->height / 2;
	struct drawing_point line[2] = { { l->sets_x + SET_WIDTH, middle },
		{ logical_column_x(l, last) + DIAGRAM_GAP, middle } };

	if (i == 0 || row->function != l->row[i - 1].function) {
		diagram_text(l->d, (struct drawing_point){ l->sets_x, row->y - 6 }, ANCHOR_START,
		    DIAGRAM_MEDIUM, SET_WIDTH, _(function_name(row->function)));
		drawing_bold(l->d->drawing);
	}
	draw_taps(l, row);
	drawing_line(l->d->drawing, DRAWING_GAP, line, 2, 1, ARROW_NONE);
	draw_set(l, row);
	draw_cells(l, row);
}

static void
draw_all(struct logical *l)
{
	struct diagram *d = l->d;
	int32_t buses = (int32_t)d->plan->services * BUS, top, bottom, x, width;

	l->sets_x = DIAGRAM_MARGIN + buses + 30;
	l->columns_x = l->sets_x + SET_WIDTH + 3 * DIAGRAM_GAP;
	top = service_y(d->plan->services) + DIAGRAM_GAP;
	logical_rows(l, top + HEAD + 30);
	bottom = l->rows > 0 ? l->row[l->rows - 1].y + l->row[l->rows - 1].height + DIAGRAM_GAP :
	    top + HEAD + 30;
	draw_columns(l, top, bottom);
	for (uint32_t i = 0; i < d->plan->services; i++)
		draw_service(l, i);
	for (uint32_t i = 0; i < l->rows; i++)
		draw_row(l, i);
	width = logical_column_x(l, l->columns);
	if (d->plan->services > 0 && bus_x(d->plan->services) + SERVICE_WIDTH > width)
		width = bus_x(d->plan->services) + SERVICE_WIDTH;
	bottom = diagram_legend(d, bottom + 3 * DIAGRAM_GAP, &x);
	drawing_size(d->drawing, (x > width ? x : width) + DIAGRAM_MARGIN,
	    bottom + DIAGRAM_MARGIN);
}

void
diagram_logical(struct diagram *d)
{
	struct logical l = {
		.d = d,
		.member = memory_new((size_t)d->plan->instances + 1, sizeof(*l.member)),
		.instance = memory_new((size_t)d->plan->instances + 1, sizeof(*l.instance)),
		.row = memory_new((size_t)d->plan->instances + 1, sizeof(*l.row)),
		.column_of = memory_new((size_t)d->plan->sites + 1, sizeof(*l.column_of)),
	};

	draw_all(&l);
	free(l.member);
	free(l.instance);
	free(l.row);
	free(l.column_of);
}
