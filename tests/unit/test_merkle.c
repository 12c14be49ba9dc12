/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree against published vectors, against tile files other programs wrote, and against the
 * recursive definition of RFC 6962 section 2.1 for every path of every tree up to 300 leaves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "monitor/ledger/merkle.h"
#include "tests/unit/vectors.h"

enum { TREE = 300 };

static struct hash leaves[TREE];

/* RFC 6962 section 2.1, word for word. */
static uint64_t
below(uint64_t n)
{
	uint64_t k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

static struct hash
naive_root(uint64_t from, uint64_t to)
{
	uint64_t k;

	if (from == to)
		return hash_of(bytes_of(NULL, 0));
	if (to - from == 1)
		return leaves[from];
	k = below(to - from);
	return merkle_node(naive_root(from, from + k), naive_root(from + k, to));
}

static void
naive_path(uint64_t m, uint64_t from, uint64_t to, struct proof *out)
{
	uint64_t k;

	if (to - from == 1)
		return;
	k = below(to - from);
	if (m < k) {
		naive_path(m, from, from + k, out);
		out->hash[out->count++] = naive_root(from + k, to);
	} else {
		naive_path(m - k, from + k, to, out);
		out->hash[out->count++] = naive_root(from, from + k);
	}
}

static void
naive_subproof(uint64_t m, uint64_t from, uint64_t to, bool whole, struct proof *out)
{
	uint64_t k;

	if (m == to - from) {
		if (!whole)
			out->hash[out->count++] = naive_root(from, to);
		return;
	}
	k = below(to - from);
	if (m <= k) {
		naive_subproof(m, from, from + k, whole, out);
		out->hash[out->count++] = naive_root(from + k, to);
	} else {
		naive_subproof(m - k, from + k, to, false, out);
		out->hash[out->count++] = naive_root(from, from + k);
	}
}

/* Complete subtrees of the test's own array, all levels kept. */
static struct hash level_hash[10][TREE];

static bool
array_get(void *arg, unsigned level, uint64_t index, struct hash *out)
{
	uint64_t size = *(uint64_t *)arg;

	if (level > 9 || (index + 1) << level > size)
		return false;
	*out = level_hash[level][index];
	return true;
}

static int
build(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < TREE; i++) {
		char text[16];

		snprintf(text, sizeof(text), "leaf %u", (unsigned)i);
		leaves[i] = level_hash[0][i] = merkle_leaf(bytes_of_text(text));
	}
	for (unsigned level = 1; level < 9; level++)
		for (uint64_t i = 0; (i + 1) << level <= TREE; i++)
			level_hash[level][i] = merkle_node(level_hash[level - 1][2 * i],
			    level_hash[level - 1][2 * i + 1]);
	return 0;
}

static bool
same_proof(const struct proof *a, const struct proof *b)
{
	return a->count == b->count && memcmp(a->hash, b->hash, a->count * sizeof(a->hash[0])) == 0;
}

static void
test_roots(void **state)
{
	struct merkle tree = { 0 };

	(void)state;
	for (uint64_t size = 0; size <= TREE; size++) {
		struct hash_source source = { array_get, &size };
		struct merkle edge;

		assert_true(hash_equal(merkle_root(&tree), naive_root(0, size)));
		assert_int_equal(merkle_edge(&source, size, &edge), ERR_OK);
		assert_true(hash_equal(merkle_root(&edge), naive_root(0, size)));
		if (size < TREE)
			merkle_push(&tree, leaves[size]);
	}
}

static void
test_inclusion_all(void **state)
{
	(void)state;
	for (uint64_t size = 1; size <= TREE; size++) {
		struct hash_source source = { array_get, &size };
		struct hash root = naive_root(0, size);

		for (uint64_t index = 0; index < size; index++) {
			struct proof proof, naive = { 0 };

			assert_int_equal(merkle_prove_inclusion(&source, index, size, &proof),
			    ERR_OK);
			if (size < 70 || index % 17 == 0 || index + 3 > size) {
				naive_path(index, 0, size, &naive);
				assert_true(same_proof(&proof, &naive));
			}
			assert_int_equal(merkle_check_inclusion(leaves[index], index, size, &proof,
			    root), ERR_OK);
			assert_int_not_equal(merkle_check_inclusion(leaves[(index + 1) % TREE],
			    index,
			    size, &proof, root), ERR_OK);
		}
	}
}

static void
test_consistency_all(void **state)
{
	(void)state;
	for (uint64_t size = 1; size <= TREE; size++) {
		struct hash_source source = { array_get, &size };
		struct hash root = naive_root(0, size);

		for (uint64_t old = 1; old <= size; old++) {
			struct proof proof, naive = { 0 };
			struct hash old_root = naive_root(0, old);

			assert_int_equal(merkle_prove_consistency(&source, old, size, &proof),
			    ERR_OK);
			if (size < 70 || old % 17 == 0 || old + 3 > size) {
				naive_subproof(old, 0, size, true, &naive);
				assert_true(same_proof(&proof, &naive));
			}
			assert_int_equal(merkle_check_consistency(old, size, &proof, old_root,
			    root),
			    ERR_OK);
			if (old < size)
				assert_int_not_equal(merkle_check_consistency(old, size, &proof,
				    root,
				    old_root), ERR_OK);
		}
	}
}

/* A tree put together from spans and leaves has the same root as one made leaf by leaf. */
static void
test_spans(void **state)
{
	(void)state;
	for (uint64_t size = 1; size <= TREE; size += 7) {
		for (uint64_t cut = 0; cut <= size; cut++) {
			struct merkle tree = { 0 };

			while (tree.size < size) {
				uint64_t to = tree.size < cut ? cut : size;
				unsigned level = merkle_span(tree.size, to);

				assert_true(tree.size + (1u << level) <= to);
				assert_true(merkle_push_subtree(&tree, level,
				    level_hash[level][tree.size >> level]));
				if (tree.size == cut)
					assert_true(hash_equal(merkle_root(&tree), naive_root(0,
					    cut)));
			}
			assert_true(hash_equal(merkle_root(&tree), naive_root(0, size)));
		}
	}
	{
		struct merkle odd = { .size = 3 };

		assert_false(merkle_push_subtree(&odd, 1, leaves[0]));
		assert_false(merkle_push_subtree(&odd, 64, leaves[0]));
		odd.size = UINT64_MAX;
		assert_false(merkle_push_subtree(&odd, 0, leaves[0]));
	}
	assert_int_equal(merkle_span(0, UINT64_MAX), 62);
	assert_int_equal(merkle_span(6, 8), 1);
	assert_int_equal(merkle_span(8, 15), 2);
}

static void
read_path(const json_t *array, struct proof *out)
{
	out->count = 0;
	for (size_t i = 0; i < json_array_size(array) && out->count < PROOF_MAX; i++) {
		if (!vectors_hash(json_string_value(json_array_get(array, i)),
		    &out->hash[out->count++]))
			out->count = PROOF_MAX + 1;	/* a hash of another length fits no proof */
	}
}

static void
test_published_inclusion(void **state)
{
	json_t *all = vectors_json("tests/data/tlog/merkle-inclusion.json"), *one;
	size_t i, bad = 0;

	(void)state;
	json_array_foreach(all, i, one) {
		bool want = json_is_true(json_object_get(one, "wantErr")), fails;
		struct proof proof;
		struct hash leaf, root;

		read_path(json_object_get(one, "proof"), &proof);
		fails = !vectors_hash(vectors_text(one, "leafHash"), &leaf) ||
		    !vectors_hash(vectors_text(one, "root"), &root) ||
		    merkle_check_inclusion(leaf, vectors_number(one, "leafIdx"),
		    vectors_number(one, "treeSize"), &proof, root) != ERR_OK;
		if (fails != want)
			fail_msg("%s", vectors_text(one, "file"));
		bad += want;
	}
	assert_int_equal(i, 98);
	assert_int_equal(bad, 92);
	json_decref(all);
}

static void
test_published_consistency(void **state)
{
	json_t *all = vectors_json("tests/data/tlog/merkle-consistency.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(all, i, one) {
		bool want = json_is_true(json_object_get(one, "wantErr")), fails;
		struct proof proof;
		struct hash before = { 0 }, after = { 0 };

		/* Roots of another length ("don't care" in the source) are compared as they are. */
		read_path(json_object_get(one, "proof"), &proof);
		if (!vectors_hash(vectors_text(one, "root1"), &before))
			before = hash_of(bytes_of_text(vectors_text(one, "root1")));
		if (!vectors_hash(vectors_text(one, "root2"), &after))
			after = hash_of(bytes_of_text(vectors_text(one, "root2")));
		fails = merkle_check_consistency(vectors_number(one, "size1"),
		    vectors_number(one, "size2"), &proof, before, after) != ERR_OK;
		if (fails != want)
			fail_msg("%s: %s", vectors_text(one, "file"), vectors_text(one, "desc"));
	}
	assert_int_equal(i, 98);
	json_decref(all);
}

static struct hash
hash_named(const json_t *object, const char *key)
{
	struct hash out;

	assert_true(vectors_hash(vectors_text(object, key), &out));
	return out;
}

static struct bytes
unhex(const char *text, uint8_t *out)
{
	assert_int_equal(hex_read(text, out, strlen(text) / 2), ERR_OK);
	return bytes_of(out, strlen(text) / 2);
}

/* Known answers of the reference tree: leaf and node hashes, roots, every path up to 8 leaves. */
static void
test_reference_tree(void **state)
{
	json_t *all = vectors_json("tests/data/tlog/rfc6962-reference-tree.json"), *one;
	uint64_t size = 8;
	struct hash_source source = { array_get, &size };
	uint8_t octets[64];
	size_t i;

	json_array_foreach(json_object_get(all, "leaf_hash"), i, one)
		assert_true(hash_equal(merkle_leaf(unhex(vectors_text(one, "data"), octets)),
		    hash_named(one, "hash")));
	json_array_foreach(json_object_get(all, "node_hash"), i, one)
		assert_true(hash_equal(merkle_node(hash_named(one, "left"), hash_named(one,
		    "right")),
		    hash_named(one, "hash")));
	json_array_foreach(json_object_get(all, "leaves"), i, one)
		level_hash[0][i] = leaves[i] = merkle_leaf(unhex(json_string_value(one), octets));
	for (unsigned level = 1; level < 4; level++)
		for (i = 0; i < 8u >> level; i++)
			level_hash[level][i] = merkle_node(level_hash[level - 1][2 * i],
			    level_hash[level - 1][2 * i + 1]);
	json_array_foreach(json_object_get(all, "roots"), i, one) {
		struct merkle edge;

		assert_int_equal(merkle_edge(&source, vectors_number(one, "size"), &edge), ERR_OK);
		assert_true(hash_equal(merkle_root(&edge), hash_named(one, "root")));
	}
	json_array_foreach(json_object_get(all, "inclusion"), i, one) {
		struct proof proof, known;

		read_path(json_object_get(one, "path"), &known);
		assert_int_equal(merkle_prove_inclusion(&source, vectors_number(one, "index"),
		    vectors_number(one, "size"), &proof), ERR_OK);
		assert_true(same_proof(&proof, &known));
	}
	assert_int_equal(i, 36);
	json_array_foreach(json_object_get(all, "consistency"), i, one) {
		struct proof proof, known;

		read_path(json_object_get(one, "path"), &known);
		assert_int_equal(merkle_prove_consistency(&source, vectors_number(one, "size1"),
		    vectors_number(one, "size2"), &proof), ERR_OK);
		assert_true(same_proof(&proof, &known));
	}
	assert_int_equal(i, 36);
	json_decref(all);
	build(state);
}

/* Tiles as another program wrote them: full tile 0 and 44 hashes of tile 1. */
static bool
tile_get(void *arg, unsigned level, uint64_t index, struct hash *out)
{
	const struct buffer *tile = arg;
	struct hash left, right;

	if (level == 0) {
		struct bytes at = bytes_slice(bytes_of_buffer(&tile[index / TILE_WIDTH]),
		    index % TILE_WIDTH * HASH_LEN, HASH_LEN);

		if (at.len == HASH_LEN)
			memcpy(out->at, at.at, HASH_LEN);
		return at.len == HASH_LEN;
	}
	if (!tile_get(arg, level - 1, 2 * index, &left) || !tile_get(arg, level - 1, 2 * index + 1,
	    &right))
		return false;
	*out = merkle_node(left, right);
	return true;
}

static void
test_foreign_tiles(void **state)
{
	struct buffer tile[2] = { vectors_file("tests/data/tlog/sunlight/tile/0/000"),
	    vectors_file("tests/data/tlog/sunlight/tile/0/001.p/44") };
	struct buffer above = vectors_file("tests/data/tlog/sunlight/tile/1/000.p/1");
	struct hash_source source = { tile_get, tile };
	struct merkle edge;
	struct hash root, top;

	(void)state;
	assert_int_equal(merkle_edge(&source, 300, &edge), ERR_OK);
	assert_true(vectors_hash("gw31yQrqZZCcEOPrzX+bpy3nJ6QgngTKn8G1m0i62uU=", &root));
	assert_true(hash_equal(merkle_root(&edge), root));
	assert_true(tile_get(tile, TILE_HEIGHT, 0, &top));
	assert_int_equal(above.len, HASH_LEN);
	assert_memory_equal(above.at, top.at, HASH_LEN);
	buffer_free(&tile[0]);
	buffer_free(&tile[1]);
	buffer_free(&above);
}

static void
test_wrong_use(void **state)
{
	uint64_t size = 5;
	struct hash_source source = { array_get, &size };
	struct proof proof = { 0 };
	struct hash root = naive_root(0, 5);
	struct merkle edge;

	(void)state;
	assert_int_equal(merkle_prove_inclusion(&source, 5, 5, &proof), ERR_INVALID);
	assert_int_equal(merkle_prove_inclusion(&source, 0, 0, &proof), ERR_INVALID);
	assert_int_equal(merkle_prove_inclusion(&source, 1, 9, &proof), ERR_NOT_FOUND);
	assert_int_equal(merkle_prove_consistency(&source, 0, 5, &proof), ERR_INVALID);
	assert_int_equal(merkle_prove_consistency(&source, 6, 5, &proof), ERR_INVALID);
	assert_int_equal(merkle_prove_consistency(&source, 3, 9, &proof), ERR_NOT_FOUND);
	assert_int_equal(merkle_edge(&source, 7, &edge), ERR_NOT_FOUND);
	proof.count = 0;
	assert_int_equal(merkle_check_inclusion(root, 0, 0, &proof, root), ERR_MALFORMED);
	assert_int_equal(merkle_check_inclusion(root, 2, 5, &proof, root), ERR_MALFORMED);
	assert_int_equal(merkle_check_consistency(0, 5, &proof, root, root), ERR_MALFORMED);
	proof.count = PROOF_MAX + 1;
	assert_int_equal(merkle_check_inclusion(root, 2, 5, &proof, root), ERR_MALFORMED);
	assert_int_equal(merkle_check_consistency(3, 5, &proof, root, root), ERR_MALFORMED);
	assert_int_equal(merkle_check_inclusion(root, UINT64_MAX, UINT64_MAX, &proof, root),
	    ERR_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_inclusion_all),
		cmocka_unit_test(test_consistency_all),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_published_inclusion),
		cmocka_unit_test(test_published_consistency),
		cmocka_unit_test(test_reference_tree),
		cmocka_unit_test(test_foreign_tiles),
		cmocka_unit_test(test_wrong_use),
	};

	return cmocka_run_group_tests(tests, build, NULL);
}
