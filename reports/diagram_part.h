/* SPDX-License-Identifier: Apache-2.0 */
/* What the diagrams share: sizes, texts that fit, boxes of instances, places in their order. */
#ifndef REPORTS_DIAGRAM_PART_H
#define REPORTS_DIAGRAM_PART_H

#include "reports/diagram.h"

enum {
	DIAGRAM_GAP    = 10,
	DIAGRAM_PAD    = 12,
	DIAGRAM_MARGIN = 20,
	DIAGRAM_LARGE  = 13,	/* sizes of letters */
	DIAGRAM_MEDIUM = 11,
	DIAGRAM_SMALL  = 9
};

struct diagram_rect { int32_t x, y, width, height; };

/* The sites of one provider; of the carrier's own premises where provider is GRAPH_NONE. */
struct diagram_place {
	uint32_t provider;		/* node */
	uint32_t first, sites;		/* in diagram.site */
};

struct diagram {
	const struct plan   *plan;
	const struct graph  *graph;
	struct drawing      *drawing;
	bool                 japanese, overlay;
	enum health         *health;	/* of each instance, where there is an overlay */
	uint32_t            *site;	/* indexes of sites, by place */
	struct diagram_place *place;  uint32_t places;	/* with sites; own premises first */
};

/* The drawing functions, one a file: the size is set at the end. */
void diagram_equipment(struct diagram *);
void diagram_logical(struct diagram *);
void diagram_interconnection(struct diagram *);

/* The title in the language of the diagram, or the name. */
const char *diagram_label(const struct diagram *, uint32_t node);
/* As drawing_text(), cut with an ellipsis where it would become too narrow. */
void diagram_text(struct diagram *, struct drawing_point base, enum drawing_anchor, int32_t size,
    int32_t room, const char *text);
/* The role and letter of count instances in a row of "instance": of the worst; PLAIN without. */
enum drawing_role diagram_role(const struct diagram *, const uint32_t *instance, uint32_t count);
enum health diagram_worst(const struct diagram *, const uint32_t *instance, uint32_t count);
/* A box of one or more instances with two lines of text. */
void diagram_instances(struct diagram *, struct diagram_rect, const uint32_t *instance,
    uint32_t count);
/*
 * Places boxes of given width and height from left to right in rows of at most max_width; boxes of
 * one row become as high as the highest.  Returns the size of it all.
 */
struct diagram_rect diagram_shelves(struct diagram_rect *, uint32_t count, int32_t max_width,
    int32_t gap);
/* Explains the roles in use, beneath y; returns the y behind it.  The widest x it took in *x. */
int32_t diagram_legend(struct diagram *, int32_t y, int32_t *x);
void diagram_number(uint64_t, struct buffer *out);	/* "3,400,000" appended */
/* "ap-northeast-1 a, JP" appended. */
void diagram_site_line(const struct diagram *, uint32_t site, struct buffer *out);
/* "cloud, JP, contract M-1" appended. */
void diagram_provider_line(const struct diagram *, uint32_t node, struct buffer *out);

#endif
