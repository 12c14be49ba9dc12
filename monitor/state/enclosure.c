/* SPDX-License-Identifier: Apache-2.0 */
/* Who says what of a store's encryption and of an instance's memory, out of a state. */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/comma.h"
#include "monitor/state/enclosure.h"
#include "monitor/state/fold_memory.h"
#include "monitor/state/judge_private.h"
#include "monitor/state/key_chain.h"
#include "monitor/state/protection.h"
#include "monitor/state/whereabouts.h"

/* One address of one target, as it is looked at. */
struct seen {
	const struct state         *state;
	const struct target_state  *target;
	const struct replica_state *replica;
	uint32_t                    number;
	struct bytes                facts;
};

static enum enclosure_lack
lack_of(const struct replica_state *replica)
{
	if (replica_usable(replica))
		return ENCLOSURE_LACK_NONE;
	switch (replica->reason) {
	case REASON_NEVER: return ENCLOSURE_LACK_NEVER;
	case REASON_STALE: return ENCLOSURE_LACK_STALE;
	case REASON_GAP:
	case REASON_MISSED: return ENCLOSURE_LACK_UNWATCHED;
	default: return replica->seen ? ENCLOSURE_LACK_SILENT : ENCLOSURE_LACK_NEVER;
	}
}

static bool
says(struct bytes facts, enum fact fact, const char *word)
{
	struct bytes text;

	return fact_text(facts, fact, &text) && bytes_equal(text, bytes_of_text(word));
}

static bool
is_flag(struct bytes facts, enum fact fact, bool wanted)
{
	bool flag;

	return fact_flag(facts, fact, &flag) && flag == wanted;
}

static bool
is_probe(const struct plan_target *target, const char *name)
{
	return strcmp(target->probe, name) == 0;
}

static bool
is_disputed(struct bytes facts)
{
	int64_t disputes;

	return fact_int(facts, FACT_INVENTORY_CONTRADICTIONS_COUNT, &disputes) && disputes > 0;
}

static const char *
resource_of(const struct plan_target *target)
{
	return plan_option(target, "resource", "");
}

/* Each address of the targets of an instance: those of its own for store 0, else of that store. */
static void
targets_look(const struct state *state, uint32_t instance, uint32_t store,
    void (*look)(void *arg, const struct seen *), void *arg)
{
	const struct plan_view *view = state->memory->view;
	struct index_range range = view->of_instance[instance];

	for (uint32_t i = 0; i < range.count; i++) {
		const struct target_state *target =
		    &state->target[view->instance_target[range.at + i]];

		for (uint32_t r = 0; target->plan->store == store && r < target->replicas; r++)
			look(arg, &(struct seen){ .state = state, .target = target,
			    .replica = &target->replica[r], .number = r,
			    .facts = bytes_of_buffer(&target->replica[r].facts) });
	}
}

/* --- at rest ------------------------------------------------------------------------------ */

static struct rest_sighting *
rest_add(struct enclosure_rest *rest, const struct seen *seen)
{
	struct rest_sighting *s;

	rest->sighting = memory_resize(rest->sighting, rest->sightings + 1, sizeof(*s));
	s = &rest->sighting[rest->sightings++];
	*s = (struct rest_sighting){ .target = seen->target, .lack = lack_of(seen->replica),
		.heard_ms = fold_heard_ms(seen->state, seen->target, seen->replica),
		.seq = seen->replica->seq };
	return s;
}

static bool
is_key(const struct seen *seen)
{
	return says(seen->facts, FACT_INVENTORY_KIND, "key") ||
	    strcmp(plan_option(seen->target->plan, "kind", ""), "key") == 0;
}

/* A resource of the store; a key beside it only says whose it is. */
static void
resource_look(void *arg, const struct seen *seen)
{
	struct enclosure_rest *rest = arg;
	struct rest_sighting *s;
	struct bytes holder;
	bool flag;

	if (!is_probe(seen->target->plan, "inventory") ||
	    resource_of(seen->target->plan)[0] == '\0' || is_key(seen))
		return;
	s = rest_add(rest, seen);
	if (s->lack == ENCLOSURE_LACK_NONE && is_disputed(seen->facts))
		s->lack = ENCLOSURE_LACK_DISPUTED;
	if (fact_flag(seen->facts, FACT_INVENTORY_ENCRYPTED, &flag))
		s->encrypted = flag ? REST_YES : REST_NO;
	if (fact_text(seen->facts, FACT_INVENTORY_KEY_HOLDER, &holder))
		s->holder = key_holder_find(holder);
	/* Google names a key in the same way wherever it is kept: only the key itself says that. */
	if (s->holder == KEY_HOLDER_CUSTOMER && rest->holder == KEY_HOLDER_CARRIER &&
	    says(seen->facts, FACT_INVENTORY_PROVIDER, "google"))
		s->holder = KEY_HOLDER_UNSAID;
	(void)fact_text(seen->facts, FACT_INVENTORY_KEY, &s->key);
}

/* "volume vol-1 (NAME) in PLACE", as an account's list has it. */
static bool
title_names(struct bytes title, const char *id)
{
	const uint8_t *blank = title.len > 0 ? memchr(title.at, ' ', title.len) : NULL;
	size_t len = strlen(id), left;

	if (blank == NULL || len == 0)
		return false;
	left = title.len - (size_t)(blank + 1 - title.at);
	return left >= len && memcmp(blank + 1, id, len) == 0 &&
	    (left == len || blank[1 + len] == ' ');
}

/* A whole account names what is not encrypted; that it does not name a thing says nothing of it. */
static void
account_look(void *arg, const struct seen *seen)
{
	struct enclosure_rest *rest = arg;
	const char *id = seen->state->plan->store[rest->store].resource;
	struct fact_walk walk = fact_walk_of(seen->facts);
	const struct fact_row *row;
	struct bytes value;
	uint64_t number;

	if (!is_probe(seen->target->plan, "inventory") ||
	    resource_of(seen->target->plan)[0] != '\0' || !replica_usable(seen->replica))
		return;
	while (fact_walk_next(&walk, &number, &row, &value)) {
		struct cbor list = cbor_of(value, true);

		if (number != FACT_INVENTORY_ALL_UNENCRYPTED)
			continue;
		for (uint64_t n = cbor_array(&list); n > 0 && list.err == ERR_OK; n--) {
			struct rest_sighting *s;

			if (!title_names(cbor_text(&list), id))
				continue;
			s = rest_add(rest, seen);
			s->whole = true;
			s->encrypted = REST_NO;
			return;
		}
	}
}

/* Google's word of a key is where it is kept; whoever names it in a resource chose it. */
static enum key_holder
holder_of_key(struct bytes facts)
{
	struct bytes holder;

	if (!fact_text(facts, FACT_INVENTORY_KEY_HOLDER, &holder))
		return KEY_HOLDER_UNSAID;
	if (says(facts, FACT_INVENTORY_PROVIDER, "google") &&
	    key_holder_find(holder) != KEY_HOLDER_CARRIER)
		return KEY_HOLDER_CUSTOMER;
	return key_holder_find(holder);
}

/* A key asked for by itself tells whose it is, where the resource does not. */
static void
key_look(void *arg, const struct seen *seen)
{
	struct enclosure_rest *rest = arg;
	struct bytes key;

	if (!is_probe(seen->target->plan, "inventory") || !is_key(seen) ||
	    !replica_usable(seen->replica) || is_disputed(seen->facts) ||
	    (!fact_text(seen->facts, FACT_INVENTORY_KEY, &key) &&
	    !fact_text(seen->facts, FACT_INVENTORY_RESOURCE, &key)))
		return;
	for (uint32_t i = 0; i < rest->sightings; i++)
		if (rest->sighting[i].holder == KEY_HOLDER_UNSAID &&
		    key_id_covers(key, rest->sighting[i].key))
			rest->sighting[i].holder = holder_of_key(seen->facts);
}

/* The target of that name, whoever it belongs to, or NOBODY. */
static uint32_t
target_find(const struct state *state, struct bytes name)
{
	char subject[SUBJECT_NAME], text[NAME_MAX_LEN];
	struct subject_ref ref;

	if (name.len == 0 || name.len >= sizeof(text))
		return ENCLOSURE_NOBODY;
	text_take(text, sizeof(text), name);
	subject_text("target", text, subject);
	ref = plan_view_find(state->memory->view, subject);
	return ref.kind == REF_TARGET ? ref.target : ENCLOSURE_NOBODY;
}

static void
key_seen_by(struct enclosure_rest *rest, const struct state *state, struct bytes name)
{
	uint32_t i = target_find(state, name);

	if (i == ENCLOSURE_NOBODY)
		return;
	if (is_probe(&state->plan->target[i], "inventory"))
		rest->key_id = resource_of(&state->plan->target[i]);
	else if (plan_target_has_key(&state->plan->target[i]))
		rest->key_target = i;
}

/* The declared key: a target that tells of it, a key whose custody is declared, with those who see
 * it, its identifier at the provider, or words. */
static void
key_name(struct enclosure_rest *rest, const struct state *state)
{
	static const char *const forms[] = { "arn:", "projects/", "https://", "/subscriptions/" };
	const struct plan *plan = state->plan;
	struct bytes word;

	rest->key_id = "";
	rest->key_target = ENCLOSURE_NOBODY;
	key_seen_by(rest, state, bytes_of_text(rest->key));
	for (uint32_t i = 0; i < plan->keys && rest->key[0] != '\0'; i++) {
		const char *list = plan->key[i].seen_by;

		while (strcmp(plan->key[i].name, rest->key) == 0 && comma_next(&list, &word))
			key_seen_by(rest, state, word);
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (strncmp(rest->key, forms[i], strlen(forms[i])) == 0)
			rest->key_id = rest->key;
}

void
enclosure_rest_make(struct enclosure_rest *rest, const struct state *state, uint32_t index)
{
	const struct plan_store *store = &state->plan->store[index];

	*rest = (struct enclosure_rest){ .store = index,
		.encrypted = (enum rest_encrypted)store->encrypted,
		.holder = (enum key_holder)store->key_holder, .key = store->key,
		.document = store->rest_document };
	key_name(rest, state);
	targets_look(state, store->instance, index + 1, resource_look, rest);
	if (store->resource[0] != '\0')
		targets_look(state, store->instance, 0, account_look, rest);
	targets_look(state, store->instance, index + 1, key_look, rest);
	targets_look(state, store->instance, 0, key_look, rest);
	enclosure_rest_judge(rest);
}

void
enclosure_rest_free(struct enclosure_rest *rest)
{
	free(rest->sighting);
	rest->sighting = NULL;
	rest->sightings = 0;
}

/* --- in use ------------------------------------------------------------------------------- */

static struct use_sighting *
use_add(struct enclosure_use *use, const struct seen *seen)
{
	struct use_sighting *s;

	use->sighting = memory_resize(use->sighting, use->sightings + 1, sizeof(*s));
	s = &use->sighting[use->sightings++];
	*s = (struct use_sighting){ .target = seen->target, .replica = seen->number,
		.lack = lack_of(seen->replica),
		.heard_ms = fold_heard_ms(seen->state, seen->target, seen->replica),
		.seq = seen->replica->seq };
	return s;
}

static enum enclosure_lack
evidence_lack(const struct seen *seen, const struct use_sighting *s)
{
	struct bytes verdict, facts = seen->facts;
	bool debug;

	if (!fact_text(facts, FACT_ATTEST_VERDICT, &verdict))
		return ENCLOSURE_LACK_SILENT;
	if (!bytes_equal(verdict, bytes_of_text("accept")))
		return bytes_equal(verdict, bytes_of_text("reject")) ? ENCLOSURE_LACK_REFUSED :
		    ENCLOSURE_LACK_UNDECIDED;
	if (where_other_machine(seen->state, seen->target, facts))
		return ENCLOSURE_LACK_OTHER_MACHINE;
	if (protection_went_back(seen->replica))
		return ENCLOSURE_LACK_WENT_BACK;
	if (!is_flag(facts, FACT_ATTEST_FRESH, true))
		return ENCLOSURE_LACK_NOT_FRESH;
	if (!fact_text(facts, FACT_ATTEST_BINDING, &verdict) ||
	    bytes_equal(verdict, bytes_of_text("none")))
		return ENCLOSURE_LACK_UNBOUND;
	if (!key_endorsed(facts))
		return ENCLOSURE_LACK_LISTED;
	if (!use_level_closed(s->level))
		return ENCLOSURE_LACK_NONE;
	if (!fact_flag(facts, FACT_ATTEST_DEBUG, &debug))
		return ENCLOSURE_LACK_DEBUG_UNSAID;
	/* AWS signs that it isolates an enclave, and says nothing of encrypted memory. */
	return bytes_equal(s->kind, bytes_of_text("nitro-enclave")) ||
	    is_flag(facts, FACT_ATTEST_CONFIDENTIAL, true) ? ENCLOSURE_LACK_NONE :
	    ENCLOSURE_LACK_SILENT;
}

static const struct target_state *
target_named(const struct state *state, uint32_t instance, struct bytes name)
{
	const struct plan_view *view = state->memory->view;
	struct index_range range = view->of_instance[instance];

	for (uint32_t i = 0; i < range.count; i++) {
		const struct target_state *target =
		    &state->target[view->instance_target[range.at + i]];

		if (bytes_equal(name, bytes_of_text(target->plan->name)))
			return target;
	}
	return NULL;
}

/* A wire of this instance shows another key than the one the evidence names. */
static bool
wire_differs(const struct seen *seen)
{
	const char *list = plan_option(seen->target->plan, "wire", "");
	struct hash key, shown;
	struct bytes word;

	if (!fact_hash(seen->facts, FACT_KEY_SPKI, &key))
		return false;
	while (comma_next(&list, &word)) {
		const struct target_state *wire = target_named(seen->state,
		    seen->target->plan->instance, word);

		for (uint32_t i = 0; wire != NULL && i < wire->replicas; i++)
			if (replica_usable(&wire->replica[i]) &&
			    key_of_wire(bytes_of_buffer(&wire->replica[i].facts), &shown) &&
			    !hash_equal(key, shown))
				return true;
	}
	return false;
}

/* What is configured says which kind to expect, also while nothing usable came. */
static struct bytes
kind_of(const struct seen *seen)
{
	struct bytes kind;

	return fact_text(seen->facts, FACT_ATTEST_KIND, &kind) ? kind :
	    bytes_of_text(plan_option(seen->target->plan, "kind", ""));
}

static void
evidence_look(struct enclosure_use *use, const struct seen *seen)
{
	struct bytes kind = kind_of(seen);
	struct use_sighting *s;

	if (use_level_of_kind(kind) == USE_LEVEL_UNSAID)
		return;
	s = use_add(use, seen);
	s->proof = true;
	s->kind = kind;
	s->level = use_level_of_kind(kind);
	if (s->lack == ENCLOSURE_LACK_NONE)
		s->lack = evidence_lack(seen, s);
	s->debug = use_level_closed(s->level) && is_flag(seen->facts, FACT_ATTEST_DEBUG, true);
	s->elsewhere = use_level_closed(s->level) && wire_differs(seen);
}

/* Of enclaves an inventory says something where the provider runs them itself. */
static void
machine_look(struct enclosure_use *use, const struct seen *seen)
{
	struct use_sighting *s;
	struct bytes level;

	if (resource_of(seen->target->plan)[0] == '\0' ||
	    !fact_text(seen->facts, FACT_INVENTORY_IN_USE, &level))
		return;
	s = use_add(use, seen);
	s->level = use_level_find(level);
	if (s->lack != ENCLOSURE_LACK_NONE)
		return;
	if (is_disputed(seen->facts))
		s->lack = ENCLOSURE_LACK_DISPUTED;
	else if (s->level == USE_LEVEL_UNSAID || (use->declared == USE_LEVEL_ENCLAVE &&
	    !use_level_closed(s->level) && !says(seen->facts, FACT_INVENTORY_PROVIDER, "aws")))
		s->lack = ENCLOSURE_LACK_SILENT;
}

static void
instance_look(void *arg, const struct seen *seen)
{
	if (is_probe(seen->target->plan, "inventory"))
		machine_look(arg, seen);
	else if (is_probe(seen->target->plan, "witness") || is_probe(seen->target->plan, "drop"))
		evidence_look(arg, seen);
}

void
enclosure_use_make(struct enclosure_use *use, const struct state *state, uint32_t index)
{
	const struct plan_instance *instance = &state->plan->instance[index];

	*use = (struct enclosure_use){ .instance = index,
		.declared = (enum use_level)instance->in_use, .document = instance->use_document };
	targets_look(state, index, 0, instance_look, use);
	enclosure_use_judge(use);
}

void
enclosure_use_free(struct enclosure_use *use)
{
	free(use->sighting);
	use->sighting = NULL;
	use->sightings = 0;
}
