/* SPDX-License-Identifier: Apache-2.0 */
/* The map of the location view: vantages, and the bounds of one subject, around East Asia. */
#ifndef TUI_LOCATION_MAP_H
#define TUI_LOCATION_MAP_H

#include "monitor/state/describe_where.h"
#include "tui/keys.h"
#include "tui/scene.h"

struct location_map;

struct location_map *location_map_new(void);
void     location_map_free(struct location_map *);	/* NULL is fine */
unsigned location_map_lines(const struct location_map *);	/* 0: put away */
/* Whose bounds are drawn; none: vantages alone. */
void     location_map_subject(struct location_map *, struct where_subject, bool none);
void     location_map_draw(struct location_map *, const struct scene *, unsigned line,
    struct strip *);
/* True: a key of the map; what was drawn no longer holds. */
bool     location_map_act(struct location_map *, enum action, bool *resized);

#endif
