/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe "drop" with a folder: a real statement of a YubiHSM 2 is delivered whole, in halves, as
 * pipes, links and devices, twice, in the wrong order, taken away and put back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "attest/attest.h"
#include "monitor/base/file.h"
#include "probes/attest_look.h"
#include "probes/delivery.h"
#include "tests/unit/probe_lab.h"

#define YUBICO "tests/data/attest/yubico/"
#define STATEMENT YUBICO "hsm-31650425-7e57.attest.pem"

static const char policy[] = "policy = \"lab\"; edition = \"1\"; yubihsm = { nonce = \"none\"; "
    "serial = [ \"*\" ]; capabilities = [ \"*\" ]; firmware = [ \"*\" ]; };";

struct lab {
	uv_loop_t           loop;
	struct machine     *machine;
	struct endpoint    *endpoint;
	struct lab_seen     seen;
	struct round_option option[5];
	char                folder[64];
	struct buffer       chain, statement;
};

static void
read_must(const char *path, struct buffer *out)
{
	struct why why = { .err = ERR_OK };

	out->max = 1 << 20;
	if (file_read(path, 1 << 20, out, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

static int
setup(void **state)
{
	struct lab *lab = memory_new(1, sizeof(*lab));

	uv_loop_init(&lab->loop);
	lab->machine = machine_new(&lab->loop);
	snprintf(lab->folder, sizeof(lab->folder), "/tmp/drop.XXXXXX");
	assert_non_null(mkdtemp(lab->folder));
	read_must(STATEMENT, &lab->statement);
	read_must(YUBICO "hsm-31650425-device.pem", &lab->chain);
	read_must(YUBICO "hsm-subca-E45DA5F3.pem", &lab->chain);
	read_must(YUBICO "hsm-root.pem", &lab->chain);
	lab->option[0] = (struct round_option){ .name = "kind", .value = "yubihsm" };
	lab->option[1] = (struct round_option){ .name = "policy", .value = "policy",
	    .octets = bytes_of_text(policy) };
	lab->option[2] = (struct round_option){ .name = "folder", .value = lab->folder };
	lab->option[3] = (struct round_option){ .name = "settle", .value = "100ms" };
	lab->endpoint = endpoint_new(lab->machine, &probe_drop, "", lab->option, 4);
	*state = lab;
	return 0;
}

static int
teardown(void **state)
{
	struct lab *lab = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", lab->folder);
	(void)!system(command);
	endpoint_free(lab->endpoint);
	machine_free(lab->machine);
	assert_int_equal(uv_loop_close(&lab->loop), 0);
	lab_seen_free(&lab->seen);
	buffer_free(&lab->chain);
	buffer_free(&lab->statement);
	free(lab);
	return 0;
}

static const char *
path_of(const struct lab *lab, const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", lab->folder, name);
	return path;
}

static void
put(const struct lab *lab, const char *name, struct bytes octets)
{
	int fd = open(path_of(lab, name), O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, octets.at, octets.len), octets.len);
	close(fd);
}

/* A good delivery in that folder; "": in the folder itself.  The label makes another content. */
static void
deliver(const struct lab *lab, const char *name, const char *comment)
{
	char inner[128];
	struct buffer chain = { .max = 1 << 20 };

	if (name[0] != '\0')
		assert_int_equal(mkdir(path_of(lab, name), 0755), 0);
	buffer_put_text(&chain, comment);
	buffer_put_text(&chain, "\n");
	buffer_put(&chain, lab->chain.at, lab->chain.len);
	snprintf(inner, sizeof(inner), "%s/statement.pem", name);
	put(lab, inner, bytes_of_buffer(&lab->statement));
	snprintf(inner, sizeof(inner), "%s/certificates.pem", name);
	put(lab, inner, bytes_of_buffer(&chain));
	buffer_free(&chain);
}

static void
take_away(const struct lab *lab, const char *name)
{
	static const char *const inner[] = { "statement.pem", "certificates.pem" };
	char path[128];

	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", name, inner[i]);
		unlink(path_of(lab, path));
	}
	assert_int_equal(rmdir(path_of(lab, name)), 0);
}

static void
rounds(struct lab *lab, int64_t deadline_ms)
{
	lab_round(lab->machine, &lab->loop, lab->endpoint, 0, deadline_ms, &lab->seen);
}

static bool
said(const struct lab *lab, const char *text)
{
	return memmem(lab->seen.facts.at, lab->seen.facts.len, text, strlen(text)) != NULL;
}

static void
expect(struct lab *lab, enum outcome outcome, const char *words)
{
	rounds(lab, 3000);
	if (lab->seen.outcome != outcome || strstr(lab->seen.detail, words) == NULL)
		fail_msg("outcome %d, wanted %d: \"%s\" has no \"%s\"", lab->seen.outcome, outcome,
		    lab->seen.detail, words);
	/* Never an earlier verdict beside a reason not to know. */
	assert_int_equal(said(lab, "accept"), outcome != OUTCOME_UNKNOWN);
}

/* For the fold (test_attest_back.c), whatever a worker remembers: only what was accepted. */
static bool
accepted(const struct lab *lab, const char *name)
{
	struct bytes text;

	return fact_text(bytes_of_buffer(&lab->seen.facts), FACT_ATTEST_DELIVERED, &text) &&
	    bytes_equal(text, bytes_of_text(name));
}

static void
test_flat(void **state)
{
	struct lab *lab = *state;

	expect(lab, OUTCOME_UNKNOWN, "nothing is in the folder");
	deliver(lab, "", "first");
	expect(lab, OUTCOME_UP, "");
	assert_int_equal(lab->seen.blobs, 1);
	/* Quiet: the second round does not wait. */
	rounds(lab, 50);
	assert_int_equal(lab->seen.outcome, OUTCOME_UP);
	put(lab, "statement.pem", bytes_of_buffer(&lab->chain));
	rounds(lab, 3000);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_true(said(lab, "reject"));
	unlink(path_of(lab, "statement.pem"));
	expect(lab, OUTCOME_UNKNOWN, "the delivery has no statement");
	assert_int_equal(lab->seen.blobs, 0);
	unlink(path_of(lab, "certificates.pem"));
	expect(lab, OUTCOME_UNKNOWN, "nothing is in the folder");
	rmdir(lab->folder);
	expect(lab, OUTCOME_UNKNOWN, "is not there");
	assert_int_equal(mkdir(lab->folder, 0755), 0);
}

static void
test_halves(void **state)
{
	struct lab *lab = *state;

	deliver(lab, "", "first");
	put(lab, "statement.pem.tmp", bytes_of_text("half"));
	expect(lab, OUTCOME_UNKNOWN, "statement.pem.tmp is there: it is still being delivered");
	unlink(path_of(lab, "statement.pem.tmp"));
	put(lab, ".partial", bytes_of_text("half"));
	expect(lab, OUTCOME_UP, "");
	put(lab, "certificates.pem", bytes_of_text(""));
	expect(lab, OUTCOME_UNKNOWN, "certificates.pem is empty");
	unlink(path_of(lab, "certificates.pem"));
	unlink(path_of(lab, "statement.pem"));
}

struct writer { struct lab *lab; uv_timer_t timer; size_t at; };

/* A writer that is slow: 50 octets each 40 ms. */
static void
on_write(uv_timer_t *timer)
{
	struct writer *w = timer->data;
	const struct buffer *octets = &w->lab->statement;
	size_t len = octets->len - w->at < 50 ? octets->len - w->at : 50;
	int fd = open(path_of(w->lab, "statement.pem"), O_WRONLY | O_APPEND | O_CREAT, 0644);

	if (len == 0) {
		uv_timer_stop(timer);
		close(fd);
		return;
	}
	assert_int_equal(write(fd, octets->at + w->at, len), len);
	close(fd);
	w->at += len;
}

static void
test_slow_writer(void **state)
{
	struct lab *lab = *state;
	struct writer w = { .lab = lab };

	put(lab, "certificates.pem", bytes_of_buffer(&lab->chain));
	uv_timer_init(&lab->loop, &w.timer);
	w.timer.data = &w;
	uv_timer_start(&w.timer, on_write, 0, 40);
	rounds(lab, 500);
	assert_int_equal(lab->seen.outcome, OUTCOME_UNKNOWN);
	assert_false(said(lab, "reject"));
	expect(lab, OUTCOME_UP, "");
	assert_int_equal(w.at, lab->statement.len);
	uv_close((uv_handle_t *)&w.timer, NULL);
	uv_run(&lab->loop, UV_RUN_NOWAIT);
}

static void
test_hostile(void **state)
{
	struct lab *lab = *state;
	char long_name[200];
	struct buffer large = { .max = 1 << 20 };

	deliver(lab, "", "first");
	assert_int_equal(symlink("/etc/passwd", path_of(lab, "possession.cbor")), 0);
	expect(lab, OUTCOME_UNKNOWN, "possession.cbor is a symbolic link, no file");
	unlink(path_of(lab, "possession.cbor"));
	assert_int_equal(mkfifo(path_of(lab, "possession"), 0644), 0);
	expect(lab, OUTCOME_UNKNOWN, "possession is a pipe, no file");
	unlink(path_of(lab, "possession"));
	put(lab, "README.txt", bytes_of_text("hello"));
	expect(lab, OUTCOME_UNKNOWN, "README.txt names no role of yubihsm");
	unlink(path_of(lab, "README.txt"));
	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	put(lab, long_name, bytes_of_text("hello"));
	expect(lab, OUTCOME_UNKNOWN, "a name has more than 127 octets");
	unlink(path_of(lab, long_name));
	put(lab, "certificates.\033[2J", bytes_of_text("hello"));
	expect(lab, OUTCOME_UNKNOWN, "octets that are not ASCII");
	unlink(path_of(lab, "certificates.\033[2J"));
	for (int i = 0; i < ENVELOPE_ITEM_MAX + 1; i++)
		buffer_put_u8(&large, 'x');
	put(lab, "certificates.large", bytes_of_buffer(&large));
	expect(lab, OUTCOME_UNKNOWN, "certificates.large has more than 524288 octets");
	large.len--;
	put(lab, "certificates.large", bytes_of_buffer(&large));
	put(lab, "certificates.larger", bytes_of_buffer(&large));
	expect(lab, OUTCOME_UNKNOWN, "octets together");
	unlink(path_of(lab, "certificates.large"));
	unlink(path_of(lab, "certificates.larger"));
	buffer_free(&large);
	for (int i = 0; i < DELIVERY_FILES; i++) {
		char name[32];

		snprintf(name, sizeof(name), "certificates.%d", i);
		put(lab, name, bytes_of_buffer(&lab->chain));
	}
	expect(lab, OUTCOME_UNKNOWN, "more than 16 files");
	for (int i = 0; i < DELIVERY_FILES; i++) {
		char name[32];

		snprintf(name, sizeof(name), "certificates.%d", i);
		unlink(path_of(lab, name));
	}
	expect(lab, OUTCOME_UP, "");
	assert_int_equal(mkdir(path_of(lab, "2026-11-20"), 0755), 0);
	rounds(lab, 3000);
	assert_int_equal(lab->seen.outcome, OUTCOME_UNKNOWN);
	assert_non_null(strstr(lab->seen.detail, "lies beside folders"));
}

/* What cannot be kept is not judged: a verdict whose evidence nobody can look at again. */
static void
test_too_much(void **state)
{
	struct lab *lab = *state;
	struct buffer text = { .max = 1 << 20 };

	for (size_t i = 0; i < 200 << 10; i++)
		buffer_put(&text, "\n", 1);
	deliver(lab, "", buffer_text(&text));
	buffer_put(&text, lab->chain.at, lab->chain.len);
	put(lab, "certificates.2.pem", bytes_of_buffer(&text));
	put(lab, "certificates.3.pem", bytes_of_buffer(&text));
	expect(lab, OUTCOME_UP, "");
	for (size_t i = 0; i < 300 << 10; i++)
		buffer_put(&text, "\n", 1);
	lab->option[4] = (struct round_option){ .name = "document", .value = "document",
	    .octets = bytes_of_buffer(&text) };
	endpoint_options(lab->endpoint, lab->option, 5);
	expect(lab, OUTCOME_UNKNOWN, "more than the 1024 KiB that can be kept");
	assert_false(said(lab, "yubihsm"));
	endpoint_options(lab->endpoint, lab->option, 4);
	buffer_free(&text);
}

static void
test_folders(void **state)
{
	struct lab *lab = *state;

	deliver(lab, "2026-11-20", "first");
	deliver(lab, "2026-11-21.tmp", "second");
	expect(lab, OUTCOME_UP, "");
	assert_true(said(lab, "2026-11-20"));
	assert_true(accepted(lab, "2026-11-20"));
	rename(path_of(lab, "2026-11-21.tmp"), "/tmp/drop.moved");
	rename("/tmp/drop.moved", path_of(lab, "2026-11-21"));
	expect(lab, OUTCOME_UP, "");
	assert_true(said(lab, "2026-11-21"));
	/* The newer one is taken away: the older counts again, and that is told each time. */
	rename(path_of(lab, "2026-11-21"), "/tmp/drop.moved");
	expect(lab, OUTCOME_DEGRADED, "2026-11-21 was accepted, and was taken away");
	expect(lab, OUTCOME_DEGRADED, "2026-11-21 was accepted, and was taken away");
	rename("/tmp/drop.moved", path_of(lab, "2026-11-21"));
	expect(lab, OUTCOME_UP, "");
	/* The older one under a new name. */
	deliver(lab, "2026-11-22", "first");
	expect(lab, OUTCOME_DEGRADED, "an older delivery was put back");
	deliver(lab, "2026-11-23", "third");
	expect(lab, OUTCOME_UP, "");
	assert_int_equal(mkdir(path_of(lab, "2026-11-24"), 0755), 0);
	expect(lab, OUTCOME_UNKNOWN, "delivery 2026-11-24: nothing is in the folder");
	assert_int_equal(mkdir(path_of(lab, "2026-11-24/more"), 0755), 0);
	expect(lab, OUTCOME_UNKNOWN, "more is a folder inside a delivery");
	assert_int_equal(symlink(".", path_of(lab, "2026-11-25")), 0);
	expect(lab, OUTCOME_UNKNOWN, "2026-11-25 lies beside folders");
}

/* What never counted puts nothing behind it: not without a statement, and not refused. */
static void
test_never_counted(void **state)
{
	struct lab *lab = *state;

	deliver(lab, "test", "first");
	unlink(path_of(lab, "test/statement.pem"));
	expect(lab, OUTCOME_UNKNOWN, "delivery has no statement");
	put(lab, "test/statement.pem", bytes_of_buffer(&lab->chain));
	rounds(lab, 3000);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	assert_true(said(lab, "reject"));
	assert_false(accepted(lab, "test"));
	take_away(lab, "test");
	deliver(lab, "2026-11-21", "first");
	expect(lab, OUTCOME_UP, "");
	/* One that counted does, and what to do is said. */
	deliver(lab, "test", "second");
	expect(lab, OUTCOME_UP, "");
	take_away(lab, "test");
	expect(lab, OUTCOME_DEGRADED, "test was accepted, and was taken away or renamed; deliver "
	    "anew under a name behind it");
	deliver(lab, "test-2", "third");
	expect(lab, OUTCOME_UP, "");
}

/* Files exchanged for older ones in the folder itself. */
static void
test_put_back(void **state)
{
	struct lab *lab = *state;

	deliver(lab, "", "first");
	expect(lab, OUTCOME_UP, "");
	deliver(lab, "", "second");
	expect(lab, OUTCOME_UP, "");
	deliver(lab, "", "first");
	expect(lab, OUTCOME_DEGRADED, "an older delivery was put back");
	deliver(lab, "", "third");
	expect(lab, OUTCOME_UP, "");
}

/* Between looking and reading the file becomes another, or a pipe that never ends. */
static void
test_exchanged(void **state)
{
	struct lab *lab = *state;
	struct delivery *delivery = memory_new(1, sizeof(*delivery));
	struct why why = { .err = ERR_OK };
	const struct verifier *verifier = verifier_find("yubihsm");

	deliver(lab, "", "first");
	assert_int_equal(delivery_look(lab->folder, verifier, delivery, &why), ERR_OK);
	deliver(lab, "", "other");
	assert_int_equal(delivery_read(lab->folder, delivery, &why), ERR_BUSY);
	delivery_free(delivery);
	assert_int_equal(delivery_look(lab->folder, verifier, delivery, &why), ERR_OK);
	unlink(path_of(lab, "statement.pem"));
	assert_int_equal(mkfifo(path_of(lab, "statement.pem"), 0644), 0);
	assert_int_equal(delivery_read(lab->folder, delivery, &why), ERR_BUSY);
	delivery_free(delivery);
	free(delivery);
	unlink(path_of(lab, "statement.pem"));
}

/* Files of options stand in place of delivered ones. */
static void
test_options_stand(void **state)
{
	struct lab *lab = *state;

	deliver(lab, "", "first");
	put(lab, "certificates.pem", bytes_of_text("no certificate"));
	rounds(lab, 3000);
	assert_int_equal(lab->seen.outcome, OUTCOME_DEGRADED);
	lab->option[4] = (struct round_option){ .name = "certificates", .value = "chain",
	    .octets = bytes_of_buffer(&lab->chain) };
	endpoint_options(lab->endpoint, lab->option, 5);
	expect(lab, OUTCOME_UP, "");
}

/* Which rules, if they alone passed, make evidence fresh: of all verifiers, by name. */
static void
test_fresh(void **state)
{
	struct appraisal *a = memory_new(1, sizeof(*a));
	struct envelope asked = { .nonce = bytes_of_text("nonce") }, unasked = { .items = 0 };
	size_t count, nonces = 0, answers = 0;
	const struct verifier *const *table = verifier_table(&count);

	(void)state;
	for (size_t v = 0; v < count; v++)
		for (size_t i = 0; i < table[v]->set->count; i++) {
			const struct rule *rule = &table[v]->set->rule[i];
			bool nonce = strcmp(rule->name, "nonce") == 0, answer =
			    strcmp(rule->name, "possession") == 0 &&
			    strcmp(table[v]->set->name, "csr-attestation") != 0;

			memset(a, 0, sizeof(*a));
			a->parts = 1;
			a->partition[0].set = table[v]->set;
			assert_false(attest_look_fresh(&asked, a));
			a->step[i].state = STEP_PASSED;
			assert_int_equal(attest_look_fresh(&asked, a), nonce || answer);
			assert_false(attest_look_fresh(&unasked, a));
			a->step[i].state = STEP_NOT_ASKED;
			assert_false(attest_look_fresh(&asked, a));
			nonces += nonce;
			answers += answer;
		}
	assert_true(nonces >= 8 && answers >= 3);
	free(a);
}

/* Whatever a verifier of hardware takes can be given by an option: its name with low lines, but for
 * lists, which are "crl" by hand.  An answer to a challenge comes with its delivery alone. */
static void
test_every_role_has_an_option(void **state)
{
	static const struct { const char *option, *role; } rows[] = {
#define ROLE(option, role, text) { option, role },
#include "probes/attest_role_list.h"
	};
	static const struct verifier *const verifiers[] = {
#define VERIFIER(name) &verifier_##name,
#include "attest/verifier_list.h"
	};

	(void)state;
	for (size_t v = 0; v < sizeof(verifiers) / sizeof(verifiers[0]); v++)
		for (const struct attest_role *role = verifiers[v]->role; role->name != NULL &&
		    verifiers[v] != &verifier_timestamp && verifiers[v] != &verifier_cades; role++) {
			size_t at = 0;

			while (at < sizeof(rows) / sizeof(rows[0]) &&
			    strcmp(rows[at].role, role->name) != 0)
				at++;
			if (at == sizeof(rows) / sizeof(rows[0]) &&
			    strcmp(role->name, "possession") != 0)
				fail_msg("%s: no option for %s", verifiers[v]->set->name,
				    role->name);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(test_flat), T(test_halves), T(test_slow_writer), T(test_hostile),
		T(test_folders), T(test_never_counted), T(test_put_back), T(test_exchanged),
		T(test_options_stand), T(test_too_much), cmocka_unit_test(test_fresh),
		cmocka_unit_test(test_every_role_has_an_option)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
