/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori report dependencies": what hangs on what in the configuration that was in force. */
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/dependencies.h"
#include "reports/report_paper.h"

enum { OPTION_NODE = REPORT_PAPER_OPTIONS };

static const struct command_option options[] = {
	REPORT_PAPER_ROWS,
	[OPTION_NODE] = { "node", 'n', "KIND:NAME",
	    N_("what falls when this falls: site:tokyo, provider:aws, instance:amf-1") },
	{ NULL, 0, NULL, NULL },
};

struct asked { struct report_paper paper; const char *node; };

static enum err
make(void *arg, const struct filing_source *from, struct paper **paper, int *code,
    struct why *why)
{
	const struct asked *asked = arg;
	struct plan *plan = from->state->plan;
	struct graph *graph = graph_new(plan);
	struct dependencies d = { .graph = graph,
		.japanese = strcmp(i18n_language(), "ja") == 0 };
	uint32_t node = asked->node != NULL ? graph_find(graph, asked->node) : GRAPH_NONE;
	struct buffer title = { .max = 0 };

	if (asked->node != NULL && node == GRAPH_NONE) {
		graph_free(graph);
		return why_set(why, ERR_INVALID, _("the configuration of then knows no \"%.100s\"; "
		    "write service:NAME, replica_set:NAME, instance:NAME, site:NAME, "
		    "provider:NAME, or as a dependency names it"), asked->node);
	}
	graph_survey(graph, &d.survey);
	*paper = paper_new(i18n_language(), _("Dependencies of the network"));
	if (node != GRAPH_NONE) {
		dependencies_name(&d, node, &title);
		paper_subtitle(*paper, buffer_text(&title));
	}
	report_paper_head(*paper, from);
	dependencies_print(&d, node, *paper);
	if (node != GRAPH_NONE ? dependencies_stops(&d, node) : dependencies_wrong(&d))
		*code = EXIT_FINDING;
	buffer_free(&title);
	graph_survey_free(&d.survey);
	graph_free(graph);
	return ERR_OK;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .paper = { .name = "dependencies", .make = make } };
	const char *value;
	int got;

	asked.paper.arg = &asked;
	while ((got = report_paper_next(command, argc, argv, &asked.paper, &value)) >= 0)
		if (got == OPTION_NODE)
			asked.node = value;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	return report_paper_run(command, &asked.paper);
}

const struct command command_report_dependencies = {
	.name = "report dependencies",
	.usage = "",
	.summary = N_("what falls when something falls, circles, single points of failure"),
	.about = N_("From the configuration that was in force: for each service what stops it by "
	    "its fall alone, circular\ndependence, redundancy that hangs on one thing, and what "
	    "falls with each site and provider. Exit code 1\nif a service has a single point of "
	    "failure or there is a circle; with --node, if the fall stops a service."),
	.options = options,
	.run = run,
};
