/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori intent": changes of protection are announced before they are made, so that those nobody
 * announced stand out; and what fell is accepted by a person with a ticket, or stays a finding.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/daemon/ask.h"
#include "monitor/daemon/intent_list.h"

enum { OPTION_FROM, OPTION_UNTIL, OPTION_TICKET, OPTION_ASPECTS, OPTION_JSON, OPTION_CONFIG,
	OPTION_STATE, OPTIONS };

/* An acceptance waits so long for a second person, where the configuration asks for one. */
#define ACCEPT_MS (INT64_C(7) * 86400000)

static const struct command_option options[] = {
	[OPTION_FROM]   = { "from", 'f', "TIME", N_("when it begins; now if not given") },
	[OPTION_UNTIL]  = { "until", 'u', "TIME", N_("when it ends by itself") },
	[OPTION_TICKET] = { "ticket", 't', "TEXT", N_("the ticket it belongs to") },
	[OPTION_ASPECTS] = { "aspects", 'a', "NAMES",
	    N_("what may change, with commas, such as tls.version or tls; any if not given") },
	[OPTION_JSON]   = { "json", 'j', NULL, N_("machine-readable output") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]  = { "state", 0, "DIR",
	    N_("its state folder, instead of the configured one") },
	{ NULL, 0, NULL, NULL },
};

static int
ask(const struct command *command, const char *const *value, bool accept, int argc, char **argv)
{
	int64_t now_ms = clock_wall_ms(), from_ms = now_ms, until_ms = now_ms + ACCEPT_MS;
	struct buffer text = { .max = 0 };
	int code = EXIT_USAGE;

	if (argc < 3)
		return command_wrong(command, _("say whose protection changes and why: \"sekimori "
		    "intent announce --ticket CHG-1 --until 2h instance:amf-1 a reason\""));
	if (value[OPTION_TICKET] == NULL)
		return command_wrong(command, _("say which ticket it belongs to: --ticket TEXT"));
	if (accept && (value[OPTION_FROM] != NULL || value[OPTION_UNTIL] != NULL))
		return command_wrong(command, _("accept is about what has changed already: it has "
		    "neither --from nor --until"));
	if (!accept && value[OPTION_UNTIL] == NULL)
		return command_wrong(command, _("say when it ends: --until TIME"));
	if ((value[OPTION_FROM] != NULL &&
	    !ask_time(command, value[OPTION_FROM], now_ms, &from_ms)) ||
	    (value[OPTION_UNTIL] != NULL &&
	    !ask_time(command, value[OPTION_UNTIL], now_ms, &until_ms)))
		return EXIT_USAGE;
	buffer_print(&text, "%s\n%s\n%s\n%" PRId64 "\n%" PRId64 "\n%s\n",
	    accept ? "accept" : "change", argv[1],
	    value[OPTION_ASPECTS] != NULL ? value[OPTION_ASPECTS] : "any", from_ms, until_ms,
	    value[OPTION_TICKET]);
	ask_join(&text, argc, argv, 2);
	if (ask_text(command, &text))
		code = ask_daemon(command, value[OPTION_CONFIG], value[OPTION_STATE], ACT_INTENT,
		    0, buffer_text(&text));
	buffer_free(&text);
	return code;
}

static int
decide(const struct command *command, const char *const *value, int argc, char **argv)
{
	bool withdraw = strcmp(argv[0], "withdraw") == 0;
	uint64_t number;

	if (argc != 2 || !ask_number(argv[1], &number) || number == 0)
		return command_wrong(command, _("say the number of one intent; \"sekimori intent "
		    "list\" lists them"));
	return ask_daemon(command, value[OPTION_CONFIG], value[OPTION_STATE],
	    withdraw ? ACT_INTENT : ACT_CONCUR, number, withdraw ? "" : argv[0]);
}

static int
intent_run(const struct command *command, int argc, char **argv)
{
	const char *value[OPTIONS] = { NULL }, *verb;
	int code;

	if (!command_verb(command, &argc, &argv, "list", value, &code))
		return code;
	verb = argv[0];
	if (strcmp(verb, "announce") == 0 || strcmp(verb, "accept") == 0)
		return ask(command, value, strcmp(verb, "accept") == 0, argc, argv);
	if (strcmp(verb, "agree") == 0 || strcmp(verb, "refuse") == 0 ||
	    strcmp(verb, "withdraw") == 0)
		return decide(command, value, argc, argv);
	if (strcmp(verb, "list") == 0)
		return intent_list_print(command, value[OPTION_CONFIG], value[OPTION_STATE],
		    value[OPTION_JSON] != NULL);
	if (strcmp(verb, "aspects") == 0)
		return intent_aspects_print(value[OPTION_JSON] != NULL);
	return command_wrong(command, _("say announce, accept, agree, refuse, withdraw, list or "
	    "aspects"));
}

static const char about[] =
    N_("announce: records who announces (as the kernel says) that protection will change, for\n"
    "what, in which way, from when and until when, with its ticket. Changes within that time are\n"
    "announced; changes without an intent are findings, and so is an intent that ends without a\n"
    "change. accept: what has fallen or changed already is as it should be from now on. agree:\n"
    "somebody else puts it in force, where the configuration asks for a second person. SUBJECT\n"
    "is target:NAME (with * for any octets), instance:NAME, replica_set:NAME, site:NAME or\n"
    "provider:NAME. TIME is a date or time in JST, RFC 3339, or a duration from now (2h). list\n"
    "exits with 1 if an intent ended without a change.");

const struct command command_intent = {
	.name = "intent",
	.usage = "announce SUBJECT WHY | accept SUBJECT WHY | agree N | refuse N | withdraw N | "
	    "list | aspects",
	.summary = N_("changes of protection, announced before they are made"),
	.about = about,
	.options = options,
	.run = intent_run,
};
