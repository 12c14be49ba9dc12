/* SPDX-License-Identifier: Apache-2.0 */
/* One event of the timeline as a line, for the views that list them. */
#ifndef TUI_EVENT_H
#define TUI_EVENT_H

#include "tui/scene.h"

enum { EVENT_WORD = 12, EVENT_SUBJECT = 16 };	/* columns */

/* The transition at that place of the timeline kept in the state; NULL if there is none. */
const struct transition *event_find(const struct scene *, size_t index);
/* It says that something is wrong. */
bool event_problem(const struct transition *);
/* The whole sentence, with what a person said. */
void event_sentence(const struct scene *, const struct transition *, struct buffer *out);
/* What such a line is made of. */
struct event_parts {
	int64_t       recorded_ms, observed_ms;
	char          letter;
	enum style    style;
	const char   *word;
	struct buffer whose, more;
	bool          problem;
};

/* Draws the parts and frees their buffers. */
void event_put(const struct scene *, struct event_parts *, struct strip *);
/* Recorded time, letter, what, whose, the rest; the observed time too where it is another. */
unsigned event_moment_width(const struct scene *);
void event_line(const struct scene *, const struct transition *, struct strip *);

#endif
