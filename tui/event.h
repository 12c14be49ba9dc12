/* SPDX-License-Identifier: Apache-2.0 */
/* One transition of the timeline as a line, for the views that list them. */
#ifndef TUI_EVENT_H
#define TUI_EVENT_H

#include "tui/scene.h"

/* The transition with that record and kind (seq * 16 + kind) on the timeline; NULL if none. */
const struct transition *event_find(const struct scene *, size_t index);
/* It says that something is wrong. */
bool event_problem(const struct transition *);
/* The whole sentence, with what a person said. */
void event_sentence(const struct scene *, const struct transition *, struct buffer *out);
/* Recorded time, the observed time too if it is another second, a letter, the sentence. */
void event_line(const struct scene *, const struct transition *, struct strip *);

#endif
