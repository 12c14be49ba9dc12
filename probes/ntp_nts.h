/* SPDX-License-Identifier: Apache-2.0 */
/* NTS of one round (RFC 8915): keys and a cookie of a TLS session, packets sealed and checked. */
#ifndef PROBES_NTP_NTS_H
#define PROBES_NTP_NTS_H

#include "probes/nts_crypto.h"
#include "probes/tls_session.h"
#include "probes/wire/ntp.h"

struct nts {
	uint8_t       key[2][NTS_KEY_LEN];	/* from us, from the server */
	uint8_t       unique[NTS_UNIQUE_LEN];	/* of the request that waits */
	struct buffer cookie;			/* used once */
	size_t        cookies;
	uint16_t      port;			/* of NTP; 0: 123 */
};

/*
 * What the server agreed to, and the keys.  ERR_REFUSED, ERR_UNSUPPORTED, or ERR_MISMATCH: it
 * names another NTP server, which this round does not go to.
 */
MUST_USE enum err nts_agree(struct nts *, const struct nts_ke *, const struct tls_session *,
    struct why *);
/* Appends the extension fields to a request; the cookie is spent. */
void              nts_request(struct nts *, struct buffer *out);
/* ERR_UNTRUSTED: not from who has the keys; ERR_REFUSED: NTSN, the cookie was not taken. */
MUST_USE enum err nts_check(const struct nts *, struct bytes datagram, const struct ntp_answer *,
    struct why *);
void              nts_free(struct nts *);

#endif
