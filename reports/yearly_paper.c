/* SPDX-License-Identifier: Apache-2.0 */
/* The list of a fiscal year as a paper: the columns are the fields of the form. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/correct.h"
#include "reports/yearly.h"

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

enum err
yearly_row(const struct yearly *list, const struct filing_source *from, const struct form *form,
    uint64_t incident, struct accident **accident, struct filing **filing, struct why *why)
{
	struct accident_order *order = memory_new(1, sizeof(*order));
	struct filing_source with = *from;
	enum err err;

	*filing = NULL;
	*order = (struct accident_order){ .source = from->from, .report = form->id,
		.incident = incident, .edition = list->edition, .withhold = list->withhold,
		.brief = true };
	err = accident_open(order, from, accident, why);
	with.accident = *accident;
	if (err == ERR_OK)
		err = filing_make(&with, form, i18n_language(), filing, why);
	free(order);
	return err;
}

static enum err
put_row(struct paper *paper, struct yearly *list, const struct filing_source *from,
    const struct form *form, uint64_t incident, uint32_t *open_fields, struct why *why)
{
	struct accident *accident = NULL;
	struct filing *filing = NULL;
	struct buffer number = { .max = 0 };
	enum err err = yearly_row(list, from, form, incident, &accident, &filing, why);

	if (err == ERR_OK) {
		paper_row(paper);
		buffer_print(&number, "%" PRIu64, incident);
		paper_cell(paper, PAPER_PLAIN, buffer_text(&number));
		for (uint32_t i = 0; i < filing->covers; i++)
			put_cell(paper, &filing->cover[i]);
		*open_fields += filing->blank + filing->unconfirmed;
		list->required += filing->required;
	}
	buffer_free(&number);
	filing_free(filing);
	accident_close(accident);
	return err;
}

/* --- the list ----------------------------------------------------------------------------- */

bool
yearly_lists(const struct yearly *list, const struct filing_source *from,
    const struct incident *incident)
{
	struct duty_verdict *verdict;
	int64_t occurred_ms = incident_occurred_ms(incident);
	bool listed = false;

	if (incident->absorbed_by != 0 || occurred_ms < list->from_ms ||
	    occurred_ms >= list->to_ms)
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
put_rows(struct paper *paper, struct yearly *list, const struct filing_source *from,
    const struct form *form, uint32_t *rows, struct why *why)
{
	uint32_t open_fields = 0;
	struct buffer text = { .max = 0 };
	enum err err = ERR_OK;

	for (uint32_t i = 0; i < from->state->incidents && err == ERR_OK; i++) {
		if (!yearly_lists(list, from, &from->state->incident[i]))
			continue;
		if (*rows == 0)
			put_columns(paper, form, _("Accidents of the year"));
		(*rows)++;
		err = put_row(paper, list, from, form, from->state->incident[i].id, &open_fields,
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

/* A list that is frozen, or replaces one, says so. */
static void
put_edition(const struct yearly *list, struct paper *paper)
{
	struct buffer text = { .max = 0 };

	if (list->edition == 0)
		return;
	buffer_print(&text, _("edition %" PRIu64), list->edition);
	if (list->previous != 0)
		buffer_print(&text, _(", replaces record #%" PRIu64), list->previous);
	paper_fact(paper, _("Edition of this paper"), buffer_text(&text));
	buffer_free(&text);
}

enum err
yearly_make(void *arg, const struct filing_source *from, struct paper **paper, int *code,
    struct why *why)
{
	struct yearly *list = arg;
	bool ja = strcmp(i18n_language(), "ja") == 0;
	char begin[TIME_TEXT], end[TIME_TEXT], period[3 * TIME_TEXT];
	struct form *form = NULL;
	uint32_t rows = 0;
	enum err err = form_load("yearly-list", &form, why);

	list->required = 0;
	if (err != ERR_OK)
		return err;
	*paper = paper_new(i18n_language(), ja ? form->title_ja : form->title);
	paper_subtitle(*paper, ja ? form->basis_ja : form->basis);
	report_paper_head(*paper, from);
	paper_form(*paper, form->id, form->edition, form->status == FORM_READ ? "" :
	    _("contains fields of the form that were not verified"));
	time_jst_s(list->from_ms, begin);
	time_jst_s(list->to_ms, end);
	snprintf(period, sizeof(period), "%s - %s", begin, end);
	paper_fact(*paper, _("Fiscal year"), period);
	put_edition(list, *paper);
	if (from->at_ms < list->to_ms)
		paper_warning(*paper, _("The year is not over: this list is not frozen yet."));
	err = put_rows(*paper, list, from, form, &rows, why);
	if (rows == 0)
		paper_paragraph(*paper, _("No accident of this kind occurred in the year."));
	paper_note(*paper, _("Incidents that reached a threshold of Art. 7-3(1) and were no major "
	    "accident, as far as the state keeps incidents. Minor accidents that a public notice "
	    "exempts are people's to strike out; that notice was not read."));
	*code = rows > 0 && (*paper)->marks != 0 ? EXIT_UNKNOWN : EXIT_FINE;
	form_free(form);
	return err;
}

