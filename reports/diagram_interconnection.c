/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 接続構成図: the carrier on the left with its premises and what listens, those it runs on in
 * the middle with their sites, other carriers and suppliers on the right.  Every link has a line
 * of its own with a number at both ends; what the numbers mean stands beneath.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/diagram_links.h"

/* --- drawing ------------------------------------------------------------------------------ */

static int32_t
track_x(struct interconnection *c, unsigned channel)
{
	return c->channel_x[channel] + (int32_t)c->taken[channel]++ * TRACK + TRACK / 2;
}

/* Clear of an arrow's head, and of the frame around a site. */
static void
draw_number(struct interconnection *c, uint32_t node, struct drawing_point at, unsigned side,
    bool arrow, uint32_t number)
{
	bool framed = c->node[node].frame != GRAPH_NONE;
	int32_t off = framed ? arrow ? DIAGRAM_PAD + 4 : 2 : arrow ? 11 : 4;
	struct buffer text = { .max = 0 };

	buffer_print(&text, "%" PRIu32, number);
	at.x += side == 0 ? -off : off;
	at.y -= 2;
	drawing_text(c->d->drawing, at, side == 0 ? ANCHOR_END : ANCHOR_START, DIAGRAM_SMALL, 0,
	    buffer_text(&text));
	buffer_free(&text);
}

static void
draw_link(struct interconnection *c, uint32_t number)
{
	struct link *link = &c->link[number];
	unsigned from_side = links_side(c, link, link->from);
	unsigned to_side = links_side(c, link, link->to);
	struct drawing_point from = links_port(c, link->from, from_side);
	struct drawing_point to = links_port(c, link->to, to_side), line[6];
	enum drawing_role role = c->node[link->to].column == RIGHT ||
	    c->node[link->from].column == RIGHT ? DRAWING_INTERCONNECT : DRAWING_PROVIDER;
	bool leftward = c->node[link->from].column > c->node[link->to].column;
	int32_t x = track_x(c, link->channel), lane = c->bottom + (int32_t)c->under_taken * PORT;
	uint32_t points = 0;

	line[points++] = from;
	if (link->under) {
		int32_t right = track_x(c, MIDDLE);

		c->under_taken++;
		line[points++] = (struct drawing_point){ leftward ? right : x, from.y };
		line[points++] = (struct drawing_point){ leftward ? right : x, lane };
		line[points++] = (struct drawing_point){ leftward ? x : right, lane };
		line[points++] = (struct drawing_point){ leftward ? x : right, to.y };
	} else {
		line[points++] = (struct drawing_point){ x, from.y };
		line[points++] = (struct drawing_point){ x, to.y };
	}
	line[points++] = to;
	drawing_line(c->d->drawing, role, line, points, 1, ARROW_END);
	draw_number(c, link->from, from, from_side, false, number + 1);
	draw_number(c, link->to, to, to_side, true, number + 1);
}

static void
draw_site(struct interconnection *c, const struct node *node)
{
	struct diagram *d = c->d;
	uint32_t site = graph_node(d->graph, node->graph)->index, held = 0;
	struct buffer line = { .max = 0 };
	uint32_t *instance = memory_new((size_t)d->plan->instances + 1, sizeof(*instance));

	for (uint32_t i = 0; i < d->plan->instances; i++)
		if (d->plan->instance[i].site == site)
			instance[held++] = i;
	buffer_print(&line, _("%" PRIu32 " instances"), held);
	if (d->plan->site[site].region != NULL && d->plan->site[site].region[0] != '\0')
		buffer_print(&line, ", %s", d->plan->site[site].region);
	drawing_box(d->drawing, d->overlay && held > 0 ? diagram_role(d, instance, held) :
	    node->column == OURS ? DRAWING_PLAIN : DRAWING_QUIET,
	    (struct drawing_point){ node->rect.x, node->rect.y }, node->rect.width,
	    node->rect.height, 4);
	diagram_text(d, (struct drawing_point){ node->rect.x + 10, node->rect.y + 16 },
	    ANCHOR_START, DIAGRAM_MEDIUM, node->rect.width - 20, diagram_label(d, node->graph));
	diagram_text(d, (struct drawing_point){ node->rect.x + 10, node->rect.y + 30 },
	    ANCHOR_START, DIAGRAM_SMALL, node->rect.width - 20, buffer_text(&line));
	free(instance);
	buffer_free(&line);
}

static const char *
carrier_name(const struct diagram *d)
{
	const struct plan *plan = d->plan;

	if (plan->carriers > 0 && d->japanese && plan->carrier[0].name_ja[0] != '\0')
		return plan->carrier[0].name_ja;
	if (plan->carriers > 0 && plan->carrier[0].name[0] != '\0')
		return plan->carrier[0].name;
	return d->japanese && plan->name_ja[0] != '\0' ? plan->name_ja : plan->name;
}

static void
draw_box(struct interconnection *c, const struct node *node)
{
	static const enum drawing_role role[COLUMNS] = { DRAWING_CARRIER, DRAWING_PROVIDER,
		DRAWING_INTERCONNECT };
	struct diagram *d = c->d;
	const char *title = node->graph == GRAPH_NONE ? carrier_name(d) :
	    diagram_label(d, node->graph);
	struct buffer line = { .max = 0 };

	if (node->graph == GRAPH_NONE)
		buffer_put_text(&line, _("the carrier's own network"));
	else
		diagram_provider_line(d, node->graph, &line);
	drawing_box(d->drawing, role[node->column], (struct drawing_point){ node->rect.x,
	    node->rect.y }, node->rect.width, node->rect.height, 6);
	diagram_text(d, (struct drawing_point){ node->rect.x + DIAGRAM_PAD, node->rect.y + 19 },
	    ANCHOR_START, DIAGRAM_LARGE, node->rect.width - 2 * DIAGRAM_PAD, title);
	drawing_bold(d->drawing);
	diagram_text(d, (struct drawing_point){ node->rect.x + DIAGRAM_PAD, node->rect.y + 35 },
	    ANCHOR_START, DIAGRAM_SMALL, node->rect.width - 2 * DIAGRAM_PAD, buffer_text(&line));
	for (uint32_t i = 0; node->graph == GRAPH_NONE && i < c->lines_count; i++)
		diagram_text(d, (struct drawing_point){ node->rect.x + DIAGRAM_PAD, node->rect.y +
		    node->rect.height - (int32_t)(c->lines_count - i) * LINE }, ANCHOR_START,
		    DIAGRAM_SMALL, node->rect.width - 2 * DIAGRAM_PAD, buffer_text(&c->lines[i]));
	buffer_free(&line);
}

/* --- the list beneath --------------------------------------------------------------------- */

static const char *
node_title(const struct interconnection *c, uint32_t at)
{
	return c->node[at].graph == GRAPH_NONE ? carrier_name(c->d) :
	    diagram_label(c->d, c->node[at].graph);
}

static int32_t
draw_list(struct interconnection *c, int32_t y)
{
	for (uint32_t i = 0; i < c->links; i++) {
		struct buffer text = { .max = 0 };

		buffer_print(&text, "%" PRIu32 "  %s → %s", i + 1, node_title(c, c->link[i].from),
		    node_title(c, c->link[i].to));
		if (c->link[i].label.len > 0)
			buffer_print(&text, "  (%s)", buffer_text(&c->link[i].label));
		diagram_text(c->d, (struct drawing_point){ DIAGRAM_MARGIN, y += LINE },
		    ANCHOR_START, DIAGRAM_SMALL, LIST_WIDTH, buffer_text(&text));
		buffer_free(&text);
	}
	if (c->more > 0) {
		struct buffer text = { .max = 0 };

		buffer_print(&text, _("%" PRIu64 " further links are not drawn"), c->more);
		diagram_text(c->d, (struct drawing_point){ DIAGRAM_MARGIN, y += LINE },
		    ANCHOR_START, DIAGRAM_SMALL, LIST_WIDTH, buffer_text(&text));
		buffer_free(&text);
	}
	return y + DIAGRAM_GAP;
}

static void
draw_heads(const struct interconnection *c)
{
	static const char *const head[COLUMNS] = { N_("Carrier"), N_("Providers it runs on"),
		N_("Other carriers and suppliers") };

	for (unsigned i = 0; i < COLUMNS; i++) {
		diagram_text(c->d, (struct drawing_point){ c->channel_x[i] - STUB - BOX_WIDTH,
		    DIAGRAM_MARGIN + 10 }, ANCHOR_START, DIAGRAM_MEDIUM, BOX_WIDTH, _(head[i]));
		drawing_bold(c->d->drawing);
	}
}

static void
draw_all(struct interconnection *c)
{
	struct diagram *d = c->d;
	int32_t width, y, x;

	width = links_lay(c);
	draw_heads(c);
	for (uint32_t i = 0; i < c->nodes; i++) {
		drawing_begin(d->drawing, node_title(c, i));
		if (c->node[i].frame == GRAPH_NONE)
			draw_box(c, &c->node[i]);
		else
			draw_site(c, &c->node[i]);
		drawing_end(d->drawing);
	}
	for (uint32_t i = 0; i < c->links; i++)
		draw_link(c, i);
	y = draw_list(c, c->bottom + (int32_t)c->unders * PORT);
	y = diagram_legend(d, y + DIAGRAM_GAP, &x);
	width = x > width ? x : width;
	if (c->links > 0 && width < LIST_WIDTH + 2 * DIAGRAM_MARGIN)
		width = LIST_WIDTH + DIAGRAM_MARGIN;
	drawing_size(d->drawing, width + DIAGRAM_MARGIN, y + DIAGRAM_MARGIN);
}

void
diagram_interconnection(struct diagram *d)
{
	struct interconnection c = { .d = d,
		.node = memory_new((size_t)graph_count(d->graph) + 2, sizeof(*c.node)),
		.link = memory_new(DIAGRAM_LINKS_MAX, sizeof(*c.link)) };

	draw_all(&c);
	for (uint32_t i = 0; i < c.links; i++)
		buffer_free(&c.link[i].label);
	for (uint32_t i = 0; i < c.lines_count; i++)
		buffer_free(&c.lines[i]);
	free(c.node);
	free(c.link);
}
