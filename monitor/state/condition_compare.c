/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparisons and their types: flags are equal or not, integers have an order, texts are equal or
 * in a list, hashes equal other names, times are looked at through age() and until() alone.
 */
#include <string.h>

#include "monitor/state/condition_part.h"

static const char *const type_texts[] = {
	[OPERAND_FLAG] = "a flag", [OPERAND_INT] = "an integer", [OPERAND_TEXT] = "a text",
	[OPERAND_TIME] = "a time", [OPERAND_HASH] = "a hash", [OPERAND_TEXTS] = "a list of texts",
	[OPERAND_TIMES] = "a list of times", [OPERAND_DURATION] = "a duration",
};

/* What can be done with an operand of the type. */
static const char *const type_hints[] = {
	[OPERAND_FLAG]     = "use it alone, or with == or !=",
	[OPERAND_INT]      = "compare it with an integer, or use in (1, 2)",
	[OPERAND_TEXT]     = "use ==, !=, in or contains",
	[OPERAND_TIME]     = "use age() or until(), compared with a duration such as 30d",
	[OPERAND_HASH]     = "compare it with another hash by == or !=",
	[OPERAND_TEXTS]    = "use subset_of, contains or size()",
	[OPERAND_TIMES]    = "only known can ask for it",
	[OPERAND_DURATION] = "age() and until() are compared with durations such as 30d",
};

static size_t
offset_of(const struct draft *draft, const struct operand *operand)
{
	return (size_t)(operand->source.at - draft->made.text.at);
}

/* "tls.version is a text and WHAT: HINT". */
static enum err
refuse(struct draft *draft, const struct operand *operand, const char *what)
{
	char shown[4 * SOURCE_SHOWN + 8];

	return why_at(draft->why, ERR_INVALID, offset_of(draft, operand), "%s is %s and %s: %s",
	    source_show(operand->source, shown), type_texts[operand->type], what,
	    type_hints[operand->type]);
}

static enum err
refuse_pair(struct draft *draft, const struct operand *left, const struct operand *right)
{
	char one[4 * SOURCE_SHOWN + 8], other[4 * SOURCE_SHOWN + 8];

	return why_at(draft->why, ERR_INVALID, offset_of(draft, left), "%s is %s and cannot be "
	    "compared with %s: %s", source_show(left->source, one), type_texts[left->type],
	    source_show(right->source, other), type_hints[left->type]);
}

static bool
is_age(const struct operand *operand)
{
	return operand->kind == FROM_AGE || operand->kind == FROM_UNTIL;
}

/* The age or until stands left in the step, the duration right. */
static enum err
durations_compare(struct draft *draft, struct step step)
{
	const struct operand *left = &draft->operand[step.a], *right = &draft->operand[step.b];

	if (is_age(left) == is_age(right))
		return refuse_pair(draft, left, right);
	step.kind = STEP_AGE;
	if (is_age(right)) {
		uint32_t a = step.a;

		step.a = step.b;
		step.b = a;
		step.order = order_mirrored(step.order);
	}
	return draft_step(draft, step);
}

static enum err
order_read(struct draft *draft, uint32_t left)
{
	struct step step = { .kind = STEP_COMPARE, .a = left, .order = draft->word.order };
	struct word sign = draft->word;
	const struct operand *one, *other;
	enum err err = draft_next(draft);

	if (err == ERR_OK)
		err = operand_read(draft, &step.b);
	if (err != ERR_OK)
		return err;
	one = &draft->operand[step.a];
	other = &draft->operand[step.b];
	if (one->type != other->type)
		return refuse_pair(draft, one, other);
	switch (one->type) {
	case OPERAND_DURATION:
		return durations_compare(draft, step);
	case OPERAND_INT:
		return draft_step(draft, step);
	case OPERAND_FLAG:
	case OPERAND_TEXT:
	case OPERAND_HASH:
		if (sign.order == ORDER_EQUAL || sign.order == (ORDER_LESS | ORDER_MORE))
			return draft_step(draft, step);
		return refuse(draft, one, "has no order");
	default:
		return refuse_pair(draft, one, other);
	}
}

/* "(" literal { "," literal } ")", all of the type. */
static enum err
list_read(struct draft *draft, const struct operand *left, bool text, struct step *step)
{
	char shown[4 * SOURCE_SHOWN + 8], other[4 * SOURCE_SHOWN + 8];
	enum word_kind wanted = text ? WORD_TEXT : WORD_INTEGER;
	enum err err = draft_expect(draft, WORD_OPEN, "\"(\"");

	step->b = draft->made.literals;
	while (err == ERR_OK) {
		struct word word = draft->word;

		if ((word.kind == WORD_TEXT || word.kind == WORD_INTEGER) && word.kind != wanted)
			return why_at(draft->why, ERR_INVALID, word.offset, "%s is %s and %s in "
			    "the list is not %s", source_show(left->source, shown),
			    type_texts[left->type], source_show(word.source, other),
			    text ? "a text" : "an integer");
		err = draft_expect(draft, wanted, text ? "a text in quotes" : "an integer");
		if (err == ERR_OK)
			err = draft_literal(draft, (struct literal){
			    .number = word.number, .text = word.text });
		step->count++;
		if (err != ERR_OK || draft->word.kind != WORD_COMMA)
			break;
		err = draft_next(draft);
	}
	return err == ERR_OK ? draft_expect(draft, WORD_CLOSE, "\",\" or \")\"") : err;
}

/* A name whose value is a list of texts. */
static enum err
texts_read(struct draft *draft, uint32_t *index)
{
	char shown[4 * SOURCE_SHOWN + 8];
	size_t from = draft->word.offset;
	enum err err = operand_name(draft, index);
	enum operand_type type;

	if (err != ERR_OK)
		return err;
	type = (enum operand_type)draft->name[*index].name.type;
	if (type == OPERAND_TEXTS)
		return ERR_OK;
	return why_at(draft->why, ERR_INVALID, from, "%s is %s, and a list of texts was expected",
	    source_show(bytes_slice(draft->made.text, from, draft->ended - from), shown),
	    type_texts[type]);
}

static enum err
in_read(struct draft *draft, uint32_t left, bool negated)
{
	const struct operand *operand = &draft->operand[left];
	struct step step = { .kind = STEP_IN_LIST, .a = left };
	enum err err = draft_keyword(draft, "in");

	if (err != ERR_OK)
		return err;
	if (operand->type != OPERAND_TEXT && operand->type != OPERAND_INT)
		return refuse(draft, operand, "cannot be in a list");
	if (draft->word.kind == WORD_OPEN) {
		err = list_read(draft, operand, operand->type == OPERAND_TEXT, &step);
	} else if (operand->type == OPERAND_INT) {
		return refuse(draft, operand, "can only be in a list of integers");
	} else {
		step.kind = STEP_IN_NAME;
		err = texts_read(draft, &step.b);
	}
	if (err == ERR_OK)
		err = draft_step(draft, step);
	return err == ERR_OK && negated ? draft_step(draft, (struct step){ .kind = STEP_NOT }) :
	    err;
}

static enum err
subset_read(struct draft *draft, uint32_t left)
{
	const struct operand *operand = &draft->operand[left];
	struct step step = { .kind = STEP_SUBSET_NAME, .a = operand->index };
	enum err err = draft_next(draft);

	if (err != ERR_OK)
		return err;
	if (operand->type != OPERAND_TEXTS)
		return refuse(draft, operand, "no list of texts");
	if (draft->word.kind == WORD_OPEN) {
		step.kind = STEP_SUBSET_LIST;
		err = list_read(draft, operand, true, &step);
	} else {
		err = texts_read(draft, &step.b);
	}
	return err == ERR_OK ? draft_step(draft, step) : err;
}

static enum err
contains_read(struct draft *draft, uint32_t left)
{
	const struct operand *operand = &draft->operand[left];
	struct step step = { .kind = STEP_CONTAINS, .a = left, .b = draft->made.literals };
	enum err err = draft_next(draft);
	struct word word = draft->word;

	if (err != ERR_OK)
		return err;
	if (operand->type != OPERAND_TEXT && operand->type != OPERAND_TEXTS)
		return refuse(draft, operand, "contains nothing");
	err = draft_expect(draft, WORD_TEXT, "a text in quotes");
	if (err == ERR_OK && word.text.len == 0)
		return why_at(draft->why, ERR_INVALID, word.offset, "every text contains the "
		    "empty one");
	if (err == ERR_OK)
		err = draft_literal(draft, (struct literal){ .text = word.text });
	return err == ERR_OK ? draft_step(draft, step) : err;
}

enum err
comparison_read(struct draft *draft)
{
	const struct operand *operand;
	uint32_t left;
	enum err err = operand_read(draft, &left);

	if (err != ERR_OK)
		return err;
	operand = &draft->operand[left];
	if (draft->word.kind == WORD_ORDER)
		return order_read(draft, left);
	if (word_is(&draft->word, "in"))
		return in_read(draft, left, false);
	if (word_is(&draft->word, "subset_of"))
		return subset_read(draft, left);
	if (word_is(&draft->word, "contains"))
		return contains_read(draft, left);
	if (word_is(&draft->word, "not")) {
		err = draft_next(draft);
		return err == ERR_OK ? in_read(draft, left, true) : err;
	}
	if (operand->type != OPERAND_FLAG)
		return refuse(draft, operand, "does not say anything alone");
	return draft_step(draft, (struct step){ .kind = STEP_FLAG, .a = left });
}
