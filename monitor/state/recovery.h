/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sovereignty against resilience: which sets of copies of one store are both where the data may be
 * and enough for the declared recovery objectives.  Objectives: at least so many copies, in at
 * least so many regions, and a copy beside another that is behind by at most rpo and stands in
 * within rto, so that the loss of any one is survived.  Lag and takeover are the carrier's word;
 * where the copies are is whereabouts.h's.  Pure.
 */
#ifndef MONITOR_STATE_RECOVERY_H
#define MONITOR_STATE_RECOVERY_H

#include "monitor/state/whereabouts.h"

enum recovery_verdict { RECOVERY_NONE, RECOVERY_MET, RECOVERY_UNKNOWN, RECOVERY_NOT_MET };

enum recovery_why {
#define RECOVERY_WHY(NAME, VERDICT, text, advice) RECOVERY_WHY_##NAME,
#include "monitor/state/recovery_list.h"
	RECOVERY_WHYS
};

enum recovery_able { RECOVERY_ABLE, RECOVERY_ABLE_UNKNOWN, RECOVERY_UNABLE };

enum { RECOVERY_COPIES = 64 };	/* of one set: the configuration takes no more */

struct recovery_copy {
	uint32_t           store;	/* index into the plan's */
	enum where_verdict where;
	struct place       place;	/* as placed, else as declared */
	enum recovery_able able;	/* within rpo and rto */
};

struct recovery {
	const char *set;
	int64_t  rpo_ms, rto_ms;	/* the strictest of those declared; 0: none */
	uint32_t copies, regions;
	struct recovery_copy *copy;  uint32_t count;
	enum recovery_verdict verdict;
	enum recovery_why     why;
	uint64_t seq;			/* newest record it rests on */
};

/* Of the first RECOVERY_COPIES stores that name this set; "" gives none.  The caller frees. */
void recovery_make(struct recovery *, const struct state *, const char *set);
void recovery_free(struct recovery *);
/* The verdict over the copies that are there: sets verdict and why. */
void recovery_judge(struct recovery *);
/*
 * Smallest sets of copies inside that meet the objectives, as bits by index of copy, fewest first;
 * none where there are more than RECOVERY_SETS_OF copies: then only the verdict is known.
 */
enum { RECOVERY_SETS_OF = 12 };
void recovery_sets(const struct recovery *, void (*each)(void *arg, uint64_t copies), void *arg);

const char *recovery_why_name(enum recovery_why);	/* "CONFLICT" */
const char *recovery_why_text(enum recovery_why);	/* for translation */
const char *recovery_why_advice(enum recovery_why);	/* for translation */

#endif
