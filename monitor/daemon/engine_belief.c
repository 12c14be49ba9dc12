/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BELIEF: what we claimed to know becomes evidence.  Made hourly (as the plan says) and whenever
 * an incident was opened, absorbed or resolved; a snapshot of the same state is kept, so that the
 * record vouches for it.  A BELIEF record changes no incident, so it never asks for another.
 */
#include "monitor/base/log.h"
#include "monitor/daemon/engine.h"
#include "monitor/state/judge.h"

static bool
is_incident_change(const struct transition *t)
{
	return t->kind == TRANSITION_OPENED || t->kind == TRANSITION_ABSORBED ||
	    t->kind == TRANSITION_RESOLVED;
}

static bool
changed_since_seen(struct engine *e)
{
	const struct state *state = e->state;
	uint64_t fresh = state->timeline_total - e->timeline_seen;
	bool changed = fresh > state->timelines;	/* more than are kept: suppose so */

	if (fresh > state->timelines)
		fresh = state->timelines;
	for (uint64_t i = state->timelines - fresh; i < state->timelines; i++)
		changed = changed || is_incident_change(&state->timeline[i]);
	e->timeline_seen = state->timeline_total;
	return changed;
}

/* Takes note of a BELIEF that was committed, ours or that of the engine before us. */
static uint64_t
newest_belief_size(struct engine *e)
{
	struct record record;
	struct why why;
	uint64_t size = 0;

	if (e->state->belief_seq == 0 || e->state->belief_seq == e->belief_seq)
		return 0;
	if (ledger_read(e->ledger, e->state->belief_seq, &record, &why) == ERR_OK &&
	    record.kind == RECORD_BELIEF) {
		e->belief_recorded_ms = record.recorded_ms;
		size = record.belief.size;
	}
	e->belief_seq = e->state->belief_seq;
	e->belief_asked_ms = 0;
	return size;
}

void
belief_begin(struct engine *e)
{
	uint64_t believed = newest_belief_size(e);

	/* The engine before us may have died between a change and its BELIEF. */
	for (uint32_t i = 0; i < e->state->timelines; i++)
		if (is_incident_change(&e->state->timeline[i]) &&
		    e->state->timeline[i].seq >= believed)
			e->belief_wanted = true;
	e->timeline_seen = e->state->timeline_total;
}

static void
snapshot_keep(struct engine *e)
{
	struct why why;

	if (e->snapshot_ms != 0 && e->now_ms - e->snapshot_ms < SNAPSHOT_LEAST_MS)
		return;
	e->snapshot_ms = e->now_ms;
	if (snapshot_write(e->cache, e->state, &why) != ERR_OK)
		log_line(LOG_LEVEL_WARNING,
		    "no snapshot was kept, the next start will fold longer: %s",
		    why.text);
	memory_trim();
}

static bool
is_due(const struct engine *e)
{
	int64_t period = e->state->plan->belief_ms;

	if (e->belief_wanted)
		return true;
	return period > 0 && e->state->now_ms - e->belief_recorded_ms >= period;
}

/* The packs it was judged by, as the record lists them. */
static struct record_list
packs_of(const struct state *state, struct buffer *out)
{
	const struct judgement *judgement = judgement_of(state);
	struct hash hash[PLAN_PACK_MAX];
	uint32_t count = judgement != NULL ? judgement_packs(judgement) : 0;

	for (uint32_t i = 0; i < count; i++)
		hash[i] = judgement_pack_hash(judgement, i);
	return record_hashes(out, hash, count);
}

void
belief_look(struct engine *e)
{
	struct buffer packs = { .max = RECORD_MAX };
	struct record record;
	enum err err;

	if (changed_since_seen(e))
		e->belief_wanted = true;
	(void)newest_belief_size(e);
	if (e->belief_asked_ms != 0) {
		if (e->now_ms - e->belief_asked_ms < BELIEF_LOST_MS)
			return;
		e->belief_wanted = true;	/* it was lost on its way */
	}
	if (e->state->plan == NULL || e->stopping || !is_due(e))
		return;
	if (e->belief_made_ms != 0 && e->now_ms - e->belief_made_ms < BELIEF_LEAST_MS)
		return;
	engine_record_head(&record, RECORD_BELIEF);
	record.belief.size = e->state->size;
	record.belief.fold_version = FOLD_VERSION;
	record.belief.facts = state_hash(e->state);
	record.belief.judgement = judgement_hash(e->state);
	record.belief.packs = packs_of(e->state, &packs);
	err = engine_append(e, &record);
	buffer_free(&packs);
	if (err != ERR_OK)
		return;
	e->belief_wanted = false;
	e->belief_asked_ms = e->belief_made_ms = e->now_ms;
	snapshot_keep(e);
}
