/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of a key's SubjectPublicKeyInfo without the library's encoder; see signature.h. */
#ifndef ATTEST_SPKI_H
#define ATTEST_SPKI_H

#include "monitor/base/hash.h"

struct evp_pkey_st;		/* EVP_PKEY of libcrypto */

/* Of RSA up to 8192 bits and EC on P-256, P-384 and P-521; false: another key. */
bool spki_hash(struct evp_pkey_st *, struct hash *);

#endif
