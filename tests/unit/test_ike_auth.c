/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The codec of what follows IKE_SA_INIT: what is written reads back, EAP is refused in both forms,
 * messages that are cut, doubled or nested, and fragments that cannot be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "probes/wire/ike_auth.h"
#include "probes/wire/ike_part.h"

#define BYTES(text) bytes_of(text, sizeof(text) - 1)
#define OCTETS(text) { (const uint8_t *)(text), sizeof(text) - 1 }	/* in a table */

/* Payloads one behind the other; each knows what follows it when that is there. */
struct inside { struct buffer out; uint8_t first; size_t last; };

static void
add(struct inside *in, uint8_t type, struct bytes body)
{
	size_t from;

	if (in->first == PAYLOAD_NONE)
		in->first = type;
	else
		in->out.at[in->last] = type;
	in->last = in->out.len;
	ike_payload_begin(&in->out, PAYLOAD_NONE, &from);
	buffer_put(&in->out, body.at, body.len);
	ike_length_fill(&in->out, from + 2, from, 2);
}

static enum err
read_of(struct inside *in, struct ike_auth_said *said, struct why *why)
{
	return ike_auth_read(in->first, bytes_of_buffer(&in->out), said, why);
}

static struct ike_auth_request
full_request(void)
{
	static const struct bytes certificate[] = { { (const uint8_t *)"own", 3 },
	    { (const uint8_t *)"issuer", 6 } };

	return (struct ike_auth_request){ .id_type = IKE_ID_FQDN, .id = BYTES("monitor.lab"),
		.peer_type = IKE_ID_IPV4, .peer = BYTES("\xc0\0\2\1"), .certificate = certificate,
		.certificates = 2, .authorities = BYTES("0123456789abcdefghij"
		    "ABCDEFGHIJ0123456789"), .method = IKE_AUTH_SIGNATURE,
		.auth = BYTES("signature"), .child = true, .spi = 0x01020304 };
}

static void
requests_written(void **state)
{
	static const uint8_t types[] = { PAYLOAD_ID_I, PAYLOAD_CERT, PAYLOAD_CERT, PAYLOAD_CERTREQ,
	    PAYLOAD_ID_R, PAYLOAD_AUTH, PAYLOAD_SA, PAYLOAD_TS_I, PAYLOAD_TS_R };
	struct ike_auth_request request = full_request();
	struct buffer inside = { 0 }, identity = { 0 };
	struct ike_payload payload;
	struct ike_auth_said said;
	struct ike_walk walk;
	struct why why = { .err = ERR_OK };

	(void)state;
	assert_int_equal(ike_auth_write(&request, &inside), PAYLOAD_ID_I);
	ike_identity_write(request.id_type, request.id, &identity);
	walk = ike_walk_of(PAYLOAD_ID_I, bytes_of_buffer(&inside));
	for (size_t i = 0; i < sizeof(types); i++) {
		assert_true(ike_payload_next(&walk, &payload, &why));
		assert_int_equal(payload.type, types[i]);
		if (i == 0)
			assert_true(bytes_equal(payload.body, bytes_of_buffer(&identity)));
		if (payload.type == PAYLOAD_CERTREQ)
			assert_int_equal(payload.body.len, 1 + 2 * IKE_AUTHORITY_LEN);
		if (payload.type == PAYLOAD_SA)	/* ESP, an SPI of four octets, four transforms */
			assert_memory_equal(payload.body.at + 4, "\1\3\4\4\1\2\3\4", 8);
		if (payload.type == PAYLOAD_TS_I)
			assert_int_equal(payload.body.len, 20);
	}
	assert_false(ike_payload_next(&walk, &payload, &why));
	assert_int_equal(walk.err, ERR_OK);
	assert_int_equal(ike_auth_read(PAYLOAD_ID_I, bytes_of_buffer(&inside), &said, &why),
	    ERR_OK);
	assert_true(said.has_id && said.has_auth && said.has_sa && !said.has_eap && !said.deleted);
	assert_int_equal(said.id_type, IKE_ID_IPV4);
	assert_true(bytes_equal(said.id, request.peer));
	assert_int_equal(said.id_whole.len, 8);
	assert_int_equal(said.certificates, 2);
	assert_true(bytes_equal(said.certificate[1], BYTES("issuer")));
	assert_int_equal(said.method, IKE_AUTH_SIGNATURE);
	assert_true(bytes_equal(said.auth, request.auth));
	/* For EAP, nothing of ours but a name. */
	buffer_reset(&inside);
	request = (struct ike_auth_request){ .id_type = IKE_ID_FQDN, .id = BYTES("x") };
	assert_int_equal(ike_auth_write(&request, &inside), PAYLOAD_ID_I);
	assert_int_equal(inside.len, 4 + 4 + 1 + 4 + 1);
	assert_int_equal(ike_auth_read(PAYLOAD_ID_I, bytes_of_buffer(&inside), &said, &why),
	    ERR_OK);
	assert_true(!said.has_id && !said.has_auth && !said.has_sa && said.certificates == 0);
	buffer_reset(&inside);
	assert_int_equal(ike_delete_write(&inside), PAYLOAD_DELETE);
	assert_memory_equal(inside.at, "\0\0\0\10\1\0\0\0", 8);
	assert_int_equal(ike_auth_read(PAYLOAD_DELETE, bytes_of_buffer(&inside), &said, &why),
	    ERR_OK);
	assert_true(said.deleted);
	buffer_free(&inside), buffer_free(&identity);
}

/* RFC 3748 5.3.1 and 5.3.2: Nak of the kind that was asked, wanting no other method. */
static void
eap(void **state)
{
	static const struct { struct bytes asked; const char *name; struct bytes refused; }
	rows[] = {
		{ OCTETS("\1\7\0\12\4\1xxxx"), "MD5-Challenge", OCTETS("\2\7\0\6\3\0") },
		{ OCTETS("\1\xff\0\6\62\1"), "AKA'", OCTETS("\2\xff\0\6\3\0") },
		{ OCTETS("\1\1\0\6\27\5"), "AKA", OCTETS("\2\1\0\6\3\0") },
		{ OCTETS("\1\1\0\5\143"), NULL, OCTETS("\2\1\0\6\3\0") },
		/* TS 24.502 9.3.2.2.1: what an N3IWF begins with. */
		{ OCTETS("\1\2\0\16\376\0\50\257\0\0\0\3\1\0"), "5G",
		    OCTETS("\2\2\0\24\376\0\0\0\0\0\0\3\376\0\0\0\0\0\0\0") },
		{ OCTETS("\1\2\0\14\376\0\50\257\0\0\0\4"), NULL,
		    OCTETS("\2\2\0\24\376\0\0\0\0\0\0\3\376\0\0\0\0\0\0\0") },
		{ OCTETS("\1\2\0\14\376\0\50\260\0\0\0\3"), NULL,
		    OCTETS("\2\2\0\24\376\0\0\0\0\0\0\3\376\0\0\0\0\0\0\0") },
		{ OCTETS("\1\1\0\5\1"), "Identity", { NULL, 0 } },
		{ OCTETS("\1\1\0\5\2"), NULL, { NULL, 0 } },
		{ OCTETS("\1\1\0\5\3"), NULL, { NULL, 0 } },
		{ OCTETS("\2\1\0\5\4"), NULL, { NULL, 0 } },
		{ OCTETS("\3\1\0\4"), NULL, { NULL, 0 } },
		{ OCTETS("\4\1\0\4"), NULL, { NULL, 0 } },
		{ OCTETS("\1\1\0\4"), NULL, { NULL, 0 } },
		{ { NULL, 0 }, NULL, { NULL, 0 } },
	};
	struct buffer inside = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *name = ike_eap_name(rows[i].asked);
		uint8_t first;

		buffer_reset(&inside);
		first = ike_eap_refuse(rows[i].asked, &inside);
		if ((name == NULL) != (rows[i].name == NULL) ||
		    (name != NULL && strcmp(name, rows[i].name) != 0))
			fail_msg("row %zu is %s", i, name != NULL ? name : "nothing");
		assert_int_equal(first, rows[i].refused.len > 0 ? PAYLOAD_EAP : PAYLOAD_NONE);
		assert_int_equal(inside.len, rows[i].refused.len > 0 ? 4 + rows[i].refused.len : 0);
		if (inside.len > 0)
			assert_memory_equal(inside.at + 4, rows[i].refused.at, inside.len - 4);
	}
	buffer_free(&inside);
}

static void
assert_identity(uint8_t type, struct bytes id, const char *wanted)
{
	struct buffer text = { .max = 1024 };

	ike_identity_put(type, id, &text);
	assert_string_equal(buffer_text(&text), wanted);
	buffer_free(&text);
}

static void
names(void **state)
{
	static uint8_t octets[2000];
	struct buffer text = { .max = 300 };

	(void)state;
	assert_identity(IKE_ID_FQDN, BYTES("gw.example"), "gw.example");
	assert_identity(IKE_ID_MAIL, BYTES("a@b.example"), "a@b.example");
	assert_identity(IKE_ID_IPV4, BYTES("\xc0\0\2\1"), "192.0.2.1");
	assert_identity(IKE_ID_IPV6, BYTES("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1"), "2001:db8::1");
	assert_identity(IKE_ID_IPV4, BYTES("\xc0\0\2"), "type 1: c00002");
	assert_identity(IKE_ID_FQDN, BYTES("a\nb"), "type 2: 610a62");
	assert_identity(IKE_ID_FQDN, BYTES("a b"), "type 2: 612062");
	assert_identity(IKE_ID_KEY, BYTES("\12\13"), "type 11: 0a0b");
	assert_identity(IKE_ID_KEY, bytes_of(NULL, 0), "type 11: ");
	/* However long it is, its front is shown. */
	memset(octets, 'g', sizeof(octets));
	ike_identity_put(IKE_ID_FQDN, bytes_of(octets, sizeof(octets)), &text);
	assert_false(text.failed);
	assert_memory_equal(buffer_text(&text), octets, 200);
	buffer_reset(&text);
	ike_identity_put(IKE_ID_KEY, bytes_of(octets, sizeof(octets)), &text);
	assert_false(text.failed);
	assert_memory_equal(buffer_text(&text), "type 11: 676767", 15);
	assert_string_equal(ike_auth_method_name(IKE_AUTH_SHARED_KEY), "shared key");
	assert_string_equal(ike_auth_method_name(IKE_AUTH_NULL), "none (RFC 7619)");
	assert_null(ike_auth_method_name(12));
	buffer_free(&text);
}

/* --- broken insides ----------------------------------------------------------------------- */

static void
inside_view(struct bytes in, struct bytes view)
{
	assert_true(view.len == 0 || (view.at >= in.at && view.at + view.len <= in.at + in.len));
}

static void
views_inside(struct bytes in, const struct ike_auth_said *said)
{
	inside_view(in, said->id), inside_view(in, said->id_whole);
	inside_view(in, said->auth), inside_view(in, said->eap);
	for (size_t i = 0; i < said->certificates; i++)
		inside_view(in, said->certificate[i]);
}

/* Cut anywhere it is an error; with any octet changed it is read inside its bounds, or not. */
static void
inside_mangled(void **state)
{
	static const uint8_t changes[] = { 0x01, 0x04, 0x80, 0xff };
	struct ike_auth_request request = full_request();
	struct inside whole = { .first = PAYLOAD_NONE };
	struct ike_auth_said said;
	struct why why = { .err = ERR_OK };

	(void)state;
	whole.first = ike_auth_write(&request, &whole.out);
	for (size_t len = 0; len < whole.out.len; len++) {
		uint8_t *copy = memory_new(1, len > 0 ? len : 1);

		memcpy(copy, whole.out.at, len);
		assert_int_not_equal(ike_auth_read(whole.first, bytes_of(copy, len), &said, &why),
		    ERR_OK);
		free(copy);
	}
	for (size_t at = 0; at < whole.out.len; at++) {
		uint8_t *copy = memory_new(1, whole.out.len);
		struct bytes in = bytes_of(copy, whole.out.len);

		for (size_t i = 0; i < sizeof(changes); i++) {
			memcpy(copy, whole.out.at, whole.out.len);
			copy[at] ^= changes[i];
			if (ike_auth_read(whole.first, in, &said, &why) == ERR_OK)
				views_inside(in, &said);
		}
		free(copy);
	}
	/* A length of any payload that leads beyond the end, or into the payload's own head. */
	for (size_t at = 0; at + 4 <= whole.out.len;) {
		uint8_t *len = &whole.out.at[at + 2], kept = len[1];

		len[0] ^= 0x40;
		assert_int_not_equal(read_of(&whole, &said, &why), ERR_OK);
		len[0] ^= 0x40, len[1] = 3;
		assert_int_not_equal(read_of(&whole, &said, &why), ERR_OK);
		len[1] = kept;
		at += (size_t)len[0] << 8 | len[1];
	}
	assert_int_equal(read_of(&whole, &said, &why), ERR_OK);
	buffer_free(&whole.out);
}

static void
assert_two(uint8_t type, struct bytes body, uint8_t then, struct bytes other, enum err err,
    const char *says)
{
	struct inside in = { .first = PAYLOAD_NONE };
	struct ike_auth_said said;
	struct why why = { .err = ERR_OK };

	add(&in, type, body);
	if (then != PAYLOAD_NONE)
		add(&in, then, other);
	if (read_of(&in, &said, &why) != err || (says != NULL && strstr(why.text, says) == NULL))
		fail_msg("%u, %u: %s", type, then, why.text);
	buffer_free(&in.out);
}

static void
inside_odd(void **state)
{
	const struct bytes none = { NULL, 0 }, id = BYTES("\2\0\0\0gw");
	const struct bytes auth = BYTES("\16\0\0\0sig"), request = BYTES("\1\1\0\5\4");
	struct inside many = { .first = PAYLOAD_NONE };
	struct ike_auth_said said;
	struct why why = { .err = ERR_OK };

	(void)state;
	assert_two(PAYLOAD_ID_R, id, PAYLOAD_AUTH, auth, ERR_OK, NULL);
	assert_two(PAYLOAD_ID_R, id, PAYLOAD_ID_R, id, ERR_MALFORMED, "two identities");
	assert_two(PAYLOAD_ID_R, BYTES("\2\0\0\0"), PAYLOAD_NONE, none, ERR_MALFORMED, "early");
	assert_two(PAYLOAD_AUTH, auth, PAYLOAD_AUTH, auth, ERR_MALFORMED, "two AUTH");
	assert_two(PAYLOAD_AUTH, BYTES("\16\0\0\0"), PAYLOAD_NONE, none, ERR_MALFORMED, "early");
	assert_two(PAYLOAD_AUTH, none, PAYLOAD_NONE, none, ERR_MALFORMED, "early");
	assert_two(PAYLOAD_AUTH, BYTES("\0\0\0\0x"), PAYLOAD_NONE, none, ERR_MALFORMED, "method");
	assert_two(PAYLOAD_EAP, request, PAYLOAD_EAP, request, ERR_MALFORMED, "two EAP");
	assert_two(PAYLOAD_EAP, BYTES("\1\1\0"), PAYLOAD_NONE, none, ERR_MALFORMED, "ends early");
	assert_two(PAYLOAD_CERT, BYTES("\4"), PAYLOAD_NONE, none, ERR_MALFORMED, "certificate");
	assert_two(PAYLOAD_NOTIFY, BYTES("\0\0\0"), PAYLOAD_NONE, none, ERR_MALFORMED, "notify");
	assert_two(PAYLOAD_NOTIFY, BYTES("\1\x9\0\30"), PAYLOAD_NONE, none, ERR_MALFORMED, "early");
	assert_two(PAYLOAD_SK, BYTES("xxxxxxxx"), PAYLOAD_NONE, none, ERR_MALFORMED, "twice");
	assert_two(PAYLOAD_ID_R, id, PAYLOAD_SKF, BYTES("\0\1\0\1x"), ERR_MALFORMED, "twice");
	assert_two(PAYLOAD_VENDOR, none, 200, BYTES("new"), ERR_OK, NULL);
	/* The critical bit makes an unknown one the end (RFC 7296 2.5). */
	add(&many, PAYLOAD_VENDOR, none), add(&many, 200, none);
	many.out.at[5] = 0x80;
	assert_int_equal(read_of(&many, &said, &why), ERR_UNSUPPORTED);
	buffer_reset(&many.out), many.first = PAYLOAD_NONE;
	add(&many, PAYLOAD_CERT, BYTES("\14hash and url"));
	add(&many, PAYLOAD_NOTIFY, BYTES("\0\0\100\11nat"));
	add(&many, PAYLOAD_NOTIFY, BYTES("\0\0\0\30"));
	add(&many, PAYLOAD_NOTIFY, BYTES("\1\4\0\16spi."));
	for (unsigned i = 0; i < IKE_CERTIFICATES_MAX; i++)
		add(&many, PAYLOAD_CERT, BYTES("\4der"));
	assert_int_equal(read_of(&many, &said, &why), ERR_OK);
	assert_true(said.certificates == IKE_CERTIFICATES_MAX && said.others == 1);
	assert_int_equal(said.error, IKE_AUTHENTICATION_FAILED);
	add(&many, PAYLOAD_CERT, BYTES("\4der"));
	assert_int_equal(read_of(&many, &said, &why), ERR_LIMIT);
	buffer_reset(&many.out), many.first = PAYLOAD_NONE;
	for (unsigned i = 0; i < IKE_PAYLOADS_MAX; i++)
		add(&many, PAYLOAD_VENDOR, none);
	assert_int_equal(read_of(&many, &said, &why), ERR_OK);
	add(&many, PAYLOAD_VENDOR, none);
	assert_int_equal(read_of(&many, &said, &why), ERR_LIMIT);
	buffer_free(&many.out);
}

/* --- the encrypted part ------------------------------------------------------------------- */

/* A message with a payload before the encrypted one. */
static void
message_write(struct buffer *out, uint8_t type, struct bytes body)
{
	struct ike_head head = { .spi_i = 1, .spi_r = 2, .next = PAYLOAD_VENDOR,
		.exchange = IKE_AUTH, .flags = IKE_FLAG_RESPONSE, .message = 1 };
	size_t from;

	buffer_reset(out);
	ike_head_write(&head, out);
	ike_payload_begin(out, type, &from);
	buffer_put_text(out, "vendor");
	ike_length_fill(out, from + 2, from, 2);
	ike_payload_begin(out, PAYLOAD_ID_R, &from);
	buffer_put(out, body.at, body.len);
	ike_length_fill(out, from + 2, from, 2);
	ike_length_fill(out, 24, 0, 4);
}

static void
sealed(void **state)
{
	static const struct { uint8_t type; struct bytes body; enum err err; } rows[] = {
		{ PAYLOAD_SK, OCTETS("content"), ERR_OK },
		{ PAYLOAD_SKF, OCTETS("\0\1\0\1c"), ERR_OK },
		{ PAYLOAD_SKF, OCTETS("\0\100\0\100c"), ERR_OK },
		{ PAYLOAD_SKF, OCTETS("\0\0\0\1c"), ERR_MALFORMED },
		{ PAYLOAD_SKF, OCTETS("\0\0\0\0c"), ERR_MALFORMED },
		{ PAYLOAD_SKF, OCTETS("\0\2\0\1c"), ERR_MALFORMED },
		{ PAYLOAD_SKF, OCTETS("\0\101\0\101c"), ERR_LIMIT },
		{ PAYLOAD_SKF, OCTETS("\0\1\377\377c"), ERR_LIMIT },
		{ PAYLOAD_SKF, OCTETS("\0\1\0"), ERR_MALFORMED },
		{ PAYLOAD_SK, { NULL, 0 }, ERR_OK },	/* for ike_open() to refuse */
		{ PAYLOAD_ID_R, OCTETS("\2\0\0\0gw"), ERR_MALFORMED },	/* another is to follow */
	};
	struct buffer out = { 0 };
	struct ike_sealed said;
	struct why why = { .err = ERR_OK };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		message_write(&out, rows[i].type, rows[i].body);
		if (ike_sealed_read(bytes_of_buffer(&out), &said, &why) != rows[i].err)
			fail_msg("row %zu: %s", i, why.text);
	}
	message_write(&out, PAYLOAD_SKF, BYTES("\0\2\0\3content"));
	assert_int_equal(ike_sealed_read(bytes_of_buffer(&out), &said, &why), ERR_OK);
	assert_true(said.spi_i == 1 && said.spi_r == 2 && said.exchange == IKE_AUTH &&
	    said.flags == IKE_FLAG_RESPONSE && said.message == 1 && said.first == PAYLOAD_ID_R &&
	    said.fragment == 2 && said.fragments == 3);
	assert_true(bytes_equal(said.content, BYTES("content")));
	assert_true(said.clear.at == out.at && said.clear.len == out.len - 7);
	/* What follows the encrypted payload was not authenticated by it. */
	buffer_put_be(&out, 0x00000004, 4);
	ike_length_fill(&out, 24, 0, 4);
	assert_int_equal(ike_sealed_read(bytes_of_buffer(&out), &said, &why), ERR_MALFORMED);
	out.at[IKE_HEADER_LEN] = PAYLOAD_NONE;
	out.len = IKE_HEADER_LEN + 10;
	ike_length_fill(&out, 24, 0, 4);
	assert_int_equal(ike_sealed_read(bytes_of_buffer(&out), &said, &why), ERR_NOT_FOUND);
	buffer_free(&out);
}

static void
sealed_mangled(void **state)
{
	struct buffer out = { 0 };
	struct ike_sealed said;
	struct why why = { .err = ERR_OK };

	(void)state;
	message_write(&out, PAYLOAD_SKF, BYTES("\0\2\0\3content"));
	for (size_t len = 0; len < out.len; len++) {
		uint8_t *copy = memory_new(1, len > 0 ? len : 1);

		memcpy(copy, out.at, len);
		assert_int_not_equal(ike_sealed_read(bytes_of(copy, len), &said, &why), ERR_OK);
		if (len >= IKE_HEADER_LEN) {
			copy[27] = (uint8_t)len;
			assert_int_not_equal(ike_sealed_read(bytes_of(copy, len), &said, &why),
			    ERR_OK);
		}
		free(copy);
	}
	for (size_t at = 0; at < out.len; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			out.at[at] ^= (uint8_t)(1 << bit);
			if (ike_sealed_read(bytes_of_buffer(&out), &said, &why) == ERR_OK) {
				inside_view(said.whole, said.content);
				inside_view(said.whole, said.clear);
				assert_int_equal(said.clear.len + said.content.len, out.len);
				assert_true(said.fragment <= said.fragments &&
				    said.fragments <= IKE_FRAGMENTS_MAX);
			}
			out.at[at] ^= (uint8_t)(1 << bit);
		}
	}
	/* The lengths of the message, the first payload and the encrypted one. */
	for (size_t i = 0; i < 8; i++) {
		static const size_t at[] = { 24, 25, 26, 27, 30, 31, 40, 41 };

		out.at[at[i]] ^= 0x02;
		assert_int_not_equal(ike_sealed_read(bytes_of_buffer(&out), &said, &why), ERR_OK);
		out.at[at[i]] ^= 0x02;
	}
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test(name)
		T(requests_written), T(eap), T(names), T(inside_mangled), T(inside_odd), T(sealed),
		T(sealed_mangled),
	};

	return cmocka_run_group_tests_name("ike auth", tests, NULL, NULL);
}
