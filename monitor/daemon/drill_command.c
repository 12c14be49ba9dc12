/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori drill": an exercise on the carrier's own configuration, in a folder of its own with a
 * key of its own: the daemon as it is, with a worker that plays a scenario.  Nothing is probed, and
 * nobody outside hears of it unless that was asked for.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/places.h"
#include "monitor/daemon/config_part.h"
#include "monitor/ledger/note.h"
#include "monitor/state/drill.h"

enum { OPTION_CONFIG, OPTION_LEDGER, OPTION_SPEED, OPTION_OF, OPTION_NOTIFY, OPTION_PREPARE,
	OPTION_LIST };

static const struct command_option options[] = {
	[OPTION_CONFIG]  = { "config", 'c', "FILE", N_("the carrier's configuration") },
	[OPTION_LEDGER]  = { "ledger", 0, "DIR",
	    N_("folder of the exercise, new; drill-SCENARIO if not given") },
	[OPTION_SPEED]   = { "speed", 0, "N",
	    N_("N times as fast as written; clocks of law and of people are not") },
	[OPTION_OF]      = { "of", 0, "KIND:NAME",
	    N_("what it happens to, instead of what the scenario chooses") },
	[OPTION_NOTIFY]  = { "notify", 0, NULL,
	    N_("send notices to the configured channels, each marked as of an exercise") },
	[OPTION_PREPARE] = { "prepare", 0, NULL, N_("make the folder, and do not start") },
	[OPTION_LIST]    = { "list", 0, NULL, N_("the scenarios there are") },
	{ NULL, 0, NULL, NULL },
};

struct asked {
	const char *scenario, *config, *folder, *of;
	uint64_t    speed;
	bool        notify, prepare, list;
	char        conf[PATH_TEXT_MAX], state[PATH_TEXT_MAX];	/* of the exercise */
};

/* --- scenarios ---------------------------------------------------------------------------- */

static enum err
scenario_path(const char *name, char out[PATH_TEXT_MAX], struct why *why)
{
	char folder[PATH_TEXT_MAX], file[NAME_MAX_LEN + 8];

	if (strchr(name, '/') != NULL) {
		if ((size_t)snprintf(out, PATH_TEXT_MAX, "%s", name) < PATH_TEXT_MAX)
			return ERR_OK;
		return why_set(why, ERR_LIMIT, "the path of the scenario is too long");
	}
	config_data_folder("drills", "SEKIMORI_DRILLS", folder);
	snprintf(file, sizeof(file), "%.60s.drill", name);
	if (name[0] == '.' || !file_path(out, PATH_TEXT_MAX, folder, file) ||
	    access(out, R_OK) != 0)
		return why_set(why, ERR_INVALID, _("there is no scenario \"%.60s\" in %.200s; "
		    "\"sekimori drill --list\" names them, and a file elsewhere is named by its "
		    "path"), name, folder);
	return ERR_OK;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
is_scenario(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 6 && strcmp(entry->d_name + len - 6, ".drill") == 0;
}

static void
list_one(const char *folder, const char *name)
{
	struct buffer octets = { .max = 0 };
	struct drill *drill = NULL;
	char path[PATH_TEXT_MAX];
	struct why why = { .err = ERR_OK };
	bool japanese = strcmp(i18n_language(), "ja") == 0;

	if (file_path(path, sizeof(path), folder, name) &&
	    file_read(path, DRILL_FILE_MAX, &octets, &why) == ERR_OK &&
	    drill_read(bytes_of_buffer(&octets), path, &drill, &why) == ERR_OK)
		printf("%-22s %s\n    %s\n", drill->id, japanese ? drill->title_ja : drill->title,
		    japanese ? drill->about_ja : drill->about);
	else
		printf("%s\n", why.text);
	drill_free(drill);
	buffer_free(&octets);
}

static int
list_run(const struct command *command)
{
	struct dirent **entry;
	char folder[PATH_TEXT_MAX];
	int count;

	config_data_folder("drills", "SEKIMORI_DRILLS", folder);
	count = scandir(folder, &entry, is_scenario, by_name);
	if (count < 0)
		return command_wrong(command, "%s: %s", folder, strerror(errno));
	for (int i = 0; i < count; i++) {
		list_one(folder, entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	return EXIT_FINE;
}

/* --- the folder --------------------------------------------------------------------------- */

/* Settings of this exercise stand before the scenario's own text, which has none of them. */
static enum err
scenario_write(const struct asked *asked, const char *path, struct why *why)
{
	struct buffer octets = { .max = 0 }, text = { .max = 0 };
	struct drill *drill = NULL;
	char from[PATH_TEXT_MAX];
	enum err err = scenario_path(asked->scenario, from, why);

	if (err == ERR_OK)
		err = file_read(from, DRILL_FILE_MAX, &octets, why);
	if (err == ERR_OK) {
		if (asked->speed != 0)
			buffer_print(&text, "speed = %llu;\n", (unsigned long long)asked->speed);
		if (asked->of != NULL)
			buffer_print(&text, "of = \"%s\";\n", asked->of);
		buffer_put(&text, octets.at, octets.len);
		err = drill_read(bytes_of_buffer(&text), from, &drill, why);
	}
	if (err == ERR_OK)
		err = file_write(path, bytes_of_buffer(&text), 0644, why);
	drill_free(drill);
	buffer_free(&octets);
	buffer_free(&text);
	return err;
}

static enum err
key_write(const char *path, struct why *why)
{
	struct buffer pem = { .max = 0 };
	struct signing_key *key = NULL;
	enum err err = signing_key_make(&key, why);

	if (err == ERR_OK)
		err = signing_key_write(key, &pem, why);
	if (err == ERR_OK)
		err = file_write(path, bytes_of_buffer(&pem), 0600, why);
	if (pem.cap > 0)
		explicit_bzero(pem.at, pem.cap);
	buffer_free(&pem);
	signing_key_free(key);
	return err;
}

/* A path within quotes of libconfig. */
static bool
is_plain(const char *text)
{
	return strpbrk(text, "\"\\\n") == NULL;
}

static enum err
conf_write(const struct asked *asked, const char *scenario, struct why *why)
{
	struct buffer text = { .max = 0 };
	char base[PATH_MAX];
	enum err err;

	if (realpath(asked->config, base) == NULL)
		return why_set(why, ERR_INVALID, "%.300s: %s", asked->config, strerror(errno));
	if (!is_plain(base) || !is_plain(asked->state) || !is_plain(scenario))
		return why_set(why, ERR_INVALID, "a path with quotes or backslashes cannot be "
		    "written into a configuration");
	buffer_print(&text, "# An exercise: nothing that is recorded with this configuration "
	    "happened.\nmonitor = { state = \"%s\"; };\ndrill = {\n\tconfig = \"%s\";\n"
	    "\tscenario = \"%s\";\n\tnotify = %s;\n};\n", asked->state, base, scenario,
	    asked->notify ? "true" : "false");
	err = file_write(asked->conf, bytes_of_buffer(&text), 0640, why);
	buffer_free(&text);
	return err;
}

static enum err
prepare(struct asked *asked, struct why *why)
{
	char folder[PATH_MAX], scenario[PATH_TEXT_MAX], key[PATH_TEXT_MAX];
	enum err err = file_folder(asked->folder, 0750, why);

	if (err != ERR_OK)
		return err;
	if (realpath(asked->folder, folder) == NULL ||
	    !file_path(asked->conf, sizeof(asked->conf), folder, "sekimori.conf") ||
	    !file_path(asked->state, sizeof(asked->state), folder, "state") ||
	    !file_path(scenario, sizeof(scenario), folder, "scenario.drill") ||
	    !file_path(key, sizeof(key), folder, "signing-key.pem"))
		return why_set(why, ERR_LIMIT, "the path %.200s is too long", asked->folder);
	if (access(asked->conf, F_OK) == 0 || access(asked->state, F_OK) == 0)
		return why_set(why, ERR_INVALID, _("%.300s is not new: every exercise has a folder "
		    "of its own; name another with --ledger DIR"), folder);
	err = scenario_write(asked, scenario, why);
	if (err == ERR_OK)
		err = key_write(key, why);
	if (err == ERR_OK)
		err = conf_write(asked, scenario, why);
	if (err == ERR_OK)
		err = file_folder(asked->state, STATE_MODE, why);
	return err;
}

/* --- the command -------------------------------------------------------------------------- */

/* It can be played, before anything is started: the daemon's own reader says so. */
static enum err
look(const struct asked *asked, struct why *why)
{
	struct config config;
	enum err err = config_load(asked->conf, &config, NULL, why);

	config_free(&config);
	return err;
}

static int
start(const struct command *command, const struct asked *asked)
{
	printf(_("exercise   %s\n"
	    "look       sekimori tui -c %s\n"
	    "act        sekimori ack -c %s 1 ..., and every other command with -c\n"
	    "score      sekimori drill score --ledger %s/ledger.db\n"), asked->scenario,
	    asked->conf, asked->conf, asked->state);
	fflush(stdout);
	if (asked->prepare)
		return EXIT_FINE;
	execl("/proc/self/exe", "sekimori", "run", "-c", asked->conf, (char *)NULL);
	return command_wrong(command, _("the exercise cannot be started: %s"), strerror(errno));
}

static enum err
take_option(struct asked *asked, int got, const char *value, struct why *why)
{
	char *end;

	switch (got) {
	case OPTION_CONFIG:  asked->config = value; break;
	case OPTION_LEDGER:  asked->folder = value; break;
	case OPTION_OF:      asked->of = value; break;
	case OPTION_NOTIFY:  asked->notify = true; break;
	case OPTION_PREPARE: asked->prepare = true; break;
	case OPTION_LIST:    asked->list = true; break;
	default:
		asked->speed = strtoull(value, &end, 10);
		if (*end != '\0' || asked->speed == 0 || asked->speed > DRILL_SPEED_MAX)
			return why_set(why, ERR_INVALID, _("--speed takes a number from 1 to %d"),
			    DRILL_SPEED_MAX);
	}
	return ERR_OK;
}

/* Options may stand behind the scenario, too. */
static int
take_words(const struct command *command, int argc, char **argv, struct asked *asked)
{
	struct why why = { .err = ERR_OK };
	const char *value;
	int got;

	for (;;) {
		while ((got = command_next(command, argc, argv, &value)) >= 0)
			if (take_option(asked, got, value, &why) != ERR_OK) {
				(void)command_wrong(command, "%s", why.text);
				return COMMAND_WRONG;
			}
		if (got != COMMAND_END || optind == argc)
			return got;
		if (asked->scenario != NULL) {
			(void)command_wrong(command, _("there is nothing to do with \"%s\"; see "
			    "--help"), argv[optind]);
			return COMMAND_WRONG;
		}
		asked->scenario = argv[optind++];
	}
}

static int
drill_run(const struct command *command, int argc, char **argv)
{
	char config[PATH_TEXT_MAX], folder[NAME_MAX_LEN + 16];
	struct asked asked = { .config = config };
	struct why why = { .err = ERR_OK };
	const char *last;
	int got;

	place_config(config);
	got = take_words(command, argc, argv, &asked);
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (asked.list)
		return list_run(command);
	if (asked.scenario == NULL || (asked.of != NULL && !is_plain(asked.of)))
		return command_wrong(command, _("name one scenario; \"sekimori drill --list\" "
		    "says which there are"));
	last = strrchr(asked.scenario, '/');
	snprintf(folder, sizeof(folder), "drill-%.60s", last != NULL ? last + 1 : asked.scenario);
	asked.folder = asked.folder != NULL ? asked.folder : folder;
	if (prepare(&asked, &why) != ERR_OK || look(&asked, &why) != ERR_OK)
		return command_failed(command, &why);
	return start(command, &asked);
}

const struct command command_drill = {
	.name = "drill",
	.usage = "SCENARIO",
	.summary = N_("play an exercise on this configuration, in a ledger of its own"),
	.about = N_("Nothing is probed and nothing is received: a scenario plays observations, "
	    "alarms and a provider's words\ninto a ledger that begins with \"drill/\" and marks "
	    "every record. People acknowledge, correct and\nreport with the ordinary commands and "
	    "-c DIR/sekimori.conf; Ctrl-C ends it, \"sekimori drill score\" says how\nit went. "
	    "A drill's ledger and a real one refuse each other's configuration."),
	.options = options,
	.run = drill_run,
};
