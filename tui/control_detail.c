/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one verdict rests on: the waiver over it, what is missing, each name its conditions read
 * with value, basis and record, and the elements below that decide.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "tui/cell.h"
#include "tui/control_detail.h"
#include "tui/judged.h"

enum { INDENT = 5, LABEL = 12, NAME = 26, ELEMENTS_SHOWN = 8 };

/* --- ids: the subject in the upper half, replica and place in the lower; elements carry theirs. */

static uint64_t
detail_id(uint32_t subject, uint32_t replica, uint32_t place)
{
	return (uint64_t)subject << 32 | (uint64_t)(replica & 0xffff) << 16 | (place & 0xffff);
}

static struct subject
detail_subject(const struct judgement *j, uint32_t c, uint64_t id)
{
	return (struct subject){ judgement_control(j, c)->subject, (uint32_t)(id >> 32),
		(uint32_t)(id >> 16) & 0xffff };
}

struct subject
control_element(const struct view_row *row)
{
	return (struct subject){ (enum subject_kind)(row->id >> 32), (uint32_t)row->id, 0 };
}

/* --- rows --------------------------------------------------------------------------------- */

static uint32_t
replicas_of(const struct scene *scene, struct subject subject)
{
	return subject.kind == SUBJECT_TARGET && subject.index < scene->state->targets ?
	    scene->state->target[subject.index].replicas : 1;
}

struct reading { struct view *view; uint32_t subject, replica, place; };

static void
read_row(void *arg, const struct judged_value *read)
{
	struct reading *reading = arg;

	(void)read;
	view_add(reading->view, (struct view_row){ .kind = CONTROL_READ, .stop = true,
	    .id = detail_id(reading->subject, reading->replica, reading->place++) });
}

struct elements { struct view *view; uint32_t total; };

static void
element_row(void *arg, struct subject element)
{
	struct elements *elements = arg;

	if (elements->total == 0)
		view_add(elements->view, (struct view_row){ .kind = CONTROL_ELEMENTS });
	if (elements->total++ < ELEMENTS_SHOWN)
		view_add(elements->view, (struct view_row){ .kind = CONTROL_ELEMENT, .stop = true,
		    .id = (uint64_t)element.kind << 32 | element.index });
}

/* The first name that is missing, at whichever address. */
static void
put_missing(const struct scene *scene, uint32_t c, struct subject subject, struct buffer *out)
{
	uint32_t replicas = replicas_of(scene, subject);

	for (subject.replica = 0; out->len == 0 && subject.replica < replicas; subject.replica++)
		judgement_missing(scene->state, c, subject, out);
}

static void
waiver_rows(struct view *view, const struct judgement *j, uint32_t c, struct finding finding)
{
	const struct waiver *waiver;
	char text[SUBJECT_TEXT];
	uint64_t id = detail_id(finding.subject.index, 0, 0);

	judgement_subject_text(j, finding.subject, text);
	waiver = judged_waiver(j, judgement_control(j, c)->id, text);
	if (waiver != NULL) {
		view_add(view, (struct view_row){ .kind = CONTROL_WAIVER, .stop = true, .id = id });
		view_add(view, (struct view_row){ .kind = CONTROL_WAIVER_TEXT, .stop = true,
		    .id = id });
	}
	if (finding.verdict != finding.beneath)
		view_add(view, (struct view_row){ .kind = CONTROL_BENEATH, .stop = true,
		    .id = id });
}

void
control_detail_rows(struct view *view, const struct scene *scene, uint32_t c, uint32_t i)
{
	const struct judgement *j = judged_of(scene);
	struct finding finding = judgement_glance(j, c, i);
	struct reading reading = { .view = view, .subject = i };
	struct elements elements = { .view = view };
	struct subject subject = finding.subject;
	uint32_t replicas = replicas_of(scene, subject);

	waiver_rows(view, j, c, finding);
	if (finding.beneath == VERDICT_UNKNOWN)
		view_add(view, (struct view_row){ .kind = CONTROL_MISSING, .stop = true,
		    .id = detail_id(i, 0, 0) });
	for (subject.replica = 0; subject.replica < replicas; subject.replica++) {
		if (replicas > 1)
			view_add(view, (struct view_row){ .kind = CONTROL_ADDRESS,
			    .id = detail_id(i, subject.replica, 0) });
		reading.replica = subject.replica;
		reading.place = 0;
		judgement_reads(scene->state, c, subject, read_row, &reading);
	}
	if (finding.beneath == VERDICT_NOT_MET || finding.beneath == VERDICT_UNKNOWN)
		judgement_elements(scene->state, c, finding.subject, element_row, &elements);
	if (elements.total > ELEMENTS_SHOWN)
		view_add(view, (struct view_row){ .kind = CONTROL_MORE,
		    .id = elements.total - ELEMENTS_SHOWN });
}

/* --- one of the reads --------------------------------------------------------------------- */

typedef void with_read(void *arg, const struct judged_value *);
struct finding_read { uint32_t place, at; with_read *with; void *arg; };

static void
read_count(void *arg, const struct judged_value *read)
{
	struct finding_read *finding = arg;

	if (finding->at++ == finding->place)
		finding->with(finding->arg, read);
}

/* A value is only good while it is being handed over. */
static void
read_with(const struct scene *scene, uint32_t c, uint64_t id, with_read *with, void *arg)
{
	struct finding_read finding = { .place = id & 0xffff, .with = with, .arg = arg };

	judgement_reads(scene->state, c, detail_subject(judged_of(scene), c, id), read_count,
	    &finding);
}

struct drawing { const struct judgement *j; struct strip *strip; struct subject subject; };

/* Name, value, whose it is if another's; basis and record at the right. */
static void
read_draw(void *arg, const struct judged_value *read)
{
	struct drawing *drawing = arg;
	struct strip left = *drawing->strip;
	struct buffer text = { 0 };
	char owner[SUBJECT_TEXT];

	if (read->value.known && !read->inside) {
		judged_basis(read->name->basis, &text);
		if (read->value.seq != 0)
			buffer_print(&text, "  #%" PRIu64, read->value.seq);
		buffer_put_text(&text, " ");
		left.end -= text_width(bytes_of_buffer(&text)) + 1;
		strip_right(drawing->strip, STYLE_QUIET, buffer_text(&text));
		buffer_reset(&text);
	}
	strip_field(&left, NAME, ALIGN_LEFT, STYLE_QUIET, read->name->name);
	strip_to(&left, left.column + 1);
	judged_value(read, &text);
	strip_bytes(&left, read->inside || read->value.known ? STYLE_NORMAL : STYLE_UNKNOWN,
	    bytes_of_buffer(&text));
	if (read->subject.kind != drawing->subject.kind) {
		judgement_subject_text(drawing->j, read->subject, owner);
		strip_print(&left, STYLE_QUIET, "  %s", owner);
	}
	buffer_free(&text);
}

static void
read_seq(void *arg, const struct judged_value *read)
{
	*(uint64_t *)arg = read->value.known && !read->inside ? read->value.seq : 0;
}

/* --- lines -------------------------------------------------------------------------------- */

static const struct waiver *
waiver_of(const struct judgement *j, uint32_t c, uint64_t id)
{
	char text[SUBJECT_TEXT];

	judgement_subject_text(j, detail_subject(j, c, id), text);
	return judged_waiver(j, judgement_control(j, c)->id, text);
}

static void
waiver_line(const struct scene *scene, const struct waiver *waiver, bool text, struct strip *strip)
{
	struct buffer said = { 0 };
	char until[TIME_TEXT];

	strip_field(strip, LABEL, ALIGN_LEFT, STYLE_QUIET, text ? _("because") : _("waiver"));
	if (text) {
		scene_value(scene, waiver->text, &said);
		strip_bytes(strip, STYLE_NORMAL, bytes_of_buffer(&said));
		buffer_free(&said);
		return;
	}
	time_jst_s(waiver->until_ms, until);
	until[16] = '\0';	/* to the minute */
	if (waiver->step == WAIVER_AGREED)
		strip_print(strip, STYLE_DEGRADED, _("asked for by %s, agreed by %s, until %s"),
		    waiver->asked_by, waiver->decided_by, until);
	else
		strip_print(strip, STYLE_NORMAL, _("asked for by %s until %s, not agreed yet"),
		    waiver->asked_by, until);
}

static void
missing_line(const struct scene *scene, uint32_t c, uint64_t id, struct strip *strip)
{
	struct buffer missing = { 0 };

	put_missing(scene, c, detail_subject(judged_of(scene), c, id), &missing);
	strip_field(strip, LABEL, ALIGN_LEFT, STYLE_QUIET, _("unknown"));
	if (missing.len > 0)
		strip_print(strip, STYLE_UNKNOWN, _("%s is missing"), buffer_text(&missing));
	else
		strip_text(strip, STYLE_UNKNOWN, _("too little is known of what is below it"));
	buffer_free(&missing);
}

void
control_detail_line(const struct view *view, const struct scene *scene, uint32_t c,
    const struct view_row *row, struct strip *strip)
{
	const struct judgement *j = judged_of(scene);
	struct drawing drawing = { j, strip, detail_subject(j, c, row->id) };
	enum verdict beneath;
	char text[SUBJECT_TEXT];

	(void)view;
	strip_to(strip, INDENT);
	switch ((enum control_kind)row->kind) {
	case CONTROL_WAIVER:
	case CONTROL_WAIVER_TEXT:
		if (waiver_of(j, c, row->id) != NULL)
			waiver_line(scene, waiver_of(j, c, row->id),
			    row->kind == CONTROL_WAIVER_TEXT, strip);
		break;
	case CONTROL_BENEATH:
		beneath = judgement_glance(j, c, drawing.subject.index).beneath;
		strip_field(strip, LABEL, ALIGN_LEFT, STYLE_QUIET, _("beneath"));
		strip_print(strip, verdict_style(beneath), "%c %s", verdict_letter(beneath),
		    _(verdict_text(beneath)));
		break;
	case CONTROL_MISSING:
		missing_line(scene, c, row->id, strip);
		break;
	case CONTROL_ADDRESS:
		strip_print(strip, STYLE_QUIET, _("address %" PRIu32), drawing.subject.replica);
		break;
	case CONTROL_READ:
		read_with(scene, c, row->id, read_draw, &drawing);
		break;
	case CONTROL_ELEMENTS:
		strip_text(strip, STYLE_QUIET, _("decided by these below it:"));
		break;
	case CONTROL_ELEMENT:
		judgement_subject_text(j, control_element(row), text);
		strip_print(strip, STYLE_STRONG, "  %s", text);
		break;
	case CONTROL_MORE:
		strip_print(strip, STYLE_QUIET, _("  and %" PRIu64 " more"), row->id);
		break;
	default:
		break;
	}
}

bool
control_detail_record(const struct view *view, const struct scene *scene, uint32_t c,
    const struct view_row *row, uint64_t *seq)
{
	const struct judgement *j = judged_of(scene);
	const struct waiver *waiver;

	(void)view;
	*seq = 0;
	switch ((enum control_kind)row->kind) {
	case CONTROL_WAIVER:
	case CONTROL_WAIVER_TEXT:
		waiver = waiver_of(j, c, row->id);
		if (waiver == NULL)
			return false;
		*seq = row->kind == CONTROL_WAIVER && waiver->step == WAIVER_AGREED ?
		    waiver->decided_seq : waiver->seq;
		return true;
	case CONTROL_BENEATH:
		*seq = judgement_glance(j, c, (uint32_t)(row->id >> 32)).seq;
		return true;
	case CONTROL_READ:
		read_with(scene, c, row->id, read_seq, seq);
		return *seq != 0;
	default:
		return false;
	}
}
