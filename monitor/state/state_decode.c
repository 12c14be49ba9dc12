/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical state from bytes.  The bytes may be anybody's: every enumeration, index, order
 * and count is checked, so that what comes out is fit for the fold and for every reader.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/state/state_codec.h"

static uint64_t
get_below(struct cbor *in, uint64_t limit)
{
	uint64_t value = cbor_uint(in);

	if (value >= limit)
		cbor_fail(in, ERR_MALFORMED);
	return in->err == ERR_OK ? value : 0;
}

static struct hash
get_hash_value(struct cbor *in)
{
	struct bytes octets = cbor_bytes(in);
	struct hash hash = { { 0 } };

	if (octets.len != HASH_LEN)
		cbor_fail(in, ERR_MALFORMED);
	else
		memcpy(hash.at, octets.at, HASH_LEN);
	return hash;
}

static void
get_text(struct cbor *in, char *out, size_t out_len)
{
	struct bytes text = cbor_text(in);

	if (text.len >= out_len || (text.len > 0 && memchr(text.at, '\0', text.len) != NULL))
		cbor_fail(in, ERR_MALFORMED);
	else
		text_take(out, out_len, text);
}

static void
get_buffer(struct cbor *in, struct buffer *out)
{
	struct bytes octets = cbor_bytes(in);

	if (octets.len > RECORD_MAX)
		cbor_fail(in, ERR_LIMIT);
	else
		buffer_put(out, octets.at, octets.len);
}

static void
get_fields(struct cbor *in, uint64_t fields)
{
	if (cbor_array(in) != fields)
		cbor_fail(in, ERR_MALFORMED);
}

static uint32_t
get_count(struct cbor *in, uint64_t most)
{
	uint64_t count = cbor_array(in);

	if (count > most)
		cbor_fail(in, ERR_LIMIT);
	return in->err == ERR_OK ? (uint32_t)count : 0;
}

#define get_flag(in, v)    ((v) = cbor_bool(in))
#define get_u32(in, v)     ((v) = (uint32_t)get_below(in, UINT64_C(1) << 32))
#define get_u64(in, v)     ((v) = cbor_uint(in))
#define get_i64(in, v)     ((v) = cbor_int(in))
#define get_hash(in, v)    ((v) = get_hash_value(in))
#define get_chars(in, v)   get_text(in, v, sizeof(v))
#define get_octets(in, v)  get_buffer(in, &(v))
#define get_health(in, v)  ((v) = (enum health)get_below(in, HEALTH_COUNT))
#define get_reason(in, v)  ((v) = (enum reason)get_below(in, REASON_COUNT))
#define get_outcome(in, v) ((v) = (enum outcome)get_below(in, OUTCOME_COUNT))
#define get_scope(in, v)   ((v) = (enum scope)get_below(in, SCOPE_STORM + 1))
#define get_kind(in, v)    ((v) = (enum transition_kind)get_below(in, TRANSITION_COUNT))

#define OBJECT(object)                                                  \
	static void                                                     \
	get_##object(struct cbor *in, of_##object *v)                   \
	{                                                               \
		get_fields(in, FIELDS_OF_##object);
#define FIELD(type, name) get_##type(in, v->name);
#define OBJECT_END(object) }
#include "monitor/state/state_list.h"

static void
get_replica_whole(struct cbor *in, struct replica_state *replica)
{
	uint64_t times;

	get_fields(in, 2);
	get_replica(in, replica);
	times = cbor_array(in);
	if (((replica->history_down | replica->history_unknown) & ~replica->history) != 0 ||
	    (replica->history_down & replica->history_unknown) != 0 || replica->rounds > 32 ||
	    (replica->lapsed != HEALTH_UNKNOWN && replica->health != HEALTH_UNKNOWN) ||
	    times != (uint64_t)__builtin_popcount(replica->history))
		cbor_fail(in, ERR_MALFORMED);
	if (in->err != ERR_OK || times == 0)
		return;
	replica->failed_ms = memory_new(32, sizeof(*replica->failed_ms));
	for (uint32_t back = 0; back < 32; back++)
		if ((replica->history >> back & 1) != 0)
			replica->failed_ms[(32 - back) % 32] = cbor_int(in);
}

static void
get_target_whole(struct cbor *in, const struct plan *plan, uint32_t at, struct target_state *target)
{
	uint32_t replicas;

	get_fields(in, 2);
	get_target(in, target);
	target->plan = &plan->target[at];
	target->worker = plan_worker_of(plan, target->plan->id);
	replicas = get_count(in, REPLICA_MAX);
	if (replicas == 0)
		cbor_fail(in, ERR_MALFORMED);
	target->replica = memory_new(replicas, sizeof(*target->replica));
	target->replicas = replicas;
	for (uint32_t i = 0; i < replicas && in->err == ERR_OK; i++)
		get_replica_whole(in, &target->replica[i]);
}

static void
get_targets(struct cbor *in, struct state *state)
{
	uint32_t targets = get_count(in, TARGET_MAX);

	if (targets != (state->plan != NULL ? state->plan->targets : 0))
		cbor_fail(in, ERR_MALFORMED);
	if (in->err != ERR_OK)
		return;
	state->target = memory_new(targets, sizeof(*state->target));
	for (uint32_t i = 0; i < targets && in->err == ERR_OK; i++) {
		state->targets = i + 1;
		get_target_whole(in, state->plan, i, &state->target[i]);
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

static void
get_incident_whole(struct cbor *in, const struct state *state, struct incident *incident)
{
	get_fields(in, 3);
	get_incident(in, incident);
	check_incident(in, state, incident);
	incident->members = get_count(in, TARGET_MAX);
	incident->member_cap = incident->members;
	incident->member = memory_new(incident->members, sizeof(*incident->member));
	for (uint32_t i = 0; i < incident->members && in->err == ERR_OK; i++) {
		get_member(in, &incident->member[i]);
		if (i > 0 && incident->member[i - 1].target >= incident->member[i].target)
			cbor_fail(in, ERR_MALFORMED);
	}
	incident->notes = get_count(in, INCIDENT_NOTE_MAX);
	incident->note_cap = incident->notes;
	incident->note = memory_new(incident->notes, sizeof(*incident->note));
	for (uint32_t i = 0; i < incident->notes && in->err == ERR_OK; i++)
		get_note(in, &incident->note[i]);
}

static void
get_incidents(struct cbor *in, struct state *state)
{
	uint32_t incidents = get_count(in, INCIDENT_MAX);

	state->incident = memory_new(incidents, sizeof(*state->incident));
	state->incident_cap = incidents;
	for (uint32_t i = 0; i < incidents && in->err == ERR_OK; i++) {
		state->incidents = i + 1;
		get_incident_whole(in, state, &state->incident[i]);
	}
}

static void
get_lists(struct cbor *in, struct state *state)
{
	state->dues = state->due_cap = get_count(in, NOTICE_DUE_MAX);
	state->due = memory_new(state->dues, sizeof(*state->due));
	for (uint32_t i = 0; i < state->dues; i++)
		get_due(in, &state->due[i]);
	state->timelines = state->timeline_cap = get_count(in, TIMELINE_MAX);
	state->timeline = memory_new(state->timelines, sizeof(*state->timeline));
	state->memory->timeline_base = state->timeline;
	for (uint32_t i = 0; i < state->timelines; i++)
		get_transition(in, &state->timeline[i]);
	state->gaps = state->gap_cap = get_count(in, GAP_MAX);
	state->gap = memory_new(state->gaps, sizeof(*state->gap));
	for (uint32_t i = 0; i < state->gaps; i++)
		get_gap(in, &state->gap[i]);
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

static enum err
get_all(struct cbor *in, struct state *state, struct why *why)
{
	uint64_t version;
	enum err err;

	get_fields(in, STATE_PARTS + 1);
	version = cbor_uint(in);
	if (in->err == ERR_OK && version != FOLD_VERSION)
		return why_set(why, ERR_UNSUPPORTED, "this state is of fold version %" PRIu64
		    ", this program folds version %d", version, FOLD_VERSION);
	get_state(in, state);
	/* Ids of incidents and transitions are made from it. */
	if (state->size >= UINT64_C(1) << 56)
		cbor_fail(in, ERR_LIMIT);
	err = get_plan(in, state, why);
	if (err != ERR_OK)
		return err;
	get_fields(in, WORKER_MAX);
	for (uint32_t i = 0; i < WORKER_MAX; i++)
		get_worker(in, &state->worker[i]);
	get_targets(in, state);
	get_incidents(in, state);
	get_lists(in, state);
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
