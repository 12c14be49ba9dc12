/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lookup: nested ranges are flattened once into spans of one answer each, 12 octets a span, so
 * that an address is found by one binary search.  Measured by bench_ranges.c: faster than a walk
 * from bit to bit, and than the same search without branches, which cannot look ahead.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/daemon/ranges_part.h"

enum { DEPTH_MAX = 129, NO_VALUE = 0 };	/* ranges within ranges: one of each length */

struct place { uint64_t first, second; };	/* an address, left-aligned */

struct sweep {
	struct range_table *table;
	struct range       *open[DEPTH_MAX];
	size_t              depth, cap;
	bool                uses_second;
};

void
table_add(struct range_table *table, const struct range *range)
{
	if (table->count == table->cap) {
		table->cap = table->cap > 0 ? 2 * table->cap : 256;
		table->range = memory_resize(table->range, table->cap, sizeof(*table->range));
	}
	table->range[table->count++] = *range;
}

void
table_free(struct range_table *table)
{
	free(table->range);
	free(table->start);
	free(table->more);
	free(table->value);
	*table = (struct range_table){ .count = 0 };
}

static uint64_t
octets_8(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return __builtin_bswap64(value);
}

static struct place
place_of(const uint8_t *at)
{
	return (struct place){ octets_8(at), octets_8(at + 8) };
}

/* The address behind the range; false if it ends where all addresses do. */
static bool
place_behind(const struct range *range, struct place *out)
{
	struct place at = place_of(range->at);
	uint64_t carry = range->bits > 64 ? UINT64_C(1) << (128 - range->bits) : 0;

	out->second = at.second + carry;
	out->first = at.first;
	if (range->bits <= 64)
		out->first += UINT64_C(1) << (64 - range->bits);
	else if (out->second < at.second)
		out->first++;
	return out->first > at.first || (out->first == at.first && out->second > at.second);
}

static int
by_prefix(const void *a, const void *b)
{
	const struct range *x = a, *y = b;
	int order = memcmp(x->at, y->at, sizeof(x->at));

	return order != 0 ? order : (int)x->bits - (int)y->bits;
}

/* Equal prefixes become one; where they disagree, one of no region. */
static void
unite(struct range_table *table)
{
	size_t kept = 0;

	for (size_t i = 0; i < table->count; i++) {
		struct range *last = kept > 0 ? &table->range[kept - 1] : NULL;
		const struct range *next = &table->range[i];

		if (last == NULL || by_prefix(last, next) != 0)
			table->range[kept++] = *next;
		else if (next->rank > last->rank)
			*last = *next;
		else if (next->rank == last->rank && last->region != next->region)
			last->region = REGION_TWO;
	}
	table->count = kept;
}

static uint32_t
value_of(const struct range *range)
{
	return range != NULL ? (uint32_t)range->region << 8 | range->bits : NO_VALUE;
}

/* From here on another answer. */
static void
span_begin(struct sweep *sweep, struct place at, uint32_t value)
{
	struct range_table *table = sweep->table;
	size_t last = table->spans - 1;

	sweep->uses_second |= at.second != 0;
	if (table->spans > 0 && table->start[last] == at.first && table->more[last] == at.second) {
		table->value[last] = value;
		return;
	}
	if (table->spans > 0 ? table->value[last] == value : value == NO_VALUE)
		return;
	if (table->spans == sweep->cap) {
		sweep->cap = sweep->cap > 0 ? 2 * sweep->cap : 256;
		table->start = memory_resize(table->start, sweep->cap, sizeof(*table->start));
		table->more = memory_resize(table->more, sweep->cap, sizeof(*table->more));
		table->value = memory_resize(table->value, sweep->cap, sizeof(*table->value));
	}
	table->start[table->spans] = at.first;
	table->more[table->spans] = at.second;
	table->value[table->spans++] = value;
}

static const struct range *
innermost(const struct sweep *sweep)
{
	return sweep->depth > 0 ? sweep->open[sweep->depth - 1] : NULL;
}

/* Ends what ends at or before the place, the innermost first. */
static void
ranges_end(struct sweep *sweep, const struct place *place)
{
	struct place behind;

	while (sweep->depth > 0) {
		bool inside = place_behind(innermost(sweep), &behind);

		if (place != NULL && (!inside || behind.first > place->first ||
		    (behind.first == place->first && behind.second > place->second)))
			return;
		sweep->depth--;
		if (inside)
			span_begin(sweep, behind, value_of(innermost(sweep)));
	}
}

void
table_finish(struct range_table *table)
{
	struct sweep sweep = { .table = table };

	if (table->count == 0)
		return;
	qsort(table->range, table->count, sizeof(*table->range), by_prefix);
	unite(table);
	for (size_t i = 0; i < table->count; i++) {
		struct place at = place_of(table->range[i].at);

		ranges_end(&sweep, &at);
		sweep.open[sweep.depth++] = &table->range[i];
		span_begin(&sweep, at, value_of(&table->range[i]));
	}
	ranges_end(&sweep, NULL);
	free(table->range);
	table->range = NULL;
	table->start = memory_resize(table->start, table->spans, sizeof(*table->start));
	table->value = memory_resize(table->value, table->spans, sizeof(*table->value));
	if (sweep.uses_second) {
		table->more = memory_resize(table->more, table->spans, sizeof(*table->more));
		return;
	}
	free(table->more);
	table->more = NULL;
}

static inline bool
begins_by(const struct range_table *table, size_t span, const struct place *place)
{
	if (table->more == NULL)
		return table->start[span] <= place->first;
	return table->start[span] < place->first || (table->start[span] == place->first &&
	    table->more[span] <= place->second);
}

bool
table_find(const struct range_table *table, const uint8_t *at, unsigned octets, unsigned *region,
    unsigned *bits)
{
	uint8_t whole[16] = { 0 };
	size_t low = 0, left = table->spans;
	struct place place;
	uint32_t value;

	memcpy(whole, at, octets);
	place = place_of(whole);
	if (left == 0)
		return false;
	/* The last span that begins at or before the address. */
	while (left > 1) {
		size_t half = left / 2;

		low += begins_by(table, low + half, &place) ? half : 0;
		left -= half;
	}
	if (!begins_by(table, low, &place))
		return false;
	value = table->value[low];
	*region = value >> 8;
	*bits = value & 0xff;
	return value != NO_VALUE;
}
