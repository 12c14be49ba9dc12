/* SPDX-License-Identifier: Apache-2.0 */
/* A PCK certificate's SGX extension: SEQUENCE OF { OID, ANY } in DER; see intel_pck.h. */
#include <string.h>

#include "attest/intel_pck.h"

enum { OID = 0x06, SEQUENCE = 0x30, INTEGER = 0x02, OCTETS = 0x04 };
enum { PART_PPID = 1, PART_TCB = 2, PART_PCE_ID = 3, PART_FMSPC = 4, TCB_PCE_SVN = 17 };
enum { ALL_COMPONENTS = 0xffff };

/* 1.2.840.113741.1.13.1 */
static const uint8_t arc[] = { 0x2a, 0x86, 0x48, 0x86, 0xf8, 0x4d, 0x01, 0x0d, 0x01 };

/* The content of the next element, of definite length in the fewest octets (X.690, 10.1). */
static struct bytes
element(struct reader *in, uint8_t *tag)
{
	size_t len;

	*tag = (uint8_t)read_be(in, 1);
	len = (size_t)read_be(in, 1);
	if (len == 0x81) {
		len = (size_t)read_be(in, 1);
		in->failed = in->failed || len < 0x80;
	} else if (len == 0x82) {
		len = (size_t)read_be(in, 2);
		in->failed = in->failed || len < 0x100;
	} else if (len >= 0x80) {
		in->failed = true;
	}
	return read_bytes(in, len);
}

/* SEQUENCE { the arc and under, ANY }: which of the arc; 0 if it is something else. */
static unsigned
pair(struct reader *in, size_t under, uint8_t *tag, struct bytes *value)
{
	uint8_t outer, kind;
	struct reader inner = reader_of(element(in, &outer));
	struct bytes oid = element(&inner, &kind);

	*value = element(&inner, tag);
	if (in->failed || outer != SEQUENCE || kind != OID || !reader_done(&inner)) {
		in->failed = true;
		return 0;
	}
	return oid.len == sizeof(arc) + under && memcmp(oid.at, arc, sizeof(arc)) == 0 &&
	    (under == 1 || oid.at[sizeof(arc)] == PART_TCB) ? oid.at[oid.len - 1] : 0;
}

/* Up to 65535, not negative. */
static bool
number(uint8_t tag, struct bytes value, uint16_t *out)
{
	if (tag != INTEGER || value.len == 0 || value.len > 3 || (value.at[0] & 0x80) != 0 ||
	    (value.len == 3 && value.at[0] != 0))
		return false;
	*out = 0;
	for (size_t i = 0; i < value.len; i++)
		*out = (uint16_t)(*out << 8 | value.at[i]);
	return true;
}

static bool
tcb_read(uint8_t tag, struct bytes octets, struct pck *out)
{
	struct reader in = reader_of(octets);
	uint32_t seen = 0;
	bool svn = false;

	while (tag == SEQUENCE && !in.failed && in.at < octets.len) {
		uint8_t kind;
		uint16_t level = 0;
		struct bytes value;
		unsigned which = pair(&in, 2, &kind, &value);

		if (which == 0 || which > TCB_PCE_SVN)
			continue;		/* 18 is the CPUSVN: the same, packed */
		if (!number(kind, value, &level))
			return false;
		if (which == TCB_PCE_SVN) {
			if (svn)
				return false;
			svn = true;
			out->pce_svn = level;
			continue;
		}
		if (level > UINT8_MAX || (seen & 1u << (which - 1)) != 0)
			return false;
		seen |= 1u << (which - 1);
		out->component[which - 1] = (uint8_t)level;
	}
	return !in.failed && svn && seen == ALL_COMPONENTS;
}

static bool
octets_copy(uint8_t tag, struct bytes value, uint8_t *out, size_t len)
{
	if (tag != OCTETS || value.len != len)
		return false;
	memcpy(out, value.at, len);
	return true;
}

static bool
part_read(unsigned which, uint8_t tag, struct bytes value, struct pck *out)
{
	switch (which) {
	case PART_PPID:
		return octets_copy(tag, value, out->ppid, PCK_PPID);
	case PART_TCB:
		return tcb_read(tag, value, out);
	case PART_PCE_ID:
		return octets_copy(tag, value, out->pce_id, PCK_PCE_ID);
	case PART_FMSPC:
		return octets_copy(tag, value, out->fmspc, PCK_FMSPC);
	default:
		return true;
	}
}

enum err
pck_read(struct bytes extension, struct pck *out, struct why *why)
{
	struct reader in = reader_of(extension), inner;
	uint8_t tag;
	unsigned seen = 0;

	memset(out, 0, sizeof(*out));
	inner = reader_of(element(&in, &tag));
	if (tag != SEQUENCE || !reader_done(&in))
		return why_set(why, ERR_MALFORMED, "the SGX extension is no SEQUENCE in DER");
	while (!inner.failed && inner.at < inner.in.len) {
		uint8_t kind;
		struct bytes value;
		unsigned which = pair(&inner, 1, &kind, &value);
		unsigned bit = which < 16 ? 1u << which : 0;

		if (inner.failed || (seen & bit & ~1u) != 0 || !part_read(which, kind, value, out))
			return why_at(why, ERR_MALFORMED, inner.at,
			    "part %u of the SGX extension is wrong, or there twice", which);
		seen |= bit;
	}
	if ((seen & (1u << PART_TCB)) == 0 || (seen & (1u << PART_PCE_ID)) == 0 ||
	    (seen & (1u << PART_FMSPC)) == 0)
		return why_set(why, ERR_MALFORMED,
		    "the SGX extension lacks its TCB, PCE-ID or FMSPC");
	return ERR_OK;
}
