/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ICMP echo: the codec, and rounds towards the kernel's own answers over raw and "ping" sockets, from
 * a source, to where no way leads, many at once to one peer, without the right to any socket; and to
 * a peer that loses, repeats, turns round or forges.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>

#include "probes/wire/icmp.h"
#include "tests/unit/datagram_lab.h"

enum { MANY = 40 };

static void
codec(void **state)
{
	static const uint8_t reply[] = { 0, 0, 0x12, 0x34, 0, 7, 0xab, 0xcd, 'd' };
	struct buffer out = { .max = 64 };
	struct why why = { .err = ERR_OK };
	struct icmp_echo echo;
	char hex[64];

	(void)state;
	icmp_echo_write(false, 0xabcd, bytes_of_text("d"), &out);
	hex_of(bytes_of_buffer(&out), hex);
	assert_string_equal(hex, "080000000000abcd64");
	buffer_reset(&out);
	icmp_echo_write(true, 1, bytes_of_text(""), &out);
	hex_of(bytes_of_buffer(&out), hex);
	assert_string_equal(hex, "8000000000000001");
	buffer_free(&out);
	assert_int_equal(icmp_reply_read(bytes_of(reply, 9), false, &echo, &why), ERR_OK);
	assert_int_equal(echo.sequence, 0xabcd);
	assert_true(bytes_equal(echo.data, bytes_of_text("d")));
	assert_int_equal(icmp_reply_read(bytes_of(reply, 9), true, &echo, &why), ERR_MISMATCH);
	for (size_t cut = 0; cut < ICMP_HEADER; cut++)
		assert_int_equal(icmp_reply_read(bytes_of(reply, cut), false, &echo, &why),
		    ERR_TRUNCATED);
	assert_string_equal(icmp_error_text(false, 3, 13), "administratively prohibited");
	assert_string_equal(icmp_error_text(false, 3, 16), "ICMP error");
	assert_string_equal(icmp_error_text(true, 1, 1), "administratively prohibited");
	assert_string_equal(icmp_error_text(true, 3, 0), "time to live exceeded");
	assert_string_equal(icmp_error_text(false, 3, 4), "fragmentation needed");
}

/* Who may open "ping" sockets in this namespace: every group, or none, so that raw ones are used. */
static void
ping_allowed(bool yes)
{
	const char *text = yes ? "0 2147483647" : "1 0";
	int fd = open("/proc/sys/net/ipv4/ping_group_range", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		fail_msg("ping_group_range cannot be set");
	close(fd);
}

static const struct round_option quick[] = {
	{ .name = "count", .value = "4" }, { .name = "spacing", .value = "10ms" }
};

static void
round_up(const char *source)
{
	struct sockaddr_storage from;
	struct datagram_lab lab;
	int64_t lost, least, most, hops;

	datagram_begin(&lab, &probe_icmp, quick, 2);
	if (source != NULL) {
		lab_address(&from, source, 0);
		endpoint_source(lab.endpoint, "osaka", (struct sockaddr *)&from);
	}
	datagram_round(&lab, 1, 1000);
	if (lab.seen.outcome != OUTCOME_UP)
		fail_msg("%s: %s", outcome_name(lab.seen.outcome), lab.seen.detail);
	assert_true(fact_int(datagram_facts(&lab), FACT_ICMP_LOST, &lost) && lost == 0);
	assert_true(fact_int(datagram_facts(&lab), FACT_ICMP_RTT_MIN_US, &least));
	assert_true(fact_int(datagram_facts(&lab), FACT_ICMP_RTT_MAX_US, &most));
	assert_true(fact_int(datagram_facts(&lab), FACT_ICMP_TTL, &hops) && hops == 64);
	assert_true(least <= most && most < 1000000);
	assert_true(lab.seen.latency_us > 0 && lab.seen.latency_us <= most + 1000);
	datagram_end(&lab);
}

/* What a raw socket of the test sees of echo requests: from where. */
static void
from_the_source(void)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);
	unsigned requests = 0;
	uint8_t octets[256];

	assert_true(fd >= 0);
	round_up("127.0.0.5");
	while (recv(fd, octets, sizeof(octets), 0) > 28)
		if (octets[20] == 8) {
			assert_memory_equal(octets + 12, "\x7f\0\0\x05", 4);
			requests++;
		}
	assert_int_equal(requests, 4);
	close(fd);
}

static void
answered(void **state)
{
	(void)state;
	for (int ping = 0; ping < 2; ping++) {
		ping_allowed(ping == 1);
		round_up(NULL);
		from_the_source();
	}
}

static void
many_to_one_peer(void **state)
{
	(void)state;
	for (int ping = 0; ping < 2; ping++) {
		struct endpoint *endpoint[MANY];
		struct datagram_lab lab;

		ping_allowed(ping == 1);
		datagram_begin(&lab, &probe_icmp, quick, 2);
		for (size_t i = 0; i < MANY; i++) {
			endpoint[i] = endpoint_new(lab.machine, &probe_icmp, "127.0.0.1", quick, 2);
			assert_int_equal(lab_start(lab.machine, endpoint[i], "127.0.0.1", 1, 2000,
			    &lab.seen), ERR_OK);
		}
		while (lab.seen.times < MANY) {
			uv_run(&lab.loop, UV_RUN_ONCE);
			if (lab.seen.times > 0)
				assert_int_equal(lab.seen.outcome, OUTCOME_UP);
		}
		for (size_t i = 0; i < MANY; i++)
			endpoint_free(endpoint[i]);
		datagram_end(&lab);
	}
}

static void
no_way(void **state)
{
	struct datagram_lab lab;
	int64_t lost;

	(void)state;
	ping_allowed(false);
	datagram_begin(&lab, &probe_icmp, quick, 2);
	assert_int_equal(lab_start(lab.machine, lab.endpoint, "192.0.2.1", 1, 500, &lab.seen), ERR_OK);
	while (lab.seen.times == 0)
		uv_run(&lab.loop, UV_RUN_ONCE);
	assert_int_equal(lab.seen.outcome, OUTCOME_DOWN);
	assert_int_equal(lab.seen.err, ERR_UNREACHABLE);
	assert_true(fact_int(datagram_facts(&lab), FACT_ICMP_LOST, &lost) && lost == 1);
	datagram_end(&lab);
}

/* More than the deadline gives is our own fault, whatever was answered. */
static void
too_little_time(void **state)
{
	static const struct round_option slow[] = { { .name = "spacing", .value = "1s" } };
	struct datagram_lab lab;

	(void)state;
	datagram_begin(&lab, &probe_icmp, slow, 1);
	datagram_round(&lab, 1, 100);
	assert_int_equal(lab.seen.outcome, OUTCOME_UNKNOWN);
	assert_non_null(strstr(lab.seen.detail, "1 of 3 echoes"));
	datagram_end(&lab);
}

/* The sockets that were opened in time are used after the right is gone; without them: unknown. */
static void
right_given_up(void **state)
{
	pid_t pid;
	int status;

	(void)state;
	ping_allowed(false);
	pid = fork();
	if (pid == 0) {
		struct datagram_lab early, late;

		datagram_begin(&early, &probe_icmp, quick, 2);
		datagram_begin(&late, &probe_icmp, quick, 2);
		machine_echo(early.machine);
		if (setresuid(65534, 65534, 65534) != 0)
			_exit(9);
		datagram_round(&early, 1, 1000);
		datagram_round(&late, 1, 1000);
		if (early.seen.outcome != OUTCOME_UP)
			_exit(1);
		if (late.seen.outcome != OUTCOME_UNKNOWN || late.seen.err != ERR_DENIED ||
		    strstr(late.seen.detail, "ping_group_range") == NULL)
			_exit(2);
		datagram_end(&early);
		datagram_end(&late);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* A peer of our own, with the kernel's silenced: what it answers each request with. */
enum hostile { LOSES, TWICE, BACKWARDS, OTHER_TOKEN, OTHER_IDENTIFIER, OTHER_SEQUENCE, CUT, AS_REQUEST };

static void
reply(int fd, const struct sockaddr_in *peer, const uint8_t *echo, size_t len)
{
	uint8_t octets[128];
	uint32_t sum = 0;

	memcpy(octets, echo, len);
	octets[2] = octets[3] = 0;
	for (size_t i = 0; i < len; i++)
		sum += i % 2 == 0 ? (uint32_t)octets[i] << 8 : octets[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	octets[2] = (uint8_t)(sum >> 8), octets[3] = (uint8_t)sum;
	sendto(fd, octets, len, 0, (const struct sockaddr *)peer, sizeof(*peer));
}

static void
hostile_answer(int fd, const struct sockaddr_in *peer, uint8_t *echo, size_t len, unsigned came,
    enum hostile script)
{
	static uint8_t held[128];

	if (script == LOSES && came % 2 == 0)
		return;
	if (script == AS_REQUEST)
		echo[0] = 13;
	if (script == OTHER_TOKEN)
		echo[12] ^= 1;
	if (script == OTHER_IDENTIFIER)
		echo[5] ^= 1;
	if (script == OTHER_SEQUENCE)
		echo[6] ^= 0x40;
	if (script == BACKWARDS && came % 2 == 1) {
		memcpy(held, echo, len);
		return;
	}
	reply(fd, peer, echo, script == CUT ? 7 : len);
	if (script == TWICE)
		reply(fd, peer, echo, len);
	if (script == BACKWARDS)
		reply(fd, peer, held, len);
}

static pid_t
hostile_serve(enum hostile script)
{
	int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	pid_t pid = fork();
	unsigned came = 0;

	if (pid != 0) {
		close(fd);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		struct sockaddr_in peer;
		socklen_t peer_len = sizeof(peer);
		uint8_t octets[256];
		ssize_t got = recvfrom(fd, octets, sizeof(octets), 0, (struct sockaddr *)&peer,
		    &peer_len);

		if (got < 28 || octets[20] != 8)
			continue;
		octets[20] = 0;
		hostile_answer(fd, &peer, octets + 20, (size_t)got - 20, ++came, script);
	}
}

static void
kernel_answers(bool yes)
{
	int fd = open("/proc/sys/net/ipv4/icmp_echo_ignore_all", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, yes ? "0" : "1", 1) != 1)
		fail_msg("icmp_echo_ignore_all cannot be set");
	close(fd);
}

static void
hostile_peers(void **state)
{
	static const struct { enum hostile script; enum outcome outcome; int64_t lost; } row[] = {
		{ LOSES, OUTCOME_DEGRADED, 2 }, { TWICE, OUTCOME_UP, 0 }, { BACKWARDS, OUTCOME_UP, 0 },
		{ OTHER_TOKEN, OUTCOME_DOWN, 4 }, { OTHER_IDENTIFIER, OUTCOME_DOWN, 4 },
		{ OTHER_SEQUENCE, OUTCOME_DOWN, 4 }, { CUT, OUTCOME_DOWN, 4 },
		{ AS_REQUEST, OUTCOME_DOWN, 4 },
	};

	(void)state;
	kernel_answers(false);
	for (int ping = 0; ping < 2; ping++)
		for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
			struct datagram_lab lab;
			int64_t lost = -1;
			pid_t pid;

			ping_allowed(ping == 1);
			pid = hostile_serve(row[i].script);
			datagram_begin(&lab, &probe_icmp, quick, 2);
			datagram_round(&lab, 1, 120);
			lab_end(pid);
			(void)fact_int(datagram_facts(&lab), FACT_ICMP_LOST, &lost);
			if (lab.seen.outcome != row[i].outcome || lost != row[i].lost)
				fail_msg("script %d, ping %d: %s, %d lost: %s", row[i].script, ping,
				    outcome_name(lab.seen.outcome), (int)lost, lab.seen.detail);
			datagram_end(&lab);
		}
	kernel_answers(true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codec),
		cmocka_unit_test(answered),
		cmocka_unit_test(many_to_one_peer),
		cmocka_unit_test(hostile_peers),
		cmocka_unit_test(no_way),
		cmocka_unit_test(too_little_time),
		cmocka_unit_test(right_given_up),
	};

	lab_enter();
	return cmocka_run_group_tests_name("icmp", tests, NULL, NULL);
}
