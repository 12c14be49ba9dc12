/* SPDX-License-Identifier: Apache-2.0 */
/* "sekimori tui": its options, and the choice between terminal and dump. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "monitor/base/clock.h"
#include "monitor/base/command.h"
#include "monitor/base/i18n.h"
#include "monitor/base/place.h"
#include "monitor/base/timetext.h"
#include "tui/loop.h"

enum { OPTION_AT, OPTION_INCIDENT, OPTION_PLAY, OPTION_LEDGER, OPTION_CONFIG, OPTION_STATE,
	OPTION_LANG, OPTION_PALETTE, OPTION_DUMP, OPTION_KEYS, OPTION_COUNT };

static const struct command_option options[] = {
	[OPTION_AT]       = { "at", 0, "TIME", N_("stand at a time instead of live") },
	[OPTION_INCIDENT] = { "incident", 0, "N",
	    N_("stand where incident N was opened, and show it") },
	[OPTION_PLAY]     = { "play", 0, "N", N_("play from there, N times as fast as it was") },
	[OPTION_LEDGER]   = { "ledger", 0, "FILE", N_("this ledger, which may be a copy") },
	[OPTION_CONFIG]   = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_STATE]    = { "state", 0, "DIR", N_("the daemon's state folder") },
	[OPTION_LANG]     = { "lang", 0, "ja|en", N_("language, instead of the environment's") },
	[OPTION_PALETTE]  = { "palette", 0, "NAME", N_("default, colourblind or mono") },
	[OPTION_DUMP]     = { "dump", 0, "COLSxROWS",
	    N_("print one screen as text, without a terminal") },
	[OPTION_KEYS]     = { "keys", 0, "KEYS", N_("press these first; for --dump") },
	{ NULL, 0, NULL, NULL },
};

/* The key table for the manual; on the screen itself it is the help view. */
static const char keys_for_manual[] =
    "Keys on the screen:\n"
#define ACTION(group, NAME, keys, text) keys ": " text ".\n"
#include "tui/action_list.h"
    ;

struct request {
	const char  *value[OPTION_COUNT];
	struct place place;
	struct desk_start start;
	enum palette palette;
	unsigned     rows, columns;
};

static bool
number_read(const char *text, uint64_t least, uint64_t most, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *number >= least &&
	    *number <= most;
}

/* A file somebody still writes has its write-ahead log beside it; without one it is a copy. */
static bool
is_copy(const char *path)
{
	char log[PATH_TEXT_MAX + 8];

	snprintf(log, sizeof(log), "%s-wal", path);
	return access(path, F_OK) == 0 && access(log, F_OK) != 0;
}

static enum err
request_ledger(struct request *request, struct why *why)
{
	const char *path = request->value[OPTION_LEDGER];
	struct desk_start *start = &request->start;
	enum err err;

	start->state_folder = "";
	if (path != NULL && request->value[OPTION_STATE] == NULL &&
	    request->value[OPTION_CONFIG] == NULL) {
		start->path = path;
		start->copy = is_copy(path);
		return ERR_OK;
	}
	err = place_find(&request->place, request->value[OPTION_CONFIG],
	    request->value[OPTION_STATE], why);
	if (err != ERR_OK)
		return err;
	start->path = path != NULL ? path : request->place.ledger;
	start->copy = path != NULL && is_copy(path);
	start->cache = request->place.cache;
	start->state_folder = request->place.state;
	return ERR_OK;
}

static enum err
request_values(struct request *request, struct why *why)
{
	const char *const *value = request->value;
	uint64_t number;
	int used = 0;

	request->start.at = value[OPTION_AT] != NULL;
	if (value[OPTION_AT] != NULL &&
	    time_read(value[OPTION_AT], clock_wall_ms(), &request->start.at_ms, why) != ERR_OK)
		return why->err;
	if (value[OPTION_INCIDENT] != NULL && !number_read(value[OPTION_INCIDENT], 1, INT64_MAX,
	    &request->start.incident))
		return why_set(why, ERR_INVALID, _("--incident takes the number of an incident"));
	if (value[OPTION_PLAY] != NULL) {
		if (!number_read(value[OPTION_PLAY], 1, SPEED_MAX, &number))
			return why_set(why, ERR_INVALID, _("--play takes a speed from 1 to %d"),
			    SPEED_MAX);
		request->start.play = (unsigned)number;
	}
	if (value[OPTION_PALETTE] != NULL && !palette_by_name(value[OPTION_PALETTE],
	    &request->palette))
		return why_set(why, ERR_INVALID,
		    _("palettes are default, colourblind and mono"));
	if (value[OPTION_DUMP] != NULL && (sscanf(value[OPTION_DUMP], "%3ux%3u%n",
	    &request->columns, &request->rows, &used) != 2 || value[OPTION_DUMP][used] != '\0' ||
	    request->rows == 0 || request->columns == 0))
		return why_set(why, ERR_INVALID, _("--dump takes a size like 80x24"));
	return ERR_OK;
}

/* NO_COLOR (no-color.org): set and not empty means that no colour is sent. */
static bool
colour_wanted(void)
{
	const char *no = getenv("NO_COLOR");

	return no == NULL || no[0] == '\0';
}

static enum err
request_serve(struct request *request, struct why *why)
{
	struct desk *desk = memory_new(1, sizeof(*desk));
	const char *keys = request->value[OPTION_KEYS];
	struct buffer out = { 0 };
	enum err err = desk_open(desk, &request->start, why);

	if (err == ERR_NOT_FOUND && request->value[OPTION_LEDGER] == NULL)
		err = why_set(why, err, _("there is no ledger in %s yet; \"sekimori run\" starts "
		    "the daemon that writes it"), request->place.state);
	if (err != ERR_OK) {
		free(desk);
		return err;
	}
	desk->palette = request->palette;
	if (request->value[OPTION_DUMP] != NULL) {
		err = loop_dump(desk, request->rows, request->columns, keys != NULL ? keys : "",
		    &out, why);
		fputs(buffer_text(&out), stdout);
	} else {
		err = loop_run(desk, colour_wanted(), why);
	}
	buffer_free(&out);
	desk_close(desk);
	free(desk);
	return err;
}

static int
tui_run(const struct command *command, int argc, char **argv)
{
	struct request *request = memory_new(1, sizeof(*request));
	struct why why = { 0 };
	const char *value;
	int got, code = EXIT_FINE;

	while ((got = command_next(command, argc, argv, &value)) >= 0)
		request->value[got] = value;
	if (got != COMMAND_END)
		code = got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	else if (optind < argc)
		code = command_wrong(command, _("\"%s\" is not understood; see --help"),
		    argv[optind]);
	else if (request->value[OPTION_DUMP] == NULL &&
	    (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		code = command_wrong(command, _("this needs a terminal; use \"sekimori status\" "
		    "in a pipe, or --dump 80x24 for one screen as text"));
	if (got != COMMAND_END || code != EXIT_FINE) {
		free(request);
		return code;
	}
	if (request->value[OPTION_LANG] != NULL)
		i18n_open(request->value[OPTION_LANG]);
	if (request_values(request, &why) != ERR_OK || request_ledger(request, &why) != ERR_OK ||
	    request_serve(request, &why) != ERR_OK)
		code = command_failed(command, &why);
	free(request);
	return code;
}

const struct command command_tui = {
	.name    = "tui",
	.usage   = "",
	.summary = N_("the screen: live, or standing at a time"),
	.about   = N_("Press ? for its keys. It only reads: what you do on it is done by "
	    "\"sekimori ack\" and\n\"sekimori note\". It needs no running daemon; it says so when "
	    "there is none. NO_COLOR turns\ncolours off. In --keys a character stands for itself, "
	    "others are written <Enter>, <Esc>,\n<Tab>, <Down>, <C-l> and so on, \"<\" is <lt>."),
	.options = options,
	.run     = tui_run,
	.more    = keys_for_manual,
};
