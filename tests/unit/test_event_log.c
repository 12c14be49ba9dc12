/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Event logs: published ones, whose replay must end in values that others published or a TDX module
 * signed, and hand-made ones that lie about every length and number they state.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/event_log.h"
#include "tests/unit/vectors.h"

#define SNP_LOG "tests/data/attest/evlog/ubuntu-2404-amd-sevsnp.bin"
#define CCEL    "tests/data/attest/tdx/v4-gcp-cos113.ccel.bin"

#define RTMR0 \
    "3fa2f61f395b7f5feefb4ec2df61297f109ad8abcd6410c1" \
    "b7df60f21f37b19297fc35e544039c7e1edece752afd17f6"
#define RTMR1 \
    "f62dbc072bd5d3f3438b7b35c39a727f5aea2ffc2473f437" \
    "23953f530daf62504f0a7944aa62c41a86e8a878c2b122c1"
#define RTMR2 \
    "4969684dc87381fc3b3134176c8d8806eaf0a901859f5f70" \
    "cfae8d17714b46c10a8de219048c9fc09f11f381a6fbe7c1"

static const struct bytes none = { NULL, 0 };

static void
assert_value(const struct event_replay *replay, size_t index, const char *expected)
{
	char hex[2 * DIGEST_MAX + 1];

	hex_of(bytes_of(replay->value[index], digest_len(replay->digest)), hex);
	assert_string_equal(hex, expected);
}

/* The values of google/go-tpm-tools' own test of this log. */
static void
test_published(void **state)
{
	static const char *const pcr[] = {
		"50597a27846e91d025eef597abbc89f72bff9af849094db97b0684d8bc4c515e",
		"57344e1cc8c6619413df33013a7cd67915459f967395af41db21c1fa7ca9c307",
		"3d458cfe55cc03ea1f443f1562beec8df51c75e14a9fcf9a7234a13f198e7969",
		"3d458cfe55cc03ea1f443f1562beec8df51c75e14a9fcf9a7234a13f198e7969",
		"abe8b3fa6aecb36c2fd93c6f6edde661c21b353d007410a2739d69bfa7e1b9be",
		"0b0e1903aeb1bff649b82dba2cdcf5c4ffb75027e54f151ab00b3b989f16a300",
		"3d458cfe55cc03ea1f443f1562beec8df51c75e14a9fcf9a7234a13f198e7969",
		"33ad69850fb2c7f30b4f8b4bc10ed93fc954dc07fa726e84f50f3d192dc1c140",
		"6932a3f71dc55ad3c1a6ac2196eeac26a1b7164b6bbfa106625d94088ec3ecc3",
	};
	struct buffer log = vectors_file(SNP_LOG);
	struct event_replay replay;
	struct why why = { .err = ERR_OK };

	(void)state;
	assert_int_equal(event_log_replay(bytes_of_buffer(&log), DIGEST_SHA256, &replay, &why),
	    ERR_OK);
	for (size_t i = 0; i < sizeof(pcr) / sizeof(pcr[0]); i++)
		assert_value(&replay, i, pcr[i]);
	assert_int_equal(replay.touched, 0x43ff);
	assert_int_equal(replay.events, 116);
	assert_int_equal(event_log_replay(bytes_of_buffer(&log), DIGEST_SHA384, &replay, &why),
	    ERR_OK);
	assert_int_equal(replay.touched, 0x43ff);
	assert_int_equal(event_log_replay(bytes_of_buffer(&log), DIGEST_SHA512, &replay, &why),
	    ERR_NOT_FOUND);
	assert_int_equal(event_log_replay(bytes_of_buffer(&log), DIGEST_SHA1, &replay, &why),
	    ERR_UNSUPPORTED);
	assert_int_equal(event_log_replay(bytes_of_buffer(&log), DIGEST_MD5, &replay, &why),
	    ERR_UNSUPPORTED);
	buffer_free(&log);
}

/* RTMR0 to RTMR2 as the TDX quote of the same machine has them (v4-gcp-cos113). */
static void
test_ccel(void **state)
{
	struct buffer log = vectors_file(CCEL);
	struct event_replay replay;
	struct why why = { .err = ERR_OK };

	(void)state;
	assert_int_equal(event_log_replay(bytes_of_buffer(&log), DIGEST_SHA384, &replay, &why),
	    ERR_OK);
	assert_value(&replay, 1, RTMR0);
	assert_value(&replay, 2, RTMR1);
	assert_value(&replay, 3, RTMR2);
	assert_int_equal(replay.touched, 0x0e);
	assert_int_equal(replay.events, 43);
	/* What stands in the padding would be read by nobody else: it is no log. */
	log.at[log.len - 1] = 0;
	assert_int_equal(event_log_replay(bytes_of_buffer(&log), DIGEST_SHA384, &replay, &why),
	    ERR_MALFORMED);
	assert_non_null(strstr(why.text, "padding"));
	buffer_free(&log);
}

/* A cut anywhere but behind a whole event is seen, or changes the end; never an overrun. */
static void
test_cut(void **state)
{
	struct buffer log = vectors_file(SNP_LOG);
	size_t whole = 0;

	(void)state;
	for (size_t len = 0; len < log.len; len += len < 400 ? 1 : 37) {
		struct event_replay replay;
		struct why why = { .err = ERR_OK };
		uint8_t *copy = memory_new(len + 1, 1);
		enum err err;

		memcpy(copy, log.at, len);
		err = event_log_replay(bytes_of(copy, len), DIGEST_SHA256, &replay, &why);
		assert_true(err == ERR_OK || why.text[0] != '\0');
		assert_true(err != ERR_OK || replay.events < 116);
		whole += err == ERR_OK;
		free(copy);
	}
	assert_true(whole < 40);
	buffer_free(&log);
}

/* --- made by hand ------------------------------------------------------------------------- */

static void
put_le(struct buffer *out, uint32_t value, unsigned octets)
{
	for (unsigned i = 0; i < octets; i++)
		buffer_put_u8(out, (uint8_t)(value >> 8 * i));
}

/* The first record with so many banks of SHA-256, the second of an unknown kind. */
static struct buffer
log_begin(uint32_t banks)
{
	struct buffer out = { .max = 0 };
	uint8_t zero[20] = { 0 };

	put_le(&out, 0, 4);
	put_le(&out, EVENT_NO_ACTION, 4);
	buffer_put(&out, zero, sizeof(zero));
	put_le(&out, 16 + 8 + 4 + 4 * banks + 1, 4);
	buffer_put(&out, "Spec ID Event03", 16);
	put_le(&out, 0, 4);
	put_le(&out, 0x02000200, 4);
	put_le(&out, banks, 4);
	for (uint32_t i = 0; i < banks; i++) {
		put_le(&out, i == 0 ? 0x0b : 0x90 + i, 2);
		put_le(&out, 32, 2);
	}
	buffer_put_u8(&out, 0);
	return out;
}

static void
log_event(struct buffer *out, uint32_t index, uint32_t type, const void *data, size_t len)
{
	uint8_t digest[DIGEST_MAX];

	assert_int_equal(digest_of(DIGEST_SHA256, bytes_of(data, len), none, none, digest), ERR_OK);
	put_le(out, index, 4);
	put_le(out, type, 4);
	put_le(out, 1, 4);
	put_le(out, 0x0b, 2);
	buffer_put(out, digest, 32);
	put_le(out, (uint32_t)len, 4);
	buffer_put(out, data, len);
}

static enum err
replayed(struct buffer *log, struct event_replay *replay, struct why *why)
{
	enum err err;

	*why = (struct why){ .err = ERR_OK };
	err = event_log_replay(bytes_of_buffer(log), DIGEST_SHA256, replay, why);
	assert_true((err == ERR_OK) == (why->text[0] == '\0'));
	return err;
}

static void
test_locality(void **state)
{
	char locality[] = "StartupLocality\0\3";
	struct buffer log = log_begin(1);
	struct event_replay replay;
	struct why why;
	uint8_t start[32] = { 0 }, digest[DIGEST_MAX], end[DIGEST_MAX];

	(void)state;
	log_event(&log, 0, EVENT_NO_ACTION, locality, 17);
	log_event(&log, 0, 8, "firmware", 8);
	assert_int_equal(replayed(&log, &replay, &why), ERR_OK);
	start[31] = 3;
	assert_int_equal(digest_of(DIGEST_SHA256, bytes_of("firmware", 8), none, none, digest),
	    ERR_OK);
	assert_int_equal(digest_of(DIGEST_SHA256, bytes_of(start, 32), bytes_of(digest, 32), none,
	    end), ERR_OK);
	assert_memory_equal(replay.value[0], end, 32);
	/* After PCR 0 was extended, or a second time, it is a lie. */
	log_event(&log, 0, EVENT_NO_ACTION, locality, 17);
	assert_int_equal(replayed(&log, &replay, &why), ERR_MALFORMED);
	buffer_free(&log);
	log = log_begin(1);
	locality[16] = 5;
	log_event(&log, 0, EVENT_NO_ACTION, locality, 17);
	assert_int_equal(replayed(&log, &replay, &why), ERR_MALFORMED);
	buffer_free(&log);
	log = log_begin(1);
	locality[16] = 3;
	log_event(&log, 0, EVENT_NO_ACTION, locality, 16);
	assert_int_equal(replayed(&log, &replay, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "StartupLocality"));
	buffer_free(&log);
}

static void
test_names_data(void **state)
{
	struct buffer log = log_begin(1);
	struct event_log open;
	struct event event;
	struct why why;

	(void)state;
	log_event(&log, 7, 0x80000001, "SecureBoot", 10);
	log_event(&log, 7, EVENT_NO_ACTION, "x", 1);
	assert_int_equal(event_log_open(bytes_of_buffer(&log), &open, &why), ERR_OK);
	assert_int_equal(event_log_next(&open, &event, &why), ERR_OK);
	assert_true(event_names_data(&event, DIGEST_SHA256));
	assert_false(event_names_data(&event, DIGEST_SHA384));
	assert_int_equal(event.index, 7);
	log.at[log.len - 4 - 1 - 32 - 14 - 1] ^= 1;		/* the last octet of its data */
	assert_false(event_names_data(&event, DIGEST_SHA256));
	assert_int_equal(event_log_next(&open, &event, &why), ERR_OK);
	assert_int_equal(event_log_next(&open, &event, &why), ERR_CLOSED);
	buffer_free(&log);
}

static void
assert_refused(struct buffer *log, enum err expected, const char *says)
{
	struct event_replay replay;
	struct why why;

	assert_int_equal(replayed(log, &replay, &why), expected);
	assert_non_null(strstr(why.text, says));
	buffer_free(log);
}

static void
test_lies(void **state)
{
	struct buffer log = log_begin(0);

	(void)state;
	assert_refused(&log, ERR_LIMIT, "states 0 banks");
	log = log_begin(6);
	assert_refused(&log, ERR_LIMIT, "states 6 banks");
	log = log_begin(1);
	log.at[4] = 8;
	assert_refused(&log, ERR_UNSUPPORTED, "Spec ID Event03");
	log = log_begin(2);
	log.at[32 + 28 + 4] = 0x0b;		/* both banks of one kind */
	log.at[32 + 28 + 5] = 0;
	assert_refused(&log, ERR_MALFORMED, "stands twice");
	log = log_begin(1);
	log.at[32 + 28 + 2] = 31;		/* SHA-256 of 31 octets */
	assert_refused(&log, ERR_MALFORMED, "no digest");
	log = log_begin(1);
	log.at[32 + 28] = 0;			/* TPM_ALG_ERROR */
	assert_refused(&log, ERR_MALFORMED, "no digest");
	log = log_begin(1);
	log.at[32 + 32] = 1;			/* vendor info that is not there */
	assert_refused(&log, ERR_MALFORMED, "does not end where it says");
	log = log_begin(1);
	log_event(&log, 24, 8, "x", 1);
	assert_refused(&log, ERR_MALFORMED, "register 24");
	log = log_begin(1);
	log_event(&log, 0, 8, "x", 1);
	log.at[65 + 8] = 2;			/* two digests where one bank is stated */
	assert_refused(&log, ERR_MALFORMED, "2 digests");
	log = log_begin(1);
	log_event(&log, 0, 8, "x", 1);
	log.at[65 + 8] = 0;
	assert_refused(&log, ERR_MALFORMED, "0 digests");
	log = log_begin(1);
	log_event(&log, 0, 8, "x", 1);
	log.at[65 + 12] = 0x0c;			/* of a bank that is not stated */
	assert_refused(&log, ERR_MALFORMED, "0x000c");
	log = log_begin(2);
	log_event(&log, 0, 8, "x", 1);
	log.at[69 + 12] = 0x91;			/* of the other bank alone */
	assert_refused(&log, ERR_MALFORMED, "no digest of the bank");
	log = log_begin(1);
	log_event(&log, 0, 8, "x", 1);
	log.at[log.len - 5] = 2;		/* more data than there is */
	assert_refused(&log, ERR_TRUNCATED, "ends in the middle");
	log = log_begin(1);
	buffer_put(&log, "\0\0\0\0\0\0\0\0more", 12);
	assert_refused(&log, ERR_MALFORMED, "padding");
	log = log_begin(1);
	for (size_t i = 0; i < LOG_MAX; i++)
		buffer_put_u8(&log, 0);
	assert_refused(&log, ERR_LIMIT, "octets, more than");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_ccel),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_locality),
		cmocka_unit_test(test_names_data),
		cmocka_unit_test(test_lies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
