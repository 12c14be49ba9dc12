/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a control pack about one control, line by line. */
#include "monitor/base/i18n.h"
#include "tui/control_detail.h"
#include "tui/control_text.h"
#include "tui/judged.h"
#include "tui/wrap.h"

enum { LABEL = 13, WRAP = 64 };	/* columns: both fit the narrowest window */

enum control_text { TEXT_ASKS, TEXT_APPLIES, TEXT_MET, TEXT_RESTS, TEXT_LACKS, TEXT_LIMIT,
	TEXT_SOURCE, TEXTS };

static void
put_condition(struct buffer *out, const struct condition *condition)
{
	struct bytes text = condition != NULL ? condition_text(condition) : bytes_of_text("");

	buffer_put(out, text.at, text.len);
}

static const char *
control_text(const struct scene *scene, const struct pack_control *control,
    enum control_text which, struct buffer *out)
{
	switch (which) {
	case TEXT_ASKS:
		buffer_put_text(out, control->requirement);
		return _("asks");
	case TEXT_APPLIES:
		put_condition(out, control->applies);
		return _("applies if");
	case TEXT_MET:
		put_condition(out, control->condition);
		return _("met if");
	case TEXT_RESTS:
		judged_basis(control->condition != NULL ? condition_basis(control->condition) : 0,
		    out);
		return _("rests on");
	case TEXT_LACKS:
		if (control->condition == NULL)
			buffer_put_text(out, control->lacks);
		return _("lacks");
	case TEXT_LIMIT:
		buffer_put_text(out, judged_limit(scene, control));
		return _("limit");
	case TEXT_SOURCE:
		buffer_print(out, "%s (%s)", control->source, control->confidence);
		return _("source");
	case TEXTS:
		break;
	}
	return "";
}

/* A row of text carries which text it is and where in it the line begins. */
void
control_text_rows(struct view *view, const struct scene *scene, const struct pack_control *control)
{
	struct buffer text = { 0 };

	for (unsigned which = 0; which < TEXTS; which++) {
		buffer_reset(&text);
		control_text(scene, control, (enum control_text)which, &text);
		for (size_t from = 0; from < text.len;) {
			view_add(view, (struct view_row){ .kind = CONTROL_TEXT, .stop = true,
			    .id = (uint64_t)which << 32 | from });
			from += wrap_part(bytes_of_buffer(&text), from, WRAP).len;
		}
	}
	buffer_free(&text);
}

void
control_text_line(const struct scene *scene, const struct pack_control *control, uint64_t id,
    struct strip *strip)
{
	struct buffer text = { 0 };
	const char *label = control_text(scene, control, (enum control_text)(id >> 32), &text);
	size_t from = id & UINT32_MAX;

	strip_field(strip, LABEL, ALIGN_LEFT, STYLE_QUIET, from == 0 ? label : "");
	strip_bytes(strip, STYLE_NORMAL, wrap_part(bytes_of_buffer(&text), from, WRAP));
	buffer_free(&text);
}
