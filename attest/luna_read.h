/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public key confirmations of Luna modules: a PKCS#7 without signers that carries certificates
 * (RFC 2315, 9.1).  Some modules write r and s of an ECDSA signature as negative numbers; those
 * are given back as what they were meant to be, the signed octets untouched.
 */
#ifndef ATTEST_LUNA_READ_H
#define ATTEST_LUNA_READ_H

#include "monitor/base/bytes.h"

enum { LUNA_CERTIFICATES = 8 };

struct luna {
	size_t        count;
	size_t        mended;		/* of them, those that were not DER */
	struct buffer certificate[LUNA_CERTIFICATES];	/* in the order of the file */
};

/* ERR_MALFORMED: it is none; ERR_LIMIT: too many.  Given back with luna_free in either case. */
MUST_USE enum err luna_read(struct bytes der, struct luna *, struct why *);
void luna_free(struct luna *);

#endif
