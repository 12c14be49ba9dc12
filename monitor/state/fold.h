/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts fold: state' = fold_apply(state, record).  Pure: same records, same bytes, whatever
 * the steps.  The canonical state advances only by records; deadlines that fall due are handled
 * at their own moments, in order, before the record counts.
 *
 * What the fold relies on workers to write, for cost grows with change:
 * - after SELF, the first round of every replica is an OBSERVATION; a target that moved here, too;
 * - any change of outcome, error, steady facts, evidence or replicas is an OBSERVATION, and so are
 *   the plan_explicit_rounds() rounds after it, so that k of n is counted on records;
 * - COVERAGE vouches for every replica that is not named in "missed": its rounds were made and
 *   nothing changed.  One that was named is vouched for again when it was not named for an
 *   interval, or by a record of its own.  GAP and SELF of a worker end what it vouches for.
 *
 * Health of a replica: DOWN when fail_count of the last window rounds were DOWN; DEGRADED when so
 * many were DOWN or DEGRADED; UNKNOWN (UNJUDGED) when so many failed with rounds nobody could
 * judge among them; UP again after recover_count rounds UP in a row.  From UNKNOWN one round makes
 * UP or DEGRADED, DOWN takes its fail_count.  Evidence that is stale_ms old makes it UNKNOWN
 * (STALE, or MISSED if it was named); fresh evidence without change makes it what it was.  A
 * target is its worst replica: down, degraded, unknown, up.
 *
 * Time: evidence is as old as min(observed, recorded), where observed is corrected while the wall
 * clock is known to be behind recorded time, and never by more than makes it as young as its
 * record.  A transition's id is made of the size of the ledger before the record that brought it
 * and its kind (transition_id); that of an announcement of the incident's id.  HEALTH by silence
 * names the newest evidence as its record.  Targets that a GAP blinds, and that come back UP after
 * one, are not on the timeline one by one: the GAP is.
 */
#ifndef MONITOR_STATE_FOLD_H
#define MONITOR_STATE_FOLD_H

#include "monitor/state/state.h"

enum { FOLD_VERSION = 5 };		/* state_decode reads versions 1 to 4, too */

/* Readers hand the fold the blob a CONFIG or STATE record names. */
struct blob_source {
	enum err (*get)(void *arg, struct hash, struct buffer *out, struct why *);
	void      *arg;
};

struct state *state_new(void);
void          state_free(struct state *);
struct state *state_copy(const struct state *);		/* for a throw-away look ahead */

/* Lets time pass to the record's time, then applies it.  ERR_UNSUPPORTED kinds are counted and
 * passed over (pass err as record_decode gave it); only a plan that cannot be had or read is an
 * error, and then the state is as before.  Records come in order: rec->seq is not looked at. */
MUST_USE enum err fold_apply(struct state *, const struct record *, enum err decoded,
    const struct blob_source *, struct why *);
/* Lets time pass without a record: display copies only, never the canonical state. */
void fold_advance(struct state *, int64_t now_ms);
/* The same, and what is stale, due or ended by then is judged anew. */
void fold_look(struct state *copy, int64_t now_ms);

/* Canonical bytes: deterministic CBOR, equal for equal states.  state_hash is their SHA-256. */
void        state_encode(struct buffer *, const struct state *);
struct hash state_hash(const struct state *);
MUST_USE enum err state_decode(struct bytes, struct state **, struct why *);

/* When the target's replica was last known to be as believed: own records or its worker's word. */
int64_t fold_heard_ms(const struct state *, const struct target_state *,
    const struct replica_state *);
struct target_state *state_target(const struct state *, uint64_t id);	/* NULL if none */
struct incident     *state_incident(const struct state *, uint64_t id);	/* NULL if none */
uint32_t             state_open_incidents(const struct state *); /* not resolved, not absorbed */

/* seq * 16 + kind below 15, as ever; else seq * 16 + 15 and what kind is over 15 from bit 52 on. */
uint64_t             transition_id(uint64_t seq, enum transition_kind);
uint64_t             transition_seq(uint64_t id);	/* records before the one that brought it */
enum transition_kind transition_kind_of(uint64_t id);

const char *health_name(enum health);
char        health_letter(enum health);
const char *reason_text(enum reason);		/* English, marked for translation */
const char *transition_text(enum transition_kind);
const char *scope_name(enum scope);

#endif
