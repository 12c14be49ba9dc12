/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "sekimori report duties": which reports law asks for, per incident: why, to whom, until when, how
 * near each threshold is, and which conditions a person still has to judge.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/affairs.h"
#include "monitor/state/correct.h"
#include "monitor/state/describe.h"
#include "monitor/state/duty_describe.h"
#include "reports/report_paper.h"

enum { OPTION_INCIDENT = REPORT_PAPER_OPTIONS, OPTION_ALL };

static const struct command_option options[] = {
	REPORT_PAPER_ROWS,
	[OPTION_INCIDENT] = { "incident", 'i', "N", N_("this incident alone") },
	[OPTION_ALL]      = { "all", 'a', NULL, N_("also what is not applicable or not reached") },
	{ NULL, 0, NULL, NULL },
};

struct asked { struct report_paper paper; uint64_t incident; bool all; };

static void
put_moment(struct paper *paper, int64_t ms, bool day_end)
{
	char text[TIME_TEXT] = "";

	if (ms != 0 && day_end)
		duty_day_end_text(ms, text);
	else if (ms != 0)
		time_jst_s(ms, text);
	paper_cell(paper, PAPER_PLAIN, text);
}

static const struct affair_duty *
remembered(const struct affair *affair, const char *rule)
{
	for (uint32_t i = 0; affair != NULL && i < affair->duties; i++)
		if (strcmp(affair->duty[i].rule, rule) == 0)
			return &affair->duty[i];
	return NULL;
}

static bool
is_open(enum duty_standing standing)
{
	return standing == DUTY_REACHED || standing == DUTY_NEAR || standing == DUTY_RUNNING ||
	    standing == DUTY_UNKNOWN;
}

/* True if something is due that no paper answered. */
static bool
put_duty(struct paper *paper, const struct duty_verdict *verdict, const struct duty *duty,
    const struct affair *affair)
{
	const struct affair_duty *known = remembered(affair, duty->rule->id);
	bool filed = known != NULL && known->filed_seq != 0;
	bool due = duty->standing == DUTY_REACHED && !filed;
	struct buffer line = { .max = 0 };

	paper_row(paper);
	paper_cell(paper, due ? PAPER_BAD : PAPER_PLAIN, duty->rule->id);
	paper_cell(paper, PAPER_PLAIN, duty_title(duty->rule));
	duty_describe(verdict, duty, &line);
	paper_cell(paper, due ? PAPER_BAD : PAPER_PLAIN, buffer_text(&line));
	put_moment(paper, duty->reached_ms, false);
	put_moment(paper, duty->standing == DUTY_REACHED ? duty->due_ms : 0, true);
	buffer_reset(&line);
	if (filed)
		buffer_print(&line, "#%" PRIu64, known->filed_seq);
	paper_cell(paper, PAPER_PLAIN, buffer_text(&line));
	paper_cell(paper, PAPER_PLAIN, duty_addressee(duty->rule));
	paper_cell(paper, PAPER_FAINT, duty_article(duty->rule));
	paper_cell(paper, duty->rule->status == DUTY_STATUS_READ ? PAPER_PLAIN : PAPER_FAINT,
	    duty_status_name(duty->rule->status));
	buffer_free(&line);
	return due;
}

static bool
put_duties(struct paper *paper, const struct asked *asked, const struct duty_verdict *verdict,
    const struct affair *affair)
{
	const struct paper_column columns[] = {
		{ .head = _("duty"), .row_head = true }, { .head = _("report") },
		{ .head = _("standing") }, { .head = _("became due") }, { .head = _("until") },
		{ .head = _("answered by") }, { .head = _("to") }, { .head = _("article") },
		{ .head = _("wording") },
	};
	bool due = false;

	paper_table(paper, _("Duties"), columns, sizeof(columns) / sizeof(columns[0]));
	for (uint32_t i = 0; i < verdict->duties; i++)
		if (asked->all || is_open(verdict->duty[i].standing))
			due |= put_duty(paper, verdict, &verdict->duty[i], affair);
	return due;
}

static void
put_thresholds(struct paper *paper, const struct duty_verdict *verdict)
{
	struct buffer line = { .max = 0 };

	if (verdict->pairs == 0)
		return;
	paper_heading(paper, 3, _("Thresholds of the table"));
	paper_list(paper, false);
	for (uint32_t i = 0; i < verdict->pairs; i++) {
		buffer_reset(&line);
		duty_pair_describe(verdict, &verdict->pair[i], &line);
		paper_item(paper, 1, verdict->pair[i].standing == DUTY_REACHED ? PAPER_STRONG :
		    PAPER_PLAIN, buffer_text(&line));
	}
	buffer_free(&line);
}

/* What a machine could test, and what waits for a person. */
static void
put_conditions(struct paper *paper, const struct affair_case *made,
    const struct duty_verdict *verdict)
{
	const struct paper_column columns[] = {
		{ .head = _("condition"), .row_head = true, .code = true },
		{ .head = _("answer") }, { .head = _("why") },
	};

	paper_heading(paper, 3, _("Conditions of a near-accident"));
	paper_table(paper, _("Conditions"), columns, 3);
	for (int i = 0; i < DUTY_CONDITIONS; i++) {
		const struct duty_fact *fact = &made->facts.near[i];
		enum duty_answer answer = verdict->condition[i];

		paper_row(paper);
		paper_cell(paper, PAPER_PLAIN,
		    duty_condition_name((enum duty_condition_code)i));
		paper_cell(paper, answer == DUTY_SAYS_UNKNOWN ? PAPER_BAD : PAPER_PLAIN,
		    _(duty_answer_name(answer)));
		paper_cell(paper, PAPER_PLAIN, fact->reason != NULL ? fact->reason : "");
	}
	paper_note(paper, _("\"sekimori incident condition N NAME yes, no or unknown "
	    "WHY\" records a person's answer."));
}

static void
put_times(struct paper *paper, const struct incident *incident)
{
	const struct { const char *label; int64_t now_ms, recorded_ms; } rows[] = {
		{ _("occurred"), incident_occurred_ms(incident), incident->occurred_ms },
		{ _("known"), incident_known_ms(incident), incident->known_ms },
		{ _("restored"), incident_restored_ms(incident), incident->resolved_ms },
	};
	struct buffer line = { .max = 0 };

	paper_list(paper, false);
	for (size_t i = 0; i < 3; i++) {
		char now[TIME_TEXT], before[TIME_TEXT];

		buffer_reset(&line);
		time_jst_s(rows[i].now_ms, now);
		time_jst_s(rows[i].recorded_ms, before);
		buffer_print(&line, "%s: %s", rows[i].label,
		    rows[i].now_ms != 0 ? now : _("not yet"));
		if (rows[i].now_ms != rows[i].recorded_ms && rows[i].recorded_ms != 0)
			buffer_print(&line, _(" (corrected; recorded: %s)"), before);
		paper_item(paper, 1, PAPER_PLAIN, buffer_text(&line));
	}
	buffer_free(&line);
}

/* Nothing is running and nothing was reached: of no interest unless it was asked for. */
static bool
is_shown(const struct asked *asked, const struct duty_verdict *verdict)
{
	if (asked->incident != 0 || asked->all)
		return true;
	for (uint32_t i = 0; i < verdict->duties; i++)
		if (is_open(verdict->duty[i].standing) &&
		    verdict->duty[i].rule->trigger != DUTY_TRIGGER_CAPACITY)
			return true;
	return false;
}

static bool
put_incident(struct paper *paper, const struct asked *asked, const struct filing_source *from,
    const struct incident *incident, int *code)
{
	struct duty_verdict *verdict = memory_new(1, sizeof(*verdict));
	const struct affair *affair = affair_find(from->state, incident->id);
	struct buffer title = { .max = 0 };
	struct affair_case made;
	bool shown = affair_judge(from->state, incident->id, from->at_ms, verdict) &&
	    is_shown(asked, verdict) && affair_case_make(from->state, incident->id, &made);

	if (shown) {
		buffer_print(&title, _("Incident %" PRIu64 ": "), incident->id);
		incident_describe(incident, &title);
		paper_heading(paper, 2, buffer_text(&title));
		put_times(paper, incident);
		if (put_duties(paper, asked, verdict, affair))
			*code = EXIT_FINDING;
		put_thresholds(paper, verdict);
		put_conditions(paper, &made, verdict);
		affair_case_free(&made);
	}
	buffer_free(&title);
	free(verdict);
	return shown;
}

/* Of the carrier itself: nobody files these by incident, so no paper here answers them. */
static bool
put_periodic(struct paper *paper, const struct asked *asked, const struct filing_source *from)
{
	struct duty_verdict *verdict = memory_new(1, sizeof(*verdict));
	bool shown = false;

	if (affairs_judge_periodic(from->state, from->at_ms, verdict))
		for (uint32_t i = 0; i < verdict->duties; i++)
			shown = shown || (verdict->duty[i].rule->trigger == DUTY_TRIGGER_CAPACITY &&
			    (asked->all || is_open(verdict->duty[i].standing)));
	if (shown) {
		paper_heading(paper, 2, _("Periodic reports of the carrier"));
		(void)put_duties(paper, asked, verdict, NULL);
	}
	free(verdict);
	return shown;
}

static enum err
make(void *arg, const struct filing_source *from, struct paper **paper, int *code,
    struct why *why)
{
	const struct asked *asked = arg;
	const struct state *state = from->state;
	const char *unread;
	const struct duty_rules *rules = affairs_rules(state, &unread);
	bool any = false;

	if (rules == NULL)
		return why_set(why, ERR_NOT_FOUND, unread[0] != '\0' ? "%s" :
		    _("the configuration of then names no file of legal duties%s"), unread);
	if (asked->incident != 0 && state_incident(state, asked->incident) == NULL)
		return why_set(why, ERR_INVALID, _("there was no incident %" PRIu64 " then"),
		    asked->incident);
	*paper = paper_new(i18n_language(), _("Reports that law asks for"));
	report_paper_head(*paper, from);
	report_paper_rules(*paper, state);
	for (uint32_t i = 0; i < state->incidents; i++)
		if ((asked->incident == 0 || state->incident[i].id == asked->incident) &&
		    (state->incident[i].absorbed_by == 0 || asked->incident != 0))
			any |= put_incident(*paper, asked, from, &state->incident[i], code);
	if (asked->incident == 0)
		any |= put_periodic(*paper, asked, from);
	if (!any)
		paper_paragraph(*paper, _("No duty has been reached, and no clock is running."));
	paper_note(*paper, _("Worked out by the rules of the file in force from what was recorded; "
	    "whether a report is made is decided by people. Wording marked partly or assumed was "
	    "not read in an official text."));
	return ERR_OK;
}

static int
run(const struct command *command, int argc, char **argv)
{
	struct asked asked = { .paper = { .name = "duties", .make = make } };
	const char *value;
	char *end;
	int got;

	asked.paper.arg = &asked;
	while ((got = report_paper_next(command, argc, argv, &asked.paper, &value)) >= 0) {
		asked.all = asked.all || got == OPTION_ALL;
		if (got != OPTION_INCIDENT)
			continue;
		asked.incident = strtoull(value, &end, 10);
		if (*end != '\0' || asked.incident == 0)
			return command_wrong(command, _("\"%.40s\" is no number of an incident"),
			    value);
	}
	if (got != COMMAND_END)
		return got == COMMAND_HELP ? EXIT_FINE : EXIT_USAGE;
	return report_paper_run(command, &asked.paper);
}

const struct command command_report_duties = {
	.name = "report duties",
	.usage = "",
	.summary = N_("which reports law asks for, until when, and which clocks run"),
	.about = N_("For each incident: what became due and when, by which article, to whom, which "
	    "paper answered it;\nhow far it is from each threshold; which conditions a person must "
	    "still judge. Exit code 1 if\nsomething is due that no frozen paper answered."),
	.options = options,
	.run = run,
};
