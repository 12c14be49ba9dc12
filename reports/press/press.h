/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sekimori-press: a paper as JSON in, PDF or XLSX out.  Equal papers give equal octets with the
 * same fonts and libraries: dates come from the paper, and nothing here is random.
 */
#ifndef REPORTS_PRESS_PRESS_H
#define REPORTS_PRESS_PRESS_H

#include <cairo.h>
#include <pango/pangocairo.h>

#include "reports/paper.h"

/* A4 in points, and what is left free for header, footer and binding. */
#define PAGE_WIDTH   595.28
#define PAGE_HEIGHT  841.89
#define PAGE_LEFT    54.0
#define PAGE_TOP     66.0
#define PAGE_BOTTOM  782.0
#define TEXT_WIDTH   (PAGE_WIDTH - 2 * PAGE_LEFT)

enum { PRESS_PAGES_MAX = 3000 };	/* pages of one document, for memory; refused */

/* How letters look. */
enum press_face { FACE_BODY, FACE_CELL, FACE_CELL_STRONG, FACE_SMALL, FACE_SMALL_STRONG, FACE_CODE,
	FACE_TITLE, FACE_SUBTITLE, FACE_HEAD_1, FACE_HEAD_2, FACE_HEAD_3, FACE_HEAD_4, FACE_MARK,
	PRESS_FACES };

struct press_cell {
	PangoLayout *layout;
	double    x, width;		/* of the whole cell */
	double    text_height;
	uint32_t  lines;
	double   *bottom;		/* of each line, from the top of the text */
	double    shade;		/* grey behind it; 0: none */
	double    blank;		/* height of a box to write in below the text */
	const char *tag;		/* structure: "TD"; NULL: the row's */
};

struct press_row {
	struct press_cell *cell;  uint32_t cells;
	double     before;		/* above it, but not at the top of a page */
	double     pad;			/* around the text of its cells */
	double     height;
	bool       bordered;
	bool       keep_next;		/* never the last of a page */
	const char *tag, *group_tag;	/* structure: "TR" in a "Table" */
	uint32_t   group;		/* rows of one table or list; 0: stands alone */
	const struct press_row *repeat;	/* head of its table, for each further page */
	const struct paper_block *heading;	/* a heading that can be jumped to */
	uint32_t   number;		/* of its block, for links; of the block it points to */
	bool       points;		/* a line of the contents */
	const struct drawing *drawing;
	double     scale;		/* of the drawing */
	bool       turned;		/* by a quarter, to be read from the right */
};

/* A row, or some lines of its cells, on a page. */
struct press_fragment {
	const struct press_row *row;
	unsigned  page;			/* from 0 */
	double    y, height;
	uint32_t *from, *to;		/* lines of each cell; NULL: all */
};

struct press {
	const struct paper *paper;
	PangoContext *context;
	PangoFontDescription *font[PRESS_FACES];
	PangoAttrList *attributes;	/* of every text */
	struct filing_memory *memory;	/* rows, cells, fragments */
	struct why *why;
	enum err    err;		/* the first failure; nothing is put after it */
	uint32_t    block, row, column;	/* what is being set, for sentences; row 0: no table */

	struct press_fragment *fragment;  uint32_t fragments;
	const struct press_row **waiting;  uint32_t waitings;	/* kept with the next one */
	unsigned    page;
	double      y;
	uint32_t    groups;
	PangoLayout **layout;  uint32_t layouts;	/* all of them, to be given back */
	unsigned   *heading_page;	/* by block, from 1 */
};

void press_fault(struct press *, enum err, const char *fmt, ...) PRINTF(3, 4);

/* --- press_font.c --- */
/* ERR_NOT_FOUND if the fonts are not installed. */
void press_fonts(struct press *);
void press_fonts_free(struct press *);
/* Text in several faces. */
struct press_text { struct buffer text; PangoAttrList *attributes; };
void press_text_add(struct press *, struct press_text *, enum press_face, const char *);
/* The same, by tone, with the mark of what must be seen. */
void press_text_tone(struct press *, struct press_text *, enum paper_tone, enum press_face,
    const char *);
/* A layout in a face, the press's own; width 0: as wide as it is.  Faults if a character has no
 * glyph. */
PangoLayout *press_layout(struct press *, enum press_face, const char *text, double width,
    PangoAlignment);
PangoLayout *press_layout_text(struct press *, enum press_face, struct press_text *, double width,
    PangoAlignment);		/* frees the text */
double press_face_size(enum press_face);

/* --- press_flow.c --- */
struct press_row *press_row(struct press *, uint32_t cells, double before);
/* The cell's layout becomes the row's; its lines are measured. */
void press_cell(struct press *, struct press_row *, uint32_t i, double x, double width,
    PangoLayout *);
void press_put(struct press *, struct press_row *);
void press_break(struct press *);		/* a new page, unless one was just begun */
void press_flow_end(struct press *);

/* --- press_block.c --- */
void press_blocks(struct press *);
/* --- press_head.c --- */
void press_head(struct press *);
/* --- press_table.c --- */
void press_table(struct press *, const struct paper_table *);
void press_fields(struct press *, uint32_t first, uint32_t end);
void press_facts(struct press *);
/* --- press_page.c --- */
void press_pages(struct press *, cairo_surface_t *, cairo_t *);
/* --- press_drawing.c --- */
void press_drawing(struct press *, cairo_t *, const struct drawing *);

/* --- press_pdf.c, press_xlsx.c: the whole document, appended to out --- */
MUST_USE enum err press_pdf(const struct paper *, struct buffer *out, struct why *);
MUST_USE enum err press_xlsx(const struct paper *, struct buffer *out, struct why *);
/* --- press_finish.c --- */
/* Language, title bar and texts for figures, which cairo cannot write.  Appended to out. */
MUST_USE enum err press_finish(const struct paper *, struct bytes pdf, struct buffer *out,
    struct why *);
/* --- press_confine.c --- */
/* Bounded resources, fonts and nothing else to read, no network, no new process. */
MUST_USE enum err press_confine(struct why *);

#endif
