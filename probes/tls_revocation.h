/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a certificate revoked?  Judged from what is at hand: the OCSP response the server stapled
 * (RFC 6960, RFC 6066 section 8) and a CRL file of the operator (RFC 5280 section 5).  No clock and
 * no network.  Both must be signed by the issuer, or by whom the issuer let sign (OCSP).
 */
#ifndef PROBES_TLS_REVOCATION_H
#define PROBES_TLS_REVOCATION_H

#include "probes/tls_verify.h"

struct tls_crls;

/* CRLs in PEM, or one in DER; ERR_INVALID with a sentence if there is none. */
MUST_USE enum err tls_crls_new(struct tls_crls **, struct bytes file, struct why *);
void              tls_crls_free(struct tls_crls *);

enum tls_revocation {
	TLS_REVOCATION_NONE,	/* nothing is at hand */
	TLS_REVOCATION_GOOD,
	TLS_REVOCATION_REVOKED,
	TLS_REVOCATION_UNKNOWN,	/* the responder does not know it; the CRL is another issuer's */
	TLS_REVOCATION_EXPIRED,	/* past its nextUpdate, or not yet valid */
	TLS_REVOCATION_INVALID	/* cannot be read, or is not signed by the issuer */
};

struct tls_status {
	enum tls_revocation said;
	int64_t             this_ms, next_ms;	/* INT64_MIN: not there */
	int64_t             revoked_ms;		/* REVOKED: since when */
	uint32_t            depth;		/* REVOKED: of which certificate */
	char                reason[96];		/* of INVALID and UNKNOWN, or why it was revoked */
};

/* The stapled response for the first certificate of the chain. */
struct tls_status tls_ocsp_judge(struct bytes response, struct bytes chain,
    const struct tls_anchors *, int64_t at_ms);
/* Every certificate of the chain whose issuer a CRL is of; NONE if crls is NULL. */
struct tls_status tls_crl_judge(const struct tls_crls *, struct bytes chain,
    const struct tls_anchors *, int64_t at_ms);
/* "good", "revoked", "unknown", "expired", "not valid", "none" */
const char       *tls_revocation_name(enum tls_revocation);

#endif
