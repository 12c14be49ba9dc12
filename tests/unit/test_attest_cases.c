/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The published samples, right and wrong in every way: each case of tests/data/attest/expect.json
 * is judged at its own second by a policy made of its arguments.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/chain.h"
#include "tests/unit/attest_case_hsm.h"
#include "tests/unit/attest_case_intel.h"
#include "tests/unit/attest_case_azure.h"
#include "tests/unit/attest_case_snp.h"
#include "tests/unit/attest_case.h"
#include "tests/unit/attest_case_bearer.h"
#include "tests/unit/attest_case_nitro.h"
#include "tests/unit/attest_case_tpm.h"

static void
case_tsq(struct attest_case *c)
{
	c->verifier = verifier_find("timestamp");
	case_role(c, "response", "tsr");
	dossier_put(&c->dossier, "document", case_hex(c, case_text(c, "data_hex")));
	case_role(c, "roots", "ca");
}

static void
case_cades(struct attest_case *c)
{
	c->verifier = verifier_find("cades");
	case_role(c, "seal", "cms");
	dossier_put(&c->dossier, "document", case_hex(c, case_text(c, "data_hex")));
	case_role(c, "roots", "ca");
}

static const struct {
	const char *check;
	void      (*convert)(struct attest_case *);
} conversions[] = {
	{ "marvell", case_marvell },
	{ "yubihsm", case_yubihsm },
	{ "piv", case_piv },
	{ "luna", case_luna },
	{ "pkixev", case_pkixev },
	{ "tsq", case_tsq },
	{ "cades", case_cades },
	{ "snp", case_snp },
	{ "azhcl", case_azhcl },
	{ "nitro", case_nitro },
	{ "iid", case_iid },
	{ "azimds", case_azimds },
	{ "gcpjwt", case_gcpjwt },
	{ "quote", case_quote },
	{ "tpmquote", case_tpmquote },
	{ "tpmcertify", case_tpmcertify },
	{ "vapor", case_vapor },
};

/* Where we deliberately answer otherwise, and why. */
static const struct { const char *id, *verdict, *why; } differences[] = {
	{ "tdx-v5-no-collateral", "indeterminate", "missing collateral shows nothing against it" },
};

static json_t *cases;

static void
convert(struct attest_case *c, const char *check)
{
	c->args = json_object_get(c->args, "args");
	for (size_t i = 0; i < sizeof(conversions) / sizeof(conversions[0]); i++)
		if (strcmp(conversions[i].check, check) == 0)
			conversions[i].convert(c);
}

static const char *
expected_of(const json_t *one)
{
	const char *id = json_string_value(json_object_get(one, "id"));

	for (size_t i = 0; i < sizeof(differences) / sizeof(differences[0]); i++)
		if (strcmp(differences[i].id, id) == 0)
			return differences[i].verdict;
	return json_string_value(json_object_get(one, "expect"));
}

static void
told(const struct appraisal *appraisal, const char *id, const char *expected)
{
	const struct rule *rule = appraisal_rule(appraisal);
	const struct step *step = appraisal_step(appraisal);

	print_message("%s: %s, expected %s; rule %s: %s (expected %s, found %s)\n", id,
	    attest_verdict_name(appraisal->verdict), expected, rule != NULL ? rule->name : "-",
	    rule != NULL ? rule->text : "-", step != NULL ? step->expected : "-",
	    step != NULL ? step->found : "-");
}

/* A memory that knows chains and keys of all cases changes nothing of what is said of any. */
static void
same_with_memory(const struct attest_case *c, const struct appraisal *plain)
{
	static struct chain_memory *known;
	struct appraisal *again = memory_new(1, sizeof(*again));
	struct dossier dossier = c->dossier;

	if (known == NULL)
		known = chain_memory_new();
	dossier.memory = known;
	for (int round = 0; round < 2; round++) {
		attest_judge(c->verifier, &dossier, again);
		assert_int_equal(again->verdict, plain->verdict);
		assert_ptr_equal(appraisal_rule(again), appraisal_rule(plain));
		assert_int_equal(again->steps, plain->steps);
		for (size_t i = 0; i < plain->steps; i++) {
			assert_int_equal(again->step[i].state, plain->step[i].state);
			assert_string_equal(again->step[i].expected, plain->step[i].expected);
			assert_string_equal(again->step[i].found, plain->step[i].found);
		}
		assert_int_equal(again->claims.count, plain->claims.count);
		for (size_t i = 0; i < plain->claims.count; i++)
			assert_true(bytes_equal(again->claims.claim[i].value,
			    plain->claims.claim[i].value));
	}
	free(again);
}

static void
judge(struct attest_case *c, const char *id, const char *expected)
{
	struct appraisal *appraisal = memory_new(1, sizeof(*appraisal));
	struct policy *policy;
	struct why why = { .err = ERR_OK };
	int64_t at_ms;
	enum err err;

	if (case_text(c, "at")[0] != '\0') {
		assert_int_equal(time_read(case_text(c, "at"), 0, &at_ms, &why), ERR_OK);
		c->dossier.at_s = at_ms / 1000;
	}
	err = policy_read(id, bytes_of_buffer(&c->policy), &policy, &why);
	if (err != ERR_OK)
		print_message("%s\n%s\n", why.text, buffer_text(&c->policy));
	assert_int_equal(err, ERR_OK);
	c->dossier.policy = policy;
	attest_judge(c->verifier, &c->dossier, appraisal);
	if (strcmp(attest_verdict_name(appraisal->verdict), expected) != 0)
		told(appraisal, id, expected);
	assert_string_equal(attest_verdict_name(appraisal->verdict), expected);
	assert_true((appraisal->verdict == ATTEST_ACCEPT) == (appraisal->claims.count > 0));
	assert_true((appraisal->verdict == ATTEST_ACCEPT) == (appraisal_rule(appraisal) == NULL));
	same_with_memory(c, appraisal);
	policy_free(policy);
	free(appraisal);
}

static void
test_case(void **state)
{
	const json_t *one = *state;
	struct attest_case *c = memory_new(1, sizeof(*c));
	const char *id = json_string_value(json_object_get(one, "id"));
	bool missing;

	c->args = one;
	c->tamper = json_object_get(one, "tamper");
	case_policy(c, "policy = \"%s\"; edition = \"test\";\n", id);
	convert(c, json_string_value(json_object_get(one, "check")));
	assert_non_null(c->verifier);
	missing = c->missing;
	if (!missing)
		judge(c, id, expected_of(one));
	for (size_t i = 0; i < CASE_FILES; i++)
		buffer_free(&c->file[i]);
	buffer_free(&c->policy);
	free(c);
	if (missing)
		skip();
}

static bool
convertible(const json_t *one)
{
	const char *check = json_string_value(json_object_get(one, "check"));

	for (size_t i = 0; i < sizeof(conversions) / sizeof(conversions[0]); i++)
		if (strcmp(conversions[i].check, check) == 0)
			return true;
	return false;
}

int
main(void)
{
	json_t *root = json_load_file("tests/data/attest/expect.json", JSON_REJECT_DUPLICATES, NULL);
	struct CMUnitTest *tests;
	size_t count = 0;
	int failed;

	cases = json_object_get(root, "cases");
	if (json_array_size(cases) == 0) {
		fprintf(stderr, "tests/data/attest/expect.json cannot be read\n");
		return 1;
	}
	tests = memory_new(json_array_size(cases), sizeof(*tests));
	for (size_t i = 0; i < json_array_size(cases); i++) {
		json_t *one = json_array_get(cases, i);

		if (!convertible(one))
			continue;
		tests[count++] = (struct CMUnitTest){
			.name = json_string_value(json_object_get(one, "id")),
			.test_func = test_case, .initial_state = one };
	}
	failed = _cmocka_run_group_tests("cases", tests, count, NULL, NULL);
	free(tests);
	json_decref(root);
	return failed != 0;
}
