/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Health: k of n with hysteresis for one replica, the worst replica for a target, and silence
 * that turns belief into UNKNOWN.  A round that could not be judged never makes anything DOWN;
 * what is not known is never UP.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/fold_memory.h"

enum { TURNS = 32 };			/* bits of a history */

struct verdict {
	enum health health;
	enum reason reason;
};

int64_t
observed_as_recorded(const struct state *state, int64_t observed_ms)
{
	/* A wall clock known to be behind recorded time would make fresh evidence look old. */
	if (state->clock_step_ms < 0 &&
	    __builtin_sub_overflow(observed_ms, state->clock_step_ms, &observed_ms))
		observed_ms = INT64_MAX;
	return observed_ms < state->now_ms ? observed_ms : state->now_ms;
}

/*
 * A worker names a target once for each round it missed, so only after another interval without
 * its name is it known that a round was made again; the tenth is for periods cut unevenly.
 */
static bool
is_named(const struct worker_state *worker, const struct target_state *target,
    const struct replica_state *replica)
{
	int64_t interval_ms = target->plan->interval_ms - target->plan->interval_ms / 10;

	return replica->named != 0 && (replica->named == worker->coverage ||
	    worker->vouched_ms < time_later(replica->named_ms, interval_ms));
}

int64_t
fold_heard_ms(const struct state *state, const struct target_state *target,
    const struct replica_state *replica)
{
	const struct worker_state *worker = &state->worker[target->worker];

	if (!replica->seen || worker->coverage == 0 || is_named(worker, target, replica))
		return replica->heard_ms;
	return worker->vouched_ms > replica->heard_ms ? worker->vouched_ms : replica->heard_ms;
}

static uint32_t
bits_of(uint32_t count)
{
	return count >= TURNS ? UINT32_MAX : (UINT32_C(1) << count) - 1;
}

static uint32_t
kept_rounds(const struct plan_target *plan)
{
	return plan->window > plan->recover_count ? plan->window : plan->recover_count;
}

static void
remember(struct replica_state *replica, const struct plan_target *plan, enum outcome outcome,
    int64_t observed_ms, int64_t now_ms)
{
	uint32_t kept = kept_rounds(plan), mask = bits_of(kept);

	replica->history = (replica->history << 1 | (outcome != OUTCOME_UP)) & mask;
	replica->history_down = (replica->history_down << 1 | (outcome == OUTCOME_DOWN)) & mask;
	replica->history_unknown =
	    (replica->history_unknown << 1 | (outcome == OUTCOME_UNKNOWN)) & mask;
	replica->rounds = replica->rounds < kept ? replica->rounds + 1 : kept;
	replica->turn = (replica->turn + 1) % TURNS;
	if (outcome == OUTCOME_UP)
		return;
	if (replica->failed_ms == NULL)
		replica->failed_ms = memory_new(2 * (size_t)TURNS, sizeof(*replica->failed_ms));
	replica->failed_ms[replica->turn] = observed_ms;
	replica->failed_ms[TURNS + replica->turn] = now_ms;
}

/* Nothing is believed yet: one round decides, except that DOWN takes its k of n. */
static struct verdict
judge_afresh(const struct plan_target *plan, enum outcome outcome, uint32_t down)
{
	if (down >= plan->fail_count)
		return (struct verdict){ HEALTH_DOWN, REASON_OBSERVED };
	switch (outcome) {
	case OUTCOME_UP:
		return (struct verdict){ HEALTH_UP, REASON_OBSERVED };
	case OUTCOME_DEGRADED:
		return (struct verdict){ HEALTH_DEGRADED, REASON_OBSERVED };
	case OUTCOME_DOWN:
		return (struct verdict){ HEALTH_UNKNOWN, REASON_FAILING };
	default:
		return (struct verdict){ HEALTH_UNKNOWN, REASON_UNJUDGED };
	}
}

static struct verdict
judge(const struct replica_state *replica, const struct plan_target *plan, enum outcome outcome)
{
	uint32_t window = bits_of(plan->window);
	uint32_t failing = (uint32_t)__builtin_popcount(replica->history & window);
	uint32_t down = (uint32_t)__builtin_popcount(replica->history_down & window);
	uint32_t unknown = (uint32_t)__builtin_popcount(replica->history_unknown & window);
	uint32_t up = replica->history == 0 ? TURNS : (uint32_t)__builtin_ctz(replica->history);

	if (replica->health == HEALTH_UNKNOWN)
		return judge_afresh(plan, outcome, down);
	up = up < replica->rounds ? up : replica->rounds;
	if (replica->health != HEALTH_UP && up >= plan->recover_count)
		return (struct verdict){ HEALTH_UP, REASON_OBSERVED };
	if (down >= plan->fail_count)
		return (struct verdict){ HEALTH_DOWN,
			outcome == OUTCOME_UP ? REASON_RECOVERING : REASON_OBSERVED };
	if (failing - unknown >= plan->fail_count)
		return (struct verdict){ HEALTH_DEGRADED,
			outcome == OUTCOME_UP ? REASON_RECOVERING : REASON_OBSERVED };
	if (failing >= plan->fail_count)
		return (struct verdict){ HEALTH_UNKNOWN, REASON_UNJUDGED };
	if (outcome == OUTCOME_UP)
		return (struct verdict){ replica->health, replica->health == HEALTH_UP ?
			REASON_OBSERVED : REASON_RECOVERING };
	return (struct verdict){ replica->health, REASON_FAILING };
}

static void
forget_history(struct replica_state *replica)
{
	replica->history = replica->history_down = replica->history_unknown = 0;
	replica->rounds = 0;
}

static bool
is_lapsed(const struct replica_state *replica)
{
	return replica->reason == REASON_STALE || replica->reason == REASON_MISSED;
}

void
replica_round(struct replica_state *replica, const struct plan_target *plan, enum outcome outcome,
    int64_t observed_ms, int64_t now_ms)
{
	struct verdict verdict;

	/* Rounds from before a silence say nothing about rounds in a row. */
	if (is_lapsed(replica))
		forget_history(replica);
	remember(replica, plan, outcome, observed_ms, now_ms);
	verdict = judge(replica, plan, outcome);
	/* It recovered: the failures it recovered from do not count again. */
	if (verdict.health == HEALTH_UP && replica->health > HEALTH_UP)
		replica->history = replica->history_down = replica->history_unknown = 0;
	replica->health = verdict.health;
	replica->reason = verdict.reason;
	replica->lapsed = HEALTH_UNKNOWN;
}

void
replica_forget(struct state *state, struct target_state *target, struct replica_state *replica,
    enum reason reason)
{
	replica->heard_ms = fold_heard_ms(state, target, replica);
	replica->seen = false;
	replica->named = 0;
	forget_history(replica);
	replica->lapsed = HEALTH_UNKNOWN;
	replica->reason = reason;
	if (replica->health == HEALTH_UNKNOWN)
		return;
	replica->health = HEALTH_UNKNOWN;
	replica->since_ms = state->now_ms;
	replica->health_seq = state->size;
}

void
replica_free(struct replica_state *replica)
{
	buffer_free(&replica->facts);
	buffer_free(&replica->detail);
	buffer_free(&replica->evidence);
	free(replica->failed_ms);
	free(replica->level);
	replica->failed_ms = NULL;
	replica->level = NULL;
	replica->levels = 0;
}

/* The replica that makes the target what it is: down, degraded, unknown, up, in this order. */
static const struct replica_state *
worst_replica(const struct target_state *target)
{
	static const uint8_t rank[HEALTH_COUNT] = {
		[HEALTH_UP] = 0, [HEALTH_UNKNOWN] = 1, [HEALTH_DEGRADED] = 2, [HEALTH_DOWN] = 3 };
	const struct replica_state *worst = &target->replica[0];

	for (uint32_t i = 1; i < target->replicas; i++)
		if (rank[target->replica[i].health] > rank[worst->health])
			worst = &target->replica[i];
	return worst;
}

/* When the oldest failing round that still counts was observed, and when the first recorded. */
static struct failure
failing_since(const struct state *state, const struct target_state *target, int64_t otherwise_ms)
{
	struct failure first = { otherwise_ms, state->now_ms };

	for (uint32_t i = 0; i < target->replicas; i++) {
		const struct replica_state *replica = &target->replica[i];
		uint32_t failing = replica->history & ~replica->history_unknown &
		    bits_of(target->plan->window);

		for (uint32_t back = 0; replica->health > HEALTH_UP && back < TURNS; back++) {
			uint32_t turn = (replica->turn + TURNS - back) % TURNS;

			if ((failing >> back & 1) == 0)
				continue;
			if (replica->failed_ms[turn] < first.occurred_ms)
				first.occurred_ms = replica->failed_ms[turn];
			if (replica->failed_ms[TURNS + turn] < first.known_ms)
				first.known_ms = replica->failed_ms[TURNS + turn];
		}
	}
	return first;
}

/* A gap or a start turns all targets of a worker at once; it is on the timeline itself. */
static bool
is_quiet(const struct target_state *target, enum health before, enum reason reason)
{
	if (target->health == HEALTH_UNKNOWN)
		return target->reason == REASON_GAP;
	return before == HEALTH_UNKNOWN && target->health == HEALTH_UP &&
	    (reason == REASON_NEVER || reason == REASON_GAP);
}

void
target_judge(struct state *state, struct target_state *target, const struct cause *cause)
{
	const struct replica_state *worst = worst_replica(target);
	enum health before = target->health;
	enum reason reason = target->reason;
	bool lapsed = false, quiet;
	struct transition *entry;
	uint64_t shown;

	for (uint32_t i = 0; i < target->replicas; i++)
		lapsed |= target->replica[i].seen && is_lapsed(&target->replica[i]);
	memory_lapsed(state, target, lapsed);
	memory_queue(state, target);
	touch_target(state, target);
	target->reason = worst->reason;
	if (worst->health == before)
		return;
	target->health = worst->health;
	target->since_ms = state->now_ms;
	target->seq = worst->health_seq;
	census_target(state, target);
	quiet = is_quiet(target, before, reason) || target->flapping;
	if (state->memory->windows > 0)
		window_counts(state, ref_of_target((uint32_t)(target - state->target)), false);
	flap_count(state, target, before, cause);
	affairs_stir(state, cause);
	if (!quiet)
		timeline_add(state, (struct transition){
			.kind = TRANSITION_HEALTH, .observed_ms = cause->observed_ms,
			.seq = cause->seq, .incident = target->incident, .target = target->plan->id,
			.before = before, .after = target->health, .reason = target->reason },
		    cause->detail);
	shown = state->timeline_total;
	incident_step(state, target, failing_since(state, target, cause->observed_ms), cause);
	affairs_target(state, target, cause);
	/* What it brought may be more than is kept: then its own entry is gone already. */
	if (state->timeline_total - shown >= state->timelines)
		return;
	/* The incident it opened is its own, too. */
	entry = &state->timeline[state->timelines - (state->timeline_total - shown) - 1];
	if (!quiet && entry->incident == 0)
		entry->incident = target->incident;
}

/* The entry may be an old one, or the target was heard since: then it is only queued again. */
void
target_stale(struct state *state, uint64_t id, int64_t at_ms)
{
	struct target_state *target = state_target(state, id);
	struct cause cause = { .observed_ms = at_ms };
	bool changed = false;

	if (target == NULL || state->memory->queued_ms[target - state->target] != at_ms)
		return;
	state->memory->queued_ms[target - state->target] = INT64_MAX;
	for (uint32_t i = 0; i < target->replicas; i++) {
		struct replica_state *replica = &target->replica[i];
		int64_t heard = fold_heard_ms(state, target, replica);

		if (replica->health == HEALTH_UNKNOWN ||
		    time_later(heard, target->plan->stale_ms) > state->now_ms)
			continue;
		replica->heard_ms = heard;
		replica->lapsed = replica->health;
		replica->health = HEALTH_UNKNOWN;
		replica->reason = is_named(&state->worker[target->worker], target, replica) ?
		    REASON_MISSED : REASON_STALE;
		replica->since_ms = state->now_ms;
		replica->health_seq = cause.seq = replica->seq;
		changed = true;
	}
	if (changed)
		target_judge(state, target, &cause);
	else
		memory_queue(state, target);
}

const char *
health_name(enum health health)
{
	static const char *const name[HEALTH_COUNT] = {
#define X(NAME, text, letter) [HEALTH_##NAME] = N_(text),
		HEALTH_LIST(X)
#undef X
	};

	return (unsigned)health < HEALTH_COUNT ? name[health] : N_("unknown");
}

char
health_letter(enum health health)
{
	static const char letters[HEALTH_COUNT] = {
#define X(NAME, text, letter) [HEALTH_##NAME] = letter,
		HEALTH_LIST(X)
#undef X
	};

	return (unsigned)health < HEALTH_COUNT ? letters[health] : '?';
}

const char *
reason_text(enum reason reason)
{
	static const char *const texts[REASON_COUNT] = {
#define X(NAME, text) [REASON_##NAME] = N_(text),
		REASON_LIST(X)
#undef X
	};

	return (unsigned)reason < REASON_COUNT ? texts[reason] : "";
}
