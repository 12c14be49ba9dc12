/* SPDX-License-Identifier: Apache-2.0 */
/* Every target, worst first: down, degraded, unknown, up; in each the newest change first. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "tui/column.h"
#include "tui/view.h"

enum { TARGETS_HEALTH, TARGETS_NAME, TARGETS_INSTANCE, TARGETS_SITE, TARGETS_PROBE, TARGETS_SINCE,
	TARGETS_HEARD, TARGETS_WHY, TARGETS_COLUMNS };

static const struct column table[TARGETS_COLUMNS] = {
	[TARGETS_HEALTH]   = { .title = N_("HEALTH"), .width = 10 },
	[TARGETS_NAME]     = { .title = N_("TARGET"), .width = 16, .grow = 2, .most = 36 },
	[TARGETS_INSTANCE] = { .title = N_("INSTANCE"), .width = 14, .grow = 1, .from = 100,
	    .most = 24 },
	[TARGETS_SITE]     = { .title = N_("SITE"), .width = 10, .grow = 1, .most = 20 },
	[TARGETS_PROBE]    = { .title = N_("PROBE"), .width = 5, .from = 90 },
	[TARGETS_SINCE]    = { .title = N_("SINCE"), .width = 6, .align = ALIGN_RIGHT },
	[TARGETS_HEARD]    = { .title = N_("HEARD"), .width = 6, .align = ALIGN_RIGHT },
	[TARGETS_WHY]      = { .title = N_("WHY"), .width = 20, .grow = 5 },
};

struct targets_key { uint64_t rank; int64_t since_ms; uint64_t id; };

static int
targets_compare(const void *left, const void *right)
{
	const struct targets_key *a = left, *b = right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->since_ms != b->since_ms && a->rank < health_rank(HEALTH_UP))
		return a->since_ms > b->since_ms ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

static bool
targets_hidden(const struct view *view, const struct scene *scene,
    const struct target_state *target, struct buffer *words)
{
	const struct plan_instance *instance = scene_instance(scene, target);
	const struct plan_site *site = scene_site(scene, target);

	if (view->filter[0] == '\0')
		return false;
	buffer_reset(words);
	buffer_print(words, "%s %s %s %s %s %s %s %s %s %s %s", target->plan->name, instance->name,
	    scene_instance_title(scene, target->plan->instance), site->name,
	    scene_site_title(scene, instance->site), site->provider, target->plan->probe,
	    function_name(instance->function), _(function_name(instance->function)),
	    health_name(target->health), health_word(target->health));
	return view_filtered(view, buffer_text(words));
}

static void
targets_rows(struct view *view, const struct scene *scene)
{
	const struct state *state = scene->state;
	struct targets_key *key = memory_new(state->targets + 1, sizeof(*key));
	struct buffer words = { 0 };
	size_t count = 0;

	for (uint32_t i = 0; i < state->targets; i++) {
		const struct target_state *target = &state->target[i];

		if (!targets_hidden(view, scene, target, &words))
			key[count++] = (struct targets_key){ health_rank(target->health),
			    target->since_ms, target->plan->id };
	}
	qsort(key, count, sizeof(*key), targets_compare);
	for (size_t i = 0; i < count; i++)
		view_add(view, (struct view_row){ .stop = true, .id = key[i].id,
		    .problem = key[i].rank != health_rank(HEALTH_UP) });
	buffer_free(&words);
	free(key);
}

static void
targets_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	struct columns columns = columns_fit(table, TARGETS_COLUMNS, 1, strip->end);

	(void)view;
	(void)scene;
	(void)line;
	strip_to(strip, 1);
	columns_heading(&columns, strip);
}

static void
targets_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct target_state *target = state_target(scene->state, row->id);
	struct columns columns = columns_fit(table, TARGETS_COLUMNS, 1, strip->end);
	enum style style = health_style(target->health);
	int64_t heard_ms = scene_heard_ms(scene, target);
	struct buffer why = { 0 };
	char text[TIME_TEXT];

	(void)view;
	snprintf(text, sizeof(text), "%c %s", health_letter(target->health),
	    health_word(target->health));
	columns_put(&columns, TARGETS_HEALTH, strip, style, text);
	columns_put(&columns, TARGETS_NAME, strip, row->problem ? STYLE_STRONG : STYLE_NORMAL,
	    target->plan->name);
	columns_put(&columns, TARGETS_INSTANCE, strip, STYLE_NORMAL,
	    scene_instance_title(scene, target->plan->instance));
	columns_put(&columns, TARGETS_SITE, strip, STYLE_NORMAL,
	    scene_site_title(scene, scene_instance(scene, target)->site));
	columns_put(&columns, TARGETS_PROBE, strip, STYLE_QUIET, target->plan->probe);
	age_text(target->since_ms != 0 ? scene->now_ms - target->since_ms : -1, text);
	columns_put(&columns, TARGETS_SINCE, strip, STYLE_NORMAL, text);
	age_text(heard_ms != 0 ? scene->now_ms - heard_ms : -1, text);
	columns_put(&columns, TARGETS_HEARD, strip, STYLE_QUIET, text);
	scene_reason(target, &why);
	columns_put(&columns, TARGETS_WHY, strip, row->problem ? style : STYLE_QUIET,
	    buffer_text(&why));
	buffer_free(&why);
}

static void
targets_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	(void)view;
	(void)scene;
	opening->ops = &view_target;
	opening->subject = row->id;
}

static uint64_t
targets_incident(const struct view *view, const struct scene *scene)
{
	const struct view_row *row = view_cursor(view);
	const struct target_state *target = row != NULL ?
	    state_target(scene->state, row->id) : NULL;

	return target != NULL ? target->incident : 0;
}

const struct view_ops view_targets = {
	.name     = "targets",
	.title    = N_("Targets"),
	.tab      = true,
	.head     = 1,
	.rows     = targets_rows,
	.heading  = targets_heading,
	.line     = targets_line,
	.open     = targets_open,
	.incident = targets_incident,
};
