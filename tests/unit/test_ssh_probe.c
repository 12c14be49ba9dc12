/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ssh probe against a simulated server that lies in each place a server can: in its greeting,
 * its offer, its signature, and under encryption.  Real servers are in tests/peers/ssh.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/ssh_lab.h"

struct lab {
	uv_loop_t       loop;
	struct machine *machine;
	struct lab_seen seen;
	struct round_option option[4];
	size_t          options;
	uint16_t        port;
};

static int
setup(void **state)
{
	static uint16_t port = 7800;
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
ssh_round(struct lab *lab, struct ssh_script script, int64_t deadline_ms)
{
	uint16_t port = lab->port++;
	pid_t pid = lab_serve(port, ssh_server_serve, &script);
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_ssh, "127.0.0.1", lab->option,
	    lab->options);

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

/* 1, 0, or -1: it is not there. */
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
	struct hash spki;

	ssh_round(lab, (struct ssh_script){ 0 }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_string_equal(lab->seen.detail, "");
	assert_int_equal(flag(lab, FACT_SSH_HOSTKEY_PROVEN), 1);
	assert_int_equal(flag(lab, FACT_SSH_AUTH_PASSWORD), 0);
	assert_int_equal(flag(lab, FACT_SSH_POST_QUANTUM), 0);
	assert_true(fact_hash(bytes_of_buffer(&lab->seen.facts), FACT_SSH_HOSTKEY_SPKI, &spki));
	assert_int_equal(lab->seen.blobs, 2);
	assert_true(lab->seen.latency_us > 0);
	ssh_round(lab, (struct ssh_script){ .methods = "publickey,keyboard-interactive" }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_int_equal(flag(lab, FACT_SSH_AUTH_PASSWORD), 1);
	/* A guess that was wrong is passed over (RFC 4253 7.1). */
	ssh_round(lab, (struct ssh_script){ .wrong = SSH_GUESSES }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "");
	assert_int_equal(flag(lab, FACT_SSH_HOSTKEY_PROVEN), 1);
	assert_int_equal(flag(lab, FACT_SSH_STRICT_KEX), 0);
}

/* Answers come, and the server is still not one that can be trusted. */
static void
findings(void **state)
{
	struct lab *lab = *state;

	ssh_round(lab, (struct ssh_script){ .wrong = SSH_FORGED }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_UNTRUSTED, "did not sign this key exchange");
	assert_int_equal(flag(lab, FACT_SSH_HOSTKEY_PROVEN), 0);
	ssh_round(lab, (struct ssh_script){ .wrong = SSH_OPEN_DOOR }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "let us in without any credentials");
	assert_int_equal(flag(lab, FACT_SSH_AUTH_NONE), 1);
	ssh_round(lab, (struct ssh_script){ .kex = "curve25519-sha256,diffie-hellman-group1-sha1" },
	    4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "has 1 weakness, the first: diffie");
	lab->option[0] = (struct round_option){ .name = "fingerprints", .value = "SHA256:x" };
	lab->options = 1;
	ssh_round(lab, (struct ssh_script){ 0 }, 4000);
	assert_outcome(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "none of the configured ones");
	assert_int_equal(flag(lab, FACT_SSH_HOSTKEY_EXPECTED), 0);
}

static void
no_ssh(void **state)
{
	static const char first[] = "\x00\x00\x00\x0c\x0a\x15";
	static const char huge[] = "\x7f\xff\xff\xff";
	static const char other[] = "\x00\x00\x00\x0c\x0a\x15\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00";
	struct lab *lab = *state;

	ssh_round(lab, (struct ssh_script){ .greeting = "", .hold = true }, 200);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "before the deadline");
	ssh_round(lab, (struct ssh_script){ .greeting = "SSH-2.0-half", .hold = true }, 200);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "before the deadline");
	ssh_round(lab, (struct ssh_script){ .greeting = "SSH-1.5-old\r\n" }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_UNSUPPORTED, "SSH-1 alone");
	ssh_round(lab, (struct ssh_script){ .greeting = "HTTP/1.1 400 no\r\n\r\n", .first = "a\n",
	    .first_len = 2, .repeat = 1 << 16 }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_LIMIT, "is this an SSH port");
	ssh_round(lab, (struct ssh_script){ .first = huge, .first_len = 4, .hold = true }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_LIMIT, "which cannot be");
	ssh_round(lab, (struct ssh_script){ .first = other, .first_len = 16, .hold = true }, 4000);
	assert_outcome(lab, OUTCOME_DOWN, ERR_MALFORMED, "not its offer");
	ssh_round(lab, (struct ssh_script){ .first = first, .first_len = 6, .hold = true }, 200);
	assert_outcome(lab, OUTCOME_DOWN, ERR_TIMEOUT, "before the deadline");
}

/* The offer is known; what else could not be seen is said, and nobody is down for it. */
static void
not_all_is_seen(void **state)
{
	static const struct { enum ssh_wrong wrong; enum err err; const char *says; int proven; }
	rows[] = {
		{ SSH_BAD_POINT, ERR_MALFORMED, "not one of its group", -1 },
		{ SSH_OTHER_REPLY, ERR_MALFORMED, "where its key exchange reply belongs", -1 },
		{ SSH_LEAVES, ERR_REFUSED, "reason 12: full", -1 },
		{ SSH_IGNORES, ERR_MALFORMED, "strict key exchange and sent something else", -1 },
		{ SSH_TWICE, ERR_MALFORMED, "did not go over to the new keys", 1 },
		{ SSH_BAD_TAG, ERR_UNTRUSTED, "was changed on its way", 1 },
		{ SSH_ENDLESS, ERR_LIMIT, "sent ", 1 },
		{ SSH_BANNERS, ERR_MALFORMED, "a message that does not belong there", 1 },
		{ SSH_REKEYS, ERR_OK, "wants new keys", 1 },
		{ SSH_BAD_METHODS, ERR_MALFORMED, "name", 1 },
		{ SSH_STALLS, ERR_TIMEOUT, "did not answer", 1 },
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ssh_round(lab, (struct ssh_script){ .wrong = rows[i].wrong }, 1000);
		assert_outcome(lab, rows[i].err == ERR_OK ? OUTCOME_UP : OUTCOME_DEGRADED,
		    rows[i].err, rows[i].says);
		assert_non_null(strstr(lab->seen.detail, rows[i].proven == 1 ? "logins" : "keys"));
		assert_int_equal(flag(lab, FACT_SSH_HOSTKEY_PROVEN), rows[i].proven);
		assert_int_equal(flag(lab, FACT_SSH_AUTH_PASSWORD), -1);
		assert_int_equal(flag(lab, FACT_SSH_STRICT_KEX), 1);
	}
	ssh_round(lab, (struct ssh_script){ .kex = "sntrup761x25519-sha512" }, 4000);
	assert_outcome(lab, OUTCOME_UP, ERR_OK, "no key exchange that this program can do");
	assert_int_equal(flag(lab, FACT_SSH_POST_QUANTUM), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(good), T(findings), T(no_ssh), T(not_all_is_seen),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
