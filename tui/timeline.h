/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where on the ledger the screen stands: at its end and going on (live), at a moment, or playing.
 * Requests only say where to; the way there is walked by timeline_turn(), which lets keys be
 * answered on long ways.  What is shown is a throw-away copy moved to the time on display, so
 * that silence turns beliefs unknown even when nothing records any more.
 */
#ifndef TUI_TIMELINE_H
#define TUI_TIMELINE_H

#include "monitor/replay/replay.h"

enum timeline_mode { TIMELINE_LIVE, TIMELINE_PAUSED, TIMELINE_PLAYING };

enum goal_kind { GOAL_NONE, GOAL_SIZE, GOAL_TIME, GOAL_NEXT, GOAL_PREVIOUS };

struct goal {
	enum goal_kind kind;
	uint64_t       size;
	int64_t        at_ms;
};

enum { SPEED_MAX = 1000 };

struct timeline {
	struct ledger *ledger;		/* followed by the replay */
	struct replay *replay;
	bool           copy;		/* a copied file: it does not go on, so it is never live */
	enum timeline_mode mode;
	unsigned       speed;		/* times real time, while playing */
	int64_t        at_ms;		/* recorded time on display when not live */

	struct goal    goal;		/* asked for, not reached yet */
	uint64_t       request;		/* counts requests, so that a newer one ends the older */
	uint64_t       done, total;	/* records, on the way */
	bool           working;
	bool         (*breathe)(void *);	/* called on the way; false to stop */
	void          *breathe_arg;

	struct state  *shown;		/* the copy on display; NULL before the first */
	uint64_t       shown_size;
	int64_t        shown_ms;
	int64_t        copy_after_ns;	/* copies are spaced by what they cost */

	int64_t        base_ms, base_ns;	/* recorded at monotonic time; 0: not known */
	int64_t        played_ns;	/* when time was last let pass while playing */
	uint64_t       seen_size;	/* of the ledger, when its growth was last noticed */
	const char    *note;		/* N_() sentence to show once, or NULL */
	struct why     why;		/* the last failure, text "" if none */
};

/*
 * Opens the ledger file: as a database being written if copy is false.  cache may be NULL.
 * Stands live, or at the end of a copy.
 */
MUST_USE enum err timeline_open(struct timeline *, const char *path, bool copy, const char *cache,
    struct why *);
void timeline_close(struct timeline *);

void timeline_live(struct timeline *);			/* a copy: to its end */
void timeline_at(struct timeline *, int64_t at_ms);	/* paused at a time */
void timeline_stand(struct timeline *, uint64_t size);	/* paused after that many records */
void timeline_step(struct timeline *, bool forward);	/* to the next or previous change */
void timeline_play(struct timeline *);			/* plays, or pauses */
void timeline_speed(struct timeline *, bool faster);	/* 1, 2, 5, 10 ... 1000 */
void timeline_stop(struct timeline *);			/* gives up the way, stays where it is */

/*
 * Looks for growth, walks to the goal, lets time pass.  True if what is shown changed.
 * now_ns is monotonic, wall_ms the wall clock (used once, to guess recorded time at start).
 */
bool timeline_turn(struct timeline *, int64_t now_ns, int64_t wall_ms);

/* Recorded time now, as far as is known. */
int64_t timeline_now_ms(const struct timeline *, int64_t now_ns);
int64_t timeline_end_ms(const struct timeline *);	/* of the newest record */
/* How long nothing was recorded when live; 0 if that is no longer than usual, or not live. */
int64_t timeline_silent_ms(const struct timeline *, int64_t now_ns);

#endif
