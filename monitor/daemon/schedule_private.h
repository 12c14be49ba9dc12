/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the schedule: what schedule.c, schedule_load.c and schedule_deep.c share. */
#ifndef MONITOR_DAEMON_SCHEDULE_PRIVATE_H
#define MONITOR_DAEMON_SCHEDULE_PRIVATE_H

#include "monitor/base/heap.h"
#include "monitor/daemon/schedule.h"

enum entry_state { WAITING, RESERVED, RUNNING };

struct entry {
	struct schedule_target target;
	size_t     instance;	/* index */
	enum entry_state state;
	int64_t    due_ms;	/* its slot: the next one, or the one that runs */
	int64_t    queued_ms;	/* where its valid entry in the heap stands */
	int64_t    again_ms;	/* likewise of the other heap; INT64_MIN if none */
	uint64_t   skipped;
	uint32_t   downs;	/* rounds in a row */
	uint32_t   backoff;	/* slots still to be left out */
	unsigned   flags;
	int64_t    early_ms;	/* a round without a slot is wanted from then on; INT64_MIN: none */
	int64_t    began_ms;	/* its newest round; INT64_MIN: none */
	bool       extra;	/* what is reserved or runs has no slot */
};

struct instance {
	uint64_t key;
	int64_t  free_ms;	/* the next round may begin */
	uint64_t deep;		/* the deep target that is reserved or runs; 0: none */
	uint64_t first;		/* of those that wait the one that waits longest; 0: none */
	uint32_t hourly;	/* the least any of its targets says; 0: any */
	int64_t  left;		/* connections, times HOUR_MS; below nothing: to be waited for */
	int64_t  filled_ms;	/* ... as of then */
	bool     begun;		/* left and filled_ms are set */
};

struct schedule {
	struct entry    *entry;
	size_t           entries;
	struct instance *instance;	/* ascending by key */
	size_t           instances;
	struct heap      due, again;
	int64_t          gap_ms;
	bool             held;
	int64_t          held_ms;	/* when it was last held */
};

struct entry *entry_find(const struct schedule *, uint64_t id);	/* NULL if none */
/* Into the heap of what is due, at this time. */
void entry_queue(struct schedule *, struct entry *, int64_t at_ms);
/* ... at its slot, or when an early round is wanted. */
void entry_wait(struct schedule *, struct entry *);
/* A number that spreads ids: those are small and consecutive, times must not be. */
uint64_t schedule_mix(uint64_t);
/* When a deep target that is due may be looked at again; now_ms or before: it may begin. */
int64_t deep_from_ms(struct schedule *, const struct entry *, int64_t now_ms);

#endif
