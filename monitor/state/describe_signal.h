/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences about alarms, windows, corrections and what an incident means, for every reader. */
#ifndef MONITOR_STATE_DESCRIBE_SIGNAL_H
#define MONITOR_STATE_DESCRIBE_SIGNAL_H

#include "monitor/state/state.h"

/* Appends the sentence of a transition of these kinds; false if it is of another kind. */
bool signal_describe(const struct state *, const struct transition *, struct buffer *out);
/* The same for users hit, sides and legal duties. */
bool affair_describe(const struct transition *, struct buffer *out);
/* Appends "critical alarm about instance:amf-1 by traps: link down". */
void alarm_describe(const struct alarm_state *, struct buffer *out);
/* Appends "maintenance window 12 of site:tokyo". */
void window_describe(const struct window_state *, struct buffer *out);

#endif
