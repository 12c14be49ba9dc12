/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of hardware on record against what its evidence claims: more, less or other is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "reports/verify_part.h"

static struct claims *
claims_made(void)
{
	static struct claims claims;

	claims.count = claims.used = 0;
	claims_text(&claims, CLAIM_HARDWARE, bytes_of_text("HSM"));
	claims_octets(&claims, CLAIM_MEASUREMENT, bytes_of_text("\x01\xff"));
	claims_flag(&claims, CLAIM_KEY_EXPORTABLE, false);
	claims_number(&claims, CLAIM_RESETS, 7);
	claims_time(&claims, CLAIM_COLLATERAL_UNTIL, 1795000000000);
	claims_number(&claims, CLAIM_CLOCK, 1234);
	claims_text(&claims, CLAIM_SITE, bytes_of_text("tokyo-1"));
	claims_octets(&claims, CLAIM_REGISTER, bytes_of_text("register of 32 octets, in clear."));
	claims_text(&claims, CLAIM_TICKET, bytes_of_text("CHG-1"));
	claims_text(&claims, "yubihsm.object", bytes_of_text("of its maker's own"));
	return &claims;
}

static void
facts_made(struct fact_set *facts)
{
	struct hash sites;

	memcpy(sites.at, "register of 32 octets, in clear.", HASH_LEN);
	fact_set_text(facts, FACT_ATTEST_SITE, bytes_of_text("tokyo-1"));
	fact_set_hash(facts, FACT_ATTEST_REGISTER, sites);
	fact_set_text(facts, FACT_ATTEST_TICKET, bytes_of_text("CHG-1"));
	fact_set_text(facts, FACT_ATTEST_VERDICT, bytes_of_text("accept"));
	fact_set_text(facts, FACT_ATTEST_HARDWARE, bytes_of_text("HSM"));
	fact_set_text(facts, FACT_ATTEST_MEASUREMENT, bytes_of_text("01ff"));
	fact_set_flag(facts, FACT_ATTEST_KEY_EXPORTABLE, false);
	fact_set_int(facts, FACT_ATTEST_RESETS, 7);
	fact_set_time(facts, FACT_ATTEST_COLLATERAL_UNTIL, 1795000000000);
}

static enum fact
differs(struct fact_set *facts, const struct claims *claims)
{
	struct buffer map = { .max = 0 };
	enum fact fact;

	fact_set_write(facts, FACTS_ALL, &map);
	fact = verify_hardware_differs(bytes_of_buffer(&map), claims);
	buffer_free(&map);
	fact_set_free(facts);
	*facts = (struct fact_set){ .count = 0 };
	return fact;
}

static void
the_same_is_found_again(void **unused)
{
	struct fact_set facts = { .count = 0 };

	(void)unused;
	facts_made(&facts);
	assert_int_equal(differs(&facts, claims_made()), FACT_NONE);
	/* The evidence on record may be older than the round: what varies is not compared. */
	facts_made(&facts);
	fact_set_int(&facts, FACT_ATTEST_CLOCK, 99);
	assert_int_equal(differs(&facts, claims_made()), FACT_NONE);
}

static void
other_values_are_told(void **unused)
{
	struct fact_set facts = { .count = 0 };

	(void)unused;
	facts_made(&facts);
	fact_set_flag(&facts, FACT_ATTEST_KEY_EXPORTABLE, true);
	assert_int_equal(differs(&facts, claims_made()), FACT_ATTEST_KEY_EXPORTABLE);
	facts_made(&facts);
	fact_set_text(&facts, FACT_ATTEST_MEASUREMENT, bytes_of_text("01fe"));
	assert_int_equal(differs(&facts, claims_made()), FACT_ATTEST_MEASUREMENT);
	facts_made(&facts);
	fact_set_text(&facts, FACT_ATTEST_SITE, bytes_of_text("osaka-1"));
	assert_int_equal(differs(&facts, claims_made()), FACT_ATTEST_SITE);
	facts_made(&facts);
	fact_set_hash(&facts, FACT_ATTEST_REGISTER, hash_of(bytes_of_text("another")));
	assert_int_equal(differs(&facts, claims_made()), FACT_ATTEST_REGISTER);
	facts_made(&facts);
	fact_set_text(&facts, FACT_ATTEST_TICKET, bytes_of_text("CHG-2"));
	assert_int_equal(differs(&facts, claims_made()), FACT_ATTEST_TICKET);
	facts_made(&facts);
	fact_set_int(&facts, FACT_ATTEST_RESETS, 8);
	assert_int_equal(differs(&facts, claims_made()), FACT_ATTEST_RESETS);
	facts_made(&facts);
	fact_set_time(&facts, FACT_ATTEST_COLLATERAL_UNTIL, 1795000000001);
	assert_int_equal(differs(&facts, claims_made()), FACT_ATTEST_COLLATERAL_UNTIL);
}

static void
more_and_less_are_told(void **unused)
{
	struct fact_set facts = { .count = 0 };
	struct claims *claims;

	(void)unused;
	facts_made(&facts);
	fact_set_flag(&facts, FACT_ATTEST_CONFIDENTIAL, true);
	assert_int_equal(differs(&facts, claims_made()), FACT_ATTEST_CONFIDENTIAL);
	claims = claims_made();
	claims_flag(claims, CLAIM_DEBUG, true);
	facts_made(&facts);
	assert_int_equal(differs(&facts, claims), FACT_ATTEST_DEBUG);
	/* An edition that did not read it yet recorded nothing of it. */
	claims = claims_made();
	claims_text(claims, CLAIM_ZONE, bytes_of_text("apne1-az4"));
	facts_made(&facts);
	assert_int_equal(differs(&facts, claims), FACT_NONE);
	/* Rejected evidence claims nothing. */
	claims = claims_made();
	claims->count = 0;
	facts_made(&facts);
	assert_int_not_equal(differs(&facts, claims), FACT_NONE);
	fact_set_text(&facts, FACT_ATTEST_VERDICT, bytes_of_text("reject"));
	assert_int_equal(differs(&facts, claims), FACT_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_is_found_again),
		cmocka_unit_test(other_values_are_told),
		cmocka_unit_test(more_and_less_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
