/* SPDX-License-Identifier: Apache-2.0 */
/* A drawing with cairo: what drawing_svg.c writes, drawn. */
#include <math.h>

#include "reports/press/press.h"

#define HATCH 6.0
#define ARROW 8.0

static void
set_colour(cairo_t *cr, uint32_t rgb)
{
	cairo_set_source_rgb(cr, (double)(rgb >> 16 & 0xff) / 255, (double)(rgb >> 8 & 0xff) / 255,
	    (double)(rgb & 0xff) / 255);
}

static void
set_stroke(cairo_t *cr, const struct drawing_style *style, double width)
{
	static const double dashes[][2] = { [DASH_LONG] = { 8, 4 }, [DASH_SHORT] = { 3, 3 } };

	set_colour(cr, style->line);
	cairo_set_line_width(cr, width);
	cairo_set_dash(cr, style->dash == DASH_SOLID ? NULL : dashes[style->dash],
	    style->dash == DASH_SOLID ? 0 : 2, 0);
}

/* --- hatches ------------------------------------------------------------------------------ */

static void
tile_lines(cairo_t *cr, enum drawing_hatch hatch)
{
	for (int i = -1; i <= 1; i++) {
		double at = i * HATCH;

		if (hatch == HATCH_RISING || hatch == HATCH_CROSSED) {
			cairo_move_to(cr, at - 1, HATCH + 1);
			cairo_line_to(cr, at + HATCH + 1, -1);
		}
		if (hatch == HATCH_FALLING || hatch == HATCH_CROSSED) {
			cairo_move_to(cr, at - 1, -1);
			cairo_line_to(cr, at + HATCH + 1, HATCH + 1);
		}
	}
	if (hatch == HATCH_LEVEL) {
		cairo_move_to(cr, 0, HATCH / 2);
		cairo_line_to(cr, HATCH, HATCH / 2);
	}
	if (hatch == HATCH_DOTTED) {
		cairo_move_to(cr, HATCH / 2 - 0.5, HATCH / 2);
		cairo_line_to(cr, HATCH / 2 + 0.5, HATCH / 2);
	}
}

/* One tile, repeated: a large shape costs no more than a small one. */
static void
fill_hatched(cairo_t *cr, const struct drawing_style *style)
{
	cairo_rectangle_t bounds = { 0, 0, HATCH, HATCH };
	cairo_surface_t *tile = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &bounds);
	cairo_t *in = cairo_create(tile);

	set_colour(in, style->line);
	cairo_set_line_width(in, style->hatch == HATCH_DOTTED ? 1 : 0.6);
	tile_lines(in, style->hatch);
	cairo_stroke(in);
	cairo_destroy(in);
	cairo_set_source_surface(cr, tile, 0, 0);
	cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_REPEAT);
	cairo_fill_preserve(cr);
	cairo_surface_destroy(tile);
}

static void
fill_and_stroke(cairo_t *cr, const struct drawing_style *style)
{
	set_colour(cr, style->fill);
	cairo_fill_preserve(cr);
	if (style->hatch != HATCH_NONE)
		fill_hatched(cr, style);
	set_stroke(cr, style, 1);
	cairo_stroke(cr);
}

/* --- shapes ------------------------------------------------------------------------------- */

static void
draw_box(cairo_t *cr, const struct drawing_item *item)
{
	double x = item->x, y = item->y, width = item->width, height = item->height;
	double r = fmin(item->size, fmin(width, height) / 2);

	cairo_new_path(cr);
	if (r <= 0) {
		cairo_rectangle(cr, x, y, width, height);
	} else {
		cairo_arc(cr, x + width - r, y + r, r, -M_PI_2, 0);
		cairo_arc(cr, x + width - r, y + height - r, r, 0, M_PI_2);
		cairo_arc(cr, x + r, y + height - r, r, M_PI_2, M_PI);
		cairo_arc(cr, x + r, y + r, r, M_PI, 3 * M_PI_2);
		cairo_close_path(cr);
	}
	fill_and_stroke(cr, drawing_style(item->role));
}

static void
draw_arrow(cairo_t *cr, const struct drawing_style *style, struct drawing_point tip,
    struct drawing_point from)
{
	double angle = atan2(tip.y - from.y, tip.x - from.x);

	cairo_save(cr);
	cairo_translate(cr, tip.x, tip.y);
	cairo_rotate(cr, angle);
	cairo_new_path(cr);
	cairo_move_to(cr, 0, 0);
	cairo_line_to(cr, -ARROW, -ARROW / 2);
	cairo_line_to(cr, -ARROW, ARROW / 2);
	cairo_close_path(cr);
	set_colour(cr, style->line);
	cairo_fill(cr);
	cairo_restore(cr);
}

static void
draw_points(cairo_t *cr, const struct drawing_item *item)
{
	const struct drawing_style *style = drawing_style(item->role);
	const struct drawing_point *point = item->point;
	uint32_t last = item->points - 1;

	cairo_new_path(cr);
	for (uint32_t i = 0; i < item->points; i++)
		cairo_line_to(cr, point[i].x, point[i].y);
	if (item->kind == DRAWING_AREA) {
		cairo_close_path(cr);
		fill_and_stroke(cr, style);
		return;
	}
	set_stroke(cr, style, item->size);
	cairo_stroke(cr);
	if (item->arrows & ARROW_START)
		draw_arrow(cr, style, point[0], point[1]);
	if (item->arrows & ARROW_END)
		draw_arrow(cr, style, point[last], point[last - 1]);
}

static void
draw_text(struct press *press, cairo_t *cr, const struct drawing_item *item)
{
	PangoLayout *layout = press_layout(press, item->bold ? FACE_CELL_STRONG : FACE_CELL,
	    item->text, 0, PANGO_ALIGN_LEFT);
	double scale = drawing_text_hundredths(item) / 100.0 / press_face_size(FACE_CELL);
	double across = 1, width;
	int units, height;

	pango_layout_get_size(layout, &units, &height);
	width = (double)units / PANGO_SCALE * scale;
	if (item->width > 0 && width > item->width)
		across = item->width / width;
	width *= across;
	cairo_save(cr);
	cairo_translate(cr, item->x - (item->anchor == ANCHOR_MIDDLE ? width / 2 :
	    item->anchor == ANCHOR_END ? width : 0), item->y);
	cairo_scale(cr, scale * across, scale);
	cairo_move_to(cr, 0, -(double)pango_layout_get_baseline(layout) / PANGO_SCALE);
	cairo_set_source_rgb(cr, 0.07, 0.07, 0.07);
	pango_cairo_show_layout(cr, layout);
	cairo_restore(cr);
}

void
press_drawing(struct press *press, cairo_t *cr, const struct drawing *drawing)
{
	for (uint32_t i = 0; i < drawing->items && press->err == ERR_OK; i++) {
		const struct drawing_item *item = &drawing->item[i];

		if (item->kind == DRAWING_BOX)
			draw_box(cr, item);
		else if (item->kind == DRAWING_LINE || item->kind == DRAWING_AREA)
			draw_points(cr, item);
		else if (item->kind == DRAWING_TEXT)
			draw_text(press, cr, item);
	}
}
