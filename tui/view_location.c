/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Location: a map of vantages and of the bounds of the subject under the cursor, then every
 * instance, store and key with what each of the five witnesses says, the worst first.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "tui/column.h"
#include "tui/location_map.h"
#include "tui/view.h"

enum location_kind { LOCATION_NONE, LOCATION_MAP, LOCATION_LEGEND, LOCATION_HEAD,
	LOCATION_SUBJECT };
enum { COLUMN_STATE, COLUMN_SUBJECT, COLUMN_WITNESS, COLUMN_PLACE = COLUMN_WITNESS + WITNESSES,
	COLUMN_AGE, TABLE_COLUMNS };
enum { MARGIN = 2 };

static const struct column table[TABLE_COLUMNS] = {
	[COLUMN_STATE]   = { .title = N_("STATE"), .width = 14 },
	[COLUMN_SUBJECT] = { .title = N_("SUBJECT"), .width = 18, .grow = 1, .most = 40 },
	[COLUMN_WITNESS + WITNESS_DECLARED]  = { .title = N_("DCL"), .width = 4 },
	[COLUMN_WITNESS + WITNESS_INVENTORY] = { .title = N_("INV"), .width = 4 },
	[COLUMN_WITNESS + WITNESS_SIGNED]    = { .title = N_("SIG"), .width = 4 },
	[COLUMN_WITNESS + WITNESS_ADDRESS]   = { .title = N_("ADR"), .width = 4 },
	[COLUMN_WITNESS + WITNESS_PHYSICS]   = { .title = N_("PHY"), .width = 4 },
	[COLUMN_PLACE]   = { .title = N_("PLACE"), .width = 12, .grow = 2, .most = 50 },
	[COLUMN_AGE]     = { .title = N_("AGE"), .width = 5, .align = ALIGN_RIGHT },
};

static enum style
verdict_style_of(enum where_verdict verdict)
{
	switch (verdict) {
	case WHERE_INSIDE:  return STYLE_UP;
	case WHERE_UNKNOWN: return STYLE_UNKNOWN;
	default:            return STYLE_DOWN;
	}
}

static enum style
stand_style(enum where_stand stand)
{
	switch (stand) {
	case STAND_INSIDE:   return STYLE_UP;
	case STAND_OUTSIDE:
	case STAND_EXCLUDES: return STYLE_DOWN;
	case STAND_NOTHING:
	case STAND_UNCLEAR:  return STYLE_UNKNOWN;
	default:             return STYLE_QUIET;
	}
}

/* view->memory: the map, and how many subjects have which verdict in the scene of the rows. */
struct memory { struct location_map *map; uint32_t count[WHERE_VERDICTS]; };

static struct location_map *
map_of(const struct view *view)
{
	return view->memory != NULL ? ((struct memory *)view->memory)->map : NULL;
}

/* --- rows --------------------------------------------------------------------------------- */

static bool
hidden(const struct view *view, const struct scene *scene, struct where_subject subject,
    const struct whereabouts *where)
{
	struct buffer words = { .max = 0 };
	bool result;

	where_subject_name(scene->state, subject, &words);
	buffer_print(&words, " %s %s", _(where_verdict_text(where->verdict)),
	    scene->state->plan->instance[where_subject_instance(scene->state->plan,
	    subject)].name);
	result = view_filtered(view, buffer_text(&words));
	buffer_free(&words);
	return result;
}

static void
subjects_add(struct view *view, const struct scene *scene)
{
	struct where_subject *subject;
	uint32_t count = where_subjects(scene->state, &subject);
	uint8_t *verdicts = memory_new((size_t)count + 1, 1);	/* 1 + verdict; 0: not shown */
	struct memory *memory = view->memory;

	for (uint32_t i = 0; i < count; i++) {
		struct whereabouts where;

		whereabouts_make(&where, scene->state, subject[i].kind, subject[i].index);
		memory->count[where.verdict]++;
		if (!hidden(view, scene, subject[i], &where))
			verdicts[i] = (uint8_t)(1 + where.verdict);
		whereabouts_free(&where);
	}
	for (unsigned verdict = WHERE_VERDICTS; verdict-- > 0;)
		for (uint32_t i = 0; i < count; i++)
			if (verdicts[i] == 1 + verdict)
				view_add(view, (struct view_row){ .kind = LOCATION_SUBJECT,
				    .stop = true, .id = where_subject_id(subject[i]),
				    .problem = verdict >= WHERE_OUTSIDE });
	free(subject);
	free(verdicts);
}

static void
location_rows(struct view *view, const struct scene *scene)
{
	struct memory *memory = view->memory;
	size_t before;

	if (memory == NULL) {
		memory = view->memory = memory_new(1, sizeof(*memory));
		memory->map = location_map_new();
	}
	memset(memory->count, 0, sizeof(memory->count));
	for (unsigned i = 0; i < location_map_lines(memory->map); i++)
		view_add(view, (struct view_row){ .kind = LOCATION_MAP, .id = i });
	view_add(view, (struct view_row){ .kind = LOCATION_LEGEND });
	view_add(view, (struct view_row){ .kind = LOCATION_HEAD });
	before = view->rows;
	if (scene->state->plan != NULL)
		subjects_add(view, scene);
	if (view->rows == before)
		view_add(view, (struct view_row){ .kind = LOCATION_NONE, .stop = true });
}

static void
location_forget(struct view *view)
{
	location_map_free(map_of(view));
	free(view->memory);
	view->memory = NULL;
}

/* --- drawing ------------------------------------------------------------------------------ */

static void
location_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	const struct memory *memory = view->memory;

	(void)line;
	if (scene->state->plan == NULL || memory == NULL)
		return;
	strip_to(strip, 1);
	for (unsigned i = WHERE_VERDICTS; i-- > 0;)
		strip_print(strip, memory->count[i] > 0 ?
		    verdict_style_of((enum where_verdict)i) : STYLE_QUIET,
		    "%c %s %" PRIu32 "   ", where_verdict_letter((enum where_verdict)i),
		    _(where_verdict_text((enum where_verdict)i)), memory->count[i]);
}

/* The subject under the cursor; false: there is none. */
static bool
chosen(const struct view *view, struct where_subject *out)
{
	const struct view_row *row = view_cursor(view);

	if (row == NULL || row->kind != LOCATION_SUBJECT)
		return false;
	*out = where_subject_of(row->id);
	return true;
}

static void
draw_legend(const struct view *view, const struct scene *scene, struct strip *strip)
{
	struct where_subject subject;
	struct buffer text = { .max = 0 };
	struct whereabouts where;
	uint32_t excluded;

	strip_to(strip, 1);
	if (!chosen(view, &subject))
		return;
	where_subject_name(scene->state, subject, &text);
	strip_print(strip, STYLE_STRONG, "%s  ", buffer_text(&text));
	buffer_reset(&text);
	whereabouts_make(&where, scene->state, subject.kind, subject.index);
	excluded = where_excluded(scene->state->plan, &where, &text);
	if (excluded > 0)
		strip_print(strip, STYLE_NORMAL, _("cannot be in %u countries: %s"), excluded,
		    buffer_text(&text));
	else
		strip_text(strip, STYLE_QUIET, _("no bound excludes a country; long times prove "
		    "nothing"));
	whereabouts_free(&where);
	buffer_free(&text);
}

static void
draw_witnesses(const struct whereabouts *where, const struct columns *columns,
    struct strip *strip)
{
	for (enum where_witness w = 0; w < WITNESSES; w++) {
		const struct where_testimony *t = where_best(where, w);
		enum where_stand stand = where_stand(t);
		char cell[8];

		snprintf(cell, sizeof(cell), "%c%s", where_stand_letter(stand), t != NULL &&
		    t->grade != WHERE_GRADE_NONE && stand != STAND_NOTHING ?
		    where_grade_name(t->grade) : "");
		columns_put(columns, COLUMN_WITNESS + w, strip, stand_style(stand), cell);
	}
}

static void
draw_subject(const struct scene *scene, struct where_subject subject, struct strip *strip)
{
	struct columns columns = columns_fit(table, TABLE_COLUMNS, MARGIN, strip->end);
	struct buffer text = { .max = 0 };
	struct whereabouts where;
	char state[64], age[TIME_TEXT] = "-";
	int64_t heard_ms;

	whereabouts_make(&where, scene->state, subject.kind, subject.index);
	heard_ms = whereabouts_heard_ms(&where);
	strip_to(strip, MARGIN);
	snprintf(state, sizeof(state), "%c %s", where_verdict_letter(where.verdict),
	    _(where_verdict_text(where.verdict)));
	columns_put(&columns, COLUMN_STATE, strip, verdict_style_of(where.verdict), state);
	where_subject_name(scene->state, subject, &text);
	columns_put(&columns, COLUMN_SUBJECT, strip, STYLE_NORMAL, buffer_text(&text));
	draw_witnesses(&where, &columns, strip);
	buffer_reset(&text);
	where_deciding(&where, &text);
	columns_put(&columns, COLUMN_PLACE, strip, STYLE_QUIET, buffer_text(&text));
	if (heard_ms != 0)
		age_text(scene->now_ms - heard_ms, age);
	columns_put(&columns, COLUMN_AGE, strip, STYLE_QUIET, age);
	whereabouts_free(&where);
	buffer_free(&text);
}

static void
location_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	struct where_subject subject = { WHERE_OF_INSTANCE, 0 };
	struct columns columns;
	bool there;

	switch ((enum location_kind)row->kind) {
	case LOCATION_MAP:
		there = chosen(view, &subject);
		location_map_subject(map_of(view), subject, !there);
		location_map_draw(map_of(view), scene, (unsigned)row->id, strip);
		break;
	case LOCATION_LEGEND:
		draw_legend(view, scene, strip);
		break;
	case LOCATION_HEAD:
		columns = columns_fit(table, TABLE_COLUMNS, MARGIN, strip->end);
		strip_to(strip, MARGIN);
		columns_heading(&columns, strip);
		break;
	case LOCATION_SUBJECT:
		draw_subject(scene, where_subject_of(row->id), strip);
		break;
	default:
		strip_text(strip, STYLE_QUIET, _("nothing is configured, or nothing that the "
		    "filter shows"));
	}
}

/* --- keys --------------------------------------------------------------------------------- */

static void
location_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	(void)view;
	(void)scene;
	if (row->kind != LOCATION_SUBJECT)
		return;
	opening->ops = &view_whereabouts;
	opening->subject = row->id + 1;
}

static bool
location_act(struct view *view, const struct scene *scene, enum action action)
{
	bool resized = false;

	(void)scene;
	if (view->memory == NULL || !location_map_act(map_of(view), action, &resized))
		return false;
	if (resized)
		view->generation = VIEW_STALE;
	return true;
}

const struct view_ops view_location = {
	.name    = "location",
	.title   = N_("Location"),
	.alone   = true,
	.head    = 1,
	.rows    = location_rows,
	.forget  = location_forget,
	.heading = location_heading,
	.line    = location_line,
	.open    = location_open,
	.act     = location_act,
};
