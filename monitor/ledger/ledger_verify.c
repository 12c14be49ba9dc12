/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a writer looks at before it goes on: the records of the last tile against their leaves, the
 * last tile of each level against the one above, the root against the newest checkpoint.  The rest
 * of the tree is below that root; "ledger audit" goes through all of it.
 */
#include "monitor/ledger/ledger_private.h"

struct leaves {
	struct ledger *ledger;
	struct hash    hash[TILE_WIDTH];
	uint64_t       from, next;
	struct why    *why;
	enum err       err;
};

static bool
check_leaf(void *arg, uint64_t seq, struct bytes bytes)
{
	struct leaves *leaves = arg;

	if (seq != leaves->next)
		leaves->err = why_set(leaves->why, ERR_UNTRUSTED, "%s: record %llu is missing",
		    leaves->ledger->path, (unsigned long long)leaves->next);
	else if (!hash_equal(merkle_leaf(bytes), leaves->hash[seq - leaves->from]))
		leaves->err = why_set(leaves->why, ERR_UNTRUSTED,
		    "%s: record %llu is not what was recorded: "
		    "its bytes do not give its leaf hash in the tree", leaves->ledger->path,
		    (unsigned long long)seq);
	leaves->next++;
	return leaves->err == ERR_OK;
}

/* The newest records, up to a tile of them. */
static enum err
check_leaves(struct ledger *ledger, struct why *why)
{
	uint64_t last = ledger->size - 1, from = last - last % TILE_WIDTH;
	struct leaves leaves = { .ledger = ledger, .why = why };
	enum err err;

	leaves.from = leaves.next = from > ledger->first ? from : ledger->first;
	err = tree_hashes(ledger, 0, leaves.from, (unsigned)(last - leaves.from) + 1, leaves.hash);
	if (err != ERR_OK) {
		if (why != NULL)
			*why = ledger->tile_why;
		return err;
	}
	err = store_scan(ledger->store, leaves.from, ledger->size, check_leaf, &leaves, why);
	return err != ERR_OK ? err : leaves.err;
}

/* The newest complete tile below "level" against its hash in it. */
static enum err
check_parent(struct ledger *ledger, unsigned level, struct why *why)
{
	uint64_t child = (ledger->size >> (TILE_HEIGHT * level)) - 1;
	uint64_t records = (uint64_t)1 << (TILE_HEIGHT * level);
	struct hash hashes[TILE_WIDTH], parent;
	enum err err = tree_hashes(ledger, level - 1, child * TILE_WIDTH, TILE_WIDTH, hashes);

	if (err == ERR_OK)
		err = tree_hashes(ledger, level, child, 1, &parent);
	if (err != ERR_OK) {
		if (why != NULL)
			*why = ledger->tile_why;
		return err;
	}
	if (!hash_equal(tree_fold(hashes, TILE_WIDTH), parent))
		return why_set(why, ERR_UNTRUSTED,
		    "%s: tile %u/%llu of the tree, over records %llu to %llu, "
		    "does not give its hash in tile %u/%llu", ledger->path, level - 1,
		    (unsigned long long)child, (unsigned long long)(child * records),
		    (unsigned long long)((child + 1) * records - 1), level,
		    (unsigned long long)(child / TILE_WIDTH));
	return ERR_OK;
}

static enum err
check_against(struct ledger *ledger, const struct checkpoint *signed_one, struct why *why)
{
	struct hash root;
	enum err err;

	if (signed_one->size > ledger->size)
		return why_set(why, ERR_UNTRUSTED,
		    "%s: a checkpoint over %llu records was signed, but record "
		    "%llu is not here: records were removed, or this is an older copy",
		    ledger->path,
		    (unsigned long long)signed_one->size, (unsigned long long)ledger->size);
	if ((err = ledger_root(ledger, signed_one->size, &root, why)) != ERR_OK)
		return err;
	if (!hash_equal(root, signed_one->root))
		return why_set(why, ERR_UNTRUSTED,
		    "%s: the tree over records 0 to %llu is not the one whose "
		    "checkpoint was signed; sekimori ledger audit says where they part",
		    ledger->path,
		    (unsigned long long)(signed_one->size - 1));
	return ERR_OK;
}

static enum err
check_checkpoint(struct ledger *ledger, struct why *why)
{
	const struct store_search newest = { .to = INT64_MAX, .last = true };
	struct buffer text = { .max = NOTE_MAX };
	struct checkpoint signed_one;
	struct note note;
	uint64_t size;
	enum err err = store_get_checkpoint(ledger->store, &newest, &size, &text, why);

	if (err == ERR_OK)
		err = note_read(bytes_of_buffer(&text), &note, why);
	if (err == ERR_OK)
		err = checkpoint_read(note.text, &signed_one, why);
	if (err == ERR_OK)
		err = check_against(ledger, &signed_one, why);
	else if (err == ERR_NOT_FOUND)
		err = ERR_OK;	/* nothing was signed yet */
	else
		err = why_in(why, "%s: the newest checkpoint", ledger->path);
	buffer_free(&text);
	return err;
}

enum err
ledger_verify(struct ledger *ledger, struct why *why)
{
	enum err err = ledger->size > 0 ? check_leaves(ledger, why) : ERR_OK;

	for (unsigned level = 1; level < TILE_LEVELS && err == ERR_OK; level++)
		if (ledger->size >> (TILE_HEIGHT * level) > 0)
			err = check_parent(ledger, level, why);
	return err == ERR_OK ? check_checkpoint(ledger, why) : err;
}
