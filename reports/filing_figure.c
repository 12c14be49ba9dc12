/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of a filing about the network, those of attachment i (Ordinance Art. 27-5(1)(i)):
 * 設備構成図, 論理構成図, 接続構成図.  Each format draws them anew from
 * the plan in force, with health as it was believed at the moment the filing speaks of.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/filing_figure.h"
#include "reports/filing_html.h"
#include "reports/filing_page.h"

bool
filing_has_figures(const struct filing *filing)
{
	return filing->accident == NULL && filing->state->plan != NULL &&
	    filing->state->plan->instances > 0;
}

enum err
filing_figure(const struct filing *filing, enum diagram_kind kind, struct drawing **out,
    struct why *why)
{
	struct graph *graph = graph_new(filing->state->plan);
	enum err err;

	*out = diagram_draw(kind, graph, filing->state);
	graph_free(graph);
	err = drawing_check(*out, why);
	if (err != ERR_OK) {
		drawing_free(*out);
		*out = NULL;
	}
	return err;
}

void
filing_figures_basis(const struct filing *filing, struct buffer *out)
{
	char at[TIME_TEXT];

	time_jst_s(filing->at_ms, at);
	buffer_print(out, _("Drawn from the configuration that was in force (record #%" PRIu64
	    "): what is in it is the carrier's declaration. Letters and hatches show health as "
	    "it was believed at %s."), filing->config_seq, at);
}

static void
not_drawn(const struct why *why, struct buffer *out)
{
	buffer_print(out, _("This figure could not be drawn: %s."), why->text);
}

void
filing_figures_paper(const struct filing *filing, struct paper *paper)
{
	struct buffer text = { .max = 0 };
	struct drawing *drawing;
	struct why why;

	if (!filing_has_figures(filing))
		return;
	paper_break(paper);
	paper_heading(paper, 1, _("Figures"));
	filing_figures_basis(filing, &text);
	paper_paragraph(paper, buffer_text(&text));
	for (enum diagram_kind kind = 0; kind < DIAGRAMS; kind++) {
		paper_heading(paper, 2, _(diagram_title(kind)));
		if (filing_figure(filing, kind, &drawing, &why) == ERR_OK) {
			paper_figure(paper, drawing, _(diagram_title(kind)));
			continue;
		}
		buffer_reset(&text);
		not_drawn(&why, &text);
		paper_warning(paper, buffer_text(&text));
	}
	buffer_free(&text);
}

void
filing_figures_html(const struct filing *filing, struct buffer *out)
{
	struct buffer text = { .max = 0 };
	struct drawing *drawing;
	struct why why;
	char id[32];

	if (!filing_has_figures(filing))
		return;
	buffer_put_text(out, "<section id=\"figures\">\n");
	html_element(out, "h2", "", _("Figures"));
	filing_figures_basis(filing, &text);
	html_element(out, "p", "", buffer_text(&text));
	for (enum diagram_kind kind = 0; kind < DIAGRAMS; kind++) {
		html_element(out, "h3", "", _(diagram_title(kind)));
		if (filing_figure(filing, kind, &drawing, &why) != ERR_OK) {
			buffer_reset(&text);
			not_drawn(&why, &text);
			html_element(out, "p", "class=\"bad\"", buffer_text(&text));
			continue;
		}
		snprintf(id, sizeof(id), "figure-%s", diagram_name(kind));
		buffer_put_text(out, "<figure>\n");
		drawing_print_svg(drawing, id, out);
		html_element(out, "figcaption", "", _(diagram_title(kind)));
		buffer_put_text(out, "</figure>\n");
		drawing_free(drawing);
	}
	buffer_put_text(out, "</section>\n");
	buffer_free(&text);
}

void
filing_figures_text(const struct filing *filing, struct buffer *out)
{
	struct buffer text = { .max = 0 };
	struct drawing *drawing;
	struct why why;

	filing_figures_basis(filing, &text);
	page_wrap(out, 0, 0, buffer_text(&text));
	page_wrap(out, 0, 0, _("They are drawn in the HTML and PDF of this document."));
	for (enum diagram_kind kind = 0; kind < DIAGRAMS; kind++) {
		buffer_reset(&text);
		buffer_print(&text, "%s: ", _(diagram_title(kind)));
		if (filing_figure(filing, kind, &drawing, &why) == ERR_OK)
			buffer_put_text(&text, drawing->description);
		else
			not_drawn(&why, &text);
		drawing_free(drawing);
		page_item(out, 0, "- ", buffer_text(&text));
	}
	buffer_free(&text);
}
