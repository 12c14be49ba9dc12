/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Audit logs of clouds in the forms they are delivered in: who came from where, what was done where,
 * what is cut, what is no entry, and countries by prefixes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/timetext.h"
#include "probes/audit_tally.h"
#include "tests/unit/vectors.h"

#define DATA "tests/data/audit/"

static int64_t
at(const char *text)
{
	int64_t ms;

	assert_int_equal(time_read(text, 0, &ms, NULL), ERR_OK);
	return ms;
}

static struct audit_places *
places_of(const char *text)
{
	struct audit_places *places = NULL;
	struct why why = { .err = ERR_OK };

	if (audit_places_read(bytes_of_text(text), &places, &why) != ERR_OK)
		fail_msg("%s", why.text);
	return places;
}

/* The whole file within a week before the last of November 20. */
static struct audit_tally *
tally_of(const char *form, const char *name, const struct audit_places *places)
{
	struct audit_tally *tally = memory_new(1, sizeof(*tally));
	struct why why = { .err = ERR_OK };
	struct buffer file;
	size_t unread;
	char path[160];

	snprintf(path, sizeof(path), DATA "%s", name);
	file = vectors_file(path);
	tally->provider = audit_provider(form);
	tally->places = places;
	tally->jurisdictions = bytes_of_text("JP");
	tally->regions = bytes_of_text("aws/ap-northeast-1, google/asia-northeast1");
	tally->until_ms = at("2026-11-21T00:00:00Z");
	tally->from_ms = at("2026-11-14T00:00:00Z");
	if (audit_read(form, bytes_of_buffer(&file), audit_tally_take, tally, &unread, &why) !=
	    ERR_OK)
		fail_msg("%s: %s", name, why.text);
	assert_int_equal(unread, 0);
	buffer_free(&file);
	return tally;
}

static void
done(struct audit_tally *tally, struct audit_places *places)
{
	audit_tally_free(tally);
	free(tally);
	audit_places_free(places);
}

static const struct audit_session *
session(const struct audit_tally *tally, const char *address)
{
	for (size_t i = 0; i < tally->sessions; i++)
		if (strcmp(tally->session[i].address, address) == 0)
			return &tally->session[i];
	fail_msg("no session came from %s", address);
	return NULL;
}

static struct audit_places *
lab_places(void)
{
	struct buffer file = vectors_file(DATA "places.csv");
	struct audit_places *places = places_of(buffer_text(&file));

	buffer_free(&file);
	return places;
}

static void
test_cloudtrail(void **state)
{
	struct audit_places *places = lab_places();
	struct audit_tally *tally = tally_of("cloudtrail", "cloudtrail.json", places);

	(void)state;
	assert_int_equal(tally->entries, 5);
	assert_int_equal(tally->outside_window, 1);
	/* The service of the provider is nobody who sits anywhere. */
	assert_int_equal(tally->sessions, 3);
	assert_string_equal(session(tally, "192.0.2.10")->country, "JP");
	assert_int_equal(session(tally, "192.0.2.10")->second_factor, AUDIT_YES);
	assert_string_equal(session(tally, "198.51.100.7")->country, "US");
	assert_int_equal(session(tally, "198.51.100.7")->second_factor, AUDIT_NO);
	/* Two countries are claimed for that prefix. */
	assert_string_equal(session(tally, "203.0.113.77")->country, "");
	assert_int_equal(session(tally, "203.0.113.77")->second_factor, AUDIT_NO);
	/* What only reads is no act; a login is written down in us-east-1 wherever it was. */
	assert_int_equal(tally->acts_outside, 1);
	assert_string_equal(tally->act[0], "PutBucketReplication in aws/us-west-2 by "
	    "arn:aws:sts::111122223333:assumed-role/ops/ops");
	assert_int_equal(tally->acts_unplaced, 1);
	assert_int_equal(tally->staff, 0);
	done(tally, places);
}

static void
test_azure(void **state)
{
	struct audit_places *places = lab_places();
	struct audit_tally *tally = tally_of("azure", "azure.jsonl", places);

	(void)state;
	assert_int_equal(tally->entries, 3);
	assert_int_equal(tally->sessions, 2);
	/* The port behind an address is none of it. */
	assert_string_equal(session(tally, "192.0.2.20")->actor, "sato@carrier.example");
	assert_int_equal(session(tally, "192.0.2.20")->second_factor, AUDIT_YES);
	assert_string_equal(session(tally, "2001:db8:7::1")->country, "JP");
	assert_int_equal(tally->staff, 1);
	assert_int_equal(tally->acts_outside, 1);
	done(tally, places);
	tally = tally_of("azure", "azure-api.json", NULL);
	assert_int_equal(tally->sessions, 1);
	assert_string_equal(tally->session[0].country, "");
	assert_int_equal(tally->session[0].second_factor, AUDIT_NO);
	done(tally, NULL);
}

static void
test_google(void **state)
{
	struct audit_places *places = lab_places();
	struct audit_tally *tally = tally_of("google", "google.jsonl", places);

	(void)state;
	assert_int_equal(tally->entries, 3);
	assert_int_equal(tally->sessions, 2);
	assert_string_equal(session(tally, "192.0.2.30")->country, "JP");
	/* "private" is no address: unknown, and not inside. */
	assert_string_equal(session(tally, "")->country, "");
	assert_int_equal(tally->region_groups, 1);
	assert_string_equal(tally->region[0].name, "google/asia-northeast1");
	assert_int_equal(tally->acts_outside, 0);
	/* The log itself says where the provider's person was: not where the office is. */
	assert_int_equal(tally->staff, 1);
	assert_int_equal(tally->staff_outside, 1);
	assert_string_equal(tally->notice[0], "CA: CUSTOMER_INITIATED_SUPPORT, Google LLC");
	done(tally, places);
}

/* Cut anywhere: an error, or at the end of a line fewer entries; never something else. */
static void
test_cut(void **state)
{
	static const struct { const char *form, *name; size_t entries; } logs[] = {
		{ "cloudtrail", "cloudtrail.json", 6 }, { "azure", "azure.jsonl", 3 },
		{ "google", "google.jsonl", 3 } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char path[160];
		struct buffer file;

		snprintf(path, sizeof(path), DATA "%s", logs[i].name);
		file = vectors_file(path);
		for (size_t len = 1; len + 2 < file.len; len += 3) {
			struct audit_tally *tally = memory_new(1, sizeof(*tally));
			struct why why = { .err = ERR_OK };
			size_t unread;
			bool line_end = file.at[len] == '\n' || file.at[len - 1] == '\n';
			enum err err;

			tally->provider = audit_provider(logs[i].form);
			tally->until_ms = INT64_MAX;
			err = audit_read(logs[i].form, bytes_of(file.at, len), audit_tally_take,
			    tally, &unread, &why);
			assert_true(err == ERR_TRUNCATED || err == ERR_MALFORMED ||
			    (line_end && tally->entries < logs[i].entries));
			done(tally, NULL);
		}
		buffer_free(&file);
	}
}

static enum err
read_text(const char *form, const char *text, size_t *entries, size_t *unread)
{
	struct audit_tally *tally = memory_new(1, sizeof(*tally));
	struct why why = { .err = ERR_OK };
	enum err err;

	tally->provider = "aws";
	tally->until_ms = INT64_MAX;
	err = audit_read(form, bytes_of_text(text), audit_tally_take, tally, unread, &why);
	*entries = tally->entries;
	done(tally, NULL);
	return err;
}

static void
test_other(void **state)
{
	struct buffer deep = { .max = 0 };
	size_t entries, unread;

	(void)state;
	assert_int_equal(read_text("cloudtrail", "", &entries, &unread), ERR_OK);
	assert_int_equal(entries + unread, 0);
	assert_int_equal(read_text("cloudtrail", "{\"a\":1} [7, \"x\"]", &entries, &unread), ERR_OK);
	assert_int_equal(entries, 0);
	assert_int_equal(unread, 3);
	assert_int_equal(read_text("cloudtrail", "hello", &entries, &unread), ERR_MALFORMED);
	assert_int_equal(read_text("syslog", "{}", &entries, &unread), ERR_INVALID);
	/* A log of another cloud is no log of this one. */
	assert_int_equal(read_text("google", "{\"Records\":[{\"eventName\":\"x\"}]}", &entries,
	    &unread), ERR_OK);
	assert_int_equal(entries, 0);
	assert_int_equal(unread, 1);
	for (int i = 0; i < 100; i++)
		buffer_put_text(&deep, "[");
	assert_int_equal(read_text("azure", buffer_text(&deep), &entries, &unread), ERR_LIMIT);
	buffer_free(&deep);
}

static void
expect_country(const struct audit_places *places, const char *address, const char *country)
{
	char found[3] = "";

	if (audit_places_find(places, bytes_of_text(address), found) != (country[0] != '\0'))
		fail_msg("%s: %s", address, found);
	if (country[0] != '\0')
		assert_string_equal(found, country);
}

static void
test_places(void **state)
{
	struct audit_places *places = places_of("0.0.0.0/0,XX\n10.0.0.0/8,jp,JP-13,Tokyo\r\n"
	    "10.1.0.0/16,US\n10.1.2.3/32 , DE\n\n# end\n2001:db8::/32,KR\n2001:db8:1::/48,TW\n");

	(void)state;
	assert_int_equal(audit_places_count(places), 6);
	expect_country(places, "10.9.9.9", "JP");
	expect_country(places, "10.1.9.9", "US");
	expect_country(places, "10.1.2.3", "DE");
	expect_country(places, "11.0.0.1", "XX");
	expect_country(places, "2001:db8:2::1", "KR");
	expect_country(places, "2001:db8:1::1", "TW");
	/* Nothing of IPv4 holds an address of IPv6. */
	expect_country(places, "2001:db9::1", "");
	expect_country(places, "nowhere", "");
	expect_country(NULL, "10.0.0.1", "");
	audit_places_free(places);
}

static void
test_places_wrong(void **state)
{
	static const char *const wrong[] = { "10.0.0.0/33,JP", "10.0.0.0,JP", "10.0.0.0/8",
		"10.0.0.0/8,JPN", "10.0.0.0/8,1P", "x/8,JP", "10.0.0.0/-1,JP", "2001:db8::/129,JP" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct audit_places *places = NULL;
		struct why why = { .err = ERR_OK };

		assert_int_equal(audit_places_read(bytes_of_text(wrong[i]), &places, &why),
		    ERR_MALFORMED);
		assert_non_null(strstr(why.text, "line 1"));
	}
}

/* More sessions than are told apart: said, and no more memory. */
static void
test_many(void **state)
{
	struct audit_tally *tally = memory_new(1, sizeof(*tally));
	char actor[32];

	(void)state;
	tally->provider = "aws";
	tally->until_ms = 10;
	for (int i = 0; i < AUDIT_SESSIONS_MAX + 5; i++) {
		snprintf(actor, sizeof(actor), "user-%d", i);
		audit_tally_take(tally, &(struct audit_entry){ .when_ms = 5,
		    .actor = bytes_of_text(actor), .address = bytes_of_text("192.0.2.1"),
		    .region = bytes_of_text("ap-northeast-1"), .act = bytes_of_text("x"),
		    .changes = AUDIT_YES });
		if (i == AUDIT_SESSIONS_MAX - 1)
			assert_false(tally->full);
	}
	assert_int_equal(tally->sessions, AUDIT_SESSIONS_MAX);
	assert_true(tally->full);
	done(tally, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cloudtrail), cmocka_unit_test(test_azure),
		cmocka_unit_test(test_google), cmocka_unit_test(test_cut),
		cmocka_unit_test(test_other), cmocka_unit_test(test_places),
		cmocka_unit_test(test_places_wrong), cmocka_unit_test(test_many),
	};

	json_object_seed(0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
