/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger as it should be used: batches, readers, lookups, proofs, copies, pruning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <grp.h>

#include "tests/unit/ledger_fixture.h"

static void
create_and_open(void **state)
{
	struct place *place = *state;
	struct why why = { 0 };
	struct stat found;
	struct ledger *ledger;

	refused(place->path, LEDGER_READ, ERR_NOT_FOUND, "no ledger");
	ledger = created(place->path);
	assert_int_equal(ledger_create(place->other, &why), ERR_OK);
	assert_int_equal(ledger_create(place->other, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "exists already"));
	assert_int_equal(stat(place->path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0640);
	assert_true(ledger_size(ledger) == 0 && ledger_first(ledger) == 0);
	assert_true(ledger_recorded_ms(ledger) == 0);
	assert_string_equal(ledger_path(ledger), place->path);
	assert_true(ledger_octets(ledger) > 0);
	/* The root of the empty tree (RFC 6962 2.1). */
	assert_true(hash_equal(root_of(ledger, 0), hash_of(bytes_of(NULL, 0))));
	commit(ledger);
	ledger_rollback(ledger);
	ledger_close(ledger);
	/* Not ours, whatever it is. */
	assert_int_equal(sql(place->other, "DROP TABLE meta;"), SQLITE_OK);
	refused(place->other, LEDGER_READ, ERR_INVALID, "not a ledger");
	assert_int_equal(truncate(place->other, 100), 0);
	refused(place->other, LEDGER_READ, ERR_UNTRUSTED, "damaged");
	unlink(place->other);
	/* Somebody waits at its other end for ever. */
	assert_int_equal(mkfifo(place->other, 0600), 0);
	refused(place->other, LEDGER_READ, ERR_INVALID, "is a pipe");
	refused(place->folder, LEDGER_READ, ERR_INVALID, "is a folder: a ledger is a regular file");
	assert_int_equal(sql(place->path, "UPDATE meta SET value = 2;"), SQLITE_OK);
	refused(place->path, LEDGER_WRITE, ERR_UNSUPPORTED, "newer");
}

static void
batches(void **state)
{
	struct place *place = *state;
	struct ledger *writer = created(place->path), *reader = opened(place->path, LEDGER_READ);
	struct record rec = tick(START_MS), read;
	struct why why = { 0 };
	bool grown;

	ok(ledger_add(writer, &rec, &why), &why);
	assert_true(rec.seq == 0);
	/* Nothing is visible before the commit, not even to the writer. */
	assert_true(ledger_size(writer) == 0);
	assert_int_equal(ledger_read(writer, 0, &read, &why), ERR_NOT_FOUND);
	ok(ledger_refresh(reader, &grown, &why), &why);
	assert_true(!grown && ledger_size(reader) == 0);
	commit(writer);
	assert_true(ledger_size(writer) == 1 && ledger_recorded_ms(writer) == START_MS);
	ok(ledger_refresh(reader, &grown, &why), &why);
	assert_true(grown && ledger_size(reader) == 1 && ledger_recorded_ms(reader) == START_MS);
	ok(ledger_refresh(reader, &grown, &why), &why);
	assert_false(grown);
	ok(ledger_read(reader, 0, &read, &why), &why);
	assert_true(read.seq == 0 && read.kind == RECORD_TICK && read.recorded_ms == START_MS);
	/* A batch that is rolled back leaves no trace, and its numbers are given again. */
	add_ticks(writer, 300);
	ledger_rollback(writer);
	assert_true(ledger_size(writer) == 1);
	rec = tick(START_MS);
	ok(ledger_add(writer, &rec, &why), &why);
	assert_true(rec.seq == 1);
	commit(writer);
	whole(writer);
	/* A reader cannot write. */
	assert_int_equal(ledger_add(reader, &rec, &why), ERR_DENIED);
	assert_int_equal(ledger_commit(reader, &why), ERR_DENIED);
	ledger_close(reader);
	ledger_close(writer);
}

/* A record that is refused leaves the batch as it was. */
static void
refused_records(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	struct record good = tick(START_MS), bad = tick(START_MS - 1);
	struct why why = { 0 };
	char *large = memory_new(RECORD_MAX, 1);

	ok(ledger_add(ledger, &good, &why), &why);
	assert_int_equal(ledger_add(ledger, &bad, &why), ERR_INVALID);
	bad = (struct record){ .kind = RECORD_OBSERVATION, .recorded_ms = START_MS };
	bad.observation.outcome = 4;
	assert_int_equal(ledger_add(ledger, &bad, &why), ERR_MALFORMED);
	bad.observation.outcome = 1;
	memset(large, 'x', RECORD_MAX);
	bad.observation.detail = bytes_of(large, RECORD_MAX);
	assert_int_equal(ledger_add(ledger, &bad, &why), ERR_LIMIT);
	bad.observation.detail = bytes_of("\xff", 1);
	assert_int_equal(ledger_add(ledger, &bad, &why), ERR_MALFORMED);
	bad.kind = (enum record_kind)99;
	assert_int_equal(ledger_add(ledger, &bad, &why), ERR_MALFORMED);
	ok(ledger_add(ledger, &good, &why), &why);
	assert_true(good.seq == 1);
	commit(ledger);
	assert_true(ledger_size(ledger) == 2);
	whole(ledger);
	ledger_close(ledger);
	free(large);
}

static void
proven(struct ledger *ledger, uint64_t index, uint64_t size)
{
	struct hash_source source = ledger_hashes(ledger);
	struct why why = { 0 };
	struct proof proof;
	struct hash leaf;

	ok(ledger_leaf(ledger, index, &leaf, &why), &why);
	assert_int_equal(merkle_prove_inclusion(&source, index, size, &proof), ERR_OK);
	assert_int_equal(merkle_check_inclusion(leaf, index, size, &proof, root_of(ledger, size)),
	    ERR_OK);
	assert_int_equal(merkle_prove_consistency(&source, size / 2 + 1, size, &proof), ERR_OK);
	assert_int_equal(merkle_check_consistency(size / 2 + 1, size, &proof,
	    root_of(ledger, size / 2 + 1), root_of(ledger, size)), ERR_OK);
}

/* Roots and proofs from tiles, at the seams of three levels, against a tree of the bytes alone. */
static void
tree_over_tiles(void **state)
{
	static const uint64_t sizes[] = { 1, 2, 255, 256, 257, 511, 512, 513, 1000, 65535, 65536,
	    65537,
		65791, 65792, 65793, 66000 };
	struct place *place = *state;
	struct ledger *ledger = created(place->path);

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		grow(ledger, sizes[i] - ledger_size(ledger), 700);
		if (i % 3 == 0) {	/* the right edge is read back */
			ledger_close(ledger);
			ledger = opened(place->path, LEDGER_WRITE);
		}
		whole(ledger);
		for (uint64_t at = 0; at < sizes[i]; at += 1 + sizes[i] / 7)
			proven(ledger, at, sizes[i]);
		proven(ledger, sizes[i] - 1, sizes[i]);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		proven(ledger, sizes[i] / 3, sizes[i]);
	ledger_close(ledger);
}

static bool
stop_at_five(void *arg, const struct record *rec, struct bytes raw, enum err err)
{
	uint64_t *calls = arg;

	(void)raw;
	assert_int_equal(err, ERR_OK);
	return ++*calls < 5 && rec->seq < 100;
}

struct nested { struct ledger *ledger; uint64_t seen; };

static bool
scan_inside(void *arg, const struct record *rec, struct bytes raw, enum err err)
{
	struct nested *nested = arg;
	struct why why = { 0 };
	uint64_t inner = 0;
	struct bytes bytes;

	assert_int_equal(err, ERR_OK);
	ok(ledger_scan(nested->ledger, rec->seq, rec->seq + 3, stop_at_five, &inner, &why), &why);
	ok(ledger_bytes(nested->ledger, rec->seq, &bytes, &why), &why);
	assert_true(bytes_equal(bytes, raw));
	nested->seen++;
	return true;
}

static void
scans(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	struct nested nested = { .ledger = ledger };
	struct why why = { 0 };
	uint64_t calls = 0;

	ok(ledger_scan(ledger, 0, 10, stop_at_five, &calls, &why), &why);
	assert_true(calls == 0);
	grow(ledger, 20, 20);
	ok(ledger_scan(ledger, 3, UINT64_MAX, stop_at_five, &calls, &why), &why);
	assert_true(calls == 5);
	ok(ledger_scan(ledger, 15, 100, scan_inside, &nested, &why), &why);
	assert_true(nested.seen == 5);
	ledger_close(ledger);
}

static void
looking_up(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	struct record config = { .kind = RECORD_CONFIG, .role = ROLE_LEDGER };
	struct why why = { 0 };
	uint64_t seq, size;

	/* Times 100, 110, ... 190, twice each; a CONFIG at 4 and at 12. */
	for (unsigned i = 0; i < 20; i++) {
		struct record rec = i == 4 || i == 12 ? config : tick(0);

		rec.recorded_ms = 100 + i / 2 * 10;
		ok(ledger_add(ledger, &rec, &why), &why);
	}
	assert_int_equal(ledger_last(ledger, RECORD_CONFIG, 20, &seq, &why), ERR_NOT_FOUND);
	commit(ledger);
	ok(ledger_last(ledger, RECORD_CONFIG, UINT64_MAX, &seq, &why), &why);
	assert_true(seq == 12);
	ok(ledger_last(ledger, RECORD_CONFIG, 12, &seq, &why), &why);
	assert_true(seq == 4);
	assert_int_equal(ledger_last(ledger, RECORD_CONFIG, 4, &seq, &why), ERR_NOT_FOUND);
	ok(ledger_next(ledger, RECORD_CONFIG, 5, &seq, &why), &why);
	assert_true(seq == 12);
	assert_int_equal(ledger_next(ledger, RECORD_CONFIG, 13, &seq, &why), ERR_NOT_FOUND);
	assert_int_equal(ledger_next(ledger, RECORD_TICK, 0, &seq, &why), ERR_INVALID);
	ok(ledger_size_at(ledger, 99, &size, &why), &why);
	assert_true(size == 0);
	ok(ledger_size_at(ledger, 100, &size, &why), &why);
	assert_true(size == 2);
	ok(ledger_size_at(ledger, 119, &size, &why), &why);
	assert_true(size == 4);
	ok(ledger_size_at(ledger, INT64_MAX, &size, &why), &why);
	assert_true(size == 20);
	ledger_close(ledger);
}

static void
blobs_and_values(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	struct buffer out = { 0 }, salt = { 0 }, small = { .max = 10 };
	struct bytes chain = bytes_of_text("a certificate chain"),
	    secret = bytes_of_text("192.0.2.77:443");
	struct hash hash, again, commitment;
	struct why why = { 0 };
	uint8_t salt_at[HASH_LEN];

	random_fill(salt_at, sizeof(salt_at));
	commitment = secret_commit(bytes_of(salt_at, HASH_LEN), secret);
	ok(ledger_add_blob(ledger, chain, &hash, &why), &why);
	ok(ledger_add_blob(ledger, chain, &again, &why), &why);
	assert_true(hash_equal(hash, again) && hash_equal(hash, hash_of(chain)));
	ok(ledger_add_blob(ledger, bytes_of(NULL, 0), &again, &why), &why);
	ok(ledger_add_value(ledger, bytes_of(salt_at, HASH_LEN), secret, &why), &why);
	assert_int_equal(ledger_add_value(ledger, bytes_of(salt_at, 8), secret, &why), ERR_INVALID);
	commit(ledger);
	ok(ledger_blob(ledger, hash, &out, &why), &why);
	assert_true(bytes_equal(bytes_of_buffer(&out), chain));
	ok(ledger_blob(ledger, again, &out, &why), &why);
	assert_int_equal(out.len, 0);
	assert_int_equal(ledger_blob(ledger, hash, &small, &why), ERR_LIMIT);
	assert_int_equal(ledger_blob(ledger, commitment, &out, &why), ERR_NOT_FOUND);
	ok(ledger_value(ledger, commitment, &salt, &out, &why), &why);
	assert_true(bytes_equal(bytes_of_buffer(&out), secret));
	assert_true(bytes_equal(bytes_of_buffer(&salt), bytes_of(salt_at, HASH_LEN)));
	assert_int_equal(ledger_value(ledger, hash, &salt, &out, &why), ERR_NOT_FOUND);
	ledger_close(ledger);
	buffer_free(&out);
	buffer_free(&salt);
	buffer_free(&small);
}

static uint64_t
log_octets(const struct place *place)
{
	char name[300];
	struct stat found;

	snprintf(name, sizeof(name), "%s-wal", place->path);
	assert_int_equal(stat(name, &found), 0);
	return (uint64_t)found.st_size;
}

/* The write-ahead log is moved now and then; one that was never moved would have 30 MB here. */
static void
log_stays_small(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	struct why why = { 0 };
	uint64_t settled;

	grow(ledger, 2000, 1);
	assert_true(log_octets(place) < 12 << 20);
	/* By the operator of an idle moment: the next commits use it from the front. */
	ok(ledger_checkpoint_wal(ledger, &why), &why);
	settled = log_octets(place);
	for (unsigned i = 0; i < 50; i++) {
		grow(ledger, 1, 1);
		ok(ledger_checkpoint_wal(ledger, &why), &why);
	}
	assert_true(log_octets(place) == settled);
	ledger_close(ledger);
	assert_true(log_octets(place) == 0);
}

static bool
file_has(const char *path, const char *suffix, struct bytes needle)
{
	char name[300];
	FILE *file;
	bool found;
	char *all = memory_new(1, 4 << 20);
	size_t len;

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	file = fopen(name, "rb");
	assert_non_null(file);
	len = fread(all, 1, 4 << 20, file);
	fclose(file);
	found = memmem(all, len, needle.at, needle.len) != NULL;
	free(all);
	return found;
}

/* Erased is erased: the octets are gone from the file and from the log, the record stays. */
static void
erasing(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	struct record rec = { .kind = RECORD_OPERATOR, .recorded_ms = START_MS,
	    .role = ROLE_ENGINE };
	struct bytes secret = bytes_of_text("subscriber 440-10-0000000001"), salt;
	struct buffer out = { 0 }, salt_out = { 0 };
	struct why why = { 0 };
	uint8_t salt_at[HASH_LEN] = { 7 };

	salt = bytes_of(salt_at, HASH_LEN);
	rec.operator.text = secret_commit(salt, secret);
	ok(ledger_add(ledger, &rec, &why), &why);
	ok(ledger_add_value(ledger, salt, secret, &why), &why);
	commit(ledger);
	assert_true(file_has(place->path, "", secret) || file_has(place->path, "-wal", secret));
	assert_int_equal(ledger_erase(ledger, hash_of(secret), &why), ERR_NOT_FOUND);
	ok(ledger_erase(ledger, rec.operator.text, &why), &why);
	assert_int_equal(ledger_value(ledger, rec.operator.text, &salt_out, &out, &why),
	    ERR_NOT_FOUND);
	assert_false(file_has(place->path, "", secret));
	assert_false(file_has(place->path, "-wal", secret));
	/* The same as part of a batch. */
	ok(ledger_add_value(ledger, salt, secret, &why), &why);
	commit(ledger);
	add_ticks(ledger, 1);
	ok(ledger_erase(ledger, rec.operator.text, &why), &why);
	commit(ledger);
	assert_false(file_has(place->path, "", secret) || file_has(place->path, "-wal", secret));
	assert_true(ledger_size(ledger) == 2);
	whole(ledger);
	ledger_close(ledger);
	buffer_free(&out);
	buffer_free(&salt_out);
}

static void
target_ids(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	const struct bytes a = bytes_of_text("amf1/n2/tcp/192.0.2.1:38412"), b = bytes_of_text("b"),
	    c = bytes_of_text("c");
	struct why why = { 0 };
	uint64_t id;

	ok(ledger_target_id(ledger, a, &id, &why), &why);
	assert_true(id == 1);
	ok(ledger_target_id(ledger, b, &id, &why), &why);
	assert_true(id == 2);
	ok(ledger_target_id(ledger, a, &id, &why), &why);
	assert_true(id == 1);
	commit(ledger);
	ledger_close(ledger);
	ledger = opened(place->path, LEDGER_WRITE);
	ok(ledger_target_id(ledger, c, &id, &why), &why);
	assert_true(id == 3);
	ok(ledger_target_id(ledger, b, &id, &why), &why);
	assert_true(id == 2);
	commit(ledger);
	/* Not even by hand is a number freed for another target. */
	assert_int_not_equal(sql(place->path, "DELETE FROM target WHERE id = 3;"), SQLITE_OK);
	assert_int_not_equal(sql(place->path, "UPDATE target SET key = x'00' WHERE id = 3;"),
	    SQLITE_OK);
	ledger_close(ledger);
}

static void
checkpoints(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	struct buffer note = { 0 };
	struct why why = { 0 };
	uint64_t size;

	grow(ledger, 300, 300);
	assert_int_equal(ledger_checkpoint(ledger, UINT64_MAX, &size, &note, &why), ERR_NOT_FOUND);
	sign(ledger, 10);
	sign(ledger, 200);
	sign(ledger, 300);
	ok(ledger_checkpoint(ledger, UINT64_MAX, &size, &note, &why), &why);
	assert_true(size == 300);
	ok(ledger_checkpoint(ledger, 299, &size, &note, &why), &why);
	assert_true(size == 200);
	assert_int_equal(ledger_checkpoint(ledger, 9, &size, &note, &why), ERR_NOT_FOUND);
	ok(ledger_checkpoint_after(ledger, 11, &size, &note, &why), &why);
	assert_true(size == 200);
	assert_int_equal(ledger_checkpoint_after(ledger, 301, &size, &note, &why), ERR_NOT_FOUND);
	/* Of another size, of another tree, of nothing. */
	assert_int_equal(ledger_add_checkpoint(ledger, 199, bytes_of_buffer(&note), &why),
	    ERR_MISMATCH);
	assert_int_equal(ledger_add_checkpoint(ledger, 301, bytes_of_buffer(&note), &why),
	    ERR_NOT_FOUND);
	assert_int_not_equal(ledger_add_checkpoint(ledger, 10, bytes_of_text("x"), &why), ERR_OK);
	ledger_close(ledger);
	ledger = opened(place->path, LEDGER_WRITE);
	ledger_close(ledger);
	buffer_free(&note);
}

static void
pruning(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path), *reader;
	struct record rec = { .kind = RECORD_STATE, .role = ROLE_ENGINE };
	struct why why = { 0 };
	struct bytes bytes;
	struct hash root;
	uint64_t size;

	grow(ledger, 700, 100);
	reader = opened(place->path, LEDGER_READ);
	root = root_of(ledger, 700);
	assert_int_equal(ledger_prune(ledger, 500, &why), ERR_INVALID);
	rec.recorded_ms = ledger_recorded_ms(ledger);
	rec.state.size = 600;
	ok(ledger_add(ledger, &rec, &why), &why);
	assert_int_equal(ledger_prune(ledger, 500, &why), ERR_BUSY);
	commit(ledger);
	assert_int_equal(ledger_prune(ledger, 601, &why), ERR_INVALID);
	ok(ledger_prune(ledger, 600, &why), &why);
	assert_true(ledger_first(ledger) == 600 && ledger_size(ledger) == 701);
	ok(ledger_prune(ledger, 10, &why), &why);
	/* A reader that has not looked since says what happened. */
	assert_int_equal(ledger_bytes(reader, 599, &bytes, &why), ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "pruned"));
	assert_int_equal(ledger_scan(reader, 0, 700, leaf_of, &(struct leaves){ .next = 0 }, &why),
	    ERR_NOT_FOUND);
	assert_int_equal(ledger_size_at(ledger, 5, &size, &why), ERR_NOT_FOUND);
	ok(ledger_size_at(ledger, ledger_recorded_ms(ledger), &size, &why), &why);
	assert_true(size == 701);
	/* Old proofs keep working, and the guard is back. */
	assert_true(hash_equal(root, root_of(ledger, 700)));
	proven(ledger, 5, 701);
	assert_int_not_equal(sql(place->path, "DELETE FROM record WHERE seq = 650;"), SQLITE_OK);
	ledger_close(reader);
	ledger_close(ledger);
	ledger = opened(place->path, LEDGER_WRITE);
	assert_true(ledger_first(ledger) == 600);
	grow(ledger, 300, 100);
	ledger_close(ledger);
}

static void
copies(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path), *copy;
	struct why why = { 0 };
	uint64_t size = 0;

	grow(ledger, 1000, 100);
	add_ticks(ledger, 1);
	assert_int_equal(ledger_backup(ledger, place->other, &size, &why), ERR_BUSY);
	commit(ledger);
	ok(ledger_backup(ledger, place->other, &size, &why), &why);
	assert_true(size == 1001);
	assert_int_equal(ledger_backup(ledger, place->other, &size, &why), ERR_INVALID);
	grow(ledger, 10, 10);
	copy = opened(place->other, LEDGER_COPY);
	assert_true(ledger_size(copy) == 1001);
	assert_true(hash_equal(root_of_bytes(copy), root_of(ledger, 1001)));
	ledger_close(copy);
	copy = opened(place->other, LEDGER_WRITE);
	grow(copy, 5, 5);
	whole(copy);
	ledger_close(copy);
	ledger_close(ledger);
}

/* Another user of the file's group, as status and tui are. */
static int
read_as_other(const struct place *place)
{
	struct ledger *ledger = NULL;
	struct why why = { 0 };
	bool grown;

	if (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0)
		return 100;
	if (ledger_open(&ledger, place->path, LEDGER_READ, &why) != ERR_OK ||
	    ledger_refresh(ledger, &grown, &why) != ERR_OK) {
		fprintf(stderr, "%s\n", why.text);
		return 101;
	}
	whole(ledger);
	return (int)ledger_size(ledger);
}

static void
another_user_reads(void **state)
{
	struct place *place = *state;
	struct ledger *ledger;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(place->folder, 0755), 0);
	ledger = created(place->path);
	ledger_close(ledger);
	/* As an installation has it: the ledger's user writes, its group reads. */
	assert_int_equal(chown(place->path, (uid_t)-1, 65534), 0);
	snprintf(place->other, sizeof(place->other), "%s-wal", place->path);
	assert_int_equal(unlink(place->other), 0);
	snprintf(place->other, sizeof(place->other), "%s-shm", place->path);
	assert_int_equal(unlink(place->other), 0);
	ledger = opened(place->path, LEDGER_WRITE);
	assert_int_equal(in_child(read_as_other, place), 0);
	grow(ledger, 40, 10);
	assert_int_equal(in_child(read_as_other, place), 40);
	ledger_close(ledger);
	assert_int_equal(in_child(read_as_other, place), 40);
}

/* What was played and what happened never stand in one ledger, over a rollback and a new start. */
static void
drills_apart(void **state)
{
	struct place *place = *state;
	struct ledger *ledger = created(place->path);
	struct record rec = tick(START_MS);
	struct why why = { 0 };

	rec.drill = true;
	ok(ledger_add(ledger, &rec, &why), &why);
	ledger_rollback(ledger);
	assert_false(ledger_drill(ledger));
	ok(ledger_add(ledger, &rec, &why), &why);
	ok(ledger_commit(ledger, &why), &why);
	assert_true(ledger_drill(ledger));
	rec.drill = false;
	assert_int_equal(ledger_add(ledger, &rec, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "exercise"));
	ledger_close(ledger);
	ledger = opened(place->path, LEDGER_WRITE);
	assert_int_equal(ledger_add(ledger, &rec, &why), ERR_INVALID);
	ledger_close(ledger);
	ledger = created(place->other);
	ok(ledger_add(ledger, &rec, &why), &why);
	rec.drill = true;
	assert_int_equal(ledger_add(ledger, &rec, &why), ERR_INVALID);
	assert_non_null(strstr(why.text, "is real"));
	ledger_close(ledger);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_remove)
	const struct CMUnitTest tests[] = {
		TEST(create_and_open),
		TEST(batches),
		TEST(refused_records),
		TEST(tree_over_tiles),
		TEST(scans),
		TEST(looking_up),
		TEST(blobs_and_values),
		TEST(log_stays_small),
		TEST(erasing),
		TEST(target_ids),
		TEST(checkpoints),
		TEST(pruning),
		TEST(copies),
		TEST(another_user_reads),
		TEST(drills_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
