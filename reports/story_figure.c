/* SPDX-License-Identifier: Apache-2.0 */
/* See story_figure.h.  Lanes and their marks; the marks above them are in story_marks.c. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/duty_describe.h"
#include "reports/diagram_part.h"
#include "reports/story_part.h"

enum { LANE = 26, MARK = 18, CHART = 84, SPACE = 12, SMALL = 9, NORMAL = 11, TICKS_APART = 74 };

/* --- lanes -------------------------------------------------------------------------------- */

/* One mark stands for the entries of a lane that would lie upon each other. */
struct mark { int32_t x; uint32_t count; bool problem; };

static size_t
marks_of(const struct figure *f, enum story_kind kind, struct mark *mark)
{
	size_t marks = 0;

	for (size_t i = 0; i < f->story->entries; i++) {
		const struct story_entry *entry = &f->story->entry[i];
		int32_t x = story_axis_x(&f->axis, entry->observed_ms);

		if (entry->kind != kind)
			continue;
		if (marks == 0 || x - mark[marks - 1].x >= MARK + 2)
			mark[marks++] = (struct mark){ .x = x };
		mark[marks - 1].count++;
		mark[marks - 1].problem |= entry->problem;
	}
	return marks;
}

static void
put_mark(const struct figure *f, const struct mark *mark, char letter, int32_t y)
{
	const char text[2] = { (char)(letter - 'a' + 'A'), '\0' };
	char count[16];

	drawing_box(f->drawing, mark->problem ? DRAWING_BAD : DRAWING_ACCENT,
	    (struct drawing_point){ mark->x - MARK / 2, y + (LANE - MARK) / 2 }, MARK, MARK,
	    mark->problem ? 0 : 4);
	/* Letters on a hatch need ground of their own. */
	if (mark->problem)
		drawing_area(f->drawing, DRAWING_BLANK, (struct drawing_point[]){
		    { mark->x - 5, y + 7 }, { mark->x + 5, y + 7 }, { mark->x + 5, y + 19 },
		    { mark->x - 5, y + 19 } }, 4);
	drawing_text(f->drawing, (struct drawing_point){ mark->x, y + LANE / 2 + 4 },
	    ANCHOR_MIDDLE, NORMAL, 0, text);
	drawing_bold(f->drawing);
	if (mark->count < 2)
		return;
	snprintf(count, sizeof(count), "%" PRIu32, mark->count);
	drawing_text(f->drawing, (struct drawing_point){ mark->x + MARK / 2 + 1, y + SMALL },
	    ANCHOR_START, SMALL - 1, 0, count);
}

static void
put_lane(const struct figure *f, enum story_kind kind, int32_t y)
{
	struct mark *mark = memory_new(f->story->entries + 1, sizeof(*mark));
	size_t marks = marks_of(f, kind, mark);
	const char *name = _(story_kind_name(kind));
	char letter[2] = { (char)(story_kind_letter(kind) - 'a' + 'A'), '\0' };
	const struct drawing_point line[] = { { FIGURE_LEFT, y + LANE / 2 },
		{ FIGURE_WIDTH - FIGURE_RIGHT, y + LANE / 2 } };

	drawing_begin(f->drawing, name);
	drawing_line(f->drawing, DRAWING_QUIET, line, 2, 1, ARROW_NONE);
	drawing_text(f->drawing, (struct drawing_point){ 8, y + LANE / 2 + 4 }, ANCHOR_START,
	    NORMAL, 0, letter);
	drawing_bold(f->drawing);
	drawing_text(f->drawing, (struct drawing_point){ 26, y + LANE / 2 + 4 }, ANCHOR_START,
	    NORMAL, FIGURE_LEFT - 36, name);
	for (size_t i = 0; i < marks; i++)
		put_mark(f, &mark[i], story_kind_letter(kind), y);
	drawing_end(f->drawing);
	free(mark);
}

static bool
has_kind(const struct story *story, enum story_kind kind)
{
	for (size_t i = 0; i < story->entries; i++)
		if (story->entry[i].kind == kind)
			return true;
	return false;
}

static int32_t
lanes_height(const struct story *story)
{
	int32_t height = 0;

	for (int kind = 0; kind < STORY_KINDS; kind++)
		height += has_kind(story, (enum story_kind)kind) ? LANE : 0;
	return height;
}

/* --- users -------------------------------------------------------------------------------- */

struct users { uint64_t stopped, degraded; };

static const struct impact_step *
step_at(const struct hit *hit, int64_t ms)
{
	const struct impact_step *found = NULL;

	for (uint32_t i = 0; i < hit->steps && hit->step[i].at_ms <= ms; i++)
		found = &hit->step[i];
	return found;
}

static struct users
users_at(const struct affair *affair, int64_t ms)
{
	struct users sum = { 0 };

	for (uint32_t i = 0; i < affair->hits; i++) {
		const struct impact_step *step = step_at(&affair->hit[i], ms);

		if (step == NULL)
			continue;
		sum.stopped += step->stopped;
		sum.degraded += step->degraded;
	}
	return sum;
}

static int
ascending(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t
step_moments(const struct figure *f, int64_t **out)
{
	size_t count = 1;
	int64_t *moment;

	for (uint32_t i = 0; i < f->affair->hits; i++)
		count += f->affair->hit[i].steps;
	moment = memory_new(count, sizeof(*moment));
	count = 0;
	for (uint32_t i = 0; i < f->affair->hits; i++)
		for (uint32_t j = 0; j < f->affair->hit[i].steps; j++)
			moment[count++] = f->affair->hit[i].step[j].at_ms;
	moment[count++] = f->until_ms;
	qsort(moment, count, sizeof(*moment), ascending);
	*out = moment;
	return count;
}

static void
put_bar(const struct figure *f, enum drawing_role role, int32_t x, int32_t end, int32_t base,
    uint64_t users, uint64_t most)
{
	int32_t height = (int32_t)((double)users / (double)most * CHART);

	if (users > 0 && end > x)
		drawing_box(f->drawing, role, (struct drawing_point){ x, base - height }, end - x,
		    height, 0);
}

static void
put_scale(const struct figure *f, int32_t base, uint64_t most)
{
	const struct drawing_point line[] = { { FIGURE_LEFT, base },
		{ FIGURE_WIDTH - FIGURE_RIGHT, base } };
	struct buffer text = { .max = 0 };

	drawing_line(f->drawing, DRAWING_INK, line, 2, 1, ARROW_NONE);
	drawing_text(f->drawing, (struct drawing_point){ 8, base - CHART / 2 }, ANCHOR_START,
	    NORMAL, FIGURE_LEFT - 60, _("users hit"));
	drawing_bold(f->drawing);
	diagram_number(most, &text);
	drawing_text(f->drawing, (struct drawing_point){ FIGURE_LEFT - 6, base - CHART + SMALL },
	    ANCHOR_END, SMALL, FIGURE_LEFT - 60, buffer_text(&text));
	drawing_text(f->drawing, (struct drawing_point){ FIGURE_LEFT - 6, base }, ANCHOR_END, SMALL,
	    0, "0");
	buffer_free(&text);
}

static void
put_users(const struct figure *f, int32_t base)
{
	int64_t *moment;
	size_t moments = step_moments(f, &moment);
	uint64_t most = 1;

	for (size_t i = 0; i < moments; i++) {
		struct users users = users_at(f->affair, moment[i]);

		most = users.stopped + users.degraded > most ? users.stopped + users.degraded :
		    most;
	}
	drawing_begin(f->drawing, _("users hit"));
	for (size_t i = 0; i + 1 < moments; i++) {
		struct users users = users_at(f->affair, moment[i]);
		int32_t x = story_axis_x(&f->axis, moment[i]);
		int32_t end = story_axis_x(&f->axis, moment[i + 1]);
		int32_t stopped = (int32_t)((double)users.stopped / (double)most * CHART);

		put_bar(f, DRAWING_BAD, x, end, base, users.stopped, most);
		put_bar(f, DRAWING_DEGRADED, x, end, base - stopped, users.degraded, most);
	}
	put_scale(f, base, most);
	drawing_end(f->drawing);
	free(moment);
}

/* --- axis --------------------------------------------------------------------------------- */

static void
put_tick(const struct figure *f, int64_t ms, int64_t step_ms, bool date, int32_t y)
{
	int32_t x = story_axis_x(&f->axis, ms);
	const struct drawing_point line[] = { { x, y }, { x, y + 4 } };
	char whole[TIME_TEXT], day[11], text[9];

	time_jst_s(ms, whole);
	snprintf(day, sizeof(day), "%.10s", whole);
	snprintf(text, sizeof(text), step_ms < 60000 ? "%.8s" : "%.5s", whole + 11);
	drawing_line(f->drawing, DRAWING_INK, line, 2, 1, ARROW_NONE);
	drawing_text(f->drawing, (struct drawing_point){ x, y + 4 + SMALL }, ANCHOR_MIDDLE, SMALL,
	    0, text);
	if (date)
		drawing_text(f->drawing, (struct drawing_point){ x, y + 5 + 2 * SMALL },
		    ANCHOR_MIDDLE, SMALL, 0, day);
}

static void
put_ticks(const struct figure *f, const struct axis_span *span, int32_t y)
{
	int64_t step_ms = axis_step_ms(span, TICKS_APART), jst = INT64_C(32400000);
	int64_t ms = ((span->from_ms + jst) / step_ms + 1) * step_ms - jst, day;
	int32_t first = story_axis_x(&f->axis, span->from_ms);

	put_tick(f, span->from_ms, step_ms, true, y);
	day = (span->from_ms + jst) / 86400000;
	for (; ms <= span->to_ms; ms += step_ms) {
		if (story_axis_x(&f->axis, ms) - first < TICKS_APART / 2 + 10)
			continue;
		put_tick(f, ms, step_ms, (ms + jst) / 86400000 != day, y);
		day = (ms + jst) / 86400000;
	}
}

/* Two strokes through the line, and how much is left out. */
static void
put_cut(const struct figure *f, uint32_t at, int32_t y)
{
	const struct axis_span *span = &f->axis.span[at];
	int32_t x = span->x + span->width;
	char text[TIME_TEXT];

	for (int32_t i = 0; i < 2; i++)
		drawing_line(f->drawing, DRAWING_INK, (struct drawing_point[]){
		    { x + 12 + 6 * i, y + 5 }, { x + 16 + 6 * i, y - 5 } }, 2, 1, ARROW_NONE);
	duty_left_text(span[1].from_ms - span->to_ms, text);
	drawing_text(f->drawing, (struct drawing_point){ x + AXIS_CUT / 2, y - 8 }, ANCHOR_MIDDLE,
	    SMALL - 1, AXIS_CUT + 10, text);
}

static void
put_axis(const struct figure *f, int32_t y)
{
	for (uint32_t i = 0; i < f->axis.spans; i++) {
		const struct axis_span *span = &f->axis.span[i];

		drawing_line(f->drawing, DRAWING_INK, (struct drawing_point[]){ { span->x, y },
		    { span->x + span->width, y } }, 2, 1, ARROW_NONE);
		put_ticks(f, span, y);
		if (i + 1 < f->axis.spans)
			put_cut(f, i, y);
	}
	drawing_text(f->drawing, (struct drawing_point){ 8, y + 4 }, ANCHOR_START, SMALL, 0,
	    _("Time (JST)"));
}

/* --- the whole ---------------------------------------------------------------------------- */

static void
put_legend(const struct figure *f, int32_t y)
{
	int32_t x = FIGURE_LEFT;

	if (f->affair != NULL && f->affair->hits > 0) {
		x = drawing_legend(f->drawing, DRAWING_DEGRADED, (struct drawing_point){
		    drawing_legend(f->drawing, DRAWING_BAD, (struct drawing_point){ x, y },
		    _("stopped, or something is wrong")), y }, _("degraded"));
	} else {
		x = drawing_legend(f->drawing, DRAWING_BAD, (struct drawing_point){ x, y },
		    _("something is wrong"));
	}
	if (f->gaps)
		x = drawing_legend(f->drawing, DRAWING_GAP, (struct drawing_point){ x, y },
		    _("the monitor was not watching"));
	drawing_text(f->drawing, (struct drawing_point){ x, y + 9 }, ANCHOR_START, SMALL, 0,
	    _("small number: so many at that place"));
}

static struct drawing *
begin(const struct story *story)
{
	struct buffer about = { .max = 0 };
	struct drawing *drawing;

	buffer_print(&about, _("%zu entries in lanes by kind, from left to right by the time at "
	    "which each was observed; the table of the timeline has all of them in words."),
	    story->entries);
	drawing = drawing_new(FIGURE_WIDTH, 100, _("Timeline of the incident"),
	    buffer_text(&about));
	buffer_free(&about);
	return drawing;
}

struct drawing *
story_figure(const struct story *story, const struct duty_verdict *verdict, int64_t at_ms)
{
	struct figure f = { .story = story, .affair = affair_find(story->state, story->incident),
	    .drawing = begin(story) };
	int32_t top, y;
	bool users;

	figure_marks(&f, verdict, at_ms);
	users = f.affair != NULL && f.affair->hits > 0;
	top = figure_marks_height(&f);
	y = top + SPACE + (users ? CHART + SPACE : 0);
	figure_gaps(&f, top, y + lanes_height(story));
	figure_marks_lines(&f, y + lanes_height(story) + SPACE / 2);
	if (users)
		put_users(&f, top + SPACE + CHART);
	for (int kind = 0; kind < STORY_KINDS; kind++) {
		if (!has_kind(story, (enum story_kind)kind))
			continue;
		put_lane(&f, (enum story_kind)kind, y);
		y += LANE;
	}
	figure_marks_labels(&f);
	y += SPACE;
	put_axis(&f, y);
	put_legend(&f, y + 3 * NORMAL);
	drawing_size(f.drawing, FIGURE_WIDTH, y + 3 * NORMAL + 22);
	return f.drawing;
}
