/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes records, made from record_list.h by including it with macros defined.  Every field of
 * the kind is written, keys ascending, so that equal records are equal bytes.
 */
#include "monitor/base/cbor.h"
#include "monitor/ledger/record.h"

enum { EMPTY_ARRAY = 0x80, EMPTY_MAP = 0xa0 };
enum { KEY_KIND, KEY_RECORDED, KEY_OBSERVED, KEY_ROLE, KEY_INDEX, KEYS_OF_HEAD, KEY_DRILL = 5 };

static void
put_u64(struct buffer *out, const uint64_t *value)
{
	cbor_put_uint(out, *value);
}

static void
put_i64(struct buffer *out, const int64_t *value)
{
	cbor_put_int(out, *value);
}

static void
put_time(struct buffer *out, const int64_t *value)
{
	cbor_put_int(out, *value);
}

static void
put_flag(struct buffer *out, const bool *value)
{
	cbor_put_bool(out, *value);
}

static void
put_text(struct buffer *out, const struct bytes *value)
{
	cbor_put_text(out, *value);
}

static void
put_bytes(struct buffer *out, const struct bytes *value)
{
	cbor_put_bytes(out, *value);
}

static void
put_hash(struct buffer *out, const struct hash *value)
{
	cbor_put_bytes(out, hash_bytes(value));
}

static void
put_secret(struct buffer *out, const struct hash *value)
{
	cbor_put_bytes(out, hash_is_zero(*value) ? bytes_of(NULL, 0) : hash_bytes(value));
}

static void
put_raw(struct buffer *out, struct bytes raw, uint8_t empty)
{
	if (raw.len == 0)
		buffer_put_u8(out, empty);
	else
		buffer_put(out, raw.at, raw.len);
}

static void
put_facts(struct buffer *out, const struct bytes *value)
{
	put_raw(out, *value, EMPTY_MAP);
}

static void
put_hashes(struct buffer *out, const struct record_list *value)
{
	put_raw(out, value->raw, EMPTY_ARRAY);
}

static void
put_ids(struct buffer *out, const struct record_list *value)
{
	put_raw(out, value->raw, EMPTY_ARRAY);
}

#define RECORD(number, KIND, name, text)                                        \
static void                                                                     \
encode_##name(struct buffer *out, const struct record_##name *fields)           \
{                                                                               \
	(void)out;                                                              \
	(void)fields;
#define FIELD(key, type, name, text)                                            \
	cbor_put_uint(out, key);                                                \
	put_##type(out, &fields->name);
#define RECORD_END(KIND, name) }
#include "monitor/ledger/record_list.h"

static uint64_t
pairs_of(enum record_kind kind)
{
	switch (kind) {
#define RECORD(number, KIND, name, text) case RECORD_##KIND: return KEYS_OF_HEAD
#define FIELD(key, type, name, text)     + 1
#define RECORD_END(KIND, name)           ;
#include "monitor/ledger/record_list.h"
	case RECORD_NONE:
		break;
	}
	return KEYS_OF_HEAD;
}

void
record_encode(struct buffer *out, const struct record *rec)
{
	cbor_put_map(out, pairs_of(rec->kind) + rec->drill);
	cbor_put_uint(out, KEY_KIND);
	cbor_put_uint(out, rec->kind);
	cbor_put_uint(out, KEY_RECORDED);
	cbor_put_int(out, rec->recorded_ms);
	cbor_put_uint(out, KEY_OBSERVED);
	cbor_put_int(out, rec->observed_ms);
	cbor_put_uint(out, KEY_ROLE);
	cbor_put_uint(out, rec->role);
	cbor_put_uint(out, KEY_INDEX);
	cbor_put_uint(out, rec->index);
	/* Written only where it holds: what is real has the octets it always had. */
	if (rec->drill) {
		cbor_put_uint(out, KEY_DRILL);
		cbor_put_bool(out, true);
	}
	switch (rec->kind) {
#define RECORD(number, KIND, name, text)                                        \
	case RECORD_##KIND:                                                     \
		encode_##name(out, &rec->name);                                 \
		break;
#include "monitor/ledger/record_list.h"
	case RECORD_NONE:
		break;
	}
}
