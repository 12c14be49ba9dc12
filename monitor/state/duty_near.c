/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Near-accidents (ORD 58-2): three-valued, so that what nobody could tell stays open.  An event or
 * an exclusion nobody spoke of did not happen; a needed condition nobody spoke of is not known.
 */
#include "monitor/state/duty_part.h"

/* Yes only if both are, no if one is. */
static enum duty_answer
both(enum duty_answer a, enum duty_answer b)
{
	if (a == DUTY_SAYS_NO || b == DUTY_SAYS_NO)
		return DUTY_SAYS_NO;
	return a == DUTY_SAYS_YES && b == DUTY_SAYS_YES ? DUTY_SAYS_YES : DUTY_SAYS_UNKNOWN;
}

static enum duty_answer
not(enum duty_answer a)
{
	return a == DUTY_SAYS_YES ? DUTY_SAYS_NO : a == DUTY_SAYS_NO ? DUTY_SAYS_YES : a;
}

static enum duty_answer
spoken(enum duty_answer a)
{
	return a == DUTY_SAYS_NONE ? DUTY_SAYS_NO : a;
}

static enum duty_answer
carrier_size(const struct duty_near_edition *edition, const struct duty_case *in)
{
	if (in->carrier.users_before < 0)
		return DUTY_SAYS_UNKNOWN;
	return (uint64_t)in->carrier.users_before >= edition->users ? DUTY_SAYS_YES : DUTY_SAYS_NO;
}

static enum duty_answer
prefectures(const struct duty_near_edition *edition, const struct duty_case *in)
{
	enum duty_answer answer = in->services > 0 ? DUTY_SAYS_NO : DUTY_SAYS_UNKNOWN;

	for (uint32_t i = 0; i < in->services; i++) {
		if (in->service[i].prefectures >= edition->prefectures)
			return DUTY_SAYS_YES;
		if (in->service[i].prefectures == 0)
			answer = DUTY_SAYS_UNKNOWN;
	}
	return answer;
}

static void
conditions_take(const struct duty_near_edition *edition, const struct duty_case *in,
    enum duty_answer conditions[DUTY_CONDITIONS])
{
	for (unsigned i = 0; i < DUTY_CONDITIONS; i++) {
		enum duty_answer answer = in->near[i].answer;

		if (answer == DUTY_SAYS_NONE && i == DUTY_CONDITION_CARRIER_SIZE)
			answer = carrier_size(edition, in);
		if (answer == DUTY_SAYS_NONE && i == DUTY_CONDITION_PREFECTURES)
			answer = prefectures(edition, in);
		conditions[i] = edition->condition[i].asked ? answer : DUTY_SAYS_NONE;
	}
}

/* Whether an event happened, counts, and nothing excludes it; code is what decides. */
static enum duty_answer
event_judge(const struct duty_near_edition *edition, const enum duty_answer *conditions,
    unsigned event, enum duty_condition_code *code)
{
	enum duty_answer answer = spoken(conditions[event]);

	*code = (enum duty_condition_code)event;
	if (answer == DUTY_SAYS_NO)
		return answer;
	if (edition->condition[event].with_not_noticed) {
		enum duty_answer extra = conditions[DUTY_CONDITION_NOT_NOTICED];

		if (extra != DUTY_SAYS_YES)
			*code = DUTY_CONDITION_NOT_NOTICED;
		answer = both(answer, extra == DUTY_SAYS_NONE ? DUTY_SAYS_UNKNOWN : extra);
	}
	for (unsigned i = 0; i < DUTY_CONDITIONS && answer != DUTY_SAYS_NO; i++) {
		if (duty_condition_part(i) != DUTY_PART_EXCLUDES || (i ==
		    DUTY_CONDITION_NATURAL_DISASTER && edition->condition[event].even_in_disaster))
			continue;
		if (spoken(conditions[i]) != DUTY_SAYS_NO && answer == DUTY_SAYS_YES)
			*code = (enum duty_condition_code)i;
		answer = both(answer, not(spoken(conditions[i])));
		if (answer == DUTY_SAYS_NO)
			*code = (enum duty_condition_code)i;
	}
	return answer;
}

/* The most that can be said of any event: yes before unknown before no. */
static enum duty_answer
events_judge(const struct duty_near_edition *edition, const enum duty_answer *conditions,
    enum duty_condition_code *code)
{
	enum duty_answer best = DUTY_SAYS_NONE;

	for (unsigned i = 0; i < DUTY_CONDITIONS; i++) {
		enum duty_condition_code decides;
		enum duty_answer answer;

		if (duty_condition_part(i) != DUTY_PART_EVENT || conditions[i] == DUTY_SAYS_NONE)
			continue;
		answer = event_judge(edition, conditions, i, &decides);
		if (best == DUTY_SAYS_YES || (best == DUTY_SAYS_UNKNOWN && answer == DUTY_SAYS_NO))
			continue;
		/* An event that happened and is excluded says more than one that did not happen. */
		if (best == DUTY_SAYS_NO && answer == DUTY_SAYS_NO && decides == i)
			continue;
		best = answer;
		*code = decides;
	}
	return best;
}

enum duty_answer
duty_near_judge(const struct duty_near_edition *edition, const struct duty_case *in,
    enum duty_answer conditions[DUTY_CONDITIONS], enum duty_condition_code *code)
{
	enum duty_answer alone, events;

	conditions_take(edition, in, conditions);
	*code = DUTY_CONDITION_SAT_SUBSEA;
	alone = conditions[DUTY_CONDITION_SAT_SUBSEA];
	if (alone == DUTY_SAYS_YES)
		return alone;
	events = events_judge(edition, conditions, code);
	for (unsigned i = 0; i < DUTY_CONDITIONS && events > DUTY_SAYS_NO; i++) {
		enum duty_answer answer = conditions[i];

		if (duty_condition_part(i) != DUTY_PART_NEEDED || !edition->condition[i].asked)
			continue;
		answer = answer == DUTY_SAYS_NONE ? DUTY_SAYS_UNKNOWN : answer;
		if (answer == DUTY_SAYS_NO || (answer == DUTY_SAYS_UNKNOWN &&
		    events == DUTY_SAYS_YES))
			*code = (enum duty_condition_code)i;
		events = both(events, answer);
	}
	if (alone == DUTY_SAYS_UNKNOWN && events != DUTY_SAYS_YES) {
		*code = DUTY_CONDITION_SAT_SUBSEA;
		return alone;
	}
	return events == DUTY_SAYS_NONE ? alone : events;
}
