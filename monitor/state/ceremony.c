/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people did to keys: made in a ceremony, rotated, activated, destroyed.  One person tells it
 * and another agrees; before that it counts for nothing.  The fold does not trust the writer: one
 * that is agreed to by whoever told it, or that was done after it was recorded, counts never.
 */
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/custody.h"
#include "monitor/state/fold_memory.h"

/* Clocks that differ by less are one clock. */
#define AHEAD_MS INT64_C(600000)

bool
ceremony_counts(const struct ceremony_state *ceremony)
{
	return ceremony->step == CEREMONY_AGREED;
}

static struct ceremony_state *
find(const struct state *state, uint64_t id)
{
	for (uint32_t i = state->ceremonies; id != 0 && i > 0; i--)
		if (state->ceremony[i - 1].id == id)
			return &state->ceremony[i - 1];
	return NULL;
}

const struct ceremony_state *
state_ceremony(const struct state *state, uint64_t id)
{
	return find(state, id);
}

static void
say(struct state *state, const struct ceremony_state *ceremony, enum ceremony_step step,
    const struct record *rec)
{
	struct transition transition = { .kind = TRANSITION_CEREMONY,
		.observed_ms = rec->observed_ms, .seq = state->size, .about = ceremony->id,
		.value = step, .text = ceremony->text, .index = ceremony->kind };

	subject_text("custody", ceremony->key, transition.subject);
	text_take(transition.author, sizeof(transition.author), rec->ceremony.author);
	timeline_add(state, transition, bytes_of_text(ceremony->present));
}

/* It says nothing any more, or a newer one of its kind says more. */
static bool
is_spare(const struct state *state, uint32_t at)
{
	const struct ceremony_state *one = &state->ceremony[at];

	if (one->step == CEREMONY_REFUSED || one->step == CEREMONY_WITHDRAWN)
		return true;
	for (uint32_t i = at + 1; ceremony_counts(one) && i < state->ceremonies; i++) {
		const struct ceremony_state *other = &state->ceremony[i];

		if (ceremony_counts(other) && other->kind == one->kind &&
		    other->at_ms >= one->at_ms && strcmp(other->key, one->key) == 0)
			return true;
	}
	return false;
}

/* False if all that is kept still counts or waits: then a new one is none. */
static bool
make_room(struct state *state)
{
	uint32_t gone = 0;

	if (state->ceremonies == CEREMONY_MAX) {
		while (gone < state->ceremonies && !is_spare(state, gone))
			gone++;
		if (gone == state->ceremonies)
			return false;
		state->ceremonies--;
		memmove(&state->ceremony[gone], &state->ceremony[gone + 1],
		    (state->ceremonies - gone) * sizeof(*state->ceremony));
	}
	if (state->ceremonies == state->ceremony_cap) {
		state->ceremony_cap = state->ceremony_cap > 0 ? 2 * state->ceremony_cap : 8;
		state->ceremony = memory_resize(state->ceremony, state->ceremony_cap,
		    sizeof(*state->ceremony));
	}
	return true;
}

static void
tell(struct state *state, const struct record *rec)
{
	struct ceremony_state one = { .id = state->size,
		.kind = (enum ceremony_kind)rec->ceremony.kind, .at_ms = rec->ceremony.at,
		.minutes = rec->ceremony.minutes, .asked_ms = state->now_ms,
		.asked_uid = rec->ceremony.uid, .text = rec->ceremony.text };

	if (rec->ceremony.kind >= CEREMONY_KINDS ||
	    rec->ceremony.at > time_later(state->now_ms, AHEAD_MS))
		return;
	text_take(one.key, sizeof(one.key), rec->ceremony.key);
	text_take(one.present, sizeof(one.present), rec->ceremony.present);
	text_take(one.asked_by, sizeof(one.asked_by), rec->ceremony.author);
	if (!make_room(state)) {
		state->ceremonies_dropped++;
		say(state, &one, CEREMONY_REFUSED, rec);
		return;
	}
	state->ceremony[state->ceremonies++] = one;
	say(state, &one, CEREMONY_TOLD, rec);
}

static bool
may_take(const struct ceremony_state *one, const struct record *rec)
{
	switch (rec->ceremony.step) {
	case CEREMONY_WITHDRAWN:
		return one->step == CEREMONY_TOLD || one->step == CEREMONY_AGREED;
	case CEREMONY_REFUSED:
		return one->step == CEREMONY_TOLD;
	case CEREMONY_AGREED:
		return one->step == CEREMONY_TOLD && rec->ceremony.uid != one->asked_uid;
	default:
		return false;
	}
}

void
ceremony_apply(struct state *state, const struct record *rec)
{
	struct ceremony_state *one;

	if (rec->ceremony.step == CEREMONY_TOLD) {
		tell(state, rec);
		touch_custody(state);
		return;
	}
	one = find(state, rec->ceremony.ceremony);
	if (one == NULL || !may_take(one, rec))
		return;
	one->step = (enum ceremony_step)rec->ceremony.step;
	one->decided_ms = state->now_ms;
	one->decided_seq = state->size;
	text_take(one->decided_by, sizeof(one->decided_by), rec->ceremony.author);
	say(state, one, one->step, rec);
	touch_custody(state);
}

const char *
ceremony_step_text(enum ceremony_step step)
{
	static const char *const texts[CEREMONY_STEPS] = {
		[CEREMONY_TOLD] = N_("waits for a second person"), [CEREMONY_AGREED] = N_("agreed"),
		[CEREMONY_REFUSED] = N_("refused"), [CEREMONY_WITHDRAWN] = N_("withdrawn") };

	return (unsigned)step < CEREMONY_STEPS ? texts[step] : "";
}

static const struct { const char *verb, *text; } kinds[CEREMONY_KINDS] = {
	[CEREMONY_MADE] = { "ceremony", N_("made in a key ceremony") },
	[CEREMONY_ROTATED] = { "rotation", N_("rotated") },
	[CEREMONY_ACTIVATED] = { "activate", N_("activated") },
	[CEREMONY_DESTROYED] = { "destroy", N_("destroyed") },
};

const char *
ceremony_kind_text(enum ceremony_kind kind)
{
	return (unsigned)kind < CEREMONY_KINDS ? kinds[kind].text : "";
}

const char *
ceremony_verb(enum ceremony_kind kind)
{
	return (unsigned)kind < CEREMONY_KINDS ? kinds[kind].verb : "";
}

bool
ceremony_kind_find(struct bytes verb, enum ceremony_kind *kind)
{
	for (unsigned i = 0; i < CEREMONY_KINDS; i++) {
		*kind = (enum ceremony_kind)i;
		if (bytes_equal(verb, bytes_of_text(kinds[i].verb)))
			return true;
	}
	return false;
}
