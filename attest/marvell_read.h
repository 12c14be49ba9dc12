/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key attestation statements of Marvell (Cavium) LiquidSecurity modules, unpacked: a header, the
 * attributes of one or two objects as PKCS#11 has them, a signature of 256 octets over the rest.
 */
#ifndef ATTEST_MARVELL_READ_H
#define ATTEST_MARVELL_READ_H

#include "monitor/base/bytes.h"

enum {
	MARVELL_SIGNATURE_LEN = 256,
	MARVELL_MAX           = 64 << 10,
	MARVELL_OBJECTS       = 2,
	MARVELL_ATTRIBUTES    = 128
};

/* PKCS#11 3.0, and the module's own from 0x1000. */
enum {
	CKA_CLASS = 0x0, CKA_LABEL = 0x3, CKA_KEY_TYPE = 0x100, CKA_ID = 0x102,
	CKA_SENSITIVE = 0x103, CKA_SIGN = 0x108, CKA_MODULUS = 0x120, CKA_MODULUS_BITS = 0x121,
	CKA_PUBLIC_EXPONENT = 0x122, CKA_EXTRACTABLE = 0x162, CKA_LOCAL = 0x163,
	CKA_NEVER_EXTRACTABLE = 0x164, CKA_ALWAYS_SENSITIVE = 0x165, CKA_EKCV = 0x1003
};

enum { CKO_PRIVATE_KEY = 3 };

struct marvell_attribute { uint32_t type; struct bytes value; };

struct marvell_object {
	uint32_t handle;
	size_t   count;
	struct marvell_attribute attribute[MARVELL_ATTRIBUTES];
};

struct marvell {
	struct bytes          signed_part, signature;
	size_t                count;
	struct marvell_object object[MARVELL_OBJECTS];
};

/* ERR_LIMIT: the lengths do not agree with what there is; ERR_MALFORMED: the rest.  Views. */
MUST_USE enum err marvell_read(struct bytes octets, struct marvell *, struct why *);
/* Of the first of that type; false: there is none, or two. */
bool marvell_value(const struct marvell_object *, uint32_t type, struct bytes *value);
/* An attribute of up to 4 octets as a number, big-endian. */
bool marvell_number(const struct marvell_object *, uint32_t type, uint32_t *out);

#endif
