/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attestation documents of AWS Nitro Enclaves and NitroTPM, read and not judged: a COSE_Sign1 (RFC
 * 9052, 4.2) around a map of fields.  Everything is a view into the document.
 */
#ifndef ATTEST_NITRO_READ_H
#define ATTEST_NITRO_READ_H

#include "monitor/base/bytes.h"

enum {
	NITRO_PAYLOAD_MAX = 16384,	/* octets of the map: AWS, 3.1 */
	NITRO_DOCUMENT_MAX = NITRO_PAYLOAD_MAX + 256,
	NITRO_PCRS        = 32,
	NITRO_BUNDLE_MAX  = 7,		/* certificates; real ones have 4 */
	NITRO_CERTIFICATE_MAX = 1024,
	NITRO_DATA_MAX    = 1024,
	NITRO_MODULE_MAX  = 128,
	NITRO_SIGNATURE   = 96		/* r and s of P-384 */
};

struct nitro_cose { struct bytes protected, payload, signature; };

enum nitro_kind { NITRO_NONE, NITRO_ENCLAVE, NITRO_TPM };

struct nitro_document {
	struct bytes    module;		/* "i-0a22e5c5f24d22174-enc0191cceb4289903f" */
	struct bytes    digest;
	uint64_t        made_ms;
	enum nitro_kind kind;		/* which of the two maps of registers it has */
	struct bytes    pcr[NITRO_PCRS];	/* no octets: not in the document */
	struct bytes    certificate;
	size_t          issuers;	/* 0: cabundle is missing, null or empty */
	struct bytes    issuer[NITRO_BUNDLE_MAX];	/* root first */
	struct bytes    public_key, user_data, nonce;	/* no octets: missing, null or empty */
};

/* ERR_MALFORMED, ERR_TRUNCATED or ERR_LIMIT; a tag 18 before it passes (AWS, 3.1). */
MUST_USE enum err nitro_cose_read(struct bytes, struct nitro_cose *, struct why *);
/*
 * The payload.  ERR_MALFORMED: not that map, or a field twice; ERR_LIMIT: a field is longer than
 * AWS allows.  Missing fields are left empty; unknown ones are passed over.
 */
MUST_USE enum err nitro_document_read(struct bytes payload, struct nitro_document *,
    struct why *);

#endif
