/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a filing claims, sentence by sentence in English, each with the records it rests on: one
 * for every control on every subject, one for every field the program fills alone.  The claims
 * file is these, one on a line, behind a head that names the documents by their hashes:
 *
 *   sekimori claims 1
 *   report self-check
 *   edition 2026-11-20
 *   form SHA-256
 *   at 2026-11-20T00:15:30.000Z
 *   size 1234
 *   root SHA-256
 *   document SHA-256 self-check.ja.html
 *   (an empty line)
 *   control TS-17 on target:amf-1-tls: met, since ...<TAB>#12 #345
 */
#ifndef REPORTS_FILING_CLAIMS_H
#define REPORTS_FILING_CLAIMS_H

#include "reports/bundle.h"
#include "reports/filing.h"

struct filing_claims {
	struct bundle_claim  *claim;	/* cites ascending */
	uint32_t              claims;
	struct filing_memory *memory;	/* owns the sentences; the cites are the filing's or its */
};

/* A document as written. */
struct filing_document { char name[64]; struct hash hash; };

/* The filing must be made in English, and must stay while the claims are used. */
void filing_claims_make(const struct filing *, struct filing_claims *);
void filing_claims_free(struct filing_claims *);
/* Appends the claims file. */
void filing_claims_print(const struct filing *, const struct filing_claims *,
    const struct filing_document *, size_t documents, struct buffer *out);

#endif
