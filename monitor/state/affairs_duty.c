/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Duties that incidents make due, folded: when each became due, when it was to be told, drafted,
 * escalated, and whether a paper answered it.  What is due is worked out by the duty engine; here
 * it is remembered and put on the timeline, at its own moment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/base/timetext.h"
#include "monitor/state/affairs_part.h"
#include "monitor/state/correct.h"
#include "monitor/state/demarcation.h"

#define DAY_MS INT64_C(86400000)
#define JST_MS INT64_C(32400000)

enum { ALARM_DRAFT = 1, ALARM_ESCALATE = 2, ALARM_OVERDUE = 4 };

/* Which paper answers which duty: "sekimori report NAME". */
static const struct { const char *report, *rule; } answers[] = {
	{ "prompt-report", "F3" },
	{ "detailed-report", "F4" },
	{ "near-accident", "F8" },
	{ "yearly-list", "F9" },
};

static struct affair_duty *
affair_duty_find(struct affair *affair, const char *rule)
{
	for (uint32_t i = 0; i < affair->duties; i++)
		if (strcmp(affair->duty[i].rule, rule) == 0)
			return &affair->duty[i];
	return NULL;
}

static struct affair_duty *
affair_duty_add(struct affair *affair, const char *rule)
{
	struct affair_duty *duty;

	if (affair->duties == AFFAIR_DUTIES_MAX)
		return NULL;
	if (affair->duties == affair->duty_cap) {
		affair->duty_cap = affair->duty_cap > 0 ? 2 * affair->duty_cap : 4;
		affair->duty = memory_resize(affair->duty, affair->duty_cap,
		    sizeof(*affair->duty));
	}
	duty = &affair->duty[affair->duties++];
	*duty = (struct affair_duty){ .due_ms = 0 };
	text_take(duty->rule, sizeof(duty->rule), bytes_of_text(rule));
	return duty;
}

/* Several may come of one record: they differ in "about", and are one notice. */
static uint64_t
said_before(const struct state *state, uint64_t incident)
{
	uint64_t id = transition_id(state->size, TRANSITION_DUTY), count = 0;

	for (uint32_t i = state->timelines; i > 0 &&
	    state->timeline[i - 1].recorded_ms == state->now_ms; i--)
		count += state->timeline[i - 1].id == id &&
		    state->timeline[i - 1].incident == incident;
	return count;
}

/* detail: the rule, and what of it; value: the moment it is about. */
static void
duty_say(struct state *state, const struct affair *affair, const char *rule, const char *what,
    int64_t value, bool tell)
{
	const struct incident *incident = state_incident(state, affair->incident);
	char detail[64];

	snprintf(detail, sizeof(detail), "%s %s", rule, what);
	timeline_add(state, (struct transition){ .kind = TRANSITION_DUTY,
		.observed_ms = state->now_ms, .seq = state->size, .incident = affair->incident,
		.about = said_before(state, affair->incident), .value = value },
	    bytes_of_text(detail));
	if (tell && incident != NULL && incident->told_ms == 0)
		notice_owe(state, affair->incident, TRANSITION_DUTY, state->size);
}

/* Told once each, and not at all once a paper answered it. */
static void
duty_alarm(struct state *state, const struct affair *affair, struct affair_duty *duty,
    uint32_t alarm, int64_t at_ms, const char *what)
{
	if (at_ms == 0 || at_ms > state->now_ms || (duty->alarms & alarm) != 0 ||
	    !duty->standing || duty->filed_seq != 0)
		return;
	duty->alarms |= alarm;
	duty_say(state, affair, duty->rule, what, at_ms, true);
}

static void
duty_reached(struct state *state, struct affair *affair, const struct duty *now)
{
	struct affair_duty *known = affair_duty_find(affair, now->rule->id);
	bool again = known != NULL && !known->standing;
	bool moved = known != NULL && known->due_ms != now->due_ms;

	if (known == NULL)
		known = affair_duty_add(affair, now->rule->id);
	if (known == NULL)
		return;
	if (known->seq == 0 && known->noticed_ms == 0) {
		known->seq = state->size;
		known->noticed_ms = state->now_ms;
		again = true;
	}
	known->standing = true;
	known->reached_ms = now->reached_ms;
	known->due_ms = now->due_ms;
	if (again)
		duty_say(state, affair, known->rule, "reached", now->due_ms, true);
	else if (moved)
		duty_say(state, affair, known->rule, "moved", now->due_ms, true);
	duty_alarm(state, affair, known, ALARM_DRAFT, now->draft_ms, "draft");
	duty_alarm(state, affair, known, ALARM_ESCALATE, now->escalate_ms, "escalate");
	duty_alarm(state, affair, known, ALARM_OVERDUE, now->due_ms, "overdue");
}

/* A correction may say that it was not due after all. */
static void
duty_withdrawn(struct state *state, const struct affair *affair, struct affair_duty *duty,
    const char *what)
{
	duty->standing = false;
	duty_say(state, affair, duty->rule, what, duty->reached_ms, true);
}

static void
take_duties(struct state *state, struct affair *affair, const struct duty_verdict *verdict)
{
	for (uint32_t i = 0; i < verdict->duties; i++) {
		const struct duty *now = &verdict->duty[i];
		struct affair_duty *known;

		if (now->standing == DUTY_REACHED) {
			duty_reached(state, affair, now);
			continue;
		}
		known = affair_duty_find(affair, now->rule->id);
		if (known != NULL && known->standing)
			duty_withdrawn(state, affair, known,
			    now->standing == DUTY_SUPERSEDED ? "superseded" : "withdrawn");
	}
}

/* --- the moments it must be looked at again ------------------------------------------------ */

static int64_t
sooner(int64_t a_ms, int64_t b_ms, int64_t after_ms)
{
	return b_ms > after_ms && b_ms < a_ms ? b_ms : a_ms;
}

static int64_t
next_moment(const struct duty_verdict *verdict, int64_t now_ms)
{
	int64_t next = sooner(INT64_MAX, verdict->next_ms, now_ms);

	for (uint32_t i = 0; i < verdict->duties; i++) {
		const struct duty *duty = &verdict->duty[i];

		if (duty->standing == DUTY_RUNNING)
			next = sooner(next, duty->reach_at_ms, now_ms);
		if (duty->standing != DUTY_REACHED)
			continue;
		next = sooner(next, duty->draft_ms, now_ms);
		next = sooner(next, duty->escalate_ms, now_ms);
		next = sooner(next, duty->due_ms, now_ms);
	}
	return next;
}

static void
queue_at(struct state *state, struct affair *affair, int64_t at_ms)
{
	if (at_ms >= affair->queued_ms || at_ms == INT64_MAX)
		return;
	affair->queued_ms = at_ms;
	affairs_queue(state, affair->incident, at_ms);
}

void
affair_queue(struct state *state, struct affair *affair)
{
	struct duty_verdict *verdict = memory_new(1, sizeof(*verdict));

	if (affair_judge(state, affair->incident, state->now_ms, verdict))
		queue_at(state, affair, next_moment(verdict, state->now_ms));
	free(verdict);
}

/* --- sides and peaks ---------------------------------------------------------------------- */

static void
tell_side(struct state *state, struct affair *affair, const struct incident *incident)
{
	struct demarcation found;

	demarcation_judge(state, incident, &found);
	if (affair->side == (uint32_t)found.side)
		return;
	affair->side = (uint32_t)found.side;
	timeline_add(state, (struct transition){ .kind = TRANSITION_DEMARCATION,
		.observed_ms = state->now_ms, .seq = state->size, .incident = affair->incident,
		.value = (int64_t)found.side }, bytes_of_text(found.provider));
}

/* The most users of a service at the same time, when that is a tenth more than was told. */
static void
tell_peak(struct state *state, struct affair *affair)
{
	const struct hit *worst = NULL;

	for (uint32_t i = 0; i < affair->hits; i++)
		if (worst == NULL || affair->hit[i].peak > worst->peak)
			worst = &affair->hit[i];
	if (worst == NULL || worst->peak == 0 ||
	    worst->peak < affair->peak_told + affair->peak_told / 10 ||
	    worst->peak == affair->peak_told)
		return;
	affair->peak_told = worst->peak;
	timeline_add(state, (struct transition){ .kind = TRANSITION_PEAK,
		.observed_ms = worst->peak_ms, .seq = state->size, .incident = affair->incident,
		.value = worst->peak <= INT64_MAX ? (int64_t)worst->peak : INT64_MAX },
	    bytes_of_text(worst->service));
}

void
affair_duties(struct state *state, struct affair *affair)
{
	const struct incident *incident = state_incident(state, affair->incident);
	struct duty_verdict *verdict;

	if (incident == NULL || state->plan == NULL)
		return;
	tell_peak(state, affair);
	tell_side(state, affair, incident);
	/* What became part of another incident is due there. */
	if (incident->absorbed_by != 0)
		return;
	verdict = memory_new(1, sizeof(*verdict));
	if (affair_judge(state, affair->incident, state->now_ms, verdict)) {
		take_duties(state, affair, verdict);
		queue_at(state, affair, next_moment(verdict, state->now_ms));
	}
	free(verdict);
}

void
affairs_due(struct state *state, uint64_t number)
{
	struct affair *affair = affair_find(state, number);

	/* An entry of before may be early: then nothing is due, and it is queued again. */
	if (affair == NULL || affair->queued_ms > state->now_ms)
		return;
	affair->queued_ms = INT64_MAX;
	affair_duties(state, affair);
}

/* "yearly-list/2026": when that fiscal year begins and ends, JST. */
static bool
list_year(struct bytes report, int64_t *from_ms, int64_t *to_ms)
{
	static const char head[] = "yearly-list/";
	enum { HEAD = sizeof(head) - 1, DIGITS = 4 };
	int64_t year = 0;

	if (report.len != HEAD + DIGITS || memcmp(report.at, head, HEAD) != 0)
		return false;
	for (size_t i = HEAD; i < report.len; i++) {
		if (report.at[i] < '0' || report.at[i] > '9')
			return false;
		year = 10 * year + (report.at[i] - '0');
	}
	*from_ms = days_of_date(year, 4, 1) * DAY_MS - JST_MS;
	*to_ms = days_of_date(year + 1, 4, 1) * DAY_MS - JST_MS;
	return true;
}

/* A frozen list answers for every incident of its year. */
static void
affairs_list(struct state *state, struct bytes report)
{
	int64_t from_ms, to_ms;

	if (!list_year(report, &from_ms, &to_ms))
		return;
	for (uint32_t i = 0; i < state->affairs->affairs; i++) {
		struct affair *affair = &state->affairs->affair[i];
		struct affair_duty *duty = affair_duty_find(affair, "F9");
		const struct incident *incident = state_incident(state, affair->incident);

		if (duty == NULL || incident == NULL || incident_occurred_ms(incident) < from_ms ||
		    incident_occurred_ms(incident) >= to_ms)
			continue;
		duty->filed_seq = state->size;
		duty->filed_ms = state->now_ms;
		duty_say(state, affair, duty->rule, "filed", duty->filed_ms, true);
	}
}

void
affairs_filing(struct state *state, const struct record *rec)
{
	struct affair *affair = affair_find(state, rec->filing.incident);
	struct affair_duty *duty = NULL;

	if (rec->filing.incident == 0 && rec->filing.paper_edition > 0)
		affairs_list(state, rec->filing.report);

	/* Only a frozen paper is one that was handed in. */
	if (affair == NULL || rec->filing.paper_edition == 0)
		return;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (bytes_equal(bytes_of_text(answers[i].report), rec->filing.report))
			duty = affair_duty_find(affair, answers[i].rule);
	if (duty == NULL)
		return;
	duty->filed_seq = state->size;
	duty->filed_ms = state->now_ms;
	duty_say(state, affair, duty->rule, "filed", duty->filed_ms, true);
}

/* --- the nearest clock -------------------------------------------------------------------- */

/* It goes on, or something it made due was not answered yet. */
static bool
may_run(const struct affair *affair, const struct incident *incident)
{
	bool runs = incident->resolved_ms == 0 && affair->hits + affair->unplaced > 0;

	for (uint32_t i = 0; i < affair->duties; i++)
		runs = runs || (affair->duty[i].standing && affair->duty[i].filed_seq == 0);
	return runs && incident->absorbed_by == 0;
}

/* A duty that a paper answered runs no more. */
static void
forget_filed(const struct affair *affair, struct duty_verdict *verdict)
{
	for (uint32_t i = 0; i < verdict->duties; i++) {
		struct duty *duty = &verdict->duty[i];

		for (uint32_t j = 0; j < affair->duties; j++)
			if (affair->duty[j].filed_seq != 0 &&
			    strcmp(affair->duty[j].rule, duty->rule->id) == 0)
				*duty = (struct duty){ .rule = duty->rule, .pair = -1,
				    .reached_ms = duty->reached_ms,
				    .standing = DUTY_NOT_APPLICABLE };
	}
}

bool
affairs_nearest(const struct state *state, int64_t now_ms, struct nearest_clock *out)
{
	const struct affairs *affairs = state->affairs;
	struct duty_verdict *verdict = memory_new(1, sizeof(*verdict));
	bool found = false;

	for (uint32_t i = 0; i < affairs->affairs; i++) {
		const struct affair *affair = &affairs->affair[i];
		const struct incident *incident = state_incident(state, affair->incident);
		const struct duty *duty;
		int64_t at_ms;

		if (incident == NULL || !may_run(affair, incident) ||
		    !affair_judge(state, affair->incident, now_ms, verdict))
			continue;
		forget_filed(affair, verdict);
		duty = duty_nearest(verdict, &at_ms);
		if (duty == NULL || (found && at_ms >= out->at_ms))
			continue;
		found = true;
		*out = (struct nearest_clock){ .incident = affair->incident, .at_ms = at_ms,
			.duty = *duty, .verdict = *verdict };
	}
	free(verdict);
	return found;
}
