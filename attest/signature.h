/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures over octets and the keys that make them.  In the builds of fuzzers of parsers every
 * signature is taken as good (ATTEST_SIGNATURES_STUBBED), so that what stands behind is reached.
 */
#ifndef ATTEST_SIGNATURE_H
#define ATTEST_SIGNATURE_H

#include "monitor/base/digest.h"
#include "monitor/base/hash.h"

struct evp_pkey_st;		/* EVP_PKEY of libcrypto */

/* True if good.  Never true for a key of another kind, whatever the octets. */
bool signature_ecdsa(struct evp_pkey_st *, enum digest, struct bytes message, struct bytes r,
    struct bytes s);			/* both big-endian, any number of octets up to 66 */
bool signature_ecdsa_raw(struct evp_pkey_st *, enum digest, struct bytes message,
    struct bytes rs);			/* r and s, each half */
bool signature_ecdsa_der(struct evp_pkey_st *, enum digest, struct bytes message, struct bytes);
bool signature_rsa_pkcs1(struct evp_pkey_st *, enum digest, struct bytes message, struct bytes);
bool signature_rsa_pss(struct evp_pkey_st *, enum digest, struct bytes message, struct bytes);

/*
 * Keys; the caller frees them with key_free or EVP_PKEY_free.  NULL: no such key, or one out of
 * bounds.  group: "P-256", "P-384", "P-521".
 */
struct evp_pkey_st *key_of_spki(struct bytes der);	/* nothing behind it */
struct evp_pkey_st *key_of_pem(struct bytes pem);
struct evp_pkey_st *key_of_point(const char *group, struct bytes x, struct bytes y);
struct evp_pkey_st *key_of_rsa(struct bytes modulus, uint64_t exponent);
void key_free(struct evp_pkey_st *);		/* NULL: nothing */
/* SHA-256 of the SubjectPublicKeyInfo rebuilt from the key, never of somebody's encoding of it. */
struct hash key_spki(struct evp_pkey_st *);
/* "EC secp256r1", "RSA 2048"; "" if it does not fit, or there is none. */
void key_kind(struct evp_pkey_st *, char *out, size_t size);

#endif
