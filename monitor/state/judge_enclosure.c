/* SPDX-License-Identifier: Apache-2.0 */
/* What packs can ask of how closed a store is at rest and an instance in use; see enclosure.h. */
#include "monitor/state/enclosure.h"
#include "monitor/state/judge_private.h"

static const enum subject_fact moving[] = { SUBJECT_FACT_USE_OBSERVED, SUBJECT_FACT_USE_PROVEN,
	SUBJECT_FACT_USE_VERDICT, SUBJECT_FACT_STORE_ENCRYPTED, SUBJECT_FACT_STORE_HOLDER,
	SUBJECT_FACT_STORE_REST };

enum { MOVING = sizeof(moving) / sizeof(moving[0]) };

/* What enclosure.c reads; a change of anything else moves nothing. */
static bool
is_read(uint32_t fact)
{
	static const enum fact reads[] = { FACT_ATTEST_KIND, FACT_ATTEST_VERDICT,
		FACT_ATTEST_FRESH, FACT_ATTEST_BINDING, FACT_ATTEST_ENDORSED,
		FACT_ATTEST_SITE, FACT_ATTEST_CONFIDENTIAL,
		FACT_ATTEST_DEBUG, FACT_ATTEST_WENT_BACK, FACT_ATTEST_INSTANCE,
		FACT_KEY_SPKI, FACT_TLS_SPKI, FACT_SSH_HOSTKEY_SPKI, FACT_IKE_AUTH_SPKI,
		FACT_INVENTORY_KIND, FACT_INVENTORY_ENCRYPTED,
		FACT_INVENTORY_KEY, FACT_INVENTORY_KEY_HOLDER, FACT_INVENTORY_IN_USE,
		FACT_INVENTORY_RESOURCE,
		FACT_INVENTORY_PROVIDER, FACT_INVENTORY_CONTRADICTIONS_COUNT,
		FACT_INVENTORY_ALL_UNENCRYPTED };

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		if (fact == (uint32_t)reads[i])
			return true;
	return false;
}

bool
judge_enclosure_reads(const struct reads *moved, struct reads *out)
{
	*out = (struct reads){ .fact = { 0 } };
	for (size_t i = 0; i < MOVING; i++)
		reads_add(out, moving[i]);
	for (uint32_t word = 0; word < FACT_WORDS; word++)
		for (uint64_t bits = moved->fact[word]; bits != 0; bits &= bits - 1)
			if (is_read(64 * word + (uint32_t)__builtin_ctzll(bits)))
				return true;
	return false;
}

static bool
is_moving(enum subject_fact fact)
{
	for (size_t i = 0; i < MOVING; i++)
		if (moving[i] == fact)
			return true;
	return false;
}

bool
judge_enclosure_of(enum subject_fact fact)
{
	return is_moving(fact) || fact == SUBJECT_FACT_USE_DECLARED ||
	    fact == SUBJECT_FACT_STORE_ENCRYPTED_DECLARED ||
	    fact == SUBJECT_FACT_STORE_HOLDER_DECLARED;
}

static struct value
word(const char *text, bool known, uint64_t seq)
{
	return (struct value){ .known = known && text[0] != '\0', .text = bytes_of_text(text),
		.seq = seq };
}

static struct value
use_value(const struct state *state, uint32_t instance, enum subject_fact fact)
{
	struct enclosure_use use;
	struct value value;
	uint64_t seq = 0;

	if (fact == SUBJECT_FACT_USE_DECLARED)
		return word(use_level_name((enum use_level)state->plan->instance[instance].in_use),
		    true, state->config_seq);
	enclosure_use_make(&use, state, instance);
	for (uint32_t i = 0; i < use.sightings; i++)
		seq = use.sighting[i].seq > seq ? use.sighting[i].seq : seq;
	value = fact == SUBJECT_FACT_USE_OBSERVED ? word(use_level_name(use.seen), true, seq) :
	    fact == SUBJECT_FACT_USE_PROVEN ? word(use_level_name(use.proven), true, seq) :
	    word(enclosure_verdict_name(use.verdict), use.verdict != ENCLOSURE_UNKNOWN, seq);
	enclosure_use_free(&use);
	return value;
}

static struct value
rest_value(const struct state *state, uint32_t index, enum subject_fact fact)
{
	const struct plan_store *store = &state->plan->store[index];
	struct enclosure_rest rest;
	struct value value;
	uint64_t seq = 0;

	if (fact == SUBJECT_FACT_STORE_ENCRYPTED_DECLARED)
		return (struct value){ .known = store->encrypted != REST_UNSAID,
			.flag = store->encrypted == REST_YES, .seq = state->config_seq };
	if (fact == SUBJECT_FACT_STORE_HOLDER_DECLARED)
		return word(key_holder_name((enum key_holder)store->key_holder), true,
		    state->config_seq);
	enclosure_rest_make(&rest, state, index);
	for (uint32_t i = 0; i < rest.sightings; i++)
		seq = rest.sighting[i].seq > seq ? rest.sighting[i].seq : seq;
	value = fact == SUBJECT_FACT_STORE_ENCRYPTED ? (struct value){ .seq = seq,
	    .known = rest.seen != REST_UNSAID, .flag = rest.seen == REST_YES } :
	    fact == SUBJECT_FACT_STORE_HOLDER ? word(key_holder_name(rest.seen_holder), true, seq) :
	    word(enclosure_verdict_name(rest.verdict), rest.verdict != ENCLOSURE_UNKNOWN, seq);
	enclosure_rest_free(&rest);
	return value;
}

struct value
judge_enclosure(const struct state *state, struct subject subject, enum subject_fact fact)
{
	return subject.kind == SUBJECT_STORE ? rest_value(state, subject.index, fact) :
	    use_value(state, subject.index, fact);
}

void
judgement_enclosures(const struct state *state, struct subject subject,
    const struct condition_name *name, judged_record *each, void *arg)
{
	struct enclosure_rest rest;
	struct enclosure_use use;

	if (name->source != NAME_SUBJECT || !is_moving((enum subject_fact)name->number))
		return;
	if (subject.kind == SUBJECT_STORE) {
		enclosure_rest_make(&rest, state, subject.index);
		for (uint32_t i = 0; i < rest.sightings; i++)
			if (rest.sighting[i].seq != 0)
				each(arg, rest.sighting[i].seq);
		enclosure_rest_free(&rest);
		return;
	}
	enclosure_use_make(&use, state, subject.index);
	for (uint32_t i = 0; i < use.sightings; i++)
		if (use.sighting[i].seq != 0)
			each(arg, use.sighting[i].seq);
	enclosure_use_free(&use);
}
