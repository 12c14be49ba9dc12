/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that verify a bundle share, and nobody else includes. */
#ifndef REPORTS_VERIFY_PART_H
#define REPORTS_VERIFY_PART_H

#include "attest/cades.h"
#include "attest/claims.h"
#include "monitor/state/whereabouts.h"
#include "reports/audit_set.h"
#include "reports/rejudge_bundle.h"
#include "reports/verify.h"

/* What the evidence was found to be. */
struct evidence_told {
	uint64_t possessions, chains, statements;	/* judged again, as recorded */
	uint64_t listings;		/* of whole tokens, likewise */
	uint64_t withheld;		/* named by facts, and not here */
	uint64_t unplaced;		/* held against a register that is not on record */
	uint64_t bare;			/* OBSERVATIONs that say a key signed, without the proof */
};

/* How many judged claims came out how. */
struct judged_told { uint64_t proved, asserted, not_shown; };

/* The seals of a filing's documents, in their order, as judged. */
struct seals_told {
	struct cades_result *result;
	size_t              *other;	/* of a swapped one: whose it is, counted from 1; else 0 */
	uint64_t             refused, undecided;
};

struct verifying {
	struct bundle                bundle;
	const struct verify_options *options;
	const struct verify_teller  *teller;
	struct audit_source          source;
	struct audit                *audit;
	struct hash_set              withheld;	/* those of the MANIFEST that a record names */
	struct hash_set              named;	/* blobs that are to be here */
	struct hash_set              secrets;
	struct hash_set              unplaced;	/* evidence that proves no place */
	uint64_t                     values;
	uint64_t                     config;	/* the CONFIG in force at "to", or UINT64_MAX */
	struct evidence_told         evidence;
	struct seals_told            seals;
	struct state                *state;	/* by the records that are here, or NULL ... */
	struct why                   unfolded;	/* ... and why not */
	bool                         refused;
	bool                         drill;	/* its records are of an exercise */
	struct why                  *why;
};

/* Blobs of the bundle as the audit asks for them; withheld ones are ERR_DENIED. */
MUST_USE enum err verify_blob(void *arg, struct hash, struct buffer *out, struct why *);
void verify_tell(struct verifying *, enum claim_kind, enum shown, const char *fmt, ...)
    PRINTF(4, 5);

/* --- verify_records.c: all to the audit, and blobs that it does not ask for --- */
MUST_USE enum err verify_records(struct verifying *);

/* --- verify_evidence.c --- */
MUST_USE enum err verify_evidence(struct verifying *);
void verify_evidence_tell(struct verifying *);

/* --- verify_hardware.c --- */
/* A STEADY fact that is recorded and not what the accepted evidence claims, or a flag it claims
 * that is not recorded; FACT_NONE: none. */
struct envelope;
enum fact verify_hardware_differs(struct bytes facts, const struct claims *);
/* Whether such a record says that the evidence answers a nonce: what it does not say it needs not
 * keep. */
bool verify_hardware_fresh(struct bytes facts, const struct envelope *);
/* What answered: a signature over a published challenge stays the same in each later statement. */
struct hash verify_hardware_answer(const struct envelope *, struct hash evidence);

/* --- verify_register.c --- */
/* A CONFIG on record; its plan is decoded when it is first asked for. */
struct verify_config {
	bool               known, tried;
	int64_t            recorded_ms;
	struct hash        hash;
	struct record_list files;		/* a view of the record */
	struct plan       *plan;
};
struct verify_configs { struct verify_config now, before; };
void verify_configs_take(struct verify_configs *, const struct record *config);
void verify_configs_free(struct verify_configs *);
/*
 * Whether register, seal and roots of an envelope are files of that configuration, and officer and
 * site are what it says of the target.  Which of its files is which, a CONFIG does not say.
 */
bool verify_register_fits(const struct plan *, struct record_list files, uint64_t target,
    const struct envelope *);
/* Of a statement that was judged: one that does not fit is kept in unplaced. */
void verify_register(struct verifying *, struct verify_configs *, const struct record *,
    const struct envelope *, struct hash evidence);
void verify_register_tell(struct verifying *);

/* --- verify_listing.c --- */
/* ERR_OK: the listing was judged, and differs is what the record says otherwise, or FACT_NONE. */
MUST_USE enum err verify_listing(struct bytes facts, struct bytes listing, enum fact *differs,
    struct why *);

/* --- verify_filing.c --- */
MUST_USE enum err verify_filing(struct verifying *);	/* documents, FILING, cites */
void verify_filing_tell(struct verifying *);

/* --- verify_seal.c: after verify_filing(), which has looked at the documents --- */
MUST_USE enum err verify_seals(struct verifying *);
void verify_seals_tell(struct verifying *);
void verify_seals_free(struct verifying *);

/* --- verify_judged.c --- */
MUST_USE enum err verify_judged(struct verifying *);	/* every judged claim */
void verify_claims_tell(struct verifying *);

/* --- verify_place.c --- */
/* Whether the verdict rests on signed evidence that was judged again; rejudged says of which. */
enum shown verify_place_shown(const struct whereabouts *,
    bool (*rejudged)(void *arg, const struct where_testimony *), void *arg);
void verify_place_tell(struct verifying *);	/* where the records that are here place things */

/* --- verify_tell.c: the claims a bundle makes by existing --- */
void verify_tell_bundle(struct verifying *, uint64_t findings);

/* --- verify_paper.c: papers about an incident --- */
MUST_USE enum err verify_paper(struct verifying *, const struct record *filing);
void verify_paper_tell(struct verifying *, const struct record *filing);

#endif
