/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bucket that is said to be in two regions, in one answer and in the headers of others: a
 * contradiction is told, and no place is believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/ledger/facts.h"
#include "tests/unit/inventory_fake.h"

#define IDENTITY "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/m" \
	"</Arn><Account>123456789012</Account></GetCallerIdentityResult>" \
	"</GetCallerIdentityResponse>"
#define DENIED "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"
#define LOCATION "<LocationConstraint>ap-northeast-1</LocationConstraint>"

static void
bucket_of(const char *head, enum inventory_result result, int64_t contradictions, bool placed)
{
	const struct canned answers[] = { { .status = 200, .body = IDENTITY },
		{ .status = 403, .body = DENIED }, { .status = 200, .body = LOCATION },
		{ .status = 403, .head = head, .body = "<Error><Code>AccessDenied</Code></Error>" } };
	struct inventory_request request = { .provider = bytes_of_text("aws"),
	    .kind = bytes_of_text("bucket"), .resource = bytes_of_text("records"),
	    .regions = bytes_of_text("ap-northeast-1"), .account = bytes_of_text("123456789012"),
	    .credential = bytes_of_text("[default]\naws_access_key_id = AKIDEXAMPLE\n"
	    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n"),
	    .time_ms = 60000 };
	struct inventory_reply reply;
	struct buffer out = { .max = 0 };
	struct bytes place;
	int64_t count = -1;
	struct fake fake;

	fake_begin(&fake, answers, 4);
	fake_round(&fake, &request, &out, &reply);
	if (reply.result != result)
		fail_msg("%d: %.*s", reply.result, (int)reply.text.len, reply.text.at);
	assert_true(fact_int(reply.facts, FACT_INVENTORY_CONTRADICTIONS_COUNT, &count));
	assert_true(contradictions == 0 ? count == 0 : count >= contradictions);
	assert_int_equal(fact_text(reply.facts, FACT_INVENTORY_PLACE, &place), placed);
	fake_end(&fake);
	buffer_free(&out);
}

static void
two_regions_are_none(void **state)
{
	(void)state;
	bucket_of("x-amz-bucket-region: ap-northeast-1\n", INVENTORY_PARTIAL, 0, true);
	bucket_of("", INVENTORY_PARTIAL, 0, true);
	bucket_of("x-amz-bucket-region: eu-west-1\n", INVENTORY_TWO_WAYS, 1, false);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(two_regions_are_none) };

	return cmocka_run_group_tests_name("inventory-bucket", tests, NULL, NULL);
}
