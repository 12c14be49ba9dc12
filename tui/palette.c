/* SPDX-License-Identifier: Apache-2.0 */
/* The three palettes, from the table of styles. */
#include <string.h>

#include "tui/palette.h"

struct palette_row {
	int      colour[2][2];		/* [palette][256 or 8 colours] */
	unsigned attributes, mono;
};

static const struct palette_row rows[STYLE_COUNT] = {
#define STYLE(NAME, c256, c8, b256, b8, attributes, mono) \
	[STYLE_##NAME] = { { { c256, c8 }, { b256, b8 } }, attributes, mono },
#include "tui/style_list.h"
};

bool
palette_by_name(const char *name, enum palette *palette)
{
	static const char *const names[] = { "default", "colourblind", "mono" };

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0) {
			*palette = (enum palette)i;
			return true;
		}
	return false;
}

struct paint
palette_paint(enum palette palette, enum style style, int colours)
{
	const struct palette_row *row = &rows[style < STYLE_COUNT ? style : STYLE_NORMAL];

	if (palette == PALETTE_MONO || colours < 8)
		return (struct paint){ -1, row->mono };
	return (struct paint){ row->colour[palette][colours < 256], row->attributes };
}
