/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fast way through a plain chain (RFC 5280 section 6, RFC 9525): certificates that
 * probes/wire/x509.h reads, each issued by the next, the last by one anchor, nothing to choose.  It
 * only ever agrees: where tls_verify.h would find a fault, or might, the answer is "elsewhere", and
 * tls_verify.h is asked.  A differential test holds one against the other.
 */
#ifndef PROBES_TLS_PATH_H
#define PROBES_TLS_PATH_H

#include "probes/tls_anchors.h"

/*
 * True: the chain (octets as tls_certificates() makes them) verifies at at_ms, and does so from
 * *from_ms to before *until_ms, as tls_verify() says it.  False: elsewhere; keys may be NULL.
 */
bool tls_path_verify(struct tls_keys *, struct bytes octets, const struct tls_anchors *,
    int64_t at_ms, int64_t *from_ms, int64_t *until_ms);

enum tls_named { TLS_NAMED, TLS_NOT_NAMED, TLS_NAMED_ELSEWHERE };

/* Does the first certificate name the host, as tls_verify_host() says it? */
enum tls_named tls_path_host(struct bytes octets, const char *host);

/*
 * A certificate whose subject is its issuer and whose key may have signed it: is it, in the
 * library's words, self-signed?  (Its signature is not checked.)
 */
bool tls_path_self_signed(const struct x509 *);

#endif
