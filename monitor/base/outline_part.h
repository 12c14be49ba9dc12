/* SPDX-License-Identifier: Apache-2.0 */
/* What outline.c and outline_read.c share; everybody else uses outline.h. */
#ifndef MONITOR_BASE_OUTLINE_PART_H
#define MONITOR_BASE_OUTLINE_PART_H

#include "monitor/base/outline.h"

enum {
	OUTLINE_STEP_UDEG = 5000,	/* the file counts in 1/200 degree */
	OUTLINE_ARCS_MAX = 65536, OUTLINE_POINTS_MAX = 1 << 20, OUTLINE_COUNTRIES_MAX = 300,
	OUTLINE_CIRCLES_MAX = 1024, OUTLINE_LINE_MAX = 1 << 20
};

struct outline_point {
	int32_t x, y;			/* east and north, in steps */
	double  vector[3];		/* on the unit sphere, out of geodetic degrees */
};

struct outline_arc { struct outline_point *point; uint32_t points; };	/* at least one */

/* Its outline is all its arcs; a place is inside if they are crossed an odd number of times. */
struct outline_country { char code[3]; uint32_t *arc; uint32_t arcs; };

/* All within km of the centre counts to the country as well. */
struct outline_circle { char code[3]; double vector[3]; double km; };

struct outlines {
	char                  *origin;
	struct outline_point  *point;   uint32_t points;	/* of all arcs */
	struct outline_arc    *arc;     uint32_t arcs;
	struct outline_country *country; uint32_t countries;
	struct outline_circle *circle;  uint32_t circles;
};

void outline_vector(struct place, double out[3]);

#endif
