/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is to be told what, and when again.  What is owed stands in the state (made of committed
 * records only); this keeps the attempts of this run: per channel and notice a backoff, bounded
 * flights, and the order of one incident's notices.  A notice is told at least once; it is told
 * again only if its NOTICE record was lost in a crash, always with the same id.
 */
#ifndef MONITOR_DAEMON_NOTIFY_H
#define MONITOR_DAEMON_NOTIFY_H

#include "monitor/state/fold.h"

enum {
	NOTIFY_WINDOW      = 64,	/* oldest notices of a channel worked on at once */
	NOTIFY_FLIGHTS     = 4,		/* of one channel in flight while it accepts */
	NOTIFY_BACKOFF_MIN_MS = 1000,
	NOTIFY_BACKOFF_MAX_MS = 300000,
	NOTIFY_RECORD_MS   = 30000,	/* then a NOTICE not seen committed is handed over again */
	NOTIFY_DELAYED_MS  = 86400000,	/* older notices are told all the same, marked as delayed */
	NOTIFY_ANSWER_MAX  = 160
};

/* Told out of band, because a ledger that does not grow cannot record it. */
enum alarm { ALARM_NONE, ALARM_SILENT, ALARM_AGAIN };

struct notify_message {
	const struct state      *state;
	const struct plan_channel *channel;
	uint64_t                 tag;		/* give it back to notify_done */
	enum alarm               alarm;		/* if not ALARM_NONE, the rest is not set */
	const struct notice_due *due;
	const struct incident   *incident;	/* NULL if it is none or no longer kept */
	const struct transition *transition;	/* NULL if no longer kept */
};

struct notify_receipt {
	uint64_t    transition, incident, attempts;
	const char *channel, *answer;
};

struct notify_ops {
	/* Begins to tell; if ERR_OK, notify_done follows, at once or later.  Else: not now. */
	enum err (*send)(void *arg, const struct notify_message *);
	/* Hands a NOTICE record to the ledger; anything but ERR_OK: not now. */
	enum err (*record)(void *arg, const struct notify_receipt *);
};

struct notify;

struct notify *notify_new(const struct notify_ops *, void *arg);
void           notify_free(struct notify *);
/* Begins whatever may begin now; call after a fold, after notify_done and every second. */
void           notify_pump(struct notify *, const struct state *, int64_t now_ms);
/* How a flight ended.  reached: the channel answered at all, so only this notice backs off. */
void           notify_done(struct notify *, uint64_t tag, bool accepted, bool reached,
    const char *answer, int64_t now_ms);
/* The channel a flight goes to, for the log; "" if none. */
const char    *notify_channel(const struct notify *, uint64_t tag);
/* The ledger does not grow, or grows again: every channel is told, with backoff. */
void           notify_alarm(struct notify *, enum alarm);
/* The link to the ledger was replaced: receipts that are not yet in the state go again. */
void           notify_record_again(struct notify *);
/* Nothing in flight and nothing accepted that is not recorded. */
bool           notify_settled(const struct notify *);
/* Milliseconds to wait after that many failures in a row: 1 s doubling to 5 min. */
int64_t        notify_backoff_ms(uint64_t failures);

#endif
