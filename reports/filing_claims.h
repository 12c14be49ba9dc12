/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a filing claims, each with the records it rests on: a verdict for every control on every
 * subject, which whoever has the records can reach again, and a sentence in English for every
 * field the program fills alone.  reports/bundle.h writes them.
 */
#ifndef REPORTS_FILING_CLAIMS_H
#define REPORTS_FILING_CLAIMS_H

#include <inttypes.h>

#include "reports/bundle.h"
#include "reports/filing.h"

/* The first claim of a paper about an incident: which form, which incident, which edition. */
#define CLAIM_OF_PAPER "paper %s of incident %" PRIu64 ", edition %" PRIu64

/* The first claim of a frozen list, which is of no single incident: "yearly-list/2026". */
#define CLAIM_OF_LIST "list %s, edition %" PRIu64

struct filing_claims {
	struct bundle_claim  *claim;	/* cites ascending */
	uint32_t              claims;
	struct filing_memory *memory;	/* owns all of it but ... */
	struct filing        *filing;	/* ... what is its own: made in English, owned */
};

/* Takes the filing.  It must have been made in English. */
void filing_claims_make(struct filing *, struct filing_claims *);
void filing_claims_free(struct filing_claims *);

#endif
