/* SPDX-License-Identifier: Apache-2.0 */
/* What location.c (providers) and location_beside.c (registries, databases) share. */
#ifndef MONITOR_DAEMON_LOCATION_PART_H
#define MONITOR_DAEMON_LOCATION_PART_H

#include "monitor/daemon/location.h"
#include "monitor/daemon/mmdb.h"

/* What a feed is a witness of: where it was put, who holds it, what somebody guesses. */
enum witness_kind { WITNESS_PROVIDER, WITNESS_REGISTRY, WITNESS_MMDB, WITNESSES };

struct feed {
	enum witness_kind kind;
	char             *provider;
	struct ranges    *ranges;	/* NULL of a database */
	struct mmdb       mmdb;
	struct hash       hash;
};

struct location {
	struct feed feed[PLAN_FEED_MAX];
	size_t      feeds;
	size_t      taken[WITNESSES], refused[WITNESSES];
};

void registry_facts(const struct location *, const struct sockaddr *, struct fact_set *);
void mmdb_facts(const struct location *, const struct sockaddr *, struct fact_set *);

#endif
