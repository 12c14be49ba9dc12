/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digests and HMAC (RFC 2104) of protocols that name their own: MD5 and SHA-1 are here because
 * peers still ask for them, never for anything of ours (that is hash.h).  Pure.
 */
#ifndef MONITOR_BASE_DIGEST_H
#define MONITOR_BASE_DIGEST_H

#include "monitor/base/bytes.h"

enum digest { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA224, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512,
	DIGEST_COUNT };

enum { DIGEST_MAX = 64 };	/* octets of the longest */

size_t digest_len(enum digest);
/*
 * Of a, b and c one after another; any may be empty.  ERR_UNSUPPORTED: this machine's libcrypto
 * does not have it (MD5 under FIPS rules); out is then untouched.
 */
MUST_USE enum err digest_of(enum digest, struct bytes a, struct bytes b, struct bytes c,
    uint8_t out[DIGEST_MAX]);
/* Of text repeated until there are total octets (RFC 3414 A.2); text is not empty. */
MUST_USE enum err digest_of_repeated(enum digest, struct bytes text, size_t total,
    uint8_t out[DIGEST_MAX]);
/* HMAC of a, b and c one after another.  A key of more than 64 octets is ERR_LIMIT. */
MUST_USE enum err digest_hmac(enum digest, struct bytes key, struct bytes a, struct bytes b,
    struct bytes c, uint8_t out[DIGEST_MAX]);
/* Takes as long whatever differs. */
bool   digest_same(const void *a, const void *b, size_t len);

#endif
