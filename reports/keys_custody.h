/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the report of keys that says who holds each declared key, and what was done to it. */
#ifndef REPORTS_KEYS_CUSTODY_H
#define REPORTS_KEYS_CUSTODY_H

#include "reports/filing.h"
#include "reports/paper.h"

/*
 * Appends it to a paper in the language in use, as of from->at_ms.  The state has a plan.  *code
 * becomes EXIT_FINDING if a key is contradicted or falls short of what was promised, else
 * EXIT_UNKNOWN if an item that was promised is unknown and *code was EXIT_FINE.  Without a declared
 * key one sentence says so and *code stays.
 */
void keys_custody_put(struct paper *, const struct filing_source *, int *code);

#endif
