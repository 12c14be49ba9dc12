/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori maintenance" and "sekimori silence": times in which incidents are not told.  Recording
 * never stops; what a window hid is counted, and what outlives it is told at its end.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/daemon/ask.h"
#include "monitor/daemon/window_list.h"

enum { OPTION_FROM, OPTION_UNTIL, OPTION_TICKET, OPTION_DRY, OPTION_JSON, OPTION_CONFIG,
	OPTION_STATE, OPTIONS };

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

static int
ask(const struct command *command, const char *const *value, int argc, char **argv)
{
	int64_t now_ms = clock_wall_ms(), from_ms = now_ms, until_ms = 0;
	struct buffer text = { .max = 0 };
	int code = EXIT_USAGE;

	if (argc < (value[OPTION_DRY] != NULL ? 2 : 3))
		return command_wrong(command, _("say what it covers and why: \"sekimori %s ask "
		    "--until 2h instance:amf-1 a reason\""), command->name);
	if (value[OPTION_UNTIL] == NULL)
		return command_wrong(command, _("say when it ends: --until TIME"));
	if ((value[OPTION_FROM] != NULL &&
	    !ask_time(command, value[OPTION_FROM], now_ms, &from_ms)) ||
	    !ask_time(command, value[OPTION_UNTIL], now_ms, &until_ms))
		return EXIT_USAGE;
	if (value[OPTION_DRY] != NULL)
		return window_preview_print(command, value[OPTION_CONFIG], value[OPTION_STATE],
		    argv[1], from_ms, until_ms, value[OPTION_JSON] != NULL);
	buffer_print(&text, "%s\n%s\n%" PRId64 "\n%" PRId64 "\n%s\n", command->name, argv[1],
	    from_ms, until_ms, value[OPTION_TICKET] != NULL ? value[OPTION_TICKET] : "");
	ask_join(&text, argc, argv, 2);
	if (ask_text(command, &text))
		code = ask_daemon(command, value[OPTION_CONFIG], value[OPTION_STATE], ACT_WINDOW, 0,
		    buffer_text(&text));
	buffer_free(&text);
	return code;
}

static int
decide(const struct command *command, const char *const *value, int argc, char **argv)
{
	bool end = strcmp(argv[0], "end") == 0;
	uint64_t number;

	if (argc != 2 || !ask_number(argv[1], &number) || number == 0)
		return command_wrong(command, _("say the number of one window; \"sekimori %s "
		    "list\" lists them"), command->name);
	return ask_daemon(command, value[OPTION_CONFIG], value[OPTION_STATE],
	    end ? ACT_WINDOW : ACT_CONSENT, number, end ? "" : argv[0]);
}

static int
window_run(const struct command *command, int argc, char **argv)
{
	const char *value[OPTIONS] = { NULL }, *verb;
	int code;

	if (!command_verb(command, &argc, &argv, "list", value, &code))
		return code;
	verb = argv[0];
	if (strcmp(verb, "ask") == 0)
		return ask(command, value, argc, argv);
	if (strcmp(verb, "agree") == 0 || strcmp(verb, "refuse") == 0 || strcmp(verb, "end") == 0)
		return decide(command, value, argc, argv);
	if (strcmp(verb, "list") == 0)
		return window_list_print(command, value[OPTION_CONFIG], value[OPTION_STATE],
		    value[OPTION_JSON] != NULL);
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
