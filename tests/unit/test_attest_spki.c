/* SPDX-License-Identifier: Apache-2.0 */
/* Keys are hashed as libcrypto encodes them, whatever their size, numbers and encoding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "attest/signature.h"
#include "attest/spki.h"

static struct hash
library(EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);
	struct hash hash;

	assert_true(len > 0);
	hash = hash_of(bytes_of(der, (size_t)len));
	OPENSSL_free(der);
	return hash;
}

static void
same(EVP_PKEY *key)
{
	struct hash found;

	assert_non_null(key);
	assert_true(spki_hash(key, &found));
	assert_true(hash_equal(found, library(key)));
	assert_true(hash_equal(found, key_spki(key)));
	EVP_PKEY_free(key);
}

/* Many of each, so that coordinates with zeros in front are among them. */
static void
test_curves(void **state)
{
	static const char *const groups[] = { "P-256", "P-384", "P-521" };

	(void)state;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		for (int n = 0; n < 300; n++)
			same(EVP_PKEY_Q_keygen(NULL, NULL, "EC", groups[i]));
}

static void
test_rsa(void **state)
{
	uint8_t modulus[1024];

	(void)state;
	for (size_t len = 128; len <= sizeof(modulus); len += 32)
		for (unsigned top = 1; top <= 0xff; top += 0x7f) {
			memset(modulus, 0xa5, len);
			modulus[0] = (uint8_t)top;
			same(key_of_rsa(bytes_of(modulus, len), 65537));
			same(key_of_rsa(bytes_of(modulus, len), 3));
			same(key_of_rsa(bytes_of(modulus, len), 0x80000001));
		}
}

/* A compressed point is the same key. */
static void
test_compressed(void **state)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	struct hash plain = key_spki(key);
	unsigned char *der = NULL;
	EVP_PKEY *again;
	int len;

	(void)state;
	assert_int_equal(EVP_PKEY_set_utf8_string_param(key,
	    OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
	    OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_COMPRESSED), 1);
	len = i2d_PUBKEY(key, &der);
	assert_true(len > 0 && len < 91);
	again = key_of_spki(bytes_of(der, (size_t)len));
	assert_non_null(again);
	assert_true(hash_equal(key_spki(again), plain));
	OPENSSL_free(der);
	EVP_PKEY_free(again);
	EVP_PKEY_free(key);
}

static void
test_others(void **state)
{
	static const char *const names[] = { "ED25519", "ED448", "X25519" };
	EVP_PKEY *key;
	struct hash found;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		key = EVP_PKEY_Q_keygen(NULL, NULL, names[i]);
		assert_false(spki_hash(key, &found));
		assert_true(hash_equal(key_spki(key), library(key)));
		EVP_PKEY_free(key);
	}
	key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "secp256k1");
	assert_false(spki_hash(key, &found));
	assert_true(hash_equal(key_spki(key), library(key)));
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_curves),
		cmocka_unit_test(test_rsa),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
