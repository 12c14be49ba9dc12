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
#include "monitor/state/plan_view.h"

enum { NO_INDEX = UINT32_MAX };

/* Ids of targets stay below these bits; with both, bits 56 to 61 say which of the others. */
#define DEADLINE_INCIDENT (UINT64_C(1) << 63)
#define DEADLINE_OTHER    (UINT64_C(3) << 62)

enum other_deadline { DEADLINE_WINDOW, DEADLINE_QUIET, DEADLINE_AFFAIRS, DEADLINE_INTENT };

/*
 * How long a failure explains what fails after it: retries, keep-alives and caches give up within
 * minutes; what fails a quarter of an hour after the last thing of a failure has its own cause.
 */
#define CAUSE_WINDOW_MS INT64_C(900000)

/* A flood has run dry when nothing came of it for so long: alarms are repeated within minutes. */
#define FLOOD_QUIET_MS INT64_C(600000)

struct instance_memory {
	uint64_t incident;		/* the open one its targets are in, else its own, or 0 */
	uint64_t own;			/* the newest open INSTANCE incident about it, 0 if none */
	uint32_t owns;			/* how many such are open: more than one by hand only */
	uint32_t down, watched;		/* targets; down: DOWN, and not UP from another vantage */
	bool     explained;		/* a target of it is, in "incident" */
	bool     alarmed;		/* "own" is open and made of alarms alone */
	bool     provided;		/* "incident" is of a provider, and not by explanation */
};

struct site_memory {
	uint64_t own;			/* the open SITE incident about it, 0 if none */
	uint32_t provided;		/* its instances in an incident of a provider */
	uint32_t down, watched;		/* instances: with a down target, with any target */
	uint32_t alarmed;		/* instances with an incident made of alarms alone */
};

/* Targets whose endpoint is looked at from several vantages. */
struct vantage_memory {
	uint32_t watched, apart;	/* apart: fail, and another vantage sees them UP */
};

enum { VANTAGES = PLAN_VANTAGE_MAX + 1 };	/* 0: the monitor's own */

/* What falls when these nodes fall. */
struct fall_memory {
	uint32_t  count;
	uint32_t *node;
	bool     *falls;		/* per node of the graph */
};

enum { FALLS_KEPT = 8 };		/* causes at work at once; more are worked out anew */

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
	struct vantage_memory   vantage[VANTAGES];
	struct plan_view *view;		/* of the plan in force, shared; NULL without plan */
	struct fall_memory fall[FALLS_KEPT];
	uint32_t     fall_turn;
	uint8_t     *counted;		/* per target: COUNTED_ bits */
	struct buffer *fallen;		/* per target: CBOR array of names of open aspects */
	uint32_t     fallens;
	uint64_t    *open;		/* ids of open incidents, ascending */
	uint32_t     opens, open_cap;
	uint32_t    *alarm_slot;	/* hash table: source and key to the newest, plus 1 */
	uint32_t     alarm_slots;	/* power of two */
	uint32_t     standing, cleared;	/* alarms */
	uint32_t     assumed, assumed_site;	/* plus 1: taken to fail, by an alarm in hand */
	uint32_t    *window;		/* windows in force, by index */
	uint32_t     windows;
	uint64_t     storm;		/* the open storm, 0 if none */
	uint64_t     channels;		/* bit per channel of the plan that takes notices */
	struct touched touched;		/* by the record in hand, for the judgement */
	bool         stirred;		/* the affairs step after the record or deadline in hand, */
	uint64_t     stir_seq;		/* for this record */
	int64_t      stir_observed_ms;
	struct transition *timeline_base;	/* timeline points into it: dropping is cheap */
};

/* What of a target is in the counts of its instance and vantage. */
enum { COUNTED_DOWN = 1, COUNTED_APART = 2 };

/* When a failure was first observed, and when the first record that showed it was recorded. */
struct failure { int64_t occurred_ms, known_ms; };

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

/* --- incident.c: where what fails belongs ------------------------------------------------- */
/* The target's health or reason changed. */
void incident_step(struct state *, struct target_state *, struct failure, const struct cause *);
/* Puts the target into the incident; says so where that makes it larger or worse. */
void incident_join(struct state *, struct incident *, struct target_state *, bool explained,
    struct failure, const struct cause *);
/* Opens one about an instance; NULL when there is room for a storm only. */
struct incident *incident_open_instance(struct state *, uint32_t instance, struct failure,
    const struct cause *);
/* The one that takes what has no place of its own; NULL when even that is full. */
struct incident *incident_storm(struct state *, struct failure, const struct cause *);
void incident_say(struct state *, const struct incident *, enum transition_kind, uint64_t target,
    const struct cause *);
/* The same, and a notice is owed if the incident was told and no window hides it. */
void incident_tell(struct state *, struct incident *, enum transition_kind, uint64_t target,
    const struct cause *);

/* --- incident_wider.c --------------------------------------------------------------------- */
/*
 * The incident of the set, site or provider the failing instance is part of, opened if that fails
 * as a whole from here on; narrower ones are absorbed.  NULL if it fails alone, or if narrow, where
 * it is or would go, is no part of that.  target: NULL if an alarm shows it.  The list moves.
 */
struct incident *incident_wider(struct state *, const struct target_state *, uint32_t instance,
    struct incident *narrow, struct failure, const struct cause *);
/* The same for a site whose own alarm shows it. */
struct incident *incident_wider_site(struct state *, uint32_t site, struct failure,
    const struct cause *);
/* The open incident of a vantage, NULL if none. */
struct incident *vantage_incident(const struct state *, uint32_t vantage);
struct incident *incident_vantage(struct state *, struct target_state *, struct failure,
    const struct cause *);
void incident_absorb(struct state *, struct incident *wider, struct incident *narrow,
    bool explained, const struct cause *);

/* --- incident_cause.c --------------------------------------------------------------------- */
/* The open incident whose cause that node needs, directly or not; NULL if there is none. */
struct incident *incident_explains(struct state *, uint32_t node);
/* Takes in the younger incidents that this one explains. */
void incident_gather(struct state *, struct incident *, const struct cause *);
void fall_free(struct fall_memory *);
bool incident_is_fresh(const struct state *, const struct incident *);

/* --- incident_end.c, incident_act.c ------------------------------------------------------- */
void incident_announce(struct state *, uint64_t id);
void incident_act(struct state *, const struct record *);
/* Members whose targets left the plan, or are not what they were (by index of target). */
void incident_drop_gone(struct state *, const bool *renewed);
void incident_resolve_if_well(struct state *, struct incident *, const struct cause *);
void incident_resolve(struct state *, struct incident *, const struct cause *);
void incident_unlink(struct state *, const struct incident *);	/* its targets are in none */
/* Made of alarms alone: no target is in it but those that need what the alarms are about. */
bool incident_is_alarms(const struct incident *);

/* --- incident_list.c ---------------------------------------------------------------------- */
/* Makes room and appends; NULL when only a storm has room. */
struct incident *incident_new(struct state *, enum scope, struct failure, const struct cause *);
struct incident_member *incident_member(const struct incident *, uint64_t target);
struct incident_member *incident_add_member(struct incident *, uint64_t target);
bool incident_is_open(const struct incident *);
void incident_close(struct state *, const struct incident *);	/* off the list of open ones */
void incident_reopen(struct state *, const struct incident *);
/* The incident is about its instance. */
void incident_own(struct state *, const struct incident *);
void incident_free(struct incident *);

/* --- census.c: who is down where ---------------------------------------------------------- */
void census_target(struct state *, const struct target_state *);	/* its health changed */
void census_build(struct state *);
/* Which incident an instance is in follows from its targets and from what is open. */
void census_instance(struct state *, uint32_t instance);
/* That of what the incident is about, after its members or alarms changed. */
void census_incident(struct state *, const struct incident *);
/* The open incident of the site, or of its provider where it fails with it; NULL if none. */
struct incident *census_site_incident(const struct state *, uint32_t site);
bool census_site_fails(const struct state *, uint32_t site);
bool census_set_fails(const struct state *, uint32_t instance);
/* region: where, "" for all of the provider. */
bool census_provider_fails(const struct state *, uint32_t site, const char **region);
bool census_vantage_fails(const struct state *, uint32_t vantage);
/* The instance fails now, by its targets or by alarms that are not old. */
bool census_instance_fails(const struct state *, uint32_t instance);

/* --- flap.c ------------------------------------------------------------------------------- */
/* Counts a change between UP and failing; the target may flap from here on. */
void flap_count(struct state *, struct target_state *, enum health before, const struct cause *);
/* Looks again when the first of its members, or floods, may have become quiet. */
void quiet_queue(struct state *, const struct incident *);
void quiet_due(struct state *, uint64_t incident);

/* --- partial.c ---------------------------------------------------------------------------- */
/* Works out from where, or in what, the incident is seen. */
void partial_look(struct state *, struct incident *, const struct cause *);

/* --- alarm.c, alarm_list.c, signal.c ------------------------------------------------------ */
void signal_apply(struct state *, const struct record *);
void alarm_raise(struct state *, const struct record *);
void alarm_clear(struct state *, const struct record *);
/* The alarm this key names, cleared or not; NULL if none is kept. */
struct alarm_state *alarm_find(const struct state *, struct bytes source, const char *key);
struct alarm_state *alarm_new(struct state *, const struct record *, const char *key);
void alarm_end(struct state *, struct alarm_state *, const struct record *);
struct alarm_flood *flood_of(struct state *, const char *subject);	/* makes it */
struct alarm_flood *flood_find(const struct state *, const char *subject);
void alarm_build(struct state *);
/* A key as it is kept: longer ones are their hash. */
void alarm_key(struct bytes key, char out[NAME_MAX_LEN]);
void flood_say(struct state *, const struct alarm_flood *, const struct record *);
/* The timeline takes so many signals and no more: true if this one gets a line. */
bool signal_line(struct state *, uint64_t incident);
struct subject_ref signal_ref(const struct state *, const struct record *);

/* --- alarm_place.c ------------------------------------------------------------------------ */
/* The incident of an alarm about the subject, opened if it is severe; NULL if it has none. */
struct incident *alarm_place(struct state *, const char *subject, enum severity,
    const struct record *);
/* The open incident that is there for the subject, NULL if none. */
struct incident *alarm_company(struct state *, const char *subject);

/* --- metric.c ----------------------------------------------------------------------------- */
void metric_apply(struct state *, const struct record *);
/* Keeps what the instance counted before the incident. */
void metric_before(struct state *, struct incident *, uint32_t instance);
void metric_keep(struct incident *, const struct incident_metric *);
void metric_replan(struct state *, const struct plan *before);

/* --- window.c, window_cover.c ------------------------------------------------------------- */
void window_apply(struct state *, const struct record *);
void window_due(struct state *, uint64_t id);
void window_build(struct state *);
/* True if a window in force keeps this from being told; then it is counted. */
bool window_hides(struct state *, const struct incident *, enum transition_kind);
/* The window in force that covers all of the incident, NULL if there is none. */
struct window_state *window_holding(struct state *, const struct incident *);
/* A member failed that the window holding the incident may not cover: then it is told. */
void window_uncovers(struct state *, struct incident *, const struct target_state *);
void window_counts(struct state *, struct subject_ref, bool alarm);	/* what it hid */

/* --- intent.c ----------------------------------------------------------------------------- */
void intent_apply(struct state *, const struct record *);
void intent_due(struct state *, uint64_t id);
void intent_build(struct state *);
/* A change of an aspect between two moments; tickets (with commas) it is made under, if any. */
struct intent_asked {
	const struct target_state *target;
	uint32_t                   aspect;
	int64_t                    after_ms, by_ms;
	struct bytes               tickets;
};
/*
 * The intent that announces it, NULL if none does: where there are tickets one of these, because
 * that is the change the policy was opened for.  It is counted, and its first one told.
 */
const struct intent_state *intent_take(struct state *, const struct intent_asked *,
    const struct cause *);

/* --- ceremony.c --------------------------------------------------------------------------- */
void ceremony_apply(struct state *, const struct record *);

/* --- protection.c ------------------------------------------------------------------------- */
/* What the record in hand, already kept, shows of the replica's protection. */
void protection_observe(struct state *, struct target_state *, uint32_t replica,
    const struct record *);
/* The names of a target's open aspects, derived; of all of them. */
void protection_build(struct state *);
void protection_forget(struct fold_memory *);
/* What is open of the intent's subject and aspects is as it should be from here on; how much. */
uint64_t protection_accept(struct state *, const struct intent_state *, const struct cause *);
/* Other addresses come: each is held against the weakest of those before, which then agree. */
void protection_merge(struct target_state *);
/* A new address is held against what another one has shown. */
void protection_like(struct replica_state *, const struct replica_state *other);

/* --- correct.c ---------------------------------------------------------------------------- */
void correction_apply(struct state *, const struct record *);

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
