/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms: pairing, repetition, order, floods; providers' notices; metrics before a failure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/correlate_world.h"

static void
raised_changed_cleared(void **unused)
{
	struct fixture f;
	const struct alarm_state *alarm;
	uint64_t id;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 4, 1));
	raise_alarm(&f, "k1", "instance:instance0", PERCEIVED_MINOR);
	assert_int_equal(f.state->incidents, 0);
	assert_int_equal(f.state->alarms, 1);
	raise_alarm(&f, "k1", "instance:instance0", PERCEIVED_MINOR);
	assert_int_equal(f.state->alarm[0].count, 2);
	assert_int_equal(shown(&f, TRANSITION_ALARM_RAISED), 1);
	/* Worse: now it is an incident of its instance. */
	raise_alarm(&f, "k1", "instance:instance0", PERCEIVED_CRITICAL);
	assert_int_equal(shown(&f, TRANSITION_ALARM_CHANGED), 1);
	id = only(&f)->id;
	assert_int_equal(only(&f)->scope, SCOPE_INSTANCE);
	assert_string_equal(only(&f)->instance_name, "instance0");
	assert_int_equal(only(&f)->severity, PERCEIVED_CRITICAL);
	assert_int_equal(only(&f)->known_ms, f.world.now_ms);
	/* Another key joins, and one cleared of two does not end it. */
	raise_alarm(&f, "k2", "instance:instance0", PERCEIVED_WARNING);
	assert_int_equal(only(&f)->alarms_total, 2);
	clear_alarm(&f, "k1", "instance:instance0");
	assert_int_equal(state_open_incidents(f.state), 1);
	alarm = state_alarm(f.state, f.state->alarm[0].id);
	assert_int_equal(alarm->cleared_ms, f.world.now_ms);
	clear_alarm(&f, "k2", "instance:instance0");
	assert_int_equal(state_open_incidents(f.state), 0);
	assert_int_equal(state_incident(f.state, id)->resolved_ms, f.world.now_ms);
	/* Cleared once more, or never raised: nothing. */
	clear_alarm(&f, "k2", "instance:instance0");
	clear_alarm(&f, "k9", "instance:instance0");
	assert_int_equal(f.state->alarms, 2);
	assert_int_equal(shown(&f, TRANSITION_ALARM_CLEARED), 2);
	end(&f);
}

static void
late_ones_change_nothing(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 4, 1));
	/* The clearing overtakes its raising. */
	signal_put(&f, SIGNAL_CLEARED, "k1", "instance:instance0", PERCEIVED_CLEARED, 0);
	assert_int_equal(f.state->incidents, 0);
	signal_put(&f, SIGNAL_RAISED, "k1", "instance:instance0", PERCEIVED_CRITICAL, -5000);
	assert_int_equal(f.state->incidents, 0);
	assert_int_not_equal(f.state->alarm[0].cleared_ms, 0);
	/* A raising after it is one. */
	signal_put(&f, SIGNAL_RAISED, "k1", "instance:instance0", PERCEIVED_CRITICAL, 0);
	assert_int_equal(state_open_incidents(f.state), 1);
	/* A clearing of something older does not clear it. */
	signal_put(&f, SIGNAL_CLEARED, "k1", "instance:instance0", PERCEIVED_CLEARED, -4000);
	assert_int_equal(state_open_incidents(f.state), 1);
	signal_put(&f, SIGNAL_CLEARED, "k1", "instance:instance0", PERCEIVED_CLEARED, 0);
	assert_int_equal(state_open_incidents(f.state), 0);
	end(&f);
}

static void
an_alarm_joins_the_failing_instance(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 5, 1));
	raise_alarm(&f, "k1", "instance:instance0", PERCEIVED_MAJOR);
	rounds(&f, 1, "DD");
	assert_int_equal(only(&f)->members, 1);
	raise_alarm(&f, "k2", "target:target1", PERCEIVED_CRITICAL);
	assert_int_equal(only(&f)->alarms_total, 2);
	/* With targets in it, they say when it is over: many alarms are never cleared. */
	rounds(&f, 1, "UU");
	assert_int_equal(state_open_incidents(f.state), 0);
	/* What nobody knows the subject of is seen, too. */
	raise_alarm(&f, "k3", "", PERCEIVED_CRITICAL);
	assert_int_equal(only(&f)->scope, SCOPE_ALARM);
	raise_alarm(&f, "k4", "instance:nowhere", PERCEIVED_MAJOR);
	assert_int_equal(state_open_incidents(f.state), 2);
	end(&f);
}

/* Keys of any length pair, and keys that differ only behind the bound are two. */
static void
long_keys_pair(void **unused)
{
	struct fixture f;
	char a[400], b[400];

	(void)unused;
	memset(a, 'a', sizeof(a));
	a[sizeof(a) - 1] = '\0';
	memcpy(b, a, sizeof(a));
	b[sizeof(b) - 2] = 'b';
	begin_with(&f, begin_plan(&f, 1, 4, 1));
	raise_alarm(&f, a, "instance:instance0", PERCEIVED_MAJOR);
	raise_alarm(&f, b, "instance:instance0", PERCEIVED_MAJOR);
	assert_int_equal(f.state->alarms, 2);
	clear_alarm(&f, a, "instance:instance0");
	assert_int_equal(state_open_incidents(f.state), 1);
	clear_alarm(&f, b, "instance:instance0");
	assert_int_equal(state_open_incidents(f.state), 0);
	end(&f);
}

/* 50,000 alarms of 200 instances on three sites of one region, in ten seconds: one incident. */
static void
a_flood_is_one_incident(void **unused)
{
	enum { INSTANCES = 201, ALARMS = 50000 };
	struct fixture f;
	struct plan *plan = begin_plan(&f, 3, INSTANCES / 3, 1);
	uint64_t raised = 0;

	(void)unused;
	for (uint32_t i = 0; i < 3; i++) {
		plan->site[i].provider = "cloud";
		plan->site[i].region = "east";
	}
	begin_with(&f, plan);
	for (uint64_t i = 0; i < ALARMS; i++) {
		char key[32], subject[32];

		snprintf(key, sizeof(key), "key%" PRIu64, i);
		snprintf(subject, sizeof(subject), "instance:instance%" PRIu64, i % INSTANCES);
		f.world.now_ms += i % 5 == 0;
		world_put(&f.world, (struct record){ .kind = RECORD_SIGNAL, .role = ROLE_FETCH,
			.signal = { .source = bytes_of_text("traps"), .kind = SIGNAL_RAISED,
				.key = bytes_of_text(key), .subject = bytes_of_text(subject),
				.severity = PERCEIVED_CRITICAL, .count = 1,
				.title = bytes_of_text("unreachable") } });
	}
	fold(&f);
	assert_int_equal(only(&f)->scope, SCOPE_PROVIDER);
	assert_string_equal(only(&f)->subject, "provider:cloud");
	assert_string_equal(only(&f)->region, "east");
	assert_int_equal(only(&f)->alarms_total, ALARMS);
	assert_int_equal(f.state->alarms_total, ALARMS);
	assert_int_equal(f.state->alarms, ALARM_MAX);
	for (uint32_t i = 0; i < f.state->floods; i++)
		raised += f.state->flood[i].raised;
	assert_int_equal(raised + ALARM_MAX, ALARMS);
	/* The timeline is not washed out. */
	assert_true(f.state->timelines < 600);
	tick(&f, 10000);
	assert_int_equal(f.state->dues, 1);
	/* It ends when what is kept was cleared and the rest ran dry. */
	for (uint64_t i = 0; i < ALARM_MAX; i++) {
		char key[32];

		snprintf(key, sizeof(key), "key%" PRIu64, i);
		world_put(&f.world, (struct record){ .kind = RECORD_SIGNAL, .role = ROLE_FETCH,
			.signal = { .source = bytes_of_text("traps"), .kind = SIGNAL_CLEARED,
				.key = bytes_of_text(key) } });
	}
	fold(&f);
	assert_int_equal(state_open_incidents(f.state), 1);
	tick(&f, 700000);
	assert_int_equal(state_open_incidents(f.state), 0);
	end(&f);
}

static void
events_are_on_the_timeline_only(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 4, 1));
	for (int i = 0; i < 1000; i++)
		world_put(&f.world, (struct record){ .kind = RECORD_SIGNAL, .role = ROLE_FETCH,
			.signal = { .source = bytes_of_text("syslog"), .kind = SIGNAL_EVENT,
				.subject = bytes_of_text("instance:instance1"), .count = 1,
				.severity = PERCEIVED_CRITICAL,
				.title = bytes_of_text("session opened") } });
	fold(&f);
	assert_int_equal(f.state->incidents, 0);
	assert_int_equal(f.state->alarms, 0);
	assert_in_range(shown(&f, TRANSITION_EVENT), 32, 40);
	end(&f);
}

/* 2099 once, 1970 after a restart: neither silences what its sender says afterwards. */
static void
a_wrong_clock_silences_nothing(void **unused)
{
	static const int64_t ahead = INT64_C(2300000000000);
	struct fixture f;

	(void)unused;
	begin_with(&f, begin_plan(&f, 2, 4, 1));
	signal_put(&f, SIGNAL_RAISED, "a", "instance:instance0", PERCEIVED_CRITICAL, ahead);
	signal_put(&f, SIGNAL_CLEARED, "a", "instance:instance0", PERCEIVED_CLEARED, 0);
	assert_int_equal(state_open_incidents(f.state), 0);
	signal_put(&f, SIGNAL_RAISED, "a", "instance:instance0", PERCEIVED_CRITICAL, 0);
	signal_put(&f, SIGNAL_CLEARED, "a", "instance:instance0", PERCEIVED_CLEARED, ahead);
	assert_int_equal(state_open_incidents(f.state), 0);
	signal_put(&f, SIGNAL_RAISED, "a", "instance:instance0", PERCEIVED_CRITICAL, 0);
	assert_int_equal(state_open_incidents(f.state), 1);
	signal_put(&f, SIGNAL_CLEARED, "a", "instance:instance0", PERCEIVED_CLEARED, 1000);
	assert_int_equal(state_open_incidents(f.state), 0);
	signal_put(&f, SIGNAL_RAISED, "a", "instance:instance0", PERCEIVED_CRITICAL, -990000);
	assert_int_equal(state_open_incidents(f.state), 1);
	end(&f);
}

static void
providers_are_taken_at_their_word(void **unused)
{
	struct fixture f;
	struct plan *plan = begin_plan(&f, 2, 4, 1);
	struct record rec = { .kind = RECORD_SIGNAL, .role = ROLE_FETCH, .signal = {
		.source = bytes_of_text("status"), .kind = SIGNAL_NOTICE,
		.form = SIGNAL_FORM_STATUS, .key = bytes_of_text("event-1"),
		.subject = bytes_of_text("provider:cloud"), .severity = PERCEIVED_MAJOR,
		.title = bytes_of_text("Increased error rates"), .region = bytes_of_text("east"),
		.told = 1500000, .clock = SIGNAL_CLOCK_REPORTED, .started = 900000, .count = 1 } };

	(void)unused;
	plan->site[1].provider = "cloud";
	plan->site[1].region = "east";
	begin_with(&f, plan);
	rounds(&f, 5, "DD");
	world_put(&f.world, rec);
	rec.signal.title = bytes_of_text("Resolved");
	rec.signal.severity = PERCEIVED_CLEARED;
	rec.signal.told = 1900000;
	rec.signal.ended = 1800000;
	world_put(&f.world, rec);
	fold(&f);
	assert_int_equal(f.state->saids, 1);
	assert_int_equal(f.state->said[0].told_ms, 1500000);
	assert_int_equal(f.state->said[0].last_told_ms, 1900000);
	assert_int_equal(f.state->said[0].started_ms, 900000);
	assert_int_equal(f.state->said[0].ended_ms, 1800000);
	assert_int_equal(f.state->said[0].updates, 2);
	assert_int_equal(f.state->said[0].incident, newest(&f)->id);
	assert_string_equal(f.state->said[0].title, "Resolved");
	for (int i = 0; i < PROVIDER_NOTICE_MAX + 10; i++) {
		char key[32];

		snprintf(key, sizeof(key), "more-%d", i);
		rec.signal.key = bytes_of_text(key);
		world_put(&f.world, rec);
	}
	fold(&f);
	assert_int_equal(f.state->saids, PROVIDER_NOTICE_MAX);
	assert_int_equal(f.state->saids_total, PROVIDER_NOTICE_MAX + 11);
	end(&f);
}

static void
metric(struct fixture *f, const char *instance, enum metric which, uint64_t value)
{
	f->world.now_ms += 1000;
	world_put(&f->world, (struct record){ .kind = RECORD_METRIC, .role = ROLE_FETCH,
		.metric = { .source = bytes_of_text("prom"), .instance = bytes_of_text(instance),
			.metric = which, .value = value, .known = 1 } });
	fold(f);
}

static void
what_was_before_is_kept(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 4, 1));
	metric(&f, "instance0", METRIC_USERS, 1000);
	metric(&f, "instance0", METRIC_USERS, 1200);
	metric(&f, "nobody", METRIC_USERS, 7);
	world_see(&f.world, 1, OUTCOME_DOWN);
	/* It falls before the failure is certain. */
	metric(&f, "instance0", METRIC_USERS, 3);
	rounds(&f, 1, "D");
	assert_int_equal(f.state->metrics, 1);
	assert_int_equal(only(&f)->metrics, 1);
	assert_int_equal(only(&f)->metric[0].value, 1200);
	assert_string_equal(only(&f)->metric[0].instance, "instance0");
	metric(&f, "instance0", METRIC_USERS, 0);
	assert_int_equal(only(&f)->metric[0].value, 1200);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raised_changed_cleared),
		cmocka_unit_test(late_ones_change_nothing),
		cmocka_unit_test(an_alarm_joins_the_failing_instance),
		cmocka_unit_test(long_keys_pair),
		cmocka_unit_test(a_flood_is_one_incident),
		cmocka_unit_test(events_are_on_the_timeline_only),
		cmocka_unit_test(a_wrong_clock_silences_nothing),
		cmocka_unit_test(providers_are_taken_at_their_word),
		cmocka_unit_test(what_was_before_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
