/* SPDX-License-Identifier: Apache-2.0 */
/* Judging conditions: Kleene's tables, intervals, ages and when they change, lists, elements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/hash.h"
#include "tests/unit/condition_world.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DAY INT64_C(86400000)

/* The text is gone afterwards: a condition keeps its own. */
static struct condition *
parse(const char *text, enum subject_kind kind)
{
	struct why why = { .err = ERR_OK };
	struct condition *condition = NULL;
	char *copy = strdup(text);

	if (condition_parse(bytes_of_text(copy), kind, &test_vocabulary, &condition, &why) !=
	    ERR_OK)
		fail_msg("%s\n  at %llu: %s", text, (unsigned long long)why.offset, why.text);
	free(copy);
	return condition;
}

static struct condition_result
judge(struct small_world *world, const char *text, enum subject_kind kind)
{
	struct condition *condition = parse(text, kind);
	struct condition_result result;
	enum truth truth = world_judge(world, condition, kind, &result);

	assert_int_equal(truth, result.truth);
	assert_int_equal(world_judge(world, condition, kind, NULL), truth);
	condition_free(condition);
	return result;
}

static void
expect(struct small_world *world, const char *text, enum subject_kind kind, enum truth truth)
{
	enum truth is = judge(world, text, kind).truth;

	if (is != truth)
		fail_msg("%s is %d, not %d", text, is, truth);
}

static struct world_value
flag(const char *name, bool value)
{
	return (struct world_value){ name, { .known = true, .flag = value } };
}

static struct world_value
number(const char *name, int64_t value)
{
	return (struct world_value){ name, { .known = true, .number = value } };
}

/* An int of which somebody knows only that it lies between the two. */
static struct world_value
between(const char *name, int64_t low, int64_t high)
{
	return (struct world_value){ name, { .known = true, .number = low, .spread = high - low,
	    .flag = true, .text = bytes_of_text("200") } };
}

static struct world_value
text(const char *name, const char *value)
{
	return (struct world_value){ name, { .known = true, .text = bytes_of_text(value) } };
}

static struct world_value
list(const char *name, struct buffer *memory, const char *const *entries, size_t count)
{
	buffer_reset(memory);
	cbor_put_array(memory, count);
	for (size_t i = 0; i < count; i++)
		cbor_put_cstr(memory, entries[i]);
	return (struct world_value){ name, { .known = true, .list = bytes_of_buffer(memory) } };
}

/* --- truths ------------------------------------------------------------------------------- */

/* tls.trusted is x, tls.name_match is y; nothing where unknown. */
static struct small_world
two_flags(enum truth x, enum truth y)
{
	struct small_world world = { .now_ms = 0 };
	size_t at = 0;

	if (x != TRUTH_UNKNOWN)
		world.subject.value[at++] = flag("tls.trusted", x == TRUTH_TRUE);
	if (y != TRUTH_UNKNOWN)
		world.subject.value[at++] = flag("tls.name_match", y == TRUTH_TRUE);
	return world;
}

static void
kleene(void **unused)
{
	/* Rows x, columns y: false, unknown, true. */
	static const enum truth and[3][3] = { { 0, 0, 0 }, { 0, 1, 1 }, { 0, 1, 2 } };
	static const enum truth or[3][3] = { { 0, 1, 2 }, { 1, 1, 2 }, { 2, 2, 2 } };
	static const enum truth implies[3][3] = { { 2, 2, 2 }, { 1, 1, 2 }, { 0, 1, 2 } };

	(void)unused;
	for (int x = 0; x < 3; x++)
		for (int y = 0; y < 3; y++) {
			struct small_world world = two_flags(x, y);

			expect(&world, "tls.trusted and tls.name_match", SUBJECT_TARGET, and[x][y]);
			expect(&world, "tls.trusted or tls.name_match", SUBJECT_TARGET, or[x][y]);
			expect(&world, "tls.trusted implies tls.name_match", SUBJECT_TARGET,
			    implies[x][y]);
			expect(&world, "not tls.trusted", SUBJECT_TARGET, 2 - x);
			expect(&world, "tls.trusted == tls.name_match", SUBJECT_TARGET,
			    x == 1 || y == 1 ? TRUTH_UNKNOWN : x == y ? TRUTH_TRUE : TRUTH_FALSE);
			expect(&world, "tls.trusted != false", SUBJECT_TARGET, x);
			expect(&world, "known tls.trusted", SUBJECT_TARGET, x == 1 ? 0 : 2);
		}
}

/* implies binds least and to the right, and before or. */
static void
precedence(void **unused)
{
	static const struct { const char *text; enum truth truth; } rows[] = {
		{ "true or true and false", TRUTH_TRUE },
		{ "(true or true) and false", TRUTH_FALSE },
		{ "false and false or true", TRUTH_TRUE },
		{ "not false and false", TRUTH_FALSE },
		{ "not (false and false)", TRUTH_TRUE },
		{ "false implies false implies false", TRUTH_TRUE },
		{ "(false implies false) implies false", TRUTH_FALSE },
		{ "true implies true and false", TRUTH_FALSE },
		{ "false or true implies false", TRUTH_FALSE },
		{ "not true implies false", TRUTH_TRUE },
		{ "not 1 == 2", TRUTH_TRUE },
		{ "not not true == false", TRUTH_FALSE },
		{ "not known tls.trusted and true", TRUTH_TRUE },
	};
	struct small_world world = { .now_ms = 0 };

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect(&world, rows[i].text, SUBJECT_TARGET, rows[i].truth);
}

static void
says_what_is_missing(void **unused)
{
	struct small_world world = { .subject = { { number("sbi.status", 200) } } };

	(void)unused;
	assert_null(judge(&world, "sbi.status == 200", SUBJECT_TARGET).missing);
	assert_string_equal(judge(&world, "tls.trusted and tls.name_match", SUBJECT_TARGET)
	    .missing, "tls.trusted");
	/* The one that decides, not the first. */
	assert_string_equal(judge(&world, "(tls.trusted and sbi.status == 1) or "
	    "tls.name_match", SUBJECT_TARGET).missing, "tls.name_match");
	/* Decided all the same. */
	assert_string_equal(judge(&world, "tls.trusted or tls.name_match or sbi.status == 200",
	    SUBJECT_TARGET).missing, "tls.trusted");
	/* known asks and misses nothing. */
	assert_null(judge(&world, "not known tls.trusted", SUBJECT_TARGET).missing);
	assert_string_equal(judge(&world, "age(document(\"plan\")) < 1d", SUBJECT_TARGET)
	    .missing, "plan");
	assert_null(judge(&world, "all target: tls.trusted", SUBJECT_SITE).missing);
}

/* --- values ------------------------------------------------------------------------------- */

static void
comparisons(void **unused)
{
	static const struct { const char *text; enum truth truth; } rows[] = {
		{ "sbi.status == 200", TRUTH_TRUE }, { "sbi.status != 200", TRUTH_FALSE },
		{ "sbi.status < 200", TRUTH_FALSE }, { "sbi.status <= 200", TRUTH_TRUE },
		{ "sbi.status > 200", TRUTH_FALSE }, { "sbi.status >= 200", TRUTH_TRUE },
		{ "199 < sbi.status", TRUTH_TRUE }, { "201 <= sbi.status", TRUTH_FALSE },
		{ "sbi.status == sip.status", TRUTH_FALSE },
		{ "sbi.status > sip.status", TRUTH_TRUE },
		{ "sbi.status in (1, 200)", TRUTH_TRUE }, { "sbi.status in (1, 20)", TRUTH_FALSE },
		{ "sbi.status not in (1, 20)", TRUTH_TRUE },
		{ "sip.status in (-5)", TRUTH_TRUE }, { "sip.status == -5", TRUTH_TRUE },
		{ "diameter.result in (1)", TRUTH_UNKNOWN },
		{ "diameter.result not in (1)", TRUTH_UNKNOWN },
		{ "tls.version == \"TLSv1.3\"", TRUTH_TRUE },
		{ "\"TLSv1.2\" == tls.version", TRUTH_FALSE },
		{ "tls.version != \"TLSv1\"", TRUTH_TRUE },
		{ "tls.version == \"\"", TRUTH_FALSE }, { "sip.reason == \"\"", TRUTH_TRUE },
		{ "tls.version in (\"TLSv1.2\", \"TLSv1.3\")", TRUTH_TRUE },
		{ "tls.version not in (\"TLSv1.2\")", TRUTH_TRUE },
		{ "tls.version contains \"v1\"", TRUTH_TRUE },
		{ "tls.version contains \"TLSv1.3+\"", TRUTH_FALSE },
		{ "sip.reason contains \"x\"", TRUTH_FALSE },
		{ "tls.subject contains \"x\"", TRUTH_FALSE },
		{ "tls.suite contains \"x\"", TRUTH_UNKNOWN },
		{ "tls.suite == \"x\"", TRUTH_UNKNOWN }, { "tls.suite in (\"x\")", TRUTH_UNKNOWN },
		{ "tls.spki == key.spki", TRUTH_TRUE }, { "tls.spki != key.spki", TRUTH_FALSE },
		{ "tls.spki == tls.chain", TRUTH_FALSE }, { "tls.spki == loc.feed", TRUTH_UNKNOWN },
		{ "declared(\"staff\") == 3", TRUTH_UNKNOWN },
		{ "function.sites >= 1", TRUTH_TRUE }, { "function.sites >= 2", TRUTH_UNKNOWN },
		{ "function.sites > 3", TRUTH_FALSE }, { "function.sites == 2", TRUTH_UNKNOWN },
		{ "function.sites != 4", TRUTH_TRUE },
		{ "function.sites in (1, 2)", TRUTH_UNKNOWN },
		{ "function.sites in (0, 4)", TRUTH_FALSE },
		{ "function.sites not in (0, 4)", TRUTH_TRUE },
		{ "function.instances >= function.sites", TRUTH_TRUE },
		{ "function.instances > 9223372036854775806", TRUTH_UNKNOWN },
	};
	struct hash one = { { 1 } }, other = { { 2 } };
	struct world_value spki = { "tls.spki", { .known = true, .text = hash_bytes(&one) } };
	struct world_value key = { "key.spki", { .known = true, .text = hash_bytes(&one) } };
	struct world_value none = { "tls.subject", { .known = true } };
	struct world_value chain = { "tls.chain", { .known = true, .text = hash_bytes(&other) } };
	struct small_world world = { .subject = { { number("sbi.status", 200),
	    number("sip.status", -5), text("tls.version", "TLSv1.3"), text("sip.reason", ""),
	    spki, key, chain, none, between("function.sites", 1, 3),
	    { "function.instances", { .known = true, .number = 3, .spread = INT64_MAX } } } } };

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect(&world, rows[i].text, SUBJECT_KEY, rows[i].truth);
}

static void
lists(void **unused)
{
	static const struct { const char *text; enum truth truth; } rows[] = {
		{ "size(tls.names) == 2", TRUTH_TRUE }, { "size(snmp.if.down) == 0", TRUTH_TRUE },
		{ "size(sip.allow) > 0", TRUTH_UNKNOWN }, { "size(nrf.types) > 0", TRUTH_UNKNOWN },
		{ "tls.names contains \"amf\"", TRUTH_TRUE },
		{ "tls.names contains \"am\"", TRUTH_FALSE },
		{ "snmp.if.down contains \"x\"", TRUTH_FALSE },
		{ "sip.allow contains \"x\"", TRUTH_UNKNOWN },
		{ "tls.names subset_of (\"amf\", \"smf\", \"udm\")", TRUTH_TRUE },
		{ "tls.names subset_of (\"amf\")", TRUTH_FALSE },
		{ "snmp.if.down subset_of (\"x\")", TRUTH_TRUE },
		{ "tls.names subset_of snmp.if.up", TRUTH_TRUE },
		{ "snmp.if.up subset_of tls.names", TRUTH_FALSE },
		{ "snmp.if.down subset_of tls.names", TRUTH_TRUE },
		{ "tls.names subset_of snmp.if.down", TRUTH_FALSE },
		{ "tls.names subset_of sip.allow", TRUTH_UNKNOWN },
		{ "sip.allow subset_of tls.names", TRUTH_UNKNOWN },
		{ "sip.allow subset_of (\"x\")", TRUTH_UNKNOWN },
		{ "tls.subject in tls.names", TRUTH_TRUE },
		{ "tls.issuer in tls.names", TRUTH_FALSE },
		{ "tls.issuer not in tls.names", TRUTH_TRUE },
		{ "tls.group in tls.names", TRUTH_UNKNOWN },
		{ "tls.subject in sip.allow", TRUTH_UNKNOWN },
		{ "\"udm\" in snmp.if.up", TRUTH_TRUE },
		/* What is no list decides nothing. */
		{ "nrf.types contains \"x\"", TRUTH_UNKNOWN },
		{ "nrf.types subset_of (\"x\")", TRUTH_UNKNOWN },
		{ "nrf.http contains \"x\"", TRUTH_UNKNOWN },
		{ "\"a\" in nrf.http", TRUTH_UNKNOWN },
		{ "nrf.http subset_of (\"a\")", TRUTH_UNKNOWN },
		{ "tls.names subset_of nrf.http", TRUTH_UNKNOWN },
	};
	struct buffer memory[3] = { { 0 } };
	struct small_world world = { .subject = { {
	    list("tls.names", &memory[0], (const char *const[]){ "amf", "smf" }, 2),
	    list("snmp.if.up", &memory[1], (const char *const[]){ "smf", "udm", "amf" }, 3),
	    list("snmp.if.down", &memory[2], NULL, 0),
	    text("tls.subject", "smf"), text("tls.issuer", "sm"),
	    { "nrf.types", { .known = true, .list = { (const uint8_t *)"\x9b\xff", 2 } } },
	    { "nrf.http", { .known = true, .list = { (const uint8_t *)"\x82\x61\x61", 3 } } } } } };

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++)
		expect(&world, rows[i].text, SUBJECT_TARGET, rows[i].truth);
	for (size_t i = 0; i < COUNT(memory); i++)
		buffer_free(&memory[i]);
}

/* --- time --------------------------------------------------------------------------------- */

/* Up to next_ms nothing changes, and at it what is predicted. */
static void
ages(void **unused)
{
	enum { T = 1000000000 };
	static const struct {
		const char *text;
		int64_t     from_s, next_ms;	/* from: seconds around T */
		enum truth  truth, then;
	} rows[] = {
		{ "age(tls.expiry) < 10s", 0, T + 10000, TRUTH_TRUE, TRUTH_FALSE },
		{ "age(tls.expiry) <= 10s", 0, T + 10001, TRUTH_TRUE, TRUTH_FALSE },
		{ "age(tls.expiry) <= 10s", 10, T + 10001, TRUTH_TRUE, TRUTH_FALSE },
		{ "age(tls.expiry) <= 10s", 11, INT64_MAX, TRUTH_FALSE, TRUTH_FALSE },
		{ "age(tls.expiry) > 10s", 0, T + 10001, TRUTH_FALSE, TRUTH_TRUE },
		{ "age(tls.expiry) >= 10s", 0, T + 10000, TRUTH_FALSE, TRUTH_TRUE },
		{ "10s <= age(tls.expiry)", 0, T + 10000, TRUTH_FALSE, TRUTH_TRUE },
		{ "age(tls.expiry) >= 10s", 10, INT64_MAX, TRUTH_TRUE, TRUTH_TRUE },
		{ "age(tls.expiry) == 10s", 0, T + 10000, TRUTH_FALSE, TRUTH_TRUE },
		{ "age(tls.expiry) == 10s", 10, T + 10001, TRUTH_TRUE, TRUTH_FALSE },
		{ "age(tls.expiry) != 10s", 0, T + 10000, TRUTH_TRUE, TRUTH_FALSE },
		{ "age(tls.expiry) != 10s", 10, T + 10001, TRUTH_FALSE, TRUTH_TRUE },
		{ "age(tls.expiry) < 10s", -99, T + 10000, TRUTH_TRUE, TRUTH_FALSE },
		{ "until(tls.expiry) > 10s", -99, T - 10000, TRUTH_TRUE, TRUTH_FALSE },
		{ "until(tls.expiry) >= 10s", -99, T - 9999, TRUTH_TRUE, TRUTH_FALSE },
		{ "10s <= until(tls.expiry)", -99, T - 9999, TRUTH_TRUE, TRUTH_FALSE },
		{ "until(tls.expiry) < 10s", -99, T - 9999, TRUTH_FALSE, TRUTH_TRUE },
		{ "until(tls.expiry) <= 10s", -99, T - 10000, TRUTH_FALSE, TRUTH_TRUE },
		{ "until(tls.expiry) <= 10s", -10, INT64_MAX, TRUTH_TRUE, TRUTH_TRUE },
		{ "until(tls.expiry) == 10s", -99, T - 10000, TRUTH_FALSE, TRUTH_TRUE },
		{ "until(tls.expiry) == 10s", -10, T - 9999, TRUTH_TRUE, TRUTH_FALSE },
		{ "until(tls.expiry) >= 10s", 99, INT64_MAX, TRUTH_FALSE, TRUTH_FALSE },
		/* The earliest of all, whichever decides. */
		{ "age(tls.expiry) < 10s and age(tls.expiry) < 5s", 0, T + 5000, TRUTH_TRUE,
		    TRUTH_FALSE },
		{ "age(tls.expiry) < 10s or age(tls.expiry) < 5s", 0, T + 5000, TRUTH_TRUE,
		    TRUTH_TRUE },
		{ "age(tls.not_before) < 10s", 0, INT64_MAX, TRUTH_UNKNOWN, TRUTH_UNKNOWN },
	};
	struct small_world world = { .subject = { { number("tls.expiry", T) } } };

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct condition_result result;

		world.now_ms = T + rows[i].from_s * 1000;
		result = judge(&world, rows[i].text, SUBJECT_TARGET);
		if (result.truth != rows[i].truth || result.next_ms != rows[i].next_ms)
			fail_msg("%s from %d: %d, next %lld", rows[i].text, (int)rows[i].from_s,
			    result.truth, (long long)result.next_ms);
		world.now_ms = rows[i].next_ms - 1;
		expect(&world, rows[i].text, SUBJECT_TARGET, rows[i].truth);
		world.now_ms = rows[i].next_ms;
		expect(&world, rows[i].text, SUBJECT_TARGET, rows[i].then);
	}
}

static void
ages_at_the_ends(void **unused)
{
	static const int64_t ends[] = { INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1,
		INT64_MAX };
	static const char *const texts[] = { "age(tls.expiry) < 30d", "age(tls.expiry) == 30d",
		"age(tls.expiry) >= 30d", "until(tls.expiry) < 30d", "until(tls.expiry) != 30d",
		"until(tls.expiry) > 106751991167d", "age(tls.expiry) <= 106751991167d" };

	(void)unused;
	for (size_t i = 0; i < COUNT(ends); i++)
		for (size_t j = 0; j < COUNT(ends); j++)
			for (size_t k = 0; k < COUNT(texts); k++) {
				struct small_world world = { .now_ms = ends[i],
				    .subject = { { number("tls.expiry", ends[j]) } } };
				struct condition_result result = judge(&world, texts[k],
				    SUBJECT_TARGET);

				/* Of what lies ahead no age is known. */
				bool ahead = strncmp(texts[k], "age", 3) == 0 && ends[j] > ends[i] &&
				    (uint64_t)ends[j] - (uint64_t)ends[i] > CONDITION_AHEAD_MS;

				assert_int_equal(result.truth == TRUTH_UNKNOWN, ahead);
				assert_true(result.next_ms > ends[i] ||
				    result.next_ms == INT64_MAX);
			}
}

/* --- elements ----------------------------------------------------------------------------- */

/* One letter per element: y and n, as tls.trusted has it, u for unknown; second: tls.name_match. */
static struct small_world
elements(const char *trusted, const char *matched)
{
	struct small_world world = { .elements = (uint32_t)strlen(trusted) };

	for (size_t i = 0; trusted[i] != '\0'; i++) {
		struct world_value *value = world.element[i].value;

		if (trusted[i] != 'u')
			*value++ = flag("tls.trusted", trusted[i] == 'y');
		if (matched[i] != 'u')
			*value = flag("tls.name_match", matched[i] == 'y');
	}
	return world;
}

static void
quantifiers(void **unused)
{
	/* all, any, none: of tls.trusted; then where tls.name_match */
	static const struct { const char *trusted, *matched; enum truth truth[3], where[3]; }
	rows[] = {
		{ "", "", { 1, 0, 2 }, { 1, 0, 2 } },
		{ "y", "y", { 2, 2, 0 }, { 2, 2, 0 } },
		{ "n", "y", { 0, 0, 2 }, { 0, 0, 2 } },
		{ "u", "y", { 1, 1, 1 }, { 1, 1, 1 } },
		{ "yyn", "yyy", { 0, 2, 0 }, { 0, 2, 0 } },
		{ "yyu", "yyy", { 1, 2, 0 }, { 1, 2, 0 } },
		{ "nnu", "yyy", { 0, 1, 1 }, { 0, 1, 1 } },
		{ "yyn", "yyn", { 0, 2, 0 }, { 2, 2, 0 } },
		/* Nothing to look at. */
		{ "yn", "nn", { 0, 2, 0 }, { 1, 0, 2 } },
		/* Whether it is meant is unknown, and matters ... */
		{ "n", "u", { 0, 0, 2 }, { 1, 0, 2 } },
		{ "yn", "yu", { 0, 2, 0 }, { 1, 2, 0 } },
		/* ... or not. */
		{ "yy", "yu", { 2, 2, 0 }, { 2, 2, 0 } },
		{ "y", "u", { 2, 2, 0 }, { 1, 1, 1 } },
		{ "u", "u", { 1, 1, 1 }, { 1, 1, 1 } },
		{ "u", "n", { 1, 1, 1 }, { 1, 0, 2 } },
	};
	static const char *const words[] = { "all", "any", "none" };

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < 3; k++) {
			struct small_world world = elements(rows[i].trusted, rows[i].matched);
			char text[100];

			snprintf(text, sizeof(text), "%s target: tls.trusted", words[k]);
			if (judge(&world, text, SUBJECT_SITE).truth != rows[i].truth[k])
				fail_msg("%s of %s", text, rows[i].trusted);
			snprintf(text, sizeof(text), "%s target where tls.name_match: tls.trusted",
			    words[k]);
			if (judge(&world, text, SUBJECT_SITE).truth != rows[i].where[k])
				fail_msg("%s of %s, %s", text, rows[i].trusted, rows[i].matched);
		}
}

static void
counts(void **unused)
{
	static const struct { const char *trusted, *text; enum truth truth; } rows[] = {
		{ "", "count(target) == 0", TRUTH_TRUE },
		{ "nuy", "count(target) == 3", TRUTH_TRUE },
		{ "", "count(target where tls.trusted) >= 1", TRUTH_FALSE },
		{ "yyn", "count(target where tls.trusted) == 2", TRUTH_TRUE },
		{ "yyn", "count(target where tls.trusted) in (2, 7)", TRUTH_TRUE },
		/* Between 1 and 3. */
		{ "yuu", "count(target where tls.trusted) >= 1", TRUTH_TRUE },
		{ "yuu", "count(target where tls.trusted) >= 2", TRUTH_UNKNOWN },
		{ "yuu", "count(target where tls.trusted) >= 4", TRUTH_FALSE },
		{ "yuu", "count(target where tls.trusted) > 0", TRUTH_TRUE },
		{ "yuu", "count(target where tls.trusted) > 3", TRUTH_FALSE },
		{ "yuu", "count(target where tls.trusted) <= 3", TRUTH_TRUE },
		{ "yuu", "count(target where tls.trusted) < 3", TRUTH_UNKNOWN },
		{ "yuu", "count(target where tls.trusted) < 1", TRUTH_FALSE },
		{ "yuu", "count(target where tls.trusted) == 2", TRUTH_UNKNOWN },
		{ "yuu", "count(target where tls.trusted) == 0", TRUTH_FALSE },
		{ "yuu", "count(target where tls.trusted) != 4", TRUTH_TRUE },
		{ "yuu", "count(target where tls.trusted) != 3", TRUTH_UNKNOWN },
		{ "yuu", "3 >= count(target where tls.trusted)", TRUTH_TRUE },
		{ "yuu", "count(target where tls.trusted) in (0, 4)", TRUTH_FALSE },
		{ "yuu", "count(target where tls.trusted) in (0, 3)", TRUTH_UNKNOWN },
		{ "yuu", "count(target where tls.trusted) <= count(target)", TRUTH_TRUE },
		{ "yuu", "count(target where tls.trusted) < count(target)", TRUTH_UNKNOWN },
		{ "yuu", "count(target where not tls.trusted) < count(target)", TRUTH_TRUE },
		{ "yyn", "count(target where tls.trusted) > count(target where not tls.trusted) "
		    "and any target: tls.trusted", TRUTH_TRUE },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct small_world world = elements(rows[i].trusted, "yyyyyyyy");

		expect(&world, rows[i].text, SUBJECT_INSTANCE, rows[i].truth);
	}
}

/* An element reads its own, then what it belongs to; its tally and its next moment are told. */
static void
one_element(void **unused)
{
	const char *words = "monitor.channels > 1 and all target where until(tls.expiry) < 10s "
	    "and known site.name: age(tls.not_before) < 7s";
	struct condition *condition = parse(words, SUBJECT_CARRIER);
	struct small_world small = { .now_ms = 5000, .subject = { { text("site.name", "east") } },
	    .element = { { { number("tls.expiry", 20000), number("tls.not_before", 0) } },
	        { { number("tls.expiry", 8000) } } }, .elements = 2 };
	struct condition_world world = world_of(&small);
	struct subject element = { .kind = SUBJECT_TARGET, .index = 1 };
	struct tally tally = { 0 };
	int64_t next_ms = 60000;

	(void)unused;
	condition_element(condition, 0, &element, &world, &tally, &next_ms);
	assert_int_equal(tally.out, 1);
	assert_int_equal(next_ms, 7000);
	element.index = 2;
	condition_element(condition, 0, &element, &world, &tally, &next_ms);
	assert_int_equal(tally.unknown, 1);
	assert_int_equal(next_ms, 7000);
	small.element[1].value[1] = number("tls.not_before", -2000);
	condition_element(condition, 0, &element, &world, &tally, &next_ms);
	assert_int_equal(tally.no, 1);
	small.element[1].value[1] = number("tls.not_before", -1999);
	condition_element(condition, 0, &element, &world, &tally, &next_ms);
	assert_int_equal(tally.yes, 1);
	assert_int_equal(next_ms, 5001);
	assert_int_equal(tally.out, 1);
	assert_int_equal(tally.unknown, 1);
	/* The moments of elements are not the condition's: who keeps tallies keeps them. */
	assert_int_equal(judge(&small, words, SUBJECT_CARRIER).next_ms, INT64_MAX);
	condition_free(condition);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kleene),
		cmocka_unit_test(precedence),
		cmocka_unit_test(says_what_is_missing),
		cmocka_unit_test(comparisons),
		cmocka_unit_test(lists),
		cmocka_unit_test(ages),
		cmocka_unit_test(ages_at_the_ends),
		cmocka_unit_test(quantifiers),
		cmocka_unit_test(counts),
		cmocka_unit_test(one_element),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
