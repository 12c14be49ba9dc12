/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures of IKE_AUTH (RFC 7296 2.15 and 3.8, RFC 4754, RFC 7427, RFC 8420): did the key of a
 * certificate sign, and by what; and one of ours.
 */
#ifndef PROBES_IKE_SIGNATURE_H
#define PROBES_IKE_SIGNATURE_H

#include "probes/wire/ike_auth.h"

struct evp_pkey_st;		/* EVP_PKEY of libcrypto */

struct ike_signature {
	char name[64];		/* "ecdsa-with-SHA256", "sha1WithRSAEncryption (method 1)" */
	bool weak;		/* SHA-1 */
};

/*
 * auth: the data of the AUTH payload.  ERR_UNSUPPORTED: a method or algorithm that this version
 * does not know; ERR_MALFORMED; ERR_UNTRUSTED: that key did not sign the octets.
 */
MUST_USE enum err ike_signature_verify(struct evp_pkey_st *, uint8_t method, struct bytes auth,
    struct bytes octets, struct ike_signature *, struct why *);
/*
 * Ours over the octets, appended as the AUTH payload carries it.  announced: the other end said
 * which hashes it takes (RFC 7427).  ERR_UNSUPPORTED: a key other than RSA, P-256, P-384, P-521,
 * or Ed25519 where nothing was announced.
 */
MUST_USE enum err ike_signature_make(struct evp_pkey_st *, bool announced, struct bytes octets,
    uint8_t *method, struct buffer *auth, struct why *);

#endif
