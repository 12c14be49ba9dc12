/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ends when, of all that is known: certificates that were seen, permissions of refusals,
 * intents that run, waivers in force, what evidence of hardware is judged with, and of declared
 * keys the next rotation and the document of their validation.  Made on demand from a state, sorted
 * by its moment.  Pure.
 */
#ifndef MONITOR_STATE_CALENDAR_H
#define MONITOR_STATE_CALENDAR_H

#include "monitor/state/state.h"

enum calendar_kind { CALENDAR_CERTIFICATE, CALENDAR_PERMISSION, CALENDAR_INTENT, CALENDAR_WAIVER,
	CALENDAR_EVIDENCE, CALENDAR_CRYPTOPERIOD, CALENDAR_DOCUMENT, CALENDAR_KINDS };

struct calendar_entry {
	enum calendar_kind kind;
	int64_t     at_ms;		/* when it ends */
	int64_t     from_ms;		/* leaves: notBefore of the chain; intents; else 0 */
	uint64_t    target;		/* id of the first that showed it, 0 if none */
	uint64_t    seq;		/* the record it is known of */
	uint32_t    position;		/* certificates: in the chain, 0 the leaf */
	uint32_t    seen;		/* addresses and vantages that show the same */
	bool        known;		/* false: last seen so, the evidence is stale */
	char        subject[SUBJECT_NAME];	/* "target:amf-1", as in the intent or waiver */
	/* Subject of the leaf, ticket, control, register or kind of evidence, kind of key, id of
	 * a document; not escaped. */
	char        title[160];
};

struct calendar { struct calendar_entry *entry; size_t entries, cap; };

/* Ascending by at_ms, then kind, subject and position; calendar_free() it. */
void calendar_make(struct calendar *, const struct state *);
void calendar_free(struct calendar *);
/* Whole days from now, rounded down: -1 is over since less than a day. */
int64_t calendar_days(const struct calendar_entry *, int64_t now_ms);
/* X over, ! within 7 days, w within 30 days, . later */
char calendar_letter(const struct calendar_entry *, int64_t now_ms);
const char *calendar_kind_text(enum calendar_kind);	/* N_() */
/* The same for the same thing in every export, in this ledger and in no other. */
struct hash calendar_id(const struct state *, const struct calendar_entry *);

#endif
