/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outlines of countries, and how far a country is from a place at the least.  Every figure is a
 * lower bound: the earth counts as small as it bends anywhere, and what outlines, their file and
 * the territorial sea can be off by is taken away.  Floating point: nothing that the fold or a
 * judgement computes may use it; what they need is stored in whole kilometres.
 */
#ifndef MONITOR_BASE_OUTLINE_H
#define MONITOR_BASE_OUTLINE_H

#include "monitor/base/bytes.h"

enum {
	OUTLINE_FILE_MAX = 8 << 20,	/* octets of the file: ours has 0.6 M */
	/*
	 * Taken away from every distance, kilometres: 10 for the outline (3 by which it was made
	 * simpler, 1 of rounding, 6 of the map at 1:10,000,000) and 23 for the territorial sea of
	 * twelve nautical miles, in which a platform stands in its country.
	 */
	OUTLINE_MARGIN_KM = 33
};

struct place { int64_t latitude_udeg, longitude_udeg; };	/* WGS 84, millionths of a degree */

struct outlines;

/* ERR_INVALID, ERR_LIMIT: why names the line.  The caller frees. */
MUST_USE enum err outlines_read(struct bytes file, struct outlines **, struct why *);
void        outlines_free(struct outlines *);	/* NULL is fine */
const char *outlines_origin(const struct outlines *);	/* data, edition and licence */
size_t      outlines_count(const struct outlines *);
const char *outlines_code(const struct outlines *, size_t);	/* ISO 3166-1, ascending */

/* No point of country i is nearer to the place than km[i]; 0 if the place may be in it.
 * km: outlines_count() of them. */
void outlines_reach(const struct outlines *, struct place, uint32_t *km);
/* The same without rounding and for one country alone; negative where it may be inside. */
double outline_reach(const struct outlines *, size_t country, struct place);

/* Each straight piece of the outlines, those between two countries once; for drawing. */
void outlines_each(const struct outlines *, void (*piece)(void *arg, struct place, struct place),
    void *arg);

/* "Not farther from there than so many kilometres." */
struct disc { struct place centre; double km; };

/*
 * Which countries may hold a place within all of the discs: at most those that no disc alone
 * excludes.  Looked for in cells of 10 km or a 20th of the smallest disc, if more; what a cell
 * cannot tell stays possible.  possible: outlines_count() of them.  Floating point, up to seconds.
 */
void outlines_meet(const struct outlines *, const struct disc *, size_t discs, bool *possible);

/* Kilometres between two places, at the least (along the ellipsoid it is up to 1 % more). */
double place_distance_least(struct place, struct place);
/* ... and at the most. */
double place_distance_most(struct place, struct place);

#endif
