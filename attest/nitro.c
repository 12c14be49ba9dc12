/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of AWS Nitro, judged; see nitro_part.h. */
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/base64_form.h"
#include "attest/bound_data.h"
#include "attest/chain.h"
#include "attest/nitro_part.h"
#include "attest/policy.h"
#include "attest/signature.h"
#include "monitor/base/cbor.h"
#include "monitor/base/timetext.h"

enum { NAME_TEXT = 256, REGION_TEXT = 64, POINT_P256 = 65, POINT_P384 = 97 };

/* {1: -35}: ES384 (RFC 9053, 2.1). */
static const uint8_t es384[] = { 0xa1, 0x01, 0x38, 0x22 };

/* One document on its way through the rules. */
struct nitro_trial {
	const struct nitro_sort *sort;
	struct nitro_cose        cose;
	struct nitro_document    document;
	struct pool              pool;
	struct chain             chain;
	struct evp_pkey_st      *key;		/* of public_key; NULL: it is no key */
	bool                     asked;		/* it holds a nonce of ours */
	char                     region[REGION_TEXT];
};

static bool
read_all(struct bytes octets, struct appraisal *a, struct nitro_trial *t)
{
	const struct nitro_document *document = &t->document;
	struct why why = { .err = ERR_OK };

	if (!hold(a, NITRO_LENGTH, octets.len > 0 && octets.len <= NITRO_DOCUMENT_MAX,
	    "1 to 16640 octets", "%zu", octets.len) ||
	    !hold(a, NITRO_COSE, nitro_cose_read(octets, &t->cose, &why) == ERR_OK,
	    "an array of 4: protected, {}, payload, signature", "%.190s", why.text) ||
	    !hold(a, NITRO_ALGORITHM, bytes_equal(t->cose.protected,
	    bytes_of(es384, sizeof(es384))) && t->cose.signature.len == NITRO_SIGNATURE,
	    "{1: -35} and 96 octets", "%zu octets of header, %zu of signature",
	    t->cose.protected.len, t->cose.signature.len) ||
	    !hold(a, NITRO_FIELDS, nitro_document_read(t->cose.payload, &t->document, &why) ==
	    ERR_OK, "one map of known fields, each once", "%.190s", why.text))
		return false;
	return hold(a, NITRO_FIELDS, document->module.len > 0 && document->certificate.len > 0 &&
	    document->made_ms > 0 && document->made_ms < INT64_MAX &&
	    bytes_equal(document->digest, bytes_of_text("SHA384")),
	    "module_id, timestamp, certificate and digest SHA384", "one of them is missing") &&
	    hold(a, NITRO_KIND_RULE, document->kind == t->sort->kind, t->sort->field,
	    document->kind == NITRO_NONE ? "no registers" : "the registers of the other kind") &&
	    hold(a, NITRO_BUNDLE, document->issuers > 0, "at least one certificate", "none");
}

/* A leaf is P-384, no authority, and made for signatures (AWS, 3.2.3.3). */
static bool
leaf_good(struct appraisal *a, struct x509_st *leaf)
{
	uint32_t flags = X509_get_extension_flags(leaf);
	char kind[64];

	key_kind(X509_get0_pubkey(leaf), kind, sizeof(kind));
	return hold(a, NITRO_LEAF, strcmp(kind, "EC secp384r1") == 0 && (flags & EXFLAG_CA) == 0 &&
	    (flags & EXFLAG_KUSAGE) != 0 &&
	    (X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) != 0,
	    "EC secp384r1, digitalSignature, no authority", "%s%s", kind,
	    (flags & EXFLAG_CA) != 0 ? ", an authority" : "");
}

static bool
chain_good(const struct dossier *dossier, struct appraisal *a, struct nitro_trial *t)
{
	const struct nitro_document *document = &t->document;
	struct why why = { .err = ERR_OK };
	enum err err = pool_add(&t->pool, dossier, document->certificate, &why);

	for (size_t i = 0; err == ERR_OK && i < document->issuers; i++)
		err = pool_add(&t->pool, dossier, document->issuer[i], &why);
	/* PEM or a revocation list in a field would shift which certificate is which. */
	if (err != ERR_OK || t->pool.certificates != 1 + document->issuers)
		return rule_break(a, NITRO_CHAIN, "certificates in DER, one in each field",
		    "%.150s", err != ERR_OK ? why.text : "another number of them");
	return hold_chain(dossier, a, NITRO_CHAIN, NITRO_TIME, "roots", &t->pool,
	    t->pool.certificate[0], 0, &t->chain) && leaf_good(a, t->pool.certificate[0]);
}

/* Sig_structure of RFC 9052, 4.4, with the payload as it came. */
static bool
signature_good(struct appraisal *a, const struct nitro_trial *t)
{
	struct buffer message = { .max = NITRO_DOCUMENT_MAX };
	bool good;

	cbor_put_array(&message, 4);
	cbor_put_cstr(&message, "Signature1");
	cbor_put_bytes(&message, t->cose.protected);
	cbor_put_bytes(&message, bytes_of(NULL, 0));
	cbor_put_bytes(&message, t->cose.payload);
	good = !message.failed && signature_ecdsa_raw(X509_get0_pubkey(t->pool.certificate[0]),
	    DIGEST_SHA384, bytes_of_buffer(&message), t->cose.signature);
	buffer_free(&message);
	return hold(a, NITRO_SIGNED, good, "a good ES384 signature by the leaf's key",
	    "it does not verify");
}

static bool
region_is(struct bytes label)
{
	for (size_t i = 0; i < label.len; i++)
		if ((label.at[i] < 'a' || label.at[i] > 'z') && label.at[i] != '-' &&
		    (label.at[i] < '0' || label.at[i] > '9'))
			return false;
	return label.len > 0 && label.len < REGION_TEXT;
}

/* The label up to the next dot; no octets if there is no dot. */
static struct bytes
label_next(const char **at)
{
	const char *begin = *at, *dot = strchr(begin, '.');

	if (dot == NULL)
		return bytes_of(NULL, 0);
	*at = dot + 1;
	return bytes_of(begin, (size_t)(dot - begin));
}

/* "ID.REGION.aws", "ID.zonal.REGION.aws.nitro-enclaves"; "aws" is the partition. */
static bool
name_read(const char *name, struct bytes *id, struct bytes *region)
{
	*id = label_next(&name);
	*region = label_next(&name);
	if (bytes_equal(*region, bytes_of_text("zonal")))
		*region = label_next(&name);
	return id->len > 0 && region_is(*region) && strncmp(name, "aws", 3) == 0;
}

/* Every certificate but the root, which is everybody's, names the region of the leaf. */
static bool
names_good(struct appraisal *a, struct nitro_trial *t)
{
	char name[NAME_TEXT], other[NAME_TEXT];
	struct bytes id, region, next;

	certificate_subject(t->chain.link[0], NID_commonName, name, sizeof(name));
	if (!hold(a, NITRO_NAMES, name_read(name, &id, &region) &&
	    bytes_equal(id, t->document.module), "MODULE.REGION.aws as the signer's name",
	    "%.120s", name))
		return false;
	memcpy(t->region, region.at, region.len);
	t->region[region.len] = '\0';
	for (size_t i = 1; i + 1 < t->chain.count; i++) {
		certificate_subject(t->chain.link[i], NID_commonName, other, sizeof(other));
		if (!hold(a, NITRO_NAMES, name_read(other, &id, &next) &&
		    bytes_equal(next, region), t->region, "%.120s", other))
			return false;
	}
	return true;
}

static bool
is_zero(struct bytes octets)
{
	for (size_t i = 0; i < octets.len; i++)
		if (octets.at[i] != 0)
			return false;
	return true;
}

/* An enclave in debug mode, or a machine started without measuring, leaves them zero. */
static bool
started_good(struct appraisal *a, const struct nitro_trial *t)
{
	const unsigned *one = t->sort->started;
	bool zero = true;

	for (size_t i = 0; i < 3; i++) {
		if (!hold(a, NITRO_STARTED, t->document.pcr[one[i]].len > 0,
		    "all registers that a start extends", "PCR %u is missing", one[i]))
			return false;
		zero = zero && is_zero(t->document.pcr[one[i]]);
	}
	return hold(a, NITRO_STARTED, !zero, "registers that were extended",
	    "PCR %u, %u and %u are zero", one[0], one[1], one[2]);
}

static bool
made_good(struct appraisal *a, const struct nitro_trial *t)
{
	int64_t made_s = (int64_t)(t->document.made_ms / 1000);
	struct x509_st *leaf = t->chain.link[0];

	return hold(a, NITRO_MADE, certificate_from_s(leaf) <= made_s &&
	    made_s <= certificate_until_s(leaf), "within the three hours of its certificate",
	    "%llu ms since 1970", (unsigned long long)t->document.made_ms);
}

static bool
age_good(const struct dossier *dossier, struct appraisal *a, const struct nitro_trial *t)
{
	int64_t made_s = (int64_t)(t->document.made_ms / 1000), max_s, ahead_s = 0;
	int64_t age_s = dossier->at_s - made_s;
	char limit[64];

	if (!policy_integer(dossier, a, "max_age", &max_s))
		return rule_lack(a, NITRO_AGE, "max_age", "the policy says nothing of it; the "
		    "document is %lld s old", (long long)age_s);
	(void)policy_integer(dossier, a, "max_ahead", &ahead_s);
	snprintf(limit, sizeof(limit), "at most %lld s old", (long long)max_s);
	return hold(a, NITRO_AGE, age_s <= max_s && -age_s <= ahead_s, limit, "%lld s %s",
	    (long long)(age_s < 0 ? -age_s : age_s), age_s < 0 ? "in the future" : "old");
}

/* SubjectPublicKeyInfo, or an uncompressed point of P-256 or P-384 (SEC 1, 2.3.3). */
static struct evp_pkey_st *
key_read(struct bytes octets)
{
	struct evp_pkey_st *key = key_of_spki(octets);
	size_t half = (octets.len - 1) / 2;

	if (key != NULL || octets.len == 0 || octets.at[0] != 4 ||
	    (octets.len != POINT_P256 && octets.len != POINT_P384))
		return key;
	return key_of_point(octets.len == POINT_P256 ? "P-256" : "P-384",
	    bytes_slice(octets, 1, half), bytes_slice(octets, 1 + half, half));
}

static bool
pin_good(const struct dossier *dossier, struct appraisal *a, const struct nitro_trial *t, size_t at)
{
	const struct nitro_pin *pin = &t->sort->pin[at];
	size_t rule = NITRO_FIRST + at;
	bool asked = false;
	char key[16];

	for (unsigned i = pin->from; i <= pin->to; i++) {
		struct bytes value = t->document.pcr[i];
		enum policy_answer answer;

		snprintf(key, sizeof(key), "pcr%u", i);
		answer = policy_listed_hex(dossier, a, key, value);
		if (!pin->required && (answer == POLICY_SILENT || answer == POLICY_ANY))
			continue;
		asked = true;
		if (!hold_listed_hex(dossier, a, rule, key, value))
			return false;
	}
	return asked || rule_skip(a, rule, "the policy says nothing of these registers");
}

/* The key stands in public_key, or is bound with the nonce in user_data (bound_data.h). */
static bool
key_good(const struct dossier *dossier, struct appraisal *a, const struct nitro_trial *t)
{
	struct hash bound;

	if (dossier->spki != NULL) {
		bound = bound_data(dossier->nonce, dossier->spki);
		if (bytes_equal(t->document.user_data, hash_bytes(&bound)))
			return hold(a, NITRO_KEY, true, NULL, NULL);
	}
	return hold_spki(dossier, a, NITRO_KEY, key_spki(t->key));
}

static bool
policy_good(const struct dossier *dossier, struct appraisal *a, struct nitro_trial *t)
{
	if (!hold_policy(dossier, a, NITRO_POLICY) || !age_good(dossier, a, t) ||
	    !hold_nonce(dossier, a, NITRO_NONCE_RULE, t->document.nonce, true) ||
	    !key_good(dossier, a, t))
		return false;
	for (size_t i = 0; i < t->sort->pins; i++)
		if (!pin_good(dossier, a, t, i))
			return false;
	return hold_listed_text(dossier, a, NITRO_FIRST + t->sort->pins, "regions", t->region);
}

static void
claim_registers(struct claims *claims, const struct nitro_document *document)
{
	static const char *const names[NITRO_PCRS] = { "nitro.pcr0", "nitro.pcr1", "nitro.pcr2",
		"nitro.pcr3", "nitro.pcr4", "nitro.pcr5", "nitro.pcr6", "nitro.pcr7",
		"nitro.pcr8", "nitro.pcr9", "nitro.pcr10", "nitro.pcr11", "nitro.pcr12",
		"nitro.pcr13", "nitro.pcr14", "nitro.pcr15", "nitro.pcr16", "nitro.pcr17",
		"nitro.pcr18", "nitro.pcr19", "nitro.pcr20", "nitro.pcr21", "nitro.pcr22",
		"nitro.pcr23", "nitro.pcr24", "nitro.pcr25", "nitro.pcr26", "nitro.pcr27",
		"nitro.pcr28", "nitro.pcr29", "nitro.pcr30", "nitro.pcr31" };

	for (size_t i = 0; i < NITRO_PCRS; i++)
		if (!is_zero(document->pcr[i]))
			claims_octets(claims, names[i], document->pcr[i]);
}

/* What the asker had signed: user_data, else a public_key that is no key we know. */
static void
claim_data(struct claims *claims, const struct nitro_trial *t)
{
	const struct nitro_document *document = &t->document;
	struct hash spki = key_spki(t->key);

	if (t->key != NULL)
		claims_octets(claims, CLAIM_KEY_SPKI, hash_bytes(&spki));
	else if (document->public_key.len > 0)
		claims_octets(claims, "nitro.public_key", document->public_key);
	if (document->user_data.len > 0)
		claims_octets(claims, CLAIM_REPORT_DATA, document->user_data);
	else if (t->key == NULL && document->public_key.len > 0)
		claims_octets(claims, CLAIM_REPORT_DATA, document->public_key);
	/* Without either whoever is shown the document can show it on: a bearer's statement. */
	claims_text(claims, CLAIM_PLACE_GRADE, bytes_of_text(t->asked || t->key != NULL ? "A" :
	    "C"));
}

static void
claim_all(struct claims *claims, const struct nitro_trial *t)
{
	const struct nitro_document *document = &t->document;
	const uint8_t *dash = memrchr(document->module.at, '-', document->module.len);
	size_t instance = dash == NULL ? document->module.len :
	    (size_t)(dash - document->module.at);

	claims_text(claims, CLAIM_HARDWARE, bytes_of_text(t->sort->hardware));
	claims_text(claims, CLAIM_VENDOR, bytes_of_text("Amazon Web Services"));
	claims_text(claims, CLAIM_PROVIDER, bytes_of_text("aws"));
	claims_text(claims, CLAIM_REGION, bytes_of_text(t->region));
	claims_text(claims, CLAIM_INSTANCE, bytes_slice(document->module, 0, instance));
	claims_text(claims, "nitro.module", document->module);
	claims_octets(claims, CLAIM_MEASUREMENT, document->pcr[t->sort->measured]);
	if (t->sort->kind == NITRO_ENCLAVE)
		claims_flag(claims, CLAIM_DEBUG, false);
	claim_data(claims, t);
	claim_registers(claims, document);
	claims_time(claims, CLAIM_MADE, (int64_t)document->made_ms);
	claims_time(claims, CLAIM_EXPIRES, certificate_until_s(t->chain.link[0]) * 1000);
	claims_time(claims, CLAIM_COLLATERAL_UNTIL, chain_until_s(&t->chain, NULL) * 1000);
}

void
nitro_judge(const struct dossier *dossier, struct appraisal *a, const struct nitro_sort *sort)
{
	struct nitro_trial *t = memory_new(1, sizeof(*t));
	struct buffer keep = { .max = 2 * NITRO_DOCUMENT_MAX };

	t->sort = sort;
	t->asked = dossier->nonce.len > 0;
	if (read_all(base64_form_open(dossier_item(dossier, "document"), &keep), a, t) &&
	    chain_good(dossier, a, t) && signature_good(a, t) && names_good(a, t) &&
	    started_good(a, t) && made_good(a, t)) {
		t->key = key_read(t->document.public_key);
		if (policy_good(dossier, a, t))
			claim_all(&a->claims, t);
	}
	EVP_PKEY_free(t->key);
	pool_free(&t->pool);
	buffer_free(&keep);
	free(t);
}

bool
nitro_looks(struct bytes octets, enum nitro_kind kind)
{
	struct buffer keep = { .max = 2 * NITRO_DOCUMENT_MAX };
	struct bytes document = base64_form_open(octets, &keep);
	bool tagged = document.len > 0 && document.at[0] == 0xd2;
	struct bytes head = bytes_slice(document, tagged, 2 + sizeof(es384));
	bool tpm = document.len > 0 &&
	    memmem(document.at, document.len, "nitrotpm_pcrs", 13) != NULL;
	bool looks = head.len == 2 + sizeof(es384) && head.at[0] == 0x84 && head.at[1] == 0x44 &&
	    bytes_equal(bytes_slice(head, 2, sizeof(es384)), bytes_of(es384, sizeof(es384))) &&
	    tpm == (kind == NITRO_TPM);

	buffer_free(&keep);
	return looks;
}
