/* SPDX-License-Identifier: Apache-2.0 */
/* Whom failures hit, and what they make due, folded from records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "monitor/state/affairs.h"
#include "tests/unit/network_plan.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)

static const struct hit *
hit_of(const struct network *network, const char *service)
{
	const struct affair *affair = affair_find(network->state, network_incident(network)->id);

	return affair != NULL ? affair_hit(affair, service) : NULL;
}

static const struct affair_duty *
duty_of(const struct network *network, const char *rule)
{
	const struct affair *affair = affair_find(network->state, network_incident(network)->id);

	for (uint32_t i = 0; affair != NULL && i < affair->duties; i++)
		if (strcmp(affair->duty[i].rule, rule) == 0)
			return &affair->duty[i];
	return NULL;
}

/* One of two is enough: an incident, and nobody is hit. */
static void
a_survived_replica_hits_nobody(void **unused)
{
	struct network network;

	(void)unused;
	network_open(&network, network_plan());
	network_see(&network, MINUTE, AMF_1, OUTCOME_DOWN);
	assert_non_null(network_incident(&network));
	assert_null(hit_of(&network, "voice"));
	network_tick(&network, 5 * HOUR);
	assert_null(duty_of(&network, "F3"));
	network_close(&network);
}

/* Half of what is needed: half of the users, of the areas the set serves. */
static void
a_half_set_hits_half(void **unused)
{
	struct network network;
	const struct hit *hit;

	(void)unused;
	network_open(&network, network_plan());
	network_see(&network, MINUTE, UPF_1, OUTCOME_DOWN);
	hit = hit_of(&network, "voice");
	assert_non_null(hit);
	assert_int_equal(hit->step[0].stopped, 30000);
	assert_int_equal(hit->areas, 3);
	assert_int_equal(hit_of(&network, "data")->step[0].stopped, 50000);
	assert_int_equal(hit_of(&network, "data")->areas, 1);
	assert_int_equal(hit->step[0].at_ms, NETWORK_BEGIN + MINUTE);
	network_see(&network, 3 * MINUTE, UPF_1, OUTCOME_UP);
	hit = hit_of(&network, "voice");
	assert_int_equal(hit->steps, 2);
	assert_int_equal(hit->step[1].stopped, 0);
	assert_int_equal(hit->until_ms, NETWORK_BEGIN + 3 * MINUTE);
	assert_int_equal(hit->peak, 30000);
	network_close(&network);
}

static void
degraded_is_not_stopped(void **unused)
{
	struct network network;
	const struct hit *hit;

	(void)unused;
	network_open(&network, network_plan());
	network_see(&network, MINUTE, HSS_1, OUTCOME_DEGRADED);
	hit = hit_of(&network, "voice");
	assert_non_null(hit);
	assert_int_equal(hit->step[0].stopped, 0);
	assert_int_equal(hit->step[0].degraded, 60000);
	network_close(&network);
}

/* Capacity declared: who does not fit on those that stand is hit. */
static void
capacity_carries_what_it_can(void **unused)
{
	struct plan *plan = network_plan();
	struct network network;

	(void)unused;
	plan->set[1].capacity = 45000;	/* of 60,000 */
	network_open(&network, plan);
	network_see(&network, MINUTE, UPF_1, OUTCOME_DOWN);
	/* data has 100,000 users in JP-13, the most it carries: 55 % do not fit. */
	assert_int_equal(hit_of(&network, "data")->step[0].stopped, 55000);
	assert_int_equal(hit_of(&network, "voice")->step[0].stopped, 33000);
	network_close(&network);
}

/* 60,000 voice users with emergency calls: one hour. */
static void
the_threshold_is_reached_at_its_moment(void **unused)
{
	struct network network;
	const struct affair_duty *duty;
	struct nearest_clock nearest;

	(void)unused;
	network_open(&network, network_plan());
	network_see(&network, MINUTE, HSS_1, OUTCOME_DOWN);
	assert_null(duty_of(&network, "F3"));
	assert_true(affairs_nearest(network.state, network.now_ms, &nearest));
	network_tick(&network, 61 * MINUTE - 1);
	assert_null(duty_of(&network, "F3"));
	network_tick(&network, 65 * MINUTE);
	duty = duty_of(&network, "F3");
	assert_non_null(duty);
	assert_int_equal(duty->reached_ms, NETWORK_BEGIN + 61 * MINUTE);
	assert_int_equal(duty->noticed_ms, NETWORK_BEGIN + 61 * MINUTE);
	duty = duty_of(&network, "F4");
	assert_non_null(duty);
	/* Occurred 2026-11-30 JST: the last of 30 days is 2026-12-30, until 24:00 JST. */
	assert_int_equal(duty->due_ms, INT64_C(1798642800000));
	network_close(&network);
}

/* The same records give the same bytes, with a restart in between or without. */
static void
a_restart_changes_nothing(void **unused)
{
	struct network network, other;
	struct buffer octets = { 0 };
	struct why why = { .err = ERR_OK };

	(void)unused;
	network_open(&network, network_plan());
	network_open(&other, network_plan());
	for (uint32_t i = 0; i < 60; i++) {
		uint32_t target = i * 7 % NETWORK_INSTANCES;
		enum outcome outcome = i % 5 == 0 ? OUTCOME_DEGRADED :
		    i % 2 == 0 ? OUTCOME_DOWN : OUTCOME_UP;

		network_see(&network, (i + 1) * 3 * MINUTE, target, outcome);
		network_see(&other, (i + 1) * 3 * MINUTE, target, outcome);
		buffer_reset(&octets);
		state_encode(&octets, other.state);
		state_free(other.state);
		assert_int_equal(state_decode(bytes_of_buffer(&octets), &other.state, &why), ERR_OK);
		assert_true(hash_equal(state_hash(network.state), state_hash(other.state)));
	}
	network_tick(&network, 9 * HOUR);
	network_tick(&other, 9 * HOUR);
	assert_true(hash_equal(state_hash(network.state), state_hash(other.state)));
	assert_true(network.state->affairs->affairs > 0);
	buffer_free(&octets);
	network_close(&network);
	network_close(&other);
}

/* A paper that was handed in ends the clock. */
static void
a_filed_paper_ends_the_clock(void **unused)
{
	struct record filing = { .kind = RECORD_FILING, .role = ROLE_ENGINE };
	struct nearest_clock nearest;
	struct network network;

	(void)unused;
	network_open(&network, network_plan());
	network_see(&network, MINUTE, HSS_1, OUTCOME_DOWN);
	network_tick(&network, 62 * MINUTE);
	network_see(&network, 63 * MINUTE, HSS_1, OUTCOME_UP);
	assert_true(affairs_nearest(network.state, network.now_ms, &nearest));
	assert_string_equal(nearest.duty.rule->id, "F3");
	filing.filing.report = bytes_of_text("prompt-report");
	filing.filing.incident = network_incident(&network)->id;
	filing.filing.paper_edition = 1;
	network_at(&network, 70 * MINUTE);
	network_apply(&network, &filing);
	assert_true(duty_of(&network, "F3")->filed_seq != 0);
	assert_true(affairs_nearest(network.state, network.now_ms, &nearest));
	assert_string_not_equal(nearest.duty.rule->id, "F3");
	network_close(&network);
}

static void
blind(struct network *network, int64_t after_ms, enum record_kind kind)
{
	struct record record = { .kind = kind, .role = kind == RECORD_GAP ? ROLE_LEDGER :
	    ROLE_WORKER };

	network_at(network, after_ms);
	if (kind == RECORD_GAP) {
		record.gap.role = ROLE_WORKER;
		record.gap.from = network->now_ms;
		record.gap.reason = bytes_of_text("stopped");
	}
	network_apply(network, &record);
}

/* While nobody watches nobody is healed: the last known figure stays, as a least. */
static void
a_gap_heals_nobody(void **unused)
{
	struct network network;
	const struct impact_step *last;
	const struct hit *hit;
	uint64_t stopped;

	(void)unused;
	network_open(&network, network_plan());
	network_see(&network, MINUTE, UPF_1, OUTCOME_DOWN);
	hit = hit_of(&network, "voice");
	stopped = hit->step[hit->steps - 1].stopped;
	assert_true(stopped > 0);
	blind(&network, 2 * MINUTE, RECORD_GAP);
	assert_int_equal(network.state->target[UPF_1].health, HEALTH_UNKNOWN);
	hit = hit_of(&network, "voice");
	last = &hit->step[hit->steps - 1];
	assert_int_equal(last->stopped, stopped);
	assert_true(last->uncertain);
	assert_int_equal(hit->until_ms, 0);
	assert_int_equal(hit->peak, stopped);
	/* The other half is seen first: it never was part of it, and is not counted for it. */
	blind(&network, 5 * MINUTE, RECORD_SELF);
	network_see(&network, 5 * MINUTE, UPF_2, OUTCOME_UP);
	hit = hit_of(&network, "voice");
	assert_int_equal(hit->step[hit->steps - 1].stopped, stopped);
	/* What is seen again counts as it is seen. */
	network_see(&network, 6 * MINUTE, UPF_1, OUTCOME_UP);
	for (uint32_t i = 0; i < network.state->targets; i++)
		network_see(&network, 6 * MINUTE, i, OUTCOME_UP);
	hit = hit_of(&network, "voice");
	assert_int_equal(hit->step[hit->steps - 1].stopped, 0);
	assert_true(hit->until_ms != 0);
	network_close(&network);
}

/* A frozen list of a fiscal year answers for every incident of that year, and of no other. */
static void
a_frozen_list_answers_for_its_year(void **unused)
{
	struct record filing = { .kind = RECORD_FILING, .role = ROLE_ENGINE };
	static const struct { const char *report; uint64_t edition; } others[] = {
		{ "yearly-list/2025", 1 }, { "yearly-list/2027", 1 }, { "yearly-list", 1 },
		{ "yearly-list/2026", 0 }, { "yearly-list/20x6", 1 }, { "yearly-list/20266", 1 } };
	struct network network;

	(void)unused;
	network_open(&network, network_plan());
	network_see(&network, MINUTE, UPF_2, OUTCOME_DOWN);
	network_tick(&network, 11 * MINUTE);
	network_see(&network, 21 * MINUTE, UPF_2, OUTCOME_UP);
	assert_non_null(duty_of(&network, "F9"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		filing.filing.report = bytes_of_text(others[i].report);
		filing.filing.paper_edition = others[i].edition;
		network_apply(&network, &filing);
		assert_true(duty_of(&network, "F9")->filed_seq == 0);
	}
	filing.filing.report = bytes_of_text("yearly-list/2026");
	filing.filing.paper_edition = 1;
	network_apply(&network, &filing);
	assert_true(duty_of(&network, "F9")->filed_seq != 0);
	network_close(&network);
}

/* 30,000 users on both days of the half-year: due three months behind its end. */
static void
the_half_year_is_due_without_an_incident(void **unused)
{
	struct duty_verdict verdict;
	struct network network;
	const struct duty *capacity;

	(void)unused;
	network_open(&network, network_plan());
	assert_true(affairs_judge_periodic(network.state, network.now_ms, &verdict));
	capacity = duty_find(&verdict, "F10");
	assert_non_null(capacity);
	assert_int_equal(capacity->standing, DUTY_REACHED);
	/* April to September 2026: until 2026-12-31, 24:00 JST. */
	assert_int_equal(capacity->due_ms, INT64_C(1798729200000));
	assert_int_equal(duty_find(&verdict, "F3")->standing, DUTY_NOT_APPLICABLE);
	network_close(&network);
}

static void
many_steps_keep_the_peak(void **unused)
{
	struct network network;
	const struct hit *hit;

	(void)unused;
	network_open(&network, network_plan());
	network_see(&network, MINUTE, EMS_1, OUTCOME_DOWN);	/* keeps it open */
	for (uint32_t i = 0; i < 3 * IMPACT_STEPS_MAX; i++)
		network_see(&network, (i + 2) * MINUTE, UPF_1 + i / 2 % 2,
		    i % 2 == 0 ? OUTCOME_DOWN : OUTCOME_DEGRADED);
	network_see(&network, 4000 * MINUTE, HSS_1, OUTCOME_DOWN);
	for (uint32_t i = 0; i < network.state->affairs->affairs; i++) {
		const struct affair *affair = &network.state->affairs->affair[i];

		for (uint32_t j = 0; j < affair->hits; j++) {
			hit = &affair->hit[j];
			assert_true(hit->steps <= IMPACT_STEPS_MAX);
			for (uint32_t k = 1; k < hit->steps; k++)
				assert_true(hit->step[k].at_ms > hit->step[k - 1].at_ms);
		}
	}
	network_close(&network);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_survived_replica_hits_nobody),
		cmocka_unit_test(a_half_set_hits_half),
		cmocka_unit_test(degraded_is_not_stopped),
		cmocka_unit_test(capacity_carries_what_it_can),
		cmocka_unit_test(the_threshold_is_reached_at_its_moment),
		cmocka_unit_test(a_restart_changes_nothing),
		cmocka_unit_test(a_filed_paper_ends_the_clock),
		cmocka_unit_test(a_gap_heals_nobody),
		cmocka_unit_test(a_frozen_list_answers_for_its_year),
		cmocka_unit_test(the_half_year_is_due_without_an_incident),
		cmocka_unit_test(many_steps_keep_the_peak),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
