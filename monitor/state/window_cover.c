/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a window holds a target or an incident: by site, instance, set, target or provider. */
#include <string.h>

#include "monitor/state/fold.h"
#include "monitor/state/window.h"

static bool
named(const char *subject, const char *kind, const char *name)
{
	size_t len = strlen(kind);

	return strncmp(subject, kind, len) == 0 && subject[len] == ':' && name[0] != '\0' &&
	    strcmp(subject + len + 1, name) == 0;
}

bool
subject_holds(const struct plan *plan, const char *subject, const struct plan_target *target)
{
	const struct plan_instance *instance = &plan->instance[target->instance];
	const struct plan_site *site = &plan->site[instance->site];

	return named(subject, "target", target->name) ||
	    named(subject, "target", target->endpoint) ||
	    named(subject, "instance", instance->name) ||
	    named(subject, "replica_set", instance->replica_set) ||
	    named(subject, "site", site->name) || named(subject, "provider", site->provider);
}

bool
window_covers(const struct state *state, const struct window_state *window,
    const struct incident *incident)
{
	uint32_t held = 0;

	for (uint32_t i = 0; i < incident->members; i++) {
		const struct incident_member *member = &incident->member[i];
		const struct target_state *target = state_target(state, member->target);

		if (target == NULL || member->explained)
			continue;
		if (!subject_holds(state->plan, window->subject, target->plan))
			return false;
		held++;
	}
	return held > 0 || (incident->members == 0 && incident->subject[0] != '\0' &&
	    strcmp(incident->subject, window->subject) == 0);
}
