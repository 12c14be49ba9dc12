/* SPDX-License-Identifier: Apache-2.0 */
/* Witnesses out of a state: what was asked of the subject's targets, one testimony each. */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/distance.h"
#include "monitor/state/fold_memory.h"
#include "monitor/state/judge_private.h"
#include "monitor/state/whereabouts.h"

/* One address of one target, as it is looked at. */
struct seen {
	const struct state         *state;
	const struct target_state  *target;
	const struct replica_state *replica;
	uint32_t                    number;
	struct bytes                facts;
};

static struct where_testimony *
testimony_add(struct whereabouts *w, enum where_witness witness, const struct seen *seen)
{
	struct where_testimony *t;

	w->testimony = memory_resize(w->testimony, w->testimonies + 1, sizeof(*w->testimony));
	t = &w->testimony[w->testimonies++];
	memset(t, 0, sizeof(*t));
	t->witness = witness;
	if (seen == NULL)
		return t;
	t->target = seen->target;
	t->replica = seen->number;
	t->heard_ms = fold_heard_ms(seen->state, seen->target, seen->replica);
	t->seq = seen->replica->seq;
	return t;
}

static enum where_lack
lack_of(const struct replica_state *replica)
{
	if (replica_usable(replica))
		return WHERE_LACK_NONE;
	switch (replica->reason) {
	case REASON_NEVER: return WHERE_LACK_NEVER;
	case REASON_STALE: return WHERE_LACK_STALE;
	case REASON_GAP:
	case REASON_MISSED: return WHERE_LACK_UNWATCHED;
	default: return replica->seen ? WHERE_LACK_SILENT : WHERE_LACK_NEVER;
	}
}

static void
place_set(const struct whereabouts *w, const struct state *state, struct where_testimony *t,
    struct place place)
{
	t->place = place;
	if (!place_is_known(&place)) {
		if (t->lack == WHERE_LACK_NONE)
			t->lack = WHERE_LACK_SILENT;
		return;
	}
	t->approved = place_approved(state->plan, &t->place, w->data, state->now_ms);
}

/* --- signed evidence ---------------------------------------------------------------------- */

static enum where_grade
grade_of(struct bytes facts)
{
	static const struct { const char *word; enum where_grade grade; } grades[] = {
		{ "A", WHERE_GRADE_A }, { "A'", WHERE_GRADE_A_PRIME }, { "B", WHERE_GRADE_B },
		{ "C", WHERE_GRADE_C },
	};
	struct bytes word;

	if (fact_text(facts, FACT_ATTEST_PLACE_GRADE, &word))
		for (size_t i = 0; i < sizeof(grades) / sizeof(grades[0]); i++)
			if (bytes_equal(word, bytes_of_text(grades[i].word)))
				return grades[i].grade;
	return WHERE_GRADE_C;
}

/* Refused for nothing but its place, which the register says. */
static bool
is_elsewhere(struct bytes facts)
{
	struct bytes rule, site;

	return fact_text(facts, FACT_ATTEST_RULE, &rule) &&
	    bytes_equal(rule, bytes_of_text("site-register/site")) &&
	    fact_text(facts, FACT_ATTEST_SITE, &site);
}

/* Hardware that was proven, and a register in which an officer said where it stands. */
static bool
sealed_site(const struct whereabouts *w, const struct seen *seen, struct where_testimony *t)
{
	const struct plan *plan = seen->state->plan;
	struct bytes name;
	bool fresh = false;

	if (!fact_text(seen->facts, FACT_ATTEST_SITE, &name))
		return false;
	/* A key is in its device; what a machine shows of one could have been brought along. */
	(void)fact_flag(seen->facts, FACT_ATTEST_FRESH, &fresh);
	fresh = fresh || w->kind == WHERE_OF_KEY;
	for (uint32_t i = 0; i < plan->sites; i++) {
		if (!bytes_equal(name, bytes_of_text(plan->site[i].name)))
			continue;
		t->grade = fresh ? WHERE_GRADE_A_PRIME : WHERE_GRADE_C;
		t->basis = WHERE_BASIS_OFFICER;
		place_set(w, seen->state, t, place_of_site(plan, i));
		return true;
	}
	return false;
}

/* Identifiers that can be told from each other: EC2's, or numbers as Google Cloud gives them. */
static bool
ids_differ(struct bytes a, struct bytes b)
{
	struct bytes text[2] = { a, b };
	bool ec2 = true, number = true;

	for (int i = 0; i < 2; i++) {
		ec2 = ec2 && text[i].len > 2 && memcmp(text[i].at, "i-", 2) == 0;
		for (size_t k = 0; k < text[i].len; k++)
			number = number && text[i].at[k] >= '0' && text[i].at[k] <= '9';
		number = number && text[i].len > 0;
	}
	return (ec2 || number) && !bytes_equal(a, b);
}

/*
 * The evidence names a machine, and the machines that are declared for this instance (targets of
 * probe inventory) are others: a document of somewhere else says nothing of this one.
 */
bool
where_other_machine(const struct state *state, const struct target_state *of, struct bytes facts)
{
	const struct plan *plan = state->plan;
	const struct plan_view *view = state->memory->view;
	struct index_range range = view->of_instance[of->plan->instance];
	struct bytes machine;
	bool differs = false;

	if (!fact_text(facts, FACT_ATTEST_INSTANCE, &machine))
		return false;
	for (uint32_t i = 0; i < range.count; i++) {
		uint32_t index = view->instance_target[range.at + i];
		const struct plan_target *target = &plan->target[index];
		const char *id = plan_option(target, "resource", "");

		if (strcmp(target->probe, "inventory") != 0 ||
		    strcmp(plan_option(target, "kind", ""), "machine") != 0)
			continue;
		if (bytes_equal(machine, bytes_of_text(id)))
			return false;
		differs = differs || ids_differ(machine, bytes_of_text(id));
	}
	return differs;
}

static void
signed_add(struct whereabouts *w, const struct seen *seen)
{
	struct bytes provider = { .len = 0 }, region = { .len = 0 }, verdict;
	struct where_testimony *t = testimony_add(w, WITNESS_SIGNED, seen);

	t->lack = lack_of(seen->replica);
	t->basis = WHERE_BASIS_SIGNATURE;
	t->grade = grade_of(seen->facts);
	if (fact_text(seen->facts, FACT_ATTEST_VERDICT, &verdict) && t->lack == WHERE_LACK_NONE)
		t->lack = bytes_equal(verdict, bytes_of_text("accept")) ||
		    is_elsewhere(seen->facts) ? WHERE_LACK_NONE :
		    bytes_equal(verdict, bytes_of_text("reject")) ? WHERE_LACK_REFUSED :
		    WHERE_LACK_UNDECIDED;
	else if (t->lack == WHERE_LACK_NONE)
		t->lack = WHERE_LACK_SILENT;
	if (t->lack == WHERE_LACK_NONE && where_other_machine(seen->state, seen->target,
	    seen->facts))
		t->lack = WHERE_LACK_OTHER_MACHINE;
	if (sealed_site(w, seen, t))
		return;
	(void)fact_text(seen->facts, FACT_ATTEST_PROVIDER, &provider);
	(void)fact_text(seen->facts, FACT_ATTEST_REGION, &region);
	place_set(w, seen->state, t, place_of_words(seen->state->plan, provider, region));
}

/* --- inventory ---------------------------------------------------------------------------- */

static void
edge_add(struct whereabouts *w, const struct seen *seen, struct bytes text)
{
	struct where_edge *edge;

	w->edges = memory_resize(w->edges, w->edge_count + 1, sizeof(*w->edges));
	edge = &w->edges[w->edge_count++];
	*edge = (struct where_edge){ .target = seen->target,
		.place = place_of_text(seen->state->plan, text) };
	edge->approved = place_approved(seen->state->plan, &edge->place, w->data,
	    seen->state->now_ms);
	w->edges_outside += edge->approved.approval == APPROVAL_NO;
	w->edges_unclear += edge->approved.approval == APPROVAL_UNCLEAR && w->data != 0;
}

static void
edges_add(struct whereabouts *w, const struct seen *seen)
{
	struct fact_walk walk = fact_walk_of(seen->facts);
	const struct fact_row *row;
	uint64_t number;
	struct bytes value;
	int64_t unsaid;

	if (fact_int(seen->facts, FACT_INVENTORY_EDGES_UNKNOWN, &unsaid) && unsaid > 0)
		w->edges_unsaid += (uint32_t)(unsaid < UINT16_MAX ? unsaid : UINT16_MAX);
	while (fact_walk_next(&walk, &number, &row, &value)) {
		struct cbor list = cbor_of(value, true);

		if (number != FACT_INVENTORY_EDGES_PLACES)
			continue;
		for (uint64_t n = cbor_array(&list); n > 0 && list.err == ERR_OK; n--)
			edge_add(w, seen, cbor_text(&list));
	}
}

/* One resource, where the provider says it is; a whole account has no place, a key has its own. */
static void
inventory_add(struct whereabouts *w, const struct seen *seen)
{
	struct where_testimony *t;
	struct bytes place = { .len = 0 }, kind;
	int64_t disputes;

	if (plan_option(seen->target->plan, "resource", "")[0] == '\0' ||
	    (fact_text(seen->facts, FACT_INVENTORY_KIND, &kind) &&
	    bytes_equal(kind, bytes_of_text("key"))))
		return;
	t = testimony_add(w, WITNESS_INVENTORY, seen);
	t->lack = lack_of(seen->replica);
	t->basis = WHERE_BASIS_PROVIDER;
	t->grade = WHERE_GRADE_C;
	if (t->lack == WHERE_LACK_NONE && fact_int(seen->facts,
	    FACT_INVENTORY_CONTRADICTIONS_COUNT, &disputes) && disputes > 0)
		t->lack = WHERE_LACK_DISPUTED;
	(void)fact_text(seen->facts, FACT_INVENTORY_PLACE, &place);
	place_set(w, seen->state, t, place_of_text(seen->state->plan, place));
	if (t->lack == WHERE_LACK_NONE)
		edges_add(w, seen);
}

/* --- physics ------------------------------------------------------------------------------ */

/* Held against the countries that others name, the declared one first. */
static void
physics_hold(const struct whereabouts *w, const struct plan *plan, struct where_testimony *t)
{
	struct distance_bound bound = { t->vantage, t->km };
	uint32_t reaches;

	if (distance_reaches(plan, t->vantage, &reaches) == NULL) {
		t->lack = WHERE_LACK_NO_VANTAGE;
		return;
	}
	t->lack = WHERE_LACK_EXCLUDES_NOTHING;
	for (uint32_t i = 0; i < w->testimonies; i++) {
		const struct where_testimony *other = &w->testimony[i];

		if (other->lack != WHERE_LACK_NONE || other->place.country[0] == '\0' ||
		    !distance_excludes(plan, &bound, other->place.country))
			continue;
		t->lack = WHERE_LACK_NONE;
		t->excludes = true;
		memcpy(t->excluded, other->place.country, sizeof(t->excluded));
		return;
	}
}

static void
physics_add(struct whereabouts *w, const struct seen *seen)
{
	struct where_testimony *t = testimony_add(w, WITNESS_PHYSICS, seen);

	t->lack = lack_of(seen->replica);
	t->basis = WHERE_BASIS_PHYSICS;
	t->grade = WHERE_GRADE_D;
	t->vantage = seen->target->plan->vantage;
	t->km = -1;
	if (!distance_fact(seen->facts, DISTANCE_FRONT, &t->km) && t->lack == WHERE_LACK_NONE)
		t->lack = WHERE_LACK_NO_BOUND;
}

/* --- address ------------------------------------------------------------------------------ */

/* Countries that registries and databases give an address: kept beside, held against nothing. */
static void
address_beside(struct whereabouts *w, const struct seen *seen, enum fact fact,
    enum where_lack lack)
{
	struct where_testimony *t;
	struct bytes country;

	if (!fact_text(seen->facts, fact, &country))
		return;
	t = testimony_add(w, WITNESS_ADDRESS, seen);
	t->lack = lack_of(seen->replica) != WHERE_LACK_NONE ? lack_of(seen->replica) : lack;
	t->basis = WHERE_BASIS_REGISTRY;
	t->grade = WHERE_GRADE_D;
	place_set(w, seen->state, t, place_of_country(country));
}

/* Published ranges: the provider's word, dated. */
static void
address_add(struct whereabouts *w, const struct seen *seen)
{
	struct where_testimony *t;
	struct bytes text = { .len = 0 };
	bool known = fact_text(seen->facts, FACT_LOC_OBSERVED, &text);

	if (!known && !fact_text(seen->facts, FACT_LOC_UNKNOWN, &text))
		return;
	t = testimony_add(w, WITNESS_ADDRESS, seen);
	t->lack = lack_of(seen->replica);
	t->basis = WHERE_BASIS_PROVIDER;
	t->grade = WHERE_GRADE_D;
	place_set(w, seen->state, t, place_of_text(seen->state->plan,
	    known ? text : bytes_of("", 0)));
}

/* --- all of it ---------------------------------------------------------------------------- */

static bool
is_probe(const struct seen *seen, const char *name)
{
	return strcmp(seen->target->plan->probe, name) == 0;
}

/* A statement dropped in a folder may be about a module elsewhere: of a machine it names one. */
static bool
speaks_of_machine(const struct seen *seen)
{
	struct bytes machine;

	return is_probe(seen, "witness") ||
	    (is_probe(seen, "drop") && fact_text(seen->facts, FACT_ATTEST_INSTANCE, &machine));
}

static void
replica_look(struct whereabouts *w, const struct seen *seen)
{
	/* Its address is that of the provider's API. */
	if (is_probe(seen, "inventory")) {
		inventory_add(w, seen);
		return;
	}
	if (is_probe(seen, "distance"))
		physics_add(w, seen);
	if (w->kind == WHERE_OF_KEY ? plan_target_has_key(seen->target->plan) &&
	    !is_probe(seen, "token") : speaks_of_machine(seen))
		signed_add(w, seen);
	address_add(w, seen);
	address_beside(w, seen, FACT_LOC_REGISTRY_COUNTRY, WHERE_LACK_HOLDER);
	address_beside(w, seen, FACT_LOC_MMDB_COUNTRY, WHERE_LACK_GUESS);
}

static void
target_look(struct whereabouts *w, const struct state *state, uint32_t index)
{
	const struct target_state *target = &state->target[index];

	for (uint32_t r = 0; r < target->replicas; r++)
		replica_look(w, &(struct seen){ .state = state, .target = target,
		    .replica = &target->replica[r], .number = r,
		    .facts = bytes_of_buffer(&target->replica[r].facts) });
}

static void
declared_add(struct whereabouts *w, const struct state *state, uint32_t site)
{
	struct where_testimony *t = testimony_add(w, WITNESS_DECLARED, NULL);

	t->basis = WHERE_BASIS_CARRIER;
	t->seq = state->config_seq;
	place_set(w, state, t, place_of_site(state->plan, site));
}

/* store: index + 1 of whose targets are looked at; 0: those of the instance alone. */
static void
targets_look(struct whereabouts *w, const struct state *state, uint32_t instance, uint32_t store)
{
	const struct plan_view *view = state->memory->view;
	struct index_range range = view->of_instance[instance];

	for (uint32_t i = 0; i < range.count; i++) {
		uint32_t target = view->instance_target[range.at + i];

		if (state->plan->target[target].store == store)
			target_look(w, state, target);
	}
}

void
whereabouts_make(struct whereabouts *w, const struct state *state, enum where_kind kind,
    uint32_t index)
{
	const struct plan *plan = state->plan;
	uint32_t instance = kind == WHERE_OF_STORE ? plan->store[index].instance :
	    kind == WHERE_OF_KEY ? plan->target[index].instance : index;
	uint32_t site = kind == WHERE_OF_STORE ? plan->store[index].site :
	    plan->instance[instance].site;

	memset(w, 0, sizeof(*w));
	w->kind = kind;
	w->index = index;
	w->data = kind == WHERE_OF_STORE ? plan->store[index].data : plan->instance[instance].data;
	w->next_ms = approved_next_ms(plan, w->data, state->now_ms);
	declared_add(w, state, site);
	if (kind == WHERE_OF_KEY)
		target_look(w, state, index);
	else
		targets_look(w, state, instance, kind == WHERE_OF_STORE ? index + 1 : 0);
	for (uint32_t i = 0; i < w->testimonies; i++)
		if (w->testimony[i].witness == WITNESS_PHYSICS &&
		    w->testimony[i].lack == WHERE_LACK_NONE)
			physics_hold(w, plan, &w->testimony[i]);
	whereabouts_judge(w);
}

void
whereabouts_free(struct whereabouts *w)
{
	free(w->testimony);
	free(w->edges);
	w->testimony = NULL;
	w->edges = NULL;
	w->testimonies = w->edge_count = 0;
}
