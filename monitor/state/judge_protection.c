/* SPDX-License-Identifier: Apache-2.0 */
/* What packs can ask of a target's protection; see protection.h. */
#include "monitor/state/judge_private.h"
#include "monitor/state/protection.h"

/* An open fall stands though nothing is seen any more; that nothing fell has to be seen. */
struct value
judge_protection(const struct state *state, const struct target_state *target,
    enum subject_fact fact)
{
	struct protection_counts counts = protection_count(target);
	bool open = fact != SUBJECT_FACT_CHANGE_UNANNOUNCED;
	uint32_t number = open ? counts.open : counts.unannounced;
	struct value value = { .known = number > 0 || counts.known > 0, .number = number };

	for (uint32_t i = 0; i < target->replicas; i++)
		value.seq = target->replica[i].seq > value.seq ? target->replica[i].seq :
		    value.seq;
	if (fact != SUBJECT_FACT_DOWNGRADE_ASPECTS)
		return value;
	value.list = bytes_of_buffer(&state->memory->fallen[target - state->target]);
	value.known = value.list.len > 0;
	return value;
}
