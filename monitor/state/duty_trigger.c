/* SPDX-License-Identifier: Apache-2.0 */
/* What each trigger says of a case; the numbers come from its rule. */
#include "monitor/state/duty_day.h"
#include "monitor/state/duty_part.h"

static void
outcome_set(struct duty_outcome *out, enum duty_standing standing, enum duty_why why)
{
	out->standing = standing;
	out->why = why;
}

static void
outcome_reached(struct duty_outcome *out, int64_t at_ms)
{
	outcome_set(out, DUTY_REACHED, DUTY_WHY_NONE);
	out->reached_ms = out->from_ms = at_ms;
}

/* When it was known; an incident is known at the latest when it occurred, to be safe. */
static int64_t
known_of(const struct duty_case *in, int64_t own_ms)
{
	return own_ms != 0 ? own_ms : in->known_ms != 0 ? in->known_ms : in->occurred_ms;
}

/* A fact somebody states, from at_ms on. */
static void
answer_judge(struct duty_judging *judging, enum duty_answer answer, int64_t at_ms,
    struct duty_outcome *out)
{
	if (answer == DUTY_SAYS_NONE) {
		outcome_set(out, DUTY_NOT_APPLICABLE, DUTY_WHY_NOT_ASKED);
	} else if (answer == DUTY_SAYS_NO) {
		outcome_set(out, DUTY_NOT_REACHED, DUTY_WHY_SAID_NO);
	} else if (at_ms > judging->now_ms) {
		outcome_set(out, DUTY_NOT_REACHED, DUTY_WHY_LATER);
		duty_moment(judging, at_ms);
	} else if (answer == DUTY_SAYS_UNKNOWN) {
		outcome_set(out, DUTY_UNKNOWN, DUTY_WHY_SAID_UNKNOWN);
	} else {
		outcome_reached(out, at_ms);
	}
}

/* A duty of designated carriers only; false: the answer is given. */
static bool
designated(enum duty_answer answer, struct duty_outcome *out)
{
	if (answer == DUTY_SAYS_YES || out->standing == DUTY_NOT_APPLICABLE ||
	    out->standing == DUTY_NOT_REACHED)
		return true;
	if (answer == DUTY_SAYS_NO)
		outcome_set(out, DUTY_NOT_APPLICABLE, DUTY_WHY_NOT_DESIGNATED);
	else
		outcome_set(out, DUTY_UNKNOWN, DUTY_WHY_DESIGNATION_UNKNOWN);
	out->reached_ms = 0;
	return false;
}

/* --- accidents ---------------------------------------------------------------------------- */

/* Whether there is a service the table counts; if not, that is the answer. */
static bool
services_counted(const struct duty_judging *judging, struct duty_outcome *out)
{
	const struct duty_case *in = judging->in;

	for (uint32_t i = 0; i < in->services; i++)
		if (!in->service[i].addon)
			return true;
	outcome_set(out, DUTY_NOT_APPLICABLE, in->services > 0 ? DUTY_WHY_ADDON_ONLY :
	    DUTY_WHY_NO_SERVICE);
	return false;
}

static bool
is_major(const struct duty_judging *judging)
{
	return judging->accident.standing == DUTY_REACHED;
}

/* A heavier report takes its place; what it was due since stays to be seen. */
static void
supersede(const struct duty_judging *judging, struct duty_outcome *out)
{
	if (!is_major(judging) || out->standing < DUTY_RUNNING)
		return;
	outcome_set(out, DUTY_SUPERSEDED, DUTY_WHY_MAJOR_ACCIDENT);
	out->reach_at_ms = 0;
}

static void
accident_judge(struct duty_judging *judging, const struct duty_outcome *judged,
    struct duty_outcome *out)
{
	if (!services_counted(judging, out))
		return;
	if (judging->out->accident == NULL) {
		outcome_set(out, DUTY_UNKNOWN, DUTY_WHY_NO_EDITION);
		return;
	}
	*out = *judged;
	out->from_ms = known_of(judging->in, 0);
}

static void
small_judge(struct duty_judging *judging, const struct duty_rule *rule, struct duty_outcome *out)
{
	if (!services_counted(judging, out))
		return;
	duty_small_judge(judging, rule, out);
	out->from_ms = known_of(judging->in, 0);
	supersede(judging, out);
}

static void
near_judge(struct duty_judging *judging, struct duty_outcome *out)
{
	const struct duty_near_edition *edition = judging->out->near;
	int64_t known_ms = known_of(judging->in, judging->in->near_known_ms);
	enum duty_answer answer;

	if (edition == NULL) {
		outcome_set(out, DUTY_UNKNOWN, DUTY_WHY_NO_EDITION);
		return;
	}
	answer = duty_near_judge(edition, judging->in, judging->out->condition, &out->condition);
	answer_judge(judging, answer, known_ms, out);
	if (answer != DUTY_SAYS_NONE && out->why != DUTY_WHY_LATER)
		out->why = DUTY_WHY_CONDITION;
	supersede(judging, out);
}

/* --- facts -------------------------------------------------------------------------------- */

/* ORD 58(1): more than so many persons, or handed to a foreign government. */
static void
user_data_judge(struct duty_judging *judging, const struct duty_rule *rule,
    struct duty_outcome *out)
{
	const struct duty_case *in = judging->in;
	enum duty_answer leaked = in->user_data.answer, foreign = in->foreign.answer;
	int64_t known_ms = known_of(in, in->user_data_known_ms);
	bool few = in->user_data_persons >= 0 &&
	    (uint64_t)in->user_data_persons <= rule->persons_over;
	enum duty_answer both = leaked;
	enum duty_why why = DUTY_WHY_NONE;

	if (few && leaked > DUTY_SAYS_NO) {
		both = DUTY_SAYS_NO;
		why = DUTY_WHY_TOO_FEW;
	} else if (in->user_data_persons < 0 && leaked == DUTY_SAYS_YES) {
		both = DUTY_SAYS_UNKNOWN;
		why = DUTY_WHY_USERS_UNKNOWN;
	}
	if (foreign == DUTY_SAYS_YES || (foreign == DUTY_SAYS_UNKNOWN && both < DUTY_SAYS_YES)) {
		both = foreign;
		why = DUTY_WHY_NONE;
	}
	answer_judge(judging, both, known_ms, out);
	if (designated(in->carrier.designated_27_5, out) && why != DUTY_WHY_NONE &&
	    out->why != DUTY_WHY_LATER)
		out->why = why;
}

/* RR 7-2(2): so many users and so long. */
static void
restriction_judge(struct duty_judging *judging, const struct duty_rule *rule,
    struct duty_outcome *out)
{
	const struct duty_case *in = judging->in;
	bool over = in->unrestricted_ms != 0 && in->unrestricted_ms <= judging->now_ms;
	int64_t from_ms = in->restricted_ms != 0 ? in->restricted_ms : in->occurred_ms;
	int64_t full_ms = from_ms + rule->span_ms;
	int64_t end_ms = over ? in->unrestricted_ms : judging->now_ms;
	bool unknown = in->restricted_users < 0;

	answer_judge(judging, in->restriction.answer, from_ms, out);
	if (out->standing < DUTY_UNKNOWN)
		return;
	out->reached_ms = 0;
	if (!unknown && (uint64_t)in->restricted_users < rule->users) {
		outcome_set(out, DUTY_NOT_REACHED, DUTY_WHY_TOO_FEW);
	} else if (full_ms > end_ms) {
		outcome_set(out, over ? DUTY_NOT_REACHED : DUTY_RUNNING,
		    over ? DUTY_WHY_NONE : unknown ? DUTY_WHY_USERS_UNKNOWN : out->why);
		out->reach_at_ms = over ? 0 : full_ms;
	} else if (unknown) {
		outcome_set(out, DUTY_UNKNOWN, DUTY_WHY_USERS_UNKNOWN);
	} else if (out->standing == DUTY_REACHED) {
		out->reached_ms = full_ms;
	}
}

static void
intrusion_judge(struct duty_judging *judging, const struct duty_rule *rule,
    struct duty_outcome *out)
{
	const struct duty_case *in = judging->in;
	int64_t since_ms = in->carrier.infrastructure_ms;

	answer_judge(judging, in->intrusion.answer, known_of(in, in->recognised_ms), out);
	if (!designated(in->carrier.infrastructure, out) || out->standing < DUTY_UNKNOWN)
		return;
	if (since_ms == 0 || rule->exempt_months == 0 || judging->day < day_of_ms(since_ms) ||
	    judging->day > months_last(day_of_ms(since_ms) + 1, rule->exempt_months))
		return;
	outcome_set(out, DUTY_NOT_APPLICABLE, DUTY_WHY_EXEMPT);
	out->reached_ms = 0;
}

static void
public_judge(struct duty_judging *judging, struct duty_outcome *out)
{
	if (!services_counted(judging, out))
		return;
	if (judging->hit_ms == 0)
		outcome_set(out, DUTY_NOT_REACHED, DUTY_WHY_NO_USERS);
	else
		outcome_reached(out, judging->hit_ms);
	designated(judging->in->carrier.public_corporation, out);
}

/* RR 7-6: at least so many users on the first day and on the last day of the half-year. */
static void
capacity_judge(struct duty_judging *judging, const struct duty_rule *rule,
    struct duty_outcome *out)
{
	const struct duty_carrier *carrier = &judging->in->carrier;
	int64_t end_ms = ms_of_day(period_end(DUTY_ORIGIN_HALF_YEAR,
	    day_of_ms(carrier->half_year_ms)) + 1);
	bool first_few = carrier->users_first >= 0 && (uint64_t)carrier->users_first < rule->users;
	bool last_few = carrier->users_last >= 0 && (uint64_t)carrier->users_last < rule->users;
	bool unknown = carrier->users_first < 0 || carrier->users_last < 0;

	if (first_few || (last_few && judging->now_ms >= end_ms)) {
		outcome_set(out, DUTY_NOT_REACHED, DUTY_WHY_TOO_FEW);
	} else if (judging->now_ms < end_ms) {
		outcome_set(out, DUTY_RUNNING, unknown ? DUTY_WHY_USERS_UNKNOWN : DUTY_WHY_NONE);
		out->reach_at_ms = end_ms;
	} else if (unknown) {
		outcome_set(out, DUTY_UNKNOWN, DUTY_WHY_USERS_UNKNOWN);
	} else {
		outcome_reached(out, end_ms);
	}
}

void
duty_trigger_judge(struct duty_judging *judging, const struct duty_rule *rule,
    struct duty_outcome *out)
{
	const struct duty_case *in = judging->in;

	switch (rule->trigger) {
	case DUTY_TRIGGER_ACCIDENT:
		accident_judge(judging, &judging->accident, out);
		return;
	case DUTY_TRIGGER_ACCIDENT_NEAR:
		accident_judge(judging, &judging->half_way, out);
		supersede(judging, out);
		return;
	case DUTY_TRIGGER_NEAR_ACCIDENT:
		near_judge(judging, out);
		return;
	case DUTY_TRIGGER_SMALL_ACCIDENT:
		small_judge(judging, rule, out);
		return;
	case DUTY_TRIGGER_SECRECY_LEAK:
		answer_judge(judging, in->secrecy.answer, known_of(in, in->secrecy_known_ms), out);
		return;
	case DUTY_TRIGGER_USER_DATA_LEAK:
		user_data_judge(judging, rule, out);
		return;
	case DUTY_TRIGGER_BUSINESS_STOPPED:
		answer_judge(judging, in->stopped.answer,
		    in->stopped_ms != 0 ? in->stopped_ms : in->occurred_ms, out);
		return;
	case DUTY_TRIGGER_CAPACITY:
		capacity_judge(judging, rule, out);
		return;
	case DUTY_TRIGGER_RESTRICTION:
		restriction_judge(judging, rule, out);
		return;
	case DUTY_TRIGGER_INTRUSION:
		intrusion_judge(judging, rule, out);
		return;
	case DUTY_TRIGGER_PUBLIC_NOTICE:
		public_judge(judging, out);
		return;
	case DUTY_TRIGGERS:
		return;
	}
}
