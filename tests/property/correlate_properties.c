/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold of correlation whatever is recorded: a network with sets, providers, vantages,
 * circles of dependence and second persons, under signals, metrics, windows and corrections made
 * from a seed.  SEED=N runs one world, WORLDS=N many; a failure names its seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/state/describe.h"
#include "tests/property/correlate_run.h"

/* Five seconds each under sanitizers; WORLDS=N in the environment makes N, SEED=N that one alone. */
enum { WORLDS_MADE = 7 };

#define HOLDS(run, condition)                                                   \
	do {                                                                    \
		if (!(condition))                                               \
			fail_msg("SEED=%" PRIu64 " after record %" PRIu64 ": %s", (run)->seed, \
			    (run)->at, #condition);                     \
	} while (0)

static void
unmake(struct run *run)
{
	state_free(run->live);
	world_end(&run->world);
}

static void
for_each_world(void (*property)(struct run *))
{
	const char *only = getenv("SEED");
	const char *many = getenv("WORLDS");
	uint64_t first = only != NULL ? strtoull(only, NULL, 10) : 1;
	uint64_t count = only != NULL ? 1 : many != NULL ? strtoull(many, NULL, 10) : WORLDS_MADE;

	for (uint64_t seed = first; seed < first + count; seed++) {
		struct run run;

		make(&run, seed);
		property(&run);
		unmake(&run);
	}
}

static bool
same(const struct state *a, const struct state *b)
{
	return hash_equal(state_hash(a), state_hash(b));
}

static struct state *
through_bytes(const struct state *state)
{
	struct buffer octets = { 0 };
	struct state *again = NULL;
	struct why why = { 0 };

	state_encode(&octets, state);
	if (state_decode(bytes_of_buffer(&octets), &again, &why) != ERR_OK)
		fail_msg("a state of ours is refused: %s", why.text);
	buffer_free(&octets);
	return again;
}

static void
any_split_goes_on_alike(struct run *run)
{
	struct state *again = state_new();

	while (again->size < run->world.records) {
		struct state *next;

		world_apply(&run->world, again, (size_t)again->size);
		run->at = again->size;
		if (pick(run, 3) != 0)
			continue;
		next = pick(run, 2) == 0 ? through_bytes(again) : state_copy(again);
		HOLDS(run, same(next, again));
		state_free(again);
		again = next;
	}
	HOLDS(run, same(again, run->live));
	state_free(again);
}

/* One state goes on as it was made, the other is read anew before each record. */
static void
each_record_anew_is_the_same(struct run *run)
{
	struct state *whole = state_new(), *anew = state_new();

	while (whole->size < run->world.records) {
		struct state *next = through_bytes(anew);

		state_free(anew);
		anew = next;
		world_apply(&run->world, whole, (size_t)whole->size);
		world_apply(&run->world, anew, (size_t)anew->size);
		run->at = whole->size;
		HOLDS(run, same(whole, anew));
	}
	state_free(whole);
	state_free(anew);
}

static void
small_steps_are_one_large(struct run *run)
{
	struct state *once = state_copy(run->live), *often = through_bytes(run->live);
	int64_t end = run->live->now_ms + 3000000;

	fold_advance(once, end);
	for (int64_t at = run->live->now_ms; at < end; at += 1 + (int64_t)pick(run, 20000))
		fold_advance(often, at);
	fold_advance(often, end);
	HOLDS(run, same(once, often));
	state_free(once);
	state_free(often);
}

static void
check_incident(struct run *run, const struct state *state, const struct incident *incident)
{
	uint32_t failing = 0, flapping = 0, standing = 0;
	bool open = incident->resolved_ms == 0 && incident->absorbed_by == 0;

	for (uint32_t j = 0; j < incident->members; j++) {
		const struct incident_member *member = &incident->member[j];
		const struct target_state *target = state_target(state, member->target);

		failing += member->health != HEALTH_UP;
		if (!open)
			continue;
		HOLDS(run, target != NULL && target->incident == incident->id);
		HOLDS(run, member->health == target->health);
		flapping += target->flapping;
	}
	for (uint32_t i = 0; i < state->alarms; i++)
		standing += state->alarm[i].incident == incident->id &&
		    state->alarm[i].cleared_ms == 0;
	if (incident->absorbed_by != 0) {
		HOLDS(run, state_incident(state, incident->absorbed_by) != NULL);
		HOLDS(run, state_incident(state, incident->absorbed_by)->absorbed_by == 0);
		return;
	}
	HOLDS(run, !open || incident->failing == failing);
	HOLDS(run, !open || incident->flapping == flapping);
	HOLDS(run, !open || incident->alarms_standing == standing);
	HOLDS(run, !open || failing > 0 || flapping > 0 || standing > 0 ||
	    (incident->members == 0 && state->floods > 0));
	HOLDS(run, failing == 0 || incident->resolved_ms == 0);
	HOLDS(run, incident->known_ms <= state->now_ms);
}

static void
check_words(struct run *run, const struct state *state)
{
	for (uint32_t i = 0; i < state->timelines; i++) {
		struct buffer text = { 0 };

		transition_describe(state, &state->timeline[i], &text);
		HOLDS(run, text.len > 0);
		buffer_free(&text);
	}
}

static void
incidents_are_consistent(struct run *run)
{
	struct state *again = state_new();

	while (again->size < run->world.records) {
		world_apply(&run->world, again, (size_t)again->size);
		run->at = again->size;
		for (uint32_t i = 0; i < again->incidents; i++)
			check_incident(run, again, &again->incident[i]);
		for (uint32_t i = 0; i < again->targets; i++)
			HOLDS(run, again->target[i].health <= HEALTH_UP ||
			    again->target[i].incident != 0);
	}
	check_words(run, again);
	state_free(again);
}

/* A number somebody was told is found for ever. */
static void
incident_numbers_stay(struct run *run)
{
	struct state *again = state_new();

	while (again->size < run->world.records) {
		world_apply(&run->world, again, (size_t)again->size);
		run->at = again->size;
		for (uint32_t i = 0; i < again->incidents; i++) {
			const struct incident *then = &again->incident[i];
			const struct incident *now = state_incident(run->live, then->id);

			HOLDS(run, now != NULL && now->scope == then->scope);
			HOLDS(run, now->opened_ms == then->opened_ms);
		}
	}
	state_free(again);
}

static void
timeline_ids_are_unique(struct run *run)
{
	const struct state *state = run->live;

	/* The side may change with each of several deadlines of one moment; it is not told by id. */
	for (uint32_t i = 0; i < state->timelines; i++)
		for (uint32_t j = i + 1; j < state->timelines; j++)
			HOLDS(run, state->timeline[i].id != state->timeline[j].id ||
			    state->timeline[i].kind == TRANSITION_DEMARCATION ||
			    state->timeline[i].incident != state->timeline[j].incident ||
			    state->timeline[i].about != state->timeline[j].about ||
			    state->timeline[i].target != state->timeline[j].target ||
			    state->timeline[i].recorded_ms != state->timeline[j].recorded_ms);
	for (uint32_t i = 0; i < state->dues; i++)
		for (uint32_t j = i + 1; j < state->dues; j++)
			HOLDS(run, state->due[i].transition != state->due[j].transition ||
			    state->due[i].incident != state->due[j].incident);
}

#define PROPERTY(name)                                                          \
	static void test_##name(void **unused) { (void)unused; for_each_world(name); }
PROPERTY(any_split_goes_on_alike)
PROPERTY(each_record_anew_is_the_same)
PROPERTY(small_steps_are_one_large)
PROPERTY(incidents_are_consistent)
PROPERTY(incident_numbers_stay)
PROPERTY(timeline_ids_are_unique)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_incidents_are_consistent),
		cmocka_unit_test(test_any_split_goes_on_alike),
		cmocka_unit_test(test_each_record_anew_is_the_same),
		cmocka_unit_test(test_small_steps_are_one_large),
		cmocka_unit_test(test_incident_numbers_stay),
		cmocka_unit_test(test_timeline_ids_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
