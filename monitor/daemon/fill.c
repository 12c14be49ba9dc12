/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori fill": records what a person enters into a field of a paper, with who and when;
 * "sekimori report fill" asks for one field after the other and runs this.
 */
#include <getopt.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/daemon/ask.h"

enum { OPTION_INCIDENT, OPTION_PERIOD, OPTION_WITHDRAW, OPTION_CONFIG, OPTION_STATE };

static const struct command_option options[] = {
	[OPTION_INCIDENT] = { "incident", 'i', "N", N_("the paper is about this incident") },
	[OPTION_PERIOD]   = { "period", 0, "YEAR", N_("the paper is about this fiscal year") },
	[OPTION_WITHDRAW] = { "withdraw", 0, NULL, N_("withdraw what was entered there") },
	[OPTION_CONFIG]   = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]    = { "state", 0, "DIR",
	    N_("its state folder, instead of the configured one") },
	{ NULL, 0, NULL, NULL },
};

struct asked { const char *period, *config, *state; uint64_t incident; bool withdraw; };

static int
ask(const struct command *command, const struct asked *asked, int argc, char **argv)
{
	struct buffer text = { .max = 0 };
	int code = EXIT_USAGE;

	if (argc < 2 || (argc < 3) != asked->withdraw)
		return command_wrong(command, _("say the report, the field and what to enter: "
		    "\"sekimori fill --incident 12 prompt-report inc.cause a sentence\""));
	buffer_print(&text, "%s\n%s\n%s\n", argv[0], asked->period, argv[1]);
	if (!asked->withdraw)
		ask_join(&text, argc, argv, 2);
	if (ask_text(command, &text))
		code = ask_daemon(command, asked->config, asked->state, ACT_FILL, asked->incident,
		    buffer_text(&text));
	buffer_free(&text);
	return code;
}

static int
fill_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .period = "" };
	const char *value;
	int got;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		switch (got) {
		case OPTION_PERIOD:   asked.period = value; break;
		case OPTION_WITHDRAW: asked.withdraw = true; break;
		case OPTION_CONFIG:   asked.config = value; break;
		case OPTION_STATE:    asked.state = value; break;
		default:
			if (!ask_number(value, &asked.incident))
				return command_wrong(command, _("\"%.40s\" is no number"), value);
		}
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	return ask(command, &asked, argc - optind, argv + optind);
}

const struct command command_fill = {
	.name = "fill",
	.usage = "REPORT FIELD TEXT...",
	.summary = N_("enter a field of a paper, on record"),
	.about = N_("FIELD is its key, as the paper shows it in brackets. The newest entry of a "
	    "field counts; none is ever lost.\n\"sekimori report fill REPORT\" asks for all that "
	    "is blank."),
	.options = options,
	.run = fill_run,
};
