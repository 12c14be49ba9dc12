/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where discs around several vantages meet: cells of the chart are left out as soon as one disc is
 * out of reach for all of the cell, else quartered; a small one that is left lets every country
 * near it stay possible.
 */
#include <math.h>
#include <stdlib.h>

#include "monitor/base/outline.h"

enum { WIDE_UDEG = 10000000, CELL_KM = 10, DEPTH_MAX = 24 };

static const double radian = 3.14159265358979323846 / 180e6;	/* a millionth of a degree */
static const double least_km = 6335.439327;	/* the earth's least radius of curvature */

struct meeting {
	const struct outlines *outlines;
	const struct disc     *disc;
	size_t                 discs;
	double                 cell_km;
	bool                  *possible, *candidate;
	uint32_t              *km;	/* by country; of the cell of now */
	size_t                 open;	/* candidates that are not known to be possible */
};

struct cell { struct place centre; int64_t half_udeg; };

/* No point of the cell is farther from its centre. */
static double
cell_radius(const struct cell *cell)
{
	double north = fabs((double)cell->centre.latitude_udeg) - (double)cell->half_udeg;
	double shrink = cos((north > 0 ? north : 0) * radian);
	double half = (double)cell->half_udeg * radian;

	return least_km * hypot(half, half * shrink);
}

/* How far its centre is outside of the disc it is farthest from; negative: within all. */
static double
outside(const struct meeting *meeting, struct place at)
{
	double worst = -INFINITY;

	for (size_t i = 0; i < meeting->discs; i++)
		worst = fmax(worst, place_distance_least(at, meeting->disc[i].centre) -
		    meeting->disc[i].km);
	return worst;
}

static void
countries_near(struct meeting *meeting, const struct cell *cell, double radius)
{
	outlines_reach(meeting->outlines, cell->centre, meeting->km);
	for (size_t i = 0; i < outlines_count(meeting->outlines); i++) {
		if (!meeting->candidate[i] || meeting->possible[i] || meeting->km[i] > radius)
			continue;
		meeting->possible[i] = true;
		meeting->open--;
	}
}

/* Depth first with a stack: each cell leaves four at the most. */
static void
cell_search(struct meeting *meeting, struct cell first)
{
	struct cell stack[3 * DEPTH_MAX + 4];
	size_t count = 0;

	stack[count++] = first;
	while (count > 0 && meeting->open > 0) {
		struct cell cell = stack[--count];
		double radius = cell_radius(&cell);
		int64_t half = cell.half_udeg / 2;

		if (outside(meeting, cell.centre) > radius)
			continue;
		if (radius <= meeting->cell_km) {
			countries_near(meeting, &cell, radius);
			continue;
		}
		/* A rounded half is made up for, so that no place falls between two cells. */
		for (int part = 0; part < 4; part++)
			stack[count++] = (struct cell){ { cell.centre.latitude_udeg +
			    (part & 1 ? half : -half), cell.centre.longitude_udeg +
			    (part & 2 ? half : -half) }, cell.half_udeg - half };
	}
}

static void
candidates_find(struct meeting *meeting)
{
	size_t countries = outlines_count(meeting->outlines);

	for (size_t i = 0; i < countries; i++)
		meeting->candidate[i] = true;
	for (size_t k = 0; k < meeting->discs; k++) {
		outlines_reach(meeting->outlines, meeting->disc[k].centre, meeting->km);
		for (size_t i = 0; i < countries; i++)
			meeting->candidate[i] = meeting->candidate[i] &&
			    meeting->km[i] <= meeting->disc[k].km;
	}
	for (size_t i = 0; i < countries; i++)
		meeting->open += meeting->candidate[i];
}

void
outlines_meet(const struct outlines *outlines, const struct disc *disc, size_t discs,
    bool *possible)
{
	size_t countries = outlines_count(outlines);
	struct meeting meeting = { .outlines = outlines, .disc = disc, .discs = discs,
	    .cell_km = INFINITY, .possible = possible };

	for (size_t i = 0; i < discs; i++)
		meeting.cell_km = fmin(meeting.cell_km, disc[i].km / 20);
	meeting.cell_km = fmax(meeting.cell_km, CELL_KM);
	meeting.candidate = memory_new(countries, sizeof(*meeting.candidate));
	meeting.km = memory_new(countries, sizeof(*meeting.km));
	for (size_t i = 0; i < countries; i++)
		possible[i] = false;
	candidates_find(&meeting);
	for (int64_t north = -85000000; north < 90000000; north += WIDE_UDEG)
		for (int64_t east = -175000000; east < 180000000; east += WIDE_UDEG)
			cell_search(&meeting, (struct cell){ { north, east }, WIDE_UDEG / 2 });
	free(meeting.candidate);
	free(meeting.km);
}
