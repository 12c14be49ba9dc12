/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that fill a filing share, and nobody else includes. */
#ifndef REPORTS_FILING_PART_H
#define REPORTS_FILING_PART_H

#include "reports/filing.h"
#include "reports/filing_memory.h"

enum { NO_SHEET = UINT32_MAX };

/* Which subjects a field speaks of: those of one sheet, or none (the cover). */
struct scope_of_sheet {
	struct filing_sheet *sheet;	/* NULL: the cover */
	uint32_t  number;		/* of the sheet */
	uint32_t *instance;  uint32_t instances;	/* indexes into the plan, ascending */
	uint32_t *site;      uint32_t sites;
	uint32_t *target;    uint32_t targets;	/* of its instances */
};

struct tallies { uint32_t verdict[VERDICTS]; };

/* A control that is not met on something a sheet covers. */
struct breach {
	uint32_t    sheet, standard;
	const char *id, *title, *subject;
	uint64_t    seq;
};

struct maker {
	const struct filing_source *source;
	const struct state  *state;	/* for values; judged, if only by a pack without controls */
	const struct plan   *plan;	/* NULL: none is in force */
	const struct judgement *judgement;	/* NULL: no packs */
	struct filing       *filing;
	struct filing_memory *memory;
	bool                 ja;
	uint32_t            *sheet_of;		/* per instance, or NO_SHEET */
	uint32_t            *target_first, *target;	/* instance to its targets */
	uint32_t            *key_of;		/* target to key */
	struct scope_of_sheet *scope;		/* per sheet */
	struct tallies      *tally;	/* [(sheets + 1) * standards]; the last is the cover */
	struct breach       *breach;  uint32_t breaches;
};

/* One answer while it is filled. */
struct filling {
	struct maker               *maker;
	const struct scope_of_sheet *scope;
	struct filing_answer       *answer;
	const struct form_part     *part;
	uint32_t                    from;	/* the part's first value */
};

/* A text of form or pack in the filing's language; English where there is no other. */
const char *maker_text(const struct maker *, const char *english, const char *japanese);

/* --- filing_value.c --- */
/*
 * Adds what one subject has; where another had the same, it joins it.  value's texts are the
 * caller's; subject "" is the sheet as a whole; cite UINT64_MAX is none.
 */
void filling_add(struct filling *, const struct filing_value *, const char *subject,
    uint64_t cite);
/* The same with a text that is formatted; basis declared, known, of the configuration. */
void filling_declare(struct filling *, const char *name, const char *subject, const char *text);
void filling_unknown(struct filling *, const char *subject, const char *text, const char *how);
/* Adds a number to a list of cites, ascending, once. */
void cite_add(struct filing_memory *, uint64_t **cite, uint32_t *cites, uint64_t seq);
/* Appends a value for people. */
void value_print(struct buffer *, enum fact_type, const struct value *);

/* --- filing_fact.c --- */
void filling_facts(struct filling *);		/* the part's facts */
void filling_declared(struct filling *);	/* documents and declarations */
void filling_fact(struct filling *, uint32_t target, uint32_t replica,
    const struct condition_name *, const char *how, bool contradicted);

void filling_subject_fact(struct filling *, struct subject, const struct condition_name *);

/* --- filing_keys.c --- */
void filling_keys(struct filling *);		/* each key of the sheet, from hardware to wire */
/* Facts of what the sheet's instances store, and of declared keys that protect any of it. */
void filling_stores(struct filling *, const struct condition_name *);
void filling_custody(struct filling *, const struct condition_name *);

/* --- filing_from.c --- */
void filling_from(struct filling *);		/* what else fills the part */
const char *function_title(enum function);	/* translated */

/* --- filing_attach.c --- */
void filling_attachment(struct filling *);	/* what attachments of a self-check draw on */

/* --- filing_place.c --- */
void filling_place(struct filling *);
void filling_approved(struct filling *);
void filling_seen(struct filling *);
void filling_feed(struct filling *);

/* --- filing_sheet.c --- */
MUST_USE enum err maker_sheets(struct maker *, struct why *);
void maker_answers(struct maker *);		/* every field of every sheet, and the cover */

/* --- filing_control.c --- */
void maker_controls(struct maker *);
void maker_waivers(struct maker *);

#endif
