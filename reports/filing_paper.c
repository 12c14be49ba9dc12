/* SPDX-License-Identifier: Apache-2.0 */
/* A filing as a paper: head, cover, sheets; what the text and HTML formats say, block by block. */
#include <inttypes.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/accident.h"
#include "reports/filing_figure.h"
#include "reports/filing_paper.h"
#include "reports/filing_phrase.h"

/* --- head --------------------------------------------------------------------------------- */

/* What a paper says of its ledger and its form it says itself. */
static void
put_facts(const struct filing *filing, struct paper *paper)
{
	static const unsigned lines[] = { 1, 4, 7 };	/* monitor, key, verdicts */
	struct buffer text = { .max = 0 };
	const char *label;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		if (phrase_head(filing, lines[i], &label, &text))
			paper_fact(paper, label, buffer_text(&text));
	buffer_free(&text);
}

static void
put_head(const struct filing *filing, struct paper *paper)
{
	paper_subtitle(paper, filing->basis);
	paper_ledger(paper, &(struct paper_ledger){ .origin = filing->origin,
	    .size = filing->size, .root = filing->root, .as_of_ms = filing->at_ms,
	    .anchor_size = filing->anchor_size, .anchor_ms = filing->anchor_ms,
	    .anchored_by = filing->anchor_authority });
	paper_form(paper, filing->form->id, filing->form->edition, filing->note);
	put_facts(filing, paper);
	for (uint32_t i = 0; i < filing->warnings; i++)
		paper_warning(paper, filing->warning[i]);
}

/* --- fields ------------------------------------------------------------------------------- */

static void
put_value(const struct filing *filing, const struct filing_value *value, struct paper *paper)
{
	struct buffer text = { .max = 0 }, beside = { .max = 0 }, basis = { .max = 0 };
	struct filing_value without = *value;

	/* Records stand in a member of their own. */
	without.cites = 0;
	phrase_beside(&beside, filing, &without);
	phrase_basis(&basis, value);
	if (value->named)
		buffer_print(&text, "%s = ", value->name);
	buffer_put_text(&text, value->text);
	paper_entry(paper, &(struct paper_entry){ .text = buffer_text(&text),
	    .beside = buffer_text(&beside), .label = value->label, .basis = buffer_text(&basis),
	    .tone = value->known && !value->contradicted && !value->lapsed ? PAPER_PLAIN :
	    PAPER_BAD, .cite = value->cite, .cites = value->cites });
	buffer_free(&text);
	buffer_free(&beside);
	buffer_free(&basis);
}

/* A person's word stands first; what was drafted stays beneath it. */
static void
put_entry(const struct filing_answer *answer, struct paper *paper)
{
	const struct accident_entry *entry = answer->entry;
	struct buffer beside = { .max = 0 };
	char at[TIME_TEXT];

	if (entry == NULL)
		return;
	time_jst_s(entry->recorded_ms, at);
	buffer_print(&beside, _("%s, %s"), entry->author, at);
	paper_entry(paper, &(struct paper_entry){ .text = answer->confirmed ?
	    _("confirmed as drafted below") : answer->moved ?
	    _("confirmed, but the draft has changed since") : entry->withheld ?
	    _("(withheld)") : entry->text, .beside = buffer_text(&beside),
	    .label = "", .basis = _("a person's word"),
	    .tone = answer->moved ? PAPER_BAD : PAPER_STRONG, .cite = &entry->seq, .cites = 1 });
	buffer_free(&beside);
}

void
filing_paper_answer(const struct filing *filing, const struct filing_answer *answer,
    struct paper *paper)
{
	static const enum paper_standing standing[FILING_STANDINGS] = {
		[FILING_FILLED] = PAPER_FILLED, [FILING_PARTLY] = PAPER_PARTLY,
		[FILING_UNKNOWN] = PAPER_UNKNOWN, [FILING_DRAFT] = PAPER_TO_CONFIRM,
		[FILING_BLANK] = PAPER_TO_ENTER, [FILING_ENTERED] = PAPER_ENTERED };
	struct buffer number = { .max = 0 };

	buffer_print(&number, "%u", answer->field->number);
	paper_field(paper, &(struct paper_field){ .number = buffer_text(&number),
	    .label = answer->title, .key = answer->field->key,
	    .standing = standing[answer->standing], .who = answer->who });
	put_entry(answer, paper);
	for (uint32_t i = 0; i < answer->values; i++)
		put_value(filing, &answer->value[i], paper);
	if (filing->accident == NULL && (answer->standing == FILING_DRAFT ||
	    answer->standing == FILING_BLANK))
		paper_mark(paper, PAPER_DRAFT);
	buffer_free(&number);
}

/* --- sheets ------------------------------------------------------------------------------- */

static void
put_instances(const struct filing_sheet *sheet, struct paper *paper)
{
	const struct paper_column columns[] = { { .head = _("Instance"), .row_head = true },
		{ .head = _("Network function") }, { .head = _("Site") }, { .head = _("Zone") },
		{ .head = _("Health") }, { .head = _("Endpoints probed"), .align = PAPER_RIGHT } };
	struct buffer text = { .max = 0 };

	paper_table(paper, _("Equipment on this sheet"), columns,
	    sizeof(columns) / sizeof(*columns));
	for (uint32_t i = 0; i < sheet->instances; i++) {
		const struct filing_instance *instance = &sheet->instance[i];

		buffer_reset(&text);
		buffer_print(&text, "%s %s", instance->nf, instance->version);
		paper_row(paper);
		paper_cell(paper, PAPER_PLAIN, instance->name);
		if (instance->title[0] != '\0')
			paper_cell_line(paper, instance->title);
		paper_cell(paper, PAPER_PLAIN, buffer_text(&text));
		paper_cell(paper, PAPER_PLAIN, instance->site);
		paper_cell(paper, PAPER_PLAIN, instance->zone);
		paper_cell(paper, PAPER_PLAIN, _(health_name(instance->health)));
		paper_cell_number(paper, instance->targets);
	}
	buffer_free(&text);
}

static void
put_sheet(const struct filing *filing, uint32_t i, struct paper *paper)
{
	const struct filing_sheet *sheet = &filing->sheet[i];
	struct buffer text = { .max = 0 };

	buffer_print(&text, _("Sheet %" PRIu32 " of %" PRIu32 ": %s"), i + 1, filing->sheets,
	    sheet->title);
	paper_break(paper);
	paper_heading(paper, 1, buffer_text(&text));
	put_instances(sheet, paper);
	for (unsigned head = 1; head <= filing->heads; head++) {
		buffer_reset(&text);
		buffer_print(&text, "%u. %s", head, filing->head[head - 1]);
		paper_heading(paper, 2, buffer_text(&text));
		for (uint32_t a = 0; a < sheet->answers; a++)
			if (sheet->answer[a].field->head == head)
				filing_paper_answer(filing, &sheet->answer[a], paper);
	}
	buffer_free(&text);
}

struct paper *
filing_to_paper(const struct filing *filing)
{
	struct paper *paper = paper_new(filing->language, filing->title);

	put_head(filing, paper);
	paper_heading(paper, 1, _("Cover"));
	for (uint32_t i = 0; i < filing->covers; i++)
		filing_paper_answer(filing, &filing->cover[i], paper);
	for (uint32_t i = 0; i < filing->sheets; i++)
		put_sheet(filing, i, paper);
	if (filing->sheets == 0) {
		paper_heading(paper, 1, _("Third-party equipment"));
		paper_paragraph(paper, filing->planned ?
		    _("No instance runs on a third party's site: there is nothing to describe.") :
		    _("No configuration was in force."));
	}
	filing_figures_paper(filing, paper);
	filing_paper_controls(filing, paper);
	filing_paper_waivers(filing, paper);
	return paper;
}
