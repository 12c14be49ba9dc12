/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thing that came in, mapped to what a SIGNAL record says.  Mappers fill it and nothing else:
 * they are pure, and what they copy from a stranger is made fit for a record here.
 */
#ifndef MONITOR_INTAKE_INCOMING_H
#define MONITOR_INTAKE_INCOMING_H

#include "monitor/base/limits.h"
#include "monitor/ledger/record.h"

enum {
	INCOMING_KEY    = 512,		/* octets, with the NUL; longer keys end with their hash */
	INCOMING_TITLE  = 256,
	INCOMING_CAUSE  = 128,
	INCOMING_SUBJECT = 2 * NAME_MAX_LEN + 1,
	INCOMING_SENDER = 48,		/* an address as text */
	CLOCK_AGREES_MS = 300000	/* a clock further off than this is doubtful */
};

struct incoming {
	uint32_t         listener;	/* place in the plan */
	enum signal_form form;
	enum signal_kind kind;
	enum severity    severity;
	enum alarm_type  alarm_type;
	enum signal_clock clock;
	int64_t          arrived_ms, told_ms;	/* told: 0 if the sender gave no time */
	uint64_t         count;
	char             key[INCOMING_KEY], title[INCOMING_TITLE], cause[INCOMING_CAUSE];
	char             subject[INCOMING_SUBJECT], sender[INCOMING_SENDER];
	struct bytes     text;		/* the whole message: a view */
};

/* Zero, but for what is known of every one. */
void incoming_begin(struct incoming *, uint32_t listener, enum signal_form, int64_t arrived_ms,
    const char *sender);
/* Appends to a text of it what a stranger wrote: escaped, cut to what fits. */
void incoming_put(char *out, size_t out_len, struct bytes);
void incoming_put_text(char *out, size_t out_len, const char *);
/* The same for the key, which must stay unique: if it is cut, it ends with a hash of all of it. */
void incoming_key(struct incoming *, const struct bytes *part, size_t parts);
/*
 * The sender's time, and what it is worth.  certain: with year and zone.  earlier: it is the time
 * of something that happened before it was sent.
 */
void incoming_told(struct incoming *, int64_t told_ms, bool certain, bool earlier);

/* Fills a SIGNAL record, but for its commitment; views point into incoming. */
void incoming_record(const struct incoming *, const char *source, struct record *);

#endif
