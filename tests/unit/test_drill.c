/* SPDX-License-Identifier: Apache-2.0 */
/* Scenarios of exercises: those that ship, what is refused, and to what they happen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/file.h"
#include "monitor/state/drill.h"
#include "tests/unit/network_plan.h"

#define HEAD "id = \"x\"; title = \"t\"; title_ja = \"t\"; about = \"a\"; about_ja = \"a\"; "   \
	"where = \"region site\"; "

static void
all_that_ship_can_be_read(void **state)
{
	static const char *const names[] = { "region-loss", "hsm-loss", "certificate-expiry",
		"wrong-configuration", "silent-provider" };
	struct plan *plan = network_plan();

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buffer octets = { .max = 0 };
		struct drill *drill;
		struct why why = { .text = "" };
		bool in[NETWORK_INSTANCES];
		char path[100];

		snprintf(path, sizeof(path), "monitor/state/drills/%s.drill", names[i]);
		assert_int_equal(file_read(path, DRILL_FILE_MAX, &octets, &why), ERR_OK);
		if (drill_read(bytes_of_buffer(&octets), path, &drill, &why) != ERR_OK)
			fail_msg("%s", why.text);
		assert_string_equal(drill->id, names[i]);
		assert_true(drill->acknowledge_ms > 0 && drill->report_ms > 0 &&
		    drill->restore_ms > 0);
		/* Everything is seen to work before anything fails. */
		assert_true(drill->step[0].on == DRILL_ALL && drill->step[0].outcome ==
		    OUTCOME_UP);
		assert_int_equal(drill_scope(drill, plan, in, &why), ERR_OK);
		drill_free(drill);
		buffer_free(&octets);
	}
	plan_free(plan);
}

static enum err
read_text(const char *text, struct drill **drill, struct why *why)
{
	return drill_read(bytes_of_text(text), "f", drill, why);
}

static void
what_is_wrong_is_refused_with_its_line(void **state)
{
	static const struct { const char *text, *sentence; } cases[] = {
		{ "", "id is missing" },
		{ HEAD, "steps must be a list" },
		{ HEAD "steps = ();", "steps must be a list" },
		{ HEAD "steps = ( 1 );", "must be a group" },
		{ HEAD "\nsteps = (\n{ at = \"1m\"; } );", "f:3: a step has exactly one" },
		{ HEAD "steps = ( { at = \"1m\"; see = \"up\"; alarm = \"major\"; } );",
		    "exactly one" },
		{ HEAD "steps = ( { at = \"1m\"; see = \"sideways\"; } );", "none of the words" },
		{ HEAD "steps = ( { at = \"soon\"; see = \"up\"; } );", "must be a duration" },
		{ HEAD "steps = ( { at = \"8d\"; see = \"up\"; } );", "must be a duration" },
		{ HEAD "steps = ( { see = \"up\"; } );", "at is missing" },
		{ HEAD "steps = ( { at = \"2m\"; see = \"up\"; },\n{ at = \"1m\"; see = \"up\"; } );",
		    "f:2: at is before" },
		{ HEAD "steps = ( { at = \"1m\"; see = \"up\"; count = -1; } );", "whole number" },
		{ HEAD "steps = ( { at = \"1m\"; see = \"up\"; who = 1; } );", "no setting \"who\"" },
		{ HEAD "speed = 0; steps = ( { at = \"1m\"; see = \"up\"; } );", "at least 1" },
		{ HEAD "speed = 4000; steps = ( { at = \"1m\"; see = \"up\"; } );", "whole number" },
		{ HEAD "goals = { sleep = \"1m\"; }; steps = ( { at = \"1m\"; see = \"up\"; } );",
		    "no setting \"sleep\"" },
		{ HEAD "wrong", "f:1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct why why = { .text = "" };
		struct drill *drill;

		assert_true(read_text(cases[i].text, &drill, &why) != ERR_OK);
		assert_null(drill);
		if (strstr(why.text, cases[i].sentence) == NULL)
			fail_msg("case %zu: %s", i, why.text);
	}
}

static uint32_t
scope_of(const char *where, const char *of, const struct plan *plan)
{
	struct drill drill = { .id = "x", .where = where, .of = of };
	bool in[NETWORK_INSTANCES];
	struct why why = { .text = "" };
	uint32_t bits = 0;

	if (drill_scope(&drill, plan, in, &why) != ERR_OK) {
		assert_true(why.err == ERR_NOT_FOUND && strstr(why.text, "--of") != NULL);
		return 0;
	}
	for (uint32_t i = 0; i < NETWORK_INSTANCES; i++)
		bits |= (uint32_t)in[i] << i;
	return bits;
}

static void
it_happens_to_what_is_there(void **state)
{
	struct plan *plan = network_plan();
	const uint32_t east = 1 << AMF_1 | 1 << UPF_1, west = 1 << AMF_2 | 1 << UPF_2;

	(void)state;
	/* Two regions of two: the first of the plan. */
	assert_int_equal(scope_of("region", "", plan), east);
	assert_int_equal(scope_of("provider", "", plan), east | west);
	assert_int_equal(scope_of("instance", "", plan), 1 << AMF_1);
	assert_int_equal(scope_of("replica_set", "", plan), 1 << AMF_1 | 1 << AMF_2);
	/* The first word that is there counts, and what was named before all of them. */
	assert_int_equal(scope_of("probe:token probe:tls site:osaka", "", plan), west);
	assert_int_equal(scope_of("region", "instance:hss-1", plan), 1 << HSS_1);
	assert_int_equal(scope_of("region", "site:kyoto", plan), 0);
	assert_int_equal(scope_of("nonsense", "", plan), 0);
	/* The largest, wherever it stands: premises now has three. */
	plan->instance[UPF_2].site = 2;
	assert_int_equal(scope_of("site", "", plan), 1 << UPF_2 | 1 << HSS_1 | 1 << EMS_1);
	plan_free(plan);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_ship_can_be_read),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_line),
		cmocka_unit_test(it_happens_to_what_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
