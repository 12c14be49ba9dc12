/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is down where, and when that makes something wider fail.  An endpoint that several vantages
 * look at is down only when no vantage sees it UP.  An instance that fails because it needs what
 * failed elsewhere says nothing about its own site.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"

/* Sites of one provider that fail together wherever they are: three are no coincidence. */
enum { PROVIDER_SITES = 3 };

static bool
seen_up(const struct state *state, uint32_t target)
{
	const struct plan_view *view = state->memory->view;
	struct index_range range = view->endpoint[target];

	for (uint32_t i = range.at; i < range.at + range.count; i++) {
		uint32_t other = view->instance_target[i];

		if (view->vantage[other] != view->vantage[target] &&
		    state->target[other].health == HEALTH_UP)
			return true;
	}
	return false;
}

static void
count_one(struct state *state, uint32_t at)
{
	struct fold_memory *memory = state->memory;
	const struct target_state *target = &state->target[at];
	struct instance_memory *instance = &memory->instance[target->plan->instance];
	struct site_memory *site =
	    &memory->site[state->plan->instance[target->plan->instance].site];
	struct vantage_memory *vantage = &memory->vantage[memory->view->vantage[at]];
	bool apart = memory->view->several[at] && target->health > HEALTH_UP &&
	    seen_up(state, at);
	uint8_t now = (uint8_t)((target->health == HEALTH_DOWN && !apart ? COUNTED_DOWN : 0) |
	    (apart ? COUNTED_APART : 0));
	uint8_t changed = now ^ memory->counted[at];

	memory->counted[at] = now;
	if ((changed & COUNTED_APART) != 0)
		vantage->apart += apart ? 1 : UINT32_MAX;
	if ((changed & COUNTED_DOWN) == 0)
		return;
	if ((now & COUNTED_DOWN) != 0)
		site->down += instance->down++ == 0;
	else
		site->down -= --instance->down == 0;
}

void
census_target(struct state *state, const struct target_state *target)
{
	const struct plan_view *view = state->memory->view;
	uint32_t at = (uint32_t)(target - state->target);
	struct index_range range = view->endpoint[at];

	if (!view->several[at]) {
		count_one(state, at);
		return;
	}
	for (uint32_t i = range.at; i < range.at + range.count; i++)
		count_one(state, view->instance_target[i]);
}

void
census_build(struct state *state)
{
	struct fold_memory *memory = state->memory;

	for (uint32_t i = 0; i < state->targets; i++) {
		const struct plan_target *plan = state->target[i].plan;

		memory->site[state->plan->instance[plan->instance].site].watched +=
		    memory->instance[plan->instance].watched++ == 0;
		memory->vantage[memory->view->vantage[i]].watched += memory->view->several[i];
		count_one(state, i);
	}
}

/* An incident of one vantage says nothing of the instance: any other one comes first. */
void
census_instance(struct state *state, uint32_t at)
{
	struct instance_memory *instance = &state->memory->instance[at];
	struct index_range range = state->memory->view->of_instance[at];
	const struct incident *best = NULL, *own = state_incident(state, instance->own);
	struct site_memory *site = &state->memory->site[state->plan->instance[at].site];
	bool alarmed = own != NULL && incident_is_alarms(own), provided;

	instance->explained = false;
	for (uint32_t i = range.at; i < range.at + range.count; i++) {
		const struct target_state *target =
		    &state->target[state->memory->view->instance_target[i]];
		const struct incident *incident = state_incident(state, target->incident);
		const struct incident_member *member =
		    incident != NULL ? incident_member(incident, target->plan->id) : NULL;

		instance->explained |= member != NULL && member->explained;
		if (incident != NULL && (best == NULL ||
		    (best->scope == SCOPE_VANTAGE) > (incident->scope == SCOPE_VANTAGE) ||
		    ((best->scope == SCOPE_VANTAGE) == (incident->scope == SCOPE_VANTAGE) &&
		    best->id < incident->id)))
			best = incident;
	}
	if (own != NULL && (best == NULL || best->scope == SCOPE_VANTAGE))
		best = own;
	instance->incident = best != NULL ? best->id : 0;
	if (alarmed != instance->alarmed)
		site->alarmed += alarmed ? 1 : UINT32_MAX;
	instance->alarmed = alarmed;
	provided = best != NULL && best->scope == SCOPE_PROVIDER && !instance->explained;
	if (provided != instance->provided)
		site->provided += provided ? 1 : UINT32_MAX;
	instance->provided = provided;
}

void
census_incident(struct state *state, const struct incident *incident)
{
	if (incident->scope == SCOPE_INSTANCE && incident->instance != NO_INDEX)
		census_instance(state, incident->instance);
}

struct incident *
census_site_incident(const struct state *state, uint32_t at)
{
	const struct fold_memory *memory = state->memory;
	const struct site_memory *site = &memory->site[at];
	const char *region = state->plan->site[at].region, *provider;

	if (site->own != 0)
		return state_incident(state, site->own);
	if (site->provided == 0 || memory->view->provider[at] == GRAPH_NONE)
		return NULL;
	provider = graph_subject(memory->view->graph, memory->view->provider[at]);
	for (uint32_t i = 0; i < memory->opens; i++) {
		struct incident *incident = state_incident(state, memory->open[i]);

		if (incident != NULL && incident->scope == SCOPE_PROVIDER &&
		    strcmp(incident->subject, provider) == 0 &&
		    (incident->region[0] == '\0' || strcmp(incident->region, region) == 0))
			return incident;
	}
	return NULL;
}

bool
census_instance_fails(const struct state *state, uint32_t at)
{
	const struct instance_memory *instance = &state->memory->instance[at];
	const struct incident *own;

	if (instance->down > 0 || state->memory->assumed == at + 1)
		return true;
	own = instance->alarmed ? state_incident(state, instance->own) : NULL;
	return own != NULL && incident_is_fresh(state, own);
}

/* The cause of what it is explained by lies on another site, or on none. */
static bool
fails_for_others(const struct state *state, uint32_t at, uint32_t site)
{
	const struct instance_memory *instance = &state->memory->instance[at];
	const struct incident *incident =
	    instance->explained ? state_incident(state, instance->incident) : NULL;

	return incident != NULL && incident->site != site;
}

bool
census_site_fails(const struct state *state, uint32_t at)
{
	const struct site_memory *site = &state->memory->site[at];
	struct index_range range = state->memory->view->of_site[at];
	uint32_t failing = 0, own = 0, total = 0;

	if (site->down + site->alarmed < 2 ||
	    2 * (uint64_t)(site->down + site->alarmed) < site->watched)
		return false;
	for (uint32_t i = range.at; i < range.at + range.count; i++) {
		uint32_t instance = state->memory->view->site_instance[i];
		bool fails = census_instance_fails(state, instance);

		if (fails && fails_for_others(state, instance, at))
			continue;
		total += fails || state->memory->instance[instance].watched > 0;
		failing += fails;
		own += fails && !state->memory->instance[instance].explained;
	}
	return own >= 2 && 2 * (uint64_t)failing >= total;
}

bool
census_set_fails(const struct state *state, uint32_t instance)
{
	const struct graph *graph = state->memory->view->graph;
	uint32_t set = plan_view_set(state->memory->view, instance), count, failing = 0;
	const struct graph_edge *edge;

	if (set == GRAPH_NONE)
		return false;
	edge = graph_down(graph, set, &count);
	for (uint32_t i = 0; i < count; i++)
		if (edge[i].kind == GRAPH_MEMBER) {
			uint32_t at = graph_node(graph, edge[i].to)->index;

			failing += at != GRAPH_NONE && census_instance_fails(state, at) &&
			    !state->memory->instance[at].explained;
		}
	return failing >= 2 &&
	    failing > graph_node(graph, set)->members - graph_node(graph, set)->needed;
}

/* All that is watched on it, or so much that it has an incident of its own. */
static bool
site_is_down(const struct state *state, uint32_t at)
{
	const struct site_memory *site = &state->memory->site[at];
	const struct incident *incident = census_site_incident(state, at);
	struct index_range range = state->memory->view->of_site[at];

	if (state->memory->assumed_site == at + 1 || (incident != NULL &&
	    (incident->failing > 0 || incident_is_fresh(state, incident))))
		return true;
	if (site->down + site->alarmed == 0 || site->down + site->alarmed < site->watched)
		return false;
	for (uint32_t i = range.at; i < range.at + range.count; i++) {
		uint32_t instance = state->memory->view->site_instance[i];

		if (state->memory->instance[instance].watched > 0 &&
		    (!census_instance_fails(state, instance) ||
		    fails_for_others(state, instance, at)))
			return false;
	}
	return true;
}

bool
census_provider_fails(const struct state *state, uint32_t site, const char **region)
{
	const struct plan *plan = state->plan;
	const uint32_t *provider = state->memory->view->provider;
	const char *here = plan->site[site].region;
	uint32_t near = 0, near_down = 0, all = 0, down = 0;

	if (provider[site] == GRAPH_NONE ||
	    (!site_is_down(state, site) && !census_site_fails(state, site)))
		return false;
	for (uint32_t i = 0; i < plan->sites; i++) {
		bool is_down;

		if (provider[i] != provider[site])
			continue;
		is_down = i == site || site_is_down(state, i);
		all++;
		down += is_down;
		if (strcmp(plan->site[i].region, here) == 0) {
			near++;
			near_down += is_down;
		}
	}
	*region = down == near_down && here[0] != '\0' ? here : "";
	if (near_down >= 2 && 2 * near_down >= near)
		return true;
	return down >= 2 && (down >= PROVIDER_SITES || 2 * down >= all);
}

bool
census_vantage_fails(const struct state *state, uint32_t at)
{
	const struct vantage_memory *vantage = &state->memory->vantage[at];

	return vantage->apart >= 2 && 2 * (uint64_t)vantage->apart >= vantage->watched;
}
