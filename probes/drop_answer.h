/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Challenges that the probe "drop" publishes (attest/period.h) and the answers that are delivered:
 * a signature over one, in time, once.
 */
#ifndef PROBES_DROP_ANSWER_H
#define PROBES_DROP_ANSWER_H

#include "attest/period.h"
#include "probes/attest_look.h"
#include "probes/delivery.h"

/* The answer that was accepted last: to which challenge, by which file. */
struct answer_kept { struct hash challenge, file; };

/* Of one round. */
struct answer {
	bool          asked;		/* the target has a challenge */
	bool          given;		/* an answer is judged */
	struct period now, answered;
	struct hash   file;
};

/* Publishes the challenge of this period as facts, if the target has one. */
MUST_USE enum err answer_publish(struct round *, struct answer *, struct why *);
/*
 * Takes the answer of a delivery: the envelope gets its nonce, or goes without one that ran out or
 * was given before; what speaks against it goes into finding (DETAIL_MAX).  Views of answer.
 */
MUST_USE enum err answer_take(struct round *, const struct answer_kept *, const struct delivery *,
    struct answer *, struct envelope *, char finding[DETAIL_MAX], struct why *);
/* What is wrong with the options, or NULL. */
const char *answer_fault(const char *(*option)(const void *of, const char *name), const void *of);

#define ANSWER_OPTIONS                                                                           \
	{ .name = "challenge", .type = OPTION_DURATION, .minimum = 1000,                         \
	  .maximum = INT64_C(400) * 86400000,                                                    \
	  .help = N_("a challenge is published for each period of this length, whose answer is " \
	    "delivered as possession") },                                                        \
	{ .name = "challenge_key", .type = OPTION_SECRET,                                        \
	  .help = N_("32 to 64 random octets, by which these challenges are made") }

#endif
