/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_apply: time passes to the record's time, deadline by deadline, then the record counts.
 * Nothing else moves the state, so any way of cutting the same records gives the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/affairs.h"
#include "monitor/state/judge_private.h"

void
affairs_stir(struct state *state, const struct cause *cause)
{
	state->memory->stirred = true;
	state->memory->stir_seq = cause->seq;
	state->memory->stir_observed_ms = cause->observed_ms;
}

void
affairs_queue(struct state *state, uint64_t number, int64_t at_ms)
{
	heap_push(&state->deadlines, (struct deadline){
		at_ms, DEADLINE_OTHER | (uint64_t)DEADLINE_AFFAIRS << 56 | number });
}

static void
step_affairs(struct state *state)
{
	struct fold_memory *memory = state->memory;
	struct cause cause = { .seq = memory->stir_seq, .observed_ms = memory->stir_observed_ms };

	if (!memory->stirred)
		return;
	memory->stirred = false;
	affairs_step(state, &cause);
}

static void
fall_due(struct state *state, const struct deadline *due)
{
	uint64_t number = due->id & ((UINT64_C(1) << 56) - 1);

	if ((due->id & DEADLINE_OTHER) == DEADLINE_OTHER) {
		switch ((enum other_deadline)(due->id >> 56 & 63)) {
		case DEADLINE_WINDOW:
			window_due(state, number);
			break;
		case DEADLINE_QUIET:
			quiet_due(state, number);
			break;
		case DEADLINE_INTENT:
			intent_due(state, number);
			break;
		case DEADLINE_AFFAIRS:
			affairs_due(state, number);
			break;
		}
	} else if ((due->id & DEADLINE_INCIDENT) != 0) {
		incident_announce(state, due->id & ~DEADLINE_INCIDENT);
	} else {
		target_stale(state, due->id, due->at_ms);
	}
	step_affairs(state);
}

void
fold_advance(struct state *state, int64_t now_ms)
{
	struct deadline next;

	while (heap_peek(&state->deadlines, &next) && next.at_ms <= now_ms) {
		(void)heap_pop(&state->deadlines, &next);
		if (next.at_ms > state->now_ms)
			state->now_ms = next.at_ms;
		fall_due(state, &next);
	}
	if (now_ms > state->now_ms)
		state->now_ms = now_ms;
}

void
fold_look(struct state *copy, int64_t now_ms)
{
	fold_advance(copy, now_ms);
	judgement_step(copy);
}

static void
apply_clock(struct state *state, const struct record *rec)
{
	int64_t step = rec->clock.step_ms;

	state->clock_step_ms = step >= -CLOCK_STEP_MS && step <= CLOCK_STEP_MS ? 0 : step;
	state->clock_synchronised = rec->clock.synchronised;
	timeline_add(state, (struct transition){
		.kind = TRANSITION_CLOCK, .observed_ms = rec->observed_ms, .seq = state->size,
		.value = step }, rec->clock.cause);
}

static void
apply_key(struct state *state, const struct record *rec)
{
	struct transition transition = {
		.kind = TRANSITION_KEY, .observed_ms = rec->observed_ms, .seq = state->size };

	text_take(state->origin, sizeof(state->origin), rec->key.origin);
	text_take(state->verifier, sizeof(state->verifier), rec->key.verifier);
	text_take(transition.author, sizeof(transition.author), rec->key.author);
	timeline_add(state, transition, rec->key.verifier);
}

static void
apply_anchor(struct state *state, const struct record *rec)
{
	state->anchor_size = rec->anchor.size;
	state->anchor_ms = rec->anchor.stamped;
	touch_carrier(state, SUBJECT_FACT_LEDGER_ANCHOR);
	text_take(state->anchor_authority, sizeof(state->anchor_authority), rec->anchor.authority);
	timeline_add(state, (struct transition){
		.kind = TRANSITION_ANCHOR, .observed_ms = rec->observed_ms, .seq = state->size },
	    rec->anchor.authority);
}

static void
apply_fork(struct state *state, const struct record *rec)
{
	state->fork_seq = state->size;
	touch_carrier(state, SUBJECT_FACT_LEDGER_FORKED);
	timeline_add(state, (struct transition){
		.kind = TRANSITION_FORK, .observed_ms = rec->observed_ms, .seq = state->size },
	    rec->fork.reason);
}

static void
apply_heartbeat(struct state *state, const struct record *rec)
{
	state->watcher_heard = rec->heartbeat.heard;
	state->watcher_seq = state->size;
	touch_carrier(state, SUBJECT_FACT_WATCHER_HEARD);
	timeline_add(state, (struct transition){
		.kind = TRANSITION_WATCHER, .observed_ms = rec->observed_ms, .seq = state->size,
		.value = rec->heartbeat.heard }, rec->heartbeat.answer);
}

static void
apply(struct state *state, const struct record *rec)
{
	switch (rec->kind) {
	case RECORD_OBSERVATION: apply_observation(state, rec); break;
	case RECORD_RUN:         apply_run(state, rec); break;
	case RECORD_COVERAGE:    apply_coverage(state, rec); break;
	case RECORD_GAP:         apply_gap(state, rec); break;
	case RECORD_SELF:        apply_self(state, rec); break;
	case RECORD_OPERATOR:    incident_act(state, rec); break;
	case RECORD_NOTICE:      notice_accepted(state, rec); break;
	case RECORD_CLOCK:       apply_clock(state, rec); break;
	case RECORD_KEY:         apply_key(state, rec); break;
	case RECORD_ANCHOR:      apply_anchor(state, rec); break;
	case RECORD_FORK:        apply_fork(state, rec); break;
	case RECORD_HEARTBEAT:   apply_heartbeat(state, rec); break;
	case RECORD_WAIVER:      waiver_apply(state, rec); break;
	case RECORD_FILING:      affairs_filing(state, rec); break;
	case RECORD_SIGNAL:      signal_apply(state, rec); break;
	case RECORD_METRIC:      metric_apply(state, rec); break;
	case RECORD_WINDOW:      window_apply(state, rec); break;
	case RECORD_INTENT:      intent_apply(state, rec); break;
	case RECORD_CEREMONY:    ceremony_apply(state, rec); break;
	case RECORD_CORRECTION:  correction_apply(state, rec); break;
	case RECORD_BELIEF:      state->belief_seq = state->size; break;
	case RECORD_STATE:       state->state_seq = state->size; break;
	default:                 break;		/* changes nothing that is believed */
	}
}

enum err
fold_apply(struct state *state, const struct record *rec, enum err decoded,
    const struct blob_source *source, struct why *why)
{
	bool config = decoded == ERR_OK && rec->kind == RECORD_CONFIG;
	struct judgement *judgement = NULL;
	struct plan *plan = NULL;
	struct bytes octets;
	char cause[64];
	enum err err;

	/* A copy shares its judgement until it goes on. */
	if (state->judgement != NULL)
		(void)judgement_own(state);
	/* Before anything moves: a blob that cannot be had leaves the state as it was. */
	if (config) {
		text_take(cause, sizeof(cause), rec->config.cause);
		err = config_fetch(rec, source, &plan, &octets, why);
		if (err != ERR_OK)
			return err;
		judgement = judgement_new(plan, source, state->judgement);
	}
	fold_advance(state, rec->recorded_ms);
	if (config) {
		/* What is touched on the way is judged with everything else. */
		if (state->judgement != NULL)
			touched_make(&state->memory->touched, plan->targets > state->targets ?
			    plan->targets : state->targets);
		config_apply(state, rec, plan, octets, cause);
		judgement_plan(state, judgement);
	} else if (decoded == ERR_OK) {
		apply(state, rec);
	} else {
		state->unknown_kinds++;
	}
	step_affairs(state);
	/* Evidence may arrive so late that it is stale at once. */
	fold_advance(state, state->now_ms);
	judgement_step(state);
	state->size++;
	return ERR_OK;
}
