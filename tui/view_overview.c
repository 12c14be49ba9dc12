/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The four core functions by sites, worst site first: how much is proven, unknown and failed,
 * how old the oldest evidence is, and the incidents that are open.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "tui/cell.h"
#include "tui/view.h"

enum overview_kind { OVERVIEW_TOTAL, OVERVIEW_SITE, OVERVIEW_BLANK, OVERVIEW_HEADING,
	OVERVIEW_INCIDENT, OVERVIEW_CALM };
enum { SITE_WIDTH = 18, OLDEST_WIDTH = 7, CELL_LEAST = 13, CELL_MOST = 22 };

struct overview_key { uint32_t count[HEALTH_COUNT]; uint32_t site; };

static int
overview_compare(const void *left, const void *right)
{
	static const enum health order[] = { HEALTH_DOWN, HEALTH_DEGRADED, HEALTH_UNKNOWN };
	const struct overview_key *a = left, *b = right;

	for (unsigned i = 0; i < 3; i++)
		if (a->count[order[i]] != b->count[order[i]])
			return a->count[order[i]] > b->count[order[i]] ? -1 : 1;
	return a->site < b->site ? -1 : a->site > b->site;
}

static void
overview_sites(struct view *view, const struct scene *scene)
{
	struct overview_key *key = memory_new(scene->sites + 1, sizeof(*key));

	for (uint32_t i = 0; i < scene->sites; i++) {
		key[i].site = i;
		for (unsigned h = 0; h < HEALTH_COUNT; h++)
			key[i].count[h] = tally_count(&scene->site[i], (enum health)h);
	}
	qsort(key, scene->sites, sizeof(*key), overview_compare);
	for (uint32_t i = 0; i < scene->sites; i++)
		if (!view_filtered(view, scene_site_title(scene, key[i].site)) ||
		    !view_filtered(view, scene->state->plan->site[key[i].site].name))
			view_add(view, (struct view_row){ .kind = OVERVIEW_SITE, .stop = true,
			    .id = key[i].site, .problem = key[i].count[HEALTH_DOWN] +
			    key[i].count[HEALTH_DEGRADED] + key[i].count[HEALTH_UNKNOWN] > 0 });
	free(key);
}

static void
overview_rows(struct view *view, const struct scene *scene)
{
	const struct state *state = scene->state;
	bool open = false;

	view_add(view, (struct view_row){ .kind = OVERVIEW_TOTAL, .stop = true, .id = UINT64_MAX });
	overview_sites(view, scene);
	view_add(view, (struct view_row){ .kind = OVERVIEW_BLANK });
	view_add(view, (struct view_row){ .kind = OVERVIEW_HEADING });
	for (uint32_t i = state->incidents; i-- > 0;) {
		const struct incident *incident = &state->incident[i];

		if (incident->resolved_ms != 0 || incident->absorbed_by != 0)
			continue;
		view_add(view, (struct view_row){ .kind = OVERVIEW_INCIDENT, .stop = true,
		    .problem = true, .id = incident->id });
		open = true;
	}
	if (!open)
		view_add(view, (struct view_row){ .kind = OVERVIEW_CALM });
}

/* Percent with one digit, rounded so that only all of them are 100.0 and only none is 0.0. */
static void
share_text(uint32_t part, uint32_t whole, char out[TIME_TEXT])
{
	uint64_t tenths = whole == 0 ? 0 : ((uint64_t)part * 2000 + whole) / (2 * (uint64_t)whole);

	if (part != 0 && tenths == 0)
		tenths = 1;
	if (part != whole && tenths == 1000)
		tenths = 999;
	snprintf(out, TIME_TEXT, "%" PRIu64 ".%" PRIu64 " %%", tenths / 10, tenths % 10);
}

static void
overview_share(struct strip *strip, enum style style, const char *word, uint32_t part,
    uint32_t whole)
{
	char text[TIME_TEXT];

	share_text(part, whole, text);
	strip_print(strip, style, "%s %s", word, text);
	strip_print(strip, STYLE_QUIET, "  %" PRIu32 "   ", part);
}

/* One character per column, each health as its share; what is not nought has at least one. */
static void
overview_bar(const struct scene *scene, struct strip *strip)
{
	static const enum health order[] = { HEALTH_DOWN, HEALTH_DEGRADED, HEALTH_UNKNOWN };
	unsigned width = strip->end - strip->column - 2, cells[HEALTH_COUNT] = { 0 }, rest = width;
	uint32_t whole = 0;

	for (unsigned h = 0; h < HEALTH_COUNT; h++)
		whole += tally_count(&scene->total, (enum health)h);
	if (whole == 0)
		return;
	for (unsigned i = 0; i < 3; i++) {
		uint32_t part = tally_count(&scene->total, order[i]);
		unsigned share = (unsigned)((uint64_t)part * width / whole);

		cells[order[i]] = part != 0 && share == 0 ? 1 : share;
		rest -= cells[order[i]] < rest ? cells[order[i]] : rest;
	}
	cells[HEALTH_UP] = rest;
	strip_text(strip, STYLE_QUIET, "[");
	for (unsigned i = 0; i < 4; i++) {
		enum health health = i == 0 ? HEALTH_UP : order[3 - i];

		for (unsigned n = 0; n < cells[health]; n++)
			strip_print(strip, health_style(health), "%c", health_letter(health));
	}
	strip_text(strip, STYLE_QUIET, "]");
}

static unsigned
overview_cell_width(unsigned window)
{
	unsigned left = 3 + SITE_WIDTH + OLDEST_WIDTH + 1;
	unsigned width = window > left ? (window - left) / FUNCTION_COUNT : CELL_LEAST;

	return width < CELL_LEAST ? CELL_LEAST : width > CELL_MOST ? CELL_MOST : width;
}

static void
overview_columns(const struct view *view, struct strip *strip)
{
	unsigned width = overview_cell_width(strip->end);

	strip_to(strip, 3);
	strip_field(strip, SITE_WIDTH, ALIGN_LEFT, STYLE_HEADING, _("SITE"));
	for (unsigned f = 0; f < FUNCTION_COUNT; f++) {
		unsigned start = strip->column;
		char text[64];

		snprintf(text, sizeof(text), f == view->column ? "[%s]" : " %s",
		    _(function_name((enum function)f)));
		strip_field(strip, width, ALIGN_LEFT, f == view->column ? STYLE_STRONG :
		    STYLE_HEADING, text);
		strip_to(strip, start + width);
	}
	strip_field(strip, OLDEST_WIDTH, ALIGN_RIGHT, STYLE_HEADING, _("OLDEST"));
}

static void
overview_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	uint32_t up = tally_count(&scene->total, HEALTH_UP);
	uint32_t unknown = tally_count(&scene->total, HEALTH_UNKNOWN);
	uint32_t failed = tally_count(&scene->total, HEALTH_DOWN) +
	    tally_count(&scene->total, HEALTH_DEGRADED);
	char age[TIME_TEXT], text[2 * TIME_TEXT];

	strip_to(strip, 1);
	if (line == 0) {
		overview_share(strip, STYLE_UP, _("proven"), up, up + unknown + failed);
		overview_share(strip, STYLE_UNKNOWN, _("unknown"), unknown, up + unknown + failed);
		overview_share(strip, STYLE_DOWN, _("failed"), failed, up + unknown + failed);
		age_text(scene->total.oldest_ms != INT64_MAX ? scene->now_ms -
		    scene->total.oldest_ms : -1, age);
		snprintf(text, sizeof(text), _("oldest %s "), age);
		strip_right(strip, STYLE_NORMAL, text);
	} else if (line == 1) {
		overview_bar(scene, strip);
	} else if (line == 3) {
		overview_columns(view, strip);
	}
}

/* "X2 !1 ?1 .117": worst first, only what there is. */
static void
overview_cell(const uint32_t count[HEALTH_COUNT], unsigned width, struct strip *strip)
{
	static const enum health order[] = { HEALTH_DOWN, HEALTH_DEGRADED, HEALTH_UNKNOWN,
		HEALTH_UP };
	struct strip cell = *strip;
	bool any = false;

	cell.end = cell.column + width < strip->end ? cell.column + width : strip->end;
	strip_to(&cell, cell.column + 1);
	for (unsigned i = 0; i < HEALTH_COUNT; i++) {
		if (count[order[i]] == 0)
			continue;
		strip_print(&cell, health_style(order[i]), "%s%c%" PRIu32, any ? " " : "",
		    health_letter(order[i]), count[order[i]]);
		any = true;
	}
	if (!any)
		strip_text(&cell, STYLE_QUIET, "-");
	strip_to(strip, cell.end);
}

static void
overview_site(const struct tally *tally, const char *title, struct strip *strip)
{
	unsigned width = overview_cell_width(strip->end);
	enum health worst = HEALTH_UP;
	char age[TIME_TEXT];

	for (unsigned h = 0; h < HEALTH_COUNT; h++)
		if (tally_count(tally, (enum health)h) > 0 &&
		    health_rank((enum health)h) < health_rank(worst))
			worst = (enum health)h;
	strip_print(strip, health_style(worst), "%c ", health_letter(worst));
	strip_field(strip, SITE_WIDTH, ALIGN_LEFT, worst == HEALTH_UP ? STYLE_NORMAL : STYLE_STRONG,
	    title);
	for (unsigned f = 0; f < FUNCTION_COUNT; f++)
		overview_cell(tally->count[f], width, strip);
	(void)age;
}

static void
overview_oldest(const struct scene *scene, const struct tally *tally, struct strip *strip)
{
	char age[TIME_TEXT];

	age_text(tally->oldest_ms != INT64_MAX ? scene->now_ms - tally->oldest_ms : -1, age);
	strip_field(strip, OLDEST_WIDTH, ALIGN_RIGHT, STYLE_QUIET, age);
}

static void
overview_incident(const struct scene *scene, uint64_t id, struct strip *strip)
{
	const struct incident *incident = state_incident(scene->state, id);
	struct buffer where = { 0 };
	char age[TIME_TEXT];

	strip_print(strip, health_style(incident->worst), "%c ", health_letter(incident->worst));
	strip_print(strip, STYLE_STRONG, "#%" PRIu64, id);
	strip_to(strip, 11);
	incident_describe(incident, &where);
	strip_field(strip, strip->end - 47, ALIGN_LEFT, STYLE_NORMAL, buffer_text(&where));
	buffer_reset(&where);
	buffer_print(&where, ngettext("%" PRIu32 " target", "%" PRIu32 " targets",
	    incident->members), incident->members);
	strip_field(strip, 12, ALIGN_RIGHT, STYLE_NORMAL, buffer_text(&where));
	age_text(scene->now_ms - incident->opened_ms, age);
	strip_field(strip, 8, ALIGN_RIGHT, STYLE_NORMAL, age);
	strip_text(strip, STYLE_NORMAL, "  ");
	if (incident->acked_seq != 0)
		strip_print(strip, STYLE_QUIET, _("by %s"), incident->acked_by);
	else
		strip_text(strip, STYLE_DEGRADED, _("nobody yet"));
	buffer_free(&where);
}

static void
overview_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	switch ((enum overview_kind)row->kind) {
	case OVERVIEW_TOTAL:
		overview_site(&scene->total, _("all sites"), strip);
		overview_oldest(scene, &scene->total, strip);
		break;
	case OVERVIEW_SITE:
		overview_site(&scene->site[row->id], scene_site_title(scene, (uint32_t)row->id),
		    strip);
		overview_oldest(scene, &scene->site[row->id], strip);
		break;
	case OVERVIEW_BLANK:
		break;
	case OVERVIEW_HEADING:
		strip_text(strip, STYLE_HEADING, _("OPEN INCIDENTS"));
		break;
	case OVERVIEW_INCIDENT:
		overview_incident(scene, row->id, strip);
		break;
	case OVERVIEW_CALM:
		strip_text(strip, STYLE_QUIET, _("none"));
		break;
	}
	(void)view;
}

static void
overview_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	const char *function = function_name((enum function)view->column);

	if (row->kind == OVERVIEW_INCIDENT) {
		opening->ops = &view_incident;
		opening->subject = row->id;
		return;
	}
	opening->ops = &view_targets;
	if (row->kind == OVERVIEW_SITE)
		snprintf(opening->filter, sizeof(opening->filter), "%s %s", function,
		    scene->state->plan->site[row->id].name);
	else
		snprintf(opening->filter, sizeof(opening->filter), "%s", function);
}

static bool
overview_act(struct view *view, const struct scene *scene, enum action action)
{
	(void)scene;
	if (action != ACTION_LEFT && action != ACTION_RIGHT)
		return false;
	view->column = (view->column + (action == ACTION_RIGHT ? 1 : FUNCTION_COUNT - 1)) %
	    FUNCTION_COUNT;
	return true;
}

static uint64_t
overview_incident_id(const struct view *view, const struct scene *scene)
{
	const struct view_row *row = view_cursor(view);

	(void)scene;
	return row != NULL && row->kind == OVERVIEW_INCIDENT ? row->id : 0;
}

const struct view_ops view_overview = {
	.name     = "overview",
	.title    = N_("Overview"),
	.tab      = true,
	.head     = 4,
	.rows     = overview_rows,
	.heading  = overview_heading,
	.line     = overview_line,
	.open     = overview_open,
	.act      = overview_act,
	.incident = overview_incident_id,
};
