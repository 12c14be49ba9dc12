/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The duty engine: what an incident makes due, to whom and when, and which clock runs before a
 * threshold.  Pure, integers only, bounded: the same rules, case and time give the same answer.
 * Nothing after now_ms is looked at, so a reader may ask for any moment of the past.
 *
 * A major accident (ORD 58(2)) is judged for each row of the table apart.  Law does not say how
 * changing numbers are combined; here a pair (T, N) is reached as soon as the whole span since the
 * first moment anybody of the row was hit is >= T (time between two strokes counts, time after the
 * last does not) and the distinct users hit so far are >= N.  Whole-span and peak are both shown.
 */
#ifndef MONITOR_STATE_DUTY_H
#define MONITOR_STATE_DUTY_H

#include "monitor/base/i18n.h"
#include "monitor/state/duty_rules.h"

enum {
	DUTY_SERVICES_MAX = 64,		/* services of one case: ERR_LIMIT */
	DUTY_STEPS_MAX    = 1024,	/* steps of one service: ERR_LIMIT; merge before */
	DUTY_PAIRS_MAX    = DUTY_CLASSES * DUTY_THRESHOLDS_MAX
};

/* No moment. */
#define DUTY_NEVER INT64_MAX

/* SAYS_NONE: nobody asked or said; SAYS_UNKNOWN: asked, and it could not be told. */
enum duty_answer { DUTY_SAYS_NONE, DUTY_SAYS_NO, DUTY_SAYS_YES, DUTY_SAYS_UNKNOWN };

/* --- what is known of an incident --------------------------------------------------------- */

/* Holds from at_ms to the next step; the last one until the incident is restored, or now. */
struct duty_step {
	int64_t          at_ms;
	uint64_t         stopped, degraded;	/* users, at the same time */
	uint64_t         distinct;	/* users hit at any time so far; 0: the most at once */
	bool             unknown;	/* somebody is hit; the numbers are a least */
	/* SAT_SUBSEA: all traffic impossible; NONE is not known where anybody is hit. */
	enum duty_answer all_traffic;
};

struct duty_service {
	const char             *name;
	enum duty_class         class;
	uint32_t                prefectures;	/* in which it is offered; 0: not known */
	bool                    addon;		/* only an add-on feature: not counted */
	bool                    apart;		/* no user of it uses another one of its row */
	bool                    from_occurred;	/* its first step holds from occurred_ms on */
	const struct duty_step *step;		/* at_ms ascending */
	uint32_t                steps;
};

struct duty_carrier {
	int64_t users_before;		/* at the end of the fiscal year before; -1: not known */
	enum duty_answer designated_27_5;	/* for specified user information */
	enum duty_answer public_corporation;	/* a designated public corporation */
	enum duty_answer infrastructure;	/* a special essential infrastructure operator */
	int64_t infrastructure_ms;	/* since when; 0: not known */
	int64_t half_year_ms;		/* any moment of the half-year to judge; 0: none */
	int64_t users_first, users_last;	/* on its first and last day; -1: not known */
};

struct duty_fact {
	enum duty_answer answer;
	const char      *reason;	/* who or what says so, or NULL */
};

/* Times in ms since 1970, UTC; 0: not known, or not yet.  Texts stay the caller's. */
struct duty_case {
	int64_t occurred_ms;		/* service stopped or degraded; 0: no incident */
	int64_t known_ms;
	int64_t restored_ms;
	const struct duty_service *service;
	uint32_t                   services;
	struct duty_carrier        carrier;

	/* CARRIER_SIZE and PREFECTURES are worked out where their answer is NONE. */
	struct duty_fact near[DUTY_CONDITIONS];
	int64_t          near_known_ms;		/* 0: known_ms */

	struct duty_fact secrecy;		/* content or data of communications leaked */
	int64_t          secrecy_known_ms;	/* 0: known_ms */
	struct duty_fact user_data;		/* specified user information leaked */
	int64_t          user_data_persons;	/* -1: not known */
	struct duty_fact foreign;		/* handed over to a foreign government */
	int64_t          user_data_known_ms;	/* 0: known_ms */

	struct duty_fact stopped;		/* part of the business stopped, TBA 8(2) */
	int64_t          stopped_ms;
	struct duty_fact restriction;		/* of other traffic, unforeseen */
	int64_t          restricted_ms, unrestricted_ms;
	int64_t          restricted_users;	/* -1: not known */
	struct duty_fact intrusion;		/* of a notified computer */
	int64_t          recognised_ms;		/* 0: known_ms */
};

/* --- what follows ------------------------------------------------------------------------- */

#define DUTY_STANDING_LIST(X)                           \
	X(NOT_APPLICABLE, N_("not applicable"))         \
	X(NOT_REACHED,    N_("not due"))                \
	X(NEAR,           N_("near the threshold"))     \
	X(RUNNING,        N_("clock running"))          \
	X(UNKNOWN,        N_("needs a decision"))       \
	X(REACHED,        N_("due"))                    \
	X(SUPERSEDED,     N_("superseded"))

/* SUPERSEDED: it would be due, and a heavier report takes its place (a major accident). */
enum duty_standing {
#define X(NAME, text) DUTY_##NAME,
	DUTY_STANDING_LIST(X)
#undef X
	DUTY_STANDINGS
};

#define DUTY_WHY_LIST(X)                                                                        \
	X(NONE,               "")                                                               \
	X(NOT_ASKED,          N_("nothing says that it happened"))                              \
	X(NOT_IN_FORCE,       N_("not in force on the day it occurred"))                        \
	X(NO_EDITION,         N_("the rules have no edition for the day it occurred"))          \
	X(NO_SERVICE,         N_("no service is concerned"))                                    \
	X(NO_USERS,           N_("no user is hit"))                                             \
	X(ADDON_ONLY,         N_("only an add-on feature is concerned"))                        \
	X(USERS_UNKNOWN,      N_("how many users are hit is not known"))                        \
	X(USERS_OVERLAP,      N_("whether the services have users in common is not known"))     \
	X(TRAFFIC_UNKNOWN,    N_("whether all traffic is impossible is not known"))             \
	X(SAID_NO,            N_("it is said not to have happened"))                            \
	X(SAID_UNKNOWN,       N_("whether it happened is not known"))                           \
	X(NOT_DESIGNATED,     N_("the carrier is not designated for it"))                       \
	X(DESIGNATION_UNKNOWN, N_("whether the carrier is designated for it is not known"))     \
	X(EXEMPT,             N_("within the time after designation that is exempt"))           \
	X(CONDITION,          N_("a condition decides"))                                        \
	X(MAJOR_ACCIDENT,     N_("it is a major accident"))                                     \
	X(TOO_FEW,            N_("fewer than the number that counts"))                          \
	X(LATER,              N_("not yet, at the moment asked about"))

enum duty_why {
#define X(NAME, text) DUTY_WHY_##NAME,
	DUTY_WHY_LIST(X)
#undef X
	DUTY_WHYS
};

/* One row of the table: the services of a class together. */
struct duty_row {
	enum duty_class class;
	uint32_t service;	/* the one with most users */
	int64_t  since_ms;	/* first moment anybody was hit; 0: nobody */
	int64_t  span_ms;	/* whole span up to now */
	bool     hit;		/* now */
	uint64_t distinct;	/* users over the whole span; where not known, at least these */
	uint64_t distinct_most;	/* if services have no users in common; UINT64_MAX: not known */
	uint64_t peak;		/* most users at the same time, counted as distinct is */
	uint64_t users;		/* now */
};

/* One pair (T, N) of a row. */
struct duty_pair {
	uint32_t                     row;	/* index */
	const struct duty_threshold *threshold;
	enum duty_standing           standing;	/* RUNNING with a why: if enough users are hit */
	enum duty_why                why;
	int64_t                      reached_ms;	/* 0: not reached */
	int64_t                      reach_at_ms;	/* if nothing changes; 0: it will not */
};

struct duty {
	const struct duty_rule  *rule;
	enum duty_standing       standing;
	enum duty_why            why;
	enum duty_condition_code condition;	/* where why is CONDITION */
	int32_t                  pair;		/* index of the deciding one, or -1 */
	int64_t                  reached_ms;	/* when it became due; 0: it did not */
	int64_t                  reach_at_ms;	/* when it will, if nothing changes; or 0 */
	int64_t                  draft_ms, escalate_ms;	/* alarms once reached; 0: none */
	int64_t                  due_ms;	/* 24:00 JST of the last day; 0: no period */
	int64_t                  notice_first_ms;	/* first notice to the public; 0: none */
	int64_t                  notice_next_ms;	/* next one after now; 0: none any more */
};

struct duty_verdict {
	int64_t                         now_ms;
	int64_t                         next_ms;	/* an answer changes by time; DUTY_NEVER */
	const struct duty_edition      *accident;	/* NULL: none for that day */
	const struct duty_near_edition *near;
	struct duty_row  row[DUTY_CLASSES];       uint32_t rows;
	struct duty_pair pair[DUTY_PAIRS_MAX];    uint32_t pairs;
	enum duty_answer condition[DUTY_CONDITIONS];	/* as it was taken */
	struct duty      duty[DUTY_RULES_MAX];    uint32_t duties;	/* one for each rule */
};

/*
 * Judges the case as known, at now_ms.  ERR_LIMIT for too many services or steps, ERR_INVALID for
 * steps that are not ascending or a class that is none; out is then empty.  out points into the
 * rules.  A duty once REACHED stays so for every later now_ms of the same case, or is SUPERSEDED.
 */
MUST_USE enum err duty_judge(const struct duty_rules *, const struct duty_case *, int64_t now_ms,
    struct duty_verdict *out, struct why *);

/*
 * The duty whose next moment comes first (a threshold, an alarm, the end of a period) and that
 * moment; what is only advisory comes after every duty.  NULL if nothing runs.
 */
const struct duty *duty_nearest(const struct duty_verdict *, int64_t *at_ms);
const struct duty *duty_find(const struct duty_verdict *, const char *id);	/* or NULL */

const char *duty_standing_name(enum duty_standing);	/* "needs a decision" */
const char *duty_why_text(enum duty_why);
const char *duty_answer_name(enum duty_answer);		/* "yes" */

#endif
