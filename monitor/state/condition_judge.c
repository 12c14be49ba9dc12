/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging: one pass over the steps with a stack of truths, nothing allocated, nothing skipped but
 * the steps of elements, so that every age is asked when it changes next.
 */
#include <assert.h>
#include <string.h>

#include "monitor/state/condition_part.h"

void
condition_sooner(int64_t *next_ms, int64_t ms)
{
	if (ms < *next_ms)
		*next_ms = ms;
}

static struct finding
negated(struct finding one)
{
	return (struct finding){ .truth = TRUTH_TRUE - one.truth, .missing = one.missing };
}

static struct finding
both(struct finding left, struct finding right)
{
	return right.truth < left.truth ? right : left;
}

static struct finding
either(struct finding left, struct finding right)
{
	return right.truth > left.truth ? right : left;
}

/* The steps from..to; there is at least one truth among them. */
static struct finding
run_steps(struct run *run, uint32_t from, uint32_t to)
{
	struct finding stack[CONDITION_HEIGHT_MAX];
	size_t height = 0;

	for (uint32_t i = from; i < to; i++) {
		const struct step *step = &run->condition->step[i];

		switch (step->kind) {
		case STEP_SKIP:
			i = step->a - 1;
			break;
		case STEP_NOT:
			stack[height - 1] = negated(stack[height - 1]);
			break;
		case STEP_AND:
			height--;
			stack[height - 1] = both(stack[height - 1], stack[height]);
			break;
		case STEP_OR:
			height--;
			stack[height - 1] = either(stack[height - 1], stack[height]);
			break;
		case STEP_IMPLIES:
			height--;
			stack[height - 1] = either(negated(stack[height - 1]), stack[height]);
			break;
		default:
			stack[height++] = condition_leaf(run, step);
		}
	}
	assert(height == 1);
	return stack[0];
}

enum truth
condition_judge(const struct condition *condition, const struct subject *subject,
    const struct condition_world *world, struct condition_result *result)
{
	struct run run = { .condition = condition, .subject = subject, .world = world,
	    .next_ms = INT64_MAX };
	struct finding finding = run_steps(&run, 0, condition->steps);

	if (result != NULL)
		*result = (struct condition_result){ .truth = finding.truth,
		    .next_ms = run.next_ms, .missing = finding.truth == TRUTH_UNKNOWN ?
		    finding.missing : run.missing };
	return finding.truth;
}

/* Whether the element counts at all, and then how it fares; see docs/conditions.md. */
static uint32_t *
place_of(struct tally *tally, enum quantifier_kind kind, enum truth where, enum truth body)
{
	enum truth truth;

	if (where == TRUTH_FALSE)
		return &tally->out;
	if (kind == QUANTIFIER_ALL) {
		/* Fulfilled, and perhaps not meant: it decides nothing either way. */
		if (where == TRUTH_UNKNOWN && body == TRUTH_TRUE)
			return &tally->out;
		truth = where == TRUTH_UNKNOWN ? TRUTH_UNKNOWN : body;
	} else {
		truth = body < where ? body : where;
	}
	return truth == TRUTH_TRUE ? &tally->yes : truth == TRUTH_FALSE ? &tally->no :
	    &tally->unknown;
}

void
condition_element(const struct condition *condition, size_t q, const struct subject *element,
    const struct condition_world *world, struct tally *tally, int64_t *next_ms)
{
	const struct quantifier *quantifier = &condition->quantifier[q];
	struct run run = { .condition = condition, .subject = element, .world = world,
	    .next_ms = INT64_MAX };
	enum truth where = TRUTH_TRUE, body = TRUTH_TRUE;

	assert(q < condition->quantifiers);
	if (quantifier->body > quantifier->where)
		where = run_steps(&run, quantifier->where, quantifier->body).truth;
	if (quantifier->end > quantifier->body)
		body = run_steps(&run, quantifier->body, quantifier->end).truth;
	(*place_of(tally, quantifier->kind, where, body))++;
	condition_sooner(next_ms, run.next_ms);
}
