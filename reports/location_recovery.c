/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sovereignty against resilience, for each set of copies: its objectives, where each copy is and
 * whether it could stand in, and the smallest sets of copies that keep both promises.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/recovery.h"
#include "reports/location.h"

struct putting { struct paper *paper; const struct state *state; const struct recovery *recovery;
	uint32_t sets; };

enum { SETS_SHOWN = 8 };		/* smallest sets printed of one; the rest is counted */

static void
put_objectives(struct paper *paper, const struct recovery *r)
{
	struct buffer line = { .max = 0 };
	char text[TIME_TEXT];

	if (r->rpo_ms != 0) {
		duration_text(r->rpo_ms, text);
		buffer_print(&line, _("data lost: at most %s"), text);
	}
	if (r->rto_ms != 0) {
		duration_text(r->rto_ms, text);
		buffer_put_text(&line, line.len > 0 ? "; " : "");
		buffer_print(&line, _("back within %s"), text);
	}
	if (r->copies != 0) {
		buffer_put_text(&line, line.len > 0 ? "; " : "");
		buffer_print(&line, _("copies: at least %" PRIu32), r->copies);
	}
	if (r->regions != 0) {
		buffer_put_text(&line, line.len > 0 ? "; " : "");
		buffer_print(&line, _("regions: at least %" PRIu32), r->regions);
	}
	paper_paragraph(paper, line.len > 0 ? buffer_text(&line) :
	    _("No recovery objective is declared."));
	buffer_free(&line);
}

static const char *
able_word(enum recovery_able able)
{
	switch (able) {
	case RECOVERY_ABLE:   return _("yes");
	case RECOVERY_UNABLE: return _("no");
	default:              return _("unknown");
	}
}

static void
put_copies(struct paper *paper, const struct state *state, const struct recovery *r)
{
	const struct paper_column columns[] = {
		{ .head = _("copy"), .row_head = true }, { .head = _("place") },
		{ .head = _("verdict") }, { .head = _("within the objectives (declared)") },
	};

	paper_table(paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (uint32_t i = 0; i < r->count; i++) {
		const struct recovery_copy *copy = &r->copy[i];
		struct buffer place = { .max = 0 };

		place_print(&place, &copy->place);
		paper_row(paper);
		paper_cell(paper, PAPER_PLAIN, state->plan->store[copy->store].name);
		paper_cell(paper, PAPER_PLAIN, place.len > 0 ? buffer_text(&place) : "-");
		paper_cell(paper, copy->where == WHERE_INSIDE ? PAPER_PLAIN : PAPER_BAD,
		    _(where_verdict_text(copy->where)));
		paper_cell(paper, copy->able == RECOVERY_ABLE ? PAPER_PLAIN : PAPER_STRONG,
		    able_word(copy->able));
		buffer_free(&place);
	}
}

static void
put_set(void *arg, uint64_t copies)
{
	struct putting *p = arg;
	struct buffer line = { .max = 0 };

	if (p->sets++ >= SETS_SHOWN)
		return;
	for (uint32_t i = 0; i < p->recovery->count; i++)
		if ((copies >> i & 1) != 0)
			buffer_print(&line, "%s%s", line.len > 0 ? " + " : "",
			    p->state->plan->store[p->recovery->copy[i].store].name);
	if (p->sets == 1)
		paper_list(p->paper, false);
	paper_item(p->paper, 1, PAPER_PLAIN, buffer_text(&line));
	buffer_free(&line);
}

static void
put_recovery(struct paper *paper, const struct state *state, const struct recovery *r)
{
	struct putting p = { paper, state, r, 0 };
	const char *advice = recovery_why_advice(r->why);
	struct buffer line = { .max = 0 };

	paper_heading(paper, 3, r->set);
	put_objectives(paper, r);
	buffer_put_text(&line, _(recovery_why_text(r->why)));
	if (advice[0] != '\0')
		buffer_print(&line, _(". What to do: %s."), _(advice));
	if (r->verdict == RECOVERY_MET)
		paper_paragraph(paper, buffer_text(&line));
	else
		paper_warning(paper, buffer_text(&line));
	put_copies(paper, state, r);
	if (r->verdict == RECOVERY_MET) {
		paper_paragraph(paper, _("The smallest sets of copies that keep both promises:"));
		recovery_sets(r, put_set, &p);
	}
	buffer_free(&line);
}

static bool
is_first(const struct plan *plan, uint32_t store)
{
	for (uint32_t i = 0; i < store; i++)
		if (strcmp(plan->store[i].set, plan->store[store].set) == 0)
			return false;
	return plan->store[store].set[0] != '\0';
}

void
location_put_recovery(struct paper *paper, const struct location_set *set)
{
	const struct plan *plan = set->state->plan;
	bool any = false;

	for (uint32_t i = 0; i < plan->stores; i++) {
		struct recovery recovery;

		if (plan->store[i].set == NULL || !is_first(plan, i))
			continue;
		if (!any)
			paper_heading(paper, 2, _("Sovereignty against resilience"));
		any = true;
		recovery_make(&recovery, set->state, plan->store[i].set);
		put_recovery(paper, set->state, &recovery);
		recovery_free(&recovery);
	}
	if (any)
		paper_note(paper, _("Where the copies are is as judged above; how far a copy is "
		    "behind and how fast it stands in is the carrier's word."));
}
