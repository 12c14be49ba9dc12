/* SPDX-License-Identifier: Apache-2.0 */
/* Replay over a real ledger file: any size, both directions, snapshots that are believed or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/replay/replay.h"
#include "tests/property/world.h"

struct fixture {
	struct world   world;
	struct ledger *ledger;
	struct replay *replay;
	char           dir[256], path[300];
	struct why     why;
};

#define GOOD(call)                                                              \
	do {                                                                    \
		if ((call) != ERR_OK)                                           \
			fail_msg("%s: %s", #call, f->why.text);                 \
	} while (0)

/* Ten minutes of two sites: outages, coverage, a gap. */
static void
live(struct world *world)
{
	world->plan = world_plan(2, 3, 2, 1);
	world_config(world);
	world_simple(world, RECORD_SELF, ROLE_WORKER, 0);
	for (uint64_t id = 1; id <= world->plan->targets; id++)
		world_see(world, id, OUTCOME_UP);
	for (int i = 0; i < 600; i++) {
		world->now_ms += 1000;
		if (i % 60 == 59)
			world_cover(world, 0, NULL, 0);
		else if (i % 37 < 5)
			world_see(world, 1 + world_random(world, 4),
			    world_random(world, 3) == 0 ? OUTCOME_UP : OUTCOME_DOWN);
		else
			world_simple(world, RECORD_TICK, ROLE_LEDGER, 0);
		if (i == 300)
			world_gap(world, ROLE_WORKER, 0);
		if (i == 310)
			world_simple(world, RECORD_SELF, ROLE_WORKER, 0);
	}
}

/* Puts the rest of the tape into the ledger. */
static void
record_tape(struct fixture *f)
{
	struct record rec;
	struct hash hash;

	for (uint32_t i = 0; i < f->world.blobs; i++)
		GOOD(ledger_add_blob(f->ledger, bytes_of_buffer(&f->world.blob[i]), &hash,
		    &f->why));
	while (ledger_size(f->ledger) < f->world.records) {
		for (size_t i = (size_t)ledger_size(f->ledger); i < f->world.records; i++) {
			GOOD(record_decode(world_record(&f->world, i), &rec, &f->why));
			GOOD(ledger_add(f->ledger, &rec, &f->why));
		}
		GOOD(ledger_commit(f->ledger, &f->why));
	}
}

static int
setup(void **state)
{
	struct fixture *f = memory_new(1, sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	snprintf(f->dir, sizeof(f->dir), "%s/sekimori-replay-XXXXXX", tmp != NULL ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(f->dir));
	assert_true(file_path(f->path, sizeof(f->path), f->dir, "ledger.db"));
	world_begin(&f->world, 42);
	live(&f->world);
	GOOD(ledger_create(f->path, &f->why));
	GOOD(ledger_open(&f->ledger, f->path, LEDGER_WRITE, &f->why));
	record_tape(f);
	GOOD(replay_open(&f->replay, f->ledger, f->dir, &f->why));
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	DIR *dir = opendir(f->dir);
	const struct dirent *entry;

	replay_close(f->replay);
	ledger_close(f->ledger);
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	rmdir(f->dir);
	world_end(&f->world);
	free(f);
	return 0;
}

static struct hash
hash_at(struct fixture *f, uint64_t size)
{
	struct state *state = state_new();
	struct hash hash;

	world_fold(&f->world, state, (size_t)size);
	hash = state_hash(state);
	state_free(state);
	return hash;
}

static void
stands(struct fixture *f, uint64_t size)
{
	assert_int_equal(replay_state(f->replay)->size, size);
	assert_true(hash_equal(state_hash(replay_state(f->replay)), hash_at(f, size)));
}

static void
any_size_any_order(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 60; i++) {
		uint64_t size = world_random(&f->world, f->world.records + 1);

		GOOD(replay_to_size(f->replay, size, &f->why));
		stands(f, size);
	}
	assert_int_equal(replay_to_size(f->replay, f->world.records + 1, &f->why), ERR_NOT_FOUND);
}

static void
any_time(void **state)
{
	struct fixture *f = *state;

	GOOD(replay_to_time(f->replay, f->world.now_ms - 200500, &f->why));
	assert_true(replay_state(f->replay)->now_ms <= f->world.now_ms - 200500);
	assert_true(replay_state(f->replay)->now_ms > f->world.now_ms - 202000);
	stands(f, replay_state(f->replay)->size);
	GOOD(replay_to_time(f->replay, INT64_MAX, &f->why));
	assert_int_equal(replay_state(f->replay)->size, f->world.records);
	GOOD(replay_to_time(f->replay, 0, &f->why));
	assert_int_equal(replay_state(f->replay)->size, 0);
}

/* Forward from the start and back from the end meet the same changes. */
static void
changes_both_ways(void **state)
{
	struct fixture *f = *state;
	uint64_t forward[512], size, shown = 0;
	size_t count = 0;

	while (replay_next_change(f->replay, &size, &f->why) == ERR_OK) {
		assert_true(count < 512);
		assert_true(size > replay_state(f->replay)->size);
		GOOD(replay_to_size(f->replay, size, &f->why));
		assert_true(replay_state(f->replay)->timeline_total > shown);
		shown = replay_state(f->replay)->timeline_total;
		forward[count++] = size;
	}
	assert_int_equal(f->why.err, ERR_NOT_FOUND);
	assert_in_range(count, 12, 512);
	GOOD(replay_to_size(f->replay, f->world.records, &f->why));
	while (replay_previous_change(f->replay, &size, &f->why) == ERR_OK) {
		assert_true(count > 0);
		assert_int_equal(size, forward[--count] - 1);
		GOOD(replay_to_size(f->replay, size, &f->why));
		stands(f, size);
	}
	assert_int_equal(count, 0);
}

static void
put_belief(struct fixture *f, uint64_t size, uint64_t version, struct hash facts)
{
	world_put(&f->world, (struct record){ .kind = RECORD_BELIEF, .role = ROLE_ENGINE,
		.belief = { .size = size, .fold_version = version, .facts = facts } });
	record_tape(f);
}

struct seen { uint64_t first_done, total; bool give_up; };

static bool
on_progress(void *arg, uint64_t done, uint64_t total)
{
	struct seen *seen = arg;

	if (seen->total == 0)
		*seen = (struct seen){ done, total, seen->give_up };
	return !seen->give_up;
}

/* A tape long enough that snapshots are looked for, a snapshot in the middle. */
static uint64_t
long_tape(struct fixture *f)
{
	uint64_t middle;

	for (int i = 0; i < 6000; i++)
		world_simple(&f->world, RECORD_TICK, ROLE_LEDGER, 0);
	record_tape(f);
	middle = f->world.records;
	GOOD(replay_to_size(f->replay, middle, &f->why));
	GOOD(snapshot_write(f->dir, replay_state(f->replay), &f->why));
	return middle;
}

/* How many records a fresh replay folds to stand at the end. */
static uint64_t
folded(struct fixture *f)
{
	struct replay *fresh;
	struct seen seen = { 0 };

	GOOD(replay_open(&fresh, f->ledger, f->dir, &f->why));
	replay_on_progress(fresh, on_progress, &seen);
	GOOD(replay_to_size(fresh, f->world.records, &f->why));
	assert_true(hash_equal(state_hash(replay_state(fresh)), hash_at(f, f->world.records)));
	replay_close(fresh);
	return seen.total;
}

static void
a_snapshot_needs_its_belief(void **state)
{
	struct fixture *f = *state;
	uint64_t middle = long_tape(f);
	struct hash facts = state_hash(replay_state(f->replay)), wrong = facts;
	char path[400];

	wrong.at[0] ^= 1;
	put_belief(f, middle, FOLD_VERSION, wrong);
	put_belief(f, middle, FOLD_VERSION + 1, facts);
	put_belief(f, middle - 1, FOLD_VERSION, facts);
	for (int i = 0; i < 9000; i++)
		world_simple(&f->world, RECORD_TICK, ROLE_LEDGER, 0);
	record_tape(f);
	assert_int_equal(folded(f), f->world.records);
	put_belief(f, middle, FOLD_VERSION, facts);
	assert_int_equal(folded(f), f->world.records - middle);
	/* One octet of the file is changed: it is passed over. */
	snprintf(path, sizeof(path), "%s/snapshot-%" PRIu64 "-%d.cbor", f->dir, middle,
	    FOLD_VERSION);
	{
		int fd = open(path, O_WRONLY);

		assert_true(fd >= 0);
		assert_int_equal(pwrite(fd, "\xff", 1, 100), 1);
		close(fd);
	}
	assert_int_equal(folded(f), f->world.records);
}

static void
beliefs_are_reproduced(void **state)
{
	struct fixture *f = *state;
	struct record rec;
	uint64_t seq = 0;
	int checked = 0;

	for (uint64_t size = 100; size < 600; size += 100) {
		struct hash hash = hash_at(f, size);

		put_belief(f, size, FOLD_VERSION, hash);
	}
	for (; ledger_next(f->ledger, RECORD_BELIEF, seq, &seq, &f->why) == ERR_OK;
	    seq++, checked++) {
		struct hash facts;
		uint64_t size;

		GOOD(ledger_read(f->ledger, seq, &rec, &f->why));
		facts = rec.belief.facts;
		size = rec.belief.size;
		GOOD(replay_to_size(f->replay, size, &f->why));
		assert_true(hash_equal(state_hash(replay_state(f->replay)), facts));
	}
	assert_int_equal(checked, 5);
}

static void
pruned_ledgers_begin_at_their_state(void **state)
{
	struct fixture *f = *state;
	struct buffer octets = { 0 };
	struct hash blob, whole;
	uint64_t middle = 300;

	GOOD(replay_to_size(f->replay, middle, &f->why));
	state_encode(&octets, replay_state(f->replay));
	GOOD(ledger_add_blob(f->ledger, bytes_of_buffer(&octets), &blob, &f->why));
	buffer_free(&octets);
	GOOD(ledger_commit(f->ledger, &f->why));
	world_put(&f->world, (struct record){ .kind = RECORD_STATE, .role = ROLE_ENGINE,
		.state = { .size = middle, .fold_version = FOLD_VERSION, .state = blob } });
	record_tape(f);
	whole = hash_at(f, f->world.records);
	GOOD(ledger_prune(f->ledger, middle, &f->why));
	replay_close(f->replay);
	GOOD(replay_open(&f->replay, f->ledger, f->dir, &f->why));
	assert_int_equal(replay_to_size(f->replay, middle - 1, &f->why), ERR_NOT_FOUND);
	assert_non_null(strstr(f->why.text, "pruned"));
	GOOD(replay_to_size(f->replay, f->world.records, &f->why));
	assert_true(hash_equal(state_hash(replay_state(f->replay)), whole));
	/* Going back too far leaves the replay where it stands. */
	assert_int_equal(replay_to_size(f->replay, middle - 1, &f->why), ERR_NOT_FOUND);
	assert_int_equal(replay_state(f->replay)->size, f->world.records);
	GOOD(replay_to_size(f->replay, middle, &f->why));
	assert_int_equal(replay_state(f->replay)->size, middle);
}

static void
folding_can_be_given_up(void **state)
{
	struct fixture *f = *state;
	struct seen seen = { .give_up = true };

	long_tape(f);
	replay_close(f->replay);
	GOOD(replay_open(&f->replay, f->ledger, NULL, &f->why));
	replay_on_progress(f->replay, on_progress, &seen);
	assert_int_equal(replay_to_size(f->replay, f->world.records, &f->why), ERR_CLOSED);
	assert_int_equal(replay_state(f->replay)->size, 4096);
	seen.give_up = false;
	GOOD(replay_to_size(f->replay, f->world.records, &f->why));
	stands(f, f->world.records);
}

static int
by_size(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static size_t
snapshots(const struct fixture *f, uint64_t size[64])
{
	DIR *dir = opendir(f->dir);
	const struct dirent *entry;
	size_t count = 0;

	while ((entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, "snapshot-", 9) == 0 && count < 64)
			size[count++] = strtoull(entry->d_name + 9, NULL, 10);
	closedir(dir);
	qsort(size, count, sizeof(*size), by_size);
	return count;
}

/* The newest eight, and sixteen over all the time before. */
static void
no_moment_is_far_from_a_snapshot(void **state)
{
	struct fixture *f = *state;
	uint64_t size[64];
	size_t count;

	GOOD(replay_to_size(f->replay, 600, &f->why));
	GOOD(snapshot_write(f->dir, replay_state(f->replay), &f->why));
	/* A larger one was of another continuation, so only the last is left. */
	GOOD(replay_to_size(f->replay, 100, &f->why));
	GOOD(snapshot_write(f->dir, replay_state(f->replay), &f->why));
	assert_int_equal(snapshots(f, size), 1);
	for (uint64_t at = 101; at <= 600; at++) {
		GOOD(replay_to_size(f->replay, at, &f->why));
		GOOD(snapshot_write(f->dir, replay_state(f->replay), &f->why));
	}
	count = snapshots(f, size);
	assert_int_equal(count, 24);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(size[count - 1 - i], 600 - i);
	/* Evenly they would be 600 / 17 apart; none is further than three times that. */
	for (size_t i = 0; i < count; i++)
		assert_true(size[i] - (i > 0 ? size[i - 1] : 0) <= 106);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(any_size_any_order),
		TEST(any_time),
		TEST(changes_both_ways),
		TEST(a_snapshot_needs_its_belief),
		TEST(beliefs_are_reproduced),
		TEST(pruned_ledgers_begin_at_their_state),
		TEST(folding_can_be_given_up),
		TEST(no_moment_is_far_from_a_snapshot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
