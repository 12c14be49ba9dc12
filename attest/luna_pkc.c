/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of public key confirmations of Thales (SafeNet) Luna modules: the key's certificate,
 * issued by the module's own key, issued by the maker.
 */
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "attest/der.h"
#include "attest/hsm.h"
#include "attest/luna_read.h"
#include "attest/signature.h"

#define ARC "1.3.6.1.4.1.12383."

enum { RULE_FORM, RULE_CHAIN, RULE_TIME, RULE_ISSUER, RULE_DEVICE, RULE_REQUEST, RULE_BINDING,
	RULE_POSSESSION, RULE_POLICY, RULE_PURPOSE, RULE_SERIAL, RULE_COUNT };

enum { NAME_LEN = 128, REQUEST_MAX = 64 << 10 };

static const struct rule rules[RULE_COUNT] = {
	[RULE_FORM] = { "form", ATTEST_REJECT, "RFC 2315, 9.1",
	    N_("it is not a public key confirmation of a Luna module"),
	    N_("take it with \"cmu getpkc\" from the partition that has the key, and give the "
	    "PKCS#7 as it is") },
	[RULE_CHAIN] = HSM_RULE_CHAIN("RFC 5280, 6.1"),
	[RULE_TIME] = HSM_RULE_TIME("RFC 5280, 4.1.2.5"),
	[RULE_ISSUER] = { "issuer", ATTEST_REJECT, "RFC 5280, 4.2.1.9",
	    N_("it was issued by a certificate that may not issue: whoever holds a confirmed key "
	    "could have signed it"),
	    N_("do not accept it; ask how it was made.  The issuer must be the module's own key") },
	[RULE_DEVICE] = { "device", ATTEST_REJECT, "Thales Luna, " ARC "2.1",
	    N_("the serial number in it is not that of the module that issued it"),
	    N_("take it again from the module; if it stays so, do not accept it") },
	[RULE_REQUEST] = { "request", ATTEST_REJECT, "RFC 2986, 4.2",
	    N_("the certificate request is for another key, or its signature does not hold"),
	    N_("give the request that was made with the confirmed key") },
	[RULE_BINDING] = HSM_RULE_BINDING("RFC 5280, 4.1.2.7"),
	[RULE_POSSESSION] = HSM_RULE_POSSESSION,
	[RULE_POLICY] = HSM_RULE_POLICY,
	[RULE_PURPOSE] = { "purpose", ATTEST_REJECT, "RFC 5280, 4.2.1.12; Thales Luna, " ARC "1",
	    N_("the module confirmed the key for another purpose than the policy accepts"),
	    N_("look the purpose up in the maker's documents; add it to \"purposes\" in the "
	    "policy if it says that the key was made in the module") },
	[RULE_SERIAL] = HSM_RULE_SERIAL("Thales Luna, " ARC "2.1"),
};

static const struct ruleset set = {
	.name = "luna-pkc", .title = N_("Thales Luna public key confirmation"),
	.limit = N_("It proves that a Luna module of that serial number vouches for the key under "
	    "that purpose; what the module promises by it, the maker's documents say.  It has no "
	    "time and no nonce inside: a signature over our nonce (possession) proves that the "
	    "key is in use now.  Nothing says where the module stands."),
	.rule = rules, .count = RULE_COUNT
};

static bool
looks(struct bytes octets)
{
	struct buffer der = { .max = 0 };
	struct luna luna = { .count = 0 };
	bool is = hsm_unarmour(octets, "PKCS7", &der) &&
	    luna_read(bytes_of_buffer(&der), &luna, NULL) == ERR_OK;

	luna_free(&luna);
	buffer_free(&der);
	return is;
}

static const struct attest_role roles[] = {
	{ "statement", true, N_("the confirmation: PKCS#7 of certificates, DER or PEM"), looks },
	HSM_ROLE_CERTIFICATES,
	{ "request", false, N_("the certificate request made with the key, DER or PEM"), NULL },
	HSM_ROLE_POSSESSION,
	{ NULL, false, NULL, NULL },
};

static const struct policy_key keys[] = {
	{ "purposes", POLICY_TEXT, "extended key usages that are accepted: " ARC "1.13" },
	HSM_KEY_SERIAL,
	{ NULL, POLICY_TEXT, NULL }
};

/* The one that issued none of the others; NULL if it is not one alone. */
static X509 *
leaf_find(const struct pool *pool, size_t count)
{
	X509 *leaf = NULL;

	for (size_t i = 0; i < count; i++) {
		X509 *one = pool->certificate[i];
		bool issuer = false;

		for (size_t j = 0; j < count && !issuer; j++)
			issuer = X509_NAME_cmp(X509_get_issuer_name(pool->certificate[j]),
			    X509_get_subject_name(one)) == 0;
		if (!issuer && leaf != NULL)
			return NULL;
		if (!issuer)
			leaf = one;
	}
	return leaf;
}

/* Octets, the lowest first; the module's own certificate has it in decimal as its name. */
static bool
serial_read(const struct chain *chain, char out[24])
{
	char name[NAME_LEN];
	struct bytes value = certificate_extension(chain->link[0], ARC "2.1");
	uint64_t number = 0;

	if (value.len == 0 || value.len > 8)
		return false;
	for (size_t i = value.len; i > 0; i--)
		number = number << 8 | value.at[i - 1];
	snprintf(out, 24, "%" PRIu64, number);
	certificate_subject(chain->link[1], NID_commonName, name, sizeof(name));
	return strcmp(name, out) == 0;
}

static bool
hold_request(const struct dossier *dossier, struct appraisal *a, struct hash spki)
{
	struct bytes octets = dossier_item(dossier, "request");
	struct buffer der = { .max = REQUEST_MAX };
	const unsigned char *at;
	X509_REQ *request = NULL;
	/* By its octets: the key of a request whose signature was verified before. */
	struct hash of = hash_of3(bytes_of_text("request"), octets, bytes_of(NULL, 0)), known;
	EVP_PKEY *key = chain_memory_key(dossier->memory, of, &known);
	bool good = key != NULL && hash_equal(known, spki);

	EVP_PKEY_free(key);
	if (good)
		return hold(a, RULE_REQUEST, true, NULL, NULL);
	if (octets.len == 0)
		return rule_skip(a, RULE_REQUEST, "none was given");
	if (octets.len <= REQUEST_MAX && (hsm_unarmour(octets, "CERTIFICATE REQUEST", &der) ||
	    hsm_unarmour(octets, "NEW CERTIFICATE REQUEST", &der))) {
		at = der.at;
		request = d2i_X509_REQ(NULL, &at, (long)der.len);
		good = request != NULL && at == der.at + der.len;
	}
	key = good ? X509_REQ_get0_pubkey(request) : NULL;
	good = key != NULL && hash_equal(key_spki(key), spki) &&
	    X509_REQ_verify(request, key) == 1;
	if (good)
		chain_memory_key_keep(dossier->memory, of, key, spki);
	X509_REQ_free(request);
	buffer_free(&der);
	ERR_clear_error();
	return hold(a, RULE_REQUEST, good, "a request signed by the confirmed key",
	    "another one, or none that can be read");
}

static bool
hold_purpose(const struct dossier *dossier, struct appraisal *a, X509 *leaf)
{
	struct bytes usages, oid;
	char text[DER_OID_TEXT];
	bool one = der_only(certificate_extension(leaf, "2.5.29.37"), DER_SEQUENCE, &usages) &&
	    der_only(usages, DER_OID, &oid) && der_oid(oid, text);

	return hold_listed_inside(dossier, a, RULE_PURPOSE, "purposes", one ? text : NULL);
}

static void
judge_chain(const struct dossier *dossier, struct appraisal *a, const struct pool *pool,
    X509 *leaf, size_t mended)
{
	struct hash spki = certificate_spki(leaf);
	char serial[24] = "?", origin[NAME_LEN], label[NAME_LEN];
	struct chain chain;

	if (!hold_chain(dossier, a, RULE_CHAIN, RULE_TIME, "roots", pool, leaf, CHAIN_LOOSE_CA,
	    &chain) ||
	    !hold(a, RULE_ISSUER, hsm_issuers(&chain, 0), "authorities below the root",
	    "one that does not say so") ||
	    !hold(a, RULE_DEVICE, serial_read(&chain, serial), "the name of the issuer", "%s",
	    serial) ||
	    !hold_request(dossier, a, spki) || !hold_spki(dossier, a, RULE_BINDING, spki) ||
	    !hold_possession(dossier, a, RULE_POSSESSION, spki) ||
	    !hold_policy(dossier, a, RULE_POLICY) || !hold_purpose(dossier, a, leaf) ||
	    !hold_listed_text(dossier, a, RULE_SERIAL, "serial", serial))
		return;
	certificate_subject(leaf, NID_commonName, label, sizeof(label));
	certificate_subject(chain.link[1], NID_organizationalUnitName, origin, sizeof(origin));
	hsm_claims(&a->claims, "Thales", "Luna", serial, NULL, spki, label);
	claims_text(&a->claims, "luna-pkc.origin", bytes_of_text(origin));
	claims_number(&a->claims, "luna-pkc.mended", mended);
	claims_time(&a->claims, CLAIM_COLLATERAL_UNTIL, chain_until_s(&chain, NULL) * 1000);
}

static void
judge_statement(const struct dossier *dossier, struct appraisal *a, const struct luna *luna)
{
	struct pool pool = { .certificates = 0 };
	struct why why = { .err = ERR_OK };
	enum err err = ERR_OK;
	X509 *leaf = NULL;

	for (size_t i = 0; i < luna->count && err == ERR_OK; i++)
		err = pool_add(&pool, dossier, bytes_of_buffer(&luna->certificate[i]), &why);
	if (err == ERR_OK && pool.certificates == luna->count && pool.lists == 0)
		leaf = leaf_find(&pool, luna->count);
	if (leaf != NULL)
		err = pool_add_role(&pool, dossier, "certificates", &why);
	if (hold(a, RULE_FORM, leaf != NULL && (err == ERR_OK || err == ERR_NOT_FOUND),
	    "certificates, one of which issued no other", "%.190s", why.err != ERR_OK ? why.text :
	    "none or several of that kind"))
		judge_chain(dossier, a, &pool, leaf, luna->mended);
	pool_free(&pool);
}

static void
judge(const struct dossier *dossier, struct appraisal *a)
{
	struct buffer der = { .max = 0 };
	struct luna luna = { .count = 0 };
	struct why why = { .err = ERR_OK };

	if (!hsm_unarmour(dossier_item(dossier, "statement"), "PKCS7", &der))
		rule_break(a, RULE_FORM, "PKCS#7, DER or PEM", "neither");
	else if (luna_read(bytes_of_buffer(&der), &luna, &why) != ERR_OK)
		rule_break(a, RULE_FORM, "PKCS#7 of certificates", "%.190s", why.text);
	else
		judge_statement(dossier, a, &luna);
	luna_free(&luna);
	buffer_free(&der);
}

const struct verifier verifier_luna_pkc = {
	.set = &set, .role = roles, .key = keys, .judge = judge
};
