/* SPDX-License-Identifier: Apache-2.0 */
/* See accident_paper.h. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/accident_part.h"
#include "reports/accident_paper.h"
#include "reports/filing_paper.h"
#include "reports/report_paper.h"

/* --- head --------------------------------------------------------------------------------- */

/* What is filed without all of it is what is known: law asks for no more of a prompt report. */
static void
put_standing(const struct filing *filing, struct paper *paper)
{
	const struct accident *a = filing->accident;
	struct buffer text = { .max = 0 };

	if (filing->blank + filing->unconfirmed == 0)
		return;
	if (a->order.edition == 0)
		paper_mark(paper, PAPER_DRAFT);
	buffer_print(&text, a->order.edition == 0 ?
	    _("Draft: %" PRIu32 " fields are to be entered, %" PRIu32 " to be confirmed.") :
	    _("Filed as far as known: %" PRIu32 " fields are still to be entered, %" PRIu32
	    " to be confirmed."), filing->blank, filing->unconfirmed);
	paper_warning(paper, buffer_text(&text));
	buffer_free(&text);
}

static void
put_edition(const struct accident *a, struct paper *paper)
{
	struct buffer text = { .max = 0 };

	buffer_print(&text, "%" PRIu64, a->order.incident);
	paper_fact(paper, _("Incident"), buffer_text(&text));
	buffer_reset(&text);
	if (a->order.edition == 0)
		buffer_put_text(&text, _("not frozen"));
	else
		buffer_print(&text, _("edition %" PRIu64), a->order.edition);
	if (a->order.previous != 0 && a->order.edition != 0)
		buffer_print(&text, _(", replaces record #%" PRIu64), a->order.previous);
	paper_fact(paper, _("Edition of this paper"), buffer_text(&text));
	buffer_free(&text);
}

static void
put_head(const struct filing *filing, struct paper *paper)
{
	const struct state *state = filing->accident->state;

	paper_subtitle(paper, filing->basis);
	if (state->plan != NULL && state->plan->drill != NULL && state->plan->drill[0] != '\0')
		paper_mark(paper, PAPER_DRILL);
	paper_ledger(paper, &(struct paper_ledger){ .origin = filing->origin,
	    .size = filing->size, .root = filing->root, .as_of_ms = filing->at_ms,
	    .anchor_size = filing->anchor_size, .anchor_ms = filing->anchor_ms,
	    .anchored_by = filing->anchor_authority });
	paper_form(paper, filing->form->id, filing->form->edition, filing->note);
	report_paper_rules(paper, state);
	put_edition(filing->accident, paper);
	paper_fact(paper, _("Monitor"), filing->monitor);
	put_standing(filing, paper);
	for (uint32_t i = 0; i < filing->warnings; i++)
		paper_warning(paper, filing->warning[i]);
}

/* --- fields ------------------------------------------------------------------------------- */

static void
put_fields(const struct filing *filing, struct paper *paper)
{
	unsigned head = 0;

	for (uint32_t i = 0; i < filing->covers; i++) {
		const struct filing_answer *answer = &filing->cover[i];

		if (answer->field->head != head) {
			head = answer->field->head;
			paper_heading(paper, 1, filing->head[head - 1]);
		}
		filing_paper_answer(filing, answer, paper);
	}
}

/* 変更点: old and new, field by field. */
static void
put_changes(const struct filing *filing, struct paper *paper)
{
	const struct paper_column columns[] = { { .head = _("No."), .align = PAPER_RIGHT },
		{ .head = _("Field"), .row_head = true, .width = 2 },
		{ .head = _("Before"), .width = 4 }, { .head = _("Now"), .width = 4 } };
	struct buffer title = { .max = 0 };

	if (filing->since_edition == 0)
		return;
	buffer_print(&title, _("Changes since edition %" PRIu64), filing->since_edition);
	paper_heading(paper, 1, buffer_text(&title));
	if (filing->changes == 0)
		paper_paragraph(paper, _("Nothing changed."));
	else
		paper_table(paper, buffer_text(&title), columns, 4);
	for (uint32_t i = 0; i < filing->changes; i++) {
		paper_row(paper);
		paper_cell(paper, PAPER_PLAIN, filing->change[i].number);
		paper_cell(paper, PAPER_PLAIN, filing->change[i].title);
		paper_cell(paper, PAPER_PLAIN, filing->change[i].before);
		paper_cell(paper, PAPER_STRONG, filing->change[i].now);
	}
	buffer_free(&title);
}

/* --- annexes ------------------------------------------------------------------------------ */

static void
put_figures(const struct accident *a, struct paper *paper)
{
	struct drawing *users = accident_users_figure(a);

	paper_break(paper);
	paper_heading(paper, 1, _("Figures"));
	if (users != NULL)
		paper_figure(paper, users, _("Users hit over time"));
	paper_figure(paper, accident_network_figure(a),
	    _("The network, with health as it was at worst"));
}

static void
put_more(size_t all, struct paper *paper)
{
	struct buffer text = { .max = 0 };

	if (all <= ACCIDENT_ROWS_MAX)
		return;
	buffer_print(&text, _("%zu further rows are left out here."), all - ACCIDENT_ROWS_MAX);
	paper_note(paper, buffer_text(&text));
	buffer_free(&text);
}

/* The head of the column names the zone. */
static void
moment_cell(int64_t ms, char out[TIME_TEXT])
{
	char *zone;

	time_jst_s(ms, out);
	zone = strstr(out, " JST");
	if (zone != NULL)
		*zone = '\0';
}

static void
put_timeline(const struct accident *a, struct paper *paper)
{
	const struct paper_column columns[] = { { .head = _("Time (JST)"), .row_head = true },
		{ .head = _("Kind") }, { .head = _("What happened"), .width = 6 },
		{ .head = _("Record"), .align = PAPER_RIGHT } };
	struct buffer text = { .max = 0 };

	paper_break(paper);
	paper_heading(paper, 1, _("Timeline"));
	paper_table(paper, _("Timeline"), columns, sizeof(columns) / sizeof(*columns));
	for (size_t i = 0; i < a->story->entries && i < ACCIDENT_ROWS_MAX; i++) {
		const struct story_entry *entry = &a->story->entry[i];
		char at[TIME_TEXT];

		moment_cell(entry->observed_ms, at);
		buffer_reset(&text);
		buffer_put_text(&text, entry->text);
		accident_said(a, entry->said, &text);
		paper_row(paper);
		paper_cell(paper, PAPER_PLAIN, at);
		paper_cell(paper, PAPER_PLAIN, _(story_kind_name(entry->kind)));
		paper_cell(paper, entry->problem ? PAPER_STRONG : PAPER_PLAIN,
		    buffer_text(&text));
		paper_cell_number(paper, (int64_t)entry->seq);
	}
	put_more(a->story->entries + (size_t)a->story->passed_over, paper);
	buffer_free(&text);
}

/* --- evidence ----------------------------------------------------------------------------- */

struct cited { uint64_t *seq; uint32_t count; };

static void
cite_all(const struct filing *filing, struct filing_memory *memory, struct cited *all)
{
	for (uint32_t i = 0; i < filing->covers; i++) {
		const struct filing_answer *answer = &filing->cover[i];

		if (answer->entry != NULL)
			cite_add(memory, &all->seq, &all->count, answer->entry->seq);
		for (uint32_t v = 0; v < answer->values; v++)
			for (uint32_t c = 0; c < answer->value[v].cites; c++)
				cite_add(memory, &all->seq, &all->count, answer->value[v].cite[c]);
	}
}

static void
put_record(const struct filing *filing, uint64_t seq, struct paper *paper)
{
	struct ledger *ledger = filing->accident->order.source->shelf;
	char at[TIME_TEXT] = "", hex[HASH_TEXT] = "";
	struct record record;
	struct hash leaf;
	struct why why;
	const char *kind = NULL;

	if (ledger_read(ledger, seq, &record, &why) == ERR_OK) {
		kind = record_kind_name(record.kind);
		moment_cell(record.recorded_ms, at);
	}
	if (ledger_leaf(ledger, seq, &leaf, &why) == ERR_OK)
		hash_text(leaf, hex);
	paper_row(paper);
	paper_cell_number(paper, (int64_t)seq);
	paper_cell(paper, PAPER_PLAIN, kind != NULL ? kind : "?");
	paper_cell(paper, PAPER_PLAIN, at);
	paper_cell(paper, PAPER_PLAIN, hex);
	paper_cell(paper, PAPER_PLAIN, seq < filing->anchor_size ? _("yes") : _("not yet"));
}

static void
put_evidence(const struct filing *filing, struct paper *paper)
{
	const struct paper_column columns[] = {
		{ .head = _("Record"), .row_head = true, .align = PAPER_RIGHT },
		{ .head = _("Kind") }, { .head = _("Recorded (JST)") },
		{ .head = _("Hash of the leaf (RFC 9162)"), .code = true, .width = 6 },
		{ .head = _("Time-stamped") } };
	struct filing_memory *memory = filing_memory_new();
	struct cited all = { .count = 0 };

	cite_all(filing, memory, &all);
	paper_heading(paper, 1, _("Evidence"));
	paper_table(paper, _("Evidence"), columns, sizeof(columns) / sizeof(*columns));
	for (uint32_t i = 0; i < all.count && i < ACCIDENT_ROWS_MAX; i++)
		put_record(filing, all.seq[i], paper);
	put_more(all.count, paper);
	filing_memory_free(memory);
}

struct paper *
accident_to_paper(const struct filing *filing)
{
	struct paper *paper = paper_new(filing->language, filing->title);

	put_head(filing, paper);
	put_fields(filing, paper);
	put_changes(filing, paper);
	put_figures(filing->accident, paper);
	put_timeline(filing->accident, paper);
	put_evidence(filing, paper);
	paper_note(paper, _("Made from the ledger by the rules of the form's file. Causes, "
	    "persons, commitments and the decision to file are people's; the program enters none "
	    "of them."));
	return paper;
}
