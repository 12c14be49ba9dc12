/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judges a bundle with no network and no ledger.  Whatever was changed in it is refused with the
 * file and the place; what is whole is then said claim by claim: PROVED by what is here,
 * ASSERTED by somebody without proof here, or NOT SHOWN.
 */
#ifndef REPORTS_VERIFY_H
#define REPORTS_VERIFY_H

#include "reports/audit.h"
#include "reports/bundle.h"

#define SHOWN_LIST(X)                   \
	X(PROVED,    "PROVED")            \
	X(ASSERTED,  "ASSERTED")          \
	X(NOT_SHOWN, "NOT SHOWN")

enum shown {
#define X(NAME, name) SHOWN_##NAME,
	SHOWN_LIST(X)
#undef X
};

/*
 * The claims every bundle makes by existing; then those of a filing: which documents, who sealed
 * them, what its evidence proves when it is judged again, its verdicts, its sentences.
 */
#define CLAIM_LIST(X)           \
	X(IDENTITY, "identity") \
	X(RECORDS,  "records")  \
	X(TIME,     "time")     \
	X(COMPLETE, "complete") \
	X(BLOBS,    "blobs")    \
	X(VALUES,   "values")   \
	X(FILING,   "filing")   \
	X(SEAL,     "seal")     \
	X(EVIDENCE, "evidence") \
	X(JUDGED,   "verdict")  \
	X(LOCATION, "location") \
	X(SAID,     "claim")

enum claim_kind {
#define X(NAME, name) CLAIM_##NAME,
	CLAIM_LIST(X)
#undef X
};

struct verify_options {
	const struct note_verifier *key;	/* whom the reader trusts, or NULL */
	struct bytes roots_pem;			/* pinned roots of authorities, or empty */
	struct bytes trust_pem;			/* of who may seal, and of authorities; or empty */
	int64_t      at_s;			/* seals that no time stamp dates are judged then */
};

/* How it is told: a line per claim, and what the audit of the range had to say. */
struct verify_teller {
	void (*claim)(void *arg, enum claim_kind, enum shown, const char *text);
	audit_each *item;
	void *arg;
};

struct verify_result {
	uint64_t findings;		/* what the records say against themselves: holes, forks */
	struct audit_totals totals;
	struct checkpoint checkpoint;
	uint64_t from, to;
	bool     undecided;		/* a seal cannot be decided */
	bool     unfiled;		/* it claims to be a filing, but no record names it */
};

/* ERR_OK: nothing was changed, and every claim was told.  Otherwise the sentence says what. */
MUST_USE enum err verify_bundle(const struct bundle_octets *, const struct verify_options *,
    const struct verify_teller *, struct verify_result *, struct why *);
const char *shown_name(enum shown);
const char *claim_name(enum claim_kind);

#endif
