/* SPDX-License-Identifier: Apache-2.0 */
/* Marks of a timeline: when it occurred, was known, was restored; until when reports are due. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/correct.h"
#include "monitor/state/duty_describe.h"
#include "monitor/state/fold.h"
#include "reports/story_part.h"

enum { ROW = 14, LABEL = 9, ROWS_MAX = 8 };

static void
mark_add(struct figure *f, int64_t at_ms, bool deadline, const char *text)
{
	struct figure_mark *mark;

	if (at_ms == 0 || f->marks == FIGURE_MARKS_MAX)
		return;
	mark = &f->mark[f->marks++];
	*mark = (struct figure_mark){ .at_ms = at_ms, .deadline = deadline };
	snprintf(mark->label, sizeof(mark->label), "%s", text);
}

static void
add_duty(struct figure *f, const struct duty *duty)
{
	char day[TIME_TEXT], text[FIGURE_LABEL];

	if (duty->standing != DUTY_REACHED || duty->due_ms == 0)
		return;
	duty_day_end_text(duty->due_ms, day);
	snprintf(text, sizeof(text), _("%s due %s"), duty_label(duty->rule), day);
	mark_add(f, duty->due_ms, true, text);
}

static void
add_times(struct figure *f, int64_t at_ms)
{
	const struct incident *incident = state_incident(f->story->state, f->story->incident);
	int64_t restored_ms = incident_restored_ms(incident);

	mark_add(f, incident_occurred_ms(incident), false, _("occurred"));
	mark_add(f, incident_known_ms(incident), false, _("known"));
	mark_add(f, restored_ms, false, _("restored"));
	if (restored_ms == 0)
		mark_add(f, at_ms, false, _("as known then"));
	f->until_ms = restored_ms != 0 ? restored_ms : at_ms;
}

static void
make_axis(struct figure *f)
{
	size_t count = 0, room = f->story->entries + f->marks + 1;
	int64_t *moment;

	for (uint32_t i = 0; f->affair != NULL && i < f->affair->hits; i++)
		room += f->affair->hit[i].steps;
	moment = memory_new(room, sizeof(*moment));
	for (size_t i = 0; i < f->story->entries; i++)
		moment[count++] = f->story->entry[i].observed_ms;
	for (uint32_t i = 0; i < f->marks; i++)
		moment[count++] = f->mark[i].at_ms;
	for (uint32_t i = 0; f->affair != NULL && i < f->affair->hits; i++)
		for (uint32_t j = 0; j < f->affair->hit[i].steps; j++)
			moment[count++] = f->affair->hit[i].step[j].at_ms;
	if (count == 0)
		moment[count++] = f->until_ms;
	story_axis_make(&f->axis, moment, count, FIGURE_LEFT,
	    FIGURE_WIDTH - FIGURE_LEFT - FIGURE_RIGHT);
	free(moment);
}

/* --- labels ------------------------------------------------------------------------------- */

/* From left to right of the line, or on its other side where there is no room. */
static void
reach(const struct figure_mark *mark, int32_t *from, int32_t *to)
{
	int32_t width = drawing_text_width(mark->label, LABEL) + 8;
	bool left = mark->x + width > FIGURE_WIDTH - 4;

	*from = left ? mark->x - width : mark->x;
	*to = left ? mark->x : mark->x + width;
}

/* strict: nor does a line cross a label. */
static bool
is_free(const struct figure *f, const struct figure_mark *mark, int32_t row, bool strict)
{
	int32_t from, to, other_from, other_to;

	reach(mark, &from, &to);
	for (const struct figure_mark *other = f->mark; other < mark; other++) {
		reach(other, &other_from, &other_to);
		if (other->row == row && from < other_to && other_from < to)
			return false;
		if (strict && other->row < row && other->x > from && other->x < to)
			return false;
		if (strict && other->row > row && mark->x > other_from && mark->x < other_to)
			return false;
	}
	return true;
}

static int
by_time(const void *a, const void *b)
{
	const struct figure_mark *x = a, *y = b;

	return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

static void
place_labels(struct figure *f)
{
	qsort(f->mark, f->marks, sizeof(f->mark[0]), by_time);
	for (uint32_t i = 0; i < f->marks; i++) {
		struct figure_mark *mark = &f->mark[i];

		mark->x = story_axis_x(&f->axis, mark->at_ms);
		while (mark->row < ROWS_MAX && !is_free(f, mark, mark->row, true))
			mark->row++;
		if (mark->row == ROWS_MAX)
			mark->row = 0;
		while (mark->row < ROWS_MAX && !is_free(f, mark, mark->row, false))
			mark->row++;
		f->rows = mark->row + 1 > f->rows ? mark->row + 1 : f->rows;
	}
}

void
figure_marks(struct figure *f, const struct duty_verdict *verdict, int64_t at_ms)
{
	add_times(f, at_ms);
	for (uint32_t i = 0; verdict != NULL && i < verdict->duties; i++)
		add_duty(f, &verdict->duty[i]);
	make_axis(f);
	place_labels(f);
}

int32_t
figure_marks_height(const struct figure *f)
{
	return f->rows * ROW + 6;
}

void
figure_marks_lines(const struct figure *f, int32_t bottom)
{
	for (uint32_t i = 0; i < f->marks; i++) {
		const struct figure_mark *mark = &f->mark[i];
		const struct drawing_point line[] = { { mark->x, 4 + mark->row * ROW },
			{ mark->x, bottom } };

		drawing_line(f->drawing, mark->deadline ? DRAWING_DEADLINE : DRAWING_INK, line, 2,
		    mark->deadline ? 2 : 1, ARROW_END);
	}
}

/* Over all lines, on ground of their own. */
void
figure_marks_labels(const struct figure *f)
{
	for (uint32_t i = 0; i < f->marks; i++) {
		const struct figure_mark *mark = &f->mark[i];
		int32_t y = 4 + mark->row * ROW, from, to;
		bool left;

		reach(mark, &from, &to);
		left = from < mark->x;
		drawing_box(f->drawing, DRAWING_BLANK, (struct drawing_point){
		    left ? from : mark->x + 2, y }, to - from - 3, LABEL + 2, 0);
		drawing_text(f->drawing, (struct drawing_point){ mark->x + (left ? -5 : 5),
		    y + LABEL }, left ? ANCHOR_END : ANCHOR_START, LABEL, 0, mark->label);
		drawing_bold(f->drawing);
	}
}

/* --- gaps --------------------------------------------------------------------------------- */

void
figure_gaps(struct figure *f, int32_t top, int32_t bottom)
{
	const struct state *state = f->story->state;
	int64_t from_ms = f->axis.span[0].from_ms;
	int64_t to_ms = f->axis.span[f->axis.spans - 1].to_ms;

	for (uint32_t i = 0; i < state->gaps; i++) {
		const struct state_gap *gap = &state->gap[i];
		int64_t ended_ms = gap->ended_ms != 0 ? gap->ended_ms : state->now_ms;
		int32_t x = story_axis_x(&f->axis, gap->from_ms);
		int32_t end = story_axis_x(&f->axis, ended_ms);

		if (ended_ms < from_ms || gap->from_ms > to_ms)
			continue;
		drawing_box(f->drawing, DRAWING_GAP, (struct drawing_point){ x, top },
		    end > x ? end - x : 1, bottom - top, 0);
		f->gaps = true;
	}
}
