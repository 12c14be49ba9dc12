/* SPDX-License-Identifier: Apache-2.0 */
/* Affairs as memory: made, copied, given back, and what is derived from the plan. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/state/affairs_part.h"

struct affairs *
affairs_new(void)
{
	struct affairs *affairs = memory_new(1, sizeof(*affairs));

	affairs->memory = memory_new(1, sizeof(*affairs->memory));
	return affairs;
}

void
affair_free(struct affair *affair)
{
	for (uint32_t i = 0; i < affair->hits; i++)
		free(affair->hit[i].step);
	free(affair->hit);
	free(affair->set);
	free(affair->duty);
}

static void
plan_drop(struct affairs_plan *of_plan)
{
	if (of_plan == NULL || --of_plan->owners > 0)
		return;
	impact_index_free(of_plan->index);
	duty_rules_free(of_plan->rules);
	free(of_plan);
}

void
affairs_free(struct affairs *affairs)
{
	if (affairs == NULL)
		return;
	for (uint32_t i = 0; i < affairs->affairs; i++)
		affair_free(&affairs->affair[i]);
	free(affairs->affair);
	plan_drop(affairs->memory->of_plan);
	free(affairs->memory->set);
	free(affairs->memory->touched);
	free(affairs->memory);
	free(affairs);
}

static void *
copy_of(const void *at, size_t count, size_t size)
{
	void *copy = memory_new(count, size);

	if (count > 0)
		memcpy(copy, at, count * size);
	return copy;
}

static struct affair
affair_copy(const struct affair *from)
{
	struct affair copy = *from;

	copy.set = copy_of(from->set, from->sets, sizeof(*from->set));
	copy.hit = copy_of(from->hit, from->hits, sizeof(*from->hit));
	copy.duty = copy_of(from->duty, from->duties, sizeof(*from->duty));
	copy.set_cap = from->sets;
	copy.hit_cap = from->hits;
	copy.duty_cap = from->duties;
	for (uint32_t i = 0; i < from->hits; i++) {
		copy.hit[i].step = copy_of(from->hit[i].step, from->hit[i].steps,
		    sizeof(*from->hit[i].step));
		copy.hit[i].step_cap = from->hit[i].steps;
	}
	return copy;
}

struct affairs *
affairs_copy(const struct affairs *from)
{
	struct affairs *copy = affairs_new();

	copy->affair = memory_new(from->affairs, sizeof(*copy->affair));
	copy->affairs = copy->affair_cap = from->affairs;
	for (uint32_t i = 0; i < from->affairs; i++)
		copy->affair[i] = affair_copy(&from->affair[i]);
	/* Taken over by affairs_build if the plan is the same. */
	copy->memory->of_plan = from->memory->of_plan;
	if (copy->memory->of_plan != NULL)
		copy->memory->of_plan->owners++;
	return copy;
}

static struct affairs_plan *
plan_make(const struct plan *plan)
{
	struct affairs_plan *of_plan = memory_new(1, sizeof(*of_plan));
	struct why why = { .err = ERR_OK };

	of_plan->owners = 1;
	of_plan->plan = plan;
	of_plan->index = impact_index_new(plan);
	if (plan == NULL || plan->duty_files == 0)
		return of_plan;
	if (duty_rules_read(plan->duties[0].id, bytes_of_text(plan->duties[0].text),
	    &of_plan->rules, &why) != ERR_OK)
		snprintf(of_plan->why, sizeof(of_plan->why), "%s", why.text);
	return of_plan;
}

static uint32_t
set_index(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; plan != NULL && i < plan->sets; i++)
		if (strcmp(plan->set[i].name, name) == 0)
			return i;
	return UINT32_MAX;
}

static uint32_t
service_index(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; plan != NULL && i < plan->services; i++)
		if (strcmp(plan->service[i].name, name) == 0)
			return i;
	return UINT32_MAX;
}

/* Sets and services are known by name; their numbers are those of the plan in force. */
static void
renumber(struct state *state, struct affair *affair)
{
	for (uint32_t i = 0; i < affair->sets; i++)
		affair->set[i].index = set_index(state->plan, affair->set[i].set);
	for (uint32_t i = 0; i < affair->hits; i++)
		affair->hit[i].index = service_index(state->plan, affair->hit[i].service);
}

void
affairs_build(struct state *state)
{
	struct affairs *affairs = state->affairs;
	struct affairs_memory *memory = affairs->memory;

	if (memory->of_plan == NULL || memory->of_plan->plan != state->plan) {
		plan_drop(memory->of_plan);
		memory->of_plan = plan_make(state->plan);
	}
	free(memory->set);
	memory->set = memory_new(memory->of_plan->index->sets, sizeof(*memory->set));
	for (uint32_t i = 0; i < memory->of_plan->index->sets; i++)
		memory->set[i] = impact_set(state, memory->of_plan->index, i);
	memory->touches = 0;
	for (uint32_t i = 0; i < affairs->affairs; i++) {
		struct affair *affair = &affairs->affair[i];

		renumber(state, affair);
		if (affair->queued_ms != INT64_MAX)
			affairs_queue(state, affair->incident, affair->queued_ms);
	}
}

void
affairs_replan(struct state *state)
{
	for (uint32_t i = 0; i < state->affairs->affairs; i++) {
		state->affairs->affair[i].queued_ms = INT64_MAX;
		affair_queue(state, &state->affairs->affair[i]);
	}
}

const struct duty_rules *
affairs_rules(const struct state *state, const char **why)
{
	const struct affairs_plan *of_plan = state->affairs->memory->of_plan;

	*why = of_plan != NULL ? of_plan->why : "";
	return of_plan != NULL ? of_plan->rules : NULL;
}
