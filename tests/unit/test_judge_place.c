/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places judged: what a control reads of an instance, a store or a key is what the witnesses say at
 * that record, whatever moved it: an observation, silence, another configuration or an exception
 * that ends; a judgement restored from octets goes on as the one that never stopped.  And recovery
 * objectives against approved places, each outcome, with a second judge over random copies.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/state/judge.h"
#include "monitor/state/recovery.h"
#include "tests/unit/places_world.h"

#define CONTROL(id, subject, condition) "{ id = \"" id "\"; clause = \"1\"; title = \"t\"; title_ja = \"t\";\n" \
	"requirement = \"r\"; level = \"mandatory\"; subject = \"" subject "\"; condition = \"" condition "\";\n" \
	"source = \"s\"; confidence = \"verified\"; }"

static const char pack[] =
    "pack = { id = \"t\"; edition = \"1\"; standard = \"T\"; standard_ja = \"T\"; };\ncontrols = (\n"
    CONTROL("P-1", "instance", "loc.verdict == \\\"inside\\\"") ",\n"
    CONTROL("P-2", "store", "store.verdict == \\\"inside\\\"") ",\n"
    CONTROL("P-3", "key", "key.loc.verdict == \\\"inside\\\"") ",\n"
    CONTROL("P-4", "store", "store.recovers") ",\n"
    CONTROL("P-5", "instance", "all store : store.verdict == \\\"inside\\\"") ",\n"
    CONTROL("P-6", "store", "\\\"subscriber\\\" in store.data and site.jurisdiction in store.jurisdictions") ",\n"
    CONTROL("P-7", "target", "inventory.elsewhere == 0") ",\n"
    CONTROL("P-8", "instance", "loc.country.agrees") "\n);\n";

#define SIGNED "attest.verdict=accept;attest.provider=aws;attest.place.grade=A;attest.region="

static enum verdict
wanted(enum where_verdict where)
{
	return where == WHERE_INSIDE ? VERDICT_MET : where == WHERE_UNKNOWN ? VERDICT_UNKNOWN :
	    VERDICT_NOT_MET;
}

static enum verdict
found(const struct places_world *world, const char *id, uint32_t i)
{
	const struct judgement *j = judgement_of(world->state);

	if (judgement_pack(j, 0) == NULL)
		fail_msg("%s", judgement_pack_fault(j, 0));
	return judgement_finding(j, judgement_find(j, id), i).verdict;
}

static void
cell_is(const struct places_world *world, const char *id, uint32_t i, enum where_kind kind,
    uint32_t index)
{
	struct whereabouts w;

	whereabouts_make(&w, world->state, kind, index);
	if (found(world, id, i) != wanted(w.verdict))
		fail_msg("%s of subject %u: %s, and it is %s", id, i, verdict_name(found(world, id, i)),
		    where_verdict_name(w.verdict));
	whereabouts_free(&w);
}

/* Keys are the targets 1 and 6, in this order. */
static void
all_cells_are_right(const struct places_world *world)
{
	for (uint32_t i = 0; i < world->state->plan->instances; i++)
		cell_is(world, "P-1", i, WHERE_OF_INSTANCE, i);
	for (uint32_t i = 0; i < world->state->plan->stores; i++) {
		struct recovery r;

		cell_is(world, "P-2", i, WHERE_OF_STORE, i);
		recovery_make(&r, world->state, world->state->plan->store[i].set);
		assert_int_equal(found(world, "P-4", i), r.verdict == RECOVERY_MET ? VERDICT_MET :
		    r.verdict == RECOVERY_NOT_MET ? VERDICT_NOT_MET : VERDICT_UNKNOWN);
		recovery_free(&r);
	}
	cell_is(world, "P-3", 0, WHERE_OF_KEY, 1);
	cell_is(world, "P-3", 1, WHERE_OF_KEY, 6);
}

static uint64_t seed = 4101842887655102017u;

static uint32_t
below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % n;
}

static void
random_step(struct places_world *world)
{
	static const char *const region[] = { "ap-northeast-1", "ap-northeast-3", "ap-southeast-1",
		"ap-nowhere-1" };
	static const char *const who[] = { "udm-tls", "udm-witness", "udm-hsm", "amf-tls", "udm-machine",
		"db-bucket", "copy-bucket", "udm-distance" };
	char facts[256];
	uint32_t i = below(8);

	if (below(6) == 0) {
		places_tick(world, below(2) == 0 ? 5000 : 70000);
		return;
	}
	if (i == 0 || i == 3)
		snprintf(facts, sizeof(facts), "loc.observed=aws/%s", region[below(4)]);
	else if (i == 7)
		snprintf(facts, sizeof(facts), "bound.km=%u", below(2) * 9000 + 30);
	else if (i > 3)
		snprintf(facts, sizeof(facts), "inventory.place=aws/%s;inventory.edges.places=aws/%s;"
		    "inventory.edges.unknown=%d", region[below(4)], region[below(3)], below(5) == 0);
	else
		snprintf(facts, sizeof(facts), "%sattest.verdict=%s;attest.provider=aws;attest.region=%s",
		    below(2) == 0 ? "attest.instance=i;" : "", below(4) == 0 ? "reject" : "accept",
		    region[below(4)]);
	places_see(world, who[i], facts);
}

static void
verdicts_follow_the_witnesses(void **unused)
{
	struct places_world *world = places_new(pack);

	(void)unused;
	all_cells_are_right(world);
	for (int i = 0; i < 400; i++) {
		if (i == 150) {
			world->plan->instance[1].data = 3;
			world->plan->exception = plan_array(world->plan, world->plan->exceptions = 1,
			    sizeof(struct plan_exception));
			world->plan->exception[0] = (struct plan_exception){ .name = "e", .data = 3,
			    .place = "SG", .approver = "a", .why = "w", .from_ms = world->now_ms + 300000,
			    .until_ms = world->now_ms + 900000 };
			places_config(world);
		}
		random_step(world);
		all_cells_are_right(world);
	}
	assert_int_equal(found(world, "P-6", 0), VERDICT_MET);
	places_free(world);
}

/* No record about the instance comes: time alone ends the exception. */
static void
an_exception_ends_by_itself(void **unused)
{
	struct places_world *world = places_new(pack);

	(void)unused;
	world->plan->site[0].region = "ap-southeast-1";
	world->plan->site[0].jurisdiction = "SG";
	world->plan->exception = plan_array(world->plan, world->plan->exceptions = 1,
	    sizeof(struct plan_exception));
	world->plan->exception[0] = (struct plan_exception){ .name = "e", .data = 1, .place = "SG",
	    .approver = "a", .why = "w", .until_ms = world->now_ms + 30000 };
	places_config(world);
	places_see(world, "udm-witness", SIGNED "ap-southeast-1");
	assert_int_equal(found(world, "P-1", 0), VERDICT_MET);
	places_tick(world, 30000);
	assert_int_equal(found(world, "P-1", 0), VERDICT_NOT_MET);
	places_free(world);
}

static void
a_restored_judgement_goes_on(void **unused)
{
	struct places_world *world = places_new(pack);
	struct buffer state = { .max = 0 }, judgement = { .max = 0 };
	struct blob_source source = { places_blob, world };
	struct state *again = NULL;
	struct why why = { .text = "" };

	(void)unused;
	for (int i = 0; i < 20; i++)
		random_step(world);
	state_encode(&state, world->state);
	judgement_encode(&judgement, world->state);
	assert_int_equal(state_decode(bytes_of_buffer(&state), &again, &why), ERR_OK);
	if (judgement_restore(again, bytes_of_buffer(&judgement), &source, &why) != ERR_OK)
		fail_msg("%s", why.text);
	for (int i = 0; i < 40; i++) {
		uint64_t at = seed;
		int64_t now_ms = world->now_ms;
		struct state *first = world->state;

		random_step(world);
		seed = at;
		world->now_ms = now_ms;
		world->state = again;
		random_step(world);
		world->state = first;
		assert_true(hash_equal(judgement_hash(first), judgement_hash(again)));
		assert_true(hash_equal(state_hash(first), state_hash(again)));
	}
	state_free(again);
	buffer_free(&state);
	buffer_free(&judgement);
	places_free(world);
}

/* --- countries ---------------------------------------------------------------------------- */

static void
witnesses_agree_on_a_country(void **unused)
{
	struct places_world *world = places_new(pack);

	(void)unused;
	assert_int_equal(found(world, "P-8", 0), VERDICT_UNKNOWN);
	places_see(world, "udm-tls", "loc.observed=aws/ap-northeast-3");	/* another region of Japan */
	assert_int_equal(found(world, "P-8", 0), VERDICT_UNKNOWN);	/* others were asked, too */
	places_see(world, "udm-witness", SIGNED "eu-west-1");
	assert_int_equal(found(world, "P-8", 0), VERDICT_NOT_MET);
	places_see(world, "udm-witness", SIGNED "ap-northeast-1");
	places_see(world, "udm-hsm", "attest.verdict=accept");		/* it speaks of no place */
	places_see(world, "udm-machine", "inventory.place=aws/us-east-1");
	assert_int_equal(found(world, "P-8", 0), VERDICT_NOT_MET);
	places_see(world, "udm-machine", "inventory.place=aws/ap-northeast-1");
	assert_int_equal(found(world, "P-8", 0), VERDICT_MET);
	places_see(world, "udm-witness", "attest.verdict=reject;attest.provider=aws;attest.region=ap-northeast-1");
	assert_int_equal(found(world, "P-8", 0), VERDICT_UNKNOWN);
	places_see(world, "udm-witness", SIGNED "ap-northeast-1");
	places_see(world, "udm-tls", "loc.unknown=yes");
	assert_int_equal(found(world, "P-8", 0), VERDICT_UNKNOWN);
	places_see(world, "udm-tls", "loc.observed=aws/ap-northeast-1");
	assert_int_equal(found(world, "P-8", 0), VERDICT_MET);
	places_tick(world, PLACES_DAY);
	assert_int_equal(found(world, "P-8", 0), VERDICT_UNKNOWN);
	places_free(world);
}

/* --- an account read whole ------------------------------------------------------------------ */

static const struct { const char *facts; enum verdict verdict; } accounts[] = {
	{ "inventory.places=aws/ap-northeast-1;inventory.places.count=1;inventory.whole=yes", VERDICT_MET },
	{ "inventory.places=aws/ap-northeast-1|aws/ap-northeast-3;inventory.places.count=2;inventory.whole=yes",
	    VERDICT_MET },
	{ "inventory.places=aws/ap-northeast-1|aws/eu-west-1;inventory.places.count=2;inventory.whole=yes",
	    VERDICT_NOT_MET },
	{ "inventory.places=aws/eu-west-1;inventory.places.count=1;inventory.whole=no", VERDICT_NOT_MET },
	{ "inventory.places=aws/ap-northeast-1;inventory.places.count=1;inventory.whole=no", VERDICT_UNKNOWN },
	{ "inventory.places=aws/ap-northeast-1;inventory.places.count=65;inventory.whole=yes", VERDICT_UNKNOWN },
	{ "inventory.places=aws/ap-northeast-1;inventory.whole=yes", VERDICT_UNKNOWN },
	{ "inventory.places=aws/ap-nowhere-1;inventory.places.count=1;inventory.whole=yes", VERDICT_UNKNOWN },
	{ "inventory.places=google/asia;inventory.places.count=1;inventory.whole=yes", VERDICT_UNKNOWN },
	{ "inventory.places.count=0;inventory.whole=yes", VERDICT_UNKNOWN },
};

static void
an_account_holds_nothing_elsewhere(void **unused)
{
	struct places_world *world = places_new(pack);

	(void)unused;
	for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++) {
		places_see(world, "account", accounts[i].facts);
		assert_int_equal(found(world, "P-7", 8), VERDICT_UNKNOWN);	/* no data class */
	}
	world->plan->instance[1].data = 1;
	places_config(world);
	for (size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++) {
		places_see(world, "account", accounts[i].facts);
		if (found(world, "P-7", 8) != accounts[i].verdict)
			fail_msg("%s: %s", accounts[i].facts, verdict_name(found(world, "P-7", 8)));
	}
	places_see(world, "account", accounts[2].facts);
	world->plan->exception = plan_array(world->plan, world->plan->exceptions = 1,
	    sizeof(struct plan_exception));
	world->plan->exception[0] = (struct plan_exception){ .name = "e", .data = 1, .place = "IE",
	    .approver = "a", .why = "w", .until_ms = world->now_ms + 3000 };
	places_config(world);
	places_see(world, "account", accounts[2].facts);
	assert_int_equal(found(world, "P-7", 8), VERDICT_MET);
	places_tick(world, 3000);
	assert_int_equal(found(world, "P-7", 8), VERDICT_NOT_MET);
	places_free(world);
}

/* --- recovery ----------------------------------------------------------------------------- */

#define IN WHERE_INSIDE
#define OUT WHERE_OUTSIDE
#define MAYBE WHERE_UNKNOWN
#define COPY(w, region, a) { .where = w, .place = { .text = "aws/" region }, .able = RECOVERY_##a }

static const struct {
	int64_t rpo_ms;
	uint32_t copies, regions, count;
	struct recovery_copy copy[3];
	enum recovery_why why;
	uint32_t sets;
} recoveries[] = {
	{ 0, 0, 0, 1, { COPY(IN, "a", ABLE) }, RECOVERY_WHY_NO_OBJECTIVE, 0 },
	{ 0, 2, 0, 2, { COPY(IN, "a", ABLE), COPY(IN, "b", ABLE) }, RECOVERY_WHY_ENOUGH, 1 },
	{ 0, 2, 2, 2, { COPY(IN, "a", ABLE), COPY(IN, "a", ABLE) }, RECOVERY_WHY_TOO_FEW, 0 },
	{ 0, 2, 2, 3, { COPY(IN, "a", ABLE), COPY(IN, "a", ABLE), COPY(OUT, "b", ABLE) },
	    RECOVERY_WHY_CONFLICT, 0 },
	{ 0, 2, 0, 2, { COPY(IN, "a", ABLE), COPY(MAYBE, "b", ABLE) }, RECOVERY_WHY_PLACES_UNKNOWN, 0 },
	{ 60000, 0, 0, 2, { COPY(IN, "a", ABLE_UNKNOWN), COPY(IN, "b", ABLE) }, RECOVERY_WHY_ENOUGH, 1 },
	{ 60000, 0, 0, 2, { COPY(IN, "a", ABLE_UNKNOWN), COPY(IN, "b", ABLE_UNKNOWN) },
	    RECOVERY_WHY_ABILITY_UNKNOWN, 0 },
	{ 60000, 0, 0, 2, { COPY(IN, "a", UNABLE), COPY(IN, "b", UNABLE) }, RECOVERY_WHY_TOO_FEW, 0 },
	{ 60000, 0, 0, 1, { COPY(IN, "a", ABLE) }, RECOVERY_WHY_TOO_FEW, 0 },
	{ 60000, 0, 0, 2, { COPY(IN, "a", UNABLE), COPY(OUT, "b", ABLE) }, RECOVERY_WHY_CONFLICT, 0 },
	{ 0, 2, 0, 3, { COPY(IN, "a", ABLE), COPY(IN, "b", ABLE), COPY(IN, "c", ABLE) },
	    RECOVERY_WHY_ENOUGH, 3 },
};

static void
count_set(void *arg, uint64_t copies)
{
	(void)copies;
	++*(uint32_t *)arg;
}

static void
objectives_against_places(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof(recoveries) / sizeof(recoveries[0]); i++) {
		struct recovery_copy copy[3];
		struct recovery r = { .set = "s", .rpo_ms = recoveries[i].rpo_ms,
			.copies = recoveries[i].copies, .regions = recoveries[i].regions, .copy = copy,
			.count = recoveries[i].count };
		uint32_t sets = 0;

		memcpy(copy, recoveries[i].copy, sizeof(copy));
		recovery_judge(&r);
		if (r.why != recoveries[i].why)
			fail_msg("case %zu: %s", i, recovery_why_name(r.why));
		recovery_sets(&r, count_set, &sets);
		if (sets != recoveries[i].sets)
			fail_msg("case %zu: %u sets", i, sets);
		assert_true(recovery_why_text(r.why)[0] != '\0');
	}
}

/* A set that meets both exists exactly when the verdict says so: found by trying every set. */
struct tried { const struct recovery *r; uint32_t sets; };

static void
try_set(void *arg, uint64_t copies)
{
	struct tried *tried = arg;
	uint32_t count = 0, able = 0;

	for (uint32_t i = 0; i < tried->r->count; i++)
		if ((copies >> i & 1) != 0) {
			assert_int_equal(tried->r->copy[i].where, WHERE_INSIDE);
			count++;
			able += tried->r->copy[i].able == RECOVERY_ABLE;
		}
	assert_true(count >= tried->r->copies);
	assert_true(tried->r->rpo_ms == 0 || (able > 0 && count > 1));
	tried->sets++;
}

static void
sets_exist_where_it_is_met(void **unused)
{
	(void)unused;
	for (int run = 0; run < 3000; run++) {
		struct recovery_copy copy[5];
		struct recovery r = { .copy = copy, .count = 1 + below(5), .rpo_ms = below(2) * 1000,
			.copies = below(4), .regions = below(3) };
		struct tried tried = { &r, 0 };

		for (uint32_t i = 0; i < r.count; i++) {
			copy[i] = (struct recovery_copy){ .where = (enum where_verdict)below(WHERE_VERDICTS),
				.able = (enum recovery_able)below(3) };
			snprintf(copy[i].place.text, sizeof(copy[i].place.text), "aws/%u", below(3));
		}
		recovery_judge(&r);
		recovery_sets(&r, try_set, &tried);
		assert_int_equal(tried.sets > 0, r.verdict == RECOVERY_MET);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts_follow_the_witnesses),
		cmocka_unit_test(an_exception_ends_by_itself),
		cmocka_unit_test(a_restored_judgement_goes_on),
		cmocka_unit_test(witnesses_agree_on_a_country),
		cmocka_unit_test(an_account_holds_nothing_elsewhere),
		cmocka_unit_test(objectives_against_places),
		cmocka_unit_test(sets_exist_where_it_is_met),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
