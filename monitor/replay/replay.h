/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Belief at any size or time: drives the fold from a ledger.  Uses snapshots where one fits
 * (a file whose SHA-256 a BELIEF record of the same size and fold version names); a miss means
 * folding again.
 */
#ifndef MONITOR_REPLAY_REPLAY_H
#define MONITOR_REPLAY_REPLAY_H

#include "monitor/ledger/ledger.h"
#include "monitor/state/fold.h"

struct replay;

/* Called now and then on long folds; returns false to give up (ERR_CLOSED). */
typedef bool replay_progress(void *arg, uint64_t done, uint64_t total);

/* cache_dir may be NULL; the ledger must outlive the replay. */
MUST_USE enum err replay_open(struct replay **, struct ledger *, const char *cache_dir,
    struct why *);
void              replay_close(struct replay *);
void              replay_on_progress(struct replay *, replay_progress *, void *arg);
/* Forward steps fold on; backward ones restart at the nearest snapshot or kept copy. */
MUST_USE enum err replay_to_size(struct replay *, uint64_t size, struct why *);
MUST_USE enum err replay_to_time(struct replay *, int64_t recorded_ms, struct why *);
const struct state *replay_state(const struct replay *);
/* Stands at a copy of a canonical state of the same ledger, such as another replay's. */
void replay_stand(struct replay *, const struct state *);
/* For long folds beside its own: tells on_progress; false: give up (ERR_CLOSED). */
bool replay_tell(struct replay *, uint64_t done, uint64_t total);
/* Size just after the next / before the previous record that changed something a person would
 * see (a transition); ERR_NOT_FOUND at the ends. */
MUST_USE enum err replay_next_change(struct replay *, uint64_t *size, struct why *);
MUST_USE enum err replay_previous_change(struct replay *, uint64_t *size, struct why *);
/* Writes the current state as a snapshot into cache_dir (atomic); keeps the newest eight and
 * sixteen that are spread over the time before, so that no moment is far from one. */
MUST_USE enum err snapshot_write(const char *cache_dir, const struct state *, struct why *);

#endif
