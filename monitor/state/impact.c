/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instances, sets and services at one moment.  Integers only, so that every reader gets the same
 * figure from the same state.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/fold_memory.h"
#include "monitor/state/impact.h"

__extension__ typedef unsigned __int128 wide;	/* products of users and millionths */

/* --- the index ---------------------------------------------------------------------------- */

static uint32_t
set_find(const struct plan *plan, const char *name)
{
	if (name[0] != '\0')
		for (uint32_t i = 0; i < plan->sets; i++)
			if (strcmp(plan->set[i].name, name) == 0)
				return i;
	return UINT32_MAX;
}

/* Where those of each group begin, from how many there are of each in from[group + 1]. */
static void
groups_begin(uint32_t *from, uint32_t groups)
{
	for (uint32_t i = 0; i < groups; i++)
		from[i + 1] += from[i];
}

static void
index_members(struct impact_index *index, const struct plan *plan)
{
	uint32_t *at;

	index->sets = plan->sets;
	index->set_of = memory_new(plan->instances, sizeof(*index->set_of));
	index->member = memory_new(plan->instances, sizeof(*index->member));
	index->member_from = memory_new(plan->sets + 1, sizeof(*index->member_from));
	for (uint32_t i = 0; i < plan->instances; i++) {
		index->set_of[i] = i > 0 && strcmp(plan->instance[i].replica_set,
		    plan->instance[i - 1].replica_set) == 0 ? index->set_of[i - 1] :
		    set_find(plan, plan->instance[i].replica_set);
		if (index->set_of[i] != UINT32_MAX)
			index->member_from[index->set_of[i] + 1]++;
	}
	groups_begin(index->member_from, plan->sets);
	at = memory_new(plan->sets, sizeof(*at));
	for (uint32_t i = 0; i < plan->instances; i++) {
		uint32_t set = index->set_of[i];

		if (set != UINT32_MAX)
			index->member[index->member_from[set] + at[set]++] = i;
	}
	free(at);
}

struct carrier_sort { const struct plan_target *target; uint32_t index; };

static int
by_endpoint(const void *a, const void *b)
{
	const struct carrier_sort *x = a, *y = b;
	int order;

	if (x->target->instance != y->target->instance)
		return x->target->instance < y->target->instance ? -1 : 1;
	order = strcmp(x->target->endpoint, y->target->endpoint);
	return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static void
index_carrying(struct impact_index *index, const struct plan *plan)
{
	struct carrier_sort *sort = memory_new(plan->targets, sizeof(*sort));
	uint32_t count = 0;

	index->carrying = memory_new(plan->targets, sizeof(*index->carrying));
	index->carrying_from = memory_new(plan->instances + 1, sizeof(*index->carrying_from));
	for (uint32_t i = 0; i < plan->targets; i++) {
		if (plan->target[i].aside != 0)
			continue;
		sort[count++] = (struct carrier_sort){ &plan->target[i], i };
		index->carrying_from[plan->target[i].instance + 1]++;
	}
	groups_begin(index->carrying_from, plan->instances);
	qsort(sort, count, sizeof(*sort), by_endpoint);
	for (uint32_t i = 0; i < count; i++)
		index->carrying[i] = sort[i].index;
	free(sort);
}

struct impact_index *
impact_index_new(const struct plan *plan)
{
	struct impact_index *index = memory_new(1, sizeof(*index));

	if (plan == NULL)
		return index;
	index_members(index, plan);
	index_carrying(index, plan);
	return index;
}

void
impact_index_free(struct impact_index *index)
{
	if (index == NULL)
		return;
	free(index->set_of);
	free(index->member);
	free(index->member_from);
	free(index->carrying);
	free(index->carrying_from);
	free(index);
}

/* --- one instance ------------------------------------------------------------------------- */

/* Two targets look at one endpoint, from different vantages. */
static bool
same_endpoint(const struct plan_target *a, const struct plan_target *b)
{
	return a->endpoint[0] != '\0' && strcmp(a->endpoint, b->endpoint) == 0;
}

/* How it counts: as it is seen, or, of a member nobody can see, as it was known last. */
static enum health
counted_health(const struct target_state *target, const struct incident *incident, bool *carried)
{
	const struct incident_member *member;

	if (incident == NULL || target->health != HEALTH_UNKNOWN)
		return target->health;
	member = incident_member(incident, target->plan->id);
	if (member == NULL || member->worst <= HEALTH_UP)
		return HEALTH_UNKNOWN;
	*carried = true;
	return member->worst;
}

/* Seen from several vantages: stopped only if nobody who can tell sees it up. */
static enum member_standing
endpoint_standing(const struct state *state, const uint32_t *target, uint32_t count,
    const struct incident *incident, bool *carried)
{
	uint32_t seen[HEALTH_COUNT] = { 0 };

	for (uint32_t i = 0; i < count; i++)
		seen[counted_health(&state->target[target[i]], incident, carried)]++;
	if (seen[HEALTH_DOWN] > 0 && seen[HEALTH_UP] == 0 && seen[HEALTH_DEGRADED] == 0)
		return STANDING_STOPPED;
	if (seen[HEALTH_DOWN] > 0 || seen[HEALTH_DEGRADED] > 0)
		return STANDING_DEGRADED;
	return seen[HEALTH_UP] > 0 ? STANDING_STANDS : STANDING_UNKNOWN;
}

static enum member_standing
standing_known(const struct state *state, const struct impact_index *index, uint32_t instance,
    const struct incident *incident, bool *carried)
{
	uint32_t from = index->carrying_from[instance], to = index->carrying_from[instance + 1];
	enum member_standing worst = STANDING_UNWATCHED;

	while (from < to) {
		const struct plan_target *first = state->target[index->carrying[from]].plan;
		uint32_t count = 1;
		enum member_standing standing;

		while (from + count < to && same_endpoint(first,
		    state->target[index->carrying[from + count]].plan))
			count++;
		standing = endpoint_standing(state, &index->carrying[from], count, incident,
		    carried);
		worst = standing > worst ? standing : worst;
		from += count;
	}
	return worst;
}

enum member_standing
impact_standing(const struct state *state, const struct impact_index *index, uint32_t instance)
{
	return standing_known(state, index, instance, NULL, NULL);
}

/* --- one set ------------------------------------------------------------------------------ */

bool
impact_serves(const struct plan_set *set, uint32_t service, const char *area)
{
	for (uint32_t i = 0; i < set->serves; i++) {
		const char *at = set->serve[i].areas;

		if (set->serve[i].service != service)
			continue;
		if (at[0] == '\0' || area[0] == '\0')
			return true;
		while (*at != '\0') {
			size_t len = strcspn(at, ","), lead = strspn(at, " ");

			if (len > lead && strlen(area) == len - lead &&
			    memcmp(at + lead, area, len - lead) == 0)
				return true;
			at += len + (at[len] == ',');
		}
	}
	return false;
}

uint64_t
service_users(const struct plan_service *service)
{
	uint64_t users = 0;

	for (uint32_t i = 0; i < service->areas; i++)
		if (__builtin_add_overflow(users, service->area[i].users, &users))
			return UINT64_MAX;
	return users;
}

/* The most users of one service that the set carries: users of several services are the same. */
static uint64_t
set_users(const struct plan *plan, const struct plan_set *set)
{
	uint64_t most = 0;

	for (uint32_t i = 0; i < plan->services; i++) {
		uint64_t users = 0;

		for (uint32_t j = 0; j < plan->service[i].areas; j++)
			if (impact_serves(set, i, plan->service[i].area[j].area) &&
			    __builtin_add_overflow(users, plan->service[i].area[j].users, &users))
				users = UINT64_MAX;
		most = users > most ? users : most;
	}
	return most;
}

static uint32_t
lost_ppm(const struct plan *plan, const struct plan_set *set, uint32_t standing, uint32_t needed)
{
	uint64_t users, carried;

	if (standing >= needed)
		return 0;
	if (standing == 0)
		return PPM;
	users = set->capacity > 0 ? set_users(plan, set) : 0;
	if (users == 0)
		return (uint32_t)((uint64_t)(needed - standing) * PPM / needed);
	if (__builtin_mul_overflow(set->capacity, (uint64_t)standing, &carried) ||
	    carried >= users)
		return 0;
	return (uint32_t)((wide)(users - carried) * PPM / users);
}

struct set_impact
impact_set(const struct state *state, const struct impact_index *index, uint32_t set)
{
	return impact_set_known(state, index, set, NULL);
}

struct set_impact
impact_set_known(const struct state *state, const struct impact_index *index, uint32_t set,
    const struct incident *incident)
{
	const struct plan_set *plan = &state->plan->set[set];
	uint32_t from = index->member_from[set], standing;
	struct set_impact out = { .members = index->member_from[set + 1] - from };

	for (uint32_t i = 0; i < out.members; i++) {
		enum member_standing one = standing_known(state, index, index->member[from + i],
		    incident, &out.carried);

		out.stopped += one == STANDING_STOPPED;
		out.degraded += one == STANDING_DEGRADED;
		out.unknown += one == STANDING_UNKNOWN;
		out.unwatched += one == STANDING_UNWATCHED;
	}
	out.needed = plan->needed > 0 && plan->needed < out.members ? plan->needed : out.members;
	standing = out.members - out.stopped;
	out.stopped_ppm = lost_ppm(state->plan, plan, standing, out.needed);
	/* Those on a degraded member, unless enough others stand to take them over. */
	if (out.degraded > 0 && standing - out.degraded < out.needed)
		out.degraded_ppm = (uint32_t)((uint64_t)(PPM - out.stopped_ppm) * out.degraded /
		    standing);
	out.uncertain = out.carried || (out.unknown + out.unwatched > 0 &&
	    lost_ppm(state->plan, plan, standing - out.unknown - out.unwatched, out.needed) >
	    out.stopped_ppm);
	return out;
}

/* --- one service -------------------------------------------------------------------------- */

uint64_t
impact_share(uint64_t users, uint32_t ppm)
{
	return (uint64_t)(((wide)users * ppm + PPM - 1) / PPM);
}

static uint64_t
add_within(uint64_t a, uint64_t b)
{
	return __builtin_add_overflow(a, b, &a) ? UINT64_MAX : a;
}

/* The worst set in each area: sets of one service are in series. */
static bool
worst_by_area(const struct plan *plan, const struct set_impact *of, const uint32_t *touched,
    uint32_t touched_count, uint32_t service, uint32_t *stopped, uint32_t *degraded)
{
	const struct plan_service *offered = &plan->service[service];
	bool uncertain = false;

	for (uint32_t i = 0; i < touched_count; i++) {
		const struct plan_set *set = &plan->set[touched[i]];
		const struct set_impact *one = &of[touched[i]];

		if (!impact_serves(set, service, ""))
			continue;
		uncertain |= one->uncertain;
		for (uint32_t j = 0; j < offered->areas; j++) {
			if (!impact_serves(set, service, offered->area[j].area))
				continue;
			if (one->stopped_ppm > stopped[j])
				stopped[j] = one->stopped_ppm;
			if (one->degraded_ppm > degraded[j])
				degraded[j] = one->degraded_ppm;
		}
	}
	return uncertain;
}

struct service_impact
impact_service(const struct plan *plan, const struct set_impact *of, const uint32_t *touched,
    uint32_t touched_count, uint32_t service)
{
	const struct plan_service *offered = &plan->service[service];
	struct service_impact out = { .stopped = 0 };
	uint32_t stopped[PLAN_AREA_MAX] = { 0 }, degraded[PLAN_AREA_MAX] = { 0 };

	out.uncertain = worst_by_area(plan, of, touched, touched_count, service, stopped,
	    degraded);
	for (uint32_t i = 0; i < offered->areas; i++) {
		uint64_t users = offered->area[i].users;
		uint64_t gone = impact_share(users, stopped[i]);
		uint64_t worse = impact_share(users, degraded[i]);

		worse = worse < users - gone ? worse : users - gone;
		out.stopped = add_within(out.stopped, gone);
		out.degraded = add_within(out.degraded, worse);
		out.areas |= (uint64_t)(gone + worse > 0) << i;
	}
	return out;
}

const char *
standing_name(enum member_standing standing)
{
	switch (standing) {
	case STANDING_STANDS:
		return N_("stands");
	case STANDING_UNKNOWN:
		return N_("unknown");
	case STANDING_DEGRADED:
		return N_("degraded");
	case STANDING_STOPPED:
		return N_("stopped");
	case STANDING_UNWATCHED:
		break;
	}
	return N_("not watched");
}
