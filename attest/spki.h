/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of a key's SubjectPublicKeyInfo without the library's encoder; see signature.h. */
#ifndef ATTEST_SPKI_H
#define ATTEST_SPKI_H

#include "monitor/base/hash.h"

struct evp_pkey_st;		/* EVP_PKEY of libcrypto */

/* Of RSA up to 8192 bits and EC on P-256, P-384 and P-521; false: another key. */
bool spki_hash(struct evp_pkey_st *, struct hash *);
/*
 * Of a point whose key was made of the same x and y, so that it is one of that curve ("P-256",
 * "P-384", "P-521"); false: another curve, or a coordinate that is too long.
 */
bool spki_hash_point(const char *group, struct bytes x, struct bytes y, struct hash *);

#endif
