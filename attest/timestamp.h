/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 3161 time stamps over checkpoints and seals: the request we send, and the check of what
 * came back.
 * Verification never looks at the wall clock: the authority's chain is judged at the token's
 * own second, against pinned roots.
 */
#ifndef ATTEST_TIMESTAMP_H
#define ATTEST_TIMESTAMP_H

#include "monitor/base/hash.h"

/* Appends a DER TimeStampReq: SHA-256 of message, the nonce, certReq true. */
MUST_USE enum err timestamp_request(struct buffer *, struct bytes message, const uint8_t nonce[8],
    struct why *);
/* The same for whoever has only the SHA-256 of it. */
MUST_USE enum err timestamp_request_hash(struct buffer *, struct hash, const uint8_t nonce[8],
    struct why *);

struct timestamp {
	int64_t at_ms;			/* genTime */
	char    authority[256];		/* subject of the signing certificate */
	char    serial[64];		/* of the token, hex */
	char    policy[64];		/* OID */
};

/*
 * Checks a DER TimeStampResp over message.  roots_pem: pinned roots, may be empty: then the
 * signature is still checked against the certificate inside and the result is ERR_UNSUPPORTED
 * with *out filled, for "somebody says", never "proved".  nonce NULL: not checked.
 */
MUST_USE enum err timestamp_check(struct bytes response, struct bytes message,
    const uint8_t *nonce, struct bytes roots_pem, struct timestamp *out, struct why *);
/* The same for whoever has only the SHA-256 of the message. */
MUST_USE enum err timestamp_check_hash(struct bytes response, struct hash message,
    const uint8_t *nonce, struct bytes roots_pem, struct timestamp *out, struct why *);

/*
 * The same of a TimeStampToken alone, as the signature-time-stamp attribute holds it (ETSI EN 319
 * 122-1, 5.3).  It has no status and was asked for by somebody else: no nonce is looked at.
 */
MUST_USE enum err timestamp_token_check(struct bytes token, struct bytes message,
    struct bytes roots_pem, struct timestamp *out, struct why *);
/* Appends the TimeStampToken of a DER TimeStampResp; nothing of it is checked but its status. */
MUST_USE enum err timestamp_token(struct bytes response, struct buffer *out, struct why *);

#endif
