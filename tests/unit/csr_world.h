/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certification requests with evidence for tests, made fresh in memory with a simulated TPM: right,
 * or wrong in one way each.
 */
#ifndef TESTS_UNIT_CSR_WORLD_H
#define TESTS_UNIT_CSR_WORLD_H

#include "attest/chain.h"
#include "attest/der.h"
#include "attest/signature.h"
#include "tests/unit/tpm_lab.h"

enum { AT_S = 1795000000 };	/* 2026-11-18 */

#define HEAD   "policy = \"p\"; edition = \"1\";\n"

/* tcg-attest-tpm-certify, DER without tag and length. */
static const uint8_t tpm_oid[] = { 0x67, 0x81, 0x05, 0x14, 0x01 };

enum wrong {
	RIGHT, OTHER_KEY, NO_ATTRIBUTE, TWO_ATTRIBUTES, TWO_VALUES, TWO_STATEMENTS, OTHER_STATEMENT,
	NO_PUBLIC, BEHIND, BARE_CERTIFICATE, BARE_SIGNATURE, FORGED, EXPORTABLE, UNSIGNED
};

struct lab {
	struct sealer sealer;		/* the attestation key, certified for that */
	EVP_PKEY     *key;
	struct buffer request;
	char          policy[512];
};

static inline void
put_certificate(struct buffer *out, X509 *certificate)
{
	unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);

	buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
}

static inline void
put_statement(struct buffer *out, const struct lab *lab, enum wrong wrong)
{
	struct buffer public = lab_public(lab->key, wrong == EXPORTABLE ?
	    LAB_KEY & ~(uint32_t)TPM_FIXED_PARENT : LAB_KEY, TPM_SHA256, TPM_NULL, TPM_NULL);
	struct buffer statement = lab_certify(bytes_of_text("nonce"), bytes_of_buffer(&public));
	struct buffer signature = lab_sign(lab->sealer.key, wrong == BARE_SIGNATURE ? TPM_RSASSA :
	    TPM_ECDSA, TPM_SHA256, bytes_of_buffer(&statement));
	struct buffer body = { .max = 0 }, one = { .max = 0 };
	size_t head = wrong == BARE_SIGNATURE ? 6 : 0;
	uint8_t oid[sizeof(tpm_oid)];

	memcpy(oid, tpm_oid, sizeof(oid));
	if (wrong == OTHER_STATEMENT)
		oid[4]++;
	if (wrong == FORGED)
		statement.at[statement.len - 1] ^= 1;
	der_put(&body, DER_OCTETS, bytes_of_buffer(&statement));
	der_put(&body, DER_OCTETS, bytes_of(signature.at + head, signature.len - head));
	if (wrong != NO_PUBLIC)
		der_put(&body, DER_OCTETS, bytes_of_buffer(&public));
	if (wrong == BEHIND)
		der_put(&body, DER_OCTETS, bytes_of_buffer(&public));
	der_put(&one, DER_OID, bytes_of(oid, sizeof(oid)));
	der_put(&one, DER_SEQUENCE, bytes_of_buffer(&body));
	der_put(&one, DER_UTF8, bytes_of_text("verifier.example"));
	der_put(out, DER_SEQUENCE, bytes_of_buffer(&one));
	buffer_free(&public);
	buffer_free(&statement);
	buffer_free(&signature);
	buffer_free(&body);
	buffer_free(&one);
}

static inline void
put_bundle(struct buffer *out, const struct lab *lab, enum wrong wrong)
{
	struct buffer statements = { .max = 0 }, certificates = { .max = 0 }, in = { .max = 0 };

	put_statement(&statements, lab, wrong);
	if (wrong == TWO_STATEMENTS)
		put_statement(&statements, lab, wrong);
	if (wrong != BARE_CERTIFICATE)
		put_certificate(&certificates, lab->sealer.certificate);
	put_certificate(&certificates, lab->sealer.root);
	der_put(&in, DER_SEQUENCE, bytes_of_buffer(&statements));
	der_put(&in, DER_SEQUENCE, bytes_of_buffer(&certificates));
	der_put(out, DER_SEQUENCE, bytes_of_buffer(&in));
	buffer_free(&statements);
	buffer_free(&certificates);
	buffer_free(&in);
}

static inline void
attribute_add(X509_REQ *request, const struct buffer *bundle, enum wrong wrong)
{
	/* libcrypto adds none twice: the second gets its name afterwards. */
	static const char *const oids[] = { "1.2.840.113549.1.9.16.2.59",
		"1.2.840.113549.1.9.16.2.58" };
	X509_ATTRIBUTE *attribute;

	for (int i = 0; i < (wrong == NO_ATTRIBUTE ? 0 : wrong == TWO_ATTRIBUTES ? 2 : 1); i++)
		if (X509_REQ_add1_attr_by_txt(request, oids[i], V_ASN1_SEQUENCE, bundle->at,
		    (int)bundle->len) != 1)
			abort();
	if (wrong == TWO_ATTRIBUTES) {
		ASN1_OBJECT *same = OBJ_txt2obj(oids[0], 1);

		X509_ATTRIBUTE_set1_object(X509_REQ_get_attr(request, 1), same);
		ASN1_OBJECT_free(same);
	}
	if (wrong != TWO_VALUES)
		return;
	attribute = X509_REQ_get_attr(request, 0);
	if (X509_ATTRIBUTE_set1_data(attribute, V_ASN1_SEQUENCE, bundle->at, (int)bundle->len) != 1)
		abort();
}

static inline void
lab_make(struct lab *lab, enum wrong wrong)
{
	EVP_PKEY *other = seal_key("P-256"), *signer;
	X509_REQ *request = X509_REQ_new();
	struct buffer bundle = { .max = 0 };
	unsigned char *der = NULL;
	char pin[HASH_TEXT];
	int len;

	*lab = (struct lab){ .sealer = sealer_make(wrong == BARE_SIGNATURE ? "RSA" : "P-256",
	    "critical,digitalSignature", AT_S - 10, AT_S + 10), .key = seal_key("P-256") };
	authority_extend(lab->sealer.certificate, NID_ext_key_usage, "2.23.133.8.3");
	X509_sign(lab->sealer.certificate, lab->sealer.root_key, EVP_sha256());
	hash_text(certificate_hash(lab->sealer.root), pin);
	snprintf(lab->policy, sizeof(lab->policy), HEAD "csr-attestation = { }; tpm-certify = { "
	    "roots = [ \"sha256:%s\" ]; crl = \"if_given\"; };", pin);
	put_bundle(&bundle, lab, wrong);
	signer = wrong == OTHER_KEY ? other : lab->key;
	X509_REQ_set_pubkey(request, signer);
	attribute_add(request, &bundle, wrong);
	if (X509_REQ_sign(request, wrong == UNSIGNED ? other : signer, EVP_sha256()) <= 0)
		abort();
	len = i2d_X509_REQ(request, &der);
	buffer_put(&lab->request, der, (size_t)len);
	OPENSSL_free(der);
	X509_REQ_free(request);
	EVP_PKEY_free(other);
	buffer_free(&bundle);
}

static inline void
lab_free(struct lab *lab)
{
	sealer_free(&lab->sealer);
	EVP_PKEY_free(lab->key);
	buffer_free(&lab->request);
}

#endif
