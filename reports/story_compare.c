/* SPDX-License-Identifier: Apache-2.0 */
/* Two moments of an incident beside each other: what differs, and what was recorded between. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/correct.h"
#include "monitor/state/duty_describe.h"
#include "reports/diagram_part.h"
#include "reports/story_paper_part.h"

struct comparing {
	struct paper            *paper;
	const struct story_view *view[2];
	bool                     differ;
};

/* --- rows --------------------------------------------------------------------------------- */

static void
put_row(struct comparing *c, const char *label, const char *one, const char *two)
{
	bool differs = strcmp(one, two) != 0;

	paper_row(c->paper);
	paper_cell(c->paper, PAPER_PLAIN, label);
	paper_cell(c->paper, PAPER_PLAIN, one);
	paper_cell(c->paper, differs ? PAPER_STRONG : PAPER_PLAIN, two);
	paper_cell(c->paper, differs ? PAPER_STRONG : PAPER_PLAIN, differs ? _("differs") : "");
	c->differ |= differs;
}

static void
put_moments(struct comparing *c, const char *label, int64_t (*get)(const struct incident *))
{
	char text[2][TIME_TEXT];

	for (int i = 0; i < 2; i++) {
		int64_t ms = get(c->view[i]->incident);

		if (ms != 0)
			time_jst_s(ms, text[i]);
		else
			snprintf(text[i], sizeof(text[i]), "%s", _("not yet"));
	}
	put_row(c, label, text[0], text[1]);
}

static void
put_numbers(struct comparing *c, const char *label, uint64_t one, uint64_t two)
{
	struct buffer text[2] = { { .max = 0 } };

	diagram_number(one, &text[0]);
	diagram_number(two, &text[1]);
	put_row(c, label, buffer_text(&text[0]), buffer_text(&text[1]));
	buffer_free(&text[0]);
	buffer_free(&text[1]);
}

static uint64_t
peak_of(const struct story_view *view, const char *service)
{
	const struct hit *hit = view->affair != NULL ? affair_hit(view->affair, service) : NULL;

	return hit != NULL ? hit->peak : 0;
}

static void
put_hits(struct comparing *c)
{
	for (int i = 0; i < 2; i++) {
		const struct affair *affair = c->view[i]->affair;

		for (uint32_t j = 0; affair != NULL && j < affair->hits; j++) {
			const char *service = affair->hit[j].service;
			char label[NAME_MAX_LEN + 80];

			if (i == 1 && c->view[0]->affair != NULL &&
			    affair_hit(c->view[0]->affair, service) != NULL)
				continue;
			snprintf(label, sizeof(label), _("most users of %s at the same time"),
			    service);
			put_numbers(c, label, peak_of(c->view[0], service),
			    peak_of(c->view[1], service));
		}
	}
}

static void
duty_words(const struct story_view *view, const char *id, struct buffer *out)
{
	const struct duty *duty = view->verdict != NULL ? duty_find(view->verdict, id) : NULL;
	char day[TIME_TEXT];

	buffer_reset(out);
	if (duty == NULL)
		return;
	buffer_put_text(out, _(duty_standing_name(duty->standing)));
	if (duty->standing != DUTY_REACHED || duty->due_ms == 0)
		return;
	duty_day_end_text(duty->due_ms, day);
	buffer_print(out, _(", until %s"), day);
}

static void
put_duties(struct comparing *c)
{
	const struct story_view *named = c->view[c->view[1]->verdict != NULL];
	struct buffer one = { .max = 0 }, two = { .max = 0 };

	for (uint32_t i = 0; named->verdict != NULL && i < named->verdict->duties; i++) {
		const struct duty_rule *rule = named->verdict->duty[i].rule;

		duty_words(c->view[0], rule->id, &one);
		duty_words(c->view[1], rule->id, &two);
		if (strcmp(buffer_text(&one), buffer_text(&two)) != 0 ||
		    named->verdict->duty[i].standing == DUTY_REACHED)
			put_row(c, duty_label(rule), buffer_text(&one), buffer_text(&two));
	}
	buffer_free(&one);
	buffer_free(&two);
}

static const char *
worker_of(const struct incident *incident)
{
	return incident->acked_seq != 0 ? incident->acked_by : _("nobody");
}

static void
put_table(struct comparing *c, const char *first, const char *second)
{
	const struct paper_column columns[] = { { .head = _("what"), .row_head = true },
		{ .head = first }, { .head = second }, { .head = "" } };
	const struct story_view *one = c->view[0], *two = c->view[1];

	paper_table(c->paper, _("Two moments"), columns, 4);
	put_moments(c, _("occurred"), incident_occurred_ms);
	put_moments(c, _("known"), incident_known_ms);
	put_moments(c, _("restored"), incident_restored_ms);
	put_numbers(c, _("endpoints that fail"), one->incident->failing, two->incident->failing);
	put_numbers(c, _("endpoints of it"), one->incident->members, two->incident->members);
	put_numbers(c, _("alarms that stand"), one->incident->alarms_standing,
	    two->incident->alarms_standing);
	put_hits(c);
	put_row(c, _("whose side"), _(side_name(one->side.side)), _(side_name(two->side.side)));
	put_row(c, _("acknowledged by"), worker_of(one->incident), worker_of(two->incident));
	put_duties(c);
	put_numbers(c, _("entries of the timeline"), one->story->entries + one->story->passed_over,
	    two->story->entries + two->story->passed_over);
}

/* --- entries ------------------------------------------------------------------------------ */

static int
by_record(const void *a, const void *b)
{
	const struct story_entry *const *x = a, *const *y = b;

	if ((*x)->seq != (*y)->seq)
		return (*x)->seq < (*y)->seq ? -1 : 1;
	if ((*x)->kind != (*y)->kind)
		return (*x)->kind < (*y)->kind ? -1 : 1;
	return strcmp((*x)->text, (*y)->text);
}

static const struct story_entry **
sorted(const struct story *story)
{
	const struct story_entry **entry = memory_new(story->entries + 1, sizeof(*entry));

	for (size_t i = 0; i < story->entries; i++)
		entry[i] = &story->entry[i];
	if (story->entries > 0)
		qsort(entry, story->entries, sizeof(*entry), by_record);
	return entry;
}

/* Which of one are not in the other; how many. */
static size_t
only_in(const struct story *one, const struct story *other, bool *shown)
{
	const struct story_entry **known = sorted(other);
	size_t count = 0;

	for (size_t i = 0; i < one->entries; i++) {
		const struct story_entry *entry = &one->entry[i];

		shown[i] = bsearch(&entry, known, other->entries, sizeof(*known),
		    by_record) == NULL;
		count += shown[i];
	}
	free(known);
	return count;
}

static void
put_only(struct comparing *c, const struct filing_source *from, int at, const char *title)
{
	const struct story *story = c->view[at]->story;
	bool *shown = memory_new(story->entries + 1, sizeof(*shown));
	size_t count = only_in(story, c->view[1 - at]->story, shown);

	c->differ |= count > 0;
	if (count > 0) {
		paper_heading(c->paper, 2, title);
		story_put_entries(c->paper, from, story, title, shown);
	}
	free(shown);
}

bool
story_put_compared(struct paper *paper, const struct filing_source *from,
    const struct story_view *one, const struct story_view *two, bool newest)
{
	struct comparing c = { .paper = paper, .view = { one, two } };
	char first[VIEW_NAME], second[VIEW_NAME];

	story_view_name(one, false, first);
	story_view_name(two, newest, second);
	put_table(&c, first, second);
	paper_figure(paper, story_figure(one->story, one->verdict, one->at_ms), first);
	paper_figure(paper, story_figure(two->story, two->verdict, two->at_ms), second);
	put_only(&c, from, 1, _("What came to be known between"));
	put_only(&c, from, 0, _("What is no longer told so"));
	return c.differ;
}
