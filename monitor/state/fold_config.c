/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new plan comes into force: targets that are in both plans keep what is believed of them, new
 * ones begin unknown, those that left are forgotten.  Sites, instances and channels are found
 * again by name.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/affairs.h"
#include "monitor/state/fold_memory.h"

enum err
config_fetch(const struct record *rec, const struct blob_source *source, struct plan **plan,
    struct bytes *octets, struct why *why)
{
	struct hash name = rec->config.plan;
	struct buffer blob = { 0 };
	enum err err = source->get(source->arg, name, &blob, why);
	uint8_t *kept;

	if (err == ERR_OK)
		err = plan_decode(bytes_of_buffer(&blob), plan, why);
	if (err == ERR_OK && (*plan)->targets > 0 && (*plan)->target[0].id == 0) {
		plan_free(*plan);
		err = why_set(why, ERR_INVALID, "the plan of this CONFIG record has no target ids");
	}
	if (err == ERR_OK) {
		kept = plan_array(*plan, blob.len, 1);
		memcpy(kept, blob.at, blob.len);
		*octets = bytes_of(kept, blob.len);
	}
	buffer_free(&blob);
	return err;
}

static void
history_cut(struct replica_state *replica, const struct plan_target *plan)
{
	uint32_t rounds = plan->window > plan->recover_count ? plan->window : plan->recover_count;
	uint32_t mask = rounds >= 32 ? UINT32_MAX : (UINT32_C(1) << rounds) - 1;

	replica->history &= mask;
	replica->history_down &= mask;
	replica->history_unknown &= mask;
	replica->rounds = replica->rounds < rounds ? replica->rounds : rounds;
}

/* The word of the worker that had it counts up to now; the next one knows nothing of it yet. */
static void
target_moves(struct state *state, struct target_state *target, const struct plan *plan,
    const struct plan_target *now)
{
	uint32_t worker = plan_worker_of(plan, now->id);

	for (uint32_t i = 0; i < target->replicas; i++) {
		struct replica_state *replica = &target->replica[i];

		history_cut(replica, now);
		if (worker == target->worker)
			continue;
		replica->heard_ms = fold_heard_ms(state, target, replica);
		replica->seen = false;
		replica->named = 0;
	}
	target->worker = worker;
	target->plan = now;
}

static struct target_state
target_new(const struct state *state, const struct plan *plan, const struct plan_target *now)
{
	struct target_state target = {
		.plan = now, .reason = REASON_NEVER, .since_ms = state->now_ms, .seq = state->size,
		.worker = plan_worker_of(plan, now->id), .replicas = 1 };

	target.replica = memory_new(1, sizeof(*target.replica));
	target.replica[0] = (struct replica_state){
		.reason = REASON_NEVER, .since_ms = state->now_ms, .health_seq = state->size };
	return target;
}

static void
target_leaves(struct target_state *target)
{
	for (uint32_t i = 0; i < target->replicas; i++)
		replica_free(&target->replica[i]);
	free(target->replica);
}

/* Ids are never given to another instance; a ledger where they were is folded all the same. */
static bool
is_same(const struct state *state, const struct plan *plan, const struct plan_target *old,
    const struct plan_target *now)
{
	return strcmp(state->plan->instance[old->instance].name,
	    plan->instance[now->instance].name) == 0;
}

/* Both lists ascend by id.  Says which targets were there before, but were something else. */
static void
merge_targets(struct state *state, const struct plan *plan, bool *renewed)
{
	struct target_state *merged = memory_new(plan->targets, sizeof(*merged));
	uint32_t old = 0;

	for (uint32_t i = 0; i < plan->targets; i++) {
		const struct plan_target *now = &plan->target[i];

		while (old < state->targets && state->target[old].plan->id < now->id)
			target_leaves(&state->target[old++]);
		renewed[i] = old < state->targets && state->target[old].plan->id == now->id &&
		    !is_same(state, plan, state->target[old].plan, now);
		if (renewed[i])
			target_leaves(&state->target[old++]);
		if (!renewed[i] && old < state->targets && state->target[old].plan->id == now->id) {
			merged[i] = state->target[old++];
			target_moves(state, &merged[i], plan, now);
		} else {
			merged[i] = target_new(state, plan, now);
		}
	}
	while (old < state->targets)
		target_leaves(&state->target[old++]);
	free(state->target);
	state->target = merged;
	state->targets = plan->targets;
}

struct name { const char *text; uint32_t index; };

static int
by_text(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static uint32_t
name_find(const struct name *names, uint32_t count, const char *text)
{
	uint32_t low = 0, high = count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (strcmp(names[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && strcmp(names[low].text, text) == 0 ? names[low].index : NO_INDEX;
}

static void
renumber_incidents(struct state *state, const struct plan *plan)
{
	struct name *sites = memory_new(plan->sites, sizeof(*sites));
	struct name *instances = memory_new(plan->instances, sizeof(*instances));

	for (uint32_t i = 0; i < plan->sites; i++)
		sites[i] = (struct name){ plan->site[i].name, i };
	for (uint32_t i = 0; i < plan->instances; i++)
		instances[i] = (struct name){ plan->instance[i].name, i };
	qsort(sites, plan->sites, sizeof(*sites), by_text);
	qsort(instances, plan->instances, sizeof(*instances), by_text);
	for (uint32_t i = 0; i < state->incidents; i++) {
		struct incident *incident = &state->incident[i];

		incident->site = name_find(sites, plan->sites, incident->site_name);
		incident->instance = name_find(instances, plan->instances, incident->instance_name);
	}
	free(sites);
	free(instances);
}

void
config_apply(struct state *state, const struct record *rec, struct plan *plan, struct bytes octets,
    const char *cause)
{
	bool *renewed = memory_new(plan->targets, sizeof(*renewed));
	struct plan *before = state->plan;

	merge_targets(state, plan, renewed);
	renumber_incidents(state, plan);
	state->plan = plan;
	state->plan_hash = rec->config.plan;
	state->config_seq = state->size;
	state->memory->plan_octets = octets;
	notice_replan(state, before);
	plan_view_free(state->memory->view);
	state->memory->view = plan_view_new(plan);
	if (before != NULL)
		metric_replan(state, before);
	plan_free(before);
	memory_build(state);	/* to find targets by id; again when the incidents are settled */
	timeline_add(state, (struct transition){
		.kind = TRANSITION_CONFIG, .observed_ms = rec->observed_ms, .seq = state->size },
	    bytes_of_text(cause));
	incident_drop_gone(state, renewed);
	memory_build(state);
	affairs_replan(state);
	for (uint32_t i = 0; i < state->incidents; i++)
		if (incident_is_open(&state->incident[i]))
			affairs_touch(state, state->incident[i].id, TOUCH_IMPACT | TOUCH_DUTY,
			    &(struct cause){ .seq = state->size, .observed_ms = rec->observed_ms });
	affairs_stir(state, &(struct cause){ .seq = state->size, .observed_ms = rec->observed_ms });
	free(renewed);
}
