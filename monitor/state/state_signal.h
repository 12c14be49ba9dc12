/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the state that come from what is received beside probes (alarms, providers' own
 * words, metrics) and from what people say (windows, corrections).  Readers look, nobody writes.
 */
#ifndef MONITOR_STATE_STATE_SIGNAL_H
#define MONITOR_STATE_STATE_SIGNAL_H

#include "monitor/base/limits.h"
#include "monitor/ledger/record.h"

enum { SUBJECT_NAME = 160 };		/* "instance:" and a name */

/* Newest of its what and name counts. */
struct correction {
	uint64_t     seq;		/* the CORRECTION record */
	enum correct what;
	int64_t      recorded_ms;
	int64_t      at_ms;		/* as in the record, as those below */
	uint64_t     number;
	char         name[NAME_MAX_LEN];
	uint64_t     other;
	uint64_t     uid;
	char         author[64];
	struct hash  text;		/* commitment of why */
};

/* What an instance counted of itself before it failed. */
struct incident_metric {
	char        instance[NAME_MAX_LEN];
	uint64_t    metric;		/* enum metric */
	uint64_t    value;
	int64_t     at_ms;		/* recorded */
	uint64_t    seq;		/* the METRIC record */
};

/* An alarm that stands, or one that was cleared (ITU-T X.733); ascending by id. */
struct alarm_state {
	uint64_t      id;		/* seq of the record that raised it */
	uint64_t      seq;		/* newest record of it */
	uint64_t      incident;		/* it is part of, 0 if none */
	char          source[NAME_MAX_LEN];
	char          key[NAME_MAX_LEN];	/* with the source it pairs raising and clearing */
	char          subject[SUBJECT_NAME];	/* "" if nobody knows */
	char          cause[64];
	char          title[160];
	uint64_t      form, alarm_type;	/* enum signal_form, alarm_type */
	enum severity severity, worst;
	int64_t       first_ms, last_ms;	/* recorded */
	int64_t       cleared_ms;	/* recorded; 0 while it stands */
	int64_t       told_ms;		/* sender's clock when it was raised, 0 if none */
	int64_t       last_told_ms;	/* the newest of its times */
	int64_t       observed_ms;	/* when intake got the raising */
	uint64_t      clock;		/* enum signal_clock of told_ms */
	uint64_t      count;		/* raisings it stands for */
	struct hash   text;		/* commitment of the whole message */
};

/* Beyond ALARM_MAX alarms are only counted, by subject. */
struct alarm_flood {
	char          subject[SUBJECT_NAME];	/* "": all that have no entry of their own */
	uint64_t      raised, cleared;
	enum severity worst;
	int64_t       first_ms, last_ms;	/* recorded */
	uint64_t      seq;		/* newest record */
	uint64_t      incident;		/* 0 if none */
};

enum { PROVIDER_STAGE = 32 };

/* A provider's own word about itself; ascending by id. */
struct provider_notice {
	uint64_t    id;			/* seq of its first record */
	uint64_t    seq;		/* newest record */
	uint64_t    incident;		/* of that provider, open when it came, 0 if none */
	char        source[NAME_MAX_LEN];
	char        key[NAME_MAX_LEN];
	char        subject[SUBJECT_NAME];	/* "provider:aws" */
	char        region[NAME_MAX_LEN];	/* it names, or "" */
	char        title[160];		/* newest */
	enum severity severity;		/* newest; CLEARED: over */
	int64_t     first_ms, last_ms;	/* recorded */
	int64_t     told_ms;		/* its own first time, 0 if none */
	int64_t     last_told_ms;
	uint64_t    clock;		/* enum signal_clock of told_ms */
	int64_t     started_ms, ended_ms;	/* as it says; 0: not said */
	uint64_t    updates;		/* records that said something new */
	bool        planned;		/* work it announced, not a failure */
	char        stage[PROVIDER_STAGE];	/* newest: "identified" */
	struct hash text;		/* commitment of the newest message */
};

enum { METRIC_PAST = 8 };		/* values kept: a failure is noticed a few later */

struct metric_sample { uint64_t value; int64_t at_ms; uint64_t seq; };	/* at: recorded */

/* The newest values of one metric of one instance; ascending by instance and metric. */
struct metric_state {
	uint32_t    instance;		/* index into the instances of the plan in force */
	uint64_t    metric;		/* enum metric */
	bool        known;		/* false: it can no longer be had */
	int64_t     told_ms;		/* its own clock; 0: it gave none */
	int64_t     heard_ms;		/* recorded time of the newest record */
	uint32_t    samples;
	struct metric_sample sample[METRIC_PAST];	/* oldest first */
};

/* A maintenance window or a silence; ascending by id. */
struct window_state {
	uint64_t         id;		/* seq of the record that asked for it */
	enum window_kind kind;
	enum window_step step;
	bool             needs_second;	/* it counts only once a second person agreed */
	bool             began, over;	/* told on the timeline */
	char             subject[SUBJECT_NAME];
	char             ticket[64];
	int64_t          from_ms, until_ms;
	int64_t          asked_ms, decided_ms;	/* recorded; decided: agreed, refused or ended */
	uint64_t         decided_seq;
	uint64_t         asked_uid;
	char             asked_by[64], decided_by[64];
	struct hash      text;		/* commitment of why */
	uint64_t         incidents, alarms, transitions, notices;	/* it hid */
};

#endif
