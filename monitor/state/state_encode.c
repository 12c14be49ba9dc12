/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical state as bytes: equal states are equal bytes, on any machine.  An array of
 * version, scalars, plan blob, workers, targets, incidents, notices owed, timeline, gaps, what came
 * in beside probes (alarms, floods, providers' notices, metrics), windows, affairs, intents and
 * levels of protection, our own key, what was done to keys; what can be derived (indexes,
 * deadlines, counts) is left out.
 */
#include "monitor/state/affairs.h"
#include "monitor/state/state_codec.h"

#define put_flag(out, value)    cbor_put_bool(out, value)
#define put_u32(out, value)     cbor_put_uint(out, value)
#define put_u64(out, value)     cbor_put_uint(out, value)
#define put_i64(out, value)     cbor_put_int(out, value)
#define put_hash(out, value)    cbor_put_bytes(out, hash_bytes(&(value)))
#define put_chars(out, value)   cbor_put_cstr(out, value)
#define put_octets(out, value)  cbor_put_bytes(out, bytes_of_buffer(&(value)))
#define put_health(out, value)  cbor_put_uint(out, (uint64_t)(value))
#define put_reason(out, value)  cbor_put_uint(out, (uint64_t)(value))
#define put_outcome(out, value) cbor_put_uint(out, (uint64_t)(value))
#define put_scope(out, value)   cbor_put_uint(out, (uint64_t)(value))
#define put_kind(out, value)    cbor_put_uint(out, (uint64_t)(value))
#define put_severity(out, value) cbor_put_uint(out, (uint64_t)(value))
#define put_correct(out, value) cbor_put_uint(out, (uint64_t)(value))
#define put_window_kind(out, value) cbor_put_uint(out, (uint64_t)(value))
#define put_intent_kind(out, value) cbor_put_uint(out, (uint64_t)(value))
#define put_intent_step(out, value) cbor_put_uint(out, (uint64_t)(value))
#define put_ceremony_kind(out, value) cbor_put_uint(out, (uint64_t)(value))
#define put_ceremony_step(out, value) cbor_put_uint(out, (uint64_t)(value))
#define put_window_step(out, value) cbor_put_uint(out, (uint64_t)(value))

#define OBJECT(object)                                                  \
	void                                                            \
	state_put_##object(struct buffer *out, const of_##object *v)    \
	{                                                               \
		cbor_put_array(out, FIELDS_OF_##object);
#define FIELD(type, name) put_##type(out, v->name);
#define OBJECT_END(object) }
#include "monitor/state/state_list.h"

/* Of the rounds set in the history, newest first, two times each: observed and recorded. */
static void
put_failed(struct buffer *out, const struct replica_state *replica)
{
	cbor_put_array(out, 2 * (uint64_t)__builtin_popcount(replica->history));
	for (uint32_t back = 0; back < 32; back++) {
		uint32_t turn = (replica->turn + 32 - back) % 32;

		if ((replica->history >> back & 1) == 0)
			continue;
		cbor_put_int(out, replica->failed_ms[turn]);
		cbor_put_int(out, replica->failed_ms[32 + turn]);
	}
}

static void
put_target_whole(struct buffer *out, const struct target_state *target)
{
	cbor_put_array(out, 3);
	state_put_target(out, target);
	cbor_put_array(out, target->replicas);
	for (uint32_t i = 0; i < target->replicas; i++) {
		cbor_put_array(out, 2);
		state_put_replica(out, &target->replica[i]);
		put_failed(out, &target->replica[i]);
	}
	cbor_put_array(out, FLAP_COUNT);
	for (uint32_t i = 0; i < FLAP_COUNT; i++)
		cbor_put_int(out, target->flap_ms[i]);
}

static void
put_incident_whole(struct buffer *out, const struct incident *incident)
{
	cbor_put_array(out, 5);
	state_put_incident(out, incident);
	cbor_put_array(out, incident->members);
	for (uint32_t i = 0; i < incident->members; i++)
		state_put_member(out, &incident->member[i]);
	cbor_put_array(out, incident->notes);
	for (uint32_t i = 0; i < incident->notes; i++)
		state_put_note(out, &incident->note[i]);
	state_put_said(out, incident);
}

void
state_encode(struct buffer *out, const struct state *state)
{
	cbor_put_array(out, STATE_PARTS + 1);
	cbor_put_uint(out, FOLD_VERSION);
	state_put_state(out, state);
	cbor_put_bytes(out, state->memory->plan_octets);
	cbor_put_array(out, WORKER_MAX);
	for (uint32_t i = 0; i < WORKER_MAX; i++)
		state_put_worker(out, &state->worker[i]);
	cbor_put_array(out, state->targets);
	for (uint32_t i = 0; i < state->targets; i++)
		put_target_whole(out, &state->target[i]);
	cbor_put_array(out, state->incidents);
	for (uint32_t i = 0; i < state->incidents; i++)
		put_incident_whole(out, &state->incident[i]);
	cbor_put_array(out, state->dues);
	for (uint32_t i = 0; i < state->dues; i++)
		state_put_due(out, &state->due[i]);
	cbor_put_array(out, state->timelines);
	for (uint32_t i = 0; i < state->timelines; i++)
		state_put_transition(out, &state->timeline[i]);
	cbor_put_array(out, state->gaps);
	for (uint32_t i = 0; i < state->gaps; i++)
		state_put_gap(out, &state->gap[i]);
	state_put_signals(out, state);
	affairs_encode(out, state->affairs);
	state_put_protection(out, state);
	state_put_own_key(out, &state->own_key);
	state_put_custody(out, state);
}

struct hash
state_hash(const struct state *state)
{
	struct buffer bytes = { 0 };
	struct hash hash;

	state_encode(&bytes, state);
	hash = hash_of(bytes_of_buffer(&bytes));
	buffer_free(&bytes);
	return hash;
}
