/* SPDX-License-Identifier: Apache-2.0 */
/* See ber.h; clauses are of ITU-T X.690. */
#include <string.h>

#include "probes/wire/ber.h"

enum {
	TAG_MANY = 0x1f,		/* 8.1.2.4: the tag has more octets */
	LEN_LONG = 0x80, LEN_OCTETS_MAX = 4,
	ARC_MORE = 0x80, FIRST_ARCS = 40
};

struct bytes
ber_element(struct reader *in, unsigned *tag)
{
	uint64_t len;

	*tag = (unsigned)read_be(in, 1);
	len = read_be(in, 1);
	if (len > LEN_LONG && len <= LEN_LONG + LEN_OCTETS_MAX)
		len = read_be(in, (unsigned)len - LEN_LONG);
	else if (len >= LEN_LONG)	/* 8.1.3.6: indefinite, which RFC 3417 section 8 forbids */
		in->failed = true;
	if ((*tag & TAG_MANY) == TAG_MANY || in->failed || len > in->in.len - in->at) {
		in->failed = true;
		return bytes_of(NULL, 0);
	}
	return read_bytes(in, (size_t)len);
}

struct bytes
ber_take(struct reader *in, unsigned tag)
{
	unsigned got;
	struct bytes content = ber_element(in, &got);

	if (got != tag)
		in->failed = true;
	return in->failed ? bytes_of(NULL, 0) : content;
}

bool
ber_number(struct bytes content, int64_t *out)
{
	uint64_t number;
	uint8_t sign;

	if (content.len == 0)
		return false;
	sign = content.at[0] & 0x80 ? 0xff : 0;
	/* 8.3.2 asks for the fewest octets; agents that write all four of one are taken. */
	while (content.len > 8 && content.at[0] == sign)
		content = bytes_slice(content, 1, content.len);
	if (content.len > 8 || ((content.at[0] & 0x80) != 0) != (sign != 0))
		return false;
	number = sign != 0 ? UINT64_MAX : 0;
	for (size_t i = 0; i < content.len; i++)
		number = number << 8 | content.at[i];
	*out = (int64_t)number;
	return true;
}

int64_t
ber_take_number(struct reader *in, int64_t least, int64_t most)
{
	int64_t number;

	if (!ber_number(ber_take(in, BER_INTEGER), &number) || number < least || number > most)
		in->failed = true;
	return in->failed ? 0 : number;
}

bool
ber_object(struct bytes content, unsigned long out[BER_ARCS_MAX], size_t *len)
{
	size_t at = 0, count = 0;

	if (content.len == 0)
		return false;
	while (at < content.len) {
		uint64_t arc = 0;

		if (content.at[at] == ARC_MORE)		/* 8.19.2: no padding */
			return false;
		do {
			if (at == content.len || arc > UINT32_MAX >> 7)
				return false;
			arc = arc << 7 | (content.at[at] & 0x7f);
		} while (content.at[at++] & ARC_MORE);
		if (count == 0) {	/* 8.19.4: the first two are one */
			unsigned long first = arc >= 2 * FIRST_ARCS ? 2 : arc / FIRST_ARCS;

			out[count++] = first;
			arc -= first * FIRST_ARCS;
		}
		if (count == BER_ARCS_MAX)
			return false;
		out[count++] = (unsigned long)arc;
	}
	*len = count;
	return true;
}

struct ber_writer
ber_writer_of(void *at, size_t size)
{
	return (struct ber_writer){ .at = at, .left = size, .size = size };
}

struct bytes
ber_written(const struct ber_writer *out)
{
	if (out->failed)
		return bytes_of(NULL, 0);
	return bytes_of(out->at + out->left, out->size - out->left);
}

void
ber_put(struct ber_writer *out, struct bytes octets)
{
	if (octets.len > out->left)
		out->failed = true;
	if (out->failed || octets.len == 0)
		return;
	out->left -= octets.len;
	memcpy(out->at + out->left, octets.at, octets.len);
}

void
ber_put_head(struct ber_writer *out, unsigned tag, size_t end)
{
	size_t len = end - out->left;
	uint8_t head[6], *first = head + sizeof(head);
	unsigned octets = 0;

	do {
		*--first = (uint8_t)(len >> 8 * octets++);
	} while (octets < LEN_OCTETS_MAX && len >> 8 * octets != 0);
	if (octets > 1 || *first >= LEN_LONG)
		*--first = (uint8_t)(LEN_LONG + octets);
	*--first = (uint8_t)tag;
	ber_put(out, bytes_of(first, (size_t)(head + sizeof(head) - first)));
}

void
ber_put_octets(struct ber_writer *out, unsigned tag, struct bytes content)
{
	size_t end = out->left;

	ber_put(out, content);
	ber_put_head(out, tag, end);
}

void
ber_put_number(struct ber_writer *out, unsigned tag, int64_t number)
{
	uint8_t octets[8], *first = octets + sizeof(octets);
	int64_t rest = number;

	do {
		*--first = (uint8_t)rest;
		rest >>= 8;
	} while (first > octets && !(rest == 0 && *first < 0x80) &&
	    !(rest == -1 && *first >= 0x80));
	ber_put_octets(out, tag, bytes_of(first, (size_t)(octets + sizeof(octets) - first)));
}

static void
put_arc(struct ber_writer *out, unsigned long arc)
{
	uint8_t octets[10], *first = octets + sizeof(octets);

	*--first = arc & 0x7f;
	while (arc >>= 7)
		*--first = (uint8_t)(ARC_MORE | (arc & 0x7f));
	ber_put(out, bytes_of(first, (size_t)(octets + sizeof(octets) - first)));
}

void
ber_put_object(struct ber_writer *out, const unsigned long *arcs, size_t len)
{
	size_t end = out->left;

	for (size_t i = len; i > 2; i--)
		put_arc(out, arcs[i - 1]);
	put_arc(out, arcs[0] * FIRST_ARCS + arcs[1]);
	ber_put_head(out, BER_OBJECT, end);
}
