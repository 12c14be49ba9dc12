/* SPDX-License-Identifier: Apache-2.0 */
/* Appraisal policies: what is refused at reading, and what silence, any and time make of a rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "attest/policy.h"

#define HEAD "policy = \"p\"; edition = \"1\";\n"

enum { AT_S = 1795000000 };	/* 2026-11-18T11:06:40Z */

static void
refused(const char *text, const char *part)
{
	struct policy *policy;
	struct why why = { .err = ERR_OK };

	assert_int_not_equal(policy_read("p.conf", bytes_of_text(text), &policy, &why), ERR_OK);
	assert_null(policy);
	if (strstr(why.text, part) == NULL)
		print_message("%s\n", why.text);
	assert_non_null(strstr(why.text, part));
}

static void
test_refused(void **state)
{
	(void)state;
	refused("", "says its name and edition");
	refused("policy = \"p\";", "says its name and edition");
	refused("policy = 3; edition = \"1\";", "\"policy\" is not a text");
	refused(HEAD "nitro-enclav = { };", "no kind of evidence \"nitro-enclav\"");
	refused(HEAD "timestamp = 3;", "not a group");
	refused(HEAD "timestamp = { oids = [\"1\"]; };", "\"oids\" is no key of \"timestamp\"");
	refused(HEAD "timestamp = { oid = [ 3 ]; };", "is not a text in quotes");
	refused(HEAD "timestamp = { oid = ( { until = \"2027-01-01\"; } ); };", "has no \"value\"");
	refused(HEAD "timestamp = { oid = ( { value = \"1\"; until = \"soon\"; } ); };",
	    "no date or time");
	refused(HEAD "timestamp = { oid = ( { value = \"1\"; untill = \"2027-01-01\"; } ); };",
	    "\"untill\" is not known here");
	refused(HEAD "timestamp = {", "p.conf:");
}

/* What judges could not read, or would read as nothing anybody meant. */
static void
test_forms(void **state)
{
	static const struct { const char *section, *part; } rows[] = {
		{ "sev-snp = { tcb_genoa = \"bl=x\"; };", "p.conf:2: \"tcb_genoa\" cannot be read: "
		    "\"bl=x\"; write levels as \"bl=4 " },
		{ "sev-snp = { tcb_milan = [ \"bl=4\", \"bl=4 fmc=1\" ]; };", "\"tcb_milan\"" },
		{ "sev-snp = { tcb_milan = \"\"; };", "\"tcb_milan\"" },
		{ "sev-snp = { tcb_milan = \"fmc=1\"; };", "\"tcb_milan\"" },
		{ "sev-snp = { tcb_milan = \"snp=1 snp=2\"; };", "\"tcb_milan\"" },
		{ "sev-snp = { tcb_milan = \"snp=1x\"; };", "\"tcb_milan\"" },
		{ "sev-snp = { tcb_milan = \"snp=\"; };", "\"tcb_milan\"" },
		{ "sev-snp = { tcb_milan = \"bl=256\"; };", "\"tcb_milan\"" },
		{ "sev-snp = { tcb_turin = ( { value = \"fmc=1,bl=4\"; } ); };", "\"tcb_turin\"" },
		{ "sev-snp = { tcb_turin = \"\"; };", "\"tcb_turin\"" },
		{ "sev-snp = { max_vmpl = 4; };", "\"max_vmpl\" is 4; write a level of 0 to 3" },
		{ "nitro-tpm = { max_age = -1; };", "\"max_age\" is -1; write a number of 0" },
		{ "tpm-quote = { min_firmware = \"2019\"; };", "\"2019\"; write 16 hex digits" },
		{ "timestamp = { nonce = \"reqired\"; };", "write \"required\" or \"none\"" },
		{ "timestamp = { nonce = \"*\"; };", "\"nonce\" cannot be read" },
		{ "timestamp = { crl = \"if given\"; };", "\"if_given\"" },
		{ "timestamp = { oid = \"1.2.\"; };", "an object identifier" },
		{ "timestamp = { roots = [ \"sha256:AB\" ]; };", "64 small hex digits" },
		{ "intel-sgx = { status = \"uptodate\"; };", "a status of Intel's" },
		{ "intel-sgx = { advisories = [ \"SA-00615\" ]; };", "\"INTEL-SA-00615\"" },
		{ "intel-sgx = { isvprodid = \"0x1\"; };", "a decimal number" },
		{ "yubikey-piv = { pin = \"allways\"; };", "match-always" },
		{ "yubikey-piv = { touch = \"once\"; };", "never, always or cached" },
		{ "yubihsm = { firmware = \"v2.4.0\"; };", "a version" },
		{ "timestamp = { oid = ( { value = \"1.2\"; from = \"2027-02-01\";\n"
		    "until = \"2027-01-31\"; } ); };", "p.conf:3: \"until\" 2027-01-31 is before" },
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text), HEAD "%s", rows[i].section);
		refused(text, rows[i].part);
	}
}

static struct policy *
read_good(const char *section)
{
	char text[1024];
	struct policy *policy;
	struct why why = { .err = ERR_OK };

	snprintf(text, sizeof(text), HEAD "%s", section);
	assert_int_equal(policy_read("p.conf", bytes_of_text(text), &policy, &why), ERR_OK);
	return policy;
}

static void
test_forms_taken(void **state)
{
	(void)state;
	policy_free(read_good("sev-snp = { max_vmpl = 3; tcb_milan = \"*\"; tcb_genoa = ( { value = "
	    "\"bl=4 snp=200\"; until = \"2027-01-01\"; }, \"bl=3\" ); tcb_turin = \"fmc=1 bl=4\"; "
	    "roots = [ \"amd-ark-milan\" ]; };"));
	policy_free(read_good("tpm-quote = { nonce = \"required\"; crl = \"if_given\"; "
	    "min_firmware = \"201910230016363A\"; };"));
	policy_free(read_good("yubikey-piv = { pin = [ \"match-always\", \"0x09\" ]; touch = "
	    "\"cached\"; firmware = \"5.4.3\"; };"));
	policy_free(read_good("timestamp = { oid = ( { value = \"1.2\"; from = \"2027-01-31\"; "
	    "until = \"2027-01-31\"; } ); };"));
}

/* What the list of a policy says of a value at a second, as a rule of the part. */
static void
asked(const char *section, int64_t at_s, const char *value, enum step_state state,
    enum attest_verdict verdict)
{
	static const struct rule rules[] = { { "one", ATTEST_REJECT, "c", "t", "a" } };
	struct ruleset set = { .name = "timestamp", .rule = rules, .count = 1 };
	struct appraisal *a = memory_new(1, sizeof(*a));
	struct policy *policy = section != NULL ? read_good(section) : NULL;
	struct dossier dossier = { .policy = policy, .at_s = at_s };

	a->part = a->open = -1;
	part_open(a, &set);
	assert_int_equal(hold_listed_text(&dossier, a, 0, "oid", value),
	    verdict != ATTEST_REJECT);
	part_close(a);
	assert_int_equal(a->step[0].state, state);
	assert_int_equal(a->verdict, verdict);
	assert_string_equal(a->ask[0].value, value);
	policy_free(policy);
	free(a);
}

static void
test_lists(void **state)
{
	const char *list = "timestamp = { oid = [ \"1.2\", \"1.3\" ]; };";
	const char *dated = "timestamp = { oid = ( \"1.1\", { value = \"1.2\"; "
	    "from = \"2026-11-18T11:06:40Z\"; until = \"2026-11-19\"; ticket = \"CHG-1\"; } ); };";

	(void)state;
	asked(list, AT_S, "1.2", STEP_PASSED, ATTEST_ACCEPT);
	asked(list, AT_S, "1.20", STEP_FAILED, ATTEST_REJECT);
	asked(list, AT_S, "1.", STEP_FAILED, ATTEST_REJECT);
	asked("timestamp = { oid = \"1.2\"; };", AT_S, "1.2", STEP_PASSED, ATTEST_ACCEPT);
	asked("timestamp = { oid = \"*\"; };", AT_S, "9", STEP_NOT_ASKED, ATTEST_ACCEPT);
	asked("timestamp = { oid = [ ]; };", AT_S, "9", STEP_FAILED, ATTEST_REJECT);
	asked("timestamp = { };", AT_S, "9", STEP_LACKING, ATTEST_INDETERMINATE);
	asked("", AT_S, "9", STEP_LACKING, ATTEST_INDETERMINATE);
	asked(NULL, AT_S, "9", STEP_LACKING, ATTEST_INDETERMINATE);
	asked(dated, AT_S, "1.2", STEP_PASSED, ATTEST_ACCEPT);
	asked(dated, AT_S - 1, "1.2", STEP_FAILED, ATTEST_REJECT);
	/* The last day counts whole, in Japan Standard Time: until 2026-11-19T15:00:00Z. */
	asked(dated, 1795100399, "1.2", STEP_PASSED, ATTEST_ACCEPT);
	asked(dated, 1795100400, "1.2", STEP_FAILED, ATTEST_REJECT);
	asked(dated, 1895100400, "1.1", STEP_PASSED, ATTEST_ACCEPT);
}

/* What opens a list to anything for a time is the change of that ticket, too; a value that is listed
 * by itself needs none. */
static void
test_any_has_its_ticket(void **state)
{
	static const char section[] = "timestamp = { oid = ( \"1.1\", { value = \"*\"; "
	    "until = \"2026-11-19\"; ticket = \"CHG-2\"; } ); };";
	static const struct { int64_t at_s; const char *value, *tickets; } cases[] = {
		{ AT_S, "9", "CHG-2" }, { AT_S, "1.1", "" }, { 1895100400, "9", "" } };
	static const struct rule rules[] = { { "one", ATTEST_REJECT, "c", "t", "a" } };
	struct ruleset set = { .name = "timestamp", .rule = rules, .count = 1 };
	struct policy *policy = read_good(section);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct appraisal *a = memory_new(1, sizeof(*a));
		struct dossier dossier = { .policy = policy, .at_s = cases[i].at_s };

		a->part = a->open = -1;
		part_open(a, &set);
		(void)hold_listed_text(&dossier, a, 0, "oid", cases[i].value);
		assert_string_equal(a->tickets, cases[i].tickets);
		free(a);
	}
	policy_free(policy);
}

/* A rejection outweighs what is missing, whichever comes first; the first of each decides. */
static void
test_worst_decides(void **state)
{
	static const struct rule rules[] = { { "a", ATTEST_REJECT, "", "", "" },
		{ "b", ATTEST_REJECT, "", "", "" }, { "c", ATTEST_REJECT, "", "", "" } };
	struct ruleset set = { .name = "timestamp", .rule = rules, .count = 3 };
	struct appraisal *a = memory_new(1, sizeof(*a));

	(void)state;
	a->part = a->open = -1;
	part_open(a, &set);
	assert_true(rule_lack(a, 0, "x", "nothing"));
	assert_string_equal(appraisal_rule(a)->name, "a");
	assert_true(rule_lack(a, 1, "x", "nothing"));
	assert_string_equal(appraisal_rule(a)->name, "a");
	assert_false(rule_break(a, 2, "x", "%d", 7));
	assert_string_equal(appraisal_rule(a)->name, "c");
	assert_string_equal(appraisal_step(a)->found, "7");
	assert_false(part_close(a));
	assert_int_equal(a->verdict, ATTEST_REJECT);
	free(a);
}

static void
test_nonce(void **state)
{
	static const struct rule rules[] = { { "nonce", ATTEST_REJECT, "", "", "" } };
	struct ruleset set = { .name = "timestamp", .rule = rules, .count = 1 };
	static const uint8_t found[] = { 1, 2, 3, 0, 0 };
	static const struct { const char *section; size_t nonce, found; bool exact, good;
	    enum attest_verdict verdict; } rows[] = {
		{ "timestamp = { };", 3, 3, true, true, ATTEST_ACCEPT },
		{ "timestamp = { };", 3, 5, true, false, ATTEST_REJECT },
		{ "timestamp = { };", 3, 5, false, true, ATTEST_ACCEPT },
		{ "timestamp = { };", 2, 5, false, false, ATTEST_REJECT },
		{ "timestamp = { };", 3, 2, false, false, ATTEST_REJECT },
		{ "timestamp = { };", 3, 0, true, false, ATTEST_REJECT },
		{ "timestamp = { };", 0, 3, true, true, ATTEST_INDETERMINATE },
		{ "", 0, 0, true, true, ATTEST_INDETERMINATE },
		{ "timestamp = { nonce = \"required\"; };", 0, 3, true, true,
		    ATTEST_INDETERMINATE },
		{ "timestamp = { nonce = \"none\"; };", 0, 3, true, true, ATTEST_ACCEPT },
		{ "timestamp = { nonce = \"none\"; };", 2, 3, true, false, ATTEST_REJECT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct appraisal *a = memory_new(1, sizeof(*a));
		struct policy *policy = read_good(rows[i].section);
		struct dossier dossier = { .policy = policy,
			.nonce = bytes_of(found, rows[i].nonce) };

		a->part = a->open = -1;
		part_open(a, &set);
		assert_int_equal(hold_nonce(&dossier, a, 0, bytes_of(found, rows[i].found),
		    rows[i].exact), rows[i].good);
		part_close(a);
		assert_int_equal(a->verdict, rows[i].verdict);
		policy_free(policy);
		free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused), cmocka_unit_test(test_forms),
		cmocka_unit_test(test_forms_taken),
		cmocka_unit_test(test_lists), cmocka_unit_test(test_any_has_its_ticket),
		cmocka_unit_test(test_worst_decides),
		cmocka_unit_test(test_nonce),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
