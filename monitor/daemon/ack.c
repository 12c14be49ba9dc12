/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori ack" and "sekimori note": what people do, recorded as what people did. */
#include <getopt.h>

#include "monitor/base/i18n.h"
#include "monitor/daemon/ask.h"

enum { OPTION_CONFIG, OPTION_STATE };

static const struct command_option options[] = {
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]  = { "state", 0, "DIR",
	    N_("its state folder, instead of the configured one") },
	{ NULL, 0, NULL, NULL },
};

static int
act_run(const struct command *command, int argc, char **argv, enum act act)
{
	const char *value, *config = NULL, *state = NULL;
	struct buffer text = { .max = 0 };
	uint64_t incident;
	int got, code;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		config = got == OPTION_CONFIG ? value : config;
		state = got == OPTION_STATE ? value : state;
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (optind >= argc || !ask_number(argv[optind], &incident))
		return command_wrong(command,
		    _("say the number of an incident first; \"sekimori status\" "
		    "lists them"));
	if (act == ACT_NOTE && optind + 1 >= argc)
		return command_wrong(command, _("say what is to be noted"));
	ask_join(&text, argc, argv, optind + 1);
	code = ask_daemon(command, config, state, act, incident, buffer_text(&text));
	buffer_free(&text);
	return code;
}

static int
ack_run(const struct command *command, int argc, char **argv)
{
	return act_run(command, argc, argv, ACT_ACK);
}

static int
note_run(const struct command *command, int argc, char **argv)
{
	return act_run(command, argc, argv, ACT_NOTE);
}

const struct command command_ack = {
	.name = "ack",
	.usage = "INCIDENT [TEXT]",
	.summary = N_("acknowledge an incident"),
	.about = N_("The daemon records who acknowledged it (as the kernel says) and what was "
	    "said; the "
	    "command\nanswers once the record is committed. The configuration's rights say who "
	    "may."),
	.options = options,
	.run = ack_run,
};

const struct command command_note = {
	.name = "note",
	.usage = "INCIDENT TEXT",
	.summary = N_("add a note to an incident"),
	.about = N_("INCIDENT 0 puts the note on the timeline itself. What was said is kept beside "
	    "the "
	    "tree and\ncan be withheld or erased; that it was said, when and by whom cannot."),
	.options = options,
	.run = note_run,
};
