/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of the table together: which pair decides whether it is a major accident, how near it
 * came to one, and whether it belongs on the list of smaller accidents.
 */
#include "monitor/state/duty_part.h"

/* Strongest last. */
static unsigned
strength(enum duty_standing standing)
{
	static const uint8_t strengths[DUTY_STANDINGS] = { [DUTY_NOT_APPLICABLE] = 0,
		[DUTY_NOT_REACHED] = 1, [DUTY_NEAR] = 2, [DUTY_RUNNING] = 3, [DUTY_UNKNOWN] = 4,
		[DUTY_REACHED] = 5, [DUTY_SUPERSEDED] = 6 };

	return strengths[standing];
}

static bool
comes_first(const struct duty_outcome *a, const struct duty_outcome *b)
{
	if (strength(a->standing) != strength(b->standing))
		return strength(a->standing) > strength(b->standing);
	if (a->standing == DUTY_REACHED)
		return a->reached_ms < b->reached_ms;
	/* What is certain says more than what may be, and somebody hit more than nobody. */
	if ((a->why == DUTY_WHY_NONE) != (b->why == DUTY_WHY_NONE))
		return a->why == DUTY_WHY_NONE;
	return a->standing == DUTY_RUNNING && a->reach_at_ms < b->reach_at_ms;
}

void
duty_outcome_take(struct duty_outcome *best, const struct duty_outcome *other)
{
	int64_t a = best->reach_at_ms, b = other->reach_at_ms;
	int64_t first = a == 0 || (b != 0 && b < a) ? b : a;

	if (comes_first(other, best))
		*best = *other;
	/* A decision asked for now does not hide the moment that needs none. */
	if (best->standing == DUTY_UNKNOWN)
		best->reach_at_ms = first;
}

static struct duty_outcome
outcome_of(const struct duty_watch *watch, int32_t pair)
{
	return (struct duty_outcome){ .standing = watch->standing, .why = watch->why, .pair = pair,
	    .reached_ms = watch->reached_ms, .reach_at_ms = watch->reach_at_ms };
}

static void
watch_moments(struct duty_judging *judging, const struct duty_watch *watch)
{
	duty_moment(judging, watch->reach_at_ms);
	duty_moment(judging, watch->doubt_at_ms);
}

static const struct duty_rule *
half_way_rule(const struct duty_rules *rules)
{
	for (uint32_t i = 0; i < rules->rules; i++)
		if (rules->rule[i].trigger == DUTY_TRIGGER_ACCIDENT_NEAR)
			return &rules->rule[i];
	return NULL;
}

/* So many percent, rounded up: the first whole number that is at least that. */
static uint64_t
part_of(uint64_t whole, uint32_t percent)
{
	return (whole * percent + 99) / 100;
}

static bool
row_present(const struct duty_sweep *sweep)
{
	for (uint32_t i = 0; i < sweep->in->services; i++)
		if (duty_row_has(sweep, &sweep->in->service[i]))
			return true;
	return false;
}

/* --- the table of major accidents --------------------------------------------------------- */

static void
pair_add(struct duty_judging *judging, const struct duty_threshold *threshold,
    const struct duty_watch *full, const struct duty_watch *half)
{
	struct duty_verdict *out = judging->out;
	struct duty_pair *pair = &out->pair[out->pairs];
	struct duty_outcome outcome;

	*pair = (struct duty_pair){ .row = out->rows, .threshold = threshold,
	    .standing = full->standing, .why = full->why, .reached_ms = full->reached_ms,
	    .reach_at_ms = full->reach_at_ms };
	if (pair->standing == DUTY_NOT_REACHED && half != NULL && half->standing == DUTY_REACHED)
		pair->standing = DUTY_NEAR;
	outcome = outcome_of(full, (int32_t)out->pairs);
	outcome.standing = pair->standing;
	duty_outcome_take(&judging->accident, &outcome);
	watch_moments(judging, full);
	if (half != NULL) {
		outcome = outcome_of(half, (int32_t)out->pairs);
		duty_outcome_take(&judging->half_way, &outcome);
		watch_moments(judging, half);
	}
	out->pairs++;
}

static void
row_judge(struct duty_judging *judging, const struct duty_class_rule *rule,
    const struct duty_sweep *sweep)
{
	const struct duty_rule *half_way = half_way_rule(judging->rules);
	struct duty_watch watch[2 * DUTY_THRESHOLDS_MAX] = { 0 };
	uint32_t pairs = rule->pairs, watches = half_way != NULL ? 2 * pairs : pairs;
	struct duty_row *row = &judging->out->row[judging->out->rows];

	for (uint32_t i = 0; i < watches; i++) {
		const struct duty_threshold *pair = &rule->pair[i % pairs];

		watch[i].span_ms = i < pairs ? pair->span_ms :
		    (int64_t)part_of((uint64_t)pair->span_ms, half_way->time_percent);
		watch[i].users = i < pairs ? pair->users :
		    part_of(pair->users, half_way->users_percent);
	}
	duty_row_judge(sweep, row, watch, watches);
	for (uint32_t i = 0; i < pairs; i++)
		pair_add(judging, &rule->pair[i], &watch[i],
		    half_way != NULL ? &watch[pairs + i] : NULL);
	judging->out->rows++;
}

/* Anybody hit at all, whatever the table asks for. */
static void
hit_note(struct duty_judging *judging, struct duty_sweep sweep)
{
	struct duty_row row;

	sweep.traffic = false;
	duty_row_judge(&sweep, &row, NULL, 0);
	judging->hit = judging->hit || row.hit;
	if (row.since_ms != 0 && (judging->hit_ms == 0 || row.since_ms < judging->hit_ms))
		judging->hit_ms = row.since_ms;
}

void
duty_rows_judge(struct duty_judging *judging)
{
	const struct duty_edition *edition = judging->out->accident;

	judging->accident = judging->half_way = (struct duty_outcome){ .pair = -1 };
	for (unsigned i = 0; i < DUTY_CLASSES; i++) {
		struct duty_sweep sweep = { .in = judging->in, .edition = edition,
		    .class = (enum duty_class)i, .now_ms = judging->now_ms };

		if (!row_present(&sweep))
			continue;
		hit_note(judging, sweep);
		if (edition == NULL)
			continue;
		sweep.traffic = edition->class[i].all_traffic;
		row_judge(judging, &edition->class[i], &sweep);
	}
}

/* --- smaller accidents -------------------------------------------------------------------- */

/* RR 7-3(1): so many users or so long, either is enough. */
void
duty_small_judge(struct duty_judging *judging, const struct duty_rule *rule,
    struct duty_outcome *out)
{
	for (unsigned i = 0; i < DUTY_CLASSES; i++) {
		struct duty_sweep sweep = { .in = judging->in, .edition = judging->out->accident,
		    .class = (enum duty_class)i, .now_ms = judging->now_ms };
		struct duty_watch watch[2] = { { .users = rule->users },
			{ .span_ms = rule->span_ms } };
		struct duty_row row;

		if (!row_present(&sweep))
			continue;
		duty_row_judge(&sweep, &row, watch, 2);
		for (size_t k = 0; k < 2; k++) {
			struct duty_outcome outcome = outcome_of(&watch[k], -1);

			duty_outcome_take(out, &outcome);
			watch_moments(judging, &watch[k]);
		}
	}
}
