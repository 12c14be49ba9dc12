/* SPDX-License-Identifier: Apache-2.0 */
/* Structures of TPM 2.0, read; see tpm_read.h.  All is big-endian. */
#include <string.h>

#include "attest/tpm_read.h"

enum {
	CLOCK_SAFE_MAX = 1, SELECT_MAX = 4, EXPONENT_DEFAULT = 65537,
	SYMMETRIC_NONE = TPM_NULL
};

/* A TPM2B: its size in two octets, then so many. */
static struct bytes
sized(struct reader *in)
{
	return read_bytes(in, (size_t)read_be(in, 2));
}

static enum err
ended(const struct reader *in, const char *what, struct why *why)
{
	if (in->failed)
		return why_at(why, ERR_TRUNCATED, in->at, "the %s ends early: a size in it is "
		    "wrong, or it was not kept whole", what);
	if (in->at != in->in.len)
		return why_at(why, ERR_MALFORMED, in->at, "%zu octets stand behind the %s",
		    in->in.len - in->at, what);
	return ERR_OK;
}

static enum err
too_long(struct bytes octets, const char *what, struct why *why)
{
	return octets.len <= TPM_STRUCTURE_MAX ? ERR_OK : why_set(why, ERR_LIMIT, "the %s has %zu "
	    "octets; the longest that is read has %d", what, octets.len, TPM_STRUCTURE_MAX);
}

/* --- statements --------------------------------------------------------------------------- */

/* TPMS_PCR_SELECTION: a bitmap of one octet for eight registers. */
static enum err
selections_read(struct reader *in, struct tpm_attest *attest, struct why *why)
{
	uint32_t count = (uint32_t)read_be(in, 4);

	if (in->failed)
		return ended(in, "quote", why);
	if (count == 0 || count > TPM_SELECTIONS)
		return why_at(why, ERR_LIMIT, in->at, "the quote selects %u banks of registers; "
		    "one to %d are read", (unsigned)count, TPM_SELECTIONS);
	for (size_t i = 0; i < count; i++) {
		struct tpm_selection *selection = &attest->selection[i];
		struct bytes map;

		selection->hash = (uint16_t)read_be(in, 2);
		map = read_bytes(in, (size_t)read_be(in, 1));
		if (in->failed)
			return ended(in, "quote", why);
		if (map.len > SELECT_MAX || (map.len == SELECT_MAX && map.at[SELECT_MAX - 1] != 0))
			return why_at(why, ERR_MALFORMED, in->at, "the quote selects a register "
			    "beyond %d", TPM_REGISTERS - 1);
		for (size_t k = 0; k < map.len; k++)
			selection->registers |= (uint32_t)map.at[k] << 8 * k;
		for (size_t k = 0; k < i; k++)
			if (attest->selection[k].hash == selection->hash)
				return why_at(why, ERR_MALFORMED, in->at,
				    "the quote selects one bank twice");
	}
	attest->selections = count;
	attest->digest = sized(in);
	return ERR_OK;
}

enum err
tpm_attest_read(struct bytes octets, struct tpm_attest *attest, struct why *why)
{
	struct reader in = reader_of(octets);
	uint8_t safe;
	enum err err = too_long(octets, "statement of the TPM", why);

	*attest = (struct tpm_attest){ .magic = (uint32_t)read_be(&in, 4) };
	if (err != ERR_OK)
		return err;
	attest->type = (uint16_t)read_be(&in, 2);
	attest->signer = sized(&in);
	attest->extra = sized(&in);
	attest->clock_ms = read_be(&in, 8);
	attest->resets = (uint32_t)read_be(&in, 4);
	attest->restarts = (uint32_t)read_be(&in, 4);
	safe = (uint8_t)read_be(&in, 1);
	attest->firmware = read_be(&in, 8);
	if (in.failed)
		return ended(&in, "statement of the TPM", why);
	if (safe > CLOCK_SAFE_MAX)
		return why_set(why, ERR_MALFORMED, "the TPM's clock is said to be %u: it is safe "
		    "(1) or not (0)", safe);
	attest->safe = safe == 1;
	if (attest->type == TPM_QUOTE) {
		err = selections_read(&in, attest, why);
	} else if (attest->type == TPM_CERTIFY) {
		attest->name = sized(&in);
		attest->qualified_name = sized(&in);
	} else {
		return why_set(why, ERR_UNSUPPORTED, "the TPM's statement is of kind 0x%04x, "
		    "neither a quote (0x8018) nor a certification (0x8017)", attest->type);
	}
	return err != ERR_OK ? err : ended(&in, "statement of the TPM", why);
}

enum err
tpm_signature_read(struct bytes octets, struct tpm_signature *signature, struct why *why)
{
	struct reader in = reader_of(octets);
	enum err err = too_long(octets, "signature", why);

	*signature = (struct tpm_signature){ .scheme = (uint16_t)read_be(&in, 2) };
	if (err != ERR_OK)
		return err;
	signature->hash = (uint16_t)read_be(&in, 2);
	if (in.failed)
		return ended(&in, "signature", why);
	if (signature->scheme != TPM_RSASSA && signature->scheme != TPM_RSAPSS &&
	    signature->scheme != TPM_ECDSA)
		return why_set(why, ERR_UNSUPPORTED, "the signature is of kind 0x%04x; RSASSA "
		    "(0x0014), RSAPSS (0x0016) and ECDSA (0x0018) are read", signature->scheme);
	signature->first = sized(&in);
	if (signature->scheme == TPM_ECDSA)
		signature->second = sized(&in);
	return ended(&in, "signature", why);
}

/* --- public areas ------------------------------------------------------------------------- */

/* TPMT_SYM_DEF_OBJECT: of a storage key, which no key that signs is. */
static void
symmetric_skip(struct reader *in)
{
	if (read_be(in, 2) != SYMMETRIC_NONE)
		read_be(in, 4);
}

/* TPMT_ASYM_SCHEME: the schemes that sign have a hash, none has nothing. */
static void
scheme_read(struct reader *in, struct tpm_public *public)
{
	public->scheme = (uint16_t)read_be(in, 2);
	public->scheme_hash = public->scheme == TPM_NULL ? TPM_NULL : (uint16_t)read_be(in, 2);
}

static enum err
parameters_read(struct reader *in, struct tpm_public *public, struct why *why)
{
	symmetric_skip(in);
	scheme_read(in, public);
	if (public->type == TPM_RSA) {
		uint16_t bits = (uint16_t)read_be(in, 2);

		public->exponent = (uint32_t)read_be(in, 4);
		if (public->exponent == 0)
			public->exponent = EXPONENT_DEFAULT;
		public->first = sized(in);
		if (!in->failed && public->first.len * 8 != bits)
			return why_at(why, ERR_MALFORMED, in->at, "the public area is of %u bits "
			    "and has a modulus of %zu octets", bits, public->first.len);
		return ERR_OK;
	}
	public->curve = (uint16_t)read_be(in, 2);
	if (read_be(in, 2) != TPM_NULL)		/* TPMT_KDF_SCHEME */
		read_be(in, 2);
	public->first = sized(in);
	public->second = sized(in);
	return ERR_OK;
}

enum err
tpm_public_read(struct bytes octets, struct tpm_public *public, struct why *why)
{
	struct reader in = reader_of(octets);
	enum err err = too_long(octets, "public area", why);

	*public = (struct tpm_public){ .octets = octets };
	if (err != ERR_OK)
		return err;
	/* No public area is as short as its type read as a size would have it. */
	if (octets.len > 2 && read_be(&in, 2) == octets.len - 2)
		public->octets = bytes_slice(octets, 2, octets.len - 2);
	in = reader_of(public->octets);
	public->type = (uint16_t)read_be(&in, 2);
	public->name_hash = (uint16_t)read_be(&in, 2);
	public->attributes = (uint32_t)read_be(&in, 4);
	sized(&in);				/* authPolicy */
	if (in.failed)
		return ended(&in, "public area", why);
	if (public->type != TPM_RSA && public->type != TPM_ECC)
		return why_set(why, ERR_UNSUPPORTED, "the public area is of kind 0x%04x, neither "
		    "RSA (0x0001) nor ECC (0x0023)", public->type);
	err = parameters_read(&in, public, why);
	return err != ERR_OK ? err : ended(&in, "public area", why);
}

/* --- names -------------------------------------------------------------------------------- */

bool
tpm_digest(uint16_t algorithm, enum digest *digest)
{
	*digest = algorithm == TPM_SHA256 ? DIGEST_SHA256 :
	    algorithm == TPM_SHA384 ? DIGEST_SHA384 : DIGEST_SHA512;
	return algorithm == TPM_SHA256 || algorithm == TPM_SHA384 || algorithm == TPM_SHA512;
}

const char *
tpm_algorithm_name(uint16_t algorithm)
{
	switch (algorithm) {
	case TPM_SHA1:
		return "SHA-1";
	case TPM_SHA256:
		return "SHA-256";
	case TPM_SHA384:
		return "SHA-384";
	case TPM_SHA512:
		return "SHA-512";
	default:
		return "another";
	}
}

struct tpm_name
tpm_name(const struct tpm_public *public)
{
	struct tpm_name name = { .len = 0 };
	enum digest digest;

	if (!tpm_digest(public->name_hash, &digest) || digest_of(digest, public->octets,
	    bytes_of(NULL, 0), bytes_of(NULL, 0), name.at + 2) != ERR_OK)
		return name;
	name.at[0] = (uint8_t)(public->name_hash >> 8);
	name.at[1] = (uint8_t)public->name_hash;
	name.len = 2 + digest_len(digest);
	return name;
}

struct bytes
tpm_name_bytes(const struct tpm_name *name)
{
	return bytes_of(name->at, name->len);
}
