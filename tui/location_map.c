/* SPDX-License-Identifier: Apache-2.0 */
/* Draws anew when the scene, the subject, the frame or the window changed; see location_map.h. */
#include <stdlib.h>
#include <string.h>

#include "tui/location_map.h"
#include "tui/map.h"

enum { SIZES = 3, MARGIN = 1, PLACES_MAX = 64, STEP_LINES = 2, STEP_COLUMNS = 6 };

static const unsigned lines_of[SIZES] = { 0, 10, 22 };

/* Japan and its neighbours: the middle, and degrees of latitude a line. */
static const struct map_frame home = { 36.5, 136, 2.2 };

struct location_map {
	struct outlines *outlines;
	bool             looked;	/* for the outlines */
	struct map_frame frame;
	unsigned         size;		/* of lines_of */
	struct where_subject subject;
	bool             none;
	struct map      *map;		/* NULL: to be drawn */
	uint64_t         generation;	/* of the scene it was drawn from */
	unsigned         columns;
};

struct places {
	struct map_circle circle[PLACES_MAX];  size_t circles;
	struct map_mark   mark[PLACES_MAX];    size_t marks;
};

struct location_map *
location_map_new(void)
{
	struct location_map *m = memory_new(1, sizeof(*m));

	m->frame = home;
	m->size = 1;
	m->none = true;
	return m;
}

static void
forget(struct location_map *m)
{
	map_free(m->map);
	m->map = NULL;
}

void
location_map_free(struct location_map *m)
{
	if (m == NULL)
		return;
	forget(m);
	map_outlines_free(m->outlines);
	free(m);
}

unsigned
location_map_lines(const struct location_map *m)
{
	return m != NULL ? lines_of[m->size] : 0;
}

void
location_map_subject(struct location_map *m, struct where_subject subject, bool none)
{
	if (m->none != none || m->subject.kind != subject.kind || m->subject.index != subject.index)
		forget(m);
	m->subject = subject;
	m->none = none;
}

/* Where a vantage is; false: the plan does not say. */
static bool
vantage_point(const struct plan *plan, const char *name, struct map_point *out)
{
	if (name[0] == '\0') {
		*out = (struct map_point){ plan->latitude_udeg, plan->longitude_udeg };
		return plan->reaches > 0;
	}
	for (uint32_t i = 0; i < plan->vantage_count; i++)
		if (strcmp(plan->vantages[i].name, name) == 0) {
			*out = (struct map_point){ plan->vantages[i].latitude_udeg,
				plan->vantages[i].longitude_udeg };
			return plan->vantages[i].reaches > 0;
		}
	return false;
}

static void
marks_put(const struct plan *plan, struct places *places)
{
	struct map_point at;

	if (vantage_point(plan, "", &at))
		places->mark[places->marks++] = (struct map_mark){ at, "@", STYLE_STRONG };
	for (uint32_t i = 0; i < plan->vantage_count && places->marks < PLACES_MAX; i++)
		if (vantage_point(plan, plan->vantages[i].name, &at))
			places->mark[places->marks++] = (struct map_mark){ at,
				plan->vantages[i].name, STYLE_STRONG };
}

static void
circles_put(const struct location_map *m, const struct state *state, struct places *places)
{
	struct whereabouts where;

	whereabouts_make(&where, state, m->subject.kind, m->subject.index);
	for (uint32_t i = 0; i < where.testimonies && places->circles < PLACES_MAX; i++) {
		const struct where_testimony *t = &where.testimony[i];
		enum where_stand stand = where_stand(t);
		struct map_point at;

		if (t->witness == WITNESS_PHYSICS && t->vantage != NULL && t->km > 0 &&
		    (stand == STAND_BOUND || stand == STAND_EXCLUDES) &&
		    vantage_point(state->plan, t->vantage, &at))
			places->circle[places->circles++] = (struct map_circle){ at,
				(double)t->km };
	}
	whereabouts_free(&where);
}

static void
make(struct location_map *m, const struct scene *scene, unsigned columns)
{
	struct places *places = memory_new(1, sizeof(*places));

	if (!m->looked)
		m->outlines = map_outlines();
	m->looked = true;
	marks_put(scene->state->plan, places);
	if (!m->none)
		circles_put(m, scene->state, places);
	forget(m);
	m->map = map_make(m->outlines, m->frame, lines_of[m->size], columns, places->circle,
	    places->circles, places->mark, places->marks);
	m->generation = scene->generation;
	m->columns = columns;
	free(places);
}

void
location_map_draw(struct location_map *m, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	unsigned columns = strip->end > 2 * MARGIN ? strip->end - 2 * MARGIN : 0;

	if (m->map == NULL || m->generation != scene->generation || m->columns != columns)
		make(m, scene, columns);
	strip_to(strip, MARGIN);
	map_line(m->map, line, strip);
}

bool
location_map_act(struct location_map *m, enum action action, bool *resized)
{
	switch (action) {
	case ACTION_LEFT:      m->frame = map_move(m->frame, 0, -STEP_COLUMNS, 0); break;
	case ACTION_RIGHT:     m->frame = map_move(m->frame, 0, STEP_COLUMNS, 0); break;
	case ACTION_MAP_NORTH: m->frame = map_move(m->frame, -STEP_LINES, 0, 0); break;
	case ACTION_MAP_SOUTH: m->frame = map_move(m->frame, STEP_LINES, 0, 0); break;
	case ACTION_MAP_NEARER: m->frame = map_move(m->frame, 0, 0, 1); break;
	case ACTION_MAP_FARTHER: m->frame = map_move(m->frame, 0, 0, -1); break;
	case ACTION_SHOW:
		m->size = (m->size + 1) % SIZES;
		m->frame = home;
		*resized = true;
		break;
	default:
		return false;
	}
	forget(m);
	return true;
}
