/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Challenges that are published, for who is asked by hand: one for each period of so many
 * milliseconds since 1970, UTC.  A secret of the monitor makes them, so that nobody can sign one
 * before it is published, and a monitor that begins anew publishes the same.
 *
 *	nonce     = HMAC-SHA-256(secret, "sekimori period v1" || SHA-256(domain) || number)
 *	challenge = SHA-256("sekimori challenge v1" || nonce || 64 zeros)	(envelope.h)
 *
 * number: of the period, 8 octets big-endian.  domain: what else would answer with the same.
 *
 * An answer counts in its period and the next one, if it was there before its own ended.
 */
#ifndef ATTEST_PERIOD_H
#define ATTEST_PERIOD_H

#include "monitor/base/hash.h"

enum {
	PERIOD_SECRET_MIN = 32,		/* octets */
	PERIOD_SECRET_MAX = 64,
	PERIOD_KNOWN = 64		/* periods back in which an answer is still recognised */
};

struct period {
	int64_t     number, from_ms, until_ms;
	struct hash nonce, challenge;
};

/* The period of that moment.  ERR_INVALID: the secret is too short or too long. */
MUST_USE enum err period_at(struct bytes secret, struct bytes domain, int64_t length_ms,
    int64_t at_ms, struct period *, struct why *);

enum period_answer {
	PERIOD_GOOD,
	PERIOD_STRANGE,		/* to no challenge of ours that is known */
	PERIOD_LATE,		/* was put there after its period had ended */
	PERIOD_RAN_OUT		/* was in time, and its time is over */
};

/*
 * What an answer to this challenge is worth at a moment; placed_ms: since when it lies there.
 * answered: the period it is of, unless it is strange.
 */
MUST_USE enum err period_answer(struct bytes secret, struct bytes domain, int64_t length_ms,
    int64_t at_ms, struct bytes challenge, int64_t placed_ms, struct period *answered,
    enum period_answer *, struct why *);

#endif
