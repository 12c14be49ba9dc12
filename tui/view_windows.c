/* SPDX-License-Identifier: Apache-2.0 */
/* Maintenance windows and silences: whose, until when, who agreed, and what they hid. */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "monitor/state/incident_view.h"
#include "tui/affair.h"
#include "tui/column.h"
#include "tui/view.h"

enum windows_kind { WINDOWS_NONE, WINDOWS_ONE, WINDOWS_WHY };

enum { WINDOWS_ID, WINDOWS_KIND, WINDOWS_SUBJECT, WINDOWS_STEP, WINDOWS_FROM, WINDOWS_UNTIL,
	WINDOWS_BY, WINDOWS_HID, WINDOWS_COLUMNS };

static const struct column table[WINDOWS_COLUMNS] = {
	[WINDOWS_ID]      = { .title = N_("WINDOW"), .width = 7 },
	[WINDOWS_KIND]    = { .title = N_("KIND"), .width = 10, .grow = 1, .most = 20 },
	[WINDOWS_SUBJECT] = { .title = N_("COVERS"), .width = 12, .grow = 2 },
	[WINDOWS_STEP]    = { .title = N_("STATE"), .width = 9 },
	[WINDOWS_FROM]    = { .title = N_("FROM"), .width = 8, .align = ALIGN_RIGHT },
	[WINDOWS_UNTIL]   = { .title = N_("UNTIL"), .width = 8, .align = ALIGN_RIGHT },
	[WINDOWS_BY]      = { .title = N_("BY"), .width = 8, .grow = 1, .most = 20, .from = 90 },
	[WINDOWS_HID]     = { .title = N_("HID"), .width = 12, .align = ALIGN_RIGHT },
};

static const char *
window_stand(const struct state *state, const struct window_state *window)
{
	if (window_in_force(state, window))
		return _("in force");
	if (window->step == WINDOW_REFUSED || window->step == WINDOW_ENDED)
		return _(window_step_text(window->step));
	if (window->over || window->until_ms <= state->now_ms)
		return _("over");
	if (window->needs_second && window->step == WINDOW_ASKED)
		return _("asked");
	return _("to come");
}

static void
windows_rows(struct view *view, const struct scene *scene)
{
	const struct state *state = scene->state;

	for (unsigned pass = 0; pass < 2; pass++)
		for (uint32_t i = state->windows; i-- > 0;) {
			const struct window_state *window = &state->window[i];

			if (window_in_force(state, window) != (pass == 0) ||
			    view_filtered(view, window->subject))
				continue;
			view_add(view, (struct view_row){ .kind = WINDOWS_ONE, .stop = true,
			    .id = window->id, .problem = window->incidents > 0, .reach = 1 });
			view_add(view, (struct view_row){ .kind = WINDOWS_WHY, .id = window->id });
		}
	if (view->rows == 0)
		view_add(view, (struct view_row){ .kind = WINDOWS_NONE });
}

static void
windows_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	struct columns columns = columns_fit(table, WINDOWS_COLUMNS, 1, strip->end);

	(void)view;
	strip_to(strip, 1);
	if (line == 1) {
		columns_heading(&columns, strip);
		return;
	}
	strip_text(strip, STYLE_QUIET, _("notices are held back, records never are"));
	if (scene->state->windows_dropped > 0)
		strip_print(strip, STYLE_DOWN, _("   %" PRIu64 " refused: too many are open"),
		    scene->state->windows_dropped);
}

static void
windows_why(const struct scene *scene, const struct window_state *window, struct strip *strip)
{
	struct buffer text = { 0 };

	strip_to(strip, 9);
	if (window->decided_by[0] != '\0')
		strip_print(strip, STYLE_QUIET, "%s %s   ", _(window_step_text(window->step)),
		    window->decided_by);
	if (window->ticket[0] != '\0')
		strip_print(strip, STYLE_QUIET, "%s   ", window->ticket);
	strip_print(strip, STYLE_QUIET, _("hid incidents %" PRIu64 ", alarms %" PRIu64 ", notices %"
	    PRIu64 "   "), window->incidents, window->alarms, window->notices);
	scene_value(scene, window->text, &text);
	strip_bytes(strip, STYLE_NORMAL, bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
windows_one(const struct scene *scene, const struct window_state *window, struct strip *strip)
{
	struct columns columns = columns_fit(table, WINDOWS_COLUMNS, 1, strip->end);
	bool force = window_in_force(scene->state, window);
	enum style style = force ? STYLE_STRONG : STYLE_QUIET;
	char text[2 * TIME_TEXT];

	snprintf(text, sizeof(text), "%c %" PRIu64, force ? 'W' : '-', window->id);
	columns_put(&columns, WINDOWS_ID, strip, style, text);
	columns_put(&columns, WINDOWS_KIND, strip, style, _(window_kind_text(window->kind)));
	columns_put(&columns, WINDOWS_SUBJECT, strip, style, window->subject);
	columns_put(&columns, WINDOWS_STEP, strip, force ? STYLE_DEGRADED : STYLE_QUIET,
	    window_stand(scene->state, window));
	moment_text(window->from_ms, scene->now_ms, text);
	columns_put(&columns, WINDOWS_FROM, strip, style, text);
	moment_text(window->until_ms, scene->now_ms, text);
	columns_put(&columns, WINDOWS_UNTIL, strip, style, text);
	columns_put(&columns, WINDOWS_BY, strip, style, window->asked_by);
	snprintf(text, sizeof(text), "%" PRIu64 "/%" PRIu64 "/%" PRIu64, window->incidents,
	    window->alarms, window->notices);
	columns_put(&columns, WINDOWS_HID, strip, window->incidents > 0 ? STYLE_DEGRADED : style,
	    text);
}

static void
windows_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct window_state *window = state_window(scene->state, row->id);

	(void)view;
	if (window == NULL)
		strip_text(strip, STYLE_QUIET, _("none"));
	else if (row->kind == WINDOWS_WHY)
		windows_why(scene, window, strip);
	else
		windows_one(scene, window, strip);
}

static bool
windows_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	const struct window_state *window = state_window(scene->state, row->id);

	(void)view;
	if (window != NULL)
		*seq = window->decided_seq != 0 ? window->decided_seq : window->id;
	return window != NULL;
}

static void
windows_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	if (windows_record(view, scene, row, &opening->subject))
		opening->ops = &view_record;
}

const struct view_ops view_windows = {
	.name    = "windows",
	.title   = N_("Windows"),
	.alone   = true,
	.head    = 2,
	.rows    = windows_rows,
	.heading = windows_heading,
	.line    = windows_line,
	.open    = windows_open,
	.record  = windows_record,
};
