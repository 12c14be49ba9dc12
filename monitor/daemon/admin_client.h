/* SPDX-License-Identifier: Apache-2.0 */
/* One question to the running daemon, and its answer. */
#ifndef MONITOR_DAEMON_ADMIN_CLIENT_H
#define MONITOR_DAEMON_ADMIN_CLIENT_H

#include "monitor/base/bytes.h"
#include "monitor/ledger/record.h"

/*
 * Blocks until the daemon answered, at most half a minute (ten for acts that copy or remove).
 * ERR_OK: answer holds the daemon's sentence.  Otherwise why holds it: ERR_CLOSED if no daemon
 * runs on that state, ERR_DENIED if this user may not, ERR_NOT_FOUND for an unknown incident.
 */
MUST_USE enum err admin_request(const char *state_dir, enum act, uint64_t incident,
    const char *text,
    struct buffer *answer, struct why *);

#endif
