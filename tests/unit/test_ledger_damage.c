/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger as others leave it: changed files, killed writers, full disks, two writers at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "monitor/base/clock.h"
#include "tests/unit/ledger_fixture.h"

/* --- changed files ------------------------------------------------------------------------ */

/* 600 records, signed at 550: two full tiles and a partial one. */
static void
make_signed(const struct place *place)
{
	struct ledger *ledger = created(place->path);
	struct why why = { 0 };
	struct hash hash;

	grow(ledger, 599, 100);
	ok(ledger_add_blob(ledger, bytes_of_text("evidence"), &hash, &why), &why);
	ok(ledger_add_value(ledger, bytes_of(hash.at, HASH_LEN), bytes_of_text("value"), &why),
	    &why);
	grow(ledger, 1, 1);
	sign(ledger, 550);
	ledger_close(ledger);
}

#define FREE_RECORDS "DROP TRIGGER record_is_final; DROP TRIGGER record_stays;"
#define FREE_TILES   "DROP TRIGGER tile_stays;"
#define OTHER_TICK   "x'a500050101020203020400'"

struct damage {
	const char *sql;	/* what somebody with a database tool did */
	const char *said;	/* what the writer says of it on opening */
};

static const struct damage damages[] = {
	{ FREE_RECORDS "UPDATE record SET bytes = " OTHER_TICK " WHERE seq = 580;", "record 580 " },
	{ FREE_RECORDS "UPDATE record SET bytes = substr(bytes, 1, 9) WHERE seq = 599;",
	    "record 599" },
	{ FREE_RECORDS "DELETE FROM record WHERE seq = 570;", "record 570 is missing" },
	{ FREE_RECORDS "DELETE FROM record WHERE seq = 599;", "after record 598" },
	{ FREE_RECORDS "DELETE FROM record WHERE seq >= 512;", "record 512 is not here" },
	{ FREE_RECORDS "DELETE FROM record WHERE seq >= 300;", "after record 299" },
	{ FREE_RECORDS "DELETE FROM record;", "record 0 is not here" },
	{ "UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND idx = 2;", "record 512 " },
	{ "UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0 AND idx = 1;",
	    "records 256 to 511" },
	{ "UPDATE tile SET hashes = zeroblob(8192) WHERE level = 1;", "records 256 to 511" },
	{ "UPDATE tile SET hashes = x'00' WHERE level = 0 AND idx = 2;", "tile 0/2" },
	{ "UPDATE tile SET hashes = zeroblob(999999) WHERE level = 1;", "tile 1/0" },
	{ FREE_TILES "DELETE FROM tile WHERE level = 0 AND idx = 1;", "tile 0/1" },
	{ FREE_TILES "DELETE FROM tile WHERE level = 0 AND idx = 2;", "tile 0/2" },
	{ "UPDATE tile SET hashes = (SELECT hashes FROM tile WHERE level = 0 AND idx = 1)"
	  " WHERE level = 0 AND idx = 0;"
	  "UPDATE tile SET hashes = CAST(substr(hashes, 33, 32) || substr(hashes, 33) AS BLOB)"
	  " WHERE level = 1;",
	  "records 0 to 549" },
	{ "UPDATE checkpoint SET note = x'00';", "the newest checkpoint" },
};

static void
changed_files(void **state)
{
	const struct place *first = *state;

	(void)first;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		void *again = NULL;
		struct place *place;

		assert_int_equal(place_make(&again), 0);
		place = again;
		make_signed(place);
		assert_int_equal(sql(place->path, damages[i].sql), SQLITE_OK);
		refused(place->path, LEDGER_WRITE, damages[i].said[0] == 't' &&
		    strstr(damages[i].said, "the newest") != NULL ? ERR_MALFORMED : ERR_UNTRUSTED,
		    damages[i].said);
		place_remove(&again);
	}
}

static bool
count(void *arg, const struct record *rec, struct bytes raw, enum err err)
{
	uint64_t *seen = arg;

	(void)rec;
	(void)raw;
	(void)err;
	++*seen;
	return true;
}

/* What a writer does not look at on opening is found when it is read. */
static void
changed_under_a_reader(void **state)
{
	struct place *place = *state;
	struct ledger *ledger;
	struct buffer out = { 0 }, salt = { 0 };
	struct hash evidence = hash_of(bytes_of_text("evidence"));
	struct hash commitment = secret_commit(bytes_of(evidence.at, HASH_LEN),
	    bytes_of_text("value"));
	struct why why = { 0 };
	struct record rec;
	uint64_t seen = 0, seq;

	make_signed(place);
	assert_int_equal(sql(place->path, FREE_RECORDS "UPDATE record SET bytes = " OTHER_TICK
	    " WHERE seq = 100; DELETE FROM record WHERE seq = 200;"
	    "UPDATE record SET bytes = x'ff' WHERE seq = 220;"
	    "UPDATE record SET kind = 2 WHERE seq = 300;"
	    "UPDATE blob SET bytes = x'00'; UPDATE secret SET value = x'00';"), SQLITE_OK);
	ledger = opened(place->path, LEDGER_WRITE);
	assert_int_equal(ledger_read(ledger, 100, &rec, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "record 100"));
	assert_int_equal(ledger_read(ledger, 200, &rec, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "record 200 is missing"));
	ok(ledger_read(ledger, 101, &rec, &why), &why);
	assert_int_equal(ledger_scan(ledger, 150, 210, count, &seen, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "record 200 is missing"));
	assert_true(seen == 50);
	assert_int_equal(ledger_scan(ledger, 210, 240, count, &seen, &why), ERR_UNTRUSTED);
	assert_non_null(strstr(why.text, "record 220"));
	assert_int_equal(ledger_last(ledger, RECORD_CONFIG, 600, &seq, &why), ERR_UNTRUSTED);
	assert_int_equal(ledger_blob(ledger, evidence, &out, &why), ERR_UNTRUSTED);
	assert_int_equal(ledger_value(ledger, commitment, &salt, &out, &why), ERR_UNTRUSTED);
	ledger_close(ledger);
	buffer_free(&out);
	buffer_free(&salt);
}

/* The triggers hold against our own mistakes, and against REPLACE. */
static void
append_only(void **state)
{
	static const char *const forbidden[] = { "UPDATE record SET kind = 1;",
		"DELETE FROM record WHERE seq = 3;", "DELETE FROM tile;",
		"PRAGMA recursive_triggers = ON; REPLACE INTO record VALUES (3, 5, x'00');" };
	struct place *place = *state;
	struct ledger *ledger = created(place->path);

	grow(ledger, 10, 10);
	ledger_close(ledger);
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		assert_int_not_equal(sql(place->path, forbidden[i]), SQLITE_OK);
	ledger = opened(place->path, LEDGER_WRITE);
	whole(ledger);
	ledger_close(ledger);
}

struct newer { uint64_t known, unknown; };

static bool
kinds(void *arg, const struct record *rec, struct bytes raw, enum err err)
{
	struct newer *newer = arg;

	assert_true(raw.len > 0);
	newer->known += err == ERR_OK;
	newer->unknown += err == ERR_UNSUPPORTED && (unsigned)rec->kind == 99 &&
	    rec->recorded_ms == 7;
	return true;
}

static void
records_of_a_newer_version(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	struct newer newer = { 0 };
	struct why why = { 0 };

	grow(ledger, 10, 10);
	ledger_close(ledger);
	assert_int_equal(sql(place->path, FREE_RECORDS "UPDATE record SET kind = 99,"
	    " bytes = x'a600186301070208030204000863616263' WHERE seq IN (4, 9);"), SQLITE_OK);
	ledger = opened(place->path, LEDGER_READ);
	ok(ledger_scan(ledger, 0, 10, kinds, &newer, &why), &why);
	assert_true(newer.known == 8 && newer.unknown == 2);
	assert_true(ledger_recorded_ms(ledger) == 7);
	ledger_close(ledger);
}

/* --- killed writers ----------------------------------------------------------------------- */

enum { KILLS = 12, KILL_BATCH = 37 };

/* Commits batch after batch, telling the size after each; never returns. */
static _Noreturn void
write_until_killed(const struct place *place, int tell)
{
	struct ledger *ledger = opened(place->path, LEDGER_WRITE);
	struct why why = { 0 };
	struct hash hash;

	for (uint64_t i = 0;; i++) {
		uint64_t size;

		add_ticks(ledger, KILL_BATCH);
		ok(ledger_add_blob(ledger, bytes_of(&i, sizeof(i)), &hash, &why), &why);
		commit(ledger);
		if (i % 5 == 4)
			ok(ledger_checkpoint_wal(ledger, &why), &why);
		size = ledger_size(ledger);
		if (write(tell, &size, sizeof(size)) != sizeof(size))
			_exit(1);
	}
}

static void
killed_at_any_moment(void **state)
{
	struct place *place = *state;
	uint64_t told = 0, seed = 12345;
	struct ledger *ledger = created(place->path);

	ledger_close(ledger);
	for (unsigned i = 0; i < KILLS; i++) {
		uint64_t before = told, size;
		int pipe_fd[2], status;
		pid_t child;

		assert_int_equal(pipe(pipe_fd), 0);
		child = fork();
		if (child == 0) {
			close(pipe_fd[0]);
			write_until_killed(place, pipe_fd[1]);
		}
		close(pipe_fd[1]);
		while (told == before || told < before + seed % 9 * KILL_BATCH)
			assert_int_equal(read(pipe_fd[0], &told, sizeof(told)), sizeof(told));
		seed = seed * 6364136223846793005U + 1442695040888963407U;
		usleep((useconds_t)(seed >> 40) % 3000);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		while (read(pipe_fd[0], &size, sizeof(size)) == sizeof(size))
			told = size;
		close(pipe_fd[0]);
		/* Nothing that was told is lost, and no batch is there in part. */
		ledger = opened(place->path, LEDGER_WRITE);
		assert_true(ledger_size(ledger) >= told && ledger_size(ledger) % KILL_BATCH == 0);
		whole(ledger);
		told = ledger_size(ledger);
		ledger_close(ledger);
	}
	assert_true(told > KILLS * KILL_BATCH);
}

/* A reader follows a writer in another process and never sees a batch in part. */
static void
reading_while_writing(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	uint64_t turns = 0, size;
	int pipe_fd[2], status;
	struct why why = { 0 };
	pid_t child;

	ledger_close(ledger);
	assert_int_equal(pipe(pipe_fd), 0);
	child = fork();
	if (child == 0)
		write_until_killed(place, pipe_fd[1]);
	close(pipe_fd[1]);
	assert_int_equal(read(pipe_fd[0], &size, sizeof(size)), sizeof(size));
	ledger = opened(place->path, LEDGER_READ);
	while (turns < 20) {
		bool grown;

		assert_int_equal(read(pipe_fd[0], &size, sizeof(size)), sizeof(size));
		ok(ledger_refresh(ledger, &grown, &why), &why);
		assert_true(ledger_size(ledger) >= size && ledger_size(ledger) % KILL_BATCH == 0);
		whole(ledger);
		turns += grown;
	}
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	close(pipe_fd[0]);
	whole(ledger);
	ledger_close(ledger);
}

/* --- full disks --------------------------------------------------------------------------- */

/* One batch with enough in it to need new pages; its error. */
static enum err
try_batch(struct ledger *ledger, struct why *why)
{
	static char note[3000];
	enum err err = ERR_OK;

	memset(note, 'n', sizeof(note));
	for (unsigned i = 0; i < 20 && err == ERR_OK; i++) {
		struct record rec = { .kind = RECORD_GAP, .recorded_ms = START_MS,
		    .role = ROLE_LEDGER };

		rec.gap.reason = bytes_of(note, sizeof(note));
		err = ledger_add(ledger, &rec, why);
	}
	if (err == ERR_OK)
		return ledger_commit(ledger, why);
	/* Whoever goes on after a failure is told again, until the batch is ended. */
	assert_int_equal(ledger_commit(ledger, &(struct why){ .err = ERR_OK }), err);
	return err;
}

/* Fills until it fails, goes on failing, then has room again. */
static int
fill_and_go_on(const struct place *place, bool (*room)(bool))
{
	struct ledger *ledger = opened(place->path, LEDGER_WRITE);
	struct why why = { 0 };
	uint64_t before = 0;
	enum err err = ERR_OK;

	if (!room(false))
		return 2;
	for (unsigned i = 0; i < 500 && err == ERR_OK; i++) {
		before = ledger_size(ledger);
		err = try_batch(ledger, &why);
	}
	if (err != ERR_IO || strstr(why.text, place->path) == NULL || strstr(why.text,
	    "make room") == NULL)
		return 3;
	if (ledger_size(ledger) != before || try_batch(ledger, &why) != ERR_IO)
		return 4;
	whole(ledger);
	if (!room(true))
		return 5;
	if (try_batch(ledger, &why) != ERR_OK || ledger_size(ledger) != before + 20)
		return 6;
	whole(ledger);
	ledger_close(ledger);
	ledger = opened(place->path, LEDGER_WRITE);
	whole(ledger);
	if (ledger_size(ledger) != before + 20)
		return 7;
	ledger_close(ledger);
	return 0;
}

static bool
room_by_limit(bool more)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	if (getrlimit(RLIMIT_FSIZE, &limit) != 0)
		return false;
	limit.rlim_cur = more ? limit.rlim_max : 1 << 20;
	return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

static int
under_a_limit(const struct place *place)
{
	return fill_and_go_on(place, room_by_limit);
}

static void
file_size_limit(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);

	ledger_close(ledger);
	assert_int_equal(in_child(under_a_limit, place), 0);
}

static bool
room_on_disk(bool more)
{
	return !more || mount("tmpfs", ".", "tmpfs", MS_REMOUNT, "size=16m") == 0;
}

/* A file system of 2 MiB of its own. */
static int
on_a_small_disk(const struct place *place)
{
	struct ledger *ledger;

	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("tmpfs", place->folder, "tmpfs", 0, "size=2m") != 0 || chdir(place->folder) != 0)
		return 99;
	ledger = created(place->path);
	ledger_close(ledger);
	return fill_and_go_on(place, room_on_disk);
}

static void
full_disk(void **state)
{
	int code = geteuid() == 0 ? in_child(on_a_small_disk, *state) : 99;

	if (code == 99)
		skip();
	assert_int_equal(code, 0);
}

/* --- two writers -------------------------------------------------------------------------- */

/* Holds the lock for "ms", telling when it has it. */
static pid_t
hold(const struct place *place, useconds_t ms)
{
	int pipe_fd[2];
	char byte = 0;
	pid_t child;

	assert_int_equal(pipe(pipe_fd), 0);
	child = fork();
	if (child == 0) {
		struct ledger *ledger = opened(place->path, LEDGER_WRITE);

		if (write(pipe_fd[1], &byte, 1) != 1)
			_exit(1);
		usleep(ms * 1000);
		ledger_close(ledger);
		_exit(0);
	}
	assert_int_equal(read(pipe_fd[0], &byte, 1), 1);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
	return child;
}

static void
one_writer(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	int64_t start_ns;
	char holder[40];
	int status;
	pid_t child;

	ledger_close(ledger);
	/* A predecessor that is just ending is waited for. */
	child = hold(place, 300);
	ledger = opened(place->path, LEDGER_WRITE);
	ledger_close(ledger);
	assert_int_equal(waitpid(child, &status, 0), child);
	/* One that stays is named, after five seconds; readers do not mind. */
	child = hold(place, 20000);
	start_ns = clock_monotonic_ns();
	snprintf(holder, sizeof(holder), "process %d ", (int)child);
	refused(place->path, LEDGER_WRITE, ERR_BUSY, holder);
	assert_true(clock_monotonic_ns() - start_ns > 4900000000);
	ledger = opened(place->path, LEDGER_READ);
	ledger_close(ledger);
	/* The kernel releases what a dead process held. */
	kill(child, SIGKILL);
	ledger = opened(place->path, LEDGER_WRITE);
	assert_int_equal(waitpid(child, &status, 0), child);
	grow(ledger, 3, 3);
	ledger_close(ledger);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_remove)
	const struct CMUnitTest tests[] = {
		TEST(changed_files),
		TEST(changed_under_a_reader),
		TEST(append_only),
		TEST(records_of_a_newer_version),
		TEST(killed_at_any_moment),
		TEST(reading_while_writing),
		TEST(file_size_limit),
		TEST(full_disk),
		TEST(one_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
