/* SPDX-License-Identifier: Apache-2.0 */
/* One certificate: what it says, as plain text and numbers.  Shared by tls_chain.c only. */
#ifndef PROBES_TLS_CERTIFICATE_H
#define PROBES_TLS_CERTIFICATE_H

#include <openssl/x509.h>

#include "monitor/base/bytes.h"

/* DER into an X509 that the caller frees; NULL if it is not exactly one certificate. */
X509   *certificate_read(struct bytes der);
int64_t certificate_time_ms(const ASN1_TIME *);		/* UTC; INT64_MIN if it cannot be read */
/* RFC 4514 text of a name. */
void    certificate_name_put(struct buffer *, X509_NAME *);
/* "EC secp256r1", "RSA 2048", "Ed25519"; an algorithm the library lacks by its OID. */
void    certificate_key_put(struct buffer *, X509 *);
/* "ecdsa-with-SHA256", an algorithm the library lacks by its OID. */
void    certificate_signature_put(struct buffer *, X509 *);
bool    certificate_must_staple(X509 *);	/* RFC 7633 */
/* Bits of security (NIST SP 800-57); 0 if they cannot be told.  A self-signed certificate's own
 * signature proves nothing and is given as INT_MAX. */
int     certificate_key_strength(X509 *);
int     certificate_signature_strength(X509 *);
/*
 * Calls each for every subject alternative name it can show as text; returns how many names there
 * are in all.
 */
size_t  certificate_names(X509 *, void (*each)(void *arg, struct bytes name), void *arg);

#endif
