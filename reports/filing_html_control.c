/* SPDX-License-Identifier: Apache-2.0 */
/* The control table in HTML: a table for each standard, a row group for each control. */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/filing_html.h"
#include "reports/filing_phrase.h"

static uint32_t
count_groups(const struct filing_control *control)
{
	uint32_t groups = 0;

	for (uint32_t from = 0; from < control->findings; from = phrase_group(control, from))
		groups++;
	return groups > 0 ? groups : 1;
}

static void
put_name(const struct filing_control *control, struct buffer *out)
{
	buffer_print(out, "<th scope=\"rowgroup\" rowspan=\"%" PRIu32 "\"><strong>",
	    count_groups(control));
	html_text(out, control->id);
	buffer_put_text(out, "</strong> ");
	html_text(out, control->clause);
	buffer_put_text(out, "<br>");
	html_text(out, control->title);
	buffer_put_text(out, "<br><span class=\"key\">");
	html_text(out, phrase_level(control->level));
	buffer_put_text(out, "</span>");
	if (control->limit[0] != '\0') {
		buffer_put_text(out, "<br><span class=\"beside\">");
		html_text(out, _("limit: "));
		html_text(out, control->limit);
		buffer_put_text(out, "</span>");
	}
	buffer_put_text(out, "</th>\n");
}

static void
put_subjects(const struct filing_control *control, uint32_t from, uint32_t end,
    struct buffer *out)
{
	buffer_put_text(out, "<td>");
	for (uint32_t i = from; i < end; i++) {
		const struct filing_finding *finding = &control->finding[i];
		char since[TIME_TEXT];

		time_jst_s(finding->since_ms, since);
		buffer_put_text(out, i > from ? ", " : "");
		html_text(out, finding->subject);
		buffer_put_text(out, " <span class=\"beside\">");
		buffer_print(out, _("since %s #%" PRIu64), since, finding->seq);
		buffer_put_text(out, "</span>");
	}
	buffer_put_text(out, "</td>\n");
}

static void
put_why(const struct filing_finding *finding, struct buffer *out)
{
	struct buffer text = { .max = 0 };

	buffer_put_text(out, "<td>");
	if (finding->missing[0] != '\0') {
		buffer_print(&text, _("missing: %s; "), finding->missing);
		html_text(out, buffer_text(&text));
	}
	buffer_reset(&text);
	if (finding->because[0] != '\0')
		buffer_print(&text, _("read: %s"), finding->because);
	if (finding->waiver != 0)
		buffer_print(&text, _("; waived by record #%" PRIu64 ", beneath: %s"),
		    finding->waiver, _(verdict_text(finding->beneath)));
	html_text(out, buffer_text(&text));
	buffer_put_text(out, "</td></tr>\n");
	buffer_free(&text);
}

static void
put_group(const struct filing_control *control, uint32_t from, uint32_t end, struct buffer *out)
{
	const struct filing_finding *first = &control->finding[from];
	char mark[128];

	buffer_put_text(out, from > 0 ? "<tr>" : "");
	snprintf(mark, sizeof(mark), "%.80s (%" PRIu32 ")", _(verdict_text(first->verdict)),
	    end - from);
	buffer_put_text(out, first->verdict == VERDICT_NOT_MET ||
	    first->verdict == VERDICT_UNKNOWN ? "<td><span class=\"bad\">" :
	    "<td><span class=\"state\">");
	html_text(out, mark);
	buffer_put_text(out, "</span></td>\n");
	put_subjects(control, from, end, out);
	put_why(first, out);
}

static void
put_control(const struct filing_control *control, struct buffer *out)
{
	buffer_put_text(out, "<tbody>\n<tr>");
	put_name(control, out);
	for (uint32_t from = 0, end; from < control->findings; from = end) {
		end = phrase_group(control, from);
		put_group(control, from, end, out);
	}
	if (control->findings == 0) {
		buffer_put_text(out, "<td><span class=\"state\">");
		html_text(out, _(verdict_text(control->verdict)));
		buffer_put_text(out, "</span></td>\n<td>");
		html_text(out, _("there is no such subject"));
		buffer_put_text(out, "</td>\n<td></td></tr>\n");
	}
	buffer_put_text(out, "</tbody>\n");
}

static void
put_decided(const struct filing_standard *standard, struct buffer *out)
{
	const char *heads[] = { _("Control"), _("Verdict"),
		_("Subjects, since when, by which record"), _("Why") };

	if (standard->controls == standard->undecided)
		return;
	buffer_put_text(out, "<table>\n");
	html_element(out, "caption", "", _("Controls that are judged"));
	html_heads(out, heads, sizeof(heads) / sizeof(*heads));
	for (uint32_t i = 0; i < standard->controls; i++)
		if (standard->control[i].decided)
			put_control(&standard->control[i], out);
	buffer_put_text(out, "</table>\n");
}

static void
put_undecided(const struct filing_standard *standard, struct buffer *out)
{
	const char *heads[] = { _("Control"), _("Clause"), _("Title"), _("What it lacks") };

	if (standard->undecided == 0)
		return;
	buffer_put_text(out, "<table>\n");
	html_element(out, "caption", "", _("Controls that cannot be decided"));
	html_heads(out, heads, sizeof(heads) / sizeof(*heads));
	buffer_put_text(out, "<tbody>\n");
	for (uint32_t i = 0; i < standard->controls; i++) {
		const struct filing_control *control = &standard->control[i];

		if (control->decided)
			continue;
		buffer_put_text(out, "<tr>");
		html_element(out, "th", "scope=\"row\"", control->id);
		html_element(out, "td", "", control->clause);
		html_element(out, "td", "", control->title);
		html_element(out, "td", "lang=\"en\"", control->lacks);
		buffer_put_text(out, "</tr>\n");
	}
	buffer_put_text(out, "</tbody>\n</table>\n");
}

static void
put_standard(const struct filing_standard *standard, struct buffer *out)
{
	struct buffer text = { .max = 0 };

	html_element(out, "h3", "", standard->title);
	buffer_print(&text, "%s, %s", standard->id, standard->edition);
	html_element(out, "p", "", buffer_text(&text));
	buffer_reset(&text);
	buffer_print(&text, "SHA-256 %s", standard->hash);
	html_element(out, "p", "class=\"hash\"", buffer_text(&text));
	buffer_reset(&text);
	if (standard->fault[0] != '\0')
		buffer_print(&text, _("set aside: %s"), standard->fault);
	else
		phrase_counts(&text, standard->count, standard->undecided);
	html_element(out, "p", "class=\"state\"", buffer_text(&text));
	put_decided(standard, out);
	put_undecided(standard, out);
	buffer_free(&text);
}

void
html_controls(const struct filing *filing, struct buffer *out)
{
	buffer_put_text(out, "<section id=\"controls\">\n");
	html_element(out, "h2", "", _("Control table"));
	for (uint32_t i = 0; i < filing->standards; i++)
		put_standard(&filing->standard[i], out);
	if (filing->standards == 0)
		html_element(out, "p", "", _("No control pack is in force: nothing was judged."));
	buffer_put_text(out, "</section>\n");
}

/* --- waivers ------------------------------------------------------------------------------ */

static void
put_record(struct buffer *out, const char *who, int64_t ms, uint64_t seq)
{
	char at[TIME_TEXT];

	buffer_put_text(out, "<td>");
	if (who[0] != '\0') {
		time_jst_s(ms, at);
		html_text(out, who);
		buffer_print(out, ", %s #%" PRIu64, at, seq);
	}
	buffer_put_text(out, "</td>\n");
}

static void
put_waiver(const struct filing_waiver *waiver, struct buffer *out)
{
	char until[TIME_TEXT];

	time_jst_s(waiver->until_ms, until);
	buffer_put_text(out, "<tr>");
	html_element(out, "th", "scope=\"row\"", waiver->control);
	html_element(out, "td", "", waiver->subject);
	html_element(out, "td", "", _(waiver_step_text(waiver->step)));
	put_record(out, waiver->asked_by, waiver->asked_ms, waiver->seq);
	put_record(out, waiver->decided_by, waiver->decided_ms, waiver->decided_seq);
	html_element(out, "td", "", until);
	html_element(out, "td", "class=\"hash\"", waiver->commitment);
	buffer_put_text(out, "</tr>\n");
}

void
html_waivers(const struct filing *filing, struct buffer *out)
{
	const char *heads[] = { _("Control"), _("Subject"), _("Step"), _("Asked by"),
		_("Agreed by"), _("Until"), _("Commitment of the reason (SHA-256)") };

	buffer_put_text(out, "<section id=\"waivers\">\n");
	html_element(out, "h2", "", _("Waivers"));
	if (filing->waivers == 0) {
		html_element(out, "p", "", _("None."));
	} else {
		buffer_put_text(out, "<table>\n");
		html_element(out, "caption", "", _("Waivers in force and asked for"));
		html_heads(out, heads, sizeof(heads) / sizeof(*heads));
		buffer_put_text(out, "<tbody>\n");
		for (uint32_t i = 0; i < filing->waivers; i++)
			put_waiver(&filing->waiver[i], out);
		buffer_put_text(out, "</tbody>\n</table>\n");
	}
	buffer_put_text(out, "</section>\n");
}
