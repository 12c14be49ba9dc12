/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identity tokens of Compute Engine: a real one, cut and turned, and those of a simulated metadata
 * server, right and wrong in every way that matters.  Each breach is told by its own rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/evp.h>

#include "attest/signature.h"
#include "tests/unit/attest_asked.h"
#include "tests/unit/vectors.h"

#define NO_PIN "0000000000000000000000000000000000000000000000000000000000000000"
#define GCP "tests/data/attest/gcp-identity/"
#define HEADER "{\"alg\":\"RS256\",\"kid\":\"k1\",\"typ\":\"JWT\"}"
#define PLACE "\"google\":{\"compute_engine\":{\"zone\":\"asia-northeast1-b\","                     \
	"\"project_id\":\"core\",\"instance_id\":\"42\"}}"
#define LIFE "\"iat\":1794999000,\"exp\":1795002600"
#define CLAIMS(aud, life, place) "{\"iss\":\"https://accounts.google.com\",\"aud\":\"" aud "\","   \
	life "," place "}"
#define GOOD CLAIMS("https://carrier.example/a/0a0b", LIFE, PLACE)
#define ANY "projects = \"*\"; regions = \"asia-northeast1\"; "                                   \
	"audience = \"https://carrier.example/a\"; roots = \"*\"; "

enum { AT_S = 1795000000, REAL_AT_S = 1739325600 };

static EVP_PKEY *key;
static struct buffer jwks;
static const uint8_t nonce[2] = { 0x0a, 0x0b };

static void
base64url_put(struct buffer *out, struct bytes octets)
{
	struct buffer plain = { .max = 0 };

	base64_put(&plain, octets);
	for (size_t i = 0; i < plain.len && plain.at[i] != '='; i++)
		buffer_put_u8(out, plain.at[i] == '+' ? '-' : plain.at[i] == '/' ? '_' :
		    plain.at[i]);
	buffer_free(&plain);
}

static int
lab_begin(void **state)
{
	BIGNUM *n = NULL;
	uint8_t modulus[256];

	(void)state;
	key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	if (EVP_PKEY_get_bn_param(key, "n", &n) != 1 || BN_bn2binpad(n, modulus, 256) != 256)
		abort();
	BN_free(n);
	buffer_put_text(&jwks, "{\"keys\":[{\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\","
	    "\"kid\":\"k1\",\"e\":\"AQAB\",\"n\":\"");
	base64url_put(&jwks, bytes_of(modulus, 256));
	buffer_put_text(&jwks, "\"},{\"kty\":\"EC\",\"kid\":\"k2\"}]}");
	return 0;
}

static int
lab_end(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	buffer_free(&jwks);
	return 0;
}

static struct buffer
token_of(const char *header, const char *claims)
{
	struct buffer out = { .max = 0 };
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t signature[256];
	size_t len = sizeof(signature);

	base64url_put(&out, bytes_of_text(header));
	buffer_put_u8(&out, '.');
	base64url_put(&out, bytes_of_text(claims));
	if (EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(context, signature, &len, out.at, out.len) != 1)
		abort();
	EVP_MD_CTX_free(context);
	buffer_put_u8(&out, '.');
	base64url_put(&out, bytes_of(signature, len));
	return out;
}

static struct dossier
dossier_of(struct bytes token)
{
	struct dossier dossier = { .at_s = AT_S, .nonce = bytes_of(nonce, 2) };

	dossier_put(&dossier, "token", token);
	dossier_put(&dossier, "jwks", bytes_of_buffer(&jwks));
	return dossier;
}

static const char *
judged_by(const char *header, const char *claims, const char *policy)
{
	struct buffer token = token_of(header, claims);
	char text[1024];
	const char *out;

	snprintf(text, sizeof(text), "gcp-identity-token = { %s };", policy);
	out = asked_text(asked("gcp-identity-token", dossier_of(bytes_of_buffer(&token)), text));
	buffer_free(&token);
	return out;
}

static const char *
judged(const char *claims)
{
	return judged_by(HEADER, claims, ANY);
}

static void
test_headers(void **state)
{
	(void)state;
	assert_string_equal(judged(GOOD), "accept");
	assert_string_equal(judged_by("{\"alg\":\"none\",\"kid\":\"k1\"}", GOOD, ANY),
	    "reject algorithm");
	assert_string_equal(judged_by("{\"alg\":\"HS256\",\"kid\":\"k1\"}", GOOD, ANY),
	    "reject algorithm");
	assert_string_equal(judged_by("{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":[\"x\"]}", GOOD,
	    ANY), "reject algorithm");
	assert_string_equal(judged_by("{\"alg\":\"RS256\",\"alg\":\"RS256\",\"kid\":\"k1\"}", GOOD,
	    ANY), "reject form");
	assert_string_equal(judged_by("{\"alg\":\"RS256\",\"kid\":\"k3\"}", GOOD, ANY),
	    "indeterminate kid");
	assert_string_equal(judged_by("{\"alg\":\"RS256\",\"kid\":\"k2\"}", GOOD, ANY),
	    "indeterminate kid");
	assert_string_equal(judged_by("{\"alg\":\"RS256\"}", GOOD, ANY), "indeterminate kid");
}

static void
test_claims(void **state)
{
	(void)state;
	assert_string_equal(judged("{\"iss\":\"https://accounts.google.com.example\",\"aud\":\"x\"}"),
	    "reject issuer");
	assert_string_equal(judged(CLAIMS("https://carrier.example/a/0a0b",
	    "\"iat\":1795000000,\"exp\":1795000001", PLACE)), "accept");
	assert_string_equal(judged(CLAIMS("https://carrier.example/a/0a0b",
	    "\"iat\":1795000001,\"exp\":1795002600", PLACE)), "reject time");
	assert_string_equal(judged(CLAIMS("https://carrier.example/a/0a0b",
	    "\"iat\":1794999000,\"exp\":1795000000", PLACE)), "reject time");
	assert_string_equal(judged(CLAIMS("https://carrier.example/a/0a0b",
	    "\"iat\":1794999000,\"exp\":1795002601", PLACE)), "reject time");
	assert_string_equal(judged(CLAIMS("https://carrier.example/a/0a0b",
	    "\"iat\":\"1794999000\",\"exp\":1795002600", PLACE)), "reject time");
	assert_string_equal(judged(CLAIMS("https://carrier.example/a/0a0b",
	    "\"iat\":-1,\"exp\":9223372036854775807", PLACE)), "reject time");
	/* Without format=full it does not say where it is. */
	assert_string_equal(judged(CLAIMS("https://carrier.example/a/0a0b", LIFE, "\"sub\":\"1\"")),
	    "indeterminate fields");
	assert_string_equal(judged(CLAIMS("https://carrier.example/a/0a0b", LIFE,
	    "\"google\":{\"compute_engine\":{\"zone\":\"asia\",\"project_id\":\"core\","
	    "\"instance_id\":\"42\"}}")), "indeterminate fields");
	assert_string_equal(judged(CLAIMS("https://carrier.example/a/0a0b", LIFE,
	    PLACE "," PLACE)), "reject form");
}

static void
test_nonce(void **state)
{
	(void)state;
	assert_string_equal(judged(CLAIMS("https://carrier.example/a", LIFE, PLACE)),
	    "reject nonce");
	assert_string_equal(judged(CLAIMS("https://carrier.example/a/0a0c", LIFE, PLACE)),
	    "reject nonce");
	assert_string_equal(judged(CLAIMS("https://carrier.example/a/0A0B", LIFE, PLACE)),
	    "reject audience");
	assert_string_equal(judged(CLAIMS("https://other.example/a/0a0b", LIFE, PLACE)),
	    "reject audience");
	assert_string_equal(judged(CLAIMS("0a0b", LIFE, PLACE)), "reject audience");
	assert_string_equal(judged("{\"iss\":\"accounts.google.com\",\"aud\":[\"x\"]," LIFE ","
	    PLACE "}"), "reject audience");
}

static void
test_policy(void **state)
{
	struct buffer token = token_of(HEADER, GOOD);
	struct dossier dossier = dossier_of(bytes_of_buffer(&token));
	struct hash spki = key_spki(key);
	struct appraisal *answer;
	char pin[HASH_TEXT], text[512];

	(void)state;
	hash_text(spki, pin);
	snprintf(text, sizeof(text), "gcp-identity-token = { projects = \"core\"; audience = "
	    "\"https://carrier.example/a\"; regions = \"asia-northeast1\"; roots = \"spki:%s\"; };",
	    pin);
	answer = asked("gcp-identity-token", dossier, text);
	assert_int_equal(answer->verdict, ATTEST_ACCEPT);
	assert_string_equal(asked_claim(answer, "zone"), "asia-northeast1-b");
	assert_string_equal(asked_claim(answer, "place.grade"), "C");
	assert_string_equal(asked_claim(answer, "key.spki"), "");
	free(answer);
	assert_string_equal(judged_by(HEADER, GOOD, "roots = \"spki:" NO_PIN "\";"), "reject roots");
	/* A set that nobody vouches for proves nothing. */
	assert_string_equal(judged_by(HEADER, GOOD, "projects = \"*\"; regions = \"*\"; "
	    "audience = \"*\";"), "indeterminate roots");
	assert_string_equal(judged_by(HEADER, GOOD, "roots = \"*\"; projects = \"edge\"; "
	    "regions = \"*\"; audience = \"*\";"), "reject project");
	assert_string_equal(judged_by(HEADER, GOOD, "roots = \"*\"; projects = \"*\"; "
	    "regions = [ \"asia-northeast\", \"asia-northeast1-b\" ]; audience = \"*\";"),
	    "reject region");
	assert_string_equal(judged_by(HEADER, GOOD, "roots = \"*\"; projects = \"*\"; "
	    "audience = \"*\";"), "indeterminate region");
	assert_string_equal(asked_text(asked("gcp-identity-token", dossier, NULL)),
	    "indeterminate roots");
	dossier.nonce = bytes_of(NULL, 0);
	assert_string_equal(asked_text(asked("gcp-identity-token", dossier, text)),
	    "reject audience");
	dossier = dossier_of(bytes_of_buffer(&token));
	dossier.spki = &spki;
	assert_string_equal(asked_text(asked("gcp-identity-token", dossier, text)), "reject key");
	dossier.spki = NULL;
	dossier.count = 1;
	assert_string_equal(asked_text(asked("gcp-identity-token", dossier, text)),
	    "indeterminate kid");
	buffer_free(&token);
}

static void
test_real(void **state)
{
	static const char policy[] = "gcp-identity-token = { nonce = \"none\"; roots = \"*\"; "
	    "projects = \"weipengpanda-project\"; regions = \"europe-west1\"; "
	    "audience = \"agentcommunication.googleapis.com\"; };";
	struct buffer token = vectors_file(GCP "europe-west1-b-2025.jwt"),
	    set = vectors_file(GCP "jwks-2025-02.json");
	struct dossier dossier = { .at_s = REAL_AT_S };

	(void)state;
	dossier_put(&dossier, "token", bytes_of_buffer(&token));
	dossier_put(&dossier, "jwks", bytes_of_buffer(&set));
	assert_string_equal(asked_text(asked("gcp-identity-token", dossier, policy)), "accept");
	assert_true(verifier_find("gcp-identity-token")->role[0].looks(bytes_of_buffer(&token)));
	for (size_t at = 0; at < token.len; at++) {
		dossier.item[0].octets = bytes_of(token.at, at);
		assert_string_not_equal(asked_text(asked("gcp-identity-token", dossier, policy)),
		    "accept");
	}
	dossier.item[0].octets = bytes_of_buffer(&token);
	for (size_t at = 0; at < token.len; at++) {
		token.at[at] ^= 1;
		assert_string_not_equal(asked_text(asked("gcp-identity-token", dossier, policy)),
		    "accept");
		token.at[at] ^= 1;
	}
	buffer_put_text(&token, "\r\n");
	dossier.item[0].octets = bytes_of_buffer(&token);
	assert_string_equal(asked_text(asked("gcp-identity-token", dossier, policy)), "accept");
	buffer_put_text(&token, ".");
	dossier.item[0].octets = bytes_of_buffer(&token);
	assert_string_equal(asked_text(asked("gcp-identity-token", dossier, policy)),
	    "reject form");
	buffer_free(&token);
	buffer_free(&set);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers), cmocka_unit_test(test_claims),
		cmocka_unit_test(test_nonce), cmocka_unit_test(test_policy),
		cmocka_unit_test(test_real),
	};

	return cmocka_run_group_tests_name("gcp", tests, lab_begin, lab_end);
}
