/* SPDX-License-Identifier: Apache-2.0 */
/* Merging of the three, and their lines. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe_judged.h"
#include "tui/change.h"
#include "tui/event.h"
#include "tui/judged.h"

/* In the order one record brings them. */
enum change_kind { CHANGE_TRANSITION, CHANGE_WAIVER, CHANGE_VERDICT };

/* A step of a waiver: what was asked, or what was decided. */
struct waiver_act { uint64_t seq; uint32_t waiver; enum waiver_step step; };

struct merging {
	struct view           *view;
	const struct scene    *scene;
	const struct judgement *j;	/* NULL: there are only transitions */
	struct waiver_act            *act;
	struct buffer          words;	/* of what the filter looks at */
	uint32_t               transitions, acts, verdicts;	/* not merged yet */
};

/* --- ids: places counted from the first there ever was; of waivers the record and the step. */

static uint64_t
transition_first(const struct state *state)
{
	return state->timeline_total - state->timelines;
}

static uint64_t
verdict_first(const struct judgement *j)
{
	return judgement_changes_total(j) - judgement_changes(j);
}

static const struct transition *
transition_at(const struct scene *scene, uint64_t id)
{
	uint64_t first = transition_first(scene->state);

	return id >= first ? event_find(scene, (size_t)(id - first)) : NULL;
}

static const struct judged_change *
verdict_at_id(const struct scene *scene, uint64_t id)
{
	const struct judgement *j = judged_of(scene);

	if (j == NULL || id < verdict_first(j) || id >= judgement_changes_total(j))
		return NULL;
	return judgement_change(j, (uint32_t)(id - verdict_first(j)));
}

static uint64_t
waiver_id(const struct judgement *j, const struct waiver_act *act)
{
	return judgement_waiver(j, act->waiver)->seq << 3 | act->step;
}

static const struct waiver *
waiver_at(const struct scene *scene, uint64_t id)
{
	const struct judgement *j = judged_of(scene);

	for (uint32_t i = 0; j != NULL && i < judgement_waivers(j); i++)
		if (judgement_waiver(j, i)->seq == id >> 3)
			return judgement_waiver(j, i);
	return NULL;
}

/* --- merging ------------------------------------------------------------------------------ */

static bool
alike(const struct judged_change *a, const struct judged_change *b)
{
	return a->seq == b->seq && a->before == b->before && a->after == b->after &&
	    strcmp(a->control, b->control) == 0;
}

static int
act_compare(const void *left, const void *right)
{
	const struct waiver_act *a = left, *b = right;

	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* That one ended is seen in the verdict beneath it; it has no record of its own. */
static void
acts_of(struct merging *m)
{
	uint32_t waivers = m->j != NULL ? judgement_waivers(m->j) : 0;

	m->act = memory_new(2 * (size_t)waivers + 1, sizeof(*m->act));
	for (uint32_t i = 0; i < waivers; i++) {
		const struct waiver *waiver = judgement_waiver(m->j, i);
		enum waiver_step step = waiver->step == WAIVER_ENDED ? WAIVER_AGREED :
		    waiver->step;

		m->act[m->acts++] = (struct waiver_act){ waiver->seq, i, WAIVER_ASKED };
		if (waiver->decided_seq != 0)
			m->act[m->acts++] = (struct waiver_act){ waiver->decided_seq, i, step };
	}
	qsort(m->act, m->acts, sizeof(*m->act), act_compare);
}

static void
merge_transition(struct merging *m)
{
	const struct state *state = m->scene->state;
	const struct transition *event = &state->timeline[--m->transitions];

	buffer_reset(&m->words);
	if (m->view->filter[0] != '\0')
		event_sentence(m->scene, event, &m->words);
	if (!view_filtered(m->view, buffer_text(&m->words)))
		view_add(m->view, (struct view_row){ .kind = CHANGE_TRANSITION, .stop = true,
		    .id = transition_first(state) + m->transitions,
		    .problem = event_problem(event) });
}

static void
merge_act(struct merging *m)
{
	const struct waiver_act *act = &m->act[--m->acts];
	const struct waiver *waiver = judgement_waiver(m->j, act->waiver);

	buffer_reset(&m->words);
	if (m->view->filter[0] != '\0') {
		waiver_describe(waiver, act->step, &m->words);
		buffer_put_text(&m->words, " ");
		scene_value(m->scene, waiver->text, &m->words);
	}
	if (!view_filtered(m->view, buffer_text(&m->words)))
		view_add(m->view, (struct view_row){ .kind = CHANGE_WAIVER, .stop = true,
		    .id = waiver_id(m->j, act) });
}

/* All that are alike; one that the filter shows is enough. */
static void
merge_verdicts(struct merging *m)
{
	const struct judged_change *newest = judgement_change(m->j, m->verdicts - 1), *change;
	bool hidden = m->view->filter[0] != '\0';

	do {
		change = judgement_change(m->j, --m->verdicts);
		buffer_reset(&m->words);
		if (hidden) {
			judged_change_describe(change, &m->words);
			hidden = view_filtered(m->view, buffer_text(&m->words));
		}
	} while (m->verdicts > 0 && alike(judgement_change(m->j, m->verdicts - 1), newest));
	if (!hidden)
		view_add(m->view, (struct view_row){ .kind = CHANGE_VERDICT, .stop = true,
		    .id = verdict_first(m->j) + m->verdicts,
		    .problem = change->after == VERDICT_NOT_MET });
}

void
changes_rows(struct view *view, const struct scene *scene)
{
	const struct state *state = scene->state;
	struct merging m = { .view = view, .scene = scene, .j = judged_of(scene),
		.transitions = state->timelines };

	m.verdicts = m.j != NULL ? judgement_changes(m.j) : 0;
	acts_of(&m);
	while (m.transitions > 0 || m.acts > 0 || m.verdicts > 0) {
		/* Number of the record and one; 0: none is left. */
		uint64_t transition = m.transitions > 0 ?
		    transition_seq(state->timeline[m.transitions - 1].id) + 1 : 0;
		uint64_t act = m.acts > 0 ? m.act[m.acts - 1].seq + 1 : 0;
		uint64_t verdict = m.verdicts > 0 ?
		    judgement_change(m.j, m.verdicts - 1)->seq + 1 : 0;

		if (verdict >= act && verdict >= transition)
			merge_verdicts(&m);
		else if (act >= transition)
			merge_act(&m);
		else
			merge_transition(&m);
	}
	free(m.act);
	buffer_free(&m.words);
}

uint64_t
changes_kept(const struct scene *scene)
{
	const struct judgement *j = judged_of(scene);

	return scene->state->timelines + (j != NULL ? judgement_changes(j) : 0);
}

uint64_t
changes_ever(const struct scene *scene)
{
	const struct judgement *j = judged_of(scene);

	return scene->state->timeline_total + (j != NULL ? judgement_changes_total(j) : 0);
}

/* --- lines -------------------------------------------------------------------------------- */

/* The word of its column; "not applicable" is too long for it. */
static const char *
verdict_word(enum verdict verdict)
{
	return verdict == VERDICT_NOT_APPLICABLE ? _("n/a") : _(verdict_text(verdict));
}

static void
verdict_line(const struct scene *scene, uint64_t id, struct strip *strip)
{
	const struct judged_change *change = verdict_at_id(scene, id), *next;
	struct event_parts parts = { .letter = ' ' };
	uint32_t count = 1;

	if (change == NULL)
		return;
	parts = (struct event_parts){ .recorded_ms = change->recorded_ms,
		.observed_ms = change->recorded_ms, .letter = verdict_letter(change->after),
		.style = verdict_style(change->after), .word = verdict_word(change->after),
		.problem = change->after == VERDICT_NOT_MET };
	while ((next = verdict_at_id(scene, id + count)) != NULL && alike(next, change))
		count++;
	buffer_put_text(&parts.whose, change->control);
	if (change->level == LEVEL_CONTRADICTION)
		buffer_print(&parts.more, "[%s] ", _(level_text(change->level)));
	if (count == 1)
		buffer_put_text(&parts.more, change->subject);
	else
		buffer_print(&parts.more, ngettext("%" PRIu32 " subject", "%" PRIu32 " subjects",
		    count), count);
	buffer_print(&parts.more, _(", before: %s"), _(verdict_text(change->before)));
	event_put(scene, &parts, strip);
}

static void
waiver_line(const struct scene *scene, uint64_t id, struct strip *strip)
{
	const struct waiver *waiver = waiver_at(scene, id);
	enum waiver_step step = (enum waiver_step)(id & 7);
	struct event_parts parts = { .letter = '*', .style = STYLE_QUIET };
	char until[TIME_TEXT];

	if (waiver == NULL)
		return;
	parts.recorded_ms = parts.observed_ms = step == WAIVER_ASKED ? waiver->asked_ms :
	    waiver->decided_ms;
	parts.word = step == WAIVER_ASKED ? _("waiver asked") :
	    step == WAIVER_AGREED ? _("waiver") : _(waiver_step_text(step));
	buffer_put_text(&parts.whose, waiver->control);
	moment_text(waiver->until_ms, scene->now_ms, until);
	buffer_print(&parts.more, _("%s: %s until %s"), step == WAIVER_ASKED ? waiver->asked_by :
	    waiver->decided_by, waiver->subject, until);
	if (step == WAIVER_ASKED) {
		buffer_put_text(&parts.more, ": ");
		scene_value(scene, waiver->text, &parts.more);
	}
	event_put(scene, &parts, strip);
}

void
change_line(const struct scene *scene, const struct view_row *row, struct strip *strip)
{
	const struct transition *event;

	switch ((enum change_kind)row->kind) {
	case CHANGE_TRANSITION:
		event = transition_at(scene, row->id);
		if (event != NULL)
			event_line(scene, event, strip);
		break;
	case CHANGE_WAIVER:
		waiver_line(scene, row->id, strip);
		break;
	case CHANGE_VERDICT:
		verdict_line(scene, row->id, strip);
		break;
	}
}

/* --- where they lead ---------------------------------------------------------------------- */

bool
change_record(const struct scene *scene, const struct view_row *row, uint64_t *seq)
{
	const struct transition *event = transition_at(scene, row->id);
	const struct judged_change *change = verdict_at_id(scene, row->id);
	const struct waiver *waiver = waiver_at(scene, row->id);

	if (row->kind == CHANGE_TRANSITION && event != NULL)
		*seq = event->seq;
	else if (row->kind == CHANGE_VERDICT && change != NULL)
		*seq = change->seq;
	else if (row->kind == CHANGE_WAIVER && waiver != NULL)
		*seq = (row->id & 7) == WAIVER_ASKED ? waiver->seq : waiver->decided_seq;
	else
		return false;
	return true;
}

uint64_t
change_incident(const struct scene *scene, const struct view_row *row)
{
	const struct transition *event = transition_at(scene, row->id);

	return row->kind == CHANGE_TRANSITION && event != NULL ? event->incident : 0;
}

static void
open_control(const char *control, const char *subject, struct opening *opening)
{
	opening->ops = &view_control;
	opening->subject = judged_key(control);
	opening->part = judged_key(subject);
}

static void
open_transition(const struct transition *event, struct opening *opening)
{
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
}

void
change_open(const struct scene *scene, const struct view_row *row, struct opening *opening)
{
	const struct judged_change *change = verdict_at_id(scene, row->id);
	const struct waiver *waiver = waiver_at(scene, row->id);
	uint64_t seq;

	if (!change_record(scene, row, &seq))
		return;
	if (row->kind == CHANGE_TRANSITION)
		open_transition(transition_at(scene, row->id), opening);
	else if (row->kind == CHANGE_VERDICT)
		open_control(change->control, change->subject, opening);
	else
		open_control(waiver->control, waiver->subject, opening);
	/* What only passing time changed on the display has no record yet. */
	if (seq < scene->state->size)
		opening->stand = seq + 1;
}
