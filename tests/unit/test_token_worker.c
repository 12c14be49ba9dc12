/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The worker of token targets as it runs: another user, its sandbox, a plan, its files.  It starts
 * the helper and nothing else; a plan that asks for another sandbox ends it in good order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>

#include "monitor/base/cbor.h"
#include "monitor/base/clock.h"
#include "monitor/daemon/link.h"
#include "monitor/daemon/role.h"
#include "monitor/daemon/sandbox.h"
#include "monitor/ledger/record.h"
#include "tests/unit/token_lab.h"

struct boss {
	pid_t         pid;
	int           control, ledger;
	struct buffer facts, sandbox, detail;
	unsigned      observations, coverages;
	uint64_t      outcome;
	bool          closed;
};

static char paths[160], environment[120], pin[96];

static struct plan *
plan_make(const char *allowed)
{
	static const char *const name[] = { "environment", "key", "module", "paths", "pin",
		"token" };
	const char *const value[] = { environment, "ec", SOFTHSM, allowed, pin, "lab" };
	struct plan *plan = plan_new();

	plan->name = "test";
	plan->workers = 2;
	plan->token_workers = 1;
	plan->site = plan_array(plan, plan->sites = 1, sizeof(*plan->site));
	plan->site[0] = (struct plan_site){ .name = "s", .jurisdiction = "JP" };
	plan->instance = plan_array(plan, plan->instances = 1, sizeof(*plan->instance));
	plan->instance[0] = (struct plan_instance){ .name = "i" };
	plan->target = plan_array(plan, plan->targets = 1, sizeof(*plan->target));
	plan->target[0] = (struct plan_target){ .id = 1, .name = "key", .probe = "token",
	    .address = "token", .interval_ms = 300 * lab_patience(),
	    .deadline_ms = 290 * lab_patience(), .stale_ms = 90000,
	    .fail_count = 1, .window = 1, .recover_count = 1 };
	plan->target[0].option = plan_array(plan, plan->target[0].options = 6,
	    sizeof(struct plan_option));
	for (size_t i = 0; i < 6; i++)
		plan->target[0].option[i] = (struct plan_option){ name[i],
		    plan_text(plan, bytes_of_text(value[i])) };
	return plan;
}

static struct role_start *
start_make(const char *allowed, uint32_t index)
{
	struct role_start *start = memory_new(1, sizeof(*start));
	struct plan *plan = plan_make(allowed);
	struct why why = { .err = ERR_OK };

	*start = (struct role_start){ .role = ROLE_WORKER, .index = index, .control = -1 };
	plan_encode(&start->plan_octets, plan);
	plan_free(plan);
	if (plan_decode(bytes_of_buffer(&start->plan_octets), &start->plan, &why) != ERR_OK)
		fail_msg("%s", why.text);
	cbor_put_map(&start->files, 1);
	cbor_put_cstr(&start->files, pin);
	cbor_put_bytes(&start->files, bytes_of_text(PIN "\n"));
	return start;
}

static void
boss_start(struct boss *boss)
{
	int control[2], ledger[2];
	struct why why = { .err = ERR_OK };

	*boss = (struct boss){ .pid = 0 };
	assert_int_equal(link_pair(control, &why), ERR_OK);
	assert_int_equal(link_pair(ledger, &why), ERR_OK);
	boss->pid = fork();
	if (boss->pid == 0) {
		struct role_start *start = start_make(paths, 1);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		start->control = control[1];
		start->links = 1;
		start->link[0] = (struct role_link){ .role = ROLE_LEDGER, .fd = ledger[1] };
		_exit(worker_main(start));
	}
	close(control[1]);
	close(ledger[1]);
	boss->control = control[0];
	boss->ledger = ledger[0];
}

static void
keep(struct buffer *out, struct bytes octets)
{
	buffer_reset(out);
	buffer_put(out, octets.at, octets.len);
}

static void
record_hear(struct boss *boss, struct bytes octets)
{
	struct record record;
	struct why why = { .err = ERR_OK };

	if (record_check(octets, &record, &why) != ERR_OK)
		fail_msg("a record of the worker: %s", why.text);
	boss->coverages += record.kind == RECORD_COVERAGE;
	if (record.kind == RECORD_SELF)
		keep(&boss->sandbox, record.self.sandbox);
	if (record.kind != RECORD_OBSERVATION)
		return;
	boss->observations++;
	boss->outcome = record.observation.outcome;
	keep(&boss->facts, record.observation.facts);
	keep(&boss->detail, record.observation.detail);
	/* It asked no peer, so there is no address to commit to. */
	assert_true(hash_is_zero(record.observation.address));
	assert_int_equal(record.observation.replicas, 1);
}

/* Until there is an observation, or the worker is gone. */
static void
boss_listen(struct boss *boss, unsigned observations)
{
	int64_t until = clock_monotonic_ns() + 60 * INT64_C(1000000000);
	struct buffer body = { .max = 0 };

	while (!boss->closed && boss->observations < observations &&
	    clock_monotonic_ns() < until) {
		struct pollfd wait = { .fd = boss->ledger, .events = POLLIN };
		enum message message;
		int attached;
		enum err err;

		poll(&wait, 1, 100);
		err = link_receive(boss->ledger, &message, &body, &attached);
		if (attached >= 0)
			close(attached);
		boss->closed = err == ERR_CLOSED;
		if (err == ERR_OK && message == MESSAGE_RECORD)
			record_hear(boss, bytes_of_buffer(&body));
	}
	buffer_free(&body);
}

static void
boss_free(struct boss *boss)
{
	close(boss->control);
	close(boss->ledger);
	buffer_free(&boss->facts);
	buffer_free(&boss->sandbox);
	buffer_free(&boss->detail);
}

static void
it_proves_a_key_from_inside_its_sandbox(void **unused)
{
	struct boss boss;
	struct buffer octets = { .max = 0 };
	struct plan *plan;
	bool signed_;
	int status;

	(void)unused;
	boss_start(&boss);
	boss_listen(&boss, 1);
	assert_int_equal(boss.observations, 1);
	if (boss.outcome != OUTCOME_UP)
		fail_msg("%s", buffer_text(&boss.detail));
	assert_true(fact_flag(bytes_of_buffer(&boss.facts), FACT_KEY_SIGNED, &signed_) && signed_);
	assert_non_null(strstr(buffer_text(&boss.sandbox), "may start sekimori-token"));
	/* The same plan again changes nothing; one with other paths ends it, its last word said. */
	plan = plan_make(paths);
	plan_encode(&octets, plan);
	assert_int_equal(link_send_large(boss.control, MESSAGE_PLAN, bytes_of_buffer(&octets)),
	    ERR_OK);
	plan_free(plan);
	assert_int_equal(waitpid(boss.pid, &status, WNOHANG), 0);
	buffer_reset(&octets);
	plan = plan_make("/other");
	plan_encode(&octets, plan);
	assert_int_equal(link_send_large(boss.control, MESSAGE_PLAN, bytes_of_buffer(&octets)),
	    ERR_OK);
	plan_free(plan);
	buffer_free(&octets);
	boss_listen(&boss, 1000);
	assert_true(boss.closed);
	assert_int_equal(waitpid(boss.pid, &status, 0), boss.pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_true(boss.coverages >= 1);
	boss_free(&boss);
}

/* Tries what only a broken module or worker would try. */
static int
try_escapes(void)
{
	struct role_start *start = start_make(paths, 1);
	struct buffer text = { .max = 0 };
	struct why why = { .err = ERR_OK };
	char *const argv[] = { (char[]){ "true" }, NULL };
	pid_t pid;
	int status;

	if (sandbox_enter(ROLE_WORKER, start, &text, &why) != ERR_OK)
		return 2;
	if (strstr(buffer_text(&text), "landlock abi") == NULL)
		return 77;
	pid = fork();
	if (pid == 0) {
		execv("/usr/bin/true", argv);
		execv("/bin/sh", argv);
		_exit(errno == EACCES ? 0 : 3);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		return 4;
	if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0)
		return 5;
	if (open(getenv("SOFTHSM2_CONF"), O_RDONLY | O_CLOEXEC) < 0)
		return 6;
	return 0;
}

static void
it_starts_nothing_else(void **unused)
{
	pid_t pid = fork();
	int status;

	(void)unused;
	if (pid == 0)
		_exit(try_escapes());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
only_what_token_targets_use_makes_another_sandbox(void **unused)
{
	struct role_start *token = start_make(paths, 1), *other = start_make(paths, 0),
	    *changed = start_make("/x, /y", 1), *same = start_make("/y,/x ", 1);
	struct hash basis = sandbox_basis(token);

	(void)unused;
	assert_string_equal(sandbox_helper(token), "sekimori-token");
	assert_null(sandbox_helper(other));
	assert_true(hash_is_zero(sandbox_basis(other)));
	assert_false(hash_is_zero(basis));
	assert_false(hash_equal(basis, sandbox_basis(changed)));
	assert_true(hash_equal(sandbox_basis(same), sandbox_basis(changed)));
	/* The last worker of a plan without tokens is one like the others. */
	token->plan->token_workers = 0;
	assert_null(sandbox_helper(token));
	assert_true(hash_is_zero(sandbox_basis(token)));
	/* One that reads inventories is another. */
	token->plan->inventory_workers = 1;
	assert_string_equal(sandbox_helper(token), "sekimori-inventory");
	assert_false(hash_is_zero(sandbox_basis(token)));
	assert_false(hash_equal(basis, sandbox_basis(token)));
	for (int i = 0; i < 4; i++) {
		struct role_start *start = (struct role_start *[]){ token, other, changed, same }[i];

		plan_free(start->plan);
		buffer_free(&start->plan_octets);
		buffer_free(&start->files);
		free(start);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_proves_a_key_from_inside_its_sandbox),
		cmocka_unit_test(it_starts_nothing_else),
		cmocka_unit_test(only_what_token_targets_use_makes_another_sandbox),
	};
	int failed;

	lab_enter();
	hsm_begin();
	token_make("lab");
	key_make("lab", "EC:prime256v1", "01", "ec");
	snprintf(paths, sizeof(paths), "%s/softhsm2.conf, %s/tokens", folder, folder);
	snprintf(environment, sizeof(environment), "SOFTHSM2_CONF=%s/softhsm2.conf", folder);
	snprintf(pin, sizeof(pin), "%s/pin", folder);
	/* Root's worker becomes nobody, who has to be able to use the token. */
	if (geteuid() == 0) {
		must((const char *[]){ "chown", "-R", "65534", folder, NULL });
		chmod(folder, 0711);
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	hsm_end();
	return failed;
}
