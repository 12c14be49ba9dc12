/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything an account has, until edges are resolved: a snapshot names its disk, a log sink its
 * bucket, and only the whole says where those are.  An end of an edge that nothing here answers for
 * stays open, and it is said that it is.  Bounded by ESTATE_MAX.
 */
#ifndef MONITOR_INVENTORY_ESTATE_H
#define MONITOR_INVENTORY_ESTATE_H

#include "monitor/inventory/resource.h"

enum { ESTATE_MAX = 65536 };	/* resources: six times the 10,000 of a large account */

struct estate {
	struct resource *resource;
	size_t           count, cap;
	size_t          *by_id;		/* indices, by identifiers regardless of case */
	size_t           indexed;
	bool             full;		/* some were left out */
};

/* Takes over the resources of a page; the page is empty afterwards, but for next. */
void estate_take(struct estate *, struct page *);
/* The first with that identifier, regardless of case; NULL: none. */
const struct resource *estate_find(struct estate *, const char *id);
/*
 * Fills an end of an edge that is "" with the place of the resource that the edge's id names.
 * Where there is none, it stays "", and the resource says in unsaid that the place is unknown.
 */
void estate_resolve(struct estate *);
void estate_free(struct estate *);

#endif
