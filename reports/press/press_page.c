/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drawing: every page has its header, its number of all pages and its marks; structure follows
 * the rows, and what repeats on each page stays outside of it.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cairo-pdf.h>

#include "reports/filing_memory.h"
#include "reports/press/press.h"

#define LINE_THIN  0.5
#define LINE_THICK 1.2

struct drawing_of_pages {
	struct press    *press;
	cairo_surface_t *surface;
	cairo_t         *cr;
	cairo_surface_t *mark;		/* drawn over each page, or NULL */
	unsigned         pages;
	uint32_t         group;		/* open, or 0 */
	const char      *group_tag;
	int              outline[PAPER_LEVELS + 1];	/* the last of each level */
};

/* --- marks -------------------------------------------------------------------------------- */

/* As outlines, so that it stands over the text and not in it; one surface for all pages. */
static cairo_surface_t *
mark_surface(struct press *press)
{
	cairo_rectangle_t bounds = { 0, 0, PAGE_WIDTH, PAGE_HEIGHT };
	bool drill = press->paper->marks & PAPER_DRILL;
	struct buffer text = { .max = 0 };
	cairo_surface_t *surface;
	PangoLayout *layout;
	PangoRectangle ink;
	cairo_t *cr;
	double scale;

	paper_marks_text(press->paper, &text);
	layout = press_layout(press, FACE_MARK, buffer_text(&text), 0, PANGO_ALIGN_LEFT);
	pango_layout_get_pixel_extents(layout, &ink, NULL);
	surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &bounds);
	cr = cairo_create(surface);
	cairo_translate(cr, PAGE_WIDTH / 2, PAGE_HEIGHT / 2);
	cairo_rotate(cr, -atan2(PAGE_HEIGHT, PAGE_WIDTH));
	scale = fmin(1.6, 720.0 / (ink.width > 0 ? ink.width : 1));
	cairo_scale(cr, scale, scale);
	cairo_move_to(cr, -ink.width / 2.0 - ink.x, -ink.height / 2.0 - ink.y);
	pango_cairo_layout_path(cr, layout);
	cairo_set_source_rgba(cr, drill ? 0.75 : 0.3, drill ? 0 : 0.3, drill ? 0 : 0.3,
	    drill ? 0.17 : 0.08);
	cairo_fill(cr);
	cairo_destroy(cr);
	buffer_free(&text);
	return surface;
}

/* --- header and footer -------------------------------------------------------------------- */

/* y is that of the middle of the line; what is too wide ends in dots. */
static void
draw_line(struct drawing_of_pages *d, enum press_face face, const char *text, double room,
    PangoAlignment align, double y)
{
	PangoLayout *layout = press_layout(d->press, face, text, room, align);
	int width, height;

	pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
	pango_layout_get_size(layout, &width, &height);
	cairo_move_to(d->cr, align == PANGO_ALIGN_RIGHT ? PAGE_WIDTH - PAGE_LEFT - room : PAGE_LEFT,
	    y - (double)height / PANGO_SCALE / 2);
	pango_cairo_show_layout(d->cr, layout);
}

static void
draw_rule(cairo_t *cr, double y, double width)
{
	cairo_set_line_width(cr, width);
	cairo_set_dash(cr, NULL, 0, 0);
	cairo_move_to(cr, PAGE_LEFT, y);
	cairo_line_to(cr, PAGE_WIDTH - PAGE_LEFT, y);
	cairo_stroke(cr);
}

static void
draw_margins(struct drawing_of_pages *d, unsigned page)
{
	const struct paper *paper = d->press->paper;
	struct buffer marks = { .max = 0 };
	char number[40];

	cairo_set_source_rgb(d->cr, 0, 0, 0);
	draw_line(d, FACE_SMALL, paper->title, TEXT_WIDTH - 150, PANGO_ALIGN_LEFT, 44);
	paper_marks_text(paper, &marks);
	if (paper->marks & PAPER_DRILL)
		cairo_set_source_rgb(d->cr, 0.7, 0, 0);
	draw_line(d, FACE_HEAD_3, buffer_text(&marks), 145, PANGO_ALIGN_RIGHT, 42);
	cairo_set_source_rgb(d->cr, 0, 0, 0);
	draw_rule(d->cr, 54, LINE_THIN);
	draw_rule(d->cr, PAGE_BOTTOM + 10, LINE_THIN);
	snprintf(number, sizeof(number), "%u / %u", page + 1, d->pages);
	draw_line(d, FACE_SMALL, paper->foot, TEXT_WIDTH - 60, PANGO_ALIGN_LEFT, PAGE_BOTTOM + 20);
	draw_line(d, FACE_CELL, number, 55, PANGO_ALIGN_RIGHT, PAGE_BOTTOM + 20);
	buffer_free(&marks);
}

/* --- cells -------------------------------------------------------------------------------- */

static void
draw_lines(cairo_t *cr, const struct press_cell *cell, double x, double y, uint32_t from,
    uint32_t to)
{
	PangoLayoutIter *iter = pango_layout_get_iter(cell->layout);
	double top = from > 0 ? cell->bottom[from - 1] : 0;
	uint32_t line = 0;

	do {
		PangoRectangle logical;

		if (line >= to)
			break;
		if (line++ < from)
			continue;
		pango_layout_iter_get_line_extents(iter, NULL, &logical);
		cairo_move_to(cr, x + (double)logical.x / PANGO_SCALE,
		    y - top + (double)pango_layout_iter_get_baseline(iter) / PANGO_SCALE);
		pango_cairo_show_layout_line(cr, pango_layout_iter_get_line_readonly(iter));
	} while (pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
}

static double
inset_of(const struct press_row *row, const struct press_cell *cell)
{
	return row->group != 0 && row->bordered ? 4 : row->bordered || cell->shade > 0 ? 6 : 0;
}

static void
draw_cell_box(cairo_t *cr, const struct press_fragment *fragment, const struct press_cell *cell)
{
	const struct press_row *row = fragment->row;
	double x = PAGE_LEFT + cell->x;

	if (cell->shade > 0) {
		cairo_set_source_rgb(cr, cell->shade, cell->shade, cell->shade);
		cairo_rectangle(cr, x, fragment->y, cell->width, fragment->height);
		cairo_fill(cr);
	}
	if (row->bordered) {
		cairo_set_source_rgb(cr, 0.25, 0.25, 0.25);
		cairo_set_line_width(cr, row->group == 0 ? LINE_THICK : LINE_THIN);
		cairo_set_dash(cr, NULL, 0, 0);
		cairo_rectangle(cr, x, fragment->y, cell->width, fragment->height);
		cairo_stroke(cr);
	}
	cairo_set_source_rgb(cr, 0, 0, 0);
}

/* Where a person writes. */
static void
draw_blank(cairo_t *cr, const struct press_fragment *fragment, const struct press_cell *cell,
    double text_height)
{
	static const double dash[2] = { 2, 2 };
	double y = fragment->y + fragment->row->pad + text_height + 3;
	double height = fragment->y + fragment->height - fragment->row->pad - y - 1;

	if (height <= 0)
		return;
	cairo_set_line_width(cr, LINE_THIN);
	cairo_set_dash(cr, dash, 2, 0);
	cairo_rectangle(cr, PAGE_LEFT + cell->x + 4, y, cell->width - 8, height);
	cairo_stroke(cr);
}

static void
draw_cell(struct drawing_of_pages *d, const struct press_fragment *fragment, uint32_t i)
{
	const struct press_row *row = fragment->row;
	const struct press_cell *cell = &row->cell[i];
	uint32_t from = fragment->from != NULL ? fragment->from[i] : 0;
	uint32_t to = fragment->to != NULL ? fragment->to[i] : cell->lines;
	double x = PAGE_LEFT + cell->x + inset_of(row, cell);

	draw_cell_box(d->cr, fragment, cell);
	if (cell->tag != NULL)
		cairo_tag_begin(d->cr, cell->tag, NULL);
	draw_lines(d->cr, cell, x, fragment->y + row->pad, from, to);
	if (cell->tag != NULL)
		cairo_tag_end(d->cr, cell->tag);
	if (cell->blank > 0 && to == cell->lines)
		draw_blank(d->cr, fragment, cell, to > from ? cell->bottom[to - 1] -
		    (from > 0 ? cell->bottom[from - 1] : 0) : 0);
}

/* --- rows --------------------------------------------------------------------------------- */

static void
group_close(struct drawing_of_pages *d)
{
	if (d->group != 0)
		cairo_tag_end(d->cr, d->group_tag);
	d->group = 0;
}

static void
group_enter(struct drawing_of_pages *d, const struct press_row *row)
{
	if (row->group == d->group)
		return;
	group_close(d);
	if (row->group == 0)
		return;
	cairo_tag_begin(d->cr, row->group_tag, NULL);
	d->group = row->group;
	d->group_tag = row->group_tag;
}

static void
outline_add(struct drawing_of_pages *d, const struct press_row *row, const char *where)
{
	unsigned level = row->heading->level, above = level - 1;

	/* A level that was skipped has no entry: the next higher one takes it. */
	while (above > 0 && d->outline[above] == 0)
		above--;
	d->outline[level] = cairo_pdf_surface_add_outline(d->surface, above > 0 ?
	    d->outline[above] : CAIRO_PDF_OUTLINE_ROOT, row->heading->text, where,
	    level == 1 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);
	for (unsigned deeper = level + 1; deeper <= PAPER_LEVELS; deeper++)
		d->outline[deeper] = 0;
}

static void
draw_heading(struct drawing_of_pages *d, const struct press_fragment *fragment)
{
	const struct press_row *row = fragment->row;
	char name[40], where[40];

	snprintf(name, sizeof(name), "name='b%u'", row->number);
	snprintf(where, sizeof(where), "dest='b%u'", row->number);
	cairo_tag_begin(d->cr, row->tag, NULL);
	cairo_tag_begin(d->cr, CAIRO_TAG_DEST, name);
	draw_cell(d, fragment, 0);
	cairo_tag_end(d->cr, CAIRO_TAG_DEST);
	cairo_tag_end(d->cr, row->tag);
	if (fragment->from == NULL || fragment->from[0] == 0)
		outline_add(d, row, where);
	if (row->heading->level == 1)
		draw_rule(d->cr, fragment->y + fragment->height, LINE_THICK);
}

static void
draw_contents_line(struct drawing_of_pages *d, const struct press_fragment *fragment)
{
	const struct press_row *row = fragment->row;
	char where[40], number[16];

	snprintf(where, sizeof(where), "dest='b%u'", row->number);
	snprintf(number, sizeof(number), "%u", d->press->heading_page[row->number] + 1);
	cairo_tag_begin(d->cr, row->tag, NULL);
	cairo_tag_begin(d->cr, CAIRO_TAG_LINK, where);
	draw_cell(d, fragment, 0);
	draw_line(d, FACE_CELL, number, 34, PANGO_ALIGN_RIGHT, fragment->y +
	    row->cell[0].bottom[0] / 2);
	cairo_tag_end(d->cr, CAIRO_TAG_LINK);
	cairo_tag_end(d->cr, row->tag);
}

static void
draw_figure(struct drawing_of_pages *d, const struct press_fragment *fragment)
{
	const struct press_row *row = fragment->row;
	double width = row->scale * (row->turned ? row->drawing->height : row->drawing->width);

	cairo_tag_begin(d->cr, row->tag, NULL);
	cairo_save(d->cr);
	cairo_translate(d->cr, PAGE_LEFT + (TEXT_WIDTH - width) / 2, fragment->y);
	if (row->turned) {
		cairo_translate(d->cr, 0, fragment->height);
		cairo_rotate(d->cr, -M_PI_2);
	}
	cairo_scale(d->cr, row->scale, row->scale);
	press_drawing(d->press, d->cr, row->drawing);
	cairo_restore(d->cr);
	cairo_tag_end(d->cr, row->tag);
}

static void
draw_fragment(struct drawing_of_pages *d, const struct press_fragment *fragment)
{
	const struct press_row *row = fragment->row;

	group_enter(d, row);
	if (row->heading != NULL) {
		draw_heading(d, fragment);
	} else if (row->points) {
		draw_contents_line(d, fragment);
	} else if (row->drawing != NULL) {
		draw_figure(d, fragment);
	} else {
		cairo_tag_begin(d->cr, row->tag, NULL);
		for (uint32_t i = 0; i < row->cells; i++)
			draw_cell(d, fragment, i);
		cairo_tag_end(d->cr, row->tag);
	}
}

/* --- pages -------------------------------------------------------------------------------- */

static void
find_headings(struct press *press)
{
	press->heading_page = filing_array(press->memory, press->paper->blocks + 2,
	    sizeof(*press->heading_page));
	for (uint32_t i = press->fragments; i-- > 0;)
		if (press->fragment[i].row->heading != NULL)
			press->heading_page[press->fragment[i].row->number] =
			    press->fragment[i].page;
}

static void
end_page(struct drawing_of_pages *d, unsigned page)
{
	group_close(d);
	draw_margins(d, page);
	if (d->mark != NULL) {
		cairo_set_source_surface(d->cr, d->mark, 0, 0);
		cairo_paint(d->cr);
	}
	cairo_show_page(d->cr);
}

void
press_pages(struct press *press, cairo_surface_t *surface, cairo_t *cr)
{
	struct drawing_of_pages d = { .press = press, .surface = surface, .cr = cr,
		.pages = press->page + 1 };
	unsigned page = 0;

	find_headings(press);
	if (press->paper->marks != 0)
		d.mark = mark_surface(press);
	for (uint32_t i = 0; i < press->fragments && press->err == ERR_OK; i++) {
		for (; page < press->fragment[i].page; page++)
			end_page(&d, page);
		draw_fragment(&d, &press->fragment[i]);
	}
	end_page(&d, page);
	if (d.mark != NULL)
		cairo_surface_destroy(d.mark);
}
