/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The incidents kept: ascending by id, members ascending by target.  When there are too many the
 * oldest that are over make room; when none is over, one storm takes the rest.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/fold_memory.h"

bool
incident_is_open(const struct incident *incident)
{
	return incident->resolved_ms == 0 && incident->absorbed_by == 0;
}

struct incident *
state_incident(const struct state *state, uint64_t id)
{
	uint32_t low = 0, high = state->incidents;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (state->incident[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (id == 0 || low == state->incidents || state->incident[low].id != id)
		return NULL;
	return &state->incident[low];
}

uint32_t
state_open_incidents(const struct state *state)
{
	uint32_t open = 0;

	for (uint32_t i = 0; i < state->incidents; i++)
		open += incident_is_open(&state->incident[i]);
	return open;
}

void
incident_free(struct incident *incident)
{
	free(incident->member);
	free(incident->note);
	free(incident->correction);
	free(incident->metric);
}

static bool
is_owed(const struct state *state, uint64_t id)
{
	for (uint32_t i = 0; i < state->dues; i++)
		if (state->due[i].incident == id)
			return true;
	return false;
}

/* Many at once, so that a flood of incidents does not move the list for each of them. */
static void
drop_oldest(struct state *state)
{
	uint32_t kept = 0, dropped = 0;

	for (uint32_t i = 0; i < state->incidents; i++) {
		struct incident *incident = &state->incident[i];

		if (dropped < INCIDENT_MAX / 16 && incident->resolved_ms != 0 &&
		    !is_owed(state, incident->id)) {
			incident_free(incident);
			dropped++;
			continue;
		}
		state->incident[kept++] = *incident;
	}
	state->incidents = kept;
}

static void
list_open(struct state *state, uint64_t id)
{
	struct fold_memory *memory = state->memory;
	uint32_t at = memory->opens;

	if (memory->opens == memory->open_cap) {
		memory->open_cap = memory->open_cap > 0 ? 2 * memory->open_cap : 16;
		memory->open = memory_resize(memory->open, memory->open_cap, sizeof(*memory->open));
	}
	while (at > 0 && memory->open[at - 1] > id)
		at--;
	memmove(&memory->open[at + 1], &memory->open[at],
	    (memory->opens - at) * sizeof(*memory->open));
	memory->open[at] = id;
	memory->opens++;
}

static bool
unlist_open(struct state *state, uint64_t id)
{
	struct fold_memory *memory = state->memory;
	uint32_t low = 0, high = memory->opens;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (memory->open[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == memory->opens || memory->open[low] != id)
		return false;
	memory->opens--;
	memmove(&memory->open[low], &memory->open[low + 1],
	    (memory->opens - low) * sizeof(*memory->open));
	return true;
}

/* The newest open one of the same scope about the same; 0 if there is none. */
static uint64_t
newest_like(const struct state *state, const struct incident *incident)
{
	const struct fold_memory *memory = state->memory;

	for (uint32_t i = memory->opens; i > 0; i--) {
		const struct incident *other = state_incident(state, memory->open[i - 1]);

		if (other != NULL && other->scope == incident->scope &&
		    other->site == incident->site && other->instance == incident->instance)
			return other->id;
	}
	return 0;
}

void
incident_close(struct state *state, const struct incident *incident)
{
	struct fold_memory *memory = state->memory;
	uint32_t instance = incident->instance;

	if (!unlist_open(state, incident->id))
		return;
	if (memory->storm == incident->id)
		memory->storm = newest_like(state, incident);
	if (incident->site != NO_INDEX && memory->site[incident->site].own == incident->id)
		memory->site[incident->site].own = newest_like(state, incident);
	if (instance == NO_INDEX || incident->scope != SCOPE_INSTANCE)
		return;
	memory->instance[instance].owns--;
	if (memory->instance[instance].own == incident->id)
		memory->instance[instance].own = memory->instance[instance].owns > 0 ?
		    newest_like(state, incident) : 0;
	census_instance(state, instance);
}

void
incident_own(struct state *state, const struct incident *incident)
{
	struct instance_memory *instance = &state->memory->instance[incident->instance];

	instance->owns++;
	if (instance->own < incident->id)
		instance->own = incident->id;
	census_instance(state, incident->instance);
}

void
incident_reopen(struct state *state, const struct incident *incident)
{
	struct fold_memory *memory = state->memory;

	list_open(state, incident->id);
	if (incident->scope == SCOPE_INSTANCE && incident->instance != NO_INDEX)
		incident_own(state, incident);
	if (incident->scope == SCOPE_SITE && incident->site != NO_INDEX &&
	    memory->site[incident->site].own < incident->id)
		memory->site[incident->site].own = incident->id;
	if (incident->scope == SCOPE_STORM && memory->storm < incident->id)
		memory->storm = incident->id;
	if (incident->told_ms != 0)
		heap_push(&state->deadlines,
		    (struct deadline){ incident->told_ms, incident->id | DEADLINE_INCIDENT });
}

struct incident *
incident_new(struct state *state, enum scope scope, struct failure failure,
    const struct cause *cause)
{
	struct incident *incident;

	if (state->incidents >= INCIDENT_MAX - 1)
		drop_oldest(state);
	/* Numbers are those of records: one for each at most. */
	if (state->incidents >= INCIDENT_MAX - (scope == SCOPE_STORM ? 0 : 1) ||
	    (state->incidents > 0 && state->incident[state->incidents - 1].id >= state->size))
		return NULL;
	if (state->incidents == state->incident_cap) {
		state->incident_cap = state->incident_cap > 0 ? 2 * state->incident_cap : 16;
		state->incident = memory_resize(state->incident, state->incident_cap,
		    sizeof(*state->incident));
	}
	incident = &state->incident[state->incidents++];
	*incident = (struct incident){
		.id = state->size, .scope = scope, .site = NO_INDEX, .instance = NO_INDEX,
		.worst = HEALTH_UNKNOWN, .occurred_ms = failure.occurred_ms,
		.opened_ms = state->now_ms,
		.changed_ms = state->now_ms, .last_seq = cause->seq,
		.told_ms = time_later(state->now_ms, state->plan->group_wait_ms),
		.known_ms = failure.known_ms, .grew_ms = state->now_ms,
	};
	/* Zero means told. */
	incident->told_ms += incident->told_ms == 0;
	heap_push(&state->deadlines,
	    (struct deadline){ incident->told_ms, incident->id | DEADLINE_INCIDENT });
	list_open(state, incident->id);
	return incident;
}

static uint32_t
member_place(const struct incident *incident, uint64_t target)
{
	uint32_t low = 0, high = incident->members;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (incident->member[middle].target < target)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct incident_member *
incident_member(const struct incident *incident, uint64_t target)
{
	uint32_t at = member_place(incident, target);

	if (at == incident->members || incident->member[at].target != target)
		return NULL;
	return &incident->member[at];
}

/* A new member counts as failing until its health is set. */
struct incident_member *
incident_add_member(struct incident *incident, uint64_t target)
{
	uint32_t at = member_place(incident, target);

	if (incident->members == incident->member_cap) {
		incident->member_cap = incident->member_cap > 0 ? 2 * incident->member_cap : 4;
		incident->member = memory_resize(incident->member, incident->member_cap,
		    sizeof(*incident->member));
	}
	memmove(&incident->member[at + 1], &incident->member[at],
	    (incident->members - at) * sizeof(*incident->member));
	incident->members++;
	incident->failing++;
	incident->member[at] = (struct incident_member){ .target = target };
	return &incident->member[at];
}

const char *
scope_name(enum scope scope)
{
	static const char *const names[SCOPES] = {
#define X(NAME, name) [SCOPE_##NAME] = N_(name),
		SCOPE_LIST(X)
#undef X
	};

	return (unsigned)scope < SCOPES ? names[scope] : N_("incident");
}

const char *
transition_text(enum transition_kind kind)
{
	static const char *const texts[TRANSITION_COUNT] = {
#define X(number, NAME, text) [TRANSITION_##NAME] = N_(text),
		TRANSITION_LIST(X)
#undef X
	};

	return (unsigned)kind < TRANSITION_COUNT && texts[kind] != NULL ? texts[kind] : "";
}
