/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people correct: kept beside what was recorded, which stays.  The newest of each thing
 * counts.  Two incidents become one and one becomes two by hand; their numbers stay.
 */
#include <string.h>

#include "monitor/state/fold_memory.h"
#include "monitor/state/incident_view.h"

static struct correction
correction_of(const struct state *state, const struct record *rec)
{
	struct correction correction = {
		.seq = state->size, .what = (enum correct)rec->correction.what,
		.recorded_ms = state->now_ms, .at_ms = rec->correction.at,
		.number = rec->correction.number, .other = rec->correction.other,
		.uid = rec->correction.uid, .text = rec->correction.text };

	text_take(correction.name, sizeof(correction.name), rec->correction.name);
	text_take(correction.author, sizeof(correction.author), rec->correction.author);
	return correction;
}

static bool
is_same(const struct correction *a, const struct correction *b)
{
	return a->what == b->what && strcmp(a->name, b->name) == 0;
}

/* One that counts no longer goes first, else the oldest; all stay in the ledger. */
static void
make_room(struct incident *incident)
{
	uint32_t gone = 0;

	for (uint32_t i = 0; i + 1 < incident->corrections; i++)
		for (uint32_t j = i + 1; j < incident->corrections; j++)
			if (is_same(&incident->correction[i], &incident->correction[j])) {
				gone = i;
				i = incident->corrections;
				break;
			}
	incident->corrections--;
	memmove(&incident->correction[gone], &incident->correction[gone + 1],
	    (incident->corrections - gone) * sizeof(*incident->correction));
}

static void
keep(struct state *state, struct incident *incident, const struct record *rec)
{
	if (incident->corrections == INCIDENT_CORRECTION_MAX)
		make_room(incident);
	if (incident->corrections == incident->correction_cap) {
		incident->correction_cap =
		    incident->correction_cap > 0 ? 2 * incident->correction_cap : 4;
		incident->correction = memory_resize(incident->correction,
		    incident->correction_cap, sizeof(*incident->correction));
	}
	incident->correction[incident->corrections++] = correction_of(state, rec);
	incident->changed_ms = state->now_ms;
	incident->last_seq = state->size;
}

static void
say(struct state *state, const struct incident *incident, enum transition_kind kind,
    uint64_t other, const struct record *rec)
{
	struct transition transition = {
		.kind = kind, .observed_ms = rec->observed_ms, .seq = state->size,
		.incident = incident->id, .about = other, .value = (int64_t)rec->correction.what,
		.text = rec->correction.text };

	text_take(transition.author, sizeof(transition.author), rec->correction.author);
	timeline_add(state, transition, rec->correction.name);
	affairs_touch(state, incident->id, TOUCH_IMPACT | TOUCH_DUTY, &(struct cause){
		.seq = state->size, .observed_ms = rec->observed_ms });
}

/* --- two become one ----------------------------------------------------------------------- */

static void
move_notes(struct incident *from, struct incident *to)
{
	for (uint32_t i = 0; i < from->notes; i++) {
		if (to->notes == INCIDENT_NOTE_MAX)
			memmove(to->note, to->note + 1, --to->notes * sizeof(*to->note));
		if (to->notes == to->note_cap) {
			to->note_cap = to->note_cap > 0 ? 2 * to->note_cap : 4;
			to->note = memory_resize(to->note, to->note_cap, sizeof(*to->note));
		}
		to->note[to->notes++] = from->note[i];
	}
	to->notes_total += from->notes_total;
}

/* Its members as they are now, but for those that are part of something else by now. */
static void
adopt(struct state *state, struct incident *incident)
{
	uint32_t kept = 0;

	incident->failing = 0;
	for (uint32_t i = 0; i < incident->members; i++) {
		struct incident_member member = incident->member[i];
		struct target_state *target = state_target(state, member.target);

		if (target != NULL && target->incident != 0 && target->incident != incident->id)
			continue;
		if (target != NULL && target->incident == 0) {
			incident->flapping += target->flapping;
			target->incident = incident->id;
		}
		if (target != NULL)
			member.health = target->health;
		if (member.health > member.worst)
			member.worst = member.health;
		incident->failing += member.health != HEALTH_UP;
		incident->member[kept++] = member;
	}
	incident->members = kept;
	for (uint32_t i = 0; i < kept; i++) {
		const struct target_state *target = state_target(state, incident->member[i].target);

		if (target != NULL)
			census_instance(state, target->plan->instance);
	}
	census_incident(state, incident);
}

/* It was over, and something that is part of it now may not be. */
static void
open_again(struct state *state, struct incident *incident)
{
	int64_t resolved_ms = incident->resolved_ms;

	if (resolved_ms == 0)
		return;
	incident->resolved_ms = 0;
	incident_reopen(state, incident);
	adopt(state, incident);
	if (incident->failing > 0 || incident->alarms_standing > 0)
		return;
	incident->resolved_ms = resolved_ms;
	incident_unlink(state, incident);
	incident->flapping = 0;
}

static void
merge(struct state *state, struct incident *from, struct incident *to, const struct record *rec)
{
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };

	if (from == to)
		return;
	keep(state, from, rec);
	keep(state, to, rec);
	incident_absorb(state, to, from, false, &cause);
	move_notes(from, to);
	to->by_hand = true;
	to->last_seq = state->size;
	if (to->resolved_ms == 0)
		adopt(state, to);
	else
		open_again(state, to);
	say(state, to, TRANSITION_MERGED, from->id, rec);
	quiet_queue(state, to);
	incident_resolve_if_well(state, to, &cause);
}

/* --- one becomes two ---------------------------------------------------------------------- */

static bool
is_named(struct record_list targets, uint64_t target)
{
	struct record_walk walk = record_walk_of(targets);
	uint64_t id;

	while (record_ids_next(&walk, &id))
		if (id == target)
			return true;
	return false;
}

/* Exactly the targets that one brought which is part of it: that one comes back. */
static struct incident *
part_of(struct state *state, const struct incident *incident, const struct record *rec)
{
	uint64_t named = record_walk_of(rec->correction.targets).left;

	for (uint32_t i = 0; incident->absorbed > 0 && i < state->incidents; i++) {
		struct incident *part = &state->incident[i];
		uint32_t same = 0;

		if (part->absorbed_by != incident->id)
			continue;
		if (named == 0 && part->id == rec->correction.other)
			return part;
		for (uint32_t j = 0; j < part->members; j++)
			same += is_named(rec->correction.targets, part->member[j].target);
		if (named > 0 && same == part->members && same == named)
			return part;
	}
	return NULL;
}

/* Alarms about it come along, those that came in while it was part of the other, too. */
static void
come_back(struct state *state, struct incident *incident, struct incident *part)
{
	uint64_t moved = 0;

	part->absorbed_by = 0;
	part->by_hand = true;
	incident->absorbed--;
	part->flapping = 0;
	if (part->resolved_ms == 0)
		incident_reopen(state, part);
	for (uint32_t i = 0; i < state->alarms; i++)
		if (state->alarm[i].incident == incident->id &&
		    strcmp(state->alarm[i].subject, part->subject) == 0) {
			state->alarm[i].incident = part->id;
			moved++;
			part->alarms_standing += state->alarm[i].cleared_ms == 0;
			incident->alarms_standing -= state->alarm[i].cleared_ms == 0;
		}
	if (part->alarms_total < moved)
		part->alarms_total = moved;
}

/* Takes the member along as it is now; the other incident forgets it. */
static void
move_target(struct state *state, struct incident *from, struct incident *to, uint64_t target)
{
	struct incident_member *member = incident_member(from, target), *moved;
	struct target_state *now = state_target(state, target);
	struct incident_member kept;
	uint32_t at;

	if (member == NULL)
		return;
	kept = *member;
	at = (uint32_t)(member - from->member);
	from->failing -= kept.health != HEALTH_UP;
	from->members--;
	memmove(&from->member[at], &from->member[at + 1],
	    (from->members - at) * sizeof(*from->member));
	moved = incident_member(to, target);
	if (moved == NULL)
		moved = incident_add_member(to, target);
	else
		to->failing += moved->health == HEALTH_UP;
	to->failing -= kept.health == HEALTH_UP;
	kept.from = from->id;
	*moved = kept;
	if (kept.worst > to->worst)
		to->worst = kept.worst;
	if (now == NULL || now->incident != from->id)
		return;
	from->flapping -= now->flapping;
	to->flapping += now->flapping;
	now->incident = to->id;
	census_instance(state, now->plan->instance);
}

/* What the new one is about, where its targets are all of one instance. */
static void
name_split(struct state *state, struct incident *incident)
{
	uint32_t instance = NO_INDEX;

	for (uint32_t i = 0; i < incident->members; i++) {
		const struct target_state *target = state_target(state, incident->member[i].target);

		if (target == NULL || (instance != NO_INDEX && instance != target->plan->instance))
			return;
		instance = target->plan->instance;
	}
	if (instance == NO_INDEX)
		return;
	incident->instance = instance;
	incident_own(state, incident);
	incident->site = state->plan->instance[instance].site;
	text_take(incident->instance_name, sizeof(incident->instance_name),
	    bytes_of_text(state->plan->instance[instance].name));
	text_take(incident->site_name, sizeof(incident->site_name),
	    bytes_of_text(state->plan->site[incident->site].name));
	subject_text("instance", incident->instance_name, incident->subject);
}

static bool
has_any(const struct incident *incident, const struct record *rec)
{
	struct record_walk walk = record_walk_of(rec->correction.targets);
	uint64_t id;

	while (record_ids_next(&walk, &id))
		if (incident_member(incident, id) != NULL)
			return true;
	return false;
}

/* It stays told, or untold, as the one it was part of. */
static struct incident *
split_new(struct state *state, uint64_t from, const struct record *rec)
{
	struct incident *incident = state_incident(state, from), *to;
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };
	struct failure failure = { incident->occurred_ms, incident->known_ms };

	if (!has_any(incident, rec))
		return NULL;
	to = incident_new(state, SCOPE_INSTANCE, failure, &cause);
	if (to != NULL)
		to->by_hand = true;
	return to;
}

static void
split(struct state *state, uint64_t id, const struct record *rec)
{
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };
	struct incident *from = state_incident(state, id), *to = part_of(state, from, rec);
	uint32_t many;

	if (to != NULL)
		come_back(state, from, to);
	else
		to = split_new(state, id, rec);
	/* Making room moves the list. */
	from = state_incident(state, id);
	if (to == NULL)
		return;
	keep(state, from, rec);
	keep(state, to, rec);
	many = to->id == state->size ? from->members : to->members;
	for (uint32_t i = many; i > 0; i--) {
		uint64_t target = (to->id == state->size ? from : to)->member[i - 1].target;

		if (to->id != state->size || is_named(rec->correction.targets, target))
			move_target(state, from, to, target);
	}
	if (to->id == state->size)
		name_split(state, to);
	else if (to->resolved_ms == 0)
		adopt(state, to);
	census_incident(state, from);
	from->by_hand = true;
	open_again(state, to);
	say(state, from, TRANSITION_SPLIT, to->id, rec);
	/* What flaps or floods in it ends there. */
	quiet_queue(state, from);
	if (incident_is_open(to))
		quiet_queue(state, to);
	incident_resolve_if_well(state, from, &cause);
	incident_resolve_if_well(state, to, &cause);
}

/* What is part of another is that other one. */
static struct incident *
whole_of(const struct state *state, struct incident *incident)
{
	struct incident *wider =
	    incident != NULL ? state_incident(state, incident->absorbed_by) : NULL;

	return wider != NULL ? wider : incident;
}

/* --- everything else ---------------------------------------------------------------------- */

void
correction_apply(struct state *state, const struct record *rec)
{
	struct incident *incident = state_incident(state, rec->correction.incident);
	struct incident *other = state_incident(state, rec->correction.other);
	struct cause cause = { .seq = state->size, .observed_ms = rec->observed_ms };

	if (incident == NULL || rec->correction.what == CORRECT_NONE ||
	    rec->correction.what >= CORRECTS)
		return;
	affairs_stir(state, &cause);
	if (rec->correction.what == CORRECT_SPLIT) {
		split(state, whole_of(state, incident)->id, rec);
		return;
	}
	if (rec->correction.what == CORRECT_MERGED) {
		if (other != NULL)
			merge(state, whole_of(state, incident), whole_of(state, other), rec);
		return;
	}
	keep(state, incident, rec);
	say(state, incident, TRANSITION_CORRECTED, 0, rec);
	/* A person's word ends alarms that are never cleared, and nothing that a probe sees. */
	if (rec->correction.what == CORRECT_RESTORED && rec->correction.at != 0 &&
	    incident_is_open(incident) && incident->failing == 0 && incident_is_alarms(incident))
		incident_resolve(state, incident, &cause);
}
