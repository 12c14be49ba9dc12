/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of condition.h by descent, its depth counted.  Steps are emitted in postfix order;
 * how many truths wait at each is counted here, so that judging needs no check of its own.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/cbor.h"
#include "monitor/state/condition_part.h"

static enum err condition_read(struct draft *);
static enum err one_read(struct draft *);

enum err
draft_next(struct draft *draft)
{
	draft->ended = draft->at;
	return word_next(draft->made.text, &draft->at, &draft->word, draft->why);
}

static enum err
not_expected(struct draft *draft, const char *what)
{
	char shown[4 * SOURCE_SHOWN + 8];

	if (draft->word.kind == WORD_END)
		return why_at(draft->why, ERR_INVALID, draft->word.offset,
		    "the condition ends where %s was expected", what);
	return why_at(draft->why, ERR_INVALID, draft->word.offset, "\"%s\" stands where %s was "
	    "expected", source_show(draft->word.source, shown), what);
}

enum err
draft_expect(struct draft *draft, enum word_kind kind, const char *what)
{
	return draft->word.kind == kind ? draft_next(draft) : not_expected(draft, what);
}

enum err
draft_keyword(struct draft *draft, const char *keyword)
{
	return word_is(&draft->word, keyword) ? draft_next(draft) : not_expected(draft, keyword);
}

static enum err
too_much(struct draft *draft, const char *what, unsigned limit)
{
	return why_at(draft->why, ERR_LIMIT, draft->word.offset, "the condition has more than %u "
	    "%s; say it in two controls", limit, what);
}

/* Truths a step takes and gives: all give one, but a skip. */
static unsigned
takes(enum step_kind kind)
{
	return kind == STEP_AND || kind == STEP_OR || kind == STEP_IMPLIES ? 2 : kind == STEP_NOT;
}

enum err
draft_step(struct draft *draft, struct step step)
{
	if (draft->made.steps == CONDITION_NODES_MAX)
		return too_much(draft, "steps", CONDITION_NODES_MAX);
	assert(draft->height >= takes(step.kind));
	draft->height -= takes(step.kind);
	draft->height += step.kind != STEP_SKIP;
	assert(draft->height <= CONDITION_HEIGHT_MAX);
	draft->step[draft->made.steps++] = step;
	return ERR_OK;
}

enum err
draft_literal(struct draft *draft, struct literal literal)
{
	if (draft->made.literals == CONDITION_NODES_MAX)
		return too_much(draft, "literals", CONDITION_NODES_MAX);
	draft->literal[draft->made.literals++] = literal;
	return ERR_OK;
}

static enum err
descend(struct draft *draft)
{
	if (++draft->depth <= CONDITION_DEPTH_MAX)
		return ERR_OK;
	return why_at(draft->why, ERR_LIMIT, draft->word.offset, "the condition is nested more "
	    "than %d deep", CONDITION_DEPTH_MAX);
}

/* The kind of a quantifier, which must have elements and belong to the subject. */
static enum err
kind_read(struct draft *draft, enum subject_kind *kind)
{
	struct word word = draft->word;
	char shown[4 * SOURCE_SHOWN + 8];

	if (word.kind != WORD_NAME || !subject_kind_find(word.source, kind))
		return not_expected(draft, "a kind of subject, such as instance or target,");
	if (draft->place != 0)
		return why_at(draft->why, ERR_INVALID, word.offset, "quantifiers do not nest: "
		    "\"%s\" stands inside another one", source_show(word.source, shown));
	if (!subject_kind_is_judged(*kind))
		return why_at(draft->why, ERR_INVALID, word.offset, "there are no elements of "
		    "kind %s yet", subject_kind_name(*kind));
	if (!subject_is_above(draft->subject, *kind))
		return why_at(draft->why, ERR_INVALID, word.offset, "a quantifier looks down: no "
		    "%s belongs to the subject %s", subject_kind_name(*kind),
		    subject_kind_name(draft->subject));
	return draft_next(draft);
}

/* The steps of an element, behind a skip; the subject and the height are its own. */
static enum err
element_read(struct draft *draft, struct quantifier *made)
{
	enum err err = ERR_OK;

	made->where = made->body = draft->made.steps;
	if (word_is(&draft->word, "where")) {
		err = draft_next(draft);
		if (err == ERR_OK)
			err = condition_read(draft);
		made->body = draft->made.steps;
		draft->height = 0;
	}
	if (err != ERR_OK || made->kind == QUANTIFIER_COUNT)
		goto out;
	err = draft_expect(draft, WORD_COLON, "\":\"");
	if (err == ERR_OK)
		err = one_read(draft);
out:
	made->end = draft->made.steps;
	return err;
}

enum err
draft_quantifier(struct draft *draft, enum quantifier_kind kind, uint32_t *index)
{
	struct quantifier made = { .kind = kind };
	enum subject_kind outer = draft->subject;
	uint32_t skip = draft->made.steps;
	unsigned height = draft->height;
	enum err err = kind_read(draft, &made.subject);

	if (err != ERR_OK)
		return err;
	if (draft->made.quantifiers == CONDITION_QUANTIFIERS_MAX)
		return too_much(draft, "quantifiers", CONDITION_QUANTIFIERS_MAX);
	*index = draft->made.quantifiers++;
	err = draft_step(draft, (struct step){ .kind = STEP_SKIP });
	if (err != ERR_OK)
		return err;
	draft->subject = made.subject;
	draft->place = *index + 1;
	draft->height = 0;
	err = element_read(draft, &made);
	draft->subject = outer;
	draft->place = 0;
	draft->height = height;
	draft->step[skip].a = made.end;
	draft->quantifier[*index] = made;
	return err;
}

static bool
quantifier_word(const struct word *word, enum quantifier_kind *kind)
{
	*kind = word_is(word, "all") ? QUANTIFIER_ALL : word_is(word, "any") ? QUANTIFIER_ANY :
	    QUANTIFIER_NONE;
	return *kind != QUANTIFIER_NONE || word_is(word, "none");
}

static enum err
quantified_read(struct draft *draft, enum quantifier_kind kind)
{
	struct step step = { .kind = STEP_QUANTIFIED };
	enum err err = draft_next(draft);

	if (err == ERR_OK)
		err = draft_quantifier(draft, kind, &step.a);
	return err == ERR_OK ? draft_step(draft, step) : err;
}

static enum err
known_read(struct draft *draft)
{
	struct step step = { .kind = STEP_KNOWN };
	enum err err = draft_next(draft);

	if (err == ERR_OK)
		err = operand_name(draft, &step.a);
	return err == ERR_OK ? draft_step(draft, step) : err;
}

static enum err
not_read(struct draft *draft)
{
	enum err err = draft_next(draft);

	if (err == ERR_OK)
		err = one_read(draft);
	return err == ERR_OK ? draft_step(draft, (struct step){ .kind = STEP_NOT }) : err;
}

static enum err
parentheses_read(struct draft *draft)
{
	enum err err = draft_next(draft);

	if (err == ERR_OK)
		err = condition_read(draft);
	return err == ERR_OK ? draft_expect(draft, WORD_CLOSE, "\")\"") : err;
}

/* What nests is counted: "not", "(" and quantifiers here, "implies" where it is read. */
static enum err
one_read(struct draft *draft)
{
	bool negation = word_is(&draft->word, "not");
	enum quantifier_kind kind;
	bool quantified = quantifier_word(&draft->word, &kind);
	enum err err;

	if (word_is(&draft->word, "known"))
		return known_read(draft);
	if (!negation && !quantified && draft->word.kind != WORD_OPEN)
		return comparison_read(draft);
	err = descend(draft);
	if (err != ERR_OK)
		return err;
	err = negation ? not_read(draft) : quantified ? quantified_read(draft, kind) :
	    parentheses_read(draft);
	draft->depth--;
	return err;
}

static enum err
both_read(struct draft *draft)
{
	enum err err = one_read(draft);

	while (err == ERR_OK && word_is(&draft->word, "and")) {
		err = draft_next(draft);
		if (err == ERR_OK)
			err = one_read(draft);
		if (err == ERR_OK)
			err = draft_step(draft, (struct step){ .kind = STEP_AND });
	}
	return err;
}

static enum err
either_read(struct draft *draft)
{
	enum err err = both_read(draft);

	while (err == ERR_OK && word_is(&draft->word, "or")) {
		err = draft_next(draft);
		if (err == ERR_OK)
			err = both_read(draft);
		if (err == ERR_OK)
			err = draft_step(draft, (struct step){ .kind = STEP_OR });
	}
	return err;
}

static enum err
condition_read(struct draft *draft)
{
	enum err err = either_read(draft);

	if (err != ERR_OK || !word_is(&draft->word, "implies"))
		return err;
	err = descend(draft);
	if (err == ERR_OK)
		err = draft_next(draft);
	if (err == ERR_OK)
		err = condition_read(draft);
	if (err == ERR_OK)
		err = draft_step(draft, (struct step){ .kind = STEP_IMPLIES });
	draft->depth--;
	return err;
}

static void
rebase(struct bytes *view, const uint8_t *from, const uint8_t *to)
{
	if (view->at != NULL)
		view->at = to + (view->at - from);
}

/* Everything in one piece of memory, those first that need alignment most. */
static struct condition *
pack_up(const struct draft *draft)
{
	const struct condition *made = &draft->made;
	size_t names = made->names * sizeof(*made->name);
	size_t operands = made->operands * sizeof(*made->operand);
	size_t literals = made->literals * sizeof(*made->literal);
	size_t quantifiers = made->quantifiers * sizeof(*made->quantifier);
	size_t steps = made->steps * sizeof(*made->step);
	uint8_t *at = memory_new(1, sizeof(*made) + names + operands + literals + quantifiers +
	    steps + made->text.len);
	struct condition *out = (struct condition *)(void *)at;

	*out = *made;
	at += sizeof(*made);
	out->name = memcpy(at, draft->name, names);
	out->operand = memcpy(at += names, draft->operand, operands);
	out->literal = memcpy(at += operands, draft->literal, literals);
	out->quantifier = memcpy(at += literals, draft->quantifier, quantifiers);
	out->step = memcpy(at += quantifiers, draft->step, steps);
	out->text.at = memcpy(at += steps, made->text.at, made->text.len);
	for (uint32_t i = 0; i < out->operands; i++) {
		rebase(&out->operand[i].text, made->text.at, at);
		rebase(&out->operand[i].source, made->text.at, at);
	}
	for (uint32_t i = 0; i < out->literals; i++)
		rebase(&out->literal[i].text, made->text.at, at);
	return out;
}

enum err
condition_parse(struct bytes text, enum subject_kind subject,
    const struct condition_vocabulary *vocabulary, struct condition **out, struct why *why)
{
	struct draft *draft;
	enum err err;

	*out = NULL;
	if (!subject_kind_is_judged(subject))
		return why_at(why, ERR_INVALID, 0, "there are no subjects of kind %s yet, so "
		    "nothing to judge", subject_kind_name(subject));
	if (text.len > CONDITION_TEXT_MAX)
		return why_at(why, ERR_LIMIT, CONDITION_TEXT_MAX, "the condition has more than "
		    "%d octets; say it in two controls", CONDITION_TEXT_MAX);
	if (!utf8_valid(text))
		return why_at(why, ERR_INVALID, 0, "the condition is not UTF-8 text");
	draft = memory_new(1, sizeof(*draft));
	draft->vocabulary = vocabulary;
	draft->why = why;
	draft->subject = draft->made.subject = subject;
	draft->made.text = text;
	err = draft_next(draft);
	if (err == ERR_OK)
		err = condition_read(draft);
	if (err == ERR_OK && draft->word.kind != WORD_END)
		err = not_expected(draft, "the end, or and, or, implies,");
	if (err == ERR_OK)
		*out = pack_up(draft);
	free(draft);
	return err;
}

void
condition_free(struct condition *condition)
{
	free(condition);
}
