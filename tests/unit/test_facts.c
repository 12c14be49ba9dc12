/* SPDX-License-Identifier: Apache-2.0 */
/* Facts: the table, sets, what becomes of strangers' texts, and maps that are not facts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/limits.h"
#include "monitor/ledger/fact_print.h"
#include "monitor/ledger/facts.h"
#include "monitor/ledger/text.h"

static struct bytes
written(const struct fact_set *set, enum facts_which which, struct buffer *out)
{
	struct why why = { 0 };

	buffer_reset(out);
	fact_set_write(set, which, out);
	assert_int_equal(cbor_check(bytes_of_buffer(out), &why), ERR_OK);
	assert_int_equal(facts_check(bytes_of_buffer(out), &why), ERR_OK);
	return bytes_of_buffer(out);
}

static void
the_table(void **state)
{
	const struct fact_row *rows;
	size_t count = fact_rows(&rows);

	(void)state;
	assert_true(count > 30);
	for (size_t i = 0; i < count; i++) {
		assert_true(i == 0 || rows[i].fact > rows[i - 1].fact);
		assert_ptr_equal(fact_row(rows[i].fact), &rows[i]);
		assert_ptr_equal(fact_row_by_name(rows[i].name), &rows[i]);
		assert_true(rows[i].text[0] != '\0');
	}
	assert_null(fact_row(0));
	assert_null(fact_row(9));
	assert_null(fact_row(UINT64_MAX));
	assert_null(fact_row_by_name("tls"));
	assert_true(fact_row(FACT_TLS_VERSION)->steady);
	assert_false(fact_row(FACT_SNMP_SYS_UPTIME_CS)->steady);
}

/* In any order, twice, of every type: the bytes are those of RFC 8949 4.2.1, written by hand here. */
static void
sets_and_bytes(void **state)
{
	static const uint8_t expected[] = { 0xa5, 0x02, 0x18, 0x63, 0x0a, 0xf5, 0x14, 0x63, '1',
	    '.', '3',
		0x18, 0x1b, 0x82, 0x00, 0x20, 0x18, 0x1e, 0x82, 0x61, 'a', 0x61, 'b' };
	const struct bytes names[] = { bytes_of_text("a"), bytes_of_text("b") };
	struct fact_set set = { 0 };
	struct buffer out = { 0 };
	struct bytes all;

	(void)state;
	fact_set_texts(&set, FACT_TLS_NAMES, names, 2);
	fact_set_text(&set, FACT_TLS_VERSION, bytes_of_text("1.2, at first"));
	fact_set_times(&set, FACT_TLS_CHAIN_EXPIRIES, (const int64_t[]){ 0, -1 }, 2);
	fact_set_flag(&set, FACT_TCP_OPEN, true);
	fact_set_text(&set, FACT_TLS_VERSION, bytes_of_text("1.3"));
	fact_set_int(&set, FACT_NET_RESOLVE_US, 99);
	all = written(&set, FACTS_ALL, &out);
	assert_int_equal(all.len, sizeof(expected));
	assert_memory_equal(all.at, expected, sizeof(expected));
	assert_int_equal(written(&set, FACTS_VARYING, &out).len, 4);
	assert_int_equal(written(&set, FACTS_STEADY, &out).len, sizeof(expected) - 3);
	fact_set_reset(&set);
	assert_int_equal(written(&set, FACTS_ALL, &out).len, 1);
	fact_set_free(&set);
	buffer_free(&out);
}

static void
reading(void **state)
{
	struct hash hash = hash_of(bytes_of_text("chain")), got;
	struct fact_set set = { 0 };
	struct buffer out = { 0 };
	struct bytes facts, text;
	int64_t number;
	bool flag;

	(void)state;
	fact_set_flag(&set, FACT_TCP_OPEN, false);
	fact_set_text(&set, FACT_TLS_SUITE, bytes_of_text("TLS_AES_128_GCM_SHA256"));
	fact_set_hash(&set, FACT_TLS_CHAIN, hash);
	fact_set_time(&set, FACT_TLS_EXPIRY, -7);
	fact_set_int(&set, FACT_SNMP_IF_COUNT, INT64_MAX);
	facts = written(&set, FACTS_ALL, &out);
	assert_true(fact_flag(facts, FACT_TCP_OPEN, &flag) && !flag);
	assert_true(fact_text(facts, FACT_TLS_SUITE, &text));
	assert_true(bytes_equal(text, bytes_of_text("TLS_AES_128_GCM_SHA256")));
	assert_true(fact_hash(facts, FACT_TLS_CHAIN, &got) && hash_equal(hash, got));
	assert_true(fact_int(facts, FACT_TLS_EXPIRY, &number) && number == -7);
	assert_true(fact_int(facts, FACT_SNMP_IF_COUNT, &number) && number == INT64_MAX);
	/* Not there, of another type, in nothing, in nonsense. */
	assert_false(fact_int(facts, FACT_NET_ADDRESSES, &number));
	assert_false(fact_text(facts, FACT_TCP_OPEN, &text));
	assert_false(fact_hash(facts, FACT_TLS_SUITE, &got));
	assert_false(fact_flag(bytes_of(NULL, 0), FACT_TCP_OPEN, &flag));
	assert_false(fact_flag(bytes_of("\xa1\x0a", 2), FACT_TCP_OPEN, &flag));
	assert_false(fact_flag(bytes_of("\x01", 1), FACT_TCP_OPEN, &flag));
	fact_set_free(&set);
	buffer_free(&out);
}

static void
set_any(struct fact_set *set, const struct fact_row *row)
{
	switch (row->type) {
	case FACT_TYPE_flag:  fact_set_flag(set, row->fact, true); break;
	case FACT_TYPE_int:   fact_set_int(set, row->fact, 1); break;
	case FACT_TYPE_time:  fact_set_time(set, row->fact, 1); break;
	case FACT_TYPE_text:  fact_set_text(set, row->fact, bytes_of_text("x")); break;
	case FACT_TYPE_hash:  fact_set_hash(set, row->fact, hash_of(bytes_of_text("x"))); break;
	case FACT_TYPE_texts: fact_set_texts(set, row->fact, NULL, 0); break;
	case FACT_TYPE_times: fact_set_times(set, row->fact, NULL, 0); break;
	}
}

/* As many at once as a set has room for, until all had their turn. */
static void
every_fact_at_once(void **state)
{
	struct fact_set set = { 0 };
	struct buffer out = { 0 };
	const struct fact_row *rows, *row;
	size_t count = fact_rows(&rows), seen = 0;
	struct fact_walk walk;
	struct bytes value;
	uint64_t number;

	(void)state;
	while (seen < count) {
		size_t end = count - seen > FACT_SET_MAX ? seen + FACT_SET_MAX : count;

		fact_set_reset(&set);
		buffer_reset(&out);
		for (size_t i = end; i-- > seen;)
			set_any(&set, &rows[i]);
		walk = fact_walk_of(written(&set, FACTS_ALL, &out));
		for (; fact_walk_next(&walk, &number, &row, &value); seen++) {
			assert_ptr_equal(row, &rows[seen]);
			assert_true(number == (uint64_t)row->fact);
		}
		assert_int_equal(seen, end);
	}
	assert_int_equal(seen, count);
	fact_set_free(&set);
	buffer_free(&out);
}

static struct bytes
mended(struct buffer *out, const void *text, size_t len)
{
	buffer_reset(out);
	text_mend(out, bytes_of(text, len), FACT_TEXT_MAX);
	assert_true(utf8_valid(bytes_of_buffer(out)));
	assert_true(out->len <= FACT_TEXT_MAX);
	return bytes_of_buffer(out);
}

static void
strangers_texts(void **state)
{
	struct buffer out = { 0 }, other = { 0 };
	char text[4 * FACT_TEXT_MAX];

	(void)state;
	assert_true(bytes_equal(mended(&out, "関守", 6), bytes_of_text("関守")));
	assert_true(bytes_equal(mended(&out, "a\xff" "b", 3), bytes_of_text("a\xef\xbf\xbd" "b")));
	assert_true(bytes_equal(mended(&out, "\xe9\x96", 2),
	    bytes_of_text("\xef\xbf\xbd\xef\xbf\xbd")));
	assert_int_equal(mended(&out, NULL, 0).len, 0);
	memset(text, 'x', sizeof(text));
	assert_int_equal(mended(&out, text, FACT_TEXT_MAX).len, FACT_TEXT_MAX);
	/* One octet more is cut and marked; what was cut off still tells two texts apart. */
	assert_non_null(memmem(mended(&out, text, FACT_TEXT_MAX + 1).at, out.len, " [cut, SHA-256 ",
	    15));
	text[FACT_TEXT_MAX] = 'y';
	mended(&other, text, FACT_TEXT_MAX + 1);
	assert_false(bytes_equal(bytes_of_buffer(&out), bytes_of_buffer(&other)));
	/* Cut between characters, and octets that grow by being mended. */
	for (size_t i = 0; i + 3 <= sizeof(text); i += 3)
		memcpy(text + i, "関", 3);
	for (size_t shift = 0; shift < 3; shift++)
		mended(&out, text + shift, sizeof(text) - 3);
	memset(text, 0xff, sizeof(text));
	for (size_t len = 300; len < 400; len++)
		mended(&out, text, len);
	buffer_free(&out);
	buffer_free(&other);
}

/* A certificate with 1,000 long names still makes a record that fits. */
static void
strangers_lists(void **state)
{
	static struct bytes names[1000];
	static int64_t times[1000];
	struct fact_set set = { 0 };
	struct buffer out = { 0 };
	struct cbor in;
	char *name = memory_new(FACT_TEXT_MAX, 1);

	(void)state;
	memset(name, 'n', FACT_TEXT_MAX);
	for (size_t i = 0; i < 1000; i++)
		names[i] = bytes_of(name, FACT_TEXT_MAX);
	fact_set_texts(&set, FACT_TLS_NAMES, names, 1000);
	fact_set_texts(&set, FACT_SNMP_IF_UP, names, 1000);
	fact_set_times(&set, FACT_TLS_CHAIN_EXPIRIES, times, 1000);
	assert_true(written(&set, FACTS_ALL, &out).len < RECORD_MAX);
	in = cbor_of(bytes_of_buffer(&out), true);
	assert_int_equal(cbor_map(&in), 3);
	cbor_uint(&in);
	assert_int_equal(cbor_array(&in), FACT_LIST_MAX);
	fact_set_free(&set);
	buffer_free(&out);
	free(name);
}

static void
not_facts(void **state)
{
	static const struct { const char *hex; enum err err; } cases[] = {
		{ "a0", ERR_OK }, { "a10af5", ERR_OK },
		{ "a11903e782f6a0", ERR_OK },		/* a fact of a newer version */
		{ "a10a01", ERR_MALFORMED },		/* a flag that is a number */
		{ "a1146161ff", ERR_MALFORMED },	/* something behind it */
		{ "a11461ff", ERR_MALFORMED },		/* not UTF-8 */
		{ "a20af50af5", ERR_MALFORMED }, { "a20b61610af5", ERR_MALFORMED },
		{ "a100f5", ERR_MALFORMED },		/* there is no fact 0 */
		{ "a1180af5", ERR_MALFORMED },		/* a longer head than needed */
		{ "a1181941aa", ERR_MALFORMED },	/* a hash of one octet */
		{ "a1181e8101", ERR_MALFORMED }, { "a1181b816161", ERR_MALFORMED },
		{ "a1011bffffffffffffffff", ERR_LIMIT },
		{ "a10a", ERR_TRUNCATED }, { "80", ERR_MALFORMED }, { "bf0af5ff", ERR_UNSUPPORTED },
	};

	(void)state;
	assert_int_equal(facts_check(bytes_of(NULL, 0), NULL), ERR_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct why why = { 0 };
		uint8_t at[64];
		size_t len = strlen(cases[i].hex) / 2;

		assert_int_equal(hex_read(cases[i].hex, at, len), ERR_OK);
		if (facts_check(bytes_of(at, len), &why) != cases[i].err)
			fail_msg("%s: %s", cases[i].hex, why.text);
		assert_true(why.err == cases[i].err && (why.err == ERR_OK || why.text[0] != '\0'));
	}
}

static void
printing(void **state)
{
	struct fact_set set = { 0 };
	struct buffer facts = { 0 }, out = { 0 };
	struct hash hash = { { 0xab } };

	(void)state;
	fact_set_flag(&set, FACT_TCP_OPEN, true);
	fact_set_text(&set, FACT_TCP_BANNER, bytes_of_text("220 \"hi\"\n\x1b[2J"));
	fact_set_hash(&set, FACT_TLS_SPKI, hash);
	fact_set_times(&set, FACT_TLS_CHAIN_EXPIRIES, (const int64_t[]){ 0, 1790000000000 }, 2);
	fact_set_int(&set, FACT_NET_CONNECT_US, -3);
	fact_set_write(&set, FACTS_ALL, &facts);
	facts_print(&out, bytes_of_buffer(&facts));
	assert_string_equal(buffer_text(&out), "net.connect_us=-3 tcp.open=yes "
	    "tcp.banner=220 \"hi\"\\x0a\\x1b[2J "
	    "tls.chain.expiries=1970-01-01 09:00:00.000 JST, 2026-09-21 23:13:20.000 JST "
	    "tls.spki=ab00000000000000000000000000000000000000000000000000000000000000");
	buffer_reset(&out);
	facts_print_json(&out, bytes_of_buffer(&facts));
	assert_string_equal(buffer_text(&out), "{\"net.connect_us\":-3,\"tcp.open\":true,"
	    "\"tcp.banner\":\"220 \\\"hi\\\"\\u000a\\u001b[2J\","
	    "\"tls.chain.expiries\":[\"1970-01-01T00:00:00.000Z\",\"2026-09-21T14:13:20.000Z\"],"
	    "\"tls.spki\":\"ab00000000000000000000000000000000000000000000000000000000000000\"}");
	/* What this version does not know, or what is not of its type, is shown all the same. */
	buffer_reset(&out);
	facts_print_json(&out, bytes_of("\xa2\x0a\x01\x19\x03\xe7\x81\x61\x22", 9));
	assert_string_equal(buffer_text(&out),
	    "{\"tcp.open\":\"1\",\"fact.999\":\"[\\\"\\\\\\\"\\\"]\"}");
	fact_set_free(&set);
	buffer_free(&facts);
	buffer_free(&out);
}

/* JSON goes to terminals, too: nothing in it may steer one, and parsed it is what it was. */
static void
json_is_safe(void **state)
{
	static const struct { const char *in, *out; } cases[] = {
		{ "関守 \"a\\b\"", "\"関守 \\\"a\\\\b\\\"\"" }, { "\x1b[31m", "\"\\u001b[31m\"" },
		{ "\xc2\x9b" "2J\x7f", "\"\\u009b2J\\u007f\"" }, { "\xff", "\"\\ufffd\"" },
		{ "\xe2\x80\xae\xe2\x81\xa6" "evil", "\"\\u202e\\u2066evil\"" },
		{ "\xd8\x9c\xef\xbb\xbf", "\"\\u061c\\ufeff\"" },
		{ "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"" },
	};
	struct buffer out = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buffer_reset(&out);
		text_put_json(&out, bytes_of_text(cases[i].in));
		assert_string_equal(buffer_text(&out), cases[i].out);
	}
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table),
		cmocka_unit_test(sets_and_bytes),
		cmocka_unit_test(reading),
		cmocka_unit_test(every_fact_at_once),
		cmocka_unit_test(strangers_texts),
		cmocka_unit_test(strangers_lists),
		cmocka_unit_test(not_facts),
		cmocka_unit_test(printing),
		cmocka_unit_test(json_is_safe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
