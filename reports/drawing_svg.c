/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A drawing as SVG 1.1.  Only presentation attributes are used, so that it stands as well in a
 * page whose policy allows no style as in a file of its own.
 */
#include <inttypes.h>
#include <string.h>

#include "reports/drawing.h"
#include "reports/html.h"

enum { HATCH = 6 };	/* units from one line of a hatch to the next */

static const char family[] = "'Noto Sans CJK JP','Noto Sans JP','Hiragino Sans','Yu Gothic',"
    "Meiryo,sans-serif";

/* --- definitions -------------------------------------------------------------------------- */

struct used { bool hatch[DRAWING_ROLES], arrow[DRAWING_ROLES]; };

static struct used
used_in(const struct drawing *drawing)
{
	struct used used = { .hatch = { false } };

	for (uint32_t i = 0; i < drawing->items; i++) {
		const struct drawing_item *item = &drawing->item[i];
		unsigned role = (unsigned)item->role < DRAWING_ROLES ? item->role : DRAWING_PLAIN;

		if (item->kind == DRAWING_BOX || item->kind == DRAWING_AREA)
			used.hatch[role] = drawing_style(item->role)->hatch != HATCH_NONE;
		used.arrow[role] |= item->kind == DRAWING_LINE && item->arrows != 0;
	}
	return used;
}

static void
put_pattern(const struct drawing_style *style, const char *id, struct buffer *out)
{
	static const char *const path[] = {
		[HATCH_RISING] = "M-1 7L7 -1M-1 1L1 -1M5 7L7 5",
		[HATCH_FALLING] = "M-1 -1L7 7M5 -1L7 1M-1 5L1 7",
		[HATCH_CROSSED] = "M-1 7L7 -1M-1 1L1 -1M5 7L7 5M-1 -1L7 7M5 -1L7 1M-1 5L1 7",
		[HATCH_LEVEL] = "M0 3L6 3",
		[HATCH_DOTTED] = "M2.5 3L3.5 3",
	};

	buffer_print(out, "<pattern id=\"%s-%s\" width=\"%d\" height=\"%d\" "
	    "patternUnits=\"userSpaceOnUse\"><rect width=\"%d\" height=\"%d\" "
	    "fill=\"#%06" PRIx32 "\"/><path d=\"%s\" stroke=\"#%06" PRIx32 "\" "
	    "stroke-width=\"%s\"/></pattern>\n", id, style->name, HATCH, HATCH, HATCH, HATCH,
	    style->fill, path[style->hatch], style->line,
	    style->hatch == HATCH_DOTTED ? "1" : "0.6");
}

/* Two markers: one that turns by itself at the start of a line is of SVG 2 alone. */
static void
put_arrows(const struct drawing_style *style, const char *id, struct buffer *out)
{
	static const struct { const char *end, *at, *path; } arrow[] = {
		{ "start", "0", "M8 0L0 4L8 8Z" }, { "end", "8", "M0 0L8 4L0 8Z" } };

	for (size_t i = 0; i < 2; i++)
		buffer_print(out, "<marker id=\"%s-%s-%s\" viewBox=\"0 0 8 8\" refX=\"%s\" "
		    "refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" "
		    "markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"%s\" "
		    "fill=\"#%06" PRIx32 "\"/></marker>\n", id, style->name, arrow[i].end,
		    arrow[i].at, arrow[i].path, style->line);
}

static void
put_definitions(const struct drawing *drawing, const char *id, struct buffer *out)
{
	struct used used = used_in(drawing);

	buffer_put_text(out, "<defs>\n");
	for (int role = 0; role < DRAWING_ROLES; role++) {
		if (used.hatch[role])
			put_pattern(drawing_style((enum drawing_role)role), id, out);
		if (used.arrow[role])
			put_arrows(drawing_style((enum drawing_role)role), id, out);
	}
	buffer_put_text(out, "</defs>\n");
}

/* --- shapes ------------------------------------------------------------------------------- */

static void
put_stroke(const struct drawing_style *style, int32_t width, struct buffer *out)
{
	static const char *const dash[] = { [DASH_SOLID] = "",
		[DASH_LONG] = " stroke-dasharray=\"8 4\"",
		[DASH_SHORT] = " stroke-dasharray=\"3 3\"" };

	buffer_print(out, " stroke=\"#%06" PRIx32 "\" stroke-width=\"%" PRId32 "\"%s", style->line,
	    width, dash[style->dash]);
}

static void
put_fill(const struct drawing_style *style, const char *id, struct buffer *out)
{
	if (style->hatch == HATCH_NONE)
		buffer_print(out, " fill=\"#%06" PRIx32 "\"", style->fill);
	else
		buffer_print(out, " fill=\"url(#%s-%s)\"", id, style->name);
}

static void
put_box(const struct drawing_item *item, const char *id, struct buffer *out)
{
	const struct drawing_style *style = drawing_style(item->role);

	buffer_print(out, "<rect x=\"%" PRId32 "\" y=\"%" PRId32 "\" width=\"%" PRId32 "\" "
	    "height=\"%" PRId32 "\"", item->x, item->y, item->width, item->height);
	if (item->size > 0)
		buffer_print(out, " rx=\"%" PRId32 "\"", item->size);
	put_fill(style, id, out);
	put_stroke(style, 1, out);
	buffer_put_text(out, "/>\n");
}

static void
put_points(const struct drawing_item *item, const char *id, struct buffer *out)
{
	const struct drawing_style *style = drawing_style(item->role);
	bool line = item->kind == DRAWING_LINE;

	buffer_print(out, "<%s points=\"", line ? "polyline" : "polygon");
	for (uint32_t i = 0; i < item->points; i++)
		buffer_print(out, "%s%" PRId32 ",%" PRId32, i > 0 ? " " : "", item->point[i].x,
		    item->point[i].y);
	buffer_put_u8(out, '"');
	if (line)
		buffer_put_text(out, " fill=\"none\"");
	else
		put_fill(style, id, out);
	put_stroke(style, line ? item->size : 1, out);
	if (item->arrows & ARROW_START)
		buffer_print(out, " marker-start=\"url(#%s-%s-start)\"", id, style->name);
	if (item->arrows & ARROW_END)
		buffer_print(out, " marker-end=\"url(#%s-%s-end)\"", id, style->name);
	buffer_put_text(out, "/>\n");
}

static void
put_text(const struct drawing_item *item, struct buffer *out)
{
	static const char *const anchor[] = { [ANCHOR_START] = "start",
		[ANCHOR_MIDDLE] = "middle", [ANCHOR_END] = "end" };
	int32_t size = drawing_text_hundredths(item);

	buffer_print(out, "<text x=\"%" PRId32 "\" y=\"%" PRId32 "\" font-size=\"%" PRId32,
	    item->x, item->y, size / 100);
	if (size % 100 != 0)
		buffer_print(out, ".%02" PRId32, size % 100);
	buffer_put_u8(out, '"');
	if (item->anchor != ANCHOR_START)
		buffer_print(out, " text-anchor=\"%s\"", anchor[item->anchor]);
	if (item->bold)
		buffer_put_text(out, " font-weight=\"bold\"");
	if (item->width > 0 && drawing_text_width(item->text, item->size) > item->width)
		buffer_print(out, " textLength=\"%" PRId32 "\" lengthAdjust=\"spacingAndGlyphs\"",
		    item->width);
	buffer_put_u8(out, '>');
	html_text(out, item->text);
	buffer_put_text(out, "</text>\n");
}

static void
put_item(const struct drawing_item *item, const char *id, struct buffer *out)
{
	switch (item->kind) {
	case DRAWING_BOX:
		put_box(item, id, out);
		break;
	case DRAWING_LINE:
	case DRAWING_AREA:
		put_points(item, id, out);
		break;
	case DRAWING_TEXT:
		put_text(item, out);
		break;
	case DRAWING_BEGIN:
		buffer_put_text(out, "<g>\n");
		if (item->text[0] != '\0')
			html_element(out, "title", "", item->text);
		break;
	default:
		buffer_put_text(out, "</g>\n");
		break;
	}
}

/* --- the whole ---------------------------------------------------------------------------- */

void
drawing_print_svg(const struct drawing *drawing, const char *id, struct buffer *out)
{
	buffer_print(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
	    "aria-labelledby=\"%s-title %s-text\" viewBox=\"0 0 %" PRId32 " %" PRId32 "\" "
	    "width=\"%" PRId32 "\" height=\"%" PRId32 "\" font-family=\"%s\" fill=\"#111111\">\n",
	    id, id, drawing->width, drawing->height, drawing->width, drawing->height, family);
	buffer_print(out, "<title id=\"%s-title\">", id);
	html_text(out, drawing->title);
	buffer_print(out, "</title>\n<desc id=\"%s-text\">", id);
	html_text(out, drawing->description);
	buffer_put_text(out, "</desc>\n");
	put_definitions(drawing, id, out);
	for (uint32_t i = 0; i < drawing->items; i++)
		put_item(&drawing->item[i], id, out);
	for (uint32_t i = 0; i < drawing->depth; i++)
		buffer_put_text(out, "</g>\n");
	buffer_put_text(out, "</svg>\n");
}

void
drawing_print_svg_file(const struct drawing *drawing, struct buffer *out)
{
	buffer_put_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	drawing_print_svg(drawing, "drawing", out);
}
