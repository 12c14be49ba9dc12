/* SPDX-License-Identifier: Apache-2.0 */
/* Of one incident: users over time, whose side, what law makes due. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/duty_describe.h"
#include "tui/incident_part.h"

enum { CHART_MAX = 100, SERVICE_WIDTH = 14, DUTIES_LEAST = DUTY_NEAR };

void
incident_heading_row(struct view *view, enum incident_kind kind)
{
	if (view->rows > 0)
		view_add(view, (struct view_row){ .kind = INCIDENT_BLANK });
	view_add(view, (struct view_row){ .kind = kind });
}

static void
impact_rows(struct view *view, const struct scene *scene, const struct affair *affair)
{
	if (affair == NULL || (affair->hits == 0 && affair->unplaced == 0) ||
	    scene->state->plan->services == 0)
		return;
	incident_heading_row(view, INCIDENT_IMPACT);
	for (uint32_t i = 0; i < affair->hits; i++) {
		view_add(view, (struct view_row){ .kind = INCIDENT_HIT, .stop = true, .id = i,
		    .problem = affair->hit[i].until_ms == 0, .reach = 2 });
		if (affair->hit[i].peak_stopped > 0)
			view_add(view, (struct view_row){ .kind = INCIDENT_CHART,
			    .id = (uint64_t)i << 1 });
		if (affair->hit[i].peak_degraded > 0)
			view_add(view, (struct view_row){ .kind = INCIDENT_CHART,
			    .id = (uint64_t)i << 1 | 1 });
	}
}

static bool
duty_told(const struct duty *duty)
{
	return duty->standing == DUTY_NEAR || duty->standing == DUTY_RUNNING ||
	    duty->standing == DUTY_UNKNOWN || duty->standing == DUTY_REACHED;
}

static void
duty_rows(struct view *view, const struct duty_verdict *verdict)
{
	bool any = false;

	for (uint32_t i = 0; i < verdict->duties; i++) {
		if (!duty_told(&verdict->duty[i]))
			continue;
		if (!any)
			incident_heading_row(view, INCIDENT_DUTIES);
		any = true;
		view_add(view, (struct view_row){ .kind = INCIDENT_DUTY, .stop = true, .id = i,
		    .problem = verdict->duty[i].standing == DUTY_REACHED });
	}
}

void
incident_affair_rows(struct view *view, const struct scene *scene, const struct incident *incident)
{
	struct incident_judged *judged = view->memory;

	if (judged == NULL)
		view->memory = judged = memory_new(1, sizeof(*judged));
	demarcation_judge(scene->state, incident, &judged->side);
	judged->rules = affair_judge(scene->state, incident->id, scene->now_ms, &judged->verdict);
	impact_rows(view, scene, affair_find(scene->state, incident->id));
	if (judged->side.clues > 0) {
		incident_heading_row(view, INCIDENT_SIDE);
		for (uint32_t i = 0; i < judged->side.clues; i++)
			view_add(view, (struct view_row){ .kind = INCIDENT_CLUE, .stop = true,
			    .id = i });
	}
	if (judged->rules)
		duty_rows(view, &judged->verdict);
}

/* --- users -------------------------------------------------------------------------------- */

static void
hit_line(const struct scene *scene, const struct hit *hit, struct strip *strip)
{
	struct impact_step now = hit_now(hit);
	struct buffer text = { 0 };
	char users[USERS_TEXT], moment[TIME_TEXT];
	bool uncertain = hit_uncertain(hit);

	strip_to(strip, 3);
	strip_field(strip, SERVICE_WIDTH, ALIGN_LEFT, STYLE_STRONG, hit->service);
	strip_to(strip, strip->column + 1);
	users_put(&text, now.stopped, now.degraded, now.uncertain);
	strip_print(strip, now.stopped > 0 ? STYLE_DOWN : now.degraded > 0 ? STYLE_DEGRADED :
	    STYLE_UP, _("now %s"), buffer_text(&text));
	buffer_reset(&text);
	users_put(&text, hit->peak_stopped, hit->peak_degraded, false);
	moment_text(hit->peak_ms, scene->now_ms, moment);
	strip_print(strip, STYLE_NORMAL, _("   peak %s at %s"), buffer_text(&text), moment);
	if (hit->steps > 0)
		strip_print(strip, STYLE_NORMAL, _("   in all %s"),
		    users_text(hit->step[hit->steps - 1].distinct, users));
	strip_print(strip, STYLE_QUIET, _(" of %s"), users_text(hit->users, users));
	strip_text(strip, uncertain ? STYLE_UNKNOWN : STYLE_QUIET, uncertain ?
	    _("   at least: somebody cannot be seen") : _("   all that carries it is seen"));
	buffer_free(&text);
}

/* The most users hit in each stretch of the incident. */
static void
chart_fill(const struct hit *hit, bool degraded, int64_t from_ms, int64_t to_ms, unsigned columns,
    uint64_t value[CHART_MAX])
{
	memset(value, 0, CHART_MAX * sizeof(value[0]));
	for (uint32_t i = 0; i < hit->steps; i++) {
		int64_t over_ms = hit->until_ms != 0 ? hit->until_ms : to_ms;
		int64_t end_ms = i + 1 < hit->steps ? hit->step[i + 1].at_ms : over_ms;
		uint64_t users = degraded ? hit->step[i].degraded : hit->step[i].stopped;
		int64_t first = (hit->step[i].at_ms - from_ms) * columns / (to_ms - from_ms);
		int64_t last = (end_ms - from_ms - 1) * columns / (to_ms - from_ms);

		for (int64_t at = first < 0 ? 0 : first; at <= last && at < columns; at++)
			value[at] = users > value[at] ? users : value[at];
	}
}

static void
chart_line(const struct scene *scene, const struct incident *incident, const struct hit *hit,
    bool degraded, struct strip *strip)
{
	static const char *const blocks[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇",
		"█" };
	int64_t from_ms = incident_occurred_ms(incident), to_ms = incident_restored_ms(incident);
	unsigned columns;
	uint64_t value[CHART_MAX];
	char text[TIME_TEXT];

	if (to_ms == 0)
		to_ms = scene->now_ms;
	if (to_ms <= from_ms || strip->end < 40)
		return;
	strip_to(strip, 3);
	moment_text(from_ms, to_ms, text);
	strip_print(strip, degraded ? STYLE_DEGRADED : STYLE_DOWN, "%c ", degraded ? '!' : 'X');
	strip_print(strip, STYLE_QUIET, "%s ", text);
	columns = strip->end - strip->column - 12;
	columns = columns > CHART_MAX ? CHART_MAX : columns;
	chart_fill(hit, degraded, from_ms, to_ms, columns, value);
	for (unsigned i = 0; i < columns; i++)
		strip_text(strip, degraded ? STYLE_DEGRADED : STYLE_DOWN, blocks[hit->peak > 0 ?
		    (value[i] * 8 + hit->peak - 1) / hit->peak : 0]);
	moment_text(to_ms, to_ms, text);
	strip_print(strip, STYLE_QUIET, " %s", text);
}

/* --- side and duties ---------------------------------------------------------------------- */

static void
side_line(const struct demarcation *side, struct strip *strip)
{
	strip_text(strip, STYLE_HEADING, _("RESPONSIBILITY"));
	strip_print(strip, side->side == SIDE_UNDETERMINED ? STYLE_UNKNOWN : STYLE_STRONG,
	    "   %c %s", side_letter(side->side), _(side_name(side->side)));
	if (side->side == SIDE_PROVIDER && side->provider[0] != '\0')
		strip_print(strip, STYLE_STRONG, " %s", side->provider);
	if (side->by_person)
		strip_text(strip, STYLE_NORMAL, _("   a person decided"));
	else if (side->contradicted)
		strip_text(strip, STYLE_DEGRADED, _("   evidence speaks for more than one side"));
	else
		strip_print(strip, STYLE_QUIET, _("   kinds of evidence for it: %" PRIu32),
		    side->speaking);
}

static void
clue_line(const struct clue *clue, struct strip *strip)
{
	strip_to(strip, 3);
	strip_print(strip, clue->side == SIDE_UNDETERMINED ? STYLE_UNKNOWN : STYLE_STRONG, "%c ",
	    side_letter(clue->side));
	strip_text(strip, STYLE_NORMAL, _(clue_text(clue->kind)));
	if (clue->what[0] != '\0')
		strip_print(strip, STYLE_NORMAL, ": %s", clue->what);
	strip_print(strip, STYLE_QUIET, _("   record %" PRIu64), clue->seq);
}

static void
duty_line(const struct duty_verdict *verdict, const struct duty *duty, struct strip *strip)
{
	struct buffer text = { 0 };

	strip_to(strip, 3);
	strip_print(strip, duty_style(duty->standing), "%c ", duty_letter(duty->standing));
	duty_describe(verdict, duty, &text);
	strip_bytes(strip, duty_style(duty->standing), bytes_of_buffer(&text));
	strip_print(strip, STYLE_QUIET, "   %s", duty_article(duty->rule));
	buffer_free(&text);
}

static void
impact_heading(const struct affair *affair, struct strip *strip)
{
	strip_text(strip, STYLE_HEADING, _("USERS"));
	if (affair->unplaced > 0)
		strip_print(strip, STYLE_UNKNOWN, _("   and those of %" PRIu32
		    " functions for which nobody declared users"), affair->unplaced);
}

bool
incident_affair_line(const struct view *view, const struct scene *scene,
    const struct incident *incident, const struct view_row *row, struct strip *strip)
{
	const struct incident_judged *judged = view->memory;
	const struct affair *affair = affair_find(scene->state, incident->id);

	switch (row->kind) {
	case INCIDENT_IMPACT:
		impact_heading(affair, strip);
		return true;
	case INCIDENT_HIT:
		hit_line(scene, &affair->hit[row->id], strip);
		return true;
	case INCIDENT_CHART:
		chart_line(scene, incident, &affair->hit[row->id >> 1], row->id & 1, strip);
		return true;
	case INCIDENT_SIDE:
		side_line(&judged->side, strip);
		return true;
	case INCIDENT_CLUE:
		clue_line(&judged->side.clue[row->id], strip);
		return true;
	case INCIDENT_DUTIES:
		strip_text(strip, STYLE_HEADING, _("LEGAL CLOCKS"));
		return true;
	case INCIDENT_DUTY:
		duty_line(&judged->verdict, &judged->verdict.duty[row->id], strip);
		return true;
	default:
		return false;
	}
}

/* What made it due: the record of the affair's entry, else the step that gave the figure. */
static uint64_t
duty_seq(const struct affair *affair, const struct duty *duty)
{
	const struct hit *hit = affair_worst(affair, true);

	for (uint32_t i = 0; affair != NULL && i < affair->duties; i++)
		if (strcmp(affair->duty[i].rule, duty->rule->id) == 0)
			return affair->duty[i].filed_seq != 0 ? affair->duty[i].filed_seq :
			    affair->duty[i].seq > 0 ? affair->duty[i].seq - 1 : 0;
	return hit != NULL && hit->steps > 0 ? hit->step[hit->steps - 1].seq : 0;
}

bool
incident_affair_record(const struct view *view, const struct scene *scene,
    const struct incident *incident, const struct view_row *row, uint64_t *seq)
{
	const struct incident_judged *judged = view->memory;
	const struct affair *affair = affair_find(scene->state, incident->id);

	switch (row->kind) {
	case INCIDENT_HIT:
		if (affair->hit[row->id].steps == 0)
			return false;
		*seq = affair->hit[row->id].step[affair->hit[row->id].steps - 1].seq;
		return true;
	case INCIDENT_CLUE:
		*seq = judged->side.clue[row->id].seq;
		return true;
	case INCIDENT_DUTY:
		*seq = duty_seq(affair, &judged->verdict.duty[row->id]);
		return true;
	default:
		return false;
	}
}
