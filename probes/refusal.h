/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Refusals: what a peer must not accept, tried where a permission allows it (permission.h).  A
 * probe KIND-refusal has a table of attempts and makes them one after another; this part reads the
 * permission, says which are to be made, keeps the octets of each, and gives the round its facts
 * and outcome: UP when all were made and refused (proven closed, by these attempts, from here, at
 * that time), DEGRADED when one was accepted, UNKNOWN when none was but one stayed unclear or was
 * not permitted.  A peer that is simply not there refuses nothing: that is unclear.
 *
 *	case EVENT_START:	if (refusal_begin(...)) go(refusal_next(...));
 *	an answer:		refusal_tell(...); next = refusal_next(...); NULL: refusal_finish()
 *	case EVENT_DEADLINE:	refusal_finish(): what was not made is unclear
 */
#ifndef PROBES_REFUSAL_H
#define PROBES_REFUSAL_H

#include "probes/permission.h"
#include "probes/probe.h"

enum { REFUSAL_ATTEMPTS_MAX = 32, REFUSAL_OCTETS_MAX = 16 << 10, REFUSAL_TEXT = 200 };

enum refusal_answer { REFUSAL_NOT_MADE, REFUSAL_REFUSED, REFUSAL_ACCEPTED, REFUSAL_UNCLEAR };

struct refusal_attempt {
	const char *name;	/* "plaintext": the word in permissions and facts */
	const char *clause;	/* which says that it must be refused: "3GPP TS 33.210 6.2" */
	const char *title;	/* N_(): what is done, for the manual */
};

/* In the probe's scratch; refusal_free() belongs in its "end". */
struct refusal {
	const struct refusal_attempt *table;
	size_t   count, current;	/* current: count before the first and after the last */
	bool     wanted[REFUSAL_ATTEMPTS_MAX], denied[REFUSAL_ATTEMPTS_MAX];
	enum refusal_answer answer[REFUSAL_ATTEMPTS_MAX];
	char    *text[REFUSAL_ATTEMPTS_MAX];	/* what the peer did; NULL while not made */
	struct permission_grant grant;	/* the one that ends first of those that are used */
	struct buffer sent, received;	/* of the current attempt */
};

/* The rows every such probe has among its options. */
#define REFUSAL_OPTIONS                                                                         \
	{ .name = "permission", .type = OPTION_FILE, .required = true,                          \
	  .help = N_("file that says who allowed these attempts, until when, at which hosts; "  \
	      "without it nothing is tried") },                                                 \
	{ .name = "attempts", .type = OPTION_TEXT, .maximum = 1000, .otherwise = "all",         \
	  .help = N_("attempts to make, with commas, or all of them") }

/* On EVENT_START.  False: nothing may be tried, and the round is finished, saying why. */
bool refusal_begin(struct round *, struct refusal *, const struct refusal_attempt *table,
    size_t count);
/* The next attempt to make, or NULL when all were. */
const struct refusal_attempt *refusal_next(struct refusal *);
/* Octets of the current attempt, kept up to REFUSAL_OCTETS_MAX each way.  A probe whose octets are
 * secret (a valid token, a password) passes them redacted. */
void refusal_sent(struct refusal *, struct bytes);
void refusal_received(struct refusal *, struct bytes);
/* The answer to the current attempt; once each.  fmt: what the peer did, in English, without
 * addresses: "HTTP status 200".  Keeps its octets as one piece of evidence: CBOR map of attempt,
 * sent, received. */
void refusal_tell(struct round *, struct refusal *, enum refusal_answer, const char *fmt, ...)
    PRINTF(4, 5);
void refusal_finish(struct round *, struct refusal *);
void refusal_free(struct refusal *);

#endif
