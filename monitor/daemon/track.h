/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From rounds to records.  Pure.  An OBSERVATION is written when something steady changed and for
 * the rounds after it in which "k of n" is counted; a RUN closes each stretch of equal rounds, at
 * the change or hourly.  Cost in the ledger grows with change, not with samples; how much a target
 * may write by changing is bounded, and what is held back for that is told.
 */
#ifndef MONITOR_DAEMON_TRACK_H
#define MONITOR_DAEMON_TRACK_H

#include "monitor/ledger/facts.h"
#include "monitor/ledger/record.h"

struct latency_histogram;

/* A token bucket in octets of facts and evidence, for all addresses of a target; zero: full. */
struct track_quota {
	bool        begun;
	int64_t     octets, filled_ms;	/* left when that was, monotonic */
	struct hash evidence;		/* of the newest that was recorded: again, it is free */
};

/* One target at one address; zero before its first round. */
struct track {
	bool         running;
	bool         holding;		/* the newest facts and evidence are not recorded */
	struct hash  signature;		/* of everything steady */
	struct hash  verdict;		/* of the part of it that is recorded in any case */
	uint64_t     outcome;
	int64_t      first_ms, last_ms;	/* wall clock of who observed */
	int64_t      began_ms;		/* of the monotonic clock */
	uint64_t     rounds, missed;
	uint32_t     owed;		/* rounds to come, recorded though nothing changed */
	uint8_t     *varying;		/* facts as last measured, exactly as long as they are */
	size_t       varying_len;
	struct latency_histogram *latency;
};

struct track_round {
	uint64_t     target, replica, replicas;
	enum outcome outcome;
	enum err     err;
	int64_t      latency_us;	/* 0: no answer */
	const struct fact_set *facts;
	const struct hash     *evidence;
	size_t       evidences, evidence_octets;
	struct bytes address;		/* text; a replica that moved is another one */
	int64_t      observed_ms;	/* wall clock */
	int64_t      now_ms;		/* monotonic */
	uint32_t     window;		/* rounds recorded from a change on */
	uint64_t     missed;		/* slots without a round since the last round */
	struct track_quota *quota;	/* of the target */
};

struct track_verdict {
	bool              observation;	/* this round is to be recorded */
	bool              held;		/* ... if so, without its facts and evidence: no quota */
	bool              changed;	/* it shows something else than in the round before */
	bool              run;		/* and first of all the run that ended */
	struct record_run closed;	/* its facts are a view into varying of track_verdict ... */
	struct buffer     varying;	/* ... which the caller frees with track_verdict_free() */
};

/*
 * Facts and evidence that changed are recorded while the target's quota lasts.  Then they are held:
 * one observation without them says so, further ones follow only for another outcome, error,
 * address or number of addresses, and the newest are recorded when there is quota again.
 */
void track_take(struct track *, const struct track_round *, struct track_verdict *);
/* Ends the run, for a target that goes or a worker that stops; false if there is none. */
bool track_close(struct track *, uint64_t target, uint64_t replica, struct track_verdict *);
void track_verdict_free(struct track_verdict *);
void track_free(struct track *);

/*
 * Periods of COVERAGE: contiguous and never backwards, though the wall clock may step: like the
 * ledger's time they go with the monotonic clock and approach the wall clock by a twentieth.
 */
struct coverage {
	int64_t  at_ms, monotonic_ms;
	uint64_t rounds;
};

void coverage_begin(struct coverage *, int64_t wall_ms, int64_t monotonic_ms);
void coverage_end(struct coverage *, int64_t wall_ms, int64_t monotonic_ms,
    struct record_coverage *);

/* Latencies in buckets no wider than an eighth of their value; middle and 99th of 100 to 6 %. */
struct latency_histogram *latency_new(void);
void     latency_free(struct latency_histogram *);
void     latency_add(struct latency_histogram *, uint64_t us);
uint64_t latency_quantile(const struct latency_histogram *, unsigned percent);
uint64_t latency_min(const struct latency_histogram *);
uint64_t latency_max(const struct latency_histogram *);
void     latency_reset(struct latency_histogram *);

#endif
