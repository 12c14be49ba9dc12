/* SPDX-License-Identifier: Apache-2.0 */
/* One record as it stands in the ledger: its fields, its leaf hash, and what it says in full. */
#include <inttypes.h>

#include "monitor/base/i18n.h"
#include "tui/view.h"
#include "tui/wrap.h"

enum record_line { RECORD_LINE_TITLE, RECORD_LINE_RECORDED, RECORD_LINE_OBSERVED, RECORD_LINE_LEAF,
	RECORD_LINE_BLANK, RECORD_LINE_TEXT };

enum { WRAP = 76, LABEL = 12 };	/* columns of a line: fits the narrowest window */

static void
record_rows(struct view *view, const struct scene *scene)
{
	struct buffer text = { 0 };
	struct bytes part;

	scene_record(scene, view->subject, &text);
	for (unsigned line = RECORD_LINE_TITLE; line < RECORD_LINE_TEXT; line++)
		view_add(view, (struct view_row){ .kind = line,
		    .stop = line != RECORD_LINE_BLANK });
	for (size_t from = 0; from < text.len; from += part.len) {
		part = wrap_part(bytes_of_buffer(&text), from, WRAP);
		view_add(view, (struct view_row){ .kind = RECORD_LINE_TEXT, .stop = true,
		    .id = from });
	}
	buffer_free(&text);
}

static void
record_fact(const struct view *view, const struct scene *scene, enum record_line line,
    struct strip *strip)
{
	struct record record = { 0 };
	struct hash leaf;
	char text[HASH_TEXT] = "-";

	if (scene->ledger != NULL && line == RECORD_LINE_LEAF &&
	    ledger_leaf(scene->ledger, view->subject, &leaf, NULL) == ERR_OK)
		hash_text(leaf, text);
	else if (scene->ledger != NULL && line != RECORD_LINE_LEAF &&
	    ledger_read(scene->ledger, view->subject, &record, NULL) == ERR_OK)
		time_jst(line == RECORD_LINE_RECORDED ? record.recorded_ms : record.observed_ms,
		    text);
	strip_field(strip, LABEL, ALIGN_LEFT, STYLE_QUIET, line == RECORD_LINE_LEAF ? _("leaf") :
	    line == RECORD_LINE_RECORDED ? _("recorded") : _("observed"));
	strip_text(strip, STYLE_NORMAL, text);
}

static void
record_draw(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	struct buffer text = { 0 };

	switch ((enum record_line)row->kind) {
	case RECORD_LINE_TITLE:
		strip_print(strip, STYLE_STRONG, _("Record %" PRIu64), view->subject);
		break;
	case RECORD_LINE_TEXT:
		scene_record(scene, view->subject, &text);
		strip_bytes(strip, STYLE_NORMAL, wrap_part(bytes_of_buffer(&text),
		    (size_t)row->id, WRAP));
		buffer_free(&text);
		break;
	case RECORD_LINE_BLANK:
		break;
	default:
		record_fact(view, scene, (enum record_line)row->kind, strip);
		break;
	}
}

const struct view_ops view_record = {
	.name  = "record",
	.title = N_("Record"),
	.rows  = record_rows,
	.line  = record_draw,
};
