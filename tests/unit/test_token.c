/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe "token" against real tokens in SoftHSM2 and against modules that misbehave; every
 * round is a real process.  tests/tools/pkcs11/wrong_module.c is built here, by the system's
 * compiler: it is SoftHSM2 but for one wrong that its environment names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <sys/stat.h>

#include "attest/possession.h"
#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "probes/helper.h"
#include "probes/token_login.h"
#include "probes/wire/token_message.h"
#include "tests/unit/token_lab.h"

enum { OPTIONS = 12, DEADLINE = 5000 };

static char wrong_module[96], logins[96];

static void
prepare(void)
{
	char nothing[4096] = "";

	hsm_begin();
	snprintf(logins, sizeof(logins), "%s/logins", folder);
	snprintf(wrong_module, sizeof(wrong_module), "%s/wrong.so", folder);
	must((const char *[]){ "cc", "-shared", "-fPIC", "-O1", "-I/usr/include/p11-kit-1", "-o",
	    wrong_module, "tests/tools/pkcs11/wrong_module.c", "-ldl", NULL });
	token_make("lab");
	key_make("lab", "EC:prime256v1", "01", "ec");
	key_make("lab", "RSA:3072", "02", "rsa");
	key_make("lab", "EC:edwards25519", "03", "ed");
	key_make("lab", "EC:secp384r1", "04", "twin");
	key_make("lab", "EC:secp384r1", "05", "twin");
	token_make("same");
	token_make("same");
	for (size_t i = 0; i + 2 < sizeof(nothing); i++)
		nothing[i] = "not a module\n"[i % 13];
	write_text("nothing.so", nothing);
}

/* --- one worker --------------------------------------------------------------------------- */

struct bench {
	uv_loop_t           loop;
	struct machine     *machine;
	struct endpoint    *endpoint;
	struct round_option option[OPTIONS];
	size_t              options;
	char                environment[400], paths[200];
	struct lab_seen     seen;
};

static void
set(struct bench *bench, const char *name, const char *value)
{
	for (size_t i = 0; i < bench->options; i++)
		if (strcmp(bench->option[i].name, name) == 0) {
			bench->option[i].value = value;
			bench->option[i].octets = bytes_of_text(value);
			return;
		}
	assert_true(bench->options < OPTIONS);
	bench->option[bench->options++] = (struct round_option){ .name = name, .value = value,
	    .octets = bytes_of_text(value) };
}

static void
bench_begin(struct bench *bench, const char *module, const char *key, const char *wrong)
{
	*bench = (struct bench){ .machine = NULL };
	uv_loop_init(&bench->loop);
	bench->machine = machine_new(&bench->loop);
	snprintf(bench->environment, sizeof(bench->environment),
	    "SOFTHSM2_CONF=%s/softhsm2.conf, WRONG=%s ,LOGINS=%s,FORBIDDEN=/etc/hostname", folder,
	    wrong, logins);
	snprintf(bench->paths, sizeof(bench->paths), " %s , /nowhere", folder);
	set(bench, "module", module);
	set(bench, "token", "lab");
	set(bench, "key", key);
	set(bench, "pin", PIN "\n");
	set(bench, "paths", bench->paths);
	set(bench, "environment", bench->environment);
	unlink(logins);
}

/* Nothing of a round is left behind: no process, no descriptor. */
static size_t
descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t count = 0;

	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static void
turn(struct bench *bench, int64_t deadline_ms)
{
	if (bench->endpoint == NULL)
		bench->endpoint = endpoint_new(bench->machine, &probe_token, "token",
		    bench->option, bench->options);
	lab_round(bench->machine, &bench->loop, bench->endpoint, 1, deadline_ms, &bench->seen);
}

static void
bench_end(struct bench *bench)
{
	endpoint_free(bench->endpoint);
	machine_free(bench->machine);
	uv_loop_close(&bench->loop);
	lab_seen_free(&bench->seen);
}

static void
says(const struct bench *bench, enum outcome outcome, enum err err, const char *words)
{
	const struct lab_seen *seen = &bench->seen;

	if (seen->outcome != outcome || seen->err != err || strstr(seen->detail, words) == NULL)
		fail_msg("%s %s \"%s\", but wanted \"%s\"", outcome_name(seen->outcome),
		    err_name(seen->err), seen->detail, words);
}

static bool
flag(const struct bench *bench, enum fact fact, bool *value)
{
	return fact_flag(bytes_of_buffer(&bench->seen.facts), fact, value);
}

static void
holds(const struct bench *bench, enum fact fact, bool wanted)
{
	bool value = !wanted;

	assert_true(flag(bench, fact, &value));
	assert_int_equal(value, wanted);
}

static void
kind_is(const struct bench *bench, const char *kind)
{
	struct bytes text;

	assert_true(fact_text(bytes_of_buffer(&bench->seen.facts), FACT_KEY_KIND, &text));
	assert_true(bytes_equal(text, bytes_of_text(kind)));
}

/* One round with one wrong and what must be said of it. */
static void
one(const char *wrong, enum outcome outcome, enum err err, const char *words)
{
	struct bench bench;
	size_t before;

	bench_begin(&bench, wrong_module, "ec", wrong);
	before = descriptors();
	turn(&bench, strcmp(wrong, "hang") == 0 || strcmp(wrong, "spin") == 0 ? 700 : DEADLINE);
	says(&bench, outcome, err, words);
	if (outcome != OUTCOME_UP)
		assert_false(fact_text(bytes_of_buffer(&bench.seen.facts), FACT_KEY_KIND,
		    &(struct bytes){ .len = 0 }));
	uv_run(&bench.loop, UV_RUN_NOWAIT);
	assert_int_equal(descriptors(), before);
	bench_end(&bench);
	/* Killed ones take a moment; none is left. */
	for (int i = 0; i < 200 && waitpid(-1, NULL, WNOHANG) >= 0; i++)
		usleep(10000);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static size_t
logins_made(void)
{
	struct stat about;

	return stat(logins, &about) == 0 ? (size_t)about.st_size : 0;
}

/* --- tests -------------------------------------------------------------------------------- */

static void
keys_of_every_kind_sign(void **unused)
{
	static const struct { const char *key, *kind; } keys[] = { { "ec", "EC secp256r1" },
		{ "rsa", "RSA 3072" }, { "ed", "Ed25519" } };
	struct bench bench;
	struct possession possession;
	struct bytes text;
	struct hash spki;
	struct why why;

	(void)unused;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		bench_begin(&bench, SOFTHSM, keys[i].key, "");
		turn(&bench, DEADLINE);
		says(&bench, OUTCOME_UP, ERR_OK, "");
		kind_is(&bench, keys[i].kind);
		holds(&bench, FACT_KEY_SIGNED, true);
		holds(&bench, FACT_KEY_SENSITIVE, true);
		holds(&bench, FACT_KEY_ALWAYS_SENSITIVE, true);
		holds(&bench, FACT_KEY_EXTRACTABLE, false);
		holds(&bench, FACT_KEY_NEVER_EXTRACTABLE, true);
		holds(&bench, FACT_KEY_LOCAL, true);
		assert_true(fact_text(bytes_of_buffer(&bench.seen.facts), FACT_KEY_CLAIM, &text));
		assert_true(bytes_equal(text, bytes_of_text(POSSESSION_LABEL)));
		assert_true(fact_hash(bytes_of_buffer(&bench.seen.facts), FACT_KEY_SPKI, &spki));
		assert_true(bench.seen.latency_us > 0);
		assert_int_equal(bench.seen.blobs, 1);
		assert_int_equal(possession_read(bytes_of_buffer(&bench.seen.blob[0]), &possession,
		    &why), ERR_OK);
		assert_true(hash_equal(hash_of(possession.spki), spki));
		bench_end(&bench);
	}
}

/* By CKA_ID alone; by serial number alone is not possible here: SoftHSM's are random. */
static void
a_key_is_found_by_its_id(void **unused)
{
	struct bench bench;

	(void)unused;
	bench_begin(&bench, SOFTHSM, "", "");
	set(&bench, "key_id", "02");
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UP, ERR_OK, "");
	kind_is(&bench, "RSA 3072");
	bench_end(&bench);
}

static void
what_is_missing_or_twice_is_said(void **unused)
{
	static const struct {
		const char *name, *value;
		enum outcome outcome;
		enum err err;
		const char *words;
	} cases[] = {
		{ "token", "none", OUTCOME_DOWN, ERR_NOT_FOUND, "no token of that label" },
		{ "token", "same", OUTCOME_DEGRADED, ERR_MISMATCH, "more than one token" },
		{ "serial", "0000", OUTCOME_DOWN, ERR_NOT_FOUND, "no token of that label" },
		{ "key", "none", OUTCOME_DOWN, ERR_NOT_FOUND, "no private key" },
		{ "key", "twin", OUTCOME_DEGRADED, ERR_MISMATCH, "more than one private key" },
		{ "key_id", "ff", OUTCOME_DOWN, ERR_NOT_FOUND, "no private key" },
		{ "key_id", "f", OUTCOME_UNKNOWN, ERR_INVALID, "hex" },
		{ "key", "", OUTCOME_UNKNOWN, ERR_INVALID, "neither key nor key_id" },
		{ "token", "", OUTCOME_UNKNOWN, ERR_INVALID, "neither token nor serial" },
		{ "module", "relative.so", OUTCOME_UNKNOWN, ERR_INVALID, "absolute path" },
		{ "pin", "", OUTCOME_UNKNOWN, ERR_INVALID, "wants a PIN" },
		{ "module", "/nowhere/module.so", OUTCOME_UNKNOWN, ERR_UNSUPPORTED, "No such file" },
		{ "module", "/usr/lib/x86_64-linux-gnu/libc.so.6", OUTCOME_UNKNOWN,
		    ERR_UNSUPPORTED, "C_GetFunctionList" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench;

		if (cases[i].value[0] == '/' && strstr(cases[i].value, "libc") != NULL &&
		    access(cases[i].value, R_OK) != 0)
			continue;
		bench_begin(&bench, SOFTHSM, "ec", "");
		set(&bench, cases[i].name, cases[i].value);
		turn(&bench, DEADLINE);
		says(&bench, cases[i].outcome, cases[i].err, cases[i].words);
		assert_int_equal(bench.seen.blobs, 0);
		bench_end(&bench);
	}
}

static void
a_file_that_is_no_module_is_said(void **unused)
{
	struct bench bench;
	char path[96];

	(void)unused;
	snprintf(path, sizeof(path), "%s/nothing.so", folder);
	bench_begin(&bench, path, "ec", "");
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UNKNOWN, ERR_UNSUPPORTED, "invalid ELF header");
	bench_end(&bench);
	one("nothing", OUTCOME_UNKNOWN, ERR_UNSUPPORTED, "does not speak PKCS#11");
}

static void
modules_that_die_are_told_with_the_place(void **unused)
{
	(void)unused;
	one("crash-load", OUTCOME_UNKNOWN, ERR_IO,
	    "signal 11 (Segmentation fault) while the module was loaded");
	one("crash-login", OUTCOME_UNKNOWN, ERR_IO, "signal 11 (Segmentation fault) in C_Login");
	one("crash", OUTCOME_UNKNOWN, ERR_IO, "signal 11 (Segmentation fault) while it signed");
	one("abort", OUTCOME_UNKNOWN, ERR_IO, "signal 6 (Aborted) in C_Initialize");
	one("exit", OUTCOME_UNKNOWN, ERR_IO, "status 7 in C_Initialize");
	one("close", OUTCOME_UNKNOWN, ERR_IO, "in C_Initialize");
	one("hang", OUTCOME_DOWN, ERR_TIMEOUT, "ended while it signed");
	one("spin", OUTCOME_DOWN, ERR_TIMEOUT, "ended while it signed");
}

static void
modules_that_lie_prove_nothing(void **unused)
{
	(void)unused;
	one("signature", OUTCOME_DEGRADED, ERR_UNTRUSTED, "does not verify");
	one("point", OUTCOME_DEGRADED, ERR_UNTRUSTED, "does not verify");
	one("forge", OUTCOME_DEGRADED, ERR_MALFORMED, "evidence of possession");
	one("garbage", OUTCOME_UNKNOWN, ERR_MALFORMED, "not an answer");
	one("flood", OUTCOME_UNKNOWN, ERR_LIMIT, "not an answer");
	one("long", OUTCOME_DEGRADED, ERR_MALFORMED, "no octets, or too many");
	one("empty", OUTCOME_DEGRADED, ERR_MALFORMED, "no octets, or too many");
	one("lengths", OUTCOME_DEGRADED, ERR_MALFORMED, "holds no public key");
	one("print", OUTCOME_UP, ERR_OK, "");
	one("bare", OUTCOME_UP, ERR_OK, "");
	one("latin", OUTCOME_UP, ERR_OK, "");
	one("may-not", OUTCOME_DOWN, ERR_REFUSED, "C_Sign failed: CKR_KEY_FUNCTION_NOT_PERMITTED");
	one("vendor", OUTCOME_DOWN, ERR_REFUSED, "C_Login failed: CKR 0x80000017");
}

/* A false signature is a fact of its own, with the evidence for it, and no key is named. */
static void
a_false_signature_is_a_fact(void **unused)
{
	struct bench bench;
	struct hash spki;

	(void)unused;
	bench_begin(&bench, wrong_module, "ec", "point");
	turn(&bench, DEADLINE);
	holds(&bench, FACT_KEY_SIGNED, false);
	assert_int_equal(bench.seen.blobs, 1);
	assert_false(fact_hash(bytes_of_buffer(&bench.seen.facts), FACT_KEY_SPKI, &spki));
	bench_end(&bench);
}

static void
attributes_that_are_not_answered_are_not_facts(void **unused)
{
	struct bench bench;
	bool value;

	(void)unused;
	bench_begin(&bench, wrong_module, "ec", "silent");
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UP, ERR_OK, "");
	holds(&bench, FACT_KEY_SIGNED, true);
	assert_false(flag(&bench, FACT_KEY_SENSITIVE, &value));
	assert_false(flag(&bench, FACT_KEY_EXTRACTABLE, &value));
	bench_end(&bench);
	bench_begin(&bench, wrong_module, "rsa", "no-pss");
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UP, ERR_OK, "");
	bench_end(&bench);
}

/* In each case the module ends with a status of its own if it was let through. */
static void
modules_are_confined(void **unused)
{
	struct bench bench;

	(void)unused;
	one("fork", OUTCOME_UP, ERR_OK, "");
	one("kill", OUTCOME_UP, ERR_OK, "");
	one("network", OUTCOME_UP, ERR_OK, "");
	one("read", OUTCOME_UP, ERR_OK, "");
	one("write", OUTCOME_UP, ERR_OK, "");
	one("environment", OUTCOME_UP, ERR_OK, "");
	one("needs-network", OUTCOME_UNKNOWN, ERR_IO, "status 45 in C_Initialize");
	bench_begin(&bench, wrong_module, "ec", "needs-network");
	set(&bench, "network", "true");
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UP, ERR_OK, "");
	bench_end(&bench);
	one("exec", OUTCOME_UNKNOWN, ERR_IO, "signal 31 (Bad system call) in C_Initialize");
}

static void
a_wrong_pin_is_tried_once(void **unused)
{
	struct bench bench;

	(void)unused;
	bench_begin(&bench, wrong_module, "ec", "");
	set(&bench, "pin", "99999");
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UNKNOWN, ERR_DENIED, "the token refused the PIN");
	for (int i = 0; i < 4; i++) {
		turn(&bench, DEADLINE);
		says(&bench, OUTCOME_UNKNOWN, ERR_DENIED, "is not tried again");
	}
	assert_int_equal(logins_made(), 1);
	/* Options elsewhere in memory, but the same: still not. */
	endpoint_options(bench.endpoint, bench.option, bench.options);
	turn(&bench, DEADLINE);
	assert_int_equal(logins_made(), 1);
	bench_end(&bench);
	/* Another worker, or this one after a restart, has forgotten; the token has not. */
	bench_begin(&bench, wrong_module, "ec", "");
	set(&bench, "pin", "99999");
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UNKNOWN, ERR_DENIED, "log in once by hand");
	/* Not even the right PIN, for nobody knows yet that it is. */
	set(&bench, "pin", PIN);
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UNKNOWN, ERR_DENIED, "log in once by hand");
	assert_int_equal(logins_made(), 0);
	must((const char *[]){ "pkcs11-tool", "--module", SOFTHSM, "--token-label", "lab",
	    "--login", "--pin", PIN, "-O", NULL });
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UP, ERR_OK, "");
	/* Now it is known: a count that somebody else made does not stop it. */
	assert_int_not_equal(command((const char *[]){ "pkcs11-tool", "--module", SOFTHSM,
	    "--token-label", "lab", "--login", "--pin", "88888", "-O", NULL }), 0);
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UP, ERR_OK, "");
	assert_int_equal(logins_made(), 2);
	bench_end(&bench);
}

static void
a_new_pin_file_is_tried(void **unused)
{
	struct bench bench;

	(void)unused;
	bench_begin(&bench, wrong_module, "ec", "");
	set(&bench, "pin", "99999");
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UNKNOWN, ERR_DENIED, "refused the PIN");
	must((const char *[]){ "pkcs11-tool", "--module", SOFTHSM, "--token-label", "lab",
	    "--login", "--pin", PIN, "-O", NULL });
	set(&bench, "pin", PIN);
	endpoint_options(bench.endpoint, bench.option, bench.options);
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UP, ERR_OK, "");
	bench_end(&bench);
}

/* Ten targets behind one token with one wrong PIN, all at once: one try. */
static void
many_targets_share_one_try(void **unused)
{
	enum { TARGETS = 10 };
	struct endpoint *endpoint[TARGETS];
	struct lab_seen seen[TARGETS] = { 0 };
	struct bench bench;
	unsigned done = 0;

	(void)unused;
	bench_begin(&bench, wrong_module, "ec", "");
	set(&bench, "pin", "99999");
	for (int i = 0; i < TARGETS; i++) {
		endpoint[i] = endpoint_new(bench.machine, &probe_token, "token", bench.option,
		    bench.options);
		assert_int_equal(lab_start(bench.machine, endpoint[i], "127.0.0.1", 1, DEADLINE,
		    &seen[i]), ERR_OK);
	}
	while (done < TARGETS) {
		uv_run(&bench.loop, UV_RUN_ONCE);
		done = 0;
		for (int i = 0; i < TARGETS; i++)
			done += seen[i].times;
	}
	for (int i = 0; i < TARGETS; i++) {
		assert_int_equal(seen[i].outcome, OUTCOME_UNKNOWN);
		assert_int_equal(seen[i].err, ERR_DENIED);
		lab_seen_free(&seen[i]);
		endpoint_free(endpoint[i]);
	}
	assert_int_equal(logins_made(), 1);
	bench_end(&bench);
	must((const char *[]){ "pkcs11-tool", "--module", SOFTHSM, "--token-label", "lab",
	    "--login", "--pin", PIN, "-O", NULL });
}

static void
a_token_on_its_last_try_is_left_alone(void **unused)
{
	struct bench bench;

	(void)unused;
	one("locked", OUTCOME_UNKNOWN, ERR_DENIED, "locked or has one try left");
	bench_begin(&bench, wrong_module, "ec", "final-try");
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_UNKNOWN, ERR_DENIED, "the PIN was not tried");
	assert_int_equal(logins_made(), 0);
	bench_end(&bench);
}

static struct hash
proof(struct bench *bench)
{
	turn(bench, DEADLINE);
	says(bench, OUTCOME_UP, ERR_OK, "");
	assert_int_equal(bench->seen.blobs, 1);
	return bench->seen.blob_hash[0];
}

/* What two rounds within one second prove: the same.  A loaded machine may need several. */
static struct hash
proof_of_a_second(struct bench *bench, unsigned *rounds)
{
	for (unsigned tries = 1; ; tries++) {
		int64_t begun_ms = clock_monotonic_ns() / 1000000;
		struct hash first = proof(bench);
		bool same = hash_equal(first, proof(bench));

		*rounds += 2;
		if (same || tries == 20 || clock_monotonic_ns() / 1000000 - begun_ms < 1000) {
			assert_true(same);
			return first;
		}
	}
}

/* Every round signs and verifies; what is recorded changes with the facts, or when it is old. */
static void
the_proof_on_record_stays_until_it_is_old(void **unused)
{
	struct bench bench;
	struct hash first, second;
	unsigned rounds = 0;

	(void)unused;
	bench_begin(&bench, wrong_module, "ec", "");
	set(&bench, "evidence_interval", "1s");
	first = proof_of_a_second(&bench, &rounds);
	assert_int_equal(logins_made(), rounds);
	usleep(1000000);
	second = proof_of_a_second(&bench, &rounds);
	assert_false(hash_equal(first, second));
	/* A round that proved nothing: the next proof is a new one. */
	set(&bench, "key", "none");
	turn(&bench, DEADLINE);
	says(&bench, OUTCOME_DOWN, ERR_NOT_FOUND, "no private key");
	set(&bench, "key", "ec");
	assert_false(hash_equal(second, proof(&bench)));
	bench_end(&bench);
}

static void
a_round_may_be_cancelled(void **unused)
{
	struct bench bench;

	(void)unused;
	bench_begin(&bench, wrong_module, "ec", "hang");
	bench.endpoint = endpoint_new(bench.machine, &probe_token, "token", bench.option,
	    bench.options);
	assert_int_equal(lab_start(bench.machine, bench.endpoint, "127.0.0.1", 1, DEADLINE,
	    &bench.seen), ERR_OK);
	uv_run(&bench.loop, UV_RUN_ONCE);
	endpoint_free(bench.endpoint);
	bench.endpoint = NULL;
	bench_end(&bench);
	for (int i = 0; i < 200 && waitpid(-1, NULL, WNOHANG) >= 0; i++)
		usleep(10000);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void
messages_come_back_as_they_went(void **unused)
{
	struct token_request request = { .module = bytes_of_text("/m.so"),
	    .token = bytes_of_text("t"), .pin = bytes_of_text("1"), .network = true }, again;
	struct token_answer answer = { .stage = TOKEN_STAGE_LOGIN, .result = TOKEN_CALL,
	    .rv = 0xa0, .text = bytes_of_text("C_Login") }, read;
	struct buffer octets = { .max = 0 };
	char text[TOKEN_RV_TEXT];
	struct why why;

	(void)unused;
	token_request_write(&octets, &request);
	assert_int_equal(token_request_read(bytes_of_buffer(&octets), &again, &why), ERR_OK);
	assert_true(bytes_equal(again.module, request.module) && again.network && !again.proven);
	for (size_t i = 0; i < octets.len; i++)
		assert_int_not_equal(token_request_read(bytes_of(octets.at, i), &again, &why),
		    ERR_OK);
	buffer_reset(&octets);
	token_stage_write(&octets, TOKEN_STAGE_LOAD);
	token_stage_write(&octets, TOKEN_STAGE_LOGIN);
	assert_int_equal(token_answer_read(bytes_of_buffer(&octets), &read), ERR_OK);
	assert_false(read.whole);
	assert_int_equal(read.stage, TOKEN_STAGE_LOGIN);
	token_answer_write(&octets, &answer);
	assert_int_equal(token_answer_read(bytes_of_buffer(&octets), &read), ERR_OK);
	assert_true(read.whole && read.result == TOKEN_CALL && read.evidence.len == 0);
	assert_string_equal(token_rv_text(read.rv, text), "CKR_PIN_INCORRECT");
	buffer_put_u8(&octets, 0);
	assert_int_equal(token_answer_read(bytes_of_buffer(&octets), &read), ERR_MALFORMED);
	assert_false(read.whole);
	buffer_free(&octets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_every_kind_sign),
		cmocka_unit_test(a_key_is_found_by_its_id),
		cmocka_unit_test(what_is_missing_or_twice_is_said),
		cmocka_unit_test(a_file_that_is_no_module_is_said),
		cmocka_unit_test(modules_that_die_are_told_with_the_place),
		cmocka_unit_test(modules_that_lie_prove_nothing),
		cmocka_unit_test(a_false_signature_is_a_fact),
		cmocka_unit_test(attributes_that_are_not_answered_are_not_facts),
		cmocka_unit_test(modules_are_confined),
		cmocka_unit_test(a_wrong_pin_is_tried_once),
		cmocka_unit_test(a_new_pin_file_is_tried),
		cmocka_unit_test(many_targets_share_one_try),
		cmocka_unit_test(a_token_on_its_last_try_is_left_alone),
		cmocka_unit_test(the_proof_on_record_stays_until_it_is_old),
		cmocka_unit_test(a_round_may_be_cancelled),
		cmocka_unit_test(messages_come_back_as_they_went),
	};
	int failed;

	lab_enter();
	prepare();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	hsm_end();
	return failed;
}
