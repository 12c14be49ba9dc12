/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a chain verify, at a given second and against given anchors (RFC 5280 section 6), and does
 * it name the peer?  No clock, no system store, no network: everything is an argument.  Strength
 * of keys and algorithms is not judged here; it is in the facts.
 */
#ifndef PROBES_TLS_VERIFY_H
#define PROBES_TLS_VERIFY_H

#include "probes/tls_anchors.h"

struct x509_st;

enum tls_fault {
	TLS_FAULT_NONE,
	TLS_FAULT_UNTRUSTED,		/* leads to no anchor, or a signature or rule fails */
	TLS_FAULT_EXPIRED,
	TLS_FAULT_NOT_YET
};

struct tls_judgement {
	enum tls_fault fault;		/* the first of the order above that holds */
	uint32_t       depth;		/* of the certificate at fault, 0 is the peer's own */
	int64_t        edge_ms;		/* EXPIRED: since when; NOT_YET: until when */
	char           reason[96];	/* the library's words, "" if none */
};

/*
 * Verifies the chain (octets as tls_certificates() makes them, the peer's own first).  The answer
 * holds from *from_ms to before *until_ms: between two edges nothing changes.
 */
struct tls_judgement tls_verify(struct bytes octets, const struct tls_anchors *, int64_t at_ms,
    int64_t *from_ms, int64_t *until_ms);
/* The same of a peer that is no TLS server: whatever its extended key usage says. */
struct tls_judgement tls_verify_any_use(struct bytes octets, const struct tls_anchors *,
    int64_t at_ms, int64_t *from_ms, int64_t *until_ms);
/*
 * The certificate that issued the one at that depth: from the chain, or an anchor, or itself.  The
 * caller frees it; NULL if it is not at hand.
 */
struct x509_st *tls_verify_issuer(struct bytes octets, uint32_t depth,
    const struct tls_anchors *);
/* Does the first certificate name the host (RFC 9525: subject alternative names only)? */
bool tls_verify_host(struct bytes octets, const char *host);

#endif
