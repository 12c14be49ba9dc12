/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notices that are owed: one entry per thing to tell, until every channel that takes notices has
 * accepted it.  Transition ids come from records alone, so a restarted engine owes the same.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"

uint64_t
notice_channels(const struct plan *plan)
{
	uint64_t channels = 0;

	for (uint32_t i = 0; i < plan->channels; i++)
		if (strcmp(plan->channel[i].kind, "heartbeat") != 0)
			channels |= UINT64_C(1) << i;
	return channels;
}

static void
remove_at(struct state *state, uint32_t at)
{
	state->dues--;
	memmove(&state->due[at], &state->due[at + 1], (state->dues - at) * sizeof(*state->due));
}

/* Growth is repeated by what follows it; the others are let go of only if nothing else is left. */
static void
make_room(struct state *state)
{
	uint32_t at = 0;

	while (at < state->dues && state->due[at].kind != TRANSITION_GREW)
		at++;
	remove_at(state, at < state->dues ? at : 0);
	state->dues_dropped++;
}

void
notice_owe(struct state *state, uint64_t incident, enum transition_kind kind, uint64_t seq)
{
	uint64_t id = transition_id(seq, kind);

	if (state->memory->channels == 0)
		return;
	for (uint32_t i = state->dues;
	    i > 0 && transition_seq(state->due[i - 1].transition) >= seq; i--)
		if (state->due[i - 1].transition == id && state->due[i - 1].incident == incident)
			return;
	if (state->dues == NOTICE_DUE_MAX)
		make_room(state);
	if (state->dues == state->due_cap) {
		state->due_cap = state->due_cap > 0 ? 2 * state->due_cap : 16;
		state->due = memory_resize(state->due, state->due_cap, sizeof(*state->due));
	}
	state->due[state->dues++] = (struct notice_due){
		.transition = id, .incident = incident, .kind = kind };
}

void
notice_accepted(struct state *state, const struct record *rec)
{
	const struct plan *plan = state->plan;
	uint64_t bit = 0;

	for (uint32_t i = 0; plan != NULL && i < plan->channels; i++)
		if (bytes_equal(bytes_of_text(plan->channel[i].name), rec->notice.channel))
			bit = UINT64_C(1) << i;
	for (uint32_t i = 0; i < state->dues; i++) {
		struct notice_due *due = &state->due[i];

		if (due->transition != rec->notice.transition ||
		    due->incident != rec->notice.incident)
			continue;
		due->accepted |= bit & state->memory->channels;
		if (due->accepted == state->memory->channels)
			remove_at(state, i);
		return;
	}
}

static uint64_t
moved_bits(uint64_t accepted, const struct plan *before, const struct plan *now)
{
	uint64_t moved = 0;

	for (uint32_t i = 0; before != NULL && i < before->channels; i++)
		for (uint32_t j = 0; (accepted >> i & 1) != 0 && j < now->channels; j++)
			if (strcmp(before->channel[i].name, now->channel[j].name) == 0)
				moved |= UINT64_C(1) << j;
	return moved;
}

/* Channels are known by name: one that left owes nothing, a new one owes all that is open. */
void
notice_replan(struct state *state, const struct plan *before)
{
	uint64_t channels = notice_channels(state->plan);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < state->dues; i++) {
		struct notice_due due = state->due[i];

		due.accepted = moved_bits(due.accepted, before, state->plan) & channels;
		if (due.accepted != channels)
			state->due[kept++] = due;
	}
	state->dues = kept;
}
