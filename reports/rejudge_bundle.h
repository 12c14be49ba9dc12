/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging again from records alone: the fold and the judgement of the monitor over the records a
 * bundle holds, in order, with numbers missing between them, and blobs from the bundle.  What a
 * filing says of a subject either follows from that, or differs, or cannot be judged from it.
 */
#ifndef REPORTS_REJUDGE_BUNDLE_H
#define REPORTS_REJUDGE_BUNDLE_H

#include "reports/bundle.h"

/* After which records (ascending), and as of when: at_ms as in struct bundle_claims. */
struct rejudge_moment {
	const struct bundle_record *record;
	size_t   records;
	uint64_t size;			/* those with a number below it count */
	int64_t  at_ms;
};

/*
 * The state of that moment; the caller frees.  ERR_NOT_FOUND, ERR_DENIED: the plan of a CONFIG is
 * not here; ERR_LIMIT: plan and packs would take more than a reader should spend; others as
 * fold_apply.
 */
MUST_USE enum err rejudge_fold(const struct rejudge_moment *, const struct blob_source *,
    struct state **out, struct why *);
/* Lets time pass in a state of "size" records, as if a TICK were recorded then. */
MUST_USE enum err rejudge_wait(struct state *, int64_t at_ms, const struct blob_source *,
    struct why *);

enum rejudged_how {
	REJUDGED_FOLLOWS,	/* the same verdict */
	REJUDGED_DIFFERS,	/* the records say something else */
	REJUDGED_UNCITED,	/* the same, but it hides a record it rests on */
	REJUDGED_CANNOT		/* plan or pack is missing here */
};

enum { REJUDGED_WHY = 200 };

struct rejudged {
	enum rejudged_how how;
	enum verdict verdict, beneath;	/* what the records say */
	char         why[REJUDGED_WHY];	/* DIFFERS by more than the verdict, CANNOT; English */
	struct hash  pack;
	uint64_t     uncited;		/* UNCITED: that record */
	bool         shown;		/* no record behind those it rests on is missing here */
	uint64_t     oldest;		/* the oldest record it rests on */
	bool         place;		/* it reads where an address was seen to be */
};

struct rejudge;

/* "from": records with that number and above have no gaps.  The state must outlive it. */
struct rejudge *rejudge_new(const struct state *, uint64_t from);
void            rejudge_free(struct rejudge *);
/* For a claim with a control. */
void            rejudge_claim(const struct rejudge *, const struct bundle_claim *,
    struct rejudged *out);

#endif
