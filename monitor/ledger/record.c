/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads and checks records, made from record_list.h by including it with macros defined.  The
 * decoder is one pass without allocation that accepts only deterministic CBOR; the check adds
 * what must hold of a stranger's bytes.
 */
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"
#include "monitor/ledger/facts.h"
#include "monitor/ledger/record_private.h"

enum { KEY_KIND, KEY_RECORDED, KEY_OBSERVED, KEY_ROLE, KEY_INDEX, KEYS_OF_HEAD, KEY_DRILL = 5 };
enum { EMPTY_ARRAY = 0x80 };

/* --- reading ------------------------------------------------------------------------------ */

/* Where a decoder stands in the record's map: at the value of "key", or at the end. */
struct fields {
	struct cbor cbor;
	uint64_t    left;	/* pairs behind this one */
	uint64_t    key;	/* UINT64_MAX: no more pairs */
	bool        strange;	/* a field was passed over */
};

/* Keys and most numbers take one octet; everything else goes to the general reader. */
static inline uint64_t
get_uint(struct cbor *in)
{
	if (in->err == ERR_OK && in->at < in->in.len && in->in.at[in->at] < 24)
		return in->in.at[in->at++];
	return cbor_uint(in);
}

static void
next_field(struct fields *f)
{
	uint64_t key;

	if (f->left == 0 || f->cbor.err != ERR_OK) {
		f->key = UINT64_MAX;
		return;
	}
	f->left--;
	key = get_uint(&f->cbor);
	if (key <= f->key || key == UINT64_MAX)
		cbor_fail(&f->cbor, ERR_MALFORMED);
	f->key = key;
}

/* True if the next value belongs to key; passes over fields of lower, unknown numbers. */
static inline bool
at_field(struct fields *f, uint64_t key)
{
	while (f->key < key) {
		f->strange = true;
		cbor_skip(&f->cbor);
		next_field(f);
	}
	return f->key == key;
}

static void
get_u64(struct cbor *in, uint64_t *value)
{
	*value = get_uint(in);
}

static void
get_i64(struct cbor *in, int64_t *value)
{
	*value = cbor_int(in);
}

static void
get_time(struct cbor *in, int64_t *value)
{
	*value = cbor_int(in);
}

static void
get_flag(struct cbor *in, bool *value)
{
	*value = cbor_bool(in);
}

static void
get_text(struct cbor *in, struct bytes *value)
{
	*value = cbor_text(in);
}

static void
get_bytes(struct cbor *in, struct bytes *value)
{
	*value = cbor_bytes(in);
}

static void
get_secret(struct cbor *in, struct hash *value)
{
	struct bytes raw = cbor_bytes(in);

	if (raw.len != 0 && raw.len != HASH_LEN)
		cbor_fail(in, ERR_MALFORMED);
	else if (raw.len == HASH_LEN)
		memcpy(value->at, raw.at, HASH_LEN);
}

static void
get_hash(struct cbor *in, struct hash *value)
{
	struct bytes raw = cbor_bytes(in);

	if (raw.len != HASH_LEN)
		cbor_fail(in, ERR_MALFORMED);
	else
		memcpy(value->at, raw.at, HASH_LEN);
}

static struct bytes
get_list(struct cbor *in)
{
	if (in->err == ERR_OK && in->at < in->in.len && in->in.at[in->at] == EMPTY_ARRAY)
		return bytes_of(in->in.at + in->at++, 1);
	if (cbor_peek(in) != CBOR_ARRAY)
		cbor_fail(in, in->at < in->in.len ? ERR_MALFORMED : ERR_TRUNCATED);
	return cbor_raw(in);
}

/* Numbers to values, ascending: cheaper than cbor_raw, which compares keys as octets. */
static void
get_facts(struct cbor *in, struct bytes *value)
{
	size_t start = in->at;
	uint64_t last = FACT_NONE;

	for (uint64_t left = cbor_map(in); left > 0 && in->err == ERR_OK; left--) {
		uint64_t number = get_uint(in);

		if (number <= last)
			cbor_fail(in, ERR_MALFORMED);
		last = number;
		switch (cbor_peek(in)) {
		case CBOR_UINT:  get_uint(in); break;
		case CBOR_BYTES: cbor_bytes(in); break;
		case CBOR_TEXT:  cbor_text(in); break;
		default:         cbor_skip(in); break;
		}
	}
	if (in->err == ERR_OK)
		*value = bytes_of(in->in.at + start, in->at - start);
}

static void
get_hashes(struct cbor *in, struct record_list *value)
{
	value->raw = get_list(in);
}

static void
get_ids(struct cbor *in, struct record_list *value)
{
	value->raw = get_list(in);
}

#define RECORD(number, KIND, name, text)                                        \
static void                                                                     \
decode_##name(struct fields *f, struct record_##name *fields)                   \
{                                                                               \
	(void)f;                                                                \
	(void)fields;
#define FIELD(key, type, name, text)                                            \
	if (at_field(f, key)) {                                                 \
		get_##type(&f->cbor, &fields->name);                            \
		next_field(f);                                                  \
	}
#define RECORD_END(KIND, name) }
#include "monitor/ledger/record_list.h"

/* The five keys every record has, all of them and nothing between; then what a drill has. */
static bool
at_head(struct fields *f, uint64_t key)
{
	if (f->cbor.err == ERR_OK && f->key != key)
		cbor_fail(&f->cbor, ERR_MALFORMED);
	return f->cbor.err == ERR_OK;
}

static void
decode_head(struct fields *f, struct record *rec)
{
	uint64_t kind = at_head(f, KEY_KIND) ? get_uint(&f->cbor) : 0;

	if (kind == RECORD_NONE || kind > INT32_MAX)
		cbor_fail(&f->cbor, ERR_MALFORMED);
	rec->kind = (enum record_kind)kind;
	next_field(f);
	if (at_head(f, KEY_RECORDED))
		rec->recorded_ms = cbor_int(&f->cbor);
	next_field(f);
	if (at_head(f, KEY_OBSERVED))
		rec->observed_ms = cbor_int(&f->cbor);
	next_field(f);
	if (at_head(f, KEY_ROLE))
		rec->role = get_uint(&f->cbor);
	next_field(f);
	if (at_head(f, KEY_INDEX))
		rec->index = get_uint(&f->cbor);
	next_field(f);
	if (f->cbor.err != ERR_OK || f->key != KEY_DRILL)
		return;
	rec->drill = cbor_bool(&f->cbor);
	/* False is not written: one record would have two encodings. */
	if (!rec->drill)
		cbor_fail(&f->cbor, ERR_MALFORMED);
	next_field(f);
}

static enum err
decode_failed(const struct fields *f, const struct record *rec, struct why *why)
{
	const char *kind = record_kind_name(rec->kind);
	/* No version writes floats or indefinite lengths: that is no record of a newer one. */
	enum err err = f->cbor.err == ERR_UNSUPPORTED ? ERR_MALFORMED : f->cbor.err;

	return why_at(why, err, f->cbor.at, "record%s%s: at octet %zu: %s", kind != NULL ? " " : "",
	    kind != NULL ? kind : "", f->cbor.at, err_text(err));
}

/* Decodes; *strange says whether a field of a newer version was passed over. */
static enum err
decode(struct bytes in, struct record *rec, bool *strange, struct why *why)
{
	struct fields f = { .cbor = cbor_of(in, true) };
	bool known = true;
	uint64_t pairs;

	memset(rec, 0, sizeof(*rec));
	pairs = cbor_map(&f.cbor);
	/* The first key is read here: next_field compares each key with the one before it. */
	if (f.cbor.err == ERR_OK && (pairs < KEYS_OF_HEAD || get_uint(&f.cbor) != KEY_KIND))
		cbor_fail(&f.cbor, ERR_MALFORMED);
	f.left = pairs > 0 ? pairs - 1 : 0;
	decode_head(&f, rec);
	switch (f.cbor.err == ERR_OK ? rec->kind : RECORD_NONE) {
#define RECORD(number, KIND, name, text)                                        \
	case RECORD_##KIND:                                                     \
		decode_##name(&f, &rec->name);                                  \
		break;
#include "monitor/ledger/record_list.h"
	default:
		known = false;
		break;
	}
	at_field(&f, UINT64_MAX);
	*strange = f.strange;
	if (f.cbor.err == ERR_OK && f.cbor.at != in.len)
		cbor_fail(&f.cbor, ERR_MALFORMED);
	if (f.cbor.err != ERR_OK)
		return decode_failed(&f, rec, why);
	if (!known)
		return why_set(why, ERR_UNSUPPORTED,
		    "record of kind %u: of a newer version than this one",
		    (unsigned)rec->kind);
	return ERR_OK;
}

enum err
record_decode(struct bytes in, struct record *rec, struct why *why)
{
	bool strange;

	return decode(in, rec, &strange, why);
}

/* --- checking ----------------------------------------------------------------------------- */

static enum err
check_ids(const struct record_list *list, const char *field, struct why *why)
{
	struct cbor in = cbor_of(list->raw, true);
	uint64_t count = cbor_array(&in), last = 0;

	for (uint64_t i = 0; i < count && in.err == ERR_OK; i++) {
		uint64_t id = cbor_uint(&in);

		if (i > 0 && id <= last)
			cbor_fail(&in, ERR_MALFORMED);
		last = id;
	}
	return list->raw.len == 0 || cbor_done(&in) ? ERR_OK : why_set(why, ERR_MALFORMED,
	    "record: %s is not an ascending list of numbers", field);
}

static enum err
check_hashes(const struct record_list *list, const char *field, struct why *why)
{
	struct cbor in = cbor_of(list->raw, true);
	uint64_t count = cbor_array(&in);

	for (uint64_t i = 0; i < count && in.err == ERR_OK; i++)
		if (cbor_bytes(&in).len != HASH_LEN)
			cbor_fail(&in, ERR_MALFORMED);
	return list->raw.len == 0 || cbor_done(&in) ? ERR_OK : why_set(why, ERR_MALFORMED,
	    "record: %s is not a list of SHA-256 hashes", field);
}

static enum err
check_facts(const struct bytes *facts, const char *field, struct why *why)
{
	(void)field;
	return facts_check(*facts, why);
}

static enum err
check_u64(const uint64_t *value, const char *field, struct why *why)
{
	if (strcmp(field, "outcome") == 0 && *value >= OUTCOME_COUNT)
		return why_set(why, ERR_MALFORMED, "record: there is no outcome %llu",
		    (unsigned long long)*value);
	return ERR_OK;
}

static enum err
check_text(const struct bytes *value, const char *field, struct why *why)
{
	return utf8_valid(*value) ? ERR_OK : why_set(why, ERR_MALFORMED,
	    "record: %s is not UTF-8", field);
}

/* Every value of the other types can be written. */
#define CHECKED(type, value)                                                    \
static inline enum err                                                          \
check_##type(const value *at, const char *field, struct why *why)               \
{                                                                               \
	(void)at;                                                               \
	(void)field;                                                            \
	(void)why;                                                              \
	return ERR_OK;                                                          \
}
CHECKED(i64, int64_t)
CHECKED(time, int64_t)
CHECKED(flag, bool)
CHECKED(bytes, struct bytes)
CHECKED(hash, struct hash)
CHECKED(secret, struct hash)

#define RECORD(number, KIND, name, text)                                        \
static enum err                                                                 \
check_kind_##name(const struct record_##name *fields, struct why *why)          \
{                                                                               \
	enum err err = ERR_OK;                                                  \
	(void)fields;                                                           \
	(void)why;
#define FIELD(key, type, name, text)                                            \
	if (err == ERR_OK)                                                      \
		err = check_##type(&fields->name, #name, why);
#define RECORD_END(KIND, name) return err; }
#include "monitor/ledger/record_list.h"

enum err
record_check_fields(const struct record *rec, struct why *why)
{
	switch (rec->kind) {
#define RECORD(number, KIND, name, text)                                        \
	case RECORD_##KIND:                                                     \
		return check_kind_##name(&rec->name, why);
#include "monitor/ledger/record_list.h"
	case RECORD_NONE:
		break;
	}
	return why_set(why, ERR_MALFORMED, "record: there is no kind %u", (unsigned)rec->kind);
}

enum err
record_check(struct bytes in, struct record *rec, struct why *why)
{
	struct buffer again = { .max = RECORD_MAX };
	bool strange, same;
	enum err err;

	if (in.len > RECORD_MAX)
		return why_set(why, ERR_LIMIT, "record: %zu octets, %d are allowed", in.len,
		    RECORD_MAX);
	if ((err = decode(in, rec, &strange, why)) != ERR_OK)
		return err;
	if (strange)
		return why_set(why, ERR_UNSUPPORTED,
		    "record %s: has a field this version does not know",
		    record_kind_name(rec->kind));
	if ((err = record_check_fields(rec, why)) != ERR_OK)
		return err;
	/* What is left to find: a field that is missing, a zero hash where none stands for it. */
	record_encode(&again, rec);
	same = !again.failed && bytes_equal(in, bytes_of_buffer(&again));
	buffer_free(&again);
	if (!same)
		return why_set(why, ERR_MALFORMED,
		    "record %s: is not the encoding this version makes of it",
		    record_kind_name(rec->kind));
	return ERR_OK;
}
