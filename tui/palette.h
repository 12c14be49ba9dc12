/* SPDX-License-Identifier: Apache-2.0 */
/* Styles and the palettes that turn them into colours and attributes of a terminal. */
#ifndef TUI_PALETTE_H
#define TUI_PALETTE_H

#include <stdbool.h>

enum style {
#define STYLE(NAME, c256, c8, b256, b8, attributes, mono) STYLE_##NAME,
#include "tui/style_list.h"
	STYLE_COUNT
};

enum { PAINT_BOLD = 1, PAINT_REVERSE = 2, PAINT_UNDERLINE = 4 };

enum palette { PALETTE_DEFAULT, PALETTE_COLOURBLIND, PALETTE_MONO };

struct paint {
	int      colour;	/* foreground, -1 for the terminal's own */
	unsigned attributes;
};

bool         palette_by_name(const char *, enum palette *);	/* default, colourblind, mono */
/* colours: how many the terminal has; below 8 every palette is mono. */
struct paint palette_paint(enum palette, enum style, int colours);

#endif
