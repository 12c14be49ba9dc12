/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of the condition language share; everybody else uses condition.h.  A condition
 * is a postfix program over truths: steps refer to operands, literals and names by index.  The
 * steps of a quantifier's element stand before the step that asks for its tally, and are skipped.
 */
#ifndef MONITOR_STATE_CONDITION_PART_H
#define MONITOR_STATE_CONDITION_PART_H

#include "monitor/state/condition.h"

enum {
	CONDITION_HEIGHT_MAX = 3 * CONDITION_DEPTH_MAX + 4,	/* truths waiting: three a level */
	SOURCE_SHOWN         = 60	/* octets of a word in a sentence */
};

/* Types of operands: those of facts, and what age() and until() give. */
enum operand_type {
	OPERAND_FLAG = FACT_TYPE_flag, OPERAND_INT = FACT_TYPE_int, OPERAND_TEXT = FACT_TYPE_text,
	OPERAND_TIME = FACT_TYPE_time, OPERAND_HASH = FACT_TYPE_hash,
	OPERAND_TEXTS = FACT_TYPE_texts, OPERAND_TIMES = FACT_TYPE_times, OPERAND_DURATION
};

enum operand_kind { FROM_NAME, FROM_LITERAL, FROM_AGE, FROM_UNTIL, FROM_COUNT, FROM_SIZE };

struct operand {
	enum operand_kind kind;
	enum operand_type type;
	uint32_t          index;	/* of the name, or of the quantifier that counts */
	int64_t           number;	/* literal: integer, flag, duration in ms */
	struct bytes      text;		/* literal: without its quotes */
	struct bytes      source;	/* as written, for sentences */
};

struct literal { int64_t number; struct bytes text; };

/* How left may stand to right: sets of these bits; "<=" is less or equal. */
enum order { ORDER_LESS = 1, ORDER_EQUAL = 2, ORDER_MORE = 4 };

/* "a < b" said from b: "b > a". */
enum order order_mirrored(enum order);

enum step_kind {
	STEP_SKIP,		/* a: the step to go on with */
	STEP_FLAG,		/* a: operand */
	STEP_COMPARE,		/* a, b: operands; order: what makes it true */
	STEP_AGE,		/* a: operand of kind age or until; b: duration */
	STEP_KNOWN,		/* a: name */
	STEP_IN_LIST,		/* a: operand; literals b to b + count */
	STEP_IN_NAME,		/* a: operand; b: name of a list */
	STEP_SUBSET_LIST,	/* a: name; literals b to b + count */
	STEP_SUBSET_NAME,	/* a, b: names */
	STEP_CONTAINS,		/* a: operand, text or texts; b: literal */
	STEP_QUANTIFIED,	/* a: quantifier */
	STEP_NOT, STEP_AND, STEP_OR, STEP_IMPLIES
};

struct step {
	enum step_kind kind;
	enum order     order;
	uint32_t       a, b, count;
};

enum quantifier_kind { QUANTIFIER_ALL, QUANTIFIER_ANY, QUANTIFIER_NONE, QUANTIFIER_COUNT };

struct quantifier {
	enum quantifier_kind kind;
	enum subject_kind    subject;
	uint32_t where, body, end;	/* steps where..body and body..end; either may be empty */
};

struct used_name {
	struct condition_name name;
	uint32_t              place;	/* 0 outside, quantifier + 1 inside */
};

/* One allocation: the arrays and the text stand behind the struct. */
struct condition {
	struct bytes       text;
	enum subject_kind  subject;
	uint32_t           steps, operands, literals, names, quantifiers;
	struct step       *step;
	struct operand    *operand;
	struct literal    *literal;
	struct used_name  *name;
	struct quantifier *quantifier;
};

/* --- condition_word.c --------------------------------------------------------------------- */
enum word_kind {
	WORD_END, WORD_NAME, WORD_TEXT, WORD_INTEGER, WORD_DURATION, WORD_ORDER, WORD_OPEN,
	WORD_CLOSE, WORD_COMMA, WORD_COLON
};

struct word {
	enum word_kind kind;
	size_t         offset;	/* where it begins */
	struct bytes   source;	/* as written; empty at the end */
	struct bytes   text;	/* WORD_TEXT: without its quotes */
	int64_t        number;	/* WORD_INTEGER; WORD_DURATION in ms */
	enum order     order;
};

/* The word at *at, behind space; moves *at behind it. */
MUST_USE enum err word_next(struct bytes text, size_t *at, struct word *, struct why *);
bool word_is(const struct word *, const char *keyword);
/* The source cut and escaped for a sentence. */
const char *source_show(struct bytes source, char out[4 * SOURCE_SHOWN + 8]);

/* --- condition_parse.c -------------------------------------------------------------------- */
struct draft {
	const struct condition_vocabulary *vocabulary;
	struct why       *why;
	size_t            at;		/* behind word */
	struct word       word;		/* the one to look at */
	size_t            ended;	/* octet behind the word before it */
	enum subject_kind subject;	/* whose names are read; in a quantifier: an element's */
	uint32_t          place;	/* as in used_name */
	unsigned          depth, height;
	struct condition  made;		/* points into the arrays below */
	struct step       step[CONDITION_NODES_MAX];
	struct operand    operand[CONDITION_NODES_MAX];
	struct literal    literal[CONDITION_NODES_MAX];
	struct used_name  name[CONDITION_NODES_MAX];
	struct quantifier quantifier[CONDITION_QUANTIFIERS_MAX];
};

MUST_USE enum err draft_next(struct draft *);
MUST_USE enum err draft_expect(struct draft *, enum word_kind, const char *what);
MUST_USE enum err draft_keyword(struct draft *, const char *keyword);
MUST_USE enum err draft_step(struct draft *, struct step);
MUST_USE enum err draft_literal(struct draft *, struct literal);
/* KIND [ "where" condition ] [ ":" one ]: its steps, and the quantifier they belong to. */
MUST_USE enum err draft_quantifier(struct draft *, enum quantifier_kind, uint32_t *index);

/* --- condition_operand.c ------------------------------------------------------------------ */
/* name, document("...") or declared("..."): its index among the names. */
MUST_USE enum err operand_name(struct draft *, uint32_t *index);
MUST_USE enum err operand_read(struct draft *, uint32_t *index);

/* --- condition_compare.c ------------------------------------------------------------------ */
MUST_USE enum err comparison_read(struct draft *);

/* --- condition_judge.c -------------------------------------------------------------------- */
/* A truth, and the name whose absence left it unknown (NULL: elements did). */
struct finding { enum truth truth; const char *missing; };

struct run {
	const struct condition       *condition;
	const struct subject         *subject;
	const struct condition_world *world;
	int64_t                       next_ms;
	const char                   *missing;	/* the first of all */
};

void condition_sooner(int64_t *next_ms, int64_t ms);	/* the lesser of the two */

/* --- condition_leaf.c --------------------------------------------------------------------- */
/* A step that takes no truth. */
struct finding condition_leaf(struct run *, const struct step *);

#endif
