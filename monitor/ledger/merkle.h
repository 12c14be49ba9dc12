/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Merkle tree of RFC 6962 section 2.1 as arithmetic.  Hashes are fetched through a callback,
 * so the same code works over tiles in the store, over tile files and over a test's array.
 */
#ifndef MONITOR_LEDGER_MERKLE_H
#define MONITOR_LEDGER_MERKLE_H

#include "monitor/base/hash.h"

enum { PROOF_MAX = 64, TILE_WIDTH = 256, TILE_HEIGHT = 8 };

/* The right edge of the tree: all that appending ever needs. */
struct merkle {
	uint64_t    size;
	struct hash edge[64];		/* edge[k] is valid when bit k of size is set */
};

struct hash merkle_leaf(struct bytes);				/* SHA-256(0x00 || bytes) */
struct hash merkle_node(struct hash left, struct hash right);	/* SHA-256(0x01 || left || right) */
void        merkle_push(struct merkle *, struct hash leaf);
struct hash merkle_root(const struct merkle *);			/* of the empty tree: SHA-256("") */
/* Appends a complete subtree of 2^level leaves at once; false: the size is no multiple of that. */
MUST_USE bool merkle_push_subtree(struct merkle *, unsigned level, struct hash);
/* The largest complete subtree that starts at leaf "from" and ends at or before "to"; from < to. */
unsigned    merkle_span(uint64_t from, uint64_t to);

struct proof { size_t count; struct hash hash[PROOF_MAX]; };

/* Gives the hash of the complete subtree (level, index); level 0 is a leaf.  False: not there. */
struct hash_source {
	bool (*get)(void *arg, unsigned level, uint64_t index, struct hash *out);
	void  *arg;
};

MUST_USE enum err merkle_edge(const struct hash_source *, uint64_t size, struct merkle *out);
MUST_USE enum err merkle_prove_inclusion(const struct hash_source *, uint64_t index, uint64_t size,
    struct proof *);
MUST_USE enum err merkle_prove_consistency(const struct hash_source *, uint64_t old_size,
    uint64_t size, struct proof *);
/* ERR_UNTRUSTED if the proof does not lead to the root; ERR_MALFORMED if its length is wrong. */
MUST_USE enum err merkle_check_inclusion(struct hash leaf, uint64_t index, uint64_t size,
    const struct proof *, struct hash root);
MUST_USE enum err merkle_check_consistency(uint64_t old_size, uint64_t size,
    const struct proof *, struct hash old_root, struct hash root);

#endif
