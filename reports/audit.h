/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit of a range of records, fed one by one in order: nothing missing, nothing changed,
 * nothing signed by a stranger, and every worker's time accounted for.  It reads no clock and no
 * file; what it needs besides the records it asks its source for, so that a ledger and a bundle
 * are judged by the same code.
 */
#ifndef REPORTS_AUDIT_H
#define REPORTS_AUDIT_H

#include "monitor/base/limits.h"
#include "monitor/ledger/merkle.h"
#include "monitor/ledger/note.h"
#include "monitor/ledger/record.h"

/* What can be said about a range. */
#define AUDIT_LIST(X)                                                     \
	X(SEQUENCE, "sequence")   /* a record is not there, or out of turn */ \
	X(RECORD,   "record")     /* not canonical */                         \
	X(LEAF,     "leaf")       /* not what the tree holds */               \
	X(ROOT,     "root")       /* not what was signed */                   \
	X(SIGNATURE,"signature")  /* wrong, or by another key */              \
	X(KEY,      "key")        /* the chain of keys is broken */           \
	X(ANCHOR,   "anchor")     /* an outside time stamp */                 \
	X(TIME,     "time")       /* recorded time goes back */               \
	X(SILENCE,  "silence")    /* nothing was recorded for too long */     \
	X(BLOB,     "blob")       /* named and not there */                   \
	X(COVERAGE, "coverage")   /* a worker's word contradicts the plan */  \
	X(HOLE,     "hole")       /* time nobody accounts for */              \
	X(GAP,      "gap")        /* time that was accounted for */           \
	X(OPEN,     "open")       /* the newest minutes, not yet vouched for */ \
	X(PRUNED,   "pruned")     /* bytes removed behind a STATE */          \
	X(FORK,     "fork")       /* another continuation exists */           \
	X(UNKNOWN,  "unknown")    /* a record kind of a newer version */ \
	X(VALUE,    "value")      /* behind a commitment, and changed */ \
	X(INDEX,    "index")      /* readers that look for its kind do not find a record */

enum audit_kind {
#define X(NAME, name) AUDIT_##NAME,
	AUDIT_LIST(X)
#undef X
	AUDIT_KINDS
};

enum audit_weight {
	AUDIT_FINDING,		/* not as it should be */
	AUDIT_EXPLAINED,	/* time not watched, and the ledger says why */
	AUDIT_ASSERTED,		/* only said, nothing here proves it */
	AUDIT_NOTED
};

struct audit_item {
	enum audit_kind   kind;
	enum audit_weight weight;
	uint64_t          seq;		/* the record it is about */
	bool              worker_known;	/* the three below count */
	uint64_t          worker, targets;
	int64_t           from_ms, to_ms;	/* 0 if it is about no period */
	char              text[WHY_TEXT_MAX];
};

/* What an audit asks for besides records. */
struct audit_source {
	/* Replaces out's content; ERR_NOT_FOUND: missing; ERR_DENIED: withheld on purpose. */
	enum err (*blob)(void *arg, struct hash, struct buffer *out, struct why *);
	/* Root of the tree at an earlier size; ERR_NOT_FOUND: cannot be told here. */
	enum err (*root)(void *arg, uint64_t size, struct hash *, struct why *);
	void      *arg;
	struct bytes roots_pem;		/* pinned roots of time-stamp authorities, or empty */
};

typedef void audit_each(void *arg, const struct audit_item *);

struct audit;

/*
 * Begins at record "from"; edge is the right edge of the tree before it.  The source and what it
 * points to must outlive the audit.
 */
struct audit *audit_new(const struct audit_source *, const struct merkle *edge, audit_each *,
    void *arg);
void audit_free(struct audit *);
/*
 * A record from outside of the range, ascending: KEY, CONFIG, and the last SELF or GAP of each
 * worker say how things stood when it began; KEY and ANCHOR may also come after its end.  That
 * they are in the tree is for others to prove.
 */
void audit_context(struct audit *, uint64_t seq, struct bytes raw);
/*
 * What to begin with where the records that say it are pruned: a key that is in force until the
 * first KEY record (it counts only if the chain does not begin at record 0), and the plan.
 */
void audit_give_key(struct audit *, const struct note_verifier *);
void audit_give_plan(struct audit *, struct hash plan, uint64_t seq, int64_t recorded_ms);
/* totals.stamp is to be of a checkpoint of at least this size; 0 at first. */
void audit_goal(struct audit *, uint64_t size);
/* The same for totals.later: what was recorded behind the range, up to this size. */
void audit_goal_later(struct audit *, uint64_t size);
/* The next record.  leaf is what the tree holds at that place, or NULL if nobody can say. */
void audit_record(struct audit *, uint64_t seq, struct bytes raw, const struct hash *leaf);
/* A signed checkpoint of the size reached; call it when audit_size is its size. */
void audit_checkpoint(struct audit *, uint64_t size, struct bytes note);
/*
 * A checkpoint signed later than the end of the range, with the proof that it continues it (NULL
 * if the caller has shown that); call it after the last record.  KEY records up to its size must
 * have come as context.
 */
void audit_checkpoint_later(struct audit *, struct bytes note, const struct proof *);
/* Something the caller itself found out, told and counted like the rest. */
void audit_remark(struct audit *, enum audit_weight, enum audit_kind, uint64_t seq,
    const char *text);
/* The range is over. */
void audit_end(struct audit *);

uint64_t    audit_size(const struct audit *);		/* records in the tree so far */
struct hash audit_root(const struct audit *);

/* The best word of an outside authority: a proved one, else the earliest. */
struct audit_stamp {
	bool     known, proved;
	uint64_t size;			/* of the checkpoint it stamped */
	int64_t  at_ms;			/* genTime */
	char     authority[256];
};

/* What was gone through; items[] counts by weight, of_kind[] and findings_of_kind[] by kind. */
struct audit_totals {
	uint64_t records, checkpoints, blobs, coverages, gaps;
	uint64_t anchors_proved, anchors_asserted;
	uint64_t items[AUDIT_NOTED + 1], of_kind[AUDIT_KINDS];
	uint64_t findings_of_kind[AUDIT_KINDS];
	uint64_t missed, late, held;		/* targets named by COVERAGE records */
	int64_t  first_ms, last_ms;		/* recorded time of the first and last record */
	/*
	 * Which plan or GAP from before the range was its newest, only who gave them can say: the
	 * account of the workers' time rests on that.
	 */
	bool     rests_on_context;
	uint64_t proved_size;			/* newest checkpoint a trusted authority stamped */
	int64_t  proved_ms;			/* ... and its genTime */
	struct audit_stamp stamp;		/* of a checkpoint of at least audit_goal records */
	struct audit_stamp later;		/* ... audit_goal_later, if that was called */
};
const struct audit_totals *audit_totals(const struct audit *);
/* The key in force at a size: NULL before the first KEY record. */
const struct note_verifier *audit_key_at(const struct audit *, uint64_t size);
/* True if that key is one of the chain that was checked. */
bool audit_key_known(const struct audit *, const struct note_verifier *);
const char *audit_kind_name(enum audit_kind);

#endif
