/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Merkle tree as 256-wide tiles (C2SP tlog-tiles): the tile (L, n) holds the hashes of the
 * complete subtrees of height 8 * L from number 256 * n on; the rightmost tile of a level is
 * partial and stored with zeros behind, so that a commit overwrites only the pages that changed.
 * What lies between two levels of tiles is computed when it is asked for.
 */
#include <string.h>

#include "monitor/ledger/ledger_private.h"

struct hash
tree_fold(struct hash *hashes, unsigned count)
{
	for (; count > 1; count /= 2)
		for (unsigned i = 0; i < count / 2; i++)
			hashes[i] = merkle_node(hashes[2 * i], hashes[2 * i + 1]);
	return hashes[0];
}

/* --- reading ------------------------------------------------------------------------------ */

/* Hashes in tile "index" of a level, by the last commit this connection has seen. */
static unsigned
filled(const struct ledger *ledger, unsigned level, uint64_t index)
{
	uint64_t width = ledger->size >> (TILE_HEIGHT * level), start = index * TILE_WIDTH;

	if (width <= start)
		return 0;
	return width - start < TILE_WIDTH ? (unsigned)(width - start) : TILE_WIDTH;
}

/* Tiles only grow, so a tile once read stays right as far as it was filled then. */
static enum err
load(struct ledger *ledger, unsigned level, uint64_t index, unsigned need)
{
	struct why *why = &ledger->tile_why;
	bool here = ledger->tile_count > 0 && ledger->tile_level == level &&
	    ledger->tile_index == index;
	enum err err;

	if (here && need <= ledger->tile_count)
		return ERR_OK;
	buffer_reset(&ledger->tile);
	ledger->tile_count = 0;
	err = store_get_tile(ledger->store, level, index, &ledger->tile, why);
	if (err != ERR_OK && err != ERR_NOT_FOUND)
		return err;
	if (ledger->tile.len != TILE_OCTETS || need > filled(ledger, level, index))
		return why_set(why, ERR_UNTRUSTED,
		    "%s: tile %u/%llu of the tree has %zu octets: records "
		    "from %llu on cannot be proven", ledger->path, level, (unsigned long long)index,
		    ledger->tile.len,
		    (unsigned long long)(index * TILE_WIDTH << (TILE_HEIGHT * level)));
	ledger->tile_level = level;
	ledger->tile_index = index;
	ledger->tile_count = filled(ledger, level, index);
	return ERR_OK;
}

enum err
tree_hashes(struct ledger *ledger, unsigned level, uint64_t at, unsigned count, struct hash *out)
{
	unsigned within = (unsigned)(at % TILE_WIDTH);
	enum err err = load(ledger, level, at / TILE_WIDTH, within + count);

	if (err == ERR_OK)
		memcpy(out, ledger->tile.at + (size_t)within * HASH_LEN, (size_t)count * HASH_LEN);
	return err;
}

static bool
get_hash(void *arg, unsigned level, uint64_t index, struct hash *out)
{
	struct ledger *ledger = arg;
	struct hash part[TILE_WIDTH / 2];
	unsigned height = level % TILE_HEIGHT;

	if (level > 63 || index >= ledger->size >> level) {
		why_set(&ledger->tile_why, ERR_NOT_FOUND,
		    "%s: there is no complete subtree %u/%llu",
		    ledger->path, level, (unsigned long long)index);
		return false;
	}
	if (tree_hashes(ledger, level / TILE_HEIGHT, index << height, 1U << height, part) != ERR_OK)
		return false;
	*out = tree_fold(part, 1U << height);
	return true;
}

struct hash_source
ledger_hashes(struct ledger *ledger)
{
	return (struct hash_source){ .get = get_hash, .arg = ledger };
}

/* The sentence of the tile that could not be read, for a caller of merkle.h. */
static enum err
tile_failed(const struct ledger *ledger, struct why *why)
{
	if (why != NULL)
		*why = ledger->tile_why;
	return ledger->tile_why.err;
}

enum err
ledger_root(struct ledger *ledger, uint64_t size, struct hash *root, struct why *why)
{
	struct hash_source source = ledger_hashes(ledger);
	struct merkle edge;

	if (size > ledger->size)
		return why_set(why, ERR_NOT_FOUND, "%s: has %llu records, there is no root of %llu",
		    ledger->path, (unsigned long long)ledger->size, (unsigned long long)size);
	if (merkle_edge(&source, size, &edge) != ERR_OK)
		return tile_failed(ledger, why);
	*root = merkle_root(&edge);
	return ERR_OK;
}

enum err
ledger_leaf(struct ledger *ledger, uint64_t seq, struct hash *leaf, struct why *why)
{
	if (seq >= ledger->size)
		return why_set(why, ERR_NOT_FOUND, "%s: has %llu records, there is no record %llu",
		    ledger->path, (unsigned long long)ledger->size, (unsigned long long)seq);
	if (tree_hashes(ledger, 0, seq, 1, leaf) != ERR_OK)
		return tile_failed(ledger, why);
	return ERR_OK;
}

/* --- writing ------------------------------------------------------------------------------ */

/* Reads the partial tile of a level; behind its hashes there must be nothing. */
static enum err
load_partial(struct ledger *ledger, unsigned level, struct why *why)
{
	uint64_t width = ledger->size >> (TILE_HEIGHT * level);
	struct tile *tile = &ledger->batch->tile[level];

	*tile = (struct tile){ .count = (unsigned)(width % TILE_WIDTH) };
	if (tile->count == 0)
		return ERR_OK;
	if (tree_hashes(ledger, level, width - tile->count, tile->count, tile->hash) != ERR_OK)
		return tile_failed(ledger, why);
	for (size_t i = (size_t)tile->count * HASH_LEN; i < TILE_OCTETS; i++)
		if (ledger->tile.at[i] != 0)
			return why_set(why, ERR_UNTRUSTED,
			    "%s: the tree goes on after record %llu, the "
			    "records do not: some were removed", ledger->path,
			    (unsigned long long)(ledger->size - 1));
	return ERR_OK;
}

enum err
tree_load(struct ledger *ledger, struct why *why)
{
	enum err err = ERR_OK;

	ledger->tile_count = 0;
	for (unsigned level = 0; level < TILE_LEVELS && err == ERR_OK; level++)
		err = load_partial(ledger, level, why);
	return err;
}

static enum err
put(struct ledger *ledger, unsigned level, struct why *why)
{
	struct tile *tile = &ledger->batch->tile[level];
	/* The same for a tile the next record fills and for one the last record left partial. */
	uint64_t index = ledger->batch->size >> (TILE_HEIGHT * level) >> TILE_HEIGHT;

	tile->changed = false;
	return store_put_tile(ledger->store, level, index,
	    bytes_of(tile->hash, sizeof(tile->hash)), why);
}

enum err
tree_push(struct ledger *ledger, struct hash leaf, struct why *why)
{
	enum err err;

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		struct tile *tile = &ledger->batch->tile[level];

		tile->hash[tile->count++] = leaf;
		tile->changed = true;
		if (tile->count < TILE_WIDTH)
			break;
		if ((err = put(ledger, level, why)) != ERR_OK)
			return err;
		leaf = tree_fold(tile->hash, TILE_WIDTH);
		*tile = (struct tile){ .count = 0 };
	}
	return ERR_OK;
}

enum err
tree_save(struct ledger *ledger, struct why *why)
{
	enum err err = ERR_OK;

	for (unsigned level = 0; level < TILE_LEVELS && err == ERR_OK; level++) {
		struct tile *tile = &ledger->batch->tile[level];

		if (tile->changed && tile->count > 0)
			err = put(ledger, level, why);
	}
	return err;
}
