/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ntp probe against a simulated server that answers late, twice, for somebody else, with
 * nonsense, with a kiss, or to control queries.  Real servers are in tests/peers/ntp.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/clock.h"
#include "probes/wire/ntp.h"
#include "tests/unit/probe_lab.h"

struct script {
	unsigned    stratum, leap;
	const char *reference;		/* four octets */
	int64_t     ahead_us;
	uint32_t    dispersion;		/* 1/65536 s */
	unsigned    drop;		/* requests that get no answer */
	unsigned    strange;		/* answers with another origin before */
	size_t      cut;		/* octets of the answer; 0: all */
	bool        control, private;	/* are answered, with ten times as much */
	bool        twice;
};

struct lab {
	uv_loop_t       loop;
	struct machine *machine;
	struct lab_seen seen;
	uint16_t        port;
};

static int
setup(void **state)
{
	static uint16_t port = 8300;
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	lab->port = port;
	port += 50;
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

static void
put(uint8_t *at, uint64_t value, unsigned octets)
{
	for (unsigned i = 0; i < octets; i++)
		at[i] = (uint8_t)(value >> 8 * (octets - 1 - i));
}

static void
answer(int fd, const struct sockaddr_in *peer, const uint8_t *request, const struct script *script)
{
	uint64_t now = ntp_time_of_us(clock_wall_us() + script->ahead_us);
	uint8_t out[NTP_HEADER_LEN] = { 0 };
	size_t len = script->cut > 0 ? script->cut : sizeof(out);

	out[0] = (uint8_t)(script->leap << 6 | 4 << 3 | 4);
	out[1] = (uint8_t)script->stratum;
	put(out + 8, script->dispersion, 4);
	memcpy(out + 12, script->reference != NULL ? script->reference : "\x7f\x7f\x01\x01", 4);
	memcpy(out + 24, request + 40, 8);
	put(out + 32, now, 8);
	put(out + 40, now, 8);
	for (unsigned i = 0; i < script->strange; i++) {
		out[24] ^= 1;
		sendto(fd, out, sizeof(out), 0, (const struct sockaddr *)peer, sizeof(*peer));
		sendto(fd, "x", 1, 0, (const struct sockaddr *)peer, sizeof(*peer));
		out[24] ^= 1;
	}
	for (unsigned i = 0; i < (script->twice ? 2 : 1); i++)
		sendto(fd, out, len, 0, (const struct sockaddr *)peer, sizeof(*peer));
}

static void
control(int fd, const struct sockaddr_in *peer, const uint8_t *request, bool private)
{
	uint8_t out[480] = { 0 };

	memcpy(out, request, 12);
	out[private ? 0 : 1] |= 0x80;
	sendto(fd, out, sizeof(out), 0, (const struct sockaddr *)peer, sizeof(*peer));
}

static pid_t
serve(uint16_t port, const struct script *script)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) }, peer;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	unsigned came = 0;
	pid_t pid;

	assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof(own)), 0);
	pid = fork();
	if (pid != 0) {
		close(fd);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		uint8_t request[2048];
		socklen_t len = sizeof(peer);
		ssize_t got = recvfrom(fd, request, sizeof(request), 0, (struct sockaddr *)&peer, &len);

		if (got >= NTP_HEADER_LEN && (request[0] & 7) == 3 && came++ >= script->drop)
			answer(fd, &peer, request, script);
		if (got >= 12 && (request[0] & 7) == 6 && script->control)
			control(fd, &peer, request, false);
		if (got >= 12 && (request[0] & 7) == 7 && script->private)
			control(fd, &peer, request, true);
	}
}

static void
ntp_round(struct lab *lab, struct script script, bool ask_control, int64_t deadline_ms)
{
	const struct round_option option = { .name = "control", .value = ask_control ? "true" : "false" };
	uint16_t port = lab->port++;
	pid_t pid = serve(port, &script);
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_ntp, "127.0.0.1", &option, 1);

	lab->seen.times = 0;
	lab_round(lab->machine, &lab->loop, endpoint, port, deadline_ms, &lab->seen);
	assert_int_equal(lab->seen.times, 1);
	assert_null(strstr(lab->seen.detail, "127.0"));
	endpoint_free(endpoint);
	lab_end(pid);
}

static void
assert_outcome(struct lab *lab, enum outcome outcome, enum err err, const char *says)
{
	if (lab->seen.outcome != outcome || lab->seen.err != err ||
	    strstr(lab->seen.detail, says) == NULL)
		fail_msg("%s, %s: %s", outcome_name(lab->seen.outcome), err_name(lab->seen.err),
		    lab->seen.detail);
}

static int64_t
number(struct lab *lab, enum fact fact)
{
	int64_t value = INT64_MIN;

	fact_int(bytes_of_buffer(&lab->seen.facts), fact, &value);
	return value;
}

static int
flag(struct lab *lab, enum fact fact)
{
	bool value;

	return fact_flag(bytes_of_buffer(&lab->seen.facts), fact, &value) ? value : -1;
}

static void
good(void **state)
{
	struct lab *lab = *state;

	ntp_round(lab, (struct script){ .stratum = 2 }, false, 3000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_int_equal(number(lab, FACT_NTP_STRATUM), 2);
	assert_in_range(number(lab, FACT_NTP_OFFSET_US) + 100000, 0, 200000);
	assert_int_equal(flag(lab, FACT_NTP_OFFSET_WITHIN), 1);
	assert_int_equal(flag(lab, FACT_NTP_CONTROL), -1);
	/* Lost once, answered twice, among what is for somebody else. */
	ntp_round(lab, (struct script){ .stratum = 2, .drop = 1 }, false, 900);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	ntp_round(lab, (struct script){ .stratum = 2, .strange = 3, .twice = true }, false, 3000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
}

static void
findings(void **state)
{
	struct lab *lab = *state;

	ntp_round(lab, (struct script){ .stratum = 2, .ahead_us = -5000000 }, false, 3000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "s behind ours");
	assert_int_equal(flag(lab, FACT_NTP_OFFSET_WITHIN), 0);
	assert_in_range(number(lab, FACT_NTP_OFFSET_US) + 5100000, 0, 200000);
	ntp_round(lab, (struct script){ .stratum = 16, .leap = 3 }, false, 3000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "not synchronised (leap 3, stratum 16)");
	assert_int_equal(flag(lab, FACT_NTP_OFFSET_WITHIN), -1);
	ntp_round(lab, (struct script){ .stratum = 2, .dispersion = 3 << 16 }, false, 3000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "up to 3.000 s from its own source");
	ntp_round(lab, (struct script){ .stratum = 0, .leap = 3, .reference = "RATE" }, false, 3000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, "kiss-o'-death RATE): it is asked too often");
	ntp_round(lab, (struct script){ .stratum = 0, .leap = 3, .reference = "DENY" }, false, 3000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_REFUSED, "kiss-o'-death DENY)");
	ntp_round(lab, (struct script){ .stratum = 0, .leap = 3, .reference = "INIT" }, false, 3000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "not synchronised (leap 3, stratum 0)");
}

static void
amplifier(void **state)
{
	struct lab *lab = *state;

	ntp_round(lab, (struct script){ .stratum = 2, .control = true, .private = true }, true, 5000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "answers control and private queries");
	assert_int_equal(flag(lab, FACT_NTP_CONTROL), 1);
	assert_int_equal(flag(lab, FACT_NTP_PRIVATE), 1);
	assert_int_equal(number(lab, FACT_NTP_AMPLIFICATION), 1600);
}

static void
no_time(void **state)
{
	struct lab *lab = *state;

	ntp_round(lab, (struct script){ .stratum = 2, .drop = 100 }, false, 300);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "did not tell the time");
	ntp_round(lab, (struct script){ .stratum = 2, .cut = 47 }, false, 300);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "other datagrams of it were ignored");
	ntp_round(lab, (struct script){ .stratum = 2, .drop = 100, .control = true }, true, 300);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "did not tell the time");
	assert_int_equal(flag(lab, FACT_NTP_CONTROL), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(good), T(findings), T(amplifier), T(no_time),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
