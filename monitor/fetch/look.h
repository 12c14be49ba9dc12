/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look at somebody else's feed: a GET by transfer.h that asks only for what is new (RFC 9110
 * 13.1), takes compressed answers within the same bound, and keeps no connection behind it.
 */
#ifndef MONITOR_FETCH_LOOK_H
#define MONITOR_FETCH_LOOK_H

#include "monitor/fetch/transfer.h"

enum { VALIDATOR_MAX = 256, LOOK_HEADER_MAX = 128 };

/* What the server calls the version it sent: to be sent back; "" if it gave none. */
struct validators { char etag[VALIDATOR_MAX], modified[LOOK_HEADER_MAX]; };

struct look {
	struct transfer  *transfer;	/* answer, easy; freed with the look */
	struct validators got;
	char              type[LOOK_HEADER_MAX];	/* Content-Type */
	char              wait[LOOK_HEADER_MAX];	/* Retry-After */
};

/* As transfer_make(); have: what an answer of before was called, sent as conditions. */
MUST_USE enum err look_make(const struct fetch_request *, struct bytes trust_pem,
    struct bytes secret, const struct validators *have, struct look **, struct why *);
/* Retry-After in milliseconds from now_ms (UTC), 0 if there is none (RFC 9110 10.2.3). */
int64_t look_wait_ms(const struct look *, int64_t now_ms);
/*
 * Where a redirect leads, if it may be followed: to https at the same host, port 443 or the same.
 * ERR_DENIED with a sentence that names the place otherwise.
 */
MUST_USE enum err look_redirect(const struct look *, struct buffer *url, struct why *);
void look_free(struct look *);		/* NULL is fine; not while it is in a multi handle */

#endif
