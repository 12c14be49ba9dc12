/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alarms before what evidence rests on ends, made of folded facts and folded themselves: when one
 * begins, that it is one whoever looks, and what ends it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/timetext.h"
#include "monitor/daemon/ending_watch.h"
#include "tests/unit/protection_world.h"

#define DAY INT64_C(86400000)
#define LIFE "2026-11-01T00:00:00.000Z/"
#define AK "ak-certificate/ak " LIFE
#define DUE "2026-12-03T10:00:00.000Z"

static int64_t
at(const char *text)
{
	int64_t ms = 0;

	assert_int_equal(date_read(text, &ms, NULL), ERR_OK);
	return ms;
}

/* Two machines with witnesses; the first is looked at by two targets. */
static void
begin_ends(struct fixture *f, const char *now)
{
	struct plan *plan = begin_plan(f, 1, 2, 2);

	f->world.now_ms = at(now);
	for (uint32_t i = 0; i < plan->targets; i++)
		plan->target[i].probe = i == 3 ? "tcp" : "witness";
	plan->target[0].endpoint = plan->target[1].endpoint = "boot";
	begin_with(f, plan);
}

static void
see(struct fixture *f, uint64_t target, const char *verdict, const char *ends)
{
	struct fact_set set = { .count = 0 };

	fact_set_text(&set, FACT_ATTEST_VERDICT, bytes_of_text(verdict));
	if (ends != NULL)
		fact_set_text(&set, FACT_ATTEST_ENDS, bytes_of_text(ends));
	show_at(f, target, 0, 1, &set, OUTCOME_UP);
}

/* As the engine does, until nothing is due; how many records that took. */
static unsigned
settle(struct fixture *f)
{
	struct ending_change change;
	unsigned count = 0;

	while (ending_watch(f->state, &change)) {
		struct record record = { .kind = RECORD_SIGNAL, .role = ROLE_ENGINE };

		assert_true(++count < 20);
		ending_signal(&change, &record);
		world_put(&f->world, record);
		fold(f);
	}
	return count;
}

static const struct alarm_state *
standing(const struct fixture *f, const char *key)
{
	for (uint32_t i = 0; i < f->state->alarms; i++)
		if (f->state->alarm[i].cleared_ms == 0 &&
		    strcmp(f->state->alarm[i].key, key) == 0)
			return &f->state->alarm[i];
	return NULL;
}

static void
one_begins_and_ends_when_it_is_renewed(void **unused)
{
	const struct alarm_state *alarm;
	struct ending_change change;
	struct fixture f;

	(void)unused;
	begin_ends(&f, "2026-11-26T09:59:00Z");
	see(&f, 1, "accept", AK DUE);
	assert_int_equal(settle(&f), 0);
	tick(&f, 60000);
	/* Whatever sees it, it is one: two targets, a restart. */
	see(&f, 2, "accept", AK DUE);
	assert_true(ending_watch(f.state, &change));
	assert_string_equal(change.subject, "target:boot");
	assert_string_equal(change.cause, "until 2026-12-03 19:00:00 JST: ak-certificate/ak (" DUE ")");
	assert_true(strlen(change.title) < sizeof(alarm->title));
	assert_int_equal(settle(&f), 1);
	alarm = standing(&f, "boot/ak-certificate/ak");
	assert_non_null(alarm);
	assert_int_equal(alarm->severity, PERCEIVED_WARNING);
	assert_string_equal(alarm->title, change.title);
	assert_string_equal(alarm->source, ENDING_SOURCE);
	assert_int_equal(alarm->form, SIGNAL_FORM_ENDING);
	assert_int_equal(alarm->count, 1);
	assert_int_equal(shown(&f, TRANSITION_ALARM_RAISED), 1);
	assert_int_equal(state_open_incidents(f.state), 0);
	/* No longer accepted, or silent: nothing newer was seen. */
	see(&f, 1, "reject", NULL);
	see(&f, 2, "reject", NULL);
	tick(&f, 9 * DAY);
	assert_int_equal(settle(&f), 0);
	assert_non_null(standing(&f, "boot/ak-certificate/ak"));
	/* One was renewed, the other sees the old one still; then both. */
	see(&f, 1, "accept", AK "2027-06-01T00:00:00.000Z");
	see(&f, 2, "accept", AK DUE);
	assert_int_equal(settle(&f), 0);
	see(&f, 2, "accept", AK "2027-06-01T00:00:00.000Z");
	assert_int_equal(settle(&f), 1);
	assert_null(standing(&f, "boot/ak-certificate/ak"));
	assert_int_equal(shown(&f, TRANSITION_ALARM_CLEARED), 1);
	/* The next time it is another alarm. */
	tick(&f, at("2027-05-26T00:00:00Z") - f.world.now_ms);
	assert_int_equal(settle(&f), 1);
	end(&f);
}

/* Renewed, but only by so little: what is said of it is true again. */
static void
another_end_is_another_alarm(void **unused)
{
	struct fixture f;

	(void)unused;
	begin_ends(&f, "2026-11-27T00:00:00Z");
	see(&f, 1, "accept", AK DUE ", register:line7 " LIFE "2026-12-01T15:00:00.000Z, "
	    "policy:tpm-quote.measurement ../2026-11-30T15:00:00.000Z, register "
	    LIFE "2027-12-01T15:00:00.000Z");
	assert_int_equal(settle(&f), 3);
	assert_non_null(strstr(standing(&f, "boot/register:line7")->title, "entry of the site"));
	assert_non_null(strstr(standing(&f, "boot/policy:tpm-quote.measurement")->title, "entry of "
	    "the policy"));
	see(&f, 1, "accept", AK "2026-12-02T10:00:00.000Z");
	assert_int_equal(settle(&f), 4);
	assert_non_null(strstr(standing(&f, "boot/ak-certificate/ak")->cause, "2026-12-02"));
	assert_null(standing(&f, "boot/register:line7"));
	/* What lives a day, accepted since, is renewed by a machine, and not among them. */
	see(&f, 1, "accept", NULL);
	assert_int_equal(settle(&f), 1);
	end(&f);
}

/* What downloads watches of the same file has its alarm; the entries of a register have not. */
static void
never_twice_for_the_same_file(void **unused)
{
	static const char all[] = "crl/maker " LIFE DUE ", certificates/root " LIFE DUE ", register "
	    LIFE DUE ", register:line7 " LIFE DUE ", policy:tpm-quote.ak " LIFE DUE;
	struct plan_option options[] = { { "certificates", "/c/roots.pem" }, { "lists", "/c/crl" },
		{ "policy", "/c/policy" }, { "register", "/c/sites" } };
	struct plan_download downloads[] = { { .name = "a", .form = "crl", .path = "/c/crl" },
		{ .name = "b", .form = "policy", .path = "/c/policy" },
		{ .name = "c", .form = "site-register", .path = "/c/sites" },
		{ .name = "d", .form = "file", .path = "/c/roots.pem" } };
	struct fixture f;

	(void)unused;
	begin_ends(&f, "2026-11-30T00:00:00Z");
	f.state->plan->target[2].option = options;
	f.state->plan->target[2].options = 4;
	see(&f, 3, "accept", all);
	f.state->plan->download = downloads;
	f.state->plan->downloads = 4;
	assert_int_equal(settle(&f), 2);
	assert_non_null(standing(&f, "target3/certificates/root"));
	assert_non_null(standing(&f, "target3/register:line7"));
	f.state->plan->downloads = 0;
	f.state->plan->download = NULL;
	assert_int_equal(settle(&f), 3);
	f.state->plan->target[2].option = NULL;
	f.state->plan->target[2].options = 0;
	end(&f);
}

static void
as_long_before_as_somebody_wants(void **unused)
{
	struct plan_option margin = { "margin", "2d" };
	struct fixture f;

	(void)unused;
	begin_ends(&f, "2026-11-30T10:00:00Z");
	f.state->plan->target[2].option = &margin;
	f.state->plan->target[2].options = 1;
	see(&f, 3, "accept", AK DUE);
	assert_int_equal(settle(&f), 0);
	tick(&f, DAY);
	assert_int_equal(settle(&f), 1);
	/* Nobody looks at it any more. */
	f.state->plan->target[2].option = NULL;
	f.state->plan->target[2].options = 0;
	f.state->plan->target[2].probe = "tcp";
	assert_int_equal(settle(&f), 1);
	end(&f);
}

/* A name that has no room in a key is told apart all the same. */
static void
long_names_are_told_apart(void **unused)
{
	char first[NAME_MAX_LEN], second[NAME_MAX_LEN];
	struct fixture f;

	(void)unused;
	memset(first, 'a', sizeof(first));
	memset(second, 'a', sizeof(second));
	first[NAME_MAX_LEN - 1] = second[NAME_MAX_LEN - 1] = '\0';
	second[NAME_MAX_LEN - 2] = 'b';
	begin_ends(&f, "2026-11-30T10:00:00Z");
	f.state->plan->target[0].endpoint = first;
	f.state->plan->target[1].endpoint = second;
	see(&f, 1, "accept", AK DUE);
	see(&f, 2, "accept", AK DUE);
	assert_int_equal(settle(&f), 2);
	see(&f, 1, "accept", AK "2027-06-01T00:00:00.000Z");
	assert_int_equal(settle(&f), 1);
	see(&f, 2, "accept", AK "2027-06-01T00:00:00.000Z");
	assert_int_equal(settle(&f), 1);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_begins_and_ends_when_it_is_renewed),
		cmocka_unit_test(another_end_is_another_alarm),
		cmocka_unit_test(never_twice_for_the_same_file),
		cmocka_unit_test(as_long_before_as_somebody_wants),
		cmocka_unit_test(long_names_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
