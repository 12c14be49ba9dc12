/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an alarm belongs: the open incident of its instance, set, site or provider; the one whose
 * cause it needs; or, if it is severe, one of its own, which may make something wider fail.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"

static struct incident *
open_about(const struct state *state, const char *subject)
{
	const struct fold_memory *memory = state->memory;

	for (uint32_t i = memory->opens; i > 0; i--) {
		struct incident *incident = state_incident(state, memory->open[i - 1]);

		if (incident != NULL && incident->scope != SCOPE_STORM &&
		    strcmp(incident->subject, subject) == 0)
			return incident;
	}
	return NULL;
}

static bool
takes_more(const struct state *state, const struct incident *incident)
{
	return incident != NULL && (incident->failing > 0 || incident_is_fresh(state, incident));
}

static struct incident *
company_of_instance(const struct state *state, uint32_t instance)
{
	const struct fold_memory *memory = state->memory;
	struct incident *incident = state_incident(state, memory->instance[instance].incident);
	uint32_t set = plan_view_set(memory->view, instance);

	if (incident != NULL)
		return incident;
	incident = census_site_incident(state, state->plan->instance[instance].site);
	if (takes_more(state, incident))
		return incident;
	incident = set != GRAPH_NONE ?
	    open_about(state, graph_subject(memory->view->graph, set)) : NULL;
	return takes_more(state, incident) ? incident : NULL;
}

/* The set has no incident of its own: one of a member. */
static struct incident *
company_of_set(const struct state *state, uint32_t set)
{
	const struct graph *graph = state->memory->view->graph;
	struct incident *incident = open_about(state, graph_subject(graph, set));
	const struct graph_edge *edge;
	uint32_t count;

	edge = graph_down(graph, set, &count);
	for (uint32_t i = 0; incident == NULL && i < count; i++) {
		uint32_t at = graph_node(graph, edge[i].to)->index;

		if (edge[i].kind == GRAPH_MEMBER && at != GRAPH_NONE)
			incident = state_incident(state, state->memory->instance[at].incident);
	}
	return incident;
}

/* The instance that stands for it in the census; NO_INDEX if it is none. */
static uint32_t
instance_of(const struct state *state, struct subject_ref ref)
{
	const struct graph_node *node;

	if (ref.kind == REF_TARGET)
		return state->plan->target[ref.target].instance;
	if (ref.kind != REF_NODE)
		return NO_INDEX;
	node = graph_node(state->memory->view->graph, ref.node);
	return node->kind == GRAPH_INSTANCE ? node->index : NO_INDEX;
}

static struct incident *
company_of(const struct state *state, const char *subject, struct subject_ref ref)
{
	uint32_t instance = instance_of(state, ref);
	const struct graph_node *node;

	if (instance != NO_INDEX)
		return company_of_instance(state, instance);
	if (ref.kind == REF_NODE) {
		node = graph_node(state->memory->view->graph, ref.node);
		if (node->kind == GRAPH_SITE && node->index != GRAPH_NONE)
			return census_site_incident(state, node->index);
		if (node->kind == GRAPH_SET)
			return company_of_set(state, ref.node);
	}
	return open_about(state, subject);
}

struct incident *
alarm_company(struct state *state, const char *subject)
{
	return company_of(state, subject, plan_view_find(state->memory->view, subject));
}

/* A sender's clock that agrees with ours, or tells of something earlier, says when it began. */
static struct failure
failure_of(const struct state *state, const struct record *rec)
{
	struct failure failure = { rec->observed_ms, state->now_ms };
	const struct record_signal *signal = &rec->signal;

	if (signal->told != 0 && signal->told < failure.occurred_ms &&
	    (signal->clock == SIGNAL_CLOCK_AGREES || signal->clock == SIGNAL_CLOCK_REPORTED))
		failure.occurred_ms = signal->told;
	return failure;
}

/* As if it had an incident: does that make more than the instance fail? */
static struct incident *
widen(struct state *state, uint32_t instance, struct failure failure, const struct cause *cause)
{
	struct fold_memory *memory = state->memory;
	struct site_memory *site = &memory->site[state->plan->instance[instance].site];
	struct incident *wider;

	memory->assumed = instance + 1;
	site->alarmed++;
	wider = incident_wider(state, NULL, instance, NULL, failure, cause);
	site->alarmed--;
	memory->assumed = 0;
	return wider;
}

static struct incident *
open_scope(struct state *state, enum scope scope, const char *subject, uint32_t site,
    struct failure failure, const struct cause *cause)
{
	struct incident *incident = incident_new(state, scope, failure, cause);

	if (incident == NULL)
		return incident_storm(state, failure, cause);
	text_take(incident->subject, sizeof(incident->subject), bytes_of_text(subject));
	if (site != NO_INDEX) {
		incident->site = site;
		text_take(incident->site_name, sizeof(incident->site_name),
		    bytes_of_text(state->plan->site[site].name));
		state->memory->site[site].own = incident->id;
	}
	incident_say(state, incident, TRANSITION_OPENED, 0, cause);
	return incident;
}

static struct incident *
open_instance(struct state *state, uint32_t instance, struct failure failure,
    const struct cause *cause)
{
	struct incident *incident = widen(state, instance, failure, cause);

	if (incident != NULL)
		return incident;
	incident = incident_open_instance(state, instance, failure, cause);
	if (incident == NULL)
		return incident_storm(state, failure, cause);
	incident_say(state, incident, TRANSITION_OPENED, 0, cause);
	return incident;
}

/* A site whose alarm makes its provider fail, or which stands alone. */
static struct incident *
open_site(struct state *state, uint32_t site, const char *subject, struct failure failure,
    const struct cause *cause)
{
	struct incident *wider;

	state->memory->assumed_site = site + 1;
	wider = incident_wider_site(state, site, failure, cause);
	state->memory->assumed_site = 0;
	return wider != NULL ? wider : open_scope(state, SCOPE_SITE, subject, site, failure, cause);
}

static struct incident *
open_for(struct state *state, const char *subject, struct subject_ref ref, struct failure failure,
    const struct cause *cause)
{
	uint32_t instance = instance_of(state, ref);
	const struct graph_node *node;

	if (instance != NO_INDEX)
		return open_instance(state, instance, failure, cause);
	if (ref.kind != REF_NODE)
		return open_scope(state, SCOPE_ALARM, subject, NO_INDEX, failure, cause);
	node = graph_node(state->memory->view->graph, ref.node);
	if (node->kind == GRAPH_SITE && node->index != GRAPH_NONE)
		return open_site(state, node->index, subject, failure, cause);
	return open_scope(state, node->kind == GRAPH_PROVIDER ? SCOPE_PROVIDER :
	    node->kind == GRAPH_SET ? SCOPE_SET : SCOPE_ALARM, subject, NO_INDEX, failure, cause);
}

struct incident *
alarm_place(struct state *state, const char *subject, enum severity severity,
    const struct record *rec)
{
	struct subject_ref ref = plan_view_find(state->memory->view, subject);
	struct incident *incident = company_of(state, subject, ref);
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms,
		.detail = rec->signal.title };
	struct failure failure = failure_of(state, rec);
	uint32_t instance = instance_of(state, ref);
	uint64_t id;

	if (incident != NULL || severity < PERCEIVED_MAJOR)
		return incident;
	incident = incident_explains(state, instance != NO_INDEX ?
	    graph_of(state->memory->view->graph, GRAPH_INSTANCE, instance) :
	    ref.kind == REF_NODE ? ref.node : GRAPH_NONE);
	if (incident != NULL)
		return incident;
	incident = open_for(state, subject, ref, failure, &cause);
	if (incident == NULL || incident->id != state->size)
		return incident;
	id = incident->id;
	/* Its alarm is not counted yet, and what it explains may have failed a moment before. */
	if (instance != NO_INDEX)
		metric_before(state, incident, instance);
	incident->alarms_standing++;
	incident_gather(state, incident, &cause);
	incident = state_incident(state, id);
	incident->alarms_standing--;
	return incident;
}
