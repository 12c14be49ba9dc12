/* SPDX-License-Identifier: Apache-2.0 */
/* See story_paper.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/clock.h"
#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "reports/story_paper.h"
#include "reports/story_paper_part.h"

/* --- one moment --------------------------------------------------------------------------- */

static void
view_end(struct story_view *view)
{
	story_free(view->story);
	free(view->verdict);
}

static enum err
view_begin(struct story_view *view, const struct filing_source *from, uint64_t incident,
    uint64_t size, int64_t at_ms, struct why *why)
{
	struct report_source *source = from->source;
	enum err err = story_make(source->replay, source->ledger, source->shelf, incident, size,
	    &view->story, why);

	if (err != ERR_OK)
		return err == ERR_NOT_FOUND ? ERR_INVALID : err;
	view->at_ms = at_ms;
	view->incident = state_incident(view->story->state, incident);
	view->affair = affair_find(view->story->state, incident);
	view->verdict = memory_new(1, sizeof(*view->verdict));
	if (!affair_judge(view->story->state, incident, at_ms, view->verdict)) {
		free(view->verdict);
		view->verdict = NULL;
	}
	demarcation_judge(view->story->state, view->incident, &view->side);
	return ERR_OK;
}

static void
put_said(const struct filing_source *from, const struct story_entry *entry, struct buffer *out)
{
	if (hash_is_zero(entry->said))
		return;
	buffer_put_text(out, ": ");
	report_said(from->source, entry->said, out);
}

static void
put_recorded(struct paper *paper, int64_t ms)
{
	char text[2 * TIME_TEXT], at[TIME_TEXT];

	story_moment(ms, at);
	snprintf(text, sizeof(text), _("recorded %s"), at);
	paper_cell_line(paper, text);
}

void
story_put_entries(struct paper *paper, const struct filing_source *from,
    const struct story *story, const char *name, const bool *shown)
{
	const struct paper_column columns[] = {
		{ .head = _("Time (JST)"), .row_head = true, .width = 6 },
		{ .head = _("Kind"), .width = 4 }, { .head = _("What happened"), .width = 9 },
		{ .head = _("Record"), .align = PAPER_RIGHT, .width = 2 },
	};
	struct buffer text = { .max = 0 };
	char at[TIME_TEXT];

	paper_table(paper, name, columns, sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < story->entries; i++) {
		const struct story_entry *entry = &story->entry[i];
		int64_t apart = entry->recorded_ms - entry->observed_ms;

		if (shown != NULL && !shown[i])
			continue;
		paper_row(paper);
		story_moment(entry->observed_ms, at);
		paper_cell(paper, PAPER_PLAIN, at);
		if (apart > APART_MS || apart < -APART_MS)
			put_recorded(paper, entry->recorded_ms);
		buffer_reset(&text);
		buffer_print(&text, "%c %s", story_kind_letter(entry->kind) - 'a' + 'A',
		    _(story_kind_name(entry->kind)));
		paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
		buffer_reset(&text);
		buffer_put_text(&text, entry->text);
		put_said(from, entry, &text);
		paper_cell(paper, entry->problem ? PAPER_BAD : PAPER_PLAIN, buffer_text(&text));
		paper_cell_number(paper, (int64_t)entry->seq);
	}
	buffer_free(&text);
}

static void
put_passed_over(struct paper *paper, const struct story *story)
{
	struct buffer text = { .max = 0 };

	if (story->passed_over == 0)
		return;
	buffer_print(&text, _("%" PRIu64 " further entries are too many to list."),
	    story->passed_over);
	paper_warning(paper, buffer_text(&text));
	buffer_free(&text);
}

static void
put_one(struct paper *paper, const struct filing_source *from, const struct story_view *view)
{
	paper_figure(paper, story_figure(view->story, view->verdict, view->at_ms),
	    _("Timeline of the incident"));
	story_put_times(paper, view);
	story_put_impact(paper, view);
	story_put_side(paper, view);
	story_put_duties(paper, view);
	paper_heading(paper, 2, _("Timeline"));
	put_passed_over(paper, view->story);
	story_put_entries(paper, from, view->story, _("Timeline"), NULL);
}

/* --- head --------------------------------------------------------------------------------- */

/* "as known at ... (records 0 to 811)" */
void
story_view_name(const struct story_view *view, bool newest, char out[VIEW_NAME])
{
	char at[TIME_TEXT];

	time_jst_s(view->at_ms, at);
	snprintf(out, VIEW_NAME, newest ?
	    _("as corrected since: up to %s, of %" PRIu64 " records") :
	    _("as known at %s, of %" PRIu64 " records"), at, view->story->size);
}

static struct paper *
begin(const struct story_asked *asked, const struct filing_source *from,
    const struct story_view *view)
{
	struct filing_source head = *from;
	struct buffer text = { .max = 0 };
	struct paper *paper;

	head.state = view->story->state;
	buffer_print(&text, _("Incident %" PRIu64 ": "), asked->incident);
	incident_describe(view->incident, &text);
	paper = paper_new(i18n_language(), buffer_text(&text));
	report_paper_head(paper, &head);
	buffer_free(&text);
	return paper;
}

static void
put_note(struct paper *paper)
{
	paper_note(paper, _("Each line names the record behind it. The time is that of whoever "
	    "observed it; where the ledger wrote it more than a second apart, that time stands "
	    "beneath it."));
}

/* --- two moments -------------------------------------------------------------------------- */

static enum err
other_moment(const struct story_asked *asked, const struct filing_source *from, int64_t *at_ms,
    uint64_t *size, struct why *why)
{
	enum err err = time_read(asked->compare, clock_wall_ms(), at_ms, why);

	if (err != ERR_OK)
		return ERR_INVALID;
	return ledger_size_at(from->source->ledger, *at_ms, size, why);
}

static enum err
put_two(struct paper *paper, const struct story_asked *asked, const struct filing_source *from,
    const struct story_view *one, int *code, struct why *why)
{
	struct story_view two = { .at_ms = 0 };
	const struct story_view *first = one, *second = &two;
	uint64_t size;
	int64_t at_ms;
	enum err err = other_moment(asked, from, &at_ms, &size, why);

	if (err == ERR_OK)
		err = view_begin(&two, from, asked->incident, size, at_ms, why);
	if (err != ERR_OK)
		return err;
	if (at_ms < one->at_ms) {
		first = &two;
		second = one;
	}
	if (story_put_compared(paper, from, first, second, !asked->as_known && second == one))
		*code = EXIT_FINDING;
	view_end(&two);
	return ERR_OK;
}

enum err
story_paper_make(const struct story_asked *asked, const struct filing_source *from,
    struct paper **paper, int *code, struct why *why)
{
	struct story_view view = { .at_ms = 0 };
	char name[VIEW_NAME];
	enum err err = view_begin(&view, from, asked->incident, from->size, from->at_ms, why);

	if (err != ERR_OK)
		return err;
	*paper = begin(asked, from, &view);
	if (asked->compare != NULL) {
		paper_subtitle(*paper, _("two moments beside each other"));
		err = put_two(*paper, asked, from, &view, code, why);
	} else {
		story_view_name(&view, !asked->as_known, name);
		paper_subtitle(*paper, name);
		put_one(*paper, from, &view);
	}
	put_note(*paper);
	view_end(&view);
	return err;
}
