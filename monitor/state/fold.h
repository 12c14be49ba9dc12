/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts fold: state' = fold_apply(state, record).  Pure: same records, same bytes, whatever
 * the steps.  The canonical state advances only by records; deadlines that fall due are handled
 * at their own moments, in order, before the record counts.
 */
#ifndef MONITOR_STATE_FOLD_H
#define MONITOR_STATE_FOLD_H

#include "monitor/state/state.h"

enum { FOLD_VERSION = 1 };

/* Readers hand the fold the blob a CONFIG or STATE record names. */
struct blob_source {
	enum err (*get)(void *arg, struct hash, struct buffer *out, struct why *);
	void      *arg;
};

struct state *state_new(void);
void          state_free(struct state *);
struct state *state_copy(const struct state *);		/* for a throw-away look ahead */

/* Lets time pass to the record's time, then applies it.  ERR_UNSUPPORTED kinds are counted and
 * passed over (pass err as record_decode gave it); only a blob that cannot be had is an error. */
MUST_USE enum err fold_apply(struct state *, const struct record *, enum err decoded,
    const struct blob_source *, struct why *);
/* Lets time pass without a record: display copies only, never the canonical state. */
void fold_advance(struct state *, int64_t now_ms);

/* Canonical bytes: deterministic CBOR, equal for equal states.  state_hash is their SHA-256. */
void        state_encode(struct buffer *, const struct state *);
struct hash state_hash(const struct state *);
MUST_USE enum err state_decode(struct bytes, struct state **, struct why *);

/* When the target's replica was last known to be as believed: own records or its worker's word. */
int64_t fold_heard_ms(const struct state *, const struct target_state *, const struct replica_state *);
struct target_state *state_target(const struct state *, uint64_t id);	/* NULL if none */
struct incident     *state_incident(const struct state *, uint64_t id);	/* NULL if none */
uint32_t             state_open_incidents(const struct state *);	/* not resolved, not absorbed */

const char *health_name(enum health);
char        health_letter(enum health);
const char *reason_text(enum reason);		/* English, marked for translation */
const char *transition_text(enum transition_kind);
const char *scope_name(enum scope);

#endif
