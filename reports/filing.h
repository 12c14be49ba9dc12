/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filing as it is written: a form (its field list is data), filled from one state in one
 * language.  The formats see this model and nothing else.  Every text in it is clean: valid UTF-8
 * of one line without characters that steer a terminal or turn the direction of text.  What is
 * declared, observed and proven stands apart, each value with the records it rests on; what
 * nobody knows says so, with what would provide it.  Nothing in it depends on a clock.
 */
#ifndef REPORTS_FILING_H
#define REPORTS_FILING_H

#include "monitor/state/judge.h"
#include "reports/filing_form.h"

enum {
	FILING_SHEETS_MAX = 4096,	/* sheets of one filing; refused */
	FILING_SUBJECTS_SHOWN = 12,	/* names of subjects, or numbers of records, beside a value
					 * in text and HTML; the rest is counted, JSON has all */
};

/* A value of a field, or that there is none. */
struct filing_value {
	unsigned     basis;		/* enum basis; 0: counted from other values */
	bool         known;		/* false: "text" says that nobody knows */
	bool         contradicted;	/* it differs from what is declared */
	bool         lapsed;		/* last seen so: the evidence no longer counts */
	bool         named;		/* people read "name = text", not the text alone */
	const char  *name;		/* for machines: "tls.version", a declaration's id, or "" */
	const char  *label;		/* for people: which part of the field, or "" */
	const char  *text;
	const char  *how;		/* how it is known, or what would provide it; or "" */
	int64_t      as_of_ms;		/* the oldest moment it is known of; 0: does not apply */
	const char **subject;		/* "target:amf-1-tls", ...; whom it is about */
	uint32_t     subjects;
	uint64_t    *cite;		/* numbers of records, ascending */
	uint32_t     cites;
};

enum filing_standing {
	FILING_FILLED,		/* A: by the program, from evidence and declarations */
	FILING_PARTLY,		/* A: some of it is unknown */
	FILING_UNKNOWN,		/* A: all of it is */
	FILING_DRAFT,		/* M: drafted, a person must confirm */
	FILING_BLANK,		/* H: a person must enter it */
	FILING_ENTERED,		/* a person entered or confirmed it */
	FILING_STANDINGS
};

struct accident_entry;
struct report_source;

/* One field of the form, answered. */
struct filing_answer {
	const struct form_field *field;
	const char          *title;		/* in the filing's language */
	const char          *who;		/* who must confirm or enter it, or "" */
	enum filing_standing standing;
	struct filing_value *value;
	uint32_t             values, unknowns;	/* unknowns: values that are not known */
	bool                 contradicted;	/* one of them is */
	const struct accident_entry *entry;	/* what a person entered; NULL: nothing */
	bool                 confirmed;		/* entry confirms the draft as it is */
	bool                 moved;		/* entry confirmed a draft that changed since */
};

struct filing_instance {
	const char *name, *title, *nf, *version, *site, *zone;
	enum health health;
	uint32_t    targets;
};

/* One third party's service in one region for one core function. */
struct filing_sheet {
	const char  *provider, *provider_name, *service, *region;	/* as declared, or "" */
	enum function function;
	const char  *title;
	struct filing_instance *instance;  uint32_t instances;
	struct filing_answer   *answer;    uint32_t answers;	/* in the order of the form */
};

/* One control on one subject. */
struct filing_finding {
	const char  *subject;
	enum verdict verdict, beneath;
	int64_t      since_ms;
	uint64_t     seq;		/* the record that decided it */
	const char  *missing;		/* the name without which it is unknown, or "" */
	const char  *because;		/* what its condition read, unless it is met, or "" */
	uint64_t     waiver;		/* record of the waiver in force, or 0 */
	uint64_t    *cite;		/* the deciding record and those its values come from */
	uint32_t     cites;
};

struct filing_control {
	const char  *id, *clause, *title, *requirement, *limit, *source, *confidence, *condition;
	const char  *lacks;		/* why it cannot be decided, or "" */
	enum level   level;
	enum subject_kind kind;
	bool         decided;		/* a condition judges it */
	enum verdict verdict;		/* the worst */
	uint32_t     count[VERDICTS];	/* subjects by verdict */
	struct filing_finding *finding;	/* worst first, equal ones together */
	uint32_t     findings;
};

/* A control pack in force. */
struct filing_standard {
	const char *id, *edition, *title;
	const char *hash;		/* of the pack, hex */
	const char *fault;		/* why it was set aside, or "" */
	struct filing_control *control;  uint32_t controls;
	uint32_t    count[VERDICTS];	/* decided controls by their worst verdict */
	uint32_t    undecided;
};

struct filing_waiver {
	uint64_t    seq, decided_seq;
	enum waiver_step step;
	const char *control, *subject, *asked_by, *decided_by;
	const char *commitment;		/* SHA-256 over salt and reason, hex */
	int64_t     asked_ms, decided_ms, until_ms;
};

struct accident;
struct filing_change;

struct filing {
	const struct form *form;	/* the caller's; must stay */
	const char *language;		/* "ja", "en" */
	const char *title, *basis, *monitor;
	const char *note;		/* that some fields of the form were not verified, or "" */
	int64_t     at_ms;		/* the moment it speaks of, recorded time */
	int64_t     newest_ms;		/* the newest record of it */
	uint64_t    size;		/* records of the ledger it speaks for */
	const char *root;		/* of the tree of that size, hex; "" if not known */
	const char *origin;		/* of the ledger */
	const char *verifier;		/* the key that signs it, or "" */
	uint64_t    anchor_size, anchor_seq;	/* newest time stamp; size 0: none */
	int64_t     anchor_ms;
	const char *anchor_authority;
	uint64_t    config_seq;
	bool        planned;		/* a configuration was in force */
	const char **warning;		/* sentences: gaps, forks, silence */
	uint32_t    warnings;
	const char **head;		/* titles of the form's heads */
	uint32_t    heads;

	struct filing_answer   *cover;     uint32_t covers;
	struct filing_sheet    *sheet;     uint32_t sheets;
	struct filing_standard *standard;  uint32_t standards;
	struct filing_waiver   *waiver;    uint32_t waivers;	/* in force, then asked for */
	uint32_t    own_instances;	/* on own premises: not third party's */
	uint32_t    count[VERDICTS];	/* findings by verdict */
	uint32_t    undecided;		/* controls nobody can decide */
	uint32_t    unknown_fields;	/* A-fields of which something is unknown */
	uint32_t    contradictions;	/* values that differ from what is declared */
	const struct state *state;	/* the caller's, as believed at at_ms; must stay while
					 * it is printed: figures are drawn from it */
	const struct accident *accident;	/* it is of one incident; or NULL */
	const struct filing_change *change;  uint32_t changes;	/* since that edition */
	uint64_t    since_edition;	/* 0: there is none before */
	uint32_t    blank, unconfirmed;	/* of one: H-fields to enter, M-fields to confirm ... */
	uint32_t    required;		/* ... and how many of both a frozen one must have */
	struct filing_memory *memory;	/* owns all of it */
};

/* A field that says something else than the edition before. */
struct filing_change { const char *number, *title, *before, *now; };

struct report_source;

/* What a filing is made from. */
struct filing_source {
	struct report_source *source;	/* where it was read; or NULL */
	const struct state *state;	/* as believed at at_ms */
	int64_t     at_ms, newest_ms;
	uint64_t    size;
	struct hash root;		/* zero: not known */
	int64_t     config_ms;		/* when the configuration in force was recorded, or 0 */
	uint64_t    anchor_seq;		/* record of the newest anchor, or 0 */
	struct report_source *from;	/* the ledger it is of; set by report_stand() */
	const struct accident *accident;	/* a paper about it; NULL: about the network */
};

/*
 * Fills the form.  language "ja" or "en" chooses among the texts of form, plan and packs; fixed
 * words come from the catalogue in use (i18n_open).  ERR_LIMIT if it would have too many sheets.
 * The caller frees with filing_free().
 */
MUST_USE enum err filing_make(const struct filing_source *, const struct form *,
    const char *language, struct filing **, struct why *);
void filing_free(struct filing *);		/* NULL is fine */
/* EXIT_FINDING: something is not met or contradicts what is declared; else EXIT_UNKNOWN: a
 * finding, a control or an A-field is unknown, or nothing was judged; else EXIT_FINE. */
int  filing_code(const struct filing *);
const char *filing_standing_name(enum filing_standing);	/* "draft" */
const char *filing_standing_text(enum filing_standing);	/* for people, translated */
const char *filing_basis_name(unsigned basis);		/* "declared" */
const char *filing_basis_text(unsigned basis);		/* translated */

/* The formats; appended to out. */
void filing_print_text(const struct filing *, struct buffer *out);
void filing_print_json(const struct filing *, struct buffer *out);
void filing_print_html(const struct filing *, struct buffer *out);

#endif
