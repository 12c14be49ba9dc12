/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Diameter codec: our requests as tshark and freeDiameter accept them, the answers of a real
 * freeDiameter, hostile lengths, groups and ids; cut anywhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/wire/diameter.h"
#include "tests/unit/vectors.h"

static const struct diameter_application offered[] = {
	{ .id = DIAMETER_RELAY }, { .id = 16777251, .vendor = 10415 }
};

static const struct diameter_self self = {
	.host = "monitor.lab", .realm = "lab", .product = "sekimori",
	.address = { .at = (const uint8_t *)"\xc6\x33\x64\x01", .len = 4 },
	.application = offered, .applications = 2
};

static struct diameter_message
whole(struct bytes octets)
{
	struct diameter_message message;
	struct why why = { .err = ERR_OK };

	if (diameter_frame(octets, &message, &why) != DIAMETER_MESSAGE)
		fail_msg("not read: %s", why.text);
	return message;
}

static struct diameter_said
said_of(struct bytes octets)
{
	struct diameter_message message = whole(octets);
	struct diameter_said said;
	struct why why = { .err = ERR_OK };

	if (diameter_read(&message, &said, &why) != ERR_OK)
		fail_msg("not read: %s", why.text);
	return said;
}

static void
assert_view(struct bytes view, const char *text)
{
	if (view.at == NULL || !bytes_equal(view, bytes_of_text(text)))
		fail_msg("\"%.*s\" is not \"%s\"", (int)view.len, view.at, text);
}

/* The same octets as those a real peer took, ids apart, which are the captured ones. */
static void
requests_written(void **state)
{
	static const struct { const char *path; enum diameter_command command; } request[] = {
		{ "tests/data/diameter/cer", DIAMETER_CAPABILITIES },
		{ "tests/data/diameter/dwr", DIAMETER_WATCHDOG },
		{ "tests/data/diameter/dpr", DIAMETER_DISCONNECT },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct buffer real = vectors_file(request[i].path), out = { 0 };
		struct diameter_message message = whole(bytes_of_buffer(&real));
		struct diameter_ids ids = { message.header.hop, message.header.end };

		diameter_request_write(&self, request[i].command, ids, &out);
		assert_true(bytes_equal(bytes_of_buffer(&out), bytes_of_buffer(&real)));
		assert_int_equal(message.header.flags, DIAMETER_REQUEST);
		assert_false(diameter_answers(&message.header, request[i].command, ids));
		buffer_free(&real), buffer_free(&out);
	}
}

static void
disconnect_is_polite(void **state)
{
	struct buffer out = { 0 };
	struct diameter_said said;

	(void)state;
	diameter_request_write(&self, DIAMETER_DISCONNECT, (struct diameter_ids){ 1, 2 }, &out);
	said = said_of(bytes_of_buffer(&out));
	assert_true(said.has_cause);
	assert_string_equal(diameter_cause_name(said.cause), "DO_NOT_WANT_TO_TALK_TO_YOU");
	buffer_free(&out);
}

static void
real_answers(void **state)
{
	struct buffer cea = vectors_file("tests/data/diameter/cea");
	struct buffer unknown = vectors_file("tests/data/diameter/cea-unknown-peer");
	struct buffer dwa = vectors_file("tests/data/diameter/dwa");
	struct buffer dpa = vectors_file("tests/data/diameter/dpa");
	struct diameter_ids ids = { 0x762db9e6, 0x42c1396f };
	struct diameter_said said = said_of(bytes_of_buffer(&cea));
	struct diameter_header header = whole(bytes_of_buffer(&cea)).header;

	(void)state;
	assert_true(diameter_answers(&header, DIAMETER_CAPABILITIES, ids));
	assert_false(diameter_answers(&header, DIAMETER_WATCHDOG, ids));
	assert_false(diameter_answers(&header, DIAMETER_CAPABILITIES,
	    (struct diameter_ids){ ids.hop + 1, ids.end }));
	assert_false(diameter_answers(&header, DIAMETER_CAPABILITIES,
	    (struct diameter_ids){ ids.hop, ids.end + 1 }));
	assert_int_equal(said.result, DIAMETER_SUCCESS);
	assert_view(said.origin_host, "hss-osaka-1.lab");
	assert_view(said.origin_realm, "lab");
	assert_view(said.product, "freeDiameter");
	assert_true(said.has_vendor && said.vendor == 0);
	assert_true(said.has_firmware && said.firmware == 10201);
	assert_int_equal(said.applications, 1);
	assert_true(said.application[0] == DIAMETER_RELAY);
	said = said_of(bytes_of_buffer(&unknown));
	assert_int_equal(said.result, DIAMETER_UNKNOWN_PEER);
	assert_true((whole(bytes_of_buffer(&unknown)).header.flags & DIAMETER_ERROR) != 0);
	assert_int_equal(said_of(bytes_of_buffer(&dwa)).result, DIAMETER_SUCCESS);
	assert_int_equal(said_of(bytes_of_buffer(&dpa)).result, DIAMETER_SUCCESS);
	buffer_free(&cea), buffer_free(&unknown), buffer_free(&dwa), buffer_free(&dpa);
}

static void
cut_everywhere(void **state)
{
	struct buffer real = vectors_file("tests/data/diameter/cea");
	struct diameter_message message;
	struct diameter_said said;
	struct why why = { .err = ERR_OK };

	(void)state;
	for (size_t len = 0; len < real.len; len++) {
		uint8_t *copy = memory_new(1, len > 0 ? len : 1);

		memcpy(copy, real.at, len);
		assert_int_equal(diameter_frame(bytes_of(copy, len), &message, &why), DIAMETER_MORE);
		/* The same octets as a whole message of that length: the AVPs end early. */
		if (len >= DIAMETER_HEADER_LEN && len % 4 == 0) {
			copy[2] = (uint8_t)(len >> 8), copy[3] = (uint8_t)len;
			message = whole(bytes_of(copy, len));
			(void)!diameter_read(&message, &said, &why);
		}
		free(copy);
	}
	buffer_free(&real);
}

static void
octets_changed(void **state)
{
	static const uint8_t hostile[] = { 0, 1, 3, 4, 7, 8, 0x40, 0x7f, 0x80, 0xc0, 0xff };
	struct buffer real = vectors_file("tests/data/diameter/cea");
	struct diameter_message message;
	struct diameter_said said;
	struct why why;
	unsigned read = 0, refused = 0;

	(void)state;
	for (size_t at = 0; at < real.len; at++)
		for (size_t i = 0; i < sizeof(hostile); i++) {
			uint8_t before = real.at[at];
			enum err err = ERR_OK;
			enum diameter_step step;

			why = (struct why){ .err = ERR_OK };
			real.at[at] = hostile[i];
			step = diameter_frame(bytes_of_buffer(&real), &message, &why);
			if (step == DIAMETER_MESSAGE)
				err = diameter_read(&message, &said, &why);
			read += step == DIAMETER_MESSAGE && err == ERR_OK;
			refused += step == DIAMETER_BROKEN || err != ERR_OK;
			assert_true((step == DIAMETER_BROKEN || err != ERR_OK) == (why.err != ERR_OK));
			real.at[at] = before;
		}
	assert_true(read > 500 && refused > 200);
	buffer_free(&real);
}

static void
avp(struct buffer *out, uint32_t code, const void *data, size_t len)
{
	buffer_put_be(out, code, 4);
	buffer_put_u8(out, 0x40);
	buffer_put_be(out, 8 + len, 3);
	buffer_put(out, data, len);
	buffer_put_be(out, 0, (4 - len % 4) % 4);
}

/* A capabilities answer of these AVPs. */
static struct buffer
answer_of(const struct buffer *avps)
{
	struct buffer out = { 0 };

	buffer_put_be(&out, 0x01000000 | (DIAMETER_HEADER_LEN + avps->len), 4);
	buffer_put_be(&out, DIAMETER_CAPABILITIES, 4);
	buffer_put_be(&out, 0, 4);
	buffer_put_be(&out, 1, 4);
	buffer_put_be(&out, 2, 4);
	buffer_put(&out, avps->at, avps->len);
	return out;
}

static enum err
read_avps(struct buffer *avps, struct diameter_said *said, struct why *why)
{
	struct buffer octets = answer_of(avps);
	struct diameter_message message = whole(bytes_of_buffer(&octets));
	enum err err;

	*why = (struct why){ .err = ERR_OK };
	err = diameter_read(&message, said, why);
	buffer_free(&octets);
	buffer_reset(avps);
	return err;
}

static void
hostile_lengths(void **state)
{
	static const char *const headers[] = {
		"\x01\x00\x00\x10", "\x01\x00\x00\x00", "\x01\x00\x00\x15", "\x01\x00\x00\x16",
		"\x02\x00\x00\x14", "\x00\x00\x00\x14", "HTTP", "\x16\x03\x03\x00"
	};
	struct buffer avps = { 0 };
	struct diameter_message message;
	struct diameter_said said;
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		why.err = ERR_OK;
		assert_int_equal(diameter_frame(bytes_of(headers[i], 4), &message, &why),
		    DIAMETER_BROKEN);
		assert_int_equal(why.err, ERR_MALFORMED);
	}
	assert_int_equal(diameter_frame(bytes_of("\x01\xff\xff\xfc", 4), &message, &why),
	    DIAMETER_BROKEN);
	assert_int_equal(why.err, ERR_LIMIT);
	/* An AVP of 16 MiB, of nothing, of less than its head, and one without room for a head. */
	for (unsigned len = 0; len < 9; len++) {
		buffer_put_be(&avps, 264, 4);
		buffer_put_be(&avps, len == 8 ? 0xffffff : len, 4);
		assert_int_equal(read_avps(&avps, &said, &why), ERR_MALFORMED);
	}
	buffer_put_be(&avps, 264, 4);
	buffer_put_be(&avps, 0x80000008, 4);	/* a vendor bit, and no room for the vendor */
	assert_int_equal(read_avps(&avps, &said, &why), ERR_MALFORMED);
	avp(&avps, 264, "host", 4);
	buffer_put_be(&avps, 296, 4);
	assert_int_equal(read_avps(&avps, &said, &why), ERR_MALFORMED);
	avp(&avps, 268, "\0\0\7", 3);
	assert_int_equal(read_avps(&avps, &said, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "Result-Code of the peer's message has 3 octets"));
	buffer_free(&avps);
}

static void
nested_groups(void **state)
{
	struct buffer avps = { 0 }, inner = { 0 };
	struct diameter_said said;
	struct why why;

	(void)state;
	avp(&inner, 268, "\0\0\7\xd1", 4);
	for (unsigned depth = 1; depth < 200; depth++) {
		buffer_reset(&avps);
		avp(&avps, 284, inner.at, inner.len);
		buffer_reset(&inner);
		buffer_put(&inner, avps.at, avps.len);
		assert_int_equal(read_avps(&avps, &said, &why),
		    depth < DIAMETER_DEPTH_MAX ? ERR_OK : ERR_LIMIT);
		assert_false(said.has_result);	/* what is inside counts for nothing */
	}
	/* A group may come without the padding of its last AVP, and must not end within one. */
	buffer_reset(&inner);
	avp(&inner, 280, "x", 1);
	inner.len -= 3;
	avp(&avps, 284, inner.at, inner.len);
	assert_int_equal(read_avps(&avps, &said, &why), ERR_OK);
	avp(&avps, 284, inner.at, inner.len - 1);
	assert_int_equal(read_avps(&avps, &said, &why), ERR_MALFORMED);
	buffer_free(&avps), buffer_free(&inner);
}

static void
number_avp(struct buffer *out, uint32_t code, uint32_t number)
{
	uint8_t octets[4] = { (uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
	    (uint8_t)number };

	avp(out, code, octets, 4);
}

static void
applications_said(void **state)
{
	struct buffer avps = { 0 }, group = { 0 };
	struct diameter_said said;
	struct why why;

	(void)state;
	number_avp(&group, 266, 10415), number_avp(&group, 258, 16777251), number_avp(&group, 264, 9);
	avp(&avps, 260, group.at, group.len);
	number_avp(&avps, 258, 4), number_avp(&avps, 259, 3), number_avp(&avps, 258, 4);
	number_avp(&avps, 268, 2001), number_avp(&avps, 268, 5012);
	assert_int_equal(read_avps(&avps, &said, &why), ERR_OK);
	assert_int_equal(said.applications, 3);
	assert_int_equal(said.application[0], 3);
	assert_int_equal(said.application[1], 4);
	assert_int_equal(said.application[2], 16777251);
	assert_false(said.has_vendor);		/* the vendor of an application is not the peer's */
	assert_null(said.origin_host.at);
	assert_int_equal(said.result, 2001);
	for (uint32_t i = 0; i < 5000; i++)
		number_avp(&avps, 258, 5000 - i);
	assert_int_equal(read_avps(&avps, &said, &why), ERR_OK);
	assert_int_equal(said.applications, DIAMETER_APPLICATIONS_MAX);
	for (size_t i = 1; i < said.applications; i++)
		assert_true(said.application[i - 1] < said.application[i]);
	buffer_free(&avps), buffer_free(&group);
}

static void
failures_said(void **state)
{
	struct buffer avps = { 0 }, inner = { 0 };
	struct diameter_said said;
	struct why why;

	(void)state;
	/* What failed may itself be malformed: here an Origin-Host of no octets at all. */
	number_avp(&avps, 268, 5014);
	avp(&avps, 279, "\0\0\1\x08\x40\0\0\0", 8);
	avp(&avps, 264, "", 0);
	assert_int_equal(read_avps(&avps, &said, &why), ERR_OK);
	assert_true(said.has_failed && said.failed == 264 && said.failed_vendor == 0);
	assert_non_null(said.origin_host.at);
	assert_int_equal(said.origin_host.len, 0);
	avp(&avps, 279, "\0\0\5\x7f\xc0\0\0\x0c\0\0\x28\xaf", 12);
	assert_int_equal(read_avps(&avps, &said, &why), ERR_OK);
	assert_true(said.failed == 1407 && said.failed_vendor == 10415);
	avp(&avps, 279, "\0\0", 2);
	assert_int_equal(read_avps(&avps, &said, &why), ERR_OK);
	assert_false(said.has_failed);
	number_avp(&inner, 266, 10415), number_avp(&inner, 298, 5420);
	avp(&avps, 297, inner.at, inner.len);
	assert_int_equal(read_avps(&avps, &said, &why), ERR_OK);
	assert_true(said.has_result && said.result == 5420);
	number_avp(&avps, 298, 5420);
	assert_int_equal(read_avps(&avps, &said, &why), ERR_OK);
	assert_false(said.has_result);
	assert_string_equal(diameter_result_name(3010), "DIAMETER_UNKNOWN_PEER");
	assert_string_equal(diameter_result_name(5010), "DIAMETER_NO_COMMON_APPLICATION");
	assert_null(diameter_result_name(5018));
	assert_null(diameter_avp_name(1));
	assert_null(diameter_cause_name(3));
	buffer_free(&avps), buffer_free(&inner);
}

static void
answers_written(void **state)
{
	struct diameter_header request = { .flags = DIAMETER_REQUEST | DIAMETER_PROXIABLE,
	    .command = 316, .application = 16777251, .hop = 7, .end = 9 };
	struct buffer out = { 0 };
	struct diameter_message message;
	struct diameter_said said;

	(void)state;
	diameter_answer_write(&self, &request, DIAMETER_UNABLE_TO_DELIVER, &out);
	message = whole(bytes_of_buffer(&out));
	assert_int_equal(message.header.flags, DIAMETER_PROXIABLE | DIAMETER_ERROR);
	assert_true(message.header.command == 316 && message.header.application == 16777251);
	assert_true(message.header.hop == 7 && message.header.end == 9);
	assert_int_equal(said_of(bytes_of_buffer(&out)).result, 3002);
	buffer_reset(&out);
	request.command = DIAMETER_CAPABILITIES, request.flags = DIAMETER_REQUEST;
	diameter_answer_write(&self, &request, DIAMETER_SUCCESS, &out);
	said = said_of(bytes_of_buffer(&out));
	assert_int_equal(whole(bytes_of_buffer(&out)).header.flags, 0);
	assert_view(said.product, "sekimori");
	assert_int_equal(said.applications, 2);
	buffer_free(&out);
}

static void
settings(void **state)
{
	static const char *const bad[] = { "", ",", "relay,", "x", "1:", ":1", "1:2:3", "4294967296",
	    "-1", "0x10", "relay 1;", "1,,x" };
	struct diameter_application out[DIAMETER_APPLICATIONS_MAX];
	struct buffer many = { 0 };
	struct why why = { .err = ERR_OK };
	size_t count;

	(void)state;
	assert_int_equal(diameter_applications_read("relay,10415:16777251, 4", out, &count, &why),
	    ERR_OK);
	assert_int_equal(count, 3);
	assert_true(out[0].id == DIAMETER_RELAY && out[0].vendor == 0);
	assert_true(out[1].id == 16777251 && out[1].vendor == 10415);
	assert_true(out[2].id == 4 && out[2].vendor == 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (diameter_applications_read(bad[i], out, &count, &why) != ERR_INVALID)
			fail_msg("\"%s\" was taken", bad[i]);
	for (int i = 0; i < 65; i++)
		buffer_print(&many, "%s%d", i > 0 ? "," : "", i);
	assert_int_equal(diameter_applications_read(buffer_text(&many), out, &count, &why), ERR_INVALID);
	buffer_free(&many);
	assert_true(diameter_identity_valid("monitor.example.net"));
	assert_true(diameter_identity_valid("monitor"));
	assert_false(diameter_identity_valid("") || diameter_identity_valid(".lab") ||
	    diameter_identity_valid("a..b") || diameter_identity_valid("a.") ||
	    diameter_identity_valid("a b") || diameter_identity_valid("aaa://a"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_written), cmocka_unit_test(disconnect_is_polite),
		cmocka_unit_test(real_answers), cmocka_unit_test(cut_everywhere),
		cmocka_unit_test(octets_changed), cmocka_unit_test(hostile_lengths),
		cmocka_unit_test(nested_groups), cmocka_unit_test(applications_said),
		cmocka_unit_test(failures_said), cmocka_unit_test(answers_written),
		cmocka_unit_test(settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
