/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a record refers to, taken from the table of fields: blobs (hash fields whose text begins
 * with "blob"), secrets (commitments to values kept beside the tree), and times.
 */
#ifndef REPORTS_AUDIT_REFS_H
#define REPORTS_AUDIT_REFS_H

#include "monitor/ledger/record.h"

#define TIME_SANE_MS (INT64_C(1) << 52)	/* 140,000 years either side of 1970 */

/* Zero hashes, which mean that there is nothing, are passed over. */
typedef void record_ref_each(void *arg, struct hash, const char *field);
void record_blobs(const struct record *, record_ref_each *, void *arg);
void record_secrets(const struct record *, record_ref_each *, void *arg);
/* Every time in it is one that a clock can show, so that two of them may be subtracted. */
bool record_times_sane(const struct record *);

#endif
