/* SPDX-License-Identifier: Apache-2.0 */
/* Keys are hashed as libcrypto encodes them, whatever their size, numbers and encoding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>

#include "attest/chain.h"
#include "attest/signature.h"
#include "attest/spki.h"
#include "monitor/base/file.h"

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

/* By its coordinates, with and without zeros in front. */
static void
same_point(EVP_PKEY *key, struct hash expected)
{
	const char *group = EVP_PKEY_get_bits(key) == 256 ? "P-256" :
	    EVP_PKEY_get_bits(key) == 384 ? "P-384" : "P-521";
	size_t field = ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;
	uint8_t x[66], y[66];
	BIGNUM *number[2] = { NULL, NULL };
	struct hash found;

	if (!EVP_PKEY_is_a(key, "EC"))
		return;
	assert_true(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &number[0]) == 1 &&
	    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &number[1]) == 1);
	BN_bn2binpad(number[0], x, (int)field);
	BN_bn2binpad(number[1], y, (int)field);
	assert_true(spki_hash_point(group, bytes_of(x, field), bytes_of(y, field), &found) &&
	    hash_equal(found, expected));
	assert_true(spki_hash_point(group, bytes_of(x, (size_t)BN_bn2bin(number[0], x)),
	    bytes_of(y, (size_t)BN_bn2bin(number[1], y)), &found) && hash_equal(found, expected));
	assert_false(spki_hash_point("P-224", bytes_of(x, 1), bytes_of(y, 1), &found));
	assert_false(spki_hash_point(group, bytes_of(x, field + 1), bytes_of(y, 1), &found));
	BN_free(number[0]);
	BN_free(number[1]);
}

static void
same(EVP_PKEY *key)
{
	struct hash found;

	assert_non_null(key);
	assert_true(spki_hash(key, &found));
	assert_true(hash_equal(found, library(key)));
	assert_true(hash_equal(found, key_spki(key)));
	same_point(key, found);
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

/* --- what a memory keeps ------------------------------------------------------------------ */

static void
test_kept(void **state)
{
	struct chain_memory *memory = chain_memory_new();
	EVP_PKEY *first = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	EVP_PKEY *second = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), *found;
	struct hash of = hash_of(bytes_of_text("octets")), other = of, spki = { { 0 } };

	(void)state;
	other.at[HASH_LEN - 1] ^= 1;	/* the same set */
	assert_null(chain_memory_key(memory, of, &spki));
	chain_memory_key_keep(memory, of, first, key_spki(first));
	found = chain_memory_key(memory, of, &spki);
	assert_ptr_equal(found, first);
	assert_true(hash_equal(spki, key_spki(first)));
	EVP_PKEY_free(found);
	assert_null(chain_memory_key(memory, other, NULL));
	chain_memory_key_keep(memory, other, second, key_spki(second));
	found = chain_memory_key(memory, other, NULL);
	assert_ptr_equal(found, second);
	EVP_PKEY_free(found);
	for (int i = 0; i < 3; i++) {	/* more than a set holds: what was used last stays */
		struct hash more = of;

		more.at[2] ^= (uint8_t)(i + 1);
		found = chain_memory_key(memory, of, NULL);
		assert_ptr_equal(found, first);
		EVP_PKEY_free(found);
		chain_memory_key_keep(memory, more, second, key_spki(second));
	}
	assert_null(chain_memory_key(memory, other, NULL));
	found = chain_memory_key(memory, of, NULL);
	assert_ptr_equal(found, first);
	EVP_PKEY_free(found);
	chain_memory_key_keep(memory, other, NULL, spki);
	assert_null(chain_memory_key(memory, other, NULL));
	chain_memory_key_keep(NULL, of, first, spki);
	assert_null(chain_memory_key(NULL, of, NULL));
	EVP_PKEY_free(first);
	EVP_PKEY_free(second);
	chain_memory_free(memory);
}

/* A copy that is changed has its own hashes, not those remembered with what it was copied from. */
static void
test_remembered(void **state)
{
	struct dossier none = { .count = 0 };
	struct pool pool = { .certificates = 0 };
	struct buffer octets = { .max = 0 };
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-384");
	X509 *one, *copy;

	(void)state;
	assert_int_equal(file_read("tests/data/attest/yubico/hsm-root.pem", 1 << 16, &octets, NULL),
	    ERR_OK);
	assert_int_equal(pool_add(&pool, &none, bytes_of_buffer(&octets), NULL), ERR_OK);
	one = pool.certificate[0];
	assert_true(hash_equal(certificate_hash(one), certificate_hash(one)));
	assert_true(hash_equal(certificate_spki(one), library(X509_get0_pubkey(one))));
	assert_true(hash_equal(certificate_spki(one), library(X509_get0_pubkey(one))));
	copy = X509_dup(one);
	assert_true(hash_equal(certificate_hash(copy), certificate_hash(one)));
	assert_true(X509_set_pubkey(copy, key) == 1 && X509_sign(copy, key, EVP_sha384()) > 0);
	assert_false(hash_equal(certificate_hash(copy), certificate_hash(one)));
	assert_true(hash_equal(certificate_spki(copy), library(key)));
	X509_free(copy);
	EVP_PKEY_free(key);
	pool_free(&pool);
	buffer_free(&octets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_curves),
		cmocka_unit_test(test_rsa),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
