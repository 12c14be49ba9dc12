/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What another role asks the fetch role to send.  The asker may be broken by what it read, so a
 * request is held against the plan: only a channel's or an authority's own URL is fetched, with
 * the trust and the secret that the plan gives it, so that no secret can be sent elsewhere.
 */
#ifndef MONITOR_FETCH_REQUEST_H
#define MONITOR_FETCH_REQUEST_H

#include "monitor/state/plan.h"

enum {
	FETCH_ANSWER_MAX  = (4 << 20) - 4096, /* octets of an answer: under BLOB_MAX */
	FETCH_TIME_MIN_MS = 100,
	FETCH_TIME_MAX_MS = 120000
};

struct fetch_request {
	uint64_t     id;		/* the asker's own */
	bool         post;
	struct bytes url, content_type, body, trust, secret;	/* the last two: paths */
	uint64_t     octets_max;
	uint64_t     time_ms;
};

/* Views into body.  id is set whenever it could be read, so that a refusal can name it. */
MUST_USE enum err fetch_request_read(struct bytes body, struct fetch_request *, struct why *);
/* ERR_DENIED, with a sentence, unless the plan says so; plan may be NULL: then nothing is. */
MUST_USE enum err fetch_request_permit(const struct fetch_request *, const struct plan *,
    struct why *);
/* Appends the FETCHED body. */
void fetch_answer_put(struct buffer *, uint64_t id, enum err, uint64_t status, struct bytes body);

#endif
