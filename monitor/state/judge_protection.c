/* SPDX-License-Identifier: Apache-2.0 */
/* What packs can ask of a target's protection; see protection.h. */
#include <string.h>

#include "monitor/state/judge_private.h"
#include "monitor/state/protection.h"

static bool
is_announced(const struct state *state, const struct target_state *target, struct bytes ticket)
{
	for (uint32_t i = 0; i < state->intents; i++) {
		const struct intent_state *intent = &state->intent[i];

		if (bytes_equal(bytes_of_text(intent->ticket), ticket) && intent_counts(intent) &&
		    intent_covers(state->plan, intent->subject, target->plan))
			return true;
	}
	return false;
}

static bool
all_announced(const struct state *state, const struct target_state *target, struct bytes tickets)
{
	while (tickets.len > 0) {
		const uint8_t *comma = memchr(tickets.at, ',', tickets.len);
		size_t len = comma != NULL ? (size_t)(comma - tickets.at) : tickets.len;

		if (!is_announced(state, target, bytes_slice(tickets, 0, len)))
			return false;
		tickets = bytes_slice(tickets, len + 1, tickets.len);
	}
	return true;
}

struct value
judge_ticket(const struct state *state, const struct target_state *target)
{
	struct value value = { .known = false, .flag = true };

	for (uint32_t i = 0; i < target->replicas; i++) {
		const struct replica_state *replica = &target->replica[i];
		struct bytes tickets;

		if (!replica_usable(replica) || !fact_text(bytes_of_buffer(&replica->facts),
		    FACT_ATTEST_TICKET, &tickets))
			continue;
		value.known = true;
		value.flag = value.flag && all_announced(state, target, tickets);
		value.seq = replica->seq > value.seq ? replica->seq : value.seq;
	}
	return value;
}

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
