/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The snmp probe against an agent that says its engine honestly and then answers falsely: what was
 * not authenticated, encrypted and timely as asked makes no facts and calls nothing up, and does
 * not keep an honest answer from being heard.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/tools/snmp_agent.h"
#include "tests/unit/probe_lab.h"

enum forgery {
	HONEST, WRONG_DIGEST, NO_DIGEST, NO_SECURITY, NO_SECURITY_NAMED, NOT_ENCRYPTED, NO_PRIVACY,
	OTHER_ENGINE, OTHER_CONTEXT, OTHER_USER, OTHER_MESSAGE, OTHER_REQUEST, OLD_TIME, OLD_BOOTS,
	REPLAYED, WINDOWS_PLAIN, WINDOWS_SIGNED, DISCOVERY_ANSWER, REPORT_FORGED, TOO_PRIVATE, RACE
};

enum { BOOTS = 7 };

static const uint8_t engine[ENGINE_LEN] = { 0x80, 0x00, 0x1f, 0x88, 0x01, 127, 0, 0, 1 };
static const uint8_t another[ENGINE_LEN] = { 0x80, 0x00, 0x1f, 0x88, 0x01, 127, 0, 0, 2 };

struct liar {
	int                fd;
	enum forgery       forgery;
	unsigned           honest;	/* answers it gives before it lies */
	unsigned           requests;
	struct sockaddr_in from;
	struct keys        keys;
	struct writer      out;
	uint8_t            old[PACKET];	/* an earlier answer of its own */
	size_t             old_len;
};

static void
liar_send(struct liar *liar)
{
	sendto(liar->fd, liar->out.at + liar->out.left, PACKET - liar->out.left, 0,
	    (struct sockaddr *)&liar->from, sizeof(liar->from));
}

static void
scoped_hide(struct liar *liar, const struct message *m, const uint8_t salt[8])
{
	size_t len = PACKET - liar->out.left;
	uint8_t hidden[PACKET];

	crypt_scoped(&liar->keys, m->boots, m->time, salt, bytes_of(liar->out.at + liar->out.left, len),
	    hidden, true);
	liar->out.left = PACKET;
	put_octets(&liar->out, 0x04, hidden, len);
}

static bool
report_of(enum forgery forgery)
{
	return forgery == WINDOWS_PLAIN || forgery == WINDOWS_SIGNED || forgery == REPORT_FORGED;
}

static void
message_forge(struct message *m, enum forgery forgery)
{
	m->boots = forgery == OLD_BOOTS ? BOOTS - 1 : BOOTS;
	m->time = seconds_up() - (forgery == OLD_TIME ? 400 : 0);
	m->id += forgery == OTHER_MESSAGE;
	m->request += forgery == OTHER_REQUEST;
	m->flags &= 3;
	if (forgery == NO_SECURITY || forgery == NO_SECURITY_NAMED || forgery == WINDOWS_PLAIN ||
	    forgery == REPORT_FORGED)
		m->flags = 0;
	else if (forgery == NOT_ENCRYPTED || forgery == WINDOWS_SIGNED)
		m->flags = 1;
	else if (forgery == TOO_PRIVATE)
		m->flags = 3;
	if (forgery == OTHER_USER)
		m->user = bytes_of_text("somebody");
}

static void
answer_send(struct liar *liar, struct message m, enum forgery forgery)
{
	static const uint8_t salt[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t counter = forgery == REPORT_FORGED ? 5 : report_of(forgery) ? 2 : 0;

	message_forge(&m, forgery);
	liar->out.left = PACKET;
	put_scoped(&liar->out, &m, counter != 0 ? 0xa8 : 0xa2, counter,
	    forgery == OTHER_ENGINE || forgery == OTHER_CONTEXT ? another : engine);
	if (m.flags == 3 && forgery != NO_PRIVACY)
		scoped_hide(liar, &m, salt);
	put_envelope(&liar->out, &m, m.flags, forgery == OTHER_ENGINE ? another : engine, salt);
	if (m.flags & 1 && forgery != NO_DIGEST)
		sign(&liar->out, forgery == WRONG_DIGEST ? &(struct keys){ .auth = "guessed" } :
		    &liar->keys);
	liar_send(liar);
}

static void
liar_answer(struct liar *liar, const struct message *m)
{
	liar->requests++;
	if (liar->forgery == REPLAYED && liar->requests > liar->honest) {
		sendto(liar->fd, liar->old, liar->old_len, 0, (struct sockaddr *)&liar->from,
		    sizeof(liar->from));
		return;
	}
	if (liar->forgery == RACE)
		for (enum forgery forgery = WRONG_DIGEST; forgery < WINDOWS_SIGNED; forgery++)
			answer_send(liar, *m, forgery == REPLAYED ? NO_SECURITY : forgery);
	answer_send(liar, *m, liar->forgery == RACE || liar->requests <= liar->honest ? HONEST :
	    liar->forgery);
	liar->old_len = PACKET - liar->out.left;
	memcpy(liar->old, liar->out.at + liar->out.left, liar->old_len);
}

static void
liar_serve(struct liar *liar)
{
	uint8_t octets[PACKET], plain[PACKET];
	socklen_t from_len = sizeof(liar->from);
	ssize_t got = recvfrom(liar->fd, octets, sizeof(octets), 0, (struct sockaddr *)&liar->from,
	    &from_len);
	struct message m = { .id = 0 };
	struct reader in;
	struct bytes value;

	if (got <= 0 || !message_read(bytes_of(octets, (size_t)got), &m))
		return;
	in = reader_of(m.scoped);
	if (!bytes_equal(m.engine, bytes_of(engine, ENGINE_LEN))) {
		m.boots = BOOTS;
		m.time = seconds_up();
		liar->out.left = PACKET;
		put_scoped(&liar->out, &m, liar->forgery == DISCOVERY_ANSWER ? 0xa2 : 0xa8, 4, engine);
		put_envelope(&liar->out, &m, 0, engine, plain);
		liar_send(liar);
	} else if (!(m.flags & 2)) {
		if (request_read(m.scoped, &m))
			liar_answer(liar, &m);
	} else if (digest_right(&liar->keys, bytes_of(octets, (size_t)got), &m) &&
	    take(&in, 0x04, &value) && value.len <= sizeof(plain)) {
		crypt_scoped(&liar->keys, m.boots, m.time, m.salt.at, value, plain, false);
		if (request_read(bytes_of(plain, value.len), &m))
			liar_answer(liar, &m);
	}
}

static pid_t
liar_start(enum forgery forgery, unsigned honest)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(161),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct liar liar = { .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), .forgery = forgery,
	    .honest = honest };
	uint8_t master[KEY];
	pid_t pid;

	assert_int_equal(bind(liar.fd, (struct sockaddr *)&address, sizeof(address)), 0);
	pid = fork();
	if (pid != 0) {
		close(liar.fd);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	master_key("auth-pass-phrase", master);
	localise(master, engine, liar.keys.auth);
	master_key("privacy-pass-phrase", master);
	localise(master, engine, liar.keys.privacy);
	for (;;)
		liar_serve(&liar);
}

struct lab {
	uv_loop_t           loop;
	struct machine     *machine;
	struct lab_seen     seen;
	struct round_option option[6];
	size_t              options;
};

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
	lab->option[3] = (struct round_option){ .name = "interfaces", .value = "false" };
	lab->options = 4;
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

/* Rounds at an agent that is honest in all but the last. */
static void
rounds(struct lab *lab, enum forgery forgery, unsigned count)
{
	pid_t pid = liar_start(forgery, count - 1);
	struct endpoint *endpoint = endpoint_new(lab->machine, &probe_snmp, "f", lab->option,
	    lab->options);

	for (unsigned i = 1; i < count; i++) {
		lab_round(lab->machine, &lab->loop, endpoint, 161, 1200, &lab->seen);
		assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	}
	lab_round(lab->machine, &lab->loop, endpoint, 161, 800, &lab->seen);
	endpoint_free(endpoint);
	lab_end(pid);
}

static void
assert_honest(struct lab *lab, const char *security)
{
	struct bytes text;

	assert_int_equal(lab->seen.err, ERR_OK);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_SECURITY, &text));
	assert_true(bytes_equal(text, bytes_of_text(security)));
	assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_SYS_NAME, &text));
}

/* No fact, no evidence, and the sentence says why. */
static void
assert_nothing(struct lab *lab, enum forgery forgery, enum err err)
{
	if (lab->seen.outcome != OUTCOME_DOWN || lab->seen.err != err)
		fail_msg("forgery %d: outcome %d, %s: %s", (int)forgery, (int)lab->seen.outcome,
		    err_name(lab->seen.err), lab->seen.detail);
	assert_int_equal(lab->seen.blobs, 0);
	if (lab->seen.facts.len != 1)
		fail_msg("forgery %d: %zu octets of facts", (int)forgery, lab->seen.facts.len);
	if (err == ERR_UNTRUSTED)
		assert_non_null(strstr(lab->seen.detail, "the answer was not authenticated"));
}

static const enum forgery untrusted[] = { WRONG_DIGEST, NO_DIGEST, NO_SECURITY, NO_SECURITY_NAMED,
    NOT_ENCRYPTED, NO_PRIVACY, OTHER_ENGINE, OTHER_USER, WINDOWS_PLAIN };

static void
forged_is_not_believed(void **state)
{
	rounds(*state, HONEST, 1);
	assert_honest(*state, "authPriv SHA-256 AES");
	for (size_t i = 0; i < sizeof(untrusted) / sizeof(untrusted[0]); i++)
		for (unsigned count = 1; count <= 2; count++) {
			rounds(*state, untrusted[i], count);
			assert_nothing(*state, untrusted[i], ERR_UNTRUSTED);
		}
	rounds(*state, DISCOVERY_ANSWER, 1);
	assert_nothing(*state, DISCOVERY_ANSWER, ERR_UNTRUSTED);
}

/*
 * Authentic, but of another time (RFC 3414 section 3.2 step 7).  An agent whose clock went back is
 * taken anew by discovery at the first request of a round, so it is the second that lies here.
 */
static void
old_is_not_believed(void **state)
{
	static const enum forgery old[] = { OLD_TIME, OLD_BOOTS };
	struct lab *lab = *state;
	struct bytes text;

	lab->option[3].value = "true";
	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++) {
		pid_t pid = liar_start(old[i], 1);
		struct endpoint *endpoint = endpoint_new(lab->machine, &probe_snmp, "o", lab->option, 4);
		int64_t number;

		lab_round(lab->machine, &lab->loop, endpoint, 161, 800, &lab->seen);
		endpoint_free(endpoint);
		lab_end(pid);
		assert_int_equal(lab->seen.err, ERR_UNTRUSTED);
		assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
		assert_true(fact_text(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_SYS_NAME, &text));
		assert_false(fact_int(bytes_of_buffer(&lab->seen.facts), FACT_SNMP_IF_COUNT, &number));
	}
}

/* Authentic, but not the answer to what was asked: as if nothing had come. */
static void
other_is_not_believed(void **state)
{
	static const enum forgery other[] = { OTHER_MESSAGE, OTHER_REQUEST, OTHER_CONTEXT };

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		rounds(*state, other[i], 1);
		assert_nothing(*state, other[i], ERR_TIMEOUT);
	}
	rounds(*state, REPLAYED, 2);
	assert_nothing(*state, REPLAYED, ERR_TIMEOUT);
	rounds(*state, WINDOWS_SIGNED, 1);
	assert_nothing(*state, WINDOWS_SIGNED, ERR_TIMEOUT);
	rounds(*state, REPORT_FORGED, 1);
	assert_nothing(*state, REPORT_FORGED, ERR_REFUSED);
}

static void
without_privacy(void **state)
{
	static const enum forgery plain[] = { WRONG_DIGEST, NO_DIGEST, NO_SECURITY, NO_SECURITY_NAMED,
	    OTHER_ENGINE, OTHER_USER, WINDOWS_PLAIN, TOO_PRIVATE };
	struct lab *lab = *state;

	lab->option[4] = (struct round_option){ .name = "security_level", .value = "authNoPriv" };
	lab->options = 5;
	rounds(lab, HONEST, 2);
	assert_honest(lab, "authNoPriv SHA-256");
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		rounds(lab, plain[i], 1);
		assert_nothing(lab, plain[i], ERR_UNTRUSTED);
	}
}

/* Whoever is faster than the agent cannot keep it from being heard. */
static void
honest_is_heard_behind_forged(void **state)
{
	rounds(*state, RACE, 1);
	assert_honest(*state, "authPriv SHA-256 AES");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(forged_is_not_believed), T(old_is_not_believed), T(other_is_not_believed),
		T(without_privacy), T(honest_is_heard_behind_forged),
	};

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
