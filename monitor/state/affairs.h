/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an incident means for users and for the law, folded beside it: impact, responsibility and
 * duties.  Part of the canonical state: it moves only by records and by deadlines of the state, so
 * that live and replay cannot differ.
 */
#ifndef MONITOR_STATE_AFFAIRS_H
#define MONITOR_STATE_AFFAIRS_H

#include "monitor/base/cbor.h"
#include "monitor/state/state.h"

struct cause;

struct affairs *affairs_new(void);
void            affairs_free(struct affairs *);		/* NULL is fine */
struct affairs *affairs_copy(const struct affairs *);	/* for a copy of the state */
void            affairs_encode(struct buffer *, const struct affairs *);	/* one CBOR item */
struct affairs *affairs_decode(struct cbor *);	/* checks every bound; fails the reader */
/* The plan, the targets or their numbers are new: what is derived is made again. */
void affairs_build(struct state *);
/*
 * Called once after each record, and each deadline, that changed any target's health, an alarm, a
 * provider's notice, a metric, a window, a correction, the plan or an incident.
 */
void affairs_step(struct state *, const struct cause *);
/* A deadline that affairs_queue (fold_memory.h) asked for: the number it was given. */
void affairs_due(struct state *, uint64_t number);

#endif
