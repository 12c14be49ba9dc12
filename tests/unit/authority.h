/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A time-stamp authority for tests, made fresh in memory: a root, a signer of chosen purpose and
 * validity, and answers stamped at a chosen second.
 */
#ifndef TESTS_UNIT_AUTHORITY_H
#define TESTS_UNIT_AUTHORITY_H

#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/bytes.h"

struct authority {
	EVP_PKEY *root_key, *key;
	X509     *root, *certificate;
	int64_t   at_s;			/* what its clock says */
};

static inline X509 *
authority_certificate(const char *name, EVP_PKEY *subject, X509 *issuer, EVP_PKEY *issuer_key,
    const int64_t valid[2])
{
	static long serial = 1;
	X509 *made = X509_new();
	X509_NAME *own = X509_get_subject_name(made);

	X509_set_version(made, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(made), serial++);
	X509_NAME_add_entry_by_txt(own, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1,
	    0);
	X509_set_issuer_name(made, issuer != NULL ? X509_get_subject_name(issuer) : own);
	ASN1_TIME_set(X509_getm_notBefore(made), (time_t)valid[0]);
	ASN1_TIME_set(X509_getm_notAfter(made), (time_t)valid[1]);
	X509_set_pubkey(made, subject);
	(void)issuer_key;
	return made;
}

static inline void
authority_extend(X509 *certificate, int name, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, name, value);

	if (extension == NULL || X509_add_ext(certificate, extension, -1) != 1)
		abort();
	X509_EXTENSION_free(extension);
}

/* purpose is an extendedKeyUsage value such as "critical,timeStamping", or NULL for none. */
static inline struct authority
authority_make(const char *name, const char *purpose, int64_t from_s, int64_t to_s)
{
	struct authority out = { .root_key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"),
	    .key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), .at_s = from_s };
	const int64_t always[2] = { 0, 4102444800 }, valid[2] = { from_s, to_s };

	out.root = authority_certificate("test root", out.root_key, NULL, out.root_key, always);
	authority_extend(out.root, NID_basic_constraints, "critical,CA:TRUE");
	out.certificate = authority_certificate(name, out.key, out.root, out.root_key, valid);
	if (purpose != NULL)
		authority_extend(out.certificate, NID_ext_key_usage, purpose);
	if (X509_sign(out.root, out.root_key, EVP_sha256()) <= 0 ||
	    X509_sign(out.certificate, out.root_key, EVP_sha256()) <= 0)
		abort();
	return out;
}

static inline void
authority_free(struct authority *authority)
{
	EVP_PKEY_free(authority->root_key);
	EVP_PKEY_free(authority->key);
	X509_free(authority->root);
	X509_free(authority->certificate);
}

static inline void
authority_roots(const struct authority *authority, struct buffer *pem)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	PEM_write_bio_X509(bio, authority->root);
	len = BIO_get_mem_data(bio, &text);
	buffer_put(pem, text, (size_t)len);
	BIO_free(bio);
}

static inline int
authority_time(TS_RESP_CTX *context, void *arg, long *s, long *us)
{
	(void)context;
	*s = (long)((const struct authority *)arg)->at_s;
	*us = 250000;
	return 1;
}

static inline ASN1_INTEGER *
authority_serial(TS_RESP_CTX *context, void *arg)
{
	ASN1_INTEGER *serial = ASN1_INTEGER_new();

	(void)context, (void)arg;
	ASN1_INTEGER_set(serial, 0x5e1);
	return serial;
}

/* Answers a DER request as an authority does; appends the DER response. */
static inline void
authority_answer(struct authority *authority, struct bytes request, struct buffer *out)
{
	TS_RESP_CTX *context = TS_RESP_CTX_new();
	BIO *bio = BIO_new_mem_buf(request.at, (int)request.len);
	STACK_OF(X509) *chain = sk_X509_new_null();
	ASN1_OBJECT *policy = OBJ_txt2obj("1.3.6.1.4.1.99999.1", 1);
	unsigned char *der = NULL;
	TS_RESP *response;
	int len;

	TS_RESP_CTX_set_signer_cert(context, authority->certificate);
	TS_RESP_CTX_set_signer_key(context, authority->key);
	TS_RESP_CTX_set_signer_digest(context, EVP_sha256());
	TS_RESP_CTX_set_ess_cert_id_digest(context, EVP_sha256());
	TS_RESP_CTX_set_certs(context, chain);
	TS_RESP_CTX_set_def_policy(context, policy);
	TS_RESP_CTX_add_md(context, EVP_sha256());
	TS_RESP_CTX_set_serial_cb(context, authority_serial, NULL);
	TS_RESP_CTX_set_time_cb(context, authority_time, authority);
	TS_RESP_CTX_set_clock_precision_digits(context, 3);
	response = TS_RESP_create_response(context, bio);
	len = i2d_TS_RESP(response, &der);
	if (len <= 0)
		abort();
	buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
	TS_RESP_free(response);
	TS_RESP_CTX_free(context);
	sk_X509_free(chain);
	ASN1_OBJECT_free(policy);
	BIO_free(bio);
}

#endif
