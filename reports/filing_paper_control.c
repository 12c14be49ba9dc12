/* SPDX-License-Identifier: Apache-2.0 */
/* The control table of a filing as tables of a paper, and its waivers. */
#include <inttypes.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/filing_paper.h"
#include "reports/filing_phrase.h"

enum { SUBJECTS_ROW = 24 };	/* of one row; a page can then break between them */

/* --- controls that are judged ------------------------------------------------------------- */

static void
put_name(const struct filing_control *control, bool first, struct paper *paper)
{
	struct buffer text = { .max = 0 };

	buffer_print(&text, "%s  %s", control->id, control->clause);
	paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
	if (first) {
		buffer_reset(&text);
		buffer_print(&text, "%s (%s)", control->title, phrase_level(control->level));
		paper_cell_line(paper, buffer_text(&text));
	}
	if (first && control->limit[0] != '\0') {
		buffer_reset(&text);
		buffer_print(&text, _("limit: %s"), control->limit);
		paper_cell_line(paper, buffer_text(&text));
	}
	buffer_free(&text);
}

static void
put_subjects(const struct filing_control *control, uint32_t from, uint32_t end,
    struct paper *paper)
{
	struct buffer text = { .max = 0 };
	char since[TIME_TEXT];

	for (uint32_t i = from; i < end; i++) {
		time_jst_s(control->finding[i].since_ms, since);
		buffer_print(&text, _("%s%s since %s #%" PRIu64), i > from ? ", " : "",
		    control->finding[i].subject, since, control->finding[i].seq);
	}
	paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
	buffer_free(&text);
}

static void
put_why(const struct filing_finding *finding, struct paper *paper)
{
	struct buffer text = { .max = 0 };

	if (finding->missing[0] != '\0')
		buffer_print(&text, _("missing: %s; "), finding->missing);
	if (finding->because[0] != '\0')
		buffer_print(&text, _("read: %s"), finding->because);
	if (finding->waiver != 0)
		buffer_print(&text, _("; waived by record #%" PRIu64 ", beneath: %s"),
		    finding->waiver, _(verdict_text(finding->beneath)));
	paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
	buffer_free(&text);
}

static void
put_verdict(enum verdict verdict, uint32_t count, struct paper *paper)
{
	struct buffer text = { .max = 0 };

	buffer_put_text(&text, _(verdict_text(verdict)));
	if (count > 0)
		buffer_print(&text, " (%" PRIu32 ")", count);
	paper_cell(paper, verdict == VERDICT_NOT_MET || verdict == VERDICT_UNKNOWN ? PAPER_BAD :
	    PAPER_STRONG, buffer_text(&text));
	buffer_free(&text);
}

static void
put_control(const struct filing_control *control, struct paper *paper)
{
	for (uint32_t from = 0, end; from < control->findings; from = end) {
		end = phrase_group(control, from);
		for (uint32_t row = from; row < end; row += SUBJECTS_ROW) {
			paper_row(paper);
			put_name(control, row == 0, paper);
			put_verdict(control->finding[from].verdict, end - from, paper);
			put_subjects(control, row, row + SUBJECTS_ROW < end ? row + SUBJECTS_ROW :
			    end, paper);
			if (row == from)
				put_why(&control->finding[from], paper);
		}
	}
	if (control->findings > 0)
		return;
	paper_row(paper);
	put_name(control, true, paper);
	put_verdict(control->verdict, 0, paper);
	paper_cell(paper, PAPER_PLAIN, _("there is no such subject"));
}

static void
put_decided(const struct filing_standard *standard, struct paper *paper)
{
	const struct paper_column columns[] = {
		{ .head = _("Control"), .row_head = true, .width = 30 },
		{ .head = _("Verdict"), .width = 14 },
		{ .head = _("Subjects, since when, by which record"), .width = 34 },
		{ .head = _("Why"), .width = 28 } };

	if (standard->controls == standard->undecided)
		return;
	paper_table(paper, _("Controls that are judged"), columns,
	    sizeof(columns) / sizeof(*columns));
	for (uint32_t i = 0; i < standard->controls; i++)
		if (standard->control[i].decided)
			put_control(&standard->control[i], paper);
}

static void
put_undecided(const struct filing_standard *standard, struct paper *paper)
{
	const struct paper_column columns[] = { { .head = _("Control"), .row_head = true },
		{ .head = _("Clause") }, { .head = _("Title") }, { .head = _("What it lacks") } };

	if (standard->undecided == 0)
		return;
	paper_table(paper, _("Controls that cannot be decided"), columns,
	    sizeof(columns) / sizeof(*columns));
	for (uint32_t i = 0; i < standard->controls; i++) {
		const struct filing_control *control = &standard->control[i];

		if (control->decided)
			continue;
		paper_row(paper);
		paper_cell(paper, PAPER_STRONG, control->id);
		paper_cell(paper, PAPER_PLAIN, control->clause);
		paper_cell(paper, PAPER_PLAIN, control->title);
		paper_cell(paper, PAPER_PLAIN, control->lacks);
	}
}

static void
put_standard(const struct filing_standard *standard, struct paper *paper)
{
	struct buffer text = { .max = 0 };

	paper_heading(paper, 2, standard->title);
	buffer_print(&text, "%s, %s; SHA-256 %s", standard->id, standard->edition, standard->hash);
	paper_paragraph(paper, buffer_text(&text));
	buffer_reset(&text);
	if (standard->fault[0] != '\0') {
		buffer_print(&text, _("set aside: %s"), standard->fault);
		paper_warning(paper, buffer_text(&text));
	} else {
		phrase_counts(&text, standard->count, standard->undecided);
		paper_paragraph(paper, buffer_text(&text));
	}
	put_decided(standard, paper);
	put_undecided(standard, paper);
	buffer_free(&text);
}

void
filing_paper_controls(const struct filing *filing, struct paper *paper)
{
	paper_break(paper);
	paper_heading(paper, 1, _("Control table"));
	for (uint32_t i = 0; i < filing->standards; i++)
		put_standard(&filing->standard[i], paper);
	if (filing->standards == 0)
		paper_paragraph(paper, _("No control pack is in force: nothing was judged."));
}

/* --- waivers ------------------------------------------------------------------------------ */

static void
put_record(const char *who, int64_t ms, uint64_t seq, struct paper *paper)
{
	struct buffer text = { .max = 0 };
	char at[TIME_TEXT];

	time_jst_s(ms, at);
	if (who[0] != '\0')
		buffer_print(&text, "%s, %s #%" PRIu64, who, at, seq);
	paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
	buffer_free(&text);
}

static void
put_waiver(const struct filing_waiver *waiver, struct paper *paper)
{
	char until[TIME_TEXT];

	time_jst_s(waiver->until_ms, until);
	paper_row(paper);
	paper_cell(paper, PAPER_STRONG, waiver->control);
	paper_cell(paper, PAPER_PLAIN, waiver->subject);
	paper_cell(paper, PAPER_PLAIN, _(waiver_step_text(waiver->step)));
	put_record(waiver->asked_by, waiver->asked_ms, waiver->seq, paper);
	put_record(waiver->decided_by, waiver->decided_ms, waiver->decided_seq, paper);
	paper_cell(paper, PAPER_PLAIN, until);
	paper_cell(paper, PAPER_PLAIN, waiver->commitment);
}

void
filing_paper_waivers(const struct filing *filing, struct paper *paper)
{
	const struct paper_column columns[] = { { .head = _("Control"), .row_head = true },
		{ .head = _("Subject") }, { .head = _("Step") }, { .head = _("Asked by") },
		{ .head = _("Agreed by") }, { .head = _("Until") },
		{ .head = _("Commitment of the reason (SHA-256)"), .code = true } };

	paper_heading(paper, 1, _("Waivers"));
	if (filing->waivers == 0) {
		paper_paragraph(paper, _("None."));
		return;
	}
	paper_table(paper, _("Waivers in force and asked for"), columns,
	    sizeof(columns) / sizeof(*columns));
	for (uint32_t i = 0; i < filing->waivers; i++)
		put_waiver(&filing->waiver[i], paper);
}
