/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of hardware as facts; see attest_look.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/chain.h"
#include "attest/policy.h"
#include "attest/possession.h"
#include "attest/site_register.h"
#include "monitor/base/i18n.h"
#include "probes/attest_look.h"

static const struct { const char *option, *role; } files[] = {
#undef ROLE
#define ROLE(option, role, text) { option, role },
#include "probes/attest_role_list.h"
};

static const struct { const char *option, *role; } texts[] = {
	{ "site", ROLE_REGISTER_SITE }, { "register_officer", ROLE_REGISTER_OFFICER },
};

/* Claims that are facts. */
static const struct { const char *claim; enum fact fact; } shared_claims[] = {
#define CLAIM_FACT(CLAIM, FACT) { CLAIM_##CLAIM, FACT_ATTEST_##FACT },
#include "monitor/ledger/claim_fact_list.h"
};

void
attest_kept_end(struct attest_kept *kept)
{
	policy_free(kept->policy);
	buffer_free(&kept->evidence);
}

const char *
attest_look_fault(const char *(*option)(const void *of, const char *name), const void *of)
{
	static const char *const beside[] = { "register_trust", "register_seal",
		"register_stamp_trust", "register_officer" };
	bool sites = option(of, "register")[0] != '\0';

	if (verifier_find(option(of, "kind")) == NULL)
		return N_("there is no such kind of evidence; \"sekimori attest --kinds\" lists "
		    "them");
	if (sites && option(of, "register_trust")[0] == '\0')
		return N_("register_trust is missing: who may seal the site register");
	for (size_t i = 0; !sites && i < sizeof(beside) / sizeof(beside[0]); i++)
		if (option(of, beside[i])[0] != '\0')
			return N_("register is missing: the site register that the other settings "
			    "register_... are of");
	return NULL;
}

enum err
attest_look_file(const char *option, const char *path, struct bytes octets, struct why *why)
{
	struct policy *policy = NULL;
	struct site_register *sites = NULL;
	enum err err = ERR_OK;

	if (strcmp(option, "policy") == 0)
		err = policy_read(path, octets, &policy, why);
	else if (strcmp(option, "register") == 0)
		err = site_register_read(path, octets, &sites, why);
	policy_free(policy);
	site_register_free(sites);
	return err;
}

/* The carrier's own file stands instead of what a witness sent: an older list of its choice. */
static void
role_clear(struct envelope *envelope, const char *role)
{
	size_t kept = 0;

	for (size_t i = 0; i < envelope->items; i++)
		if (strcmp(envelope->item[i].role, role) != 0)
			envelope->item[kept++] = envelope->item[i];
	envelope->items = kept;
}

/* Where hardware stands, no witness says. */
static void
own_roles_clear(struct envelope *envelope)
{
	static const char *const own[] = { ROLE_REGISTER, ROLE_REGISTER_SEAL,
		ROLE_REGISTER_ROOTS, ROLE_REGISTER_STAMPS, ROLE_REGISTER_OFFICER,
		ROLE_REGISTER_SITE };

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		role_clear(envelope, own[i]);
}

/* A witness that sends so much that the carrier's own files find no room is not judged. */
static enum err
item_put(struct envelope *envelope, const char *role, struct bytes octets, struct why *why)
{
	struct envelope_item *item;

	role_clear(envelope, role);
	if (envelope->items == ITEM_MAX)
		return why_set(why, ERR_LIMIT, "the witness sent %d pieces, so that there is no "
		    "room for our own (%.40s)", ITEM_MAX, role);
	item = &envelope->item[envelope->items++];
	snprintf(item->role, sizeof(item->role), "%s", role);
	item->octets = octets;
	return ERR_OK;
}

static enum err
policy_prepare(struct round *round, struct attest_kept *kept, struct why *why)
{
	struct why fault = { .err = ERR_OK };

	if (kept->policy == NULL || kept->options_version != round_options_version(round)) {
		policy_free(kept->policy);
		if (policy_read("policy", round_file(round, "policy"), &kept->policy, &fault) !=
		    ERR_OK)
			kept->policy = NULL;
		snprintf(kept->wrong, sizeof(kept->wrong), "%.240s", fault.text);
		/* Evidence holds our own files: that of others is no proof of what is asked now. */
		buffer_reset(&kept->evidence);
		kept->options_version = round_options_version(round);
	}
	return kept->policy != NULL ? ERR_OK : why_set(why, ERR_INVALID,
	    "the policy cannot be used: %s", kept->wrong);
}

enum err
attest_look_prepare(struct round *round, struct attest_kept *kept, struct envelope *envelope,
    struct why *why)
{
	const char *kind = round_option(round, "kind");
	enum err err = policy_prepare(round, kept, why);

	if (err == ERR_OK && verifier_find(kind) == NULL)
		err = why_set(why, ERR_INVALID, "there is no kind of evidence \"%.40s\"; "
		    "\"sekimori attest --kinds\" lists them", kind);
	if (err != ERR_OK)
		return err;
	snprintf(envelope->kind, sizeof(envelope->kind), "%s", kind);
	own_roles_clear(envelope);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && err == ERR_OK; i++) {
		struct bytes octets = round_file(round, files[i].option);

		if (octets.len > 0)
			err = item_put(envelope, files[i].role, octets, why);
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && err == ERR_OK; i++) {
		const char *text = round_option(round, texts[i].option);

		if (text[0] != '\0' && round_file(round, "register").len > 0)
			err = item_put(envelope, texts[i].role, bytes_of_text(text), why);
	}
	return err;
}

static bool
role_there(const struct envelope *envelope, const char *role)
{
	for (size_t i = 0; i < envelope->items; i++)
		if (strcmp(envelope->item[i].role, role) == 0)
			return true;
	return false;
}

const char *
attest_look_missing(const struct envelope *envelope)
{
	const struct attest_role *role = verifier_find(envelope->kind)->role;

	for (; role->name != NULL; role++)
		if (role->required && !role_there(envelope, role->name))
			return role->name;
	return NULL;
}

/* --- facts -------------------------------------------------------------------------------- */

static void
claim_fact(struct fact_set *facts, const struct claim *claim, enum fact fact)
{
	struct buffer text = { .max = 0 };
	struct reader in = reader_of(claim->value);
	struct hash hash;

	switch (fact_row(fact)->type) {
	case FACT_TYPE_flag:
		fact_set_flag(facts, fact, claim->value.len == 1 && claim->value.at[0] != 0);
		break;
	case FACT_TYPE_int:
		fact_set_int(facts, fact, (int64_t)(read_be(&in, 8) & INT64_MAX));
		break;
	case FACT_TYPE_time:
		fact_set_time(facts, fact, (int64_t)(read_be(&in, 8) & INT64_MAX));
		break;
	case FACT_TYPE_hash:
		if (claim->value.len == HASH_LEN) {
			memcpy(hash.at, claim->value.at, HASH_LEN);
			fact_set_hash(facts, fact, hash);
		}
		break;
	default:
		claim_print(&text, claim);
		fact_set_text(facts, fact, bytes_of_buffer(&text));
		break;
	}
	buffer_free(&text);
}

static void
key_facts(struct fact_set *facts, const struct envelope *envelope, const struct appraisal *a,
    const char *binding)
{
	struct bytes attested;
	struct hash spki = hash_of(envelope->spki);
	bool known = claims_get(&a->claims, CLAIM_KEY_SPKI, &attested) && attested.len == HASH_LEN;

	if (known)
		memcpy(spki.at, attested.at, HASH_LEN);
	else if (strncmp(binding, "B1", 2) != 0)
		return;
	fact_set_hash(facts, FACT_KEY_SPKI, spki);
}

static void
claims_facts(struct fact_set *facts, const struct appraisal *a)
{
	for (size_t i = 0; i < a->claims.count; i++)
		for (size_t j = 0; j < sizeof(shared_claims) / sizeof(shared_claims[0]); j++)
			if (strcmp(a->claims.claim[i].name, shared_claims[j].claim) == 0)
				claim_fact(facts, &a->claims.claim[i],
				    shared_claims[j].fact);
}

/* A request that its own key signed shows possession, too, and answers nobody: by its clause. */
static bool
is_nonce_rule(const struct rule *rule)
{
	return strcmp(rule->name, "nonce") == 0 || (strcmp(rule->name, "possession") == 0 &&
	    strcmp(rule->clause, POSSESSION_FORMAT) == 0);
}

/* Unasked, a nonce that passed is a part's own: Azure's report holds its vTPM's data for one. */
bool
attest_look_fresh(const struct envelope *envelope, const struct appraisal *a)
{
	if (envelope->nonce.len == 0)
		return false;
	for (size_t p = 0; p < a->parts; p++)
		for (size_t i = 0; i < a->partition[p].set->count; i++)
			if (is_nonce_rule(&a->partition[p].set->rule[i]) &&
			    a->step[a->partition[p].first + i].state == STEP_PASSED)
				return true;
	return false;
}

/* A statement that names our nonce and no machine's key: anybody there could have asked for it. */
static bool
is_bearer(const struct appraisal *a)
{
	struct bytes grade;

	return claims_get(&a->claims, CLAIM_PLACE_GRADE, &grade) &&
	    bytes_equal(grade, bytes_of_text("C"));
}

static void
verdict_facts(struct round *round, const struct attest_kept *kept, const struct appraisal *a)
{
	struct fact_set *facts = round_facts(round);
	const struct rule *rule = appraisal_rule(a);
	char text[ENVELOPE_NAME_MAX + 64];

	fact_set_text(facts, FACT_ATTEST_VERDICT,
	    bytes_of_text(attest_verdict_name(a->verdict)));
	if (rule != NULL) {
		snprintf(text, sizeof(text), "%s/%s", a->partition[a->part].set->name,
		    rule->name);
		fact_set_text(facts, FACT_ATTEST_RULE, bytes_of_text(text));
	}
	snprintf(text, sizeof(text), "%.40s, edition %.30s", policy_id(kept->policy),
	    policy_edition(kept->policy));
	fact_set_text(facts, FACT_ATTEST_POLICY_ID, bytes_of_text(text));
	fact_set_hash(facts, FACT_ATTEST_POLICY, policy_hash(kept->policy));
}

/* --- counters ----------------------------------------------------------------------------- */

static bool
counters_read(const struct appraisal *a, struct attest_counters *out)
{
	struct bytes serial = bytes_of(NULL, 0);

	*out = (struct attest_counters){ .clock_ms = 0 };
	if (!claims_get_number(&a->claims, CLAIM_RESETS, &out->resets) ||
	    !claims_get_number(&a->claims, CLAIM_CLOCK, &out->clock_ms))
		return false;
	(void)claims_get_number(&a->claims, CLAIM_RESTARTS, &out->restarts);
	(void)claims_get(&a->claims, CLAIM_SERIAL, &serial);
	out->device = hash_of(serial);
	return true;
}

/* For the fold, which knows what was recorded before this worker began (aspect_order()). */
static void
counters_fact(struct fact_set *facts, const struct attest_counters *now)
{
	char device[2 * 8 + 1], text[80];

	hex_of(bytes_of(now->device.at, 8), device);
	snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64 ".%" PRIu64 " %s", now->resets,
	    now->restarts, now->clock_ms, device);
	fact_set_text(facts, FACT_ATTEST_COUNTERS, bytes_of_text(text));
}

/*
 * TCG TPM 2.0 Part 1, 36: resetCount never goes back, restartCount not within one reset, the clock
 * within neither.  One that does was rolled back, or is another device that answers for this one.
 */
static bool
went_back(struct attest_kept *kept, const struct attest_counters *now)
{
	const struct attest_counters *most = &kept->counters;
	bool back = kept->counted && hash_equal(now->device, most->device) &&
	    (now->resets < most->resets || (now->resets == most->resets &&
	    (now->restarts < most->restarts || now->clock_ms < most->clock_ms)));

	/* The highest stays, so that it is told for as long as it is behind. */
	if (!back) {
		kept->counted = true;
		kept->counters = *now;
	}
	return back;
}

/* Whether it went back; what only goes forwards is told, too. */
static bool
onwards_look(struct attest_kept *kept, const struct appraisal *a, struct fact_set *facts)
{
	struct attest_counters counters;
	bool back = false;

	if (counters_read(a, &counters)) {
		counters_fact(facts, &counters);
		back = went_back(kept, &counters);
	}
	if (a->verdict == ATTEST_ACCEPT && kept->delivery != NULL)
		fact_set_text(facts, FACT_ATTEST_DELIVERED, bytes_of_text(kept->delivery));
	return back || kept->finding[0] != '\0';
}

/* --- the round ---------------------------------------------------------------------------- */

/* As probes/token.c: while nothing changes the proof on record is named again. */
static void
evidence_take(struct round *round, struct attest_kept *kept, struct bytes evidence)
{
	struct buffer steady = { .max = 0 };
	struct hash facts;
	int64_t ms = 0;

	fact_set_write(round_facts(round), FACTS_STEADY, &steady);
	facts = hash_of(bytes_of_buffer(&steady));
	buffer_free(&steady);
	if (duration_read(round_option(round, "evidence_interval"), &ms, NULL) != ERR_OK)
		ms = 0;
	if (kept->evidence.len == 0 || !hash_equal(kept->facts, facts) ||
	    round_now_ns(round) - kept->evidence_ns >= ms * 1000000) {
		kept->evidence.max = ENVELOPE_MAX;
		buffer_reset(&kept->evidence);
		buffer_put(&kept->evidence, evidence.at, evidence.len);
		kept->facts = facts;
		kept->evidence_ns = round_now_ns(round);
	}
	round_evidence(round, bytes_of_buffer(&kept->evidence));
}

static void
finish(struct round *round, const struct appraisal *a, const char *finding, bool back)
{
	const struct rule *rule = appraisal_rule(a);
	const struct step *step = appraisal_step(a);

	if (finding[0] != '\0' && a->verdict != ATTEST_REJECT)
		round_finish(round, OUTCOME_DEGRADED, ERR_MISMATCH, "%s", finding);
	else if (rule != NULL && step->state == STEP_LACKING)
		round_finish(round, OUTCOME_UNKNOWN, ERR_NOT_FOUND, "%s/%s cannot be asked: %.60s: "
		    "%.120s", a->partition[a->part].set->name, rule->name, step->expected,
		    step->found);
	else if (rule != NULL)
		round_finish(round, a->verdict == ATTEST_REJECT ? OUTCOME_DEGRADED :
		    OUTCOME_UNKNOWN, a->verdict == ATTEST_REJECT ? ERR_UNTRUSTED :
		    ERR_NOT_FOUND, "%s/%s: %s; expected %.60s, found %.90s",
		    a->partition[a->part].set->name, rule->name, rule->text,
		    step->expected[0] != '\0' ? step->expected : "-",
		    step->found[0] != '\0' ? step->found : "-");
	else if (back)
		round_finish(round, OUTCOME_DEGRADED, ERR_MISMATCH, "the clock or a reset "
		    "counter of the device went back: its state was rolled back, or another device "
		    "answers");
	else
		round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
}

void
attest_look_finish(struct round *round, struct attest_kept *kept, struct envelope *envelope)
{
	const struct verifier *verifier = verifier_find(envelope->kind);
	struct appraisal *a = memory_new(1, sizeof(*a));
	struct fact_set *facts = round_facts(round);
	struct buffer octets = { .max = ENVELOPE_MAX };
	struct hash challenge = { { 0 } }, policy = policy_hash(kept->policy);
	struct dossier dossier;
	char binding[BINDING_TEXT] = "";
	bool back;

	envelope->at_s = round_wall_ms(round) / 1000;
	envelope_dossier(envelope, &challenge, &dossier);
	envelope->policy = hash_bytes(&policy);
	/* Verified is what is on record: without evidence there is no verdict either. */
	envelope_write(&octets, envelope);
	if (octets.failed) {
		round_finish(round, OUTCOME_UNKNOWN, ERR_LIMIT, "the evidence with our own files "
		    "has more than the %d KiB that can be kept of it, so it was not judged; a "
		    "shorter site register or fewer certificates would do", ENVELOPE_MAX >> 10);
		buffer_free(&octets);
		free(a);
		return;
	}
	dossier.policy = kept->policy;
	dossier.memory = kept->memory;
	attest_judge(verifier, &dossier, a);
	kept->accepted = a->verdict == ATTEST_ACCEPT;
	kept->fresh = kept->accepted && attest_look_fresh(envelope, a);
	verdict_facts(round, kept, a);
	fact_set_text(facts, FACT_ATTEST_KIND, bytes_of_text(envelope->kind));
	if (a->verdict == ATTEST_ACCEPT) {
		if (kept->fresh && !is_bearer(a))
			envelope_binding(envelope, &a->claims, binding);
		fact_set_flag(facts, FACT_ATTEST_FRESH, kept->fresh);
		fact_set_text(facts, FACT_ATTEST_BINDING,
		    bytes_of_text(binding[0] != '\0' ? binding : "none"));
		claims_facts(facts, a);
		key_facts(facts, envelope, a, binding);
	} else if (a->elsewhere) {
		fact_set_flag(facts, FACT_ATTEST_FRESH, attest_look_fresh(envelope, a));
		claims_facts(facts, a);
	}
	back = onwards_look(kept, a, facts);
	if (a->verdict == ATTEST_ACCEPT)
		fact_set_flag(facts, FACT_ATTEST_WENT_BACK, back);
	evidence_take(round, kept, bytes_of_buffer(&octets));
	finish(round, a, kept->finding, back);
	buffer_free(&octets);
	free(a);
}
