/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flapping: a target that changes between UP and failing too often is one thing, not many.  Its
 * incident stays open, its changes are counted and not told, and it ends with a quiet time.
 *
 * Six changes within ten minutes are three outages; where rounds are rare, in the time of forty
 * rounds, for one change takes two or three of them at least.  Quiet is the same time without any.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"

#define FLAP_WINDOW_MS INT64_C(600000)
enum { FLAP_ROUNDS = 40 };

static int64_t
window_ms(const struct plan_target *plan)
{
	int64_t rounds_ms;

	if (__builtin_mul_overflow(plan->interval_ms, FLAP_ROUNDS, &rounds_ms))
		rounds_ms = INT64_MAX;
	return rounds_ms > FLAP_WINDOW_MS ? rounds_ms : FLAP_WINDOW_MS;
}

static void
say(struct state *state, const struct target_state *target, enum transition_kind kind,
    const struct cause *cause)
{
	timeline_add(state, (struct transition){
		.kind = kind, .observed_ms = cause->observed_ms, .seq = cause->seq,
		.incident = target->incident, .target = target->plan->id,
		.value = (int64_t)target->flaps }, bytes_of(NULL, 0));
	affairs_stir(state, cause);
}

void
flap_count(struct state *state, struct target_state *target, enum health before,
    const struct cause *cause)
{
	struct incident *incident = state_incident(state, target->incident);

	if (before == HEALTH_UNKNOWN || target->health == HEALTH_UNKNOWN ||
	    (before > HEALTH_UP) == (target->health > HEALTH_UP))
		return;
	memmove(target->flap_ms, target->flap_ms + 1,
	    (FLAP_COUNT - 1) * sizeof(*target->flap_ms));
	target->flap_ms[FLAP_COUNT - 1] = state->now_ms != 0 ? state->now_ms : 1;
	if (target->flapping) {
		target->flaps++;
		if (incident != NULL)
			incident->flaps++;
		return;
	}
	if (incident == NULL || target->flap_ms[0] == 0 ||
	    time_later(target->flap_ms[0], window_ms(target->plan)) < state->now_ms)
		return;
	target->flapping = true;
	target->flaps = FLAP_COUNT;
	incident->flapping++;
	incident->flaps += FLAP_COUNT;
	say(state, target, TRANSITION_FLAPPING, cause);
	quiet_queue(state, incident);
}

static int64_t
target_quiet_ms(const struct target_state *target)
{
	return time_later(target->flap_ms[FLAP_COUNT - 1], window_ms(target->plan));
}

/* Earliest moment at which something of it may be quiet; INT64_MAX if nothing is waited for. */
static int64_t
quiet_ms(const struct state *state, const struct incident *incident)
{
	int64_t first = INT64_MAX, at;

	for (uint32_t i = 0; incident->flapping > 0 && i < incident->members; i++) {
		const struct target_state *target = state_target(state, incident->member[i].target);

		if (target == NULL || !target->flapping || target->incident != incident->id)
			continue;
		at = target_quiet_ms(target);
		first = at < first ? at : first;
	}
	for (uint32_t i = 0; i < state->floods; i++) {
		if (state->flood[i].incident != incident->id)
			continue;
		at = time_later(state->flood[i].last_ms, FLOOD_QUIET_MS);
		if (at > state->now_ms && at < first)
			first = at;
	}
	return first;
}

void
quiet_queue(struct state *state, const struct incident *incident)
{
	int64_t at_ms = quiet_ms(state, incident);

	if (at_ms != INT64_MAX)
		heap_push(&state->deadlines, (struct deadline){
			at_ms, DEADLINE_OTHER | (uint64_t)DEADLINE_QUIET << 56 | incident->id });
}

void
quiet_due(struct state *state, uint64_t id)
{
	struct incident *incident = state_incident(state, id);
	struct cause cause = { .observed_ms = state->now_ms };

	if (incident == NULL || !incident_is_open(incident))
		return;
	cause.seq = incident->last_seq;
	for (uint32_t i = 0; incident->flapping > 0 && i < incident->members; i++) {
		struct target_state *target = state_target(state, incident->member[i].target);

		if (target == NULL || !target->flapping || target->incident != id ||
		    target_quiet_ms(target) > state->now_ms)
			continue;
		say(state, target, TRANSITION_STEADY, &cause);
		target->flapping = false;
		target->flaps = 0;
		incident->flapping--;
	}
	quiet_queue(state, incident);
	incident_resolve_if_well(state, incident, &cause);
}
