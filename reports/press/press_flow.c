/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows onto pages.  Everything is a row of cells, a paragraph a row of one: what does not fit is
 * split between lines or goes to the next page, heads of tables are repeated, headings stay with
 * what follows them, and no single line of a paragraph is left alone.
 */
#include "monitor/base/i18n.h"
#include "monitor/base/limits.h"
#include "reports/filing_memory.h"
#include "reports/press/press.h"

#define ROOM         (PAGE_BOTTOM - PAGE_TOP)
#define SPLIT_ABOVE  (ROOM / 3)		/* lower rows of a table are not split */
#define WITH_NEXT    48.0		/* of the next row that must fit below a heading */

/* --- rows --------------------------------------------------------------------------------- */

struct press_row *
press_row(struct press *press, uint32_t cells, double before)
{
	struct press_row *row = filing_array(press->memory, 1, sizeof(*row));

	row->cell = filing_array(press->memory, cells, sizeof(*row->cell));
	row->cells = cells;
	row->before = before;
	return row;
}

void
press_cell(struct press *press, struct press_row *row, uint32_t i, double x, double width,
    PangoLayout *layout)
{
	struct press_cell *cell = &row->cell[i];
	PangoLayoutIter *iter = pango_layout_get_iter(layout);
	uint32_t line = 0;

	cell->layout = layout;
	cell->x = x;
	cell->width = width;
	cell->lines = (uint32_t)pango_layout_get_line_count(layout);
	cell->bottom = filing_array(press->memory, cell->lines, sizeof(*cell->bottom));
	do {
		int top, bottom;

		pango_layout_iter_get_line_yrange(iter, &top, &bottom);
		if (line < cell->lines)
			cell->bottom[line++] = (double)bottom / PANGO_SCALE;
	} while (pango_layout_iter_next_line(iter));
	pango_layout_iter_free(iter);
	cell->text_height = cell->lines > 0 ? cell->bottom[cell->lines - 1] : 0;
}

static double
height_of(const struct press_row *row)
{
	double most = row->drawing == NULL ? 0 : row->scale *
	    (row->turned ? row->drawing->width : row->drawing->height);

	for (uint32_t i = 0; i < row->cells; i++) {
		double height = row->cell[i].text_height + row->cell[i].blank + 2 * row->pad;

		most = height > most ? height : most;
	}
	return most;
}

/* --- pages -------------------------------------------------------------------------------- */

static bool
page_next(struct press *press)
{
	if (press->page + 1 >= PRESS_PAGES_MAX) {
		press_fault(press, ERR_LIMIT, _("the document would have more than %d pages; ask "
		    "for a shorter period or fewer subjects, or use --format html"),
		    PRESS_PAGES_MAX);
		return false;
	}
	press->page++;
	press->y = PAGE_TOP;
	return true;
}

static struct press_fragment *
fragment_new(struct press *press, const struct press_row *row, double height)
{
	struct press_fragment *fragment;

	press->fragment = filing_grow(press->memory, press->fragment, press->fragments,
	    sizeof(*fragment));
	fragment = &press->fragment[press->fragments++];
	*fragment = (struct press_fragment){ .row = row, .page = press->page, .y = press->y,
		.height = height };
	press->y += height;
	return fragment;
}

static void
repeat_head(struct press *press, const struct press_row *row)
{
	if (row->repeat != NULL && row->repeat->height < ROOM / 2)
		fragment_new(press, row->repeat, row->repeat->height);
}

/* Lines of a cell that fit: the first that is not to be placed. */
static uint32_t
lines_fitting(const struct press_cell *cell, uint32_t from, double room)
{
	double top = from > 0 ? cell->bottom[from - 1] : 0;
	uint32_t to = from;

	while (to < cell->lines && cell->bottom[to] - top <= room)
		to++;
	return to;
}

/*
 * Decides which lines go into room.  False if that is none of a cell that has some left, or would
 * leave a line of a paragraph alone, unless force: then every such cell gives one at least.
 */
static bool
cut(const struct press_row *row, const uint32_t *from, double room, bool force, uint32_t *to)
{
	for (uint32_t i = 0; i < row->cells; i++) {
		const struct press_cell *cell = &row->cell[i];
		uint32_t left = cell->lines - from[i];

		to[i] = lines_fitting(cell, from[i], room - 2 * row->pad);
		if (row->cells == 1 && !row->bordered && cell->lines - to[i] == 1 &&
		    to[i] > from[i])
			to[i]--;
		if (left > 0 && to[i] - from[i] < (row->cells == 1 && left > 1 ? 2 : 1) && !force)
			return false;
		if (left > 0 && to[i] == from[i])
			to[i]++;
	}
	return true;
}

static double
height_between(const struct press_row *row, const uint32_t *from, const uint32_t *to)
{
	double most = 0;

	for (uint32_t i = 0; i < row->cells; i++) {
		const struct press_cell *cell = &row->cell[i];
		double height = to[i] > from[i] ? cell->bottom[to[i] - 1] -
		    (from[i] > 0 ? cell->bottom[from[i] - 1] : 0) : 0;

		height += to[i] == cell->lines ? cell->blank : 0;
		most = height > most ? height : most;
	}
	return most + 2 * row->pad;
}

static bool
is_done(const struct press_row *row, const uint32_t *to)
{
	for (uint32_t i = 0; i < row->cells; i++)
		if (to[i] < row->cell[i].lines)
			return false;
	return true;
}

/* Piece by piece; the first on this page if it can be. */
static void
place_split(struct press *press, const struct press_row *row)
{
	uint32_t *from = filing_array(press->memory, row->cells, sizeof(*from));
	bool done = false;

	while (!done && press->err == ERR_OK) {
		uint32_t *to = filing_array(press->memory, row->cells, sizeof(*to));
		bool top = press->y <= PAGE_TOP + (row->repeat != NULL ? row->repeat->height : 0);
		struct press_fragment *fragment;

		if (!cut(row, from, PAGE_BOTTOM - press->y, top, to)) {
			if (page_next(press))
				repeat_head(press, row);
			continue;
		}
		fragment = fragment_new(press, row, height_between(row, from, to));
		/* A box to write in may be lower than it was meant to be. */
		if (press->y > PAGE_BOTTOM) {
			fragment->height -= press->y - PAGE_BOTTOM;
			press->y = PAGE_BOTTOM;
		}
		fragment->from = from;
		fragment->to = to;
		done = is_done(row, to);
		from = to;
		if (!done && page_next(press))
			repeat_head(press, row);
	}
}

static bool
splits(const struct press_row *row)
{
	return row->drawing == NULL && (!row->bordered || row->height > SPLIT_ABOVE);
}

static void
place(struct press *press, const struct press_row *row)
{
	if (press->y > PAGE_TOP)
		press->y += row->before;
	if (row->height <= PAGE_BOTTOM - press->y) {
		fragment_new(press, row, row->height);
		return;
	}
	if (!splits(row) && press->y > PAGE_TOP) {
		if (!page_next(press))
			return;
		repeat_head(press, row);
	}
	if (row->height <= PAGE_BOTTOM - press->y || row->drawing != NULL)
		fragment_new(press, row, row->height);
	else
		place_split(press, row);
}

static void
place_waiting(struct press *press, const struct press_row *last)
{
	double needed = last == NULL ? 0 : last->before + (!splits(last) ||
	    last->height < WITH_NEXT ? last->height : WITH_NEXT);

	for (uint32_t i = 0; i < press->waitings; i++)
		needed += press->waiting[i]->before + press->waiting[i]->height;
	if (press->waitings > 0 && press->y > PAGE_TOP && press->y + needed > PAGE_BOTTOM &&
	    needed < ROOM && !page_next(press))
		return;
	for (uint32_t i = 0; i < press->waitings; i++)
		place(press, press->waiting[i]);
	press->waitings = 0;
}

void
press_put(struct press *press, struct press_row *row)
{
	if (press->err != ERR_OK)
		return;
	row->height = height_of(row);
	if (row->keep_next) {
		press->waiting = filing_grow(press->memory, press->waiting, press->waitings,
		    sizeof(*press->waiting));
		press->waiting[press->waitings++] = row;
		return;
	}
	place_waiting(press, row);
	if (press->err == ERR_OK)
		place(press, row);
}

void
press_break(struct press *press)
{
	press_flow_end(press);
	if (press->err == ERR_OK && press->y > PAGE_TOP)
		page_next(press);
}

void
press_flow_end(struct press *press)
{
	if (press->err == ERR_OK)
		place_waiting(press, NULL);
}
