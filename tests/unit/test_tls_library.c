/* SPDX-License-Identifier: Apache-2.0 */
/* The context libssl's clients run in: it reads every public key that the library's own one reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "probes/tls_library.h"

static EVP_PKEY *
key_new(const char *type, const char *curve)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	assert_non_null(ctx);
	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	if (curve != NULL)
		assert_int_equal(EVP_PKEY_CTX_set_group_name(ctx, curve), 1);
	if (strncmp(type, "RSA", 3) == 0)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 1024), 1);
	assert_int_equal(EVP_PKEY_keygen(ctx, &key), 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *
dsa_new(void)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DSA", NULL);
	EVP_PKEY *parameters = NULL, *key = NULL;

	assert_true(EVP_PKEY_paramgen_init(ctx) == 1 && EVP_PKEY_CTX_set_dsa_paramgen_bits(ctx, 1024) == 1 &&
	    EVP_PKEY_paramgen(ctx, &parameters) == 1);
	EVP_PKEY_CTX_free(ctx);
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, parameters, NULL);
	assert_true(EVP_PKEY_keygen_init(ctx) == 1 && EVP_PKEY_keygen(ctx, &key) == 1);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(parameters);
	return key;
}

static void
read_again(EVP_PKEY *key, const char *type)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);
	const unsigned char *at = der;
	EVP_PKEY *read;

	assert_true(len > 0);
	read = d2i_PUBKEY_ex(NULL, &at, len, tls_library(), NULL);
	if (read == NULL || EVP_PKEY_eq(key, read) != 1)
		fail_msg("a public key of type %s is not read as it is", type);
	EVP_PKEY_free(read);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
}

static void
public_keys(void **state)
{
	static const struct { const char *type, *curve; } rows[] = {
		{ "RSA", NULL }, { "RSA-PSS", NULL }, { "EC", "P-256" }, { "EC", "P-521" },
		{ "EC", "brainpoolP384r1" }, { "EC", "secp256k1" }, { "ED25519", NULL }, { "ED448", NULL },
		{ "X25519", NULL }, { "X448", NULL }, { "DH", "ffdhe2048" },
	};

	(void)state;
	assert_non_null(tls_library());
	assert_ptr_equal(tls_library(), tls_library());
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		read_again(key_new(rows[i].type, rows[i].curve), rows[i].type);
	read_again(dsa_new(), "DSA");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(public_keys) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
