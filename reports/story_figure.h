/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timeline of one incident as a drawing: a lane for each kind of entry, its letter on every
 * mark; users over time; when it occurred, was known, was restored, and until when reports are due.
 * What is wrong is hatched, so that it reads in black and white.
 */
#ifndef REPORTS_STORY_FIGURE_H
#define REPORTS_STORY_FIGURE_H

#include "monitor/replay/story.h"
#include "monitor/state/duty.h"
#include "reports/drawing.h"

/*
 * at_ms is the moment the story is known as of; verdict are the duties then, or NULL.  The caller
 * gives the drawing to a paper or frees it.
 */
struct drawing *story_figure(const struct story *, const struct duty_verdict *, int64_t at_ms);

#endif
