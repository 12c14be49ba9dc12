/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One incident: where and since when, users, side, legal clocks, alarms, its members, what people
 * said, and its own timeline.  Every line answers "why?" with its record.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "tui/event.h"
#include "tui/incident_part.h"

static int
member_compare(const void *left, const void *right)
{
	const struct incident_member *a = left, *b = right;

	if (health_rank(a->health) != health_rank(b->health))
		return health_rank(a->health) < health_rank(b->health) ? -1 : 1;
	return a->target < b->target ? -1 : a->target > b->target;
}

static void
incident_member_rows(struct view *view, const struct incident *incident)
{
	struct incident_member *sorted = memory_new(incident->members + 1, sizeof(*sorted));

	for (uint32_t i = 0; i < incident->members; i++)
		sorted[i] = incident->member[i];
	qsort(sorted, incident->members, sizeof(*sorted), member_compare);
	incident_heading_row(view, INCIDENT_MEMBERS);
	for (uint32_t i = 0; i < incident->members; i++)
		view_add(view, (struct view_row){ .kind = INCIDENT_MEMBER, .stop = true,
		    .id = sorted[i].target, .problem = sorted[i].health != HEALTH_UP });
	free(sorted);
}

static bool
event_belongs(const struct incident *incident, const struct transition *event)
{
	if (event->incident == incident->id)
		return true;
	if (event->kind != TRANSITION_HEALTH || event->incident != 0 ||
	    event->recorded_ms < incident->opened_ms)
		return false;
	for (uint32_t i = 0; i < incident->members; i++)
		if (incident->member[i].target == event->target)
			return incident->resolved_ms == 0 ||
			    event->recorded_ms <= incident->resolved_ms;
	return false;
}

static void
incident_rows(struct view *view, const struct scene *scene)
{
	const struct incident *incident = state_incident(scene->state, view->subject);

	if (incident == NULL)
		return;
	if (incident->notes > 0)
		view_add(view, (struct view_row){ .kind = INCIDENT_NOTES });
	for (uint32_t i = incident->notes; i-- > 0;)
		view_add(view, (struct view_row){ .kind = INCIDENT_NOTE, .stop = true, .id = i });
	incident_affair_rows(view, scene, incident);
	incident_signal_rows(view, scene, incident);
	incident_member_rows(view, incident);
	incident_heading_row(view, INCIDENT_EVENTS);
	for (uint32_t i = scene->state->timelines; i-- > 0;)
		if (event_belongs(incident, &scene->state->timeline[i]))
			view_add(view, (struct view_row){ .kind = INCIDENT_EVENT, .stop = true,
			    .problem = event_problem(&scene->state->timeline[i]), .id = i });
}

static void
incident_title(const struct scene *scene, const struct incident *incident, struct strip *strip)
{
	struct buffer where = { 0 };
	const char *stand = incident->absorbed_by != 0 ? _("absorbed") :
	    incident->resolved_ms != 0 ? _("resolved") : _("open");
	char age[TIME_TEXT], text[3 * TIME_TEXT];

	strip_print(strip, health_style(incident->worst), "%c ", health_letter(incident->worst));
	strip_print(strip, STYLE_STRONG, "#%" PRIu64 "  ", incident->id);
	incident_describe(incident, &where);
	strip_bytes(strip, STYLE_STRONG, bytes_of_buffer(&where));
	buffer_free(&where);
	age_text((incident->resolved_ms != 0 ? incident->resolved_ms : scene->now_ms) -
	    incident->opened_ms, age);
	snprintf(text, sizeof(text), _("%s, lasted %s "), stand, age);
	strip_right(strip, incident->resolved_ms != 0 ? STYLE_QUIET :
	    health_style(incident->worst), text);
}

/* A time as corrected, and as it was recorded where that is another. */
static void
put_time(const struct scene *scene, const char *word, int64_t ms, int64_t recorded_ms,
    struct strip *strip)
{
	char text[TIME_TEXT];

	if (ms == 0)
		return;
	moment_text(ms, scene->now_ms, text);
	strip_print(strip, STYLE_NORMAL, "%s %s", word, text);
	if (ms == recorded_ms || recorded_ms == 0)
		return;
	moment_text(recorded_ms, scene->now_ms, text);
	strip_print(strip, STYLE_QUIET, _(" (recorded %s)"), text);
}

static void
incident_times(const struct scene *scene, const struct incident *incident, struct strip *strip)
{
	put_time(scene, _("occurred"), incident_occurred_ms(incident), incident->occurred_ms,
	    strip);
	put_time(scene, _("   known"), incident_known_ms(incident), incident->known_ms, strip);
	put_time(scene, _("   restored"), incident_restored_ms(incident), incident->resolved_ms,
	    strip);
	if (incident->absorbed_by != 0)
		strip_print(strip, STYLE_STRONG, _("   part of #%" PRIu64), incident->absorbed_by);
}

/* How it is seen and told, where that is not in full. */
static void
incident_seen(const struct incident *incident, struct strip *strip)
{
	struct buffer text = { 0 };

	strip_print(strip, STYLE_QUIET, "%s   ", _(scope_name(incident->scope)));
	incident_partial_describe(incident, &text);
	if (text.len > 0)
		strip_print(strip, STYLE_UNKNOWN, "%s   ", buffer_text(&text));
	if (incident->flapping > 0)
		strip_print(strip, STYLE_DEGRADED, _("%" PRIu32 " flapping, %" PRIu64
		    " changes   "), incident->flapping, incident->flaps);
	if (incident->held_by != 0)
		strip_print(strip, STYLE_DEGRADED, _("not told: held by window %" PRIu64 "   "),
		    incident->held_by);
	else if (incident->hidden_ms != 0)
		strip_text(strip, STYLE_QUIET, _("a window hid it   "));
	if (incident->by_hand)
		strip_text(strip, STYLE_QUIET, _("made by hand   "));
	buffer_free(&text);
}

static void
incident_hands(const struct incident *incident, struct strip *strip)
{
	if (incident->acked_seq != 0)
		strip_print(strip, STYLE_NORMAL, _("acknowledged by %s"), incident->acked_by);
	else
		strip_text(strip, STYLE_DEGRADED, _("nobody has acknowledged it yet"));
	if (incident->notes_total > incident->notes)
		strip_print(strip, STYLE_QUIET, _("   the newest %" PRIu32 " of %" PRIu64 " notes"),
		    incident->notes, incident->notes_total);
}

static void
incident_heading(const struct view *view, const struct scene *scene, unsigned line,
    struct strip *strip)
{
	const struct incident *incident = state_incident(scene->state, view->subject);

	strip_to(strip, 1);
	if (incident == NULL) {
		if (line == 0)
			strip_print(strip, STYLE_NORMAL, _("there is no incident %" PRIu64
			    " at this time"), view->subject);
		return;
	}
	switch (line) {
	case 0:	incident_title(scene, incident, strip); break;
	case 1:	incident_times(scene, incident, strip); break;
	case 2:	incident_hands(incident, strip); break;
	case 3:	incident_seen(incident, strip); break;
	default: break;
	}
}

static void
incident_member_line(const struct scene *scene, const struct incident *incident, uint64_t id,
    struct strip *strip)
{
	const struct incident_member *member = incident->member;
	struct buffer text = { 0 };
	char age[TIME_TEXT];

	while (member < incident->member + incident->members && member->target != id)
		member++;
	if (member == incident->member + incident->members)
		return;
	snprintf(age, sizeof(age), "%c %s", health_letter(member->health),
	    health_word(member->health));
	strip_field(strip, 12, ALIGN_LEFT, health_style(member->health), age);
	target_describe(scene->state, id, &text);
	strip_field(strip, strip->end - 33, ALIGN_LEFT, STYLE_NORMAL, buffer_text(&text));
	buffer_free(&text);
	age_text(member->since_ms != 0 ? scene->now_ms - member->since_ms : -1, age);
	strip_field(strip, 8, ALIGN_RIGHT, STYLE_NORMAL, age);
	if (member->explained)
		strip_text(strip, STYLE_UNKNOWN, _("  explained"));
	else
		strip_print(strip, STYLE_QUIET, _("  was %s"), health_word(member->worst));
}

static void
incident_note_line(const struct scene *scene, const struct incident_note *note,
    struct strip *strip)
{
	struct buffer text = { 0 };
	char when[TIME_TEXT];

	moment_text(note->recorded_ms, scene->now_ms, when);
	strip_field(strip, event_moment_width(scene), ALIGN_RIGHT, STYLE_NORMAL, when);
	strip_print(strip, STYLE_STRONG, "  %s ", note->author);
	if (note->act == ACT_ACK)
		strip_print(strip, STYLE_QUIET, "(%s) ", _("acknowledged"));
	scene_value(scene, note->text, &text);
	strip_bytes(strip, STYLE_NORMAL, bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
incident_line(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct strip *strip)
{
	const struct incident *incident = state_incident(scene->state, view->subject);

	if (incident == NULL || incident_affair_line(view, scene, incident, row, strip) ||
	    incident_signal_line(scene, incident, row, strip))
		return;
	switch ((enum incident_kind)row->kind) {
	case INCIDENT_MEMBERS:
		strip_print(strip, STYLE_HEADING, _("TARGETS (%" PRIu32 ")"), incident->members);
		break;
	case INCIDENT_MEMBER:
		incident_member_line(scene, incident, row->id, strip);
		break;
	case INCIDENT_NOTES:
		strip_text(strip, STYLE_HEADING, _("WHAT PEOPLE SAID"));
		break;
	case INCIDENT_NOTE:
		incident_note_line(scene, &incident->note[row->id], strip);
		break;
	case INCIDENT_EVENTS:
		strip_text(strip, STYLE_HEADING, _("TIMELINE"));
		break;
	case INCIDENT_EVENT:
		event_line(scene, event_find(scene, row->id), strip);
		break;
	default:
		break;
	}
}

static bool
incident_record(const struct view *view, const struct scene *scene, const struct view_row *row,
    uint64_t *seq)
{
	const struct incident *incident = state_incident(scene->state, view->subject);

	if (incident == NULL)
		return false;
	if (incident_affair_record(view, scene, incident, row, seq) ||
	    incident_signal_record(scene, incident, row, seq))
		return true;
	for (uint32_t i = 0; row->kind == INCIDENT_MEMBER && i < incident->members; i++)
		if (incident->member[i].target == row->id) {
			*seq = incident->member[i].seq;
			return true;
		}
	if (row->kind == INCIDENT_NOTE)
		*seq = incident->note[row->id].seq;
	else if (row->kind == INCIDENT_EVENT && event_find(scene, row->id) != NULL)
		*seq = event_find(scene, row->id)->seq;
	else
		return false;
	return true;
}

static void
incident_open(const struct view *view, const struct scene *scene, const struct view_row *row,
    struct opening *opening)
{
	if (row->kind == INCIDENT_MEMBER) {
		opening->ops = &view_target;
		opening->subject = row->id;
	} else if (row->kind == INCIDENT_PART) {
		opening->ops = &view_incident;
		opening->subject = row->id;
	} else if (row->kind == INCIDENT_DUTY) {
		opening->ops = &view_duties;
	} else if (incident_record(view, scene, row, &opening->subject)) {
		opening->ops = &view_record;
	}
}

static void
incident_forget(struct view *view)
{
	free(view->memory);
}

static uint64_t
incident_id(const struct view *view, const struct scene *scene)
{
	(void)scene;
	return view->subject;
}

const struct view_ops view_incident = {
	.name     = "incident",
	.title    = N_("Incident"),
	.head     = 4,
	.rows     = incident_rows,
	.heading  = incident_heading,
	.line     = incident_line,
	.open     = incident_open,
	.record   = incident_record,
	.forget   = incident_forget,
	.incident = incident_id,
};
