/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status feeds of providers: each form as it is served, times that are none, what is cut, hostile
 * or another form, and the bounds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/timetext.h"
#include "monitor/feed/feed_part.h"
#include "tests/unit/vectors.h"

#define DATA "tests/data/status/"

static struct buffer document;		/* items of a list are views into it */

static struct feed_list
read_octets(const char *kind, struct bytes octets)
{
	struct feed_list list = { .notices = 0 };
	struct why why = { .err = ERR_OK };

	if (feed_read(feed_kind_by_name(kind), octets, &list, &why) != ERR_OK)
		fail_msg("%s: %s", kind, why.text);
	return list;
}

static struct feed_list
read_file(const char *kind, const char *path)
{
	buffer_free(&document);
	document = vectors_file(path);
	return read_octets(kind, bytes_of_buffer(&document));
}

static enum err
refusal(const char *kind, const char *text, size_t len)
{
	struct feed_list list = { .notices = 0 };
	struct why why = { .err = ERR_OK };
	enum err err = feed_read(feed_kind_by_name(kind), bytes_of(text, len), &list, &why);

	assert_int_equal(list.notices, 0);
	assert_true(err == ERR_OK || why.text[0] != '\0');
	feed_list_free(&list);
	return err;
}

static int64_t
at(const char *text)
{
	int64_t ms;

	assert_int_equal(time_read(text, 0, &ms, NULL), ERR_OK);
	return ms;
}

static void
expect(const struct feed_notice *notice, const char *key, enum feed_state state,
    enum severity severity, const char *told)
{
	assert_string_equal(notice->key, key);
	assert_int_equal(notice->state, state);
	assert_int_equal(notice->severity, severity);
	assert_int_equal(notice->told_ms, told[0] != '\0' ? at(told) : 0);
}

static void
test_statuspage(void **state)
{
	struct feed_list list = read_file("statuspage", DATA "statuspage-incidents.json");

	(void)state;
	assert_int_equal(list.notices, 3);
	expect(&list.notice[0], "2z5g29qrrxvl", FEED_RESOLVED, PERCEIVED_CLEARED,
	    "2026-01-15T10:02:00+09:00");
	assert_int_equal(list.notice[0].ended_ms, at("2026-01-02T01:00:00+09:00"));
	expect(&list.notice[1], "cp306tmzcl0y", FEED_INVESTIGATING, PERCEIVED_MAJOR,
	    "2026-01-15T09:40:00+09:00");
	expect(&list.notice[2], "cp306tmzcl0y", FEED_IDENTIFIED, PERCEIVED_MAJOR,
	    "2026-01-15T10:02:00+09:00");
	assert_true(list.notice[1].first && !list.notice[1].newest && list.notice[2].newest);
	assert_int_equal(list.notice[2].started_ms, at("2026-01-15T09:38:00+09:00"));
	assert_int_equal(list.notice[2].ended_ms, 0);
	assert_string_equal(list.notice[2].title, "API errors");
	assert_string_equal(list.notice[2].services, "API");
	assert_string_equal(list.notice[2].region, "");
	assert_string_equal(list.notice[2].text, "The cause is a failed network device.");
	assert_true(feed_find(list.notice[2].item, "\"id\":\"cp306tmzcl0y\"") > 0);
	feed_list_free(&list);
	list = read_file("statuspage", DATA "statuspage-summary.json");
	assert_int_equal(list.notices, 3);
	expect(&list.notice[2], "w1zdr745wmfy", FEED_SCHEDULED, PERCEIVED_WARNING,
	    "2026-01-10T10:00:00+09:00");
	assert_int_equal(list.notice[2].started_ms, at("2026-01-20T02:00:00+09:00"));
	feed_list_free(&list);
	list = read_file("statuspage", DATA "statuspage-summary-quiet.json");
	assert_int_equal(list.notices, 0);
	feed_list_free(&list);
}

static void
test_google(void **state)
{
	struct feed_list list = read_file("google", DATA "gcp-incidents.json");

	(void)state;
	assert_int_equal(list.notices, 3);
	expect(&list.notice[0], "SAMPLEzOsaka2", FEED_ONGOING, PERCEIVED_MAJOR,
	    "2026-01-16T00:05:00Z");
	assert_string_equal(list.notice[0].region, "asia-northeast2");
	assert_string_equal(list.notice[0].services, "Google Cloud Storage");
	expect(&list.notice[1], "SAMPLEzTokyo1", FEED_ONGOING, PERCEIVED_CRITICAL,
	    "2026-01-15T00:10:00Z");
	assert_int_equal(list.notice[1].ended_ms, 0);
	expect(&list.notice[2], "SAMPLEzTokyo1", FEED_RESOLVED, PERCEIVED_CLEARED,
	    "2026-01-15T02:30:00Z");
	assert_int_equal(list.notice[2].started_ms, at("2026-01-14T23:50:00Z"));
	assert_int_equal(list.notice[2].ended_ms, at("2026-01-15T02:10:00Z"));
	assert_string_equal(list.notice[2].services,
	    "Virtual Private Cloud (VPC), Google Compute Engine");
	feed_list_free(&list);
	list = read_file("google", DATA "gcp-incidents-empty.json");
	assert_int_equal(list.notices, 0);
	feed_list_free(&list);
}

static void
expect_aws(struct feed_list *list)
{
	static const char arn[] = "arn:aws:health:ap-northeast-1::event/EC2/"
	    "AWS_EC2_OPERATIONAL_ISSUE/AWS_EC2_OPERATIONAL_ISSUE_SAMPLE_1";

	assert_int_equal(list->notices, 2);
	expect(&list->notice[0], arn, FEED_ONGOING, PERCEIVED_MAJOR, "@1768467900");
	expect(&list->notice[1], arn, FEED_RESOLVED, PERCEIVED_CLEARED, "@1768475400");
	assert_string_equal(list->notice[0].region, "ap-northeast-1");
	assert_string_equal(list->notice[0].services,
	    "Amazon Elastic Compute Cloud, Amazon Relational Database Service");
	assert_int_equal(list->notice[1].started_ms, at("@1768467900"));
	assert_int_equal(list->notice[1].ended_ms, 0);
	feed_list_free(list);
}

/* What is read must not depend on how it is encoded. */
static void
test_aws(void **state)
{
	struct feed_list list;
	struct buffer swapped = { .max = 0 };

	(void)state;
	list = read_file("aws", DATA "aws-currentevents.utf8.json");
	expect_aws(&list);
	list = read_file("aws", DATA "aws-currentevents.utf16be.json");
	expect_aws(&list);
	for (size_t i = 0; i + 1 < document.len; i += 2) {
		buffer_put_u8(&swapped, document.at[i + 1]);
		buffer_put_u8(&swapped, document.at[i]);
	}
	list = read_octets("aws", bytes_of_buffer(&swapped));
	expect_aws(&list);
	list = read_octets("aws", bytes_slice(bytes_of_buffer(&document), 2, document.len));
	expect_aws(&list);
	list = read_file("aws", DATA "aws-currentevents-empty.utf16be.json");
	assert_int_equal(list.notices, 0);
	feed_list_free(&list);
	assert_int_equal(refusal("aws", (char *)swapped.at, swapped.len - 1), ERR_TRUNCATED);
	assert_int_equal(refusal("aws", (char *)swapped.at, swapped.len - 10), ERR_TRUNCATED);
	buffer_free(&swapped);
}

static void
test_aws_rss(void **state)
{
	struct feed_list list = read_file("aws", DATA "aws-rss-all.xml");

	(void)state;
	assert_int_equal(list.notices, 3);
	expect(&list.notice[0], "directconnect-ap-northeast-3", FEED_INFORMED, PERCEIVED_WARNING,
	    "2026-01-15T04:00:00Z");
	expect(&list.notice[1], "ec2-ap-northeast-1", FEED_ONGOING, PERCEIVED_MAJOR,
	    "2026-01-15T09:05:00Z");
	expect(&list.notice[2], "ec2-ap-northeast-1", FEED_RESOLVED, PERCEIVED_CLEARED,
	    "2026-01-15T11:10:00Z");
	assert_string_equal(list.notice[1].region, "ap-northeast-1");
	assert_string_equal(list.notice[1].services, "ec2");
	assert_true(strstr(list.notice[2].text, "<b>") == NULL);
	assert_true(strstr(list.notice[1].text, "rates & latencies") != NULL);
	assert_int_equal(list.notice[1].item.at[0], '<');
	assert_true(feed_find(list.notice[1].item, "</item>") == list.notice[1].item.len);
	feed_list_free(&list);
	list = read_file("aws", DATA "aws-rss-quiet.xml");
	assert_int_equal(list.notices, 0);
	feed_list_free(&list);
}

static void
test_azure(void **state)
{
	struct feed_list list = read_file("azure", DATA "azure-rss-incident.xml");

	(void)state;
	assert_int_equal(list.notices, 1);
	expect(&list.notice[0], "AB12-CD3", FEED_RESOLVED, PERCEIVED_CLEARED,
	    "2026-01-15T01:09:00Z");
	assert_string_equal(list.notice[0].region, "Japan East");
	assert_string_equal(list.notice[0].services, "Virtual Machines");
	assert_int_equal(list.notice[0].started_ms, 0);
	assert_int_equal(list.notice[0].ended_ms, 0);
	feed_list_free(&list);
	list = read_file("azure", DATA "azure-rss-quiet.xml");
	assert_int_equal(list.notices, 0);
	feed_list_free(&list);
}

static void
test_atom_and_japanese(void **state)
{
	struct feed_list list = read_file("atom", DATA "atom-statuspage.xml");

	(void)state;
	assert_int_equal(list.notices, 2);
	expect(&list.notice[0], "tag:status.example.com,2005:Incident/1000", FEED_INFORMED,
	    PERCEIVED_INDETERMINATE, "2026-01-01T16:00:00Z");
	assert_string_equal(list.notice[0].services, "DNS");
	assert_string_equal(list.notice[0].text, "No stage is said.");
	expect(&list.notice[1], "tag:status.example.com,2005:Incident/1001", FEED_IDENTIFIED,
	    PERCEIVED_INDETERMINATE, "2026-01-15T01:02:00Z");
	assert_string_equal(list.notice[1].title, "API errors");
	assert_true(strstr(list.notice[1].text, "device & its spare") != NULL);
	feed_list_free(&list);
	list = read_file("rss", DATA "rss-carrier-ja.xml");
	assert_int_equal(list.notices, 3);
	expect(&list.notice[0], "https://example.jp/info/1", FEED_SCHEDULED, PERCEIVED_WARNING, "");
	assert_false(list.notice[0].doubtful);
	/* No zone: not a time, though one was given. */
	expect(&list.notice[1], "https://example.jp/info/2", FEED_ONGOING,
	    PERCEIVED_INDETERMINATE, "");
	assert_true(list.notice[1].doubtful);
	expect(&list.notice[2], "https://example.jp/info/3", FEED_RESOLVED, PERCEIVED_CLEARED,
	    "2026-01-15T03:00:00Z");
	feed_list_free(&list);
}

static void
test_times(void **state)
{
	static const struct { const char *text; const char *is; bool doubtful; } mail[] = {
		{ "Thu, 15 Jan 2026 03:10:00 PST", "2026-01-15T11:10:00Z", false },
		{ "Thu, 15 Jan 2026 03:10:00 Z", "2026-01-15T03:10:00Z", false },
		{ "15 Jan 26 03:10 +0900", "2026-01-14T18:10:00Z", false },
		{ "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z", false },
		{ "Thu, 15 January 2026 03:10:00 +09:00", "2026-01-14T18:10:00Z", false },
		{ "Thu, 15 Jan 2026 03:10:00", "", true },
		{ "Thu, 15 Jan 2026 03:10:00 XST", "", true },
		{ "Thu, 15 Jan 2026 03:10:00 A", "", true },
		{ "Thu, 15 Jan 2026 03:10:00 -0000", "", true },
		{ "30 Feb 2026 03:10:00 GMT", "", false }, { "15 Jan 2026 24:10:00 GMT", "", false },
		{ "15 Foo 2026 03:10:00 GMT", "", false }, { "soon", "", false }, { "", "", false },
	};
	static const struct { const char *text; const char *is; bool doubtful; } iso[] = {
		{ "2026-01-15T10:02:00.123+09:00", "2026-01-15T01:02:00.123Z", false },
		{ "2026-01-15T10:02:00+0900", "2026-01-15T01:02:00Z", false },
		{ " 2026-01-15T10:02:00Z ", "2026-01-15T10:02:00Z", false },
		{ "2026-01-15T10:02:00", "", true }, { "2026-01-15", "", true },
		{ "-2h", "", false }, { "@1768467900", "", false },
		{ "2026-02-30T10:02:00Z", "", false }, { "0001-01-01T00:00:00Z", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mail) / sizeof(mail[0]); i++) {
		struct feed_when when = feed_time_mail(bytes_of_text(mail[i].text));

		if (when.ms != (mail[i].is[0] != '\0' ? at(mail[i].is) : 0) ||
		    when.doubtful != mail[i].doubtful)
			fail_msg("\"%s\": %lld", mail[i].text, (long long)when.ms);
	}
	for (size_t i = 0; i < sizeof(iso) / sizeof(iso[0]); i++) {
		struct feed_when when = feed_time_iso(bytes_of_text(iso[i].text));

		if (when.ms != (iso[i].is[0] != '\0' ? at(iso[i].is) : 0) ||
		    when.doubtful != iso[i].doubtful)
			fail_msg("\"%s\": %lld", iso[i].text, (long long)when.ms);
	}
	assert_int_equal(feed_time_seconds(1768467900).ms, INT64_C(1768467900000));
	assert_int_equal(feed_time_seconds(INT64_C(1768467900000)).ms, INT64_C(1768467900000));
	assert_int_equal(feed_time_seconds(-5).ms, 0);
	assert_int_equal(feed_time_seconds(INT64_MAX).ms, 0);
}

static void
test_stages(void **state)
{
	static const struct { const char *title; enum feed_state state; } titles[] = {
		{ "[Resolved] API errors", FEED_RESOLVED },
		{ "Resolved: API errors", FEED_RESOLVED },
		{ "Virtual Machines - Japan East - Mitigated", FEED_RESOLVED },
		{ "API errors (investigating)", FEED_INVESTIGATING },
		{ "Names cannot be resolved", FEED_INFORMED },
		{ "Resolved", FEED_INFORMED }, { "", FEED_INFORMED },
		{ "【復旧】通信障害", FEED_RESOLVED }, { "通信障害（復旧作業中）", FEED_ONGOING },
		{ "通信障害について（調査中）", FEED_INVESTIGATING },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (feed_state_of_title(bytes_of_text(titles[i].title)) != titles[i].state)
			fail_msg("\"%s\"", titles[i].title);
	assert_int_equal(feed_state_of_word(bytes_of_text("in_progress")), FEED_MAINTENANCE);
	assert_string_equal(feed_state_word(FEED_IDENTIFIED), "identified");
}

static void
test_other_forms(void **state)
{
	static const char html[] = "<!DOCTYPE html><html><body>Sign in</body></html>";
	static const char page[] = "<html><body>Sign in</body></html>";
	static const char bomb[] = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"aaaa\">"
	    "<!ENTITY b \"&a;&a;\">]><rss><channel><item><title>&b;</title></item></channel></rss>";
	static const char file[] = "<!DOCTYPE rss SYSTEM \"file:///etc/passwd\"><rss/>";
	static const char entity[] = "<rss><channel><item><title>a&nbsp;b</title></item></channel>"
	    "</rss>";
	static const char cut[] = "<rss><channel><item><title>half of";
	static const char *const kinds[] = { "aws", "google", "statuspage" };

	(void)state;
	assert_int_equal(refusal("rss", html, sizeof(html) - 1), ERR_DENIED);
	assert_int_equal(refusal("rss", page, sizeof(page) - 1), ERR_UNSUPPORTED);
	assert_int_equal(refusal("azure", bomb, sizeof(bomb) - 1), ERR_DENIED);
	assert_int_equal(refusal("atom", file, sizeof(file) - 1), ERR_DENIED);
	assert_int_equal(refusal("rss", entity, sizeof(entity) - 1), ERR_MALFORMED);
	assert_int_equal(refusal("rss", cut, sizeof(cut) - 1), ERR_TRUNCATED);
	assert_int_equal(refusal("rss", "{}", 2), ERR_UNSUPPORTED);
	assert_int_equal(refusal("rss", "", 0), ERR_UNSUPPORTED);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(refusal(kinds[i], "", 0), ERR_TRUNCATED);
		assert_int_equal(refusal(kinds[i], "{\"a\":1}", 7), ERR_UNSUPPORTED);
		assert_int_equal(refusal(kinds[i], "{\"a\":1,\"a\":2}", 13), ERR_MALFORMED);
		assert_int_equal(refusal(kinds[i], "nonsense", 8), ERR_MALFORMED);
	}
	assert_int_equal(refusal("google", "[{\"begin\":\"x\"}]", 15), ERR_MALFORMED);
	assert_int_equal(refusal("aws", "[1]", 3), ERR_MALFORMED);
	assert_int_equal(feed_kind_by_name("prometheus"), FEED_NONE);
}

/* Every way to cut a real document is refused, and none crashes. */
static void
test_cut(void **state)
{
	static const struct { const char *kind, *path; } files[] = {
		{ "statuspage", DATA "statuspage-summary.json" },
		{ "aws", DATA "aws-currentevents.utf16be.json" },
		{ "google", DATA "gcp-incidents.json" }, { "azure", DATA "azure-rss-incident.xml" },
		{ "atom", DATA "atom-statuspage.xml" } };

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct buffer whole = vectors_file(files[i].path);
		size_t end = whole.len;

		while (end > 0 && (whole.at[end - 1] <= ' '))
			end--;
		for (size_t len = 0; len < end; len += 1 + end / 1500) {
			char *copy = memory_text(bytes_of(whole.at, len));

			if (refusal(files[i].kind, copy, len) == ERR_OK)
				fail_msg("%s: %zu octets are enough", files[i].path, len);
			free(copy);
		}
		buffer_free(&whole);
	}
}

static void
test_bounds(void **state)
{
	struct buffer text = { .max = 0 };
	struct feed_list list;

	(void)state;
	for (int i = 0; i < FEED_DEPTH_MAX + 1; i++)
		buffer_put_text(&text, "[");
	assert_int_equal(refusal("aws", (char *)text.at, text.len), ERR_LIMIT);
	buffer_reset(&text);
	for (int i = 0; i < 100; i++)
		buffer_put_text(&text, i == 0 ? "<rss>" : "<a>");
	assert_int_equal(refusal("rss", (char *)text.at, text.len), ERR_LIMIT);
	buffer_reset(&text);
	buffer_put_text(&text, "[");
	for (int i = 0; i <= FEED_GROUPS_MAX; i++)
		buffer_put_text(&text, "{},");
	assert_int_equal(refusal("google", (char *)text.at, text.len), ERR_LIMIT);
	buffer_reset(&text);
	buffer_put_text(&text, "<rss><channel>");
	for (int i = 0; i < FEED_NOTICES_MAX + 7; i++)
		buffer_print(&text, "<item><guid>%d</guid></item>", i);
	buffer_put_text(&text, "</channel></rss>");
	list = read_octets("rss", bytes_of_buffer(&text));
	assert_int_equal(list.notices, FEED_NOTICES_MAX);
	assert_int_equal(list.left_out, 7);
	feed_list_free(&list);
	buffer_free(&text);
}

/* Texts are bounded, whole characters, and harmless; a key that is too long stays unique. */
static void
test_texts(void **state)
{
	struct buffer text = { .max = 0 };
	struct feed_list list;

	(void)state;
	buffer_put_text(&text, "<rss><channel><item><guid>");
	for (int i = 0; i < 300; i++)
		buffer_put_text(&text, "k");
	buffer_put_text(&text, "</guid><title>\xe2\x80\xae" "a\n\t b &lt;b&gt;bold&lt;/b&gt; 1 "
	    "&lt; 2</title></item><item><guid>x</guid><title>");
	for (int i = 0; i < 200; i++)
		buffer_put_text(&text, "障");
	buffer_put_text(&text, "</title></item></channel></rss>");
	list = read_octets("rss", bytes_of_buffer(&text));
	assert_int_equal(list.notices, 2);
	assert_int_equal(strlen(list.notice[0].key), 64);
	assert_string_equal(list.notice[0].title, "a b bold 1 < 2");
	assert_true(strlen(list.notice[1].title) <= FEED_TITLE_MAX);
	assert_string_equal(list.notice[1].title + strlen(list.notice[1].title) - 3, "...");
	assert_int_equal((strlen(list.notice[1].title) - 3) % 3, 0);
	feed_list_free(&list);
	buffer_free(&text);
}

static void
test_regions(void **state)
{
	char nothing[] = "", region[] = "ap-northeast-1, Tokyo", global[] = "global",
	    services[] = "API, Osaka region", title[] = "Errors";
	struct feed_notice notice = { .key = nothing, .title = title, .region = region,
	    .services = nothing, .text = nothing };

	(void)state;
	assert_true(feed_concerns(&notice, ""));
	assert_true(feed_concerns(&notice, "us-east-1, AP-northeast-1"));
	assert_true(feed_concerns(&notice, "tokyo"));
	assert_false(feed_concerns(&notice, "ap-northeast-3,ap-northeast-10"));
	assert_false(feed_concerns(&notice, "ap-northeast"));
	notice.region = global;
	assert_true(feed_concerns(&notice, "ap-northeast-3"));
	notice.region = nothing;
	assert_true(feed_concerns(&notice, "ap-northeast-3"));
	notice.services = services;
	assert_false(feed_concerns(&notice, "ap-northeast-3"));
	assert_true(feed_concerns(&notice, "Osaka region"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuspage),
		cmocka_unit_test(test_google),
		cmocka_unit_test(test_aws),
		cmocka_unit_test(test_aws_rss),
		cmocka_unit_test(test_azure),
		cmocka_unit_test(test_atom_and_japanese),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_stages),
		cmocka_unit_test(test_other_forms),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_regions),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	buffer_free(&document);
	return failed;
}
