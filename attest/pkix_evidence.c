/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of PKIX Evidence: a module's statement of itself, of keys and of our nonce, signed
 * by its attestation keys (draft-ietf-rats-pkix-key-attestation).
 */
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/evidence_read.h"
#include "attest/hsm.h"
#include "attest/pkix_part.h"
#include "attest/signature.h"
#include "monitor/base/timetext.h"

enum { TEXT_MAX = 128, VERSION = 1, DEBUG_ENABLED = 0 };

static bool
looks(struct bytes octets)
{
	/* Tried unnamed only in its own armour: a DER frame of sequences could be anything. */
	return octets.len > 27 && memcmp(octets.at, "-----BEGIN EVIDENCE-----", 24) == 0;
}

static const struct attest_role roles[] = {
	{ "statement", true, N_("the evidence, PEM (EVIDENCE) or DER"), looks },
	HSM_ROLE_CERTIFICATES,
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	HSM_KEY_SERIAL,
#define OID(NAME, key, oid, text) { key, POLICY_TEXT, text },
#include "attest/evidence_oid_list.h"
	{ NULL, POLICY_TEXT, NULL }
};

static void
oids_take(struct pkix *w)
{
	static const struct { const char *key, *oid; } table[PKIX_TYPE_COUNT] = {
#define OID(NAME, key, oid, text) { key, oid },
#include "attest/evidence_oid_list.h"
	};

	for (size_t i = 0; i < PKIX_TYPE_COUNT; i++) {
		const char *other = policy_text(w->dossier, w->a, table[i].key);

		w->oid[i] = other != NULL ? other : table[i].oid;
	}
}

/* --- the transaction ---------------------------------------------------------------------- */

static const struct evidence_claim *
claim_of(const struct pkix *w, const struct evidence_element *element, enum pkix_type type)
{
	return element == NULL ? NULL : evidence_find(&w->it, element, w->oid[type], NULL);
}

static bool
ak_named(const struct pkix *w, X509 *signer)
{
	struct hash spki = certificate_spki(signer);

	for (size_t i = 0; i < w->transaction->count; i++) {
		const struct evidence_claim *one = &w->it.claim[w->transaction->first + i];

		if (strcmp(one->type, w->oid[PKIX_TYPE_AK_SPKI]) == 0 && one->tag == DER_OCTETS &&
		    hash_equal(pkix_spki(w->dossier, one->value), spki))
			return true;
	}
	return false;
}

static bool
hold_transaction(struct pkix *w)
{
	const struct evidence_claim *nonce;
	size_t count = 0;

	for (size_t i = 0; i < w->it.elements; i++)
		if (strcmp(w->it.element[i].type, w->oid[PKIX_TYPE_TRANSACTION]) == 0) {
			w->transaction = &w->it.element[i];
			count++;
		}
	if (!hold(w->a, PKIX_TRANSACTION, count == 1, "one", "%zu", count))
		return false;
	for (size_t i = 0; i < w->signers; i++)
		if (!hold(w->a, PKIX_AK, ak_named(w, w->signer[i]), "the key of each signer as "
		    "ak-spki", "signer %zu is not named", i + 1))
			return false;
	nonce = claim_of(w, w->transaction, PKIX_TYPE_NONCE);
	return hold_nonce(w->dossier, w->a, PKIX_NONCE, nonce != NULL &&
	    nonce->tag == DER_OCTETS ? nonce->value : bytes_of(NULL, 0), true);
}

/* --- platform and key --------------------------------------------------------------------- */

/* The first platform that says it. */
static const struct evidence_claim *
platform_claim(const struct pkix *w, enum pkix_type type)
{
	const struct evidence_claim *found = NULL;

	for (size_t i = 0; i < w->it.elements && found == NULL; i++)
		if (strcmp(w->it.element[i].type, w->oid[PKIX_TYPE_PLATFORM]) == 0)
			found = claim_of(w, &w->it.element[i], type);
	return found;
}

/* Whatever a platform says of debugging, twice or in several elements, it must be closed. */
static bool
hold_debug(struct pkix *w)
{
	size_t said = 0;

	for (size_t i = 0; i < w->it.elements; i++) {
		const struct evidence_element *element = &w->it.element[i];

		if (strcmp(element->type, w->oid[PKIX_TYPE_PLATFORM]) != 0)
			continue;
		for (size_t j = 0; j < element->count; j++) {
			const struct evidence_claim *one = &w->it.claim[element->first + j];
			uint64_t state = DEBUG_ENABLED;

			if (strcmp(one->type, w->oid[PKIX_TYPE_DEBUG]) != 0)
				continue;
			if (!hold(w->a, PKIX_DEBUG, one->tag == DER_INTEGER &&
			    der_unsigned(one->value, &state) && state != DEBUG_ENABLED,
			    "disabled", "enabled, or no number"))
				return false;
			said++;
		}
	}
	return said > 0 || rule_skip(w->a, PKIX_DEBUG, "it says nothing of debugging");
}

/* The key that was observed; if nobody asks for one, the only one there is. */
static bool
hold_key(struct pkix *w)
{
	for (size_t i = 0; i < w->it.elements; i++) {
		const struct evidence_element *one = &w->it.element[i];
		const struct evidence_claim *said;
		struct hash spki;

		if (strcmp(one->type, w->oid[PKIX_TYPE_KEY]) != 0)
			continue;
		w->keys++;
		said = claim_of(w, one, PKIX_TYPE_SPKI);
		spki = pkix_spki(w->dossier, said != NULL && said->tag == DER_OCTETS ?
		    said->value : bytes_of(NULL, 0));
		/* A key that cannot be read is no key, also if nobody's hash was asked for. */
		if (w->dossier->spki != NULL &&
		    (hash_is_zero(spki) || !hash_equal(spki, *w->dossier->spki)))
			continue;
		if (w->dossier->spki != NULL && !hold(w->a, PKIX_BINDING, w->key == NULL,
		    "one element of that key", "two"))
			return false;
		w->key = one;
		w->spki = spki;
	}
	if (w->dossier->spki != NULL)
		return hold(w->a, PKIX_BINDING, w->key != NULL, "the key that was observed",
		    "%zu keys, none of them that", w->keys);
	if (w->keys != 1 || hash_is_zero(w->spki))
		w->key = NULL;
	return rule_skip(w->a, PKIX_BINDING, "nobody asks for one certain key");
}

/* A claim that is not there is not known: it is neither true nor false. */
static bool
hold_flag(struct pkix *w, size_t rule, enum pkix_type type, bool wanted)
{
	const struct evidence_claim *said;
	bool twice;

	if (w->key == NULL)
		return rule_skip(w->a, rule, "no one key was asked for: nothing is claimed of any");
	said = evidence_find(&w->it, w->key, w->oid[type], &twice);
	if (said == NULL && !twice)
		return rule_lack(w->a, rule, wanted ? "true" : "false", "it does not say");
	return hold(w->a, rule, said != NULL && said->tag == DER_BOOLEAN && said->value.len == 1 &&
	    said->value.at[0] == (wanted ? 0xff : 0), wanted ? "true" : "false", "%s",
	    said == NULL ? "said twice" : said->tag != DER_BOOLEAN ? "no boolean" :
	    wanted ? "false" : "true");
}

static bool
hold_flags(struct pkix *w)
{
	return hold_flag(w, PKIX_EXTRACTABLE, PKIX_TYPE_EXTRACTABLE, false) &&
	    hold_flag(w, PKIX_NEVER, PKIX_TYPE_NEVER, true) &&
	    hold_flag(w, PKIX_SENSITIVE, PKIX_TYPE_SENSITIVE, true) &&
	    hold_flag(w, PKIX_LOCAL, PKIX_TYPE_LOCAL, true);
}

static bool
hold_serial(struct pkix *w)
{
	const struct evidence_claim *said = platform_claim(w, PKIX_TYPE_SERIAL);
	char *text = said == NULL || said->value.len > TEXT_MAX ? NULL : memory_text(said->value);
	bool good = hold_listed_inside(w->dossier, w->a, PKIX_SERIAL, "serial", text);

	free(text);
	return good;
}

static void
claim_text(struct pkix *w, const char *name, const struct evidence_claim *said)
{
	if (said != NULL && said->value.len > 0 && said->value.len <= TEXT_MAX &&
	    (said->tag == DER_UTF8 || said->tag == DER_OCTETS))
		claims_text(&w->a->claims, name, said->value);
}

/* GeneralizedTime of RFC 5280, 4.1.2.5.2: YYYYMMDDHHMMSSZ. */
static void
claim_made(struct pkix *w)
{
	const struct evidence_claim *said = claim_of(w, w->transaction, PKIX_TYPE_TIME);
	const char *at;
	char text[32];
	int64_t ms;

	if (said == NULL || said->tag != DER_TIME || said->value.len != 15)
		return;
	at = (const char *)said->value.at;
	snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%.1s", at, at + 4, at + 6,
	    at + 8, at + 10, at + 12, at + 14);
	if (time_read(text, 0, &ms, NULL) == ERR_OK)
		claims_time(&w->a->claims, CLAIM_MADE, ms);
}

static void
claim(struct pkix *w)
{
	struct claims *claims = &w->a->claims;

	claims_text(claims, CLAIM_HARDWARE, bytes_of_text("HSM"));
	claim_text(w, CLAIM_VENDOR, platform_claim(w, PKIX_TYPE_VENDOR));
	claim_text(w, CLAIM_MODEL, platform_claim(w, PKIX_TYPE_MODEL));
	claim_text(w, CLAIM_FIRMWARE, platform_claim(w, PKIX_TYPE_VERSION));
	claim_text(w, CLAIM_SERIAL, platform_claim(w, PKIX_TYPE_SERIAL));
	claim_made(w);
	claims_number(claims, "pkix-evidence.keys", w->keys);
	claims_number(claims, "pkix-evidence.signatures", w->signers);
	claims_time(claims, CLAIM_COLLATERAL_UNTIL, chain_until_s(&w->chain, NULL) * 1000);
	if (w->key == NULL)
		return;
	claims_octets(claims, CLAIM_KEY_SPKI, hash_bytes(&w->spki));
	claims_flag(claims, CLAIM_KEY_GENERATED, true);
	claims_flag(claims, CLAIM_KEY_EXPORTABLE, false);
	claim_text(w, CLAIM_KEY_LABEL, claim_of(w, w->key, PKIX_TYPE_LABEL));
}

static void
judge_evidence(struct pkix *w)
{
	struct why why = { .err = ERR_OK };
	enum err err = pkix_pool(w, &why);

	oids_take(w);
	if (!hold(w->a, PKIX_FORM, err == ERR_OK, "certificates", "%.190s", why.text) ||
	    !hold(w->a, PKIX_FORM, w->it.version == VERSION, "version 1", "another") ||
	    !hold_pkix_signatures(w) || !hold_pkix_anchor(w) || !hold_transaction(w) ||
	    !hold_debug(w) || !hold_key(w) || !hold_flags(w) ||
	    !hold_policy(w->dossier, w->a, PKIX_POLICY) || !hold_serial(w))
		return;
	claim(w);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct pkix *w = memory_new(1, sizeof(*w));
	struct buffer der = { .max = 0 };
	struct why why = { .err = ERR_OK };

	w->dossier = dossier;
	w->a = a;
	if (!hsm_unarmour(dossier_item(dossier, "statement"), "EVIDENCE", &der))
		rule_break(a, PKIX_FORM, "PEM (EVIDENCE) or DER", "neither");
	else if (evidence_read(bytes_of_buffer(&der), &w->it, &why) != ERR_OK)
		rule_break(a, PKIX_FORM, "Evidence", "%.190s", why.text);
	else
		judge_evidence(w);
	pool_free(&w->pool);
	buffer_free(&der);
	free(w);
}

const struct verifier verifier_pkix_evidence = {
	.set = &pkix_ruleset, .role = roles, .key = keys, .judge = judge
};
