/* SPDX-License-Identifier: Apache-2.0 */
/* What packs can ask of an account that is read whole: whether it holds anything elsewhere. */
#include <string.h>

#include "monitor/state/approved.h"
#include "monitor/state/judge_private.h"

struct elsewhere { uint32_t outside, listed; bool unclear, read; };

static void
place_add(struct elsewhere *e, const struct state *state, uint64_t data, struct bytes text)
{
	struct place place = place_of_text(state->plan, text);
	enum approval approval = place_approved(state->plan, &place, data, state->now_ms).approval;

	e->listed++;
	e->outside += approval == APPROVAL_NO;
	e->unclear |= approval == APPROVAL_UNCLEAR;
}

static void
account_add(struct elsewhere *e, const struct state *state, uint64_t data, struct bytes facts)
{
	struct fact_walk walk = fact_walk_of(facts);
	const struct fact_row *row;
	uint64_t number;
	struct bytes value;
	uint32_t before = e->listed;
	int64_t count;
	bool whole;

	while (fact_walk_next(&walk, &number, &row, &value)) {
		struct cbor list = cbor_of(value, true);

		if (number != FACT_INVENTORY_PLACES)
			continue;
		e->read = true;
		for (uint64_t n = cbor_array(&list); n > 0 && list.err == ERR_OK; n--)
			place_add(e, state, data, cbor_text(&list));
	}
	/* A list that was cut, or an account that was not read whole, clears nobody. */
	e->unclear |= !fact_int(facts, FACT_INVENTORY_PLACES_COUNT, &count) ||
	    count > e->listed - before;
	e->unclear |= !fact_flag(facts, FACT_INVENTORY_WHOLE, &whole) || !whole;
}

static struct value
asked(const struct state *state, const struct target_state *target)
{
	return (struct value){ .known = strcmp(target->plan->probe, "inventory") == 0,
		.text = bytes_of_text(plan_option(target->plan, "kind", "account")),
		.seq = state->config_seq };
}

static struct value
elsewhere(const struct state *state, const struct target_state *target)
{
	const struct plan *plan = state->plan;
	uint32_t store = target->plan->store;
	uint64_t data = store > 0 ? plan->store[store - 1].data :
	    plan->instance[target->plan->instance].data;
	struct elsewhere e = { .outside = 0 };
	struct value value = { .known = false };

	for (uint32_t i = 0; i < target->replicas && data != 0; i++) {
		const struct replica_state *replica = &target->replica[i];

		if (!replica_usable(replica)) {
			e.unclear = true;
			continue;
		}
		account_add(&e, state, data, bytes_of_buffer(&replica->facts));
		value.seq = replica->seq > value.seq ? replica->seq : value.seq;
	}
	value.known = e.outside > 0 || (e.read && !e.unclear);
	value.number = e.outside;
	return value;
}

struct value
judge_account(const struct state *state, const struct target_state *target,
    enum subject_fact fact)
{
	return fact == SUBJECT_FACT_INVENTORY_ASKED ? asked(state, target) :
	    elsewhere(state, target);
}

bool
judge_account_reads(const struct reads *moved)
{
	static const enum fact read[] = { FACT_INVENTORY_PLACES, FACT_INVENTORY_PLACES_COUNT,
		FACT_INVENTORY_WHOLE };

	for (size_t i = 0; i < sizeof(read) / sizeof(read[0]); i++)
		if ((moved->fact[read[i] / 64] >> read[i] % 64 & 1) != 0)
			return true;
	return false;
}
