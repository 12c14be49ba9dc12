/* SPDX-License-Identifier: Apache-2.0 */
/* The report of keys: each with the chain from its hardware root to the wire (key_chain.h). */
#ifndef REPORTS_KEYS_H
#define REPORTS_KEYS_H

#include "reports/filing.h"
#include "reports/paper.h"

/*
 * The paper in the language in use, as of from->at_ms.  The state has a plan.  The caller frees it
 * with paper_free(); *code becomes EXIT_FINDING if a key is contradicted, else EXIT_UNKNOWN if one
 * is not proven or there is none.
 */
struct paper *keys_paper(const struct filing_source *from, int *code);

/*
 * Its part about data that are closed to the provider (enclosure.h), at the end of a paper.  *code:
 * EXIT_FINDING if a declaration is contradicted, EXIT_UNKNOWN instead of EXIT_FINE if one is only
 * declared.
 */
void keys_put_enclosure(struct paper *, const struct filing_source *from, int *code);

#endif
