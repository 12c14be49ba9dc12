/* SPDX-License-Identifier: Apache-2.0 */
/* Raster of a map: two layers of dots, eight a character; see map.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/file.h"
#include "monitor/base/i18n.h"
#include "monitor/base/outline.h"
#include "monitor/base/places.h"
#include "tui/cell.h"
#include "tui/map.h"

enum { DOTS_X = 2, DOTS_Y = 4, BRAILLE = 0x2800, RING_STEPS = 720, DASH = 4, TEXT_MAX = 32 };

#define EARTH_KM 6371.0
#define DEGREES_LEAST 0.2	/* of a line: 20 km */
#define DEGREES_MOST 12.0

struct mark { unsigned line, column; const char *text; enum style style; };

struct map {
	struct map_frame frame;
	unsigned lines, columns;
	uint8_t *coast, *ring;		/* lines * columns, owned; bits of braille */
	struct mark *mark;  size_t marks;	/* owned */
	bool     plain;
};

struct pen { struct map *map; uint8_t *layer; unsigned dash; };

bool
map_plain(void)
{
	return i18n_plain() || cell_width(BRAILLE + 1) != 1;
}

static double
radians(double degrees)
{
	return degrees * (M_PI / 180);
}

/* Dots from the upper left corner; a dot is as wide as it is high. */
static void
project(const struct map *map, double latitude, double longitude, double *x, double *y)
{
	double dots = DOTS_Y / map->frame.degrees;
	double east = remainder(longitude - map->frame.longitude, 360);

	*x = map->columns * DOTS_X / 2.0 + east * dots * cos(radians(map->frame.latitude));
	*y = map->lines * DOTS_Y / 2.0 - (latitude - map->frame.latitude) * dots;
}

static void
dot(const struct pen *pen, long x, long y)
{
	static const uint8_t bits[DOTS_X][DOTS_Y] = { { 0x01, 0x02, 0x04, 0x40 },
		{ 0x08, 0x10, 0x20, 0x80 } };
	const struct map *map = pen->map;

	if (x < 0 || y < 0 || x >= (long)map->columns * DOTS_X || y >= (long)map->lines * DOTS_Y)
		return;
	pen->layer[(size_t)(y / DOTS_Y) * map->columns + (size_t)(x / DOTS_X)] |=
	    bits[x % DOTS_X][y % DOTS_Y];
}

/* Both ends beyond one edge: nothing of the line is seen. */
static bool
outside(const struct map *map, double x0, double y0, double x1, double y1)
{
	double width = map->columns * DOTS_X, height = map->lines * DOTS_Y;

	return (x0 < 0 && x1 < 0) || (y0 < 0 && y1 < 0) || (x0 > width && x1 > width) ||
	    (y0 > height && y1 > height);
}

static void
line(struct pen *pen, double x0, double y0, double x1, double y1)
{
	long steps = lround(fmax(fabs(x1 - x0), fabs(y1 - y0)));

	if (outside(pen->map, x0, y0, x1, y1) ||
	    fabs(x1 - x0) > pen->map->columns * DOTS_X)		/* once around the earth */
		return;
	for (long i = 0; i <= steps; i++) {
		double part = steps > 0 ? (double)i / (double)steps : 0;

		if (pen->dash == 0 || pen->dash++ % DASH < DASH / 2)
			dot(pen, lround(floor(x0 + part * (x1 - x0))),
			    lround(floor(y0 + part * (y1 - y0))));
	}
}

static void
segment(void *arg, struct place from, struct place to)
{
	struct pen *pen = arg;
	double x0, y0, x1, y1;

	project(pen->map, (double)from.latitude_udeg / 1e6, (double)from.longitude_udeg / 1e6,
	    &x0, &y0);
	project(pen->map, (double)to.latitude_udeg / 1e6, (double)to.longitude_udeg / 1e6, &x1,
	    &y1);
	line(pen, x0, y0, x1, y1);
}

/* The small circle of that radius, on a sphere. */
static void
ring(struct pen *pen, const struct map_circle *circle)
{
	double north = radians((double)circle->centre.latitude_udeg / 1e6);
	double east = (double)circle->centre.longitude_udeg / 1e6;
	double angle = circle->km / EARTH_KM, x0 = 0, y0 = 0, x1, y1;

	if (!(angle < M_PI))
		return;		/* the whole earth */
	for (unsigned i = 0; i <= RING_STEPS; i++, x0 = x1, y0 = y1) {
		double to = radians(360.0 * i / RING_STEPS);
		double up = asin(sin(north) * cos(angle) + cos(north) * sin(angle) * cos(to));
		double along = atan2(sin(to) * sin(angle) * cos(north),
		    cos(angle) - sin(north) * sin(up));

		project(pen->map, up * (180 / M_PI), east + along * (180 / M_PI), &x1, &y1);
		if (i > 0)
			line(pen, x0, y0, x1, y1);
	}
}

static void
mark_put(struct map *map, const struct map_mark *mark)
{
	double x, y;

	project(map, (double)mark->at.latitude_udeg / 1e6, (double)mark->at.longitude_udeg / 1e6,
	    &x, &y);
	if (x < 0 || y < 0 || x >= map->columns * DOTS_X || y >= map->lines * DOTS_Y)
		return;
	map->mark[map->marks++] = (struct mark){ (unsigned)y / DOTS_Y, (unsigned)x / DOTS_X,
		mark->text, mark->style };
}

struct map *
map_make(const struct outlines *outlines, struct map_frame frame, unsigned lines,
    unsigned columns, const struct map_circle *circle, size_t circles,
    const struct map_mark *mark, size_t marks)
{
	struct map *map = memory_new(1, sizeof(*map));
	struct pen pen = { .map = map };
	size_t cells;

	map->frame = frame;
	map->lines = lines < MAP_LINES_MAX ? lines : MAP_LINES_MAX;
	map->columns = columns < MAP_COLUMNS_MAX ? columns : MAP_COLUMNS_MAX;
	map->plain = map_plain();
	cells = (size_t)map->lines * map->columns + 1;
	map->coast = memory_new(cells, 1);
	map->ring = memory_new(cells, 1);
	map->mark = memory_new(marks + 1, sizeof(*map->mark));
	pen.layer = map->coast;
	if (outlines != NULL)
		outlines_each(outlines, segment, &pen);
	pen.layer = map->ring;
	for (size_t i = 0; i < circles; i++) {
		pen.dash = 1;
		ring(&pen, &circle[i]);
	}
	for (size_t i = 0; i < marks; i++)
		mark_put(map, &mark[i]);
	return map;
}

void
map_free(struct map *map)
{
	if (map == NULL)
		return;
	free(map->coast);
	free(map->ring);
	free(map->mark);
	free(map);
}

/* Plain letters: a coast of few or many dots, a circle. */
static char
letter(uint8_t coast, uint8_t around)
{
	unsigned dots = (unsigned)__builtin_popcount(coast);

	return around != 0 ? 'o' : dots == 0 ? ' ' : dots < 4 ? '.' : ':';
}

static void
draw_cell(const struct map *map, unsigned at, unsigned column, struct strip *strip)
{
	uint8_t coast = map->coast[(size_t)at * map->columns + column];
	uint8_t around = map->ring[(size_t)at * map->columns + column];
	enum style style = around != 0 ? STYLE_DEGRADED : STYLE_QUIET;
	char text[8] = { letter(coast, around) };

	if (!map->plain && (coast | around) != 0)
		text[utf8_put(BRAILLE + (uint32_t)(coast | around), text)] = '\0';
	strip_text(strip, style, text);
}

void
map_line(const struct map *map, unsigned at, struct strip *strip)
{
	unsigned left = strip->column;

	for (unsigned column = 0; at < map->lines && column < map->columns &&
	    strip->column < strip->end; column++) {
		if (strip->column > left + column)
			continue;	/* a mark covers it */
		for (size_t i = 0; i < map->marks; i++)
			if (map->mark[i].line == at && map->mark[i].column == column &&
			    strip->column == left + column)
				strip_text(strip, map->mark[i].style, map->mark[i].text);
		if (strip->column == left + column)
			draw_cell(map, at, column, strip);
	}
}

struct map_frame
map_move(struct map_frame frame, int lines, int columns, int in)
{
	frame.degrees = frame.degrees * (in > 0 ? 1 / 1.5 : in < 0 ? 1.5 : 1);
	frame.degrees = fmax(DEGREES_LEAST, fmin(DEGREES_MOST, frame.degrees));
	frame.latitude = fmax(-80, fmin(80, frame.latitude - lines * frame.degrees));
	frame.longitude = remainder(frame.longitude + columns * frame.degrees / 2 /
	    cos(radians(frame.latitude)), 360);
	return frame;
}

struct outlines *
map_outlines(void)
{
	char folder[PATH_TEXT_MAX], path[PATH_TEXT_MAX];
	struct buffer octets = { .max = OUTLINE_FILE_MAX };
	struct outlines *outlines = NULL;
	struct why why = { .err = ERR_OK };

	place_data("shapes", "SEKIMORI_SHAPES", folder);
	if (file_path(path, sizeof(path), folder, "countries.outline") &&
	    file_read(path, OUTLINE_FILE_MAX, &octets, &why) == ERR_OK &&
	    outlines_read(bytes_of_buffer(&octets), &outlines, &why) != ERR_OK)
		outlines = NULL;
	buffer_free(&octets);
	return outlines;
}

void
map_outlines_free(struct outlines *outlines)
{
	outlines_free(outlines);
}
