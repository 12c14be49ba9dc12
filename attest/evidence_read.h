/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of PKIX Evidence for key attestation (draft-ietf-rats-pkix-key-attestation): elements
 * with claims, and signatures over them.  What the types mean, whoever asks knows.
 */
#ifndef ATTEST_EVIDENCE_READ_H
#define ATTEST_EVIDENCE_READ_H

#include "attest/der.h"

enum {
	EVIDENCE_MAX           = 128 << 10,
	EVIDENCE_ELEMENTS      = 32,
	EVIDENCE_CLAIMS        = 256,
	EVIDENCE_SIGNATURES    = 8,
	EVIDENCE_INTERMEDIATES = 16
};

struct evidence_claim {
	char         type[DER_OID_TEXT];
	uint8_t      tag;		/* 0: it has no value */
	struct bytes value;
};

struct evidence_element { char type[DER_OID_TEXT]; size_t first, count; };

/* The signer is named in at least one way; what is not there has no octets. */
struct evidence_signature {
	struct bytes key_id, spki, certificate, value;
	char         algorithm[DER_OID_TEXT];
};

struct evidence {
	struct bytes              tbs;		/* what is signed */
	uint64_t                  version;
	size_t                    elements, claims, signatures, intermediates;
	struct evidence_element   element[EVIDENCE_ELEMENTS];
	struct evidence_claim     claim[EVIDENCE_CLAIMS];
	struct evidence_signature signature[EVIDENCE_SIGNATURES];
	struct bytes              intermediate[EVIDENCE_INTERMEDIATES];
};

/* Views.  ERR_MALFORMED or ERR_LIMIT with the part that is wrong. */
MUST_USE enum err evidence_read(struct bytes der, struct evidence *, struct why *);
/*
 * The one claim of that type in an element; NULL: there is none, or, if twice is not NULL and set,
 * more than one.
 */
const struct evidence_claim *evidence_find(const struct evidence *,
    const struct evidence_element *, const char *type, bool *twice);

#endif
