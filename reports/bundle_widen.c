/* SPDX-License-Identifier: Apache-2.0 */
/*
 * More of the past, for targets of which the records of a bundle make something else than all
 * records do: their last rounds, runs, and the words of their worker around them.  One pass over
 * the records, whatever the number of targets.
 */
#include <stdlib.h>

#include "reports/bundle_part.h"

enum {
	ROUNDS_KEPT = 2 * PLAN_WINDOW_MAX,	/* OBSERVATIONs: twice the longest k of n */
	WORDS_KEPT  = 8,			/* RUNs of it, and COVERAGEs that name it */
	WHOLE_KEPT  = 1 << 16			/* the newest of everything that may matter */
};

struct ring { uint64_t *seq; uint32_t size, count; };

struct wanted {
	struct ring round, run, word;
	struct ring vouched;		/* the word of its worker before each round */
};

struct widen {
	const struct bundle_widening *how;
	struct wanted     **target;	/* by index of the full state; NULL: it does not differ */
	uint64_t            word[WORKER_MAX];	/* newest COVERAGE of a worker so far, 0 if none */
	struct ring         whole;		/* of size 0 unless it is asked for */
	struct bundle_list *list;
};

static void
ring_put(struct ring *ring, uint64_t seq)
{
	if (ring->size == 0)
		return;
	ring->seq[ring->count++ % ring->size] = seq;
}

static struct ring
ring_of(uint32_t size)
{
	return (struct ring){ .seq = memory_new(size, sizeof(uint64_t)), .size = size };
}

static void
ring_empty(struct ring *ring, struct bundle_list *list)
{
	uint32_t count = ring->count < ring->size ? ring->count : ring->size;

	for (uint32_t i = 0; i < count; i++)
		if (ring->seq[i] != 0)
			bundle_list_add(list, ring->seq[i]);
	free(ring->seq);
}

/* --- which targets ------------------------------------------------------------------------ */

static bool
counts(const struct replica_state *replica)
{
	return replica->reason != REASON_NEVER && replica->reason != REASON_STALE &&
	    replica->reason != REASON_GAP && replica->reason != REASON_MISSED;
}

static bool
target_differs(const struct target_state *full, const struct target_state *seen)
{
	if (seen == NULL || seen->health != full->health || seen->replicas != full->replicas)
		return true;
	for (uint32_t i = 0; i < full->replicas; i++) {
		const struct replica_state *a = &full->replica[i], *b = &seen->replica[i];

		if (a->health != b->health || counts(a) != counts(b) || a->seq != b->seq ||
		    !bytes_equal(bytes_of_buffer(&a->facts), bytes_of_buffer(&b->facts)))
			return true;
	}
	return false;
}

static void
choose(struct widen *w)
{
	const struct state *full = w->how->full;

	for (uint32_t i = 0; i < full->targets; i++) {
		const struct target_state *target = &full->target[i];
		uint32_t replicas = target->replicas;

		if (!target_differs(target, state_target(w->how->seen, target->plan->id)))
			continue;
		w->target[i] = memory_new(1, sizeof(*w->target[i]));
		*w->target[i] = (struct wanted){ ring_of(ROUNDS_KEPT * replicas),
		    ring_of(WORDS_KEPT * replicas), ring_of(WORDS_KEPT),
		    ring_of(ROUNDS_KEPT * replicas) };
	}
}

/* --- looking ------------------------------------------------------------------------------ */

static struct wanted *
wanted_of(const struct widen *w, uint64_t id)
{
	const struct target_state *target = state_target(w->how->full, id);

	return target == NULL ? NULL : w->target[target - w->how->full->target];
}

static void
on_observation(struct widen *w, const struct record *record)
{
	struct wanted *wanted = wanted_of(w, record->observation.target);

	if (wanted == NULL)
		return;
	ring_put(&w->whole, record->seq);
	ring_put(&wanted->round, record->seq);
	ring_put(&wanted->vouched, record->index < WORKER_MAX ? w->word[record->index] : 0);
}

static void
on_coverage(struct widen *w, const struct record *record)
{
	struct record_walk walk = record_walk_of(record->coverage.missed);
	uint64_t id;

	while (record_ids_next(&walk, &id)) {
		struct wanted *wanted = wanted_of(w, id);

		if (wanted != NULL)
			ring_put(&wanted->word, record->seq);
	}
	if (record->role == ROLE_WORKER && record->index < WORKER_MAX)
		w->word[record->index] = record->seq;
	ring_put(&w->whole, record->seq);
}

static bool
on_record(void *arg, const struct record *record, struct bytes raw, enum err err)
{
	struct widen *w = arg;
	struct wanted *wanted;

	(void)raw;
	if (err != ERR_OK)
		return true;
	switch (record->kind) {
	case RECORD_OBSERVATION:
		on_observation(w, record);
		break;
	case RECORD_COVERAGE:
		on_coverage(w, record);
		break;
	case RECORD_RUN:
		wanted = wanted_of(w, record->run.target);
		if (wanted == NULL)
			break;
		ring_put(&wanted->run, record->seq);
		ring_put(&w->whole, record->seq);
		break;
	case RECORD_SELF:
		if (record->role == ROLE_WORKER)
			bundle_list_add(w->list, record->seq);
		break;
	case RECORD_GAP:
	case RECORD_CONFIG:
	case RECORD_CLOCK:
		bundle_list_add(w->list, record->seq);
		break;
	default:
		break;
	}
	return true;
}

enum err
bundle_widen(struct ledger *ledger, const struct bundle_widening *how, struct bundle_list *list,
    struct why *why)
{
	struct widen w = { .how = how, .list = list,
	    .target = memory_new(how->full->targets, sizeof(*w.target)),
	    .whole = how->whole ? ring_of(WHOLE_KEPT) : (struct ring){ .size = 0 } };
	enum err err;

	choose(&w);
	err = ledger_scan(ledger, how->low, how->from, on_record, &w, why);
	for (uint32_t i = 0; i < how->full->targets; i++) {
		if (w.target[i] == NULL)
			continue;
		ring_empty(&w.target[i]->round, list);
		ring_empty(&w.target[i]->run, list);
		ring_empty(&w.target[i]->word, list);
		ring_empty(&w.target[i]->vouched, list);
		free(w.target[i]);
	}
	for (uint32_t i = 0; i < WORKER_MAX; i++)
		if (w.word[i] != 0)
			bundle_list_add(list, w.word[i]);
	ring_empty(&w.whole, list);
	free(w.target);
	return err;
}
