/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RADIUS Status-Server: the example of RFC 5997 6.1 octet by octet, known answers of MD5 and
 * HMAC-MD5, lengths that lie, and servers that sign, do not sign, or sign with another secret.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/hash.h"
#include "probes/wire/radius.h"
#include "tests/unit/datagram_lab.h"

enum { PORT = 7921 };

enum script { SIGNED, UNSIGNED, OTHER_SECRET, BAD_MESSAGE, WRONG_IDENTIFIER, REJECT, PROTOCOL_ERROR,
	LYING, MUTE, WRONG_PORT, FORGED_FIRST, CHALLENGE, TWO_MESSAGES };

static const struct radius_asked example = {
	.identifier = 218,
	.authenticator = { 0x8a, 0x54, 0xf4, 0x68, 0x6f, 0xb3, 0x94, 0xc5, 0x28, 0x66, 0xe3, 0x02,
	    0x18, 0x5d, 0x06, 0x23 },
	.secret = { .at = (const uint8_t *)"xyzzy5461", .len = 9 }
};

static void
digests_known(void **state)
{
	/* RFC 1321 A.5; RFC 2202 2, cases 2 and 6 (a key longer than a block). */
	static const char *const text = "message digest";
	struct bytes part[] = { bytes_of(text, 7), bytes_of(text + 7, 7) };
	struct bytes jefe = bytes_of_text("what do ya want for nothing?");
	struct bytes larger =
	    bytes_of_text("Test Using Larger Than Block-Size Key - Hash Key First");
	uint8_t out[MD5_LEN], key[80];
	char hex[2 * MD5_LEN + 1];

	(void)state;
	assert_true(md5_of(part, 2, out));
	hex_of(bytes_of(out, MD5_LEN), hex);
	assert_string_equal(hex, "f96b697d7cb7938d525a2f31aaf161d0");
	assert_true(hmac_md5_of(bytes_of_text("Jefe"), &jefe, 1, out));
	hex_of(bytes_of(out, MD5_LEN), hex);
	assert_string_equal(hex, "750c783e6ab0b503eaa86e310a5db738");
	memset(key, 0xaa, sizeof(key));
	assert_true(hmac_md5_of(bytes_of(key, sizeof(key)), &larger, 1, out));
	hex_of(bytes_of(out, MD5_LEN), hex);
	assert_string_equal(hex, "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
}

static void
example_of_the_standard(void **state)
{
	static const uint8_t answer[] = { 0x02, 0xda, 0x00, 0x14, 0xef, 0x0d, 0x55, 0x2a, 0x4b, 0xf2,
	    0xd6, 0x93, 0xec, 0x2b, 0x6f, 0xe8, 0xb5, 0x41, 0x1d, 0x66 };
	struct buffer out = { .max = 256 };
	struct why why = { .err = ERR_OK };
	struct radius_asked other = example;
	struct radius_answer read;
	uint8_t mac[MD5_LEN];
	struct bytes request;
	char hex[512];

	(void)state;
	/* Ours has a NAS-Identifier behind what the example has; an empty one is two octets. */
	assert_int_equal(radius_status_write(&example, "", &out, &why), ERR_OK);
	hex_of(bytes_of_buffer(&out), hex);
	assert_int_equal(out.len, 40);
	assert_memory_equal(hex, "0cda00288a54f4686fb394c52866e302185d06235012", 44);
	assert_string_equal(hex + 76, "2002");
	/* The example itself, whose Message-Authenticator stands in the standard. */
	out.at[3] = 38;
	memset(out.at + 22, 0, MD5_LEN);
	request = bytes_of(out.at, 38);
	assert_true(hmac_md5_of(example.secret, &request, 1, mac));
	hex_of(bytes_of(mac, MD5_LEN), hex);
	assert_string_equal(hex, "5a665e2e1e8411f3e243822097c84fa3");
	buffer_free(&out);
	assert_int_equal(radius_read(bytes_of(answer, sizeof(answer)), &example, &read, &why),
	    ERR_OK);
	assert_int_equal(read.code, RADIUS_ACCESS_ACCEPT);
	assert_int_equal(read.identifier, 218);
	assert_true(read.authentic);
	assert_false(read.has_message_authenticator);
	other.secret = bytes_of_text("xyzzy5462");
	assert_int_equal(radius_read(bytes_of(answer, sizeof(answer)), &other, &read, &why), ERR_OK);
	assert_false(read.authentic);
}

static void
lies_are_refused(void **state)
{
	static const struct { size_t len; int at, value; enum err err; } lie[] = {
		{ 19, 0, 2, ERR_TRUNCATED }, { 0, 0, 0, ERR_TRUNCATED },
		{ 40, 3, 19, ERR_MALFORMED }, { 40, 3, 41, ERR_TRUNCATED },
		{ 40, 2, 0x20, ERR_MALFORMED }, { 40, 21, 1, ERR_MALFORMED },
		{ 40, 21, 0, ERR_MALFORMED }, { 40, 21, 21, ERR_TRUNCATED },
		{ 40, 21, 17, ERR_MALFORMED }, { 40, 21, 19, ERR_MALFORMED },
	};
	struct radius_answer read;

	(void)state;
	for (size_t i = 0; i < sizeof(lie) / sizeof(lie[0]); i++) {
		uint8_t *octets = memory_new(lie[i].len + 1, 1);
		uint8_t whole[40] = { 2, 218, 0, 40, [20] = 80, 18, [38] = 25, 2 };
		struct why why = { .err = ERR_OK };

		whole[lie[i].at] = (uint8_t)lie[i].value;
		memcpy(octets, whole, lie[i].len);
		if (radius_read(bytes_of(octets, lie[i].len), &example, &read, &why) != lie[i].err)
			fail_msg("lie %zu: %s", i, why.text);
		free(octets);
	}
}

static void
answer(const struct datagram_peer *peer, const uint8_t *request, size_t len, int script)
{
	uint8_t octets[64] = { 2, request[1], 0, 38, [20] = 80, 18 };
	struct bytes secret = bytes_of_text(script == OTHER_SECRET ? "other" : "s");
	bool bare = script == UNSIGNED;
	size_t octets_len = bare ? 20 : script == TWO_MESSAGES ? 56 : 38;
	struct bytes part[] = { bytes_of(octets, 4), bytes_of(request + 4, 16),
	    bytes_of(octets + 20, octets_len - 20), secret };

	if (len < 40 || request[0] != RADIUS_STATUS_SERVER)
		return;
	octets[3] = (uint8_t)octets_len;
	if (script == TWO_MESSAGES)
		octets[38] = 80, octets[39] = 18;
	if (script == REJECT)
		octets[0] = RADIUS_ACCESS_REJECT;
	if (script == PROTOCOL_ERROR)
		octets[0] = RADIUS_PROTOCOL_ERROR;
	if (script == CHALLENGE)
		octets[0] = RADIUS_ACCESS_CHALLENGE;
	if (script == WRONG_IDENTIFIER)
		octets[1]++;
	if (!bare && !hmac_md5_of(secret, part, 3, octets + 22))
		_exit(2);
	if (script == BAD_MESSAGE)
		octets[22] ^= 1;
	if (!md5_of(part, 4, octets + 4))
		_exit(2);
	if (script == LYING)
		octets[21] = 200;
	if (script == WRONG_PORT)
		datagram_say_other(peer, octets, octets_len);
	if (script == MUTE || script == WRONG_PORT)
		return;
	if (script == FORGED_FIRST) {
		octets[5] ^= 1;
		datagram_say(peer, octets, octets_len);
		octets[5] ^= 1;
	}
	datagram_say(peer, octets, octets_len);
}

static const struct round_option secret_option = { .name = "secret", .value = "/secret",
    .octets = { .at = (const uint8_t *)"s\r\n", .len = 3 } };

static void
servers_of_every_kind(void **state)
{
	static const struct { enum script script; enum outcome outcome; enum err err;
	    const char *words; int authentic; } row[] = {
		{ SIGNED, OUTCOME_UP, ERR_OK, "", 1 },
		{ FORGED_FIRST, OUTCOME_UP, ERR_OK, "", 1 },
		{ UNSIGNED, OUTCOME_DEGRADED, ERR_MISMATCH, "no Message-Authenticator", 1 },
		{ REJECT, OUTCOME_DEGRADED, ERR_REFUSED, "refuses Status-Server", 1 },
		{ PROTOCOL_ERROR, OUTCOME_DEGRADED, ERR_REFUSED, "refuses Status-Server", 1 },
		{ OTHER_SECRET, OUTCOME_DOWN, ERR_UNTRUSTED, "compare the secrets", 0 },
		{ BAD_MESSAGE, OUTCOME_DOWN, ERR_UNTRUSTED, "its Message-Authenticator was not", 0 },
		{ WRONG_IDENTIFIER, OUTCOME_DOWN, ERR_MISMATCH, "identifier", -1 },
		{ CHALLENGE, OUTCOME_DOWN, ERR_MISMATCH, "no answer to Status-Server", -1 },
		{ LYING, OUTCOME_DOWN, ERR_TRUNCATED, "longer than its packet", -1 },
		{ TWO_MESSAGES, OUTCOME_DOWN, ERR_MALFORMED, "two Message-Authenticators", -1 },
		{ WRONG_PORT, OUTCOME_DOWN, ERR_TIMEOUT, "nothing answered 3 requests", -1 },
		{ MUTE, OUTCOME_DOWN, ERR_TIMEOUT, "knows another secret", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		pid_t pid = datagram_serve(PORT, answer, row[i].script);
		struct datagram_lab lab;
		bool flag = false, has;

		datagram_begin(&lab, &probe_radius, &secret_option, 1);
		datagram_round(&lab, PORT, 150);
		lab_end(pid);
		if (lab.seen.outcome != row[i].outcome || lab.seen.err != row[i].err ||
		    strstr(lab.seen.detail, row[i].words) == NULL)
			fail_msg("script %d: %s %s: %s", row[i].script, outcome_name(lab.seen.outcome),
			    err_name(lab.seen.err), lab.seen.detail);
		has = fact_flag(datagram_facts(&lab), FACT_RADIUS_AUTHENTIC, &flag);
		assert_int_equal(has, row[i].authentic >= 0);
		assert_int_equal(has && flag, row[i].authentic == 1);
		datagram_end(&lab);
	}
}

static void
empty_secret_is_unknown(void **state)
{
	static const struct round_option empty = { .name = "secret", .value = "/secret",
	    .octets = { .at = (const uint8_t *)"\n", .len = 1 } };
	struct datagram_lab lab;

	(void)state;
	datagram_begin(&lab, &probe_radius, &empty, 1);
	datagram_round(&lab, PORT, 150);
	assert_int_equal(lab.seen.outcome, OUTCOME_UNKNOWN);
	assert_non_null(strstr(lab.seen.detail, "empty file"));
	datagram_end(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_known),
		cmocka_unit_test(example_of_the_standard),
		cmocka_unit_test(lies_are_refused),
		cmocka_unit_test(servers_of_every_kind),
		cmocka_unit_test(empty_secret_is_unknown),
	};

	lab_enter();
	return cmocka_run_group_tests_name("radius", tests, NULL, NULL);
}
