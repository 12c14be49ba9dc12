/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sbi probe against peers that do not keep to HTTP/2, to its bounds or to any answer at all:
 * each is one outcome with one sentence, in bounded time and memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/clock.h"
#include "tests/unit/sbi_lab.h"

enum { DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE,
	CONTINUATION };
enum { END_STREAM = 1, ACK = 1, END_HEADERS = 4 };
enum evil_end { THEN_CLOSE, THEN_HANG, THEN_RESET };

/* Says "once", then "again" so many times, then ends. */
struct evil {
	struct buffer once, again;
	unsigned      times;
	enum evil_end end;
};

struct lab {
	uv_loop_t           loop;
	struct machine     *machine;
	struct lab_seen     seen;
	struct evil         evil;
	struct sbi_server   server;
	struct round_option option[4];
	size_t              options;
	uint16_t            port;
};

static int
setup(void **state)
{
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	lab->option[0] = (struct round_option){ .name = "scheme", .value = "http" };
	lab->options = 1;
	lab->server.seen = sbi_seen_new();
	lab->port = 7401;
	*state = lab;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *lab = *state;

	machine_free(lab->machine);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab_seen_free(&lab->seen);
	buffer_free(&lab->evil.once), buffer_free(&lab->evil.again);
	munmap(lab->server.seen, sizeof(*lab->server.seen));
	free(lab);
	return 0;
}

static void
serve_evil(int fd, void *arg)
{
	struct evil *evil = arg;
	struct linger hard = { .l_onoff = 1, .l_linger = 0 };
	char octets[4096];

	/* The request is there before anything is said of it. */
	if (evil->once.len > 0 && (read(fd, octets, sizeof(octets)) <= 0 ||
	    write(fd, evil->once.at, evil->once.len) < 0))
		return;
	for (unsigned i = 0; i < evil->times; i++)
		if (write(fd, evil->again.at, evil->again.len) != (ssize_t)evil->again.len)
			return;
	if (evil->end == THEN_RESET)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	if (evil->end == THEN_CLOSE)
		shutdown(fd, SHUT_WR);
	while (evil->end != THEN_RESET && read(fd, octets, sizeof(octets)) > 0)
		;
}

static void
probe_round(struct lab *lab, int64_t deadline_ms)
{
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_sbi, "127.0.0.1",
	    lab->option, lab->options);

	lab->seen.times = 0;
	lab_round(lab->machine, &lab->loop, endpoint, lab->port++, deadline_ms, &lab->seen);
	assert_int_equal(lab->seen.times, 1);
	assert_null(strstr(lab->seen.detail, "127.0"));
	endpoint_free(endpoint);
}

/* What was put into lab->evil is said; it is empty afterwards. */
static void
evil_round(struct lab *lab, enum outcome outcome, enum err err, const char *words)
{
	pid_t pid = lab_serve(lab->port, serve_evil, &lab->evil);
	int64_t began = clock_monotonic_ns();

	probe_round(lab, 1500);
	lab_end(pid);
	if (lab->seen.outcome != outcome || lab->seen.err != err ||
	    strstr(lab->seen.detail, words) == NULL)
		fail_msg("%s: %d %s \"%s\"", words, (int)lab->seen.outcome,
		    err_name(lab->seen.err), lab->seen.detail);
	assert_true(clock_monotonic_ns() - began < 3000000000);
	buffer_reset(&lab->evil.once), buffer_reset(&lab->evil.again);
	lab->evil.times = 0;
	lab->evil.end = THEN_CLOSE;
}

static void
say(struct lab *lab, unsigned type, unsigned flags, unsigned stream, const char *payload,
    size_t len)
{
	sbi_frame(&lab->evil.once, type, flags, stream, payload, len);
}

/* The server's preface, then one frame. */
static void
after_settings(struct lab *lab, unsigned type, unsigned flags, unsigned stream,
    const char *payload, size_t len)
{
	say(lab, SETTINGS, 0, 0, NULL, 0);
	say(lab, type, flags, stream, payload, len);
}

static void
cut(void **state)
{
	struct lab *lab = *state;
	const char *before = "before it answered";

	buffer_put(&lab->evil.once, "\0\0\0\4\0", 5);
	evil_round(lab, OUTCOME_DOWN, ERR_CLOSED, before);
	say(lab, SETTINGS, 0, 0, NULL, 0);
	evil_round(lab, OUTCOME_DOWN, ERR_CLOSED, before);
	lab->evil.end = THEN_RESET;
	say(lab, SETTINGS, 0, 0, NULL, 0);
	evil_round(lab, OUTCOME_DOWN, ERR_CLOSED, before);
	after_settings(lab, HEADERS, END_HEADERS, 1, "\x88", 1);
	evil_round(lab, OUTCOME_DEGRADED, ERR_CLOSED, before);
	say(lab, SETTINGS, 0, 0, NULL, 0);
	buffer_put(&lab->evil.once, "\0\0\100\1\4\0\0\0\1\x88", 10);
	evil_round(lab, OUTCOME_DOWN, ERR_CLOSED, before);
}

static void
silent(void **state)
{
	struct lab *lab = *state;

	lab->evil.end = THEN_HANG;
	evil_round(lab, OUTCOME_DOWN, ERR_TIMEOUT, "before the deadline");
	lab->evil.end = THEN_HANG;
	say(lab, SETTINGS, 0, 0, "\0\3\0\0\0\0", 6);	/* no streams at all */
	evil_round(lab, OUTCOME_DOWN, ERR_TIMEOUT, "before the deadline");
	lab->evil.end = THEN_HANG;
	after_settings(lab, HEADERS, END_HEADERS, 1, "\x88", 1);
	evil_round(lab, OUTCOME_DEGRADED, ERR_TIMEOUT, "before the deadline");
	/* An answer, but never one to the PING: up, and not at the price of the deadline. */
	lab->evil.end = THEN_HANG;
	after_settings(lab, HEADERS, END_HEADERS | END_STREAM, 1, "\x88", 1);
	evil_round(lab, OUTCOME_UP, ERR_OK, "");
}

static void
other_protocols(void **state)
{
	struct lab *lab = *state;

	buffer_put_text(&lab->evil.once, "HTTP/1.1 400 Bad Request\r\n\r\n");
	evil_round(lab, OUTCOME_DOWN, ERR_MISMATCH, "HTTP/1, not HTTP/2");
	buffer_put(&lab->evil.once, "\25\3\1\0\2\2\12", 7);
	evil_round(lab, OUTCOME_DOWN, ERR_MISMATCH, "expects TLS");
	buffer_put_text(&lab->evil.once, "220 mail ready, and waiting for more\r\n");
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "breaks HTTP/2");
	for (unsigned i = 0; i < 4096; i++)
		buffer_put_be(&lab->evil.once, i * 2654435761u, 4);
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "breaks HTTP/2");
}

static void
words_of_refusal(void **state)
{
	struct lab *lab = *state;

	after_settings(lab, GOAWAY, 0, 0, "\0\0\0\0\0\0\0\13", 8);
	evil_round(lab, OUTCOME_DEGRADED, ERR_REFUSED, "GOAWAY: ENHANCE_YOUR_CALM");
	say(lab, GOAWAY, 0, 0, "\0\0\0\0\0\0\0\0", 8);
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "breaks HTTP/2");
	after_settings(lab, RST_STREAM, 0, 1, "\0\0\0\2", 4);
	evil_round(lab, OUTCOME_DEGRADED, ERR_REFUSED, "reset the request: INTERNAL_ERROR");
	after_settings(lab, RST_STREAM, 0, 1, "\377\377\377\377", 4);
	evil_round(lab, OUTCOME_DEGRADED, ERR_REFUSED, "reset the request: unknown");
}

static void
broken_frames(void **state)
{
	struct lab *lab = *state;
	static char large[20000];

	after_settings(lab, HEADERS, END_HEADERS, 1, large, sizeof(large));
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "FRAME_SIZE_ERROR");
	after_settings(lab, SETTINGS, ACK, 0, NULL, 0);
	say(lab, PUSH_PROMISE, END_HEADERS, 1, "\0\0\0\2\x88", 5);
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "PROTOCOL_ERROR");
	after_settings(lab, HEADERS, END_HEADERS | END_STREAM, 3, "\x88", 1);
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "PROTOCOL_ERROR");
	after_settings(lab, HEADERS, END_HEADERS, 1, "\377\377\377\377\377\377\377\377\377\377", 10);
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "COMPRESSION_ERROR");
	after_settings(lab, WINDOW_UPDATE, 0, 0, "\177\377\377\377", 4);
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "FLOW_CONTROL_ERROR");
	after_settings(lab, SETTINGS, 0, 0, "\0\3\0", 3);
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "FRAME_SIZE_ERROR");
	after_settings(lab, CONTINUATION, END_HEADERS, 1, "\x88", 1);
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "PROTOCOL_ERROR");
	after_settings(lab, HEADERS, END_HEADERS | END_STREAM, 1, "\10\003051", 5);
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "not what HTTP/2 allows: PROTOCOL_ERROR");
	/* No :status; and a body that is not as long as its fields say. */
	after_settings(lab, HEADERS, END_HEADERS | END_STREAM, 1, "\0\1x\1y", 5);
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "not what HTTP/2 allows: PROTOCOL_ERROR");
	after_settings(lab, HEADERS, END_HEADERS | END_STREAM, 1, "\x88\17\15\1" "5", 5);
	evil_round(lab, OUTCOME_DOWN, ERR_MALFORMED, "not what HTTP/2 allows: PROTOCOL_ERROR");
}

static void
large_fields(void **state)
{
	struct lab *lab = *state;
	struct buffer block = { .max = 0 };

	/* One field of 16,000 octets and another one: two more than are taken. */
	buffer_put(&block, "\x88\0\1a\177\x81\174", 7);
	for (unsigned i = 0; i < 16000; i++)
		buffer_put_text(&block, "v");
	after_settings(lab, HEADERS, 0, 1, (char *)block.at, block.len);
	say(lab, CONTINUATION, END_HEADERS, 1, (char *)block.at + 1, block.len - 1);
	evil_round(lab, OUTCOME_DEGRADED, ERR_LIMIT, "larger than is accepted");
	buffer_reset(&block);
	buffer_put(&block, "\x88", 1);
	for (unsigned i = 0; i < 1000; i++)
		buffer_put(&block, "\0\1x\1y", 5);
	after_settings(lab, HEADERS, END_HEADERS | END_STREAM, 1, (char *)block.at, block.len);
	evil_round(lab, OUTCOME_DEGRADED, ERR_LIMIT, "larger than is accepted");
	buffer_free(&block);
}

static void
floods(void **state)
{
	struct lab *lab = *state;
	static char octets[16384];

	after_settings(lab, HEADERS, 0, 1, "\x88", 1);
	sbi_frame(&lab->evil.again, CONTINUATION, 0, 1, NULL, 0);
	lab->evil.times = 10000;
	evil_round(lab, OUTCOME_DOWN, ERR_LIMIT, "floods");
	say(lab, SETTINGS, 0, 0, NULL, 0);
	for (unsigned i = 0; i < 1000; i++)
		sbi_frame(&lab->evil.again, PING, 0, 0, "12345678", 8);
	lab->evil.times = 100;
	evil_round(lab, OUTCOME_DOWN, ERR_LIMIT, "floods");
	say(lab, SETTINGS, 0, 0, NULL, 0);
	for (unsigned i = 0; i < 1000; i++)
		sbi_frame(&lab->evil.again, SETTINGS, 0, 0, NULL, 0);
	lab->evil.times = 100;
	evil_round(lab, OUTCOME_DOWN, ERR_LIMIT, "floods");
	/* Answers with status 103 that lead to no other. */
	say(lab, SETTINGS, 0, 0, NULL, 0);
	sbi_frame(&lab->evil.again, HEADERS, END_HEADERS, 1, "\10\003103", 5);
	lab->evil.times = 1000;
	evil_round(lab, OUTCOME_DOWN, ERR_LIMIT, "larger than is accepted");
	/* A body without an end, and one without an octet. */
	after_settings(lab, HEADERS, END_HEADERS, 1, "\x88", 1);
	sbi_frame(&lab->evil.again, DATA, 0, 1, octets, sizeof(octets));
	lab->evil.times = 6400;
	evil_round(lab, OUTCOME_DEGRADED, ERR_LIMIT, "larger than is accepted");
	after_settings(lab, HEADERS, END_HEADERS, 1, "\x88", 1);
	for (unsigned i = 0; i < 1000; i++)
		sbi_frame(&lab->evil.again, DATA, 0, 1, NULL, 0);
	lab->evil.times = 1000;
	evil_round(lab, OUTCOME_DEGRADED, ERR_LIMIT, "more than is accepted in one round");
}

/* A list that is HTTP/2 and JSON as it should be, and too much. */
static void
list_round(struct lab *lab, struct buffer *body, enum err err, const char *words)
{
	pid_t pid;

	lab->server.page[0] = (struct sbi_page){ "/nnrf-nfm/v1/nf-instances", 200,
	    "application/json", bytes_of_buffer(body) };
	lab->server.page[1] = (struct sbi_page){ NULL, 404, "text/plain", bytes_of_text("") };
	lab->server.pages = 2;
	pid = lab_serve(lab->port, sbi_serve, &lab->server);
	probe_round(lab, 4000);
	lab_end(pid);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_int_equal(lab->seen.err, err);
	assert_non_null(strstr(lab->seen.detail, words));
	buffer_reset(body);
}

static void
large_lists(void **state)
{
	struct lab *lab = *state;
	struct buffer body = { .max = 0 };

	lab->option[lab->options++] = (struct round_option){ .name = "nf", .value = "nrf" };
	buffer_put_text(&body, "{\"_links\":{\"item\":[{\"href\":\"0\"}");
	for (unsigned i = 1; i < 100000; i++)
		buffer_print(&body, ",{\"href\":\"/%08x-0000-4000-8000-000000000000\"}", i);
	buffer_put_text(&body, "]}}");
	list_round(lab, &body, ERR_LIMIT, "larger than is accepted");
	for (unsigned i = 0; i < 100000; i++)
		buffer_put_text(&body, "[");
	list_round(lab, &body, ERR_LIMIT, "nested deeper");
	buffer_put_text(&body, "[");
	for (unsigned i = 0; i < 100000; i++)
		buffer_put_text(&body, "1,");
	buffer_put_text(&body, "1]");
	list_round(lab, &body, ERR_MALFORMED, "no nfInstanceId");
	/* Fits, names 5,000 instances, and none of them leads to a profile. */
	buffer_put_text(&body, "{\"_links\":{\"item\":[{\"href\":\"/../../admin?delete\"}");
	for (unsigned i = 0; i < 5000; i++)
		buffer_print(&body, ",{\"href\":\"%08x-0000-4000-8000-000000000000\"}", i);
	buffer_put_text(&body, "]}}");
	list_round(lab, &body, ERR_MALFORMED, "lead to no NF instance id");
	/* The list, and the profiles that are read by default. */
	assert_int_equal(lab->server.seen->requests, 4 + 64);
	buffer_free(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(cut), T(silent), T(other_protocols), T(words_of_refusal), T(broken_frames),
		T(large_fields), T(floods), T(large_lists),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
