/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences about protection and intents, in the reader's language. */
#ifndef MONITOR_STATE_DESCRIBE_PROTECTION_H
#define MONITOR_STATE_DESCRIBE_PROTECTION_H

#include "monitor/state/state.h"

/* The three lines of the detail of FELL, RESTORED and CHANGED; views of it. */
struct protection_change { struct bytes aspect, before, after; };
struct protection_change protection_change_of(const struct transition *);

/* False: the transition is about something else, and nothing was written. */
bool protection_describe(const struct state *, const struct transition *, struct buffer *);
/* Bits of enum elsewhere as a clause; nothing for 0. */
void elsewhere_describe(unsigned where, struct buffer *);
/* "yes" and "no" in the reader's language, everything else as it is. */
const char *aspect_value_text(const char *value);

#endif
