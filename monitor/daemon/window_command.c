/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori maintenance" and "sekimori silence": times in which incidents are not told.  Recording
 * never stops; what a window hid is counted, and what outlives it is told at its end.
 */
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/daemon/ask.h"
#include "monitor/daemon/window_list.h"

enum { OPTION_FROM, OPTION_UNTIL, OPTION_TICKET, OPTION_DRY, OPTION_JSON, OPTION_CONFIG,
	OPTION_STATE };

static const struct command_option options[] = {
	[OPTION_FROM]   = { "from", 'f', "TIME", N_("when it begins; now if not given") },
	[OPTION_UNTIL]  = { "until", 'u', "TIME", N_("when it ends by itself") },
	[OPTION_TICKET] = { "ticket", 't', "TEXT", N_("the ticket it belongs to") },
	[OPTION_DRY]    = { "dry-run", 'n', NULL,
	    N_("only say what would be hidden; nothing is recorded") },
	[OPTION_JSON]   = { "json", 'j', NULL, N_("machine-readable output") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]  = { "state", 0, "DIR",
	    N_("its state folder, instead of the configured one") },
	{ NULL, 0, NULL, NULL },
};

struct asked {
	const char *from, *until, *ticket, *config, *state;
	bool        dry, json;
};

static int
options_read(const struct command *command, int argc, char **argv, struct asked *asked)
{
	const char *value;
	int got;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		switch (got) {
		case OPTION_FROM:   asked->from = value; break;
		case OPTION_UNTIL:  asked->until = value; break;
		case OPTION_TICKET: asked->ticket = value; break;
		case OPTION_DRY:    asked->dry = true; break;
		case OPTION_JSON:   asked->json = true; break;
		case OPTION_CONFIG: asked->config = value; break;
		case OPTION_STATE:  asked->state = value; break;
		}
	}
	return got;
}

static int
ask(const struct command *command, const struct asked *asked, int argc, char **argv)
{
	int64_t now_ms = clock_wall_ms(), from_ms = now_ms, until_ms = 0;
	struct buffer text = { .max = 0 };
	int code = EXIT_USAGE;

	if (argc < (asked->dry ? 2 : 3))
		return command_wrong(command, _("say what it covers and why: \"sekimori %s ask "
		    "--until 2h instance:amf-1 a reason\""), command->name);
	if (asked->until == NULL)
		return command_wrong(command, _("say when it ends: --until TIME"));
	if ((asked->from != NULL && !ask_time(command, asked->from, now_ms, &from_ms)) ||
	    !ask_time(command, asked->until, now_ms, &until_ms))
		return EXIT_USAGE;
	if (asked->dry)
		return window_preview_print(command, asked->config, asked->state, argv[1], from_ms,
		    until_ms, asked->json);
	buffer_print(&text, "%s\n%s\n%" PRId64 "\n%" PRId64 "\n%s\n", command->name, argv[1],
	    from_ms, until_ms, asked->ticket != NULL ? asked->ticket : "");
	ask_join(&text, argc, argv, 2);
	if (ask_text(command, &text))
		code = ask_daemon(command, asked->config, asked->state, ACT_WINDOW, 0,
		    buffer_text(&text));
	buffer_free(&text);
	return code;
}

static int
decide(const struct command *command, const struct asked *asked, int argc, char **argv)
{
	bool end = strcmp(argv[0], "end") == 0;
	uint64_t number;

	if (argc != 2 || !ask_number(argv[1], &number) || number == 0)
		return command_wrong(command, _("say the number of one window; \"sekimori %s "
		    "list\" lists them"), command->name);
	return ask_daemon(command, asked->config, asked->state, end ? ACT_WINDOW : ACT_CONSENT,
	    number, end ? "" : argv[0]);
}

static int
window_run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .from = NULL };
	int got = options_read(command, argc, argv, &asked);
	const char *verb = got == COMMAND_END && optind < argc ? argv[optind++] : "list";

	if (got == COMMAND_END)
		got = options_read(command, argc, argv, &asked);
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	argc -= optind - 1;
	argv += optind - 1;
	argv[0] = (char *)(uintptr_t)verb;
	if (strcmp(verb, "ask") == 0)
		return ask(command, &asked, argc, argv);
	if (strcmp(verb, "agree") == 0 || strcmp(verb, "refuse") == 0 || strcmp(verb, "end") == 0)
		return decide(command, &asked, argc, argv);
	if (strcmp(verb, "list") == 0)
		return window_list_print(command, asked.config, asked.state, asked.json);
	return command_wrong(command, _("say ask, agree, refuse, end or list"));
}

static const char about[] =
    N_("ask: records who asks (as the kernel says), why, from when and until when; it ends by\n"
    "itself. agree: somebody else puts it in force, where the configuration asks for a second\n"
    "person. While it is in force, incidents of what it covers are recorded and shown, but not\n"
    "told; how many it hid is counted, and what outlives it is told at its end. SUBJECT is\n"
    "site:NAME, instance:NAME, replica_set:NAME, target:NAME or provider:NAME. TIME is a date or\n"
    "time in JST, RFC 3339, or a duration from now (2h). --dry-run says what it would hide.");

const struct command command_maintenance = {
	.name = "maintenance",
	.usage = "ask SUBJECT WHY | agree N | refuse N | end N | list",
	.summary = N_("a time in which work on the network is announced"),
	.about = about,
	.options = options,
	.run = window_run,
};

const struct command command_silence = {
	.name = "silence",
	.usage = "ask SUBJECT WHY | agree N | refuse N | end N | list",
	.summary = N_("a time in which incidents are not told, for another reason"),
	.about = about,
	.options = options,
	.run = window_run,
};
