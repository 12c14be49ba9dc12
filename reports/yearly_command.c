/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori report yearly-list": accidents of a fiscal year that were no major accident (Rules of
 * reports Art. 7-3), a row each, as known at 24:00 JST of 31 March.  The columns are the fields of
 * the form.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/state/correct.h"
#include "reports/accident.h"
#include "reports/report_paper.h"

enum { OPTION_YEAR = REPORT_PAPER_OPTIONS, OPTION_WITHHOLD };

#define JST_MS (INT64_C(9) * 3600000)
#define DAY_MS INT64_C(86400000)

static const struct command_option options[] = {
	REPORT_PAPER_ROWS,
	[OPTION_YEAR] = { "year", 'y', "YEAR",
	    N_("the fiscal year that begins on 1 April of that year") },
	[OPTION_WITHHOLD] = { "withhold", 'w', NULL,
	    N_("leave out what people said; the paper says so") },
	{ NULL, 0, NULL, NULL },
};

struct asked { struct report_paper paper; int64_t year, from_ms, to_ms; bool withhold; };

/* --- one row ------------------------------------------------------------------------------ */

static void
put_cell(struct paper *paper, const struct filing_answer *answer)
{
	bool any = false;

	paper_cell(paper, answer->unknowns > 0 ? PAPER_BAD : PAPER_PLAIN, "");
	if (answer->standing == FILING_ENTERED && !answer->confirmed) {
		paper_cell_line(paper, answer->entry->withheld ? _("(withheld)") :
		    answer->entry->text);
		return;
	}
	for (uint32_t i = 0; i < answer->values; i++) {
		paper_cell_line(paper, answer->value[i].text);
		any = true;
	}
	if (!any)
		paper_cell_line(paper, _("(blank)"));
}

static enum err
put_row(struct paper *paper, const struct asked *asked, const struct filing_source *from,
    const struct form *form, uint64_t incident, uint32_t *open_fields, struct why *why)
{
	struct accident_order *order = memory_new(1, sizeof(*order));
	struct filing_source with = *from;
	struct accident *accident = NULL;
	struct filing *filing = NULL;
	struct buffer number = { .max = 0 };
	enum err err;

	order->source = from->from;
	order->report = form->id;
	order->incident = incident;
	order->withhold = asked->withhold;
	order->brief = true;
	err = accident_open(order, from, &accident, why);
	with.accident = accident;
	if (err == ERR_OK)
		err = filing_make(&with, form, i18n_language(), &filing, why);
	if (err == ERR_OK) {
		paper_row(paper);
		buffer_print(&number, "%" PRIu64, incident);
		paper_cell(paper, PAPER_PLAIN, buffer_text(&number));
		for (uint32_t i = 0; i < filing->covers; i++)
			put_cell(paper, &filing->cover[i]);
		*open_fields += filing->blank + filing->unconfirmed;
	}
	buffer_free(&number);
	filing_free(filing);
	accident_close(accident);
	free(order);
	return err;
}

/* --- the list ----------------------------------------------------------------------------- */

/* RR 7-3(1), and no major accident, which supersedes it. */
static bool
is_listed(const struct asked *asked, const struct filing_source *from,
    const struct incident *incident)
{
	struct duty_verdict *verdict;
	int64_t occurred_ms = incident_occurred_ms(incident);
	bool listed = false;

	if (incident->absorbed_by != 0 || occurred_ms < asked->from_ms ||
	    occurred_ms >= asked->to_ms)
		return false;
	verdict = memory_new(1, sizeof(*verdict));
	if (affair_judge(from->state, incident->id, from->at_ms, verdict))
		for (uint32_t i = 0; i < verdict->duties; i++)
			listed = listed || (verdict->duty[i].standing == DUTY_REACHED &&
			    verdict->duty[i].rule->trigger == DUTY_TRIGGER_SMALL_ACCIDENT);
	free(verdict);
	return listed;
}

static void
put_columns(struct paper *paper, const struct form *form, const char *name)
{
	struct paper_column *column = memory_new(form->covers + 1, sizeof(*column));
	bool ja = strcmp(i18n_language(), "ja") == 0;

	column[0] = (struct paper_column){ .head = _("Incident"), .row_head = true };
	for (uint32_t i = 0; i < form->covers; i++)
		column[i + 1].head = ja ? form->cover[i].title_ja : form->cover[i].title;
	paper_table(paper, name, column, form->covers + 1);
	free(column);
}

static enum err
put_rows(struct paper *paper, const struct asked *asked, const struct filing_source *from,
    const struct form *form, uint32_t *rows, struct why *why)
{
	uint32_t open_fields = 0;
	struct buffer text = { .max = 0 };
	enum err err = ERR_OK;

	for (uint32_t i = 0; i < from->state->incidents && err == ERR_OK; i++) {
		if (!is_listed(asked, from, &from->state->incident[i]))
			continue;
		if (*rows == 0)
			put_columns(paper, form, _("Accidents of the year"));
		(*rows)++;
		err = put_row(paper, asked, from, form, from->state->incident[i].id, &open_fields,
		    why);
	}
	if (open_fields > 0) {
		paper_mark(paper, PAPER_DRAFT);
		buffer_print(&text, _("%" PRIu32 " cells are still to be entered or confirmed: "
		    "\"sekimori report fill yearly-list --incident N\"."), open_fields);
		paper_warning(paper, buffer_text(&text));
	}
	buffer_free(&text);
	return err;
}

static enum err
make(void *arg, const struct filing_source *from, struct paper **paper, int *code,
    struct why *why)
{
	const struct asked *asked = arg;
	bool ja = strcmp(i18n_language(), "ja") == 0;
	char begin[TIME_TEXT], end[TIME_TEXT], period[3 * TIME_TEXT];
	struct form *form = NULL;
	uint32_t rows = 0;
	enum err err = form_load("yearly-list", &form, why);

	if (err != ERR_OK)
		return err;
	*paper = paper_new(i18n_language(), ja ? form->title_ja : form->title);
	paper_subtitle(*paper, ja ? form->basis_ja : form->basis);
	report_paper_head(*paper, from);
	paper_form(*paper, form->id, form->edition, form->status == FORM_READ ? "" :
	    _("contains fields of the form that were not verified"));
	time_jst_s(asked->from_ms, begin);
	time_jst_s(asked->to_ms, end);
	snprintf(period, sizeof(period), "%s - %s", begin, end);
	paper_fact(*paper, _("Fiscal year"), period);
	if (from->at_ms < asked->to_ms)
		paper_warning(*paper, _("The year is not over: this list is not frozen yet."));
	err = put_rows(*paper, asked, from, form, &rows, why);
	if (rows == 0)
		paper_paragraph(*paper, _("No accident of this kind occurred in the year."));
	paper_note(*paper, _("Incidents that reached a threshold of Art. 7-3(1) and were no major "
	    "accident, as far as the state keeps incidents. Minor accidents that a public notice "
	    "exempts are people's to strike out; that notice was not read."));
	*code = rows > 0 && (*paper)->marks != 0 ? EXIT_UNKNOWN : EXIT_FINE;
	form_free(form);
	return err;
}

static int
run(const struct command *command, int argc, char **argv)
{
	static char frozen[32];
	struct asked asked = { .paper = { .name = "yearly-list", .make = make } };
	const char *value;
	int got;

	asked.paper.arg = &asked;
	while ((got = report_paper_next(command, argc, argv, &asked.paper, &value)) >= 0) {
		if (got == OPTION_YEAR)
			asked.year = strtoll(value, NULL, 10);
		asked.withhold = asked.withhold || got == OPTION_WITHHOLD;
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	if (asked.year < 1970 || asked.year > 9998)
		return command_wrong(command, _("say which fiscal year: --year 2026"));
	asked.from_ms = days_of_date(asked.year, 4, 1) * DAY_MS - JST_MS;
	asked.to_ms = days_of_date(asked.year + 1, 4, 1) * DAY_MS - JST_MS;
	/* Once the year is over it is as it was known then, unless somebody asks otherwise. */
	if (asked.paper.at == NULL && clock_wall_ms() >= asked.to_ms) {
		snprintf(frozen, sizeof(frozen), "@%" PRId64, asked.to_ms / 1000);
		asked.paper.at = frozen;
	}
	return report_paper_run(command, &asked.paper);
}

const struct command command_report_yearly_list = {
	.name = "report yearly-list",
	.usage = "",
	.summary = N_("accidents of a fiscal year that were no major accident, form 27 (F9)"),
	.about = N_("One row for each incident, a column for each field of the form; --format xlsx "
	    "makes a sheet of it. Once\nthe year is over it is as known at 24:00 JST of 31 March, "
	    "unless --at asks otherwise. Exit code 3\nwhile a cell is to be entered or confirmed."),
	.options = options,
	.run = run,
};
