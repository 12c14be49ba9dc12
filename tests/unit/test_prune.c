/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pruned ledger is still a ledger: two keys, anchored, the first half pruned behind a STATE.
 * Its keys stay, so that signatures still say something; audit, fork detection, replay, export and
 * verify work on what is left; and bytes that are gone without a PRUNE record are found.
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
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/ledger/fork.h"
#include "monitor/replay/replay.h"
#include "monitor/state/fold.h"
#include "tests/unit/authority.h"
#include "tests/unit/world.h"

#define GOOD(call) assert_int_equal((call), ERR_OK)

extern const struct command command_ledger_audit, command_ledger_export, command_ledger_show,
    command_verify;

struct fixture {
	char             folder[64], path[96], roots[96], said[96];
	struct world    *world;
	struct authority authority;
	uint64_t         until, second_key;	/* where it is pruned, and a KEY before that */
	struct hash      whole;			/* the belief at the end, folded over all */
};

/* Ends with the STATE at "until", the PRUNE and a checkpoint over both, as the ledger role does. */
static void
state_and_prune(struct fixture *f, struct ledger *ledger)
{
	struct record state = { .kind = RECORD_STATE, .role = ROLE_ENGINE };
	struct record prune = { .kind = RECORD_PRUNE, .role = ROLE_LEDGER };
	struct checkpoint checkpoint = { .origin = WORLD_ORIGIN };
	struct buffer octets = { 0 }, note = { 0 };
	struct replay *replay;
	struct why why;

	GOOD(replay_open(&replay, ledger, NULL, &why));
	GOOD(replay_to_size(replay, f->until, &why));
	state_encode(&octets, replay_state(replay));
	replay_close(replay);
	state.recorded_ms = state.observed_ms = ledger_recorded_ms(ledger);
	state.state.size = f->until;
	state.state.fold_version = FOLD_VERSION;
	GOOD(ledger_add_blob(ledger, bytes_of_buffer(&octets), &state.state.state, &why));
	GOOD(ledger_add(ledger, &state, &why));
	prune.recorded_ms = prune.observed_ms = state.recorded_ms;
	prune.prune = (struct record_prune){ .until = f->until, .state = state.seq,
	    .author = bytes_of_text("retention") };
	GOOD(ledger_add(ledger, &prune, &why));
	GOOD(ledger_commit(ledger, &why));
	checkpoint.size = ledger_size(ledger);
	GOOD(ledger_root(ledger, checkpoint.size, &checkpoint.root, &why));
	world_sign_note(f->world->key, &f->world->verifier, &checkpoint, &note);
	GOOD(ledger_add_checkpoint(ledger, checkpoint.size, bytes_of_buffer(&note), &why));
	buffer_free(&octets);
	buffer_free(&note);
}

static void
fold_whole(struct fixture *f, struct ledger *ledger)
{
	struct replay *replay;
	struct why why;

	GOOD(replay_open(&replay, ledger, NULL, &why));
	GOOD(replay_to_size(replay, ledger_size(ledger), &why));
	f->whole = state_hash(replay_state(replay));
	replay_close(replay);
}

static void
live_through(struct fixture *f)
{
	f->world = world_new();
	world_minute(f->world, true, true);
	world_anchor(f->world, &f->authority, "tsa");
	f->second_key = f->world->size;
	world_key(f->world);
	world_observe(f->world, 2, "198.51.100.7");
	world_minute(f->world, true, true);
	f->until = f->world->size;
	world_minute(f->world, true, true);
	world_anchor(f->world, &f->authority, "tsa");
	world_minute(f->world, true, true);
	world_write(f->world, f->path);
}

static int
setup(void **arg)
{
	struct fixture *f = memory_new(1, sizeof(*f));
	struct buffer roots = { 0 };
	struct ledger *ledger;
	struct why why;

	snprintf(f->folder, sizeof(f->folder), "/tmp/sekimori-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/ledger.db", f->folder);
	snprintf(f->roots, sizeof(f->roots), "%s/roots.pem", f->folder);
	snprintf(f->said, sizeof(f->said), "%s/said", f->folder);
	f->authority = authority_make("test authority", "critical,timeStamping",
	    WORLD_BEGIN / 1000 - 100, WORLD_BEGIN / 1000 + 100000);
	authority_roots(&f->authority, &roots);
	GOOD(file_write(f->roots, bytes_of_buffer(&roots), 0644, &why));
	buffer_free(&roots);
	live_through(f);
	GOOD(ledger_open(&ledger, f->path, LEDGER_WRITE, &why));
	state_and_prune(f, ledger);
	fold_whole(f, ledger);
	GOOD(ledger_prune(ledger, f->until, &why));
	ledger_close(ledger);
	*arg = f;
	return 0;
}

static int
teardown(void **arg)
{
	struct fixture *f = *arg;
	char command[128];

	world_free(f->world);
	authority_free(&f->authority);
	snprintf(command, sizeof(command), "rm -rf '%s'", f->folder);
	free(f);
	return system(command);
}

/* A command as it is typed; what it says is in the file "said". */
static int
typed(const struct fixture *f, const struct command *command, const char *const *words)
{
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), count = 0, code;
	int said = open(f->said, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	char *argv[16] = { NULL };

	for (; words[count] != NULL && count < 15; count++)
		argv[count] = memory_text(bytes_of_text(words[count]));
	fflush(stdout);
	dup2(said, STDOUT_FILENO);
	dup2(said, STDERR_FILENO);
	optind = 0;
	code = command->run(command, count, argv);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	close(said);
	while (count > 0)
		free(argv[--count]);
	return code;
}

static void
says(const struct fixture *f, const char *wanted)
{
	struct buffer said = { 0 };
	struct why why;

	GOOD(file_read(f->said, BUFFER_MAX, &said, &why));
	if (strstr(buffer_text(&said), wanted) == NULL)
		fail_msg("wanted \"%s\" in:\n%s", wanted, buffer_text(&said));
	buffer_free(&said);
}

static void
keys_stay(void **arg)
{
	struct fixture *f = *arg;
	struct ledger *ledger;
	struct record record;
	struct bytes raw;
	struct why why;
	uint64_t seq;

	GOOD(ledger_open(&ledger, f->path, LEDGER_READ, &why));
	assert_int_equal(ledger_first(ledger), f->until);
	GOOD(ledger_last(ledger, RECORD_KEY, f->until, &seq, &why));
	assert_int_equal(seq, f->second_key);
	GOOD(ledger_read(ledger, seq, &record, &why));
	assert_int_equal(record.kind, RECORD_KEY);
	GOOD(ledger_next(ledger, RECORD_KEY, 0, &seq, &why));
	assert_int_equal(seq, 0);
	GOOD(ledger_bytes(ledger, 0, &raw, &why));
	/* All the others before the cut are gone, and their leaves are not. */
	for (seq = 1; seq < f->until; seq++) {
		struct hash leaf;

		GOOD(ledger_leaf(ledger, seq, &leaf, &why));
		assert_int_equal(ledger_bytes(ledger, seq, &raw, &why), seq == f->second_key ?
		    ERR_OK : ERR_NOT_FOUND);
	}
	assert_int_equal(ledger_last(ledger, RECORD_CONFIG, f->until, &seq, &why), ERR_NOT_FOUND);
	ledger_close(ledger);
}

static void
audited_clean(void **arg)
{
	struct fixture *f = *arg;
	const char *const words[] = { "audit", "--ledger", f->path, "--roots", f->roots, NULL };
	const char *const show[] = { "show", "--ledger", f->path, "--kind", "key", NULL };

	assert_int_equal(typed(f, &command_ledger_audit, words), EXIT_FINE);
	says(f, "are pruned");
	says(f, "no hole");
	says(f, "says that the bytes of records before");
	assert_int_equal(typed(f, &command_ledger_show, show), EXIT_FINE);
	says(f, "       0  ");
}

static void
forks_are_seen(void **arg)
{
	struct fixture *f = *arg;
	struct checkpoint checkpoint = { .origin = WORLD_ORIGIN, .size = 44 }, out;
	struct buffer note = { 0 };
	struct ledger *ledger;
	struct why why;

	GOOD(ledger_open(&ledger, f->path, LEDGER_READ, &why));
	/* By either key, the first of which was replaced before the cut. */
	for (size_t i = 0; i < f->world->notes; i++)
		GOOD(checkpoint_against(ledger, bytes_of_buffer(&f->world->note[i]), &out, &why));
	checkpoint.root = world_root(f->world, 43);
	world_sign_note(f->world->key, &f->world->verifier, &checkpoint, &note);
	assert_int_equal(checkpoint_against(ledger, bytes_of_buffer(&note), &out, &why),
	    ERR_MISMATCH);
	buffer_free(&note);
	ledger_close(ledger);
}

static void
goes_on(void **arg)
{
	struct fixture *f = *arg;
	struct record tick = { .kind = RECORD_TICK, .role = ROLE_LEDGER };
	struct replay *replay;
	struct ledger *ledger;
	struct why why;
	uint64_t size;

	GOOD(ledger_open(&ledger, f->path, LEDGER_READ, &why));
	GOOD(replay_open(&replay, ledger, NULL, &why));
	GOOD(replay_to_size(replay, ledger_size(ledger), &why));
	assert_true(hash_equal(state_hash(replay_state(replay)), f->whole));
	replay_close(replay);
	ledger_close(ledger);
	/* For writing; a copy of it is pruned at the same place. */
	GOOD(ledger_open(&ledger, f->path, LEDGER_WRITE, &why));
	tick.recorded_ms = tick.observed_ms = ledger_recorded_ms(ledger) + 1000;
	GOOD(ledger_add(ledger, &tick, &why));
	GOOD(ledger_commit(ledger, &why));
	GOOD(ledger_prune(ledger, f->until, &why));
	snprintf(f->said, sizeof(f->said), "%s/copy.db", f->folder);
	GOOD(ledger_backup(ledger, f->said, &size, &why));
	ledger_close(ledger);
	GOOD(ledger_open(&ledger, f->said, LEDGER_COPY, &why));
	assert_int_equal(ledger_first(ledger), f->until);
	GOOD(ledger_last(ledger, RECORD_KEY, f->until, &size, &why));
	ledger_close(ledger);
}

static void
exported_and_verified(void **arg)
{
	struct fixture *f = *arg;
	char bundle[96], key[512];
	struct buffer text = { 0 };
	const char *const export[] = { "export", "--ledger", f->path, bundle, NULL };
	const char *const verify[] = { "verify", "--key", key, "--roots", f->roots, bundle, NULL };

	snprintf(bundle, sizeof(bundle), "%s/bundle", f->folder);
	note_verifier_text(&f->world->verifier, &text);
	snprintf(key, sizeof(key), "%s", buffer_text(&text));
	buffer_free(&text);
	assert_int_equal(typed(f, &command_ledger_export, export), EXIT_FINE);
	assert_int_equal(typed(f, &command_verify, verify), EXIT_FINE);
	says(f, "PROVED");
}

/* Somebody with a database tool prunes without saying so. */
static void
not_without_a_record(void **arg)
{
	struct fixture *f = *arg;
	const char *const words[] = { "audit", "--ledger", f->path, "--roots", f->roots, NULL };
	char text[200];
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	snprintf(text, sizeof(text), "DROP TRIGGER record_stays;"
	    "DELETE FROM record WHERE seq < %u AND kind <> 1;"
	    "UPDATE meta SET value = %u WHERE name = 'first';", (unsigned)f->until + 3,
	    (unsigned)f->until + 3);
	assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(typed(f, &command_ledger_audit, words), EXIT_FINDING);
	says(f, "no PRUNE record");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(keys_stay),
		TEST(audited_clean),
		TEST(forks_are_seen),
		TEST(goes_on),
		TEST(exported_and_verified),
		TEST(not_without_a_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
