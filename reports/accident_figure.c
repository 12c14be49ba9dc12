/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of a paper about an incident: users hit over time, a band for each service, as steps
 * (nothing is drawn between two records); and the network with health as it was at worst.
 */
#include <stdio.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "reports/accident_part.h"
#include "reports/accident_paper.h"
#include "reports/diagram_part.h"

enum {
	CHART_WIDTH = 640, CHART_LEFT = 90, CHART_RIGHT = 20, CHART_TOP = 34, BAND = 110,
	BAND_GAP = 30, SERVICES_SHOWN = 8, SMALL = 9, NORMAL = 11
};

struct chart {
	const struct accident *a;
	struct drawing *drawing;
	int64_t from_ms, to_ms;
};

static int32_t
x_of(const struct chart *c, int64_t ms)
{
	int64_t span = c->to_ms > c->from_ms ? c->to_ms - c->from_ms : 1;

	ms = ms < c->from_ms ? c->from_ms : ms > c->to_ms ? c->to_ms : ms;
	return CHART_LEFT + (int32_t)((ms - c->from_ms) * (CHART_WIDTH - CHART_LEFT - CHART_RIGHT) /
	    span);
}

static int32_t
height_of(uint64_t users, uint64_t most)
{
	return most > 0 ? (int32_t)((double)users / (double)most * BAND) : 0;
}

static void
put_bar(struct chart *c, enum drawing_role role, int32_t x, int32_t end, int32_t base,
    int32_t height)
{
	if (height > 0 && end > x)
		drawing_box(c->drawing, role, (struct drawing_point){ x, base - height }, end - x,
		    height, 0);
}

static void
put_steps(struct chart *c, const struct hit *hit, int32_t base, uint64_t most)
{
	for (uint32_t i = 0; i < hit->steps; i++) {
		const struct impact_step *step = &hit->step[i];
		int32_t x = x_of(c, step->at_ms), end = x_of(c, i + 1 < hit->steps ?
		    hit->step[i + 1].at_ms : c->to_ms);
		int32_t stopped = height_of(step->stopped, most);

		/* Behind the figure, which is a least then. */
		if (step->uncertain)
			put_bar(c, DRAWING_UNKNOWN, x, end, base, BAND);
		put_bar(c, DRAWING_BAD, x, end, base, stopped);
		put_bar(c, DRAWING_DEGRADED, x, end, base - stopped,
		    height_of(step->degraded, most));
	}
}

static void
put_axis(struct chart *c, int32_t base, uint64_t most)
{
	const struct drawing_point across[] = { { CHART_LEFT, base },
		{ CHART_WIDTH - CHART_RIGHT, base } };
	const struct drawing_point up[] = { { CHART_LEFT, base }, { CHART_LEFT, base - BAND } };
	struct buffer text = { .max = 0 };

	drawing_line(c->drawing, DRAWING_INK, across, 2, 1, ARROW_NONE);
	drawing_line(c->drawing, DRAWING_INK, up, 2, 1, ARROW_NONE);
	diagram_number(most, &text);
	drawing_text(c->drawing, (struct drawing_point){ CHART_LEFT - 6, base - BAND + SMALL },
	    ANCHOR_END, SMALL, CHART_LEFT - 10, buffer_text(&text));
	drawing_text(c->drawing, (struct drawing_point){ CHART_LEFT - 6, base }, ANCHOR_END, SMALL,
	    0, "0");
	buffer_free(&text);
}

static void
put_times(struct chart *c, int32_t base)
{
	char text[TIME_TEXT];

	time_jst_s(c->from_ms, text);
	drawing_text(c->drawing, (struct drawing_point){ CHART_LEFT, base + SMALL + 5 },
	    ANCHOR_START, SMALL, 0, text);
	time_jst_s(c->to_ms, text);
	drawing_text(c->drawing, (struct drawing_point){ CHART_WIDTH - CHART_RIGHT,
	    base + SMALL + 5 }, ANCHOR_END, SMALL, 0, text);
}

static void
put_band(struct chart *c, const struct hit *hit, int32_t base)
{
	const char *title = accident_service_title(c->a, hit);

	drawing_begin(c->drawing, title);
	drawing_text(c->drawing, (struct drawing_point){ CHART_LEFT, base - BAND - 6 },
	    ANCHOR_START, NORMAL, CHART_WIDTH - CHART_LEFT - CHART_RIGHT, title);
	drawing_bold(c->drawing);
	put_steps(c, hit, base, hit->peak);
	put_axis(c, base, hit->peak);
	drawing_end(c->drawing);
}

static void
put_legend(struct chart *c, struct drawing_point at)
{
	at.x = drawing_legend(c->drawing, DRAWING_BAD, at, _("stopped")) + 10;
	at.x = drawing_legend(c->drawing, DRAWING_DEGRADED, at, _("degraded")) + 10;
	drawing_legend(c->drawing, DRAWING_UNKNOWN, at,
	    _("not all could be seen: at least so many, as last known"));
}

struct drawing *
accident_users_figure(const struct accident *a)
{
	struct chart c = { .a = a, .from_ms = a->occurred_ms,
		.to_ms = a->restored_ms != 0 ? a->restored_ms : a->at_ms };
	uint32_t shown = a->affair == NULL ? 0 : a->affair->hits < SERVICES_SHOWN ?
	    a->affair->hits : SERVICES_SHOWN;
	int32_t y = CHART_TOP;

	if (shown == 0)
		return NULL;
	for (uint32_t i = 0; i < shown; i++)
		if (a->affair->hit[i].since_ms < c.from_ms)
			c.from_ms = a->affair->hit[i].since_ms;
	c.drawing = drawing_new(CHART_WIDTH, CHART_TOP, _("Users hit over time"),
	    _("For each service the users stopped and degraded, step by step."));
	for (uint32_t i = 0; i < shown; i++, y += BAND + BAND_GAP)
		put_band(&c, &a->affair->hit[i], y + BAND);
	y -= BAND_GAP;
	put_times(&c, y);
	y += 3 * SMALL + 6;
	put_legend(&c, (struct drawing_point){ CHART_LEFT, y });
	drawing_size(c.drawing, CHART_WIDTH, y + 3 * NORMAL);
	return c.drawing;
}

struct drawing *
accident_network_figure(const struct accident *a)
{
	struct state *worst = state_copy(a->state);
	struct graph *graph = graph_new(worst->plan);
	struct drawing *drawing;

	for (uint32_t i = 0; i < a->incident->members; i++) {
		struct target_state *target = state_target(worst, a->incident->member[i].target);

		if (target != NULL && a->incident->member[i].worst > target->health)
			target->health = a->incident->member[i].worst;
	}
	drawing = diagram_draw(DIAGRAM_EQUIPMENT, graph, worst);
	graph_free(graph);
	state_free(worst);
	return drawing;
}
