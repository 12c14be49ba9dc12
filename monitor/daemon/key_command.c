/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori key": what people did to keys goes on record with the minutes' SHA-256, and counts once
 * a second person agreed.
 */
#include <getopt.h>
#include <inttypes.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/file.h"
#include "monitor/base/hash.h"
#include "monitor/base/i18n.h"
#include "monitor/daemon/ask.h"
#include "monitor/daemon/key_list.h"
#include "monitor/state/custody.h"

enum { OPTION_MINUTES, OPTION_WHEN, OPTION_PRESENT, OPTION_JSON, OPTION_CONFIG, OPTION_STATE,
	OPTIONS };

enum { MINUTES_MAX = 64 << 20 };	/* octets: a scan of some hundred pages */

static const struct command_option options[] = {
	[OPTION_MINUTES] = { "minutes", 'm', "FILE",
	    N_("the minutes; their SHA-256 is recorded, the file stays with you") },
	[OPTION_WHEN]   = { "when", 'w', "TIME", N_("when it was done; now if not given") },
	[OPTION_PRESENT] = { "present", 'p', "NAMES", N_("who was present, with commas") },
	[OPTION_JSON]   = { "json", 'j', NULL, N_("machine-readable output") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]  = { "state", 0, "DIR",
	    N_("its state folder, instead of the configured one") },
	{ NULL, 0, NULL, NULL },
};

/* Options may stand behind the key, too; the text begins at *first. */
static bool
options_behind(const struct command *command, const char **value, int argc, char **argv,
    int *first, int *code)
{
	const char *taken;
	int got;

	optind = argc < 2 ? argc : 2;
	while ((got = command_next(command, argc, argv, &taken)) >= 0)
		value[got] = taken != NULL ? taken : "";
	*first = optind;
	*code = got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	return got == COMMAND_END;
}

/* A text that swallowed --config or --state would go to another daemon, with those words in it. */
static bool
option_in_text(const struct command *command, int argc, char **argv, int first)
{
	for (int i = first; i < argc; i++)
		if (strncmp(argv[i], "--", 2) == 0 && argv[i][2] != '\0') {
			(void)command_wrong(command, _("%s stands behind the text and would become "
			    "part of it: write options before it, or \"--\" before the text"),
			    argv[i]);
			return true;
		}
	return false;
}

static int
tell(const struct command *command, const char **value, int argc, char **argv)
{
	int64_t now_ms = clock_wall_ms(), when_ms = now_ms;
	struct buffer octets = { .max = 0 }, text = { .max = 0 };
	char hex[HASH_TEXT];
	struct why why = { .err = ERR_OK };
	int code = EXIT_USAGE, first;

	if (!options_behind(command, value, argc, argv, &first, &code))
		return code;
	code = EXIT_USAGE;
	if (strcmp(argv[first - 1], "--") != 0 && option_in_text(command, argc, argv, first))
		return code;
	if (first >= argc)
		return command_wrong(command, _("say which key and what was done: \"sekimori key "
		    "rotation NAME --minutes FILE --present 'A, B' a text\""));
	if (value[OPTION_MINUTES] == NULL || value[OPTION_PRESENT] == NULL)
		return command_wrong(command, _("say where the minutes are and who was present: "
		    "--minutes FILE --present NAMES"));
	if (strpbrk(value[OPTION_PRESENT], "\n\r\t") != NULL)
		return command_wrong(command, _("who was present is one line"));
	if (value[OPTION_WHEN] != NULL && !ask_time(command, value[OPTION_WHEN], now_ms, &when_ms))
		return EXIT_USAGE;
	if (file_read(value[OPTION_MINUTES], MINUTES_MAX, &octets, &why) != ERR_OK) {
		buffer_free(&octets);
		return command_failed(command, &why);
	}
	hash_text(hash_of(bytes_of_buffer(&octets)), hex);
	buffer_free(&octets);
	buffer_print(&text, "%s\n%s\n%" PRId64 "\n%s\n%s\n", argv[0], argv[1], when_ms, hex,
	    value[OPTION_PRESENT]);
	ask_join(&text, argc, argv, first);
	if (ask_text(command, &text))
		code = ask_daemon(command, value[OPTION_CONFIG], value[OPTION_STATE], ACT_CEREMONY,
		    0, buffer_text(&text));
	buffer_free(&text);
	return code;
}

static int
decide(const struct command *command, const char **value, int argc, char **argv)
{
	uint64_t number;
	int first, code;

	if (!options_behind(command, value, argc, argv, &first, &code))
		return code;
	if (argc < 2 || first != argc || !ask_number(argv[1], &number) || number == 0)
		return command_wrong(command, _("say the number of one record; \"sekimori key "
		    "list\" lists them"));
	return ask_daemon(command, value[OPTION_CONFIG], value[OPTION_STATE], ACT_CEREMONY,
	    number, argv[0]);
}

static int
key_run(const struct command *command, int argc, char **argv)
{
	const char *value[OPTIONS] = { NULL }, *verb;
	enum ceremony_kind kind;
	int code;

	if (!command_verb(command, &argc, &argv, "list", value, &code))
		return code;
	verb = argv[0];
	if (ceremony_kind_find(bytes_of_text(verb), &kind))
		return tell(command, value, argc, argv);
	if (strcmp(verb, "agree") == 0 || strcmp(verb, "refuse") == 0 ||
	    strcmp(verb, "withdraw") == 0)
		return decide(command, value, argc, argv);
	if (strcmp(verb, "list") == 0)
		return key_list_print(command, value[OPTION_CONFIG], value[OPTION_STATE],
		    value[OPTION_JSON] != NULL);
	return command_wrong(command, _("say ceremony, rotation, activate, destroy, agree, refuse, "
	    "withdraw or list"));
}

static const char about[] =
    N_("Records what was done to a key of the section keys: ceremony (it was made), rotation,\n"
    "activate, destroy; who says so (as the kernel knows), when it was done, who was present and\n"
    "the SHA-256 of the minutes. It counts for nothing until somebody else agreed, and no longer\n"
    "once it is withdrawn. TIME is a date or time in JST, or RFC 3339. Keep the minutes: only\n"
    "they say what the hash stands for. list exits with 1 if a rotation is overdue.");

const struct command command_key = {
	.name = "key",
	.usage = "ceremony|rotation|activate|destroy KEY OPTIONS TEXT | agree N | refuse N | "
	    "withdraw N | list",
	.summary = N_("ceremonies and rotations of keys, on record"),
	.about = about,
	.options = options,
	.run = key_run,
};
