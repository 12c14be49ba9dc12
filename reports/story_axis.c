/* SPDX-License-Identifier: Apache-2.0 */
/* See story_axis.h.  A gap is cut out while it is most of what is left of the axis. */
#include <stdlib.h>
#include <string.h>

#include "reports/story_axis.h"

/* Shorter ones tell more when they are drawn. */
#define CUT_LEAST_MS INT64_C(300000)

static int
ascending(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static uint32_t
span_of(const struct story_axis *axis, int64_t ms)
{
	uint32_t i = 0;

	while (i + 1 < axis->spans && ms >= axis->span[i + 1].from_ms)
		i++;
	return i;
}

static void
cut(struct story_axis *axis, int64_t from_ms, int64_t to_ms)
{
	uint32_t at = span_of(axis, from_ms);
	struct axis_span *span = &axis->span[at];

	memmove(span + 1, span, (axis->spans - at) * sizeof(*span));
	axis->spans++;
	span[0].to_ms = from_ms;
	span[1].from_ms = to_ms;
}

/* The longest gap that is not cut yet; false if there is none. */
static bool
longest(const struct story_axis *axis, const int64_t *moment, size_t moments, int64_t *from_ms,
    int64_t *to_ms)
{
	int64_t most = 0;

	for (size_t i = 0; i + 1 < moments; i++) {
		int64_t gap = moment[i + 1] - moment[i];

		if (gap <= most || moment[i + 1] > axis->span[span_of(axis, moment[i])].to_ms)
			continue;
		most = gap;
		*from_ms = moment[i];
		*to_ms = moment[i + 1];
	}
	return most > 0;
}

static void
place(struct story_axis *axis, int64_t total_ms, int32_t left, int32_t width)
{
	int32_t room = width - (int32_t)(axis->spans - 1) * AXIS_CUT -
	    (int32_t)axis->spans * AXIS_PAD;
	int32_t x = left;

	for (uint32_t i = 0; i < axis->spans; i++) {
		struct axis_span *span = &axis->span[i];
		double share = total_ms > 0 ?
		    (double)(span->to_ms - span->from_ms) / (double)total_ms :
		    1.0 / axis->spans;

		span->x = x;
		span->width = AXIS_PAD + (int32_t)(share * room);
		x += span->width + AXIS_CUT;
	}
}

void
story_axis_make(struct story_axis *axis, int64_t *moment, size_t moments, int32_t left,
    int32_t width)
{
	int64_t from_ms, to_ms, total_ms;

	qsort(moment, moments, sizeof(*moment), ascending);
	*axis = (struct story_axis){ .spans = 1 };
	axis->span[0].from_ms = moment[0];
	axis->span[0].to_ms = moment[moments - 1];
	total_ms = moment[moments - 1] - moment[0];
	while (axis->spans < AXIS_SPANS_MAX && longest(axis, moment, moments, &from_ms, &to_ms) &&
	    to_ms - from_ms >= CUT_LEAST_MS && (to_ms - from_ms) / 3 > total_ms / 5) {
		cut(axis, from_ms, to_ms);
		total_ms -= to_ms - from_ms;
	}
	place(axis, total_ms, left, width);
}

int32_t
story_axis_x(const struct story_axis *axis, int64_t ms)
{
	uint32_t at = span_of(axis, ms);
	const struct axis_span *span = &axis->span[at];
	int64_t length_ms = span->to_ms - span->from_ms;

	if (ms > span->to_ms && at + 1 < axis->spans)
		return span->x + span->width + AXIS_CUT / 2;
	if (length_ms <= 0)
		return span->x + span->width / 2;
	ms = ms < span->from_ms ? span->from_ms : ms > span->to_ms ? span->to_ms : ms;
	return span->x + AXIS_PAD / 2 + (int32_t)((double)(ms - span->from_ms) /
	    (double)length_ms * (span->width - AXIS_PAD));
}

int64_t
axis_step_ms(const struct axis_span *span, int32_t apart)
{
	static const int32_t seconds[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600,
		7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000 };
	double each = span->width > AXIS_PAD ? (double)(span->to_ms - span->from_ms) /
	    (span->width - AXIS_PAD) : 0;

	for (size_t i = 0; i < sizeof(seconds) / sizeof(seconds[0]); i++)
		if (each > 0 && (double)seconds[i] * 1000 / each >= apart)
			return INT64_C(1000) * seconds[i];
	return INT64_C(1000) * 31104000;
}
