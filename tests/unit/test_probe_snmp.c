/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The snmp probe against real agents (snmpd) in a network namespace: what it must see, wrong
 * secrets, dead agents beside live ones, an agent that is replaced, nonsense on the port.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "monitor/base/clock.h"
#include "tests/unit/probe_lab.h"

struct lab {
	uv_loop_t       loop;
	struct machine *machine;
	struct lab_seen seen;
	struct round_option option[8];
	size_t          options;
};

static char folder[] = "/tmp/sekimori-snmp-XXXXXX";

/* A real agent at 127.0.0.N; engine: text that makes its engine id. */
static pid_t
agent_start(int number, const char *engine, const char *user)
{
	char conf[512], listen[64], state[512];
	FILE *file;
	pid_t pid;

	snprintf(state, sizeof(state), "%s/state-%s", folder, engine);
	mkdir(state, 0700);
	snprintf(conf, sizeof(conf), "%s/%s.conf", folder, engine);
	file = fopen(conf, "w");
	fprintf(file, "engineID %s\n%s\nrouser probe authpriv\nrouser old authpriv\nrouser plain auth\n"
	    "sysLocation rack \"7\"\nsysName %s\n", engine, user, engine);
	fclose(file);
	snprintf(listen, sizeof(listen), "udp:127.0.0.%d:161", number);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(null, 1);
		dup2(null, 2);
		setenv("SNMP_PERSISTENT_DIR", state, 1);
		setenv("MIBS", "", 1);
		execl("/usr/sbin/snmpd", "snmpd", "-f", "-LE", "0", "-C", "-c", conf, listen, (char *)NULL);
		_exit(127);
	}
	snprintf(listen, sizeof(listen), "127.0.0.%d", number);
	lab_await_udp(listen, 161);
	return pid;
}

static const char users[] =
    "createUser probe SHA-256 \"auth-pass-phrase\" AES \"privacy-pass-phrase\"\n"
    "createUser old MD5 \"auth-pass-phrase\" DES \"privacy-pass-phrase\"\n"
    "createUser plain SHA \"auth-pass-phrase\"\n";

static int
setup(void **state)
{
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	lab->option[0] = (struct round_option){ .name = "user", .value = "probe" };
	lab->option[1] = (struct round_option){ .name = "auth_secret", .value = "a",
	    .octets = bytes_of_text("auth-pass-phrase\n") };
	lab->option[2] = (struct round_option){ .name = "privacy_secret", .value = "p",
	    .octets = bytes_of_text("privacy-pass-phrase\n") };
	lab->options = 3;
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
round_at(struct lab *lab, struct endpoint *endpoint, const char *ip, int64_t deadline_ms)
{
	lab->seen.times = 0;
	assert_int_equal(lab_start(lab->machine, endpoint, ip, 161, deadline_ms, &lab->seen), ERR_OK);
	while (lab->seen.times == 0)
		uv_run(&lab->loop, UV_RUN_ONCE);
	assert_int_equal(lab->seen.times, 1);
	assert_null(strstr(lab->seen.detail, "127."));
}

static void
snmp_round(struct lab *lab, const char *ip, int64_t deadline_ms)
{
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_snmp, ip, lab->option,
	    lab->options);

	round_at(lab, endpoint, ip, deadline_ms);
	endpoint_free(endpoint);
}

static void
assert_text(struct lab *lab, enum fact fact, const char *text)
{
	struct bytes got;

	assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), fact, &got));
	if (!bytes_equal(got, bytes_of_text(text)))
		fail_msg("fact %d is \"%.*s\", not \"%s\"", (int)fact, (int)got.len, got.at, text);
}

static void
everything_of_an_agent(void **state)
{
	struct lab *lab = *state;
	pid_t pid = agent_start(1, "first", users);
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_snmp, "a", lab->option, 3);
	struct bytes text;
	struct hash evidence;
	int64_t number, before;
	struct why why;

	round_at(lab, endpoint, "127.0.0.1", 4000);
	assert_string_equal(lab->seen.detail, "");
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_text(lab, FACT_SNMP_SECURITY, "authPriv SHA-256 AES");
	assert_text(lab, FACT_SNMP_SYS_NAME, "first");
	assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_SYS_DESCR, &text));
	assert_memory_equal(text.at, "Linux", 5);
	assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_SYS_OBJECT, &text));
	assert_memory_equal(text.at, "1.3.6.1.4.1.8072", 16);
	assert_true(fact_int(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_IF_COUNT, &number));
	assert_true(number >= 1);
	assert_true(fact_int(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_ENGINE_BOOTS, &number));
	assert_true(number >= 1);
	assert_true(fact_int(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_SYS_UPTIME_CS, &before));
	assert_int_equal(lab->seen.blobs, 1);
	assert_int_equal(cbor_check(bytes_of_buffer(&lab->seen.blob[0]), &why), ERR_OK);
	evidence = lab->seen.blob_hash[0];
	/* The second round uses the kept session; equal answers are equal evidence. */
	usleep(50000);
	round_at(lab, endpoint, "127.0.0.1", 4000);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_true(hash_equal(evidence, lab->seen.blob_hash[0]));
	assert_true(fact_int(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_SYS_UPTIME_CS, &number));
	assert_true(number > before);
	endpoint_free(endpoint);
	lab_end(pid);
}

static void
other_protocols(void **state)
{
	struct lab *lab = *state;
	pid_t pid = agent_start(2, "second", users);

	lab->option[0].value = "old";
	lab->option[3] = (struct round_option){ .name = "auth_protocol", .value = "MD5" };
	lab->option[4] = (struct round_option){ .name = "privacy_protocol", .value = "DES" };
	lab->option[5] = (struct round_option){ .name = "interfaces", .value = "false" };
	lab->options = 6;
	snmp_round(lab, "127.0.0.2", 4000);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_text(lab, FACT_SNMP_SECURITY, "authPriv MD5 DES");
	assert_text(lab, FACT_SNMP_SYS_NAME, "second");
	lab->option[0].value = "plain";
	lab->option[3].value = "SHA";
	lab->option[4] = (struct round_option){ .name = "security_level", .value = "authNoPriv" };
	snmp_round(lab, "127.0.0.2", 4000);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_text(lab, FACT_SNMP_SECURITY, "authNoPriv SHA");
	lab_end(pid);
}

static void
wrong_words(void **state)
{
	struct lab *lab = *state;
	pid_t pid = agent_start(3, "third", users);

	lab->option[1].octets = bytes_of_text("another-pass-phrase");
	snmp_round(lab, "127.0.0.3", 3000);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
	assert_int_equal(lab->seen.err, ERR_REFUSED);
	assert_non_null(strstr(lab->seen.detail, "usmStatsWrongDigests"));
	lab->option[1].octets = bytes_of_text("auth-pass-phrase");
	lab->option[2].octets = bytes_of_text("another-privacy-phrase");
	snmp_round(lab, "127.0.0.3", 1500);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
	lab->option[0].value = "nobody";
	snmp_round(lab, "127.0.0.3", 3000);
	assert_int_equal(lab->seen.err, ERR_REFUSED);
	assert_non_null(strstr(lab->seen.detail, "usmStatsUnknownUserNames"));
	lab->option[1].octets = bytes_of_text("short\n");
	snmp_round(lab, "127.0.0.3", 3000);
	assert_int_equal(lab->seen.outcome, OUTCOME_UNKNOWN);
	assert_int_equal(lab->seen.err, ERR_INVALID);
	lab_end(pid);
}

/* Two hundred dead agents beside a live one: it answers as fast as if it were alone. */
static void
dead_stall_nobody(void **state)
{
	enum { DEAD = 200 };
	struct lab *lab = *state;
	static struct endpoint *endpoint[DEAD];
	static struct lab_seen seen[DEAD];
	pid_t pid = agent_start(4, "fourth", users);
	struct endpoint *live = endpoint_new(lab->machine, &probe_snmp, "l", lab->option, 3);
	struct sockaddr_in silent = { .sin_family = AF_INET, .sin_port = htons(161) };
	int hole = socket(AF_INET, SOCK_DGRAM, 0);
	int64_t began, took;
	unsigned ended = 0;

	round_at(lab, live, "127.0.0.4", 4000);
	inet_pton(AF_INET, "127.0.0.9", &silent.sin_addr);
	assert_int_equal(bind(hole, (struct sockaddr *)&silent, sizeof(silent)), 0);
	began = clock_monotonic_ns();
	for (unsigned i = 0; i < DEAD; i++) {
		endpoint[i] = endpoint_new(lab->machine, &probe_snmp, "d", lab->option, 3);
		assert_int_equal(lab_start(lab->machine, endpoint[i], i % 2 ? "127.0.0.9" : "127.0.0.8", 161,
		    1200, &seen[i]), ERR_OK);
	}
	round_at(lab, live, "127.0.0.4", 4000);
	took = clock_monotonic_ns() - began;
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_true(took < 900000000 * lab_patience());	/* before the first of the dead timed out */
	while (machine_rounds(lab->machine) > 0)
		uv_run(&lab->loop, UV_RUN_ONCE);
	for (unsigned i = 0; i < DEAD; i++) {
		ended += seen[i].times;
		assert_int_equal(seen[i].outcome, OUTCOME_DOWN);
		assert_int_equal(seen[i].err, ERR_TIMEOUT);
		endpoint_free(endpoint[i]);
		lab_seen_free(&seen[i]);
	}
	assert_int_equal(ended, DEAD);
	endpoint_free(live);
	close(hole);
	lab_end(pid);
}

/* The agent is restarted, gone, replaced by another engine: the kept session finds its way. */
static void
restarted_and_replaced(void **state)
{
	struct lab *lab = *state;
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_snmp, "r", lab->option, 3);
	pid_t pid = agent_start(5, "fifth", users);

	round_at(lab, endpoint, "127.0.0.5", 4000);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	lab_end(pid);
	/* Its clock begins anew with the same boots, which RFC 3414 forbids and agents do. */
	pid = agent_start(5, "fifth", users);
	round_at(lab, endpoint, "127.0.0.5", 4000);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	lab_end(pid);
	round_at(lab, endpoint, "127.0.0.5", 600);
	assert_int_equal(lab->seen.err, ERR_TIMEOUT);
	pid = agent_start(5, "fifth", users);
	round_at(lab, endpoint, "127.0.0.5", 4000);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	lab_end(pid);
	pid = agent_start(5, "sixth", users);
	round_at(lab, endpoint, "127.0.0.5", 4000);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_text(lab, FACT_SNMP_SYS_NAME, "sixth");
	endpoint_free(endpoint);
	lab_end(pid);
}

/* A port that answers every datagram with octets out of its own request, cut and turned. */
static void
nonsense(void **state)
{
	/* A message of security model 99, with nothing in it. */
	static const uint8_t model[] = { 0x30, 0x17, 2, 1, 3, 0x30, 0x0e, 2, 1, 1, 2, 3, 0, 0xff, 0xe3,
	    4, 1, 0, 2, 1, 99, 4, 0, 0x30, 0 };
	struct lab *lab = *state;
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(161) };
	int said = memfd_create("said", MFD_CLOEXEC), before = dup(2), down = 0;
	pid_t pid;

	inet_pton(AF_INET, "127.0.0.7", &address.sin_addr);
	pid = fork();
	if (pid == 0) {
		int fd = socket(AF_INET, SOCK_DGRAM, 0);
		uint8_t octets[2048];
		unsigned turn = 0;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
			_exit(1);
		for (;;) {
			struct sockaddr_in from;
			socklen_t len = sizeof(from);
			ssize_t got = recvfrom(fd, octets, sizeof(octets), 0, (struct sockaddr *)&from, &len);

			sendto(fd, model, sizeof(model), 0, (struct sockaddr *)&from, len);
			for (ssize_t i = 0; i < got && got > 0; i++, turn++) {
				octets[turn * 31 % (unsigned)got] ^= (uint8_t)(1 << turn % 8);
				sendto(fd, octets, (size_t)(i + 1), 0, (struct sockaddr *)&from, len);
			}
		}
	}
	usleep(100000);
	fflush(stderr);
	dup2(said, 2);
	for (int i = 0; i < 5; i++) {
		snmp_round(lab, "127.0.0.7", 300);
		down += lab->seen.outcome == OUTCOME_DOWN;
	}
	fflush(stderr);
	dup2(before, 2);
	close(before);
	lab_end(pid);
	assert_int_equal(down, 5);
	/* A line for each malformed packet would let whoever sends them fill the log. */
	assert_int_equal(lseek(said, 0, SEEK_END), 0);
	close(said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(everything_of_an_agent), T(other_protocols), T(wrong_words), T(dead_stall_nobody),
		T(restarted_and_replaced), T(nonsense),
	};
	int failed;
	char command[128];

	lab_enter();
	if (mkdtemp(folder) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) == 0 ? failed : 1;
}
