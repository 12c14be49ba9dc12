/* SPDX-License-Identifier: Apache-2.0 */
/* The record codec: golden bytes, round trips of every kind, and every way bytes can be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"
#include "tests/unit/record_fill.h"
#include "tests/unit/vectors.h"

enum { ROUNDS = 400 };

static struct bytes
encoded(struct buffer *out, const struct record *rec)
{
	buffer_reset(out);
	record_encode(out, rec);
	assert_false(out->failed);
	return bytes_of_buffer(out);
}

static enum err
check(struct bytes in)
{
	struct record rec;
	struct why why = { 0 };
	enum err err = record_check(in, &rec, &why);

	/* Whatever is refused is refused with a sentence. */
	assert_true(err == ERR_OK || (why.err == err && why.text[0] != '\0'));
	return err;
}

static enum err
check_hex(const char *hex)
{
	uint8_t at[1024];
	size_t len = strlen(hex) / 2;

	assert_int_equal(hex_read(hex, at, len), ERR_OK);
	return check(bytes_of(at, len));
}

static enum err
decode_hex(const char *hex, struct record *rec)
{
	uint8_t at[1024];
	size_t len = strlen(hex) / 2;

	assert_int_equal(hex_read(hex, at, len), ERR_OK);
	return record_decode(bytes_of(at, len), rec, NULL);
}

/* The bytes of every kind, decoded by hand once, are for ever. */
static void
golden_bytes(void **state)
{
	struct buffer file = vectors_file("tests/data/record/golden.txt"), out = { 0 };
	const char *line = buffer_text(&file);
	size_t lines = 0;

	(void)state;
	for (; *line != '\0'; line = strchr(line, '\n') + 1, lines++) {
		struct fill fill = { .plain = true };
		struct record rec;
		char expected[4096], made[4096], name[32];

		assert_int_equal(sscanf(line, "%31s %4095s", name, expected), 2);
		fill_record(&fill, fill_kinds[lines], &rec);
		hex_of(encoded(&out, &rec), made);
		assert_string_equal(name, record_kind_name(rec.kind));
		assert_string_equal(made, expected);
		assert_int_equal(check_hex(expected), ERR_OK);
		fill_free(&fill);
	}
	assert_int_equal(lines, FILL_KINDS);
	buffer_free(&file);
	buffer_free(&out);
}

/* What was written before a kind grew is read as before; what it grew by reads as nothing. */
static void
older_bytes(void **state)
{
	struct buffer file = vectors_file("tests/data/record/older.txt");
	const char *line = buffer_text(&file);
	char name[32], hex[4096];
	struct record rec;
	size_t lines = 0;

	(void)state;
	for (; *line != '\0'; line = strchr(line, '\n') + 1, lines++) {
		assert_int_equal(sscanf(line, "%31s %4095s", name, hex), 2);
		assert_int_equal(decode_hex(hex, &rec), ERR_OK);
		assert_string_equal(name, record_kind_name(rec.kind));
		if (rec.kind == RECORD_BELIEF) {
			assert_false(hash_is_zero(rec.belief.facts));
			assert_true(hash_is_zero(rec.belief.judgement));
			assert_int_equal(record_walk_of(rec.belief.packs).left, 0);
		} else if (rec.kind == RECORD_FILING) {
			assert_false(hash_is_zero(rec.filing.claims));
			assert_int_equal(rec.filing.paper_edition, 0);
			assert_int_equal(record_walk_of(rec.filing.seals).left, 0);
		} else {
			assert_false(hash_is_zero(rec.state.state));
			assert_true(hash_is_zero(rec.state.judgement));
		}
	}
	assert_int_equal(lines, 3);
	buffer_free(&file);
}

/* What is played is marked in its octets, and the mark has one form only. */
static void
drills_are_marked(void **state)
{
	struct record rec = { .kind = RECORD_TICK, .recorded_ms = 1, .observed_ms = 1,
		.role = ROLE_LEDGER, .drill = true }, back;
	struct buffer out = { 0 }, text = { 0 };

	(void)state;
	encoded(&out, &rec);
	assert_int_equal(check(bytes_of_buffer(&out)), ERR_OK);
	assert_int_equal(record_decode(bytes_of_buffer(&out), &back, NULL), ERR_OK);
	assert_true(back.drill);
	record_print(&text, &back);
	assert_true(strncmp(buffer_text(&text), "DRILL TICK", 10) == 0);
	buffer_reset(&text);
	record_print_json(&text, &back);
	assert_non_null(strstr(buffer_text(&text), "\"drill\":true"));
	/* The mark taken away, or said to be false: other octets, and not a record. */
	assert_int_equal(out.at[out.len - 1], 0xf5);
	out.at[out.len - 1] = 0xf4;
	assert_int_equal(check(bytes_of_buffer(&out)), ERR_MALFORMED);
	rec.drill = false;
	encoded(&out, &rec);
	assert_int_equal(record_decode(bytes_of_buffer(&out), &back, NULL), ERR_OK);
	assert_false(back.drill);
	buffer_free(&out);
	buffer_free(&text);
}

static void
tables_have_names(void **state)
{
	(void)state;
	assert_string_equal(signal_form_name(SIGNAL_FORM_STATUS), "status");
	assert_null(signal_form_name(99));
	assert_string_equal(severity_name(PERCEIVED_CRITICAL), "critical");
	assert_null(severity_name(SEVERITIES));
	assert_string_equal(alarm_type_name(ALARM_TYPE_EQUIPMENT), "equipment");
	assert_string_equal(signal_clock_name(SIGNAL_CLOCK_DOUBTFUL), "doubtful");
	assert_string_equal(metric_name(METRIC_SESSIONS), "sessions");
	assert_null(metric_name(METRIC_NONE));
	for (uint64_t what = 1; what < CORRECTS; what++)
		assert_int_equal(correct_by_name(correct_name(what)), what);
	assert_int_equal(correct_by_name("nothing"), CORRECT_NONE);
}

static void
same_list(struct record_list a, struct record_list b)
{
	assert_true(bytes_equal(a.raw, b.raw));
}

static void
same_view(struct bytes a, struct bytes b)
{
	assert_true(bytes_equal(a, b));
}

#define SAME_u64(a, b)    assert_true((a) == (b))
#define SAME_i64(a, b)    assert_true((a) == (b))
#define SAME_time(a, b)   assert_true((a) == (b))
#define SAME_flag(a, b)   assert_true((a) == (b))
#define SAME_text(a, b)   same_view(a, b)
#define SAME_bytes(a, b)  same_view(a, b)
#define SAME_facts(a, b)  same_view(a, b)
#define SAME_hash(a, b)   assert_true(hash_equal(a, b))
#define SAME_secret(a, b) assert_true(hash_equal(a, b))
#define SAME_hashes(a, b) same_list(a, b)
#define SAME_ids(a, b)    same_list(a, b)

#define RECORD(number, KIND, name, text)                                                        \
static void same_##name(const struct record_##name *a, const struct record_##name *b) {         \
	(void)a; (void)b;
#define FIELD(key, type, name, text) SAME_##type(a->name, b->name);
#define RECORD_END(KIND, name) }
#include "monitor/ledger/record_list.h"

static void
same_record(const struct record *a, const struct record *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_true(a->recorded_ms == b->recorded_ms && a->observed_ms == b->observed_ms);
	assert_true(a->role == b->role && a->index == b->index);
	switch (a->kind) {
#define RECORD(number, KIND, name, text) case RECORD_##KIND: same_##name(&a->name, &b->name); break;
#include "monitor/ledger/record_list.h"
	case RECORD_NONE:
		fail();
	}
}

static void
round_trips(void **state)
{
	struct buffer out = { 0 }, again = { 0 };

	(void)state;
	for (unsigned i = 0; i < ROUNDS * FILL_KINDS; i++) {
		struct fill fill = { .seed = i };
		struct record rec, decoded, checked;
		struct why why = { 0 };
		struct bytes bytes;

		fill_record(&fill, fill_kinds[i % FILL_KINDS], &rec);
		bytes = encoded(&out, &rec);
		assert_int_equal(cbor_check(bytes, &why), ERR_OK);
		assert_int_equal(record_decode(bytes, &decoded, &why), ERR_OK);
		assert_int_equal(record_check(bytes, &checked, &why), ERR_OK);
		same_record(&rec, &decoded);
		same_record(&rec, &checked);
		assert_true(bytes_equal(encoded(&again, &decoded), bytes));
		fill_free(&fill);
	}
	buffer_free(&out);
	buffer_free(&again);
}

static void
cut_anywhere(void **state)
{
	struct buffer out = { 0 };

	(void)state;
	for (unsigned i = 0; i < FILL_KINDS; i++) {
		struct fill fill = { .seed = i, .plain = i % 2 == 0 };
		struct record rec;
		struct bytes bytes;

		fill_record(&fill, fill_kinds[i], &rec);
		bytes = encoded(&out, &rec);
		for (size_t len = 0; len < bytes.len; len++) {
			/* In memory of its own, so that reading past the end is seen. */
			uint8_t *cut = memory_new(len, 1);

			memcpy(cut, bytes.at, len);
			assert_int_equal(record_decode(bytes_of(cut, len), &rec, NULL),
			    ERR_TRUNCATED);
			assert_int_not_equal(check(bytes_of(cut, len)), ERR_OK);
			free(cut);
		}
		fill_free(&fill);
	}
	buffer_free(&out);
}

/* Whatever single octet is changed, what is accepted is still the one encoding of what it says. */
static void
changed_anywhere(void **state)
{
	struct buffer out = { 0 }, again = { 0 };

	(void)state;
	for (unsigned i = 0; i < FILL_KINDS; i++) {
		struct fill fill = { .plain = true };
		struct record rec, read;

		fill_record(&fill, fill_kinds[i], &rec);
		encoded(&out, &rec);
		for (size_t at = 0; at < out.len; at++) {
			uint8_t was = out.at[at];

			for (unsigned value = 0; value < 256; value += 7) {
				out.at[at] = (uint8_t)value;
				if (record_check(bytes_of_buffer(&out), &read, NULL) != ERR_OK)
					continue;
				assert_true(bytes_equal(encoded(&again, &read),
				    bytes_of_buffer(&out)));
			}
			out.at[at] = was;
		}
		fill_free(&fill);
	}
	buffer_free(&out);
	buffer_free(&again);
}

/* A TICK: {0: 5, 1: 1, 2: 2, 3: 2, 4: 0} and what can be wrong with it. */
static void
hostile_heads(void **state)
{
	static const char *const wrong[] = {
		"a5000502020101030204" "00",		/* keys out of order */
		"a5000501010101030204" "00",		/* a key twice */
		"a50005010102020302",			/* the last pair is missing */
		"a4000501010202030204" "00",		/* more than the map says */
		"a500050101020203020400" "00",		/* an octet behind it */
		"a40005010102020302",			/* no index */
		"a6000501010202030204000506",		/* a field between head and fields: unknown */
		"a50105000102020302" "0400",		/* does not begin with the kind */
		"bf00050101020203020400ff",		/* indefinite length (RFC 8949 4.2.1) */
		"b80500050101020203020400",		/* a longer head than needed */
		"a5001805010102020302" "0400",		/* likewise in the kind */
		"a5000001010202030204" "00",		/* kind 0 */
		"a5001b00000001000000050101020203020400",	/* kind 2^32 + 5 */
		"a5006155010102020302" "0400",		/* a text where the kind should be */
		"a500050161300202" "03020400",		/* a text where a time should be */
		"a50005011bffffffffffffffff020203020400",	/* a time above int64 */
		"a5000501010202032004" "00",		/* role -1 */
		"8500050101", "00", "f6", "a0", "",	/* no map, or nothing in it */
	};
	struct record rec;

	(void)state;
	assert_int_equal(check_hex("a500050101020203020400"), ERR_OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_not_equal(check_hex(wrong[i]), ERR_OK);
		if (i != 6)
			assert_int_not_equal(decode_hex(wrong[i], &rec), ERR_OK);
	}
}

static void
newer_versions(void **state)
{
	struct record rec;
	struct why why = { 0 };

	(void)state;
	/* Kind 99 with fields of its own. */
	assert_int_equal(decode_hex("a600186301070208030204000863616263", &rec), ERR_UNSUPPORTED);
	assert_int_equal(rec.kind, 99);
	assert_true(rec.recorded_ms == 7 && rec.observed_ms == 8 && rec.role == 2);
	assert_int_equal(check_hex("a600186301070208030204000863616263"), ERR_UNSUPPORTED);
	/* An unknown kind must still be whole and in order. */
	assert_int_equal(decode_hex("a6001863010702080302040008636162", &rec), ERR_TRUNCATED);
	assert_int_equal(decode_hex("a70018630107020803020400090108" "01", &rec), ERR_MALFORMED);
	/* What no version writes is malformed, and never taken for a newer kind. */
	assert_int_equal(decode_hex("ff", &rec), ERR_MALFORMED);
	assert_int_equal(decode_hex("bf00186301070208030204000863616263ff", &rec), ERR_MALFORMED);
	assert_int_equal(decode_hex("a6001863010702080302040008f93c00", &rec), ERR_MALFORMED);
	/* HEARTBEAT with a field 40 behind the known ones: read, not accepted from a stranger. */
	assert_int_equal(decode_hex("a9001401010202030404000861630" "9f50a6161182801", &rec),
	    ERR_OK);
	assert_true(rec.heartbeat.heard);
	assert_int_equal(check_hex("a90014010102020304040008616309f50a6161182801"),
	    ERR_UNSUPPORTED);
	/* HEARTBEAT of an older version, without its last field: reads as empty. */
	assert_int_equal(decode_hex("a70014010102020304040008616309f5", &rec), ERR_OK);
	assert_int_equal(rec.heartbeat.answer.len, 0);
	assert_int_equal(check_hex("a70014010102020304040008616309f5"), ERR_MALFORMED);
	/* The sentence says where reading stopped. */
	assert_int_equal(record_decode(bytes_of("\xa5\x00\x05\x01\x01\x02\x40\x03\x02\x04\x00", 11),
	    &rec,
	    &why), ERR_MALFORMED);
	assert_int_equal(why.offset, 7);
	assert_non_null(strstr(why.text, "TICK"));
}

/* COVERAGE with "missed" given, OPERATOR with "text" given, OBSERVATION with "facts" given. */
static void
hostile_fields(void **state)
{
	static const char coverage[] = "ac0009010102020305040008000900" "0a000b000c%s0d800e80";
	static const char operator[] = "aa000b0101020203040400080109000a61610b000c%s";
	static const char *const ids[] = { "820101", "820201", "816161", "8120", "a0", "40",
	    "811801" };
	struct { const char *hex; enum err err; } secrets[] = { { "40", ERR_OK }, { "41ff",
	    ERR_MALFORMED },
		{ "58200000000000000000000000000000000000000000000000000000000000000000",
		    ERR_MALFORMED },
		{ "58200100000000000000000000000000000000000000000000000000000000000000",
		    ERR_OK } };
	char hex[400];

	(void)state;
	snprintf(hex, sizeof(hex), coverage, "820102");
	assert_int_equal(check_hex(hex), ERR_OK);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		snprintf(hex, sizeof(hex), coverage, ids[i]);
		assert_int_not_equal(check_hex(hex), ERR_OK);
	}
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		snprintf(hex, sizeof(hex), operator, secrets[i].hex);
		assert_int_equal(check_hex(hex), secrets[i].err);
	}
}

/* What a careless caller could put into a record is refused on checking. */
static void
careless_records(void **state)
{
	struct record rec = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER };
	struct buffer out = { 0 }, list = { 0 };
	uint8_t *large = memory_new(RECORD_MAX, 1);

	(void)state;
	assert_int_equal(check(encoded(&out, &rec)), ERR_OK);
	rec.observation.outcome = OUTCOME_COUNT;
	assert_int_equal(check(encoded(&out, &rec)), ERR_MALFORMED);
	rec.observation.outcome = OUTCOME_UP;
	rec.observation.detail = bytes_of("\xc0\xaf", 2);
	assert_int_equal(check(encoded(&out, &rec)), ERR_MALFORMED);
	rec.observation.detail = bytes_of(NULL, 0);
	rec.observation.facts = bytes_of("\xa1\x0a\x01", 3);	/* tcp.open is a flag, not 1 */
	assert_int_equal(check(encoded(&out, &rec)), ERR_MALFORMED);
	rec.observation.facts = bytes_of("\xa1\x0a\xf5", 3);
	assert_int_equal(check(encoded(&out, &rec)), ERR_OK);
	rec.observation.facts = bytes_of("\xa2\x0a\xf5\x01\x01", 5);	/* facts out of order */
	assert_int_not_equal(check(encoded(&out, &rec)), ERR_OK);
	rec.observation.facts = bytes_of(NULL, 0);
	rec.observation.evidence.raw = bytes_of("\x81\x41\x00", 3);	/* a hash of one octet */
	assert_int_equal(check(encoded(&out, &rec)), ERR_MALFORMED);
	rec.observation.evidence.raw = bytes_of(NULL, 0);
	memset(large, 'x', RECORD_MAX);
	rec.observation.detail = bytes_of(large, RECORD_MAX);
	assert_int_equal(check(encoded(&out, &rec)), ERR_LIMIT);
	free(large);
	buffer_free(&out);
	buffer_free(&list);
}

static void
lists(void **state)
{
	const uint64_t ids[] = { 1, 23, 24, 65536, UINT64_MAX };
	struct buffer scratch = { 0 }, other = { 0 };
	struct record_walk walk = record_walk_of(record_ids(&scratch, ids, 5));
	struct hash hashes[2] = { { { 1 } }, { { 2 } } }, hash;
	uint64_t id;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_true(record_ids_next(&walk, &id));
		assert_true(id == ids[i]);
	}
	assert_false(record_ids_next(&walk, &id));
	walk = record_walk_of(record_hashes(&other, hashes, 2));
	for (size_t i = 0; i < 2; i++) {
		assert_true(record_hashes_next(&walk, &hash));
		assert_true(hash_equal(hash, hashes[i]));
	}
	assert_false(record_hashes_next(&walk, &hash));
	/* Nothing, and nonsense, end at once. */
	walk = record_walk_of((struct record_list){ .raw = { NULL, 0 } });
	assert_false(record_ids_next(&walk, &id));
	walk = record_walk_of((struct record_list){ .raw = bytes_of("\x83\x01\x61", 3) });
	assert_true(!record_ids_next(&walk, &id) || !record_ids_next(&walk, &id));
	buffer_free(&scratch);
	buffer_free(&other);
}

static void
names(void **state)
{
	struct hash commitment = secret_commit(bytes_of("salt", 4), bytes_of("value", 5));

	(void)state;
	assert_string_equal(record_kind_name(RECORD_OBSERVATION), "OBSERVATION");
	assert_null(record_kind_name(0));
	assert_null(record_kind_name(UINT64_MAX));
	assert_string_equal(role_name(ROLE_WORKER), "worker");
	assert_null(role_name(77));
	assert_string_equal(act_name(ACT_ACK), "ack");
	assert_int_equal(act_by_name("note"), ACT_NOTE);
	assert_int_equal(act_by_name("Note"), ACT_NONE);
	assert_string_equal(outcome_name(OUTCOME_DOWN), "down");
	assert_string_equal(outcome_name(99), "unknown");
	assert_true(hash_equal(commitment, hash_of(bytes_of_text("saltvalue"))));
}

static void
prints_json(void **state)
{
	struct buffer out = { 0 };

	(void)state;
	for (unsigned i = 0; i < 20 * FILL_KINDS; i++) {
		struct fill fill = { .seed = i, .plain = i < FILL_KINDS };
		json_error_t error;
		struct record rec;
		json_t *json;

		fill_record(&fill, fill_kinds[i % FILL_KINDS], &rec);
		rec.seq = i;
		buffer_reset(&out);
		record_print_json(&out, &rec);
		/* As reals: JSON has numbers of any size, the library's integers end at 2^63. */
		json = json_loads(buffer_text(&out),
		    JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL,
		    &error);
		if (json == NULL)
			fail_msg("%s: %s", error.text, buffer_text(&out));
		assert_string_equal(vectors_text(json, "kind"), record_kind_name(rec.kind));
		assert_string_equal(vectors_text(json, "role"), "worker");
		assert_true(vectors_number(json, "seq") == i);
		if (fill.plain)
			assert_string_equal(vectors_text(json, "recorded"),
			    "2026-09-21T14:13:20.001Z");
		json_decref(json);
		fill_free(&fill);
	}
	buffer_free(&out);
}

/* The one text per record that people and scripts see. */
static void
prints_text(void **state)
{
	struct record rec = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER, .index = 3,
		.observed_ms = 1790000000000 };
	struct buffer out = { 0 };

	(void)state;
	rec.observation.target = 12;
	rec.observation.outcome = OUTCOME_DOWN;
	rec.observation.error = ERR_TIMEOUT;
	rec.observation.facts = bytes_of("\xa1\x0a\xf4", 3);
	rec.observation.detail = bytes_of_text("no\x1b[2J answer");
	record_print(&out, &rec);
	assert_string_equal(buffer_text(&out), "OBSERVATION by worker.3 "
	    "observed=\"2026-09-21 23:13:20.000 JST\" target=12 replica=0 replicas=0 outcome=down "
	    "error=TIMEOUT latency_us=0 tcp.open=no detail=\"no\\x1b[2J answer\"");
	buffer_reset(&out);
	rec.kind = (enum record_kind)99;
	record_print(&out, &rec);
	assert_non_null(strstr(buffer_text(&out), "kind-99"));
	buffer_free(&out);
}

static void
cddl_has_everything(void **state)
{
	struct buffer out = { 0 };
	const struct fact_row *rows;
	size_t count = fact_rows(&rows);
	char line[100];

	(void)state;
	record_print_cddl(&out);
#define RECORD(number, KIND, name, text)                                                        \
	assert_non_null(strstr(buffer_text(&out), "\n" #name " = {\n\t0: " #number ",\n\thead,\n"));
#define FIELD(key, type, name, text)                                                            \
	assert_non_null(strstr(buffer_text(&out), "; " #name ": " text "\n"));
#include "monitor/ledger/record_list.h"
	for (size_t i = 0; i < count; i++) {
		snprintf(line, sizeof(line), "; %s: ", rows[i].name);
		assert_non_null(strstr(buffer_text(&out), line));
	}
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_bytes),
		cmocka_unit_test(older_bytes),
		cmocka_unit_test(drills_are_marked),
		cmocka_unit_test(drills_are_marked),
		cmocka_unit_test(tables_have_names),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(changed_anywhere),
		cmocka_unit_test(hostile_heads),
		cmocka_unit_test(newer_versions),
		cmocka_unit_test(hostile_fields),
		cmocka_unit_test(careless_records),
		cmocka_unit_test(lists),
		cmocka_unit_test(names),
		cmocka_unit_test(prints_json),
		cmocka_unit_test(prints_text),
		cmocka_unit_test(cddl_has_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
