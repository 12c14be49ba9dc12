/* SPDX-License-Identifier: Apache-2.0 */
/* The machine and the tcp probe against servers that behave, refuse, hang, reset and flood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/clock.h"
#include "probes/resolve.h"
#include "tests/unit/probe_lab.h"

static const struct round_option banner[] = { { .name = "banner", .value = "true" } };

struct lab {
	uv_loop_t       loop;
	struct machine *machine;
	struct lab_seen seen;
};

static int
setup(void **state)
{
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
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
	free(lab);
	return 0;
}

/* One round of the tcp probe, with or without the banner. */
static void
tcp_round(struct lab *lab, uint16_t port, bool with_banner, int64_t deadline_ms)
{
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_tcp, "127.0.0.1", banner,
	    with_banner ? 1 : 0);

	lab_round(lab->machine, &lab->loop, endpoint, port, deadline_ms, &lab->seen);
	endpoint_free(endpoint);
}

static void
serve_text(int fd, void *arg)
{
	const char *text = arg;

	if (write(fd, text, strlen(text)) < 0)
		return;
	shutdown(fd, SHUT_WR);
}

static void
serve_hang(int fd, void *arg)
{
	(void)fd, (void)arg;
	for (;;)
		pause();
}

static void
serve_reset(int fd, void *arg)
{
	struct linger hard = { .l_onoff = 1, .l_linger = 0 };

	(void)arg;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
}

/* 100 MB without a line end, as fast as the peer takes it. */
static void
serve_flood(int fd, void *arg)
{
	static char octets[65536];

	(void)arg;
	memset(octets, 'x', sizeof(octets));
	for (int i = 0; i < 1600; i++)
		if (write(fd, octets, sizeof(octets)) <= 0)
			return;
}

static void
tcp_open_and_refused(void **state)
{
	struct lab *lab = *state;
	int fd = lab_listen(7001);
	bool open;
	int64_t us;

	tcp_round(lab, 7001, false, 2000);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_int_equal(lab->seen.err, ERR_OK);
	assert_true(lab->seen.latency_us > 0);
	assert_true(fact_flag(bytes_of_buffer(&lab->seen.facts), FACT_TCP_OPEN, &open) && open);
	assert_true(fact_int(bytes_of_buffer(&lab->seen.facts), FACT_NET_CONNECT_US, &us));
	close(fd);
	tcp_round(lab, 7001, false, 2000);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
	assert_int_equal(lab->seen.err, ERR_REFUSED);
	assert_true(fact_flag(bytes_of_buffer(&lab->seen.facts), FACT_TCP_OPEN, &open) && !open);
	assert_int_equal(lab->seen.latency_us, 0);
	assert_null(strstr(lab->seen.detail, "127."));
	assert_int_equal(lab->seen.times, 2);
}

static void
tcp_banner(void **state)
{
	struct lab *lab = *state;
	pid_t pid = lab_serve(7002, serve_text, (char[]){ "220 core \033[2J ready\r\nmore" });
	struct bytes text;

	tcp_round(lab, 7002, true, 2000);
	lab_end(pid);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), FACT_TCP_BANNER, &text));
	assert_null(memchr(text.at, '\033', text.len));
	assert_memory_equal(text.at, "220 core ", 9);
}

static void
tcp_no_banner(void **state)
{
	struct lab *lab = *state;
	pid_t half = lab_serve(7003, serve_text, (char[]){ "half a line" });
	pid_t hang = lab_serve(7004, serve_hang, NULL);
	pid_t reset = lab_serve(7005, serve_reset, NULL);
	int64_t began = clock_monotonic_ns();

	tcp_round(lab, 7003, true, 2000);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_int_equal(lab->seen.err, ERR_CLOSED);
	tcp_round(lab, 7004, true, 200);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_int_equal(lab->seen.err, ERR_TIMEOUT);
	tcp_round(lab, 7005, true, 2000);
	assert_int_equal(lab->seen.err, ERR_CLOSED);
	assert_true(clock_monotonic_ns() - began < 3000000000);
	lab_end(half), lab_end(hang), lab_end(reset);
}

/* A flood without a line end stops at the banner's bound: nothing grows. */
static void
tcp_flood(void **state)
{
	struct lab *lab = *state;
	pid_t pid = lab_serve(7006, serve_flood, NULL);

	tcp_round(lab, 7006, true, 3000);
	lab_end(pid);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_int_equal(lab->seen.times, 1);
}

/* Nothing listens and nothing answers: the address is routed to a hole. */
static void
tcp_silence(void **state)
{
	struct lab *lab = *state;
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_tcp, "hole", NULL, 0);

	assert_int_equal(lab_start(lab->machine, endpoint, "192.0.2.1", 80, 150, &lab->seen), ERR_OK);
	while (lab->seen.times == 0)
		uv_run(&lab->loop, UV_RUN_ONCE);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
	assert_int_equal(lab->seen.err, ERR_UNREACHABLE);
	endpoint_free(endpoint);
}

/* Every round ends once, the bound holds, and one endpoint has one round. */
static void
machine_bounds(void **state)
{
	enum { MANY = ROUNDS_IN_FLIGHT + 8 };
	struct lab *lab = *state;
	static struct endpoint *endpoint[MANY];
	static struct lab_seen seen[MANY];
	pid_t hang = lab_serve(7007, serve_hang, NULL);
	unsigned started = 0, ended = 0;

	for (unsigned i = 0; i < MANY; i++) {
		endpoint[i] = endpoint_new(lab->machine, &probe_tcp, "h", banner, 1);
		if (lab_start(lab->machine, endpoint[i], "127.0.0.1", 7007, 300, &seen[i]) == ERR_OK)
			started++;
	}
	assert_int_equal(started, ROUNDS_IN_FLIGHT);
	assert_int_equal(machine_rounds(lab->machine), ROUNDS_IN_FLIGHT);
	assert_true(endpoint_busy(endpoint[0]));
	assert_int_equal(lab_start(lab->machine, endpoint[0], "127.0.0.1", 7007, 300, &seen[0]),
	    ERR_BUSY);
	endpoint_free(endpoint[0]);	/* cancelled: it is never told */
	while (machine_rounds(lab->machine) > 0)
		uv_run(&lab->loop, UV_RUN_ONCE);
	for (unsigned i = 0; i < MANY; i++) {
		assert_true(seen[i].times <= 1);
		ended += seen[i].times;
		if (i > 0)
			endpoint_free(endpoint[i]);
		lab_seen_free(&seen[i]);
	}
	assert_int_equal(ended, ROUNDS_IN_FLIGHT - 1);
	lab_end(hang);
}

/* Ending the machine in the middle of everything leaks nothing and tells nobody. */
static void
machine_ends_in_the_middle(void **state)
{
	struct lab *lab = *state;
	pid_t hang = lab_serve(7008, serve_hang, NULL);
	struct endpoint *endpoint[8];

	for (unsigned i = 0; i < 8; i++) {
		endpoint[i] = endpoint_new(lab->machine, &probe_tcp, "h", banner, 1);
		assert_int_equal(lab_start(lab->machine, endpoint[i], "127.0.0.1", 7008, 5000,
		    &lab->seen), ERR_OK);
	}
	uv_run(&lab->loop, UV_RUN_NOWAIT);
	for (unsigned i = 0; i < 8; i++)
		endpoint_free(endpoint[i]);
	lab_end(hang);
	assert_int_equal(lab->seen.times, 0);
}

/* A probe of this test: connects, then to another port, and keeps what it is told there. */
struct twice { unsigned connected; bool answered; };

static void
twice_on(struct round *round, const struct event *event)
{
	struct twice *twice = round_scratch(round);

	if (event->kind == EVENT_START) {
		round_connect(round);
	} else if (event->kind == EVENT_CONNECTED && twice->connected++ == 0) {
		round_send(round, bytes_of_text("first"));
		round_connect_port(round, 7010);
	} else if (event->kind == EVENT_DATA) {
		twice->answered = twice->connected == 2 &&
		    bytes_equal(event->data, bytes_of_text("second"));
	} else if (event->kind == EVENT_CLOSED || event->kind == EVENT_DEADLINE) {
		if (twice->answered)
			round_finish(round, OUTCOME_UP, ERR_OK, "%s", "");
		else
			round_finish(round, OUTCOME_DOWN, event->kind == EVENT_CLOSED ? event->err :
			    ERR_TIMEOUT, "%u connected", twice->connected);
	}
}

static const struct probe_ops probe_twice = { .name = "twice",
	.scratch_len = sizeof(struct twice), .on = twice_on };

/* Says "first" late and long: nothing of it may reach the second connection. */
static void
serve_first(int fd, void *arg)
{
	char octets[16];
	int *ended = arg;

	while (read(fd, octets, sizeof(octets)) > 0)
		;
	if (write(*ended, "e", 1) < 0 || write(fd, "first", 5) < 0)
		return;
}

static void
machine_other_port(void **state)
{
	struct lab *lab = *state;
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_twice, "h", NULL, 0);
	int ended[2];
	pid_t first, second;
	char octet;

	assert_int_equal(pipe(ended), 0);
	first = lab_serve(7009, serve_first, &ended[1]);
	second = lab_serve(7010, serve_text, (char[]){ "second" });
	lab_round(lab->machine, &lab->loop, endpoint, 7009, 2000, &lab->seen);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	/* The first one was ended by us, not cut. */
	assert_int_equal(read(ended[0], &octet, 1), 1);
	lab_end(second);
	lab_round(lab->machine, &lab->loop, endpoint, 7009, 2000, &lab->seen);
	assert_int_equal(lab->seen.err, ERR_REFUSED);
	assert_string_equal(lab->seen.detail, "1 connected");
	lab_end(first);
	close(ended[0]), close(ended[1]);
	endpoint_free(endpoint);
}

static void
resolved_take_first(void *arg, const struct resolved *resolved)
{
	*(struct resolved *)arg = *resolved;
}

static void
resolve_literals(void **state)
{
	struct lab *lab = *state;
	struct resolver *resolver = resolver_new(&lab->loop);
	struct resolved got = { .err = ERR_COUNT };
	char text[80];

	assert_null(resolve_start(resolver, &(struct resolve_request){ .host = "192.0.2.7", .port = 443,
	    .deadline_ms = 100 }, resolved_take_first, &got));
	assert_int_equal(got.err, ERR_OK);
	assert_true(got.literal && got.count == 1);
	address_text((struct sockaddr *)&got.address[0], text, sizeof(text));
	assert_string_equal(text, "192.0.2.7:443");
	assert_null(resolve_start(resolver, &(struct resolve_request){ .host = "2001:db8::5", .port = 161,
	    .deadline_ms = 100 }, resolved_take_first, &got));
	address_text((struct sockaddr *)&got.address[0], text, sizeof(text));
	assert_string_equal(text, "[2001:db8::5]:161");
	resolver_free(resolver);
}

static void
resolve_names(void **state)
{
	struct lab *lab = *state;
	struct resolver *resolver = resolver_new(&lab->loop);
	struct resolved got[6];
	char longest[400];

	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	for (size_t i = 0; i < 6; i++)
		got[i].err = ERR_COUNT;
	for (size_t i = 0; i < 5; i++)
		resolve_start(resolver, &(struct resolve_request){
		    .host = i == 4 ? "no.such.name.invalid" : "localhost", .port = 80, .deadline_ms = 4000 },
		    resolved_take_first, &got[i]);
	resolve_start(resolver, &(struct resolve_request){ .host = longest, .port = 80,
	    .deadline_ms = 4000 }, resolved_take_first, &got[5]);
	for (size_t i = 0; i < 6; i++)
		while (got[i].err == ERR_COUNT)
			uv_run(&lab->loop, UV_RUN_ONCE);
	assert_int_equal(got[0].err, ERR_OK);
	assert_true(got[0].count >= 1 && got[0].count == got[0].total && !got[0].literal);
	assert_true(got[4].err == ERR_RESOLVE || got[4].err == ERR_TIMEOUT);
	assert_int_equal(got[5].err, ERR_RESOLVE);
	resolver_free(resolver);
}

static void
resolve_cancelled(void **state)
{
	struct lab *lab = *state;
	struct resolver *resolver = resolver_new(&lab->loop);
	struct resolved got = { .err = ERR_COUNT };
	struct lookup *lookup[12];

	for (size_t i = 0; i < 12; i++)
		lookup[i] = resolve_start(resolver, &(struct resolve_request){ .host = "localhost",
		    .port = 80, .deadline_ms = 4000 }, resolved_take_first, &got);
	for (size_t i = 0; i < 12; i += 2)
		lookup_cancel(lookup[i]);
	resolver_free(resolver);
	assert_int_equal(got.err, ERR_COUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(tcp_open_and_refused), T(tcp_banner), T(tcp_no_banner), T(tcp_flood),
		T(tcp_silence), T(machine_other_port), T(machine_bounds), T(machine_ends_in_the_middle),
		T(resolve_literals), T(resolve_names), T(resolve_cancelled),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
