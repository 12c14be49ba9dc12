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

#include "monitor/state/incident_view.h"
#include "monitor/state/describe.h"
#include "tests/property/world.h"

enum { WORLDS_MADE = 40, RECORDS = 500, SITES = 4, EACH = 3, PER = 2 };

struct run {
	struct world  world;
	struct state *live;
	uint64_t      seed;
	uint64_t      at;		/* records folded by the property, for its message */
};

#define HOLDS(run, condition)                                                   \
	do {                                                                    \
		if (!(condition))                                               \
			fail_msg("SEED=%" PRIu64 " after record %" PRIu64 ": %s", (run)->seed, \
			    (run)->at, #condition);                     \
	} while (0)

static uint64_t
pick(struct run *run, uint64_t below)
{
	return world_random(&run->world, below);
}

static const char *
name_of(struct run *run, const char *kind, const char *prefix, uint64_t number)
{
	char text[64];

	snprintf(text, sizeof(text), "%s:%s%" PRIu64, kind, prefix, number);
	return plan_text(run->world.plan, bytes_of_text(text));
}

static const char *
some_subject(struct run *run)
{
	switch (pick(run, 12)) {
	case 0:  return name_of(run, "site", "site", pick(run, SITES + 1));
	case 1:  return name_of(run, "provider", "cloud", pick(run, 3));
	case 2:  return name_of(run, "replica_set", "set", pick(run, 3));
	case 3:  return name_of(run, "target", "target", pick(run, SITES * EACH * PER + 2));
	case 4:  return pick(run, 2) == 0 ? "" : "other:power";
	default: return name_of(run, "instance", "instance", pick(run, SITES * EACH + 1));
	}
}

static void
dress(struct run *run, struct plan *plan)
{
	plan->vantages = plan_array(plan, 2, sizeof(*plan->vantages));
	plan->vantage_count = 2;
	for (uint32_t i = 0; i < 2; i++)
		plan->vantages[i] = (struct plan_vantage){
			.name = world_name(plan, "vantage", i), .source = "192.0.2.9" };
	for (uint32_t i = 0; i < plan->sites; i++) {
		plan->site[i].provider = i == 0 ? "" : world_name(plan, "cloud", i % 2);
		plan->site[i].region = i % 3 == 0 ? "" : "east";
	}
	for (uint32_t i = 0; i < plan->instances; i++)
		plan->instance[i].replica_set = i % 3 == 2 ? "" : world_name(plan, "set", i % 3);
	for (uint32_t i = 0; i < plan->targets; i++)
		if (pick(run, 3) != 0) {
			plan->target[i].endpoint =
			    world_name(plan, "endpoint", plan->target[i].instance);
			plan->target[i].vantage = i % PER == 0 ? "" : plan->vantages[i % 2].name;
		}
	plan->dependency = plan_array(plan, 6, sizeof(*plan->dependency));
	for (plan->dependencies = 0; plan->dependencies < pick(run, 7); plan->dependencies++)
		plan->dependency[plan->dependencies] = (struct plan_dependency){
			.from = name_of(run, "instance", "instance", pick(run, SITES * EACH)),
			.to = pick(run, 3) == 0 ? name_of(run, "replica_set", "set", pick(run, 2)) :
			    name_of(run, "instance", "instance", pick(run, SITES * EACH)) };
	plan->second_person = pick(run, 2) == 0 ? UINT64_C(1) << ACT_WINDOW : 0;
}

static void
new_plan(struct run *run)
{
	struct world *world = &run->world;

	plan_free(world->plan);
	world->plan = world_plan(1 + (uint32_t)pick(run, SITES), EACH, PER, 1);
	world->plan->group_wait_ms = (int64_t)pick(run, 3) * 7000;
	dress(run, world->plan);
	for (uint32_t i = 0; i < world->plan->targets; i++) {
		world->plan->target[i].fail_count = 1 + (uint32_t)pick(run, 2);
		world->plan->target[i].recover_count = 1 + (uint32_t)pick(run, 2);
		world->plan->target[i].interval_ms = 1000;
	}
	world_config(world);
}

static void
put_signal(struct run *run)
{
	char key[32];
	int64_t told = pick(run, 3) == 0 ? 0 : run->world.now_ms - (int64_t)pick(run, 20000);

	snprintf(key, sizeof(key), "key%" PRIu64, pick(run, 30));
	world_put(&run->world, (struct record){ .kind = RECORD_SIGNAL, .role = ROLE_FETCH,
		.signal = { .source = bytes_of_text(pick(run, 2) == 0 ? "traps" : "syslog"),
			.form = SIGNAL_FORM_TRAP, .kind = pick(run, 5),
			.key = bytes_of_text(key), .subject = bytes_of_text(some_subject(run)),
			.severity = pick(run, 7), .title = bytes_of_text("link down"),
			.told = told, .clock = pick(run, 4), .count = pick(run, 3),
			.region = bytes_of_text(pick(run, 2) == 0 ? "east" : ""),
			.ended = pick(run, 4) == 0 ? told : 0 } });
}

static void
put_metric(struct run *run)
{
	char name[32];

	snprintf(name, sizeof(name), "instance%" PRIu64, pick(run, SITES * EACH + 1));
	world_put(&run->world, (struct record){ .kind = RECORD_METRIC, .role = ROLE_FETCH,
		.metric = { .source = bytes_of_text("metrics"), .instance = bytes_of_text(name),
			.metric = pick(run, 6), .value = pick(run, 1000), .known = pick(run, 8) != 0 } });
}

static uint64_t
some_window(struct run *run)
{
	if (run->live->windows == 0 || pick(run, 8) == 0)
		return pick(run, 500);
	return run->live->window[pick(run, run->live->windows)].id;
}

static void
put_window(struct run *run)
{
	uint64_t step = pick(run, 5);
	int64_t from = run->world.now_ms - 5000 + (int64_t)pick(run, 40000);

	world_put(&run->world, (struct record){ .kind = RECORD_WINDOW, .role = ROLE_ENGINE,
		.window = { .step = step, .window = step == 0 ? 0 : some_window(run),
			.kind = pick(run, 3), .uid = pick(run, 3), .author = bytes_of_text("akira"),
			.subject = bytes_of_text(some_subject(run)), .from = from,
			.until = from + (int64_t)pick(run, 90000) - 1000 } });
}

static uint64_t
some_incident(struct run *run)
{
	if (run->live->incidents == 0 || pick(run, 8) == 0)
		return pick(run, 500);
	return run->live->incident[pick(run, run->live->incidents)].id;
}

static void
put_correction(struct run *run)
{
	uint64_t incident = some_incident(run), targets[4], count = 0;
	const struct incident *now = state_incident(run->live, incident);
	struct buffer scratch = { 0 };

	for (uint32_t i = 0; now != NULL && i < now->members && count < 4; i++)
		if (pick(run, 2) == 0)
			targets[count++] = now->member[i].target;
	world_put(&run->world, (struct record){ .kind = RECORD_CORRECTION, .role = ROLE_ENGINE,
		.correction = { .what = pick(run, 3) == 0 ? pick(run, CORRECTS + 1) : 1 + pick(run, 2),
			.incident = incident, .other = some_incident(run), .uid = 7,
			.targets = record_ids(&scratch, targets, (size_t)count),
			.at = run->world.now_ms - (int64_t)pick(run, 9000),
			.author = bytes_of_text("yuki"), .number = pick(run, 1000),
			.name = bytes_of_text(pick(run, 2) == 0 ? "" : "voice") } });
	buffer_free(&scratch);
}

static void
put_round(struct run *run)
{
	uint64_t target = pick(run, run->world.plan->targets + 2);

	world_see(&run->world, target, pick(run, 3) == 0 ? OUTCOME_UP :
	    pick(run, 6) == 0 ? OUTCOME_DEGRADED : OUTCOME_DOWN);
}

static void
make(struct run *run, uint64_t seed)
{
	*run = (struct run){ .seed = seed, .live = state_new() };
	world_begin(&run->world, seed);
	new_plan(run);
	world_simple(&run->world, RECORD_SELF, ROLE_WORKER, 0);
	for (uint32_t i = 1; i <= run->world.plan->targets; i++)
		world_see(&run->world, i, OUTCOME_UP);
	while (run->world.records < RECORDS) {
		uint64_t kind = pick(run, 100);

		world_fold(&run->world, run->live, run->world.records);
		run->world.now_ms += (int64_t)pick(run, pick(run, 30) == 0 ? 900000 : 1500);
		if (kind < 50)
			put_round(run);
		else if (kind < 75)
			put_signal(run);
		else if (kind < 80)
			put_metric(run);
		else if (kind < 86)
			put_window(run);
		else if (kind < 92)
			put_correction(run);
		else if (kind < 97)
			world_cover(&run->world, 0, NULL, 0);
		else if (run->world.blobs < WORLD_BLOBS && pick(run, 3) == 0)
			new_plan(run);
		else
			world_gap(&run->world, ROLE_WORKER, 0),
			    world_simple(&run->world, RECORD_SELF, ROLE_WORKER, 0);
	}
	world_fold(&run->world, run->live, run->world.records);
}

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

	for (uint32_t i = 0; i < state->timelines; i++)
		for (uint32_t j = i + 1; j < state->timelines; j++)
			HOLDS(run, state->timeline[i].id != state->timeline[j].id ||
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
