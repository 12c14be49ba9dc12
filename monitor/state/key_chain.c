/* SPDX-License-Identifier: Apache-2.0 */
/* See key_chain.h.  The wire is compared by the rule of key.bound (judge_value.c). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/comma.h"
#include "monitor/base/i18n.h"
#include "monitor/state/fold_memory.h"
#include "monitor/state/judge_private.h"
#include "monitor/state/key_chain.h"
#include "monitor/state/protection.h"

static const struct { enum key_stand stand; const char *text, *advice; } whys[KEY_WHYS] = {
#define KEY_WHY(NAME, STAND, text, advice) [KEY_WHY_##NAME] = { KEY_##STAND, text, advice },
#include "monitor/state/key_chain_list.h"
};

static const struct { enum key_link link; enum fact fact; const char *label; } shown[] = {
#define KEY_FACT(LINK, FACT, label) { KEY_LINK_##LINK, FACT_##FACT, label },
#include "monitor/state/key_chain_list.h"
};

enum key_stand
key_why_stand(enum key_why why)
{
	return whys[why].stand;
}

enum key_stand
key_link_stand(const struct key_chain *chain, enum key_link link)
{
	return whys[chain->why[link]].stand;
}

const char *
key_why_text(enum key_why why)
{
	return whys[why].text;
}

const char *
key_why_advice(enum key_why why)
{
	return whys[why].advice;
}

void
key_link_facts(const struct key_chain *chain, enum key_link link, void (*each)(void *arg,
    const char *label, const struct fact_row *, struct bytes value), void *arg)
{
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		struct fact_walk walk = fact_walk_of(bytes_of_buffer(&chain->replica->facts));
		const struct fact_row *row;
		struct bytes value;
		uint64_t number;

		if (shown[i].link != link)
			continue;
		while (fact_walk_next(&walk, &number, &row, &value))
			if (row != NULL && row->fact == shown[i].fact)
				each(arg, shown[i].label, row, value);
	}
}

/* --- what the target itself says ---------------------------------------------------------- */

static bool
says(struct bytes facts, enum fact fact, const char *word)
{
	struct bytes text;

	return fact_text(facts, fact, &text) && bytes_equal(text, bytes_of_text(word));
}

static bool
has_text(struct bytes facts, enum fact fact)
{
	struct bytes text;

	return fact_text(facts, fact, &text) && text.len > 0;
}

static bool
is_flag(struct bytes facts, enum fact fact, bool wanted)
{
	bool flag;

	return fact_flag(facts, fact, &flag) && flag == wanted;
}

static enum key_why
why_unusable(const struct replica_state *replica)
{
	switch (replica->reason) {
	case REASON_NEVER:
		return KEY_WHY_EVIDENCE_NEVER;
	case REASON_STALE:
		return KEY_WHY_EVIDENCE_STALE;
	case REASON_GAP:
	case REASON_MISSED:
		return KEY_WHY_EVIDENCE_UNWATCHED;
	default:
		return replica->seen ? KEY_WHY_EVIDENCE_FAILED : KEY_WHY_EVIDENCE_NEVER;
	}
}

/* Accepted in the round that saw it; what ended between that round and now is told apart. */
static bool
ran_out(const struct key_chain *chain, struct bytes facts, enum fact fact, int64_t now_ms)
{
	int64_t until;

	return fact_int(facts, fact, &until) && until <= now_ms && until > chain->heard_ms;
}

static enum key_why
why_evidence(const struct key_chain *chain, struct bytes facts, int64_t now_ms)
{
	struct bytes delivery;

	if (!chain->usable)
		return why_unusable(chain->replica);
	if (says(facts, FACT_ATTEST_VERDICT, "reject"))
		return KEY_WHY_EVIDENCE_REJECTED;
	if (says(facts, FACT_ATTEST_VERDICT, "accept")) {
		if (protection_went_back(chain->replica))
			return fact_text(facts, FACT_ATTEST_DELIVERY, &delivery) ?
			    KEY_WHY_EVIDENCE_PUT_BACK : KEY_WHY_EVIDENCE_WENT_BACK;
		if (ran_out(chain, facts, FACT_ATTEST_EXPIRES, now_ms) ||
		    ran_out(chain, facts, FACT_ATTEST_COLLATERAL_UNTIL, now_ms))
			return KEY_WHY_EVIDENCE_RAN_OUT;
		return is_flag(facts, FACT_ATTEST_FRESH, true) ? KEY_WHY_EVIDENCE_FRESH :
		    KEY_WHY_EVIDENCE_STATEMENT;
	}
	if (has_text(facts, FACT_ATTEST_VERDICT))
		return KEY_WHY_EVIDENCE_UNDECIDED;
	if (is_flag(facts, FACT_KEY_SIGNED, true))
		return KEY_WHY_EVIDENCE_POSSESSION;
	return is_flag(facts, FACT_KEY_SIGNED, false) ? KEY_WHY_EVIDENCE_UNSIGNED :
	    KEY_WHY_EVIDENCE_FAILED;
}

static void
token_links(struct key_chain *chain, struct bytes facts)
{
	enum key_why why = KEY_WHY_KEY_TOKEN_SILENT;

	if (is_flag(facts, FACT_KEY_EXTRACTABLE, true) ||
	    is_flag(facts, FACT_KEY_NEVER_EXTRACTABLE, false))
		why = KEY_WHY_KEY_TOKEN_LEAVES;
	else if (is_flag(facts, FACT_KEY_LOCAL, false))
		why = KEY_WHY_KEY_TOKEN_IMPORTED;
	else if (is_flag(facts, FACT_KEY_LOCAL, true) &&
	    is_flag(facts, FACT_KEY_NEVER_EXTRACTABLE, true))
		why = KEY_WHY_KEY_TOKEN;
	chain->why[KEY_LINK_HARDWARE] = KEY_WHY_HARDWARE_DECLARED;
	chain->why[KEY_LINK_KEY] = chain->named ? why : KEY_WHY_KEY_UNNAMED;
	chain->why[KEY_LINK_BINDING] = KEY_WHY_BINDING_POSSESSION;
}

static enum key_why
why_key(const struct key_chain *chain, struct bytes facts)
{
	bool asked;

	if (is_flag(facts, FACT_ATTEST_KEY_EXPORTABLE, true))
		return KEY_WHY_KEY_EXPORTABLE;
	if (is_flag(facts, FACT_ATTEST_KEY_GENERATED, false))
		return KEY_WHY_KEY_IMPORTED;
	if (!chain->named)
		return KEY_WHY_KEY_UNNAMED;
	if (is_flag(facts, FACT_ATTEST_KEY_GENERATED, true) &&
	    is_flag(facts, FACT_ATTEST_KEY_EXPORTABLE, false))
		return KEY_WHY_KEY_INSIDE;
	/* B1: the challenge named the key, and whoever asks makes the challenge. */
	asked = says(facts, FACT_ATTEST_BINDING, "B1") || says(facts, FACT_ATTEST_BINDING, "B1 B3");
	return asked && !is_flag(facts, FACT_ATTEST_CONFIDENTIAL, true) ? KEY_WHY_KEY_NAMED :
	    KEY_WHY_KEY_VOUCHED;
}

static enum key_why
why_binding(const struct key_chain *chain, struct bytes facts)
{
	static const struct { const char *text; enum key_why why; } bindings[] = {
		{ "B1", KEY_WHY_BINDING_B1 }, { "B1 B3", KEY_WHY_BINDING_B1_B3 },
		{ "B2", KEY_WHY_BINDING_B2 }, { "B2 B3", KEY_WHY_BINDING_B2_B3 },
		{ "B3", KEY_WHY_BINDING_B3 },
	};

	for (size_t i = 0; i < sizeof(bindings) / sizeof(bindings[0]); i++)
		if (says(facts, FACT_ATTEST_BINDING, bindings[i].text))
			return bindings[i].why;
	return chain->named ? KEY_WHY_BINDING_STATEMENT : KEY_WHY_BINDING_NONE;
}

bool
key_endorsed(struct bytes facts)
{
	return !says(facts, FACT_ATTEST_ENDORSED, "policy") || has_text(facts, FACT_ATTEST_SITE);
}

static void
hardware_links(struct key_chain *chain, struct bytes facts)
{
	chain->why[KEY_LINK_HARDWARE] = !key_endorsed(facts) ? KEY_WHY_HARDWARE_LISTED :
	    has_text(facts, FACT_ATTEST_SITE) ?
	    KEY_WHY_HARDWARE_SITED : has_text(facts, FACT_ATTEST_SERIAL) ?
	    KEY_WHY_HARDWARE_NAMED : has_text(facts, FACT_ATTEST_HARDWARE) ?
	    KEY_WHY_HARDWARE_UNNAMED : KEY_WHY_HARDWARE_SILENT;
	chain->why[KEY_LINK_KEY] = why_key(chain, facts);
	chain->why[KEY_LINK_BINDING] = why_binding(chain, facts);
}

static void
links_make(struct key_chain *chain, struct bytes facts, int64_t now_ms)
{
	enum key_why evidence = why_evidence(chain, facts, now_ms);

	chain->why[KEY_LINK_EVIDENCE] = evidence;
	chain->why[KEY_LINK_HARDWARE] = chain->why[KEY_LINK_KEY] =
	    chain->why[KEY_LINK_BINDING] = KEY_WHY_BEHIND;
	if (evidence == KEY_WHY_EVIDENCE_POSSESSION)
		token_links(chain, facts);
	else if (whys[evidence].stand == KEY_HOLDS || evidence == KEY_WHY_EVIDENCE_WENT_BACK ||
	    evidence == KEY_WHY_EVIDENCE_PUT_BACK)
		hardware_links(chain, facts);
	else
		chain->named = false;
}

/* --- wires -------------------------------------------------------------------------------- */

static struct key_wire *
wire_new(struct key_chain *chain, struct bytes name)
{
	struct key_wire *wire;

	chain->wire = memory_resize(chain->wire, chain->wires + 1, sizeof(*chain->wire));
	wire = &chain->wire[chain->wires++];
	memset(wire, 0, sizeof(*wire));
	wire->name = name;
	wire->why = KEY_WHY_WIRE_NO_TARGET;
	return wire;
}

static enum key_why
why_wire(const struct key_chain *chain, const struct key_wire *wire)
{
	if (!replica_usable(wire->replica))
		return KEY_WHY_WIRE_UNSEEN;
	if (!wire->shown)
		return KEY_WHY_WIRE_KEYLESS;
	if (!chain->named)
		return KEY_WHY_WIRE_UNCOMPARED;
	return hash_equal(wire->seen, chain->spki) ? KEY_WHY_WIRE_EQUAL : KEY_WHY_WIRE_OTHER;
}

static const struct target_state *
target_named(const struct state *state, struct bytes name)
{
	char subject[SUBJECT_NAME];
	struct subject_ref ref;

	if (name.len + sizeof("target:") > sizeof(subject))
		return NULL;
	snprintf(subject, sizeof(subject), "target:%.*s", (int)name.len, (const char *)name.at);
	ref = plan_view_find(state->memory->view, subject);
	return ref.kind == REF_TARGET ? &state->target[ref.target] : NULL;
}

static void
wires_of(struct key_chain *chain, const struct state *state, struct bytes name)
{
	const struct target_state *target = target_named(state, name);

	if (target == NULL)
		wire_new(chain, name);
	for (uint32_t i = 0; target != NULL && i < target->replicas; i++) {
		struct key_wire *wire = wire_new(chain, name);

		wire->target = target;
		wire->replica = &target->replica[i];
		wire->number = i;
		wire->heard_ms = fold_heard_ms(state, target, wire->replica);
		wire->shown = key_of_wire(bytes_of_buffer(&wire->replica->facts), &wire->seen);
		wire->why = why_wire(chain, wire);
	}
}

static void
wires_make(struct key_chain *chain, const struct state *state)
{
	const char *list = plan_option(chain->target->plan, "wire", "");
	struct bytes word;

	while (comma_next(&list, &word))
		wires_of(chain, state, word);
	chain->why[KEY_LINK_WIRE] = KEY_WHY_WIRE_NOT_NAMED;
	for (uint32_t i = 0; i < chain->wires; i++)
		if (i == 0 || whys[chain->wire[i].why].stand > key_link_stand(chain, KEY_LINK_WIRE))
			chain->why[KEY_LINK_WIRE] = chain->wire[i].why;
}

/* --- the whole ---------------------------------------------------------------------------- */

bool
key_of_wire(struct bytes facts, struct hash *key)
{
	return fact_hash(facts, FACT_TLS_SPKI, key) ||
	    fact_hash(facts, FACT_SSH_HOSTKEY_SPKI, key) ||
	    fact_hash(facts, FACT_IKE_AUTH_SPKI, key);
}

void
key_chain_make(struct key_chain *chain, const struct state *state, uint32_t place)
{
	const struct target_state *target = &state->target[place];
	struct bytes facts = bytes_of_buffer(&target->replica[0].facts);

	memset(chain, 0, sizeof(*chain));
	chain->target = target;
	chain->replica = &target->replica[0];
	chain->usable = replica_usable(chain->replica);
	chain->heard_ms = fold_heard_ms(state, target, chain->replica);
	chain->named = fact_hash(facts, FACT_KEY_SPKI, &chain->spki);
	links_make(chain, facts, state->now_ms);
	wires_make(chain, state);
	for (enum key_link link = 0; link < KEY_LINKS; link++)
		if (key_link_stand(chain, link) > chain->stand)
			chain->stand = key_link_stand(chain, link);
	for (enum key_link link = KEY_LINKS; link-- > 0;)
		if (key_link_stand(chain, link) == chain->stand &&
		    chain->why[link] != KEY_WHY_BEHIND &&
		    chain->why[link] != KEY_WHY_WIRE_UNCOMPARED)
			chain->weakest = link;
}

void
key_chain_free(struct key_chain *chain)
{
	free(chain->wire);
	chain->wire = NULL;
	chain->wires = 0;
}
