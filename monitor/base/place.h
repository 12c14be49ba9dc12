/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a person's command finds the daemon's files: -c FILE, --state FOLDER, or the defaults of
 * places.h.
 */
#ifndef MONITOR_BASE_PLACE_H
#define MONITOR_BASE_PLACE_H

#include "monitor/base/err.h"
#include "monitor/base/limits.h"

struct place {
	char config[PATH_TEXT_MAX];
	char state[PATH_TEXT_MAX];
	char ledger[PATH_TEXT_MAX];	/* STATE/ledger.db */
	char cache[PATH_TEXT_MAX];	/* STATE/cache */
};

/*
 * config and state may be NULL: not given.  Reads monitor.state of the configuration if state is
 * not given; a configuration that was named must be readable and right, a default one may be
 * missing.  ERR_INVALID with a sentence; nothing is made.
 */
MUST_USE enum err place_find(struct place *, const char *config, const char *state, struct why *);

#endif
