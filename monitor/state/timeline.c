/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timeline and the list of gaps: what changed, in order, newest kept.  What was dropped is
 * counted and stays in the ledger.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"

uint64_t
transition_id(uint64_t seq, enum transition_kind kind)
{
	if (kind < 15)
		return seq * 16 + kind;
	return seq * 16 + 15 + ((uint64_t)(kind - 15) << 52);
}

uint64_t
transition_seq(uint64_t id)
{
	return (id & ((UINT64_C(1) << 52) - 1)) / 16;
}

enum transition_kind
transition_kind_of(uint64_t id)
{
	uint64_t kind = id % 16;

	return (enum transition_kind)(kind < 15 ? kind : 15 + (id >> 52));
}

/* Twice the room is kept, so that the oldest is dropped by moving where the timeline begins. */
void
timeline_add(struct state *state, struct transition transition, struct bytes detail)
{
	struct transition **base = &state->memory->timeline_base;
	size_t start = *base != NULL ? (size_t)(state->timeline - *base) : 0;

	transition.id = transition_id(state->size, transition.kind);
	transition.recorded_ms = state->now_ms;
	text_take(transition.detail, sizeof(transition.detail), detail);
	if (state->timelines == TIMELINE_MAX) {
		start++;
		state->timelines--;
	}
	if (start + state->timelines == state->timeline_cap && start > state->timeline_cap / 2) {
		memmove(*base, *base + start, state->timelines * sizeof(**base));
		start = 0;
	} else if (start + state->timelines == state->timeline_cap) {
		state->timeline_cap = state->timeline_cap > 0 ? 2 * state->timeline_cap : 64;
		*base = memory_resize(*base, state->timeline_cap, sizeof(**base));
	}
	state->timeline = *base + start;
	state->timeline[state->timelines++] = transition;
	state->timeline_total++;
}

void
gap_add(struct state *state, const struct record *rec)
{
	struct state_gap gap = {
		.seq = state->size, .role = rec->gap.role, .index = rec->gap.index,
		.from_ms = rec->gap.from, .to_ms = rec->gap.to,
	};

	text_take(gap.reason, sizeof(gap.reason), rec->gap.reason);
	if (state->gaps == GAP_MAX)
		memmove(state->gap, state->gap + 1, --state->gaps * sizeof(*state->gap));
	if (state->gaps == state->gap_cap) {
		state->gap_cap = state->gap_cap > 0 ? 2 * state->gap_cap : 16;
		state->gap = memory_resize(state->gap, state->gap_cap, sizeof(*state->gap));
	}
	state->gap[state->gaps++] = gap;
	state->gap_total++;
}

/* All were blind while the supervisor or the ledger was gone; one worker that sees ends that. */
static bool
ends(const struct state_gap *gap, const struct record *rec)
{
	if (gap->ended_ms != 0)
		return false;
	if (gap->role == rec->role && gap->index == rec->index)
		return true;
	return rec->role == ROLE_WORKER &&
	    (gap->role == ROLE_SUPERVISOR || gap->role == ROLE_LEDGER);
}

bool
gap_end(struct state *state, const struct record *rec)
{
	bool ended = false;

	for (uint32_t i = 0; i < state->gaps; i++)
		if (ends(&state->gap[i], rec)) {
			state->gap[i].ended_ms = state->now_ms;
			ended = true;
		}
	return ended;
}
