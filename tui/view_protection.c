/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protection over time: what fell, announced changes, what ends when, and how every target is
 * protected now, aspect by aspect.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/state/calendar.h"
#include "monitor/state/describe_protection.h"
#include "monitor/state/protection.h"
#include "tui/column.h"
#include "tui/view.h"

enum protection_row { ROW_SECTION, ROW_NONE, ROW_FALL, ROW_FALL_WHERE, ROW_INTENT, ROW_ENTRY,
	ROW_LEVEL };
enum { SECTION_FALLS, SECTION_INTENTS, SECTION_CALENDAR, SECTION_LEVELS, SECTIONS };

enum { LEVEL_STATE, LEVEL_TARGET, LEVEL_ASPECT, LEVEL_NOW, LEVEL_BEFORE, LEVEL_SINCE,
	LEVEL_COLUMNS };
enum { ENTRY_LEFT, ENTRY_DATE, ENTRY_KIND, ENTRY_SUBJECT, ENTRY_TITLE, ENTRY_COLUMNS };
enum { INTENT_ID, INTENT_STAND, INTENT_SUBJECT, INTENT_WHAT, INTENT_TICKET, INTENT_UNTIL,
	INTENT_COLUMNS };

static const struct column levels[LEVEL_COLUMNS] = {
	[LEVEL_STATE]  = { .title = N_("STATE"), .width = 14 },
	[LEVEL_TARGET] = { .title = N_("TARGET"), .width = 14, .grow = 2, .most = 34 },
	[LEVEL_ASPECT] = { .title = N_("ASPECT"), .width = 13, .grow = 1, .most = 22 },
	[LEVEL_NOW]    = { .title = N_("NOW"), .width = 12, .grow = 2, .most = 36 },
	[LEVEL_BEFORE] = { .title = N_("BEFORE"), .width = 10, .grow = 2, .most = 36 },
	[LEVEL_SINCE]  = { .title = N_("SINCE"), .width = 8, .align = ALIGN_RIGHT },
};

static const struct column entries[ENTRY_COLUMNS] = {
	[ENTRY_LEFT]    = { .title = N_("DAYS LEFT"), .width = 9, .align = ALIGN_RIGHT },
	[ENTRY_DATE]    = { .title = N_("ENDS"), .width = 20 },
	[ENTRY_KIND]    = { .title = N_("KIND"), .width = 12 },
	[ENTRY_SUBJECT] = { .title = N_("OF"), .width = 16, .grow = 1, .most = 36 },
	[ENTRY_TITLE]   = { .title = N_("WHICH"), .width = 14, .grow = 2 },
};

static const struct column intents[INTENT_COLUMNS] = {
	[INTENT_ID]      = { .title = N_("INTENT"), .width = 8 },
	[INTENT_STAND]   = { .title = N_("STATE"), .width = 12, .grow = 1, .most = 24 },
	[INTENT_SUBJECT] = { .title = N_("COVERS"), .width = 16, .grow = 2, .most = 40 },
	[INTENT_WHAT]    = { .title = N_("ASPECT"), .width = 10, .grow = 1, .most = 24 },
	[INTENT_TICKET]  = { .title = N_("TICKET"), .width = 10, .grow = 1, .most = 20 },
	[INTENT_UNTIL]   = { .title = N_("UNTIL"), .width = 14, .align = ALIGN_RIGHT },
};

/* --- rows --------------------------------------------------------------------------------- */

/* Target, address and aspect in one number. */
static uint64_t
level_id(uint64_t target, uint32_t replica, uint32_t aspect)
{
	return target << 16 | (uint64_t)replica << 8 | aspect;
}

static const struct protection_level *
level_of(const struct scene *scene, uint64_t id, const struct target_state **target,
    uint32_t *replica)
{
	*target = state_target(scene->state, id >> 16);
	*replica = (uint32_t)(id >> 8 & 0xff);
	if (*target == NULL || *replica >= (*target)->replicas)
		return NULL;
	for (uint32_t k = 0; k < (*target)->replica[*replica].levels; k++)
		if ((*target)->replica[*replica].level[k].aspect == (id & 0xff))
			return &(*target)->replica[*replica].level[k];
	return NULL;
}

static bool
level_hidden(const struct view *view, const struct target_state *target,
    const struct protection_level *level)
{
	char words[512];

	snprintf(words, sizeof(words), "%s %s %s %s %s", target->plan->name,
	    aspect_row(level->aspect)->name, level->value, level->before, target->plan->probe);
	return view_filtered(view, words);
}

static void
section(struct view *view, unsigned which)
{
	view_add(view, (struct view_row){ .kind = ROW_SECTION, .id = which });
}

/* Rows of a section, or one that says that there are none. */
static void
none_after(struct view *view, size_t before, unsigned which)
{
	if (view->rows == before)
		view_add(view, (struct view_row){ .kind = ROW_NONE, .id = which });
}

/* What is open first, then what changed unannounced; with all, every level. */
static void
add_levels(struct view *view, const struct scene *scene, bool all)
{
	const struct state *state = scene->state;

	for (unsigned pass = 0; pass < (all ? 1u : 2u); pass++)
		for (uint32_t i = 0; i < state->targets; i++)
			for (uint32_t j = 0; j < state->target[i].replicas; j++)
				for (uint32_t k = 0; k < state->target[i].replica[j].levels; k++) {
					const struct target_state *target = &state->target[i];
					const struct protection_level *level =
					    &target->replica[j].level[k];
					uint64_t id = level_id(target->plan->id, j, level->aspect);
					bool here = pass == 0 ? level->open :
					    level->unannounced && !level->open;

					if ((!all && !here) || level_hidden(view, target, level))
						continue;
					view_add(view, (struct view_row){ .id = id, .stop = true,
					    .kind = all ? ROW_LEVEL : ROW_FALL,
					    .problem = !all && level->open,
					    .reach = !all && level->open });
					if (!all && level->open)
						view_add(view, (struct view_row){
						    .kind = ROW_FALL_WHERE, .id = id });
				}
}

static void
add_intents(struct view *view, const struct scene *scene)
{
	for (uint32_t i = scene->state->intents; i-- > 0;) {
		const struct intent_state *intent = &scene->state->intent[i];
		char words[1024];

		snprintf(words, sizeof(words), "%s %s %s", intent->subject, intent->aspects,
		    intent->ticket);
		if (!view_filtered(view, words))
			view_add(view, (struct view_row){ .kind = ROW_INTENT, .stop = true,
			    .id = intent->id, .problem = intent->idle });
	}
}

static void
add_entries(struct view *view, const struct scene *scene, const struct calendar *calendar)
{
	for (size_t i = 0; i < calendar->entries; i++) {
		const struct calendar_entry *entry = &calendar->entry[i];
		char words[512];

		snprintf(words, sizeof(words), "%s %s", entry->subject, entry->title);
		if (!view_filtered(view, words))
			view_add(view, (struct view_row){ .kind = ROW_ENTRY, .stop = true,
			    .id = i, .problem = calendar_days(entry, scene->now_ms) < 7 });
	}
}

static void
protection_forget(struct view *view)
{
	if (view->memory == NULL)
		return;
	calendar_free(view->memory);
	free(view->memory);
	view->memory = NULL;
}

static void
protection_rows(struct view *view, const struct scene *scene)
{
	struct calendar *calendar = view->memory;
	size_t before;

	if (calendar != NULL)
		calendar_free(calendar);
	else
		view->memory = calendar = memory_new(1, sizeof(*calendar));
	calendar_make(calendar, scene->state);
	section(view, SECTION_FALLS);
	before = view->rows;
	add_levels(view, scene, false);
	none_after(view, before, SECTION_FALLS);
	section(view, SECTION_INTENTS);
	before = view->rows;
	add_intents(view, scene);
	none_after(view, before, SECTION_INTENTS);
	section(view, SECTION_CALENDAR);
	before = view->rows;
	add_entries(view, scene, calendar);
	none_after(view, before, SECTION_CALENDAR);
	section(view, SECTION_LEVELS);
	before = view->rows;
	add_levels(view, scene, true);
	none_after(view, before, SECTION_LEVELS);
}

/* --- drawing ------------------------------------------------------------------------------ */

static void
protection_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	struct protection_counts counts = protection_count_all(scene->state);

	(void)view;
	(void)line;
	strip_to(strip, 1);
	strip_print(strip, counts.open > 0 ? STYLE_DOWN : STYLE_QUIET, _("X fell %" PRIu32),
	    counts.open);
	strip_print(strip, counts.unannounced > 0 ? STYLE_DEGRADED : STYLE_QUIET,
	    _("   ! unannounced %" PRIu32), counts.unannounced);
	strip_print(strip, STYLE_QUIET, _("   ? not seen now %" PRIu32 "   of %" PRIu32
	    " aspects of addresses"), counts.levels - counts.known, counts.levels);
}

static void
draw_section(unsigned which, struct strip *strip)
{
	static const char *const titles[SECTIONS] = {
		[SECTION_FALLS] = N_("FALLEN OR CHANGED WITHOUT AN INTENT"),
		[SECTION_INTENTS] = N_("ANNOUNCED CHANGES"),
		[SECTION_CALENDAR] = N_("WHAT ENDS WHEN"),
		[SECTION_LEVELS] = N_("PROTECTION NOW") };

	strip_text(strip, STYLE_HEADING, _(titles[which]));
}

static void
draw_none(unsigned which, struct strip *strip)
{
	static const char *const texts[SECTIONS] = {
		[SECTION_FALLS] = N_("nothing fell, and every change was announced"),
		[SECTION_INTENTS] = N_("no change is announced"),
		[SECTION_CALENDAR] = N_("nothing that ends is known"),
		[SECTION_LEVELS] = N_("no observation showed how anything is protected") };

	strip_to(strip, 3);
	strip_text(strip, STYLE_QUIET, _(texts[which]));
}

static void
draw_level(const struct scene *scene, uint64_t id, struct strip *strip)
{
	struct columns columns = columns_fit(levels, LEVEL_COLUMNS, 1, strip->end);
	const struct target_state *target;
	uint32_t replica;
	const struct protection_level *level = level_of(scene, id, &target, &replica);
	bool known = level != NULL && level_is_known(&target->replica[replica], level);
	enum style style = level == NULL ? STYLE_QUIET : level->open ? STYLE_DOWN :
	    level->unannounced ? STYLE_DEGRADED : known ? STYLE_NORMAL : STYLE_UNKNOWN;
	char text[256];

	if (level == NULL)
		return;
	columns_put(&columns, LEVEL_STATE, strip, style, level->open ? _("X fell") :
	    level->unannounced ? _("! unannounced") : known ? _(". seen") :
	    _("? not seen now"));
	if (target->replicas > 1)
		snprintf(text, sizeof(text), "%s #%" PRIu32, target->plan->name, replica + 1);
	else
		snprintf(text, sizeof(text), "%s", target->plan->name);
	columns_put(&columns, LEVEL_TARGET, strip, STYLE_NORMAL, text);
	columns_put(&columns, LEVEL_ASPECT, strip, STYLE_NORMAL, aspect_row(level->aspect)->name);
	columns_put(&columns, LEVEL_NOW, strip, style, aspect_value_text(level->value));
	columns_put(&columns, LEVEL_BEFORE, strip, STYLE_QUIET, aspect_value_text(level->before));
	age_text(scene->now_ms - level->since_ms, text);
	columns_put(&columns, LEVEL_SINCE, strip, STYLE_QUIET, text);
}

static void
draw_where(const struct scene *scene, uint64_t id, struct strip *strip)
{
	const struct target_state *target;
	struct buffer text = { 0 };
	char at[TIME_TEXT];
	uint32_t replica;
	const struct protection_level *level = level_of(scene, id, &target, &replica);

	if (level == NULL)
		return;
	moment_text(level->fell_ms, scene->now_ms, at);
	strip_to(strip, 5);
	strip_print(strip, STYLE_QUIET, _("since %s, record %" PRIu64 ", before it %" PRIu64 " "),
	    at, level->seq, level->before_seq);
	elsewhere_describe(level_elsewhere(scene->state, target, replica, level), &text);
	strip_bytes(strip, STYLE_DEGRADED, bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
draw_intent(const struct scene *scene, uint64_t id, struct strip *strip)
{
	struct columns columns = columns_fit(intents, INTENT_COLUMNS, 1, strip->end);
	const struct intent_state *intent = state_intent(scene->state, id);
	bool force = intent != NULL && intent_in_force(scene->state, intent);
	enum style style = force ? STYLE_STRONG : STYLE_QUIET;
	char text[TIME_TEXT];

	if (intent == NULL)
		return;
	snprintf(text, sizeof(text), "%c %" PRIu64, intent->idle ? '!' : force ? 'I' : '-', id);
	columns_put(&columns, INTENT_ID, strip, style, text);
	columns_put(&columns, INTENT_STAND, strip, intent->idle ? STYLE_DEGRADED : style,
	    _(intent_stand(scene->state, intent)));
	columns_put(&columns, INTENT_SUBJECT, strip, style, intent->subject);
	columns_put(&columns, INTENT_WHAT, strip, style, intent->aspects);
	columns_put(&columns, INTENT_TICKET, strip, style, intent->ticket);
	moment_text(intent->until_ms, scene->now_ms, text);
	columns_put(&columns, INTENT_UNTIL, strip, style, text);
}

static void
draw_entry(const struct view *view, const struct scene *scene, uint64_t at, struct strip *strip)
{
	struct columns columns = columns_fit(entries, ENTRY_COLUMNS, 1, strip->end);
	const struct calendar *calendar = view->memory;
	const struct calendar_entry *entry;
	enum style style;
	char text[256];

	if (calendar == NULL || at >= calendar->entries)
		return;
	entry = &calendar->entry[at];
	switch (calendar_letter(entry, scene->now_ms)) {
	case 'X': style = STYLE_DOWN; break;
	case '!': case 'w': style = STYLE_DEGRADED; break;
	default: style = STYLE_NORMAL; break;
	}
	snprintf(text, sizeof(text), "%c %" PRId64, calendar_letter(entry, scene->now_ms),
	    calendar_days(entry, scene->now_ms));
	columns_put(&columns, ENTRY_LEFT, strip, entry->known ? style : STYLE_UNKNOWN, text);
	time_jst_s(entry->at_ms, text);
	text[19] = '\0';
	columns_put(&columns, ENTRY_DATE, strip, style, text);
	columns_put(&columns, ENTRY_KIND, strip, STYLE_QUIET, _(calendar_kind_text(entry->kind)));
	columns_put(&columns, ENTRY_SUBJECT, strip, STYLE_NORMAL, entry->subject);
	if (entry->position > 0)
		snprintf(text, sizeof(text), _("%" PRIu32 " above %.120s"), entry->position,
		    entry->title);
	else
		snprintf(text, sizeof(text), "%s", entry->title);
	columns_put(&columns, ENTRY_TITLE, strip, STYLE_QUIET, text);
}

static void
protection_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	switch ((enum protection_row)row->kind) {
	case ROW_SECTION:    draw_section((unsigned)row->id, strip); break;
	case ROW_NONE:       draw_none((unsigned)row->id, strip); break;
	case ROW_FALL:       case ROW_LEVEL: draw_level(scene, row->id, strip); break;
	case ROW_FALL_WHERE: draw_where(scene, row->id, strip); break;
	case ROW_INTENT:     draw_intent(scene, row->id, strip); break;
	case ROW_ENTRY:      draw_entry(view, scene, row->id, strip); break;
	}
}

static bool
protection_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	const struct calendar *calendar = view->memory;
	const struct intent_state *intent = row->kind == ROW_INTENT ?
	    state_intent(scene->state, row->id) : NULL;
	const struct target_state *target;
	uint32_t replica;
	const struct protection_level *level = row->kind == ROW_FALL || row->kind == ROW_LEVEL ?
	    level_of(scene, row->id, &target, &replica) : NULL;

	if (level != NULL)
		*seq = level->seq;
	else if (intent != NULL)
		*seq = intent->decided_seq != 0 ? intent->decided_seq : intent->id;
	else if (row->kind == ROW_ENTRY && calendar != NULL && row->id < calendar->entries)
		*seq = calendar->entry[row->id].seq;
	else
		return false;
	return true;
}

static void
protection_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	if (protection_record(view, scene, row, &opening->subject))
		opening->ops = &view_record;
}

const struct view_ops view_protection = {
	.name    = "protection",
	.title   = N_("Protection"),
	.alone   = true,
	.head    = 1,
	.rows    = protection_rows,
	.forget  = protection_forget,
	.heading = protection_heading,
	.line    = protection_line,
	.open    = protection_open,
	.record  = protection_record,
};
