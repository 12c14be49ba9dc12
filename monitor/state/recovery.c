/* SPDX-License-Identifier: Apache-2.0 */
/* See recovery.h. */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/recovery.h"

static const struct { enum recovery_verdict verdict; const char *name, *text, *advice; } whys[] = {
#define RECOVERY_WHY(NAME, VERDICT, text, advice) { RECOVERY_##VERDICT, #NAME, text, advice },
#include "monitor/state/recovery_list.h"
};

static int64_t
stricter(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

static void
objectives_take(struct recovery *r, const struct plan_store *store)
{
	r->rpo_ms = stricter(r->rpo_ms, store->rpo_ms);
	r->rto_ms = stricter(r->rto_ms, store->rto_ms);
	if (store->copies > r->copies)
		r->copies = store->copies;
	if (store->regions > r->regions)
		r->regions = store->regions;
}

static enum recovery_able
ability(const struct recovery *r, const struct plan_store *store)
{
	bool lag_known = store->synchronous || store->lag_ms > 0;
	bool late = !store->synchronous && store->lag_ms > r->rpo_ms;

	if (r->rpo_ms > 0 && lag_known && late)
		return RECOVERY_UNABLE;
	if (r->rto_ms > 0 && store->takeover_ms > r->rto_ms)
		return RECOVERY_UNABLE;
	return (r->rpo_ms > 0 && !lag_known) || (r->rto_ms > 0 && store->takeover_ms == 0) ?
	    RECOVERY_ABLE_UNKNOWN : RECOVERY_ABLE;
}

/* Where the copy is, by the witness that decided, else as declared. */
static void
copy_place(struct recovery *r, struct recovery_copy *copy, const struct state *state)
{
	struct whereabouts w;

	whereabouts_make(&w, state, WHERE_OF_STORE, copy->store);
	copy->where = w.verdict;
	copy->place = w.testimony[w.by != WHERE_NOBODY ? w.by : 0].place;
	for (uint32_t i = 0; i < w.testimonies; i++)
		if (w.testimony[i].seq > r->seq)
			r->seq = w.testimony[i].seq;
	whereabouts_free(&w);
}

void
recovery_make(struct recovery *r, const struct state *state, const char *set)
{
	const struct plan *plan = state->plan;

	memset(r, 0, sizeof(*r));
	r->set = set;
	for (uint32_t i = 0; i < plan->stores && set[0] != '\0' && r->count < RECOVERY_COPIES;
	    i++) {
		if (strcmp(plan->store[i].set, set) != 0)
			continue;
		objectives_take(r, &plan->store[i]);
		r->copy = memory_resize(r->copy, r->count + 1, sizeof(*r->copy));
		r->copy[r->count] = (struct recovery_copy){ .store = i };
		copy_place(r, &r->copy[r->count++], state);
	}
	for (uint32_t i = 0; i < r->count; i++)
		r->copy[i].able = ability(r, &plan->store[r->copy[i].store]);
	recovery_judge(r);
}

void
recovery_free(struct recovery *r)
{
	free(r->copy);
	r->copy = NULL;
	r->count = 0;
}

/* --- enough ------------------------------------------------------------------------------- */

/* Which copies are looked at: by bit where there are few, else all that are taken. */
struct taken {
	bool     outside, unknown;	/* places that count, too */
	bool     unable_unknown;	/* copies that may be able count as able */
	uint64_t mask;			/* UINT64_MAX: all of them */
};

static bool
takes(const struct recovery *r, uint32_t i, const struct taken *taken)
{
	enum where_verdict where = r->copy[i].where;

	if (i < 64 && (taken->mask >> i & 1) == 0)
		return false;
	return where == WHERE_INSIDE || (where == WHERE_UNKNOWN && taken->unknown) ||
	    taken->outside;
}

/* True if it is the first taken copy at its place. */
static bool
is_new_region(const struct recovery *r, uint32_t i, const struct taken *taken)
{
	for (uint32_t j = 0; j < i; j++)
		if (takes(r, j, taken) && (place_compare(&r->copy[i].place, &r->copy[j].place) ==
		    PLACES_SAME || !place_is_known(&r->copy[i].place)))
			return false;
	return true;
}

static bool
is_enough(const struct recovery *r, const struct taken *taken)
{
	uint32_t copies = 0, regions = 0, able = 0;

	for (uint32_t i = 0; i < r->count; i++) {
		if (!takes(r, i, taken))
			continue;
		copies++;
		regions += is_new_region(r, i, taken);
		able += r->copy[i].able == RECOVERY_ABLE ||
		    (r->copy[i].able == RECOVERY_ABLE_UNKNOWN && taken->unable_unknown);
	}
	if (copies == 0 || copies < r->copies || regions < r->regions)
		return false;
	/* The one that is lost may be the other. */
	return r->rpo_ms == 0 && r->rto_ms == 0 ? true : able > 0 && copies > 1;
}

static void
set(struct recovery *r, enum recovery_why why)
{
	r->why = why;
	r->verdict = whys[why].verdict;
}

void
recovery_judge(struct recovery *r)
{
	const struct taken inside = { .mask = UINT64_MAX };
	const struct taken may_place = { .mask = UINT64_MAX, .unknown = true };
	const struct taken may = { .mask = UINT64_MAX, .unknown = true, .unable_unknown = true };
	const struct taken all = { .mask = UINT64_MAX, .outside = true, .unknown = true,
		.unable_unknown = true };

	if (r->rpo_ms == 0 && r->rto_ms == 0 && r->copies == 0 && r->regions == 0)
		set(r, RECOVERY_WHY_NO_OBJECTIVE);
	else if (is_enough(r, &inside))
		set(r, RECOVERY_WHY_ENOUGH);
	else if (is_enough(r, &may_place))
		set(r, RECOVERY_WHY_PLACES_UNKNOWN);
	else if (is_enough(r, &may))
		set(r, RECOVERY_WHY_ABILITY_UNKNOWN);
	else
		set(r, is_enough(r, &all) ? RECOVERY_WHY_CONFLICT : RECOVERY_WHY_TOO_FEW);
}

/* A smaller one that is enough makes this one more than needed. */
static bool
is_smallest(const struct recovery *r, uint64_t mask)
{
	for (uint64_t bits = mask; bits != 0; bits &= bits - 1)
		if (is_enough(r, &(struct taken){ .mask = mask & ~(bits & -bits) }))
			return false;
	return true;
}

void
recovery_sets(const struct recovery *r, void (*each)(void *arg, uint64_t copies), void *arg)
{
	if (r->count > RECOVERY_SETS_OF || r->verdict == RECOVERY_NONE)
		return;
	for (int size = 1; size <= (int)r->count; size++)
		for (uint64_t mask = 1; mask < UINT64_C(1) << r->count; mask++) {
			bool inside = __builtin_popcountll(mask) == size;

			for (uint32_t i = 0; i < r->count; i++)
				inside = inside && ((mask >> i & 1) == 0 ||
				    r->copy[i].where == WHERE_INSIDE);
			if (inside && is_enough(r, &(struct taken){ .mask = mask }) &&
			    is_smallest(r, mask))
				each(arg, mask);
		}
}

const char *
recovery_why_name(enum recovery_why why)
{
	return whys[why].name;
}

const char *
recovery_why_text(enum recovery_why why)
{
	return whys[why].text;
}

const char *
recovery_why_advice(enum recovery_why why)
{
	return whys[why].advice;
}
