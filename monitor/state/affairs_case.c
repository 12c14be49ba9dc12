/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An incident as a case for the duty engine: what was folded, what people corrected, what the plan
 * declares.  Where a condition of the law can be tested by machine its reason says how; where not,
 * it is left for a person to say.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/base/i18n.h"
#include "monitor/state/affairs_part.h"
#include "monitor/state/duty_day.h"

static enum duty_class
class_of(uint32_t class)
{
	static const char *const codes[SERVICE_CLASSES] = {
#define X(number, NAME, code, text) [number] = code,
		SERVICE_CLASS_LIST(X)
#undef X
	};
	enum duty_class found = DUTY_CLASS_OTHER;

	if (class < SERVICE_CLASSES)
		(void)duty_class_find(bytes_of_text(codes[class]), &found);
	return found;
}

/* --- users -------------------------------------------------------------------------------- */

/* More than a plan may declare says no more, and no sum of two wraps. */
static uint64_t
users_said(const struct correction *said)
{
	return said->number < PLAN_USERS_MAX ? said->number : PLAN_USERS_MAX;
}

/* A person's word on the users of a service holds for the peak: the steps are drawn to it. */
static void
correct_users(const struct incident *incident, const struct hit *hit, struct duty_step *step,
    uint32_t steps)
{
	const struct correction *stopped = incident_correction(incident, CORRECT_STOPPED,
	    hit->service);
	const struct correction *degraded = incident_correction(incident, CORRECT_DEGRADED,
	    hit->service);
	uint64_t most = 0, distinct = steps > 0 ? step[steps - 1].distinct : 0;

	if (stopped == NULL && degraded == NULL)
		return;
	for (uint32_t i = 0; i < steps; i++) {
		bool anybody = step[i].stopped + step[i].degraded > 0 || step[i].unknown;

		if (stopped != NULL)
			step[i].stopped = anybody ? users_said(stopped) : 0;
		if (degraded != NULL)
			step[i].degraded = anybody ? users_said(degraded) : 0;
		step[i].unknown = false;
		if (step[i].stopped + step[i].degraded > most)
			most = step[i].stopped + step[i].degraded;
		/* Over the whole span as many more as was worked out for the peak. */
		step[i].distinct = hit->peak == 0 || distinct <= hit->peak ? most :
		    most + (distinct - hit->peak);
	}
}

/* Services nobody declared users of: somebody may be hit, and nobody can say how many. */
static uint32_t
unplaced_service(const struct incident *incident, struct affair_case *out, uint32_t services)
{
	struct duty_step *step = &out->step[services * (size_t)IMPACT_STEPS_MAX];

	*step = (struct duty_step){ .at_ms = incident_occurred_ms(incident), .unknown = true };
	out->service[services] = (struct duty_service){ .name = "", .class = DUTY_CLASS_OTHER,
	    .from_occurred = true, .step = step, .steps = 1 };
	return services + 1;
}

/* Of a satellite or cable: all of its users stopped is all of its traffic. */
static enum duty_answer
traffic_of(const struct hit *hit, const struct impact_step *step)
{
	if (hit->class != SERVICE_CLASS_SAT_SUBSEA)
		return DUTY_SAYS_NONE;
	if (step->stopped >= hit->users && hit->users > 0)
		return DUTY_SAYS_YES;
	return step->uncertain ? DUTY_SAYS_UNKNOWN : DUTY_SAYS_NO;
}

static uint32_t
fill_services(const struct affair *affair, const struct incident *incident,
    struct affair_case *out)
{
	uint32_t services = 0;

	for (uint32_t i = 0; affair != NULL && i < affair->hits; i++) {
		const struct hit *hit = &affair->hit[i];
		struct duty_step *step = &out->step[services * (size_t)IMPACT_STEPS_MAX];

		for (uint32_t j = 0; j < hit->steps; j++)
			step[j] = (struct duty_step){ .at_ms = hit->step[j].at_ms,
			    .stopped = hit->step[j].stopped, .degraded = hit->step[j].degraded,
			    .distinct = hit->step[j].distinct, .unknown = hit->step[j].uncertain,
			    .all_traffic = traffic_of(hit, &hit->step[j]) };
		correct_users(incident, hit, step, hit->steps);
		out->service[services++] = (struct duty_service){ .name = hit->service,
		    .class = class_of(hit->class), .prefectures = hit->prefectures,
		    .addon = hit->addon, .from_occurred = step[0].at_ms <= incident->occurred_ms,
		    .step = step, .steps = hit->steps };
	}
	if (affair != NULL && affair->unplaced > 0 && affair->hits == 0)
		services = unplaced_service(incident, out, services);
	return services;
}

/* --- the carrier -------------------------------------------------------------------------- */

static int64_t
count_or_unknown(uint64_t count)
{
	return count > 0 && count <= INT64_MAX ? (int64_t)count : -1;
}

static void
fill_carrier(const struct plan *plan, struct duty_carrier *out)
{
	const struct plan_carrier *carrier = plan->carriers > 0 ? plan->carrier : NULL;

	*out = (struct duty_carrier){ .users_before = -1, .users_first = -1, .users_last = -1 };
	if (carrier == NULL)
		return;
	out->users_before = count_or_unknown(carrier->users_previous_fy);
	out->users_first = count_or_unknown(carrier->users_half_first);
	out->users_last = count_or_unknown(carrier->users_half_last);
	out->designated_27_5 = carrier->designated_27_5 ? DUTY_SAYS_YES : DUTY_SAYS_NO;
	out->public_corporation = carrier->designated_public ? DUTY_SAYS_YES : DUTY_SAYS_NO;
	out->infrastructure = carrier->infrastructure_ms != 0 ? DUTY_SAYS_YES : DUTY_SAYS_NO;
	out->infrastructure_ms = carrier->infrastructure_ms;
}

/* --- conditions of a near-accident -------------------------------------------------------- */

static void
say(struct affair_case *out, enum duty_condition_code code, enum duty_answer answer,
    const char *fmt, ...) PRINTF(4, 5);

static void
say(struct affair_case *out, enum duty_condition_code code, enum duty_answer answer,
    const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(out->reason[code], sizeof(out->reason[code]), fmt, args);
	va_end(args);
	out->facts.near[code] = (struct duty_fact){ answer, out->reason[code] };
}

/* More members than carry the whole load: one of them is the planned spare. */
static bool
has_spare(const struct state *state, uint32_t set)
{
	const struct impact_index *index = state->affairs->memory->of_plan->index;
	const struct plan_set *plan = &state->plan->set[set];

	return plan->needed > 0 && strcmp(plan->mode, "none") != 0 &&
	    index->member_from[set + 1] - index->member_from[set] > plan->needed;
}

/* ORD 58-2 i ho (2): the planned spare did not take over within the time planned before. */
static void
say_switch(const struct state *state, const struct affair *affair, int64_t now_ms,
    struct affair_case *out)
{
	for (uint32_t i = 0; affair != NULL && i < affair->sets; i++) {
		const struct affair_set *set = &affair->set[i];
		const struct plan_set *plan;
		int64_t lasted;

		if (set->index == UINT32_MAX || !set->lacked)
			continue;
		plan = &state->plan->set[set->index];
		if (!has_spare(state, set->index))
			continue;
		lasted = set->lacked_ms != 0 ? now_ms - set->lacked_ms : 0;
		lasted = set->longest_ms > lasted ? set->longest_ms : lasted;
		if (plan->switchover_ms == 0) {
			say(out, DUTY_CONDITION_CANNOT_SWITCH, DUTY_SAYS_UNKNOWN,
			    _("set %s lacked members it needs; no switch-over time is declared"),
			    plan->name);
		} else if (lasted > plan->switchover_ms) {
			say(out, DUTY_CONDITION_CANNOT_SWITCH, DUTY_SAYS_YES,
			    _("set %s lacked members it needs for %" PRId64
			    " s; planned: %" PRId64 " s"), plan->name, lasted / 1000,
			    plan->switchover_ms / 1000);
			return;
		} else if (out->facts.near[DUTY_CONDITION_CANNOT_SWITCH].answer ==
		    DUTY_SAYS_NONE) {
			say(out, DUTY_CONDITION_CANNOT_SWITCH, DUTY_SAYS_NO,
			    _("set %s was whole again within the time planned"), plan->name);
		}
	}
}

/* ORD 58-2 i ho (7), he (1): a change was announced for that time; whether it was wrong, and
 * whether the failure was part of it, a person must say. */
static void
say_change(const struct state *state, const struct incident *incident, struct affair_case *out)
{
	for (uint32_t i = 0; i < state->windows; i++) {
		const struct window_state *window = &state->window[i];

		if (window->kind != WINDOW_MAINTENANCE || window->step == WINDOW_REFUSED ||
		    window->from_ms > incident_occurred_ms(incident) ||
		    window->until_ms < incident_occurred_ms(incident) ||
		    !window_covers(state, window, incident))
			continue;
		say(out, DUTY_CONDITION_BAD_CONFIG, DUTY_SAYS_UNKNOWN,
		    _("maintenance window %" PRIu64 " was open; was a wrong setting or software "
		    "put in?"), window->id);
		say(out, DUTY_CONDITION_PLANNED, DUTY_SAYS_UNKNOWN,
		    _("maintenance window %" PRIu64 " was open; was the failure part of it?"),
		    window->id);
		return;
	}
}

/* ORD 58-2 i ho (6): more load than the equipment was made for. */
static void
say_load(const struct state *state, const struct incident *incident, struct affair_case *out)
{
	for (uint32_t i = 0; i < incident->metrics; i++) {
		const struct incident_metric *metric = &incident->metric[i];

		if (metric->metric == METRIC_LOAD_PPM && metric->value > PPM)
			say(out, DUTY_CONDITION_OVER_CAPACITY, DUTY_SAYS_UNKNOWN,
			    _("load of %s was %" PRIu64 " %% of its capacity (record %" PRIu64
			    "); was the planned measure carried out?"), metric->instance,
			    metric->value / (PPM / 100), metric->seq);
	}
	(void)state;
}

static void
say_all(const struct state *state, const struct affair *affair, const struct incident *incident,
    struct affair_case *out)
{
	say(out, DUTY_CONDITION_NOT_ACCESS, DUTY_SAYS_YES,
	    _("core functions only: neither terminals nor access lines are watched"));
	say(out, DUTY_CONDITION_FUNCTION, DUTY_SAYS_YES,
	    _("it has one of the core functions"));
	say_switch(state, affair, state->now_ms, out);
	say_change(state, incident, out);
	say_load(state, incident, out);
}

/* --- a person's word ---------------------------------------------------------------------- */

static enum duty_answer
answer_of(uint64_t number)
{
	return number == 0 ? DUTY_SAYS_NO : number == 1 ? DUTY_SAYS_YES : DUTY_SAYS_UNKNOWN;
}

static void
take_fact(const struct incident *incident, enum correct what, const char *name,
    struct duty_fact *fact, int64_t *at_ms)
{
	const struct correction *said = incident_correction(incident, what, name);

	if (said == NULL)
		return;
	fact->answer = what == CORRECT_LEAK ? DUTY_SAYS_YES : answer_of(said->number);
	fact->reason = said->author;
	if (at_ms != NULL && said->at_ms != 0)
		*at_ms = said->at_ms;
}

static void
take_words(const struct incident *incident, struct duty_case *facts)
{
	const struct correction *persons, *restricted;

	for (int i = 0; i < DUTY_CONDITIONS; i++)
		take_fact(incident, CORRECT_CONDITION,
		    duty_condition_name((enum duty_condition_code)i), &facts->near[i],
		    &facts->near_known_ms);
	take_fact(incident, CORRECT_LEAK, "secrecy", &facts->secrecy, &facts->secrecy_known_ms);
	take_fact(incident, CORRECT_LEAK, "user_data", &facts->user_data,
	    &facts->user_data_known_ms);
	take_fact(incident, CORRECT_LEAK, "foreign", &facts->foreign, &facts->user_data_known_ms);
	persons = incident_correction(incident, CORRECT_LEAK, "user_data");
	facts->user_data_persons = persons != NULL && persons->number <= INT64_MAX ?
	    (int64_t)persons->number : -1;
	take_fact(incident, CORRECT_CONDITION, "business_stopped", &facts->stopped,
	    &facts->stopped_ms);
	take_fact(incident, CORRECT_CONDITION, "restriction", &facts->restriction,
	    &facts->restricted_ms);
	take_fact(incident, CORRECT_CONDITION, "intrusion", &facts->intrusion,
	    &facts->recognised_ms);
	restricted = incident_correction(incident, CORRECT_STOPPED, "restriction");
	facts->restricted_users = restricted != NULL && restricted->number <= INT64_MAX ?
	    (int64_t)restricted->number : -1;
}

bool
affair_case_make(const struct state *state, uint64_t id, struct affair_case *out)
{
	const struct incident *incident = state_incident(state, id);
	const struct affair *affair = affair_find(state, id);
	uint32_t most = affair != NULL ? affair->hits + 1 : 1;

	*out = (struct affair_case){ .service = NULL };
	if (incident == NULL || state->plan == NULL)
		return false;
	out->service = memory_new(most, sizeof(*out->service));
	out->step = memory_new((size_t)most * IMPACT_STEPS_MAX, sizeof(*out->step));
	out->facts.occurred_ms = incident_occurred_ms(incident);
	out->facts.known_ms = incident_known_ms(incident);
	out->facts.restored_ms = incident_restored_ms(incident);
	out->facts.services = fill_services(affair, incident, out);
	out->facts.service = out->service;
	fill_carrier(state->plan, &out->facts.carrier);
	say_all(state, affair, incident, out);
	take_words(incident, &out->facts);
	return true;
}

void
affair_case_free(struct affair_case *made)
{
	free(made->service);
	free(made->step);
	*made = (struct affair_case){ .service = NULL };
}

bool
affair_judge(const struct state *state, uint64_t incident, int64_t now_ms,
    struct duty_verdict *out)
{
	const char *unread;
	const struct duty_rules *rules = affairs_rules(state, &unread);
	struct affair_case made;
	struct why why;
	bool judged;

	if (rules == NULL || !affair_case_make(state, incident, &made))
		return false;
	judged = duty_judge(rules, &made.facts, now_ms, out, &why) == ERR_OK;
	affair_case_free(&made);
	return judged;
}

bool
affairs_judge_periodic(const struct state *state, int64_t now_ms, struct duty_verdict *out)
{
	const char *unread;
	const struct duty_rules *rules = affairs_rules(state, &unread);
	struct duty_case facts = { .user_data_persons = -1, .restricted_users = -1 };
	struct why why;

	if (rules == NULL || state->plan == NULL)
		return false;
	fill_carrier(state->plan, &facts.carrier);
	facts.carrier.half_year_ms = ms_of_day(half_year_first(day_of_ms(now_ms)) - 1);
	return duty_judge(rules, &facts, now_ms, out, &why) == ERR_OK;
}
