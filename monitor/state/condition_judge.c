/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Judging: one pass over the steps with a stack of truths, nothing allocated, nothing skipped but
 * the steps of elements, so that every age is asked when it changes next.
 */
#include <assert.h>
#include <string.h>

#include "monitor/state/condition_part.h"

/* A truth, and the name whose absence left it unknown (NULL: elements did). */
struct finding { enum truth truth; const char *missing; };

struct run {
	const struct condition       *condition;
	const struct subject         *subject;
	const struct condition_world *world;
	int64_t                       next_ms;
	const char                   *missing;	/* the first of all */
};

/* What an operand is now: an integer between low and high. */
struct reading {
	bool         known;
	const char  *missing;
	int64_t      low, high;
	struct bytes text;
};

static struct finding
decided(bool yes)
{
	return (struct finding){ .truth = yes ? TRUTH_TRUE : TRUTH_FALSE };
}

static struct finding
unknown(const char *missing)
{
	return (struct finding){ .truth = TRUTH_UNKNOWN, .missing = missing };
}

static bool
value_read(struct run *run, uint32_t index, struct value *out, const char **missing)
{
	const struct condition_name *name = &run->condition->name[index].name;

	*out = run->world->value(run->world->arg, run->subject, name);
	if (out->known)
		return true;
	*missing = name->name;
	if (run->missing == NULL)
		run->missing = name->name;
	return false;
}

/* --- quantifiers -------------------------------------------------------------------------- */

static struct tally
tally_of(struct run *run, uint32_t q)
{
	const struct condition_world *world = run->world;

	return world->tally(world->arg, world, run->condition, q, run->subject);
}

static struct finding
quantified(struct run *run, uint32_t q)
{
	struct tally tally = tally_of(run, q);

	switch (run->condition->quantifier[q].kind) {
	case QUANTIFIER_ALL:
		if (tally.no > 0)
			return decided(false);
		return tally.unknown > 0 || tally.yes == 0 ? unknown(NULL) : decided(true);
	case QUANTIFIER_ANY:
	case QUANTIFIER_NONE:
		if (tally.yes == 0 && tally.unknown > 0)
			return unknown(NULL);
		return decided((tally.yes > 0) ==
		    (run->condition->quantifier[q].kind == QUANTIFIER_ANY));
	case QUANTIFIER_COUNT:
		break;
	}
	assert(!"a count is an operand");
	return unknown(NULL);
}

/* --- operands ----------------------------------------------------------------------------- */

static bool
list_size(struct bytes list, int64_t *size)
{
	struct cbor in = cbor_of(list, true);
	uint64_t count = cbor_array(&in);

	*size = (int64_t)count;		/* at most the octets there are */
	return in.err == ERR_OK;
}

static struct reading
named(struct run *run, const struct operand *operand)
{
	struct reading out = { .known = false };
	struct value value;

	if (!value_read(run, operand->index, &value, &out.missing))
		return out;
	out.known = true;
	out.low = out.high = operand->type == OPERAND_FLAG ? value.flag : value.number;
	out.text = value.text;
	if (operand->kind == FROM_SIZE) {
		out.known = list_size(value.list, &out.low);
		out.high = out.low;
	}
	return out;
}

static struct reading
read_operand(struct run *run, uint32_t index)
{
	const struct operand *operand = &run->condition->operand[index];
	struct tally tally;

	switch (operand->kind) {
	case FROM_LITERAL:
		return (struct reading){ .known = true, .low = operand->number,
		    .high = operand->number, .text = operand->text };
	case FROM_COUNT:
		tally = tally_of(run, operand->index);
		return (struct reading){ .known = true, .low = tally.yes,
		    .high = (int64_t)tally.yes + tally.unknown };
	default:
		return named(run, operand);
	}
}

/* --- comparisons -------------------------------------------------------------------------- */

/* possible: how the two may stand to each other. */
static struct finding
weighed(unsigned possible, enum order accepted)
{
	if ((possible & ~(unsigned)accepted) == 0)
		return decided(true);
	return (possible & accepted) == 0 ? decided(false) : unknown(NULL);
}

static struct finding
compared(struct run *run, const struct step *step)
{
	enum operand_type type = run->condition->operand[step->a].type;
	struct reading left = read_operand(run, step->a), right = read_operand(run, step->b);
	unsigned possible = 0;

	if (!left.known || !right.known)
		return unknown(!left.known ? left.missing : right.missing);
	if (type == OPERAND_TEXT || type == OPERAND_HASH)
		return weighed(bytes_equal(left.text, right.text) ? ORDER_EQUAL : ORDER_LESS,
		    step->order == ORDER_EQUAL ? ORDER_EQUAL : ORDER_LESS | ORDER_MORE);
	if (left.low < right.high)
		possible |= ORDER_LESS;
	if (left.low <= right.high && right.low <= left.high)
		possible |= ORDER_EQUAL;
	if (left.high > right.low)
		possible |= ORDER_MORE;
	return weighed(possible, step->order);
}

static int64_t
sum_kept(int64_t a, int64_t b)
{
	int64_t sum;

	if (!__builtin_add_overflow(a, b, &sum))
		return sum;
	return b > 0 ? INT64_MAX : INT64_MIN;
}

static void
sooner(int64_t *next_ms, int64_t ms)
{
	if (ms < *next_ms)
		*next_ms = ms;
}

/*
 * age(t) to d is now to t + d, and until(t) to d is t - d to now: both compare now with one
 * moment, and change at it and a millisecond later at most.
 */
static struct finding
aged(struct run *run, const struct step *step)
{
	const struct operand *operand = &run->condition->operand[step->a];
	int64_t by = run->condition->operand[step->b].number, now = run->world->now_ms, moment;
	enum order accepted = operand->kind == FROM_AGE ? step->order : order_mirrored(step->order);
	const char *missing = NULL;
	struct value value;

	if (!value_read(run, operand->index, &value, &missing))
		return unknown(missing);
	moment = sum_kept(value.number, operand->kind == FROM_AGE ? by : -by);
	if (now < moment && !(accepted & ORDER_LESS) != !(accepted & ORDER_EQUAL))
		sooner(&run->next_ms, moment);
	else if (now <= moment && !(accepted & ORDER_EQUAL) != !(accepted & ORDER_MORE))
		sooner(&run->next_ms, sum_kept(moment, 1));
	return weighed(now < moment ? ORDER_LESS : now == moment ? ORDER_EQUAL : ORDER_MORE,
	    accepted);
}

/* --- lists -------------------------------------------------------------------------------- */

static bool
among_literals(const struct condition *condition, const struct step *step, bool text,
    const struct reading *reading)
{
	for (uint32_t i = step->b; i < step->b + step->count; i++) {
		const struct literal *literal = &condition->literal[i];

		if (text ? bytes_equal(literal->text, reading->text) :
		    literal->number == reading->low)
			return true;
	}
	return false;
}

/* A list that is not one holds nothing: what is recorded was checked. */
static bool
among_texts(struct bytes list, struct bytes text)
{
	struct cbor in = cbor_of(list, true);

	for (uint64_t left = cbor_array(&in); left > 0; left--) {
		struct bytes entry = cbor_text(&in);

		if (in.err != ERR_OK)
			return false;
		if (bytes_equal(entry, text))
			return true;
	}
	return false;
}

static struct finding
in_list(struct run *run, const struct step *step)
{
	bool text = run->condition->operand[step->a].type == OPERAND_TEXT;
	struct reading left = read_operand(run, step->a);
	bool found;

	if (!left.known)
		return unknown(left.missing);
	if (left.low != left.high) {
		/* A count: only a list of all it may be, or of none, decides. */
		for (uint32_t i = step->b; i < step->b + step->count; i++)
			if (run->condition->literal[i].number >= left.low &&
			    run->condition->literal[i].number <= left.high)
				return unknown(NULL);
		return decided(false);
	}
	found = among_literals(run->condition, step, text, &left);
	return decided(found);
}

static struct finding
in_name(struct run *run, const struct step *step)
{
	struct reading left = read_operand(run, step->a);
	const char *missing = NULL;
	struct value list;

	if (!value_read(run, step->b, &list, &missing))
		return unknown(left.known ? missing : left.missing);
	return left.known ? decided(among_texts(list.list, left.text)) : unknown(left.missing);
}

static struct finding
subset(struct run *run, const struct step *step)
{
	const char *missing = NULL;
	struct value left, right = { .known = true };
	struct cbor in;

	if (!value_read(run, step->a, &left, &missing))
		return unknown(missing);
	if (step->kind == STEP_SUBSET_NAME && !value_read(run, step->b, &right, &missing))
		return unknown(missing);
	in = cbor_of(left.list, true);
	for (uint64_t count = cbor_array(&in); count > 0; count--) {
		struct reading entry = { .known = true, .text = cbor_text(&in) };

		if (in.err != ERR_OK || !(step->kind == STEP_SUBSET_NAME ?
		    among_texts(right.list, entry.text) :
		    among_literals(run->condition, step, true, &entry)))
			return decided(false);
	}
	return in.err == ERR_OK ? decided(true) : unknown(NULL);
}

static struct finding
contains(struct run *run, const struct step *step)
{
	const struct operand *operand = &run->condition->operand[step->a];
	struct bytes wanted = run->condition->literal[step->b].text;
	const char *missing = NULL;
	struct value value = { .text = operand->text };

	if (operand->kind == FROM_NAME && !value_read(run, operand->index, &value, &missing))
		return unknown(missing);
	if (operand->type == OPERAND_TEXTS)
		return decided(among_texts(value.list, wanted));
	return decided(value.text.len >= wanted.len && memmem(value.text.at, value.text.len,
	    wanted.at, wanted.len) != NULL);
}

/* --- truths ------------------------------------------------------------------------------- */

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

static struct finding
leaf(struct run *run, const struct step *step)
{
	struct reading reading;
	struct value value;
	const char *missing;

	switch (step->kind) {
	case STEP_COMPARE:
		return compared(run, step);
	case STEP_AGE:
		return aged(run, step);
	case STEP_KNOWN:
		value = run->world->value(run->world->arg, run->subject,
		    &run->condition->name[step->a].name);
		return decided(value.known);
	case STEP_IN_LIST:
		return in_list(run, step);
	case STEP_IN_NAME:
		return in_name(run, step);
	case STEP_SUBSET_LIST:
	case STEP_SUBSET_NAME:
		return subset(run, step);
	case STEP_CONTAINS:
		return contains(run, step);
	case STEP_QUANTIFIED:
		return quantified(run, step->a);
	default:
		reading = read_operand(run, step->a);
		missing = reading.missing;
		return reading.known ? decided(reading.low != 0) : unknown(missing);
	}
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
			stack[height++] = leaf(run, step);
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
	sooner(next_ms, run.next_ms);
}
