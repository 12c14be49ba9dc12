/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger in a folder of its own, for tests. */
#ifndef TESTS_UNIT_LEDGER_FIXTURE_H
#define TESTS_UNIT_LEDGER_FIXTURE_H

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "monitor/base/limits.h"
#include "monitor/ledger/ledger.h"

enum { START_MS = 1790000000 };

struct place {
	char folder[200], path[240], other[260];
};

static int
place_make(void **state)
{
	struct place *place = memory_new(1, sizeof(*place));
	const char *base = getenv("TMPDIR");

	snprintf(place->folder, sizeof(place->folder), "%s/sekimori.XXXXXX", base != NULL ?
	    base : P_tmpdir);
	if (mkdtemp(place->folder) == NULL)
		return -1;
	snprintf(place->path, sizeof(place->path), "%s/ledger.db", place->folder);
	snprintf(place->other, sizeof(place->other), "%s/other?#%%.db", place->folder);
	*state = place;
	return 0;
}

static int
place_remove(void **state)
{
	struct place *place = *state;
	DIR *folder = opendir(place->folder);
	struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder != NULL)
		closedir(folder);
	rmdir(place->folder);
	free(place);
	return 0;
}

static inline void
ok(enum err err, const struct why *why)
{
	if (err != ERR_OK)
		fail_msg("%s: %s", err_name(err), why->text);
}

static inline struct ledger *
opened(const char *path, enum ledger_mode mode)
{
	struct ledger *ledger = NULL;
	struct why why = { 0 };

	ok(ledger_open(&ledger, path, mode, &why), &why);
	return ledger;
}

static inline struct ledger *
created(const char *path)
{
	struct why why = { 0 };

	ok(ledger_create(path, &why), &why);
	return opened(path, LEDGER_WRITE);
}

/* Opening is refused with this error, in a sentence that has "part" in it. */
static inline void
refused(const char *path, enum ledger_mode mode, enum err expected, const char *part)
{
	struct ledger *ledger = NULL;
	struct why why = { 0 };
	enum err err = ledger_open(&ledger, path, mode, &why);

	if (err != expected || strstr(why.text, part) == NULL)
		fail_msg("%s instead of %s with \"%s\": %s", err_name(err), err_name(expected),
		    part, why.text);
	assert_null(ledger);
}

static inline struct record
tick(int64_t recorded_ms)
{
	return (struct record){ .kind = RECORD_TICK, .recorded_ms = recorded_ms,
		.observed_ms = recorded_ms, .role = ROLE_LEDGER };
}

/* Adds ticks that differ by their times; does not commit. */
static inline void
add_ticks(struct ledger *ledger, uint64_t count)
{
	static int64_t ms = START_MS;
	struct why why = { 0 };

	if (ms < ledger_recorded_ms(ledger))
		ms = ledger_recorded_ms(ledger);
	for (; count > 0; count--) {
		struct record rec = tick(++ms);

		ok(ledger_add(ledger, &rec, &why), &why);
	}
}

static inline void
commit(struct ledger *ledger)
{
	struct why why = { 0 };

	ok(ledger_commit(ledger, &why), &why);
}

/* Commits "count" ticks, "batch" at a time. */
static inline void
grow(struct ledger *ledger, uint64_t count, uint64_t batch)
{
	while (count > 0) {
		uint64_t now = count < batch ? count : batch;

		add_ticks(ledger, now);
		commit(ledger);
		count -= now;
	}
}

struct leaves { struct merkle tree; uint64_t next; };

static inline bool
leaf_of(void *arg, const struct record *rec, struct bytes raw, enum err err)
{
	struct leaves *leaves = arg;

	(void)err;
	assert_true(rec->seq == leaves->next++);
	merkle_push(&leaves->tree, merkle_leaf(raw));
	return true;
}

/* The root over all records, from their bytes and nothing else. */
static inline struct hash
root_of_bytes(struct ledger *ledger)
{
	struct leaves leaves = { .next = 0 };
	struct why why = { 0 };

	ok(ledger_scan(ledger, 0, ledger_size(ledger), leaf_of, &leaves, &why), &why);
	assert_true(leaves.next == ledger_size(ledger));
	return merkle_root(&leaves.tree);
}

static inline struct hash
root_of(struct ledger *ledger, uint64_t size)
{
	struct why why = { 0 };
	struct hash root;

	ok(ledger_root(ledger, size, &root, &why), &why);
	return root;
}

static inline void
whole(struct ledger *ledger)
{
	assert_true(hash_equal(root_of_bytes(ledger), root_of(ledger, ledger_size(ledger))));
}

/* Signs the tree as it is and keeps the checkpoint. */
static inline void
sign(struct ledger *ledger, uint64_t size)
{
	struct checkpoint checkpoint = { .origin = "test.example/ledger", .size = size };
	struct signing_key *key = NULL;
	struct note_verifier verifier;
	struct buffer note = { 0 };
	struct why why = { 0 };
	uint8_t public[32], signature[64];

	checkpoint.root = root_of(ledger, size);
	ok(signing_key_make(&key, &why), &why);
	signing_key_public(key, public);
	note_verifier_make(checkpoint.origin, public, &verifier);
	checkpoint_text(&note, &checkpoint);
	ok(signing_key_sign(key, bytes_of_buffer(&note), signature, &why), &why);
	buffer_put_text(&note, "\n");
	note_put_signature(&note, &verifier, bytes_of(signature, sizeof(signature)));
	ok(ledger_add_checkpoint(ledger, size, bytes_of_buffer(&note), &why), &why);
	signing_key_free(key);
	buffer_free(&note);
}

/* What somebody with a database tool can do. */
static inline int
sql(const char *path, const char *text)
{
	sqlite3 *db = NULL;
	int code;

	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	code = sqlite3_exec(db, text, NULL, NULL, NULL);
	sqlite3_close(db);
	return code;
}

/* Runs in a child; its exit code. */
static inline int
in_child(int (*what)(const struct place *), const struct place *place)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		_exit(what(place));
	assert_true(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
	return WEXITSTATUS(status);
}

#endif
