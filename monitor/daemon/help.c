/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori help" on the terminal.  The manual pages are in manual.c. */
#include <stdio.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/version.h"
#include "monitor/daemon/help.h"
#include "monitor/ledger/record.h"
#include "monitor/state/plan.h"

static void
list_print(const struct command *const *commands, size_t count)
{
	printf("sekimori %s\n%s\n\n", SEKIMORI_VERSION,
	    _("watches core functions on other companies' clouds and keeps proof"));
	printf("%s\n\n",
	    _("usage: sekimori COMMAND [options]    (sekimori COMMAND --help says all of it)"));
	for (size_t i = 0; i < count; i++)
		if (strchr(commands[i]->name, ' ') == NULL)
			printf("  %-14s %s\n", commands[i]->name, _(commands[i]->summary));
	printf("\n%s\n", _("exit codes: 0 as it should be, 1 something is not, 2 usage or "
	    "configuration, 3 cannot know"));
}

static int
document_print(struct buffer *text)
{
	bool whole = !text->failed && fwrite(text->at, 1, text->len, stdout) == text->len &&
	    fflush(stdout) == 0;

	buffer_free(text);
	if (!whole)
		fputs(_("sekimori help: cannot write all of it\n"), stderr);
	return whole ? EXIT_FINE : EXIT_UNKNOWN;
}

/* "help ledger audit" names the command "ledger audit". */
static int
one_print(int argc, char **argv, const struct command *const *commands, size_t count)
{
	char name[64];

	snprintf(name, sizeof(name), argc > 3 ? "%s %s" : "%s", argv[2], argc > 3 ? argv[3] : "");
	for (size_t i = 0; i < count; i++)
		if (strcmp(commands[i]->name, name) == 0) {
			command_help(commands[i]);
			return EXIT_FINE;
		}
	fprintf(stderr, _("sekimori: there is no command \"%s\"; \"sekimori help\" lists them\n"),
	    name);
	return EXIT_USAGE;
}

int
help_main(int argc, char **argv, const struct command *const *commands, size_t count)
{
	struct buffer text = { .max = 0 };

	if (argc < 3) {
		list_print(commands, count);
		return EXIT_FINE;
	}
	if (strcmp(argv[2], "--cddl") == 0) {
		record_print_cddl(&text);
		return document_print(&text);
	}
	if (strcmp(argv[2], "--cddl-plan") == 0) {
		plan_print_cddl(&text);
		return document_print(&text);
	}
	if (strcmp(argv[2], "--man") == 0 || strcmp(argv[2], "--man-conf") == 0) {
		/* Manual pages are in English whoever makes them. */
		i18n_open("en");
		if (strcmp(argv[2], "--man") == 0)
			help_manual(&text, commands, count);
		else
			help_manual_conf(&text);
		return document_print(&text);
	}
	return one_print(argc, argv, commands, count);
}
