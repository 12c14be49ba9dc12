/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metadata services of clouds for tests, made fresh in memory (simulated: real documents are in
 * tests/data/attest): an RSA signer under a root, and CMS messages as EC2 and Azure make them.
 */
#ifndef TESTS_UNIT_CLOUD_LAB_H
#define TESTS_UNIT_CLOUD_LAB_H

#include <openssl/cms.h>

#include "attest/chain.h"
#include "tests/unit/authority.h"

enum { CLOUD_AT_S = 1795000000, CLOUD_DAY_S = 86400 };	/* 2026-11-18T11:06:40Z */

struct cloud { EVP_PKEY *root_key, *key; X509 *root, *leaf; };

/* names is a subjectAltName value, or NULL for none. */
static inline struct cloud
cloud_make(const char *names, int64_t from_s, int64_t until_s)
{
	const int64_t always[2] = { CLOUD_AT_S - 9 * CLOUD_DAY_S, CLOUD_AT_S + 9 * CLOUD_DAY_S },
	    valid[2] = { from_s, until_s };
	struct cloud out = { .root_key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"),
	    .key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048) };

	out.root = authority_certificate("test cloud root", out.root_key, NULL, out.root_key,
	    always);
	authority_extend(out.root, NID_basic_constraints, "critical,CA:TRUE");
	authority_extend(out.root, NID_key_usage, "critical,keyCertSign,cRLSign");
	out.leaf = authority_certificate("test metadata service", out.key, out.root, out.root_key,
	    valid);
	if (names != NULL)
		authority_extend(out.leaf, NID_subject_alt_name, names);
	if (X509_sign(out.root, out.root_key, EVP_sha256()) <= 0 ||
	    X509_sign(out.leaf, out.root_key, EVP_sha256()) <= 0)
		abort();
	return out;
}

static inline void
cloud_free(struct cloud *cloud)
{
	EVP_PKEY_free(cloud->root_key);
	EVP_PKEY_free(cloud->key);
	X509_free(cloud->root);
	X509_free(cloud->leaf);
}

static inline void
cloud_pem(X509 *certificate, struct buffer *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	PEM_write_bio_X509(bio, certificate);
	len = BIO_get_mem_data(bio, &text);
	buffer_put(out, text, (size_t)len);
	BIO_free(bio);
}

/* Appends DER: text signed with a digest; flags as CMS_NOCERTS, CMS_DETACHED; twice: two signers. */
static inline void
cloud_sign(const struct cloud *cloud, const char *text, const EVP_MD *digest, unsigned flags,
    bool twice, struct buffer *out)
{
	BIO *bio = BIO_new_mem_buf(text, -1);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, bio, flags | CMS_BINARY | CMS_PARTIAL);
	unsigned char *der = NULL;
	int len;

	CMS_add1_signer(cms, cloud->leaf, cloud->key, digest, flags | CMS_BINARY);
	if (twice && CMS_add1_signer(cms, cloud->leaf, cloud->key, EVP_sha512(),
	    flags | CMS_BINARY | CMS_NOCERTS) == NULL)
		abort();
	if (CMS_final(cms, bio, NULL, flags | CMS_BINARY) != 1)
		abort();
	len = i2d_CMS_ContentInfo(cms, &der);
	buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(bio);
}

/* A revocation list by a key under a certificate's name, with a serial number on it if wanted. */
static inline void
cloud_list(X509 *issuer, EVP_PKEY *key, X509 *revoked, struct buffer *out)
{
	X509_CRL *list = X509_CRL_new();
	ASN1_TIME *at = ASN1_TIME_set(NULL, CLOUD_AT_S - 100);
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	X509_CRL_set_version(list, 1);
	X509_CRL_set_issuer_name(list, X509_get_subject_name(issuer));
	X509_CRL_set1_lastUpdate(list, at);
	ASN1_TIME_set(at, CLOUD_AT_S + CLOUD_DAY_S);
	X509_CRL_set1_nextUpdate(list, at);
	if (revoked != NULL) {
		X509_REVOKED *entry = X509_REVOKED_new();

		ASN1_TIME_set(at, CLOUD_AT_S - 200);
		X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked));
		X509_REVOKED_set_revocationDate(entry, at);
		X509_CRL_add0_revoked(list, entry);
	}
	if (X509_CRL_sign(list, key, EVP_sha256()) <= 0)
		abort();
	PEM_write_bio_X509_CRL(bio, list);
	len = BIO_get_mem_data(bio, &text);
	buffer_put(out, text, (size_t)len);
	BIO_free(bio);
	ASN1_TIME_free(at);
	X509_CRL_free(list);
}

#endif
