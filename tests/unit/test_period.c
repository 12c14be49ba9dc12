/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Challenges of periods: one for each, the same after a restart, of nobody else; answers in time,
 * late, run out and strange.  And answers made of what tools sign.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <string.h>

#include "attest/envelope.h"
#include "attest/period.h"
#include "attest/possession_answer.h"

enum { LENGTH_MS = 86400000, AT = 20000 };	/* the period that is looked at */

static const char secret[] = "0123456789abcdef0123456789abcdef";
static struct why why;

static struct period
period_of(const char *key, const char *domain, int64_t at_ms)
{
	struct period period;

	assert_int_equal(period_at(bytes_of_text(key), bytes_of_text(domain), LENGTH_MS, at_ms,
	    &period, &why), ERR_OK);
	return period;
}

static void
test_periods(void **state)
{
	int64_t begin = (int64_t)AT * LENGTH_MS;
	struct period one = period_of(secret, "d", begin), last = period_of(secret, "d",
	    begin + LENGTH_MS - 1), next = period_of(secret, "d", begin + LENGTH_MS);

	(void)state;
	assert_int_equal(one.number, AT);
	assert_int_equal(one.from_ms, begin);
	assert_int_equal(one.until_ms, begin + LENGTH_MS);
	assert_true(hash_equal(one.challenge, last.challenge));
	assert_false(hash_equal(one.challenge, next.challenge));
	assert_false(hash_equal(one.challenge, period_of(secret, "e", begin).challenge));
	assert_false(hash_equal(one.challenge, period_of("0123456789abcdef0123456789abcdeF", "d",
	    begin).challenge));
	/* What an auditor makes of the nonce in the envelope. */
	assert_true(hash_equal(one.challenge, envelope_challenge(hash_bytes(&one.nonce),
	    bytes_of(NULL, 0), bytes_of(NULL, 0))));
	assert_int_equal(period_at(bytes_of(secret, 31), bytes_of_text("d"), LENGTH_MS, begin, &one,
	    &why), ERR_INVALID);
}

static enum period_answer
worth(int64_t at_ms, struct hash challenge, int64_t placed_ms)
{
	struct period answered;
	enum period_answer answer;

	assert_int_equal(period_answer(bytes_of_text(secret), bytes_of_text("d"), LENGTH_MS, at_ms,
	    hash_bytes(&challenge), placed_ms, &answered, &answer, &why), ERR_OK);
	if (answer != PERIOD_STRANGE)
		assert_true(hash_equal(answered.challenge, challenge));
	return answer;
}

static void
test_answers(void **state)
{
	int64_t begin = (int64_t)AT * LENGTH_MS, end = begin + LENGTH_MS;
	struct hash one = period_of(secret, "d", begin).challenge, other = { { 7 } };

	(void)state;
	assert_int_equal(worth(begin, one, begin), PERIOD_GOOD);
	assert_int_equal(worth(end - 1, one, end - 1), PERIOD_GOOD);
	assert_int_equal(worth(end, one, end - 1), PERIOD_GOOD);
	assert_int_equal(worth(end + LENGTH_MS - 1, one, end - 1), PERIOD_GOOD);
	assert_int_equal(worth(end + LENGTH_MS, one, end - 1), PERIOD_RAN_OUT);
	assert_int_equal(worth(end, one, end), PERIOD_LATE);
	assert_int_equal(worth(end + 5 * LENGTH_MS, one, end + LENGTH_MS), PERIOD_LATE);
	assert_int_equal(worth(begin + (int64_t)PERIOD_KNOWN * LENGTH_MS, one, begin),
	    PERIOD_RAN_OUT);
	assert_int_equal(worth(begin + (PERIOD_KNOWN + 1LL) * LENGTH_MS, one, begin),
	    PERIOD_STRANGE);
	/* Of a period that is still to come: our clock was set back, or the secret is known. */
	assert_int_equal(worth(begin - 1, one, begin - 1), PERIOD_STRANGE);
	assert_int_equal(worth(begin, other, begin), PERIOD_STRANGE);
}

/* --- what tools sign ------------------------------------------------------------------------ */

struct signed_by { struct buffer key, message, signature, out; struct hash challenge; };

static void
sign_with(struct signed_by *s, EVP_PKEY *key, const EVP_MD *digest, int padding)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *inner;
	unsigned char *spki = NULL, signature[512];
	size_t len = sizeof(signature);
	int spki_len = i2d_PUBKEY(key, &spki);
	struct hash hash;
	struct bytes message;

	*s = (struct signed_by){ .challenge = { { 1, 2, 3 } } };
	possession_message(hash_bytes(&s->challenge), &s->message);
	message = bytes_of_buffer(&s->message);
	hash = hash_of(message);
	assert_true(hash_equal(hash, possession_digest(hash_bytes(&s->challenge))));
	if (digest == NULL)
		message = hash_bytes(&hash);
	assert_int_equal(EVP_DigestSignInit(context, &inner, digest, NULL, key), 1);
	if (padding != 0)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(inner, padding), 1);
	if (padding == RSA_PKCS1_PSS_PADDING)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, 32), 1);
	assert_int_equal(EVP_DigestSign(context, signature, &len, message.at, message.len), 1);
	buffer_put(&s->key, spki, (size_t)spki_len);
	buffer_put(&s->signature, signature, len);
	OPENSSL_free(spki);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
}

static enum err
answer_of(struct signed_by *s)
{
	buffer_reset(&s->out);
	why = (struct why){ .err = ERR_OK };
	return possession_answer(hash_bytes(&s->challenge), bytes_of_buffer(&s->key),
	    bytes_of_buffer(&s->signature), &s->out, &why);
}

static void
holds(struct signed_by *s)
{
	struct buffer base64 = { .max = 0 };
	struct claims *claims = memory_new(1, sizeof(*claims));
	struct possession_input in;

	assert_int_equal(answer_of(s), ERR_OK);
	in = (struct possession_input){ .octets = bytes_of_buffer(&s->out),
		.nonce = hash_bytes(&s->challenge) };
	assert_int_equal(possession_verify(&in, claims, &why), ERR_OK);
	/* As text, as yubihsm-shell gives it. */
	base64_put(&base64, bytes_of_buffer(&s->signature));
	buffer_put_text(&base64, "\n");
	buffer_reset(&s->signature);
	buffer_put(&s->signature, base64.at, base64.len);
	assert_int_equal(answer_of(s), ERR_OK);
	s->challenge.at[31] ^= 1;
	assert_int_equal(answer_of(s), ERR_UNTRUSTED);
	assert_int_equal(s->out.len, 0);
	free(claims);
	buffer_free(&base64);
	buffer_free(&s->key);
	buffer_free(&s->message);
	buffer_free(&s->signature);
	buffer_free(&s->out);
}

static void
test_tools(void **state)
{
	struct signed_by s;

	(void)state;
	sign_with(&s, EVP_EC_gen("P-256"), EVP_sha256(), 0);
	holds(&s);
	sign_with(&s, EVP_EC_gen("P-521"), EVP_sha256(), 0);
	holds(&s);
	sign_with(&s, EVP_RSA_gen(2048), EVP_sha256(), RSA_PKCS1_PADDING);
	holds(&s);
	sign_with(&s, EVP_RSA_gen(2048), EVP_sha256(), RSA_PKCS1_PSS_PADDING);
	holds(&s);
	sign_with(&s, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL, 0);
	holds(&s);
}

static void
test_wrong(void **state)
{
	struct signed_by s, t;
	struct bytes challenge;

	(void)state;
	sign_with(&s, EVP_EC_gen("P-256"), EVP_sha256(), 0);
	sign_with(&t, EVP_EC_gen("P-256"), EVP_sha256(), 0);
	assert_int_equal(possession_message_read(bytes_of_buffer(&s.message), &challenge, &why), ERR_OK);
	assert_true(bytes_equal(challenge, hash_bytes(&s.challenge)));
	for (size_t len = 0; len < s.message.len; len++)
		assert_int_equal(possession_message_read(bytes_of(s.message.at, len), &challenge,
		    &why), ERR_MALFORMED);
	s.message.at[3] ^= 1;
	assert_int_equal(possession_message_read(bytes_of_buffer(&s.message), &challenge, &why),
	    ERR_MALFORMED);
	/* Another's signature, none, cut ones, and no key. */
	buffer_free(&s.signature);
	assert_int_equal(answer_of(&s), ERR_LIMIT);
	buffer_put(&s.signature, t.signature.at, t.signature.len);
	assert_int_equal(answer_of(&s), ERR_UNTRUSTED);
	for (; t.signature.len > 0; t.signature.len--) {
		buffer_reset(&s.signature);
		buffer_put(&s.signature, t.signature.at, t.signature.len);
		assert_int_equal(answer_of(&s), ERR_UNTRUSTED);
	}
	s.key.len--;
	assert_int_equal(answer_of(&s), ERR_INVALID);
	buffer_free(&s.key);
	assert_int_equal(answer_of(&s), ERR_INVALID);
	buffer_free(&s.message);
	buffer_free(&t.message);
	buffer_free(&s.signature);
	buffer_free(&t.signature);
	buffer_free(&t.key);
	buffer_free(&s.out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_periods), cmocka_unit_test(test_answers),
		cmocka_unit_test(test_tools), cmocka_unit_test(test_wrong)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
