/* SPDX-License-Identifier: Apache-2.0 */
/* The interconnection diagram before it is drawn: boxes, links and where they stand. */
#ifndef REPORTS_DIAGRAM_LINKS_H
#define REPORTS_DIAGRAM_LINKS_H

#include "reports/diagram_part.h"

enum {
	BOX_WIDTH = 250, INNER_HEIGHT = 38, HEAD = 46, LINE = 14, PORT = 15, TRACK = 10,
	STUB = 30,			/* from a box to the first line of a channel */
	LINES_MAX = 24,			/* of what listens, in the carrier's box */
	LIST_WIDTH = 560
};

enum column { OURS, MIDDLE, RIGHT, COLUMNS };

/* A box or, inside one, a site. */
struct node {
	struct diagram_rect rect;
	enum column column;
	uint32_t frame;			/* index of the box it is in, or GRAPH_NONE */
	uint32_t graph;			/* node, or GRAPH_NONE: the carrier */
	uint32_t ports[2], used[2];	/* on its left and right side */
};

struct link {
	uint32_t from, to;		/* nodes */
	struct buffer label;
	unsigned channel;		/* it goes through: right of this column; or, over two */
	bool     under;			/* from the first column to the last: beneath the middle */
};

struct interconnection {
	struct diagram *d;
	struct node    *node;  uint32_t nodes;
	struct link    *link;  uint32_t links;
	uint64_t        more;		/* links that are not drawn */
	uint32_t        tracks[COLUMNS], taken[COLUMNS], unders, under_taken;
	int32_t         channel_x[COLUMNS], bottom;
	struct buffer   lines[LINES_MAX];  uint32_t lines_count;
};

/* Finds and places everything; returns the width of it. */
int32_t links_lay(struct interconnection *);
/* Which side of a node a link leaves by: 0 left, 1 right. */
unsigned links_side(const struct interconnection *, const struct link *, uint32_t node);
/* The next port of a node on that side. */
struct drawing_point links_port(struct interconnection *, uint32_t node, unsigned side);

#endif
