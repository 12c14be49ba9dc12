/* SPDX-License-Identifier: Apache-2.0 */
/* Extensions of plain certificates (RFC 5280 section 4.2, RFC 7633); see x509.h. */
#include "attest/der.h"
#include "probes/wire/x509.h"

enum {
	EXTENSIONS_MAX = 32,		/* of one certificate: real ones have up to 12 */
	PATH_LENGTH_MAX = 255, STATUS_REQUEST = 5, URI = 0x86, KEY_ID = 0x80
};

static bool
key_id_read(struct bytes value, struct x509 *out)
{
	return der_only(value, DER_OCTETS, &out->subject_key_id) && out->subject_key_id.len > 0;
}

/* The key's identifier alone, or nothing; with its issuer and serial number it is not plain. */
static bool
authority_read(struct bytes value, struct x509 *out)
{
	struct bytes list;

	if (!der_only(value, DER_SEQUENCE, &list))
		return false;
	return list.len == 0 || (der_only(list, KEY_ID, &out->authority_key_id) &&
	    out->authority_key_id.len > 0);
}

/* Named bits: none behind the last that is set (X.690 section 11.2.2). */
static bool
usage_read(struct bytes value, struct x509 *out)
{
	struct bytes bits;
	unsigned unused;

	if (!der_only(value, DER_BITS, &bits) || bits.len < 2 || bits.len > 3 || bits.at[0] > 7)
		return false;
	unused = bits.at[0];
	if ((bits.at[bits.len - 1] & ((1U << (unused + 1)) - 1)) != 1U << unused)
		return false;
	out->usage_given = true;
	out->usage = bits.at[1];
	return true;
}

static bool
constraints_read(struct bytes value, struct x509 *out)
{
	struct bytes list, flag, number;
	uint64_t length;

	if (!der_only(value, DER_SEQUENCE, &list))
		return false;
	out->constrained = true;
	if (list.len == 0)
		return true;
	if (!der_expect(&list, DER_BOOLEAN, &flag) || flag.len != 1 || flag.at[0] != 0xff)
		return false;
	out->ca = true;
	if (list.len == 0)
		return true;
	if (!der_only(list, DER_INTEGER, &number) || !der_unsigned(number, &length) ||
	    length > PATH_LENGTH_MAX)
		return false;
	out->path_length = (unsigned)length;
	return true;
}

static bool
purposes_read(struct bytes value, struct x509 *out)
{
	static const uint8_t server[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01 };
	struct bytes list, purpose;

	if (!der_only(value, DER_SEQUENCE, &list) || list.len == 0)
		return false;
	out->purpose_given = true;
	while (list.len > 0) {
		if (!der_expect(&list, DER_OID, &purpose) || !x509_oid_fine(purpose))
			return false;
		out->server |= bytes_equal(purpose, bytes_of(server, sizeof(server)));
	}
	return true;
}

/* Only names that can be shown: what another kind holds is for the library to read. */
static bool
names_read(struct bytes value, struct x509 *out)
{
	struct bytes rest, text;
	uint8_t tag;

	if (!der_only(value, DER_SEQUENCE, &out->names) || out->names.len == 0)
		return false;
	rest = out->names;
	while (rest.len > 0)
		if (!x509_general_next(&rest, &tag, &text) || (tag != X509_NAME_MAIL &&
		    tag != X509_NAME_DNS && tag != X509_NAME_URI && tag != X509_NAME_ADDRESS))
			return false;
	return true;
}

/* Points that are addresses, for all reasons, of this issuer: nothing is taken from them. */
static bool
points_read(struct bytes value, struct x509 *out)
{
	struct bytes list, point, name, full, uri;

	(void)out;
	if (!der_only(value, DER_SEQUENCE, &list) || list.len == 0)
		return false;
	while (list.len > 0) {
		if (!der_expect(&list, DER_SEQUENCE, &point) ||
		    !der_only(point, DER_CONTEXT, &name) || !der_only(name, DER_CONTEXT, &full) ||
		    full.len == 0)
			return false;
		while (full.len > 0)
			if (!der_expect(&full, URI, &uri))
				return false;
	}
	return true;
}

static bool
features_read(struct bytes value, struct x509 *out)
{
	struct bytes list, number;
	uint64_t feature;

	if (!der_only(value, DER_SEQUENCE, &list) || list.len == 0)
		return false;
	while (list.len > 0) {
		if (!der_expect(&list, DER_INTEGER, &number) ||
		    !der_unsigned(number, &feature) || feature > UINT16_MAX)
			return false;
		out->must_staple |= feature == STATUS_REQUEST;
	}
	return true;
}

static bool
not_read(struct bytes value, struct x509 *out)
{
	(void)value;
	out->undecided = true;
	return true;
}

#define CE(n) { 0x55, 0x1d, n }, 3
#define PE(n) { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, n }, 8

/* Those that decide whether a certificate may be used; critical: and may say that they do. */
static const struct row {
	uint8_t oid[9];
	size_t  oid_len;
	bool    critical;
	bool  (*read)(struct bytes value, struct x509 *out);
} rows[] = {
	{ CE(14), false, key_id_read },
	{ CE(15), true, usage_read },
	{ CE(17), true, names_read },
	{ CE(19), true, constraints_read },
	{ CE(30), true, not_read },			/* name constraints */
	{ CE(31), true, points_read },
	{ CE(35), false, authority_read },
	{ CE(37), true, purposes_read },
	{ PE(7), true, not_read },			/* RFC 3779 addresses */
	{ PE(8), true, not_read },			/* and numbers */
	{ PE(14), true, not_read },			/* RFC 3820 proxies */
	{ PE(24), false, features_read },
	/* Netscape's kinds of certificates */
	{ { 0x60, 0x86, 0x48, 0x01, 0x86, 0xf8, 0x42, 0x01, 0x01 }, 9, true, not_read }
};

static bool
extension_read(struct bytes oid, bool critical, struct bytes value, struct x509 *out)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (bytes_equal(oid, bytes_of(rows[i].oid, rows[i].oid_len))) {
			out->undecided |= critical && !rows[i].critical;
			return rows[i].read(value, out);
		}
	out->undecided |= critical;
	return true;
}

bool
x509_extensions_read(struct bytes list, struct x509 *out)
{
	struct bytes seen[EXTENSIONS_MAX], extension, flag, value;
	size_t count = 0;

	if (list.len == 0)
		return false;
	for (; list.len > 0; count++) {
		bool critical;

		if (count == EXTENSIONS_MAX || !der_expect(&list, DER_SEQUENCE, &extension) ||
		    !der_expect(&extension, DER_OID, &seen[count]) ||
		    !x509_oid_fine(seen[count]))
			return false;
		for (size_t i = 0; i < count; i++)
			if (bytes_equal(seen[i], seen[count]))
				return false;
		/* FALSE is the default and never written (X.690 section 11.5). */
		critical = der_expect(&extension, DER_BOOLEAN, &flag);
		if (critical && (flag.len != 1 || flag.at[0] != 0xff))
			return false;
		if (!der_only(extension, DER_OCTETS, &value) ||
		    !extension_read(seen[count], critical, value, out))
			return false;
	}
	return true;
}
