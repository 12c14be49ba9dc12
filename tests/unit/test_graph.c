/* SPDX-License-Identifier: Apache-2.0 */
/* The graph of a plan: who needs whom, circles, what falls, and what a network says of itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "monitor/state/graph.h"
#include "monitor/state/graph_survey.h"
#include "tests/unit/graph_world.h"

static uint32_t
find(const struct graph *graph, const char *subject)
{
	uint32_t node = graph_find(graph, subject);

	assert_int_not_equal(node, GRAPH_NONE);
	return node;
}

static bool
needs(const struct graph *graph, const char *a, const char *b)
{
	return graph_needs(graph, find(graph, a), find(graph, b));
}

static void
nodes_and_edges(void **unused)
{
	struct plan *plan = graph_world();
	struct graph *graph = graph_new(plan);
	const struct graph_edge *edge;
	uint32_t count;

	(void)unused;
	plan_free(plan);
	assert_int_equal(graph_count(graph), 2 + 3 + 4 + 2 + 1 + 2);
	assert_int_equal(graph_of(graph, GRAPH_SITE, 1), find(graph, "site:osaka"));
	assert_int_equal(graph_of(graph, GRAPH_SITE, 2), GRAPH_NONE);
	assert_int_equal(graph_of(graph, GRAPH_SET, 2), find(graph, "replica_set:upf-west"));
	assert_int_equal(graph_find(graph, "site:nowhere"), GRAPH_NONE);
	assert_int_equal(graph_find(graph, "tokyo"), GRAPH_NONE);
	assert_int_equal(graph_find(graph, "sit:e:tokyo"), GRAPH_NONE);
	assert_string_equal(graph_subject(graph, 2), "replica_set:amf");
	assert_string_equal(graph_node(graph, find(graph, "power:east"))->name, "power:east");
	assert_int_equal(graph_node(graph, find(graph, "power:east"))->kind, GRAPH_OTHER);
	assert_string_equal(graph_node(graph, find(graph, "provider:carrier-b"))->name, "carrier-b");
	assert_int_equal(graph_node(graph, find(graph, "provider:carrier-b"))->index, GRAPH_NONE);
	assert_int_equal(graph_node(graph, find(graph, "replica_set:amf"))->needed, 1);
	assert_int_equal(graph_node(graph, find(graph, "replica_set:upf-east"))->needed, 1);
	assert_int_equal(graph_set_of(graph, find(graph, "instance:amf-2")), 2);
	edge = graph_down(graph, find(graph, "service:voice"), &count);
	assert_int_equal(count, 3);
	assert_int_equal(edge[0].areas, 3);
	assert_int_equal(edge[1].areas, 1);
	assert_int_equal(edge[2].areas, 2);
	graph_up(graph, find(graph, "provider:aws"), &count);
	assert_int_equal(count, 2);
	graph_free(graph_hold(graph));
	graph_free(graph);
}

static void
depends_at_any_depth(void **unused)
{
	struct plan *plan = graph_world();
	struct graph *graph = graph_new(plan);
	const uint32_t *list;
	uint32_t count;

	(void)unused;
	assert_true(needs(graph, "service:mail", "power:east"));
	assert_true(needs(graph, "instance:amf-1", "site:tokyo"));
	assert_false(needs(graph, "instance:amf-1", "site:osaka"));
	assert_false(needs(graph, "site:tokyo", "instance:amf-1"));
	assert_false(needs(graph, "site:tokyo", "site:tokyo"));
	list = graph_upstream(graph, find(graph, "instance:amf-1"), &count);
	assert_int_equal(count, 4);
	assert_int_equal(list[0], find(graph, "site:tokyo"));
	assert_non_null(graph_upstream(graph, find(graph, "power:east"), &count));
	assert_int_equal(count, 0);
	assert_int_equal(graph_node(graph, find(graph, "power:east"))->rank, 0);
	assert_int_equal(graph_node(graph, find(graph, "site:tokyo"))->rank, 3);
	assert_int_equal(graph_node(graph, find(graph, "service:mail"))->rank, 7);
	assert_int_equal(graph_cycles(graph), 0);
	graph_free(graph);
	plan_free(plan);
}

static struct graph_falls
falls(const struct graph *graph, const char *a, const char *b)
{
	uint32_t nodes[2] = { find(graph, a), b != NULL ? find(graph, b) : 0 };
	struct graph_falls out;

	graph_falls(graph, nodes, b != NULL ? 2 : 1, &out);
	return out;
}

static void
a_set_falls_only_below_what_it_needs(void **unused)
{
	struct plan *plan = graph_world();
	struct graph *graph = graph_new(plan);
	struct graph_falls out = falls(graph, "instance:amf-1", NULL);
	const struct graph_fallen *fallen;

	(void)unused;
	assert_int_equal(out.count, 1);
	graph_falls_free(&out);
	out = falls(graph, "instance:amf-2", "instance:amf-1");
	assert_int_equal(out.count, 2 + 1 + 2);
	fallen = graph_fallen_find(&out, find(graph, "service:voice"));
	assert_int_equal(fallen->distance, 2);
	assert_int_equal(fallen->because, find(graph, "replica_set:amf"));
	assert_int_equal(fallen->users, 1000);
	assert_true(fallen->whole);
	fallen = graph_fallen_find(&out, find(graph, "service:mail"));
	assert_int_equal(fallen->distance, 3);
	assert_int_equal(fallen->users, 50);
	graph_falls_free(&out);
	graph_free(graph);
	plan_free(plan);
}

static void
a_service_stops_where_its_set_carries_it(void **unused)
{
	struct plan *plan = graph_world();
	struct graph *graph = graph_new(plan);
	struct graph_falls out = falls(graph, "site:tokyo", NULL);
	const struct graph_fallen *fallen = graph_fallen_find(&out, find(graph, "service:voice"));

	(void)unused;
	assert_int_equal(fallen->users, 700);
	assert_int_equal(fallen->areas, 1);
	assert_false(fallen->whole);
	/* mail is offered in Osaka only, where voice stands. */
	assert_null(graph_fallen_find(&out, find(graph, "service:mail")));
	graph_falls_free(&out);
	out = falls(graph, "site:osaka", NULL);
	assert_int_equal(graph_fallen_find(&out, find(graph, "service:mail"))->users, 50);
	assert_true(graph_fallen_find(&out, find(graph, "service:mail"))->whole);
	graph_falls_free(&out);
	out = falls(graph, "power:east", NULL);
	assert_int_equal(out.count, graph_count(graph));
	assert_int_equal(graph_fallen_find(&out, find(graph, "service:voice"))->users, 1000);
	graph_falls_free(&out);
	graph_free(graph);
	plan_free(plan);
}

static void
circles_are_found(void **unused)
{
	struct plan *plan = graph_world();
	struct graph *graph;
	const uint32_t *cycle;
	uint32_t count;

	(void)unused;
	plan->dependency[2] =
	    (struct plan_dependency){ "provider:carrier-b", "instance:amf-2", "" };
	graph = graph_new(plan);
	assert_int_equal(graph_cycles(graph), 1);
	cycle = graph_cycle(graph, 0, &count);
	assert_int_equal(count, 4);
	assert_int_equal(cycle[0], find(graph, "instance:amf-2"));
	assert_int_equal(cycle[1], find(graph, "site:osaka"));
	assert_int_equal(cycle[2], find(graph, "provider:aws"));
	assert_int_equal(cycle[3], find(graph, "provider:carrier-b"));
	assert_int_equal(graph_cycle_of(graph, cycle[3]), 0);
	assert_int_equal(graph_cycle_of(graph, find(graph, "site:tokyo")), GRAPH_NONE);
	assert_true(needs(graph, "site:osaka", "site:osaka"));
	assert_int_equal(graph_node(graph, cycle[0])->rank, graph_node(graph, cycle[3])->rank);
	graph_free(graph);
	plan->dependency[2] = (struct plan_dependency){ "power:east", "power:east", "" };
	graph = graph_new(plan);
	assert_int_equal(graph_cycles(graph), 1);
	assert_true(needs(graph, "power:east", "power:east"));
	graph_free(graph);
	plan_free(plan);
}

static void
survey_finds_points_and_fates(void **unused)
{
	struct plan *plan = graph_world();
	struct graph *graph = graph_new(plan);
	struct graph_survey out;
	uint32_t voice = find(graph, "service:voice"), points = 0;

	(void)unused;
	graph_survey(graph, &out);
	for (uint32_t i = 0; i < out.points; i++) {
		assert_int_not_equal(out.point[i].node, find(graph, "instance:amf-1"));
		points += out.point[i].service == voice;
	}
	/* upf-e, upf-w, tokyo, osaka, aws, carrier-b, power. */
	assert_int_equal(points, 7);
	assert_int_equal(out.point[0].service, voice);
	assert_int_equal(out.point[0].distance, 2);
	assert_int_equal(out.point[0].users, 700);
	/* Of amf: aws, carrier-b, power; of voice, whose UPF sets are two: the same three. */
	assert_int_equal(out.fates, 6);
	assert_int_equal(out.fate[0].of, voice);
	assert_int_equal(out.fate[0].members, 2);
	assert_int_equal(out.fate[0].member[0], find(graph, "replica_set:upf-east"));
	assert_int_equal(out.fate[3].of, find(graph, "replica_set:amf"));
	assert_int_equal(out.fate[3].node, find(graph, "provider:aws"));
	assert_int_equal(out.fate[3].member[1], find(graph, "instance:amf-2"));
	assert_int_equal(out.fate[3].standing, 0);
	assert_true(out.fate[3].breaks);
	graph_survey_free(&out);
	graph_free(graph);
	plan_free(plan);
}

/* Sets of four in sites of sixteen, chains of declared dependencies over it, 64 services. */
static struct plan *
large(void)
{
	struct plan *plan = plan_new();
	char name[32];

	plan->service = plan_array(plan, plan->services = PLAN_SERVICE_MAX, sizeof(*plan->service));
	plan->set = plan_array(plan, plan->sets = PLAN_SET_MAX, sizeof(*plan->set));
	plan->instance = plan_array(plan, plan->instances = INSTANCE_MAX, sizeof(*plan->instance));
	plan->site = plan_array(plan, plan->sites = SITE_MAX, sizeof(*plan->site));
	for (uint32_t i = 0; i < plan->services; i++) {
		snprintf(name, sizeof(name), "service-%u", i);
		plan->service[i].name = plan_text(plan, bytes_of_text(name));
	}
	for (uint32_t i = 0; i < plan->sets; i++) {
		snprintf(name, sizeof(name), "set-%u", i);
		plan->set[i].name = plan_text(plan, bytes_of_text(name));
		plan->set[i].needed = 2;
		plan->set[i].serve = plan_array(plan, 1, sizeof(struct plan_serve));
		plan->set[i].serves = 1;
		plan->set[i].serve[0] = (struct plan_serve){ .service = i % plan->services };
	}
	for (uint32_t i = 0; i < plan->instances; i++) {
		snprintf(name, sizeof(name), "instance-%u", i);
		plan->instance[i].name = plan_text(plan, bytes_of_text(name));
		plan->instance[i].replica_set = plan->set[i / 4].name;
		plan->instance[i].site = i / 32 * 2 % plan->sites + i % 2;
	}
	for (uint32_t i = 0; i < plan->sites; i++) {
		snprintf(name, sizeof(name), "site-%u", i);
		plan->site[i].name = plan_text(plan, bytes_of_text(name));
		snprintf(name, sizeof(name), "provider-%u", i % 32);
		plan->site[i].provider = plan_text(plan, bytes_of_text(name));
	}
	return plan;
}

static void
large_is_quick(void **unused)
{
	struct plan *plan = large();
	clock_t start = clock();
	struct graph *graph = graph_new(plan);
	struct graph_survey out;
	clock_t built = clock();

	(void)unused;
	graph_survey(graph, &out);
	print_message("%u nodes: built in %ld ms, surveyed in %ld ms, %u points, %u fates\n",
	    graph_count(graph), (long)((built - start) * 1000 / CLOCKS_PER_SEC),
	    (long)((clock() - built) * 1000 / CLOCKS_PER_SEC), out.points, out.fates);
	assert_true(needs(graph, "service:service-0", "instance:instance-0"));
	assert_false(needs(graph, "service:service-0", "instance:instance-4"));
	assert_int_equal(out.points_left + out.fates_left, 0);
	/* Two of four stand when one of the two sites of a set is gone: no site is a point. */
	for (uint32_t i = 0; i < out.points; i++)
		assert_int_equal(graph_node(graph, out.point[i].node)->kind, GRAPH_PROVIDER);
	graph_survey_free(&out);
	graph_free(graph);
	plan_free(plan);
}

/* A chain as long as may be declared: lists of all that is upstream do not fit; answers do. */
static void
long_chain(void **unused)
{
	struct plan *plan = plan_new();
	struct graph *graph;
	struct graph_falls out;
	uint32_t count;
	char a[32], b[32];

	(void)unused;
	plan->dependency = plan_array(plan, plan->dependencies = PLAN_DEPENDENCY_MAX,
	    sizeof(*plan->dependency));
	for (uint32_t i = 0; i < plan->dependencies; i++) {
		snprintf(a, sizeof(a), "link:%u", i);
		snprintf(b, sizeof(b), "link:%u", i + 1);
		plan->dependency[i].from = plan_text(plan, bytes_of_text(a));
		plan->dependency[i].to = plan_text(plan, bytes_of_text(b));
	}
	graph = graph_new(plan);
	assert_null(graph_upstream(graph, find(graph, "link:0"), &count));
	assert_true(needs(graph, "link:0", "link:16384"));
	assert_true(needs(graph, "link:16383", "link:16384"));
	assert_false(needs(graph, "link:16384", "link:0"));
	assert_false(needs(graph, "link:5", "link:5"));
	out = falls(graph, "link:16384", NULL);
	assert_int_equal(out.count, 16385);
	assert_int_equal(out.at[16384].distance, 16384);
	graph_falls_free(&out);
	graph_free(graph);
	plan_free(plan);
}

static void
nothing_at_all(void **unused)
{
	struct plan *plan = plan_new();
	struct graph *graph = graph_new(plan);
	struct graph_survey out;

	(void)unused;
	assert_int_equal(graph_count(graph), 0);
	assert_int_equal(graph_find(graph, "site:tokyo"), GRAPH_NONE);
	graph_survey(graph, &out);
	assert_int_equal(out.points + out.fates, 0);
	graph_survey_free(&out);
	graph_free(graph);
	plan_free(plan);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_and_edges),
		cmocka_unit_test(depends_at_any_depth),
		cmocka_unit_test(a_set_falls_only_below_what_it_needs),
		cmocka_unit_test(a_service_stops_where_its_set_carries_it),
		cmocka_unit_test(circles_are_found),
		cmocka_unit_test(survey_finds_points_and_fates),
		cmocka_unit_test(large_is_quick),
		cmocka_unit_test(long_chain),
		cmocka_unit_test(nothing_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
