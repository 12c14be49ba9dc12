/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the fold share, and nobody else includes: indexes that can be derived from
 * the state (and are never encoded), and the steps one file asks of another.  Everything here
 * moves the state by the record in hand, whose number is state->size until it counts.
 */
#ifndef MONITOR_STATE_FOLD_MEMORY_H
#define MONITOR_STATE_FOLD_MEMORY_H

#include "monitor/state/fold.h"
#include "monitor/state/judge_touch.h"

enum { NO_INDEX = UINT32_MAX };

/* Ids of targets stay below these bits; with both, bits 56 to 61 say which of the others. */
#define DEADLINE_INCIDENT (UINT64_C(1) << 63)
#define DEADLINE_OTHER    (UINT64_C(3) << 62)

enum other_deadline { DEADLINE_WINDOW, DEADLINE_QUIET, DEADLINE_AFFAIRS };

struct instance_memory {
	uint64_t incident;		/* the open incident a target of it belongs to, 0 if none */
	uint32_t down, watched;		/* targets */
};

struct site_memory {
	uint64_t incident;		/* its open site incident, 0 if none */
	uint32_t down, watched;		/* instances: with a target that is DOWN, with any target */
};

struct fold_memory {
	struct bytes plan_octets;	/* as the blob has them; owned by the plan */
	uint32_t    *slot;		/* hash table: id of a target to its index plus 1 */
	uint32_t     slots;		/* power of two */
	int64_t     *queued_ms;		/* per target: its entry in deadlines, INT64_MAX if none */
	uint32_t    *lapsed_at;		/* per target: place in lapsed plus 1, or 0 */
	uint32_t    *lapsed;		/* targets a word of their worker makes known again */
	uint32_t     lapsed_count;
	struct instance_memory *instance;
	struct site_memory     *site;
	uint64_t     storm;		/* the open storm, 0 if none */
	uint64_t     channels;		/* bit per channel of the plan that takes notices */
	struct touched touched;		/* by the record in hand, for the judgement */
	bool         stirred;		/* the affairs step after the record or deadline in hand, */
	uint64_t     stir_seq;		/* for this record */
	int64_t      stir_observed_ms;
	struct transition *timeline_base;	/* timeline points into it: dropping is cheap */
};

/* Why the state moves: the record an observer would look at, and what it said. */
struct cause {
	uint64_t     seq;
	int64_t      observed_ms;
	struct bytes detail;
};

/* --- fold_memory.c ------------------------------------------------------------------------ */
void memory_build(struct state *);	/* derives everything anew from plan, targets, incidents */
void memory_free(struct state *);
void memory_queue(struct state *, struct target_state *);	/* its staleness is noticed */
void memory_lapsed(struct state *, const struct target_state *, bool lapsed);
int64_t time_later(int64_t ms, int64_t by_ms);	/* sum that stays in range */
/* Cut between characters, ends with NUL. */
void text_take(char *out, size_t out_len, struct bytes);

/* "instance:amf-1" */
void subject_text(const char *kind, const char *name, char out[SUBJECT_NAME]);

/* --- fold.c ------------------------------------------------------------------------------- */
/* Something the affairs look at changed; they step when the record or deadline is through. */
void affairs_stir(struct state *, const struct cause *);
/* --- affairs.c ---------------------------------------------------------------------------- */
/* What is to be looked at when the record is through: members always. */
enum { TOUCH_MEMBERS = 0, TOUCH_IMPACT = 1, TOUCH_DUTY = 2 };
void affairs_touch(struct state *, uint64_t incident, unsigned what, const struct cause *);
/* A target's health changed, and its incident stepped: whom that hits may have changed. */
void affairs_target(struct state *, const struct target_state *, const struct cause *);
/* A FILING record about an incident. */
void affairs_filing(struct state *, const struct record *);
/* affairs_due(state, number) is called when recorded time comes to at_ms; number below 2^56. */
void affairs_queue(struct state *, uint64_t number, int64_t at_ms);

/* --- health.c ----------------------------------------------------------------------------- */
void replica_round(struct replica_state *, const struct plan_target *, enum outcome,
    int64_t observed_ms, int64_t now_ms);
void replica_forget(struct state *, struct target_state *, struct replica_state *, enum reason);
void replica_free(struct replica_state *);
/* Judges the target by its replicas; what follows from a change follows. */
void target_judge(struct state *, struct target_state *, const struct cause *);
void target_stale(struct state *, uint64_t id, int64_t at_ms);
/* A time a worker saw, as recorded time; never later than the record that brought it. */
int64_t observed_as_recorded(const struct state *, int64_t observed_ms);

/* --- observe.c ---------------------------------------------------------------------------- */
void apply_observation(struct state *, const struct record *);
void apply_run(struct state *, const struct record *);
void apply_coverage(struct state *, const struct record *);
void apply_gap(struct state *, const struct record *);
void apply_self(struct state *, const struct record *);

/* --- fold_config.c ------------------------------------------------------------------------ */
MUST_USE enum err config_fetch(const struct record *, const struct blob_source *, struct plan **,
    struct bytes *octets, struct why *);
/* Takes the plan. */
void config_apply(struct state *, const struct record *, struct plan *, struct bytes octets,
    const char *cause);

/* --- incident.c, incident_list.c ---------------------------------------------------------- */
/* The target's health or reason changed; occurred_ms is when its failing was first observed. */
void incident_step(struct state *, struct target_state *, int64_t occurred_ms,
    const struct cause *);
void incident_announce(struct state *, uint64_t id);
void incident_act(struct state *, const struct record *);
/* Members whose targets left the plan, or are not what they were (by index of target). */
void incident_drop_gone(struct state *, const bool *renewed);
void incident_resolve_if_well(struct state *, struct incident *, const struct cause *);
/* Makes room and appends; NULL when only a storm has room. */
struct incident *incident_new(struct state *, enum scope, int64_t occurred_ms,
    const struct cause *);
struct incident_member *incident_member(const struct incident *, uint64_t target);
struct incident_member *incident_add_member(struct incident *, uint64_t target);
bool incident_is_open(const struct incident *);
void incident_free(struct incident *);

/* --- notice.c ----------------------------------------------------------------------------- */
void     notice_owe(struct state *, uint64_t incident, enum transition_kind, uint64_t seq);
void     notice_accepted(struct state *, const struct record *);
void     notice_replan(struct state *, const struct plan *before);
uint64_t notice_channels(const struct plan *);

/* --- timeline.c --------------------------------------------------------------------------- */
/* Fills id, recorded_ms and detail, then appends; the oldest goes when there are too many. */
void timeline_add(struct state *, struct transition, struct bytes detail);
void gap_add(struct state *, const struct record *);
bool gap_end(struct state *, const struct record *);	/* true if a gap ended */

#endif
