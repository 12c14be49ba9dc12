/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walks a range of the ledger record by record, folding, and says each transition, each step of a
 * waiver and each verdict that changed as it happens, none left out; on the way every BELIEF of the
 * range is made again and compared.
 */
#ifndef REPORTS_REPORT_WALK_H
#define REPORTS_REPORT_WALK_H

#include "monitor/state/judge.h"
#include "reports/report_source.h"

enum belief_outcome {
	BELIEF_REPRODUCED,
	BELIEF_MISMATCH,	/* the same fold version, another state: something is wrong */
	BELIEF_OTHER_VERSION,	/* made by another fold version: not reproducible by this one */
	BELIEF_NOT_REACHED	/* taken before the range or behind its end */
};

struct belief_check {
	uint64_t            seq;	/* of the BELIEF record */
	uint64_t            size, fold_version;
	struct hash         facts, judgement;
	enum belief_outcome outcome;
};

/* All return false to end the walk. */
typedef bool walk_each(void *arg, const struct state *, const struct transition *);
typedef bool walk_judged(void *arg, const struct state *, const struct judged_change *);
typedef bool walk_waived(void *arg, const struct state *, const struct waiver *, enum waiver_step);

struct walk {
	uint64_t             from, to;	/* sizes: records [from, to) are folded */
	walk_each           *each;
	walk_waived         *waived;	/* behind them, a step of a waiver that counts; or NULL */
	walk_judged         *judged;	/* behind it, verdicts the record changed; or NULL */
	void                *arg;
	struct belief_check *belief;	/* ascending; walk_free() */
	size_t               beliefs, belief_cap;
	uint64_t             passed_over;	/* changes beyond what a state keeps */
	int64_t              from_ms;		/* of the first record, 0 if there is none */
	struct state        *end;		/* as believed after the range */
};

/* from, to, each and arg are set by the caller; waived and judged may be. */
MUST_USE enum err walk_run(struct walk *, struct report_source *, struct why *);
void walk_free(struct walk *);

#endif
