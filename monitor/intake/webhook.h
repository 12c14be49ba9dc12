/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON of webhooks: Prometheus Alertmanager's form (version 4), and one of ours for everybody
 * else (docs/intake.md), which also understands the names of 3GPP TS 28.532.  A document is taken
 * whole or not at all.
 */
#ifndef MONITOR_INTAKE_WEBHOOK_H
#define MONITOR_INTAKE_WEBHOOK_H

#include "monitor/intake/incoming.h"

/* One alarm or event, and what it says it is about, best first; views live for the call. */
typedef void webhook_alarm(void *arg, struct incoming *, const struct bytes *word, size_t words);

/*
 * in was begun, and is used for each.  unsent: how many the sender says it left out.  ERR_INVALID
 * or ERR_MALFORMED: the sentence is for the sender; ERR_LIMIT: more than INTAKE_ALARMS_MAX.
 */
MUST_USE enum err webhook_read(struct bytes body, struct incoming *in, webhook_alarm *, void *arg,
    uint64_t *unsent, struct why *);

#endif
