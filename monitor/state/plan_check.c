/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A decoded plan as a whole: every index leads somewhere, every name is there once, ids ascend.
 * Behind it the fold and every reader follow indexes without looking.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/state/plan_check.h"

static enum err
check_vantage(const struct plan *plan, const struct plan_target *target, struct why *why)
{
	if (target->vantage[0] == '\0')
		return ERR_OK;
	for (uint32_t i = 0; i < plan->vantage_count; i++)
		if (strcmp(plan->vantages[i].name, target->vantage) == 0)
			return ERR_OK;
	return why_set(why, ERR_INVALID, "plan: target %s is looked at from %s, and there is no "
	    "such vantage", target->name, target->vantage);
}

static enum err
check_target(const struct plan *plan, uint32_t i, struct why *why)
{
	const struct plan_target *target = &plan->target[i];
	uint64_t before = i > 0 ? plan->target[i - 1].id : 0;

	if (target->instance >= plan->instances)
		return why_set(why, ERR_INVALID, "plan: target %s is of instance %" PRIu32
		    ", but there are %" PRIu32, target->name, target->instance, plan->instances);
	/* Either none has an id yet, or all have and they ascend. */
	if (i > 0 && before == 0 ? target->id != 0 : i > 0 && target->id <= before)
		return why_set(why, ERR_INVALID, "plan: id %" PRIu64 " of target %s does not "
		    "follow %" PRIu64, target->id, target->name, before);
	if (target->store > plan->stores ||
	    (target->store > 0 && plan->store[target->store - 1].instance != target->instance))
		return why_set(why, ERR_INVALID, "plan: target %s is of store %" PRIu32
		    ", and its instance has no such store", target->name, target->store);
	if (target->fail_count > target->window)
		return why_set(why, ERR_INVALID, "plan: target %s can never be down: %" PRIu32
		    " of the last %" PRIu32 " rounds", target->name, target->fail_count,
		    target->window);
	for (uint32_t j = 1; j < target->options; j++)
		if (strcmp(target->option[j - 1].name, target->option[j].name) >= 0)
			return why_set(why, ERR_INVALID,
			    "plan: options of target %s do not ascend at %s", target->name,
			    target->option[j].name);
	return check_vantage(plan, target, why);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * Entries are found again by name when another plan comes, and other entries speak of them by
 * name.  The name is the first field of each.
 */
static enum err
check_unique(const char *what, const void *entries, uint32_t count, size_t size, struct why *why)
{
	const char **name;
	enum err err = ERR_OK;

	if (count < 2)
		return ERR_OK;
	name = memory_new(count, sizeof(*name));
	for (uint32_t i = 0; i < count; i++)
		memcpy(&name[i], (const uint8_t *)entries + i * size, sizeof(*name));
	qsort(name, count, sizeof(*name), by_text);
	for (uint32_t i = 1; i < count && err == ERR_OK; i++)
		if (strcmp(name[i - 1], name[i]) == 0)
			err = why_set(why, ERR_INVALID, "plan: there are two %s named %s", what,
			    name[i]);
	free(name);
	return err;
}

static enum err
check_names(const struct plan *plan, struct why *why)
{
	const struct { const char *what; const void *at; uint32_t count; size_t size; } lists[] = {
		{ "sites", plan->site, plan->sites, sizeof(*plan->site) },
		{ "instances", plan->instance, plan->instances, sizeof(*plan->instance) },
		{ "stores", plan->store, plan->stores, sizeof(*plan->store) },
		{ "exceptions", plan->exception, plan->exceptions, sizeof(*plan->exception) },
		{ "keys", plan->key, plan->keys, sizeof(*plan->key) },
		{ "services", plan->service, plan->services, sizeof(*plan->service) },
		{ "replica sets", plan->set, plan->sets, sizeof(*plan->set) },
		{ "providers", plan->provider, plan->providers, sizeof(*plan->provider) },
		{ "vantages", plan->vantages, plan->vantage_count, sizeof(*plan->vantages) },
		{ "listeners", plan->listener, plan->listeners, sizeof(*plan->listener) },
		{ "sources", plan->source, plan->sources, sizeof(*plan->source) },
	};
	enum err err = ERR_OK;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && err == ERR_OK; i++)
		err = check_unique(lists[i].what, lists[i].at, lists[i].count, lists[i].size, why);
	for (uint32_t i = 0; i < plan->services && err == ERR_OK; i++)
		err = check_unique("areas of one service", plan->service[i].area,
		    plan->service[i].areas, sizeof(*plan->service[i].area), why);
	return err;
}

/* A service served twice by one set would count the set's users twice. */
static enum err
check_set(const struct plan *plan, const struct plan_set *set, struct why *why)
{
	for (uint32_t i = 0; i < set->serves; i++) {
		if (set->serve[i].service >= plan->services)
			return why_set(why, ERR_INVALID, "plan: replica set %s serves service %"
			    PRIu32 ", but there are %" PRIu32, set->name, set->serve[i].service,
			    plan->services);
		for (uint32_t j = 0; j < i; j++)
			if (set->serve[j].service == set->serve[i].service)
				return why_set(why, ERR_INVALID, "plan: replica set %s serves "
				    "service %s twice", set->name,
				    plan->service[set->serve[i].service].name);
	}
	return ERR_OK;
}

/* A bit per data class and no more: readers look up the class of each. */
static bool
are_classes(const struct plan *plan, uint64_t data)
{
	return data >> plan->classes == 0;	/* PLAN_CLASS_MAX is below 64 */
}

static enum err
check_instance(const struct plan *plan, const struct plan_instance *instance, struct why *why)
{
	if (instance->site >= plan->sites)
		return why_set(why, ERR_INVALID, "plan: instance %s is on site %" PRIu32
		    ", but there are %" PRIu32, instance->name, instance->site, plan->sites);
	if (!are_classes(plan, instance->data))
		return why_set(why, ERR_INVALID, "plan: instance %s holds a data class that is "
		    "not there", instance->name);
	return ERR_OK;
}

static enum err
check_store(const struct plan *plan, const struct plan_store *store, struct why *why)
{
	if (store->instance >= plan->instances || store->site >= plan->sites)
		return why_set(why, ERR_INVALID, "plan: store %s is of instance %" PRIu32
		    " on site %" PRIu32 ", and one of these is not there", store->name,
		    store->instance, store->site);
	if (!are_classes(plan, store->data))
		return why_set(why, ERR_INVALID, "plan: store %s holds a data class that is not "
		    "there", store->name);
	return ERR_OK;
}

static enum err
check_exception(const struct plan *plan, const struct plan_exception *exception, struct why *why)
{
	if (exception->data == 0 || !are_classes(plan, exception->data))
		return why_set(why, ERR_INVALID, "plan: exception %s is for a data class that is "
		    "not there", exception->name);
	return ERR_OK;
}

/* They are searched by halves. */
static enum err
check_reaches(const char *vantage, const struct plan_reach *reach, uint32_t count,
    struct why *why)
{
	for (uint32_t i = 1; i < count; i++)
		if (strcmp(reach[i - 1].country, reach[i].country) >= 0)
			return why_set(why, ERR_INVALID, "plan: countries within reach of vantage "
			    "%s do not ascend at %s", vantage, reach[i].country);
	return ERR_OK;
}

enum err
plan_check(const struct plan *plan, struct why *why)
{
	enum err err = check_names(plan, why);

	if (plan->token_workers + plan->inventory_workers >= plan->workers)
		return why_set(why, ERR_INVALID, "plan: of %" PRIu32 " workers %" PRIu32 " are for "
		    "tokens and %" PRIu32 " for inventories, which leaves none", plan->workers,
		    plan->token_workers, plan->inventory_workers);
	for (uint32_t i = 0; i < plan->instances && err == ERR_OK; i++)
		err = check_instance(plan, &plan->instance[i], why);
	for (uint32_t i = 0; i < plan->stores && err == ERR_OK; i++)
		err = check_store(plan, &plan->store[i], why);
	for (uint32_t i = 0; i < plan->exceptions && err == ERR_OK; i++)
		err = check_exception(plan, &plan->exception[i], why);
	for (uint32_t i = 0; i < plan->targets && err == ERR_OK; i++)
		err = check_target(plan, i, why);
	for (uint32_t i = 0; i < plan->sets && err == ERR_OK; i++)
		err = check_set(plan, &plan->set[i], why);
	if (err == ERR_OK)
		err = check_reaches(plan->vantage, plan->reach, plan->reaches, why);
	for (uint32_t i = 0; i < plan->vantage_count && err == ERR_OK; i++)
		err = check_reaches(plan->vantages[i].name, plan->vantages[i].reach,
		    plan->vantages[i].reaches, why);
	return err;
}
