/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GTP codec and its two probes: published messages, our own requests octet by octet as tshark
 * reads them, lengths that lie, and peers that answer late, for somebody else or with a refusal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/wire/gtp.h"
#include "tests/unit/datagram_lab.h"
#include "tests/unit/vectors.h"

enum { PORT = 7911, SHUT = 7912 };

enum script { WELL, RESTARTS, OTHER_VERSION, BARE, WRONG_SEQUENCE, WRONG_PORT, LYING, SILENT,
	SECOND_TRY, NOISE_FIRST, ERROR_ONLY, WITH_TEID, CHARGING, ECHOED };

static void
vectors_are_read(void **state)
{
	static const char *const files[] = { "tests/data/gtp/gtpv1.json", "tests/data/gtp/gtpv2.json" };
	size_t at, read = 0;

	(void)state;
	for (size_t f = 0; f < 2; f++) {
		json_t *all = vectors_json(files[f]), *one;

		json_array_foreach(all, at, one) {
			const char *hex = vectors_text(one, "hex");
			json_t *decoded = json_object_get(one, "decoded");
			size_t len = strlen(hex) / 2;
			uint8_t *octets = memory_new(len, 1);
			struct why why = { .err = ERR_OK };
			struct gtp_message message;

			assert_int_equal(hex_read(hex, octets, len), ERR_OK);
			if (gtp_read(bytes_of(octets, len), &message, &why) != ERR_OK)
				fail_msg("%s %s: %s", vectors_text(one, "file"), hex, why.text);
			assert_int_equal(message.version, vectors_number(decoded, "version"));
			assert_int_equal(message.type, vectors_number(decoded, "message_type"));
			if (message.has_sequence)
				assert_int_equal(message.sequence,
				    vectors_number(decoded, "sequence"));
			if (message.type == GTP_ECHO_RESPONSE)
				assert_true(message.has_recovery && message.recovery == 0x80);
			for (size_t cut = 0; cut < len; cut++) {
				uint8_t *exact = memory_new(cut > 0 ? cut : 1, 1);

				memcpy(exact, octets, cut);
				assert_int_not_equal(gtp_read(bytes_of(exact, cut), &message,
				    &why), ERR_OK);
				free(exact);
			}
			free(octets);
			read++;
		}
		json_decref(all);
	}
	assert_true(read >= 60);
}

static struct gtp_message
message_of(const char *hex)
{
	static uint8_t octets[128];
	struct gtp_message message;
	struct why why = { .err = ERR_OK };

	assert_int_equal(hex_read(hex, octets, strlen(hex) / 2), ERR_OK);
	if (gtp_read(bytes_of(octets, strlen(hex) / 2), &message, &why) != ERR_OK)
		fail_msg("%s: %s", hex, why.text);
	return message;
}

static void
elements_found(void **state)
{
	struct gtp_message message = message_of("321a0010112233440001000010deadbeef85000401010101");
	char text[GTP_EXTENSION_TEXT];

	(void)state;
	assert_true(message.has_error_teid);
	assert_int_equal(message.error_teid, 0xdeadbeef);
	message = message_of("301f0004112233448d028540");
	assert_false(message.has_sequence);
	assert_int_equal(message.extensions, 2);
	gtp_extension_text(message.extension[0], text);
	assert_string_equal(text, "PDU Session Container (0x85)");
	gtp_extension_text(message.extension[1], text);
	assert_string_equal(text, "UDP Port (0x40)");
	message = message_of("4002000e0000000003000100809800010001");
	assert_true(message.has_features && message.features == 1);
	/* An extension header before the elements, as TS 29.281 5.2 allows. */
	message = message_of("3602000a000000000007004001abcd000e05");
	assert_true(message.has_recovery && message.recovery == 5 && message.sequence == 7);
}

static void
requests_written(void **state)
{
	struct buffer out = { .max = 64 };
	char hex[65];

	(void)state;
	gtp_echo_write(1, 0x31234, 9, &out);
	hex_of(bytes_of_buffer(&out), hex);
	assert_string_equal(hex, "320100040000000012340000");
	buffer_reset(&out);
	gtp_echo_write(2, 0x123456, 9, &out);
	hex_of(bytes_of_buffer(&out), hex);
	assert_string_equal(hex, "40010009123456000300010009");
	buffer_free(&out);
}

static void
lies_are_refused(void **state)
{
	static const struct { const char *hex; enum err err; } lie[] = {
		{ "3202000600000000000000000e8000", ERR_MALFORMED },	/* an octet behind it */
		{ "3202000600000000000000000e", ERR_TRUNCATED },
		{ "3202000500000000000000000e", ERR_TRUNCATED },		/* the element is cut */
		{ "320200000000000000000000", ERR_MALFORMED },
		{ "3202000200000000ffff", ERR_MALFORMED },			/* S, and no room for it */
		{ "320200060000000000000000" "0680", ERR_MALFORMED },	/* no such element */
		{ "36020008000000000007004000000000", ERR_MALFORMED },	/* extension of length 0 */
		{ "36020008000000000007004005000000", ERR_TRUNCATED },
		{ "320200070000000000000000" "ff0001", ERR_TRUNCATED },
		{ "40020009000000000300ff0080", ERR_TRUNCATED },
		{ "400200080000000003000000", ERR_MALFORMED },		/* an empty Recovery */
		{ "4002000200000000", ERR_MALFORMED },
		{ "4802000400000000", ERR_TRUNCATED },
		{ "0002000000000000", ERR_UNSUPPORTED }, { "e002", ERR_UNSUPPORTED },
		{ "32", ERR_TRUNCATED }, { "", ERR_TRUNCATED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lie) / sizeof(lie[0]); i++) {
		size_t len = strlen(lie[i].hex) / 2;
		uint8_t *octets = memory_new(len + 1, 1);
		struct why why = { .err = ERR_OK };
		struct gtp_message message;

		assert_int_equal(hex_read(lie[i].hex, octets, len), ERR_OK);
		if (gtp_read(bytes_of(octets, len), &message, &why) != lie[i].err)
			fail_msg("%s: %s", lie[i].hex, why.text);
		free(octets);
	}
}

/* The answer of the version that was asked. */
static size_t
answer_make(const struct datagram_peer *peer, const uint8_t *request, int script, uint8_t *out)
{
	static const uint8_t one[] = { 0x32, 2, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 14, 5 };
	static const uint8_t two[] = { 0x40, 2, 0, 9, 0, 0, 0, 0, 3, 0, 1, 0, 5 };
	bool v2 = request[0] == 0x40;
	size_t len = v2 ? sizeof(two) : sizeof(one), at = v2 ? 4 : 8;

	memcpy(out, v2 ? two : one, len);
	memcpy(out + at, request + at, v2 ? 3 : 2);
	if (script == RESTARTS)
		out[len - 1] = peer->came > 2 ? 6 : 5;
	if (script == OTHER_VERSION && v2) {
		/* As a node of GTPv1 alone would say it: 16 bits of the number. */
		memcpy(out, "\x32\x03\x00\x04\0\0\0\0", 8);
		memcpy(out + 8, request + 5, 2);
		memset(out + 10, 0, 2);
		return 12;
	}
	if (script == OTHER_VERSION) {
		memcpy(out, "\x40\x03\x00\x04\0", 5);
		memcpy(out + 5, request + 8, 2);
		out[7] = 0;
		return 8;
	}
	if (script == BARE)
		len -= v2 ? 5 : 2, out[3] = 4;
	if (script == WRONG_SEQUENCE)
		out[at + 1] ^= 1;
	if (script == LYING)
		out[3] ^= 1;
	if (script == CHARGING)
		out[0] &= 0xef;
	if (script == WITH_TEID)
		out[7] = 9;
	return len;
}

static void
answer(const struct datagram_peer *peer, const uint8_t *request, size_t len, int script)
{
	static const uint8_t error[] = { 0x32, 26, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 1,
	    133, 0, 4, 127, 0, 0, 1 };
	static const uint8_t extensions[] = { 0x32, 31, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 141, 0 };
	static const uint8_t listed[] = { 0x32, 31, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 141, 1, 0x85 };
	uint8_t octets[64];
	size_t octets_len = answer_make(peer, request, script, octets);

	if (len != 12 && len != 13)
		return;
	if (script == WRONG_PORT)
		datagram_say_other(peer, octets, octets_len);
	if (script == ERROR_ONLY)
		datagram_say(peer, error, sizeof(error));
	if (script == ECHOED)
		datagram_say(peer, request, len);
	if (script == SILENT || script == WRONG_PORT || script == ERROR_ONLY || script == ECHOED ||
	    (script == SECOND_TRY && peer->came < 2))
		return;
	if (script == NOISE_FIRST) {
		datagram_say(peer, error, sizeof(error));
		datagram_say(peer, extensions, sizeof(extensions));
		datagram_say(peer, listed, sizeof(listed));
		datagram_say(peer, "\x30", 1);
	}
	datagram_say(peer, octets, octets_len);
}

struct row {
	enum script  script;
	enum outcome outcome;
	enum err     err;
	const char  *words;
};

static void
rows_hold(const struct probe_ops *ops, const char *version, const struct row *row, size_t rows)
{
	struct round_option option = { .name = "version", .value = version };

	for (size_t i = 0; i < rows; i++) {
		struct datagram_lab lab;
		pid_t pid = datagram_serve(PORT, answer, row[i].script);

		datagram_begin(&lab, ops, &option, version != NULL);
		for (int n = 0; n < (row[i].script == RESTARTS ? 3 : 1); n++)
			datagram_round(&lab, PORT, 150);
		lab_end(pid);
		if (lab.seen.outcome != row[i].outcome || lab.seen.err != row[i].err ||
		    strstr(lab.seen.detail, row[i].words) == NULL)
			fail_msg("%s %s script %d: %s %s: %s", ops->name, version, row[i].script,
			    outcome_name(lab.seen.outcome), err_name(lab.seen.err), lab.seen.detail);
		datagram_end(&lab);
	}
}

static void
control_peers(void **state)
{
	static const struct row row[] = {
		{ WELL, OUTCOME_UP, ERR_OK, "" },
		{ SECOND_TRY, OUTCOME_UP, ERR_OK, "" },
		{ NOISE_FIRST, OUTCOME_UP, ERR_OK, "" },
		{ RESTARTS, OUTCOME_DEGRADED, ERR_MISMATCH, "the peer restarted" },
		{ OTHER_VERSION, OUTCOME_DEGRADED, ERR_UNSUPPORTED, "the peer lives and does not" },
		{ BARE, OUTCOME_DEGRADED, ERR_MALFORMED, "no Recovery" },
		{ WRONG_SEQUENCE, OUTCOME_DOWN, ERR_MISMATCH, "sequence number" },
		{ WRONG_PORT, OUTCOME_DOWN, ERR_TIMEOUT, "nothing answered 3 requests" },
		{ LYING, OUTCOME_DOWN, ERR_MALFORMED, "GTP length" },
		{ ECHOED, OUTCOME_DOWN, ERR_MISMATCH, "\"Echo Request\"" },
		{ SILENT, OUTCOME_DOWN, ERR_TIMEOUT, "nothing answered" },
	};

	(void)state;
	rows_hold(&probe_gtpc, "2", row, sizeof(row) / sizeof(row[0]));
	rows_hold(&probe_gtpc, "1", row, 8);
}

static void
user_peers(void **state)
{
	static const struct row row[] = {
		{ WELL, OUTCOME_UP, ERR_OK, "" },
		{ RESTARTS, OUTCOME_UP, ERR_OK, "" },	/* GTP-U has no restart counter */
		{ NOISE_FIRST, OUTCOME_UP, ERR_OK, "" },
		{ BARE, OUTCOME_DEGRADED, ERR_MALFORMED, "no Recovery" },
		{ WITH_TEID, OUTCOME_DEGRADED, ERR_MALFORMED, "tunnel endpoint identifier" },
		{ ERROR_ONLY, OUTCOME_DOWN, ERR_MISMATCH, "\"Error Indication\"" },
		{ CHARGING, OUTCOME_DOWN, ERR_MISMATCH, "charging" },
		{ OTHER_VERSION, OUTCOME_DOWN, ERR_MISMATCH, "another version" },
		{ LYING, OUTCOME_DOWN, ERR_TRUNCATED, "GTP length" },
	};

	(void)state;
	rows_hold(&probe_gtpu, NULL, row, sizeof(row) / sizeof(row[0]));
}

static void
facts_and_strangers(void **state)
{
	static const struct round_option silence = { .name = "expected", .value = "silence" };
	struct datagram_lab lab;
	struct bytes text;
	int64_t value;
	bool flag = false;
	pid_t pid = datagram_serve(PORT, answer, NOISE_FIRST);

	(void)state;
	datagram_begin(&lab, &probe_gtpu, &silence, 1);
	datagram_round(&lab, PORT, 150);
	assert_int_equal(lab.seen.outcome, OUTCOME_DEGRADED);
	assert_true(fact_flag(datagram_facts(&lab), FACT_GTPU_STRANGER_ANSWERED, &flag) && flag);
	assert_true(fact_int(datagram_facts(&lab), FACT_GTPU_IGNORED, &value));
	assert_int_equal(value, 4);
	assert_true(fact_text(datagram_facts(&lab), FACT_GTPU_ANSWER, &text));
	assert_true(bytes_equal(text, bytes_of_text("Echo Response")));
	datagram_end(&lab);
	datagram_begin(&lab, &probe_gtpc, &silence, 1);
	datagram_round(&lab, PORT, 150);
	assert_int_equal(lab.seen.outcome, OUTCOME_DEGRADED);
	assert_true(fact_int(datagram_facts(&lab), FACT_GTPC_RECOVERY, &value));
	assert_int_equal(value, 5);
	datagram_round(&lab, SHUT, 150);
	assert_int_equal(lab.seen.outcome, OUTCOME_UNKNOWN);
	datagram_end(&lab);
	lab_end(pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_are_read),
		cmocka_unit_test(elements_found),
		cmocka_unit_test(requests_written),
		cmocka_unit_test(lies_are_refused),
		cmocka_unit_test(control_peers),
		cmocka_unit_test(user_peers),
		cmocka_unit_test(facts_and_strangers),
	};

	lab_enter();
	return cmocka_run_group_tests_name("gtp", tests, NULL, NULL);
}
