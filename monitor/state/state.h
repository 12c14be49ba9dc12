/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything believed at one moment, as plain structs.  Made only by fold_apply from records;
 * readers look, nobody else writes.  Arrays are owned by the state.
 */
#ifndef MONITOR_STATE_STATE_H
#define MONITOR_STATE_STATE_H

#include "monitor/base/heap.h"
#include "monitor/base/limits.h"
#include "monitor/ledger/record.h"
#include "monitor/state/plan.h"
#include "monitor/state/state_custody.h"
#include "monitor/state/state_protection.h"
#include "monitor/state/state_signal.h"

/* Worst last, except unknown, which is never green and never an alarm by itself. */
#define HEALTH_LIST(X)                          \
	X(UNKNOWN,  "unknown",  '?')            \
	X(UP,       "up",       '.')            \
	X(DEGRADED, "degraded", '!')            \
	X(DOWN,     "down",     'X')

enum health {
#define X(NAME, name, letter) HEALTH_##NAME,
	HEALTH_LIST(X)
#undef X
	HEALTH_COUNT
};

/* Why a belief is what it is; the sentence is made and translated by the reader. */
#define REASON_LIST(X)                                                        \
	X(NONE,       "")                                                     \
	X(NEVER,      "not yet observed")                                     \
	X(OBSERVED,   "observed")                                             \
	X(FAILING,    "failing, k of n not reached")                          \
	X(RECOVERING, "answering again, not yet often enough")                \
	X(STALE,      "no fresh evidence")                                    \
	X(GAP,        "the monitor was not watching")                         \
	X(MISSED,     "a due round was not made")                             \
	X(UNJUDGED,   "rounds were made but could not be judged")

enum reason {
#define X(NAME, text) REASON_##NAME,
	REASON_LIST(X)
#undef X
	REASON_COUNT
};

struct replica_state {
	bool          seen;		/* an OBSERVATION was folded since it was forgotten */
	enum outcome  outcome;		/* of the last round */
	enum health   health;		/* after k of n and hysteresis */
	enum reason   reason;
	int64_t       since_ms;		/* health, by recorded time */
	int64_t       heard_ms;		/* last round known of by own records, and what its
					 * worker vouched for before; see fold_heard_ms */
	uint64_t      named;		/* worker's coverage number that named it as missed, or 0 */
	int64_t       named_ms;		/* end of the period of that coverage */
	uint32_t      history;		/* last rounds, newest in bit 0; 1 = not up */
	uint32_t      rounds;		/* how many bits of history count, at most the window or
					 * recover_count, whichever is more */
	uint64_t      error;		/* enum err of the last round */
	uint64_t      latency_us;
	uint64_t      seq;		/* the OBSERVATION behind outcome, facts and detail */
	uint64_t      health_seq;	/* the record that made health what it is */
	struct hash   address;		/* commitment */
	struct buffer facts;		/* CBOR map as recorded */
	struct buffer detail;
	struct buffer evidence;		/* raw CBOR array of hashes */
	uint32_t      history_down;	/* which bits of history were DOWN ... */
	uint32_t      history_unknown;	/* ... and which could not be judged */
	uint32_t      turn;		/* round number modulo 32, says where failed_ms begins */
	int64_t      *failed_ms;	/* when rounds set in history were observed, and from 32 on
					 * when they were recorded: NULL or 64 */
	enum health   lapsed;		/* what it was when its evidence became stale */
	struct protection_level *level;	/* ascending by aspect */
	uint32_t      levels;
};

enum { FLAP_COUNT = 6 };		/* changes of fortune that make a target flap; see flap.c */

struct target_state {
	const struct plan_target *plan;
	enum health   health;		/* worst replica; unknown only if no replica is worse */
	enum reason   reason;
	int64_t       since_ms;
	uint64_t      seq;		/* the record that made health what it is */
	uint64_t      incident;		/* open incident it belongs to, 0 if none */
	uint32_t      replicas;		/* at least 1 */
	struct replica_state *replica;	/* REPLICA_MAX at most */
	uint32_t      worker;
	bool          flapping;		/* its incident stays open, its changes are only counted */
	uint64_t      flaps;		/* changes between UP and failing since it began to flap */
	int64_t       flap_ms[FLAP_COUNT];	/* the newest of them, oldest first; 0: none */
};

struct worker_state {
	bool     running;		/* SELF came and no GAP since */
	int64_t  since_ms;		/* of its last SELF or GAP */
	int64_t  vouched_ms;		/* COVERAGE.to of its last coverage */
	uint64_t coverage;		/* number of its coverage records in this run, from 1 */
	uint64_t seq;			/* of the SELF or GAP */
	uint64_t rounds;		/* of the last coverage */
	uint64_t missed, late, held;
};

/* What an incident is about; numbers are part of the canonical state. */
#define SCOPE_LIST(X)                           \
	X(INSTANCE, "instance")                 \
	X(SITE,     "site")                     \
	X(STORM,    "storm")                    \
	X(PROVIDER, "provider")                 \
	X(VANTAGE,  "vantage")                  \
	X(ALARM,    "alarm")                    \
	X(SET,      "replica set")

enum scope {
#define X(NAME, name) SCOPE_##NAME,
	SCOPE_LIST(X)
#undef X
	SCOPES
};

/*
 * What there is to tell about an incident; numbers are part of recorded transition ids: below 15
 * the record that brought it times 16 plus the kind, above see transition_id.  15 is not used.
 */
#define TRANSITION_LIST(X)                                    \
	X(0, OPENED,   "opened")                              \
	X(1, GREW,     "grew")                                \
	X(2, RESOLVED, "resolved")                            \
	X(3, ACKED,    "acknowledged")                        \
	X(4, NOTED,    "noted")                               \
	X(5, HEALTH,   "health changed")                      \
	X(6, GAP,      "not watching")                        \
	X(7, WATCHING, "watching again")                      \
	X(8, CLOCK,    "wall clock stepped")                  \
	X(9, CONFIG,   "configuration in force")              \
	X(10, ABSORBED, "became part of a wider incident")    \
	X(11, KEY,     "signing key")                         \
	X(12, FORK,    "the ledger forked")                   \
	X(13, WATCHER, "outside watcher")                     \
	X(14, ANCHOR,  "checkpoint time-stamped")                \
	X(16, ALARM_RAISED,  "alarm raised")                     \
	X(17, ALARM_CHANGED, "alarm changed")                    \
	X(18, ALARM_CLEARED, "alarm cleared")                    \
	X(19, ALARM_FLOOD,   "alarm flood")                      \
	X(20, EVENT,         "event")                            \
	X(21, PROVIDER,      "provider's notice")                \
	X(22, EXPLAINED,     "explained by it")                  \
	X(23, PARTIAL,       "seen in part")                     \
	X(24, FLAPPING,      "flapping")                         \
	X(25, STEADY,        "no longer flapping")               \
	X(26, WINDOW,        "window")                           \
	X(27, WINDOW_BEGAN,  "window began")                     \
	X(28, WINDOW_OVER,   "window over")                      \
	X(29, HELD,          "held back by a window")            \
	X(30, REVEALED,      "outlived the window that hid it")  \
	X(31, CORRECTED,     "corrected")                        \
	X(32, MERGED,        "merged by hand")                   \
	X(33, SPLIT,         "split by hand")                    \
	X(34, PEAK,          "most users so far")                \
	X(35, DEMARCATION,   "responsibility")                   \
	X(36, DUTY,          "legal duty")                       \
	X(37, FELL,          "protection fell")                  \
	X(38, RESTORED,      "protection restored")              \
	X(39, CHANGED,       "protection changed")               \
	X(40, INTENT,        "announced change")                 \
	X(41, INTENT_DONE,   "announced change made")            \
	X(42, INTENT_IDLE,   "announced change not made")        \
	X(43, CEREMONY,      "key ceremony")

enum transition_kind {
#define X(number, NAME, text) TRANSITION_##NAME = number,
	TRANSITION_LIST(X)
#undef X
	TRANSITION_COUNT
};

/* Records a ledger may have: what ids of transitions leave room for. */
#define TRANSITION_SEQ_MAX (UINT64_C(1) << 48)

/* One thing that changed, in the order it changed; the timeline is these. */
struct transition {
	uint64_t             id;	/* transition_id; unique per incident and "about" */
	enum transition_kind kind;
	int64_t              recorded_ms, observed_ms;
	uint64_t             seq;	/* the causing record */
	uint64_t             incident;	/* 0 if none */
	uint64_t             target;	/* id, 0 if none */
	uint64_t             role, index;	/* GAP, WATCHING */
	enum health          before, after;	/* HEALTH */
	enum reason          reason;
	int64_t              value;	/* CLOCK: step_ms; GAP: targets that turned unknown;
					 * ALARM_*: count; FLAPPING, STEADY: changes; WINDOW: its
					 * step; WINDOW_OVER: incidents it hid; CORRECTED: what */
	struct hash          text;	/* NOTED, ACKED: commitment of what was said */
	char                 author[64];
	char                 detail[160];	/* the observation's sentence, cut */
	uint64_t             about;	/* id of the alarm, provider's notice or window; EXPLAINED:
					 * the incident it was of; MERGED, SPLIT: the other one */
	enum severity        severity;	/* ALARM_*, EVENT */
	char                 subject[SUBJECT_NAME];	/* ALARM_*, EVENT, PROVIDER, WINDOW*,
							 * EXPLAINED: "instance:amf-1" */
};

struct incident_member {
	uint64_t    target;
	enum health health;		/* now; UP members stay listed */
	enum health worst;
	int64_t     since_ms;
	bool        explained;		/* it fails because it needs what failed */
	int64_t     joined_ms;
	uint64_t    seq;		/* the record by which it joined */
	uint64_t    from;		/* the incident it was of before, 0 if none */
};

/* Bits: seen in part only.  They narrow an incident only while nobody saw more. */
enum partial {
	PARTIAL_VANTAGE    = 1 << 0,	/* other vantages see the same endpoints UP */
	PARTIAL_REPLICA    = 1 << 1,	/* other addresses behind the same name are UP */
	PARTIAL_NEW        = 1 << 2	/* only new connections: its sessions go on */
};

struct incident_note {
	uint64_t    seq;
	int64_t     recorded_ms;
	uint64_t    act;
	struct hash text;		/* commitment of what was said */
	char        author[64];
};

struct incident {
	uint64_t    id;			/* seq of the record that opened it */
	enum scope  scope;
	uint32_t    site;		/* index into the sites of the plan in force ... */
	uint32_t    instance;		/* ... and its instances; UINT32_MAX if none */
	char        site_name[NAME_MAX_LEN], instance_name[NAME_MAX_LEN]; /* survive a reload */
	enum health worst;
	int64_t     occurred_ms;	/* earliest observed failure */
	int64_t     opened_ms, changed_ms, resolved_ms;	/* recorded; resolved 0 while open */
	int64_t     told_ms;		/* when it is told: opened + group wait; 0 once it was */
	uint64_t    last_seq;
	uint64_t    absorbed_by;	/* id of the wider incident, 0 if none */
	uint32_t    absorbed;		/* incidents that are part of it; derived */
	uint64_t    acked_seq;		/* 0 until somebody does */
	char        acked_by[64];
	struct incident_member *member;
	uint32_t    members, member_cap;
	struct incident_note *note;
	uint32_t    notes, note_cap;
	uint64_t    notes_total;
	uint32_t    failing;		/* members that are not UP; derived */
	int64_t     known_ms;		/* recorded time of the first record that showed it */
	int64_t     grew_ms;		/* recorded: when it last took in something that fails */
	char        subject[SUBJECT_NAME];	/* "instance:amf-1", "site:x", "provider:y",
						 * "vantage:osaka"; "": a storm */
	char        region[NAME_MAX_LEN];	/* SCOPE_PROVIDER: of one region only, or "" */
	bool        by_hand;		/* made or joined by a correction: no rule moves it */
	uint32_t    partial;		/* enum partial */
	char        partial_from[NAME_MAX_LEN];	/* names of the vantages or replicas, with commas */
	uint64_t    held_by;		/* the window that keeps it from being told, 0 if none */
	int64_t     hidden_ms;		/* until when a window hid it, 0: none did */
	enum severity severity;		/* worst of its alarms; INDETERMINATE if none */
	uint64_t    alarms_total;	/* alarms that were ever part of it, a flood's included */
	uint32_t    alarms_standing;	/* kept ones that are not cleared; derived */
	uint64_t    flaps;		/* changes of members while they flapped */
	uint32_t    flapping;		/* members that flap; derived */
	struct correction *correction;	/* oldest first */
	uint32_t    corrections, correction_cap;
	struct incident_metric *metric;	/* ascending by instance and metric */
	uint32_t    metrics, metric_cap;
};

enum { NOTICE_DUE_MAX = 4096 };	/* beyond it the oldest is let go of, growth first, and counted */

/* A notice owed to a channel until a NOTICE record says it was accepted. */
struct notice_due {
	uint64_t             transition;	/* transition_id */
	uint64_t             incident;
	enum transition_kind kind;
	uint64_t             accepted;	/* bit per plan channel index */
};

struct state_gap { uint64_t seq, role, index; int64_t from_ms, to_ms, ended_ms; char reason[160]; };

struct affairs;				/* impact, responsibility, duties; affairs.h */

/* The key that signs checkpoints, as the newest SELF of the signer tells it. */
struct own_key_state {
	uint64_t seq;			/* of that record; 0: none told it */
	bool     in_token, signed_nonce;
	bool     said, held;		/* its token says whether it can leave; it cannot */
	char     model[NAME_MAX_LEN];	/* of the token, or "" */
};

struct state {
	uint64_t size;			/* records folded */
	int64_t  now_ms;		/* moved only by records (fold_advance: copies) */
	uint64_t unknown_kinds;		/* records of a newer version, passed over */

	struct plan *plan;		/* in force; NULL before the first CONFIG */
	struct hash  plan_hash;
	uint64_t     config_seq;

	struct target_state *target;	/* one per plan target, same order: ascending id */
	uint32_t             targets;
	struct worker_state  worker[WORKER_MAX];

	struct incident *incident;	/* ascending id */
	uint32_t         incidents, incident_cap;
	struct notice_due *due;
	uint32_t         dues, due_cap;	/* at most NOTICE_DUE_MAX, oldest first */
	uint64_t         dues_dropped;	/* owed, but let go of at that bound */
	struct transition *timeline;	/* oldest first, at most TIMELINE_MAX */
	uint32_t         timelines, timeline_cap;
	uint64_t         timeline_total;
	struct state_gap *gap;		/* at most GAP_MAX, oldest first */
	uint32_t         gaps, gap_cap;
	uint64_t         gap_total;

	int64_t  clock_step_ms;		/* wall minus recorded, last known; 0 when together */
	bool     clock_synchronised;
	uint64_t anchor_size;
	int64_t  anchor_ms;		/* genTime of the newest anchor */
	char     anchor_authority[NAME_MAX_LEN];
	uint64_t belief_seq, state_seq, fork_seq;
	char     origin[256], verifier[400];
	bool     watcher_heard;
	uint64_t watcher_seq;

	struct alarm_state *alarm;	/* those that stand, and the newest cleared */
	uint32_t alarms, alarm_cap;
	uint64_t alarms_total;		/* raisings ever, a flood's included */
	struct alarm_flood *flood;	/* ascending by subject */
	uint32_t floods, flood_cap;
	struct provider_notice *said;	/* providers' notices */
	uint32_t saids, said_cap;
	uint64_t saids_total;
	struct metric_state *metric;
	uint32_t metrics, metric_cap;
	struct window_state *window;
	uint32_t windows, window_cap;
	uint64_t windows_dropped;	/* asked for when WINDOW_MAX were open */
	int64_t  lines_ms;		/* the timeline takes so many signals without incident: */
	uint64_t lines;			/* the minute that is counted, how many came in it */
	struct affairs *affairs;	/* never NULL */
	struct intent_state *intent;
	uint32_t intents, intent_cap;
	uint64_t intents_dropped;	/* announced when INTENT_MAX were open */
	struct ceremony_state *ceremony;	/* ascending by id */
	uint32_t ceremonies, ceremony_cap;
	uint64_t ceremonies_dropped;	/* told when CEREMONY_MAX that count were kept */

	struct own_key_state own_key;

	struct heap deadlines;		/* staleness per target, announcements; id says which */
	struct judgement *judgement;	/* beside the canonical state; judge.h */
	struct fold_memory *memory;	/* the fold's own: indexes that can be derived */
};

#endif
