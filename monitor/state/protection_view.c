/* SPDX-License-Identifier: Apache-2.0 */
/* What readers ask of levels: known now, seen elsewhere, how many. */
#include "monitor/state/judge_private.h"
#include "monitor/state/protection.h"

bool
level_is_known(const struct replica_state *replica, const struct protection_level *level)
{
	return replica_usable(replica) && level->seen_seq != 0 &&
	    level->seen_seq == replica->seq;
}

static bool
shows(const struct replica_state *replica, const struct aspect_row *row, const char *strong)
{
	for (uint32_t k = 0; k < replica->levels; k++)
		if (replica->level[k].aspect == row->number)
			return level_is_known(replica, &replica->level[k]) &&
			    aspect_order(row, replica->level[k].value, strong) >= ORDER_EQUAL;
	return false;
}

unsigned
level_elsewhere(const struct state *state, const struct target_state *target, uint32_t number,
    const struct protection_level *level)
{
	const struct plan_view *view = state->memory->view;
	struct index_range range = view->endpoint[target - state->target];
	const struct aspect_row *row = aspect_row(level->aspect);
	unsigned where = 0;

	if (row == NULL || !level->open)
		return 0;
	for (uint32_t i = 0; i < range.count; i++) {
		const struct target_state *other =
		    &state->target[view->instance_target[range.at + i]];

		for (uint32_t j = 0; j < other->replicas; j++) {
			if ((other == target && j == number) ||
			    !shows(&other->replica[j], row, level->before))
				continue;
			where |= other == target ? ELSEWHERE_ADDRESS : ELSEWHERE_VANTAGE;
		}
	}
	return where;
}

bool
protection_went_back(const struct replica_state *replica)
{
	bool back;

	if (fact_flag(bytes_of_buffer(&replica->facts), FACT_ATTEST_WENT_BACK, &back) && back)
		return true;
	for (uint32_t k = 0; k < replica->levels; k++) {
		const struct aspect_row *row = aspect_row(replica->level[k].aspect);

		if (replica->level[k].open && row != NULL && aspect_is_onwards(row))
			return true;
	}
	return false;
}

struct protection_counts
protection_count(const struct target_state *target)
{
	struct protection_counts counts = { .levels = 0 };

	for (uint32_t j = 0; j < target->replicas; j++)
		for (uint32_t k = 0; k < target->replica[j].levels; k++) {
			const struct protection_level *level = &target->replica[j].level[k];

			counts.levels++;
			counts.known += level_is_known(&target->replica[j], level);
			counts.open += level->open;
			counts.unannounced += level->unannounced && !level->open;
		}
	return counts;
}

struct protection_counts
protection_count_all(const struct state *state)
{
	struct protection_counts all = { .levels = 0 };

	for (uint32_t i = 0; i < state->targets; i++) {
		struct protection_counts one = protection_count(&state->target[i]);

		all.levels += one.levels;
		all.known += one.known;
		all.open += one.open;
		all.unannounced += one.unannounced;
	}
	return all;
}
