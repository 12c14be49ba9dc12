/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users hit now, by service and area, as the sets that carry them stand; then the sets with what
 * can be said of each member.
 */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "tui/affair.h"
#include "tui/view.h"

/* ids: service and area, set and member, each as index of the plan */
enum services_kind { SERVICES_NONE, SERVICES_SERVICE, SERVICES_AREA, SERVICES_BLANK, SERVICES_SETS,
	SERVICES_SET, SERVICES_MEMBER };

enum { NAME_WIDTH = 22, USERS_WIDTH = 14, BAR_WIDTH = 20 };

static const char *
title_of(const struct scene *scene, const char *name, const char *title, const char *title_ja)
{
	if (scene->japanese && title_ja != NULL && title_ja[0] != '\0')
		return title_ja;
	return title != NULL && title[0] != '\0' ? title : name;
}

static void
rows_of_sets(struct view *view, const struct scene *scene)
{
	const struct plan *plan = scene->state->plan;
	const struct affair_sums *sums = scene->sums;

	view_add(view, (struct view_row){ .kind = SERVICES_BLANK });
	view_add(view, (struct view_row){ .kind = SERVICES_SETS });
	for (uint32_t i = 0; i < plan->sets; i++) {
		const struct set_impact *set = &sums->set[i];
		bool whole = set->stopped + set->degraded + set->unknown == 0;

		if (view_filtered(view, plan->set[i].name))
			continue;
		view_add(view, (struct view_row){ .kind = SERVICES_SET, .stop = true, .id = i,
		    .problem = !whole });
		for (uint32_t m = sums->index->member_from[i]; m < sums->index->member_from[i + 1];
		    m++)
			view_add(view, (struct view_row){ .kind = SERVICES_MEMBER, .stop = true,
			    .id = sums->index->member[m] });
	}
}

static void
services_rows(struct view *view, const struct scene *scene)
{
	const struct plan *plan = scene->state->plan;
	const struct affair_sums *sums = scene->sums;

	if (plan == NULL || plan->services == 0 || sums->service == NULL) {
		view_add(view, (struct view_row){ .kind = SERVICES_NONE });
		return;
	}
	for (uint32_t i = 0; i < plan->services; i++) {
		const struct service_now *now = &sums->service[i];

		if (view_filtered(view, plan->service[i].name))
			continue;
		view_add(view, (struct view_row){ .kind = SERVICES_SERVICE, .stop = true, .id = i,
		    .problem = now->stopped + now->degraded > 0 });
		for (uint32_t a = 0; a < plan->service[i].areas; a++)
			view_add(view, (struct view_row){ .kind = SERVICES_AREA, .stop = true,
			    .id = (uint64_t)i << 32 | a });
	}
	rows_of_sets(view, scene);
}

/* Sets that carry a service in an area are in series: the worst of them counts. */
static struct service_now
area_now(const struct scene *scene, uint32_t service, const struct plan_area *area)
{
	const struct plan *plan = scene->state->plan;
	uint32_t stopped = 0, hit = 0;
	bool uncertain = false;

	for (uint32_t i = 0; i < plan->sets; i++) {
		const struct set_impact *set = &scene->sums->set[i];

		if (!impact_serves(&plan->set[i], service, area->area))
			continue;
		stopped = set->stopped_ppm > stopped ? set->stopped_ppm : stopped;
		if (set->stopped_ppm + set->degraded_ppm > hit)
			hit = set->stopped_ppm + set->degraded_ppm;
		uncertain |= set->uncertain;
	}
	return (struct service_now){ impact_share(area->users, stopped),
	    impact_share(area->users, hit) - impact_share(area->users, stopped), uncertain };
}

static enum style
now_style(const struct service_now *now)
{
	return now->stopped > 0 ? STYLE_DOWN : now->degraded > 0 ? STYLE_DEGRADED :
	    now->uncertain ? STYLE_UNKNOWN : STYLE_UP;
}

static char
now_letter(const struct service_now *now)
{
	return health_letter(now->stopped > 0 ? HEALTH_DOWN : now->degraded > 0 ?
	    HEALTH_DEGRADED : now->uncertain ? HEALTH_UNKNOWN : HEALTH_UP);
}

/* Letters of health, each as its share of the users. */
static void
services_bar(const struct service_now *now, uint64_t users, struct strip *strip)
{
	uint64_t bad[2] = { now->stopped, now->degraded };
	unsigned used = 0;

	strip_text(strip, STYLE_QUIET, "[");
	for (unsigned k = 0; k < 2; k++) {
		unsigned columns = users > 0 ? (unsigned)((bad[k] * BAR_WIDTH + users - 1) /
		    users) : 0;

		for (unsigned i = 0; i < columns && used < BAR_WIDTH; i++, used++)
			strip_text(strip, k == 0 ? STYLE_DOWN : STYLE_DEGRADED, k == 0 ? "X" : "!");
	}
	for (; used < BAR_WIDTH; used++)
		strip_text(strip, now->uncertain ? STYLE_UNKNOWN : STYLE_UP, now->uncertain ? "?" :
		    ".");
	strip_text(strip, STYLE_QUIET, "]");
}

static void
services_figures(const struct service_now *now, uint64_t users, const char *name, unsigned indent,
    struct strip *strip)
{
	struct buffer hit = { 0 };
	char text[USERS_TEXT];

	strip_to(strip, strip->column + indent);
	strip_print(strip, now_style(now), "%c ", now_letter(now));
	strip_field(strip, NAME_WIDTH - indent, ALIGN_LEFT, indent == 0 ? STYLE_STRONG :
	    STYLE_NORMAL, name);
	strip_field(strip, USERS_WIDTH, ALIGN_RIGHT, STYLE_NORMAL, users_text(users, text));
	strip_to(strip, strip->column + 2);
	services_bar(now, users, strip);
	strip_to(strip, strip->column + 2);
	users_put(&hit, now->stopped, now->degraded, now->uncertain);
	strip_bytes(strip, now_style(now), bytes_of_buffer(&hit));
	buffer_free(&hit);
}

static void
services_set(const struct scene *scene, uint32_t i, struct strip *strip)
{
	const struct plan_set *plan = &scene->state->plan->set[i];
	const struct set_impact *set = &scene->sums->set[i];
	uint32_t stand = set->members - set->stopped - set->degraded - set->unknown -
	    set->unwatched;
	enum health health = set->stopped_ppm > 0 ? HEALTH_DOWN : set->degraded_ppm > 0 ||
	    set->stopped + set->degraded > 0 ? HEALTH_DEGRADED : set->uncertain ||
	    set->unknown > 0 ? HEALTH_UNKNOWN : HEALTH_UP;

	strip_print(strip, health_style(health), "%c ", health_letter(health));
	strip_field(strip, NAME_WIDTH, ALIGN_LEFT, STYLE_STRONG, title_of(scene, plan->name,
	    plan->title, plan->title_ja));
	strip_print(strip, health_style(health), _("%" PRIu32 " of %" PRIu32 " stand"), stand,
	    set->members);
	strip_print(strip, STYLE_NORMAL, _(", %" PRIu32 " needed"), set->needed);
	if (plan->mode[0] != '\0')
		strip_print(strip, STYLE_QUIET, "   %s", plan->mode);
	if (set->stopped + set->degraded > 0 && set->stopped_ppm + set->degraded_ppm == 0)
		strip_text(strip, STYLE_UP, _("   the rest carries all: nobody is hit"));
	else if (set->stopped_ppm + set->degraded_ppm > 0)
		strip_print(strip, STYLE_DOWN, _("   hits %" PRIu32 ".%" PRIu32
		    " %% of its users"), (set->stopped_ppm + set->degraded_ppm) / 10000,
		    (set->stopped_ppm + set->degraded_ppm) / 1000 % 10);
}

static void
services_member(const struct scene *scene, uint32_t instance, struct strip *strip)
{
	static const enum health healths[] = { [STANDING_UNWATCHED] = HEALTH_UNKNOWN,
		[STANDING_STANDS] = HEALTH_UP, [STANDING_UNKNOWN] = HEALTH_UNKNOWN,
		[STANDING_DEGRADED] = HEALTH_DEGRADED, [STANDING_STOPPED] = HEALTH_DOWN };
	const struct plan_instance *plan = &scene->state->plan->instance[instance];
	enum member_standing standing = impact_standing(scene->state, scene->sums->index, instance);
	enum health health = healths[standing];

	strip_to(strip, strip->column + 4);
	strip_print(strip, health_style(health), "%c ", health_letter(health));
	strip_field(strip, NAME_WIDTH - 4, ALIGN_LEFT, STYLE_NORMAL, scene_instance_title(scene,
	    instance));
	strip_field(strip, 14, ALIGN_LEFT, health_style(health), _(standing_name(standing)));
	strip_text(strip, STYLE_QUIET, scene_site_title(scene, plan->site));
}

static void
services_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct plan *plan = scene->state->plan;
	const struct plan_service *service;
	const struct plan_area *area;
	struct service_now now;

	(void)view;
	switch ((enum services_kind)row->kind) {
	case SERVICES_NONE:
		strip_text(strip, STYLE_QUIET, _("the configuration names no service"));
		break;
	case SERVICES_SERVICE:
		service = &plan->service[row->id];
		services_figures(&scene->sums->service[row->id], service_users(service),
		    title_of(scene, service->name, service->title, service->title_ja), 0, strip);
		break;
	case SERVICES_AREA:
		area = &plan->service[row->id >> 32].area[(uint32_t)row->id];
		now = area_now(scene, (uint32_t)(row->id >> 32), area);
		services_figures(&now, area->users, area->area, 2, strip);
		break;
	case SERVICES_BLANK:
		break;
	case SERVICES_SETS:
		strip_print(strip, STYLE_HEADING, _("SETS (%" PRIu32 ")"), plan->sets);
		break;
	case SERVICES_SET:
		services_set(scene, (uint32_t)row->id, strip);
		break;
	case SERVICES_MEMBER:
		services_member(scene, (uint32_t)row->id, strip);
		break;
	}
}

static void
services_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	(void)view;
	(void)scene;
	(void)line;
	strip_to(strip, 3);
	strip_field(strip, NAME_WIDTH, ALIGN_LEFT, STYLE_HEADING, _("SERVICE, AREA"));
	strip_field(strip, USERS_WIDTH, ALIGN_RIGHT, STYLE_HEADING, _("USERS"));
	strip_to(strip, strip->column + 2);
	strip_field(strip, BAR_WIDTH + 4, ALIGN_LEFT, STYLE_HEADING, _("NOW"));
	strip_text(strip, STYLE_HEADING, _("X STOPPED  ! DEGRADED"));
}

/* The newest record that shows it: the worst target of an instance, the step of a service. */
static bool
services_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	const struct state *state = scene->state;
	const char *service = row->kind == SERVICES_SERVICE ? state->plan->service[row->id].name :
	    row->kind == SERVICES_AREA ? state->plan->service[row->id >> 32].name : NULL;

	(void)view;
	*seq = 0;
	for (uint32_t i = 0; row->kind == SERVICES_MEMBER && i < state->targets; i++)
		if (state->target[i].plan->instance == row->id && state->target[i].seq > *seq)
			*seq = state->target[i].seq;
	for (uint32_t i = 0; service != NULL && i < state->affairs->affairs; i++) {
		const struct hit *hit = affair_hit(&state->affairs->affair[i], service);

		if (hit != NULL && hit->steps > 0 && hit->step[hit->steps - 1].seq > *seq)
			*seq = hit->step[hit->steps - 1].seq;
	}
	if (*seq == 0 && row->kind != SERVICES_MEMBER && row->kind != SERVICES_NONE)
		*seq = state->config_seq;
	return *seq != 0;
}

static void
services_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	const struct plan *plan = scene->state->plan;

	(void)view;
	if (row->kind != SERVICES_MEMBER)
		return;
	opening->ops = &view_targets;
	snprintf(opening->filter, sizeof(opening->filter), "%s", plan->instance[row->id].name);
}

const struct view_ops view_services = {
	.name    = "services",
	.title   = N_("Services"),
	.tab     = true,
	.head    = 1,
	.rows    = services_rows,
	.heading = services_heading,
	.line    = services_line,
	.open    = services_open,
	.record  = services_record,
};
