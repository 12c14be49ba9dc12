/* SPDX-License-Identifier: Apache-2.0 */
/* Public key confirmations; see luna_read.h. */
#include "attest/luna_read.h"
#include "attest/der.h"

/* 1.2.840.113549.1.7.2 and .1, 1.2.840.10045.4.3: signedData, data, ecdsa-with-SHA2 */
static const uint8_t signed_data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2 };
static const uint8_t plain_data[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1 };
static const uint8_t ecdsa[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3 };

enum { NUMBER_MAX = 66 };

/* Taken as not negative, whatever its first bit says. */
static bool
number_mend(struct bytes *in, struct buffer *out, bool *changed)
{
	struct buffer made = { .max = NUMBER_MAX + 1 };
	struct bytes value, digits;

	if (!der_expect(in, DER_INTEGER, &value) || value.len == 0 || value.len > NUMBER_MAX + 1)
		return false;
	digits = value;
	while (digits.len > 1 && digits.at[0] == 0)
		digits = bytes_slice(digits, 1, digits.len - 1);
	if ((digits.at[0] & 0x80) != 0)
		buffer_put_u8(&made, 0);
	buffer_put(&made, digits.at, digits.len);
	*changed |= !bytes_equal(bytes_of_buffer(&made), value);
	der_put(out, DER_INTEGER, bytes_of_buffer(&made));
	buffer_free(&made);
	return true;
}

static bool
signature_mend(struct bytes bits, struct buffer *out, bool *changed)
{
	struct buffer pair = { .max = 0 }, whole = { .max = 0 };
	struct bytes in;
	bool good = bits.len > 1 && bits.at[0] == 0 &&
	    der_only(bytes_slice(bits, 1, bits.len - 1), DER_SEQUENCE, &in) &&
	    number_mend(&in, &pair, changed) && number_mend(&in, &pair, changed) && in.len == 0;

	if (good) {
		buffer_put_u8(&whole, 0);
		der_put(&whole, DER_SEQUENCE, bytes_of_buffer(&pair));
		der_put(out, DER_BITS, bytes_of_buffer(&whole));
	}
	buffer_free(&pair);
	buffer_free(&whole);
	return good;
}

static bool
algorithm_is_ecdsa(struct bytes algorithm)
{
	struct bytes oid;

	return der_expect(&algorithm, DER_OID, &oid) && oid.len == sizeof(ecdsa) + 1 &&
	    bytes_equal(bytes_slice(oid, 0, sizeof(ecdsa)), bytes_of(ecdsa, sizeof(ecdsa)));
}

/* Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature } */
static bool
certificate_put(struct luna *out, const struct der *certificate)
{
	struct buffer made = { .max = 0 }, *to = &out->certificate[out->count];
	struct bytes in = certificate->value, bits;
	struct der tbs, algorithm;
	bool changed = false, good = der_take(&in, &tbs) && der_take(&in, &algorithm) &&
	    der_expect(&in, DER_BITS, &bits) && in.len == 0;

	if (good && algorithm_is_ecdsa(algorithm.value)) {
		buffer_put(&made, tbs.whole.at, tbs.whole.len);
		buffer_put(&made, algorithm.whole.at, algorithm.whole.len);
		good = signature_mend(bits, &made, &changed);
	}
	if (good && changed)
		der_put(to, DER_SEQUENCE, bytes_of_buffer(&made));
	else if (good)
		buffer_put(to, certificate->whole.at, certificate->whole.len);
	buffer_free(&made);
	out->count += good;
	out->mended += changed;
	return good;
}

/* Version 1, no digest algorithms, no content, certificates, no signers. */
static bool
frame_read(struct bytes der, struct bytes *certificates)
{
	struct bytes all, oid, rest, value, inner;
	uint64_t version;
	struct der lists;

	if (!der_only(der, DER_SEQUENCE, &all) || !der_expect(&all, DER_OID, &oid) ||
	    !bytes_equal(oid, bytes_of(signed_data, sizeof(signed_data))) ||
	    !der_only(all, DER_CONTEXT, &inner) || !der_only(inner, DER_SEQUENCE, &rest) ||
	    !der_expect(&rest, DER_INTEGER, &value) || !der_unsigned(value, &version) ||
	    version != 1 || !der_expect(&rest, DER_SET, &value) || value.len != 0 ||
	    !der_expect(&rest, DER_SEQUENCE, &value) || !der_only(value, DER_OID, &oid) ||
	    !bytes_equal(oid, bytes_of(plain_data, sizeof(plain_data))) ||
	    !der_expect(&rest, DER_CONTEXT, certificates))
		return false;
	if (rest.len > 0 && rest.at[0] == DER_CONTEXT + 1 &&
	    (!der_take(&rest, &lists) || lists.value.len != 0))
		return false;
	return der_only(rest, DER_SET, &value) && value.len == 0;
}

enum err
luna_read(struct bytes der, struct luna *out, struct why *why)
{
	struct bytes certificates;
	struct der one;

	*out = (struct luna){ .count = 0 };
	if (!frame_read(der, &certificates))
		return why_set(why, ERR_MALFORMED, "no PKCS#7 of certificates alone, without "
		    "signers and content");
	while (certificates.len > 0) {
		if (out->count == LUNA_CERTIFICATES)
			return why_set(why, ERR_LIMIT, "more than %d certificates",
			    LUNA_CERTIFICATES);
		if (!der_take(&certificates, &one) || one.tag != DER_SEQUENCE ||
		    !certificate_put(out, &one))
			return why_set(why, ERR_MALFORMED, "certificate %zu is none",
			    out->count + 1);
	}
	return out->count > 0 ? ERR_OK :
	    why_set(why, ERR_MALFORMED, "no certificates are in it");
}

void
luna_free(struct luna *luna)
{
	for (size_t i = 0; i < LUNA_CERTIFICATES; i++)
		buffer_free(&luna->certificate[i]);
	luna->count = 0;
}
