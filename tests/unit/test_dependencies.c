/* SPDX-License-Identifier: Apache-2.0 */
/* The paper of dependencies: what it says of a small network, and when it finds something. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "reports/dependencies.h"
#include "tests/unit/graph_world.h"

/* As one line: where the printer breaks lines is its own matter. */
static void
print(struct plan *plan, const char *node, struct buffer *out, bool *wrong)
{
	struct graph *graph = graph_new(plan);
	struct dependencies d = { .graph = graph };
	struct paper *paper = paper_new("en", "test");
	struct why why = { .text = "" };

	graph_survey(graph, &d.survey);
	dependencies_print(&d, node != NULL ? graph_find(graph, node) : GRAPH_NONE, paper);
	assert_int_equal(paper_check(paper, &why), ERR_OK);
	*wrong = node == NULL ? dependencies_wrong(&d) :
	    dependencies_stops(&d, graph_find(graph, node));
	buffer_reset(out);
	paper_print_json(paper, out);
	paper_free(paper);
	graph_survey_free(&d.survey);
	graph_free(graph);
}

static void
says(struct buffer *out, const char *what)
{
	if (strstr(buffer_text(out), what) == NULL)
		fail_msg("\"%s\" is not in: %.3000s", what, buffer_text(out));
}

static void
all_of_it(void **unused)
{
	struct plan *plan = graph_world();
	struct buffer out = { .max = 0 };
	bool wrong;

	(void)unused;
	plan->site[0].title = "Tokyo region";
	plan->site[0].title_ja = "東京";
	print(plan, NULL, &out, &wrong);
	assert_true(wrong);
	says(&out, "Tokyo region (site:tokyo)");
	says(&out, "instance:upf-e");
	says(&out, "0 of 2 left, 1 needed");
	says(&out, "There is none.");	/* no circle */
	assert_null(strstr(buffer_text(&out), "instance:amf-1\""));
	plan->dependency[2] = (struct plan_dependency){ "provider:carrier-b", "site:osaka", "" };
	print(plan, NULL, &out, &wrong);
	assert_true(wrong);
	says(&out, "site:osaka → provider:aws → provider:carrier-b → site:osaka");
	buffer_free(&out);
	plan_free(plan);
}

static void
one_node(void **unused)
{
	struct plan *plan = graph_world();
	struct buffer out = { .max = 0 };
	bool wrong;

	(void)unused;
	print(plan, "instance:amf-1", &out, &wrong);
	assert_false(wrong);
	print(plan, "site:tokyo", &out, &wrong);
	assert_true(wrong);
	says(&out, "replica_set:upf-east");
	says(&out, "JP-13");
	assert_null(strstr(buffer_text(&out), "osaka"));
	buffer_free(&out);
	plan_free(plan);
}

/* Two of everything, nothing shared: nothing to say, and no finding. */
static void
nothing_wrong(void **unused)
{
	struct plan *plan = graph_world();
	struct buffer out = { .max = 0 };
	bool wrong;

	(void)unused;
	plan->site[1].provider = "other";
	plan->services = 1;
	plan->dependencies = 0;
	for (uint32_t i = 0; i < plan->instances; i++)
		plan->instance[i].replica_set = "amf";
	plan->sets = 1;
	print(plan, NULL, &out, &wrong);
	assert_false(wrong);
	plan->services = 0;
	plan->set[0].serves = 0;
	print(plan, NULL, &out, &wrong);
	says(&out, "names no service");
	buffer_free(&out);
	plan_free(plan);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it),
		cmocka_unit_test(one_node),
		cmocka_unit_test(nothing_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
