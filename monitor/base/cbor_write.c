/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writer of CBOR in the deterministic encoding of RFC 8949 4.2.1: every head is the shortest one
 * and every length is definite; ascending map keys are the caller's part.
 */
#include "monitor/base/cbor.h"

enum { MAJOR_UINT, MAJOR_NEGATIVE, MAJOR_BYTES, MAJOR_TEXT, MAJOR_ARRAY, MAJOR_MAP, MAJOR_TAG,
	MAJOR_SIMPLE };
enum { SIMPLE_FALSE = 20, SIMPLE_TRUE = 21, SIMPLE_NULL = 22 };

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
