/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of a metadata service: whole, in pieces, cut, and wrong in every way that is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/envelope.h"
#include "monitor/witness/witness.h"
#include "probes/wire/imds.h"

#define OK "HTTP/1.1 200 OK\r\n"

static struct imds_answer answer;
static struct why why;

static enum err
read_of(struct bytes octets, bool ended)
{
	buffer_free(&answer.body);
	why = (struct why){ .err = ERR_OK };
	return imds_answer_read(octets, ended, &answer, &why);
}

static void
gives(const char *text, bool ended, const char *body)
{
	assert_int_equal(read_of(bytes_of_text(text), ended), ERR_OK);
	assert_string_equal(buffer_text(&answer.body), body);
	/* No beginning of it is taken for the whole, unless nothing says how long it is. */
	for (size_t len = 0; len < strlen(text); len++)
		assert_int_equal(read_of(bytes_of(text, len), false), ERR_TRUNCATED);
}

static void
refuses(enum err err, const char *text, const char *words)
{
	assert_int_equal(read_of(bytes_of_text(text), true), err);
	if (strstr(why.text, words) == NULL)
		fail_msg("\"%s\" has no \"%s\"", why.text, words);
}

static void
test_answers(void **state)
{
	(void)state;
	gives(OK "Content-Length: 5\r\n\r\nhello", false, "hello");
	gives(OK "content-length:5\r\nServer: x\r\n\r\nhello", true, "hello");
	gives(OK "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", false, "hello");
	gives(OK "Transfer-Encoding: chunked\r\n\r\n00000005\r\nhello\r\n0\r\n\r\n", false,
	    "hello");
	gives("HTTP/1.0 200 \r\n\r\nhello", true, "hello");
	gives(OK "Metadata-Flavor:  Google \r\nContent-Length: 0\r\n\r\n", false, "");
	assert_int_equal(read_of(bytes_of_text(OK "Metadata-Flavor:  Google \r\nContent-Length: 0"
	    "\r\n\r\n"), false), ERR_OK);
	assert_true(bytes_equal(answer.flavor, bytes_of_text("Google")));
}

static void
test_refused(void **state)
{
	(void)state;
	refuses(ERR_REFUSED, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "status 401");
	assert_int_equal(answer.status, 401);
	refuses(ERR_REFUSED, "HTTP/1.1 302 Found\r\nLocation: http://a/\r\nContent-Length: 0\r\n\r\n",
	    "status 302");
	refuses(ERR_TRUNCATED, OK "Content-Length: 6\r\n\r\nhello", "in the middle");
	refuses(ERR_TRUNCATED, OK "Content-Le", "in the middle");
	refuses(ERR_TRUNCATED, "", "after 0 octets");
	refuses(ERR_MALFORMED, OK "Content-Length: 4\r\n\r\nhello", "behind its end");
	refuses(ERR_MALFORMED, OK "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "two lengths");
	refuses(ERR_MALFORMED, OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	    "two lengths");
	refuses(ERR_MALFORMED, OK "Content-Length: +5\r\n\r\nhello", "no number");
	refuses(ERR_MALFORMED, OK "Content-Length: 5, 5\r\n\r\nhello", "no number");
	refuses(ERR_MALFORMED, OK "Content-Length: 999999999999999999999\r\n\r\n", "no number");
	refuses(ERR_LIMIT, OK "Content-Length: 131073\r\n\r\n", "131073 octets");
	refuses(ERR_UNSUPPORTED, OK "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "chunked");
	refuses(ERR_UNSUPPORTED, OK "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", "encoded");
	refuses(ERR_MALFORMED, OK "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n\r\n",
	    "size of a chunk");
	refuses(ERR_MALFORMED, OK "Transfer-Encoding: chunked\r\n\r\n4\r\nhello\r\n0\r\n\r\n",
	    "longer than it says");
	refuses(ERR_MALFORMED, OK "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n", "behind its");
	refuses(ERR_LIMIT, OK "Transfer-Encoding: chunked\r\n\r\n20001\r\n", "octets");
	refuses(ERR_MALFORMED, OK "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "chunk");
	refuses(ERR_MALFORMED, OK " folded: x\r\n\r\n", "no field");
	refuses(ERR_MALFORMED, OK "Name : x\r\n\r\n", "no field");
	refuses(ERR_MALFORMED, OK "Name: \x01\r\n\r\n", "no field");
	refuses(ERR_MALFORMED, OK "Name: x\nOther: y\r\n\r\n", "no field");
	refuses(ERR_MALFORMED, "HTTP/2 200 OK\r\n\r\n", "no final status");
	refuses(ERR_MALFORMED, "HTTP/1.1 100 Continue\r\n\r\n", "no final status");
	refuses(ERR_MALFORMED, "HTTP/1.1 20 OK\r\n\r\n", "no final status");
	refuses(ERR_MALFORMED, "\r\n\r\n", "no final status");
}

static void
test_bounds(void **state)
{
	struct buffer text = { .max = 0 };

	(void)state;
	buffer_put_text(&text, OK);
	for (int i = 0; i < 1000; i++)
		buffer_put_text(&text, "Name: value\r\n");
	assert_int_equal(read_of(bytes_of_buffer(&text), false), ERR_LIMIT);
	buffer_reset(&text);
	for (int i = 0; i < IMDS_HEAD_MAX + 2; i++)
		buffer_put_u8(&text, 'x');
	assert_int_equal(read_of(bytes_of_buffer(&text), false), ERR_LIMIT);
	buffer_reset(&text);
	buffer_put_text(&text, OK "\r\n");
	for (int i = 0; i <= IMDS_BODY_MAX; i++)
		buffer_put_u8(&text, 'x');
	assert_int_equal(read_of(bytes_of_buffer(&text), false), ERR_LIMIT);
	text.len--;
	assert_int_equal(read_of(bytes_of_buffer(&text), true), ERR_OK);
	assert_int_equal(answer.body.len, IMDS_BODY_MAX);
	buffer_reset(&text);
	buffer_put_text(&text, OK "Transfer-Encoding: chunked\r\n\r\n");
	for (int i = 0; i <= IMDS_CHUNK_MAX; i++)
		buffer_put_text(&text, "1\r\nx\r\n");
	assert_int_equal(read_of(bytes_of_buffer(&text), false), ERR_LIMIT);
	buffer_free(&text);
	buffer_free(&answer.body);
}

static void
test_request(void **state)
{
	static const struct imds_field fields[] = { { "Metadata", "true" }, { NULL, NULL } },
	    none[] = { { NULL, NULL } };
	struct buffer out = { .max = 0 };

	(void)state;
	imds_request_write(&out, "GET", "169.254.169.254", "/a?b=c", fields);
	assert_string_equal(buffer_text(&out), "GET /a?b=c HTTP/1.1\r\nHost: 169.254.169.254\r\n"
	    "Metadata: true\r\nAccept: */*\r\nUser-Agent: sekimori-witness\r\n"
	    "Connection: close\r\n\r\n");
	buffer_reset(&out);
	imds_request_write(&out, "PUT", "a", "/b", none);
	assert_non_null(strstr(buffer_text(&out), "Content-Length: 0\r\n\r\n"));
	buffer_reset(&out);
	imds_part_write(&out, "a b/c?\xc3\xa9~");
	assert_string_equal(buffer_text(&out), "a%20b%2Fc%3F%C3%A9~");
	buffer_free(&out);
}

static void
test_digits(void **state)
{
	static const uint8_t most[32] = { 255, 255, 255, 255, 255, 255, 255, 255 }, least[32] = { 0 };
	char digits[ENVELOPE_DIGITS];

	(void)state;
	envelope_digits(bytes_of(most, 32), digits);
	assert_string_equal(digits, "3709551615");	/* 18446744073709551615 */
	envelope_digits(bytes_of(least, 32), digits);
	assert_string_equal(digits, "0000000000");
}

static void
test_places(void **state)
{
	static const char *const wrong[] = { "", "169.254.169.254", "169.254.169.254:", "a:80",
		"169.254.169.254:0", "169.254.169.254:65536", "169.254.169.254:080000", "1.2.3:80",
		"169.254.169.254:8a", "[::1]:80" };
	struct imds_place place;
	struct settings settings = { .imds = NULL };

	(void)state;
	assert_true(imds_address_read("127.0.0.1:8080", &place));
	assert_int_equal(place.port, 8080);
	assert_string_equal(place.host, "127.0.0.1");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(imds_address_read(wrong[i], &place));
	assert_false(imds_gives(&settings, "ec2-identity"));
	settings.imds = "aws";
	assert_true(imds_gives(&settings, "ec2-identity"));
	assert_false(imds_gives(&settings, "azure-attested-data"));
	assert_false(imds_gives(&settings, "tpm-quote"));
	assert_false(imds_provider("oracle"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_bounds), cmocka_unit_test(test_request),
		cmocka_unit_test(test_digits), cmocka_unit_test(test_places)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
