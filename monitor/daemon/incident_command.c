/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori incident": what a person knows better.  Each correction is a record with its author;
 * what was recorded before stays, and both can be seen.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/daemon/ask.h"

enum { OPTION_CONFIG, OPTION_STATE, OPTIONS };

static const struct command_option options[] = {
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]  = { "state", 0, "DIR",
	    N_("its state folder, instead of the configured one") },
	{ NULL, 0, NULL, NULL },
};

/* What a verb takes before the reason. */
enum takes { TAKES_INCIDENT, TAKES_TARGETS, TAKES_TIME, TAKES_USERS, TAKES_WORD, TAKES_ANSWER,
	TAKES_PERSONS };

static const struct verb {
	const char  *name;
	enum correct what;
	enum takes   takes;
	const char  *example;
} verbs[] = {
#define VERB(name, what, takes, example) { name, CORRECT_##what, TAKES_##takes, example },
#include "monitor/daemon/verb_list.h"
};

static const char *const sides[] = { "undetermined", "carrier", "provider", "interconnect", NULL };
static const char *const causes[] = { "unknown", "equipment", "human", "external", NULL };
static const char *const answers[] = { "no", "yes", "unknown", NULL };

static bool
word_number(const char *const *words, const char *word, uint64_t *number)
{
	for (uint64_t i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0) {
			*number = i;
			return true;
		}
	return false;
}

struct said {
	uint64_t    other, number;
	int64_t     at_ms;
	const char *name, *targets;
	int         used;		/* operands before the reason */
};

/* "never" takes a time back: it is not known, or not restored after all. */
static bool
take_time(const struct command *command, const char *text, struct said *said)
{
	said->used = 1;
	return strcmp(text, "never") == 0 ||
	    ask_time(command, text, clock_wall_ms(), &said->at_ms);
}

static bool
take_persons(const struct command *command, int argc, char **argv, struct said *said)
{
	said->name = argv[0];
	said->used = 2;
	if (argc > 2 && ask_number(argv[1], &said->number))
		return true;
	(void)command_wrong(command, _("say what leaked (secrecy, user_data or foreign) and of how "
	    "many persons"));
	return false;
}

/* Operands behind verb and incident; false: a sentence was printed. */
static bool
take(const struct command *command, const struct verb *verb, int argc, char **argv,
    struct said *said)
{
	*said = (struct said){ .name = "", .targets = "" };
	switch (verb->takes) {
	case TAKES_INCIDENT:
		said->used = argc > 0 && strcmp(argv[0], "with") == 0 ? 2 : 1;
		if (argc >= said->used && ask_number(argv[said->used - 1], &said->other) &&
		    said->other != 0)
			return true;
		break;
	case TAKES_TARGETS:
		said->used = 1;
		said->targets = argc > 0 ? argv[0] : "";
		return true;
	case TAKES_TIME:
		return argc > 0 && take_time(command, argv[0], said);
	case TAKES_USERS:
		said->used = 2;
		said->name = argv[0];
		if (argc > 1 && ask_number(argv[1], &said->number))
			return true;
		break;
	case TAKES_WORD:
		said->used = 1;
		if (argc > 0 && word_number(verb->what == CORRECT_CAUSE ? causes : sides, argv[0],
		    &said->number))
			return true;
		break;
	case TAKES_ANSWER:
		said->used = 2;
		said->name = argv[0];
		if (argc > 1 && word_number(answers, argv[1], &said->number))
			return true;
		break;
	case TAKES_PERSONS:
		return take_persons(command, argc, argv, said);
	}
	(void)command_wrong(command, _("\"%s\" cannot be read; for example: sekimori incident %s"),
	    argc > 0 ? argv[0] : "", verb->example);
	return false;
}

static int
correct(const struct command *command, const char *config, const char *state,
    const struct verb *verb, int argc, char **argv)
{
	struct buffer text = { .max = 0 };
	struct said said;
	uint64_t incident;
	int code = EXIT_USAGE;

	if (argc < 3 || !ask_number(argv[1], &incident) || incident == 0)
		return command_wrong(command, _("say the number of an incident, what is right, and "
		    "why; for example: sekimori incident %s"), verb->example);
	if (!take(command, verb, argc - 2, argv + 2, &said))
		return EXIT_USAGE;
	if (argc - 2 <= said.used)
		return command_wrong(command, _("say why, too; for example: sekimori incident %s"),
		    verb->example);
	buffer_print(&text, "%s\n%" PRIu64 "\n%" PRId64 "\n%" PRIu64 "\n%s\n%s\n",
	    correct_name(verb->what), said.other, said.at_ms, said.number, said.name,
	    said.targets);
	ask_join(&text, argc, argv, 2 + said.used);
	if (ask_text(command, &text))
		code = ask_daemon(command, config, state, ACT_CORRECT, incident,
		    buffer_text(&text));
	buffer_free(&text);
	return code;
}

static int
incident_run(const struct command *command, int argc, char **argv)
{
	const char *value[OPTIONS] = { NULL };
	int code;

	if (!command_verb(command, &argc, &argv, "", value, &code))
		return code;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, argv[0]) == 0)
			return correct(command, value[OPTION_CONFIG], value[OPTION_STATE],
			    &verbs[i], argc, argv);
	return command_wrong(command, _("say merge, split, occurred, known, restored, stopped, "
	    "degraded, side, cause, condition or leak; see --help"));
}

const struct command command_incident = {
	.name = "incident",
	.usage = "VERB INCIDENT WHAT WHY",
	.summary = N_("correct what is believed of an incident"),
	.about = N_("merge N with M: both are one. split N TARGETS: those are another one.\n"
	    "occurred, known, restored N TIME (or never). stopped, degraded N SERVICE USERS: at\n"
	    "the peak. side N undetermined, carrier, provider or interconnect. cause N unknown,\n"
	    "equipment, human or external. condition N NAME yes, no or unknown: a condition of a\n"
	    "legal duty, as \"sekimori report duties\" names it. leak N secrecy, user_data or\n"
	    "foreign, and of how many persons. Each is recorded with its author and reason; the\n"
	    "newest counts, none is lost."),
	.options = options,
	.run = incident_run,
};
