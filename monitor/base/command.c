/* SPDX-License-Identifier: Apache-2.0 */
/* Options of one command by getopt_long, and its help, both from its table. */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"

enum { OPTIONS_MAX = 32, HELP_VALUE = 1000, FIRST_VALUE = 1001 };

static int
options_build(const struct command *command, struct option *rows, char *letters)
{
	int count = 0;
	size_t at = 0;

	letters[at++] = '+';
	letters[at++] = ':';
	for (; command->options != NULL && command->options[count].name != NULL &&
	    count < OPTIONS_MAX; count++) {
		const struct command_option *option = &command->options[count];

		rows[count] = (struct option){ .name = option->name,
		    .has_arg = option->argument != NULL ? required_argument : no_argument,
		    .val = FIRST_VALUE + count };
		if (option->letter != 0) {
			letters[at++] = option->letter;
			if (option->argument != NULL)
				letters[at++] = ':';
		}
	}
	rows[count] = (struct option){ .name = "help", .val = HELP_VALUE };
	letters[at++] = 'h';
	letters[at] = '\0';
	return count;
}

int
command_next(const struct command *command, int argc, char **argv, const char **value)
{
	struct option rows[OPTIONS_MAX + 2] = { 0 };
	char letters[3 * OPTIONS_MAX + 4];
	int count = options_build(command, rows, letters), got;

	*value = NULL;
	opterr = 0;
	got = getopt_long(argc, argv, letters, rows, NULL);
	if (got == -1)
		return COMMAND_END;
	if (got == HELP_VALUE || got == 'h') {
		command_help(command);
		return COMMAND_HELP;
	}
	if (got == '?' || got == ':') {
		command_wrong(command, got == ':' ? _("%s needs a value; see --help") :
		    _("there is no option %s; see --help"), argv[optind > 0 ? optind - 1 : 0]);
		return COMMAND_WRONG;
	}
	*value = optarg;
	if (got >= FIRST_VALUE)
		return got - FIRST_VALUE;
	for (int i = 0; i < count; i++)
		if (command->options[i].letter == got)
			return i;
	return COMMAND_WRONG;
}

int
command_among(const struct command *command, int argc, char **argv, const char **value,
    struct operands *operands)
{
	int got = COMMAND_END;

	*value = NULL;
	while (operands->over ||
	    (got = command_next(command, argc, argv, value)) == COMMAND_END) {
		/* getopt, asked again behind "--", would read options there. */
		operands->over |= optind > 1 && strcmp(argv[optind - 1], "--") == 0;
		if (optind >= argc || operands->count == operands->max)
			return COMMAND_END;
		operands->at[operands->count++] = argv[optind++];
	}
	return got;
}

int
command_operand(const struct command *command, int argc, char **argv)
{
	struct option rows[OPTIONS_MAX + 2] = { 0 };
	char letters[3 * OPTIONS_MAX + 4];
	int got, at;

	options_build(command, rows, letters);
	opterr = 0;
	optind = 0;
	do
		got = getopt_long(argc, argv, letters, rows, NULL);
	while (got != -1 && got != '?' && got != ':');
	at = got == -1 && optind < argc ? optind : 0;
	/* Of getopt it is the start; what it kept of a word half read is gone, too. */
	optind = 0;
	return at;
}

static int
options_take(const struct command *command, int argc, char **argv, const char **value)
{
	const char *text;
	int got;

	while ((got = command_next(command, argc, argv, &text)) >= 0)
		value[got] = text != NULL ? text : "";
	return got;
}

bool
command_verb(const struct command *command, int *argc, char ***argv, const char *otherwise,
    const char **value, int *code)
{
	int got = options_take(command, *argc, *argv, value);
	const char *verb = got == COMMAND_END && optind < *argc ? (*argv)[optind++] : otherwise;

	if (got == COMMAND_END)
		got = options_take(command, *argc, *argv, value);
	*code = got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (got != COMMAND_END)
		return false;
	*argc -= optind - 1;
	*argv += optind - 1;
	(*argv)[0] = (char *)(uintptr_t)verb;
	return true;
}

int
command_wrong(const struct command *command, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "sekimori %s: ", command->name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	return EXIT_USAGE;
}

int
command_failed(const struct command *command, const struct why *why)
{
	fprintf(stderr, "sekimori %s: %s\n", command->name, why->text[0] != '\0' ? why->text :
	    _(err_text(why->err)));
	switch (why->err) {
	case ERR_INVALID:
	case ERR_DENIED:
		return EXIT_USAGE;
	case ERR_UNTRUSTED:
	case ERR_MISMATCH:
	case ERR_MALFORMED:
	case ERR_EXPIRED:
		return EXIT_FINDING;
	default:
		return EXIT_UNKNOWN;
	}
}

void
command_help(const struct command *command)
{
	const struct command_option *option = command->options;

	printf(_("usage: sekimori %s [options] %s\n"), command->name, command->usage);
	printf("\n%s\n\n", _(command->summary));
	for (; option != NULL && option->name != NULL; option++) {
		char left[64];

		snprintf(left, sizeof(left), "%s%c%s --%s %s", option->letter ? "-" : " ",
		    option->letter ? option->letter : ' ', option->letter ? "," : " ", option->name,
		    option->argument != NULL ? option->argument : "");
		printf("  %-26s %s\n", left, _(option->help));
	}
	printf("  -h, --help %15s %s\n", "", _("print this"));
	if (command->about != NULL)
		printf("\n%s\n", _(command->about));
	printf("\n%s\n", _("exit codes: 0 as it should be, 1 something is not, 2 usage or "
	    "configuration, 3 cannot know"));
}
