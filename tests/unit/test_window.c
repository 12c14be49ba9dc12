/* SPDX-License-Identifier: Apache-2.0 */
/* Windows that hide, count and end; corrections, merging and splitting by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/correlate_world.h"

static uint64_t
window(struct fixture *f, enum window_step step, uint64_t id, uint64_t uid, const char *subject,
    int64_t from_ms, int64_t until_ms)
{
	f->world.now_ms += 100;
	world_put(&f->world, (struct record){ .kind = RECORD_WINDOW, .role = ROLE_ENGINE,
		.window = { .step = step, .window = id, .uid = uid,
			.kind = WINDOW_MAINTENANCE, .author = bytes_of_text("akira"),
			.subject = bytes_of_text(subject), .from = f->world.now_ms + from_ms,
			.until = f->world.now_ms + until_ms } });
	fold(f);
	return f->state->size - 1;
}

static void
a_window_hides_what_lies_inside(void **unused)
{
	struct fixture f;
	uint64_t id;

	(void)unused;
	begin_with(&f, begin_plan(&f, 2, 4, 1));
	id = window(&f, WINDOW_ASKED, 0, 7, "site:site0", 0, 3600000);
	assert_true(window_in_force(f.state, state_window(f.state, id)));
	assert_int_equal(shown(&f, TRANSITION_WINDOW_BEGAN), 1);
	rounds(&f, 1, "DD");
	raise_alarm(&f, "k", "instance:instance0", PERCEIVED_CRITICAL);
	tick(&f, 10000);
	/* Recorded, and not told. */
	assert_int_equal(f.state->dues, 0);
	assert_int_equal(only(&f)->held_by, id);
	assert_int_equal(shown(&f, TRANSITION_HELD), 1);
	/* Of the other site everything is told. */
	rounds(&f, 5, "DD");
	tick(&f, 10000);
	assert_int_equal(f.state->dues, 1);
	rounds(&f, 1, "UU");
	tick(&f, 3600000);
	assert_int_equal(f.state->dues, 1);
	assert_int_equal(shown(&f, TRANSITION_WINDOW_OVER), 1);
	assert_int_equal(state_window(f.state, id)->incidents, 1);
	assert_int_equal(state_window(f.state, id)->alarms, 1);
	assert_true(state_window(f.state, id)->transitions >= 2);
	assert_true(state_window(f.state, id)->over);
	end(&f);
}

static void
what_outlives_it_is_told(void **unused)
{
	struct fixture f;
	struct incident *incident;
	uint64_t id;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 6, 1));
	id = window(&f, WINDOW_ASKED, 0, 7, "instance:instance0", 0, 100000);
	rounds(&f, 1, "DD");
	tick(&f, 50000);
	assert_int_equal(f.state->dues, 0);
	tick(&f, 60000);
	incident = only(&f);
	assert_int_equal(owed(&f, incident->id, TRANSITION_OPENED), 1);
	assert_int_equal(incident->hidden_ms, state_window(f.state, id)->until_ms);
	assert_int_equal(incident->held_by, 0);
	assert_int_equal(shown(&f, TRANSITION_REVEALED), 1);
	/* Ended early by a person: told at once. */
	id = window(&f, WINDOW_ASKED, 0, 7, "instance:instance1", 0, 10000000);
	rounds(&f, 2, "DD");
	tick(&f, 20000);
	assert_int_equal(newest(&f)->held_by, id);
	window(&f, WINDOW_ENDED, id, 7, "", 0, 0);
	assert_int_equal(owed(&f, newest(&f)->id, TRANSITION_OPENED), 1);
	end(&f);
}

/* It grows beyond the window: it is told at once. */
static void
what_leaves_it_is_told(void **unused)
{
	struct fixture f;
	struct plan *plan = begin_plan(&f, 2, 4, 1);

	(void)unused;
	needs(plan, "instance:instance4", "instance:instance0");
	begin_with(&f, plan);
	window(&f, WINDOW_ASKED, 0, 7, "site:site0", 0, 3600000);
	rounds(&f, 1, "DD");
	tick(&f, 20000);
	assert_int_equal(f.state->dues, 0);
	rounds(&f, 5, "DD");
	assert_int_equal(only(&f)->members, 2);
	assert_int_equal(owed(&f, only(&f)->id, TRANSITION_OPENED), 1);
	end(&f);
}

static void
a_second_person_where_the_plan_says_so(void **unused)
{
	struct fixture f;
	struct plan *plan = begin_plan(&f, 1, 6, 1);
	uint64_t id, other;

	(void)unused;
	plan->second_person = UINT64_C(1) << ACT_WINDOW;
	begin_with(&f, plan);
	id = window(&f, WINDOW_ASKED, 0, 7, "instance:instance0", 0, 3600000);
	assert_false(window_in_force(f.state, state_window(f.state, id)));
	window(&f, WINDOW_AGREED, id, 7, "", 0, 0);
	assert_false(window_in_force(f.state, state_window(f.state, id)));
	window(&f, WINDOW_AGREED, id, 8, "", 0, 0);
	assert_true(window_in_force(f.state, state_window(f.state, id)));
	other = window(&f, WINDOW_ASKED, 0, 7, "instance:instance1", 60000, 120000);
	window(&f, WINDOW_REFUSED, other, 8, "", 0, 0);
	window(&f, WINDOW_AGREED, other, 8, "", 0, 0);
	tick(&f, 90000);
	assert_false(window_in_force(f.state, state_window(f.state, other)));
	/* Of the past, or backwards: none. */
	id = window(&f, WINDOW_ASKED, 0, 7, "instance:instance2", -5000, -1000);
	assert_true(state_window(f.state, id)->over);
	end(&f);
}

static void
windows_are_bounded(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 4, 1));
	for (uint64_t i = 0; i < WINDOW_MAX + 3; i++)
		world_put(&f.world, (struct record){ .kind = RECORD_WINDOW, .role = ROLE_ENGINE,
			.window = { .subject = bytes_of_text("site:site0"), .uid = 1,
				.from = f.world.now_ms, .until = f.world.now_ms + 1000000 } });
	fold(&f);
	assert_int_equal(f.state->windows, WINDOW_MAX);
	assert_int_equal(f.state->windows_dropped, 3);
	end(&f);
}

static void
a_dry_run_says_what_would_be_hidden(void **unused)
{
	struct fixture f;
	struct window_preview preview;

	(void)unused;
	begin_with(&f, begin_plan(&f, 2, 4, 2));
	rounds(&f, 1, "DD");
	tick(&f, 10000);
	raise_alarm(&f, "k", "instance:instance0", PERCEIVED_MINOR);
	window_preview(f.state, "site:site0", 0, 1000, &preview);
	assert_true(preview.known);
	assert_int_equal(preview.targets, 8);
	assert_int_equal(preview.instances, 4);
	assert_int_equal(preview.sites, 1);
	assert_int_equal(preview.incidents, 1);
	assert_int_equal(preview.alarms, 1);
	assert_int_equal(preview.notices, 1);
	window_preview(f.state, "site:site1", 0, 1000, &preview);
	assert_int_equal(preview.incidents, 0);
	window_preview(f.state, "site:nowhere", 0, 1000, &preview);
	assert_false(preview.known);
	end(&f);
}

/* --- corrections -------------------------------------------------------------------------- */

static void
correct(struct fixture *f, struct record_correction correction)
{
	f->world.now_ms += 100;
	correction.author = bytes_of_text("yuki");
	world_put(&f->world, (struct record){ .kind = RECORD_CORRECTION, .role = ROLE_ENGINE,
		.correction = correction });
	fold(f);
}

static void
the_newest_word_counts(void **unused)
{
	struct fixture f;
	struct incident *incident;
	uint64_t id, users = 0;
	int64_t occurred;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 6, 1));
	rounds(&f, 1, "DD");
	id = only(&f)->id;
	occurred = only(&f)->occurred_ms;
	correct(&f, (struct record_correction){ .what = CORRECT_OCCURRED, .incident = id, .at = 777 });
	correct(&f, (struct record_correction){ .what = CORRECT_OCCURRED, .incident = id, .at = 888 });
	correct(&f, (struct record_correction){ .what = CORRECT_STOPPED, .incident = id,
		.name = bytes_of_text("voice"), .number = 30000 });
	incident = only(&f);
	assert_int_equal(incident_occurred_ms(incident), 888);
	assert_int_equal(incident->occurred_ms, occurred);
	assert_int_equal(incident_known_ms(incident), incident->known_ms);
	assert_int_equal(incident_restored_ms(incident), 0);
	assert_true(incident_number(incident, CORRECT_STOPPED, "voice", &users));
	assert_int_equal(users, 30000);
	assert_false(incident_number(incident, CORRECT_STOPPED, "data", &users));
	assert_int_equal(shown(&f, TRANSITION_CORRECTED), 3);
	for (int i = 0; i < 2 * INCIDENT_CORRECTION_MAX; i++)
		correct(&f, (struct record_correction){ .what = CORRECT_KNOWN, .incident = id,
			.at = 1000 + i });
	/* What counts stays whatever is said of other things. */
	incident = only(&f);
	assert_int_equal(incident->corrections, INCIDENT_CORRECTION_MAX);
	assert_int_equal(incident_occurred_ms(incident), 888);
	assert_int_equal(incident_known_ms(incident), 1000 + 2 * INCIDENT_CORRECTION_MAX - 1);
	end(&f);
}

static void
two_become_one_and_two_again(void **unused)
{
	struct fixture f;
	struct buffer ids = { 0 };
	uint64_t a, b;
	const uint64_t second[] = { 2 };

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 6, 1));
	rounds(&f, 1, "DD");
	a = newest(&f)->id;
	rounds(&f, 2, "DD");
	b = newest(&f)->id;
	raise_alarm(&f, "k", "instance:instance1", PERCEIVED_MAJOR);
	correct(&f, (struct record_correction){ .what = CORRECT_MERGED, .incident = b, .other = a });
	assert_int_equal(only(&f)->id, a);
	assert_int_equal(only(&f)->members, 2);
	assert_int_equal(only(&f)->alarms_total, 1);
	assert_true(only(&f)->by_hand);
	assert_int_equal(state_incident(f.state, b)->absorbed_by, a);
	assert_int_equal(state_target(f.state, 2)->incident, a);
	/* Taken back: the number it had is its number again. */
	correct(&f, (struct record_correction){ .what = CORRECT_SPLIT, .incident = a,
		.targets = record_ids(&ids, second, 1) });
	assert_int_equal(state_open_incidents(f.state), 2);
	assert_int_equal(state_target(f.state, 2)->incident, b);
	assert_int_equal(state_incident(f.state, b)->absorbed_by, 0);
	assert_int_equal(state_incident(f.state, a)->members, 1);
	rounds(&f, 2, "UU");
	assert_int_not_equal(state_incident(f.state, b)->resolved_ms, 0);
	assert_int_equal(only(&f)->id, a);
	buffer_free(&ids);
	end(&f);
}

static void
a_part_becomes_its_own(void **unused)
{
	struct fixture f;
	struct buffer ids = { 0 };
	const uint64_t some[] = { 2, 99 };
	uint64_t site;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 4, 1));
	rounds(&f, 1, "DD");
	rounds(&f, 2, "DD");
	rounds(&f, 3, "DD");
	site = only(&f)->id;
	assert_int_equal(only(&f)->scope, SCOPE_SITE);
	correct(&f, (struct record_correction){ .what = CORRECT_SPLIT, .incident = site,
		.targets = record_ids(&ids, some, 2) });
	assert_int_equal(state_open_incidents(f.state), 2);
	assert_int_equal(newest(&f)->id, f.state->size - 1);
	assert_string_equal(newest(&f)->subject, "instance:instance1");
	assert_int_equal(newest(&f)->members, 1);
	assert_int_equal(state_incident(f.state, site)->members, 2);
	/* No rule takes it back. */
	rounds(&f, 4, "DD");
	assert_int_equal(state_open_incidents(f.state), 2);
	assert_int_equal(state_target(f.state, 2)->incident, newest(&f)->id);
	buffer_free(&ids);
	end(&f);
}

/* Alarms that are never cleared end with a person's word. */
static void
restored_by_hand(void **unused)
{
	struct fixture f;
	uint64_t id;

	(void)unused;
	begin_with(&f, begin_plan(&f, 1, 4, 1));
	raise_alarm(&f, "k", "instance:instance0", PERCEIVED_CRITICAL);
	id = only(&f)->id;
	correct(&f, (struct record_correction){ .what = CORRECT_RESTORED, .incident = id,
		.at = f.world.now_ms - 500 });
	assert_int_equal(state_open_incidents(f.state), 0);
	assert_int_equal(incident_restored_ms(state_incident(f.state, id)), f.world.now_ms - 600);
	/* Repeated, it is the same alarm still. */
	raise_alarm(&f, "k", "instance:instance0", PERCEIVED_CRITICAL);
	assert_int_equal(state_open_incidents(f.state), 0);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_window_hides_what_lies_inside),
		cmocka_unit_test(what_outlives_it_is_told),
		cmocka_unit_test(what_leaves_it_is_told),
		cmocka_unit_test(a_second_person_where_the_plan_says_so),
		cmocka_unit_test(windows_are_bounded),
		cmocka_unit_test(a_dry_run_says_what_would_be_hidden),
		cmocka_unit_test(the_newest_word_counts),
		cmocka_unit_test(two_become_one_and_two_again),
		cmocka_unit_test(a_part_becomes_its_own),
		cmocka_unit_test(restored_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
