/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one sender may bring, and what becomes of the rest: beyond its rate, signals of one shape
 * (source, sender, key, kind, severity, title) are counted together and told once a second.  No
 * signal is lost without a number: what has no room is counted too.  Pure: time is an argument.
 */
#ifndef MONITOR_INTAKE_GATHER_H
#define MONITOR_INTAKE_GATHER_H

#include "monitor/intake/incoming.h"

struct gather;

enum gathered {
	GATHERED_NOW,		/* within the rate: hand it on */
	GATHERED_LATER,		/* counted; gather_flush() tells it */
	GATHERED_OTHER		/* no room for its shape: the caller counts it */
};

/* seed: 32 random octets, so that senders cannot choose what collides. */
struct gather *gather_new(const uint8_t seed[HASH_LEN]);
void gather_free(struct gather *);

/*
 * hold: nothing goes on now (the ledger is behind).  rate: signals a second of this sender.
 * now_ms is monotonic.
 */
enum gathered gather_take(struct gather *, const struct incoming *, uint32_t rate, bool hold,
    int64_t now_ms);

/*
 * Tells what waits, the longest unchanged first, until tell() returns false: that one and what is
 * behind it stay.
 */
typedef bool gather_tell(void *arg, const struct incoming *);
void gather_flush(struct gather *, gather_tell *, void *arg);
size_t gather_waiting(const struct gather *);

#endif
