/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an incident means for users and for the law, folded beside it: whom it hit and when, and
 * which duties it made due.  Part of the canonical state: it moves only by records and by
 * deadlines of the state, so that live and replay cannot differ.
 */
#ifndef MONITOR_STATE_AFFAIRS_H
#define MONITOR_STATE_AFFAIRS_H

#include "monitor/base/cbor.h"
#include "monitor/state/duty.h"
#include "monitor/state/impact.h"

struct cause;

enum {
	IMPACT_STEPS_MAX = 512,	/* changes of one service kept; then pairs are joined */
	AFFAIR_SETS_MAX  = 1024,	/* sets of one affair; what is wider is not counted */
	AFFAIR_DUTIES_MAX = DUTY_RULES_MAX
};

/* How many users of a service were hit from at_ms on, until the next step. */
struct impact_step {
	int64_t  at_ms;			/* occurrence: as observed */
	uint64_t stopped, degraded;
	uint64_t distinct;		/* hit at any time so far, at most */
	bool     uncertain;		/* more may be: somebody cannot be seen */
	uint64_t seq;			/* the record that showed it */
};

/* One service that an incident hit. */
struct hit {
	char     service[NAME_MAX_LEN];	/* survives a reload */
	uint32_t index;			/* in the plan in force, or UINT32_MAX; derived */
	uint32_t class;			/* enum service_class, as those below when first hit */
	uint32_t prefectures;		/* in which it is offered; 0: not known */
	bool     addon;			/* outside the thresholds */
	uint64_t users;			/* of all areas */
	uint64_t areas;			/* bit per area of the plan it was hit under */
	uint64_t peak, peak_stopped, peak_degraded;	/* most at the same time: both, and then */
	int64_t  peak_ms;
	int64_t  since_ms, until_ms;	/* until 0: somebody still is */
	struct impact_step *step;	/* ascending by at_ms */
	uint32_t steps, step_cap;
};

/* A set it touched, and the worst it came to. */
struct affair_set {
	char     set[NAME_MAX_LEN];
	uint32_t index;			/* as above; derived */
	uint32_t worst_ppm;		/* stopped and degraded together */
	bool     lacked;		/* fewer members stood than it needs, and ... */
	int64_t  lacked_ms;		/* ... since when; 0: it has what it needs */
	int64_t  longest_ms;		/* the longest such time that is over */
};

/* A duty that became due. */
struct affair_duty {
	char     rule[16];		/* "F3" */
	int64_t  reached_ms, due_ms;	/* due 0: no period */
	uint64_t seq;			/* records folded when it was noticed */
	int64_t  noticed_ms;
	uint32_t alarms;		/* bits: 1 draft, 2 escalation, 4 overdue were told */
	bool     standing;		/* it still is: a correction may have ended it */
	uint64_t filed_seq;		/* the FILING that answered it, 0 if none */
	int64_t  filed_ms;
};

struct affair {
	uint64_t incident;
	uint32_t unplaced;		/* instances of it whose users nobody declared */
	uint32_t members_seen;		/* of the incident, when sets were last looked for */
	uint32_t side;			/* enum side, as last told */
	uint64_t peak_told;		/* most users at the same time that were told */
	struct affair_set  *set;   uint32_t sets, set_cap;
	struct hit         *hit;   uint32_t hits, hit_cap;
	struct affair_duty *duty;  uint32_t duties, duty_cap;
	int64_t  queued_ms;		/* its entry in the deadlines, INT64_MAX if none */
};

struct affairs {
	struct affair *affair;		/* ascending by incident */
	uint32_t affairs, affair_cap;
	struct affairs_memory *memory;	/* derived: index, cache, rules */
};

struct affairs *affairs_new(void);
void affairs_free(struct affairs *);		/* NULL is fine */
/* For a copy of the state; its memory is shared where it does not change. */
struct affairs *affairs_copy(const struct affairs *);
void affairs_encode(struct buffer *, const struct affairs *);	/* one CBOR item */
/* Checks every bound; fails the reader otherwise. */
struct affairs *affairs_decode(struct cbor *);
/* The plan, the targets or their numbers are new: what is derived is made again. */
void affairs_build(struct state *);
/* There is another plan, maybe with other rules: when each is to be looked at again. */
void affairs_replan(struct state *);
/*
 * Called once after each record, and each deadline, that changed any target's health, an alarm, a
 * provider's notice, a metric, a window, a correction, the plan or an incident.
 */
void affairs_step(struct state *, const struct cause *);
/* A deadline that affairs_queue (fold_memory.h) asked for: the number it was given. */
void affairs_due(struct state *, uint64_t number);

struct affair *affair_find(const struct state *, uint64_t incident);	/* NULL if none */
const struct hit *affair_hit(const struct affair *, const char *service);	/* or NULL */
/* The rules of the plan in force; NULL: none, or (why) they cannot be read. */
const struct duty_rules *affairs_rules(const struct state *, const char **why);

/*
 * The case of an incident as it stands in this state, corrections counted, for duty_judge.
 * Points into memory of its own: affair_case_free().  False if there is no such incident.
 */
struct affair_case {
	struct duty_case     facts;
	struct duty_service *service;
	struct duty_step    *step;
	char                 reason[DUTY_CONDITIONS][160];
};
bool affair_case_make(const struct state *, uint64_t incident, struct affair_case *);
void affair_case_free(struct affair_case *);
/* The same, judged at now_ms; false: no incident or no rules. */
bool affair_judge(const struct state *, uint64_t incident, int64_t now_ms, struct duty_verdict *);

/*
 * What is due of the carrier itself, without any incident, at now_ms: the half-yearly report of
 * capacity for the half-year that ended last.  False: no rules.
 */
bool affairs_judge_periodic(const struct state *, int64_t now_ms, struct duty_verdict *);

/* The nearest clock over all incidents that are not closed for the law; NULL if none runs. */
struct nearest_clock {
	uint64_t    incident;
	int64_t     at_ms;
	struct duty duty;
	struct duty_verdict verdict;
};
bool affairs_nearest(const struct state *, int64_t now_ms, struct nearest_clock *);

#endif
