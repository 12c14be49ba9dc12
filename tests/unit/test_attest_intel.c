/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Genuine quotes of Intel TDX and SGX with Intel's own collateral: which rule decides each
 * published case, every length and every octet of what is signed, and a boot log of Google's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "attest/event_log.h"
#include "attest/intel_quote.h"
#include "attest/intel_signed.h"
#include "tests/unit/intel_scene.h"

#define DATA "tests/data/attest/"
#define TDX DATA "tdx/collateral-2026-03/"
#define GOOD TDX_POLICY("nonce = \"none\"; " TD_ANY)

enum { V5_COVERED = 54 + TD_15_BODY, V5_SIGNATURE = V5_COVERED + 4, RTMR0 = 54 + TD_RTMR };

static struct scene
genuine(const char *quote, const char *info)
{
	struct scene scene = { .kind = "intel-tdx", .policy = GOOD,
		.at_s = scene_second("2026-03-20T00:00:00Z") };

	scene.piece[PIECE_QUOTE] = vectors_file(quote);
	scene.piece[PIECE_INFO] = vectors_file(info);
	scene.piece[PIECE_IDENTITY] = vectors_file(TDX "td_qe_identity.json");
	scene.piece[PIECE_CHAIN] = vectors_file(TDX "tcb_signing_chain.pem");
	scene.piece[PIECE_PCK_CRL] = vectors_file(TDX "pck_crl_platform.der");
	scene.piece[PIECE_ROOT_CRL] = vectors_file(TDX "root_ca_crl.der");
	return scene;
}

static struct scene
good(void)
{
	return genuine(DATA "tdx/v5-90c06f-uptodate.quote.bin", TDX "tcb_info_90c06f000000.json");
}

static void
claimed(const struct appraisal *a, const char *name, const char *hex)
{
	struct bytes value;
	char have[2 * QUOTE_REPORT_DATA + 1];

	assert_true(claims_get(&a->claims, name, &value) && value.len <= QUOTE_REPORT_DATA);
	hex_of(value, have);
	assert_string_equal(have, hex);
}

static void
test_accepted(void **state)
{
	struct scene scene = good();
	struct appraisal *a = scene_judge(&scene);
	struct bytes value;
	uint64_t until;

	(void)state;
	assert_int_equal(a->verdict, ATTEST_ACCEPT);
	claimed(a, CLAIM_MEASUREMENT, "7348651a34b2d2d3462822e3a750ec6110125f36757c78480bbfc69c"
	    "c0d21fb001a1ced3ee19747dda8f750c3bc8f876");
	claimed(a, "tdx.rtmr2", "6369b9c9a3b791ebcbdc5a0bb9536cfb57f50df2b393b33c8b29616d3568baa61f"
	    "4b59dc6092e31ea8764bcbdfc69f20");
	claimed(a, "tdx.tee_tcb_svn", "0b010400000000000000000000000000");
	claimed(a, "tdx.fmspc", "90c06f000000");
	claimed(a, CLAIM_DEBUG, "00");
	claimed(a, CLAIM_CONFIDENTIAL, "01");
	assert_true(claims_get(&a->claims, CLAIM_FIRMWARE, &value));
	assert_true(bytes_equal(value, bytes_of_text("UpToDate, 2024-11-13")));
	/* The TCB info runs out first of all: before the lists and the QE identity. */
	assert_true(claims_get_number(&a->claims, CLAIM_COLLATERAL_UNTIL, &until));
	assert_true((int64_t)until <= 1000 * scene_second("2026-04-15T22:06:09Z") &&
	    (int64_t)until > 1000 * scene.at_s);
	free(a);
	scene_free(&scene);
}

/* --- the published cases ------------------------------------------------------------------- */

static const struct { const char *reason, *rules; } reasons[] = {
	{ "no_collateral", "collateral" }, { "crl_stale", "crl" }, { "fmspc", "fmspc" },
	{ "nonce", "nonce" }, { "no_tcb_level", "tcb-level" }, { "trailing", "trailing" },
	{ "td_debug", "debug" }, { "sgx_debug", "debug" }, { "vendor", "vendor" },
	{ "quote_sig", "signature" }, { "body", "body" }, { "qe_bind", "qe-binding" },
	{ "qe_sig", "qe-signature" }, { "collateral_sig", "tcb-signature qe-identity-signature" },
	{ "", "-" },
};

#include "tests/unit/attest_case_intel.h"

#define NO_PIN "0000000000000000000000000000000000000000000000000000000000000000"

static const char *
rules_of(const char *reason)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i].reason, reason) == 0)
			return reasons[i].rules;
	return "no such reason";
}

static void
case_decided(json_t *one)
{
	struct attest_case *c = memory_new(1, sizeof(*c));
	struct appraisal *a = memory_new(1, sizeof(*a));
	const char *rules = rules_of(vectors_text(one, "reason"));
	const struct rule *rule;
	struct policy *policy;
	struct why why = { .err = ERR_OK };

	c->args = json_object_get(one, "args");
	c->tamper = json_object_get(one, "tamper");
	case_policy(c, POLICY_HEAD);
	case_quote(c);
	c->dossier.at_s = scene_second(case_text(c, "at"));
	assert_int_equal(policy_read("p", bytes_of_buffer(&c->policy), &policy, &why), ERR_OK);
	c->dossier.policy = policy;
	attest_judge(c->verifier, &c->dossier, a);
	rule = appraisal_rule(a);
	if (strstr(rules, rule != NULL ? rule->name : "-") == NULL)
		print_message("%s: decided by %s, not by %s\n", vectors_text(one, "id"),
		    rule != NULL ? rule->name : "-", rules);
	assert_non_null(strstr(rules, rule != NULL ? rule->name : "-"));
	policy_free(policy);
	for (size_t i = 0; i < CASE_FILES; i++)
		buffer_free(&c->file[i]);
	buffer_free(&c->policy);
	free(c);
	free(a);
}

/* Each for its own reason, not for whatever else may be wrong with a mutilated quote. */
static void
test_reasons(void **state)
{
	json_t *root = json_load_file(DATA "expect.json", 0, NULL);
	json_t *cases = json_object_get(root, "cases");
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < json_array_size(cases); i++)
		if (strcmp(vectors_text(json_array_get(cases, i), "check"), "quote") == 0) {
			case_decided(json_array_get(cases, i));
			count++;
		}
	assert_int_equal(count, 30);
	json_decref(root);
}

/* --- every length, every octet ------------------------------------------------------------- */

static void
test_truncated(void **state)
{
	struct scene scene = good();
	size_t whole = scene.piece[PIECE_QUOTE].len;

	(void)state;
	scene.memory = chain_memory_new();
	for (size_t len = 0; len < whole; len++) {
		struct appraisal *a;

		scene.piece[PIECE_QUOTE].len = len;
		a = scene_judge(&scene);
		assert_int_equal(a->verdict, ATTEST_REJECT);
		assert_string_equal(appraisal_rule(a)->name, len < 48 ? "lengths" :
		    len < V5_COVERED ? "body" : "lengths");
		free(a);
	}
	chain_memory_free(scene.memory);
	scene_free(&scene);
}

/* Header, body, signature, key, QE report and what vouches for it: all but the certificates. */
static void
test_flipped(void **state)
{
	struct scene scene = good();
	struct buffer *quote = &scene.piece[PIECE_QUOTE];
	size_t end = V5_SIGNATURE + 128 + 6 + SGX_BODY + 64 + 2 + 32 + 6;

	(void)state;
	scene.memory = chain_memory_new();
	for (size_t at = 0; at < end; at++) {
		struct appraisal *a;

		quote->at[at] ^= (uint8_t)(1u << at % 8);
		a = scene_judge(&scene);
		if (a->verdict == ATTEST_ACCEPT)
			print_message("octet %zu does not count\n", at);
		assert_int_not_equal(a->verdict, ATTEST_ACCEPT);
		assert_int_equal(a->claims.count, 0);
		free(a);
		quote->at[at] ^= (uint8_t)(1u << at % 8);
	}
	scene_is(&scene, ATTEST_ACCEPT, "-");
	chain_memory_free(scene.memory);
	scene_free(&scene);
}

static void
test_lengths(void **state)
{
	/* Where a length stands, how many octets it has, and which rule finds that it lies. */
	static const struct { size_t at, octets; const char *rule; } lengths[] = {
		{ 50, 4, "body" }, { V5_COVERED, 4, "lengths" },
		{ V5_SIGNATURE + 130, 4, "lengths" },
		{ V5_SIGNATURE + 134 + SGX_BODY + 64, 2, "lengths" },
		{ V5_SIGNATURE + 134 + SGX_BODY + 64 + 2 + 32 + 2, 4, "lengths" },
	};
	struct scene scene = good();
	struct buffer *quote = &scene.piece[PIECE_QUOTE];

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		uint8_t kept[4];

		memcpy(kept, quote->at + lengths[i].at, 4);
		memset(quote->at + lengths[i].at, 0xff, lengths[i].octets);
		scene_is(&scene, ATTEST_REJECT, lengths[i].rule);
		memset(quote->at + lengths[i].at, 0, lengths[i].octets);
		scene_is(&scene, ATTEST_REJECT, lengths[i].rule);
		memcpy(quote->at + lengths[i].at, kept, 4);
		quote->at[lengths[i].at]++;
		scene_is(&scene, ATTEST_REJECT, lengths[i].rule);
		memcpy(quote->at + lengths[i].at, kept, 4);
	}
	quote->at[0] = 6;
	scene_is(&scene, ATTEST_INDETERMINATE, "version");
	quote->at[0] = 5;
	quote->at[2] = 3;
	scene_is(&scene, ATTEST_INDETERMINATE, "version");
	quote->at[2] = 2;
	quote->at[V5_SIGNATURE + 128] = 5;
	scene_is(&scene, ATTEST_INDETERMINATE, "certification");
	scene_free(&scene);
}

static void
test_trailing(void **state)
{
	struct scene scene = good();

	(void)state;
	buffer_put(&scene.piece[PIECE_QUOTE], "\0\0\0\0", 4);
	scene_under(&scene, TDX_POLICY("nonce = \"none\"; strict_trailing = true; " TD_ANY),
	    ATTEST_ACCEPT, "-");
	buffer_put(&scene.piece[PIECE_QUOTE], "x", 1);
	scene_is(&scene, ATTEST_INDETERMINATE, "trailing");
	scene_under(&scene, TDX_POLICY("nonce = \"none\"; strict_trailing = false; " TD_ANY),
	    ATTEST_ACCEPT, "-");
	scene_under(&scene, TDX_POLICY("nonce = \"none\"; strict_trailing = true; " TD_ANY),
	    ATTEST_REJECT, "trailing");
	scene_free(&scene);
}

/* --- what the asker says ------------------------------------------------------------------- */

static void
test_silence(void **state)
{
	struct scene scene = good();

	(void)state;
	scene_under(&scene, NULL, ATTEST_INDETERMINATE, "nonce");
	scene_under(&scene, POLICY_HEAD "intel-sgx = { };", ATTEST_INDETERMINATE, "nonce");
	scene_under(&scene, TDX_POLICY("nonce = \"none\";"), ATTEST_INDETERMINATE, "mrtd");
	scene_under(&scene, TDX_POLICY("nonce = \"none\"; mrtd = \"*\"; rtmr0 = \"*\"; "
	    "rtmr1 = \"*\"; rtmr2 = \"*\";"), ATTEST_INDETERMINATE, "rtmr3");
	scene_under(&scene, TDX_POLICY("nonce = \"none\"; mrseam = \"00\"; " TD_ANY), ATTEST_REJECT,
	    "mrseam");
	scene_under(&scene, TDX_POLICY("nonce = \"none\"; mrtd = \"00\"; rtmr0 = \"*\";"),
	    ATTEST_REJECT, "mrtd");
	scene_under(&scene, TDX_POLICY("nonce = \"none\"; evaluation = 18; " TD_ANY), ATTEST_ACCEPT,
	    "-");
	scene_under(&scene, TDX_POLICY("nonce = \"none\"; evaluation = 19; " TD_ANY), ATTEST_REJECT,
	    "evaluation");
	scene_under(&scene, TDX_POLICY("nonce = \"none\"; roots = \"sha256:" NO_PIN "\"; " TD_ANY),
	    ATTEST_REJECT, "chain");
	/* The other verifier refuses it as what it is. */
	scene.kind = "intel-sgx";
	scene_is(&scene, ATTEST_REJECT, "tee");
	scene_free(&scene);
}

static void
test_nonce(void **state)
{
	struct scene scene = good();
	uint8_t *report_data = scene.piece[PIECE_QUOTE].at + 54 + TD_REPORT_DATA;
	uint8_t other[QUOTE_REPORT_DATA];
	struct hash key = { { 1 } };

	(void)state;
	scene.policy = TDX_POLICY(TD_ANY);
	scene_is(&scene, ATTEST_INDETERMINATE, "nonce");
	scene.nonce = bytes_of(report_data, QUOTE_REPORT_DATA);
	scene_is(&scene, ATTEST_ACCEPT, "-");
	/* Half of it: the rest is not zero. */
	scene.nonce = bytes_of(report_data, 32);
	scene_is(&scene, ATTEST_REJECT, "nonce");
	memcpy(other, report_data, sizeof(other));
	other[63] ^= 1;
	scene.nonce = bytes_of(other, sizeof(other));
	scene_is(&scene, ATTEST_REJECT, "nonce");
	/* The nonce is there, but no key is bound with it. */
	scene.nonce = bytes_of(report_data, QUOTE_REPORT_DATA);
	scene.spki = &key;
	scene_is(&scene, ATTEST_REJECT, "key");
	scene_free(&scene);
}

/* --- collateral ---------------------------------------------------------------------------- */

static void
test_collateral(void **state)
{
	static const struct { enum scene_piece piece; const char *rule; } pieces[] = {
		{ PIECE_INFO, "collateral" }, { PIECE_IDENTITY, "collateral" },
		{ PIECE_CHAIN, "collateral" }, { PIECE_PCK_CRL, "crl" },
		{ PIECE_ROOT_CRL, "root-crl" },
	};
	struct scene scene = good();
	const struct buffer none = { .max = 0 };
	struct buffer sgx = vectors_file(DATA "sgx/qe_identity.json");
	struct buffer list = vectors_file(DATA "sgx/pck_crl_platform.der");

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		scene_with(&scene, pieces[i].piece, none, ATTEST_INDETERMINATE, pieces[i].rule);
	/* Lists that the policy does not insist on. */
	scene_under(&scene, TDX_POLICY("nonce = \"none\"; crl = \"if_given\"; " TD_ANY),
	    ATTEST_ACCEPT, "-");
	/* Each in another's place. */
	scene_with(&scene, PIECE_IDENTITY, sgx, ATTEST_REJECT, "qe-identity-current");
	scene_with(&scene, PIECE_IDENTITY, scene.piece[PIECE_INFO], ATTEST_REJECT,
	    "qe-identity-signature");
	scene_with(&scene, PIECE_PCK_CRL, scene.piece[PIECE_ROOT_CRL], ATTEST_REJECT, "crl");
	scene_with(&scene, PIECE_ROOT_CRL, scene.piece[PIECE_PCK_CRL], ATTEST_REJECT, "root-crl");
	scene_with(&scene, PIECE_PCK_CRL, list, ATTEST_REJECT, "crl");
	scene_with(&scene, PIECE_PCK_CRL, scene.piece[PIECE_INFO], ATTEST_REJECT, "crl");
	scene_with(&scene, PIECE_CHAIN, scene.piece[PIECE_PCK_CRL], ATTEST_REJECT, "tcb-chain");
	buffer_free(&sgx);
	buffer_free(&list);
	scene_free(&scene);
}

static struct buffer
in_hex(const struct buffer *octets)
{
	struct buffer out = { .max = 0 };
	char *hex = memory_new(2 * octets->len + 1, 1);

	hex_of(bytes_of_buffer(octets), hex);
	buffer_print(&out, "%s\n", hex);
	free(hex);
	return out;
}

static struct buffer
for_url(const struct buffer *octets)
{
	struct buffer out = { .max = 0 };

	for (size_t i = 0; i < octets->len; i++)
		if (octets->at[i] == ' ' || octets->at[i] == '\n' || octets->at[i] == '+' ||
		    octets->at[i] == '/' || octets->at[i] == '=')
			buffer_print(&out, "%%%02X", octets->at[i]);
		else
			buffer_put_u8(&out, octets->at[i]);
	return out;
}

/* As PCCS and HTTP headers carry them; a text that was formatted anew is not what was signed. */
static void
test_collateral_forms(void **state)
{
	struct scene scene = good();
	struct buffer list = in_hex(&scene.piece[PIECE_PCK_CRL]);
	struct buffer chain = for_url(&scene.piece[PIECE_CHAIN]);
	struct buffer text = { .max = 0 };

	(void)state;
	scene_with(&scene, PIECE_PCK_CRL, list, ATTEST_ACCEPT, "-");
	scene_with(&scene, PIECE_CHAIN, chain, ATTEST_ACCEPT, "-");
	buffer_put(&text, scene.piece[PIECE_INFO].at, scene.piece[PIECE_INFO].len);
	buffer_put(&text, "\r\n", 3);
	scene_with(&scene, PIECE_INFO, text, ATTEST_ACCEPT, "-");
	buffer_put(&text, "{", 1);
	scene_with(&scene, PIECE_INFO, text, ATTEST_REJECT, "tcb-signature");
	text.len = 0;
	buffer_put_text(&text, "{ ");
	buffer_put(&text, scene.piece[PIECE_INFO].at + 1, scene.piece[PIECE_INFO].len - 1);
	scene_with(&scene, PIECE_INFO, text, ATTEST_REJECT, "tcb-signature");
	for (size_t len = 1; len < scene.piece[PIECE_IDENTITY].len; len += 7) {
		text.len = 0;
		buffer_put(&text, scene.piece[PIECE_IDENTITY].at, len);
		scene_with(&scene, PIECE_IDENTITY, text, ATTEST_REJECT, "qe-identity-signature");
	}
	buffer_free(&list);
	buffer_free(&chain);
	buffer_free(&text);
	scene_free(&scene);
}

static void
test_time(void **state)
{
	struct scene scene = good();
	const char *lists = TDX_POLICY("nonce = \"none\"; crl = \"if_given\"; " TD_ANY);

	(void)state;
	scene_at(&scene, "2026-01-01T00:00:00Z", ATTEST_REJECT, "time");
	scene_at(&scene, "2033-01-28T00:00:00Z", ATTEST_REJECT, "time");
	buffer_free(&scene.piece[PIECE_PCK_CRL]);
	buffer_free(&scene.piece[PIECE_ROOT_CRL]);
	scene.policy = lists;
	scene_at(&scene, "2026-03-16T22:06:08Z", ATTEST_REJECT, "tcb-current");
	scene_at(&scene, "2026-03-16T22:06:09Z", ATTEST_REJECT, "qe-identity-current");
	scene_at(&scene, "2026-03-16T22:16:03Z", ATTEST_ACCEPT, "-");
	scene_at(&scene, "2026-04-15T22:06:09Z", ATTEST_ACCEPT, "-");
	scene_at(&scene, "2026-04-15T22:06:10Z", ATTEST_REJECT, "tcb-current");
	scene_at(&scene, "2032-05-07T00:00:00Z", ATTEST_REJECT, "tcb-time");
	scene_free(&scene);
}

/* --- the boot log --------------------------------------------------------------------------- */

/* Google's log leads to RTMR0, 1 and 2 of Google's quote: index 1 is RTMR0 and so on. */
static void
test_log_replay(void **state)
{
	struct buffer octets = vectors_file(DATA "tdx/v4-gcp-cos113.quote.bin");
	struct buffer log = vectors_file(DATA "tdx/v4-gcp-cos113.ccel.bin");
	struct event_replay *replay = memory_new(1, sizeof(*replay));
	struct quote quote;
	struct why why = { .err = ERR_OK };

	(void)state;
	assert_int_equal(quote_read(bytes_of_buffer(&octets), &quote, &why), QUOTE_WHOLE);
	assert_int_equal(quote.rest.len, 3065);
	assert_int_equal(event_log_replay(bytes_of_buffer(&log), DIGEST_SHA384, replay, &why),
	    ERR_OK);
	for (size_t i = 0; i < 3; i++) {
		assert_true(replay->touched & 1u << (i + 1));
		assert_memory_equal(replay->value[i + 1], quote.body.at + TD_RTMR + i * QUOTE_MR,
		    QUOTE_MR);
	}
	free(replay);
	buffer_free(&octets);
	buffer_free(&log);
}

static void
test_log_wrong(void **state)
{
	struct scene scene = good();
	struct buffer *log = &scene.piece[PIECE_LOG];

	(void)state;
	assert_int_equal(scene_step(&scene, "log"), STEP_NOT_ASKED);
	*log = vectors_file(DATA "tdx/v4-gcp-cos113.ccel.bin");
	/* Another machine's log does not lead to this quote. */
	scene_is(&scene, ATTEST_REJECT, "log");
	log->len = 100;
	scene_is(&scene, ATTEST_REJECT, "log");
	scene_free(&scene);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted), cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_truncated), cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_lengths), cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_silence), cmocka_unit_test(test_nonce),
		cmocka_unit_test(test_collateral), cmocka_unit_test(test_collateral_forms),
		cmocka_unit_test(test_time), cmocka_unit_test(test_log_replay),
		cmocka_unit_test(test_log_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
