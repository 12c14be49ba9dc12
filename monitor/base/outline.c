/* SPDX-License-Identifier: Apache-2.0 */
/* Distances from a place to outlines: vectors on a unit sphere, and parity for what is inside. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/outline_part.h"

/*
 * WGS 84: a step on the ellipsoid is never shorter than the same step in geodetic degrees on a
 * sphere of its least radius of curvature (b*b/a, along the meridian at the equator), and never
 * longer than on one of its greatest (a*a/b, at the poles).
 */
static const double radius_least = 6335.439327, radius_most = 6399.593626;
static const double pi = 3.14159265358979323846;

static void
vector_of(struct place place, double out[3])
{
	double north = (double)place.latitude_udeg * 1e-6 * pi / 180;
	double east = (double)place.longitude_udeg * 1e-6 * pi / 180;

	out[0] = cos(north) * cos(east);
	out[1] = cos(north) * sin(east);
	out[2] = sin(north);
}

static double
dot(const double a[3], const double b[3])
{
	return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void
cross(const double a[3], const double b[3], double out[3])
{
	out[0] = a[1] * b[2] - a[2] * b[1];
	out[1] = a[2] * b[0] - a[0] * b[2];
	out[2] = a[0] * b[1] - a[1] * b[0];
}

/* Squares of chords stand for angles: as they grow, so do these, and nothing small is lost. */
static double
chord(const double a[3], const double b[3])
{
	double d[3] = { a[0] - b[0], a[1] - b[1], a[2] - b[2] };

	return dot(d, d);
}

static double
angle_of(double chord_squared)
{
	return chord_squared >= 4 ? pi : 2 * asin(sqrt(chord_squared) / 2);
}

/* To the nearest point of the great circle's arc from a to b, which is short. */
static double
chord_to_segment(const double p[3], const double a[3], const double b[3])
{
	double ends = fmin(chord(p, a), chord(p, b)), n[3], towards[3], beyond[3], length, sine;

	cross(a, b, n);
	length = dot(n, n);
	if (length < 1e-24)
		return ends;
	cross(n, a, towards);
	cross(b, n, beyond);
	if (dot(towards, p) <= 0 || dot(beyond, p) <= 0)
		return ends;
	sine = dot(n, p) * dot(n, p) / length;
	if (sine >= 1)
		return ends;
	return fmin(ends, sine + (1 - sqrt(1 - sine)) * (1 - sqrt(1 - sine)));
}

/* Does the meridian of the place, from it to the north, cross the segment in the chart? */
static bool
crosses(const struct outline_point *a, const struct outline_point *b, struct place place)
{
	int64_t ax = (int64_t)a->x * OUTLINE_STEP_UDEG, bx = (int64_t)b->x * OUTLINE_STEP_UDEG;
	int64_t ay = (int64_t)a->y * OUTLINE_STEP_UDEG, by = (int64_t)b->y * OUTLINE_STEP_UDEG;
	int64_t side;

	if ((ax > place.longitude_udeg) == (bx > place.longitude_udeg))
		return false;
	/* Both factors are under 4e8. */
	side = (by - ay) * (place.longitude_udeg - ax) - (place.latitude_udeg - ay) * (bx - ax);
	return bx > ax ? side > 0 : side < 0;
}

struct arc_measure { double chord; bool odd; };

static struct arc_measure
arc_measure(const struct outline_arc *arc, const double p[3], struct place place)
{
	const struct outline_point *at = arc->point;
	struct arc_measure out = { .chord = chord(p, at[0].vector) };

	for (uint32_t i = 0; i + 1 < arc->points; i++) {
		out.chord = fmin(out.chord, chord_to_segment(p, at[i].vector, at[i + 1].vector));
		out.odd ^= crosses(&at[i], &at[i + 1], place);
	}
	return out;
}

static double
circle_reach(const struct outline_circle *circle, const double p[3])
{
	return radius_least * angle_of(chord(p, circle->vector)) - circle->km - OUTLINE_MARGIN_KM;
}

/* The least over a country's arcs and circles; measures: by arc. */
static double
country_reach(const struct outlines *outlines, const struct outline_country *country,
    const struct arc_measure *measures, const double p[3])
{
	double least = 4, reach;
	bool inside = false;

	for (uint32_t i = 0; i < country->arcs; i++) {
		least = fmin(least, measures[country->arc[i]].chord);
		inside ^= measures[country->arc[i]].odd;
	}
	reach = inside ? -OUTLINE_MARGIN_KM : radius_least * angle_of(least) - OUTLINE_MARGIN_KM;
	for (uint32_t i = 0; i < outlines->circles; i++)
		if (strcmp(outlines->circle[i].code, country->code) == 0)
			reach = fmin(reach, circle_reach(&outlines->circle[i], p));
	return reach;
}

void
outlines_reach(const struct outlines *outlines, struct place place, uint32_t *km)
{
	struct arc_measure *measures = memory_new(outlines->arcs, sizeof(*measures));
	double p[3];

	vector_of(place, p);
	for (uint32_t i = 0; i < outlines->arcs; i++)
		measures[i] = arc_measure(&outlines->arc[i], p, place);
	for (uint32_t i = 0; i < outlines->countries; i++) {
		double reach = country_reach(outlines, &outlines->country[i], measures, p);

		km[i] = reach > 0 ? (uint32_t)floor(reach) : 0;
	}
	free(measures);
}

double
outline_reach(const struct outlines *outlines, size_t country, struct place place)
{
	const struct outline_country *one = &outlines->country[country];
	struct arc_measure *measures = memory_new(outlines->arcs, sizeof(*measures));
	double p[3], reach;

	vector_of(place, p);
	for (uint32_t i = 0; i < one->arcs; i++)
		measures[one->arc[i]] = arc_measure(&outlines->arc[one->arc[i]], p, place);
	reach = country_reach(outlines, one, measures, p);
	free(measures);
	return reach;
}

static double
angle_between(struct place a, struct place b)
{
	double p[3], q[3];

	vector_of(a, p);
	vector_of(b, q);
	return angle_of(chord(p, q));
}

double
place_distance_least(struct place a, struct place b)
{
	return radius_least * angle_between(a, b);
}

double
place_distance_most(struct place a, struct place b)
{
	return radius_most * angle_between(a, b);
}

void
outline_vector(struct place place, double out[3])
{
	vector_of(place, out);
}

static struct place
place_of(const struct outline_point *point)
{
	return (struct place){ (int64_t)point->y * OUTLINE_STEP_UDEG,
		(int64_t)point->x * OUTLINE_STEP_UDEG };
}

void
outlines_each(const struct outlines *outlines, void (*piece)(void *arg, struct place,
    struct place), void *arg)
{
	for (uint32_t i = 0; i < outlines->arcs; i++)
		for (uint32_t k = 1; k < outlines->arc[i].points; k++)
			piece(arg, place_of(&outlines->arc[i].point[k - 1]),
			    place_of(&outlines->arc[i].point[k]));
}
