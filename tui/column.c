/* SPDX-License-Identifier: Apache-2.0 */
/* Fitting of columns into a window. */
#include "monitor/base/i18n.h"
#include "tui/column.h"

/* Gives the columns that are left to those that grow, as their shares and ceilings say. */
static void
columns_grow(struct columns *columns, unsigned left)
{
	for (unsigned round = 0; round < 2 && left > 0; round++) {
		unsigned shares = 0, spare = left;

		for (unsigned i = 0; i < columns->count; i++)
			if (columns->width[i] != 0)
				shares += columns->column[i].grow;
		for (unsigned i = 0; shares > 0 && i < columns->count; i++) {
			const struct column *column = &columns->column[i];
			unsigned more = spare * column->grow / shares;

			if (columns->width[i] == 0 || column->grow == 0)
				continue;
			if (column->most != 0 && columns->width[i] + more > column->most)
				more = column->most > columns->width[i] ?
				    column->most - columns->width[i] : 0;
			columns->width[i] += more;
			left -= more;
		}
	}
	for (unsigned i = columns->count; left > 0 && i-- > 0;)
		if (columns->width[i] != 0 && columns->column[i].grow != 0 &&
		    columns->column[i].most == 0) {
			columns->width[i] += left;
			return;
		}
}

struct columns
columns_fit(const struct column *column, unsigned count, unsigned left, unsigned window)
{
	struct columns columns = { .column = column, .count = count < COLUMNS_MAX ? count :
	    COLUMNS_MAX };
	unsigned used = left;

	for (unsigned i = 0; i < columns.count; i++)
		if (window >= column[i].from) {
			columns.width[i] = column[i].width;
			used += column[i].width + 1;
		}
	if (used > 0)
		used--;
	columns_grow(&columns, window > used ? window - used : 0);
	return columns;
}

void
columns_put(const struct columns *columns, unsigned i, struct strip *strip, enum style style,
    const char *text)
{
	if (columns->width[i] == 0)
		return;
	strip_field(strip, columns->width[i], columns->column[i].align, style, text);
	strip_to(strip, strip->column + 1);
}

void
columns_heading(const struct columns *columns, struct strip *strip)
{
	for (unsigned i = 0; i < columns->count; i++) {
		const char *title = columns->column[i].title;

		columns_put(columns, i, strip, STYLE_HEADING, title[0] != '\0' ? _(title) : "");
	}
}
