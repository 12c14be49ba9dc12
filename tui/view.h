/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A view is a list of rows made from a scene, and a way to draw one of them.  Cursor, scrolling,
 * filter, problems, mouse and redraws are the same for all and live here.
 *
 * To add one: tui/view_NAME.c with a const struct view_ops at its end, one line in view_list.h,
 * its key script and screens in tests/screens.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "tui/keys.h"
#include "tui/scene.h"

enum { FILTER_MAX = 512 };
#define VIEW_STALE UINT64_MAX

struct view_row {
	uint32_t kind;		/* the view's own */
	bool     stop;		/* the cursor may stand here */
	bool     problem;	/* e and E stop here */
	uint32_t reach;		/* how many rows after it come into sight with it */
	uint64_t id;		/* with kind, what the row is about; the cursor stays on it */
};

struct view {
	const struct view_ops *ops;
	uint64_t subject;		/* target, incident, record, control it is about; or 0 */
	uint64_t part;			/* of a control: the subject that is unfolded */
	unsigned column;		/* of the overview's cursor */
	unsigned order, show;		/* of controls: how they are ordered, which are shown */
	char     filter[FILTER_MAX];	/* "" shows all */
	struct view_row *row;		/* owned */
	size_t   rows, row_cap;
	size_t   selected, top;		/* indexes of rows */
	bool     moved;			/* the person moved the cursor: it sticks to its row */
	bool     placed;		/* the view put the cursor where one begins to read */
	uint64_t generation;		/* of the scene the rows were made from, or VIEW_STALE */
	void    *memory;		/* the view's own, freed by ops->forget */
};

/* Where Enter leads. */
struct opening {
	const struct view_ops *ops;	/* NULL: nowhere */
	uint64_t subject, part;
	char     filter[FILTER_MAX];
	uint64_t stand;			/* first stand at this size of the ledger; 0: stay */
	int64_t  at_ms;			/* ... or at this time; 0: stay */
};

struct view_ops {
	const char *name;	/* the word behind ":" */
	const char *title;	/* N_() */
	bool        tab;	/* has a number in the header */
	bool        alone;	/* about nothing in particular: opened by its name */
	unsigned    head;	/* lines above the rows that do not scroll */
	/* Makes the rows with view_add. */
	void (*rows)(struct view *, const struct scene *);
	/* Frees view->memory; NULL: there is none. */
	void (*forget)(struct view *);
	/* Draws fixed line 0..head-1. */
	void (*heading)(const struct view *, const struct scene *, unsigned line, struct strip *);
	/* Draws one row; column 0 is the cursor's and already drawn. */
	void (*line)(const struct view *, const struct scene *, const struct view_row *,
	    struct strip *);
	/* Where Enter on the row leads; may be NULL. */
	void (*open)(const struct view *, const struct scene *, const struct view_row *,
	    struct opening *);
	/* The record behind the row; false if there is none.  NULL: where "open" leads. */
	bool (*record)(const struct view *, const struct scene *, const struct view_row *,
	    uint64_t *seq);
	/* Keys of its own, before the common ones; may be NULL.  True: done. */
	bool (*act)(struct view *, const struct scene *, enum action);
	/* After the cursor came to another row; may be NULL. */
	void (*moved)(struct view *, const struct scene *);
	/* The incident that "acknowledge" and "note" mean, 0 if none; may be NULL. */
	uint64_t (*incident)(const struct view *, const struct scene *);
};

#define VIEW(name) extern const struct view_ops view_##name;
#include "tui/view_list.h"

const struct view_ops *view_find(const char *name);	/* NULL if none */
const struct view_ops *view_tab(unsigned number);	/* from 1; NULL behind the last */
const struct view_ops *view_at(unsigned place);		/* the whole table, from 0; NULL ends it */

void view_open(struct view *, const struct view_ops *, uint64_t subject, const char *filter);
void view_close(struct view *);
/* For view_ops.rows. */
void view_add(struct view *, struct view_row);
/* The text lacks a word of the filter. */
bool view_filtered(const struct view *, const char *text);

/* Makes the rows again if the scene or filter changed; lines is the height the view has. */
void view_refresh(struct view *, const struct scene *, unsigned lines);
/* Draws heading and rows on rows [from, from + lines) of the grid. */
void view_draw(const struct view *, const struct scene *, struct grid *, unsigned from,
    unsigned lines);
/* Cursor keys.  False: not one of ours.  *note is set to a sentence (N_) or NULL. */
bool view_move(struct view *, enum action, unsigned lines, const char **note);
/* Puts the cursor on the row drawn at that line of the view; false if there is none. */
bool view_point(struct view *, unsigned line);
void view_wheel(struct view *, int rows, unsigned lines);
/* How many rows before that one the cursor may stand on. */
size_t view_count(const struct view *, size_t before);
/* The row under the cursor, NULL if there is none. */
const struct view_row *view_cursor(const struct view *);

#endif
