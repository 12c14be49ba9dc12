/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One question and its answer by datagram, for probes that ask without leaving state: repeated
 * octet for octet as 3GPP TS 29.244 6.4 and TS 29.274 7.6 want it, everything that is no answer
 * counted, and what this vantage was declared to expect held against what came.
 */
#ifndef PROBES_EXCHANGE_H
#define PROBES_EXCHANGE_H

#include "probes/probe.h"

enum {
	EXCHANGE_REQUEST_MAX = 512, EXCHANGE_TRIES_MAX = 10,
	EXCHANGE_ANSWER_MAX = 16 << 10	/* octets of a round: ops.answer_max of its probes */
};

/* The facts of the probe that say what its name says; all are set by exchange.c. */
struct exchange_facts {
	enum fact stranger;	/* flag: answered where silence is declared; never set to false */
	enum fact clear;	/* flag: answered although IPsec is declared; never set to false */
	enum fact ignored;	/* int: datagrams of the peer that answer nothing of ours */
	const char *silent;	/* why a peer that lives may be silent, after "in time"; or NULL */
};

struct exchange {
	const struct exchange_facts *facts;
	uint8_t     request[EXCHANGE_REQUEST_MAX];
	size_t      len;
	unsigned    sent, tries, ignored;
	bool        silence, ipsec;	/* what is declared: no answer to this vantage, and why */
	struct why  last;		/* why the last one ignored was no answer */
};

/*
 * Begins it, in EVENT_START: opens the datagram socket to the round's port and sends the request,
 * which is copied (at most EXCHANGE_REQUEST_MAX octets).  Reads the options of EXCHANGE_OPTIONS.
 */
void exchange_start(struct round *, struct exchange *, const struct exchange_facts *,
    struct bytes request);
/* What is sent from the next try on, for protocols that repeat nothing; copied. */
void exchange_request(struct exchange *, struct bytes request);
/* True: a datagram came, for the probe to judge.  False: it was dealt with, and the round may be
 * finished. */
bool exchange_event(struct round *, struct exchange *, const struct event *);
/* What came is no answer, for this reason, which is copied. */
void exchange_ignore(struct exchange *, const struct why *);
/*
 * The peer answered: ends the round.  finding: what is wrong with the answer, or "" with ERR_OK;
 * that it came at all may be the finding.
 */
void exchange_finish(struct round *, struct exchange *, enum err, const char *finding);
/* What is wrong with options of EXCHANGE_OPTIONS that are each right, or NULL: ops.fault. */
const char *exchange_fault(const char *(*option)(const void *of, const char *name),
    const void *of);

#define EXCHANGE_OPTIONS							\
	{ .name = "tries", .type = OPTION_INTEGER, .minimum = 1,		\
	  .maximum = EXCHANGE_TRIES_MAX, .otherwise = "3",			\
	  .help = N_("how often the request is sent before there is no answer") }, \
	{ .name = "expected", .type = OPTION_WORD, .otherwise = "answer",	\
	  .words = "answer silence",						\
	  .help = N_("what is right at this vantage; with silence an answer is a finding, and " \
	    "no answer is unknown: a dead peer is silent too") },		\
	{ .name = "ipsec", .type = OPTION_FLAG, .otherwise = "false",		\
	  .help = N_("the interface is declared to be inside IPsec and this vantage is "	\
	    "outside: an answer is a finding") }

#endif
