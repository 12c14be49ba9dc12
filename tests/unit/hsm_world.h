/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makers of security modules for tests, made fresh in memory: roots, devices and statements of any
 * shape, right and wrong, and the judging of them.
 */
#ifndef TESTS_UNIT_HSM_WORLD_H
#define TESTS_UNIT_HSM_WORLD_H

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/chain.h"
#include "attest/policy.h"
#include "attest/possession.h"
#include "attest/signature.h"
#include "tests/unit/vectors.h"

enum { WORLD_AT_S = 1795000000, WORLD_OCTETS = 32 };	/* 2026-11-18 */

struct world {
	struct dossier       dossier;
	struct buffer        octets[WORLD_OCTETS];
	size_t               used;
	struct appraisal     appraisal;
	struct chain_memory *memory;
};

static inline struct world *
world_new(void)
{
	struct world *w = memory_new(1, sizeof(*w));

	w->memory = chain_memory_new();
	w->dossier.memory = w->memory;
	w->dossier.at_s = WORLD_AT_S;
	return w;
}

static inline void
world_free(struct world *w)
{
	for (size_t i = 0; i < w->used; i++)
		buffer_free(&w->octets[i]);
	chain_memory_free(w->memory);
	free(w);
}

/* Forgets what was put, so that another statement can be. */
static inline void
world_reset(struct world *w)
{
	for (size_t i = 0; i < w->used; i++)
		buffer_free(&w->octets[i]);
	w->used = 0;
	w->dossier = (struct dossier){ .at_s = WORLD_AT_S, .memory = w->memory };
}

static inline struct bytes
world_keep(struct world *w, struct bytes octets)
{
	struct buffer *to = &w->octets[w->used];

	if (w->used == WORLD_OCTETS)
		abort();
	w->used++;
	buffer_put(to, octets.at, octets.len);
	return bytes_of_buffer(to);
}

static inline void
world_put(struct world *w, const char *role, struct bytes octets)
{
	dossier_put(&w->dossier, role, world_keep(w, octets));
}

static inline void
world_file(struct world *w, const char *role, const char *name)
{
	char path[128];
	struct buffer octets;

	snprintf(path, sizeof(path), "tests/data/attest/%s", name);
	octets = vectors_file(path);
	world_put(w, role, bytes_of_buffer(&octets));
	buffer_free(&octets);
}

/* The name of the rule that decided, "accept" if none did. */
static inline const char *
world_judge(struct world *w, const char *verifier, const char *section)
{
	struct policy *policy = NULL;
	char text[2048];
	struct why why = { .err = ERR_OK };
	const struct rule *rule;

	if (section != NULL) {
		snprintf(text, sizeof(text), "policy = \"test\"; edition = \"1\";\n%s = { %s };\n",
		    verifier, section);
		if (policy_read("test", bytes_of_text(text), &policy, &why) != ERR_OK) {
			fprintf(stderr, "%s\n%s\n", why.text, text);
			abort();
		}
	}
	w->dossier.policy = policy;
	attest_judge(verifier_find(verifier), &w->dossier, &w->appraisal);
	w->dossier.policy = NULL;
	policy_free(policy);
	rule = appraisal_rule(&w->appraisal);
	return rule == NULL ? "accept" : rule->name;
}

/* The same, with what became of it: "reject origin". */
static inline const char *
world_verdict(struct world *w, const char *verifier, const char *section)
{
	static char text[96];
	const char *rule = world_judge(w, verifier, section);

	if (w->appraisal.verdict == ATTEST_ACCEPT)
		return rule;
	snprintf(text, sizeof(text), "%s %s", attest_verdict_name(w->appraisal.verdict), rule);
	return text;
}

static inline bool
world_claims(const struct world *w, const char *name, const char *value)
{
	struct buffer text = { .max = 0 };
	bool same = false;

	for (size_t i = 0; i < w->appraisal.claims.count; i++)
		if (strcmp(w->appraisal.claims.claim[i].name, name) == 0)
			claim_print(&text, &w->appraisal.claims.claim[i]);
	same = strcmp(buffer_text(&text), value) == 0;
	if (!same)
		fprintf(stderr, "%s is \"%s\"\n", name, buffer_text(&text));
	buffer_free(&text);
	return same;
}

/* --- certificates ------------------------------------------------------------------------- */

static inline EVP_PKEY *
world_ec(void)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
}

/* Not signed yet; from 2020 to 2040. */
static inline X509 *
world_certificate(const char *name, EVP_PKEY *key, X509 *issuer)
{
	static long serial = 1;
	X509 *made = X509_new();
	X509_NAME *own = X509_get_subject_name(made);

	X509_set_version(made, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(made), serial++);
	X509_NAME_add_entry_by_txt(own, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1,
	    0);
	X509_set_issuer_name(made, issuer != NULL ? X509_get_subject_name(issuer) : own);
	ASN1_TIME_set(X509_getm_notBefore(made), 1577836800);
	ASN1_TIME_set(X509_getm_notAfter(made), 2208988800);
	X509_set_pubkey(made, key);
	return made;
}

static inline void
world_extend(X509 *certificate, const char *oid, const void *at, size_t len)
{
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	ASN1_OBJECT *name = OBJ_txt2obj(oid, 1);
	X509_EXTENSION *extension;

	ASN1_OCTET_STRING_set(value, at, (int)len);
	extension = X509_EXTENSION_create_by_OBJ(NULL, name, 0, value);
	if (extension == NULL || X509_add_ext(certificate, extension, -1) != 1)
		abort();
	X509_EXTENSION_free(extension);
	ASN1_OBJECT_free(name);
	ASN1_OCTET_STRING_free(value);
}

static inline void
world_extend_text(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	if (extension == NULL || X509_add_ext(certificate, extension, -1) != 1)
		abort();
	X509_EXTENSION_free(extension);
}

static inline X509 *
world_authority(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
	X509 *made = world_certificate(name, key, issuer);

	world_extend_text(made, NID_basic_constraints, "critical,CA:TRUE");
	if (X509_sign(made, issuer_key, EVP_sha256()) <= 0)
		abort();
	return made;
}

static inline void
world_put_certificate(struct world *w, const char *role, X509 *certificate)
{
	unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);

	world_put(w, role, bytes_of(der, (size_t)len));
	OPENSSL_free(der);
}

/* "roots = [ "sha256:..." ];" */
static inline const char *
world_pin(const char *key, X509 *certificate)
{
	static char text[2][160];
	static unsigned turn;
	char *out = text[turn++ % 2], hex[HASH_TEXT];

	hash_text(certificate_hash(certificate), hex);
	snprintf(out, sizeof(text[0]), "%s = [ \"sha256:%s\" ];", key, hex);
	return out;
}

/* Possession of an EC key: it signs the nonce, which the dossier then asks with. */
static inline void
world_possession(struct world *w, EVP_PKEY *key, const uint8_t nonce[POSSESSION_NONCE])
{
	struct possession p = { .nonce = world_keep(w, bytes_of(nonce, POSSESSION_NONCE)),
		.algorithm = POSSESSION_ECDSA };
	struct hash digest = possession_digest(p.nonce);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	unsigned char der[128], *spki = NULL;
	const unsigned char *at = der;
	uint8_t rs[64];
	size_t len = sizeof(der);
	struct buffer out = { .max = 0 };
	ECDSA_SIG *pair;

	if (EVP_PKEY_sign_init(context) != 1 ||
	    EVP_PKEY_sign(context, der, &len, digest.at, HASH_LEN) != 1)
		abort();
	pair = d2i_ECDSA_SIG(NULL, &at, (long)len);
	BN_bn2binpad(ECDSA_SIG_get0_r(pair), rs, 32);
	BN_bn2binpad(ECDSA_SIG_get0_s(pair), rs + 32, 32);
	p.signature = bytes_of(rs, sizeof(rs));
	p.spki = bytes_of(spki, 0);
	len = (size_t)i2d_PUBKEY(key, &spki);
	p.spki = bytes_of(spki, len);
	possession_write(&out, &p);
	world_put(w, "possession", bytes_of_buffer(&out));
	buffer_free(&out);
	OPENSSL_free(spki);
	ECDSA_SIG_free(pair);
	EVP_PKEY_CTX_free(context);
}

#endif
