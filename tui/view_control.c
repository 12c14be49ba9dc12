/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One control: its clause, what it asks and what a verdict rests on; then its subjects, worst
 * first, one of them unfolded: what its conditions read, with values and records.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe_judged.h"
#include "tui/cell.h"
#include "tui/control_detail.h"
#include "tui/control_text.h"
#include "tui/judged.h"

enum { VERDICT_WIDTH = 14, RECORD_WIDTH = 9, AGE_WIDTH = 7 };
enum { AGE_FROM = 100 };	/* a window that wide also has room for an age */

/* --- rows --------------------------------------------------------------------------------- */

static bool
subject_hidden(const struct view *view, const struct judgement *j, const struct finding *finding)
{
	char subject[SUBJECT_TEXT], words[SUBJECT_TEXT + 64];

	if (view->filter[0] == '\0')
		return false;
	judgement_subject_text(j, finding->subject, subject);
	snprintf(words, sizeof(words), "%s %s", subject, _(verdict_text(finding->verdict)));
	return view_filtered(view, words);
}

static void
place(struct view *view, size_t row)
{
	view->placed = view->moved = true;
	view->selected = row;
}

/* The details come into sight with their subject. */
static void
unfold(struct view *view, const struct scene *scene, uint32_t c, uint32_t i)
{
	size_t at = view->rows - 1;

	control_detail_rows(view, scene, c, i);
	view->row[at].reach = (uint32_t)(view->rows - 1 - at);
}

static void
subject_rows(struct view *view, const struct scene *scene, uint32_t c)
{
	const struct judgement *j = judged_of(scene);
	uint32_t unfolded = judged_subject(j, c, view->part), count[VERDICTS];
	bool first = view->part == JUDGED_NONE;
	size_t begin = view->rows;

	judgement_counts(j, c, count);
	for (unsigned rank = 0; rank < VERDICTS; rank++)
		for (uint32_t i = 0; count[verdict_at(rank)] > 0 && i < judgement_subjects(j, c);
		    i++) {
			struct finding finding = judgement_glance(j, c, i);

			if (finding.verdict != verdict_at(rank) ||
			    subject_hidden(view, j, &finding))
				continue;
			if (!view->placed && (first || i == unfolded))
				place(view, view->rows);
			view_add(view, (struct view_row){ .kind = CONTROL_SUBJECT, .stop = true,
			    .id = i, .problem = finding.verdict == VERDICT_NOT_MET });
			if (first || i == unfolded)
				unfold(view, scene, c, i);
			first = false;
		}
	if (!view->placed && view->rows > begin)
		place(view, begin);
}

static void
control_rows(struct view *view, const struct scene *scene)
{
	const struct judgement *j = judged_of(scene);
	uint32_t c = judged_control(j, view->subject);

	if (c == UINT32_MAX)
		return;
	control_text_rows(view, scene, judgement_control(j, c));
	if (judgement_control(j, c)->condition == NULL)
		return;
	view_add(view, (struct view_row){ .kind = CONTROL_BLANK });
	view_add(view, (struct view_row){ .kind = CONTROL_SUBJECTS });
	subject_rows(view, scene, c);
}

/* --- lines -------------------------------------------------------------------------------- */

static void
control_title(const struct scene *scene, uint32_t c, struct strip *strip)
{
	const struct judgement *j = judged_of(scene);
	const struct pack_control *control = judgement_control(j, c);
	enum verdict verdict = judgement_verdict(j, c);
	const char *level = _(level_text(control->level));
	struct strip left = *strip;
	struct buffer text = { 0 };

	buffer_print(&text, "%s ", level);
	strip_right(strip, control->level != LEVEL_CONTRADICTION ? STYLE_QUIET :
	    verdict == VERDICT_NOT_MET ? STYLE_ALARM : STYLE_STRONG, buffer_text(&text));
	left.end = strip->column - text_width(bytes_of_buffer(&text)) - 1;
	strip_print(&left, verdict_style(verdict), "%c %s", verdict_letter(verdict), control->id);
	strip_print(&left, STYLE_STRONG, "  %s", judged_title(scene, control));
	buffer_free(&text);
}

static void
control_counts(const struct judgement *j, uint32_t c, struct strip *strip)
{
	uint32_t count[VERDICTS];
	bool any = false;

	if (judgement_control(j, c)->condition == NULL) {
		strip_text(strip, STYLE_UNKNOWN, _("? nothing can decide it yet"));
		return;
	}
	judgement_counts(j, c, count);
	for (unsigned rank = 0; rank < VERDICTS; rank++) {
		enum verdict verdict = verdict_at(rank);

		if (count[verdict] == 0)
			continue;
		strip_print(strip, verdict_style(verdict), "%s%c %s %" PRIu32, any ? "   " : "",
		    verdict_letter(verdict), _(verdict_text(verdict)), count[verdict]);
		any = true;
	}
	if (!any)
		strip_text(strip, STYLE_QUIET, _("it has no subject in this configuration"));
}

static void
control_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	const struct judgement *j = judged_of(scene);
	uint32_t c = judged_control(j, view->subject);
	const struct pack *pack;

	strip_to(strip, 1);
	if (c == UINT32_MAX) {
		if (line == 0)
			strip_text(strip, STYLE_NORMAL,
			    _("this control is in no pack that is in force at this time"));
		return;
	}
	pack = judgement_pack(j, judgement_control_pack(j, c));
	switch (line) {
	case 0:
		control_title(scene, c, strip);
		break;
	case 1:
		strip_print(strip, STYLE_NORMAL, "%s", judgement_control(j, c)->clause);
		strip_print(strip, STYLE_QUIET, "  %s, %s, %s", judged_standard(scene, pack),
		    pack->id, pack->edition);
		break;
	case 2:
		control_counts(j, c, strip);
		break;
	default:
		break;
	}
}

static void
subject_line(const struct scene *scene, uint32_t c, uint32_t i, struct strip *strip)
{
	const struct judgement *j = judged_of(scene);
	struct finding finding = judgement_glance(j, c, i);
	enum style style = verdict_style(finding.verdict);
	unsigned since = moment_width(0, scene->now_ms);
	unsigned right = VERDICT_WIDTH + since + RECORD_WIDTH + 3 +
	    (strip->end >= AGE_FROM ? AGE_WIDTH + 1 : 0);
	char text[SUBJECT_TEXT], moment[TIME_TEXT];

	judgement_subject_text(j, finding.subject, text);
	strip_print(strip, style, "%c ", verdict_letter(finding.verdict));
	strip_field(strip, strip->end > right + 20 ? strip->end - right - strip->column : 17,
	    ALIGN_LEFT, STYLE_STRONG, text);
	strip_to(strip, strip->column + 1);
	strip_field(strip, VERDICT_WIDTH, ALIGN_LEFT, style, _(verdict_text(finding.verdict)));
	moment_text(finding.since_ms, scene->now_ms, moment);
	strip_field(strip, since + 1, ALIGN_RIGHT, STYLE_NORMAL, moment);
	if (strip->end >= AGE_FROM) {
		age_text(scene->now_ms - finding.since_ms, moment);
		strip_field(strip, AGE_WIDTH + 1, ALIGN_RIGHT, STYLE_NORMAL, moment);
	}
	snprintf(moment, sizeof(moment), "#%" PRIu64, finding.seq);
	strip_field(strip, RECORD_WIDTH + 1, ALIGN_RIGHT, STYLE_QUIET, moment);
}

static void
control_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct judgement *j = judged_of(scene);
	uint32_t c = judged_control(j, view->subject);

	if (c == UINT32_MAX)
		return;
	switch ((enum control_kind)row->kind) {
	case CONTROL_TEXT:
		control_text_line(scene, judgement_control(j, c), row->id, strip);
		break;
	case CONTROL_BLANK:
		break;
	case CONTROL_SUBJECTS:
		strip_print(strip, STYLE_HEADING, _("SUBJECTS (%" PRIu32 ")"),
		    judgement_subjects(j, c));
		break;
	case CONTROL_SUBJECT:
		subject_line(scene, c, (uint32_t)row->id, strip);
		break;
	default:
		control_detail_line(view, scene, c, row, strip);
		break;
	}
}

/* --- keys --------------------------------------------------------------------------------- */

static bool
control_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	const struct judgement *j = judged_of(scene);
	uint32_t c = judged_control(j, view->subject);

	if (c == UINT32_MAX || row->kind == CONTROL_TEXT)
		return false;
	if (row->kind != CONTROL_SUBJECT)
		return control_detail_record(view, scene, c, row, seq);
	*seq = judgement_glance(j, c, (uint32_t)row->id).seq;
	return true;
}

static void
control_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	const struct judgement *j = judged_of(scene);
	uint32_t c = judged_control(j, view->subject);
	uint64_t target = 0;

	if (c == UINT32_MAX)
		return;
	if (row->kind == CONTROL_SUBJECT)
		target = judged_target(scene, judgement_glance(j, c, (uint32_t)row->id).subject);
	else if (row->kind == CONTROL_ELEMENT)
		target = judged_target(scene, control_element(row));
	if (target != 0) {
		opening->ops = &view_target;
		opening->subject = target;
	} else if (control_record(view, scene, row, &opening->subject) &&
	    opening->subject < scene->state->size) {
		opening->ops = &view_record;
	}
}

static uint64_t
subject_key(const struct judgement *j, uint32_t c, uint32_t i)
{
	char text[SUBJECT_TEXT];

	judgement_subject_text(j, judgement_glance(j, c, i).subject, text);
	return judged_key(text);
}

/* The subject the cursor is on, or in the details of. */
static bool
control_subject_row(const struct view *view, size_t *at)
{
	for (size_t i = view->selected + 1; i-- > 0 && i < view->rows;) {
		if (view->row[i].kind == CONTROL_SUBJECT) {
			*at = i;
			return true;
		}
		if (view->row[i].kind < CONTROL_SUBJECT)
			return false;
	}
	return false;
}

/* What the cursor comes to is unfolded, unless the person folded all of them. */
static void
control_moved(struct view *view, const struct scene *scene)
{
	const struct judgement *j = judged_of(scene);
	const struct view_row *row = view_cursor(view);
	uint32_t c = judged_control(j, view->subject);
	uint64_t part;

	if (c == UINT32_MAX || row == NULL || row->kind != CONTROL_SUBJECT ||
	    view->part == JUDGED_FOLDED)
		return;
	part = subject_key(j, c, (uint32_t)row->id);
	if (part == view->part)
		return;
	view->part = part;
	view->moved = true;
	view->generation = VIEW_STALE;
}

static bool
control_act(struct view *view, const struct scene *scene, enum action action)
{
	const struct judgement *j = judged_of(scene);
	uint32_t c = judged_control(j, view->subject);
	size_t at;

	if (c == UINT32_MAX || (action != ACTION_LEFT && action != ACTION_RIGHT) ||
	    !control_subject_row(view, &at))
		return false;
	view->selected = at;
	view->moved = true;
	view->part = action == ACTION_LEFT ? (uint64_t)JUDGED_FOLDED :
	    subject_key(j, c, (uint32_t)view->row[at].id);
	view->generation = VIEW_STALE;
	return true;
}

const struct view_ops view_control = {
	.name    = "control",
	.title   = N_("Control"),
	.head    = 4,
	.rows    = control_rows,
	.heading = control_heading,
	.line    = control_line,
	.open    = control_open,
	.record  = control_record,
	.act     = control_act,
	.moved   = control_moved,
};
