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

enum { LINE_COLUMNS = 78, LINE_MAX_OCTETS = 256 };

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

/* Words to lines: short ones, and every sentence begins on a line of its own, as mdoc wants it. */
static void
put_paragraph(struct buffer *out, const char *text, size_t len)
{
	char line[LINE_MAX_OCTETS];
	size_t at = 0, used = 0;

	while (at < len) {
		size_t blank = strspn(text + at, " "), word = strcspn(text + at + blank, " \n");

		at += blank;
		if (at + word > len)
			word = len - at;
		if (word >= sizeof(line) - 1)
			word = sizeof(line) - 2;
		if (used > 0 && used + 1 + word > LINE_COLUMNS) {
			put_line(out, line, used);
			used = 0;
		}
		if (used > 0)
			line[used++] = ' ';
		memcpy(line + used, text + at, word);
		used += word;
		at += word;
		if (used > 0 && strchr(".!?", line[used - 1]) != NULL) {
			put_line(out, line, used);
			used = 0;
		}
	}
	if (used > 0)
		put_line(out, line, used);
}

/* A line end within a text breaks nothing; an empty line begins a paragraph. */
static void
put_text(struct buffer *out, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		if (len > 0)
			put_paragraph(out, text, len);
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
	buffer_print(out, ".\\\" Made by \"sekimori help\" of version %s; do not edit.\n",
	    SEKIMORI_VERSION);
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
	if (command->more != NULL) {
		buffer_put_text(out, ".Pp\n");
		put_text(out, command->more);
	}
}

static const char daemon_text[] =
    "watches the core functions of a carrier that run on other companies' clouds:\n"
    "it probes them, records what it saw in a signed ledger that cannot be changed\n"
    "unseen, turns failures into incidents, and shows all of it live, or as it was\n"
    "at any time.\n"
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
    ".It Ev SEKIMORI_PACKS\n"
    "folder of control packs, if not the installed one\n"
    ".It Ev SEKIMORI_DUTIES\n"
    "folder of files of legal duties, if not the installed one\n"
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
    "something is not as it should be: a target down, evidence refused, a hole in\n"
    "the ledger\n"
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
	put_head(out, "sekimori", 8, "watch core functions on other companies' clouds and keep "
	    "proof");
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
    "says what\n"
    ".Xr sekimori 8\n"
    "watches, in the syntax of libconfig: settings\n"
    ".Ql \"name = value;\"\n"
    "in groups\n"
    ".Ql \"{ }\"\n"
    "and lists\n"
    ".Ql \"( )\" .\n"
    "Comments run from\n"
    ".Ql #\n"
    "to the end of the line.\n"
    "Texts, durations, sizes, dates and decimal numbers stand in quotes, whole\n"
    "numbers and\n"
    ".Ql true\n"
    "or\n"
    ".Ql false\n"
    "do not.\n"
    "Durations have a unit, such as\n"
    ".Ql 250ms ,\n"
    ".Ql 30s ,\n"
    ".Ql 5m ,\n"
    ".Ql 1h30m\n"
    "or\n"
    ".Ql 7d ;\n"
    "sizes are octets, such as\n"
    ".Ql 512 ,\n"
    ".Ql 16KiB ,\n"
    ".Ql 4MiB\n"
    "or\n"
    ".Ql 1GiB .\n"
    "A date such as\n"
    ".Ql 2026-04-01\n"
    "is its midnight in Japan Standard Time; a time may follow it.\n"
    ".Pp\n"
    "The configuration is recorded in the ledger whenever it is put in force, and\n"
    "so are the public files it names.\n"
    "A secret is therefore always the path of a file, which must belong to the\n"
    "user of the daemon or to root and be readable by nobody else; a secret in the\n"
    "configuration itself is refused.\n"
    "A path that does not begin with a slash is relative to the folder of the\n"
    "configuration; that of a secret begins with a slash or with\n"
    ".Ql ./ .\n"
    "Other files cannot be included.\n"
    ".Pp\n"
    ".Ql sekimori check-config\n"
    "names every fault.\n"
    "On\n"
    ".Dv SIGHUP\n"
    "the daemon reads the file again, and keeps the old configuration if there is\n"
    "a fault.\n";

static const char conf_end[] =
    ".Sh FILES\n"
    ".Pa /etc/sekimori/sekimori.conf\n"
    ".Sh EXAMPLES\n"
    ".Bd -literal\n"
    "monitor = { name = \"carrier\"; state = \"/var/lib/sekimori\"; };\n"
    "ledger = {\n"
    "    origin = \"carrier.example/core\"; key = \"/etc/sekimori/signing-key.pem\";\n"
    "};\n"
    "sites = ( { name = \"tokyo\"; jurisdiction = \"JP\"; } );\n"
    "instances = ( {\n"
    "    name = \"amf-tokyo-1\"; function = \"control\"; site = \"tokyo\";\n"
    "    targets = (\n"
    "        {\n"
    "            name = \"amf-tokyo-1-tls\"; probe = \"tls\";\n"
    "            address = \"192.0.2.11\"; port = 443;\n"
    "        }\n"
    "    );\n"
    "} );\n"
    ".Ed\n"
    ".Sh SEE ALSO\n"
    ".Xr sekimori 8\n";

static void
put_section(struct buffer *out, const struct config_section *section)
{
	buffer_print(out, ".Ss %s\n", section->name);
	put_text(out, section->help);
	buffer_put_text(out, ".Pp\n");
	if (section->within != NULL)
		buffer_print(out, "A %s within each entry of\n.Ic %s :\n",
		    section->list ? "list" : "group", section->within);
	buffer_print(out, ".Ql \"%s = %s;\"\n", section->name,
	    section->texts ? "( \\(dq...\\(dq )" :
	    section->list ? "( { ... }, { ... } )" : "{ ... }");
	if (section->list)
		buffer_print(out, "(at most %zu)\n", section->maximum);
	put_rows(out, section->rows);
}

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
	for (size_t i = 0; i < count; i++)
		put_section(out, &sections[i]);
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
