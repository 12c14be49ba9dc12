/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori report yearly-list": accidents of a fiscal year that were no major accident (Rules of
 * reports Art. 7-3), a row each, as known at 24:00 JST of 31 March.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "reports/yearly.h"

enum { OPTION_YEAR = REPORT_PAPER_OPTIONS, OPTION_WITHHOLD, OPTION_BUNDLE, OPTION_RECORD,
	OPTION_FREEZE, OPTION_AS_KNOWN, OPTION_EDITION };

#define JST_MS (INT64_C(9) * 3600000)
#define DAY_MS INT64_C(86400000)

static const struct command_option options[] = {
	REPORT_PAPER_ROWS,
	[OPTION_YEAR] = { "year", 'y', "YEAR",
	    N_("the fiscal year that begins on 1 April of that year") },
	[OPTION_WITHHOLD] = { "withhold", 'w', NULL,
	    N_("leave out what people said; the paper says so") },
	[OPTION_BUNDLE] = { "bundle", 0, "DIR",
	    N_("with every record it cites and its proof, for anybody to verify") },
	[OPTION_RECORD] = { "record", 0, NULL,
	    N_("have the daemon record it: from then on none of it can be exchanged unseen") },
	[OPTION_FREEZE] = { "freeze", 0, NULL,
	    N_("record it as the next edition of this paper; implies --record") },
	[OPTION_AS_KNOWN] = { "as-known", 0, NULL,
	    N_("freeze it although fields are still blank or not confirmed") },
	[OPTION_EDITION] = { "edition", 0, "N", N_("print this frozen edition again") },
	{ NULL, 0, NULL, NULL },
};

/* --- the command -------------------------------------------------------------------------- */

static bool
take_number(const char *text, uint64_t *number)
{
	char *end;

	*number = strtoull(text, &end, 10);
	return *end == '\0' && text[0] >= '0' && text[0] <= '9' && *number > 0;
}

static int
take_option(const struct command *command, int got, const char *value, struct yearly *list)
{
	uint64_t number = 0;

	switch (got) {
	case OPTION_WITHHOLD: list->withhold = true; break;
	case OPTION_BUNDLE:   list->bundle = value; break;
	case OPTION_RECORD:   list->record = true; break;
	case OPTION_FREEZE:   list->freeze = list->record = true; break;
	case OPTION_AS_KNOWN: list->as_known = true; break;
	default:
		if (!take_number(value, &number))
			return command_wrong(command, _("\"%.40s\" is no number"), value);
		if (got == OPTION_EDITION)
			list->edition = number;
		else
			list->year = number < INT64_MAX ? (int64_t)number : 0;
	}
	return EXIT_FINE;
}

/* NULL if what is asked for goes together. */
static const char *
objection(const struct yearly *list)
{
	bool kept = list->paper.folder != NULL || list->bundle != NULL;

	if (list->year < 1970 || list->year > 9998)
		return _("say which fiscal year: --year 2026");
	if (list->record && list->paper.ledger != NULL)
		return _("--record asks the daemon, which records in its own ledger: leave "
		    "--ledger out");
	if (list->record && !kept)
		return _("--record goes with --out DIR or --bundle DIR: what is recorded must be "
		    "kept");
	if (list->edition != 0 && (list->record || list->paper.at != NULL))
		return _("--edition prints what was frozen: it goes with neither --at nor "
		    "--record");
	return NULL;
}

static int
run(const struct command *command, int argc, char **argv)
{
	static char frozen[32];
	struct yearly list = { .paper = { .name = "yearly-list", .make = yearly_make } };
	const char *value, *wrong;
	int got;

	list.paper.arg = &list;
	while ((got = report_paper_next(command, argc, argv, &list.paper, &value)) >= 0)
		if (take_option(command, got, value, &list) != EXIT_FINE)
			return EXIT_USAGE;
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	wrong = objection(&list);
	if (wrong != NULL)
		return command_wrong(command, "%s", wrong);
	snprintf(list.report, sizeof(list.report), "yearly-list/%" PRId64, list.year);
	list.from_ms = days_of_date(list.year, 4, 1) * DAY_MS - JST_MS;
	list.to_ms = days_of_date(list.year + 1, 4, 1) * DAY_MS - JST_MS;
	/* Once the year is over it is as it was known then, unless somebody asks otherwise. */
	if (list.paper.at == NULL && clock_wall_ms() >= list.to_ms) {
		snprintf(frozen, sizeof(frozen), "@%" PRId64, list.to_ms / 1000);
		list.paper.at = frozen;
	}
	return list.record || list.bundle != NULL || list.edition != 0 ?
	    yearly_file(command, &list) : report_paper_run(command, &list.paper);
}

const struct command command_report_yearly_list = {
	.name = "report yearly-list",
	.usage = "",
	.summary = N_("accidents of a fiscal year that were no major accident, form 27 (F9)"),
	.about = N_("One row for each incident, a column for each field of the form; --format xlsx "
	    "makes a sheet of it. Once\nthe year is over it is as known at 24:00 JST of 31 March, "
	    "unless --at asks otherwise. --freeze\nrecords it as an edition, which --edition "
	    "prints again. Exit code 3 while a cell is to be entered\nor confirmed."),
	.options = options,
	.run = run,
};
