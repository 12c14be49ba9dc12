/* SPDX-License-Identifier: Apache-2.0 */
/* What changed, newest first, with both times; Enter stands right after the change. */
#include <inttypes.h>

#include "monitor/base/i18n.h"
#include "tui/event.h"
#include "tui/view.h"

/* A row's id is its place counted from the first transition ever, so it keeps when more come. */
static const struct transition *
timeline_event(const struct scene *scene, const struct view_row *row)
{
	uint64_t first = scene->state->timeline_total - scene->state->timelines;

	return row->id >= first ? event_find(scene, (size_t)(row->id - first)) : NULL;
}

static void
timeline_rows(struct view *view, const struct scene *scene)
{
	const struct state *state = scene->state;
	uint64_t first = state->timeline_total - state->timelines;
	struct buffer sentence = { 0 };

	for (uint32_t i = state->timelines; i-- > 0;) {
		buffer_reset(&sentence);
		if (view->filter[0] != '\0')
			event_sentence(scene, &state->timeline[i], &sentence);
		if (view_filtered(view, buffer_text(&sentence)))
			continue;
		view_add(view, (struct view_row){ .stop = true, .id = first + i,
		    .problem = event_problem(&state->timeline[i]) });
	}
	buffer_free(&sentence);
}

static void
timeline_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	(void)view;
	(void)line;
	strip_to(strip, 1);
	strip_field(strip, event_moment_width(scene), ALIGN_RIGHT, STYLE_HEADING, _("RECORDED"));
	strip_to(strip, strip->column + 4);
	strip_field(strip, EVENT_WORD, ALIGN_LEFT, STYLE_HEADING, _("WHAT"));
	strip_to(strip, strip->column + 1);
	strip_field(strip, EVENT_SUBJECT, ALIGN_LEFT, STYLE_HEADING, _("WHOSE"));
	strip_to(strip, strip->column + 1);
	strip_text(strip, STYLE_HEADING, _("MORE"));
	if (scene->state->timeline_total > scene->state->timelines) {
		struct buffer text = { 0 };

		buffer_print(&text, _("the newest %" PRIu32 " of %" PRIu64 " "),
		    scene->state->timelines, scene->state->timeline_total);
		strip_right(strip, STYLE_QUIET, buffer_text(&text));
		buffer_free(&text);
	}
}

static void
timeline_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct transition *event = timeline_event(scene, row);

	(void)view;
	if (event != NULL)
		event_line(scene, event, strip);
}

static void
timeline_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	const struct transition *event = timeline_event(scene, row);

	(void)view;
	if (event == NULL)
		return;
	if (event->incident != 0) {
		opening->ops = &view_incident;
		opening->subject = event->incident;
	} else if (event->target != 0) {
		opening->ops = &view_target;
		opening->subject = event->target;
	} else {
		opening->ops = &view_record;
		opening->subject = event->seq;
	}
	opening->stand = event->seq + 1;
}

static uint64_t
timeline_incident(const struct view *view, const struct scene *scene)
{
	const struct view_row *row = view_cursor(view);
	const struct transition *event = row != NULL ? timeline_event(scene, row) : NULL;

	return event != NULL ? event->incident : 0;
}

const struct view_ops view_timeline = {
	.name     = "timeline",
	.title    = N_("Timeline"),
	.tab      = true,
	.head     = 1,
	.rows     = timeline_rows,
	.heading  = timeline_heading,
	.line     = timeline_line,
	.open     = timeline_open,
	.incident = timeline_incident,
};
