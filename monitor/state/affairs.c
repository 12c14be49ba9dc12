/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom each incident hit, step by step.  A set is looked at when a target of it changes, an
 * incident when a set of it does, so that a quiet record costs nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "monitor/state/affairs_part.h"

/* --- the list ----------------------------------------------------------------------------- */

static uint32_t
affair_place(const struct affairs *affairs, uint64_t incident)
{
	uint32_t low = 0, high = affairs->affairs;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (affairs->affair[middle].incident < incident)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct affair *
affair_find(const struct state *state, uint64_t incident)
{
	const struct affairs *affairs = state->affairs;
	uint32_t at = affair_place(affairs, incident);

	if (at == affairs->affairs || affairs->affair[at].incident != incident)
		return NULL;
	return &affairs->affair[at];
}

const struct hit *
affair_hit(const struct affair *affair, const char *service)
{
	for (uint32_t i = 0; i < affair->hits; i++)
		if (strcmp(affair->hit[i].service, service) == 0)
			return &affair->hit[i];
	return NULL;
}

/* Incidents are let go of when there are too many; what was folded beside them goes, too. */
static void
drop_orphans(struct state *state)
{
	struct affairs *affairs = state->affairs;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < affairs->affairs; i++) {
		if (state_incident(state, affairs->affair[i].incident) == NULL)
			affair_free(&affairs->affair[i]);
		else
			affairs->affair[kept++] = affairs->affair[i];
	}
	affairs->affairs = kept;
}

struct affair *
affair_make(struct state *state, uint64_t incident)
{
	struct affairs *affairs = state->affairs;
	struct affair *affair = affair_find(state, incident);
	uint32_t at;

	if (affair != NULL)
		return affair;
	if (affairs->affairs >= INCIDENT_MAX)
		drop_orphans(state);
	if (affairs->affairs == affairs->affair_cap) {
		affairs->affair_cap = affairs->affair_cap > 0 ? 2 * affairs->affair_cap : 16;
		affairs->affair = memory_resize(affairs->affair, affairs->affair_cap,
		    sizeof(*affairs->affair));
	}
	at = affair_place(affairs, incident);
	memmove(&affairs->affair[at + 1], &affairs->affair[at],
	    (affairs->affairs - at) * sizeof(*affairs->affair));
	affairs->affairs++;
	affairs->affair[at] = (struct affair){ .incident = incident, .queued_ms = INT64_MAX };
	return &affairs->affair[at];
}

/* --- sets --------------------------------------------------------------------------------- */

static bool
same_impact(const struct set_impact *a, const struct set_impact *b)
{
	return a->stopped_ppm == b->stopped_ppm && a->degraded_ppm == b->degraded_ppm &&
	    a->uncertain == b->uncertain && a->stopped == b->stopped && a->needed == b->needed &&
	    a->members == b->members;
}

static struct affair_set *
affair_set_add(struct affair *affair, const struct plan *plan, uint32_t set)
{
	struct affair_set *added;

	for (uint32_t i = 0; i < affair->sets; i++)
		if (affair->set[i].index == set)
			return &affair->set[i];
	if (affair->sets == AFFAIR_SETS_MAX)
		return NULL;
	if (affair->sets == affair->set_cap) {
		affair->set_cap = affair->set_cap > 0 ? 2 * affair->set_cap : 4;
		affair->set = memory_resize(affair->set, affair->set_cap, sizeof(*affair->set));
	}
	added = &affair->set[affair->sets++];
	*added = (struct affair_set){ .index = set };
	text_take(added->set, sizeof(added->set), bytes_of_text(plan->set[set].name));
	return added;
}

/* The sets of all its members; an instance in none of them has users nobody declared. */
static void
find_sets(struct state *state, struct affair *affair, const struct incident *incident)
{
	const struct impact_index *index = state->affairs->memory->of_plan->index;
	uint32_t last = UINT32_MAX;

	if (affair->members_seen == incident->members)
		return;
	affair->members_seen = incident->members;
	affair->unplaced = 0;
	for (uint32_t i = 0; i < incident->members; i++) {
		const struct target_state *target =
		    state_target(state, incident->member[i].target);
		uint32_t instance = target != NULL ? target->plan->instance : UINT32_MAX;

		if (target == NULL || target->plan->aside != 0 || instance == last)
			continue;
		last = instance;
		if (index->set_of[instance] == UINT32_MAX)
			affair->unplaced++;
		else
			(void)affair_set_add(affair, state->plan, index->set_of[instance]);
	}
}

static void
set_worst(struct state *state, struct affair_set *set, int64_t at_ms)
{
	const struct set_impact *now = &state->affairs->memory->set[set->index];
	uint32_t ppm = now->stopped_ppm + now->degraded_ppm;
	bool lacks = now->members - now->stopped < now->needed;

	if (ppm > set->worst_ppm)
		set->worst_ppm = ppm;
	if (lacks && set->lacked_ms == 0) {
		set->lacked = true;
		set->lacked_ms = at_ms != 0 ? at_ms : 1;
	} else if (!lacks && set->lacked_ms != 0) {
		int64_t lasted = at_ms > set->lacked_ms ? at_ms - set->lacked_ms : 0;

		set->longest_ms = lasted > set->longest_ms ? lasted : set->longest_ms;
		set->lacked_ms = 0;
	}
}

/* --- steps -------------------------------------------------------------------------------- */

/* Of two neighbours the worse stays at the time of the first: no peak is lost, no time gained. */
static void
join_steps(struct hit *hit)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < hit->steps; i += 2) {
		struct impact_step step = hit->step[i];
		const struct impact_step *next = i + 1 < hit->steps ? &hit->step[i + 1] : &step;

		if (next->stopped + next->degraded > step.stopped + step.degraded) {
			step.stopped = next->stopped;
			step.degraded = next->degraded;
		}
		step.distinct = next->distinct;
		step.uncertain |= next->uncertain;
		step.seq = next->seq;
		/* The newest one is what holds now: it is never joined. */
		if (i + 2 >= hit->steps && next != &step) {
			hit->step[kept++] = hit->step[i];
			hit->step[kept++] = *next;
			break;
		}
		hit->step[kept++] = step;
	}
	hit->steps = kept;
}

static void
put_step(struct hit *hit, struct impact_step step)
{
	if (hit->steps > 0 && hit->step[hit->steps - 1].at_ms >= step.at_ms) {
		step.at_ms = hit->step[hit->steps - 1].at_ms;
		hit->step[hit->steps - 1] = step;
		return;
	}
	if (hit->steps == IMPACT_STEPS_MAX)
		join_steps(hit);
	if (hit->steps == hit->step_cap) {
		hit->step_cap = hit->step_cap > 0 ? 2 * hit->step_cap : 4;
		hit->step = memory_resize(hit->step, hit->step_cap, sizeof(*hit->step));
	}
	hit->step[hit->steps++] = step;
}

/* Hit at any time so far: the worst of each set in each area, never more than all of them. */
static uint64_t
distinct_users(const struct plan *plan, const struct affair *affair, uint32_t service)
{
	const struct plan_service *offered = &plan->service[service];
	uint64_t sum = 0;

	for (uint32_t i = 0; i < offered->areas; i++) {
		uint64_t ppm = 0;

		for (uint32_t j = 0; j < affair->sets; j++)
			if (affair->set[j].index != UINT32_MAX &&
			    impact_serves(&plan->set[affair->set[j].index], service,
			    offered->area[i].area))
				ppm += affair->set[j].worst_ppm;
		if (__builtin_add_overflow(sum, impact_share(offered->area[i].users,
		    ppm < PPM ? (uint32_t)ppm : PPM), &sum))
			return UINT64_MAX;
	}
	return sum;
}

static uint32_t
prefectures_of(const struct plan_service *service)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < service->areas; i++)
		count += strncmp(service->area[i].area, "JP-", 3) == 0;
	return count;
}

static struct hit *
hit_add(struct affair *affair, const struct plan *plan, uint32_t service)
{
	struct hit *hit;

	for (uint32_t i = 0; i < affair->hits; i++)
		if (affair->hit[i].index == service)
			return &affair->hit[i];
	if (affair->hits == affair->hit_cap) {
		affair->hit_cap = affair->hit_cap > 0 ? 2 * affair->hit_cap : 4;
		affair->hit = memory_resize(affair->hit, affair->hit_cap, sizeof(*affair->hit));
	}
	hit = &affair->hit[affair->hits++];
	*hit = (struct hit){ .index = service, .class = plan->service[service].class,
	    .prefectures = prefectures_of(&plan->service[service]),
	    .addon = plan->service[service].addon != 0,
	    .users = service_users(&plan->service[service]) };
	text_take(hit->service, sizeof(hit->service), bytes_of_text(plan->service[service].name));
	return hit;
}

static void
hit_take(struct hit *hit, const struct service_impact *now, struct impact_step step)
{
	uint64_t both = step.stopped + step.degraded;

	put_step(hit, step);
	hit->areas |= now->areas;
	hit->since_ms = hit->steps == 1 ? step.at_ms : hit->since_ms;
	hit->until_ms = both > 0 || step.uncertain ? 0 : step.at_ms;
	if (both > hit->peak) {
		hit->peak = both;
		hit->peak_stopped = step.stopped;
		hit->peak_degraded = step.degraded;
		hit->peak_ms = step.at_ms;
	}
}

/*
 * Nobody can see all that it hit, and it is counted as it was known last: not more than that.
 * What a member was at worst it need not have been at last.
 */
static void
keep_below(struct service_impact *now, const struct impact_step *last, bool carried)
{
	if (!carried || last == NULL ||
	    now->stopped + now->degraded <= last->stopped + last->degraded)
		return;
	now->stopped = last->stopped;
	now->degraded = last->degraded;
}

/* True if it is not what it was. */
static bool
service_step(struct state *state, struct affair *affair, const uint32_t *touched, uint32_t count,
    uint32_t service, struct impact_step step, bool carried)
{
	struct service_impact now = impact_service(state->plan, state->affairs->memory->set,
	    touched, count, service);
	const struct hit *known = affair_hit(affair, state->plan->service[service].name);
	const struct impact_step *last =
	    known != NULL && known->steps > 0 ? &known->step[known->steps - 1] : NULL;

	keep_below(&now, last, carried);
	/* Nobody was hit, and nobody is: redundancy did what it is for. */
	if (last == NULL && now.stopped == 0 && now.degraded == 0)
		return false;
	step.stopped = now.stopped;
	step.degraded = now.degraded;
	step.uncertain = now.uncertain;
	step.distinct = distinct_users(state->plan, affair, service);
	if (last != NULL && last->stopped == step.stopped && last->degraded == step.degraded &&
	    last->uncertain == step.uncertain && last->distinct == step.distinct)
		return false;
	hit_take(hit_add(affair, state->plan, service), &now, step);
	return true;
}

/*
 * For this step alone, what nobody can see of the incident counts as it was known last; before
 * keeps what was there.  Worked out anew each time, for it depends on more than the plan.
 */
static bool
sets_known(struct state *state, const struct incident *incident, const uint32_t *touched,
    uint32_t count, struct set_impact *before)
{
	struct affairs_memory *memory = state->affairs->memory;
	bool carried = false;

	for (uint32_t i = 0; i < count; i++) {
		before[i] = memory->set[touched[i]];
		if (before[i].unknown == 0 || incident->resolved_ms != 0)
			continue;
		memory->set[touched[i]] = impact_set_known(state, memory->of_plan->index,
		    touched[i], incident);
		carried |= memory->set[touched[i]].carried;
	}
	return carried;
}

static bool
affair_impact(struct state *state, struct affair *affair, const struct incident *incident,
    const struct cause *cause)
{
	struct set_impact before[AFFAIR_SETS_MAX];
	uint32_t touched[AFFAIR_SETS_MAX], count = 0;
	bool carried;
	int64_t at_ms = observed_as_recorded(state, cause->observed_ms);
	bool changed = false;

	if (affair->hits == 0 || at_ms < incident->occurred_ms)
		at_ms = incident->occurred_ms;
	find_sets(state, affair, incident);
	for (uint32_t i = 0; i < affair->sets; i++)
		if (affair->set[i].index != UINT32_MAX)
			touched[count++] = affair->set[i].index;
	carried = sets_known(state, incident, touched, count, before);
	for (uint32_t i = 0; i < affair->sets; i++)
		if (affair->set[i].index != UINT32_MAX)
			set_worst(state, &affair->set[i], at_ms);
	for (uint32_t i = 0; i < state->plan->services; i++)
		changed |= service_step(state, affair, touched, count, i,
		    (struct impact_step){ .at_ms = at_ms, .seq = cause->seq }, carried);
	for (uint32_t i = 0; i < count; i++)
		state->affairs->memory->set[touched[i]] = before[i];
	return changed;
}

/* --- what touches it ---------------------------------------------------------------------- */

void
affairs_touch(struct state *state, uint64_t incident, unsigned what, const struct cause *cause)
{
	struct affairs_memory *memory = state->affairs->memory;

	if (incident == 0)
		return;
	affairs_stir(state, cause);
	for (uint32_t i = 0; i < memory->touches; i++)
		if (memory->touched[i].incident == incident) {
			memory->touched[i].what |= what;
			return;
		}
	if (memory->touches == memory->touch_cap) {
		memory->touch_cap = memory->touch_cap > 0 ? 2 * memory->touch_cap : 16;
		memory->touched = memory_resize(memory->touched, memory->touch_cap,
		    sizeof(*memory->touched));
	}
	memory->touched[memory->touches++] = (struct touched_affair){ incident, what };
}

/* Each set is worked out when the plan or a state is read: no restart can tell a change. */
void
affairs_target(struct state *state, const struct target_state *target, const struct cause *cause)
{
	struct affairs_memory *memory = state->affairs->memory;
	const struct impact_index *index = memory->of_plan->index;
	uint32_t set = index->set_of[target->plan->instance];
	struct set_impact before;

	affairs_touch(state, target->incident, TOUCH_MEMBERS, cause);
	if (target->plan->aside != 0 || set == UINT32_MAX)
		return;
	before = memory->set[set];
	memory->set[set] = impact_set(state, index, set);
	if (same_impact(&before, &memory->set[set]))
		return;
	affairs_touch(state, target->incident, TOUCH_IMPACT, cause);
	for (uint32_t i = index->member_from[set]; i < index->member_from[set + 1]; i++)
		affairs_touch(state, state->memory->instance[index->member[i]].incident,
		    TOUCH_IMPACT, cause);
}

static void
step_one(struct state *state, struct touched_affair touch, const struct cause *cause)
{
	const struct incident *incident = state_incident(state, touch.incident);
	struct affair *affair;

	if (incident == NULL || state->plan == NULL)
		return;
	affair = affair_make(state, touch.incident);
	if (((touch.what & TOUCH_IMPACT) != 0 || affair->members_seen != incident->members) &&
	    affair_impact(state, affair, incident, cause))
		touch.what |= TOUCH_DUTY;
	if ((touch.what & TOUCH_DUTY) != 0)
		affair_duties(state, affair);
}

void
affairs_step(struct state *state, const struct cause *cause)
{
	struct affairs_memory *memory = state->affairs->memory;

	for (uint32_t i = 0; i < memory->touches; i++)
		step_one(state, memory->touched[i], cause);
	memory->touches = 0;
}
