/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Location tokens: known answers of another implementation in both forms, verified with libcrypto
 * by hand; what a hostile hand changes is refused; nothing but results of attestation is signed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "attest/base64url.h"
#include "attest/ear_part.h"
#include "monitor/base/cbor.h"
#include "monitor/ledger/note.h"
#include "tests/unit/vectors.h"

#define KEY "core-east+01234567"

/* RFC 8037, A.1: the private key "d" and the public key "x". */
static const char seed_hex[] = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
static const char public_hex[] =
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

static const struct ear_witness witnesses[] = {
	{ .name = "declared", .stand = "inside", .value = "Kumo/東京", .country = "JP",
	    .basis = "carrier" },
	{ .name = "signed", .stand = "outside", .value = "aws/us-west-2", .country = "US",
	    .grade = "A", .basis = "provider-signature", .seen_s = 1790000100 },
	{ .name = "physics", .stand = "excludes", .basis = "physics", .seen_s = 1790000150,
	    .vantage = "tokyo", .km = 812 },
};

static struct ear_statement
statement(void)
{
	return (struct ear_statement){ .issued_s = 1790000200, .build = "0.1.0",
	    .subject = "instance:udm-1", .status = EAR_CONTRAINDICATED, .country = "US",
	    .verdict = "contradicted", .why = "what is signed contradicts what is declared",
	    .limit = "of one moment", .origin = "core-east",
	    .root = "0000000000000000000000000000000000000000000000000000000000000000",
	    .size = 70000, .excluded = "US BR", .witness = witnesses, .witnesses = 3 };
}

/* Ed25519 with libcrypto alone, none of our code. */
static void
sign_by_hand(struct bytes text, uint8_t signature[64])
{
	uint8_t seed[32];
	size_t len = 64;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY *key;

	assert_int_equal(hex_read(seed_hex, seed, 32), ERR_OK);
	key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, 32);
	assert_int_equal(EVP_DigestSignInit(context, NULL, NULL, NULL, key), 1);
	assert_int_equal(EVP_DigestSign(context, signature, &len, text.at, text.len), 1);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
}

static bool
holds_by_hand(struct bytes text, const uint8_t signature[64])
{
	uint8_t raw[32];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY *key;
	bool good;

	assert_int_equal(hex_read(public_hex, raw, 32), ERR_OK);
	key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, 32);
	assert_int_equal(EVP_DigestVerifyInit(context, NULL, NULL, NULL, key), 1);
	good = EVP_DigestVerify(context, signature, 64, text.at, text.len) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return good;
}

static void
token_make(enum ear_form form, struct buffer *out)
{
	struct ear_statement s = statement();
	struct buffer claims = { .max = 0 }, text = { .max = 0 };
	struct why why = { .err = ERR_OK };
	uint8_t signature[64];

	assert_int_equal(ear_claims(&s, form, &claims, &why), ERR_OK);
	if (form == EAR_CBOR)
		assert_int_equal(cbor_check(bytes_of_buffer(&claims), &why), ERR_OK);
	assert_int_equal(ear_to_sign(form, KEY, bytes_of_buffer(&claims), &text, &why), ERR_OK);
	sign_by_hand(bytes_of_buffer(&text), signature);
	assert_int_equal(ear_token(form, KEY, bytes_of_buffer(&claims),
	    bytes_of(signature, sizeof(signature)), out, &why), ERR_OK);
	buffer_free(&claims);
	buffer_free(&text);
}

/* The same octets as another implementation wrote. */
static void
test_known_answer(void **state)
{
	static const char *const file[EAR_FORMS] = { "tests/data/ear/contradicted.jwt",
		"tests/data/ear/contradicted.cwt" };

	(void)state;
	for (enum ear_form form = 0; form < EAR_FORMS; form++) {
		struct buffer want = vectors_file(file[form]), got = { .max = 0 };

		token_make(form, &got);
		assert_int_equal(got.len, want.len);
		assert_memory_equal(got.at, want.at, want.len);
		buffer_free(&want);
		buffer_free(&got);
	}
}

/* RFC 9052, C.2.1: what is signed there, with its header and payload. */
static void
test_sig_structure(void **state)
{
	static const char want[] = "846a5369676e61747572653143a101264054546869732069732074686520"
	    "636f6e74656e742e";
	uint8_t octets[sizeof(want) / 2];
	struct buffer got = { .max = 0 };

	(void)state;
	assert_int_equal(hex_read(want, octets, sizeof(octets)), ERR_OK);
	ear_cose_to_sign(bytes_of("\xa1\x01\x26", 3), bytes_of_text("This is the content."), &got);
	assert_int_equal(got.len, sizeof(octets));
	assert_memory_equal(got.at, octets, sizeof(octets));
	buffer_free(&got);
}

/* Both forms read back to the same claims; the signature holds over what the reader gives. */
static void
test_read(void **state)
{
	struct ear_read read[EAR_FORMS];
	struct why why = { .err = ERR_OK };

	(void)state;
	for (enum ear_form form = 0; form < EAR_FORMS; form++) {
		struct buffer token = { .max = 0 };
		uint8_t key[32];

		token_make(form, &token);
		assert_int_equal(ear_read(bytes_of_buffer(&token), &read[form], &why), ERR_OK);
		assert_int_equal(read[form].form, form);
		assert_string_equal(read[form].key, KEY);
		assert_string_equal(read[form].subject, "instance:udm-1");
		assert_true(holds_by_hand(bytes_of_buffer(&read[form].signed_octets),
		    read[form].signature));
		assert_int_equal(hex_read(public_hex, key, 32), ERR_OK);
		assert_int_equal(ed25519_verify(key, bytes_of_buffer(&read[form].signed_octets),
		    bytes_of(read[form].signature, 64)), ERR_OK);
		buffer_free(&token);
	}
	assert_true(json_equal(read[0].claims, read[1].claims));
	assert_string_equal(json_string_value(json_object_get(read[1].appraisal, "ear_status")),
	    "contraindicated");
	assert_string_equal(json_string_value(json_object_get(json_object_get(read[1].appraisal,
	    "ear.geographic-result-claims"), "grc.jurisdiction-country")), "US");
	ear_read_free(&read[0]);
	ear_read_free(&read[1]);
}

/* Every octet of a token matters: one bit changed is refused, or the signature does not hold. */
static void
test_changed(void **state)
{
	(void)state;
	for (enum ear_form form = 0; form < EAR_FORMS; form++) {
		struct buffer token = { .max = 0 };

		token_make(form, &token);
		for (size_t i = 0; i < token.len; i++) {
			struct ear_read read;
			struct why why = { .err = ERR_OK };

			token.at[i] ^= 1;
			if (ear_read(bytes_of_buffer(&token), &read, &why) == ERR_OK)
				assert_false(holds_by_hand(bytes_of_buffer(&read.signed_octets),
				    read.signature));
			else
				assert_true(why.text[0] != '\0');
			ear_read_free(&read);
			token.at[i] ^= 1;
		}
		for (size_t i = 0; i < token.len; i++) {
			struct ear_read read;
			struct why why = { .err = ERR_OK };

			assert_true(ear_read(bytes_of(token.at, i), &read, &why) != ERR_OK ||
			    !holds_by_hand(bytes_of_buffer(&read.signed_octets), read.signature));
			ear_read_free(&read);
		}
		buffer_free(&token);
	}
}

/* Nothing else of ours, and no other token, passes for claims that may be signed. */
static void
test_only_results(void **state)
{
	static const char *const other[] = { "", "core-east\n12\nAAAA\n",
		"sekimori key rotation\ncore-east\n\n\n", "{\"iss\":\"core-east\"}",
		"{\"iat\":1,\"eat_profile\":\"" EAR_PROFILE "\",\"submods\":{}}",
		"\xa0", "\xa3\x06\x01\x19\x01\x09\x61x\x19\x01\x0a\xa0" };
	struct buffer out = { .max = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		for (enum ear_form form = 0; form <= EAR_FORMS; form++) {
			struct why why = { .err = ERR_OK };

			assert_int_equal(ear_to_sign(form, KEY, bytes_of_text(other[i]), &out,
			    &why), ERR_DENIED);
			assert_int_equal(out.len, 0);
		}
	buffer_free(&out);
}

/* Checkpoints and rotation statements are lines of text: what is signed of a token is neither. */
static void
test_domains(void **state)
{
	(void)state;
	for (enum ear_form form = 0; form < EAR_FORMS; form++) {
		struct ear_statement s = statement();
		struct buffer claims = { .max = 0 }, text = { .max = 0 };
		struct checkpoint checkpoint;
		struct why why = { .err = ERR_OK };

		s.subject = "core-east\n12\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
		assert_int_equal(ear_claims(&s, form, &claims, &why), ERR_OK);
		assert_int_equal(ear_to_sign(form, KEY, bytes_of_buffer(&claims), &text, &why),
		    ERR_OK);
		assert_true(checkpoint_read(bytes_of_buffer(&text), &checkpoint, &why) != ERR_OK);
		if (form == EAR_JSON)
			assert_null(memchr(text.at, '\n', text.len));
		else
			assert_false(utf8_valid(bytes_of_buffer(&text)));
		buffer_free(&claims);
		buffer_free(&text);
	}
}

/* A header that says more, or another algorithm, is not ours. */
static void
test_headers(void **state)
{
	static const char *const header[] = {
		"{\"alg\":\"none\",\"kid\":\"" KEY "\",\"typ\":\"eat+jwt\"}",
		"{\"alg\":\"HS256\",\"kid\":\"" KEY "\",\"typ\":\"eat+jwt\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"" KEY "\",\"typ\":\"JWT\"}",
		"{\"alg\":\"EdDSA\",\"typ\":\"eat+jwt\"}",
		"{\"alg\":\"EdDSA\",\"b64\":false,\"crit\":[\"b64\"],\"kid\":\"" KEY "\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"" KEY "\",\"typ\":\"eat+jwt\",\"jwk\":{}}",
	};
	struct buffer token = { .max = 0 };
	const uint8_t *dot;

	(void)state;
	token_make(EAR_JSON, &token);
	dot = memchr(token.at, '.', token.len);
	for (size_t i = 0; i < sizeof(header) / sizeof(header[0]); i++) {
		struct buffer forged = { .max = 0 };
		struct ear_read read;
		struct why why = { .err = ERR_OK };

		base64url_put(&forged, bytes_of_text(header[i]));
		buffer_put(&forged, dot, token.len - (size_t)(dot - token.at));
		assert_true(ear_read(bytes_of_buffer(&forged), &read, &why) != ERR_OK);
		assert_true(why.text[0] != '\0');
		ear_read_free(&read);
		buffer_free(&forged);
	}
	buffer_free(&token);
}

static void
test_bounds(void **state)
{
	struct ear_statement s = statement();
	char *long_text = memory_new(EAR_CLAIMS_MAX + 1, 1);
	struct buffer claims = { .max = 0 };
	struct why why = { .err = ERR_OK };
	char key[EAR_KEY_MAX + 1];

	(void)state;
	memset(long_text, 'x', EAR_CLAIMS_MAX);
	s.why = long_text;
	assert_int_equal(ear_claims(&s, EAR_JSON, &claims, &why), ERR_LIMIT);
	s.why = "\xff\xfe";
	buffer_reset(&claims);
	assert_int_equal(ear_claims(&s, EAR_JSON, &claims, &why), ERR_OK);
	memset(key, 'k', EAR_KEY_MAX);
	key[EAR_KEY_MAX] = '\0';
	assert_int_equal(ear_to_sign(EAR_JSON, key, bytes_of_buffer(&claims), &claims, &why),
	    ERR_INVALID);
	assert_int_equal(ear_to_sign(EAR_JSON, "a\"b", bytes_of_buffer(&claims), &claims, &why),
	    ERR_INVALID);
	buffer_free(&claims);
	free(long_text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answer), cmocka_unit_test(test_sig_structure),
		cmocka_unit_test(test_read), cmocka_unit_test(test_changed),
		cmocka_unit_test(test_only_results), cmocka_unit_test(test_domains),
		cmocka_unit_test(test_headers), cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests_name("ear", tests, NULL, NULL);
}
