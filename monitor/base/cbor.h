/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CBOR (RFC 8949), the part that records, plans, states and COSE need: integers, byte and text
 * strings, arrays, maps, tags, booleans and null; no floats.  The writer makes the deterministic
 * encoding of section 4.2.1 as long as its caller gives map keys in ascending order; the reader
 * is a sticky cursor that, when strict, refuses every encoding that is not deterministic.
 */
#ifndef MONITOR_BASE_CBOR_H
#define MONITOR_BASE_CBOR_H

#include "monitor/base/bytes.h"

enum cbor_type {
	CBOR_UINT, CBOR_NEGATIVE, CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP, CBOR_TAG,
	CBOR_SIMPLE,		/* false, true, null */
	CBOR_NONE		/* the end, or a failed reader */
};

void cbor_put_uint(struct buffer *, uint64_t);
void cbor_put_int(struct buffer *, int64_t);
void cbor_put_bytes(struct buffer *, struct bytes);
void cbor_put_text(struct buffer *, struct bytes);	/* the caller vouches for UTF-8 */
void cbor_put_cstr(struct buffer *, const char *);
void cbor_put_array(struct buffer *, uint64_t count);
void cbor_put_map(struct buffer *, uint64_t pairs);
void cbor_put_tag(struct buffer *, uint64_t);
void cbor_put_bool(struct buffer *, bool);
void cbor_put_null(struct buffer *);

struct cbor {
	struct bytes in;
	size_t       at;
	enum err     err;	/* the first failure; every later read gives zero */
	bool         strict;	/* refuse what section 4.2.1 does not allow in a head */
};

struct cbor    cbor_of(struct bytes, bool strict);
enum cbor_type cbor_peek(const struct cbor *);
uint64_t       cbor_uint(struct cbor *);
int64_t        cbor_int(struct cbor *);		/* of the range of int64_t; else ERR_LIMIT */
bool           cbor_bool(struct cbor *);
void           cbor_null(struct cbor *);
struct bytes   cbor_bytes(struct cbor *);	/* a view into the input */
struct bytes   cbor_text(struct cbor *);	/* checked to be UTF-8 */
/* Counts are bounded by the octets that are left, so a caller may allocate by them. */
uint64_t       cbor_array(struct cbor *);
uint64_t       cbor_map(struct cbor *);
uint64_t       cbor_tag(struct cbor *);
/* The next item whole, nested items and all, as a view; depth bounded by CBOR_DEPTH_MAX. */
struct bytes   cbor_raw(struct cbor *);
void           cbor_skip(struct cbor *);
void           cbor_fail(struct cbor *, enum err);	/* the first failure stays */
bool           cbor_done(const struct cbor *);		/* all read and nothing failed */

/*
 * One whole item in the deterministic encoding of RFC 8949 4.2.1: shortest heads, definite
 * lengths, map keys ascending bytewise and unique, UTF-8 text, nothing behind it, no floats.
 */
MUST_USE enum err cbor_check(struct bytes, struct why *);

/* Diagnostic notation (RFC 8949 section 8) of one item, for people; byte strings as h'..'. */
void cbor_print(struct buffer *, struct bytes item);

/* True if the octets are well-formed UTF-8 (RFC 3629: no surrogates, nothing over U+10FFFF). */
bool utf8_valid(struct bytes);

#endif
