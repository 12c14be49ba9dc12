/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the probe "inventory" and sekimori-inventory say to each other.  The request is one CBOR
 * map; the answer a sequence (RFC 8742) of texts, each the step that was begun, then one map.
 * sekimori-inventory reads what a provider sends, so every octet of the answer is untrusted.
 */
#ifndef PROBES_WIRE_INVENTORY_MESSAGE_H
#define PROBES_WIRE_INVENTORY_MESSAGE_H

#include "monitor/base/bytes.h"
#include "monitor/base/limits.h"

enum {
	INVENTORY_REQUEST_FD   = 0,
	INVENTORY_ANSWER_FD    = 3,
	INVENTORY_REQUEST_MAX  = 60 << 10,	/* octets: fits a pipe that nobody reads yet */
	INVENTORY_EVIDENCE_MAX = 4,		/* blobs of a listing: 10,000 machines fill one */
	INVENTORY_STEP_MAX     = 160,		/* octets of a step */
	INVENTORY_STEPS_OCTETS = 1 << 20,	/* of all steps; later ones are not told */
	INVENTORY_TEXT_MAX     = 300,		/* octets of the sentence */
	INVENTORY_ANSWER_MAX   = INVENTORY_EVIDENCE_MAX * BLOB_MAX + RECORD_MAX +
	    INVENTORY_STEPS_OCTETS + 4096
};

/* Outcome, error and what it means: RESULT(NAME, outcome, err, "text"). */
#define INVENTORY_RESULTS(X)                                                                       \
	X(READ,       UP,       OK,         "")                                                    \
	X(PARTIAL,    DEGRADED, TRUNCATED,  "not everything could be read")                        \
	X(TWO_WAYS,   DEGRADED, MISMATCH,   "the provider says two things")                        \
	X(NONE,       DOWN,     NOT_FOUND,  "the provider knows no such resource")                 \
	X(ACCOUNT,    UNKNOWN,  MISMATCH,   "the credentials belong to another account")           \
	X(RIGHTS,     UNKNOWN,  DENIED,     "the credentials may do more than read, and "          \
	    "allow_write does not say that they may")                                              \
	X(REFUSED,    UNKNOWN,  DENIED,     "the provider refuses")                                \
	X(CREDENTIAL, UNKNOWN,  INVALID,    "the credential file cannot be used")                  \
	X(BUSY,       UNKNOWN,  BUSY,       "the provider asks to wait longer than the round " \
	    "may last")                                                                        \
	X(TIME,       UNKNOWN,  TIMEOUT,    "the time of the round was not enough")                \
	X(UNREACHED,  UNKNOWN,  UNREACHABLE, "the provider's API cannot be reached")               \
	X(NONSENSE,   UNKNOWN,  MALFORMED,  "what the provider's API answers cannot be read")      \
	X(OPTIONS,    UNKNOWN,  INVALID,    "the options do not go together")                      \
	X(CONFINE,    UNKNOWN,  IO,         "the helper could not be confined")

enum inventory_result {
#define X(NAME, outcome, err, text) INVENTORY_##NAME,
	INVENTORY_RESULTS(X)
#undef X
	INVENTORY_RESULT_COUNT
};

struct inventory_request {
	struct bytes provider;		/* "aws" */
	struct bytes account;		/* as declared; empty: any */
	struct bytes kind;		/* "machine"; empty: every kind */
	struct bytes resource;		/* identifier; empty: the whole account */
	struct bytes regions;		/* with commas; empty: all that the account may use */
	struct bytes endpoint;		/* URL instead of the provider's own; empty: those */
	struct bytes credential;	/* content of the file */
	struct bytes trust;		/* PEM; empty: the system's roots */
	bool         allow_write;
	uint64_t     time_ms;		/* the answer is wanted within it */
};

struct inventory_reply {
	struct bytes          step;	/* the last one begun; empty: none */
	bool                  whole;	/* the map was there; all below are its */
	enum inventory_result result;
	struct bytes          text;	/* UTF-8, as a stranger may have said it */
	struct bytes          facts;	/* CBOR map of facts, not yet checked */
	struct bytes          evidence[INVENTORY_EVIDENCE_MAX];
	size_t                evidences;
};

void inventory_request_write(struct buffer *, const struct inventory_request *);
/* Views into the octets; ERR_MALFORMED or what CBOR says. */
MUST_USE enum err inventory_request_read(struct bytes, struct inventory_request *, struct why *);

void inventory_step_write(struct buffer *, struct bytes text);	/* made UTF-8 and cut */
void inventory_reply_write(struct buffer *, const struct inventory_reply *);	/* the map alone */
/*
 * Views into the octets.  An answer that ends before its map is ERR_OK and not whole: that is how
 * a helper dies.  ERR_MALFORMED or ERR_LIMIT: not an answer; step is then still told.
 */
MUST_USE enum err inventory_reply_read(struct bytes, struct inventory_reply *);

#endif
