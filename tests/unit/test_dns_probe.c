/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dns probe against a simulated server that lies, is late, answers for others, truncates and
 * has no TCP, or says more than was asked.  Real servers are in tests/peers/dns.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/wire/dns.h"
#include "tests/unit/datagram_lab.h"

enum { PORT = 7951, QUESTION = 12 + 13 + 4, OPT_LEN = 15 };

enum script { PLAIN, OTHER_ID, OTHER_NAME, OTHER_PORT, FORGED_FIRST, LATE, MUTE, SHORT, LYING,
	TRUNCATED, SERVFAIL, MIRROR, TWICE };

enum stream_script { STREAM_GOOD, STREAM_BYTES, STREAM_CLOSE, STREAM_SHORT, STREAM_OTHER_ID };

/* The answer to a question for "www.example": one address, no signature. */
static size_t
answer_make(const uint8_t *request, uint8_t *out, unsigned flags, bool record)
{
	static const uint8_t address[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1 };
	size_t len = QUESTION;

	memcpy(out, request, QUESTION);
	out[2] = (uint8_t)(flags >> 8), out[3] = (uint8_t)flags;
	out[7] = record ? 1 : 0;
	out[11] = 0;
	if (record) {
		memcpy(out + len, address, sizeof(address));
		len += sizeof(address);
	}
	return len;
}

static void
answer(const struct datagram_peer *peer, const uint8_t *request, size_t len, int script)
{
	uint8_t out[512];
	size_t size = answer_make(request, out, 0x8400, true);

	if (len != QUESTION + OPT_LEN || script == MUTE || (script == LATE && peer->came < 3))
		return;
	if (script == MIRROR) {
		datagram_say(peer, request, len);
		return;
	}
	if (script == OTHER_ID || script == FORGED_FIRST)
		out[1] ^= 1;
	if (script == OTHER_NAME)
		out[13] = 'v';
	if (script == LYING)
		out[7] = 9;
	if (script == TRUNCATED)
		size = answer_make(request, out, 0x8600, false);
	if (script == SERVFAIL)
		size = answer_make(request, out, 0x8002, false);
	if (script == OTHER_PORT)
		datagram_say_other(peer, out, size);
	else
		datagram_say(peer, out, script == SHORT ? size - 1 : size);
	if (script == FORGED_FIRST) {
		out[1] ^= 1;
		datagram_say(peer, out, size);
	}
	if (script == TWICE)
		datagram_say(peer, out, size);
}

static void
serve_stream(int fd, void *arg)
{
	enum stream_script script = *(enum stream_script *)arg;
	uint8_t request[600], out[600];
	size_t got = 0, size;

	if (script == STREAM_CLOSE)
		return;
	while (got < 2 + QUESTION + OPT_LEN) {
		ssize_t part = read(fd, request + got, sizeof(request) - got);

		if (part <= 0)
			return;
		got += (size_t)part;
	}
	size = answer_make(request + 2, out + 2, 0x8400, true);
	if (script == STREAM_OTHER_ID)
		out[3] ^= 1;
	out[0] = 0, out[1] = (uint8_t)(script == STREAM_SHORT ? size + 1 : size);
	for (size_t i = 0; i < size + 2; i += script == STREAM_BYTES ? 1 : size + 2)
		if (write(fd, out + i, script == STREAM_BYTES ? 1 : size + 2) < 0)
			return;
	if (script == STREAM_SHORT)
		shutdown(fd, SHUT_WR);
	(void)!read(fd, request, sizeof(request));
}

static uint16_t port = PORT;

static void
dns_round(struct datagram_lab *lab, int script, int stream, const char *name, const char *value)
{
	const struct round_option option[] = { { .name = "query", .value = "www.example" },
	    { .name = name != NULL ? name : "dnssec", .value = name != NULL ? value : "optional" },
	    { .name = "dnssec", .value = "optional" } };
	enum stream_script script_of_stream = (enum stream_script)stream;
	pid_t pid = datagram_serve(++port, answer, script);
	pid_t tcp = stream < 0 ? -1 : lab_serve(port, serve_stream, &script_of_stream);

	datagram_begin(lab, &probe_dns, option, 3);
	datagram_round(lab, port, 400);
	lab_end(pid);
	if (tcp > 0)
		lab_end(tcp);
	assert_null(strstr(lab->seen.detail, "127.0"));
}

static void
gives(int script, int stream, const char *name, const char *value, enum outcome outcome,
    enum err err, const char *says)
{
	struct datagram_lab lab;

	dns_round(&lab, script, stream, name, value);
	if (lab.seen.outcome != outcome || lab.seen.err != err ||
	    strstr(lab.seen.detail, says) == NULL)
		fail_msg("%d %d: %s, %s: %s", script, stream, outcome_name(lab.seen.outcome),
		    err_name(lab.seen.err), lab.seen.detail);
	datagram_end(&lab);
}

static void
good(void **state)
{
	struct datagram_lab lab;
	struct bytes text;
	int64_t number;
	bool flag;

	(void)state;
	dns_round(&lab, PLAIN, -1, NULL, NULL);
	assert_int_equal(lab.seen.outcome, OUTCOME_UP);
	assert_true(fact_text(datagram_facts(&lab), FACT_DNS_RCODE, &text));
	assert_true(bytes_equal(text, bytes_of_text("NOERROR")));
	assert_true(fact_flag(datagram_facts(&lab), FACT_DNS_AUTHORITATIVE, &flag) && flag);
	assert_true(fact_flag(datagram_facts(&lab), FACT_DNS_SIGNED, &flag) && !flag);
	assert_true(fact_int(datagram_facts(&lab), FACT_DNS_IGNORED, &number) && number == 0);
	assert_int_equal(lab.seen.blobs, 1);
	datagram_end(&lab);
	gives(LATE, -1, NULL, NULL, OUTCOME_UP, ERR_OK, "");
	gives(TWICE, -1, NULL, NULL, OUTCOME_UP, ERR_OK, "");
	gives(FORGED_FIRST, -1, NULL, NULL, OUTCOME_UP, ERR_OK, "");
}

static void
no_answer(void **state)
{
	(void)state;
	gives(MUTE, -1, NULL, NULL, OUTCOME_DOWN, ERR_TIMEOUT, "did not answer before the deadline");
	gives(OTHER_ID, -1, NULL, NULL, OUTCOME_DOWN, ERR_MISMATCH, "identifier or question is not ours");
	gives(OTHER_NAME, -1, NULL, NULL, OUTCOME_DOWN, ERR_MISMATCH, "identifier or question");
	gives(OTHER_PORT, -1, NULL, NULL, OUTCOME_DOWN, ERR_TIMEOUT, "did not answer");
	gives(SHORT, -1, NULL, NULL, OUTCOME_DOWN, ERR_MALFORMED, "longer than the message");
	gives(LYING, -1, NULL, NULL, OUTCOME_DOWN, ERR_MALFORMED, "is none");
	gives(MIRROR, -1, NULL, NULL, OUTCOME_DOWN, ERR_MISMATCH, "identifier or question");
}

static void
findings(void **state)
{
	(void)state;
	gives(PLAIN, -1, "dnssec", "signed", OUTCOME_DEGRADED, ERR_UNSUPPORTED, "does not speak EDNS");
	gives(PLAIN, -1, "type", "A", OUTCOME_UP, ERR_OK, "");
	gives(SERVFAIL, -1, NULL, NULL, OUTCOME_DOWN, ERR_REFUSED, "answers SERVFAIL");
	gives(PLAIN, -1, "authoritative", "true", OUTCOME_UP, ERR_OK, "");
}

static void
streams(void **state)
{
	(void)state;
	gives(TRUNCATED, STREAM_GOOD, NULL, NULL, OUTCOME_UP, ERR_OK, "");
	gives(TRUNCATED, STREAM_BYTES, NULL, NULL, OUTCOME_UP, ERR_OK, "");
	gives(TRUNCATED, STREAM_CLOSE, NULL, NULL, OUTCOME_DOWN, ERR_CLOSED, "over TCP there is none");
	gives(TRUNCATED, STREAM_SHORT, NULL, NULL, OUTCOME_DOWN, ERR_CLOSED, "over TCP there is none");
	gives(TRUNCATED, STREAM_OTHER_ID, NULL, NULL, OUTCOME_DOWN, ERR_MISMATCH, "another question");
	gives(TRUNCATED, -1, NULL, NULL, OUTCOME_DOWN, ERR_REFUSED, "over TCP there is none");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(good), cmocka_unit_test(no_answer),
	    cmocka_unit_test(findings), cmocka_unit_test(streams) };

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
