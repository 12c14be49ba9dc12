/* SPDX-License-Identifier: Apache-2.0 */
/* Shares of all targets.  Rounding never hides a target: only all of them are 100.0 percent. */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "tui/share.h"

static void
share_text(uint32_t part, uint32_t whole, char out[TIME_TEXT])
{
	uint64_t tenths = whole == 0 ? 0 : ((uint64_t)part * 2000 + whole) / (2 * (uint64_t)whole);

	if (part != 0 && tenths == 0)
		tenths = 1;
	if (part != whole && tenths == 1000)
		tenths = 999;
	snprintf(out, TIME_TEXT, "%" PRIu64 ".%" PRIu64 " %%", tenths / 10, tenths % 10);
}

static void
share_put(struct strip *strip, enum style style, const char *word, uint32_t part, uint32_t whole)
{
	char text[TIME_TEXT];

	share_text(part, whole, text);
	strip_print(strip, style, "%s %s", word, text);
	strip_print(strip, STYLE_QUIET, "  %" PRIu32 "   ", part);
}

void
share_words(const struct scene *scene, struct strip *strip)
{
	uint32_t up = tally_count(&scene->total, HEALTH_UP);
	uint32_t unknown = tally_count(&scene->total, HEALTH_UNKNOWN);
	uint32_t failed = tally_count(&scene->total, HEALTH_DOWN) +
	    tally_count(&scene->total, HEALTH_DEGRADED);
	uint32_t whole = up + unknown + failed;
	char age[TIME_TEXT], text[2 * TIME_TEXT];

	share_put(strip, STYLE_UP, _("proven"), up, whole);
	share_put(strip, STYLE_UNKNOWN, _("unknown"), unknown, whole);
	share_put(strip, STYLE_DOWN, _("failed"), failed, whole);
	age_text(scene->total.oldest_ms != INT64_MAX ? scene->now_ms - scene->total.oldest_ms : -1,
	    age);
	snprintf(text, sizeof(text), _("oldest %s "), age);
	strip_right(strip, STYLE_NORMAL, text);
}

void
share_bar(const struct scene *scene, struct strip *strip)
{
	static const enum health order[] = { HEALTH_UP, HEALTH_UNKNOWN, HEALTH_DEGRADED,
		HEALTH_DOWN };
	unsigned width = strip->end - strip->column - 2, cells[HEALTH_COUNT] = { 0 }, rest = width;
	uint32_t whole = 0;

	for (unsigned i = 0; i < HEALTH_COUNT; i++)
		whole += tally_count(&scene->total, order[i]);
	if (whole == 0 || strip->end < strip->column + 2)
		return;
	for (unsigned i = 1; i < HEALTH_COUNT; i++) {
		uint32_t part = tally_count(&scene->total, order[i]);
		unsigned share = (unsigned)((uint64_t)part * width / whole);

		cells[i] = part != 0 && share == 0 ? 1 : share;
		rest -= cells[i] < rest ? cells[i] : rest;
	}
	cells[0] = tally_count(&scene->total, HEALTH_UP) != 0 ? rest : 0;
	strip_text(strip, STYLE_QUIET, "[");
	for (unsigned i = 0; i < HEALTH_COUNT; i++)
		for (unsigned n = 0; n < cells[i]; n++)
			strip_print(strip, health_style(order[i]), "%c", health_letter(order[i]));
	strip_text(strip, STYLE_QUIET, "]");
}
