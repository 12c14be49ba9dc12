/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A control pack: the clauses of one standard as data, in libconfig's syntax.  Pure: octets in,
 * controls out, everything in it checked; docs/packs.md is the format.
 */
#ifndef MONITOR_STATE_PACK_H
#define MONITOR_STATE_PACK_H

#include "monitor/state/condition.h"

enum {
	PACK_CONTROLS_MAX = 512,	/* controls of one pack: refused */
	PACK_ITEMS_MAX    = 512,	/* documents, and declarations, of one pack: refused */
	PACK_TEXT_MAX     = 4000	/* octets of one text: refused */
};

/* contradiction: what was declared and what was seen differ: the most severe finding there is. */
#define LEVEL_LIST(X)                        \
	X(CONTRADICTION, "contradiction")    \
	X(MANDATORY,     "mandatory")        \
	X(RECOMMENDED,   "recommended")

enum level {
#define X(NAME, name) LEVEL_##NAME,
	LEVEL_LIST(X)
#undef X
	LEVELS
};

struct pack_item {			/* a document or a declaration a control may ask for */
	const char    *id, *title, *title_ja;
	enum fact_type type;		/* of a declaration: flag, int, text or time */
};

struct pack_control {
	const char       *id;		/* unique over all packs: "TS-17" */
	const char       *clause;	/* "Rule Art. 17" */
	const char       *title, *title_ja;
	const char       *requirement;	/* what the clause asks, in short */
	const char       *limit;	/* what a verdict here does not show, or "" */
	const char       *limit_ja;
	const char       *source;	/* where the clause was read */
	const char       *confidence;	/* verified, seed, general */
	enum level        level;
	enum subject_kind subject;
	struct condition *applies;	/* NULL: always */
	struct condition *condition;	/* NULL: it cannot be decided; see lacks */
	const char       *lacks;	/* the fact, document or test that is missing, or "" */
};

struct pack {
	const char *id;			/* "ts-rule" */
	const char *edition;		/* "in force 2025-10-01" */
	const char *standard, *standard_ja;	/* title of the standard */
	struct pack_item    *document;    uint32_t documents;
	struct pack_item    *declaration; uint32_t declarations;
	struct pack_control *control;     uint32_t controls;
	struct pack_memory  *memory;	/* owns all of it */
};

/*
 * name is for sentences ("ts-rule.pack").  ERR_INVALID or ERR_LIMIT with "NAME:LINE: sentence":
 * the first fault.  The caller frees with pack_free().
 */
MUST_USE enum err pack_read(const char *name, struct bytes octets, struct pack **, struct why *);
void pack_free(struct pack *);		/* NULL is fine */
const char *level_name(enum level);

#endif
