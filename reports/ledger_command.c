/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori ledger SUBCOMMAND": finds the subcommand in its table; each is a file of its own. */
#include <stdio.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "reports/ledger_common.h"

#define LEDGER_COMMAND(name) extern const struct command command_ledger_##name;
#include "reports/ledger_command_list.h"

static const struct command *const commands[] = {
#define LEDGER_COMMAND(name) &command_ledger_##name,
#include "reports/ledger_command_list.h"
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

const struct command *
ledger_subcommand(size_t at)
{
	return at < COMMANDS ? commands[at] : NULL;
}

/* "ledger audit" is typed as "audit" behind "ledger". */
static const char *
short_name(const struct command *command)
{
	const char *blank = strrchr(command->name, ' ');

	return blank != NULL ? blank + 1 : command->name;
}

static void
help(const struct command *command)
{
	printf(_("usage: sekimori %s %s\n"), command->name, command->usage);
	printf("\n%s\n\n", _(command->summary));
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-10s %s\n", short_name(commands[i]), _(commands[i]->summary));
	printf("\n%s\n", _("sekimori ledger SUBCOMMAND --help says all of it"));
}

static int
ledger_run(const struct command *command, int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		help(command);
		return argc < 2 ? EXIT_USAGE : EXIT_FINE;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(short_name(commands[i]), argv[1]) == 0)
			return commands[i]->run(commands[i], argc - 1, argv + 1);
	return command_wrong(command, _("there is no subcommand \"%s\"; \"sekimori ledger --help\" "
	    "lists them"), argv[1]);
}

const struct command command_ledger = {
	.name = "ledger",
	.usage = "SUBCOMMAND",
	.summary = N_("audit, show, prove, export and keep the ledger"),
	.about = N_("Subcommands: audit, show, prove, export, backup, prune, rotate, erase; each "
	    "has --help."),
	.options = NULL,
	.run = ledger_run,
};
