/* SPDX-License-Identifier: Apache-2.0 */
/* Chains without a peer: parsing, judging at any second, what is kept and for how long; handshake
 * messages cut at every octet; SNMP answers that lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/clock.h"
#include "probes/snmp_answer.h"
#include "probes/tls_certificate.h"
#include "probes/tls_chain.h"
#include "tests/unit/tls_lab.h"

enum { DAY = 86400 };

static struct tls_pair root, middle, leaf;
static struct buffer root_pem, octets;
static int64_t now;

static int
group_setup(void **state)
{
	const struct tls_pair *sent[] = { &leaf, &middle };

	(void)state;
	now = clock_wall_ms() / 1000 * 1000;
	root = tls_issue(NULL, "Root", true, -10 * DAY, 100 * DAY, NULL);
	middle = tls_issue(&root, "Middle", true, -5 * DAY, 20 * DAY, NULL);
	leaf = tls_issue(&middle, "Leaf, \"quoted\" \xe6\x9d\xb1\xe4\xba\xac", false, -DAY, 10 * DAY,
	    "DNS:amf.lab,DNS:*.pool.lab,IP:192.0.2.9,IP:2001:db8::1");
	tls_pem(&root_pem, &root, false);
	tls_octets(&octets, sent, 2);
	return 0;
}

static int
group_teardown(void **state)
{
	(void)state;
	tls_pair_free(&root), tls_pair_free(&middle), tls_pair_free(&leaf);
	buffer_free(&root_pem), buffer_free(&octets);
	return 0;
}

static void
edges(void **state)
{
	struct tls_anchors *anchors;
	int64_t leaf_after = certificate_time_ms(X509_get0_notAfter(leaf.certificate));
	int64_t leaf_before = certificate_time_ms(X509_get0_notBefore(leaf.certificate));
	int64_t middle_after = certificate_time_ms(X509_get0_notAfter(middle.certificate));
	struct tls_judgement judgement;
	int64_t from, until;
	struct why why;

	(void)state;
	assert_int_equal(tls_anchors_new(&anchors, bytes_of_buffer(&root_pem), &why), ERR_OK);
	judgement = tls_verify(bytes_of_buffer(&octets), anchors, now, &from, &until);
	assert_int_equal(judgement.fault, TLS_FAULT_NONE);
	assert_int_equal(from, leaf_before);
	assert_int_equal(until, leaf_after);
	/* To the very second: what was said to hold until the edge does, and no longer. */
	assert_int_equal(tls_verify(bytes_of_buffer(&octets), anchors, leaf_after - 1, &from,
	    &until).fault, TLS_FAULT_NONE);
	judgement = tls_verify(bytes_of_buffer(&octets), anchors, leaf_after, &from, &until);
	assert_int_equal(judgement.fault, TLS_FAULT_EXPIRED);
	assert_int_equal(judgement.edge_ms, leaf_after);
	assert_int_equal(judgement.depth, 0);
	assert_int_equal(from, leaf_after);
	assert_int_equal(until, middle_after);
	assert_int_equal(tls_verify(bytes_of_buffer(&octets), anchors, leaf_before - 1, &from,
	    &until).fault, TLS_FAULT_NOT_YET);
	assert_int_equal(tls_verify(bytes_of_buffer(&octets), anchors, leaf_before, &from,
	    &until).fault, TLS_FAULT_NONE);
	/* The certificate that says when it ends is the anchor here: its edge counts too. */
	judgement = tls_verify(bytes_of_buffer(&octets), anchors, now + 200LL * DAY * 1000, &from, &until);
	assert_int_equal(judgement.fault, TLS_FAULT_EXPIRED);
	assert_int_equal(from, certificate_time_ms(X509_get0_notAfter(root.certificate)));
	tls_anchors_free(anchors);
}

static void
cache_keeps_and_judges_again(void **state)
{
	struct tls_chain_cache *cache = tls_chain_cache_new();
	struct hash hash = hash_of(bytes_of_buffer(&octets));
	struct tls_anchors *anchors, *none;
	struct tls_chain *chain;
	struct why why;

	(void)state;
	assert_int_equal(tls_anchors_new(&anchors, bytes_of_buffer(&root_pem), &why), ERR_OK);
	assert_int_equal(tls_anchors_new(&none, bytes_of(NULL, 0), &why), ERR_OK);
	chain = tls_chain_find(cache, hash, bytes_of_buffer(&octets));
	assert_ptr_equal(chain, tls_chain_find(cache, hash, bytes_of_buffer(&octets)));
	for (int turn = 0; turn < 3; turn++) {
		assert_int_equal(tls_chain_judge(chain, bytes_of_buffer(&octets), anchors, now).fault,
		    TLS_FAULT_NONE);
		assert_int_equal(tls_chain_judge(chain, bytes_of_buffer(&octets), none, now).fault,
		    TLS_FAULT_UNTRUSTED);
		assert_int_equal(tls_chain_judge(chain, bytes_of_buffer(&octets), anchors,
		    now + 11LL * DAY * 1000).fault, TLS_FAULT_EXPIRED);
	}
	/* A judgement that holds is not made again: the octets are not even looked at. */
	assert_int_equal(tls_chain_judge(chain, bytes_of_buffer(&octets), anchors, now).fault,
	    TLS_FAULT_NONE);
	assert_int_equal(tls_chain_judge(chain, bytes_of("x", 1), anchors, now + DAY).fault,
	    TLS_FAULT_NONE);
	tls_anchors_free(anchors), tls_anchors_free(none);
	tls_chain_cache_free(cache);
}

static void
cache_is_bounded(void **state)
{
	struct tls_chain_cache *cache = tls_chain_cache_new();
	struct hash hash = { { 0 } }, kept = hash_of(bytes_of_text("kept"));

	(void)state;
	for (uint32_t i = 0; i < CHAIN_CACHE_MAX + 300; i++) {
		memcpy(hash.at, &i, sizeof(i));
		assert_non_null(tls_chain_find(cache, hash, bytes_of_buffer(&octets)));
		assert_non_null(tls_chain_find(cache, kept, bytes_of_buffer(&octets)));
	}
	assert_int_equal(tls_chain_cache_count(cache), CHAIN_CACHE_MAX);
	/* What is used stays though it is the oldest: rubbish octets would not parse again. */
	assert_non_null(tls_chain_find(cache, kept, bytes_of("x", 1)));
	memset(hash.at, 0, sizeof(hash.at));
	assert_null(tls_chain_find(cache, hash, bytes_of("x", 1)));
	tls_chain_cache_free(cache);
}

static void
hosts(void **state)
{
	static const struct { const char *host; bool match; } cases[] = {
		{ "amf.lab", true }, { "AMF.lab", true }, { "amf.lab.", true }, { "smf.lab", false },
		{ "a.pool.lab", true }, { "a.b.pool.lab", false }, { "pool.lab", false },
		{ "192.0.2.9", true }, { "192.0.2.10", false }, { "2001:db8::1", true },
		{ "2001:DB8:0::1", true }, { "2001:db8::2", false }, { "Leaf", false }, { "", false } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (tls_verify_host(bytes_of_buffer(&octets), cases[i].host) != cases[i].match)
			fail_msg("%s", cases[i].host);
	assert_false(tls_verify_host(bytes_of(NULL, 0), "amf.lab"));
}

/* Every truncation and many flips: never more than is there, never a crash. */
static void
damaged_octets(void **state)
{
	struct tls_chain_cache *cache = tls_chain_cache_new();
	struct buffer copy = { .max = 0 };
	struct tls_anchors *anchors;
	size_t signed_end;
	int64_t from, until;
	struct why why;

	(void)state;
	assert_int_equal(tls_anchors_new(&anchors, bytes_of_buffer(&root_pem), &why), ERR_OK);
	for (size_t len = 0; len < octets.len; len += 7) {
		struct bytes cut = bytes_of(octets.at, len);
		struct tls_chain *chain = tls_chain_find(cache, hash_of(cut), cut);

		if (len < 300)
			assert_null(chain);
		(void)tls_verify(cut, anchors, now, &from, &until);
	}
	/* Length, outer and inner SEQUENCE; a flip anywhere in what is signed cannot go unseen. */
	buffer_put(&copy, octets.at, octets.len);
	signed_end = 11 + (size_t)(copy.at[9] << 8 | copy.at[10]);
	assert_in_range(signed_end, 200, 600);
	for (size_t i = 11; i < copy.len; i++) {
		enum tls_fault fault;

		copy.at[i] ^= 0x41;
		fault = tls_verify(bytes_of_buffer(&copy), anchors, now, &from, &until).fault;
		assert_true(i >= signed_end || fault != TLS_FAULT_NONE);
		copy.at[i] ^= 0x41;
	}
	tls_anchors_free(anchors);
	assert_int_equal(tls_anchors_new(&anchors, bytes_of_text("no PEM"), &why), ERR_INVALID);
	buffer_free(&copy);
	tls_chain_cache_free(cache);
}

static void
handshake_messages(void **state)
{
	static const uint8_t hello[] = { 2, 0, 0, 54, 3, 3,
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
		27, 28, 29, 30, 31, 32, 0, 0x13, 0x02, 0, 0, 14,
		0, 43, 0, 2, 3, 4, 0, 51, 0, 4, 0x11, 0xec, 0, 0 };
	static const uint8_t exchange[] = { 12, 0, 0, 14, 3, 0, 23, 3, 1, 2, 3, 8, 4, 0, 3, 9, 9, 9 };
	static const uint8_t dhe[] = { 12, 0, 0, 16, 0, 2, 0x7f, 0xff, 0, 1, 2, 0, 1, 5, 6, 1, 0, 2, 9, 9 };
	static const uint8_t verify[] = { 15, 0, 0, 4, 8, 4, 0, 0 };
	struct tls_heard heard = { .group = 0 };

	(void)state;
	tls_hear(&heard, bytes_of(hello, sizeof(hello)), TLS_EXCHANGE_OTHER);
	assert_true(heard.tls13);
	assert_string_equal(tls_group_name(heard.group), "X25519MLKEM768");
	tls_hear(&heard, bytes_of(verify, sizeof(verify)), TLS_EXCHANGE_OTHER);
	assert_string_equal(tls_scheme_name(heard.scheme), "rsa_pss_rsae_sha256");
	heard = (struct tls_heard){ .group = 0 };
	tls_hear(&heard, bytes_of(exchange, sizeof(exchange)), TLS_EXCHANGE_ECDHE);
	assert_string_equal(tls_group_name(heard.group), "secp256r1");
	assert_string_equal(tls_scheme_name(heard.scheme), "rsa_pss_rsae_sha256");
	heard = (struct tls_heard){ .group = 0 };
	tls_hear(&heard, bytes_of(dhe, sizeof(dhe)), TLS_EXCHANGE_DHE);
	assert_int_equal(heard.dh_bits, 15);
	assert_string_equal(tls_scheme_name(heard.scheme), "rsa_pkcs1_sha512");
	for (size_t len = 0; len < sizeof(hello); len++)
		tls_hear(&heard, bytes_of(hello, len), TLS_EXCHANGE_OTHER);
	for (size_t len = 0; len < sizeof(exchange); len++) {
		heard = (struct tls_heard){ .group = 0 };
		tls_hear(&heard, bytes_of(exchange, len), TLS_EXCHANGE_ECDHE);
		assert_int_equal(heard.scheme, 0);	/* a cut message names no scheme */
	}
	assert_null(tls_group_name(0xfafa));
	assert_string_equal(tls_alert_name(116), "certificate_required");
}

static void
certificate_messages(void **state)
{
	static const uint8_t old[] = { 11, 0, 0, 12, 0, 0, 9, 0, 0, 2, 'a', 'b', 0, 0, 1, 'c' };
	static const uint8_t new[] = { 11, 0, 0, 15, 0, 0, 0, 11, 0, 0, 2, 'a', 'b', 0, 0, 0, 0, 1, 'c' };
	struct buffer out = { .max = 0 };

	(void)state;
	assert_int_equal(tls_certificates(bytes_of(old, sizeof(old)), false, &out), 2);
	assert_memory_equal(out.at, old + 7, 9);
	buffer_reset(&out);
	assert_int_equal(tls_certificates(bytes_of(new, sizeof(new)), true, &out), 2);
	assert_int_equal(out.len, 9);
	buffer_reset(&out);
	assert_int_equal(tls_certificates(bytes_of(new, 13), true, &out), 0);
	assert_int_equal(tls_certificates(bytes_of("\x0b", 1), true, &out), 0);
	buffer_free(&out);
}

static struct snmp_value
cell(const unsigned long *oid, size_t len, enum snmp_type type, int64_t number, const char *text)
{
	return (struct snmp_value){ .oid = oid, .oid_len = len, .type = type, .number = number,
	    .octets = bytes_of_text(text) };
}

static void
snmp_table(void **state)
{
	unsigned long oid[] = { 1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 1 }, other[] = { 1, 3, 6, 1, 2, 1, 3 };
	static const struct { unsigned long index; const char *name; int64_t admin, oper; } rows[] = {
		{ 1, "lo", 1, 1 }, { 2, "eth0", 1, 2 }, { 7, "eth1", 2, 2 }, { 9, "eth2", 1, 7 } };
	struct snmp_answer answer = { .err = ERR_OK };
	struct fact_set facts = { .count = 0 };
	struct buffer out = { .max = 0 }, again = { .max = 0 };
	struct snmp_value value;
	struct why why;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		oid[10] = rows[i].index;
		oid[9] = 2, value = cell(oid, 11, SNMP_OCTETS, 0, rows[i].name);
		snmp_answer_column(&answer, 0, &value);
		oid[9] = 7, value = cell(oid, 11, SNMP_INTEGER, rows[i].admin, "");
		snmp_answer_column(&answer, 1, &value);
		oid[9] = 8, value = cell(oid, 11, SNMP_INTEGER, rows[i].oper, "");
		snmp_answer_column(&answer, 2, &value);
	}
	assert_false(snmp_answer_table_done(&answer));
	for (unsigned column = 0; column < 3; column++) {
		value = cell(other, 7, SNMP_INTEGER, 0, "");
		snmp_answer_column(&answer, column, &value);
	}
	assert_true(snmp_answer_table_done(&answer));
	assert_int_equal(answer.err, ERR_OK);
	snmp_answer_facts(&answer, &facts);
	fact_set_write(&facts, FACTS_ALL, &out);
	assert_int_equal(facts_check(bytes_of_buffer(&out), &why), ERR_OK);
	assert_non_null(memmem(out.at, out.len, "\x82" "deth0" "deth2", 11));
	buffer_reset(&out);
	snmp_answer_evidence(&answer, &out);
	assert_int_equal(cbor_check(bytes_of_buffer(&out), &why), ERR_OK);
	snmp_answer_evidence(&answer, &again);
	assert_true(bytes_equal(bytes_of_buffer(&out), bytes_of_buffer(&again)));
	buffer_free(&out), buffer_free(&again);
	fact_set_free(&facts);
	snmp_answer_free(&answer);
}

static void
snmp_tables_that_lie(void **state)
{
	unsigned long oid[] = { 1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 5 };
	struct snmp_answer answer = { .err = ERR_OK };
	struct snmp_value value = cell(oid, 11, SNMP_OCTETS, 0, "eth");

	(void)state;
	snmp_answer_column(&answer, 0, &value);
	snmp_answer_column(&answer, 0, &value);		/* the same again: it would never end */
	assert_int_equal(answer.err, ERR_MALFORMED);
	snmp_answer_free(&answer);
	answer = (struct snmp_answer){ .err = ERR_OK };
	for (oid[10] = 1; oid[10] < 5000; oid[10]++)
		snmp_answer_column(&answer, 0, &value);
	assert_int_equal(answer.err, ERR_LIMIT);
	assert_int_equal(answer.interfaces, SNMP_INTERFACES_MAX);
	snmp_answer_free(&answer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges), cmocka_unit_test(cache_keeps_and_judges_again),
		cmocka_unit_test(cache_is_bounded), cmocka_unit_test(hosts),
		cmocka_unit_test(damaged_octets), cmocka_unit_test(handshake_messages),
		cmocka_unit_test(certificate_messages), cmocka_unit_test(snmp_table),
		cmocka_unit_test(snmp_tables_that_lie),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
