/* SPDX-License-Identifier: Apache-2.0 */
/* A provider's failures from both sides: seen, said, over; lags and availability. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "monitor/state/provider_ledger.h"
#include "tests/unit/network_plan.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)

/* What the provider says, straight into the state: how it is folded is tested elsewhere. */
static void
say(struct network *network, const char *region, int64_t first_ms, int64_t started_ms,
    int64_t ended_ms)
{
	struct provider_notice *said = memory_new(1, sizeof(*said));

	*said = (struct provider_notice){ .id = 7, .seq = 7, .first_ms = first_ms,
	    .last_ms = first_ms, .told_ms = first_ms, .started_ms = started_ms,
	    .ended_ms = ended_ms, .severity = PERCEIVED_MAJOR };
	snprintf(said->subject, sizeof(said->subject), "provider:cumulus");
	snprintf(said->region, sizeof(said->region), "%s", region);
	snprintf(said->title, sizeof(said->title), "Increased error rates");
	free(network->state->said);
	network->state->said = said;
	network->state->saids = network->state->said_cap = 1;
}

static void
region_falls(struct network *network, int64_t after_ms, enum outcome outcome)
{
	network_see(network, after_ms, AMF_1, outcome);
	network_see(network, after_ms + 1000, UPF_1, outcome);
}

static void
both_sides_are_kept(void **unused)
{
	struct provider_ledger ledger;
	struct network network;

	(void)unused;
	network_open(&network, network_plan());
	region_falls(&network, HOUR, OUTCOME_DOWN);
	region_falls(&network, 3 * HOUR, OUTCOME_UP);
	say(&network, "east", NETWORK_BEGIN + 2 * HOUR, NETWORK_BEGIN + 50 * MINUTE,
	    NETWORK_BEGIN + 3 * HOUR);
	provider_ledger_make(network.state, "cumulus", NETWORK_BEGIN, NETWORK_BEGIN + 10 * HOUR,
	    &ledger);
	assert_int_equal(ledger.entries, 1);
	assert_int_equal(ledger.entry[0].side, SIDE_PROVIDER);
	assert_int_equal(ledger.entry[0].notice, 7);
	/* It began, as the provider says, ten minutes before we saw it. */
	assert_true(ledger.entry[0].detection_ms >= 10 * MINUTE);
	assert_true(ledger.entry[0].disclosure_ms > 59 * MINUTE);
	assert_true(ledger.entry[0].late);
	/* Two hours of ten. */
	assert_in_range(ledger.available_ppm, 799000, 801000);
	assert_false(ledger.met);
	provider_ledger_free(&ledger);
	network_close(&network);
}

static void
another_region_is_another_matter(void **unused)
{
	struct provider_ledger ledger;
	struct network network;

	(void)unused;
	network_open(&network, network_plan());
	region_falls(&network, HOUR, OUTCOME_DOWN);
	say(&network, "west", NETWORK_BEGIN + 2 * HOUR, 0, 0);
	network_tick(&network, 4 * HOUR);
	provider_ledger_make(network.state, "cumulus", NETWORK_BEGIN, network.now_ms, &ledger);
	assert_int_equal(ledger.entries, 2);
	assert_int_equal(ledger.entry[0].notice, 0);
	assert_int_equal(ledger.entry[1].incident, 0);
	assert_int_equal(ledger.entry[1].disclosure_ms, LAG_NONE);
	provider_ledger_free(&ledger);
	network_close(&network);
}

/* An instance that fails alone, beside others that stand, is not the provider's fault. */
static void
alone_is_the_carriers_side(void **unused)
{
	struct demarcation found;
	struct provider_ledger ledger;
	struct network network;

	(void)unused;
	network_open(&network, network_plan());
	network_see(&network, HOUR, AMF_1, OUTCOME_DOWN);
	demarcation_judge(network.state, network_incident(&network), &found);
	assert_int_equal(found.side, SIDE_CARRIER);
	assert_int_equal(found.clue[0].kind, CLUE_ALONE);
	/* And if the provider says that it is its own? Then nobody can tell yet. */
	say(&network, "east", NETWORK_BEGIN + HOUR, 0, 0);
	demarcation_judge(network.state, network_incident(&network), &found);
	assert_int_equal(found.side, SIDE_UNDETERMINED);
	assert_true(found.contradicted);
	provider_ledger_make(network.state, "cumulus", NETWORK_BEGIN, NETWORK_BEGIN + 2 * HOUR,
	    &ledger);
	assert_int_equal(ledger.down_ms, 0);
	assert_true(ledger.doubtful_ms > 0);
	assert_true(ledger.met);
	provider_ledger_free(&ledger);
	network_close(&network);
}

static void
own_premises_are_the_carriers(void **unused)
{
	struct demarcation found;
	struct network network;

	(void)unused;
	network_open(&network, network_plan());
	network_see(&network, HOUR, HSS_1, OUTCOME_DOWN);
	demarcation_judge(network.state, network_incident(&network), &found);
	assert_int_equal(found.side, SIDE_CARRIER);
	assert_string_equal(found.provider, "");
	network_close(&network);
}

/* Each instance is also looked at from inside the cloud: targets behind those from outside. */
static struct plan *
two_sides(void)
{
	struct plan *plan = network_plan();
	struct plan_target *outside = plan->target;

	plan->vantages = plan_array(plan, 1, sizeof(*plan->vantages));
	plan->vantages[0] = (struct plan_vantage){ .name = "in-cumulus", .source = "192.0.2.7",
	    .inside = 1 };
	plan->vantage_count = 1;
	plan->targets = 2 * NETWORK_INSTANCES;
	plan->target = plan_array(plan, plan->targets, sizeof(*plan->target));
	for (uint32_t i = 0; i < NETWORK_INSTANCES; i++) {
		char name[64];

		plan->target[i] = plan->target[NETWORK_INSTANCES + i] = outside[i];
		snprintf(name, sizeof(name), "%s@in-cumulus", outside[i].name);
		plan->target[NETWORK_INSTANCES + i].id = NETWORK_INSTANCES + i + 1;
		plan->target[NETWORK_INSTANCES + i].vantage = "in-cumulus";
		plan->target[NETWORK_INSTANCES + i].name = plan_text(plan, bytes_of_text(name));
		plan->target[i].vantage = "";
	}
	return plan;
}

static bool
speaks(const struct demarcation *found, enum clue_kind kind, const char *what)
{
	for (uint32_t i = 0; i < found->clues; i++)
		if (found->clue[i].kind == kind)
			return strcmp(found->clue[i].what, what) == 0;
	return false;
}

/* Up from inside, down from outside: what lies between; not that it "fails alone". */
static void
up_from_inside_is_the_interconnection(void **unused)
{
	struct demarcation found;
	struct network network;

	(void)unused;
	network_open(&network, two_sides());
	network_see(&network, HOUR, AMF_1, OUTCOME_DOWN);
	demarcation_judge(network.state, network_incident(&network), &found);
	assert_int_equal(found.side, SIDE_INTERCONNECT);
	assert_false(found.contradicted);
	assert_true(speaks(&found, CLUE_INSIDE_UP, "in-cumulus"));
	assert_false(speaks(&found, CLUE_ALONE, "amf-1"));
	/* Over, it stays what it was: the paper is written afterwards. */
	network_see(&network, 2 * HOUR, AMF_1, OUTCOME_UP);
	assert_true(network_incident(&network)->resolved_ms != 0);
	demarcation_judge(network.state, network_incident(&network), &found);
	assert_int_equal(found.side, SIDE_INTERCONNECT);
	network_close(&network);
}

/* The other way round nobody can tell the way within the provider from the vantage itself. */
static void
up_from_outside_decides_nothing(void **unused)
{
	struct demarcation found;
	struct network network;

	(void)unused;
	network_open(&network, two_sides());
	network_see(&network, HOUR, NETWORK_INSTANCES + AMF_1, OUTCOME_DOWN);
	demarcation_judge(network.state, network_incident(&network), &found);
	assert_int_equal(found.side, SIDE_UNDETERMINED);
	assert_false(found.contradicted);
	assert_true(speaks(&found, CLUE_OUTSIDE_UP, "premises"));
	assert_false(speaks(&found, CLUE_INSIDE_UP, "in-cumulus"));
	/* Nor does it once it is down from everywhere, but then it fails alone. */
	network_see(&network, HOUR + MINUTE, AMF_1, OUTCOME_DOWN);
	demarcation_judge(network.state, network_incident(&network), &found);
	assert_false(speaks(&found, CLUE_OUTSIDE_UP, "premises"));
	assert_true(speaks(&found, CLUE_ALONE, "amf-1"));
	assert_int_equal(found.side, SIDE_CARRIER);
	network_close(&network);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_sides_are_kept),
		cmocka_unit_test(another_region_is_another_matter),
		cmocka_unit_test(alone_is_the_carriers_side),
		cmocka_unit_test(own_premises_are_the_carriers),
		cmocka_unit_test(up_from_inside_is_the_interconnection),
		cmocka_unit_test(up_from_outside_decides_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
