/* SPDX-License-Identifier: Apache-2.0 */
/* What changed, newest first, with both times; Enter stands right after the change. */
#include <inttypes.h>

#include "monitor/base/i18n.h"
#include "tui/change.h"
#include "tui/event.h"

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
	if (changes_ever(scene) > changes_kept(scene)) {
		struct buffer text = { 0 };

		buffer_print(&text, _("the newest %" PRIu64 " of %" PRIu64 " "),
		    changes_kept(scene), changes_ever(scene));
		strip_right(strip, STYLE_QUIET, buffer_text(&text));
		buffer_free(&text);
	}
}

static void
timeline_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	(void)view;
	change_line(scene, row, strip);
}

static void
timeline_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	(void)view;
	change_open(scene, row, opening);
}

static bool
timeline_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	(void)view;
	return change_record(scene, row, seq);
}

static uint64_t
timeline_incident(const struct view *view, const struct scene *scene)
{
	const struct view_row *row = view_cursor(view);

	return row != NULL ? change_incident(scene, row) : 0;
}

const struct view_ops view_timeline = {
	.name     = "timeline",
	.title    = N_("Timeline"),
	.tab      = true,
	.head     = 1,
	.rows     = changes_rows,
	.heading  = timeline_heading,
	.line     = timeline_line,
	.open     = timeline_open,
	.record   = timeline_record,
	.incident = timeline_incident,
};
