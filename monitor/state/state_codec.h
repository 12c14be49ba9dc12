/* SPDX-License-Identifier: Apache-2.0 */
/* What writer and reader of the canonical state share: a type per object of state_list.h. */
#ifndef MONITOR_STATE_STATE_CODEC_H
#define MONITOR_STATE_STATE_CODEC_H

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
typedef struct state           of_state;

/* Octets that one entry of each list takes at least: bounds what a count may claim. */
enum {
#define OBJECT(object)     FIELDS_OF_##object = 0
#define FIELD(type, name)  + 1
#define OBJECT_END(object) ,
#include "monitor/state/state_list.h"
	STATE_PARTS = 8			/* version, scalars, plan, workers, targets, ... */
};

#endif
