/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SubjectPublicKeyInfo of the two kinds of keys that evidence is full of, written out by hand:
 * libcrypto's encoder takes a hundred times as long, as long as a signature is verified in.
 */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <string.h>

#include "attest/spki.h"

enum { SPKI_OCTETS = 1200, FIELD_MAX = 66, MODULUS_MAX = 1025, EXPONENT_MAX = 9,
	DER_INTEGER = 0x02, DER_BITS = 0x03, DER_SEQUENCE = 0x30 };

/* AlgorithmIdentifier, whole (RFC 5480, 2.1.1 and 2.1.1.1; RFC 3279, 2.3.1). */
static const uint8_t p256[] = { 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
	0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 };
static const uint8_t p384[] = { 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
	0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22 };
static const uint8_t p521[] = { 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
	0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23 };
static const uint8_t rsa[] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
	0x01, 0x01, 0x05, 0x00 };

/* Written from its end to its front, so that every length is known when it is written. */
struct der { size_t at; uint8_t octets[SPKI_OCTETS]; };

static void
der_put(struct der *der, const void *octets, size_t len)
{
	der->at -= len;
	memcpy(der->octets + der->at, octets, len);
}

static void
der_octet(struct der *der, uint8_t octet)
{
	der_put(der, &octet, 1);
}

/* Before what reaches from here to end. */
static void
der_head(struct der *der, uint8_t tag, size_t end)
{
	size_t len = end - der->at;

	if (len >= 0x80) {
		der_octet(der, (uint8_t)len);
		if (len >= 0x100)
			der_octet(der, (uint8_t)(len >> 8));
		der_octet(der, len >= 0x100 ? 0x82 : 0x81);
	} else {
		der_octet(der, (uint8_t)len);
	}
	der_octet(der, tag);
}

/* Big-endian octets of the number, without zeros in front; 0: it has none, or too many. */
static size_t
number_of(EVP_PKEY *key, const char *name, uint8_t *out, size_t size)
{
	BIGNUM *number = NULL;
	int len = EVP_PKEY_get_bn_param(key, name, &number) == 1 ? BN_num_bytes(number) : 0;
	bool fits = len > 0 && (size_t)len <= size;

	if (fits)
		BN_bn2bin(number, out);
	BN_free(number);
	return fits ? (size_t)len : 0;
}

static bool
integer_put(struct der *der, EVP_PKEY *key, const char *name, size_t max)
{
	uint8_t octets[MODULUS_MAX];
	size_t len = number_of(key, name, octets, max), end = der->at;

	if (len == 0)
		return false;
	der_put(der, octets, len);
	if (octets[0] >= 0x80)
		der_octet(der, 0);
	der_head(der, DER_INTEGER, end);
	return true;
}

static bool
rsa_put(struct der *der, EVP_PKEY *key)
{
	size_t end = der->at;

	if (!integer_put(der, key, OSSL_PKEY_PARAM_RSA_E, EXPONENT_MAX - 1) ||
	    !integer_put(der, key, OSSL_PKEY_PARAM_RSA_N, MODULUS_MAX - 1))
		return false;
	der_head(der, DER_SEQUENCE, end);
	return true;
}

/* As long as the field, whatever zeros stand or do not stand in front. */
static void
padded_put(struct der *der, const uint8_t *octets, size_t len, size_t field)
{
	der->at -= field;
	memset(der->octets + der->at, 0, field - len);
	memcpy(der->octets + der->at + field - len, octets, len);
}

static bool
coordinate_put(struct der *der, EVP_PKEY *key, const char *name, size_t field)
{
	uint8_t octets[FIELD_MAX] = { 0 };
	size_t len = number_of(key, name, octets, field);

	if (len == 0)
		return false;
	padded_put(der, octets, len, field);
	return true;
}

/* An uncompressed point (SEC 1, 2.3.3). */
static bool
point_put(struct der *der, EVP_PKEY *key, size_t field)
{
	if (!coordinate_put(der, key, OSSL_PKEY_PARAM_EC_PUB_Y, field) ||
	    !coordinate_put(der, key, OSSL_PKEY_PARAM_EC_PUB_X, field))
		return false;
	der_octet(der, 0x04);
	return true;
}

static const struct curve { const char *name, *nist; size_t field; struct bytes algorithm; }
curves[] = {
	{ "prime256v1", "P-256", 32, { p256, sizeof(p256) } },
	{ "secp384r1", "P-384", 48, { p384, sizeof(p384) } },
	{ "secp521r1", "P-521", 66, { p521, sizeof(p521) } }
};

static bool
kind_of(EVP_PKEY *key, struct bytes *algorithm, size_t *field)
{
	char group[32];

	*field = 0;
	*algorithm = bytes_of(rsa, sizeof(rsa));
	if (EVP_PKEY_is_a(key, "RSA"))
		return true;
	if (!EVP_PKEY_is_a(key, "EC") ||
	    EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) != 1)
		return false;
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		if (strcmp(curves[i].name, group) == 0) {
			*algorithm = curves[i].algorithm;
			*field = curves[i].field;
			return true;
		}
	return false;
}

/* What is around the key, and the hash of it all. */
static void
der_finish(struct der *der, struct bytes algorithm, struct hash *out)
{
	der_octet(der, 0);
	der_head(der, DER_BITS, SPKI_OCTETS);
	der_put(der, algorithm.at, algorithm.len);
	der_head(der, DER_SEQUENCE, SPKI_OCTETS);
	*out = hash_of(bytes_of(der->octets + der->at, SPKI_OCTETS - der->at));
}

bool
spki_hash_point(const char *group, struct bytes x, struct bytes y, struct hash *out)
{
	struct der der = { .at = SPKI_OCTETS };
	const struct curve *curve = NULL;

	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		if (strcmp(curves[i].nist, group) == 0)
			curve = &curves[i];
	if (curve == NULL || x.len > curve->field || y.len > curve->field)
		return false;
	padded_put(&der, y.at, y.len, curve->field);
	padded_put(&der, x.at, x.len, curve->field);
	der_octet(&der, 0x04);
	der_finish(&der, curve->algorithm, out);
	return true;
}

bool
spki_hash(EVP_PKEY *key, struct hash *out)
{
	struct der der = { .at = SPKI_OCTETS };
	struct bytes algorithm;
	size_t field;

	if (!kind_of(key, &algorithm, &field) ||
	    !(field == 0 ? rsa_put(&der, key) : point_put(&der, key, field)))
		return false;
	der_finish(&der, algorithm, out);
	return true;
}
