/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The objects of state_list.h from bytes, which may be anybody's: every enumeration, text and
 * count is checked.  States of version 1 lack the fields that came later; they read as zero.
 */
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

void
state_get_fields(struct cbor *in, uint64_t fields)
{
	if (cbor_array(in) != fields)
		cbor_fail(in, ERR_MALFORMED);
}

uint32_t
state_get_count(struct cbor *in, uint64_t most)
{
	uint64_t count = cbor_array(in);

	if (count > most)
		cbor_fail(in, ERR_LIMIT);
	return in->err == ERR_OK ? (uint32_t)count : 0;
}

/* Numbers have gaps. */
static enum transition_kind
get_transition_kind(struct cbor *in)
{
	enum transition_kind kind = (enum transition_kind)get_below(in, TRANSITION_COUNT);

	if (transition_text(kind)[0] == '\0')
		cbor_fail(in, ERR_MALFORMED);
	return kind;
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
#define get_scope(in, v)   ((v) = (enum scope)get_below(in, SCOPES))
#define get_kind(in, v)    ((v) = get_transition_kind(in))
#define get_severity(in, v) ((v) = (enum severity)get_below(in, SEVERITIES))
#define get_correct(in, v) ((v) = (enum correct)get_below(in, CORRECTS))
#define get_window_kind(in, v) ((v) = (enum window_kind)get_below(in, WINDOW_KINDS))
#define get_intent_kind(in, v) ((v) = (enum intent_kind)get_below(in, INTENT_KINDS))
#define get_intent_step(in, v) ((v) = (enum intent_step)get_below(in, INTENT_STEPS))
#define get_ceremony_kind(in, v) ((v) = (enum ceremony_kind)get_below(in, CEREMONY_KINDS))
#define get_ceremony_step(in, v) ((v) = (enum ceremony_step)get_below(in, CEREMONY_STEPS))
#define get_window_step(in, v) ((v) = (enum window_step)get_below(in, WINDOW_STEPS))

#define OBJECT(object)                                                  \
	void                                                            \
	state_get_##object(struct cbor *in, bool first, of_##object *v) \
	{                                                               \
		state_get_fields(in, first ? FIRST_FIELDS_OF_##object : \
		    FIELDS_OF_##object);
#define FIELD(type, name) get_##type(in, v->name);
#define LATER(type, name)                                               \
		if (!first)                                             \
			get_##type(in, v->name);
#define OBJECT_END(object) }
#include "monitor/state/state_list.h"
