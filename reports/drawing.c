/* SPDX-License-Identifier: Apache-2.0 */
/* Shapes are put one behind the other; bounds are kept here and nowhere else. */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "reports/drawing.h"
#include "reports/filing_memory.h"

static const struct drawing_style styles[DRAWING_ROLES] = {
#define DRAWING_ROLE(NAME, name, fill, line, hatch, dash) \
	[DRAWING_##NAME] = { name, fill, line, HATCH_##hatch, DASH_##dash },
#include "reports/drawing_list.h"
};

const struct drawing_style *
drawing_style(enum drawing_role role)
{
	return &styles[(unsigned)role < DRAWING_ROLES ? role : DRAWING_PLAIN];
}

struct drawing *
drawing_new(int32_t width, int32_t height, const char *title, const char *description)
{
	struct filing_memory *memory = filing_memory_new();
	struct drawing *drawing = filing_array(memory, 1, sizeof(*drawing));

	drawing->memory = memory;
	drawing->title = filing_text(memory, bytes_of_text(title));
	drawing->description = filing_text(memory, bytes_of_text(description));
	drawing_size(drawing, width, height);
	return drawing;
}

void
drawing_free(struct drawing *drawing)
{
	if (drawing != NULL)
		filing_memory_free(drawing->memory);
}

void
drawing_size(struct drawing *drawing, int32_t width, int32_t height)
{
	bool fits = width > 0 && height > 0 && width <= DRAWING_SIDE_MAX &&
	    height <= DRAWING_SIDE_MAX;

	if (!fits && drawing->why.err == ERR_OK)
		why_set(&drawing->why, ERR_LIMIT, _("the drawing \"%.100s\" would be %d by %d; its "
		    "sides are 1 to %d units"), drawing->title, width, height, DRAWING_SIDE_MAX);
	drawing->width = fits ? width : 1;
	drawing->height = fits ? height : 1;
}

/* Coordinates stay where no sum of two of them can wrap. */
static bool
within(int32_t value)
{
	return value >= -DRAWING_SIDE_MAX && value <= DRAWING_SIDE_MAX;
}

static struct drawing_item *
item_new(struct drawing *drawing, const struct drawing_item *wanted)
{
	struct drawing_item *item;

	if (drawing->why.err != ERR_OK)
		return NULL;
	if (drawing->items == DRAWING_ITEMS_MAX) {
		why_set(&drawing->why, ERR_LIMIT, _("the drawing \"%.100s\" has more than %d "
		    "shapes"), drawing->title, DRAWING_ITEMS_MAX);
		return NULL;
	}
	if (!within(wanted->x) || !within(wanted->y) || !within(wanted->width) ||
	    !within(wanted->height) || !within(wanted->size)) {
		why_set(&drawing->why, ERR_LIMIT, _("a shape of the drawing \"%.100s\" lies beyond "
		    "%d units"), drawing->title, DRAWING_SIDE_MAX);
		return NULL;
	}
	drawing->item = filing_grow(drawing->memory, drawing->item, drawing->items,
	    sizeof(*drawing->item));
	item = &drawing->item[drawing->items++];
	*item = *wanted;
	item->text = filing_text(drawing->memory,
	    bytes_of_text(wanted->text != NULL ? wanted->text : ""));
	return item;
}

void
drawing_box(struct drawing *drawing, enum drawing_role role, struct drawing_point corner,
    int32_t width, int32_t height, int32_t radius)
{
	item_new(drawing, &(struct drawing_item){ .kind = DRAWING_BOX, .role = role,
	    .x = corner.x, .y = corner.y, .width = width < 0 ? 0 : width,
	    .height = height < 0 ? 0 : height, .size = radius < 0 ? 0 : radius });
}

static void
put_points(struct drawing *drawing, const struct drawing_item *wanted,
    const struct drawing_point *point, uint32_t points, uint32_t least)
{
	struct drawing_item *item;

	for (uint32_t i = 0; i < points && drawing->why.err == ERR_OK; i++)
		if (!within(point[i].x) || !within(point[i].y))
			why_set(&drawing->why, ERR_LIMIT, _("a line of the drawing \"%.100s\" goes "
			    "beyond %d units"), drawing->title, DRAWING_SIDE_MAX);
	if (drawing->why.err == ERR_OK && (points < least ||
	    points > DRAWING_POINTS_MAX - drawing->points))
		why_set(&drawing->why, ERR_LIMIT, _("a line of the drawing \"%.100s\" has %u "
		    "points; all of them together have at most %d"), drawing->title, points,
		    DRAWING_POINTS_MAX);
	item = item_new(drawing, wanted);
	if (item == NULL)
		return;
	item->point = filing_array(drawing->memory, points, sizeof(*point));
	memcpy(item->point, point, points * sizeof(*point));
	item->points = points;
	drawing->points += points;
}

void
drawing_line(struct drawing *drawing, enum drawing_role role, const struct drawing_point *point,
    uint32_t points, int32_t width, unsigned arrows)
{
	put_points(drawing, &(struct drawing_item){ .kind = DRAWING_LINE, .role = role,
	    .size = width < 1 ? 1 : width, .arrows = arrows & (ARROW_START | ARROW_END) }, point,
	    points, 2);
}

void
drawing_area(struct drawing *drawing, enum drawing_role role, const struct drawing_point *point,
    uint32_t points)
{
	put_points(drawing, &(struct drawing_item){ .kind = DRAWING_AREA, .role = role }, point,
	    points, 3);
}

void
drawing_text(struct drawing *drawing, struct drawing_point base, enum drawing_anchor anchor,
    int32_t size, int32_t room, const char *text)
{
	item_new(drawing, &(struct drawing_item){ .kind = DRAWING_TEXT, .x = base.x, .y = base.y,
	    .anchor = anchor, .size = size < 1 ? 1 : size, .width = room < 0 ? 0 : room,
	    .text = text });
}

void
drawing_bold(struct drawing *drawing)
{
	if (drawing->items > 0 && drawing->item[drawing->items - 1].kind == DRAWING_TEXT)
		drawing->item[drawing->items - 1].bold = true;
}

void
drawing_begin(struct drawing *drawing, const char *text)
{
	if (drawing->depth == DRAWING_DEPTH_MAX && drawing->why.err == ERR_OK)
		why_set(&drawing->why, ERR_LIMIT, _("groups of the drawing \"%.100s\" are more "
		    "than %d deep"), drawing->title, DRAWING_DEPTH_MAX);
	if (item_new(drawing, &(struct drawing_item){ .kind = DRAWING_BEGIN, .text = text }) !=
	    NULL)
		drawing->depth++;
}

void
drawing_end(struct drawing *drawing)
{
	if (drawing->depth > 0 && item_new(drawing, &(struct drawing_item){
	    .kind = DRAWING_END }) != NULL)
		drawing->depth--;
}

int32_t
drawing_legend(struct drawing *drawing, enum drawing_role role, struct drawing_point corner,
    const char *text)
{
	enum { SIDE_X = 18, SIDE_Y = 10, SIZE = 9, GAP = 5, NEXT = 16 };

	drawing_box(drawing, role, corner, SIDE_X, SIDE_Y, 0);
	drawing_text(drawing, (struct drawing_point){ corner.x + SIDE_X + GAP,
	    corner.y + SIDE_Y - 1 }, ANCHOR_START, SIZE, 0, text);
	return corner.x + SIDE_X + GAP + drawing_text_width(text, SIZE) + NEXT;
}

int32_t
drawing_text_width(const char *text, int32_t size)
{
	struct buffer clean = { .max = 0 };
	struct bytes rest;
	int64_t hundredths = 0;
	unsigned columns;
	size_t len;

	text_clean(&clean, bytes_of_text(text));
	rest = bytes_of_buffer(&clean);
	/* A proportional letter is a little wider than half a size on the average. */
	while ((len = text_character(rest, &columns)) > 0) {
		hundredths += columns >= 2 ? 100 : columns == 1 ? 58 : 0;
		rest = bytes_slice(rest, len, rest.len);
	}
	buffer_free(&clean);
	hundredths = hundredths * (size < 1 ? 1 : size) / 100;
	return hundredths < DRAWING_SIDE_MAX ? (int32_t)hundredths : DRAWING_SIDE_MAX;
}

int32_t
drawing_text_hundredths(const struct drawing_item *item)
{
	int32_t width = drawing_text_width(item->text, item->size);
	int64_t size = (int64_t)item->size * 100;

	if (item->width == 0 || width <= item->width)
		return (int32_t)size;
	size = size * item->width / width;
	return (int32_t)(size > (int64_t)item->size * 50 ? size : (int64_t)item->size * 50);
}

enum err
drawing_check(const struct drawing *drawing, struct why *why)
{
	if (drawing->why.err != ERR_OK)
		return why_set(why, drawing->why.err, "%s", drawing->why.text);
	if (drawing->depth > 0)
		return why_set(why, ERR_INVALID, _("a group of the drawing \"%.100s\" was not "
		    "ended"), drawing->title);
	return ERR_OK;
}
