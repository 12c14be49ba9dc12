/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measured-boot event logs in the crypto-agile form (TCG PC Client Platform Firmware Profile,
 * TCG_PCR_EVENT2), as a TPM's firmware and as an ACPI CCEL table keep them.  A log is the prover's
 * word: only a replay that ends in the signed values makes it true, and only its digests.  What an
 * event's data says is covered where event_names_data() holds, and nowhere else.
 */
#ifndef ATTEST_EVENT_LOG_H
#define ATTEST_EVENT_LOG_H

#include "monitor/base/digest.h"

enum {
	LOG_MAX       = 1 << 20,	/* octets of one log, its padding included */
	LOG_REGISTERS = 24,		/* PCR 0 to 23; a CCEL has 0 (MRTD) to 4 (RTMR3) */
	LOG_BANKS     = 5		/* digests of one event */
};

enum {
	EVENT_NO_ACTION = 3,		/* measured into nothing */
	EVENT_SEPARATOR = 4
};

struct event_bank { uint16_t algorithm, len; };		/* TPM_ALG_ID; octets of a digest */

struct event_log {
	struct reader     in;
	size_t            banks;
	struct event_bank bank[LOG_BANKS];
};

struct event {
	uint32_t     index, type;	/* register; EV_... of the profile */
	size_t       offset;		/* of the event in the log */
	size_t       digests;
	struct { uint16_t algorithm; struct bytes octets; } digest[LOG_BANKS];
	struct bytes data;
};

/*
 * The first record, TCG_EfiSpecIdEvent.  ERR_UNSUPPORTED: an old log with SHA-1 alone;
 * ERR_TRUNCATED, ERR_MALFORMED, ERR_LIMIT: with a sentence.
 */
MUST_USE enum err event_log_open(struct bytes, struct event_log *, struct why *);
/*
 * The next event, or ERR_CLOSED at the end: no octets are left, or padding begins (zeros or FF up
 * to the end of the buffer; anything else behind it is ERR_MALFORMED).
 */
MUST_USE enum err event_log_next(struct event_log *, struct event *, struct why *);
/* Its digest in that bank; no octets if it has none. */
struct bytes event_digest(const struct event *, enum digest);
/* Whether that digest is the hash of the data, so that the data may be quoted. */
bool event_names_data(const struct event *, enum digest);

struct event_replay {
	enum digest digest;
	uint32_t    touched;		/* bit N: register N was extended by the log */
	size_t      events;		/* all of them, those without action too */
	uint8_t     value[LOG_REGISTERS][DIGEST_MAX];	/* digest_len(digest) octets of each */
};

/*
 * What the registers of one bank held at the end, from zero; PCR 0 from the StartupLocality
 * that the log states; the dynamic PCRs 17 to 22 are zero, too, until the log extends
 * them.  For a CCEL: DIGEST_SHA384, value[1] to value[4] are RTMR0 to RTMR3.  ERR_NOT_FOUND: the
 * log has not that bank; ERR_UNSUPPORTED: SHA-1, which proves nothing any more; others as of
 * event_log_next.
 */
MUST_USE enum err event_log_replay(struct bytes, enum digest, struct event_replay *,
    struct why *);

#endif
