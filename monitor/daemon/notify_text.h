/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a notice says: one JSON object for a webhook, one RFC 5424 line for syslog.  Both carry
 * the stable id by which a receiver knows a repetition.  English and Japanese side by side: a
 * daemon has no reader whose language it could ask for.
 */
#ifndef MONITOR_DAEMON_NOTIFY_TEXT_H
#define MONITOR_DAEMON_NOTIFY_TEXT_H

#include "monitor/daemon/notify.h"

/* RFC 5424 6.1: receivers should take 2048 octets. */
enum { SYSLOG_MAX = 2048, NOTICE_MEMBERS_MAX = 100 };

/* wall_ms: now, for "delayed".  Appends the object. */
void notice_json(struct buffer *, const struct notify_message *, int64_t wall_ms);
/* host and process go into the header; invalid octets of host become "-".  At most SYSLOG_MAX. */
void notice_syslog(struct buffer *, const struct notify_message *, int64_t wall_ms,
    const char *host, uint64_t process);
/* What happened, as a noun: "復旧"; "変化" for a kind this program does not know. */
const char *notice_kind_japanese(enum transition_kind);
/* "NAME/TRANSITION/INCIDENT", the same for every attempt on every channel. */
void notice_id(struct buffer *, const struct notify_message *);

/* What the outside watcher gets: how far the ledger is, so that it can see it grow. */
void heartbeat_json(struct buffer *, const char *monitor, uint64_t size, const struct hash *root,
    int64_t recorded_ms);

#endif
