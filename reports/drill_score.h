/* SPDX-License-Identifier: Apache-2.0 */
/* How an exercise went: each goal of its scenario, from its ledger. */
#ifndef REPORTS_DRILL_SCORE_H
#define REPORTS_DRILL_SCORE_H

#include "monitor/state/drill.h"
#include "reports/report_source.h"

enum { SCORE_ACKNOWLEDGE, SCORE_REPORT, SCORE_RESTORE, SCORE_GOALS };

enum score_grade { SCORE_NO_GOAL, SCORE_MET, SCORE_MISSED, SCORE_OPEN };

struct score_goal {
	int64_t          goal_ms;	/* of the scenario, 0: none */
	int64_t          at_ms;		/* recorded, 0: not yet */
	int64_t          took_ms;	/* in time of the scenario; until now where not yet */
	enum score_grade grade;
};

struct score {
	struct drill          *drill;	/* the caller's to free */
	const struct state    *state;	/* of the replay, as the next */
	const struct incident *incident;
	uint64_t               size;
	int64_t                since_ms;	/* first failure */
	struct score_goal      goal[SCORE_GOALS];
};

/* ERR_INVALID: not the ledger of an exercise; ERR_NOT_FOUND: nothing has failed yet. */
MUST_USE enum err drill_score(struct report_source *, struct score *, struct why *);
int drill_score_code(const struct score *);	/* EXIT_FINDING: a goal was missed */

#endif
