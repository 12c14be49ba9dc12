/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of the graph over random small plans, each held against a naive answer: dependence
 * and circles against a transitive closure, falls against a fixed point.  What falls only grows
 * when more falls or when redundancy is taken away.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "monitor/state/graph.h"
#include "monitor/state/graph_survey.h"

enum { ROUNDS = 3000, MOST = 64 };

static uint64_t seed = 0x5eed5eed5eedULL;

static uint32_t
pick(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 11) % below;
}

static const char *
name_of(struct plan *plan, const char *form, uint32_t number)
{
	char text[32];

	snprintf(text, sizeof(text), form, number);
	return plan_text(plan, bytes_of_text(text));
}

static const char *
any_subject(struct plan *plan)
{
	static const char *const form[] = { "service:v%u", "replica_set:r%u", "instance:i%u",
		"site:s%u", "provider:p%u", "line:l%u" };

	return name_of(plan, form[pick(6)], pick(4));
}

static void
random_services(struct plan *plan)
{
	static const char *const area[] = { "A", "B", "C" };

	plan->service = plan_array(plan, plan->services = 1 + pick(3), sizeof(*plan->service));
	for (uint32_t i = 0; i < plan->services; i++) {
		plan->service[i].name = name_of(plan, "v%u", i);
		plan->service[i].areas = pick(3);
		plan->service[i].area = plan_array(plan, 3, sizeof(struct plan_area));
		for (uint32_t k = 0; k < 3; k++)
			plan->service[i].area[k] = (struct plan_area){ area[k], 1U << k };
	}
}

static struct plan *
random_plan(void)
{
	static const char *const areas[] = { "", "A", "B,C", "C" };
	struct plan *plan = plan_new();

	random_services(plan);
	plan->set = plan_array(plan, plan->sets = 1 + pick(3), sizeof(*plan->set));
	for (uint32_t i = 0; i < plan->sets; i++) {
		plan->set[i].name = name_of(plan, "r%u", i);
		plan->set[i].needed = pick(4);
		plan->set[i].serves = pick(3);
		plan->set[i].serve = plan_array(plan, 2, sizeof(struct plan_serve));
		for (uint32_t k = 0; k < 2; k++)
			plan->set[i].serve[k] =
			    (struct plan_serve){ pick(plan->services), areas[pick(4)] };
	}
	plan->site = plan_array(plan, plan->sites = 1 + pick(3), sizeof(*plan->site));
	for (uint32_t i = 0; i < plan->sites; i++) {
		plan->site[i].name = name_of(plan, "s%u", i);
		plan->site[i].provider = pick(3) == 0 ? "" : name_of(plan, "p%u", pick(3));
	}
	plan->instance = plan_array(plan, plan->instances = 1 + pick(8), sizeof(*plan->instance));
	for (uint32_t i = 0; i < plan->instances; i++) {
		plan->instance[i].name = name_of(plan, "i%u", i);
		plan->instance[i].site = pick(plan->sites);
		plan->instance[i].replica_set = pick(4) == 0 ? "" : name_of(plan, "r%u", pick(4));
		plan->instance[i].nf = pick(2) == 0 ? "AMF" : "SMF";
	}
	plan->dependencies = pick(7);
	plan->dependency = plan_array(plan, 7, sizeof(*plan->dependency));
	for (uint32_t i = 0; i < 7; i++)
		plan->dependency[i] =
		    (struct plan_dependency){ any_subject(plan), any_subject(plan), "" };
	return plan;
}

static void
closure(const struct graph *graph, bool reach[MOST][MOST])
{
	uint32_t count = graph_count(graph), edges;

	assert_true(count <= MOST);
	memset(reach, 0, sizeof(bool) * MOST * MOST);
	for (uint32_t node = 0; node < count; node++) {
		const struct graph_edge *edge = graph_down(graph, node, &edges);

		for (uint32_t e = 0; e < edges; e++)
			reach[node][edge[e].to] = true;
	}
	for (uint32_t k = 0; k < count; k++)
		for (uint32_t i = 0; i < count; i++)
			for (uint32_t j = 0; j < count; j++)
				reach[i][j] = reach[i][j] || (reach[i][k] && reach[k][j]);
}

static void
needs_and_circles_as_naive(void **unused)
{
	static bool reach[MOST][MOST];

	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		struct plan *plan = random_plan();
		struct graph *graph = graph_new(plan);
		uint32_t count = graph_count(graph), members, in_circles = 0;

		closure(graph, reach);
		for (uint32_t i = 0; i < count; i++) {
			assert_int_equal(graph_cycle_of(graph, i) != GRAPH_NONE, reach[i][i]);
			in_circles += reach[i][i];
			for (uint32_t j = 0; j < count; j++) {
				assert_int_equal(graph_needs(graph, i, j), reach[i][j]);
				if (reach[i][j] && !reach[j][i])
					assert_true(graph_node(graph, i)->rank >
					    graph_node(graph, j)->rank);
				if (reach[i][i] && reach[j][j])
					assert_int_equal(reach[i][j] && reach[j][i],
					    graph_cycle_of(graph, i) == graph_cycle_of(graph, j));
			}
		}
		for (uint32_t c = 0; c < graph_cycles(graph); c++) {
			const uint32_t *cycle = graph_cycle(graph, c, &members);

			in_circles -= members;
			assert_int_equal(graph_cycle_of(graph, cycle[0]), c);
		}
		assert_int_equal(in_circles, 0);
		graph_free(graph);
		plan_free(plan);
	}
}

/* The areas a service loses by one edge, when what it leads to has lost these. */
static uint64_t
naive_loss(const struct graph *graph, const struct graph_edge *edge, const uint64_t *lost,
    const uint64_t *all)
{
	const struct plan *plan = graph_plan(graph);
	const struct graph_node *from = graph_node(graph, edge->from);
	const struct graph_node *to = graph_node(graph, edge->to);
	uint32_t shared = 0;

	if (lost[edge->to] == 0)
		return 0;
	if (edge->kind == GRAPH_SERVES)
		return edge->areas;
	if (from->kind == GRAPH_SERVICE && from->index != GRAPH_NONE &&
	    to->kind == GRAPH_SERVICE && to->index != GRAPH_NONE) {
		uint32_t a = plan->service[from->index].areas, b = plan->service[to->index].areas;

		shared = a < b ? a : b;		/* areas are A, B, C in this order */
		if (shared > 0)
			return lost[edge->to] & ((1U << shared) - 1);
	}
	return lost[edge->to] == all[edge->to] ? all[edge->from] : 0;
}

static void
naive_falls(const struct graph *graph, const uint32_t *from, uint32_t from_count,
    uint64_t *lost)
{
	uint64_t all[MOST];
	uint32_t edges;
	bool more = true;

	for (uint32_t i = 0; i < graph_count(graph); i++) {
		const struct graph_node *node = graph_node(graph, i);
		uint32_t areas = node->kind == GRAPH_SERVICE && node->index != GRAPH_NONE ?
		    graph_plan(graph)->service[node->index].areas : 0;

		all[i] = areas == 0 ? 1 : (1U << areas) - 1;
		lost[i] = 0;
	}
	for (uint32_t i = 0; i < from_count; i++)
		lost[from[i]] = all[from[i]];
	while (more) {
		more = false;
		for (uint32_t i = 0; i < graph_count(graph); i++) {
			const struct graph_edge *edge = graph_down(graph, i, &edges);
			uint32_t gone = 0;
			uint64_t before = lost[i];

			for (uint32_t e = 0; e < edges; e++)
				if (edge[e].kind != GRAPH_MEMBER)
					lost[i] |= naive_loss(graph, &edge[e], lost, all);
				else
					gone += lost[edge[e].to] != 0;
			if (gone > 0 && graph_node(graph, i)->members - gone <
			    graph_node(graph, i)->needed)
				lost[i] = all[i];
			more = more || lost[i] != before;
		}
	}
}

static void
check_against(const struct graph *graph, const struct graph_falls *out, const uint64_t *lost)
{
	uint32_t fallen = 0;

	for (uint32_t i = 0; i < graph_count(graph); i++) {
		const struct graph_fallen *at = graph_fallen_find(out, i);

		assert_int_equal(at != NULL, lost[i] != 0);
		fallen += at != NULL;
		if (at != NULL && graph_node(graph, i)->kind == GRAPH_SERVICE &&
		    graph_node(graph, i)->index != GRAPH_NONE)
			assert_int_equal(at->areas, lost[i]);
	}
	assert_int_equal(out->count, fallen);
	for (uint32_t i = 1; i < out->count; i++)
		assert_true(out->at[i - 1].distance < out->at[i].distance ||
		    (out->at[i - 1].distance == out->at[i].distance &&
		    out->at[i - 1].node < out->at[i].node));
}

static void
falls_as_naive_and_monotone(void **unused)
{
	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		struct plan *plan = random_plan();
		struct graph *graph = graph_new(plan);
		uint32_t nodes[3] = { pick(graph_count(graph)), pick(graph_count(graph)),
			pick(graph_count(graph)) };
		struct graph_falls out, more;
		uint64_t lost[MOST];

		graph_falls(graph, nodes, 2, &out);
		naive_falls(graph, nodes, 2, lost);
		check_against(graph, &out, lost);
		graph_falls(graph, nodes, 3, &more);
		for (uint32_t i = 0; i < out.count; i++) {
			const struct graph_fallen *at = graph_fallen_find(&more, out.at[i].node);

			assert_non_null(at);
			assert_int_equal(out.at[i].areas & ~at->areas, 0);
			assert_true(at->users >= out.at[i].users);
		}
		graph_falls_free(&out);
		graph_falls_free(&more);
		graph_free(graph);
		plan_free(plan);
	}
}

/* Takes redundancy away in one of three ways. */
static void
weaken(struct plan *plan)
{
	uint32_t set = pick(plan->sets);

	switch (pick(3)) {
	case 0:
		plan->set[set].needed = 0;
		return;
	case 1:
		plan->set[set].needed += plan->set[set].needed > 0;
		return;
	default:
		plan->dependencies += plan->dependencies < 7;
	}
}

static void
less_redundancy_never_saves(void **unused)
{
	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		struct plan *plan = random_plan();
		struct graph *before = graph_new(plan), *after;
		uint32_t node = pick(graph_count(before));
		struct graph_falls out, more;

		graph_falls(before, &node, 1, &out);
		weaken(plan);
		after = graph_new(plan);
		node = graph_find(after, graph_subject(before, node));
		graph_falls(after, &node, 1, &more);
		for (uint32_t i = 0; i < out.count; i++) {
			const char *subject = graph_subject(before, out.at[i].node);

			if (graph_fallen_find(&more, graph_find(after, subject)) == NULL)
				fail_msg("%s fell and falls no more", subject);
		}
		graph_falls_free(&out);
		graph_falls_free(&more);
		graph_free(before);
		graph_free(after);
		plan_free(plan);
	}
}

/* Every point and fate is what the fall of its node alone says, and none is left out. */
static void
survey_as_falls(void **unused)
{
	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		struct plan *plan = random_plan();
		struct graph *graph = graph_new(plan);
		struct graph_survey out;
		uint32_t points = 0;

		graph_survey(graph, &out);
		for (uint32_t node = 0; node < graph_count(graph); node++) {
			struct graph_falls falls;

			if (!graph_can_fall(graph, node))
				continue;
			graph_falls(graph, &node, 1, &falls);
			for (uint32_t i = 0; i < falls.count; i++)
				points += falls.at[i].distance > 0 &&
				    graph_node(graph, falls.at[i].node)->kind == GRAPH_SERVICE;
			for (uint32_t i = 0; i < out.fates; i++)
				for (uint32_t k = 0; out.fate[i].node == node &&
				     k < out.fate[i].members; k++)
					assert_non_null(graph_fallen_find(&falls,
					    out.fate[i].member[k]));
			for (uint32_t i = 0; i < out.fates; i++)
				if (out.fate[i].node == node && out.fate[i].breaks &&
				    graph_node(graph, out.fate[i].of)->kind == GRAPH_SET)
					assert_non_null(graph_fallen_find(&falls, out.fate[i].of));
			graph_falls_free(&falls);
		}
		assert_int_equal(points, out.points);
		graph_survey_free(&out);
		graph_free(graph);
		plan_free(plan);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(needs_and_circles_as_naive),
		cmocka_unit_test(falls_as_naive_and_monotone),
		cmocka_unit_test(less_redundancy_never_saves),
		cmocka_unit_test(survey_as_falls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
