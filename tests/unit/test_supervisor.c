/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole daemon by its signals: this program is its own executable, so that the supervisor
 * starts it again for each role.  What it says stands in a log, what it did in its ledger.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/daemon/supervisor.h"
#include "monitor/ledger/key.h"
#include "monitor/ledger/ledger.h"
#include "tests/unit/probe_lab.h"

enum { PATIENCE_MS = 120000, TURNS = PATIENCE_MS / 50, TARGETS = 12 };

extern const struct command command_run;

struct daemon {
	char  folder[64], conf[96], log[96], key[96], ledger[112];
	pid_t pid;
};

/* --- the daemon ----------------------------------------------------------------------------- */

static void
configure(struct daemon *d, unsigned workers, const char *origin, const char *comment)
{
	struct buffer text = { .max = 0 };
	struct why why;

	buffer_print(&text, "# %s\nmonitor = { name = \"test\"; state = \"%s/state\"; workers = %u; "
	    "instance_gap = \"10ms\"; };\nledger = { origin = \"%s\"; key = \"%s\"; };\n"
	    "sites = ( { name = \"here\"; jurisdiction = \"JP\"; } );\n"
	    "instances = (",
	    comment, d->folder, workers, origin, d->key);
	for (unsigned i = 0; i < TARGETS; i++)
		buffer_print(&text, "%s { name = \"i%u\"; function = \"switching\"; site = \"here\"; "
		    "targets = ( { name = \"t%u\"; probe = \"tcp\"; address = \"127.0.0.1\"; "
		    "port = 7501; interval = \"1s\"; } ); }", i > 0 ? "," : "", i, i);
	buffer_put_text(&text, " );\n");
	assert_int_equal(file_write(d->conf, bytes_of_buffer(&text), 0600, &why), ERR_OK);
	buffer_free(&text);
}

static void
daemon_begin(struct daemon *d)
{
	unlink(d->log);
	d->pid = fork();
	assert_true(d->pid >= 0);
	if (d->pid == 0) {
		char *argv[] = { (char[]){ "run" }, (char[]){ "-c" }, d->conf, NULL };
		int log = open(d->log, O_WRONLY | O_CREAT | O_APPEND, 0600);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(log, STDERR_FILENO);
		close(log);
		_exit(command_run.run(&command_run, 3, argv));
	}
}

static int
daemon_ended(struct daemon *d)
{
	int status = 0;

	assert_int_equal(waitpid(d->pid, &status, 0), d->pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int
daemon_end(struct daemon *d)
{
	kill(d->pid, SIGTERM);
	return daemon_ended(d);
}

/* How often the log says so. */
static unsigned
says(struct daemon *d, const char *sentence)
{
	struct buffer log = { .max = 0 };
	unsigned count = 0;
	struct why why;

	if (file_read(d->log, BUFFER_MAX, &log, &why) == ERR_OK && log.len > 0)
		for (const char *at = buffer_text(&log); (at = strstr(at, sentence)) != NULL; at++)
			count++;
	buffer_free(&log);
	return count;
}

static void
wait_until_says(struct daemon *d, const char *sentence, unsigned times)
{
	int64_t until_ms = clock_monotonic_ns() / 1000000 + PATIENCE_MS;

	while (says(d, sentence) < times) {
		if (clock_monotonic_ns() / 1000000 > until_ms)
			fail_msg("the log does not say \"%s\" %u times", sentence, times);
		usleep(2000);
	}
}

static void
reload(struct daemon *d)
{
	unsigned times = says(d, "configuration read again") + 1;

	kill(d->pid, SIGHUP);
	wait_until_says(d, "configuration read again", times);
}

struct count {
	enum record_kind kind;
	unsigned found, empty;		/* COVERAGE that vouches for nothing */
	unsigned workers;		/* that said SELF since the newest CONFIG */
};

static bool
on_record(void *arg, const struct record *record, struct bytes raw, enum err err)
{
	struct count *count = arg;

	(void)raw;
	assert_int_equal(err, ERR_OK);
	count->found += record->kind == count->kind;
	if (record->kind == RECORD_CONFIG)
		count->workers = 0;
	count->workers += record->kind == RECORD_SELF && record->role == ROLE_WORKER;
	count->empty += record->kind == count->kind && record->kind == RECORD_COVERAGE &&
	    record->coverage.targets == 0;
	return true;
}

static struct count
records(struct daemon *d, enum record_kind kind)
{
	struct count count = { .kind = kind };
	struct ledger *ledger;
	struct why why;

	assert_int_equal(ledger_open(&ledger, d->ledger, LEDGER_READ, &why), ERR_OK);
	assert_int_equal(ledger_scan(ledger, 0, ledger_size(ledger), on_record, &count, &why),
	    ERR_OK);
	ledger_close(ledger);
	return count;
}

static int
setup(void **state)
{
	struct daemon *d = memory_new(1, sizeof(*d));
	struct buffer pem = { .max = 0 };
	struct signing_key *key;
	struct why why;

	snprintf(d->folder, sizeof(d->folder), "%s/sekimori-run-XXXXXX", P_tmpdir);
	if (mkdtemp(d->folder) == NULL)
		return -1;
	snprintf(d->conf, sizeof(d->conf), "%s/sekimori.conf", d->folder);
	snprintf(d->log, sizeof(d->log), "%s/log", d->folder);
	snprintf(d->key, sizeof(d->key), "%s/key.pem", d->folder);
	snprintf(d->ledger, sizeof(d->ledger), "%s/state/ledger.db", d->folder);
	assert_int_equal(signing_key_make(&key, &why), ERR_OK);
	assert_int_equal(signing_key_write(key, &pem, &why), ERR_OK);
	assert_int_equal(file_write(d->key, bytes_of_buffer(&pem), 0600, &why), ERR_OK);
	signing_key_free(key);
	buffer_free(&pem);
	configure(d, 1, "example.org/test", "");
	*state = d;
	return 0;
}

static int
teardown(void **state)
{
	struct daemon *d = *state;
	char command[128];
	pid_t pid = fork();

	snprintf(command, sizeof(command), "%s", d->folder);
	if (pid == 0) {
		execlp("rm", "rm", "-rf", command, NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	free(d);
	return 0;
}

/* --- tests ---------------------------------------------------------------------------------- */

/* What did not change is not recorded again, however often it is read. */
static void
test_many_hangups(void **state)
{
	struct daemon *d = *state;

	daemon_begin(d);
	wait_until_says(d, "watching", 1);
	for (unsigned i = 0; i < 50; i++)
		reload(d);
	assert_int_equal(records(d, RECORD_CONFIG).found, 1);
	configure(d, 1, "example.org/test", "a comment is a change of the source");
	reload(d);
	assert_int_equal(records(d, RECORD_CONFIG).found, 2);
	assert_int_equal(daemon_end(d), EXIT_FINE);
}

static void
test_other_origin(void **state)
{
	struct daemon *d = *state;

	daemon_begin(d);
	wait_until_says(d, "watching", 1);
	configure(d, 1, "example.org/other", "");
	kill(d->pid, SIGHUP);
	wait_until_says(d, "the old configuration stays in force: ledger.origin was "
	    "\"example.org/test\" and is now \"example.org/other\"", 1);
	configure(d, 1, "example.org/test", "back");
	reload(d);
	assert_int_equal(daemon_end(d), EXIT_FINE);
	configure(d, 1, "example.org/other", "");
	daemon_begin(d);
	assert_int_equal(daemon_ended(d), EXIT_USAGE);
	assert_int_equal(says(d, "ledger.origin is \"example.org/other\""), 1);
	assert_int_equal(says(d, "is the ledger \"example.org/test\""), 1);
}

/* The last word of a worker that leaves is about the targets it had. */
static void
test_workers_come_and_go(void **state)
{
	struct daemon *d = *state;
	unsigned left;

	configure(d, 4, "example.org/test", "");
	daemon_begin(d);
	wait_until_says(d, "watching", 1);
	for (left = 0; left < TURNS && records(d, RECORD_SELF).workers < 4; left++)
		usleep(50000);
	sleep(1);
	configure(d, 1, "example.org/test", "");
	reload(d);
	for (left = 0; left < TURNS && records(d, RECORD_COVERAGE).found < 3; left++)
		usleep(50000);
	assert_int_equal(records(d, RECORD_COVERAGE).found, 3);
	assert_int_equal(records(d, RECORD_COVERAGE).empty, 0);
	/* Wanted again while they still end: they begin once more. */
	for (unsigned i = 0; i < 3; i++) {
		configure(d, 4, "example.org/test", "");
		reload(d);
		for (left = 0; left < TURNS && records(d, RECORD_SELF).workers < 3; left++)
			usleep(50000);
		assert_int_equal(records(d, RECORD_SELF).workers, 3);
		configure(d, 1, "example.org/test", "");
		reload(d);
	}
	configure(d, 4, "example.org/test", "");
	reload(d);
	for (left = 0; left < TURNS && records(d, RECORD_SELF).workers < 3; left++)
		usleep(50000);
	assert_int_equal(records(d, RECORD_SELF).workers, 3);
	assert_int_equal(daemon_end(d), EXIT_FINE);
	assert_int_equal(records(d, RECORD_COVERAGE).empty, 0);
}

/* It says so, once, and goes on. */
static void
test_stopped_itself(void **state)
{
	struct daemon *d = *state;

	daemon_begin(d);
	wait_until_says(d, "watching", 1);
	assert_int_equal(says(d, "stood still"), 0);
	kill(d->pid, SIGSTOP);
	/* Its longest wait, and then some. */
	usleep((TURN_MS + LATE_MS + 500) * 1000);
	kill(d->pid, SIGCONT);
	wait_until_says(d, "the supervisor itself stood still for", 1);
	reload(d);
	assert_int_equal(says(d, "stood still"), 1);
	assert_int_equal(daemon_end(d), EXIT_FINE);
}

/* A role is not ended for a silence in which the supervisor could not listen. */
static void
test_silence_while_stopped(void **state)
{
	struct supervisor *s = memory_new(1, sizeof(*s));
	struct child *child;
	int status;

	(void)state;
	for (unsigned forgiven = 0; forgiven < 2; forgiven++) {
		child = child_of(s, ROLE_WORKER, 0);
		child->pid = fork();
		if (child->pid == 0) {
			pause();
			_exit(0);
		}
		child->readies = 1;
		child->reason[0] = '\0';
		child->heard_ns = now_ns() - (ROLE_SILENCE_MS + 1000) * MS_NS;
		if (forgiven)
			children_forgive(s, 20000 * MS_NS);
		children_turn(s);
		usleep(100000);
		assert_int_equal(waitpid(child->pid, &status, forgiven ? WNOHANG : 0),
		    forgiven ? 0 : child->pid);
		kill(child->pid, SIGKILL);
		if (forgiven)
			waitpid(child->pid, &status, 0);
	}
	free(s);
}

/* --- this program as a role ----------------------------------------------------------------- */

static int
role(const char *name, uint32_t index)
{
	static const struct { const char *name; enum role role; int (*main)(struct role_start *); }
	roles[] = {
#define ROLE(number, NAME, name, text) { #name, (enum role)number, name##_main },
#define ROLE_APART(number, NAME, name, text)
#include "monitor/ledger/role_list.h"
	};
	static struct role_start start;
	struct why why;

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(roles[i].name, name) == 0)
			return role_begin(&start, roles[i].role, index, &why) == ERR_OK ?
			    roles[i].main(&start) : EXIT_UNKNOWN;
	return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_many_hangups, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_origin, setup, teardown),
		cmocka_unit_test_setup_teardown(test_workers_come_and_go, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stopped_itself, setup, teardown),
		cmocka_unit_test(test_silence_while_stopped),
	};

	if (argc == 4 && strcmp(argv[1], "role") == 0)
		return role(argv[2], (uint32_t)strtoul(argv[3], NULL, 10));
	lab_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
