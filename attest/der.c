/* SPDX-License-Identifier: Apache-2.0 */
/* Distinguished encodings; see der.h. */
#include <string.h>

#include "attest/der.h"

enum { TAG_LONG = 0x1f, LENGTH_LONG = 0x80, LENGTH_OCTETS = 3 };

bool
der_take(struct bytes *in, struct der *out)
{
	struct reader reader = reader_of(*in);
	size_t len, octets;

	out->tag = (uint8_t)read_be(&reader, 1);
	len = (size_t)read_be(&reader, 1);
	if (reader.failed || (out->tag & TAG_LONG) == TAG_LONG)
		return false;
	if (len >= LENGTH_LONG) {
		octets = len & 0x7f;
		if (octets == 0 || octets > LENGTH_OCTETS)
			return false;
		len = (size_t)read_be(&reader, (unsigned)octets);
		/* X.690, 10.1: the shortest form. */
		if (reader.failed || len < LENGTH_LONG || len >> (8 * (octets - 1)) == 0)
			return false;
	}
	out->value = read_bytes(&reader, len);
	if (reader.failed)
		return false;
	out->whole = bytes_slice(*in, 0, reader.at);
	*in = bytes_slice(*in, reader.at, in->len - reader.at);
	return true;
}

bool
der_expect(struct bytes *in, uint8_t tag, struct bytes *value)
{
	struct bytes rest = *in;
	struct der one;

	if (!der_take(&rest, &one) || one.tag != tag)
		return false;
	*in = rest;
	*value = one.value;
	return true;
}

bool
der_only(struct bytes in, uint8_t tag, struct bytes *value)
{
	return der_expect(&in, tag, value) && in.len == 0;
}

bool
der_unsigned(struct bytes integer, uint64_t *out)
{
	struct reader reader = reader_of(integer);

	if (integer.len == 0 || (integer.at[0] & 0x80) != 0 || integer.len > 9 ||
	    (integer.len > 1 && integer.at[0] == 0 && (integer.at[1] & 0x80) == 0))
		return false;
	if (integer.len == 9)
		(void)read_be(&reader, 1);
	*out = read_be(&reader, (unsigned)(integer.len - reader.at));
	return integer.len < 9 || integer.at[0] == 0;
}

/* One number of base 128; false: it is not the shortest form, too large, or breaks off. */
static bool
arc_read(struct reader *in, uint64_t *arc)
{
	uint8_t octet;

	*arc = 0;
	for (int i = 0; i < 5; i++) {
		octet = (uint8_t)read_be(in, 1);
		if (in->failed || (i == 0 && octet == 0x80))
			return false;
		*arc = *arc << 7 | (octet & 0x7f);
		if ((octet & 0x80) == 0)
			return true;
	}
	return false;
}

/* Evidence is full of them, and printf takes ten times as long. */
static bool
number_put(char out[DER_OID_TEXT], size_t *used, uint64_t number)
{
	char digits[20];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	if (count + 2 > DER_OID_TEXT - *used)
		return false;
	while (count > 0)
		out[(*used)++] = digits[--count];
	out[*used] = '\0';
	return true;
}

bool
der_oid(struct bytes value, char out[DER_OID_TEXT])
{
	struct reader in = reader_of(value);
	uint64_t arc, first;
	size_t used = 0;

	if (!arc_read(&in, &arc))
		return false;
	first = arc < 40 ? 0 : arc < 80 ? 1 : 2;
	out[used++] = (char)('0' + first);
	out[used++] = '.';
	if (!number_put(out, &used, arc - 40 * first))
		return false;
	while (in.at < value.len) {
		if (!arc_read(&in, &arc) || used + 12 >= DER_OID_TEXT)
			return false;
		out[used++] = '.';
		if (!number_put(out, &used, arc))
			return false;
	}
	return true;
}

void
der_put(struct buffer *out, uint8_t tag, struct bytes value)
{
	unsigned octets = value.len < 0x80 ? 0 : value.len < 0x100 ? 1 :
	    value.len < 0x10000 ? 2 : 3;

	buffer_put_u8(out, tag);
	buffer_put_u8(out, octets == 0 ? (uint8_t)value.len : (uint8_t)(LENGTH_LONG | octets));
	if (octets > 0)
		buffer_put_be(out, value.len, octets);
	buffer_put(out, value.at, value.len);
}
