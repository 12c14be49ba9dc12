/* SPDX-License-Identifier: Apache-2.0 */
/* Who signed a statement of a TPM; see tpm_signer.h. */
#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "attest/policy.h"
#include "attest/tpm_signer.h"

enum { RSA_BITS_MIN = 2048, FIRMWARE_LEN = 8 };

#define AK_PURPOSE "2.23.133.8.3"	/* tcg-kp-AIKCertificate */

/* --- forms -------------------------------------------------------------------------------- */

static bool
statement_hold(struct appraisal *a, struct bytes statement, struct tpm_signer *signer)
{
	struct why why = { .err = ERR_OK };
	enum err err = tpm_attest_read(statement, &signer->attest, &why);

	/* Of another kind: that is a rule of its own. */
	return hold(a, TPM_RULE_FORM, err == ERR_OK || err == ERR_UNSUPPORTED, NULL, "%.190s",
	    why.text);
}

static bool
signature_hold(const struct dossier *dossier, struct appraisal *a, struct tpm_signer *signer)
{
	struct why why = { .err = ERR_OK };
	enum err err = tpm_signature_read(dossier_item(dossier, "signature"), &signer->signature,
	    &why);

	return hold(a, TPM_RULE_SIGNATURE_FORM, err == ERR_OK, NULL, "%.190s", why.text);
}

/* What a key needs to be read: its public area, or somebody who vouches for it. */
static bool
public_hold(const struct dossier *dossier, struct appraisal *a, struct tpm_signer *signer)
{
	struct bytes octets = dossier_item(dossier, "ak");
	struct why why = { .err = ERR_OK };

	if (octets.len == 0 && signer->vouched == NULL &&
	    dossier_item(dossier, "ak-certificate").len == 0) {
		rule_lack(a, TPM_RULE_AK_FORM, "the public area or a certificate", "neither");
		return false;
	}
	if (octets.len == 0)
		return rule_skip(a, TPM_RULE_AK_FORM, "no public area was given");
	if (!hold(a, TPM_RULE_AK_FORM, tpm_public_read(octets, &signer->public, &why) == ERR_OK,
	    NULL, "%.190s", why.text))
		return false;
	signer->has_public = true;
	signer->name = tpm_name(&signer->public);
	signer->key = tpm_key_known(dossier->memory, &signer->public, &signer->spki);
	return hold(a, TPM_RULE_AK_FORM, signer->key != NULL, "a key of RSA, P-256, P-384 or P-521",
	    "kind 0x%04x, curve %u", signer->public.type, signer->public.curve);
}

static bool
kind_hold(struct appraisal *a, uint16_t kind, const struct tpm_signer *signer)
{
	char expected[8];

	snprintf(expected, sizeof(expected), "%04x", kind);
	return hold(a, TPM_RULE_MAGIC, signer->attest.magic == TPM_MAGIC, "ff544347", "%08" PRIx32,
	    signer->attest.magic) && hold(a, TPM_RULE_KIND, signer->attest.type == kind, expected,
	    "%04x", signer->attest.type);
}

/* --- certificate -------------------------------------------------------------------------- */

/* The key the certificate or the voucher names, and that of the public area are one. */
static bool
same_key_hold(struct appraisal *a, struct tpm_signer *signer, EVP_PKEY *named, struct hash spki)
{
	if (named == NULL)
		return rule_break(a, TPM_RULE_AK_KEY, "a key in the certificate", "none");
	if (!signer->has_public) {
		EVP_PKEY_up_ref(named);
		signer->key = named;
		signer->spki = spki;
		return hold(a, TPM_RULE_AK_KEY, true, NULL, NULL);
	}
	return hold_octets(a, TPM_RULE_AK_KEY, hash_bytes(&spki), hash_bytes(&signer->spki));
}

static bool
chain_hold(const struct dossier *dossier, struct appraisal *a, struct tpm_signer *signer)
{
	/* Nobody certifies the keys of all TPMs: without a pinned root it shows nothing. */
	if (policy_listed_text(dossier, a, "roots", "") == POLICY_SILENT)
		return rule_lack(a, TPM_RULE_CHAIN, "roots", "the policy pins no root");
	if (!hold_chain(dossier, a, TPM_RULE_CHAIN, TPM_RULE_DATES, "roots", &signer->pool,
	    signer->pool.certificate[0], CHAIN_LEAF_IS_PIN, &signer->chain) ||
	    !hold_unrevoked(dossier, a, TPM_RULE_LIST, TPM_RULE_REVOKED, &signer->pool,
	    &signer->chain, 0))
		return false;
	signer->certified = true;
	return true;
}

static bool
certificate_hold(const struct dossier *dossier, struct appraisal *a, struct tpm_signer *signer)
{
	struct bytes octets = dossier_item(dossier, "ak-certificate");
	struct why why = { .err = ERR_OK };
	enum err err;

	if (octets.len == 0 || signer->vouched != NULL) {
		const char *why_not = signer->vouched != NULL ? signer->vouched->by :
		    "no certificate was given";

		for (size_t i = TPM_RULE_AK_CERTIFICATE; i < TPM_RULE_AK_KEY; i++)
			rule_skip(a, i, why_not);
		return signer->vouched != NULL ? same_key_hold(a, signer, signer->vouched->key,
		    signer->vouched->spki) :
		    rule_skip(a, TPM_RULE_AK_KEY, why_not);
	}
	err = pool_add(&signer->pool, dossier, octets, &why);
	if (err == ERR_OK && signer->pool.certificates == 0)
		err = why_set(&why, ERR_MALFORMED, "there is a revocation list and no certificate");
	if (err == ERR_OK)
		err = pool_add_role(&signer->pool, dossier, "certificates", &why);
	return hold(a, TPM_RULE_AK_CERTIFICATE, err == ERR_OK || err == ERR_NOT_FOUND, NULL,
	    "%.190s", why.text) && chain_hold(dossier, a, signer) &&
	    same_key_hold(a, signer, X509_get0_pubkey(signer->pool.certificate[0]),
	    certificate_spki(signer->pool.certificate[0]));
}

/* --- key and signature -------------------------------------------------------------------- */

static bool
certificate_says_ak(X509 *certificate)
{
	EXTENDED_KEY_USAGE *usage = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
	char oid[32];
	bool says = false;

	for (int i = 0; i < sk_ASN1_OBJECT_num(usage); i++)
		says |= OBJ_obj2txt(oid, sizeof(oid), sk_ASN1_OBJECT_value(usage, i), 1) > 0 &&
		    strcmp(oid, AK_PURPOSE) == 0;
	EXTENDED_KEY_USAGE_free(usage);
	return says;
}

static bool
attributes_hold(struct appraisal *a, const struct tpm_signer *signer)
{
	char wrong[TPM_AK_WRONG];

	if (!signer->has_public && signer->vouched != NULL)
		return rule_skip(a, TPM_RULE_AK_ATTRIBUTES, signer->vouched->by);
	if (!signer->has_public && signer->certified &&
	    certificate_says_ak(signer->pool.certificate[0]))
		return rule_skip(a, TPM_RULE_AK_ATTRIBUTES, "its certificate is for attestation "
		    "keys (" AK_PURPOSE ")");
	if (!signer->has_public)
		return rule_lack(a, TPM_RULE_AK_ATTRIBUTES, "the public area of the key",
		    "not given, and its certificate is not for attestation keys alone");
	return hold(a, TPM_RULE_AK_ATTRIBUTES, tpm_ak_sound(&signer->public, wrong),
	    TPM_AK_ATTRIBUTES, "%s", wrong);
}

static bool
algorithm_hold(struct appraisal *a, const struct tpm_signer *signer)
{
	const struct tpm_signature *used = &signer->signature;
	enum digest digest;
	char stated[48] = "SHA-256, SHA-384 or SHA-512", found[48];
	bool own = true;

	tpm_scheme_text(used->scheme, used->hash, found, sizeof(found));
	if (signer->has_public && signer->public.scheme != TPM_NULL) {
		tpm_scheme_text(signer->public.scheme, signer->public.scheme_hash, stated,
		    sizeof(stated));
		own = signer->public.scheme == used->scheme &&
		    signer->public.scheme_hash == used->hash;
	}
	return hold(a, TPM_RULE_ALGORITHM, own && tpm_digest(used->hash, &digest), stated, "%s",
	    found) && hold(a, TPM_RULE_ALGORITHM, !signer->has_public || signer->name.len > 0,
	    "a Name by SHA-256 or longer", "by %s", tpm_algorithm_name(signer->public.name_hash)) &&
	    hold(a, TPM_RULE_ALGORITHM, !EVP_PKEY_is_a(signer->key, "RSA") ||
	    EVP_PKEY_get_bits(signer->key) >= RSA_BITS_MIN, "RSA of 2048 bits or more",
	    "RSA of %d bits", EVP_PKEY_get_bits(signer->key));
}

bool
tpm_signer_hold(const struct dossier *dossier, struct appraisal *a, uint16_t kind,
    struct bytes statement, const struct tpm_vouched *vouched, struct tpm_signer *signer)
{
	*signer = (struct tpm_signer){ .vouched = vouched };
	return statement_hold(a, statement, signer) && signature_hold(dossier, a, signer) &&
	    public_hold(dossier, a, signer) && kind_hold(a, kind, signer) &&
	    certificate_hold(dossier, a, signer) && attributes_hold(a, signer) &&
	    algorithm_hold(a, signer) &&
	    hold(a, TPM_RULE_SIGNATURE, tpm_signed(signer->key, &signer->signature, statement),
	    "one by the attestation key", "one by another key, or over other octets") &&
	    hold_nonce(dossier, a, TPM_RULE_NONCE, signer->attest.extra, true);
}

void
tpm_signer_free(struct tpm_signer *signer)
{
	EVP_PKEY_free(signer->key);
	pool_free(&signer->pool);
}

/* --- trust -------------------------------------------------------------------------------- */

/* A list in the policy decides, whoever else vouches; without one a voucher is needed. */
static bool
ak_hold(const struct dossier *dossier, struct appraisal *a, size_t rule,
    const struct tpm_signer *signer)
{
	struct bytes name = tpm_name_bytes(&signer->name);
	enum policy_answer answer;

	/* Lists may name thousands: looked through once where nobody else vouches. */
	if (signer->has_public && !signer->certified && signer->vouched == NULL)
		return hold_listed_hex(dossier, a, rule, "ak", name);
	answer = policy_listed_hex(dossier, a, "ak", name);
	if (answer == POLICY_SILENT)
		return signer->certified || signer->vouched != NULL ?
		    hold(a, rule, true, NULL, NULL) :
		    hold_listed_hex(dossier, a, rule, "ak", name);
	if (answer != POLICY_ANY && !signer->has_public)
		return rule_lack(a, rule, "the public area of the key, for its Name",
		    "none was given");
	return hold_listed_hex(dossier, a, rule, "ak", name);
}

static bool
firmware_hold(const struct dossier *dossier, struct appraisal *a, size_t rule,
    const struct tpm_signer *signer)
{
	const char *asked = policy_text(dossier, a, "min_firmware");
	uint8_t octets[FIRMWARE_LEN];
	struct reader in = reader_of(bytes_of(octets, FIRMWARE_LEN));

	if (asked == NULL || strcmp(asked, "*") == 0)
		return rule_skip(a, rule, "the policy asks for none");
	if (strlen(asked) != 2 * FIRMWARE_LEN || hex_read(asked, octets, FIRMWARE_LEN) != ERR_OK)
		return rule_lack(a, rule, "min_firmware of 16 hex digits", "%.80s", asked);
	policy_ticket_text(dossier, a, "min_firmware");
	return hold(a, rule, signer->attest.firmware >= read_be(&in, FIRMWARE_LEN), asked,
	    "%016" PRIx64, signer->attest.firmware);
}

bool
tpm_trust_hold(const struct dossier *dossier, struct appraisal *a, size_t first,
    const struct tpm_signer *signer)
{
	return hold_policy(dossier, a, first + TPM_TRUST_POLICY) &&
	    ak_hold(dossier, a, first + TPM_TRUST_AK, signer) &&
	    firmware_hold(dossier, a, first + TPM_TRUST_FIRMWARE, signer);
}

void
tpm_signer_claim(struct appraisal *a, const struct tpm_signer *signer)
{
	struct claims *claims = &a->claims;
	char firmware[17];

	/* Inside another statement that one says what hardware it is. */
	if (a->partition[a->open].parent < 0)
		claims_text(claims, CLAIM_HARDWARE, bytes_of_text("TPM 2.0"));
	if (signer->vouched == NULL)
		claims_text(claims, CLAIM_ENDORSED, bytes_of_text(signer->certified ?
		    "certificate" : "policy"));
	snprintf(firmware, sizeof(firmware), "%016" PRIx64, signer->attest.firmware);
	claims_number(claims, CLAIM_CLOCK, signer->attest.clock_ms);
	claims_number(claims, CLAIM_RESETS, signer->attest.resets);
	claims_number(claims, CLAIM_RESTARTS, signer->attest.restarts);
	claims_text(claims, a->partition[a->open].parent < 0 ? CLAIM_FIRMWARE : "tpm.firmware",
	    bytes_of_text(firmware));
	claims_flag(claims, "tpm.safe", signer->attest.safe);
	if (signer->has_public)
		claims_octets(claims, "tpm.ak", tpm_name_bytes(&signer->name));
	claims_octets(claims, "tpm.ak.spki", hash_bytes(&signer->spki));
	if (signer->certified)
		claims_time(claims, CLAIM_COLLATERAL_UNTIL,
		    chain_until_s(&signer->chain, &signer->pool) * 1000);
}
