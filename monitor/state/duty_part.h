/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the duty engine share; everybody else uses duty.h and duty_rules.h. */
#ifndef MONITOR_STATE_DUTY_PART_H
#define MONITOR_STATE_DUTY_PART_H

#include "monitor/state/duty.h"
#include "monitor/state/pack_part.h"

enum { MINUTE_MS = 60000 };
/* 9999-12-31, the last day a time text can say. */
#define DUTY_TIME_MOST INT64_C(253402300799999)

/* --- reading ------------------------------------------------------------------------------ */

/* A member of a group: texts are checked, numbers lie between least and most. */
struct duty_member {
	const char    *name;
	enum conf_kind kind;
	bool           required;
	int64_t        least, most;
};

struct duty_memory { struct conf *conf; };

struct duty_reader {
	struct pack_reader part;	/* for the functions of pack_part.h; has no pack */
	struct duty_rules *rules;
};

/* duty_rules.c: NULL in out where a member was not given. */
MUST_USE enum err duty_group(struct duty_reader *, const struct conf_node *group,
    const struct duty_member *, size_t count, const struct conf_node **out);
MUST_USE enum err duty_status_take(struct duty_reader *, const struct conf_node *,
    enum duty_status *);
/* "2026-04-01"; absent where node is NULL. */
MUST_USE enum err duty_day_take(struct duty_reader *, const struct conf_node *, int64_t absent,
    int64_t *day);
/* duty_rule.c */
MUST_USE enum err duty_list_read(struct duty_reader *, const struct conf_node *root);
/* duty_edition.c */
MUST_USE enum err duty_accidents_read(struct duty_reader *, const struct conf_node *root);
/* duty_edition_near.c */
enum duty_part { DUTY_PART_NEEDED, DUTY_PART_EVENT, DUTY_PART_EXCLUDES, DUTY_PART_EXTRA,
	DUTY_PART_ALONE };
enum duty_part duty_condition_part(enum duty_condition_code);
MUST_USE enum err duty_nears_read(struct duty_reader *, const struct conf_node *root);
/* Editions stand oldest first and never overlap; list[at] is at node. */
MUST_USE enum err duty_edition_follows(struct duty_reader *, const struct conf_node *node,
    uint32_t at, int64_t before_to_day, int64_t from_day, int64_t to_day);

/* --- judging ------------------------------------------------------------------------------ */

/* A span and a number of users to wait for; the answer behind them. */
struct duty_watch {
	int64_t            span_ms;
	uint64_t           users;
	enum duty_standing standing;	/* NOT_REACHED, RUNNING, UNKNOWN or REACHED */
	enum duty_why      why;
	int64_t            reached_ms, reach_at_ms;
	int64_t            doubt_at_ms;	/* when it may be reached, before it certainly is; 0 */
};

/* One row of the table, at a moment. */
struct duty_sweep {
	const struct duty_case    *in;
	const struct duty_edition *edition;	/* NULL: each class is its own row */
	enum duty_class            class;
	bool                       traffic;	/* only while all traffic is impossible */
	int64_t                    now_ms;
};

/* duty_span.c */
bool duty_row_has(const struct duty_sweep *, const struct duty_service *);
void duty_row_judge(const struct duty_sweep *, struct duty_row *, struct duty_watch *,
    size_t watches);

/* What a trigger says, before its clocks are set. */
struct duty_outcome {
	enum duty_standing       standing;
	enum duty_why            why;
	enum duty_condition_code condition;
	int32_t                  pair;
	int64_t                  reached_ms, reach_at_ms;
	int64_t                  from_ms;	/* known, stopped, restricted or recognised */
};

struct duty_judging {
	const struct duty_rules *rules;
	const struct duty_case  *in;
	int64_t                  now_ms;
	int64_t                  day;		/* of JST, on which it occurred */
	struct duty_verdict     *out;
	struct duty_outcome      accident;	/* a pair of the table */
	struct duty_outcome      half_way;	/* the same, at the part the rules name */
	int64_t                  hit_ms;	/* first moment anybody was hit; 0: nobody */
	bool                     hit;		/* anybody, now */
};

/* duty.c: time alone changes an answer at this moment; what is past is not noted. */
void duty_moment(struct duty_judging *, int64_t at_ms);
/* duty_row.c */
void duty_rows_judge(struct duty_judging *);	/* rows, pairs, accident, half_way, hit */
void duty_small_judge(struct duty_judging *, const struct duty_rule *, struct duty_outcome *);
/* Takes the stronger of the two; the sooner of equals. */
void duty_outcome_take(struct duty_outcome *, const struct duty_outcome *);
/* duty_trigger.c */
void duty_trigger_judge(struct duty_judging *, const struct duty_rule *, struct duty_outcome *);

/* duty_near.c: whether all conditions hold; code is the one that decides. */
enum duty_answer duty_near_judge(const struct duty_near_edition *, const struct duty_case *,
    enum duty_answer conditions[DUTY_CONDITIONS], enum duty_condition_code *code);

#endif
