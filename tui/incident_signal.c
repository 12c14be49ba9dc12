/* SPDX-License-Identifier: Apache-2.0 */
/* Of one incident: alarms, the provider's own words, corrections, and what became part of it. */
#include <inttypes.h>
#include <stdio.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "tui/incident_part.h"

enum { ALARMS_SHOWN = 20 };	/* the newest; the tab has all */

static void
part_rows(struct view *view, const struct state *state, const struct incident *incident)
{
	bool any = false;

	for (uint32_t i = 0; incident->absorbed > 0 && i < state->incidents; i++) {
		if (state->incident[i].absorbed_by != incident->id)
			continue;
		if (!any)
			incident_heading_row(view, INCIDENT_PARTS);
		any = true;
		view_add(view, (struct view_row){ .kind = INCIDENT_PART, .stop = true,
		    .id = state->incident[i].id });
	}
}

static void
alarm_rows(struct view *view, const struct state *state, const struct incident *incident)
{
	unsigned shown = 0;

	for (unsigned pass = 0; incident->alarms_total > 0 && pass < 2; pass++)
		for (uint32_t i = state->alarms; i-- > 0 && shown < ALARMS_SHOWN;) {
			const struct alarm_state *alarm = &state->alarm[i];

			if (alarm->incident != incident->id ||
			    (alarm->cleared_ms == 0) != (pass == 0))
				continue;
			if (shown++ == 0)
				incident_heading_row(view, INCIDENT_ALARMS);
			view_add(view, (struct view_row){ .kind = INCIDENT_ALARM, .stop = true,
			    .id = alarm->id, .problem = pass == 0 });
		}
}

void
incident_signal_rows(struct view *view, const struct scene *scene, const struct incident *incident)
{
	const struct state *state = scene->state;
	bool any = false;

	part_rows(view, state, incident);
	alarm_rows(view, state, incident);
	for (uint32_t i = 0; i < state->saids; i++) {
		if (state->said[i].incident != incident->id)
			continue;
		if (!any)
			incident_heading_row(view, INCIDENT_SAIDS);
		any = true;
		view_add(view, (struct view_row){ .kind = INCIDENT_SAID, .stop = true,
		    .id = state->said[i].id });
	}
	if (incident->corrections > 0)
		incident_heading_row(view, INCIDENT_CORRECTIONS);
	for (uint32_t i = incident->corrections; i-- > 0;)
		view_add(view, (struct view_row){ .kind = INCIDENT_CORRECTION, .stop = true,
		    .id = i });
}

static void
part_line(const struct scene *scene, uint64_t id, struct strip *strip)
{
	const struct incident *part = state_incident(scene->state, id);
	struct buffer text = { 0 };

	if (part == NULL)
		return;
	strip_to(strip, 3);
	strip_print(strip, health_style(part->worst), "%c #%" PRIu64 "  ",
	    health_letter(part->worst), id);
	incident_describe(part, &text);
	strip_bytes(strip, STYLE_NORMAL, bytes_of_buffer(&text));
	buffer_free(&text);
}

static void
alarm_line(const struct scene *scene, const struct alarm_state *alarm, struct strip *strip)
{
	bool stands = alarm->cleared_ms == 0;
	enum severity severity = stands ? alarm->severity : PERCEIVED_CLEARED;
	char text[TIME_TEXT];

	strip_to(strip, 3);
	moment_text(alarm->first_ms, scene->now_ms, text);
	strip_print(strip, STYLE_NORMAL, "%s  ", text);
	strip_print(strip, severity_style(severity), "%c %s  ", severity_letter(severity),
	    _(severity_name(severity)));
	strip_print(strip, stands ? STYLE_NORMAL : STYLE_QUIET, "%s: %s", alarm->subject,
	    alarm->title);
	if (alarm->count > 1)
		strip_print(strip, STYLE_QUIET, _("   %" PRIu64 " times"), alarm->count);
	strip_print(strip, STYLE_QUIET, "   %s", alarm->source);
	if (alarm->clock == SIGNAL_CLOCK_DOUBTFUL)
		strip_text(strip, STYLE_UNKNOWN, _("   its clock is doubtful"));
}

static void
said_line(const struct scene *scene, const struct provider_notice *said, struct strip *strip)
{
	char text[TIME_TEXT];

	strip_to(strip, 3);
	moment_text(said->first_ms, scene->now_ms, text);
	strip_print(strip, STYLE_NORMAL, "%s  ", text);
	strip_print(strip, STYLE_STRONG, "%s: ", said->subject);
	strip_text(strip, STYLE_NORMAL, said->title);
	if (said->started_ms != 0) {
		moment_text(said->started_ms, scene->now_ms, text);
		strip_print(strip, STYLE_QUIET, _("   began, it says, %s"), text);
	}
	if (said->ended_ms != 0) {
		moment_text(said->ended_ms, scene->now_ms, text);
		strip_print(strip, STYLE_QUIET, _("   ended, it says, %s"), text);
	}
}

/* A time or number as it was recorded, before anybody corrected it. */
static void
recorded_put(const struct scene *scene, const struct incident *incident,
    const struct correction *made, struct buffer *out)
{
	int64_t ms = made->what == CORRECT_OCCURRED ? incident->occurred_ms :
	    made->what == CORRECT_KNOWN ? incident->known_ms : incident->resolved_ms;
	const struct affair *affair = affair_find(scene->state, incident->id);
	const struct hit *hit = affair != NULL ? affair_hit(affair, made->name) : NULL;
	char text[TIME_TEXT], users[USERS_TEXT];

	if (made->what == CORRECT_OCCURRED || made->what == CORRECT_KNOWN ||
	    made->what == CORRECT_RESTORED) {
		moment_text(ms, scene->now_ms, text);
		buffer_put_text(out, ms != 0 ? text : _("not yet"));
	} else if (hit != NULL && (made->what == CORRECT_STOPPED ||
	    made->what == CORRECT_DEGRADED)) {
		buffer_put_text(out, users_text(made->what == CORRECT_STOPPED ? hit->peak_stopped :
		    hit->peak_degraded, users));
	}
}

static void
corrected_put(const struct scene *scene, const struct correction *made, struct buffer *out)
{
	char text[TIME_TEXT], users[USERS_TEXT];

	switch (made->what) {
	case CORRECT_OCCURRED:
	case CORRECT_KNOWN:
	case CORRECT_RESTORED:
		moment_text(made->at_ms, scene->now_ms, text);
		buffer_put_text(out, made->at_ms != 0 ? text : _("not yet"));
		break;
	case CORRECT_DEMARCATION:
		buffer_put_text(out, made->number < SIDES ?
		    _(side_name((enum side)made->number)) : "?");
		break;
	case CORRECT_MERGED:
	case CORRECT_SPLIT:
		buffer_print(out, "#%" PRIu64, made->other);
		break;
	default:
		buffer_put_text(out, users_text(made->number, users));
		break;
	}
}

static void
correction_line(const struct scene *scene, const struct incident *incident,
    const struct correction *made, struct strip *strip)
{
	const char *what = correct_name(made->what);
	struct buffer text = { 0 };
	char moment[TIME_TEXT];

	strip_to(strip, 3);
	moment_text(made->recorded_ms, scene->now_ms, moment);
	strip_print(strip, STYLE_NORMAL, "%s  ", moment);
	strip_print(strip, STYLE_STRONG, "%s", what != NULL ? _(what) : "?");
	if (made->name[0] != '\0')
		strip_print(strip, STYLE_STRONG, " %s", made->name);
	recorded_put(scene, incident, made, &text);
	if (text.len > 0)
		strip_print(strip, STYLE_QUIET, "  %s ->", buffer_text(&text));
	buffer_reset(&text);
	corrected_put(scene, made, &text);
	strip_print(strip, STYLE_STRONG, " %s", buffer_text(&text));
	buffer_reset(&text);
	scene_value(scene, made->text, &text);
	strip_print(strip, STYLE_NORMAL, "   %s: %s", made->author, buffer_text(&text));
	buffer_free(&text);
}

static void
alarms_heading(const struct incident *incident, struct strip *strip)
{
	strip_text(strip, STYLE_HEADING, _("ALARMS"));
	strip_print(strip, STYLE_QUIET, _("   %" PRIu32 " stand, %" PRIu64 " in all"),
	    incident->alarms_standing, incident->alarms_total);
}

bool
incident_signal_line(const struct scene *scene, const struct incident *incident,
    const struct view_row *row, struct strip *strip)
{
	const struct alarm_state *alarm;
	const struct provider_notice *said;

	switch (row->kind) {
	case INCIDENT_PARTS:
		strip_text(strip, STYLE_HEADING, _("EXPLAINED BY IT"));
		return true;
	case INCIDENT_PART:
		part_line(scene, row->id, strip);
		return true;
	case INCIDENT_ALARMS:
		alarms_heading(incident, strip);
		return true;
	case INCIDENT_ALARM:
		alarm = state_alarm(scene->state, row->id);
		if (alarm != NULL)
			alarm_line(scene, alarm, strip);
		return true;
	case INCIDENT_SAIDS:
		strip_text(strip, STYLE_HEADING, _("THE PROVIDER'S OWN WORDS"));
		return true;
	case INCIDENT_SAID:
		said = state_said(scene->state, row->id);
		if (said != NULL)
			said_line(scene, said, strip);
		return true;
	case INCIDENT_CORRECTIONS:
		strip_text(strip, STYLE_HEADING, _("CORRECTIONS"));
		return true;
	case INCIDENT_CORRECTION:
		correction_line(scene, incident, &incident->correction[row->id], strip);
		return true;
	default:
		return false;
	}
}

bool
incident_signal_record(const struct scene *scene, const struct incident *incident,
    const struct view_row *row, uint64_t *seq)
{
	const struct alarm_state *alarm = row->kind == INCIDENT_ALARM ?
	    state_alarm(scene->state, row->id) : NULL;
	const struct provider_notice *said = row->kind == INCIDENT_SAID ?
	    state_said(scene->state, row->id) : NULL;

	if (alarm != NULL)
		*seq = alarm->seq;
	else if (said != NULL)
		*seq = said->seq;
	else if (row->kind == INCIDENT_CORRECTION)
		*seq = incident->correction[row->id].seq;
	else if (row->kind == INCIDENT_PART)
		*seq = row->id;
	else
		return false;
	return true;
}
