/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dead man's switch: while the ledger grows, an outside watcher hears from us at its
 * interval; when it no longer does, the heartbeat stops and the watcher raises the alarm that we
 * cannot.  Only a change of acceptance is recorded.
 */
#ifndef MONITOR_DAEMON_HEARTBEAT_H
#define MONITOR_DAEMON_HEARTBEAT_H

#include "monitor/state/plan.h"

enum heard { HEARD_NEVER_ASKED, HEARD_YES, HEARD_NO };

struct heartbeat_ops {
	/* Begins one; if ERR_OK, heartbeat_done follows, at once or later. */
	enum err (*send)(void *arg, const struct plan_channel *, uint64_t tag);
	/* Hands a HEARTBEAT record to the ledger; anything but ERR_OK: again next time. */
	enum err (*record)(void *arg, const char *channel, bool heard, const char *answer);
	/* What the ledger says of this channel so far. */
	enum heard (*known)(void *arg, const char *channel);
};

struct heartbeat;

struct heartbeat *heartbeat_new(const struct heartbeat_ops *, void *arg);
void heartbeat_free(struct heartbeat *);
/* Monotonic milliseconds; grown_ms: when the ledger was last seen to grow, 0 if never. */
void heartbeat_pump(struct heartbeat *, const struct plan *, int64_t grown_ms, int64_t now_ms);
/* The ledger role was replaced: what it had not committed is handed over again. */
void heartbeat_record_again(struct heartbeat *);
void heartbeat_done(struct heartbeat *, uint64_t tag, bool heard, const char *answer);

#endif
