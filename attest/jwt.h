/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed JSON tokens (RFC 7519 over RFC 7515, 7.1) with RS256, and the JWK Sets (RFC 7517) their
 * signers publish: read and checked, strictly; what is claimed is the caller's to judge.
 */
#ifndef ATTEST_JWT_H
#define ATTEST_JWT_H

#include "monitor/base/bytes.h"

struct json_t;			/* of jansson */
struct evp_pkey_st;		/* EVP_PKEY of libcrypto */

enum { JWT_MAX = 16 << 10 };

struct jwt {
	struct bytes   signed_part;	/* header and claims as they stand, with the dot */
	struct buffer  signature;
	struct json_t *header, *claims;
};

/*
 * ERR_MALFORMED, ERR_LIMIT: not three parts of base64url, or no JSON inside.  Line ends behind it
 * pass.  Give it back with jwt_free in any case.
 */
MUST_USE enum err jwt_read(struct bytes token, struct jwt *, struct why *);
void jwt_free(struct jwt *);

/*
 * The RSA key with that "kid", which the caller frees.  ERR_NOT_FOUND: the set does not have it;
 * ERR_MALFORMED: it is no JWK Set, has it twice, or not for RS256.
 */
MUST_USE enum err jwk_find(struct bytes set, const char *kid, struct evp_pkey_st **out,
    struct why *);

#endif
