/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori report diagram": the network of the configuration in force, as drawings. */
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/diagram.h"
#include "reports/report_paper.h"

enum { OPTION_KIND = REPORT_PAPER_OPTIONS };

static const struct command_option options[] = {
	REPORT_PAPER_ROWS,
	[OPTION_KIND] = { "kind", 'k', "KIND",
	    N_("equipment, logical or interconnection; all if not given") },
	{ NULL, 0, NULL, NULL },
};

struct asked { struct report_paper paper; const char *kind; };

static bool
wanted(const struct asked *asked, enum diagram_kind kind)
{
	return asked->kind == NULL || strcmp(asked->kind, diagram_name(kind)) == 0;
}

/* Health is shown where a time was given: without one it is the plan that is drawn. */
static enum err
make(void *arg, const struct filing_source *from, struct paper **paper, int *code,
    struct why *why)
{
	const struct asked *asked = arg;
	struct graph *graph = graph_new(from->state->plan);

	(void)code, (void)why;
	*paper = paper_new(i18n_language(), _("Diagrams of the network"));
	report_paper_head(*paper, from);
	for (enum diagram_kind kind = 0; kind < DIAGRAMS; kind++)
		if (wanted(asked, kind)) {
			paper_heading(*paper, 1, _(diagram_title(kind)));
			paper_figure(*paper, diagram_draw(kind, graph,
			    asked->paper.at != NULL ? from->state : NULL), _(diagram_title(kind)));
		}
	graph_free(graph);
	return ERR_OK;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .paper = { .name = "diagram", .make = make } };
	const char *value;
	int got;

	asked.paper.arg = &asked;
	while ((got = report_paper_next(command, argc, argv, &asked.paper, &value)) >= 0)
		if (got == OPTION_KIND)
			asked.kind = value;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	for (enum diagram_kind kind = 0; kind < DIAGRAMS; kind++)
		if (wanted(&asked, kind))
			return report_paper_run(command, &asked.paper);
	return command_wrong(command, _("there is no diagram \"%s\": equipment, logical and "
	    "interconnection are there"), asked.kind);
}

const struct command command_report_diagram = {
	.name = "report diagram",
	.usage = "",
	.summary = N_("equipment, logical and interconnection diagrams"),
	.about = N_("Drawn from the configuration that was in force; with --at, health as believed "
	    "then is shown by letter and hatch. With --format svg each\ndiagram is a file: "
	    "several need --out DIR."),
	.options = options,
	.run = run,
};
