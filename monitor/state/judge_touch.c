/* SPDX-License-Identifier: Apache-2.0 */
/* Which facts differ between two maps, and whom a record moved; each target at most once. */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/fold_memory.h"

void
touched_make(struct touched *touched, uint32_t targets)
{
	touched_free(touched);
	touched->at = memory_new(targets, sizeof(*touched->at));
}

void
touched_free(struct touched *touched)
{
	free(touched->at);
	free(touched->target);
	free(touched->reads);
	*touched = (struct touched){ .count = 0 };
}

static struct reads *
entry_of(struct state *state, const struct target_state *target)
{
	struct touched *touched = &state->memory->touched;
	uint32_t index = (uint32_t)(target - state->target);

	if (touched->at[index] != 0)
		return &touched->reads[touched->at[index] - 1];
	if (touched->count == touched->cap) {
		touched->cap = touched->cap * 2 + 16;
		touched->target = memory_resize(touched->target, touched->cap,
		    sizeof(*touched->target));
		touched->reads = memory_resize(touched->reads, touched->cap,
		    sizeof(*touched->reads));
	}
	touched->target[touched->count] = index;
	touched->reads[touched->count] = (struct reads){ .fact = { 0 } };
	touched->at[index] = ++touched->count;
	return &touched->reads[touched->count - 1];
}

static void
add_fact(struct reads *reads, uint64_t number)
{
	if (number < 64 * FACT_WORDS)
		reads->fact[number / 64] |= UINT64_C(1) << number % 64;
}

/* Both maps ascend, so one walk of the two finds what is in one only or differs. */
void
touch_facts(struct state *state, const struct target_state *target, struct bytes before,
    struct bytes after)
{
	struct fact_walk was = fact_walk_of(before), is = fact_walk_of(after);
	const struct fact_row *row;
	uint64_t old = UINT64_MAX, now = UINT64_MAX;
	struct bytes old_value = { 0 }, now_value = { 0 };
	struct reads *reads;

	if (state->judgement == NULL)
		return;
	reads = entry_of(state, target);
	if (bytes_equal(before, after))
		return;
	if (!fact_walk_next(&was, &old, &row, &old_value))
		old = UINT64_MAX;
	if (!fact_walk_next(&is, &now, &row, &now_value))
		now = UINT64_MAX;
	while (old != UINT64_MAX || now != UINT64_MAX) {
		uint64_t number = old < now ? old : now;

		if (old != now || !bytes_equal(old_value, now_value))
			add_fact(reads, number);
		if (old == number && !fact_walk_next(&was, &old, &row, &old_value))
			old = UINT64_MAX;
		if (now == number && !fact_walk_next(&is, &now, &row, &now_value))
			now = UINT64_MAX;
	}
}

void
touch_target(struct state *state, const struct target_state *target)
{
	if (state->judgement != NULL)
		(void)entry_of(state, target);
}

void
touch_fact(struct state *state, const struct target_state *target, enum fact fact)
{
	if (state->judgement != NULL)
		add_fact(entry_of(state, target), (uint64_t)fact);
}

void
touch_target_fact(struct state *state, const struct target_state *target, enum subject_fact fact)
{
	if (state->judgement != NULL)
		reads_add(entry_of(state, target), fact);
}

void
touch_carrier(struct state *state, enum subject_fact fact)
{
	if (state->judgement == NULL)
		return;
	reads_add(&state->memory->touched.carrier, fact);
	state->memory->touched.carrier_moved = true;
}

void
touch_custody(struct state *state)
{
	if (state->judgement != NULL)
		state->memory->touched.custody_moved = true;
}
