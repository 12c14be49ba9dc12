/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of possession: the nonce is ours, the public key is one that certificates could
 * have, the signature is by it.  Every rule has its own sentence.
 */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "attest/key_text.h"
#include "attest/possession.h"

/* The key, brought into the one form that its octets are compared in. */
static enum err
key_read(struct bytes spki, EVP_PKEY **out, struct why *why)
{
	const unsigned char *at = spki.at;
	EVP_PKEY *key = spki.len == 0 || spki.len > POSSESSION_SPKI_MAX ? NULL :
	    d2i_PUBKEY(NULL, &at, (long)spki.len);
	char group[64];
	enum err err = ERR_OK;

	*out = NULL;
	if (key == NULL || at != spki.at + spki.len)
		err = why_set(why, ERR_MALFORMED, "the public key is not exactly one "
		    "SubjectPublicKeyInfo (RFC 5280 4.1.2.7) of a kind we know");
	else if (EVP_PKEY_is_a(key, "EC")) {
		if (EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) != 1 ||
		    EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING,
		    OSSL_PKEY_EC_ENCODING_GROUP) != 1 ||
		    EVP_PKEY_set_utf8_string_param(key,
		    OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
		    OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_UNCOMPRESSED) != 1)
			err = why_set(why, ERR_UNSUPPORTED, "the public key is on a curve without "
			    "a name (RFC 5480 2.1.1 asks for one)");
	} else if (EVP_PKEY_get_bits(key) > POSSESSION_BITS_MAX) {
		err = why_set(why, ERR_LIMIT, "the public key has %d bits, more than %d",
		    EVP_PKEY_get_bits(key), POSSESSION_BITS_MAX);
	}
	if (err != ERR_OK)
		EVP_PKEY_free(key);
	else
		*out = key;
	ERR_clear_error();
	return err;
}

static enum err
key_octets(EVP_PKEY *key, struct buffer *out, struct why *why)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	if (len > 0)
		buffer_put(out, der, (size_t)len);
	OPENSSL_free(der);
	ERR_clear_error();
	return len > 0 ? ERR_OK : why_set(why, ERR_UNSUPPORTED,
	    "the public key cannot be written as a SubjectPublicKeyInfo");
}

enum err
possession_spki(struct bytes spki, struct buffer *out, struct why *why)
{
	EVP_PKEY *key;
	enum err err = key_read(spki, &key, why);

	if (err == ERR_OK)
		err = key_octets(key, out, why);
	EVP_PKEY_free(key);
	return err;
}

/* Raw r and s (PKCS#11 2.40, 2.3.1) into what libcrypto verifies; NULL if they cannot be. */
static unsigned char *
ecdsa_der(const EVP_PKEY *key, struct bytes raw, size_t *len)
{
	size_t half = ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
	ECDSA_SIG *signature;
	unsigned char *der = NULL;
	BIGNUM *r, *s;
	int der_len;

	if (raw.len != 2 * half)
		return NULL;
	signature = ECDSA_SIG_new();
	r = BN_bin2bn(raw.at, (int)half, NULL);
	s = BN_bin2bn(raw.at + half, (int)half, NULL);
	ECDSA_SIG_set0(signature, r, s);
	der_len = i2d_ECDSA_SIG(signature, &der);
	ECDSA_SIG_free(signature);
	*len = der_len > 0 ? (size_t)der_len : 0;
	return der;
}

static bool
eddsa_verify(EVP_PKEY *key, struct bytes signature, struct hash digest)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool good = EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(context, signature.at, signature.len, digest.at, HASH_LEN) == 1;

	EVP_MD_CTX_free(context);
	return good;
}

static bool
padding_set(EVP_PKEY_CTX *context, enum possession_algorithm algorithm)
{
	if (algorithm == POSSESSION_RSA_PKCS1)
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
	return algorithm != POSSESSION_RSA_PSS ||
	    (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(context, HASH_LEN) == 1);
}

static bool
digest_verify(EVP_PKEY *key, const struct possession *possession, struct hash digest)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	struct bytes signature = possession->signature;
	unsigned char *der = NULL;
	bool good;

	if (possession->algorithm == POSSESSION_ECDSA) {
		der = ecdsa_der(key, signature, &signature.len);
		signature.at = der;
	}
	good = context != NULL && signature.at != NULL && EVP_PKEY_verify_init(context) == 1 &&
	    padding_set(context, possession->algorithm) &&
	    EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) == 1 &&
	    EVP_PKEY_verify(context, signature.at, signature.len, digest.at, HASH_LEN) == 1;
	OPENSSL_free(der);
	EVP_PKEY_CTX_free(context);
	return good;
}

static bool
algorithm_fits(const EVP_PKEY *key, enum possession_algorithm algorithm)
{
	switch (algorithm) {
	case POSSESSION_ECDSA:
		return EVP_PKEY_is_a(key, "EC");
	case POSSESSION_RSA_PSS:
		return EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS");
	case POSSESSION_RSA_PKCS1:
		return EVP_PKEY_is_a(key, "RSA");
	case POSSESSION_EDDSA:
		return EVP_PKEY_is_a(key, "ED25519") || EVP_PKEY_is_a(key, "ED448");
	default:
		return false;
	}
}

static enum err
signature_check(EVP_PKEY *key, const struct possession *possession, struct why *why)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	struct hash digest = possession_digest(possession->nonce);
	/* With an exponent of 1 anybody could sign; a point off the curve proves nothing. */
	bool sound = context != NULL && EVP_PKEY_public_check_quick(context) == 1;
	bool good;

	EVP_PKEY_CTX_free(context);
	if (!algorithm_fits(key, possession->algorithm))
		return why_set(why, ERR_MISMATCH,
		    "the algorithm of the signature is not one of the key's");
	if (!sound)
		return why_set(why, ERR_UNTRUSTED, "the public key is not a sound one");
	good = possession->algorithm == POSSESSION_EDDSA ?
	    eddsa_verify(key, possession->signature, digest) :
	    digest_verify(key, possession, digest);
	return good ? ERR_OK : why_set(why, ERR_UNTRUSTED,
	    "the signature over our nonce does not verify with the public key that was claimed");
}

static void
claim_text(struct claims *claims, const char *name, struct bytes text)
{
	if (text.len > 0)
		claims_text(claims, name, text);
}

static void
claim_attributes(struct claims *claims, const struct possession *possession)
{
	static const struct { uint64_t type; const char *name; } known[] = {
		{ 0x103, "key.sensitive" }, { 0x162, "key.extractable" }, { 0x163, "key.local" },
		{ 0x164, "key.never_extractable" }, { 0x165, "key.always_sensitive" },
		{ 0x170, "key.modifiable" }
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		for (size_t j = 0; j < possession->attributes; j++)
			if (possession->attribute[j].type == known[i].type)
				claims_flag(claims, known[i].name,
				    possession->attribute[j].value);
}

static void
claim_all(struct claims *claims, EVP_PKEY *key, struct bytes spki,
    const struct possession *possession)
{
	struct buffer kind = { .max = POSSESSION_TEXT_MAX };
	struct hash hash = hash_of(spki);

	key_text_put(&kind, key);
	claims_text(claims, "key.kind", bytes_of_buffer(&kind));
	claims_octets(claims, "key.spki", hash_bytes(&hash));
	claims_flag(claims, "key.signed", true);
	claims_text(claims, "key.claim", bytes_of_text(POSSESSION_LABEL));
	claim_attributes(claims, possession);
	claim_text(claims, "token.manufacturer", possession->manufacturer);
	claim_text(claims, "token.model", possession->model);
	claim_text(claims, "token.firmware", possession->firmware);
	claim_text(claims, "token.library", possession->library);
	claims_octets(claims, "token.serial", hash_bytes(&possession->serial));
	claims_octets(claims, "token.module", hash_bytes(&possession->module));
	buffer_free(&kind);
}

enum err
possession_verify(const struct possession_input *evidence, struct claims *claims,
    struct why *why)
{
	struct possession possession;
	struct buffer spki = { .max = POSSESSION_SPKI_MAX };
	EVP_PKEY *key = NULL;
	enum err err = possession_read(evidence->octets, &possession, why);

	claims->count = claims->used = 0;
	if (err != ERR_OK)
		return err;
	if (!bytes_equal(possession.nonce, evidence->nonce))
		return why_set(why, ERR_MISMATCH, "the nonce is not the one that was asked with");
	err = key_read(possession.spki, &key, why);
	if (err == ERR_OK)
		err = signature_check(key, &possession, why);
	if (err == ERR_OK)
		err = key_octets(key, &spki, why);
	if (err == ERR_OK)
		claim_all(claims, key, bytes_of_buffer(&spki), &possession);
	EVP_PKEY_free(key);
	buffer_free(&spki);
	ERR_clear_error();
	return err;
}
