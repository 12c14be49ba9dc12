/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "ledger audit" on a file in which something beside the records was changed with a database tool:
 * values behind commitments, and the index by which keys, gaps and forks are found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "tests/unit/authority.h"
#include "tests/unit/world.h"

extern const struct command command_ledger_audit;

struct fixture { char folder[64], path[96], said[96]; };

static int
setup(void **arg)
{
	struct fixture *f = memory_new(1, sizeof(*f));
	struct world *world = world_new();

	snprintf(f->folder, sizeof(f->folder), "%s/sekimori-test-XXXXXX", P_tmpdir);
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/ledger.db", f->folder);
	snprintf(f->said, sizeof(f->said), "%s/said", f->folder);
	world_minute(world, true, true);
	world_gap(world, ROLE_WORKER, 1, world->covered_ms[1], "worker 1 was killed by signal 9");
	world->now_ms += 4000;
	world_self(world, ROLE_WORKER, 1);
	world_minute(world, true, true);
	world_checkpoint(world);
	world_write(world, f->path);
	world_free(world);
	*arg = f;
	return 0;
}

static int
teardown(void **arg)
{
	struct fixture *f = *arg;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", f->folder);
	free(f);
	return system(command);
}

static void
change(const struct fixture *f, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_true(sqlite3_total_changes(db) > 0);
	sqlite3_close(db);
}

/* The command as it is typed: its exit code and what it says. */
static int
audit(const struct fixture *f, struct buffer *said)
{
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), code;
	int file = open(f->said, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	char name[] = "audit", option[] = "--ledger", path[96];
	char *argv[] = { name, option, path, NULL };
	struct why why;

	memcpy(path, f->path, sizeof(path));
	fflush(stdout);
	dup2(file, STDOUT_FILENO);
	dup2(file, STDERR_FILENO);
	optind = 0;
	code = command_ledger_audit.run(&command_ledger_audit, 3, argv);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	close(file);
	buffer_reset(said);
	assert_int_equal(file_read(f->said, BUFFER_MAX, said, &why), ERR_OK);
	return code;
}

static void
finds(void **arg, const char *sql, const char *sentence)
{
	struct buffer said = { 0 };

	assert_int_equal(audit(*arg, &said), EXIT_FINE);
	change(*arg, sql);
	assert_int_equal(audit(*arg, &said), EXIT_FINDING);
	if (strstr(buffer_text(&said), sentence) == NULL)
		fail_msg("wanted \"%s\" in:\n%s", sentence, buffer_text(&said));
	buffer_free(&said);
}

static void
changed_value(void **arg)
{
	finds(arg, "UPDATE secret SET value = x'31' WHERE rowid = 1;", "was changed");
}

static void
erased_value(void **arg)
{
	struct buffer said = { 0 };

	change(*arg, "DELETE FROM secret;");
	assert_int_equal(audit(*arg, &said), EXIT_FINE);
	buffer_free(&said);
}

/* The column is not in the tree: a GAP stored as a TICK is not found as what it is. */
static void
hidden_kind(void **arg)
{
	finds(arg, "DROP TRIGGER record_is_final; UPDATE record SET kind = 5 WHERE kind = 10;",
	    "is not found by its kind, GAP");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(changed_value), T(erased_value), T(hidden_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
