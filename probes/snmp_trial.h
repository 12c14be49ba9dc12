/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attempts at an SNMP agent that it may leave unanswered.  Silence proves nothing by itself: a
 * datagram may be lost, an agent be down.  So each attempt stands between two answers to the
 * configured user that are authentic; only then is silence a refusal.  An attempt asks sysUpTime.0,
 * nothing else, is sent twice, and one is made at a time.
 */
#ifndef PROBES_SNMP_TRIAL_H
#define PROBES_SNMP_TRIAL_H

#include "probes/snmp_round.h"

enum snmp_trial_step {
	SNMP_TRIAL_MORE,	/* wait for the next event */
	SNMP_TRIAL_READY,	/* the agent answered the configured user: make an attempt */
	SNMP_TRIAL_DONE,	/* the attempt is over, and so is its second answer; see end */
	SNMP_TRIAL_DEAD		/* the configured user is not answered; see text */
};

enum snmp_trial_end {
	SNMP_TRIAL_SILENT,	/* no answer, between two answers */
	SNMP_TRIAL_ANSWERED,	/* a Response; error_status is of it */
	SNMP_TRIAL_REPORTED,	/* a Report; report is of it */
	SNMP_TRIAL_FALSE	/* something came that is no answer to it */
};

struct snmp_trial {
	enum { SNMP_TRIAL_FINDING, SNMP_TRIAL_BEFORE, SNMP_TRIAL_TRYING, SNMP_TRIAL_AFTER } phase;
	int64_t                 wait_ns;	/* for an answer, of each sending */
	unsigned                sent;		/* how often the open request was */
	struct snmp_engine      engine;		/* as the configured user knows it */
	struct snmp_talk        alive, attempt;
	struct snmp_credential  as;		/* of a v3 attempt: a copy the caller may change */
	struct snmp_engine      keys;		/* ... likewise; answers are held against engine */
	bool                    v3;
	enum snmp_version       version;	/* of the attempt where it is not v3 */
	struct bytes            community;
	int64_t                 request;
	uint8_t                 out[SNMP_REQUEST_MAX];	/* the attempt as it was sent */
	struct bytes            octets;			/* ... what of it is filled */
	enum snmp_trial_end     end;
	int64_t                 error_status;
	enum snmp_report        report;
	const char             *text;		/* why the agent is DEAD, in words */
	enum err                err;
};

/* On EVENT_START.  The credential outlives the round. */
void snmp_trial_begin(struct round *, struct snmp_trial *, const struct snmp_credential *,
    int64_t wait_ns);
/* Every other event but EVENT_DEADLINE. */
enum snmp_trial_step snmp_trial_event(struct round *, struct snmp_trial *, const struct event *);
/* After READY or DONE. */
void snmp_trial_community(struct round *, struct snmp_trial *, enum snmp_version,
    struct bytes community);
/* With trial->as and trial->keys, which snmp_trial_copy() has made like the configured ones. */
void snmp_trial_copy(struct snmp_trial *);
MUST_USE enum err snmp_trial_v3(struct round *, struct snmp_trial *);
/* Wipes the copies of keys. */
void snmp_trial_free(struct snmp_trial *);
/* The end in words: "usmStatsWrongDigests", "no answer", "error-status 16". */
void snmp_trial_words(const struct snmp_trial *, char out[80]);

#endif
