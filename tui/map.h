/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A map in characters: outlines of countries, circles around places and marks, in braille of two
 * by four dots a character, or in plain letters where the terminal's locale has no braille.  For
 * the eye alone: nothing is decided by it, so it may count in floating point.
 */
#ifndef TUI_MAP_H
#define TUI_MAP_H

#include "tui/grid.h"

struct outlines;		/* monitor/base/outline.h */

/* What is shown: the middle, and how many degrees of latitude a line of characters has. */
struct map_frame { double latitude, longitude, degrees; };

struct map_point { int64_t latitude_udeg, longitude_udeg; };	/* WGS 84, millionths */
struct map_circle { struct map_point centre; double km; };
struct map_mark { struct map_point at; const char *text; enum style style; };

enum { MAP_LINES_MAX = 100, MAP_COLUMNS_MAX = 400 };	/* beyond: cut */

struct map;

/*
 * Draws once, for many lines; outlines may be NULL, circles and marks are copied but the texts
 * live as long as the map.  The caller frees with map_free().
 */
struct map *map_make(const struct outlines *, struct map_frame, unsigned lines, unsigned columns,
    const struct map_circle *, size_t circles, const struct map_mark *, size_t marks);
void map_free(struct map *);	/* NULL is fine */
/* Draws that line on the strip from where it stands. */
void map_line(const struct map *, unsigned line, struct strip *);

/* The frame moved by lines and columns, or nearer (in > 0) or farther; kept on the earth. */
struct map_frame map_move(struct map_frame, int lines, int columns, int in);
/* The outlines that came with the program; NULL where they cannot be read.  Free with
 * map_outlines_free(). */
struct outlines *map_outlines(void);
void map_outlines_free(struct outlines *);
/* Braille cannot be shown here. */
bool map_plain(void);

#endif
