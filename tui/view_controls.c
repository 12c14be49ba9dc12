/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every control of the packs in force with its worst verdict, by standard or by verdict, those
 * whose breach is a contradiction first, those nothing can decide yet last.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe_judged.h"
#include "tui/column.h"
#include "tui/judged.h"
#include "tui/view.h"

enum controls_kind { CONTROLS_NOTHING, CONTROLS_ADVICE, CONTROLS_NONE, CONTROLS_ASIDE,
	CONTROLS_PACK, CONTROLS_VERDICT, CONTROLS_CONTROL };
enum controls_order { ORDER_STANDARD, ORDER_VERDICT, ORDERS };
enum controls_show { SHOW_ALL, SHOW_NOT_MET, SHOW_UNKNOWN, SHOW_WAIVED, SHOWS };
enum { CONTROLS_ID, CONTROLS_LEVEL, CONTROLS_COUNTS, CONTROLS_TITLE, CONTROLS_COLUMNS };

static const struct column table[CONTROLS_COLUMNS] = {
	[CONTROLS_ID]     = { .title = N_("CONTROL"), .width = 21 },
	[CONTROLS_LEVEL]  = { .title = N_("LEVEL"), .width = 13 },
	[CONTROLS_COUNTS] = { .title = N_("SUBJECTS"), .width = 14, .grow = 1, .most = 24 },
	[CONTROLS_TITLE]  = { .title = N_("WHAT"), .width = 20, .grow = 3 },
};

static const enum verdict shown[SHOWS] = { [SHOW_NOT_MET] = VERDICT_NOT_MET,
	[SHOW_UNKNOWN] = VERDICT_UNKNOWN, [SHOW_WAIVED] = VERDICT_WAIVED };

/* --- which, and in which order ------------------------------------------------------------ */

struct controls_key { uint32_t group, undecidable, level, control; };

static int
controls_compare(const void *left, const void *right)
{
	const struct controls_key *a = left, *b = right;
	bool first = a->level == LEVEL_CONTRADICTION, second = b->level == LEVEL_CONTRADICTION;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->undecidable != b->undecidable)
		return a->undecidable < b->undecidable ? -1 : 1;
	if (first != second)
		return first ? -1 : 1;
	return a->control < b->control ? -1 : a->control > b->control;
}

static bool
controls_hidden(const struct view *view, const struct judgement *j, uint32_t c)
{
	const struct pack_control *control = judgement_control(j, c);
	bool undecidable = control->condition == NULL;
	uint32_t count[VERDICTS];
	struct buffer words = { 0 };
	bool hidden = false;

	judgement_counts(j, c, count);
	if (view->show != SHOW_ALL && count[shown[view->show]] == 0 &&
	    !(undecidable && view->show == SHOW_UNKNOWN))
		return true;
	if (view->filter[0] == '\0')
		return false;
	buffer_print(&words, "%s %s %s %s %s %s", control->id, control->title, control->title_ja,
	    _(level_text(control->level)), judgement_pack(j, judgement_control_pack(j, c))->id,
	    undecidable ? _("not decidable") : _(verdict_text(judgement_verdict(j, c))));
	hidden = view_filtered(view, buffer_text(&words));
	buffer_free(&words);
	return hidden;
}

/* The heading of a group by verdict carries its rank and, above it, how many are listed. */
static void
controls_group(struct view *view, const struct controls_key *key, const struct controls_key *end)
{
	uint64_t count = 0;

	if (view->order == ORDER_STANDARD) {
		view_add(view, (struct view_row){ .kind = CONTROLS_PACK, .id = key->group });
		return;
	}
	while (key + count < end && key[count].group == key->group)
		count++;
	view_add(view, (struct view_row){ .kind = CONTROLS_VERDICT,
	    .id = count << 8 | key->group });
}

static void
controls_list(struct view *view, const struct judgement *j)
{
	uint32_t controls = judgement_controls(j), keys = 0, group = UINT32_MAX;
	struct controls_key *key = memory_new(controls + 1, sizeof(*key));

	for (uint32_t c = 0; c < controls; c++) {
		const struct pack_control *control = judgement_control(j, c);
		bool undecidable = control->condition == NULL;
		unsigned rank = undecidable ? VERDICTS : verdict_rank(judgement_verdict(j, c));

		if (!controls_hidden(view, j, c))
			key[keys++] = (struct controls_key){ .undecidable = undecidable,
			    .group = view->order == ORDER_STANDARD ? judgement_control_pack(j, c) :
			    rank, .level = control->level, .control = c };
	}
	qsort(key, keys, sizeof(*key), controls_compare);
	for (uint32_t i = 0; i < keys; i++) {
		if (key[i].group != group)
			controls_group(view, &key[i], &key[keys]);
		group = key[i].group;
		view_add(view, (struct view_row){ .kind = CONTROLS_CONTROL, .stop = true,
		    .id = key[i].control, .problem = key[i].undecidable == 0 &&
		    judgement_verdict(j, key[i].control) == VERDICT_NOT_MET });
	}
	if (keys == 0)
		view_add(view, (struct view_row){ .kind = CONTROLS_NONE });
	free(key);
}

static void
controls_rows(struct view *view, const struct scene *scene)
{
	const struct judgement *j = judged_of(scene);

	if (j == NULL) {
		view_add(view, (struct view_row){ .kind = CONTROLS_NOTHING, .stop = true });
		view_add(view, (struct view_row){ .kind = CONTROLS_ADVICE, .stop = true });
		return;
	}
	for (uint32_t p = 0; p < judgement_packs(j); p++)
		if (judgement_pack(j, p) == NULL)
			view_add(view, (struct view_row){ .kind = CONTROLS_ASIDE, .stop = true,
			    .problem = true, .id = p });
	controls_list(view, j);
}

/* --- lines -------------------------------------------------------------------------------- */

static void
controls_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	static const char *const orders[ORDERS] = { N_("by standard"), N_("by verdict") };
	static const char *const shows[SHOWS] = { N_("all"), N_("not met"), N_("unknown"),
		N_("waived") };
	struct columns columns = columns_fit(table, CONTROLS_COLUMNS, 1, strip->end);
	char text[128];

	strip_to(strip, 1);
	if (judged_of(scene) == NULL)
		return;
	if (line == 1) {
		columns_heading(&columns, strip);
		return;
	}
	judged_summary(scene, strip);
	snprintf(text, sizeof(text), "o %s  v %s ", _(orders[view->order % ORDERS]),
	    _(shows[view->show % SHOWS]));
	strip_right(strip, STYLE_STRONG, text);
}

/* How many controls of the pack have which verdict as their worst. */
static void
controls_pack(const struct scene *scene, uint32_t p, const struct columns *columns,
    struct strip *strip)
{
	const struct judgement *j = judged_of(scene);
	const struct pack *pack = judgement_pack(j, p);
	uint32_t count[VERDICTS] = { 0 };
	char name[256];

	for (uint32_t c = 0; c < judgement_controls(j); c++)
		if (judgement_control_pack(j, c) == p)
			count[judgement_verdict(j, c)]++;
	snprintf(name, sizeof(name), "%s, %s", pack->id, pack->edition);
	strip_field(strip, columns->width[CONTROLS_ID] + 1 + columns->width[CONTROLS_LEVEL],
	    ALIGN_LEFT, STYLE_HEADING, name);
	strip_to(strip, strip->column + 1);
	judged_counts(count, columns->width[CONTROLS_COUNTS], strip);
	strip_to(strip, strip->column + 1);
	strip_text(strip, STYLE_HEADING, judged_standard(scene, pack));
}

static void
controls_verdict(uint64_t id, struct strip *strip)
{
	unsigned rank = id & 0xff;
	uint32_t count = (uint32_t)(id >> 8);
	enum verdict verdict = rank < VERDICTS ? verdict_at(rank) : VERDICT_UNKNOWN;

	strip_print(strip, verdict_style(verdict), "%c %s  ", verdict_letter(verdict),
	    rank < VERDICTS ? _(verdict_text(verdict)) : _("not decidable"));
	strip_print(strip, STYLE_HEADING, ngettext("%" PRIu32 " control", "%" PRIu32 " controls",
	    count), count);
}

static void
controls_control(const struct scene *scene, uint32_t c, const struct columns *columns,
    struct strip *strip)
{
	const struct judgement *j = judged_of(scene);
	const struct pack_control *control = judgement_control(j, c);
	bool undecidable = control->condition == NULL;
	enum verdict verdict = judgement_verdict(j, c);
	enum style style = verdict_style(verdict);
	bool contradicts = control->level == LEVEL_CONTRADICTION;
	uint32_t count[VERDICTS];
	char text[128];

	snprintf(text, sizeof(text), "%c %s", verdict_letter(verdict), control->id);
	columns_put(columns, CONTROLS_ID, strip, style, text);
	columns_put(columns, CONTROLS_LEVEL, strip, !contradicts ? STYLE_QUIET :
	    verdict == VERDICT_NOT_MET ? STYLE_ALARM : STYLE_STRONG, _(level_text(control->level)));
	if (undecidable) {
		columns_put(columns, CONTROLS_COUNTS, strip, style, _("not decidable"));
		strip_print(strip, STYLE_QUIET, _("lacks: %s"), control->lacks);
		return;
	}
	judgement_counts(j, c, count);
	judged_counts(count, columns->width[CONTROLS_COUNTS], strip);
	strip_to(strip, strip->column + 1);
	strip_text(strip, verdict == VERDICT_NOT_MET ? STYLE_STRONG : STYLE_NORMAL,
	    judged_title(scene, control));
}

static void
controls_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	struct columns columns = columns_fit(table, CONTROLS_COLUMNS, 1, strip->end);

	(void)view;
	switch ((enum controls_kind)row->kind) {
	case CONTROLS_NOTHING:
		strip_text(strip, STYLE_NORMAL,
		    _("no control pack is in force, so nothing is judged at this time"));
		break;
	case CONTROLS_ADVICE:
		strip_text(strip, STYLE_QUIET,
		    _("put into the configuration: packs = [ \"sekimori-core\", \"ts-rule\" ];"));
		break;
	case CONTROLS_NONE:
		strip_text(strip, STYLE_QUIET, _("none"));
		break;
	case CONTROLS_ASIDE:
		strip_print(strip, STYLE_ALARM, _("a pack was set aside: %s"),
		    judgement_pack_fault(judged_of(scene), (uint32_t)row->id));
		break;
	case CONTROLS_PACK:
		controls_pack(scene, (uint32_t)row->id, &columns, strip);
		break;
	case CONTROLS_VERDICT:
		controls_verdict(row->id, strip);
		break;
	case CONTROLS_CONTROL:
		controls_control(scene, (uint32_t)row->id, &columns, strip);
		break;
	}
}

static void
controls_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	(void)view;
	if (row->kind != CONTROLS_CONTROL)
		return;
	opening->ops = &view_control;
	opening->subject = judged_key(judgement_control(judged_of(scene), (uint32_t)row->id)->id);
}

static bool
controls_act(struct view *view, const struct scene *scene, enum action action)
{
	(void)scene;
	if (action == ACTION_ORDER)
		view->order = (view->order + 1) % ORDERS;
	else if (action == ACTION_SHOW)
		view->show = (view->show + 1) % SHOWS;
	else
		return false;
	view->generation = VIEW_STALE;
	return true;
}

const struct view_ops view_controls = {
	.name    = "controls",
	.title   = N_("Controls"),
	.tab     = true,
	.head    = 2,
	.rows    = controls_rows,
	.heading = controls_heading,
	.line    = controls_line,
	.open    = controls_open,
	.act     = controls_act,
};
