/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snmp-deep and snmp-refusal against real agents (snmpd): a good one, a bad one, both ways to
 * lengthen keys; and against an agent of ours (simulated) that falls silent, believes false digests,
 * or has a clock that cannot be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/tools/snmp_agent.h"
#include "tests/unit/probe_lab.h"

static const char permission[] = "permissions = ( { who = \"the test\"; until = \"2099-12-31\"; "
    "why = \"test\"; hosts = [ \"a\" ]; attempts = [ \"all\" ]; } );\n";
static char folder[] = "/tmp/sekimori-snmpdeep-XXXXXX";

struct lab {
	uv_loop_t           loop;
	struct machine     *machine;
	struct lab_seen     seen;
	struct round_option option[8];
	size_t              options;
};

static void
option_set(struct lab *lab, const char *name, const char *value)
{
	lab->option[lab->options++] = (struct round_option){ .name = name, .value = value,
	    .octets = bytes_of_text(value) };
}

static int
setup(void **state)
{
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	option_set(lab, "auth_secret", "auth-pass-phrase");
	option_set(lab, "privacy_secret", "privacy-pass-phrase");
	option_set(lab, "user", "probe");
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

static pid_t
agent_start(const char *lines)
{
	static unsigned number;
	char conf[64], store[64];
	FILE *file;
	pid_t pid;

	snprintf(store, sizeof(store), "%s/%u", folder, ++number);
	mkdir(store, 0700);
	snprintf(conf, sizeof(conf), "%s/conf%u", folder, number);
	file = fopen(conf, "w");
	assert_non_null(file);
	fprintf(file, "engineID deep-%u\n%s", number, lines);
	fclose(file);
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(null, 1);
		dup2(null, 2);
		setenv("SNMP_PERSISTENT_DIR", store, 1);
		setenv("MIBS", "", 1);
		execl("/usr/sbin/snmpd", "snmpd", "-f", "-LE", "0", "-C", "-c", conf, "udp:127.0.0.1:161",
		    (char *)NULL);
		_exit(127);
	}
	lab_await_udp("127.0.0.1", 161);
	return pid;
}

static void
ask(struct lab *lab, const struct probe_ops *ops, int64_t deadline_ms)
{
	struct endpoint *endpoint = endpoint_new(lab->machine, ops, "a", lab->option, lab->options);

	lab_round(lab->machine, &lab->loop, endpoint, 161, deadline_ms, &lab->seen);
	endpoint_free(endpoint);
}

static void
ask_refusal(struct lab *lab, int64_t deadline_ms)
{
	size_t before = lab->options;

	option_set(lab, "permission", permission);
	ask(lab, &probe_snmp_refusal, deadline_ms);
	lab->options = before;
}

/* The entries of a list fact as people read them, without the commas. */
static void
assert_list(struct lab *lab, enum fact fact, const char *expected)
{
	struct fact_walk walk = fact_walk_of(bytes_of_buffer(&lab->seen.facts));
	struct buffer all = { .max = 4096 };
	const struct fact_row *row;
	struct bytes value;
	uint64_t number;
	char *to;

	while (fact_walk_next(&walk, &number, &row, &value))
		if (number == (uint64_t)fact)
			fact_print(&all, row, value);
	to = (char *)(uintptr_t)buffer_text(&all);
	for (const char *from = to; ; from++)
		if (*from != ',' && (*to++ = *from) == '\0')
			break;
	if (strcmp(buffer_text(&all), expected) != 0)
		fail_msg("%s is \"%s\", not \"%s\": %s", fact_row(fact)->name, buffer_text(&all), expected,
		    lab->seen.detail);
	buffer_free(&all);
}

static void
assert_text(struct lab *lab, enum fact fact, const char *text)
{
	struct bytes got;

	assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), fact, &got));
	assert_true(bytes_equal(got, bytes_of_text(text)));
}

static void
good_agent(void **state)
{
	struct lab *lab = *state;
	pid_t pid = agent_start("createUser probe SHA-256 \"auth-pass-phrase\" AES \"privacy-pass-phrase\"\n"
	    "rouser probe priv\n");
	int64_t number;

	ask(lab, &probe_snmp_deep, 1400);
	assert_string_equal(lab->seen.detail, "");
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_list(lab, FACT_SNMP_AUTH_ACCEPTED, "SHA-256");
	assert_list(lab, FACT_SNMP_AUTH_REFUSED, "MD5 SHA SHA-224 SHA-384 SHA-512");
	assert_list(lab, FACT_SNMP_PRIVACY_ACCEPTED, "AES");
	assert_list(lab, FACT_SNMP_PRIVACY_REFUSED, "DES AES-192 AES-256");
	assert_list(lab, FACT_SNMP_DEEP_UNCLEAR, "");
	assert_text(lab, FACT_SNMP_PRIVACY_EXTENSION, "none");
	assert_true(fact_int(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_WEAK_COUNT, &number));
	assert_int_equal(number, 0);
	ask_refusal(lab, 1500);
	assert_list(lab, FACT_REFUSAL_ACCEPTED, "");
	assert_list(lab, FACT_REFUSAL_UNCLEAR, "");
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	lab_end(pid);
}

static void
bad_agent(void **state)
{
	struct lab *lab = *state;
	pid_t pid = agent_start("createUser probe MD5 \"auth-pass-phrase\" DES \"privacy-pass-phrase\"\n"
	    "createUser initial\nrouser probe noauth\nrouser initial noauth\nrocommunity public\n"
	    "rwcommunity cisco\n");
	int64_t number;

	option_set(lab, "auth_protocol", "MD5");
	option_set(lab, "privacy_protocol", "DES");
	ask(lab, &probe_snmp_deep, 1400);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_non_null(strstr(lab->seen.detail, "MD5"));
	assert_list(lab, FACT_SNMP_AUTH_ACCEPTED, "MD5");
	assert_list(lab, FACT_SNMP_PRIVACY_ACCEPTED, "DES");
	assert_list(lab, FACT_SNMP_PRIVACY_REFUSED, "AES AES-192 AES-256 AES-192-Reeder AES-256-Reeder");
	assert_true(fact_int(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_WEAK_COUNT, &number));
	assert_int_equal(number, 2);
	ask_refusal(lab, 1500);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_list(lab, FACT_REFUSAL_ACCEPTED, "v1-public v2c-public v2c-cisco no-auth no-privacy "
	    "user-initial");
	assert_list(lab, FACT_REFUSAL_REFUSED, "v1-private v2c-private v2c-community v2c-admin v2c-snmp "
	    "wrong-secret");
	lab_end(pid);
}

static void
extensions_told_apart(void **state)
{
	static const struct { const char *conf, *word, *accepted, *extension; } kinds[] = {
		{ "AES-256", "AES-256", "AES-256", "Blumenthal" },
		{ "AES-256-C", "AES-256-Reeder", "AES-256-Reeder", "Reeder" },
		{ "AES-192", "AES-192", "AES-192", "Blumenthal" } };
	struct lab *lab = *state;

	option_set(lab, "auth_protocol", "SHA");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char lines[256];
		size_t before = lab->options;
		pid_t pid;

		snprintf(lines, sizeof(lines), "createUser probe SHA \"auth-pass-phrase\" %s "
		    "\"privacy-pass-phrase\"\nrouser probe priv\n", kinds[i].conf);
		pid = agent_start(lines);
		option_set(lab, "privacy_protocol", kinds[i].word);
		ask(lab, &probe_snmp_deep, 1400);
		lab->options = before;
		assert_list(lab, FACT_SNMP_PRIVACY_ACCEPTED, kinds[i].accepted);
		assert_text(lab, FACT_SNMP_PRIVACY_EXTENSION, kinds[i].extension);
		lab_end(pid);
	}
}

static void
nobody_there(void **state)
{
	struct lab *lab = *state;

	ask(lab, &probe_snmp_deep, 500);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
	ask_refusal(lab, 500);
	assert_int_equal(lab->seen.outcome, OUTCOME_UNKNOWN);
	assert_list(lab, FACT_REFUSAL_REFUSED, "");
	option_set(lab, "security_level", "noAuthNoPriv");
	ask(lab, &probe_snmp_deep, 500);
	assert_int_equal(lab->seen.err, ERR_INVALID);
}

/* Nothing is tried without a permission, whatever else is configured. */
static void
nothing_without_permission(void **state)
{
	struct lab *lab = *state;

	option_set(lab, "permission", "permissions = ( );\n");
	ask(lab, &probe_snmp_refusal, 500);
	assert_int_equal(lab->seen.outcome, OUTCOME_UNKNOWN);
	assert_int_equal(lab->seen.err, ERR_DENIED);
}

/* The simulated agent. */

enum habit { FALLS_SILENT, BELIEVES, ANSWERS_ALL_V1, TIME_BEYOND, BOOTS_LATCHED, BOOTS_BACK };

static const uint8_t engine[ENGINE_LEN] = { 0x80, 0x00, 0x1f, 0x88, 0x01, 127, 0, 0, 1 };

struct agent {
	int                fd;
	enum habit         habit;
	unsigned           answers;
	struct sockaddr_in from;
	struct keys        keys;
	struct writer      out;
};

static void
agent_clock(const struct agent *agent, struct message *m)
{
	m->boots = agent->habit == BOOTS_LATCHED ? INT32_MAX : agent->habit == BOOTS_BACK &&
	    agent->answers >= 1 ? 3 : 7;
	m->time = agent->habit == TIME_BEYOND ? (int64_t)INT32_MAX + 6 : seconds_up();
}

static void
agent_answer(struct agent *agent, struct message *m)
{
	static const uint8_t salt[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t hidden[PACKET];
	size_t len;

	agent_clock(agent, m);
	agent->answers++;
	agent->out.left = PACKET;
	put_scoped(&agent->out, m, 0xa2, 0, engine);
	len = PACKET - agent->out.left;
	crypt_scoped(&agent->keys, m->boots, m->time, salt, bytes_of(agent->out.at + agent->out.left, len),
	    hidden, true);
	agent->out.left = PACKET;
	put_octets(&agent->out, 0x04, hidden, len);
	put_envelope(&agent->out, m, 3, engine, salt);
	sign(&agent->out, &agent->keys);
	sendto(agent->fd, agent->out.at + agent->out.left, PACKET - agent->out.left, 0,
	    (struct sockaddr *)&agent->from, sizeof(agent->from));
}

static void
agent_discovery(struct agent *agent, struct message *m)
{
	agent_clock(agent, m);
	agent->out.left = PACKET;
	put_scoped(&agent->out, m, 0xa8, 4, engine);
	put_envelope(&agent->out, m, 0, engine, engine);
	sendto(agent->fd, agent->out.at + agent->out.left, PACKET - agent->out.left, 0,
	    (struct sockaddr *)&agent->from, sizeof(agent->from));
}

/* A request turned into its answer by its tag: what an agent that takes any community does. */
static void
agent_echo(struct agent *agent, uint8_t *octets, size_t len)
{
	uint8_t *pdu = memchr(octets, 0xa0, len);

	if (pdu == NULL)
		return;
	*pdu = 0xa2;
	sendto(agent->fd, octets, len, 0, (struct sockaddr *)&agent->from, sizeof(agent->from));
}

static void
agent_serve(struct agent *agent)
{
	uint8_t octets[PACKET], plain[PACKET];
	socklen_t from_len = sizeof(agent->from);
	ssize_t got = recvfrom(agent->fd, octets, sizeof(octets), 0, (struct sockaddr *)&agent->from,
	    &from_len);
	struct message m = { .id = 0 };
	struct bytes value;
	struct reader in;

	if (got > 0 && !message_read(bytes_of(octets, (size_t)got), &m) &&
	    agent->habit == ANSWERS_ALL_V1) {
		agent_echo(agent, octets, (size_t)got);
		return;
	}
	if (got <= 0 || !message_read(bytes_of(octets, (size_t)got), &m) ||
	    (agent->habit == FALLS_SILENT && agent->answers >= 1))
		return;
	if (!bytes_equal(m.engine, bytes_of(engine, ENGINE_LEN))) {
		agent_discovery(agent, &m);
		return;
	}
	in = reader_of(m.scoped);
	if ((m.flags & 3) != 3 || (agent->habit != BELIEVES &&
	    !digest_right(&agent->keys, bytes_of(octets, (size_t)got), &m)) || !take(&in, 0x04, &value) ||
	    value.len > sizeof(plain))
		return;
	crypt_scoped(&agent->keys, m.boots, m.time, m.salt.at, value, plain, false);
	if (request_read(bytes_of(plain, value.len), &m))
		agent_answer(agent, &m);
}

static pid_t
simulated(enum habit habit)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(161),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct agent agent = { .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), .habit = habit };
	uint8_t master[KEY];
	pid_t pid;

	assert_int_equal(bind(agent.fd, (struct sockaddr *)&address, sizeof(address)), 0);
	pid = fork();
	if (pid != 0) {
		close(agent.fd);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	master_key("auth-pass-phrase", master);
	localise(master, engine, agent.keys.auth);
	master_key("privacy-pass-phrase", master);
	localise(master, engine, agent.keys.privacy);
	for (;;)
		agent_serve(&agent);
}

/* Silence behind which the agent is silent to its own user too refuses nothing. */
static void
silence_without_a_second_answer(void **state)
{
	struct lab *lab = *state;
	pid_t pid = simulated(FALLS_SILENT);

	ask_refusal(lab, 1000);
	lab_end(pid);
	assert_int_equal(lab->seen.outcome, OUTCOME_UNKNOWN);
	assert_list(lab, FACT_REFUSAL_REFUSED, "");
	assert_list(lab, FACT_REFUSAL_ACCEPTED, "");
	pid = simulated(FALLS_SILENT);
	ask(lab, &probe_snmp_deep, 1000);
	lab_end(pid);
	assert_int_equal(lab->seen.outcome, OUTCOME_UNKNOWN);
	assert_list(lab, FACT_SNMP_AUTH_ACCEPTED, "SHA-256");
	assert_list(lab, FACT_SNMP_AUTH_REFUSED, "");
}

static void
believers_are_found(void **state)
{
	struct lab *lab = *state;
	pid_t pid = simulated(BELIEVES);

	ask_refusal(lab, 1500);
	lab_end(pid);
	assert_list(lab, FACT_REFUSAL_ACCEPTED, "wrong-secret");
	pid = simulated(ANSWERS_ALL_V1);
	ask_refusal(lab, 1500);
	lab_end(pid);
	assert_list(lab, FACT_REFUSAL_ACCEPTED, "v1-public v1-private v2c-public v2c-private "
	    "v2c-community v2c-admin v2c-cisco v2c-snmp");
}

static void
clocks_that_cannot_be(void **state)
{
	struct lab *lab = *state;
	pid_t pid = simulated(TIME_BEYOND);
	bool flag;
	int64_t number;
	struct endpoint *endpoint;

	option_set(lab, "interfaces", "false");
	ask(lab, &probe_snmp, 400);
	lab_end(pid);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
	assert_int_equal(lab->seen.err, ERR_MALFORMED);
	assert_true(fact_flag(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_ENGINE_SANE, &flag));
	assert_false(flag);
	pid = simulated(BOOTS_LATCHED);
	ask(lab, &probe_snmp, 400);
	lab_end(pid);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_true(fact_flag(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_ENGINE_SANE, &flag));
	assert_false(flag);
	pid = simulated(BOOTS_BACK);
	endpoint = endpoint_new(lab->machine, &probe_snmp, "a", lab->option, lab->options);
	for (unsigned i = 0; i < 3; i++) {
		lab_round(lab->machine, &lab->loop, endpoint, 161, 800, &lab->seen);
		assert_int_equal(lab->seen.outcome, OUTCOME_UP);
		assert_true(fact_flag(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_ENGINE_BOOTS_BACK, &flag));
		assert_int_equal(flag, i > 0);
		assert_true(fact_int(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_ENGINE_DRIFT_S, &number));
		assert_true(number >= -1 && number <= 1);
	}
	endpoint_free(endpoint);
	lab_end(pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(good_agent), T(bad_agent), T(extensions_told_apart), T(nobody_there),
		T(nothing_without_permission), T(silence_without_a_second_answer), T(believers_are_found),
		T(clocks_that_cannot_be),
	};
	char command[128];
	int failed;

	lab_enter();
	if (mkdtemp(folder) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command) == 0 ? failed : 1;
}
