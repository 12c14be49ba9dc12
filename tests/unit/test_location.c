/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds to facts of an address: one that is sure, and every reason why one is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "monitor/daemon/location.h"
#include "tests/unit/vectors.h"

static struct hash
feed_add(struct location *location, const char *provider, const char *text)
{
	struct plan_feed feed = { .provider = provider, .form = "csv", .path = "/feed.csv" };
	struct hash hash = hash_of(bytes_of_text(text));
	struct why why = { .err = ERR_OK };
	char hex[HASH_TEXT];

	hash_text(hash, hex);
	feed.hash = hex;
	if (location_add(location, &feed, bytes_of_text(text), &why) != ERR_OK)
		fail_msg("%s", why.text);
	return hash;
}

/* Facts of an address as recorded; the caller frees them. */
static struct buffer
facts_of(const struct location *location, const char *text)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct buffer out = { .max = 0 };
	struct fact_set set = { .count = 0 };
	struct why why;

	assert_int_equal(inet_pton(AF_INET, text, &address.sin_addr), 1);
	location_facts(location, (struct sockaddr *)&address, &set);
	fact_set_write(&set, FACTS_STEADY, &out);
	assert_int_equal(facts_check(bytes_of_buffer(&out), &why), ERR_OK);
	fact_set_free(&set);
	return out;
}

/* NULL: the fact is not there. */
static void
expect_text(const struct buffer *facts, enum fact fact, const char *expected)
{
	struct bytes value = bytes_of(NULL, 0);
	bool found = fact_text(bytes_of_buffer(facts), fact, &value);

	assert_int_equal(found, expected != NULL);
	if (expected != NULL && !bytes_equal(value, bytes_of_text(expected)))
		fail_msg("\"%.*s\" instead of \"%s\"", (int)value.len, (const char *)value.at, expected);
}

static void
expect_facts(const struct location *location, const char *address, const char *observed,
    const char *provider, const char *unknown)
{
	struct buffer facts = facts_of(location, address);
	struct hash feed;

	expect_text(&facts, FACT_LOC_OBSERVED, observed);
	expect_text(&facts, FACT_LOC_OBSERVED_PROVIDER, provider);
	expect_text(&facts, FACT_LOC_UNKNOWN, unknown);
	assert_int_equal(fact_hash(bytes_of_buffer(&facts), FACT_LOC_FEED, &feed), provider != NULL);
	buffer_free(&facts);
}

static void
one_feed(void **unused)
{
	struct location *location = location_new();
	struct buffer facts;
	struct hash hash, seen;
	int64_t date;

	(void)unused;
	facts = facts_of(location, "192.0.2.1");
	assert_int_equal(facts.len, 1);	/* an empty map: without feeds nothing is said */
	buffer_free(&facts);
	hash = feed_add(location, "example", "# date: 2026-01-02T00:00:00Z\n192.0.2.0/24,tokyo\n192.0.2.9,\n");
	facts = facts_of(location, "192.0.2.1");
	assert_true(fact_hash(bytes_of_buffer(&facts), FACT_LOC_FEED, &seen));
	assert_true(hash_equal(hash, seen));
	assert_true(fact_int(bytes_of_buffer(&facts), FACT_LOC_FEED_DATE, &date));
	assert_int_equal(date, INT64_C(1767312000000));
	buffer_free(&facts);
	expect_facts(location, "192.0.2.1", "example/tokyo", "example", NULL);
	expect_facts(location, "192.0.2.9", NULL, "example", "it is published for no one region");
	expect_facts(location, "192.0.3.1", NULL, NULL, "no published range holds it");
	expect_facts(location, "10.0.0.1", NULL, NULL, "no published range holds it");
	location_free(location);
	location_free(NULL);
}

static void
several_feeds(void **unused)
{
	struct location *location = location_new();

	(void)unused;
	feed_add(location, "example", "192.0.2.0/24,tokyo\n198.51.100.0/24,osaka\n203.0.113.0/24,tokyo\n");
	feed_add(location, "other", "198.51.100.128/25,paris\n233.252.0.0/24,rome\n");
	feed_add(location, "example", "192.0.2.128/25,osaka\n203.0.113.0/24,osaka\n192.0.2.0/24,tokyo\n");
	expect_facts(location, "192.0.2.1", "example/tokyo", "example", NULL);
	expect_facts(location, "192.0.2.129", "example/osaka", "example", NULL);
	expect_facts(location, "198.51.100.1", "example/osaka", "example", NULL);
	expect_facts(location, "198.51.100.129", NULL, NULL,
	    "it is published by two providers: example and other");
	expect_facts(location, "203.0.113.1", NULL, "example", "two files of example name different regions");
	expect_facts(location, "233.252.0.1", "other/rome", "other", NULL);
	location_free(location);
}

/* A file that is no longer the recorded one is not looked into, and the absence is told. */
static void
feeds_refused(void **unused)
{
	static const char text[] = "192.0.2.0/24,tokyo\n", wrong[] = "192.0.2.1/24,tokyo\n";
	struct location *location = location_new();
	struct plan_feed feed = { .provider = "p", .form = "csv", .path = "/feed.csv" };
	char hex[HASH_TEXT];
	struct why why;

	(void)unused;
	hash_text(hash_of(bytes_of_text(text)), hex);
	feed.hash = hex;
	assert_int_equal(location_add(location, &feed, bytes_of_text(wrong), &why), ERR_MISMATCH);
	assert_non_null(strstr(why.text, "/feed.csv: the file was changed"));
	assert_int_equal(location_add(location, &feed, bytes_of(NULL, 0), &why), ERR_MISMATCH);
	expect_facts(location, "192.0.2.1", NULL, NULL,
	    "no published range holds it, and not every feed could be read");
	hash_text(hash_of(bytes_of_text(wrong)), hex);
	assert_int_equal(location_add(location, &feed, bytes_of_text(wrong), &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "/feed.csv: line 1"));
	for (unsigned i = 0; i < PLAN_FEED_MAX; i++)
		feed_add(location, "p", text);
	hash_text(hash_of(bytes_of_text(text)), hex);
	assert_int_equal(location_add(location, &feed, bytes_of_text(text), &why), ERR_LIMIT);
	/* One of those that were refused may hold it, too, and more closely. */
	expect_facts(location, "192.0.2.1", NULL, NULL,
	    "not every feed could be read: another may hold it, too");
	location_free(location);
}

static void
file_add(struct location *location, const char *provider, const char *form, struct bytes octets)
{
	struct plan_feed feed = { .provider = provider, .form = form, .path = "/feed" };
	struct why why = { .err = ERR_OK };
	char hex[HASH_TEXT];

	hash_text(hash_of(octets), hex);
	feed.hash = hex;
	if (location_add(location, &feed, octets, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

#define REGISTRY(country, first) "2|x|20260102|1|19830613|20260101|+1000\n" \
    "x|" country "|ipv4|" first "|256|20020801|allocated\n"

/* The country of the holder is a fact of its own, and never where the address is. */
static void
registries(void **unused)
{
	struct location *location = location_new();
	struct buffer facts;
	int64_t date;

	(void)unused;
	file_add(location, "apnic", "registry", bytes_of_text(REGISTRY("JP", "192.0.2.0")));
	file_add(location, "ripencc", "registry", bytes_of_text(REGISTRY("EU", "198.51.100.0")));
	facts = facts_of(location, "192.0.2.7");
	expect_text(&facts, FACT_LOC_REGISTRY_COUNTRY, "JP");
	expect_text(&facts, FACT_LOC_REGISTRY, "apnic");
	expect_text(&facts, FACT_LOC_REGISTRY_UNKNOWN, NULL);
	expect_text(&facts, FACT_LOC_OBSERVED, NULL);
	expect_text(&facts, FACT_LOC_UNKNOWN, NULL);	/* no provider's ranges are configured */
	assert_true(fact_int(bytes_of_buffer(&facts), FACT_LOC_REGISTRY_DATE, &date));
	assert_int_equal(date, INT64_C(1767225600000));
	buffer_free(&facts);
	facts = facts_of(location, "198.51.100.1");
	expect_text(&facts, FACT_LOC_REGISTRY_COUNTRY, NULL);
	expect_text(&facts, FACT_LOC_REGISTRY_UNKNOWN, "it is registered for no one country");
	buffer_free(&facts);
	facts = facts_of(location, "203.0.113.1");
	expect_text(&facts, FACT_LOC_REGISTRY_UNKNOWN, "no registry's file holds it");
	buffer_free(&facts);
	/* A block that went from one registry to another stands in both for a while. */
	file_add(location, "arin", "registry", bytes_of_text(REGISTRY("US", "192.0.2.0")));
	feed_add(location, "example", "192.0.2.0/24,tokyo\n");
	facts = facts_of(location, "192.0.2.7");
	expect_text(&facts, FACT_LOC_REGISTRY_COUNTRY, NULL);
	expect_text(&facts, FACT_LOC_REGISTRY_UNKNOWN, "apnic and arin name different holders");
	expect_text(&facts, FACT_LOC_OBSERVED, "example/tokyo");
	buffer_free(&facts);
	location_free(location);
}

/* The guess of a database stands beside what a provider published, and changes nothing of it. */
static void
databases(void **unused)
{
	struct buffer country = vectors_file("tests/data/mmdb/country.mmdb");
	struct buffer number = vectors_file("tests/data/mmdb/asn.mmdb"), facts;
	struct location *location = location_new();
	struct hash feed;
	int64_t asn;

	(void)unused;
	file_add(location, "maxmind", "mmdb", bytes_of_buffer(&country));
	file_add(location, "maxmind", "mmdb", bytes_of_buffer(&number));
	feed_add(location, "example", "81.2.69.0/24,tokyo\n");
	facts = facts_of(location, "81.2.69.160");
	expect_text(&facts, FACT_LOC_MMDB_COUNTRY, "GB");
	expect_text(&facts, FACT_LOC_OBSERVED, "example/tokyo");
	assert_true(fact_hash(bytes_of_buffer(&facts), FACT_LOC_MMDB_FEED, &feed));
	assert_true(hash_equal(feed, hash_of(bytes_of_buffer(&country))));
	buffer_free(&facts);
	facts = facts_of(location, "1.128.0.1");
	assert_true(fact_int(bytes_of_buffer(&facts), FACT_LOC_MMDB_ASN, &asn));
	assert_int_equal(asn, 1221);
	expect_text(&facts, FACT_LOC_MMDB_HOLDER, "Telstra Pty Ltd");
	expect_text(&facts, FACT_LOC_MMDB_UNKNOWN, "no database names a country");
	expect_text(&facts, FACT_LOC_UNKNOWN, "no published range holds it");
	buffer_free(&facts);
	location_free(location);
	buffer_free(&country);
	buffer_free(&number);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_feed), cmocka_unit_test(several_feeds), cmocka_unit_test(feeds_refused),
		cmocka_unit_test(registries), cmocka_unit_test(databases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
