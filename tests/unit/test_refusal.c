/* SPDX-License-Identifier: Apache-2.0 */
/* Permissions, and what attempts make of a round: never closed without having been refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/i18n.h"
#include "probes/refusal.h"
#include "tests/unit/probe_lab.h"

static const char good[] =
    "permissions = (\n"
    "  { who = \"A. Sato\"; until = \"2027-03-31\"; why = \"CHG-1\";\n"
    "    hosts = [ \"127.0.0.*\", \"*.Lab\" ]; attempts = [ \"one\", \"two\" ]; },\n"
    "  { who = \"B. Ito\"; until = \"2027-01-01 12:00 JST\"; why = \"CHG-2\";\n"
    "    hosts = [ \"smf.example\" ]; attempts = [ \"all\" ]; }\n"
    ");\n";

/* For rounds, whose time is that of the day they run. */
static const char lasting[] =
    "permissions = ( { who = \"A. Sato\"; until = \"9998-12-31\"; why = \"CHG-1\";\n"
    "    hosts = [ \"127.0.0.*\" ]; attempts = [ \"one\", \"two\" ]; } );\n";

static const struct refusal_attempt attempts[] = {
	{ "one", "TS 1", N_("one") }, { "two", "TS 2", N_("two") }, { "three", "TS 3", N_("three") }
};

static int64_t
at(const char *text)
{
	int64_t ms;

	assert_int_equal(date_read(text, &ms, NULL), ERR_OK);
	return ms;
}

static void
what_is_allowed(void **state)
{
	struct permission *p = NULL;
	struct permission_grant grant;

	(void)state;
	assert_int_equal(permission_read("p", bytes_of_text(good), &p, NULL), ERR_OK);
	assert_true(permission_allows(p, "127.0.0.1", "one", at("2027-03-31"), &grant));
	assert_string_equal(grant.who, "A. Sato");
	assert_true(permission_allows(p, "smf-1.lab", "two", at("2027-03-31 23:59:59 JST"), &grant));
	assert_false(permission_allows(p, "smf-1.lab", "two", at("2027-04-01"), &grant));
	assert_int_equal(grant.until_ms, at("2027-04-01"));
	assert_false(permission_allows(p, "127.0.0.1", "three", at("2027-01-01"), &grant));
	assert_int_equal(grant.until_ms, 0);
	assert_false(permission_allows(p, "127.0.1.1", "one", at("2027-01-01"), &grant));
	assert_false(permission_allows(p, "lab", "one", at("2027-01-01"), &grant));
	assert_true(permission_allows(p, "smf.example", "three", at("2027-01-01"), &grant));
	assert_false(permission_allows(p, "smf.example", "three", at("2027-01-01 12:00 JST"),
	    &grant));
	permission_free(p);
}

static void
what_is_no_permission(void **state)
{
	static const char *const bad[] = {
		"", "permissions = 1;", "permissions = ( 1 );", "permissions = ();\nmore = 1;",
		"permissions = ( { who = \"a\"; until = \"2027-01-01\"; why = \"x\"; "
		    "hosts = [ \"h\" ]; } );",
		"permissions = ( { who = \"\"; until = \"2027-01-01\"; why = \"x\"; "
		    "hosts = [ \"h\" ]; attempts = [ \"all\" ]; } );",
		"permissions = ( { who = \"a\"; until = \"soon\"; why = \"x\"; "
		    "hosts = [ \"h\" ]; attempts = [ \"all\" ]; } );",
		"permissions = ( { who = \"a\"; until = \"2027-01-01\"; why = \"x\"; "
		    "hosts = [ ]; attempts = [ \"all\" ]; } );",
		"permissions = ( { who = \"a\"; until = \"2027-01-01\"; why = \"x\"; "
		    "hosts = [ \"h\" ]; attempts = [ 1 ]; } );",
		"permissions = ( { who = \"a\"; until = \"2027-01-01\"; why = \"x\"; host = 1; "
		    "hosts = [ \"h\" ]; attempts = [ \"all\" ]; } );",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct permission *p = NULL;
		struct why why = { 0 };

		assert_int_not_equal(permission_read("p.conf", bytes_of_text(bad[i]), &p, &why), ERR_OK);
		assert_null(p);
		assert_non_null(strstr(why.text, "p.conf:"));
	}
}

/* A probe that tells the answers its "script" option has: r, a, u; "-" leaves the rest. */
static void
script_on(struct round *round, const struct event *event)
{
	struct refusal *refusal = round_scratch(round);
	const char *script = round_option(round, "script");

	if (event->kind == EVENT_DEADLINE) {
		refusal_finish(round, refusal);
		return;
	}
	if (event->kind != EVENT_START || !refusal_begin(round, refusal, attempts, 3))
		return;
	while (refusal_next(refusal) != NULL) {
		if (*script == '-')
			return;
		refusal_sent(refusal, bytes_of_text("ask"));
		refusal_received(refusal, bytes_of_text("answer"));
		refusal_tell(round, refusal, *script == 'r' ? REFUSAL_REFUSED : *script == 'a' ?
		    REFUSAL_ACCEPTED : REFUSAL_UNCLEAR, "status %c", *script);
		script++;
	}
	refusal_finish(round, refusal);
}

static void
script_end(struct round *round)
{
	refusal_free(round_scratch(round));
}

static const struct option_row rows[] = { REFUSAL_OPTIONS, { .name = "script" },
	{ .name = NULL } };
static const struct probe_ops scripted = { .name = "scripted", .title = "scripted",
    .options = rows, .scratch_len = sizeof(struct refusal), .on = script_on, .end = script_end };

static void
play(const char *host, const char *permission, const char *list, const char *script,
    struct lab_seen *seen)
{
	struct round_option option[] = {
		{ .name = "attempts", .value = list },
		{ .name = "permission", .value = "f", .octets = bytes_of_text(permission) },
		{ .name = "script", .value = script } };
	uv_loop_t loop;
	struct machine *machine;
	struct endpoint *endpoint;

	uv_loop_init(&loop);
	machine = machine_new(&loop);
	endpoint = endpoint_new(machine, &scripted, host, option, 3);
	lab_round(machine, &loop, endpoint, 1, 50, seen);
	endpoint_free(endpoint);
	machine_free(machine);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static bool
closed(const struct lab_seen *seen)
{
	bool flag = false;

	return fact_flag(bytes_of_buffer(&seen->facts), FACT_REFUSAL_CLOSED, &flag) && flag;
}

static void
expect(const char *list, const char *script, enum outcome outcome, bool proven, size_t blobs)
{
	struct lab_seen seen = { 0 };

	play("127.0.0.1", lasting, list, script, &seen);
	if (seen.outcome != outcome || closed(&seen) != proven || seen.blobs != blobs)
		fail_msg("%s %s: %s, %zu: %s", list, script, outcome_name(seen.outcome), seen.blobs,
		    seen.detail);
	lab_seen_free(&seen);
}

/* Neither closed nor open while something is unclear: the fact is missing, and with it a verdict. */
static void
unclear_is_no_answer(void **state)
{
	static const struct { const char *script; bool known; } scripts[] = {
		{ "rr", true }, { "ra", true }, { "ua", true }, { "ru", false }, { "r-", false } };
	bool flag;

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		struct lab_seen seen = { 0 };

		play("127.0.0.1", lasting, "one,two", scripts[i].script, &seen);
		if (fact_flag(bytes_of_buffer(&seen.facts), FACT_REFUSAL_CLOSED, &flag) !=
		    scripts[i].known)
			fail_msg("%s: refusal.closed", scripts[i].script);
		lab_seen_free(&seen);
	}
}

static void
rounds(void **state)
{
	struct lab_seen seen = { 0 };

	(void)state;
	expect("one,two", "rr", OUTCOME_UP, true, 2);
	expect("one", "r", OUTCOME_UP, true, 1);
	expect("one,two", "ra", OUTCOME_DEGRADED, false, 2);
	expect("one two", "ua", OUTCOME_DEGRADED, false, 2);
	expect("one,two", "ru", OUTCOME_UNKNOWN, false, 2);
	expect("one,two", "r-", OUTCOME_UNKNOWN, false, 1);
	expect("one,two", "-", OUTCOME_UNKNOWN, false, 0);
	/* Three is not permitted: what was refused is told, and nobody calls it closed. */
	expect("all", "rr", OUTCOME_UNKNOWN, false, 2);
	expect("three", "r", OUTCOME_UNKNOWN, false, 0);
	expect("one,four", "r", OUTCOME_UNKNOWN, false, 0);
	play("192.0.2.1", lasting, "all", "rr", &seen);
	assert_int_equal(seen.err, ERR_DENIED);
	play("127.0.0.1", "", "all", "rr", &seen);
	assert_int_equal(seen.err, ERR_DENIED);
	play("127.0.0.1", "permissions = ( { who = \"a\"; until = \"2020-01-01\"; why = \"x\"; "
	    "hosts = [ \"*\" ]; attempts = [ \"all\" ]; } );", "all", "rr", &seen);
	assert_int_equal(seen.err, ERR_DENIED);
	assert_non_null(strstr(seen.detail, "ended at 2020-01-02 00:00:00 JST"));
	lab_seen_free(&seen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_allowed),
		cmocka_unit_test(what_is_no_permission),
		cmocka_unit_test(rounds), cmocka_unit_test(unclear_is_no_answer),
	};

	lab_enter();
	return cmocka_run_group_tests_name("refusal", tests, NULL, NULL);
}
