/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of the header that say what cannot wait: that this is an exercise, which clock runs. */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "tui/affair.h"
#include "tui/cell.h"
#include "tui/frame.h"

/* In both languages, whoever looks, over the whole width. */
void
frame_drill(struct desk *desk, unsigned row)
{
	struct strip strip = strip_of(&desk->grid, row);
	const char *drill = scene_drill(&desk->scene);

	strip_fill(&strip, STYLE_ALARM, ' ');
	strip = strip_of(&desk->grid, row);
	strip_print(&strip, STYLE_ALARM, _(" 演習 DRILL   exercise \"%s\": nothing here is real"),
	    drill);
	strip_right(&strip, STYLE_ALARM, "演習 DRILL ");
}

/* Alarms by severity, notices and windows: only what there is. */
static void
sums_words(const struct affair_sums *sums, struct buffer *out)
{
	for (unsigned i = SEVERITIES; i-- > 0;)
		if (sums->alarms[i] > 0 && (i == PERCEIVED_CRITICAL || i == PERCEIVED_MAJOR))
			buffer_print(out, " %c%" PRIu32, severity_letter((enum severity)i),
			    sums->alarms[i]);
	if (sums->flooded > 0)
		buffer_print(out, " +%" PRIu64, sums->flooded);
}

static void
users_right(const struct scene *scene, struct buffer *out)
{
	const struct affair_sums *sums = scene->sums;
	const struct service_now *most = sums->service != NULL ? &sums->service[sums->most] : NULL;

	if (sums->services_hit > 0) {
		buffer_print(out, " %s ", scene->state->plan->service[sums->most].name);
		users_put(out, most->stopped, most->degraded, most->uncertain);
	}
	sums_words(sums, out);
	buffer_put_text(out, " ");
}

/* The clock has the room; users and alarms stand where it leaves some. */
void
frame_clock(struct desk *desk, unsigned row)
{
	struct affair_sums *sums = desk->scene.sums;
	struct strip strip = strip_of(&desk->grid, row), left = strip;
	struct buffer text = { 0 }, right = { 0 };
	unsigned need, width;

	users_right(&desk->scene, &right);
	if (sums->clock)
		buffer_print(&text, "%c %s  #%" PRIu64, sums->letter, buffer_text(&sums->words),
		    sums->incident);
	else
		buffer_put_text(&text, _("no legal clock runs"));
	need = text_width(bytes_of_buffer(&text)) + 1;
	width = text_width(bytes_of_buffer(&right));
	strip_to(&left, 1);
	if (need + width <= strip.end)
		left.end -= width;
	strip_bytes(&left, sums->clock ? sums->style : STYLE_QUIET, bytes_of_buffer(&text));
	if (need + width <= strip.end) {
		strip.column = left.column;
		strip_right(&strip, sums->services_hit > 0 ? STYLE_DOWN : STYLE_NORMAL,
		    buffer_text(&right));
	}
	buffer_free(&text);
	buffer_free(&right);
}

/* Before whatever is typed: an act in an exercise must not be taken for a real one. */
unsigned
frame_drill_prompt(const struct desk *desk, struct strip *strip)
{
	static const char mark[] = "演習 DRILL ";

	if (scene_drill(&desk->scene) == NULL)
		return 0;
	if (strip != NULL)
		strip_text(strip, STYLE_ALARM, mark);
	return text_width(bytes_of_text(mark));
}
