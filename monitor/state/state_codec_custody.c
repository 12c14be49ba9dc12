/* SPDX-License-Identifier: Apache-2.0 */
/* What was done to keys, which version 5 added, as canonical bytes; order and numbers checked. */
#include "monitor/state/state_codec.h"

void
state_put_custody(struct buffer *out, const struct state *state)
{
	cbor_put_array(out, 2);
	cbor_put_uint(out, state->ceremonies_dropped);
	cbor_put_array(out, state->ceremonies);
	for (uint32_t i = 0; i < state->ceremonies; i++)
		state_put_ceremony(out, &state->ceremony[i]);
}

void
state_get_custody(struct cbor *in, struct state *state)
{
	state_get_fields(in, 2);
	state->ceremonies_dropped = cbor_uint(in);
	state->ceremonies = state->ceremony_cap = state_get_count(in, CEREMONY_MAX);
	state->ceremony = memory_new(state->ceremonies, sizeof(*state->ceremony));
	for (uint32_t i = 0; i < state->ceremonies && in->err == ERR_OK; i++) {
		state_get_ceremony(in, false, &state->ceremony[i]);
		if (state->ceremony[i].id >= state->size ||
		    state->ceremony[i].decided_seq >= state->size ||
		    (i > 0 && state->ceremony[i - 1].id >= state->ceremony[i].id))
			cbor_fail(in, ERR_MALFORMED);
	}
}
