/* SPDX-License-Identifier: Apache-2.0 */
/* Transitions as lines. */
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "tui/event.h"

const struct transition *
event_find(const struct scene *scene, size_t index)
{
	return index < scene->state->timelines ? &scene->state->timeline[index] : NULL;
}

bool
event_problem(const struct transition *event)
{
	switch (event->kind) {
	case TRANSITION_HEALTH:
		return event->after != HEALTH_UP;
	case TRANSITION_OPENED:
	case TRANSITION_GREW:
	case TRANSITION_GAP:
	case TRANSITION_FORK:
		return true;
	case TRANSITION_CLOCK:
		return event->value != 0;
	default:
		return false;
	}
}

/* What kind of news it is, by the letters of health and "*" for what people and we ourselves did. */
static char
event_letter(const struct transition *event, enum style *style)
{
	switch (event->kind) {
	case TRANSITION_HEALTH:
	case TRANSITION_OPENED:
	case TRANSITION_GREW:
		*style = health_style(event->after);
		return health_letter(event->after);
	case TRANSITION_RESOLVED:
		*style = STYLE_UP;
		return health_letter(HEALTH_UP);
	case TRANSITION_GAP:
		*style = STYLE_UNKNOWN;
		return health_letter(HEALTH_UNKNOWN);
	case TRANSITION_FORK:
		*style = STYLE_DOWN;
		return health_letter(HEALTH_DOWN);
	case TRANSITION_CLOCK:
		*style = event->value != 0 ? STYLE_DEGRADED : STYLE_QUIET;
		return event->value != 0 ? health_letter(HEALTH_DEGRADED) : '*';
	default:
		*style = STYLE_QUIET;
		return '*';
	}
}

void
event_sentence(const struct scene *scene, const struct transition *event, struct buffer *out)
{
	transition_describe(scene->state, event, out);
	if (hash_is_zero(event->text))
		return;
	buffer_put_text(out, ": ");
	scene_value(scene, event->text, out);
}

void
event_line(const struct scene *scene, const struct transition *event, struct strip *strip)
{
	struct buffer sentence = { 0 };
	char recorded[TIME_TEXT], observed[TIME_TEXT];
	enum style style;
	char letter = event_letter(event, &style);

	moment_text(event->recorded_ms, scene->now_ms, recorded);
	strip_field(strip, 14, ALIGN_RIGHT, STYLE_NORMAL, recorded);
	strip_print(strip, style, "  %c ", letter);
	event_sentence(scene, event, &sentence);
	strip_bytes(strip, event_problem(event) ? STYLE_NORMAL : STYLE_QUIET,
	    bytes_of_buffer(&sentence));
	buffer_free(&sentence);
	moment_text(event->observed_ms, scene->now_ms, observed);
	if (llabs(event->observed_ms - event->recorded_ms) >= 1000) {
		buffer_print(&sentence, _("  observed %s"), observed);
		strip_right(strip, STYLE_QUIET, buffer_text(&sentence));
		buffer_free(&sentence);
	}
}
