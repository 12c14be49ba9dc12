/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trust anchors in files: the root's own, as IANA publishes it, and lines that are none; and
 * sentences of a real libunbound 1.17.1, made fit to be kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "probes/wire/dns_anchor.h"

#define ROOT "20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D"
#define KEY  "oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeqCYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA=="

static struct dns_anchor anchor;
static struct why why;

static enum err
first(const char *text)
{
	size_t at = 0;

	why = (struct why){ .err = ERR_OK };
	return dns_anchor_next(bytes_of_text(text), &at, &anchor, &why);
}

static void
reads(const char *text, const char *as, bool usable)
{
	assert_int_equal(first(text), ERR_OK);
	assert_string_equal(anchor.text, as);
	assert_int_equal(anchor.usable, usable);
}

static void
good(void **state)
{
	static const char two[] = "; of two zones\r\n\na. IN DS " ROOT "\n\nb IN DS " ROOT " ; end";
	size_t at = 0;

	(void)state;
	reads(". IN DS " ROOT, ". IN DS " ROOT, true);
	reads(".\t172800\tin\tds\t" ROOT " ;; state=2 [  VALID  ]\n", ". IN DS " ROOT, true);
	reads("Example.JP IN 60 DS 1 13 2 E06D44B80B8F1D39A95C0B0D7C65D084\t58E880409BBC683457104237"
	    "C7F8EC8D", "example.jp. IN DS 1 13 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457"
	    "104237C7F8EC8D", true);
	reads("example. DNSKEY 257 3 13 " KEY, "example. IN DNSKEY 257 3 13 " KEY, true);
	/* Known in form, and nothing can be verified by them here. */
	reads("a. DS 1 12 3 00ff", "a. IN DS 1 12 3 00ff", false);
	reads("a. DS 1 200 2 " "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
	    "a. IN DS 1 200 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
	    false);
	reads("a. DNSKEY 256 3 3 " KEY, "a. IN DNSKEY 256 3 3 " KEY, false);
	assert_int_equal(dns_anchor_next(bytes_of_text(two), &at, &anchor, &why), ERR_OK);
	assert_string_equal(anchor.text, "a. IN DS " ROOT);
	assert_int_equal(dns_anchor_next(bytes_of_text(two), &at, &anchor, &why), ERR_OK);
	assert_string_equal(anchor.text, "b. IN DS " ROOT);
	assert_int_equal(dns_anchor_next(bytes_of_text(two), &at, &anchor, &why), ERR_NOT_FOUND);
	assert_int_equal(first(""), ERR_NOT_FOUND);
	assert_int_equal(first(" ; nothing\n\n"), ERR_NOT_FOUND);
}

static void
wrong(void **state)
{
	static const char *const line[][2] = {
		{ "a..b IN DS " ROOT, "name of a zone" },
		{ "$TTL 300", "DS or DNSKEY record on one line" },
		{ "a. IN DS 1 13 2", "DS or DNSKEY record on one line" },
		{ "a. IN A 192.0.2.1", "DS or DNSKEY record on one line" },
		{ "a. IN DS ( 1 13 2 00 )", "three numbers" },
		{ "a. IN DS 65536 13 2 00", "three numbers" },
		{ "a. IN DS 1 256 2 00", "three numbers" },
		{ "a. IN DS 1 99999999999999999999 2 00", "three numbers" },
		{ "a. IN DS 1 13 2 0g", "hexadecimal" },
		{ "a. IN DS 1 13 2 000", "hexadecimal" },
		{ "a. IN DS 1 13 2 00ff", "not as long as its type" },
		{ "a. IN DNSKEY 257 3 13 !", "base64" },
		{ "a. IN DNSKEY 257 3 13 AAA", "base64" },
		{ "a. IN DNSKEY 257 2 13 AAAA", "protocol" },
		{ "a. IN DNSKEY 0 3 13 AAAA", "no key of a zone" },
		{ "a. IN DNSKEY 385 3 13 AAAA", "revoked" },
		{ "a. IN DS " ROOT " \x1b[2J", "plain text" },
		{ "a. IN DS\xe3\x81\x82", "plain text" }
	};
	struct buffer large = { .max = 3 * DNS_ANCHOR_LINE };

	(void)state;
	for (size_t i = 0; i < sizeof(line) / sizeof(line[0]); i++)
		if (first(line[i][0]) != ERR_MALFORMED || strstr(why.text, line[i][1]) == NULL)
			fail_msg("%s: %s", line[i][0], why.text);
	assert_int_equal(first("\n;\n\na"), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "line 4 cannot be read"));
	buffer_put_text(&large, "a. IN DNSKEY 257 3 13 ");
	while (large.len < DNS_ANCHOR_LINE)
		buffer_put_text(&large, "A");
	assert_int_equal(first(buffer_text(&large)), ERR_MALFORMED);
	buffer_put_text(&large, "A");
	assert_int_equal(first(buffer_text(&large)), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "too long"));
	buffer_reset(&large);
	for (size_t i = 0; i < 100; i++)
		buffer_put_text(&large, "1 ");
	assert_int_equal(first(buffer_text(&large)), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "too long"));
	buffer_free(&large);
}

static bool
covers(const char *zone, const char *name, uint16_t type)
{
	struct dns_asked asked = { .type = type };

	assert_int_equal(dns_name_of(zone, &anchor.owner, &why), ERR_OK);
	assert_int_equal(dns_name_of(name, &asked.name, &why), ERR_OK);
	return dns_anchor_covers(&anchor, &asked);
}

static void
above(void **state)
{
	(void)state;
	assert_true(covers("example.jp", "www.example.jp", DNS_A));
	assert_true(covers("example.jp", "example.jp", DNS_SOA));
	assert_true(covers(".", "www.example.jp", DNS_A) && covers(".", ".", DNS_NS));
	assert_false(covers("example.jp", "jp", DNS_NS));
	assert_false(covers("example.jp", "www.other.jp", DNS_A));
	/* Not by octets: by labels. */
	assert_false(covers("example.jp", "notexample.jp", DNS_A));
	assert_false(covers("www.example.jp", "example.jp", DNS_A));
	/* The zone above it says what its keys are. */
	assert_false(covers("example.jp", "example.jp", DNS_DS));
	assert_true(covers("jp", "example.jp", DNS_DS));
}

static void
becomes(const char *sentence, const char *as)
{
	struct buffer out = { .max = 200 };

	dns_bogus_text(sentence, &out);
	assert_string_equal(buffer_text(&out), as);
	buffer_free(&out);
}

static void
sentences(void **state)
{
	(void)state;
	becomes("validation failure <www.carrier.test. A IN>: signature expired from 127.0.0.1 for "
	    "trust anchor carrier.test. while building chain of trust",
	    "signature expired for trust anchor carrier.test. while building chain of trust");
	becomes("validation failure <www.carrier.test. A IN>: ECDSA signature verification failed "
	    "from 127.0.0.1", "ECDSA signature verification failed");
	becomes("validation failure <a. A IN>: no signatures from 2001:db8::1 and 192.0.2.1",
	    "no signatures");
	becomes("no signatures from unknown keys", "no signatures from unknown keys");
	becomes("a\x1b[2J\xff", "a?[2J?");
	becomes("", "");
	becomes("x from ", "x from ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(good), cmocka_unit_test(wrong),
	    cmocka_unit_test(above), cmocka_unit_test(sentences) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
