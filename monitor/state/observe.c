/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What workers say: rounds (OBSERVATION), runs of them (RUN), their word for all that is silent
 * (COVERAGE), and that they began or ceased to watch (SELF, GAP).  Each is O(1) but for targets
 * that were named as missed or whose evidence had lapsed, and for SELF and GAP.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/fold_memory.h"

static void
replicas_resize(struct state *state, struct target_state *target, uint64_t replicas)
{
	uint32_t want = replicas < REPLICA_MAX ? (uint32_t)replicas : REPLICA_MAX;

	/* None: the name did not resolve, which says nothing about the addresses it had. */
	if (want == 0 || want == target->replicas)
		return;
	/* Which address is which cannot be known any more. */
	protection_merge(target);
	for (uint32_t i = want; i < target->replicas; i++)
		replica_free(&target->replica[i]);
	target->replica = memory_resize(target->replica, want, sizeof(*target->replica));
	for (uint32_t i = target->replicas; i < want; i++) {
		target->replica[i] = (struct replica_state){
			.reason = REASON_NEVER, .since_ms = state->now_ms,
			.health_seq = state->size };
		protection_like(&target->replica[i], &target->replica[0]);
	}
	target->replicas = want;
}

static void
keep(struct buffer *kept, struct bytes now)
{
	if (bytes_equal(bytes_of_buffer(kept), now))
		return;
	buffer_reset(kept);
	buffer_put(kept, now.at, now.len);
}

static void
replica_observed(struct state *state, struct target_state *target,
    struct replica_state *replica, const struct record *rec)
{
	const struct record_observation *seen = &rec->observation;
	int64_t heard = observed_as_recorded(state, rec->observed_ms);
	enum health before = replica->health;

	replica->outcome = seen->outcome < OUTCOME_COUNT ? (enum outcome)seen->outcome :
	    OUTCOME_UNKNOWN;
	replica_round(replica, target->plan, replica->outcome, rec->observed_ms, state->now_ms);
	if (replica->health != before) {
		replica->since_ms = state->now_ms;
		replica->health_seq = state->size;
	}
	replica->seen = true;
	replica->named = 0;
	replica->heard_ms = heard > replica->heard_ms ? heard : replica->heard_ms;
	replica->seq = state->size;
	replica->error = seen->error;
	replica->latency_us = seen->latency_us;
	replica->address = seen->address;
	touch_facts(state, target, bytes_of_buffer(&replica->facts), seen->facts);
	keep(&replica->facts, seen->facts);
	keep(&replica->detail, seen->detail);
	keep(&replica->evidence, seen->evidence.raw);
	protection_observe(state, target, (uint32_t)seen->replica, rec);
}

void
apply_observation(struct state *state, const struct record *rec)
{
	struct target_state *target = state_target(state, rec->observation.target);
	struct cause cause = {
		.seq = state->size, .observed_ms = rec->observed_ms,
		.detail = rec->observation.detail };

	if (target == NULL)
		return;
	replicas_resize(state, target, rec->observation.replicas);
	if (rec->observation.replica < target->replicas)
		replica_observed(state, target, &target->replica[rec->observation.replica], rec);
	target_judge(state, target, &cause);
}

/* A whole window of equal rounds settles what single records had left open. */
static void
replica_settled(struct state *state, struct target_state *target, struct replica_state *replica,
    const struct record *rec)
{
	const struct plan_target *plan = target->plan;
	uint32_t rounds = plan->window > plan->recover_count ? plan->window : plan->recover_count;
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };
	enum health before = replica->health;

	if (rec->run.rounds < rounds ||
	    (replica->reason != REASON_FAILING && replica->reason != REASON_RECOVERING))
		return;
	for (uint32_t i = 0; i < rounds; i++)
		replica_round(replica, plan, replica->outcome, rec->run.first, state->now_ms);
	if (replica->health != before) {
		replica->since_ms = state->now_ms;
		replica->health_seq = state->size;
	}
	target_judge(state, target, &cause);
}

/* Evidence is fresh again and nothing changed while it was not: belief is what it was. */
static bool
replica_restored(struct state *state, const struct target_state *target,
    struct replica_state *replica)
{
	if (!replica->seen || replica->lapsed == HEALTH_UNKNOWN ||
	    time_later(fold_heard_ms(state, target, replica), target->plan->stale_ms) <=
	    state->now_ms)
		return false;
	replica->health = replica->lapsed;
	replica->lapsed = HEALTH_UNKNOWN;
	replica->reason = REASON_OBSERVED;
	replica->since_ms = state->now_ms;
	replica->health_seq = state->size;
	return true;
}

void
apply_run(struct state *state, const struct record *rec)
{
	struct target_state *target = state_target(state, rec->run.target);
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };
	struct replica_state *replica;
	int64_t last;

	if (target == NULL || rec->run.replica >= target->replicas)
		return;
	replica = &target->replica[rec->run.replica];
	/* A run of what is no longer believed ended before the observation that is. */
	if (!replica->seen || rec->run.outcome != replica->outcome)
		return;
	last = observed_as_recorded(state, rec->run.last);
	if (last > replica->named_ms)
		replica->named = 0;
	replica->heard_ms = last > replica->heard_ms ? last : replica->heard_ms;
	if (rec->run.latency_median_us != 0)
		replica->latency_us = rec->run.latency_median_us;
	if (replica_restored(state, target, replica))
		target_judge(state, target, &cause);
	else
		replica_settled(state, target, replica, rec);
}

static int
ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void
restore_lapsed(struct state *state, uint32_t worker, const struct cause *cause)
{
	struct fold_memory *memory = state->memory;
	uint32_t count = memory->lapsed_count, *index;

	if (count == 0)
		return;
	index = memory_new(count, sizeof(*index));
	memcpy(index, memory->lapsed, count * sizeof(*index));
	qsort(index, count, sizeof(*index), ascending);
	for (uint32_t i = 0; i < count; i++) {
		struct target_state *target = &state->target[index[i]];
		bool restored = false;

		for (uint32_t j = 0; target->worker == worker && j < target->replicas; j++)
			restored |= replica_restored(state, target, &target->replica[j]);
		if (restored)
			target_judge(state, target, cause);
	}
	free(index);
}

static uint64_t
list_count(struct record_list list)
{
	return record_walk_of(list).left;
}

/* What the words before this one vouched for stays vouched for. */
static void
name_missed(struct state *state, const struct record *rec, int64_t to)
{
	struct record_walk walk = record_walk_of(rec->coverage.missed);
	uint64_t id;

	while (record_ids_next(&walk, &id)) {
		struct target_state *target = state_target(state, id);

		if (target == NULL || target->worker != rec->index)
			continue;
		for (uint32_t i = 0; i < target->replicas; i++) {
			struct replica_state *replica = &target->replica[i];

			replica->heard_ms = fold_heard_ms(state, target, replica);
			replica->named = state->worker[rec->index].coverage + 1;
			replica->named_ms = to;
		}
	}
}

void
apply_coverage(struct state *state, const struct record *rec)
{
	const struct record_coverage *coverage = &rec->coverage;
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };
	struct worker_state *worker;
	int64_t to = observed_as_recorded(state, coverage->to);

	if (rec->role != ROLE_WORKER || rec->index >= WORKER_MAX)
		return;
	worker = &state->worker[rec->index];
	if (to < worker->vouched_ms)
		to = worker->vouched_ms;
	name_missed(state, rec, to);
	worker->coverage++;
	worker->vouched_ms = to;
	worker->rounds = coverage->rounds;
	worker->missed = list_count(coverage->missed);
	worker->late = list_count(coverage->late);
	worker->held = list_count(coverage->held);
	restore_lapsed(state, (uint32_t)rec->index, &cause);
}

static bool
gap_blinds(const struct record *rec, uint64_t worker)
{
	if (rec->gap.role == ROLE_WORKER)
		return rec->gap.index == worker;
	return rec->gap.role == ROLE_SUPERVISOR || rec->gap.role == ROLE_LEDGER;
}

void
apply_gap(struct state *state, const struct record *rec)
{
	struct cause cause = {
		.seq = state->size, .observed_ms = rec->observed_ms, .detail = rec->gap.reason };
	int64_t blinded = 0;

	for (uint32_t i = 0; i < state->targets; i++)
		blinded += gap_blinds(rec, state->target[i].worker);
	gap_add(state, rec);
	timeline_add(state, (struct transition){
		.kind = TRANSITION_GAP, .observed_ms = rec->observed_ms, .seq = state->size,
		.role = rec->gap.role, .index = rec->gap.index, .value = blinded },
	    rec->gap.reason);
	for (uint32_t i = 0; i < state->targets; i++) {
		struct target_state *target = &state->target[i];

		if (!gap_blinds(rec, target->worker))
			continue;
		for (uint32_t j = 0; j < target->replicas; j++)
			replica_forget(state, target, &target->replica[j], REASON_GAP);
		target_judge(state, target, &cause);
	}
	touch_carrier(state, SUBJECT_FACT_MONITOR_WORKERS);
	for (uint32_t i = 0; i < WORKER_MAX; i++)
		if (gap_blinds(rec, i))
			state->worker[i] = (struct worker_state){
				.since_ms = state->now_ms, .seq = state->size };
}

/* A new process knows nothing of what its predecessor saw, so its word does not cover it. */
static void
worker_starts(struct state *state, uint32_t index)
{
	for (uint32_t i = 0; i < state->targets; i++) {
		struct target_state *target = &state->target[i];

		if (target->worker != index)
			continue;
		for (uint32_t j = 0; j < target->replicas; j++) {
			struct replica_state *replica = &target->replica[j];

			replica->heard_ms = fold_heard_ms(state, target, replica);
			replica->seen = false;
			replica->named = 0;
		}
		memory_lapsed(state, target, false);
	}
	state->worker[index] = (struct worker_state){
		.running = true, .since_ms = state->now_ms, .seq = state->size };
}

/* The newest SELF of the signer counts; an older program's told nothing of its key. */
static void
own_key_take(struct state *state, const struct record *rec)
{
	static const enum fact wanted[] = { FACT_KEY_SENSITIVE, FACT_KEY_NEVER_EXTRACTABLE,
		FACT_KEY_LOCAL };
	struct own_key_state *key = &state->own_key;
	struct bytes facts = rec->self.key, place, model;
	bool value;

	*key = (struct own_key_state){ .seq = 0 };
	touch_carrier(state, SUBJECT_FACT_MONITOR_KEY_PLACE);
	touch_carrier(state, SUBJECT_FACT_MONITOR_KEY_HELD);
	touch_carrier(state, SUBJECT_FACT_MONITOR_KEY_SIGNED);
	if (!fact_text(facts, FACT_KEY_PLACE, &place))
		return;
	key->seq = state->size;
	key->in_token = bytes_equal(place, bytes_of_text("token"));
	key->signed_nonce = fact_flag(facts, FACT_KEY_SIGNED, &value) && value;
	key->said = key->held = key->in_token;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]) && key->in_token; i++) {
		key->said &= fact_flag(facts, wanted[i], &value);
		key->held &= fact_flag(facts, wanted[i], &value) && value;
	}
	if (fact_text(facts, FACT_TOKEN_MODEL, &model))
		text_take(key->model, sizeof(key->model), model);
}

void
apply_self(struct state *state, const struct record *rec)
{
	if (rec->role == ROLE_SIGNER)
		own_key_take(state, rec);
	if (rec->self.clock_source.len > 0)
		state->clock_synchronised = bytes_equal(rec->self.clock_source,
		    bytes_of_text("kernel: synchronised"));
	if (rec->role == ROLE_WORKER && rec->index < WORKER_MAX) {
		worker_starts(state, (uint32_t)rec->index);
		touch_carrier(state, SUBJECT_FACT_MONITOR_WORKERS);
	}
	if (gap_end(state, rec))
		timeline_add(state, (struct transition){
			.kind = TRANSITION_WATCHING, .observed_ms = rec->observed_ms,
			.seq = state->size, .role = rec->role, .index = rec->index },
		    bytes_of(NULL, 0));
}
