/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori ack" and "sekimori note": what people do, recorded as what people did. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/place.h"
#include "monitor/daemon/admin_client.h"

enum { OPTION_CONFIG, OPTION_STATE };

static const struct command_option options[] = {
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]  = { "state", 0, "DIR",
	    N_("its state folder, instead of the configured one") },
	{ NULL, 0, NULL, NULL },
};

static bool
number_read(const char *text, uint64_t *number)
{
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0';
}

/* The operands from "first" on, with blanks between: nobody needs to quote a sentence. */
static void
join(struct buffer *out, int argc, char **argv, int first)
{
	for (int i = first; i < argc; i++) {
		if (i > first)
			buffer_put_u8(out, ' ');
		buffer_put_text(out, argv[i]);
	}
}

static int
ask(const struct command *command, const struct place *place, enum act act, uint64_t incident,
    const char *text)
{
	struct buffer answer = { .max = 0 };
	struct why why = { .err = ERR_OK };
	int code = EXIT_FINE;

	if (admin_request(place->state, act, incident, text, &answer, &why) == ERR_OK)
		printf("%s\n", buffer_text(&answer));
	else if (why.err == ERR_NOT_FOUND)
		code = command_wrong(command, "%s", why.text);
	else
		code = command_failed(command, &why);
	buffer_free(&answer);
	return code;
}

static int
act_run(const struct command *command, int argc, char **argv, enum act act)
{
	const char *value, *config = NULL, *state = NULL;
	struct buffer text = { .max = 0 };
	struct why why = { .err = ERR_OK };
	struct place place;
	uint64_t incident;
	int got, code;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		config = got == OPTION_CONFIG ? value : config;
		state = got == OPTION_STATE ? value : state;
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (optind >= argc || !number_read(argv[optind], &incident))
		return command_wrong(command,
		    _("say the number of an incident first; \"sekimori status\" "
		    "lists them"));
	if (act == ACT_NOTE && optind + 1 >= argc)
		return command_wrong(command, _("say what is to be noted"));
	if (place_find(&place, config, state, &why) != ERR_OK)
		return command_failed(command, &why);
	join(&text, argc, argv, optind + 1);
	code = ask(command, &place, act, incident, buffer_text(&text));
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
