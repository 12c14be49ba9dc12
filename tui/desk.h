/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole screen without a terminal: ledger, time cursor, views, prompt.  Input goes in, a
 * grid comes out; the terminal, --dump and the tests drive it in the same way.
 */
#ifndef TUI_DESK_H
#define TUI_DESK_H

#include "monitor/base/limits.h"
#include "tui/errand.h"
#include "tui/prompt.h"
#include "tui/reel.h"
#include "tui/timeline.h"
#include "tui/view.h"

enum { DESK_ROWS_LEAST = 24, DESK_COLUMNS_LEAST = 80, DESK_DEPTH = 16, DESK_TABS = 9 };
enum { DESK_HEADER = 2, DESK_FOOTER = 1 };	/* lines that are not the view's, at least */

struct desk {
	struct timeline timeline;
	struct ledger  *shelf;		/* a second handle, for what views look up */
	struct scene    scene;
	struct view     view[DESK_DEPTH];	/* the last one is on top */
	unsigned        depth;
	struct prompt   prompt;
	struct errand   errand;
	struct reel     reel;
	struct grid     grid;
	enum palette    palette;
	char            message[WHY_TEXT_MAX];	/* at the bottom until the next key */
	enum style      message_style;
	char            state_folder[PATH_TEXT_MAX];	/* of the daemon acts go to, or "" */
	const char     *path, *cache;	/* as started with; cache may be NULL */
	int64_t         now_ns;		/* monotonic, of this turn */
	uint64_t        incident;	/* to open once the state is there, 0 if none */
	unsigned        tab_from[DESK_TABS], tab_to[DESK_TABS];	/* columns, for the mouse */
	bool            quit, redraw;	/* redraw: the person asked for a fresh screen */
	bool            dirty;		/* something to draw */
	bool            urgent;		/* it is the answer to a key */
};

struct desk_start {
	const char *path;		/* of the ledger */
	bool        copy;
	const char *cache;		/* folder of snapshots, or NULL */
	const char *state_folder;	/* of the daemon behind it; "" if none */
	uint64_t    incident;		/* 0: none */
	bool        at;			/* stand at at_ms */
	int64_t     at_ms;
	unsigned    play;		/* then play at this speed; 0: do not */
};

MUST_USE enum err desk_open(struct desk *, const struct desk_start *, struct why *);
void desk_close(struct desk *);

void desk_input(struct desk *, struct input);
/* One turn: growth, time, the way to a goal, the answer of an act. */
void desk_turn(struct desk *, int64_t now_ns, int64_t wall_ms);
/* Draws everything on the grid, which has the size of the window. */
void desk_draw(struct desk *);
/* Where the terminal's cursor belongs; false: nowhere. */
bool desk_cursor(const struct desk *, unsigned *row, unsigned *column);

/* For orders. */
struct view *desk_view(struct desk *);
void desk_go(struct desk *, const struct view_ops *, uint64_t subject, const char *filter);
void desk_say(struct desk *, enum style, const char *fmt, ...) PRINTF(3, 4);
/* False: this is a copy, and that was said. */
bool desk_may_act(struct desk *);
/* Runs another command of ours; "what" is said until it answers. */
void desk_run(struct desk *, const char *const *arguments, const char *what);
/* Says what the command that ended with that status said last. */
void desk_answer(struct desk *, int status);
void desk_act(struct desk *, const char *act, uint64_t incident, const char *text);
unsigned desk_lines(const struct desk *);	/* height of the view */
unsigned desk_header(const struct desk *);	/* lines above it */

#endif
