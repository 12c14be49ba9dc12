/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second judge over random witnesses: it knows sets and no order of rules, and must come to the same
 * verdict; and one more witness that agrees, or one less, never makes a contradiction.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "monitor/state/whereabouts.h"

enum { RUNS = 200000, MOST = 6, EDGES = 2 };

/* Regions 0 to 3 of one cloud in countries 0, 0, 1, 2; 4: a country alone; 5: nothing known of it. */
static const struct { const char *text, *country; enum approval approval; } place_of[] = {
	{ "aws/r0", "AA", APPROVAL_YES }, { "aws/r1", "AA", APPROVAL_YES }, { "aws/r2", "BB", APPROVAL_NO },
	{ "aws/r3", "CC", APPROVAL_NO }, { "", "AA", APPROVAL_YES }, { "aws/r5", "", APPROVAL_UNCLEAR },
};

static uint64_t seed = 88172645463325252u;

static uint32_t
random_below(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % below;
}

static void
random_testimony(struct where_testimony *t, enum where_witness witness, uint32_t where)
{
	*t = (struct where_testimony){ .witness = witness, .lack = random_below(4) == 0 ?
		(enum where_lack)(1 + random_below(WHERE_LACKS - 1)) : WHERE_LACK_NONE,
		.grade = (enum where_grade)random_below(WHERE_GRADES) };
	if (witness == WITNESS_PHYSICS) {
		t->excludes = random_below(3) == 0;
		snprintf(t->excluded, sizeof(t->excluded), "%s", place_of[random_below(4)].country);
		return;
	}
	snprintf(t->place.text, sizeof(t->place.text), "%s", place_of[where].text);
	snprintf(t->place.country, sizeof(t->place.country), "%s", place_of[where].country);
	t->approved.approval = place_of[where].approval;
}

/* Mostly of one place: else nearly everything would be a contradiction. */
static void
random_table(struct whereabouts *w, struct where_testimony *t, struct where_edge *edge)
{
	static const enum where_witness others[] = { WITNESS_INVENTORY, WITNESS_SIGNED, WITNESS_ADDRESS,
		WITNESS_PHYSICS };
	uint32_t home = random_below(6);

	memset(w, 0, sizeof(*w));
	w->testimony = t;
	w->edges = edge;
	w->data = random_below(8) != 0;
	w->testimonies = 1 + random_below(MOST);
	w->edge_count = random_below(4) == 0 ? 1 + random_below(EDGES) : 0;
	w->edges_unsaid = random_below(12) == 0;
	for (uint32_t i = 0; i < w->testimonies; i++)
		random_testimony(&t[i], i == 0 ? WITNESS_DECLARED : others[random_below(4)],
		    random_below(8) == 0 ? random_below(6) : home);
	for (uint32_t i = 0; i < w->edge_count; i++) {
		edge[i].approved.approval = (enum approval)random_below(3);
		w->edges_outside += edge[i].approved.approval == APPROVAL_NO;
		w->edges_unclear += edge[i].approved.approval == APPROVAL_UNCLEAR;
	}
	if (w->data == 0)
		for (uint32_t i = 0; i < w->testimonies; i++)
			t[i].approved.approval = APPROVAL_UNCLEAR;
}

static bool
differ(const struct place *a, const struct place *b)
{
	if (a->text[0] != '\0' && b->text[0] != '\0')
		return strcmp(a->text, b->text) != 0;
	return a->country[0] != '\0' && b->country[0] != '\0' && strcmp(a->country, b->country) != 0;
}

static enum where_verdict
second_judge(const struct whereabouts *w)
{
	bool no = w->edges_outside > 0, strong = false, unclear = w->edges_unclear + w->edges_unsaid > 0;

	for (uint32_t i = 0; i < w->testimonies; i++) {
		const struct where_testimony *a = &w->testimony[i];
		bool places = a->witness != WITNESS_PHYSICS;

		if (a->lack != WHERE_LACK_NONE)
			continue;
		for (uint32_t j = 0; j < w->testimonies; j++) {
			const struct where_testimony *b = &w->testimony[j];

			if (b->lack != WHERE_LACK_NONE)
				continue;
			if (places && b->witness != WITNESS_PHYSICS && differ(&a->place, &b->place))
				return WHERE_CONTRADICTED;
			if (!places && a->excludes && strcmp(a->excluded, b->place.country) == 0)
				return WHERE_CONTRADICTED;
		}
		no = no || (places && a->approved.approval == APPROVAL_NO);
		unclear = unclear || (places && a->approved.approval == APPROVAL_UNCLEAR &&
		    a->place.text[0] != '\0');
		strong = strong || (a->approved.approval == APPROVAL_YES &&
		    (a->witness == WITNESS_SIGNED || a->witness == WITNESS_INVENTORY));
	}
	if (w->data == 0)
		return WHERE_UNKNOWN;
	return no ? WHERE_OUTSIDE : strong && !unclear ? WHERE_INSIDE : WHERE_UNKNOWN;
}

static void
two_judges_agree(void **unused)
{
	struct where_testimony t[MOST + 1];
	struct where_edge edge[EDGES];
	uint32_t count[WHERE_VERDICTS] = { 0 };

	(void)unused;
	for (uint32_t run = 0; run < RUNS; run++) {
		struct whereabouts w;

		random_table(&w, t, edge);
		whereabouts_judge(&w);
		count[w.verdict]++;
		if (w.verdict != second_judge(&w))
			fail_msg("run %u: %s (%s) against %s", run, where_verdict_name(w.verdict),
			    where_why_name(w.why), where_verdict_name(second_judge(&w)));
		assert_int_equal(where_why_verdict(w.why), w.verdict);
		assert_true(w.by == WHERE_NOBODY || w.by < w.testimonies);
		assert_true(w.against == WHERE_NOBODY || w.against < w.testimonies);
		assert_true(w.edge == WHERE_NOBODY || w.edge < w.edge_count);
	}
	/* Each verdict often enough for the agreement to mean something. */
	for (unsigned i = 0; i < WHERE_VERDICTS; i++)
		assert_true(count[i] > RUNS / 100);
}

/* To say inside takes a witness: without the strong ones nothing is inside. */
static void
silence_is_never_inside(void **unused)
{
	struct where_testimony t[MOST + 1];
	struct where_edge edge[EDGES];

	(void)unused;
	for (uint32_t run = 0; run < RUNS / 10; run++) {
		struct whereabouts w;

		random_table(&w, t, edge);
		for (uint32_t i = 0; i < w.testimonies; i++)
			if (t[i].witness == WITNESS_SIGNED || t[i].witness == WITNESS_INVENTORY)
				t[i].lack = WHERE_LACK_STALE;
		whereabouts_judge(&w);
		assert_int_not_equal(w.verdict, WHERE_INSIDE);
	}
}

/* One that says again what another says changes neither a contradiction nor the lack of one. */
static void
an_echo_changes_nothing(void **unused)
{
	struct where_testimony t[MOST + 1];
	struct where_edge edge[EDGES];

	(void)unused;
	for (uint32_t run = 0; run < RUNS / 10; run++) {
		struct whereabouts w;
		enum where_verdict before;

		random_table(&w, t, edge);
		whereabouts_judge(&w);
		before = w.verdict;
		t[w.testimonies] = t[random_below(w.testimonies)];
		if (t[w.testimonies].witness == WITNESS_DECLARED)
			continue;
		w.testimonies++;
		whereabouts_judge(&w);
		assert_int_equal(w.verdict, before);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_judges_agree), cmocka_unit_test(silence_is_never_inside),
		cmocka_unit_test(an_echo_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
