/* SPDX-License-Identifier: Apache-2.0 */
/* Names in plain certificates: distinguished ones, and those of their peers; see x509.h. */
#include <string.h>

#include "attest/der.h"
#include "monitor/base/cbor.h"
#include "probes/wire/x509.h"

enum {
	PRINTABLE = 0x13, IA5 = 0x16,
	ATTRIBUTES_MAX = 16		/* of one name: real ones have up to 8 */
};

#define X520(n) { { 0x55, 0x04, n }, 3 }

/* Attribute types and how RFC 4514 text shows them; others are not shown here. */
static const struct { struct { uint8_t at[10]; size_t len; } oid; const char *text; } types[] = {
	{ X520(3), "CN" }, { X520(10), "O" }, { X520(11), "OU" }, { X520(6), "C" },
	{ X520(7), "L" }, { X520(8), "ST" }, { X520(5), "serialNumber" },
	{ { { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19 }, 10 }, "DC" }
};

struct attribute { struct bytes type, text; };

/* X.690 section 8.19: arcs in their shortest form, the last one ended. */
bool
x509_oid_fine(struct bytes oid)
{
	if (oid.len == 0 || oid.at[oid.len - 1] >= 0x80)
		return false;
	for (size_t i = 0; i < oid.len; i++)
		if (oid.at[i] == 0x80 && (i == 0 || oid.at[i - 1] < 0x80))
			return false;
	return true;
}

static bool
text_fine(uint8_t tag, struct bytes text)
{
	bool ascii = true;

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < 0x20 || text.at[i] == 0x7f)
			return false;
		ascii = ascii && text.at[i] < 0x80;
	}
	if (tag == DER_UTF8)
		return text.len > 0 && (ascii || utf8_valid(text));
	return text.len > 0 && ascii && (tag == PRINTABLE || tag == IA5);
}

/* Takes a set of one attribute off. */
static bool
attribute_take(struct bytes *in, struct attribute *out)
{
	struct bytes set, pair;
	struct der value;

	if (!der_expect(in, DER_SET, &set) || !der_only(set, DER_SEQUENCE, &pair) ||
	    !der_expect(&pair, DER_OID, &out->type) || !x509_oid_fine(out->type) ||
	    !der_take(&pair, &value) || pair.len != 0)
		return false;
	out->text = value.value;
	return text_fine(value.tag, value.value);
}

/* FNV-1a: spread enough that different names seldom meet, and meeting costs only time. */
static void
fold_octet(uint32_t *fold, uint8_t octet)
{
	*fold = (*fold ^ octet) * 16777619U;
}

bool
x509_name_read(struct bytes *in, struct x509_name *out)
{
	struct attribute attribute;
	struct bytes rest;
	struct der name;
	size_t count = 0;

	if (!der_take(in, &name) || name.tag != DER_SEQUENCE)
		return false;
	out->whole = name.whole;
	out->fold = 2166136261U;
	for (rest = name.value; rest.len > 0; count++) {
		if (count == ATTRIBUTES_MAX || !attribute_take(&rest, &attribute))
			return false;
		for (size_t i = 0; i < attribute.type.len; i++)
			fold_octet(&out->fold, attribute.type.at[i]);
		for (size_t i = 0; i < attribute.text.len; i++) {
			uint8_t octet = attribute.text.at[i];

			if (octet != ' ')
				fold_octet(&out->fold, octet >= 'A' && octet <= 'Z' ?
				    octet | 0x20 : octet);
		}
	}
	return true;
}

static const char *
type_text(struct bytes oid)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (bytes_equal(oid, bytes_of(types[i].oid.at, types[i].oid.len)))
			return types[i].text;
	return NULL;
}

/* Nothing that RFC 4514 section 2.4 escapes. */
static bool
text_plain(struct bytes text)
{
	if (text.at[0] == ' ' || text.at[text.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t octet = text.at[i];

		if (!(octet >= 'a' && octet <= 'z') && !(octet >= 'A' && octet <= 'Z') &&
		    !(octet >= '0' && octet <= '9') && memchr(" -._:/'()@*", octet, 11) == NULL)
			return false;
	}
	return true;
}

bool
x509_name_put(struct x509_name name, struct buffer *out)
{
	struct attribute attribute[ATTRIBUTES_MAX];
	const char *type[ATTRIBUTES_MAX];
	struct bytes rest;
	size_t count = 0;

	if (!der_only(name.whole, DER_SEQUENCE, &rest))
		return false;
	for (; rest.len > 0; count++) {
		if (count == ATTRIBUTES_MAX || !attribute_take(&rest, &attribute[count]))
			return false;
		type[count] = type_text(attribute[count].type);
		if (type[count] == NULL || !text_plain(attribute[count].text))
			return false;
	}
	/* RFC 4514 section 2.1: the last one comes first. */
	for (size_t i = count; i > 0; i--) {
		if (i < count)
			buffer_put_u8(out, ',');
		buffer_put_text(out, type[i - 1]);
		buffer_put_u8(out, '=');
		buffer_put(out, attribute[i - 1].text.at, attribute[i - 1].text.len);
	}
	return true;
}

bool
x509_general_next(struct bytes *rest, uint8_t *tag, struct bytes *value)
{
	struct der one;

	if (rest->len == 0 || !der_take(rest, &one))
		return false;
	*tag = one.tag;
	*value = one.value;
	return true;
}
