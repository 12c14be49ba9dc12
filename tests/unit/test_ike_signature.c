/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of IKE_AUTH: what each kind of key makes verifies, in both forms there are, and what
 * another key, another form or a changed octet makes does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <string.h>

#include "probes/ike_signature.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { KEY_RSA, KEY_P256, KEY_P384, KEY_P521, KEY_ED25519, KEYS };

static const char said[] = "message, nonce and a maced identity";
static EVP_PKEY *keys[KEYS], *others[KEYS];

static EVP_PKEY *
key_new(unsigned kind)
{
	static const char *const curves[] = { NULL, "P-256", "P-384", "P-521" };

	return kind == KEY_RSA ? EVP_RSA_gen(2048) : kind == KEY_ED25519 ?
	    EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") : EVP_EC_gen(curves[kind]);
}

static int
keys_make(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KEYS; i++)
		keys[i] = key_new(i), others[i] = key_new(i);
	return 0;
}

static int
keys_end(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KEYS; i++)
		EVP_PKEY_free(keys[i]), EVP_PKEY_free(others[i]);
	return 0;
}

static struct ike_signature seen;

static enum err
verified(EVP_PKEY *key, uint8_t method, struct bytes auth, struct why *why)
{
	why->text[0] = '\0';
	return ike_signature_verify(key, method, auth, bytes_of_text(said), &seen, why);
}

static void
assert_err(EVP_PKEY *key, uint8_t method, const struct buffer *auth, enum err err, const char *says)
{
	struct why why = { .err = ERR_OK };
	enum err got = verified(key, method, bytes_of_buffer(auth), &why);

	if (got != err || strstr(why.text, says) == NULL)
		fail_msg("method %u: %s: %s", method, err_name(got), why.text);
}

/* Ours: made, announced or not; the name that is told. */
static void
good(void **state)
{
	static const struct { unsigned key; bool announced; uint8_t method; const char *name; }
	rows[] = {
		{ KEY_RSA, false, IKE_AUTH_RSA, "sha1WithRSAEncryption (method 1)" },
		{ KEY_P256, false, IKE_AUTH_ECDSA_256, "ecdsa-with-SHA256 (method 9)" },
		{ KEY_P384, false, IKE_AUTH_ECDSA_384, "ecdsa-with-SHA384 (method 10)" },
		{ KEY_P521, false, IKE_AUTH_ECDSA_521, "ecdsa-with-SHA512 (method 11)" },
		{ KEY_RSA, true, IKE_AUTH_SIGNATURE, "sha256WithRSAEncryption" },
		{ KEY_P256, true, IKE_AUTH_SIGNATURE, "ecdsa-with-SHA256" },
		{ KEY_P384, true, IKE_AUTH_SIGNATURE, "ecdsa-with-SHA384" },
		{ KEY_P521, true, IKE_AUTH_SIGNATURE, "ecdsa-with-SHA512" },
		{ KEY_ED25519, true, IKE_AUTH_SIGNATURE, "ED25519" },
	};
	struct why why = { .err = ERR_OK };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buffer auth = { 0 };
		uint8_t method = 0;

		/* Numbers with zeros in front keep their places: some of 40 have them. */
		for (unsigned round = 0; round < (rows[i].key == KEY_RSA ? 2 : 40); round++) {
			buffer_reset(&auth);
			assert_int_equal(ike_signature_make(keys[rows[i].key], rows[i].announced,
			    bytes_of_text(said), &method, &auth, &why), ERR_OK);
			assert_int_equal(method, rows[i].method);
			assert_err(keys[rows[i].key], method, &auth, ERR_OK, "");
			assert_string_equal(seen.name, rows[i].name);
			assert_int_equal(seen.weak, rows[i].method == IKE_AUTH_RSA);
		}
		assert_err(others[rows[i].key], method, &auth, ERR_UNTRUSTED, "did not sign");
		for (unsigned other = 0; other < KEYS; other++)
			if (other != rows[i].key)
				assert_err(keys[other], method, &auth, ERR_UNTRUSTED,
				    "did not sign");
		assert_int_equal(ike_signature_verify(keys[rows[i].key], method,
		    bytes_of_buffer(&auth), bytes_of_text("something else"), &seen, &why),
		    ERR_UNTRUSTED);
		/* Of the algorithm's name its parameters say nothing; the signature says all. */
		for (size_t at = 0; at < auth.len; at++) {
			bool named = rows[i].announced && at > 0 && at <= auth.at[0];
			enum err err;

			auth.at[at] ^= 0x10;
			err = verified(keys[rows[i].key], method, bytes_of_buffer(&auth), &why);
			auth.at[at] ^= 0x10;
			assert_true(err != ERR_OK || named);
		}
		for (size_t len = 0; len < auth.len; len++)
			assert_int_not_equal(verified(keys[rows[i].key], method,
			    bytes_of(auth.at, len), &why), ERR_OK);
		buffer_free(&auth);
	}
}

static void
not_made(void **state)
{
	EVP_PKEY *unusual = EVP_EC_gen("brainpoolP256r1");
	EVP_PKEY *x = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	struct buffer auth = { 0 };
	struct why why = { .err = ERR_OK };
	uint8_t method = 0;

	(void)state;
	assert_int_equal(ike_signature_make(keys[KEY_ED25519], false, bytes_of_text(said), &method,
	    &auth, &why), ERR_UNSUPPORTED);
	assert_int_equal(ike_signature_make(unusual, true, bytes_of_text(said), &method, &auth,
	    &why), ERR_UNSUPPORTED);
	assert_int_equal(ike_signature_make(x, true, bytes_of_text(said), &method, &auth, &why),
	    ERR_UNSUPPORTED);
	assert_int_equal(auth.len, 0);
	EVP_PKEY_free(unusual), EVP_PKEY_free(x);
}

/* --- what others make --------------------------------------------------------------------- */

/* An AlgorithmIdentifier in hexadecimal, and the signature by that digest; salt -1: no PSS. */
static void
auth_make(struct buffer *auth, EVP_PKEY *key, const char *algorithm, const EVP_MD *digest, int salt)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *part = NULL;
	uint8_t signature[512], der[255];
	size_t len = sizeof(signature), der_len = strlen(algorithm) / 2;

	buffer_reset(auth);
	assert_int_equal(hex_read(algorithm, der, der_len), ERR_OK);
	assert_int_equal(EVP_DigestSignInit(ctx, &part, digest, NULL, key), 1);
	if (salt >= 0) {
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(part, RSA_PKCS1_PSS_PADDING), 1);
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(part, salt), 1);
	}
	assert_int_equal(EVP_DigestSign(ctx, signature, &len, (const uint8_t *)said,
	    strlen(said)), 1);
	if (der_len > 0) {
		buffer_put_u8(auth, (uint8_t)der_len);
		buffer_put(auth, der, der_len);
	}
	buffer_put(auth, signature, len);
	EVP_MD_CTX_free(ctx);
}

/* RSASSA-PSS with a hash, MGF1 with the same and a salt (RFC 7427 A.4.3). */
#define PSS(oid, salt) "304106092a864886f70d01010a3034a00f300d06096086480165030402" oid "0500" \
	"a11c301a06092a864886f70d010108300d06096086480165030402" oid "0500a2030201" salt

static void
named(void **state)
{
	const struct { EVP_PKEY *key; const char *algorithm; const EVP_MD *digest; int salt;
		enum err err; bool weak; const char *name; } rows[] = {
		{ keys[KEY_RSA], PSS("01", "20"), EVP_sha256(), 32, ERR_OK, false,
		  "rsassaPss with sha256" },
		{ keys[KEY_RSA], PSS("02", "30"), EVP_sha384(), 48, ERR_OK, false,
		  "rsassaPss with sha384" },
		{ keys[KEY_RSA], PSS("03", "40"), EVP_sha512(), 64, ERR_OK, false,
		  "rsassaPss with sha512" },
		{ keys[KEY_RSA], PSS("03", "40"), EVP_sha256(), 32, ERR_UNTRUSTED, false,
		  "rsassaPss with sha512" },
		{ keys[KEY_P256], PSS("01", "20"), EVP_sha256(), -1, ERR_UNTRUSTED, false,
		  "rsassaPss with sha256" },
		/* Nothing said is SHA-1 (RFC 7427 A.4.1). */
		{ keys[KEY_RSA], "300d06092a864886f70d01010a3000", EVP_sha1(), 20, ERR_OK, true,
		  "rsassaPss with sha1" },
		{ keys[KEY_RSA], "300b06092a864886f70d01010a", EVP_sha1(), 20, ERR_MALFORMED, false,
		  "rsassaPss" },
		{ keys[KEY_RSA], "300f06092a864886f70d01010a30020500", EVP_sha1(), 20,
		  ERR_MALFORMED, false, "rsassaPss" },
		/* A hash that we do not check by accuses nobody. */
		{ keys[KEY_RSA], PSS("08", "20"), EVP_sha3_256(), 32, ERR_UNSUPPORTED, false,
		  "rsassaPss" },
		/* The same with MGF1 by SHA-1: nobody is accused of what is not checked. */
		{ keys[KEY_RSA], "303b06092a864886f70d01010a302ea00d300b0609608648016503040201"
		    "a118301606092a864886f70d010108300906052b0e03021a0500a203020120",
		    EVP_sha256(), 32, ERR_UNSUPPORTED, false, "rsassaPss" },
		{ keys[KEY_RSA], "300d06092a864886f70d01010c0500", EVP_sha384(), -1, ERR_OK, false,
		  "sha384WithRSAEncryption" },
		{ keys[KEY_RSA], "300d06092a864886f70d01010d0500", EVP_sha512(), -1, ERR_OK, false,
		  "sha512WithRSAEncryption" },
		{ keys[KEY_RSA], "300d06092a864886f70d0101050500", EVP_sha1(), -1, ERR_OK, true,
		  "sha1WithRSAEncryption" },
		{ keys[KEY_P256], "300906072a8648ce3d0401", EVP_sha1(), -1, ERR_OK, true,
		  "ecdsa-with-SHA1" },
		{ keys[KEY_P256], "300a06082a8648ce3d040304", EVP_sha512(), -1, ERR_OK, false,
		  "ecdsa-with-SHA512" },
		{ keys[KEY_P521], "300a06082a8648ce3d040302", EVP_sha256(), -1, ERR_OK, false,
		  "ecdsa-with-SHA256" },
		{ keys[KEY_RSA], "300d06092a864886f70d0101040500", EVP_sha256(), -1,
		  ERR_UNSUPPORTED, false, "md5WithRSAEncryption" },
		{ keys[KEY_RSA], "30070605010203047f", EVP_sha256(), -1, ERR_UNSUPPORTED, false,
		  "" },
		{ keys[KEY_P256], "3007060501020304", EVP_sha256(), -1, ERR_MALFORMED, false, "" },
		{ keys[KEY_P256], "300a06082a8648ce3d04030200", EVP_sha256(), -1, ERR_MALFORMED,
		  false, "" },
		{ keys[KEY_P256], "0500", EVP_sha256(), -1, ERR_MALFORMED, false, "" },
	};
	struct buffer auth = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct why why = { .err = ERR_OK };
		enum err err;

		auth_make(&auth, rows[i].key, rows[i].algorithm, rows[i].digest, rows[i].salt);
		err = verified(rows[i].key, IKE_AUTH_SIGNATURE, bytes_of_buffer(&auth), &why);
		if (err != rows[i].err ||
		    (rows[i].name[0] != '\0' && strcmp(seen.name, rows[i].name) != 0))
			fail_msg("row %zu is %s by %s: %s", i, err_name(err), seen.name, why.text);
		assert_true(err != ERR_OK || seen.weak == rows[i].weak);
	}
	/* Its length leads beyond the end, or there is nothing behind. */
	auth_make(&auth, keys[KEY_P256], "300a06082a8648ce3d040302", EVP_sha256(), -1);
	auth.at[0] = 0xff;
	assert_err(keys[KEY_P256], IKE_AUTH_SIGNATURE, &auth, ERR_MALFORMED, "cannot be read");
	auth.at[0] = 0;
	assert_err(keys[KEY_P256], IKE_AUTH_SIGNATURE, &auth, ERR_MALFORMED, "cannot be read");
	auth.at[0] = 12, auth.len = 13;
	assert_err(keys[KEY_P256], IKE_AUTH_SIGNATURE, &auth, ERR_UNTRUSTED, "did not sign");
	auth.len = 0;
	assert_err(keys[KEY_P256], IKE_AUTH_SIGNATURE, &auth, ERR_MALFORMED, "cannot be read");
	buffer_free(&auth);
}

/* r and s one behind the other, in so many octets each. */
static void
halves_make(struct buffer *auth, EVP_PKEY *key, const EVP_MD *digest, int half)
{
	const unsigned char *at;
	uint8_t octets[2 * 80];
	ECDSA_SIG *pair;

	auth_make(auth, key, "", digest, -1);
	at = auth->at;
	pair = d2i_ECDSA_SIG(NULL, &at, (long)auth->len);
	assert_true(BN_bn2binpad(ECDSA_SIG_get0_r(pair), octets, half) == half &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(pair), octets + half, half) == half);
	buffer_reset(auth);
	buffer_put(auth, octets, 2 * (size_t)half);
	ECDSA_SIG_free(pair);
}

static void
by_method(void **state)
{
	struct buffer auth = { 0 };
	struct why why = { .err = ERR_OK };
	uint8_t method;

	(void)state;
	auth_make(&auth, keys[KEY_RSA], "", EVP_sha1(), -1);
	assert_err(keys[KEY_RSA], IKE_AUTH_RSA, &auth, ERR_OK, "");
	assert_string_equal(seen.name, "sha1WithRSAEncryption (method 1)");
	assert_true(seen.weak);
	auth_make(&auth, keys[KEY_RSA], "", EVP_sha512(), -1);
	assert_err(keys[KEY_RSA], IKE_AUTH_RSA, &auth, ERR_OK, "");
	assert_string_equal(seen.name, "sha512WithRSAEncryption (method 1)");
	/* DER is not r and s, and a curve has one method. */
	auth_make(&auth, keys[KEY_P256], "", EVP_sha256(), -1);
	assert_err(keys[KEY_P256], IKE_AUTH_ECDSA_256, &auth, ERR_UNTRUSTED, "did not sign");
	buffer_reset(&auth);
	assert_int_equal(ike_signature_make(keys[KEY_P256], false, bytes_of_text(said), &method,
	    &auth, &why), ERR_OK);
	assert_err(keys[KEY_P256], IKE_AUTH_ECDSA_384, &auth, ERR_UNTRUSTED, "did not sign");
	assert_err(keys[KEY_P256], IKE_AUTH_RSA, &auth, ERR_UNTRUSTED, "did not sign");
	buffer_put_u8(&auth, 0);
	assert_err(keys[KEY_P256], IKE_AUTH_ECDSA_256, &auth, ERR_UNTRUSTED, "did not sign");
	/* RFC 4754 3: one hash with one curve, and numbers as long as its order. */
	halves_make(&auth, keys[KEY_P256], EVP_sha256(), 32);
	assert_err(keys[KEY_P256], IKE_AUTH_ECDSA_256, &auth, ERR_OK, "");
	halves_make(&auth, keys[KEY_P256], EVP_sha256(), 33);
	assert_err(keys[KEY_P256], IKE_AUTH_ECDSA_256, &auth, ERR_UNTRUSTED, "did not sign");
	halves_make(&auth, keys[KEY_P521], EVP_sha384(), 66);
	assert_err(keys[KEY_P521], IKE_AUTH_ECDSA_384, &auth, ERR_UNTRUSTED, "did not sign");
	assert_err(keys[KEY_P521], IKE_AUTH_ECDSA_521, &auth, ERR_UNTRUSTED, "did not sign");
	halves_make(&auth, keys[KEY_P384], EVP_sha256(), 48);
	assert_err(keys[KEY_P384], IKE_AUTH_ECDSA_256, &auth, ERR_UNTRUSTED, "did not sign");
	/* What shows no key. */
	assert_err(keys[KEY_P256], IKE_AUTH_SHARED_KEY, &auth, ERR_UNSUPPORTED, "2 (shared key)");
	assert_err(keys[KEY_P256], IKE_AUTH_NULL, &auth, ERR_UNSUPPORTED, "13 (none (RFC 7619))");
	assert_err(keys[KEY_P256], IKE_AUTH_DSS, &auth, ERR_UNSUPPORTED, "method 3");
	assert_err(keys[KEY_P256], 200, &auth, ERR_UNSUPPORTED, "method 200 (");
	buffer_free(&auth);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test(name)
		T(good), T(not_made), T(named), T(by_method),
	};

	return cmocka_run_group_tests_name("ike signatures", tests, keys_make, keys_end);
}
