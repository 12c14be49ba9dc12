/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulated: an AMD of our own, so that what only AMD can sign can be tried in every way: root key,
 * signing keys, VCEK or VLEK with any extensions, revocation lists, and reports its key signs.
 */
#ifndef TESTS_UNIT_SNP_WORLD_H
#define TESTS_UNIT_SNP_WORLD_H

#include <openssl/ec.h>
#include <stdio.h>

#include "attest/chain.h"
#include "attest/policy.h"
#include "tests/unit/authority.h"

enum { SNP_AT_S = 1790000000, SNP_OCTETS = 1184 };

struct snp_world {
	EVP_PKEY     *ark_key, *ask_key, *key;
	X509         *ark, *ask, *leaf;
	bool          turin;
	uint8_t       chip[64], report[SNP_OCTETS];
	struct buffer certificate, chain, crl, policy;
	struct dossier dossier;
};

static inline void
snp_extend(X509 *certificate, const char *oid, const void *value, size_t len)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	ASN1_OCTET_STRING *octets = ASN1_OCTET_STRING_new();
	X509_EXTENSION *extension;

	ASN1_OCTET_STRING_set(octets, value, (int)len);
	extension = X509_EXTENSION_create_by_OBJ(NULL, object, 0, octets);
	if (extension == NULL || X509_add_ext(certificate, extension, -1) != 1)
		abort();
	X509_EXTENSION_free(extension);
	ASN1_OCTET_STRING_free(octets);
	ASN1_OBJECT_free(object);
}

static inline void
snp_extend_text(X509 *certificate, const char *oid, const char *text)
{
	uint8_t der[130] = { 0x16, (uint8_t)strlen(text) };

	memcpy(der + 2, text, strlen(text));
	snp_extend(certificate, oid, der, strlen(text) + 2);
}

static inline void
snp_extend_level(X509 *certificate, const char *oid, uint8_t level)
{
	const uint8_t low[] = { 0x02, 0x01, level }, high[] = { 0x02, 0x02, 0x00, level };

	if (level < 0x80)
		snp_extend(certificate, oid, low, sizeof(low));
	else
		snp_extend(certificate, oid, high, sizeof(high));
}

/* Levels as these reports state them: fmc=2 bl=4 tee=1 snp=24 ucode=219. */
static inline void
snp_extend_all(X509 *leaf, const char *product, const char *csp_id, const uint8_t chip[64],
    bool turin)
{
	snp_extend_text(leaf, "1.3.6.1.4.1.3704.1.2", product);
	snp_extend_level(leaf, "1.3.6.1.4.1.3704.1.3.1", 4);
	snp_extend_level(leaf, "1.3.6.1.4.1.3704.1.3.2", 1);
	snp_extend_level(leaf, "1.3.6.1.4.1.3704.1.3.3", 24);
	snp_extend_level(leaf, "1.3.6.1.4.1.3704.1.3.8", 219);
	if (turin)
		snp_extend_level(leaf, "1.3.6.1.4.1.3704.1.3.9", 2);
	if (csp_id != NULL)
		snp_extend_text(leaf, "1.3.6.1.4.1.3704.1.5", csp_id);
	else
		snp_extend(leaf, "1.3.6.1.4.1.3704.1.4", chip, turin ? 8 : 64);
}

static inline X509 *
snp_issuer(const char *name, const char *family, EVP_PKEY *key, X509 *issuer,
    EVP_PKEY *issuer_key)
{
	static const int64_t valid[2] = { 1600000000, 2200000000 };
	char called[64];
	X509 *made;

	snprintf(called, sizeof(called), "%s%s", name, family);
	made = authority_certificate(called, key, issuer, issuer_key, valid);
	authority_extend(made, NID_basic_constraints, "critical,CA:TRUE");
	authority_extend(made, NID_key_usage, "critical,keyCertSign,cRLSign");
	if (X509_sign(made, issuer_key, EVP_sha384()) <= 0)
		abort();
	return made;
}

static inline void
snp_der(X509 *certificate, struct buffer *out)
{
	unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);

	buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
}

static inline void
snp_pem(X509 *certificate, struct buffer *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	PEM_write_bio_X509(bio, certificate);
	len = BIO_get_mem_data(bio, &text);
	buffer_put(out, text, (size_t)len);
	BIO_free(bio);
}

/* A list by that issuer over its serials, DER, in force around SNP_AT_S; revoked may be NULL. */
static inline void
snp_list(X509 *issuer, EVP_PKEY *key, X509 *revoked, struct buffer *out)
{
	X509_CRL *list = X509_CRL_new();
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *from = ASN1_TIME_set(NULL, SNP_AT_S - 86400);
	ASN1_TIME *to = ASN1_TIME_set(NULL, SNP_AT_S + 86400);
	unsigned char *der = NULL;
	int len;

	X509_CRL_set_version(list, 1);
	X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer));
	X509_CRL_set1_lastUpdate(list, from);
	X509_CRL_set1_nextUpdate(list, to);
	if (revoked != NULL) {
		X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked));
		X509_REVOKED_set_revocationDate(entry, from);
		X509_CRL_add0_revoked(list, entry);
	} else {
		X509_REVOKED_free(entry);
	}
	X509_CRL_sign(list, key, EVP_sha384());
	len = i2d_X509_CRL(list, &der);
	buffer_reset(out);
	buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	X509_CRL_free(list);
}

/* Signs the report as it stands. */
static inline void
snp_sign(struct snp_world *w)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char der[160];
	const unsigned char *at = der;
	size_t len = sizeof(der);
	ECDSA_SIG *pair;
	uint8_t *out = w->report + 0x2a0;

	if (EVP_DigestSignInit(context, NULL, EVP_sha384(), NULL, w->key) != 1 ||
	    EVP_DigestSign(context, der, &len, w->report, 0x2a0) != 1)
		abort();
	pair = d2i_ECDSA_SIG(NULL, &at, (long)len);
	memset(out, 0, 512);
	BN_bn2lebinpad(ECDSA_SIG_get0_r(pair), out, 72);
	BN_bn2lebinpad(ECDSA_SIG_get0_s(pair), out + 72, 72);
	ECDSA_SIG_free(pair);
	EVP_MD_CTX_free(context);
}

static inline void
snp_fill(struct snp_world *w, bool vlek)
{
	static const uint8_t milan[8] = { 4, 1, 0, 0, 0, 0, 24, 219 },
	    turin[8] = { 2, 4, 1, 24, 0, 0, 0, 219 };
	uint8_t *r = w->report;

	r[0x00] = 3;
	r[0x0a] = 0x03;			/* SMT, and the bit that is one */
	r[0x34] = 1;
	r[0x48] = vlek ? 1 << 2 : 0;
	memset(r + 0x50, 0x11, 32);	/* our nonce */
	memset(r + 0x90, 0x22, 48);
	memset(r + 0x140, 0x33, 32);
	memcpy(r + 0x180, w->turin ? turin : milan, 8);
	if (!vlek)
		memcpy(r + 0x1a0, w->chip, w->turin ? 8 : 64);
}

/* Writes the certificates into the dossier's octets again, after a change. */
static inline void
snp_given(struct snp_world *w)
{
	static const uint8_t nonce[32] = { 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
		0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
		0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11 };

	buffer_reset(&w->certificate);
	buffer_reset(&w->chain);
	snp_der(w->leaf, &w->certificate);
	snp_pem(w->ask, &w->chain);
	snp_pem(w->ark, &w->chain);
	w->dossier = (struct dossier){ .at_s = SNP_AT_S, .nonce = bytes_of(nonce, sizeof(nonce)) };
	dossier_put(&w->dossier, "report", bytes_of(w->report, SNP_OCTETS));
	dossier_put(&w->dossier, "certificate", bytes_of_buffer(&w->certificate));
	dossier_put(&w->dossier, "chain", bytes_of_buffer(&w->chain));
	dossier_put(&w->dossier, "crl", bytes_of_buffer(&w->crl));
}

/* product "Milan-B0" of family "Milan"; csp_id NULL: a VCEK. */
static inline void
snp_open(struct snp_world *w, const char *product, const char *family, const char *csp_id)
{
	static const int64_t valid[2] = { SNP_AT_S - 86400 * 30, SNP_AT_S + 86400 * 30 };

	memset(w, 0, sizeof(*w));
	w->turin = strcmp(family, "Turin") == 0;
	memset(w->chip, 0x44, sizeof(w->chip));
	w->ark_key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	w->ask_key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	w->key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	w->ark = snp_issuer("ARK-", family, w->ark_key, NULL, w->ark_key);
	w->ask = snp_issuer(csp_id != NULL ? "SEV-VLEK-" : "SEV-", family, w->ask_key, w->ark,
	    w->ark_key);
	w->leaf = authority_certificate(csp_id != NULL ? "SEV-VLEK" : "SEV-VCEK", w->key, w->ask,
	    w->ask_key, valid);
	snp_extend_all(w->leaf, product, csp_id, w->chip, w->turin);
	if (X509_sign(w->leaf, w->ask_key, EVP_sha384()) <= 0)
		abort();
	snp_list(w->ark, w->ark_key, NULL, &w->crl);
	snp_fill(w, csp_id != NULL);
	snp_sign(w);
	snp_given(w);
}

static inline void
snp_close(struct snp_world *w)
{
	EVP_PKEY_free(w->ark_key);
	EVP_PKEY_free(w->ask_key);
	EVP_PKEY_free(w->key);
	X509_free(w->ark);
	X509_free(w->ask);
	X509_free(w->leaf);
	buffer_free(&w->certificate);
	buffer_free(&w->chain);
	buffer_free(&w->crl);
	buffer_free(&w->policy);
}

/* "roots = ...;" naming this world's root. */
static inline void
snp_roots(const struct snp_world *w, struct buffer *policy)
{
	char hex[HASH_TEXT];

	hash_text(certificate_hash(w->ark), hex);
	buffer_print(policy, "roots = [\"sha256:%s\"];\n", hex);
}

#endif
