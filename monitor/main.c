/* SPDX-License-Identifier: Apache-2.0 */
/* The command table and nothing else. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/version.h"
#include "monitor/daemon/help.h"
#include "monitor/daemon/role.h"

#define COMMAND(name) extern const struct command command_##name;
#include "monitor/command_list.h"
#define LEDGER_COMMAND(name) extern const struct command command_ledger_##name;
#include "reports/ledger_command_list.h"
#define REPORT_COMMAND(name) extern const struct command command_report_##name;
#include "reports/report_command_list.h"
#define DISCOVER_COMMAND(name) extern const struct command command_discover_##name;
#include "monitor/daemon/discover_list.h"

/* Those of two words are found by the first of them; here they are for help and manual. */
static const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "monitor/command_list.h"
#define LEDGER_COMMAND(name) &command_ledger_##name,
#include "reports/ledger_command_list.h"
#define REPORT_COMMAND(name) &command_report_##name,
#include "reports/report_command_list.h"
#define DISCOVER_COMMAND(name) &command_discover_##name,
#include "monitor/daemon/discover_list.h"
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

/* "role NAME INDEX": what the supervisor starts; not for people, so not in the table. */
static int
role(int argc, char **argv)
{
	static const struct { const char *name; enum role role; int (*main)(struct role_start *); }
	roles[] = {
#define ROLE(number, NAME, name, text) { #name, (enum role)number, name##_main },
#define ROLE_APART(number, NAME, name, text)
#include "monitor/ledger/role_list.h"
	};
	static struct role_start start;
	struct why why;

	for (size_t i = 0; argc == 4 && i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (strcmp(roles[i].name, argv[2]) != 0)
			continue;
		if (role_begin(&start, roles[i].role, (uint32_t)strtoul(argv[3], NULL, 10), &why) != ERR_OK)
			return EXIT_UNKNOWN;
		return roles[i].main(&start);
	}
	fputs("sekimori role: started by the supervisor only; use \"sekimori run\"\n", stderr);
	return EXIT_USAGE;
}

static int
command(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0) {
		int code = help_main(argc, argv, commands, COMMANDS);

		return argc < 2 ? EXIT_USAGE : code;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("sekimori " SEKIMORI_VERSION);
		return EXIT_FINE;
	}
	if (argc >= 3 && strcmp(argv[1], "drill") == 0 && strcmp(argv[2], "score") == 0)
		return command_drill_score.run(&command_drill_score, argc - 2, argv + 2);
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i]->name, argv[1]) == 0)
			return commands[i]->run(commands[i], argc - 1, argv + 1);
	fprintf(stderr, _("sekimori: there is no command \"%s\"; \"sekimori help\" lists them\n"), argv[1]);
	return EXIT_USAGE;
}

/* What a full disk or a closed pipe swallowed must not look like an answer. */
int
main(int argc, char **argv)
{
	int code;

	i18n_open(NULL);
	if (argc >= 2 && strcmp(argv[1], "role") == 0)
		return role(argc, argv);
	code = command(argc, argv);
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return code;
	fprintf(stderr, _("sekimori: the output could not be written whole: %s; it is cut, ask "
	    "again\n"), strerror(errno));
	return EXIT_UNKNOWN;
}
