/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The step of the judgement: what the record in hand touched, and what passing time changed, is
 * judged again; nothing else is looked at.  Cells are found by index, tallies move by what one
 * element contributed before and contributes now.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/custody.h"
#include "monitor/state/judge_private.h"

/* Ids of deadlines: an element, a document that ends, else a cell; a waiver by its record. */
#define AT_ELEMENT  (UINT64_C(1) << 62)
#define AT_WAIVER   (UINT64_C(1) << 61)
#define AT_DOCUMENT (UINT64_C(1) << 60)
#define AT_OF(list, index) ((uint64_t)(list) << 32 | (index))

static bool
reads_any(const struct reads *reads, const struct reads *moved)
{
	uint64_t any = 0;

	for (int i = 0; i < SUBJECT_FACT_WORDS; i++)
		any |= reads->subject[i] & moved->subject[i];
	for (int i = 0; i < FACT_WORDS; i++)
		any |= reads->fact[i] & moved->fact[i];
	return any != 0;
}

static void
later(struct judgement *j, int64_t *queued, int64_t next_ms, uint64_t id)
{
	/* One that came earlier stays in the heap: it finds nothing and queues what is due then. */
	if (next_ms >= *queued)
		return;
	*queued = next_ms;
	heap_push(&j->deadlines, (struct deadline){ next_ms, id });
}

/* --- cells -------------------------------------------------------------------------------- */

static void
note_change(struct state *state, struct judgement *j, uint32_t c, uint32_t i,
    enum verdict before, enum verdict after)
{
	const struct pack_control *control = j->control[c].control;
	struct judged_change change = { .seq = state->size, .recorded_ms = state->now_ms,
		.before = before, .after = after, .level = control->level };

	if (before != VERDICT_NOT_MET && after != VERDICT_NOT_MET && before != VERDICT_WAIVED &&
	    after != VERDICT_WAIVED)
		return;
	text_take(change.control, sizeof(change.control), bytes_of_text(control->id));
	judgement_subject_text(j, (struct subject){ control->subject, i, 0 }, change.subject);
	if (j->changes == TIMELINE_MAX) {
		memmove(j->change, j->change + TIMELINE_MAX / 4,
		    (TIMELINE_MAX - TIMELINE_MAX / 4) * sizeof(*j->change));
		j->changes -= TIMELINE_MAX / 4;
	}
	if (j->changes == j->change_cap) {
		j->change_cap = j->change_cap * 2 + 16;
		j->change = memory_resize(j->change, j->change_cap, sizeof(*j->change));
	}
	j->change[j->changes++] = change;
	j->change_total++;
}

void
judgement_show(struct state *state, uint32_t c, uint32_t i)
{
	struct judgement *j = state->judgement;
	struct judged_control *control = &j->control[c];
	struct cell *cell = &control->cell[i];
	enum verdict before = (enum verdict)cell->verdict, after = (enum verdict)cell->beneath;

	if ((after == VERDICT_NOT_MET || after == VERDICT_UNKNOWN) &&
	    waiver_in_force(j, c, i) != NULL)
		after = VERDICT_WAIVED;
	if (before == after)
		return;
	control->count[before]--;
	control->count[after]++;
	cell->verdict = (uint8_t)after;
	note_change(state, j, c, i, before, after);
}

/* One address of a target, or the subject itself. */
static enum verdict
judge_one(const struct pack_control *control, const struct subject *subject,
    const struct condition_world *world, int64_t *next_ms)
{
	struct condition_result result;

	if (control->applies != NULL) {
		enum truth applies = condition_judge(control->applies, subject, world, &result);

		*next_ms = result.next_ms < *next_ms ? result.next_ms : *next_ms;
		if (applies != TRUTH_TRUE)
			return applies == TRUTH_FALSE ? VERDICT_NOT_APPLICABLE : VERDICT_UNKNOWN;
	}
	condition_judge(control->condition, subject, world, &result);
	*next_ms = result.next_ms < *next_ms ? result.next_ms : *next_ms;
	return result.truth == TRUTH_TRUE ? VERDICT_MET :
	    result.truth == TRUTH_FALSE ? VERDICT_NOT_MET : VERDICT_UNKNOWN;
}

/* Worst last. */
static const uint8_t rank[VERDICTS] = {
	[VERDICT_NOT_APPLICABLE] = 0, [VERDICT_MET] = 1, [VERDICT_WAIVED] = 2,
	[VERDICT_UNKNOWN] = 3, [VERDICT_NOT_MET] = 4 };

void
judgement_cell(struct state *state, uint32_t c, uint32_t i)
{
	struct judgement *j = state->judgement;
	struct judged_control *control = &j->control[c];
	enum subject_kind kind = control->control->subject;
	struct judge_world inner = { state, j, c };
	struct condition_world world;
	uint32_t replicas = kind == SUBJECT_TARGET ? state->target[i].replicas : 1;
	enum verdict verdict = VERDICT_NOT_APPLICABLE;
	int64_t next_ms = INT64_MAX;

	judge_world_make(&world, &inner);
	for (uint32_t r = 0; r < replicas; r++) {
		struct subject subject = { kind, i, r };
		enum verdict one = judge_one(control->control, &subject, &world, &next_ms);

		verdict = rank[one] > rank[verdict] ? one : verdict;
	}
	later(j, &control->next_ms[i], next_ms, AT_OF(c, i));
	if (verdict == (enum verdict)control->cell[i].beneath)
		return;
	control->cell[i].beneath = (uint8_t)verdict;
	control->cell[i].since_ms = state->now_ms;
	control->cell[i].seq = state->size;
	judgement_show(state, c, i);
}

/* --- elements ----------------------------------------------------------------------------- */

static void
tally_move(struct tally *tally, const struct tally *was, const struct tally *is)
{
	tally->out += is->out - was->out;
	tally->no += is->no - was->no;
	tally->unknown += is->unknown - was->unknown;
	tally->yes += is->yes - was->yes;
}

/* Looks at an element again; true with the subject whose tally moved. */
static bool
element_judge(struct state *state, uint32_t qi, uint32_t index, uint32_t *moved)
{
	struct judgement *j = state->judgement;
	struct quantifier *q = &j->quantifier[qi];
	struct judge_world inner = { state, j, q->control };
	uint32_t replicas = q->kind == SUBJECT_TARGET ? state->target[index].replicas : 1;
	enum subject_kind above = j->control[q->control].control->subject;
	struct tally now = { .out = 0 };
	struct condition_world world;
	struct subject whole;
	int64_t next_ms = INT64_MAX;

	judge_world_make(&world, &inner);
	for (uint32_t r = 0; r < replicas; r++) {
		struct subject element = { q->kind, index, r };

		condition_element(q->condition, q->q, &element, &world, &now, &next_ms);
	}
	later(j, &q->next_ms[index], next_ms, AT_ELEMENT | AT_OF(qi, index));
	if (memcmp(&now, &q->element[index], sizeof(now)) == 0 ||
	    !subjects_above(&j->subjects, (struct subject){ q->kind, index, 0 }, above, &whole))
		return false;
	tally_move(&q->tally[whole.index], &q->element[index], &now);
	q->element[index] = now;
	*moved = whole.index;
	return true;
}

static void
element_look(struct state *state, uint32_t qi, uint32_t index)
{
	uint32_t moved;

	if (element_judge(state, qi, index, &moved))
		judgement_cell(state, state->judgement->quantifier[qi].control, moved);
}

/* Everything that reads what moved of one subject. */
static void
subject_moved(struct state *state, struct subject subject, const struct reads *moved)
{
	struct judgement *j = state->judgement;

	for (uint32_t qi = 0; qi < j->quantifiers; qi++)
		if (j->quantifier[qi].kind == subject.kind &&
		    reads_any(&j->quantifier[qi].reads, moved))
			element_look(state, qi, subject.index);
	for (uint32_t c = 0; c < j->controls; c++)
		if (j->control[c].cell != NULL && j->control[c].control->subject == subject.kind &&
		    reads_any(&j->control[c].reads, moved))
			judgement_cell(state, c, subject.index);
}

/* --- what was touched --------------------------------------------------------------------- */

static uint16_t
usable_of(const struct target_state *target)
{
	uint16_t bits = 0;

	for (uint32_t i = 0; i < target->replicas; i++)
		bits |= (uint16_t)(replica_usable(&target->replica[i]) << i);
	return bits;
}

static void
move_above(struct state *state, uint32_t target, const struct reads *moved)
{
	static const enum subject_kind kinds[] = { SUBJECT_INSTANCE, SUBJECT_SITE,
		SUBJECT_FUNCTION, SUBJECT_REPLICA_SET };

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		struct subject above;

		if (subjects_above(&state->judgement->subjects,
		    (struct subject){ SUBJECT_TARGET, target, 0 }, kinds[k], &above))
			subject_moved(state, above, moved);
	}
}

static void
keys_moved(struct state *state, uint32_t target, const struct reads *moved)
{
	const struct subjects *s = &state->judgement->subjects;
	struct reads bound = { .fact = { 0 } }, own = *moved;

	reads_add(&bound, SUBJECT_FACT_KEY_BOUND);
	reads_add(&bound, SUBJECT_FACT_KEY_BOUND_AS_OF);
	reads_add(&own, SUBJECT_FACT_KEY_BOUND);
	reads_add(&own, SUBJECT_FACT_KEY_BOUND_AS_OF);
	reads_add(&own, SUBJECT_FACT_KEY_LOC_VERDICT);
	if (s->key_of[target] != NO_INDEX)
		subject_moved(state, (struct subject){ SUBJECT_KEY, s->key_of[target], 0 }, &own);
	for (uint32_t k = 0; s->is_wire[target] && k < s->count[SUBJECT_KEY]; k++)
		for (uint32_t i = s->wire_first[k]; i < s->wire_first[k + 1]; i++)
			if (s->wire[i] == target)
				subject_moved(state, (struct subject){ SUBJECT_KEY, k, 0 }, &bound);
}

/* What was done to keys, or what a target shows of them. */
static void
custody_moved(struct state *state, uint32_t target)
{
	const struct plan *plan = state->judgement->subjects.plan;
	struct reads moved = { .fact = { 0 } };

	judge_custody_moving(&moved);
	for (uint32_t k = 0; k < plan->keys; k++)
		if (target == NO_INDEX || custody_sees(&plan->key[k], plan->target[target].name))
			subject_moved(state, (struct subject){ SUBJECT_CUSTODY, k, 0 }, &moved);
}

/* Where the subject of a target is follows from its facts; of a set of copies, from all of them. */
static void
places_moved(struct state *state, uint32_t target, const struct reads *moved)
{
	const struct plan *plan = state->judgement->subjects.plan;
	uint32_t store = plan->target[target].store;
	struct reads placed;

	if (!judge_place_reads(moved, &placed))
		return;
	if (store == 0) {
		subject_moved(state, (struct subject){ SUBJECT_INSTANCE,
		    plan->target[target].instance, 0 }, &placed);
		return;
	}
	for (uint32_t i = 0; i < plan->stores; i++)
		if (i == store - 1 || (plan->store[i].set[0] != '\0' &&
		    strcmp(plan->store[i].set, plan->store[store - 1].set) == 0))
			subject_moved(state, (struct subject){ SUBJECT_STORE, i, 0 }, &placed);
}

/* Of a key beside it, or of a whole account, the stores of the instance learn, too. */
static void
enclosures_moved(struct state *state, uint32_t target, const struct reads *moved)
{
	const struct plan *plan = state->judgement->subjects.plan;
	uint32_t store = plan->target[target].store, instance = plan->target[target].instance;
	struct reads closed;

	if (!judge_enclosure_reads(moved, &closed))
		return;
	/* Of a target in a store, too: it may be a wire of the instance. */
	subject_moved(state, (struct subject){ SUBJECT_INSTANCE, instance, 0 }, &closed);
	for (uint32_t i = 0; i < plan->stores; i++)
		if (i + 1 == store || (store == 0 && plan->store[i].instance == instance))
			subject_moved(state, (struct subject){ SUBJECT_STORE, i, 0 }, &closed);
}

static void
target_moved(struct state *state, uint32_t index, struct reads *moved)
{
	struct judgement *j = state->judgement;
	const struct target_state *target = &state->target[index];
	uint16_t usable = usable_of(target);
	struct reads above = { .fact = { 0 } };
	bool risen = false;

	/* What counts changed, and with it every fact. */
	if (usable != j->standing.usable[index] ||
	    target->replicas != j->standing.replicas[index]) {
		memset(moved->fact, 0xff, sizeof(moved->fact));
		reads_add(moved, SUBJECT_FACT_DOWNGRADE_OPEN);
		reads_add(moved, SUBJECT_FACT_CHANGE_UNANNOUNCED);
		reads_add(moved, SUBJECT_FACT_TICKET_ANNOUNCED);
	}
	if (judge_account_reads(moved))
		reads_add(moved, SUBJECT_FACT_ACCOUNT_ELSEWHERE);
	j->standing.usable[index] = usable;
	j->standing.replicas[index] = (uint8_t)target->replicas;
	if (target->health != (enum health)j->standing.health[index]) {
		reads_add(moved, SUBJECT_FACT_TARGET_HEALTH);
		risen = standing_move(&j->standing, &j->subjects, index, target->health, &above);
	}
	subject_moved(state, (struct subject){ SUBJECT_TARGET, index, 0 }, moved);
	keys_moved(state, index, moved);
	if (j->subjects.is_sight[index])
		custody_moved(state, index);
	places_moved(state, index, moved);
	enclosures_moved(state, index, moved);
	if (risen)
		move_above(state, index, &above);
}

/* --- time --------------------------------------------------------------------------------- */

static void
deadline_meet(struct state *state, uint64_t id)
{
	struct judgement *j = state->judgement;
	uint32_t list = (uint32_t)(id >> 32) & 0x0fffffff, index = (uint32_t)id;

	if ((id & AT_WAIVER) != 0) {
		waiver_end(state, id & ~AT_WAIVER);
	} else if ((id & AT_DOCUMENT) != 0) {
		judgement_judge_all(state);
	} else if ((id & AT_ELEMENT) != 0) {
		j->quantifier[list].next_ms[index] = INT64_MAX;
		element_look(state, list, index);
	} else {
		j->control[list].next_ms[index] = INT64_MAX;
		judgement_cell(state, list, index);
	}
}

static void
judgement_time(struct state *state)
{
	struct judgement *j = state->judgement;
	struct deadline next;

	while (heap_peek(&j->deadlines, &next) && next.at_ms <= state->now_ms) {
		(void)heap_pop(&j->deadlines, &next);
		deadline_meet(state, next.id);
	}
}

void
judgement_step(struct state *state)
{
	struct touched *touched = &state->memory->touched;
	struct judgement *j;

	if (state->judgement == NULL)
		return;
	if (touched->count == 0 && !touched->carrier_moved && !touched->custody_moved) {
		struct deadline next;

		if (!heap_peek(&state->judgement->deadlines, &next) || next.at_ms > state->now_ms)
			return;
	}
	j = judgement_own(state);
	if (touched->carrier_moved) {
		struct reads moved = touched->carrier;

		if (reads_has(&moved, SUBJECT_FACT_LEDGER_ANCHOR))
			j->anchor_seq = state->size;
		if (reads_has(&moved, SUBJECT_FACT_MONITOR_WORKERS))
			j->gap_seq = state->size;
		touched->carrier = (struct reads){ .fact = { 0 } };
		touched->carrier_moved = false;
		subject_moved(state, (struct subject){ SUBJECT_CARRIER, 0, 0 }, &moved);
	}
	if (touched->custody_moved) {
		touched->custody_moved = false;
		custody_moved(state, NO_INDEX);
	}
	for (uint32_t i = 0; i < touched->count; i++) {
		touched->at[touched->target[i]] = 0;
		target_moved(state, touched->target[i], &touched->reads[i]);
	}
	touched->count = 0;
	judgement_time(state);
}

/* --- all of it ---------------------------------------------------------------------------- */

void
judgement_judge_all(struct state *state)
{
	struct judgement *j = state->judgement;
	uint32_t moved;
	struct reads all = { .fact = { 0 } };

	for (uint32_t i = 0; i < state->targets; i++) {
		const struct target_state *target = &state->target[i];

		j->standing.usable[i] = usable_of(target);
		j->standing.replicas[i] = (uint8_t)target->replicas;
		if (target->health != (enum health)j->standing.health[i])
			(void)standing_move(&j->standing, &j->subjects, i, target->health,
			    &all);
	}
	for (uint32_t qi = 0; qi < j->quantifiers; qi++)
		for (uint32_t i = 0; i < j->subjects.count[j->quantifier[qi].kind]; i++)
			(void)element_judge(state, qi, i, &moved);
	for (uint32_t c = 0; c < j->controls; c++)
		for (uint32_t i = 0; i < j->control[c].cells; i++)
			judgement_cell(state, c, i);
}

/* Places are approved from here on, or no longer: like a document that ends. */
static void
exception_queue(struct state *state, const struct plan_exception *exception)
{
	const int64_t at[] = { exception->from_ms, exception->until_ms };

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		if (at[i] > state->now_ms)
			heap_push(&state->judgement->deadlines,
			    (struct deadline){ at[i], AT_DOCUMENT });
}

void
judgement_begin(struct state *state)
{
	struct judgement *j = state->judgement;

	judgement_judge_all(state);
	for (uint32_t i = 0; i < j->subjects.plan->documents; i++)
		if (j->subjects.plan->document[i].until_ms > state->now_ms)
			heap_push(&j->deadlines, (struct deadline){
				j->subjects.plan->document[i].until_ms, AT_DOCUMENT });
	for (uint32_t i = 0; i < j->subjects.plan->exceptions; i++)
		exception_queue(state, &j->subjects.plan->exception[i]);
	for (uint32_t i = 0; i < j->waivers; i++)
		waiver_queue(j, &j->waiver[i]);
}

void
waiver_queue(struct judgement *j, const struct waiver *waiver)
{
	if (waiver->step == WAIVER_ASKED || waiver->step == WAIVER_AGREED)
		heap_push(&j->deadlines,
		    (struct deadline){ waiver->until_ms, AT_WAIVER | waiver->seq });
}
