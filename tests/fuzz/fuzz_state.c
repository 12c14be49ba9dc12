/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any octets as a canonical state, and records folded onto it.  Two octets of length, the state,
 * then records, each with two octets of length before it.  What is accepted is encoded as the
 * same bytes again, and folds on without harm whatever the records say.
 */
#include <stdlib.h>

#include "monitor/state/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

/* The only plan there is to be had is the one in force. */
static enum err
blob_get(void *arg, struct hash hash, struct buffer *out, struct why *why)
{
	const struct state *state = arg;

	(void)hash;
	if (state->plan == NULL)
		return why_set(why, ERR_NOT_FOUND, "there is no plan");
	plan_encode(out, state->plan);
	return ERR_OK;
}

static void
same_again(const struct state *state)
{
	struct buffer first = { 0 }, second = { 0 };
	struct state *again;
	struct why why;

	state_encode(&first, state);
	check(state_decode(bytes_of_buffer(&first), &again, &why) == ERR_OK);
	state_encode(&second, again);
	check(bytes_equal(bytes_of_buffer(&first), bytes_of_buffer(&second)));
	state_free(again);
	buffer_free(&first);
	buffer_free(&second);
}

static void
look(const struct state *state)
{
	for (uint32_t i = 0; i < state->targets; i++) {
		const struct target_state *target = &state->target[i];

		check(state_target(state, target->plan->id) == target);
		check(health_name(target->health)[0] != '\0' && target->replicas > 0);
		for (uint32_t j = 0; j < target->replicas; j++)
			(void)fold_heard_ms(state, target, &target->replica[j]);
	}
	check(state_open_incidents(state) <= state->incidents);
}

static void
fold_all(struct state *state, struct reader *in)
{
	struct blob_source source = { blob_get, state };
	struct why why;

	while (in->at < in->in.len && !in->failed) {
		struct bytes octets = read_bytes(in, (size_t)read_be(in, 2));
		struct record rec;
		enum err err = record_decode(octets, &rec, &why);

		if (err != ERR_OK && err != ERR_UNSUPPORTED)
			continue;
		(void)!fold_apply(state, &rec, err, &source, &why);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *octets, size_t len)
{
	struct reader in = reader_of(bytes_of(octets, len));
	struct bytes first = read_bytes(&in, (size_t)read_be(&in, 2));
	struct state *state, *copy;
	struct why why = { .err = ERR_OK };

	if (state_decode(first, &state, &why) != ERR_OK) {
		check(state == NULL && why.text[0] != '\0');
		return 0;
	}
	same_again(state);
	look(state);
	fold_all(state, &in);
	look(state);
	copy = state_copy(state);
	fold_advance(copy, INT64_MAX);
	look(copy);
	state_free(copy);
	same_again(state);
	state_free(state);
	return 0;
}
