/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metrics in Prometheus text and OpenMetrics: sums by selectors, values that are no counts, and
 * documents that are cut, wrong or too large, of which nothing may be believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/feed/exposition.h"
#include "tests/unit/vectors.h"

#define AMF "tests/data/status/metrics-amf.txt"
#define SMF "tests/data/status/metrics-smf.openmetrics.txt"

static enum err
sum_of(struct bytes document, bool openmetrics, const char *text, struct exposition_sum *sum)
{
	struct exposition_selector selector;
	struct why why = { .err = ERR_OK };
	enum err err;

	if (exposition_selector_read(text, &selector, &why) != ERR_OK)
		fail_msg("%s", why.text);
	err = exposition_read(document, openmetrics, &selector, sum, 1, &why);
	assert_true(err == ERR_OK || why.text[0] != '\0');
	return err;
}

static void
expect(const char *path, const char *selector, double scale, size_t series, uint64_t value,
    int64_t told_ms)
{
	struct buffer document = vectors_file(path);
	struct exposition_sum sum;
	uint64_t got;

	assert_int_equal(sum_of(bytes_of_buffer(&document), strcmp(path, SMF) == 0, selector, &sum),
	    ERR_OK);
	if (sum.series != series || exposition_count(&sum, scale, &got, NULL) != ERR_OK ||
	    got != value || sum.told_ms != told_ms)
		fail_msg("%s: %zu series, sum %g, told %lld", selector, sum.series, sum.sum,
		    (long long)sum.told_ms);
	buffer_free(&document);
}

static void
test_sums(void **state)
{
	(void)state;
	expect(AMF, "amf_registered_ue", 1, 3, 31707, 1768500001000);
	expect(AMF, "amf_registered_ue{plmn=\"44099\"}", 1, 2, 31700, 1768500000000);
	expect(AMF, "amf_registered_ue{ plmn = \"44099\" , snssai!=\"1-000002\" }", 1, 1, 30500, 0);
	expect(AMF, "amf_registered_ue{plmn!=\"44099\"}", 1, 1, 7, 1768500001000);
	/* A label that is not there is the empty one. */
	expect(AMF, "amf_gnb{slice=\"\"}", 1, 1, 42, 0);
	expect(AMF, "amf_gnb{slice!=\"x\"}", 1, 1, 42, 0);
	expect(AMF, "amf_procedure_seconds_bucket{le=\"+Inf\"}", 1, 1, 12, 0);
	expect(AMF, "amf_load_ratio", 1e6, 1, 250000, 0);
	expect(AMF, "amf_label{path=\"C:\\\\DIR\\\\\",text=\"a \\\"quoted\\\" }, \\n line\"}", 1, 1,
	    5, 0);
	expect(SMF, "smf_sessions", 1, 2, 39999, 1768500000123);
	expect(SMF, "smf_requests_total", 1, 1, 17, 1768500000123);
}

static void
refuse(const char *path, const char *selector, size_t series, enum err err)
{
	struct buffer document = vectors_file(path);
	struct why why = { .err = ERR_OK };
	struct exposition_sum sum;
	uint64_t got;

	assert_int_equal(sum_of(bytes_of_buffer(&document), false, selector, &sum), ERR_OK);
	assert_int_equal(sum.series, series);
	assert_int_equal(exposition_count(&sum, 1, &got, &why), err);
	assert_true(why.text[0] != '\0');
	assert_int_equal(got, 0);
	buffer_free(&document);
}

static void
test_no_counts(void **state)
{
	struct exposition_sum sum;
	uint64_t got;

	(void)state;
	refuse(AMF, "amf_nan", 1, ERR_INVALID);
	refuse(AMF, "amf_infinite", 1, ERR_LIMIT);
	refuse(AMF, "amf_negative", 1, ERR_LIMIT);
	refuse(AMF, "amf_gnb{slice!=\"\"}", 0, ERR_NOT_FOUND);
	refuse(AMF, "amf_gn", 0, ERR_NOT_FOUND);
	assert_int_equal(sum_of(bytes_of_text("a +Inf\na -Inf\n"), false, "a", &sum), ERR_OK);
	assert_int_equal(exposition_count(&sum, 1, &got, NULL), ERR_INVALID);
	assert_int_equal(sum_of(bytes_of_text("a 9223372036854775808\n"), false, "a", &sum), ERR_OK);
	assert_int_equal(exposition_count(&sum, 1, &got, NULL), ERR_LIMIT);
	assert_int_equal(sum_of(bytes_of_text("a 9223372036854774784\n"), false, "a", &sum), ERR_OK);
	assert_int_equal(exposition_count(&sum, 1, &got, NULL), ERR_OK);
	assert_int_equal(got, UINT64_C(9223372036854774784));
	assert_int_equal(sum_of(bytes_of_text("a 0.999\n"), false, "a", &sum), ERR_OK);
	assert_int_equal(exposition_count(&sum, 1, &got, NULL), ERR_OK);
	assert_int_equal(got, 0);
}

static void
test_wrong(void **state)
{
	static const struct { const char *text; bool openmetrics; enum err err; } documents[] = {
		{ "", false, ERR_OK }, { "\n\n", false, ERR_OK }, { "a 1\r\n", false, ERR_OK },
		{ "a 1", false, ERR_TRUNCATED }, { "a 1\na", false, ERR_TRUNCATED },
		{ "# HELP", false, ERR_TRUNCATED }, { "a\n", false, ERR_MALFORMED },
		{ "1a 1\n", false, ERR_MALFORMED }, { "a 1 2 3\n", false, ERR_MALFORMED },
		{ "a one\n", false, ERR_MALFORMED }, { "a{ 1\n", false, ERR_MALFORMED },
		{ "a{b} 1\n", false, ERR_MALFORMED }, { "a{b=} 1\n", false, ERR_MALFORMED },
		{ "a{b=\"c} 1\n", false, ERR_MALFORMED }, { "a{b=\"c\\\"} 1\n", false, ERR_MALFORMED },
		{ "a{b=\"c\"d=\"e\"} 1\n", false, ERR_MALFORMED }, { "a{} 1\n", false, ERR_OK },
		{ "a 1 # {} 2\n", false, ERR_MALFORMED }, { "<html>\n", false, ERR_MALFORMED },
		{ "", true, ERR_TRUNCATED }, { "a 1\n", true, ERR_TRUNCATED },
		{ "a 1\n# EOF", true, ERR_OK }, { "a 1\n# EOF\n", true, ERR_OK },
		{ "# EOF\na 1\n", true, ERR_MALFORMED }, { "# EOF\n# EOF", true, ERR_MALFORMED },
	};
	struct exposition_sum sum;

	(void)state;
	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++)
		if (sum_of(bytes_of_text(documents[i].text), documents[i].openmetrics, "a",
		    &sum) != documents[i].err)
			fail_msg("\"%s\"", documents[i].text);
	assert_int_equal(sum_of(bytes_of("a 1\0\n", 5), false, "a", &sum), ERR_MALFORMED);
}

static void
test_bounds(void **state)
{
	struct buffer text = { .max = 0 };
	struct exposition_sum sum;

	(void)state;
	buffer_put_text(&text, "a{");
	for (int i = 0; i <= EXPOSITION_LABELS_MAX; i++)
		buffer_print(&text, "b%d=\"\",", i);
	buffer_put_text(&text, "} 1\n");
	assert_int_equal(sum_of(bytes_of_buffer(&text), false, "a", &sum), ERR_MALFORMED);
	buffer_reset(&text);
	for (int i = 0; i <= EXPOSITION_LINE_MAX; i++)
		buffer_put_text(&text, "#");
	buffer_put_text(&text, "\n");
	assert_int_equal(sum_of(bytes_of_buffer(&text), false, "a", &sum), ERR_LIMIT);
	buffer_free(&text);
}

static void
test_selectors(void **state)
{
	static const char *const wrong[] = { "", "1a", "a b", "a{", "a{b}", "a{b=c}", "a{b=\"c\"",
		"a{b=\"c\"} d", "a{=\"c\"}", "a{b=~\"c\"}", "a{b!\"c\"}" };
	struct exposition_selector selector;
	struct buffer text = { .max = 0 };
	struct why why;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		why = (struct why){ .err = ERR_OK };
		if (exposition_selector_read(wrong[i], &selector, &why) != ERR_INVALID ||
		    why.text[0] == '\0')
			fail_msg("\"%s\"", wrong[i]);
	}
	assert_int_equal(exposition_selector_read("a{}", &selector, &why), ERR_OK);
	assert_int_equal(exposition_selector_read("ns:a_1 { b!=\"\\n\", }", &selector, &why),
	    ERR_OK);
	assert_int_equal(selector.matchers, 1);
	assert_true(selector.matcher[0].differs && selector.matcher[0].len == 1);
	buffer_put_text(&text, "a{");
	for (int i = 0; i <= EXPOSITION_MATCHERS_MAX; i++)
		buffer_put_text(&text, "b=\"\",");
	buffer_put_text(&text, "}");
	assert_int_equal(exposition_selector_read(buffer_text(&text), &selector, &why), ERR_INVALID);
	buffer_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_no_counts),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_selectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
