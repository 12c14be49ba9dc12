/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people corrected of an incident.  What was recorded before stays in the incident; these
 * give what counts now: the newest word of a person, else what was recorded.  Times in ms UTC.
 */
#ifndef MONITOR_STATE_CORRECT_H
#define MONITOR_STATE_CORRECT_H

#include "monitor/state/state.h"

/* The newest correction of that kind and name ("": of any name); NULL if there is none. */
const struct correction *incident_correction(const struct incident *, enum correct,
    const char *name);
int64_t incident_occurred_ms(const struct incident *);
int64_t incident_known_ms(const struct incident *);
int64_t incident_restored_ms(const struct incident *);	/* 0: it is not */

#endif
