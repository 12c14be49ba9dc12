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

enum type {
#define OID(NAME, key, oid, text) TYPE_##NAME,
#include "attest/evidence_oid_list.h"
	TYPE_COUNT
};

struct work {
	const struct dossier *dossier;
	struct appraisal     *a;
	struct evidence       it;
	struct pool           pool;
	const char           *oid[TYPE_COUNT];
	size_t                signers;
	X509                 *signer[EVIDENCE_SIGNATURES];	/* the pool's */
	const struct evidence_element *transaction, *key;
	size_t                keys;
	struct hash           spki;
	struct chain          chain;
};

static void
oids_take(struct work *w)
{
	static const struct { const char *key, *oid; } table[TYPE_COUNT] = {
#define OID(NAME, key, oid, text) { key, oid },
#include "attest/evidence_oid_list.h"
	};

	for (size_t i = 0; i < TYPE_COUNT; i++) {
		const char *other = policy_text(w->dossier, w->a, table[i].key);

		w->oid[i] = other != NULL ? other : table[i].oid;
	}
}

/* --- signatures --------------------------------------------------------------------------- */

static enum err
pool_fill(struct work *w, struct why *why)
{
	enum err err = pool_add_role(&w->pool, w->dossier, "certificates", why);

	err = err == ERR_NOT_FOUND ? ERR_OK : err;
	for (size_t i = 0; i < w->it.signatures && err == ERR_OK; i++)
		if (w->it.signature[i].certificate.len > 0)
			err = pool_add(&w->pool, w->dossier, w->it.signature[i].certificate, why);
	for (size_t i = 0; i < w->it.intermediates && err == ERR_OK; i++)
		err = pool_add(&w->pool, w->dossier, w->it.intermediate[i], why);
	return err;
}

static struct hash
spki_of(struct bytes der)
{
	EVP_PKEY *key = key_of_spki(der);
	struct hash hash = key_spki(key);

	EVP_PKEY_free(key);
	return hash;
}

static bool
named_by(X509 *one, const struct evidence_signature *block)
{
	const ASN1_OCTET_STRING *id;

	if (block->certificate.len > 0)
		return hash_equal(certificate_hash(one), hash_of(block->certificate));
	if (block->spki.len > 0)
		return hash_equal(certificate_spki(one), spki_of(block->spki));
	id = X509_get0_subject_key_id(one);
	return id != NULL && bytes_equal(block->key_id, bytes_of(ASN1_STRING_get0_data(id),
	    (size_t)ASN1_STRING_length(id)));
}

static X509 *
signer_of(const struct work *w, const struct evidence_signature *block)
{
	for (size_t i = 0; i < w->pool.certificates; i++)
		if (named_by(w->pool.certificate[i], block))
			return w->pool.certificate[i];
	return NULL;
}

static bool
block_verify(const struct work *w, const struct evidence_signature *block, X509 *signer)
{
	static const struct { const char *oid; enum digest digest; bool ec; } known[] = {
		{ "1.2.840.10045.4.3.2", DIGEST_SHA256, true },
		{ "1.2.840.10045.4.3.3", DIGEST_SHA384, true },
		{ "1.2.840.10045.4.3.4", DIGEST_SHA512, true },
		{ "1.2.840.113549.1.1.11", DIGEST_SHA256, false },
		{ "1.2.840.113549.1.1.12", DIGEST_SHA384, false },
		{ "1.2.840.113549.1.1.13", DIGEST_SHA512, false },
	};
	EVP_PKEY *key = X509_get0_pubkey(signer);

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i].oid, block->algorithm) == 0)
			return (known[i].ec ? signature_ecdsa_der : signature_rsa_pkcs1)(key,
			    known[i].digest, w->it.tbs, block->value);
	return false;
}

/* A signature by a key we do not know says nothing; one that does not hold says enough. */
static bool
hold_signatures(struct work *w)
{
	for (size_t i = 0; i < w->it.signatures; i++) {
		const struct evidence_signature *block = &w->it.signature[i];
		X509 *signer = signer_of(w, block);

		if (signer == NULL)
			continue;
		if (!hold(w->a, PKIX_SIGNATURE, block_verify(w, block, signer), "ECDSA or RSA that "
		    "holds", "signature %zu, algorithm %s, does not", i + 1, block->algorithm))
			return false;
		w->signer[w->signers++] = signer;
	}
	if (!hold(w->a, PKIX_SIGNATURE, w->signers > 0, "at least one by a known key",
	    "%zu signatures, none by a key that was given", w->it.signatures))
		return false;
	for (size_t i = 0; i < w->signers; i++)
		if (!hold(w->a, PKIX_SIGNER,
		    (X509_get_extension_flags(w->signer[i]) & EXFLAG_KUSAGE) != 0 &&
		    (X509_get_key_usage(w->signer[i]) & KU_DIGITAL_SIGNATURE) != 0,
		    "keyUsage digitalSignature", "a certificate without it"))
			return false;
	return true;
}

/* One signer under a pinned root answers for all that is said: all sign the same. */
static bool
hold_anchor(struct work *w)
{
	X509 *best = w->signer[0];
	char found[STEP_TEXT];

	for (size_t i = 0; i < w->signers; i++)
		if (chain_build(w->dossier, w->a, "roots", &w->pool, w->signer[i],
		    CHAIN_LEAF_IS_PIN, &w->chain, found) == CHAIN_GOOD) {
			best = w->signer[i];
			break;
		}
	return hold_chain(w->dossier, w->a, PKIX_CHAIN, PKIX_TIME, "roots", &w->pool, best,
	    CHAIN_LEAF_IS_PIN, &w->chain);
}

/* --- the transaction ---------------------------------------------------------------------- */

static const struct evidence_claim *
claim_of(const struct work *w, const struct evidence_element *element, enum type type)
{
	return element == NULL ? NULL : evidence_find(&w->it, element, w->oid[type], NULL);
}

static bool
ak_named(const struct work *w, X509 *signer)
{
	struct hash spki = certificate_spki(signer);

	for (size_t i = 0; i < w->transaction->count; i++) {
		const struct evidence_claim *one = &w->it.claim[w->transaction->first + i];

		if (strcmp(one->type, w->oid[TYPE_AK_SPKI]) == 0 && one->tag == DER_OCTETS &&
		    hash_equal(spki_of(one->value), spki))
			return true;
	}
	return false;
}

static bool
hold_transaction(struct work *w)
{
	const struct evidence_claim *nonce;
	size_t count = 0;

	for (size_t i = 0; i < w->it.elements; i++)
		if (strcmp(w->it.element[i].type, w->oid[TYPE_TRANSACTION]) == 0) {
			w->transaction = &w->it.element[i];
			count++;
		}
	if (!hold(w->a, PKIX_TRANSACTION, count == 1, "one", "%zu", count))
		return false;
	for (size_t i = 0; i < w->signers; i++)
		if (!hold(w->a, PKIX_AK, ak_named(w, w->signer[i]), "the key of each signer as "
		    "ak-spki", "signer %zu is not named", i + 1))
			return false;
	nonce = claim_of(w, w->transaction, TYPE_NONCE);
	return hold_nonce(w->dossier, w->a, PKIX_NONCE, nonce != NULL &&
	    nonce->tag == DER_OCTETS ? nonce->value : bytes_of(NULL, 0), true);
}

/* --- platform and key --------------------------------------------------------------------- */

/* The first platform that says it. */
static const struct evidence_claim *
platform_claim(const struct work *w, enum type type)
{
	const struct evidence_claim *found = NULL;

	for (size_t i = 0; i < w->it.elements && found == NULL; i++)
		if (strcmp(w->it.element[i].type, w->oid[TYPE_PLATFORM]) == 0)
			found = claim_of(w, &w->it.element[i], type);
	return found;
}

/* Whatever a platform says of debugging, twice or in several elements, it must be closed. */
static bool
hold_debug(struct work *w)
{
	size_t said = 0;

	for (size_t i = 0; i < w->it.elements; i++) {
		const struct evidence_element *element = &w->it.element[i];

		if (strcmp(element->type, w->oid[TYPE_PLATFORM]) != 0)
			continue;
		for (size_t j = 0; j < element->count; j++) {
			const struct evidence_claim *one = &w->it.claim[element->first + j];
			uint64_t state = DEBUG_ENABLED;

			if (strcmp(one->type, w->oid[TYPE_DEBUG]) != 0)
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
hold_key(struct work *w)
{
	for (size_t i = 0; i < w->it.elements; i++) {
		const struct evidence_element *one = &w->it.element[i];
		const struct evidence_claim *said;
		struct hash spki;

		if (strcmp(one->type, w->oid[TYPE_KEY]) != 0)
			continue;
		w->keys++;
		said = claim_of(w, one, TYPE_SPKI);
		spki = spki_of(said != NULL && said->tag == DER_OCTETS ? said->value :
		    bytes_of(NULL, 0));
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
hold_flag(struct work *w, size_t rule, enum type type, bool wanted)
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
hold_flags(struct work *w)
{
	return hold_flag(w, PKIX_EXTRACTABLE, TYPE_EXTRACTABLE, false) &&
	    hold_flag(w, PKIX_NEVER, TYPE_NEVER, true) &&
	    hold_flag(w, PKIX_SENSITIVE, TYPE_SENSITIVE, true) &&
	    hold_flag(w, PKIX_LOCAL, TYPE_LOCAL, true);
}

static bool
hold_serial(struct work *w)
{
	const struct evidence_claim *said = platform_claim(w, TYPE_SERIAL);
	char *text = said == NULL || said->value.len > TEXT_MAX ? NULL : memory_text(said->value);
	bool good = hold_listed_inside(w->dossier, w->a, PKIX_SERIAL, "serial", text);

	free(text);
	return good;
}

static void
claim_text(struct work *w, const char *name, const struct evidence_claim *said)
{
	if (said != NULL && said->value.len > 0 && said->value.len <= TEXT_MAX &&
	    (said->tag == DER_UTF8 || said->tag == DER_OCTETS))
		claims_text(&w->a->claims, name, said->value);
}

/* GeneralizedTime of RFC 5280, 4.1.2.5.2: YYYYMMDDHHMMSSZ. */
static void
claim_made(struct work *w)
{
	const struct evidence_claim *said = claim_of(w, w->transaction, TYPE_TIME);
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
claim(struct work *w)
{
	struct claims *claims = &w->a->claims;

	claims_text(claims, CLAIM_HARDWARE, bytes_of_text("HSM"));
	claim_text(w, CLAIM_VENDOR, platform_claim(w, TYPE_VENDOR));
	claim_text(w, CLAIM_MODEL, platform_claim(w, TYPE_MODEL));
	claim_text(w, CLAIM_FIRMWARE, platform_claim(w, TYPE_VERSION));
	claim_text(w, CLAIM_SERIAL, platform_claim(w, TYPE_SERIAL));
	claim_made(w);
	claims_number(claims, "pkix-evidence.keys", w->keys);
	claims_number(claims, "pkix-evidence.signatures", w->signers);
	claims_time(claims, CLAIM_COLLATERAL_UNTIL, chain_until_s(&w->chain, NULL) * 1000);
	if (w->key == NULL)
		return;
	claims_octets(claims, CLAIM_KEY_SPKI, hash_bytes(&w->spki));
	claims_flag(claims, CLAIM_KEY_GENERATED, true);
	claims_flag(claims, CLAIM_KEY_EXPORTABLE, false);
	claim_text(w, CLAIM_KEY_LABEL, claim_of(w, w->key, TYPE_LABEL));
}

static void
judge_evidence(struct work *w)
{
	struct why why = { .err = ERR_OK };
	enum err err = pool_fill(w, &why);

	oids_take(w);
	if (!hold(w->a, PKIX_FORM, err == ERR_OK, "certificates", "%.190s", why.text) ||
	    !hold(w->a, PKIX_FORM, w->it.version == VERSION, "version 1", "another") ||
	    !hold_signatures(w) || !hold_anchor(w) || !hold_transaction(w) || !hold_debug(w) ||
	    !hold_key(w) || !hold_flags(w) || !hold_policy(w->dossier, w->a, PKIX_POLICY) ||
	    !hold_serial(w))
		return;
	claim(w);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct work *w = memory_new(1, sizeof(*w));
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
