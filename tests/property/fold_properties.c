/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold of the fold whatever is recorded: worlds made from a seed, with wrong clocks,
 * lost workers, reloads and nonsense in them.  SEED=N runs one world, WORLDS=N many; a failure
 * names its seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/property/world.h"

enum { WORLDS_MADE = 40, RECORDS = 400 };

struct run {
	struct world  world;
	struct state *live;		/* folded while it was made */
	uint64_t      seed;
};

#define HOLDS(run, condition)                                                   \
	do {                                                                    \
		if (!(condition))                                               \
			fail_msg("SEED=%" PRIu64 " after record %" PRIu64 ": %s", (run)->seed, \
			    (run)->live->size, #condition);                     \
	} while (0)

static uint64_t
pick(struct run *run, uint64_t below)
{
	return world_random(&run->world, below);
}

static void
new_plan(struct run *run)
{
	struct world *world = &run->world;

	plan_free(world->plan);
	world->plan = world_plan(1 + (uint32_t)pick(run, 3), 1 + (uint32_t)pick(run, 4),
	    1 + (uint32_t)pick(run, 3), 1 + (uint32_t)pick(run, 3));
	world->plan->group_wait_ms = (int64_t)pick(run, 3) * 7000;
	for (uint32_t i = 0; i < world->plan->targets; i++) {
		struct plan_target *target = &world->plan->target[i];

		target->window = 1 + (uint32_t)pick(run, pick(run, 4) == 0 ? 32 : 5);
		target->fail_count = 1 + (uint32_t)pick(run, target->window);
		target->recover_count = 1 + (uint32_t)pick(run, 4);
		target->stale_ms = 20000 + (int64_t)pick(run, 200000);
		target->interval_ms = 1000 + (int64_t)pick(run, 200000);
		/* Some leave, some come, ids ascend. */
		target->id = 2 * i + 1 + pick(run, 2);
	}
	world_config(world);
}

/* Mostly sane, at times absurd. */
static int64_t
seen_at(struct run *run)
{
	int64_t now = run->world.now_ms;

	switch (pick(run, 20)) {
	case 0:  return now + (int64_t)pick(run, 4000000);
	case 1:  return now - (int64_t)pick(run, 4000000);
	case 2:  return pick(run, 2) == 0 ? INT64_MAX : INT64_MIN;
	default: return now - (int64_t)pick(run, 900);
	}
}

static uint64_t
some_target(struct run *run)
{
	return pick(run, 2 * run->world.plan->targets + 2);
}

static uint64_t
some_incident(struct run *run)
{
	if (run->live->incidents == 0 || pick(run, 8) == 0)
		return pick(run, 500);
	return run->live->incident[pick(run, run->live->incidents)].id;
}

static void
put_observation(struct run *run)
{
	uint64_t target = some_target(run), replicas = pick(run, 4) == 0 ? pick(run, 11) : 1;
	enum outcome outcome =
	    pick(run, 5) < 2 ? OUTCOME_UP : (enum outcome)pick(run, OUTCOME_COUNT);

	world_put(&run->world, (struct record){ .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
		.index = plan_worker_of(run->world.plan, target), .observed_ms = seen_at(run),
		.observation = { .target = target, .replica = pick(run, replicas + 1),
			.replicas = replicas, .outcome = outcome, .error = pick(run, 20),
			.latency_us = pick(run, 100000),
			.detail = bytes_of_text(outcome == OUTCOME_UP ? "" : "refused 断られた") } });
}

static void
put_run(struct run *run)
{
	world_put(&run->world, (struct record){ .kind = RECORD_RUN, .role = ROLE_WORKER,
		.run = { .target = some_target(run), .replica = pick(run, 3),
			.outcome = pick(run, OUTCOME_COUNT), .rounds = pick(run, 40),
			.first = run->world.now_ms - 60000, .last = seen_at(run),
			.latency_median_us = pick(run, 9) } });
}

static void
put_coverage(struct run *run)
{
	struct buffer scratch = { 0 };
	uint64_t missed[8], count = 0;

	for (uint64_t id = some_target(run); count < 8 && pick(run, 2) == 0; id += 1 + pick(run, 3))
		missed[count++] = id;
	world_put(&run->world, (struct record){ .kind = RECORD_COVERAGE, .role = ROLE_WORKER,
		.index = pick(run, 4), .coverage = { .from = run->world.now_ms - 60000,
			.to = seen_at(run), .missed = record_ids(&scratch, missed, count) } });
	buffer_free(&scratch);
}

static void
put_notice(struct run *run)
{
	static const char *const channel[] = { "noc", "log", "watch", "nobody" };
	const struct notice_due *due =
	    run->live->dues > 0 ? &run->live->due[pick(run, run->live->dues)] : NULL;

	world_put(&run->world, (struct record){ .kind = RECORD_NOTICE, .role = ROLE_ENGINE,
		.notice = { .transition = due != NULL ? due->transition : 7,
			.incident = due != NULL ? due->incident : 7,
			.channel = bytes_of_text(channel[pick(run, 4)]) } });
}

static void
put_other(struct run *run)
{
	struct world *world = &run->world;

	switch (pick(run, 9)) {
	case 0:
		world_gap(world, pick(run, 3) == 0 ? (enum role)(1 + pick(run, 6)) : ROLE_WORKER,
		    pick(run, 70));
		break;
	case 1:
	case 2:
		world_simple(world, RECORD_SELF, pick(run, 4) == 0 ? ROLE_LEDGER : ROLE_WORKER,
		    pick(run, 3));
		break;
	case 3:
		world_put(world, (struct record){ .kind = RECORD_OPERATOR, .role = ROLE_ENGINE,
			.operator = { .act = pick(run, 4), .incident = some_incident(run),
				.author = bytes_of_text("akira") } });
		break;
	case 4:
		world_put(world, (struct record){ .kind = RECORD_CLOCK, .role = ROLE_LEDGER,
			.clock = { .step_ms = (int64_t)pick(run, 7200001) - 3600000 } });
		break;
	case 5:
		world_put(world, (struct record){ .kind = RECORD_BELIEF, .role = ROLE_ENGINE,
			.belief = { .size = run->live->size, .fold_version = FOLD_VERSION,
				.facts = state_hash(run->live) } });
		break;
	case 6:
		if (world->blobs < WORLD_BLOBS && pick(run, 4) == 0)
			new_plan(run);
		break;
	case 7:
		world_simple(world, pick(run, 2) == 0 ? RECORD_FORK : RECORD_HEARTBEAT,
		    ROLE_ENGINE, 0);
		break;
	default:
		put_notice(run);
	}
}

static void
make(struct run *run, uint64_t seed)
{
	*run = (struct run){ .seed = seed, .live = state_new() };
	world_begin(&run->world, seed);
	new_plan(run);
	for (uint64_t i = 0; i < run->world.plan->workers; i++)
		world_simple(&run->world, RECORD_SELF, ROLE_WORKER, i);
	while (run->world.records < RECORDS) {
		uint64_t kind = pick(run, 100);

		world_fold(&run->world, run->live, run->world.records);
		run->world.now_ms += (int64_t)pick(run, pick(run, 30) == 0 ? 120000 : 1500);
		if (kind < 60)
			put_observation(run);
		else if (kind < 68)
			put_run(run);
		else if (kind < 78)
			put_coverage(run);
		else if (kind < 84)
			world_simple(&run->world, RECORD_TICK, ROLE_LEDGER, 0);
		else
			put_other(run);
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
same_records_same_bytes(struct run *run)
{
	struct state *again = state_new();

	world_fold(&run->world, again, run->world.records);
	HOLDS(run, same(again, run->live));
	state_free(again);
}

static void
looking_ahead_changes_nothing(struct run *run)
{
	struct state *again = state_new();

	while (again->size < run->world.records) {
		world_apply(&run->world, again, (size_t)again->size);
		if (pick(run, 8) == 0) {
			struct state *copy = state_copy(again);

			HOLDS(run, same(copy, again));
			fold_advance(copy, copy->now_ms + (int64_t)pick(run, 1000000));
			state_free(copy);
		}
	}
	HOLDS(run, same(again, run->live));
	state_free(again);
}

/* Also: a snapshot and the records after it are the whole. */
static void
any_split_goes_on_alike(struct run *run)
{
	struct state *again = state_new();

	while (again->size < run->world.records) {
		struct state *next;

		world_apply(&run->world, again, (size_t)again->size);
		if (pick(run, 4) != 0)
			continue;
		next = pick(run, 2) == 0 ? through_bytes(again) : state_copy(again);
		HOLDS(run, same(next, again));
		state_free(again);
		again = next;
	}
	HOLDS(run, same(again, run->live));
	state_free(again);
}

static void
small_steps_are_one_large(struct run *run)
{
	struct state *once = state_copy(run->live), *often = state_copy(run->live);
	int64_t end = run->live->now_ms + 400000;

	fold_advance(once, end);
	for (int64_t at = run->live->now_ms; at < end; at += 1 + (int64_t)pick(run, 800))
		fold_advance(often, at);
	fold_advance(often, end);
	HOLDS(run, same(once, often));
	state_free(once);
	state_free(often);
}

static void
beliefs_are_reproduced(struct run *run)
{
	struct state *again = state_new();
	struct hash claim[RECORDS + 64] = { { { 0 } } };
	struct record rec;
	struct why why;

	for (size_t i = 0; i < run->world.records; i++)
		if (record_decode(world_record(&run->world, i), &rec, &why) == ERR_OK &&
		    rec.kind == RECORD_BELIEF)
			claim[rec.belief.size] = rec.belief.facts;
	for (size_t i = 0; i < run->world.records; i++) {
		if (!hash_is_zero(claim[i]))
			HOLDS(run, hash_equal(claim[i], state_hash(again)));
		world_apply(&run->world, again, i);
	}
	state_free(again);
}

static bool
is_named(const struct record *rec, uint64_t target)
{
	struct record_walk walk = record_walk_of(rec->coverage.missed);
	uint64_t id;

	while (record_ids_next(&walk, &id))
		if (id == target)
			return true;
	return false;
}

/*
 * By the records alone: when the last one came that could have been evidence of the target.
 * Before a CONFIG another worker may have had it.
 */
static int64_t
evidence_ms(struct run *run, const struct target_state *target, size_t before)
{
	uint64_t id = target->plan->id;
	bool moved = false;

	for (size_t i = before; i > 0; i--) {
		struct record rec;
		struct why why;

		if (record_decode(world_record(&run->world, i - 1), &rec, &why) != ERR_OK)
			continue;
		moved = moved || rec.kind == RECORD_CONFIG;
		if ((rec.kind == RECORD_OBSERVATION && rec.observation.target == id) ||
		    (rec.kind == RECORD_RUN && rec.run.target == id) ||
		    (rec.kind == RECORD_COVERAGE && (moved || rec.index == target->worker) &&
		    !is_named(&rec, id)))
			return rec.recorded_ms;
	}
	return INT64_MIN;
}

static void
check_green(struct run *run, const struct state *state)
{
	for (uint32_t i = 0; i < state->targets; i++) {
		const struct target_state *target = &state->target[i];
		bool up = true;

		for (uint32_t j = 0; j < target->replicas; j++) {
			const struct replica_state *replica = &target->replica[j];
			int64_t heard = fold_heard_ms(state, target, replica);

			up = up && replica->health == HEALTH_UP;
			HOLDS(run, heard <= state->now_ms);
			HOLDS(run, replica->health == HEALTH_UNKNOWN ||
			    state->now_ms - heard < target->plan->stale_ms);
		}
		HOLDS(run, up == (target->health == HEALTH_UP));
		if (up)
			HOLDS(run, state->now_ms - evidence_ms(run, target, (size_t)state->size) <
			    target->plan->stale_ms);
	}
}

static void
silence_is_never_green(struct run *run)
{
	struct state *again = state_new();

	for (size_t i = 0; i < run->world.records; i++) {
		world_apply(&run->world, again, i);
		check_green(run, again);
		if (pick(run, 10) == 0) {
			struct state *copy = state_copy(again);

			for (int step = 0; step < 5; step++) {
				fold_advance(copy, copy->now_ms + (int64_t)pick(run, 90000));
				check_green(run, copy);
			}
			state_free(copy);
		}
	}
	state_free(again);
}

static void
time_is_in_order(struct run *run)
{
	const struct state *state = run->live;

	for (uint32_t i = 1; i < state->timelines; i++) {
		const struct transition *before = &state->timeline[i - 1];
		const struct transition *now = &state->timeline[i];

		HOLDS(run, before->recorded_ms <= now->recorded_ms);
		HOLDS(run, transition_seq(before->id) <= transition_seq(now->id));
		HOLDS(run, now->seq < state->size);
		HOLDS(run, transition_seq(now->id) < state->size);
	}
	HOLDS(run, state->timelines == state->timeline_total);
}

/* Whoever is told "incident 123" finds it under that number in every later replay. */
static void
incident_numbers_stay(struct run *run)
{
	struct state *again = state_new();

	while (again->size < run->world.records) {
		world_apply(&run->world, again, (size_t)again->size);
		for (uint32_t i = 0; i < again->incidents; i++) {
			const struct incident *then = &again->incident[i];
			const struct incident *now = state_incident(run->live, then->id);

			HOLDS(run, now != NULL && now->scope == then->scope);
			HOLDS(run, now->opened_ms == then->opened_ms);
			HOLDS(run, then->resolved_ms == 0 || now->resolved_ms == then->resolved_ms);
		}
	}
	state_free(again);
}

static void
incidents_are_consistent(struct run *run)
{
	const struct state *state = run->live;

	for (uint32_t i = 0; i < state->incidents; i++) {
		const struct incident *incident = &state->incident[i];
		uint32_t failing = 0;

		HOLDS(run, i == 0 || state->incident[i - 1].id < incident->id);
		for (uint32_t j = 0; j < incident->members; j++) {
			const struct incident_member *member = &incident->member[j];
			const struct target_state *target = state_target(state, member->target);

			failing += member->health != HEALTH_UP;
			HOLDS(run, j == 0 || incident->member[j - 1].target < member->target);
			if (incident->resolved_ms != 0 || incident->absorbed_by != 0)
				continue;
			HOLDS(run, target != NULL && target->incident == incident->id);
			HOLDS(run, member->health == target->health);
		}
		HOLDS(run, incident->failing == failing || incident->resolved_ms != 0 ||
		    incident->absorbed_by != 0);
		HOLDS(run, (failing > 0 || incident->flapping > 0) ==
		    (incident->resolved_ms == 0) ||
		    incident->absorbed_by != 0);
	}
	for (uint32_t i = 0; i < state->targets; i++)
		HOLDS(run, state->target[i].health <= HEALTH_UP || state->target[i].incident != 0);
}

/* --- records of different targets in another order --------------------------------------- */

static void
compare_targets(struct run *run, const struct state *a, const struct state *b)
{
	for (uint32_t i = 0; i < a->targets; i++) {
		const struct target_state *x = &a->target[i], *y = &b->target[i];

		HOLDS(run, x->health == y->health && x->reason == y->reason);
		HOLDS(run, x->since_ms == y->since_ms && x->replicas == y->replicas);
		for (uint32_t j = 0; j < x->replicas; j++) {
			const struct replica_state *p = &x->replica[j], *q = &y->replica[j];

			HOLDS(run, p->health == q->health && p->reason == q->reason);
			HOLDS(run, p->history == q->history && p->rounds == q->rounds);
			HOLDS(run, p->history_down == q->history_down && p->outcome == q->outcome);
			HOLDS(run, p->heard_ms == q->heard_ms && p->since_ms == q->since_ms);
			HOLDS(run, bytes_equal(bytes_of_buffer(&p->detail),
			    bytes_of_buffer(&q->detail)));
		}
	}
}

static void
order_of_targets_does_not_matter(struct run *run)
{
	struct world *world = &run->world;
	struct state *a = state_new(), *b = state_new();
	uint32_t targets;

	new_plan(run);
	targets = world->plan->targets;
	for (int second = 0; second < 60; second++) {
		size_t first = world->records, order[64];

		world->now_ms += 1 + (int64_t)pick(run, 9000);
		for (uint32_t i = 0; i < targets; i++)
			if (pick(run, 3) != 0) {
				uint64_t id = world->plan->target[i].id;

				world_see(world, id, (enum outcome)pick(run, OUTCOME_COUNT));
			}
		for (size_t i = first; i < world->records; i++)
			order[i - first] = i;
		for (size_t i = world->records - first; i > 1; i--) {
			size_t j = (size_t)pick(run, i), kept = order[i - 1];

			order[i - 1] = order[j];
			order[j] = kept;
		}
		if (second == 0)
			world_fold(world, a, first), world_fold(world, b, first);
		world_fold(world, a, world->records);
		for (size_t i = first; i < world->records; i++)
			world_apply(world, b, order[i - first]);
		compare_targets(run, a, b);
	}
	state_free(a);
	state_free(b);
}

#define PROPERTY(name)                                                          \
	static void test_##name(void **unused) { (void)unused; for_each_world(name); }
PROPERTY(same_records_same_bytes)
PROPERTY(looking_ahead_changes_nothing)
PROPERTY(any_split_goes_on_alike)
PROPERTY(small_steps_are_one_large)
PROPERTY(beliefs_are_reproduced)
PROPERTY(silence_is_never_green)
PROPERTY(time_is_in_order)
PROPERTY(incident_numbers_stay)
PROPERTY(incidents_are_consistent)
PROPERTY(order_of_targets_does_not_matter)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_records_same_bytes),
		cmocka_unit_test(test_looking_ahead_changes_nothing),
		cmocka_unit_test(test_any_split_goes_on_alike),
		cmocka_unit_test(test_small_steps_are_one_large),
		cmocka_unit_test(test_beliefs_are_reproduced),
		cmocka_unit_test(test_silence_is_never_green),
		cmocka_unit_test(test_time_is_in_order),
		cmocka_unit_test(test_incident_numbers_stay),
		cmocka_unit_test(test_incidents_are_consistent),
		cmocka_unit_test(test_order_of_targets_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
