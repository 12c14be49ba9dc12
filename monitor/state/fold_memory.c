/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fold's indexes: target by id in one probe, deadlines, who is down where.  All of it follows
 * from plan, targets and incidents, so a decoded or copied state builds it again and goes on
 * exactly as the first one would have.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/affairs.h"
#include "monitor/state/fold_memory.h"

int64_t
time_later(int64_t ms, int64_t by_ms)
{
	int64_t sum;

	if (__builtin_add_overflow(ms, by_ms, &sum))
		return by_ms > 0 ? INT64_MAX : INT64_MIN;
	return sum;
}

void
text_take(char *out, size_t out_len, struct bytes text)
{
	const uint8_t *end = text.len > 0 ? memchr(text.at, '\0', text.len) : NULL;
	size_t len = end != NULL ? (size_t)(end - text.at) : text.len;

	if (len > out_len - 1)
		for (len = out_len - 1; len > 0 && (text.at[len] & 0xc0) == 0x80; len--)
			;
	memset(out, 0, out_len);
	if (len > 0)
		memcpy(out, text.at, len);
}

void
subject_text(const char *kind, const char *name, char out[SUBJECT_NAME])
{
	struct buffer text = { 0 };

	buffer_print(&text, "%s:%s", kind, name);
	text_take(out, SUBJECT_NAME, bytes_of_buffer(&text));
	buffer_free(&text);
}

static uint32_t
slot_of(const struct fold_memory *memory, uint64_t id)
{
	return (uint32_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (memory->slots - 1);
}

static void
index_targets(struct state *state)
{
	struct fold_memory *memory = state->memory;

	memory->slots = 64;
	while (memory->slots < 2 * state->targets)
		memory->slots *= 2;
	memory->slot = memory_new(memory->slots, sizeof(*memory->slot));
	for (uint32_t i = 0; i < state->targets; i++) {
		uint32_t slot = slot_of(memory, state->target[i].plan->id);

		while (memory->slot[slot] != 0)
			slot = (slot + 1) & (memory->slots - 1);
		memory->slot[slot] = i + 1;
	}
}

struct target_state *
state_target(const struct state *state, uint64_t id)
{
	const struct fold_memory *memory = state->memory;
	uint32_t slot;

	if (memory == NULL || memory->slots == 0)
		return NULL;
	for (slot = slot_of(memory, id); memory->slot[slot] != 0;
	    slot = (slot + 1) & (memory->slots - 1)) {
		struct target_state *target = &state->target[memory->slot[slot] - 1];

		if (target->plan->id == id)
			return target;
	}
	return NULL;
}

/* When the first of its replicas that are believed anything becomes stale. */
static int64_t
target_due(const struct state *state, const struct target_state *target)
{
	int64_t first = INT64_MAX;

	for (uint32_t i = 0; i < target->replicas; i++) {
		const struct replica_state *replica = &target->replica[i];
		int64_t due;

		if (replica->health == HEALTH_UNKNOWN)
			continue;
		due = time_later(fold_heard_ms(state, target, replica), target->plan->stale_ms);
		first = due < first ? due : first;
	}
	return first;
}

/* An entry may be early, for it is looked at again when it falls due, but never late. */
void
memory_queue(struct state *state, struct target_state *target)
{
	int64_t *queued = &state->memory->queued_ms[target - state->target];
	int64_t due = target_due(state, target);

	if (due >= *queued)
		return;
	*queued = due;
	heap_push(&state->deadlines, (struct deadline){ due, target->plan->id });
}

void
memory_lapsed(struct state *state, const struct target_state *target, bool lapsed)
{
	struct fold_memory *memory = state->memory;
	uint32_t index = (uint32_t)(target - state->target), *at = &memory->lapsed_at[index];

	if (lapsed == (*at != 0))
		return;
	if (lapsed) {
		memory->lapsed[memory->lapsed_count++] = index;
		*at = memory->lapsed_count;
		return;
	}
	memory->lapsed_count--;
	memory->lapsed[*at - 1] = memory->lapsed[memory->lapsed_count];
	memory->lapsed_at[memory->lapsed[*at - 1]] = *at;
	*at = 0;
}

static void
queue_targets(struct state *state)
{
	for (uint32_t i = 0; i < state->targets; i++) {
		struct target_state *target = &state->target[i];

		target->incident = 0;
		state->memory->queued_ms[i] = INT64_MAX;
		memory_queue(state, target);
		for (uint32_t j = 0; j < target->replicas; j++)
			if (target->replica[j].seen && (target->replica[j].reason == REASON_STALE ||
			    target->replica[j].reason == REASON_MISSED))
				memory_lapsed(state, target, true);
	}
}

static void
link_incident(struct state *state, struct incident *incident)
{
	incident->failing = incident->flapping = incident->absorbed = 0;
	incident->alarms_standing = 0;
	for (uint32_t i = 0; i < incident->members; i++) {
		struct target_state *target = state_target(state, incident->member[i].target);

		incident->failing += incident->member[i].health != HEALTH_UP;
		if (!incident_is_open(incident) || target == NULL)
			continue;
		target->incident = incident->id;
	}
	if (!incident_is_open(incident))
		return;
	incident_reopen(state, incident);
}

/* What incidents share with others: parts, alarms, members that flap. */
static void
link_others(struct state *state)
{
	for (uint32_t i = 0; i < state->incidents; i++) {
		struct incident *wider = state_incident(state, state->incident[i].absorbed_by);

		if (wider != NULL)
			wider->absorbed += 1;
	}
	for (uint32_t i = 0; i < state->alarms; i++) {
		struct incident *incident = state_incident(state, state->alarm[i].incident);

		if (incident != NULL && state->alarm[i].cleared_ms == 0)
			incident->alarms_standing++;
	}
	for (uint32_t i = 0; i < state->targets; i++) {
		struct incident *incident = state_incident(state, state->target[i].incident);

		if (incident != NULL)
			incident->flapping += state->target[i].flapping;
	}
}

static void
link_all(struct state *state)
{
	for (uint32_t i = 0; i < state->incidents; i++)
		link_incident(state, &state->incident[i]);
	link_others(state);
	if (state->plan == NULL)
		return;
	census_build(state);
	for (uint32_t i = 0; i < state->plan->instances; i++)
		census_instance(state, i);
	for (uint32_t i = 0; i < state->memory->opens; i++)
		quiet_queue(state, state_incident(state, state->memory->open[i]));
}

static void
memory_clear(struct state *state)
{
	struct fold_memory *memory = state->memory;

	free(memory->slot);
	free(memory->queued_ms);
	free(memory->lapsed);
	free(memory->lapsed_at);
	free(memory->instance);
	free(memory->site);
	for (uint32_t i = 0; i < FALLS_KEPT; i++)
		fall_free(&memory->fall[i]);
	free(memory->counted);
	protection_forget(memory);
	free(memory->open);
	free(memory->alarm_slot);
	free(memory->window);
	*memory = (struct fold_memory){
		.plan_octets = memory->plan_octets, .timeline_base = memory->timeline_base,
		.touched = memory->touched, .view = memory->view, .stirred = memory->stirred,
		.stir_seq = memory->stir_seq, .stir_observed_ms = memory->stir_observed_ms };
	heap_free(&state->deadlines);
}

void
memory_build(struct state *state)
{
	struct fold_memory *memory = state->memory;

	memory_clear(state);
	memory->queued_ms = memory_new(state->targets, sizeof(*memory->queued_ms));
	memory->lapsed = memory_new(state->targets, sizeof(*memory->lapsed));
	memory->lapsed_at = memory_new(state->targets, sizeof(*memory->lapsed_at));
	memory->counted = memory_new(state->targets, sizeof(*memory->counted));
	if (memory->view == NULL || memory->view->plan != state->plan) {
		plan_view_free(memory->view);
		memory->view = state->plan != NULL ? plan_view_new(state->plan) : NULL;
	}
	if (state->plan != NULL) {
		memory->instance = memory_new(state->plan->instances, sizeof(*memory->instance));
		memory->site = memory_new(state->plan->sites, sizeof(*memory->site));
		memory->channels = notice_channels(state->plan);
		index_targets(state);
		queue_targets(state);
	}
	alarm_build(state);
	link_all(state);
	window_build(state);
	intent_build(state);
	protection_build(state);
	affairs_build(state);
}

void
memory_free(struct state *state)
{
	memory_clear(state);
	plan_view_free(state->memory->view);
	touched_free(&state->memory->touched);
	free(state->memory->timeline_base);
	free(state->memory);
}
