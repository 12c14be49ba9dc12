/* SPDX-License-Identifier: Apache-2.0 */
/* Shares of a width: whole numbers alone, so that every machine breaks lines at the same place. */
#include "monitor/base/limits.h"
#include "reports/paper_widths.h"

/* What a column asks for: its hint, or the middle of the others' hints, or as much as all. */
static uint64_t
weight_of(const struct paper_table *table, uint32_t column)
{
	uint64_t sum = 0, hints = 0;

	for (uint32_t i = 0; i < table->columns; i++) {
		sum += table->column[i].width;
		hints += table->column[i].width > 0;
	}
	return table->column[column].width > 0 ? table->column[column].width :
	    hints > 0 ? (sum + hints - 1) / hints : 1;
}

struct sharing { uint64_t weight[PAPER_COLUMNS_MAX]; bool settled[PAPER_COLUMNS_MAX]; };

/* What is left for the columns that are not settled, with their weights and needs. */
static uint64_t
left_of(const struct paper_table *table, const struct sharing *s, const uint32_t *natural,
    const uint32_t *width, uint32_t room, uint64_t *weights, uint64_t *needs)
{
	uint64_t used = 0;

	*weights = *needs = 0;
	for (uint32_t i = 0; i < table->columns; i++) {
		used += s->settled[i] ? width[i] : 0;
		*weights += s->settled[i] ? 0 : s->weight[i];
		*needs += s->settled[i] ? 0 : natural[i];
	}
	return room > used ? room - used : 0;
}

/* Columns that need no more than their share get what they need; false if there is none. */
static bool
settle(const struct paper_table *table, struct sharing *s, const uint32_t *natural,
    uint32_t room, uint32_t *width)
{
	uint64_t weights, needs, left = left_of(table, s, natural, width, room, &weights, &needs);
	bool any = false;

	for (uint32_t i = 0; i < table->columns && weights > 0; i++)
		if (!s->settled[i] && natural[i] <= left * s->weight[i] / weights) {
			width[i] = natural[i];
			s->settled[i] = any = true;
		}
	return any;
}

/* The others share the rest: half of it by weight, so that none becomes a strip, and half by
 * need; where there are hints, all of it by weight. */
static void
share(const struct paper_table *table, const struct sharing *s, const uint32_t *natural,
    uint32_t room, uint32_t *width)
{
	uint64_t weights, needs, left = left_of(table, s, natural, width, room, &weights, &needs);
	bool hints = false;

	for (uint32_t i = 0; i < table->columns; i++)
		hints |= table->column[i].width > 0;
	for (uint32_t i = 0; i < table->columns; i++) {
		uint64_t by_weight;

		if (s->settled[i])
			continue;
		by_weight = left * s->weight[i] / weights;
		width[i] = (uint32_t)(hints || needs == 0 ? by_weight :
		    by_weight / 2 + left / 2 * natural[i] / needs);
	}
}

/* What is still left goes to all, by what they have. */
static void
spread(const struct paper_table *table, uint32_t room, uint32_t *width)
{
	uint64_t used = 0, given = 0;

	for (uint32_t i = 0; i < table->columns; i++)
		used += width[i];
	if (used == 0 || used >= room)
		return;
	for (uint32_t i = 0; i < table->columns; i++) {
		uint64_t more = (room - used) * width[i] / used;

		width[i] += (uint32_t)more;
		given += more;
	}
	width[table->columns - 1] += (uint32_t)(room - used - given);
}

void
paper_widths(const struct paper_table *table, const uint32_t *natural, uint32_t room, bool fill,
    uint32_t *width)
{
	struct sharing s = { .settled = { false } };

	for (uint32_t i = 0; i < table->columns; i++)
		s.weight[i] = weight_of(table, i);
	while (settle(table, &s, natural, room, width))
		continue;
	share(table, &s, natural, room, width);
	for (uint32_t i = 0; i < table->columns; i++)
		if (width[i] == 0)
			width[i] = 1;
	if (fill)
		spread(table, room, width);
}
