/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a failure hits: users by service, from what is seen of instances, the capacity and
 * redundancy of their sets, and the users the plan declares by area.  Sets that carry the same
 * service in the same area are in series: the worst of them counts.  A set that keeps as many
 * members as it needs hits nobody.  Stopped and degraded are told apart; what cannot be seen makes
 * a figure a least.  Declared users, observed failures: the figures are as good as the former.
 */
#ifndef MONITOR_STATE_IMPACT_H
#define MONITOR_STATE_IMPACT_H

#include "monitor/state/state.h"

enum { PPM = 1000000 };

/* What can be said of one instance by the endpoints that carry its service. */
enum member_standing {
	STANDING_UNWATCHED,	/* nothing of it that carries service is probed */
	STANDING_STANDS,
	STANDING_UNKNOWN,
	STANDING_DEGRADED,	/* an endpoint is, or fails from some vantages only */
	STANDING_STOPPED	/* an endpoint is down from wherever it is looked at */
};

/* Derived from a plan: who is in which set, which targets carry what.  NULL plan: empty. */
struct impact_index {
	uint32_t  sets;
	uint32_t *set_of;		/* by instance: index of its set, or UINT32_MAX */
	uint32_t *member;		/* instances, those of one set together */
	uint32_t *member_from;		/* by set, and one behind the last */
	uint32_t *carrying;		/* targets, those of one instance together ... */
	uint32_t *carrying_from;	/* ... those of one endpoint after each other */
};

/* How a set stands, in millionths of the users it carries. */
struct set_impact {
	uint32_t members, needed, stopped, degraded, unknown, unwatched;
	uint32_t stopped_ppm, degraded_ppm;
	bool     uncertain;	/* members nobody can see: more may be stopped */
	bool     carried;	/* some of it is what was known last: impact_set_known() */
};

struct impact_index *impact_index_new(const struct plan *);
void impact_index_free(struct impact_index *);		/* NULL is fine */

enum member_standing impact_standing(const struct state *, const struct impact_index *,
    uint32_t instance);
struct set_impact impact_set(const struct state *, const struct impact_index *, uint32_t set);
/*
 * The same, where members of the incident whom nobody can see any more stand as they stood at worst
 * in it: that nobody looks heals nobody.
 */
struct set_impact impact_set_known(const struct state *, const struct impact_index *, uint32_t set,
    const struct incident *);

/* Users of one service that the sets of the mask hit now. */
struct service_impact {
	uint64_t stopped, degraded;
	uint64_t areas;			/* bit per area of the service where somebody is hit */
	bool     uncertain;
};

/*
 * of[set] is how each set stands; touched names the sets that count.  Sums saturate.  Fractions of
 * users are rounded up: who is hit in part is hit.
 */
struct service_impact impact_service(const struct plan *, const struct set_impact *of,
    const uint32_t *touched, uint32_t touched_count, uint32_t service);
/* True if the set carries the service in that area ("": any). */
bool impact_serves(const struct plan_set *, uint32_t service, const char *area);
uint64_t impact_share(uint64_t users, uint32_t ppm);	/* rounded up */
uint64_t service_users(const struct plan_service *);	/* of all areas; saturates */
/* "stopped"; marked for translation */
const char *standing_name(enum member_standing);

#endif
