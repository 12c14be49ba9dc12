/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A time axis that leaves out long stretches in which nothing happens: minutes of an incident and
 * a period that ends a month later fit on one line, and what is left out is drawn as left out.
 * Pure; the same moments make the same axis.
 */
#ifndef REPORTS_STORY_AXIS_H
#define REPORTS_STORY_AXIS_H

#include "monitor/base/bytes.h"

enum { AXIS_SPANS_MAX = 8, AXIS_CUT = 34, AXIS_PAD = 24 };

struct axis_span { int64_t from_ms, to_ms; int32_t x, width; };

struct story_axis {
	struct axis_span span[AXIS_SPANS_MAX];	/* ascending; between two there is a cut */
	uint32_t         spans;
};

/* Over at least one moment, which are sorted; left and width in units of a drawing. */
void story_axis_make(struct story_axis *, int64_t *moment, size_t moments, int32_t left,
    int32_t width);
/* Where a moment is; within a cut its middle, outside the axis the nearer end. */
int32_t story_axis_x(const struct story_axis *, int64_t ms);
/* Distance of ticks within a span that are at least "apart" units from each other, in ms. */
int64_t axis_step_ms(const struct axis_span *, int32_t apart);

#endif
