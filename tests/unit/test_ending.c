/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an acceptance rests on and ends by itself: when somebody is told, how it is written and
 * read, and what a register and a policy say of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/base/timetext.h"
#include "tests/unit/register_lab.h"

#define DAY INT64_C(86400000)

static struct world *w;
static struct sealer officer;

static int
lab_begin(void **state)
{
	(void)state;
	w = world_new();
	officer = sealer_make("P-256", "critical,digitalSignature", WORLD_AT_S - REGISTER_YEAR_S,
	    WORLD_AT_S + REGISTER_YEAR_S);
	return 0;
}

static int
lab_end(void **state)
{
	(void)state;
	sealer_free(&officer);
	world_free(w);
	return 0;
}

static void
seven_days_or_a_quarter_before(void **state)
{
	struct ending week = { .from_ms = 0, .until_ms = 7 * DAY };
	struct ending longer = { .from_ms = 0, .until_ms = 7 * DAY + 1 };
	struct ending open = { .from_ms = ENDING_UNKNOWN, .until_ms = DAY };

	(void)state;
	assert_int_equal(ending_lead_ms(0, 365 * DAY, 0), 7 * DAY);
	assert_int_equal(ending_lead_ms(0, 28 * DAY, 0), 7 * DAY);
	assert_int_equal(ending_lead_ms(0, 20 * DAY, 0), 5 * DAY);
	assert_int_equal(ending_lead_ms(0, 20 * DAY, 9 * DAY), 9 * DAY);
	assert_int_equal(ending_lead_ms(ENDING_UNKNOWN, DAY, 0), 7 * DAY);
	assert_int_equal(ending_lead_ms(2, 1, 0), 0);
	/* Tokens of an hour, certificates of a day, lists of a week are made anew by machines. */
	assert_false(ending_counts(&week, 0));
	assert_true(ending_counts(&longer, 0));
	assert_false(ending_counts(&longer, 8 * DAY));
	assert_true(ending_counts(&open, 0));
}

static void
only_what_is_one_is_read(void **state)
{
	static const char good[] = "ak-certificate/ak 2026-11-03T00:00:00.000Z/"
	    "2026-12-03T00:00:00.000Z, policy:tpm-quote.ak ../2026-12-05T15:00:00.000Z";
	static const char *const bad[] = { "", " ", "x", "x y", "x ..", "x ../", "x ../soon",
		"x 2026-01-01T00:00:00.000Z", " /", "x\x1b[1m ../2026-12-05T15:00:00.000Z", "x later/2026-12-05T15:00:00.000Z" };
	struct ending one;
	size_t at = 0;

	(void)state;
	assert_true(ending_next(bytes_of_text(good), &at, &one));
	assert_string_equal(one.what, "ak-certificate/ak");
	assert_int_equal(one.until_ms - one.from_ms, 30 * DAY);
	assert_true(ending_next(bytes_of_text(good), &at, &one));
	assert_string_equal(one.what, "policy:tpm-quote.ak");
	assert_true(one.from_ms == ENDING_UNKNOWN);
	assert_false(ending_next(bytes_of_text(good), &at, &one));
	/* Cut anywhere, it is read to there or refused. */
	for (size_t len = 0; len < sizeof(good) - 1; len++)
		for (at = 0; ending_next(bytes_of(good, len), &at, &one);)
			assert_true(at <= len);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		at = 0;
		assert_false(ending_next(bytes_of_text(bad[i]), &at, &one));
	}
}

/* Those that are noted are told in the order in which somebody has to act. */
static void
the_first_to_be_told_stays(void **state)
{
	struct appraisal *a = memory_new(1, sizeof(*a));
	char what[16], last[16] = "";
	struct bytes text;
	struct ending one;
	size_t at = 0, count = 0;

	(void)state;
	ending_claim(a);
	assert_int_equal(a->claims.count, 0);
	ending_note(a, "for-ever", DAY, INT64_MAX);
	ending_note(a, "a-week", 10 * DAY, 17 * DAY);
	assert_int_equal(a->endings, 0);
	for (int i = ENDINGS_MAX + 4; i > 0; i--) {
		snprintf(what, sizeof(what), "what%02d", i);
		ending_note(a, what, DAY, (1000 + i) * DAY);
	}
	ending_note(a, "what03", DAY, 900 * DAY);
	ending_note(a, "what02", DAY, 2000 * DAY);
	ending_claim(a);
	assert_true(claims_get(&a->claims, CLAIM_ENDS, &text));
	while (ending_next(text, &at, &one)) {
		assert_true(count > 0 || strcmp(one.what, "what03") == 0);
		assert_true(count < 2 || strcmp(one.what, last) > 0);
		snprintf(last, sizeof(last), "%.15s", one.what);
		count++;
	}
	assert_int_equal(count, ENDINGS_TOLD);
	free(a);
}

/* Whether the claim has this end; NULL: none of that name. */
static bool
ends(const char *what, const char *until)
{
	struct bytes text = { .len = 0 };
	struct ending one;
	char found[TIME_TEXT] = "";
	size_t at = 0;

	(void)claims_get(&w->appraisal.claims, CLAIM_ENDS, &text);
	while (ending_next(text, &at, &one))
		if (strcmp(one.what, what) == 0)
			time_utc(one.until_ms, found);
	if (strcmp(found, until != NULL ? until : "") == 0)
		return true;
	fprintf(stderr, "%s ends \"%s\" in \"%.*s\"\n", what, found, (int)text.len,
	    (const char *)text.at);
	return false;
}

static void
a_register_and_its_entry(void **state)
{
	(void)state;
	register_hsm(w);
	register_put(w, &officer, REGISTER_HEAD REGISTER_HSM("tokyo-1") ");", NULL);
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION), "accept");
	assert_true(ends("register", "2027-04-30T15:00:00.000Z"));
	assert_true(ends("register:line4", NULL));
	register_hsm(w);
	register_put(w, &officer, REGISTER_HEAD "{ site = \"tokyo-1\"; kind = \"yubihsm\"; "
	    "serial = \"31650425\"; since = \"2026-11-01\"; until = \"2026-11-20\"; });", NULL);
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION), "accept");
	assert_true(ends("register", "2027-04-30T15:00:00.000Z"));
	assert_true(ends("register:line4", "2026-11-20T15:00:00.000Z"));
	/* Elsewhere it is not accepted, and rests on nothing. */
	register_hsm(w);
	register_put(w, &officer, REGISTER_HEAD REGISTER_HSM("tokyo-1") ");", "osaka-1");
	assert_string_equal(world_verdict(w, "yubihsm", REGISTER_HSM_SECTION), "reject site");
	assert_true(ends("register", NULL));
}

/* Intel's own files of March 2026: lists, TCB info and the identity of a month each. */
static void
what_intel_publishes(void **state)
{
	(void)state;
	register_intel(w);
	assert_string_equal(world_verdict(w, "intel-tdx", REGISTER_INTEL_SECTION), "accept");
	assert_true(ends("tcb-info", "2026-04-15T22:06:09.000Z"));
	assert_true(ends("qe-identity", "2026-04-15T22:16:03.000Z"));
	assert_true(ends("pck-crl/Intel-SGX-PCK-Platform-C", "2026-04-15T22:34:05.000Z"));
	assert_true(ends("root-crl/Intel-SGX-Root-CA", "2027-02-26T13:04:00.000Z"));
	assert_true(ends("evidence/Intel-SGX-PCK-Certificat", "2033-01-27T14:36:27.000Z"));
}

#define HSM(serial) "nonce = \"none\"; capabilities = \"sign-ecdsa\"; firmware = \"2.4.0\"; " \
	"serial = ( " serial " );"

static void
entries_of_a_policy(void **state)
{
	static const struct { const char *section, *until; } cases[] = {
		{ HSM("\"31650425\""), NULL },
		{ HSM("{ value = \"31650425\"; until = \"2026-11-20\"; }"),
		    "2026-11-20T15:00:00.000Z" },
		/* Written for a week: who wrote it knows. */
		{ HSM("{ value = \"31650425\"; from = \"2026-11-14\"; until = \"2026-11-20\"; }"),
		    NULL },
		{ HSM("{ value = \"31650425\"; from = \"2026-11-13\"; until = \"2026-11-20\"; }"),
		    "2026-11-20T15:00:00.000Z" },
		/* Somebody let it go on: with the next entry, without an end, or not without a gap. */
		{ HSM("{ value = \"31650425\"; until = \"2026-11-20\"; }, { value = \"31650425\"; "
		    "from = \"2026-11-21\"; until = \"2027-03-31\"; }"), "2027-03-31T15:00:00.000Z" },
		{ HSM("{ value = \"31650425\"; until = \"2026-11-20\"; }, { value = \"31650425\"; "
		    "from = \"2026-11-22\"; until = \"2027-03-31\"; }"), "2026-11-20T15:00:00.000Z" },
		{ HSM("{ value = \"31650425\"; until = \"2026-11-20\"; }, \"31650425\""), NULL },
		{ HSM("{ value = \"31650425\"; until = \"2026-11-20\"; }, { value = \"*\"; until = "
		    "\"2026-12-20\"; }"), "2026-12-20T15:00:00.000Z" },
		/* What is let pass counts as well. */
		{ "nonce = ( { value = \"none\"; until = \"2026-11-20\"; } ); capabilities = \"*\"; "
		    "firmware = \"*\"; serial = ( { value = \"*\"; until = \"2026-11-21\"; } );",
		    "2026-11-21T15:00:00.000Z" },
		/* It does not rest on what accepts another. */
		{ HSM("\"31650425\", { value = \"31650426\"; until = \"2026-11-20\"; }"), NULL },
	};

	(void)state;
	register_hsm(w);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_string_equal(world_verdict(w, "yubihsm", cases[i].section), "accept");
		if (!ends("policy:yubihsm.serial", cases[i].until))
			fail_msg("case %zu", i);
	}
	assert_string_equal(world_verdict(w, "yubihsm", "nonce = ( { value = \"none\"; until = "
	    "\"2026-11-20\"; } ); capabilities = \"*\"; firmware = \"*\"; serial = \"*\";"), "accept");
	assert_true(ends("policy:yubihsm.nonce", "2026-11-20T15:00:00.000Z"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seven_days_or_a_quarter_before),
		cmocka_unit_test(only_what_is_one_is_read),
		cmocka_unit_test(the_first_to_be_told_stays),
		cmocka_unit_test(a_register_and_its_entry),
		cmocka_unit_test(what_intel_publishes),
		cmocka_unit_test(entries_of_a_policy),
	};

	return cmocka_run_group_tests(tests, lab_begin, lab_end);
}
