/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori report provider": each provider's failures from both sides, and what its contract
 * promised: when we saw it, when it said so, when it ended.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/provider_ledger.h"
#include "reports/report_paper.h"

enum { OPTION_PROVIDER = REPORT_PAPER_OPTIONS, OPTION_FROM, OPTION_TO };

static const struct command_option options[] = {
	REPORT_PAPER_ROWS,
	[OPTION_PROVIDER] = { "provider", 'p', "NAME", N_("this one alone, as sites name it") },
	[OPTION_FROM]     = { "from", 'f', "TIME",
	    N_("beginning of the period; 30 days before its end if not given") },
	[OPTION_TO]       = { "to", 't', "TIME",
	    N_("end of the period; where the report stands if not given") },
	{ NULL, 0, NULL, NULL },
};

struct asked { struct report_paper paper; const char *provider, *from, *to; };

enum { PROVIDERS_MOST = PLAN_PROVIDER_MAX + SITE_MAX };

static void
put_moment(struct paper *paper, int64_t ms)
{
	char text[TIME_TEXT] = "";

	if (ms != 0)
		time_jst_s(ms, text);
	paper_cell(paper, PAPER_PLAIN, text);
}

static void
put_lag(struct paper *paper, int64_t ms, bool late)
{
	char text[TIME_TEXT], whole[TIME_TEXT + 8] = "";

	if (ms != LAG_NONE) {
		duration_text(ms < 0 ? -ms : ms, text);
		snprintf(whole, sizeof(whole), "%s%s", ms < 0 ? "-" : "", text);
	}
	paper_cell(paper, late ? PAPER_BAD : PAPER_PLAIN, whole);
	if (late)
		paper_cell_line(paper, _("later than promised"));
}

static void
put_which(struct paper *paper, const struct provider_entry *entry)
{
	char text[48];

	if (entry->incident != 0)
		snprintf(text, sizeof(text), "#%" PRIu64, entry->incident);
	else
		snprintf(text, sizeof(text), "%s", _("not seen by us"));
	paper_cell(paper, PAPER_PLAIN, text);
}

static void
put_entry(struct paper *paper, const struct provider_entry *entry)
{
	paper_row(paper);
	put_which(paper, entry);
	paper_cell(paper, PAPER_PLAIN, entry->region);
	paper_cell(paper, entry->side == SIDE_UNDETERMINED ? PAPER_FAINT : PAPER_PLAIN,
	    _(side_name(entry->side)));
	put_moment(paper, entry->occurred_ms);
	put_moment(paper, entry->known_ms);
	put_moment(paper, entry->said_ms);
	put_moment(paper, entry->restored_ms);
	put_moment(paper, entry->started_ms);
	put_moment(paper, entry->ended_ms);
	put_lag(paper, entry->detection_ms, false);
	put_lag(paper, entry->disclosure_ms, entry->late);
	paper_cell(paper, PAPER_PLAIN, entry->title[0] != '\0' ? entry->title :
	    entry->notice != 0 ? "" : _("it said nothing that we received"));
}

static void
put_entries(struct paper *paper, const struct provider_ledger *ledger)
{
	const struct paper_column columns[] = {
		{ .head = _("incident"), .row_head = true }, { .head = _("where") },
		{ .head = _("side") }, { .head = _("occurred") }, { .head = _("we knew") },
		{ .head = _("it said so") }, { .head = _("restored") },
		{ .head = _("began, it says") }, { .head = _("ended, it says") },
		{ .head = _("detection") }, { .head = _("disclosure") },
		{ .head = _("in its words") },
	};

	paper_table(paper, ledger->provider, columns, sizeof(columns) / sizeof(columns[0]));
	for (uint32_t i = 0; i < ledger->entries; i++)
		put_entry(paper, &ledger->entry[i]);
}

static void
percent(uint32_t ppm, char out[16])
{
	snprintf(out, 16, "%u.%04u %%", ppm / 10000, ppm % 10000);
}

static void
put_availability(struct paper *paper, const struct provider_ledger *ledger)
{
	char available[16], promised[16], down[TIME_TEXT], doubtful[TIME_TEXT], blind[TIME_TEXT];
	struct buffer line = { .max = 0 };

	percent(ledger->available_ppm, available);
	percent(ledger->promised_ppm, promised);
	duration_text(ledger->down_ms, down);
	duration_text(ledger->doubtful_ms, doubtful);
	duration_text(ledger->blind_ms, blind);
	paper_list(paper, false);
	buffer_print(&line, _("available: %s (down %s)"), available, down);
	if (ledger->promised_ppm != 0)
		buffer_print(&line, _("; promised: %s"), promised);
	paper_item(paper, 1, ledger->met ? PAPER_PLAIN : PAPER_BAD, buffer_text(&line));
	buffer_reset(&line);
	buffer_print(&line, _("beside that, %s of failures of nobody's side yet"), doubtful);
	paper_item(paper, 1, ledger->doubtful_ms > 0 ? PAPER_STRONG : PAPER_PLAIN,
	    buffer_text(&line));
	buffer_reset(&line);
	buffer_print(&line, _("the monitor was not watching for %s of the period"), blind);
	paper_item(paper, 1, ledger->blind_ms > 0 ? PAPER_STRONG : PAPER_PLAIN,
	    buffer_text(&line));
	buffer_free(&line);
}

static void
put_contract(struct paper *paper, const struct plan_provider *plan)
{
	struct buffer line = { .max = 0 };
	char text[TIME_TEXT];

	if (plan == NULL) {
		paper_paragraph(paper, _("No contract with it is declared in the configuration."));
		return;
	}
	buffer_print(&line, _("contract: %s"), plan->contract[0] != '\0' ? plan->contract :
	    _("not named"));
	if (plan->until_ms != 0) {
		time_jst_s(plan->until_ms, text);
		buffer_print(&line, _(", until %s"), text);
	}
	if (plan->notice_ms != 0) {
		duration_text(plan->notice_ms, text);
		buffer_print(&line, _("; it has to say within %s that something failed"), text);
	}
	paper_paragraph(paper, buffer_text(&line));
	buffer_free(&line);
}

/* True if a promise was not kept. */
static bool
put_provider(struct paper *paper, const struct filing_source *from, const char *name,
    int64_t from_ms, int64_t to_ms)
{
	struct provider_ledger ledger;
	bool broken;

	provider_ledger_make(from->state, name, from_ms, to_ms, &ledger);
	paper_heading(paper, 2, ledger.plan != NULL && ledger.plan->legal_name[0] != '\0' ?
	    ledger.plan->legal_name : name);
	put_contract(paper, ledger.plan);
	put_availability(paper, &ledger);
	broken = !ledger.met;
	for (uint32_t i = 0; i < ledger.entries; i++)
		broken |= ledger.entry[i].late;
	if (ledger.entries > 0)
		put_entries(paper, &ledger);
	else
		paper_paragraph(paper, _("No failure of it in this period."));
	provider_ledger_free(&ledger);
	return broken;
}

static enum err
period_read(const struct asked *asked, int64_t at_ms, int64_t *from_ms, int64_t *to_ms,
    struct why *why)
{
	enum err err = ERR_OK;

	*to_ms = at_ms;
	if (asked->to != NULL)
		err = time_read(asked->to, clock_wall_ms(), to_ms, why);
	*from_ms = *to_ms - INT64_C(30) * 86400000;
	if (err == ERR_OK && asked->from != NULL)
		err = time_read(asked->from, clock_wall_ms(), from_ms, why);
	if (err == ERR_OK && *from_ms >= *to_ms)
		err = why_set(why, ERR_INVALID, _("the period ends before it begins"));
	return err != ERR_OK ? ERR_INVALID : ERR_OK;
}

static enum err
make(void *arg, const struct filing_source *from, struct paper **paper, int *code,
    struct why *why)
{
	const struct asked *asked = arg;
	const char **name = memory_new(PROVIDERS_MOST, sizeof(*name));
	uint32_t names = providers_of(from->state->plan, name, PROVIDERS_MOST), shown = 0;
	char begin[TIME_TEXT], end[TIME_TEXT], period[2 * TIME_TEXT + 8];
	int64_t from_ms, to_ms;
	enum err err = period_read(asked, from->at_ms, &from_ms, &to_ms, why);

	if (err != ERR_OK) {
		free(name);
		return err;
	}
	*paper = paper_new(i18n_language(), _("Providers: failures, disclosure, availability"));
	time_jst_s(from_ms, begin);
	time_jst_s(to_ms, end);
	snprintf(period, sizeof(period), "%s - %s", begin, end);
	paper_subtitle(*paper, period);
	report_paper_head(*paper, from);
	for (uint32_t i = 0; i < names; i++) {
		if (asked->provider != NULL && strcmp(asked->provider, name[i]) != 0)
			continue;
		shown++;
		if (put_provider(*paper, from, name[i], from_ms, to_ms))
			*code = EXIT_FINDING;
	}
	free(name);
	if (shown == 0 && asked->provider != NULL)
		return why_set(why, ERR_INVALID, _("no site and no contract names the provider "
		    "\"%.100s\""), asked->provider);
	if (shown == 0)
		paper_paragraph(*paper, _("No provider is named by a site or a contract."));
	paper_note(*paper, _("Seen from the monitor's vantages, told by the provider's own "
	    "notices as they reached us. What a provider says is its own word; whose side a "
	    "failure lies on is evidence, not a finding of law."));
	return ERR_OK;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .paper = { .name = "provider", .make = make } };
	const char *value;
	int got;

	asked.paper.arg = &asked;
	while ((got = report_paper_next(command, argc, argv, &asked.paper, &value)) >= 0) {
		switch (got) {
		case OPTION_PROVIDER: asked.provider = value; break;
		case OPTION_FROM:     asked.from = value; break;
		case OPTION_TO:       asked.to = value; break;
		}
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	return report_paper_run(command, &asked.paper);
}

const struct command command_report_provider = {
	.name = "report provider",
	.usage = "",
	.summary = N_("what each provider's failures looked like from both sides"),
	.about = N_("When we saw each failure, when the provider said so, when it ended for "
	    "each; the lags; availability\nagainst the contract, with the time nobody watched. "
	    "Exit code 1 if a promise was not kept."),
	.options = options,
	.run = run,
};
