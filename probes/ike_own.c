/* SPDX-License-Identifier: Apache-2.0 */
/* Our certificate, key and anchors for IKE_AUTH; see ike_own.h. */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <string.h>

#include "probes/ike_own.h"

enum { CERTIFICATE_MAX = 16 << 10, AUTHORITIES_MAX = 32 };

static int
no_pass_phrase(char *out, int len, int write, void *arg)
{
	(void)out, (void)len, (void)write, (void)arg;
	return -1;
}

static void
certificate_put(struct buffer *out, X509 *certificate)
{
	unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);

	if (len > 0)
		buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
}

static void
subject_put(struct buffer *out, X509 *certificate)
{
	unsigned char *der = NULL;
	int len = i2d_X509_NAME(X509_get_subject_name(certificate), &der);

	if (len > 0)
		buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
}

static enum err
chain_read(struct ike_own *own, struct bytes pem, struct why *why)
{
	BIO *in = BIO_new_mem_buf(pem.at, (int)pem.len);
	X509 *certificate, *first = NULL;
	bool fits = true;

	while (fits && (certificate = PEM_read_bio_X509(in, NULL, no_pass_phrase, NULL)) != NULL) {
		fits = own->certificates < IKE_OWN_CHAIN_MAX;
		if (fits) {
			own->certificate[own->certificates].max = CERTIFICATE_MAX;
			certificate_put(&own->certificate[own->certificates++], certificate);
			fits = !own->certificate[own->certificates - 1].failed;
		}
		if (first == NULL)
			first = certificate;
		else
			X509_free(certificate);
	}
	BIO_free(in);
	if (first != NULL)
		subject_put(&own->subject, first);
	fits = fits && first != NULL && X509_check_private_key(first, own->key) == 1;
	X509_free(first);
	ERR_clear_error();
	return fits ? ERR_OK : why_set(why, ERR_INVALID, "client_certificate is not a PEM chain of "
	    "at most %d certificates of at most %d octets, whose first fits client_key",
	    IKE_OWN_CHAIN_MAX, CERTIFICATE_MAX);
}

static enum err
credential_read(struct ike_own *own, struct bytes certificate, struct bytes key, struct why *why)
{
	BIO *in;

	if ((certificate.len > 0) != (key.len > 0))
		return why_set(why, ERR_INVALID,
		    "client_certificate and client_key are needed both or neither");
	if (key.len == 0)
		return ERR_OK;
	in = BIO_new_mem_buf(key.at, (int)key.len);
	own->key = PEM_read_bio_PrivateKey(in, NULL, no_pass_phrase, NULL);
	BIO_free(in);
	ERR_clear_error();
	if (own->key == NULL)
		return why_set(why, ERR_INVALID, "client_key is not an unencrypted PEM key");
	return chain_read(own, certificate, why);
}

/* RFC 7296 3.7: SHA-1 of each root's SubjectPublicKeyInfo; no more than a datagram takes. */
static void
authorities_make(struct ike_own *own)
{
	STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(own->anchors->store);

	own->authorities.max = AUTHORITIES_MAX * IKE_AUTHORITY_LEN;
	for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
		X509 *root = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
		unsigned char *der = NULL, hash[SHA_DIGEST_LENGTH];
		int len = root != NULL ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(root), &der) : -1;

		if (len > 0 && own->authorities.len < own->authorities.max) {
			SHA1(der, (size_t)len, hash);
			buffer_put(&own->authorities, hash, sizeof(hash));
		}
		OPENSSL_free(der);
	}
}

enum err
ike_own_prepare(struct round *round, struct ike_own *own, struct why *why)
{
	struct bytes trust = round_file(round, "trust");
	struct ike_own fresh = { .version = round_options_version(round), .trusts = trust.len > 0 };
	enum err err;

	if (own->anchors != NULL && own->version == fresh.version)
		return ERR_OK;
	err = credential_read(&fresh, round_file(round, "client_certificate"),
	    round_file(round, "client_key"), why);
	if (err == ERR_OK)
		err = tls_anchors_new(&fresh.anchors, trust, why);
	if (err != ERR_OK) {
		ike_own_free(&fresh);
		return err;
	}
	authorities_make(&fresh);
	ike_own_free(own);
	*own = fresh;
	return ERR_OK;
}

void
ike_own_free(struct ike_own *own)
{
	EVP_PKEY_free(own->key);
	for (size_t i = 0; i < own->certificates; i++)
		buffer_free(&own->certificate[i]);
	buffer_free(&own->subject);
	buffer_free(&own->authorities);
	if (own->anchors != NULL)
		tls_anchors_free(own->anchors);
	*own = (struct ike_own){ .key = NULL };
}

uint8_t
ike_identity_of(const char *text, uint8_t *octets, size_t *len)
{
	if (inet_pton(AF_INET, text, octets) == 1) {
		*len = 4;
		return IKE_ID_IPV4;
	}
	if (inet_pton(AF_INET6, text, octets) == 1) {
		*len = 16;
		return IKE_ID_IPV6;
	}
	*len = strnlen(text, IKE_IDENTITY_MAX);
	memcpy(octets, text, *len);
	return memchr(text, '@', *len) != NULL ? IKE_ID_MAIL : IKE_ID_FQDN;
}
