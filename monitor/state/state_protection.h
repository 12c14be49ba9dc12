/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the state that say how well what is probed is protected, and which changes of that
 * people announced.  Readers look, nobody writes.
 */
#ifndef MONITOR_STATE_STATE_PROTECTION_H
#define MONITOR_STATE_STATE_PROTECTION_H

#include "monitor/ledger/record.h"
#include "monitor/state/state_signal.h"

enum { PROTECTION_VALUE = 64, INTENT_ASPECTS = 256 };

/* One aspect of one address of a target, as seen since the last announced change. */
struct protection_level {
	uint32_t aspect;		/* number in protection_list.h */
	bool     open;			/* it fell, and nobody announced that */
	bool     unannounced;		/* its newest change was not announced */
	char     value[PROTECTION_VALUE];	/* as last seen */
	int64_t  since_ms;		/* recorded: when that was seen first ... */
	uint64_t seq;			/* ... and the record */
	int64_t  seen_ms;		/* recorded: the newest record that shows the aspect ... */
	uint64_t seen_seq;		/* ... and its number */
	/* Open: the strongest it fell from.  Else: what it was before its newest change, or "". */
	char     before[PROTECTION_VALUE];
	int64_t  before_ms;		/* recorded: last record that shows it ... */
	uint64_t before_seq;		/* ... and its number */
	int64_t  fell_ms;		/* open: when it fell first */
	int64_t  told_ms;		/* its newest fall; 0: none */
	uint32_t times;			/* falls with less than an hour between */
	uint64_t intent;		/* announced or accepted its newest change, 0 if none did */
};

/* An announced or accepted change of protection; ascending by id. */
struct intent_state {
	uint64_t         id;		/* seq of the record that announced it */
	enum intent_kind kind;
	enum intent_step step;
	bool             needs_second;	/* it counts only once a second person agreed */
	bool             over;		/* its time is over, and what came of it is told */
	bool             idle;		/* over, and nothing changed */
	char             subject[SUBJECT_NAME];
	char             aspects[INTENT_ASPECTS];	/* with commas, or "any" */
	char             ticket[64];
	int64_t          from_ms, until_ms;
	int64_t          asked_ms, decided_ms;	/* recorded; decided: agreed, refused, withdrawn */
	uint64_t         decided_seq;
	uint64_t         asked_uid;
	char             asked_by[64], decided_by[64];
	struct hash      text;		/* commitment of why */
	uint64_t         changes;	/* it announced or accepted */
	int64_t          done_ms;	/* recorded: the first of them; 0: none */
	uint64_t         done_seq;
};

#endif
