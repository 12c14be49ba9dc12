/* SPDX-License-Identifier: Apache-2.0 */
/* One cause, one incident: parents before children, wider scopes, views in part, flapping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/correlate_world.h"

static void
what_needs_it_is_explained(void **unused)
{
	struct fixture f;
	struct plan *plan = begin_plan(&f, 2, 5, 1);

	(void)unused;
	needs(plan, "instance:instance5", "instance:instance1");
	needs(plan, "instance:instance1", "instance:instance0");
	begin_with(&f, plan);
	rounds(&f, 1, "DD");
	rounds(&f, 6, "DD");
	assert_string_equal(only(&f)->subject, "instance:instance0");
	assert_int_equal(only(&f)->members, 2);
	assert_true(only(&f)->member[1].explained);
	assert_false(only(&f)->member[0].explained);
	assert_int_equal(shown(&f, TRANSITION_EXPLAINED), 1);
	/* What does not need it has its own. */
	rounds(&f, 7, "DD");
	assert_int_equal(state_open_incidents(f.state), 2);
	rounds(&f, 7, "UU");
	tick(&f, 10000);
	assert_int_equal(f.state->dues, 1);
	/* It is over when all are. */
	rounds(&f, 1, "UU");
	assert_int_equal(state_open_incidents(f.state), 1);
	rounds(&f, 6, "UU");
	assert_int_equal(state_open_incidents(f.state), 0);
	end(&f);
}

static void
the_child_may_be_seen_first(void **unused)
{
	struct fixture f;
	struct plan *plan = begin_plan(&f, 2, 5, 1);
	uint64_t child;

	(void)unused;
	needs(plan, "instance:instance5", "instance:instance0");
	begin_with(&f, plan);
	rounds(&f, 6, "DD");
	child = only(&f)->id;
	rounds(&f, 1, "DD");
	assert_string_equal(only(&f)->subject, "instance:instance0");
	assert_int_equal(state_incident(f.state, child)->absorbed_by, only(&f)->id);
	assert_int_equal(only(&f)->member[1].from, child);
	assert_true(only(&f)->member[1].explained);
	/* Much later it would have been another cause. */
	rounds(&f, 1, "UU");
	rounds(&f, 6, "UU");
	rounds(&f, 6, "DD");
	wait_covered(&f, 3600000);
	rounds(&f, 1, "DD");
	assert_int_equal(state_open_incidents(f.state), 2);
	end(&f);
}

static void
a_circle_ends(void **unused)
{
	struct fixture f;
	struct plan *plan = begin_plan(&f, 2, 5, 1);

	(void)unused;
	needs(plan, "instance:instance0", "instance:instance5");
	needs(plan, "instance:instance5", "instance:instance6");
	needs(plan, "instance:instance6", "instance:instance0");
	begin_with(&f, plan);
	rounds(&f, 6, "DD");
	rounds(&f, 1, "DD");
	rounds(&f, 7, "DD");
	assert_string_equal(only(&f)->subject, "instance:instance5");
	assert_int_equal(only(&f)->members, 3);
	end(&f);
}

/* A set that lost one of two stands: what needs it fails for another reason. */
static void
a_set_that_stands_explains_nothing(void **unused)
{
	struct fixture f;
	struct plan *plan = begin_plan(&f, 2, 5, 1);

	(void)unused;
	plan->instance[0].replica_set = plan->instance[5].replica_set = "udm";
	needs(plan, "instance:instance1", "replica_set:udm");
	begin_with(&f, plan);
	rounds(&f, 1, "DD");
	rounds(&f, 2, "DD");
	assert_int_equal(state_open_incidents(f.state), 2);
	rounds(&f, 2, "UU");
	/* Both members: the set is one incident, and what needs it is part of it. */
	rounds(&f, 6, "DD");
	assert_int_equal(only(&f)->scope, SCOPE_SET);
	assert_string_equal(only(&f)->subject, "replica_set:udm");
	rounds(&f, 2, "DD");
	assert_int_equal(only(&f)->members, 3);
	end(&f);
}

/* Half a site fails because it needs what failed elsewhere: that is no failure of the site. */
static void
explained_ones_make_no_site(void **unused)
{
	struct fixture f;
	struct plan *plan = begin_plan(&f, 2, 4, 1);

	(void)unused;
	needs(plan, "instance:instance4", "instance:instance0");
	needs(plan, "instance:instance5", "instance:instance0");
	needs(plan, "instance:instance6", "instance:instance0");
	begin_with(&f, plan);
	rounds(&f, 1, "DD");
	rounds(&f, 5, "DD");
	rounds(&f, 6, "DD");
	rounds(&f, 7, "DD");
	assert_int_equal(only(&f)->scope, SCOPE_INSTANCE);
	assert_int_equal(only(&f)->members, 4);
	end(&f);
}

static struct plan *
cloud(struct fixture *f, uint32_t sites)
{
	struct plan *plan = begin_plan(f, sites, 2, 1);

	for (uint32_t i = 0; i < sites; i++) {
		plan->site[i].provider = "cloud";
		plan->site[i].region = i % 2 == 0 ? "east" : "west";
	}
	return plan;
}

static void
a_region_is_one(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_with(&f, cloud(&f, 8));
	rounds(&f, 1, "DD");
	rounds(&f, 2, "DD");
	assert_int_equal(only(&f)->scope, SCOPE_SITE);
	/* Site 2 is of the same region: two of four. */
	rounds(&f, 5, "DD");
	rounds(&f, 6, "DD");
	assert_int_equal(only(&f)->scope, SCOPE_PROVIDER);
	assert_string_equal(only(&f)->region, "east");
	assert_int_equal(only(&f)->members, 4);
	/* One instance more of a site that stands is another thing, a whole site is not. */
	rounds(&f, 9, "DD");
	rounds(&f, 10, "DD");
	assert_int_equal(only(&f)->members, 6);
	/* The other region: all of the provider. */
	rounds(&f, 3, "DD");
	rounds(&f, 4, "DD");
	assert_int_equal(only(&f)->scope, SCOPE_PROVIDER);
	assert_string_equal(only(&f)->region, "");
	assert_int_equal(only(&f)->members, 8);
	for (uint64_t i = 1; i <= 10; i++)
		rounds(&f, i, "UU");
	assert_int_equal(state_open_incidents(f.state), 0);
	for (uint32_t i = 0; i < f.state->incidents; i++)
		assert_int_not_equal(f.state->incident[i].resolved_ms, 0);
	end(&f);
}

/* Three endpoints of an instance each, from inside and from osaka. */
static struct plan *
seen_twice(struct fixture *f)
{
	struct plan *plan = begin_plan(f, 1, 6, 2);

	plan->vantage = "core";
	plan->vantages = plan_array(plan, 1, sizeof(*plan->vantages));
	plan->vantages[0] = (struct plan_vantage){ .name = "osaka", .source = "192.0.2.7" };
	plan->vantage_count = 1;
	for (uint32_t i = 0; i < plan->targets; i++) {
		plan->target[i].endpoint = world_name(plan, "endpoint", i / 2);
		plan->target[i].vantage = i % 2 == 0 ? "" : "osaka";
	}
	return plan;
}

static const char *
partial(const struct incident *incident, struct buffer *text)
{
	buffer_reset(text);
	incident_partial_describe(incident, text);
	return buffer_text(text);
}

static void
views_in_part_are_named(void **unused)
{
	struct fixture f;
	struct buffer text = { 0 };

	(void)unused;
	begin_with(&f, seen_twice(&f));
	rounds(&f, 2, "DD");
	assert_int_equal(only(&f)->partial, PARTIAL_VANTAGE);
	assert_string_equal(partial(only(&f), &text), "only from osaka");
	/* The other vantage sees it, too: in full, and it stays so. */
	rounds(&f, 1, "DD");
	assert_int_equal(only(&f)->partial, 0);
	assert_string_equal(partial(only(&f), &text), "");
	rounds(&f, 1, "UU");
	assert_int_equal(only(&f)->partial, 0);
	assert_int_equal(shown(&f, TRANSITION_PARTIAL), 2);
	buffer_free(&text);
	end(&f);
}

static void
what_one_vantage_sees_is_one(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_with(&f, seen_twice(&f));
	for (uint64_t i = 2; i <= 12; i += 2)
		rounds(&f, i, "DD");
	assert_int_equal(only(&f)->scope, SCOPE_VANTAGE);
	assert_string_equal(only(&f)->subject, "vantage:osaka");
	assert_int_equal(only(&f)->members, 6);
	/* What fails from elsewhere, too, is the instance's. */
	rounds(&f, 1, "DD");
	assert_int_equal(state_open_incidents(f.state), 2);
	for (uint64_t i = 1; i <= 12; i++)
		rounds(&f, i, "UU");
	assert_int_equal(state_open_incidents(f.state), 0);
	end(&f);
}

static void
replicas_and_sessions_are_named(void **unused)
{
	struct fixture f;
	struct buffer text = { 0 };

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 6, 1));
	for (int i = 0; i < 2; i++)
		world_put(&f.world, (struct record){ .kind = RECORD_OBSERVATION,
			.role = ROLE_WORKER, .observation = { .target = 1, .replica = 0,
				.replicas = 2, .outcome = OUTCOME_UP } });
	for (int i = 0; i < 2; i++)
		world_put(&f.world, (struct record){ .kind = RECORD_OBSERVATION,
			.role = ROLE_WORKER, .observation = { .target = 1, .replica = 1,
				.replicas = 2, .outcome = OUTCOME_DOWN } });
	world_put(&f.world, (struct record){ .kind = RECORD_METRIC, .role = ROLE_FETCH,
		.metric = { .instance = bytes_of_text("instance1"), .metric = METRIC_SESSIONS,
			.value = 100, .known = 1 } });
	fold(&f);
	assert_string_equal(partial(only(&f), &text), "only replica 2/2");
	rounds(&f, 2, "DD");
	assert_string_equal(partial(newest(&f), &text),
	    "only new connections: its sessions go on");
	world_put(&f.world, (struct record){ .kind = RECORD_METRIC, .role = ROLE_FETCH,
		.metric = { .instance = bytes_of_text("instance1"), .metric = METRIC_SESSIONS,
			.value = 49, .known = 1 } });
	fold(&f);
	assert_string_equal(partial(newest(&f), &text), "");
	buffer_free(&text);
	end(&f);
}

static void
flapping_is_one_incident(void **unused)
{
	struct fixture f;
	uint64_t id;
	uint32_t incidents, lines;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 4, 1));
	rounds(&f, 1, "DDUUDDUUDDUU");
	assert_int_equal(shown(&f, TRANSITION_FLAPPING), 1);
	id = only(&f)->id;
	assert_true(state_target(f.state, 1)->flapping);
	assert_int_equal(state_target(f.state, 1)->health, HEALTH_UP);
	incidents = f.state->incidents;
	lines = shown(&f, TRANSITION_HEALTH);
	for (int i = 0; i < 20; i++)
		rounds(&f, 1, "DDUU");
	assert_int_equal(only(&f)->id, id);
	assert_int_equal(f.state->incidents, incidents);
	assert_int_equal(shown(&f, TRANSITION_HEALTH), lines);
	assert_int_equal(state_target(f.state, 1)->flaps, FLAP_COUNT + 40);
	assert_int_equal(only(&f)->flaps, FLAP_COUNT + 40);
	/* A quiet time ends it, by itself. */
	wait_covered(&f, 480000);
	assert_int_equal(state_open_incidents(f.state), 1);
	wait_covered(&f, 180000);
	assert_int_equal(shown(&f, TRANSITION_STEADY), 1);
	assert_int_equal(state_open_incidents(f.state), 0);
	assert_false(state_target(f.state, 1)->flapping);
	end(&f);
}

/* The carrier knew when the first record that showed it was recorded, not when k of n was full. */
static void
known_is_when_it_was_first_recorded(void **unused)
{
	struct fixture f;
	int64_t first_ms;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 4, 1));
	f.world.now_ms += 5000;
	first_ms = f.world.now_ms;
	world_put(&f.world, (struct record){ .kind = RECORD_OBSERVATION, .role = ROLE_WORKER,
		.observed_ms = first_ms - 400,
		.observation = { .target = 1, .replicas = 1, .outcome = OUTCOME_DOWN } });
	rounds(&f, 1, "D");
	assert_int_equal(only(&f)->occurred_ms, first_ms - 400);
	assert_int_equal(only(&f)->known_ms, first_ms);
	assert_true(only(&f)->opened_ms > first_ms);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_needs_it_is_explained),
		cmocka_unit_test(the_child_may_be_seen_first),
		cmocka_unit_test(a_circle_ends),
		cmocka_unit_test(a_set_that_stands_explains_nothing),
		cmocka_unit_test(explained_ones_make_no_site),
		cmocka_unit_test(a_region_is_one),
		cmocka_unit_test(views_in_part_are_named),
		cmocka_unit_test(what_one_vantage_sees_is_one),
		cmocka_unit_test(replicas_and_sessions_are_named),
		cmocka_unit_test(flapping_is_one_incident),
		cmocka_unit_test(known_is_when_it_was_first_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
