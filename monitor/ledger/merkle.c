/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 6962 section 2.1 without recursion: proofs are made by walking down from the root and
 * turned round, and checked by walking up as RFC 9162 sections 2.1.3.2 and 2.1.4.2 lay down.
 */
#include "monitor/ledger/merkle.h"

struct hash
merkle_leaf(struct bytes in)
{
	return hash_of3(bytes_of("\0", 1), in, bytes_of(NULL, 0));
}

struct hash
merkle_node(struct hash left, struct hash right)
{
	return hash_of3(bytes_of("\1", 1), hash_bytes(&left), hash_bytes(&right));
}

bool
merkle_push_subtree(struct merkle *tree, unsigned level, struct hash hash)
{
	uint64_t add;

	if (level > 63)
		return false;
	add = (uint64_t)1 << level;
	if ((tree->size & (add - 1)) != 0 || tree->size > UINT64_MAX - add)
		return false;
	for (; (tree->size >> level & 1) != 0; level++)
		hash = merkle_node(tree->edge[level], hash);
	tree->edge[level] = hash;
	tree->size += add;
	return true;
}

void
merkle_push(struct merkle *tree, struct hash leaf)
{
	/* Level 0 divides every size, and no ledger reaches 2^64 leaves. */
	(void)!merkle_push_subtree(tree, 0, leaf);
}

struct hash
merkle_root(const struct merkle *tree)
{
	struct hash root;
	bool begun = false;

	if (tree->size == 0)
		return hash_of(bytes_of(NULL, 0));
	for (unsigned level = 0; level < 64; level++) {
		if ((tree->size >> level & 1) == 0)
			continue;
		root = begun ? merkle_node(tree->edge[level], root) : tree->edge[level];
		begun = true;
	}
	return root;
}

unsigned
merkle_span(uint64_t from, uint64_t to)
{
	unsigned level = 0;

	while (level < 62 && (from >> level & 1) == 0 && (uint64_t)2 << level <= to - from)
		level++;
	return level;
}

/* Hash of the leaves [from, to); from is a multiple of every complete subtree in it. */
static enum err
range_hash(const struct hash_source *source, uint64_t from, uint64_t to, struct hash *out)
{
	struct hash part;
	bool begun = false;

	for (unsigned level = 0; level < 64; level++) {
		if (((to - from) >> level & 1) == 0)
			continue;
		to -= (uint64_t)1 << level;
		if (!source->get(source->arg, level, to >> level, &part))
			return ERR_NOT_FOUND;
		*out = begun ? merkle_node(part, *out) : part;
		begun = true;
	}
	return ERR_OK;
}

enum err
merkle_edge(const struct hash_source *source, uint64_t size, struct merkle *out)
{
	*out = (struct merkle){ .size = size };
	for (unsigned level = 0; level < 64; level++) {
		uint64_t start = size >> level;

		/* The subtree of bit "level" is the last but the ones of the lower bits. */
		if ((start & 1) != 0 && !source->get(source->arg, level, start - 1,
		    &out->edge[level]))
			return ERR_NOT_FOUND;
	}
	return ERR_OK;
}

/* The largest power of two smaller than width; width > 1. */
static uint64_t
split(uint64_t width)
{
	uint64_t half = (uint64_t)1 << 63;

	while (half >= width)
		half >>= 1;
	return half;
}

static enum err
proof_add(const struct hash_source *source, uint64_t from, uint64_t to, struct proof *proof)
{
	if (proof->count == PROOF_MAX)
		return ERR_LIMIT;
	return range_hash(source, from, to, &proof->hash[proof->count++]);
}

static void
proof_turn(struct proof *proof)
{
	for (size_t i = 0; i < proof->count / 2; i++) {
		struct hash swap = proof->hash[i];

		proof->hash[i] = proof->hash[proof->count - 1 - i];
		proof->hash[proof->count - 1 - i] = swap;
	}
}

enum err
merkle_prove_inclusion(const struct hash_source *source, uint64_t index, uint64_t size,
    struct proof *proof)
{
	uint64_t from = 0, to = size;

	proof->count = 0;
	if (index >= size)
		return ERR_INVALID;
	while (to - from > 1) {
		uint64_t middle = from + split(to - from);
		bool left = index < middle;
		enum err err = left ? proof_add(source, middle, to, proof) :
		    proof_add(source, from, middle, proof);

		if (err != ERR_OK)
			return err;
		if (left)
			to = middle;
		else
			from = middle;
	}
	proof_turn(proof);
	return ERR_OK;
}

enum err
merkle_prove_consistency(const struct hash_source *source, uint64_t old_size, uint64_t size,
    struct proof *proof)
{
	uint64_t from = 0, to = size;
	enum err err;

	proof->count = 0;
	if (old_size == 0 || old_size > size)
		return ERR_INVALID;	/* section 2.1.2: all continue the empty tree */
	if (old_size == size)
		return ERR_OK;
	while (to != old_size) {
		uint64_t middle = from + split(to - from);
		bool left = old_size <= middle;

		err = left ? proof_add(source, middle, to, proof) :
		    proof_add(source, from, middle, proof);
		if (err != ERR_OK)
			return err;
		if (left)
			to = middle;
		else
			from = middle;
	}
	/* Where the old tree is itself a complete subtree on the left, the checker has its hash. */
	if (from != 0 && (err = proof_add(source, from, to, proof)) != ERR_OK)
		return err;
	proof_turn(proof);
	return ERR_OK;
}

/* Where a check stands: RFC 9162's fn and sn. */
struct climb { uint64_t at, last; };

/* One step up; true if the proof's hash is a left neighbour. */
static bool
climb_step(struct climb *climb)
{
	bool left = (climb->at & 1) != 0 || climb->at == climb->last;

	while (left && (climb->at & 1) == 0 && climb->at != 0) {
		climb->at >>= 1;
		climb->last >>= 1;
	}
	climb->at >>= 1;
	climb->last >>= 1;
	return left;
}

enum err
merkle_check_inclusion(struct hash leaf, uint64_t index, uint64_t size, const struct proof *proof,
    struct hash root)
{
	struct climb climb = { .at = index, .last = size - 1 };
	struct hash hash = leaf;

	if (index >= size || proof->count > PROOF_MAX)
		return ERR_MALFORMED;
	for (size_t i = 0; i < proof->count; i++) {
		if (climb.last == 0)
			return ERR_MALFORMED;
		hash = climb_step(&climb) ? merkle_node(proof->hash[i], hash) :
		    merkle_node(hash, proof->hash[i]);
	}
	if (climb.last != 0)
		return ERR_MALFORMED;
	return hash_equal(hash, root) ? ERR_OK : ERR_UNTRUSTED;
}

enum err
merkle_check_consistency(uint64_t old_size, uint64_t size, const struct proof *proof,
    struct hash old_root, struct hash root)
{
	struct climb climb = { .at = old_size - 1, .last = size - 1 };
	struct hash old_hash = old_root, hash = old_root;
	size_t i = 0;

	if (old_size == 0 || old_size > size || proof->count > PROOF_MAX)
		return ERR_MALFORMED;
	if (old_size == size && proof->count == 0)
		return hash_equal(old_root, root) ? ERR_OK : ERR_UNTRUSTED;
	if (old_size == size)
		return ERR_MALFORMED;
	while ((climb.at & 1) != 0) {
		climb.at >>= 1;
		climb.last >>= 1;
	}
	/* A power of two is a complete subtree: its root starts the path unwritten. */
	if ((old_size & (old_size - 1)) != 0) {
		if (proof->count == 0)
			return ERR_MALFORMED;
		old_hash = hash = proof->hash[i++];
	}
	for (; i < proof->count; i++) {
		if (climb.last == 0)
			return ERR_MALFORMED;
		if (climb_step(&climb)) {
			old_hash = merkle_node(proof->hash[i], old_hash);
			hash = merkle_node(proof->hash[i], hash);
		} else {
			hash = merkle_node(hash, proof->hash[i]);
		}
	}
	if (climb.last != 0)
		return ERR_MALFORMED;
	return hash_equal(old_hash, old_root) && hash_equal(hash, root) ? ERR_OK : ERR_UNTRUSTED;
}
