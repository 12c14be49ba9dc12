/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SIP codec: our request, answers of a real kamailio, every form RFC 3261 allows for them, and
 * what must be refused; cut anywhere and given octet by octet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/wire/sip.h"
#include "tests/unit/vectors.h"

/* The request that tests/data/sip/options is. */
static const struct sip_ids captured = {
	.branch = "z9hG4bK22c3c3485921caf4", .tag = "b2fa2b912ea4b425",
	.call_id = "6a81c7bd88609d4f18219046cf8fdf15", .sequence = 1
};

static enum sip_step
take(struct bytes in, struct sip_message *message, struct why *why)
{
	struct sip_stream stream = { .scanned = 0 };

	*why = (struct why){ .err = ERR_OK };
	return sip_read(&stream, in, message, why);
}

/* One message; its octets stay the caller's. */
static struct sip_message
whole(const char *text)
{
	struct sip_message message;
	struct why why;

	if (take(bytes_of_text(text), &message, &why) != SIP_MESSAGE)
		fail_msg("not read: %s\n%s", why.text, text);
	return message;
}

static void
assert_view(struct bytes view, const char *text)
{
	if (!bytes_equal(view, bytes_of_text(text)))
		fail_msg("\"%.*s\" is not \"%s\"", (int)view.len, view.at, text);
}

static void
request_written(void **state)
{
	struct buffer real = vectors_file("tests/data/sip/options"), out = { 0 };
	const struct sip_options options = {
		.uri = "sip:pcscf-tokyo-1.lab;transport=tcp",
		.from = "sip:sekimori@anonymous.invalid", .transport = "TCP",
		.sent_by = "192.0.2.1:41324", .user_agent = "sekimori/0.1.0", .max_forwards = 70
	};
	struct sip_message message;

	(void)state;
	sip_options_write(&options, &captured, &out);
	assert_string_equal(buffer_text(&out), buffer_text(&real));
	message = whole(buffer_text(&out));
	assert_true(message.request);
	assert_view(message.method, "OPTIONS");
	assert_int_equal(message.len, out.len);
	assert_false(sip_answers(&message, &captured));
	buffer_free(&real), buffer_free(&out);
}

static void
ids_of_randomness(void **state)
{
	uint8_t random[SIP_RANDOM_LEN];
	struct sip_ids ids;

	(void)state;
	for (size_t i = 0; i < sizeof(random); i++)
		random[i] = (uint8_t)i;
	ids = sip_ids_of(random);
	assert_string_equal(ids.branch, "z9hG4bK0001020304050607");
	assert_string_equal(ids.tag, "08090a0b0c0d0e0f");
	assert_string_equal(ids.call_id, "101112131415161718191a1b1c1d1e1f");
}

static void
uris(void **state)
{
	static const char *const bad[] = { "", "sip:", "sips:", "tel:1", "pcscf.lab", "sip:a b",
	    "sip:a\r\nVia: x", "sip:a>", "sip:<a", "sip:\"a\"", "sip:\xc3\xa9", "sip:a\t", "sip:a\x7f" };

	(void)state;
	assert_true(sip_uri_valid("sip:pcscf.example.net"));
	assert_true(sip_uri_valid("SIPS:[2001:db8::1]:5061;transport=tls"));
	assert_true(sip_uri_secure("SIPS:a") && !sip_uri_secure("sip:a"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(sip_uri_valid(bad[i]));
}

static void
real_answers(void **state)
{
	struct buffer good = vectors_file("tests/data/sip/options-200");
	struct buffer other = vectors_file("tests/data/sip/options-483");
	struct sip_message message = whole(buffer_text(&good));
	struct bytes allowed[3];
	struct sip_ids ids;

	(void)state;
	assert_int_equal(message.status, 200);
	assert_view(message.reason, "OK");
	assert_view(message.server, "lab P-CSCF");
	assert_false(message.length_missing);
	assert_int_equal(sip_allowed(&message, allowed, 3), 8);
	assert_view(allowed[0], "INVITE");
	assert_view(allowed[2], "CANCEL");
	assert_true(sip_answers(&message, &captured));
	ids = captured, ids.branch[10] ^= 1;
	assert_false(sip_answers(&message, &ids));
	ids = captured, ids.call_id[10] ^= 1;
	assert_false(sip_answers(&message, &ids));
	ids = captured, ids.sequence = 2;
	assert_false(sip_answers(&message, &ids));
	message = whole(buffer_text(&other));
	assert_int_equal(message.status, 483);
	assert_view(message.reason, "Too Many Hops");
	assert_false(sip_answers(&message, &captured));
	buffer_free(&good), buffer_free(&other);
}

/* Cut anywhere it is incomplete and nothing else; octet by octet it is the same message. */
static void
cut_everywhere(void **state)
{
	struct buffer real = vectors_file("tests/data/sip/options-200");
	struct sip_stream stream = { .scanned = 0 };
	struct sip_message message;
	struct why why = { .err = ERR_OK };
	uint8_t *copy;

	(void)state;
	for (size_t len = 0; len < real.len; len++) {
		copy = memory_new(1, len + 1);	/* of just this size: nothing behind it is read */
		memcpy(copy, real.at, len);
		copy = memory_resize(copy, len > 0 ? len : 1, 1);
		assert_int_equal(take(bytes_of(copy, len), &message, &why), SIP_MORE);
		free(copy);
		assert_int_equal(sip_read(&stream, bytes_of(real.at, len), &message, &why), SIP_MORE);
	}
	assert_int_equal(sip_read(&stream, bytes_of_buffer(&real), &message, &why), SIP_MESSAGE);
	assert_true(sip_answers(&message, &captured));
	assert_int_equal(message.len, real.len);
	buffer_free(&real);
}

static void
octets_changed(void **state)
{
	static const uint8_t hostile[] = { 0, '\t', '\n', '\r', ' ', '"', ',', ':', ';', '<', '>', '=',
	    '\\', '0', '9', 'i', 0x7f, 0x80, 0xff };
	struct buffer real = vectors_file("tests/data/sip/options-200");
	struct sip_message message;
	struct bytes allowed[64];
	struct why why;
	unsigned read = 0, refused = 0;

	(void)state;
	for (size_t at = 0; at < real.len; at++)
		for (size_t i = 0; i < sizeof(hostile); i++) {
			uint8_t before = real.at[at];
			enum sip_step step;

			real.at[at] = hostile[i];
			step = take(bytes_of_buffer(&real), &message, &why);
			read += step == SIP_MESSAGE;
			refused += step == SIP_BROKEN;
			assert_true((step == SIP_BROKEN) == (why.err != ERR_OK));
			if (step == SIP_MESSAGE) {
				(void)sip_answers(&message, &captured);
				(void)sip_allowed(&message, allowed, 64);
			}
			real.at[at] = before;
		}
	assert_true(read > 1000 && refused > 1000);
	buffer_free(&real);
}

#define TO_THE_END "\r\n\r\n"

/* Folds, compact names, any case, blanks around the colon, line ends before the message. */
static void
forms(void **state)
{
	struct sip_message message;
	struct bytes allowed[8];
	struct buffer text = { 0 };

	(void)state;
	message = whole("\r\n\r\nsip/2.0 200 \r\nv:SIP/2.0/TLS [2001:db8::1]:9 ;rport;received=x ; "
	    "BRANCH = Z9hG4bK22c3c3485921caf4\r\n\t;alias\r\nI  :  6a81c7bd88609d4f18219046cf8fdf15 "
	    "\r\ncSEQ:\r\n  1 \r\n OPTIONS\r\nServer: one\r\n  two\r\nserver: three\r\nALLOW: A,B\r\n"
	    "Allow:\r\nallow: \"x, Y, \\\", Z, z\", C,, D\r\nL: 3\r\n\r\nabcSIP/2.0");
	assert_int_equal(message.status, 200);
	assert_view(message.reason, "");
	assert_true(sip_answers(&message, &captured));
	assert_view(message.body, "abc");
	sip_text(message.server, &text);
	assert_string_equal(buffer_text(&text), "one two");
	assert_int_equal(sip_allowed(&message, allowed, 8), 4);
	assert_view(allowed[3], "D");
	buffer_free(&text);
	message = whole("SIP/2.0 699 = 2**3 * 100 \xd0\xbf\r\nX: \xff" TO_THE_END);
	assert_int_equal(message.status, 699);
	assert_view(message.reason, "= 2**3 * 100 \xd0\xbf");
	assert_true(message.length_missing);
	assert_null(message.call_id.at);
	assert_false(sip_answers(&message, &captured));
}

/* A response that is somebody else's, for all it has of ours. */
static void
not_ours(void **state)
{
	static const char start[] = "SIP/2.0 200 OK\r\nCall-ID: 6a81c7bd88609d4f18219046cf8fdf15\r\n";
	static const char *const rest[] = {
		"CSeq: 1 OPTIONS\r\n",
		"CSeq: 1 OPTIONS\r\nVia: SIP/2.0/TLS a\r\n",
		"CSeq: 1 OPTIONS\r\nVia: SIP/2.0/TLS a;branch=\r\n",
		"CSeq: 1 OPTIONS\r\nVia: SIP/2.0/TLS a;branch\r\n",
		"CSeq: 1 OPTIONS\r\nVia:\r\n",
		"CSeq: 1 OPTIONS\r\nVia: SIP/2.0/TLS a;x=\";branch=z9hG4bK22c3c3485921caf4;\"\r\n",
		"CSeq: 1 OPTIONS\r\nVia: SIP/2.0/TLS a;branch=z9hG4bK22c3c3485921caf4,SIP/2.0/TLS b\r\n",
		"CSeq: 1 OPTIONS\r\nVia: SIP/2.0/TLS a;branch=z9hG4bK22c3c3485921caf4\r\nv: b\r\n",
		"CSeq: 1 INVITE\r\nVia: SIP/2.0/TLS a;branch=z9hG4bK22c3c3485921caf4\r\n",
		"CSeq: 1 options\r\nVia: SIP/2.0/TLS a;branch=z9hG4bK22c3c3485921caf4\r\n",
		"CSeq: 1\r\nVia: SIP/2.0/TLS a;branch=z9hG4bK22c3c3485921caf4\r\n",
		"CSeq: OPTIONS\r\nVia: SIP/2.0/TLS a;branch=z9hG4bK22c3c3485921caf4\r\n",
		"CSeq: 1OPTIONS\r\nVia: SIP/2.0/TLS a;branch=z9hG4bK22c3c3485921caf4\r\n",
		"CSeq: 18446744073709551617 OPTIONS\r\nVia: x;branch=z9hG4bK22c3c3485921caf4\r\n",
		"Via: SIP/2.0/TLS a;branch=z9hG4bK22c3c3485921caf4\r\n",
	};
	char text[512];
	struct sip_message message;

	(void)state;
	snprintf(text, sizeof(text), "%sCSeq: 1 OPTIONS\r\nVia: a;branch=z9hG4bK22c3c3485921caf4\r\n\r\n",
	    start);
	message = whole(text);
	assert_true(sip_answers(&message, &captured));
	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++) {
		snprintf(text, sizeof(text), "%s%s\r\n", start, rest[i]);
		message = whole(text);
		if (sip_answers(&message, &captured))
			fail_msg("taken for ours: %s", rest[i]);
	}
}

static void
refused(void **state)
{
	static const struct { const char *text, *says; enum err err; } bad[] = {
		{ "HTTP/1.1 400 Bad Request\r\n", "not SIP", ERR_MALFORMED },
		{ "220 mail ready\r\n", "not SIP", ERR_MALFORMED },
		{ "SSH-2.0-OpenSSH_9.2\r\n", "not SIP", ERR_MALFORMED },
		{ "SIP/2.0 200\r\n", "no status code", ERR_MALFORMED },
		{ "SIP/2.0 20 OK\r\n", "no status code", ERR_MALFORMED },
		{ "SIP/2.0 2000 OK\r\n", "no status code", ERR_MALFORMED },
		{ "SIP/2.0 2x0 OK\r\n", "no status code", ERR_MALFORMED },
		{ "SIP/2.0 099 OK\r\n", "no status code", ERR_MALFORMED },
		{ "SIP/2.0 700 OK\r\n", "no status code", ERR_MALFORMED },
		{ "SIP/2.0  200 OK\r\n", "no status code", ERR_MALFORMED },
		{ "SIP/3.0 200 OK\r\n", "not SIP", ERR_MALFORMED },
		{ "OPTIONS sip:a\r\n", "not SIP", ERR_MALFORMED },
		{ "OPTIONS  sip:a SIP/2.0\r\n", "not SIP", ERR_MALFORMED },
		{ "OPT(IONS sip:a SIP/2.0\r\n", "not SIP", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\n", "CR LF", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\rX", "CR LF", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nX: a\rb\r\n", "CR LF", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nX: a\x01" "b\r\n", "control", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nX: a\x1b[2J\r\n", "control", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nX: a\x7f\r\n", "control", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\n folded: a\r\n\r\n", "not a header", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nno colon\r\n\r\n", "not a header", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\n: empty\r\n\r\n", "not a header", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nA(B): c\r\n\r\n", "not a header", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nA\r\n : c\r\n\r\n", "not a header", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nl: 0\r\nContent-Length: 0\r\n\r\n", "Content-Length twice",
		    ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nCall-ID: a\r\ni: a\r\n\r\n", "Call-ID twice", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nCSeq: 1 A\r\nCSeq: 2 A\r\n\r\n", "CSeq twice", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nl: -1\r\n\r\n", "not a number", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nl: 1 2\r\n\r\n", "not a number", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nl: 0x10\r\n\r\n", "not a number", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nl:\r\n\r\n", "is empty", ERR_MALFORMED },
		{ "SIP/2.0 200 OK\r\nl: 262145\r\n\r\n", "body of more", ERR_LIMIT },
		{ "SIP/2.0 200 OK\r\nl: 99999999999999999999999999\r\n\r\n", "body of more", ERR_LIMIT },
	};
	struct sip_message message;
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (take(bytes_of_text(bad[i].text), &message, &why) != SIP_BROKEN)
			fail_msg("read: %s", bad[i].text);
		assert_int_equal(why.err, bad[i].err);
		if (strstr(why.text, bad[i].says) == NULL)
			fail_msg("\"%s\" for: %s", why.text, bad[i].text);
	}
	assert_int_equal(take(bytes_of("SIP/2.0 200 O\0K\r\n", 17), &message, &why), SIP_BROKEN);
	assert_non_null(strstr(why.text, "control"));
}

static void
limits(void **state)
{
	struct buffer text = { 0 };
	struct sip_message message;
	struct why why;

	(void)state;
	buffer_put_text(&text, "SIP/2.0 200 OK\r\n");
	for (int i = 0; i < 10000; i++)
		buffer_put_text(&text, "A: b\r\n");
	assert_int_equal(take(bytes_of_buffer(&text), &message, &why), SIP_BROKEN);
	assert_int_equal(why.err, ERR_LIMIT);
	assert_non_null(strstr(why.text, "header lines"));
	buffer_reset(&text);
	buffer_put_text(&text, "SIP/2.0 200 OK\r\nA: ");
	for (int i = 0; i < 1 << 20; i++)
		buffer_put_u8(&text, 'b');
	assert_int_equal(take(bytes_of_buffer(&text), &message, &why), SIP_BROKEN);
	assert_int_equal(why.err, ERR_LIMIT);
	assert_non_null(strstr(why.text, "octets"));
	/* Line ends before a message are none of it, however many. */
	buffer_reset(&text);
	for (int i = 0; i < 100000; i++)
		buffer_put_text(&text, "\r\n");
	assert_int_equal(take(bytes_of_buffer(&text), &message, &why), SIP_MORE);
	buffer_put_text(&text, "SIP/2.0 200 OK\r\nl: 0\r\n\r\n");
	assert_int_equal(take(bytes_of_buffer(&text), &message, &why), SIP_MESSAGE);
	assert_int_equal(message.len, text.len);
	buffer_free(&text);
}

static void
answer_to_request(void **state)
{
	struct sip_message message = whole("OPTIONS sip:us SIP/2.0\r\nVia: SIP/2.0/TLS a;branch=1\r\n"
	    "v: SIP/2.0/TLS b\r\n ;branch=2\r\nSubject: x\r\nf: <sip:a>;tag=1\r\nTo: <sip:b;tag=no>\r\n"
	    "Call-ID: c\r\nCSeq: 7 OPTIONS\r\nl: 0\r\n\r\n");
	struct buffer out = { 0 };

	(void)state;
	assert_int_equal(sip_answer_write(&message, 200, "OK", "ours", &out), ERR_OK);
	assert_string_equal(buffer_text(&out), "SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS a;branch=1\r\n"
	    "v: SIP/2.0/TLS b\r\n ;branch=2\r\nf: <sip:a>;tag=1\r\nTo: <sip:b;tag=no>;tag=ours\r\n"
	    "Call-ID: c\r\nCSeq: 7 OPTIONS\r\nAllow: OPTIONS\r\nContent-Length: 0\r\n\r\n");
	buffer_reset(&out);
	message = whole("BYE sip:us SIP/2.0\r\nv: a\r\nf: b\r\nt: c;tag=theirs\r\ni: d\r\nCSeq: 1 BYE\r\n\r\n");
	assert_int_equal(sip_answer_write(&message, 405, "Method Not Allowed", "ours", &out), ERR_OK);
	assert_non_null(strstr(buffer_text(&out), "t: c;tag=theirs\r\n"));
	assert_null(strstr(buffer_text(&out), "ours"));
	buffer_reset(&out);
	message = whole("BYE sip:us SIP/2.0\r\nv: a\r\nf: b\r\nt: c\r\ni: d\r\n\r\n");
	assert_int_equal(sip_answer_write(&message, 405, "No", "ours", &out), ERR_MALFORMED);
	assert_int_equal(out.len, 0);
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(request_written), cmocka_unit_test(ids_of_randomness),
		cmocka_unit_test(uris), cmocka_unit_test(real_answers),
		cmocka_unit_test(cut_everywhere), cmocka_unit_test(octets_changed),
		cmocka_unit_test(forms), cmocka_unit_test(not_ours), cmocka_unit_test(refused),
		cmocka_unit_test(limits), cmocka_unit_test(answer_to_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
