/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the state that says what people did to keys.  Readers look, nobody writes. */
#ifndef MONITOR_STATE_STATE_CUSTODY_H
#define MONITOR_STATE_STATE_CUSTODY_H

#include "monitor/ledger/record.h"
#include "monitor/state/state_signal.h"

enum { CEREMONY_PRESENT = 512 };	/* octets of who was present */

/* What one person told of a key, and what a second said to it; ascending by id. */
struct ceremony_state {
	uint64_t           id;		/* seq of the record that told it */
	enum ceremony_kind kind;
	enum ceremony_step step;	/* it counts once agreed, and no longer once withdrawn */
	char               key[NAME_MAX_LEN];	/* its name; the plan may know it no more */
	int64_t            at_ms;	/* when it was done, as told */
	char               present[CEREMONY_PRESENT];
	struct hash        minutes;	/* SHA-256 of the file */
	int64_t            asked_ms, decided_ms;	/* recorded */
	uint64_t           decided_seq;
	uint64_t           asked_uid;
	char               asked_by[64], decided_by[64];
	struct hash        text;	/* commitment of what was done */
};

#endif
