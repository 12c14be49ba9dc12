/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostic notation (RFC 8949 section 8) of one item, for people; or <malformed>. */
#include <inttypes.h>

#include "monitor/base/cbor.h"
#include "monitor/base/limits.h"

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

/* Down to -2^64, which int64_t does not hold. */
static void
print_negative(struct cbor *r, struct buffer *out)
{
	struct cbor before = *r;
	int64_t value = cbor_int(r);
	struct reader octets;
	uint64_t below;

	if (r->err == ERR_LIMIT && before.err == ERR_OK) {
		/* Only a head with eight octets holds such a number. */
		octets = reader_of(bytes_slice(before.in, before.at + 1, 8));
		below = read_be(&octets, 8);
		if (below == UINT64_MAX)
			buffer_put_text(out, "-18446744073709551616");
		else
			buffer_print(out, "-%" PRIu64, below + 1);
		*r = before;
		cbor_skip(r);
		return;
	}
	buffer_print(out, "%" PRId64, value);
}

/* One of false, true and null; the other simple values mean nothing here and print as null. */
static void
print_simple(struct cbor *r, struct buffer *out)
{
	unsigned value = r->in.at[r->at] & 31;

	if (value >= 24) {
		cbor_fail(r, ERR_UNSUPPORTED);
		return;
	}
	r->at++;
	buffer_put_text(out, value == 21 ? "true" : value == 20 ? "false" : "null");
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
		print_negative(r, out);
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
	case CBOR_SIMPLE:
		print_simple(r, out);
		return 0;
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

		if (r.err != ERR_OK || (opens > 0 && depth == CBOR_DEPTH_MAX)) {
			buffer_put_text(out, "<malformed>");
			return;
		}
		if (opens > 0) {
			levels[depth].left = opens;
			levels[depth++].closer = closer;
			continue;
		}
		if (closer != '\0')
			buffer_put_u8(out, (uint8_t)closer);
		while (depth > 0 && --levels[depth - 1].left == 0)
			buffer_put_u8(out, (uint8_t)levels[--depth].closer);
		if (depth > 0)
			buffer_put_text(out, levels[depth - 1].closer == '}' &&
			    levels[depth - 1].left % 2 == 1 ? ": " : ", ");
	} while (depth > 0);
}
