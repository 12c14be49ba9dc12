/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an instance, a store or a key is, by five kinds of witnesses that are never merged, and the
 * verdict over them: inside what is approved for its data, outside, contradicted, or unknown with
 * a reason.  Made out of a state, recorded nowhere: of any moment by replay.
 *
 * Inside takes a witness stronger than the declaration (inventory or signed evidence), no usable
 * one that says otherwise, and no way by which the data leave.  An address corroborates or
 * contradicts, a bound of distance can only exclude.  What is stale, silent or refused counts for
 * nothing.
 */
#ifndef MONITOR_STATE_WHEREABOUTS_H
#define MONITOR_STATE_WHEREABOUTS_H

#include "monitor/state/approved.h"
#include "monitor/state/fold.h"

enum where_verdict {
#define WHERE_VERDICT(NAME, name, letter, text) WHERE_##NAME,
#include "monitor/state/whereabouts_list.h"
	WHERE_VERDICTS
};
enum where_witness {
#define WHERE_WITNESS(NAME, name, text) WITNESS_##NAME,
#include "monitor/state/whereabouts_list.h"
	WITNESSES
};
enum where_grade {
#define WHERE_GRADE(NAME, name, text) WHERE_GRADE_##NAME,
#include "monitor/state/whereabouts_list.h"
	WHERE_GRADES
};
enum where_basis {
#define WHERE_BASIS(NAME, name, text) WHERE_BASIS_##NAME,
#include "monitor/state/whereabouts_list.h"
	WHERE_BASES
};
enum where_why {
#define WHERE_WHY(NAME, VERDICT, text, advice) WHERE_WHY_##NAME,
#include "monitor/state/whereabouts_list.h"
	WHERE_WHYS
};
enum where_lack {
#define WHERE_LACK(NAME, text, advice) WHERE_LACK_##NAME,
#include "monitor/state/whereabouts_list.h"
	WHERE_LACKS
};

enum where_kind { WHERE_OF_INSTANCE, WHERE_OF_STORE, WHERE_OF_KEY };

enum { WHERE_NOBODY = UINT32_MAX };

/* What one witness says. */
struct where_testimony {
	enum where_witness witness;
	/* Who asked, and at which of its addresses; NULL: the plan. */
	const struct target_state *target;
	uint32_t        replica;
	enum where_grade grade;
	enum where_basis basis;
	enum where_lack lack;		/* NONE: it counts */
	struct place    place;		/* of physics: none */
	struct approved approved;	/* of that place; UNCLEAR without */
	bool            excludes;	/* physics: a country that another witness names ... */
	char            excluded[3];	/* ... the declared one first */
	int64_t         km;		/* physics: the bound */
	const char     *vantage;	/* physics: from where, "" the monitor's own */
	int64_t         heard_ms;	/* last known to be so; of the plan: 0 */
	uint64_t        seq;		/* the record it comes from */
};

/* A way by which data leave, as the provider's inventory has it. */
struct where_edge {
	const struct target_state *target;
	struct place    place;		/* destination */
	struct approved approved;
};

struct whereabouts {
	enum where_kind    kind;
	uint32_t           index;	/* instance, store, or target of the key */
	enum where_verdict verdict;
	enum where_why     why;
	uint32_t by, against;		/* testimonies the reason names, or WHERE_NOBODY */
	uint32_t edge;			/* edge it names, or WHERE_NOBODY */
	uint64_t data;			/* classes, bit per index */
	struct where_testimony *testimony;  uint32_t testimonies;	/* declared first */
	struct where_edge *edges;  uint32_t edge_count;
	uint32_t edges_outside, edges_unclear, edges_unsaid;
	int64_t  next_ms;		/* when time alone may change it; INT64_MAX: never */
};

/* index: of the instance, of the store, or of a target with plan_target_has_key().  The caller
 * frees with whereabouts_free(); valid as long as the state. */
void whereabouts_make(struct whereabouts *, const struct state *, enum where_kind,
    uint32_t index);
void whereabouts_free(struct whereabouts *);

/* The verdict over testimonies and edges that are there: sets verdict, why, by, against, edge. */
void whereabouts_judge(struct whereabouts *);

/* Signed evidence names a machine, and those declared for the instance of the target are others. */
bool where_other_machine(const struct state *, const struct target_state *, struct bytes facts);

/* The newest moment any witness that counts was heard; 0: none but the plan. */
int64_t whereabouts_heard_ms(const struct whereabouts *);
/* Appends the reason as one sentence of the language in force, with places and witnesses. */
void whereabouts_print(struct buffer *, const struct whereabouts *);
const char *whereabouts_advice(const struct whereabouts *);	/* for translation; "": none */
/* "aws/ap-northeast-1 (JP)", "JP", "" */
void place_print(struct buffer *, const struct place *);

const char *where_verdict_name(enum where_verdict);	/* "inside" */
const char *where_verdict_text(enum where_verdict);	/* for translation */
char        where_verdict_letter(enum where_verdict);
const char *where_witness_name(enum where_witness);
const char *where_witness_text(enum where_witness);	/* for translation */
const char *where_grade_name(enum where_grade);		/* "A'" */
const char *where_grade_text(enum where_grade);		/* for translation */
const char *where_basis_name(enum where_basis);
const char *where_basis_text(enum where_basis);		/* for translation */
const char *where_why_name(enum where_why);		/* "SIGNED_CONTRADICTS" */
enum where_verdict where_why_verdict(enum where_why);
const char *where_lack_text(enum where_lack);		/* for translation */
const char *where_lack_advice(enum where_lack);		/* for translation */

#endif
