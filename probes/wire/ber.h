/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BER as SNMP uses it (RFC 3417 section 8): definite lengths, tags of one octet, numbers of bounded
 * width, nothing that goes beyond what holds it.  Longer forms of a length and padded numbers are
 * BER and are sent by agents: taken.  Indefinite lengths, object identifiers with padded or endless
 * arcs, numbers out of their type's range: refused.  Written from the end to the beginning, so that
 * every length is known and the shortest.  Pure.
 */
#ifndef PROBES_WIRE_BER_H
#define PROBES_WIRE_BER_H

#include "monitor/base/bytes.h"

enum ber_tag {
	BER_INTEGER = 0x02, BER_OCTETS = 0x04, BER_NULL = 0x05, BER_OBJECT = 0x06,
	BER_SEQUENCE = 0x30
};

enum { BER_ARCS_MAX = 128 };	/* of an object identifier (RFC 2578 section 3.5) */

/* The next element: its tag, and its content as a view of the input; the reader fails otherwise. */
struct bytes ber_element(struct reader *, unsigned *tag);
/* The content of the next element if it has that tag; the reader fails otherwise. */
struct bytes ber_take(struct reader *, unsigned tag);
/* The next element, an INTEGER from least to most; the reader fails otherwise and 0 is given. */
int64_t      ber_take_number(struct reader *, int64_t least, int64_t most);

/* Of a content: false if it is empty or does not fit 64 bits with sign. */
bool         ber_number(struct bytes content, int64_t *out);
/* Arcs of 32 bits; false if it is none, or has more than BER_ARCS_MAX. */
bool         ber_object(struct bytes content, unsigned long out[BER_ARCS_MAX], size_t *len);

/* Room of the caller, filled from its end; once failed, it stays so and nothing is written. */
struct ber_writer {
	uint8_t *at;
	size_t   left;		/* octets still free, in front of what was written */
	size_t   size;
	bool     failed;
};

struct ber_writer ber_writer_of(void *at, size_t size);
struct bytes      ber_written(const struct ber_writer *);
void ber_put(struct ber_writer *, struct bytes octets);		/* as they are */
void ber_put_octets(struct ber_writer *, unsigned tag, struct bytes content);
void ber_put_number(struct ber_writer *, unsigned tag, int64_t number);
/* The object has at least two arcs. */
void ber_put_object(struct ber_writer *, const unsigned long *arcs, size_t len);
/* Tag and length of all that was written since there were "end" octets left. */
void ber_put_head(struct ber_writer *, unsigned tag, size_t end);

#endif
