/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a PDF for everybody needs and cairo 1.16 cannot write: the document's language, that the
 * title is shown, what figures show in words, and which heads belong to columns or rows.
 */
#include <qpdf/qpdf-c.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "reports/press/press.h"

enum { STACK_MAX = 64 };	/* structure is at most Document, Table, TR, TH, Link deep */

struct finishing {
	qpdf_data           pdf;
	const struct paper *paper;
	uint32_t            next;	/* block from which the next figure is looked for */
};

static void
describe_figure(struct finishing *f, qpdf_oh element)
{
	const struct paper *paper = f->paper;
	struct buffer text = { .max = 0 };

	while (f->next < paper->blocks && paper->block[f->next].kind != PAPER_FIGURE)
		f->next++;
	if (f->next == paper->blocks)
		return;
	buffer_print(&text, "%s %s", paper->block[f->next].drawing->title,
	    paper->block[f->next].drawing->description);
	f->next++;
	qpdf_oh_replace_key(f->pdf, element, "/Alt",
	    qpdf_oh_new_unicode_string(f->pdf, buffer_text(&text)));
	buffer_free(&text);
}

static bool
is_element(struct finishing *f, qpdf_oh element, const char *type)
{
	qpdf_oh key;

	if (!qpdf_oh_is_dictionary(f->pdf, element))
		return false;
	key = qpdf_oh_get_key(f->pdf, element, "/S");
	return qpdf_oh_is_name(f->pdf, key) && strcmp(qpdf_oh_get_name(f->pdf, key), type) == 0;
}

/* A row of nothing but heads names columns; a head among values names its row. */
static void
scope_heads(struct finishing *f, qpdf_oh kids)
{
	int count = qpdf_oh_is_array(f->pdf, kids) ? qpdf_oh_get_array_n_items(f->pdf, kids) : 0;
	bool all = true;

	for (int i = 0; i < count; i++)
		all = all && is_element(f, qpdf_oh_get_array_item(f->pdf, kids, i), "/TH");
	for (int i = 0; i < count; i++) {
		qpdf_oh cell = qpdf_oh_get_array_item(f->pdf, kids, i), scope;

		if (!is_element(f, cell, "/TH"))
			continue;
		scope = qpdf_oh_new_dictionary(f->pdf);
		qpdf_oh_replace_key(f->pdf, scope, "/O", qpdf_oh_new_name(f->pdf, "/Table"));
		qpdf_oh_replace_key(f->pdf, scope, "/Scope",
		    qpdf_oh_new_name(f->pdf, all ? "/Column" : "/Row"));
		qpdf_oh_replace_key(f->pdf, cell, "/A", scope);
	}
}

/* In the order of the document, so that the n-th figure here is the n-th of the paper. */
static void
walk(struct finishing *f, qpdf_oh root)
{
	struct { qpdf_oh kids; int next; } stack[STACK_MAX];
	int depth = 1;

	stack[0].kids = qpdf_oh_get_key(f->pdf, root, "/K");
	stack[0].next = 0;
	while (depth > 0) {
		qpdf_oh kids = stack[depth - 1].kids, kid;
		int at = stack[depth - 1].next++;
		bool list = qpdf_oh_is_array(f->pdf, kids);

		if (at >= (list ? qpdf_oh_get_array_n_items(f->pdf, kids) : 1)) {
			depth--;
			continue;
		}
		kid = list ? qpdf_oh_get_array_item(f->pdf, kids, at) : kids;
		if (!qpdf_oh_is_dictionary(f->pdf, kid) || depth == STACK_MAX)
			continue;
		if (is_element(f, kid, "/Figure"))
			describe_figure(f, kid);
		stack[depth].kids = qpdf_oh_get_key(f->pdf, kid, "/K");
		stack[depth].next = 0;
		if (is_element(f, kid, "/TR"))
			scope_heads(f, stack[depth].kids);
		/* Rows hold nothing that is looked for. */
		if (!is_element(f, kid, "/TR") && !is_element(f, kid, "/Figure"))
			depth++;
	}
}

static void
change(struct finishing *f)
{
	qpdf_oh root = qpdf_get_root(f->pdf), viewer = qpdf_oh_new_dictionary(f->pdf);

	qpdf_oh_replace_key(f->pdf, root, "/Lang",
	    qpdf_oh_new_unicode_string(f->pdf, f->paper->language));
	qpdf_oh_replace_key(f->pdf, viewer, "/DisplayDocTitle",
	    qpdf_oh_new_bool(f->pdf, QPDF_TRUE));
	qpdf_oh_replace_key(f->pdf, root, "/ViewerPreferences", viewer);
	walk(f, qpdf_oh_get_key(f->pdf, root, "/StructTreeRoot"));
}

static enum err
fault_of(qpdf_data pdf, struct why *why)
{
	qpdf_error error = qpdf_get_error(pdf);

	return why_set(why, ERR_IO, _("the PDF cannot be finished: %s"), error != NULL ?
	    qpdf_get_error_full_text(pdf, error) : "");
}

enum err
press_finish(const struct paper *paper, struct bytes pdf, struct buffer *out, struct why *why)
{
	struct finishing f = { .pdf = qpdf_init(), .paper = paper };
	enum err err = ERR_OK;

	qpdf_silence_errors(f.pdf);
	qpdf_set_suppress_warnings(f.pdf, QPDF_TRUE);
	if (qpdf_read_memory(f.pdf, "paper", (const char *)pdf.at, pdf.len, NULL) != QPDF_SUCCESS)
		err = fault_of(f.pdf, why);
	if (err == ERR_OK) {
		change(&f);
		if (qpdf_init_write_memory(f.pdf) != QPDF_SUCCESS)
			err = fault_of(f.pdf, why);
	}
	if (err == ERR_OK) {
		qpdf_set_deterministic_ID(f.pdf, QPDF_TRUE);
		qpdf_set_object_stream_mode(f.pdf, qpdf_o_generate);
		if (qpdf_write(f.pdf) != QPDF_SUCCESS)
			err = fault_of(f.pdf, why);
		else
			buffer_put(out, qpdf_get_buffer(f.pdf), qpdf_get_buffer_length(f.pdf));
	}
	qpdf_cleanup(&f.pdf);
	return err;
}
