/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alarms by perceived severity (ITU-T X.733), each with the incident it is part of: those that
 * stand, floods that are only counted, then what was cleared.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "monitor/state/incident_view.h"
#include "tui/affair.h"
#include "tui/column.h"
#include "tui/view.h"

enum alarms_kind { ALARMS_NONE, ALARMS_ONE, ALARMS_FLOOD };

enum { ALARMS_SEVERITY, ALARMS_SUBJECT, ALARMS_TITLE, ALARMS_SOURCE, ALARMS_TIMES, ALARMS_SINCE,
	ALARMS_INCIDENT, ALARMS_COLUMNS };

static const struct column table[ALARMS_COLUMNS] = {
	[ALARMS_SEVERITY] = { .title = N_("SEVERITY"), .width = 10 },
	[ALARMS_SUBJECT]  = { .title = N_("ABOUT"), .width = 16, .grow = 1, .most = 26 },
	[ALARMS_TITLE]    = { .title = N_("ALARM"), .width = 18, .grow = 3 },
	[ALARMS_SOURCE]   = { .title = N_("SOURCE"), .width = 10, .grow = 1, .most = 16,
	    .from = 100 },
	[ALARMS_TIMES]    = { .title = N_("TIMES"), .width = 6, .align = ALIGN_RIGHT },
	[ALARMS_SINCE]    = { .title = N_("SINCE"), .width = 8, .align = ALIGN_RIGHT },
	[ALARMS_INCIDENT] = { .title = N_("INCIDENT"), .width = 8, .align = ALIGN_RIGHT },
};

/* The worst first; of one severity the newest first.  Nothing is sorted: there may be many. */
static const enum severity order[] = { PERCEIVED_CRITICAL, PERCEIVED_MAJOR, PERCEIVED_MINOR,
	PERCEIVED_WARNING, PERCEIVED_INDETERMINATE, PERCEIVED_CLEARED };
enum { ORDERS = sizeof(order) / sizeof(order[0]) };

static bool
alarms_hidden(const struct view *view, const struct alarm_state *alarm, struct buffer *words)
{
	if (view->filter[0] == '\0')
		return false;
	buffer_reset(words);
	buffer_print(words, "%s %s %s %s %s #%" PRIu64, severity_name(alarm->severity),
	    alarm->subject, alarm->title, alarm->cause, alarm->source, alarm->incident);
	return view_filtered(view, buffer_text(words));
}

static void
alarms_of(struct view *view, const struct state *state, enum severity severity, bool standing)
{
	struct buffer words = { 0 };

	for (uint32_t i = state->alarms; i-- > 0;) {
		const struct alarm_state *alarm = &state->alarm[i];
		enum severity of = standing ? alarm->severity : PERCEIVED_CLEARED;

		if (of == severity && (alarm->cleared_ms == 0) == standing &&
		    !alarms_hidden(view, alarm, &words))
			view_add(view, (struct view_row){ .kind = ALARMS_ONE, .stop = true,
			    .id = alarm->id, .problem = standing &&
			    severity >= PERCEIVED_MAJOR });
	}
	buffer_free(&words);
}

static void
alarms_rows(struct view *view, const struct scene *scene)
{
	const struct state *state = scene->state;

	for (uint32_t i = 0; i < state->floods; i++)
		if (state->flood[i].raised > state->flood[i].cleared &&
		    !view_filtered(view, state->flood[i].subject))
			view_add(view, (struct view_row){ .kind = ALARMS_FLOOD, .stop = true,
			    .problem = true, .id = i });
	for (unsigned i = 0; i < ORDERS; i++)
		alarms_of(view, state, order[i], order[i] != PERCEIVED_CLEARED);
	if (view->rows == 0)
		view_add(view, (struct view_row){ .kind = ALARMS_NONE });
}

static void
alarms_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	struct columns columns = columns_fit(table, ALARMS_COLUMNS, 1, strip->end);
	const struct affair_sums *sums = scene->sums;

	(void)view;
	strip_to(strip, 1);
	if (line == 1) {
		columns_heading(&columns, strip);
		return;
	}
	strip_text(strip, STYLE_NORMAL, _("standing "));
	for (unsigned i = 0; i + 1 < ORDERS; i++)
		strip_print(strip, sums->alarms[order[i]] > 0 ? severity_style(order[i]) :
		    STYLE_QUIET, "  %c %" PRIu32, severity_letter(order[i]),
		    sums->alarms[order[i]]);
	if (sums->flooded > 0)
		strip_print(strip, STYLE_ALARM, _("   and %" PRIu64 " only counted"),
		    sums->flooded);
	strip_print(strip, STYLE_QUIET, _("   %" PRIu64 " raised ever"),
	    scene->state->alarms_total);
}

static void
put_when(const struct scene *scene, const struct columns *columns, int64_t ms,
    struct strip *strip)
{
	char text[TIME_TEXT];

	age_text(scene->now_ms - ms, text);
	columns_put(columns, ALARMS_SINCE, strip, STYLE_NORMAL, text);
}

static void
put_incident(const struct columns *columns, uint64_t incident, struct strip *strip)
{
	char text[TIME_TEXT];

	snprintf(text, sizeof(text), "#%" PRIu64, incident);
	columns_put(columns, ALARMS_INCIDENT, strip, STYLE_QUIET, incident != 0 ? text : "-");
}

static void
alarms_one(const struct scene *scene, const struct alarm_state *alarm,
    const struct columns *columns, struct strip *strip)
{
	bool stands = alarm->cleared_ms == 0;
	enum severity severity = stands ? alarm->severity : PERCEIVED_CLEARED;
	enum style style = severity_style(severity);
	char text[TIME_TEXT];

	snprintf(text, sizeof(text), "%c %s", severity_letter(severity),
	    _(severity_name(severity)));
	columns_put(columns, ALARMS_SEVERITY, strip, style, text);
	columns_put(columns, ALARMS_SUBJECT, strip, stands ? STYLE_STRONG : STYLE_QUIET,
	    alarm->subject[0] != '\0' ? alarm->subject : _("nobody knows what"));
	columns_put(columns, ALARMS_TITLE, strip, stands ? STYLE_NORMAL : STYLE_QUIET,
	    alarm->title);
	columns_put(columns, ALARMS_SOURCE, strip, STYLE_QUIET, alarm->source);
	snprintf(text, sizeof(text), "%" PRIu64, alarm->count);
	columns_put(columns, ALARMS_TIMES, strip, STYLE_NORMAL, text);
	put_when(scene, columns, stands ? alarm->first_ms : alarm->cleared_ms, strip);
	put_incident(columns, alarm->incident, strip);
}

static void
alarms_flood(const struct scene *scene, const struct alarm_flood *flood,
    const struct columns *columns, struct strip *strip)
{
	char text[TIME_TEXT];

	snprintf(text, sizeof(text), "%c %s", severity_letter(flood->worst), _("flood"));
	columns_put(columns, ALARMS_SEVERITY, strip, STYLE_ALARM, text);
	columns_put(columns, ALARMS_SUBJECT, strip, STYLE_STRONG, flood->subject[0] != '\0' ?
	    flood->subject : _("all others"));
	columns_put(columns, ALARMS_TITLE, strip, STYLE_NORMAL,
	    _("counted, no longer kept one by one"));
	columns_put(columns, ALARMS_SOURCE, strip, STYLE_QUIET, "");
	snprintf(text, sizeof(text), "%" PRIu64, flood->raised - flood->cleared);
	columns_put(columns, ALARMS_TIMES, strip, STYLE_NORMAL, text);
	put_when(scene, columns, flood->first_ms, strip);
	put_incident(columns, flood->incident, strip);
}

static void
alarms_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	struct columns columns = columns_fit(table, ALARMS_COLUMNS, 1, strip->end);
	const struct alarm_state *alarm = row->kind == ALARMS_ONE ?
	    state_alarm(scene->state, row->id) : NULL;

	(void)view;
	if (alarm != NULL)
		alarms_one(scene, alarm, &columns, strip);
	else if (row->kind == ALARMS_FLOOD && row->id < scene->state->floods)
		alarms_flood(scene, &scene->state->flood[row->id], &columns, strip);
	else
		strip_text(strip, STYLE_QUIET, _("none"));
}

static uint64_t
row_incident(const struct scene *scene, const struct view_row *row)
{
	const struct alarm_state *alarm;

	if (row == NULL)
		return 0;
	if (row->kind == ALARMS_FLOOD)
		return row->id < scene->state->floods ? scene->state->flood[row->id].incident : 0;
	alarm = state_alarm(scene->state, row->id);
	return alarm != NULL ? alarm->incident : 0;
}

static bool
alarms_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	const struct alarm_state *alarm = state_alarm(scene->state, row->id);

	(void)view;
	if (row->kind == ALARMS_FLOOD && row->id < scene->state->floods)
		*seq = scene->state->flood[row->id].seq;
	else if (row->kind == ALARMS_ONE && alarm != NULL)
		*seq = alarm->seq;
	else
		return false;
	return true;
}

static void
alarms_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	uint64_t incident = row_incident(scene, row);

	if (incident != 0) {
		opening->ops = &view_incident;
		opening->subject = incident;
	} else if (alarms_record(view, scene, row, &opening->subject)) {
		opening->ops = &view_record;
	}
}

static uint64_t
alarms_incident(const struct view *view, const struct scene *scene)
{
	return row_incident(scene, view_cursor(view));
}

const struct view_ops view_alarms = {
	.name     = "alarms",
	.title    = N_("Alarms"),
	.tab      = true,
	.head     = 2,
	.rows     = alarms_rows,
	.heading  = alarms_heading,
	.line     = alarms_line,
	.open     = alarms_open,
	.record   = alarms_record,
	.incident = alarms_incident,
};
