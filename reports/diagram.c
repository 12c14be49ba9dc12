/* SPDX-License-Identifier: Apache-2.0 */
/* Diagrams: what all of them share, and the way in; see diagram.h and diagram_part.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/diagram_part.h"
#include "reports/filing_memory.h"

/* --- texts -------------------------------------------------------------------------------- */

static const char *
pick(const struct diagram *d, const char *title, const char *title_ja, const char *name)
{
	bool english = title != NULL && title[0] != '\0';
	bool japanese = title_ja != NULL && title_ja[0] != '\0';

	if (japanese && (d->japanese || !english))
		return title_ja;
	return english ? title : name;
}

const char *
diagram_label(const struct diagram *d, uint32_t node)
{
	const struct graph_node *at = graph_node(d->graph, node);
	const struct plan *plan = d->plan;
	uint32_t i = at->index;

	if (i == GRAPH_NONE)
		return at->name;
	switch (at->kind) {
	case GRAPH_SERVICE:
		return pick(d, plan->service[i].title, plan->service[i].title_ja, at->name);
	case GRAPH_SET:
		return pick(d, plan->set[i].title, plan->set[i].title_ja, at->name);
	case GRAPH_INSTANCE:
		return pick(d, plan->instance[i].title, plan->instance[i].title_ja, at->name);
	case GRAPH_SITE:
		return pick(d, plan->site[i].title, plan->site[i].title_ja, at->name);
	case GRAPH_PROVIDER:
		return pick(d, plan->provider[i].title, plan->provider[i].title_ja, at->name);
	default:
		return at->name;
	}
}

/* Letters may be drawn a tenth narrower; below that the end is left out. */
void
diagram_text(struct diagram *d, struct drawing_point base, enum drawing_anchor anchor,
    int32_t size, int32_t room, const char *text)
{
	struct buffer clean = { .max = 0 }, cut = { .max = 0 };
	struct bytes rest;
	unsigned columns;
	size_t len;

	if (drawing_text_width(text, size) <= room + room / 10) {
		drawing_text(d->drawing, base, anchor, size, room, text);
		return;
	}
	text_clean(&clean, bytes_of_text(text));
	rest = bytes_of_buffer(&clean);
	while ((len = text_character(rest, &columns)) > 0) {
		size_t before = cut.len;

		buffer_put(&cut, rest.at, len);
		buffer_put_text(&cut, "…");
		if (drawing_text_width(buffer_text(&cut), size) > room) {
			cut.len = before;
			break;
		}
		cut.len -= strlen("…");
		rest = bytes_slice(rest, len, rest.len);
	}
	buffer_put_text(&cut, "…");
	drawing_text(d->drawing, base, anchor, size, room, buffer_text(&cut));
	buffer_free(&cut);
	buffer_free(&clean);
}

static void
put_part(struct buffer *out, const char *text)
{
	if (text != NULL && text[0] != '\0')
		buffer_print(out, "%s%s", out->len > 0 ? ", " : "", text);
}

void
diagram_site_line(const struct diagram *d, uint32_t site, struct buffer *out)
{
	put_part(out, d->plan->site[site].region);
	put_part(out, d->plan->site[site].zone);
	put_part(out, d->plan->site[site].jurisdiction);
}

void
diagram_provider_line(const struct diagram *d, uint32_t node, struct buffer *out)
{
	const struct graph_node *at = graph_node(d->graph, node);
	const struct plan_provider *provider;

	if (at->kind != GRAPH_PROVIDER || at->index == GRAPH_NONE)
		return;
	provider = &d->plan->provider[at->index];
	put_part(out, provider->legal_name);
	put_part(out, provider->country);
	put_part(out, provider->contract);
}

void
diagram_number(uint64_t number, struct buffer *out)
{
	uint64_t unit = 1;

	while (number / unit >= 1000)
		unit *= 1000;
	buffer_print(out, "%" PRIu64, number / unit);
	while (unit > 1) {
		number %= unit;
		unit /= 1000;
		buffer_print(out, ",%03" PRIu64, number / unit);
	}
}

/* --- health ------------------------------------------------------------------------------- */

static unsigned
severity(enum health health)
{
	static const unsigned order[HEALTH_COUNT] = { [HEALTH_UP] = 0, [HEALTH_UNKNOWN] = 1,
		[HEALTH_DEGRADED] = 2, [HEALTH_DOWN] = 3 };

	return order[health];
}

static void
find_health(struct diagram *d, const struct state *state)
{
	bool *seen = memory_new((size_t)d->plan->instances + 1, sizeof(*seen));

	d->health = memory_new((size_t)d->plan->instances + 1, sizeof(*d->health));
	for (uint32_t i = 0; i < state->targets; i++) {
		uint32_t instance = state->target[i].plan->instance;

		if (!seen[instance] ||
		    severity(state->target[i].health) > severity(d->health[instance]))
			d->health[instance] = state->target[i].health;
		seen[instance] = true;
	}
	free(seen);
}

enum health
diagram_worst(const struct diagram *d, const uint32_t *instance, uint32_t count)
{
	enum health worst = HEALTH_UP;

	for (uint32_t i = 0; d->overlay && i < count; i++)
		if (severity(d->health[instance[i]]) > severity(worst))
			worst = d->health[instance[i]];
	return worst;
}

enum drawing_role
diagram_role(const struct diagram *d, const uint32_t *instance, uint32_t count)
{
	static const enum drawing_role role[HEALTH_COUNT] = { [HEALTH_UP] = DRAWING_GOOD,
		[HEALTH_UNKNOWN] = DRAWING_UNKNOWN, [HEALTH_DEGRADED] = DRAWING_DEGRADED,
		[HEALTH_DOWN] = DRAWING_BAD };

	return d->overlay ? role[diagram_worst(d, instance, count)] : DRAWING_PLAIN;
}

static char
letter_of(enum health health)
{
	static const char letter[HEALTH_COUNT] = {
#define X(NAME, name, sign) [HEALTH_##NAME] = sign,
		HEALTH_LIST(X)
#undef X
	};

	return letter[health];
}

/* --- boxes -------------------------------------------------------------------------------- */

/* "X " before a name; of several, how many are as bad as the worst. */
static void
put_letter(const struct diagram *d, const uint32_t *instance, uint32_t count, struct buffer *out)
{
	enum health worst = diagram_worst(d, instance, count);
	uint32_t as_bad = 0;

	if (!d->overlay)
		return;
	for (uint32_t i = 0; i < count; i++)
		as_bad += d->health[instance[i]] == worst;
	buffer_print(out, "%c ", letter_of(worst));
	if (count > 1 && worst != HEALTH_UP)
		buffer_print(out, "%" PRIu32 "/%" PRIu32 " ", as_bad, count);
}

void
diagram_instances(struct diagram *d, struct diagram_rect box, const uint32_t *instance,
    uint32_t count)
{
	const struct plan_instance *first = &d->plan->instance[instance[0]];
	struct buffer head = { .max = 0 }, line = { .max = 0 };
	struct drawing_point at = { box.x + box.width / 2, box.y + 16 };
	uint32_t node = graph_of(d->graph, GRAPH_INSTANCE, instance[0]);
	const char *nf = first->nf != NULL ? first->nf : "";

	put_letter(d, instance, count, &head);
	buffer_put_text(&head, count == 1 ? diagram_label(d, node) : nf[0] != '\0' ? nf :
	    _(function_name(first->function)));
	if (count > 1 && diagram_worst(d, instance, count) == HEALTH_UP)
		buffer_print(&head, " × %" PRIu32, count);
	/* "AMF 1" says already that it is an AMF. */
	if (count > 1)
		put_part(&line, first->replica_set);
	else if (strncmp(diagram_label(d, node), nf, strlen(nf)) != 0)
		put_part(&line, nf);
	if (count == 1)
		put_part(&line, first->version);
	put_part(&line, first->model);
	drawing_begin(d->drawing, buffer_text(&head));
	drawing_box(d->drawing, diagram_role(d, instance, count), (struct drawing_point){ box.x,
	    box.y }, box.width, box.height, 3);
	if (line.len == 0)
		at.y = box.y + box.height / 2 + 4;
	diagram_text(d, at, ANCHOR_MIDDLE, DIAGRAM_MEDIUM, box.width - 8, buffer_text(&head));
	at.y = box.y + box.height - 8;
	if (line.len > 0)
		diagram_text(d, at, ANCHOR_MIDDLE, DIAGRAM_SMALL, box.width - 8,
		    buffer_text(&line));
	drawing_end(d->drawing);
	buffer_free(&head);
	buffer_free(&line);
}

struct diagram_rect
diagram_shelves(struct diagram_rect *box, uint32_t count, int32_t max_width, int32_t gap)
{
	struct diagram_rect whole = { 0, 0, 0, 0 };
	int32_t x = 0, y = 0, highest = 0;
	uint32_t first = 0;

	for (uint32_t i = 0; i <= count; i++) {
		if (i < count && (i == first || x + box[i].width <= max_width)) {
			box[i].x = x;
			box[i].y = y;
			x += box[i].width + gap;
			highest = box[i].height > highest ? box[i].height : highest;
			whole.width = x - gap > whole.width ? x - gap : whole.width;
			continue;
		}
		for (; first < i; first++)
			box[first].height = highest;
		whole.height = y + highest;
		y += highest + gap;
		x = highest = 0;
		if (i < count)
			i--;	/* it begins the next row */
	}
	return whole;
}

static int32_t
legend_health(struct diagram *d, struct drawing_point at)
{
	static const struct { enum drawing_role role; enum health health; } row[] = {
		{ DRAWING_GOOD, HEALTH_UP }, { DRAWING_DEGRADED, HEALTH_DEGRADED },
		{ DRAWING_BAD, HEALTH_DOWN }, { DRAWING_UNKNOWN, HEALTH_UNKNOWN } };
	static const char *const name[HEALTH_COUNT] = {
#define X(NAME, text, sign) [HEALTH_##NAME] = text,
		HEALTH_LIST(X)
#undef X
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct buffer text = { .max = 0 };

		buffer_print(&text, "%c %s", letter_of(row[i].health), _(name[row[i].health]));
		at.x = drawing_legend(d->drawing, row[i].role, at, buffer_text(&text));
		buffer_free(&text);
	}
	return at.x;
}

int32_t
diagram_legend(struct diagram *d, int32_t y, int32_t *x)
{
	struct drawing_point at = { DIAGRAM_MARGIN, y };

	at.x = drawing_legend(d->drawing, DRAWING_CARRIER, at, _("the carrier's own"));
	at.x = drawing_legend(d->drawing, DRAWING_PROVIDER, at, _("a provider's"));
	at.x = drawing_legend(d->drawing, DRAWING_INTERCONNECT, at,
	    _("another carrier or supplier"));
	if (d->overlay)
		at.x = legend_health(d, at);
	*x = at.x;
	return y + 20;
}

/* --- places ------------------------------------------------------------------------------- */

static uint32_t
provider_of(const struct graph *graph, uint32_t site)
{
	uint32_t edges;
	const struct graph_edge *edge = graph_down(graph, graph_of(graph, GRAPH_SITE, site),
	    &edges);

	for (uint32_t e = 0; e < edges; e++)
		if (edge[e].kind == GRAPH_RUN_BY)
			return edge[e].to;
	return GRAPH_NONE;
}

static void
place_add(struct diagram *d, uint32_t provider, uint32_t *used)
{
	struct diagram_place *place = &d->place[d->places];

	*place = (struct diagram_place){ .provider = provider, .first = *used };
	for (uint32_t i = 0; i < d->plan->sites; i++)
		if (provider_of(d->graph, i) == provider)
			d->site[(*used)++] = i;
	place->sites = *used - place->first;
	d->places += place->sites > 0;
}

static void
find_places(struct diagram *d)
{
	uint32_t used = 0;

	d->site = memory_new((size_t)d->plan->sites + 1, sizeof(*d->site));
	d->place = memory_new((size_t)d->plan->sites + 2, sizeof(*d->place));
	place_add(d, GRAPH_NONE, &used);
	for (uint32_t node = 0; node < graph_count(d->graph) && used < d->plan->sites; node++)
		if (graph_node(d->graph, node)->kind == GRAPH_PROVIDER)
			place_add(d, node, &used);
}

/* --- the way in --------------------------------------------------------------------------- */

static const struct { const char *name, *title; void (*draw)(struct diagram *); } diagrams[] = {
#define X(NAME, name, title) { #name, title, diagram_##name },
	DIAGRAM_LIST(X)
#undef X
};

const char *
diagram_name(enum diagram_kind kind)
{
	return diagrams[kind].name;
}

const char *
diagram_title(enum diagram_kind kind)
{
	return diagrams[kind].title;
}

struct drawing *
diagram_draw(enum diagram_kind kind, const struct graph *graph, const struct state *state)
{
	struct diagram d = { .plan = graph_plan(graph), .graph = graph, .overlay = state != NULL,
		.japanese = strcmp(i18n_language(), "ja") == 0 };
	struct buffer text = { .max = 0 };

	buffer_print(&text, _("%" PRIu32 " services, %" PRIu32 " replica sets, %" PRIu32
	    " instances on %" PRIu32 " sites; the report on dependencies says the same in words"),
	    d.plan->services, d.plan->sets, d.plan->instances, d.plan->sites);
	d.drawing = drawing_new(100, 100, _(diagrams[kind].title), buffer_text(&text));
	if (state != NULL)
		find_health(&d, state);
	find_places(&d);
	diagrams[kind].draw(&d);
	free(d.health);
	free(d.site);
	free(d.place);
	buffer_free(&text);
	return d.drawing;
}
