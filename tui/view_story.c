/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that belongs to one incident in one order, with a scrub bar: as corrected since, or as
 * known at the time on display.  Enter moves the whole screen to right after an entry.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "tui/cell.h"
#include "tui/reel.h"
#include "tui/scrub.h"
#include "tui/view.h"

enum story_row { STORY_ROW_ENTRY, STORY_ROW_WAIT, STORY_ROW_MORE };
enum { APART_MS = 1000 };

/* The story of this view; NULL: it is not there yet. */
static const struct story *
story_of(const struct view *view, const struct scene *scene)
{
	const struct reel *reel = scene->reel;

	if (reel == NULL || reel->incident != view->subject || reel->then != (view->show == 1))
		return NULL;
	return reel->story;
}

/* While time moves the cursor goes with it: to the last entry that is known by then. */
static void
story_follow(struct view *view, const struct scene *scene, const struct story *story)
{
	size_t at = SIZE_MAX;

	if (story->entries == 0 || (view->placed && (scene->live ||
	    view->part == (uint64_t)scene->now_ms)))
		return;
	for (size_t i = 0; i < story->entries; i++)
		if (story->entry[i].recorded_ms <= scene->now_ms &&
		    (at == SIZE_MAX || story->entry[i].recorded_ms > story->entry[at].recorded_ms ||
		    (i == view->selected &&
		    story->entry[i].recorded_ms == story->entry[at].recorded_ms)))
			at = i;
	view->part = (uint64_t)scene->now_ms;
	view->placed = view->moved = true;
	view->selected = at != SIZE_MAX ? at : 0;
}

static void
story_rows(struct view *view, const struct scene *scene)
{
	const struct story *story = story_of(view, scene);

	if (story == NULL) {
		view_add(view, (struct view_row){ .kind = STORY_ROW_WAIT });
		return;
	}
	for (size_t i = 0; i < story->entries; i++)
		if (!view_filtered(view, story->entry[i].text))
			view_add(view, (struct view_row){ .kind = STORY_ROW_ENTRY, .stop = true,
			    .problem = story->entry[i].problem, .id = i });
	if (story->passed_over > 0)
		view_add(view, (struct view_row){ .kind = STORY_ROW_MORE });
	if (view->filter[0] == '\0')
		story_follow(view, scene, story);
}

static void
story_title(const struct view *view, const struct scene *scene, const struct story *story,
    struct strip *strip)
{
	const struct incident *incident = story != NULL ?
	    state_incident(story->state, story->incident) : NULL;
	struct buffer text = { 0 };
	char when[TIME_TEXT], right[4 * TIME_TEXT];

	strip_print(strip, STYLE_STRONG, "#%" PRIu64 "  ", view->subject);
	if (incident != NULL) {
		incident_describe(incident, &text);
		strip_bytes(strip, STYLE_STRONG, bytes_of_buffer(&text));
	}
	buffer_free(&text);
	moment_text(story != NULL && story->size != scene->state->size ? story->state->now_ms :
	    scene->now_ms, scene->now_ms, when);
	snprintf(right, sizeof(right), view->show == 1 ? _("AS KNOWN AT %s  (c: since) ") :
	    _("as corrected since, to %s  (c: then) "), when);
	strip_right(strip, view->show == 1 ? STYLE_REPLAY : STYLE_NORMAL, right);
}

static void
story_legend(struct strip *strip)
{
	for (unsigned i = 0; i < STORY_KINDS; i++)
		strip_print(strip, STYLE_QUIET, "%c %s  ", story_kind_letter((enum story_kind)i),
		    _(story_kind_name((enum story_kind)i)));
}

static void
story_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	const struct story *story = story_of(view, scene);
	const struct view_row *row = view_cursor(view);

	strip_to(strip, 1);
	if (line == 0)
		story_title(view, scene, story, strip);
	else if (line <= SCRUB_LINES && story != NULL)
		scrub_line(scene, story, row != NULL ? (size_t)row->id : SIZE_MAX, line - 1,
		    strip);
	else if (line > SCRUB_LINES)
		story_legend(strip);
}

static void
story_wait(const struct scene *scene, struct strip *strip)
{
	if (scene->reel != NULL && scene->reel->why.text[0] != '\0' && !scene->reel->working)
		strip_text(strip, STYLE_ALARM, scene->reel->why.text);
	else
		strip_text(strip, STYLE_QUIET, _("the story is being put together"));
}

static void
story_entry_line(const struct scene *scene, const struct story_entry *entry, struct strip *strip)
{
	bool later = entry->recorded_ms > scene->now_ms;
	enum style style = later ? STYLE_QUIET : story_style(entry);
	struct buffer text = { 0 };
	char when[TIME_TEXT], recorded[2 * TIME_TEXT] = "";
	struct strip right = *strip;
	int64_t apart_ms = entry->recorded_ms - entry->observed_ms;

	moment_text(entry->observed_ms, scene->now_ms, when);
	strip_field(strip, 14, ALIGN_RIGHT, later ? STYLE_QUIET : STYLE_NORMAL, when);
	strip_print(strip, style, " %s%c ", later ? "+" : " ", story_kind_letter(entry->kind));
	if (apart_ms >= APART_MS || apart_ms <= -APART_MS) {
		moment_text(entry->recorded_ms, scene->now_ms, when);
		snprintf(recorded, sizeof(recorded), _("  recorded %s"), when);
		right.column = strip->column;
		strip_right(&right, STYLE_QUIET, recorded);
		strip->end -= strip->end > 14 + 12 ? text_width(bytes_of_text(recorded)) : 0;
	}
	buffer_put_text(&text, entry->text);
	if (!hash_is_zero(entry->said)) {
		buffer_put_text(&text, ": ");
		scene_value(scene, entry->said, &text);
	}
	strip_bytes(strip, later ? STYLE_QUIET : entry->problem ? STYLE_DOWN : STYLE_NORMAL,
	    bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
story_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct story *story = story_of(view, scene);

	if (row->kind == STORY_ROW_WAIT || story == NULL)
		story_wait(scene, strip);
	else if (row->kind == STORY_ROW_MORE)
		strip_print(strip, STYLE_QUIET, _("and %" PRIu64 " entries beyond the bound"),
		    story->passed_over);
	else if (row->id < story->entries)
		story_entry_line(scene, &story->entry[row->id], strip);
}

static bool
story_record_of(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	const struct story *story = story_of(view, scene);

	if (row->kind != STORY_ROW_ENTRY || story == NULL || row->id >= story->entries)
		return false;
	*seq = story->entry[row->id].seq;
	return true;
}

/* Stands right after the entry. */
static void
story_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	const struct story *story = story_of(view, scene);

	if (row->kind == STORY_ROW_ENTRY && story != NULL && row->id < story->entries)
		opening->at_ms = story->entry[row->id].recorded_ms;
}

static bool
story_act(struct view *view, const struct scene *scene, enum action action)
{
	size_t step = view->selected;

	(void)scene;
	if (action == ACTION_SINCE) {
		view->show = view->show == 1 ? 0 : 1;
		view->generation = VIEW_STALE;
		view->placed = false;
		return true;
	}
	if (action != ACTION_LEFT && action != ACTION_RIGHT)
		return false;
	step = action == ACTION_LEFT ? (step > 0 ? step - 1 : 0) : step + 1;
	if (step < view->rows && view->row[step].stop)
		view->selected = step;
	view->moved = true;
	return true;
}

static uint64_t
story_incident(const struct view *view, const struct scene *scene)
{
	(void)scene;
	return view->subject;
}

const struct view_ops view_story = {
	.name     = "story",
	.title    = N_("Story"),
	.head     = 4,
	.rows     = story_rows,
	.heading  = story_heading,
	.line     = story_line,
	.open     = story_open,
	.record   = story_record_of,
	.act      = story_act,
	.incident = story_incident,
};
