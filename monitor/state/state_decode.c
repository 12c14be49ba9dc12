/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical state from bytes.  The bytes may be anybody's: every enumeration, index, order
 * and count is checked, so that what comes out is fit for the fold and for every reader.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/state/affairs.h"
#include "monitor/state/state_codec.h"

static void
get_replica_whole(struct cbor *in, bool first, struct replica_state *replica)
{
	uint64_t times, failed;

	state_get_fields(in, 2);
	state_get_replica(in, first, replica);
	times = cbor_array(in);
	failed = (uint64_t)__builtin_popcount(replica->history);
	if (((replica->history_down | replica->history_unknown) & ~replica->history) != 0 ||
	    (replica->history_down & replica->history_unknown) != 0 || replica->rounds > 32 ||
	    (replica->lapsed != HEALTH_UNKNOWN && replica->health != HEALTH_UNKNOWN) ||
	    times != (first ? failed : 2 * failed))
		cbor_fail(in, ERR_MALFORMED);
	if (in->err != ERR_OK || times == 0)
		return;
	replica->failed_ms = memory_new(64, sizeof(*replica->failed_ms));
	for (uint32_t back = 0; back < 32; back++) {
		uint32_t turn = (32 - back) % 32;

		if ((replica->history >> back & 1) == 0)
			continue;
		replica->failed_ms[turn] = cbor_int(in);
		replica->failed_ms[32 + turn] = first ? replica->failed_ms[turn] : cbor_int(in);
	}
}

static void
get_target_whole(struct cbor *in, bool first, const struct plan *plan, uint32_t at,
    struct target_state *target)
{
	uint32_t replicas;

	state_get_fields(in, first ? 2 : 3);
	state_get_target(in, first, target);
	target->plan = &plan->target[at];
	target->worker = plan_worker_of(plan, target->plan->id);
	replicas = state_get_count(in, REPLICA_MAX);
	if (replicas == 0)
		cbor_fail(in, ERR_MALFORMED);
	target->replica = memory_new(replicas, sizeof(*target->replica));
	target->replicas = replicas;
	for (uint32_t i = 0; i < replicas && in->err == ERR_OK; i++)
		get_replica_whole(in, first, &target->replica[i]);
	if (first)
		return;
	state_get_fields(in, FLAP_COUNT);
	for (uint32_t i = 0; i < FLAP_COUNT; i++)
		target->flap_ms[i] = cbor_int(in);
}

static void
get_targets(struct cbor *in, bool first, struct state *state)
{
	uint32_t targets = state_get_count(in, TARGET_MAX);

	if (targets != (state->plan != NULL ? state->plan->targets : 0))
		cbor_fail(in, ERR_MALFORMED);
	if (in->err != ERR_OK)
		return;
	state->target = memory_new(targets, sizeof(*state->target));
	for (uint32_t i = 0; i < targets && in->err == ERR_OK; i++) {
		state->targets = i + 1;
		get_target_whole(in, first, state->plan, i, &state->target[i]);
	}
}

/* Without a plan there is nothing an index could point at. */
static bool
is_index(uint32_t index, uint32_t count)
{
	return index < count || index == NO_INDEX;
}

static void
check_incident(struct cbor *in, const struct state *state, const struct incident *incident)
{
	if (incident->id == 0 || incident->id >= state->size ||
	    (incident != state->incident && incident[-1].id >= incident->id) ||
	    !is_index(incident->site, state->plan != NULL ? state->plan->sites : 0) ||
	    !is_index(incident->instance, state->plan != NULL ? state->plan->instances : 0))
		cbor_fail(in, ERR_MALFORMED);
}

/* What version 1 did not keep, as near as its own fields come to it. */
static void
grow_up(struct incident *incident)
{
	bool site = incident->scope == SCOPE_SITE;

	incident->known_ms = incident->grew_ms = incident->opened_ms;
	if (incident->scope != SCOPE_STORM)
		subject_text(site ? "site" : "instance",
		    site ? incident->site_name : incident->instance_name, incident->subject);
	for (uint32_t i = 0; i < incident->members; i++)
		incident->member[i].joined_ms = incident->opened_ms;
}

static void
get_incident_whole(struct cbor *in, bool first, const struct state *state,
    struct incident *incident)
{
	state_get_fields(in, first ? 3 : 5);
	state_get_incident(in, first, incident);
	check_incident(in, state, incident);
	incident->members = state_get_count(in, TARGET_MAX);
	incident->member_cap = incident->members;
	incident->member = memory_new(incident->members, sizeof(*incident->member));
	for (uint32_t i = 0; i < incident->members && in->err == ERR_OK; i++) {
		state_get_member(in, first, &incident->member[i]);
		if (i > 0 && incident->member[i - 1].target >= incident->member[i].target)
			cbor_fail(in, ERR_MALFORMED);
	}
	incident->notes = state_get_count(in, INCIDENT_NOTE_MAX);
	incident->note_cap = incident->notes;
	incident->note = memory_new(incident->notes, sizeof(*incident->note));
	for (uint32_t i = 0; i < incident->notes && in->err == ERR_OK; i++)
		state_get_note(in, first, &incident->note[i]);
	if (first)
		grow_up(incident);
	else
		state_get_said(in, state, incident);
}

static void
get_incidents(struct cbor *in, bool first, struct state *state)
{
	uint32_t incidents = state_get_count(in, INCIDENT_MAX);

	state->incident = memory_new(incidents, sizeof(*state->incident));
	state->incident_cap = incidents;
	for (uint32_t i = 0; i < incidents && in->err == ERR_OK; i++) {
		state->incidents = i + 1;
		get_incident_whole(in, first, state, &state->incident[i]);
	}
}

static void
get_lists(struct cbor *in, bool first, struct state *state)
{
	state->dues = state->due_cap = state_get_count(in, NOTICE_DUE_MAX);
	state->due = memory_new(state->dues, sizeof(*state->due));
	for (uint32_t i = 0; i < state->dues; i++)
		state_get_due(in, first, &state->due[i]);
	state->timelines = state->timeline_cap = state_get_count(in, TIMELINE_MAX);
	state->timeline = memory_new(state->timelines, sizeof(*state->timeline));
	state->memory->timeline_base = state->timeline;
	for (uint32_t i = 0; i < state->timelines; i++)
		state_get_transition(in, first, &state->timeline[i]);
	state->gaps = state->gap_cap = state_get_count(in, GAP_MAX);
	state->gap = memory_new(state->gaps, sizeof(*state->gap));
	for (uint32_t i = 0; i < state->gaps; i++)
		state_get_gap(in, first, &state->gap[i]);
}

static enum err
get_plan(struct cbor *in, struct state *state, struct why *why)
{
	struct bytes octets = cbor_bytes(in);
	uint8_t *kept;
	enum err err;

	if (in->err != ERR_OK || octets.len == 0)
		return ERR_OK;
	err = plan_decode(octets, &state->plan, why);
	if (err != ERR_OK)
		return err;
	if (state->plan->targets > 0 && state->plan->target[0].id == 0)
		return why_set(why, ERR_MALFORMED, "the plan in this state has no target ids");
	kept = plan_array(state->plan, octets.len, 1);
	memcpy(kept, octets.at, octets.len);
	state->memory->plan_octets = bytes_of(kept, octets.len);
	return ERR_OK;
}

static void
get_facts(struct cbor *in, uint64_t version, struct state *state)
{
	bool first = version == 1;

	state_get_fields(in, WORKER_MAX);
	for (uint32_t i = 0; i < WORKER_MAX; i++)
		state_get_worker(in, first, &state->worker[i]);
	get_targets(in, first, state);
	get_incidents(in, first, state);
	get_lists(in, first, state);
	if (first)
		return;
	state_get_signals(in, state);
	affairs_free(state->affairs);
	state->affairs = affairs_decode(in);
	if (version >= 3)
		state_get_protection(in, state);
	if (version >= 4)
		state_get_own_key(in, false, &state->own_key);
	if (version >= 5)
		state_get_custody(in, state);
	if (state->own_key.seq >= state->size && state->own_key.seq > 0)
		cbor_fail(in, ERR_MALFORMED);
}

static enum err
get_all(struct cbor *in, struct state *state, struct why *why)
{
	uint64_t parts = cbor_array(in), version = cbor_uint(in);
	bool first = version == 1;
	enum err err;

	if (in->err == ERR_OK && (version == 0 || version > FOLD_VERSION))
		return why_set(why, ERR_UNSUPPORTED, "this state is of fold version %" PRIu64
		    ", this program reads versions 1 to %d", version, FOLD_VERSION);
	if (parts != 1 + (uint64_t)(first ? STATE_PARTS_FIRST : version == 2 ?
	    STATE_PARTS_SECOND : version == 3 ? STATE_PARTS_THIRD : version == 4 ?
	    STATE_PARTS_FOURTH : STATE_PARTS))
		cbor_fail(in, ERR_MALFORMED);
	state_get_state(in, first, state);
	/* Ids of incidents and transitions are made from it. */
	if (state->size >= TRANSITION_SEQ_MAX)
		cbor_fail(in, ERR_LIMIT);
	err = get_plan(in, state, why);
	if (err != ERR_OK)
		return err;
	get_facts(in, version, state);
	if (in->err == ERR_OK && in->at != in->in.len)
		cbor_fail(in, ERR_MALFORMED);
	return ERR_OK;
}

enum err
state_decode(struct bytes octets, struct state **out, struct why *why)
{
	struct cbor in = cbor_of(octets, true);
	struct state *state = state_new();
	enum err err = get_all(&in, state, why);

	*out = NULL;
	if (err == ERR_OK && in.err != ERR_OK)
		err = why_at(why, in.err, in.at, "state: octet %zu: %s", in.at, err_text(in.err));
	if (err != ERR_OK) {
		state_free(state);
		return err;
	}
	memory_build(state);
	*out = state;
	return ERR_OK;
}
