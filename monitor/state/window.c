/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maintenance windows and silences: asked for by one person, in force at their time once a second
 * one agreed where the plan says so, over by themselves.  Recording never stops: what lies wholly
 * inside is held, not told, and counted; what outlives the window is told when it ends.  The fold
 * does not trust the writer: a window agreed to by whoever asked for it is none.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/fold_memory.h"
#include "monitor/state/incident_view.h"

bool
window_in_force(const struct state *state, const struct window_state *window)
{
	bool counts = window->step == WINDOW_AGREED ||
	    (window->step == WINDOW_ASKED && !window->needs_second);

	return counts && !window->over && window->from_ms <= state->now_ms &&
	    state->now_ms < window->until_ms;
}

static struct window_state *
find(const struct state *state, uint64_t id)
{
	for (uint32_t i = state->windows; id != 0 && i > 0; i--)
		if (state->window[i - 1].id == id)
			return &state->window[i - 1];
	return NULL;
}

const struct window_state *
state_window(const struct state *state, uint64_t id)
{
	return find(state, id);
}

static void
list_in_force(struct state *state)
{
	struct fold_memory *memory = state->memory;

	memory->windows = 0;
	memory->window = memory_resize(memory->window, state->windows + 1, sizeof(*memory->window));
	for (uint32_t i = 0; i < state->windows; i++)
		if (window_in_force(state, &state->window[i]))
			memory->window[memory->windows++] = i;
}

static void
queue(struct state *state, uint64_t id, int64_t at_ms)
{
	heap_push(&state->deadlines, (struct deadline){
		at_ms, DEADLINE_OTHER | (uint64_t)DEADLINE_WINDOW << 56 | id });
}

void
window_build(struct state *state)
{
	for (uint32_t i = 0; i < state->windows; i++) {
		const struct window_state *window = &state->window[i];

		if (window->over)
			continue;
		if (!window->began)
			queue(state, window->id, window->from_ms);
		queue(state, window->id, window->until_ms);
	}
	list_in_force(state);
}

static void
say(struct state *state, const struct window_state *window, enum transition_kind kind,
    int64_t value, int64_t observed_ms, struct bytes detail)
{
	struct transition transition = {
		.kind = kind, .observed_ms = observed_ms, .seq = window->id, .about = window->id,
		.value = value, .text = window->text };
	struct cause cause = { .seq = window->id, .observed_ms = observed_ms };
	bool decided = kind == TRANSITION_WINDOW && value != WINDOW_ASKED;

	text_take(transition.subject, sizeof(transition.subject), bytes_of_text(window->subject));
	text_take(transition.author, sizeof(transition.author),
	    bytes_of_text(decided ? window->decided_by : window->asked_by));
	timeline_add(state, transition, detail);
	affairs_stir(state, &cause);
}

/* The oldest that is over or refused goes; false if all are open: then a new one is none. */
static bool
make_room(struct state *state)
{
	uint32_t gone = 0;

	if (state->windows == WINDOW_MAX) {
		while (gone < state->windows && !state->window[gone].over)
			gone++;
		if (gone == state->windows)
			return false;
		state->windows--;
		memmove(&state->window[gone], &state->window[gone + 1],
		    (state->windows - gone) * sizeof(*state->window));
	}
	if (state->windows == state->window_cap) {
		state->window_cap = state->window_cap > 0 ? 2 * state->window_cap : 8;
		state->window = memory_resize(state->window, state->window_cap,
		    sizeof(*state->window));
	}
	return true;
}

static void
ask(struct state *state, const struct record *rec)
{
	struct window_state window = {
		.id = state->size, .from_ms = rec->window.from, .until_ms = rec->window.until,
		.kind = rec->window.kind < WINDOW_KINDS ? (enum window_kind)rec->window.kind :
		    WINDOW_SILENCE,
		.asked_ms = state->now_ms, .asked_uid = rec->window.uid, .text = rec->window.text,
		.needs_second = state->plan != NULL &&
		    (state->plan->second_person >> ACT_WINDOW & 1) != 0 };

	text_take(window.subject, sizeof(window.subject), rec->window.subject);
	text_take(window.ticket, sizeof(window.ticket), rec->window.ticket);
	text_take(window.asked_by, sizeof(window.asked_by), rec->window.author);
	window.over = window.until_ms <= state->now_ms || window.until_ms <= window.from_ms;
	if (!make_room(state)) {
		state->windows_dropped++;
		say(state, &window, TRANSITION_WINDOW, WINDOW_REFUSED, rec->observed_ms,
		    bytes_of_text("too many windows are open: it does not count"));
		return;
	}
	state->window[state->windows++] = window;
	say(state, &window, TRANSITION_WINDOW, WINDOW_ASKED, rec->observed_ms,
	    rec->window.ticket);
	if (window.over)
		return;
	queue(state, window.id, window.from_ms);
	queue(state, window.id, window.until_ms);
}

static bool
may_take(const struct state *state, const struct window_state *window, const struct record *rec)
{
	if (window->over || rec->window.step == WINDOW_ASKED || rec->window.step >= WINDOW_STEPS)
		return false;
	if (rec->window.step == WINDOW_ENDED)
		return window->step == WINDOW_ASKED || window->step == WINDOW_AGREED;
	return window->step == WINDOW_ASKED && (rec->window.step == WINDOW_REFUSED ||
	    (rec->window.uid != window->asked_uid && state->now_ms < window->until_ms));
}

/* It is over now: what it held is told with the deadlines that follow. */
static void
let_go(struct state *state, struct window_state *window, int64_t observed_ms)
{
	bool began = window->began;

	window->over = true;
	list_in_force(state);
	for (uint32_t i = 0; i < state->incidents; i++) {
		struct incident *incident = &state->incident[i];

		if (incident->held_by != window->id || incident->told_ms <= state->now_ms)
			continue;
		incident->told_ms = state->now_ms != 0 ? state->now_ms : 1;
		heap_push(&state->deadlines, (struct deadline){
			incident->told_ms, incident->id | DEADLINE_INCIDENT });
	}
	if (began)
		say(state, window, TRANSITION_WINDOW_OVER, (int64_t)window->incidents, observed_ms,
		    bytes_of(NULL, 0));
}

void
window_due(struct state *state, uint64_t id)
{
	struct window_state *window = find(state, id);

	if (window == NULL || window->over)
		return;
	if (!window->began && window_in_force(state, window)) {
		window->began = true;
		say(state, window, TRANSITION_WINDOW_BEGAN, 0, state->now_ms, bytes_of(NULL, 0));
	}
	list_in_force(state);
	if (state->now_ms >= window->until_ms)
		let_go(state, window, state->now_ms);
}

void
window_apply(struct state *state, const struct record *rec)
{
	struct window_state *window;

	if (rec->window.step == WINDOW_ASKED) {
		ask(state, rec);
		if (state->windows > 0 && state->window[state->windows - 1].id == state->size)
			window_due(state, state->size);
		return;
	}
	window = find(state, rec->window.window);
	if (window == NULL || !may_take(state, window, rec))
		return;
	window->step = (enum window_step)rec->window.step;
	window->decided_ms = state->now_ms;
	window->decided_seq = state->size;
	text_take(window->decided_by, sizeof(window->decided_by), rec->window.author);
	say(state, window, TRANSITION_WINDOW, window->step, rec->observed_ms, bytes_of(NULL, 0));
	if (window->step == WINDOW_AGREED)
		window_due(state, window->id);
	else
		let_go(state, window, rec->observed_ms);
}

/* --- what it hides ------------------------------------------------------------------------- */

struct window_state *
window_holding(struct state *state, const struct incident *incident)
{
	const struct fold_memory *memory = state->memory;

	for (uint32_t i = 0; i < memory->windows; i++) {
		struct window_state *window = &state->window[memory->window[i]];

		if (window_in_force(state, window) &&
		    window_covers_incident(state, window->subject, incident))
			return window;
	}
	return NULL;
}

/* That it is over, and what people do, is told all the same. */
bool
window_hides(struct state *state, const struct incident *incident, enum transition_kind kind)
{
	struct window_state *window =
	    kind == TRANSITION_GREW ? window_holding(state, incident) : NULL;

	if (window != NULL)
		window->notices++;
	return window != NULL;
}

void
window_uncovers(struct state *state, struct incident *incident, const struct target_state *target)
{
	const struct window_state *window = find(state, incident->held_by);

	if (window == NULL || window_covers_target(state, window->subject, target))
		return;
	incident->told_ms = state->now_ms != 0 ? state->now_ms : 1;
	heap_push(&state->deadlines,
	    (struct deadline){ incident->told_ms, incident->id | DEADLINE_INCIDENT });
}

void
window_counts(struct state *state, struct subject_ref ref, bool alarm)
{
	const struct fold_memory *memory = state->memory;

	for (uint32_t i = 0; i < memory->windows; i++) {
		struct window_state *window = &state->window[memory->window[i]];

		if (!window_in_force(state, window) || !subject_within(memory->view, ref,
		    plan_view_find(memory->view, window->subject)))
			continue;
		window->alarms += alarm;
		window->transitions += !alarm;
	}
}

const char *
window_kind_text(enum window_kind kind)
{
	return kind == WINDOW_MAINTENANCE ? N_("maintenance window") : N_("silence");
}

const char *
window_step_text(enum window_step step)
{
	static const char *const texts[WINDOW_STEPS] = {
		[WINDOW_ASKED] = N_("asked for"), [WINDOW_AGREED] = N_("agreed"),
		[WINDOW_REFUSED] = N_("refused"), [WINDOW_ENDED] = N_("ended before its time") };

	return (unsigned)step < WINDOW_STEPS ? texts[step] : "";
}
