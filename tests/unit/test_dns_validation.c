/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Validation in the dns probe against a simulated server that answers the probe and then is mute,
 * refuses, lies, floods or refers; anchors of no use; many rounds at a time, rounds that are
 * cancelled, and what is left of them.  Real zones are in tests/peers/dns.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>

#include "probes/dns_validation.h"
#include "tests/unit/datagram_lab.h"

#define ANCHOR "example. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"

enum { PORT = 7981, QUESTION = 12 + 13 + 4, PROBE_LEN = QUESTION + 15, MOST = VALIDATIONS_MAX + 4,
	SOURCE = 0x7f00004d };

/* What it says to a validator; the probe's own question, known by its length, is answered. */
enum script { HONEST, MUTE, REFUSED, GARBAGE, OTHER_ID, FLOOD, TRUNCATED, REFERRAL, SERVFAIL,
	FROM_SOURCE };

static size_t
answer_make(const uint8_t *request, size_t len, uint8_t *out, unsigned flags, bool record)
{
	static const uint8_t address[] = { 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1 };
	size_t end = 12;

	while (end < len && request[end] != 0)
		end += 1u + request[end];
	end += 5;
	memcpy(out, request, end);
	out[2] = (uint8_t)(flags >> 8), out[3] = (uint8_t)flags;
	memset(out + 6, 0, 6);
	out[7] = record;
	if (record)
		memcpy(out + end, address, sizeof(address));
	return end + (record ? sizeof(address) : 0);
}

static void
answer(const struct datagram_peer *peer, const uint8_t *request, size_t len, int script)
{
	static const uint8_t servers[] = { 0xc0, 16, 0, 2, 0, 1, 0, 0, 0, 60, 0, 4, 1, 'n', 0xc0, 16 };
	uint8_t out[2048];
	size_t size = answer_make(request, len, out, 0x8400, true);
	bool own = len == PROBE_LEN;

	if (script == FROM_SOURCE && peer->peer.sin_addr.s_addr != htonl(SOURCE))
		return;
	if (script == REFERRAL) {
		size = answer_make(request, len, out, 0x8000, false);
		out[9] = 1;
		memcpy(out + size, servers, sizeof(servers));
		size += sizeof(servers);
	}
	if (script == SERVFAIL || (script == REFUSED && !own))
		size = answer_make(request, len, out, script == REFUSED ? 0x8005 : 0x8002, false);
	if (script == TRUNCATED && !own)
		size = answer_make(request, len, out, 0x8600, false);
	if (script == MUTE && !own)
		return;
	if (script == OTHER_ID && !own)
		out[0] ^= 0x55;
	if (script == GARBAGE && !own)
		memset(out + 12, 0xff, size = 1500);
	for (unsigned i = 0; script == FLOOD && !own && i < 2000; i++) {
		out[0] = (uint8_t)(i >> 8), out[1] = (uint8_t)i;
		datagram_say(peer, out, size);
	}
	if (script != FLOOD || own)
		datagram_say(peer, out, size);
}

static uint16_t port = PORT;

/* The options of a round whose anchors are these octets. */
static void
options_of(const char *anchor, struct round_option option[3])
{
	option[0] = (struct round_option){ .name = "query", .value = "www.example" };
	option[1] = (struct round_option){ .name = "dnssec", .value = "optional" };
	option[2] = (struct round_option){ .name = "trust_anchor", .value = "anchor",
	    .octets = bytes_of_text(anchor) };
}

static void
gives(int script, const char *anchor, enum outcome outcome, enum err err, const char *says)
{
	struct round_option option[3];
	struct datagram_lab lab;
	struct bytes text;
	bool flag, shown;
	pid_t pid = datagram_serve(++port, answer, script);

	options_of(anchor, option);
	datagram_begin(&lab, &probe_dns, option, 3);
	/* Those who never come to an end end here. */
	datagram_round(&lab, port, script == HONEST || script >= REFERRAL ? 4000 : 500);
	lab_end(pid);
	shown = fact_flag(datagram_facts(&lab), FACT_DNS_VALIDATED, &flag);
	if (lab.seen.outcome != outcome || lab.seen.err != err || lab.seen.times != 1 ||
	    strstr(lab.seen.detail, says) == NULL)
		fail_msg("%d: %s, %s: %s", script, outcome_name(lab.seen.outcome),
		    err_name(lab.seen.err), lab.seen.detail);
	assert_null(strstr(lab.seen.detail, "127.0"));
	assert_true(fact_text(datagram_facts(&lab), FACT_DNS_VALIDATION, &text));
	if (text.at[0] == 'b')
		assert_true(shown && !flag && bytes_equal(bytes_slice(text, 0, 7),
		    bytes_of_text("bogus: ")));
	else
		assert_true(!shown && bytes_equal(bytes_slice(text, 0, 15),
		    bytes_of_text("indeterminate: ")));
	datagram_end(&lab);
}

static void
hostile(void **state)
{
	(void)state;
	gives(HONEST, ANCHOR, OUTCOME_DEGRADED, ERR_UNTRUSTED, "bogus (no DNSKEY rrset");
	gives(MUTE, ANCHOR, OUTCOME_DEGRADED, ERR_UNTRUSTED, "did not answer all that a validator");
	gives(REFUSED, ANCHOR, OUTCOME_DEGRADED, ERR_UNTRUSTED, "cannot be validated");
	gives(GARBAGE, ANCHOR, OUTCOME_DEGRADED, ERR_UNTRUSTED, "cannot be validated");
	gives(OTHER_ID, ANCHOR, OUTCOME_DEGRADED, ERR_UNTRUSTED, "cannot be validated");
	gives(FLOOD, ANCHOR, OUTCOME_DEGRADED, ERR_UNTRUSTED, "cannot be validated");
	gives(TRUNCATED, ANCHOR, OUTCOME_DEGRADED, ERR_UNTRUSTED, "cannot be validated");
	gives(REFERRAL, ANCHOR, OUTCOME_DEGRADED, ERR_NOT_FOUND, "refers to others, who are not");
	gives(SERVFAIL, ANCHOR, OUTCOME_DOWN, ERR_REFUSED, "answers SERVFAIL, and the answer cannot");
}

static void
blind(void **state)
{
	static char many[65 * sizeof(ANCHOR)];

	(void)state;
	gives(HONEST, "", OUTCOME_UNKNOWN, ERR_INVALID, "has no record");
	gives(HONEST, "\n" ANCHOR "00", OUTCOME_UNKNOWN, ERR_INVALID, "line 2 cannot be read");
	gives(HONEST, "w" ANCHOR, OUTCOME_UNKNOWN, ERR_INVALID, "zone above the name");
	gives(HONEST, "example. IN DS 1 12 3 00", OUTCOME_UNKNOWN, ERR_INVALID, "can be verified here");
	for (size_t i = 0; i < 65; i++)
		memcpy(many + i * sizeof(ANCHOR), ANCHOR "\n", sizeof(ANCHOR));
	many[sizeof(many) - 1] = '\0';
	gives(HONEST, many, OUTCOME_UNKNOWN, ERR_INVALID, "more than 64 records");
}

/* The validator sends from where the round does. */
static void
from_a_vantage(void **state)
{
	struct sockaddr_in source = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(SOURCE) };
	struct round_option option[3];
	struct datagram_lab lab;
	pid_t pid = datagram_serve(++port, answer, FROM_SOURCE);

	(void)state;
	options_of(ANCHOR, option);
	datagram_begin(&lab, &probe_dns, option, 3);
	endpoint_source(lab.endpoint, "osaka", (struct sockaddr *)&source);
	datagram_round(&lab, port, 4000);
	lab_end(pid);
	assert_non_null(strstr(lab.seen.detail, "bogus (no DNSKEY rrset"));
	datagram_end(&lab);
}

static size_t
entries(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

/* More at a time than there are places: who gets none by the deadline says so. */
static void
many(void **state)
{
	struct round_option option[3];
	struct datagram_lab lab;
	struct endpoint *endpoint[MOST];
	struct lab_seen seen[MOST] = { { .times = 0 } };
	size_t threads = entries("/proc/self/task"), waited = 0, asked = 0, done = 0;
	pid_t pid = datagram_serve(++port, answer, MUTE);

	(void)state;
	options_of(ANCHOR, option);
	datagram_begin(&lab, &probe_dns, option, 3);
	for (size_t i = 0; i < MOST; i++) {
		endpoint[i] = endpoint_new(lab.machine, &probe_dns, "127.0.0.1", option, 3);
		/* Who waits gives up long before a place is free again, however slow we are. */
		assert_int_equal(lab_start(lab.machine, endpoint[i], "127.0.0.1", port,
		    i < VALIDATIONS_MAX ? 2500 : 300, &seen[i]), ERR_OK);
	}
	while (done < MOST) {
		uv_run(&lab.loop, UV_RUN_ONCE);
		assert_true(entries("/proc/self/task") <= threads + VALIDATIONS_MAX);
		done = 0;
		for (size_t i = 0; i < MOST; i++)
			done += seen[i].times;
	}
	lab_end(pid);
	for (size_t i = 0; i < MOST; i++) {
		waited += strstr(seen[i].detail, "32 others were being validated") != NULL;
		asked += strstr(seen[i].detail, "did not answer all") != NULL;
		endpoint_free(endpoint[i]);
		lab_seen_free(&seen[i]);
	}
	assert_int_equal(asked, VALIDATIONS_MAX);
	assert_int_equal(waited, MOST - VALIDATIONS_MAX);
	datagram_end(&lab);
}

/* Nothing is left of a round: not of one that ended, not of one that was cancelled. */
static void
nothing_grows(void **state)
{
	struct round_option option[3];
	struct datagram_lab lab;
	size_t files = 0, threads = 0;
	pid_t honest = datagram_serve(++port, answer, HONEST), mute = datagram_serve(port + 1, answer, MUTE);

	(void)state;
	options_of(ANCHOR, option);
	datagram_begin(&lab, &probe_dns, option, 3);
	for (unsigned i = 0; i < 30; i++) {
		datagram_round(&lab, port, 4000);
		assert_int_equal(lab.seen.outcome, OUTCOME_DEGRADED);
		assert_int_equal(lab_start(lab.machine, lab.endpoint, "127.0.0.1",
		    (uint16_t)(port + 1), 5000, &lab.seen), ERR_OK);
		while (i % 3 != 0 && entries("/proc/self/task") <= threads)
			uv_run(&lab.loop, UV_RUN_ONCE);
		endpoint_free(lab.endpoint);
		lab.endpoint = endpoint_new(lab.machine, &probe_dns, "127.0.0.1", option, 3);
		uv_run(&lab.loop, UV_RUN_NOWAIT);
		if (i == 0)
			files = entries("/proc/self/fd"), threads = entries("/proc/self/task");
		assert_int_equal(entries("/proc/self/fd"), files);
		assert_int_equal(entries("/proc/self/task"), threads);
	}
	port++;
	lab_end(honest), lab_end(mute);
	datagram_end(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(hostile), cmocka_unit_test(blind),
	    cmocka_unit_test(from_a_vantage), cmocka_unit_test(many),
	    cmocka_unit_test(nothing_grows) };

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
