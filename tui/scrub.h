/* SPDX-License-Identifier: Apache-2.0 */
/* The span of an incident as one line: marks by kind, and where the screen stands on it. */
#ifndef TUI_SCRUB_H
#define TUI_SCRUB_H

#include "monitor/replay/story.h"
#include "tui/scene.h"

enum { SCRUB_LINES = 2 };

struct scrub { int64_t from_ms, to_ms; };

struct scrub scrub_of(const struct story *, int64_t now_ms);
/* Line 0: marks between both times; line 1: "^" under the entry, "|" where the screen stands. */
void scrub_line(const struct scene *, const struct story *, size_t selected, unsigned line,
    struct strip *);
enum style story_style(const struct story_entry *);

#endif
