/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates of endorsement keys, and who may be enrolled; see tpm_ek.h. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "attest/der.h"
#include "attest/tpm_credential.h"
#include "attest/tpm_ek.h"
#include "attest/tpm_key.h"
#include "monitor/base/i18n.h"

#define EK_PURPOSE "2.23.133.8.1"	/* tcg-kp-EKCertificate */
#define TPM_MAKER  "2.23.133.2.1"
#define TPM_MODEL  "2.23.133.2.2"
#define TPM_EDITION "2.23.133.2.3"

enum { RSA_BITS_MIN = 2048 };

enum rule_number {
#define RULE(NAME, name, answer, clause, text, advice) RULE_##NAME,
#include "attest/tpm_ek_rule_list.h"
#undef RULE
	RULE_COUNT
};

static const struct rule rules[RULE_COUNT] = {
#define RULE(NAME, name, answer, clause, text, advice)                                      \
	[RULE_##NAME] = { name, answer, clause, text, advice },
#include "attest/tpm_ek_rule_list.h"
#undef RULE
};

/* --- the certificate ------------------------------------------------------------------------ */

static void
text_take(char out[TPM_EK_TEXT], const ASN1_STRING *value)
{
	size_t len = (size_t)ASN1_STRING_length(value);
	const unsigned char *at = ASN1_STRING_get0_data(value);

	if (len >= TPM_EK_TEXT)
		len = TPM_EK_TEXT - 1;
	for (size_t i = 0; i < len; i++)
		out[i] = at[i] < ' ' || at[i] > '~' || at[i] == '"' || at[i] == '\\' ? '?' :
		    (char)at[i];
	out[len] = '\0';
}

static void
entry_take(struct tpm_ek *ek, const X509_NAME_ENTRY *entry)
{
	const ASN1_STRING *value = X509_NAME_ENTRY_get_data(entry);
	char oid[32];

	if (OBJ_obj2txt(oid, sizeof(oid), X509_NAME_ENTRY_get_object(entry), 1) <= 0)
		return;
	if (strcmp(oid, TPM_MAKER) == 0)
		text_take(ek->maker, value);
	else if (strcmp(oid, TPM_MODEL) == 0)
		text_take(ek->model, value);
	else if (strcmp(oid, TPM_EDITION) == 0)
		text_take(ek->version, value);
}

static void
device_take(struct tpm_ek *ek)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(ek->pool.certificate[0], NID_subject_alt_name,
	    NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type != GEN_DIRNAME)
			continue;
		for (int k = 0; k < X509_NAME_entry_count(name->d.directoryName); k++)
			entry_take(ek, X509_NAME_get_entry(name->d.directoryName, k));
	}
	GENERAL_NAMES_free(names);
}

/* Some makers mark it as one for OAEP (RFC 4055, 4.1), which libcrypto does not take as RSA. */
static EVP_PKEY *
oaep_key(X509 *certificate)
{
	ASN1_OBJECT *algorithm = NULL;
	const unsigned char *at = NULL;
	int len = 0;
	struct bytes in, modulus, exponent;
	uint64_t number;

	if (X509_PUBKEY_get0_param(&algorithm, &at, &len, NULL, X509_get_X509_PUBKEY(certificate))
	    != 1 || OBJ_obj2nid(algorithm) != NID_rsaesOaep || len <= 0 ||
	    !der_only(bytes_of(at, (size_t)len), DER_SEQUENCE, &in) ||
	    !der_expect(&in, DER_INTEGER, &modulus) || !der_expect(&in, DER_INTEGER, &exponent) ||
	    in.len != 0 || !der_unsigned(exponent, &number))
		return NULL;
	return key_of_rsa(modulus, number);
}

static EVP_PKEY *
key_of(X509 *certificate)
{
	EVP_PKEY *key = X509_get0_pubkey(certificate);

	ERR_clear_error();
	if (key == NULL)
		return oaep_key(certificate);
	EVP_PKEY_up_ref(key);
	return key;
}

/* Some TPMs keep it in a place of a fixed size, and fill that up. */
static struct bytes
unpadded(struct bytes octets)
{
	struct bytes rest = octets;
	struct der one;

	if (!der_take(&rest, &one) || one.tag != DER_SEQUENCE)
		return octets;
	for (size_t i = 0; i < rest.len; i++)
		if (rest.at[i] != rest.at[0] || (rest.at[i] != 0 && rest.at[i] != 0xff))
			return octets;
	return one.whole;
}

enum err
tpm_ek_read(struct bytes octets, struct tpm_ek *ek, struct why *why)
{
	struct dossier none = { .count = 0 };
	enum err err;

	*ek = (struct tpm_ek){ .key = NULL };
	err = pool_add(&ek->pool, &none, unpadded(octets), why);
	if (err != ERR_OK)
		return err;
	if (ek->pool.certificates != 1 || ek->pool.lists != 0)
		return why_set(why, ERR_MALFORMED, "there are %zu certificates and %zu lists in it",
		    ek->pool.certificates, ek->pool.lists);
	ek->key = key_of(ek->pool.certificate[0]);
	ek->hash = certificate_hash(ek->pool.certificate[0]);
	ek->until_s = certificate_until_s(ek->pool.certificate[0]);
	device_take(ek);
	return ERR_OK;
}

void
tpm_ek_free(struct tpm_ek *ek)
{
	pool_free(&ek->pool);
	EVP_PKEY_free(ek->key);
	ek->key = NULL;
}

/* --- the roots ------------------------------------------------------------------------------ */

enum err
tpm_ek_roots(struct bytes pem, struct policy **policy, struct why *why)
{
	struct pool pool = { .certificates = 0 };
	struct dossier none = { .count = 0 };
	struct buffer text = { .max = POLICY_MAX };
	enum err err = pool_add(&pool, &none, pem, why);

	if (err == ERR_OK && pool.certificates == 0)
		err = why_set(why, ERR_MALFORMED, "there is no certificate in it");
	buffer_put_text(&text, "policy = \"enrolment\"; edition = \"1\";\n"
	    "tpm-quote = { crl = \"if_given\"; roots = [ ");
	for (size_t i = 0; i < pool.certificates; i++) {
		char hex[HASH_TEXT];

		hash_text(certificate_hash(pool.certificate[i]), hex);
		buffer_print(&text, "%s\"sha256:%s\"", i > 0 ? ", " : "", hex);
	}
	buffer_put_text(&text, " ]; };\n");
	if (err == ERR_OK)
		err = policy_read("roots", bytes_of_buffer(&text), policy, why);
	buffer_free(&text);
	pool_free(&pool);
	return err;
}

/* --- rules ---------------------------------------------------------------------------------- */

/* Also where there is none: then the extension is silent of it. */
static bool
purpose_is_ek(X509 *certificate)
{
	EXTENDED_KEY_USAGE *usage = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
	char oid[32];
	bool says = X509_get_ext_by_NID(certificate, NID_ext_key_usage, -1) < 0;

	for (int i = 0; i < sk_ASN1_OBJECT_num(usage); i++)
		says |= OBJ_obj2txt(oid, sizeof(oid), sk_ASN1_OBJECT_value(usage, i), 1) > 0 &&
		    strcmp(oid, EK_PURPOSE) == 0;
	EXTENDED_KEY_USAGE_free(usage);
	return says;
}

/* An empty subject has its name in the alternative one, which is then critical (RFC 5280). */
static bool
named(const struct tpm_ek *ek)
{
	X509 *certificate = ek->pool.certificate[0];
	int at = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);
	bool critical = at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(certificate, at));

	return ek->maker[0] != '\0' && ek->model[0] != '\0' && ek->version[0] != '\0' &&
	    (critical || X509_NAME_entry_count(X509_get_subject_name(certificate)) > 0);
}

static bool
purpose_hold(struct appraisal *a, const struct tpm_ek *ek)
{
	X509 *certificate = ek->pool.certificate[0];
	uint32_t flags = X509_get_extension_flags(certificate);
	uint32_t usage = (flags & EXFLAG_KUSAGE) != 0 ? X509_get_key_usage(certificate) : 0;
	bool rsa = ek->key != NULL && EVP_PKEY_is_a(ek->key, "RSA");
	uint32_t wanted = ek->key == NULL ? KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT :
	    rsa ? KU_KEY_ENCIPHERMENT : KU_KEY_AGREEMENT;

	return hold(a, RULE_PURPOSE, (flags & EXFLAG_CA) == 0, "an end entity", "an authority") &&
	    hold(a, RULE_PURPOSE, purpose_is_ek(certificate), EK_PURPOSE, "its extended key usage "
	    "is another than " EK_PURPOSE) &&
	    hold(a, RULE_PURPOSE, (usage & wanted) != 0,
	    rsa ? "keyEncipherment" : "keyAgreement", "its key usage is not %s",
	    rsa ? "keyEncipherment" : "keyAgreement") &&
	    hold(a, RULE_PURPOSE, named(ek), "maker, model and version of the TPM",
	    "its subjectAltName does not name maker, model and version of a TPM");
}

static bool
chain_hold(const struct dossier *dossier, struct appraisal *a, const struct tpm_ek *ek)
{
	struct pool pool = { .certificates = 0 };
	struct chain chain;
	struct why why = { .err = ERR_OK };
	enum err err = pool_add_role(&pool, dossier, "certificates", &why);
	bool good;

	if (err == ERR_OK || err == ERR_NOT_FOUND)
		err = pool_add_role(&pool, dossier, "roots", &why);
	good = hold(a, RULE_CHAIN, err == ERR_OK, NULL, "%.190s", why.text) &&
	    hold_chain(dossier, a, RULE_CHAIN, RULE_DATES, "roots", &pool,
	    ek->pool.certificate[0], 0, &chain) &&
	    hold_unrevoked(dossier, a, RULE_LIST, RULE_REVOKED, &pool, &chain, 0);
	pool_free(&pool);
	return good;
}

static bool
ak_hold(struct appraisal *a, struct bytes octets)
{
	struct tpm_public public;
	struct why why = { .err = ERR_OK };
	char wrong[TPM_AK_WRONG];

	return hold(a, RULE_AK_FORM, tpm_public_read(octets, &public, &why) == ERR_OK, NULL,
	    "%.190s", why.text) && hold(a, RULE_AK_FORM, tpm_key_sound(NULL, &public, RSA_BITS_MIN,
	    &(struct hash){ { 0 } }), "RSA of 2048 bits or more, P-256, P-384 or P-521",
	    "kind 0x%04x, curve %u", public.type, public.curve) &&
	    hold(a, RULE_AK_ATTRIBUTES, tpm_ak_sound(&public, wrong), TPM_AK_ATTRIBUTES, "%s",
	    wrong) &&
	    hold(a, RULE_AK_NAME, tpm_name(&public).len > 0, "SHA-256 or longer", "%s",
	    tpm_algorithm_name(public.name_hash));
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct why why = { .err = ERR_OK };
	struct tpm_ek ek;
	bool good = hold(a, RULE_FORM, tpm_ek_read(dossier_item(dossier, "ek-certificate"), &ek,
	    &why) == ERR_OK, NULL, "%.190s", why.text);

	if (good && purpose_hold(a, &ek) && chain_hold(dossier, a, &ek) &&
	    hold(a, RULE_KEY, tpm_credential_fits(ek.key), "RSA of 2048 or 3072 bits, P-256, P-384",
	    "another, or one that cannot be read"))
		ak_hold(a, dossier_item(dossier, "ak"));
	tpm_ek_free(&ek);
}

/* Its policy is the section that tpm_ek_roots makes; a section has the name of a set. */
static const struct ruleset set = {
	.name = "tpm-quote", .title = N_("enrolment of a TPM 2.0"),
	.limit = N_("The exchange convinces whoever made the challenge and saw the answer; nobody "
	    "can verify it later. What stays is the carrier's policy."),
	.rule = rules, .count = RULE_COUNT
};

static const struct attest_role roles[] = { { NULL, false, NULL, NULL } };
static const struct policy_key keys[] = { { NULL, POLICY_TEXT, NULL } };

const struct verifier tpm_enrolment = { .set = &set, .role = roles, .key = keys, .judge = judge };
