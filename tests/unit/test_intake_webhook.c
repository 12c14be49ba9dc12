/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP requests cut anywhere, and the JSON of webhooks: Alertmanager's form as its version 0.25
 * sends it, our own with the names of TS 28.532, and what must be refused whole.
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
#include "monitor/intake/http.h"
#include "monitor/intake/webhook.h"

enum { TAKEN_MAX = 8 };

struct taken { size_t count; struct incoming in[TAKEN_MAX]; char word[TAKEN_MAX][64], text[256]; };

static const int64_t now_ms = INT64_C(1780000000000);

static void
take(void *arg, struct incoming *in, const struct bytes *word, size_t words)
{
	struct taken *taken = arg;

	assert_true(taken->count < TAKEN_MAX);
	taken->in[taken->count] = *in;
	snprintf(taken->text, sizeof(taken->text), "%.*s", (int)in->text.len,
	    (const char *)in->text.at);
	if (words > 0)
		snprintf(taken->word[taken->count], 64, "%.*s", (int)word[0].len,
		    (const char *)word[0].at);
	taken->count++;
}

static enum err
read_text(const char *text, struct taken *taken, uint64_t *unsent)
{
	struct why why = { .err = ERR_OK };
	struct incoming in;

	*taken = (struct taken){ .count = 0 };
	incoming_begin(&in, 0, SIGNAL_FORM_WEBHOOK, now_ms, "192.0.2.1");
	return webhook_read(bytes_of_text(text), &in, take, taken, unsent, &why);
}

static void
alertmanager(void **state)
{
	static const char text[] = "{\"receiver\":\"sekimori\",\"status\":\"firing\",\"alerts\":["
	    "{\"status\":\"firing\",\"labels\":{\"alertname\":\"PeersLost\",\"instance\":\"amf-1:9100\","
	    "\"severity\":\"page\",\"probable_cause\":\"congestion\"},\"annotations\":{\"summary\":\"s\"},"
	    "\"startsAt\":\"2026-05-28T20:26:40Z\",\"endsAt\":\"0001-01-01T00:00:00Z\","
	    "\"generatorURL\":\"\",\"fingerprint\":\"c89a0c7d5f3e9a0b\"},"
	    "{\"status\":\"resolved\",\"labels\":{\"alertname\":\"Old\"},\"annotations\":{},"
	    "\"startsAt\":\"2026-05-28T19:00:00Z\",\"endsAt\":\"2026-05-28T20:00:00+00:00\","
	    "\"fingerprint\":\"00ff\"}],\"groupLabels\":{},\"commonLabels\":{},"
	    "\"commonAnnotations\":{},\"externalURL\":\"\",\"version\":\"4\",\"groupKey\":\"{}\","
	    "\"truncatedAlerts\":3}";
	struct taken taken;
	uint64_t unsent;

	(void)state;
	assert_int_equal(read_text(text, &taken, &unsent), ERR_OK);
	assert_int_equal(taken.count, 2);
	assert_int_equal(unsent, 3);
	assert_int_equal(taken.in[0].kind, SIGNAL_RAISED);
	assert_int_equal(taken.in[0].severity, PERCEIVED_CRITICAL);
	assert_string_equal(taken.in[0].key, "c89a0c7d5f3e9a0b");
	assert_string_equal(taken.in[0].title, "PeersLost");
	assert_string_equal(taken.in[0].cause, "congestion");
	assert_string_equal(taken.word[0], "amf-1:9100");
	assert_int_equal(taken.in[0].told_ms, now_ms);
	assert_int_equal(taken.in[1].kind, SIGNAL_CLEARED);
	assert_int_equal(taken.in[1].severity, PERCEIVED_CLEARED);
	assert_int_equal(taken.in[1].told_ms, now_ms - 1600000);
	assert_int_equal(taken.in[1].clock, SIGNAL_CLOCK_REPORTED);
	/* Nothing of the first stands in the second. */
	assert_string_equal(taken.in[1].cause, "");
	assert_non_null(strstr(taken.text, "\"Old\""));
	assert_null(strstr(taken.text, "PeersLost"));
}

static void
our_own_form(void **state)
{
	struct taken taken;
	uint64_t unsent;

	(void)state;
	assert_int_equal(read_text("{\"alarmId\":\"7\",\"notificationType\":\"notifyNewAlarm\","
	    "\"alarmType\":\"QUALITY_OF_SERVICE_ALARM\",\"perceivedSeverity\":\"MINOR\","
	    "\"specificProblem\":\"slow\",\"probableCause\":\"excessiveResponseTime\","
	    "\"objectInstance\":\"upf-1\",\"eventTime\":\"2026-05-28T20:26:41Z\"}", &taken, &unsent),
	    ERR_OK);
	assert_int_equal(taken.in[0].kind, SIGNAL_RAISED);
	assert_int_equal(taken.in[0].severity, PERCEIVED_MINOR);
	assert_int_equal(taken.in[0].alarm_type, ALARM_TYPE_QUALITY);
	assert_string_equal(taken.in[0].title, "slow");
	assert_string_equal(taken.word[0], "upf-1");
	assert_int_equal(taken.in[0].clock, SIGNAL_CLOCK_AGREES);
	assert_int_equal(read_text("[{\"key\":\"7\",\"title\":\"t\",\"severity\":\"cleared\"},"
	    "{\"title\":\"e\",\"time\":\"yesterday\"}]", &taken, &unsent), ERR_OK);
	assert_int_equal(taken.in[0].kind, SIGNAL_CLEARED);
	assert_int_equal(taken.in[1].kind, SIGNAL_EVENT);
	assert_int_equal(taken.in[1].told_ms, 0);
	assert_int_equal(taken.in[1].clock, SIGNAL_CLOCK_NONE);
	assert_int_equal(read_text("{\"alarms\":[]}", &taken, &unsent), ERR_OK);
	assert_int_equal(taken.count, 0);
}

static void
refused_whole(void **state)
{
	static const char *const wrong[] = { "", "x", "null", "7", "\"x\"", "[[]]", "[7]", "{}",
		"{\"title\":\"t\",\"severity\":\"bad\"}", "{\"title\":\"t\",\"state\":\"raised\"}",
		"{\"title\":\"t\",\"state\":\"odd\",\"key\":\"k\"}", "{\"key\":\"k\"}",
		"[{\"title\":\"fine\"},{\"key\":\"k\"}]", "{\"alerts\":[{\"status\":\"firing\"}]}",
		"{\"title\":\"a\",\"title\":\"b\"}",
		"{\"alerts\":[{\"status\":\"odd\",\"labels\":{},\"fingerprint\":\"f\"}]}" };
	struct buffer many = { .max = 0 };
	struct taken taken;
	uint64_t unsent;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_not_equal(read_text(wrong[i], &taken, &unsent), ERR_OK);
		assert_int_equal(taken.count, 0);
	}
	buffer_put_text(&many, "[{}");
	for (unsigned i = 0; i < INTAKE_ALARMS_MAX; i++)
		buffer_put_text(&many, ",{}");
	buffer_put_text(&many, "]");
	assert_int_equal(read_text(buffer_text(&many), &taken, &unsent), ERR_LIMIT);
	buffer_free(&many);
	for (unsigned i = 0; i < 100000; i++)
		buffer_put_text(&many, "[");
	assert_int_not_equal(read_text(buffer_text(&many), &taken, &unsent), ERR_OK);
	buffer_free(&many);
}

/* Two requests on one connection, given in pieces. */
static void
requests_in_pieces(void **state)
{
	static const char text[] = "POST /a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer  abc\r\n"
	    "Content-Length: 5\r\n\r\nhello"
	    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
	    "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";

	(void)state;
	for (size_t piece = 1; piece < sizeof(text); piece++) {
		struct http *http = http_new();
		size_t at = 0, requests = 0;

		while (at < sizeof(text) - 1) {
			size_t len = piece < sizeof(text) - 1 - at ? piece : sizeof(text) - 1 - at, used;
			enum http_step step = http_read(http, bytes_of(text + at, len), &used);
			struct http_request *request = http_request(http);

			assert_int_not_equal(step, HTTP_STEP_BROKEN);
			assert_true(used <= len && (used == len || step == HTTP_STEP_REQUEST));
			at += used;
			if (step != HTTP_STEP_REQUEST)
				continue;
			requests++;
			assert_true(request->post);
			assert_string_equal(request->token, requests == 1 ? "abc" : "");
			assert_int_equal(request->keep, requests == 1);
			assert_true(bytes_equal(bytes_of_buffer(&request->body),
			    bytes_of_text(requests == 1 ? "hello" : "abcde")));
		}
		assert_int_equal(requests, 2);
		assert_false(http_begun(http));
		http_free(http);
	}
}

static enum http_step
give(const char *text, bool *too_large)
{
	struct http *http = http_new();
	size_t used;
	enum http_step step = http_read(http, bytes_of_text(text), &used);

	*too_large = http_request(http)->too_large;
	http_free(http);
	return step;
}

static void
requests_refused(void **state)
{
	static const char *const wrong[] = { "\x16\x03\x01", "GET\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
		"GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
		"CONNECT x:1 HTTP/1.1\r\n\r\n" };
	struct buffer long_head = { .max = 0 };
	struct http *http = http_new();
	char octets[4096];
	static const char *const vast[] = {
		"POST / HTTP/1.1\r\nContent-Length: 1000000000000000000\r\n\r\n",
		"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n",
	};
	bool too_large;
	size_t used;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(give(wrong[i], &too_large), HTTP_STEP_BROKEN);
	buffer_put_text(&long_head, "POST / HTTP/1.1\r\n");
	for (unsigned i = 0; i < 2000; i++)
		buffer_put_text(&long_head, "X-Header: 1\r\n");
	buffer_put_text(&long_head, "\r\n");
	assert_int_equal(give(buffer_text(&long_head), &too_large), HTTP_STEP_BROKEN);
	buffer_free(&long_head);
	/* Who says beforehand that it is too much is told so before the body. */
	for (size_t i = 0; i < sizeof(vast) / sizeof(vast[0]); i++) {
		assert_int_equal(give(vast[i], &too_large), HTTP_STEP_BROKEN);
		assert_true(too_large);
	}
	/* A body without end takes no more memory than one may have. */
	memset(octets, 'x', sizeof(octets));
	assert_int_equal(http_read(http, bytes_of_text("POST / HTTP/1.1\r\n"
	    "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n"), &used), HTTP_STEP_MORE);
	for (unsigned i = 0; i < 255; i++)
		assert_int_equal(http_read(http, bytes_of(octets, sizeof(octets)), &used),
		    HTTP_STEP_MORE);
	for (unsigned i = 0; i < 2; i++)
		(void)http_read(http, bytes_of(octets, sizeof(octets)), &used);
	assert_int_equal(http_read(http, bytes_of(octets, 1), &used), HTTP_STEP_BROKEN);
	assert_true(http_request(http)->too_large);
	http_free(http);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(alertmanager),
		cmocka_unit_test(our_own_form), cmocka_unit_test(refused_whole),
		cmocka_unit_test(requests_in_pieces), cmocka_unit_test(requests_refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
