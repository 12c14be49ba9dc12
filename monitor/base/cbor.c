/* SPDX-License-Identifier: Apache-2.0 */
/* Reader of CBOR.  No recursion on input: nesting is counted and bounded. */
#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"

enum { MAJOR_UINT, MAJOR_NEGATIVE, MAJOR_BYTES, MAJOR_TEXT, MAJOR_ARRAY, MAJOR_MAP, MAJOR_TAG,
	MAJOR_SIMPLE };
enum { SIMPLE_FALSE = 20, SIMPLE_TRUE = 21, SIMPLE_NULL = 22 };

struct head {
	unsigned major, info;
	uint64_t value;
};

struct cbor
cbor_of(struct bytes in, bool strict)
{
	return (struct cbor){ .in = in, .strict = strict };
}

void
cbor_fail(struct cbor *r, enum err err)
{
	if (r->err == ERR_OK)
		r->err = err;
}

enum cbor_type
cbor_peek(const struct cbor *r)
{
	if (r->err != ERR_OK || r->at >= r->in.len)
		return CBOR_NONE;
	return (enum cbor_type)(r->in.at[r->at] >> 5);
}

static bool
head_minimal(const struct head *head)
{
	switch (head->info) {
	case 24: return head->value >= (head->major == MAJOR_SIMPLE ? 32 : 24);
	case 25: return head->value > UINT8_MAX;
	case 26: return head->value > UINT16_MAX;
	case 27: return head->value > UINT32_MAX;
	default: return true;
	}
}

static struct head
read_head(struct cbor *r)
{
	struct head head = { .major = CBOR_NONE };
	size_t octets;

	if (r->err != ERR_OK)
		return head;
	if (r->at >= r->in.len) {
		cbor_fail(r, ERR_TRUNCATED);
		return head;
	}
	head.major = r->in.at[r->at] >> 5;
	head.info = r->in.at[r->at] & 31;
	r->at++;
	if (head.info < 24) {
		head.value = head.info;
		return head;
	}
	/* 28 to 30 are reserved; 31 is an indefinite length, which nothing of ours accepts. */
	if (head.info > 27) {
		cbor_fail(r, head.info == 31 ? ERR_UNSUPPORTED : ERR_MALFORMED);
		return head;
	}
	octets = (size_t)1 << (head.info - 24);
	if (octets > r->in.len - r->at) {
		cbor_fail(r, ERR_TRUNCATED);
		return head;
	}
	for (size_t i = 0; i < octets; i++)
		head.value = head.value << 8 | r->in.at[r->at++];
	if (head.major == MAJOR_SIMPLE)
		/* Floats and other simple values; a short one in two octets is not well-formed. */
		cbor_fail(r, head.info == 24 && head.value < 32 ? ERR_MALFORMED : ERR_UNSUPPORTED);
	else if (r->strict && !head_minimal(&head))
		cbor_fail(r, ERR_MALFORMED);
	return head;
}

static uint64_t
read_of(struct cbor *r, unsigned major)
{
	struct head head = read_head(r);

	if (r->err != ERR_OK)
		return 0;
	if (head.major != major) {
		cbor_fail(r, ERR_MALFORMED);
		return 0;
	}
	return head.value;
}

uint64_t
cbor_uint(struct cbor *r)
{
	return read_of(r, MAJOR_UINT);
}

int64_t
cbor_int(struct cbor *r)
{
	struct head head = read_head(r);

	if (r->err != ERR_OK)
		return 0;
	if (head.major != MAJOR_UINT && head.major != MAJOR_NEGATIVE) {
		cbor_fail(r, ERR_MALFORMED);
		return 0;
	}
	if (head.value > INT64_MAX) {
		cbor_fail(r, ERR_LIMIT);
		return 0;
	}
	return head.major == MAJOR_UINT ? (int64_t)head.value : -1 - (int64_t)head.value;
}

static uint64_t
read_simple(struct cbor *r)
{
	return read_of(r, MAJOR_SIMPLE);
}

bool
cbor_bool(struct cbor *r)
{
	uint64_t value = read_simple(r);

	if (value != SIMPLE_TRUE && value != SIMPLE_FALSE)
		cbor_fail(r, ERR_MALFORMED);
	return value == SIMPLE_TRUE;
}

void
cbor_null(struct cbor *r)
{
	if (read_simple(r) != SIMPLE_NULL)
		cbor_fail(r, ERR_MALFORMED);
}

static struct bytes
read_string(struct cbor *r, unsigned major)
{
	uint64_t len = read_of(r, major);
	struct bytes out = { NULL, 0 };

	if (r->err != ERR_OK)
		return out;
	if (len > r->in.len - r->at) {
		cbor_fail(r, ERR_TRUNCATED);
		return out;
	}
	out = bytes_of(r->in.at + r->at, (size_t)len);
	r->at += (size_t)len;
	return out;
}

struct bytes
cbor_bytes(struct cbor *r)
{
	return read_string(r, MAJOR_BYTES);
}

struct bytes
cbor_text(struct cbor *r)
{
	struct bytes text = read_string(r, MAJOR_TEXT);

	if (!utf8_valid(text)) {
		cbor_fail(r, ERR_MALFORMED);
		return bytes_of(NULL, 0);
	}
	return text;
}

uint64_t
cbor_array(struct cbor *r)
{
	uint64_t count = read_of(r, MAJOR_ARRAY);

	if (count > r->in.len - r->at)
		cbor_fail(r, ERR_TRUNCATED);
	return r->err == ERR_OK ? count : 0;
}

uint64_t
cbor_map(struct cbor *r)
{
	uint64_t pairs = read_of(r, MAJOR_MAP);

	if (pairs > (r->in.len - r->at) / 2)
		cbor_fail(r, ERR_TRUNCATED);
	return r->err == ERR_OK ? pairs : 0;
}

uint64_t
cbor_tag(struct cbor *r)
{
	return read_of(r, MAJOR_TAG);
}

bool
cbor_done(const struct cbor *r)
{
	return r->err == ERR_OK && r->at == r->in.len;
}

/* One level of nesting while an item is walked without recursion. */
struct level {
	uint64_t     left;		/* items still to come here */
	bool         map;
	struct bytes key;		/* the last key of this map */
	size_t       key_start;
};

/* An item just ended at r->at; checks key order where the item was a key of a map. */
static void
level_item_end(struct cbor *r, struct level *level)
{
	if (level->map && level->left % 2 == 0) {
		struct bytes key = bytes_of(r->in.at + level->key_start, r->at - level->key_start);

		if (r->strict && level->key.at != NULL && bytes_compare(level->key, key) >= 0)
			cbor_fail(r, ERR_MALFORMED);
		level->key = key;
	}
	level->left--;
}

/* Reads one head with what belongs to it; returns how many items it opens. */
static uint64_t
walk_one(struct cbor *r, bool *map)
{
	*map = false;
	switch (cbor_peek(r)) {
	case CBOR_UINT:
	case CBOR_NEGATIVE:
		read_head(r);
		return 0;
	case CBOR_BYTES:
		cbor_bytes(r);
		return 0;
	case CBOR_TEXT:
		cbor_text(r);
		return 0;
	case CBOR_ARRAY:
		return cbor_array(r);
	case CBOR_MAP:
		*map = true;
		return 2 * cbor_map(r);
	case CBOR_TAG:
		cbor_tag(r);
		return 1;
	case CBOR_SIMPLE: {
		uint64_t value = read_simple(r);

		if (r->err == ERR_OK && (value < SIMPLE_FALSE || value > SIMPLE_NULL))
			cbor_fail(r, ERR_UNSUPPORTED);
		return 0;
	}
	case CBOR_NONE:
		break;
	}
	cbor_fail(r, ERR_TRUNCATED);
	return 0;
}

static void
walk(struct cbor *r)
{
	struct level levels[CBOR_DEPTH_MAX];
	size_t depth = 0;

	do {
		bool map;
		uint64_t opens;

		if (depth > 0 && levels[depth - 1].map && levels[depth - 1].left % 2 == 0)
			levels[depth - 1].key_start = r->at;
		opens = walk_one(r, &map);
		if (r->err != ERR_OK)
			return;
		if (opens > 0) {
			if (depth == CBOR_DEPTH_MAX) {
				cbor_fail(r, ERR_LIMIT);
				return;
			}
			levels[depth++] = (struct level){ .left = opens, .map = map };
			continue;
		}
		while (depth > 0) {
			level_item_end(r, &levels[depth - 1]);
			if (r->err != ERR_OK || levels[depth - 1].left > 0)
				break;
			depth--;
		}
	} while (depth > 0 && r->err == ERR_OK);
}

struct bytes
cbor_raw(struct cbor *r)
{
	size_t start = r->at;

	walk(r);
	return r->err == ERR_OK ? bytes_of(r->in.at + start, r->at - start) : bytes_of(NULL, 0);
}

void
cbor_skip(struct cbor *r)
{
	walk(r);
}

enum err
cbor_check(struct bytes item, struct why *why)
{
	struct cbor r = cbor_of(item, true);

	walk(&r);
	if (r.err != ERR_OK)
		return why_at(why, r.err, r.at, "RFC 8949 4.2.1: not deterministic CBOR at octet "
		    "%zu: %s", r.at, err_text(r.err));
	if (r.at != item.len)
		return why_at(why, ERR_MALFORMED, r.at,
		    "RFC 8949 4.2.1: %zu octets follow the item that ends at octet %zu",
		    item.len - r.at, r.at);
	return ERR_OK;
}
