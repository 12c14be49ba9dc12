/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A paper: what every report builds and every format prints.  It knows nothing of ledgers, folds
 * or forms; whoever builds it says everything in words.  Every text in it is clean: valid UTF-8
 * of one line without characters that steer, hide or turn direction (reports/filing_memory.h);
 * a cell alone may have several such lines, put by paper_cell_line().
 *
 * A paper that would exceed its bounds takes nothing more and says so: paper_check().
 * Builders copy what they are given; fixed words are in the language in use (i18n_open) when the
 * paper was made.  Equal calls make equal papers; no printer looks at a clock.
 */
#ifndef REPORTS_PAPER_H
#define REPORTS_PAPER_H

#include "reports/drawing.h"

enum paper_word {
#define PAPER_WORD(NAME, name, text) PAPER_WORD_##NAME,
#include "reports/paper_list.h"
	PAPER_WORDS
};

/* Bits.  Every page, screen and record of a paper shows its marks. */
enum paper_mark {
	PAPER_DRAFT = 1,	/* people must still confirm or enter something */
	PAPER_DRILL = 2		/* of an exercise: nothing of it happened */
};

/* How a text stands out; never by colour alone. */
enum paper_tone {
	PAPER_PLAIN,
	PAPER_STRONG,
	PAPER_BAD,		/* must be seen: not met, unknown, contradicted */
	PAPER_FAINT,		/* beside the matter */
	PAPER_TONES
};

enum paper_standing {
	PAPER_FILLED,		/* A: by the program, from evidence and declarations */
	PAPER_PARTLY,		/* A: some of it is unknown */
	PAPER_UNKNOWN,		/* A: all of it is */
	PAPER_TO_CONFIRM,	/* M: drafted, a person must confirm */
	PAPER_TO_ENTER,		/* H: blank, a person must enter it */
	PAPER_ENTERED,		/* H: a person entered it; an entry says who and when */
	PAPER_STANDINGS
};

struct paper_fact { const char *label, *text; };

/* What the paper speaks for; shown at its head and at the foot of every page. */
struct paper_ledger {
	const char *origin;
	uint64_t    size;		/* records */
	const char *root;		/* of the tree of that size, hex; "" if not known */
	int64_t     as_of_ms;		/* the moment it speaks of */
	uint64_t    anchor_size;	/* records the newest time stamp covers; 0: there is none */
	int64_t     anchor_ms;
	const char *anchored_by;	/* that authority, or "" */
};

struct paper_entry {		/* one value of a field */
	const char     *text, *beside;	/* beside: how it is known, since when; or "" */
	const char     *label;		/* which part of the field, or "" */
	const char     *basis;		/* "observed", ... for people, or "" */
	enum paper_tone tone;
	const uint64_t *cite;		/* numbers of records */
	uint32_t        cites;
};

struct paper_field {
	const char         *number;	/* "1-2" */
	const char         *label;
	const char         *key;	/* for machines: "provider.name", or "" */
	enum paper_standing standing;
	const char         *who;	/* who must confirm or enter it, or "" */
	const char         *state, *duty;	/* standing and who in words; NULL when given: the
						 * words of the catalogue */
	struct paper_entry *entry;  uint32_t entries;
};

enum paper_align { PAPER_LEFT, PAPER_RIGHT, PAPER_CENTER, PAPER_ALIGNS };

struct paper_column {
	const char      *head;
	enum paper_align align;
	uint32_t         width;		/* share of the whole width; 0: as its texts need */
	bool             row_head;	/* its cells name the row */
	bool             code;		/* hashes, identifiers: letters of one width */
};

struct paper_cell {
	const char     *text;		/* lines apart by '\n' */
	enum paper_tone tone;
	bool            number;		/* text is value as decimal digits */
	int64_t         value;
};

struct paper_table {
	const char          *name;	/* caption, and name of its sheet; or "" */
	struct paper_column *column;  uint32_t columns;
	struct paper_cell   *cell;	/* rows * columns, row by row */
	uint32_t             cells;	/* a row begun may still lack some */
	uint32_t             rows;
};

struct paper_item { unsigned depth; enum paper_tone tone; const char *text; };

enum paper_kind {
	PAPER_HEADING, PAPER_PARAGRAPH, PAPER_NOTE, PAPER_WARNING, PAPER_FIELD, PAPER_TABLE,
	PAPER_LIST, PAPER_FIGURE, PAPER_BREAK, PAPER_KINDS
};

struct paper_block {
	enum paper_kind kind;
	unsigned        level;		/* heading: 1 to PAPER_LEVELS */
	bool            ordered;	/* list */
	const char     *text;		/* heading, paragraph, note, warning; caption of a figure */
	struct paper_field  field;
	struct paper_table  table;
	struct paper_item  *item;  uint32_t items;	/* list */
	struct drawing     *drawing;	/* figure */
};

enum { PAPER_LEVELS = 4, PAPER_LIST_DEPTH = 4 };

struct paper {
	const char *language;		/* "ja", "en" */
	const char *title, *subtitle;
	const char *form, *edition;	/* the form's id and edition */
	const char *status;		/* what must be said of it, or "" */
	unsigned    marks;		/* enum paper_mark */
	struct paper_ledger ledger;
	struct paper_fact *fact;  uint32_t facts;	/* its head */
	const char *foot;		/* one line: ledger, size, root, moment */
	const char *word[PAPER_WORDS];
	struct paper_block *block;  uint32_t blocks;
	uint64_t    cells, octets;	/* of all of it */
	struct why  why;		/* the first bound that was exceeded, or ERR_OK */
	struct filing_memory *memory;	/* owns all of it but the drawings */
};

/* The caller frees with paper_free(), which frees its drawings too; NULL is fine. */
struct paper *paper_new(const char *language, const char *title);
void paper_free(struct paper *);
void paper_subtitle(struct paper *, const char *);
void paper_mark(struct paper *, enum paper_mark);
/* These three add to the head, in the order of the calls. */
void paper_ledger(struct paper *, const struct paper_ledger *);
void paper_form(struct paper *, const char *id, const char *edition, const char *status);
void paper_fact(struct paper *, const char *label, const char *text);

void paper_heading(struct paper *, unsigned level, const char *text);
void paper_paragraph(struct paper *, const char *text);
void paper_note(struct paper *, const char *text);
void paper_warning(struct paper *, const char *text);
void paper_break(struct paper *);		/* a new page */

/* number to who are read; entries follow by paper_entry(). */
void paper_field(struct paper *, const struct paper_field *);
void paper_entry(struct paper *, const struct paper_entry *);

/* Then rows: paper_row(), and a cell for each column; what is left out is empty. */
void paper_table(struct paper *, const char *name, const struct paper_column *, uint32_t columns);
void paper_row(struct paper *);
void paper_cell(struct paper *, enum paper_tone, const char *text);
void paper_cell_number(struct paper *, int64_t value);
void paper_cell_tone(struct paper *, enum paper_tone);	/* of the last cell */
void paper_cell_line(struct paper *, const char *text);	/* one more line of it */

void paper_list(struct paper *, bool ordered);
void paper_item(struct paper *, unsigned depth, enum paper_tone, const char *text);

/* Takes the drawing, also where it fails. */
void paper_figure(struct paper *, struct drawing *, const char *caption);

/* ERR_LIMIT or ERR_INVALID with the first thing that did not fit: to be asked before printing. */
MUST_USE enum err paper_check(const struct paper *, struct why *);

const char *paper_kind_name(enum paper_kind);		/* "heading" */
const char *paper_tone_name(enum paper_tone);		/* "bad" */
const char *paper_align_name(enum paper_align);		/* "right" */
const char *paper_standing_name(enum paper_standing);	/* "to-confirm" */
const char *paper_standing_letter(enum paper_standing);	/* "A", "M", "H" */
/* "DRILL": the words of the paper's marks, the gravest first; "" if it has none. */
void paper_marks_text(const struct paper *, struct buffer *out);
/* "【DRILL】title"; just the title without marks. */
void paper_title_text(const struct paper *, struct buffer *out);

/* The formats; appended to out. */
void paper_print_text(const struct paper *, struct buffer *out);
void paper_print_html(const struct paper *, struct buffer *out);
void paper_print_json(const struct paper *, struct buffer *out);

/*
 * A paper from its JSON; untrusted: ERR_TRUNCATED, ERR_MALFORMED, ERR_UNSUPPORTED or ERR_LIMIT with
 * where ("blocks[3] rows[2]: ...").  Texts are cleaned again.  The caller frees.
 */
MUST_USE enum err paper_read_json(struct bytes, struct paper **, struct why *);

#endif
