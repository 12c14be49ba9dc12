/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One subject's whereabouts: the verdict as a sentence and what to do, each witness with place,
 * grade, whose word it is and age, ways out, excluded countries, and what none of it proves.
 * view->subject is where_subject_id() + 1.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe_where.h"
#include "monitor/state/recovery.h"
#include "tui/column.h"
#include "tui/view.h"
#include "tui/wrap.h"

enum whereabouts_kind { ABOUT_TEXT, ABOUT_HEAD, ABOUT_WITNESS, ABOUT_LACK, ABOUT_FIBRE, ABOUT_EDGES,
	ABOUT_EDGE, ABOUT_RECOVERY, ABOUT_EXCLUDED, ABOUT_LIMIT, ABOUT_GONE };
enum { COLUMN_SAYS, COLUMN_WITNESS, COLUMN_PLACE, COLUMN_GRADE, COLUMN_BASIS, COLUMN_AGE,
	TABLE_COLUMNS };
enum { TEXT_WIDTH = 74, MARGIN = 3 };

static const struct column table[TABLE_COLUMNS] = {
	[COLUMN_SAYS]    = { .title = N_("SAYS"), .width = 16 },
	[COLUMN_WITNESS] = { .title = N_("WITNESS"), .width = 12, .grow = 1, .most = 30 },
	[COLUMN_PLACE]   = { .title = N_("PLACE OR BOUND"), .width = 18, .grow = 2, .most = 50 },
	[COLUMN_GRADE]   = { .title = N_("GR"), .width = 2 },
	[COLUMN_BASIS]   = { .title = N_("WHOSE WORD"), .width = 12, .grow = 1, .most = 40 },
	[COLUMN_AGE]     = { .title = N_("AGE"), .width = 6, .align = ALIGN_RIGHT },
};

static bool
subject_of(const struct view *view, const struct scene *scene, struct where_subject *out)
{
	const struct plan *plan = scene->state->plan;
	uint32_t most;

	*out = where_subject_of(view->subject - 1);
	if (plan == NULL || view->subject == 0)
		return false;
	most = out->kind == WHERE_OF_INSTANCE ? plan->instances : out->kind == WHERE_OF_STORE ?
	    plan->stores : plan->targets;
	return out->index < most;
}

static void
sentence_text(const struct whereabouts *where, struct buffer *out)
{
	const char *advice = whereabouts_advice(where);

	whereabouts_print(out, where);
	if (advice[0] != '\0')
		buffer_print(out, _(". What to do: %s."), _(advice));
}

/* Of a store that is a copy: whether its set keeps both promises. */
static void
recovery_text(const struct scene *scene, struct where_subject subject, struct buffer *out)
{
	const struct plan_store *store = &scene->state->plan->store[subject.index];
	struct recovery recovery;
	const char *advice;

	if (subject.kind != WHERE_OF_STORE || store->set == NULL || store->set[0] == '\0')
		return;
	recovery_make(&recovery, scene->state, store->set);
	advice = recovery_why_advice(recovery.why);
	buffer_print(out, _("Copies of the set %s: %s"), store->set,
	    _(recovery_why_text(recovery.why)));
	if (advice[0] != '\0')
		buffer_print(out, _(". What to do: %s."), _(advice));
	recovery_free(&recovery);
}

static void
excluded_text(const struct scene *scene, const struct whereabouts *where, struct buffer *out)
{
	struct buffer list = { .max = 0 };
	uint32_t count = where_excluded(scene->state->plan, where, &list);

	if (count > 0)
		buffer_print(out, _("By light in vacuum it cannot be in these %u countries: %s"),
		    count, buffer_text(&list));
	buffer_free(&list);
}

/* What that witness does not prove; behind the last of them, what none does. */
static void
limit_text(unsigned witness, struct buffer *out)
{
	if (witness < WITNESSES)
		buffer_print(out, "%s: %s", _(where_witness_text((enum where_witness)witness)),
		    _(where_limit((enum where_witness)witness)));
	else
		buffer_put_text(out, _(where_limit_time()));
}

static void
text_rows(struct view *view, enum whereabouts_kind kind, unsigned number,
    const struct buffer *text)
{
	for (size_t from = 0; from < text->len;) {
		view_add(view, (struct view_row){ .kind = kind,
		    .id = (uint64_t)number << 32 | from, .stop = kind == ABOUT_TEXT && from == 0 });
		from += wrap_part(bytes_of_buffer(text), from, TEXT_WIDTH).len;
	}
}

static void
limits_add(struct view *view, const struct whereabouts *where)
{
	for (unsigned i = 0; i <= WITNESSES; i++) {
		struct buffer text = { .max = 0 };

		if (i == WITNESSES || where_best(where, (enum where_witness)i) != NULL)
			limit_text(i, &text);
		text_rows(view, ABOUT_LIMIT, i, &text);
		buffer_free(&text);
	}
}

static void
whereabouts_rows(struct view *view, const struct scene *scene)
{
	struct buffer text = { .max = 0 };
	struct where_subject subject;
	struct whereabouts where;

	if (!subject_of(view, scene, &subject)) {
		view_add(view, (struct view_row){ .kind = ABOUT_GONE, .stop = true });
		return;
	}
	whereabouts_make(&where, scene->state, subject.kind, subject.index);
	sentence_text(&where, &text);
	text_rows(view, ABOUT_TEXT, 0, &text);
	view_add(view, (struct view_row){ .kind = ABOUT_HEAD });
	for (uint32_t i = 0; i < where.testimonies; i++) {
		enum where_stand stand = where_stand(&where.testimony[i]);
		int64_t km;

		view_add(view, (struct view_row){ .kind = ABOUT_WITNESS, .stop = true, .id = i,
		    .problem = stand == STAND_OUTSIDE || stand == STAND_EXCLUDES });
		if (where.testimony[i].lack != WHERE_LACK_NONE)
			view_add(view, (struct view_row){ .kind = ABOUT_LACK, .id = i });
		if (where_fibre_km(&where.testimony[i], &km))
			view_add(view, (struct view_row){ .kind = ABOUT_FIBRE, .id = i });
	}
	if (where.edge_count > 0)
		view_add(view, (struct view_row){ .kind = ABOUT_EDGES });
	for (uint32_t i = 0; i < where.edge_count; i++)
		view_add(view, (struct view_row){ .kind = ABOUT_EDGE, .stop = true, .id = i,
		    .problem = where.edges[i].approved.approval == APPROVAL_NO });
	buffer_reset(&text);
	recovery_text(scene, subject, &text);
	text_rows(view, ABOUT_RECOVERY, 0, &text);
	buffer_reset(&text);
	excluded_text(scene, &where, &text);
	text_rows(view, ABOUT_EXCLUDED, 0, &text);
	limits_add(view, &where);
	buffer_free(&text);
	whereabouts_free(&where);
}

/* --- drawing ------------------------------------------------------------------------------ */

static enum style
verdict_style_of(enum where_verdict verdict)
{
	return verdict == WHERE_INSIDE ? STYLE_UP : verdict == WHERE_UNKNOWN ? STYLE_UNKNOWN :
	    STYLE_DOWN;
}

static enum style
stand_style(enum where_stand stand)
{
	return stand == STAND_INSIDE ? STYLE_UP : stand == STAND_OUTSIDE ||
	    stand == STAND_EXCLUDES ? STYLE_DOWN : stand == STAND_BOUND || stand == STAND_ABSENT ?
	    STYLE_QUIET : STYLE_UNKNOWN;
}

static void
whereabouts_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	struct buffer name = { .max = 0 }, data = { .max = 0 };
	struct where_subject subject;
	struct whereabouts where;

	(void)line;
	if (!subject_of(view, scene, &subject))
		return;
	whereabouts_make(&where, scene->state, subject.kind, subject.index);
	where_subject_name(scene->state, subject, &name);
	strip_to(strip, 1);
	strip_print(strip, verdict_style_of(where.verdict), "%c %s",
	    where_verdict_letter(where.verdict), _(where_verdict_text(where.verdict)));
	strip_print(strip, STYLE_STRONG, "   %s", buffer_text(&name));
	where_data(scene->state->plan, where.data, &data);
	strip_print(strip, STYLE_QUIET, "   %s", data.len > 0 ? buffer_text(&data) :
	    _("no class of data"));
	whereabouts_free(&where);
	buffer_free(&name);
	buffer_free(&data);
}

static void
draw_witness(const struct scene *scene, const struct where_testimony *t, struct strip *strip)
{
	struct columns columns = columns_fit(table, TABLE_COLUMNS, MARGIN, strip->end);
	enum where_stand stand = where_stand(t);
	struct buffer text = { .max = 0 };
	char says[80], age[TIME_TEXT] = "-";

	strip_to(strip, MARGIN);
	snprintf(says, sizeof(says), "%c %s%s%s", where_stand_letter(stand),
	    where_stand_word(stand), stand == STAND_EXCLUDES ? " " : "",
	    stand == STAND_EXCLUDES ? t->excluded : "");
	columns_put(&columns, COLUMN_SAYS, strip, stand_style(stand), says);
	columns_put(&columns, COLUMN_WITNESS, strip, STYLE_NORMAL,
	    _(where_witness_text(t->witness)));
	where_value(t, &text);
	columns_put(&columns, COLUMN_PLACE, strip, STYLE_NORMAL, buffer_text(&text));
	columns_put(&columns, COLUMN_GRADE, strip, STYLE_QUIET, where_grade_name(t->grade));
	columns_put(&columns, COLUMN_BASIS, strip, STYLE_QUIET, _(where_basis_text(t->basis)));
	if (t->heard_ms != 0)
		age_text(scene->now_ms - t->heard_ms, age);
	columns_put(&columns, COLUMN_AGE, strip, STYLE_QUIET, age);
	buffer_free(&text);
}

/* An assumption stands apart from what is proven. */
static void
draw_fibre(const struct where_testimony *t, struct strip *strip)
{
	int64_t km = 0;

	strip_to(strip, MARGIN + 2);
	if (where_fibre_km(t, &km))
		strip_print(strip, STYLE_QUIET, _("if the whole way is fibre (assumed, not "
		    "proven): at most %lld km"), (long long)km);
}

static void
draw_edge(const struct where_edge *edge, struct strip *strip)
{
	struct buffer text = { .max = 0 };
	enum approval approval = edge->approved.approval;

	place_print(&text, &edge->place);
	strip_to(strip, MARGIN);
	strip_print(strip, approval == APPROVAL_YES ? STYLE_UP : approval == APPROVAL_NO ?
	    STYLE_DOWN : STYLE_UNKNOWN, "%c ", approval == APPROVAL_YES ? '.' :
	    approval == APPROVAL_NO ? 'X' : '?');
	strip_print(strip, STYLE_NORMAL, _("to %s"), text.len > 0 ? buffer_text(&text) :
	    _("a place the provider does not say"));
	if (edge->target != NULL)
		strip_print(strip, STYLE_QUIET, "   %s", edge->target->plan->name);
	buffer_free(&text);
}

static void
draw_text(const struct buffer *text, size_t from, enum style style, struct strip *strip)
{
	strip_to(strip, MARGIN);
	if (from < text->len)
		strip_bytes(strip, style, wrap_part(bytes_of_buffer(text), from, TEXT_WIDTH));
}

static void
draw_head(struct strip *strip)
{
	struct columns columns = columns_fit(table, TABLE_COLUMNS, MARGIN, strip->end);

	strip_to(strip, MARGIN);
	columns_heading(&columns, strip);
}

static void
draw_row(const struct view *view, const struct scene *scene, const struct view_row *row,
    const struct whereabouts *where, struct strip *strip)
{
	struct where_subject subject;
	struct buffer text = { .max = 0 };

	switch ((enum whereabouts_kind)row->kind) {
	case ABOUT_TEXT:
		sentence_text(where, &text);
		draw_text(&text, row->id, verdict_style_of(where->verdict), strip);
		break;
	case ABOUT_HEAD:
		draw_head(strip);
		break;
	case ABOUT_WITNESS:
		draw_witness(scene, &where->testimony[row->id], strip);
		break;
	case ABOUT_LACK:
		strip_to(strip, MARGIN + 2);
		strip_text(strip, STYLE_UNKNOWN,
		    _(where_lack_text(where->testimony[row->id].lack)));
		break;
	case ABOUT_FIBRE:
		draw_fibre(&where->testimony[row->id], strip);
		break;
	case ABOUT_EDGES:
		strip_to(strip, MARGIN);
		strip_text(strip, STYLE_HEADING, _("WAYS BY WHICH ITS DATA CAN LEAVE"));
		break;
	case ABOUT_EDGE:
		draw_edge(&where->edges[row->id], strip);
		break;
	case ABOUT_RECOVERY:
		(void)subject_of(view, scene, &subject);
		recovery_text(scene, subject, &text);
		draw_text(&text, row->id, STYLE_NORMAL, strip);
		break;
	case ABOUT_EXCLUDED:
		excluded_text(scene, where, &text);
		draw_text(&text, row->id, STYLE_NORMAL, strip);
		break;
	default:
		limit_text((unsigned)(row->id >> 32), &text);
		draw_text(&text, (uint32_t)row->id, STYLE_QUIET, strip);
	}
	buffer_free(&text);
}

static void
whereabouts_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	struct where_subject subject;
	struct whereabouts where;

	if (row->kind == ABOUT_GONE || !subject_of(view, scene, &subject)) {
		strip_text(strip, STYLE_QUIET, _("there is no such subject at this time"));
		return;
	}
	whereabouts_make(&where, scene->state, subject.kind, subject.index);
	draw_row(view, scene, row, &where, strip);
	whereabouts_free(&where);
}

/* --- keys --------------------------------------------------------------------------------- */

/* Target and record behind a row; false: there is none. */
static bool
row_behind(const struct view *view, const struct scene *scene, const struct view_row *row,
    const struct target_state **target, uint64_t *seq)
{
	struct where_subject subject;
	struct whereabouts where;

	*target = NULL;
	*seq = 0;
	if (!subject_of(view, scene, &subject))
		return false;
	whereabouts_make(&where, scene->state, subject.kind, subject.index);
	if (row->kind == ABOUT_WITNESS && row->id < where.testimonies) {
		*target = where.testimony[row->id].target;
		*seq = where.testimony[row->id].seq;
	} else if (row->kind == ABOUT_EDGE && row->id < where.edge_count) {
		*target = where.edges[row->id].target;
		*seq = *target != NULL ? (*target)->replica[0].seq : 0;
	}
	whereabouts_free(&where);
	return true;
}

static void
whereabouts_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	const struct target_state *target;
	uint64_t seq;

	if (!row_behind(view, scene, row, &target, &seq) || target == NULL)
		return;
	opening->ops = &view_target;
	opening->subject = target->plan->id;
}

static bool
whereabouts_record(const struct view *view, const struct scene *scene,
    const struct view_row *row, uint64_t *seq)
{
	const struct target_state *target;

	return row_behind(view, scene, row, &target, seq) && *seq != 0;
}

const struct view_ops view_whereabouts = {
	.name    = "whereabouts",
	.title   = N_("Place"),
	.head    = 1,
	.rows    = whereabouts_rows,
	.heading = whereabouts_heading,
	.line    = whereabouts_line,
	.open    = whereabouts_open,
	.record  = whereabouts_record,
};
