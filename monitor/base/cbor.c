/* SPDX-License-Identifier: Apache-2.0 */
/* Reader and writer of deterministic CBOR.  No recursion on input: nesting is counted. */
#include <inttypes.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"

enum { MAJOR_UINT, MAJOR_NEGATIVE, MAJOR_BYTES, MAJOR_TEXT, MAJOR_ARRAY, MAJOR_MAP, MAJOR_TAG,
	MAJOR_SIMPLE };
enum { SIMPLE_FALSE = 20, SIMPLE_TRUE = 21, SIMPLE_NULL = 22 };

struct head {
	unsigned major, info;
	uint64_t value;
};

static void
put_head(struct buffer *out, unsigned major, uint64_t value)
{
	uint8_t top = (uint8_t)(major << 5);

	if (value < 24) {
		buffer_put_u8(out, top | (uint8_t)value);
	} else if (value <= UINT8_MAX) {
		buffer_put_u8(out, top | 24);
		buffer_put_be(out, value, 1);
	} else if (value <= UINT16_MAX) {
		buffer_put_u8(out, top | 25);
		buffer_put_be(out, value, 2);
	} else if (value <= UINT32_MAX) {
		buffer_put_u8(out, top | 26);
		buffer_put_be(out, value, 4);
	} else {
		buffer_put_u8(out, top | 27);
		buffer_put_be(out, value, 8);
	}
}

void
cbor_put_uint(struct buffer *out, uint64_t value)
{
	put_head(out, MAJOR_UINT, value);
}

void
cbor_put_int(struct buffer *out, int64_t value)
{
	if (value >= 0)
		put_head(out, MAJOR_UINT, (uint64_t)value);
	else
		put_head(out, MAJOR_NEGATIVE, (uint64_t)(-(value + 1)));
}

void
cbor_put_bytes(struct buffer *out, struct bytes value)
{
	put_head(out, MAJOR_BYTES, value.len);
	buffer_put(out, value.at, value.len);
}

void
cbor_put_text(struct buffer *out, struct bytes value)
{
	put_head(out, MAJOR_TEXT, value.len);
	buffer_put(out, value.at, value.len);
}

void
cbor_put_cstr(struct buffer *out, const char *text)
{
	cbor_put_text(out, bytes_of_text(text));
}

void
cbor_put_array(struct buffer *out, uint64_t count)
{
	put_head(out, MAJOR_ARRAY, count);
}

void
cbor_put_map(struct buffer *out, uint64_t pairs)
{
	put_head(out, MAJOR_MAP, pairs);
}

void
cbor_put_tag(struct buffer *out, uint64_t tag)
{
	put_head(out, MAJOR_TAG, tag);
}

void
cbor_put_bool(struct buffer *out, bool value)
{
	put_head(out, MAJOR_SIMPLE, value ? SIMPLE_TRUE : SIMPLE_FALSE);
}

void
cbor_put_null(struct buffer *out)
{
	put_head(out, MAJOR_SIMPLE, SIMPLE_NULL);
}

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
		cbor_fail(r, head.info == 24 ? ERR_MALFORMED : ERR_UNSUPPORTED);	/* floats */
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
		return why_at(why, r.err, r.at, "RFC 8949 4.2.1: not deterministic CBOR at octet %zu: %s",
		    r.at, err_text(r.err));
	if (r.at != item.len)
		return why_at(why, ERR_MALFORMED, r.at,
		    "RFC 8949 4.2.1: %zu octets follow the item that ends at octet %zu",
		    item.len - r.at, r.at);
	return ERR_OK;
}

static void
print_text(struct buffer *out, struct bytes text)
{
	buffer_put_u8(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];

		if (c == '"' || c == '\\')
			buffer_print(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			buffer_print(out, "\\u%04x", c);
		else
			buffer_put_u8(out, c);
	}
	buffer_put_u8(out, '"');
}

static void
print_bytes(struct buffer *out, struct bytes value)
{
	buffer_put_text(out, "h'");
	for (size_t i = 0; i < value.len; i++)
		buffer_print(out, "%02x", value.at[i]);
	buffer_put_u8(out, '\'');
}

/* Prints one scalar, or the opening of a container; returns the items it opens. */
static uint64_t
print_one(struct cbor *r, struct buffer *out, char *closer)
{
	enum cbor_type type = cbor_peek(r);
	uint64_t opens;

	*closer = '\0';
	switch (type) {
	case CBOR_UINT:
		buffer_print(out, "%" PRIu64, cbor_uint(r));
		return 0;
	case CBOR_NEGATIVE:
		buffer_print(out, "%" PRId64, cbor_int(r));
		return 0;
	case CBOR_BYTES:
		print_bytes(out, cbor_bytes(r));
		return 0;
	case CBOR_TEXT:
		print_text(out, cbor_text(r));
		return 0;
	case CBOR_ARRAY:
	case CBOR_MAP:
		opens = type == CBOR_ARRAY ? cbor_array(r) : 2 * cbor_map(r);
		buffer_put_u8(out, type == CBOR_ARRAY ? '[' : '{');
		*closer = type == CBOR_ARRAY ? ']' : '}';
		return opens;
	case CBOR_TAG:
		buffer_print(out, "%" PRIu64 "(", cbor_tag(r));
		*closer = ')';
		return 1;
	case CBOR_SIMPLE: {
		uint64_t value = read_simple(r);

		buffer_put_text(out, value == SIMPLE_TRUE ? "true" :
		    value == SIMPLE_FALSE ? "false" : "null");
		return 0;
	}
	case CBOR_NONE:
		break;
	}
	cbor_fail(r, ERR_TRUNCATED);
	return 0;
}

void
cbor_print(struct buffer *out, struct bytes item)
{
	struct { uint64_t left; char closer; } levels[CBOR_DEPTH_MAX];
	struct cbor r = cbor_of(item, false);
	size_t depth = 0;

	do {
		char closer;
		uint64_t opens = print_one(&r, out, &closer);

		if (r.err != ERR_OK || (closer != '\0' && depth == CBOR_DEPTH_MAX)) {
			buffer_put_text(out, "<malformed>");
			return;
		}
		if (closer != '\0') {
			levels[depth].left = opens + 1;
			levels[depth++].closer = closer;
		}
		while (depth > 0 && --levels[depth - 1].left == 0)
			buffer_put_u8(out, (uint8_t)levels[--depth].closer);
		if (depth > 0 && !(closer != '\0'))
			buffer_put_text(out, levels[depth - 1].closer == '}' &&
			    levels[depth - 1].left % 2 == 1 ? ": " : ", ");
	} while (depth > 0);
}

bool
utf8_valid(struct bytes text)
{
	size_t i = 0;

	while (i < text.len) {
		uint8_t c = text.at[i];
		size_t more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 :
		    c >= 0xf0 && c < 0xf5 ? 3 : SIZE_MAX;
		uint8_t low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
		uint8_t high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;

		if (more == SIZE_MAX || more > text.len - i - 1)
			return false;
		for (size_t j = 1; j <= more; j++) {
			uint8_t next = text.at[i + j];

			if (j == 1 ? next < low || next > high : next < 0x80 || next > 0xbf)
				return false;
		}
		i += more + 1;
	}
	return true;
}
