/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Incidents: one cause is one.  What fails goes, in this order, where its instance already is; into
 * the incident of the provider, site or set that fails as a whole from here on; into the one whose
 * cause it needs (incident_cause.c); into a new one of its instance, which takes in what needs it.
 * UNKNOWN members keep an incident open and open none.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"

void
incident_say(struct state *state, const struct incident *incident, enum transition_kind kind,
    uint64_t target, const struct cause *cause)
{
	timeline_add(state, (struct transition){
		.kind = kind, .observed_ms = cause->observed_ms, .seq = cause->seq,
		.incident = incident->id, .target = target }, cause->detail);
	affairs_touch(state, incident->id, TOUCH_IMPACT | TOUCH_DUTY, cause);
}

void
incident_tell(struct state *state, struct incident *incident, enum transition_kind kind,
    uint64_t target, const struct cause *cause)
{
	incident_say(state, incident, kind, target, cause);
	if (incident->told_ms == 0 && !window_hides(state, incident, kind))
		notice_owe(state, incident->id, kind, state->size);
}

static void
enroll(struct state *state, struct incident *incident, struct target_state *target, bool explained,
    const struct cause *cause)
{
	struct incident_member *member;

	member = incident_member(incident, target->plan->id);
	if (member == NULL)
		member = incident_add_member(incident, target->plan->id);
	member->health = member->worst = target->health;
	member->since_ms = member->joined_ms = state->now_ms;
	member->seq = cause->seq;
	member->explained = explained;
	target->incident = incident->id;
	incident->flapping += target->flapping;
	census_instance(state, target->plan->instance);
	census_incident(state, incident);
	if (target->health > incident->worst)
		incident->worst = target->health;
	incident->changed_ms = incident->grew_ms = state->now_ms;
	incident->last_seq = cause->seq;
	metric_before(state, incident, target->plan->instance);
	if (target->flapping)
		quiet_queue(state, incident);
}

static void
say_explained(struct state *state, struct incident *incident, const struct target_state *target,
    const struct cause *cause)
{
	struct transition transition = {
		.kind = TRANSITION_EXPLAINED, .observed_ms = cause->observed_ms, .seq = cause->seq,
		.incident = incident->id, .target = target->plan->id };

	subject_text("instance", state->plan->instance[target->plan->instance].name,
	    transition.subject);
	timeline_add(state, transition, cause->detail);
	affairs_touch(state, incident->id, TOUCH_IMPACT, cause);
}

void
incident_join(struct state *state, struct incident *incident, struct target_state *target,
    bool explained, struct failure failure, const struct cause *cause)
{
	uint64_t before = state->memory->instance[target->plan->instance].incident;
	bool worse = target->health > incident->worst;

	explained |= before == incident->id &&
	    state->memory->instance[target->plan->instance].explained;
	enroll(state, incident, target, explained, cause);
	if (failure.occurred_ms < incident->occurred_ms)
		incident->occurred_ms = failure.occurred_ms;
	if (failure.known_ms < incident->known_ms)
		incident->known_ms = failure.known_ms;
	/* What it was opened for. */
	if (incident->id == state->size)
		worse = false;
	else if (explained && before != incident->id)
		say_explained(state, incident, target, cause);
	else if (worse || before != incident->id)
		incident_tell(state, incident, TRANSITION_GREW, target->plan->id, cause);
	partial_look(state, incident, cause);
	window_uncovers(state, incident, target);
}

struct incident *
incident_open_instance(struct state *state, uint32_t at, struct failure failure,
    const struct cause *cause)
{
	const struct plan_instance *instance = &state->plan->instance[at];
	struct incident *incident = incident_new(state, SCOPE_INSTANCE, failure, cause);

	if (incident == NULL)
		return NULL;
	incident->instance = at;
	incident->site = instance->site;
	text_take(incident->instance_name, sizeof(incident->instance_name),
	    bytes_of_text(instance->name));
	text_take(incident->site_name, sizeof(incident->site_name),
	    bytes_of_text(state->plan->site[instance->site].name));
	subject_text("instance", instance->name, incident->subject);
	incident_own(state, incident);
	return incident;
}

struct incident *
incident_storm(struct state *state, struct failure failure, const struct cause *cause)
{
	struct incident *incident = state_incident(state, state->memory->storm);

	if (incident != NULL && incident_is_open(incident))
		return incident;
	incident = incident_new(state, SCOPE_STORM, failure, cause);
	if (incident == NULL)
		return NULL;
	state->memory->storm = incident->id;
	incident_say(state, incident, TRANSITION_OPENED, 0, cause);
	return incident;
}

/* The incident its instance or site is in, that it may join. */
static struct incident *
incident_at_hand(const struct state *state, const struct target_state *target)
{
	uint32_t instance = target->plan->instance;
	struct incident *incident =
	    state_incident(state, state->memory->instance[instance].incident);

	/* What one vantage sees apart says nothing of what another sees. */
	if (incident != NULL && incident->scope == SCOPE_VANTAGE && incident !=
	    vantage_incident(state, state->memory->view->vantage[target - state->target]))
		incident = NULL;
	if (incident != NULL)
		return incident;
	incident = census_site_incident(state, state->plan->instance[instance].site);
	if (incident != NULL && (incident->failing > 0 || incident_is_fresh(state, incident)))
		return incident;
	return NULL;
}

static bool
may_widen(const struct incident *incident)
{
	return incident == NULL || (!incident->by_hand && (incident->scope == SCOPE_INSTANCE ||
	    incident->scope == SCOPE_SITE || incident->scope == SCOPE_SET));
}

/* The wider incident, with the target in it; NULL if nothing wider fails. */
static struct incident *
widen(struct state *state, struct target_state *target, struct incident *narrow,
    struct failure failure, const struct cause *cause)
{
	struct incident *wider = NULL;

	if (target->health == HEALTH_DOWN)
		wider = incident_wider(state, target, target->plan->instance, narrow, failure,
		    cause);
	if (wider == NULL)
		wider = incident_vantage(state, target, failure, cause);
	return wider;
}

/* Opens one of its instance, which may be the cause of what failed a moment before. */
static void
place_apart(struct state *state, struct target_state *target, struct failure failure,
    const struct cause *cause)
{
	struct incident *incident =
	    incident_open_instance(state, target->plan->instance, failure, cause);

	if (incident != NULL)
		incident_say(state, incident, TRANSITION_OPENED, target->plan->id, cause);
	else
		incident = incident_storm(state, failure, cause);
	if (incident == NULL)
		return;
	incident_join(state, incident, target, false, failure, cause);
	if (incident->scope == SCOPE_INSTANCE)
		incident_gather(state, incident, cause);
}

/* A target that fails and is in no incident. */
static void
place(struct state *state, struct target_state *target, struct failure failure,
    const struct cause *cause)
{
	struct incident *incident = incident_at_hand(state, target), *wider = NULL;
	uint64_t at_hand = incident != NULL ? incident->id : 0;

	if (may_widen(incident))
		wider = widen(state, target, incident, failure, cause);
	/* Making room moves the list. */
	incident = state_incident(state, at_hand);
	if (wider != NULL) {
		/* Absorbing may have brought it along. */
		if (target->incident != wider->id)
			incident_join(state, wider, target, false, failure, cause);
		return;
	}
	if (incident != NULL) {
		incident_join(state, incident, target, false, failure, cause);
		return;
	}
	incident = incident_explains(state,
	    graph_of(state->memory->view->graph, GRAPH_INSTANCE, target->plan->instance));
	if (incident != NULL)
		incident_join(state, incident, target, true, failure, cause);
	else
		place_apart(state, target, failure, cause);
}

static void
member_changes(struct state *state, struct incident *incident, struct incident_member *member,
    const struct target_state *target, const struct cause *cause)
{
	bool fails_again = target->health > HEALTH_UP && member->health == HEALTH_UP;

	incident->failing += (target->health != HEALTH_UP) - (member->health != HEALTH_UP);
	member->health = target->health;
	member->since_ms = state->now_ms;
	if (target->health > member->worst)
		member->worst = target->health;
	incident->changed_ms = state->now_ms;
	if (fails_again)
		incident->grew_ms = state->now_ms;
	incident->last_seq = cause->seq;
	affairs_stir(state, cause);
	if (target->health > incident->worst) {
		incident->worst = target->health;
		incident_tell(state, incident, TRANSITION_GREW, target->plan->id, cause);
	}
	partial_look(state, incident, cause);
	if (fails_again)
		window_uncovers(state, incident, target);
}

void
incident_step(struct state *state, struct target_state *target, struct failure failure,
    const struct cause *cause)
{
	struct incident *incident = state_incident(state, target->incident), *wider = NULL;
	struct incident_member *member =
	    incident != NULL ? incident_member(incident, target->plan->id) : NULL;

	if (member == NULL) {
		if (target->health > HEALTH_UP)
			place(state, target, failure, cause);
		return;
	}
	member_changes(state, incident, member, target, cause);
	if (target->health > HEALTH_UP && may_widen(incident) && !member->explained)
		wider = widen(state, target, incident, failure, cause);
	if (wider == NULL)
		incident_resolve_if_well(state, state_incident(state, target->incident), cause);
}
