/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an NRF says, from its JSON: both forms of a list, both forms of services, what is refused,
 * and that facts and evidence rest on what was said and on nothing else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/ledger/fact_print.h"
#include "probes/sbi_json.h"
#include "probes/sbi_nrf.h"
#include "probes/wire/sbi_preface.h"

#define ID(n) "0000000" n "-0000-4000-8000-000000000000"

static enum err
list_of(struct nrf *nrf, const char *text, struct why *why)
{
	*nrf = (struct nrf){ .instance = NULL };
	*why = (struct why){ .err = ERR_OK };
	return nrf_list(nrf, bytes_of_text(text), why);
}

static void
assert_list_good(const char *text, size_t instances, size_t unnamed)
{
	struct nrf nrf;
	struct why why;

	if (list_of(&nrf, text, &why) != ERR_OK)
		fail_msg("%s: %s", text, why.text);
	assert_int_equal(nrf.instances, instances);
	assert_int_equal(nrf.unnamed, unnamed);
	for (size_t i = 1; i < nrf.instances; i++)
		assert_true(strcmp(nrf.instance[i - 1].id, nrf.instance[i].id) < 0);
	nrf_free(&nrf);
}

static void
assert_list_bad(const char *text, enum err err, const char *words)
{
	struct nrf nrf;
	struct why why;

	assert_int_equal(list_of(&nrf, text, &why), err);
	if (strstr(why.text, words) == NULL)
		fail_msg("%s: \"%s\"", text, why.text);
	assert_null(nrf.instance);
	nrf_free(&nrf);
}

static void
lists(void **state)
{
	(void)state;
	assert_list_good("{\"_links\":{}}", 0, 0);
	assert_list_good("{\"_links\":{\"item\":[]}}", 0, 0);
	assert_list_good("{\"_links\":{\"item\":{\"href\":\"" ID("1") "\"}}}", 1, 0);
	assert_list_good("{\"_links\":{\"items\":[{\"href\":\"http://n/x/" ID("2") "\"},"
	    "{\"href\":\"/y/" ID("1") "?a=b/c\"},{\"href\":\"" ID("2") "#f\"}]}}", 2, 0);
	/* What is no UUID is counted and never becomes a path. */
	assert_list_good("{\"_links\":{\"item\":[{\"href\":\"\"},{\"href\":\"/\"},"
	    "{\"href\":\"/x/../y\"},{\"href\":\"" ID("1") "0\"},{\"href\":\"" ID("g") "\"}]}}", 0, 5);
	assert_list_good("[]", 0, 0);
	assert_list_bad("", ERR_MALFORMED, "not JSON");
	assert_list_bad("{}", ERR_MALFORMED, "neither _links nor profiles");
	assert_list_bad("3", ERR_MALFORMED, "not JSON");
	assert_list_bad("{\"_links\":[]}", ERR_MALFORMED, "neither _links nor profiles");
	assert_list_bad("{\"_links\":{\"item\":\"x\"}}", ERR_MALFORMED, "neither a link nor");
	assert_list_bad("{\"_links\":{\"item\":[[]]}}", ERR_MALFORMED, "no href");
	assert_list_bad("{\"_links\":{},\"_links\":{}}", ERR_MALFORMED, "a key twice");
	assert_list_bad("{\"_links\":{}} {}", ERR_MALFORMED, "not JSON");
	assert_list_bad("[null]", ERR_MALFORMED, "no nfInstanceId");
	assert_list_bad("[{\"nfInstanceId\":\"" ID("1") "\",\"nfType\":\"AMF\"}]", ERR_MALFORMED,
	    "no nfStatus");
}

static void
depth(void **state)
{
	char text[2 * SBI_DEPTH_MAX + 8];
	struct why why = { .err = ERR_OK };

	(void)state;
	memset(text, '[', SBI_DEPTH_MAX + 1);
	memset(text + SBI_DEPTH_MAX + 1, ']', SBI_DEPTH_MAX + 1);
	text[2 * SBI_DEPTH_MAX + 2] = '\0';
	assert_null(sbi_json_read(bytes_of_text(text), &why));
	assert_int_equal(why.err, ERR_LIMIT);
	assert_list_bad(text + 1, ERR_MALFORMED, "not JSON");
	text[2 * SBI_DEPTH_MAX + 1] = '\0';
	assert_list_bad(text + 1, ERR_MALFORMED, "no nfInstanceId");
	/* Brackets in a string are no depth, whatever stands before its end. */
	assert_list_good("{\"_links\":{},\"x\":\"\\\\\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"}",
	    0, 0);
}

static void
facts_text(const struct nrf *nrf, struct buffer *out)
{
	struct fact_set set = { .count = 0 };
	struct buffer facts = { .max = 0 };
	struct why why;

	nrf_facts(nrf, &set);
	fact_set_write(&set, FACTS_ALL, &facts);
	assert_int_equal(facts_check(bytes_of_buffer(&facts), &why), ERR_OK);
	facts_print_json(out, bytes_of_buffer(&facts));
	buffer_free(&facts);
	fact_set_free(&set);
}

static void
assert_said(const char *text, const char *const *words, size_t count)
{
	struct buffer facts = { .max = 0 };
	struct nrf nrf;
	struct why why;

	if (list_of(&nrf, text, &why) != ERR_OK)
		fail_msg("%s", why.text);
	facts_text(&nrf, &facts);
	for (size_t i = 0; i < count; i++)
		if (strstr(buffer_text(&facts), words[i]) == NULL)
			fail_msg("no %s in %s", words[i], buffer_text(&facts));
	buffer_free(&facts);
	nrf_free(&nrf);
}

#define PROFILE(n, type, status, rest) "{\"nfInstanceId\":\"" ID(n) "\",\"nfType\":\"" type \
	"\",\"nfStatus\":\"" status "\"" rest "}"

static void
profiles(void **state)
{
	static const char *const words[] = { "\"nrf.instances\":3", "\"nrf.profiles\":3",
		"[\"AMF 2\",\"SMF 1\"]", "\"nrf.suspended.count\":2",
		"[\"AMF " ID("1") " UNDISCOVERABLE\",\"SMF " ID("3") " CANARY\"]",
		"\"nrf.http.count\":3", "[\"AMF " ID("1") " b\",\"AMF " ID("1") " c\",\"SMF " ID("3")
		" ?\"]", "\"nrf.no_heartbeat.count\":2" };

	(void)state;
	assert_said("[" PROFILE("3", "SMF", "CANARY", ",\"heartBeatTimer\":\"10\","
	    "\"nfServices\":[{\"scheme\":\"HTTP\"},{\"scheme\":\"https\"},3]") ","
	    PROFILE("2", "AMF", "REGISTERED", ",\"heartBeatTimer\":10,\"nfServices\":{},"
	    "\"nfServiceList\":[{\"scheme\":\"http\"}]") ","
	    PROFILE("1", "AMF", "UNDISCOVERABLE", ",\"nfServiceList\":{"
	    "\"b1\":{\"serviceName\":\"b\",\"scheme\":\"http\"},"
	    "\"a1\":{\"serviceName\":\"a\",\"scheme\":\"https\"}},"
	    "\"nfServices\":[{\"serviceInstanceId\":\"b1\",\"serviceName\":\"b\","
	    "\"scheme\":\"http\"},{\"serviceInstanceId\":\"c1\",\"serviceName\":\"c\","
	    "\"scheme\":\"http\"}]") "]", words, sizeof(words) / sizeof(words[0]));
	assert_list_bad("[" PROFILE("1", "AMF", "REGISTERED", "") "," PROFILE("1", "SMF", "REGISTERED",
	    "") "]", ERR_MALFORMED, "twice");
}

/* Lists of facts are bounded, counts are not. */
static void
many_profiles(void **state)
{
	static const char *const words[] = { "\"nrf.instances\":300", "\"nrf.suspended.count\":300",
		"\"nrf.http.count\":600", "TYPE63 1" };
	struct buffer text = { .max = 0 };

	(void)state;
	buffer_put_text(&text, "[");
	for (unsigned i = 0; i < 300; i++)
		buffer_print(&text, "%s{\"nfInstanceId\":\"%08x-0000-4000-8000-000000000000\","
		    "\"nfType\":\"TYPE%02u\",\"nfStatus\":\"SUSPENDED\",\"nfServices\":["
		    "{\"serviceName\":\"a\",\"scheme\":\"http\"},"
		    "{\"serviceName\":\"b\",\"scheme\":\"http\"}]}", i > 0 ? "," : "", i, i);
	buffer_put_text(&text, "]");
	assert_said(buffer_text(&text), words, 3);
	buffer_free(&text);
}

static void
evidence_of(const char *text, struct buffer *out)
{
	struct nrf nrf;
	struct why why;

	assert_int_equal(list_of(&nrf, text, &why), ERR_OK);
	nrf_evidence(&nrf, out);
	nrf_free(&nrf);
}

static void
evidence(void **state)
{
	struct buffer one = { .max = 0 }, same = { .max = 0 }, other = { .max = 0 };

	(void)state;
	evidence_of("[" PROFILE("2", "AMF", "REGISTERED", ",\"load\":1,\"capacity\":5,\"nfServices\":"
	    "[{\"load\":3,\"scheme\":\"https\",\"loadTimeStamp\":\"a\"}]") ","
	    PROFILE("1", "SMF", "REGISTERED", "") "]", &one);
	evidence_of("[" PROFILE("1", "SMF", "REGISTERED", ",\"nfProfileChangesInd\":true") ","
	    PROFILE("2", "AMF", "REGISTERED", ",\"capacity\":5,\"nfServices\":"
	    "[{\"scheme\":\"https\",\"load\":4}],\"loadTimeStamp\":\"b\",\"load\":2") "]", &same);
	evidence_of("[" PROFILE("1", "SMF", "REGISTERED", "") ","
	    PROFILE("2", "AMF", "REGISTERED", ",\"capacity\":6,\"nfServices\":"
	    "[{\"scheme\":\"https\"}]") "]", &other);
	assert_true(bytes_equal(bytes_of_buffer(&one), bytes_of_buffer(&same)));
	assert_false(bytes_equal(bytes_of_buffer(&one), bytes_of_buffer(&other)));
	assert_string_equal(buffer_text(&one), "[\"" ID("1") "\",\"" ID("2") "\"]\n"
	    "{\"nfInstanceId\":\"" ID("1") "\",\"nfStatus\":\"REGISTERED\",\"nfType\":\"SMF\"}\n"
	    "{\"capacity\":5,\"nfInstanceId\":\"" ID("2") "\",\"nfServices\":[{\"scheme\":\"https\"}],"
	    "\"nfStatus\":\"REGISTERED\",\"nfType\":\"AMF\"}\n");
	buffer_free(&one), buffer_free(&same), buffer_free(&other);
}

static void
one_at_a_time(void **state)
{
	struct nrf nrf;
	struct why why;

	(void)state;
	assert_int_equal(list_of(&nrf, "{\"_links\":{\"item\":[{\"href\":\"0000000A-0000-4000-8000-"
	    "000000000000\"},{\"href\":\"" ID("1") "\"}]}}", &why), ERR_OK);
	assert_string_equal(nrf.instance[1].id, ID("a"));
	assert_string_equal(nrf.instance[1].listed, "0000000A-0000-4000-8000-000000000000");
	nrf_profile(&nrf, 1, bytes_of_text(PROFILE("A", "AMF", "REGISTERED", "")));
	assert_int_equal(nrf.read, 1);
	nrf_profile(&nrf, 0, bytes_of_text(PROFILE("a", "AMF", "REGISTERED", "")));
	assert_int_equal(nrf.failed, 1);
	assert_int_equal(nrf.err, ERR_MISMATCH);
	nrf_profile_failed(&nrf, ERR_TIMEOUT, "late");
	assert_int_equal(nrf.failed, 2);
	assert_non_null(strstr(nrf.text, "another instance"));
	nrf_free(&nrf);
}

static void
causes(void **state)
{
	static const char *const body[] = { "{\"cause\":\"INVALID_API\",\"status\":400}", "{}", "[]",
		"{\"cause\":3}", "<html>", "", "{\"cause\":\"a\",\"cause\":\"b\"}" };
	char cause[8];

	(void)state;
	for (size_t i = 0; i < sizeof(body) / sizeof(body[0]); i++) {
		sbi_json_cause(bytes_of_text(body[i]), cause, sizeof(cause));
		assert_string_equal(cause, i == 0 ? "INVALID" : "");
	}
}

static void
preface(void **state)
{
	static const struct { const char *octets; size_t len; enum sbi_plain said; } rows[] = {
		{ "\0\0\0\4\0\0\0\0\0", 9, SBI_PLAIN_ACCEPTED },
		{ "\0\0\6\4\0\0\0\0\0\0\3", 11, SBI_PLAIN_ACCEPTED },
		{ "\0\0\0\4\1\0\0\0\0", 9, SBI_PLAIN_OTHER },		/* an acknowledgement */
		{ "\0\0\5\4\0\0\0\0\0", 9, SBI_PLAIN_OTHER },
		{ "\0\0\0\4\0\0\0\0\1", 9, SBI_PLAIN_OTHER },
		{ "\0\0\10\7\0\0\0\0\0", 9, SBI_PLAIN_OTHER },		/* GOAWAY */
		{ "\25\3\3\0\2\2\106", 7, SBI_PLAIN_REFUSED },
		{ "\25\2", 2, SBI_PLAIN_OTHER },
		{ "HTTP/1.0 505 x", 14, SBI_PLAIN_ACCEPTED },
		{ "HTTP/1.1 400 B", 14, SBI_PLAIN_OTHER },
		{ "HTTP/1.1 426\r\n", 14, SBI_PLAIN_OTHER },
		{ "HTTP/2.0 200 O", 14, SBI_PLAIN_OTHER },
		{ "HTTP/1.1 2x0 O", 14, SBI_PLAIN_OTHER },
		{ "HTTPS are here", 14, SBI_PLAIN_OTHER },
		{ "220 mail ready", 14, SBI_PLAIN_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t len = 0; len < rows[i].len; len++)
			assert_true(sbi_plain_judge(bytes_of(rows[i].octets, len)) ==
			    SBI_PLAIN_MORE || sbi_plain_judge(bytes_of(rows[i].octets, len)) ==
			    rows[i].said);
		assert_int_equal(sbi_plain_judge(bytes_of(rows[i].octets, rows[i].len)),
		    rows[i].said);
		assert_true(rows[i].len < SBI_PLAIN_NEED || sbi_plain_judge(bytes_of(
		    rows[i].octets, SBI_PLAIN_NEED)) != SBI_PLAIN_MORE);
	}
	assert_int_equal(sbi_plain_question().len, 33);
	assert_int_equal(sbi_plain_goodbye().len, 17);
}

static void
expected_of(const struct nrf *nrf, const char *expect, struct buffer *out)
{
	struct fact_set set = { .count = 0 };
	struct buffer facts = { .max = 0 };

	buffer_reset(out);
	nrf_expect_facts(nrf, expect, &set);
	fact_set_write(&set, FACTS_ALL, &facts);
	facts_print_json(out, bytes_of_buffer(&facts));
	buffer_free(&facts);
	fact_set_free(&set);
}

static void
expected(void **state)
{
	struct buffer out = { .max = 0 };
	struct nrf nrf;
	struct why why;

	(void)state;
	assert_int_equal(list_of(&nrf, "{\"_links\":{\"item\":[{\"href\":\"" ID("a") "\"},"
	    "{\"href\":\"" ID("2") "\"}]}}", &why), ERR_OK);
	/* Nobody said what there should be. */
	expected_of(&nrf, "", &out);
	assert_string_equal(buffer_text(&out), "{}");
	/* The other case of letters is the same id; blanks and empty ones are nothing. */
	expected_of(&nrf, ID("2") ", ," ID("A"), &out);
	assert_non_null(strstr(buffer_text(&out), "\"nrf.unconfigured.count\":0"));
	assert_non_null(strstr(buffer_text(&out), "\"nrf.missing.count\":0"));
	expected_of(&nrf, ID("3") "," ID("2"), &out);
	assert_non_null(strstr(buffer_text(&out), "\"nrf.unconfigured\":[\"" ID("a") "\"]"));
	assert_non_null(strstr(buffer_text(&out), "\"nrf.missing\":[\"" ID("3") "\"]"));
	nrf_free(&nrf);
	/* More than a list fact takes: all are counted. */
	expected_of(&nrf, "0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,"
	    "7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9", &out);
	assert_non_null(strstr(buffer_text(&out), "\"nrf.missing.count\":70"));
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists), cmocka_unit_test(depth), cmocka_unit_test(profiles),
		cmocka_unit_test(many_profiles), cmocka_unit_test(evidence),
		cmocka_unit_test(one_at_a_time), cmocka_unit_test(causes), cmocka_unit_test(preface),
		cmocka_unit_test(expected),
	};

	sbi_json_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
