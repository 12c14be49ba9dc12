/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys and sealed messages of IKE: they are those that another way to derive them gives and those
 * of strongSwan, and nothing opens that was not made with them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/x509.h>

#include "probes/ike_signature.h"
#include "tests/unit/ike_hand.h"
#include "tests/unit/vectors.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct suite { struct ike_transform encryption, integrity, prf; } suites[] = {
	{ { IKE_ENCR, 20, 128 }, { 0, 0, 0 }, { IKE_PRF, 5, 0 } },
	{ { IKE_ENCR, 20, 192 }, { 0, 0, 0 }, { IKE_PRF, 6, 0 } },
	{ { IKE_ENCR, 20, 256 }, { 0, 0, 0 }, { IKE_PRF, 7, 0 } },
	{ { IKE_ENCR, 28, 0 }, { 0, 0, 0 }, { IKE_PRF, 5, 0 } },
	{ { IKE_ENCR, 12, 128 }, { IKE_INTEG, 12, 0 }, { IKE_PRF, 5, 0 } },
	{ { IKE_ENCR, 12, 192 }, { IKE_INTEG, 13, 0 }, { IKE_PRF, 6, 0 } },
	{ { IKE_ENCR, 12, 256 }, { IKE_INTEG, 14, 0 }, { IKE_PRF, 7, 0 } },
	{ { IKE_ENCR, 12, 256 }, { IKE_INTEG, 12, 0 }, { IKE_PRF, 6, 0 } },
};

static uint8_t octets[600];

/* Nonces of both ends of all lengths there are, and a secret with zeros in front. */
static struct ike_settled
settled_of(const struct suite *suite)
{
	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)(i * 7);
	return (struct ike_settled){ .encryption = &suite->encryption,
		.integrity = suite->integrity.type != 0 ? &suite->integrity : NULL,
		.prf = &suite->prf, .secret = bytes_of(octets, 256),
		.nonce_i = bytes_of(octets + 3, 32), .nonce_r = bytes_of(octets + 40, 256),
		.spi_i = 0x0102030405060708, .spi_r = 0xf1f2f3f4f5f6f7f8 };
}

static enum err
opened(const struct ike_keys *keys, struct bytes message, struct buffer *inside)
{
	struct ike_sealed sealed;
	struct why why = { .err = ERR_OK };
	enum err err = ike_sealed_read(message, &sealed, &why);

	buffer_reset(inside);
	err = err == ERR_OK ? ike_open(keys, &sealed, inside, &why) : err;
	/* Nothing is taken from what is refused. */
	assert_true(err == ERR_OK || (inside->len == 0 && why.text[0] != '\0'));
	return err;
}

static void
both_ends(void **state)
{
	struct buffer out = { 0 }, inside = { 0 };

	(void)state;
	for (size_t s = 0; s < COUNT(suites); s++) {
		struct ike_settled settled = settled_of(&suites[s]);
		struct ike_keys *end[2] = { ike_keys_new(&settled, false),
		    ike_keys_new(&settled, true) };

		assert_true(end[0] != NULL && end[1] != NULL);
		for (size_t len = 0; len < 600; len += len < 40 ? 1 : 97) {
			for (unsigned from = 0; from < 2; from++) {
				struct bytes in = bytes_of(octets, len);

				buffer_reset(&out);
				ike_seal(end[from], IKE_AUTH, 1, PAYLOAD_ID_I, in, &out);
				assert_false(out.failed);
				assert_int_equal(opened(end[!from], bytes_of_buffer(&out), &inside),
				    ERR_OK);
				assert_true(bytes_equal(bytes_of_buffer(&inside), in));
				/* What an end said is not taken back from it as an answer. */
				assert_int_equal(opened(end[from], bytes_of_buffer(&out), &inside),
				    ERR_UNTRUSTED);
			}
		}
		ike_keys_free(end[0]), ike_keys_free(end[1]);
	}
	ike_keys_free(NULL);
	buffer_free(&out), buffer_free(&inside);
}

/* By the same keys from HKDF, in messages and fragments made by hand; and ours, opened by hand. */
static void
keys_derived(void **state)
{
	struct buffer out = { 0 }, plain = { 0 }, inside = { 0 };

	(void)state;
	for (size_t s = 0; s < COUNT(suites); s++) {
		struct ike_settled settled = settled_of(&suites[s]);
		struct ike_hand hand = ike_hand_make(&settled);
		struct ike_keys *end[2] = { ike_keys_new(&settled, false),
		    ike_keys_new(&settled, true) };
		struct bytes said = bytes_of_text("what was said");
		uint8_t maced[HAND_KEY];

		for (unsigned from = 0; from < 2; from++) {
			struct ike_hand_message message = { .responder = from == 1,
				.exchange = IKE_AUTH, .message = 1, .first = PAYLOAD_ID_R };

			buffer_reset(&out), buffer_reset(&plain);
			ike_hand_pad(&hand, said, &plain);
			message.plain = bytes_of_buffer(&plain);
			ike_hand_seal(&hand, &message, &out);
			assert_int_equal(opened(end[!from], bytes_of_buffer(&out), &inside),
			    ERR_OK);
			assert_true(bytes_equal(bytes_of_buffer(&inside), said));
			buffer_reset(&out);
			message.fragment = 2, message.fragments = 3;
			ike_hand_seal(&hand, &message, &out);
			assert_int_equal(opened(end[!from], bytes_of_buffer(&out), &inside),
			    ERR_OK);
			/* Number and count of a fragment are authenticated. */
			out.at[33] = 1;
			assert_int_equal(opened(end[!from], bytes_of_buffer(&out), &inside),
			    ERR_UNTRUSTED);
			buffer_reset(&out);
			ike_signed_put(end[0], from == 1, bytes_of_text("message"),
			    bytes_of_text("nonce"), said, &out);
			ike_hand_hmac(hand.prf, hand.p[from], hand.prf_len, said, maced);
			assert_int_equal(out.len, 12 + hand.prf_len);
			assert_memory_equal(out.at, "messagenonce", 12);
			assert_memory_equal(out.at + 12, maced, hand.prf_len);
		}
		ike_keys_free(end[0]), ike_keys_free(end[1]);
	}
	buffer_free(&out), buffer_free(&plain), buffer_free(&inside);
}

static void
every_bit_counts(void **state)
{
	struct buffer out = { 0 }, inside = { 0 };

	(void)state;
	for (size_t s = 0; s < COUNT(suites); s++) {
		struct ike_settled settled = settled_of(&suites[s]);
		struct ike_keys *ours = ike_keys_new(&settled, false);
		struct ike_keys *theirs = ike_keys_new(&settled, true);

		buffer_reset(&out);
		ike_seal(theirs, IKE_AUTH, 1, PAYLOAD_ID_R, bytes_of_text("something"), &out);
		for (size_t bit = 0; bit < 8 * out.len; bit++) {
			out.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (opened(ours, bytes_of_buffer(&out), &inside) == ERR_OK)
				fail_msg("suite %zu: bit %zu may be any", s, bit);
			out.at[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_int_equal(opened(ours, bytes_of_buffer(&out), &inside), ERR_OK);
		/* Shorter, with lengths that say so. */
		for (size_t len = IKE_HEADER_LEN + 4; len < out.len; len++) {
			uint8_t *copy = memory_new(1, len);

			memcpy(copy, out.at, len);
			copy[27] = (uint8_t)len, copy[31] = (uint8_t)(len - IKE_HEADER_LEN);
			assert_int_not_equal(opened(ours, bytes_of(copy, len), &inside), ERR_OK);
			free(copy);
		}
		ike_keys_free(ours), ike_keys_free(theirs);
	}
	buffer_free(&out), buffer_free(&inside);
}

/* It was made with the keys, and still its padding is longer than it is. */
static void
padding(void **state)
{
	static const struct { uint8_t last; size_t len; enum err err; } rows[] = {
		{ 0, 15, ERR_OK }, { 15, 0, ERR_OK }, { 14, 1, ERR_OK }, { 16, 0, ERR_MALFORMED },
		{ 255, 0, ERR_MALFORMED } };
	struct buffer out = { 0 }, inside = { 0 };

	(void)state;
	for (size_t s = 0; s < COUNT(suites); s++) {
		struct ike_settled settled = settled_of(&suites[s]);
		struct ike_hand hand = ike_hand_make(&settled);
		struct ike_keys *ours = ike_keys_new(&settled, false);
		uint8_t plain[16] = "0123456789abcde";
		struct ike_hand_message message = { .responder = true, .exchange = IKE_AUTH,
			.message = 1, .first = PAYLOAD_ID_R, .plain = bytes_of(plain, 16) };

		for (size_t i = 0; i < COUNT(rows); i++) {
			plain[15] = rows[i].last;
			buffer_reset(&out);
			ike_hand_seal(&hand, &message, &out);
			assert_int_equal(opened(ours, bytes_of_buffer(&out), &inside), rows[i].err);
			assert_int_equal(inside.len, rows[i].len);
		}
		/* Nothing at all inside, not even the length of its padding. */
		message.plain.len = 0;
		buffer_reset(&out);
		ike_hand_seal(&hand, &message, &out);
		assert_int_equal(opened(ours, bytes_of_buffer(&out), &inside), ERR_MALFORMED);
		ike_keys_free(ours);
	}
	buffer_free(&out), buffer_free(&inside);
}

static void
not_ours(void **state)
{
	static const struct suite cannot[] = {
		{ { IKE_ENCR, 20, 0 }, { 0, 0, 0 }, { IKE_PRF, 5, 0 } },
		{ { IKE_ENCR, 20, 512 }, { 0, 0, 0 }, { IKE_PRF, 5, 0 } },
		{ { IKE_ENCR, 18, 256 }, { 0, 0, 0 }, { IKE_PRF, 5, 0 } },
		{ { IKE_ENCR, 28, 256 }, { 0, 0, 0 }, { IKE_PRF, 5, 0 } },
		{ { IKE_ENCR, 20, 256 }, { IKE_INTEG, 12, 0 }, { IKE_PRF, 5, 0 } },
		{ { IKE_ENCR, 12, 256 }, { 0, 0, 0 }, { IKE_PRF, 5, 0 } },
		{ { IKE_ENCR, 12, 256 }, { IKE_INTEG, 2, 0 }, { IKE_PRF, 5, 0 } },
		{ { IKE_ENCR, 3, 0 }, { IKE_INTEG, 12, 0 }, { IKE_PRF, 5, 0 } },
		{ { IKE_ENCR, 20, 256 }, { 0, 0, 0 }, { IKE_PRF, 2, 0 } },
		{ { IKE_ENCR, 20, 256 }, { 0, 0, 0 }, { IKE_PRF, 0, 0 } },
	};
	struct ike_settled settled;

	(void)state;
	for (size_t i = 0; i < COUNT(cannot); i++) {
		settled = settled_of(&cannot[i]);
		assert_null(ike_keys_new(&settled, false));
	}
	settled = settled_of(&suites[0]), settled.encryption = NULL;
	assert_null(ike_keys_new(&settled, false));
	settled = settled_of(&suites[0]), settled.prf = NULL;
	assert_null(ike_keys_new(&settled, false));
	settled = settled_of(&suites[0]);
	settled.nonce_i = bytes_of(octets, 257), settled.nonce_r = bytes_of(octets, 256);
	assert_null(ike_keys_new(&settled, false));
}

/* What does not fit is not sent in part. */
static void
too_long(void **state)
{
	struct ike_settled settled = settled_of(&suites[0]);
	struct ike_keys *keys = ike_keys_new(&settled, false);

	(void)state;
	for (size_t max = 1; max < 100; max++) {
		struct buffer out = { .max = max };

		ike_seal(keys, IKE_AUTH, 1, PAYLOAD_ID_I, bytes_of(octets, 60), &out);
		assert_true(out.failed);
		buffer_free(&out);
	}
	ike_keys_free(keys);
}

/* --- what strongSwan said ----------------------------------------------------------------- */

struct recorded { struct buffer request, answer, auth[2], end[2], secret; };

static struct buffer
recorded_file(const char *which, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "tests/data/ike/%s-%s", which, name);
	return vectors_file(path);
}

/* The signature of an end over what it sent, by the key of the certificate beside it. */
static void
assert_signed(const struct ike_keys *keys, bool responder, const struct buffer *message,
    struct bytes nonce, struct bytes identity, const struct ike_auth_said *said)
{
	const unsigned char *at = said->certificate[0].at;
	X509 *certificate = d2i_X509(NULL, &at, (long)said->certificate[0].len);
	struct ike_signature signature;
	struct buffer over = { 0 };
	struct why why = { .err = ERR_OK };

	assert_non_null(certificate);
	ike_signed_put(keys, responder, bytes_of_buffer(message), nonce, identity, &over);
	if (ike_signature_verify(X509_get0_pubkey(certificate), said->method, said->auth,
	    bytes_of_buffer(&over), &signature, &why) != ERR_OK)
		fail_msg("%s", why.text);
	over.at[over.len - 1] ^= 1;
	assert_int_equal(ike_signature_verify(X509_get0_pubkey(certificate), said->method,
	    said->auth, bytes_of_buffer(&over), &signature, &why), ERR_UNTRUSTED);
	X509_free(certificate);
	buffer_free(&over);
}

/* Each of the four sealed messages opens; both ends signed what they sent. */
static void
recorded_check(const struct recorded *real, bool eap)
{
	struct ike_said asked, told;
	struct ike_auth_said said;
	struct ike_payload identity;
	struct buffer inside = { 0 };
	struct why why = { .err = ERR_OK };
	struct ike_keys *end[2];
	struct ike_settled settled;
	struct ike_walk walk;

	assert_int_equal(ike_read(bytes_of_buffer(&real->request), &asked, &why), ERR_OK);
	assert_int_equal(ike_read(bytes_of_buffer(&real->answer), &told, &why), ERR_OK);
	settled = (struct ike_settled){ ike_chosen(&told, IKE_ENCR), ike_chosen(&told, IKE_INTEG),
		ike_chosen(&told, IKE_PRF), bytes_of_buffer(&real->secret), asked.nonce, told.nonce,
		told.spi_i, told.spi_r };
	for (unsigned i = 0; i < 2; i++)
		end[i] = ike_keys_new(&settled, i == 1);
	assert_int_equal(opened(end[1], bytes_of_buffer(&real->auth[0]), &inside), ERR_OK);
	assert_int_equal(ike_auth_read(PAYLOAD_ID_I, bytes_of_buffer(&inside), &said, &why),
	    ERR_OK);
	walk = ike_walk_of(PAYLOAD_ID_I, bytes_of_buffer(&inside));
	assert_true(ike_payload_next(&walk, &identity, &why));
	assert_int_equal(said.has_auth, !eap);
	if (!eap)
		assert_signed(end[0], false, &real->request, told.nonce, identity.body, &said);
	assert_int_equal(opened(end[0], bytes_of_buffer(&real->auth[1]), &inside), ERR_OK);
	assert_int_equal(ike_auth_read(PAYLOAD_ID_R, bytes_of_buffer(&inside), &said, &why),
	    ERR_OK);
	assert_int_equal(said.has_eap, eap);
	assert_true(bytes_equal(said.id, bytes_of_text(eap ? "n3iwf.lab" : "seg.lab")));
	assert_signed(end[0], true, &real->answer, asked.nonce, said.id_whole, &said);
	assert_int_equal(opened(end[1], bytes_of_buffer(&real->end[0]), &inside), ERR_OK);
	assert_int_equal(opened(end[0], bytes_of_buffer(&real->end[1]), &inside), ERR_OK);
	assert_int_equal(inside.len, eap ? 8 : 0);	/* EAP-Failure; an empty INFORMATIONAL */
	ike_keys_free(end[0]), ike_keys_free(end[1]);
	buffer_free(&inside);
}

static void
real_exchanges(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		const char *which = i == 0 ? "eap" : "signed";
		struct recorded real = { .request = recorded_file(which, "init-request"),
			.answer = recorded_file(which, "init-answer"),
			.auth = { recorded_file(which, "auth-request"),
			    recorded_file(which, "auth-answer") },
			.end = { recorded_file(which, "end-request"),
			    recorded_file(which, "end-answer") },
			.secret = recorded_file(which, "secret") };

		recorded_check(&real, i == 0);
		buffer_free(&real.request), buffer_free(&real.answer), buffer_free(&real.secret);
		for (unsigned way = 0; way < 2; way++)
			buffer_free(&real.auth[way]), buffer_free(&real.end[way]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test(name)
		T(both_ends), T(keys_derived), T(every_bit_counts), T(padding), T(not_ours),
		T(too_long), T(real_exchanges),
	};

	return cmocka_run_group_tests_name("ike keys", tests, NULL, NULL);
}
