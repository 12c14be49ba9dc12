/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The story of one incident for the views that show it, and the state of a second moment.  Both are
 * made by folds beside the time cursor's own, on whose way keys are answered; what there was before
 * stays until the new is whole.
 */
#ifndef TUI_REEL_H
#define TUI_REEL_H

#include "monitor/replay/replay.h"

struct desk;
struct story;

struct reel {
	struct replay *replay;		/* NULL before it is needed */
	uint64_t       incident;	/* what the story is of, 0: there is none */
	bool           then;		/* as known at the time on display */
	struct story  *story;		/* NULL: none, or (why) it cannot be told */
	uint64_t       size;		/* of the ledger it is made of, or was tried with */
	struct why     why;
	int64_t        second_ms;	/* recorded time of the second moment */
	struct state  *second;		/* owned; NULL: not there yet */
	int64_t        after_ns;	/* nothing is made again before: it is spaced by its cost */
	bool           working;
	uint64_t       done, total;	/* records, on the way */
};

/* Makes what the view on top needs and is not there; true if something new is. */
bool reel_turn(struct desk *);
void reel_free(struct reel *);

#endif
