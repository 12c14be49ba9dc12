/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori waive": a control that is not met may be waived for one subject and a time, by two
 * people.  It hides nothing: the verdict reads waived, and what is beneath is shown beside it.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/daemon/ask.h"

enum { OPTION_UNTIL, OPTION_CONFIG, OPTION_STATE, OPTIONS };

static const struct command_option options[] = {
	[OPTION_UNTIL]  = { "until", 'u', "TIME", N_("when the waiver ends, for ask") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]  = { "state", 0, "DIR",
	    N_("its state folder, instead of the configured one") },
	{ NULL, 0, NULL, NULL },
};

static int
ask(const struct command *command, const char *const *value, int argc, char **argv)
{
	struct buffer text = { .max = 0 };
	int64_t until_ms = 0;
	int code = EXIT_USAGE;

	if (argc < 4)
		return command_wrong(command, _("say a control, a subject and why: "
		    "\"sekimori waive ask --until 2026-12-31 TS-17 target:amf-1-tls a reason\""));
	if (value[OPTION_UNTIL] == NULL)
		return command_wrong(command, _("say when it ends: --until TIME"));
	if (!ask_time(command, value[OPTION_UNTIL], clock_wall_ms(), &until_ms))
		return EXIT_USAGE;
	buffer_print(&text, "%s\n%s\n%" PRId64 "\n", argv[1], argv[2], until_ms);
	ask_join(&text, argc, argv, 3);
	if (ask_text(command, &text))
		code = ask_daemon(command, value[OPTION_CONFIG], value[OPTION_STATE], ACT_WAIVE, 0,
		    buffer_text(&text));
	buffer_free(&text);
	return code;
}

static int
decide(const struct command *command, const char *const *value, int argc, char **argv)
{
	bool withdraw = strcmp(argv[0], "withdraw") == 0;
	uint64_t number;

	if (argc != 2 || !ask_number(argv[1], &number) || number == 0)
		return command_wrong(command, _("say the number of one waiver; \"sekimori controls "
		    "--waivers\" lists them"));
	return ask_daemon(command, value[OPTION_CONFIG], value[OPTION_STATE],
	    withdraw ? ACT_WAIVE : ACT_AGREE, number, withdraw ? "" : argv[0]);
}

static int
waive_run(const struct command *command, int argc, char **argv)
{
	const char *value[OPTIONS] = { NULL }, *verb;
	int code;

	if (!command_verb(command, &argc, &argv, "", value, &code))
		return code;
	verb = argv[0];
	if (strcmp(verb, "ask") == 0)
		return ask(command, value, argc, argv);
	if (strcmp(verb, "agree") == 0 || strcmp(verb, "refuse") == 0 ||
	    strcmp(verb, "withdraw") == 0)
		return decide(command, value, argc, argv);
	return command_wrong(command, _("say ask, agree, refuse or withdraw"));
}

const struct command command_waive = {
	.name = "waive",
	.usage = "ask CONTROL SUBJECT WHY | agree N | refuse N | withdraw N",
	.summary = N_("waive a control for one subject and a time, by two people"),
	.about = N_("ask: records who asks (as the kernel says), why and until when. agree: "
	    "somebody else\nputs it in force. The verdict then reads \"waived\" until the end, and "
	    "what is\nbeneath stays visible. TIME is a date or time in JST, RFC 3339, or a "
	    "duration from now\n(30d). SUBJECT is as \"sekimori controls CONTROL\" prints it: "
	    "target:amf-1-tls."),
	.options = options,
	.run = waive_run,
};
