/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences about what was done to keys, and names of who holds them, in the reader's language. */
#ifndef MONITOR_STATE_DESCRIBE_CUSTODY_H
#define MONITOR_STATE_DESCRIBE_CUSTODY_H

#include "monitor/state/custody.h"

/* False: the transition is about something else, and nothing was written. */
bool ceremony_describe(const struct transition *, struct buffer *);
/* "the carrier", "provider aws", or the name of a third party. */
void party_describe(const struct party *, struct buffer *);

#endif
