/* SPDX-License-Identifier: Apache-2.0 */
/* What the facts fold tells the judgement: which facts of whom the record in hand moved. */
#ifndef MONITOR_STATE_JUDGE_TOUCH_H
#define MONITOR_STATE_JUDGE_TOUCH_H

#include "monitor/state/condition.h"
#include "monitor/state/state.h"

enum { FACT_WORDS = 10 };	/* 64-bit words of a set of facts: numbers below 640 */

enum { SUBJECT_FACT_WORDS = (SUBJECT_FACTS + 63) / 64 };

/* A set of facts of probes and of subjects. */
struct reads {
	uint64_t fact[FACT_WORDS];
	uint64_t subject[SUBJECT_FACT_WORDS];	/* bit per enum subject_fact */
};

static inline void
reads_add(struct reads *reads, unsigned fact)
{
	reads->subject[fact / 64] |= UINT64_C(1) << fact % 64;
}

static inline bool
reads_has(const struct reads *reads, unsigned fact)
{
	return (reads->subject[fact / 64] >> fact % 64 & 1) != 0;
}

/* Touched by the record in hand: targets with the facts that changed, and the carrier. */
struct touched {
	uint32_t      count, cap;
	uint32_t     *target;
	struct reads *reads;
	uint32_t     *at;			/* per target: place in the list plus 1, or 0 */
	struct reads  carrier;			/* its facts of subject_list.h */
	bool          carrier_moved;
	bool          custody_moved;		/* what was done to some key */
};

/* Without a judgement they do nothing. */
void touch_facts(struct state *, const struct target_state *, struct bytes before,
    struct bytes after);
void touch_target(struct state *, const struct target_state *);
void touch_fact(struct state *, const struct target_state *, enum fact);
/* One of the facts of subject_list.h that belong to targets. */
void touch_target_fact(struct state *, const struct target_state *, enum subject_fact);
void touch_carrier(struct state *, enum subject_fact);
void touch_custody(struct state *);	/* what was done to some key */
void touched_make(struct touched *, uint32_t targets);	/* empty; keeps no memory of before */
void touched_free(struct touched *);

#endif
