/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filing as one HTML file: no script, nothing from outside, readable by a screen reader, and
 * printed on A4.  States are words, never colours alone.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "reports/filing_figure.h"
#include "reports/filing_html.h"
#include "reports/filing_phrase.h"

static const char style[] =
    "body{font-family:\"Noto Sans JP\",\"Hiragino Sans\",\"Yu Gothic\",Meiryo,sans-serif;"
    "line-height:1.5;color:#111;background:#fff;max-width:72rem;margin:0 auto;padding:1rem}\n"
    "h1{font-size:1.5rem}h2{font-size:1.25rem;border-bottom:2px solid #111;margin-top:2rem}\n"
    "h3{font-size:1.1rem;margin-top:1.5rem}\n"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}\n"
    "caption{text-align:left;font-weight:bold;padding:.25rem 0}\n"
    "th,td{border:1px solid #555;padding:.25rem .5rem;vertical-align:top;text-align:left;"
    "overflow-wrap:anywhere}\n"
    "thead th{background:#e8e8e8}th[scope=row],th[scope=rowgroup]{background:#f4f4f4;"
    "font-weight:normal}\n"
    "td.number{text-align:right;white-space:nowrap}\n"
    "code,.hash{font-family:\"Noto Sans Mono\",Consolas,monospace;font-size:.9em}\n"
    "ul{margin:0;padding-left:1.1rem}p{margin:.25rem 0}\n"
    ".beside{color:#444;font-size:.85em}.key{color:#444;font-size:.85em}\n"
    ".note{border:2px solid #111;padding:.25rem .75rem;font-weight:bold;display:inline-block}\n"
    ".state{font-weight:bold}.bad{border:2px solid #a00;padding:0 .25rem;font-weight:bold}\n"
    ".blank{border:1px dashed #111;min-height:3.5em;margin:.25rem 0}\n"
    ".duty{font-weight:bold}\n"
    "figure{margin:1rem 0}figure svg{max-width:100%;height:auto}figcaption{font-weight:bold}\n"
    "@page{size:A4;margin:18mm 15mm}\n"
    "@media print{body{max-width:none;padding:0;font-size:9pt}nav{display:none}"
    "h2{break-before:page}h2,h3,caption{break-after:avoid}"
    "tr,li,figure{break-inside:avoid}figure svg{max-height:230mm}"
    "thead{display:table-header-group}a{color:inherit;text-decoration:none}}\n";

/* --- head --------------------------------------------------------------------------------- */

static void
put_start(const struct filing *filing, struct buffer *out)
{
	buffer_print(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	    "style-src 'unsafe-inline'\">\n", filing->language);
	html_element(out, "title", "", filing->title);
	buffer_print(out, "<style>\n%s</style>\n</head>\n<body>\n<header>\n", style);
	html_element(out, "h1", "", filing->title);
	html_element(out, "p", "", filing->basis);
	if (filing->note[0] != '\0')
		html_element(out, "p", "class=\"note\"", filing->note);
}

static void
put_head(const struct filing *filing, struct buffer *out)
{
	struct buffer text = { .max = 0 };
	const char *label;

	put_start(filing, out);
	buffer_put_text(out, "<table>\n");
	html_element(out, "caption", "", _("What this document speaks for"));
	buffer_put_text(out, "<tbody>\n");
	for (unsigned line = 0; phrase_head(filing, line, &label, &text); line++) {
		buffer_put_text(out, "<tr>");
		html_element(out, "th", "scope=\"row\"", label);
		html_element(out, "td", "", buffer_text(&text));
		buffer_put_text(out, "</tr>\n");
	}
	buffer_put_text(out, "</tbody>\n</table>\n");
	if (filing->warnings > 0)
		buffer_put_text(out, "<ul>\n");
	for (uint32_t i = 0; i < filing->warnings; i++)
		html_element(out, "li", "", filing->warning[i]);
	buffer_put_text(out, filing->warnings > 0 ? "</ul>\n</header>\n" : "</header>\n");
	buffer_free(&text);
}

static void
put_link(struct buffer *out, const char *to, uint32_t number, const char *text)
{
	buffer_print(out, "<li><a href=\"#%s", to);
	if (number > 0)
		buffer_print(out, "-%" PRIu32, number);
	buffer_put_text(out, "\">");
	html_text(out, text);
	buffer_put_text(out, "</a></li>\n");
}

static void
put_contents(const struct filing *filing, struct buffer *out)
{
	buffer_put_text(out, "<nav aria-label=\"");
	html_text(out, _("Contents"));
	buffer_put_text(out, "\">\n<ol>\n");
	put_link(out, "cover", 0, _("Cover"));
	for (uint32_t i = 0; i < filing->sheets; i++)
		put_link(out, "sheet", i + 1, filing->sheet[i].title);
	if (filing->sheets == 0)
		put_link(out, "sheets", 0, _("Third-party equipment"));
	if (filing_has_figures(filing))
		put_link(out, "figures", 0, _("Figures"));
	put_link(out, "controls", 0, _("Control table"));
	put_link(out, "waivers", 0, _("Waivers"));
	buffer_put_text(out, "</ol>\n</nav>\n<main>\n");
}

/* --- fields ------------------------------------------------------------------------------- */

static void
put_value(const struct filing *filing, const struct filing_value *value, struct buffer *out)
{
	struct buffer text = { .max = 0 };

	buffer_put_text(out, "<li>");
	phrase_basis(&text, value);
	if (text.len > 0) {
		buffer_put_text(out, value->contradicted || value->lapsed ?
		    "<span class=\"bad\">" : "<span class=\"state\">");
		html_text(out, buffer_text(&text));
		buffer_put_text(out, "</span> ");
	}
	if (value->label[0] != '\0') {
		html_text(out, value->label);
		buffer_put_text(out, ": ");
	}
	if (value->named) {
		buffer_put_text(out, "<code>");
		html_text(out, value->name);
		buffer_put_text(out, "</code> = ");
	}
	if (!value->known)
		html_element(out, "span", "class=\"bad\"", value->text);
	else
		html_text(out, value->text);
	buffer_reset(&text);
	phrase_beside(&text, filing, value);
	if (text.len > 0) {
		buffer_put_text(out, " <span class=\"beside\">");
		html_text(out, buffer_text(&text));
		buffer_put_text(out, "</span>");
	}
	buffer_put_text(out, "</li>\n");
	buffer_free(&text);
}

static void
put_answer(const struct filing *filing, const struct filing_answer *answer, struct buffer *out)
{
	struct buffer text = { .max = 0 };

	buffer_print(out, "<tr><td class=\"number\">%u</td>\n<th scope=\"row\">",
	    answer->field->number);
	html_text(out, answer->title);
	buffer_put_text(out, "<br><span class=\"key\">");
	html_text(out, answer->field->key);
	buffer_print(out, "</span></th>\n<td><p class=\"state\">%s: ",
	    form_fill_name(answer->field->fill));
	html_text(out, filing_standing_text(answer->standing));
	buffer_put_text(out, "</p>\n");
	if (answer->standing == FILING_BLANK)
		buffer_put_text(out, "<div class=\"blank\"></div>\n");
	phrase_duty(&text, answer);
	if (text.len > 0)
		html_element(out, "p", "class=\"duty\"", buffer_text(&text));
	if (answer->values > 0) {
		buffer_put_text(out, "<ul>\n");
		for (uint32_t i = 0; i < answer->values; i++)
			put_value(filing, &answer->value[i], out);
		buffer_put_text(out, "</ul>\n");
	}
	buffer_put_text(out, "</td></tr>\n");
	buffer_free(&text);
}

/* Those under one head of the form, or all for head 0. */
static void
put_answers(const struct filing *filing, const struct filing_answer *answer, uint32_t answers,
    unsigned head, struct buffer *out)
{
	const char *heads[] = { _("No."), _("Field"), _("Answer") };

	buffer_put_text(out, "<table>\n");
	html_element(out, "caption", "", head > 0 ? filing->head[head - 1] : _("Cover"));
	html_heads(out, heads, sizeof(heads) / sizeof(*heads));
	buffer_put_text(out, "<tbody>\n");
	for (uint32_t i = 0; i < answers; i++)
		if (answer[i].field->head == head || head == 0)
			put_answer(filing, &answer[i], out);
	buffer_put_text(out, "</tbody>\n</table>\n");
}

/* --- sheets ------------------------------------------------------------------------------- */

static void
put_instances(const struct filing_sheet *sheet, struct buffer *out)
{
	const char *heads[] = { _("Instance"), _("Network function"), _("Site"), _("Zone"),
		_("Health"), _("Endpoints probed") };

	buffer_put_text(out, "<table>\n");
	html_element(out, "caption", "", _("Equipment on this sheet"));
	html_heads(out, heads, sizeof(heads) / sizeof(*heads));
	buffer_put_text(out, "<tbody>\n");
	for (uint32_t i = 0; i < sheet->instances; i++) {
		const struct filing_instance *instance = &sheet->instance[i];

		buffer_put_text(out, "<tr><th scope=\"row\">");
		html_text(out, instance->name);
		if (instance->title[0] != '\0') {
			buffer_put_text(out, "<br>");
			html_text(out, instance->title);
		}
		buffer_put_text(out, "</th>\n<td>");
		html_text(out, instance->nf);
		buffer_put_u8(out, ' ');
		html_text(out, instance->version);
		buffer_put_text(out, "</td>\n");
		html_element(out, "td", "", instance->site);
		html_element(out, "td", "", instance->zone);
		html_element(out, "td", "", _(health_name(instance->health)));
		buffer_print(out, "<td class=\"number\">%" PRIu32 "</td></tr>\n",
		    instance->targets);
	}
	buffer_put_text(out, "</tbody>\n</table>\n");
}

static void
put_sheet(const struct filing *filing, uint32_t i, struct buffer *out)
{
	const struct filing_sheet *sheet = &filing->sheet[i];

	buffer_print(out, "<section id=\"sheet-%" PRIu32 "\">\n<h2>", i + 1);
	buffer_print(out, _("Sheet %" PRIu32 " of %" PRIu32 ": "), i + 1, filing->sheets);
	html_text(out, sheet->title);
	buffer_put_text(out, "</h2>\n");
	put_instances(sheet, out);
	for (unsigned head = 1; head <= filing->heads; head++)
		put_answers(filing, sheet->answer, sheet->answers, head, out);
	buffer_put_text(out, "</section>\n");
}

static void
put_no_sheet(const struct filing *filing, struct buffer *out)
{
	buffer_put_text(out, "<section id=\"sheets\">\n");
	html_element(out, "h2", "", _("Third-party equipment"));
	html_element(out, "p", "", filing->planned ?
	    _("No instance runs on a third party's site: there is nothing to describe.") :
	    _("No configuration was in force."));
	buffer_put_text(out, "</section>\n");
}

void
filing_print_html(const struct filing *filing, struct buffer *out)
{
	put_head(filing, out);
	put_contents(filing, out);
	buffer_put_text(out, "<section id=\"cover\">\n");
	html_element(out, "h2", "", _("Cover"));
	put_answers(filing, filing->cover, filing->covers, 0, out);
	buffer_put_text(out, "</section>\n");
	for (uint32_t i = 0; i < filing->sheets; i++)
		put_sheet(filing, i, out);
	if (filing->sheets == 0)
		put_no_sheet(filing, out);
	filing_figures_html(filing, out);
	html_controls(filing, out);
	html_waivers(filing, out);
	buffer_put_text(out, "</main>\n</body>\n</html>\n");
}
