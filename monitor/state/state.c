/* SPDX-License-Identifier: Apache-2.0 */
/* A state as memory: made, given back, and copied for a look ahead that shares the plan. */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/affairs.h"
#include "monitor/state/judge_private.h"

struct state *
state_new(void)
{
	struct state *state = memory_new(1, sizeof(*state));

	state->memory = memory_new(1, sizeof(*state->memory));
	state->affairs = affairs_new();
	return state;
}

void
state_free(struct state *state)
{
	if (state == NULL)
		return;
	for (uint32_t i = 0; i < state->targets; i++) {
		for (uint32_t j = 0; j < state->target[i].replicas; j++)
			replica_free(&state->target[i].replica[j]);
		free(state->target[i].replica);
	}
	for (uint32_t i = 0; i < state->incidents; i++)
		incident_free(&state->incident[i]);
	free(state->target);
	free(state->incident);
	free(state->due);
	free(state->gap);
	free(state->alarm);
	free(state->flood);
	free(state->said);
	free(state->metric);
	free(state->window);
	free(state->intent);
	free(state->ceremony);
	affairs_free(state->affairs);
	judgement_drop(state->judgement);
	memory_free(state);
	plan_free(state->plan);
	free(state);
}

static void *
copy_of(const void *at, size_t count, size_t size)
{
	void *copy = memory_new(count, size);

	if (count > 0)
		memcpy(copy, at, count * size);
	return copy;
}

static void
replica_copy(struct replica_state *copy, const struct replica_state *from)
{
	*copy = *from;
	copy->facts = copy->detail = copy->evidence = (struct buffer){ 0 };
	buffer_put(&copy->facts, from->facts.at, from->facts.len);
	buffer_put(&copy->detail, from->detail.at, from->detail.len);
	buffer_put(&copy->evidence, from->evidence.at, from->evidence.len);
	if (from->failed_ms != NULL)
		copy->failed_ms = copy_of(from->failed_ms, 64, sizeof(*copy->failed_ms));
	copy->level = copy_of(from->level, from->levels, sizeof(*from->level));
}

static void
targets_copy(struct state *copy, const struct state *from)
{
	copy->target = copy_of(from->target, from->targets, sizeof(*from->target));
	for (uint32_t i = 0; i < from->targets; i++) {
		const struct target_state *target = &from->target[i];

		copy->target[i].replica =
		    copy_of(target->replica, target->replicas, sizeof(*target->replica));
		for (uint32_t j = 0; j < target->replicas; j++)
			replica_copy(&copy->target[i].replica[j], &target->replica[j]);
	}
}

static void
incidents_copy(struct state *copy, const struct state *from)
{
	copy->incident = copy_of(from->incident, from->incidents, sizeof(*from->incident));
	copy->incident_cap = from->incidents;
	for (uint32_t i = 0; i < from->incidents; i++) {
		struct incident *incident = &copy->incident[i];

		incident->member =
		    copy_of(incident->member, incident->members, sizeof(*incident->member));
		incident->member_cap = incident->members;
		incident->note = copy_of(incident->note, incident->notes, sizeof(*incident->note));
		incident->note_cap = incident->notes;
		incident->correction = copy_of(incident->correction, incident->corrections,
		    sizeof(*incident->correction));
		incident->correction_cap = incident->corrections;
		incident->metric =
		    copy_of(incident->metric, incident->metrics, sizeof(*incident->metric));
		incident->metric_cap = incident->metrics;
	}
}

static void
signals_copy(struct state *copy, const struct state *from)
{
	copy->alarm = copy_of(from->alarm, from->alarms, sizeof(*from->alarm));
	copy->alarm_cap = from->alarms;
	copy->flood = copy_of(from->flood, from->floods, sizeof(*from->flood));
	copy->flood_cap = from->floods;
	copy->said = copy_of(from->said, from->saids, sizeof(*from->said));
	copy->said_cap = from->saids;
	copy->metric = copy_of(from->metric, from->metrics, sizeof(*from->metric));
	copy->metric_cap = from->metrics;
	copy->window = copy_of(from->window, from->windows, sizeof(*from->window));
	copy->window_cap = from->windows;
	copy->affairs = affairs_copy(from->affairs);
	copy->intent = copy_of(from->intent, from->intents, sizeof(*from->intent));
	copy->intent_cap = from->intents;
	copy->ceremony = copy_of(from->ceremony, from->ceremonies, sizeof(*from->ceremony));
	copy->ceremony_cap = from->ceremonies;
}

struct state *
state_copy(const struct state *from)
{
	struct state *copy = memory_new(1, sizeof(*copy));

	*copy = *from;
	copy->plan = from->plan != NULL ? plan_hold(from->plan) : NULL;
	targets_copy(copy, from);
	incidents_copy(copy, from);
	copy->due = copy_of(from->due, from->dues, sizeof(*from->due));
	copy->due_cap = from->dues;
	copy->gap = copy_of(from->gap, from->gaps, sizeof(*from->gap));
	copy->gap_cap = from->gaps;
	copy->timeline = copy_of(from->timeline, from->timelines, sizeof(*from->timeline));
	copy->timeline_cap = from->timelines;
	signals_copy(copy, from);
	copy->memory = memory_new(1, sizeof(*copy->memory));
	copy->memory->plan_octets = from->memory->plan_octets;
	if (from->memory->view != NULL)
		copy->memory->view = plan_view_hold(from->memory->view);
	copy->memory->timeline_base = copy->timeline;
	copy->deadlines = (struct heap){ 0 };
	/* Shared until one of the two goes on. */
	if (copy->judgement != NULL) {
		copy->judgement->owners++;
		touched_make(&copy->memory->touched, copy->targets);
	}
	memory_build(copy);
	return copy;
}
