/* SPDX-License-Identifier: Apache-2.0 */
/* What is believed of an incident at one moment, as tables: times, users, side, duties. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/correct.h"
#include "monitor/state/duty_describe.h"
#include "reports/story_paper_part.h"

/* The zone stands in the head of the column. */
void
story_moment(int64_t ms, char out[TIME_TEXT])
{
	time_jst_s(ms, out);
	out[ms != 0 ? strlen("2026-11-20 09:15:30") : 0] = '\0';
}

static void
put_moment(struct paper *paper, int64_t ms)
{
	char text[TIME_TEXT];

	story_moment(ms, text);
	paper_cell(paper, PAPER_PLAIN, text);
}

/* --- times -------------------------------------------------------------------------------- */

static void
put_time(struct paper *paper, const char *label, int64_t recorded_ms, int64_t counts_ms,
    const struct correction *by)
{
	struct buffer text = { .max = 0 };
	bool corrected = counts_ms != recorded_ms && by != NULL;

	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, label);
	put_moment(paper, recorded_ms);
	put_moment(paper, counts_ms);
	if (counts_ms == 0)
		buffer_put_text(&text, _("not yet"));
	else if (corrected)
		buffer_print(&text, _("corrected by %s, record #%" PRIu64), by->author, by->seq);
	paper_cell(paper, corrected ? PAPER_STRONG : PAPER_PLAIN, buffer_text(&text));
	buffer_free(&text);
}

void
story_put_times(struct paper *paper, const struct story_view *view)
{
	const struct paper_column columns[] = { { .head = _("time"), .row_head = true },
		{ .head = _("recorded (JST)") }, { .head = _("counts now (JST)") },
		{ .head = _("why") } };
	const struct incident *incident = view->incident;

	paper_heading(paper, 2, _("Times"));
	paper_table(paper, _("Times"), columns, 4);
	put_time(paper, _("occurred"), incident->occurred_ms, incident_occurred_ms(incident),
	    incident_correction(incident, CORRECT_OCCURRED, ""));
	put_time(paper, _("known"), incident->known_ms, incident_known_ms(incident),
	    incident_correction(incident, CORRECT_KNOWN, ""));
	put_time(paper, _("restored"), incident->resolved_ms, incident_restored_ms(incident),
	    incident_correction(incident, CORRECT_RESTORED, ""));
}

/* --- impact ------------------------------------------------------------------------------- */

static uint64_t
distinct_of(const struct hit *hit)
{
	return hit->steps > 0 ? hit->step[hit->steps - 1].distinct : 0;
}

static void
put_hit(struct paper *paper, const struct hit *hit)
{
	bool uncertain = false;

	for (uint32_t i = 0; i < hit->steps; i++)
		uncertain |= hit->step[i].uncertain;
	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, hit->service);
	if (uncertain)
		paper_cell_line(paper, _("at least: part of it cannot be seen"));
	paper_cell_number(paper, (int64_t)hit->peak_stopped);
	paper_cell_number(paper, (int64_t)hit->peak_degraded);
	put_moment(paper, hit->peak_ms);
	paper_cell_number(paper, (int64_t)distinct_of(hit));
	put_moment(paper, hit->since_ms);
	put_moment(paper, hit->until_ms);
}

void
story_put_impact(struct paper *paper, const struct story_view *view)
{
	const struct paper_column columns[] = {
		{ .head = _("service"), .row_head = true, .width = 3 },
		{ .head = _("stopped at the peak"), .align = PAPER_RIGHT, .width = 2 },
		{ .head = _("degraded at the peak"), .align = PAPER_RIGHT, .width = 2 },
		{ .head = _("peak (JST)"), .width = 3 },
		{ .head = _("over the whole span"), .align = PAPER_RIGHT, .width = 2 },
		{ .head = _("from (JST)"), .width = 3 }, { .head = _("until (JST)"), .width = 3 },
	};

	paper_heading(paper, 2, _("Users hit"));
	if (view->affair == NULL || view->affair->hits == 0) {
		paper_paragraph(paper, _("No user of a declared service is hit."));
		return;
	}
	paper_table(paper, _("Users hit"), columns, sizeof(columns) / sizeof(columns[0]));
	for (uint32_t i = 0; i < view->affair->hits; i++)
		put_hit(paper, &view->affair->hit[i]);
}

/* --- side --------------------------------------------------------------------------------- */

void
story_put_side(struct paper *paper, const struct story_view *view)
{
	const struct paper_column columns[] = {
		{ .head = _("speaks for"), .row_head = true }, { .head = _("evidence") },
		{ .head = _("of") }, { .head = _("Record"), .align = PAPER_RIGHT } };
	struct buffer text = { .max = 0 };

	paper_heading(paper, 2, _("Whose side"));
	buffer_put_text(&text, _(side_name(view->side.side)));
	if (view->side.contradicted)
		buffer_put_text(&text, _("; evidence speaks for more than one side"));
	paper_paragraph(paper, buffer_text(&text));
	buffer_free(&text);
	if (view->side.clues == 0)
		return;
	paper_table(paper, _("Evidence of a side"), columns, 4);
	for (uint32_t i = 0; i < view->side.clues; i++) {
		const struct clue *clue = &view->side.clue[i];

		paper_row(paper);
		paper_cell(paper, PAPER_PLAIN, _(side_name(clue->side)));
		paper_cell(paper, PAPER_PLAIN, _(clue_text(clue->kind)));
		paper_cell(paper, PAPER_PLAIN, clue->what);
		paper_cell_number(paper, (int64_t)clue->seq);
	}
}

/* --- duties ------------------------------------------------------------------------------- */

static const struct affair_duty *
remembered(const struct story_view *view, const char *rule)
{
	for (uint32_t i = 0; view->affair != NULL && i < view->affair->duties; i++)
		if (strcmp(view->affair->duty[i].rule, rule) == 0)
			return &view->affair->duty[i];
	return NULL;
}

static bool
is_told(const struct duty *duty)
{
	return duty->standing == DUTY_REACHED || duty->standing == DUTY_NEAR ||
	    duty->standing == DUTY_RUNNING || duty->standing == DUTY_UNKNOWN;
}

static void
put_duty(struct paper *paper, const struct story_view *view, const struct duty *duty)
{
	const struct affair_duty *known = remembered(view, duty->rule->id);
	bool filed = known != NULL && known->filed_seq != 0;
	struct buffer text = { .max = 0 };
	char day[TIME_TEXT] = "";

	paper_row(paper);
	paper_cell(paper, PAPER_PLAIN, duty->rule->id);
	duty_describe(view->verdict, duty, &text);
	paper_cell(paper, duty->standing == DUTY_REACHED && !filed ? PAPER_BAD : PAPER_PLAIN,
	    buffer_text(&text));
	put_moment(paper, duty->reached_ms);
	if (duty->standing == DUTY_REACHED && duty->due_ms != 0)
		duty_day_end_text(duty->due_ms, day);
	paper_cell(paper, PAPER_PLAIN, day);
	buffer_reset(&text);
	if (filed)
		buffer_print(&text, "#%" PRIu64, known->filed_seq);
	paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
	paper_cell(paper, PAPER_FAINT, duty_article(duty->rule));
	buffer_free(&text);
}

void
story_put_duties(struct paper *paper, const struct story_view *view)
{
	const struct paper_column columns[] = { { .head = _("duty"), .row_head = true, .width = 2 },
		{ .head = _("standing"), .width = 7 },
		{ .head = _("became due (JST)"), .width = 3 },
		{ .head = _("until"), .width = 3 }, { .head = _("answered by"), .width = 3 },
		{ .head = _("article"), .width = 4 } };
	uint32_t told = 0;

	paper_heading(paper, 2, _("Reports that law asks for"));
	for (uint32_t i = 0; view->verdict != NULL && i < view->verdict->duties; i++) {
		if (!is_told(&view->verdict->duty[i]))
			continue;
		if (told++ == 0)
			paper_table(paper, _("Duties"), columns, 6);
		put_duty(paper, view, &view->verdict->duty[i]);
	}
	if (view->verdict == NULL)
		paper_paragraph(paper, _("The configuration names no file of legal duties."));
	else if (told == 0)
		paper_paragraph(paper, _("No duty has been reached, and no clock is running."));
}
