/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Incidents: what fails together is one.  The first target of an instance that is DOWN or
 * DEGRADED opens one; when half of a site's instances (and two at least) are down, one incident
 * of the site absorbs theirs.  Told after the group wait, or never if it was over by then;
 * resolved when every member is UP or gone; UNKNOWN members keep it open and open none.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"

static void
put_transition(struct state *state, const struct incident *incident, enum transition_kind kind,
    uint64_t target, const struct cause *cause)
{
	timeline_add(state, (struct transition){
		.kind = kind, .observed_ms = cause->observed_ms, .seq = cause->seq,
		.incident = incident->id, .target = target }, cause->detail);
	affairs_touch(state, incident->id, TOUCH_IMPACT | TOUCH_DUTY, cause);
}

static const struct plan_instance *
instance_of(const struct state *state, const struct target_state *target)
{
	return &state->plan->instance[target->plan->instance];
}

static struct instance_memory *
instance_memory(const struct state *state, const struct target_state *target)
{
	return &state->memory->instance[target->plan->instance];
}

static void
told_or_timeline(struct state *state, const struct incident *incident, enum transition_kind kind,
    uint64_t target, const struct cause *cause)
{
	put_transition(state, incident, kind, target, cause);
	if (incident->told_ms == 0)
		notice_owe(state, incident->id, kind, state->size);
}

static void
enroll(struct state *state, struct incident *incident, struct target_state *target,
    const struct cause *cause)
{
	struct incident_member *member = incident_add_member(incident, target->plan->id);

	member->health = member->worst = target->health;
	member->since_ms = state->now_ms;
	instance_memory(state, target)->incident = target->incident = incident->id;
	if (target->health > incident->worst)
		incident->worst = target->health;
	incident->changed_ms = state->now_ms;
	incident->last_seq = cause->seq;
}

/* Puts the target into the incident and says so where that makes it larger or worse. */
static void
join(struct state *state, struct incident *incident, struct target_state *target,
    int64_t occurred_ms, const struct cause *cause)
{
	bool first = incident->members == 0, grew = target->health > incident->worst ||
	    instance_memory(state, target)->incident != incident->id;

	enroll(state, incident, target, cause);
	if (occurred_ms < incident->occurred_ms)
		incident->occurred_ms = occurred_ms;
	if (first)
		put_transition(state, incident, TRANSITION_OPENED, target->plan->id, cause);
	else if (grew)
		told_or_timeline(state, incident, TRANSITION_GREW, target->plan->id, cause);
}

static bool
site_fails(const struct state *state, const struct target_state *target)
{
	const struct site_memory *site = &state->memory->site[instance_of(state, target)->site];

	return target->health == HEALTH_DOWN && site->down >= 2 && 2 * site->down >= site->watched;
}

/* Moves the members of one instance's incident into the wider one. */
static void
absorb(struct state *state, struct incident *wider, struct incident *narrow,
    const struct cause *cause)
{
	for (uint32_t i = 0; i < narrow->members; i++) {
		const struct incident_member *from = &narrow->member[i];
		struct target_state *target = state_target(state, from->target);
		struct incident_member *member = incident_member(wider, from->target);

		if (target == NULL)
			continue;
		if (member == NULL)
			member = incident_add_member(wider, from->target);
		wider->failing -= from->health == HEALTH_UP && member->health != HEALTH_UP;
		*member = *from;
		target->incident = instance_memory(state, target)->incident = wider->id;
	}
	if (narrow->worst > wider->worst)
		wider->worst = narrow->worst;
	if (narrow->occurred_ms < wider->occurred_ms)
		wider->occurred_ms = narrow->occurred_ms;
	narrow->absorbed_by = wider->id;
	narrow->changed_ms = state->now_ms;
	narrow->last_seq = cause->seq;
	put_transition(state, narrow, TRANSITION_ABSORBED, 0, &(struct cause){
		.seq = cause->seq, .observed_ms = cause->observed_ms });
}

/* NULL when there is room for a storm only; moves the list of incidents. */
static struct incident *
open_site(struct state *state, struct target_state *target, int64_t occurred_ms,
    const struct cause *cause)
{
	uint32_t site = instance_of(state, target)->site;
	struct incident *wider = incident_new(state, SCOPE_SITE, occurred_ms, cause);

	if (wider == NULL)
		return NULL;
	wider->site = site;
	text_take(wider->site_name, sizeof(wider->site_name),
	    bytes_of_text(state->plan->site[site].name));
	state->memory->site[site].incident = wider->id;
	put_transition(state, wider, TRANSITION_OPENED, target->plan->id, cause);
	for (uint32_t i = 0; i < state->plan->instances; i++) {
		struct incident *narrow = state->plan->instance[i].site != site ? NULL :
		    state_incident(state, state->memory->instance[i].incident);

		if (narrow != NULL && narrow->scope == SCOPE_INSTANCE && incident_is_open(narrow))
			absorb(state, wider, narrow, cause);
	}
	if (target->incident == 0)
		enroll(state, wider, target, cause);
	return wider;
}

static struct incident *
open_instance(struct state *state, struct target_state *target, int64_t occurred_ms,
    const struct cause *cause)
{
	const struct plan_instance *instance = instance_of(state, target);
	struct incident *incident = incident_new(state, SCOPE_INSTANCE, occurred_ms, cause);

	if (incident == NULL)
		return NULL;
	incident->instance = target->plan->instance;
	incident->site = instance->site;
	text_take(incident->instance_name, sizeof(incident->instance_name),
	    bytes_of_text(instance->name));
	text_take(incident->site_name, sizeof(incident->site_name),
	    bytes_of_text(state->plan->site[instance->site].name));
	return incident;
}

/* The last place of the list is kept for it. */
static struct incident *
storm(struct state *state, int64_t occurred_ms, const struct cause *cause)
{
	struct incident *incident = state_incident(state, state->memory->storm);

	if (incident != NULL && incident_is_open(incident))
		return incident;
	incident = incident_new(state, SCOPE_STORM, occurred_ms, cause);
	if (incident != NULL)
		state->memory->storm = incident->id;
	return incident;
}

/* A target that fails and is in no incident: into the one that is there, or a new one. */
static void
place(struct state *state, struct target_state *target, int64_t occurred_ms,
    const struct cause *cause)
{
	uint64_t of_instance = instance_memory(state, target)->incident;
	uint64_t id = of_instance != 0 ? of_instance :
	    state->memory->site[instance_of(state, target)->site].incident;
	struct incident *incident = state_incident(state, id);

	if ((incident == NULL || incident->scope == SCOPE_INSTANCE) && site_fails(state, target) &&
	    open_site(state, target, occurred_ms, cause) != NULL)
		return;
	/* Looked up again: making room moves the list. */
	incident = state_incident(state, id);
	if (incident == NULL)
		incident = open_instance(state, target, occurred_ms, cause);
	if (incident == NULL)
		incident = storm(state, occurred_ms, cause);
	if (incident != NULL)
		join(state, incident, target, occurred_ms, cause);
}

/* Whoever was told of an incident that a wider one absorbed is told that it is over, too. */
static void
resolve_absorbed(struct state *state, const struct incident *wider)
{
	for (uint32_t i = 0; i < state->incidents; i++) {
		struct incident *narrow = &state->incident[i];

		if (narrow->absorbed_by != wider->id)
			continue;
		narrow->resolved_ms = wider->resolved_ms;
		narrow->changed_ms = state->now_ms;
		narrow->last_seq = wider->last_seq;
		if (narrow->told_ms == 0)
			notice_owe(state, narrow->id, TRANSITION_RESOLVED, state->size);
	}
}

static void
unlink_incident(struct state *state, const struct incident *incident)
{
	struct fold_memory *memory = state->memory;

	for (uint32_t i = 0; i < incident->members; i++) {
		struct target_state *target = state_target(state, incident->member[i].target);

		if (target == NULL || target->incident != incident->id)
			continue;
		target->incident = 0;
		instance_memory(state, target)->incident = 0;
	}
	if (incident->site != NO_INDEX && memory->site[incident->site].incident == incident->id)
		memory->site[incident->site].incident = 0;
	if (memory->storm == incident->id)
		memory->storm = 0;
}

void
incident_resolve_if_well(struct state *state, struct incident *incident, const struct cause *cause)
{
	if (incident->failing > 0 || !incident_is_open(incident))
		return;
	/* Zero means open. */
	incident->resolved_ms = state->now_ms != 0 ? state->now_ms : 1;
	incident->changed_ms = state->now_ms;
	incident->last_seq = cause->seq;
	unlink_incident(state, incident);
	told_or_timeline(state, incident, TRANSITION_RESOLVED, 0, cause);
	if (incident->scope == SCOPE_SITE)
		resolve_absorbed(state, incident);
}

static void
member_changes(struct state *state, struct incident *incident, struct incident_member *member,
    const struct target_state *target, const struct cause *cause)
{
	incident->failing += (target->health != HEALTH_UP) - (member->health != HEALTH_UP);
	member->health = target->health;
	member->since_ms = state->now_ms;
	if (target->health > member->worst)
		member->worst = target->health;
	incident->changed_ms = state->now_ms;
	incident->last_seq = cause->seq;
	if (target->health <= incident->worst)
		return;
	incident->worst = target->health;
	told_or_timeline(state, incident, TRANSITION_GREW, target->plan->id, cause);
}

void
incident_step(struct state *state, struct target_state *target, int64_t occurred_ms,
    const struct cause *cause)
{
	struct incident *incident = state_incident(state, target->incident);
	struct incident_member *member =
	    incident != NULL ? incident_member(incident, target->plan->id) : NULL;

	if (member == NULL) {
		if (target->health > HEALTH_UP)
			place(state, target, occurred_ms, cause);
		return;
	}
	member_changes(state, incident, member, target, cause);
	if (incident->scope == SCOPE_INSTANCE && site_fails(state, target))
		(void)open_site(state, target, occurred_ms, cause);
	else
		incident_resolve_if_well(state, incident, cause);
}

/* The group wait is over: told now, unless it is over itself or part of a wider one. */
void
incident_announce(struct state *state, uint64_t id)
{
	struct incident *incident = state_incident(state, id);

	if (incident == NULL || !incident_is_open(incident) || incident->told_ms == 0 ||
	    incident->told_ms > state->now_ms)
		return;
	incident->told_ms = 0;
	notice_owe(state, id, TRANSITION_OPENED, id);
}
