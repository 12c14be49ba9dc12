/* SPDX-License-Identifier: Apache-2.0 */
/* Health of replicas and targets: k of n, hysteresis, silence, gaps, clocks and configurations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/property/world.h"

struct fixture {
	struct world  world;
	struct state *state;
};

static void
begin(struct fixture *f, uint32_t sites, uint32_t each, uint32_t per)
{
	world_begin(&f->world, 1);
	f->world.plan = world_plan(sites, each, per, 1);
	f->state = state_new();
	world_config(&f->world);
	world_simple(&f->world, RECORD_SELF, ROLE_WORKER, 0);
	world_fold(&f->world, f->state, f->world.records);
}

static void
end(struct fixture *f)
{
	state_free(f->state);
	world_end(&f->world);
}

/* Time passes, then everything on the tape is folded. */
static void
fold(struct fixture *f)
{
	world_fold(&f->world, f->state, f->world.records);
}

static void
pass(struct fixture *f, int64_t ms)
{
	f->world.now_ms += ms;
}

static void
see(struct fixture *f, uint64_t target, const char *rounds)
{
	for (; *rounds != '\0'; rounds++) {
		pass(f, 1000);
		world_see(&f->world, target, *rounds == 'U' ? OUTCOME_UP :
		    *rounds == 'D' ? OUTCOME_DOWN : *rounds == 'G' ? OUTCOME_DEGRADED :
		    OUTCOME_UNKNOWN);
		fold(f);
	}
}

static void
is(const struct fixture *f, uint64_t target, enum health health, enum reason reason)
{
	const struct target_state *found = state_target(f->state, target);

	assert_non_null(found);
	assert_string_equal(health_name(found->health), health_name(health));
	assert_string_equal(reason_text(found->reason), reason_text(reason));
}

/* Rounds of target 1 from the start, and what they end as; fail 2 of 3, recover after 2. */
static void
k_of_n(void **unused)
{
	static const struct {
		const char *rounds;
		enum health health;
		enum reason reason;
	} table[] = {
		{ "",        HEALTH_UNKNOWN,  REASON_NEVER },
		{ "U",       HEALTH_UP,       REASON_OBSERVED },
		{ "D",       HEALTH_UNKNOWN,  REASON_FAILING },
		{ "DD",      HEALTH_DOWN,     REASON_OBSERVED },
		{ "DU",      HEALTH_UP,       REASON_OBSERVED },
		{ "G",       HEALTH_DEGRADED, REASON_OBSERVED },
		{ "?",       HEALTH_UNKNOWN,  REASON_UNJUDGED },
		{ "UD",      HEALTH_UP,       REASON_FAILING },
		{ "UDD",     HEALTH_DOWN,     REASON_OBSERVED },
		{ "UDUD",    HEALTH_DOWN,     REASON_OBSERVED },
		{ "UDUUD",   HEALTH_UP,       REASON_FAILING },
		{ "UDUU",    HEALTH_UP,       REASON_OBSERVED },
		{ "UDDU",    HEALTH_DOWN,     REASON_RECOVERING },
		{ "UDDUU",   HEALTH_UP,       REASON_OBSERVED },
		{ "UDDUUD",  HEALTH_UP,       REASON_FAILING },
		{ "UDDUD",   HEALTH_DOWN,     REASON_OBSERVED },
		{ "UDDUDUU", HEALTH_UP,       REASON_OBSERVED },
		{ "UGG",     HEALTH_DEGRADED, REASON_OBSERVED },
		{ "UDG",     HEALTH_DEGRADED, REASON_OBSERVED },
		{ "UGGDD",   HEALTH_DOWN,     REASON_OBSERVED },
		{ "UDDGG",   HEALTH_DEGRADED, REASON_OBSERVED },
		{ "UGGU",    HEALTH_DEGRADED, REASON_RECOVERING },
		{ "U?",      HEALTH_UP,       REASON_FAILING },
		{ "U??",     HEALTH_UNKNOWN,  REASON_UNJUDGED },
		{ "U?D",     HEALTH_UNKNOWN,  REASON_UNJUDGED },
		{ "U???????", HEALTH_UNKNOWN, REASON_UNJUDGED },
		{ "U??U",    HEALTH_UP,       REASON_OBSERVED },
		{ "UDD?",    HEALTH_DOWN,     REASON_OBSERVED },
		{ "UDD??",   HEALTH_UNKNOWN,  REASON_UNJUDGED },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct fixture f;

		begin(&f, 1, 1, 1);
		see(&f, 1, table[i].rounds);
		if (state_target(f.state, 1)->health != table[i].health ||
		    state_target(f.state, 1)->reason != table[i].reason)
			fail_msg("after \"%s\" it is %s, %s", table[i].rounds,
			    health_name(state_target(f.state, 1)->health),
			    reason_text(state_target(f.state, 1)->reason));
		end(&f);
	}
}

/* recover_count above the window: more rounds are remembered than failures are counted in. */
static void
recovery_may_take_longer_than_the_window(void **unused)
{
	struct fixture f;

	(void)unused;
	begin(&f, 1, 1, 1);
	f.world.plan->target[0].recover_count = 5;
	world_config(&f.world);
	see(&f, 1, "UDDUUUU");
	is(&f, 1, HEALTH_DOWN, REASON_RECOVERING);
	see(&f, 1, "U");
	is(&f, 1, HEALTH_UP, REASON_OBSERVED);
	end(&f);
}

static void
why_is_answered(void **unused)
{
	struct fixture f;
	const struct target_state *target;

	(void)unused;
	begin(&f, 1, 1, 1);
	see(&f, 1, "UDD");
	target = state_target(f.state, 1);
	assert_int_equal(target->seq, f.state->size - 1);
	assert_int_equal(target->since_ms, f.world.now_ms);
	assert_int_equal(target->replica[0].health_seq, target->seq);
	see(&f, 1, "D");
	assert_int_equal(target->seq, f.state->size - 2);
	assert_int_equal(target->replica[0].seq, f.state->size - 1);
	assert_int_equal(target->replica[0].detail.len, strlen("no answer"));
	end(&f);
}

static void
silence_is_never_green(void **unused)
{
	struct fixture f;
	int64_t seen_ms;

	(void)unused;
	begin(&f, 1, 1, 1);
	see(&f, 1, "U");
	seen_ms = f.world.now_ms;
	pass(&f, 149999);
	world_simple(&f.world, RECORD_TICK, ROLE_LEDGER, 0);
	fold(&f);
	is(&f, 1, HEALTH_UP, REASON_OBSERVED);
	pass(&f, 50000);
	world_simple(&f.world, RECORD_TICK, ROLE_LEDGER, 0);
	fold(&f);
	is(&f, 1, HEALTH_UNKNOWN, REASON_STALE);
	/* It turned at its own moment, not when the TICK came. */
	assert_int_equal(state_target(f.state, 1)->since_ms, seen_ms + 150000);
	see(&f, 1, "D");
	is(&f, 1, HEALTH_UNKNOWN, REASON_FAILING);
	end(&f);
}

static void
coverage_vouches(void **unused)
{
	static const uint64_t missed[] = { 2 };
	struct fixture f;

	(void)unused;
	begin(&f, 1, 1, 2);
	see(&f, 1, "U");
	see(&f, 2, "U");
	for (int minute = 0; minute < 10; minute++) {
		pass(&f, 60000);
		world_cover(&f.world, 0, missed, minute < 3 ? 0 : 1);
		fold(&f);
		is(&f, 1, HEALTH_UP, REASON_OBSERVED);
		if (minute < 5)
			is(&f, 2, HEALTH_UP, REASON_OBSERVED);
	}
	is(&f, 2, HEALTH_UNKNOWN, REASON_MISSED);
	/* Vouched for until the third word, then stale_ms later. */
	assert_int_equal(state_target(f.state, 2)->since_ms, f.world.now_ms - 7 * 60000 + 150000);
	/* Nothing changed while it was missed: the worker's word makes it known again. */
	pass(&f, 60000);
	world_cover(&f.world, 0, NULL, 0);
	fold(&f);
	is(&f, 2, HEALTH_UP, REASON_OBSERVED);
	assert_int_equal(state_target(f.state, 2)->seq, f.state->size - 1);
	end(&f);
}

/* Rounds are further apart than COVERAGE: not being named each minute proves nothing yet. */
static void
one_missed_round_of_a_slow_target(void **unused)
{
	static const uint64_t missed[] = { 1 };
	struct fixture f;

	(void)unused;
	begin(&f, 1, 1, 1);
	f.world.plan->target[0].interval_ms = 300000;
	f.world.plan->target[0].stale_ms = 400000;
	world_config(&f.world);
	see(&f, 1, "U");
	for (int minute = 1; minute <= 6; minute++) {
		pass(&f, 60000);
		world_cover(&f.world, 0, missed, minute == 2);
		fold(&f);
		assert_int_equal(f.world.now_ms - fold_heard_ms(f.state, state_target(f.state, 1),
		    &state_target(f.state, 1)->replica[0]), minute < 2 ? 0 : (minute - 1) * 60000);
	}
	pass(&f, 60000);
	world_cover(&f.world, 0, NULL, 0);
	fold(&f);
	assert_int_equal(fold_heard_ms(f.state, state_target(f.state, 1),
	    &state_target(f.state, 1)->replica[0]), f.world.now_ms);
	pass(&f, 60000);
	world_cover(&f.world, 0, missed, 1);
	see(&f, 1, "U");
	pass(&f, 60000);
	world_cover(&f.world, 0, NULL, 0);
	fold(&f);
	assert_int_equal(fold_heard_ms(f.state, state_target(f.state, 1),
	    &state_target(f.state, 1)->replica[0]), f.world.now_ms);
	end(&f);
}

static void
another_worker_cannot_vouch(void **unused)
{
	struct fixture f;

	(void)unused;
	begin(&f, 1, 1, 1);
	see(&f, 1, "U");
	for (int minute = 0; minute < 3; minute++) {
		pass(&f, 60000);
		world_cover(&f.world, 1, NULL, 0);
		fold(&f);
	}
	is(&f, 1, HEALTH_UNKNOWN, REASON_STALE);
	end(&f);
}

static void
gap_blinds_at_once(void **unused)
{
	struct fixture f;
	uint64_t shown;

	(void)unused;
	begin(&f, 1, 1, 2);
	see(&f, 1, "UDD");
	see(&f, 2, "U");
	assert_int_equal(state_open_incidents(f.state), 1);
	pass(&f, 1000);
	world_gap(&f.world, ROLE_WORKER, 0);
	fold(&f);
	is(&f, 1, HEALTH_UNKNOWN, REASON_GAP);
	is(&f, 2, HEALTH_UNKNOWN, REASON_GAP);
	assert_false(f.state->worker[0].running);
	assert_int_equal(state_open_incidents(f.state), 1);
	assert_int_equal(f.state->timeline[f.state->timelines - 1].kind, TRANSITION_GAP);
	/* The word of a worker that saw nothing yet covers nothing. */
	world_simple(&f.world, RECORD_SELF, ROLE_WORKER, 0);
	world_cover(&f.world, 0, NULL, 0);
	fold(&f);
	is(&f, 2, HEALTH_UNKNOWN, REASON_GAP);
	assert_true(f.state->worker[0].running);
	assert_int_equal(f.state->timeline[f.state->timelines - 1].kind, TRANSITION_WATCHING);
	assert_int_equal(f.state->gap[0].ended_ms, f.world.now_ms);
	shown = f.state->timeline_total;
	see(&f, 2, "U");
	is(&f, 2, HEALTH_UP, REASON_OBSERVED);
	assert_int_equal(f.state->timeline_total, shown);
	see(&f, 1, "D");
	is(&f, 1, HEALTH_UNKNOWN, REASON_FAILING);
	see(&f, 1, "U");
	assert_int_equal(state_open_incidents(f.state), 0);
	end(&f);
}

static void
ledger_gap_blinds_all(void **unused)
{
	struct fixture f;

	(void)unused;
	begin(&f, 1, 1, 1);
	see(&f, 1, "U");
	world_gap(&f.world, ROLE_ENGINE, 0);
	fold(&f);
	is(&f, 1, HEALTH_UP, REASON_OBSERVED);
	world_gap(&f.world, ROLE_SUPERVISOR, 0);
	fold(&f);
	is(&f, 1, HEALTH_UNKNOWN, REASON_GAP);
	world_simple(&f.world, RECORD_SELF, ROLE_WORKER, 0);
	fold(&f);
	assert_int_not_equal(f.state->gap[1].ended_ms, 0);
	assert_int_equal(f.state->gap[0].ended_ms, 0);
	end(&f);
}

/* Begun again without a gap: what its predecessor saw is believed, but not for long. */
static void
a_new_process_must_look_itself(void **unused)
{
	struct fixture f;

	(void)unused;
	begin(&f, 1, 1, 1);
	see(&f, 1, "U");
	world_simple(&f.world, RECORD_SELF, ROLE_WORKER, 0);
	for (int minute = 0; minute < 3; minute++) {
		pass(&f, 60000);
		world_cover(&f.world, 0, NULL, 0);
	}
	fold(&f);
	is(&f, 1, HEALTH_UNKNOWN, REASON_STALE);
	end(&f);
}

static void
clocks_do_not_lend_freshness(void **unused)
{
	struct fixture f;
	struct record rec = { .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
		.observation = { .target = 1, .replicas = 1, .outcome = OUTCOME_UP } };

	(void)unused;
	begin(&f, 1, 1, 1);
	rec.observed_ms = f.world.now_ms + 3600000;
	world_put(&f.world, rec);
	pass(&f, 150000);
	world_simple(&f.world, RECORD_TICK, ROLE_LEDGER, 0);
	fold(&f);
	is(&f, 1, HEALTH_UNKNOWN, REASON_STALE);
	/* Seen an hour ago: old evidence when it comes, and never UP between. */
	rec.observed_ms = f.world.now_ms - 3600000;
	world_put(&f.world, rec);
	fold(&f);
	is(&f, 1, HEALTH_UNKNOWN, REASON_STALE);
	/* The same from a wall clock known to be an hour behind is fresh. */
	world_put(&f.world, (struct record){ .kind = RECORD_CLOCK, .role = ROLE_LEDGER,
		.clock = { .step_ms = -3600000, .cause = bytes_of_text("stepped") } });
	world_put(&f.world, rec);
	fold(&f);
	is(&f, 1, HEALTH_UP, REASON_OBSERVED);
	assert_int_equal(f.state->clock_step_ms, -3600000);
	rec.observed_ms = INT64_MIN;
	world_put(&f.world, rec);
	rec.observed_ms = INT64_MAX;
	world_put(&f.world, rec);
	fold(&f);
	assert_true(state_target(f.state, 1)->replica[0].heard_ms <= f.state->now_ms);
	end(&f);
}

static void
put_replica(struct fixture *f, uint64_t replica, uint64_t replicas, enum outcome outcome)
{
	pass(f, 1000);
	world_put(&f->world, (struct record){ .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
		.observation = { .target = 1, .replica = replica, .replicas = replicas,
			.outcome = outcome } });
	fold(f);
}

static void
worst_replica_decides(void **unused)
{
	struct fixture f;

	(void)unused;
	begin(&f, 1, 1, 1);
	put_replica(&f, 0, 3, OUTCOME_UP);
	is(&f, 1, HEALTH_UNKNOWN, REASON_NEVER);
	put_replica(&f, 1, 3, OUTCOME_UP);
	put_replica(&f, 2, 3, OUTCOME_UP);
	is(&f, 1, HEALTH_UP, REASON_OBSERVED);
	put_replica(&f, 1, 3, OUTCOME_DOWN);
	put_replica(&f, 1, 3, OUTCOME_DOWN);
	is(&f, 1, HEALTH_DOWN, REASON_OBSERVED);
	/* The address that failed is gone from the name. */
	put_replica(&f, 0, 1, OUTCOME_UP);
	is(&f, 1, HEALTH_UP, REASON_OBSERVED);
	/* A name without addresses says nothing of how many it had; then more than are probed. */
	put_replica(&f, 0, 0, OUTCOME_UNKNOWN);
	assert_int_equal(state_target(f.state, 1)->replicas, 1);
	put_replica(&f, 1000, 1000, OUTCOME_DOWN);
	assert_int_equal(state_target(f.state, 1)->replicas, REPLICA_MAX);
	put_replica(&f, UINT64_MAX, UINT64_MAX, OUTCOME_DOWN);
	end(&f);
}

static void
put_run(struct fixture *f, enum outcome outcome, uint64_t rounds, int64_t last_ms)
{
	world_put(&f->world, (struct record){ .kind = RECORD_RUN, .role = ROLE_WORKER,
		.run = { .target = 1, .outcome = outcome, .rounds = rounds,
			.first = last_ms - 60000, .last = last_ms, .latency_median_us = 700 } });
	fold(f);
}

static void
a_run_counts_as_heard(void **unused)
{
	struct fixture f;

	(void)unused;
	begin(&f, 1, 1, 1);
	put_run(&f, OUTCOME_UP, 60, f.world.now_ms);
	is(&f, 1, HEALTH_UNKNOWN, REASON_NEVER);
	see(&f, 1, "U");
	pass(&f, 140000);
	put_run(&f, OUTCOME_UP, 2, f.world.now_ms);
	pass(&f, 140000);
	world_simple(&f.world, RECORD_TICK, ROLE_LEDGER, 0);
	fold(&f);
	is(&f, 1, HEALTH_UP, REASON_OBSERVED);
	assert_int_equal(state_target(f.state, 1)->replica[0].latency_us, 700);
	pass(&f, 20000);
	world_simple(&f.world, RECORD_TICK, ROLE_LEDGER, 0);
	fold(&f);
	is(&f, 1, HEALTH_UNKNOWN, REASON_STALE);
	put_run(&f, OUTCOME_UP, 2, f.world.now_ms);
	is(&f, 1, HEALTH_UP, REASON_OBSERVED);
	/* A whole window of equal rounds settles what was open. */
	see(&f, 1, "DDU");
	is(&f, 1, HEALTH_DOWN, REASON_RECOVERING);
	put_run(&f, OUTCOME_UP, 2, f.world.now_ms);
	is(&f, 1, HEALTH_DOWN, REASON_RECOVERING);
	put_run(&f, OUTCOME_UP, 3, f.world.now_ms);
	is(&f, 1, HEALTH_UP, REASON_OBSERVED);
	end(&f);
}

static void
configuration_keeps_what_stays(void **unused)
{
	struct fixture f;
	struct hash before;

	(void)unused;
	begin(&f, 1, 2, 1);
	see(&f, 1, "U");
	see(&f, 2, "U");
	plan_free(f.world.plan);
	f.world.plan = world_plan(1, 3, 1, 1);
	f.world.plan->target[0].id = 2;
	f.world.plan->target[1].id = 5;
	f.world.plan->target[2].id = 9;
	f.world.plan->target[0].name = "kept";
	f.world.plan->target[0].instance = 1;
	world_config(&f.world);
	fold(&f);
	assert_null(state_target(f.state, 1));
	is(&f, 2, HEALTH_UP, REASON_OBSERVED);
	is(&f, 5, HEALTH_UNKNOWN, REASON_NEVER);
	assert_string_equal(state_target(f.state, 2)->plan->name, "kept");
	/* Never given by a ledger: the same id for something else.  Nothing is known of that. */
	f.world.plan->target[0].instance = 2;
	world_config(&f.world);
	fold(&f);
	is(&f, 2, HEALTH_UNKNOWN, REASON_NEVER);
	/* A blob that cannot be had changes nothing. */
	before = state_hash(f.state);
	{
		struct blob_source none = { world_blob, &f.world };
		struct record rec = { .kind = RECORD_CONFIG, .recorded_ms = f.world.now_ms + 999999,
			.config = { .plan = hash_of(bytes_of_text("nothing")) } };
		struct why why;

		assert_int_equal(fold_apply(f.state, &rec, ERR_OK, &none, &why), ERR_NOT_FOUND);
	}
	assert_true(hash_equal(before, state_hash(f.state)));
	end(&f);
}

static void
newer_kinds_are_counted(void **unused)
{
	struct fixture f;
	struct record rec = { .kind = (enum record_kind)99, .recorded_ms = 5000000 };
	struct blob_source source = { world_blob, &f.world };
	struct why why;

	(void)unused;
	begin(&f, 1, 1, 1);
	assert_int_equal(fold_apply(f.state, &rec, ERR_UNSUPPORTED, &source, &why), ERR_OK);
	assert_int_equal(f.state->unknown_kinds, 1);
	assert_int_equal(f.state->now_ms, 5000000);
	assert_int_equal(f.state->size, 3);
	end(&f);
}

static void
decode_refuses_damage(void **unused)
{
	struct fixture f;
	struct buffer octets = { 0 };
	struct state *again;
	struct why why;

	(void)unused;
	begin(&f, 1, 2, 2);
	see(&f, 1, "UDD");
	see(&f, 3, "UDD?");
	state_encode(&octets, f.state);
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &again, &why), ERR_OK);
	assert_true(hash_equal(state_hash(f.state), state_hash(again)));
	state_free(again);
	for (size_t len = 0; len < octets.len; len += 1 + octets.len / 512) {
		assert_int_not_equal(state_decode(bytes_of(octets.at, len), &again, &why), ERR_OK);
		assert_null(again);
	}
	octets.at[1] = FOLD_VERSION + 1;
	assert_int_equal(state_decode(bytes_of_buffer(&octets), &again, &why), ERR_UNSUPPORTED);
	octets.at[1] = FOLD_VERSION;
	for (size_t i = 0; i < octets.len; i++) {
		octets.at[i] ^= 0x41;
		if (state_decode(bytes_of_buffer(&octets), &again, &why) == ERR_OK) {
			fold_advance(again, INT64_MAX);
			state_free(again);
		}
		octets.at[i] ^= 0x41;
	}
	buffer_free(&octets);
	end(&f);
}

static void
timeline_keeps_the_newest(void **unused)
{
	struct fixture f;
	uint64_t total;

	(void)unused;
	begin(&f, 1, 1, 1);
	total = f.state->timeline_total;
	for (int i = 0; i < 3 * TIMELINE_MAX; i++)
		world_simple(&f.world, RECORD_CLOCK, ROLE_LEDGER, 0);
	fold(&f);
	assert_int_equal(f.state->timelines, TIMELINE_MAX);
	assert_int_equal(f.state->timeline_total, total + 3 * TIMELINE_MAX);
	for (uint32_t i = 1; i < f.state->timelines; i++)
		assert_int_equal(f.state->timeline[i].seq, f.state->timeline[i - 1].seq + 1);
	assert_int_equal(f.state->timeline[f.state->timelines - 1].seq, f.state->size - 1);
	for (int i = 0; i < GAP_MAX + 10; i++)
		world_gap(&f.world, ROLE_ENGINE, 0);
	fold(&f);
	assert_int_equal(f.state->gaps, GAP_MAX);
	assert_int_equal(f.state->gap_total, GAP_MAX + 10);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(k_of_n),
		cmocka_unit_test(recovery_may_take_longer_than_the_window),
		cmocka_unit_test(why_is_answered),
		cmocka_unit_test(silence_is_never_green),
		cmocka_unit_test(coverage_vouches),
		cmocka_unit_test(one_missed_round_of_a_slow_target),
		cmocka_unit_test(another_worker_cannot_vouch),
		cmocka_unit_test(gap_blinds_at_once),
		cmocka_unit_test(ledger_gap_blinds_all),
		cmocka_unit_test(a_new_process_must_look_itself),
		cmocka_unit_test(clocks_do_not_lend_freshness),
		cmocka_unit_test(worst_replica_decides),
		cmocka_unit_test(a_run_counts_as_heard),
		cmocka_unit_test(configuration_keeps_what_stays),
		cmocka_unit_test(newer_kinds_are_counted),
		cmocka_unit_test(decode_refuses_damage),
		cmocka_unit_test(timeline_keeps_the_newest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
