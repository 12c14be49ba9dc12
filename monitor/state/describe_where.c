/* SPDX-License-Identifier: Apache-2.0 */
/* Subjects, stands and limits of where things are; see describe_where.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/ledger/facts.h"
#include "monitor/state/describe_where.h"
#include "monitor/state/distance.h"

enum { BOUNDS_MAX = 64 };		/* of one subject; further ones are not intersected */

/* --- subjects ----------------------------------------------------------------------------- */

static const char *const kind_name[] = { "instance", "store", "key" };

static bool
key_judged(const struct plan_target *target)
{
	return plan_target_has_key(target) && strcmp(target->probe, "token") != 0;
}

/* Chains by instance: head[i] is 1 + the first of instance i, next[k] likewise; 0 ends one. */
struct chains { uint32_t *head, *next; };

static void
chain_put(struct chains *chains, uint32_t instance, uint32_t k)
{
	chains->next[k] = chains->head[instance];
	chains->head[instance] = k + 1;
}

static void
chains_new(struct chains *chains, const struct plan *plan, uint32_t count)
{
	chains->head = memory_new((size_t)plan->instances + 1, sizeof(*chains->head));
	chains->next = memory_new((size_t)count + 1, sizeof(*chains->next));
}

static void
chains_free(struct chains *chains)
{
	free(chains->head);
	free(chains->next);
}

uint32_t
where_subjects(const struct state *state, struct where_subject **out)
{
	const struct plan *plan = state->plan;
	struct chains stores, keys;
	uint32_t count = 0;

	*out = memory_new((size_t)plan->instances + plan->stores + plan->targets + 1,
	    sizeof(**out));
	chains_new(&stores, plan, plan->stores);
	chains_new(&keys, plan, plan->targets);
	for (uint32_t k = plan->stores; k-- > 0;)
		chain_put(&stores, plan->store[k].instance, k);
	for (uint32_t k = plan->targets; k-- > 0;)
		if (key_judged(&plan->target[k]))
			chain_put(&keys, plan->target[k].instance, k);
	for (uint32_t i = 0; i < plan->instances; i++) {
		(*out)[count++] = (struct where_subject){ WHERE_OF_INSTANCE, i };
		for (uint32_t k = stores.head[i]; k != 0; k = stores.next[k - 1])
			(*out)[count++] = (struct where_subject){ WHERE_OF_STORE, k - 1 };
		for (uint32_t k = keys.head[i]; k != 0; k = keys.next[k - 1])
			(*out)[count++] = (struct where_subject){ WHERE_OF_KEY, k - 1 };
	}
	chains_free(&stores);
	chains_free(&keys);
	return count;
}

static const char *
name_of(const struct plan *plan, struct where_subject subject)
{
	switch (subject.kind) {
	case WHERE_OF_INSTANCE: return plan->instance[subject.index].name;
	case WHERE_OF_STORE:    return plan->store[subject.index].name;
	default:                return plan->target[subject.index].name;
	}
}

void
where_subject_name(const struct state *state, struct where_subject subject, struct buffer *out)
{
	buffer_print(out, "%s:%s", kind_name[subject.kind], name_of(state->plan, subject));
}

static uint32_t
kind_count(const struct plan *plan, enum where_kind kind)
{
	return kind == WHERE_OF_INSTANCE ? plan->instances : kind == WHERE_OF_STORE ?
	    plan->stores : plan->targets;
}

bool
where_subject_find(const struct state *state, const char *text, struct where_subject *out)
{
	for (unsigned kind = 0; kind < sizeof(kind_name) / sizeof(kind_name[0]); kind++) {
		size_t len = strlen(kind_name[kind]);

		if (strncmp(text, kind_name[kind], len) != 0 || text[len] != ':')
			continue;
		for (uint32_t i = 0; i < kind_count(state->plan, (enum where_kind)kind); i++) {
			*out = (struct where_subject){ (enum where_kind)kind, i };
			if (strcmp(name_of(state->plan, *out), text + len + 1) == 0 &&
			    (kind != WHERE_OF_KEY || key_judged(&state->plan->target[i])))
				return true;
		}
	}
	return false;
}

uint32_t
where_subject_instance(const struct plan *plan, struct where_subject subject)
{
	return subject.kind == WHERE_OF_INSTANCE ? subject.index : subject.kind ==
	    WHERE_OF_STORE ? plan->store[subject.index].instance :
	    plan->target[subject.index].instance;
}

const char *
where_kind_word(enum where_kind kind)
{
	return kind == WHERE_OF_INSTANCE ? _("instance") : kind == WHERE_OF_STORE ? _("store") :
	    _("key");
}

uint64_t
where_subject_id(struct where_subject subject)
{
	return (uint64_t)subject.kind << 32 | subject.index;
}

struct where_subject
where_subject_of(uint64_t id)
{
	return (struct where_subject){ (enum where_kind)(id >> 32 & 3), (uint32_t)id };
}

/* --- testimonies -------------------------------------------------------------------------- */

static const struct { const char *name, *word; char letter; } stands[WHERE_STANDS] = {
	[STAND_INSIDE]   = { "inside", N_("inside"), '.' },
	[STAND_OUTSIDE]  = { "outside", N_("outside"), 'X' },
	[STAND_EXCLUDES] = { "excludes", N_("excludes"), '#' },
	[STAND_BOUND]    = { "bound", N_("only a bound"), '~' },
	[STAND_UNCLEAR]  = { "unclear", N_("not comparable"), '?' },
	[STAND_NOTHING]  = { "does-not-count", N_("does not count"), '!' },
	[STAND_ABSENT]   = { "not-asked", N_("not asked"), '-' },
};

enum where_stand
where_stand(const struct where_testimony *t)
{
	if (t == NULL)
		return STAND_ABSENT;
	if (t->excludes && t->lack == WHERE_LACK_NONE)
		return STAND_EXCLUDES;
	if (t->lack == WHERE_LACK_EXCLUDES_NOTHING)
		return STAND_BOUND;
	if (t->lack != WHERE_LACK_NONE)
		return STAND_NOTHING;
	if (t->witness == WITNESS_PHYSICS)
		return STAND_BOUND;
	return t->approved.approval == APPROVAL_YES ? STAND_INSIDE :
	    t->approved.approval == APPROVAL_NO ? STAND_OUTSIDE : STAND_UNCLEAR;
}

const struct where_testimony *
where_best(const struct whereabouts *w, enum where_witness witness)
{
	static const unsigned rank[WHERE_STANDS] = { [STAND_EXCLUDES] = 0, [STAND_OUTSIDE] = 1,
		[STAND_INSIDE] = 2, [STAND_UNCLEAR] = 3, [STAND_BOUND] = 4, [STAND_NOTHING] = 5,
		[STAND_ABSENT] = 6 };
	const struct where_testimony *best = NULL;

	for (uint32_t i = 0; i < w->testimonies; i++)
		if (w->testimony[i].witness == witness && (best == NULL ||
		    rank[where_stand(&w->testimony[i])] < rank[where_stand(best)]))
			best = &w->testimony[i];
	return best;
}

const char *
where_stand_name(enum where_stand stand)
{
	return stands[stand].name;
}

const char *
where_stand_word(enum where_stand stand)
{
	return _(stands[stand].word);
}

char
where_stand_letter(enum where_stand stand)
{
	return stands[stand].letter;
}

static bool
has_bound(const struct where_testimony *t)
{
	return t->witness == WITNESS_PHYSICS && t->vantage != NULL && t->km > 0 &&
	    (t->lack == WHERE_LACK_NONE || t->lack == WHERE_LACK_EXCLUDES_NOTHING);
}

void
where_value(const struct where_testimony *t, struct buffer *out)
{
	if (!has_bound(t)) {
		if (place_is_known(&t->place))
			place_print(out, &t->place);
		return;
	}
	buffer_print(out, t->vantage[0] != '\0' ? _("at most %lld km from %s") :
	    _("at most %lld km from the monitor%s"), (long long)t->km, t->vantage);
}

void
where_deciding(const struct whereabouts *w, struct buffer *out)
{
	size_t from = out->len;

	if (w->edge != WHERE_NOBODY && w->edge < w->edge_count) {
		buffer_put_text(out, "-> ");
		place_print(out, &w->edges[w->edge].place);
		return;
	}
	if (w->by != WHERE_NOBODY && w->by < w->testimonies)
		where_value(&w->testimony[w->by], out);
	if (out->len == from && w->testimonies > 0)
		where_value(&w->testimony[0], out);
}

bool
where_fibre_km(const struct where_testimony *t, int64_t *km)
{
	if (!has_bound(t) || t->target == NULL || t->replica >= t->target->replicas)
		return false;
	return fact_int(bytes_of_buffer(&t->target->replica[t->replica].facts),
	    FACT_BOUND_KM_FIBRE, km);
}

void
where_data(const struct plan *plan, uint64_t mask, struct buffer *out)
{
	bool any = false;

	for (uint32_t i = 0; i < plan->classes; i++)
		if ((mask >> i & 1) != 0) {
			buffer_print(out, "%s%s", any ? ", " : "", plan->class[i].name);
			any = true;
		}
}

/* --- over all of them --------------------------------------------------------------------- */

uint32_t
where_bounds(const struct whereabouts *w, struct distance_bound *bound, uint32_t most)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < w->testimonies && count < most; i++)
		if (has_bound(&w->testimony[i]))
			bound[count++] = (struct distance_bound){ w->testimony[i].vantage,
			    w->testimony[i].km };
	return count;
}

uint32_t
where_excluded(const struct plan *plan, const struct whereabouts *w, struct buffer *out)
{
	struct distance_bound bound[BOUNDS_MAX];
	uint32_t count = where_bounds(w, bound, BOUNDS_MAX);

	return count > 0 ? distance_excluded(plan, bound, count, out) : 0;
}

unsigned
where_bases(const struct whereabouts *w)
{
	unsigned mask = 0;

	for (uint32_t i = 0; i < w->testimonies; i++)
		if (where_stand(&w->testimony[i]) == STAND_INSIDE &&
		    w->testimony[i].basis != WHERE_BASIS_CARRIER)
			mask |= 1u << w->testimony[i].basis;
	return (unsigned)__builtin_popcount(mask);
}

unsigned
where_against(const struct whereabouts *w)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < w->testimonies; i++) {
		enum where_stand stand = where_stand(&w->testimony[i]);

		count += stand == STAND_OUTSIDE || stand == STAND_EXCLUDES;
	}
	return count;
}

bool
where_only_declared(const struct whereabouts *w)
{
	for (uint32_t i = 0; i < w->testimonies; i++)
		if (w->testimony[i].witness != WITNESS_DECLARED &&
		    w->testimony[i].lack == WHERE_LACK_NONE)
			return false;
	return true;
}

const char *
where_country(const struct whereabouts *w)
{
	const struct where_testimony *t = w->by != WHERE_NOBODY && w->by < w->testimonies ?
	    &w->testimony[w->by] : NULL;

	return t != NULL && t->witness != WITNESS_DECLARED && t->witness != WITNESS_PHYSICS &&
	    t->lack == WHERE_LACK_NONE ? t->place.country : "";
}

const char *
where_limit(enum where_witness witness)
{
	switch (witness) {
	case WITNESS_DECLARED:  return N_("the carrier's own word: it proves nothing by itself");
	case WITNESS_INVENTORY: return N_("what the provider's API says of its own resource: it "
	    "is not signed, and says nothing of copies it does not list");
	case WITNESS_SIGNED:    return N_("the place is in what the provider or an officer signed; "
	    "that the hardware stands there is their word, and a copy elsewhere is not excluded");
	case WITNESS_ADDRESS:   return N_("where the address is announced or registered: a front "
	    "end or a tunnel may stand before the machine");
	default:                return N_("it excludes and never places: a long time proves "
	    "nothing, and a front end near the vantage answers for itself alone unless its key is "
	    "attested");
	}
}

const char *
where_limit_time(void)
{
	return N_("A verdict is of one moment and of what was asked: it does not show that no "
	    "other copy of the data exists, nor where they were between two answers.");
}
