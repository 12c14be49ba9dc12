/* SPDX-License-Identifier: Apache-2.0 */
/* The CBOR codec against the examples of RFC 8949, and against input made to hurt it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"
#include "tests/unit/vectors.h"

static struct buffer
octets_of(const json_t *entry)
{
	const char *hex = json_string_value(json_object_get(entry, "hex"));
	struct buffer out = { .max = 0 };
	size_t len = strlen(hex) / 2;
	uint8_t *at = memory_new(len, 1);

	assert_int_equal(hex_read(hex, at, len), ERR_OK);
	buffer_put(&out, at, len);
	free(at);
	return out;
}

/* Vectors the codec leaves out on purpose: floats, and simple values but false, true and null. */
static bool
left_out(const struct buffer *octets)
{
	struct cbor in = cbor_of(bytes_of_buffer(octets), false);

	cbor_skip(&in);
	return in.err == ERR_UNSUPPORTED;
}

/* The vectors write bignums and time texts as RFC 8949 does; those are tags to us. */
static void
diagnostic_fits(const json_t *entry, const char *printed)
{
	const char *expected = json_string_value(json_object_get(entry, "diag"));

	assert_null(strstr(printed, "malformed"));
	if (expected == NULL || strchr(expected, '(') != NULL || strchr(printed, '(') != NULL ||
	    strchr(expected, '\\') != NULL)
		return;
	assert_string_equal(printed, expected);
}

static void
deterministic_is_taken(void **unused)
{
	json_t *all = vectors_json("tests/data/cbor/well-formed-deterministic.json"), *entry;
	size_t i, taken = 0;

	(void)unused;
	json_array_foreach(all, i, entry) {
		struct buffer octets = octets_of(entry), printed = { .max = 0 };
		struct why why = { .err = ERR_OK };
		enum err err = cbor_check(bytes_of_buffer(&octets), &why);

		if (left_out(&octets)) {
			assert_int_equal(err, ERR_UNSUPPORTED);
		} else if (err != ERR_OK) {
			fail_msg("%s: %s", json_string_value(json_object_get(entry, "hex")), why.text);
		} else {
			taken++;
			cbor_print(&printed, bytes_of_buffer(&octets));
			diagnostic_fits(entry, buffer_text(&printed));
		}
		buffer_free(&octets);
		buffer_free(&printed);
	}
	assert_true(taken > 40);
	json_decref(all);
}

static void
refuse_all(const char *path, size_t at_least)
{
	json_t *all = vectors_json(path), *entry;
	size_t i, refused = 0;

	json_array_foreach(all, i, entry) {
		struct buffer octets = octets_of(entry);
		const char *hex = json_string_value(json_object_get(entry, "hex"));

		/* What a tag means (here: a bignum with leading zeros) is its reader's part. */
		if (cbor_check(bytes_of_buffer(&octets), NULL) == ERR_OK && octets.at[0] >> 5 != CBOR_TAG)
			fail_msg("%s was taken: %s", hex,
			    json_string_value(json_object_get(entry, "why")));
		refused++;
		buffer_free(&octets);
	}
	assert_true(refused >= at_least);
	json_decref(all);
}

static void
the_rest_is_refused(void **unused)
{
	(void)unused;
	refuse_all("tests/data/cbor/well-formed-not-deterministic.json", 20);
	refuse_all("tests/data/cbor/not-well-formed.json", 60);
}

/* Texts that are not UTF-8 and octets behind the item; what a tag means is its reader's part. */
static void
invalid_is_refused(void **unused)
{
	json_t *all = vectors_json("tests/data/cbor/not-valid.json"), *entry;
	size_t i;

	(void)unused;
	json_array_foreach(all, i, entry) {
		struct buffer octets = octets_of(entry);
		bool tag = octets.at[0] >> 5 == CBOR_TAG;

		assert_int_equal(cbor_check(bytes_of_buffer(&octets), NULL) == ERR_OK, tag);
		buffer_free(&octets);
	}
	json_decref(all);
}

static void
writes_what_it_reads(void **unused)
{
	static const int64_t numbers[] = { 0, 1, 23, 24, 255, 256, 65535, 65536, UINT32_MAX,
		INT64_C(4294967296), INT64_MAX, -1, -24, -25, -256, -257, -65537, INT64_MIN };
	struct buffer out = { .max = 0 };
	struct cbor in;

	(void)unused;
	cbor_put_array(&out, sizeof(numbers) / sizeof(numbers[0]) + 5);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		cbor_put_int(&out, numbers[i]);
	cbor_put_uint(&out, UINT64_MAX);
	cbor_put_cstr(&out, "関守");
	cbor_put_bytes(&out, bytes_of("\x00\xff", 2));
	cbor_put_bool(&out, true);
	cbor_put_tag(&out, 18);
	cbor_put_null(&out);
	assert_int_equal(cbor_check(bytes_of_buffer(&out), NULL), ERR_OK);
	in = cbor_of(bytes_of_buffer(&out), true);
	assert_int_equal(cbor_array(&in), sizeof(numbers) / sizeof(numbers[0]) + 5);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		assert_true(cbor_int(&in) == numbers[i]);
	assert_true(cbor_uint(&in) == UINT64_MAX);
	assert_true(bytes_equal(cbor_text(&in), bytes_of_text("関守")));
	assert_true(bytes_equal(cbor_bytes(&in), bytes_of("\x00\xff", 2)));
	assert_true(cbor_bool(&in));
	assert_int_equal(cbor_tag(&in), 18);
	cbor_null(&in);
	assert_true(cbor_done(&in));
	buffer_free(&out);
}

static void
prints_for_people(void **unused)
{
	static const struct { const char *octets; size_t len; const char *text; } cases[] = {
		{ "\xa2\x01\x82\x02\x20\x61\x61\xd2\x42\x0a\xff", 11,
		  "{1: [2, -1], \"a\": 18(h'0aff')}" },
		{ "\x80", 1, "[]" }, { "\xa0", 1, "{}" }, { "\xf5", 1, "true" }, { "\xf6", 1, "null" },
		{ "\x82\x80\xf4", 3, "[[], false]" },
		{ "\x64" "a\"\n\\", 5, "\"a\\\"\\u000a\\\\\"" },
	};
	static const struct { const char *octets; size_t len; } bad[] = {
		{ "", 0 }, { "\x82\x01", 2 }, { "\xff", 1 }, { "\xf9\x00\x00", 3 }, { "\x61\xff", 2 },
	};
	struct buffer out = { .max = 0 };

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buffer_reset(&out);
		cbor_print(&out, bytes_of(cases[i].octets, cases[i].len));
		assert_string_equal(buffer_text(&out), cases[i].text);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buffer_reset(&out);
		cbor_print(&out, bytes_of(bad[i].octets, bad[i].len));
		assert_non_null(strstr(buffer_text(&out), "<malformed>"));
	}
	buffer_free(&out);
}

/* Five octets that promise four thousand million entries; nesting without end. */
static void
hostile_is_bounded(void **unused)
{
	uint8_t deep[CBOR_DEPTH_MAX + 2];
	struct cbor in = cbor_of(bytes_of("\x9a\x0f\xff\xff\xff", 5), true);

	(void)unused;
	assert_int_equal(cbor_array(&in), 0);
	assert_int_equal(in.err, ERR_TRUNCATED);
	in = cbor_of(bytes_of("\xbb\x7f\xff\xff\xff\xff\xff\xff\xff\x01\x01", 11), true);
	assert_int_equal(cbor_map(&in), 0);
	in = cbor_of(bytes_of("\x5b\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10), true);
	assert_null(cbor_bytes(&in).at);
	assert_int_equal(in.err, ERR_TRUNCATED);
	memset(deep, 0x81, sizeof(deep));
	deep[CBOR_DEPTH_MAX] = 0x00;
	assert_int_equal(cbor_check(bytes_of(deep, CBOR_DEPTH_MAX + 1), NULL), ERR_OK);
	deep[CBOR_DEPTH_MAX] = 0x81;
	deep[CBOR_DEPTH_MAX + 1] = 0x00;
	assert_int_equal(cbor_check(bytes_of(deep, CBOR_DEPTH_MAX + 2), NULL), ERR_LIMIT);
	/* -2^64 is CBOR, but no int64_t. */
	in = cbor_of(bytes_of("\x3b\xff\xff\xff\xff\xff\xff\xff\xff", 9), true);
	assert_int_equal(cbor_int(&in), 0);
	assert_int_equal(in.err, ERR_LIMIT);
}

static void
failure_stays(void **unused)
{
	struct cbor in = cbor_of(bytes_of("\x01\x02\x03", 3), true);

	(void)unused;
	cbor_text(&in);
	assert_int_equal(in.err, ERR_MALFORMED);
	assert_int_equal(cbor_uint(&in), 0);
	cbor_fail(&in, ERR_LIMIT);
	assert_int_equal(in.err, ERR_MALFORMED);
	assert_false(cbor_done(&in));
	assert_int_equal(cbor_peek(&in), CBOR_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deterministic_is_taken), cmocka_unit_test(the_rest_is_refused),
		cmocka_unit_test(invalid_is_refused), cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(prints_for_people), cmocka_unit_test(hostile_is_bounded),
		cmocka_unit_test(failure_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
