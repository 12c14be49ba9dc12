/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structures of TPM 2.0 as octets (TCG TPM 2.0 Library, Part 2): what a TPM signed about itself,
 * the signature, and the public area of a key.  Views into what was given; nothing is verified.
 */
#ifndef ATTEST_TPM_READ_H
#define ATTEST_TPM_READ_H

#include "monitor/base/digest.h"

enum {
	TPM_MAGIC          = 0xff544347,	/* TPM_GENERATED_VALUE */
	TPM_QUOTE          = 0x8018,	/* TPM_ST_ATTEST_QUOTE */
	TPM_CERTIFY        = 0x8017,	/* TPM_ST_ATTEST_CERTIFY */
	TPM_SELECTIONS     = 8,		/* banks of one quote */
	TPM_REGISTERS      = 24,
	TPM_STRUCTURE_MAX  = 4096,	/* octets of any of these */
	TPM_NAME_MAX       = 2 + DIGEST_MAX
};

/* TPM_ALG_ID. */
enum {
	TPM_RSA = 0x0001, TPM_SHA1 = 0x0004, TPM_KEYEDHASH = 0x0008, TPM_SHA256 = 0x000b,
	TPM_SHA384 = 0x000c, TPM_SHA512 = 0x000d, TPM_NULL = 0x0010, TPM_RSASSA = 0x0014,
	TPM_RSAPSS = 0x0016, TPM_ECDSA = 0x0018, TPM_ECC = 0x0023
};

/* TPMA_OBJECT, 8.3. */
enum {
	TPM_FIXED_TPM = 1 << 1, TPM_FIXED_PARENT = 1 << 4, TPM_SENSITIVE_DATA_ORIGIN = 1 << 5,
	TPM_RESTRICTED = 1 << 16, TPM_DECRYPT = 1 << 17, TPM_SIGN = 1 << 18
};

struct tpm_selection {		/* TPMS_PCR_SELECTION */
	uint16_t hash;
	uint32_t registers;	/* bit N: PCR N */
};

struct tpm_attest {		/* TPMS_ATTEST */
	uint32_t     magic;
	uint16_t     type;
	struct bytes signer;	/* qualified name of the key that signed */
	struct bytes extra;	/* what the asker had signed: our nonce */
	uint64_t     clock_ms;
	uint32_t     resets, restarts;
	bool         safe;	/* no clock that was reported before is ahead of this one */
	uint64_t     firmware;
	/* Of a quote. */
	size_t       selections;
	struct tpm_selection selection[TPM_SELECTIONS];
	struct bytes digest;	/* over the selected registers, in that order */
	/* Of a certification. */
	struct bytes name, qualified_name;
};

struct tpm_signature {		/* TPMT_SIGNATURE */
	uint16_t     scheme, hash;
	struct bytes first, second;	/* RSA: the signature and none; ECDSA: r and s */
};

struct tpm_public {		/* TPMT_PUBLIC */
	struct bytes octets;	/* itself, without a size before it */
	uint16_t     type;	/* TPM_RSA or TPM_ECC */
	uint16_t     name_hash;
	uint32_t     attributes;
	uint16_t     scheme, scheme_hash;	/* TPM_NULL: it may sign in any way */
	uint32_t     exponent;	/* RSA; the default, 0, is read as 65537 */
	uint16_t     curve;	/* ECC: 3 P-256, 4 P-384, 5 P-521 */
	struct bytes first, second;	/* modulus and none, or x and y */
};

/*
 * Whole and nothing behind.  ERR_TRUNCATED, ERR_MALFORMED, ERR_LIMIT, or ERR_UNSUPPORTED (a kind
 * of statement, signature or key that is not read), with a sentence.  A magic that is wrong is no
 * error here: whoever judges says so.
 */
MUST_USE enum err tpm_attest_read(struct bytes, struct tpm_attest *, struct why *);
MUST_USE enum err tpm_signature_read(struct bytes, struct tpm_signature *, struct why *);
/* TPMT_PUBLIC, or TPM2B_PUBLIC: the same behind its size. */
MUST_USE enum err tpm_public_read(struct bytes, struct tpm_public *, struct why *);

/* The digest a TPM_ALG_ID names; false for SHA-1 and all that is not SHA-256, 384 or 512. */
bool tpm_digest(uint16_t algorithm, enum digest *);
const char *tpm_algorithm_name(uint16_t algorithm);	/* "SHA-256"; "another" */
/* The Name of a key: its hash algorithm and the hash of its public area (Part 1, Names). */
struct tpm_name { size_t len; uint8_t at[TPM_NAME_MAX]; };
/* len 0: its hash is SHA-1 or one that is not known. */
struct tpm_name tpm_name(const struct tpm_public *);
struct bytes tpm_name_bytes(const struct tpm_name *);

#endif
