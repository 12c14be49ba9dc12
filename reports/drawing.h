/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drawing as data: boxes, lines, areas and texts in whole units (one unit is a point on paper),
 * later shapes over earlier ones.  It knows nothing of what it shows; roles give it colours,
 * hatches and dashes.  Every text in it is clean (reports/filing_memory.h).  Equal calls make
 * equal drawings, and each printer is a function of the drawing alone.
 *
 * A drawing that would exceed its bounds takes nothing more and says so: drawing_check().
 */
#ifndef REPORTS_DRAWING_H
#define REPORTS_DRAWING_H

#include "monitor/base/bytes.h"

struct filing_memory;

enum drawing_role {
#define DRAWING_ROLE(NAME, name, fill, line, hatch, dash) DRAWING_##NAME,
#include "reports/drawing_list.h"
	DRAWING_ROLES
};

enum drawing_hatch { HATCH_NONE, HATCH_RISING, HATCH_FALLING, HATCH_CROSSED, HATCH_LEVEL,
	HATCH_DOTTED };
enum drawing_dash { DASH_SOLID, DASH_LONG, DASH_SHORT };

struct drawing_style {
	const char        *name;
	uint32_t           fill, line;	/* 0xRRGGBB */
	enum drawing_hatch hatch;	/* over the fill, in the line's colour */
	enum drawing_dash  dash;
};

enum drawing_kind { DRAWING_BOX, DRAWING_LINE, DRAWING_AREA, DRAWING_TEXT, DRAWING_BEGIN,
	DRAWING_END, DRAWING_KINDS };

enum drawing_anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END, DRAWING_ANCHORS };

enum { ARROW_NONE = 0, ARROW_START = 1, ARROW_END = 2 };	/* bits */

struct drawing_point { int32_t x, y; };

struct drawing_item {
	enum drawing_kind kind;
	enum drawing_role role;
	int32_t  x, y;		/* box: its upper left corner; text: its baseline at the anchor */
	int32_t  width, height;	/* box; text: width is the room it has, 0: as wide as it is */
	int32_t  size;		/* text: of the letters; box: radius of its corners; line: width */
	bool     bold;
	enum drawing_anchor anchor;
	unsigned arrows;	/* ARROW_START | ARROW_END */
	struct drawing_point *point;  uint32_t points;	/* line, area */
	const char *text;	/* of a text; what a group is, for those who cannot see it; or "" */
};

struct drawing {
	int32_t     width, height;
	const char *title, *description;	/* what it shows, in words */
	struct drawing_item *item;  uint32_t items;
	uint32_t    depth;		/* groups that are open */
	size_t      points;		/* of all items */
	struct why  why;		/* the first bound that was exceeded, or ERR_OK */
	struct filing_memory *memory;	/* owns all of it */
};

/*
 * title is its name, description what somebody who cannot see it must know.  Width and height
 * beyond DRAWING_SIDE_MAX are a fault of the drawing.  The caller frees, or gives it to a paper.
 */
struct drawing *drawing_new(int32_t width, int32_t height, const char *title,
    const char *description);
void drawing_free(struct drawing *);		/* NULL is fine */
void drawing_size(struct drawing *, int32_t width, int32_t height);	/* known only at the end */

void drawing_box(struct drawing *, enum drawing_role, struct drawing_point corner, int32_t width,
    int32_t height, int32_t radius);
/* Through at least two points; width of the line in units. */
void drawing_line(struct drawing *, enum drawing_role, const struct drawing_point *,
    uint32_t points, int32_t width, unsigned arrows);
/* Closed and filled; at least three points. */
void drawing_area(struct drawing *, enum drawing_role, const struct drawing_point *,
    uint32_t points);
/* room: the text is drawn narrower where it would be wider; 0: never. */
void drawing_text(struct drawing *, struct drawing_point base, enum drawing_anchor, int32_t size,
    int32_t room, const char *text);
void drawing_bold(struct drawing *);		/* the last text */
/* What stands together; text is read to those who cannot see.  At most DRAWING_DEPTH_MAX deep. */
void drawing_begin(struct drawing *, const char *text);
void drawing_end(struct drawing *);
/* A box in a role with its meaning behind it; where the next one may stand is returned. */
int32_t drawing_legend(struct drawing *, enum drawing_role, struct drawing_point corner,
    const char *text);

/* About how wide a text is in units: no font is asked, wide characters count a whole size. */
int32_t drawing_text_width(const char *text, int32_t size);
/* Size of the letters of a text in hundredths of a unit: smaller, down to half, where it would
 * be wider than its room; what is still too wide is drawn narrower. */
int32_t drawing_text_hundredths(const struct drawing_item *);
const struct drawing_style *drawing_style(enum drawing_role);
/* ERR_LIMIT with what was too much, ERR_INVALID if a group is still open; all is well if OK. */
MUST_USE enum err drawing_check(const struct drawing *, struct why *);

/*
 * As SVG 1.1, without declaration, script or outside reference; fit to stand in HTML.  id begins
 * every identifier in it ("figure-3"): letters, digits and hyphens, its own in one page.
 */
void drawing_print_svg(const struct drawing *, const char *id, struct buffer *out);
/* The same as a file of its own. */
void drawing_print_svg_file(const struct drawing *, struct buffer *out);

#endif
