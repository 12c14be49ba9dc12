/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The DNS codec: answers of a real nsd cut at every octet, names that point at themselves, lengths
 * that lie, and what signatures say of their time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/wire/dns.h"
#include "tests/unit/vectors.h"

static struct dns_answer answer;	/* large */

static void
name_is(const char *text, const char *as)
{
	struct dns_name name;
	struct why why;
	char out[DNS_NAME_TEXT];

	assert_int_equal(dns_name_of(text, &name, &why), ERR_OK);
	dns_name_text(&name, out);
	assert_string_equal(out, as);
}

static void
names(void **state)
{
	static const char *const wrong[] = { ".a", "a..b", "a b", "a\\b",
	    "0123456789012345678901234567890123456789012345678901234567890123.jp" };
	struct dns_name name;
	struct why why;
	char most[256];

	(void)state;
	name_is("WWW.Example.jp", "www.example.jp");
	name_is("www.example.jp.", "www.example.jp");
	name_is(".", ".");
	name_is("", ".");
	name_is("_sip._udp.example", "_sip._udp.example");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(dns_name_of(wrong[i], &name, &why), ERR_INVALID);
	for (size_t i = 0; i < 255; i++)
		most[i] = i % 2 == 0 ? 'a' : '.';
	most[253] = '\0';
	assert_int_equal(dns_name_of(most, &name, &why), ERR_OK);
	assert_int_equal(name.len, 255);
	most[253] = '.', most[254] = '\0';
	assert_int_equal(dns_name_of(most, &name, &why), ERR_OK);
	most[254] = 'a', most[255] = '\0';
	assert_int_equal(dns_name_of(most, &name, &why), ERR_INVALID);
}

static struct dns_asked
asked_of(const char *name, uint16_t type)
{
	struct dns_asked asked = { .id = 0x1234, .type = type };
	struct why why;

	assert_int_equal(dns_name_of(name, &asked.name, &why), ERR_OK);
	return asked;
}

static void
query(void **state)
{
	/* What tshark reads as "A www.carrier.test", AD, OPT with DO and an empty NSID. */
	static const char expected[] = "123401200001000000000001" "0377777707636172726965720474657374"
	    "0000010001" "00002904d000008000000400030000";
	struct dns_asked asked = asked_of("www.carrier.test", DNS_A);
	struct buffer out = { .max = 512 };
	struct why why;
	char hex[256];

	(void)state;
	dns_query_write(&asked, &out);
	hex_of(bytes_of_buffer(&out), hex);
	assert_string_equal(hex, expected);
	assert_int_equal(dns_read(bytes_of_buffer(&out), &answer, &why), ERR_OK);
	assert_false(dns_answers(&answer, &asked));
	buffer_free(&out);
}

static struct buffer
read_file(const char *path)
{
	struct buffer raw = vectors_file(path);
	struct why why = { .text = "" };

	if (dns_read(bytes_of_buffer(&raw), &answer, &why) != ERR_OK)
		fail_msg("%s: %s", path, why.text);
	return raw;
}

static void
data_is(size_t at, const char *text)
{
	struct buffer out = { .max = 4096 };

	assert_int_equal(dns_data_text(&answer, &answer.record[at], &out), ERR_OK);
	assert_string_equal(buffer_text(&out), text);
	buffer_free(&out);
}

static void
real_answer(void **state)
{
	struct dns_asked asked = asked_of("www.carrier.test", DNS_A);
	struct buffer raw = read_file("tests/data/dns/nsd-a"), part = { .max = 4096 };
	struct why why;

	(void)state;
	assert_true(dns_answers(&answer, &asked));
	asked.id++;
	assert_false(dns_answers(&answer, &asked));
	asked = asked_of("ww2.carrier.test", DNS_A);
	assert_false(dns_answers(&answer, &asked));
	asked = asked_of("www.carrier.test", DNS_AAAA);
	assert_false(dns_answers(&answer, &asked));
	assert_true(answer.authoritative && answer.edns && answer.dnssec);
	assert_false(answer.recursion || answer.authentic || answer.truncated);
	assert_int_equal(answer.rcode, DNS_NOERROR);
	assert_int_equal(answer.records, 6);
	assert_true(bytes_equal(answer.nsid, bytes_of_text("ns1.carrier.test")));
	data_is(0, "192.0.2.1");
	data_is(1, "\\# 96");
	data_is(2, "ns.carrier.test");
	/* Cut anywhere, in memory of its own: never read past, never an answer. */
	for (size_t len = 0; len < raw.len; len++) {
		buffer_free(&part);
		buffer_put(&part, raw.at, len);
		assert_int_equal(dns_read(bytes_of_buffer(&part), &answer, &why), ERR_MALFORMED);
	}
	buffer_put_u8(&raw, 0);
	assert_int_equal(dns_read(bytes_of_buffer(&raw), &answer, &why), ERR_MALFORMED);
	buffer_free(&raw), buffer_free(&part);
}

static void
other_answers(void **state)
{
	struct buffer raw = read_file("tests/data/dns/nsd-naptr");

	(void)state;
	data_is(0, "10 50 \"s\" \"SIP+D2U\" \"\" _sip._udp.carrier.test");
	buffer_free(&raw);
	raw = read_file("tests/data/dns/nsd-truncated");
	assert_true(answer.truncated);
	buffer_free(&raw);
	raw = read_file("tests/data/dns/nsd-refused");
	assert_int_equal(answer.rcode, DNS_REFUSED);
	buffer_free(&raw);
	raw = read_file("tests/data/dns/nsd-nxdomain");
	assert_int_equal(answer.rcode, DNS_NXDOMAIN);
	for (size_t i = 0; i < answer.records; i++)
		if (answer.record[i].type == DNS_SOA)
			data_is(i, "ns.carrier.test 2026112901");
	buffer_free(&raw);
}

static void
seals(void **state)
{
	const int64_t ends = 1798365160;	/* by tshark: 2026-12-27 09:52:40 */
	struct buffer raw = read_file("tests/data/dns/nsd-a");
	struct dns_seal seal;
	char text[DNS_NAME_TEXT];

	(void)state;
	dns_seal_look(&answer, ends - 3600, &seal);
	assert_int_equal(seal.sets, 1);
	assert_int_equal(seal.sealed, 1);
	assert_int_equal(seal.expiry_s, ends);
	assert_int_equal(seal.algorithms, 1);
	assert_int_equal(seal.algorithm[0], 13);
	dns_name_text(&seal.signer, text);
	assert_string_equal(text, "carrier.test");
	assert_false(seal.expired || seal.early || seal.malformed);
	dns_seal_look(&answer, ends, &seal);
	assert_false(seal.expired);
	dns_seal_look(&answer, ends + 1, &seal);
	assert_true(seal.expired && !seal.early);
	dns_seal_look(&answer, ends - INT64_C(90) * 86400, &seal);
	assert_true(seal.early && !seal.expired);
	buffer_free(&raw);
	/* SOA and three of NSEC3, all signed: that there is no such name. */
	raw = read_file("tests/data/dns/nsd-nxdomain");
	dns_seal_look(&answer, ends - 3600, &seal);
	assert_int_equal(seal.sets, 4);
	assert_int_equal(seal.sealed, 4);
	/* One signature says that it is for another type: then its set has none. */
	for (size_t i = 0; i < answer.records; i++)
		if (answer.record[i].type == DNS_RRSIG) {
			raw.at[answer.record[i].data.at - raw.at + 1] = 99;
			break;
		}
	dns_seal_look(&answer, ends - 3600, &seal);
	assert_int_equal(seal.sealed, 3);
	buffer_free(&raw);
}

/* A header with these counts, then octets. */
static enum err
read_of(unsigned questions, unsigned answers, unsigned additional, const char *octets, size_t len)
{
	struct buffer raw = { .max = 70000 };
	struct why why;
	enum err err;

	buffer_put_be(&raw, 0x12348400, 4);
	buffer_put_be(&raw, questions, 2);
	buffer_put_be(&raw, answers, 2);
	buffer_put_be(&raw, 0, 2);
	buffer_put_be(&raw, additional, 2);
	buffer_put(&raw, octets, len);
	err = dns_read(bytes_of_buffer(&raw), &answer, &why);
	buffer_free(&raw);
	return err;
}

#define READ(questions, answers, additional, octets) \
	read_of(questions, answers, additional, octets, sizeof(octets) - 1)

static void
hostile(void **state)
{
	struct buffer many = { .max = 70000 };

	(void)state;
	/* A name that points at itself, ahead, at its own first label; a label of another kind. */
	assert_int_equal(READ(1, 0, 0, "\xc0\x0c\0\1\0\1"), ERR_MALFORMED);
	assert_int_equal(READ(1, 0, 0, "\xc0\x0e\0\1\0\1\0"), ERR_MALFORMED);
	assert_int_equal(READ(1, 0, 0, "\1a\xc0\x0c\0\1\0\1"), ERR_MALFORMED);
	assert_int_equal(READ(1, 0, 0, "\x41" "a\0\0\1\0\1"), ERR_MALFORMED);
	assert_int_equal(READ(1, 0, 0, "\xc0"), ERR_MALFORMED);
	assert_int_equal(READ(1, 0, 0, "\1a\0\0\1\0\1"), ERR_OK);
	/* Counts and lengths that lie. */
	assert_int_equal(READ(2, 0, 0, "\1a\0\0\1\0\1"), ERR_MALFORMED);
	assert_int_equal(READ(0, 1, 0, "\0\0\1\0\1\0\0\0\0\0\5abcd"), ERR_MALFORMED);
	assert_int_equal(READ(0, 65535, 0, "\0\0\1\0\1\0\0\0\0\0\4abcd"), ERR_MALFORMED);
	/* OPT: twice, in the answer, with a name, an option that is longer than it. */
	assert_int_equal(READ(0, 0, 1, "\0\0\x29\4\xd0\0\0\x80\0\0\0"), ERR_OK);
	assert_true(answer.edns);
	assert_int_equal(READ(0, 0, 2, "\0\0\x29\4\xd0\0\0\x80\0\0\0" "\0\0\x29\4\xd0\0\0\x80\0\0\0"),
	    ERR_MALFORMED);
	assert_int_equal(READ(0, 1, 0, "\0\0\x29\4\xd0\0\0\x80\0\0\0"), ERR_MALFORMED);
	assert_int_equal(READ(0, 0, 1, "\1a\0\0\x29\4\xd0\0\0\x80\0\0\0"), ERR_MALFORMED);
	assert_int_equal(READ(0, 0, 1, "\0\0\x29\4\xd0\0\0\x80\0\0\4\0\3\0\1"), ERR_MALFORMED);
	/* Upper bits of the response code; an extended error. */
	assert_int_equal(READ(0, 0, 1, "\0\0\x29\4\xd0\1\0\x80\0\0\7\0\x0f\0\3\0\6x"), ERR_OK);
	assert_int_equal(answer.rcode, 16);
	assert_int_equal(answer.error, 6);
	assert_string_equal(dns_error_text(answer.error), "DNSSEC bogus");
	/* Without end. */
	for (size_t i = 0; i < DNS_RECORDS_MAX + 1; i++)
		buffer_put(&many, "\0\0\1\0\1\0\0\0\0\0\4abcd", 15);
	assert_int_equal(read_of(0, DNS_RECORDS_MAX, 0, (char *)many.at, many.len - 15), ERR_OK);
	assert_int_equal(read_of(0, DNS_RECORDS_MAX + 1, 0, (char *)many.at, many.len), ERR_LIMIT);
	buffer_free(&many);
}

static enum err
text_of(uint16_t type, const char *data, size_t len, struct buffer *out)
{
	buffer_reset(out);
	answer.message = bytes_of(data, len);
	answer.record[0] = (struct dns_record){ .type = type, .data = answer.message };
	return dns_data_text(&answer, &answer.record[0], out);
}

static void
texts(void **state)
{
	struct buffer out = { .max = 4096 };
	struct dns_name name = { .at = "\4a.\x1b\xff", .len = 6 };
	char text[DNS_NAME_TEXT], number[16];

	(void)state;
	assert_int_equal(text_of(DNS_MX, "\0\12\2mx\0", 6, &out), ERR_OK);
	assert_string_equal(buffer_text(&out), "10 mx");
	assert_int_equal(text_of(DNS_MX, "\0\12\2mx\0x", 7, &out), ERR_MALFORMED);
	assert_int_equal(text_of(DNS_MX, "\0\12\2mx", 5, &out), ERR_MALFORMED);
	assert_int_equal(text_of(DNS_TXT, "\2v=\1x", 5, &out), ERR_OK);
	assert_string_equal(buffer_text(&out), "v=x");
	assert_int_equal(text_of(DNS_TXT, "\2v=\2x", 5, &out), ERR_MALFORMED);
	assert_int_equal(text_of(DNS_TXT, "", 0, &out), ERR_MALFORMED);
	assert_int_equal(text_of(DNS_A, "abc", 3, &out), ERR_MALFORMED);
	assert_int_equal(text_of(DNS_AAAA, "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16, &out), ERR_OK);
	assert_string_equal(buffer_text(&out), "2001:db8:0:0:0:0:0:1");
	assert_int_equal(text_of(DNS_SRV, "\0\1\0\2\23\304\1a\0", 9, &out), ERR_OK);
	assert_string_equal(buffer_text(&out), "1 2 5060 a");
	dns_name_text(&name, text);
	assert_string_equal(text, "a\\.\\027\\255");
	assert_string_equal(dns_rcode_name(16, number), "BADVERS");
	assert_string_equal(dns_rcode_name(4095, number), "RCODE4095");
	assert_string_equal(dns_algorithm_name(65, number), "65");
	assert_true(dns_algorithm_weak(5) && dns_algorithm_weak(12) && !dns_algorithm_weak(13));
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(names), cmocka_unit_test(query),
	    cmocka_unit_test(real_answer), cmocka_unit_test(other_answers), cmocka_unit_test(seals),
	    cmocka_unit_test(hostile), cmocka_unit_test(texts) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
