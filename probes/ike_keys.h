/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of an IKE SA and what they do (RFC 7296 2.13 to 2.15, 3.14; RFC 5282 and 7634 for ciphers
 * that bring their own integrity): the encrypted part of messages, and the octets each end signs.
 * One end's view; the responder's is for tests.
 */
#ifndef PROBES_IKE_KEYS_H
#define PROBES_IKE_KEYS_H

#include "probes/agreement.h"
#include "probes/wire/ike_auth.h"

struct ike_keys;

/* What IKE_SA_INIT came to. */
struct ike_settled {
	const struct ike_transform *encryption, *integrity, *prf;	/* integrity NULL: AEAD */
	struct bytes secret;		/* of the key exchange */
	struct bytes nonce_i, nonce_r;
	uint64_t     spi_i, spi_r;
};

/* The group of agreement.h for a key exchange method; NULL: we cannot do it. */
const char *ike_group(uint16_t method);
/* Our value as a KE payload has it, and the secret of theirs; false: none of that group. */
void        ike_value_put(uint16_t method, const struct agreement *, struct buffer *out);
bool        ike_value_share(uint16_t method, const struct agreement *, struct bytes theirs,
    struct buffer *secret);
/*
 * NULL: not among AES-GCM-16, ChaCha20-Poly1305, AES-CBC with HMAC-SHA-2, and PRFs of HMAC-SHA-2.
 * The caller frees it.
 */
struct ike_keys *ike_keys_new(const struct ike_settled *, bool responder);
void             ike_keys_free(struct ike_keys *);	/* NULL: nothing */
/* A whole message of ours, request (or, of a responder, answer), appended. */
void             ike_seal(const struct ike_keys *, uint8_t exchange, uint32_t message,
    uint8_t first, struct bytes inside, struct buffer *out);
/*
 * What is inside of the other end's, appended; of a fragment its part.  ERR_MALFORMED, or
 * ERR_UNTRUSTED: it was not made with our keys.
 */
MUST_USE enum err ike_open(const struct ike_keys *, const struct ike_sealed *,
    struct buffer *inside, struct why *);
/*
 * What an end signs (RFC 7296 2.15): its first message, the other's nonce, its identity payload
 * without generic header.
 */
void             ike_signed_put(const struct ike_keys *, bool responder, struct bytes message,
    struct bytes nonce, struct bytes identity, struct buffer *out);

#endif
