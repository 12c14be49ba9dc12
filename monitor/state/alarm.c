/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alarms (ITU-T X.733): raised, changed and cleared, paired by source and key.  Repetition counts
 * and is not told; a raising that its sender dates before the clearing we have, and a clearing
 * dated before the raising, come late and change nothing.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"
#include "monitor/state/incident_view.h"

enum { OVERTAKEN_MS = 600000 };	/* how far a message may be behind one that overtook it */

static bool
is_severe(enum severity severity)
{
	return severity >= PERCEIVED_MAJOR;
}

static enum severity
severity_of(const struct record *rec)
{
	return rec->signal.severity < SEVERITIES ? (enum severity)rec->signal.severity :
	    PERCEIVED_INDETERMINATE;
}

static uint64_t
count_of(const struct record *rec)
{
	return rec->signal.count > 0 ? rec->signal.count : 1;
}

static bool
told_before(int64_t told_ms, int64_t other_ms)
{
	return told_ms != 0 && other_ms != 0 && told_ms < other_ms;
}

/*
 * Whether a message is older than one we have, by its sender's clock.  Messages overtake each other
 * by minutes: a clock that was years ahead once, or begins in 1970 anew, must not silence what
 * comes after.  Only who tells of the past may be far behind.
 */
static bool
is_late(const struct state *state, const struct record *rec, int64_t other_ms)
{
	int64_t behind_ms;

	if (!told_before(rec->signal.told, other_ms) ||
	    __builtin_sub_overflow(other_ms, rec->signal.told, &behind_ms))
		return false;
	return behind_ms <= OVERTAKEN_MS || (rec->signal.clock == SIGNAL_CLOCK_REPORTED &&
	    other_ms <= time_later(state->now_ms, OVERTAKEN_MS));
}

static void
say(struct state *state, enum transition_kind kind, const struct alarm_state *alarm,
    const struct record *rec)
{
	struct transition transition = {
		.kind = kind, .observed_ms = rec->observed_ms, .seq = state->size,
		.incident = alarm->incident, .about = alarm->id, .value = (int64_t)alarm->count,
		.severity = alarm->severity, .text = rec->signal.text };
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };

	affairs_stir(state, &cause);
	if (!signal_line(state, alarm->incident))
		return;
	text_take(transition.subject, sizeof(transition.subject), bytes_of_text(alarm->subject));
	text_take(transition.author, sizeof(transition.author), bytes_of_text(alarm->source));
	timeline_add(state, transition, bytes_of_text(alarm->title));
}

static void
join_incident(struct state *state, struct alarm_state *alarm, struct incident *incident)
{
	alarm->incident = incident->id;
	incident->alarms_total++;
	incident->alarms_standing++;
	if (alarm->severity > incident->severity)
		incident->severity = alarm->severity;
	if (is_severe(alarm->severity))
		incident->grew_ms = state->now_ms;
	incident->changed_ms = state->now_ms;
	incident->last_seq = state->size;
	census_incident(state, incident);
}

/* Over the bound: counted by subject, so that the screen lives and nothing is lost silently. */
static void
count_flood(struct state *state, const struct record *rec, enum severity severity)
{
	char subject[SUBJECT_NAME];
	struct alarm_flood *flood;
	struct incident *incident;
	bool fresh;

	text_take(subject, sizeof(subject), rec->signal.subject);
	incident = alarm_place(state, subject, severity, rec);
	flood = flood_of(state, subject);
	fresh = flood->raised == 0 ||
	    time_later(flood->last_ms, FLOOD_QUIET_MS) <= state->now_ms ||
	    (incident != NULL && incident->id != flood->incident);
	flood->raised += count_of(rec);
	flood->last_ms = state->now_ms;
	flood->seq = state->size;
	if (severity > flood->worst)
		flood->worst = severity;
	if (incident != NULL) {
		flood->incident = incident->id;
		incident->alarms_total += count_of(rec);
		incident->last_seq = state->size;
	}
	if (!fresh)
		return;
	if (incident != NULL)
		quiet_queue(state, incident);
	if (signal_line(state, flood->incident))
		flood_say(state, flood, rec);
}

void
flood_say(struct state *state, const struct alarm_flood *flood, const struct record *rec)
{
	struct transition transition = {
		.kind = TRANSITION_ALARM_FLOOD, .observed_ms = rec->observed_ms, .seq = state->size,
		.incident = flood->incident, .value = (int64_t)flood->raised,
		.severity = flood->worst };

	text_take(transition.subject, sizeof(transition.subject), bytes_of_text(flood->subject));
	timeline_add(state, transition, bytes_of(NULL, 0));
}

static void
raise_new(struct state *state, const struct record *rec, const char *key)
{
	enum severity severity = severity_of(rec);
	struct incident *incident;
	struct alarm_state *alarm;
	char subject[SUBJECT_NAME];

	if (state->memory->standing >= ALARM_MAX) {
		count_flood(state, rec, severity);
		return;
	}
	text_take(subject, sizeof(subject), rec->signal.subject);
	incident = alarm_place(state, subject, severity, rec);
	alarm = alarm_new(state, rec, key);
	alarm->severity = alarm->worst = severity;
	alarm->count = count_of(rec);
	if (incident != NULL)
		join_incident(state, alarm, incident);
	say(state, TRANSITION_ALARM_RAISED, alarm, rec);
}

/* It stands and was raised again: only what differs is told. */
static void
raise_again(struct state *state, struct alarm_state *alarm, const struct record *rec)
{
	enum severity severity = severity_of(rec), before = alarm->severity;
	struct incident *incident = state_incident(state, alarm->incident);
	uint32_t at = (uint32_t)(alarm - state->alarm);

	alarm->count += count_of(rec);
	alarm->last_ms = state->now_ms;
	alarm->seq = state->size;
	/* An older state of it, late. */
	if (is_late(state, rec, alarm->last_told_ms))
		return;
	if (rec->signal.told != 0)
		alarm->last_told_ms = rec->signal.told;
	if (severity == before)
		return;
	alarm->severity = severity;
	if (severity > alarm->worst)
		alarm->worst = severity;
	text_take(alarm->title, sizeof(alarm->title), rec->signal.title);
	if (incident == NULL && is_severe(severity)) {
		incident = alarm_place(state, alarm->subject, severity, rec);
		alarm = &state->alarm[at];
		if (incident != NULL)
			join_incident(state, alarm, incident);
	} else if (incident != NULL && severity > incident->severity) {
		incident->severity = severity;
	}
	say(state, TRANSITION_ALARM_CHANGED, alarm, rec);
}

void
alarm_raise(struct state *state, const struct record *rec)
{
	struct alarm_state *alarm;
	char key[NAME_MAX_LEN];

	state->alarms_total += count_of(rec);
	alarm_key(rec->signal.key, key);
	alarm = alarm_find(state, rec->signal.source, key);
	if (alarm != NULL && alarm->cleared_ms == 0)
		raise_again(state, alarm, rec);
	else if (alarm != NULL && is_late(state, rec, alarm->last_told_ms))
		alarm->count += count_of(rec);
	else
		raise_new(state, rec, key);
	window_counts(state, signal_ref(state, rec), true);
}

static void
clear_standing(struct state *state, struct alarm_state *alarm, const struct record *rec)
{
	struct incident *incident = state_incident(state, alarm->incident);
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms,
		.detail = rec->signal.title };

	if (is_late(state, rec, alarm->told_ms))
		return;
	alarm_end(state, alarm, rec);
	say(state, TRANSITION_ALARM_CLEARED, alarm, rec);
	if (incident == NULL)
		return;
	if (incident->alarms_standing > 0)
		incident->alarms_standing--;
	incident->changed_ms = state->now_ms;
	incident->last_seq = state->size;
	incident_resolve_if_well(state, incident, &cause);
}

/* Nothing of this key stands: its raising may still be on its way, or was only counted. */
static void
clear_unknown(struct state *state, const struct record *rec, const char *key)
{
	char subject[SUBJECT_NAME];
	struct alarm_flood *flood;
	struct alarm_state *alarm;

	text_take(subject, sizeof(subject), rec->signal.subject);
	flood = flood_find(state, subject);
	if (flood == NULL)
		flood = flood_find(state, "");
	if (flood != NULL && flood->cleared < flood->raised) {
		struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };

		flood->cleared++;
		flood->seq = state->size;
		incident_resolve_if_well(state, state_incident(state, flood->incident), &cause);
		return;
	}
	/* Without a time of its sender it cannot be told from a clearing of something older. */
	if (rec->signal.told == 0)
		return;
	alarm = alarm_new(state, rec, key);
	alarm->severity = alarm->worst = PERCEIVED_CLEARED;
	alarm_end(state, alarm, rec);
}

void
alarm_clear(struct state *state, const struct record *rec)
{
	struct alarm_state *alarm;
	char key[NAME_MAX_LEN];

	alarm_key(rec->signal.key, key);
	alarm = alarm_find(state, rec->signal.source, key);
	if (alarm != NULL && alarm->cleared_ms == 0)
		clear_standing(state, alarm, rec);
	else if (alarm == NULL)
		clear_unknown(state, rec, key);
	else if (told_before(alarm->last_told_ms, rec->signal.told))
		alarm->last_told_ms = rec->signal.told;
}
