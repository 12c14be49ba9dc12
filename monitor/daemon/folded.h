/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger folded up to now, for commands that only look: nothing is asked of the daemon. */
#ifndef MONITOR_DAEMON_FOLDED_H
#define MONITOR_DAEMON_FOLDED_H

#include "monitor/replay/replay.h"

struct folded {
	struct ledger *ledger;
	struct replay *replay;
	const struct state *state;	/* has a plan; valid until folded_close() */
};

/* By the daemon's configuration or state folder; folded_close() in any case. */
MUST_USE enum err folded_open(struct folded *, const char *config, const char *state,
    struct why *);
void folded_close(struct folded *);

#endif
