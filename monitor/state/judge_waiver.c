/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waivers: asked for by one person, in force once another agreed, until their end.  The fold does
 * not trust the writer: a waiver agreed to by whoever asked for it, or after its end, is none.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/judge_private.h"

static struct waiver *
waiver_by_seq(struct judgement *j, uint64_t seq)
{
	for (uint32_t i = j->waivers; i > 0; i--)
		if (j->waiver[i - 1].seq == seq)
			return &j->waiver[i - 1];
	return NULL;
}

/* The cell a waiver speaks of, if the packs and the plan in force have it. */
static bool
cell_of(const struct judgement *j, const struct waiver *waiver, uint32_t *c, uint32_t *i)
{
	struct subject subject;

	*c = judgement_find(j, waiver->control);
	if (*c == UINT32_MAX || j->control[*c].cell == NULL ||
	    !judgement_subject_find(j, waiver->subject, &subject) ||
	    subject.kind != j->control[*c].control->subject)
		return false;
	*i = subject.index;
	return *i < j->control[*c].cells;
}

const struct waiver *
waiver_in_force(const struct judgement *j, uint32_t c, uint32_t i)
{
	for (uint32_t w = j->waivers; w > 0; w--) {
		const struct waiver *waiver = &j->waiver[w - 1];
		uint32_t control, index;

		if (waiver->step == WAIVER_AGREED &&
		    strcmp(waiver->control, j->control[c].control->id) == 0 &&
		    cell_of(j, waiver, &control, &index) && control == c && index == i)
			return waiver;
	}
	return NULL;
}

static void
show_again(struct state *state, const struct waiver *waiver)
{
	uint32_t c, i;

	if (cell_of(state->judgement, waiver, &c, &i))
		judgement_show(state, c, i);
}

/* The oldest that is decided goes; false if all are open: then a new one is none. */
static bool
make_room(struct judgement *j)
{
	if (j->waivers == WAIVERS_KEPT) {
		uint32_t gone = 0;

		while (gone < j->waivers && (j->waiver[gone].step == WAIVER_ASKED ||
		    j->waiver[gone].step == WAIVER_AGREED))
			gone++;
		if (gone == j->waivers)
			return false;
		memmove(&j->waiver[gone], &j->waiver[gone + 1],
		    (j->waivers - gone - 1) * sizeof(*j->waiver));
		j->waivers--;
	}
	if (j->waivers == j->waiver_cap) {
		j->waiver_cap = j->waiver_cap * 2 + 8;
		j->waiver = memory_resize(j->waiver, j->waiver_cap, sizeof(*j->waiver));
	}
	return true;
}

static void
waiver_ask(struct state *state, const struct record *rec)
{
	struct judgement *j = state->judgement;
	struct waiver waiver = { .seq = state->size, .step = WAIVER_ASKED,
		.asked_ms = state->now_ms, .until_ms = rec->waiver.until,
		.asked_uid = rec->waiver.uid, .text = rec->waiver.text };

	text_take(waiver.asked_by, sizeof(waiver.asked_by), rec->waiver.author);
	text_take(waiver.control, sizeof(waiver.control), rec->waiver.control);
	text_take(waiver.subject, sizeof(waiver.subject), rec->waiver.subject);
	if (!make_room(j))
		return;
	j->waiver[j->waivers++] = waiver;
	waiver_queue(j, &waiver);
}

void
waiver_apply(struct state *state, const struct record *rec)
{
	struct waiver *waiver;

	if (state->judgement == NULL)
		return;
	(void)judgement_own(state);
	if (rec->waiver.step == WAIVER_ASKED) {
		waiver_ask(state, rec);
		return;
	}
	waiver = waiver_by_seq(state->judgement, rec->waiver.waiver);
	if (waiver == NULL || rec->waiver.step > WAIVER_WITHDRAWN ||
	    (waiver->step != WAIVER_ASKED &&
	    (waiver->step != WAIVER_AGREED || rec->waiver.step != WAIVER_WITHDRAWN)))
		return;
	if (rec->waiver.step == WAIVER_AGREED && (rec->waiver.uid == waiver->asked_uid ||
	    waiver->until_ms <= state->now_ms))
		return;
	waiver->step = (enum waiver_step)rec->waiver.step;
	waiver->decided_ms = state->now_ms;
	waiver->decided_seq = state->size;
	text_take(waiver->decided_by, sizeof(waiver->decided_by), rec->waiver.author);
	show_again(state, waiver);
}

void
waiver_end(struct state *state, uint64_t seq)
{
	struct waiver *waiver = waiver_by_seq(state->judgement, seq);

	if (waiver == NULL || (waiver->step != WAIVER_ASKED && waiver->step != WAIVER_AGREED) ||
	    waiver->until_ms > state->now_ms)
		return;
	waiver->step = WAIVER_ENDED;
	show_again(state, waiver);
}
