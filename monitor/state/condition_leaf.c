/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The single tests of a condition: values compared, looked up in lists, aged, counted.  What is
 * missing is unknown, and a count with unknown elements is an interval.
 */
#include <assert.h>
#include <string.h>

#include "monitor/state/condition_part.h"

/* What an operand is now: an integer between low and high. */
struct reading {
	bool         known;
	const char  *missing;
	int64_t      low, high;
	struct bytes text;
};

static enum truth
truth_of(bool yes)
{
	return yes ? TRUTH_TRUE : TRUTH_FALSE;
}

static struct finding
decided(bool yes)
{
	return (struct finding){ .truth = truth_of(yes) };
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

static int64_t
sum_kept(int64_t a, int64_t b)
{
	int64_t sum;

	if (!__builtin_add_overflow(a, b, &sum))
		return sum;
	return b > 0 ? INT64_MAX : INT64_MIN;
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
	/* Only the members of its type count: the others may hold anything. */
	out.known = true;
	if (operand->kind == FROM_SIZE)
		out.known = list_size(value.list, &out.low);
	else if (operand->type == OPERAND_TEXT || operand->type == OPERAND_HASH)
		out.text = value.text;
	else
		out.low = operand->type == OPERAND_FLAG ? value.flag : value.number;
	out.high = operand->kind == FROM_NAME && operand->type == OPERAND_INT ?
	    sum_kept(out.low, value.spread) : out.low;
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
	/* Nothing that lies ahead is recent: a date mistyped, or a clock that is wrong. */
	if (operand->kind == FROM_AGE && value.number > sum_kept(now, CONDITION_AHEAD_MS)) {
		missing = run->condition->name[operand->index].name.name;
		if (run->missing == NULL)
			run->missing = missing;
		condition_sooner(&run->next_ms, sum_kept(value.number, -CONDITION_AHEAD_MS));
		return unknown(missing);
	}
	moment = sum_kept(value.number, operand->kind == FROM_AGE ? by : -by);
	if (now < moment && !(accepted & ORDER_LESS) != !(accepted & ORDER_EQUAL))
		condition_sooner(&run->next_ms, moment);
	else if (now <= moment && !(accepted & ORDER_EQUAL) != !(accepted & ORDER_MORE))
		condition_sooner(&run->next_ms, sum_kept(moment, 1));
	return weighed(now < moment ? ORDER_LESS : now == moment ? ORDER_EQUAL : ORDER_MORE,
	    accepted);
}

/* --- lists -------------------------------------------------------------------------------- */

static bool
among_literals(const struct condition *condition, const struct step *step,
    const struct reading *reading)
{
	for (uint32_t i = step->b; i < step->b + step->count; i++) {
		const struct literal *literal = &condition->literal[i];

		if (bytes_equal(literal->text, reading->text) && literal->number == reading->low)
			return true;
	}
	return false;
}

/* Unknown where the list is none. */
static enum truth
among_texts(struct bytes list, struct bytes text)
{
	struct cbor in = cbor_of(list, true);
	enum truth found = TRUTH_FALSE;

	for (uint64_t left = cbor_array(&in); left > 0 && in.err == ERR_OK; left--)
		if (bytes_equal(cbor_text(&in), text) && in.err == ERR_OK)
			found = TRUTH_TRUE;
	return in.err == ERR_OK ? found : TRUTH_UNKNOWN;
}

static struct finding
in_list(struct run *run, const struct step *step)
{
	struct reading left = read_operand(run, step->a);

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
	return decided(among_literals(run->condition, step, &left));
}

static struct finding
in_name(struct run *run, const struct step *step)
{
	struct reading left = read_operand(run, step->a);
	const char *missing = NULL;
	struct value list;

	if (!value_read(run, step->b, &list, &missing))
		return unknown(left.known ? missing : left.missing);
	if (!left.known)
		return unknown(left.missing);
	return (struct finding){ .truth = among_texts(list.list, left.text) };
}

static struct finding
subset(struct run *run, const struct step *step)
{
	enum truth all = TRUTH_TRUE;
	const char *missing = NULL;
	struct value left, right = { .known = true };
	struct cbor in;

	if (!value_read(run, step->a, &left, &missing))
		return unknown(missing);
	if (step->kind == STEP_SUBSET_NAME && !value_read(run, step->b, &right, &missing))
		return unknown(missing);
	in = cbor_of(left.list, true);
	for (uint64_t count = cbor_array(&in); count > 0 && in.err == ERR_OK; count--) {
		struct bytes entry = cbor_text(&in);
		enum truth found = step->kind == STEP_SUBSET_NAME ?
		    among_texts(right.list, entry) : truth_of(among_literals(run->condition, step,
		    &(struct reading){ .text = entry }));

		if (found < all)
			all = found;
	}
	return (struct finding){ .truth = in.err == ERR_OK ? all : TRUTH_UNKNOWN };
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
		return (struct finding){ .truth = among_texts(value.list, wanted) };
	return decided(value.text.len >= wanted.len && memmem(value.text.at, value.text.len,
	    wanted.at, wanted.len) != NULL);
}

/* --- one step ---------------------------------------------------------------------------- */

struct finding
condition_leaf(struct run *run, const struct step *step)
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
