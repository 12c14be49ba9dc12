/* SPDX-License-Identifier: Apache-2.0 */
/* One column stands for a stretch of time and shows the weightiest of what happened in it. */
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/incident_view.h"
#include "tui/scrub.h"

enum { SCRUB_MAX = 400, ENDS = 20 };
#define AFTER_MS INT64_C(600000)

/* From the weightiest on. */
static const enum story_kind weight[] = { STORY_FILING, STORY_DUTY, STORY_INCIDENT, STORY_PROVIDER,
	STORY_IMPACT, STORY_ALARM, STORY_PERSON, STORY_NOTICE, STORY_VERDICT, STORY_HEALTH,
	STORY_MONITOR };

enum style
story_style(const struct story_entry *entry)
{
	if (entry->problem)
		return STYLE_DOWN;
	switch (entry->kind) {
	case STORY_DUTY:
	case STORY_FILING:	return STYLE_DEGRADED;
	case STORY_PERSON:
	case STORY_PROVIDER:
	case STORY_IMPACT:	return STYLE_STRONG;
	case STORY_INCIDENT:
	case STORY_HEALTH:	return STYLE_UP;
	default:		return STYLE_QUIET;
	}
}

/* From its first moment to a little after its end; what came later stands at the right edge. */
struct scrub
scrub_of(const struct story *story, int64_t now_ms)
{
	const struct incident *incident = state_incident(story->state, story->incident);
	struct scrub scrub = { .from_ms = now_ms, .to_ms = now_ms };
	int64_t end_ms = incident != NULL ? incident_restored_ms(incident) : 0;

	if (story->entries > 0)
		scrub.from_ms = story->entry[0].observed_ms;
	if (incident != NULL && incident_occurred_ms(incident) < scrub.from_ms)
		scrub.from_ms = incident_occurred_ms(incident);
	if (end_ms != 0)
		scrub.to_ms = end_ms + AFTER_MS;
	else if (story->state->now_ms > now_ms)
		scrub.to_ms = story->state->now_ms;
	if (scrub.to_ms <= scrub.from_ms)
		scrub.to_ms = scrub.from_ms + 1000;
	return scrub;
}

static unsigned
scrub_column(const struct scrub *scrub, int64_t ms, unsigned columns)
{
	int64_t at = (ms - scrub->from_ms) * columns / (scrub->to_ms - scrub->from_ms);

	return at < 0 ? 0 : at >= columns ? columns - 1 : (unsigned)at;
}

static unsigned
weight_of(enum story_kind kind)
{
	unsigned i = 0;

	while (i < STORY_KINDS && weight[i] != kind)
		i++;
	return i;
}

static void
scrub_marks(const struct story *story, const struct scrub *scrub, unsigned columns,
    struct strip *strip)
{
	const struct story_entry *shown[SCRUB_MAX];

	memset(shown, 0, sizeof(shown));
	for (size_t i = 0; i < story->entries; i++) {
		const struct story_entry *entry = &story->entry[i];
		const struct story_entry **place = &shown[scrub_column(scrub, entry->observed_ms,
		    columns)];

		if (*place == NULL || weight_of(entry->kind) < weight_of((*place)->kind))
			*place = entry;
	}
	for (unsigned i = 0; i < columns; i++) {
		char mark[2] = { shown[i] != NULL ? story_kind_letter(shown[i]->kind) : '-', 0 };

		strip_text(strip, shown[i] != NULL ? story_style(shown[i]) : STYLE_QUIET, mark);
	}
}

void
scrub_line(const struct scene *scene, const struct story *story, size_t selected, unsigned line,
    struct strip *strip)
{
	struct scrub scrub = scrub_of(story, scene->now_ms);
	char text[TIME_TEXT];
	unsigned columns, start;

	if (strip->end < ENDS + 12)
		return;
	moment_text(scrub.from_ms, scrub.to_ms, text);
	strip_field(strip, 9, ALIGN_LEFT, STYLE_QUIET, line == 0 ? text + (strlen(text) > 8 ?
	    strlen(text) - 8 : 0) : "");
	start = strip->column;
	columns = strip->end - start - 10;
	columns = columns > SCRUB_MAX ? SCRUB_MAX : columns;
	if (line == 0) {
		time_jst_clock(scrub.to_ms, text);
		scrub_marks(story, &scrub, columns, strip);
		strip_print(strip, STYLE_QUIET, " %s", text);
		return;
	}
	for (unsigned i = 0; i < columns; i++) {
		bool here = i == scrub_column(&scrub, scene->now_ms, columns);
		bool at = selected < story->entries &&
		    i == scrub_column(&scrub, story->entry[selected].observed_ms, columns);

		strip_text(strip, here ? STYLE_REPLAY : STYLE_STRONG, here ? "|" : at ? "^" : " ");
	}
}
