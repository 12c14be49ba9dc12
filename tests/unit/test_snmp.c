/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BER, SNMP messages and USM: captures of real agents read and written back, the examples of
 * RFC 3414 and of the drafts on longer keys, and every way a message can lie about itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probes/wire/snmp.h"
#include "probes/wire/usm.h"
#include "tests/unit/vectors.h"

static struct bytes
hex_of_text(const char *text, uint8_t room[1024])
{
	size_t len = strlen(text) / 2;

	assert_true(len <= 1024);
	assert_int_equal(hex_read(text, room, len), ERR_OK);
	return bytes_of(room, len);
}

static unsigned
pdu_of(const char *word)
{
	static const struct { const char *word; unsigned pdu; } rows[] = { { "get", SNMP_PDU_GET },
	    { "getnext", SNMP_PDU_GETNEXT }, { "response", SNMP_PDU_RESPONSE }, { "set", SNMP_PDU_SET },
	    { "getbulk", SNMP_PDU_GETBULK }, { "report", SNMP_PDU_REPORT }, { "trap-v2", SNMP_PDU_TRAP } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].word, word) == 0)
			return rows[i].pdu;
	return 0;
}

static void
assert_object(const unsigned long *arcs, size_t len, const char *text)
{
	struct buffer all = { .max = 0 };

	for (size_t i = 0; i < len; i++)
		buffer_print(&all, i == 0 ? "%lu" : ".%lu", arcs[i]);
	assert_string_equal(buffer_text(&all), text);
	buffer_free(&all);
}

static void
assert_value(const struct snmp_variable *variable, const json_t *value)
{
	static const char *const numbers[] = { "integer", "counter32", "gauge32", "timeticks" };
	char hex[2048];

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (json_object_get(value, numbers[i]) != NULL)
			assert_true((double)variable->number ==
			    json_number_value(json_object_get(value, numbers[i])));
	if (json_object_get(value, "oid") != NULL)
		assert_object(variable->object, variable->object_len, vectors_text(value, "oid"));
	if (json_object_get(value, "octets") != NULL) {
		hex_of(variable->content, hex);
		assert_string_equal(hex, vectors_text(value, "octets"));
	}
}

static void
assert_inner(const struct snmp_inner *inner, const json_t *decoded)
{
	json_t *all = json_object_get(decoded, "varbinds");
	struct reader in = reader_of(inner->variables);
	struct snmp_variable variable;
	size_t count = 0;

	assert_int_equal(inner->pdu, pdu_of(vectors_text(decoded, "pdu")));
	assert_int_equal(inner->request, vectors_number(decoded, "request_id"));
	assert_int_equal(inner->error_status, vectors_number(decoded, "error_status"));
	for (; snmp_variable_next(&in, &variable); count++) {
		json_t *one = json_array_get(all, count);

		assert_object(variable.name, variable.name_len, vectors_text(one, "oid"));
		assert_value(&variable, json_object_get(one, "value"));
	}
	assert_false(in.failed);
	assert_int_equal(count, json_array_size(all));
}

static void
assert_capture(const json_t *one)
{
	const json_t *decoded = json_object_get(one, "decoded");
	const json_t *usm = json_object_get(decoded, "usm");
	uint8_t room[1024], engine[1024];
	struct bytes octets = hex_of_text(vectors_text(one, "hex"), room);
	struct snmp_outer outer;
	struct snmp_inner inner;

	octets.len = vectors_number(decoded, "bytes_used");
	assert_int_equal(snmp_outer_read(octets, &outer), ERR_OK);
	if (usm == NULL) {
		assert_true(bytes_equal(outer.community, bytes_of_text(vectors_text(decoded, "community"))));
		assert_int_equal(snmp_inner_read(outer.scoped, &inner), ERR_OK);
		assert_inner(&inner, decoded);
		return;
	}
	assert_int_equal(outer.id, vectors_number(decoded, "msg_id"));
	assert_int_equal(outer.boots, vectors_number(usm, "boots"));
	assert_int_equal(outer.time, vectors_number(usm, "time"));
	assert_true(bytes_equal(outer.user, bytes_of_text(vectors_text(usm, "user"))));
	assert_true(bytes_equal(outer.engine, hex_of_text(vectors_text(usm, "engine_id"), engine)));
	if (outer.flags & SNMP_FLAG_PRIVATE)
		return;
	assert_int_equal(snmp_scoped_read(outer.scoped, false, &inner), ERR_OK);
	assert_inner(&inner, decoded);
}

static void
captures_read(void **state)
{
	json_t *all = vectors_json("tests/data/snmp/snmp.json"), *one;
	size_t i, read = 0;

	(void)state;
	json_array_foreach(all, i, one) {
		assert_capture(one);
		read++;
	}
	assert_true(read >= 25);
	json_decref(all);
}

/* No prefix of a message is one, none with an octet behind it, and none of the malformed. */
static void
cut_and_malformed(void **state)
{
	json_t *all = vectors_json("tests/data/snmp/snmp.json"), *one;
	json_t *bad = vectors_json("tests/data/snmp/snmp-malformed.json");
	uint8_t room[1024];
	struct snmp_outer outer;
	struct snmp_inner inner;
	size_t i;

	(void)state;
	json_array_foreach(all, i, one) {
		struct bytes octets = hex_of_text(vectors_text(one, "hex"), room);
		size_t used = vectors_number(json_object_get(one, "decoded"), "bytes_used");

		for (size_t len = 0; len < used; len++)
			assert_int_equal(snmp_outer_read(bytes_slice(octets, 0, len), &outer),
			    ERR_MALFORMED);
		room[used] = 0;
		assert_int_equal(snmp_outer_read(bytes_of(room, used + 1), &outer), ERR_MALFORMED);
	}
	json_array_foreach(bad, i, one) {
		struct bytes octets = hex_of_text(vectors_text(one, "hex"), room);
		struct reader in;
		struct snmp_variable variable;

		if (snmp_outer_read(octets, &outer) != ERR_OK ||
		    (outer.version == SNMP_VERSION_V3 ? snmp_scoped_read(outer.scoped, false, &inner) :
		    snmp_inner_read(outer.scoped, &inner)) != ERR_OK)
			continue;
		in = reader_of(inner.variables);
		while (snmp_variable_next(&in, &variable))
			continue;
		assert_true(in.failed);
	}
	json_decref(all), json_decref(bad);
}

static void
assert_element(const char *hex, bool fine)
{
	uint8_t room[1024];
	struct reader in = reader_of(hex_of_text(hex, room));
	unsigned tag;

	(void)ber_element(&in, &tag);
	if (in.failed == fine)
		fail_msg("%s was %s", hex, fine ? "refused" : "taken");
}

static void
lengths_that_lie(void **state)
{
	(void)state;
	assert_element("0400", true);
	assert_element("0481026161", true);		/* the long form of a short length is BER */
	assert_element("048400000001ff", true);
	assert_element("04806161000000", false);		/* indefinite */
	assert_element("0402ff", false);
	assert_element("0484ffffffff00", false);
	assert_element("04850000000001ff", false);
	assert_element("04ff00", false);
	assert_element("1f0100", false);		/* a tag of more octets */
	assert_element("04", false);
	assert_element("", false);
}

static void
assert_number(const char *hex, bool fine, int64_t expected)
{
	uint8_t room[1024];
	int64_t number = 0;

	assert_int_equal(ber_number(hex_of_text(hex, room), &number), fine);
	if (fine)
		assert_true(number == expected);
}

static void
numbers_and_objects(void **state)
{
	static const int64_t both_ways[] = { 0, 1, 127, 128, 255, 256, 32767, 32768, INT32_MAX, UINT32_MAX,
	    INT64_MAX, -1, -128, -129, -32768, INT32_MIN, INT64_MIN };
	static const unsigned long object[] = { 2, 999, 4294967295, 0, 128, 16383, 16384 };
	unsigned long arcs[BER_ARCS_MAX];
	uint8_t room[1024], octets[64];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(both_ways) / sizeof(both_ways[0]); i++) {
		struct ber_writer out = ber_writer_of(octets, sizeof(octets));
		struct reader in;

		ber_put_number(&out, BER_INTEGER, both_ways[i]);
		in = reader_of(ber_written(&out));
		assert_true(ber_take_number(&in, INT64_MIN, INT64_MAX) == both_ways[i]);
		assert_true(reader_done(&in));
	}
	assert_number("", false, 0);
	assert_number("00ffffffffffffffff", false, 0);	/* does not fit */
	assert_number("000000000000000001", true, 1);
	assert_number("ffffffffffffffffff", true, -1);
	{
		struct ber_writer out = ber_writer_of(octets, sizeof(octets));
		struct reader in;

		ber_put_object(&out, object, 7);
		in = reader_of(ber_written(&out));
		assert_true(ber_object(ber_take(&in, BER_OBJECT), arcs, &len));
		assert_int_equal(len, 7);
		assert_memory_equal(arcs, object, sizeof(object));
	}
	assert_false(ber_object(hex_of_text("", room), arcs, &len));
	assert_false(ber_object(hex_of_text("2b80", room), arcs, &len));	/* ends within an arc */
	assert_false(ber_object(hex_of_text("2b8001", room), arcs, &len));	/* padded */
	assert_false(ber_object(hex_of_text("2b9080808000", room), arcs, &len));	/* 2^32 */
	memset(room, 1, 200);
	assert_false(ber_object(bytes_of(room, 128), arcs, &len));		/* 129 arcs */
	assert_true(ber_object(bytes_of(room, 127), arcs, &len));
}

static void
writer_that_is_full(void **state)
{
	uint8_t octets[8] = { 0 };
	struct ber_writer out = ber_writer_of(octets, 4);

	(void)state;
	ber_put_octets(&out, BER_OCTETS, bytes_of_text("abc"));
	assert_true(out.failed);
	ber_put_number(&out, BER_INTEGER, 1);
	assert_int_equal(ber_written(&out).len, 0);
	assert_int_equal(octets[4], 0);
}

static void
assert_key(const struct usm_key *key, const char *hex)
{
	char text[2 * USM_KEY_MAX + 1];

	hex_of(bytes_of(key->at, key->len), text);
	assert_string_equal(text, hex);
}

/* RFC 3414 A.3.1, A.3.2; draft-reeder-snmpv3-usm-3desede-00 B.1, B.2. */
static void
keys_of_the_examples(void **state)
{
	static const uint8_t engine[12] = { [11] = 2 };
	struct bytes id = bytes_of(engine, sizeof(engine)), secret = bytes_of_text("maplesyrup");
	struct usm_key master, local;

	(void)state;
	assert_int_equal(usm_master(USM_AUTH_MD5, secret, &master), ERR_OK);
	assert_key(&master, "9faf3283884e92834ebc9847d8edd963");
	assert_int_equal(usm_localise(USM_AUTH_MD5, &master, id, &local), ERR_OK);
	assert_key(&local, "526f5eed9fcce26f8964c2930787d82b");
	assert_int_equal(usm_privacy_key(USM_AUTH_MD5, USM_PRIVACY_AES256_REEDER, &master, id, &local),
	    ERR_OK);
	assert_key(&local, "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12");
	assert_int_equal(usm_master(USM_AUTH_SHA1, secret, &master), ERR_OK);
	assert_key(&master, "9fb5cc0381497b3793528939ff788d5d79145211");
	assert_int_equal(usm_localise(USM_AUTH_SHA1, &master, id, &local), ERR_OK);
	assert_key(&local, "6695febc9288e36282235fc7151f128497b38f3f");
	assert_int_equal(usm_privacy_key(USM_AUTH_SHA1, USM_PRIVACY_AES256_REEDER, &master, id, &local),
	    ERR_OK);
	assert_key(&local, "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c");
	assert_int_equal(usm_master(USM_AUTH_MD5, bytes_of_text("short"), &master), ERR_INVALID);
}

/* Where the digest is long enough there is one key; where not, the two ways differ. */
static void
extensions_are_told_apart(void **state)
{
	static const uint8_t engine[5] = { 0x80, 0, 0, 0, 1 };
	struct bytes id = bytes_of(engine, sizeof(engine));

	(void)state;
	for (unsigned auth = 0; auth < USM_AUTH_COUNT; auth++) {
		struct usm_key master, one, other;
		bool extended = usm_is_extended((enum usm_auth)auth, USM_PRIVACY_AES256);

		assert_int_equal(usm_master((enum usm_auth)auth, bytes_of_text("pass-phrase"), &master), ERR_OK);
		assert_int_equal(usm_privacy_key((enum usm_auth)auth, USM_PRIVACY_AES256, &master, id, &one),
		    ERR_OK);
		assert_int_equal(usm_privacy_key((enum usm_auth)auth, USM_PRIVACY_AES256_REEDER, &master, id,
		    &other), ERR_OK);
		assert_int_equal(one.len, 32);
		assert_int_equal(other.len, 32);
		assert_int_equal(memcmp(one.at, other.at, 32) != 0, extended);
		assert_int_equal(extended, auth == USM_AUTH_MD5 || auth == USM_AUTH_SHA1 ||
		    auth == USM_AUTH_SHA224);
	}
}

/* Two traps of real agents with their pass phrases: digest, engine's keys, plain text. */
static void
captures_opened(void **state)
{
	json_t *all = vectors_json("tests/data/snmp/snmp.json"), *one;
	size_t i, opened = 0;

	(void)state;
	json_array_foreach(all, i, one) {
		json_t *keys = json_object_get(one, "keys");
		uint8_t room[1024], plain[1024], expected[1024];
		struct usm_key master, auth, privacy;
		struct snmp_outer outer;
		struct snmp_inner inner;
		struct bytes octets;

		if (keys == NULL)
			continue;
		octets = hex_of_text(vectors_text(one, "hex"), room);
		assert_int_equal(snmp_outer_read(octets, &outer), ERR_OK);
		assert_int_equal(usm_master(USM_AUTH_MD5, bytes_of_text(vectors_text(keys, "auth_pass")),
		    &master), ERR_OK);
		assert_int_equal(usm_localise(USM_AUTH_MD5, &master, outer.engine, &auth), ERR_OK);
		assert_key(&auth, vectors_text(keys, "localized_auth_key"));
		assert_int_equal(usm_verify(USM_AUTH_MD5, &auth, octets, outer.digest), ERR_OK);
		room[octets.len - 1] ^= 1;
		assert_int_equal(usm_verify(USM_AUTH_MD5, &auth, octets, outer.digest), ERR_UNTRUSTED);
		room[octets.len - 1] ^= 1;
		opened++;
		if (!(outer.flags & SNMP_FLAG_PRIVATE))
			continue;
		assert_int_equal(usm_master(USM_AUTH_MD5, bytes_of_text(vectors_text(keys, "priv_pass")),
		    &master), ERR_OK);
		assert_int_equal(usm_privacy_key(USM_AUTH_MD5, USM_PRIVACY_AES128, &master, outer.engine,
		    &privacy), ERR_OK);
		assert_key(&privacy, vectors_text(keys, "localized_priv_key"));
		assert_int_equal(usm_decrypt(USM_PRIVACY_AES128, &privacy, outer.boots, outer.time, outer.salt,
		    outer.scoped, plain), ERR_OK);
		assert_true(bytes_equal(bytes_of(plain, outer.scoped.len),
		    hex_of_text(vectors_text(keys, "scoped_pdu"), expected)));
		assert_int_equal(snmp_scoped_read(bytes_of(plain, outer.scoped.len), true, &inner), ERR_OK);
		assert_inner(&inner, json_object_get(keys, "decoded_pdu"));
	}
	assert_int_equal(opened, 2);
	json_decref(all);
}

/* What we encrypt and sign we read ourselves, with every pair of protocols; nothing else opens it. */
static void
both_ways(void **state)
{
	static const uint8_t engine[9] = { 0x80, 0, 0x1f, 0x88, 1, 127, 0, 0, 1 };
	static const uint8_t salt[USM_SALT_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct bytes id = bytes_of(engine, sizeof(engine)), salted = bytes_of(salt, sizeof(salt));
	struct bytes text = bytes_of_text("a scoped PDU of 35 octets, no block");

	(void)state;
	for (unsigned a = 0; a < USM_AUTH_COUNT; a++)
		for (unsigned p = 0; p < USM_PRIVACY_COUNT; p++) {
			struct usm_key master, key;
			uint8_t hidden[64], plain[64];
			size_t len;

			assert_int_equal(usm_master((enum usm_auth)a, bytes_of_text("pass-phrase"), &master), ERR_OK);
			assert_int_equal(usm_privacy_key((enum usm_auth)a, (enum usm_privacy)p, &master, id, &key),
			    ERR_OK);
			assert_int_equal(usm_encrypt((enum usm_privacy)p, &key, 7, 9, salted, text, hidden, &len),
			    ERR_OK);
			assert_int_equal(len, p == USM_PRIVACY_DES ? 40 : text.len);
			assert_memory_not_equal(hidden, text.at, text.len);
			assert_int_equal(usm_decrypt((enum usm_privacy)p, &key, 7, 9, salted, bytes_of(hidden, len),
			    plain), ERR_OK);
			assert_memory_equal(plain, text.at, text.len);
			assert_int_equal(usm_decrypt((enum usm_privacy)p, &key, 7, 9, bytes_of(salt, 7),
			    bytes_of(hidden, len), plain), ERR_MALFORMED);
			key.at[0] ^= 2;
			assert_int_equal(usm_decrypt((enum usm_privacy)p, &key, 7, 9, salted, bytes_of(hidden, len),
			    plain), ERR_OK);
			assert_memory_not_equal(plain, text.at, 8);
		}
}

static void
words_of_protocols(void **state)
{
	enum usm_auth auth;
	enum usm_privacy privacy;

	(void)state;
	for (unsigned i = 0; i < USM_AUTH_COUNT; i++) {
		assert_true(usm_auth_find(usm_auth_word((enum usm_auth)i), &auth));
		assert_int_equal(auth, i);
	}
	for (unsigned i = 0; i < USM_PRIVACY_COUNT; i++) {
		assert_true(usm_privacy_find(usm_privacy_word((enum usm_privacy)i), &privacy));
		assert_int_equal(privacy, i);
	}
	assert_false(usm_auth_find("SHA-3", &auth));
	assert_false(usm_privacy_find("", &privacy));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test(name)
		T(captures_read), T(cut_and_malformed), T(lengths_that_lie), T(numbers_and_objects),
		T(writer_that_is_full), T(keys_of_the_examples), T(extensions_are_told_apart),
		T(captures_opened), T(both_ways), T(words_of_protocols),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
