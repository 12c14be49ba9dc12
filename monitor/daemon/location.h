/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an address is: the feeds of a plan, and the facts they give of an address.  Ranges that
 * providers publish, without contradiction, become loc.observed; else loc.unknown says why not.
 * Registries (who holds it) and databases (a guess) have facts of their own and never touch that.
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
 * One feed of the plan with the octets of its file, which must live as long if location_views()
 * says so of its form.  ERR_MISMATCH: they are not those whose hash stands in the plan; else as
 * ranges_read() or mmdb_read().  A feed that was not taken is counted, and the others are used.
 */
MUST_USE enum err location_add(struct location *, const struct plan_feed *, struct bytes octets,
    struct why *);
bool location_views(const char *form);
/* Adds the facts of an IPv4 or IPv6 address; none if there is no feed at all. */
void location_facts(const struct location *, const struct sockaddr *, struct fact_set *);

#endif
