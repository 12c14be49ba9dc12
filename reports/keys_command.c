/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori report keys": whether each key on the wire is bound to hardware, link by link. */
#include "monitor/base/i18n.h"
#include "reports/keys.h"
#include "reports/report_paper.h"

static const struct command_option options[] = {
	REPORT_PAPER_ROWS,
	{ NULL, 0, NULL, NULL },
};

static enum err
make(void *arg, const struct filing_source *from, struct paper **paper, int *code,
    struct why *why)
{
	(void)arg;
	(void)why;
	*paper = keys_paper(from, code);
	return ERR_OK;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct report_paper asked = { .name = "keys", .make = make };
	const char *value;
	int got;

	while ((got = report_paper_next(command, argc, argv, &asked, &value)) >= 0)
		;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	return report_paper_run(command, &asked);
}

const struct command command_report_keys = {
	.name = "report keys",
	.usage = "",
	.summary = N_("which key on the wire is bound to which hardware, link by link"),
	.about = N_("For every key that a token, a witness or a delivered statement tells of: "
	    "hardware, evidence, key, binding\nand wire, each link with its verdict, the reason "
	    "and what to do. Proven, only declared, contradicted\nand unknown are kept apart. Then "
	    "each store at rest, with\nwhose key, and each instance in use: declared, observed and "
	    "proven. Exit code 1 if anything is\ncontradicted, 3 if a key is not proven, none is "
	    "known, or a declaration is not shown to hold."),
	.options = options,
	.run = run,
};
