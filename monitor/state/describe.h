/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sentences for people about what changed and why it is believed, shared by every reader.  Pure:
 * they are made from the state alone; gettext gives them the reader's language.
 */
#ifndef MONITOR_STATE_DESCRIBE_H
#define MONITOR_STATE_DESCRIBE_H

#include "monitor/state/state.h"

/*
 * Appends one sentence, without a newline: what changed, where, before and after, and why.
 * What a person said (ACKED, NOTED) is not in the state: the caller adds it from the ledger by
 * transition.text.  Control octets of what peers sent are escaped.
 */
void transition_describe(const struct state *, const struct transition *, struct buffer *out);
/* Appends why a target is believed to be as it is; detail may be "". */
void reason_describe(const struct plan_target *, enum reason, const char *detail,
    struct buffer *out);
/* Appends "amf-tls (tls) of amf-1, site tokyo"; "target 17" for one that is no longer planned. */
void target_describe(const struct state *, uint64_t target, struct buffer *out);
/* Appends "instance amf-1, site tokyo", "site tokyo" or "storm". */
void incident_describe(const struct incident *, struct buffer *out);

#endif
