/* SPDX-License-Identifier: Apache-2.0 */
/* What packs can ask of where an instance, a store or a key is; see whereabouts.h. */
#include <string.h>

#include "monitor/state/judge_private.h"
#include "monitor/state/recovery.h"
#include "monitor/state/whereabouts.h"

/* What whereabouts_make reads; a change of anything else moves nothing. */
static bool
is_read(uint32_t fact)
{
	switch (fact) {
	case FACT_LOC_OBSERVED:
	case FACT_LOC_UNKNOWN:
	case FACT_ATTEST_VERDICT:
	case FACT_ATTEST_PROVIDER:
	case FACT_ATTEST_REGION:
	case FACT_ATTEST_PLACE_GRADE:
	case FACT_ATTEST_INSTANCE:
	case FACT_ATTEST_SITE:
	case FACT_ATTEST_RULE:
	case FACT_ATTEST_FRESH:
	case FACT_INVENTORY_KIND:
	case FACT_INVENTORY_PLACE:
	case FACT_INVENTORY_EDGES_PLACES:
	case FACT_INVENTORY_EDGES_UNKNOWN:
	case FACT_INVENTORY_CONTRADICTIONS_COUNT:
	case FACT_BOUND_KM:
		return true;
	default:
		return false;
	}
}

bool
judge_place_reads(const struct reads *moved, struct reads *out)
{
	static const enum subject_fact follows[] = { SUBJECT_FACT_LOC_VERDICT,
		SUBJECT_FACT_LOC_COUNTRY_AGREES,
		SUBJECT_FACT_LOC_EDGES_OUTSIDE, SUBJECT_FACT_STORE_VERDICT,
		SUBJECT_FACT_STORE_EDGES_OUTSIDE, SUBJECT_FACT_STORE_RECOVERS };

	*out = (struct reads){ .fact = { 0 } };
	for (size_t i = 0; i < sizeof(follows) / sizeof(follows[0]); i++)
		reads_add(out, follows[i]);
	for (uint32_t word = 0; word < FACT_WORDS; word++)
		for (uint64_t bits = moved->fact[word]; bits != 0; bits &= bits - 1)
			if (is_read(64 * word + (uint32_t)__builtin_ctzll(bits)))
				return true;
	return false;
}

static struct value
list_of(const struct buffer *list, uint64_t seq)
{
	return (struct value){ .known = list->len > 0, .list = bytes_of_buffer(list), .seq = seq };
}

static struct value
store_declared(const struct state *state, const struct subjects *s, uint32_t i,
    enum subject_fact fact)
{
	const struct plan_store *store = &state->plan->store[i];
	uint64_t seq = state->config_seq;

	switch (fact) {
	case SUBJECT_FACT_STORE_NAME:
		return (struct value){ .known = true, .text = bytes_of_text(store->name),
			.seq = seq };
	case SUBJECT_FACT_STORE_DATA:
		return list_of(&s->store_data[i], seq);
	case SUBJECT_FACT_STORE_APPROVED:
		return list_of(&s->store_approved[i], seq);
	case SUBJECT_FACT_STORE_JURISDICTIONS:
		return list_of(&s->store_jurisdictions[i], seq);
	case SUBJECT_FACT_STORE_DECLARED:
		return (struct value){ .known = s->declared[store->site].len > 0, .seq = seq,
			.text = bytes_of_buffer(&s->declared[store->site]) };
	default:
		return (struct value){ .known = false };
	}
}

static bool
is_of_place(enum subject_fact fact)
{
	switch (fact) {
	case SUBJECT_FACT_LOC_VERDICT:
	case SUBJECT_FACT_LOC_COUNTRY_AGREES:
	case SUBJECT_FACT_LOC_EDGES_OUTSIDE:
	case SUBJECT_FACT_STORE_VERDICT:
	case SUBJECT_FACT_STORE_EDGES_OUTSIDE:
	case SUBJECT_FACT_KEY_LOC_VERDICT:
		return true;
	default:
		return false;
	}
}

static uint64_t
newest(const struct whereabouts *w)
{
	uint64_t seq = 0;

	for (uint32_t i = 0; i < w->testimonies; i++)
		seq = w->testimony[i].seq > seq ? w->testimony[i].seq : seq;
	return seq;
}

/* That nothing leaves has to be seen: an inventory must count. */
static bool
edges_are_known(const struct whereabouts *w)
{
	for (uint32_t i = 0; i < w->testimonies; i++)
		if (w->testimony[i].witness == WITNESS_INVENTORY &&
		    w->testimony[i].lack == WHERE_LACK_NONE)
			return true;
	return w->edges_outside > 0;
}

/* Who was asked and names no country leaves it open; light confirms none, it can only exclude. */
static void
country_agrees(const struct state *state, const struct whereabouts *w, struct value *out)
{
	const char *declared = state->plan->site[state->plan->instance[w->index].site].jurisdiction;
	bool open = declared[0] == '\0', named = false, other = false;

	for (uint32_t i = 0; i < w->testimonies; i++) {
		const struct where_testimony *t = &w->testimony[i];
		bool counts = t->lack == WHERE_LACK_NONE;

		if (t->witness == WITNESS_DECLARED)
			continue;
		other |= counts && t->excludes && strcmp(t->excluded, declared) == 0;
		if (t->witness == WITNESS_PHYSICS)
			continue;
		/* Evidence of hardware need not speak of places at all. */
		open |= !counts || (t->place.country[0] == '\0' && t->witness != WITNESS_SIGNED);
		if (!counts || t->place.country[0] == '\0')
			continue;
		named = true;
		other |= strcmp(t->place.country, declared) != 0;
	}
	out->known = declared[0] != '\0' && (other || (named && !open));
	out->flag = !other;
}

static struct value
recovers(const struct state *state, uint32_t store)
{
	struct recovery recovery;
	struct value value = { .known = false };

	recovery_make(&recovery, state, state->plan->store[store].set);
	value.known = recovery.verdict == RECOVERY_MET || recovery.verdict == RECOVERY_NOT_MET;
	value.flag = recovery.verdict == RECOVERY_MET;
	value.seq = recovery.seq;
	recovery_free(&recovery);
	return value;
}

static void
make(struct whereabouts *w, const struct state *state, const struct judgement *j,
    struct subject subject)
{
	if (subject.kind == SUBJECT_KEY)
		whereabouts_make(w, state, WHERE_OF_KEY, j->subjects.target_of[subject.index]);
	else
		whereabouts_make(w, state, subject.kind == SUBJECT_STORE ? WHERE_OF_STORE :
		    WHERE_OF_INSTANCE, subject.index);
}

void
judgement_places(const struct state *state, struct subject subject,
    const struct condition_name *name, judged_record *each, void *arg)
{
	const struct judgement *j = state->judgement;
	struct whereabouts w;

	judgement_enclosures(state, subject, name, each, arg);
	if (name->source != NAME_SUBJECT || !is_of_place((enum subject_fact)name->number))
		return;
	make(&w, state, j, subject);
	for (uint32_t i = 0; i < w.testimonies; i++)
		if (w.testimony[i].seq != 0)
			each(arg, w.testimony[i].seq);
	whereabouts_free(&w);
}

struct value
judge_place(const struct state *state, const struct judgement *j, struct subject subject,
    enum subject_fact fact)
{
	struct whereabouts w;
	struct value value = { .known = false };

	if (subject.kind == SUBJECT_STORE && fact != SUBJECT_FACT_STORE_RECOVERS &&
	    fact != SUBJECT_FACT_STORE_VERDICT && fact != SUBJECT_FACT_STORE_EDGES_OUTSIDE)
		return store_declared(state, &j->subjects, subject.index, fact);
	if (fact == SUBJECT_FACT_STORE_RECOVERS)
		return recovers(state, subject.index);
	make(&w, state, j, subject);
	value.seq = newest(&w);
	if (fact == SUBJECT_FACT_LOC_EDGES_OUTSIDE || fact == SUBJECT_FACT_STORE_EDGES_OUTSIDE) {
		value.known = edges_are_known(&w);
		value.number = w.edges_outside;
	} else if (fact == SUBJECT_FACT_LOC_COUNTRY_AGREES) {
		country_agrees(state, &w, &value);
	} else {
		value.known = w.verdict != WHERE_UNKNOWN;
		value.text = bytes_of_text(where_verdict_name(w.verdict));
	}
	whereabouts_free(&w);
	return value;
}
