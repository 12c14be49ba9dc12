/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ICMP echo: the codec, and rounds towards the kernel's own answers over raw and "ping" sockets, from
 * a source, to where no way leads, many at once to one peer, and without the right to any socket.
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
	{ .name = "count", .value = "4" }, { .name = "interval", .value = "10ms" }
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codec),
		cmocka_unit_test(answered),
		cmocka_unit_test(many_to_one_peer),
		cmocka_unit_test(no_way),
		cmocka_unit_test(right_given_up),
	};

	lab_enter();
	return cmocka_run_group_tests_name("icmp", tests, NULL, NULL);
}
