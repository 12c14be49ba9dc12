/* SPDX-License-Identifier: Apache-2.0 */
/* Every incident: open ones first, in each group the newest first. */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "tui/column.h"
#include "tui/view.h"

enum { INCIDENTS_ID, INCIDENTS_STAND, INCIDENTS_WHERE, INCIDENTS_TARGETS, INCIDENTS_OPENED,
	INCIDENTS_LASTED, INCIDENTS_BY, INCIDENTS_COLUMNS };

static const struct column table[INCIDENTS_COLUMNS] = {
	[INCIDENTS_ID]      = { .title = N_("INCIDENT"), .width = 9 },
	[INCIDENTS_STAND]   = { .title = N_("STATE"), .width = 9 },
	[INCIDENTS_WHERE]   = { .title = N_("WHERE"), .width = 20, .grow = 3 },
	[INCIDENTS_TARGETS] = { .title = N_("TARGETS"), .width = 7, .align = ALIGN_RIGHT },
	[INCIDENTS_OPENED]  = { .title = N_("OPENED"), .width = 8, .align = ALIGN_RIGHT },
	[INCIDENTS_LASTED]  = { .title = N_("LASTED"), .width = 7, .align = ALIGN_RIGHT },
	[INCIDENTS_BY]      = { .title = N_("TAKEN BY"), .width = 10, .grow = 1, .most = 20 },
};

/* Moments take the room for a date only where there is one. */
static struct columns
incidents_fit(const struct scene *scene, unsigned window)
{
	struct columns columns = columns_fit(table, INCIDENTS_COLUMNS, 1, window);
	unsigned width = columns.width[INCIDENTS_OPENED];

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

static void
incidents_rows(struct view *view, const struct scene *scene)
{
	const struct state *state = scene->state;
	struct buffer words = { 0 };

	for (unsigned pass = 0; pass < 2; pass++) {
		for (uint32_t i = state->incidents; i-- > 0;) {
			const struct incident *incident = &state->incident[i];

			if (incident_open(incident) != (pass == 0))
				continue;
			buffer_reset(&words);
			buffer_print(&words, "#%" PRIu64 " %s %s ", incident->id,
			    incident_stand(incident), health_word(incident->worst));
			incident_describe(incident, &words);
			if (!view_filtered(view, buffer_text(&words)))
				view_add(view, (struct view_row){ .stop = true, .id = incident->id,
				    .problem = pass == 0 });
		}
	}
	if (view->rows == 0)
		view_add(view, (struct view_row){ .kind = 1 });
	buffer_free(&words);
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

static void
incidents_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct incident *incident = state_incident(scene->state, row->id);
	struct columns columns = incidents_fit(scene, strip->end);
	struct buffer where = { 0 };
	enum style style;
	char text[TIME_TEXT];

	(void)view;
	if (row->kind == 1 || incident == NULL) {
		strip_text(strip, STYLE_QUIET, _("none"));
		return;
	}
	style = row->problem ? health_style(incident->worst) : STYLE_QUIET;
	snprintf(text, sizeof(text), "%c #%" PRIu64, health_letter(incident->worst), incident->id);
	columns_put(&columns, INCIDENTS_ID, strip, style, text);
	columns_put(&columns, INCIDENTS_STAND, strip, row->problem ? STYLE_STRONG : STYLE_QUIET,
	    incident_stand(incident));
	incident_describe(incident, &where);
	columns_put(&columns, INCIDENTS_WHERE, strip, STYLE_NORMAL, buffer_text(&where));
	buffer_free(&where);
	snprintf(text, sizeof(text), "%" PRIu32, incident->members);
	columns_put(&columns, INCIDENTS_TARGETS, strip, STYLE_NORMAL, text);
	moment_text(incident->opened_ms, scene->now_ms, text);
	columns_put(&columns, INCIDENTS_OPENED, strip, STYLE_NORMAL, text);
	age_text((incident->resolved_ms != 0 ? incident->resolved_ms : scene->now_ms) -
	    incident->opened_ms, text);
	columns_put(&columns, INCIDENTS_LASTED, strip, STYLE_NORMAL, text);
	if (incident->acked_seq != 0)
		columns_put(&columns, INCIDENTS_BY, strip, STYLE_QUIET, incident->acked_by);
	else
		columns_put(&columns, INCIDENTS_BY, strip, row->problem ? STYLE_DEGRADED :
		    STYLE_QUIET, row->problem ? _("nobody yet") : "-");
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
	.incident = incidents_incident,
};
