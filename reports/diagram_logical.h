/* SPDX-License-Identifier: Apache-2.0 */
/* The logical diagram before it is drawn: its rows and columns. */
#ifndef REPORTS_DIAGRAM_LOGICAL_H
#define REPORTS_DIAGRAM_LOGICAL_H

#include "reports/diagram_part.h"

enum {
	BUS = 18,			/* between the lines of two services */
	SERVICE_WIDTH = 300, SERVICE_HEIGHT = 34,
	SET_WIDTH = 236, SET_HEIGHT = 50,
	CELL_WIDTH = 112, CELL_HEIGHT = 36, STACK_MAX = 4,
	HEAD = 40, BAND = 20
};

/* A row: a set, instances of one kind without a set, or all sets of one kind. */
struct row {
	enum function function;
	uint32_t set;			/* node, or GRAPH_NONE */
	const char *nf;
	uint64_t services;		/* a bit each */
	uint32_t sets;			/* how many are in it */
	uint32_t first, count;		/* in logical.instance */
	int32_t  y, height;
};

struct member { uint32_t function, set, column, index; const char *nf; };

struct logical {
	struct diagram *d;
	struct member  *member;		/* instances in the order of the rows */
	uint32_t       *instance;	/* their indexes */
	struct row     *row;  uint32_t rows;
	uint32_t       *column_of;	/* of each site */
	uint32_t        columns;
	int32_t         sets_x, columns_x;
};

/* Fills rows and columns; the first row stands below y. */
void logical_rows(struct logical *, int32_t y);
/* Members of one row in one column, which stand together. */
uint32_t logical_run(const struct logical *, const struct row *, uint32_t from);
int32_t  logical_column_x(const struct logical *, uint32_t column);

#endif
