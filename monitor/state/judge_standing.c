/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is up where, as counts that move with one target at a time.  Up or unknown may be up: a
 * count of both is an interval.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/judge_private.h"

_Static_assert(HEALTH_UNKNOWN < HEALTH_UP && HEALTH_UP < HEALTH_DEGRADED, "up, or may be");

static void
count_make(struct standing_count *count, const struct subjects *s)
{
	size_t sites = s->plan->sites;

	*count = (struct standing_count){
		.site = memory_new(sites + 1, sizeof(*count->site)),
		.function_site = memory_new(FUNCTION_COUNT * sites + 1,
		    sizeof(*count->function_site)),
		.function_region = memory_new((size_t)FUNCTION_COUNT * s->regions + 1,
		    sizeof(*count->function_region)) };
}

static void
count_free(struct standing_count *count)
{
	free(count->site);
	free(count->function_site);
	free(count->function_region);
}

static void
step(uint32_t *count, uint32_t *places, bool more)
{
	if (more)
		*places += (*count)++ == 0;
	else
		*places -= --*count == 0;
}

/* One instance more or less. */
static void
count_move(struct standing_count *count, const struct subjects *s, uint32_t index, bool more)
{
	const struct plan_instance *instance = &s->plan->instance[index];
	enum function function = instance->function;
	size_t at = (size_t)function * s->plan->sites + instance->site;

	count->site[instance->site] += more ? 1 : UINT32_MAX;
	count->function[function] += more ? 1 : UINT32_MAX;
	step(&count->function_site[at], &count->sites[function], more);
	at = (size_t)function * s->regions + s->region_of[instance->site];
	step(&count->function_region[at], &count->regions[function], more);
}

void
standing_make(struct standing *st, const struct subjects *s)
{
	const struct plan *plan = s->plan;
	uint8_t *seen = memory_new((size_t)FUNCTION_COUNT * plan->sites + 1, 1);

	*st = (struct standing){
		.health = memory_new(plan->targets + 1, sizeof(*st->health)),
		.usable = memory_new(plan->targets + 1, sizeof(*st->usable)),
		.replicas = memory_new(plan->targets + 1, sizeof(*st->replicas)),
		.of = memory_new(plan->instances + 1, sizeof(*st->of)) };
	count_make(&st->is, s);
	count_make(&st->may, s);
	for (uint32_t i = 0; i < plan->targets; i++)
		st->of[plan->target[i].instance][HEALTH_UNKNOWN]++;
	for (uint32_t i = 0; i < plan->instances; i++) {
		enum function function = plan->instance[i].function;
		size_t at = (size_t)function * plan->sites + plan->instance[i].site;

		st->function_instances[function]++;
		st->function_sites[function] += seen[at] == 0;
		seen[at] = 1;
		count_move(&st->may, s, i, true);
	}
	free(seen);
}

static void
count_copy(struct standing_count *to, const struct standing_count *from, const struct subjects *s)
{
	size_t sites = s->plan->sites;

	memcpy(to->site, from->site, sites * sizeof(*to->site));
	memcpy(to->function_site, from->function_site,
	    FUNCTION_COUNT * sites * sizeof(*to->function_site));
	memcpy(to->function_region, from->function_region,
	    (size_t)FUNCTION_COUNT * s->regions * sizeof(*to->function_region));
	memcpy(to->function, from->function, sizeof(to->function));
	memcpy(to->sites, from->sites, sizeof(to->sites));
	memcpy(to->regions, from->regions, sizeof(to->regions));
}

void
standing_copy(struct standing *to, const struct standing *from, const struct subjects *s)
{
	const struct plan *plan = s->plan;

	memcpy(to->health, from->health, plan->targets * sizeof(*to->health));
	memcpy(to->usable, from->usable, plan->targets * sizeof(*to->usable));
	memcpy(to->replicas, from->replicas, plan->targets * sizeof(*to->replicas));
	memcpy(to->of, from->of, plan->instances * sizeof(*to->of));
	count_copy(&to->is, &from->is, s);
	count_copy(&to->may, &from->may, s);
}

void
standing_free(struct standing *st)
{
	free(st->health);
	free(st->usable);
	free(st->replicas);
	free(st->of);
	count_free(&st->is);
	count_free(&st->may);
	*st = (struct standing){ .health = NULL };
}

/* Worst of its targets as a target is the worst of its replicas; nothing to look at is unknown. */
enum health
standing_instance(const struct standing *st, uint32_t instance)
{
	const uint32_t *of = st->of[instance];

	return of[HEALTH_DOWN] > 0 ? HEALTH_DOWN : of[HEALTH_DEGRADED] > 0 ? HEALTH_DEGRADED :
	    of[HEALTH_UNKNOWN] > 0 || of[HEALTH_UP] == 0 ? HEALTH_UNKNOWN : HEALTH_UP;
}

bool
standing_move(struct standing *st, const struct subjects *s, uint32_t target, enum health health,
    struct reads *moved)
{
	static const enum subject_fact follows[] = { SUBJECT_FACT_INSTANCE_HEALTH,
		SUBJECT_FACT_SITE_UP, SUBJECT_FACT_FUNCTION_UP, SUBJECT_FACT_FUNCTION_SITES_UP,
		SUBJECT_FACT_FUNCTION_REGIONS_UP, SUBJECT_FACT_SET_UP, SUBJECT_FACT_SET_SITES_UP };
	uint32_t index = s->plan->target[target].instance;
	enum health before = standing_instance(st, index), after;

	st->of[index][st->health[target]]--;
	st->of[index][health]++;
	st->health[target] = (uint8_t)health;
	after = standing_instance(st, index);
	if (after == before)
		return false;
	if ((before == HEALTH_UP) != (after == HEALTH_UP))
		count_move(&st->is, s, index, after == HEALTH_UP);
	if ((before <= HEALTH_UP) != (after <= HEALTH_UP))
		count_move(&st->may, s, index, after <= HEALTH_UP);
	for (size_t i = 0; i < sizeof(follows) / sizeof(follows[0]); i++)
		reads_add(moved, follows[i]);
	return true;
}
