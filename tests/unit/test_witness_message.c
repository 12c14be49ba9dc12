/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of sekimori-witness and recorded envelopes: there and back, cut at every octet, lying. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "attest/envelope.h"
#include "probes/wire/witness.h"

static const uint8_t nonce[WITNESS_NONCE] = { 1, 2, 3, 4 };

static void
request_make(struct buffer *out)
{
	struct witness_request request = { .nonce = bytes_of(nonce, sizeof(nonce)), .kinds = 2,
		.kind = { "tpm-quote", "tpm-certify" } };

	witness_request_write(out, &request);
	assert_false(out->failed);
}

static void
answer_make(struct buffer *out)
{
	struct witness_answer *answer = memory_new(1, sizeof(*answer));

	answer->nonce = bytes_of(nonce, sizeof(nonce));
	answer->spki = bytes_of_text("key");
	answer->statements = 1;
	answer->statement[0] = (struct witness_statement){ .kind = "tpm-quote", .items = 2,
		.item = { { "quote", bytes_of_text("q") }, { "signature", bytes_of_text("s") } } };
	answer->lacks = 1;
	answer->lack[0] = (struct witness_lack){ "sev-snp", bytes_of_text("no /dev/sev-guest") };
	witness_answer_write(out, answer);
	assert_false(out->failed);
	free(answer);
}

static void
test_both_ways(void **state)
{
	struct buffer octets = { .max = 0 };
	struct witness_request request;
	struct witness_answer *answer = memory_new(1, sizeof(*answer));
	struct why why = { .err = ERR_OK };

	(void)state;
	request_make(&octets);
	assert_int_equal(witness_request_read(bytes_of_buffer(&octets), &request, &why), ERR_OK);
	assert_int_equal(request.kinds, 2);
	assert_string_equal(request.kind[1], "tpm-certify");
	buffer_reset(&octets);
	answer_make(&octets);
	assert_int_equal(witness_answer_read(bytes_of_buffer(&octets), answer, &why), ERR_OK);
	assert_int_equal(answer->statements, 1);
	assert_string_equal(answer->statement[0].item[1].role, "signature");
	assert_memory_equal(answer->statement[0].item[1].octets.at, "s", 1);
	assert_string_equal(answer->lack[0].kind, "sev-snp");
	free(answer);
	buffer_free(&octets);
}

static void
test_cut_and_longer(void **state)
{
	struct buffer request = { .max = 0 }, answer = { .max = 0 };
	struct witness_request *r = memory_new(1, sizeof(*r));
	struct witness_answer *a = memory_new(1, sizeof(*a));
	struct why why;

	(void)state;
	request_make(&request);
	answer_make(&answer);
	for (size_t i = 0; i < request.len; i++)
		assert_int_equal(witness_request_read(bytes_of(request.at, i), r, &why),
		    ERR_TRUNCATED);
	for (size_t i = 0; i < answer.len; i++)
		assert_int_equal(witness_answer_read(bytes_of(answer.at, i), a, &why),
		    ERR_TRUNCATED);
	buffer_put_u8(&request, 0);
	buffer_put_u8(&answer, 0);
	assert_int_equal(witness_request_read(bytes_of_buffer(&request), r, &why), ERR_MALFORMED);
	assert_int_equal(witness_answer_read(bytes_of_buffer(&answer), a, &why), ERR_MALFORMED);
	buffer_free(&request);
	buffer_free(&answer);
	free(r);
	free(a);
}

/* No octet can be another one without being refused or meaning something else. */
static void
test_every_octet(void **state)
{
	struct buffer octets = { .max = 0 }, again = { .max = 0 };
	struct witness_answer *answer = memory_new(1, sizeof(*answer));
	struct why why;
	size_t taken = 0;

	(void)state;
	answer_make(&octets);
	for (size_t i = 0; i < octets.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			octets.at[i] ^= (uint8_t)(1u << bit);
			if (witness_answer_read(bytes_of_buffer(&octets), answer, &why) ==
			    ERR_OK) {
				taken++;
				buffer_reset(&again);
				witness_answer_write(&again, answer);
				assert_true(bytes_equal(bytes_of_buffer(&again),
				    bytes_of_buffer(&octets)));
			}
			octets.at[i] ^= (uint8_t)(1u << bit);
		}
	assert_true(taken > 100);	/* nonce and names may differ */
	buffer_free(&octets);
	buffer_free(&again);
	free(answer);
}

static void
test_lengths(void **state)
{
	struct witness_request r;
	struct why why;

	(void)state;
	assert_int_equal(witness_request_read(bytes_of("\0\0\0\0", 4), &r, &why), ERR_LIMIT);
	assert_int_equal(witness_request_read(bytes_of("\0\0\4\1", 4), &r, &why), ERR_LIMIT);
	assert_int_equal(witness_request_read(bytes_of("\377\377\377\377", 4), &r, &why), ERR_LIMIT);
	assert_int_equal(witness_request_read(bytes_of("\0\0\4\0", 4), &r, &why), ERR_TRUNCATED);
}

static void
test_envelope(void **state)
{
	struct envelope *one = memory_new(1, sizeof(*one)), *two = memory_new(1, sizeof(*two));
	struct buffer octets = { .max = 0 };
	struct dossier dossier;
	struct hash challenge = { { 0 } };
	struct why why;

	(void)state;
	*one = (struct envelope){ .kind = "tpm-quote", .nonce = bytes_of(nonce, 32),
		.spki = bytes_of_text("spki"), .at_s = 7, .items = 2,
		.item = { { "quote", bytes_of_text("q") }, { "ak", bytes_of_text("a") } } };
	envelope_write(&octets, one);
	assert_true(envelope_is(bytes_of_buffer(&octets)));
	assert_int_equal(envelope_read(bytes_of_buffer(&octets), two, &why), ERR_OK);
	assert_string_equal(two->item[1].role, "ak");
	envelope_dossier(two, &challenge, &dossier);
	assert_int_equal(dossier.at_s, 7);
	assert_int_equal(dossier.count, 2);
	assert_int_equal(dossier.nonce.len, HASH_LEN);
	/* Another nonce, connection or key is another challenge. */
	for (unsigned i = 0; i < 3; i++) {
		struct hash other = envelope_challenge(i == 0 ? bytes_of("x", 1) : one->nonce,
		    i == 1 ? bytes_of(nonce, 32) : one->exporter,
		    i == 2 ? bytes_of(NULL, 0) : one->spki);

		assert_false(hash_equal(other, challenge));
	}
	for (size_t i = 0; i < octets.len; i++)
		assert_int_not_equal(envelope_read(bytes_of(octets.at, i), two, &why), ERR_OK);
	buffer_put_u8(&octets, 0);
	assert_int_not_equal(envelope_read(bytes_of_buffer(&octets), two, &why), ERR_OK);
	assert_false(envelope_is(bytes_of_text("sekimori-attestation-v1")));
	buffer_free(&octets);
	free(one);
	free(two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_cut_and_longer),
		cmocka_unit_test(test_every_octet),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_envelope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
