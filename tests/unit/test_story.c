/* SPDX-License-Identifier: Apache-2.0 */
/* The story of an incident, from a real ledger file: as known then, and with what came later. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>

#include "monitor/base/file.h"
#include "monitor/replay/story.h"
#include "tests/property/world.h"

struct fixture {
	struct world   world;
	struct ledger *ledger, *shelf;
	struct replay *replay;
	char           dir[256], path[300];
	struct why     why;
	uint64_t       incident, resolved;
};

#define GOOD(call)                                                              \
	do {                                                                    \
		if ((call) != ERR_OK)                                           \
			fail_msg("%s: %s", #call, f->why.text);                 \
	} while (0)

static void
person(struct world *world, uint64_t incident)
{
	struct record rec = { .kind = RECORD_OPERATOR, .role = ROLE_ENGINE,
	    .recorded_ms = world->now_ms, .observed_ms = world->now_ms };

	rec.operator.act = ACT_NOTE;
	rec.operator.author = bytes_of_text("sato");
	rec.operator.incident = incident;
	world_put(world, rec);
}

static void
filing(struct world *world, uint64_t incident)
{
	struct record rec = { .kind = RECORD_FILING, .role = ROLE_ENGINE,
	    .recorded_ms = world->now_ms, .observed_ms = world->now_ms };

	rec.filing.report = bytes_of_text("prompt-report");
	rec.filing.author = bytes_of_text("sato");
	rec.filing.incident = incident;
	rec.filing.paper_edition = 1;
	world_put(world, rec);
}

/* One instance fails and comes back; a day later somebody files. */
static void
live(struct fixture *f)
{
	struct world *world = &f->world;

	world->plan = world_plan(2, 3, 2, 1);
	world_config(world);
	world_simple(world, RECORD_SELF, ROLE_WORKER, 0);
	for (uint64_t id = 1; id <= world->plan->targets; id++)
		world_see(world, id, OUTCOME_UP);
	for (int i = 0; i < 100; i++) {
		world->now_ms += 1000;
		world_see(world, 1, i >= 20 && i < 60 ? OUTCOME_DOWN : OUTCOME_UP);
		if (i == 40)
			person(world, f->incident);
	}
	f->resolved = world->records;
	world->now_ms += 86400000;
	for (int i = 0; i < 10; i++)
		world_simple(world, RECORD_TICK, ROLE_LEDGER, 0);
	filing(world, f->incident);
	filing(world, f->incident + 1);
	world_simple(world, RECORD_TICK, ROLE_LEDGER, 0);
}

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

/* Which incident it will be is known from a first life. */
static void
learn(struct fixture *f)
{
	const struct state *state;

	GOOD(replay_to_size(f->replay, f->resolved, &f->why));
	state = replay_state(f->replay);
	assert_true(state->incidents > 0);
	f->incident = state->incident[0].id;
}

static void
open_all(struct fixture *f)
{
	world_begin(&f->world, 42);
	live(f);
	unlink(f->path);
	GOOD(ledger_create(f->path, &f->why));
	GOOD(ledger_open(&f->ledger, f->path, LEDGER_WRITE, &f->why));
	record_tape(f);
	GOOD(ledger_open(&f->shelf, f->path, LEDGER_READ, &f->why));
	GOOD(replay_open(&f->replay, f->ledger, NULL, &f->why));
}

static void
close_all(struct fixture *f)
{
	replay_close(f->replay);
	ledger_close(f->shelf);
	ledger_close(f->ledger);
	world_end(&f->world);
}

static int
setup(void **state)
{
	struct fixture *f = memory_new(1, sizeof(*f));
	const char *tmp = getenv("TMPDIR");

	snprintf(f->dir, sizeof(f->dir), "%s/sekimori-story-XXXXXX", tmp != NULL ? tmp : P_tmpdir);
	assert_non_null(mkdtemp(f->dir));
	assert_true(file_path(f->path, sizeof(f->path), f->dir, "ledger.db"));
	open_all(f);
	learn(f);
	close_all(f);
	open_all(f);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;
	char command[400];

	close_all(f);
	snprintf(command, sizeof(command), "rm -rf %s", f->dir);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static size_t
count(const struct story *story, enum story_kind kind)
{
	size_t found = 0;

	for (size_t i = 0; i < story->entries; i++)
		found += story->entry[i].kind == kind;
	return found;
}

static void
all_of_it_is_there(void **state)
{
	struct fixture *f = *state;
	struct story *story;

	GOOD(story_make(f->replay, f->ledger, f->shelf, f->incident, ledger_size(f->ledger), &story,
	    &f->why));
	assert_true(count(story, STORY_HEALTH) >= 2);
	assert_true(count(story, STORY_INCIDENT) >= 2);
	assert_int_equal(count(story, STORY_PERSON), 1);
	/* The other incident's paper is not in it. */
	assert_int_equal(count(story, STORY_FILING), 1);
	for (size_t i = 1; i < story->entries; i++)
		assert_true(story->entry[i].observed_ms >= story->entry[i - 1].observed_ms);
	assert_int_equal(story->passed_over, 0);
	story_free(story);
}

static void
what_came_later_was_not_known(void **state)
{
	struct fixture *f = *state;
	struct story *story;

	GOOD(story_make(f->replay, f->ledger, f->shelf, f->incident, f->resolved, &story, &f->why));
	assert_int_equal(count(story, STORY_FILING), 0);
	story_free(story);
	GOOD(story_make(f->replay, f->ledger, f->shelf, f->incident, f->incident + 1, &story,
	    &f->why));
	assert_int_equal(count(story, STORY_PERSON), 0);
	assert_non_null(state_incident(story->state, f->incident));
	assert_int_equal(state_incident(story->state, f->incident)->resolved_ms, 0);
	story_free(story);
}

static void
an_incident_that_was_not_is_said_to_be_none(void **state)
{
	struct fixture *f = *state;
	struct story *story;

	assert_int_equal(story_make(f->replay, f->ledger, f->shelf, f->incident, f->incident,
	    &story, &f->why), ERR_NOT_FOUND);
	assert_null(story);
	assert_int_equal(story_make(f->replay, f->ledger, f->shelf, 999999, f->resolved, &story,
	    &f->why), ERR_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_of_it_is_there, setup, teardown),
		cmocka_unit_test_setup_teardown(what_came_later_was_not_known, setup, teardown),
		cmocka_unit_test_setup_teardown(an_incident_that_was_not_is_said_to_be_none, setup,
		    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
