/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How incidents are told and end: told after the group wait, or never if it was over by then, or
 * when the window that hid it ends; resolved when every member is UP or gone and none flaps, or,
 * where alarms alone made it, when the last of them is cleared.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"

bool
incident_is_alarms(const struct incident *incident)
{
	for (uint32_t i = 0; i < incident->members; i++)
		if (!incident->member[i].explained)
			return false;
	return incident->alarms_total > 0;
}

/* Whoever was told of an incident that a wider one absorbed is told that it is over, too. */
static void
resolve_absorbed(struct state *state, const struct incident *wider)
{
	for (uint32_t i = 0; i < state->incidents; i++) {
		struct incident *narrow = &state->incident[i];

		if (narrow->absorbed_by != wider->id || narrow->resolved_ms != 0)
			continue;
		narrow->resolved_ms = wider->resolved_ms;
		narrow->changed_ms = state->now_ms;
		narrow->last_seq = wider->last_seq;
		if (narrow->told_ms == 0)
			notice_owe(state, narrow->id, TRANSITION_RESOLVED, state->size);
	}
}

void
incident_unlink(struct state *state, const struct incident *incident)
{
	for (uint32_t i = 0; i < incident->members; i++) {
		struct target_state *target = state_target(state, incident->member[i].target);

		if (target == NULL || target->incident != incident->id)
			continue;
		target->incident = 0;
		census_instance(state, target->plan->instance);
	}
	incident_close(state, incident);
}

/* Alarms beyond the kept ones cannot be paired: while they come it is not over. */
static bool
is_flooded(const struct state *state, const struct incident *incident)
{
	for (uint32_t i = 0; i < state->floods; i++)
		if (state->flood[i].incident == incident->id &&
		    state->flood[i].cleared < state->flood[i].raised &&
		    time_later(state->flood[i].last_ms, FLOOD_QUIET_MS) > state->now_ms)
			return true;
	return false;
}

static bool
is_well(const struct state *state, const struct incident *incident)
{
	if (!incident_is_open(incident) || incident->failing > 0 || incident->flapping > 0)
		return false;
	return !incident_is_alarms(incident) ||
	    (incident->alarms_standing == 0 && !is_flooded(state, incident));
}

void
incident_resolve(struct state *state, struct incident *incident, const struct cause *cause)
{
	/* Zero means open. */
	incident->resolved_ms = state->now_ms != 0 ? state->now_ms : 1;
	incident->changed_ms = state->now_ms;
	incident->last_seq = cause->seq;
	incident_unlink(state, incident);
	incident_tell(state, incident, TRANSITION_RESOLVED, 0, cause);
	if (incident->absorbed > 0)
		resolve_absorbed(state, incident);
}

void
incident_resolve_if_well(struct state *state, struct incident *incident, const struct cause *cause)
{
	if (incident != NULL && is_well(state, incident))
		incident_resolve(state, incident, cause);
}

static void
say_window(struct state *state, const struct incident *incident, enum transition_kind kind,
    const struct window_state *window)
{
	struct transition transition = {
		.kind = kind, .observed_ms = state->now_ms, .seq = incident->last_seq,
		.incident = incident->id, .about = window->id };

	text_take(transition.subject, sizeof(transition.subject), bytes_of_text(window->subject));
	text_take(transition.author, sizeof(transition.author), bytes_of_text(window->asked_by));
	timeline_add(state, transition, bytes_of(NULL, 0));
}

static void
hold(struct state *state, struct incident *incident, struct window_state *window)
{
	if (incident->held_by != window->id) {
		window->incidents++;
		say_window(state, incident, TRANSITION_HELD, window);
	}
	incident->held_by = window->id;
	incident->told_ms = window->until_ms;
	heap_push(&state->deadlines,
	    (struct deadline){ incident->told_ms, incident->id | DEADLINE_INCIDENT });
}

static void
reveal(struct state *state, struct incident *incident)
{
	struct window_state none = { .id = incident->held_by };

	incident->hidden_ms = state->now_ms;
	for (uint32_t i = 0; i < state->windows; i++)
		if (state->window[i].id == incident->held_by)
			none = state->window[i];
	incident->held_by = 0;
	say_window(state, incident, TRANSITION_REVEALED, &none);
}

/* The group wait is over: told now, unless it is over itself, part of a wider one or hidden. */
void
incident_announce(struct state *state, uint64_t id)
{
	struct incident *incident = state_incident(state, id);
	struct cause cause = { .observed_ms = state->now_ms };
	struct window_state *window;

	if (incident == NULL || !incident_is_open(incident) || incident->told_ms == 0 ||
	    incident->told_ms > state->now_ms)
		return;
	cause.seq = incident->last_seq;
	affairs_stir(state, &cause);
	window = window_holding(state, incident);
	if (window != NULL) {
		hold(state, incident, window);
		return;
	}
	incident->told_ms = 0;
	if (incident->held_by != 0)
		reveal(state, incident);
	notice_owe(state, id, TRANSITION_OPENED, id);
}
