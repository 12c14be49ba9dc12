/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intents and levels of protection, which version 3 added, as canonical bytes.  What is read may be
 * anybody's: order, bounds and numbers of records are checked.
 */
#include "monitor/state/protection.h"
#include "monitor/state/state_codec.h"

enum { LEVELS_MAX = 64 };		/* of one address; there are fewer aspects */

void
state_put_protection(struct buffer *out, const struct state *state)
{
	cbor_put_array(out, 3);
	cbor_put_uint(out, state->intents_dropped);
	cbor_put_array(out, state->intents);
	for (uint32_t i = 0; i < state->intents; i++)
		state_put_intent(out, &state->intent[i]);
	cbor_put_array(out, state->targets);
	for (uint32_t i = 0; i < state->targets; i++) {
		const struct target_state *target = &state->target[i];

		cbor_put_array(out, target->replicas);
		for (uint32_t j = 0; j < target->replicas; j++) {
			cbor_put_array(out, target->replica[j].levels);
			for (uint32_t k = 0; k < target->replica[j].levels; k++)
				state_put_level(out, &target->replica[j].level[k]);
		}
	}
}

static void
get_levels(struct cbor *in, const struct state *state, struct replica_state *replica)
{
	replica->levels = state_get_count(in, LEVELS_MAX);
	replica->level = memory_new(replica->levels, sizeof(*replica->level));
	for (uint32_t i = 0; i < replica->levels && in->err == ERR_OK; i++) {
		struct protection_level *level = &replica->level[i];

		state_get_level(in, false, level);
		if (aspect_row(level->aspect) == NULL || level->seq >= state->size ||
		    level->seen_seq >= state->size || level->before_seq >= state->size ||
		    (i > 0 && level[-1].aspect >= level->aspect))
			cbor_fail(in, ERR_MALFORMED);
	}
}

void
state_get_protection(struct cbor *in, struct state *state)
{
	state_get_fields(in, 3);
	state->intents_dropped = cbor_uint(in);
	state->intents = state->intent_cap = state_get_count(in, INTENT_MAX);
	state->intent = memory_new(state->intents, sizeof(*state->intent));
	for (uint32_t i = 0; i < state->intents && in->err == ERR_OK; i++) {
		state_get_intent(in, false, &state->intent[i]);
		if (state->intent[i].id >= state->size ||
		    (i > 0 && state->intent[i - 1].id >= state->intent[i].id))
			cbor_fail(in, ERR_MALFORMED);
	}
	state_get_fields(in, state->targets);
	for (uint32_t i = 0; i < state->targets && in->err == ERR_OK; i++) {
		state_get_fields(in, state->target[i].replicas);
		for (uint32_t j = 0; j < state->target[i].replicas && in->err == ERR_OK; j++)
			get_levels(in, state, &state->target[i].replica[j]);
	}
}
