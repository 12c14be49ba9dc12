/* SPDX-License-Identifier: Apache-2.0 */
/* Ways by which data can leave, and what times of answers bound, over all subjects. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/ledger/facts.h"
#include "reports/location.h"
#include "reports/location_meet.h"

enum { MEETING_MAX = 64 };	/* circles of one subject; more would only cut it further */

/* --- ways out ----------------------------------------------------------------------------- */

static void
put_edge(struct paper *paper, const struct location_set *set, const struct location_one *one,
    const struct where_edge *edge)
{
	struct buffer text = { .max = 0 };
	bool known = place_is_known(&edge->place);

	paper_row(paper);
	where_subject_name(set->state, one->subject, &text);
	paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
	buffer_reset(&text);
	place_print(&text, &edge->place);
	paper_cell(paper, known ? PAPER_PLAIN : PAPER_BAD, known ? buffer_text(&text) :
	    _("the provider does not say where to"));
	paper_cell(paper, edge->approved.approval == APPROVAL_YES ? PAPER_PLAIN : PAPER_BAD,
	    edge->approved.approval == APPROVAL_YES ? _("approved") :
	    edge->approved.approval == APPROVAL_NO ? _("not approved") : _("unknown"));
	paper_cell(paper, PAPER_PLAIN, edge->target != NULL ? edge->target->plan->name : "-");
	buffer_free(&text);
}

void
location_put_edges(struct paper *paper, const struct location_set *set)
{
	const struct paper_column columns[] = {
		{ .head = _("subject"), .row_head = true }, { .head = _("goes to") },
		{ .head = _("for its data") }, { .head = _("known from") },
	};
	uint32_t edges = 0;

	paper_heading(paper, 2, _("Ways by which data can leave"));
	for (uint32_t i = 0; i < set->count; i++)
		edges += set->one[i].where.edge_count;
	if (edges == 0) {
		paper_paragraph(paper, _("No inventory has told of any; that is no proof that "
		    "there are none."));
		return;
	}
	paper_table(paper, "", columns, sizeof(columns) / sizeof(columns[0]));
	for (uint32_t i = 0; i < set->count; i++)
		for (uint32_t k = 0; k < set->one[i].where.edge_count; k++)
			put_edge(paper, set, &set->one[i], &set->one[i].where.edges[k]);
}

/* --- physics ------------------------------------------------------------------------------ */

static void
put_number(struct paper *paper, struct bytes facts, enum fact fact, const char *unit)
{
	char text[48];
	int64_t value;

	if (!fact_int(facts, fact, &value)) {
		paper_cell(paper, PAPER_FAINT, "-");
		return;
	}
	snprintf(text, sizeof(text), "%" PRId64 "%s", value, unit);
	paper_cell(paper, PAPER_PLAIN, text);
}

static void
put_bound(struct paper *paper, const struct location_set *set, const struct location_one *one,
    const struct where_testimony *t, bool key)
{
	const struct replica_state *replica = &t->target->replica[t->replica];
	struct bytes facts = bytes_of_buffer(&replica->facts);
	struct buffer text = { .max = 0 };

	paper_row(paper);
	where_subject_name(set->state, one->subject, &text);
	paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
	buffer_reset(&text);
	paper_cell(paper, PAPER_PLAIN, t->vantage == NULL || t->vantage[0] == '\0' ?
	    _("the monitor") : t->vantage);
	paper_cell(paper, PAPER_PLAIN, key ? _("the key") : _("who ended the connection"));
	put_number(paper, facts, key ? FACT_RTT_SIGNED_MIN_US : FACT_RTT_MIN_US, " us");
	put_number(paper, facts, key ? FACT_RTT_SIGNED_SAMPLES : FACT_RTT_SAMPLES, "");
	put_number(paper, facts, key ? FACT_BOUND_SIGNED_KM : FACT_BOUND_KM, " km");
	put_number(paper, facts, key ? FACT_BOUND_SIGNED_KM_FIBRE : FACT_BOUND_KM_FIBRE, " km");
	if (t->lack != WHERE_LACK_NONE && t->lack != WHERE_LACK_EXCLUDES_NOTHING)
		buffer_put_text(&text, _(where_lack_text(t->lack)));
	else if (where_excluded(set->state->plan, &one->where, &text) == 0)
		buffer_put_text(&text, _("none"));
	paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
	buffer_free(&text);
}

/* What remains where the circles of several vantages meet; silent of fewer than two. */
static void
put_meeting(struct paper *paper, const struct location_set *set, const struct location_one *one)
{
	struct distance_bound bound[MEETING_MAX];
	struct buffer name = { .max = 0 }, countries = { .max = 0 }, text = { .max = 0 };
	struct why why = { .text = "" };
	uint32_t count = where_bounds(&one->where, bound, MEETING_MAX);
	enum err err = location_meet(set->state->plan, bound, count, &countries, &why);

	where_subject_name(set->state, one->subject, &name);
	if (err == ERR_OK && countries.len > 0)
		buffer_print(&text, _("%s: within all circles of its vantages at once lie places "
		    "of these countries alone: %s"), buffer_text(&name),
		    buffer_text(&countries));
	else if (err == ERR_OK)
		buffer_print(&text, _("%s: its circles meet in no country: the coordinates of a "
		    "vantage are wrong, or it moved meanwhile"), buffer_text(&name));
	else if (err != ERR_INVALID)
		buffer_print(&text, "%s: %s", buffer_text(&name), why.text);
	if (text.len > 0)
		paper_paragraph(paper, buffer_text(&text));
	buffer_free(&text);
	buffer_free(&name);
	buffer_free(&countries);
}

void
location_put_bounds(struct paper *paper, const struct location_set *set)
{
	const struct paper_column columns[] = {
		{ .head = _("subject"), .row_head = true }, { .head = _("vantage") },
		{ .head = _("whose answer") },
		{ .head = _("least time"), .align = PAPER_RIGHT },
		{ .head = _("answers"), .align = PAPER_RIGHT },
		{ .head = _("no farther than (proven)"), .align = PAPER_RIGHT },
		{ .head = _("in fibre (assumed)"), .align = PAPER_RIGHT },
		{ .head = _("excluded countries, all vantages together") },
	};
	bool any = false;

	paper_heading(paper, 2, _("Physics"));
	for (uint32_t i = 0; i < set->count; i++)
		for (uint32_t k = 0; k < set->one[i].where.testimonies; k++) {
			const struct where_testimony *t = &set->one[i].where.testimony[k];
			int64_t km;

			if (t->witness != WITNESS_PHYSICS || t->target == NULL)
				continue;
			if (!any)
				paper_table(paper, "", columns, sizeof(columns) /
				    sizeof(columns[0]));
			any = true;
			put_bound(paper, set, &set->one[i], t, false);
			if (fact_int(bytes_of_buffer(&t->target->replica[t->replica].facts),
			    FACT_BOUND_SIGNED_KM, &km))
				put_bound(paper, set, &set->one[i], t, true);
		}
	for (uint32_t i = 0; i < set->count && any; i++)
		put_meeting(paper, set, &set->one[i]);
	if (!any)
		paper_paragraph(paper, _("No target of probe \"distance\" measured anything."));
	paper_note(paper, _("Proven is what light in vacuum could not outrun: no answer can come "
	    "from farther away. The figure for fibre takes two thirds of that speed and is an "
	    "assumption about the way, not a proof. A long time proves nothing, and a front end "
	    "near the vantage answers for itself alone unless its key is attested."));
}
