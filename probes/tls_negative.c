/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates made to be refused; see tls_negative.h. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "probes/tls_negative.h"

enum { DAY_S = 86400 };

static const char subject_name[] = "sekimori negative test";
static const char issuer_name[] = "sekimori negative test CA";

static X509_NAME *
name_new(const char *common)
{
	X509_NAME *name = X509_NAME_new();

	if (name != NULL && X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	    (const unsigned char *)common, -1, -1, 0) == 1)
		return name;
	X509_NAME_free(name);
	return NULL;
}

static int
no_pass_phrase(char *out, int len, int write, void *arg)
{
	(void)out, (void)len, (void)write, (void)arg;
	return -1;
}

/* The issuer's name of a PEM certificate. */
static X509_NAME *
issuer_of(struct bytes pem)
{
	BIO *in = BIO_new_mem_buf(pem.at, (int)pem.len);
	X509 *certificate = PEM_read_bio_X509(in, NULL, no_pass_phrase, NULL);
	X509_NAME *name = certificate != NULL ?
	    X509_NAME_dup(X509_get_issuer_name(certificate)) : NULL;

	X509_free(certificate);
	BIO_free(in);
	return name;
}

static bool
usage_add(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	bool added = extension != NULL && X509_add_ext(certificate, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	return added;
}

static bool
fill(X509 *certificate, X509_NAME *subject, X509_NAME *issuer, int64_t now_ms, EVP_PKEY *key,
    EVP_PKEY *signer)
{
	time_t now = (time_t)(now_ms / 1000);

	return X509_set_version(certificate, 2) == 1 &&
	    ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), 1) == 1 &&
	    X509_set_subject_name(certificate, subject) == 1 &&
	    X509_set_issuer_name(certificate, issuer) == 1 &&
	    ASN1_TIME_set(X509_getm_notBefore(certificate), now - DAY_S) != NULL &&
	    ASN1_TIME_set(X509_getm_notAfter(certificate), now + DAY_S) != NULL &&
	    X509_set_pubkey(certificate, key) == 1 &&
	    usage_add(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
	    usage_add(certificate, NID_ext_key_usage, "clientAuth") &&
	    X509_sign(certificate, signer, EVP_sha256()) > 0;
}

static bool
pem_put(struct buffer *out, X509 *certificate, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bool fine = bio != NULL && (certificate != NULL ? PEM_write_bio_X509(bio, certificate) :
	    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL)) == 1;
	char *at = NULL;
	long len = fine ? BIO_get_mem_data(bio, &at) : 0;

	buffer_put(out, at, (size_t)len);
	BIO_free(bio);
	return fine && !out->failed;
}

enum err
tls_negative_make(enum tls_negative kind, struct bytes like, int64_t now_ms,
    struct buffer *certificate_pem, struct buffer *key_pem, struct why *why)
{
	X509_NAME *subject = name_new(subject_name);
	X509_NAME *issuer = kind == TLS_NEGATIVE_FORGED ? issuer_of(like) : name_new(issuer_name);
	EVP_PKEY *key = EVP_EC_gen("P-256"), *signer = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	enum err err = ERR_OK;

	if (kind == TLS_NEGATIVE_FORGED && issuer == NULL)
		err = why_set(why, ERR_INVALID,
		    "client_certificate is not a PEM certificate whose issuer can be named");
	else if (subject == NULL || issuer == NULL || key == NULL || signer == NULL ||
	    certificate == NULL || !fill(certificate, subject, issuer, now_ms, key, signer) ||
	    !pem_put(certificate_pem, certificate, NULL) || !pem_put(key_pem, NULL, key))
		err = why_set(why, ERR_IO, "a certificate for the test cannot be made");
	X509_free(certificate);
	EVP_PKEY_free(key), EVP_PKEY_free(signer);
	X509_NAME_free(subject), X509_NAME_free(issuer);
	ERR_clear_error();
	return err;
}
