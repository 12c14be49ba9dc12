/* SPDX-License-Identifier: Apache-2.0 */
/* Resources of an account and the ends of their edges; see estate.h. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "monitor/inventory/estate.h"

void
estate_take(struct estate *estate, struct page *page)
{
	for (size_t i = 0; i < page->count; i++) {
		if (estate->count == ESTATE_MAX) {
			estate->full = true;
			resource_free(&page->resource[i]);
			continue;
		}
		if (estate->count == estate->cap) {
			estate->cap = estate->cap > 0 ? 2 * estate->cap : 64;
			estate->resource = memory_resize(estate->resource, estate->cap,
			    sizeof(*estate->resource));
		}
		estate->resource[estate->count++] = page->resource[i];
	}
	page->count = 0;
}

static int
by_id(const void *a, const void *b, void *arg)
{
	const struct estate *estate = arg;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int order = strcasecmp(resource_text(estate->resource[x].id),
	    resource_text(estate->resource[y].id));

	return order != 0 ? order : (x > y) - (x < y);
}

static void
index_make(struct estate *estate)
{
	if (estate->indexed == estate->count)
		return;
	estate->by_id = memory_resize(estate->by_id, estate->count, sizeof(*estate->by_id));
	for (size_t i = 0; i < estate->count; i++)
		estate->by_id[i] = i;
	qsort_r(estate->by_id, estate->count, sizeof(*estate->by_id), by_id, estate);
	estate->indexed = estate->count;
}

const struct resource *
estate_find(struct estate *estate, const char *id)
{
	size_t low = 0, high = estate->count;

	index_make(estate);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcasecmp(resource_text(estate->resource[estate->by_id[middle]].id), id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == estate->count)
		return NULL;
	return strcasecmp(resource_text(estate->resource[estate->by_id[low]].id), id) == 0 ?
	    &estate->resource[estate->by_id[low]] : NULL;
}

static void
end_fill(struct estate *estate, struct resource *owner, const struct edge *edge, char **end)
{
	const struct resource *other = estate_find(estate, resource_text(edge->id));

	if (other != NULL && resource_text(other->place)[0] != '\0')
		resource_set(end, bytes_of_text(other->place));
	else
		text_list_print(&owner->unsaid, "the place of %.300s: nothing of this account that "
		    "was read says it", resource_text(edge->id));
}

void
estate_resolve(struct estate *estate)
{
	for (size_t i = 0; i < estate->count; i++) {
		struct resource *owner = &estate->resource[i];

		for (size_t j = 0; j < owner->edges; j++) {
			struct edge *edge = &owner->edge[j];

			if (resource_text(edge->from)[0] == '\0')
				end_fill(estate, owner, edge, &edge->from);
			else if (resource_text(edge->to)[0] == '\0')
				end_fill(estate, owner, edge, &edge->to);
		}
	}
}

void
estate_free(struct estate *estate)
{
	for (size_t i = 0; i < estate->count; i++)
		resource_free(&estate->resource[i]);
	free(estate->resource);
	free(estate->by_id);
	*estate = (struct estate){ .count = 0 };
}
