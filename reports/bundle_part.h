/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that make and read bundles share, and nobody else includes. */
#ifndef REPORTS_BUNDLE_PART_H
#define REPORTS_BUNDLE_PART_H

#include "monitor/base/cbor.h"
#include "reports/audit_set.h"
#include "reports/bundle.h"

/* The first failure stays, with its sentence. */
static inline void
bundle_fail(struct cbor *in, struct bundle_manifest *out, enum err err, const char *fault)
{
	if (in->err == ERR_OK)
		out->fault = fault;
	cbor_fail(in, err);
}

/* --- bundle_claims.c --- */
void bundle_claims_read(struct cbor *, struct bundle_manifest *out);
bool bundle_is_judged(const struct bundle_claim *, size_t claims);	/* one is a verdict */
bool bundle_name_good(struct bytes name);		/* of a document */
bool bundle_name_same(struct bytes a, struct bytes b);	/* but for capitals */

/* --- bundle_context.c --- */
struct bundle_list { uint64_t *seq; size_t count, cap; };

void bundle_list_add(struct bundle_list *, uint64_t seq);
/* Each once, and none of [from, to). */
void bundle_list_sort(struct bundle_list *, uint64_t from, uint64_t to);
void bundle_list_free(struct bundle_list *);
/* Of each authority the first anchor of at least "covered" records, before record "size". */
MUST_USE enum err bundle_anchors(struct ledger *, uint64_t covered, uint64_t size,
    struct bundle_list *, struct why *);

/* --- bundle_gather.c --- */
/*
 * What a filing needs from outside its range to be judged again: bundle_context(), what the state
 * names, waivers that are kept, packs, the FILING and an anchor behind it.
 */
MUST_USE enum err bundle_gather(struct ledger *, const struct bundle_manifest *,
    const struct state *, uint64_t signed_size, struct bundle_list *, struct why *);
/* For each of the records before "from" the CONFIG and CLOCK that were in force at it. */
MUST_USE enum err bundle_companions(struct ledger *, uint64_t from, struct bundle_list *,
    struct why *);

/* --- bundle_widen.c --- */
struct bundle_widening {
	uint64_t            low, from;	/* where to look */
	const struct state *full;	/* by all records ... */
	const struct state *seen;	/* ... and by those of the bundle */
	bool                whole;	/* all there is of those targets and their workers */
};

/* Records that made those targets what they are of which the two states differ. */
MUST_USE enum err bundle_widen(struct ledger *, const struct bundle_widening *,
    struct bundle_list *, struct why *);

/* --- bundle_write.c --- */
/* A value behind a commitment, where it lies in the writer's buffer. */
struct bundle_value { struct hash commitment; size_t at, salt, len; };

/* A bundle on its way: everything in memory but blobs, of which only the names. */
struct bundle_writer {
	struct ledger             *ledger;
	const struct bundle_order *order;
	struct bundle              bundle;	/* its records point into file[] */
	struct buffer              file[BUNDLE_FILE_COUNT];
	uint64_t                   config;	/* the CONFIG in force at "to", or UINT64_MAX */
	struct hash_set            blobs, secrets;	/* named */
	struct hash               *blob;	/* the same blobs, as a list */
	size_t                     blob_count, blob_cap;
	struct bundle_value       *value;
	size_t                     values, value_cap;
	struct buffer              value_octets;
	enum err                   err;		/* of a callback */
	struct why                *why;
};

/* Range and context of the manifest are known; the checkpoint is in file[]. */
MUST_USE enum err bundle_writer_fill(struct bundle_writer *);
/* Tree, MANIFEST, blobs and files, into an empty or new folder. */
MUST_USE enum err bundle_writer_save(struct bundle_writer *, const char *path);
MUST_USE enum err bundle_folder_ready(const char *path, struct why *);
void bundle_writer_free(struct bundle_writer *);

#endif
