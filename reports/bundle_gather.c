/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a filing needs from outside its range.  The state names the records behind what is
 * believed of each target; with the plan, clock, waivers and packs of those times they make the
 * same belief again.
 */
#include <stdlib.h>

#include "reports/bundle_part.h"

enum { PACKS_LOOKED_AT = 4096 };

struct gather {
	struct ledger               *ledger;
	const struct bundle_manifest *manifest;
	const struct state          *state;
	struct bundle_list          *list;
	struct why                  *why;
};

/* Numbers in a state are of records before "to"; what was pruned since is not to be had. */
static void
add(struct gather *g, uint64_t seq)
{
	if (seq < g->manifest->to && (seq >= ledger_first(g->ledger) || seq == 0))
		bundle_list_add(g->list, seq);
}

static void
add_targets(struct gather *g)
{
	for (uint32_t i = 0; i < g->state->targets; i++) {
		const struct target_state *target = &g->state->target[i];

		add(g, target->seq);
		for (uint32_t r = 0; r < target->replicas; r++) {
			add(g, target->replica[r].seq);
			add(g, target->replica[r].health_seq);
		}
	}
}

static enum err
add_last(struct gather *g, enum record_kind kind, uint64_t before)
{
	uint64_t seq;
	enum err err = ledger_last(g->ledger, kind, before, &seq, g->why);

	if (err == ERR_OK)
		bundle_list_add(g->list, seq);
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

static enum err
add_monitor(struct gather *g)
{
	static const enum record_kind newest[] = { RECORD_ANCHOR, RECORD_HEARTBEAT, RECORD_FORK,
		RECORD_GAP };
	uint32_t workers = g->state->plan != NULL ? g->state->plan->workers : 0;
	enum err err = add_last(g, RECORD_CLOCK, g->manifest->from);

	for (size_t i = 0; i < sizeof(newest) / sizeof(*newest) && err == ERR_OK; i++)
		err = add_last(g, newest[i], g->manifest->to);
	for (uint32_t i = 0; i < workers && i < WORKER_MAX; i++)
		add(g, g->state->worker[i].seq);
	return err;
}

static bool
waiver_is_kept(const struct judgement *judgement, const struct record *record)
{
	uint64_t asked = record->waiver.step == WAIVER_ASKED ? record->seq :
	    record->waiver.waiver;

	for (uint32_t i = 0; i < judgement_waivers(judgement); i++)
		if (judgement_waiver(judgement, i)->seq == asked)
			return true;
	return false;
}

/* Asking, agreement, withdrawal: all of a waiver that is still kept. */
static enum err
add_waivers(struct gather *g)
{
	const struct judgement *judgement = judgement_of(g->state);
	uint64_t seq, at = 0;
	enum err err = ERR_OK;

	while (judgement != NULL && judgement_waivers(judgement) > 0 &&
	    (err = ledger_next(g->ledger, RECORD_WAIVER, at, &seq, g->why)) == ERR_OK &&
	    seq < g->manifest->to) {
		struct record record;

		err = ledger_read(g->ledger, seq, &record, g->why);
		if (err != ERR_OK)
			return err;
		if (waiver_is_kept(judgement, &record))
			bundle_list_add(g->list, seq);
		at = seq + 1;
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* The newest PACK record of each pack that judged. */
static enum err
add_packs(struct gather *g)
{
	const struct judgement *judgement = judgement_of(g->state);
	uint32_t packs = judgement != NULL ? judgement_packs(judgement) : 0, found = 0;
	bool has[PLAN_PACK_MAX] = { false };
	uint64_t seq, before = g->manifest->to;
	enum err err = ERR_OK;

	for (unsigned i = 0; found < packs && i < PACKS_LOOKED_AT; i++) {
		struct record record;

		err = ledger_last(g->ledger, RECORD_PACK, before, &seq, g->why);
		if (err == ERR_OK)
			err = ledger_read(g->ledger, seq, &record, g->why);
		if (err != ERR_OK)
			break;
		before = seq;
		for (uint32_t p = 0; p < packs && p < PLAN_PACK_MAX; p++) {
			if (has[p] || !hash_equal(judgement_pack_hash(judgement, p),
			    record.pack.pack))
				continue;
			has[p] = true;
			found++;
			bundle_list_add(g->list, seq);
		}
	}
	return err == ERR_NOT_FOUND ? ERR_OK : err;
}

enum err
bundle_gather(struct ledger *ledger, const struct bundle_manifest *manifest,
    const struct state *state, uint64_t signed_size, struct bundle_list *list, struct why *why)
{
	struct gather g = { ledger, manifest, state, list, why };
	uint64_t *seq = NULL;
	size_t count = 0;
	enum err err = bundle_context(ledger, manifest->from, manifest->to, signed_size, &seq,
	    &count, why);

	for (size_t i = 0; i < count; i++)
		bundle_list_add(list, seq[i]);
	free(seq);
	if (err != ERR_OK)
		return err;
	add_targets(&g);
	err = add_monitor(&g);
	if (err == ERR_OK)
		err = add_waivers(&g);
	if (err == ERR_OK)
		err = add_packs(&g);
	if (err == ERR_OK && manifest->filed) {
		bundle_list_add(list, manifest->filing);
		err = bundle_anchors(ledger, manifest->filing + 1, signed_size, list, why);
	}
	return err;
}

/* --- companions --------------------------------------------------------------------------- */

/* The newest record of the kind before each of "count" records, which ascend. */
static enum err
add_in_force(struct ledger *ledger, enum record_kind kind, size_t count, struct bundle_list *list,
    struct why *why)
{
	uint64_t last = 0, next;
	bool known = false;
	enum err err = ledger_last(ledger, kind, list->seq[0], &last, why);

	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	known = err == ERR_OK;
	err = ledger_next(ledger, kind, list->seq[0], &next, why);
	for (size_t i = 0; i < count; i++) {
		uint64_t seq = list->seq[i];

		while (err == ERR_OK && next < seq) {
			last = next;
			known = true;
			err = ledger_next(ledger, kind, next + 1, &next, why);
		}
		if (err != ERR_OK && err != ERR_NOT_FOUND)
			return err;
		if (known && (list->count == count || list->seq[list->count - 1] != last))
			bundle_list_add(list, last);
	}
	return ERR_OK;
}

enum err
bundle_companions(struct ledger *ledger, uint64_t from, struct bundle_list *list,
    struct why *why)
{
	size_t count = 0;
	enum err err;

	bundle_list_sort(list, 0, 0);
	while (count < list->count && list->seq[count] < from)
		count++;
	if (count == 0)
		return ERR_OK;
	err = add_in_force(ledger, RECORD_CONFIG, count, list, why);
	return err == ERR_OK ? add_in_force(ledger, RECORD_CLOCK, count, list, why) : err;
}
