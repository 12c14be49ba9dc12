/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Seals for tests, made fresh in memory by libcrypto's own CMS and not by the code under test: an
 * e-seal authority, a key of chosen kind with a certificate of chosen purpose and validity, and
 * seals made right or wrong in one chosen way.
 */
#ifndef TESTS_UNIT_SEAL_LAB_H
#define TESTS_UNIT_SEAL_LAB_H

#include <openssl/cms.h>

#include "attest/timestamp.h"
#include "tests/unit/authority.h"

struct sealer {
	EVP_PKEY *root_key, *key;
	X509     *root, *certificate;
};

static inline EVP_PKEY *
seal_key(const char *kind)
{
	if (strcmp(kind, "RSA") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	if (strcmp(kind, "ED25519") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return EVP_PKEY_Q_keygen(NULL, NULL, "EC", kind);
}

/* kind: "RSA", "P-256", "P-384", "ED25519"; usage is a keyUsage value, or NULL for none. */
static inline struct sealer
sealer_make(const char *kind, const char *usage, int64_t from_s, int64_t to_s)
{
	struct sealer out = { .root_key = seal_key("P-256"), .key = seal_key(kind) };
	const int64_t always[2] = { 0, 4102444800 }, valid[2] = { from_s, to_s };

	out.root = authority_certificate("e-seal root", out.root_key, NULL, out.root_key, always);
	authority_extend(out.root, NID_basic_constraints, "critical,CA:TRUE");
	out.certificate = authority_certificate("Example Telecom e-seal", out.key, out.root,
	    out.root_key, valid);
	if (usage != NULL)
		authority_extend(out.certificate, NID_key_usage, usage);
	if (X509_sign(out.root, out.root_key, EVP_sha256()) <= 0 ||
	    X509_sign(out.certificate, out.root_key, EVP_sha256()) <= 0)
		abort();
	return out;
}

static inline void
sealer_free(struct sealer *sealer)
{
	EVP_PKEY_free(sealer->root_key);
	EVP_PKEY_free(sealer->key);
	X509_free(sealer->root);
	X509_free(sealer->certificate);
}

static inline void
seal_pem(X509 *certificate, struct buffer *pem)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	PEM_write_bio_X509(bio, certificate);
	len = BIO_get_mem_data(bio, &text);
	buffer_put(pem, text, (size_t)len);
	BIO_free(bio);
}

struct seal_order {
	const EVP_MD  *digest;		/* NULL: SHA-256 */
	unsigned       flags;		/* besides CMS_BINARY, CMS_DETACHED, CMS_PARTIAL */
	bool           attached, plain;	/* with content; without CMS_CADES */
	bool           pss;
};

static inline CMS_ContentInfo *
seal_cms(const struct sealer *sealer, const char *document, const struct seal_order *order)
{
	unsigned flags = CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP | order->flags |
	    (order->attached ? 0 : CMS_DETACHED) | (order->plain ? 0 : CMS_CADES);
	BIO *content = BIO_new_mem_buf(document, -1);
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	CMS_SignerInfo *signer = CMS_add1_signer(cms, sealer->certificate, sealer->key,
	    order->digest != NULL ? order->digest : EVP_sha256(),
	    flags | (order->pss ? CMS_KEY_PARAM : 0));

	if (signer == NULL)
		abort();
	if (order->pss) {
		EVP_PKEY_CTX *context = CMS_SignerInfo_get0_pkey_ctx(signer);

		if (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) != 1)
			abort();
	}
	if (CMS_final(cms, content, NULL, flags) != 1)
		abort();
	BIO_free(content);
	return cms;
}

static inline CMS_SignerInfo *
seal_signer(CMS_ContentInfo *cms)
{
	return sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
}

/* A signature time stamp over "message", which should be the signature. */
static inline void
seal_stamp(CMS_ContentInfo *cms, struct authority *authority, struct bytes message)
{
	static const uint8_t nonce[8] = { 1, 2, 3 };
	struct buffer request = { .max = 0 }, response = { .max = 0 }, token = { .max = 0 };
	struct why why = { .err = ERR_OK };

	if (timestamp_request(&request, message, nonce, &why) != ERR_OK)
		abort();
	authority_answer(authority, bytes_of_buffer(&request), &response);
	if (timestamp_token(bytes_of_buffer(&response), &token, &why) != ERR_OK ||
	    CMS_unsigned_add1_attr_by_NID(seal_signer(cms), NID_id_smime_aa_timeStampToken,
	    V_ASN1_SEQUENCE, token.at, (int)token.len) != 1)
		abort();
	buffer_free(&request);
	buffer_free(&response);
	buffer_free(&token);
}

static inline struct bytes
seal_cms_signature(CMS_ContentInfo *cms)
{
	const ASN1_OCTET_STRING *octets = CMS_SignerInfo_get0_signature(seal_signer(cms));

	return bytes_of(ASN1_STRING_get0_data(octets), (size_t)ASN1_STRING_length(octets));
}

/* The DER of it; the CMS is freed. */
static inline void
seal_der(CMS_ContentInfo *cms, struct buffer *out)
{
	unsigned char *der = NULL;
	int len = i2d_CMS_ContentInfo(cms, &der);

	if (len <= 0)
		abort();
	buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
}

#endif
