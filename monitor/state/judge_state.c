/* SPDX-License-Identifier: Apache-2.0 */
/* Where the judgement meets the state: a plan comes, a copy goes its own way, other packs. */
#include <assert.h>
#include <stdlib.h>

#include "monitor/state/judge_private.h"

bool
replica_usable(const struct replica_state *replica)
{
	switch (replica->reason) {
	case REASON_NEVER:
	case REASON_STALE:
	case REASON_GAP:
	case REASON_MISSED:
		return false;
	default:
		return replica->facts.len > 0;
	}
}

static struct tally
world_tally(void *arg, const struct condition_world *world, const void *condition, size_t q,
    const struct subject *subject)
{
	const struct judge_world *inner = arg;
	const struct judgement *j = inner->judgement;
	const struct judged_control *control = &j->control[inner->control];

	(void)world;
	for (uint32_t i = control->quantifier; i < control->quantifier + control->quantifiers; i++)
		if (j->quantifier[i].condition == condition && j->quantifier[i].q == q)
			return j->quantifier[i].tally[subject->index];
	return (struct tally){ .out = 0 };
}

void
judge_world_make(struct condition_world *world, struct judge_world *inner)
{
	*world = (struct condition_world){ .arg = inner, .now_ms = inner->state->now_ms,
		.value = judge_value, .tally = world_tally };
}

/* A new plan is in force: packs first, then what is still there, then all of it again. */
void
judgement_plan(struct state *state, struct judgement *j)
{
	struct judgement *old = state->judgement;

	if (j != NULL)
		judgement_carry(j, old, state->now_ms, state->size);
	state->judgement = j;
	judgement_drop(old);
	if (j == NULL)
		return;
	touched_make(&state->memory->touched, state->targets);
	judgement_begin(state);
}

/* The same judgement again, for this state alone. */
struct judgement *
judgement_own(struct state *state)
{
	struct judgement *shared = state->judgement, *own;

	if (shared->owners == 1)
		return shared;
	assert(shared->subjects.plan == state->plan);
	own = judgement_twin(shared);
	shared->owners--;
	state->judgement = own;
	return own;
}

enum err
judgement_under(struct state *state, struct pack **pack, const struct hash *hash, uint32_t packs,
    struct why *why)
{
	struct kept_pack *kept[PLAN_PACK_MAX];

	if (state->plan == NULL)
		return why_set(why, ERR_NOT_FOUND, "there is no configuration in force yet");
	if (packs > PLAN_PACK_MAX)
		return why_set(why, ERR_LIMIT, "there are more than %d packs", PLAN_PACK_MAX);
	for (uint32_t i = 0; i < packs; i++)
		kept[i] = kept_pack_new(pack[i], hash[i], "");
	judgement_plan(state, judgement_new_with(state->plan, kept, packs));
	state->judgement->fixed = true;
	return ERR_OK;
}
