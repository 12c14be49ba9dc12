/* SPDX-License-Identifier: Apache-2.0 */
/* See custody.h.  Facts of a target count as for the judgement: stale or missed, they are none. */
#include <stdio.h>
#include <string.h>

#include "monitor/base/comma.h"
#include "monitor/state/custody.h"
#include "monitor/state/judge_private.h"
#include "monitor/state/key_chain.h"
#include "monitor/state/protection.h"

/* --- who ---------------------------------------------------------------------------------- */

static struct party
party_of(const char *text)
{
	if (strcmp(text, "carrier") == 0)
		return (struct party){ PARTY_CARRIER, "" };
	if (strncmp(text, "provider:", 9) == 0)
		return (struct party){ PARTY_PROVIDER, text + 9 };
	return (struct party){ PARTY_OTHER, text };
}

static bool
party_equal(const struct party *a, const struct party *b)
{
	return a->kind == b->kind && strcmp(a->name, b->name) == 0;
}

static void
host_add(struct custody *c, struct party host)
{
	c->hosts_known = true;
	c->apart = c->apart && !party_equal(&c->holder, &host);
	for (uint32_t i = 0; i < c->hosts; i++)
		if (party_equal(&c->host[i], &host))
			return;
	if (c->hosts < CUSTODY_HOSTS)
		c->host[c->hosts++] = host;
}

static bool
is_named(struct bytes subject, const char *kind, const char *name)
{
	size_t len = strlen(kind);

	return subject.len > len && memcmp(subject.at, kind, len) == 0 &&
	    bytes_equal(bytes_of(subject.at + len, subject.len - len), bytes_of_text(name));
}

static uint32_t
site_of_target(const struct plan *plan, const struct plan_target *target)
{
	return target->store > 0 ? plan->store[target->store - 1].site :
	    plan->instance[target->instance].site;
}

/* What "kind:name" names; there are thousands of targets, and every fact asks. */
static struct subject_ref
ref_of(const struct state *state, const char *kind, struct bytes name)
{
	char text[SUBJECT_NAME];

	if (snprintf(text, sizeof(text), "%s%.*s", kind, (int)name.len,
	    (const char *)name.at) >= (int)sizeof(text))
		return (struct subject_ref){ .kind = REF_NONE };
	return plan_view_find(state->memory->view, text);
}

/* The site of a store, instance or target; NO_INDEX: the plan has none of that name. */
static uint32_t
site_of(const struct state *state, struct bytes subject)
{
	const struct plan *plan = state->plan;
	const struct graph_node *node;
	struct subject_ref ref;

	for (uint32_t i = 0; i < plan->stores; i++)
		if (is_named(subject, "store:", plan->store[i].name))
			return plan->store[i].site;
	ref = ref_of(state, "", subject);
	if (ref.kind == REF_TARGET)
		return site_of_target(plan, &plan->target[ref.target]);
	if (ref.kind != REF_NODE || ref.node == GRAPH_NONE)
		return NO_INDEX;
	node = graph_node(state->memory->view->graph, ref.node);
	return node->kind == GRAPH_INSTANCE && node->index != GRAPH_NONE ?
	    plan->instance[node->index].site : NO_INDEX;
}

static void
hosts_make(struct custody *c, const struct state *state)
{
	const struct plan *plan = state->plan;
	const char *list = c->key->protects;
	struct bytes subject;

	c->holder = party_of(c->key->holder);
	c->apart = true;
	if (c->key->host[0] != '\0') {
		host_add(c, party_of(c->key->host));
	} else {
		while (comma_next(&list, &subject)) {
			uint32_t site = site_of(state, subject);
			const char *provider = site != NO_INDEX ? plan->site[site].provider : "";

			if (site != NO_INDEX)
				host_add(c, provider[0] != '\0' ? (struct party){ PARTY_PROVIDER,
				    provider } : (struct party){ PARTY_CARRIER, "" });
		}
	}
	c->apart = c->apart && c->hosts_known;
	c->why[CUSTODY_HOST] = !c->hosts_known ? CUSTODY_WHY_HOST_UNKNOWN : c->apart ?
	    CUSTODY_WHY_HOST_APART : CUSTODY_WHY_HOST_TOGETHER;
}

/* --- what is seen ------------------------------------------------------------------------- */

static const struct { enum custody_item item; enum fact proven, told; } parts[] = {
	{ CUSTODY_MODULE, FACT_ATTEST_MODEL, FACT_TOKEN_MODEL },
	{ CUSTODY_FIRMWARE, FACT_ATTEST_FIRMWARE, FACT_TOKEN_FIRMWARE },
	{ CUSTODY_SERIAL, FACT_ATTEST_SERIAL, FACT_NONE },
};

static void
sight_make(struct custody_sight *sight, const struct target_state *target)
{
	struct bytes facts = bytes_of_buffer(&target->replica[0].facts), verdict, provider;
	int64_t disputes;

	*sight = (struct custody_sight){ .target = target, .replica = &target->replica[0],
		.usable = replica_usable(&target->replica[0]) };
	/* What was put back, or is told in two ways, says nothing. */
	if (!sight->usable || protection_went_back(sight->replica))
		return;
	sight->proven = fact_text(facts, FACT_ATTEST_VERDICT, &verdict) &&
	    bytes_equal(verdict, bytes_of_text("accept")) && key_endorsed(facts);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		enum fact fact = sight->proven ? parts[i].proven : parts[i].told;
		struct bytes value;

		if (fact != FACT_NONE && fact_text(facts, fact, &value))
			sight->part[parts[i].item] = value;
	}
	if (fact_int(facts, FACT_INVENTORY_CONTRADICTIONS_COUNT, &disputes) && disputes > 0)
		return;
	(void)fact_text(facts, FACT_INVENTORY_KEY_HOLDER, &sight->holder);
	/* Google's word of a key is where it is kept, not who may use it. */
	if (bytes_equal(sight->holder, bytes_of_text("provider")) &&
	    fact_text(facts, FACT_INVENTORY_PROVIDER, &provider) &&
	    bytes_equal(provider, bytes_of_text("google")))
		sight->holder = bytes_of_text("customer");
	sight->rotates_known = fact_flag(facts, FACT_INVENTORY_ROTATION, &sight->rotates);
}

bool
custody_sees(const struct plan_key *key, const char *target)
{
	return comma_has(key->seen_by, bytes_of_text(target));
}

static void
sights_make(struct custody *c, const struct state *state)
{
	const char *list = c->key->seen_by;
	struct bytes name;

	while (c->sights < CUSTODY_SIGHTS && comma_next(&list, &name)) {
		struct subject_ref ref = ref_of(state, "target:", name);

		if (ref.kind == REF_TARGET && ref.target < state->targets &&
		    state->target[ref.target].replicas > 0)
			sight_make(&c->sight[c->sights++], &state->target[ref.target]);
	}
}

/* --- what agrees -------------------------------------------------------------------------- */

/* A part of a model's name that is shorter says nothing. */
enum { MODEL_LEAST = 4 };

static char
lower(uint8_t c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Letters and digits alone, without case: "YubiHSM 2" and "yubihsm2" are one. */
static size_t
plain(struct bytes text, char *out, size_t out_len)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len && len + 1 < out_len; i++) {
		char c = lower(text.at[i]);

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[len++] = c;
	}
	out[len] = '\0';
	return len;
}

static bool
same_without_case(struct bytes a, struct bytes b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	return true;
}

/* A model may be said with or without its maker; firmware and serial number are exact. */
static bool
agrees(enum custody_item item, const char *declared, struct bytes seen)
{
	char said[PLAN_TEXT_MAX + 1], shown[PLAN_TEXT_MAX + 1];
	size_t said_len, shown_len;

	if (item != CUSTODY_MODULE)
		return same_without_case(bytes_of_text(declared), seen);
	said_len = plain(bytes_of_text(declared), said, sizeof(said));
	shown_len = plain(seen, shown, sizeof(shown));
	if (said_len == 0 || shown_len == 0)
		return bytes_equal(bytes_of_text(declared), seen);
	if (said_len >= MODEL_LEAST && shown_len >= MODEL_LEAST)
		return strstr(said, shown) != NULL || strstr(shown, said) != NULL;
	return strcmp(said, shown) == 0;
}

/* A contradiction stands before agreement, and what hardware proves before a module's word. */
static void
part_judge(struct custody *c, enum custody_item item, const char *declared)
{
	c->why[item] = declared[0] == '\0' ? CUSTODY_WHY_PART_UNSAID : CUSTODY_WHY_PART_SAID;
	for (uint32_t i = 0; i < c->sights; i++) {
		const struct custody_sight *sight = &c->sight[i];
		enum custody_why why;
		bool same;

		if (sight->part[item].len == 0)
			continue;
		same = declared[0] == '\0' || agrees(item, declared, sight->part[item]);
		why = same ? (sight->proven ? CUSTODY_WHY_PART_PROVEN : CUSTODY_WHY_PART_TOLD) :
		    sight->proven ? CUSTODY_WHY_PART_PROVEN_OTHER : CUSTODY_WHY_PART_TOLD_OTHER;
		if (c->found[item].len > 0 && (custody_why_stand(c->why[item]) ==
		    CUSTODY_CONTRADICTED ? why != CUSTODY_WHY_PART_PROVEN_OTHER :
		    same && !sight->proven))
			continue;
		c->found[item] = sight->part[item];
		c->seq[item] = sight->replica->seq;
		c->why[item] = declared[0] == '\0' ? CUSTODY_WHY_PART_UNSAID : why;
	}
}

/* The holder is the provider that is asked. */
static bool
is_theirs(const struct custody *c, const struct plan *plan, const struct custody_sight *sight)
{
	uint32_t site = site_of_target(plan, sight->target->plan);

	return c->holder.kind == PARTY_PROVIDER &&
	    strcmp(c->holder.name, plan->site[site].provider) == 0;
}

static void
holder_judge(struct custody *c, const struct plan *plan)
{
	c->why[CUSTODY_HOLDER] = CUSTODY_WHY_HOLDER_SAID;
	for (uint32_t i = 0; i < c->sights; i++) {
		struct bytes holder = c->sight[i].holder;
		bool providers = bytes_equal(holder, bytes_of_text("provider"));
		bool customers = bytes_equal(holder, bytes_of_text("customer"));

		if (holder.len == 0 || c->why[CUSTODY_HOLDER] == CUSTODY_WHY_HOLDER_DIFFERS)
			continue;
		c->found[CUSTODY_HOLDER] = holder;
		c->seq[CUSTODY_HOLDER] = c->sight[i].replica->seq;
		c->why[CUSTODY_HOLDER] = is_theirs(c, plan, &c->sight[i]) != providers ?
		    CUSTODY_WHY_HOLDER_DIFFERS : customers ? CUSTODY_WHY_HOLDER_KEPT :
		    CUSTODY_WHY_HOLDER_AGREES;
	}
}

bool
custody_document_valid(const struct custody *c, int64_t now_ms)
{
	return c->document != NULL &&
	    (c->document->until_ms == 0 || c->document->until_ms > now_ms);
}

static void
validation_judge(struct custody *c, const struct state *state)
{
	for (uint32_t i = 0; i < state->plan->documents; i++)
		if (c->key->document[0] != '\0' &&
		    strcmp(state->plan->document[i].id, c->key->document) == 0)
			c->document = &state->plan->document[i];
	c->why[CUSTODY_VALIDATION] = c->key->validation[0] == '\0' ? CUSTODY_WHY_VALIDATION_NONE :
	    c->document == NULL ? CUSTODY_WHY_VALIDATION_BARE :
	    custody_document_valid(c, state->now_ms) ? CUSTODY_WHY_VALIDATION_HELD :
	    CUSTODY_WHY_VALIDATION_ENDED;
}

/* --- what was done ------------------------------------------------------------------------ */

static const struct ceremony_state *
later(const struct ceremony_state *a, const struct ceremony_state *b)
{
	return a == NULL || (b != NULL && b->at_ms >= a->at_ms) ? b : a;
}

static void
ceremonies_make(struct custody *c, const struct state *state)
{
	const struct ceremony_state *gone;

	for (uint32_t i = 0; i < state->ceremonies; i++) {
		const struct ceremony_state *one = &state->ceremony[i];

		if (strcmp(one->key, c->key->name) != 0)
			continue;
		if (ceremony_counts(one))
			c->newest[one->kind] = later(c->newest[one->kind], one);
		c->waiting += one->step == CEREMONY_TOLD;
		if (one->step == CEREMONY_TOLD && one->kind == CEREMONY_MADE)
			c->seq[CUSTODY_MADE] = one->id;
	}
	c->renewed = later(c->newest[CEREMONY_MADE], c->newest[CEREMONY_ROTATED]);
	if (c->renewed != NULL && c->key->rotation_ms > 0)
		c->due_ms = time_later(c->renewed->at_ms, c->key->rotation_ms);
	gone = c->newest[CEREMONY_DESTROYED];
	c->destroyed = gone != NULL && later(later(c->renewed, c->newest[CEREMONY_ACTIVATED]),
	    gone) == gone;
}

static void
made_judge(struct custody *c)
{
	bool waits = c->seq[CUSTODY_MADE] != 0;

	if (c->newest[CEREMONY_MADE] != NULL) {
		c->why[CUSTODY_MADE] = CUSTODY_WHY_MADE_RECORDED;
		c->seq[CUSTODY_MADE] = c->newest[CEREMONY_MADE]->id;
	} else {
		c->why[CUSTODY_MADE] = c->key->ceremony == 0 ? CUSTODY_WHY_MADE_FREE : waits ?
		    CUSTODY_WHY_MADE_WAITS : CUSTODY_WHY_MADE_LACKS;
	}
}

static void
rotation_judge(struct custody *c, int64_t now_ms)
{
	const struct custody_sight *self = NULL;
	bool late = c->due_ms != 0 && c->due_ms <= now_ms;

	for (uint32_t i = 0; i < c->sights; i++)
		if (c->sight[i].rotates_known && c->sight[i].rotates)
			self = &c->sight[i];
	c->seq[CUSTODY_ROTATION] = c->renewed != NULL ? c->renewed->id : 0;
	c->why[CUSTODY_ROTATION] = c->key->rotation_ms == 0 ? CUSTODY_WHY_ROTATION_FREE :
	    c->due_ms != 0 && !late ? CUSTODY_WHY_ROTATION_KEPT : CUSTODY_WHY_ROTATION_NEVER;
	if (c->key->rotation_ms > 0 && (c->due_ms == 0 || late) && self != NULL) {
		c->why[CUSTODY_ROTATION] = CUSTODY_WHY_ROTATION_SELF;
		c->seq[CUSTODY_ROTATION] = self->replica->seq;
	} else if (late) {
		c->why[CUSTODY_ROTATION] = CUSTODY_WHY_ROTATION_LATE;
	}
}

/* Where nothing was said or promised nothing is asked: that alone makes no key unknown. */
static bool
is_asked(enum custody_why why)
{
	return why != CUSTODY_WHY_PART_UNSAID && why != CUSTODY_WHY_VALIDATION_NONE &&
	    why != CUSTODY_WHY_ROTATION_FREE && why != CUSTODY_WHY_MADE_FREE;
}

void
custody_make(struct custody *c, const struct state *state, uint32_t key)
{
	*c = (struct custody){ .key = &state->plan->key[key] };
	hosts_make(c, state);
	sights_make(c, state);
	holder_judge(c, state->plan);
	part_judge(c, CUSTODY_MODULE, c->key->module);
	part_judge(c, CUSTODY_FIRMWARE, c->key->firmware);
	part_judge(c, CUSTODY_SERIAL, c->key->serial);
	validation_judge(c, state);
	ceremonies_make(c, state);
	rotation_judge(c, state->now_ms);
	made_judge(c);
	for (unsigned i = 0; i < CUSTODY_ITEMS; i++)
		if (is_asked(c->why[i]) && custody_why_stand(c->why[i]) > c->stand) {
			c->stand = custody_why_stand(c->why[i]);
			c->weakest = (enum custody_item)i;
		}
}
