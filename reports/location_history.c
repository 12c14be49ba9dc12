/* SPDX-License-Identifier: Apache-2.0 */
/*
 * History of moves: the range is folded record by record, and whatever changes the verdict over a
 * subject, or the place its verdict rests on, is a line with its record.  Nothing is sampled.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/ledger/ledger.h"
#include "reports/location.h"
#include "reports/report_source.h"

enum { MOVES_MAX = 5000, NAME_TEXT = 2 * NAME_MAX_LEN };	/* lines; more are counted */

struct known { char name[NAME_TEXT]; enum where_why why; char place[PLACE_TEXT]; };

struct walking {
	struct paper        *paper;
	struct state        *state;
	struct report_source *source;
	struct blob_source   blobs;
	const struct plan   *plan;	/* of which the subjects are */
	struct where_subject *subject;  uint32_t subjects;
	struct known        *known;
	uint32_t            *first;	/* subject of each instance, and of none: subjects */
	uint64_t             classes, seen, moves, seq;
	int64_t              next_ms;	/* when time alone may change a verdict */
	bool                 telling;	/* the first look only remembers */
	enum err             err;
	struct why           why;
};

static const char *
place_of(const struct whereabouts *w)
{
	return w->by != WHERE_NOBODY && w->by < w->testimonies ?
	    w->testimony[w->by].place.text : "";
}

static void
put_move(struct walking *w, const struct known *known, const struct whereabouts *now)
{
	struct buffer text = { .max = 0 };
	char when[TIME_TEXT];

	if (w->moves++ >= MOVES_MAX)
		return;
	paper_row(w->paper);
	time_jst_s(w->state->now_ms, when);
	paper_cell(w->paper, PAPER_PLAIN, when);
	paper_cell(w->paper, PAPER_PLAIN, known->name);
	paper_cell(w->paper, now->verdict == WHERE_INSIDE ? PAPER_PLAIN : PAPER_BAD,
	    _(where_verdict_text(now->verdict)));
	whereabouts_print(&text, now);
	paper_cell(w->paper, PAPER_PLAIN, buffer_text(&text));
	paper_cell_number(w->paper, (int64_t)w->seq);
	buffer_free(&text);
}

static void
look(struct walking *w, uint32_t at)
{
	struct known *known = &w->known[at];
	struct whereabouts now;

	whereabouts_make(&now, w->state, w->subject[at].kind, w->subject[at].index);
	if (now.next_ms < w->next_ms)
		w->next_ms = now.next_ms;
	if ((w->classes == 0 || (now.data & w->classes) != 0) && w->telling &&
	    (now.why != known->why || strcmp(place_of(&now), known->place) != 0))
		put_move(w, known, &now);
	known->why = now.why;
	snprintf(known->place, sizeof(known->place), "%s", place_of(&now));
	whereabouts_free(&now);
}

static void
look_all(struct walking *w)
{
	w->next_ms = INT64_MAX;
	for (uint32_t i = 0; i < w->subjects; i++)
		look(w, i);
}

static void
known_find(struct known *one, const struct known *before, uint32_t count)
{
	for (uint32_t k = 0; k < count; k++)
		if (strcmp(before[k].name, one->name) == 0)
			*one = before[k];
}

/* Another plan has other subjects: those of the same name keep what was known of them. */
static void
subjects_take(struct walking *w)
{
	struct known *before = w->known;
	uint32_t count = w->subjects;

	free(w->subject);
	w->plan = w->state->plan;
	w->subjects = w->plan != NULL ? where_subjects(w->state, &w->subject) : 0;
	if (w->plan == NULL)
		w->subject = NULL;
	free(w->first);
	w->first = memory_new((size_t)(w->plan != NULL ? w->plan->instances : 0) + 1,
	    sizeof(*w->first));
	for (uint32_t i = w->subjects; i-- > 0;)
		w->first[where_subject_instance(w->plan, w->subject[i])] = i;
	if (w->plan != NULL)
		w->first[w->plan->instances] = w->subjects;
	w->known = memory_new((size_t)w->subjects + 1, sizeof(*w->known));
	for (uint32_t i = 0; i < w->subjects; i++) {
		struct buffer name = { .max = 0 };

		where_subject_name(w->state, w->subject[i], &name);
		snprintf(w->known[i].name, NAME_TEXT, "%s", buffer_text(&name));
		w->known[i].why = WHERE_WHYS;
		if (i < count && strcmp(before[i].name, w->known[i].name) == 0)
			w->known[i] = before[i];
		else
			known_find(&w->known[i], before, count);
		buffer_free(&name);
	}
	free(before);
}

static void
look_instance(struct walking *w, uint64_t target)
{
	const struct target_state *t = state_target(w->state, target);
	uint32_t instance = t != NULL ? t->plan->instance : w->plan->instances;

	for (uint32_t i = w->first[instance]; i < w->subjects &&
	    where_subject_instance(w->plan, w->subject[i]) == instance; i++)
		look(w, i);
}

/* What became stale or was missed shows as a transition of its target. */
static void
look_transitions(struct walking *w)
{
	uint64_t fresh = w->state->timeline_total - w->seen;

	w->seen = w->state->timeline_total;
	if (fresh > w->state->timelines) {
		look_all(w);
		return;
	}
	for (uint64_t i = w->state->timelines - fresh; i < w->state->timelines; i++)
		if (w->state->timeline[i].target != 0)
			look_instance(w, w->state->timeline[i].target);
}

static bool
on_record(void *arg, const struct record *record, struct bytes raw, enum err decoded)
{
	struct walking *w = arg;

	(void)raw;
	w->seq = record->seq;
	w->err = fold_apply(w->state, record, decoded, &w->blobs, &w->why);
	if (w->err != ERR_OK)
		return false;
	if (w->state->plan != w->plan) {
		subjects_take(w);
		look_all(w);
		w->telling = true;
	}
	if (w->plan == NULL)
		return true;
	if (record->kind == RECORD_OBSERVATION && decoded == ERR_OK)
		look_instance(w, record->observation.target);
	look_transitions(w);
	if (w->state->now_ms >= w->next_ms)
		look_all(w);
	return true;
}

static enum err
walk(struct walking *w, const struct location_asked *asked, struct why *why)
{
	struct report_source *source = w->source;
	uint64_t from, to;
	enum err err = ledger_size_at(source->ledger, asked->from_ms, &from, why);

	if (err == ERR_OK)
		err = ledger_size_at(source->ledger, asked->to_ms, &to, why);
	if (err == ERR_OK)
		err = replay_to_size(source->replay, from, why);
	if (err != ERR_OK)
		return err;
	w->state = state_copy(replay_state(source->replay));
	w->seen = w->state->timeline_total;
	subjects_take(w);
	if (w->plan != NULL)
		look_all(w);
	w->telling = w->plan != NULL;
	err = ledger_scan(source->ledger, from, to, on_record, w, why);
	if (err == ERR_OK && w->err != ERR_OK) {
		*why = w->why;
		err = w->err;
	}
	return err;
}

enum err
location_put_history(struct paper *paper, const struct filing_source *from,
    const struct location_asked *asked, struct why *why)
{
	const struct paper_column columns[] = {
		{ .head = _("time"), .row_head = true }, { .head = _("subject") },
		{ .head = _("verdict") }, { .head = _("why") },
		{ .head = _("record"), .align = PAPER_RIGHT },
	};
	struct walking w = { .paper = paper, .source = from->from };
	struct buffer line = { .max = 0 };
	char begin[TIME_TEXT], end[TIME_TEXT];
	enum err err;

	if (asked->data != NULL)
		(void)location_class(from->state->plan, asked->data, &w.classes);
	time_jst_s(asked->from_ms, begin);
	time_jst_s(asked->to_ms, end);
	paper_heading(paper, 2, _("History of moves"));
	buffer_print(&line, _("From %s to %s, each change of a verdict or of the place it rests "
	    "on, by the record that showed it."), begin, end);
	paper_paragraph(paper, buffer_text(&line));
	buffer_reset(&line);
	paper_table(paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	w.blobs = report_blobs(from->from);
	err = walk(&w, asked, why);
	if (w.moves > MOVES_MAX)
		buffer_print(&line, _("and %" PRIu64 " more; ask for a shorter time"),
		    w.moves - MOVES_MAX);
	else if (w.moves == 0)
		buffer_put_text(&line, _("Nothing changed in that time, by what was recorded."));
	if (line.len > 0)
		paper_paragraph(paper, buffer_text(&line));
	state_free(w.state);
	free(w.subject);
	free(w.known);
	free(w.first);
	buffer_free(&line);
	return err;
}
