/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where instances, stores and keys are: what each witness says and when it counts, each verdict with
 * its reason, exceptions that end by themselves, and places compared and approved.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/state/whereabouts.h"
#include "tests/unit/places_world.h"

#define SIGNED "attest.verdict=accept;attest.provider=aws;attest.place.grade=A;attest.region="
#define TOKYO "ap-northeast-1"

/* --- places ------------------------------------------------------------------------------- */

static struct place
place(const struct plan *plan, const char *text)
{
	return strchr(text, '/') != NULL ? place_of_text(plan, bytes_of_text(text)) :
	    place_of_country(bytes_of_text(text));
}

static void
countries_are_known(void **unused)
{
	static const struct { const char *text, *country; } cases[] = {
		{ "aws/ap-northeast-1", "JP" }, { "aws/ap-southeast-1", "SG" },
		{ "gcp/asia-northeast2", "JP" }, { "Google Cloud/asia-east1", "TW" },
		{ "azure/japanwest", "JP" }, { "oci/ap-osaka-1", "JP" }, { "aws/ap-northeast-9", "" },
		{ "other/ap-northeast-1", "" }, { "JP", "JP" }, { "aws/", "" }, { "/x", "" },
	};
	struct plan *plan = places_plan();
	struct place p;

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		p = place(plan, cases[i].text);
		assert_string_equal(p.country, cases[i].country);
	}
	/* The plan's own sites go before the table. */
	plan->site[1].jurisdiction = "DE";
	p = place(plan, "aws/ap-northeast-3");
	assert_string_equal(p.country, "DE");
	/* Two that disagree leave it unknown, and a site's own word stands for itself. */
	plan->site[0].region = "ap-northeast-3";
	p = place(plan, "aws/ap-northeast-3");
	assert_string_equal(p.country, "");
	p = place_of_site(plan, 0);
	assert_string_equal(p.country, "JP");
	p = place_of_site(plan, 2);
	assert_true(p.own && p.text[0] == '\0');
	plan_free(plan);
}

static void
places_are_compared(void **unused)
{
	static const struct { const char *a, *b; enum place_same same; } cases[] = {
		{ "aws/ap-northeast-1", "amazon/ap-northeast-1", PLACES_SAME },
		{ "aws/ap-northeast-1", "aws/ap-northeast-3", PLACES_DIFFER },
		{ "aws/ap-northeast-1", "gcp/asia-northeast1", PLACES_DIFFER },
		{ "gcp/asia-northeast1", "Google Cloud/asia-northeast1", PLACES_SAME },
		{ "aws/ap-northeast-1", "JP", PLACES_SAME }, { "aws/ap-northeast-1", "KR", PLACES_DIFFER },
		{ "aws/ap-northeast-1", "domestic/tokyo", PLACES_UNCLEAR },
		{ "aws/nowhere-1", "JP", PLACES_UNCLEAR }, { "own/kobe", "aws/ap-northeast-1", PLACES_DIFFER },
	};
	struct plan *plan = places_plan();

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct place a = place(plan, cases[i].a), b = place(plan, cases[i].b);

		assert_int_equal(place_compare(&a, &b), cases[i].same);
		assert_int_equal(place_compare(&b, &a), cases[i].same);
	}
	plan_free(plan);
}

static void
classes_approve(void **unused)
{
	static const struct { const char *regions, *countries, *providers; uint32_t own;
		const char *place; enum approval approval; } cases[] = {
		{ "", "JP", "", 0, "aws/ap-northeast-1", APPROVAL_YES },
		{ "", "JP", "", 0, "aws/ap-southeast-1", APPROVAL_NO },
		{ "", "JP, DE", "", 0, "DE", APPROVAL_YES }, { "", "JP", "", 0, "x/y", APPROVAL_UNCLEAR },
		{ "aws/ap-northeast-1", "", "", 0, "amazon/ap-northeast-1", APPROVAL_YES },
		{ "aws/ap-northeast-1", "", "", 0, "aws/ap-northeast-3", APPROVAL_NO },
		{ "aws/ap-northeast-1", "", "", 0, "JP", APPROVAL_UNCLEAR },
		{ "aws/ap-northeast-1", "KR", "", 0, "aws/ap-northeast-1", APPROVAL_NO },
		{ "", "JP", "google", 0, "gcp/asia-northeast1", APPROVAL_YES },
		{ "", "JP", "google", 0, "gcp/asia-east1", APPROVAL_NO },
		{ "", "JP", "google", 0, "aws/ap-northeast-1", APPROVAL_NO },
		{ "", "", "", 1, "own/kobe", APPROVAL_YES }, { "", "", "", 1, "aws/ap-northeast-1", APPROVAL_NO },
	};
	struct plan *plan = places_plan();

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct place p = place(plan, cases[i].place);

		plan->class[0] = (struct plan_class){ .regions = cases[i].regions, .name = "c",
		    .jurisdictions = cases[i].countries, .providers = cases[i].providers,
		    .own = cases[i].own };
		if (place_approved(plan, &p, 1, 0).approval != cases[i].approval)
			fail_msg("case %zu: %s", i, cases[i].place);
	}
	/* All classes must: and of none nothing is known. */
	plan_free(plan);
	plan = places_plan();
	struct place osaka = place(plan, "aws/ap-northeast-3");
	assert_int_equal(place_approved(plan, &osaka, 1, 0).approval, APPROVAL_YES);
	assert_int_equal(place_approved(plan, &osaka, 3, 0).approval, APPROVAL_NO);
	assert_int_equal(place_approved(plan, &osaka, 3, 0).class, 1);
	assert_int_equal(place_approved(plan, &osaka, 0, 0).approval, APPROVAL_UNCLEAR);
	plan_free(plan);
}

static void
exceptions_are_for_a_time(void **unused)
{
	struct plan *plan = places_plan();
	struct place abroad = place(plan, "aws/ap-southeast-1");
	struct approved approved;

	(void)unused;
	plan->exception = plan_array(plan, plan->exceptions = 2, sizeof(*plan->exception));
	plan->exception[0] = (struct plan_exception){ .name = "e", .data = 1, .place = "SG",
	    .from_ms = 100, .until_ms = 200 };
	plan->exception[1] = (struct plan_exception){ .name = "f", .data = 2, .place = "aws/ap-southeast-1",
	    .until_ms = 150 };
	assert_int_equal(place_approved(plan, &abroad, 1, 99).approval, APPROVAL_NO);
	approved = place_approved(plan, &abroad, 1, 100);
	assert_int_equal(approved.approval, APPROVAL_YES);
	assert_int_equal(approved.exception, 1);
	assert_int_equal(place_approved(plan, &abroad, 3, 149).approval, APPROVAL_YES);
	approved = place_approved(plan, &abroad, 3, 150);
	assert_int_equal(approved.approval, APPROVAL_NO);
	assert_int_equal(approved.expired, 2);
	assert_int_equal(approved.exception, 0);
	assert_int_equal(approved_next_ms(plan, 1, 0), 100);
	assert_int_equal(approved_next_ms(plan, 1, 100), 200);
	assert_int_equal(approved_next_ms(plan, 3, 100), 150);
	assert_int_equal(approved_next_ms(plan, 3, 200), INT64_MAX);
	plan_free(plan);
}

/* --- verdicts ----------------------------------------------------------------------------- */

static void
verdict_is(struct places_world *world, enum where_kind kind, uint32_t index,
    enum where_verdict verdict, enum where_why why)
{
	struct whereabouts w;
	struct buffer text = { .max = 0 };

	whereabouts_make(&w, world->state, kind, index);
	whereabouts_print(&text, &w);
	if (w.verdict != verdict || w.why != why)
		fail_msg("%s, %s: %s; wanted %s", where_verdict_name(w.verdict), where_why_name(w.why),
		    buffer_text(&text), where_why_name(why));
	assert_null(strchr(buffer_text(&text), '{'));
	buffer_free(&text);
	whereabouts_free(&w);
}

static void
instance_is(struct places_world *world, enum where_verdict verdict, enum where_why why)
{
	verdict_is(world, WHERE_OF_INSTANCE, 0, verdict, why);
}

static void
an_instance_is_placed(void **unused)
{
	struct places_world *world = places_new(NULL);

	(void)unused;
	instance_is(world, WHERE_UNKNOWN, WHERE_WHY_LACKING);	/* never asked */
	verdict_is(world, WHERE_OF_INSTANCE, 1, WHERE_UNKNOWN, WHERE_WHY_NO_CLASS);
	places_see(world, "udm-tls", "loc.observed=aws/" TOKYO);
	places_see(world, "udm-witness", "attest.verdict=reject;attest.provider=aws;attest.region=eu-west-1");
	instance_is(world, WHERE_UNKNOWN, WHERE_WHY_LACKING);	/* refused: not even against it */
	places_see(world, "udm-witness", SIGNED TOKYO);
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	places_see(world, "udm-tls", "loc.observed=aws/eu-west-1");
	instance_is(world, WHERE_CONTRADICTED, WHERE_WHY_SIGNED_DISPUTED);
	places_see(world, "udm-tls", "loc.unknown=no published range holds it");
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	/* The other region of the same country: approved, and still not where it was said to be. */
	places_see(world, "udm-witness", SIGNED "ap-northeast-3");
	instance_is(world, WHERE_CONTRADICTED, WHERE_WHY_SIGNED_CONTRADICTS);
	/* What nobody renews counts for nothing. */
	places_tick(world, PLACES_DAY);
	instance_is(world, WHERE_UNKNOWN, WHERE_WHY_LACKING);
	places_free(world);
}

static void
what_is_declared_abroad_is_outside(void **unused)
{
	struct places_world *world = places_new(NULL);

	(void)unused;
	world->plan->site[0].region = "ap-southeast-1";
	world->plan->site[0].jurisdiction = "SG";
	places_config(world);
	instance_is(world, WHERE_OUTSIDE, WHERE_WHY_OUTSIDE_DECLARED);
	places_see(world, "udm-witness", SIGNED "ap-southeast-1");
	instance_is(world, WHERE_OUTSIDE, WHERE_WHY_OUTSIDE_PLACED);
	world->plan->exception = plan_array(world->plan, world->plan->exceptions = 1,
	    sizeof(struct plan_exception));
	world->plan->exception[0] = (struct plan_exception){ .name = "e", .data = 1, .place = "SG",
	    .approver = "a", .why = "w", .until_ms = world->now_ms + 30000 };
	places_config(world);
	places_see(world, "udm-witness", SIGNED "ap-southeast-1");
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_EXCEPTION);
	places_tick(world, 30000);
	instance_is(world, WHERE_OUTSIDE, WHERE_WHY_OUTSIDE_EXPIRED);
	places_free(world);
}

static void
an_address_alone_places_nothing(void **unused)
{
	struct places_world *world = places_new(NULL);

	(void)unused;
	world->plan->instance[1].data = 1;
	places_config(world);
	verdict_is(world, WHERE_OF_INSTANCE, 1, WHERE_UNKNOWN, WHERE_WHY_ONLY_DECLARED);
	places_see(world, "amf-tls", "loc.observed=aws/" TOKYO);
	verdict_is(world, WHERE_OF_INSTANCE, 1, WHERE_UNKNOWN, WHERE_WHY_ONLY_ADDRESS);
	places_see(world, "amf-tls", "loc.observed=aws/us-east-1");
	verdict_is(world, WHERE_OF_INSTANCE, 1, WHERE_CONTRADICTED, WHERE_WHY_ADDRESS_CONTRADICTS);
	world->plan->site[0].region = world->plan->site[0].jurisdiction = "";
	places_config(world);
	verdict_is(world, WHERE_OF_STORE, 0, WHERE_UNKNOWN, WHERE_WHY_LACKING);
	places_free(world);
}

static void
inventory_places_and_edges_leave(void **unused)
{
	struct places_world *world = places_new(NULL);

	(void)unused;
	verdict_is(world, WHERE_OF_STORE, 0, WHERE_UNKNOWN, WHERE_WHY_LACKING);
	places_see(world, "db-bucket", "inventory.kind=bucket;inventory.place=aws/" TOKYO);
	verdict_is(world, WHERE_OF_STORE, 0, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	verdict_is(world, WHERE_OF_STORE, 1, WHERE_UNKNOWN, WHERE_WHY_LACKING);
	places_see(world, "db-bucket", "inventory.place=aws/" TOKYO ";inventory.edges.places=aws/ap-northeast-3");
	verdict_is(world, WHERE_OF_STORE, 0, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	places_see(world, "db-bucket", "inventory.place=aws/" TOKYO ";inventory.edges.places=aws/ap-northeast-3|"
	    "aws/ap-southeast-1");
	verdict_is(world, WHERE_OF_STORE, 0, WHERE_OUTSIDE, WHERE_WHY_EDGE_OUTSIDE);
	places_see(world, "db-bucket", "inventory.place=aws/" TOKYO ";inventory.edges.unknown=1");
	verdict_is(world, WHERE_OF_STORE, 0, WHERE_UNKNOWN, WHERE_WHY_EDGE_UNKNOWN);
	places_see(world, "db-bucket", "inventory.place=aws/" TOKYO ";inventory.contradictions.count=1");
	verdict_is(world, WHERE_OF_STORE, 0, WHERE_UNKNOWN, WHERE_WHY_LACKING);
	places_see(world, "db-bucket", "inventory.place=aws/us-east-1");
	verdict_is(world, WHERE_OF_STORE, 0, WHERE_CONTRADICTED, WHERE_WHY_INVENTORY_CONTRADICTS);
	/* The address of the API, and the list of the account, place nothing. */
	places_see(world, "account", "inventory.place=aws/us-east-1;loc.observed=aws/us-east-1");
	verdict_is(world, WHERE_OF_INSTANCE, 1, WHERE_UNKNOWN, WHERE_WHY_NO_CLASS);
	/* A key of the provider's is no machine. */
	places_see(world, "udm-machine", "inventory.kind=key;inventory.place=aws/us-east-1");
	instance_is(world, WHERE_UNKNOWN, WHERE_WHY_LACKING);
	places_see(world, "udm-machine", "inventory.kind=machine;inventory.place=aws/" TOKYO);
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	places_free(world);
}

static void
light_excludes_and_never_places(void **unused)
{
	static struct plan_reach reach[] = { { "JP", 0 }, { "KR", 950 }, { "SG", 5100 } };
	struct places_world *world = places_new(NULL);

	(void)unused;
	places_see(world, "udm-machine", "inventory.place=aws/" TOKYO);
	places_see(world, "udm-distance", "bound.km=300");
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);	/* without coordinates nothing */
	world->plan->reach = reach;
	world->plan->reaches = 3;
	places_config(world);
	places_see(world, "udm-machine", "inventory.place=aws/" TOKYO);
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	reach[0].km = 301;		/* the vantage is abroad, and what answers is near it */
	places_config(world);
	places_see(world, "udm-distance", "bound.km=300");
	instance_is(world, WHERE_CONTRADICTED, WHERE_WHY_PHYSICS_EXCLUDES);
	places_see(world, "udm-distance", "bound.km=301");
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	places_see(world, "udm-distance", "rtt.unknown=no time");
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	places_free(world);
}

static void
a_sealed_register_places_hardware(void **unused)
{
	struct places_world *world = places_new(NULL);
	struct whereabouts w;

	(void)unused;
	places_see(world, "udm-witness", "attest.verdict=accept;attest.fresh=yes;attest.site=tokyo");
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	whereabouts_make(&w, world->state, WHERE_OF_INSTANCE, 0);
	assert_int_equal(w.testimony[w.by].grade, WHERE_GRADE_A_PRIME);
	assert_int_equal(w.testimony[w.by].basis, WHERE_BASIS_OFFICER);
	whereabouts_free(&w);
	places_see(world, "udm-witness", "attest.verdict=accept;attest.site=osaka");
	instance_is(world, WHERE_CONTRADICTED, WHERE_WHY_SIGNED_CONTRADICTS);
	/* Without an answer to our challenge it could have been brought along. */
	places_see(world, "udm-witness", "attest.verdict=accept;attest.fresh=no;attest.site=tokyo");
	whereabouts_make(&w, world->state, WHERE_OF_INSTANCE, 0);
	assert_int_equal(w.testimony[w.by].grade, WHERE_GRADE_C);
	whereabouts_free(&w);
	/* A key is in its module, whoever delivers the statement. */
	places_see(world, "udm-hsm", "attest.verdict=accept;attest.fresh=no;attest.site=tokyo");
	whereabouts_make(&w, world->state, WHERE_OF_KEY, 6);
	assert_int_equal(w.testimony[w.by].grade, WHERE_GRADE_A_PRIME);
	assert_int_equal(w.verdict, WHERE_INSIDE);
	whereabouts_free(&w);
	/* Refused for nothing but its place: that is what is told of it. */
	places_see(world, "udm-witness", "attest.verdict=reject;attest.site=osaka;"
	    "attest.rule=site-register/site");
	instance_is(world, WHERE_CONTRADICTED, WHERE_WHY_SIGNED_CONTRADICTS);
	places_see(world, "udm-witness", "attest.verdict=reject;attest.site=osaka;"
	    "attest.rule=site-register/seal");
	instance_is(world, WHERE_UNKNOWN, WHERE_WHY_LACKING);
	places_free(world);
}

/* Where was it at a moment: the state of then says so, whatever came later. */
static void
the_past_is_asked_by_replay(void **unused)
{
	struct places_world *world = places_new(NULL);
	struct state *then, *now;

	(void)unused;
	places_see(world, "db-bucket", "inventory.place=aws/" TOKYO);
	then = state_copy(world->state);
	places_see(world, "db-bucket", "inventory.place=aws/us-east-1");
	now = world->state;
	world->state = then;
	verdict_is(world, WHERE_OF_STORE, 0, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	world->state = now;
	verdict_is(world, WHERE_OF_STORE, 0, WHERE_CONTRADICTED, WHERE_WHY_INVENTORY_CONTRADICTS);
	state_free(then);
	places_free(world);
}

/* The holder's country is kept beside and contradicts nothing: clouds hold Tokyo's addresses from abroad. */
static void
registries_are_held_against_nothing(void **unused)
{
	struct places_world *world = places_new(NULL);
	struct whereabouts w;
	uint32_t beside = 0;

	(void)unused;
	places_see(world, "udm-machine", "inventory.place=aws/" TOKYO);
	places_see(world, "udm-tls", "loc.observed=aws/" TOKYO ";loc.registry.country=US;loc.mmdb.country=SG");
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	whereabouts_make(&w, world->state, WHERE_OF_INSTANCE, 0);
	for (uint32_t i = 0; i < w.testimonies; i++) {
		const struct where_testimony *t = &w.testimony[i];

		if (t->basis != WHERE_BASIS_REGISTRY)
			continue;
		beside++;
		assert_string_equal(t->place.country, t->lack == WHERE_LACK_HOLDER ? "US" : "SG");
		assert_true(t->lack == WHERE_LACK_HOLDER || t->lack == WHERE_LACK_GUESS);
	}
	assert_int_equal(beside, 2);
	whereabouts_free(&w);
	places_free(world);
}

/* A statement in a folder speaks of the key; of the machine only where it names one. */
static void
a_key_has_its_own_place(void **unused)
{
	struct places_world *world = places_new(NULL);

	(void)unused;
	places_see(world, "udm-hsm", SIGNED "ap-southeast-1");
	verdict_is(world, WHERE_OF_KEY, 6, WHERE_CONTRADICTED, WHERE_WHY_SIGNED_CONTRADICTS);
	instance_is(world, WHERE_UNKNOWN, WHERE_WHY_LACKING);
	places_see(world, "udm-hsm", "attest.instance=i-1;" SIGNED "ap-southeast-1");
	instance_is(world, WHERE_CONTRADICTED, WHERE_WHY_SIGNED_CONTRADICTS);
	places_free(world);
}

/* A document that names another machine than the declared one is no word about this one. */
static void
another_machines_document_counts_for_nothing(void **unused)
{
	static struct plan_option machine[] = { { "kind", "machine" }, { "resource", "i-0a1" } };
	struct places_world *world = places_new(NULL);

	(void)unused;
	world->plan->target[2].option = machine;
	world->plan->target[2].options = 2;
	places_config(world);
	places_see(world, "udm-witness", "attest.instance=i-0a1;" SIGNED TOKYO);
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	places_see(world, "udm-witness", "attest.instance=i-0b2;" SIGNED TOKYO);
	instance_is(world, WHERE_UNKNOWN, WHERE_WHY_LACKING);
	places_see(world, "udm-witness", "attest.instance=i-0b2;" SIGNED "us-east-1");
	instance_is(world, WHERE_UNKNOWN, WHERE_WHY_LACKING);
	/* Identifiers of another kind cannot be told apart, nor is one that is missing another. */
	places_see(world, "udm-witness", "attest.instance=02aab8a4-74ef-476e-8182-f6d2ba4166a6;"
	    SIGNED TOKYO);
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	places_see(world, "udm-witness", SIGNED TOKYO);
	instance_is(world, WHERE_INSIDE, WHERE_WHY_INSIDE_PLACED);
	machine[1].value = "81";
	places_config(world);
	places_see(world, "udm-witness", "attest.instance=82;" SIGNED TOKYO);
	instance_is(world, WHERE_UNKNOWN, WHERE_WHY_LACKING);
	places_free(world);
}

static void
every_reason_has_words(void **unused)
{
	(void)unused;
	for (unsigned i = 0; i < WHERE_WHYS; i++) {
		struct where_testimony t[2] = { { .place = { .text = "a/b", .country = "JP" } },
			{ .place = { .country = "SG" } } };
		struct where_edge edge = { .place = { .text = "c/d" } };
		struct whereabouts w = { .why = (enum where_why)i, .testimony = t, .testimonies = 2,
			.against = 1, .edges = &edge, .edge_count = 1, .edge = WHERE_NOBODY };
		struct buffer text = { .max = 0 };

		whereabouts_print(&text, &w);
		assert_true(text.len > 10);
		assert_null(strpbrk(buffer_text(&text), "{}"));
		if (where_why_verdict((enum where_why)i) != WHERE_INSIDE)
			assert_true(whereabouts_advice(&w)[0] != '\0');
		buffer_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(countries_are_known), cmocka_unit_test(places_are_compared),
		cmocka_unit_test(classes_approve), cmocka_unit_test(exceptions_are_for_a_time),
		cmocka_unit_test(an_instance_is_placed),
		cmocka_unit_test(what_is_declared_abroad_is_outside),
		cmocka_unit_test(an_address_alone_places_nothing),
		cmocka_unit_test(a_key_has_its_own_place), cmocka_unit_test(every_reason_has_words),
		cmocka_unit_test(inventory_places_and_edges_leave),
		cmocka_unit_test(light_excludes_and_never_places),
		cmocka_unit_test(a_sealed_register_places_hardware),
		cmocka_unit_test(the_past_is_asked_by_replay),
		cmocka_unit_test(registries_are_held_against_nothing),
		cmocka_unit_test(another_machines_document_counts_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
