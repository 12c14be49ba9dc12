/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Client certificates that no peer may take, made on the spot: signed by a certification authority
 * that lives as long as the call.  Their subject is "sekimori negative test", so that whoever reads
 * a peer's log knows what it was.  They can be used for nothing else: the keys are kept nowhere.
 */
#ifndef PROBES_TLS_NEGATIVE_H
#define PROBES_TLS_NEGATIVE_H

#include "monitor/base/bytes.h"

enum tls_negative {
	TLS_NEGATIVE_STRANGER,		/* of an authority nobody knows, valid now */
	TLS_NEGATIVE_FORGED		/* the same, and it names the issuer of "like" as its own */
};

/*
 * PEM certificate and key into the buffers.  like: PEM of the certificate a peer takes, of which
 * FORGED borrows the issuer's name; now_ms: UTC.  ERR_INVALID: like is no PEM certificate.
 */
MUST_USE enum err tls_negative_make(enum tls_negative, struct bytes like, int64_t now_ms,
    struct buffer *certificate, struct buffer *key, struct why *);

#endif
