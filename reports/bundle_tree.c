/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree of a bundle from left to right.  Writer and reader walk it by the same code: at a
 * record that is here one leaf, elsewhere the largest complete subtree that reaches neither past
 * the next record that is here nor past an earlier checkpoint's size.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/bundle.h"

bool
bundle_walk_next(struct bundle_walk *walk, struct bundle_step *step)
{
	const struct bundle *bundle = walk->bundle;
	uint64_t until = bundle->manifest.size;

	if (walk->at >= until)
		return false;
	*step = (struct bundle_step){ .at = walk->at };
	while (walk->record < bundle->records && bundle->record[walk->record].seq < walk->at)
		walk->record++;
	while (walk->cut < bundle->cuts && bundle->cut[walk->cut] <= walk->at)
		walk->cut++;
	if (walk->record < bundle->records) {
		if (bundle->record[walk->record].seq == walk->at) {
			step->record = &bundle->record[walk->record];
			walk->at++;
			return true;
		}
		if (bundle->record[walk->record].seq < until)
			until = bundle->record[walk->record].seq;
	}
	if (walk->cut < bundle->cuts && bundle->cut[walk->cut] < until)
		until = bundle->cut[walk->cut];
	step->level = merkle_span(walk->at, until);
	walk->at += (uint64_t)1 << step->level;
	return true;
}

static int
compare_sizes(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Of which earlier tree a record speaks; 0 if of none. */
static uint64_t
size_spoken_of(const struct bundle *bundle, const struct record *record)
{
	switch (record->kind) {
	case RECORD_ANCHOR:
		return record->anchor.size;
	case RECORD_BACKUP:
		return record->backup.size;
	case RECORD_FILING:
		return bundle->manifest.version > 1 ? record->filing.size : 0;
	default:
		return 0;
	}
}

enum err
bundle_cuts(struct bundle *bundle, struct why *why)
{
	size_t cap = 0, kept = 0;

	for (size_t i = 0; i < bundle->records; i++) {
		const struct bundle_record *at = &bundle->record[i];
		struct record record;
		uint64_t size;

		if (record_decode(at->octets, &record, NULL) != ERR_OK)
			continue;
		size = size_spoken_of(bundle, &record);
		if (size == 0 || size > at->seq)
			continue;
		if (bundle->cuts == BUNDLE_CUTS_MAX)
			return why_set(why, ERR_LIMIT, "more than %d earlier checkpoints are "
			    "spoken of",
			    BUNDLE_CUTS_MAX);
		if (bundle->cuts == cap) {
			cap = cap > 0 ? 2 * cap : 16;
			bundle->cut = memory_resize(bundle->cut, cap, sizeof(*bundle->cut));
		}
		bundle->cut[bundle->cuts++] = size;
	}
	if (bundle->cuts > 0)
		qsort(bundle->cut, bundle->cuts, sizeof(*bundle->cut), compare_sizes);
	for (size_t i = 0; i < bundle->cuts; i++)
		if (i == 0 || bundle->cut[i] != bundle->cut[kept - 1])
			bundle->cut[kept++] = bundle->cut[i];
	bundle->cuts = kept;
	bundle->cut_root = memory_new(kept, sizeof(*bundle->cut_root));
	return ERR_OK;
}

/* Which leaves a reading of the tree believes. */
enum belief { BELIEVE_TREE, BELIEVE_RECORDS };

struct reading {
	struct hash  root;
	size_t       hashes;		/* used */
	bool         short_of;		/* the file ended before the tree did */
	const struct bundle_record *differs;	/* the first whose hash is not the tree's */
	size_t       differs_at;	/* octet of that hash in the tree file */
};

static void
tree_read(struct bundle *bundle, enum belief belief, struct reading *out)
{
	struct bytes file = bundle->octets.file[BUNDLE_TREE];
	struct bundle_walk walk = { .bundle = bundle };
	struct merkle tree = { 0 };
	struct bundle_step step;
	size_t cut = 0;

	*out = (struct reading){ 0 };
	while (bundle_walk_next(&walk, &step)) {
		struct bytes octets = bytes_slice(file, out->hashes * HASH_LEN, HASH_LEN);
		struct hash hash;

		if (octets.len != HASH_LEN) {
			out->short_of = true;
			return;
		}
		memcpy(hash.at, octets.at, HASH_LEN);
		if (step.record != NULL) {
			struct hash leaf = merkle_leaf(step.record->octets);

			if (!hash_equal(leaf, hash) && out->differs == NULL) {
				out->differs = step.record;
				out->differs_at = out->hashes * HASH_LEN;
			}
			if (belief == BELIEVE_RECORDS)
				hash = leaf;
		}
		out->hashes++;
		if (step.at == bundle->manifest.from)
			bundle->edge = tree;
		(void)!merkle_push_subtree(&tree, step.level, hash);	/* spans are aligned */
		for (; cut < bundle->cuts && bundle->cut[cut] <= tree.size; cut++)
			bundle->cut_root[cut] = merkle_root(&tree);
	}
	out->root = merkle_root(&tree);
}

/* Which of the two is wrong: the one with which the tree does not lead to the signed root. */
static enum err
tree_differs(struct bundle *bundle, const struct reading *by_tree, struct why *why)
{
	const struct bundle_record *record = by_tree->differs;
	struct reading by_records;

	if (hash_equal(by_tree->root, bundle->checkpoint.root))
		return why_at(why, ERR_UNTRUSTED, record->at, "%s: record %" PRIu64 ", at octet "
		    "%zu, is not the record that was signed: its bytes were changed",
		    bundle_file_name(record->file), record->seq, record->at);
	tree_read(bundle, BELIEVE_RECORDS, &by_records);
	if (hash_equal(by_records.root, bundle->checkpoint.root))
		return why_at(why, ERR_UNTRUSTED, by_tree->differs_at, "tree: the hash at octet "
		    "%zu is "
		    "not the hash of record %" PRIu64 ", which is as it was signed",
		    by_tree->differs_at,
		    record->seq);
	return why_at(why, ERR_UNTRUSTED, record->at, "%s: record %" PRIu64 ", at octet %zu, does "
	    "not have the hash the tree file gives it (octet %zu), and neither leads to the signed "
	    "root",
	    bundle_file_name(record->file), record->seq, record->at, by_tree->differs_at);
}

enum err
bundle_check_tree(struct bundle *bundle, struct why *why)
{
	size_t len = bundle->octets.file[BUNDLE_TREE].len;
	struct reading reading;

	tree_read(bundle, BELIEVE_TREE, &reading);
	if (reading.short_of)
		return why_at(why, ERR_TRUNCATED, len, "tree: it ends after %zu octets, before the "
		    "tree of %"
		    PRIu64 " records is complete", len, bundle->manifest.size);
	if (reading.hashes * HASH_LEN != len)
		return why_at(why, ERR_MALFORMED, reading.hashes * HASH_LEN, "tree: %zu octets "
		    "follow the "
		    "last hash, which ends at octet %zu", len - reading.hashes * HASH_LEN,
		    reading.hashes * HASH_LEN);
	if (reading.differs != NULL)
		return tree_differs(bundle, &reading, why);
	if (!hash_equal(reading.root, bundle->checkpoint.root))
		return why_set(why, ERR_UNTRUSTED, "tree: its %zu hashes do not lead to the root "
		    "that the "
		    "checkpoint of %" PRIu64 " records signs: a hash was changed, or records and "
		    "checkpoint are of different ledgers", reading.hashes, bundle->checkpoint.size);
	return ERR_OK;
}
