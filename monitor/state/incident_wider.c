/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Incidents of what fails as a whole: a set that lacks members, half of a site, several sites of a
 * provider, half of what one vantage sees.  They absorb the narrower ones, whose numbers stay.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"

static void
move_member(struct state *state, struct incident *wider, const struct incident *narrow,
    const struct incident_member *from, bool explained)
{
	struct target_state *target = state_target(state, from->target);
	struct incident_member *member = incident_member(wider, from->target);

	if (target == NULL)
		return;
	if (member == NULL)
		member = incident_add_member(wider, from->target);
	else if (member->health == HEALTH_UP)
		wider->failing++;
	wider->failing -= from->health == HEALTH_UP;
	*member = *from;
	member->from = narrow->id;
	member->explained |= explained;
	if (target->incident == narrow->id) {
		target->incident = wider->id;
		wider->flapping += target->flapping;
	}
}

static void
move_signals(struct state *state, struct incident *wider, struct incident *narrow)
{
	for (uint32_t i = 0; narrow->alarms_total > 0 && i < state->alarms; i++)
		if (state->alarm[i].incident == narrow->id)
			state->alarm[i].incident = wider->id;
	for (uint32_t i = 0; narrow->alarms_total > 0 && i < state->floods; i++)
		if (state->flood[i].incident == narrow->id)
			state->flood[i].incident = wider->id;
	for (uint32_t i = 0; i < state->saids; i++)
		if (state->said[i].incident == narrow->id)
			state->said[i].incident = wider->id;
	wider->alarms_total += narrow->alarms_total;
	wider->alarms_standing += narrow->alarms_standing;
	narrow->alarms_standing = 0;
	wider->flaps += narrow->flaps;
	if (narrow->severity > wider->severity)
		wider->severity = narrow->severity;
	for (uint32_t i = 0; i < narrow->metrics; i++)
		metric_keep(wider, &narrow->metric[i]);
}

/* Who was part of the narrow one is part of the wide one now. */
static void
move_absorbed(struct state *state, const struct incident *wider, const struct incident *narrow)
{
	for (uint32_t i = 0; narrow->absorbed > 0 && i < state->incidents; i++)
		if (state->incident[i].absorbed_by == narrow->id)
			state->incident[i].absorbed_by = wider->id;
}

void
incident_absorb(struct state *state, struct incident *wider, struct incident *narrow,
    bool explained, const struct cause *cause)
{
	uint32_t instance = narrow->instance;

	narrow->absorbed_by = wider->id;
	incident_close(state, narrow);
	for (uint32_t i = 0; i < narrow->members; i++)
		move_member(state, wider, narrow, &narrow->member[i], explained);
	move_signals(state, wider, narrow);
	move_absorbed(state, wider, narrow);
	wider->absorbed += 1 + narrow->absorbed;
	narrow->absorbed = narrow->flapping = 0;
	if (narrow->worst > wider->worst)
		wider->worst = narrow->worst;
	if (narrow->occurred_ms < wider->occurred_ms)
		wider->occurred_ms = narrow->occurred_ms;
	if (narrow->known_ms < wider->known_ms)
		wider->known_ms = narrow->known_ms;
	wider->changed_ms = narrow->changed_ms = state->now_ms;
	narrow->last_seq = cause->seq;
	for (uint32_t i = 0; i < narrow->members; i++) {
		const struct target_state *target = state_target(state, narrow->member[i].target);

		if (target != NULL)
			census_instance(state, target->plan->instance);
	}
	if (instance != NO_INDEX)
		census_instance(state, instance);
	census_incident(state, wider);
	incident_say(state, narrow, TRANSITION_ABSORBED, 0, &(struct cause){
		.seq = cause->seq, .observed_ms = cause->observed_ms });
	affairs_touch(state, wider->id, TOUCH_IMPACT | TOUCH_DUTY, cause);
	quiet_queue(state, wider);
}

/* All that fails in it lies within. */
static bool
lies_within(const struct state *state, const struct incident *incident, struct subject_ref outer,
    const char *region)
{
	const struct plan_view *view = state->memory->view;
	const struct plan *plan = state->plan;
	struct subject_ref own;

	for (uint32_t i = 0; i < incident->members; i++) {
		const struct incident_member *member = &incident->member[i];
		const struct target_state *target = state_target(state, member->target);
		struct subject_ref inner;

		if (target == NULL || member->explained)
			continue;
		inner = ref_of_target((uint32_t)(target - state->target));
		if (!subject_within(view, inner, outer) ||
		    (region[0] != '\0' && strcmp(region,
		    plan->site[plan->instance[target->plan->instance].site].region) != 0))
			return false;
	}
	if (!incident_is_alarms(incident))
		return true;
	own = plan_view_find(view, incident->subject);
	return subject_within(view, own, outer) && (region[0] == '\0' ||
	    (incident->site != NO_INDEX && strcmp(region, plan->site[incident->site].region) == 0));
}

static void
absorb_within(struct state *state, struct incident *wider, struct subject_ref outer,
    const struct cause *cause)
{
	const struct fold_memory *memory = state->memory;

	for (uint32_t i = memory->opens; i > 0; i--) {
		struct incident *narrow = i <= memory->opens ?
		    state_incident(state, memory->open[i - 1]) : NULL;

		if (narrow == NULL || narrow->id == wider->id || narrow->by_hand ||
		    narrow->scope == SCOPE_STORM || narrow->scope == SCOPE_VANTAGE ||
		    (narrow->scope == SCOPE_PROVIDER && narrow->region[0] == '\0') ||
		    ((incident_is_alarms(narrow) || (wider->scope == SCOPE_PROVIDER &&
		    narrow->scope == SCOPE_INSTANCE)) && !incident_is_fresh(state, narrow)) ||
		    !lies_within(state, narrow, outer, wider->region))
			continue;
		incident_absorb(state, wider, narrow, false, cause);
	}
}

/* One is open already for exactly this. */
static struct incident *
open_about(const struct state *state, enum scope scope, const char *subject, const char *region)
{
	const struct fold_memory *memory = state->memory;

	for (uint32_t i = 0; i < memory->opens; i++) {
		struct incident *incident = state_incident(state, memory->open[i]);

		if (incident != NULL && incident->scope == scope &&
		    strcmp(incident->subject, subject) == 0 &&
		    (incident->region[0] == '\0' || strcmp(incident->region, region) == 0))
			return incident;
	}
	return NULL;
}

/* What opens, and for which target. */
struct wide {
	enum scope  scope;
	uint32_t    node, site;
	uint64_t    target;
	const char *region;
	struct incident *narrow;	/* where it is until now, or would go; NULL if nowhere */
};

static struct incident *
open_new(struct state *state, const struct wide *wide, struct failure failure,
    const struct cause *cause)
{
	struct incident *wider = incident_new(state, wide->scope, failure, cause);

	if (wider == NULL)
		return NULL;
	text_take(wider->subject, sizeof(wider->subject),
	    bytes_of_text(graph_subject(state->memory->view->graph, wide->node)));
	text_take(wider->region, sizeof(wider->region), bytes_of_text(wide->region));
	if (wide->scope == SCOPE_SITE) {
		wider->site = wide->site;
		text_take(wider->site_name, sizeof(wider->site_name),
		    bytes_of_text(state->plan->site[wide->site].name));
		state->memory->site[wide->site].own = wider->id;
	}
	incident_say(state, wider, TRANSITION_OPENED, wide->target, cause);
	absorb_within(state, wider, ref_of_node(wide->node), cause);
	incident_gather(state, wider, cause);
	return wider;
}

static bool
is_same(const struct state *state, const struct wide *wide, const struct incident *incident)
{
	return incident->scope == wide->scope && strcmp(incident->subject,
	    graph_subject(state->memory->view->graph, wide->node)) == 0;
}

/* What it would leave behind is no part of it: then it is not wider. */
static bool
may_hold(const struct state *state, const struct wide *wide)
{
	return wide->node != GRAPH_NONE && (wide->narrow == NULL ||
	    is_same(state, wide, wide->narrow) ||
	    lies_within(state, wide->narrow, ref_of_node(wide->node), wide->region));
}

static struct incident *
open_wider(struct state *state, const struct wide *wide, struct failure failure,
    const struct cause *cause)
{
	uint64_t narrow = wide->narrow != NULL ? wide->narrow->id : 0;
	struct incident *wider = open_about(state, wide->scope,
	    graph_subject(state->memory->view->graph, wide->node), wide->region), *own;

	if (wider == NULL)
		wider = open_new(state, wide, failure, cause);
	/* Making room moved the list. */
	own = state_incident(state, narrow);
	if (wider != NULL && own != NULL && own != wider && incident_is_open(own))
		incident_absorb(state, wider, own, false, cause);
	return wider;
}

struct incident *
incident_wider(struct state *state, const struct target_state *target, uint32_t instance,
    struct incident *narrow, struct failure failure, const struct cause *cause)
{
	const struct plan_view *view = state->memory->view;
	uint32_t site = state->plan->instance[instance].site;
	struct wide wide = { .site = site, .target = target != NULL ? target->plan->id : 0,
		.region = "", .narrow = narrow, .scope = SCOPE_PROVIDER,
		.node = view->provider[site] };

	if (census_provider_fails(state, site, &wide.region) && may_hold(state, &wide))
		return open_wider(state, &wide, failure, cause);
	wide.region = "";
	wide.scope = SCOPE_SITE;
	wide.node = graph_of(view->graph, GRAPH_SITE, site);
	if (census_site_fails(state, site) && may_hold(state, &wide))
		return open_wider(state, &wide, failure, cause);
	wide.scope = SCOPE_SET;
	wide.node = plan_view_set(view, instance);
	if (census_set_fails(state, instance) && may_hold(state, &wide))
		return open_wider(state, &wide, failure, cause);
	return NULL;
}

struct incident *
incident_wider_site(struct state *state, uint32_t site, struct failure failure,
    const struct cause *cause)
{
	struct wide wide = { .scope = SCOPE_PROVIDER, .site = site, .region = "",
		.node = state->memory->view->provider[site] };

	return census_provider_fails(state, site, &wide.region) ?
	    open_wider(state, &wide, failure, cause) : NULL;
}

/* What fails in it is seen apart, by this vantage only. */
static bool
is_apart(const struct state *state, const struct incident *incident, uint32_t vantage)
{
	if (incident->scope != SCOPE_INSTANCE || incident->by_hand || incident->members == 0)
		return false;
	for (uint32_t i = 0; i < incident->members; i++) {
		const struct target_state *target = state_target(state, incident->member[i].target);
		uint32_t at = target != NULL ? (uint32_t)(target - state->target) : 0;

		if (target != NULL && target->health > HEALTH_UP &&
		    (state->memory->view->vantage[at] != vantage ||
		    (state->memory->counted[at] & COUNTED_APART) == 0))
			return false;
	}
	return true;
}

static void
name_vantage(const struct state *state, uint32_t vantage, char out[SUBJECT_NAME])
{
	subject_text("vantage", vantage == 0 ? state->plan->vantage :
	    state->plan->vantages[vantage - 1].name, out);
}

struct incident *
vantage_incident(const struct state *state, uint32_t vantage)
{
	char subject[SUBJECT_NAME];

	name_vantage(state, vantage, subject);
	return open_about(state, SCOPE_VANTAGE, subject, "");
}

struct incident *
incident_vantage(struct state *state, struct target_state *target, struct failure failure,
    const struct cause *cause)
{
	struct fold_memory *memory = state->memory;
	uint32_t at = (uint32_t)(target - state->target), vantage = memory->view->vantage[at];
	struct incident *wider, *own = state_incident(state, target->incident);

	if ((memory->counted[at] & COUNTED_APART) == 0 || !census_vantage_fails(state, vantage) ||
	    (own != NULL && !is_apart(state, own, vantage)))
		return NULL;
	wider = vantage_incident(state, vantage);
	if (wider == NULL) {
		wider = incident_new(state, SCOPE_VANTAGE, failure, cause);
		if (wider == NULL)
			return NULL;
		name_vantage(state, vantage, wider->subject);
		incident_say(state, wider, TRANSITION_OPENED, target->plan->id, cause);
	}
	for (uint32_t i = memory->opens; i > 0; i--) {
		struct incident *narrow = i <= memory->opens ?
		    state_incident(state, memory->open[i - 1]) : NULL;

		if (narrow != NULL && is_apart(state, narrow, vantage))
			incident_absorb(state, wider, narrow, false, cause);
	}
	return wider;
}
