/* SPDX-License-Identifier: Apache-2.0 */
/* Where a fold can begin instead of at the first record; used by replay.c only. */
#ifndef MONITOR_REPLAY_SNAPSHOT_H
#define MONITOR_REPLAY_SNAPSHOT_H

#include "monitor/ledger/ledger.h"
#include "monitor/state/fold.h"

/*
 * Newest state with over < size <= at_most that the ledger vouches for: a snapshot file whose
 * SHA-256 a BELIEF record names, or the blob of a STATE record.  NULL if there is none; files
 * that cannot be read or trusted are passed over.
 */
struct state *snapshot_find(const char *cache_dir, struct ledger *, uint64_t over,
    uint64_t at_most);
struct state *state_record_find(struct ledger *, uint64_t over, uint64_t at_most);

#endif
