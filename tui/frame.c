/* SPDX-License-Identifier: Apache-2.0 */
/* The lines that are always there. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "tui/affair.h"
#include "tui/cell.h"
#include "tui/frame.h"

enum { SILENT_SECONDS_MS = 600000 };	/* longer silences are said in minutes, hours and days */

static const char *
monitor_name(const struct scene *scene)
{
	const struct plan *plan = scene->state != NULL ? scene->state->plan : NULL;

	if (plan == NULL)
		return "";
	if (scene->japanese && plan->name_ja != NULL && plan->name_ja[0] != '\0')
		return plan->name_ja;
	return plan->name != NULL ? plan->name : "";
}

/* Live: the clock, or that the daemon is silent, in a style that cannot be overlooked. */
static enum style
header_live(const struct desk *desk, struct buffer *text)
{
	int64_t now_ms = timeline_now_ms(&desk->timeline, desk->now_ns);
	int64_t silent_ms = timeline_silent_ms(&desk->timeline, desk->now_ns);
	char now[TIME_TEXT], age[TIME_TEXT];

	time_jst_s(now_ms, now);
	if (silent_ms > 0) {
		if (silent_ms < SILENT_SECONDS_MS)
			snprintf(age, sizeof(age), "%" PRId64 " s", silent_ms / 1000);
		else
			age_text(silent_ms, age);
		buffer_print(text, _(" the daemon is silent for %s   %s "), age, now);
		return STYLE_ALARM;
	}
	buffer_print(text, _("LIVE  %s "), now);
	return STYLE_HEADER;
}

static void
header_replay(const struct desk *desk, struct buffer *text)
{
	const struct timeline *timeline = &desk->timeline;
	int64_t behind_ms = timeline_end_ms(timeline) - timeline->at_ms;
	char at[TIME_TEXT], age[TIME_TEXT];

	time_jst_s(timeline->at_ms, at);
	age_text(behind_ms, age);
	if (behind_ms < 1000)
		snprintf(age, sizeof(age), "%s", _("at the end"));
	buffer_print(text, timeline->copy ? _("REPLAY (copy)  %s  ") : _("REPLAY  %s  "), at);
	if (timeline->mode == TIMELINE_PLAYING)
		buffer_print(text, _("playing x%u"), timeline->speed);
	else if (timeline->speed > 1)
		buffer_print(text, _("paused, x%u"), timeline->speed);
	else
		buffer_put_text(text, _("paused"));
	if (behind_ms >= 1000)
		buffer_print(text, _("  %s before end "), age);
	else
		buffer_print(text, "  %s ", age);
}

static void
frame_header(struct desk *desk)
{
	struct strip strip = strip_of(&desk->grid, 0);
	struct buffer right = { 0 };
	enum style style = STYLE_REPLAY;
	unsigned width;

	if (desk->timeline.mode == TIMELINE_LIVE)
		style = header_live(desk, &right);
	else
		header_replay(desk, &right);
	if (style == STYLE_REPLAY)
		strip_fill(&strip, STYLE_REPLAY, ' ');
	strip = strip_of(&desk->grid, 0);
	width = text_width(bytes_of_buffer(&right));
	strip.end -= width + 1 < strip.end ? width + 1 : strip.end;
	strip_text(&strip, style == STYLE_REPLAY ? style : STYLE_HEADER, " sekimori  ");
	strip_text(&strip, style == STYLE_REPLAY ? style : STYLE_NORMAL,
	    monitor_name(&desk->scene));
	strip.column = strip.end + 1;
	strip.end = desk->grid.columns;
	strip_text(&strip, style, buffer_text(&right));
	buffer_free(&right);
}

enum { SUMMARY_PARTS = 4, SUMMARY_TEXT = 48 };

static const enum health summary_order[] = { HEALTH_DOWN, HEALTH_DEGRADED, HEALTH_UNKNOWN };

/* Open incidents, then letters and numbers of what is not up; the columns all of it takes. */
static unsigned
summary_texts(const struct desk *desk, char text[SUMMARY_PARTS][SUMMARY_TEXT])
{
	uint32_t open = desk->scene.state != NULL ? state_open_incidents(desk->scene.state) : 0;
	unsigned width = 1;

	memset(text, 0, SUMMARY_PARTS * sizeof(text[0]));
	if (open > 0)
		snprintf(text[0], sizeof(text[0]), ngettext("%" PRIu32 " incident", "%" PRIu32
		    " incidents", open), open);
	for (unsigned i = 1; desk->scene.state != NULL && i < SUMMARY_PARTS; i++) {
		uint32_t count = tally_count(&desk->scene.total, summary_order[i - 1]);

		if (count > 0)
			snprintf(text[i], sizeof(text[i]), "  %c%" PRIu32,
			    health_letter(summary_order[i - 1]), count);
	}
	for (unsigned i = 0; i < SUMMARY_PARTS; i++)
		width += text_width(bytes_of_text(text[i]));
	return width;
}

/* Where there is no room for all of it, the letters alone. */
static void
frame_summary(const struct desk *desk, struct strip *strip)
{
	char text[SUMMARY_PARTS][SUMMARY_TEXT];
	unsigned width = summary_texts(desk, text);
	struct strip right = *strip;

	if (strip->column + width >= strip->end) {
		width -= text_width(bytes_of_text(text[0]));
		text[0][0] = '\0';
	}
	if (strip->column + width >= strip->end)
		return;
	right.column = strip->end - width;
	strip_text(&right, STYLE_STRONG, text[0]);
	for (unsigned i = 1; i < SUMMARY_PARTS; i++)
		strip_text(&right, health_style(summary_order[i - 1]), text[i]);
}

/* What a tab takes; apart: columns beside its title. */
static unsigned
tab_width(const struct view_ops *ops, bool titled, unsigned apart)
{
	unsigned title = text_width(bytes_of_text(_(ops->title)));

	return titled ? apart + 2 + title : apart + 1;
}

/* The tabs of one side of the open one get their titles, the nearest first, as long as they fit. */
static bool
tab_fits(bool titled[DESK_TABS], int at, unsigned *width, unsigned columns)
{
	const struct view_ops *ops = at >= 0 && at < DESK_TABS ? view_tab((unsigned)at + 1) : NULL;
	unsigned more;

	if (ops == NULL)
		return false;
	more = tab_width(ops, true, 1) - tab_width(ops, false, 1);
	if (*width + more > columns)
		return false;
	titled[at] = true;
	*width += more;
	return true;
}

/*
 * In a narrow window tabs move together, and those far from the open one are numbers alone: a title
 * is whole or not there, and the summary stays.  True if it is so narrow.
 */
static bool
tabs_choose(struct desk *desk, unsigned columns, bool titled[DESK_TABS])
{
	char text[SUMMARY_PARTS][SUMMARY_TEXT];
	unsigned other = summary_texts(desk, text) + 1, wide = 0, width = 2, room;
	bool next = true, previous = true;
	int here = -1;

	if (desk_view(desk)->ops != desk->view[0].ops)
		other += text_width(bytes_of_text(_(desk_view(desk)->ops->title))) + 3;
	for (unsigned i = 0; i < DESK_TABS && view_tab(i + 1) != NULL; i++) {
		titled[i] = view_tab(i + 1) == desk->view[0].ops;
		here = titled[i] ? (int)i : here;
		wide += tab_width(view_tab(i + 1), true, 2);
		width += tab_width(view_tab(i + 1), titled[i], 1);
	}
	if (wide + other <= columns) {
		memset(titled, true, DESK_TABS * sizeof(titled[0]));
		return false;
	}
	room = columns > other ? columns - other : 0;
	for (int step = 1; next || previous; step++) {
		next = next && tab_fits(titled, here + step, &width, room);
		previous = previous && tab_fits(titled, here - step, &width, room);
	}
	return true;
}

static void
frame_tabs(struct desk *desk)
{
	struct strip strip = strip_of(&desk->grid, 1);
	const struct view_ops *top = desk_view(desk)->ops;
	bool titled[DESK_TABS] = { false };
	bool tight = tabs_choose(desk, strip.end, titled);

	for (unsigned i = 0; i < DESK_TABS; i++) {
		const struct view_ops *ops = view_tab(i + 1);
		bool here = ops != NULL && ops == desk->view[0].ops;

		desk->tab_from[i] = desk->tab_to[i] = 0;
		if (ops == NULL)
			continue;
		if (tight && here && i > 0)
			strip_text(&strip, STYLE_TAB, " ");
		desk->tab_from[i] = strip.column;
		if (!titled[i])
			strip_print(&strip, STYLE_TAB, " %u", i + 1);
		else
			strip_print(&strip, here ? STYLE_TAB_HERE : STYLE_TAB, here ? "[%u %s]" :
			    tight ? " %u %s" : " %u %s ", i + 1, _(ops->title));
		desk->tab_to[i] = strip.column;
	}
	if (!top->tab)
		strip_print(&strip, STYLE_TAB_HERE, " > %s", _(top->title));
	frame_summary(desk, &strip);
}

static void
frame_progress(const struct desk *desk, struct strip *strip)
{
	bool story = desk->reel.working;
	uint64_t done = story ? desk->reel.done : desk->timeline.done;
	uint64_t all = story ? desk->reel.total : desk->timeline.total, total = all > 0 ? all : 1;
	unsigned percent = done >= total ? 100 : (unsigned)(done * 100 / total);
	struct strip bar;

	strip_print(strip, STYLE_PROMPT, _(" reading the ledger %3u %%  (Esc stops) "), percent);
	bar = *strip;
	strip_text(strip, STYLE_QUIET, "[");
	bar.column = strip->column;
	bar.end = bar.column + (strip->end - 2 - bar.column) * percent / 100;
	if (strip->end < 4 || bar.column >= strip->end - 2)
		return;
	strip_fill(&bar, STYLE_UP, '#');
	strip_to(strip, strip->end - 1);
	strip_text(strip, STYLE_QUIET, "]");
}

unsigned
frame_prompt_column(const struct desk *desk)
{
	const struct prompt *prompt = &desk->prompt;
	unsigned column = frame_drill_prompt(desk, NULL) + 1 +
	    text_width((struct bytes){ (const uint8_t *)prompt->text, prompt->at });

	return column < desk->grid.columns ? column : desk->grid.columns - 1;
}

/* The end of a long line is what is being typed, so its beginning is left out. */
static void
frame_prompt(const struct desk *desk, struct strip *strip)
{
	struct bytes text = bytes_of_text(desk->prompt.text);
	char escape[CELL_ESCAPE];
	uint32_t code;
	unsigned mark = frame_drill_prompt(desk, strip);

	strip_print(strip, STYLE_PROMPT, "%c", desk->prompt.kind);
	while (text_width(text) + 2 + mark > strip->end && text_next(&text, &code, escape))
		;
	strip_bytes(strip, STYLE_PROMPT, text);
	if (desk->message[0] != '\0') {
		strip_text(strip, STYLE_NORMAL, "   ");
		strip_text(strip, STYLE_QUIET, desk->message);
	}
}

static void
frame_bottom(struct desk *desk)
{
	struct strip strip = strip_of(&desk->grid, desk->grid.rows - 1);
	const struct view *view = desk_view(desk);
	char text[64];

	if (desk->timeline.working || desk->reel.working) {
		frame_progress(desk, &strip);
		return;
	}
	if (desk->prompt.kind != 0) {
		frame_prompt(desk, &strip);
		return;
	}
	if (view_count(view, view->rows) > 0) {
		snprintf(text, sizeof(text), "%zu/%zu ", view_count(view, view->selected) + 1,
		    view_count(view, view->rows));
		strip_right(&strip, STYLE_QUIET, text);
		strip = (struct strip){ strip.grid, strip.row, 0, strip.end - text_width(
		    bytes_of_text(text)) - 1 };
	}
	strip_text(&strip, STYLE_NORMAL, " ");
	if (desk->message[0] != '\0') {
		strip_text(&strip, desk->message_style, desk->message);
	} else if (view->filter[0] != '\0') {
		strip_print(&strip, STYLE_STRONG, "/%s", view->filter);
		strip_text(&strip, STYLE_QUIET, _("   Esc shows all again"));
	} else {
		strip_text(&strip, STYLE_QUIET, desk->timeline.mode == TIMELINE_LIVE ?
		    _("? help   / filter   : command   e next problem   [ back in time   q leave") :
		    _("? help   [ ] step   Space play   + - speed   t jump   L live   q leave"));
	}
}

static void
frame_too_small(struct desk *desk)
{
	struct strip strip = strip_of(&desk->grid, 0);

	strip_print(&strip, STYLE_STRONG, _("window %u x %u: sekimori needs %d x %d"),
	    desk->grid.columns, desk->grid.rows, DESK_COLUMNS_LEAST, DESK_ROWS_LEAST);
}

void
frame_draw(struct desk *desk)
{
	struct strip strip;

	grid_clear(&desk->grid);
	if (desk->grid.rows == 0)
		return;
	if (desk->grid.rows < DESK_ROWS_LEAST || desk->grid.columns < DESK_COLUMNS_LEAST) {
		frame_too_small(desk);
		return;
	}
	frame_header(desk);
	frame_tabs(desk);
	if (scene_drill(&desk->scene) != NULL)
		frame_drill(desk, DESK_HEADER);
	if (scene_has_clocks(&desk->scene))
		frame_clock(desk, desk_header(desk) - 1);
	view_draw(desk_view(desk), &desk->scene, &desk->grid, desk_header(desk),
	    desk_lines(desk));
	if (desk->scene.state == NULL) {
		strip = strip_of(&desk->grid, DESK_HEADER + 1);
		strip_to(&strip, 1);
		strip_text(&strip, STYLE_QUIET, _("reading the ledger for the first time"));
	}
	frame_bottom(desk);
}
