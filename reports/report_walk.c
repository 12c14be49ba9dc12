/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One fold over the range, on a copy of the state at its beginning.  The canonical fold keeps
 * only the newest transitions, so they are taken after every single record.
 */
#include <stdlib.h>

#include "monitor/state/judge.h"
#include "reports/report_walk.h"

struct walking {
	struct walk         *walk;
	struct report_source *source;
	struct state        *state;
	struct blob_source   blobs;
	size_t               next_belief;
	uint64_t             seen;	/* timeline_total up to which it was said */
	uint64_t             judged;	/* judgement_changes_total likewise */
	bool                 ended;
	enum err             err;
	struct why           why;
};

static void
belief_add(struct walk *walk, const struct record *record)
{
	if (walk->beliefs == walk->belief_cap) {
		walk->belief_cap = walk->belief_cap > 0 ? 2 * walk->belief_cap : 64;
		walk->belief = memory_resize(walk->belief, walk->belief_cap, sizeof(*walk->belief));
	}
	walk->belief[walk->beliefs++] = (struct belief_check){ .seq = record->seq,
	    .size = record->belief.size, .fold_version = record->belief.fold_version,
	    .facts = record->belief.facts, .judgement = record->belief.judgement,
	    .outcome = BELIEF_NOT_REACHED };
}

/* A BELIEF is about a size before its own record: know them before the fold passes there. */
static enum err
beliefs_find(struct walk *walk, struct ledger *ledger, struct why *why)
{
	uint64_t from = walk->from;

	for (;;) {
		struct record record;
		uint64_t seq;
		enum err err = from < walk->to ? ledger_next(ledger, RECORD_BELIEF, from, &seq,
		    why) :
		    ERR_NOT_FOUND;

		if (err == ERR_NOT_FOUND || (err == ERR_OK && seq >= walk->to))
			return ERR_OK;
		if (err == ERR_OK)
			err = ledger_read(ledger, seq, &record, why);
		if (err != ERR_OK)
			return err;
		if (record.kind == RECORD_BELIEF)
			belief_add(walk, &record);
		from = seq + 1;
	}
}

static void
beliefs_check(struct walking *w)
{
	struct walk *walk = w->walk;

	while (w->next_belief < walk->beliefs && walk->belief[w->next_belief].size < w->state->size)
		w->next_belief++;
	/* Two engines may have believed after the same record. */
	for (size_t i = w->next_belief; i < walk->beliefs &&
	    walk->belief[i].size == w->state->size; i++) {
		struct belief_check *belief = &walk->belief[i];

		if (belief->fold_version != FOLD_VERSION)
			belief->outcome = BELIEF_OTHER_VERSION;
		else
			belief->outcome = hash_equal(state_hash(w->state), belief->facts) &&
			    hash_equal(judgement_hash(w->state), belief->judgement) ?
			    BELIEF_REPRODUCED : BELIEF_MISMATCH;
	}
}

static void
say_new(struct walking *w)
{
	const struct state *state = w->state;
	uint64_t fresh = state->timeline_total - w->seen;

	if (fresh > state->timelines) {
		w->walk->passed_over += fresh - state->timelines;
		fresh = state->timelines;
	}
	for (uint64_t i = state->timelines - fresh; i < state->timelines && !w->ended; i++)
		w->ended = !w->walk->each(w->walk->arg, state, &state->timeline[i]);
	w->seen = state->timeline_total;
}

/* What the fold took no notice of is no step: it counts for nothing. */
static void
say_waiver(struct walking *w, const struct record *record)
{
	const struct judgement *j = judgement_of(w->state);

	for (uint32_t i = j != NULL ? judgement_waivers(j) : 0; i-- > 0 && !w->ended;) {
		const struct waiver *waiver = judgement_waiver(j, i);

		if (waiver->seq == record->seq)
			w->ended = !w->walk->waived(w->walk->arg, w->state, waiver, WAIVER_ASKED);
		else if (waiver->decided_seq == record->seq)
			w->ended = !w->walk->waived(w->walk->arg, w->state, waiver, waiver->step);
	}
}

static uint64_t
judged_total(const struct state *state)
{
	return judgement_of(state) != NULL ? judgement_changes_total(judgement_of(state)) : 0;
}

/* A plan without packs ends the judgement, and the next one counts anew. */
static void
say_judged(struct walking *w)
{
	const struct judgement *j = judgement_of(w->state);
	uint64_t total = judged_total(w->state);
	uint64_t fresh = total - (w->judged <= total ? w->judged : 0);
	uint32_t kept = j != NULL ? judgement_changes(j) : 0;

	w->judged = total;
	if (w->walk->judged == NULL || fresh == 0)
		return;
	if (fresh > kept) {
		w->walk->passed_over += fresh - kept;
		fresh = kept;
	}
	for (uint32_t i = kept - (uint32_t)fresh; i < kept && !w->ended; i++)
		w->ended = !w->walk->judged(w->walk->arg, w->state, judgement_change(j, i));
}

static bool
on_record(void *arg, const struct record *record, struct bytes raw, enum err decoded)
{
	struct walking *w = arg;

	(void)raw;
	if (record->seq == w->walk->from)
		w->walk->from_ms = record->recorded_ms;
	w->err = fold_apply(w->state, record, decoded, &w->blobs, &w->why);
	if (w->err != ERR_OK)
		return false;
	beliefs_check(w);
	say_new(w);
	if (record->kind == RECORD_WAIVER && decoded == ERR_OK && w->walk->waived != NULL)
		say_waiver(w, record);
	say_judged(w);
	return !w->ended;
}

enum err
walk_run(struct walk *walk, struct report_source *source, struct why *why)
{
	struct walking w = { .walk = walk, .source = source, .blobs = report_blobs(source) };
	enum err err = replay_to_size(source->replay, walk->from, why);

	if (err == ERR_OK)
		err = beliefs_find(walk, source->ledger, why);
	if (err != ERR_OK)
		return err;
	w.state = state_copy(replay_state(source->replay));
	w.seen = w.state->timeline_total;
	w.judged = judged_total(w.state);
	beliefs_check(&w);
	err = ledger_scan(source->ledger, walk->from, walk->to, on_record, &w, why);
	if (err == ERR_OK && w.err != ERR_OK) {
		*why = w.why;
		err = w.err;
	}
	walk->end = w.state;
	return err;
}

void
walk_free(struct walk *walk)
{
	state_free(walk->end);
	free(walk->belief);
	walk->end = NULL;
	walk->belief = NULL;
	walk->beliefs = walk->belief_cap = 0;
}
