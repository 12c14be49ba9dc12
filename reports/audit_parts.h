/* SPDX-License-Identifier: Apache-2.0 */
/* The audit's own struct, shared by its files: the tree, the keys, the coverage. */
#ifndef REPORTS_AUDIT_PARTS_H
#define REPORTS_AUDIT_PARTS_H

#include "monitor/state/plan.h"
#include "reports/audit.h"
#include "reports/audit_set.h"

enum {
	AUDIT_SILENCE_MS = 4 * TICK_MS,		/* a TICK should have come long before */
	AUDIT_FRESH_MS   = 2 * COVERAGE_MS,	/* the newest coverage may still be on its way */
	AUDIT_START_MS   = TICK_MS		/* between a worker's SELF and its first period */
};

enum worker_state {
	WORKER_ABSENT,		/* no SELF yet */
	WORKER_UNSEEN,		/* in the first plan that is known: it may have worked before */
	WORKER_JOINED,		/* was there before the range began; from when is not known */
	WORKER_STARTED,		/* SELF came, no coverage yet */
	WORKER_COVERED,		/* vouched for up to covered_ms */
	WORKER_LEAVING		/* the plan in force has no such worker any more */
};

struct audit_worker {
	enum worker_state state;
	int64_t  covered_ms;	/* by its own clock: end of its last period, or its start */
	int64_t  heard_ms;	/* recorded time of the record that said so */
	uint64_t seq;		/* ... and that record */
	bool     gap;		/* a GAP came since; it explains what follows until the next SELF */
	bool     gap_said;	/* that GAP is from before the range */
	bool     before;	/* one of an earlier plan may still begin, or say its last word */
	uint64_t gap_seq;
	char     gap_reason[160];
	uint64_t targets, targets_before;	/* of the plan in force, and of the one before */
};

/* The role intake; as a worker, but there is one, and it has no targets. */
struct audit_intake {
	bool    wanted;		/* the plan in force has listeners */
	bool    known;		/* it said SELF, or vouched, in this range */
	bool    started, gap;
	int64_t covered_ms;	/* by its own clock */
	int64_t heard_ms;	/* recorded time of that, or of the plan that wants it */
};

struct audit_key { uint64_t seq; struct note_verifier verifier; };

struct audit {
	const struct audit_source *source;
	audit_each    *each;
	void          *arg;
	struct merkle  tree;
	uint64_t       from, goal, goal_later;
	bool           begun;		/* a record of the range was read */
	int64_t        recorded_ms;
	struct { bool open; int64_t from_ms, to_ms; uint64_t seq; } silence;

	struct audit_key *key;
	size_t            keys, key_cap;
	char              origin[NOTE_NAME_MAX];
	struct note_verifier given;	/* stands in front of a chain whose begin is pruned */
	bool              given_key;
	bool              keyless;	/* that there is no KEY record was said */
	uint64_t          signed_size;	/* newest checkpoint that held */
	int64_t           signed_ms;	/* recorded time of the newest record it covers */

	bool                planned;
	bool                plan_said;	/* the range's first plan is from before it */
	uint64_t            plan_seq;
	int64_t             plan_ms;	/* when it came into force, recorded */
	uint32_t            workers;
	struct audit_worker worker[WORKER_MAX];

	struct audit_intake intake;

	struct hash_set     seen;	/* blobs that were found to be there */
	struct buffer       scratch;
	struct audit_totals totals;
};

/* Reports one item; period and worker may be NULL. */
struct audit_period { int64_t from_ms, to_ms; };
void audit_say(struct audit *, enum audit_weight, enum audit_kind, uint64_t seq, const char *fmt,
    ...) PRINTF(5, 6);
void audit_say_worker(struct audit *, enum audit_weight, enum audit_kind, uint64_t worker,
    const struct audit_period *, const char *fmt, ...) PRINTF(6, 7);

/* audit_trust.c */
void audit_trust_key(struct audit *, const struct record *);
void audit_trust_anchor(struct audit *, const struct record *);
void audit_trust_root(struct audit *, const struct record *);
void audit_trust_end(struct audit *);

/* audit_cover.c: context is true for records from before the range. */
void audit_cover(struct audit *, const struct record *, bool context);
void audit_cover_begin(struct audit *, const struct record *first);
void audit_cover_end(struct audit *);

/* audit_intake.c, called by audit_cover.c */
void audit_intake_plan(struct audit *, const struct plan *, int64_t recorded_ms);
void audit_intake(struct audit *, const struct record *, bool context);
void audit_intake_begin(struct audit *, const struct record *first);
void audit_intake_end(struct audit *);

#endif
