/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Probe "tls-deep" against a real libssl server that still takes much, and against peers that are
 * silent, speak something else, choose what nobody offered, or stop answering half-way: nothing of
 * that may look like a refusal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/mman.h>

#include "tests/unit/tls_lab.h"

enum { PORT = 7201 };

struct lab {
	uv_loop_t       loop;
	struct machine *machine;
	struct lab_seen seen;
	struct tls_pair leaf;
	volatile int   *turns;		/* connections served, shared with the server */
};

static int
setup(void **state)
{
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	lab->leaf = tls_issue(NULL, "peer", false, -60, 3600, "IP:127.0.0.1");
	lab->turns = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	    -1, 0);
	*state = lab;
	return lab->turns == MAP_FAILED;
}

static int
teardown(void **state)
{
	struct lab *lab = *state;

	machine_free(lab->machine);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab_seen_free(&lab->seen);
	tls_pair_free(&lab->leaf);
	munmap((void *)lab->turns, sizeof(int));
	free(lab);
	return 0;
}

static void
ask(struct lab *lab, const char *limit, int64_t deadline_ms)
{
	const struct round_option options[] = {
		{ .name = "pace", .value = "0ms" }, { .name = "limit", .value = limit }
	};
	struct endpoint *endpoint = endpoint_new(lab->machine, probe_find("tls-deep"),
	    "127.0.0.1", options, 2);

	lab_round(lab->machine, &lab->loop, endpoint, PORT, deadline_ms, &lab->seen);
	endpoint_free(endpoint);
}

static void
assert_seen(const struct lab *lab, enum outcome outcome, enum err err, const char *part)
{
	if (lab->seen.outcome != outcome || lab->seen.err != err ||
	    strstr(lab->seen.detail, part) == NULL)
		fail_msg("%s (%s): %s", outcome_name(lab->seen.outcome), err_name(lab->seen.err),
		    lab->seen.detail);
}

static struct bytes
facts_of(const struct lab *lab)
{
	return bytes_of_buffer(&lab->seen.facts);
}

static void
assert_flag(const struct lab *lab, enum fact fact, bool want)
{
	bool flag = !want;

	assert_true(fact_flag(facts_of(lab), fact, &flag));
	assert_int_equal(flag, want);
}

static void
assert_absent(const struct lab *lab, enum fact fact)
{
	struct fact_walk walk = fact_walk_of(facts_of(lab));
	const struct fact_row *row;
	struct bytes value;
	uint64_t number;

	while (fact_walk_next(&walk, &number, &row, &value))
		assert_int_not_equal(number, fact);
}

static void
assert_text(const struct lab *lab, enum fact fact, const char *want)
{
	struct fact_walk walk = fact_walk_of(facts_of(lab));
	struct buffer out = { .max = 0 };
	const struct fact_row *row;
	struct bytes value;
	uint64_t number;

	while (fact_walk_next(&walk, &number, &row, &value)) {
		if (number != fact)
			continue;
		fact_print(&out, row, value);
		assert_string_equal(buffer_text(&out), want);
		buffer_free(&out);
		return;
	}
	fail_msg("fact %d is not there", (int)fact);
}

static void
libssl_with_everything(void **state)
{
	struct lab *lab = *state;
	struct tls_server server = tls_server(&lab->leaf, NULL);
	pid_t pid;

	SSL_CTX_set_cipher_list(server.ctx, "ALL:COMPLEMENTOFALL:@SECLEVEL=0");
	SSL_CTX_set_options(server.ctx, SSL_OP_CIPHER_SERVER_PREFERENCE);
	pid = lab_serve(PORT, tls_serve, &server);
	ask(lab, "600", 20000);
	assert_seen(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "TLSv1.1, and TLSv1, and NULL suites, "
	    "and anonymous suites");
	assert_text(lab, FACT_TLS_ACCEPTED_VERSIONS, "TLSv1.3, TLSv1.2, TLSv1.1, TLSv1");
	assert_flag(lab, FACT_TLS_ACCEPTED_NULL, true);
	assert_flag(lab, FACT_TLS_ACCEPTED_ANONYMOUS, true);
	assert_flag(lab, FACT_TLS_ACCEPTED_RC4, false);
	assert_flag(lab, FACT_TLS_ACCEPTED_EXPORT, false);
	assert_flag(lab, FACT_TLS_DEEP_COMPLETE, true);
	assert_flag(lab, FACT_TLS_ACCEPTED_FALLBACK_PROTECTED, true);
	assert_flag(lab, FACT_TLS_ACCEPTED_RENEGOTIATION_SECURE, true);
	assert_text(lab, FACT_TLS_ACCEPTED_PREFERENCE,
	    "TLSv1.3 server, TLSv1.2 server, TLSv1.1 server, TLSv1 server");
	assert_true(lab->seen.blobs == 1 && lab->seen.blob[0].len > 1000);
	lab_end(pid);
	SSL_CTX_free(server.ctx);
}

static void
libssl_of_today(void **state)
{
	struct lab *lab = *state;
	struct tls_server server = tls_server(&lab->leaf, NULL);
	pid_t pid;

	SSL_CTX_set_min_proto_version(server.ctx, TLS1_3_VERSION);
	SSL_CTX_set1_groups_list(server.ctx, "X25519:P-384");
	pid = lab_serve(PORT, tls_serve, &server);
	ask(lab, "600", 20000);
	assert_seen(lab, OUTCOME_UP, ERR_OK, "");
	assert_text(lab, FACT_TLS_ACCEPTED_VERSIONS, "TLSv1.3");
	assert_text(lab, FACT_TLS_ACCEPTED_GROUPS, "x25519, secp384r1");
	assert_text(lab, FACT_TLS_ACCEPTED_SIGNATURES, "ecdsa_secp256r1_sha256");
	assert_text(lab, FACT_TLS_PQ_GROUPS, "");
	assert_flag(lab, FACT_TLS_PQ, false);
	assert_flag(lab, FACT_TLS_DEEP_COMPLETE, true);
	assert_absent(lab, FACT_TLS_ACCEPTED_RENEGOTIATION_SECURE);
	lab_end(pid);

	/* The same, but the round may make three connections only. */
	pid = lab_serve(PORT, tls_serve, &server);
	ask(lab, "3", 20000);
	assert_seen(lab, OUTCOME_UNKNOWN, ERR_LIMIT, "the limit of connections was reached");
	assert_flag(lab, FACT_TLS_DEEP_COMPLETE, false);
	assert_absent(lab, FACT_TLS_ACCEPTED_VERSIONS);
	assert_absent(lab, FACT_TLS_ACCEPTED_RC4);
	assert_absent(lab, FACT_TLS_PQ);
	assert_absent(lab, FACT_TLS_ACCEPTED_WEAK_COUNT);
	lab_end(pid);
	SSL_CTX_free(server.ctx);
}

/* What a simulated peer says after it has read a ClientHello. */
struct script {
	struct lab       *lab;
	struct tls_server server;
	int               until;	/* connections served well */
	const void       *octets;
	size_t            len;
	bool              endless, silent;
};

static void
serve_script(int fd, void *arg)
{
	struct script *script = arg;
	char in[4096];

	if (++*script->lab->turns <= script->until) {
		tls_serve(fd, &script->server);
		return;
	}
	if (read(fd, in, sizeof(in)) <= 0)
		return;
	do {
		if (script->len > 0 && write(fd, script->octets, script->len) <= 0)
			return;
	} while (script->endless);
	while (script->silent && read(fd, in, sizeof(in)) > 0)
		;
	shutdown(fd, SHUT_WR);
	while (read(fd, in, sizeof(in)) > 0)
		;
}

static void
ask_script(struct lab *lab, struct script script, const char *limit, int64_t deadline_ms)
{
	pid_t pid;

	script.lab = lab;
	pid = lab_serve(PORT, serve_script, &script);
	ask(lab, limit, deadline_ms);
	lab_end(pid);
}

static void
nothing_answers(void **state)
{
	struct lab *lab = *state;

	ask(lab, "600", 2000);
	assert_seen(lab, OUTCOME_DOWN, ERR_REFUSED, "the port does not accept connections");
	assert_absent(lab, FACT_TLS_ACCEPTED_RC4);
	ask_script(lab, (struct script){ .silent = true }, "600", 700);
	assert_seen(lab, OUTCOME_DOWN, ERR_TIMEOUT, "no answer to a ClientHello");
	assert_flag(lab, FACT_TLS_DEEP_COMPLETE, false);
	assert_absent(lab, FACT_TLS_ACCEPTED_NULL);
}

static void
no_tls(void **state)
{
	static const char http[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	struct lab *lab = *state;

	ask_script(lab, (struct script){ .octets = http, .len = sizeof(http) - 1 }, "600", 5000);
	assert_seen(lab, OUTCOME_DOWN, ERR_MALFORMED, "is not TLS");
	assert_flag(lab, FACT_TLS_DEEP_COMPLETE, false);
	ask_script(lab, (struct script){ .octets = http, .len = sizeof(http) - 1, .endless = true },
	    "600", 5000);
	assert_seen(lab, OUTCOME_DOWN, ERR_MALFORMED, "is not TLS");
}

static void
refuses_all(void **state)
{
	static const uint8_t alert[] = { 21, 3, 3, 0, 2, 2, 40 };
	static const uint8_t warning[] = { 21, 3, 3, 0, 2, 1, 112 };
	struct lab *lab = *state;

	ask_script(lab, (struct script){ .octets = alert, .len = sizeof(alert) }, "600", 5000);
	assert_seen(lab, OUTCOME_DOWN, ERR_REFUSED, "refuses every version");
	ask_script(lab, (struct script){ .octets = warning, .len = sizeof(warning),
	    .endless = true }, "600", 5000);
	assert_int_equal(lab->seen.outcome, OUTCOME_DOWN);
}

/* Half-way the peer closes without a word: that is no proof that it accepts nothing more. */
static void
stops_answering(void **state)
{
	struct lab *lab = *state;
	struct script script = { .server = tls_server(&lab->leaf, NULL), .until = 12 };

	SSL_CTX_set_min_proto_version(script.server.ctx, TLS1_2_VERSION);
	*lab->turns = 0;
	ask_script(lab, script, "600", 5000);
	assert_seen(lab, OUTCOME_UNKNOWN, ERR_LIMIT,
	    "whether the peer refused or only stopped answering");
	assert_flag(lab, FACT_TLS_DEEP_COMPLETE, false);
	assert_absent(lab, FACT_TLS_ACCEPTED_WEAK_COUNT);
	assert_absent(lab, FACT_TLS_ACCEPTED_RC4);
	assert_absent(lab, FACT_TLS_ACCEPTED_SUITES_TLS12);
	assert_absent(lab, FACT_TLS_ACCEPTED_VERSIONS);
	SSL_CTX_free(script.server.ctx);
}

/* A ServerHello that takes what nobody offered, and one that takes the same for ever. */
static void
strange_choices(void **state)
{
	uint8_t hello[5 + 4 + 38] = { 22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3 };
	struct lab *lab = *state;

	hello[5 + 4 + 2 + 32] = 0;
	hello[5 + 4 + 2 + 32 + 1] = 0xfa;
	hello[5 + 4 + 2 + 32 + 2] = 0xfa;
	ask_script(lab, (struct script){ .octets = hello, .len = sizeof(hello) }, "600", 5000);
	assert_true(lab->seen.outcome == OUTCOME_UNKNOWN || lab->seen.outcome == OUTCOME_DOWN);
	assert_flag(lab, FACT_TLS_DEEP_COMPLETE, false);

	/* TLS_RSA_WITH_RC4_128_SHA, whatever is asked: seen once, and not asked to the end. */
	hello[5 + 4 + 2 + 32 + 1] = 0;
	hello[5 + 4 + 2 + 32 + 2] = 5;
	ask_script(lab, (struct script){ .octets = hello, .len = sizeof(hello) }, "600", 5000);
	assert_seen(lab, OUTCOME_DEGRADED, ERR_MISMATCH, "RC4 suites");
	assert_flag(lab, FACT_TLS_ACCEPTED_RC4, true);
	assert_absent(lab, FACT_TLS_ACCEPTED_NULL);
	assert_flag(lab, FACT_TLS_DEEP_COMPLETE, false);
	assert_text(lab, FACT_TLS_ACCEPTED_WEAK, "TLSv1.2 TLS_RSA_WITH_RC4_128_SHA: RC4, "
	    "no secure renegotiation: RFC 5746");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(libssl_with_everything, setup, teardown),
		cmocka_unit_test_setup_teardown(libssl_of_today, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(no_tls, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_all, setup, teardown),
		cmocka_unit_test_setup_teardown(stops_answering, setup, teardown),
		cmocka_unit_test_setup_teardown(strange_choices, setup, teardown)
	};

	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
