/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A quote by itself: its form, the platform's certificates and their revocation, three signatures
 * and what they are bound to.  What its levels are worth is judged in intel_levels.c.
 */
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <string.h>

#include "attest/bound_data.h"
#include "attest/intel_part.h"
#include "attest/intel_signed.h"
#include "attest/signature.h"

enum { DEBUG_SGX = 1 << 1, TUD = 0xff, NAME_MAX_LEN = 80 };

static const uint8_t vendor[] = { 0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d,
	0xb3, 0x95, 0x7f, 0x06, 0x07 };

bool
intel_is_td(const struct intel *q)
{
	return q->quote.kind != QUOTE_SGX;
}

struct bytes
intel_field(const struct intel *q, size_t from, size_t octets)
{
	return bytes_slice(q->quote.body, from, octets);
}

/* --- form --------------------------------------------------------------------------------- */

static bool
hold_rest(struct intel *q)
{
	bool strict;

	if (octets_zero(q->quote.rest))
		return hold(q->a, INTEL_TRAILING, true, NULL, NULL);
	if (!policy_flag(q->dossier, q->a, "strict_trailing", &strict))
		return rule_lack(q->a, INTEL_TRAILING, "strict_trailing",
		    "the policy says nothing of it; %zu octets follow", q->quote.rest.len);
	if (!strict)
		return rule_skip(q->a, INTEL_TRAILING, "the policy lets octets follow");
	return rule_break(q->a, INTEL_TRAILING, "nothing but zeros", "%zu octets, not all zero",
	    q->quote.rest.len);
}

static bool
hold_form(struct intel *q, uint32_t tee)
{
	static const size_t broken[] = { [QUOTE_VERSION] = INTEL_VERSION,
		[QUOTE_BODY] = INTEL_BODY, [QUOTE_LENGTHS] = INTEL_LENGTHS,
		[QUOTE_CERTIFICATION] = INTEL_CERTIFICATION };
	struct why why = { .err = ERR_OK };
	enum quote_fault fault = quote_read(dossier_item(q->dossier, "quote"), &q->quote, &why);
	size_t last = fault == QUOTE_WHOLE ? INTEL_TEE : broken[fault];
	bool headless = fault == QUOTE_LENGTHS && q->quote.body.len == 0;

	for (size_t rule = headless ? last : INTEL_VERSION; rule < last; rule++)
		hold(q->a, rule, true, NULL, NULL);
	if (fault != QUOTE_WHOLE)
		return rule_break(q->a, last, NULL, "%.190s", why.text);
	return hold(q->a, INTEL_TEE, q->quote.tee == tee,
	    tee == QUOTE_TEE_TDX ? "TEE type 81 (TDX)" : "TEE type 0 (SGX)", "TEE type %x",
	    (unsigned)q->quote.tee) &&
	    hold_octets(q->a, INTEL_VENDOR, bytes_of(vendor, sizeof(vendor)), q->quote.vendor) &&
	    hold_rest(q);
}

/* --- certificates ------------------------------------------------------------------------- */

enum err
intel_role_add(struct intel *q, struct pool *pool, const char *role, struct why *why)
{
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < q->dossier->count; i++) {
		struct buffer scratch = { .max = 0 };
		size_t certificates = pool->certificates, lists = pool->lists;

		if (strcmp(q->dossier->item[i].role, role) != 0)
			continue;
		err = pool_add(pool, q->dossier,
		    collateral_plain(q->dossier->item[i].octets, &scratch), why);
		buffer_free(&scratch);
		pool_roles(pool, certificates, lists, q->dossier->item[i].role);
	}
	return err;
}

bool
intel_is_named(X509 *certificate, const char *name)
{
	char found[NAME_MAX_LEN];

	certificate_subject(certificate, NID_commonName, found, sizeof(found));
	return strcmp(found, name) == 0;
}

static bool
hold_pck(struct intel *q)
{
	struct why why = { .err = ERR_OK };
	enum err err = pool_add(&q->pool, q->dossier, q->quote.chain, &why);

	if (err == ERR_OK && (q->pool.certificates == 0 ||
	    !intel_is_named(q->pool.certificate[0], "Intel SGX PCK Certificate")))
		err = why_set(&why, ERR_MALFORMED, "the first is no Intel SGX PCK Certificate");
	if (err == ERR_OK)
		err = pck_read(certificate_extension(q->pool.certificate[0], PCK_EXTENSION),
		    &q->pck, &why);
	if (!hold(q->a, INTEL_PCK, err == ERR_OK, PCK_EXTENSION, "%.190s", why.text))
		return false;
	if (intel_role_add(q, &q->pool, "root", &why) != ERR_OK)
		return rule_break(q->a, INTEL_CHAIN, NULL, "%.190s", why.text);
	return true;
}

/* Issued by one of the two authorities for platforms: no other issues PCK certificates. */
static bool
issuer_good(const struct intel *q)
{
	return q->chain.count > 1 &&
	    (intel_is_named(q->chain.link[1], "Intel SGX PCK Platform CA") ||
	    intel_is_named(q->chain.link[1], "Intel SGX PCK Processor CA"));
}

static bool
hold_certificates(struct intel *q)
{
	struct why why = { .err = ERR_OK };

	if (!hold_pck(q) || !hold_chain(q->dossier, q->a, INTEL_CHAIN, INTEL_TIME, "roots",
	    &q->pool, q->pool.certificate[0], 0, &q->chain))
		return false;
	if (!issuer_good(q))
		return rule_break(q->a, INTEL_CHAIN, "Intel SGX PCK Platform CA or Processor CA",
		    "issued by another");
	if (intel_role_add(q, &q->pck_lists, "pck-crl", &why) != ERR_OK)
		return rule_break(q->a, INTEL_CRL, NULL, "%.190s", why.text);
	if (intel_role_add(q, &q->root_lists, "root-crl", &why) != ERR_OK)
		return rule_break(q->a, INTEL_ROOT_CRL, NULL, "%.190s", why.text);
	if (!hold_unrevoked(q->dossier, q->a, INTEL_CRL, INTEL_REVOKED, &q->pck_lists, &q->chain,
	    0))
		return false;
	if (q->chain.count == 2)
		return rule_skip(q->a, INTEL_ROOT_CRL, "the policy pins the issuer itself") &&
		    rule_skip(q->a, INTEL_CA_REVOKED, "the policy pins the issuer itself");
	return hold_unrevoked(q->dossier, q->a, INTEL_ROOT_CRL, INTEL_CA_REVOKED, &q->root_lists,
	    &q->chain, 1);
}

/* --- signatures --------------------------------------------------------------------------- */

/* The QE's report data is SHA-256 over key and authentication data, and zeros. */
static bool
hold_binding(struct intel *q)
{
	uint8_t expected[QUOTE_REPORT_DATA] = { 0 };
	struct hash hash = hash_of3(bytes_of(NULL, 0), q->quote.key, q->quote.qe_auth);

	memcpy(expected, hash.at, HASH_LEN);
	return hold_octets(q->a, INTEL_QE_BINDING, bytes_of(expected, sizeof(expected)),
	    bytes_slice(q->quote.qe_report, SGX_REPORT_DATA, QUOTE_REPORT_DATA));
}

static bool
hold_signature(struct intel *q)
{
	struct chain_memory *memory = q->dossier->memory;
	struct hash of = hash_of3(bytes_of_text("P-256"), q->quote.key, bytes_of(NULL, 0));
	EVP_PKEY *key = chain_memory_key(memory, of, NULL);
	bool good;

	if (key == NULL) {
		key = key_of_point("P-256", bytes_slice(q->quote.key, 0, 32),
		    bytes_slice(q->quote.key, 32, 32));
		chain_memory_key_keep(memory, of, key, of);
	}
	good = signature_ecdsa_raw(key, DIGEST_SHA256, q->quote.covered, q->quote.signature);

	EVP_PKEY_free(key);
	return hold(q->a, INTEL_SIGNATURE, good, "a signature by the attestation key",
	    key == NULL ? "the key is no point of P-256" : "another");
}

static bool
hold_signatures(struct intel *q)
{
	return hold(q->a, INTEL_QE_SIGNATURE, signature_ecdsa_raw(
	    X509_get0_pubkey(q->pool.certificate[0]), DIGEST_SHA256, q->quote.qe_report,
	    q->quote.qe_signature), "a signature by the PCK certificate's key", "another") &&
	    hold_binding(q) && hold_signature(q);
}

/* Bits 0 to 7 of a TD's attributes make it one under debug; of an enclave's, bit 1. */
static bool
hold_debug(struct intel *q)
{
	bool td = intel_is_td(q);
	struct bytes attributes = intel_field(q, td ? TD_ATTRIBUTES : SGX_ATTRIBUTES, 8);
	uint64_t bits = quote_number(attributes, 0, 8);

	return hold(q->a, INTEL_DEBUG, (bits & (td ? TUD : DEBUG_SGX)) == 0,
	    td ? "attributes 0 to 7 clear" : "attribute 1 clear", "attributes %016llx",
	    (unsigned long long)bits);
}

bool
intel_open(const struct dossier *dossier, struct appraisal *a, uint32_t tee, struct intel *q)
{
	*q = (struct intel){ .dossier = dossier, .a = a };
	return hold_form(q, tee) && hold_certificates(q) && hold_signatures(q) && hold_debug(q) &&
	    hold_bound_data(dossier, a, INTEL_NONCE, INTEL_KEY,
	    intel_field(q, intel_is_td(q) ? TD_REPORT_DATA : SGX_REPORT_DATA,
	    QUOTE_REPORT_DATA)) && hold_policy(dossier, a, INTEL_POLICY);
}

void
intel_close(struct intel *q)
{
	pool_free(&q->pool);
	pool_free(&q->pck_lists);
	pool_free(&q->root_lists);
	tcb_document_free(&q->info);
	tcb_document_free(&q->identity);
}
