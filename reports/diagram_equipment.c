/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 設備構成図: the carrier's own premises and each provider as a frame, in it the sites, in
 * them the equipment by core function.  Others the network depends on stand beneath, with what
 * depends on them.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/diagram_part.h"

enum {
	CELL_WIDTH = 132, CELL_HEIGHT = 38, HEAD = 42, BAND = 18,
	ROW_WIDTH = 1290,		/* frames stand beside each other up to here */
	OTHER_WIDTH = 282, OTHER_HEIGHT = 66
};

/* One instance, with all that decides where it stands. */
struct piece { uint32_t site, function, index; const char *set, *nf; };

/* Pieces that are one box. */
struct cell { uint32_t first, count; };

struct equipment {
	struct diagram *d;
	struct piece   *piece;
	uint32_t       *instance;	/* indexes in the order of the pieces */
	struct cell    *cell;
	uint32_t       *site_cell;	/* of each site its first cell; one more at the end */
	struct diagram_rect *box;	/* of each place in diagram.site */
	struct diagram_rect *frame;	/* of each place in diagram.place */
};

/* --- what is drawn ------------------------------------------------------------------------ */

static int
by_place(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;
	int order;

	if (x->site != y->site)
		return x->site < y->site ? -1 : 1;
	if (x->function != y->function)
		return x->function < y->function ? -1 : 1;
	order = strcmp(x->set, y->set);
	if (order == 0)
		order = strcmp(x->nf, y->nf);
	return order != 0 ? order : x->index < y->index ? -1 : x->index > y->index;
}

static bool
together(const struct piece *a, const struct piece *b)
{
	return a->site == b->site && a->function == b->function && strcmp(a->set, b->set) == 0 &&
	    strcmp(a->nf, b->nf) == 0;
}

static void
find_cells(struct equipment *e)
{
	const struct plan *plan = e->d->plan;
	bool single = plan->instances <= DIAGRAM_SINGLE_MAX;
	uint32_t cells = 0, site = 0;

	for (uint32_t i = 0; i < plan->instances; i++) {
		const struct plan_instance *at = &plan->instance[i];

		e->piece[i] = (struct piece){ .site = at->site, .function = at->function,
			.index = i, .set = at->replica_set != NULL ? at->replica_set : "",
			.nf = at->nf != NULL ? at->nf : "" };
	}
	if (plan->instances > 0)
		qsort(e->piece, plan->instances, sizeof(*e->piece), by_place);
	for (uint32_t i = 0; i < plan->instances; i++) {
		e->instance[i] = e->piece[i].index;
		for (; site <= e->piece[i].site; site++)
			e->site_cell[site] = cells;
		if (!single && i > 0 && together(&e->piece[i - 1], &e->piece[i]))
			e->cell[cells - 1].count++;
		else
			e->cell[cells++] = (struct cell){ i, 1 };
	}
	for (; site <= plan->sites; site++)
		e->site_cell[site] = cells;
}

/* --- one site ----------------------------------------------------------------------------- */

/* Columns so that a site is about as wide as high. */
static int32_t
columns_of(uint32_t cells)
{
	int32_t columns = 1;

	while (columns < 8 && columns * columns * 2 < (int32_t)cells)
		columns++;
	return cells <= 1 ? 1 : columns < 2 ? 2 : columns;
}

/* Goes over the cells of a site; draws them where draw is set.  Returns the height it takes. */
static int32_t
lay_site(const struct equipment *e, uint32_t site, struct diagram_rect box, bool draw)
{
	uint32_t first = e->site_cell[site], end = e->site_cell[site + 1];
	int32_t columns = columns_of(end - first), column = 0, y = box.y + HEAD;
	struct diagram *d = e->d;

	for (uint32_t i = first; i < end; i++) {
		const struct piece *piece = &e->piece[e->cell[i].first];
		bool begins = i == first ||
		    piece->function != e->piece[e->cell[i - 1].first].function;

		if (i > first && (begins || column == columns)) {
			y += CELL_HEIGHT + DIAGRAM_GAP;
			column = 0;
		}
		if (begins && draw)
			diagram_text(d, (struct drawing_point){ box.x + DIAGRAM_PAD, y + 11 },
			    ANCHOR_START, DIAGRAM_SMALL, box.width - 2 * DIAGRAM_PAD,
			    _(function_name((enum function)piece->function)));
		y += begins ? BAND : 0;
		if (draw)
			diagram_instances(d, (struct diagram_rect){ box.x + DIAGRAM_PAD +
			    column * (CELL_WIDTH + DIAGRAM_GAP), y, CELL_WIDTH, CELL_HEIGHT },
			    &e->instance[e->cell[i].first], e->cell[i].count);
		column++;
	}
	return y - box.y + (end > first ? CELL_HEIGHT : 0) + DIAGRAM_PAD;
}

static int32_t
site_width(const struct equipment *e, uint32_t site)
{
	int32_t columns = columns_of(e->site_cell[site + 1] - e->site_cell[site]);
	int32_t width = columns * (CELL_WIDTH + DIAGRAM_GAP) - DIAGRAM_GAP;
	const char *title = diagram_label(e->d, graph_of(e->d->graph, GRAPH_SITE, site));
	int32_t wanted = drawing_text_width(title, DIAGRAM_LARGE) + 8;

	/* A title may widen a narrow site, within reason. */
	if (wanted > 2 * (CELL_WIDTH + DIAGRAM_GAP))
		wanted = 2 * (CELL_WIDTH + DIAGRAM_GAP);
	return (width > wanted ? width : wanted) + 2 * DIAGRAM_PAD;
}

static void
draw_site(const struct equipment *e, uint32_t site, struct diagram_rect box, bool own)
{
	struct diagram *d = e->d;
	uint32_t node = graph_of(d->graph, GRAPH_SITE, site);
	struct buffer line = { .max = 0 };

	diagram_site_line(d, site, &line);
	drawing_begin(d->drawing, diagram_label(d, node));
	drawing_box(d->drawing, own ? DRAWING_CARRIER : DRAWING_QUIET,
	    (struct drawing_point){ box.x, box.y }, box.width, box.height, 4);
	diagram_text(d, (struct drawing_point){ box.x + DIAGRAM_PAD, box.y + 20 }, ANCHOR_START,
	    DIAGRAM_LARGE, box.width - 2 * DIAGRAM_PAD, diagram_label(d, node));
	drawing_bold(d->drawing);
	diagram_text(d, (struct drawing_point){ box.x + DIAGRAM_PAD, box.y + 34 }, ANCHOR_START,
	    DIAGRAM_SMALL, box.width - 2 * DIAGRAM_PAD, buffer_text(&line));
	lay_site(e, site, box, true);
	drawing_end(d->drawing);
	buffer_free(&line);
}

/* --- frames ------------------------------------------------------------------------------- */

/* Sites inside their frame, from its corner. */
static void
lay_place(struct equipment *e, uint32_t place)
{
	const struct diagram_place *at = &e->d->place[place];
	struct diagram_rect whole;

	for (uint32_t i = at->first; i < at->first + at->sites; i++) {
		uint32_t site = e->d->site[i];

		e->box[i].width = site_width(e, site);
		e->box[i].height = lay_site(e, site, (struct diagram_rect){ 0 }, false);
	}
	whole = diagram_shelves(&e->box[at->first], at->sites, ROW_WIDTH - 2 * DIAGRAM_PAD,
	    DIAGRAM_GAP);
	e->frame[place].width = whole.width + 2 * DIAGRAM_PAD;
	e->frame[place].height = whole.height + HEAD + DIAGRAM_PAD;
}

static void
draw_place(const struct equipment *e, uint32_t place, int32_t y)
{
	const struct diagram_place *at = &e->d->place[place];
	struct diagram_rect frame = e->frame[place];
	struct diagram *d = e->d;
	bool own = at->provider == GRAPH_NONE;
	const char *title = own ? _("Own premises") : diagram_label(d, at->provider);
	struct buffer line = { .max = 0 };

	frame.x += DIAGRAM_MARGIN;
	frame.y += y;
	if (!own)
		diagram_provider_line(d, at->provider, &line);
	drawing_begin(d->drawing, title);
	drawing_box(d->drawing, own ? DRAWING_FRAME : DRAWING_PROVIDER,
	    (struct drawing_point){ frame.x, frame.y }, frame.width, frame.height, 6);
	diagram_text(d, (struct drawing_point){ frame.x + DIAGRAM_PAD, frame.y + 20 },
	    ANCHOR_START, DIAGRAM_LARGE, frame.width - 2 * DIAGRAM_PAD, title);
	drawing_bold(d->drawing);
	diagram_text(d, (struct drawing_point){ frame.x + DIAGRAM_PAD, frame.y + 34 },
	    ANCHOR_START, DIAGRAM_SMALL, frame.width - 2 * DIAGRAM_PAD, buffer_text(&line));
	for (uint32_t i = at->first; i < at->first + at->sites; i++) {
		struct diagram_rect box = e->box[i];

		box.x += frame.x + DIAGRAM_PAD;
		box.y += frame.y + HEAD;
		draw_site(e, d->site[i], box, own);
	}
	drawing_end(d->drawing);
	buffer_free(&line);
}

/* --- others ------------------------------------------------------------------------------- */

static bool
has_site(const struct diagram *d, uint32_t node)
{
	for (uint32_t i = 0; i < d->places; i++)
		if (d->place[i].provider == node)
			return true;
	return false;
}

static bool
is_other(const struct diagram *d, uint32_t node)
{
	enum graph_kind kind = graph_node(d->graph, node)->kind;

	return (kind == GRAPH_PROVIDER && !has_site(d, node)) ||
	    (kind == GRAPH_OTHER && strncmp(graph_subject(d->graph, node), "target:", 7) != 0);
}

static void
draw_other(const struct equipment *e, uint32_t node, struct diagram_rect box)
{
	struct diagram *d = e->d;
	struct buffer line = { .max = 0 }, used = { .max = 0 };
	uint32_t edges;
	const struct graph_edge *edge = graph_up(d->graph, node, &edges);

	diagram_provider_line(d, node, &line);
	buffer_print(&used, "%s: ", _("needed by"));
	for (uint32_t i = 0; i < edges; i++)
		buffer_print(&used, "%s%s", i > 0 ? ", " : "", diagram_label(d, edge[i].from));
	drawing_begin(d->drawing, diagram_label(d, node));
	drawing_box(d->drawing, DRAWING_INTERCONNECT, (struct drawing_point){ box.x, box.y },
	    box.width, box.height, 4);
	diagram_text(d, (struct drawing_point){ box.x + DIAGRAM_PAD, box.y + 20 }, ANCHOR_START,
	    DIAGRAM_LARGE, box.width - 2 * DIAGRAM_PAD, diagram_label(d, node));
	drawing_bold(d->drawing);
	diagram_text(d, (struct drawing_point){ box.x + DIAGRAM_PAD, box.y + 36 }, ANCHOR_START,
	    DIAGRAM_SMALL, box.width - 2 * DIAGRAM_PAD, buffer_text(&line));
	if (edges > 0)
		diagram_text(d, (struct drawing_point){ box.x + DIAGRAM_PAD, box.y + 52 },
		    ANCHOR_START, DIAGRAM_SMALL, box.width - 2 * DIAGRAM_PAD, buffer_text(&used));
	drawing_end(d->drawing);
	buffer_free(&line);
	buffer_free(&used);
}

/* Returns how high they are. */
static int32_t
draw_others(const struct equipment *e, int32_t y, int32_t *width)
{
	struct diagram *d = e->d;
	int32_t x = DIAGRAM_MARGIN, top = y;
	bool any = false;

	for (uint32_t node = 0; node < graph_count(d->graph); node++) {
		if (!is_other(d, node))
			continue;
		if (any && x + OTHER_WIDTH > DIAGRAM_MARGIN + ROW_WIDTH) {
			x = DIAGRAM_MARGIN;
			y += OTHER_HEIGHT + DIAGRAM_GAP;
		}
		draw_other(e, node, (struct diagram_rect){ x, y, OTHER_WIDTH, OTHER_HEIGHT });
		x += OTHER_WIDTH + DIAGRAM_GAP;
		*width = x > *width ? x : *width;
		any = true;
	}
	return any ? y + OTHER_HEIGHT + DIAGRAM_GAP - top : 0;
}

/* --- all of it ---------------------------------------------------------------------------- */

static void
draw_all(struct equipment *e)
{
	struct diagram *d = e->d;
	struct diagram_rect whole;
	int32_t y = DIAGRAM_MARGIN, x, width;

	find_cells(e);
	for (uint32_t i = 0; i < d->places; i++)
		lay_place(e, i);
	whole = diagram_shelves(e->frame, d->places, ROW_WIDTH, 2 * DIAGRAM_GAP);
	for (uint32_t i = 0; i < d->places; i++)
		draw_place(e, i, y);
	width = DIAGRAM_MARGIN + whole.width;
	y += whole.height + 2 * DIAGRAM_GAP;
	y += draw_others(e, y, &width);
	y = diagram_legend(d, y + DIAGRAM_GAP, &x);
	drawing_size(d->drawing, (x > width ? x : width) + DIAGRAM_MARGIN, y + DIAGRAM_MARGIN);
}

void
diagram_equipment(struct diagram *d)
{
	struct equipment e = {
		.d = d,
		.piece = memory_new((size_t)d->plan->instances + 1, sizeof(*e.piece)),
		.instance = memory_new((size_t)d->plan->instances + 1, sizeof(*e.instance)),
		.cell = memory_new((size_t)d->plan->instances + 1, sizeof(*e.cell)),
		.site_cell = memory_new((size_t)d->plan->sites + 1, sizeof(*e.site_cell)),
		.box = memory_new((size_t)d->plan->sites + 1, sizeof(*e.box)),
		.frame = memory_new((size_t)d->plan->sites + 2, sizeof(*e.frame)),
	};

	draw_all(&e);
	free(e.piece);
	free(e.instance);
	free(e.cell);
	free(e.site_cell);
	free(e.box);
	free(e.frame);
}
