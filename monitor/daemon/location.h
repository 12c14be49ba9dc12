/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an address is by the ranges that providers publish: the feeds of a plan, and the facts
 * they give of an address.  Only what is said without contradiction becomes loc.observed; else
 * loc.unknown says why not.
 */
#ifndef MONITOR_DAEMON_LOCATION_H
#define MONITOR_DAEMON_LOCATION_H

#include <sys/socket.h>

#include "monitor/ledger/facts.h"
#include "monitor/state/plan.h"

struct location;

struct location *location_new(void);
void location_free(struct location *);		/* NULL is fine */
/*
 * One feed of the plan with the octets of its file, which are not kept.  ERR_MISMATCH: they are
 * not those whose hash stands in the plan; else as ranges_read.  A feed that was not taken is
 * counted, and the others are looked up.
 */
MUST_USE enum err location_add(struct location *, const struct plan_feed *, struct bytes octets,
    struct why *);
/* Adds the facts of an IPv4 or IPv6 address; none if there is no feed at all. */
void location_facts(const struct location *, const struct sockaddr *, struct fact_set *);

#endif
