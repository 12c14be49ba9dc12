/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging a case: the rows of the table first, then each rule by its trigger, then the clocks of
 * what is due.  Nothing is allocated; every moment ahead at which time alone changes an answer is
 * noted for the caller's heap.
 */
#include <inttypes.h>
#include <string.h>

#include "monitor/state/duty_day.h"
#include "monitor/state/duty_part.h"

static const char *const standings[DUTY_STANDINGS] = {
#define X(NAME, text) [DUTY_##NAME] = text,
	DUTY_STANDING_LIST(X)
#undef X
};

static const char *const whys[DUTY_WHYS] = {
#define X(NAME, text) [DUTY_WHY_##NAME] = text,
	DUTY_WHY_LIST(X)
#undef X
};

const char *
duty_standing_name(enum duty_standing standing)
{
	return (unsigned)standing < DUTY_STANDINGS ? standings[standing] : "";
}

const char *
duty_why_text(enum duty_why why)
{
	return (unsigned)why < DUTY_WHYS ? whys[why] : "";
}

const char *
duty_answer_name(enum duty_answer answer)
{
	static const char *const names[] = { N_("not asked"), N_("no"), N_("yes"), N_("unknown") };

	return (unsigned)answer < 4 ? names[answer] : "";
}

const struct duty *
duty_find(const struct duty_verdict *verdict, const char *id)
{
	for (uint32_t i = 0; i < verdict->duties; i++)
		if (strcmp(verdict->duty[i].rule->id, id) == 0)
			return &verdict->duty[i];
	return NULL;
}

static int64_t
sooner(int64_t now_ms, int64_t at_ms, int64_t before)
{
	return at_ms > now_ms && at_ms < before ? at_ms : before;
}

/* The first moment after now at which this duty has something to say. */
static int64_t
duty_next(const struct duty *duty, int64_t now_ms)
{
	int64_t next = DUTY_NEVER;

	next = sooner(now_ms, duty->reach_at_ms, next);
	next = sooner(now_ms, duty->draft_ms, next);
	next = sooner(now_ms, duty->escalate_ms, next);
	next = sooner(now_ms, duty->due_ms, next);
	return sooner(now_ms, duty->notice_next_ms, next);
}

const struct duty *
duty_nearest(const struct duty_verdict *verdict, int64_t *at_ms)
{
	const struct duty *nearest = NULL;

	*at_ms = DUTY_NEVER;
	for (uint32_t i = 0; i < verdict->duties; i++) {
		const struct duty *duty = &verdict->duty[i];
		int64_t next = duty_next(duty, verdict->now_ms);
		bool advice = nearest != NULL && duty->rule->advisory && !nearest->rule->advisory;
		bool before = nearest != NULL && !duty->rule->advisory && nearest->rule->advisory;

		if (next == DUTY_NEVER || advice || (next >= *at_ms && !before))
			continue;
		*at_ms = next;
		nearest = duty;
	}
	return nearest;
}

/* --- the case ----------------------------------------------------------------------------- */

static enum err
time_check(const char *name, int64_t ms, struct why *why)
{
	if (ms >= 0 && ms <= DUTY_TIME_MOST)
		return ERR_OK;
	return why_set(why, ERR_INVALID, "%s is %" PRId64 ", which is no time from 1970 to 9999",
	    name, ms);
}

static enum err
service_check(const struct duty_service *service, struct why *why)
{
	const char *name = service->name != NULL ? service->name : "?";

	if ((unsigned)service->class >= DUTY_CLASSES)
		return why_set(why, ERR_INVALID, "the class of service %.100s is none", name);
	if (service->steps > DUTY_STEPS_MAX)
		return why_set(why, ERR_LIMIT, "%" PRIu32 " steps of service %.100s are more than "
		    "the %d there may be", service->steps, name, DUTY_STEPS_MAX);
	for (uint32_t i = 0; i < service->steps; i++) {
		enum err err = time_check("a step", service->step[i].at_ms, why);

		if (err != ERR_OK)
			return err;
		if (i > 0 && service->step[i].at_ms < service->step[i - 1].at_ms)
			return why_set(why, ERR_INVALID, "step %" PRIu32 " of service %.100s is "
			    "earlier than the one before", i, name);
	}
	return ERR_OK;
}

static enum err
case_check(const struct duty_case *in, int64_t now_ms, struct why *why)
{
	const struct { const char *name; int64_t ms; } times[] = {
		{ "now", now_ms }, { "occurred", in->occurred_ms }, { "known", in->known_ms },
		{ "restored", in->restored_ms }, { "near-accident known", in->near_known_ms },
		{ "leak known", in->secrecy_known_ms }, { "leak known", in->user_data_known_ms },
		{ "stopped", in->stopped_ms }, { "restricted", in->restricted_ms },
		{ "unrestricted", in->unrestricted_ms }, { "recognised", in->recognised_ms },
		{ "designated", in->carrier.infrastructure_ms },
		{ "half-year", in->carrier.half_year_ms },
	};
	enum err err = ERR_OK;

	for (size_t i = 0; err == ERR_OK && i < sizeof(times) / sizeof(times[0]); i++)
		err = time_check(times[i].name, times[i].ms, why);
	if (err == ERR_OK && in->services > DUTY_SERVICES_MAX)
		err = why_set(why, ERR_LIMIT, "%" PRIu32 " services are more than the %d of a case",
		    in->services, DUTY_SERVICES_MAX);
	for (uint32_t i = 0; err == ERR_OK && i < in->services; i++)
		err = service_check(&in->service[i], why);
	return err;
}

/* --- clocks ------------------------------------------------------------------------------- */

static int64_t
clock_origin(const struct duty_judging *judging, const struct duty_rule *rule,
    const struct duty_outcome *outcome)
{
	const struct duty_case *in = judging->in;

	if (rule->trigger == DUTY_TRIGGER_CAPACITY)
		return in->carrier.half_year_ms;
	switch (rule->due.origin) {
	case DUTY_ORIGIN_KNOWN:
	case DUTY_ORIGIN_STOPPED:
	case DUTY_ORIGIN_RESTRICTED:
	case DUTY_ORIGIN_RECOGNISED:
		return outcome->from_ms;
	default:
		return in->occurred_ms;
	}
}

/* The notices to the public: the next one after now, as long as anybody is hit. */
static void
notice_set(const struct duty_judging *judging, const struct duty_rule *rule, struct duty *duty)
{
	int64_t first = judging->hit_ms + rule->first_ms, behind;

	if (rule->first_ms == 0 || judging->hit_ms == 0)
		return;
	duty->notice_first_ms = first;
	if (!judging->hit)
		return;
	duty->notice_next_ms = first;
	behind = judging->now_ms - first;
	if (behind >= 0)
		duty->notice_next_ms += (behind / rule->every_ms + 1) * rule->every_ms;
}

static void
duty_set(const struct duty_judging *judging, const struct duty_rule *rule,
    const struct duty_outcome *outcome, struct duty *duty)
{
	*duty = (struct duty){ .rule = rule, .standing = outcome->standing, .why = outcome->why,
	    .condition = outcome->condition, .pair = outcome->pair,
	    .reached_ms = outcome->reached_ms, .reach_at_ms = outcome->reach_at_ms };
	if (duty->standing != DUTY_REACHED)
		return;
	duty->reach_at_ms = 0;
	if (rule->draft_ms > 0) {
		duty->draft_ms = duty->reached_ms + rule->draft_ms;
		duty->escalate_ms = duty->reached_ms + rule->escalate_ms;
	}
	if (rule->has_due)
		duty->due_ms = duty_clock_end(judging->rules, &rule->due,
		    clock_origin(judging, rule, outcome));
	notice_set(judging, rule, duty);
}

/* --- the whole ---------------------------------------------------------------------------- */

/* The day that says whether a rule is in force. */
static int64_t
rule_day(const struct duty_judging *judging, const struct duty_rule *rule)
{
	if (rule->trigger == DUTY_TRIGGER_CAPACITY)
		return period_end(DUTY_ORIGIN_HALF_YEAR,
		    day_of_ms(judging->in->carrier.half_year_ms));
	return judging->day;
}

static void
rule_judge(struct duty_judging *judging, const struct duty_rule *rule, struct duty *duty)
{
	struct duty_outcome outcome = { .standing = DUTY_NOT_APPLICABLE, .pair = -1 };
	bool asked = rule->trigger == DUTY_TRIGGER_CAPACITY ?
	    judging->in->carrier.half_year_ms != 0 : judging->in->occurred_ms != 0;
	int64_t day = rule_day(judging, rule);

	if (!asked) {
		outcome.why = DUTY_WHY_NOT_ASKED;
	} else if (day < rule->from_day || day > rule->to_day) {
		outcome.why = DUTY_WHY_NOT_IN_FORCE;
	} else if (rule->trigger != DUTY_TRIGGER_CAPACITY &&
	    judging->in->occurred_ms > judging->now_ms) {
		outcome.standing = DUTY_NOT_REACHED;
		outcome.why = DUTY_WHY_LATER;
		duty_moment(judging, judging->in->occurred_ms);
	} else {
		duty_trigger_judge(judging, rule, &outcome);
	}
	duty_set(judging, rule, &outcome, duty);
	duty_moment(judging, duty_next(duty, judging->now_ms));
}

/* What the case says of times after now, for a reader who stands in the past. */
static void
later_note(struct duty_judging *judging)
{
	const struct duty_case *in = judging->in;

	duty_moment(judging, in->restored_ms);
	duty_moment(judging, in->unrestricted_ms);
	for (uint32_t i = 0; i < in->services; i++)
		for (uint32_t k = 0; k < in->service[i].steps; k++)
			duty_moment(judging, in->service[i].step[k].at_ms);
}

void
duty_moment(struct duty_judging *judging, int64_t at_ms)
{
	judging->out->next_ms = sooner(judging->now_ms, at_ms, judging->out->next_ms);
}

enum err
duty_judge(const struct duty_rules *rules, const struct duty_case *in, int64_t now_ms,
    struct duty_verdict *out, struct why *why)
{
	struct duty_judging judging = { .rules = rules, .in = in, .now_ms = now_ms, .out = out };
	enum err err;

	*out = (struct duty_verdict){ .now_ms = now_ms, .next_ms = DUTY_NEVER };
	err = case_check(in, now_ms, why);
	if (err != ERR_OK)
		return err;
	if (in->occurred_ms != 0) {
		judging.day = day_of_ms(in->occurred_ms);
		out->accident = duty_edition_on(rules, judging.day);
		out->near = duty_near_edition_on(rules, judging.day);
		later_note(&judging);
		if (in->occurred_ms <= now_ms)
			duty_rows_judge(&judging);
	}
	for (uint32_t i = 0; i < rules->rules; i++)
		rule_judge(&judging, &rules->rule[i], &out->duty[out->duties++]);
	return ERR_OK;
}
