/* SPDX-License-Identifier: Apache-2.0 */
/* What maintenance windows and silences cover. */
#ifndef MONITOR_STATE_WINDOW_H
#define MONITOR_STATE_WINDOW_H

#include "monitor/state/state.h"

/* The subject of a window ("site:tokyo-1") holds that target. */
bool subject_holds(const struct plan *, const char *subject, const struct plan_target *);
/* Every failing member of the incident that is not explained by another is held. */
bool window_covers(const struct state *, const struct window_state *, const struct incident *);

#endif
