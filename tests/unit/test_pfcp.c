/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PFCP codec and its probe: published messages, our own request octet by octet as tshark reads
 * it, lengths that lie, and peers that answer late, twice, for somebody else or not at all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/wire/pfcp.h"
#include "tests/unit/datagram_lab.h"
#include "tests/unit/vectors.h"

enum { PORT = 7901, SHUT = 7902 };

enum script { WELL, RESTARTS, OLD_VERSION, BARE, OTHER_SEQUENCE, OTHER_PORT, LYING, SESSION,
	SILENT, SECOND_TRY, NOISE_FIRST, TWICE, ENDLESS, SCRIPTS };

static void
vectors_are_read(void **state)
{
	json_t *all = vectors_json("tests/data/gtp/pfcp.json"), *one;
	size_t at, heartbeats = 0;

	(void)state;
	json_array_foreach(all, at, one) {
		const char *hex = vectors_text(one, "hex");
		json_t *decoded = json_object_get(one, "decoded");
		size_t len = strlen(hex) / 2;
		uint8_t *octets = memory_new(len, 1);
		struct why why = { .err = ERR_OK };
		struct pfcp_message message;

		assert_int_equal(hex_read(hex, octets, len), ERR_OK);
		if (pfcp_read(bytes_of(octets, len), &message, &why) != ERR_OK)
			fail_msg("%s: %s", vectors_text(one, "file"), why.text);
		assert_int_equal(message.version, vectors_number(decoded, "version"));
		assert_int_equal(message.type, vectors_number(decoded, "message_type"));
		assert_int_equal(message.sequence, vectors_number(decoded, "sequence"));
		assert_int_equal(message.session, vectors_number(decoded, "s"));
		assert_int_equal(message.len, vectors_number(decoded, "length") + 4);
		if (message.type == PFCP_HEARTBEAT_RESPONSE) {
			/* 2019-01-01T00:00:00Z, as the vector's source has it. */
			assert_true(message.has_recovery);
			assert_int_equal(message.recovery_ms, 1546300800000);
			heartbeats++;
		}
		/* Cut anywhere it is not read, and nothing behind the cut is looked at. */
		for (size_t cut = 0; cut < len; cut++) {
			uint8_t *exact = memory_new(cut > 0 ? cut : 1, 1);

			memcpy(exact, octets, cut);
			assert_int_not_equal(pfcp_read(bytes_of(exact, cut), &message, &why), ERR_OK);
			free(exact);
		}
		free(octets);
	}
	assert_true(at >= 30 && heartbeats > 0);
	json_decref(all);
}

static void
request_written(void **state)
{
	struct buffer out = { .max = 64 };
	struct why why = { .err = ERR_OK };
	struct pfcp_message message;
	char hex[65];

	(void)state;
	pfcp_heartbeat_write(0x112233, 1546300800000, &out);
	hex_of(bytes_of_buffer(&out), hex);
	assert_string_equal(hex, "2001000c1122330000600004dfd52c00");
	assert_int_equal(pfcp_read(bytes_of_buffer(&out), &message, &why), ERR_OK);
	assert_int_equal(message.recovery_ms, 1546300800000);
	/* The next era of NTP, from 2036-02-07 on. */
	buffer_reset(&out);
	pfcp_heartbeat_write(1, 2085978496000 + 5000, &out);
	assert_int_equal(pfcp_read(bytes_of_buffer(&out), &message, &why), ERR_OK);
	assert_int_equal(message.recovery_ms, 2085978496000 + 5000);
	buffer_free(&out);
}

static void
lies_are_refused(void **state)
{
	static const struct { const char *hex; enum err err; } lie[] = {
		{ "2002000c1122330000600004dfd52c0000", ERR_MALFORMED },	/* an octet behind it */
		{ "2002000b1122330000600004dfd52c", ERR_TRUNCATED },	/* the element is cut */
		{ "2002000c112233000060ffffdfd52c00", ERR_TRUNCATED },
		{ "2002000b1122330000600003dfd52c", ERR_MALFORMED },
		{ "2002000011223300", ERR_MALFORMED },
		{ "2102000c1122334400000001", ERR_TRUNCATED },		/* S, and no SEID */
		{ "2002ffff11223300", ERR_TRUNCATED },
		{ "20", ERR_TRUNCATED }, { "", ERR_TRUNCATED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lie) / sizeof(lie[0]); i++) {
		size_t len = strlen(lie[i].hex) / 2;
		uint8_t *octets = memory_new(len + 1, 1);
		struct why why = { .err = ERR_OK };
		struct pfcp_message message;

		assert_int_equal(hex_read(lie[i].hex, octets, len), ERR_OK);
		if (pfcp_read(bytes_of(octets, len), &message, &why) != lie[i].err)
			fail_msg("%s: %s", lie[i].hex, why.text);
		free(octets);
	}
}

static void
answer(const struct datagram_peer *peer, const uint8_t *request, size_t len, int script)
{
	uint8_t octets[64] = { 0x20, 2, 0, 12, 0, 0, 0, 0, 0, 96, 0, 4, 0xdf, 0xd5, 0x2c, 0 };
	size_t octets_len = 16;

	if (len != 16 || request[0] != 0x20 || request[1] != 1)
		return;
	memcpy(octets + 4, request + 4, 3);
	if (script == RESTARTS)
		octets[15] = (uint8_t)(peer->came > 2);
	if (script == OLD_VERSION)
		octets[0] = 0x40, octets[1] = 11, octets[3] = 4, octets_len = 8;
	if (script == BARE)
		octets[3] = 4, octets_len = 8;
	if (script == OTHER_SEQUENCE)
		octets[6] ^= 1;
	if (script == LYING)
		octets[3] = 0xff;
	if (script == SESSION)
		memmove(octets + 12, octets + 4, 12), octets[0] |= 1, octets[3] = 20, octets_len = 24;
	if (script == OTHER_PORT)
		datagram_say_other(peer, octets, octets_len);
	if (script == SILENT || script == OTHER_PORT || (script == SECOND_TRY && peer->came < 2))
		return;
	if (script == NOISE_FIRST) {
		octets[6] ^= 1;
		datagram_say(peer, octets, octets_len);
		datagram_say(peer, "", 0);
		octets[6] ^= 1;
	}
	for (int i = 0; i < 2000 && script == ENDLESS; i++)
		datagram_say(peer, octets + 1, sizeof(octets) - 1);
	for (int i = 0; i < (script == TWICE ? 2 : 1); i++)
		datagram_say(peer, octets, octets_len);
}

static void
round_with(enum script script, const struct round_option *option, size_t options,
    struct datagram_lab *lab)
{
	pid_t pid = datagram_serve(PORT, answer, script);

	datagram_begin(lab, &probe_pfcp, option, options);
	for (int i = 0; i < (script == RESTARTS || script == TWICE ? 3 : 1); i++)
		datagram_round(lab, PORT, 250);
	lab_end(pid);
}

static void
peers_of_every_kind(void **state)
{
	static const struct { enum script script; enum outcome outcome; enum err err;
	    const char *words; } row[] = {
		{ WELL, OUTCOME_UP, ERR_OK, "" },
		{ SECOND_TRY, OUTCOME_UP, ERR_OK, "" },
		{ NOISE_FIRST, OUTCOME_UP, ERR_OK, "" },
		{ TWICE, OUTCOME_UP, ERR_OK, "" },
		{ RESTARTS, OUTCOME_DEGRADED, ERR_MISMATCH, "the peer restarted" },
		{ OLD_VERSION, OUTCOME_DEGRADED, ERR_UNSUPPORTED, "does not speak version 1" },
		{ BARE, OUTCOME_DEGRADED, ERR_MALFORMED, "no Recovery Time Stamp" },
		{ OTHER_SEQUENCE, OUTCOME_DOWN, ERR_MISMATCH, "sequence number" },
		{ OTHER_PORT, OUTCOME_DOWN, ERR_TIMEOUT, "nothing answered 3 requests" },
		{ LYING, OUTCOME_DOWN, ERR_TRUNCATED, "3 datagrams of the peer are no answer" },
		{ SESSION, OUTCOME_DOWN, ERR_MISMATCH, "session endpoint identifier" },
		{ SILENT, OUTCOME_DOWN, ERR_TIMEOUT, "nothing answered" },
		{ ENDLESS, OUTCOME_DOWN, ERR_LIMIT, "more than is accepted" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct datagram_lab lab;

		round_with(row[i].script, NULL, 0, &lab);
		if (lab.seen.outcome != row[i].outcome || lab.seen.err != row[i].err ||
		    strstr(lab.seen.detail, row[i].words) == NULL)
			fail_msg("script %d: %s %s: %s", row[i].script, outcome_name(lab.seen.outcome),
			    err_name(lab.seen.err), lab.seen.detail);
		datagram_end(&lab);
	}
}

static void
facts_of_an_answer(void **state)
{
	struct datagram_lab lab;
	int64_t value;
	bool flag;

	(void)state;
	round_with(RESTARTS, NULL, 0, &lab);
	assert_true(fact_int(datagram_facts(&lab), FACT_PFCP_RECOVERY, &value));
	assert_int_equal(value, 1546300801000);
	assert_true(fact_int(datagram_facts(&lab), FACT_PFCP_RESTARTS, &value));
	assert_int_equal(value, 1);
	assert_true(fact_int(datagram_facts(&lab), FACT_PFCP_VERSION, &value));
	assert_int_equal(value, 1);
	assert_false(fact_flag(datagram_facts(&lab), FACT_PFCP_STRANGER_ANSWERED, &flag));
	assert_true(lab.seen.latency_us > 0);
	datagram_end(&lab);
}

/* Where silence is declared, an answer is the finding, and silence proves nothing. */
static void
strangers_are_not_answered(void **state)
{
	static const struct round_option silence = { .name = "expected", .value = "silence" };
	static const struct round_option ipsec = { .name = "ipsec", .value = "true" };
	struct datagram_lab lab;
	bool flag = false;

	(void)state;
	round_with(WELL, &silence, 1, &lab);
	assert_int_equal(lab.seen.outcome, OUTCOME_DEGRADED);
	assert_true(fact_flag(datagram_facts(&lab), FACT_PFCP_STRANGER_ANSWERED, &flag) && flag);
	assert_non_null(strstr(lab.seen.detail, "answered a stranger"));
	datagram_end(&lab);
	round_with(WELL, &ipsec, 1, &lab);
	assert_int_equal(lab.seen.outcome, OUTCOME_DEGRADED);
	assert_true(fact_flag(datagram_facts(&lab), FACT_PFCP_IPSEC_CLEAR, &flag) && flag);
	datagram_end(&lab);
	for (int i = 0; i < 3; i++) {
		round_with(i == 0 ? SILENT : i == 1 ? OTHER_PORT : OTHER_SEQUENCE, &silence, 1, &lab);
		assert_int_equal(lab.seen.outcome, OUTCOME_UNKNOWN);
		assert_false(fact_flag(datagram_facts(&lab), FACT_PFCP_STRANGER_ANSWERED, &flag));
		datagram_end(&lab);
	}
	datagram_begin(&lab, &probe_pfcp, &silence, 1);
	datagram_round(&lab, SHUT, 250);
	assert_int_equal(lab.seen.outcome, OUTCOME_UNKNOWN);
	assert_int_equal(lab.seen.err, ERR_REFUSED);
	datagram_end(&lab);
	datagram_begin(&lab, &probe_pfcp, NULL, 0);
	datagram_round(&lab, SHUT, 250);
	assert_int_equal(lab.seen.outcome, OUTCOME_DOWN);
	assert_int_equal(lab.seen.err, ERR_REFUSED);
	datagram_end(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_are_read),
		cmocka_unit_test(request_written),
		cmocka_unit_test(lies_are_refused),
		cmocka_unit_test(peers_of_every_kind),
		cmocka_unit_test(facts_of_an_answer),
		cmocka_unit_test(strangers_are_not_answered),
	};

	lab_enter();
	return cmocka_run_group_tests_name("pfcp", tests, NULL, NULL);
}
