/* SPDX-License-Identifier: Apache-2.0 */
/* Transitions as lines. */
#include <inttypes.h>
#include <stdlib.h>

#include "monitor/base/i18n.h"
#include "monitor/state/describe.h"
#include "tui/cell.h"
#include "tui/event.h"

enum { EVENT_APART_MS = 1000 };	/* the observed time is shown where it is that far off */

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

unsigned
event_moment_width(const struct scene *scene)
{
	const struct state *state = scene->state;
	const struct judgement *j = judgement_of(state);
	int64_t oldest_ms = state->timelines > 0 ? state->timeline[0].recorded_ms : scene->now_ms;

	if (j != NULL && judgement_changes(j) > 0 &&
	    judgement_change(j, 0)->recorded_ms < oldest_ms)
		oldest_ms = judgement_change(j, 0)->recorded_ms;
	if (j != NULL && judgement_waivers(j) > 0 &&
	    judgement_waiver(j, 0)->asked_ms < oldest_ms)
		oldest_ms = judgement_waiver(j, 0)->asked_ms;
	return moment_width(oldest_ms, scene->now_ms);
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

/* The word of its column; longer ones are in the sentence. */
static const char *
event_word(const struct transition *event)
{
	static const char *const words[TRANSITION_COUNT] = {
		[TRANSITION_OPENED] = N_("opened"), [TRANSITION_GREW] = N_("grew"),
		[TRANSITION_RESOLVED] = N_("resolved"), [TRANSITION_ACKED] = N_("acknowledged"),
		[TRANSITION_NOTED] = N_("noted"), [TRANSITION_GAP] = N_("not watching"),
		[TRANSITION_WATCHING] = N_("watching"), [TRANSITION_CLOCK] = N_("clock"),
		[TRANSITION_CONFIG] = N_("configured"), [TRANSITION_ABSORBED] = N_("absorbed"),
		[TRANSITION_KEY] = N_("key"), [TRANSITION_FORK] = N_("fork"),
		[TRANSITION_WATCHER] = N_("watcher"), [TRANSITION_ANCHOR] = N_("anchored"),
	};

	if (event->kind == TRANSITION_HEALTH)
		return health_word(event->after);
	return words[event->kind] != NULL ? _(words[event->kind]) : _(transition_text(event->kind));
}

/* What kind of news it is: the letters of health, "*" for what people and we ourselves did. */
static char
event_letter(const struct scene *scene, const struct transition *event, enum style *style)
{
	const struct incident *incident = state_incident(scene->state, event->incident);
	enum health health;

	switch (event->kind) {
	case TRANSITION_HEALTH:
		health = event->after;
		break;
	case TRANSITION_OPENED:
	case TRANSITION_GREW:
		health = incident != NULL ? incident->worst : HEALTH_DOWN;
		break;
	case TRANSITION_RESOLVED:
		health = HEALTH_UP;
		break;
	case TRANSITION_GAP:
		health = HEALTH_UNKNOWN;
		break;
	case TRANSITION_FORK:
		health = HEALTH_DOWN;
		break;
	default:
		if (!event_problem(event)) {
			*style = STYLE_QUIET;
			return '*';
		}
		health = HEALTH_DEGRADED;
		break;
	}
	*style = health_style(health);
	return health_letter(health);
}

static void
event_subject(const struct scene *scene, const struct transition *event, struct buffer *out)
{
	const struct target_state *target = state_target(scene->state, event->target);
	const char *role = role_name(event->role);

	if (event->kind == TRANSITION_HEALTH && target != NULL)
		buffer_put_text(out, target->plan->name);
	else if (event->incident != 0)
		buffer_print(out, "#%" PRIu64, event->incident);
	else if (event->kind == TRANSITION_HEALTH)
		buffer_print(out, _("target %" PRIu64), event->target);
	else if (role != NULL && (event->kind == TRANSITION_GAP ||
	    event->kind == TRANSITION_WATCHING))
		buffer_print(out, "%s %" PRIu64, _(role), event->index);
}

/* What the columns before it do not say. */
static void
event_rest(const struct scene *scene, const struct transition *event, struct buffer *out)
{
	const struct incident *incident = state_incident(scene->state, event->incident);
	const struct target_state *target = state_target(scene->state, event->target);

	if (event->kind == TRANSITION_HEALTH) {
		if (event->reason != REASON_OBSERVED || event->detail[0] == '\0')
			reason_describe(target != NULL ? target->plan : NULL, event->reason, "",
			    out);
		if (event->reason != REASON_OBSERVED && event->detail[0] != '\0')
			buffer_put_text(out, ": ");
		buffer_put_text(out, event->detail);
		return;
	}
	if (event->kind == TRANSITION_CLOCK) {
		event_sentence(scene, event, out);
		return;
	}
	if (event->author[0] != '\0')
		buffer_put_text(out, event->author);
	if (event->author[0] != '\0' && !hash_is_zero(event->text))
		buffer_put_text(out, ": ");
	scene_value(scene, event->text, out);
	if (incident != NULL && hash_is_zero(event->text)) {
		buffer_put_text(out, event->author[0] != '\0' ? ": " : "");
		incident_describe(incident, out);
	}
	if (event->kind == TRANSITION_ABSORBED && incident != NULL)
		buffer_print(out, " -> #%" PRIu64, incident->absorbed_by);
	if (event->detail[0] != '\0')
		buffer_print(out, "%s%s", out->len > 0 ? ": " : "", event->detail);
}

void
event_put(const struct scene *scene, struct event_parts *parts, struct strip *strip)
{
	struct buffer text = { 0 };
	char moment[TIME_TEXT];
	unsigned end = strip->end;

	moment_text(parts->recorded_ms, scene->now_ms, moment);
	strip_field(strip, event_moment_width(scene), ALIGN_RIGHT, STYLE_NORMAL, moment);
	strip_print(strip, parts->style, "  %c ", parts->letter);
	strip_field(strip, EVENT_WORD, ALIGN_LEFT, parts->style, parts->word);
	strip_to(strip, strip->column + 1);
	strip_field(strip, EVENT_SUBJECT, ALIGN_LEFT, STYLE_STRONG, buffer_text(&parts->whose));
	strip_to(strip, strip->column + 1);
	if (llabs(parts->observed_ms - parts->recorded_ms) >= EVENT_APART_MS) {
		moment_text(parts->observed_ms, scene->now_ms, moment);
		buffer_print(&text, _("  observed %s"), moment);
		strip->end -= text_width(bytes_of_buffer(&text));
	}
	struct strip observed = { strip->grid, strip->row, strip->end, end };

	strip_text(&observed, STYLE_QUIET, buffer_text(&text));
	strip_bytes(strip, parts->problem ? STYLE_NORMAL : STYLE_QUIET,
	    bytes_of_buffer(&parts->more));
	buffer_free(&text);
	buffer_free(&parts->whose);
	buffer_free(&parts->more);
}

void
event_line(const struct scene *scene, const struct transition *event, struct strip *strip)
{
	struct event_parts parts = { .recorded_ms = event->recorded_ms,
		.observed_ms = event->observed_ms, .word = event_word(event),
		.problem = event_problem(event) };

	parts.letter = event_letter(scene, event, &parts.style);
	event_subject(scene, event, &parts.whose);
	event_rest(scene, event, &parts.more);
	event_put(scene, &parts, strip);
}
