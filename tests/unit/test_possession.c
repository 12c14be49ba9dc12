/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier of possession: what it accepts, and for every rule what it refuses because of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "attest/key_text.h"
#include "attest/possession.h"
#include "monitor/base/cbor.h"
#include "probes/tls_certificate.h"

static const uint8_t nonce[POSSESSION_NONCE] = { 1, 2, 3 };

struct made {
	EVP_PKEY         *key;
	struct buffer     spki, signature, evidence;
	struct possession possession;
};

/* Raw r and s of a DER signature, each half octets long. */
static void
raw_of(struct buffer *out, const unsigned char *der, size_t len, size_t half)
{
	const unsigned char *at = der;
	ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &at, (long)len);
	uint8_t raw[160] = { 0 };

	assert_non_null(signature);
	BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, (int)half);
	BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + half, (int)half);
	buffer_put(out, raw, 2 * half);
	ECDSA_SIG_free(signature);
}

static void
sign(struct made *made, enum possession_algorithm algorithm)
{
	struct hash digest = possession_digest(bytes_of(nonce, sizeof(nonce)));
	unsigned char der[2048];
	size_t len = sizeof(der);
	EVP_MD_CTX *message = EVP_MD_CTX_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(made->key, NULL);

	if (algorithm == POSSESSION_EDDSA) {
		assert_int_equal(EVP_DigestSignInit(message, NULL, NULL, NULL, made->key), 1);
		assert_int_equal(EVP_DigestSign(message, der, &len, digest.at, HASH_LEN), 1);
	} else {
		assert_int_equal(EVP_PKEY_sign_init(context), 1);
		if (algorithm == POSSESSION_RSA_PSS) {
			EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING);
			EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32);
		}
		EVP_PKEY_CTX_set_signature_md(context, EVP_sha256());
		assert_int_equal(EVP_PKEY_sign(context, der, &len, digest.at, HASH_LEN), 1);
	}
	if (algorithm == POSSESSION_ECDSA)
		raw_of(&made->signature, der, len, ((size_t)EVP_PKEY_get_bits(made->key) + 7) / 8);
	else
		buffer_put(&made->signature, der, len);
	EVP_MD_CTX_free(message);
	EVP_PKEY_CTX_free(context);
}

static void
write_again(struct made *made)
{
	buffer_reset(&made->evidence);
	possession_write(&made->evidence, &made->possession);
}

static void
make(struct made *made, EVP_PKEY *key, enum possession_algorithm algorithm)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	*made = (struct made){ .key = key };
	assert_non_null(key);
	assert_true(len > 0);
	buffer_put(&made->spki, der, (size_t)len);
	OPENSSL_free(der);
	sign(made, algorithm);
	made->possession = (struct possession){ .nonce = bytes_of(nonce, sizeof(nonce)),
	    .spki = bytes_of_buffer(&made->spki), .signature = bytes_of_buffer(&made->signature),
	    .algorithm = algorithm,
	    .attribute = { { 0x103, true }, { 0x162, false }, { 0x163, true } }, .attributes = 3,
	    .manufacturer = bytes_of_text("maker"), .library = bytes_of_text("lib 1.2"),
	    .serial = hash_of(bytes_of_text("serial")), .module = hash_of(bytes_of_text("so")) };
	write_again(made);
}

static void
made_free(struct made *made)
{
	EVP_PKEY_free(made->key);
	buffer_free(&made->spki);
	buffer_free(&made->signature);
	buffer_free(&made->evidence);
}

static enum err
judge(const struct made *made, struct claims *claims, struct why *why)
{
	struct possession_input evidence = { .octets = bytes_of_buffer(&made->evidence),
	    .nonce = bytes_of(nonce, sizeof(nonce)) };

	*why = (struct why){ .err = ERR_OK };
	return possession_verify(&evidence, claims, why);
}

/* Refused with that error, a sentence with that word, and nothing claimed. */
static void
refused(const struct made *made, enum err err, const char *word)
{
	struct claims claims;
	struct why why;

	assert_int_equal(judge(made, &claims, &why), err);
	if (strstr(why.text, word) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why.text, word);
	assert_int_equal(claims.count, 0);
}

static void
claimed(const struct claims *claims, const char *name, const char *text)
{
	struct bytes value;

	assert_true(claims_get(claims, name, &value));
	assert_int_equal(value.len, strlen(text));
	assert_memory_equal(value.at, text, value.len);
}

static void
accepted(struct made *made, const char *kind)
{
	struct claims claims;
	struct bytes value;
	struct why why;
	struct hash hash = hash_of(bytes_of_buffer(&made->spki));

	if (judge(made, &claims, &why) != ERR_OK)
		fail_msg("%s", why.text);
	claimed(&claims, "key.kind", kind);
	claimed(&claims, "key.claim", "the token's own word, plus possession");
	claimed(&claims, "token.library", "lib 1.2");
	assert_true(claims_get(&claims, "key.spki", &value));
	assert_memory_equal(value.at, hash.at, HASH_LEN);
	assert_true(claims_get(&claims, "key.sensitive", &value) && value.at[0] == 1);
	assert_true(claims_get(&claims, "key.extractable", &value) && value.at[0] == 0);
	assert_true(claims_get(&claims, "key.signed", &value) && value.at[0] == 1);
	/* What the module did not answer is not claimed. */
	assert_false(claims_get(&claims, "key.always_sensitive", &value));
	assert_false(claims_get(&claims, "token.model", &value));
}

/* The words of a key are those of a certificate with that key. */
static void
as_certificate(EVP_PKEY *key, const char *kind, const struct made *made)
{
	X509 *certificate = X509_new();
	struct buffer text = { .max = 0 };
	unsigned char *der = NULL;
	int len;

	X509_set_pubkey(certificate, key);
	certificate_key_put(&text, certificate);
	assert_string_equal(buffer_text(&text), kind);
	len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	assert_int_equal(len, made->spki.len);
	assert_memory_equal(der, made->spki.at, made->spki.len);
	OPENSSL_free(der);
	buffer_free(&text);
	X509_free(certificate);
}

static void
every_kind_of_key_is_accepted(void **unused)
{
	static const struct { const char *curve, *kind; } curves[] = {
		{ "P-256", "EC secp256r1" }, { "P-384", "EC secp384r1" },
		{ "P-521", "EC secp521r1" }, { "secp256k1", "EC secp256k1" },
		{ "brainpoolP256r1", "EC brainpoolP256r1" } };
	struct made made;

	(void)unused;
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		make(&made, EVP_EC_gen(curves[i].curve), POSSESSION_ECDSA);
		accepted(&made, curves[i].kind);
		as_certificate(made.key, curves[i].kind, &made);
		made_free(&made);
	}
	make(&made, EVP_RSA_gen(2048), POSSESSION_RSA_PSS);
	accepted(&made, "RSA 2048");
	as_certificate(made.key, "RSA 2048", &made);
	made_free(&made);
	make(&made, EVP_RSA_gen(2048), POSSESSION_RSA_PKCS1);
	accepted(&made, "RSA 2048");
	made_free(&made);
	make(&made, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), POSSESSION_EDDSA);
	accepted(&made, "Ed25519");
	made_free(&made);
	make(&made, EVP_PKEY_Q_keygen(NULL, NULL, "ED448"), POSSESSION_EDDSA);
	accepted(&made, "Ed448");
	made_free(&made);
}

/* Explicit parameters and a compressed point are the same key, and get the same hash. */
static void
one_key_has_one_hash(void **unused)
{
	struct made made;
	struct buffer other = { .max = 0 }, same = { .max = 0 };
	unsigned char *der = NULL;
	struct why why = { .err = ERR_OK };
	struct claims claims;
	struct bytes value;
	struct hash hash;
	int len;

	(void)unused;
	make(&made, EVP_EC_gen("P-256"), POSSESSION_ECDSA);
	hash = hash_of(bytes_of_buffer(&made.spki));
	assert_int_equal(EVP_PKEY_set_utf8_string_param(made.key, OSSL_PKEY_PARAM_EC_ENCODING,
	    OSSL_PKEY_EC_ENCODING_EXPLICIT), 1);
	assert_int_equal(EVP_PKEY_set_utf8_string_param(made.key,
	    OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed"), 1);
	len = i2d_PUBKEY(made.key, &der);
	assert_true(len > 0);
	buffer_put(&other, der, (size_t)len);
	OPENSSL_free(der);
	assert_false(bytes_equal(bytes_of_buffer(&other), bytes_of_buffer(&made.spki)));
	assert_int_equal(possession_spki(bytes_of_buffer(&other), &same, &why), ERR_OK);
	assert_true(bytes_equal(bytes_of_buffer(&same), bytes_of_buffer(&made.spki)));
	made.possession.spki = bytes_of_buffer(&other);
	write_again(&made);
	assert_int_equal(judge(&made, &claims, &why), ERR_OK);
	assert_true(claims_get(&claims, "key.spki", &value));
	assert_memory_equal(value.at, hash.at, HASH_LEN);
	buffer_free(&other);
	buffer_free(&same);
	made_free(&made);
}

static void
what_does_not_verify_is_refused(void **unused)
{
	struct made made, other;

	(void)unused;
	make(&made, EVP_EC_gen("P-256"), POSSESSION_ECDSA);
	make(&other, EVP_EC_gen("P-256"), POSSESSION_ECDSA);
	for (size_t i = 0; i < made.signature.len; i += 9) {
		made.signature.at[i] ^= 0x40;
		write_again(&made);
		refused(&made, ERR_UNTRUSTED, "does not verify");
		made.signature.at[i] ^= 0x40;
	}
	/* Another key's point. */
	made.possession.spki = bytes_of_buffer(&other.spki);
	write_again(&made);
	refused(&made, ERR_UNTRUSTED, "does not verify");
	made.possession.spki = bytes_of_buffer(&made.spki);
	/* One octet less or more than r and s have; all of them zero. */
	made.possession.signature = bytes_of(made.signature.at, made.signature.len - 1);
	write_again(&made);
	refused(&made, ERR_UNTRUSTED, "does not verify");
	memset(made.signature.at, 0, made.signature.len);
	made.possession.signature = bytes_of_buffer(&made.signature);
	write_again(&made);
	refused(&made, ERR_UNTRUSTED, "does not verify");
	made_free(&made);
	made_free(&other);
}

static void
the_nonce_is_ours_or_it_is_refused(void **unused)
{
	struct made made;
	struct claims claims;
	struct why why = { .err = ERR_OK };
	uint8_t stale[POSSESSION_NONCE] = { 9 };
	struct possession_input evidence;

	(void)unused;
	make(&made, EVP_EC_gen("P-256"), POSSESSION_ECDSA);
	evidence = (struct possession_input){ .octets = bytes_of_buffer(&made.evidence) };
	assert_int_equal(possession_verify(&evidence, &claims, &why), ERR_MISMATCH);
	evidence.nonce = bytes_of(stale, sizeof(stale));
	assert_int_equal(possession_verify(&evidence, &claims, &why), ERR_MISMATCH);
	assert_non_null(strstr(why.text, "nonce"));
	/* The nonce in the evidence changed to the one asked with: the signature is of another. */
	made.possession.nonce = bytes_of(stale, sizeof(stale));
	write_again(&made);
	evidence.octets = bytes_of_buffer(&made.evidence);
	assert_int_equal(possession_verify(&evidence, &claims, &why), ERR_UNTRUSTED);
	made_free(&made);
}

static void
unsound_keys_and_wrong_algorithms_are_refused(void **unused)
{
	/* RSA with the exponent 1: every message is its own signature. */
	static const uint8_t tail[] = { 2, 1, 1 };
	struct made made;
	EVP_PKEY *key = NULL;

	(void)unused;
	make(&made, EVP_EC_gen("P-256"), POSSESSION_ECDSA);
	made.possession.algorithm = POSSESSION_RSA_PSS;
	write_again(&made);
	refused(&made, ERR_MISMATCH, "algorithm");
	made_free(&made);
	make(&made, EVP_RSA_gen(2048), POSSESSION_RSA_PKCS1);
	/* 02 03 01 00 01 at the end becomes 02 01 01, with the lengths around it. */
	made.spki.len -= 5;
	buffer_put(&made.spki, tail, sizeof(tail));
	made.spki.at[3] -= 2, made.spki.at[22] -= 2, made.spki.at[27] -= 2;
	made.possession.spki = bytes_of_buffer(&made.spki);
	write_again(&made);
	assert_int_equal(possession_spki(made.possession.spki, &made.signature, NULL), ERR_OK);
	refused(&made, ERR_UNTRUSTED, "sound");
	made_free(&made);
	key = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	make(&made, EVP_EC_gen("P-256"), POSSESSION_ECDSA);
	buffer_reset(&made.spki);
	{
		unsigned char *der = NULL;
		int len = i2d_PUBKEY(key, &der);

		buffer_put(&made.spki, der, (size_t)len);
		OPENSSL_free(der);
	}
	made.possession.spki = bytes_of_buffer(&made.spki);
	write_again(&made);
	refused(&made, ERR_MISMATCH, "algorithm");
	EVP_PKEY_free(key);
	made_free(&made);
}

/* Every prefix, every changed octet: refused, or the same key signed the same nonce. */
static void
damage_is_refused(void **unused)
{
	struct made made;
	struct claims claims;
	struct why why;
	size_t len, harmless = 0;

	(void)unused;
	make(&made, EVP_EC_gen("P-256"), POSSESSION_ECDSA);
	len = made.evidence.len;
	for (made.evidence.len = 0; made.evidence.len < len; made.evidence.len++)
		assert_int_not_equal(judge(&made, &claims, &why), ERR_OK);
	buffer_put_u8(&made.evidence, 0);
	assert_int_not_equal(judge(&made, &claims, &why), ERR_OK);
	made.evidence.len = len;
	for (size_t i = 0; i < len; i++) {
		made.evidence.at[i] ^= 1;
		harmless += judge(&made, &claims, &why) == ERR_OK;
		made.evidence.at[i] ^= 1;
	}
	/* The module's own word is not signed: its texts, hashes and attributes may be anything. */
	assert_true(harmless < 2 * HASH_LEN + strlen("maker") + strlen("lib 1.2") + 9);
	made_free(&made);
}

static void
form_and_bounds_are_checked(void **unused)
{
	struct buffer large = { .max = 0 };
	struct possession read;
	struct made made;
	struct why why = { .err = ERR_OK };
	uint8_t *octets = memory_new(1, POSSESSION_MAX);

	(void)unused;
	make(&made, EVP_EC_gen("P-256"), POSSESSION_ECDSA);
	assert_true(possession_is(bytes_of_buffer(&made.evidence)));
	assert_false(possession_is(bytes_of_buffer(&made.spki)));
	assert_false(possession_is(bytes_of(NULL, 0)));
	made.possession.signature = bytes_of(octets, POSSESSION_SIGNATURE_MAX + 1);
	write_again(&made);
	refused(&made, ERR_LIMIT, "limit");
	made.possession.signature = bytes_of_buffer(&made.signature);
	made.possession.spki = bytes_of(octets, POSSESSION_SPKI_MAX);
	write_again(&made);
	refused(&made, ERR_MALFORMED, "SubjectPublicKeyInfo");
	made.possession.spki = bytes_of_buffer(&made.spki);
	made.possession.nonce = bytes_of(nonce, 16);
	write_again(&made);
	refused(&made, ERR_LIMIT, "limit");
	buffer_put(&large, octets, POSSESSION_MAX);
	buffer_put_u8(&large, 0);
	assert_int_equal(possession_read(bytes_of_buffer(&large), &read, &why), ERR_LIMIT);
	buffer_free(&large);
	free(octets);
	made_free(&made);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_key_is_accepted),
		cmocka_unit_test(one_key_has_one_hash),
		cmocka_unit_test(what_does_not_verify_is_refused),
		cmocka_unit_test(the_nonce_is_ours_or_it_is_refused),
		cmocka_unit_test(unsound_keys_and_wrong_algorithms_are_refused),
		cmocka_unit_test(damage_is_refused),
		cmocka_unit_test(form_and_bounds_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
