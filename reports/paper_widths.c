/* SPDX-License-Identifier: Apache-2.0 */
/* Shares of a width: whole numbers alone, so that every machine breaks lines at the same place. */
#include "monitor/base/limits.h"
#include "reports/paper_widths.h"

/* The share a column asks for: its own, or the middle of the others', or what its texts take. */
static uint64_t
weight_of(const struct paper_table *table, const uint32_t *natural, uint32_t column)
{
	uint64_t sum = 0, hints = 0;

	for (uint32_t i = 0; i < table->columns; i++) {
		sum += table->column[i].width;
		hints += table->column[i].width > 0;
	}
	if (table->column[column].width > 0)
		return table->column[column].width;
	if (hints > 0)
		return (sum + hints - 1) / hints;
	return natural[column] > 0 ? natural[column] : 1;
}

/* Gives each column its share of what is left; false if none of them needs less. */
static bool
settle(const struct paper_table *table, const uint32_t *natural, const uint64_t *weight,
    bool *settled, uint32_t room, uint32_t *width)
{
	uint64_t left = room, sum = 0;
	bool any = false;

	for (uint32_t i = 0; i < table->columns; i++) {
		left = settled[i] ? left > width[i] ? left - width[i] : 0 : left;
		sum += settled[i] ? 0 : weight[i];
	}
	for (uint32_t i = 0; i < table->columns && sum > 0; i++) {
		if (settled[i])
			continue;
		width[i] = (uint32_t)(left * weight[i] / sum);
		if (natural[i] <= width[i]) {
			width[i] = natural[i];
			settled[i] = any = true;
		}
	}
	return any;
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
	uint64_t weight[PAPER_COLUMNS_MAX];
	bool settled[PAPER_COLUMNS_MAX] = { false };

	for (uint32_t i = 0; i < table->columns; i++)
		weight[i] = weight_of(table, natural, i);
	while (settle(table, natural, weight, settled, room, width))
		continue;
	for (uint32_t i = 0; i < table->columns; i++)
		if (width[i] == 0)
			width[i] = 1;
	if (fill)
		spread(table, room, width);
}
