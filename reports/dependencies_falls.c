/* SPDX-License-Identifier: Apache-2.0 */
/* The sections of the paper of dependencies about what falls together, and what falls with what. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/dependencies_part.h"

static bool
same_fate(const struct graph_fate *a, const struct graph_fate *b)
{
	return a->of == b->of && a->members == b->members && a->breaks == b->breaks &&
	    memcmp(a->member, b->member, a->members * sizeof(*a->member)) == 0;
}

/* All that takes these members down, a line each. */
static void
cell_causes(const struct dependencies *d, struct paper *paper, uint32_t first)
{
	const struct graph_fate *fate = &d->survey.fate[first];
	struct buffer text = { .max = 0 };

	dependencies_cell(d, paper, fate->breaks ? PAPER_BAD : PAPER_PLAIN, fate->node);
	for (uint32_t i = first + 1; i < d->survey.fates && fate[i - first].of == fate->of; i++) {
		if (!same_fate(fate, &fate[i - first]))
			continue;
		buffer_reset(&text);
		dependencies_name(d, fate[i - first].node, &text);
		paper_cell_line(paper, buffer_text(&text));
	}
	buffer_free(&text);
}

static void
cell_members(const struct dependencies *d, struct paper *paper, const struct graph_fate *fate)
{
	enum { SHOWN = 6 };
	struct buffer text = { .max = 0 };

	for (uint32_t i = 0; i < fate->members && i < SHOWN; i++)
		buffer_print(&text, "%s%s", i > 0 ? ", " : "",
		    graph_node(d->graph, fate->member[i])->name);
	if (fate->members > SHOWN)
		buffer_print(&text, _(" and %" PRIu32 " more"), fate->members - SHOWN);
	paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
	buffer_free(&text);
}

static void
cell_left(const struct dependencies *d, struct paper *paper, const struct graph_fate *fate)
{
	struct buffer text = { .max = 0 };
	const struct graph_node *of = graph_node(d->graph, fate->of);
	uint32_t needed = of->kind == GRAPH_SET ? of->needed : 1;

	buffer_print(&text, _("%" PRIu32 " of %" PRIu32 " left, %" PRIu32 " needed"),
	    fate->standing, fate->standing + fate->members, needed);
	paper_cell(paper, fate->breaks ? PAPER_BAD : PAPER_PLAIN, buffer_text(&text));
	buffer_free(&text);
}

/* Whether an earlier one tells the same; those of one set stand together. */
static bool
told_before(const struct graph_survey *survey, uint32_t i)
{
	for (uint32_t k = i; k > 0 && survey->fate[k - 1].of == survey->fate[i].of; k--)
		if (same_fate(&survey->fate[k - 1], &survey->fate[i]))
			return true;
	return false;
}

static void
print_fate_rows(const struct dependencies *d, struct paper *paper, bool breaks, uint64_t *rows,
    uint64_t *left)
{
	for (uint32_t i = 0; i < d->survey.fates; i++) {
		const struct graph_fate *fate = &d->survey.fate[i];

		if (fate->breaks != breaks)
			continue;
		if (*rows >= DEPENDENCIES_ROWS_MAX) {
			++*left;
			continue;
		}
		if (told_before(&d->survey, i))
			continue;
		++*rows;
		paper_row(paper);
		dependencies_cell(d, paper, PAPER_PLAIN, fate->of);
		cell_causes(d, paper, i);
		cell_members(d, paper, fate);
		cell_left(d, paper, fate);
	}
}

void
dependencies_print_fates(const struct dependencies *d, struct paper *paper)
{
	const struct paper_column column[] = {
		{ .head = _("redundancy of"), .row_head = true, .width = 26 },
		{ .head = _("all depend on"), .width = 32 },
		{ .head = _("fall together"), .width = 22 },
		{ .head = _("what is left"), .width = 20 } };
	uint64_t rows = 0, left = d->survey.fates_left;

	paper_heading(paper, 1, _("Shared fate"));
	paper_paragraph(paper, _("Members that stand in for each other and yet depend on one "
	    "thing, at any depth. Where fewer are left than are needed, the redundancy is not "
	    "one for that failure."));
	if (d->survey.fates == 0) {
		paper_paragraph(paper, _("There is none."));
		return;
	}
	paper_table(paper, _("Shared fate"), column, 4);
	print_fate_rows(d, paper, true, &rows, &left);
	print_fate_rows(d, paper, false, &rows, &left);
	dependencies_rest(paper, left);
}

/* Everything that is shared: what only carries itself is told by the points already. */
void
dependencies_print_falls(const struct dependencies *d, struct paper *paper)
{
	const struct paper_column column[] = {
		{ .head = _("when this falls"), .row_head = true, .width = 44 },
		{ .head = _("services stop"), .align = PAPER_RIGHT, .width = 14 },
		{ .head = _("users hit"), .align = PAPER_RIGHT, .width = 14 },
		{ .head = _("replica sets"), .align = PAPER_RIGHT, .width = 14 },
		{ .head = _("instances"), .align = PAPER_RIGHT, .width = 14 } };
	uint64_t rows = 0, left = 0;

	paper_heading(paper, 1, _("What falls when something falls"));
	paper_table(paper, _("Sites, providers and what else is shared"), column, 5);
	for (uint32_t node = 0; node < graph_count(d->graph); node++) {
		uint32_t kinds[GRAPH_KINDS] = { 0 };
		uint64_t users = 0;
		struct graph_falls falls;

		if (graph_node(d->graph, node)->kind < GRAPH_SITE)
			continue;
		if (rows++ >= DEPENDENCIES_ROWS_MAX) {
			left++;
			continue;
		}
		graph_falls(d->graph, &node, 1, &falls);
		for (uint32_t i = 0; i < falls.count; i++) {
			kinds[graph_node(d->graph, falls.at[i].node)->kind]++;
			if (__builtin_add_overflow(users, falls.at[i].users, &users))
				users = UINT64_MAX;
		}
		graph_falls_free(&falls);
		paper_row(paper);
		dependencies_cell(d, paper, kinds[GRAPH_SERVICE] > 0 ? PAPER_BAD : PAPER_PLAIN,
		    node);
		paper_cell_number(paper, kinds[GRAPH_SERVICE]);
		paper_cell_number(paper, dependencies_count(users));
		paper_cell_number(paper, kinds[GRAPH_SET]);
		paper_cell_number(paper, kinds[GRAPH_INSTANCE]);
	}
	dependencies_rest(paper, left);
	paper_note(paper, _("Users of several services are added up: one person who uses two of "
	    "them counts twice."));
}

void
dependencies_print_one(const struct dependencies *d, uint32_t node, struct paper *paper)
{
	const struct paper_column column[] = {
		{ .head = _("steps away"), .align = PAPER_RIGHT, .width = 8 },
		{ .head = _("what falls"), .row_head = true, .width = 32 },
		{ .head = _("because this is gone"), .width = 30 },
		{ .head = _("users hit"), .align = PAPER_RIGHT, .width = 14 },
		{ .head = _("areas hit"), .width = 16 } };
	struct graph_falls falls;

	graph_falls(d->graph, &node, 1, &falls);
	paper_heading(paper, 1, _("What falls"));
	paper_table(paper, _("What falls, layer by layer"), column, 5);
	for (uint32_t i = 0; i < falls.count && i < DEPENDENCIES_ROWS_MAX; i++) {
		const struct graph_fallen *at = &falls.at[i];
		enum graph_kind kind = graph_node(d->graph, at->node)->kind;

		paper_row(paper);
		paper_cell_number(paper, at->distance);
		dependencies_cell(d, paper, kind == GRAPH_SERVICE ? PAPER_BAD : PAPER_PLAIN,
		    at->node);
		if (at->because == GRAPH_NONE)
			paper_cell(paper, PAPER_FAINT, _("by itself"));
		else
			dependencies_cell(d, paper, PAPER_PLAIN, at->because);
		if (kind != GRAPH_SERVICE)
			continue;
		paper_cell_number(paper, dependencies_count(at->users));
		dependencies_areas(d, paper, at->node, at->areas, at->whole);
	}
	dependencies_rest(paper, falls.count > DEPENDENCIES_ROWS_MAX ?
	    falls.count - DEPENDENCIES_ROWS_MAX : 0);
	graph_falls_free(&falls);
}

bool
dependencies_stops(const struct dependencies *d, uint32_t node)
{
	struct graph_falls falls;
	bool stops = false;

	graph_falls(d->graph, &node, 1, &falls);
	for (uint32_t i = 0; i < falls.count; i++)
		stops = stops || graph_node(d->graph, falls.at[i].node)->kind == GRAPH_SERVICE;
	graph_falls_free(&falls);
	return stops;
}
