/* SPDX-License-Identifier: Apache-2.0 */
/* The downgrade detector; see protection.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/state/fold_memory.h"
#include "monitor/state/protection.h"

/* What falls the third time with less than this between is told as that, and then only shown. */
#define FALL_AGAIN_MS INT64_C(3600000)
enum { FALL_TIMES = 3 };
/* What falls at the same instance in the same way within this time is one thing to tell. */
#define FALL_GROUP_MS INT64_C(900000)

struct shown {
	struct target_state     *target;
	struct replica_state    *replica;
	uint32_t                 number;	/* of the replica */
	const struct aspect_row *row;
	struct protection_level *level;
	const char              *value;		/* now */
	struct bytes             tickets;	/* by which evidence is accepted, with commas */
	const struct cause      *cause;
};

/* No name for a target of which nothing is open, so that most have no memory. */
static void
name_fallen(struct state *state, const struct target_state *target)
{
	struct buffer *out = &state->memory->fallen[target - state->target];
	bool open[ASPECTS] = { false };
	uint64_t opened = 0;
	size_t count;
	const struct aspect_row *rows = aspect_rows(&count);

	buffer_reset(out);
	for (uint32_t i = 0; i < target->replicas; i++)
		for (uint32_t k = 0; k < target->replica[i].levels; k++)
			for (size_t r = 0; target->replica[i].level[k].open && r < count; r++)
				if (rows[r].number == target->replica[i].level[k].aspect)
					open[r] = true;
	for (size_t r = 0; r < count; r++)
		opened += open[r];
	if (opened == 0)
		return;
	cbor_put_array(out, opened);
	for (size_t r = 0; r < count; r++)
		if (open[r])
			cbor_put_cstr(out, rows[r].name);
}

void
protection_build(struct state *state)
{
	state->memory->fallens = state->targets;
	state->memory->fallen = memory_new(state->targets, sizeof(struct buffer));
	for (uint32_t i = 0; i < state->targets; i++)
		name_fallen(state, &state->target[i]);
}

void
protection_forget(struct fold_memory *memory)
{
	for (uint32_t i = 0; i < memory->fallens; i++)
		buffer_free(&memory->fallen[i]);
	free(memory->fallen);
}

static bool
is_onwards(const struct target_state *target)
{
	for (uint32_t i = 0; i < target->replicas; i++)
		for (uint32_t k = 0; k < target->replica[i].levels; k++) {
			const struct aspect_row *row =
			    aspect_row(target->replica[i].level[k].aspect);

			if (row != NULL && aspect_is_onwards(row))
				return true;
		}
	return false;
}

/* For the judgement. */
static void
moved(struct state *state, const struct target_state *target)
{
	name_fallen(state, target);
	/* Whoever reads that it went back reads protection_went_back(), too. */
	if (is_onwards(target))
		touch_fact(state, target, FACT_ATTEST_WENT_BACK);
	touch_target_fact(state, target, SUBJECT_FACT_DOWNGRADE_OPEN);
	touch_target_fact(state, target, SUBJECT_FACT_DOWNGRADE_ASPECTS);
	touch_target_fact(state, target, SUBJECT_FACT_CHANGE_UNANNOUNCED);
	touch_target_fact(state, target, SUBJECT_FACT_TICKET_ANNOUNCED);
}

static struct protection_level *
level_find(const struct replica_state *replica, uint32_t aspect)
{
	for (uint32_t i = 0; i < replica->levels; i++)
		if (replica->level[i].aspect == aspect)
			return &replica->level[i];
	return NULL;
}

static struct protection_level *
level_new(struct replica_state *replica, uint32_t aspect)
{
	uint32_t at = replica->levels;

	replica->level = memory_resize(replica->level, replica->levels + 1,
	    sizeof(*replica->level));
	while (at > 0 && replica->level[at - 1].aspect > aspect)
		at--;
	memmove(&replica->level[at + 1], &replica->level[at],
	    (replica->levels - at) * sizeof(*replica->level));
	replica->levels++;
	replica->level[at] = (struct protection_level){ .aspect = aspect };
	return &replica->level[at];
}

static const char *
reference_of(const struct protection_level *level)
{
	return level->open ? level->before : level->value;
}

/* "tls.version", before and after, a line each: what a sentence is made of. */
static void
say(struct state *state, const struct shown *shown, enum transition_kind kind,
    const char *before, uint64_t intent)
{
	struct transition transition = { .kind = kind, .observed_ms = shown->cause->observed_ms,
		.seq = shown->cause->seq, .target = shown->target->plan->id,
		.index = shown->level->before_seq, .role = shown->target->replicas,
		.value = shown->number, .about = intent };
	struct buffer detail = { .max = 0 };

	/* The last line of what goes up and down. */
	if (kind == TRANSITION_FELL && shown->level->times == FALL_TIMES)
		transition.after = HEALTH_DEGRADED;

	subject_text("target", shown->target->plan->name, transition.subject);
	buffer_print(&detail, "%s\n%s\n%s", shown->row->name, before, shown->level->value);
	timeline_add(state, transition, bytes_of_buffer(&detail));
	buffer_free(&detail);
}

/* Another address, vantage or target of the instance fell in the same way, and that was told. */
static bool
told_already(const struct state *state, const struct shown *shown, int64_t since_ms)
{
	const struct plan_view *view = state->memory->view;
	struct index_range range = view->of_instance[shown->target->plan->instance];

	for (uint32_t i = 0; i < range.count; i++) {
		const struct target_state *target =
		    &state->target[view->instance_target[range.at + i]];

		for (uint32_t j = 0; j < target->replicas; j++) {
			const struct protection_level *level =
			    level_find(&target->replica[j], shown->row->number);

			if (level != NULL && level != shown->level && level->open &&
			    level->told_ms != 0 && level->told_ms >= since_ms)
				return true;
		}
	}
	return false;
}

static void
tell_fall(struct state *state, const struct shown *shown)
{
	struct protection_level *level = shown->level;
	int64_t since_ms = time_later(state->now_ms, -FALL_GROUP_MS);

	if (time_later(level->told_ms, FALL_AGAIN_MS) <= state->now_ms)
		level->times = 0;
	level->times += level->times <= FALL_TIMES;
	level->told_ms = state->now_ms != 0 ? state->now_ms : 1;
	if (level->times > FALL_TIMES)
		return;
	say(state, shown, TRANSITION_FELL, level->before, 0);
	if (!told_already(state, shown, since_ms))
		notice_owe(state, 0, TRANSITION_FELL, state->size);
}

static void
tell_restored(struct state *state, const struct shown *shown, const char *from)
{
	struct protection_level *level = shown->level;

	if (time_later(level->told_ms, FALL_AGAIN_MS) <= state->now_ms)
		level->times = 0;
	if (level->times >= FALL_TIMES)
		return;
	say(state, shown, TRANSITION_RESTORED, from, 0);
	if (!told_already(state, shown, 0))
		notice_owe(state, 0, TRANSITION_RESTORED, state->size);
}

static void
keep_before(struct protection_level *level)
{
	memcpy(level->before, level->value, sizeof(level->before));
	level->before_ms = level->seen_ms;
	level->before_seq = level->seen_seq;
}

static void
take_value(struct state *state, const struct shown *shown)
{
	text_take(shown->level->value, sizeof(shown->level->value), bytes_of_text(shown->value));
	shown->level->since_ms = state->now_ms;
	shown->level->seq = state->size;
}

static void
take_announced(struct state *state, const struct shown *shown, uint64_t intent)
{
	struct protection_level *level = shown->level;
	char from[PROTECTION_VALUE];

	memcpy(from, level->value, sizeof(from));
	keep_before(level);
	take_value(state, shown);
	level->open = level->unannounced = false;
	level->fell_ms = 0;
	level->intent = intent;
	say(state, shown, TRANSITION_CHANGED, from, intent);
}

static void
take_fall(struct state *state, const struct shown *shown)
{
	struct protection_level *level = shown->level;
	bool was = level->open, further;

	further = was && aspect_order(shown->row, shown->value, level->value) == ORDER_BELOW;
	if (!was)
		keep_before(level);
	take_value(state, shown);
	level->open = level->unannounced = true;
	level->intent = 0;
	if (!was)
		level->fell_ms = state->now_ms;
	if (further)
		level->times = 0;
	if (!was || further)
		tell_fall(state, shown);
}

static void
take_restored(struct state *state, const struct shown *shown)
{
	struct protection_level *level = shown->level;
	bool same = strcmp(level->before, shown->value) == 0;
	char from[PROTECTION_VALUE];

	memcpy(from, level->value, sizeof(from));
	keep_before(level);
	take_value(state, shown);
	level->open = false;
	level->unannounced = !same && !aspect_is_onwards(shown->row);
	level->fell_ms = 0;
	tell_restored(state, shown, from);
}

static void
take_other(struct state *state, const struct shown *shown)
{
	struct protection_level *level = shown->level;
	char from[PROTECTION_VALUE];

	memcpy(from, level->value, sizeof(from));
	if (!level->open)
		keep_before(level);
	take_value(state, shown);
	level->unannounced = true;
	level->intent = 0;
	if (signal_line(state, 0))
		say(state, shown, TRANSITION_CHANGED, from, 0);
}

/* The last round that may have seen the old value: the record, or else one interval ago. */
static int64_t
after_ms(const struct state *state, const struct shown *shown)
{
	const struct plan_target *plan = shown->target->plan;
	int64_t round = time_later(state->now_ms, -time_later(plan->interval_ms,
	    plan->deadline_ms));

	return shown->level->seen_ms > round ? shown->level->seen_ms : round;
}

/*
 * What was held against it is of another address: only less than that is news.  Of what only goes
 * forwards so it is always; while it is behind, that it goes on is none, so that no later intent
 * announces the fall, and another device's counters are none.
 */
static bool
is_news(const struct shown *shown, enum aspect_order order)
{
	const struct protection_level *level = shown->level;

	if (!aspect_is_onwards(shown->row))
		return level->seen_seq != 0 || level->open || order == ORDER_BELOW;
	if (!level->open)
		return order == ORDER_BELOW;
	return order >= ORDER_EQUAL || (order == ORDER_BELOW &&
	    aspect_order(shown->row, shown->value, level->value) == ORDER_BELOW);
}

static void
take_change(struct state *state, const struct shown *shown)
{
	struct protection_level *level = shown->level;
	enum aspect_order order = aspect_order(shown->row, shown->value, reference_of(level));
	const struct intent_state *intent;

	if (!is_news(shown, order)) {
		take_value(state, shown);
		return;
	}
	intent = intent_take(state, &(struct intent_asked){ .target = shown->target,
	    .aspect = shown->row->number, .after_ms = after_ms(state, shown),
	    .by_ms = state->now_ms, .tickets = shown->tickets }, shown->cause);
	if (intent != NULL)
		take_announced(state, shown, intent->id);
	else if (order == ORDER_BELOW)
		take_fall(state, shown);
	else if (order != ORDER_NONE && level->open)
		take_restored(state, shown);
	else
		take_other(state, shown);
}

void
protection_observe(struct state *state, struct target_state *target, uint32_t number,
    const struct record *rec)
{
	struct replica_state *replica = &target->replica[number];
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };
	size_t count;
	const struct aspect_row *rows = aspect_rows(&count);
	char value[PROTECTION_VALUE];

	for (size_t i = 0; i < count; i++) {
		struct shown shown = { .target = target, .replica = replica, .number = number,
			.row = &rows[i], .value = value, .cause = &cause };

		if (!aspect_value(&rows[i], rec->observation.facts, value))
			continue;
		if (strncmp(rows[i].name, "attest.", 7) == 0)
			(void)fact_text(rec->observation.facts, FACT_ATTEST_TICKET,
			    &shown.tickets);
		shown.level = level_find(replica, rows[i].number);
		if (shown.level == NULL) {
			shown.level = level_new(replica, rows[i].number);
			take_value(state, &shown);
		} else if (strcmp(shown.level->value, value) != 0) {
			take_change(state, &shown);
		}
		shown.level->seen_ms = state->now_ms;
		shown.level->seen_seq = state->size;
	}
	if (replica->levels > 0)
		moved(state, target);
}

/* --- what people accept ------------------------------------------------------------------- */

uint64_t
protection_accept(struct state *state, const struct intent_state *intent,
    const struct cause *cause)
{
	uint64_t accepted = 0;

	for (uint32_t i = 0; i < state->targets; i++) {
		struct target_state *target = &state->target[i];

		if (!intent_covers(state->plan, intent->subject, target->plan))
			continue;
		for (uint32_t j = 0; j < target->replicas; j++)
			for (uint32_t k = 0; k < target->replica[j].levels; k++) {
				struct protection_level *level = &target->replica[j].level[k];
				struct shown shown = { .target = target, .number = j,
					.replica = &target->replica[j], .level = level,
					.row = aspect_row(level->aspect), .cause = cause };

				if (shown.row == NULL || (!level->open && !level->unannounced) ||
				    !aspects_hold(intent->aspects, shown.row->name))
					continue;
				level->open = level->unannounced = false;
				level->fell_ms = 0;
				level->intent = intent->id;
				accepted++;
				say(state, &shown, TRANSITION_CHANGED, level->before, intent->id);
				moved(state, target);
			}
	}
	return accepted;
}

/* --- addresses come and go ---------------------------------------------------------------- */

/* It is held against the other one's reference if that is weaker. */
static void
level_lower(const struct aspect_row *row, struct protection_level *level, const char *reference)
{
	if (aspect_order(row, reference, reference_of(level)) != ORDER_BELOW)
		return;
	text_take(level->open ? level->before : level->value, PROTECTION_VALUE,
	    bytes_of_text(reference));
	if (level->open && aspect_order(row, level->value, reference) >= ORDER_EQUAL) {
		level->open = false;
		level->unannounced = level->unannounced && !aspect_is_onwards(row);
	}
}

void
protection_merge(struct target_state *target)
{
	for (uint32_t i = 0; i < target->replicas; i++)
		for (uint32_t k = 0; k < target->replica[i].levels; k++) {
			struct protection_level *level = &target->replica[i].level[k];
			const struct aspect_row *row = aspect_row(level->aspect);

			level->seen_seq = 0;
			for (uint32_t j = 0; row != NULL && j < target->replicas; j++) {
				const struct protection_level *other =
				    level_find(&target->replica[j], level->aspect);
				char reference[PROTECTION_VALUE];

				if (other == NULL || other == level)
					continue;
				memcpy(reference, reference_of(other), sizeof(reference));
				level_lower(row, level, reference);
			}
		}
}

void
protection_like(struct replica_state *replica, const struct replica_state *other)
{
	for (uint32_t k = 0; k < other->levels; k++) {
		struct protection_level *level = level_new(replica, other->level[k].aspect);

		text_take(level->value, sizeof(level->value),
		    bytes_of_text(reference_of(&other->level[k])));
		level->since_ms = other->level[k].since_ms;
		level->seen_ms = other->level[k].seen_ms;
		level->seq = other->level[k].seq;
	}
}
