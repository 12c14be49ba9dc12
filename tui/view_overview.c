/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The four core functions by sites, worst site first: how much is proven, unknown and failed,
 * how old the oldest evidence is, how the controls are judged, and what is open.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "tui/contradiction.h"
#include "tui/judged.h"
#include "tui/overview_affair.h"
#include "tui/share.h"
#include "tui/view.h"

enum overview_kind { OVERVIEW_TOTAL, OVERVIEW_SITE, OVERVIEW_BLANK, OVERVIEW_HEADING,
	OVERVIEW_INCIDENT, OVERVIEW_CALM, OVERVIEW_TARGETS, OVERVIEW_TARGET, OVERVIEW_NOTHING,
	OVERVIEW_CONTRADICTIONS, OVERVIEW_CONTRADICTION, OVERVIEW_MORE };
enum { CONTRADICTIONS_MAX = 5, WORST_MAX = 20, SITE_WIDTH = 18, OLDEST_WIDTH = 7,
	CELL_LEAST = 13, CELL_MOST = 22 };

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

/* What was declared is not what is seen: the worst there is, so it stands above what is down. */
static void
overview_contradictions(struct view *view, const struct scene *scene)
{
	uint64_t id[CONTRADICTIONS_MAX];
	uint32_t found = contradictions_newest(scene, id, CONTRADICTIONS_MAX);

	if (found == 0)
		return;
	view_add(view, (struct view_row){ .kind = OVERVIEW_BLANK });
	view_add(view, (struct view_row){ .kind = OVERVIEW_CONTRADICTIONS, .id = found });
	for (uint32_t i = 0; i < found && i < CONTRADICTIONS_MAX; i++)
		view_add(view, (struct view_row){ .kind = OVERVIEW_CONTRADICTION, .stop = true,
		    .problem = true, .id = id[i] });
	if (found > CONTRADICTIONS_MAX)
		view_add(view, (struct view_row){ .kind = OVERVIEW_MORE, .stop = true,
		    .id = found - CONTRADICTIONS_MAX });
}

/* The worst targets, for as much as a look can take in; the rest is in their own view. */
static void
overview_targets(struct view *view, const struct scene *scene)
{
	const struct state *state = scene->state;
	unsigned count = 0;

	for (unsigned rank = 0; rank < health_rank(HEALTH_UP); rank++)
		for (uint32_t i = 0; i < state->targets && count < WORST_MAX; i++) {
			if (health_rank(state->target[i].health) != rank)
				continue;
			if (count++ == 0) {
				view_add(view, (struct view_row){ .kind = OVERVIEW_BLANK });
				view_add(view, (struct view_row){ .kind = OVERVIEW_TARGETS });
			}
			view_add(view, (struct view_row){ .kind = OVERVIEW_TARGET, .stop = true,
			    .problem = true, .id = state->target[i].plan->id });
		}
}

static void
overview_rows(struct view *view, const struct scene *scene)
{
	const struct state *state = scene->state;
	bool open = false;

	if (state->plan == NULL) {
		view_add(view, (struct view_row){ .kind = OVERVIEW_NOTHING });
		return;
	}
	view_add(view, (struct view_row){ .kind = OVERVIEW_TOTAL, .stop = true, .id = UINT64_MAX });
	overview_sites(view, scene);
	overview_affair_rows(view, scene);
	overview_contradictions(view, scene);
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
	overview_targets(view, scene);
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
	strip_to(strip, 1);
	if (line == 0) {
		share_words(scene, strip);
	} else if (line == 1) {
		share_bar(scene, strip);
	} else if (line == 2 && judged_of(scene) != NULL) {
		judged_summary(scene, strip);
		if (scene->controls.contradictions > 0)
			strip_right(strip, STYLE_ALARM, _(" contradicted "));
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
overview_site(const struct health_tally *tally, const char *title, struct strip *strip)
{
	unsigned width = overview_cell_width(strip->end);
	enum health worst = HEALTH_UP;

	for (unsigned h = 0; h < HEALTH_COUNT; h++)
		if (tally_count(tally, (enum health)h) > 0 &&
		    health_rank((enum health)h) < health_rank(worst))
			worst = (enum health)h;
	strip_print(strip, health_style(worst), "%c ", health_letter(worst));
	strip_field(strip, SITE_WIDTH, ALIGN_LEFT, worst == HEALTH_UP ? STYLE_NORMAL : STYLE_STRONG,
	    title);
	for (unsigned f = 0; f < FUNCTION_COUNT; f++)
		overview_cell(tally->count[f], width, strip);
}

static void
overview_oldest(const struct scene *scene, const struct health_tally *tally,
    struct strip *strip)
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
overview_target(const struct scene *scene, uint64_t id, struct strip *strip)
{
	const struct target_state *target = state_target(scene->state, id);
	enum style style = health_style(target->health);
	struct buffer why = { 0 };
	char text[TIME_TEXT];

	snprintf(text, sizeof(text), "%c %s", health_letter(target->health),
	    health_word(target->health));
	strip_field(strip, 10, ALIGN_LEFT, style, text);
	strip_to(strip, 12);
	strip_field(strip, SITE_WIDTH, ALIGN_LEFT, STYLE_STRONG, target->plan->name);
	strip_to(strip, strip->column + 1);
	strip_field(strip, 12, ALIGN_LEFT, STYLE_NORMAL,
	    scene_site_title(scene, scene_instance(scene, target)->site));
	age_text(target->since_ms != 0 ? scene->now_ms - target->since_ms : -1, text);
	strip_field(strip, OLDEST_WIDTH, ALIGN_RIGHT, STYLE_NORMAL, text);
	strip_to(strip, strip->column + 2);
	scene_reason(target, &why);
	strip_bytes(strip, style, bytes_of_buffer(&why));
	buffer_free(&why);
}

static void
overview_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	(void)view;
	if (row->kind >= OVERVIEW_AFFAIR) {
		overview_affair_line(scene, row, strip);
		return;
	}
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
	case OVERVIEW_CONTRADICTIONS:
		strip_print(strip, STYLE_DOWN, _("CONTRADICTIONS (%" PRIu64 ")"), row->id);
		break;
	case OVERVIEW_CONTRADICTION:
		contradiction_line(scene, row->id, strip);
		break;
	case OVERVIEW_MORE:
		strip_print(strip, STYLE_QUIET, _("  and %" PRIu64 " more"), row->id);
		break;
	case OVERVIEW_HEADING:
		strip_text(strip, STYLE_HEADING, _("OPEN INCIDENTS"));
		break;
	case OVERVIEW_INCIDENT:
		overview_incident(scene, row->id, strip);
		break;
	case OVERVIEW_TARGETS:
		strip_text(strip, STYLE_HEADING, _("WORST TARGETS"));
		break;
	case OVERVIEW_TARGET:
		overview_target(scene, row->id, strip);
		break;
	case OVERVIEW_NOTHING:
		strip_text(strip, STYLE_QUIET, _("nothing is known at this time"));
		break;
	case OVERVIEW_CALM:
		strip_text(strip, STYLE_QUIET, _("none"));
		break;
	}
}

static void
overview_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	const char *function = function_name((enum function)view->column);

	if (row->kind >= OVERVIEW_AFFAIR) {
		overview_affair_open(row, opening);
		return;
	}
	if (row->kind == OVERVIEW_INCIDENT || row->kind == OVERVIEW_TARGET) {
		opening->ops = row->kind == OVERVIEW_TARGET ? &view_target : &view_incident;
		opening->subject = row->id;
		return;
	}
	if (row->kind == OVERVIEW_CONTRADICTION) {
		contradiction_open(scene, row->id, opening);
		return;
	}
	if (row->kind == OVERVIEW_MORE) {
		opening->ops = &view_controls;
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

	if (row != NULL && row->kind == OVERVIEW_TARGET)
		return state_target(scene->state, row->id)->incident;
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
