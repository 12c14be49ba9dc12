/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori report calendar": what ends when (certificates, permissions, intents, waivers), as a
 * list, as JSON, or as iCalendar for the calendars people already look at.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "monitor/base/command.h"
#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "reports/calendar_ics.h"
#include "reports/report_stand.h"

enum { OPTION_AT, OPTION_LANG, OPTION_FORMAT, OPTION_OUT, OPTION_CONFIG, OPTION_LEDGER };

static const struct command_option options[] = {
	[OPTION_AT]     = { "at", 0, "TIME", N_("as believed at this recorded time") },
	[OPTION_LANG]   = { "lang", 0, "LANG", N_("its language: ja or en") },
	[OPTION_FORMAT] = { "format", 0, "FORMAT", N_("ics, text or json; text if not given") },
	[OPTION_OUT]    = { "out", 'o', "FILE", N_("write that file; a calendar may fetch it") },
	[OPTION_CONFIG] = { "config", 'c', "FILE", N_("the daemon's configuration") },
	[OPTION_LEDGER] = { "ledger", 0, "FILE", N_("a ledger file, instead of the daemon's") },
	{ NULL, 0, NULL, NULL },
};

struct asked { const char *at, *lang, *format, *out, *config, *ledger; };

typedef void calendar_print(struct buffer *, const struct state *, const struct calendar *,
    int64_t now_ms);

static const struct { const char *name; calendar_print *print; } formats[] = {
	{ "text", calendar_print_text }, { "ics", calendar_print_ics },
	{ "json", calendar_print_json },
};

static calendar_print *
format_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0)
			return formats[i].print;
	return NULL;
}

static enum err
write_out(const struct asked *asked, const struct filing_source *from, int *code, struct why *why)
{
	struct buffer text = { .max = BUFFER_MAX };
	struct calendar calendar;
	enum err err = ERR_OK;

	calendar_make(&calendar, from->state);
	for (size_t i = 0; i < calendar.entries; i++)
		if (calendar.entry[i].at_ms <= from->at_ms && calendar.entry[i].known)
			*code = EXIT_FINDING;
	format_find(asked->format)(&text, from->state, &calendar, from->at_ms);
	calendar_free(&calendar);
	if (asked->out != NULL)
		err = file_write(asked->out, bytes_of_buffer(&text), 0644, why);
	else
		fwrite(text.at, 1, text.len, stdout);
	buffer_free(&text);
	return err;
}

static int
make(const struct command *command, const struct asked *asked)
{
	struct filing_source from = { .state = NULL };
	struct report_source source;
	struct state *later = NULL;
	struct why why = { .err = ERR_OK };
	int code = EXIT_FINE;
	enum err err = report_open(&source, asked->config, NULL, asked->ledger, &why);

	if (err != ERR_OK)
		return command_failed(command, &why);
	err = report_stand(&source, asked->at, false, &from, &later, &why);
	if (err == ERR_OK && asked->lang != NULL)
		i18n_open(asked->lang);
	if (err == ERR_OK)
		err = write_out(asked, &from, &code, &why);
	if (err != ERR_OK)
		code = err == ERR_INVALID ? command_wrong(command, "%s", why.text) :
		    command_failed(command, &why);
	state_free(later);
	report_close(&source);
	return code;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .format = "text" };
	const char *value;
	int got;

	while ((got = command_next(command, argc, argv, &value)) >= 0) {
		switch (got) {
		case OPTION_AT:     asked.at = value; break;
		case OPTION_LANG:   asked.lang = value; break;
		case OPTION_FORMAT: asked.format = value; break;
		case OPTION_OUT:    asked.out = value; break;
		case OPTION_CONFIG: asked.config = value; break;
		case OPTION_LEDGER: asked.ledger = value; break;
		}
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (optind < argc)
		return command_wrong(command, _("there is nothing to do with \"%s\"; see --help"),
		    argv[optind]);
	if (format_find(asked.format) == NULL)
		return command_wrong(command, _("there is no format \"%s\"; say ics, text or json"),
		    asked.format);
	if (asked.lang != NULL && strcmp(asked.lang, "ja") != 0 && strcmp(asked.lang, "en") != 0)
		return command_wrong(command, _("a calendar has one language: ja or en"));
	return make(command, &asked);
}

const struct command command_report_calendar = {
	.name = "report calendar",
	.usage = "",
	.summary = N_("what ends when: certificates, permissions, intents, waivers"),
	.about = N_("Every certificate of every chain that was seen, permissions of refusals, "
	    "intents that run and waivers in\nforce, by the time they end. ics is iCalendar (RFC "
	    "5545) with alarms 30, 7 and 1 days before. Exit code 1 if\nsomething that is seen "
	    "now has ended."),
	.options = options,
	.run = run,
};
