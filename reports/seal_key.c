/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The key that seals, its certificate and chain: read, found to belong together, and fit for
 * seals.  A key in a file is guarded as the signing key is.
 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "reports/seal_part.h"

static const char *
given(const char *text)
{
	return text != NULL ? text : "";
}

static void
secret_free(struct buffer *secret)
{
	if (secret->cap > 0)
		OPENSSL_cleanse(secret->at, secret->cap);
	buffer_free(secret);
}

/* Text files end with a line feed, PINs do not. */
static enum err
pin_read(struct seal_maker *maker, const char *path, struct why *why)
{
	enum err err = file_secret(path, why);

	maker->pin.max = SEAL_FILE_MAX;
	if (err == ERR_OK)
		err = file_read(path, SEAL_FILE_MAX, &maker->pin, why);
	while (maker->pin.len > 0 && (maker->pin.at[maker->pin.len - 1] == '\n' ||
	    maker->pin.at[maker->pin.len - 1] == '\r'))
		maker->pin.len--;
	if (err == ERR_OK && maker->pin.len == 0)
		err = why_set(why, ERR_INVALID, _("%.300s is empty"), path);
	return err;
}

static enum err
certificates_read(const char *path, STACK_OF(X509) *out, int max, struct why *why)
{
	struct buffer pem = { .max = 0 };
	enum err err = file_read(path, SEAL_FILE_MAX, &pem, why);
	BIO *bio = err == ERR_OK ? BIO_new_mem_buf(pem.at, (int)pem.len) : NULL;
	X509 *one;

	while (bio != NULL && sk_X509_num(out) < max &&
	    (one = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL)
		sk_X509_push(out, one);
	BIO_free(bio);
	buffer_free(&pem);
	ERR_clear_error();
	if (err == ERR_OK && sk_X509_num(out) == 0)
		err = why_set(why, ERR_INVALID,
		    _("%.300s holds no PEM certificate that can be read"), path);
	return err;
}

/* The certificate is the first of its file; further ones there belong to the chain. */
static enum err
certificate_open(struct seal_maker *maker, const struct seal_settings *settings, struct why *why)
{
	STACK_OF(X509) *all = sk_X509_new_null();
	enum err err;

	maker->chain = all;
	err = certificates_read(settings->certificate, all, SEAL_CHAIN_MAX + 1, why);
	if (err != ERR_OK)
		return err;
	maker->certificate = sk_X509_shift(all);
	if (given(settings->chain)[0] != '\0')
		err = certificates_read(settings->chain, all, SEAL_CHAIN_MAX, why);
	return err;
}

static void
subject_tell(struct seal_maker *maker)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long len;

	if (bio != NULL && X509_NAME_print_ex(bio, X509_get_subject_name(maker->certificate), 0,
	    XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		len = BIO_get_mem_data(bio, &text);
		snprintf(maker->subject, sizeof(maker->subject), "%.*s", (int)len, text);
	}
	BIO_free(bio);
}

/* The digest of the size that fits the key: a smaller one would be its weakest part. */
static enum err
kind_check(struct seal_maker *maker, struct why *why)
{
	EVP_PKEY *key = X509_get0_pubkey(maker->certificate);
	uint32_t flags = X509_get_extension_flags(maker->certificate);

	if (key == NULL || (!EVP_PKEY_is_a(key, "RSA") && !EVP_PKEY_is_a(key, "EC")))
		return why_set(why, ERR_UNSUPPORTED,
		    _("the e-seal certificate has a key that is neither RSA nor EC"));
	if ((flags & EXFLAG_KUSAGE) != 0 && (X509_get_key_usage(maker->certificate) &
	    (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
		return why_set(why, ERR_INVALID, _("the e-seal certificate is not for signatures "
		    "(keyUsage): nobody would accept its seals"));
	maker->bits = EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_get_bits(key) <= 256 ? 256 :
	    EVP_PKEY_get_bits(key) <= 384 ? 384 : 512;
	return ERR_OK;
}

static int
passphrase_give(char *out, int size, int writing, void *arg)
{
	const struct buffer *pin = arg;

	(void)writing;
	if (pin->len == 0 || pin->len > (size_t)size)
		return -1;
	memcpy(out, pin->at, pin->len);
	return (int)pin->len;
}

static enum err
key_file_open(struct seal_maker *maker, const char *path, struct why *why)
{
	struct buffer pem = { .max = SEAL_FILE_MAX };
	enum err err = file_secret(path, why);
	BIO *bio = NULL;

	if (err == ERR_OK)
		err = file_read(path, SEAL_FILE_MAX, &pem, why);
	if (err == ERR_OK)
		bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	if (bio != NULL)
		maker->key = PEM_read_bio_PrivateKey(bio, NULL, passphrase_give, &maker->pin);
	BIO_free(bio);
	secret_free(&pem);
	ERR_clear_error();
	if (err == ERR_OK && maker->key == NULL)
		err = why_set(why, ERR_INVALID, _("%.300s holds no private key that can be read; "
		    "if it has a passphrase, name a file of it with --pin"), path);
	if (err == ERR_OK && X509_check_private_key(maker->certificate, maker->key) != 1)
		err = why_set(why, ERR_MISMATCH, _("the key in %.200s is not that of the "
		    "certificate"), path);
	return err;
}

static enum err
key_open(struct seal_maker *maker, const struct seal_settings *settings, struct why *why)
{
	const char *pin = given(settings->pin);
	bool uri = seal_is_uri(settings->key);
	enum err err = uri ? seal_uri_read(settings->key, &maker->uri, why) : ERR_OK;

	if (uri && pin[0] == '\0')
		pin = maker->uri.pin;
	if (err == ERR_OK && pin[0] != '\0')
		err = pin_read(maker, pin, why);
	if (err == ERR_OK && !uri)
		err = key_file_open(maker, settings->key, why);
	snprintf(maker->paths, sizeof(maker->paths), "%s", given(settings->paths));
	snprintf(maker->environment, sizeof(maker->environment), "%s",
	    given(settings->environment));
	maker->network = settings->network;
	return err;
}

enum err
seal_open(struct seal_maker **out, const struct seal_settings *settings, struct why *why)
{
	struct seal_maker *maker;
	enum err err;

	*out = NULL;
	if (given(settings->key)[0] == '\0' || given(settings->certificate)[0] == '\0')
		return why_set(why, ERR_INVALID, _("it is not said by which key and certificate to "
		    "seal: give --key and --certificate, or the section \"seal\" of the "
		    "configuration"));
	maker = memory_new(1, sizeof(*maker));
	err = certificate_open(maker, settings, why);
	if (err == ERR_OK)
		err = kind_check(maker, why);
	if (err == ERR_OK)
		err = key_open(maker, settings, why);
	if (err == ERR_OK)
		subject_tell(maker);
	if (err != ERR_OK) {
		seal_close(maker);
		return err;
	}
	*out = maker;
	return ERR_OK;
}

void
seal_close(struct seal_maker *maker)
{
	if (maker == NULL)
		return;
	X509_free(maker->certificate);
	sk_X509_pop_free(maker->chain, X509_free);
	EVP_PKEY_free(maker->key);
	secret_free(&maker->pin);
	free(maker);
}

const char *
seal_subject(const struct seal_maker *maker)
{
	return maker->subject;
}

enum err
seal_sign(struct seal_maker *maker, struct bytes message, struct buffer *signature,
    struct why *why)
{
	const EVP_MD *digest = maker->bits == 256 ? EVP_sha256() : maker->bits == 384 ?
	    EVP_sha384() : EVP_sha512();
	uint8_t octets[SEAL_SIGNATURE_MAX];
	size_t len = sizeof(octets);
	EVP_MD_CTX *context;
	bool good;

	if (maker->key == NULL)
		return seal_token_sign(maker, message, signature, why);
	context = EVP_MD_CTX_new();
	good = context != NULL &&
	    EVP_DigestSignInit(context, NULL, digest, NULL, maker->key) == 1 &&
	    EVP_DigestSign(context, octets, &len, message.at, message.len) == 1;
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	if (good)
		buffer_put(signature, octets, len);
	return good ? ERR_OK : why_set(why, ERR_IO, _("the key does not sign"));
}
