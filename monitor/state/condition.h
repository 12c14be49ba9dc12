/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition language of control packs (docs/conditions.md): small, closed, typed, three-valued.
 * Pure.  A condition is parsed once against a vocabulary, so that a name nobody declared, or one
 * of another type, is an error when a pack is built and never when it is judged.
 *
 *   condition  = implied
 *   implied    = either [ "implies" implied ]
 *   either     = both { "or" both }
 *   both       = one { "and" one }
 *   one        = "not" one | "(" condition ")" | quantified | "known" fact | comparison
 *   quantified = ( "all" | "any" | "none" ) KIND [ "where" condition ] ":" one
 *   comparison = operand [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) operand
 *              | [ "not" ] "in" ( list | name ) | "subset_of" ( list | name )
 *              | "contains" text ]
 *   operand    = fact | text | integer | duration | "true" | "false"
 *              | "age" "(" fact ")" | "until" "(" fact ")"
 *              | "count" "(" KIND [ "where" condition ] ")" | "size" "(" name ")"
 *   fact       = name | "document" "(" text ")" | "declared" "(" text ")"
 *   list       = "(" literal { "," literal } ")"
 *
 * An operand alone must be a flag.  text: "..." without escapes; literal: text or integer;
 * duration: 30d 12h 15m 60s (for ages only).
 * Names of the subject, and of what it belongs to if they are FIXED, may be read: a target reads
 * its instance's, site's, provider's, function's and the carrier's; an instance its site's ...
 * Quantifiers look down and do not nest.  "in" name: the name is a list of texts.
 *
 * Truth is Kleene's: a missing fact is unknown; "known" is the only test that never is.  all over
 * nothing is unknown ("there is nothing to look at"), any and count over nothing are false and 0.
 * A count with unknown elements is an interval: a comparison that any value in it would change is
 * unknown.  age(t) = now - t, until(t) = t - now; the age of what lies more than
 * CONDITION_AHEAD_MS ahead is unknown: a date mistyped or a wrong clock is not recent.
 */
#ifndef MONITOR_STATE_CONDITION_H
#define MONITOR_STATE_CONDITION_H

#include "monitor/base/err.h"
#include "monitor/ledger/facts.h"

/* What one condition may take; beyond them it is refused with ERR_LIMIT. */
enum {
	CONDITION_TEXT_MAX        = 4000, /* octets: what a person still reads */
	CONDITION_DEPTH_MAX       = 32,	/* nesting: the parser descends this far */
	CONDITION_NODES_MAX       = 256, /* steps, operands, literals of lists, names, each */
	CONDITION_QUANTIFIERS_MAX = 16,	/* tallies somebody keeps for each subject */
	CONDITION_AHEAD_MS        = 600000 /* clocks that differ by less are one clock */
};

enum subject_kind {
#define SUBJECT(NAME, name, text) SUBJECT_##NAME,
#include "monitor/state/subject_list.h"
	SUBJECT_KINDS
};

/* One thing a control is judged for; replica: which address of a target, else 0. */
struct subject { enum subject_kind kind; uint32_t index, replica; };

enum subject_fact {
#define SUBJECT_FACT(KIND, type, NAME, name, BASIS, change, text) SUBJECT_FACT_##NAME,
#include "monitor/state/subject_list.h"
	SUBJECT_FACTS
};

/* Kleene: and is the least, or the greatest. */
enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

/* Bits: what a verdict rests on. */
enum basis { BASIS_DECLARED = 1, BASIS_OBSERVED = 2, BASIS_PROVEN = 4 };

/* Where a name comes from. */
enum name_source { NAME_FACT, NAME_SUBJECT, NAME_DOCUMENT, NAME_DECLARATION };

struct condition_name {
	enum name_source  source;
	uint32_t          number;	/* enum fact, enum subject_fact, index in a pack's list */
	enum subject_kind kind;		/* whose it is; TARGET facts are also a KEY's */
	enum fact_type    type;		/* of a document: time, its date */
	enum basis        basis;
	bool              moving;
	const char       *name;		/* lives as long as the vocabulary */
};

/* What a condition may speak of: the tables, and the documents and declarations of its pack. */
struct condition_vocabulary {
	void *arg;
	/* False if there is none.  arg may be NULL where these are NULL: no documents, none. */
	bool (*document)(void *arg, struct bytes id, struct condition_name *out);
	bool (*declaration)(void *arg, struct bytes id, struct condition_name *out);
};

/* A name of the tables: facts of probes and of subjects; false if there is none. */
bool condition_name_find(struct bytes name, struct condition_name *out);

/* A value as it is now. */
struct value {
	bool         known;
	bool         flag;
	int64_t      number;		/* int and time */
	int64_t      spread;		/* of an int: it may be as much larger; 0: exact */
	struct bytes text;		/* text; hash: 32 octets */
	struct bytes list;		/* texts: CBOR array of text */
	uint64_t     seq;		/* the record it comes from */
};

/* How many elements a quantifier saw. */
struct tally { uint32_t out, no, unknown, yes; };

/* The world a condition is judged in; all pure. */
struct condition_world {
	void   *arg;
	int64_t now_ms;
	struct value (*value)(void *arg, const struct subject *, const struct condition_name *);
	/* How the elements below the subject fare with quantifier q of the condition. */
	struct tally (*tally)(void *arg, const struct condition_world *, const void *condition,
	    size_t q, const struct subject *);
};

struct condition;

/* ERR_INVALID or ERR_LIMIT; the sentence names the word, why->offset its octet. */
MUST_USE enum err condition_parse(struct bytes text, enum subject_kind,
    const struct condition_vocabulary *, struct condition **, struct why *);
void condition_free(struct condition *);		/* NULL is fine */

struct condition_result {
	enum truth  truth;
	int64_t     next_ms;		/* when time alone may change it; INT64_MAX: never */
	const char *missing;		/* first name that was missing, if unknown: and left it so;
					   NULL if none, or only among elements */
};

enum truth condition_judge(const struct condition *, const struct subject *,
    const struct condition_world *, struct condition_result *);
unsigned   condition_basis(const struct condition *);	/* bits of enum basis it reads */

/* Quantifiers, for whoever keeps tallies: what each looks at. */
size_t            condition_quantifiers(const struct condition *);
enum subject_kind condition_quantifier_kind(const struct condition *, size_t q);
/* One element: adds it to the tally and lowers *next_ms. */
void condition_element(const struct condition *, size_t q, const struct subject *element,
    const struct condition_world *, struct tally *, int64_t *next_ms);

/* The names it reads, each once, in order of appearance; quantifier: 0 outside, q + 1 inside. */
size_t condition_names(const struct condition *);
const struct condition_name *condition_name_at(const struct condition *, size_t i,
    size_t *quantifier);

/* For people: the condition as written. */
struct bytes condition_text(const struct condition *);

const char *subject_kind_name(enum subject_kind);
bool        subject_kind_find(struct bytes name, enum subject_kind *);
bool        subject_kind_is_judged(enum subject_kind);	/* a plan has such subjects */
/* True if elements of kind "below" belong to a subject of kind "above". */
bool        subject_is_above(enum subject_kind above, enum subject_kind below);

#endif
