/* SPDX-License-Identifier: Apache-2.0 */
/* What writer and reader of the canonical state share: a type per object of state_list.h. */
#ifndef MONITOR_STATE_STATE_CODEC_H
#define MONITOR_STATE_STATE_CODEC_H

#include "monitor/base/cbor.h"
#include "monitor/state/fold_memory.h"

typedef struct replica_state   of_replica;
typedef struct target_state    of_target;
typedef struct worker_state    of_worker;
typedef struct incident_member of_member;
typedef struct incident_note   of_note;
typedef struct incident        of_incident;
typedef struct notice_due      of_due;
typedef struct transition      of_transition;
typedef struct state_gap       of_gap;
typedef struct correction      of_correction;
typedef struct incident_metric of_before;
typedef struct alarm_state     of_alarm;
typedef struct alarm_flood     of_flood;
typedef struct provider_notice of_said_notice;
typedef struct metric_sample   of_sample;
typedef struct metric_state    of_metric;
typedef struct window_state    of_window;
typedef struct protection_level of_level;
typedef struct intent_state    of_intent;
typedef struct ceremony_state  of_ceremony;
typedef struct own_key_state   of_own_key;
typedef struct state           of_state;

/* How many fields each object has, now and in version 1. */
enum {
#define OBJECT(object)     FIELDS_OF_##object = 0
#define FIELD(type, name)  + 1
#define OBJECT_END(object) ,
#include "monitor/state/state_list.h"
#define OBJECT(object)     FIRST_FIELDS_OF_##object = 0
#define FIELD(type, name)  + 1
#define LATER(type, name)
#define OBJECT_END(object) ,
#include "monitor/state/state_list.h"
	STATE_PARTS = 17,		/* scalars, plan, workers, targets, ... */
	STATE_PARTS_FOURTH = 16,	/* of version 4 */
	STATE_PARTS_THIRD = 15,		/* of version 3 */
	STATE_PARTS_SECOND = 14,	/* of version 2 */
	STATE_PARTS_FIRST = 8		/* of version 1 */
};

/* --- state_get.c: first is true for a state of version 1 ------------------------------------ */
#define OBJECT(object)  void state_get_##object(struct cbor *, bool first, of_##object *);
#include "monitor/state/state_list.h"
void     state_get_fields(struct cbor *, uint64_t fields);	/* fails unless so many follow */
uint32_t state_get_count(struct cbor *, uint64_t most);		/* of a list; fails above most */

/* --- state_encode.c ------------------------------------------------------------------------- */
#define OBJECT(object)  void state_put_##object(struct buffer *, const of_##object *);
#include "monitor/state/state_list.h"

/* --- state_codec_signal.c ------------------------------------------------------------------- */
/* Alarms, floods, providers' notices, metrics, windows. */
void state_get_signals(struct cbor *, struct state *);
void state_put_signals(struct buffer *, const struct state *);
/* Corrections and metrics of one incident. */
void state_get_said(struct cbor *, const struct state *, struct incident *);
void state_put_said(struct buffer *, const struct incident *);

/* --- state_codec_protection.c --------------------------------------------------------------- */
/* Intents, and the levels of every address of every target. */
void state_get_protection(struct cbor *, struct state *);
void state_put_protection(struct buffer *, const struct state *);

/* --- state_codec_custody.c ------------------------------------------------------------------ */
/* What was done to keys. */
void state_get_custody(struct cbor *, struct state *);
void state_put_custody(struct buffer *, const struct state *);

#endif
