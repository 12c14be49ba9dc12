/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public keys of certificates, and what they signed.  libcrypto takes twice as long to decode a key
 * as to check a signature with it; a key on P-256 or P-384 is kept as its point instead and lent to
 * a key object of its curve while it is used.  The arithmetic stays the library's.
 */
#ifndef PROBES_TLS_KEY_H
#define PROBES_TLS_KEY_H

#include "probes/wire/x509.h"

enum { TLS_POINT_MAX = 97 };

struct evp_pkey_st;
struct tls_keys;			/* made once; not for two threads */

struct tls_key {			/* zero: none */
	struct evp_pkey_st *object;	/* its own; NULL: none, or the point */
	enum x509_key       curve;
	size_t              len;	/* of the point, 0: none */
	uint8_t             point[TLS_POINT_MAX];
};

struct tls_keys *tls_keys_new(void);	/* NULL if the library lacks something */
void             tls_keys_free(struct tls_keys *);

/* The key of a plain certificate; false if the library refuses it (a point off its curve). */
bool tls_key_read(struct tls_keys *, const struct x509 *, struct tls_key *out);
/* Its point, not looked at: no signature is right by one that is off its curve.  None if RSA. */
struct tls_key tls_key_of_point(const struct x509 *);
/* One that the library decoded; it is owned from now on, and may be NULL. */
struct tls_key tls_key_of(struct evp_pkey_st *);
void tls_key_free(struct tls_key *);

/* Is this the key's signature of the text, by an algorithm of certificates? */
bool tls_key_certified(struct tls_keys *, const struct tls_key *, const struct x509_algorithm *,
    struct bytes text, struct bytes signature);
/* The same by a scheme of TLS 1.3, which names curve and kind of key too (RFC 8446 4.2.3). */
bool tls_key_signed(struct tls_keys *, const struct tls_key *, uint16_t scheme, struct bytes text,
    struct bytes signature);

#endif
