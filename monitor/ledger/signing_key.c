/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ed25519 (RFC 8032) through OpenSSL.  Keys are PKCS#8 PEM without a password, as
 * "openssl genpkey -algorithm ed25519" writes them; their memory is cleansed when let go.
 */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>

#include "monitor/ledger/note.h"

enum { PEM_MAX = 4096 };

struct signing_key { EVP_PKEY *key; };

static struct signing_key *
key_wrap(EVP_PKEY *pkey)
{
	struct signing_key *key = memory_new(1, sizeof(*key));

	key->key = pkey;
	return key;
}

enum err
signing_key_make(struct signing_key **out, struct why *why)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	*out = NULL;
	if (key == NULL)
		return why_set(why, ERR_UNSUPPORTED,
		    "OpenSSL could not make an Ed25519 key; is the algorithm switched off here?");
	*out = key_wrap(key);
	return ERR_OK;
}

/* A key with a password is refused: nobody is there to type it when a role restarts. */
static int
no_password(char *text, int len, int writing, void *arg)
{
	(void)text, (void)len, (void)writing, (void)arg;
	return -1;
}

enum err
signing_key_read(struct bytes pem, struct signing_key **out, struct why *why)
{
	EVP_PKEY *key = NULL;
	BIO *bio;

	*out = NULL;
	if (pem.len == 0 || pem.len > PEM_MAX)
		return why_set(why, ERR_MALFORMED, "a signing key has 1 to %d octets of PEM, not "
		    "%zu",
		    PEM_MAX, pem.len);
	bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	if (bio != NULL)
		key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
	BIO_free(bio);
	ERR_clear_error();
	if (key == NULL)
		return why_set(why, ERR_MALFORMED, "this is no PEM private key without a password; "
		    "make one with: openssl genpkey -algorithm ed25519");
	if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
		EVP_PKEY_free(key);
		return why_set(why, ERR_UNSUPPORTED, "the signing key is not an Ed25519 key; make "
		    "one with: openssl genpkey -algorithm ed25519");
	}
	*out = key_wrap(key);
	return ERR_OK;
}

enum err
signing_key_write(const struct signing_key *key, struct buffer *pem, struct why *why)
{
	BIO *bio = BIO_new(BIO_s_secmem());
	char *text;
	long len;
	bool good = bio != NULL &&
	    PEM_write_bio_PKCS8PrivateKey(bio, key->key, NULL, NULL, 0, NULL, NULL) == 1;

	if (good) {
		len = BIO_get_mem_data(bio, &text);
		buffer_put(pem, text, (size_t)len);
	}
	BIO_free(bio);
	ERR_clear_error();
	return good && !pem->failed ? ERR_OK :
	    why_set(why, ERR_IO, "OpenSSL could not write the signing key");
}

void
signing_key_public(const struct signing_key *key, uint8_t out[32])
{
	size_t len = 32;

	if (EVP_PKEY_get_raw_public_key(key->key, out, &len) != 1 || len != 32)
		abort();	/* the key is Ed25519 by construction */
}

enum err
signing_key_sign(const struct signing_key *key, struct bytes text, uint8_t signature[64],
    struct why *why)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t len = 64;
	bool good = context != NULL &&
	    EVP_DigestSignInit_ex(context, NULL, NULL, NULL, NULL, key->key, NULL) == 1 &&
	    EVP_DigestSign(context, signature, &len, text.at, text.len) == 1 && len == 64;

	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return good ? ERR_OK : why_set(why, ERR_IO, "OpenSSL could not sign");
}

void
signing_key_free(struct signing_key *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->key);
	free(key);
}

enum err
ed25519_verify(const uint8_t key[32], struct bytes text, struct bytes signature)
{
	EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, 32);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = pkey != NULL && context != NULL && signature.len == 64 &&
	    EVP_DigestVerifyInit_ex(context, NULL, NULL, NULL, NULL, pkey, NULL) == 1 &&
	    EVP_DigestVerify(context, signature.at, signature.len, text.at, text.len) == 1;

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return good ? ERR_OK : ERR_UNTRUSTED;
}
