/* SPDX-License-Identifier: Apache-2.0 */
/* Datagrams of rounds against real sockets: whole, from the peer alone, refused, too many. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/probe_lab.h"

enum { PORT = 7141, SHUT = 7142, TOGETHER = 20 };

struct seen_scratch { unsigned came; };

/* Sends "ask", takes three datagrams and finishes with what they were. */
static void
taker_on(struct round *round, const struct event *event)
{
	struct seen_scratch *seen = round_scratch(round);
	struct sockaddr_storage own;

	switch (event->kind) {
	case EVENT_START:
		round_datagram(round, 0);
		round_send(round, bytes_of_text("ask"));
		return;
	case EVENT_DATA:
		round_answered(round);
		fact_set_text(round_facts(round), FACT_TCP_BANNER, event->data);
		if (++seen->came < 3)
			return;
		assert_true(round_local_address(round, &own));
		assert_int_not_equal(((struct sockaddr_in *)&own)->sin_port, 0);
		round_finish(round, OUTCOME_UP, ERR_OK, "%u", seen->came);
		return;
	case EVENT_CLOSED:
		round_finish(round, OUTCOME_DOWN, event->err, "%s", event->text);
		return;
	default:
		round_finish(round, OUTCOME_DOWN, ERR_TIMEOUT, "%u", seen->came);
	}
}

static const struct probe_ops taker = { .name = "taker", .title = "taker",
    .scratch_len = sizeof(struct seen_scratch), .answer_max = 4000, .on = taker_on };

/* The same over a socket that rounds share. */
static const struct probe_ops sharer = { .name = "sharer", .title = "sharer",
    .shared_socket = true, .scratch_len = sizeof(struct seen_scratch), .answer_max = 4000,
    .on = taker_on };

/* Answers each datagram with count answers of len octets, the first from another port. */
static pid_t
serve(uint16_t port, size_t count, size_t len, bool stranger)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, peer;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int other = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	char octets[2048] = "answer";
	pid_t pid;

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	pid = fork();
	if (pid != 0) {
		close(fd), close(other);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		socklen_t peer_len = sizeof(peer);

		if (recvfrom(fd, octets + 8, 64, 0, (struct sockaddr *)&peer, &peer_len) < 0)
			_exit(1);
		for (size_t i = 0; i < 3 && stranger; i++)
			sendto(other, "forged", 6, 0, (struct sockaddr *)&peer, peer_len);
		for (size_t i = 0; i < count; i++)
			sendto(fd, octets, len, 0, (struct sockaddr *)&peer, peer_len);
	}
}

static void
one(const struct probe_ops *ops, uint16_t port, struct lab_seen *seen)
{
	uv_loop_t loop;
	struct machine *machine;
	struct endpoint *endpoint;

	uv_loop_init(&loop);
	machine = machine_new(&loop);
	endpoint = endpoint_new(machine, ops, "127.0.0.1", NULL, 0);
	lab_round(machine, &loop, endpoint, port, 300, seen);
	endpoint_free(endpoint);
	machine_free(machine);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void
whole_and_from_the_peer_alone(void **state)
{
	const struct probe_ops *ops = *state;
	struct lab_seen seen = { 0 };
	struct bytes text;
	pid_t pid = serve(PORT, 3, 6, true);

	one(ops, PORT, &seen);
	assert_int_equal(seen.outcome, OUTCOME_UP);
	assert_true(fact_text(bytes_of(seen.facts.at, seen.facts.len), FACT_TCP_BANNER, &text));
	assert_int_equal(text.len, 6);
	assert_memory_equal(text.at, "answer", 6);
	lab_end(pid);
	pid = serve(PORT, 0, 0, true);
	one(ops, PORT, &seen);
	assert_int_equal(seen.err, ERR_TIMEOUT);
	assert_string_equal(seen.detail, "0");
	lab_end(pid);
	lab_seen_free(&seen);
}

static void
refused_and_too_many(void **state)
{
	const struct probe_ops *ops = *state;
	struct lab_seen seen = { 0 };
	pid_t pid;

	one(ops, SHUT, &seen);
	assert_int_equal(seen.err, ERR_REFUSED);
	pid = serve(PORT, 4, 2040, false);
	one(ops, PORT, &seen);
	assert_int_equal(seen.err, ERR_LIMIT);
	lab_end(pid);
	lab_seen_free(&seen);
}

/* Rounds at once: to one peer and to one that is shut, each gets its own answer or refusal. */
static void
rounds_at_once(void **state)
{
	const struct probe_ops *ops = *state;
	struct lab_seen up = { 0 }, shut = { 0 };
	struct endpoint *endpoint[TOGETHER];
	struct machine *machine;
	uv_loop_t loop;
	pid_t pid = serve(PORT, 3, 6, true);

	uv_loop_init(&loop);
	machine = machine_new(&loop);
	for (size_t i = 0; i < TOGETHER; i++) {
		endpoint[i] = endpoint_new(machine, ops, "127.0.0.1", NULL, 0);
		assert_int_equal(lab_start(machine, endpoint[i], "127.0.0.1",
		    i % 2 == 0 ? PORT : SHUT, 2000, i % 2 == 0 ? &up : &shut), ERR_OK);
	}
	while (up.times + shut.times < TOGETHER) {
		uv_run(&loop, UV_RUN_ONCE);
		assert_true(up.times == 0 || up.outcome == OUTCOME_UP);
		assert_true(shut.times == 0 || shut.err == ERR_REFUSED);
	}
	assert_int_equal(up.times, TOGETHER / 2);
	for (size_t i = 0; i < TOGETHER; i++)
		endpoint_free(endpoint[i]);
	machine_free(machine);
	assert_int_equal(uv_loop_close(&loop), 0);
	lab_end(pid);
	lab_seen_free(&up), lab_seen_free(&shut);
}

#define OWN(name) cmocka_unit_test_prestate(name, (void *)(uintptr_t)&taker)
#define SHARED(name) cmocka_unit_test_prestate(name, (void *)(uintptr_t)&sharer)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		OWN(whole_and_from_the_peer_alone), SHARED(whole_and_from_the_peer_alone),
		OWN(refused_and_too_many), SHARED(refused_and_too_many),
		OWN(rounds_at_once), SHARED(rounds_at_once),
	};

	lab_enter();
	return cmocka_run_group_tests_name("datagram", tests, NULL, NULL);
}
