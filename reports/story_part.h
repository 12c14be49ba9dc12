/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that draw and write the story of an incident share, and nobody else includes. */
#ifndef REPORTS_STORY_PART_H
#define REPORTS_STORY_PART_H

#include "monitor/base/timetext.h"
#include "monitor/state/affairs.h"
#include "reports/story_axis.h"
#include "reports/story_figure.h"

enum { FIGURE_WIDTH = 980, FIGURE_LEFT = 150, FIGURE_RIGHT = 24, FIGURE_MARKS_MAX = 40,
	FIGURE_LABEL = 120 };

/* A moment with a name, through all lanes. */
struct figure_mark {
	int64_t at_ms;
	bool    deadline;
	char    label[FIGURE_LABEL];
	int32_t x, row;
};

struct figure {
	const struct story  *story;
	const struct affair *affair;	/* or NULL */
	struct drawing      *drawing;
	struct story_axis    axis;
	struct figure_mark   mark[FIGURE_MARKS_MAX];
	uint32_t             marks;
	int32_t              rows;	/* of labels */
	int64_t              until_ms;	/* users are hit until then */
	bool                 gaps;	/* the monitor was not watching somewhere in it */
};

/* --- story_marks.c: times of the incident, ends of periods, gaps --- */
/* Finds them and makes the axis over them and all entries. */
void figure_marks(struct figure *, const struct duty_verdict *, int64_t at_ms);
int32_t figure_marks_height(const struct figure *);
void figure_marks_lines(const struct figure *, int32_t bottom);
void figure_marks_labels(const struct figure *);
void figure_gaps(struct figure *, int32_t top, int32_t bottom);

#endif
