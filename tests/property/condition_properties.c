/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random conditions against a second judge: a tree is drawn, written down with as few parentheses
 * as the grammar allows, parsed, and judged; the tree itself is judged by the plain definition.
 * They must agree on every world, also on which names are read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/condition_world.h"

enum { ROUNDS = 4000, WORLDS = 6, NODES = 200, FLAGS = 2 };

/* In the order of how loosely they bind. */
enum op { OP_IMPLIES, OP_OR, OP_AND, OP_NOT, OP_FLAG, OP_KNOWN, OP_CHANNELS, OP_ALL, OP_ANY,
	OP_NONE, OP_COUNT };

struct node {
	enum op  op;
	unsigned left, right;		/* of a quantifier: where (0: none) and body */
	unsigned number;		/* of the flag, or what is compared with */
};

struct tree {
	struct node node[NODES];	/* 0 is none */
	unsigned    nodes;
	unsigned    quantifiers;
	uint64_t    seed;
};

/* -1 unknown, else 0 or 1. */
struct drawn_world {
	int      subject[FLAGS], element[WORLD_ELEMENTS][FLAGS];
	unsigned elements;
	int      channels;
};

static const char *const outside[FLAGS] = { "ledger.forked", "watcher.heard" };
static const char *const inside[FLAGS] = { "tls.trusted", "tls.name_match" };

static unsigned
draw(struct tree *tree, unsigned below)
{
	tree->seed ^= tree->seed << 13;
	tree->seed ^= tree->seed >> 7;
	tree->seed ^= tree->seed << 17;
	return (unsigned)(tree->seed >> 11) % below;
}

static unsigned
draw_node(struct tree *tree, unsigned depth, bool in_element)
{
	unsigned at = ++tree->nodes;
	unsigned kinds = depth == 0 || tree->nodes > NODES - 60 ? 3 : 11;
	static const enum op ops[11] = { OP_FLAG, OP_KNOWN, OP_CHANNELS, OP_ALL, OP_ANY, OP_NONE,
		OP_COUNT, OP_NOT, OP_AND, OP_OR, OP_IMPLIES };
	struct node made = { .op = ops[draw(tree, kinds)] };

	if (made.op >= OP_ALL && (in_element || tree->quantifiers == CONDITION_QUANTIFIERS_MAX))
		made.op = OP_AND;
	made.number = draw(tree, made.op == OP_COUNT || made.op == OP_CHANNELS ? 4 : FLAGS);
	if (made.op >= OP_ALL) {
		tree->quantifiers++;
		if (made.op == OP_COUNT || draw(tree, 2) == 0)
			made.left = draw_node(tree, depth - 1, true);
		if (made.op != OP_COUNT)
			made.right = draw_node(tree, depth - 1, true);
	} else if (made.op <= OP_NOT) {
		made.left = draw_node(tree, depth - 1, in_element);
		if (made.op != OP_NOT)
			made.right = draw_node(tree, depth - 1, in_element);
	}
	tree->node[at] = made;
	return at;
}

/* --- written down ------------------------------------------------------------------------- */

static void write_node(const struct tree *, unsigned at, enum op loosest, bool in_element,
    struct buffer *);

static void
write_quantified(const struct tree *tree, const struct node *node, struct buffer *out)
{
	static const char *const words[] = { "all", "any", "none" };

	buffer_print(out, "%s target", node->op == OP_COUNT ? "count(" : words[node->op - OP_ALL]);
	if (node->left != 0) {
		buffer_put_text(out, " where ");
		write_node(tree, node->left, OP_IMPLIES, true, out);
	}
	if (node->op == OP_COUNT) {
		buffer_print(out, ") >= %u", node->number);
		return;
	}
	buffer_put_text(out, ": ");
	write_node(tree, node->right, OP_NOT, true, out);
}

static void
write_node(const struct tree *tree, unsigned at, enum op loosest, bool in_element,
    struct buffer *out)
{
	static const char *const words[] = { " implies ", " or ", " and " };
	const struct node *node = &tree->node[at];
	const char *flag = in_element ? inside[node->number % FLAGS] :
	    outside[node->number % FLAGS];

	if (node->op < loosest) {
		buffer_put_text(out, "(");
		write_node(tree, at, OP_IMPLIES, in_element, out);
		buffer_put_text(out, ")");
	} else if (node->op == OP_FLAG || node->op == OP_KNOWN) {
		buffer_print(out, "%s%s", node->op == OP_KNOWN ? "known " : "", flag);
	} else if (node->op == OP_CHANNELS) {
		buffer_print(out, "monitor.channels < %u", node->number);
	} else if (node->op == OP_NOT) {
		buffer_put_text(out, "not ");
		write_node(tree, node->left, OP_NOT, in_element, out);
	} else if (node->op >= OP_ALL) {
		write_quantified(tree, node, out);
	} else {
		/* implies goes on to the right, the others to the left. */
		write_node(tree, node->left, node->op == OP_IMPLIES ? OP_OR : node->op, in_element,
		    out);
		buffer_put_text(out, words[node->op]);
		write_node(tree, node->right, node->op == OP_IMPLIES ? OP_IMPLIES : node->op + 1,
		    in_element, out);
	}
}

/* --- the second judge --------------------------------------------------------------------- */

static int judge_node(const struct tree *, unsigned at, const struct drawn_world *, int element);

static int
least(int a, int b)
{
	return a < b ? a : b;
}

/* Truths as -1 false, 0 unknown, 1 true. */
static int
truth_of(int flag)
{
	return flag < 0 ? 0 : flag == 0 ? -1 : 1;
}

/*
 * Every way the unknown memberships and truths could be: an element that may or may not count,
 * with a body that may be either, gives a range of how many hold and how many break.
 */
static int
judge_quantified(const struct tree *tree, const struct node *node, const struct drawn_world *world)
{
	unsigned sure = 0, may = 0, breaks = 0, may_break = 0, meant = 0;

	for (unsigned i = 0; i < world->elements; i++) {
		int where = node->left != 0 ? judge_node(tree, node->left, world, (int)i) : 1;
		int body = node->right != 0 ? judge_node(tree, node->right, world, (int)i) : 1;

		meant += where == 1;
		sure += where == 1 && body == 1;
		may += where >= 0 && body >= 0;
		breaks += where == 1 && body == -1;
		may_break += where >= 0 && body <= 0;
	}
	switch (node->op) {
	case OP_ALL:
		return breaks > 0 ? -1 : may_break > 0 || meant == 0 ? 0 : 1;
	case OP_ANY:
		return sure > 0 ? 1 : may > 0 ? 0 : -1;
	case OP_NONE:
		return sure > 0 ? -1 : may > 0 ? 0 : 1;
	default:
		return sure >= node->number ? 1 : may >= node->number ? 0 : -1;
	}
}

static int
judge_node(const struct tree *tree, unsigned at, const struct drawn_world *world, int element)
{
	const struct node *node = &tree->node[at];
	int flag = element < 0 ? world->subject[node->number % FLAGS] :
	    world->element[element][node->number % FLAGS];
	int left, right;

	if (node->op == OP_FLAG)
		return truth_of(flag);
	if (node->op == OP_KNOWN)
		return flag < 0 ? -1 : 1;
	if (node->op == OP_CHANNELS)
		return world->channels < 0 ? 0 : world->channels < (int)node->number ? 1 : -1;
	if (node->op >= OP_ALL)
		return judge_quantified(tree, node, world);
	left = judge_node(tree, node->left, world, element);
	if (node->op == OP_NOT)
		return -left;
	right = judge_node(tree, node->right, world, element);
	switch (node->op) {
	case OP_AND:
		return least(left, right);
	case OP_OR:
		return -least(-left, -right);
	default:
		return -least(left, -right);
	}
}

/* --- worlds ------------------------------------------------------------------------------- */

static void
put_flags(struct world_value *out, const int *flags, const char *const *names)
{
	for (size_t i = 0; i < FLAGS; i++)
		if (flags[i] >= 0)
			*out++ = (struct world_value){ names[i], { .known = true,
			    .flag = flags[i] == 1 } };
}

static struct small_world
world_draw(struct tree *tree, struct drawn_world *drawn)
{
	struct small_world small = { .elements = draw(tree, 5) };

	drawn->elements = small.elements;
	drawn->channels = (int)draw(tree, 5) - 1;
	if (drawn->channels >= 0)
		small.subject.value[FLAGS] = (struct world_value){ "monitor.channels",
		    { .known = true, .number = drawn->channels } };
	for (size_t i = 0; i < FLAGS; i++) {
		drawn->subject[i] = (int)draw(tree, 3) - 1;
		/* The table ends at the first gap: an unknown value stands there by name. */
		small.subject.value[i] = (struct world_value){ outside[i],
		    { .known = drawn->subject[i] >= 0, .flag = drawn->subject[i] == 1 } };
	}
	for (size_t e = 0; e < drawn->elements; e++) {
		for (size_t i = 0; i < FLAGS; i++)
			drawn->element[e][i] = (int)draw(tree, 3) - 1;
		put_flags(small.element[e].value, drawn->element[e], inside);
	}
	return small;
}

static void
judges_agree(void **unused)
{
	unsigned seen[3] = { 0 }, quantified = 0;
	struct buffer text = { 0 };

	(void)unused;
	for (uint64_t round = 1; round <= ROUNDS; round++) {
		struct tree tree = { .seed = round * UINT64_C(0x9e3779b97f4a7c15) };
		unsigned root = draw_node(&tree, 5, false);
		struct why why = { .err = ERR_OK };
		struct condition *condition;

		buffer_reset(&text);
		write_node(&tree, root, OP_IMPLIES, false, &text);
		if (condition_parse(bytes_of_buffer(&text), SUBJECT_CARRIER, NULL, &condition,
		    &why) != ERR_OK)
			fail_msg("%s\n%s", buffer_text(&text), why.text);
		assert_int_equal(condition_quantifiers(condition), tree.quantifiers);
		quantified += tree.quantifiers > 1;
		for (unsigned w = 0; w < WORLDS; w++) {
			struct drawn_world drawn;
			struct small_world small = world_draw(&tree, &drawn);
			int is = (int)world_judge(&small, condition, SUBJECT_CARRIER, NULL) - 1;

			if (is != judge_node(&tree, root, &drawn, -1))
				fail_msg("round %u, world %u: %d for\n%s", (unsigned)round, w, is,
				    buffer_text(&text));
			seen[is + 1]++;
		}
		condition_free(condition);
	}
	buffer_free(&text);
	/* What was drawn is worth something. */
	assert_true(seen[0] > ROUNDS / 4 && seen[1] > ROUNDS / 4 && seen[2] > ROUNDS / 4);
	assert_true(quantified > ROUNDS / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
