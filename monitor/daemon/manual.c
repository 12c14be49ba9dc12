/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manual pages in mdoc, from the command tables and the option rows, so that they cannot say
 * anything else than the program does.
 */
#include <stdio.h>
#include <string.h>

#include "monitor/base/version.h"
#include "monitor/daemon/config.h"
#include "monitor/daemon/help.h"
#include "probes/probe.h"

/* One line of text: nothing in it may look like a macro or an escape. */
static void
put_line(struct buffer *out, const char *text, size_t len)
{
	if (len > 0 && (text[0] == '.' || text[0] == '\''))
		buffer_put_text(out, "\\&");
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\')
			buffer_put_text(out, "\\e");
		else
			buffer_put_u8(out, (uint8_t)text[i]);
	}
	buffer_put_u8(out, '\n');
}

static void
put_text(struct buffer *out, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		if (len > 0)
			put_line(out, text, len);
		else
			buffer_put_text(out, ".Pp\n");
		text += len + (text[len] == '\n');
	}
}

static void
put_head(struct buffer *out, const char *name, unsigned section, const char *about)
{
	char upper[32];

	snprintf(upper, sizeof(upper), "%s", name);
	for (char *at = upper; *at != '\0'; at++)
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
	buffer_print(out, ".\\\" Made by \"sekimori help\" of version %s; do not edit.\n", SEKIMORI_VERSION);
	buffer_print(out, ".Dd $Mdocdate: November 20 2026 $\n.Dt %s %u\n.Os\n", upper, section);
	buffer_print(out, ".Sh NAME\n.Nm %s\n.Nd %s\n", name, about);
}

static void
put_option(struct buffer *out, const struct command_option *option)
{
	buffer_put_text(out, ".It ");
	if (option->letter != 0)
		buffer_print(out, "Fl %c , ", option->letter);
	buffer_print(out, "Fl Fl %s", option->name);
	if (option->argument != NULL)
		buffer_print(out, " Ar %s", option->argument);
	buffer_put_u8(out, '\n');
	put_text(out, option->help);
}

static void
put_command(struct buffer *out, const struct command *command)
{
	const struct command_option *option = command->options;

	buffer_print(out, ".Ss %s\n.Nm\n.Cm %s\n.Op Ar options\n", command->name, command->name);
	if (command->usage[0] != '\0')
		put_line(out, command->usage, strlen(command->usage));
	buffer_put_text(out, ".Pp\n");
	put_text(out, command->summary);
	buffer_put_text(out, ".Bl -tag -width Ds\n");
	for (; option != NULL && option->name != NULL; option++)
		put_option(out, option);
	buffer_put_text(out, ".It Fl h , Fl Fl help\nprint help\n.El\n");
	if (command->about != NULL) {
		buffer_put_text(out, ".Pp\n");
		put_text(out, command->about);
	}
}

static const char daemon_text[] =
    "watches the core functions of a carrier that run on other companies' clouds: it probes them,\n"
    "records what it saw in a signed ledger that cannot be changed unseen, turns failures into\n"
    "incidents, and shows all of it live, or as it was at any time.\n"
    ".Pp\n"
    "Times are read as\n"
    ".Qq 2026-11-20 09:15\n"
    "(Japan Standard Time),\n"
    ".Qq 2026-11-20T00:15:30Z ,\n"
    ".Qq @1795133730\n"
    "or\n"
    ".Qq -2h .\n";

static const char daemon_end[] =
    ".Sh ENVIRONMENT\n"
    ".Bl -tag -width LANGUAGE\n"
    ".It Ev LANG , LC_ALL , LC_MESSAGES , LANGUAGE\n"
    "language of messages: Japanese or English\n"
    ".It Ev NO_COLOR\n"
    "if set, no colours\n"
    ".It Ev XDG_CONFIG_HOME , XDG_STATE_HOME\n"
    "where an ordinary user's files are, if not in\n"
    ".Pa ~/.config\n"
    "and\n"
    ".Pa ~/.local/state\n"
    ".El\n"
    ".Sh FILES\n"
    ".Bl -tag -width Ds\n"
    ".It Pa /etc/sekimori/sekimori.conf\n"
    "the configuration; for an ordinary user where that is not,\n"
    ".Pa ~/.config/sekimori/sekimori.conf\n"
    ".It Pa /var/lib/sekimori\n"
    "the ledger and what belongs to it; for an ordinary user where that is not,\n"
    ".Pa ~/.local/state/sekimori\n"
    ".El\n"
    ".Sh EXIT STATUS\n"
    ".Bl -tag -width Ds -compact\n"
    ".It 0\n"
    "as it should be\n"
    ".It 1\n"
    "something is not as it should be: a target down, evidence refused, a hole in the ledger\n"
    ".It 2\n"
    "the command or the configuration is wrong\n"
    ".It 3\n"
    "cannot know: no answer, no evidence, stale\n"
    ".El\n"
    ".Sh SEE ALSO\n"
    ".Xr sekimori.conf 5\n";

void
help_manual(struct buffer *out, const struct command *const *commands, size_t count)
{
	put_head(out, "sekimori", 8, "watch core functions on other companies' clouds and keep proof");
	buffer_put_text(out, ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar options\n");
	buffer_put_text(out, ".Sh DESCRIPTION\n.Nm\n");
	buffer_put_text(out, daemon_text);
	buffer_put_text(out, ".Sh COMMANDS\n");
	for (size_t i = 0; i < count; i++)
		put_command(out, commands[i]);
	buffer_put_text(out, daemon_end);
}

static void
put_rows(struct buffer *out, const struct option_row *rows)
{
	struct buffer about = { .max = 0 };

	if (rows == NULL || rows->name == NULL)
		return;
	buffer_put_text(out, ".Bl -tag -width Ds\n");
	for (const struct option_row *row = rows; row->name != NULL; row++) {
		buffer_reset(&about);
		option_describe(row, &about);
		buffer_print(out, ".It Ic %s\n", row->name);
		put_text(out, row->help);
		buffer_put_text(out, ".br\n");
		buffer_put_u8(&about, '.');
		put_text(out, buffer_text(&about));
	}
	buffer_put_text(out, ".El\n");
	buffer_free(&about);
}

static const char conf_text[] =
    "holds what\n"
    ".Xr sekimori 8\n"
    "watches, in the syntax of libconfig:\n"
    ".Ql name = value;\n"
    "settings in groups\n"
    ".Ql { }\n"
    "and lists\n"
    ".Ql ( ) .\n"
    "Comments run from\n"
    ".Ql #\n"
    "to the end of the line.\n"
    "Text, durations, sizes and decimal numbers stand in quotes, whole numbers and\n"
    ".Ql true\n"
    "or\n"
    ".Ql false\n"
    "do not.\n"
    "Durations have a unit:\n"
    ".Ql 250ms , 30s , 5m , 1h30m , 7d ;\n"
    "sizes may have one:\n"
    ".Ql 512 , 16KiB , 4MiB , 1GiB .\n"
    ".Pp\n"
    "The configuration is recorded in the ledger, with the public files it names, whenever it is\n"
    "put in force.\n"
    "A secret is therefore always the path of a file, which must belong to the user of the daemon\n"
    "or to root and be readable by nobody else; a secret in the configuration itself is refused.\n"
    "A path that does not begin with a slash is relative to the folder of the configuration.\n"
    "Other files cannot be included.\n"
    ".Pp\n"
    ".Ql sekimori check-config\n"
    "names every fault; on\n"
    ".Dv SIGHUP\n"
    "the daemon reads the file again, and keeps the old configuration if there is any.\n";

static const char conf_end[] =
    ".Sh EXAMPLES\n"
    ".Bd -literal\n"
    "monitor = { name = \"carrier\"; state = \"/var/lib/sekimori\"; };\n"
    "ledger = { origin = \"carrier.example/core\"; key = \"/etc/sekimori/signing-key.pem\"; };\n"
    "sites = ( { name = \"tokyo\"; jurisdiction = \"JP\"; } );\n"
    "instances = ( {\n"
    "    name = \"amf-tokyo-1\"; function = \"control\"; site = \"tokyo\";\n"
    "    targets = ( { name = \"amf-tokyo-1-tls\"; probe = \"tls\"; address = \"192.0.2.11\"; } );\n"
    "} );\n"
    ".Ed\n"
    ".Sh FILES\n"
    ".Pa /etc/sekimori/sekimori.conf\n"
    ".Sh SEE ALSO\n"
    ".Xr sekimori 8\n";

void
help_manual_conf(struct buffer *out)
{
	const struct config_section *sections;
	const struct probe_ops *const *probes;
	size_t count;

	put_head(out, "sekimori.conf", 5, "configuration of sekimori");
	buffer_put_text(out, ".Sh DESCRIPTION\n.Nm\n");
	buffer_put_text(out, conf_text);
	buffer_put_text(out, ".Sh SECTIONS\n");
	sections = config_sections(&count);
	for (size_t i = 0; i < count; i++) {
		buffer_print(out, ".Ss %s\n", sections[i].name);
		put_text(out, sections[i].help);
		buffer_put_text(out, ".Pp\n");
		if (sections[i].within != NULL)
			buffer_print(out, "A list within each entry of\n.Ic %s :\n", sections[i].within);
		buffer_print(out, ".Ql %s = %s;\n", sections[i].name,
		    sections[i].list ? "( { ... }, { ... } )" : "{ ... }");
		if (sections[i].list)
			buffer_print(out, "(at most %zu)\n", sections[i].maximum);
		put_rows(out, sections[i].rows);
	}
	buffer_put_text(out, ".Sh PROBES\nSettings of targets besides the common ones.\n");
	probes = probe_table(&count);
	for (size_t i = 0; i < count; i++) {
		buffer_print(out, ".Ss %s\n", probes[i]->name);
		put_text(out, probes[i]->title);
		if (probes[i]->port != 0)
			buffer_print(out, "(port %u)\n", (unsigned)probes[i]->port);
		put_rows(out, probes[i]->options);
	}
	buffer_put_text(out, conf_end);
}
