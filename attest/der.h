/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Distinguished encodings (X.690) read one value at a time, as views, without recursion: for the
 * few frames around keys and certificates that libcrypto has no reader for.
 */
#ifndef ATTEST_DER_H
#define ATTEST_DER_H

#include "monitor/base/bytes.h"

enum {
	DER_BOOLEAN = 0x01, DER_INTEGER = 0x02, DER_BITS = 0x03, DER_OCTETS = 0x04,
	DER_OID = 0x06, DER_UTF8 = 0x0c, DER_TIME = 0x18, DER_SEQUENCE = 0x30, DER_SET = 0x31,
	DER_CONTEXT = 0xa0,	/* [0], constructed */
	DER_OID_TEXT = 64	/* octets of a dotted OID; longer ones are not read */
};

struct der { uint8_t tag; struct bytes value, whole; };

/* Takes the first value off; false: its length is longer than there is, or not the shortest. */
bool der_take(struct bytes *in, struct der *out);
/* Takes it if it has that tag; else false and nothing is taken. */
bool der_expect(struct bytes *in, uint8_t tag, struct bytes *value);
/* The value of octets that are one encoding with that tag and nothing behind it. */
bool der_only(struct bytes in, uint8_t tag, struct bytes *value);
/* Not negative, up to 8 octets, the shortest form. */
bool der_unsigned(struct bytes integer, uint64_t *out);
/* "1.3.6.1.4.1.41482"; false: it is none, or too long. */
bool der_oid(struct bytes value, char out[DER_OID_TEXT]);
/* Appends tag, length and value. */
void der_put(struct buffer *, uint8_t tag, struct bytes value);

#endif
