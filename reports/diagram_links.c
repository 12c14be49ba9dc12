/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes and links of the interconnection diagram, and their places; see diagram_links.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/diagram_links.h"

/* --- what stands where -------------------------------------------------------------------- */

static uint32_t
node_add(struct interconnection *c, enum column column, uint32_t frame, uint32_t graph)
{
	c->node[c->nodes] = (struct node){ .column = column, .frame = frame, .graph = graph };
	return c->nodes++;
}

static bool
stands_right(const struct diagram *d, uint32_t node)
{
	enum graph_kind kind = graph_node(d->graph, node)->kind;

	for (uint32_t i = 0; i < d->places; i++)
		if (d->place[i].provider == node)
			return false;
	return kind == GRAPH_PROVIDER ||
	    (kind == GRAPH_OTHER && strncmp(graph_subject(d->graph, node), "target:", 7) != 0);
}

static void
find_nodes(struct interconnection *c)
{
	struct diagram *d = c->d;

	node_add(c, OURS, GRAPH_NONE, GRAPH_NONE);
	for (uint32_t p = 0; p < d->places; p++) {
		const struct diagram_place *place = &d->place[p];
		bool own = place->provider == GRAPH_NONE;
		uint32_t frame = own ? 0 : node_add(c, MIDDLE, GRAPH_NONE, place->provider);

		for (uint32_t i = place->first; i < place->first + place->sites; i++)
			node_add(c, own ? OURS : MIDDLE, frame,
			    graph_of(d->graph, GRAPH_SITE, d->site[i]));
	}
	for (uint32_t node = 0; node < graph_count(d->graph); node++)
		if (stands_right(d, node))
			node_add(c, RIGHT, GRAPH_NONE, node);
}

/* Where a thing of the graph is drawn. */
static uint32_t
node_of(const struct interconnection *c, uint32_t graph)
{
	const struct graph_node *at = graph_node(c->d->graph, graph);

	if (at->kind == GRAPH_INSTANCE && at->index != GRAPH_NONE)
		graph = graph_of(c->d->graph, GRAPH_SITE,
		    c->d->plan->instance[at->index].site);
	else if (at->kind == GRAPH_SERVICE || at->kind == GRAPH_SET)
		return 0;
	for (uint32_t i = 1; i < c->nodes; i++)
		if (c->node[i].graph == graph)
			return i;
	return 0;
}

/* --- links -------------------------------------------------------------------------------- */

static bool
inside(const struct interconnection *c, uint32_t a, uint32_t b)
{
	return a == b || c->node[a].frame == b || c->node[b].frame == a ||
	    (c->node[a].frame != GRAPH_NONE && c->node[a].frame == c->node[b].frame &&
	    c->node[a].frame == 0);
}

static void
link_add(struct interconnection *c, uint32_t from, uint32_t to, const char *label)
{
	struct link *link = NULL;

	if (inside(c, from, to))
		return;
	for (uint32_t i = 0; i < c->links; i++)
		if (c->link[i].from == from && c->link[i].to == to)
			link = &c->link[i];
	if (link == NULL && c->links == DIAGRAM_LINKS_MAX) {
		c->more++;
		return;
	}
	if (link == NULL) {
		link = &c->link[c->links++];
		*link = (struct link){ .from = from, .to = to };
	}
	if (label != NULL && label[0] != '\0' && link->label.len < 200)
		buffer_print(&link->label, "%s%s", link->label.len > 0 ? "; " : "", label);
}

static void
find_links(struct interconnection *c)
{
	struct diagram *d = c->d;

	for (uint32_t i = 1; i < c->nodes; i++) {
		const struct graph_node *at;
		struct buffer label = { .max = 0 };

		if (c->node[i].column != MIDDLE || c->node[i].frame != GRAPH_NONE)
			continue;
		at = graph_node(d->graph, c->node[i].graph);
		buffer_put_text(&label, _("runs on"));
		if (at->index != GRAPH_NONE && d->plan->provider[at->index].contract != NULL &&
		    d->plan->provider[at->index].contract[0] != '\0')
			buffer_print(&label, ", %s", d->plan->provider[at->index].contract);
		link_add(c, 0, i, buffer_text(&label));
		buffer_free(&label);
	}
	for (uint32_t i = 0; i < d->plan->dependencies; i++) {
		const struct plan_dependency *at = &d->plan->dependency[i];

		link_add(c, node_of(c, graph_find(d->graph, at->from)),
		    node_of(c, graph_find(d->graph, at->to)), at->title);
	}
}

unsigned
links_side(const struct interconnection *c, const struct link *link, uint32_t node)
{
	enum column own = c->node[node].column;
	enum column other = c->node[link->from == node ? link->to : link->from].column;

	return own == OURS || other >= own ? 1 : 0;
}

static void
route(struct interconnection *c)
{
	for (uint32_t i = 0; i < c->links; i++) {
		struct link *link = &c->link[i];
		enum column a = c->node[link->from].column, b = c->node[link->to].column;
		enum column low = a < b ? a : b, high = a < b ? b : a;

		link->channel = low;
		link->under = low == OURS && high == RIGHT;
		c->tracks[low]++;
		if (link->under) {
			c->tracks[MIDDLE]++;
			c->unders++;
		}
		c->node[link->from].ports[links_side(c, link, link->from)]++;
		c->node[link->to].ports[links_side(c, link, link->to)]++;
	}
}

/* --- sizes -------------------------------------------------------------------------------- */

static int32_t
ports_height(const struct node *node)
{
	uint32_t most = node->ports[0] > node->ports[1] ? node->ports[0] : node->ports[1];

	return (int32_t)most * PORT;
}

static bool
frames_sites(const struct interconnection *c, uint32_t node)
{
	for (uint32_t i = node + 1; i < c->nodes; i++)
		if (c->node[i].frame == node)
			return true;
	return false;
}

/* The box and what is in it; returns its bottom.  Its own links leave beneath its title. */
static int32_t
lay_box(struct interconnection *c, uint32_t at, int32_t x, int32_t y)
{
	struct node *box = &c->node[at];
	int32_t head = HEAD > ports_height(box) + 8 ? HEAD : ports_height(box) + 8;
	int32_t bottom = y + head;

	for (uint32_t i = at + 1; i < c->nodes; i++) {
		struct node *site = &c->node[i];
		int32_t height = ports_height(site) + 8;

		if (site->frame != at)
			continue;
		site->rect = (struct diagram_rect){ x + DIAGRAM_PAD, bottom,
			BOX_WIDTH - 2 * DIAGRAM_PAD,
			height > INNER_HEIGHT ? height : INNER_HEIGHT };
		bottom += site->rect.height + DIAGRAM_GAP;
	}
	if (at == 0)
		bottom += (int32_t)c->lines_count * LINE + (c->lines_count > 0 ? DIAGRAM_GAP : 0);
	if (at != 0 && !frames_sites(c, at))
		bottom += DIAGRAM_GAP;
	box->rect = (struct diagram_rect){ x, y, BOX_WIDTH, bottom - y };
	return bottom;
}

static int32_t
lay_columns(struct interconnection *c)
{
	int32_t x = DIAGRAM_MARGIN;

	for (unsigned column = 0; column < COLUMNS; column++) {
		int32_t y = DIAGRAM_MARGIN + 24;

		for (uint32_t i = 0; i < c->nodes; i++)
			if (c->node[i].column == column && c->node[i].frame == GRAPH_NONE)
				y = lay_box(c, i, x, y) + 2 * DIAGRAM_GAP;
		c->bottom = y > c->bottom ? y : c->bottom;
		c->channel_x[column] = x + BOX_WIDTH + STUB;
		x += BOX_WIDTH + 2 * STUB + (int32_t)c->tracks[column] * TRACK;
		if (column == RIGHT && c->tracks[RIGHT] == 0)
			x -= 2 * STUB;
	}
	return x;
}

/* --- what listens and what is asked ------------------------------------------------------- */

static struct buffer *
line_new(struct interconnection *c)
{
	return c->lines_count < LINES_MAX ? &c->lines[c->lines_count++] : NULL;
}

static void
find_lines(struct interconnection *c)
{
	const struct plan *plan = c->d->plan;
	struct buffer *line;

	for (uint32_t i = 0; i < plan->listeners && (line = line_new(c)) != NULL; i++)
		buffer_print(line, _("listens: %s, %s %s port %" PRIu32), plan->listener[i].kind,
		    plan->listener[i].transport, plan->listener[i].address,
		    plan->listener[i].port);
	for (uint32_t i = 0; i < plan->vantage_count && (line = line_new(c)) != NULL; i++)
		buffer_print(line, plan->vantages[i].inside != 0 ? _("looks from inside: %s, %s") :
		    _("looks from outside: %s, %s"), plan->vantages[i].name,
		    plan->vantages[i].source);
	for (uint32_t i = 0; i < plan->sources && (line = line_new(c)) != NULL; i++)
		buffer_print(line, _("fetches: %s (%s), of %s"), plan->source[i].name,
		    plan->source[i].kind, plan->source[i].subject);
}

struct drawing_point
links_port(struct interconnection *c, uint32_t at, unsigned side)
{
	struct node *node = &c->node[at];
	uint32_t number = node->used[side]++;
	int32_t room = node->frame != GRAPH_NONE ? node->rect.height :
	    HEAD > ports_height(node) + 8 ? HEAD : ports_height(node) + 8;
	int32_t free_room = room - (int32_t)node->ports[side] * PORT;

	return (struct drawing_point){ side == 0 ? node->rect.x : node->rect.x + node->rect.width,
		node->rect.y + free_room / 2 + (int32_t)number * PORT + PORT / 2 + 3 };
}

int32_t
links_lay(struct interconnection *c)
{
	find_lines(c);
	find_nodes(c);
	find_links(c);
	route(c);
	return lay_columns(c);
}
