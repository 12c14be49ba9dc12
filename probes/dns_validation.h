/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Validation of DNSSEC (RFC 4035 5) by libunbound, with the round's server as its only forwarder
 * and the records of the option trust_anchor as its only anchors.  Each round has a context of its
 * own, so that nothing is answered from a cache; it lives in one thread of libunbound's and is gone
 * when the round ends.  Nobody else is asked, whatever the server refers to.
 */
#ifndef PROBES_DNS_VALIDATION_H
#define PROBES_DNS_VALIDATION_H

#include "probes/probe.h"
#include "probes/wire/dns.h"

enum {
	VALIDATIONS_MAX = 32,	/* of a process at a time; each a thread, 1.3 MB */
	VALIDITY_TEXT   = 200
};

enum dns_validity {
	DNS_NOT_YET,
	DNS_SECURE,		/* signed from the anchor down, or proven not to be there */
	DNS_INSECURE,		/* proven to lie in a zone that is not signed */
	DNS_BOGUS,		/* should be signed from the anchor down, and is not */
	DNS_INDETERMINATE,	/* the server gave no answer to judge by */
	DNS_BLIND		/* nor can we: the reason is ours */
};

struct dns_validation;
/* In the memory that the rounds of a process share; zeroed. */
struct dns_validations {
	size_t                 running;
	struct dns_validation *first, *last;	/* who waits, the longest first */
};

struct ub_ctx;
struct dns_validation {
	struct ub_ctx    *context;
	struct dns_asked  asked;
	bool              begun, waits, holds;	/* holds: a place among VALIDATIONS_MAX */
	struct round     *round;		/* of one that waits */
	struct dns_validation *next, *previous;	/* who waits, too */
	enum dns_validity validity;
	char              reason[VALIDITY_TEXT];	/* of bogus, indeterminate and blind */
};

/*
 * The round's connection is closed, and its watch and wait are the validation's from here on.  Each
 * later event is for dns_validation_on(), until validity is no longer DNS_NOT_YET: by the
 * deadline at the latest.  round_shared() begins with struct dns_validations.
 */
void dns_validation_start(struct round *, struct dns_validation *, const struct dns_asked *);
void dns_validation_on(struct round *, struct dns_validation *, const struct event *);
/* Gives everything back, also of one that was never started. */
void dns_validation_end(struct round *, struct dns_validation *);

/* What to do about an answer that is bogus for that reason. */
const char *dns_bogus_advice(const char *reason);

#endif
