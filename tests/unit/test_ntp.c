/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The NTP and NTS codec: times across an era, packets of a real chrony, records and fields whose
 * lengths lie, and the seal of NTS.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/nts_crypto.h"
#include "probes/wire/ntp.h"
#include "tests/unit/vectors.h"

static void
times(void **state)
{
	/* The era ends at 2036-02-07T06:28:16Z. */
	const int64_t edge = INT64_C(2085978496) * 1000000;

	(void)state;
	assert_int_equal(ntp_time_of_us(0) >> 32, 2208988800);
	assert_int_equal(ntp_time_of_us(edge) >> 32, 0);
	for (int64_t us = -3000000; us <= 3000000; us += 999) {
		int64_t apart = ntp_apart_us(ntp_time_of_us(edge + us), ntp_time_of_us(edge));

		assert_in_range(apart - us + 1, 0, 2);
		apart = ntp_apart_us(ntp_time_of_us(us), ntp_time_of_us(0));
		assert_in_range(apart - us + 1, 0, 2);
	}
}

static struct ntp_answer
answer_of(const char *octets, size_t len)
{
	struct ntp_answer answer;
	struct why why;

	assert_int_equal(ntp_read(bytes_of(octets, len), &answer, &why), ERR_OK);
	return answer;
}

static void
real_answers(void **state)
{
	struct buffer raw = vectors_file("tests/data/ntp/chrony-synchronised");
	struct buffer none = vectors_file("tests/data/ntp/chrony-unsynchronised");
	char text[NTP_REFERENCE], kiss[5];
	struct ntp_answer answer;
	struct why why;

	(void)state;
	assert_int_equal(ntp_read(bytes_of_buffer(&raw), &answer, &why), ERR_OK);
	assert_int_equal(answer.stratum, 3);
	assert_int_equal(answer.leap, 0);
	assert_true(ntp_synchronised(&answer) && !ntp_kiss(&answer, kiss));
	assert_true(ntp_answers(&answer, UINT64_C(0x0102030405060708)));
	assert_false(ntp_answers(&answer, UINT64_C(0x0102030405060709)));
	ntp_reference_text(&answer, text);
	assert_string_equal(text, "127.127.1.1");
	for (size_t len = 0; len < NTP_HEADER_LEN; len++)
		assert_int_equal(ntp_read(bytes_of(raw.at, len), &answer, &why), ERR_MALFORMED);
	/* No source: stratum 0 without a code, which is no kiss. */
	assert_int_equal(ntp_read(bytes_of_buffer(&none), &answer, &why), ERR_OK);
	assert_false(ntp_synchronised(&answer) || ntp_kiss(&answer, kiss));
	assert_int_equal(answer.leap, NTP_LEAP_UNKNOWN);
	buffer_free(&raw), buffer_free(&none);
}

static void
kisses(void **state)
{
	static const char rate[NTP_HEADER_LEN + 1] = "\xe4\x00\x00\x00\0\0\0\0\0\0\0\0RATE";
	static const char rude[NTP_HEADER_LEN + 1] = "\xe4\x00\x00\x00\0\0\0\0\0\0\0\0\x1b[2J";
	static const char gps[NTP_HEADER_LEN + 1] = "\x24\x01\x00\x00\0\0\0\0\0\0\0\0GPS";
	static const char eight[NTP_HEADER_LEN + 1] = "\x04\x01";
	struct ntp_answer answer = answer_of(rate, NTP_HEADER_LEN);
	char text[NTP_REFERENCE];
	struct why why;
	char kiss[5];

	(void)state;
	assert_true(ntp_kiss(&answer, kiss));
	assert_string_equal(kiss, "RATE");
	answer = answer_of(rude, NTP_HEADER_LEN);
	assert_false(ntp_kiss(&answer, kiss));
	ntp_reference_text(&answer, text);
	assert_string_equal(text, "27.91.50.74");
	answer = answer_of(gps, NTP_HEADER_LEN);
	ntp_reference_text(&answer, text);
	assert_string_equal(text, "GPS");
	assert_int_equal(ntp_read(bytes_of(eight, NTP_HEADER_LEN), &answer, &why), ERR_MALFORMED);
}

static void
requests(void **state)
{
	struct buffer out = { 0 };

	(void)state;
	ntp_request_write(UINT64_C(0x0102030405060708), &out);
	assert_int_equal(out.len, NTP_HEADER_LEN);
	assert_int_equal(out.at[0], 0x23);
	for (size_t i = 1; i < 40; i++)
		assert_int_equal(out.at[i], 0);
	buffer_reset(&out);
	ntp_control_write(7, &out);
	assert_int_equal(out.len, 12);
	assert_int_equal(ntp_control_mode(bytes_of_buffer(&out)), 0);
	out.at[1] |= 0x80;
	assert_int_equal(ntp_control_mode(bytes_of_buffer(&out)), 6);
	buffer_reset(&out);
	ntp_private_write(&out);
	assert_int_equal(out.len, 48);
	assert_int_equal(ntp_control_mode(bytes_of_buffer(&out)), 0);
	out.at[0] |= 0x80;
	assert_int_equal(ntp_control_mode(bytes_of_buffer(&out)), 7);
	buffer_free(&out);
}

static void
records(void **state)
{
	static const uint8_t good[] = { 0x80, 1, 0, 2, 0, 0, 0x80, 4, 0, 2, 0, 15, 0, 5, 0, 3, 'a', 'b',
	    'c', 0, 7, 0, 2, 0x10, 0xe1, 0x12, 0x34, 0, 1, 9, 0x80, 0, 0, 0 };
	static const uint8_t error[] = { 0x80, 2, 0, 2, 0, 1, 0x80, 0, 0, 0 };
	static const uint8_t wrong[][12] = {
		{ 0x80, 2, 0, 0 },			/* an error without a number */
		{ 0x80, 99, 0, 0 },			/* critical and unknown */
		{ 0, 5, 0, 0 },				/* a cookie of nothing */
		{ 0, 7, 0, 2, 0, 0 },			/* port 0 */
		{ 0x80, 0, 0, 1, 0 },			/* an end that goes on */
		{ 0, 6, 0, 0 },				/* a server without a name */
	};
	struct nts_ke ke;
	struct why why;

	(void)state;
	assert_int_equal(nts_ke_read(bytes_of(good, sizeof(good)), &ke, &why), NTS_DONE);
	assert_true(ke.ntp4 && ke.aead == NTS_AEAD_SIV_256 && ke.cookies == 1 && ke.port == 4321);
	for (size_t len = 0; len < sizeof(good); len++)
		assert_int_equal(nts_ke_read(bytes_of(good, len), &ke, &why), NTS_MORE);
	assert_int_equal(nts_ke_read(bytes_of(error, sizeof(error)), &ke, &why), NTS_DONE);
	assert_int_equal(ke.error, 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(nts_ke_read(bytes_of(wrong[i], 12), &ke, &why), NTS_BROKEN);
}

/* What we would send ourselves, sealed, is read back; each bit of it counts. */
static void
sealed(void **state)
{
	static const uint8_t unique[NTS_UNIQUE_LEN] = { 1 }, nonce[NTS_NONCE_LEN] = { 2 };
	uint8_t key[NTS_KEY_LEN] = { 3 };
	static const char *const plains[] = { "", "short", "sixteen octets!!", "more than sixteen octets" };
	struct nts_answer fields;
	struct why why;

	(void)state;
	for (size_t p = 0; p < sizeof(plains) / sizeof(plains[0]); p++) {
		struct buffer out = { 0 }, seal = { 0 }, plain = { 0 };

		ntp_request_write(1, &out);
		nts_fields_write(unique, bytes_of_text("a cookie of it"), &out);
		nts_seal(key, bytes_of_buffer(&out), bytes_of(nonce, 16), bytes_of_text(plains[p]), &seal);
		nts_authenticator_write(nonce, bytes_of_buffer(&seal), &out);
		assert_int_equal(nts_answer_read(bytes_of_buffer(&out), &fields, &why), ERR_OK);
		assert_true(fields.has_unique && fields.has_authenticator);
		assert_true(bytes_equal(fields.unique, bytes_of(unique, NTS_UNIQUE_LEN)));
		assert_int_equal(nts_open(key, fields.covered, fields.nonce, fields.sealed, &plain), ERR_OK);
		assert_true(bytes_equal(bytes_of_buffer(&plain), bytes_of_text(plains[p])));
		for (size_t i = 0; i < out.len; i++) {
			out.at[i] ^= 0x10;
			buffer_reset(&plain);
			if (nts_answer_read(bytes_of_buffer(&out), &fields, &why) == ERR_OK &&
			    fields.has_authenticator &&
			    nts_open(key, fields.covered, fields.nonce, fields.sealed, &plain) == ERR_OK)
				/* Only padding behind the ciphertext may change. */
				assert_true(i >= out.len - 3);
			out.at[i] ^= 0x10;
		}
		buffer_free(&out), buffer_free(&seal), buffer_free(&plain);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times), cmocka_unit_test(real_answers), cmocka_unit_test(kisses),
		cmocka_unit_test(requests), cmocka_unit_test(records), cmocka_unit_test(sealed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
