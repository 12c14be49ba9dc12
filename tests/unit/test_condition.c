/* SPDX-License-Identifier: Apache-2.0 */
/* The condition language: what it takes, what it refuses with which word, its names and bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/condition_world.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct condition *
parse(const char *text, enum subject_kind kind)
{
	struct why why = { .err = ERR_OK };
	struct condition *condition = NULL;

	if (condition_parse(bytes_of_text(text), kind, &test_vocabulary, &condition, &why) !=
	    ERR_OK)
		fail_msg("%s\n  at %llu: %s", text, (unsigned long long)why.offset, why.text);
	return condition;
}

static void
takes(void **unused)
{
	static const struct { const char *text; enum subject_kind kind; } good[] = {
		{ "tls.version == \"TLSv1.3\"", SUBJECT_TARGET },
		{ "tls.version in (\"TLSv1.3\")", SUBJECT_TARGET },
		{ "tls.version not in (\"TLSv1\", \"TLSv1.1\")", SUBJECT_TARGET },
		{ "tls.trusted", SUBJECT_TARGET },
		{ "not sbi.plaintext.accepted", SUBJECT_TARGET },
		{ "tls.trusted == true and tls.name_match != false", SUBJECT_TARGET },
		{ "until(tls.expiry) >= 30d", SUBJECT_TARGET },
		{ "12h < age(tls.not_before)", SUBJECT_TARGET },
		{ "sbi.status in (200, 204, -1)", SUBJECT_TARGET },
		{ "3 <= tls.chain.length", SUBJECT_TARGET },
		{ "tls.key contains \"P-384\"", SUBJECT_TARGET },
		{ "tls.names contains \"amf.example\"", SUBJECT_TARGET },
		{ "size(tls.names) == tls.names.count", SUBJECT_TARGET },
		{ "loc.observed in loc.approved", SUBJECT_TARGET },
		{ "loc.observed not in loc.approved", SUBJECT_TARGET },
		{ "snmp.if.down subset_of (\"eth1\", \"eth2\")", SUBJECT_TARGET },
		{ "loc.approved subset_of loc.jurisdictions", SUBJECT_INSTANCE },
		{ "known tls.chain.expiries implies known tls.spki", SUBJECT_TARGET },
		{ "key.spki != tls.spki", SUBJECT_KEY },
		{ "tls.version == \"TLSv1.3\"", SUBJECT_KEY },
		{ "site.third_party implies known site.provider", SUBJECT_TARGET },
		{ "provider.country == \"JP\"", SUBJECT_KEY },
		{ "monitor.channels >= 2", SUBJECT_TARGET },
		{ "function.sites >= 2", SUBJECT_TARGET },
		{ "replica_set.instances >= 2", SUBJECT_KEY },
		{ "function.sites.up >= 2", SUBJECT_FUNCTION },
		{ "all target: tls.version == \"TLSv1.3\"", SUBJECT_INSTANCE },
		{ "none target where target.probe == \"sbi\": sbi.plaintext.accepted",
		    SUBJECT_SITE },
		{ "any key where known key.bound: key.bound == \"proven\"", SUBJECT_CARRIER },
		{ "all instance where site.third_party: (known loc.approved and not "
		  "(site.jurisdiction == \"JP\"))", SUBJECT_CARRIER },
		{ "count(instance where instance.health == \"up\") >= 2 and count(site) > 1",
		    SUBJECT_CARRIER },
		{ "count(instance) in (2, 3)", SUBJECT_REPLICA_SET },
		{ "known document(\"plan\") and age(document(\"plan\")) <= 365d",
		    SUBJECT_CARRIER },
		{ "declared(\"ok\") and declared(\"staff\") >= 3 and "
		  "declared(\"class\") == \"A\" and age(declared(\"drill\")) < 400d",
		    SUBJECT_TARGET },
		{ "(((((((((((((((((((((((((((((((tls.trusted)))))))))))))))))))))))))))))))",
		    SUBJECT_TARGET },
		{ "tls.version == \"\xe9\x96\xa2\xe6\x9d\xb1\"", SUBJECT_TARGET },
		{ "\ttls.trusted\r\n  and\n tls.name_match\n", SUBJECT_TARGET },
		{ "(tls.trusted)and(tls.name_match)", SUBJECT_TARGET },
		{ "until(tls.expiry)>=106751991167d", SUBJECT_TARGET },
		{ "tls.chain.length>=-9223372036854775807", SUBJECT_TARGET },
	};

	(void)unused;
	for (size_t i = 0; i < COUNT(good); i++)
		condition_free(parse(good[i].text, good[i].kind));
}

/* What is wrong, the octet it is found at, and a word of the sentence. */
struct refusal {
	const char       *text;
	enum subject_kind kind;
	size_t            offset;
	const char       *says;
};

static void
refuse(const struct refusal *bad, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct why why = { .err = ERR_OK };
		struct condition *condition = NULL;

		if (condition_parse(bytes_of_text(bad[i].text), bad[i].kind, &test_vocabulary,
		    &condition, &why) != ERR_INVALID || condition != NULL)
			fail_msg("not refused as invalid: %s", bad[i].text);
		if (strstr(why.text, bad[i].says) == NULL || why.offset != bad[i].offset)
			fail_msg("%s\n  at %llu: %s", bad[i].text,
			    (unsigned long long)why.offset, why.text);
	}
}

static void
refuses_words(void **unused)
{
	static const struct refusal bad[] = {
		{ "", SUBJECT_TARGET, 0, "ends where a name or a value" },
		{ "   ", SUBJECT_TARGET, 3, "ends" },
		{ "tls.trusted and", SUBJECT_TARGET, 15, "ends" },
		{ "tls.trusted tls.trusted", SUBJECT_TARGET, 12, "\"tls.trusted\" stands where" },
		{ "tls.trusted)", SUBJECT_TARGET, 11, "\")\" stands where the end" },
		{ "(tls.trusted", SUBJECT_TARGET, 12, "ends where \")\"" },
		{ "tls.trusted = true", SUBJECT_TARGET, 12, "equal is written ==" },
		{ "!tls.trusted", SUBJECT_TARGET, 0, "write not, and, or" },
		{ "tls.trusted && true", SUBJECT_TARGET, 12, "write not" },
		{ "tls.version == \"TLS", SUBJECT_TARGET, 15, "no closing quote" },
		{ "tls.version == \"a\\\"b\"", SUBJECT_TARGET, 17, "no escapes" },
		{ "tls.version == \"a\nb\"", SUBJECT_TARGET, 17, "octet 0a" },
		{ "tls.version == 'x'", SUBJECT_TARGET, 15, "\"'\" has no meaning" },
		{ "age(tls.expiry) < 30", SUBJECT_TARGET, 0, "cannot be compared with 30:" },
		{ "age(tls.expiry) < 30y", SUBJECT_TARGET, 18, "30y" },
		{ "age(tls.expiry) < 1h30m", SUBJECT_TARGET, 18, "1h30m" },
		{ "age(tls.expiry) < -1d", SUBJECT_TARGET, 18, "-1d" },
		{ "age(tls.expiry) < 106751991168d", SUBJECT_TARGET, 18, "too large" },
		{ "tls.chain.length == 9223372036854775808", SUBJECT_TARGET, 20, "too large" },
		{ "tls.chain.length == 1.5", SUBJECT_TARGET, 20, "1.5" },
		{ "tls.trusted \xe3\x80\x81", SUBJECT_TARGET, 12, "\xe3\x80\x81" },
		{ "tls.trusted \xff", SUBJECT_TARGET, 0, "UTF-8" },
		{ "tls.versoin == \"x\"", SUBJECT_TARGET, 0, "there is no name \"tls.versoin\"" },
		{ "known", SUBJECT_TARGET, 5, "ends where a name" },
		{ "known 3", SUBJECT_TARGET, 6, "\"3\"" },
		{ "known age(tls.expiry)", SUBJECT_TARGET, 6, "no name \"age\"" },
		{ "age(3) < 1d", SUBJECT_TARGET, 4, "\"3\" stands where a name" },
		{ "tls.version in ()", SUBJECT_TARGET, 16, "a text in quotes" },
		{ "tls.version in (\"a\",)", SUBJECT_TARGET, 20, "a text in quotes" },
		{ "tls.version in (\"a\" \"b\")", SUBJECT_TARGET, 20, "\",\" or \")\"" },
		{ "tls.version not (\"a\")", SUBJECT_TARGET, 16, "where in was expected" },
		{ "document(\"nope\") == 3", SUBJECT_TARGET, 9, "no document \"nope\"" },
		{ "declared(\"plan\")", SUBJECT_TARGET, 9, "no declaration \"plan\"" },
		{ "document(plan)", SUBJECT_TARGET, 9, "an id in quotes" },
		{ "all", SUBJECT_TARGET, 3, "ends where a kind of subject" },
		{ "all things: true", SUBJECT_CARRIER, 4, "\"things\" stands where a kind" },
		{ "all target true", SUBJECT_CARRIER, 11, "where \":\"" },
		{ "tls.trusted implies", SUBJECT_TARGET, 19, "ends" },
	};

	(void)unused;
	refuse(bad, COUNT(bad));
}

static void
refuses_types(void **unused)
{
	static const struct refusal bad[] = {
		{ "tls.version == 3", SUBJECT_TARGET, 0,
		    "tls.version is a text and cannot be compared with 3" },
		{ "tls.version < \"TLSv1.3\"", SUBJECT_TARGET, 0, "no order" },
		{ "tls.version", SUBJECT_TARGET, 0, "alone" },
		{ "tls.chain.length", SUBJECT_TARGET, 0, "alone" },
		{ "true and \"x\"", SUBJECT_TARGET, 9, "alone" },
		{ "tls.trusted == 1", SUBJECT_TARGET, 0, "a flag and cannot be compared with 1" },
		{ "tls.trusted < true", SUBJECT_TARGET, 0, "no order" },
		{ "tls.trusted in (\"true\")", SUBJECT_TARGET, 0, "cannot be in a list" },
		{ "tls.expiry < 30d", SUBJECT_TARGET, 0, "use age() or until()" },
		{ "tls.expiry == tls.not_before", SUBJECT_TARGET, 0, "use age() or until()" },
		{ "tls.expiry", SUBJECT_TARGET, 0, "use age() or until()" },
		{ "age(tls.expiry)", SUBJECT_TARGET, 0, "a duration" },
		{ "age(tls.expiry) < age(tls.not_before)", SUBJECT_TARGET, 0, "a duration" },
		{ "30d < 40d", SUBJECT_TARGET, 0, "a duration" },
		{ "30d == tls.chain.length", SUBJECT_TARGET, 0, "cannot be compared with tls.c" },
		{ "age(tls.version) < 3d", SUBJECT_TARGET, 4, "age() takes a time" },
		{ "until(tls.chain.expiries) < 3d", SUBJECT_TARGET, 6, "until() takes a time" },
		{ "size(tls.version) == 3", SUBJECT_TARGET, 5, "size() takes a list of texts" },
		{ "size(document(\"plan\")) == 3", SUBJECT_TARGET, 5,
		    "document(\"plan\") is none" },
		{ "tls.chain.expiries == 3", SUBJECT_TARGET, 0, "only known can ask" },
		{ "tls.names == \"x\"", SUBJECT_TARGET, 0, "a list of texts and cannot" },
		{ "tls.names == tls.names", SUBJECT_TARGET, 0, "a list of texts" },
		{ "tls.version subset_of (\"x\")", SUBJECT_TARGET, 0, "no list of texts" },
		{ "tls.names subset_of tls.version", SUBJECT_TARGET, 20, "list of texts was" },
		{ "tls.names subset_of (3)", SUBJECT_TARGET, 21, "3 in the list is not a text" },
		{ "tls.names in (\"x\")", SUBJECT_TARGET, 0, "cannot be in a list" },
		{ "tls.version in (\"x\", 3)", SUBJECT_TARGET, 21, "3 in the list" },
		{ "tls.chain.length in (\"x\")", SUBJECT_TARGET, 21, "is not an integer" },
		{ "tls.chain.length in tls.names", SUBJECT_TARGET, 0, "list of integers" },
		{ "tls.version in tls.suite", SUBJECT_TARGET, 15, "list of texts was expected" },
		{ "tls.version contains tls.suite", SUBJECT_TARGET, 21, "a text in quotes" },
		{ "tls.version contains \"\"", SUBJECT_TARGET, 21, "empty" },
		{ "tls.trusted contains \"x\"", SUBJECT_TARGET, 0, "contains nothing" },
		{ "tls.spki == \"00\"", SUBJECT_TARGET, 0, "another hash" },
		{ "tls.spki < key.spki", SUBJECT_KEY, 0, "no order" },
		{ "tls.spki in (\"x\")", SUBJECT_TARGET, 0, "cannot be in a list" },
		{ "count(target) == \"x\"", SUBJECT_INSTANCE, 0, "count(target) is an integer" },
		{ "document(\"plan\") == 3", SUBJECT_CARRIER, 0, "document(\"plan\") is a time" },
		{ "declared(\"staff\") == \"three\"", SUBJECT_CARRIER, 0, "an integer and cannot" },
	};

	(void)unused;
	refuse(bad, COUNT(bad));
}

static void
refuses_names_of_others(void **unused)
{
	static const struct refusal bad[] = {
		{ "instance.health == \"up\"", SUBJECT_TARGET, 0, "use the subject instance" },
		{ "function.sites.up > 1", SUBJECT_INSTANCE, 0, "changes with what is observed" },
		{ "watcher.heard", SUBJECT_SITE, 0, "use the subject carrier" },
		{ "tls.trusted", SUBJECT_INSTANCE, 0, "all target: ..." },
		{ "key.bound == \"proven\"", SUBJECT_INSTANCE, 0, "all key: ..." },
		{ "key.bound == \"proven\"", SUBJECT_TARGET, 0, "use the subject key" },
		{ "target.name == \"x\"", SUBJECT_KEY, 0, "use the subject target" },
		{ "site.name == \"x\"", SUBJECT_FUNCTION, 0, "not above the subject function" },
		{ "function.sites > 1", SUBJECT_SITE, 0, "use the subject function" },
		{ "instance.nf == \"AMF\"", SUBJECT_REPLICA_SET, 0, "all instance: ..." },
		{ "all target: instance.health == \"up\"", SUBJECT_CARRIER, 12, "changes with" },
		{ "all target: site.instances.up > 1", SUBJECT_SITE, 12, "changes with" },
		{ "all instance: tls.trusted", SUBJECT_SITE, 14, "use the subject target" },
		{ "all key: target.name == \"x\"", SUBJECT_SITE, 9, "use the subject target" },
		{ "any instance: all target: tls.trusted", SUBJECT_SITE, 18, "do not nest" },
		{ "count(instance where count(target) > 1) > 1", SUBJECT_SITE, 27, "do not nest" },
		{ "all target where any key: known key.bound: true", SUBJECT_SITE, 21, "not nest" },
		{ "all target: true", SUBJECT_TARGET, 4, "no target belongs to the subject" },
		{ "all site: known site.name", SUBJECT_INSTANCE, 4, "looks down" },
		{ "all key: true", SUBJECT_TARGET, 4, "looks down" },
		{ "all incident: true", SUBJECT_CARRIER, 4, "no elements of kind incident" },
		{ "all store: known store.name", SUBJECT_TARGET, 4, "looks down" },
		{ "count(workload) > 0", SUBJECT_CARRIER, 6, "no elements of kind workload" },
		{ "true", SUBJECT_SERVICE, 0, "no subjects of kind service" },
		{ "true", SUBJECT_INCIDENT, 0, "no subjects of kind incident" },
	};

	(void)unused;
	refuse(bad, COUNT(bad));
}

/* What is repeated count times, between two texts. */
static enum err
parse_repeated(const char *front, const char *part, size_t count, const char *back,
    struct why *why)
{
	struct condition *condition = NULL;
	struct buffer text = { 0 };
	enum err err;

	buffer_put_text(&text, front);
	for (size_t i = 0; i < count; i++)
		buffer_put_text(&text, part);
	buffer_put_text(&text, back);
	err = condition_parse(bytes_of_buffer(&text), SUBJECT_CARRIER, NULL, &condition, why);
	buffer_free(&text);
	condition_free(condition);
	return err;
}

static void
bounds(void **unused)
{
	static const struct { const char *front, *part, *back; size_t most; const char *says; }
	bound[] = {
		{ "", "not ", "true", CONDITION_DEPTH_MAX, "nested" },
		{ "", "true implies ", "true", CONDITION_DEPTH_MAX, "nested" },
		{ "true", " and true", "", CONDITION_NODES_MAX / 2 - 1, "steps" },
		{ "count(site) in (1", ", 1", ")", CONDITION_NODES_MAX - 1, "literals" },
		{ "count(site) > 1", " or count(site) > 1", "", CONDITION_QUANTIFIERS_MAX - 1,
		    "quantifiers" },
		{ "true", " ", "", CONDITION_TEXT_MAX - 4, "octets" },
	};
	struct why why;

	(void)unused;
	for (size_t i = 0; i < COUNT(bound); i++) {
		why = (struct why){ .err = ERR_OK };
		if (parse_repeated(bound[i].front, bound[i].part, bound[i].most, bound[i].back,
		    &why) != ERR_OK)
			fail_msg("%s: %s", bound[i].part, why.text);
		assert_int_equal(parse_repeated(bound[i].front, bound[i].part, bound[i].most + 1,
		    bound[i].back, &why), ERR_LIMIT);
		if (strstr(why.text, bound[i].says) == NULL)
			fail_msg("%s: %s", bound[i].part, why.text);
	}
	assert_int_equal(parse_repeated("", "(", 3000, "", &why), ERR_LIMIT);
	assert_int_equal(parse_repeated("", "not ", 999, "", &why), ERR_LIMIT);
	/* Every level may hold three truths back: the stack is made for the worst. */
	assert_int_equal(parse_repeated("", "true implies true or true and (", 16,
	    "true))))))))))))))))", &why), ERR_OK);
}

static enum basis
basis_of(const char *text)
{
	struct condition_name name;

	assert_true(condition_name_find(bytes_of_text(text), &name));
	return name.basis;
}

/* Proven is what an auditor finds again in the evidence; what only the worker saw is not. */
static void
bases_of_hardware(void **unused)
{
	(void)unused;
	assert_int_equal(basis_of("attest.verdict"), BASIS_PROVEN);
	assert_int_equal(basis_of("attest.key.exportable"), BASIS_PROVEN);
	assert_int_equal(basis_of("attest.confidential"), BASIS_PROVEN);
	assert_int_equal(basis_of("attest.fresh"), BASIS_OBSERVED);
	assert_int_equal(basis_of("attest.binding"), BASIS_OBSERVED);
	assert_int_equal(basis_of("attest.went_back"), BASIS_OBSERVED);
	assert_int_equal(basis_of("attest.clock"), BASIS_OBSERVED);
	assert_int_equal(basis_of("key.never_extractable"), BASIS_OBSERVED);
}

static void
names_of_tables(void **unused)
{
	const struct fact_row *rows;
	size_t count = fact_rows(&rows);
	struct condition_name name, other;
	size_t proven = 0;
	char text[128];

	(void)unused;
	for (size_t i = 0; i < count; i++) {
		assert_true(condition_name_find(bytes_of_text(rows[i].name), &name));
		/* No name stands in both tables, and each is a word of the language. */
		if (name.source != NAME_FACT || name.number != rows[i].fact)
			fail_msg("%s stands in two tables", rows[i].name);
		assert_int_equal(name.kind, SUBJECT_TARGET);
		proven += name.basis == BASIS_PROVEN;
		assert_true(name.basis == BASIS_PROVEN || name.basis == BASIS_OBSERVED);
		assert_true(name.moving);
		snprintf(text, sizeof(text), "known %s", rows[i].name);
		condition_free(parse(text, SUBJECT_TARGET));
		condition_free(parse(text, SUBJECT_KEY));
	}
	assert_int_equal(proven, 30);
#define SUBJECT_FACT(KIND, kind_type, NAME, word, BASIS, change, sentence)                \
	assert_true(condition_name_find(bytes_of_text(word), &other));                    \
	assert_int_equal(other.source, NAME_SUBJECT);                                     \
	assert_int_equal(other.number, SUBJECT_FACT_##NAME);                              \
	assert_int_equal(other.kind, SUBJECT_##KIND);                                     \
	assert_int_equal(other.basis, BASIS_##BASIS);                                     \
	assert_int_equal(other.moving, strcmp(#change, "MOVING") == 0);                   \
	condition_free(parse("known " word, SUBJECT_##KIND));
#include "monitor/state/subject_list.h"
	assert_false(condition_name_find(bytes_of_text("tls"), &name));
	assert_false(condition_name_find(bytes_of_text(""), &name));
}

static void
subjects(void **unused)
{
	static const char *const above[] = { "site carrier", "target carrier", "key carrier",
		"site provider", "instance provider", "target provider", "key provider",
		"instance site", "target site", "key site", "instance function",
		"target function", "key function", "instance replica_set", "target replica_set",
		"key replica_set", "target instance", "key instance", "provider carrier",
		"function carrier", "replica_set carrier", "instance carrier", "service carrier",
		"custody carrier", "store provider", "store site", "store function", "store replica_set",
		"store instance", "target store", "key store", "store carrier", "workload carrier", "incident carrier" };
	size_t pairs = 0;

	(void)unused;
	for (unsigned i = 0; i < SUBJECT_KINDS; i++)
		for (unsigned j = 0; j < SUBJECT_KINDS; j++) {
			char pair[64];
			bool found = false;

			snprintf(pair, sizeof(pair), "%s %s", subject_kind_name(j),
			    subject_kind_name(i));
			for (size_t k = 0; k < COUNT(above); k++)
				found = found || strcmp(pair, above[k]) == 0;
			assert_int_equal(subject_is_above(i, j), found);
			pairs += found;
		}
	assert_int_equal(pairs, COUNT(above));
	for (unsigned i = 0; i < SUBJECT_KINDS; i++) {
		enum subject_kind kind;

		assert_true(subject_kind_find(bytes_of_text(subject_kind_name(i)), &kind));
		assert_int_equal(kind, i);
		assert_false(subject_kind_find(bytes_of_text("sites"), &kind));
	}
}

static void
says_what_it_reads(void **unused)
{
	static const struct { const char *name; size_t place; } expected[] = {
		{ "monitor.channels", 0 }, { "site.third_party", 1 }, { "site.jurisdiction", 1 },
		{ "site.third_party", 2 }, { "tls.trusted", 2 }, { "plan", 0 }, { "ok", 0 },
	};
	const char *text = "monitor.channels > 1 and monitor.channels < 9 and "
	    "count(site where site.third_party and site.jurisdiction == \"JP\" and "
	    "site.third_party) > 1 and all target where site.third_party == tls.trusted: true "
	    "and known document(\"plan\") and declared(\"ok\") and age(document(\"plan\")) < 1d";
	struct condition *condition = parse(text, SUBJECT_CARRIER);

	(void)unused;
	assert_int_equal(condition_quantifiers(condition), 2);
	assert_int_equal(condition_quantifier_kind(condition, 0), SUBJECT_SITE);
	assert_int_equal(condition_quantifier_kind(condition, 1), SUBJECT_TARGET);
	assert_int_equal(condition_names(condition), COUNT(expected));
	assert_true(bytes_equal(condition_text(condition), bytes_of_text(text)));
	assert_ptr_not_equal(condition_text(condition).at, text);
	assert_int_equal(condition_basis(condition), BASIS_DECLARED | BASIS_OBSERVED);
	for (size_t i = 0; i < COUNT(expected); i++) {
		size_t place = SIZE_MAX;

		assert_string_equal(condition_name_at(condition, i, &place)->name,
		    expected[i].name);
		assert_int_equal(place, expected[i].place);
	}
	condition_free(condition);
	condition = parse("age(ledger.anchor) < 1d", SUBJECT_CARRIER);
	assert_int_equal(condition_basis(condition), BASIS_PROVEN);
	condition_free(condition);
	condition_free(NULL);
}

/* Octets of a condition are not kept by reference, and no octet behind the view is looked at. */
static void
reads_only_its_text(void **unused)
{
	static const char text[] = "tls.version == \"TLSv1.3\" and until(tls.expiry) >= 30d";
	size_t len = strlen(text);

	(void)unused;
	for (size_t cut = 0; cut <= len; cut++) {
		char *octets = malloc(cut > 0 ? cut : 1);
		struct condition *condition = NULL;
		struct why why = { .err = ERR_OK };
		bool whole = cut == 24 || cut == len;
		enum err err;

		memcpy(octets, text, cut);
		err = condition_parse(bytes_of(octets, cut), SUBJECT_TARGET, NULL, &condition,
		    &why);
		free(octets);
		assert_int_equal(err == ERR_OK, condition != NULL);
		if (whole)
			assert_int_equal(err, ERR_OK);
		if (err == ERR_OK)
			assert_memory_equal(condition_text(condition).at, text, cut);
		else
			assert_true(why.offset <= cut && why.text[0] != '\0');
		condition_free(condition);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes),
		cmocka_unit_test(refuses_words),
		cmocka_unit_test(refuses_types),
		cmocka_unit_test(refuses_names_of_others),
		cmocka_unit_test(bounds),
		cmocka_unit_test(names_of_tables),
		cmocka_unit_test(bases_of_hardware),
		cmocka_unit_test(subjects),
		cmocka_unit_test(says_what_it_reads),
		cmocka_unit_test(reads_only_its_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
