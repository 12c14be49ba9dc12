/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accepted measurements and announced changes: what was started changes under a ticket that people
 * announced, under one that nobody did, and without any; and what packs are told of each.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/state/judge.h"
#include "monitor/state/protection.h"
#include "tests/unit/places_world.h"

enum { WITNESS = 1 };			/* index of udm-witness */

#define CONTROL(id, applies, condition)                                                        \
	"{ id = \"" id "\"; clause = \"c\"; title = \"t\"; title_ja = \"t\"; requirement = \"r\"; " \
	"level = \"mandatory\"; subject = \"target\"; applies = \"" applies "\"; condition = \""    \
	condition "\"; limit = \"l\"; limit_ja = \"l\"; source = \"s\"; "                            \
	"confidence = \"verified\"; }"

static const char pack[] =
    "pack = { id = \"t\"; edition = \"1\"; standard = \"T\"; standard_ja = \"T\"; };\ncontrols = (\n"
    CONTROL("T-1", "known attest.ticket.announced", "attest.ticket.announced") ",\n"
    CONTROL("T-2", "known change.unannounced", "change.unannounced == 0") "\n);\n";

static enum verdict
found(const struct places_world *world, const char *id)
{
	const struct judgement *j = judgement_of(world->state);

	if (judgement_pack(j, 0) == NULL)
		fail_msg("%s", judgement_pack_fault(j, 0));
	return judgement_finding(j, judgement_find(j, id), WITNESS).verdict;
}

static uint64_t
announce(struct places_world *world, const char *ticket, const char *subject, int64_t until_ms)
{
	struct record record = { .kind = RECORD_INTENT, .role = ROLE_ENGINE, .intent = {
		.subject = bytes_of_text(subject), .aspects = bytes_of_text("attest"),
		.ticket = bytes_of_text(ticket), .author = bytes_of_text("akira"), .uid = 7,
		.from = world->now_ms, .until = world->now_ms + until_ms } };

	world->now_ms += 100;
	places_put(world, &record);
	return world->state->size - 1;
}

static void
measure(struct places_world *world, const char *measurement, const char *ticket)
{
	char facts[256];

	snprintf(facts, sizeof(facts), "attest.verdict=accept;attest.fresh=yes;"
	    "attest.measurement=%s%s%s", measurement, ticket != NULL ? ";attest.ticket=" : "",
	    ticket != NULL ? ticket : "");
	world->now_ms += 1000;
	places_see(world, "udm-witness", facts);
}

static const struct protection_level *
level(const struct places_world *world)
{
	const struct replica_state *replica = &world->state->target[WITNESS].replica[0];

	for (uint32_t i = 0; i < replica->levels; i++)
		if (replica->level[i].aspect == ASPECT_ATTEST_MEASUREMENT)
			return &replica->level[i];
	fail_msg("no measurement is known");
	return NULL;
}

static void
under_its_ticket(void **unused)
{
	struct places_world *world = places_new(pack);
	uint64_t id;

	(void)unused;
	measure(world, "aa11", NULL);
	assert_int_equal(found(world, "T-1"), VERDICT_NOT_APPLICABLE);
	assert_int_equal(found(world, "T-2"), VERDICT_MET);
	id = announce(world, "CHG-4711", "target:udm-*", 3600000);
	measure(world, "bb22", "CHG-4711");
	assert_int_equal(level(world)->intent, id);
	assert_false(level(world)->unannounced);
	assert_int_equal(found(world, "T-1"), VERDICT_MET);
	assert_int_equal(found(world, "T-2"), VERDICT_MET);
	/* Rolled back within its time: announced as well. */
	measure(world, "aa11", NULL);
	assert_false(level(world)->unannounced);
	measure(world, "bb22", "CHG-4711");
	/* When its time is over the ticket stays what it was; another change is none of it. */
	places_tick(world, 7200000);
	measure(world, "bb22", "CHG-4711");
	assert_int_equal(found(world, "T-1"), VERDICT_MET);
	measure(world, "cc33", "CHG-4711");
	assert_true(level(world)->unannounced);
	assert_int_equal(found(world, "T-2"), VERDICT_NOT_MET);
	places_free(world);
}

static void
under_another_ticket(void **unused)
{
	struct places_world *world = places_new(pack);

	(void)unused;
	measure(world, "aa11", NULL);
	announce(world, "CHG-1", "target:udm-*", 3600000);
	/* Somebody's change is announced, but not the one the policy was opened for. */
	measure(world, "bb22", "CHG-4711");
	assert_true(level(world)->unannounced);
	assert_int_equal(found(world, "T-1"), VERDICT_NOT_MET);
	assert_int_equal(found(world, "T-2"), VERDICT_NOT_MET);
	/* Announced afterwards: the ticket is known from then on, the change stays unannounced. */
	announce(world, "CHG-4711", "target:udm-*", 3600000);
	assert_int_equal(found(world, "T-1"), VERDICT_MET);
	assert_int_equal(found(world, "T-2"), VERDICT_NOT_MET);
	places_free(world);
}

static void
without_any(void **unused)
{
	struct places_world *world = places_new(pack);
	struct record record = { .kind = RECORD_INTENT, .role = ROLE_ENGINE };

	(void)unused;
	measure(world, "aa11", NULL);
	measure(world, "bb22", NULL);
	assert_true(level(world)->unannounced);
	assert_false(level(world)->open);
	assert_int_equal(found(world, "T-1"), VERDICT_NOT_APPLICABLE);
	assert_int_equal(found(world, "T-2"), VERDICT_NOT_MET);
	/* An intent of another target's is no intent here; one that was withdrawn is none at all. */
	announce(world, "CHG-4711", "target:amf-*", 3600000);
	measure(world, "bb22", "CHG-4711");
	assert_int_equal(found(world, "T-1"), VERDICT_NOT_MET);
	record.intent = (struct record_intent){ .step = INTENT_WITHDRAWN, .uid = 7,
		.intent = announce(world, "CHG-4711", "target:udm-*", 3600000),
		.author = bytes_of_text("akira") };
	assert_int_equal(found(world, "T-1"), VERDICT_MET);
	places_put(world, &record);
	assert_int_equal(found(world, "T-1"), VERDICT_NOT_MET);
	/* One of two tickets is not enough. */
	announce(world, "CHG-1", "target:udm-*", 3600000);
	measure(world, "bb22", "CHG-1,CHG-4711");
	assert_int_equal(found(world, "T-1"), VERDICT_NOT_MET);
	measure(world, "bb22", "CHG-1");
	assert_int_equal(found(world, "T-1"), VERDICT_MET);
	places_free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(under_its_ticket),
		cmocka_unit_test(under_another_ticket),
		cmocka_unit_test(without_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
