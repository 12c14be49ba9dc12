/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All resources of an account, as their canonical lines and what the counts need of them: bounded
 * memory whatever a provider sends.  A resource that came twice and said the same counts once; one
 * that said two things is a contradiction, and both its lines stay in the listing.
 */
#ifndef MONITOR_INVENTORY_STOCK_H
#define MONITOR_INVENTORY_STOCK_H

#include "monitor/inventory/resource.h"

enum {
	STOCK_MAX    = 65536,		/* resources: six times the 10,000 of a large account */
	STOCK_OCTETS = 12 << 20	/* of all lines: whole ones fill four blobs of BLOB_MAX */
};

/* MARK(NAME): what a resource is counted among. */
enum stock_mark { MARK_PUBLIC = 1, MARK_OPEN = 2, MARK_UNENCRYPTED = 4, MARK_UNLOGGED = 8,
	MARK_UNROTATED = 16, MARK_SINGLE_FACTOR = 32, MARK_LEAVING = 64, MARK_SHARED = 128,
	MARK_UNKNOWN = 256 };

struct stock_row {
	char    *line;			/* with its LF */
	char    *sort;			/* "kind place id": what is one resource */
	char    *kind, *place, *title;	/* title: "bucket archive in aws/eu-west-1" */
	char    *leaving;		/* destinations outside, with blanks, or "" */
	unsigned marks;
};

struct stock {
	struct stock_row *row;
	size_t             rows, cap, octets;
	bool               full;	/* some were left out */
	struct text_list   contradictions;
	struct text_list   unread;	/* "volumes in aws/eu-west-1: ..." */
	struct resource   *one;		/* the first of all, kept whole: for a target of one */
};

void stock_put(struct stock *, const struct resource *);
/* Sorts, drops what came twice, finds contradictions.  Once, when everything was put. */
void stock_settle(struct stock *);
/* The listing from a row on, as many whole lines as fit max; returns the row after the last. */
size_t stock_listing(const struct stock *, size_t from, size_t max, struct buffer *out);
void stock_free(struct stock *);

#endif
