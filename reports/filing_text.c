/* SPDX-License-Identifier: Apache-2.0 */
/* A filing as plain text of 80 columns. */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/filing_figure.h"
#include "reports/filing_memory.h"
#include "reports/filing_page.h"
#include "reports/filing_phrase.h"

enum { LABEL = 24 };

static void
put_section(struct buffer *out, const char *title)
{
	buffer_put_u8(out, '\n');
	page_rule(out, '=');
	page_wrap(out, 0, 0, title);
	page_rule(out, '=');
}

static void
put_head(const struct filing *filing, struct buffer *out)
{
	struct buffer text = { .max = 0 };
	const char *label;

	page_wrap(out, 0, 0, filing->title);
	page_wrap(out, 0, 0, filing->basis);
	if (filing->note[0] != '\0') {
		buffer_print(&text, "*** %s ***", filing->note);
		page_wrap(out, 0, 0, buffer_text(&text));
	}
	page_rule(out, '-');
	for (unsigned line = 0; phrase_head(filing, line, &label, &text); line++) {
		unsigned columns = text_columns(bytes_of_text(label));

		buffer_put_text(out, label);
		for (; columns < LABEL; columns++)
			buffer_put_u8(out, ' ');
		page_wrap(out, columns, LABEL, buffer_text(&text));
	}
	for (uint32_t i = 0; i < filing->warnings; i++)
		page_item(out, 0, "! ", filing->warning[i]);
	buffer_free(&text);
}

/* --- fields ------------------------------------------------------------------------------- */

static void
put_value(const struct filing *filing, const struct filing_value *value, struct buffer *out)
{
	struct buffer text = { .max = 0 };

	phrase_basis(&text, value);
	if (text.len > 0) {
		struct buffer basis = text;

		text = (struct buffer){ .max = 0 };
		buffer_print(&text, "[%s] ", buffer_text(&basis));
		buffer_free(&basis);
	}
	if (value->label[0] != '\0')
		buffer_print(&text, "%s: ", value->label);
	if (value->named)
		buffer_print(&text, "%s = ", value->name);
	buffer_put_text(&text, value->text);
	page_item(out, 4, value->contradicted ? "! " : value->known ? "- " : "? ",
	    buffer_text(&text));
	buffer_reset(&text);
	phrase_beside(&text, filing, value);
	if (text.len > 0)
		page_item(out, 8, "", buffer_text(&text));
	buffer_free(&text);
}

static void
put_answer(const struct filing *filing, const struct filing_answer *answer, struct buffer *out)
{
	struct buffer text = { .max = 0 };
	char mark[16];

	snprintf(mark, sizeof(mark), "%2u  ", answer->field->number);
	buffer_print(&text, "%s (%s) [%s: %s]", answer->title, answer->field->key,
	    form_fill_name(answer->field->fill), filing_standing_text(answer->standing));
	buffer_put_u8(out, '\n');
	page_item(out, 0, mark, buffer_text(&text));
	if (answer->standing == FILING_BLANK)
		buffer_put_text(out, "    [________________________________________________]\n");
	buffer_reset(&text);
	phrase_duty(&text, answer);
	if (text.len > 0)
		page_item(out, 4, "=> ", buffer_text(&text));
	for (uint32_t i = 0; i < answer->values; i++)
		put_value(filing, &answer->value[i], out);
	buffer_free(&text);
}

static void
put_instance(const struct filing_instance *instance, struct buffer *out)
{
	struct buffer text = { .max = 0 };

	buffer_print(&text, "%s", instance->name);
	if (instance->title[0] != '\0')
		buffer_print(&text, " (%s)", instance->title);
	buffer_print(&text, ": %s%s%s; %s %s%s%s; %s; ",
	    instance->nf[0] != '\0' ? instance->nf : "?",
	    instance->version[0] != '\0' ? " " : "", instance->version, _("site"), instance->site,
	    instance->zone[0] != '\0' ? "/" : "", instance->zone,
	    _(health_name(instance->health)));
	buffer_print(&text, ngettext("%" PRIu32 " endpoint probed", "%" PRIu32 " endpoints probed",
	    instance->targets), instance->targets);
	page_item(out, 4, "- ", buffer_text(&text));
	buffer_free(&text);
}

static void
put_sheet(const struct filing *filing, uint32_t i, struct buffer *out)
{
	const struct filing_sheet *sheet = &filing->sheet[i];
	struct buffer text = { .max = 0 };

	buffer_print(&text, _("Sheet %" PRIu32 " of %" PRIu32 ": %s"), i + 1, filing->sheets,
	    sheet->title);
	put_section(out, buffer_text(&text));
	page_wrap(out, 0, 0, _("Equipment on this sheet"));
	for (uint32_t j = 0; j < sheet->instances; j++)
		put_instance(&sheet->instance[j], out);
	for (unsigned head = 1; head <= filing->heads; head++) {
		buffer_reset(&text);
		buffer_print(&text, "%u. %s", head, filing->head[head - 1]);
		buffer_put_u8(out, '\n');
		page_wrap(out, 0, 3, buffer_text(&text));
		page_rule(out, '-');
		for (uint32_t a = 0; a < sheet->answers; a++)
			if (sheet->answer[a].field->head == head)
				put_answer(filing, &sheet->answer[a], out);
	}
	buffer_free(&text);
}

/* --- the control table -------------------------------------------------------------------- */

static void
put_group(const struct filing_control *control, uint32_t from, uint32_t end, struct buffer *out)
{
	const struct filing_finding *first = &control->finding[from];
	struct buffer text = { .max = 0 };
	char since[TIME_TEXT];

	buffer_print(&text, "%s (%" PRIu32 "): ", _(verdict_text(first->verdict)), end - from);
	for (uint32_t i = from; i < end; i++) {
		time_jst_s(control->finding[i].since_ms, since);
		buffer_print(&text, _("%s%s since %s #%" PRIu64), i > from ? ", " : "",
		    control->finding[i].subject, since, control->finding[i].seq);
	}
	page_item(out, 4, first->verdict == VERDICT_NOT_MET ? "! " : first->verdict ==
	    VERDICT_UNKNOWN ? "? " : "- ", buffer_text(&text));
	buffer_reset(&text);
	if (first->missing[0] != '\0')
		buffer_print(&text, _("missing: %s; "), first->missing);
	if (first->because[0] != '\0')
		buffer_print(&text, _("read: %s"), first->because);
	if (first->waiver != 0)
		buffer_print(&text, _("; waived by record #%" PRIu64 ", beneath: %s"),
		    first->waiver, _(verdict_text(first->beneath)));
	if (text.len > 0)
		page_item(out, 8, "", buffer_text(&text));
	buffer_free(&text);
}

static void
put_control(const struct filing_control *control, struct buffer *out)
{
	struct buffer text = { .max = 0 };

	buffer_print(&text, "%s  %s: %s [%s; %s]", control->id, control->clause, control->title,
	    phrase_level(control->level), control->decided ? _(verdict_text(control->verdict)) :
	    _("cannot be decided"));
	page_item(out, 0, "", buffer_text(&text));
	for (uint32_t from = 0, end; from < control->findings; from = end) {
		end = phrase_group(control, from);
		put_group(control, from, end, out);
	}
	buffer_reset(&text);
	if (!control->decided)
		buffer_print(&text, _("lacks: %s"), control->lacks);
	else if (control->limit[0] != '\0')
		buffer_print(&text, _("limit: %s"), control->limit);
	if (text.len > 0)
		page_item(out, 4, "", buffer_text(&text));
	buffer_free(&text);
}

static void
put_standard(const struct filing_standard *standard, struct buffer *out)
{
	struct buffer text = { .max = 0 };

	buffer_print(&text, "%s (%s, %s)", standard->title, standard->id, standard->edition);
	buffer_put_u8(out, '\n');
	page_wrap(out, 0, 0, buffer_text(&text));
	page_rule(out, '-');
	buffer_reset(&text);
	buffer_print(&text, "SHA-256 %s", standard->hash);
	page_wrap(out, 0, 0, buffer_text(&text));
	buffer_reset(&text);
	if (standard->fault[0] != '\0')
		buffer_print(&text, _("set aside: %s"), standard->fault);
	else
		phrase_counts(&text, standard->count, standard->undecided);
	page_wrap(out, 0, 0, buffer_text(&text));
	for (int decided = 1; decided >= 0; decided--)
		for (uint32_t i = 0; i < standard->controls; i++)
			if (standard->control[i].decided == (decided == 1))
				put_control(&standard->control[i], out);
	buffer_free(&text);
}

static void
put_waiver(const struct filing_waiver *waiver, struct buffer *out)
{
	struct buffer text = { .max = 0 };
	char asked[TIME_TEXT], until[TIME_TEXT];

	time_jst_s(waiver->asked_ms, asked);
	time_jst_s(waiver->until_ms, until);
	buffer_print(&text, _("%s, %s: %s; asked by %s on %s (record #%" PRIu64 "), until %s"),
	    waiver->control, waiver->subject, _(waiver_step_text(waiver->step)), waiver->asked_by,
	    asked, waiver->seq, until);
	if (waiver->decided_by[0] != '\0')
		buffer_print(&text, _("; agreed by %s (record #%" PRIu64 ")"), waiver->decided_by,
		    waiver->decided_seq);
	buffer_print(&text, _("; reason committed as %s"), waiver->commitment);
	page_item(out, 0, "- ", buffer_text(&text));
	buffer_free(&text);
}

void
filing_print_text(const struct filing *filing, struct buffer *out)
{
	put_head(filing, out);
	put_section(out, _("Cover"));
	for (uint32_t i = 0; i < filing->covers; i++)
		put_answer(filing, &filing->cover[i], out);
	for (uint32_t i = 0; i < filing->sheets; i++)
		put_sheet(filing, i, out);
	if (filing->sheets == 0) {
		put_section(out, _("Third-party equipment"));
		page_wrap(out, 0, 0, filing->planned ?
		    _("No instance runs on a third party's site: there is nothing to describe.") :
		    _("No configuration was in force."));
	}
	if (filing_has_figures(filing)) {
		put_section(out, _("Figures"));
		filing_figures_text(filing, out);
	}
	put_section(out, _("Control table"));
	for (uint32_t i = 0; i < filing->standards; i++)
		put_standard(&filing->standard[i], out);
	if (filing->standards == 0)
		page_wrap(out, 0, 0, _("No control pack is in force: nothing was judged."));
	put_section(out, _("Waivers"));
	for (uint32_t i = 0; i < filing->waivers; i++)
		put_waiver(&filing->waiver[i], out);
	if (filing->waivers == 0)
		page_wrap(out, 0, 0, _("None."));
}
