/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every incident: open ones first, in each group the newest first, what it explains beneath its
 * cause; users hit, whose side, alarms, and a line with the clock and how it is seen.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "monitor/state/incident_view.h"
#include "tui/affair.h"
#include "tui/column.h"
#include "tui/view.h"

enum incidents_kind { INCIDENTS_ONE, INCIDENTS_NONE, INCIDENTS_MORE, INCIDENTS_PART };
enum { CLOCKS_MAX = 64, DEPTH_MAX = 8 };	/* clocks judged; how deep parts are indented */

enum { INCIDENTS_ID, INCIDENTS_STAND, INCIDENTS_WHERE, INCIDENTS_SIDE, INCIDENTS_USERS,
	INCIDENTS_ALARMS, INCIDENTS_TARGETS, INCIDENTS_OPENED, INCIDENTS_LASTED, INCIDENTS_BY,
	INCIDENTS_COLUMNS };

static const struct column table[INCIDENTS_COLUMNS] = {
	[INCIDENTS_ID]      = { .title = N_("INCIDENT"), .width = 9 },
	[INCIDENTS_STAND]   = { .title = N_("STATE"), .width = 8 },
	[INCIDENTS_WHERE]   = { .title = N_("WHERE"), .width = 14, .grow = 3 },
	/* TRANSLATORS: column of one letter: whose side (carrier, provider, interconnect) */
	[INCIDENTS_SIDE]    = { .title = N_("S"), .width = 2 },
	[INCIDENTS_USERS]   = { .title = N_("USERS"), .width = 16, .align = ALIGN_RIGHT },
	[INCIDENTS_ALARMS]  = { .title = N_("ALARMS"), .width = 6, .align = ALIGN_RIGHT,
	    .from = 100 },
	[INCIDENTS_TARGETS] = { .title = N_("TARGETS"), .width = 7, .align = ALIGN_RIGHT,
	    .from = 110 },
	[INCIDENTS_OPENED]  = { .title = N_("OPENED"), .width = 8, .align = ALIGN_RIGHT },
	[INCIDENTS_LASTED]  = { .title = N_("LASTED"), .width = 7, .align = ALIGN_RIGHT,
	    .from = 90 },
	[INCIDENTS_BY]      = { .title = N_("TAKEN BY"), .width = 10, .grow = 1, .most = 20 },
};

/* Moments take the room for a date only where there is one; users only where there are some. */
static struct columns
incidents_fit(const struct scene *scene, unsigned window)
{
	struct columns columns = columns_fit(table, INCIDENTS_COLUMNS, 1, window);
	unsigned width = columns.width[INCIDENTS_OPENED];

	if (scene->state->plan == NULL || scene->state->plan->services == 0) {
		if (columns.width[INCIDENTS_LASTED] == 0)
			columns.width[INCIDENTS_LASTED] = table[INCIDENTS_LASTED].width;
		else
			columns.width[INCIDENTS_WHERE] += columns.width[INCIDENTS_LASTED] + 1;
		columns.width[INCIDENTS_WHERE] += columns.width[INCIDENTS_USERS] -
		    columns.width[INCIDENTS_LASTED];
		columns.width[INCIDENTS_USERS] = 0;
	}
	for (uint32_t i = 0; i < scene->state->incidents; i++) {
		unsigned need = moment_width(scene->state->incident[i].opened_ms, scene->now_ms);

		if (need > width)
			width = need;
	}
	if (columns.width[INCIDENTS_WHERE] > width - columns.width[INCIDENTS_OPENED])
		columns.width[INCIDENTS_WHERE] -= width - columns.width[INCIDENTS_OPENED];
	columns.width[INCIDENTS_OPENED] = width;
	return columns;
}

static bool
incident_open(const struct incident *incident)
{
	return incident->resolved_ms == 0 && incident->absorbed_by == 0;
}

static const char *
incident_stand(const struct incident *incident)
{
	if (incident->absorbed_by != 0)
		return _("absorbed");
	return incident->resolved_ms != 0 ? _("resolved") : _("open");
}

static bool
incident_hidden(const struct view *view, const struct incident *incident)
{
	struct buffer words = { 0 };
	bool hidden;

	if (view->filter[0] == '\0')
		return false;
	buffer_print(&words, "#%" PRIu64 " %s %s ", incident->id, incident_stand(incident),
	    health_word(incident->worst));
	incident_describe(incident, &words);
	hidden = view_filtered(view, buffer_text(&words));
	buffer_free(&words);
	return hidden;
}

/* Something stands beneath it: how it is seen, that it is not told. */
static bool
incident_special(const struct incident *incident)
{
	return incident->partial != 0 || incident->flapping > 0 || incident->held_by != 0 ||
	    incident->corrections > 0;
}

static bool
clock_runs(const struct scene *scene, const struct incident *incident)
{
	struct buffer words = { 0 };
	enum style style;
	char letter;
	bool runs = affair_clock(scene, incident->id, &words, &letter, &style);

	buffer_free(&words);
	return runs;
}

/* An incident and, where nothing is filtered, what it explains beneath it. */
static void
incidents_add(struct view *view, const struct scene *scene, const struct incident *incident,
    unsigned depth, unsigned *clocks)
{
	const struct state *state = scene->state;
	bool open = incident_open(incident);
	bool more = depth == 0 && (incident_special(incident) ||
	    (open && (*clocks)++ < CLOCKS_MAX && clock_runs(scene, incident)));

	view_add(view, (struct view_row){ .kind = depth == 0 ? INCIDENTS_ONE : INCIDENTS_PART,
	    .stop = true, .id = incident->id, .problem = open, .reach = more });
	if (more)
		view_add(view, (struct view_row){ .kind = INCIDENTS_MORE, .id = incident->id });
	for (uint32_t i = 0; incident->absorbed > 0 && depth < DEPTH_MAX &&
	    view->filter[0] == '\0' && i < state->incidents; i++)
		if (state->incident[i].absorbed_by == incident->id)
			incidents_add(view, scene, &state->incident[i], depth + 1, clocks);
}

static void
incidents_rows(struct view *view, const struct scene *scene)
{
	const struct state *state = scene->state;
	unsigned clocks = 0;

	for (unsigned pass = 0; pass < 2; pass++)
		for (uint32_t i = state->incidents; i-- > 0;) {
			const struct incident *incident = &state->incident[i];

			if (incident_open(incident) != (pass == 0) ||
			    (incident->absorbed_by != 0 && view->filter[0] == '\0') ||
			    incident_hidden(view, incident))
				continue;
			incidents_add(view, scene, incident, 0, &clocks);
		}
	if (view->rows == 0)
		view_add(view, (struct view_row){ .kind = INCIDENTS_NONE });
}

static void
incidents_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	struct columns columns = incidents_fit(scene, strip->end);

	(void)view;
	(void)line;
	strip_to(strip, 1);
	columns_heading(&columns, strip);
}

/* The clock that comes first, then how it is seen and told. */
static void
incidents_more(const struct scene *scene, const struct incident *incident, struct strip *strip)
{
	struct buffer text = { 0 };
	enum style style;
	char letter;

	strip_to(strip, 11);
	if (affair_clock(scene, incident->id, &text, &letter, &style))
		strip_print(strip, style, "%c %s   ", letter, buffer_text(&text));
	buffer_reset(&text);
	incident_partial_describe(incident, &text);
	if (text.len > 0)
		strip_print(strip, STYLE_UNKNOWN, "%s   ", buffer_text(&text));
	buffer_free(&text);
	if (incident->flapping > 0)
		strip_print(strip, STYLE_DEGRADED, _("%" PRIu32 " flapping, %" PRIu64
		    " changes   "), incident->flapping, incident->flaps);
	if (incident->held_by != 0)
		strip_print(strip, STYLE_DEGRADED, _("not told: held by window %" PRIu64 "   "),
		    incident->held_by);
	if (incident->corrections > 0)
		strip_print(strip, STYLE_QUIET, _("corrections %" PRIu32), incident->corrections);
}

static void
incidents_affair(const struct scene *scene, const struct incident *incident,
    const struct columns *columns, struct strip *strip)
{
	const struct affair *affair = affair_find(scene->state, incident->id);
	bool over = incident->resolved_ms != 0;
	const struct hit *hit = affair_worst(affair, over);
	struct impact_step now = { 0 };
	struct buffer text = { 0 };
	char side[2] = "";

	if (affair != NULL)
		side[0] = side_letter((enum side)affair->side);
	columns_put(columns, INCIDENTS_SIDE, strip, affair != NULL &&
	    affair->side == SIDE_UNDETERMINED ? STYLE_UNKNOWN : STYLE_NORMAL, side);
	if (hit != NULL)
		now = hit_now(hit);
	if (hit != NULL && over)
		now = (struct impact_step){ .stopped = hit->peak_stopped,
			.degraded = hit->peak_degraded };
	if (hit == NULL && affair != NULL && affair->unplaced > 0)
		now.uncertain = true;
	users_put(&text, now.stopped, now.degraded, now.uncertain);
	columns_put(columns, INCIDENTS_USERS, strip, over ? STYLE_QUIET : now.stopped > 0 ?
	    STYLE_DOWN : now.degraded > 0 ? STYLE_DEGRADED : STYLE_NORMAL, buffer_text(&text));
	buffer_reset(&text);
	buffer_print(&text, "%" PRIu32 "/%" PRIu64, incident->alarms_standing,
	    incident->alarms_total);
	columns_put(columns, INCIDENTS_ALARMS, strip, incident->alarms_standing > 0 ?
	    severity_style(incident->severity) : STYLE_QUIET, incident->alarms_total > 0 ?
	    buffer_text(&text) : "-");
	buffer_free(&text);
}

static void
incidents_times(const struct scene *scene, const struct incident *incident,
    const struct columns *columns, struct strip *strip)
{
	char text[TIME_TEXT];

	snprintf(text, sizeof(text), "%" PRIu32, incident->members);
	columns_put(columns, INCIDENTS_TARGETS, strip, STYLE_NORMAL, text);
	moment_text(incident->opened_ms, scene->now_ms, text);
	columns_put(columns, INCIDENTS_OPENED, strip, STYLE_NORMAL, text);
	age_text((incident->resolved_ms != 0 ? incident->resolved_ms : scene->now_ms) -
	    incident->opened_ms, text);
	columns_put(columns, INCIDENTS_LASTED, strip, STYLE_NORMAL, text);
}

static void
incidents_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct incident *incident = state_incident(scene->state, row->id);
	struct columns columns = incidents_fit(scene, strip->end);
	struct buffer where = { 0 };
	char text[TIME_TEXT];

	(void)view;
	if (row->kind == INCIDENTS_NONE || incident == NULL) {
		strip_text(strip, STYLE_QUIET, _("none"));
		return;
	}
	if (row->kind == INCIDENTS_MORE) {
		incidents_more(scene, incident, strip);
		return;
	}
	snprintf(text, sizeof(text), "%s%c #%" PRIu64, row->kind == INCIDENTS_PART ? "  " : "",
	    health_letter(incident->worst), incident->id);
	columns_put(&columns, INCIDENTS_ID, strip, row->problem ? health_style(incident->worst) :
	    STYLE_QUIET, text);
	columns_put(&columns, INCIDENTS_STAND, strip, row->problem ? STYLE_STRONG : STYLE_QUIET,
	    incident_stand(incident));
	incident_describe(incident, &where);
	columns_put(&columns, INCIDENTS_WHERE, strip, STYLE_NORMAL, buffer_text(&where));
	buffer_free(&where);
	incidents_affair(scene, incident, &columns, strip);
	incidents_times(scene, incident, &columns, strip);
	if (incident->acked_seq != 0)
		columns_put(&columns, INCIDENTS_BY, strip, STYLE_QUIET, incident->acked_by);
	else
		columns_put(&columns, INCIDENTS_BY, strip, row->problem ? STYLE_DEGRADED :
		    STYLE_QUIET, row->problem ? _("nobody yet") : "-");
}

/* The record that opened it. */
static bool
incidents_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	(void)view;
	(void)scene;
	*seq = row->id;
	return row->kind != INCIDENTS_NONE;
}

static void
incidents_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	(void)view;
	(void)scene;
	opening->ops = &view_incident;
	opening->subject = row->id;
}

static uint64_t
incidents_incident(const struct view *view, const struct scene *scene)
{
	const struct view_row *row = view_cursor(view);

	(void)scene;
	return row != NULL ? row->id : 0;
}

const struct view_ops view_incidents = {
	.name     = "incidents",
	.title    = N_("Incidents"),
	.tab      = true,
	.head     = 1,
	.rows     = incidents_rows,
	.heading  = incidents_heading,
	.line     = incidents_line,
	.open     = incidents_open,
	.record   = incidents_record,
	.incident = incidents_incident,
};
