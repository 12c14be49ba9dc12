/* SPDX-License-Identifier: Apache-2.0 */
/* What all views have in common: table, rows, cursor, scrolling, filter, drawing. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "tui/view.h"

static const struct view_ops *const views[] = {
#define VIEW(name) &view_##name,
#include "tui/view_list.h"
};

enum { VIEWS = sizeof(views) / sizeof(views[0]), FILTER_WORDS_MAX = 16 };

const struct view_ops *
view_at(unsigned place)
{
	return place < VIEWS ? views[place] : NULL;
}

const struct view_ops *
view_find(const char *name)
{
	for (unsigned i = 0; i < VIEWS; i++)
		if (strcmp(views[i]->name, name) == 0)
			return views[i];
	return NULL;
}

const struct view_ops *
view_tab(unsigned number)
{
	for (unsigned i = 0; i < VIEWS; i++)
		if (views[i]->tab && --number == 0)
			return views[i];
	return NULL;
}

void
view_open(struct view *view, const struct view_ops *ops, uint64_t subject, const char *filter)
{
	*view = (struct view){ .ops = ops, .subject = subject, .generation = VIEW_STALE };
	strncpy(view->filter, filter, sizeof(view->filter) - 1);
}

void
view_close(struct view *view)
{
	if (view->ops != NULL && view->ops->forget != NULL)
		view->ops->forget(view);
	free(view->row);
	*view = (struct view){ 0 };
}

void
view_add(struct view *view, struct view_row row)
{
	if (view->rows == view->row_cap) {
		view->row_cap = view->row_cap != 0 ? view->row_cap * 2 : 64;
		view->row = memory_resize(view->row, view->row_cap, sizeof(*view->row));
	}
	view->row[view->rows++] = row;
}

bool
view_filtered(const struct view *view, const char *text)
{
	char words[FILTER_MAX], *rest = words, *word;

	memcpy(words, view->filter, sizeof(words));
	while ((word = strsep(&rest, " ")) != NULL)
		if (word[0] != '\0' && strcasestr(text, word) == NULL)
			return true;
	return false;
}

/* The row the cursor may stand on that is nearest to index, looking down first. */
static size_t
view_nearest(const struct view *view, size_t index)
{
	for (size_t i = index; i < view->rows; i++)
		if (view->row[i].stop)
			return i;
	for (size_t i = index < view->rows ? index : view->rows; i-- > 0;)
		if (view->row[i].stop)
			return i;
	return 0;
}

static void
view_scroll(struct view *view, unsigned lines)
{
	size_t room = lines > view->ops->head ? lines - view->ops->head : 1;
	size_t last = view->selected;

	if (view->selected < view->top)
		view->top = view->selected;
	if (view->selected < view->rows && view->row[view->selected].reach < room)
		last += view->row[view->selected].reach;
	if (last >= view->top + room)
		view->top = last - room + 1;
	if (view->top + room > view->rows)
		view->top = view->rows > room ? view->rows - room : 0;
	/* Lines below the last row that can be chosen come into sight with it. */
	if (view->rows > room && view->selected + room >= view->rows &&
	    view_nearest(view, view->rows) == view->selected)
		view->top = view->rows - room;
	/* Headings above the first row that can be chosen stay in sight. */
	if (view->selected < room && view->selected == view_nearest(view, 0))
		view->top = 0;
}

void
view_refresh(struct view *view, const struct scene *scene, unsigned lines)
{
	struct view_row kept = { 0 };
	size_t offset = view->selected - view->top;

	if (view->generation != scene->generation) {
		if (view->selected < view->rows && view->moved)
			kept = view->row[view->selected];
		view->rows = 0;
		if (scene->state != NULL || view->ops == &view_help)
			view->ops->rows(view, scene);
		for (size_t i = 0; kept.stop && i < view->rows; i++)
			if (view->row[i].stop && view->row[i].kind == kept.kind &&
			    view->row[i].id == kept.id) {
				view->selected = i;
				view->top = i > offset ? i - offset : 0;
				break;
			}
		view->generation = scene->generation;
	}
	view->selected = view_nearest(view, view->selected);
	view_scroll(view, lines);
}

void
view_draw(const struct view *view, const struct scene *scene, struct grid *grid, unsigned from,
    unsigned lines)
{
	unsigned head = view->ops->head < lines ? view->ops->head : lines;

	if (scene->state == NULL && view->ops != &view_help)
		return;
	for (unsigned i = 0; i < head; i++) {
		struct strip strip = strip_of(grid, from + i);

		view->ops->heading(view, scene, i, &strip);
	}
	for (unsigned i = head; i < lines && view->top + i - head < view->rows; i++) {
		size_t index = view->top + i - head;
		struct strip strip = strip_of(grid, from + i);
		bool here = index == view->selected && view->row[index].stop;

		strip_text(&strip, STYLE_STRONG, here ? ">" : " ");
		view->ops->line(view, scene, &view->row[index], &strip);
		if (here)
			grid_select(grid, from + i);
	}
}

static bool
view_problem(struct view *view, int step, const char **note)
{
	size_t at = view->selected;

	for (size_t i = 0; i < view->rows; i++) {
		if (step > 0 && ++at >= view->rows)
			at = 0;
		else if (step < 0)
			at = at > 0 ? at - 1 : view->rows - 1;
		if (!view->row[at].problem || !view->row[at].stop)
			continue;
		if (at == view->selected)
			break;
		if ((at > view->selected) != (step > 0))
			*note = step > 0 ? N_("went on from the top") :
			    N_("went on from the bottom");
		view->selected = at;
		return true;
	}
	*note = view->rows > 0 && view->row[view->selected].problem ? N_("no other problem here") :
	    N_("no problem here");
	return true;
}

/* Moves by rows the cursor may stand on; at an end the first or last line comes into sight. */
static void
view_step(struct view *view, int count)
{
	size_t at = view->selected, last = view->selected;

	while (count != 0) {
		if ((count > 0 && at + 1 >= view->rows) || (count < 0 && at == 0))
			break;
		at += count > 0 ? 1 : (size_t)-1;
		if (!view->row[at].stop)
			continue;
		last = at;
		count += count > 0 ? -1 : 1;
	}
	view->selected = last;
}

bool
view_move(struct view *view, enum action action, unsigned lines, const char **note)
{
	int page = lines > view->ops->head + 1 ? (int)(lines - view->ops->head - 1) : 1;

	*note = NULL;
	switch (action) {
	case ACTION_DOWN:	view_step(view, 1); break;
	case ACTION_UP:		view_step(view, -1); break;
	case ACTION_PAGE_DOWN:	view_step(view, page); break;
	case ACTION_PAGE_UP:	view_step(view, -page); break;
	case ACTION_FIRST:	view->selected = view_nearest(view, 0); break;
	case ACTION_LAST:	view->selected = view_nearest(view, view->rows); break;
	case ACTION_PROBLEM_NEXT:
		view_problem(view, 1, note);
		break;
	case ACTION_PROBLEM_PREVIOUS:
		view_problem(view, -1, note);
		break;
	default:
		return false;
	}
	view->moved = view->selected != view_nearest(view, 0);
	view_scroll(view, lines);
	return true;
}

bool
view_point(struct view *view, unsigned line)
{
	size_t index = view->top + line - view->ops->head;

	if (line < view->ops->head || index >= view->rows || !view->row[index].stop)
		return false;
	view->selected = index;
	view->moved = true;
	return true;
}

void
view_wheel(struct view *view, int rows, unsigned lines)
{
	view_step(view, rows);
	view->moved = true;
	view_scroll(view, lines);
}

size_t
view_count(const struct view *view, size_t before)
{
	size_t count = 0;

	for (size_t i = 0; i < before && i < view->rows; i++)
		count += view->row[i].stop;
	return count;
}

const struct view_row *
view_cursor(const struct view *view)
{
	if (view->selected >= view->rows || !view->row[view->selected].stop)
		return NULL;
	return &view->row[view->selected];
}
