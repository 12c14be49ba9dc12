/* SPDX-License-Identifier: Apache-2.0 */
/* What lies within the subject of a window, and what a window would hide before it is asked for. */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/fold_memory.h"
#include "monitor/state/incident_view.h"

static struct subject_ref
ref_of(const struct state *state, const char *subject)
{
	return state->memory->view != NULL ? plan_view_find(state->memory->view, subject) :
	    (struct subject_ref){ .kind = REF_NONE };
}

static bool
covers_target(const struct state *state, struct subject_ref ref, const struct target_state *target)
{
	return ref.kind != REF_NONE && subject_within(state->memory->view,
	    ref_of_target((uint32_t)(target - state->target)), ref);
}

bool
window_covers_target(const struct state *state, const char *subject,
    const struct target_state *target)
{
	return covers_target(state, ref_of(state, subject), target);
}

const struct window_state *
window_of_target(const struct state *state, const struct target_state *target)
{
	for (uint32_t i = 0; i < state->windows; i++)
		if (window_in_force(state, &state->window[i]) &&
		    window_covers_target(state, state->window[i].subject, target))
			return &state->window[i];
	return NULL;
}

static bool
covers_alarms(const struct state *state, struct subject_ref ref, const struct incident *incident)
{
	for (uint32_t i = 0; incident->alarms_standing > 0 && i < state->alarms; i++) {
		const struct alarm_state *alarm = &state->alarm[i];

		if (alarm->incident == incident->id && alarm->cleared_ms == 0 &&
		    !subject_within(state->memory->view, ref_of(state, alarm->subject), ref))
			return false;
	}
	return true;
}

bool
window_covers_incident(const struct state *state, const char *subject,
    const struct incident *incident)
{
	struct subject_ref ref = ref_of(state, subject);

	if (ref.kind == REF_NONE || (incident->members == 0 && incident->alarms_total == 0))
		return false;
	for (uint32_t i = 0; i < incident->members; i++) {
		const struct target_state *target = state_target(state, incident->member[i].target);

		if (target != NULL && !covers_target(state, ref, target))
			return false;
	}
	if (incident->members == 0 && incident->alarms_standing == 0 &&
	    !subject_within(state->memory->view, ref_of(state, incident->subject), ref))
		return false;
	return covers_alarms(state, ref, incident);
}

static void
count_network(const struct state *state, struct subject_ref ref, struct window_preview *preview)
{
	const struct plan_view *view = state->memory->view;
	bool *instance = memory_new(state->plan->instances, sizeof(*instance));

	for (uint32_t i = 0; i < state->targets; i++) {
		bool inside = covers_target(state, ref, &state->target[i]);

		preview->targets += inside;
		instance[state->target[i].plan->instance] |= inside;
	}
	for (uint32_t i = 0; i < state->plan->instances; i++)
		preview->instances += instance[i];
	for (uint32_t i = 0; i < state->plan->sites; i++)
		preview->sites +=
		    subject_within(view, ref_of_node(graph_of(view->graph, GRAPH_SITE, i)), ref);
	free(instance);
}

static void
count_incidents(const struct state *state, const char *subject, struct window_preview *preview)
{
	for (uint32_t i = 0; i < state->memory->opens; i++) {
		const struct incident *incident = state_incident(state, state->memory->open[i]);

		if (!window_covers_incident(state, subject, incident))
			continue;
		preview->incidents++;
		for (uint32_t j = 0; j < state->dues; j++)
			preview->notices += state->due[j].incident == incident->id;
	}
}

void
window_preview(const struct state *state, const char *subject, int64_t from_ms, int64_t until_ms,
    struct window_preview *preview)
{
	struct subject_ref ref = ref_of(state, subject);

	*preview = (struct window_preview){ .known = ref.kind != REF_NONE };
	if (state->plan == NULL)
		return;
	preview->needs_second = (state->plan->second_person >> ACT_WINDOW & 1) != 0;
	if (!preview->known)
		return;
	count_network(state, ref, preview);
	count_incidents(state, subject, preview);
	for (uint32_t i = 0; i < state->alarms; i++)
		preview->alarms += state->alarm[i].cleared_ms == 0 && subject_within(
		    state->memory->view, ref_of(state, state->alarm[i].subject), ref);
	for (uint32_t i = 0; i < state->windows; i++) {
		const struct window_state *window = &state->window[i];
		struct subject_ref other = ref_of(state, window->subject);

		preview->windows += !window->over && window->from_ms < until_ms &&
		    from_ms < window->until_ms &&
		    (subject_within(state->memory->view, other, ref) ||
		    subject_within(state->memory->view, ref, other));
	}
}
